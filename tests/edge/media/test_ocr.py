"""What is made of tesseract's words, and what it lacks."""

import pytest

from edge.core.examination import Examination
from edge.media import ocr
from edge.media.tools import Tools


def table(*words: str) -> str:
    """As `tesseract ... tsv` writes words of one line."""
    rows = [f"5\t1\t1\t1\t1\t{at}\t0\t0\t9\t9\t90.0\t{word}" for at, word in enumerate(words, 1)]
    return "\n".join(["level\tpage_num\tthe rest", *rows])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("|", "will", "find", "you"), "I will find you"),
        (("and", "|'ll", "wait"), "and I'll wait"),
        (("|’m", "outside"), "I’m outside"),
        (("a|b", "||", "|x", "word"), "a|b || |x word"),
    ],
)
def test_a_bar_that_stands_for_a_word_is_an_i(words: tuple[str, ...], said: str) -> None:
    assert ocr._words(table(*words)) == said


@pytest.mark.skipif(not ocr.available(), reason="no tesseract")
def test_a_language_that_is_not_there_is_no_reading() -> None:
    some = Tools(Examination(languages="eng+xyz"))
    assert some.capabilities().ocr == "tesseract"
    assert "tesseract has no language 'xyz': text in pictures is not read in it" in some.problems
    none = Tools(Examination(languages="xyz"))
    assert none.capabilities().ocr == ""
    assert "tesseract has no language 'xyz': text in pictures is not read" in none.problems


def test_a_tesseract_that_does_not_say_what_it_has_lacks_nothing() -> None:
    assert ocr.lacking("/bin/false", "eng") == ocr.lacking("/no/such", "eng") == []
