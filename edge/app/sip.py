"""The SIP channel in a running edge: loaded only where the conf has an [[asterisk]]."""

from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any

from edge.audit.reader import Reader
from edge.core.conf import Asterisk, Conf
from edge.core.metrics import Labels
from edge.core.submission import Channel

if TYPE_CHECKING:
    from edge.app.edge import Edge
    from edge.channels.asterisk.service import Service

RECALLED = 2000  # decisions of an account that are looked through at the start for what was settled last
Samples = Iterable[tuple[Labels, float]]


class Sip:
    """The Asterisks of an edge; without one, nothing of the channel is imported."""

    def __init__(self, edge: "Edge") -> None:
        self._edge = edge
        self.service: Service | None = None

    def adopt(self, conf: Conf) -> None:
        """This conf holds from now on."""
        if self.service is None and not conf.asterisks:
            return
        if self.service is None:
            self.service = self._open()
        self.service.adopt(conf, self._settled)

    def _open(self) -> "Service":
        from edge.channels.asterisk.service import Service

        edge = self._edge
        service = Service(edge.desk, edge.router, edge.pools, edge.service.custody, edge.service.shared)
        edge.service.custody.outside = edge.inbound.outside = service
        edge.service.custody.outsides[Channel.SIP.value] = service
        gauge = edge.metrics.gauge
        gauge(
            "smsedge_asterisk_up",
            "Whether we are logged in at an Asterisk (1)",
            ("asterisk",),
            lambda: [((name,), float(one.up)) for name, one in service.gateways.items()],
        )
        gauge(
            "smsedge_asterisk_spool",
            "Messages of an Asterisk's spool, by where they stand",
            ("asterisk", "what"),
            lambda: _spool(service),
        )
        gauge(
            "smsedge_asterisk_oldest_seconds",
            "Age of the oldest message that an Asterisk holds",
            ("asterisk",),
            lambda: [((name,), one.age(monotonic())) for name, one in service.gateways.items()],
        )
        gauge(
            "smsedge_asterisk_ami",
            "What the manager connection has met since the start",
            ("asterisk", "what"),
            lambda: _ami(service),
        )
        return service

    def _settled(self, asterisk: Asterisk) -> Iterable[str]:
        """Ids that were settled here before a restart: a crash of Asterisk at the same time may bring them back.

        Blocking, for some milliseconds: at the start, and where a reload adds an Asterisk.
        """
        reader = Reader(self._edge.state / "audit")
        names = {
            account.name
            for account in self._edge.desk.conf.accounts.values()
            if any(endpoint.asterisk == asterisk.name for endpoint in account.endpoints)
        }
        for name in sorted(names):
            for decision in reader.search(account=name, limit=RECALLED):
                where, _, sid = decision.session.rpartition("/")
                if decision.channel == "sip" and where == asterisk.name and decision.outcome == "answered":
                    yield sid

    def tick(self, now: float) -> None:
        """The coarse tick."""
        if self.service is not None:
            self.service.tick(now)

    async def stop(self, patience: float) -> None:
        """Take up nothing more."""
        if self.service is not None:
            await self.service.stop(patience)

    def not_ready(self) -> list[str]:
        """Why the edge should not get traffic now."""
        return self.service.not_ready() if self.service is not None else []

    def sizes(self) -> dict[str, int]:
        """Entries per table."""
        return self.service.sizes() if self.service is not None else {}

    def status(self) -> list[dict[str, Any]]:
        """Each Asterisk, for `smsedge status`."""
        now = monotonic()
        if self.service is None:
            return []
        return [
            {
                "name": name,
                "address": f"{one.conf.host}:{one.conf.port}",
                "state": one.manager.state.value,
                "since": round(now - one.manager.since, 1),
                "reason": "" if one.up else one.manager.reason,
                "spool": one.depth,
                "working": one.lanes.running,
                "oldest": round(one.age(now), 1),
                "doubtful": sorted(one.doubtful),
                "unreadable": sorted(one.unreadable),
            }
            for name, one in self.service.gateways.items()
        ]


def _spool(service: "Service") -> Samples:
    for name, one in service.gateways.items():
        yield (name, "held"), one.depth
        yield (name, "working"), one.lanes.running
        yield (name, "doubtful"), len(one.doubtful)
        yield (name, "unreadable"), len(one.unreadable)


def _ami(service: "Service") -> Samples:
    for name, one in service.gateways.items():
        counters = one.manager.counters
        for what in counters.__slots__:
            yield (name, what), getattr(counters, what)
