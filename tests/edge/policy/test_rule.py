"""What every checker does if it does not say otherwise, and how a hit gets its reason."""

from collections.abc import Callable

import pytest

from edge.core.inventory import Inventory
from edge.core.submission import Direction
from edge.core.verdict import Action, Hit, Reason
from edge.policy.registry import RULES
from edge.policy.rule import Check, Mode, RuleSettings, default_settings
from edge.policy.state import PolicyState

Make = Callable[..., RuleSettings]


class Pacer(Check):
    reason = Reason.PACING


def test_defaults(world: object, settings_of: Make) -> None:
    check = Check(settings_of("phishing"), Inventory(()))
    assert check.directions == {Direction.MT}
    assert not check.idle()
    assert check.spans() == {}
    assert list(check.parts()) == [check]
    submission = world.message()  # type: ignore[attr-defined]
    assert check.check(submission, PolicyState(), 0.0) is None
    assert check.measure(submission, PolicyState(), 0.0) == (0.0, 0.0, "")


@pytest.mark.parametrize(
    ("kind", "action", "reason"),
    [
        (Check, Action.REJECT, Reason.CONTENT),
        (Check, Action.THROTTLE, Reason.PACING),
        (Check, Action.FLAG, Reason.CONTENT),
        (Pacer, Action.THROTTLE, Reason.PACING),
        (Pacer, Action.REJECT, Reason.CONTENT),
    ],
)
def test_the_reason_goes_with_the_action(settings_of: Make, kind: type[Check], action: Action, reason: Reason) -> None:
    hit = kind(settings_of("phishing", action=action), Inventory(())).hit("why", 3.0, 2.0)
    assert hit == Hit("phishing", RULES["phishing"].clause, action, reason, "why", 3.0, 2.0)


def test_a_reroute_carries_its_carrier(settings_of: Make) -> None:
    settings = settings_of("phishing", action=Action.REROUTE, carrier="review")
    assert Check(settings, Inventory(())).hit("why", reason=Reason.SENDER, reply="r") == Hit(
        "phishing", RULES["phishing"].clause, Action.REROUTE, Reason.SENDER, "why", 0.0, 0.0, "r", "review"
    )


def test_settings_of_accounts(settings_of: Make) -> None:
    settings = settings_of("bulk", recipients=100, accounts={"acme": {"recipients": 150}})
    assert settings.value("recipients", "acme") == 150
    assert settings.value("recipients", "rival") == 100


def test_default_settings() -> None:
    settings = default_settings(RULES["loop"])
    assert (settings.mode, settings.action, settings.values) == (
        Mode.ENFORCE,
        Action.REJECT,
        {"window": 10.0, "hops": 3},
    )
