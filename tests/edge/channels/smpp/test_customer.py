"""One connection of a customer: its bind, its window, its deliveries, its end."""

import threading

import pytest
from argon2 import PasswordHasher

from edge.core.account import Bind
from edge.core.conf import Smpp
from smpp.codec import build
from smpp.consts import CommandId as C

from ..books import RIVAL, acme, carrier, with_bind
from ..pdus import accepted, bind, data, deliver, nack, refused, resp, submit
from ..rig import World

BINDS = [C.BIND_TRANSMITTER, C.BIND_RECEIVER, C.BIND_TRANSCEIVER]
VERSION = 0x0210
HASHED = "argon2:" + PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("secret")


def bound(sequence, command=C.BIND_TRANSCEIVER, version=b"\x34"):
    tlvs = ((VERSION, version),) if version else ()
    return resp(command, sequence, system_id=b"smsedge", tlvs=tlvs)


def unbind(sequence):
    return build(C.UNBIND, 0, sequence)


def enquire(sequence):
    return build(C.ENQUIRE_LINK, 0, sequence)


def unbound(sequence):
    return resp(C.UNBIND, sequence)


# -- bind --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", BINDS)
def test_a_bind_is_accepted_with_our_name_and_version(world, command):
    esme = world.stranger()
    esme.sends(bind(77, command))
    esme.sees(bound(77, command))
    assert world.count("binds", "ok") == 1
    assert world.service.unbound == 0
    assert world.deliveries.bound("acme") is (command != C.BIND_TRANSMITTER)


@pytest.mark.parametrize(
    ("said", "spoken"),
    [(0x34, b"\x34"), (0x33, b""), (0x50, b"\x50"), (34, b"\x34"), (0x00, b"\x34"), (0x35, b"\x34"), (0xFF, b"\x34")],
)
def test_odd_versions_are_spoken_to_as_3_4(world, said, spoken):
    esme = world.stranger()
    esme.sends(bind(1, version=said))
    esme.sees(bound(1, version=spoken))


def test_what_follows_the_bind_in_the_same_read_is_already_bound(world):
    esme = world.stranger()
    esme.sends(bind(1), submit(2))
    esme.sees(bound(1))
    world.links["north/1"].answers(message_id=b"1")
    esme.sees(accepted(2, b"n-1"))


def test_a_second_bind_on_the_session_is_refused_and_the_first_goes_on(world):
    esme = world.esme()
    for command in BINDS:
        esme.sends(bind(5, command))
        esme.sees(resp(command, 5, 0x05))
    esme.sends(enquire(6))
    assert not esme.closed


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"password": b"wrong"}, "password"), ({"system_id": b"nobody"}, "unknown"), ({"system_id": b""}, "unknown")],
)
def test_name_and_password_get_one_answer_and_the_end(world, wrong, why):
    esme = world.stranger()
    esme.sends(bind(9, **wrong))
    esme.sees_the_end(resp(C.BIND_TRANSCEIVER, 9, 0x0D))
    assert world.count("binds", why) == 1
    assert world.in_flight() == {}


def test_a_forbidden_address_gets_the_same_answer():
    with World(accounts=(with_bind(acme(), networks=("192.0.2.0/24",)),)) as world:
        esme = world.stranger("198.51.100.1")
        esme.sends(bind(9))
        esme.sees_the_end(resp(C.BIND_TRANSCEIVER, 9, 0x0D))
        assert world.count("binds", "address") == 1
        welcome = world.stranger("192.0.2.3")
        welcome.sends(bind(1))
        welcome.sees(bound(1))


def test_a_thousand_wrong_passwords_lock_one_address_out_and_nobody_else(world):
    for _ in range(1000):
        thief = world.stranger("198.51.100.1")
        thief.sends(bind(9, password=b"guess"))
        thief.sees_the_end(resp(C.BIND_TRANSCEIVER, 9, 0x0D))
    assert world.count("binds", "password") == 5
    assert world.count("binds", "locked") == 995
    owner = world.stranger("192.0.2.1")
    owner.sends(bind(1))
    owner.sees(bound(1))


