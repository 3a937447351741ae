"""TLS: its own port, 1.2 at least, client certificates where an account asks for them; and TLS towards carriers."""

import asyncio
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, cast

import pytest
import trustme

from tests.e2e.rig import free_port
from tests.e2e.stage import ACME, SOMEBODY, Stage, account, staged
from tests.e2e.wires import bind_pdu, dial, submit_pdu, until

pytestmark = pytest.mark.e2e

REFUSED = bytes.fromhex("00000010 80000009 0000000d 00000001")


class Trust(NamedTuple):
    """Who vouches for whom: the edge's authority, the customers', and one that nobody knows."""

    edge: trustme.CA
    customers: trustme.CA
    strangers: trustme.CA
    port: int


@pytest.fixture(scope="module")
def trust() -> Trust:
    return Trust(trustme.CA(), trustme.CA(), trustme.CA(), free_port())


def write_pems(directory: Path, trust: Trust) -> None:
    """The files that the conf names."""
    directory.mkdir()
    certificate = trust.edge.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(directory / "edge.pem"))
    trust.customers.cert_pem.write_to_path(str(directory / "customers.pem"))
    trust.edge.cert_pem.write_to_path(str(directory / "edge-ca.pem"))
    trust.strangers.cert_pem.write_to_path(str(directory / "strangers-ca.pem"))
    certificate = trust.customers.issue_cert("edge.example")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(directory / "at-carriers.pem"))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, trust: Trust) -> Iterator[Stage]:
    directory = tmp_path_factory.mktemp("tls")
    pems = directory / "pems"
    write_pems(pems, trust)
    tls = f"""\
[smpp]
tls_listen = "127.0.0.1:{trust.port}"
certificate = "{pems}/edge.pem"
key = "{pems}/edge.pem"
client_ca = "{pems}/customers.pem"
"""
    certified = 'tls = "certificate"\ncertificates = ["crm.example"]'
    carriers = {
        "west": f'host = "localhost"\ntls = "on"\nca = "{pems}/edge-ca.pem"\n'
        f'certificate = "{pems}/at-carriers.pem"\nkey = "{pems}/at-carriers.pem"',
        "far": f'host = "localhost"\ntls = "on"\nca = "{pems}/strangers-ca.pem"',
    }
    accounts = (
        account("sealed", "+14165550801", bind='tls = "required"'),
        account("certified", "+14165550802", bind=certified),
    )
    route = '[[route]]\naccount = "sealed"\ncarriers = ["west"]\n\n[[route]]\ncarriers = ["north"]\n'
    with staged(directory, *accounts, carriers=carriers, extra=route, files={"local.d/tls.conf": tls}) as stage:
        yield stage


def context(
    trust: Trust, issuer: trustme.CA | None = None, *names: str, common_name: str | None = None
) -> ssl.SSLContext:
    """A customer's settings: it trusts the edge's authority, and shows a certificate if somebody issued it one."""
    made = ssl.create_default_context()
    trust.edge.configure_trust(made)
    if issuer is not None:
        issuer.issue_cert(*names, common_name=common_name).configure_cert(made)
    return made


async def bound(port: int, system_id: str, tls: ssl.SSLContext | None) -> bytes:
    """The octets of the answer to a bind."""
    async with await dial(port, tls=tls) as wire:
        return (await wire.bind(system_id)).raw


async def test_a_message_over_tls(stage: Stage, trust: Trust) -> None:
    async with stage.carrier() as north, await dial(trust.port, tls=context(trust)) as wire:
        assert (await wire.bind("acme")).status == 0
        assert (await wire.ask(submit_pdu(ACME, SOMEBODY, b"sealed"))).status == 0
        assert len(north.requests) == 1


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_tls_1_2_and_1_3(stage: Stage, trust: Trust, version: ssl.TLSVersion) -> None:
    settings = context(trust)
    settings.minimum_version = settings.maximum_version = version
    assert (await bound(trust.port, "acme", settings))[8:12] == bytes(4)


