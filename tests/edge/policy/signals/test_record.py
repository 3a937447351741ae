"""What is kept of a reading is enough to have it again, but for the text."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from edge.policy.signals.flags import flag
from edge.policy.signals.fold import Evasion
from edge.policy.signals.links import Link
from edge.policy.signals.profile import Profile
from edge.policy.signals.reader import read
from edge.policy.signals.reading import Reading
from edge.policy.signals.record import Recorded, reading_of, record_of

TEXTS = [
    "See you at 2.",
    "N o r t h B a n k: your card is l0cked, verify at http://nb-login.xyz/a?b=c within 24h",
    "Your code is 482913",
    "Call 416 555 0101 now, $500 prize",
    "Привет, как дела?",
    "",
]


def without_text(reading: Reading) -> Reading:
    links = tuple(replace(link, text="", path="") for link in reading.links)
    return replace(reading, plain="", skeleton="", links=links)


@pytest.mark.parametrize("text", TEXTS)
def test_round_trip_over_json(text: str) -> None:
    reading = read(text)
    written = msgspec.json.encode(record_of(reading))
    again = reading_of(msgspec.json.decode(written, type=Recorded))
    assert without_text(again) == without_text(reading)
    for word in text.lower().split():
        assert len(word) < 5 or word not in written.decode().lower()


def test_what_is_left_of_the_text_differs_as_texts_do() -> None:
    first, second, other = (reading_of(record_of(read(text))) for text in ("pay 5", "pay 7", "play"))
    assert first.plain == second.plain != other.plain
    assert first.skeleton == first.plain


readings = st.builds(
    Reading,
    plain=st.text(),
    skeleton=st.text(),
    flags=st.lists(st.sampled_from(["test-a", "test-b", "test-c"])).map(
        lambda some: sum({flag(name) for name in some})
    ),
    evasion=st.builds(Evasion, st.integers(0, 9), st.integers(0, 9), combining=st.floats(0, 9), marks=st.floats(0, 1)),
    links=st.lists(st.builds(Link, *[st.text()] * 4, st.text(), st.lists(st.text()).map(tuple), st.booleans())).map(
        tuple
    ),
    brands=st.lists(st.text()).map(tuple),
    phones=st.lists(st.text()).map(tuple),
    profile=st.builds(
        Profile,
        *[st.floats(0, 1)] * 3,
        st.lists(st.integers(0, 2**64 - 1)).map(tuple),
        st.integers(0, 2**64 - 1),
        st.integers(0, 999),
        st.floats(0, 1),
    ),
    traffic=st.sampled_from(["", "otp"]),
    length=st.integers(0, 65536),
)


@settings(max_examples=50, deadline=None)
@given(readings)
def test_round_trip_of_any_reading(reading: Reading) -> None:
    assert without_text(reading_of(record_of(reading))) == without_text(reading)


def test_every_field_of_a_reading_is_recorded_or_known_to_be_left_out() -> None:
    """A field added to the reading must be added here: replay would judge by less than the edge did."""
    recorded = set(asdict(Recorded()))
    assert set(asdict(Profile())) <= recorded
    assert set(asdict(Reading("", ""))) - recorded == {"plain", "skeleton", "profile"}


def test_a_plain_message_takes_little_room() -> None:
    assert len(msgspec.json.encode(record_of(Reading("hi", "hi", length=2)))) < 100
