"""Quarantine and facts on the wire: on disk before any answer, released once, refused with a receipt, over in time."""

import pytest
from msgspec.structs import replace

from edge.channels.custody import CustodyError
from edge.core.facts import Fact, FactKind
from edge.core.quarantine import HeldState
from edge.core.verdict import ALLOWED, Action, Reason, Verdict
from smpp.codec import build
from smpp.consts import CommandId as C
from smpp.consts import Status
from smpp.layout import Address

from .books import EPOCH, verdict
from .pdus import THEM, accepted, data, deliver, receipt, refused, resp, submit
from .rig import World

HOLD = verdict(Action.QUARANTINE)
STOP = Fact(FactKind.OPT_OUT, "+" + THEM.decode(), EPOCH, account="acme")


@pytest.fixture
def world():
    with World() as world:
        world.desk.rule = lambda submission: HOLD
        yield world


def shelf(world):
    return world.desk.ledger.quarantine


def run(world, work):
    """Do what a person asks for, while the edge goes on; returns the result or raises."""
    task = world.loop.create_task(work)
    world.loop.await_thread(lambda: task.done() or bool(world.links["north/1"].took))
    return task


def ended(world, task):
    world.loop.await_thread(task.done)
    return task.result()


def held(world, esme, sequence=7, **fields):
    """A message is submitted and held."""
    esme.sends(submit(sequence, **fields))
    world.esme_saw = esme.looks()
    return list(shelf(world).messages)[-1]


# -- in ----------------------------------------------------------------------------------------


def test_rok_waits_for_the_disk(world):
    shelf(world).waits = True
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(7))
    esme.sees()
    assert not world.desk.records
    world.loop.do(shelf(world).to_disk.pop())
    esme.sees(accepted(7, b"01"))
    north.sees()
    assert (world.record.verdict, world.record.status, world.record.message_id) == ("quarantine", 0, "01")
    assert world.count("smsedge_quarantine_total", "acme", "held") == 1


def test_what_cannot_be_held_is_not_acknowledged(world):
    shelf(world).failing = True
    esme = world.esme()
    esme.sends(submit(7))
    esme.sees(refused(7, Status.ESME_RSYSERR))
    assert world.record.detail.startswith("could not be held")
    assert not shelf(world).messages


def test_what_is_kept(world):
    esme = world.esme()
    esme.sends(submit(7, b"read me", registered_delivery=1))
    (message,) = shelf(world).messages.values()
    assert (message.account, message.text, message.receipt, message.traffic) == ("acme", "read me", True, "")
    assert (message.rule, message.clause, message.channel, message.direction) == ("rule", "fraud", "smpp", "mt")
    assert message.expires - message.at == 86400.0
    assert message.payload == submit(7, b"read me", registered_delivery=1)


def test_a_code_is_held_for_a_minute(world):
    world.desk.traffic = "otp"
    held(world, world.esme())
    (message,) = shelf(world).messages.values()
    assert message.expires - message.at == 60.0


