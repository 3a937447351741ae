"""Complaints that are reported to operators: entered, listed, imported from files, and handed in over HTTP.

What subscribers report to 7726 through the edge is heard by the policy.
"""

import asyncio
import logging
from collections.abc import Sequence
from time import monotonic

from edge.app.desk import Desk
from edge.app.operations.asking import Answer, on_disk, subject, text_of
from edge.app.operations.consents import plain
from edge.app.operations.entering import Known, enter, rows_of, time_of, words_of
from edge.console.control import CommandError
from edge.core.facts import COMPLAINT_SPAN, Fact, FactKind, subject_key

LOG = logging.getLogger("smsedge.operator")
SHOWN = 1000


class Complaints:
    """The handler of the command `complaint`, by `action`; `take` is for the console."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, request: Answer) -> Answer:
        """`action` is add, list or import. Raises CommandError with a sentence for what cannot be done."""
        action = text_of(request, "action")
        if action == "add":
            return await self.add(request)
        if action == "list":
            return await self.listed(request)
        if action == "import":
            check = bool(request.get("check"))
            return await self._enter(rows_of(request), f"import:{words_of(request, 'source') or '?'}", check)
        raise CommandError("add, list or import?")

    async def add(self, request: Answer) -> Answer:
        """One complaint, as an operator was told."""
        now = self._desk.unix_time(monotonic())
        fact = self._read(request, now, f"operator:{text_of(request, 'by') or '?'}")
        await on_disk(self._desk, fact)
        LOG.warning("complaint about %s by %s", fact.subject, fact.by)
        return {"done": "complaint", "subject": fact.subject, "account": fact.account, "at": fact.at}

    async def take(self, reports: Sequence[Answer], source: str) -> Answer:
        """Reports handed in over HTTP: objects with `number`, `complainant`, `time`, `reason`, `evidence`."""
        return await self._enter(list(enumerate(reports)), source, False)

    async def _enter(self, rows: list[tuple[int, Answer]], by: str, check: bool) -> Answer:
        now = self._desk.unix_time(monotonic())
        tally = await enter(self._desk, rows, lambda row, now: self._read(row, now, by), self._known, now, check)
        return tally.answer()

    def _read(self, row: Answer, now: float, by: str) -> Fact:
        number = subject(self._desk, text_of(row, "number").strip())
        complainant = text_of(row, "complainant").strip()
        if not complainant:
            raise CommandError(
                "who complained? give the complainant: a number, or the report's id where it is withheld"
            )
        owners = self._desk.conf.inventory.owners(subject_key(number))
        return Fact(
            FactKind.COMPLAINT,
            number,
            time_of(row.get("time"), now),
            by,
            words_of(row, "reason"),
            account=owners[0].name if owners else "",
            other=self._complainant(complainant),
            evidence=words_of(row, "evidence"),
        )

    def _complainant(self, written: str) -> str:
        """A number in one spelling; where it is none, the id of the report as it is."""
        try:
            return subject(self._desk, written)
        except CommandError:
            return written[:64]

    def _known(self, fact: Fact) -> Known:
        facts = self._desk.ledger.facts
        known = facts.has_complained(subject_key(fact.subject), subject_key(fact.other), fact.at)
        return Known.KNOWN if known else Known.NEW

    async def listed(self, request: Answer) -> Answer:
        """By `number`: all complaints about it. Else those that count now, by number, most complainants first."""
        facts = self._desk.ledger.facts
        facts.sweep(self._desk.unix_time(monotonic()))
        if request.get("number"):
            number = subject(self._desk, text_of(request, "number"))
            history = await asyncio.to_thread(self._desk.ledger.history, number)
            told = [plain(fact) for fact in history if fact.kind is FactKind.COMPLAINT]
            return {"number": number, "complaints": told, "counted": len(facts.complaints.get(subject_key(number), ()))}
        limit = max(1, min(int(request.get("limit") or 100), SHOWN))
        rows = [
            {
                "number": said[-1].subject,
                "account": said[-1].account,
                "complaints": len(said),
                "complainants": len({one.other for one in said}),
                "last": said[-1].at,
            }
            for said in facts.complaints.values()
        ]
        rows.sort(key=lambda row: (-row["complainants"], row["number"]))  # type: ignore[operator]
        return {"numbers": rows[:limit], "in_all": facts.sizes()["complaints"], "days": COMPLAINT_SPAN / 86400.0}
