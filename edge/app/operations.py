"""What operators can ask of a running edge, over its control socket. Every answer is a JSON object."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

import msgspec

from edge.app.explaining import explained, remembered, ton_of
from edge.app.gauges import tables
from edge.app.holding import Holding
from edge.audit.reader import Reader
from edge.config.problem import ConfError
from edge.console.control import CommandError
from edge.core.decision import Decision
from edge.core.facts import Fact, FactKind
from edge.core.submission import PartyKind
from smpp.consts import status_name

if TYPE_CHECKING:
    from edge.app.edge import Edge

LOG = logging.getLogger("smsedge.operator")
Answer = dict[str, Any]
Handler = Callable[[Answer], Awaitable[Answer] | Answer]


class Operations:
    """The handlers of the control socket, by command."""

    def __init__(self, edge: "Edge") -> None:
        self._edge = edge
        self._reader = Reader(edge.state / "audit")

    def handlers(self) -> Mapping[str, Handler]:
        """Command -> handler. A handler raises CommandError with a sentence for what cannot be done."""
        return {
            "status": self.status,
            "reload": self.reload,
            "explain": self.explain,
            "trace": self.trace,
            "block": self.block,
            "unblock": self.unblock,
            "suspend": self.suspend,
            "restore": self.restore,
            "quarantine": Holding(self._edge.desk, self._edge.service.custody),
        }

    def readiness(self) -> list[str]:
        """Why the edge should not get traffic now; empty when it is ready."""
        edge = self._edge
        reasons = []
        if edge.service.draining:
            reasons.append("stopping")
        if edge.pools and not any(pool.bound for pool in edge.pools.values()):
            reasons.append("no carrier is bound")
        sizes = edge.audit.sizes()
        if sizes["queue"] >= sizes["queue_limit"] * 3 // 4:
            reasons.append("the audit cannot keep up")
        return reasons

    def status(self, request: Answer) -> Answer:
        """Links, sessions, queues, tables, and what is wrong."""
        edge = self._edge
        now = monotonic()
        edge.ledger.facts.sweep(edge.desk.unix_time(now))  # the tick may not have come round yet
        sessions = [
            {
                "name": customer.name,
                "account": customer.account.name,
                "peer": customer.line.peer[0] if customer.line else "",
                "state": customer.session.state.value,
                "version": f"{customer.session.version:#x}",
                "inflight": customer.inflight,
            }
            for sessions in edge.service.sessions.values()
            for customer in sessions
        ]
        return {
            "node": edge.desk.conf.node,
            "conf": edge.desk.conf.version,
            "up": round(now - edge.started, 1),
            "listening": edge.listening(),
            "not_ready": self.readiness(),
            "carriers": [self._carrier(name) for name in edge.pools],
            "sessions": sessions,
            "tables": {name[0]: int(value) for name, value in tables(edge) if value},
            "caps": {cap[0]: count for cap, count in edge.metrics.caps.values.items()},
            "blocked": sorted(fact.subject for fact in edge.ledger.facts.blocked.values()),
            "suspended": sorted(edge.ledger.facts.suspended),
            "parked": sorted(edge.desk.state.parked),
            "rule_errors": dict(edge.desk.state.rule_errors),
        }

    def _carrier(self, name: str) -> Answer:
        pool = self._edge.pools[name]
        return {
            "name": name,
            "address": f"{pool.carrier.host}:{pool.carrier.port}",
            "links": {
                link.name: ("bound" if link.bound else "down") + f", {len(link.session.window)}/{pool.carrier.window}"
                for link in pool.links
            },
            "held": pool.held_count,
        }

    async def reload(self, request: Answer) -> Answer:
        """Read the conf anew. With problems: `problems`, and the old conf goes on."""
        try:
            notes = await self._edge.reload()
        except ConfError as error:
            return {"reloaded": False, "problems": [str(problem) for problem in error.problems]}
        return {"reloaded": True, "conf": self._edge.desk.conf.version, "notes": notes}

    async def explain(self, request: Answer) -> Answer:
        """A message given (account, from, to, text), or a decision by its id."""
        if request.get("decision"):
            return await asyncio.to_thread(remembered, self._reader, _text(request, "decision"))
        return explained(self._edge.desk, request, monotonic())

    async def trace(self, request: Answer) -> Answer:
        """Decisions about a number, a message id or an account, the latest first."""
        self._edge.audit.flush()
        await asyncio.sleep(0.3)  # what was decided a moment ago is on disk then
        decisions = await asyncio.to_thread(
            self._reader.search,
            number=_text(request, "number"),
            message_id=_text(request, "message_id"),
            account=_text(request, "account"),
            since=self._edge.desk.unix_time(monotonic()) - 3600.0 * float(request.get("since_hours") or 24.0),
            limit=int(request.get("limit") or 100),
        )
        return {"decisions": [_plain(decision) for decision in decisions]}

    # -- facts ---------------------------------------------------------------------------------

    async def block(self, request: Answer) -> Answer:
        """Refuse everything from and to a number, short code or name."""
        return await self._lay_down(FactKind.BLOCK, self._subject(request), request)

    async def unblock(self, request: Answer) -> Answer:
        """Take a block back."""
        return await self._lay_down(FactKind.UNBLOCK, self._subject(request), request)

    async def suspend(self, request: Answer) -> Answer:
        """Refuse every submission of an account (not emergency bounces, 988 and 7726)."""
        return await self._lay_down(FactKind.SUSPEND, self._account(request), request)

    async def restore(self, request: Answer) -> Answer:
        """Take a suspension back."""
        return await self._lay_down(FactKind.RESTORE, self._account(request), request)

    def _subject(self, request: Answer) -> str:
        """The number as the tables know it: `+` and E.164, or a short code or name as it is."""
        written = _text(request, "number")
        if not written:
            raise CommandError("which number? give it as +14165550100")
        party = self._edge.desk.party(written, ton_of(written), 1, 1)
        if party.kind is PartyKind.INVALID:
            raise CommandError(f"{written} is no number, short code or sender name: {party.fault}")
        return f"+{party.number}" if party.number else str(party.key)

    def _account(self, request: Answer) -> str:
        name = _text(request, "account")
        if name not in self._edge.desk.conf.accounts and name not in self._edge.ledger.facts.suspended:
            raise CommandError(f"no account is called {name!r}")
        return name

    async def _lay_down(self, kind: FactKind, subject: str, request: Answer) -> Answer:
        """Let a fact hold now; answer once it is on disk."""
        edge = self._edge
        reason = _text(request, "reason")
        if kind in (FactKind.BLOCK, FactKind.SUSPEND) and not reason:
            raise CommandError("give a reason: it is kept with the fact")
        now = edge.desk.unix_time(monotonic())
        ttl = float(request.get("ttl") or 0.0)
        fact = Fact(kind, subject, now, _text(request, "by"), reason, now + ttl if ttl else 0.0)
        on_disk: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def done(error: BaseException | None) -> None:
            if on_disk.done():
                return
            if error is None:
                on_disk.set_result(None)
            else:
                on_disk.set_exception(error)

        edge.ledger.record(fact, done)
        edge.desk.state.forget_refusals()
        await on_disk
        LOG.warning("%s %s by %s: %s", kind.value, subject, fact.by or "?", reason or "no reason given")
        return {"done": kind.value, "subject": subject, "expires": fact.expires}


def _text(request: Answer, name: str) -> str:
    value = request.get(name) or ""
    return value if isinstance(value, str) else str(value)


def _plain(decision: Decision) -> Answer:
    plain: Answer = msgspec.to_builtins(decision)
    plain["status_name"] = status_name(decision.status)
    return plain
