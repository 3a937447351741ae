"""panoramisk's parser behind whole packets: nothing that comes in raises, nothing is lost of what is text."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ami.action import Action
from ami.errors import Malformed
from ami.packet import Parser, write


def parsed(data: bytes):
    (one,) = Parser().feed(data)
    return one


def test_headers_in_any_case() -> None:
    packet = parsed(b"Event: UserEvent\r\nSid: 1-2\r\nEmpty: \r\nLast: \r\n\r\n")
    assert (packet.get("event"), packet.get("SID"), packet.get("Sid")) == ("UserEvent", "1-2", "1-2")
    assert (packet.get("Empty"), packet.get("Last"), packet.get("None")) == ("", "", "")


def test_a_repeated_header_has_no_value() -> None:
    packet = parsed(b"Event: X\r\nSid: 1\r\nSid: 2\r\n\r\n")
    with pytest.raises(Malformed):
        packet.get("Sid")
    assert packet.items() == [("Event", "X"), ("Sid", "1"), ("Sid", "2")]


def test_utf8_and_what_is_none() -> None:
    packet = parsed("Event: X\r\nName: Ωδ 😀\r\n".encode() + b"Bad: \xff\xe9\r\n\r\n")
    assert (packet.get("Name"), packet.get("Bad")) == ("Ωδ 😀", "\\xff\\xe9")


def test_what_is_neither_response_nor_event_is_counted() -> None:
    parser = Parser()
    assert len(parser.feed(b"garbage\r\n\r\nEvent: A\r\n\r\nFoo: bar\r\n\r\n\r\n\r\n")) == 1
    assert parser.unreadable == 3


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        parsed(b"Event: UserEvent\r\nRec: hidden\r\n\r\n")
    assert not caplog.records


def test_repr_shows_no_value() -> None:
    assert repr(parsed(b"Event: UserEvent\r\nRec: hidden\r\n\r\n")) == "Packet(['Event', 'Rec'])"


@given(
    st.lists(st.binary(max_size=300) | st.text(st.sampled_from("EventRsponse: \r\n,\xe9"), max_size=80).map(str.encode))
)
def test_any_octets(blocks: list[bytes]) -> None:
    parser = Parser()
    for block in blocks:
        for packet in parser.feed(block + b"\r\n\r\n"):
            packet.items()
            for name in ("Event", "Response", "ActionID", "Sid"):
                try:
                    assert isinstance(packet.get(name), str)
                except Malformed:
                    continue


@given(
    st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1).map(str.strip))
)
def test_values_come_back(values: list[str]) -> None:
    values = [each for each in values if each.strip(" \t") == each and each]
    stream = "".join(f"Event: X\r\nV: {each}\r\nEnd: 1\r\n\r\n" for each in values).encode()
    assert [each.get("V") for each in Parser().feed(stream)] == values


async def test_writing() -> None:
    octets = write(Action("Originate", (("Channel", "Local/1"), ("Variable", "a=1"), ("Variable", "b=é"))), "id-7")
    assert sorted(octets[:-4].split(b"\r\n")) == [
        b"Action: Originate",
        b"ActionID: id-7",
        b"Channel: Local/1",
        b"Variable: a=1",
        "Variable: b=é".encode(),
    ]