def test_a_data_sm_is_held_too(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(data(9, b"a payload"))
    esme.sees(resp(C.DATA_SM, 9, message_id=b"01"))
    world.desk.rule = lambda submission: ALLOWED
    task = run(world, world.service.custody.release("01", "sam", "fine"))
    assert north.took[0].command_id == C.DATA_SM
    north.answers(message_id=b"ab")
    assert ended(world, task) == ["01"]


def test_a_customer_that_is_gone_when_it_is_on_disk(world):
    shelf(world).waits = True
    esme = world.esme()
    esme.sends(submit(7))
    esme.hangs_up()
    world.loop.do(shelf(world).to_disk.pop())
    assert shelf(world).size() == 1
    assert "connections" not in world.in_flight()


# -- release -----------------------------------------------------------------------------------


def test_a_release_goes_out_once_and_its_receipt_bears_the_customers_id(world):
    esme, north = world.esme(), world.links["north/1"]
    name = held(world, esme, registered_delivery=1)
    task = run(world, world.service.custody.release(name, "sam", "harmless"))
    assert shelf(world).get(name).state is HeldState.RELEASING
    (sent,) = north.looks()
    assert sent.fields["short_message"] == b"hi"
    north.answers(message_id=b"ab12")
    assert ended(world, task) == [name]
    message = shelf(world).get(name)
    assert (message.state, message.resolved_by, message.note) == (HeldState.RELEASED, "sam", "harmless")
    assert message.alias == "n-ab12"
    assert (world.record.operation, world.record.carrier, world.record.message_id) == ("release", "north", name)
    north.sends(receipt(42, "ab12"))
    esme.sees(receipt(0, name))
    with pytest.raises(CustodyError, match="released"):
        ended(world, run(world, world.service.custody.release(name, "sam", "again")))
    north.looks()


def test_receipts_find_their_message_after_a_restart(world):
    esme, north = world.esme(), world.links["north/1"]
    name = held(world, esme)
    task = run(world, world.service.custody.release(name, "sam", ""))
    north.answers(message_id=b"ab12")
    ended(world, task)
    north.looks()
    world.service.custody._aliases.clear()
    world.service.custody.recall()
    north.sends(receipt(42, "ab12"))
    esme.sees(receipt(0, name))


@pytest.mark.parametrize("reason", [Reason.OPTED_OUT, Reason.BLOCKED, Reason.SUSPENDED, Reason.EMERGENCY])
def test_what_may_not_go_any_more_stays_held(world, reason):
    esme, north = world.esme(), world.links["north/1"]
    name = held(world, esme)
    world.desk.rechecked = lambda submission: verdict(reason=reason, detail="not any more")
    with pytest.raises(CustodyError, match="not any more"):
        ended(world, run(world, world.service.custody.release(name, "sam", "")))
    assert shelf(world).get(name).state is HeldState.HELD
    north.sees()


@pytest.mark.parametrize("status", [0x14, 0x58, 0x45])
def test_what_the_carrier_refuses_is_held_again(world, status):
    esme, north = world.esme(), world.links["north/1"]
    name = held(world, esme)
    task = run(world, world.service.custody.release(name, "sam", ""))
    if status in (0x14, 0x58):
        for _ in range(10):
            if task.done():
                break
            north.answers(status)
            world.passes(40)
    else:
        north.answers(status)
    with pytest.raises(CustodyError, match="held again"):
        ended(world, task)
    assert shelf(world).get(name).state is HeldState.HELD


def test_without_a_carrier_it_is_held_again():
    with World(bound=False) as world:
        world.desk.rule = lambda submission: HOLD
        esme = world.esme()
        esme.sends(submit(7))
        task = world.loop.create_task(world.service.custody.release("01", "sam", ""))
        with pytest.raises(CustodyError, match="no carrier is bound: held again"):
            ended(world, task)
        assert shelf(world).get("01").state is HeldState.HELD


def test_an_outcome_that_nobody_knows_is_never_sent_again(world):
    esme, north = world.esme(), world.links["north/1"]
    name = held(world, esme)
    task = run(world, world.service.custody.release(name, "sam", ""))
    north.hangs_up()
    world.passes(1)
    with pytest.raises(CustodyError, match="may have been sent"):
        ended(world, task)
    assert shelf(world).get(name).state is HeldState.RELEASING
    with pytest.raises(CustodyError, match="releasing"):
        ended(world, run(world, world.service.custody.release(name, "sam", "again")))
    assert ended(world, run(world, world.service.custody.refuse(name, "sam", "they say it never came"))) == [name]
    assert shelf(world).get(name).state is HeldState.REFUSED


def test_what_is_on_its_way_out_cannot_be_refused(world):
    esme, north = world.esme(), world.links["north/1"]
    name = held(world, esme)
    task = run(world, world.service.custody.release(name, "sam", ""))
    with pytest.raises(CustodyError, match="on its way out"):
        ended(world, run(world, world.service.custody.refuse(name, "ann", "")))
    north.answers(message_id=b"ab12")
    assert ended(world, task) == [name]


def test_what_cannot_be_read_any_more_can_only_be_refused(world):
    name = held(world, world.esme())
    shelf(world).messages[name] = replace(shelf(world).get(name), sealed="the key is gone", text="", payload=b"")
    with pytest.raises(CustodyError, match=f"message {name} can only be refused: the key is gone"):
        ended(world, run(world, world.service.custody.release(name, "sam", "")))
    assert ended(world, run(world, world.service.custody.refuse(name, "sam", ""))) == [name]


def test_parts_are_released_together_and_in_order(world):
    esme, north = world.esme(), world.links["north/1"]
    header = (b"\5\0\3\7\3\2", b"\5\0\3\7\3\1", b"\5\0\3\7\3\3")
    esme.sends(*(submit(n, udh + b"part", esm_class=0x40) for n, udh in enumerate(header, 1)))
    assert len({message.group for message in shelf(world).messages.values()}) == 1
    name = list(shelf(world).messages)[2]
    task = run(world, world.service.custody.release(name, "sam", ""))
    sent = north.looks()
    assert [pdu.fields["short_message"][5] for pdu in sent] == [1, 2, 3]
    for number in range(3):
        north.answers(message_id=b"a%d" % number)
    assert sorted(ended(world, task)) == ["01", "02", "03"]


def test_references_of_other_messages_are_other_groups(world):
    esme = world.esme()
    esme.sends(submit(1, b"\5\0\3\7\2\1x", esm_class=0x40), submit(2, b"\5\0\3\x08\2\1x", esm_class=0x40))
    assert len({message.group for message in shelf(world).messages.values()}) == 2


# -- the end -----------------------------------------------------------------------------------


def test_a_refusal_is_told_where_it_was_asked(world):
    esme = world.esme()
    name = held(world, esme, registered_delivery=1)
    ended(world, run(world, world.service.custody.refuse(name, "sam", "fraud indeed")))
    (told,) = esme.looks()
    assert told.fields["esm_class"] == 4
    assert b"id:01 " in told.fields["short_message"]
    assert b"stat:REJECTD err:0A5" in told.fields["short_message"]
    assert shelf(world).get(name).state is HeldState.REFUSED


def test_a_refusal_that_nobody_asked_about_is_silent(world):
    esme = world.esme()
    name = held(world, esme)
    ended(world, run(world, world.service.custody.refuse(name, "sam", "")))
    esme.sees()


def test_what_nobody_looks_at_in_time_is_refused(world):
    world.desk.traffic = "otp"
    esme = world.esme()
    name = held(world, esme, registered_delivery=1)
    world.passes(59)
    assert shelf(world).get(name).state is HeldState.HELD
    world.passes(2)
    world.loop.await_thread(lambda: shelf(world).get(name).state is HeldState.EXPIRED)
    world.passes(1)
    (told,) = esme.looks()
    assert b"stat:REJECTD err:0A9" in told.fields["short_message"]
    assert world.count("smsedge_quarantine_total", "acme", "expired") == 1


def test_a_disk_that_fails_at_the_end_is_tried_again(world):
    world.bugs_expected = True
    world.desk.traffic = "otp"
    name = held(world, world.esme())
    shelf(world).failing = True
    world.passes(61)
    world.loop.await_thread(lambda: world.count("protocol_errors", "edge", "bug") > 0)
    shelf(world).failing = False
    world.passes(3)
    world.loop.await_thread(lambda: shelf(world).get(name).state is HeldState.EXPIRED)


def test_unknown_messages_and_accounts(world):
    with pytest.raises(CustodyError, match="no message 99"):
        ended(world, run(world, world.service.custody.release("99", "sam", "")))


# -- inbound -----------------------------------------------------------------------------------


def test_an_mo_is_held_and_handed_over_later(world):
    esme, north = world.esme(), world.links["north/1"]
    shelf(world).waits = True
    north.sends(deliver(42, b"hello"))
    north.sees()
    world.loop.do(shelf(world).to_disk.pop())
    north.sees(resp(C.DELIVER_SM, 42, message_id=b""))
    esme.sees()
    shelf(world).waits = False
    task = world.loop.create_task(world.service.custody.release("01", "sam", ""))
    world.loop.await_thread(lambda: bool(esme.took))
    esme.sees(deliver(0, b"hello"))
    esme.answers()
    assert ended(world, task) == ["01"]


def test_an_mo_that_cannot_be_held_is_kept_by_the_carrier(world):
    shelf(world).failing = True
    world.esme()
    north = world.links["north/1"]
    north.sends(deliver(42, b"hello"))
    assert north.looks()[0].status == Status.ESME_RX_T_APPN


# -- facts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["customer", "disk"])
def test_a_stop_is_on_disk_before_the_carrier_hears_that_we_have_it(world, first):
    world.desk.rule = lambda submission: Verdict(Action.ALLOW, None, (), (STOP,))
    world.desk.waits = True
    esme, north = world.esme(), world.links["north/1"]
    north.sends(deliver(42, b"STOP"))
    esme.sees(deliver(0, b"STOP"))  # the customer hears at once
    steps = [esme.answers, lambda: world.loop.do(world.desk.facts_to_disk.pop(), None)]
    for step in steps if first == "customer" else steps[::-1]:
        north.sees()
        step()
    north.sees(resp(C.DELIVER_SM, 42, message_id=b""))
    assert world.desk.laid_down == [STOP]


def test_a_stop_that_cannot_be_written_comes_again(world):
    world.desk.rule = lambda submission: Verdict(Action.ALLOW, None, (), (STOP,))
    world.desk.waits = True
    esme, north = world.esme(), world.links["north/1"]
    north.sends(deliver(42, b"STOP"))
    esme.answers()
    world.loop.do(world.desk.facts_to_disk.pop(), OSError("full"))
    assert north.looks()[0].status == Status.ESME_RX_T_APPN


def test_a_stop_without_a_customer_is_still_heard(world):
    world.desk.rule = lambda submission: Verdict(Action.ALLOW, None, (), (STOP,))
    north = world.links["north/1"]
    north.sends(deliver(42, b"STOP"))
    assert north.looks()[0].status == Status.ESME_RX_T_APPN
    assert world.desk.laid_down == [STOP]


@pytest.mark.parametrize(
    ("action", "status"), [(Action.REJECT, Status.ESME_RX_R_APPN), (Action.QUARANTINE, Status.ESME_ROK)]
)
def test_the_refusal_that_blocks_waits_for_the_disk(world, action, status):
    block = Fact(FactKind.BLOCK, "+14165550100", EPOCH, by="ladder")
    world.desk.rule = lambda submission: Verdict(action, verdict(action).hit, (), (block,))
    world.desk.waits = True
    esme = world.esme()
    esme.sends(submit(7))
    esme.sees()
    world.loop.do(world.desk.facts_to_disk.pop(), None)
    assert esme.looks()[0].status == status


def test_a_complaint_goes_on_once_it_is_on_disk(world):
    said = Fact(FactKind.COMPLAINT, "+12125550100", EPOCH, other="+14165550100")
    world.desk.rule = lambda submission: Verdict(Action.ALLOW, None, (), (said,))
    world.desk.waits = True
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(7))
    north.sees()
    world.loop.do(world.desk.facts_to_disk.pop(), None)
    assert len(north.looks()) == 1
    north.answers(message_id=b"ab")
    esme.sees(accepted(7, b"n-ab"))


