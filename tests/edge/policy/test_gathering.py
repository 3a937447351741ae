"""Messages in parts: judged on what is there so far, in any order, over any road, twice and never."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.core.submission import Body, Submission
from edge.core.verdict import Action, Hit, Verdict
from edge.policy.clauses.harassment.silent import SilentSms
from edge.policy.engine import decide
from edge.policy.gathering import gathered
from edge.policy.looking import look
from edge.policy.parts import PART_SPAN, PART_TEXT, Part, Parts
from edge.policy.rule import Mode
from edge.policy.state import PolicyState

VICTIM = "+14165550405"
BAD = ("FLA", "SH SA", "LE now")


@pytest.fixture
def words(world: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A world that refuses "flash sale" and holds "hold this", all other rules as shipped."""
    refuses_flash_sales(monkeypatch)
    world.ruleset = world.compiled()
    return world


def part(world: Any, text: str, number: int, total: int, reference: int = 7, **fields: Any) -> Verdict:
    return world.send(destination=VICTIM, text=text, part=(number, total, reference), **fields)


def actions(verdicts: list[Verdict]) -> list[str]:
    return [verdict.action.value for verdict in verdicts]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_part_that_completes_it_is_refused_and_all_later_ones(words: Any, order: tuple[int, ...]) -> None:
    """Scenario V027, in every order."""
    verdicts = [part(words, BAD[place], place + 1, 4) for place in order]
    verdicts.append(part(words, " bye", 4, 4))
    assert actions(verdicts) == ["allow", "allow", "reject", "reject"]
    assert verdicts[3].hit == verdicts[2].hit


def test_a_marketing_text_in_harmless_pieces_is_refused(world: Any) -> None:
    """The same with the rules as shipped."""
    pieces = ("FLASH SA", "LE! 60% o", "ff everything in the store today, sho", "p now at store.example")
    verdicts = [part(world, text, number, len(pieces)) for number, text in enumerate(pieces, 1)]
    assert verdicts[0].action.passes
    assert verdicts[-1].action is Action.REJECT


def test_once_held_always_held(words: Any) -> None:
    verdicts = [part(words, text, number, 5) for number, text in enumerate(["so ", "hold t", "his ", "and ", "end"], 1)]
    assert actions(verdicts) == ["allow", "allow", "quarantine", "quarantine", "quarantine"]
    copies = [part(words, "so ", 1, 5), part(words, "his ", 3, 5, after=100.0), part(words, "end", 5, 5, after=300.0)]
    assert actions(copies) == ["quarantine", "quarantine", "quarantine"]


def test_copies_of_a_refused_message_are_refused_for_ten_minutes(words: Any) -> None:
    for number, text in enumerate(BAD, 1):
        part(words, text, number, 3)
    assert part(words, BAD[0], 1, 3, after=599.0).action is Action.REJECT
    assert part(words, BAD[0], 1, 3, after=600.0).action is Action.ALLOW


def test_copies_contradict_nothing_and_pay_nothing(world: Any) -> None:
    world.tune("rate-account", limit="2/1h burst 2")
    assert actions([part(world, "one", 1, 3), part(world, "one", 1, 3), part(world, "two", 2, 3)]) == ["allow"] * 3
    assert part(world, "one", 1, 3, after=40.0).action is Action.ALLOW
    assert part(world, "three", 3, 3).action is Action.ALLOW
    assert world.send(text="second message").action is Action.ALLOW
    assert world.send(text="third message").action is Action.THROTTLE


def test_copies_without_end_pay(world: Any) -> None:
    world.tune("rate-account", limit="2/1h burst 2")
    sent = [part(world, "one", 1, 3) for _ in range(8)]
    assert actions(sent)[:4] == ["allow"] * 4
    assert actions(sent)[-1] == "throttle"


def test_another_text_under_one_number_is_refused(world: Any) -> None:
    """Scenario V147: what was read is not what will be shown."""
    assert part(world, "Your parcel arrives today", 1, 2).action is Action.ALLOW
    swapped = part(world, "NorthBank locked, call us", 1, 2)
    assert (swapped.action, swapped.rule) == (Action.REJECT, "part-overlap")
    assert part(world, " at noon", 2, 2).rule == "part-overlap"
    assert part(world, "Your parcel arrives today", 1, 2).rule == "part-overlap"
    assert part(world, "a third version", 1, 2).rule == "part-overlap"


def test_inbound_parts_contradict_each_other_too(world: Any) -> None:
    for text, rule in (("Hello", ""), ("Hell", "part-overlap")):
        assert world.receive(VICTIM, "+14165550101", text, part=(1, 2, 7)).rule == rule


