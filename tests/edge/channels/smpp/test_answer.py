"""What a customer is told: the carrier's word under the customer's number and our id, or what is known."""

import pytest

from edge.core.carrier import MessageIdFormat, Route
from edge.core.conf import Smpp
from smpp.codec import build
from smpp.consts import CommandId as C

from ..books import carrier
from ..pdus import accepted, data, nack, refused, resp, submit
from ..rig import World

CONGESTION = (0x0428, b"\x63")
VENDOR = (0x1501, b"ok")
LONG = b"x" * 64


def exchange(world, answer, esme=None):
    """One message, and the octets after the header of the carrier's answer."""
    esme, north = esme or world.esme(), world.links["north/1"]
    esme.sends(submit(7))
    pdu = north.took.popleft()
    north.looks()
    north.sends(answer(pdu.sequence) if callable(answer) else _framed(pdu.sequence, answer))
    return esme


def _framed(sequence, body):
    return (16 + len(body)).to_bytes(4) + b"\x80\0\0\x04\0\0\0\0" + sequence.to_bytes(4) + body


# -- ids ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "theirs", "ours"),
    [
        (MessageIdFormat(), b"0A1b", b"n-0A1b"),
        (MessageIdFormat("hex", "decimal"), b"0a1B", b"n-2587"),
        (MessageIdFormat("hex", "decimal"), b"not-hex", b"n-=not-hex"),
        (MessageIdFormat("decimal", "decimal"), b"000123", b"n-123"),
        (MessageIdFormat("decimal", "decimal"), b"0", b"n-0"),
        (
            MessageIdFormat("text", "text"),
            b"550e8400-e29b-41d4-a716-446655440000",
            b"n-550e8400-e29b-41d4-a716-446655440000",
        ),
        (MessageIdFormat("text", "text"), b"=odd", b"n-==odd"),
    ],
)
def test_the_carriers_id_becomes_ours(form, theirs, ours):
    with World(carriers=(carrier(message_id=form),)) as world:
        exchange(world, theirs + b"\0").sees(accepted(7, ours))
        assert world.record.message_id == ours.decode()


def test_an_id_too_long_for_ours_is_hashed(world):
    esme = exchange(world, LONG + b"\0")
    (pdu,) = esme.looks()
    ours = pdu.fields["message_id"]
    assert ours.startswith(b"n-~")
    assert len(ours) <= 64
    exchange(world, LONG[:-1] + b"y\0", esme)
    assert esme.looks()[0].fields["message_id"] != ours


def test_an_id_that_is_longer_than_the_protocol_allows_is_still_an_acknowledgement(world):
    exchange(world, b"x" * 200 + b"\0").looks()
    assert world.record.status == 0
    assert len(world.record.message_id) <= 64


def test_an_id_without_its_end(world):
    exchange(world, b"ab12").sees(accepted(7, b"n-ab12"))


@pytest.mark.parametrize("body", [b"", b"\0"])
def test_an_answer_without_an_id_gets_one_of_our_own(world, body):
    exchange(world, body).sees(accepted(7, b"01"))
    assert (world.record.message_id, world.record.carrier) == ("01", "north")


# -- TLVs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "passed"),
    [(0x34, (VENDOR,)), (0x50, (VENDOR, CONGESTION)), (0x33, ())],
)
def test_tlvs_of_the_answer_by_version(world, version, passed):
    esme = exchange(
        world,
        lambda sequence: resp(C.SUBMIT_SM, sequence, message_id=b"1", tlvs=(VENDOR, CONGESTION)),
        world.esme(version=version),
    )
    esme.sees(resp(C.SUBMIT_SM, 7, message_id=b"n-1", tlvs=passed))


@pytest.mark.parametrize("version", [0x33, 0x34, 0x50])
def test_what_trails_the_last_whole_tlv_does_not_reach_the_customer(world, version):
    exchange(world, b"1\0\x15\x01\0\x09cut", world.esme(version=version)).sees(accepted(7, b"n-1"))


# -- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [0x45, 0x0B, 0x58, 0x14, 0x401, 0xFFFFFFFF])
def test_the_carriers_error_is_passed_on(world, status):
    exchange(world, lambda sequence: refused(sequence, status)).sees(refused(7, status))
    assert (world.record.status, world.record.message_id) == (status, "")
    assert world.count("answers", "acme", "north", f"0x{status:08x}") == 1


def test_an_error_with_a_body_is_passed_on_without(world):
    exchange(world, lambda sequence: resp(C.SUBMIT_SM, sequence, 0x45, message_id=b"x", tlvs=(VENDOR,))).sees(
        refused(7, 0x45)
    )


@pytest.mark.parametrize(("said", "told"), [(0x03, 0x03), (0x00, 0x08)])
def test_a_generic_nack_is_an_error_under_the_requests_own_name(world, said, told):
    exchange(world, lambda sequence: nack(sequence, said)).sees(refused(7, told))


def test_an_answer_of_another_kind_is_none(world):
    esme = exchange(world, lambda sequence: resp(C.DATA_SM, sequence, message_id=b"1"))
    esme.sees()
    assert world.count("protocol_errors", "carrier", "unmatched-response") == 1
    world.passes(61.0)
    esme.sees(refused(7, 0x08))


def test_a_second_answer_is_none(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(7))
    (pdu,) = north.looks()
    north.sends(accepted(pdu.sequence, b"1"), accepted(pdu.sequence, b"2"), refused(pdu.sequence, 0x45))
    esme.sees(accepted(7, b"n-1"))
    assert len(world.desk.records) == 1


# -- silence -----------------------------------------------------------------------------------


