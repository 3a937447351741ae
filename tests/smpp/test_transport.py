"""The wire's end of a session: what is written when, who is read when, and how it ends."""

import asyncio
import struct

from smpp.codec import request
from smpp.consts import CommandId as C
from smpp.session import Role, Session
from smpp.tap import Tap
from smpp.timers import Limits
from smpp.transport import HIGH_WATER, Line, Outbox

BIND = request(C.BIND_TRANSCEIVER, 1, system_id=b"a", password=b"b", interface_version=0x34)
ENQUIRE = request(C.ENQUIRE_LINK, 7)
ENQUIRED = b"\0\0\0\x10\x80\0\0\x15\0\0\0\0\0\0\0\x07"


class Handler:
    """An application that only notes what it is told."""

    def __init__(self, role=Role.SMSC):
        self.session = Session(role, 0.0, Limits())
        self.line = None
        self.frames = []
        self.ended = []

    def connected(self, line):
        self.line = line

    def received(self, data, now):
        self.frames += [frame.command_id for frame, _ in self.session.receive(data, now)]

    def lost(self, pending, now):
        self.ended.append([entry[2] for _, entry in pending])


class Loop:
    """Calls that wait for the next turn."""

    def __init__(self):
        self.calls = []

    def call_soon(self, call):
        self.calls.append(call)

    def turn(self):
        calls, self.calls = self.calls, []
        for call in calls:
            call()


class Wire:
    """A transport that notes what is done with it."""

    def __init__(self, **extra):
        self.extra = {"peername": ("192.0.2.1", 4000), "sockname": ("192.0.2.2", 2775)} | extra
        self.writes = []
        self.reading = True
        self.closing = False
        self.aborted = False
        self.high = None

    def set_write_buffer_limits(self, high):
        self.high = high

    def get_extra_info(self, name):
        return self.extra.get(name)

    def write(self, data):
        assert not self.closing, "uvloop raises on a write after close"
        self.writes.append(data)

    def is_closing(self):
        return self.closing

    def close(self):
        self.closing = True

    def abort(self):
        self.closing = self.aborted = True

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        assert not self.closing
        self.reading = True


class Connection:
    """A line with all that belongs to it."""

    def __init__(self, throttle_reads=True, loop=None, outbox=None, **extra):
        self.loop = loop or Loop()
        self.outbox = outbox or Outbox(self.loop)
        self.handler = Handler()
        self.session = self.handler.session
        self.line = Line(self.handler, self.outbox, throttle_reads)
        self.wire = Wire(**extra)
        self.line.connection_made(self.wire)


def test_a_connection_stands():
    one = Connection()
    assert one.handler.line is one.line
    assert (one.line.peer, one.line.local) == (("192.0.2.1", 4000), ("192.0.2.2", 2775))
    assert one.wire.high == HIGH_WATER
    assert one.line.extra("peername") == ("192.0.2.1", 4000)
    assert one.line.extra("peercert") is None
    assert one.loop.calls == []


def test_a_peer_without_an_address():
    assert Connection(peername=None).line.peer == ("", 0)


def test_an_address_of_ipv6_keeps_host_and_port():
    assert Connection(peername=("2001:db8::1", 4000, 0, 0)).line.peer == ("2001:db8::1", 4000)


def test_before_it_stands_there_is_nothing_to_ask_or_to_drop():
    handler = Handler()
    line = Line(handler, Outbox(Loop()), True)
    assert line.extra("peercert") is None
    line.abort()
    line.pause_writing()
    line.resume_writing()
    handler.session.out.append(ENQUIRED)
    line.flush()
    assert handler.session.out == []


def test_what_a_handler_says_at_once_is_written():
    handler = Handler(Role.ESME)
    loop, wire = Loop(), Wire()
    handler.connected = lambda line: handler.session.request(BIND, None, 0.0)
    line = Line(handler, Outbox(loop), False)
    line.connection_made(wire)
    loop.turn()
    assert wire.writes == [BIND]


def test_answers_of_one_turn_are_one_write_in_their_order():
    one = Connection()
    one.line.data_received(ENQUIRE)
    one.line.data_received(ENQUIRE + ENQUIRE)
    assert one.wire.writes == []
    one.loop.turn()
    assert one.wire.writes == [ENQUIRED * 3]
    one.line.data_received(ENQUIRE)
    one.loop.turn()
    assert one.wire.writes == [ENQUIRED * 3, ENQUIRED]


def test_nothing_to_say_costs_no_turn():
    one = Connection()
    one.line.data_received(ENQUIRE[:5])
    one.line.wake()
    assert one.loop.calls == []