def test_a_reference_used_again_is_a_new_message(world: Any) -> None:
    """Naive senders always use the same one: complete before, or left a while ago."""
    for round_ in range(3):
        texts = (f"round {round_} ", "of news")
        assert actions([part(world, text, number, 2) for number, text in enumerate(texts, 1)]) == ["allow", "allow"]
    assert part(world, "left behind", 1, 2).action is Action.ALLOW
    assert part(world, "another one", 1, 2, after=31.0).action is Action.ALLOW
    assert part(world, "second long message", 1, 2, after=900.0).action is Action.ALLOW


def test_a_refused_sender_may_try_another_message(words: Any) -> None:
    """Nothing of it went on, so nothing contradicts."""
    assert part(words, "flash sale", 1, 2).action is Action.REJECT
    assert part(words, "see you at two", 1, 2).action is Action.ALLOW
    assert part(words, " or three", 2, 2).action is Action.ALLOW


def test_what_a_phone_may_still_hold_is_read_with_it(words: Any) -> None:
    """A part left for half a minute may be shown with what comes now."""
    part(words, "FLASH ", 1, 2)
    assert part(words, "Good day, ", 1, 2, after=31.0).action is Action.ALLOW
    assert part(words, "SALE", 2, 2).action is Action.REJECT


def test_slow_drops_are_gathered_for_ten_minutes(words: Any) -> None:
    part(words, "FLASH ", 1, 3)
    assert part(words, "SALE", 2, 3, after=500.0).action is Action.REJECT


def test_a_throttled_part_is_not_gathered(words: Any) -> None:
    words.tune("rate-account", limit="1/1m burst 1")
    words.send()
    assert part(words, "FLASH ", 1, 2).action is Action.THROTTLE
    assert part(words, "good day ", 1, 2, after=60.0).action is Action.ALLOW
    assert part(words, "SALE", 2, 2).action is Action.ALLOW


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"reference": 7}, {"reference": 8}),
        ({"reference": 7}, {"reference": 1 << 16 | 7}),
        ({"total": 2}, {"total": 3}),
        ({"source": "+14165550101"}, {"source": "+14165550102"}),
    ],
)
def test_parts_of_different_messages_are_not_joined(words: Any, first: Any, second: Any) -> None:
    """Width of the reference, number of parts, sender: each makes another message."""

    def send(text: str, number: int, reference: int = 7, total: int = 2, source: str = "+14165550101") -> Verdict:
        return words.send(source, VICTIM, text, part=(number, total, reference))

    assert actions([send("FLASH ", 1, **first), send("SALE", 2, **second)]) == ["allow", "allow"]


def test_parts_that_do_not_touch_are_parted_by_a_line(words: Any) -> None:
    assert actions([part(words, "FLASH ", 1, 4), part(words, "SALE", 3, 4)]) == ["allow", "allow"]
    assert part(words, "", 2, 4).action is Action.REJECT


def judged(world: Any, body: Body) -> tuple[str, bool]:
    """The gathered text as this part is judged."""
    message = replace(world.message(destination=VICTIM), body=body)
    text = gathered(world.state, message, world.now)
    decide(world.ruleset, world.state, message, world.now)
    return text


def ucs2(octets: bytes, number: int, total: int) -> Body:
    text = octets.decode("utf-16-be", "replace")
    raw = octets if "\ufffd" in text else b""
    return Body(text, octets, 8, "", 7, number, total, raw=raw)


@pytest.mark.parametrize("cuts", [(1,), (3,), (2, 5), (7,), (1, 2, 3, 4, 5, 6, 7, 8, 9)])
def test_characters_cut_in_two_are_whole_again(world: Any, cuts: tuple[int, ...]) -> None:
    """Within a surrogate pair, and within a unit: octets are put together before they are read."""
    octets = "a😀bc😀".encode("utf-16-be")
    ends = (*cuts, len(octets))
    pieces = [octets[start:end] for start, end in zip((0, *cuts), ends, strict=True)]
    for number, piece in enumerate(pieces, 1):
        text, conflict = judged(world, ucs2(piece, number, len(pieces) + 1))
    assert (text, conflict) == ("a😀bc😀", False)


def test_second_readings_are_gathered_too(world: Any) -> None:
    """What octets say that call themselves something else."""
    judged(world, Body("䙌䅓", b"FLAS", 8, "FLAS", 7, 1, 2))
    text, _ = judged(world, Body("䠠十䱅", b"H SALE", 8, "H SALE", 7, 2, 2))
    assert text == "䙌䅓䠠十䱅\nFLASH SALE"


def test_the_header_that_says_it_twice(world: Any) -> None:
    body = Body("hi", b"hi", 0, "", 7, 1, 2, elements=(0x00, 0x08))
    message = replace(world.message(destination=VICTIM), body=body)
    verdict = decide(world.ruleset, world.state, message, world.now)
    assert (verdict.action, verdict.rule) == (Action.REJECT, "part-overlap/header")
    body = replace(body, text="hello", elements=(0x00, 0x24), reference=8)
    assert decide(world.ruleset, world.state, replace(message, body=body), world.now).action is Action.ALLOW


