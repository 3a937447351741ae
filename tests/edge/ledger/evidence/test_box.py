"""The sealed format: what goes in comes out for the key's owner, and for nobody else."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.evidence import KEY_PREFIX, public_key
from edge.ledger.evidence.box import HEADER, MAGIC, TAG, opened, public_of, sealed
from edge.ledger.evidence.halves import joined, make
from edge.ledger.sealing import Unreadable

PRIVATE = bytes(range(32))
PUBLIC = public_of(PRIVATE)
PLAIN = b"From: +14165550101/TYPE=PLMN\r\n\r\nhello\r\n"


@given(st.binary(max_size=5000), st.binary(min_size=32, max_size=32))
def test_round_trip(plain: bytes, private: bytes) -> None:
    octets = sealed(public_of(private), plain)
    assert opened(private, octets) == plain
    assert len(octets) == HEADER + len(plain) + TAG


def test_nothing_of_it_shows_and_no_two_files_are_alike() -> None:
    one, other = sealed(PUBLIC, PLAIN), sealed(PUBLIC, PLAIN)
    assert PLAIN[:16] not in one
    assert one[: len(MAGIC)] == other[: len(MAGIC)]
    assert one[HEADER - 32 :] != other[HEADER - 32 :]


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Unreadable, match="sealed to the key"):
        opened(secrets.token_bytes(32), sealed(PUBLIC, PLAIN))


@pytest.mark.parametrize("length", [0, 7, 8, 40, HEADER - 1, HEADER, HEADER + TAG - 1, HEADER + TAG, -1])
def test_a_file_that_is_cut(length: int) -> None:
    with pytest.raises(Unreadable):
        opened(PRIVATE, sealed(PUBLIC, PLAIN)[:length])


@given(st.integers(0, HEADER + len(PLAIN) + TAG - 1), st.integers(1, 255))
def test_a_file_that_was_changed_anywhere(at: int, by: int) -> None:
    octets = bytearray(sealed(PUBLIC, PLAIN))
    octets[at] ^= by
    with pytest.raises(Unreadable):
        opened(PRIVATE, bytes(octets))


@given(st.binary(max_size=200))
def test_any_octets_are_unreadable_and_no_fault(octets: bytes) -> None:
    for written in (octets, MAGIC + octets, sealed(PUBLIC, b"")[:16] + octets):
        with pytest.raises(Unreadable):
            opened(PRIVATE, written)


def test_a_file_with_a_point_of_low_order() -> None:
    octets = sealed(PUBLIC, PLAIN)
    with pytest.raises(Unreadable):
        opened(PRIVATE, octets[: HEADER - 32] + bytes(32) + octets[HEADER:])


# The two halves


def test_both_halves_open_in_any_order() -> None:
    made = make()
    octets = sealed(public_key(made.public), PLAIN)
    for halves in (made.halves, made.halves[::-1]):
        assert opened(joined(halves), octets) == PLAIN


def test_one_half_is_not_the_key() -> None:
    made = make()
    for halves in ([], made.halves[:1], made.halves[1:], (made.halves[0],) * 2, (*made.halves, made.halves[0])):
        with pytest.raises(Unreadable, match="both halves"):
            joined(halves)


def test_halves_of_two_keys() -> None:
    with pytest.raises(Unreadable, match="not of one key"):
        joined((make().halves[0], make().halves[1]))


@pytest.mark.parametrize("written", ["", "x", "smsedge-evidence-half 3of2 ab cd", "a 1of2 b c"])
def test_what_is_no_half(written: str) -> None:
    with pytest.raises(Unreadable, match="no half"):
        joined([written, make().halves[1]])


def test_a_half_that_is_cut_or_changed() -> None:
    one, other = make().halves
    with pytest.raises(Unreadable, match="cut"):
        joined([one[:-4], other])
    head, _, last = one.rpartition(" ")
    # In the middle: of the first and the last octet X25519 ignores some bits (RFC 7748 5).
    with pytest.raises(Unreadable, match="not of one key"):
        joined([f"{head} {last[:20]}{'B' if last[20] == 'A' else 'A'}{last[21:]}", other])


@pytest.mark.parametrize("written", ["", "x25519:", "x25519:AAAA", "x25519:!!", "ed25519:" + "A" * 43 + "=", "A" * 44])
def test_what_is_no_public_key(written: str) -> None:
    with pytest.raises(ValueError, match=KEY_PREFIX):
        public_key(written)
