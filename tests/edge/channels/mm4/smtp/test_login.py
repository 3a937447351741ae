"""TLS and logins of peers."""

import asyncio
import base64
import contextlib
import smtplib
import ssl

import aiosmtplib
import msgspec
import pytest
from argon2 import PasswordHasher

from edge.channels.mm4.smtp import connection
from edge.channels.notices import Notices
from edge.core.conf import Mm4Peer

from .conftest import Files
from .stage import PEER, Stage, Wire

ARGON2 = "argon2:" + PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("secret")


def peer(**changes) -> Mm4Peer:
    return msgspec.structs.replace(PEER, **changes)


def tls(files: Files) -> dict[str, str]:
    return {"certificate": files.certificate, "key": files.key, "client_ca": files.ca}


def plain(user: str, password: str) -> str:
    return "AUTH PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()).decode()


async def deliver(wire: Wire) -> str:
    """A whole message; the reply to it or to the first command that is refused."""
    for line in ("EHLO n.example", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"):
        reply = await wire.ask(line)
        if reply[:1] not in "23":
            return reply
    wire.send(b"x\r\n.\r\n")
    return await wire.reply()


@pytest.mark.parametrize("own", [False, True])
async def test_starttls_where_it_is_optional(stage: Stage, files: Files, own):
    server = await stage.server(**tls(files))
    wire = await stage.wire(server)
    assert "STARTTLS" in await wire.ask("EHLO n.example")
    await wire.secure(files.client(own))
    assert (await deliver(wire))[:3] == "250"
    assert (await wire.ask("STARTTLS"))[:3] == "503"
    assert (await deliver(await stage.wire(server)))[:3] == "250"
    assert [session.tls for session in stage.taken.sessions] == [True, False]


async def test_starttls_as_smtplib_does_it(stage: Stage, files: Files):
    server = await stage.server([peer(tls="required")], **tls(files))

    def send():
        with smtplib.SMTP("127.0.0.1", server.ports[0]) as client:
            client.starttls(context=files.client())
            client.sendmail("a@b.example", ["c@d.example"], b"x" * 900_000 + b"\r\n")

    await asyncio.to_thread(send)
    assert len(stage.taken.envelopes[0].content) == 900_002


async def test_required(stage: Stage, files: Files):
    server = await stage.server([peer(tls="required")], **tls(files))
    wire = await stage.wire(server)
    assert await deliver(wire) == "530 5.7.0 must issue a STARTTLS command first"
    assert (await wire.ask("NOOP"))[:3] == "250"
    await wire.secure(files.client())
    assert (await deliver(wire))[:3] == "250"


async def test_a_certificate_of_the_peers(stage: Stage, files: Files):
    needs = peer(tls="certificate", certificates=("mmsc.north.example",))
    server = await stage.server([needs], **tls(files))
    for own, code in ((False, "554"), (True, "250")):
        wire = await stage.wire(server)
        await wire.ask("EHLO n.example")
        await wire.secure(files.client(own))
        assert (await deliver(wire))[:3] == code
    server.renew(msgspec.structs.replace(server.house.conf, peers=(peer(tls="certificate", certificates=("other",)),)))
    assert (await deliver(wire))[:9] == "554 5.7.1"


async def test_a_certificate_of_nobody_we_know(stage: Stage, files: Files, tmp_path):
    import trustme

    trustme.CA().issue_cert("mmsc.north.example").private_key_and_cert_chain_pem.write_to_path(tmp_path / "x.pem")
    context = files.client()
    context.load_cert_chain(tmp_path / "x.pem")
    server = await stage.server(**tls(files))
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example", "STARTTLS")
    with contextlib.suppress(ssl.SSLError, ConnectionError):  # TLS 1.3: only the first reply says so
        await wire.writer.start_tls(context, server_hostname="localhost")
        assert not await wire.ask("EHLO n.example")
    while server.sizes()["connections"]:
        await asyncio.sleep(0.01)
    assert stage.count("smsedge_protocol_errors_total", "mm4", "tls") == 1


async def test_what_follows_starttls_in_the_clear_is_dropped(stage: Stage, files: Files):
    server = await stage.server(**tls(files))
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example")
    wire.send(b"STARTTLS\r\nMAIL FROM:<evil@b.example>\r\n")
    assert (await wire.reply())[:3] == "220"
    await wire.writer.start_tls(files.client(), server_hostname="localhost")
    assert (await wire.ask("EHLO n.example")).startswith("250-edge.example")
    assert (await wire.ask("RCPT TO:<c@d.example>"))[:3] == "503"
    assert stage.count("smsedge_protocol_errors_total", "mm4", "starttls-injection") == 1


async def test_a_handshake_that_is_none(stage: Stage, files: Files):
    server = await stage.server(**tls(files))
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example", "STARTTLS")
    wire.send(b"GET / HTTP/1.1\r\n\r\n" * 5)
    assert await wire.ended()
    while server.sizes()["connections"]:
        await asyncio.sleep(0.01)
    assert server.house.of_peer == {}


async def test_a_handshake_that_never_comes(stage: Stage, files: Files, monkeypatch):
    monkeypatch.setattr("edge.channels.mm4.smtp.stream.HANDSHAKE", 0.05)
    server = await stage.server(**tls(files))
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example", "STARTTLS")
    assert await wire.ended()
    while server.sizes()["connections"]:
        await asyncio.sleep(0.01)
    assert stage.count("smsedge_protocol_errors_total", "mm4", "tls-timeout") == 1


@pytest.mark.parametrize("password", ["secret", ARGON2])
async def test_login(stage: Stage, files: Files, password):
    server = await stage.server([peer(username="north", password=password)], **tls(files))
    wire = await stage.wire(server)
    assert (await wire.ask("EHLO n.example", plain("north", "secret")))[:3] == "538"
    assert (await deliver(wire))[:9] == "530 5.7.0"
    await wire.secure(files.client())
    assert "AUTH PLAIN LOGIN" in await wire.ask("EHLO n.example")
    assert (await wire.ask(plain("north", "wrong")))[:3] == "535"
    assert (await wire.ask(plain("nobody", "secret")))[:3] == "535"
    assert (await deliver(wire))[:9] == "530 5.7.0"
    assert (await wire.ask(plain("north", "secret")))[:3] == "235"
    assert (await deliver(wire))[:3] == "250"
    assert (await wire.ask(plain("north", "secret")))[:3] == "503"
    assert stage.count("smsedge_mm4_smtp_logins_total", "north", "ok") == 1
    assert stage.count("smsedge_mm4_smtp_logins_total", "north", "wrong") == 1


async def test_login_as_clients_do_it(stage: Stage, files: Files):
    server = await stage.server([peer(username="north", password=ARGON2, tls="required")], **tls(files))
    for method in ("plain", "login"):
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.ports[0], start_tls=True, tls_context=files.client())
        await client.connect()
        await client.ehlo()
        await getattr(client, f"auth_{method}")("north", "secret")
        await client.sendmail("a@b.example", ["c@d.example"], b"x\r\n")
        await client.quit()
    assert len(stage.taken.envelopes) == 2


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("AUTH", "501"),
        ("AUTH PLAIN !!!", "501"),
        ("AUTH PLAIN QUFB", "501"),
        ("AUTH CRAM-MD5", "504"),
        ("AUTH PLAIN a b", "501"),
        ("auth plain " + base64.b64encode(b"\0north\0secret").decode(), "235"),
    ],
)
async def test_login_syntax(stage: Stage, files: Files, line, code):
    server = await stage.server([peer(username="north", password="secret")], **tls(files))
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example")
    await wire.secure(files.client())
    assert (await wire.ask(line))[:3] == code


