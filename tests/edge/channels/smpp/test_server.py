"""Listeners, renewals of the conf and the end. (Real sockets only where it is about sockets.)"""

import asyncio
import ssl
from contextlib import asynccontextmanager

import pytest
import trustme
from msgspec.structs import replace

from edge.channels.carriers.routing import Router
from edge.channels.deliveries import Deliveries
from edge.channels.smpp.server import Server
from edge.channels.smpp.service import Service
from edge.core.account import Bind
from edge.core.conf import Listen, Smpp
from smpp.codec import build, parse
from smpp.consts import CommandId as C
from smpp.transport import Outbox

from ..books import RIVAL, SMPP, Desk, acme, conf_of, with_bind
from ..pdus import accepted, bind, refused, resp, submit
from ..simloop import Clock


def unbind(sequence=0):
    return build(C.UNBIND, 0, sequence)


def run(world, coroutine, seconds=0.0):
    task = world.loop.create_task(coroutine)
    world.passes(seconds)
    return task


# -- time --------------------------------------------------------------------------------------


def test_one_tick_for_sessions_deliveries_lock_outs_and_doubts(world):
    esme = world.stranger()
    world.service.doubts.add(("acme", "1", "2", b""), 0.0)
    world.service.gate.failed("192.0.2.1", "acme", -10_000.0)
    world.passes(0.6)
    assert len(world.service.doubts) == 0
    assert world.service.gate.sizes()["lockouts"] == 0
    assert not esme.closed
    world.passes(10.0)
    assert esme.closed


# -- a new conf --------------------------------------------------------------------------------


def renewed(world, *accounts, smpp=SMPP):
    conf = conf_of(accounts, tuple(world.desk.conf.carriers.values()), (), smpp)
    world.desk.conf = conf
    world.loop.do(world.server.renew, conf)


def test_sessions_keep_their_bind_with_its_new_settings(world):
    esme, north = world.esme(), world.links["north/1"]
    renewed(world, with_bind(acme(statuses={"content": 0x402}), window=1), RIVAL)
    esme.sends(submit(1), submit(2))
    esme.sees(refused(2, 0x14))
    north.answers(message_id=b"1")
    esme.sees(accepted(1, b"n-1"))


def test_sessions_of_an_account_that_is_gone_are_ended(world):
    esme, rival = world.esme(), world.esme("rival")
    renewed(world, RIVAL)
    esme.sees(unbind())
    esme.answers()
    esme.sees_the_end()
    rival.sees()
    late = world.stranger()
    late.sends(bind(1))
    late.sees_the_end(resp(C.BIND_TRANSCEIVER, 1, 0x0D))


def test_a_system_id_that_is_another_accounts_now_ends_the_session(world):
    esme = world.esme()
    renewed(world, acme(name="other"), RIVAL)
    esme.sees(unbind())


def test_who_has_not_bound_is_not_touched(world):
    esme = world.stranger()
    renewed(world, acme(), RIVAL)
    esme.sends(bind(1))
    assert esme.looks()[0].status == 0


def test_the_lock_outs_settings_are_renewed(world):
    renewed(world, acme(), RIVAL, smpp=replace(SMPP, lockout_after=1))
    for _ in range(2):
        world.stranger().sends(bind(1, password=b"wrong"))
    assert world.count("binds", "locked") == 1


# -- the end -----------------------------------------------------------------------------------


def test_the_end_waits_for_answers_then_says_goodbye(world):
    esme, idle, stranger, north = world.esme(), world.esme("rival"), world.stranger(), world.links["north/1"]
    esme.sends(submit(1))
    task = run(world, world.server.stop(10.0), 3.0)
    world.stranger().sees_the_end()
    esme.sees()
    north.answers(message_id=b"1")
    world.passes(0.1)
    esme.sees(accepted(1, b"n-1"), unbind())
    idle.sees(unbind())
    stranger.sees_the_end()
    esme.answers()
    idle.answers()
    world.passes(0.1)
    assert task.done()
    assert world.in_flight() == {}


def test_the_end_waits_no_longer_than_it_was_told(world):
    esme = world.esme()
    esme.sends(submit(1))
    task = run(world, world.server.stop(5.0), 5.1)
    esme.sees(unbind())
    assert not task.done()
    world.passes(2.1)
    assert task.done()
    esme.sees_the_end()


