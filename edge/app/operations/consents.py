"""Opt-outs and opt-ins that operators enter, take back, list and import.

What subscribers text is heard by the policy.
"""

import asyncio
import logging
from time import monotonic

from edge.app.desk import Desk
from edge.app.operations.asking import Answer, on_disk, subject, text_of
from edge.app.operations.entering import Known, enter, rows_of, time_of, words_of
from edge.console.control import CommandError
from edge.core.facts import CONSENTS, Fact, FactKind, subject_key

LOG = logging.getLogger("smsedge.operator")
SHOWN = 1000
STATES = {
    "out": FactKind.OPT_OUT,
    "opt-out": FactKind.OPT_OUT,
    "stop": FactKind.OPT_OUT,
    "in": FactKind.OPT_IN,
    "opt-in": FactKind.OPT_IN,
    "start": FactKind.OPT_IN,
}


class OptOuts:
    """The handler of the command `optout`, by `action`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, request: Answer) -> Answer:
        """`action` is add, remove, list or import. Raises CommandError with a sentence for what cannot be done."""
        action = text_of(request, "action")
        if action in ("add", "remove"):
            return await self.say(FactKind.OPT_OUT if action == "add" else FactKind.OPT_IN, request)
        if action == "list":
            return await self.listed(request)
        if action == "import":
            return await self.enter(request)
        raise CommandError("add, remove, list or import?")

    async def say(self, kind: FactKind, request: Answer) -> Answer:
        """A subscriber opted out of an account's messages, or in again, as an operator was told."""
        now = self._desk.unix_time(monotonic())
        row = {**request, "state": "out" if kind is FactKind.OPT_OUT else "in", "evidence": request.get("reason")}
        fact = self._read(row, now, f"operator:{text_of(request, 'by') or '?'}")
        if self._known(fact) is Known.OLDER:
            raise CommandError("something later was said: give no time, or a later one")
        await on_disk(self._desk, fact)
        LOG.warning("%s of %s by %s", kind.value, fact.account, fact.by)
        return {"done": kind.value, "subject": fact.subject, "account": fact.account, "at": fact.at}

    async def enter(self, request: Answer) -> Answer:
        """Rows of a file: account, number, state, time, evidence; `source` names the file, `check` only looks."""
        by = f"import:{words_of(request, 'source') or '?'}"
        now = self._desk.unix_time(monotonic())
        check = bool(request.get("check"))
        tally = await enter(
            self._desk, rows_of(request), lambda row, now: self._read(row, now, by), self._known, now, check
        )
        return tally.answer()

    def _read(self, row: Answer, now: float, by: str) -> Fact:
        account, state = text_of(row, "account").strip(), text_of(row, "state").strip().lower()
        if not account:
            raise CommandError("whose messages? give the account")
        if account not in self._desk.conf.accounts:
            raise CommandError(f"no account is called {account[:40]!r}")
        kind = STATES.get(state)
        if kind is None:
            raise CommandError(f'state {state[:40]!r} is neither "out" nor "in"')
        number = subject(self._desk, text_of(row, "number").strip(), names=False)
        return Fact(
            kind, number, time_of(row.get("time"), now), by, "", account=account, evidence=words_of(row, "evidence")
        )

    def _known(self, fact: Fact) -> Known:
        last = self._desk.ledger.facts.consent(fact.account, subject_key(fact.subject))
        if last is None or last.at < int(fact.at):
            return Known.NEW
        if last.at > int(fact.at):
            return Known.OLDER
        return Known.KNOWN if last.out == (fact.kind is FactKind.OPT_OUT) else Known.NEW

    async def listed(self, request: Answer) -> Answer:
        """By `number`: what holds for each account, and all that was said. Else the latest, by account and state."""
        ledger = self._desk.ledger
        if request.get("number"):
            number = subject(self._desk, text_of(request, "number"))
            history = await asyncio.to_thread(ledger.history, number)
            return {"number": number, "consents": self._standing(number, history), "history": list(map(plain, history))}
        account, state = text_of(request, "account"), text_of(request, "state").lower()
        if account and account not in self._desk.conf.accounts:
            raise CommandError(f"no account is called {account[:40]!r}")
        kind = STATES.get(state) if state and state != "any" else None
        if state not in ("", "any") and kind is None:
            raise CommandError(f'state {state[:40]!r} is neither "out" nor "in" nor "any"')
        out = None if kind is None else kind is FactKind.OPT_OUT
        limit = max(1, min(int(request.get("limit") or 100), SHOWN))
        found = await asyncio.to_thread(ledger.consents, account, out, limit)
        sizes = ledger.facts.sizes()
        counts = {name: sizes[name] for name in ("opted_out", "opted_in")}
        return {"consents": list(map(plain, found)), **counts}

    def _standing(self, number: str, history: list[Fact]) -> list[Answer]:
        """What holds for a number, of each account that it ever said something to."""
        facts, key = self._desk.ledger.facts, subject_key(number)
        said = {fact.account for fact in history if fact.kind in CONSENTS}
        standing = []
        for account in sorted(said | set(self._desk.conf.accounts)):
            last = facts.consent(account, key)
            if last is not None:
                standing.append({"account": account, "state": "out" if last.out else "in", "at": last.at})
        return standing


def plain(fact: Fact) -> Answer:
    """A fact as JSON."""
    return {
        "kind": fact.kind.value,
        "subject": fact.subject,
        "account": fact.account,
        "other": fact.other,
        "at": fact.at,
        "by": fact.by,
        "reason": fact.reason,
        "evidence": fact.evidence,
        "expires": fact.expires,
    }
