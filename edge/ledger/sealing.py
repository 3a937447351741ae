"""Held messages encrypted at rest: AES-256-GCM under a key in a file of its own.

Whoever has the database and not the key has no texts; deleting the key makes every held message unreadable for good.
"""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from edge.ledger.errors import LedgerError

KEY_NAME = "quarantine.key"
KEY_OCTETS = 32
NONCE_OCTETS = 12  # what NIST SP 800-38D section 8.2 recommends; random, so a key is good for 2^32 messages


class Unreadable(Exception):
    """A sealed text cannot be opened; the text says why."""


class Seal:
    """Encrypts and decrypts with one key. `name` tells keys apart and says nothing of them."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)
        self.name = sha256(b"smsedge quarantine key" + key).hexdigest()[:16]

    def close(self, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt; `bound_to` must be given again to decrypt (the message's id, so that none can be swapped)."""
        nonce = secrets.token_bytes(NONCE_OCTETS)
        return nonce + self._aead.encrypt(nonce, plain, bound_to)

    def open(self, sealed: bytes, bound_to: bytes, name: str) -> bytes:
        """Decrypt what was sealed under the key called `name`. Raises Unreadable."""
        if name != self.name:
            raise Unreadable(f"it was encrypted with another key ({name}) than the one in {KEY_NAME} ({self.name})")
        try:
            return self._aead.decrypt(sealed[:NONCE_OCTETS], sealed[NONCE_OCTETS:], bound_to)
        except (InvalidTag, ValueError):
            raise Unreadable("its encrypted text was changed on the disk") from None


def load_key(path: Path) -> Seal:
    """The key in `path`; a new one is made where the file is not there. Raises LedgerError."""
    try:
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = _made(path)
    except OSError as error:
        raise LedgerError(f"{path}: the key cannot be read or made: {error.strerror}") from error
    if len(key) != KEY_OCTETS:
        raise LedgerError(
            f"{path}: is no key ({KEY_OCTETS} octets; it has {len(key)}). Restore it, or move it away: what it has "
            "sealed is unreadable then, and a new key is made"
        )
    return Seal(key)


def _made(path: Path) -> bytes:
    """A new key, on disk before it is used: whole or not at all."""
    key = secrets.token_bytes(KEY_OCTETS)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, key)
        os.fsync(file)
    finally:
        os.close(file)
    os.replace(draft, path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return key
