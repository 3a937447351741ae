"""Explanations for operators: every rule's word on a message as things stand, or what a past decision recorded."""

from typing import Any

import msgspec

from edge.app.desk import Desk
from edge.audit.reader import Reader
from edge.console.control import CommandError
from edge.core.clause import Clause
from edge.core.decision import decision_id
from edge.core.submission import Body, Channel, Direction, Operation, Submission
from edge.policy.engine import explain
from smpp.consts import status_name

Answer = dict[str, Any]


def submission_from(desk: Desk, request: Answer) -> Submission:
    """The message that an operator describes. Raises CommandError with a sentence for what is missing or unknown."""
    conf = desk.conf
    name = str(request.get("account") or "")
    account = conf.accounts.get(name)
    inbound = request.get("direction") == "mo"
    if account is None and name:
        raise CommandError(f"no account is called {name!r}; there are: {', '.join(sorted(conf.accounts)[:20])}")
    source, destination = str(request.get("from") or ""), str(request.get("to") or "")
    if not source or not destination:
        raise CommandError("a message has a from and a to")
    home = account.home if account is not None else 1
    parties = [desk.party(address, ton_of(address), 1, home) for address in (source, destination)]
    if account is None and inbound:
        owners = conf.inventory.owners(parties[1].key)
        account = owners[0] if owners else None
    if account is None:
        raise CommandError("whose message is it? give the account")
    text = str(request.get("text") or "")
    return Submission(
        Channel.SMPP,
        Direction.MO if inbound else Direction.MT,
        Operation.SUBMIT,
        account,
        str(request.get("carrier") or "carrier") if inbound else account.name,
        account.name,
        parties[0],
        parties[1],
        Body(text, text.encode("utf-8", "replace")),
        int(request.get("destinations") or 1),
        int(request.get("protocol_id") or 0),
    )


def ton_of(address: str) -> int:
    """TON as an ESME would send it: 1 for +E.164, 5 for names, 0 for bare digits."""
    if address.startswith("+"):
        return 1
    return 0 if all(character.isdigit() or character in " -().#" for character in address) else 5


def explained(desk: Desk, request: Answer, now: float) -> Answer:
    """Every rule with its value against its limit, the verdict, and the sentence a customer may be told."""
    return explained_submission(desk, submission_from(desk, request), now)


def explained_submission(desk: Desk, submission: Submission, now: float) -> Answer:
    """The same of a message that is at hand."""
    explanation = explain(desk.ruleset, desk.state, submission, now)
    hit = explanation.verdict.hit
    return {
        "verdict": explanation.verdict.action.value,
        "rule": explanation.verdict.rule,
        "clause": hit.clause.value if hit is not None else "",
        "sentence": explanation.sentence,
        "detail": hit.detail if hit is not None else "",
        "source": _party(submission, "source"),
        "destination": _party(submission, "destination"),
        "conf": desk.conf.version,
        "folded": explanation.folded,
        "traffic": explanation.traffic,
        "scores": {name: round(score, 4) for name, score in explanation.scores},
        "signals": list(explanation.signals),
        "facts": [f"{fact.kind.value} {fact.subject}" for fact in explanation.verdict.facts],
        "rules": [
            {
                "rule": finding.rule,
                "clause": finding.clause.value,
                "mode": finding.mode,
                "outcome": finding.outcome,
                "value": finding.value,
                "limit": finding.limit,
                "detail": finding.detail,
                "action": finding.hit.action.value if finding.hit is not None else "",
                "sub": finding.hit.rule if finding.hit is not None else "",
                "seen": finding.hit.detail if finding.hit is not None else "",
                "parts": [[name, points] for name, points in finding.parts],
                "scale": [list(each) for each in finding.scale],
            }
            for finding in explanation.findings
        ],
    }


def _party(submission: Submission, side: str) -> Answer:
    party = submission.source if side == "source" else submission.destination
    number = f"+{party.number}" if party.number else str(party.key)
    return {"text": party.text, "kind": party.kind.value, "number": number, "country": party.country}


def remembered(reader: Reader, written: str) -> Answer:
    """A past decision by its id (16 hexadecimal digits). Raises CommandError if there is none."""
    try:
        decision = reader.by_id(decision_id(written))
    except ValueError:
        raise CommandError(f"{written!r} is no decision id: 16 hexadecimal digits") from None
    if decision is None:
        raise CommandError(f"no decision {written} is on record")
    clause = next((clause for clause in Clause if clause.value == decision.clause), None)
    plain: Answer = msgspec.to_builtins(decision)
    plain["status_name"] = status_name(decision.status)
    plain["heading"] = clause.heading if clause is not None else ""
    return {"decision": plain}
