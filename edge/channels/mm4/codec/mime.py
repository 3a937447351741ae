"""A body taken apart into its leaves (RFC 2046), without recursion and within limits.

Python's email package is not used: it recurses for each container (RecursionError at 1,000), splits all of the body
into lines before anything can be refused, and costs 1.6 ms for a message of 80 KB. This costs the search for the
boundaries, once for each level. Nothing is decoded or copied: a part is a stretch of the message until somebody asks.
"""

from typing import NamedTuple

import msgspec

from edge.channels.mm4.codec import charset, content
from edge.channels.mm4.codec.content import Declared
from edge.channels.mm4.codec.findings import Finding, Found
from edge.channels.mm4.codec.header import Head, block, scan
from edge.channels.mm4.codec.transfer import ENCODINGS, Decoded, Encoding
from edge.channels.mm4.codec.transfer import decode as undo
from edge.channels.mm4.codec.words import text as human

DEPTH = 5
PARTS = 30
"""Containers within each other, and parts of all kinds (policy.md A.7)."""

PART_HEADERS_CAP = 16_384
LOOKALIKES_CAP = 2_000
PREAMBLE_USUAL = 200  # octets; "This is a multi-part message in MIME format." has 44
BOUNDARY_LONGEST = 200  # RFC 2046 5.1.1 allows 70; longer ones are met

DECODED_CAP = 10 * 1024 * 1024
"""Octets that `Part.decoded` gives unless told otherwise."""

TEXT_CAP = 100_000
"""Octets that `Part.text` reads unless told otherwise."""


class Limits(NamedTuple):
    """How much is taken apart."""

    depth: int = DEPTH
    parts: int = PARTS


class Part(msgspec.Struct, frozen=True, gc=False):
    """One leaf: octets `start` to `end` of `message` are its content, as encoded.

    `path` is where it stands ("2.1"; "1" for a body that is no multipart). `declared` is its Content-Type; `name` the
    file name given (Content-Disposition before Content-Type), `location`, `id` and `disposition` are "" where not
    given. `encoding` is the transfer encoding, `encoding_name` the word that stood there.
    """

    message: bytes
    start: int
    end: int
    path: str
    depth: int
    declared: Declared
    encoding: Encoding
    encoding_name: str = ""
    name: str = ""
    location: str = ""
    id: str = ""
    disposition: str = ""

    @property
    def type(self) -> str:
        """The declared media type in lower case."""
        return self.declared.type

    @property
    def size(self) -> int:
        """Octets of the content as it stands, encoded."""
        return self.end - self.start

    @property
    def raw(self) -> bytes:
        """The content as it stands, encoded."""
        return self.message[self.start : self.end]

    def decoded(self, cap: int = DECODED_CAP) -> Decoded:
        """The content, its transfer encoding undone, at most `cap` octets of it."""
        return undo(self.raw, self.encoding, cap)

    def begin(self, octets: int = 512) -> bytes:
        """The first octets of the content, for `magic`: cheap whatever its size."""
        raw = self.message[self.start : min(self.end, self.start + 3 * octets)]
        return undo(raw, self.encoding, octets).octets

    def text(self, cap: int = TEXT_CAP) -> tuple[str, tuple[Finding, ...]]:
        """The content as text in its declared charset: (text, findings)."""
        octets, findings = self.decoded(cap)
        name = self.declared.parameters.get("charset", "").strip().lower()
        text, good = charset.decode(octets, name, cut=Finding.TOO_LARGE in findings)
        if not good:
            findings += (Finding.BAD_CHARSET if charset.known(name) else Finding.UNKNOWN_CHARSET,)
        return text, findings

    def __repr__(self) -> str:
        """Without content and names: safe to log."""
        return f"Part({self.path} {self.type} {self.size})"


class Walk(NamedTuple):
    """The leaves in their order, and what was found. What could not be taken apart is one leaf, whole."""

    parts: tuple[Part, ...]
    findings: tuple[Found, ...] = ()

    @property
    def hides(self) -> bool:
        """Whether anything may be in it that the parts do not show."""
        return any(found.finding.hides for found in self.findings)


Stretch = tuple[int, int]


LIMITS = Limits()


def walk(head: Head, limits: Limits = LIMITS) -> Walk:
    """The body of the message whose headers were read into `head`. Never raises; linear in the message's size."""
    findings: list[Found] = []
    whole = _part(head, head.octets, head.body, len(head.octets), "", 0, findings)
    leaves: list[Part] = []
    stack = [whole]
    made = 1
    while stack:
        part = stack.pop()
        inside = _inside(part, limits, findings)
        if inside is None:
            leaves.append(part if part.path else msgspec.structs.replace(part, path="1"))
            continue
        room = limits.parts - made
        if len(inside) > room:
            findings.append(Found(Finding.TOO_MANY_PARTS, part.path))
            inside = inside[: max(0, room)]
        made += len(inside)
        stack.extend(
            _child(part, start, end, number, findings) for number, (start, end) in reversed([*enumerate(inside, 1)])
        )
    return Walk(tuple(leaves), tuple(findings))


def _child(parent: Part, start: int, end: int, number: int, findings: list[Found]) -> Part:
    path = f"{parent.path}.{number}" if parent.path else str(number)
    found = block(parent.message, start, end, PART_HEADERS_CAP)
    if found is None:
        findings.append(Found(Finding.BAD_PART_HEADERS, path))
        found = (start, start)
    head, stop = scan(parent.message, start, *found)
    if stop != found[0]:
        findings.append(Found(Finding.BAD_PART_HEADERS, path))
    if parent.type == "multipart/digest" and b"content-type" not in head.first:
        head.first[b"content-type"] = b"message/rfc822"  # RFC 2046 5.1.5
    return _part(head, parent.message, head.body, end, path, parent.depth + 1, findings)


