"""Blocks of numbers and suspensions of accounts: laid down and taken back by operators."""

import logging
import math
from time import monotonic

from edge.app.desk import Desk
from edge.app.operations.asking import Answer, on_disk, subject, text_of
from edge.console.control import CommandError
from edge.core.facts import Fact, FactKind

LOG = logging.getLogger("smsedge.operator")
LONGEST = 100 * 366 * 86400.0  # seconds: a time beyond is a slip, and no calendar shows it


class Standing:
    """The handlers of `block`, `unblock`, `suspend` and `restore`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def block(self, request: Answer) -> Answer:
        """Refuse everything from and to a number, short code or name."""
        return await self._lay_down(FactKind.BLOCK, subject(self._desk, text_of(request, "number")), request)

    async def unblock(self, request: Answer) -> Answer:
        """Take a block back."""
        return await self._lay_down(FactKind.UNBLOCK, subject(self._desk, text_of(request, "number")), request)

    async def suspend(self, request: Answer) -> Answer:
        """Refuse every submission of an account (not emergency bounces, 988 and 7726)."""
        return await self._lay_down(FactKind.SUSPEND, self._account(request), request)

    async def restore(self, request: Answer) -> Answer:
        """Take a suspension back."""
        return await self._lay_down(FactKind.RESTORE, self._account(request), request)

    def _account(self, request: Answer) -> str:
        name = text_of(request, "account")
        if name not in self._desk.conf.accounts and name not in self._desk.ledger.facts.suspended:
            raise CommandError(f"no account is called {name!r}")
        return name

    async def _lay_down(self, kind: FactKind, subject: str, request: Answer) -> Answer:
        """Let a fact hold now; answer once it is on disk."""
        reason = text_of(request, "reason")
        if kind in (FactKind.BLOCK, FactKind.SUSPEND) and not reason:
            raise CommandError("give a reason: it is kept with the fact")
        now = self._desk.unix_time(monotonic())
        ttl = _ttl(request)
        by = f"operator:{text_of(request, 'by') or '?'}"
        account = subject if kind in (FactKind.SUSPEND, FactKind.RESTORE) else ""
        fact = Fact(kind, subject, now, by, reason, now + ttl if ttl else 0.0, account)
        await on_disk(self._desk, fact)
        LOG.warning("%s %s by %s: %s", kind.value, subject, by, reason or "no reason given")
        return {"done": kind.value, "subject": subject, "expires": fact.expires}


def _ttl(request: Answer) -> float:
    """Seconds until a fact ends by itself, 0 for never. Raises CommandError."""
    ttl = float(request.get("ttl") or 0.0)
    if not (math.isfinite(ttl) and 0.0 <= ttl <= LONGEST):
        raise CommandError("the ttl is a number of seconds, above 0 and at most 100 years; without one it never ends")
    return ttl
