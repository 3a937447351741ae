"""Addresses and texts of a spooled message, whatever a sender wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ami.record import Record
from edge.channels.asterisk.intake import body_of, dialled, from_user, oversize, released_to, safe, written
from edge.channels.asterisk.item import order_of, spooled_at
from edge.policy.signals.numbers import identify


@pytest.mark.parametrize(
    ("header", "user"),
    [
        (b"<sip:+14165550110@127.0.0.2>", "+14165550110"),
        (b'"A <sip:+19005550100@evil>" <sip:+14165550110@h>', "+14165550110"),
        (b"<sips:+14165550110;phone-context=x@h;transport=tls>", "+14165550110"),
        (b"<sip:+14165550110:secret@h>", "+14165550110"),
        (b"<sip:%2B14165550110@h>", "+14165550110"),
        (b"<tel:+14165550110;ext=1>", "+14165550110"),
        (b"sip:+14165550110@h;tag=1", "+14165550110"),
        (b"<sip:a@b@h>", "a@b"),
        (b"<sip:h>", ""),
        (b"<mailto:a@h>", ""),
        (b"", ""),
        (b"<sip:" + b"1" * 500 + b"@h>", "1" * 80),
    ],
)
def test_the_user_of_a_from(header: bytes, user: str) -> None:
    assert from_user(header) == user


@given(st.binary(max_size=200))
def test_any_octets_are_an_address_of_some_kind(octets: bytes) -> None:
    for text in (from_user(octets), dialled(octets), from_user(b"<sip:" + octets + b"@h>")):
        assert len(text) <= 80
        party = identify(text, 0, 1, 1)
        assert set(written(party)) <= set("+0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-")
    assert len(safe(octets.decode("latin-1"))) <= 64


@given(st.binary(max_size=1023))
def test_any_octets_are_a_text(octets: bytes) -> None:
    body = body_of(octets)
    assert body.octets == octets
    if body.other:
        assert body.text == octets.decode("latin-1")
        assert "\ufffd" in body.other
    else:
        assert body.text.encode() == octets


def record(destination: bytes = b"", body: bytes = b"x", length: int | None = 1) -> Record:
    return Record("desk", destination, b"", b"", length, body)


@pytest.mark.parametrize(
    ("body", "length", "large"),
    [(b"x", 1, False), (b"x", None, False), (b"", 1024, True), (b"", 0, True), (b"", None, True), (b"x", 3000, True)],
)
def test_what_asterisk_dropped_is_never_taken_for_empty(body: bytes, length: int | None, large: bool) -> None:
    assert oversize(record(body=body, length=length)) is large


@pytest.mark.parametrize(
    ("written", "to"),
    [(b"+14165550301", ""), (b"4165550301", "+14165550301"), (b"1-416-555-0301", "+14165550301"), (b"7726", "")],
)
def test_where_a_release_goes(written: bytes, to: str) -> None:
    assert released_to(identify(dialled(written), 0, 1, 1), record(written)) == to


def test_the_order_of_ids() -> None:
    sids = ["1700000001-2-123456", "1700000000-10-123456", "1700000000-9-999999", "odd"]
    assert sorted(sids, key=order_of) == ["odd", sids[2], sids[1], sids[0]]
    assert (spooled_at(sids[0]), spooled_at("odd"), spooled_at("9" * 30)) == (1_700_000_001, 0, 0)
