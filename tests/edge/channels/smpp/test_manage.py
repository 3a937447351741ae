"""query_sm, cancel_sm, replace_sm: by the tag to the carrier that has the message, for its owner only."""

import pytest

from edge.core.carrier import MessageIdFormat
from edge.core.verdict import Action, Reason
from smpp.codec import build
from smpp.consts import CommandId as C

from ..books import carrier, verdict
from ..pdus import THEM, US, nack, resp
from ..rig import World

REFUSAL = {C.QUERY_SM: 0x67, C.CANCEL_SM: 0x11, C.REPLACE_SM: 0x13}
NAMES = {C.QUERY_SM: "query", C.CANCEL_SM: "cancel", C.REPLACE_SM: "replace"}
HEX = MessageIdFormat("hex", "decimal", 8, "upper")


def query(sequence, message_id=b"n-12", source=US):
    return _operation(C.QUERY_SM, sequence, message_id, source)


def cancel(sequence, message_id=b"n-12", source=US, **fields):
    return _operation(C.CANCEL_SM, sequence, message_id, source, destination_addr=THEM, dest_addr_ton=1, **fields)


def replace(sequence, message_id=b"n-12", source=US, *, text=b"better", tlvs=(), **fields):
    return _operation(C.REPLACE_SM, sequence, message_id, source, tlvs, short_message=text, **fields)


def _operation(command, sequence, message_id, source, tlvs=(), **fields):
    given = {"message_id": message_id, "source_addr_ton": 1, "source_addr_npi": 1, "source_addr": source}
    return build(command, 0, sequence, given | fields, tlvs)


OPERATIONS = {C.QUERY_SM: query, C.CANCEL_SM: cancel, C.REPLACE_SM: replace}


def state(sequence, message_id=b"n-12", tlvs=()):
    return resp(C.QUERY_SM, sequence, message_id=message_id, final_date=b"240101120000000+", message_state=2, tlvs=tlvs)


