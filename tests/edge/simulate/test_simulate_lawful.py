"""What the simulator calls lawful is lawful: the rules as shipped let all of it pass."""

from random import Random

import pytest

from edge.core.account import Account
from edge.core.inventory import Inventory
from edge.core.submission import Body, Channel, Direction, Operation, Submission
from edge.policy.engine import compile_ruleset, decide
from edge.policy.signals.numbers import identify
from edge.policy.state import PolicyState
from edge.simulate.traffic.wording import Wording

ACME = Account("acme", country="CA", numbers=((14165550100, 14165550199),), opened=1.0)


@pytest.mark.parametrize("kind", ["short", "long", "foreign"])
def test_a_run_of_it_is_no_campaign(kind: str) -> None:
    ruleset, state = compile_ruleset({}, "test", Inventory((ACME,))), PolicyState()
    wording, random = Wording(Random(1)), Random(2)
    refused = []
    for number in range(600):
        text = getattr(wording, kind)()
        source, destination = f"+141655501{number % 100:02d}", f"+1905{random.randrange(300, 700)}{number:04d}"
        message = Submission(
            Channel.SMPP,
            Direction.MT,
            Operation.SUBMIT,
            ACME,
            "acme",
            "acme",
            identify(source, 1, 1, 1),
            identify(destination, 1, 1, 1),
            Body(text, text.encode()),
        )
        verdict = decide(ruleset, state, message, 1000.0 + number * 0.4)
        if not verdict.action.passes and verdict.hit.rule != "destination-format":
            refused.append((verdict.hit.rule, verdict.hit.detail, text))
    assert refused == []


def test_lengths() -> None:
    wording = Wording(Random(3))
    assert max(len(wording.short()) for _ in range(2000)) <= 160
    assert all(160 < len(wording.long()) <= 459 for _ in range(2000))
    assert max(len(wording.foreign().encode("utf-16-be")) for _ in range(2000)) <= 140