def test_a_slow_password_is_verified_in_a_thread_while_the_session_waits(monkeypatch):
    asked = threading.Event()
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, hashed, password: asked.wait(10))
    with World(accounts=(with_bind(acme(), password=HASHED),)) as world:
        esme = world.stranger()
        esme.sends(bind(1), bind(2))
        asked.set()
        esme.sees(resp(C.BIND_TRANSCEIVER, 2, 0x05))
        world.loop.await_thread(lambda: world.count("binds", "ok") == 1)
        esme.sees(bound(1))


def test_who_left_while_the_password_was_verified_is_not_bound(monkeypatch):
    left = threading.Event()
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, hashed, password: left.wait(10))
    with World(accounts=(with_bind(acme(), password=HASHED),)) as world:
        esme = world.stranger()
        esme.sends(bind(1))
        esme.hangs_up()
        left.set()
        world.loop.await_thread(lambda: world.service.gate.sizes()["verifying"] == 0)
        assert world.in_flight() == {}
        assert world.count("binds", "ok") == 0


def test_system_type_where_the_conf_demands_one():
    with World(accounts=(with_bind(acme(), system_type="VMA"),)) as world:
        esme = world.stranger()
        esme.sends(bind(1, system_type=b"OTA"))
        esme.sees_the_end(resp(C.BIND_TRANSCEIVER, 1, 0x53))
        esme = world.stranger()
        esme.sends(bind(1, system_type=b"VMA"))
        esme.sees(bound(1))


def test_a_bind_that_cannot_be_read_costs_that_pdu_only(world):
    esme = world.stranger()
    broken = bind(3)[:16] + b"x" * 20 + b"\0\0\0\0\0\0\0"
    esme.sends(len(broken).to_bytes(4) + broken[4:])
    esme.sees(resp(C.BIND_TRANSCEIVER, 3, 0x0F))
    assert world.count("protocol_errors", "customer", "bad-pdu") == 1
    esme.sends(bind(4))
    esme.sees(bound(4))


# -- TLS ---------------------------------------------------------------------------------------

CERTIFICATE = {"subject": ((("commonName", "acme.example"),),), "subjectAltName": (("DNS", "smpp.acme.example"),)}


@pytest.mark.parametrize(
    ("demand", "names", "tls", "certificate", "why"),
    [
        ("optional", (), False, None, ""),
        ("optional", (), True, None, ""),
        ("required", (), False, None, "tls"),
        ("required", (), True, None, ""),
        ("certificate", ("acme.example",), False, None, "tls"),
        ("certificate", ("acme.example",), True, None, "certificate"),
        ("certificate", ("acme.example",), True, {}, "certificate"),
        ("certificate", ("other.example",), True, CERTIFICATE, "certificate"),
        ("certificate", ("acme.example",), True, CERTIFICATE, ""),
        ("certificate", ("smpp.acme.example",), True, CERTIFICATE, ""),
    ],
)
def test_what_a_bind_may_demand_of_the_connection(demand, names, tls, certificate, why):
    with World(accounts=(with_bind(acme(), tls=demand, certificates=names),)) as world:
        esme = world.stranger(tls=tls, certificate=certificate)
        esme.sends(bind(1))
        if why:
            esme.sees_the_end(resp(C.BIND_TRANSCEIVER, 1, 0x0D))
            assert world.count("binds", why) == 1
        else:
            esme.sees(bound(1))


def test_only_the_first_common_name_field_counts_as_one():
    subject = {"subject": ((("organizationName", "acme.example"),),), "subjectAltName": (("email", "acme.example"),)}
    with World(accounts=(with_bind(acme(), tls="certificate", certificates=("acme.example",)),)) as world:
        esme = world.stranger(tls=True, certificate=subject)
        esme.sends(bind(1))
        esme.sees_the_end(resp(C.BIND_TRANSCEIVER, 1, 0x0D))


