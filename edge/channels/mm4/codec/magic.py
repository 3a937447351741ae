"""What the first octets of a part say it is, against what it is declared to be. Neither is trusted alone.

`sniff` knows the formats that MMS carries and those that hide behind them. It reads at most 512 octets.
"""

import re
from enum import Enum
from functools import lru_cache

BEGIN = 512
"""Octets that suffice."""

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\xff\x0a", "image/jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"8BPS\0\x01", "image/vnd.adobe.photoshop"),
    (b"\0\0\x01\0", "image/x-icon"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"#!AMR\n", "audio/amr"),
    (b"#!EVRC\n", "audio/evrc"),
    (b"OggS\0", "audio/ogg"),
    (b"fLaC\0", "audio/flac"),
    (b"MThd\0\0", "audio/midi"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"FLV\x01", "video/x-flv"),
    (b"\0\0\x01\xba", "video/mpeg"),
    (b"\0\0\x01\xb3", "video/mpeg"),
    (b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"dex\n", "application/vnd.android.dex"),
    (b"{\\rtf", "application/rtf"),
)
_SIGNS = tuple(prefix for prefix, _ in _PREFIXES)
# Formats whose sign alone is a word that a text may begin with (BMW, MZ), or that begin variously.
_BINARY = re.compile(
    rb"(?P<bmp>BM.{4}\0{4})|(?P<exe>MZ(?=[^\0]{0,60}\0))|(?P<bzip2>BZh[1-9]1AY&SY)|(?P<mpeg>ID3[\0-\x0f]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])"
    rb"|(?P<aac>\xff[\xf0\xf1\xf8\xf9])",
    re.DOTALL,
)
_BINARIES = {
    "bmp": "image/bmp",
    "exe": "application/x-msdownload",
    "bzip2": "application/x-bzip2",
    "mpeg": "audio/mpeg",
    "aac": "audio/aac",
}
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo", b"QLCM": "audio/qcelp"}
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P "), "audio/mp4"),
    b"qt  ": "video/quicktime",
}
# Text is known by how it begins: a byte order mark and blanks before it are skipped.
_TEXTS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:(?P<smil><(?:!DOCTYPE\s+)?smil[\s>])|(?P<svg><svg[\s>])|(?P<html><(?:!DOCTYPE\s+)?html[\s>])"
    rb"|(?P<vcard>BEGIN:VCARD)|(?P<calendar>BEGIN:V(?:CALENDAR|EVENT))|(?P<imelody>BEGIN:IMELODY)|(?P<xml><\?xml))",
    re.IGNORECASE,
)
_NAMES = {
    "smil": "application/smil",
    "svg": "image/svg+xml",
    "html": "text/html",
    "vcard": "text/x-vcard",
    "calendar": "text/calendar",
    "imelody": "audio/imelody",
    "xml": "text/xml",
}
_IN_XML = re.compile(rb"<(smil|svg|html)[\s>]", re.IGNORECASE)


def sniff(begin: bytes) -> str:
    """The media type that the first octets say, "" where they say nothing (as plain text does)."""
    begin = begin[:BEGIN]
    if begin.startswith(_SIGNS):
        return next(name for prefix, name in _PREFIXES if begin.startswith(prefix))
    if begin.startswith(b"RIFF") and begin[8:12] in _RIFF:
        return _RIFF[begin[8:12]]
    if begin[4:8] == b"ftyp" and begin[:2] == b"\0\0":
        return _iso(begin)
    found = _BINARY.match(begin)
    if found and found.lastgroup:
        return _BINARIES[found.lastgroup]
    return _text(begin)


def _iso(begin: bytes) -> str:
    """The brands of an ISO base media file (ISO 14496-12 4.3): the major one, else the first known compatible one."""
    length = min(int.from_bytes(begin[:4], "big"), len(begin))
    brands = [begin[8:12], *(begin[at : at + 4] for at in range(16, length - 3, 4))]
    if brands[0][:2] == b"3g":
        return "video/3gpp"
    for brand in brands[:1] if brands[0] in _BRANDS else brands:
        if brand in _BRANDS:
            return _BRANDS[brand]
    return "video/mp4"


def _text(begin: bytes) -> str:
    if begin[:2] in (b"\xff\xfe", b"\xfe\xff"):
        begin = begin.replace(b"\0", b"")[2:]  # UTF-16: what we look for is ASCII
    found = _TEXTS.match(begin)
    if found is None or found.lastgroup is None:
        return ""
    if found.lastgroup == "xml":
        inner = _IN_XML.search(begin)
        return _NAMES[inner[1].decode("ascii").lower()] if inner else "text/xml"
    return _NAMES[found.lastgroup]


