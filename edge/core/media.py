"""What was found in the pictures, videos and other parts of a message, before the rules judge it.

The workers that look (`edge/media`) only report: hashes, scores, texts, faults. What they are worth is the rules' word.
"""

from enum import Enum
from typing import Protocol

import msgspec


class MediaKind(Enum):
    """What a part is, by its own octets where they say so."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    CARD = "card"  # vCard and calendar
    LAYOUT = "layout"  # SMIL
    DOCUMENT = "document"
    OTHER = "other"


class Fault(Enum):
    """Why a part, or the whole, could not be examined, or must not pass as it is."""

    STRUCTURE = "structure"  # MIME that readers take apart differently, or that hides something
    LIMIT = "limit"  # too many parts, too deep
    BOMB = "bomb"  # more pixels, frames or octets than it may unfold to
    MISMATCH = "mismatch"  # its octets are of another family than its type says, or of two
    TYPE = "type"  # a type that is not carried
    CORRUPT = "corrupt"  # cannot be decoded
    ENCRYPTED = "encrypted"
    CODEC = "codec"  # well formed, and nothing here can decode it
    TIMEOUT = "timeout"  # the worker took too long, or died of it


class MediaItem(msgspec.Struct, frozen=True, gc=False):
    """One part of a message.

    `path` is its place in the MIME tree ("2.1"), `type` the media type that its octets are ("image/jpeg"; the declared
    one where they do not tell), `sha256` of its decoded octets. `hashes` are 64-bit perceptual hashes of the frames
    that were looked at, `scores` the highest probability per label over them (empty: no model, or nothing to score).
    """

    path: str
    kind: MediaKind
    type: str
    size: int
    sha256: bytes
    hashes: tuple[int, ...] = ()
    scores: tuple[tuple[str, float], ...] = ()
    fault: Fault | None = None
    detail: str = ""


class Media(msgspec.Struct, frozen=True, gc=False):
    """All of a message. `texts` are (where, text): "subject", "text", "smil", "card", "code" (QR and bar codes), "seen"
    (OCR); the first of each are what the sender wrote. `fault` is of the whole. `unscored` says that pictures are in
    it which no model has scored.
    """

    items: tuple[MediaItem, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    fault: Fault | None = None
    detail: str = ""
    unscored: bool = False


class Busy(Exception):
    """The workers have more waiting for them than they may: try again later."""


class Examiner(Protocol):
    """Whoever looks into messages. On the loop; the work is done elsewhere."""

    async def examine(self, message: bytes) -> Media:
        """What is in an RFC 5322 message (octets, CRLF). Raises Busy; all else is a fault in what it returns."""
