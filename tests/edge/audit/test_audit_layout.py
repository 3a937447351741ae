"""The lines of the audit's files, and what is told from them without decoding."""

from hypothesis import given
from hypothesis import strategies as st

from edge.audit.layout import (
    Span,
    decode_line,
    encode_line,
    encode_with_care,
    is_notable,
    segment_order,
    span_of,
    spellings,
)
from edge.core.decision import Decision

ID = "00000000000000a7"

IDS = st.integers(0, 2**64 - 1).map("{:016x}".format)
DECISIONS = st.builds(
    Decision,
    id=IDS,
    at=st.floats(1, 1e11) | st.integers(0, 10**11 - 1),
    source=st.text(max_size=20),
    detail=st.text(max_size=40),
    verdict=st.sampled_from(["allow", "reject"]),
    would_have=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    status=st.integers(0, 2**32 - 1),
    duplicate=st.booleans(),
)


def test_a_line_as_documented() -> None:
    decision = Decision("0000000000001234", 1795500000.25, account="acme", source="14165550100", status=0x58)
    assert encode_line(decision) == (
        b'{"id":"0000000000001234","at":1795500000.25,"account":"acme","source":"14165550100","status":88}'
    )


@given(DECISIONS)
def test_a_line_reads_back_equal(decision: Decision) -> None:
    line = encode_line(decision)
    assert b"\n" not in line
    assert decode_line(line) == decision


@given(st.lists(DECISIONS, min_size=1, max_size=20))
def test_no_decision_is_outside_the_span_of_its_lines(decisions: list[Decision]) -> None:
    span = span_of([encode_line(decision) for decision in decisions])
    assert (span.first_id, span.last_id) == (min(d.id for d in decisions), max(d.id for d in decisions))
    assert all(span.first <= decision.at <= span.last for decision in decisions)


def test_a_span_is_narrow_whatever_the_order() -> None:
    times = [1795500003.5, 1795500000.999, 1795500001]
    lines = [encode_line(Decision(f"{7 - n:016x}", at)) for n, at in enumerate(times)]
    assert span_of(lines) == Span(1795499999.0, 1795500004.0, "0000000000000005", "0000000000000007")


def test_a_text_that_looks_like_the_head_of_a_line_stays_a_text() -> None:
    decision = Decision(ID, 1.0, detail='{"id":"00000000000000b9","at":2}\n{"id":')
    (line,) = encode_line(decision).splitlines()
    assert decode_line(line) == decision
    assert span_of([line]) == Span(0.0, 2.0, ID, ID)


def test_lone_surrogates_are_replaced() -> None:
    decision = Decision(ID, 1.0, source="\ud800x", destination="1", would_have=("\udfff",))
    line = encode_with_care(decision)
    assert decode_line(line) == Decision(ID, 1.0, source="?x", destination="1", would_have=("?",))


def test_torn_and_foreign_lines_are_none() -> None:
    whole = b'{"id":"00000000000000a7","at":1}'
    assert decode_line(whole) == Decision(ID, 1.0)
    assert decode_line(whole[:-1] + b',"of_tomorrow":[1]}') == Decision(ID, 1.0)
    for line in (b"", whole[:-1], b"[]", b"null", b"\xff", b'{"at":1}', b'{"id":7,"at":1}', b'{"id":"07","at":1}',
                 b'{"id":"00000000000000A7","at":1}', b'{"id":"00000000000000a7\\n","at":1}'):  # fmt: skip
        assert decode_line(line) is None, line


def test_what_is_notable() -> None:
    assert not is_notable(Decision(ID, 1.0))
    assert not is_notable(Decision(ID, 1.0, verdict="flag", outcome="pending"))
    assert is_notable(Decision(ID, 1.0, verdict="throttle"))
    assert is_notable(Decision(ID, 1.0, outcome="unknown"))
    assert is_notable(Decision(ID, 1.0, duplicate=True))


def test_names_sort_by_stamp_then_number() -> None:
    names = ["audit-20261124-063000-10.jsonl", "audit-20261124-063000-9.jsonl", "audit-20251124-063000-11.jsonl"]
    assert sorted(names, key=lambda name: segment_order(name) or ("", 0)) == [names[2], names[1], names[0]]
    assert segment_order("index.sqlite3") is None


def test_spellings_of_a_number() -> None:
    expected = {"+14165550100", "14165550100", "4165550100", "0014165550100", "01114165550100"}
    for typed in ("4165550100", "14165550100", "+14165550100"):
        assert {"+14165550100", "14165550100", "4165550100"} <= spellings(typed) <= expected
    assert spellings("ACME") == {"ACME"}
    assert "4479460001" not in spellings("+442079460001")
