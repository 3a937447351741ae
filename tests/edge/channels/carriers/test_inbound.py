"""What carriers hand us: receipts under our ids, MO that is judged, alerts; to the account that owns the number."""

import pytest

from edge.core.carrier import MessageIdFormat
from edge.core.submission import Direction
from edge.core.verdict import Action, Reason
from smpp.codec import build
from smpp.consts import CommandId as C

from ..books import RIVAL, acme, carrier, verdict
from ..pdus import THEM, US, data, deliver, receipt, resp, submit
from ..rig import World

ID, STATE, PAYLOAD = 0x001E, 0x0427, 0x0424
HEX = MessageIdFormat("hex", "decimal", 8, "upper")
APPENDIX_B = "id:{} sub:001 dlvrd:001 submit date:2401011200 done date:2401011201 stat:DELIVRD err:000 text:hi"


def ok(sequence, command=C.DELIVER_SM):
    return resp(command, sequence, message_id=b"")


# -- receipts ----------------------------------------------------------------------------------


def test_a_receipt_there_and_back_under_our_id(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(7, registered_delivery=1))
    north.answers(message_id=b"ab12")
    esme.looks()
    north.sends(receipt(42, "ab12"))
    esme.sees(receipt(0, "n-ab12"))
    esme.answers()
    north.looks()
    assert world.count("receipts", "acme", "north", "delivered") == 1
    record = world.record
    assert (record.direction, record.message_id, record.detail, record.status) == ("dlr", "n-ab12", "DELIVRD", 0)
    assert (record.source, record.destination, record.carrier) == (THEM.decode(), US.decode(), "north")
    assert world.desk.judged[1:] == []  # receipts are not judged


def test_hex_in_the_answer_decimal_in_the_receipt():
    with World(carriers=(carrier(message_id=HEX),)) as world:
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(submit(7))
        north.answers(message_id=b"00000A1B")
        assert esme.looks()[0].fields["message_id"] == b"n-2587"
        north.sends(receipt(42, "0000002587"))
        esme.sees(receipt(0, "n-2587"))


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        # the id in a TLV alone
        (
            deliver(1, b"", esm_class=4, tlvs=((ID, b"ab\0"), (STATE, b"\2"))),
            deliver(0, b"", esm_class=4, tlvs=((ID, b"n-ab\0"), (STATE, b"\2"))),
        ),
        # in both; TLVs of others as they came, in their order
        (
            deliver(1, APPENDIX_B.format("ab").encode(), esm_class=4, tlvs=((0x1400, b"x"), (ID, b"ab\0"))),
            deliver(0, APPENDIX_B.format("n-ab").encode(), esm_class=4, tlvs=((0x1400, b"x"), (ID, b"n-ab\0"))),
        ),
        # in the text of a payload
        (
            deliver(1, b"", esm_class=4, tlvs=((PAYLOAD, b"id:ab stat:DELIVRD"),)),
            deliver(0, b"", esm_class=4, tlvs=((PAYLOAD, b"id:n-ab stat:DELIVRD"),)),
        ),
        # not marked, told by its looks
        (deliver(1, b"id:ab stat:EXPIRED err:001"), deliver(0, b"id:n-ab stat:EXPIRED err:001")),
        # not marked, told by its TLV
        (deliver(1, b"", tlvs=((ID, b"ab"),)), deliver(0, b"", tlvs=((ID, b"n-ab\0"),))),
        # intermediate notification
        (
            deliver(1, b"id:ab stat:ENROUTE", esm_class=0x20),
            deliver(0, b"id:n-ab stat:ENROUTE", esm_class=0x20),
        ),
        # upper case, other order
        (deliver(1, b"STAT:DELIVRD ID:ab", esm_class=4), deliver(0, b"STAT:DELIVRD ID:n-ab", esm_class=4)),
        # no id anywhere: passed on as it came
        (deliver(1, b"delivered", esm_class=4), deliver(0, b"delivered", esm_class=4)),
        (deliver(1, b"", esm_class=4), deliver(0, b"", esm_class=4)),
    ],
)
def test_receipts_of_all_shapes(world, sent, seen):
    esme = world.esme()
    world.links["north/1"].sends(sent)
    esme.sees(seen)
    assert world.desk.judged == []


