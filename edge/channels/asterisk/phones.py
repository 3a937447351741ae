"""Subscribers' messages to SIP endpoints: the carrier is told ROK once Asterisk has handed the text to SIP.

What the telephone itself answers shows nowhere in Asterisk. Bounded: what cannot be delivered soon stays with the
carrier.
"""

from collections.abc import Callable
from hashlib import blake2b
from itertools import count
from secrets import randbelow
from time import monotonic, time
from typing import TYPE_CHECKING

from edge.channels.asterisk.intake import written
from edge.channels.asterisk.lanes import Lanes
from edge.channels.asterisk.orders import TEXT_LONGEST, Lost, NotDone
from edge.channels.notices import Notices
from edge.channels.outside import Done
from edge.core.account import Endpoint
from edge.core.submission import Submission
from smpp.consts import Status

if TYPE_CHECKING:
    from edge.channels.asterisk.gateway import Gateway

NOTICES = Notices("smsedge.asterisk")
PARALLEL = 32
WAITING_CAP = 500  # texts that wait here; the carriers keep the rest
PATIENCE = 15.0  # seconds; then the carrier is told to keep it
DOUBTS_CAP = 1000
PIECE = 2000  # octets of a text that is too long for one
KEEP_IT, NEVER = int(Status.ESME_RX_T_APPN), int(Status.ESME_RX_P_APPN)


class Text:
    """One message to an endpoint."""

    __slots__ = ("done", "endpoint", "gateway", "pair", "submission", "until")

    def __init__(
        self, gateway: "Gateway", endpoint: Endpoint, submission: Submission, done: Done, until: float
    ) -> None:
        self.gateway = gateway
        self.endpoint = endpoint
        self.submission = submission
        self.done = done
        self.until = until
        self.pair: tuple[object, ...] = (submission.source.key, submission.destination.key)


class Phones:
    """Deliveries to the endpoints of all Asterisks; `done` of each is called exactly once."""

    def __init__(self, outcome: Callable[[str, str], None]) -> None:
        """`outcome` counts: (asterisk, how it ended)."""
        self._outcome = outcome
        self._lanes: Lanes[Text] = Lanes(PARALLEL, self._start)
        self._numbers = count()
        self._base = f"{int(time() * 1000)}{randbelow(10_000):04}"  # no other edge's
        # A text whose outcome nobody knows keeps its id, so that the carrier's next attempt is known to Asterisk.
        self._doubts: dict[bytes, str] = {}

    def __len__(self) -> int:
        return len(self._lanes)

    def take(self, gateway: "Gateway", endpoint: Endpoint, submission: Submission, done: Done, now: float) -> None:
        """Deliver in its turn, or say at once that the carrier should keep it."""
        if not gateway.up or len(self._lanes) >= WAITING_CAP:
            self._outcome(gateway.conf.name, "kept")
            done(KEEP_IT, now)
            return
        self._lanes.add(Text(gateway, endpoint, submission, done, now + PATIENCE))
        self._lanes.pump()

    def _start(self, text: Text) -> None:
        text.gateway.spawn(self._deliver(text))

    async def _deliver(self, text: Text) -> None:
        status = KEEP_IT
        try:
            if monotonic() < text.until:
                status = await self._sent(text)
        except (NotDone, Lost):
            status = KEEP_IT
        except Exception as error:
            NOTICES.bug(text.gateway.service.metrics, text.gateway.conf.name, error)
        finally:
            how = "delivered" if not status else "kept" if status == KEEP_IT else "refused"
            self._outcome(text.gateway.conf.name, how)
            text.done(status, monotonic())
            self._lanes.done(text)
            self._lanes.pump()

    async def _sent(self, text: Text) -> int:
        """All pieces of a text; the status for the carrier."""
        octets = (text.submission.body.text.replace("\0", "") or " ").encode("utf-8", "replace")
        mark = _mark(text, octets)
        id = self._doubts.pop(mark, "") or f"{self._base}-{next(self._numbers)}"
        source = written(text.submission.source) or "unknown"
        to = "" if text.endpoint.phone else written(text.submission.destination)
        for turn, piece in enumerate(_pieces(octets)):
            one = id if not turn else f"{id}-{turn}"
            try:
                status = await self._one(text, one, source, to, piece)
            except Lost:
                self._doubt(mark, id)
                raise
            if status:
                if turn:  # what is out already is not to be sent again
                    self._doubt(mark, id)
                return status
        return 0

    async def _one(self, text: Text, id: str, source: str, to: str, octets: bytes) -> int:
        while True:
            said, was = await text.gateway.orders.deliver("mo", id, text.endpoint.name, source, to, octets)
            if said == "SUCCESS" or (said == "DUP" and was == "SENT"):
                return 0
            if said in ("BADBODY", "BADADDR", "BADID"):
                return NEVER
            if said != "BUSY" or monotonic() >= text.until:
                return KEEP_IT

    def _doubt(self, mark: bytes, id: str) -> None:
        if len(self._doubts) >= DOUBTS_CAP:
            del self._doubts[next(iter(self._doubts))]
        self._doubts[mark] = id

    def sizes(self) -> dict[str, int]:
        """Entries per table."""
        return {"asterisk-texts": len(self._lanes), "asterisk-doubts": len(self._doubts)}


def _mark(text: Text, octets: bytes) -> bytes:
    source, destination = text.submission.source, text.submission.destination
    body = text.submission.body
    who = f"{text.submission.origin}\n{source.text}\n{destination.text}\n{body.reference}/{body.part}\n".encode(
        "latin-1", "replace"
    )
    return blake2b(who + octets, digest_size=16).digest()


def _pieces(octets: bytes) -> list[bytes]:
    """A text in pieces that the manager's lines hold, never cut within a character."""
    if len(octets) <= TEXT_LONGEST:
        return [octets]
    pieces = []
    while octets:
        end = min(PIECE, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[:end])
        octets = octets[end:]
    return pieces
