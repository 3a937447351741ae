"""The campaigns' table: what is one campaign, and what is forgotten."""

import random

import pytest

from edge.policy.campaigns import PAGE, SHARED, WORDS_MIN, Campaigns
from edge.policy.signals.profile import Profile, profile


def group(table: Campaigns, text: str) -> int:
    found = profile(text)
    return table.group(found.sketch, found.exact, found.tokens)


TEXT = "the blue lantern swings over our quiet harbour while seven boats wait for morning wind"


def test_a_reworded_text_is_of_the_same_campaign() -> None:
    table = Campaigns()
    first = group(table, TEXT)
    assert group(table, TEXT.replace("quiet", "calm").replace("seven", "eight")) == first
    assert group(table, "Hello! " + TEXT + " thanks 12345") == first
    assert group(table, "every painter in that valley keeps two brushes under his pillow at night") != first


def test_a_short_text_is_a_campaign_only_by_itself() -> None:
    table = Campaigns()
    first = group(table, "see you at noon")
    assert group(table, "see you at noon") == first
    assert group(table, "see you at dawn") != first
    assert profile("see you at noon").tokens < WORDS_MIN


def test_finding_changes_nothing_and_founds_the_same_group_everywhere() -> None:
    table, other = Campaigns(), Campaigns()
    found: Profile = profile(TEXT)
    would = table.find(found.sketch, found.exact, found.tokens)
    assert would == group(other, TEXT) == found.exact >> 20
    assert list(table.pages()) == []


def test_two_shared_pairs_are_not_enough() -> None:
    rng = random.Random(3)
    sketches = [bytes(rng.randbytes(8 * 16)) for _ in range(2)]
    for shared in range(8):
        table = Campaigns()
        table.keep(sketches[0], 77)
        mixed = sketches[0][: 8 * shared] + sketches[1][8 * shared :]
        assert table.find(mixed, 5 << 20, 20) == (77 if shared >= SHARED else 5)


def test_the_group_with_most_pairs_wins_and_of_equals_the_greater() -> None:
    rng = random.Random(4)
    one, two = rng.randbytes(8 * 16), rng.randbytes(8 * 16)
    table = Campaigns()
    table.keep(one, 11)
    table.keep(two, 22)
    assert table.find(one[: 8 * 9] + two[: 8 * 7], 1 << 20, 20) == 11
    assert table.find(one[: 8 * 8] + two[: 8 * 8], 1 << 20, 20) == 22
    assert table.find(two[: 8 * 8] + one[: 8 * 8], 1 << 20, 20) == 22


def test_a_snapshot_brings_it_back() -> None:
    before, after = Campaigns(), Campaigns()
    first = group(before, TEXT)
    assert all(after.load(page) == PAGE for page in before.pages())
    assert group(after, TEXT + " thanks") == first
    assert Campaigns(1 << 10).load(next(before.pages())) == 0
    with pytest.raises(ValueError):
        after.load(next(before.pages())[:-3])