def test_all_lines_of_a_loop_share_one_turn():
    one = Connection()
    two = Connection(loop=one.loop, outbox=one.outbox)
    one.line.data_received(ENQUIRE)
    two.line.data_received(ENQUIRE)
    one.session.out.append(ENQUIRED)
    one.line.wake()
    assert len(one.loop.calls) == 1
    one.loop.turn()
    assert (one.wire.writes, two.wire.writes) == ([ENQUIRED * 2], [ENQUIRED])
    assert not one.line.dirty


def test_what_is_said_during_the_flush_goes_out_in_the_next_turn():
    one = Connection()
    two = Connection(loop=one.loop, outbox=one.outbox)
    two.wire.write = lambda data: (one.session.out.append(ENQUIRED), one.line.wake())
    two.line.data_received(ENQUIRE)
    one.loop.turn()
    assert one.wire.writes == []
    one.loop.turn()
    assert one.wire.writes == [ENQUIRED]


def test_the_last_word_is_written_before_the_end():
    one = Connection()
    one.line.data_received(b"\0\0\0\x04" + bytes(12))
    assert not one.wire.closing
    one.loop.turn()
    assert one.wire.writes == [b"\0\0\0\x10\x80\0\0\0\0\0\0\x02\0\0\0\0"]
    assert one.wire.closing


def test_a_stranger_is_closed_without_a_word():
    one = Connection()
    one.line.data_received(b"GET / HTTP/1.1\r\n\r\n")
    one.loop.turn()
    assert one.wire.writes == []
    assert one.wire.closing


def test_nothing_is_written_once_the_wire_is_closing():
    one = Connection()
    one.line.data_received(ENQUIRE)
    one.wire.closing = True
    one.loop.turn()
    assert one.wire.writes == []
    assert one.session.out == []


def test_closing_by_hand():
    one = Connection()
    one.session.close("enough")
    one.line.wake()
    one.loop.turn()
    assert one.wire.closing
    one.line.abort()
    assert one.wire.aborted


def test_a_half_open_connection_makes_no_sense():
    assert Connection().line.eof_received() is False


def test_the_end_gives_back_what_nobody_will_answer_and_comes_once():
    one = Connection()
    one.session.request(ENQUIRE, "a", 0.0)
    one.session.request(ENQUIRE, "b", 0.0)
    one.line.connection_lost(ConnectionResetError())
    one.line.connection_lost(None)
    assert one.handler.ended == [["a", "b"]]
    assert one.session.closing == "connection lost"


def test_a_customer_that_does_not_read_is_not_read():
    one = Connection(throttle_reads=True)
    one.line.pause_writing()
    assert one.line.blocked
    assert not one.wire.reading
    one.line.resume_writing()
    assert not one.line.blocked
    assert one.wire.reading


def test_a_carrier_that_does_not_read_is_read_all_the_same():
    one = Connection(throttle_reads=False)
    one.line.pause_writing()
    assert one.line.blocked
    assert one.wire.reading
    one.line.resume_writing()
    assert not one.line.blocked


def test_a_closing_wire_is_not_asked_to_read_again():
    one = Connection(throttle_reads=True)
    one.line.pause_writing()
    one.wire.closing = True
    one.line.resume_writing()
    assert not one.line.blocked
    assert not one.wire.reading


def test_a_tap_sees_what_is_written(tmp_path):
    loop = Loop()
    tap = Tap(tmp_path / "tap.pcap")
    one = Connection(loop=loop, outbox=Outbox(loop, tap))
    one.line.data_received(ENQUIRE)
    loop.turn()
    tap.close()
    assert (tmp_path / "tap.pcap").read_bytes().endswith(ENQUIRED)


async def test_over_a_real_socket_in_pieces_of_any_size():
    loop = asyncio.get_running_loop()
    outbox = Outbox(loop)
    handlers = []

    def accept():
        handlers.append(Handler())
        return Line(handlers[-1], outbox, True)

    server = await loop.create_server(accept, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    for octet in BIND + ENQUIRE:
        writer.write(bytes((octet,)))
        await writer.drain()
    assert await asyncio.wait_for(reader.readexactly(16), 10) == ENQUIRED
    assert handlers[0].frames == [C.BIND_TRANSCEIVER]
    assert handlers[0].line.peer == writer.get_extra_info("sockname")
    writer.write(struct.pack(">I", 0xFFFFFFFF) + bytes(12))
    assert await asyncio.wait_for(reader.read(), 10) == b"\0\0\0\x10\x80\0\0\0\0\0\0\x02\0\0\0\0"
    writer.close()
    await writer.wait_closed()
    server.close()
    assert handlers[0].ended == [[]]
