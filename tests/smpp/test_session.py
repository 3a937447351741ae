"""The session as a conversation: what comes in, what goes out, what the application sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpp.codec import build, request
from smpp.consts import CommandId as C
from smpp.session import BOUND_STATE, REQUESTS, Role, Session, State
from smpp.timers import Limits

LIMITS = Limits(10.0, 30.0, 60.0, 0.0)
SUBMIT = request(C.SUBMIT_SM, 7, source_addr=b"1", destination_addr=b"2", short_message=b"hi")
DELIVER = request(C.DELIVER_SM, 9, source_addr=b"1", destination_addr=b"2", short_message=b"hi")


def header(command: int, status: int = 0, sequence: int = 1) -> bytes:
    return b"\0\0\0\x10" + command.to_bytes(4) + status.to_bytes(4) + sequence.to_bytes(4)


class Talk:
    """A session with the faults it reported, and its answers taken out one read at a time."""

    def __init__(self, role: Role = Role.SMSC, bind: int | None = None, **options) -> None:
        self.faults: list[str] = []
        self.session = Session(role, 0.0, LIMITS, faults=self.faults.append, **options)
        if bind is not None:
            self.session.bound(bind, 0x34, 0.0)

    def hears(self, data: bytes, now: float = 1.0) -> list[int]:
        """The commands that reach the application."""
        return [frame.command_id for frame, _ in self.session.receive(data, now)]

    @property
    def said(self) -> bytes:
        out = b"".join(self.session.out)
        self.session.out.clear()
        return out


BINDS = [C.BIND_TRANSMITTER, C.BIND_RECEIVER, C.BIND_TRANSCEIVER]


@pytest.mark.parametrize("bind", BINDS)
def test_before_a_bind_only_a_bind_reaches_the_application(bind):
    talk = Talk()
    assert talk.hears(SUBMIT) == []
    assert talk.said == header(0x80000004, 0x04, 7)  # ESME_RINVBNDSTS
    assert talk.hears(request(bind, 1, system_id=b"a")) == [bind]
    assert talk.faults == ["wrong-state"]


def test_a_receiver_may_not_submit_and_a_transmitter_gets_no_deliveries():
    talk = Talk(bind=C.BIND_RECEIVER)
    assert talk.hears(SUBMIT) == []
    assert talk.said == header(0x80000004, 0x04, 7)
    talk = Talk(Role.ESME, C.BIND_TRANSMITTER)
    assert talk.hears(DELIVER) == []
    assert talk.said == header(0x80000005, 0x04, 9)


def test_what_follows_a_bind_in_the_same_read_is_judged_by_what_the_bind_left():
    talk = Talk()
    got = []
    for frame, _ in talk.session.receive(request(C.BIND_TRANSCEIVER, 1, system_id=b"a") + SUBMIT, 1.0):
        got.append(frame.command_id)
        if frame.command_id == C.BIND_TRANSCEIVER:
            talk.session.bound(frame.command_id, 0x34, 1.0)
    assert got == [C.BIND_TRANSCEIVER, C.SUBMIT_SM]
    assert talk.faults == []


def test_a_bind_response_and_the_first_delivery_in_one_read():
    talk = Talk(Role.ESME)
    sequence = talk.session.request(request(C.BIND_TRANSCEIVER, 0, system_id=b"a"), "bind", 0.0)
    answer = build(C.BIND_TRANSCEIVER | 0x80000000, 0, sequence, {"system_id": b"smsc"})
    got = []
    for frame, entry in talk.session.receive(answer + DELIVER, 1.0):
        got.append((frame.command_id, entry[2] if entry else None))
        if entry:
            talk.session.bound(C.BIND_TRANSCEIVER, 0x34, 1.0)
    assert got == [(C.BIND_TRANSCEIVER | 0x80000000, "bind"), (C.DELIVER_SM, None)]


def test_enquire_link_is_answered_in_every_state_with_the_number_verbatim():
    for talk in (Talk(), Talk(bind=C.BIND_TRANSMITTER), Talk(Role.ESME, C.BIND_RECEIVER)):
        for sequence in (0, 1, 0x7FFFFFFF, 0xFFFFFFFF):
            assert talk.hears(header(C.ENQUIRE_LINK, 0, sequence)) == []
            assert talk.said == header(0x80000015, 0, sequence)


def test_unknown_commands_get_a_generic_nack_and_the_session_goes_on():
    talk = Talk(bind=C.BIND_TRANSCEIVER)
    assert talk.hears(header(0x0000DEAD, 0, 5) + header(C.BROADCAST_SM, 0, 6) + SUBMIT) == [C.SUBMIT_SM]
    assert talk.said == header(0x80000000, 0x03, 5) + header(0x80000000, 0x03, 6)
    assert not talk.session.closing
    assert talk.faults == ["unknown-command", "unknown-command"]


@pytest.mark.parametrize("command", [C.BROADCAST_SM, C.QUERY_BROADCAST_SM, C.CANCEL_BROADCAST_SM])
def test_cell_broadcast_is_not_offered(command):
    talk = Talk(bind=C.BIND_TRANSCEIVER)
    assert talk.hears(header(command, 0, 7)) == []
    assert talk.said == header(0x80000000, 0x03, 7)


def test_an_unknown_response_is_counted_and_never_answered():
    talk = Talk(bind=C.BIND_TRANSCEIVER)
    assert talk.hears(header(0x8000DEAD, 0, 5) + header(0x80000004, 0, 6)) == []
    assert talk.said == b""
    assert talk.faults == ["unknown-response", "unmatched-response"]


def test_outbind_is_refused_by_generic_nack():
    talk = Talk()
    assert talk.hears(request(C.OUTBIND, 3, system_id=b"a", password=b"b")) == []
    assert talk.said == header(0x80000000, 0x04, 3)


@pytest.mark.parametrize("length", [0, 4, 15, 70_001, 0x7FFFFFFF, 0xFFFFFFFF])
def test_an_impossible_command_length_is_answered_and_closes(length):
    talk = Talk(bind=C.BIND_TRANSCEIVER)
    data = SUBMIT + length.to_bytes(4) + SUBMIT[4:]
    assert talk.hears(data) == [C.SUBMIT_SM]
    assert talk.said == header(0x80000000, 0x02, 0)
    assert talk.session.closing
    assert talk.hears(SUBMIT) == []


def test_before_a_bind_a_kilobyte_is_all_there_is():
    talk = Talk()
    assert talk.hears((1025).to_bytes(4) + b"\0\0\0\x09") == []
    assert talk.said == header(0x80000000, 0x02, 0)


@pytest.mark.parametrize("hello", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"])
def test_strangers_are_left_without_a_word(hello):
    talk = Talk()
    assert talk.hears(hello) == []
    assert talk.said == b""
    assert talk.session.closing
    assert talk.faults == ["not-smpp"]


def test_requests_get_our_numbers_and_only_those_four_octets_change():
    talk = Talk(Role.ESME, C.BIND_TRANSCEIVER, first_sequence=0x7FFFFFFF)
    vendor = SUBMIT + bytes.fromhex("1400000431303031")
    vendor = len(vendor).to_bytes(4) + vendor[4:]
    assert talk.session.request(vendor, "m", 0.0) == 0x7FFFFFFF
    assert talk.said == vendor[:12] + b"\x7f\xff\xff\xff" + vendor[16:]
    assert talk.session.request(vendor, "m", 0.0) == 1


def test_a_response_comes_back_with_its_request():
    talk = Talk(Role.ESME, C.BIND_TRANSCEIVER)
    first = talk.session.request(SUBMIT, "first", 0.5)
    answers = list(talk.session.receive(header(0x80000004, 0x58, first), 1.0))
    assert [(frame.status, entry) for frame, entry in answers] == [(0x58, (0x80000004, 0.5, "first"))]


def test_a_generic_nack_resolves_its_request_and_with_zero_ends_the_link():
    talk = Talk(Role.ESME, C.BIND_TRANSCEIVER)
    sequence = talk.session.request(SUBMIT, "m", 0.5)
    [(frame, entry)] = talk.session.receive(header(0x80000000, 0x03, sequence), 1.0)
    assert (frame.status, entry[2]) == (0x03, "m")
    assert talk.hears(header(0x80000000, 0x02, 0)) == []
    assert talk.session.closing


def test_a_response_of_the_wrong_type_is_no_match():
    talk = Talk(Role.ESME, C.BIND_TRANSCEIVER)
    sequence = talk.session.request(SUBMIT, "m", 0.5)
    assert talk.hears(header(0x80000103, 0, sequence)) == []
    assert len(talk.session.window) == 1


def test_silence_sends_enquire_link_and_its_answer_never_reaches_the_application():
    talk = Talk(bind=C.BIND_TRANSCEIVER)
    assert talk.session.tick(31.0) == []
    assert talk.said == header(C.ENQUIRE_LINK, 0, 1)
    assert talk.hears(header(0x80000015, 0, 1), 32.0) == []
    assert talk.session.tick(33.0) == []
    assert not talk.session.closing
    talk.session.tick(63.0)
    talk.session.tick(123.0)
    assert talk.session.closing == "enquire_link was not answered"


def test_requests_that_nobody_answers_come_out_of_the_tick():
    talk = Talk(Role.ESME, C.BIND_TRANSCEIVER)
    sequence = talk.session.request(SUBMIT, "m", 0.0)
    talk.hears(header(C.ENQUIRE_LINK, 0, 1), 59.0)
    assert [(number, entry[2]) for number, entry in talk.session.tick(60.0)] == [(sequence, "m")]
    assert talk.hears(header(0x80000004, 0, sequence), 61.0) == []
    assert talk.session.window.late == 1


def test_our_unbind_lets_answers_through_and_refuses_requests_for_now():
    talk = Talk(bind=C.BIND_TRANSCEIVER)
    sequence = talk.session.request(DELIVER, "d", 0.0)
    talk.session.unbind(1.0)
    talk.session.unbind(1.0)
    assert talk.said == DELIVER[:12] + sequence.to_bytes(4) + DELIVER[16:] + header(C.UNBIND, 0, 2)
    assert talk.hears(SUBMIT) == []
    assert talk.said == header(0x80000004, 0x08, 7)  # temporary: the message is not at fault
    assert talk.hears(header(0x80000005, 0, sequence) + header(0x80000006, 0, 2)) == [0x80000005, 0x80000006]


def test_a_peer_unbinds():
    talk = Talk(bind=C.BIND_TRANSCEIVER)
    assert talk.hears(header(C.UNBIND, 0, 8)) == [C.UNBIND]
    talk.session.unbinding()
    talk.session.accept_unbind(8)
    assert talk.said == header(0x80000006, 0, 8)
    assert talk.session.closing == "unbind"


def test_an_unbind_before_a_bind_is_answered():
    talk = Talk()
    assert talk.hears(header(C.UNBIND, 0, 8)) == []
    assert talk.said == header(0x80000006, 0, 8)
    assert talk.session.closing


def test_a_second_bind_reaches_the_application_which_has_an_answer_for_it():
    talk = Talk(bind=C.BIND_TRANSCEIVER)
    assert talk.hears(request(C.BIND_TRANSCEIVER, 2, system_id=b"a")) == [C.BIND_TRANSCEIVER]


def test_the_end_gives_back_what_nobody_will_answer():
    talk = Talk(Role.ESME, C.BIND_TRANSCEIVER)
    talk.session.request(SUBMIT, "m", 0.0)
    assert [entry[2] for _, entry in talk.session.ended()] == ["m"]
    assert talk.session.state is State.CLOSED


def test_alert_notification_goes_out_without_waiting_for_an_answer():
    talk = Talk(bind=C.BIND_TRANSCEIVER)
    talk.session.notify(header(C.ALERT_NOTIFICATION, 0, 99))
    assert talk.said == header(C.ALERT_NOTIFICATION, 0, 1)
    assert not talk.session.window.pending


def test_the_table_knows_every_state_of_both_roles():
    assert set(REQUESTS) == {(role, state) for role in Role for state in State}
    assert set(BOUND_STATE.values()) == {State.BOUND_TX, State.BOUND_RX, State.BOUND_TRX}


@given(st.lists(st.integers(1, 40), max_size=40))
def test_how_the_bytes_are_cut_changes_nothing(sizes):
    data = SUBMIT + header(C.ENQUIRE_LINK, 0, 3) + SUBMIT + header(0x0BAD, 0, 4) + SUBMIT
    whole = Talk(bind=C.BIND_TRANSCEIVER)
    expected = whole.hears(data), whole.said
    talk = Talk(bind=C.BIND_TRANSCEIVER)
    got, at = [], 0
    for size in [*sizes, len(data)]:
        got += talk.hears(data[at : at + size])
        at += size
    assert (got, talk.said) == expected
