"""A customer's bind: who it is, what it speaks, how many there may be. (All else: test_customer.)"""

import threading

import pytest
from argon2 import PasswordHasher

from edge.core.conf import Smpp
from smpp.codec import build
from smpp.consts import CommandId as C

from ..books import acme, with_bind
from ..pdus import accepted, bind, nack, resp, submit
from ..rig import World

BINDS = [C.BIND_TRANSMITTER, C.BIND_RECEIVER, C.BIND_TRANSCEIVER]
VERSION = 0x0210
HASHED = "argon2:" + PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("secret")


def bound(sequence, command=C.BIND_TRANSCEIVER, version=b"\x34"):
    tlvs = ((VERSION, version),) if version else ()
    return resp(command, sequence, system_id=b"smsedge", tlvs=tlvs)


def enquire(sequence):
    return build(C.ENQUIRE_LINK, 0, sequence)


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
