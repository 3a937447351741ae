"""The private key in two halves, each for another person: one alone is noise.

A half is a line: `smsedge-evidence-half 1of2 NAME BASE64`. The key is both, XORed; NAME tells keys apart.
"""

import binascii
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import NamedTuple

from edge.core.evidence import KEY_OCTETS, KEY_PREFIX
from edge.ledger.evidence.box import name_of, public_of
from edge.ledger.sealing import Unreadable

WORD = "smsedge-evidence-half"
WHICH = ("1of2", "2of2")


class Made(NamedTuple):
    """A new key: the public one as the conf has it, and the halves of the private one."""

    public: str
    halves: tuple[str, str]


def make() -> Made:
    """A new key pair."""
    private, first = secrets.token_bytes(KEY_OCTETS), secrets.token_bytes(KEY_OCTETS)
    public = public_of(private)
    name = name_of(public).hex()
    parts = (first, _xor(private, first))
    lines = [f"{WORD} {which} {name} {b64encode(part).decode()}" for which, part in zip(WHICH, parts, strict=True)]
    return Made(KEY_PREFIX + b64encode(public).decode(), (lines[0], lines[1]))


def joined(lines: Sequence[str]) -> bytes:
    """The private key of its two halves, in any order. Raises Unreadable; says nothing of what is in them."""
    parts: dict[str, bytes] = {}
    names: set[str] = set()
    for line in lines:
        words = line.split()
        if len(words) != 4 or words[0] != WORD or words[1] not in WHICH:
            raise Unreadable("one of the keys is no half of an evidence key")
        parts[words[1]] = _octets(words[3])
        names.add(words[2])
    if len(parts) != len(WHICH) or len(lines) != len(WHICH):
        raise Unreadable("both halves of the key are needed, 1of2 and 2of2")
    private = _xor(parts[WHICH[0]], parts[WHICH[1]])
    if names != {name_of(public_of(private)).hex()}:
        raise Unreadable("the two halves are not of one key, or one was changed")
    return private


def _octets(written: str) -> bytes:
    try:
        octets = b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        octets = b""
    if len(octets) != KEY_OCTETS:
        raise Unreadable("one of the keys is cut, or was changed")
    return octets


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
