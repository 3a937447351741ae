"""One connection of a customer: its window, its deliveries, its end. (The bind: test_customer_bind.)"""

import pytest

from edge.core.account import Bind
from edge.core.conf import Smpp
from smpp.codec import build
from smpp.consts import CommandId as C

from ..books import RIVAL, acme, carrier
from ..pdus import accepted, data, deliver, nack, refused, resp, submit
from ..rig import World


def enquire(sequence):
    return build(C.ENQUIRE_LINK, 0, sequence)


def unbind(sequence):
    return build(C.UNBIND, 0, sequence)


def unbound(sequence):
    return resp(C.UNBIND, sequence)


def send_off(world):
    world.loop.do(lambda: [customer.send_off(world.clock.now) for customer in list(world.service.connections)])


# -- requests ----------------------------------------------------------------------------------


def test_before_a_bind_there_is_nothing_to_ask(world):
    esme = world.stranger()
    for raw in (submit(3), data(4), build(C.QUERY_SM, 0, 5)):
        esme.sends(raw)
    esme.sees(refused(3, 0x04), resp(C.DATA_SM, 4, 0x04), resp(C.QUERY_SM, 5, 0x04))
    world.links["north/1"].sees()


def test_a_receiver_may_not_submit(world):
    esme = world.esme(command=C.BIND_RECEIVER)
    esme.sends(submit(3))
    esme.sees(refused(3, 0x04))


