"""Hands messages to peers' relays over kept connections: what `seam.Outward` promises."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Any

import msgspec

from edge.channels.mm4.smtp.pool import Pool
from edge.channels.mm4.smtp.replies import GONE
from edge.channels.mm4.smtp.seam import Result
from edge.channels.mm4.smtp.tls import client_context
from edge.core.conf import Mm4, Mm4Peer
from edge.core.metrics import Metrics

# Of [mm4]: what a pool goes by.
_OURS = ("domain", "certificate", "key", "connect_timeout", "response_timeout", "send_timeout")


class Relays:
    """A `Pool` for each peer. Raises OSError or ssl.SSLError for a certificate of the conf that cannot be used."""

    def __init__(self, conf: Mm4, metrics: Metrics) -> None:
        self._metrics = metrics
        self._conf = conf
        self.pools: dict[str, Pool] = {}
        self._retiring: set[asyncio.Task[None]] = set()
        self.results = metrics.counter(
            "smsedge_mm4_smtp_sent_total", "Recipients handed to MM4 peers' relays", ("peer", "result")
        )
        self.opened = metrics.counter(
            "smsedge_mm4_smtp_relay_connections_total", "Connections to MM4 peers' relays", ("peer", "result")
        )
        self.octets = metrics.counter("smsedge_mm4_smtp_octets_total", "Octets of messages", ("peer", "direction"))
        self.seconds = metrics.histogram("smsedge_mm4_smtp_relay_seconds", "From a message to its relay's reply")
        self.renew(conf)

    def renew(self, conf: Mm4) -> None:
        """Another conf holds: peers whose relays are the same keep their connections. Raises before any change."""
        contexts = {peer.name: client_context(conf, peer) for peer in conf.peers}
        same = all(getattr(self._conf, key) == getattr(conf, key) for key in _OURS)
        old, self.pools = self.pools, {}
        for peer in conf.peers:
            kept = old.pop(peer.name, None)
            if kept is not None and same and _way(kept.peer) == _way(peer):
                kept.peer = peer
                self.pools[peer.name] = kept
                continue
            self.pools[peer.name] = Pool(conf, peer, contexts[peer.name], self._metrics, self.opened)
            if kept is not None:
                self._retire(kept)
        for pool in old.values():
            self._retire(pool)
        self._conf = conf

    def _retire(self, pool: Pool) -> None:
        task = asyncio.get_running_loop().create_task(pool.retire(self._conf.send_timeout))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def send(self, peer: Mm4Peer, sender: str, recipients: Sequence[str], content: bytes) -> tuple[Result, ...]:
        """See `seam.Outward`. What is meant for a peer that the conf has no more is for later."""
        pool = self.pools.get(peer.name)
        if pool is None:
            return (GONE,) * len(recipients)
        begun = monotonic()
        results = await pool.send(sender, recipients, content)
        self.seconds.observe(monotonic() - begun)
        self.octets.add((peer.name, "out"), len(content))
        for result in results:
            self.results.add((peer.name, result.sent.value))
        return results

    def tick(self, now: float) -> None:
        """The coarse tick: idle connections are closed."""
        for pool in self.pools.values():
            pool.tick(now)

    async def stop(self, patience: float) -> None:
        """Let what is being sent come to its end; close."""
        for pool in self.pools.values():
            self._retire(pool)
        if self._retiring:
            _, late = await asyncio.wait(self._retiring, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def sizes(self) -> dict[str, int]:
        """Entries over all peers: idle, busy, waiting, closing."""
        total = {"idle": 0, "busy": 0, "waiting": 0, "closing": 0}
        for pool in self.pools.values():
            for key, count in pool.sizes().items():
                total[key] += count
        return total

    def status(self) -> dict[str, list[dict[str, Any]]]:
        """Each peer's relays, for `smsedge status`."""
        now = monotonic()
        return {name: pool.status(now) for name, pool in self.pools.items()}


def _way(peer: Mm4Peer) -> tuple[Any, ...]:
    """What a pool goes by: the rest of a peer may change under it."""
    values = msgspec.structs.asdict(peer)
    keys = ("relay", "backup", "relay_tls", "relay_ca", "relay_username", "relay_password", "connections")
    return tuple(values[key] for key in keys)