def test_a_silent_carrier_leaves_the_outcome_unknown_and_its_late_word_changes_nothing(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(7))
    world.passes(59.8)
    esme.sees()
    world.passes(0.4)
    esme.sees(refused(7, 0x08))
    assert (world.record.outcome, world.record.status, world.record.carrier) == ("unknown", 0x08, "north")
    assert len(world.service.doubts) == 1
    north.answers(message_id=b"1")
    esme.sees()
    assert world.link("north/1").session.window.late == 1
    assert len(world.desk.records) == 1


def test_a_lost_link_leaves_the_outcome_unknown(world):
    esme = world.esme()
    esme.sends(submit(7), data(8))
    world.links["north/1"].hangs_up(ConnectionResetError())
    esme.sees(refused(7, 0x08), resp(C.DATA_SM, 8, 0x08))
    assert [record.outcome for record in world.desk.records] == ["unknown", "unknown"]


def test_a_carriers_conf_says_what_an_unknown_outcome_is_called():
    with World(carriers=(carrier(unknown_outcome_status=0x45),)) as world:
        esme = world.esme()
        esme.sends(submit(7))
        world.links["north/1"].hangs_up()
        esme.sees(refused(7, 0x45))


def test_an_unknown_outcome_is_never_sent_again():
    with World(carriers=(carrier("north"), carrier("south"))) as world:
        esme = world.esme()
        esme.sends(submit(7))
        world.links["north/1"].hangs_up()
        esme.sees(refused(7, 0x08))
        world.links["south/1"].sees()


# -- what never left us --------------------------------------------------------------------------


def test_what_was_held_for_a_carrier_that_went_down_goes_to_the_next():
    with World(carriers=(carrier("north", window=1), carrier("south"))) as world:
        esme, north, south = world.esme(), world.links["north/1"], world.links["south/1"]
        esme.sends(submit(1, b"sent"), submit(2, b"held"))
        north.sees(submit(0, b"sent"))
        north.hangs_up()
        south.sees(submit(0, b"held"))
        south.answers(message_id=b"1")
        esme.sees(refused(1, 0x08), accepted(2, b"s-1"))
        assert (world.record.carrier, world.record.outcome) == ("south", "answered")


def test_with_no_other_carrier_it_is_given_back_as_not_sent():
    with World(carriers=(carrier(window=1),)) as world:
        esme = world.esme()
        esme.sends(submit(1, b"sent"), submit(2, b"held"))
        world.links["north/1"].hangs_up()
        esme.sees(refused(1, 0x08), refused(2, 0x08))
        assert [(one.outcome, one.carrier, one.detail) for one in world.desk.records] == [
            ("unknown", "north", ""),
            ("answered", "", "not sent: unsent"),
        ]
        assert len(world.service.doubts) == 1
        assert world.in_flight() == {"deliveries.receivers": 1, "connections": 1, "sessions": 1}


def test_the_next_carrier_may_be_full():
    with World(carriers=(carrier("north", window=1), carrier("south", window=1))) as world:
        esme, other = world.esme(), world.esme()
        other_route = Route(("south",), account="acme")
        world.links["south/1"].stops_reading()
        esme.sends(*[submit(number) for number in range(1, 11)])
        world.router.adopt((other_route,))
        other.sends(*[submit(number) for number in range(1, 11)])  # all held for south
        world.router.adopt((Route(("north", "south")),))
        world.links["north/1"].hangs_up()
        esme.sees(refused(1, 0x08), *[refused(number, 0x14) for number in range(2, 11)])
        assert world.record.detail == "not sent: congested"


def test_what_waits_too_long_for_a_window_is_given_back():
    with World(carriers=(carrier(window=1, response_timeout=60.0),)) as world:
        esme = world.esme()
        esme.sends(submit(1))
        world.passes(30.0)
        esme.sends(submit(2))
        world.links["north/1"].stops_reading()
        world.passes(30.5)
        esme.sees(refused(1, 0x08))
        world.passes(30.0)
        esme.sees(refused(2, 0x14))
        assert (world.record.detail, world.record.carrier) == ("not sent: congested", "")


def test_while_stopping_nothing_looks_for_another_carrier():
    with World(carriers=(carrier("north", window=1), carrier("south"))) as world:
        esme = world.esme()
        esme.sends(submit(1), submit(2))
        world.service.draining = True
        world.links["north/1"].hangs_up()
        esme.sees(refused(1, 0x08), refused(2, 0x08))
        world.links["south/1"].sees()


# -- a customer that is gone -----------------------------------------------------------------------


def test_an_answer_for_a_customer_that_is_gone_is_recorded(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(7), submit(8))
    esme.hangs_up()
    north.answers(message_id=b"1")
    north.answers(status=0x45)
    assert [(one.status, one.message_id, one.detail) for one in world.desk.records] == [
        (0, "n-1", "the customer was gone before the answer"),
        (0x45, "", "the customer was gone before the answer"),
    ]
    assert world.in_flight() == {}


def test_a_link_lost_after_its_customer(world):
    esme = world.esme()
    esme.sends(submit(7))
    esme.hangs_up()
    world.links["north/1"].hangs_up()
    assert world.record.outcome == "unknown"
    assert world.in_flight() == {}


def test_the_window_is_free_again_after_every_kind_of_ending():
    with World(smpp=Smpp(enquire_link=0.0), carriers=(carrier(window=100),)) as world:
        esme, north = world.esme(), world.links["north/1"]
        for _ in range(3):
            esme.sends(*[submit(number) for number in range(1, 11)])
            north.answers(message_id=b"1")
            north.answers(status=0x45)
            pdu = north.took.popleft()
            north.sends(build(C.GENERIC_NACK, 3, pdu.sequence))
            world.passes(61.0)
            assert len(esme.looks()) == 10
            north.took.clear()
        assert sum(customer.inflight for customer in world.service.connections) == 0
