"""One message of Asterisk's spool as text, and as a value. Written by the dialplan (context sms-intake), read here.

Version 1: `1|endpoint|b64 R-URI user|b64 From|b64 Call-ID|Content-Length|b64 body`. Nothing here touches a network.

To extend it: a new version number with its own function in `_VERSIONS` (fields appended, never reused), shipped before
the dialplan that writes it. An edge that meets a version it does not know refuses the record and leaves it spooled.
"""

import binascii
from base64 import b64encode
from dataclasses import dataclass, field

LONGEST = 32_768
"""Characters. Asterisk substitutes at most 4,096 in one go (VAR_BUF_SIZE); room is left for a dialplan that joins."""

ENDPOINT_LONGEST = 64
LENGTH_DIGITS = 10

KINDS = ("too-long", "not-ascii", "version", "fields", "endpoint", "base64", "length")
"""What `BadRecord.kind` can be."""


class BadRecord(ValueError):
    """A record that cannot be read: leave it in the spool and put it before an operator.

    `kind` is one of KINDS. The message quotes nothing of the record.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Record:
    """A spooled message. All octets are as the submitter sent them: any value, any encoding, possibly hostile.

    `endpoint`: whose message_context took it, the only trustworthy identity. `destination`: user part of the R-URI.
    `sender`: the whole From header. `content_length`: octets that the SIP header announced, None when there was none.
    `body`: at most 1,023 octets; Asterisk empties a longer one, cuts at NUL and strips trailing line ends, so
    a `content_length` above 1,023 with an empty body is an oversize message and not an empty one.
    """

    endpoint: str
    destination: bytes
    sender: bytes
    call_id: bytes
    content_length: int | None
    body: bytes = field(repr=False)


def parse_record(text: str) -> Record:
    """Read a record. Any text is a Record or a BadRecord, nothing else."""
    if len(text) > LONGEST:
        raise BadRecord("too-long", f"a record of {len(text)} characters (at most {LONGEST})")
    if not text.isascii():
        raise BadRecord("not-ascii", "a record is ASCII")
    version, _, rest = text.partition("|")
    if version not in _VERSIONS:
        raise BadRecord("version", "a record of a version that this edge does not know")
    return _VERSIONS[version](rest)


def build_record(record: Record) -> str:
    """The text of a record in version 1. Raises BadRecord for a value that has no text."""
    length = "" if record.content_length is None else str(record.content_length)
    encoded = [b64encode(each).decode() for each in (record.destination, record.sender, record.call_id, record.body)]
    text = "|".join(("1", record.endpoint, *encoded[:3], length, encoded[3]))
    parse_record(text)
    return text


def _version_1(text: str) -> Record:
    fields = text.split("|")
    if len(fields) != 6:
        raise BadRecord("fields", f"version 1 has 7 fields, this record {len(fields) + 1}")
    endpoint, destination, sender, call_id, length, body = fields
    return Record(
        _endpoint(endpoint),
        _octets(destination, "R-URI user"),
        _octets(sender, "From"),
        _octets(call_id, "Call-ID"),
        _length(length),
        _octets(body, "body"),
    )


_VERSIONS = {"1": _version_1}


def _endpoint(text: str) -> str:
    if not 0 < len(text) <= ENDPOINT_LONGEST or not text.isprintable():
        raise BadRecord("endpoint", f"an endpoint has 1 to {ENDPOINT_LONGEST} printable characters")
    return text


def _octets(text: str, name: str) -> bytes:
    """Base64 in its one canonical form (RFC 4648 section 3.5): two texts never stand for the same octets."""
    try:
        octets = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error as error:
        raise BadRecord("base64", f"{name} is not base64") from error
    if b64encode(octets).decode() != text:
        raise BadRecord("base64", f"{name} is not canonical base64")
    return octets


def _length(text: str) -> int | None:
    """The dialplan keeps the digits of the header and nothing else; no header leaves none."""
    if not text:
        return None
    if len(text) > LENGTH_DIGITS or not text.isdecimal():
        raise BadRecord("length", f"Content-Length has at most {LENGTH_DIGITS} digits")
    return int(text)