def test_a_receipt_as_data_sm(world):
    esme, north = world.esme(), world.links["north/1"]
    sent = {"source_addr": THEM, "destination_addr": US, "esm_class": 4}
    north.sends(data(9, b"id:ab stat:DELIVRD", **sent))
    esme.sees(data(0, b"id:n-ab stat:DELIVRD", **sent))
    esme.answers(message_id=b"")
    north.sees(ok(9, C.DATA_SM))


@pytest.mark.parametrize("marked", [0x04, 0x08, 0x10, 0x20])
def test_where_the_carrier_marks_its_receipts_their_looks_do_not_count(marked):
    with World(carriers=(carrier(text_receipts=False),)) as world:
        esme, north = world.esme(), world.links["north/1"]
        north.sends(deliver(1, b"id:ab stat:DELIVRD"))
        assert world.desk.judged[0].direction is Direction.MO
        esme.sees(deliver(0, b"id:ab stat:DELIVRD"))
        north.sends(deliver(2, b"id:ab stat:DELIVRD", esm_class=marked))
        esme.sees(deliver(0, b"id:n-ab stat:DELIVRD", esm_class=marked))
        assert len(world.desk.judged) == 1


def test_a_text_that_grows_too_long_loses_its_end(world):
    esme, north = world.esme(), world.links["north/1"]
    text = b"id:ab stat:DELIVRD text:" + b"x" * 230
    assert len(text) == 254
    north.sends(deliver(1, text, esm_class=4))
    esme.sees(deliver(0, b"id:n-ab stat:DELIVRD text:" + b"x" * 228, esm_class=4))


def test_an_id_that_is_too_long_is_hashed_alike_in_answer_and_receipt(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(7))
    north.answers(message_id=b"x" * 64)
    ours = esme.looks()[0].fields["message_id"]
    north.sends(receipt(1, "x" * 64))
    assert esme.looks()[0].fields["short_message"].startswith(b"id:" + ours + b" sub:")


@pytest.mark.parametrize("status", [0x64, 0x65, 0x14])
def test_a_receipt_that_the_customer_refuses_is_the_carriers_to_keep(world, status):
    esme, north = world.esme(), world.links["north/1"]
    north.sends(receipt(42, "ab"))
    esme.looks()
    esme.answers(status=status)
    north.sees(resp(C.DELIVER_SM, 42, status))
    assert world.count("receipts", "acme", "north", "kept") == 1
    assert world.record.status == status


def test_with_no_bind_the_carrier_keeps_it(world):
    north = world.links["north/1"]
    north.sends(receipt(42, "ab"))
    north.sees(resp(C.DELIVER_SM, 42, 0x64))
    assert world.count("receipts", "acme", "north", "kept") == 1


def test_a_receipt_for_a_number_that_nobody_owns_is_acknowledged_and_counted(world):
    north = world.links["north/1"]
    north.sends(receipt(42, "ab", destination_addr=b"19995550100"))
    north.sees(ok(42))
    assert world.count("receipts", "", "north", "unowned") == 1
    assert world.desk.records == []


def test_a_receipt_for_a_link_that_is_gone_is_answered_to_nobody(world):
    esme, north = world.esme(), world.links["north/1"]
    north.sends(receipt(42, "ab"))
    north.hangs_up()
    world.passes(2.0)
    esme.looks()
    esme.answers()
    world.links["north/1"].sees()
    assert world.record.status == 0


def test_several_receipts_of_one_message(world):
    esme, north = world.esme(), world.links["north/1"]
    north.sends(receipt(1, "ab", "ENROUTE"), receipt(2, "ab", "DELIVRD"), receipt(3, "ab", "ENROUTE"))
    esme.sees(receipt(0, "n-ab", "ENROUTE"), receipt(0, "n-ab", "DELIVRD"), receipt(0, "n-ab", "ENROUTE"))


