"""Marketing: refused whoever agreed to it; notices, talk and other people's bargains pass."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.submission import Identity
from edge.core.verdict import Action, Reason
from edge.policy.signals.advertising import SCORED, SCORED_STRICTLY
from edge.policy.signals.reader import read

from .texts import texts

TEXTS = texts("marketing")
SALE = "FLASH SALE! 50% off all boots, shop now at bootbarn.example"
MILD = "20% off all cleanings this month"
LIKELY = "A text in which only the classifier sees marketing"


def recipient(position: int) -> str:
    return f"+1416{200 + position // 100 % 700:03}{position % 100:04}"


@pytest.fixture
def shop(world: Any) -> Any:
    """Only the one rule is asked; a person's account beside the businesses."""
    world.accounts["pat"] = Account(name="pat", kind="consumer", country="CA", numbers=((14035550160, 14035550160),))
    world.only("marketing")
    return world


def to_many(world: Any, text: str, count: int, source: str = "+14165550101", account: str = "acme") -> list[Any]:
    world.now += 200_000.0
    return [world.send(source, recipient(i), text, account, after=1.0) for i in range(count)]


def test_what_is_marketing_and_what_is_not(shop: Any) -> None:
    wrong = []
    for expected, text in TEXTS:
        verdict = to_many(shop, text, 1)[0]
        if verdict.action is not (Action.REJECT if expected == "reject" else Action.ALLOW):
            wrong.append((expected, text, verdict.action.value, verdict.hit and verdict.hit.parts))
    assert not wrong


def test_what_is_marketing_when_it_goes_to_ten(shop: Any) -> None:
    wrong = []
    for expected, text in TEXTS:
        if expected == "reject":
            continue
        actions = [verdict.action for verdict in to_many(shop, text, 11)]
        late = Action.REJECT if expected == "spread" else Action.ALLOW
        if actions != [Action.ALLOW] * 9 + [late] * 2:
            wrong.append((expected, text, [action.value for action in actions]))
    assert not wrong


def test_no_near_miss_is_stopped_by_anything_shipped(world: Any) -> None:
    stopped = [
        (text, verdict.rule)
        for expected, text in TEXTS
        if expected == "pass" and not (verdict := to_many(world, text, 1)[0]).action.passes
    ]
    assert not stopped


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("+14165550101", "long-code"),
        ("+18335550120", "toll-free"),  # verified: no exemption
        ("+61412345678", "international"),
        ("54321", "short-code"),
        ("ACMEDENTAL", "alphanumeric"),
    ],
)
def test_no_kind_of_sender_is_exempt(shop: Any, source: str, kind: str) -> None:
    verdict = shop.send(source, "+447911123456", SALE)
    assert (verdict.action, verdict.rule) == (Action.REJECT, f"marketing/{kind}")
    assert verdict.hit.reason is Reason.CONTENT


def test_a_marketing_programme_on_a_short_code(shop: Any) -> None:
    shop.accounts["acme"] = replace(shop.accounts["acme"], marketing_program=True)
    shop.ruleset = shop.compiled()
    assert shop.send("54321", text=SALE).action is Action.ALLOW
    assert shop.send("+14165550101", text=SALE).action is Action.REJECT


def test_a_conversation(shop: Any) -> None:
    shop.receive("+14165550311", "+14165550101", "any deals on boots?")
    assert shop.send(text="20% off all boots, use code BOOT20, only $40, shop now", after=60.0).action is Action.ALLOW
    assert shop.send(text=SALE, after=2 * 86400.0).action is Action.REJECT


def test_a_conversation_is_none_with_five(shop: Any) -> None:
    for i in range(6):
        shop.receive(recipient(i), "+14165550101", "hello there")
    actions = [shop.send(destination=recipient(i), text=SALE, after=1.0).action for i in range(6)]
    assert actions == [Action.ALLOW] * 4 + [Action.REJECT] * 2


@pytest.mark.parametrize(
    "text",
    [
        "dude the flash sale at bootbarn.example is nuts, 50% off, buy one get one, only today, shop now",
        "buy one get one free on pizza tonight only, use code PIE, order now lol",
        SALE,
    ],
)
def test_people_tell_each_other_of_bargains(shop: Any, text: str) -> None:
    verdicts = [shop.send("+14035550160", recipient(i), text, "pat", after=1.0) for i in range(11)]
    assert all(verdict.action.passes for verdict in verdicts[:9])
    assert verdicts[10].action is Action.REJECT


@pytest.mark.parametrize("text", ["soldes ce weekend?", "are you free tomorrow for lunch? My treat", "it was on sale!"])
def test_price_talk_between_friends(shop: Any, text: str) -> None:
    assert shop.send("+14035550160", text=text, account="pat").action is Action.ALLOW


