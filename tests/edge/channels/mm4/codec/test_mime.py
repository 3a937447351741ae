"""Bodies taken apart."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.findings import Finding, Found
from edge.channels.mm4.codec.header import read_head
from edge.channels.mm4.codec.mime import LIMITS, LOOKALIKES_CAP, PART_HEADERS_CAP, Limits, Walk, walk
from edge.channels.mm4.codec.transfer import Encoding

from . import samples

MIXED = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'


def walked(octets: bytes, limits: Limits = LIMITS) -> Walk:
    return walk(read_head(octets), limits)


def found(octets: bytes) -> list[Finding]:
    return [each.finding for each in walked(octets).findings]


def contents(octets: bytes) -> list[bytes]:
    return [part.raw for part in walked(octets).parts]


def test_a_message_of_an_mmsc() -> None:
    smil, sky, hello = walked(samples.JAVA).parts
    assert [part.path for part in (smil, sky, hello)] == ["1", "2", "3"]
    assert [part.type for part in (smil, sky, hello)] == ["application/smil", "image/jpeg", "text/plain"]
    assert (smil.id, smil.name, smil.location) == ("AAAA", "first.smil", "")
    assert (sky.name, sky.location, sky.encoding) == ("sky.jpg", "sky.jpg", Encoding.BASE64)
    assert sky.decoded() == (bytes.fromhex("ffd8ffe000104a46494600010101004800480000ffd9"), ())
    assert sky.begin(4) == bytes.fromhex("ffd8ffe0")
    assert sky.decoded(4) == (bytes.fromhex("ffd8ffe0"), (Finding.TOO_LARGE,))
    assert hello.text() == ("T\u0119cza", ())
    assert hello.raw == b"T=C4=99cza"
    assert walked(samples.JAVA).findings == ()
    assert repr(sky) == "Part(2 image/jpeg 32)"


def test_a_body_in_one_piece() -> None:
    (part,) = walked(samples.AGGREGATOR).parts
    assert (part.path, part.type, part.text(), part.depth) == ("1", "text/plain", ("see you at nine\r\n", ()), 0)
    (empty,) = walked(samples.FORWARD_RES).parts
    assert (empty.size, empty.type) == (0, "text/plain")


def test_where_parts_begin_and_end() -> None:
    assert contents(MIXED + b"--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n\r\n--b--\r\n") == [b"one", b"two\r\n"]
    assert contents(MIXED + b"a preamble\r\n--b \t\r\n\r\none\r\n--b-- \r\n") == [b"one"]
    assert contents(MIXED + b"--b\r\n--b\r\n\r\n--b\r\nA: b\r\n--b--") == [b"", b"", b""]
    assert contents(MIXED + b"--b\r\n\r\n--bb\r\n-- b\r\n --b\r\n--b-\r\n--b--\r\n") == [
        b"--bb\r\n-- b\r\n --b\r\n--b-"
    ]  # fmt: skip
    assert contents(MIXED + b"--b\r\n\r\nbare\n--b\nlf\r\n--b--\r\n") == [b"bare\n--b\nlf"]


def test_what_may_surround_parts() -> None:
    usual = b"This is a multi-part message in MIME format.\r\n--b\r\n\r\none\r\n--b--\r\n\r\n"
    assert found(MIXED + usual) == []
    assert found(MIXED + b"x" * 300 + b"\r\n" + usual) == [Finding.PREAMBLE]
    assert found(MIXED + usual + b"more\r\n") == [Finding.EPILOGUE]
    assert found(MIXED + usual + b"--b\r\n\r\nmore\r\n") == [Finding.EPILOGUE]


@pytest.mark.parametrize(
    ("octets", "finding", "hides"),
    [
        (MIXED + b"--b\r\n\r\none\r\n", Finding.UNCLOSED, False),
        (MIXED + b"--c\r\n\r\none\r\n--c--\r\n", Finding.BOUNDARY_NOT_FOUND, True),
        (MIXED, Finding.BOUNDARY_NOT_FOUND, True),
        (MIXED + b"--b--\r\n", Finding.BOUNDARY_NOT_FOUND, True),
        (MIXED.replace(b'"b"', b'""') + b"--\r\n\r\none", Finding.NO_BOUNDARY, True),
        (MIXED.replace(b'"b"', b"b" * 201), Finding.NO_BOUNDARY, True),
        (MIXED.replace(b"; boundary", b"; border"), Finding.NO_BOUNDARY, True),
        (b"Content-Transfer-Encoding: base64\r\n" + MIXED + b"--b\r\n\r\none\r\n--b--\r\n", Finding.ENCODED_CONTAINER,
         True),
        (MIXED.replace(b'"b"', b"b; boundary=c") + b"--b\r\n\r\none\r\n--b--", Finding.AMBIGUOUS_HEADERS, True),
        (MIXED + b"--b\r\nContent-Type: a/b\r\nContent-type: c/d\r\n\r\none\r\n--b--", Finding.AMBIGUOUS_HEADERS, True),
        (MIXED + b"--b\r\nno field\r\n\r\none\r\n--b--", Finding.BAD_PART_HEADERS, True),
        (MIXED + b"--b\r\n" + b"x" * PART_HEADERS_CAP + b"y\r\n--b--", Finding.BAD_PART_HEADERS, True),
        (MIXED + b"--b\r\nContent-Type: jpeg\r\n\r\none\r\n--b--", Finding.BAD_CONTENT_TYPE, True),
        (MIXED + b"--b\r\nContent-Transfer-Encoding: x-uu\r\n\r\none\r\n--b--", Finding.UNKNOWN_ENCODING, True),
        (MIXED + b"--b\r\nContent-Type: message/partial\r\n\r\none\r\n--b--", Finding.ELSEWHERE, True),
        (MIXED + b"--b\r\nContent-Type: message/external-body\r\n\r\none\r\n--b--", Finding.ELSEWHERE, True),
        (b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--", Finding.ENCRYPTED, True),
        (MIXED + b"--b\r\nContent-Type: application/pkcs7-mime\r\n\r\none\r\n--b--", Finding.ENCRYPTED, True),
        (MIXED + b"--b\r\n\r\none" + b"\r\n--bb" * (LOOKALIKES_CAP + 1) + b"\r\n--b--", Finding.LOOKALIKES, True),
    ],
)  # fmt: skip
def test_findings(octets: bytes, finding: Finding, hides: bool) -> None:
    result = walked(octets)
    assert finding in [each.finding for each in result.findings]
    assert result.hides is hides
    assert result.parts


def test_what_cannot_be_taken_apart_is_one_part_whole() -> None:
    (part,) = walked(MIXED + b"--c\r\n\r\none\r\n").parts
    assert (part.path, part.type, part.raw) == ("1", "multipart/mixed", b"--c\r\n\r\none\r\n")


def test_within_each_other() -> None:
    inner = b"--c\r\n\r\none\r\n--c\r\n\r\ntwo\r\n--c--\r\n"
    alternative = b"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n" + inner
    message = b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\nContent-Type: text/html\r\n\r\nfour\r\n--b--"
    octets = MIXED + alternative + b"--b\r\n\r\nthree\r\n" + message
    result = walked(octets)
    assert [(part.path, part.type, part.raw) for part in result.parts] == [
        ("1.1", "text/plain", b"one"),
        ("1.2", "text/plain", b"two"),
        ("2", "text/plain", b"three"),
        ("3.1", "text/html", b"four"),
    ]
    assert result.findings == ()


def test_a_boundary_that_both_use_is_the_outer_ones() -> None:
    octets = MIXED + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n--b--\r\n"
    assert {Finding.BOUNDARY_NOT_FOUND, Finding.EPILOGUE} == set(found(octets))


def test_digests_and_the_handsets_multipart() -> None:
    digest = MIXED.replace(b"mixed", b"digest") + b"--b\r\n\r\nSubject: x\r\n\r\none\r\n--b--"
    assert [part.path for part in walked(digest).parts] == ["1.1"]
    wap = MIXED.replace(b"multipart/mixed", b"application/vnd.wap.multipart.related")
    assert contents(wap + b"--b\r\n\r\none\r\n--b--") == [b"one"]
    binary = b"Content-Type: application/vnd.wap.multipart.related\r\n\r\n\x01\x02"
    assert contents(binary) == [b"\x01\x02"]


def nested(depth: int) -> bytes:
    head = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (at, at) for at in range(depth))
    return head + b"\r\none\r\n"


def test_depth() -> None:
    assert contents(nested(5))[0].endswith(b"one\r\n")
    assert Finding.TOO_DEEP not in found(nested(5))
    for depth in (6, 1000):
        result = walked(nested(depth))
        assert Found(Finding.TOO_DEEP, "1.1.1.1.1") in result.findings
        assert [part.type for part in result.parts] == ["multipart/mixed"]
        assert result.hides
    assert found(b"Content-Type: message/rfc822\r\n\r\n" * 1000) == [Finding.TOO_DEEP]


def test_parts() -> None:
    def many(count: int) -> bytes:
        return MIXED + b"--b\r\n\r\none\r\n" * count + b"--b--\r\n"

    assert (len(walked(many(29)).parts), found(many(29))) == (29, [])
    assert (len(walked(many(30)).parts), found(many(30))) == (29, [Finding.TOO_MANY_PARTS])
    assert (len(walked(many(100_000)).parts), found(many(100_000))) == (29, [Finding.TOO_MANY_PARTS])
    each = b"--b\r\n" + MIXED.replace(b'"b"', b"c") + b"--c\r\n\r\none\r\n" * 20 + b"--c--\r\n"
    spread = walked(MIXED + each * 3 + b"--b--")
    assert len(spread.parts) <= 30
    assert Finding.TOO_MANY_PARTS in [one.finding for one in spread.findings]
    assert walked(many(100), Limits(parts=200)).findings == ()


def test_text_of_a_part() -> None:
    def text(header: bytes, body: bytes, cap: int = 100) -> tuple[str, tuple[Finding, ...]]:
        return walked(b"Content-Type: text/plain" + header + b"\r\n\r\n" + body).parts[0].text(cap)

    assert text(b"", b"caf\xc3\xa9") == ("caf\u00e9", ())
    assert text(b"; charset=utf-8", b"caf\xe9") == ("caf\u00e9", (Finding.BAD_CHARSET,))
    assert text(b"; charset=nowhere", b"abc") == ("abc", (Finding.UNKNOWN_CHARSET,))
    assert text(b"; charset=ISO-10646-UCS-2", b"\0a\0b") == ("ab", ())
    assert text(b"", b"caf\xc3\xa9!", 4) == ("caf", (Finding.TOO_LARGE,))


def test_hostile_bodies_are_walked_to_an_answer() -> None:
    size = 2_000_000
    for body in (
        b"\r\n--bX" * (size // 6),
        b"\r\n" * (size // 2),
        b"--b\r\n" * (size // 5),
        b"--b\r\n" + b"a" * size,
        b"--b\r\nContent-Type: multipart/mixed; boundary=" + b"c" * size + b"\r\n\r\n",
        b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"A!" * (size // 2),
        b"--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + b"= " * (size // 2),
        b"--b\r\n" + b"Content-Type: a/b" + b";" * 16_000 + b"\r\n\r\n",
    ):
        result = walked(MIXED + body)
        assert result.findings
        assert all(len(part.decoded(1000).octets) <= 1000 for part in result.parts)


TEXTS = st.text("abc \u00e9-=.\r\n", max_size=60).map(lambda text: text.replace("\r", "").strip() + "\n")


@st.composite
def messages(draw: st.DrawFn, depth: int = 0) -> EmailMessage:
    message = EmailMessage(SMTP)
    kind = draw(st.integers(0, 3 if depth < 3 else 1))
    if kind == 0:
        message.set_content(draw(TEXTS), cte=draw(st.sampled_from(["quoted-printable", "base64", "8bit"])))
    elif kind == 1:
        message.set_content(
            draw(st.binary(max_size=200)), "image", "jpeg", filename=draw(st.sampled_from(["a", "\u00e9"]))
        )
    else:
        message["Content-Type"] = draw(st.sampled_from(["multipart/mixed", "multipart/related"]))
        for _ in range(draw(st.integers(1, 3))):
            message.attach(draw(messages(depth + 1)))
    return message


@given(messages())
def test_as_pythons_own_package_sees_it(message: EmailMessage) -> None:
    """An independent reader, on what is well formed."""
    octets = message.as_bytes()
    theirs = [part for part in BytesParser(policy=SMTP).parsebytes(octets).walk() if not part.is_multipart()]
    result = walked(octets, Limits(parts=200))
    assert [found.finding for found in result.findings if found.finding.hides] == []
    assert [part.type for part in result.parts] == [part.get_content_type() for part in theirs]
    assert [part.decoded().octets for part in result.parts] == [part.get_payload(decode=True) for part in theirs]
    assert [part.name for part in result.parts] == [part.get_filename("") for part in theirs]


PIECES = [
    b"--b",
    b"--c",
    b"--",
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"Content-Type: multipart/mixed; boundary=c",
    b"Content-Type: message/rfc822",
    b"Content-Transfer-Encoding: base64",
    b"QUJD",
    b"x",
    b":",
    b" ",
    b"\0",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_anything_is_walked(body: bytes) -> None:
    octets = MIXED + body
    result = walked(octets)
    assert 0 < len(result.parts) <= LIMITS.parts
    at = 0
    for part in result.parts:  # in order, none over another
        assert at <= part.start <= part.end <= len(octets)
        at = part.end
        part.decoded()
        part.text()
        part.begin()
