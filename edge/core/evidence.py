"""What is kept of a message that matches a child-safety list: sealed to a key that is not here (policy.md A.7).

Never shown, never released, never used for anything; only whoever has both halves of the private key can read it.
"""

import binascii
from base64 import b64decode
from enum import Enum
from typing import Protocol

import msgspec

from edge.core.media import Media
from edge.core.verdict import Verdict

SEALED = frozenset({"image-hash/child-safety"})
"""Rules whose hits are evidence."""
KEY_PREFIX = "x25519:"
KEY_OCTETS = 32


def is_evidence(verdict: Verdict | None) -> bool:
    """Whether the message must be sealed."""
    return verdict is not None and verdict.rule in SEALED


def public_key(written: str) -> bytes:
    """The octets of a public key as the conf writes it: `x25519:` and base64. Raises ValueError."""
    if not written.startswith(KEY_PREFIX):
        raise ValueError(f"begins with {KEY_PREFIX}, as `smsedge evidence key` prints it")
    try:
        octets = b64decode(written[len(KEY_PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        octets = b""
    if len(octets) != KEY_OCTETS:
        raise ValueError(f"{KEY_PREFIX} must be followed by {KEY_OCTETS} octets in base64")
    return octets


class Piece(msgspec.Struct, frozen=True):
    """One part of the message as it was looked at. Hashes in hexadecimal digits."""

    path: str
    type: str
    size: int
    sha256: str
    hashes: tuple[str, ...] = ()


class Exhibit(msgspec.Struct, frozen=True):
    """A whole message and all that is known of it.

    `id` is the decision that its file is called by, `decisions` are those of all recipients that it was refused for.
    `at` is Unix time. `sender` and `recipients` are of the envelope; `peer`, `host` and `helo` say who brought it.
    `content` is the message octet for octet, `sha256` of it.
    """

    id: str
    at: float
    node: str
    conf: str
    channel: str
    direction: str
    account: str
    source: str
    peer: str
    host: str
    helo: str
    sender: str
    recipients: tuple[str, ...]
    decisions: tuple[str, ...]
    rule: str
    detail: str
    pieces: tuple[Piece, ...]
    sha256: str
    content: bytes


class Kept(Enum):
    """What became of an exhibit; the values are the outcomes of the counter."""

    KEPT = "kept"  # on disk
    FULL = "full"  # there is no room for it
    NO_KEY = "no key"  # the conf has none
    FAILED = "failed"  # the disk: it comes again, or is tried again from memory


class EvidenceStore(Protocol):
    """Where exhibits go, one way."""

    async def keep(self, exhibit: Exhibit) -> Kept:
        """Seal it and put it on disk. An exhibit of the same id that is there already is kept. Never raises."""


def pieces_of(media: Media | None) -> tuple[Piece, ...]:
    """What was seen in a message, as an exhibit has it."""
    items = media.items if media is not None else ()
    return tuple(
        Piece(item.path, item.type, item.size, item.sha256.hex(), tuple(f"{each:016x}" for each in item.hashes))
        for item in items
    )
