"""The spool's record: every text is a value or a documented error, every value comes back as it was."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ami.record import KINDS, LONGEST, BadRecord, Record, build_record, parse_record

SHOWN = "1|acme|MTU1NTEyMzAwMDE=|PHNpcDpzdWJmaW5hbEAxMjcuMC4wLjE+|Y2FsbC0wLWMzZTMwNA==|14|SUQ9YzNlMzA0LzA7aGk="
"""As Asterisk 22.10.1 wrote it."""

ENDPOINTS = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="|"), min_size=1, max_size=64)
RECORDS = st.builds(
    Record,
    ENDPOINTS,
    st.binary(max_size=60),
    st.binary(max_size=300),
    st.binary(max_size=100),
    st.none() | st.integers(0, 9_999_999_999),
    st.binary(max_size=1023),
)


def test_as_captured() -> None:
    record = parse_record(SHOWN)
    assert record == Record(
        "acme", b"15551230001", b"<sip:subfinal@127.0.0.1>", b"call-0-c3e304", 14, b"ID=c3e304/0;hi"
    )
    assert build_record(record) == SHOWN


@given(RECORDS)
def test_round_trip(record: Record) -> None:
    assert parse_record(build_record(record)) == record


@given(st.text() | st.from_regex(r"1\|[a-z]*(\|[A-Za-z0-9+/=]*){5}", fullmatch=True))
def test_any_text_is_a_record_or_a_bad_record(text: str) -> None:
    kind = ""
    try:
        record = parse_record(text)
    except BadRecord as error:
        kind = error.kind
    else:
        assert parse_record(build_record(record)) == record
    assert kind in ("", *KINDS)


@given(RECORDS, st.data())
def test_a_cut_record_is_never_taken_for_another_but_at_the_body(record: Record, data: st.DataObject) -> None:
    """Asterisk cuts what is too long for its buffers without a word."""
    text = build_record(record)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    try:
        other = parse_record(cut)
    except BadRecord:
        return
    assert (other.endpoint, other.destination, other.sender) == (record.endpoint, record.destination, record.sender)
    assert other.call_id == record.call_id
    assert record.body.startswith(other.body)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "version"),
        ("|", "version"),
        ("2|acme|MQ==||||", "version"),
        ("01|acme|MQ==||||", "version"),
        ("1", "fields"),
        ("1|acme|MQ==|||", "fields"),
        ("1|acme|MQ==|||||", "fields"),
        ("1||MQ==||||", "endpoint"),
        ("1|a\x07|MQ==||||", "endpoint"),
        (f"1|{'a' * 65}|MQ==||||", "endpoint"),
        ("1|acme|MQ=||||", "base64"),
        ("1|acme|MR==||||", "base64"),
        ("1|acme|M Q=||||", "base64"),
        ("1|acme||MQ==MQ==|||", "base64"),
        ("1|acme|||-_-_||", "base64"),
        ("1|acme|||||====", "base64"),
        ("1|acme|MQ==|||1x|", "length"),
        ("1|acme|MQ==|||-1|", "length"),
        (f"1|acme|MQ==|||{'9' * 11}|", "length"),
        ("1|acme|MQ==|||\u0661|", "not-ascii"),
        ("1|" + "a" * LONGEST, "too-long"),
    ],
)
def test_malformed(text: str, kind: str) -> None:
    with pytest.raises(BadRecord) as caught:
        parse_record(text)
    assert caught.value.kind == kind
    assert caught.value.kind in KINDS


def test_an_oversize_message_is_not_an_empty_one() -> None:
    record = parse_record("1|acme|MQ==|||3000|")
    assert (record.content_length, record.body) == (3000, b"")
    assert parse_record("1|acme|MQ==||||").content_length is None


@pytest.mark.parametrize(
    "record",
    [
        Record("a|b", b"", b"", b"", 0, b""),
        Record("", b"", b"", b"", 0, b""),
        Record("a", b"", b"", b"", -1, b""),
        Record("é", b"", b"", b"", 1, b""),
        Record("a", b"", b"", b"", 1, b"x" * LONGEST),
    ],
)
def test_values_without_a_text(record: Record) -> None:
    with pytest.raises(BadRecord):
        build_record(record)


def test_neither_repr_nor_error_shows_a_body() -> None:
    assert "secret words" not in repr(Record("a", b"1", b"", b"", 12, b"secret words"))
    with pytest.raises(BadRecord) as caught:
        parse_record("1|acme|secret words||||")
    assert "secret words" not in str(caught.value)
    assert b64decode("c2VjcmV0IHdvcmRz") == b"secret words"