def test_a_receipt_that_overtakes_the_answer(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(7))
    north.sends(receipt(1, "ab"))
    north.answers(message_id=b"ab")
    first, second = esme.looks()
    assert first.fields["short_message"].startswith(b"id:n-ab ")
    assert second.fields["message_id"] == b"n-ab"


# -- MO ----------------------------------------------------------------------------------------


def test_an_mo_is_judged_and_passed_bit_for_bit(world):
    esme, north = world.esme(), world.links["north/1"]
    sent = deliver(42, b"hello", protocol_id=3, tlvs=((0x1400, b"x"), (0x0428, b"\1")), service_type=b"CMT")
    north.sends(sent)
    esme.sees(sent)
    esme.answers()
    north.sees(ok(42))
    (submission,) = world.desk.judged
    assert (submission.direction, submission.account.name, submission.origin) == (Direction.MO, "acme", "north")
    assert (submission.source.number, submission.destination.number) == (14165550301, 14165550100)
    assert (submission.body.text, submission.protocol_id, submission.end_user) == ("hello", 3, "")
    record = world.record
    assert (record.direction, record.account, record.verdict, record.length) == ("mo", "acme", "allow", 5)
    assert (record.carrier, record.link) == ("north", "north/1")
    assert world.count("inbound", "acme", "north", "delivered") == 1
    assert world.count("messages", "acme", "mo", "allow", "") == 1


def test_a_part_of_an_mo(world):
    esme, north = world.esme(), world.links["north/1"]
    north.sends(deliver(42, b"\x05\x00\x03\x07\x02\x01first", esm_class=0x40))
    assert len(esme.looks()) == 1
    body = world.desk.judged[0].body
    assert (body.text, body.part, body.parts, body.reference) == ("first", 1, 2, 7)
    esme.answers()
    assert (world.record.part, world.record.parts) == (1, 2)


def test_the_carriers_alphabet_is_its_own():
    with World(carriers=(carrier(alphabet="latin1"),)) as world:
        world.esme()
        world.links["north/1"].sends(deliver(1, b"caf\xe9"))
        assert world.desk.judged[0].body.text == "café"


def test_an_mo_as_data_sm(world):
    esme, north = world.esme(), world.links["north/1"]
    addresses = {"source_addr": THEM, "destination_addr": US}
    north.sends(data(9, b"hello", **addresses))
    esme.sees(data(0, b"hello", **addresses))
    esme.answers(message_id=b"")
    north.sees(ok(9, C.DATA_SM))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"reason": Reason.CONTENT}, 0x66),
        ({"reason": Reason.BLOCKED}, 0x66),
        ({"reason": Reason.SENDER}, 0x65),
        ({"reason": Reason.DESTINATION}, 0x65),
        ({"reason": Reason.PACING, "action": Action.THROTTLE}, 0x64),
        ({"reason": Reason.INTERNAL}, 0x64),
    ],
)
def test_an_mo_that_is_refused(world, fields, status):
    esme, north = world.esme(), world.links["north/1"]
    world.desk.rule = lambda submission: verdict(**fields)
    north.sends(deliver(42))
    north.sees(resp(C.DELIVER_SM, 42, status))
    esme.sees()
    assert (world.record.rule, world.record.status) == ("rule", status)
    assert world.count("inbound", "acme", "north", "refused") == 1


def test_an_mo_that_is_flagged_is_delivered(world):
    esme, north = world.esme(), world.links["north/1"]
    world.desk.rule = lambda submission: verdict(Action.FLAG)
    north.sends(deliver(42))
    esme.sees(deliver(0))
    esme.answers()
    assert world.record.verdict == "flag"


def test_an_mo_for_a_number_that_nobody_owns_is_refused_for_good(world):
    north = world.links["north/1"]
    north.sends(deliver(42, destination_addr=b"19995550100"))
    north.sees(resp(C.DELIVER_SM, 42, 0x65))
    assert world.count("inbound", "", "north", "unowned") == 1
    assert world.desk.judged == []


