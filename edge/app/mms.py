"""The MM4 channel in a running edge: loaded only where the conf has [mm4]."""

import asyncio
from collections.abc import Iterable
from ssl import SSLError
from time import monotonic
from typing import TYPE_CHECKING, Any

from msgspec import structs

from edge.core.conf import Conf, Mm4
from edge.core.metrics import Labels
from edge.core.submission import Channel
from edge.ledger.sealing import KEY_NAME

if TYPE_CHECKING:
    from edge.app.edge import Edge
    from edge.channels.mm4.service import Service
    from edge.channels.mm4.smtp.outward import Relays
    from edge.channels.mm4.smtp.server import Server
    from edge.ledger.evidence.locker import Locker
    from edge.ledger.parcels import SqliteRelayStore
    from edge.media.pool import Pool

Samples = Iterable[tuple[Labels, float]]


class Mms:
    """The relay of an edge; without [mm4], nothing of the channel is imported."""

    def __init__(self, edge: "Edge") -> None:
        self._edge = edge
        self.service: Service | None = None
        self._server: Server
        self._relays: Relays
        self._examiner: Pool
        self._store: SqliteRelayStore
        self._locker: Locker

    async def start(self, conf: Conf) -> None:
        """Open the door, last of all. Raises OSError where the address or a certificate cannot be had."""
        if conf.mm4 is None:
            return
        from edge.channels.mm4.holding import Releases
        from edge.channels.mm4.relay import Relay
        from edge.channels.mm4.service import Service
        from edge.channels.mm4.smtp.outward import Relays
        from edge.channels.mm4.smtp.server import Server
        from edge.ledger.evidence.locker import Locker
        from edge.ledger.parcels import SqliteRelayStore
        from edge.media.pool import Pool

        edge, mm4 = self._edge, conf.mm4
        self._relays = Relays(mm4, edge.metrics)
        self._examiner = Pool(conf.media)
        self._store = SqliteRelayStore(edge.state / "ledger", edge.state / KEY_NAME, edge.metrics)
        self._locker = Locker(edge.state, edge.metrics)
        self._lock_up(mm4)
        smpp = edge.service
        service = Service(
            edge.desk,
            smpp.custody,
            edge.deliveries,
            smpp.shared,
            self._relays,
            self._examiner,
            self._store,
            self._locker,
            mm4,
        )
        self._server = Server(mm4, Relay(service), edge.metrics)
        self.service = service
        smpp.custody.outsides[Channel.MM4.value] = Releases(service)
        self._register(service)
        await asyncio.to_thread(self._locker.open)
        await asyncio.to_thread(service.start)
        await self._examiner.start()
        await self._server.start()

    def _lock_up(self, mm4: Mm4) -> None:
        self._locker.adopt(mm4.evidence_key, mm4.evidence_files, mm4.evidence_size)

    def _register(self, service: "Service") -> None:
        gauge = self._edge.metrics.gauge
        gauge(
            "smsedge_mm4_spool",
            "Parcels that wait for their next hop",
            ("what",),
            lambda: [((what,), count) for what, count in service.spool.depth().items()],
        )
        gauge(
            "smsedge_mm4_spool_oldest_seconds",
            "How long the oldest message has waited for its next hop",
            (),
            lambda: [((), service.spool.age(service.unix()))],
        )
        gauge("smsedge_mm4_connections", "Connections with peers, by direction and state", ("what",), self._connections)
        gauge("smsedge_media_workers", "Workers that look at media, and their queue", ("what",), self._media)
        gauge("smsedge_media", "What the workers have done since the start", ("what",), self._media_done)

    def _connections(self) -> Samples:
        sizes = self._server.sizes() | {f"relay-{name}": count for name, count in self._relays.sizes().items()}
        return [((name,), count) for name, count in sizes.items() if name not in ("octets", "verifying")]

    def _media(self) -> Samples:
        return [((what,), count) for what, count in self._examiner.state().items()]

    def _media_done(self) -> Samples:
        counters = self._examiner.counters
        return [((name,), getattr(counters, name)) for name in counters.__struct_fields__]

    def adopt(self, conf: Conf) -> list[str]:
        """This conf holds from now on; returns what could not be changed. [mm4] comes and goes with a restart only."""
        if self.service is None or conf.mm4 is None:
            return []
        mm4 = conf.mm4
        try:
            self._relays.renew(mm4)
            self._server.renew(mm4)
        except (OSError, SSLError) as error:
            return [f"[mm4]: its certificates cannot be used, the old ones go on: {error}"]
        finally:
            self.service.adopt(conf, mm4)
            self._lock_up(mm4)
        self._edge.spawn(self._examiner.adopt(conf.media))
        return []

    def tick(self, now: float) -> None:
        """The coarse tick."""
        if self.service is not None:
            self.service.tick(now)
            self._relays.tick(now)
            self._locker.tick(now)

    async def stop(self, patience: float) -> None:
        """Nothing new comes in; what is under way gets `patience` seconds, the spool keeps the rest."""
        if self.service is None:
            return
        deadline = monotonic() + patience
        await self._server.stop(patience)
        await self.service.stop(max(0.1, deadline - monotonic()))
        await self._relays.stop(max(0.1, deadline - monotonic()))
        await self._examiner.stop()
        await self._locker.close()
        self._store.close()

    def listening(self) -> list[str]:
        """Where peers find us."""
        mm4 = self._edge.begun.mm4  # a reload moves no listener
        return [f"mm4 {mm4.listen}"] if self.service is not None and mm4 is not None else []

    def not_ready(self) -> list[str]:
        """Why the edge should not get traffic now."""
        if self.service is None:
            return []
        down = [] if self._server.ports else ["mm4: nothing listens"]
        return [*down, *self.service.not_ready()]

    def sizes(self) -> dict[str, int]:
        """Entries per table."""
        if self.service is None:
            return {}
        media = self._examiner.state()
        return {
            **self.service.sizes(),
            **{f"mm4-smtp-{what}": count for what, count in self._server.sizes().items()},
            **{f"mm4-relay-{what}": count for what, count in self._relays.sizes().items()},
            "media-waiting": media["waiting"],
            "media-cached": media["cached"],
        }

    def status(self) -> list[dict[str, Any]]:
        """Each peer, for `smsedge status`."""
        if self.service is None:
            return []
        counts = self.service.messages.values
        relays = self._relays.status()
        return [
            {
                "name": peer.name,
                "accounts": [account.name for account in self.service.peers.accounts(peer.name)],
                "upstream": peer in self.service.peers.upstreams,
                "relay": str(peer.relay),
                "relays": relays.get(peer.name, []),
                "messages": {outcome: count for (name, outcome), count in counts.items() if name == peer.name},
            }
            for peer in self.service.peers.by_name.values()
        ]

    def alarms(self) -> dict[str, Any]:
        """What a person must hear of, for `smsedge status`."""
        return self.service.alarms.status() if self.service is not None else {}

    def evidence(self) -> dict[str, Any]:
        """How much is sealed, for `smsedge status`; nothing of what it is."""
        if self.service is None:
            return {}
        return {**self._locker.state(), "key": self._locker.ready()}

    def media(self) -> dict[str, Any]:
        """What the workers can do here and have done, for `smsedge status`."""
        if self.service is None:
            return {}
        from edge.media.probe import sentences

        pool = self._examiner
        return {"can": sentences(pool.capabilities()), **pool.state(), **structs.asdict(pool.counters)}

    def spool(self) -> dict[str, Any]:
        """What waits, for `smsedge status`."""
        if self.service is None:
            return {}
        return {**self.service.spool.depth(), "oldest": round(self.service.spool.age(self.service.unix()), 1)}
