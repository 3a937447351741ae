"""`smsedge replay`: recorded messages judged again under the conf in force and under a candidate: what would change.

Both confs play the same messages in the same order, each on a state of its own, so the difference is the conf's alone.
What is not recorded is not there: operators' facts of the time, and whatever happened before the first record. But
where a message went on that a suspension or a block of the ladder's refuses here, an operator had taken it back.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from edge.app.recording import Features, submission_of, text_of
from edge.audit.reader import Reader
from edge.config.loading import Loaded
from edge.core.decision import Decision
from edge.core.facts import Fact, FactKind, Facts
from edge.core.submission import Channel, Direction, Operation, Submission
from edge.core.verdict import Verdict
from edge.ledger.sealing import Seal
from edge.policy.engine import decide
from edge.policy.signals.numbers import SERVICE_CODES, NumberingPlan
from edge.policy.state import PolicyState

HOME = 1
# Rules before the one about blocks: where they decided, the record does not say whether the number was blocked.
_ASKED_BEFORE = ("emergency-destination", "suspended")


class Change(NamedTuple):
    """A message that the candidate judges otherwise."""

    decision: Decision
    before: Verdict
    after: Verdict


class Outcome(NamedTuple):
    """What came of a replay: messages played, how many the conf in force judges as recorded, and the changes."""

    played: int
    faithful: int
    skipped: int
    changes: list[Change]


class Player:
    """One conf, playing recorded messages."""

    def __init__(self, loaded: Loaded, began: float) -> None:
        self._loaded = loaded
        owners = loaded.conf.inventory.owners
        self._plan = NumberingPlan(loaded.conf.areas, lambda number: bool(owners(number)))
        self._state = PolicyState(Facts(), began)
        self._began = began

    def judge(self, submission: Submission, decision: Decision) -> Verdict:
        """The verdict now."""
        return decide(self._loaded.ruleset, self._state, submission, decision.at - self._began)

    def taken_back(self, submission: Submission, decision: Decision) -> list[Fact]:
        """What the ladder has laid down here and the record knows no more of: an operator took it back meanwhile."""
        rule = decision.rule.partition("/")[0]
        if submission.direction is Direction.MO or rule in _ASKED_BEFORE or decision.destination in SERVICE_CODES:
            return []
        facts, lifts = self._state.facts, []
        if decision.account in facts.suspended:
            lifts.append(Fact(FactKind.RESTORE, decision.account, decision.at))
        blocked = facts.blocked.get(submission.source.key)
        if blocked is not None and decision.rule != "blocked":
            lifts.append(Fact(FactKind.UNBLOCK, blocked.subject, decision.at))
        return lifts

    def lift(self, lifts: Iterable[Fact]) -> None:
        """The same happens here."""
        for fact in lifts:
            self._state.facts.apply(fact)
            self._state.forget_refusals()

    def submission(self, decision: Decision, features: Features, text: str | None) -> Submission | None:
        """The message as recorded, None where the account is not in this conf."""
        account = self._loaded.conf.accounts.get(decision.account)
        if account is None:
            return None
        inbound = decision.direction == Direction.MO.value
        home = HOME if inbound else account.home
        identify = self._plan.identify
        return submission_of(
            features,
            text,
            account,
            Channel(decision.channel),
            Direction(decision.direction),
            Operation(decision.operation) if decision.operation == Operation.REPLACE.value else Operation.SUBMIT,
            decision.end_user,
            identify(decision.source, features.source_ton, features.source_npi, home),
            identify(decision.destination, features.destination_ton, features.destination_npi, home),
            decision.part,
            decision.parts,
        )


def recorded(audit: Path, since: float, limit: int) -> list[Decision]:
    """The decisions with features since a Unix time, oldest first, at most the latest `limit`."""
    found = Reader(audit).search(since=since, limit=limit)
    return sorted((one for one in found if one.features is not None), key=lambda one: one.id)


def replay(decisions: Sequence[Decision], current: Loaded, candidate: Loaded, seal: Seal | None) -> Outcome:
    """Play `decisions` under both confs."""
    if not decisions:
        return Outcome(0, 0, 0, [])
    began = decisions[0].at - 60.0
    old, new = Player(current, began), Player(candidate, began)
    played = faithful = skipped = 0
    changes: list[Change] = []
    for decision in decisions:
        features = msgspec.convert(decision.features, Features)
        text = text_of(features, seal)
        was, will = old.submission(decision, features, text), new.submission(decision, features, text)
        if was is None or will is None:
            skipped += 1
            continue
        lifts = old.taken_back(was, decision)
        old.lift(lifts)
        new.lift(lifts)
        before, after = old.judge(was, decision), new.judge(will, decision)
        played += 1
        faithful += before.action.value == decision.verdict
        if (before.action, before.rule) != (after.action, after.rule):
            changes.append(Change(decision, before, after))
    return Outcome(played, faithful, skipped, changes)


def summary(outcome: Outcome, shown: int) -> list[str]:
    """For people: how much changes, in which way, and some of it."""
    if not outcome.played:
        return ["nothing to play: no features are recorded ([audit] features, or an account's record)"]
    lines = [
        f"{outcome.played} messages played; the conf in force judges {outcome.faithful / outcome.played:.1%} of them "
        "as recorded (operators' facts and what came before are not recorded)",
        f"{len(outcome.changes)} of {outcome.played} would change",
    ]
    if outcome.skipped:
        lines.append(f"{outcome.skipped} left out: their account is not in both confs")
    kinds = Counter(_kind(change) for change in outcome.changes)
    lines += [f"{count:8}  {kind}" for kind, count in kinds.most_common()]
    lines += [
        f"  {change.decision.id}  {change.decision.account}  {change.decision.source} -> {change.decision.destination}"
        f"  {_kind(change)}"
        for change in outcome.changes[:shown]
    ]
    return lines


def _kind(change: Change) -> str:
    return f"{_word(change.before)} -> {_word(change.after)}"


def _word(verdict: Verdict) -> str:
    return f"{verdict.action.value} ({verdict.rule})" if verdict.rule else verdict.action.value


def as_rows(changes: Iterable[Change]) -> list[dict[str, str]]:
    """The changes as JSON rows."""
    return [
        {
            "decision": change.decision.id,
            "account": change.decision.account,
            "from": change.decision.source,
            "to": change.decision.destination,
            "before": change.before.action.value,
            "before_rule": change.before.rule,
            "after": change.after.action.value,
            "after_rule": change.after.rule,
        }
        for change in changes
    ]
