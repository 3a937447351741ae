"""The contract: every rule of the policy's table is known, in a sane order, with settings that parse."""

import pytest

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.registry import RULES
from edge.policy.rule import Mode, OnError

ENFORCE_ONLY = {
    "opt-out",
    "blocked",
    "suspended",
    "emergency-destination",
    "emergency-source",
    "sender-format",
    "sender-not-owned",
    "sender-on-net",
    "sender-do-not-originate",
    "sender-alphanumeric",
    "sender-short-code",
    "sender-channel",
}
OTHERS = {
    "no-consent",
    "list-quality",
    "complaint",
    "opt-out-rate",
    "marketing",
    "restricted-goods",
    "rate-sender",
    "rate-account",
    "volume",
    "fan-out",
    "bulk",
    "snowshoe",
    "number-cycling",
    "url-cycling",
    "sequential",
    "many-recipients",
    "imbalance",
    "shortener",
    "threat",
    "bomb-pair",
    "bomb-recipient",
    "bomb-otp",
    "silent-sms",
    "unreadable",
    "emergency-solicit",
    "phishing",
    "adult-link",
    "sensitive-data",
    "sms-pumping",
    "part-overlap",
    "sender-toll-free",
    "brand-mismatch",
    "image-content",
    "image-hash",
    "image-unscannable",
    "loop",
    "destination-format",
}


def test_every_rule_of_the_contract() -> None:
    assert set(RULES) == ENFORCE_ONLY | OTHERS
    assert {name for name, spec in RULES.items() if spec.enforce_only} == ENFORCE_ONLY
    assert all(name == spec.id for name, spec in RULES.items())


def test_what_is_enforced() -> None:
    assert all(spec.built is not None for spec in RULES.values())


def test_emergency_comes_first_and_fails_closed() -> None:
    names = list(RULES)
    assert names[:3] == ["emergency-destination", "suspended", "blocked"]
    assert RULES["emergency-destination"].on_error is OnError.DENY
    assert RULES["emergency-destination"].action is Action.BOUNCE


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_is_complete(rule: str) -> None:
    spec = RULES[rule]
    assert isinstance(spec.clause, Clause)
    assert spec.mode is Mode.ENFORCE
    assert spec.description
    assert spec.main in ("", *spec.settings)
    assert all(setting.description for setting in spec.settings.values())
    if spec.enforce_only:
        assert spec.on_error is OnError.DENY


def test_defaults_that_operators_count_on() -> None:
    def default(rule: str, setting: str) -> str:
        return str(RULES[rule].settings[setting].default)

    assert default("rate-sender", "limit") == "60/1m burst 10"
    assert default("rate-sender", "toll_free") == "3/1s burst 10"
    assert default("rate-account", "limit") == "10/1s burst 50"
    assert default("volume", "limit") == "1000/1d"
    assert default("bomb-pair", "limit") == "10/1m burst 10"
    assert default("many-recipients", "recipients") == "100"
    assert default("bulk", "recipients") == "100"
    assert RULES["rate-account"].main == "limit"
