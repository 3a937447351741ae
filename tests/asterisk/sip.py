"""SIP on the wire (RFC 3261, MESSAGE: RFC 3428): requests and responses as octets, and back. No sockets."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field

_COMPACT = {
    "f": "from",
    "t": "to",
    "i": "call-id",
    "l": "content-length",
    "c": "content-type",
    "v": "via",
    "m": "contact",
}


class NotSip(Exception):
    """Octets that are no SIP message."""


@dataclass
class Message:
    """A request or response. Header values are octets exactly as they stood on the wire."""

    start: str
    headers: list[tuple[str, bytes]]
    body: bytes = b""

    @property
    def method(self) -> str:
        """The method of a request, "" for a response."""
        return "" if self.start.startswith("SIP/2.0 ") else self.start.split(" ")[0]

    @property
    def uri(self) -> str:
        """The request URI."""
        return self.start.split(" ")[1]

    @property
    def status(self) -> int:
        """The status of a response, 0 for a request."""
        return int(self.start.split(" ")[1]) if self.start.startswith("SIP/2.0 ") else 0

    def all(self, name: str) -> list[bytes]:
        """Every value of a header, by its long name."""
        return [value for key, value in self.headers if _COMPACT.get(key.lower(), key.lower()) == name.lower()]

    def get(self, name: str) -> bytes:
        """The first value of a header, empty if there is none."""
        return next(iter(self.all(name)), b"")

    @property
    def branch(self) -> str:
        """The transaction, with the method of the CSeq."""
        found = re.search(rb"branch=([^;,\s]+)", self.get("via"))
        return f"{found[1].decode('latin-1') if found else ''} {self.get('cseq').split()[-1:]}"

    @property
    def user(self) -> str:
        """The user part of the request URI."""
        return self.uri.removeprefix("sip:").rpartition("@")[0]

    def to_tag(self) -> str:
        """The tag of To: a request that has one is inside a dialog."""
        return tag(self.get("to"))

    def octets(self) -> bytes:
        """The message as it goes out; Content-Length is written here."""
        lines = [self.start.encode("latin-1")]
        lines += [name.encode("latin-1") + b": " + value for name, value in self.headers]
        lines.append(b"Content-Length: %d" % len(self.body))
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


def tag(value: bytes) -> str:
    """The tag parameter of a From or To."""
    found = re.search(rb";tag=([^;>\s]+)", value.rpartition(b">")[2] or value)
    return found[1].decode("latin-1") if found else ""


def parse(octets: bytes) -> Message:
    """A message from one datagram; NotSip."""
    head, gap, body = octets.partition(b"\r\n\r\n")
    start, *lines = head.split(b"\r\n")
    if not gap or b"SIP/2.0" not in start:
        raise NotSip(repr(octets[:60]))
    headers = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon:
            raise NotSip(repr(line))
        headers.append((name.strip().decode("latin-1"), value.strip()))
    return Message(start.decode("latin-1"), headers, body)


def response(request: Message, status: int, reason: str, extra: list[tuple[str, bytes]] | None = None) -> Message:
    """The answer to `request`, with a tag of its own if it had none."""
    to = request.get("to")
    if not tag(to):
        to += b";tag=" + secrets.token_hex(4).encode()
    headers = [("Via", value) for value in request.all("via")]
    headers += [("From", request.get("from")), ("To", to)]
    headers += [("Call-ID", request.get("call-id")), ("CSeq", request.get("cseq")), *(extra or [])]
    return Message(f"SIP/2.0 {status} {reason}", headers)


def authorization(challenge: str, method: str, uri: str, username: str, password: str) -> bytes:
    """The Authorization header that answers a digest challenge (RFC 2617, MD5)."""
    asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.partition(" ")[2]))
    count, mine = "00000001", secrets.token_hex(8)
    first = _md5(f"{username}:{asked['realm']}:{password}")
    second = _md5(f"{method}:{uri}")
    answer = _md5(f"{first}:{asked['nonce']}:{count}:{mine}:auth:{second}")
    return (
        f'Digest username="{username}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", uri="{uri}", '
        f'response="{answer}", algorithm=MD5, qop=auth, nc={count}, cnonce="{mine}"'
        + (f', opaque="{asked["opaque"]}"' if "opaque" in asked else "")
    ).encode()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass
class Dialog:
    """A call: what every further request in it repeats."""

    call_id: bytes
    local: bytes
    remote: bytes
    target: str
    sequence: int = 1
    ended: bool = field(default=False)
