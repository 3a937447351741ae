"""All commands, and those that look at the running edge: status, reload, explain, trace."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

from edge.app.explaining import explained, remembered
from edge.app.explaining_mms import explained_mms
from edge.app.gauges import tables
from edge.app.holding import Holding
from edge.app.operations.asking import Answer, text_of
from edge.app.operations.complaints import Complaints
from edge.app.operations.consents import OptOuts
from edge.app.operations.spool import Spool
from edge.app.operations.standing import Standing
from edge.audit.reader import Reader
from edge.config.problem import ConfError
from edge.core.decision import Decision
from edge.core.facts import Fact
from smpp.consts import status_name

if TYPE_CHECKING:
    from edge.app.edge import Edge

Handler = Callable[[Answer], Awaitable[Answer] | Answer]


class Operations:
    """The handlers of the control socket, by command."""

    def __init__(self, edge: "Edge") -> None:
        self._edge = edge
        self._reader = Reader(edge.state / "audit")
        self.standing = Standing(edge.desk)
        self.complaints = Complaints(edge.desk)

    def handlers(self) -> Mapping[str, Handler]:
        """Command -> handler. A handler raises CommandError with a sentence for what cannot be done."""
        return {
            "status": self.status,
            "reload": self.reload,
            "explain": self.explain,
            "trace": self.trace,
            "block": self.standing.block,
            "unblock": self.standing.unblock,
            "suspend": self.standing.suspend,
            "restore": self.standing.restore,
            "optout": OptOuts(self._edge.desk),
            "complaint": self.complaints,
            "spool": Spool(self._edge),
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
        return reasons + edge.sip.not_ready() + edge.mms.not_ready()

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
            "node": edge.begun.node,
            "conf": edge.desk.conf.version,
            "up": round(now - edge.started, 1),
            "listening": edge.listening(),
            "not_ready": self.readiness(),
            "carriers": [self._carrier(name) for name in edge.pools],
            "asterisks": edge.sip.status(),
            "mm4": edge.mms.status(),
            "mm4_spool": edge.mms.spool(),
            "media": edge.mms.media(),
            "alarms": edge.mms.alarms(),
            "evidence": edge.mms.evidence(),
            "sessions": sessions,
            "tables": {name[0]: int(value) for name, value in tables(edge) if value},
            "caps": {cap[0]: count for cap, count in edge.metrics.caps.values.items()},
            "facts": {name: size for name, size in edge.ledger.sizes().items() if size},
            "blocked": sorted(fact.subject for fact in edge.ledger.facts.blocked.values()),
            "suspended": sorted(edge.ledger.facts.suspended),
            "suspensions": [self._suspension(fact) for _, fact in sorted(edge.ledger.facts.suspended.items())],
            "parked": sorted(edge.desk.state.parked),
            "rule_errors": dict(edge.desk.state.rule_errors),
        }

    def _suspension(self, fact: Fact) -> Answer:
        """Who suspended an account and why: nobody may have been there when the ladder did it."""
        told = ("at", "by", "reason", "expires")
        return {"account": fact.subject, **{name: getattr(fact, name) for name in told}}

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
        """A message given (account, from, to, text; or `mms`, a whole one), or a decision by its id."""
        if request.get("decision"):
            return await asyncio.to_thread(remembered, self._reader, text_of(request, "decision"))
        if request.get("mms"):
            return await explained_mms(self._edge.mms.service, self._edge.desk, request)
        return explained(self._edge.desk, request, monotonic())

    async def trace(self, request: Answer) -> Answer:
        """Decisions about a number, a message id or an account, the latest first."""
        self._edge.audit.flush()
        await asyncio.sleep(0.3)  # what was decided a moment ago is on disk then
        decisions = await asyncio.to_thread(
            self._reader.search,
            number=text_of(request, "number"),
            message_id=text_of(request, "message_id"),
            account=text_of(request, "account"),
            since=self._edge.desk.unix_time(monotonic()) - 3600.0 * float(request.get("since_hours") or 24.0),
            limit=int(request.get("limit") or 100),
        )
        return {"decisions": [_plain(decision) for decision in decisions]}


def _plain(decision: Decision) -> Answer:
    plain: Answer = msgspec.to_builtins(decision)
    plain["status_name"] = status_name(decision.status)
    return plain