async def test_tls_1_1_is_refused(stage: Stage, trust: Trust) -> None:
    settings = context(trust)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the library too says that this is too old
        settings.minimum_version = settings.maximum_version = ssl.TLSVersion.TLSv1_1
    settings.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await bound(trust.port, "acme", settings)
    # It was the version and nothing else.
    settings.maximum_version = ssl.TLSVersion.TLSv1_2
    assert (await bound(trust.port, "acme", settings))[8:12] == bytes(4)


async def test_plain_smpp_on_the_tls_port_is_closed(stage: Stage, trust: Trust) -> None:
    async with await dial(trust.port) as wire:
        wire.send(bind_pdu("acme"))
        await wire.closed()
        # An alert of TLS at most, no PDU.
        assert bytes(wire.octets[:1]) in (b"", b"\x15")
    assert (await bound(trust.port, "acme", context(trust)))[8:12] == bytes(4)


async def test_an_account_that_wants_tls_is_not_bound_in_the_clear(stage: Stage, trust: Trust) -> None:
    assert await bound(stage.edge.port, "sealed", None) == REFUSED
    assert (await bound(trust.port, "sealed", context(trust)))[8:12] == bytes(4)


async def test_an_account_that_wants_a_certificate(stage: Stage, trust: Trust) -> None:
    good = context(trust, trust.customers, "crm.example")
    named = context(trust, trust.customers, "other.example", common_name="crm.example")
    wrong = context(trust, trust.customers, "other.example")
    assert (await bound(trust.port, "certified", good))[8:12] == bytes(4)
    assert (await bound(trust.port, "certified", named))[8:12] == bytes(4)
    assert await bound(trust.port, "certified", wrong) == REFUSED
    assert await bound(trust.port, "certified", context(trust)) == REFUSED
    assert await bound(stage.edge.port, "certified", None) == REFUSED
    assert await stage.metric("smsedge_binds_total", result="certificate") == 2


async def test_a_certificate_of_a_stranger_is_no_use(stage: Stage, trust: Trust) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await bound(trust.port, "certified", context(trust, trust.strangers, "crm.example"))
    # And a certificate does not stand for a password.
    async with await dial(trust.port, tls=context(trust, trust.customers, "crm.example")) as wire:
        assert (await wire.bind("certified", "guess")).raw == REFUSED


async def test_a_carrier_over_tls_is_verified_and_shown_our_certificate(stage: Stage, trust: Trust) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.edge.issue_cert("localhost").configure_cert(server)
    trust.customers.configure_trust(server)
    server.verify_mode = ssl.CERT_REQUIRED
    async with (
        stage.simulator("west", tls=server) as west,
        await dial(trust.port, tls=context(trust)) as wire,
    ):
        assert (await wire.bind("sealed")).status == 0
        assert (await wire.ask(submit_pdu("14165550801", SOMEBODY, b"sealed"))).status == 0
        assert len(west.messages) == 1


class Handshake(asyncio.Protocol):
    """A TLS server that gets no further than the handshake; `ends` tells how far each connection came."""

    def __init__(self, context: ssl.SSLContext, ends: list[str]) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self._ends = ends
        self._end = "nothing came"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._in.write(data)
        try:
            self._tls.do_handshake()
            self._end = "hands were shaken"
        except ssl.SSLWantReadError:
            self._end = "our certificate was shown"
            self._transport.write(self._out.read())
        except ssl.SSLError as error:
            self._end = "our certificate was shown" if "UNKNOWN_CA" in error.reason else error.reason

    def connection_lost(self, exc: Exception | None) -> None:
        self._ends.append(self._end)


async def test_a_carrier_that_somebody_else_vouches_for_is_not_bound_to(stage: Stage, trust: Trust) -> None:
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.edge.issue_cert("localhost").configure_cert(settings)
    ends: list[str] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Handshake(settings, ends), "127.0.0.1", stage.ports["far"])
    try:
        await until("two attempts", lambda: len(ends) >= 2)
    finally:
        server.close()
    assert set(ends) == {"our certificate was shown"}
