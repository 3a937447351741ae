"""The format of a sealed file: X25519, HKDF-SHA256 (RFC 5869), ChaCha20-Poly1305 (RFC 8439).

    octets 0-7    "smsevid" and the version, 1
    octets 8-15   the name of the key it is sealed to
    octets 16-47  a public key made for this file; its private half is thrown away
    the rest      ciphertext and tag, with all that stands before it authenticated

The key of a file comes of the secret that both public keys share, and is used once: so the nonce is all zeros.
"""

from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from edge.ledger.sealing import Unreadable

MAGIC = b"smsevid\x01"
NAME_OCTETS = 8
KEY_OCTETS = 32
HEADER = len(MAGIC) + NAME_OCTETS + KEY_OCTETS
TAG = 16
NONCE = bytes(12)


def name_of(public: bytes) -> bytes:
    """What tells public keys apart, in a file's header and in the halves of their private key."""
    return sha256(b"smsedge evidence key" + public).digest()[:NAME_OCTETS]


def public_of(private: bytes) -> bytes:
    """The public half of a private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sealed(public: bytes, plain: bytes) -> bytes:
    """Encrypt for whoever has the private half of `public`. Raises ValueError for a key that is none."""
    once = X25519PrivateKey.generate()
    mine = once.public_key().public_bytes_raw()
    secret = once.exchange(X25519PublicKey.from_public_bytes(public))
    header = MAGIC + name_of(public) + mine
    return header + ChaCha20Poly1305(_key(secret, mine, public)).encrypt(NONCE, plain, header)


def opened(private: bytes, octets: bytes) -> bytes:
    """Decrypt a file. Raises Unreadable."""
    if octets[: len(MAGIC)] != MAGIC:
        raise Unreadable("it is no evidence of smsedge")
    if len(octets) < HEADER + TAG:
        raise Unreadable("its end is missing")
    header, public = octets[:HEADER], public_of(private)
    named = header[len(MAGIC) : len(MAGIC) + NAME_OCTETS]
    if named != name_of(public):
        raise Unreadable(f"it is sealed to the key {named.hex()}, and this one is {name_of(public).hex()}")
    theirs = header[-KEY_OCTETS:]
    try:
        secret = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(theirs))
        return ChaCha20Poly1305(_key(secret, theirs, public)).decrypt(NONCE, octets[HEADER:], header)
    except (InvalidTag, ValueError):
        raise Unreadable("it was changed, or its end is missing") from None


def _key(secret: bytes, once: bytes, public: bytes) -> bytes:
    return HKDF(SHA256(), KEY_OCTETS, salt=once + public, info=b"smsedge evidence 1").derive(secret)
