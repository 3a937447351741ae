"""submit_multi: every destination judged by itself, what passes goes whole to one carrier."""

import pytest

from edge.core.verdict import Action, Reason, Verdict
from smpp.codec import build
from smpp.consts import CommandId as C
from smpp.layout import Address, DistributionList, Unsuccessful

from ..books import RIVAL, acme, carrier, verdict
from ..pdus import US, resp
from ..rig import World

ONE, TWO, THREE = b"14165550301", b"14165550302", b"14165550303"


def multi(sequence, *to, tlvs=(), **fields):
    given = {
        "source_addr_ton": 1,
        "source_addr_npi": 1,
        "source_addr": US,
        "destinations": tuple(Address(1, 1, one) if isinstance(one, bytes) else one for one in to),
        "short_message": b"hi",
    }
    return build(C.SUBMIT_MULTI, 0, sequence, given | fields, tlvs)


def accepted(sequence, message_id, *failed):
    return resp(C.SUBMIT_MULTI, sequence, message_id=message_id, unsuccess_sme=failed)


def refused(sequence, status):
    return resp(C.SUBMIT_MULTI, sequence, status)


def failed(address, status):
    return Unsuccessful(1, 1, address, status)


def refuse(world, to, **fields):
    answer = verdict(**fields)
    allowed = Verdict(Action.ALLOW)
    before = world.desk.rule
    world.desk.rule = lambda submission: answer if submission.destination.text == to.decode() else before(submission)
    return allowed


def test_what_all_may_have_passes_bit_for_bit(world):
    esme, north = world.esme(), world.links["north/1"]
    sent = multi(7, ONE, TWO, tlvs=((0x1400, b"dlt"),), registered_delivery=1, protocol_id=3)
    esme.sends(sent)
    north.sees(sent)
    north.answers(message_id=b"ab")
    esme.sees(accepted(7, b"n-ab"))
    first, second = world.desk.judged
    assert (first.destination.text, second.destination.text) == (ONE.decode(), TWO.decode())
    assert (first.destinations, first.protocol_id, first.receipt) == (2, 3, True)
    assert [(one.destination, one.message_id, one.status, one.carrier, one.link) for one in world.desk.records] == [
        (ONE.decode(), "n-ab", 0, "north", "north/1"),
        (TWO.decode(), "n-ab", 0, "north", "north/1"),
    ]
    assert world.count("messages", "acme", "mt", "allow", "") == 2


def test_refused_destinations_are_taken_out_and_listed(world):
    esme, north = world.esme(), world.links["north/1"]
    refuse(world, TWO, reason=Reason.OPTED_OUT)
    esme.sends(multi(7, ONE, TWO, THREE, tlvs=((0x1400, b"dlt"),)))
    north.sees(multi(0, ONE, THREE, tlvs=((0x1400, b"dlt"),)))
    north.answers(message_id=b"ab")
    esme.sees(accepted(7, b"n-ab", failed(TWO, 0x66)))
    assert [(one.destination, one.status) for one in world.desk.records] == [
        (TWO.decode(), 0x66),
        (ONE.decode(), 0),
        (THREE.decode(), 0),
    ]


def test_the_carriers_failures_and_ours_are_one_list(world):
    esme, north = world.esme(), world.links["north/1"]
    refuse(world, TWO)
    esme.sends(multi(7, ONE, TWO, THREE))
    north.answers(message_id=b"ab", unsuccess_sme=(failed(THREE, 0x0B),))
    esme.sees(accepted(7, b"n-ab", failed(THREE, 0x0B), failed(TWO, 0x66)))
    assert [(one.destination, one.status) for one in world.desk.records[1:]] == [
        (ONE.decode(), 0),
        (THREE.decode(), 0x0B),
    ]


def test_with_every_destination_refused_the_whole_is(world):
    esme, north = world.esme(), world.links["north/1"]
    refuse(world, ONE, reason=Reason.DESTINATION)
    refuse(world, TWO, reason=Reason.CONTENT)
    esme.sends(multi(7, ONE, TWO))
    esme.sees(refused(7, 0x0B))
    north.sees()
    assert len(world.desk.records) == 2
    assert sum(customer.inflight for customer in world.service.connections) == 0


