"""What octets say they are, against what is declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.magic import Agreement, Role, agree, effective, role, sniff


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    brands = major + b"\0\0\0\0" + b"".join(compatible)
    return (8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands + b"\0\0\0\x08free"


@pytest.mark.parametrize(
    ("begin", "name"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
        (b"GIF89a\x01\0", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0", "image/bmp"),
        (ftyp(b"heic", b"mif1", b"heic"), "image/heic"),
        (ftyp(b"mif1", b"avif"), "image/heic"),
        (ftyp(b"avif", b"mif1"), "image/avif"),
        (ftyp(b"isom", b"iso2", b"mp41"), "video/mp4"),
        (ftyp(b"mp42", b"M4A "), "audio/mp4"),
        (ftyp(b"3gp4", b"isom"), "video/3gpp"),
        (ftyp(b"3g2a"), "video/3gpp"),
        (ftyp(b"qt  "), "video/quicktime"),
        (ftyp(b"M4A ", b"isom"), "audio/mp4"),
        (b"#!AMR\n\x3c", "audio/amr"),
        (b"#!AMR-WB\n", "audio/amr-wb"),
        (b"ID3\x03\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "audio/wav"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04\x14\0", "application/zip"),
        (b"MZ\x90\0\x03", "application/x-msdownload"),
        (b"\x7fELF\x02", "application/x-executable"),
        (b"<smil>", "application/smil"),
        (b'\xef\xbb\xbf <?xml version="1.0"?>\r\n<!DOCTYPE smil PUBLIC "-">\r\n<smil xmlns="x">', "application/smil"),
        ("<smil>".encode("utf-16"), "application/smil"),
        (b"<?xml version='1.0'?><a/>", "text/xml"),
        (b"<svg onload='x'>", "image/svg+xml"),
        (b"<!DOCTYPE html><body>", "text/html"),
        (b"BEGIN:VCARD\r\nVERSION:2.1", "text/x-vcard"),
        (b"\r\nbegin:vcard\r\n", "text/x-vcard"),
        (b"BEGIN:VCALENDAR\r\n", "text/calendar"),
        # Texts that begin with a sign.
        (b"BMW for sale", ""),
        (b"MZ is short for something", ""),
        (b"ID3 please", ""),
        (b"RIFF raff WEBS", ""),
        (b"abcdftypmp42", ""),
        ("hello".encode("utf-16"), ""),
        (b"hello", ""),
        (b"", ""),
        (b"\xff", ""),
        (b"\0\0\0\x08ftyp", "video/mp4"),
    ],
)
def test_sniff(begin: bytes, name: str) -> None:
    assert sniff(begin) == name


@pytest.mark.parametrize(
    ("declared", "sniffed", "agreement"),
    [
        ("image/jpeg", "image/jpeg", Agreement.SAME),
        ("image/jpg", "image/jpeg", Agreement.SAME),
        ("image/heif", "image/heic", Agreement.SAME),
        ("video/3gpp", "video/mp4", Agreement.SAME),
        ("audio/3gpp", "video/3gpp", Agreement.SAME),
        ("audio/mp4", "video/mp4", Agreement.SAME),
        ("application/smil", "text/xml", Agreement.SAME),
        ("text/vcard", "text/x-vcard", Agreement.SAME),
        ("image/png", "image/jpeg", Agreement.FAMILY),
        ("text/plain", "text/x-vcard", Agreement.FAMILY),
        ("text/plain", "text/html", Agreement.FAMILY),
        ("image/jpeg", "application/zip", Agreement.DIFFERENT),
        ("image/jpeg", "", Agreement.DIFFERENT),
        ("video/mp4", "", Agreement.DIFFERENT),
        ("text/plain", "image/png", Agreement.DIFFERENT),
        ("text/plain", "application/x-msdownload", Agreement.DIFFERENT),
        ("application/vnd.unknown", "application/zip", Agreement.DIFFERENT),
        ("audio/amr", "video/mp4", Agreement.DIFFERENT),
        ("text/plain", "", Agreement.UNKNOWN),
        ("image/vnd.wap.wbmp", "", Agreement.UNKNOWN),
        ("application/octet-stream", "image/jpeg", Agreement.UNSAID),
        ("application/octet-stream", "", Agreement.UNSAID),
    ],
)
def test_agree(declared: str, sniffed: str, agreement: Agreement) -> None:
    assert agree(declared, sniffed) is agreement


def test_roles() -> None:
    assert role("application/smil") is Role.SMIL
    assert role("text/calendar") is Role.CALENDAR
    assert role("application/pdf") is Role.OTHER
    assert effective("text/plain", "text/x-vcard") is Role.VCARD
    assert effective("text/plain", "image/jpeg") is Role.IMAGE
    assert effective("image/jpeg", "") is Role.IMAGE
    assert effective("application/octet-stream", "") is Role.OTHER
    assert effective("image/jpeg", "image/svg+xml") is Role.TEXT


@given(st.one_of(st.binary(max_size=600), st.binary(max_size=40).map(lambda tail: b"\0\0\0\x20ftyp" + tail)))
def test_anything_is_sniffed(begin: bytes) -> None:
    name = sniff(begin)
    assert name == "" or "/" in name
    assert agree("image/jpeg", name) in Agreement
