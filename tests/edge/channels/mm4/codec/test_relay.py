"""What goes on is what came, but for the few octets that a relay must change."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.errors import Looping
from edge.channels.mm4.codec.header import read_head
from edge.channels.mm4.codec.relay import guard, passages, relayed

from . import samples

RECEIVED = b"Received: from a.example by edge.example with ESMTP; Tue, 3 Mar 2026 09:15:00 +0000\r\n"


def test_the_counter_is_one_higher_and_nothing_else_changes() -> None:
    octets = samples.AGGREGATOR
    assert relayed(read_head(octets)) == octets.replace(
        b"X-Mms-Forward-Counter: 2\r\n", b"X-Mms-Forward-Counter: 3\r\n"
    )


def test_a_missing_counter_is_added_behind_the_last_field() -> None:
    octets = samples.JAVA
    body = octets.index(b"\r\n\r\n") + 2
    assert relayed(read_head(octets)) == octets[:body] + b"X-Mms-Forward-Counter: 1\r\n" + octets[body:]


@pytest.mark.parametrize(
    ("field", "on"),
    [
        (b"x-MMS-forward-COUNTER:9\r\n", b"x-MMS-forward-COUNTER:10\r\n"),
        (b"X-Mms-Forward-Counter : \t 099 \t\r\n", b"X-Mms-Forward-Counter : \t 100 \t\r\n"),
        (b"X-Mms-Forward-Counter:\r\n 4\r\n \r\n", b"X-Mms-Forward-Counter:\r\n 5\r\n \r\n"),
        (b"X-Mms-Forward-Counter: many\r\n", b"X-Mms-Forward-Counter: many\r\n"),
        (b"X-Mms-Forward-Counter:\r\n", b"X-Mms-Forward-Counter:\r\n"),
    ],
)
def test_spelling_blanks_and_folds_stay(field: bytes, on: bytes) -> None:
    for before, after in ((b"A: b\r\n", b"C: 4\r\n\r\nbody 4"), (b"", b"\r\n"), (b"", b"")):
        assert relayed(read_head(before + field + after)) == before + on + after


def test_reports_have_no_counter() -> None:
    octets = samples.DELIVERY_REPORT_REQ
    assert relayed(read_head(octets), count=False) == octets
    assert relayed(read_head(octets), count=False, received=RECEIVED) == RECEIVED + octets


def test_the_originator_system_where_answers_must_come_back() -> None:
    head = read_head(samples.AGGREGATOR)
    on = relayed(head, count=False, originator_system=b"mm4@edge.example")
    assert on == samples.AGGREGATOR.replace(b"system@mm4.south.example", b"mm4@edge.example")
    head = read_head(b"A: b\r\n\r\nbody")
    assert relayed(head, count=False, originator_system=b"a@b.example") == (
        b"A: b\r\nX-Mms-Originator-System: a@b.example\r\n\r\nbody"
    )
    empty = read_head(b"X-Mms-Originator-System:\r\n\r\n")
    assert relayed(empty, count=False, originator_system=b"a@b.example") == (
        b"X-Mms-Originator-System: a@b.example\r\n\r\n"
    )
    for bad in (b"a\r\nb", b"a\n"):
        with pytest.raises(ValueError):
            relayed(head, originator_system=bad)


def test_a_message_that_ends_within_its_headers() -> None:
    assert relayed(read_head(b"A: b")) == b"A: b\r\nX-Mms-Forward-Counter: 1\r\n"
    assert relayed(read_head(b"")) == b"X-Mms-Forward-Counter: 1\r\n"


NAMES = st.sampled_from([b"X-Mms-Forward-Counter", b"x-mms-forward-counter", b"X-Mms-Originator-System", b"To", b"X-A"])
FIELDS = st.lists(
    st.tuples(
        NAMES,
        st.from_regex(rb"[ \t]{0,2}", fullmatch=True),
        st.from_regex(rb"([ \t]{0,2}(\r\n[ \t])?)([0-9]{1,8}|[!-~\xe9]{0,12})([ \t]|\r\n[ \t]){0,3}", fullmatch=True),
    ).map(lambda parts: parts[0] + parts[1] + b":" + parts[2] + b"\r\n"),
    max_size=8,
)
BODY = st.one_of(st.binary(max_size=80), st.just(samples.JAVA))


@given(FIELDS, BODY, st.booleans())
def test_all_but_the_counters_digits_is_octet_for_octet_what_came(
    fields: list[bytes], body: bytes, received: bool
) -> None:
    block = b"".join(fields)
    octets = block + b"\r\n" + body
    trace = RECEIVED if received else b""
    on = relayed(read_head(octets), received=trace)
    assert on.startswith(trace)
    assert on.endswith(b"\r\n" + body)
    head, new = read_head(octets), read_head(on[len(trace) :])
    counted = b"x-mms-forward-counter" in head.first
    assert on[len(trace) : len(on) - len(body)].endswith(b"" if counted else b"X-Mms-Forward-Counter: 1\r\n\r\n")
    assert len(new.fields) == len(head.fields) + (not counted)
    blanks = re.compile(rb"(\s*)(.*?)(\s*)", re.DOTALL)
    # zip: the field that was added has no counterpart
    for (name, start, value, end), (_, begin, other, stop) in zip(head.fields, new.fields, strict=False):
        before, after = octets[start:end], new.octets[begin:stop]
        old, now = blanks.fullmatch(before[value - start :]), blanks.fullmatch(after[other - begin :])
        assert old is not None
        assert now is not None
        if name != b"x-mms-forward-counter" or not re.fullmatch(rb"[0-9]{1,9}", old[2]):
            assert before == after
            continue
        assert before[: value - start] == after[: other - begin]
        assert (old[1], old[3]) == (now[1], now[3])
        assert int(now[2]) == min(int(old[2]), 1_000_000) + 1


def test_passages() -> None:
    head = read_head(
        b"Received: from x by Edge.Example with ESMTP; date\r\nReceived: from edge.example by y\r\n"
        b"Received: by edge.example; date\r\nReceived: from a\r\n (helo) by\r\n\tedge.example;\r\n date\r\n"
        b"Received: by edge.example.org\r\nReceived: by\r\nReceived:\r\n\r\n"
    )
    assert (passages(head, b"edge.EXAMPLE"), passages(head, b"y"), passages(head, b"z")) == (3, 1, 0)
    with pytest.raises(Looping) as caught:
        guard(head, b"edge.example")
    assert caught.value.reply == "554 5.4.6 routing loop detected"
    guard(head, b"y")


def test_forwarded_too_often() -> None:
    def counted(value: bytes) -> None:
        guard(read_head(b"X-Mms-Forward-Counter: " + value + b"\r\n\r\n"), b"edge.example")

    for value in (b"0", b"10", b"", b"many"):
        counted(value)
    for value in (b"11", b"999999999"):
        with pytest.raises(Looping):
            counted(value)


def test_a_message_going_round_is_caught_at_last() -> None:
    octets = samples.JAVA
    for _ in range(11):
        guard(read_head(octets), b"edge.example")
        octets = relayed(read_head(octets))
    with pytest.raises(Looping):
        guard(read_head(octets), b"edge.example")
