"""The connections to one peer's relays: kept ones first, the first relay that is up, so many at a time."""

import asyncio
import ssl
from collections.abc import Sequence
from time import monotonic
from typing import Any

from edge.channels.mm4.smtp.client import Broken, Client, Unreachable
from edge.channels.mm4.smtp.replies import BUSY, DOWN, SLOW
from edge.channels.mm4.smtp.seam import Result
from edge.channels.notices import Notices
from edge.core.conf import Listen, Mm4, Mm4Peer
from edge.core.metrics import Counter, Metrics

NOTICES = Notices("smsedge.mm4")
KEEP = 30.0  # seconds an idle connection is kept; relays close after minutes
PROBE_AFTER = 10.0  # seconds of silence after which it must show that it lives
PAUSE = 2.0  # seconds a relay that cannot be reached is left alone, doubling
PAUSE_MAX = 60.0


class Relay:
    """A relay: its idle connections, how many there are in all, and until when it is left alone."""

    def __init__(self, where: Listen) -> None:
        self.where = where
        self.idle: list[Client] = []
        self.open = 0
        self.down_until = 0.0
        self.pause = 0.0
        self.reason = ""

    def failed(self, reason: str, now: float) -> None:
        """It could not be reached. While others of its connections work it is only full, and not down."""
        self.reason = reason
        if self.open:
            return
        self.pause = min(PAUSE_MAX, max(PAUSE, self.pause * 2))
        self.down_until = now + self.pause

    def reached(self) -> None:
        """It answers."""
        self.pause = self.down_until = 0.0
        self.reason = ""


class Pool:
    """Sends by the relays of one peer."""

    def __init__(
        self, conf: Mm4, peer: Mm4Peer, context: ssl.SSLContext | None, metrics: Metrics, opened: Counter
    ) -> None:
        self.peer = peer
        self.relays = [Relay(where) for where in (peer.relay, *peer.backup)]
        self.waiting = 0
        self.busy = 0
        self._conf = conf
        self._context = context
        self._metrics = metrics
        self._opened = opened
        self._slots = asyncio.Semaphore(peer.connections)
        self._closing: set[asyncio.Task[None]] = set()
        self._retired = False

    async def send(self, sender: str, recipients: Sequence[str], content: bytes) -> tuple[Result, ...]:
        """One transaction, with waiting and a second attempt, within the conf's `send_timeout`."""
        deadline = asyncio.get_running_loop().time() + self._conf.send_timeout
        every = len(recipients)
        if self._slots.locked():
            if self.waiting >= self.peer.queue:
                self._metrics.caps.add(("mm4-relay-queue",))
                return (BUSY,) * every
            if not await self._turn(deadline):
                return (BUSY,) * every
        else:
            await self._slots.acquire()
        self.busy += 1
        try:
            return await self._attempt(sender, recipients, content, deadline)
        finally:
            self.busy -= 1
            self._slots.release()

    async def _turn(self, deadline: float) -> bool:
        self.waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                await self._slots.acquire()
        except TimeoutError:
            return False
        finally:
            self.waiting -= 1
        return True

    async def _attempt(
        self, sender: str, recipients: Sequence[str], content: bytes, deadline: float
    ) -> tuple[Result, ...]:
        for fresh in (False, True):
            found = await self._take(fresh, deadline)
            if found is None:
                late = asyncio.get_running_loop().time() >= deadline
                return (SLOW if late else DOWN,) * len(recipients)
            relay, client = found
            try:
                return await client.send(sender, recipients, content, deadline)
            except Broken as broken:
                stale = client.kept
                self._opened.add((self.peer.name, "stale" if stale else "broken"))
                if fresh or not stale:
                    return (broken.result,) * len(recipients)
                self._flush(relay)
            finally:
                self._put(relay, client)
        raise AssertionError  # the second turn always returns

    # -- connections -----------------------------------------------------------------------------

    async def _take(self, fresh: bool, deadline: float) -> tuple[Relay, Client] | None:
        """A connection to the first relay that is up: a kept one, or a new one."""
        for relay in self.relays:
            if relay.down_until > monotonic():
                continue
            while relay.idle and not fresh:
                client = relay.idle.pop()
                if client.alive and monotonic() - client.idle_since > PROBE_AFTER:
                    await self._probe(relay, client, deadline)
                if client.alive:
                    return relay, client
                relay.open -= 1
                self._opened.add((self.peer.name, "lost"))
            made = await self._open(relay, deadline)
            if made is not None:
                return relay, made
        return None

    async def _probe(self, relay: Relay, client: Client, deadline: float) -> None:
        try:
            await client.reset(deadline)
        except BaseException:
            client.abort()
            relay.open -= 1
            raise

    async def _open(self, relay: Relay, deadline: float) -> Client | None:
        self._make_room()
        client = Client(self._conf, self.peer, relay.where, self._context)
        try:
            await client.open(deadline)
        except Unreachable as error:
            self._opened.add((self.peer.name, "failed"))
            relay.failed(str(error)[:200], monotonic())
            NOTICES.say(f"relay {relay.where}", self.peer.name, f"no connection to {relay.where}: {relay.reason}")
            return None
        self._opened.add((self.peer.name, "opened"))
        relay.open += 1
        relay.reached()
        return client

    def _make_room(self) -> None:
        """Idle connections to other relays count too: the oldest goes."""
        if sum(relay.open for relay in self.relays) < self.peer.connections:
            return
        oldest = min(
            (relay for relay in self.relays if relay.idle), key=lambda each: each.idle[0].idle_since, default=None
        )
        if oldest is not None:
            self._close(oldest, oldest.idle.pop(0))

    def _put(self, relay: Relay, client: Client) -> None:
        if client.alive and not self._retired:
            client.kept = True
            client.idle_since = monotonic()
            relay.idle.append(client)
        elif client.alive:
            self._close(relay, client)
        else:
            relay.open -= 1

    def _flush(self, relay: Relay) -> None:
        """One kept connection was dead: its sisters are as old."""
        while relay.idle:
            self._close(relay, relay.idle.pop())

    def _close(self, relay: Relay, client: Client) -> None:
        relay.open -= 1
        task = asyncio.get_running_loop().create_task(client.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    # -- life ------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Close what is idle too long, forget what has died."""
        for relay in self.relays:
            for client in [each for each in relay.idle if not each.alive or now - each.idle_since > KEEP]:
                relay.idle.remove(client)
                self._close(relay, client)

    async def retire(self, patience: float) -> None:
        """Let what is being sent come to its end, up to `patience` seconds; keep nothing."""
        self._retired = True
        for relay in self.relays:
            self._flush(relay)
        until = monotonic() + patience
        while (self.busy or self.waiting or self._closing) and monotonic() < until:
            await asyncio.sleep(0.02)
        for task in list(self._closing):
            task.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)

    def sizes(self) -> dict[str, int]:
        """Entries per table; all but `idle` are 0 when nothing is on its way."""
        return {
            "idle": sum(len(relay.idle) for relay in self.relays),
            "busy": self.busy,
            "waiting": self.waiting,
            "closing": len(self._closing),
        }

    def status(self, now: float) -> list[dict[str, Any]]:
        """Each relay, for `smsedge status`."""
        return [
            {
                "relay": str(relay.where),
                "state": "down" if relay.down_until > now else "up",
                "connections": relay.open,
                "idle": len(relay.idle),
                "reason": relay.reason,
            }
            for relay in self.relays
        ]