@pytest.mark.parametrize("sequence", [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_the_customers_number_is_echoed_whatever_it_is(world, sequence):
    esme = world.esme()
    esme.sends(submit(sequence))
    world.links["north/1"].answers(message_id=b"1")
    esme.sees(accepted(sequence, b"n-1"))


def test_unknown_commands_and_outbind(world):
    esme = world.esme()
    esme.sends(build(C.OUTBIND, 0, 3, {"system_id": b"x"}), b"\0\0\0\x10\0\0\xde\xad\0\0\0\0\0\0\0\x04")
    esme.sees(nack(3, 0x04), nack(4, 0x03))
    assert not esme.closed


def test_broadcast_is_not_offered(world):
    esme = world.esme(version=0x50)
    esme.sends(build(C.BROADCAST_SM, 0, 3))
    esme.sees(nack(3, 0x03))


def test_beyond_the_window_there_is_an_answer_at_once(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(*[submit(number) for number in range(1, 13)])
    esme.sees(refused(11, 0x14), refused(12, 0x14))
    assert world.count("caps", "customer-window") == 2
    north.answers(message_id=b"1")
    esme.sees(accepted(1, b"n-1"))
    esme.sends(submit(13))
    esme.sees()
    assert len(north.looks()) == 11


def test_enquire_link_and_responses_pass_a_full_window(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.lively = False
    esme.sends(*[submit(number) for number in range(1, 11)])
    north.sends(deliver(5))
    esme.sees(deliver(0))
    esme.answers()
    esme.sends(enquire(99))
    esme.sees(resp(C.ENQUIRE_LINK, 99))
    assert north.looks()[-1].command_id == C.DELIVER_SM_RESP


def test_a_bad_pdu_costs_itself_only(world):
    esme = world.esme()
    long = submit(3)[:16] + b"x" * 30
    esme.sends(len(long).to_bytes(4) + long[4:], submit(4))
    esme.sees(refused(3, 0x15))
    world.links["north/1"].answers(message_id=b"1")
    esme.sees(accepted(4, b"n-1"))
    assert world.count("protocol_errors", "customer", "bad-pdu") == 1


# -- deliveries --------------------------------------------------------------------------------


def test_a_delivery_and_its_answer(world):
    esme, north = world.esme(), world.links["north/1"]
    north.sends(deliver(42))
    esme.sees(deliver(0))
    esme.answers(status=0x65)
    north.sees(resp(C.DELIVER_SM, 42, 0x65))


@pytest.mark.parametrize("status", [0x03, 0x00])
def test_a_delivery_that_is_nacked_was_not_taken(world, status):
    esme, north = world.esme(), world.links["north/1"]
    north.sends(deliver(42))
    (pdu,) = esme.looks()
    esme.sends(nack(pdu.sequence, status))
    (answer,) = north.looks()
    assert (answer.command_id, answer.sequence) == (C.DELIVER_SM_RESP, 42)
    assert answer.status != 0


def test_a_bind_gets_no_more_deliveries_than_its_window():
    with World(smpp=Smpp(deliver_window=2, enquire_link=0.0)) as world:
        esme, north = world.esme(), world.links["north/1"]
        north.sends(*[deliver(number, b"%d" % number) for number in (1, 2, 3)])
        esme.sees(deliver(0, b"1"), deliver(0, b"2"))
        esme.answers()
        esme.sees(deliver(0, b"3"))
        north.sees(resp(C.DELIVER_SM, 1, message_id=b""))


def test_a_transmitter_gets_none(world):
    esme, north = world.esme(command=C.BIND_TRANSMITTER), world.links["north/1"]
    north.sends(deliver(42))
    north.sees(resp(C.DELIVER_SM, 42, 0x64))
    esme.sees()


def test_a_customer_that_does_not_answer_a_delivery_leaves_it_to_the_carrier(world):
    esme, north = world.esme(), world.links["north/1"]
    north.sends(deliver(42))
    world.passes(60.6)
    north.sees(resp(C.DELIVER_SM, 42, 0x64))
    assert world.count("caps", "customer-silent") == 1
    assert not esme.closed
    esme.looks()
    esme.answers()  # late: counted, never delivered
    north.sees()
    assert world.count("protocol_errors", "customer", "unmatched-response") == 1


def test_a_customer_that_is_gone_leaves_it_to_the_carrier(world):
    esme, north = world.esme(), world.links["north/1"]
    north.sends(deliver(42))
    esme.hangs_up(ConnectionResetError())
    north.sees(resp(C.DELIVER_SM, 42, 0x64))
    assert world.in_flight() == {}


def test_a_customer_that_does_not_read_is_not_read_and_gets_no_deliveries(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.stops_reading()
    assert not esme.wire.reading
    north.sends(deliver(42))
    esme.sees()
    esme.reads_again()
    assert esme.wire.reading
    world.passes(0.6)
    esme.sees(deliver(0))


def test_alert_notification_needs_no_answer(world):
    esme, north = world.esme(), world.links["north/1"]
    alert = build(C.ALERT_NOTIFICATION, 0, 9, {"source_addr": b"14165550301", "esme_addr": b"14165550100"})
    north.sends(alert)
    esme.sees(alert)
    north.sees()
    assert len(esme.world.deliveries.sizes()) == 2
    assert world.pools["north"].sizes()["pending"] == 0


def test_a_3_3_bind_gets_no_tlvs_and_no_data_sm(world):
    esme, north = world.esme(version=0x33), world.links["north/1"]
    north.sends(deliver(42, b"hello", tlvs=((0x1400, b"x"),)), deliver(43, b"", tlvs=((0x0424, b"long"),)))
    esme.sees(deliver(0, b"hello"), deliver(0, b"long"))
    north.sends(data(44, source_addr=b"14165550301", destination_addr=b"14165550100"))
    esme.sees()
    north.sees(resp(C.DATA_SM, 44, 0x65))


def test_what_a_3_3_bind_cannot_take_goes_to_another_bind(world):
    for _ in range(2):  # whichever has its turn
        world.esme(version=0x33)
    modern, north = world.esme(), world.links["north/1"]
    north.sends(*[deliver(number, b"", tlvs=((0x0424, b"x" * 300),)) for number in (1, 2, 3)])
    assert len(modern.looks()) == 3


# -- silence -----------------------------------------------------------------------------------


def test_silence_is_asked_and_then_ended():
    with World(smpp=Smpp(enquire_link=30.0, response_timeout=60.0)) as world:
        esme = world.esme()
        esme.lively = False
        world.passes(29.0)
        esme.sees()
        world.passes(2.0)
        esme.sees(enquire(0))
        world.passes(60.0)
        esme.sees_the_end()
        assert world.in_flight() == {}


def test_a_session_without_messages_may_be_ended():
    with World(smpp=Smpp(enquire_link=0.0, inactivity=20.0)) as world:
        esme = world.esme()
        world.passes(15.0)
        esme.sends(submit(1))
        esme.sends(enquire(2))
        world.passes(19.0)
        assert not esme.closed
        esme.sends(enquire(3))
        world.passes(2.0)
        assert esme.closed


# -- unbind ------------------------------------------------------------------------------------


def test_unbind_is_answered_and_ends_the_session(world):
    esme = world.esme()
    esme.sends(unbind(8))
    esme.sees_the_end(unbound(8))
    assert world.in_flight() == {}


def test_unbind_before_bind(world):
    esme = world.stranger()
    esme.sends(unbind(8))
    esme.sees_the_end(unbound(8))


def test_unbind_waits_for_the_answers_that_are_owed(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1), submit(2), unbind(3), submit(4))
    esme.sees(refused(4, 0x08))  # temporary: the message is not at fault
    north.answers(message_id=b"1")
    esme.sees(accepted(1, b"n-1"))
    assert not esme.closed
    north.answers(status=0x45)
    esme.sees_the_end(refused(2, 0x45), unbound(3))


def test_unbind_waits_no_longer_than_the_drain(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1), unbind(3))
    world.passes(9.9)
    esme.sees()
    world.passes(0.2)
    esme.sees_the_end(unbound(3))
    north.answers(message_id=b"1")
    assert world.record.detail == "the customer was gone before the answer"


def test_who_unbinds_gets_no_new_deliveries_and_those_without_an_answer_go_back(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1))
    north.sends(deliver(50, b"before"))
    esme.sees(deliver(0, b"before"))
    esme.sends(unbind(3))
    north.looks()
    north.sends(deliver(51, b"after"))
    north.sees(resp(C.DELIVER_SM, 51, 0x64))
    esme.sees()
    esme.answers()
    north.sees(resp(C.DELIVER_SM, 50, message_id=b""))


def test_the_edge_ends_a_session_politely(world):
    esme = world.esme()
    send_off(world)
    esme.sees(unbind(0))
    assert not world.deliveries.bound("acme")
    esme.sends(submit(5))
    esme.sees(refused(5, 0x08))
    esme.answers()
    esme.sees_the_end()
    assert world.in_flight() == {}


def test_who_has_not_bound_is_not_unbound(world):
    esme = world.stranger()
    send_off(world)
    esme.sees_the_end()


def test_answers_that_are_owed_go_out_before_we_end_a_session(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1))
    send_off(world)
    send_off(world)  # two reloads in a row
    esme.sends(submit(2))
    esme.sees(refused(2, 0x08))
    north.answers(message_id=b"1")
    esme.sees(accepted(1, b"n-1"), unbind(0))
    esme.answers()
    esme.sees_the_end()


def test_we_end_a_session_whose_answers_do_not_come_after_the_drain(world):
    esme = world.esme()
    esme.sends(submit(1))
    send_off(world)
    world.passes(9.9)
    esme.sees()
    world.passes(0.2)
    esme.sees(unbind(0))


def test_when_the_edge_stops_it_is_the_server_who_says_how_long_answers_are_waited_for(world):
    esme = world.esme()
    esme.sends(submit(1))
    world.service.draining = True
    send_off(world)
    world.passes(11.0)
    esme.sees()
    world.loop.do(lambda: [customer.finish() for customer in list(world.service.connections)])
    esme.sees(unbind(0))


def test_a_customer_that_does_not_answer_our_unbind_is_closed(world):
    esme = world.esme()
    send_off(world)
    world.passes(59.0)
    assert not esme.closed
    world.passes(2.0)
    esme.sees_the_end(unbind(0))


def test_both_sides_unbind_at_once(world):
    esme = world.esme()
    send_off(world)
    esme.sends(unbind(4))
    esme.sees_the_end(unbind(0), unbound(4))


# -- two binds of one account, two accounts ----------------------------------------------------


def test_accounts_have_binds_of_their_own_and_share_their_deliveries():
    two = acme(binds=(Bind("one", "secret", ("0.0.0.0/0",)), Bind("two", "secret", ("0.0.0.0/0",))))
    with World(accounts=(two, RIVAL), carriers=(carrier(),)) as world:
        world.esme("one", C.BIND_TRANSMITTER)
        second, rival = world.esme("two", C.BIND_RECEIVER), world.esme("rival")
        world.links["north/1"].sends(deliver(5), deliver(6, destination_addr=b"12125550100"))
        second.sees(deliver(0))
        rival.sees(deliver(0, destination_addr=b"12125550100"))
        names = [customer.name for sessions in world.service.sessions.values() for customer in sessions]
        assert names == ["one/1", "two/2", "rival/3"]
