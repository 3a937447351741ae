"""A relay without sockets: a policy that says what the test says, next hops that do, a store that is a dict."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from types import SimpleNamespace
from typing import Any

from msgspec.structs import replace

from edge.channels.custody import Custody
from edge.channels.deliveries import Deliveries
from edge.channels.mm4.codec.address import read as read_address
from edge.channels.mm4.codec.fields import Kind
from edge.channels.mm4.codec.pdu import DeliveryReport, Forward, Pdu, Response, build, parse
from edge.channels.mm4.holding import Releases
from edge.channels.mm4.relay import Relay
from edge.channels.mm4.service import Service
from edge.channels.mm4.smtp.seam import Envelope, Reply, Result, Sent, Session
from edge.channels.owed import OwedReceipts
from edge.channels.shared import SharedSenders
from edge.core.account import Account
from edge.core.conf import Listen, Mm4, Mm4Peer
from edge.core.evidence import Exhibit, Kept
from edge.core.media import Busy, Media
from edge.core.mms import Parcel, Passed, Waiting
from edge.core.submission import Submission
from edge.core.verdict import Verdict

from ..books import RIVAL, Desk, acme, conf_of

ACME, NORTH, SOUTH, EAST = (
    Mm4Peer(
        name,
        ("192.0.2.0/24",),
        Listen("192.0.2.1", 25),
        (f"mms.{name}.example",),
        name == "north",
        f"mm4@{name}.example",
    )
    for name in ("acme", "north", "south", "east")
)
MM4 = Mm4(Listen("127.0.0.1", 2525), "mms.edge.example", peers=(ACME, NORTH, SOUTH, EAST), retry=100.0, spool=10)
US, THEM, THEM_TOO = "+14165550101", "+12125550310", "+12125550311"
ANSWERS = {
    Sent.TAKEN: Reply(250, "2.0.0", "ok"),
    Sent.REFUSED: Reply(550, "5.1.1", "nobody of that name"),
    Sent.LATER: Reply(451, "4.3.0", "not now"),
    Sent.UNKNOWN: Reply(451, "4.4.2", "no reply"),
}


class Books(Desk):
    """The desk of the channels' tests, on the real clock. `offset` moves the wall clock."""

    def __init__(self, conf: Any) -> None:
        super().__init__(conf, None)  # type: ignore[arg-type]
        self.offset = 1_700_000_000.0

    def judge(self, submission: Submission, now: float) -> Verdict:
        self.judged.append(submission)
        return self.rule(submission)

    def unix_time(self, now: float) -> float:
        return self.offset + now

    def record_durably(self, decision: Any, done: Callable[[BaseException | None], None]) -> None:
        self.records.append(replace(decision))
        done(None)


