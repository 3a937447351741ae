"""A list's rows: collected up to the caps, the rest counted."""

import pytest

from ami.errors import Malformed
from ami.listing import Listing
from ami.packet import Packet, Parser

from .fake import packet


def parsed(*headers: tuple[str, str]) -> Packet:
    (one,) = Parser().feed(packet(*headers))
    return one


def row(key: str, *more: tuple[str, str]) -> Packet:
    return parsed(("Event", "Row"), ("Key", key), *more)


def end(items: str) -> Packet:
    return parsed(("Event", "RowsComplete"), ("ListItems", items))


def test_rows_until_the_end() -> None:
    listing = Listing("Row", "RowsComplete", ("Key", "Val"), 10, 1000)
    assert listing.begins(parsed(("Response", "Success"), ("EventList", "start")))
    assert not listing.begins(parsed(("Response", "Success"), ("Message", "x")))
    assert not listing.begins(parsed(("Response", "Error"), ("EventList", "start")))
    assert listing.owns(row("a"))
    assert listing.owns(end("1"))
    assert not listing.owns(parsed(("Event", "UserEvent")))
    assert not listing.take(row("a", ("Val", "1")))
    assert not listing.take(row("b"))
    assert listing.take(end("2"))
    assert listing.rows == [("a", "1"), ("b", "")]
    listing.check(end("2"))


@pytest.mark.parametrize("items", ["", "1", "3", "x", "2 "])
def test_an_end_that_counts_otherwise(items: str) -> None:
    listing = Listing("Row", "RowsComplete", ("Key",), 10, 1000)
    listing.take(row("a"))
    listing.take(row("b"))
    if items.strip() == "2":
        listing.check(end(items))  # blanks at the end of a packet are not Asterisk's
    else:
        with pytest.raises(Malformed):
            listing.check(end(items))


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_asterisk_16_says_1_at_the_end_of_every_dbgettree(rows: int) -> None:
    listing = Listing("DBGetTreeResponse", "DBGetTreeComplete", ("Key",), 10, 1000)
    for number in range(rows):
        listing.take(parsed(("Event", "DBGetTreeResponse"), ("Key", str(number))))
    listing.check(parsed(("Event", "DBGetTreeComplete"), ("ListItems", "1")))
    with pytest.raises(Malformed):
        listing.check(parsed(("Event", "DBGetTreeComplete"), ("ListItems", "7")))


def test_caps() -> None:
    listing = Listing("Row", "RowsComplete", ("Key",), 2, 1000)
    for key in "abcd":
        listing.take(row(key))
    assert (listing.rows, listing.left_out) == ([("a",), ("b",)], 2)
    listing.check(end("4"))
    listing = Listing("Row", "RowsComplete", ("Key",), 10, 5)
    for _ in range(4):
        listing.take(row("abc"))
    assert (len(listing.rows), listing.left_out) == (2, 2)


def test_a_row_that_repeats_a_header() -> None:
    listing = Listing("Row", "RowsComplete", ("Key",), 10, 1000)
    listing.take(row("a", ("Key", "b")))
    assert (listing.rows, listing.malformed, listing.left_out) == ([], 1, 0)
    listing.check(end("1"))