_NAMES = (b"content-type", b"content-transfer-encoding", b"content-disposition")


def _part(head: Head, message: bytes, start: int, end: int, path: str, depth: int, findings: list[Found]) -> Part:
    declared = content.content_type(head.one(b"content-type"))
    disposition = content.disposition(head.one(b"content-disposition"))
    findings += [Found(finding, path) for finding in declared.findings + disposition.findings]
    if head.again and any(_differ(head, name) for name in _NAMES):
        findings.append(Found(Finding.AMBIGUOUS_HEADERS, path))
    word = content.token(head.one(b"content-transfer-encoding"))
    return Part(
        message=message,
        start=start,
        end=max(start, end),
        path=path,
        depth=depth,
        declared=declared,
        encoding=ENCODINGS.get(word, Encoding.UNKNOWN),
        encoding_name=word,
        name=disposition.parameters.get("filename") or declared.parameters.get("name", ""),
        location=human(head.one(b"content-location")),
        id=content.bracketed(head.one(b"content-id")),
        disposition=disposition.type,
    )


def _differ(head: Head, name: bytes) -> bool:
    return any(value != head.first[name] for value in head.again.get(name, ()))


_ENCRYPTED = frozenset(
    {
        "multipart/encrypted",
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
        "application/pgp-encrypted",
        "application/vnd.oma.drm.content",
        "application/vnd.oma.drm.message",
    }
)
_ELSEWHERE = frozenset({"message/partial", "message/external-body"})


def _inside(part: Part, limits: Limits, findings: list[Found]) -> list[Stretch] | None:
    """The stretches that a container consists of; None for a leaf, and for what cannot be taken apart."""
    if part.encoding is Encoding.UNKNOWN:
        findings.append(Found(Finding.UNKNOWN_ENCODING, part.path))
    if part.type in _ENCRYPTED or part.type in _ELSEWHERE:
        findings.append(Found(Finding.ENCRYPTED if part.type in _ENCRYPTED else Finding.ELSEWHERE, part.path))
        return None
    return _opened(part, limits, findings) if _is_container(part.declared) else None


def _is_container(declared: Declared) -> bool:
    """A multipart, a message, or the handsets' own multipart in the clothes of MIME (it is met, with a boundary)."""
    name = declared.type
    return (
        name.startswith("multipart/")
        or name in ("message/rfc822", "message/global")
        or (name.startswith("application/vnd.wap.multipart.") and "boundary" in declared.parameters)
    )


def _opened(part: Part, limits: Limits, findings: list[Found]) -> list[Stretch] | None:
    trouble = None
    boundary = b""
    if part.depth >= limits.depth:
        trouble = Finding.TOO_DEEP
    elif part.encoding is not Encoding.IDENTITY:
        trouble = Finding.ENCODED_CONTAINER
    elif part.type.startswith("message/"):
        return [(part.start, part.end)]
    else:
        boundary = part.declared.parameters.get("boundary", "").rstrip().encode("latin-1", "replace")
        if not 0 < len(boundary) <= BOUNDARY_LONGEST or b"\r" in boundary or b"\n" in boundary:
            trouble = Finding.NO_BOUNDARY
    if trouble is None:
        stretches = _split(part, boundary, limits.parts, findings)
        if stretches:
            return stretches
        trouble = Finding.BOUNDARY_NOT_FOUND
    findings.append(Found(trouble, part.path))
    return None


def _split(part: Part, boundary: bytes, most: int, findings: list[Found]) -> list[Stretch]:
    """The parts between boundaries (RFC 2046 5.1.1); one more than `most` at most. Empty where there is no boundary."""
    message, end = part.message, part.end
    stretches: list[Stretch] = []
    begun = -1  # where the part at hand begins; before the first it is the preamble
    line, lookalikes = _next(message, boundary, part.start, end, True)
    while line is not None:
        at, after, closing = line
        if begun >= 0:
            stretches.append((begun, max(begun, at)))
        elif at - part.start > PREAMBLE_USUAL:
            findings.append(Found(Finding.PREAMBLE, part.path))
        if closing:
            if message[after:end].strip(b" \t\r\n"):
                findings.append(Found(Finding.EPILOGUE, part.path))
            return stretches
        begun = after
        if len(stretches) > most:
            return stretches
        line, near = _next(message, boundary, after - 2, end, False)
        lookalikes += near
        if lookalikes > LOOKALIKES_CAP:
            findings.append(Found(Finding.LOOKALIKES, part.path))
            break
    if begun >= 0:
        findings.append(Found(Finding.UNCLOSED, part.path))
        stretches.append((begun, max(begun, end)))
    return stretches


Line = tuple[int, int, bool]
"""A boundary: (where its CRLF begins, where the line after it begins, whether it closes)."""


def _next(message: bytes, boundary: bytes, at: int, end: int, first: bool) -> tuple[Line | None, int]:
    """The next boundary from `at` on, and how many lines only looked like it."""
    delimiter = b"\r\n--" + boundary
    near = 0
    if first and message.startswith(delimiter[2:], at, end):
        found = at - 2
    else:
        found = message.find(delimiter, at, end)
    while found >= 0 and near <= LOOKALIKES_CAP:
        rest = found + len(delimiter)
        closing = message.startswith(b"--", rest, end)
        stop = message.find(b"\r\n", rest, min(end, rest + 200))
        tail = message[rest + 2 * closing : stop if stop >= 0 else min(end, rest + 200)]
        if not tail.strip(b" \t") and (stop >= 0 or rest + 200 > end):
            return (found, stop + 2 if stop >= 0 else end, closing), near
        near += 1
        found = message.find(delimiter, rest, end)
    return None, near
