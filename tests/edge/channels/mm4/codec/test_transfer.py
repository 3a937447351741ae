"""Transfer encodings undone."""

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.findings import Finding
from edge.channels.mm4.codec.transfer import Encoding, decode

BASE64, QUOTED, IDENTITY = Encoding.BASE64, Encoding.QUOTED_PRINTABLE, Encoding.IDENTITY
CAP = 1000


@pytest.mark.parametrize(
    ("raw", "octets", "findings"),
    [
        (b"", b"", ()),
        (b"aGVsbG8=", b"hello", ()),
        (b"aGVs\r\nbG8=\r\n", b"hello", ()),
        (b" aGVs \t\nbG8=\n", b"hello", ()),
        (b"aGVsbG8", b"hello", (Finding.BAD_BASE64,)),
        (b"aGVsbG8==", b"hello", (Finding.BAD_BASE64,)),
        (b"aGVsbG9v=", b"helloo", (Finding.BAD_BASE64,)),
        (b"aGVsb", b"hel", (Finding.BAD_BASE64,)),
        (b"aGVs!bG8=", b"hello", (Finding.BAD_BASE64,)),
        (b"aGVs\0\xffbG8=", b"hello", (Finding.BAD_BASE64,)),
        (b"=aGVsbG8=", b"", (Finding.BAD_BASE64, Finding.AFTER_PADDING)),
        (b"aGVsbG8=aGVsbG8=", b"hello", (Finding.AFTER_PADDING,)),
        (b"aGVsbG8=\r\naGVsbG8=\r\n", b"hello", (Finding.AFTER_PADDING,)),
        (b"a", b"", (Finding.BAD_BASE64,)),
        (b"____", b"", (Finding.BAD_BASE64,)),
    ],
)
def test_base64(raw: bytes, octets: bytes, findings: tuple[Finding, ...]) -> None:
    assert decode(raw, BASE64, CAP) == (octets, findings)


@pytest.mark.parametrize(
    ("raw", "octets", "findings"),
    [
        (b"caf=C3=A9", b"caf\xc3\xa9", ()),
        (b"caf=c3=a9", b"caf\xc3\xa9", ()),
        (b"a=\r\nb", b"ab", ()),
        (b"a= \t\r\nb", b"ab", ()),
        (b"a=", b"a", ()),
        (b"a= ", b"a", ()),
        (b"a\r\nb", b"a\r\nb", ()),
        (b"a_b", b"a_b", ()),
        (b"a=ZZb", b"a=ZZb", (Finding.BAD_QUOTED_PRINTABLE,)),
        (b"1=1", b"1=1", (Finding.BAD_QUOTED_PRINTABLE,)),
        (b"a==41", b"a=41", (Finding.BAD_QUOTED_PRINTABLE,)),
        (b"\xe9=00", b"\xe9\0", ()),
    ],
)
def test_quoted_printable(raw: bytes, octets: bytes, findings: tuple[Finding, ...]) -> None:
    assert decode(raw, QUOTED, CAP) == (octets, findings)


def test_others() -> None:
    assert decode(b"a=41", IDENTITY, CAP) == (b"a=41", ())
    assert decode(b"a=41", Encoding.UNKNOWN, CAP) == (b"a=41", (Finding.UNKNOWN_ENCODING,))


@pytest.mark.parametrize("encoding", list(Encoding))
def test_the_cap(encoding: Encoding) -> None:
    for size in range(20):
        content = b"x" * size
        raw = base64.encodebytes(content) if encoding is BASE64 else content
        for cap in range(20):
            octets, findings = decode(raw, encoding, cap)
            assert octets == content[:cap]
            assert (Finding.TOO_LARGE in findings) == (size > cap)


def test_the_cap_of_broken_base64() -> None:
    assert decode(b"!" + base64.b64encode(b"x" * 100), BASE64, 10) == (
        b"x" * 10, (Finding.BAD_BASE64, Finding.TOO_LARGE)
    )  # fmt: skip


@given(st.binary(max_size=300))
def test_what_was_encoded_is_decoded(content: bytes) -> None:
    for raw in (
        base64.b64encode(content),
        base64.encodebytes(content),
        base64.encodebytes(content).replace(b"\n", b"\r\n"),
    ):
        assert decode(raw, BASE64, CAP) == (content, ())
    line = content.translate(None, b"\r\n")
    assert decode(quopri.encodestring(line).replace(b"\n", b"\r\n"), QUOTED, CAP) == (line, ())


@given(st.one_of(st.binary(max_size=100), st.lists(st.sampled_from(
    [b"QUJD", b"=", b"Q", b"QQ", b"\r\n", b"\r", b"\n", b"!", b" ", b"3D", b"\xff"]), max_size=25).map(b"".join)),
    st.integers(0, 60))  # fmt: skip
def test_anything_is_decoded_within_the_cap(raw: bytes, cap: int) -> None:
    for encoding in Encoding:
        whole, capped = decode(raw, encoding, 10_000), decode(raw, encoding, cap)
        assert capped.octets == whole.octets[:cap]
        assert (Finding.TOO_LARGE in capped.findings) == (len(whole.octets) > cap)
