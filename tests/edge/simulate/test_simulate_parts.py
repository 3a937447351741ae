"""The pieces without a socket: addresses, bodies, ids, the agenda, the memory, the log, the progress."""

import asyncio
import io
import json
from pathlib import Path
from random import Random
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.simulate.addresses import Numbers, address, shown
from edge.simulate.bodies import body_text, part_of
from edge.simulate.journal import Journal
from edge.simulate.smsc import agenda as agenda_file
from edge.simulate.smsc.agenda import Agenda
from edge.simulate.smsc.identifiers import Style, spelled
from edge.simulate.smsc.memory import Memory, Message
from edge.simulate.traffic.progress import Progress

# -- addresses and bodies --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+14165550100", (1, 1, b"14165550100")),
        ("911", (0, 1, b"911")),
        ("14165550100", (0, 1, b"14165550100")),
        ("ACME DENTAL", (5, 0, b"ACME DENTAL")),
        ("*99#", (0, 1, b"*99#")),
        ("", (0, 1, b"")),
    ],
)
def test_an_address_gets_its_type_and_is_shown_as_it_was(text: str, expected: tuple[int, int, bytes]) -> None:
    assert address(text) == expected
    assert shown(expected[0], expected[2]) == text


def test_numbers_of_several_ranges() -> None:
    numbers = Numbers((("+", 10, 12), ("00", 7, 8)))
    assert len(numbers) == 5
    assert [numbers[index] for index in range(5)] == ["+10", "+11", "+12", "007", "008"]
    assert numbers[-1] == "008"
    assert [numbers.following(2) for _ in range(3)] == ["+10", "+11", "+10"]
    assert numbers.any(Random(1)) in {"+10", "+11", "+12", "007", "008"}
    for index in (5, -6):
        with pytest.raises(IndexError):
            numbers[index]


def test_bodies() -> None:
    part = b"\x05\x00\x03\x07\x02\x01hello"
    assert body_text(part, 0x40, 0) == "hello"
    assert part_of(part, 0x40, None) == (7, 2, 1)
    assert part_of(b"hello", 0, (9, 3, 2)) == (9, 3, 2)
    broken = b"\xff\x00\x03hello"
    assert body_text(broken, 0x40, 0) == "\ufffd@¥hello"
    assert part_of(broken, 0x40, None) is None


@given(st.binary(max_size=40), st.integers(0, 255), st.integers(0, 255))
def test_any_body_has_a_text(body: bytes, esm_class: int, coding: int) -> None:
    assert isinstance(body_text(body, esm_class, coding), str)
    part_of(body, esm_class, None)


# -- ids -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "style", "expected"),
    [
        (43981, Style("hex"), "abcd"),
        (43981, Style("hex", 8, True), "0000ABCD"),
        (7, Style("decimal", 5), "00007"),
        (7, Style("text", 3), "msg-007"),
        (7, Style("text", 3, True), "MSG-007"),
        (1, Style("uuid"), "9e3779b9-7f4a-7c15-f39c-c0605cedc835"),
    ],
)
def test_spellings(number: int, style: Style, expected: str) -> None:
    assert spelled(number, style) == expected


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.sampled_from(("hex", "decimal", "text", "uuid")))
def test_two_numbers_never_have_one_id_and_ids_fit(one: int, other: int, kind: str) -> None:
    style = Style(kind, 32)
    assert (spelled(one, style) == spelled(other, style)) == (one == other)
    assert len(spelled(one, style)) <= 64


# -- agenda ----------------------------------------------------------------------------------------


async def test_the_agenda_calls_in_order_of_time_then_of_coming() -> None:
    agenda = Agenda(asyncio.get_running_loop())
    called: list[str] = []
    done = asyncio.Event()
    now = monotonic()
    agenda.at(now + 0.03, lambda at: (called.append("last"), done.set())[0])
    agenda.at(now + 0.01, lambda at: called.append("second"))
    agenda.at(now + 0.01, lambda at: called.append("third"))
    agenda.at(now, lambda at: called.append("first"))
    await asyncio.wait_for(done.wait(), 5)
    assert called == ["first", "second", "third", "last"]
    assert len(agenda) == 0