def test_an_mo_with_no_bind_is_the_carriers_to_keep(world):
    north = world.links["north/1"]
    north.sends(deliver(42))
    north.sees(resp(C.DELIVER_SM, 42, 0x64))
    assert world.count("inbound", "acme", "north", "kept") == 1


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (deliver(42, b"a", tlvs=((PAYLOAD, b"b"),)), 0xC1),
        (deliver(42, b"\x40", esm_class=0x40), 0x01),
        (deliver(42, b"\x05\x00\x03\x07\x02\x03x", esm_class=0x40), 0x43),
    ],
)
def test_an_mo_that_cannot_be_read(world, raw, status):
    world.esme()
    north = world.links["north/1"]
    north.sends(raw)
    north.sees(resp(C.DELIVER_SM, 42, status))
    assert world.count("protocol_errors", "carrier", "bad-pdu") == 1


def test_national_numbers_of_carriers_are_north_american(world):
    esme, north = world.esme(), world.links["north/1"]
    north.sends(deliver(1, destination_addr=b"4165550100", dest_addr_ton=2))
    assert len(esme.looks()) == 1


def test_names_and_short_codes_are_owned_too():
    with World(accounts=(acme(short_codes=frozenset({"54321"})), RIVAL)) as world:
        esme, north = world.esme(), world.links["north/1"]
        north.sends(deliver(1, destination_addr=b"54321", dest_addr_ton=3))
        assert len(esme.looks()) == 1


# -- shared numbers ----------------------------------------------------------------------------

SHARED = ((14165550100, 14165550100),)
GUEST = acme(name="guest", numbers=SHARED, binds=RIVAL.binds)


@pytest.fixture
def both():
    with World(accounts=(acme(shared=SHARED), GUEST)) as world:
        yield world


def test_the_answer_to_a_shared_number_goes_to_who_wrote_there_last(both):
    lender, guest, north = both.esme(), both.esme("rival"), both.links["north/1"]
    guest.sends(submit(1))
    north.answers(message_id=b"1")
    north.sends(deliver(5), receipt(6, "1"))
    lender.sees()
    assert [pdu.command_id for pdu in guest.looks()] == [C.SUBMIT_SM_RESP, C.DELIVER_SM, C.DELIVER_SM]
    lender.sends(submit(2))
    north.sends(deliver(7))
    lender.sees(deliver(0))


def test_when_nobody_wrote_there_it_goes_to_the_lender(both):
    lender, guest, north = both.esme(), both.esme("rival"), both.links["north/1"]
    north.sends(deliver(5))
    lender.sees(deliver(0))
    guest.sees()


def test_when_no_owner_says_that_it_shares_the_first_has_it():
    """The conf's check does not let it come to this."""
    with World(accounts=(acme(), GUEST)) as world:
        lender = world.esme()
        world.links["north/1"].sends(deliver(5))
        lender.sees(deliver(0))


# -- alerts ------------------------------------------------------------------------------------


def alert(**fields):
    return build(C.ALERT_NOTIFICATION, 0, 9, {"source_addr": THEM, "source_addr_ton": 1, **fields})


def test_an_alert_goes_to_the_owner(world):
    esme, north = world.esme(), world.links["north/1"]
    raw = alert(esme_addr=US, esme_addr_ton=1)
    north.sends(raw)
    esme.sees(raw)
    north.sees()
    assert world.count("smsedge_alerts_total", "north", "delivered") == 1


@pytest.mark.parametrize("address", [US, b"19995550100", b""])
def test_an_alert_for_nobody_is_counted(world, address):
    north = world.links["north/1"]
    north.sends(alert(esme_addr=address))
    north.sees()
    assert world.count("smsedge_alerts_total", "north", "unowned") == 1


def test_an_alert_that_cannot_be_read_is_nacked(world):
    north = world.links["north/1"]
    raw = alert()[:20]
    north.sends(len(raw).to_bytes(4) + raw[4:])
    (answer,) = north.looks()
    assert (answer.command_id, answer.sequence, answer.status != 0) == (C.GENERIC_NACK, 9, True)
