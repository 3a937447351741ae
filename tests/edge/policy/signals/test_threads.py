"""A conf is read on a thread of its own (its brands, its `[[expect]]` cases) while the loop reads messages with the
same patterns: neither may see what the other does, nor fail because of it.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from edge.policy.signals.book import book_of
from edge.policy.signals.reader import LEXICON, read

ROUNDS = 400
TEXTS = (
    "I will kill you",
    "see you at four",
    "Your Interac transfer is waiting at http://interac.example.top/login",
    "C0ngratul4tions, you w0n a fr33 pr1ze",
    "STOP",
    "Canada Post: your parcel is held, pay the fee",
)


@pytest.fixture(autouse=True)
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def readings(text: str) -> set[tuple[object, ...]]:
    """What many readings of one text say: one thing, if nothing disturbs them."""
    found: set[tuple[object, ...]] = set()
    book = book_of()
    for _ in range(ROUNDS):
        reading = read(text, book)
        sightings = tuple((sighting.brand.name, sighting.start, sighting.end) for sighting in book.sightings(text))
        found.add((LEXICON.scan(text), reading.flags, reading.brands, reading.skeleton, sightings))
    return found


def test_threads_that_read_at_the_same_time_do_not_disturb_each_other() -> None:
    alone = [readings(text) for text in TEXTS]
    assert all(len(found) == 1 for found in alone)
    with ThreadPoolExecutor(len(TEXTS)) as threads:
        assert list(threads.map(readings, TEXTS)) == alone
