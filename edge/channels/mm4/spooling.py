"""What waits for its next hop on disk: tried again less and less often, until it goes out or its time is over.

A parcel is marked on disk before each attempt, so that after a crash nobody takes "may have been sent" for "was not".
A message whose next hop may have it is never sent again by us: its sender is told that nobody knows. Our own answers
are: twice does no harm.
"""

import asyncio
import heapq
from typing import TYPE_CHECKING

from msgspec.structs import replace

from edge.channels.mm4.answering import tell_failed
from edge.channels.mm4.onward import Ended, carry
from edge.channels.mm4.smtp.seam import Sent
from edge.channels.notices import Notices
from edge.core.decision import Decision
from edge.core.mms import Parcel, What
from smpp.consts import Status

if TYPE_CHECKING:
    from edge.channels.mm4.service import Service

NOTICES = Notices("smsedge.mm4")
PARALLEL = 16
FIRST, MOST = 5.0, 600.0  # seconds between two attempts


class Spooler:
    """The queue before the next hops. All calls on the loop."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._due: list[tuple[float, str]] = []
        self._tries: dict[str, int] = {}
        self.running = 0
        self.outcomes = service.metrics.counter(
            "smsedge_mm4_spool_total", "Parcels of the MM4 spool, by how they ended", ("what", "outcome")
        )

    def recall(self) -> None:
        """What an earlier life of this edge left."""
        for id in self._service.store.waiting():
            heapq.heappush(self._due, (0.0, id))

    async def keep(self, parcel: Parcel) -> bool:
        """Put a parcel on disk and try it at once; False where the disk would not have it."""
        service = self._service
        waiting = service.store.waiting()
        if len(waiting) >= service.mm4.spool:
            service.metrics.caps.add(("mm4-spool",))
            return False
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        service.store.keep(parcel, lambda error: None if told.done() else told.set_result(error is None))
        if not await told:
            return False
        wait = 0.0 if parcel.what is What.ANSWER else FIRST
        heapq.heappush(self._due, (service.unix() + wait, parcel.id))
        if not wait:
            self.tick(service.unix())
        return True

    def tick(self, unix: float) -> None:
        """Begin what is due."""
        while self._due and self._due[0][0] <= unix and self.running < PARALLEL and not self._service.stopping:
            _, id = heapq.heappop(self._due)
            if id in self._service.store.waiting() and self._service.spawn(self._work(id)):
                self.running += 1

    async def _work(self, id: str) -> None:
        again = True
        try:
            again = await self._attempt(id)
        except Exception as error:
            NOTICES.bug(self._service.metrics, "mm4 spool", error)
        finally:
            self.running -= 1
            if again:
                tries = self._tries[id] = self._tries.get(id, 0) + 1
                heapq.heappush(self._due, (self._service.unix() + min(MOST, FIRST * 2.0 ** min(tries - 1, 10)), id))
            else:
                self._tries.pop(id, None)

    async def _attempt(self, id: str) -> bool:
        """One attempt; whether there must be another."""
        service = self._service
        waiting = service.store.waiting().get(id)
        if waiting is None:
            return False
        parcel = await asyncio.to_thread(service.store.fetch, id)
        if parcel is None:
            self._end(id, waiting.what, "unreadable")
            return False
        if waiting.sending and waiting.what is What.MESSAGE:
            await self._over(parcel, Sent.UNKNOWN, "the edge was killed while it was being sent")
            return False
        if service.unix() >= parcel.expires:
            await self._over(parcel, Sent.LATER, "no next hop took it in time")
            return False
        return await self._send(parcel)

    async def _send(self, parcel: Parcel) -> bool:
        service = self._service
        hops = tuple(service.peers.by_name[name] for name in parcel.hops if name in service.peers.by_name)
        if not hops:
            await self._over(parcel, Sent.REFUSED, "its next hops are gone from the conf")
            return False
        if not await self._mark(parcel.id, True):
            return True
        ended = await carry(service.outward, hops, parcel.sender, parcel.recipients, parcel.content, service.patience)
        sents = {one.sent for one in ended.values()}
        if sents == {Sent.TAKEN}:
            await self._out(parcel, ended)
            return False
        if Sent.LATER in sents and not sents - {Sent.LATER}:
            await self._mark(parcel.id, False)
            return True
        if parcel.what is What.ANSWER:
            if Sent.REFUSED in sents:
                self._end(parcel.id, parcel.what, "refused")
                return False
            return True
        return await self._split(parcel, ended)

    async def _mark(self, id: str, sending: bool) -> bool:
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._service.store.mark(id, sending, lambda error: None if told.done() else told.set_result(error is None))
        return await told

    # -- how it ends ---------------------------------------------------------------------------

    async def _out(self, parcel: Parcel, ended: dict[str, Ended]) -> None:
        for decision, address in zip(parcel.decisions, parcel.recipients, strict=False):
            await self._moved(parcel, decision, address, ended[address].hop)
            self._close(decision, 0, f"handed to {ended[address].hop} from the spool")
        self._end(parcel.id, parcel.what, "sent")

    async def _moved(self, parcel: Parcel, decision: Decision, address: str, hop: str) -> None:
        """Reports come from there from now on, where it is not the hop that was expected."""
        decision.carrier = hop
        if hop == parcel.hops[0]:
            return
        for passed in await asyncio.to_thread(self._service.store.find, decision.message_id, ""):
            if passed.decision == decision.id:
                self._service.passages.moved(replace(passed, hop=hop))
                break

    async def _split(self, parcel: Parcel, ended: dict[str, Ended]) -> bool:
        """Recipients fared differently: each ends, or waits on, by itself."""
        rest: list[tuple[str, Decision]] = []
        for decision, address in zip(parcel.decisions, parcel.recipients, strict=False):
            one = ended[address]
            if one.sent is Sent.TAKEN:
                await self._moved(parcel, decision, address, one.hop)
                self._close(decision, 0, f"handed to {one.hop} from the spool")
            elif one.sent is Sent.LATER:
                rest.append((address, decision))
            else:
                await self._failed(parcel, address, decision, one.sent, f"{one.hop}: {one.reply}")
        if rest:
            addresses, decisions = tuple(one[0] for one in rest), tuple(one[1] for one in rest)
            left = replace(parcel, id=self._service.next_id(), recipients=addresses, decisions=decisions)
            if not await self.keep(left):  # no room: then it is over for them
                for address, decision in rest:
                    await self._failed(left, address, decision, Sent.LATER, "the spool is full")
        self._end(parcel.id, parcel.what, "split")
        return False

    async def _over(self, parcel: Parcel, sent: Sent, why: str) -> None:
        for decision, address in zip(parcel.decisions, parcel.recipients, strict=False):
            await self._failed(parcel, address, decision, sent, why)
        self._end(parcel.id, parcel.what, "unknown" if sent is Sent.UNKNOWN else "failed")

    async def _failed(self, parcel: Parcel, address: str, decision: Decision, sent: Sent, why: str) -> None:
        """It did not get there, or nobody knows: its sender is told as it asked for."""
        decision.outcome = "unknown" if sent is Sent.UNKNOWN else "answered"
        self._close(decision, int(Status.ESME_RSYSERR), why)
        await tell_failed(self._service, parcel, address, sent)

    def _close(self, decision: Decision, status: int, why: str) -> None:
        """Its second record: the peer had its answer long ago, so nothing is measured."""
        decision.detail, decision.status = why[:300], status
        if decision.outcome == "pending":
            decision.outcome = "answered"
        self._service.desk.record(decision)

    def _end(self, id: str, what: What, outcome: str) -> None:
        self._service.store.drop(id)
        self.outcomes.add((what.value, outcome))

    # -- for gauges ----------------------------------------------------------------------------

    def age(self, unix: float) -> float:
        """Seconds that the oldest message has waited."""
        oldest = min(
            (one.at for one in self._service.store.waiting().values() if one.what is What.MESSAGE), default=0.0
        )
        return unix - oldest if oldest else 0.0

    def depth(self) -> dict[str, int]:
        """Parcels by what they are."""
        kinds = [one.what.value for one in self._service.store.waiting().values()]
        return {what.value: kinds.count(what.value) for what in What}