def test_a_fact_that_cannot_be_written_is_not_acknowledged(world):
    block = Fact(FactKind.BLOCK, "+14165550100", EPOCH, by="ladder")
    world.desk.rule = lambda submission: Verdict(Action.REJECT, verdict().hit, (), (block,))
    world.desk.waits = True
    esme = world.esme()
    esme.sends(submit(7))
    world.loop.do(world.desk.facts_to_disk.pop(), OSError("full"))
    esme.sees(refused(7, Status.ESME_RSYSERR))
    assert world.record.status == Status.ESME_RSYSERR


def test_of_a_submit_multi_nothing_can_be_held(world):
    """One id stands for all destinations, so what would be held is refused, in the list of failures."""
    esme, north = world.esme(), world.links["north/1"]
    world.desk.rule = lambda submission: HOLD if submission.destination.text.endswith("1") else ALLOWED
    esme.sends(_multi(THEM, b"14165550302"))
    north.answers(message_id=b"ab")
    (answer,) = esme.looks()
    (failed,) = answer.fields["unsuccess_sme"]
    assert (failed.address, failed.status) == (THEM, Status.ESME_RX_R_APPN)


def _multi(*destinations):
    wanted = tuple(Address(1, 1, one) for one in destinations)
    fields = {"source_addr_ton": 1, "source_addr_npi": 1, "source_addr": b"14165550100"}
    return build(C.SUBMIT_MULTI, 0, 5, {**fields, "destinations": wanted, "short_message": b"hi"})