async def test_the_agenda_has_a_cap_and_can_be_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agenda_file, "CAP", 2)
    agenda = Agenda(asyncio.get_running_loop())
    called: list[float] = []
    assert agenda.at(0.0, called.append)
    assert agenda.at(0.0, called.append)
    assert not agenda.at(0.0, called.append)
    agenda.clear()
    await asyncio.sleep(0.01)
    assert called == []


# -- memory and log --------------------------------------------------------------------------------


def message(number: int, source: bytes = b"14165550100", name: str = "") -> Message:
    return Message(
        id=name or str(number),
        number=number,
        operation="submit_sm",
        time=0.0,
        system_id="acme",
        sequence=number,
        sender=(1, 1, source),
        recipient=(1, 1, b"12125550100"),
        service_type=b"",
        esm_class=0,
        protocol_id=0,
        data_coding=0,
        registered_delivery=0,
        body=b"hello",
        part=None,
        state=2,
        due=10.0,
    )


def test_the_memory_forgets_the_oldest() -> None:
    memory = Memory(3)
    for number in range(1, 6):
        memory.add(message(number))
    assert [item.number for item in memory] == [3, 4, 5]
    assert memory.find("2", b"") == ()
    assert [item.number for item in memory.find("4", b"14165550100")] == [4]
    assert memory.find("4", b"99") == ()
    assert len(memory.between(b"14165550100", b"12125550100", b"")) == 3
    assert memory.between(b"14165550100", b"12125550100", b"CMT") == ()


def test_several_messages_may_have_one_id() -> None:
    memory = Memory(3)
    memory.add(message(1, name="x"))
    memory.add(message(1, b"14165550101", name="x"))
    assert len(memory.find("x", b"")) == 2
    assert len(memory.find("x", b"14165550101")) == 1


def test_a_message_is_under_way_until_it_is_due_and_hides_its_text() -> None:
    one = message(1)
    assert [one.state_at(9.9), one.state_at(10.0)] == [1, 2]
    assert (one.source, one.destination, one.text) == ("+14165550100", "+12125550100", "hello")
    assert "hello" not in repr(one)


def test_the_log_holds_what_was_flushed_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "var" / "log.jsonl"
    journal = Journal(path)
    journal.add({"message_id": "1", "part": (1, 2, 3)})
    assert path.read_text() == ""
    journal.flush()
    assert [json.loads(line) for line in path.read_text().splitlines()] == [{"message_id": "1", "part": [1, 2, 3]}]
    journal.add({"message_id": "é"})
    journal.close()
    again = Journal(path)
    again.add({"message_id": "3"})
    again.close()
    assert [json.loads(line)["message_id"] for line in path.read_text().splitlines()] == ["1", "é", "3"]


# -- progress --------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_a_bar_on_a_terminal() -> None:
    stream = Terminal()
    progress = Progress(stream, 0.0)
    progress.show(0.05, 0.1, 1, 1, 0, 0)
    assert stream.getvalue() == ""
    progress.show(1.0, 0.5, 500, 490, 3, 10)
    drawn = "\r[###############...............]  50% 500 sent, 490 answered (490/s), 3 refused, 10 in flight"
    assert stream.getvalue() == drawn
    progress.end()
    assert stream.getvalue() == drawn + "\r" + " " * (len(drawn) - 1) + "\r"


def test_progress_is_a_line_now_and_then_elsewhere() -> None:
    stream = io.StringIO()
    progress = Progress(stream, 0.0)
    for now in (1.0, 4.9, 5.0, 5.1):
        progress.show(now, -1.0, 10, 10, 0, 0)
    progress.end()
    assert stream.getvalue() == "10 sent, 10 answered (2/s), 0 refused, 0 in flight\n"