# -- sockets -----------------------------------------------------------------------------------

HERE = Listen("127.0.0.1", 0)


@asynccontextmanager
async def listening(smpp, *accounts):
    """A server on real sockets; yields it."""
    desk = Desk(conf_of(accounts or (acme(),), smpp=smpp), Clock())
    service = Service(desk, Router((), {}), {}, Deliveries(desk.metrics), Outbox(asyncio.get_running_loop()))
    server = Server(service)
    await server.start(smpp)
    try:
        yield server
    finally:
        await server.stop(0.0)


async def talk(port, octets, context=None):
    """Send, and everything that comes back until the other side has said enough or closed."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname="edge.example" if context else None
    )
    try:
        writer.write(octets)
        got = b""
        while not got or len(got) < int.from_bytes(got[:4]):
            more = await asyncio.wait_for(reader.read(1000), 10)
            if not more:
                break
            got += more
        return got
    finally:
        writer.close()


async def test_a_plain_listener():
    async with listening(Smpp(listen=HERE)) as server:
        (port,) = server.ports
        answer = parse(await talk(port, bind(1)))
        assert (answer.command_id, answer.status) == (C.BIND_TRANSCEIVER_RESP, 0)
        assert await talk(port, b"GET / HTTP/1.1\r\n\r\n") == b""
        assert server.service.desk.metrics.protocol_errors.values == {("customer", "not-smpp"): 1}


async def test_no_listener_at_all():
    async with listening(Smpp()) as server:
        assert server.ports == []


async def test_a_port_that_is_taken():
    async with listening(Smpp(listen=HERE)) as server:
        with pytest.raises(OSError, match="address already in use"):
            async with listening(Smpp(listen=Listen("127.0.0.1", server.ports[0]))):
                pass


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def certified(authority, tmp_path):
    """The conf of a TLS listener, and a client's context with a certificate of acme's, or without."""
    issued = authority.issue_cert("edge.example")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    smpp = Smpp(
        tls_listen=HERE,
        certificate=str(tmp_path / "cert.pem"),
        key=str(tmp_path / "key.pem"),
        client_ca=str(tmp_path / "ca.pem"),
    )

    def client(name=None, version=None):
        context = ssl.create_default_context()
        authority.configure_trust(context)
        if name:
            authority.issue_cert(name, common_name=name).configure_cert(context)
        if version:
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = version
        return context

    return smpp, client


BOUND = acme(
    binds=(
        Bind("acme", "secret", ("127.0.0.0/8",), tls="certificate", certificates=("esme.acme.example",)),
        Bind("open", "secret", ("127.0.0.0/8",), tls="required"),
    )
)


@pytest.mark.parametrize(
    ("certificate", "system_id", "status"),
    [
        ("esme.acme.example", b"acme", 0),
        ("esme.other.example", b"acme", 0x0D),
        (None, b"acme", 0x0D),
        (None, b"open", 0),
    ],
)
async def test_a_tls_listener_and_client_certificates(certified, certificate, system_id, status):
    smpp, client = certified
    async with listening(smpp, BOUND) as server:
        answer = parse(await talk(server.ports[0], bind(1, system_id=system_id), client(certificate)))
        assert answer.status == status


async def test_a_client_certificate_is_not_asked_for_without_an_authority(certified):
    smpp, client = certified
    async with listening(replace(smpp, client_ca=""), BOUND) as server:
        answer = parse(await talk(server.ports[0], bind(1), client("esme.acme.example")))
        assert answer.status == 0x0D
        answer = parse(await talk(server.ports[0], bind(1, system_id=b"open"), client()))
        assert answer.status == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_old_tls_is_refused(certified):
    smpp, client = certified
    async with listening(smpp, BOUND) as server:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await talk(server.ports[0], bind(1), client(version=ssl.TLSVersion.TLSv1_1))


async def test_a_certificate_that_cannot_be_used(certified, tmp_path):
    smpp, _ = certified
    (tmp_path / "key.pem").write_text("no key")
    with pytest.raises(ssl.SSLError):
        async with listening(smpp, BOUND):
            pass
