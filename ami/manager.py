"""Keeps one Asterisk logged in and speaks to it. ("Manager" is Asterisk's own word for this interface.)

Nothing is queued while there is no login and nothing is sent again after a loss: what must not be lost is in
Asterisk's spool, and `on_up` is the moment to read it. A starting Asterisk takes logins before it has booted (0.2 s
seen on 22.10.1), and an Originate in that time is accepted and ends in nothing: read the spool at intervals too.
"""

import asyncio
import hashlib
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from time import monotonic

from ami.action import Action, originate_action
from ami.counters import Counters, Notices
from ami.errors import AmiError, Busy, Denied, Malformed, NotConnected, Refused, UnsafeAction
from ami.events import Event, read_event
from ami.link import Link
from ami.listing import Listing
from ami.packet import Packet
from ami.settings import Settings

STOPPED = "stopped"


class State(Enum):
    """`REFUSED`: Asterisk is there and does not take our user; tried again seldom, for ever."""

    DOWN = "down"
    CONNECTING = "connecting"
    REFUSED = "refused"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Tree:
    """A family of Asterisk's database. `entries`: key without the family -> value; `left_out`: entries beyond the
    caps of the settings, which a later call shows once these are gone."""

    entries: dict[str, str]
    left_out: int = 0


class Manager:
    """One Asterisk. Several may live side by side, each with its own state.

    `state`, `since` (monotonic seconds of its last change), `reason` (of the last failure or loss), `counters` and
    `version` (of AMI, as greeted last) are for gauges. The callbacks are called on the loop, must not wait and may
    raise: that is counted, logged and costs nothing. `on_up` comes after every login and before its first event,
    `on_down` with a reason after every `on_up`, when that connection has ended.
    """

    def __init__(
        self,
        settings: Settings,
        on_event: Callable[[Event], None],
        on_up: Callable[[], None] = lambda: None,
        on_down: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self.settings = settings
        self.state = State.DOWN
        self.since = monotonic()
        self.reason = ""
        self.version = ""
        self.counters = Counters()
        self._notices = Notices(settings.name)
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._link: Link | None = None
        self._task: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"Manager({self.settings.name!r}, {self.state.value})"

    @property
    def outstanding(self) -> int:
        """Actions that wait for an answer now."""
        return self._link.outstanding if self._link is not None else 0

    # -- life ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Connect, and keep connected until `stop`. Returns at once. Raises RuntimeError when started already."""
        if self._task is not None:
            raise RuntimeError(f"asterisk {self.settings.name} is started already")
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"ami {self.settings.name}")

    async def stop(self) -> None:
        """Cut the connection, tell whoever waits, and end. May be started again."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})  # it ends: nothing in it waits without a bound or swallows a cancellation
            self._enter(State.DOWN)

    async def _run(self) -> None:
        failures = 0
        while True:
            begun = monotonic()
            try:
                lived = await self._connection()
            except Exception as error:  # whatever it is, the next attempt is due
                self.counters.bugs += 1
                self._notices.fault("bug", error)
                lived = False
            # A login that does not last is no reason to hurry.
            lasted = lived and monotonic() - begun >= self.settings.timeouts.keepalive
            failures = 0 if lasted else failures + 1
            await asyncio.sleep(self._pause(failures))

    def _pause(self, failures: int) -> float:
        timeouts = self.settings.timeouts
        if self.state is State.REFUSED:
            longest = timeouts.reconnect_max
        else:
            longest = min(timeouts.reconnect_max, timeouts.reconnect_min * 2 ** min(failures, 16))
        return longest * random.uniform(0.5, 1.0)

    async def _connection(self) -> bool:
        """One connection from its first octet to its last. Returns whether it was logged in."""
        if self.state is State.DOWN:
            self._enter(State.CONNECTING)
        link: Link | None = None
        try:
            link = await self._connect()
            if link is None:
                return False
            await self._login(link)
            if self._link is not link:
                return False
            await self._watch(link)
            return True
        except Exception:
            if link is not None:
                link.end("a fault of our own")
            raise
        finally:
            if link is not None:
                link.end(STOPPED)
                self._ended(link)
            elif self.state is State.CONNECTING:
                self._enter(State.DOWN)

    async def _connect(self) -> Link | None:
        settings = self.settings
        try:
            async with asyncio.timeout(settings.timeouts.connect):
                _, link = await asyncio.get_running_loop().create_connection(
                    lambda: Link(self._told, self.counters, self._notices), settings.host, settings.port
                )
        except (OSError, TimeoutError) as error:
            self._failed("connect", f"no connection to {settings.host}:{settings.port}: {str(error) or 'timed out'}")
            self._enter(State.DOWN)
            return None
        self.counters.connections += 1
        return link

    async def _login(self, link: Link) -> None:
        """Prove the secret by challenge (it never goes over the wire); `_accepted` takes it from there."""
        settings = self.settings
        try:
            async with asyncio.timeout(settings.timeouts.login):
                await link.greeted
                wait = settings.timeouts.login
                packet = _succeeded("Challenge", await link.ask(Action("Challenge", (("AuthType", "MD5"),)), wait))
                proof = (packet.get("Challenge") + settings.secret).encode()
                headers = (
                    ("AuthType", "MD5"),
                    ("Username", settings.username),
                    ("Key", hashlib.md5(proof, usedforsecurity=False).hexdigest()),
                    ("Events", "user"),
                )
                accepted = partial(self._accepted, link)
                _succeeded("Login", await link.ask(Action("Login", headers), wait, then=accepted))
        except Refused as error:
            self.counters.refused += 1
            self._enter(State.REFUSED)
            self._failed("refused", f"login as {settings.username} refused: {error.said!r}")
        except (AmiError, TimeoutError) as error:
            if self._link is link:
                return  # out of time in the very turn in which it was accepted
            self._enter(State.DOWN)
            self._failed(
                "login", f"no login: {link.ended.result() if link.ended.done() else str(error) or 'timed out'}"
            )

    def _accepted(self, link: Link, answer: Packet) -> None:
        """Called while the answer of the login is read, so that nothing behind it is told before `on_up`."""
        if answer.get("Response") != "Success" or link.ended.done():
            return
        self.counters.logins += 1
        self._link = link
        self.version = link.version
        self._enter(State.UP)
        self._notices.forget("connect", "refused", "login")
        self._notices.info(f"logged in as {self.settings.username} (AMI {link.version})")
        self._call(self._on_up)

    async def _watch(self, link: Link) -> None:
        """Ask for a sign of life again and again, until the connection has ended."""
        timeouts = self.settings.timeouts
        while not link.ended.done():
            await asyncio.wait({link.ended}, timeout=timeouts.keepalive)
            if not link.ended.done() and not await link.alive(timeouts.silence, timeouts.listing):
                if not link.ended.done():
                    self.counters.silences += 1
                link.end(f"Ping not answered within {timeouts.silence:g} s of silence")

    def _ended(self, link: Link) -> None:
        if self._link is link:
            self._link = None
            self.counters.losses += 1
            self.reason = link.ended.result()
            self._notices.info(f"link lost: {self.reason}", logging.INFO if self.reason == STOPPED else logging.WARNING)
            self._enter(State.DOWN)
            self._call(self._on_down, self.reason)
        elif self.state is State.CONNECTING:
            self._enter(State.DOWN)

    def _failed(self, kind: str, reason: str) -> None:
        self.reason = reason
        self._notices.say(kind, reason)

    def _enter(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.since = monotonic()

    # -- what Asterisk says by itself ------------------------------------------------------------

    def _told(self, packet: Packet) -> None:
        try:
            event = read_event(packet)
        except Malformed as error:
            self.counters.malformed += 1
            self._notices.say("malformed", f"an event that the dialplan does not write: {error}")
            return
        if event is None or self._link is None:
            self.counters.ignored += 1
            return
        self.counters.events += 1
        self._call(self._on_event, event)

    def _call(self, callback: Callable[..., None], *arguments: object) -> None:
        try:
            callback(*arguments)
        except Exception as error:
            self.counters.callback_errors += 1
            self._notices.fault("fault in a callback", error)

    # -- actions -------------------------------------------------------------------------------

    async def request(self, action: Action) -> Packet:
        """Any action with one response, which is returned when it says Success.

        Raises NotConnected or Busy (nothing was written), Refused or Denied (not done), Unanswered (unknown).
        """
        return await self._asked(action, self.settings.timeouts.answer)

    async def collect(self, action: Action, row: str, complete: str, names: tuple[str, ...]) -> Listing:
        """Any action that is answered as events: the headers `names` of each event `row` until event `complete`.

        Raises as `request` does, and Malformed when rows are missing.
        """
        settings = self.settings
        listing = Listing(row, complete, names, settings.entries, settings.octets)
        packet = await self._asked(action, settings.timeouts.listing, listing)
        if packet.get("Event") != complete:
            raise Malformed(f"{action.name}: no list in its answer")
        listing.check(packet)
        self.counters.left_out += listing.left_out
        self.counters.malformed += listing.malformed
        return listing

    async def _asked(self, action: Action, wait: float, listing: Listing | None = None) -> Packet:
        link = self._link
        if link is None or link.ended.done():
            self.counters.unconnected += 1
            raise NotConnected(f"{action.name}: asterisk {self.settings.name} is {self.state.value}")
        if link.outstanding >= self.settings.outstanding:
            self.counters.busy += 1
            raise Busy(f"{action.name}: {link.outstanding} actions wait for an answer")
        packet = await link.ask(action, wait, listing)
        try:
            return packet if packet.get("Event") else _succeeded(action.name, packet)
        except Refused:
            self.counters.declined += 1
            raise

    async def ping(self) -> None:
        """Ask for a sign of life. Needs no privilege."""
        await self.request(Action("Ping"))

    async def originate(
        self,
        channel: str,
        variables: Mapping[str, str],
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> None:
        """Start `channel` (Local/<sid>@sms-release/n) with `variables` set on it; `timeout` is Asterisk's, in seconds.

        Returning means that Asterisk took the order, not that it did it: of a context or extension that is not there
        it says nothing more at all. The outcome is an event. Needs `write = originate`.
        Raises UnsafeAction (see `action.originate_action`), and as `request` does.
        """
        await self.request(originate_action(channel, variables, timeout))

    async def db_tree(self, family: str) -> Tree:
        """Every entry of one family of Asterisk's database. Needs `write = reporting` (or system).

        A family that is not there is empty. Values are as they were written; `record.parse_record` reads the spool's.
        Raises UnsafeAction for a family that is not letters, digits, `_`, `-`, and as `collect` does.
        """
        if not family.replace("-", "_").isidentifier() or not family.isascii():
            raise UnsafeAction("DBGetTree: a family is a letter, then letters, digits, _ and -")
        action = Action("DBGetTree", (("Family", family),))
        listing = await self.collect(action, "DBGetTreeResponse", "DBGetTreeComplete", ("Key", "Val"))
        prefix = f"/{family}/"
        return Tree({key.removeprefix(prefix): value for key, value in listing.rows}, listing.left_out)


def _succeeded(action: str, packet: Packet) -> Packet:
    if packet.get("Response") == "Success":
        return packet
    said = packet.get("Message")
    # "Permission denied", "Originate Access Forbidden: ...", "GetVar Access Forbidden: ..."
    kind = Denied if said == "Permission denied" or "Access Forbidden" in said else Refused
    raise kind(action, said)
