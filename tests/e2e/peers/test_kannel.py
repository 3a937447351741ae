"""Kannel as a customer: bearerbox binds to the edge as a transceiver, and as a transmitter with a receiver."""

from collections.abc import Iterator

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
from tests.e2e.peers.kannel import ACK, DELIVERED, NACK, Call, Kannel
from tests.e2e.rig import wait_for

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The edge and the carrier of this file."""
    with carriage(tmp_path_factory.mktemp("kannel")) as place:
        yield place


@pytest.fixture(scope="module", params=["transceiver", "pair"])
def kannel(request: pytest.FixtureRequest, place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kannel]:
    """A Kannel that is bound; ended at the latest with the last test of its kind."""
    directory = tmp_path_factory.mktemp(f"kannel-{request.param}")
    peer = Kannel(directory, place.edge.port, "acme", "secret", request.param == "pair")
    try:
        yield peer
    finally:
        peer.close()


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    """Senders and recipients, each used once, so that no limit is met."""
    return iter(NUMBERS)


def has_receipt(kannel: Kannel, key: str, message_id: str) -> None:
    """Kannel saw the answer and the receipt of a message, both with the id."""
    answer, receipt = kannel.reports(key, ACK, DELIVERED)
    assert (answer["answer"], answer["id"]) == ("ACK/", message_id)
    assert receipt["id"] == message_id
    assert receipt["answer"].startswith(f"id:{message_id} sub:001 dlvrd:001 ")
    assert " stat:DELIVRD err:000 " in receipt["answer"]


@pytest.mark.parametrize(
    ("text", "fields", "coding"),
    [
        ("See you at nine.", {}, 0),
        ("@ £5 {x} € ÜnìΔΩ", {}, 0),
        ("Grüße aus 東京 😀👨‍👩‍👧 🇨🇦", {"coding": "2"}, 8),
    ],
    ids=["plain", "gsm", "emoji"],
)
def test_short_message_arrives_and_its_receipt_comes_back(
    kannel: Kannel, place: Place, numbers: Iterator[int], text: str, fields: dict[str, str], coding: int
) -> None:
    source, destination = addresses(numbers)
    kannel.send(source, destination, text, key=source, **fields)
    kannel.reports(source, ACK)
    [line] = place.arrived(destination)
    assert (line["source"], line["text"], line["dcs"]) == (f"+{source}", text, coding)
    has_receipt(kannel, source, public(line))


@pytest.mark.parametrize(
    ("text", "fields", "parts"), [(LONG, {}, 4), (LONG_UCS2, {"coding": "2"}, 4)], ids=["gsm", "ucs2"]
)
def test_long_message_arrives_in_parts(
    kannel: Kannel, place: Place, numbers: Iterator[int], text: str, fields: dict[str, str], parts: int
) -> None:
    source, destination = addresses(numbers)
    kannel.send(source, destination, text, key=source, **fields)
    lines = wait_for("all parts", lambda: [*place.arrived(destination)][parts - 1 :] and place.arrived(destination))
    assert [line["part"][1:] for line in lines] == [[parts, number + 1] for number in range(parts)]
    assert "".join(line["text"] for line in lines) == text
    has_receipt(kannel, source, public(lines[0]))  # Kannel asks for the first part's receipt alone


def test_parts_with_sar_tlvs_arrive(kannel: Kannel, place: Place, numbers: Iterator[int]) -> None:
    source, destination = addresses(numbers)
    for number, text in enumerate((LONG[:150], LONG[150:300]), 1):
        tlvs = f"?smpp?sar_msg_ref_num=777&sar_total_segments=2&sar_segment_seqnum={number}"
        kannel.send(source, destination, text, f"{source}-{number}", **{"meta-data": tlvs})
        kannel.reports(f"{source}-{number}", ACK)
    lines = place.arrived(destination)
    assert [line["part"] for line in lines] == [[777, 2, 1], [777, 2, 2]]
    assert "".join(line["text"] for line in lines) == LONG[:300]
    for number, line in enumerate(lines, 1):
        has_receipt(kannel, f"{source}-{number}", public(line))


def test_message_payload_arrives(kannel: Kannel, place: Place, numbers: Iterator[int]) -> None:
    source, destination = addresses(numbers)
    text = LONG[:400].replace(" ", ".")
    kannel.send(source, destination, "", source, **{"meta-data": f"?smpp?message_payload={text}"})
    kannel.reports(source, ACK)
    [line] = place.arrived(destination)
    assert (line["text"], line["octets"]) == (text, 400)
    has_receipt(kannel, source, public(line))


def test_borrowed_sender_is_refused(kannel: Kannel, place: Place, numbers: Iterator[int]) -> None:
    source, destination = addresses(numbers)
    kannel.send("12124567890", destination, "Hello", key=source)
    [refusal] = kannel.reports(source, NACK)
    assert refusal["answer"] == "NACK/0x0000000a/Invalid Source Address"
    assert place.arrived(destination) == []


def test_text_to_911_is_refused_and_answered(kannel: Kannel, place: Place, numbers: Iterator[int]) -> None:
    source, _ = addresses(numbers)
    kannel.send(source, "911", "There is a fire at 12 Elm Street", key=source)
    [refusal] = kannel.reports(source, NACK)
    assert refusal["answer"] == "NACK/0x0000000b/Invalid Destination Address"

    def to_sender(call: Call) -> bool:
        return call["to"] == f"+{source}"

    bounce = kannel.heard("the bounce-back", to_sender)
    assert (bounce["from"], bounce["text"]) == ("+911", BOUNCE)  # bearerbox put its parts together
    assert [line for line in place.carrier.messages() if "911" in line["destination"][:4]] == []


@pytest.mark.parametrize("text", [MO_SHORT, MO_EMOJI, MO_LONG], ids=["gsm", "emoji", "long"])
def test_message_from_a_subscriber_arrives(kannel: Kannel, text: str) -> None:
    call = kannel.heard("a message from a subscriber", lambda call: call["text"] == text)
    assert (call["from"], call["to"]) == (f"+{MO_FROM}", f"+{MO_TO}")


def test_keepalive_is_answered_and_the_end_is_an_unbind(kannel: Kannel, place: Place) -> None:
    wait_for("Kannel's enquire_link answered", lambda: "enquire_link_resp" in kannel.bearerbox.text)
    ended = place.edge.text.count("session ended: unbind")
    online = kannel.status().count("(online ")
    assert kannel.shut_down() == 0
    assert place.edge.text.count("session ended: unbind") == ended + online
    assert "PANIC" not in kannel.bearerbox.text