async def test_a_login_that_never_ends(stage: Stage, files: Files):
    server = await stage.server([peer(username="north", password="secret")], **tls(files))
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example")
    await wire.secure(files.client())
    assert (await wire.ask("AUTH LOGIN"))[:3] == "334"
    assert (await wire.ask("x" * 6000))[:3] == "500"


async def test_who_cannot_prove_who_it_is_is_named_in_the_log(stage: Stage, files: Files, monkeypatch, caplog):
    monkeypatch.setattr(connection, "NOTICES", Notices("smsedge.mm4"))
    server = await stage.server([peer(username="north", password="secret", tls="certificate")], **tls(files))
    wire = await stage.wire(server)
    await wire.secure(files.client())
    await wire.ask("EHLO n.example")
    assert (await wire.ask(plain("north", "wrong")))[:3] == "535"
    assert (await wire.ask("MAIL FROM:<a@b.example>"))[:3] == "554"
    assert caplog.messages == [
        "north: wrong login from 127.0.0.1",
        "north: 127.0.0.1 shows no certificate of its",
    ]


async def test_three_wrong_logins(stage: Stage, files: Files):
    server = await stage.server([peer(username="north", password="secret")], **tls(files))
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example")
    await wire.secure(files.client())
    for _ in range(3):
        assert (await wire.ask(plain("north", "x")))[:3] == "535"
    assert (await wire.reply())[:3] == "421"
    assert await wire.ended()


