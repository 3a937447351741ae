"""What was found wrong in a body. Nothing in a body raises: whoever judges it decides what a finding is worth."""

from enum import Enum
from typing import NamedTuple


class Finding(Enum):
    """What it is; `hides` tells whether something may be in there that no rule has seen."""

    # The walk did not reach everything.
    TOO_DEEP = "containers within containers beyond the limit"
    TOO_MANY_PARTS = "more parts than the limit"
    LOOKALIKES = "thousands of lines that nearly are the boundary"
    # A container that cannot be taken apart.
    NO_BOUNDARY = "a multipart without a boundary, or with one that cannot be"
    BOUNDARY_NOT_FOUND = "a multipart whose boundary is nowhere in it"
    ENCODED_CONTAINER = "a container in base64 or quoted-printable, which RFC 2045 6.4 forbids"
    # Readers may differ on what is in it.
    UNCLOSED = "a multipart without its closing boundary"
    AMBIGUOUS_HEADERS = "a part with two different fields, or parameters, of one name"
    BAD_PART_HEADERS = "a line among a part's headers that is none, or headers without end"
    BAD_CONTENT_TYPE = "a content type that cannot be read"
    PREAMBLE = "much text before the first part"
    EPILOGUE = "text after the last part"
    # Encoding of a leaf.
    UNKNOWN_ENCODING = "a transfer encoding that nobody knows"
    BAD_BASE64 = "characters or a length that base64 does not have"
    AFTER_PADDING = "base64 that goes on after its end"
    BAD_QUOTED_PRINTABLE = "an = that quoted-printable does not have"
    TOO_LARGE = "more octets than are decoded"
    # Nothing to be seen from here.
    ENCRYPTED = "an encrypted part"
    ELSEWHERE = "content that is elsewhere, or only a piece of it (message/external-body, message/partial)"
    # Text.
    UNKNOWN_CHARSET = "a charset that nobody knows"
    BAD_CHARSET = "octets that are not in the charset they are said to be in"

    @property
    def hides(self) -> bool:
        """Whether something may be in there that was not looked at, or that a handset reads otherwise."""
        return self not in _HARMLESS


# Met in honest messages, and everything is seen all the same.
_HARMLESS = frozenset({Finding.UNCLOSED, Finding.PREAMBLE, Finding.UNKNOWN_CHARSET, Finding.BAD_CHARSET})


class Found(NamedTuple):
    """One finding and where: `path` is "" for the whole body, "2.1" for the first part of the second."""

    finding: Finding
    path: str = ""
