"""Words of an MMS that say what its pictures are for."""

import pytest

from edge.policy.signals.pictures import AT_READER, SALE, note
from edge.policy.signals.reader import read


def seen(text: str) -> int:
    reading = read(text)
    note(reading)
    return reading.flags & (SALE | AT_READER)


@pytest.mark.parametrize(
    "text",
    [
        "no papers $900 dm me",
        "For Sale: barely used",
        "$40/g, $250 an ounce",
        "text me for prices",
        "HMU if interested",
        "se vende",
        "discreet shipping, bitcoin only",
    ],
)
def test_words_that_sell(text: str) -> None:
    assert seen(text) & SALE


@pytest.mark.parametrize(
    "text",
    ["your order arrived", "is this the right dose?", "the season opens on Saturday", "it cost $900", "a menace", ""],
)
def test_words_that_do_not(text: str) -> None:
    assert not seen(text) & SALE


def test_words_for_the_reader() -> None:
    assert seen("you are next") & AT_READER
    assert seen("we know where ur from") & AT_READER
    assert not seen("poster in the museum") & AT_READER


def test_nothing_is_set_in_the_reading_of_no_text() -> None:
    note(read(""))
    assert not read("").flags