def test_an_emergency_number_among_them_is_bounced(world):
    esme, north = world.esme(), world.links["north/1"]
    refuse(world, TWO, action=Action.BOUNCE, reason=Reason.EMERGENCY, reply="Call by voice.")
    esme.sends(multi(7, ONE, TWO))
    (notice,) = esme.looks()
    assert (notice.command_id, notice.fields["short_message"]) == (C.DELIVER_SM, b"Call by voice.")
    assert notice.fields["source_addr"] == TWO
    north.answers(message_id=b"ab")
    esme.sees(accepted(7, b"n-ab", failed(TWO, 0x0B)))


def test_a_distribution_list_is_refused(world):
    esme = world.esme()
    esme.sends(multi(7, ONE, DistributionList(b"friends")))
    esme.sees(refused(7, 0x34))
    assert world.desk.judged == []


def test_no_destination_at_all(world):
    esme = world.esme()
    raw = bytearray(multi(7, ONE))
    count_at = 16 + 1 + 2 + len(US) + 1
    assert raw[count_at] == 1
    raw[count_at] = 0
    esme.sends(bytes(raw))
    esme.sees(refused(7, 0x33))


def test_the_conf_may_limit_how_many(world):
    esme = world.esme()
    world.desk.rule = lambda submission: verdict(reason=Reason.RECIPIENTS, value=float(submission.destinations))
    esme.sends(multi(7, *[b"1416555%04d" % number for number in range(101)]))
    esme.sees(refused(7, 0x33))
    assert world.record.value == 101.0


@pytest.mark.parametrize("bits", [0x04, 0x20])
def test_receipts_are_not_for_customers_to_send(world, bits):
    esme = world.esme()
    esme.sends(multi(7, ONE, esm_class=bits))
    esme.sees(refused(7, 0x43))


def test_text_and_payload_together(world):
    esme = world.esme()
    esme.sends(multi(7, ONE, tlvs=((0x0424, b"more"),)))
    esme.sees(refused(7, 0xC1))


def test_parts_by_sar_and_a_payload_are_read(world):
    esme = world.esme()
    sar = ((0x020C, b"\0\x05"), (0x020E, b"\x02"), (0x020F, b"\x01"))
    esme.sends(multi(7, ONE, short_message=b"", tlvs=((0x0424, b"first half"), *sar)))
    body = world.desk.judged[0].body
    assert (body.text, body.reference, body.part, body.parts) == ("first half", 0x10005, 1, 2)


def test_the_message_class_is_read(world):
    esme = world.esme()
    esme.sends(multi(7, ONE, data_coding=0x10))
    assert world.desk.judged[0].message_class == 0


@pytest.mark.parametrize("status", [0x45, 0x58])
def test_the_carriers_refusal_is_everybodys(world, status):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(multi(7, ONE, TWO))
    north.answers(status)
    esme.sees(refused(7, status))
    assert [one.status for one in world.desk.records] == [status, status]


