"""One connection, without a network: what ends it, what does not, and who is told."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ami.action import Action
from ami.counters import Counters, Notices
from ami.errors import Busy, NotConnected, Unanswered
from ami.events import read_event
from ami.link import Link, Waiting
from ami.listing import Listing

from .fake import GREETING, packet, submit

PING = Action("Ping")


class Wire:
    """A transport that notes what is done with it."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closing = False

    def set_write_buffer_limits(self, high: int) -> None:
        self.high = high

    def write(self, data: bytes) -> None:
        assert not self.closing, "uvloop raises on a write after close"
        self.written.append(data)

    def is_closing(self) -> bool:
        return self.closing

    def abort(self) -> None:
        self.closing = True


class Ends:
    """A greeted link and everything around it."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.counters = Counters()
        self.wire = Wire()
        self.link = Link(self.told.append, self.counters, Notices("test"))
        self.link.connection_made(self.wire)  # type: ignore[arg-type]
        self.link.data_received(GREETING)

    def answer(self, waiting: Waiting, response: str = "Success") -> bytes:
        return packet(("Response", response), ("ActionID", waiting.identity))


@pytest.fixture
async def ends() -> Iterator[Ends]:
    return Ends()


async def test_answers_find_their_action_in_any_order(ends: Ends) -> None:
    assert ends.link.version == "11.0.0"
    one, two = ends.link.send(PING), ends.link.send(PING)
    ends.link.data_received(ends.answer(two, "Error") + ends.answer(one))
    assert one.answer.result().get("Response") == "Success"
    assert two.answer.result().get("Response") == "Error"
    assert ends.link.outstanding == 2  # until whoever waited has taken it
    ends.link.forget(one)
    ends.link.data_received(ends.answer(one))
    assert ends.counters.late == 1


async def test_after_the_end_nothing_is_written_or_read(ends: Ends) -> None:
    waiting = ends.link.send(PING)
    ends.link.end("enough")
    ends.link.end("again")
    assert ends.link.ended.result() == "enough"
    assert waiting.answer.result() is None
    assert ends.wire.closing
    ends.link.data_received(submit("12"))
    ends.link.connection_lost(None)
    assert ends.told == []
    with pytest.raises(NotConnected):
        ends.link.send(PING)
    assert len(ends.wire.written) == 1


async def test_an_ending_in_the_middle_of_a_read_leaves_the_rest(ends: Ends) -> None:
    ends.link._told = lambda event: ends.link.end("told to")
    ends.link.data_received(submit("12") + submit("13"))
    assert ends.link.ended.result() == "told to"


async def test_a_transport_that_closes_by_itself(ends: Ends) -> None:
    ends.wire.closing = True
    with pytest.raises(NotConnected):
        ends.link.send(PING)
    ends.link.connection_lost(ConnectionResetError("x"))
    assert ends.link.ended.result() == "connection lost: ConnectionResetError"


async def test_an_asterisk_that_does_not_read_is_not_written_to(ends: Ends) -> None:
    ends.link.pause_writing()
    with pytest.raises(Busy):
        ends.link.send(PING)
    assert not await ends.link.alive(0.01, 1.0)
    asyncio.get_running_loop().call_later(0.01, ends.link.resume_writing)
    assert await ends.link.alive(0.5, 1.0)
    ends.link.send(PING)


async def test_alive(ends: Ends) -> None:
    asked = asyncio.get_running_loop().create_task(ends.link.alive(30.0, 30.0))
    await asyncio.sleep(0)
    (waiting,) = ends.link._waiting.values()
    ends.link.data_received(ends.answer(waiting))
    assert await asked
    assert not await ends.link.alive(0.01, 30.0)
    asked = asyncio.get_running_loop().create_task(ends.link.alive(30.0, 30.0))
    await asyncio.sleep(0)
    ends.link.end("cut")
    assert not await asked
    assert not await ends.link.alive(30.0, 30.0)
    assert ends.link.outstanding == 0


async def test_asking_is_told_of_the_end(ends: Ends) -> None:
    asked = asyncio.get_running_loop().create_task(ends.link.ask(PING, 30.0))
    await asyncio.sleep(0)
    assert ends.link.eof_received() is False
    ends.link.connection_lost(None)
    with pytest.raises(Unanswered, match="Asterisk closed"):
        await asked
    assert ends.counters.unanswered == 1


async def test_a_fault_of_our_own_in_one_packet_costs_that_packet(ends: Ends, caplog: pytest.LogCaptureFixture) -> None:
    def fault(event: object) -> None:
        ends.told.append(event)
        if len(ends.told) == 1:
            raise KeyError("hidden")

    ends.link._told = fault
    ends.link.data_received(submit("12") + submit("13"))
    assert (len(ends.told), ends.counters.bugs, ends.link.ended.done()) == (2, 1, False)
    assert "hidden" not in caplog.text


async def test_a_fault_of_our_own_in_reading_makes_a_new_login_due(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    """The octets are lost; only what follows a login, reading the spool, makes up for them."""

    def fault(whole: bytes) -> None:
        raise IndexError

    monkeypatch.setattr(ends.link._parser, "feed", fault)
    ends.link.data_received(submit("12"))
    assert (ends.counters.bugs, ends.link.ended.result()) == (1, "a fault in reading")


PIECES = st.sampled_from(
    [
        b"\r\n",
        b"\r\n\r\n",
        b"Event: UserEvent\r\n",
        b"Event: \r\n",
        b"Response: Success\r\n",
        b"Response: Follows\r\n",
        b"Response: Fail",
        b"UserEvent: SmsSubmit\r\n",
        b"ActionID: ",
        b"EventList: start\r\n",
        b"Sid: 12\r\n",
        b": ",
        b"\0\xff",
        GREETING,
    ]
)


@given(st.lists(PIECES | st.binary(max_size=20), max_size=60), st.integers(1, 50))
async def test_nothing_that_comes_in_raises_or_is_a_bug(pieces: list[bytes], size: int) -> None:
    ends = Ends()
    ends.link._told = read_event
    waiting = ends.link.send(PING, Listing("Row", "RowsComplete", ("Key",), 5, 100))
    stream = b"".join(pieces).replace(b"ActionID: ", b"ActionID: " + waiting.identity.encode() + b"\r\n")
    for at in range(0, len(stream), size):
        ends.link.data_received(stream[at : at + size])
    assert ends.counters.bugs == 0


async def test_doubled_headers_that_decide_are_malformed(ends: Ends) -> None:
    waiting = ends.link.send(PING)
    identity = ("ActionID", waiting.identity)
    ends.link.data_received(packet(("Event", "a"), ("Event", "b"), identity))
    ends.link.data_received(packet(("Response", "Success"), identity, identity))
    assert (ends.counters.malformed, waiting.answer.done(), ends.told) == (2, False, [])