class Role(Enum):
    """What a part is to us."""

    TEXT = "text"
    SMIL = "smil"
    VCARD = "vcard"
    CALENDAR = "calendar"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    OTHER = "other"


_ROLES = {
    "application/smil": Role.SMIL,
    "application/smil+xml": Role.SMIL,
    "text/x-vcard": Role.VCARD,
    "text/vcard": Role.VCARD,
    "text/directory": Role.VCARD,
    "text/calendar": Role.CALENDAR,
    "text/x-vcalendar": Role.CALENDAR,
    "application/xhtml+xml": Role.TEXT,
    "image/svg+xml": Role.TEXT,  # what it draws is for a browser; its words are for the rules
}
_FAMILIES = {"text": Role.TEXT, "image": Role.IMAGE, "video": Role.VIDEO, "audio": Role.AUDIO}


def role(name: str) -> Role:
    """What a media type is to us."""
    return _ROLES.get(name) or _FAMILIES.get(name.partition("/")[0], Role.OTHER)


class Agreement(Enum):
    """Declared type against octets."""

    SAME = "same"
    FAMILY = "family"  # another format of the same family (a PNG that calls itself JPEG)
    UNSAID = "unsaid"  # declared as octets of any kind: what they say counts
    UNKNOWN = "unknown"  # the octets say nothing, and that may be so for the declared type
    DIFFERENT = "different"


_SPELLINGS = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/x-ms-bmp": "image/bmp",
    "image/heif": "image/heic",
    "image/heic-sequence": "image/heic",
    "image/vnd.microsoft.icon": "image/x-icon",
    "application/smil+xml": "application/smil",
    "text/vcard": "text/x-vcard",
    "text/directory": "text/x-vcard",
    "text/x-vcalendar": "text/calendar",
    "audio/mp3": "audio/mpeg",
    "audio/mpeg3": "audio/mpeg",
    "audio/x-mpeg": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/mid": "audio/midi",
    "audio/x-midi": "audio/midi",
    "audio/sp-midi": "audio/midi",
    "audio/qcelp": "audio/qcelp",
    "audio/vnd.qcelp": "audio/qcelp",
    "audio/3gpp2": "video/3gpp",
    "video/3gpp2": "video/3gpp",
    "audio/3gpp": "video/3gpp",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/aacp": "audio/aac",
    "video/x-m4v": "video/mp4",
    "video/avi": "video/x-msvideo",
    "application/ogg": "audio/ogg",
    "video/ogg": "audio/ogg",
    "audio/webm": "video/webm",
    "video/x-matroska": "video/webm",
    "application/xml": "text/xml",
    "application/x-zip-compressed": "application/zip",
}
# One container, told apart by nothing that a handset cares for.
_ISO_MEDIA = frozenset({"video/mp4", "video/3gpp", "audio/mp4", "video/quicktime"})
_ANY = frozenset({"", "application/octet-stream", "application/x-octet-stream", "binary/octet-stream"})
# Declared types whose octets we would know: when they say nothing, they are not what they are said to be.
_KNOWN = frozenset(
    {name for _, name in _PREFIXES}
    | set(_RIFF.values())
    | set(_BRANDS.values())
    | {"video/mp4", "video/3gpp", "image/bmp"}
) - {"video/mpeg", "audio/evrc"}


@lru_cache(maxsize=256)
def agree(declared: str, sniffed: str) -> Agreement:
    """How a declared media type (lower case) and what `sniff` said go together."""
    declared = _SPELLINGS.get(declared, declared)
    if declared in _ANY:
        return Agreement.UNSAID
    if not sniffed:
        return Agreement.DIFFERENT if declared in _KNOWN else Agreement.UNKNOWN
    if declared == sniffed or {declared, sniffed} <= _ISO_MEDIA:
        return Agreement.SAME
    if sniffed == "text/xml" and (declared.endswith("+xml") or declared == "application/smil"):
        return Agreement.SAME
    family = _family(declared)
    return Agreement.FAMILY if family is _family(sniffed) and family is not Role.OTHER else Agreement.DIFFERENT


def _family(name: str) -> Role:
    """As `role`, with all that is text one family: a card within text/plain is text still."""
    own = role(name)
    return Role.TEXT if own in (Role.SMIL, Role.VCARD, Role.CALENDAR) else own


def effective(declared: str, sniffed: str) -> Role:
    """What a part is to be treated as: the octets win over the word wherever they say anything."""
    return role(sniffed) if sniffed else role(declared)
