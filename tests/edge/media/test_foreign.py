"""Files within files."""

import zipfile
from io import BytesIO

import pytest

from edge.core.media import Fault
from edge.media import foreign
from edge.media.trouble import Trouble

from .makers import jpeg


def archive() -> bytes:
    octets = BytesIO()
    with zipfile.ZipFile(octets, "w") as made:
        made.writestr("payload.txt", "x" * 100)
    return octets.getvalue()


def fault(octets: bytes, end: int, type: str = "image/jpeg") -> Fault | None:
    try:
        foreign.check(octets, type, end)
    except Trouble as trouble:
        return trouble.fault
    return None


PICTURE = jpeg()


@pytest.mark.parametrize("behind", [b"", b"\0" * 5000, b"\r\n", b"SEFT maker's notes", jpeg(2)])
def test_what_honest_cameras_write(behind: bytes) -> None:
    assert fault(PICTURE + behind, len(PICTURE)) is None


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        (archive(), Fault.MISMATCH),
        (b"<html><body>hi", Fault.MISMATCH),
        (b"notes <script>alert(1)</script>", Fault.MISMATCH),
        (b"%PDF-1.7\n", Fault.MISMATCH),
        (b"MZ\x90\0" + b"\0" * 100, Fault.MISMATCH),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 100, Fault.STRUCTURE),
        (b"GIF89a" + b"\0" * 20, Fault.STRUCTURE),
        (b"\x07" * (foreign.BEHIND_MAX + 1), Fault.STRUCTURE),
    ],
)
def test_what_stands_behind(behind: bytes, expected: Fault) -> None:
    assert fault(PICTURE + behind, len(PICTURE)) is expected


def test_an_archive_of_any_reach() -> None:
    octets = PICTURE + archive()
    assert fault(octets, len(octets)) is Fault.MISMATCH
    assert fault(archive(), len(archive()), "audio/amr") is Fault.MISMATCH


def test_a_pdf_or_a_page_that_begins_within() -> None:
    for inner in (b"%PDF-1.4", b"<!DOCTYPE html>", b"<ScRiPt>"):
        octets = PICTURE[:20] + b"\xff\xfe\0\x20" + inner + PICTURE[20:]
        assert fault(octets, len(octets)) is Fault.MISMATCH


def test_a_pdf_is_one() -> None:
    assert fault(b"%PDF-1.4\n%%EOF", 14, "application/pdf") is None
