"""Both ends over TLS, with certificates made on the spot."""

import ssl

import pytest
import trustme

from edge.simulate.esme import Esme
from edge.simulate.smsc import Options, Smsc


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


def client_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def test_messages_and_receipts_over_tls(authority: trustme.CA) -> None:
    options = Options(tls=server_context(authority), receipt_delay=(0.0, 0.0))
    async with (
        Smsc(options) as smsc,
        await Esme.connect("127.0.0.1", smsc.port, "acme", "secret", tls=client_context(authority)) as esme,
    ):
        assert (await esme.submit("+14165550100", "+12125550111", "Hello", receipt=True)).status == 0
        assert (await esme.next_delivery()).receipt is not None
        assert await smsc.inject_mo("+12125550111", "+14165550100", "x" * 500) == [0, 0, 0, 0]


async def test_a_certificate_nobody_trusts(authority: trustme.CA) -> None:
    async with Smsc(Options(tls=server_context(authority))) as smsc:
        with pytest.raises(ssl.SSLCertVerificationError):
            await Esme.connect("127.0.0.1", smsc.port, "acme", "secret", tls=ssl.create_default_context())
        assert smsc.counts.binds == 0


async def test_a_client_must_show_its_certificate_where_one_is_asked_for(authority: trustme.CA) -> None:
    context = server_context(authority)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    async with Smsc(Options(tls=context)) as smsc:
        with pytest.raises((ConnectionError, ssl.SSLError)):
            await Esme.connect("127.0.0.1", smsc.port, "acme", "secret", tls=client_context(authority))
        known = client_context(authority)
        authority.issue_cert("acme.example").configure_cert(known)
        async with await Esme.connect("127.0.0.1", smsc.port, "acme", "secret", tls=known) as esme:
            assert (await esme.submit("+14165550100", "+12125550111", "Hello")).status == 0


async def test_plain_smpp_on_the_tls_port_is_hung_up_on(authority: trustme.CA) -> None:
    async with Smsc(Options(tls=server_context(authority))) as smsc:
        with pytest.raises((ConnectionError, TimeoutError)):
            await Esme.connect("127.0.0.1", smsc.port, "acme", "secret", connect_timeout=2.0)