def test_a_generic_nack_without_a_status(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(multi(7, ONE, TWO))
    (pdu,) = north.looks()
    north.sends(build(C.GENERIC_NACK, 0, pdu.sequence))
    esme.sees(refused(7, 0x08))


def test_a_silent_carrier_leaves_every_outcome_unknown(world):
    esme = world.esme()
    esme.sends(multi(7, ONE, TWO))
    world.passes(61.0)
    esme.sees(refused(7, 0x08))
    assert [(one.outcome, one.destination) for one in world.desk.records] == [
        ("unknown", ONE.decode()),
        ("unknown", TWO.decode()),
    ]


def test_an_identical_retry_of_an_unknown_outcome_is_marked(world):
    esme = world.esme()
    esme.sends(multi(7, ONE, TWO))
    world.links["north/1"].hangs_up()
    world.passes(2.0)
    esme.sends(multi(8, TWO, THREE))
    world.links["north/1"].answers(message_id=b"ab")
    assert [(one.destination, one.duplicate) for one in world.desk.records[2:]] == [
        (TWO.decode(), True),
        (THREE.decode(), False),
    ]


def test_without_a_carrier_every_destination_is_recorded():
    with World(bound=False) as world:
        esme = world.esme()
        esme.sends(multi(7, ONE, TWO))
        esme.sees(refused(7, 0x08))
        assert [one.detail for one in world.desk.records] == ["no carrier is bound"] * 2


def test_an_answer_without_a_list_still_names_the_message(world):
    """Some carriers answer with a message_id alone, as to a submit_sm."""
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(multi(7, ONE))
    (pdu,) = north.looks()
    raw = b"\x80\0\0\x21\0\0\0\0" + pdu.sequence.to_bytes(4) + b"ab\0"
    north.sends((4 + len(raw)).to_bytes(4) + raw)
    esme.sees(accepted(7, b"n-ab"))
    assert world.record.status == 0


def test_an_answer_without_a_body_gets_an_id_of_our_own(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(multi(7, ONE))
    (pdu,) = north.looks()
    north.sends(b"\0\0\0\x10\x80\0\0\x21\0\0\0\0" + pdu.sequence.to_bytes(4))
    esme.sees(accepted(7, b"01"))


def test_a_list_that_cannot_be_read_does_not_undo_the_acknowledgement(world):
    esme, north = world.esme(), world.links["north/1"]
    refuse(world, TWO)
    esme.sends(multi(7, ONE, TWO))
    (pdu,) = north.looks()
    raw = b"\x80\0\0\x21\0\0\0\0" + pdu.sequence.to_bytes(4) + b"ab\0\x05\x01\x01141"
    north.sends((4 + len(raw)).to_bytes(4) + raw)
    esme.sees(accepted(7, b"n-ab", failed(TWO, 0x66)))
    assert world.count("protocol_errors", "carrier", "bad-pdu") == 1


def test_no_more_failures_are_listed_than_fit(world):
    esme, north = world.esme(), world.links["north/1"]
    numbers = [b"1416555%04d" % number for number in range(255)]
    refuse(world, numbers[0])
    esme.sends(multi(7, *numbers))
    answer = resp(C.SUBMIT_MULTI, 0, message_id=b"ab", unsuccess_sme=tuple(failed(one, 0x0B) for one in numbers))
    (pdu,) = north.looks()
    north.sends(answer[:12] + pdu.sequence.to_bytes(4) + answer[16:])
    (told,) = esme.looks()
    assert len(told.fields["unsuccess_sme"]) == 255


def test_a_customer_that_is_gone(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(multi(7, ONE, TWO))
    esme.hangs_up()
    north.answers(message_id=b"ab")
    assert [one.detail for one in world.desk.records] == ["the customer was gone before the answer"] * 2


def test_a_verdict_may_name_the_carrier_for_all():
    with World(carriers=(carrier("north"), carrier("review"))) as world:
        esme = world.esme()
        refuse(world, ONE, action=Action.REROUTE, carrier="review")
        esme.sends(multi(7, ONE, TWO))
        world.links["north/1"].sees()
        world.links["review/1"].sees(multi(0, ONE, TWO))


def test_it_is_one_request_of_the_window():
    with World() as world:
        esme = world.esme()
        esme.sends(*[multi(number, ONE, TWO) for number in range(1, 12)])
        esme.sees(refused(11, 0x14))


def test_who_wrote_from_a_shared_number_is_remembered():
    shared = ((14165550100, 14165550100),)
    with World(accounts=(acme(shared=shared), acme(name="guest", numbers=shared, binds=()), RIVAL)) as world:
        world.esme().sends(multi(7, ONE, TWO))
        owners = [world.service.shared.owner(14165550100, int(peer), world.clock.now) for peer in (ONE, TWO, THREE)]
        assert owners == ["acme", "acme", None]
