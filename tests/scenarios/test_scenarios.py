"""The project's own scenarios hold, and the player cannot be fooled."""

import re
from pathlib import Path

import pytest

from edge.simulate.mmsc import Order, Part, message, pictures

from . import mms
from .__main__ import OWN, STRANGERS, judged, line
from .play import Result, play
from .rows import Row, read

PICTURE = message.forward(
    Order("+14165550101", ("+12125550111",), [Part("image/png", pictures.png(), "a.png")]), "1@a", "mm4@a.example", 0.0
)
HEAD = "id,channel,sender,recipient,direction,context,text,clause,expected,why\n"


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_the_scenarios_hold(path: Path) -> None:
    results = [play(row) for row in read(path)]
    good, words = judged(results)
    differing = [line(result) for result in results if result.state in ("differs", "unplayable")]
    assert good, "\n".join([*differing, *words])


def test_a_fifth_of_the_strangers_rows_holds() -> None:
    """All of them take two minutes: `make scenarios FILE=tests/scenarios/strangers.csv`."""
    results = [play(row) for row in list(read(STRANGERS))[::5]]
    differing = [line(result) for result in results if result.state != "passed"]
    assert len(results) > 250
    assert not differing, "\n".join(differing)


def row(**changes: object) -> Row:
    fields: dict[str, object] = {
        "id": "N1",
        "channel": "smpp",
        "sender": "+14165550101",
        "recipient": "+14165550302",
        "direction": "outbound",
        "context": {"acct": "maple", "owned": "yes"},
        "text": "See you at 2.",
        "clause": "C2",
        "expected": "allow",
        "why": "",
    }
    return Row(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_key_that_nobody_knows_is_never_skipped() -> None:
    result = play(row(context={"acct": "maple", "colour": "blue"}))
    assert (result.state, result.detail) == ("unplayable", "nothing is known of colour")
    good, words = judged([result])
    assert not good
    assert words[0] == "1 rows: 1 unplayable"


def test_a_value_that_is_no_number_is_told() -> None:
    assert play(row(context={"acct": "maple", "pair_1m": "many"})).state == "unplayable"


def test_a_row_of_mm4_is_a_message_that_is_taken_apart() -> None:
    result = play(row(channel="mm4", text='MMS: image/png of a dog "look at him"'))
    assert (result.state, result.verdict) == ("passed", "allow")
    card = "MMS: text/x-vcard with URL:https://cra-refund.top and NOTE:claim now"
    assert play(row(channel="mm4", text=card)).verdict == "reject"


@pytest.mark.parametrize(
    ("text", "context", "detail"),
    [
        ("MMS: image/bmp of a dog", {}, "no image/bmp can be made"),
        ("MMS: something", {}, "nothing is described that could be sent"),
        ("MMS: image/png", {"decode": "failed"}, "the examiner found .*, not what decode says"),
        ("MMS: image/png", {"msg_type": "MM4_forward.RES"}, "no message of type MM4_forward.RES can be made"),
        ("MMS: image/png", {"nsfw": "much"}, "nsfw=much is no number"),
    ],
)
def test_a_row_of_mm4_that_is_not_what_it_says(text: str, context: dict[str, str], detail: str) -> None:
    result = play(row(channel="mm4", text=text, context={"acct": "maple", "owned": "yes", **context}))
    assert result.state == "unplayable"
    assert re.fullmatch(detail, result.detail)


def test_scores_are_those_of_the_row() -> None:
    shown = mms.examined(row(text="MMS: image/png", context={"nsfw": "0.5"}), PICTURE)
    assert dict(shown.items[1].scores) == {"gore": 0.02, "hate": 0.02, "illegal": 0.02, "nsfw": 0.5}
    assert not shown.unscored


def test_codes_are_read_from_the_pixels() -> None:
    order = Order("+14165550101", ("+12125550111",), [Part("image/png", mms.qr("https://maple.example/menu"), "a.png")])
    shown = mms.examined(row(text="MMS: image/png"), message.forward(order, "1@a", "mm4@a.example", 0.0))
    assert ("code", "https://maple.example/menu") in shown.texts


def test_a_refused_near_miss_fails_the_whole() -> None:
    refused = Result(row(), "differs", "reject", "bulk")
    assert not judged([refused])[0]
    assert judged([Result(row(), "differs", "flag", "phishing")])[0]


def test_a_missed_violation_of_ownership_fails_the_whole() -> None:
    missed = Result(row(id="V1", expected="reject", why="R-SRC-NOTOWNED: x"), "differs", "allow")
    caught = [Result(row(id="V2", expected="reject"), "passed", "reject")] * 99
    assert not judged([missed, *caught])[0]
    assert judged([Result(row(id="V3", expected="reject", why="R-BULK"), "differs", "allow"), *caught])[0]


def test_history_is_played_and_not_poked() -> None:
    """The same message passes without its history."""
    context = {"acct": "maple", "owned": "yes", "type": "business"}
    assert play(row(context=context)).verdict == "allow"
    stopped = {**context, "opt_out": "yes", "opt_out_age_h": "3"}
    assert play(row(context=stopped, expected="reject")).state == "passed"


def test_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,text\n1,hello\n")
    with pytest.raises(ValueError, match="no column channel"):
        read(path)
    path.write_text(HEAD + "N1,smpp,+1,+2,outbound,,hi,C,perhaps,\n")
    with pytest.raises(ValueError, match=r"rows.csv:2: expected is one of"):
        read(path)
