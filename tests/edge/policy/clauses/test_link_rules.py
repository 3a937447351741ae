"""Links that hide where they lead, and links to adult sites: `shortener` and `adult-link`."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.verdict import Action, Verdict


def be(world: Any, **fields: Any) -> None:
    world.accounts["acme"] = replace(world.accounts["acme"], **fields)
    world.ruleset = world.compiled()


def of(verdict: Verdict) -> tuple[Action, str]:
    return verdict.action, verdict.rule


@pytest.fixture
def short(world: Any) -> Any:
    world.only("shortener")
    return world


@pytest.fixture
def adult(world: Any) -> Any:
    world.only("adult-link")
    return world


@pytest.mark.parametrize(
    "text",
    [
        "You won a $1000 Walmart gift card! Claim: tinyurl.com/w1n-now",
        "FREE gift inside https://bit.ly/3x",
        "20% off until Sunday bit.ly/abc",
        "Your NorthBank card: https://is.gd/ab12",
        "see hxxps://bit.ly/abc",
        "Soldes monstres tiny.cc/abc",
        "Claim your refund bit.ly/r3f",
        "Your parcel is held, pay the fee: tinyurl.com/p4y",
        "Final notice! Unpaid toll is.gd/t0ll",
    ],
)
def test_a_shortened_link_beside_a_lure_is_refused(short: Any, text: str) -> None:
    assert of(short.send(text=text)) == (Action.REJECT, "shortener")


@pytest.mark.parametrize(
    "text",
    [
        "Directions to the clinic: bit.ly/3xyz",
        "Your photos: https://cutt.ly/abc",
        "Directions to the rink: is.gd/rink12",
        "Here is the form you asked for: bit.ly/3xKq9",
        "Class photos are ready bit.ly/3xKq9",
        "Le formulaire: tinyurl.com/form24",
        "Minutes of Tuesday's meeting https://is.gd/min03",
    ],
)
def test_a_shortened_link_alone_is_held(short: Any, text: str) -> None:
    assert of(short.send(text=text)) == (Action.QUARANTINE, "shortener")


@pytest.mark.parametrize(
    "text",
    [
        "Free gift! https://youtu.be/dQw4w9WgXcQ",
        "Your offer: https://amzn.to/abc",
        "Find us: https://maps.app.goo.gl/abc",
        "Win a prize: https://wa.me/14165550101",
        "Free: t.me/acme",
        "https://acme.example/bit.ly",
        "https://rabbit.ly.example/x",
        "habit.ly/x is ours",
        "2.gp and 3.ly are odd names",
        "Follow us on lnkd.in/abc, free",
        "Reminder: your appointment is on Monday at 9.",
    ],
)
def test_what_is_no_shared_shortener(short: Any, text: str) -> None:
    assert short.send(text=text).action is Action.ALLOW


def test_people_shorten_links(short: Any) -> None:
    be(short, kind="consumer")
    assert short.send(text="free tickets!! https://bit.ly/3x").action is Action.ALLOW


def test_own_domains_and_the_operators_lists(short: Any) -> None:
    assert short.send(text="go.acme.example/x free").action is Action.ALLOW
    short.tune("shortener", hosts=["acme.example"], **{"except": ["bit.ly"]})
    assert short.send(text="go.acme.example/y free").action is Action.REJECT
    assert short.send(text="free https://bit.ly/3x").action is Action.ALLOW
    be(short, domains=("acme.example",))
    assert short.send(text="go.acme.example/z free").action is Action.ALLOW


def test_inbound_short_links_pass(short: Any) -> None:
    assert short.receive("+12125550199", "+14165550101", "free gift bit.ly/3x").action is Action.ALLOW


@pytest.mark.parametrize(
    "text",
    [
        "hey look at my pics http://explicit-pics.example/me.jpg",
        "https://onlyfans.com/me",
        "see www.pornhub.com",
        "pornhub[.]com",
        "join any.xxx/now",
    ],
)
def test_adult_links_to_strangers(adult: Any, text: str) -> None:
    assert of(adult.send(text=text)) == (Action.REJECT, "adult-link")
    assert of(adult.receive("+12125550199", "+14165550102", text)) == (Action.REJECT, "adult-link")


def test_in_conversation_they_are_only_recorded(adult: Any) -> None:
    be(adult, kind="consumer")
    adult.receive("+14165550311", "+14165550101", "send it")
    assert adult.send(text="https://onlyfans.com/me", after=60.0).action is Action.FLAG
    assert adult.send(text="https://onlyfans.com/me", after=2 * 86400.0).action is Action.REJECT


@pytest.mark.parametrize(
    "text",
    [
        "Book your sexual health check: https://sexualhealth.example/book",
        "https://essex.gov.uk/council-tax",
        "Lecture at middlesex.edu",
        "New menu at cockburn-arms.example",
        "https://www.ville-pornic.fr/agenda",
        "I saw a documentary about porn",
        "https://acme.example/explicit-pics",
        "adult swim lessons at pool.example",
        "https://naked-wines.com/order",
        "Sussex vs Essex at 3",
        "the xxx on the map is ours, xoxo xxx",
        "https://rabbithole.example",
    ],
)
def test_what_is_not_adult(adult: Any, text: str) -> None:
    assert adult.send(text=text).action is Action.ALLOW


def test_the_operators_lists(adult: Any) -> None:
    text = "see https://pics.maple.example/1"
    assert adult.send(text=text).action is Action.ALLOW
    adult.tune("adult-link", hosts=["maple.example"], **{"except": ["any.xxx"]})
    assert adult.send(text=text).rule == "adult-link"
    assert adult.send(text="see https://any.xxx/1").action is Action.ALLOW
