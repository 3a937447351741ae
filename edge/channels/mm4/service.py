"""What the pieces of the relay share: the desk, the peers, the next hops, the store, the tables and the counters."""

import asyncio
from collections.abc import Callable, Coroutine
from hashlib import blake2b
from time import monotonic
from typing import NamedTuple

from msgspec.structs import replace

from edge.channels.alarms import Alarms
from edge.channels.custody import Custody
from edge.channels.deliveries import Deliveries
from edge.channels.mm4.item import Item
from edge.channels.mm4.passages import Passages, Recent
from edge.channels.mm4.peers import Peers
from edge.channels.mm4.smtp.seam import Outward
from edge.channels.mm4.spooling import Spooler
from edge.channels.shared import SharedSenders
from edge.core.conf import Conf, Mm4
from edge.core.decision import Decision
from edge.core.desk import Desk
from edge.core.evidence import EvidenceStore
from edge.core.media import Examiner
from edge.core.mms import RelayStore
from edge.core.submission import Submission
from edge.core.verdict import Verdict

JUDGED_CAP = 5_000
JUDGED_FOR = 4 * 3600.0  # seconds: a peer's queue tries again for hours
PENDING_AFTER = 0.5  # seconds after which a decision without an answer is on record as pending
TASKS_CAP = 200
MARGIN = 5.0  # seconds that are left for all but the next hop


class Judged(NamedTuple):
    """A verdict on a message that was not taken for want of a next hop: its repetition is not judged anew."""

    digest: bytes
    verdict: Verdict
    decision: Decision
    submission: Submission
    at: float


class Service:
    """The shared state. `work` are the recipients of all messages that are being answered."""

    def __init__(
        self,
        desk: Desk,
        custody: Custody,
        deliveries: Deliveries,
        shared: SharedSenders,
        outward: Outward,
        examiner: Examiner,
        store: RelayStore,
        evidence: EvidenceStore,
        mm4: Mm4,
    ) -> None:
        self.desk = desk
        self.custody = custody
        self.deliveries = deliveries
        self.shared = shared
        self.outward = outward
        self.examiner = examiner
        self.store = store
        self.evidence = evidence
        self.alarms = Alarms(desk.metrics)
        self.metrics = metrics = desk.metrics
        self.mm4 = mm4
        self.peers = Peers(desk.conf, mm4)
        self.passages = Passages(store)
        self.judged: Recent[Judged] = Recent(JUDGED_CAP)
        self.work: set[Item] = set()
        self.busy = 0
        self.stopping = False
        self.messages = metrics.counter(
            "smsedge_mm4_messages_total", "MM4 messages by recipient and how they ended", ("peer", "outcome")
        )
        self.reports = metrics.counter(
            "smsedge_mm4_reports_total", "MM4 reports and responses from peers", ("peer", "kind", "outcome")
        )
        self.answers = metrics.counter(
            "smsedge_mm4_answers_total", "MM4 responses and reports of our own", ("peer", "what", "outcome")
        )
        self.envelopes = metrics.counter(
            "smsedge_mm4_envelopes_total", "Senders and recipients refused in SMTP", ("peer", "stage", "reply")
        )
        self.seconds = metrics.histogram("smsedge_mm4_seconds", "From the end of DATA to its reply")
        self.spool = Spooler(self)
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = 0
        self._pending_at = 0.0

    @property
    def patience(self) -> float:
        """Seconds after which no further next hop is tried: the peer must hear from us in time."""
        return max(0.0, self.mm4.deadline - self.mm4.send_timeout - MARGIN)

    def adopt(self, conf: Conf, mm4: Mm4) -> None:
        """This conf holds from now on."""
        self.mm4 = mm4
        self.peers = Peers(conf, mm4)

    def start(self) -> None:
        """Take up what an earlier life of this edge left. Blocking: at the start."""
        now = monotonic()
        self.passages.recall(now, self.desk.unix_time(now))
        self.spool.recall()

    async def stop(self, patience: float) -> None:
        """Take up nothing more; what is under way gets `patience` seconds. The spool keeps the rest."""
        self.stopping = True
        deadline = monotonic() + patience
        while (self.busy or self.spool.running) and monotonic() < deadline:
            await asyncio.sleep(0.02)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def spawn(self, work: Coroutine[object, object, None]) -> bool:
        """Run a task beside the path; False where there are too many."""
        if len(self._tasks) >= TASKS_CAP:
            work.close()
            self.metrics.caps.add(("mm4-tasks",))
            return False
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    # -- for the pieces ------------------------------------------------------------------------

    def system_address(self) -> str:
        """Ours, as we sign answers and have answers sent to."""
        return f"mm4@{self.mm4.domain}"

    def next_id(self) -> str:
        """An id for a message of our own: unique, across restarts too."""
        self._numbers += 1
        return f"{self.desk.next_decision()}.{self._numbers}"

    def unix(self) -> float:
        """Now, as a Unix time."""
        return self.desk.unix_time(monotonic())

    # -- time ----------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """The coarse tick."""
        if not self.stopping:
            self.spool.tick(self.desk.unix_time(now))
        if now >= self._pending_at:
            self._pending_at = now + PENDING_AFTER
            for item in self.work:
                waits = not (item.recorded or item.closed) and now - item.arrived > PENDING_AFTER
                if item.decision is not None and waits:
                    item.recorded = True
                    self.desk.record(pending(item.decision))

    def not_ready(self) -> list[str]:
        """Why the edge should not get traffic now."""
        age = self.spool.age(self.unix())
        return [f"mm4: a message has waited {age:.0f} s for its next hop"] if age > self.mm4.old else []

    def sizes(self) -> dict[str, int]:
        """Entries per table: those of work are 0 when nothing is on its way."""
        return {
            "mm4-work": len(self.work),
            "mm4-judged": len(self.judged),
            "mm4-spool": len(self.store.waiting()),
            **self.passages.sizes(),
        }


def pending(decision: Decision) -> Decision:
    """The record of a decision whose answer is not known yet."""
    return replace(decision, outcome="pending")


def digest_of(content: bytes) -> bytes:
    """What tells one message from another with the same ids."""
    return blake2b(content, digest_size=16).digest()


async def on_disk(begin: Callable[[Callable[[BaseException | None], None]], object]) -> bool:
    """Wait for something that calls back with None once it is on disk, or with an error."""
    told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    begin(lambda error: None if told.done() else told.set_result(error is None))
    return await told