def test_a_query_there_and_back(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(query(7))
    north.sees(query(0, b"12"))
    (pdu,) = north.took
    north.sends(state(pdu.sequence, b"12"))
    esme.sees(state(7))
    record = world.record
    assert (record.operation, record.message_id, record.carrier, record.status) == ("query", "n-12", "north", 0)
    assert (record.source, record.sequence, record.session) == (US.decode(), 7, "acme/1")
    assert world.desk.judged == []
    assert world.metrics.messages.values == {}


def test_cancel_and_replace_there_and_back(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(cancel(7, service_type=b"CMT"), replace(8, registered_delivery=1))
    north.sees(cancel(0, b"12", service_type=b"CMT"), replace(0, b"12", registered_delivery=1))
    north.answers()
    north.answers()
    esme.sees(resp(C.CANCEL_SM, 7), resp(C.REPLACE_SM, 8))
    assert [(one.operation, one.destination) for one in world.desk.records] == [
        ("cancel", THEM.decode()),
        ("replace", ""),
    ]


def test_the_carriers_own_spelling_is_rebuilt():
    with World(carriers=(carrier(message_id=HEX),)) as world:
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(query(7, b"n-2587"))
        north.sees(query(0, b"00000A1B"))
        (pdu,) = north.took
        north.sends(state(pdu.sequence, b"00000A1B"))
        esme.sees(state(7, b"n-2587"))


def test_the_tag_finds_the_carrier_whatever_the_routes_say():
    with World(carriers=(carrier("north"), carrier("south")), routes=()) as world:
        esme = world.esme()
        esme.sends(query(7, b"s-9"))
        world.links["north/1"].sees()
        world.links["south/1"].sees(query(0, b"9"))


@pytest.mark.parametrize("command", list(OPERATIONS))
@pytest.mark.parametrize("source", [b"", b"12125550100", THEM, b"no number"])
def test_only_the_owner_of_the_source_may_ask(world, command, source):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(OPERATIONS[command](7, source=source))
    esme.sees(resp(command, 7, REFUSAL[command]))
    north.sees()


@pytest.mark.parametrize("command", list(OPERATIONS))
@pytest.mark.parametrize("message_id", [b"", b"12", b"x-12", b"012"])
def test_an_id_that_belongs_to_no_carrier(world, command, message_id):
    esme = world.esme()
    esme.sends(OPERATIONS[command](7, message_id))
    esme.sees(resp(command, 7, 0x0C))


@pytest.mark.parametrize("command", list(OPERATIONS))
def test_an_id_that_was_hashed_cannot_go_back(world, command):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(OPERATIONS[command](7, b"n-~0123456789abcdef0123456789abcdef"))
    esme.sees(resp(command, 7, REFUSAL[command]))
    north.sees()
    assert world.desk.records == []


@pytest.mark.parametrize("command", list(OPERATIONS))
def test_the_carriers_refusal_is_passed_on(world, command):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(OPERATIONS[command](7))
    north.answers(0x0C)
    esme.sees(resp(command, 7, 0x0C))
    assert (world.record.operation, world.record.status) == (NAMES[command], 0x0C)


@pytest.mark.parametrize("command", list(OPERATIONS))
def test_a_nack_with_no_status_and_silence(world, command):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(OPERATIONS[command](7), OPERATIONS[command](8))
    north.sends(nack(north.took.popleft().sequence, 0))
    world.passes(61.0)
    esme.sees(resp(command, 7, 0x08), resp(command, 8, 0x08))


def test_without_a_link_the_answer_is_temporary():
    with World(bound=False) as world:
        esme = world.esme()
        esme.sends(query(7))
        esme.sees(resp(C.QUERY_SM, 7, 0x08))


def test_an_answer_to_a_query_that_says_nothing(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(query(7), query(8))
    for body in (b"", b"12\0"):
        sequence = north.took.popleft().sequence
        north.sends((16 + len(body)).to_bytes(4) + b"\x80\0\0\x03\0\0\0\0" + sequence.to_bytes(4) + body)
    esme.sees(resp(C.QUERY_SM, 7, 0x67), resp(C.QUERY_SM, 8, 0x67))
    assert world.count("protocol_errors", "carrier", "bad-pdu") == 2


@pytest.mark.parametrize(("version", "passed"), [(0x34, ()), (0x50, ((0x0428, b"\x63"),))])
def test_tlvs_of_an_answer_to_a_query_are_for_5_0_only(world, version, passed):
    esme, north = world.esme(version=version), world.links["north/1"]
    esme.sends(query(7))
    (pdu,) = north.took
    north.sends(state(pdu.sequence, b"12", ((0x0428, b"\x63"),)))
    esme.sees(state(7, tlvs=passed))


@pytest.mark.parametrize("operation", [cancel, replace])
def test_what_a_carrier_writes_behind_an_empty_answer_is_noise(world, operation):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(operation(7))
    command = operation(0)[7]
    sequence = north.took.popleft().sequence
    north.sends(b"\0\0\0\x13\x80\0\0" + bytes([command]) + bytes(4) + sequence.to_bytes(4) + b"12\0")
    esme.sees(resp(command, 7))


# -- a new text is judged again ------------------------------------------------------------------


def test_a_new_text_is_judged(world):
    esme = world.esme()
    esme.sends(replace(7, text=b"better \x1b\x65", registered_delivery=1))
    (submission,) = world.desk.judged
    assert (submission.operation.value, submission.direction.value) == ("replace", "mt")
    assert (submission.source.text, submission.destination.text) == (US.decode(), "")
    assert (submission.body.text, submission.receipt, submission.end_user) == ("better €", True, "acme")


def test_a_new_text_in_a_payload_is_judged_too(world):
    esme, north = world.esme(version=0x50), world.links["north/1"]
    sent = replace(7, text=b"", tlvs=((0x0424, b"long text"),))
    esme.sends(sent)
    assert world.desk.judged[0].body.text == "long text"
    north.sees(replace(0, b"12", text=b"", tlvs=((0x0424, b"long text"),)))
    esme.sends(replace(8, text=b"short", tlvs=((0x0424, b"long text"),)))
    esme.sees(resp(C.REPLACE_SM, 8, 0xC1))


@pytest.mark.parametrize("reason", [Reason.CONTENT, Reason.SENDER, Reason.SUSPENDED, Reason.NONE])
def test_a_new_text_that_is_refused_gets_the_operations_own_code(world, reason):
    """policy.md decision 1: query_sm, cancel_sm, replace_sm that we refuse are 0x67, 0x11, 0x13."""
    esme, north = world.esme(), world.links["north/1"]
    world.desk.rule = lambda submission: verdict(reason=reason)
    esme.sends(replace(7))
    esme.sees(resp(C.REPLACE_SM, 7, 0x13))
    north.sees()
    assert (world.record.operation, world.record.rule, world.record.status) == ("replace", "rule", 0x13)


def test_a_new_text_that_comes_too_soon_is_throttled(world):
    esme = world.esme()
    world.desk.rule = lambda submission: verdict(Action.THROTTLE, Reason.PACING)
    esme.sends(replace(7))
    esme.sees(resp(C.REPLACE_SM, 7, 0x58))


def test_a_flag_does_not_stop_it(world):
    esme, north = world.esme(), world.links["north/1"]
    world.desk.rule = lambda submission: verdict(Action.FLAG)
    esme.sends(replace(7))
    north.sees(replace(0, b"12"))
    north.answers()
    esme.sees(resp(C.REPLACE_SM, 7))
    assert (world.record.verdict, world.record.rule) == ("flag", "rule")
