"""The kinds of settings: what they take, and what they say to the rest."""

import pytest

from edge.policy import values
from edge.policy.rates import Rate
from edge.policy.rule import Setting


@pytest.mark.parametrize(
    ("setting", "given", "parsed"),
    [
        (values.rate("1/1s", ""), "60/1m", Rate(60, 60.0, 6)),
        (values.whole(1, 1, 5, ""), 5, 5),
        (values.seconds(1.0, 0.5, 9.0, ""), 2, 2.0),
        (values.switch(False, ""), True, True),
        (values.text("a", 3, ""), "abc", "abc"),
        (values.words((), ""), ["info", " Otp "], frozenset({"INFO", "OTP"})),
        (values.numbers(""), ["+14165550100"], frozenset({14165550100})),
        (values.prefixes(""), ["+1900", "+44"], frozenset({"1900", "44"})),
    ],
)
def test_takes(setting: Setting, given: object, parsed: object) -> None:
    assert setting.parse(given) == parsed


@pytest.mark.parametrize(
    ("setting", "given", "says"),
    [
        (values.rate("1/1s", ""), "fast", "is no rate"),
        (values.whole(1, 1, 5, ""), 6, "from 1 to 5"),
        (values.whole(1, 1, 5, ""), True, "whole number"),
        (values.whole(1, 1, 5, ""), "2", "whole number"),
        (values.seconds(1.0, 0.5, 9.0, ""), 0.1, "from 0.5 to 9"),
        (values.seconds(1.0, 0.5, 9.0, ""), False, "seconds"),
        (values.seconds(1.0, 0.5, 9.0, ""), "1", "seconds"),
        (values.switch(False, ""), 1, "true or false"),
        (values.text("a", 3, ""), "", "1 to 3"),
        (values.text("a", 3, ""), "abcd", "1 to 3"),
        (values.text("a", 3, ""), 1, "1 to 3"),
        (values.words((), ""), "info", "list of texts"),
        (values.words((), ""), [1], "list of texts"),
        (values.numbers(""), ["14165550100"], "in full"),
        (values.numbers(""), ["+1416"], "in full"),
        (values.numbers(""), ["+1416555010\u0660"], "in full"),
        (values.ports((), ""), 2948, "list of whole numbers"),
        (values.ports((), ""), ["2948"], "list of whole numbers"),
        (values.ports((), ""), [True], "list of whole numbers"),
        (values.ports((), ""), [65536], "0 to 65535"),
        (values.prefixes(""), ["1900"], "is no prefix"),
        (values.prefixes(""), ["+"], "is no prefix"),
        (values.prefixes(""), ["+12345678901234567"], "is no prefix"),
    ],
)
def test_says(setting: Setting, given: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        setting.parse(given)


def test_lists_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "LIST_MAX", 2)
    with pytest.raises(ValueError, match="more than 2"):
        values.words((), "").parse(["a", "b", "c"])
