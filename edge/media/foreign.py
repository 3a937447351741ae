"""Files within files: a picture that is an archive, a page or a program too, or that carries something behind its end.

Each reader takes what it looks for: a browser the page, an archiver the archive at the end, a handset the picture.
"""

from edge.channels.mm4.codec.magic import sniff
from edge.core.media import Fault
from edge.media.trouble import Trouble

BEHIND_MAX = 64 * 1024
"""Octets behind the end of a picture that may be a maker's notes."""

PDF_WITHIN = 1024  # readers look for %PDF- in the first 1,024 octets (ISO 32000-1, annex H, note 13)
_ARCHIVE_END = b"PK\x05\x06"
_ARCHIVE_TAIL = 65_557  # the end record of an archive and its longest comment
_PAGES = (b"<script", b"<html", b"<?php", b"<!doctype html")


def check(octets: bytes, type: str, end: int) -> None:
    """Raises Trouble where octets of `type`, which end at `end`, are something else as well."""
    if _is_archive(octets):
        raise Trouble(Fault.MISMATCH, f"{type} that is an archive too")
    if type != "application/pdf" and b"%PDF-" in octets[:PDF_WITHIN]:
        raise Trouble(Fault.MISMATCH, f"{type} that is a PDF too")
    if any(page in octets[:PDF_WITHIN].lower() for page in _PAGES):
        raise Trouble(Fault.MISMATCH, f"{type} that is a page too")
    behind = octets[end:]
    if behind.strip(b"\0\r\n "):
        _check_behind(behind, type)


def _is_archive(octets: bytes) -> bool:
    """A ZIP's end record, of one disk only, near the end: archivers ignore what stands before the archive."""
    at = octets.rfind(_ARCHIVE_END, max(0, len(octets) - _ARCHIVE_TAIL))
    return at >= 0 and octets[at + 4 : at + 8] == b"\0\0\0\0"


def _check_behind(behind: bytes, type: str) -> None:
    # A box begins with the zeros of its length; other files may stand behind some.
    found = sniff(behind[:512]) or sniff(behind.lstrip(b"\0\r\n ")[:512])
    if found.startswith(("application/", "text/")) or any(page in behind[:BEHIND_MAX].lower() for page in _PAGES):
        raise Trouble(Fault.MISMATCH, f"{found or 'a page'} behind {type}")
    if type == "image/jpeg" and found == "image/jpeg":
        return  # several pictures in one file, as cameras write them: all are looked at
    if found:
        raise Trouble(Fault.STRUCTURE, f"{found} behind {type}")
    if len(behind) > BEHIND_MAX:
        raise Trouble(Fault.STRUCTURE, f"{len(behind)} octets behind {type}")
