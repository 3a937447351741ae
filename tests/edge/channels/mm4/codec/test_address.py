"""Addresses in every spelling met."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.address import (
    ADDRESSES_CAP,
    NOBODY,
    Address,
    AddressKind,
    key,
    of_number,
    read,
    read_list,
    same,
)
from edge.channels.mm4.codec.errors import Malformed

NUMBER, SHORT, EMAIL, NAME = AddressKind.NUMBER, AddressKind.SHORT_CODE, AddressKind.EMAIL, AddressKind.NAME
IP, ODD = AddressKind.IP, AddressKind.ODD


@pytest.mark.parametrize(
    ("written", "kind", "party", "domain"),
    [
        ("+14165550100/TYPE=PLMN@mms.example", NUMBER, "+14165550100", "mms.example"),
        ("<+14165550100/TYPE=PLMN@mms.example>", NUMBER, "+14165550100", "mms.example"),
        ("+14165550100/TYPE=PLMN", NUMBER, "+14165550100", ""),
        ("14165550100/type=plmn@MMS.Example", NUMBER, "14165550100", "mms.example"),
        ("+14165550100@mms.mnc720.mcc302.gprs", NUMBER, "+14165550100", "mms.mnc720.mcc302.gprs"),
        ("14165550100", NUMBER, "14165550100", ""),
        ("0014165550100/TYPE=PLMN", NUMBER, "0014165550100", ""),
        ("5550100/TYPE=PLMN", NUMBER, "5550100", ""),
        # A comment in the midst by RFC 5322, an area code by its writer: not to be judged as either.
        ("+1 (416) 555-0100/TYPE=PLMN", ODD, "+1 () 555-0100/TYPE=PLMN", ""),
        ("<+1(416)5550100@h.example>", ODD, "+1()5550100@h.example", ""),
        ("(home) 4165550100 (Anna)", NUMBER, "4165550100", ""),
        ("+1-416-555-0100/TYPE=PLMN@h.example", NUMBER, "+14165550100", "h.example"),
        ("tel:+14165550100", NUMBER, "+14165550100", ""),
        ('"+14165550100/TYPE=PLMN"@mms.example', NUMBER, "+14165550100", "mms.example"),
        ('"+14165550100/TYPE=PLMN@mms.example"', NUMBER, "+14165550100", "mms.example"),
        ('"+1416\\5550100"@mms.example', NUMBER, "+14165550100", "mms.example"),
        ("<@a.example,@b.example:+14165550100/TYPE=PLMN@mms.example>", NUMBER, "+14165550100", "mms.example"),
        ('"Anna" <+14165550100/TYPE=PLMN@mms.example>', NUMBER, "+14165550100", "mms.example"),
        ("Anna <14165550100@mms.example> (mobile)", NUMBER, "14165550100", "mms.example"),
        ("+14165550100/TYPE=PLMN@mms.example.", NUMBER, "+14165550100", "mms.example"),
        ("+14165550100/TYPE=PLMN/X=1@mms.example", NUMBER, "+14165550100", "mms.example"),
        ("911/TYPE=PLMN", SHORT, "911", ""),
        ("24680@mms.example", SHORT, "24680", "mms.example"),
        ("7726", SHORT, "7726", ""),
        ("+911/TYPE=PLMN", NUMBER, "+911", ""),
        ("anna@mail.example", EMAIL, "anna@mail.example", "mail.example"),
        ('"an na"@mail.example', EMAIL, "an na@mail.example", "mail.example"),
        ("a/b@mail.example", EMAIL, "a/b@mail.example", "mail.example"),
        ("j\u00f6rg@mail.example", EMAIL, "j\u00f6rg@mail.example", "mail.example"),
        ("NorthBank/TYPE=PLMN@mms.example", NAME, "NorthBank", "mms.example"),
        ("NorthBank", NAME, "NorthBank", ""),
        ("10.0.0.1/TYPE=IPv4@mms.example", IP, "10.0.0.1", "mms.example"),
        ("fe80::1/TYPE=IPv6", IP, "fe80::1", ""),
        ("10.0.0.999/TYPE=IPv4", ODD, "10.0.0.999", ""),
        ("10.0.0.1/TYPE=IPv6", ODD, "10.0.0.1", ""),
        ("abc/TYPE=ALIEN", ODD, "abc", ""),
        ("+14165550100/TYPE=PLMN/TYPE=IPv4", ODD, "+14165550100", ""),
        ("+14165550100/TYPE=PLMN/type=plmn", NUMBER, "+14165550100", ""),
        ("/TYPE=PLMN", ODD, "/TYPE=PLMN", ""),
        ("+14165550100/TYPE=PLMN, +14165550101/TYPE=PLMN", ODD, "+14165550100/TYPE=PLMN, +14165550101/TYPE=PLMN", ""),
        ("@mms.example", ODD, "@mms.example", "mms.example"),
        ("123456789012345678901", NAME, "123456789012345678901", ""),
        ("\u0661\u0662\u0663\u0664/TYPE=PLMN", NAME, "\u0661\u0662\u0663\u0664", ""),
    ],
)
def test_spellings(written: str, kind: AddressKind, party: str, domain: str) -> None:
    address = read(written)
    assert (address.kind, address.party, address.domain) == (kind, party, domain)


USUAL = [
    "+14165550100",
    "14165550100/TYPE=PLMN",
    "24680@H.example",
    "911/type=plmn@h.example",
    "system@Mms.example",
    "<a.b+c@h.example>",
    "<+1@h>",
    "a@h-.example",
    "a@-h",
    "1-2@h.example",
    "a-1@h",
    "tel@h",
    "+@h",
    "a@h@h",
]


@pytest.mark.parametrize("written", USUAL)
def test_the_quick_way_reads_what_the_long_way_reads(written: str) -> None:
    assert read(written) == read(f"{written} (so that it is the long way)")


@pytest.mark.parametrize("empty", ["", "<>", " ", "undisclosed-recipients:;", "(nobody)", ",", ";", "(a) <(b)>"])
def test_nobody(empty: str) -> None:
    assert read(empty) == NOBODY
    assert NOBODY.kind is AddressKind.NONE


def test_display_names() -> None:
    assert read('"Smith, \\"Al\\"" <24680/TYPE=PLMN>').display == 'Smith, "Al"'
    assert read("=?utf-8?Q?Caf=C3=A9?= Nord <24680/TYPE=PLMN>").display == "Caf\u00e9 Nord"
    assert read(b"Caf\xe9 <24680/TYPE=PLMN>").display == "Caf\u00e9"
    assert read("24680/TYPE=PLMN").display == ""


@pytest.mark.parametrize(
    ("written", "parties"),
    [
        (b"", []),
        (b"+14165550100/TYPE=PLMN", ["+14165550100"]),
        (b"+14165550100/TYPE=PLMN, 14165550101/TYPE=PLMN@h.example,a@b.example",
         ["+14165550100", "14165550101", "a@b.example"]),
        (b'"a, b" <1@h.example>, (c, d) 2@h.example; 3@h.example', ["1", "2", "3"]),
        (b"friends: +14165550100/TYPE=PLMN, Joe <2@h.example>;, 3@h.example", ["+14165550100", "2", "3"]),
        (b", ,+14165550100/TYPE=PLMN,,", ["+14165550100"]),
        (b"1@h.example, <2@h.example", ["1", "<2@h.example"]),
        (b'1@h.example, "2@h.example', ["1", '"2@h.example']),
        (b"1@h.example, (2@h.example", ["1", "?"]),
    ],
)  # fmt: skip
def test_lists(written: bytes, parties: list[str]) -> None:
    assert [address.party for address in read_list(written) if address.party] == parties


def test_an_address_never_closed_is_odd() -> None:
    for written in (b"<2@h.example", b'"2@h.example', b"(2@h.example"):
        assert [address.kind for address in read_list(written)] == [ODD]


def test_a_list_without_end_is_malformed() -> None:
    assert len(read_list(b",".join([b"1@h.example"] * ADDRESSES_CAP))) == ADDRESSES_CAP
    with pytest.raises(Malformed):
        read_list(b",".join([b"1@h.example"] * (ADDRESSES_CAP + 1)))


def test_writing() -> None:
    assert of_number(14165550100) == "+14165550100/TYPE=PLMN"
    assert of_number("24680", "mms.example") == "24680/TYPE=PLMN@mms.example"
    assert of_number("+14165550100", "mms.example") == "+14165550100/TYPE=PLMN@mms.example"
    for number, domain in (("NorthBank", ""), ("", ""), ("1\r\n", ""), ("1", "a b"), ("1", "a\r\nb"), ("1", "-")):
        with pytest.raises(ValueError):
            of_number(number, domain)


def test_same() -> None:
    one = read("+14165550100/TYPE=PLMN@a.example")
    assert same(one, read("14165550100@b.example"))
    assert same(read("A@b.example"), read("a@B.example"))
    assert not same(one, read("+14165550101/TYPE=PLMN"))
    assert not same(NOBODY, NOBODY)
    assert not same(read("x/TYPE=ALIEN"), read("x/TYPE=ALIEN"))
    assert not same(read("24680"), read("24680/TYPE=ALIEN"))
    assert key(one) == "14165550100"


@given(st.integers(1_000_000, 10**15 - 1), st.sampled_from(["", "mms.example", "mms.mnc720.mcc302.gprs"]))
def test_what_is_written_is_read(number: int, domain: str) -> None:
    address = read(of_number(number, domain))
    assert (address.kind, address.party, address.domain) == (NUMBER, f"+{number}", domain)


_PIECES = ["+", "1416", "/TYPE=", "PLMN", "plmn", "@", "h.example", "<", ">", '"', "\\", "(", ")", ",", ";", ":", " ",
           "a", "\u00e9", "\udce9", "=?utf-8?q?x?=", ".", "\0", "\1"]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join))
def test_anything_is_read(written: str) -> None:
    address = read(written)
    assert isinstance(address, Address)
    assert (address.kind is AddressKind.NONE) == (address.party == "")
    for one in read_list(written.encode("utf-8", "surrogateescape")):
        assert one.kind is AddressKind.NONE or one.party
