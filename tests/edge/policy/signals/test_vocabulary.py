"""Words, and the cutting of letters into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.vocabulary import CAREFUL, known, listed, plausible, segmented
from edge.policy.signals.wordlist import COMMON, CONTENT, FOREIGN, NAMES


def test_the_list_is_lower_case_without_accents() -> None:
    words = [*COMMON.split(), *CONTENT.split(), *FOREIGN.split(), *NAMES.split()]
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert len(words) > 2000


@pytest.mark.parametrize(
    ("word", "is_listed", "is_known"),
    [
        ("kill", True, True),
        ("deliveries", True, True),
        ("northbank", True, True),
        ("bankaccount", False, True),
        ("banksdf", False, False),
        ("sn", False, False),
        ("x" * 1000, False, False),
        ("", False, False),
    ],
)
def test_known(word: str, is_listed: bool, is_known: bool) -> None:
    assert (listed(word), known(word)) == (is_listed, is_known)


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("yourcardisblocked", "your card is blocked"),
        ("clickthislinktoclaimyourprize", "click this link to claim your prize"),
        ("iwillkillyou", "i will kill you"),
        ("northbankalert", "northbank alert"),
        ("zzqxsendmoney", "zzqx send money"),
        ("", ""),
    ],
)
def test_segmented(letters: str, words: str) -> None:
    assert segmented(letters) == words.split()


def test_long_rows_of_letters_are_cut_too() -> None:
    letters = "sendmemoneynow" * 100
    words = segmented(letters)
    assert "".join(words) == letters
    assert len(letters) > 2 * CAREFUL
    assert words[-4:] == ["send", "me", "money", "now"]


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=600))
def test_nothing_is_lost_in_cutting(letters: str) -> None:
    assert "".join(segmented(letters)) == letters


def test_plausible() -> None:
    assert plausible("mattresses")
    assert not plausible("xkqzvw")
