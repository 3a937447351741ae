"""One scan for all patterns: names what is wrong, and answers as `re` would."""

import re
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.policy.signals import patterns as module
from edge.policy.signals.flags import flag, names
from edge.policy.signals.fold import fold
from edge.policy.signals.lexicon import PATTERNS
from edge.policy.signals.patterns import Pattern, PatternSet
from edge.policy.signals.reader import LEXICON


def test_scan() -> None:
    patterns = PatternSet([Pattern("test-a", r"\bkill\b"), Pattern("test-b", r"\d{4}"), Pattern("test-a", "murder")])
    assert patterns.scan("I said kill them") == flag("test-a")
    assert patterns.scan("1234 murder") == flag("test-a") | flag("test-b")
    assert patterns.scan("skill 123") == 0
    assert patterns.scan("") == 0


def test_bits_of_its_own() -> None:
    patterns = PatternSet([Pattern("a", "a"), Pattern("b", "b")], (1, 1 << 70))
    assert patterns.scan("ab") == 1 | 1 << 70


def test_every_pattern_that_cannot_be_compiled_is_named() -> None:
    patterns = PatternSet(
        [
            Pattern("fine", "abc"),
            Pattern("back-reference", r"(a)\1"),
            Pattern("look-behind", "(?<=a)b"),
            Pattern("empty", "a*"),
            Pattern("half", "\ud800"),
        ]
    )
    with pytest.raises(ValueError) as caught:
        patterns.compile()
    message = str(caught.value)
    assert "fine" not in message
    for name in ("back-reference", "look-behind", "empty", "half"):
        assert name in message


def test_no_patterns_are_an_error() -> None:
    with pytest.raises(ValueError, match="without patterns"):
        PatternSet([])


def test_gaps_count_characters() -> None:
    patterns = PatternSet([Pattern("test-a", "send.{0,3}money"), Pattern("test-b", "[€£] ?5")])
    assert patterns.scan("send😀Жémoney") == flag("test-a")
    assert patterns.scan("send12345money") == 0
    assert patterns.scan("£5") == patterns.scan("Ж € 5") == flag("test-b")


def test_sets_with_other_characters_see_them() -> None:
    patterns = PatternSet([Pattern("test-a", "[😀-😎]"), Pattern("test-b", "a.{0,2}b")])
    assert patterns.scan("haha 😃") == flag("test-a")
    assert patterns.scan("a😀😀b") == flag("test-a") | flag("test-b")
    assert patterns.scan("aЖЖb") == flag("test-b")


def test_half_surrogate_pairs_are_no_obstacle() -> None:
    patterns = PatternSet([Pattern("test-a", "kill")])
    assert patterns.scan("\ud800kill\udfff") == flag("test-a")


def test_compiled_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (PatternSet([Pattern("test-a", "once only")]) for _ in range(2))
    assert first.scan("once only") == flag("test-a")
    monkeypatch.setattr(module, "_database", None)
    assert second.scan("once only") == flag("test-a")


def test_what_was_compiled_serves_the_next_process(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = [Pattern("test-a", "an image of it"), Pattern("test-b", "[😀-😎]")]
    PatternSet(patterns).compile()
    kept = module.images()
    forget(monkeypatch)
    module.adopt(kept)
    monkeypatch.setattr(module, "_database", None)
    again = PatternSet(patterns)
    assert again.scan("an image of it 😀") == flag("test-a") | flag("test-b")
    assert again.scan("nothing") == 0
    assert not module._anew


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other"])
def test_images_that_do_not_fit_are_compiled_anew(monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    patterns = [Pattern("test-a", f"a damaged {damage}")]
    PatternSet(patterns).compile()
    key = module._fingerprint(patterns)
    image = module.images()[key]
    forget(monkeypatch)
    flipped = bytes((*image[:200], image[200] ^ 1, *image[201:]))
    module.adopt({key: {"cut": image[:-9], "flipped": flipped, "empty": b"", "other": b"nonsense" * 99}[damage]})
    assert PatternSet(patterns).scan(f"a damaged {damage}") == flag("test-a")
    assert module._anew == {key}


def test_prepare_compiles_every_set(monkeypatch: pytest.MonkeyPatch) -> None:
    forget(monkeypatch)
    patterns = PatternSet([Pattern("test-a", "prepared")])
    monkeypatch.setattr(module, "_SETS", {patterns})
    assert module.prepare()
    assert patterns._scan is not None


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a new process."""
    for name in ("_made", "_images"):
        monkeypatch.setattr(module, name, {})
    monkeypatch.setattr(module, "_anew", set())
    monkeypatch.setattr(module, "_compiled", lru_cache(module._compiled.__wrapped__))


# `re` is told to see text as hyperscan does: ASCII's words and digits.
REFERENCE = [(flag(pattern.flag), re.compile(pattern.expression, re.ASCII)) for pattern in LEXICON.patterns]
WORDS = sorted({word for pattern in PATTERNS for word in re.findall(r"[a-z]{3,}", pattern.expression)})


def by_re(text: str) -> int:
    flags = 0
    text = text.encode("cp1252", "replace").decode("cp1252", "replace")
    for bit, expression in REFERENCE:
        if not flags & bit and expression.search(text):
            flags |= bit
    return flags


words = st.lists(
    st.one_of(st.sampled_from(WORDS), st.text("abcdeinost0123456789 .,:;!?'$\n\x85é€Ж", max_size=12)), max_size=14
)


@settings(max_examples=60, deadline=None)
@given(words.map(" ".join))
def test_answers_as_re_does(text: str) -> None:
    """On the whole lexicon, over random texts of its own words."""
    plain = fold(text).plain
    assert names(LEXICON.scan(plain)) == names(by_re(plain))
