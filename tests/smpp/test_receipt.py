"""Delivery receipts in the shapes that carriers give them, and the change of id in them."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpp.receipt import (
    ACCEPTED,
    DELIVERED,
    ENROUTE,
    EXPIRED,
    REJECTED,
    STATES,
    STATS,
    UNDELIVERABLE,
    UNKNOWN,
    build,
    is_receipt,
    parse,
    read_date,
    replace_id,
)

APPENDIX_B = (
    b"id:0123456789 sub:002 dlvrd:001 submit date:1005232039 done date:1005242339"
    b" stat:DELIVRD err:012 text:This is a sample rec"
)


def test_appendix_b() -> None:
    receipt = parse(APPENDIX_B)
    assert receipt == (
        "0123456789",
        "0123456789",
        DELIVERED,
        "DELIVRD",
        2,
        1,
        "1005232039",
        "1005242339",
        "012",
        "This is a sample rec",
        False,
    )
    assert read_date(receipt.submit_date) == datetime(2010, 5, 23, 20, 39)
    assert read_date(receipt.done_date) == datetime(2010, 5, 24, 23, 39)


def test_states_and_words() -> None:
    assert [STATS[state] for state in range(10)] == [
        "SCHEDLD",
        "ENROUTE",
        "DELIVRD",
        "EXPIRED",
        "DELETED",
        "UNDELIV",
        "ACCEPTD",
        "UNKNOWN",
        "REJECTD",
        "SKIPPED",
    ]
    assert all(STATES[stat] == state for state, stat in STATS.items())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # no sub, no dlvrd
        (
            b"id:42 submit date:1005232039 done date:1005242339 stat:DELIVRD err:0 text:x",
            {"id": "42", "sub": None, "dlvrd": None, "state": DELIVERED, "err": "0", "text": "x"},
        ),
        # another order, text in the middle
        (
            b"stat:EXPIRED text:hello there done date:1005242339 err:1f id:abc",
            {"id": "abc", "state": EXPIRED, "err": "1f", "text": "hello there", "done_date": "1005242339"},
        ),
        # another case, names written otherwise
        (
            b"ID:AB-1 Sub:1 Dlvrd:0 Submit_Date:20240229235958 DoneDate:240301000001 Stat:undeliv Err:21b Text:",
            {
                "id": "AB-1",
                "sub": 1,
                "dlvrd": 0,
                "submit_date": "20240229235958",
                "done_date": "240301000001",
                "state": UNDELIVERABLE,
                "stat": "undeliv",
                "err": "21b",
                "text": "",
            },
        ),
        # ids: UUID, hex of 32, eleven digits, 64 characters
        (
            b"id:1b4e28ba-2fa1-11d2-883f-0016d3cca427 stat:DELIVRD err:0",
            {"id": "1b4e28ba-2fa1-11d2-883f-0016d3cca427"},
        ),
        (
            b"id:c449ab9744f47b6af1879e49e75e4f40 sub:001 dlvrd:0 submit date:0610191018 done date:0610191018"
            b" stat:ACCEPTD err:0 text:This is an Acti",
            {"id": "c449ab9744f47b6af1879e49e75e4f40", "state": ACCEPTED, "dlvrd": 0, "text": "This is an Acti"},
        ),
        (b"id:16615431460 sub:1 dlvrd:1 stat:DELIVRD err:000", {"id": "16615431460"}),
        (b"id:" + b"9" * 64 + b" stat:DELIVRD", {"id": "9" * 64}),
        # words: in full, of our own making, unknown, none
        (b"id:1 stat:DELIVERED err:0", {"state": DELIVERED, "stat": "DELIVERED"}),
        (b"id:1 stat:ENROUTE err:0", {"state": ENROUTE}),
        (b"id:1 stat:BARRED err:0", {"state": UNKNOWN, "stat": "BARRED"}),
        (b"id:1 sub:001", {"state": UNKNOWN, "stat": "UNKNOWN"}),
        # err as a word, sub that is no number, blanks after colons, a NUL at the end
        (
            b"id: 77 sub: 1x stat: REJECTD err: EC_ABSENT\0",
            {"id": "77", "sub": None, "err": "EC_ABSENT", "state": REJECTED},
        ),
        (b"id:7 stat:DELIVRD\0", {"id": "7", "stat": "DELIVRD"}),
        (b"id:8 sub:12345678901234567890 stat:DELIVRD", {"sub": None}),
        # empty fields
        (b"id: sub:001 dlvrd:001 stat:DELIVRD err: text:", {"id": "", "sub": 1, "err": "", "text": ""}),
        # the text may say anything, and comes last
        (
            b"id:1 stat:DELIVRD err:000 text:id:2 stat:UNDELIV sub:9 text:more",
            {"id": "1", "state": DELIVERED, "sub": None, "text": "id:2 stat:UNDELIV sub:9 text:more"},
        ),
        (b"id:1 sub:1 sub:2 stat:DELIVRD stat:EXPIRED", {"sub": 1, "state": DELIVERED}),
        (b"id:1\r\nstat:DELIVRD\nerr:5", {"id": "1", "stat": "DELIVRD", "err": "5"}),
        # what only looks like a name
        (b"valid:1 mysub:2 id:3 stat:DELIVRD", {"id": "3", "sub": None}),
        # no receipt at all
        (b"", {"id": "", "state": UNKNOWN, "text": ""}),
        (b"hello", {"id": "", "state": UNKNOWN, "text": ""}),
        # UTF-16, as some carriers mark it or send it
        (APPENDIX_B.decode().encode("utf-16-be"), {"id": "0123456789", "state": DELIVERED, "err": "012", "sub": 2}),
    ],
)
def test_shapes(text: bytes, expected: dict[str, object]) -> None:
    receipt = parse(text)._asdict()
    assert {name: receipt[name] for name in expected} == expected


def test_tlvs_win() -> None:
    receipt = parse(APPENDIX_B, 0x04, b"00FF\0", 5, b"\x03\x01\x02")
    assert (receipt.id, receipt.text_id) == ("00FF", "0123456789")
    assert (receipt.state, receipt.stat, receipt.err) == (UNDELIVERABLE, "DELIVRD", "012")


def test_tlvs_alone() -> None:
    receipt = parse(b"", 0x04, b"A1\0", 2, b"\x03\x01\x02")
    assert (receipt.id, receipt.text_id, receipt.state, receipt.stat, receipt.err) == ("A1", "", 2, "DELIVRD", "3:258")


@pytest.mark.parametrize(
    ("tlv_id", "tlv_state", "tlv_error"), [(b"", 200, b"\x03"), (b"\0", -1, b""), (None, None, None)]
)
def test_tlvs_that_say_nothing(tlv_id: bytes | None, tlv_state: int | None, tlv_error: bytes | None) -> None:
    receipt = parse(b"id:5 stat:EXPIRED", 0x04, tlv_id, tlv_state, tlv_error)
    assert (receipt.id, receipt.state, receipt.err) == ("5", EXPIRED, "")


def test_notifications_are_intermediate() -> None:
    assert parse(b"id:1 stat:ENROUTE", 0x20).intermediate
    assert not parse(b"id:1 stat:DELIVRD", 0x04).intermediate
    assert not parse(b"id:1 stat:DELIVRD", 0x44).intermediate
    assert not parse(b"id:1 stat:DELIVRD", 0x00).intermediate


@pytest.mark.parametrize(
    ("esm_class", "text", "tlv_id", "expected"),
    [
        (0x04, b"", None, True),
        (0x44, b"anything", None, True),
        (0x08, b"", None, True),
        (0x10, b"", None, True),
        (0x20, b"", None, True),
        (0x00, b"", b"1", True),
        (0x00, APPENDIX_B, None, True),
        (0x00, APPENDIX_B.upper(), None, True),
        (0x00, b"\r\n id:1 stat:DELIVRD err:0", None, True),
        (0x00, APPENDIX_B.decode().encode("utf-16-be"), None, True),
        (0x00, b"id:1 stat:DELIVRD", None, False),
        (0x00, b"id:1 sub:001", None, False),
        (0x00, b"hello id:1 stat:DELIVRD err:0", None, False),
        (0x00, b"identity theft? stat: none err: none", None, False),
        (0x00, b"I am id:1 stat:DELIVRD err:0", None, False),
        (0x00, b"hello", None, False),
        (0x00, b"", None, False),
        (0x43, b"reply path and mode are no type", None, False),
        (0x80, b"reply path", None, False),
    ],
)
def test_is_receipt(esm_class: int, text: bytes, tlv_id: bytes | None, expected: bool) -> None:
    assert is_receipt(esm_class, text, tlv_id) is expected


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1005232039", datetime(2010, 5, 23, 20, 39)),
        ("100523203958", datetime(2010, 5, 23, 20, 39, 58)),
        ("201005232039", datetime(2020, 10, 5, 23, 20, 39)),  # as seconds: a date before 2013 with YYYY is not told
        ("202605232039", datetime(2026, 5, 23, 20, 39)),
        ("20260523203958", datetime(2026, 5, 23, 20, 39, 58)),
        ("2026-05-23 20:39:58", datetime(2026, 5, 23, 20, 39, 58)),
        ("26/05/23 20:39", datetime(2026, 5, 23, 20, 39)),
        ("2613232039", None),
        ("0000000000", None),
        ("2605232460", None),
        ("", None),
        ("never", None),
        ("12345", None),
        ("1" * 500, None),
        ("٢٠٢٦", None),
    ],
)
def test_dates(text: str, date: datetime | None) -> None:
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"id:123 sub:001 stat:DELIVRD", b"id:n9 sub:001 stat:DELIVRD"),
        (b"ID:123", b"ID:n9"),
        (b"id: 123 sub:001", b"id: n9 sub:001"),
        (b"id:  123\0", b"id:  n9\0"),
        (b"id:123\0", b"id:n9\0"),
        (b"id:123\r\nstat:X", b"id:n9\r\nstat:X"),
        (b"stat:DELIVRD  Id:123   err:1", b"stat:DELIVRD  Id:n9   err:1"),
        (b"id: sub:001", b"id:n9 sub:001"),
        (b"id:", b"id:n9"),
        (b"id:1 stat:X text:id:1 1", b"id:n9 stat:X text:id:1 1"),
        (b"stat:X text: id:1", b"stat:X text: id:n9"),
        (b"valid:1 id:1", b"valid:1 id:n9"),
        (b"no such field", b"no such field"),
        (b"", b""),
        ("id:123 stat:X".encode("utf-16-be"), "id:n9 stat:X".encode("utf-16-be")),
        ("stat:X id:123".encode("utf-16-be"), "stat:X id:n9".encode("utf-16-be")),
    ],
)
def test_replace_id_touches_nothing_else(text: bytes, expected: bytes) -> None:
    assert replace_id(text, b"n9") == expected


def test_build() -> None:
    submitted, done = 1274647140.0, 1274733599.9  # 2010-05-23 20:39:00 and 2010-05-24 20:39:59 UTC
    assert build("n2587", REJECTED, submitted, done, err="0A5", text="Zażółć gęślą jaźń, and more") == (
        b"id:n2587 sub:001 dlvrd:000 submit date:1005232039 done date:1005242039 stat:REJECTD err:0A5"
        b" text:Za???? g??l? ja??, a"
    )
    assert build("1", DELIVERED, 0.0, 0.0, sub=3).startswith(b"id:1 sub:003 dlvrd:003 submit date:7001010000 ")
    assert b" stat:UNKNOWN " in build("1", 77, 0.0, 0.0)


fields = st.fixed_dictionaries(
    {},
    optional={
        b"id": st.from_regex(rb"\A[0-9A-Za-z-]{1,70}\Z"),
        b"sub": st.sampled_from([b"001", b"1", b""]),
        b"dlvrd": st.sampled_from([b"001", b"000"]),
        b"submit date": st.sampled_from([b"1005232039", b"20260523203958"]),
        b"Done Date": st.sampled_from([b"1005232039", b"260523203958"]),
        b"STAT": st.sampled_from([b"DELIVRD", b"UNDELIV", b"Weird"]),
        b"err": st.sampled_from([b"000", b"0x1F", b"EC-1"]),
    },
)


@given(fields, st.randoms(use_true_random=False), st.binary(max_size=20))
def test_any_order_of_fields(values: dict[bytes, bytes], random: object, tail: bytes) -> None:
    names = list(values)
    random.shuffle(names)  # type: ignore[attr-defined]
    octets = b" ".join(name + b":" + values[name] for name in names)
    receipt = parse(octets)
    assert receipt.id == values.get(b"id", b"").decode()
    assert receipt.stat == values.get(b"STAT", b"UNKNOWN").decode()
    assert receipt.err == values.get(b"err", b"").decode()
    assert receipt.done_date == values.get(b"Done Date", b"").decode()
    renamed = parse(replace_id(octets, b"n-1"))
    assert renamed._replace(id="", text_id="") == receipt._replace(id="", text_id="")
    assert renamed.id == ("n-1" if b"id" in values else "")


@given(st.binary(max_size=160), st.integers(0, 255), st.none() | st.binary(max_size=5), st.none() | st.integers())
def test_any_octets(octets: bytes, esm_class: int, tlv: bytes | None, state: int | None) -> None:
    receipt = parse(octets, esm_class, tlv, state, tlv)
    assert receipt.state in STATS
    assert is_receipt(esm_class, octets, tlv) in (True, False)
    assert read_date(receipt.submit_date) is None or receipt.submit_date
    with_id = replace_id(b"id:x " + octets, b"new")
    assert with_id == b"id:new " + octets


def test_the_strict_form_and_the_search_agree() -> None:
    loose = parse(b" " + APPENDIX_B)  # the blank makes it miss the strict form
    assert loose == parse(APPENDIX_B)