async def test_too_many_logins_at_once(stage: Stage, files: Files, monkeypatch):
    monkeypatch.setattr("edge.channels.mm4.smtp.passwords.VERIFY_CAP", 0)
    server = await stage.server([peer(username="north", password=ARGON2)], **tls(files))
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example")
    await wire.secure(files.client())
    assert (await wire.ask(plain("north", "secret")))[:9] == "454 4.7.0"


async def test_a_login_into_a_full_house(stage: Stage, files: Files):
    other = peer(name="south", username="south", password="secret")
    server = await stage.server([other, peer()], peer_connections=1, **tls(files))
    for code in ("235", "421"):
        wire = await stage.wire(server)
        await wire.ask("EHLO n.example")
        await wire.secure(files.client())
        assert (await wire.ask(plain("south", "secret")))[:3] == code
    assert stage.count("smsedge_cap_hits_total", "mm4-peer-connections") == 1


async def test_a_reload_in_the_middle_of_a_login(stage: Stage, files: Files, monkeypatch):
    server = await stage.server([peer(username="north", password=ARGON2)], **tls(files))
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example")
    await wire.secure(files.client())

    async def verify(setting, password):
        server.renew(msgspec.structs.replace(server.house.conf, peers=()))
        return True

    monkeypatch.setattr(server.house.passwords, "verify", verify)
    assert (await wire.ask(plain("north", "secret")))[:9] == "421 4.3.2"
    assert await wire.ended()


async def test_two_peers_of_one_network(stage: Stage, files: Files):
    """Without a login it is the one that needs none; the login says that it is the other."""
    other = peer(name="south", username="south", password="secret")
    server = await stage.server([other, peer()], **tls(files))
    wire = await stage.wire(server)
    assert (await deliver(wire))[:3] == "250"
    await wire.secure(files.client())
    assert server.house.of_peer == {"north": 1}
    assert (await wire.ask(plain("south", "secret")))[:3] == "235"
    assert server.house.of_peer == {"south": 1}
    assert (await deliver(wire))[:3] == "250"
    assert [session.peer.name for session in stage.taken.sessions] == ["north", "south"]
    new = msgspec.structs.replace(other, password="changed")
    server.renew(msgspec.structs.replace(server.house.conf, peers=(new, peer())))
    assert (await wire.reply())[:9] == "421 4.3.2"


async def test_a_reload_with_a_bad_certificate_changes_nothing(stage: Stage, files: Files, tmp_path):
    (tmp_path / "empty.pem").write_text("")
    server = await stage.server(**tls(files))
    conf = server.house.conf
    with pytest.raises(ssl.SSLError):
        server.renew(msgspec.structs.replace(conf, certificate=str(tmp_path / "empty.pem"), peers=()))
    assert server.house.conf is conf
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example")
    await wire.secure(files.client())