def test_inbound_is_delivered_and_on_record(shop: Any) -> None:
    verdict = shop.receive("+14165550823", "+14165550101", SALE)
    assert (verdict.action, verdict.rule) == (Action.FLAG, "marketing/long-code")
    shop.tune("marketing", action=Action.QUARANTINE)
    assert shop.receive("+14165550823", "+14165550101", SALE).action is Action.FLAG


def test_parts_are_judged_together(shop: Any) -> None:
    """Scenario V027: no part alone says it."""
    parts = ["FLA", "SH SA", "LE 60% off all shoes, shop now"]
    verdicts = [shop.send(text=part, part=(n, 3, 7), after=0.1) for n, part in enumerate(parts, 1)]
    assert [verdict.action for verdict in verdicts] == [Action.ALLOW, Action.ALLOW, Action.REJECT]


def test_a_stop_footer_changes_nothing(shop: Any) -> None:
    plain = shop.explain(text=MILD)
    footed = shop.explain(text=MILD + " Reply STOP to opt out.")
    assert [finding_of(each).parts for each in (plain, footed)] == [finding_of(plain).parts] * 2


def test_the_score_is_explained(shop: Any) -> None:
    finding = finding_of(shop.explain(text=SALE))
    assert (finding.outcome, finding.value, finding.limit) == ("hit", 100.0, 60)
    assert dict(finding.parts) == {"offers": 60, "call to action": 20, "a price": 10, "a link": 10}
    finding = finding_of(shop.explain(text="Your order 4412 has shipped. Shop now for 20% off"))
    assert dict(finding.parts)["about the recipient's own business"] == -40


def test_every_weight_is_a_setting(shop: Any) -> None:
    assert to_many(shop, MILD, 1)[0].action is Action.ALLOW
    shop.tune("marketing", offer=50)
    assert to_many(shop, MILD, 1)[0].action is Action.REJECT
    shop.tune("marketing", limit=40)
    assert to_many(shop, MILD, 1)[0].action is Action.REJECT
    shop.tune("marketing", accounts={"acme": {"limit": 500, "spread_limit": 500}})
    assert to_many(shop, SALE, 1)[0].action is Action.ALLOW
    assert to_many(shop, SALE, 1, "+12125550101", "rival")[0].action is Action.REJECT


def test_at_night(shop: Any) -> None:
    """Before 8 and from 21 on, in the account's own time zone; accounts without one have no night."""
    text = "New arrivals this season, 20% off"
    shop.tune("marketing", limit=80)
    zone = ZoneInfo("America/Toronto")
    for hour, action in ((20, Action.ALLOW), (21, Action.REJECT), (7, Action.REJECT), (8, Action.ALLOW)):
        at = datetime(2023, 12, 1 if hour > 12 else 2, hour, 30, tzinfo=zone).timestamp()
        shop.now = at - shop.state.wall_offset
        assert shop.send(text=text).action is Action.ALLOW
        shop.accounts["acme"] = replace(shop.accounts["acme"], timezone="America/Toronto")
        shop.ruleset = shop.compiled()
        assert shop.send(text=text + " x").action is action, hour
        shop.accounts["acme"] = replace(shop.accounts["acme"], timezone="UTC")
        shop.ruleset = shop.compiled()


def test_the_classifier_alone_is_not_enough(shop: Any) -> None:
    checker = checker_of(shop)
    message = shop.message(text=LIKELY)

    def judged(flags: int, **spread: Any) -> Any:
        shop.explain(text="hello")  # a context to write on
        reading = replace(read("hello"), flags=flags)
        context = replace(shop.state.context, reading=reading, flags=flags)
        shop.state.looked_at = message
        shop.state.context = replace(context, spread=replace(context.spread, **spread))
        return checker.check(message, shop.state, shop.now)

    assert judged(SCORED) is None
    assert judged(SCORED | SCORED_STRICTLY) is None
    assert judged(SCORED, recipients=50) is None
    assert judged(SCORED | SCORED_STRICTLY, recipients=50) is None


def test_what_calls_itself_an_advertisement(shop: Any) -> None:
    verdict = shop.send(text="Hello from us", identity=Identity(advertisement=True))
    assert (verdict.action, dict(verdict.hit.parts)) == (Action.REJECT, {"called an advertisement": 60})
    assert shop.send(text="Hello from us", identity=Identity()).action is Action.ALLOW
    assert shop.send(text=SALE, identity=Identity(advertisement=True)).action is Action.REJECT


def finding_of(explanation: Any) -> Any:
    return next(finding for finding in explanation.findings if finding.rule == "marketing")


def checker_of(world: Any) -> Any:
    return next(rule.checkers[0] for rule in world.ruleset.rules if rule.id == "marketing")