def test_monitored_contradictions_are_read_both_ways(words: Any) -> None:
    words.tune("part-overlap", mode=Mode.MONITOR)
    assert part(words, "FLASH ", 1, 2).action is Action.ALLOW
    assert part(words, "Good day ", 1, 2).would_have[0].rule == "part-overlap"
    assert part(words, "SALE", 2, 2).action is Action.REJECT


def test_a_message_of_255_parts(words: Any) -> None:
    """The first and the last word of it, everything between, backwards."""
    texts = ["FLASH ", "SALE", *[f"part {number} of a very long message " * 4 for number in range(3, 256)]]
    verdicts = [part(words, texts[number - 1][:153], number, 255) for number in (1, *range(255, 2, -1), 2)]
    assert {verdict.action for verdict in verdicts[:-1]} == {Action.ALLOW}
    assert verdicts[-1].action is Action.REJECT


def test_what_is_kept_is_bounded(world: Any) -> None:
    for number in range(1, 255):
        part(world, "x" * 400, number, 255)
    kept: Part = next(iter(world.state.parts.young.values()))
    assert sum(len(piece.text) for piece in kept.pieces) <= PART_TEXT
    assert kept.size <= PART_TEXT + 4 * 255
    part(world, "y" * 100_000, 1, 2, reference=9)
    assert max(value.size for value in world.state.parts.young.values()) <= PART_TEXT + 4 * 255


def test_all_texts_together_are_bounded() -> None:
    discarded: list[dict[Any, Any]] = []
    parts = Parts(1000, discarded, total=10_000)
    for key in range(100):
        parts.put(key, Part(2, 2, 0.0, None, 0, size=1000))
        parts.put(key, Part(2, 2, 0.0, None, 0, size=900))
    assert sum(value.size for table in (parts.young, parts.old) for value in table.values()) <= 11_000
    assert parts.cap_hits > 10
    parts.clear()
    assert (parts.size, len(parts)) == (0, 0)


def test_complete_messages_keep_no_text(world: Any) -> None:
    part(world, "one", 1, 2)
    part(world, "two", 2, 2)
    kept = next(iter(world.state.parts.young.values()))
    assert (kept.pieces, kept.seen) == ((), 0b110)


def refuses_flash_sales(monkeypatch: pytest.MonkeyPatch) -> None:
    """One rule that looks at the gathered text: "flash sale" is refused, "hold this" held."""

    def check(rule: SilentSms, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        text = look(submission, state, now).reading.plain
        if "flash sale" in text:
            return rule.hit("flash sale")
        return rule.hit("hold", action=Action.QUARANTINE) if "hold this" in text else None

    monkeypatch.setattr(SilentSms, "odd", False)
    monkeypatch.setattr(SilentSms, "check", check)


class Phone:
    """Puts parts together: keeps the first of two with one number, or the last; forgets after ten minutes."""

    def __init__(self, keeps_first: bool) -> None:
        self.keeps_first = keeps_first
        self.parts: dict[int, tuple[float, str]] = {}

    def receive(self, number: int, text: str, total: int, now: float) -> str:
        """What is shown, "" if a part is still missing."""
        self.parts = {old: kept for old, kept in self.parts.items() if now - kept[0] < PART_SPAN}
        if not (self.keeps_first and number in self.parts):
            self.parts[number] = (now, text)
        if len(self.parts) < total:
            return ""
        shown = "".join(self.parts[which][1] for which in range(1, total + 1))
        self.parts = {}
        return shown


script = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 3]),
        st.sampled_from(["FLASH ", "SALE", "x", "y", "", "hold ", "this"]),
        st.sampled_from([0.0, 1.0, 31.0, 200.0, 601.0]),
    ),
    max_size=16,
)


@settings(max_examples=60, deadline=None)
@given(script)
@example(  # complete with a part of the message before: what follows begins another
    [
        (2, "x", 0.0),
        (3, "FLASH ", 0.0),
        (3, "SALE", 31.0),
        (1, "", 0.0),
        (2, "FLASH ", 0.0),
        (1, "FLASH ", 0.0),
        (3, "SALE", 0.0),
    ]
)
def test_what_would_be_refused_is_never_shown(new_world: Callable[[], Any], sent: list[tuple[int, str, float]]) -> None:
    """Whatever comes in whatever order, with copies, contradictions, references used again and pauses."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        refuses_flash_sales(monkeypatch)
        world = new_world()
        world.only("silent-sms", "part-overlap")
        phones = Phone(True), Phone(False)
        for number, text, gap in sent:
            if part(world, text, number, 3, after=gap).action is Action.ALLOW:
                for phone in phones:
                    assert "FLASH SALE" not in phone.receive(number, text, 3, world.now)
