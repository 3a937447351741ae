"""The pass over a text: what is one token, what is the same to its neighbours, and that compiling changes nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals import digest
from edge.policy.signals.fold import fold
from edge.policy.signals.profile import Profile, profile
from edge.policy.signals.tokens import KINDS, codes_of, hash_of, open_table, tokens_of
from edge.policy.signals.weights import bits_of

WHOLE = (1 << 64) - 1


def words(text: str) -> list[int]:
    """The low halves: what tells tokens apart."""
    return [token & 0xFFFFFFFF for token in tokens_of(text).sequence.tolist()]


def kinds(text: str) -> list[int]:
    """The high halves: what they are to their neighbours."""
    return [token >> 32 for token in tokens_of(text).sequence.tolist()]


def test_hashes_stay_what_they_are() -> None:
    # The weights and every snapshot of campaigns hang on them. FNV-1a of "a" is 0xAF63DC4C8601EC8C.
    assert hash_of("") == 0xEFD01F60BA992926
    assert len({hash_of(f"{number}x") >> 32 for number in range(10_000)}) > 9_980
    assert hash_of("x" * 24) == hash_of("x" * 30) != hash_of("x" * 23)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        (" .,!?", 0),
        ("don't stop", 3),
        ("meet at 10:30", 3),
        ("10:30:15 then", 2),
        ("call 416 555 0101 now", 3),
        ("416-555-0101", 1),
        ("1,234.50", 1),
        ("3kg of b2b", 4),
        ("$5", 1),
        ("$ 1,200.50 today", 2),
        ("€5 or £6", 3),
        ("$$$", 1),
        ("$ abc", 2),
        ("привет 你好 😀", 2),
        ("see https://a.example/b now", 3),
        ("write to a@b.example", 5),
        ("end. start", 2),
        ("1", 1),
        ("1:", 1),
        ("12 34", 2),
    ],
)
def test_tokens(text: str, tokens: int) -> None:
    found = tokens_of(fold(text).skeleton)
    assert len(found.sequence) == tokens
    assert len(found.pairs) == max(0, tokens - 1)


def test_digits_do_not_count() -> None:
    assert words("order 1234567 is due 10:45") == words("order 7654321 is due 22:05")
    assert words("order 1234567") != words("order 123456")


def test_what_a_template_fills_in_is_the_same_to_its_neighbours() -> None:
    assert kinds("dear anna, your order 12345") == kinds("dear john, your order 123456")
    assert kinds("pay $ 5 now") == kinds("pay $1,000.00 now")
    assert kinds("see a.example/x now") == kinds("see https://b.example now")
    assert words("dear anna")[1] == words("dear john")[1]
    assert kinds("in 12 days") != kinds("in 1234567 days")


def test_traits_of_the_whole() -> None:
    def extra(text: str, more: str) -> int:
        return len(set(tokens_of(more).columns.tolist()) - set(tokens_of(text).columns.tolist()))

    assert extra("go home", "go home!") == extra("go home", "go home?") == extra("go home!", "go home!!") == 1
    assert extra("go home now", "go home now" + " " * 30) == 1


def test_a_word_said_twice_counts_once_and_its_pairs_each_time() -> None:
    once, twice = tokens_of("ab cd").columns, tokens_of("ab cd ab cd").columns
    assert len(once) == 2 + 1 + 1
    assert len(twice) == 2 + 3 + 1


def test_links_beyond_the_first_few_are_not_looked_at() -> None:
    few, many = ("a-b.example/x " * count for count in (20, 200))
    assert len(tokens_of(many).columns) < len(tokens_of(few).columns) + 400
    assert len(tokens_of(many).sequence) == 200


def test_the_sketch_is_of_the_smallest_pairs() -> None:
    text = " ".join(f"word{letter}x{other}" for letter in "abcdef" for other in "ghijkl")
    found = np.frombuffer(profile(text).sketch, np.uint64).tolist()
    assert found == sorted(set(tokens_of(text).pairs.tolist()))[: digest.SIZE]
    few = profile("zig zag zug zag zug")
    assert np.frombuffer(few.sketch, np.uint64).tolist() == sorted(set(tokens_of("zig zag zug zag zug").pairs.tolist()))


def test_common_pairs_are_left_out() -> None:
    pairs = sorted(tokens_of("alpha beta gamma delta epsilon").pairs.tolist())
    sequence = tokens_of("alpha beta gamma delta epsilon").sequence
    least = np.empty(digest.SIZE, np.uint64)
    common = np.array(pairs[:2], np.uint64)
    kept = digest.sketch(sequence, len(sequence), open_table(pairs[:2]), bits_of(common, 1 << 10), least)
    assert least[:kept].tolist() == pairs[2:]


@given(st.sets(st.integers(0, WHOLE), max_size=200), st.integers(6, 18), st.integers(0, WHOLE))
def test_bits_have_what_was_put_in(values: set[int], width: int, other: int) -> None:
    bits = bits_of(np.array(sorted(values), np.uint64), 1 << width)
    assert all(digest.marked(bits, np.uint64(value)) for value in values)
    mask = (1 << width) - 1
    assert digest.marked(bits, np.uint64(other)) == (other & mask in {value & mask for value in values})


@given(st.sets(st.integers(1, WHOLE), max_size=200), st.sets(st.integers(1, WHOLE), max_size=50))
def test_an_open_table_has_what_was_put_in(values: set[int], others: set[int]) -> None:
    table = open_table(sorted(values))
    assert all(digest.contains(table, np.uint64(value)) for value in values)
    assert not any(digest.contains(table, np.uint64(value)) for value in others - values)


@given(st.text(max_size=400))
def test_any_text_has_a_profile(text: str) -> None:
    found = profile(text)
    assert found == profile(text)
    assert 0 <= found.marketing <= found.violating <= 1
    assert 0 <= found.harassment <= 1
    assert 0 <= found.exact <= WHOLE
    assert found.tokens == len(tokens_of(text).sequence)
    assert len(found.sketch) <= 8 * min(digest.SIZE, max(0, found.tokens - 1))
    assert found.sketch == np.sort(np.frombuffer(found.sketch, np.uint64)).tobytes()


def test_half_a_surrogate_pair_is_a_character_like_any_other() -> None:
    assert profile("ab \ud800 cd").tokens == 2


def test_of_nothing_there_is_little_to_say() -> None:
    assert (profile("").tokens, profile("").sketch) == (0, b"")


SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
from edge.policy.signals.profile import profile
print(json.dumps([repr(profile(text)) for text in json.loads(sys.stdin.read())]))
"""
TEXTS = [
    "",
    "Hi Anna, pay $ 1,200.50 by 10:30 or call 416 555 0101!! ok?",
    "see https://a-b.c.d.example/x?y=1 and http://e.example",
    "Привет, 你好 3kg 😀 𝒳 \U00020000 $$$",
    "word " * 60 + "1:2:3 4 567 8,9",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 11111111111111111111111111111111111",
]


def test_compiled_and_plain_agree() -> None:
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(TEXTS),
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for plain, text in zip(json.loads(told), TEXTS, strict=True):
        values: dict[str, object] = {}
        exec(f"values = {plain.replace('np.uint64', 'int')}", {"Profile": Profile, "int": int}, values)
        expected = values["values"]
        found = profile(text)
        assert (found.sketch, found.exact, found.tokens) == (expected.sketch, expected.exact, expected.tokens)
        assert found.violating == pytest.approx(expected.violating, rel=1e-5)
        assert found.harassment == pytest.approx(expected.harassment, rel=1e-5)


def test_no_index_leaves_its_array(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps([*TEXTS, "1" * 2000, "a " * 1000, "$" * 2000, "1 111 " * 300, "\x02" * 500, "!?" * 900]),
        env={
            **os.environ,
            "NUMBA_BOUNDSCHECK": "1",
            "NUMBA_CACHE_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-2000:]


def test_every_character_has_a_kind() -> None:
    assert KINDS[ord("a")] == digest.LETTER
    assert KINDS[ord("_")] == KINDS[ord(" ")] == digest.SEPARATOR
    assert KINDS[ord("7")] == digest.DIGIT
    assert codes_of("é").tolist() == [233]