# -- number of binds ---------------------------------------------------------------------------


def test_no_more_binds_than_the_conf_allows(world):
    first = [world.esme() for _ in range(3)]
    extra = world.stranger()
    extra.sends(bind(1))
    extra.sees_the_end(resp(C.BIND_TRANSCEIVER, 1, 0x05))
    assert world.count("binds", "max-binds") == 1
    first[0].hangs_up()
    world.esme()


def test_a_full_house_is_asked_for_a_sign_of_life_and_the_dead_make_room(world):
    living, dead = [world.esme() for _ in range(2)], world.esme()
    dead.lively = False
    dead.looks()
    extra = world.stranger()
    extra.sends(bind(1))
    dead.sees(enquire(0))
    world.passes(5.6)
    assert dead.closed
    assert world.count("caps", "dead-bind-evicted") == 1
    assert not any(peer.closed for peer in living)
    world.esme()


def test_a_bind_that_is_asked_again_and_answers_stays(world):
    peers = [world.esme() for _ in range(3)]
    for peer in peers:
        peer.lively = False
    for _ in range(3):
        world.stranger().sends(bind(1))
        for peer in peers:
            peer.sees(enquire(0))
        world.passes(4.9)
        for peer in peers:
            peer.answers()
        world.passes(6.0)
    assert not any(peer.closed for peer in peers)


def test_a_second_attempt_does_not_ask_the_silent_again(world):
    peers = [world.esme() for _ in range(3)]
    for peer in peers:
        peer.lively = False
    world.stranger().sends(bind(1))
    world.passes(2.0)
    world.stranger().sends(bind(1))
    for peer in peers:
        peer.sees(enquire(0))


# -- connections -------------------------------------------------------------------------------


def test_caps_on_connections():
    with World(smpp=Smpp(max_connections=2, enquire_link=0.0)) as world:
        kept = [world.esme(), world.esme()]
        world.stranger().sees_the_end()
        assert world.count("caps", "connections") == 1
        assert not any(peer.closed for peer in kept)
        kept[0].hangs_up()
        world.esme()


def test_caps_on_those_that_have_not_bound():
    with World(smpp=Smpp(max_unbound=1, enquire_link=0.0)) as world:
        world.esme()
        waiting = world.stranger()
        world.stranger().sees_the_end()
        assert world.count("caps", "unbound-connections") == 1
        waiting.sends(bind(1))
        waiting.sees(bound(1))


def test_while_stopping_nobody_gets_in(world):
    early = world.stranger()
    world.service.draining = True
    world.stranger().sees_the_end()
    early.sends(bind(1))
    early.sees_the_end(resp(C.BIND_TRANSCEIVER, 1, 0x08))
    assert world.count("binds", "draining") == 1


def test_who_does_not_bind_in_time_is_shown_out(world):
    esme = world.stranger()
    world.passes(9.5)
    assert not esme.closed
    world.passes(1.1)
    esme.sees_the_end()
    assert world.count("protocol_errors", "customer", "timeout-init-timeout") == 1


@pytest.mark.parametrize(
    "hello", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(9)]
)
def test_strangers_that_do_not_speak_smpp_are_left_without_a_word(world, hello):
    peer = world.stranger()
    world.loop.do(peer._feed, hello)
    peer.sees_the_end()
    assert world.count("protocol_errors", "customer", "not-smpp") == 1
    assert world.in_flight() == {}


def test_an_impossible_length_is_answered_and_ends_the_session(world):
    esme = world.esme()
    world.loop.do(esme._feed, b"\x7f\xff\xff\xff" + submit(9)[4:])
    esme.sees_the_end(nack(0, 0x02))


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


@pytest.mark.xfail(strict=True, reason="a 3.3 bind refuses for good what another bind of the account could take")
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


def send_off(world):
    world.loop.do(lambda: [customer.send_off(world.clock.now) for customer in list(world.service.connections)])


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
