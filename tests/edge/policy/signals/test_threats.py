"""What makes a threat, piece by piece. Whole messages: tests/edge/policy/clauses/test_threat.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.extortion import extorted
from edge.policy.signals.flags import names
from edge.policy.signals.hate import SLURS, hateful, throws
from edge.policy.signals.menace import menaced
from edge.policy.signals.reading import Reading
from edge.policy.signals.selfharm import encouraged
from edge.policy.signals.speech import clauses
from edge.policy.signals.stalking import stalked
from edge.policy.signals.threats import CANDIDATES, EXPLICIT_THREAT, refine
from edge.policy.signals.tone import EARNEST, GAME, GRAVE, LAUGHTER, TRIFLE, tone
from edge.policy.signals.violence import EXPLICIT, MENACE, Threat, threat_at, verbs

SLUR = sorted(SLURS)[0]


def words(text: str) -> tuple[str, ...]:
    return clauses(text)[0].words


def threat(text: str) -> Threat | None:
    said = words(text)
    found = [each for index in verbs(said) if (each := threat_at(said, index)) is not None]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "level", "verb"),
    [
        ("i will kill you", EXPLICIT, "kill"),
        ("i'm going to burn your house down", EXPLICIT, "burn"),
        ("we will break your legs", MENACE, "break"),
        ("my boys are going to beat you up", MENACE, "beat"),
        ("i will beat you to death", EXPLICIT, "beat"),
        ("i'll slit your throat", EXPLICIT, "slit"),
        ("je vais te tuer", EXPLICIT, "tuer"),
        ("i put a bomb in your car", EXPLICIT, "bomb"),
        ("there is a bomb in your office", EXPLICIT, "bomb"),
        ("there's a bomb under ur car", EXPLICIT, "bomb"),
        ("i will shoot up the school", EXPLICIT, "shoot"),
        ("gonna put you in the ground", EXPLICIT, "put"),
    ],
)
def test_a_threat_has_an_agent_a_verb_and_a_target(text: str, level: int, verb: str) -> None:
    assert threat(text) == Threat(level, verb)


@pytest.mark.parametrize(
    "text",
    [
        "he will kill you",  # a warning, or a father
        "i will kill him",  # not the reader
        "i will kill time",
        "i killed you",  # told, not intended
        "i was going to hurt you",
        "would i hurt you",
        "i'm scared i will hurt you",
        "i will shoot you an email",
        "i'll beat you to it",
        "i'll cut you a cheque",
        "i will break your heart",
        "i will protect you from anyone who wants to hurt you",
    ],
)
def test_without_one_of_them_it_is_none(text: str) -> None:
    assert threat(text) is None


def test_menaces() -> None:
    for text in ("watch your back", "ur dead if you show up", "your family is next", "people like you should be shot"):
        assert menaced(words(text)), text
    for text in (
        "watch your back yard",
        "you're dead right",
        "your kids are next in line",
        "it should be shot at dawn",
    ):
        assert not menaced(words(text)), text


def test_self_harm_is_an_order_to_the_reader() -> None:
    for text in ("kill yourself", "just go hang yourself", "why don't you kill yourself", "kys", "hope you die slowly"):
        assert encouraged(words(text)), text
    for text in (
        "please don't kill yourself",
        "are you going to kill yourself",
        "i want to kill myself",
        "you'll kill yourself working",
    ):
        assert not encouraged(words(text)), text


def test_stalking_takes_two_or_nothing_friendly() -> None:
    assert stalked("i can see you. you can't hide")
    assert stalked("we know where you live")
    assert not stalked("we know where you live so delivery is easy")
    assert not stalked("i can see you at 4")
    assert stalked("we know where you live. see you soon", threatened=True)


def test_extortion_takes_three() -> None:
    assert extorted("pay me 300 or i send the photos to everyone")
    assert not extorted("pay me 300 by friday, please")
    assert not extorted("i'll send the photos to everyone")
    assert extorted("i recorded you through your webcam, send btc to this wallet")


def test_slurs_are_thrown() -> None:
    assert hateful(clauses(f"you {SLUR}"))
    assert hateful(clauses(f"{SLUR} go back home"))
    assert not hateful(clauses(f"they called you a {SLUR}"))
    assert not hateful(clauses(f'she wrote "{SLUR}" on the wall at school'))
    assert throws("you are a flurb", ["flurb"])


def test_tones() -> None:
    assert tone("haha ok") == LAUGHTER
    assert tone("i'm not joking lol") == EARNEST
    assert tone("see you 😂") == LAUGHTER
    assert tone("chess at 8, bring wine") == GAME | TRIFLE
    assert tone("i have a knife") == GRAVE


def test_laughter_ends_where_an_insult_begins() -> None:
    assert found("i will kill you lol") == {"threat-jest"}
    assert found("i will kill you bitch lol") == {"threat-violence"}
    assert found("i have a gun and will kill you lol") == {"threat-explicit", "threat-violence"}


def test_the_first_and_the_last_verbs_are_looked_at() -> None:
    padding = " and ".join(["kill the lights"] * 40)
    assert (
        found(f"{padding}. i will kill you")
        == found(f"i will kill you. {padding}")
        == {"threat-explicit", "threat-violence"}
    )


@given(st.text(alphabet=st.sampled_from(list("iyou kil.\"'wv!\n")), max_size=300) | st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    reading = Reading(text.lower(), text.lower(), CANDIDATES, length=len(text))
    refine(reading, text)
    assert reading.flags & CANDIDATES == CANDIDATES


def found(text: str) -> set[str]:
    reading = Reading(text, text, CANDIDATES, length=len(text))
    refine(reading, text)
    return set(names(reading.flags & ~CANDIDATES))


def test_what_is_found_is_named() -> None:
    assert "threat-explicit" in names(EXPLICIT_THREAT)
