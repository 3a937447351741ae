"""smpplib and node-smpp as customers: each binds as a transceiver and as a transmitter with a receiver."""

import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.e2e.peers.carriage import (
    BOUNCE,
    LONG,
    LONG_UCS2,
    MO_EMOJI,
    MO_FROM,
    MO_LONG,
    MO_SHORT,
    MO_TO,
    NUMBERS,
    Place,
    addresses,
    carriage,
    public,
)
from tests.e2e.peers.esme import PATIENCE, Answer, Delivered, Esme, Form, Message, Mode, find, joined, whole
from tests.e2e.peers.node_esme import NodeEsme
from tests.e2e.peers.smpplib_esme import SmpplibEsme
from tests.e2e.rig import wait_for

pytestmark = pytest.mark.e2e

Kind = Callable[[int, str, str], Esme]
"""A peer that is not bound yet: from the edge's port, a system_id and a password."""

PEERS: dict[str, Kind] = {"smpplib": SmpplibEsme, "node-smpp": NodeEsme}

RECEIPT = 0x04  # esm_class of a receipt (3.4 section 5.2.12)
DELIVERED = 2  # message_state (3.4 section 5.2.28)

MO_TEXTS = {MO_SHORT, MO_EMOJI, MO_LONG}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The edge and the carrier of this file."""
    with carriage(tmp_path_factory.mktemp("esmes")) as place:
        yield place


@pytest.fixture(scope="module", params=["transceiver", "pair"])
def modes(request: pytest.FixtureRequest) -> tuple[Mode, ...]:
    """The binds of a peer."""
    return ("transceiver",) if request.param == "transceiver" else ("transmitter", "receiver")


@pytest.fixture(scope="module", params=list(PEERS.values()), ids=list(PEERS))
def kind(request: pytest.FixtureRequest) -> Kind:
    """Which peer."""
    found: Kind = request.param
    return found


@pytest.fixture(scope="module")
def esme(kind: Kind, place: Place, modes: tuple[Mode, ...]) -> Iterator[Esme]:
    """A bound peer."""
    peer = kind(place.edge.port, "acme", "secret")
    try:
        assert [peer.bind(mode) for mode in modes] == [0] * len(modes)
        yield peer
    finally:
        peer.close()


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    """Senders and recipients, each used once, so that no limit is met."""
    return iter(NUMBERS)


def has_receipts(esme: Esme, answers: list[Answer]) -> None:
    """Each answer's message gets one receipt, with the answer's id in its text and in its TLV."""
    for answer in answers:
        [receipt] = find(esme, f"receipt {answer.id}", partial(is_receipt_of, answer.id))
        assert (receipt.esm_class, receipt.state) == (RECEIPT, DELIVERED)
        assert re.match(rf"id:{answer.id} sub:001 .* stat:DELIVRD err:000 ", receipt.text), receipt.text


def is_receipt_of(message_id: str, delivered: Delivered) -> bool:
    """By its TLV."""
    return delivered.receipted_id == message_id


def test_short_message_arrives_and_has_an_id(esme: Esme, place: Place, numbers: Iterator[int]) -> None:
    source, destination = addresses(numbers)
    [answer] = esme.submit(Message(source, destination, "See you at nine."))
    [line] = place.arrived(destination)
    assert (line["source"], line["text"], line["status"]) == (f"+{source}", "See you at nine.", 0)
    assert answer == Answer(0, public(line))
    assert re.fullmatch(r"n\d+", answer.id)


def test_gsm_alphabet_and_its_extension_arrive(esme: Esme, place: Place, numbers: Iterator[int]) -> None:
    source, destination = addresses(numbers)
    text = "@ £5 {x} € Ünì_ΔΩ"
    [answer] = esme.submit(Message(source, destination, text, receipt=True))
    [line] = place.arrived(destination)
    assert (line["text"], line["dcs"]) == (text, 0)
    has_receipts(esme, [answer])


@pytest.mark.parametrize("form", ["udh", "sar", "payload"])
@pytest.mark.parametrize(("text", "parts", "coding"), [(LONG, 4, 0), (LONG_UCS2, 4, 8)], ids=["gsm", "ucs2"])
def test_long_message_arrives_and_every_part_has_a_receipt(
    esme: Esme, place: Place, numbers: Iterator[int], text: str, parts: int, coding: int, form: Form
) -> None:
    source, destination = addresses(numbers)
    answers = esme.submit(Message(source, destination, text, form, receipt=True))
    lines = place.arrived(destination)
    assert answers == [Answer(0, public(line)) for line in lines]
    expected = 1 if form == "payload" else parts
    assert [line.get("part", [0, 1, 1])[1:] for line in lines] == [[expected, n + 1] for n in range(expected)]
    assert {line["dcs"] for line in lines} <= {coding, 1}  # node-smpp calls plain letters IA5
    assert whole("".join(line["text"] for line in lines)) == text
    has_receipts(esme, answers)


def test_emoji_arrive(esme: Esme, place: Place, numbers: Iterator[int]) -> None:
    source, destination = addresses(numbers)
    text = "Grüße aus 東京 😀👨‍👩‍👧 🇨🇦"
    [answer] = esme.submit(Message(source, destination, text, receipt=True))
    [line] = place.arrived(destination)
    assert (line["text"], line["dcs"]) == (text, 8)
    has_receipts(esme, [answer])


def test_borrowed_sender_is_refused(esme: Esme, place: Place, numbers: Iterator[int]) -> None:
    _, destination = addresses(numbers)
    assert esme.submit(Message("12124567890", destination, "Hello", receipt=True)) == [Answer(0x0A)]
    assert place.arrived(destination) == []


def test_text_to_911_is_refused_and_answered(esme: Esme, place: Place, numbers: Iterator[int]) -> None:
    source, _ = addresses(numbers)
    assert esme.submit(Message(source, "911", "There is a fire at 12 Elm Street")) == [Answer(0x0B)]

    def from_911(delivered: Delivered) -> bool:
        return (delivered.source, delivered.destination) == ("911", source)

    assert joined(find(esme, "bounce-back", from_911, 2)) == BOUNCE
    assert [line for line in place.carrier.messages() if "911" in line["destination"][:4]] == []


def test_messages_from_subscribers_arrive(esme: Esme) -> None:
    def to_us(delivered: Delivered) -> bool:
        return (delivered.source, delivered.destination) == (MO_FROM, MO_TO)

    wait_for(f"{esme.name}: a round of MO", lambda: texts(find(esme, "MO", to_us)) >= MO_TEXTS, PATIENCE)


def texts(found: list[Delivered]) -> set[str]:
    """The texts of messages from subscribers, long ones put together where all parts have come."""
    sets: dict[tuple[int, int], list[Delivered]] = {}
    for delivered in found:
        if delivered.part is not None:
            sets.setdefault(delivered.part[:2], []).append(delivered)
    whole_ones = {joined(parts) for (_, total), parts in sets.items() if len(parts) == total}
    return whole_ones | {delivered.text for delivered in found if delivered.part is None}


def test_wrong_password_is_refused(kind: Kind, place: Place, modes: tuple[Mode, ...]) -> None:
    stranger = kind(place.edge.port, "acme", "wrong")
    try:
        assert stranger.bind(modes[0]) == 0x0D
    finally:
        stranger.close()


def test_unbind_is_answered_and_the_connection_closed(kind: Kind, place: Place, modes: tuple[Mode, ...]) -> None:
    leaving = kind(place.edge.port, "acme", "secret")
    try:
        assert [leaving.bind(mode) for mode in modes] == [0] * len(modes)
        assert leaving.unbind() == [0] * len(modes)
    finally:
        leaving.close()
