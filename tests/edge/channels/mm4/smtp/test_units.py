"""Peers by address, replies of relays, passwords, certificates' names: the small pieces."""

import asyncio

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.smtp import passwords
from edge.channels.mm4.smtp.passwords import Passwords
from edge.channels.mm4.smtp.peers import Peers
from edge.channels.mm4.smtp.replies import reply_of, result_of
from edge.channels.mm4.smtp.seam import Reply, Sent
from edge.channels.mm4.smtp.tls import names
from edge.core.conf import Listen, Mm4Peer


def peer(name, *networks, **more):
    return Mm4Peer(name, networks, Listen("127.0.0.1", 1), **more)


def test_who_an_address_can_be():
    peers = Peers(
        [
            peer("all", "0.0.0.0/0"),
            peer("login", "192.0.2.0/24", username="u", password="p"),
            peer("north", "192.0.2.0/24", "198.51.100.0/24"),
            peer("host", "192.0.2.7/32"),
            peer("six", "2001:db8::/32"),
        ]
    )
    for host, expected in (
        ("192.0.2.7", ["host", "north", "login", "all"]),
        ("192.0.2.8", ["north", "login", "all"]),
        ("::ffff:198.51.100.1", ["north", "all"]),
        ("2001:db8::1", ["six"]),
        ("2001:db9::1", []),
        ("", []),
        ("fe80::1%eth0", []),
    ):
        for _ in range(2):
            assert [each.name for each in peers.of(host)] == expected


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (250, "2.0.0 ok", Reply(250, "2.0.0", "ok")),
        (250, "ok", Reply(250, "2.0.0", "ok")),
        (550, "5.7.1 no\nsee https://x.example", Reply(550, "5.7.1", "no see https://x.example")),
        (550, "2.1.5 odd", Reply(550, "5.0.0", "2.1.5 odd")),
        (451, "", Reply(451, "4.0.0", "")),
        (452, "4.3.1", Reply(452, "4.3.1", "")),
    ],
)
def test_replies(code, text, expected):
    assert reply_of(code, text) == expected


@given(st.integers(-1, 2000), st.text(max_size=300))
def test_every_reply_has_a_meaning_or_none(code, text):
    result = result_of(code, text)
    if result is None:
        assert code // 100 not in (2, 4, 5)
        return
    assert result.sent is {2: Sent.TAKEN, 4: Sent.LATER, 5: Sent.REFUSED}[code // 100]
    said = str(result.reply)
    assert said.isascii()
    assert said.isprintable()


async def test_passwords(monkeypatch):
    hashed = "argon2:" + PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("sécret")
    keeper = Passwords()
    for setting in ("sécret", hashed):
        assert await keeper.verify(setting, "sécret".encode()) is True
        assert await keeper.verify(setting, b"secret") is False
    assert await keeper.verify("", b"") is False
    monkeypatch.setattr(passwords, "VERIFY_CAP", 1)
    both = await asyncio.gather(*(keeper.verify(hashed, b"x") for _ in range(2)))
    assert both == [False, None]
    assert keeper.verifying == 0
    keeper.close()


def test_names_of_a_certificate():
    assert names(None) == set()
    assert names(
        {"subject": ((("commonName", "a"), ("organizationName", "o")),), "subjectAltName": (("DNS", "b"),)}
    ) == {
        "a",
        "b",
    }
