"""What the connections from peers share: conf, peers, limits, the taker, and the counters."""

import asyncio
import ssl
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from edge.channels.mm4.smtp.passwords import Passwords
from edge.channels.mm4.smtp.peers import Peers
from edge.channels.mm4.smtp.seam import Reply, Taker
from edge.channels.mm4.smtp.tls import server_context
from edge.channels.mm4.smtp.transparency import Memory
from edge.channels.notices import Notices
from edge.core.conf import Mm4, Mm4Peer
from edge.core.metrics import Metrics

if TYPE_CHECKING:
    from edge.channels.mm4.smtp.connection import Connection

NOTICES = Notices("smsedge.mm4")
STRANGER = Reply(554, "5.7.1", "you are not a peer of ours")  # RFC 5321 3.1
CROWDED = Reply(421, "4.7.0", "too many connections, try again later")
LEAVING = Reply(421, "4.3.2", "going away, try again later")


class House:
    """`draining` is set once at shutdown; `tasks` are takers at work, which outlive their connection."""

    def __init__(self, conf: Mm4, taker: Taker, metrics: Metrics) -> None:
        self.conf = conf
        self.taker = taker
        self.metrics = metrics
        self.peers = Peers(conf.peers)
        self.context: ssl.SSLContext | None = server_context(conf)
        self.memory = Memory(conf.memory)
        self.passwords = Passwords()
        self.connections: set[Connection] = set()
        self.of_peer: dict[str, int] = {}
        self.tasks: set[asyncio.Task[Any]] = set()
        self.draining = False
        self._ids = 0
        self.accepted = metrics.counter(
            "smsedge_mm4_smtp_connections_total", "Connections from MM4 peers, by what was said", ("peer", "result")
        )
        self.received = metrics.counter(
            "smsedge_mm4_smtp_received_total", "Messages that MM4 peers began to send", ("peer", "outcome")
        )
        self.logins = metrics.counter("smsedge_mm4_smtp_logins_total", "Logins of MM4 peers", ("peer", "result"))
        self.octets = metrics.counter("smsedge_mm4_smtp_octets_total", "Octets of messages", ("peer", "direction"))

    def adopt(self, conf: Mm4) -> None:
        """Another conf holds. Raises OSError or ssl.SSLError, and nothing has changed, where its files are no good."""
        context = server_context(conf)
        self.conf = conf
        self.context = context
        self.peers = Peers(conf.peers)
        self.memory.cap = conf.memory
        for connection in list(self.connections):
            connection.renew()

    def admit(self, host: str) -> tuple[Mm4Peer, ...] | Reply:
        """Who a new connection can be, or why it is not taken."""
        candidates = self.peers.of(host)
        name = candidates[0].name if candidates else ""
        if not candidates:
            result, reply = "stranger", STRANGER
            # Under one name for all of them: who comes from many addresses must not fill the log.
            NOTICES.say("stranger", "mm4", f"{host} is no peer of ours")
        elif self.draining:
            result, reply = "draining", LEAVING
        elif len(self.connections) >= self.conf.max_connections:
            result, reply = "full", CROWDED
            self.metrics.caps.add(("mm4-connections",))
        elif self.of_peer.get(name, 0) >= self.conf.peer_connections:
            result, reply = "peer-full", CROWDED
            self.metrics.caps.add(("mm4-peer-connections",))
        else:
            self.accepted.add((name, "taken"))
            return candidates
        self.accepted.add((name, result))
        return reply

    def next_id(self) -> int:
        """A number for a connection."""
        self._ids += 1
        return self._ids

    def enter(self, connection: "Connection", name: str) -> None:
        """A connection counts for a peer."""
        self.connections.add(connection)
        self.of_peer[name] = self.of_peer.get(name, 0) + 1

    def leave(self, connection: "Connection", name: str) -> None:
        """It does so no more."""
        self.connections.discard(connection)
        left = self.of_peer.get(name, 1) - 1
        if left > 0:
            self.of_peer[name] = left
        else:
            self.of_peer.pop(name, None)

    def spawn(self, work: Coroutine[Any, Any, Reply]) -> asyncio.Task[Reply]:
        """Start a taker's work."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def fault(self, kind: str) -> None:
        """Count something a peer did wrong."""
        self.metrics.protocol_errors.add(("mm4", kind))
