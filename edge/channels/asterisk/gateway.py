"""One Asterisk: its spool on one side, the edge's word on the other.

The spool is the queue. What is in memory is what is being worked on, bounded; the rest stays in Asterisk and is read
again when there is room. Callbacks are synchronous; what waits for Asterisk is a task of this gateway's own.
"""

import asyncio
import heapq
from collections.abc import Coroutine
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ami.errors import AmiError
from ami.events import Event, SmsDiscarded, SmsEmergency, SmsRefused, SmsReleased, SmsSubmit, is_sid
from ami.manager import Manager, State
from ami.record import BadRecord, parse_record
from ami.settings import Settings, Timeouts
from edge.channels.asterisk.emergency import note_emergency
from edge.channels.asterisk.handling import handle
from edge.channels.asterisk.item import Item, order_of, spooled_at
from edge.channels.asterisk.lanes import Lanes
from edge.channels.asterisk.orders import Lost, NotDone, Orders
from edge.channels.notices import Notices
from edge.core.conf import Asterisk

if TYPE_CHECKING:
    from edge.channels.asterisk.service import Service

NOTICES = Notices("smsedge.asterisk")
ITEMS_CAP = 4000  # messages in memory, some 10 KB each; the rest stays in the spool
ERRANDS_CAP = 64  # small orders beside the messages: notices, records of emergencies, second discards
SETTLED_CAP = 100_000  # ids of what was settled here: a crash of Asterisk may bring them back
LISTED = 20_000  # entries of the spool that one look brings
SLICE = 50  # records between two breaths of the loop
PENDING_AFTER = 0.5  # seconds after which a decision without an end is on record as pending
AGAIN = 5.0  # seconds after a fault of our own


