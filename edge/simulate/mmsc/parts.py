"""The body of a message: parts, put together as phones do, and taken apart by the standard library's parser."""

import hashlib
import mimetypes
from base64 import encodebytes
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import NamedTuple

_TYPES = {
    ".amr": "audio/amr",
    ".heic": "image/heic",
    ".webp": "image/webp",
    ".3gp": "video/3gpp",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".smil": "application/smil",
    ".smi": "application/smil",
    ".vcf": "text/x-vcard",
    ".ics": "text/calendar",
}
"""Types that MMS uses, where the system's table may say another or none."""

_SMIL = """\
<smil><head><layout><root-layout width="100%" height="100%"/>\
<region id="Image" width="100%" height="70%" fit="meet"/>\
<region id="Text" top="70%" width="100%" height="30%"/></layout></head>\
<body>{pages}</body></smil>
"""


class Part(NamedTuple):
    """One part: its type (`image/png`), octets as they are meant, and the name it goes by."""

    type: str
    octets: bytes
    name: str = ""


class Leaf(NamedTuple):
    """A part that came: its type, the count and SHA-256 of its decoded octets."""

    type: str
    octets: int
    sha256: str


def from_file(path: Path) -> Part:
    """A file as a part, its type by its name. Raises OSError."""
    kind = _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Part(kind, path.read_bytes(), path.name)


def text(words: str) -> Part:
    """A text."""
    return Part("text/plain; charset=utf-8", words.encode("utf-8"), "text.txt")


def card(name: str, number: str) -> Part:
    """A vCard 3.0 (RFC 2426)."""
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"N:{name}", f"FN:{name}", f"TEL;TYPE=CELL:{number}", "END:VCARD", "")
    return Part("text/x-vcard; charset=utf-8", "\r\n".join(lines).encode("utf-8"), "card.vcf")


def layout(parts: list[Part]) -> Part:
    """The SMIL that shows pictures and texts one after another (OMA-MMS-CONF 7.2)."""
    pages = "".join(f'<par dur="5000ms">{_shown(part)}</par>' for part in parts)
    return Part("application/smil; charset=utf-8", _SMIL.format(pages=pages).encode("utf-8"), "layout.smil")


def _shown(part: Part) -> str:
    kind = part.type.partition("/")[0]
    element, region = {"image": ("img", "Image"), "video": ("video", "Image"), "audio": ("audio", "")}.get(
        kind, ("text", "Text")
    )
    place = f' region="{region}"' if region else ""
    return f'<{element} src="{part.name}"{place}/>'


def body(parts: list[Part], boundary: str, smil: bool = True) -> bytes:
    """Header fields, the empty line and a multipart/related that begins with SMIL, or a multipart/mixed without."""
    if smil:
        head = f'Content-Type: multipart/related; start="<layout.smil>"; type="application/smil"; boundary="{boundary}"'
        parts = [layout(parts), *parts]
    else:
        head = f'Content-Type: multipart/mixed; boundary="{boundary}"'
    out = [f"MIME-Version: 1.0\r\n{head}\r\n\r\n".encode("ascii")]
    for part in parts:
        out += [f"--{boundary}\r\n".encode("ascii"), _part(part)]
    out.append(f"--{boundary}--\r\n".encode("ascii"))
    return b"".join(out)


def _part(part: Part) -> bytes:
    """One part in base64, as every MMSC writes them."""
    name = f"Content-ID: <{part.name}>\r\nContent-Location: {part.name}\r\n" if part.name else ""
    head = f"Content-Type: {part.type}\r\n{name}Content-Transfer-Encoding: base64\r\n\r\n"
    return head.encode("utf-8") + encodebytes(part.octets).replace(b"\n", b"\r\n")


def leaves(content: bytes) -> tuple[Leaf, ...]:
    """The parts of a message, decoded. A message that the standard library cannot take apart has none."""
    try:
        message = BytesParser().parsebytes(content)
        return tuple(map(_leaf, (part for part in message.walk() if not part.is_multipart())))
    except (ValueError, LookupError, RecursionError):
        return ()


def _leaf(part: Message) -> Leaf:
    octets = part.get_payload(decode=True)
    data = octets if isinstance(octets, bytes) else b""
    return Leaf(part.get_content_type(), len(data), hashlib.sha256(data).hexdigest())
