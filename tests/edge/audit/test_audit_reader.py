"""Looking through the files: what the reader finds where, and how little it reads for it."""

import itertools
from pathlib import Path

import pytest

from edge.audit import Audit, Reader
from edge.audit import reader as reader_module
from edge.audit.layout import encode_line, segments_in
from edge.core.conf import Audit as Limits
from edge.core.decision import Decision
from edge.core.metrics import Metrics

BASE = 1795500000.0


def hex16(number: int) -> str:
    return f"{number:016x}"


def decision(number: int, **fields: object) -> Decision:
    known = {
        "account": "acme",
        "source": f"1416555{number:04d}",
        "destination": "16045550123",
        "message_id": f"b{number}",
    }
    return Decision(hex16(number), **{"at": BASE + number, **known, **fields})  # type: ignore[arg-type]


def write(directory: Path, decisions: list[Decision]) -> None:
    """One segment with these records, in this order, and its index."""
    audit = Audit(directory, Limits(), Metrics(), "test")
    for one in decisions:
        audit.record(one)
    audit.start()
    assert audit.close() == 0


def numbers(found: list[Decision]) -> list[int]:
    return [int(one.id, 16) for one in found]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand lines each."""
    monkeypatch.setattr("edge.audit.writer.CHUNK", 1000)


@pytest.fixture
def octets(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much each read of the reader's brought."""
    read, sizes = reader_module._read, []

    def counted(path: Path, offset: int, length: int) -> bytes:
        data = read(path, offset, length)
        sizes.append(len(data))
        return data

    monkeypatch.setattr(reader_module, "_read", counted)
    return sizes


def test_an_id_is_looked_for_only_where_it_can_be(tmp_path: Path, octets: list[int]) -> None:
    late = [decision(20, outcome="pending"), *map(decision, range(1000, 9000)), decision(20), decision(10000)]
    write(tmp_path, late)
    size = segments_in(tmp_path)[0].stat().st_size
    reader = Reader(tmp_path)
    assert reader.by_id(hex16(20)) == decision(20)  # the later line holds
    octets.clear()
    assert reader.by_id(hex16(2500)) == decision(2500)
    assert 0 < sum(octets) < size / 3
    octets.clear()
    assert reader.by_id(hex16(9500)) is None
    assert reader.by_id("") is None
    assert sum(octets) < size / 3


def test_decisions_out_of_order_are_found_by_time(tmp_path: Path, octets: list[int]) -> None:
    order = [*range(1000, 1900), 40, *range(1900, 2100), 60, *range(2100, 3500)]
    back = [decision(number, at=BASE + number - 5000) for number in range(4000, 4010)]  # the clock was set back
    write(tmp_path, [*map(decision, order), *back])
    reader = Reader(tmp_path)
    assert numbers(reader.search(since=BASE + 30, until=BASE + 70)) == [60, 40]
    assert numbers(reader.search(since=BASE + 2000, until=BASE + 2001)) == [2001, 2000]
    assert numbers(reader.search(until=BASE)) == list(range(4009, 3999, -1))
    octets.clear()
    assert reader.search(number="14165559999", since=BASE + 4000) == []
    assert sum(octets) == 0


@pytest.mark.parametrize("piece", [149, 173, 1000])
def test_pieces_of_any_size_give_every_line_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    every = [decision(number, detail="x" * (number % 7)) for number in range(100, 140)]
    write(tmp_path, every)
    lengths = {int(one.id, 16): len(encode_line(one)) + 1 for one in every}
    assert max(lengths.values()) > 149 > lengths[100]  # some lines are longer than the smallest piece
    for found in (Reader(tmp_path), _without_index(tmp_path)):
        monkeypatch.setattr(reader_module, "PIECE", piece)
        expected = [number for number in range(139, 99, -1) if lengths[number] < piece]
        assert numbers(found.search()) == expected
        assert numbers(found.search(message_id="b120")) == [n for n in expected if n == 120]


def _without_index(directory: Path) -> Reader:
    (directory / "index.sqlite3").unlink()
    return Reader(directory)


def test_foreign_and_endless_lines_hide_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "PIECE", 1000)
    lines = [encode_line(decision(1)), b"y" * 5000, b'"acme"', b"", encode_line(decision(2)), b'{"id":"000000']
    (tmp_path / "audit-20261124-063000-1.jsonl").write_bytes(b"\n".join(lines))
    assert numbers(Reader(tmp_path).search()) == [2, 1]
    assert numbers(Reader(tmp_path).search(account="acme")) == [2, 1]
    write(tmp_path, [decision(3)])  # brings the index up to date
    assert numbers(Reader(tmp_path).search(account="acme")) == [3, 2, 1]


@pytest.mark.parametrize(
    "wanted",
    [{"number": "4165550007"}, {"message_id": "b7"}, {"number": "14165550007", "message_id": "b7", "account": "acme"}],
)
def test_a_text_that_only_looks_alike_is_not_found(tmp_path: Path, wanted: dict[str, str]) -> None:
    alike = {"detail": "acme b7 4165550007", "end_user": "b7", "session": "4165550007"}
    longer = {"source": "914165550007", "message_id": "ab7"}
    write(tmp_path, [decision(7), decision(8, **alike), decision(9, **longer), decision(10)])
    assert numbers(Reader(tmp_path).search(**wanted)) == [7]  # type: ignore[arg-type]


def test_odd_texts_are_found_as_they_were_written(tmp_path: Path) -> None:
    for number, text in enumerate(['a"b', "a\\b", "caf\xe9", "\ud800", "a\nb"]):
        write(tmp_path, [decision(number, account=text, source=text)])
        assert numbers(Reader(tmp_path).search(account=text)) == [number]
        assert numbers(Reader(tmp_path).search(number=text, account=text)) == [number]


def test_rows_of_the_listing_stand_where_the_lines_do(tmp_path: Path, octets: list[int]) -> None:
    refused = [3, 4, 700, 999, 1000, 1001, 2999]
    verdicts = dict.fromkeys(refused, "reject")
    write(tmp_path, [decision(n, verdict=verdicts.get(n, "allow"), detail="x" * (n % 50)) for n in range(3000)])
    octets.clear()
    found = Reader(tmp_path).search(notable=True)
    assert numbers(found) == refused[::-1]
    assert len(octets) == len(refused)  # each read by itself: no block was looked through


def test_what_is_notable_no_longer_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for rows in (2000, 1):  # with a row each, and found by their blocks
        monkeypatch.setattr("edge.audit.indexing.ROWS_PER_SECOND", rows)
        place = tmp_path / str(rows)
        unknown = [decision(number, outcome="unknown") for number in (1, 2, 3)]
        write(place, [*unknown, *map(decision, range(10, 3000)), decision(1), decision(3)])
        assert numbers(Reader(place).search(notable=True)) == [2]


def test_equal_lines_of_refusals_are_each_listed(tmp_path: Path) -> None:
    twice = decision(1, verdict="reject")
    write(tmp_path, [*itertools.repeat(twice, 3), decision(2)])
    assert Reader(tmp_path).search(notable=True) == [twice]