class Gateway:
    """Works on the messages of one Asterisk's spool."""

    def __init__(self, conf: Asterisk, service: "Service", timeouts: Timeouts | None = None) -> None:
        self.conf = conf
        self.service = service
        settings = Settings(
            conf.name,
            conf.host,
            conf.port,
            conf.username,
            conf.secret,
            timeouts or Timeouts(),
            outstanding=2 * conf.parallel + 2 * ERRANDS_CAP,
            entries=LISTED,
        )
        self.manager = Manager(settings, self._event, self._up, self._down)
        self.orders = Orders(self.manager)
        self.lanes: Lanes[Item] = Lanes(conf.parallel, self._start)
        self.items: dict[str, Item] = {}
        self.settled: dict[str, float] = {}
        self.doubtful: dict[str, str] = {}
        """What lies in Asterisk's smsfly and is not being released by this edge: sid -> record."""
        self.unreadable: dict[str, str] = {}
        """Records in the spool that cannot be read: sid -> what is wrong."""
        self.left = 0
        """Messages in the spool that are not in memory, at the last look."""
        self.looked = 0.0
        self._born = monotonic()
        self._synced = False
        self._looking = False
        self._next_look = 0.0
        self._behind = False
        self._flying: set[str] = set()
        self._paused: list[tuple[float, int, Item]] = []
        self._turn = count()
        self._stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._errands = 0
        self._pending_at = 0.0

    # -- life ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Connect, and go on by itself."""
        self.manager.start()

    async def stop(self, patience: float) -> None:
        """Begin nothing more; what is under way gets `patience` seconds; the spool keeps the rest."""
        self._stopping = True
        deadline = monotonic() + patience
        while self._tasks and self.up and monotonic() < deadline:
            await asyncio.sleep(0.02)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.manager.stop()

    @property
    def up(self) -> bool:
        """Whether we are logged in."""
        return self.manager.state is State.UP

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Run a task of this gateway's; the callers bound them."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def errand(self, work: Coroutine[object, object, None]) -> bool:
        """Run a small order beside the messages; False where there are too many."""
        if self._errands >= ERRANDS_CAP or self._stopping:
            work.close()
            self.service.metrics.caps.add(("asterisk-errands",))
            return False
        self._errands += 1
        self.spawn(self._errand(work))
        return True

    async def _errand(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except (NotDone, Lost) as error:
            NOTICES.say("errand", self.conf.name, f"not done: {error}")
        except Exception as error:
            NOTICES.bug(self.service.metrics, self.conf.name, error)
        finally:
            self._errands -= 1

    # -- what Asterisk says --------------------------------------------------------------------

    def _up(self) -> None:
        NOTICES.info(self.conf.name, "connected")
        self._synced = False
        self._next_look = 0.0
        self.tick(monotonic())

    def _down(self, reason: str) -> None:
        self.orders.cut()
        if not self._stopping:
            NOTICES.say("down", self.conf.name, f"not connected: {reason}")

    def _event(self, event: Event) -> None:
        if isinstance(event, SmsSubmit):
            # Before the first look has come to its end, older messages may be in the spool: it brings this one too.
            if self._synced and not self._behind:
                self._take(event.sid, event.record)
                self.lanes.pump()
            else:
                self._behind = True
        elif isinstance(event, SmsEmergency):
            self.errand(note_emergency(self, event.sid, event.number, event.record))
        elif isinstance(event, SmsRefused):
            self.service.outcomes.add((self.conf.name, "spool-full"))
            NOTICES.say("full", self.conf.name, f"its spool is full: a message of {event.endpoint} was not taken")
        elif not self.orders.told(event) and isinstance(event, SmsReleased | SmsDiscarded):
            self._elsewhere(event)

    def _elsewhere(self, event: SmsReleased | SmsDiscarded) -> None:
        """Another edge has settled a message; if it only waits here, it need not be judged."""
        item = self.items.get(event.sid)
        if item is not None and event.status in ("SUCCESS", "OK") and not self.orders.mine(event.by):
            item.elsewhere = True

    # -- in ------------------------------------------------------------------------------------

    def _take(self, sid: str, text: str) -> None:
        if sid in self.items or sid in self.unreadable or not is_sid(sid):
            return
        if len(self.items) >= ITEMS_CAP or self._stopping:
            self._behind = True
            self.service.metrics.caps.add(("asterisk-items",))
            return
        try:
            record = parse_record(text)
        except BadRecord as error:
            self._unreadable(sid, str(error))
            return
        item = self.items[sid] = Item(sid, text, record)
        self.lanes.add(item)

    def _unreadable(self, sid: str, why: str) -> None:
        self.service.outcomes.add((self.conf.name, "unreadable"))
        NOTICES.say("unreadable", self.conf.name, f"a record that cannot be read stays in the spool: {sid}: {why}")
        if len(self.unreadable) < ITEMS_CAP:
            self.unreadable[sid] = why

    def _start(self, item: Item) -> None:
        self.spawn(self._work(item))

    async def _work(self, item: Item) -> None:
        """One attempt at a message; at its end it is settled, or waits for another."""
        wait: float | None = AGAIN
        try:
            if item.elsewhere and item.decision is None:
                item.settled, wait = "elsewhere", None
            else:
                wait = await handle(self, item)
        except Exception as error:
            NOTICES.bug(self.service.metrics, self.conf.name, error)
        finally:  # cancelled too: then it stays in the spool
            self._ended(item, wait)

    def _ended(self, item: Item, wait: float | None) -> None:
        now = monotonic()
        if wait is not None:
            item.tries += 1
            self.lanes.pause()
            heapq.heappush(self._paused, (now + wait, next(self._turn), item))
        else:
            del self.items[item.sid]
            self.service.outcomes.add((self.conf.name, item.settled))
            if item.settled != "doubtful":
                self.remember(item.sid, now)
            self.lanes.done(item)
        if not self._stopping:
            self.lanes.pump()

    def remember(self, sid: str, now: float) -> None:
        """This was settled here: if it is ever in the spool again, it only has to be discarded."""
        self.settled.pop(sid, None)
        if len(self.settled) >= SETTLED_CAP:
            del self.settled[next(iter(self.settled))]
        self.settled[sid] = now

    # -- looking at the spool ------------------------------------------------------------------

    async def _look(self) -> None:
        """Read the spool and take in what is new, oldest first."""
        begun = monotonic()
        # What was passed over is older than what comes now: nothing is taken from events until it is in.
        self._synced = self._synced and not self._behind
        self._behind = False
        try:
            flying = await self.manager.db_tree("smsfly")
            spool = await self.manager.db_tree("smsq")
            kept = await self.manager.db_tree("smsemg")
        except AmiError as error:
            NOTICES.say("look", self.conf.name, f"the spool cannot be read: {error}")
            self._behind = True
            self._next_look = monotonic() + 1.0
            self._looking = False
            return
        try:
            await self._sort(spool.entries, flying.entries, begun)
            self.left = spool.left_out + sum(sid not in self.items for sid in spool.entries if sid not in self.settled)
            self._behind = self._behind or spool.left_out > 0
            for sid, text in kept.entries.items():
                if not self.errand(note_emergency(self, sid, "", text)):
                    break
        except Exception as error:
            NOTICES.bug(self.service.metrics, self.conf.name, error)
        finally:
            self._synced = True
            self._looking = False
            self.looked = monotonic()
            self._next_look = self.looked + (0.2 if self._behind else self.conf.replay)
            self.lanes.pump()

    async def _sort(self, spool: dict[str, str], flying: dict[str, str], begun: float) -> None:
        """What each entry is: in hand, in doubt, brought back by a crash of Asterisk, or new."""
        mine = {sid for sid in flying if sid in self.items}
        # Of another edge's release only what is still there at the next look is in doubt.
        self.doubtful = {sid: text for sid, text in flying.items() if sid not in mine and sid in self._flying}
        self._flying = set(flying)
        self.unreadable = {sid: why for sid, why in self.unreadable.items() if sid in spool}
        for turn, (sid, text) in enumerate(sorted(spool.items(), key=lambda one: order_of(one[0]))):
            if turn % SLICE == SLICE - 1:
                self.lanes.pump()
                await asyncio.sleep(0)
            if sid in self.items or sid in flying:
                continue
            at = self.settled.get(sid)
            if at is None:
                self._take(sid, text)
            elif at < begun:
                self._undone(sid)

    def _undone(self, sid: str) -> None:
        """Settled here, and in the spool again: Asterisk was killed within its second of grace."""
        NOTICES.say("undone", self.conf.name, f"{sid} is in the spool again after it was settled: discarded")
        self.service.outcomes.add((self.conf.name, "undone"))
        self.errand(self._discard(sid))

    async def _discard(self, sid: str) -> None:
        await self.orders.discard(sid)
        self.remember(sid, monotonic())

    # -- time ----------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Take up what waited long enough; look at the spool when it is time; put the pending on record."""
        if self._stopping:
            return
        if self.up:
            while self._paused and self._paused[0][0] <= now:
                self.lanes.resume(heapq.heappop(self._paused)[2])
            if not self._looking and now >= self._next_look and not (self._behind and self._full):
                self._looking = True
                self.spawn(self._look())
        self.lanes.pump()
        if now >= self._pending_at:
            self._pending_at = now + PENDING_AFTER
            self._record_pending(now)

    def _record_pending(self, now: float) -> None:
        for item in self.items.values():
            if item.decision is not None and not item.recorded and now - item.arrived > PENDING_AFTER:
                item.recorded = True
                self.service.desk.record(replace(item.decision, outcome="pending"))

    @property
    def _full(self) -> bool:
        """Whether there is no room to speak of for more of the spool."""
        return len(self.items) > ITEMS_CAP // 2

    # -- for gauges and operators --------------------------------------------------------------

    @property
    def depth(self) -> int:
        """Messages held in the spool, as far as we know: in hand, and left in it at the last look."""
        return len(self.items) + self.left

    def age(self, now: float) -> float:
        """Seconds since the oldest held message was sent (Asterisk's clock); not connected: at least that long."""
        oldest = min((spooled_at(sid) for sid in (*self.items, *self.unreadable)), default=0)
        unix = self.service.desk.unix_time(now)
        age = max(0.0, unix - oldest) if oldest else 0.0
        return age if self.up else max(age, now - max(self.looked, self._born))
