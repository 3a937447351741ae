"""Restricted goods: refused where they are sold to several, cannabis at the first; never where they are named."""

from typing import Any

import pytest

from edge.core.account import Account
from edge.core.verdict import Action

from .texts import texts

TEXTS = texts("goods")
WEED = "Cannabis delivery to your door - 20% off edibles, order at greenleaf.example"
SPIN = "Spin & win! 200 free slots + $500 welcome bonus at luckyspin.example"


def recipient(position: int) -> str:
    return f"+1416{200 + position // 100 % 700:03}{position % 100:04}"


@pytest.fixture
def shop(world: Any) -> Any:
    """Only the one rule is asked; a person's account beside the businesses."""
    world.accounts["pat"] = Account(name="pat", kind="consumer", country="CA", numbers=((14035550160, 14035550160),))
    world.only("restricted-goods")
    return world


def to_many(world: Any, text: str, count: int, source: str = "+14165550101", account: str = "acme") -> list[Any]:
    world.now += 200_000.0
    return [world.send(source, recipient(i), text, account, after=1.0) for i in range(count)]


def test_what_is_sold_and_what_is_named(shop: Any) -> None:
    wrong = []
    for expected, text in TEXTS:
        verdicts = to_many(shop, text, 6)
        refused = [verdict for verdict in verdicts if not verdict.action.passes]
        first = {"pass": 0, "cannabis": 6}.get(expected, 2)
        if len(refused) != first or any(each.rule != f"restricted-goods/{expected}" for each in refused):
            wrong.append((expected, text, len(refused), [each.rule for each in verdicts[-1:]]))
    assert not wrong


def test_no_near_miss_is_stopped_by_anything_shipped(world: Any) -> None:
    stopped = [
        (text, verdict.rule)
        for expected, text in TEXTS
        if expected == "pass" and not (verdict := to_many(world, text, 1)[0]).action.passes
    ]
    assert not stopped


@pytest.mark.parametrize(
    "text",
    [
        "do you want to grab some edibles tonight? 20% off at the shop",
        "cbd oil is 20% off at the pharmacy if your mom wants some",
        "got any weed left?",
        "poker night at mine, $20 buy in, bring beers",
        "happy hour friday? 2 for 1 wings",
        "btc is down 8% lol, invest now they said",
        "i bet you 5 bucks they lose",
        "i started vaping again, need to quit",
        "my cousin sells guns at the gun show, so weird",
        "viagra jokes at the wedding speech lol",
    ],
)
def test_people_speak_of_all_of_it(shop: Any, text: str) -> None:
    assert all(verdict.action.passes for verdict in to_many(shop, text, 8, "+14035550160", "pat"))


def test_a_person_who_deals(shop: Any) -> None:
    text = "fresh weed in stock, ounces from $99, text me to order at 403 555 0160, shop now"
    assert to_many(shop, text, 1, "+14035550160", "pat")[0].action is Action.REJECT
    shop.receive(recipient(0), "+14035550160", "got any?", account="pat")
    assert shop.send("+14035550160", recipient(0), text, "pat", after=100.0).action is Action.FLAG
    assert to_many(shop, SPIN, 10, "+14035550160", "pat")[-1].action is Action.REJECT


def test_inbound_is_delivered_and_on_record(shop: Any) -> None:
    verdict = shop.receive("+14165550823", "+14165550101", WEED)
    assert (verdict.action, verdict.rule) == (Action.FLAG, "restricted-goods/cannabis")


def test_a_marketing_programme_is_none_for_these(shop: Any) -> None:
    assert shop.send("54321", text=WEED).action is Action.REJECT


def test_the_limits_are_settings(shop: Any) -> None:
    shop.tune("restricted-goods", recipients=1)
    assert to_many(shop, SPIN, 1)[0].action is Action.REJECT
    shop.tune("restricted-goods", accounts={"acme": {"recipients": 100}})
    assert all(verdict.action.passes for verdict in to_many(shop, SPIN, 9))


def test_it_is_explained(shop: Any) -> None:
    finding = next(each for each in shop.explain(text=SPIN).findings if each.rule == "restricted-goods")
    assert (finding.outcome, finding.value, finding.limit) == ("pass", 1, 5)
