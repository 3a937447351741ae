"""Content types and what else a part says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.content import PARAMETERS_CAP, VALUE_CAP, bracketed, content_type, disposition, token
from edge.channels.mm4.codec.findings import Finding


@pytest.mark.parametrize(
    ("value", "name", "parameters"),
    [
        (b"", "text/plain", {}),
        (b"Image/JPEG", "image/jpeg", {}),
        (b" image / jpeg ;Name=a.jpg", "image/jpeg", {"name": "a.jpg"}),
        (b'multipart/related;Type="application/smil";Start="<AAAA>"; \tboundary="----=_Part_1"', "multipart/related",
         {"type": "application/smil", "start": "<AAAA>", "boundary": "----=_Part_1"}),
        (b'text/plain; charset="utf-8" ; format=flowed', "text/plain", {"charset": "utf-8", "format": "flowed"}),
        (b"text/plain (a comment; x=y); charset=us-ascii (another)", "text/plain",
         {"x": "y)", "charset": "us-ascii"}),
        (b'a/b; name="x;y=\\"z\\""', "a/b", {"name": 'x;y="z"'}),
        (b'a/b; name="never closed', "a/b", {"name": "never closed"}),
        (b"a/b; name=", "a/b", {"name": ""}),
        (b"a/b; nothing; boundary=c", "a/b", {"boundary": "c"}),
        (b"a/b;;; = x; boundary=c", "a/b", {"boundary": "c"}),
        (b'a/b; "x=y"; boundary=c', "a/b", {"boundary": "c"}),
        (b"a/b; name==?utf-8?Q?caf=C3=A9?=", "a/b", {"name": "caf\u00e9"}),
        (b'a/b; boundary="=?utf-8?Q?c?="', "a/b", {"boundary": "=?utf-8?Q?c?="}),
        (b"a/b; name*=utf-8'fr'caf%C3%A9", "a/b", {"name": "caf\u00e9"}),
        (b"a/b; name*1=b; name*0*=iso-8859-1''%E9; name*2*=%E9", "a/b", {"name": "\u00e9b\u00e9"}),
        (b"a/b; name*0=a; name*2=c", "a/b", {"name": "a"}),
        (b"a/b; name=old; name*=''new", "a/b", {"name": "new"}),
        (b"a/b; name=caf\xe9", "a/b", {"name": "caf\u00e9"}),
    ],
)  # fmt: skip
def test_content_types(value: bytes, name: str, parameters: dict[str, str]) -> None:
    assert content_type(value) == (name, parameters, ())


@pytest.mark.parametrize("value", [b"jpeg", b"/", b"image/", b"\xff/a", b"(a) image/jpeg", b'"image/jpeg"', b" "])
def test_unreadable(value: bytes) -> None:
    assert content_type(value) == ("application/octet-stream", {}, (Finding.BAD_CONTENT_TYPE,))


@pytest.mark.parametrize(
    "value",
    [
        b"multipart/mixed; boundary=a; boundary=b",
        b"multipart/mixed; boundary*0=a; boundary*1=b",
        b"multipart/mixed; boundary=a; boundary*=''b",
        b"a/b; name*0=a; name*0=b",
        b"multipart/mixed; boundary=a; x=" + b"y" * VALUE_CAP,
        b"multipart/mixed; boundary=a" + b"; x=y" * PARAMETERS_CAP,
    ],
)
def test_what_readers_differ_on(value: bytes) -> None:
    assert content_type(value).findings == (Finding.AMBIGUOUS_HEADERS,)


def test_the_same_value_again() -> None:
    for value in (
        b"text/plain; charset=utf-8",
        b"IMAGE/jpeg; name*0=a; name*1=b",
        b"x",
        b'a/b; x="' + b"y" * 300 + b'"',
    ):
        first, again = content_type(value), content_type(bytes(bytearray(value)))
        assert first == again


def test_the_same_twice_is_no_matter() -> None:
    assert content_type(b"a/b; name=x; NAME=x") == ("a/b", {"name": "x"}, ())


def test_other_fields() -> None:
    assert disposition(b'Attachment; filename="a.jpg"') == ("attachment", {"filename": "a.jpg"}, ())
    assert disposition(b"") == ("", {}, ())
    assert disposition(b"inline; filename=a; filename=b").findings == (Finding.AMBIGUOUS_HEADERS,)
    assert [token(value) for value in (b"Base64", b"base64;", b" base64 (x)", b"", b"\xff")] == [
        "base64", "base64", "base64", "", ""
    ]  # fmt: skip
    assert bracketed(b" <a@b> ") == "a@b"


@given(st.one_of(st.binary(max_size=80), st.lists(st.sampled_from(
    [b";", b"=", b'"', b"\\", b"a/b", b"name", b"*", b"0", b"1", b"'", b"%E9", b"%", b" ", b"boundary", b"=?"]),
    max_size=30).map(b"".join)))  # fmt: skip
def test_anything_is_read(value: bytes) -> None:
    for declared in (content_type(value), content_type(b"a/b;" + value), disposition(b"inline;" + value)):
        assert all(isinstance(text, str) for pair in declared.parameters.items() for text in pair)
