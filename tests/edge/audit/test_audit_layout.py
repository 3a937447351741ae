"""The lines and keys of the audit's files."""

from hypothesis import given
from hypothesis import strategies as st

from edge.audit.layout import decode_line, encode_lines, is_notable, keys_of, segment_order, spellings
from edge.core.decision import Decision

DECISIONS = st.builds(
    Decision,
    id=st.integers(0, 2**63 - 1),
    at=st.floats(0, 4e9),
    source=st.text(max_size=20),
    detail=st.text(max_size=40),
    verdict=st.sampled_from(["allow", "reject"]),
    would_have=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    status=st.integers(0, 2**32 - 1),
    duplicate=st.booleans(),
)


def test_a_line_as_documented() -> None:
    decision = Decision(id=0x1234, at=1795500000.25, account="acme", source="14165550100", status=0x58)
    lines = encode_lines([decision])
    assert lines.data == (
        b'{"id":"0000000000001234","at":1795500000.25,"account":"acme","source":"14165550100","status":88}\n'
    )
    assert (lines.first_id, lines.last_id) == (0x1234, 0x1234)


@given(st.lists(DECISIONS, min_size=1, max_size=20))
def test_lines_read_back_equal(decisions: list[Decision]) -> None:
    data = encode_lines(decisions).data
    assert data.endswith(b"\n")
    assert [decode_line(line) for line in data[:-1].split(b"\n")] == decisions


def test_a_text_that_looks_like_the_head_of_a_line_stays_a_text() -> None:
    decision = Decision(id=7, at=1.0, detail='{"id":9,"at":2}\n{"id":')
    (line,) = encode_lines([decision]).data.splitlines()
    assert decode_line(line) == decision


def test_lone_surrogates_are_replaced() -> None:
    decision = Decision(id=7, at=1.0, source="\ud800x", destination="1")
    (line,) = encode_lines([decision]).data.splitlines()
    assert decode_line(line) == Decision(id=7, at=1.0, source="?x", destination="1")
    assert b"\n?x\n" in keys_of([decision])


def test_torn_and_foreign_lines_are_none() -> None:
    for line in (b"", b'{"id":"00', b"[]", b"null", b'{"id":7,"at":1}', b'{"at":1}', b'{"id":"zz","at":1}', b"\xff"):
        assert decode_line(line) is None, line
    assert decode_line(b'{"id":"07","at":1,"of_tomorrow":[1]}') == Decision(id=7, at=1.0)


def test_what_is_notable() -> None:
    assert not is_notable(Decision(id=1, at=1.0))
    assert not is_notable(Decision(id=1, at=1.0, verdict="flag", outcome="pending"))
    assert is_notable(Decision(id=1, at=1.0, verdict="throttle"))
    assert is_notable(Decision(id=1, at=1.0, outcome="unknown"))
    assert is_notable(Decision(id=1, at=1.0, duplicate=True))


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