class Hops:
    """Next hops. `says` has, by peer, what becomes of each recipient (the last word stays)."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, tuple[str, ...], bytes]] = []
        self.says: dict[str, Any] = {}
        self.gate: asyncio.Event | None = None

    async def send(self, peer: Mm4Peer, sender: str, recipients: Sequence[str], content: bytes) -> tuple[Result, ...]:
        if self.gate is not None:
            await self.gate.wait()
        self.sent.append((peer.name, sender, tuple(recipients), content))
        said = self.says.get(peer.name, Sent.TAKEN)
        sents = [said(address) if callable(said) else said for address in recipients]
        return tuple(Result(sent, ANSWERS[sent]) for sent in sents)

    def to(self, peer: str) -> list[Pdu]:
        """What a peer was handed, and took or not."""
        return [parse(content) for name, _, _, content in self.sent if name == peer]


class Store:
    """A `RelayStore` in memory. `fails` makes writes fail; what is `marked` is what the disk says of attempts."""

    def __init__(self) -> None:
        self.parcels: dict[str, Parcel] = {}
        self.slots: dict[str, Waiting] = {}
        self.passed: list[Passed] = []
        self.marked: list[tuple[str, bool]] = []
        self.fails = False

    def keep(self, parcel: Parcel, done: Any) -> None:
        if self.fails:
            done(OSError("no space left on device"))
            return
        self.parcels[parcel.id] = parcel
        self.slots[parcel.id] = Waiting(parcel.what, parcel.at, parcel.expires, len(parcel.content))
        done(None)

    def mark(self, id: str, sending: bool, done: Any) -> None:
        self.marked.append((id, sending))
        self.slots[id].sending = sending
        done(None)

    def drop(self, id: str) -> None:
        self.parcels.pop(id, None)
        self.slots.pop(id, None)

    def fetch(self, id: str) -> Parcel | None:
        return self.parcels.get(id)

    def waiting(self) -> dict[str, Waiting]:
        return self.slots

    def note(self, passed: Passed) -> None:
        self.passed.append(passed)

    def recall(self, since: float, most: int) -> list[Passed]:
        return [passed for passed in self.passed if passed.at > since][-most:]

    def find(self, message: str, transaction: str) -> list[Passed]:
        return [
            one for one in self.passed[::-1] if (one.message == message if message else one.transaction == transaction)
        ]

    def close(self) -> None:
        """Nothing to close."""


class Looker:
    """An examiner that finds what it is told."""

    def __init__(self) -> None:
        self.media = Media(texts=(("text", "hello"),))
        self.busy = False
        self.looked = 0

    async def examine(self, message: bytes) -> Media:
        self.looked += 1
        if self.busy:
            raise Busy
        return self.media


class Locker:
    """An `EvidenceStore` that says what it is told, and remembers what was on disk when it was asked."""

    def __init__(self, desk: Books) -> None:
        self._desk = desk
        self.says = Kept.KEPT
        self.exhibits: list[Exhibit] = []
        self.laid_down_before: list[int] = []

    async def keep(self, exhibit: Exhibit) -> Kept:
        self.exhibits.append(exhibit)
        self.laid_down_before.append(len(self._desk.laid_down))
        return self.says


class Desktop:
    """A relay and everything around it. `again` is the same after a restart: only the disk is left."""

    def __init__(
        self, store: Store | None = None, mm4: Mm4 = MM4, account: Any = None, others: Sequence[Account] = ()
    ) -> None:
        one = account or acme(mm4_peers=("acme",))
        rival = replace(RIVAL, mm4_peers=("south", "east"))
        self.conf = replace(conf_of((one, rival, *others)), mm4=mm4)
        self.desk = Books(self.conf)
        self.hops, self.store, self.looker, self.locker = Hops(), store or Store(), Looker(), Locker(self.desk)
        metrics = self.desk.metrics
        self.deliveries = Deliveries(metrics)
        owed = OwedReceipts(self.deliveries, metrics)
        self.custody = Custody(self.desk, SimpleNamespace(), self.deliveries, owed)  # type: ignore[arg-type]
        self.service = Service(
            self.desk,
            self.custody,
            self.deliveries,
            SharedSenders(),
            self.hops,
            self.looker,
            self.store,
            self.locker,
            mm4,
        )
        self.service.start()
        self.custody.outsides["mm4"] = Releases(self.service)
        self.relay = Relay(self.service)

    def session(self, peer: Mm4Peer = ACME) -> Session:
        """A connection of a peer."""
        return Session(1, peer, "192.0.2.9", False)

    async def sends(self, content: bytes, *to: str, sender: str = US, peer: Mm4Peer = ACME) -> str:
        """A whole transaction: the reply that ended it. Recipients that are refused are left out, as a client does."""
        session = self.session(peer)
        envelope = f"{sender}/TYPE=PLMN@mms.{peer.name}.example" if sender[:1] in "+0123456789" else sender
        refused = self.relay.sender(session, envelope, len(content))
        if refused is not None:
            return f"MAIL {refused}"
        taken: list[str] = []
        for address in to:
            written = address if "@" in address or "/" in address else f"{address}/TYPE=PLMN"
            refused = self.relay.recipient(session, envelope, taken, written)
            if refused is None:
                taken.append(written)
        if not taken:
            return f"RCPT {refused}"
        return str(await self.relay.message(session, Envelope(envelope, tuple(taken), content, "mmsc.acme.example")))

    def wrote(self, account: str) -> str:
        """An account sent an SMS from our number to them. Returns its name."""
        number, peer = (self.desk.party(text, 1, 1, 1).key for text in (US, THEM))
        self.service.shared.wrote(number, peer, account, monotonic())
        return account

    async def settled(self) -> None:
        """Let the tasks beside the path come to their end."""
        for _ in range(50):
            await asyncio.sleep(0.002)
            if not self.service._tasks:
                return
        raise AssertionError("tasks do not end")

    def outcomes(self, peer: str = "acme") -> dict[str, int]:
        """How its messages ended."""
        return {outcome: count for (name, outcome), count in self.service.messages.values.items() if name == peer}

    def responses(self, peer: str = "acme") -> list[str]:
        """Statuses of the responses that a peer was sent."""
        pdus = [pdu for pdu in self.hops.to(peer) if isinstance(pdu, Response)]
        return [pdu.status.value for pdu in pdus if pdu.status is not None]

    def reported(self, peer: str = "acme") -> list[str]:
        """Statuses of the delivery reports that a peer was sent."""
        pdus = [pdu for pdu in self.hops.to(peer) if isinstance(pdu, DeliveryReport)]
        return [pdu.status.value for pdu in pdus if pdu.status is not None]

    def forwards(self, peer: str = "north") -> list[tuple[str, ...]]:
        """The recipients of each message that a peer was handed."""
        found = [one for one in self.hops.sent if one[0] == peer]
        return [to for _, _, to, content in found if parse(content).kind is Kind.FORWARD_REQ]


def message(
    id: str = "1", *, sender: str = US, to: Sequence[str] = (THEM,), body: bytes = b"hello\r\n", **fields: Any
) -> bytes:
    """An MM4_forward.REQ."""
    values: dict[str, Any] = {
        "kind": Kind.FORWARD_REQ,
        "version": (6, 10, 0),
        "transaction_id": f"t{id}",
        "message_id": f"m{id}",
        "source": read_address(f"{sender}/TYPE=PLMN"),
        "sender": read_address("mm4@acme.example"),
        "originator_system": read_address("mm4@acme.example"),
        "to": tuple(read_address(f"{one}/TYPE=PLMN") for one in to),
        "content_type": b"text/plain",
    }
    return build(Forward(**values | fields), body)
