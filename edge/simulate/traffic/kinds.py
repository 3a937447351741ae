"""The kinds of messages there are, in one table: what each breaks, and what an edge should make of it."""

from collections.abc import Callable, Iterator
from itertools import cycle
from random import Random
from typing import NamedTuple

from edge.simulate.addresses import Numbers
from edge.simulate.esme.compose import Extras, submit_pdus
from edge.simulate.traffic.options import Options
from edge.simulate.traffic.wording import Wording

SILENT_PID = 0x40  # short message type 0, 3GPP TS 23.040 section 9.2.3.9: acknowledged and thrown away
EVERYTHING = "everything"

# Too short; an exchange and an area code that are service codes (N11); 20 digits.
_NO_NUMBERS = ("+1416555", "+14169110123", "+19115550123", "+14165550123456789012")


class Outgoing(NamedTuple):
    """One submit_sm to send, and what it is. `part` counts from 1 of `parts`."""

    kind: str
    raw: bytes
    source: str
    destination: str
    text: str
    part: int
    parts: int


class Supply:
    """Where messages get their numbers and texts from. `flooder` and `bomber` send nothing else if possible."""

    def __init__(self, options: Options) -> None:
        self.random = Random(options.seed)
        self.wording = Wording(self.random)
        self._senders = Numbers(options.senders)
        self._recipients = Numbers(options.recipients)
        apart = 2 if len(self._senders) > 3 else 0
        self._ordinary = len(self._senders) - apart
        self.flooder = self._senders[-1]
        self.bomber = self._senders[-2] if apart else self._senders[-1]
        self.target = self._recipients[-1]
        self.spoofed = Numbers(options.spoofed)
        self.blocked = Numbers(options.blocked)
        self.emergency = cycle(options.emergency)
        self.nowhere = cycle(_NO_NUMBERS)
        self.alphanumeric = options.alphanumeric
        self.receipts = options.receipts
        self._reference = 0

    def sender(self) -> str:
        """An ordinary sender of the account, in turn."""
        return self._senders.following(self._ordinary)

    def recipient(self) -> str:
        """Any recipient."""
        return self._recipients.any(self.random)

    def message(
        self, kind: str, source: str, destination: str, text: str = "", extras: Extras | None = None
    ) -> list[Outgoing]:
        """A message of that kind; an ordinary text if none is given."""
        text = text or self.wording.short()
        self._reference = (self._reference + 1) & 0xFF
        extras = (extras or Extras())._replace(reference=self._reference)
        if self.receipts and self.random.random() < self.receipts:
            extras = extras._replace(receipt=True)
        pdus = submit_pdus(source, destination, text, extras)
        return [Outgoing(kind, raw, source, destination, text, part, len(pdus)) for part, raw in enumerate(pdus, 1)]


class Kind(NamedTuple):
    """`expected` is what an edge with default rules answers."""

    summary: str
    expected: str
    make: Callable[[str, Supply], list[Outgoing]]


def _bad_sender(name: str, supply: Supply) -> list[Outgoing]:
    return supply.message(name, "+14169110123", supply.recipient())


KINDS: dict[str, Kind] = {
    "lawful": Kind(
        "an ordinary text from a number of the account",
        "ESME_ROK",
        lambda name, supply: supply.message(name, supply.sender(), supply.recipient()),
    ),
    "receipt": Kind(
        "the same, with a receipt asked for",
        "ESME_ROK, and a receipt",
        lambda name, supply: supply.message(name, supply.sender(), supply.recipient(), extras=Extras(receipt=True)),
    ),
    "long": Kind(
        "two or three parts with a header",
        "ESME_ROK for each part",
        lambda name, supply: supply.message(name, supply.sender(), supply.recipient(), supply.wording.long()),
    ),
    "ucs2": Kind(
        "other scripts and emoji",
        "ESME_ROK",
        lambda name, supply: supply.message(name, supply.sender(), supply.recipient(), supply.wording.foreign()),
    ),
    "spoofed": Kind(
        "a sender that is not the account's (--spoofed-from)",
        "ESME_RINVSRCADR",
        lambda name, supply: supply.message(name, supply.spoofed.following(), supply.recipient()),
    ),
    "emergency": Kind(
        "to an emergency number (--emergency-to)",
        "ESME_RINVDSTADR, and a bounce-back text",
        lambda name, supply: supply.message(name, supply.sender(), next(supply.emergency), "Help, please come"),
    ),
    "bad-destination": Kind(
        "to what is no number: too short, too long, N11 exchange or area code",
        "ESME_RINVDSTADR",
        lambda name, supply: supply.message(name, supply.sender(), next(supply.nowhere)),
    ),
    "bad-sender": Kind("from a number of an N11 exchange", "ESME_RINVSRCADR", _bad_sender),
    "alphanumeric": Kind(
        "a name as the sender (--alphanumeric) to a North American number",
        "ESME_RINVSRCADR",
        lambda name, supply: supply.message(name, supply.alphanumeric, supply.recipient()),
    ),
    "flood": Kind(
        "one sender to many, for what its share of the rate is",
        "ESME_RTHROTTLED above 60 a minute",
        lambda name, supply: supply.message(name, supply.flooder, supply.recipient()),
    ),
    "bomb": Kind(
        "one sender to one recipient, again and again",
        "ESME_RX_R_APPN above 10 a minute, ESME_RTHROTTLED above 60",
        lambda name, supply: supply.message(name, supply.bomber, supply.target),
    ),
    "silent": Kind(
        "a type 0 message, which no phone shows",
        "ESME_RX_R_APPN",
        lambda name, supply: supply.message(
            name, supply.sender(), supply.recipient(), extras=Extras(protocol_id=SILENT_PID)
        ),
    ),
    "blocked": Kind(
        "to a recipient that you have blocked (--blocked-to; `smsedge block` first)",
        "ESME_RX_R_APPN",
        lambda name, supply: supply.message(name, supply.sender(), supply.blocked.following()),
    ),
}


def weights(mix: dict[str, float]) -> dict[str, float]:
    """A mix with `everything` written out. ValueError for a kind there is not."""
    found: dict[str, float] = {}
    for name, weight in mix.items():
        if name == EVERYTHING:
            for kind in KINDS:
                found[kind] = found.get(kind, 0.0) + weight
        elif name in KINDS:
            found[name] = found.get(name, 0.0) + weight
        else:
            raise ValueError(f"there is no kind {name!r}; there are {', '.join(KINDS)} and {EVERYTHING}")
    return found


def workload(options: Options) -> Iterator[Outgoing]:
    """submit_sm without end, the parts of a message one after the other. ValueError as `weights`, and for
    addresses or texts that do not fit."""
    supply = Supply(options)
    chances = weights(options.mix)
    names, shares = tuple(chances), tuple(chances.values())

    def messages() -> Iterator[Outgoing]:
        while True:
            for name in supply.random.choices(names, shares, k=64):
                yield from KINDS[name].make(name, supply)

    return messages()


def listing() -> str:
    """The table for people."""
    rows = [f"{name:<16} {kind.summary}\n{'':<16} expected: {kind.expected}" for name, kind in KINDS.items()]
    return "\n".join([*rows, f"{EVERYTHING:<16} all of these, with equal weights"])
