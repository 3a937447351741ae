"""Speaking in another's name: `brand-mismatch`."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.verdict import Action
from edge.policy.signals.reader import read


@pytest.fixture
def alone(world: Any) -> Any:
    """Only this rule, so that what fraud rules think of the texts does not matter."""
    world.only("brand-mismatch")
    return world


def be(world: Any, **fields: Any) -> None:
    """The account becomes somebody else."""
    world.accounts["acme"] = replace(world.accounts["acme"], **fields)
    world.ruleset = world.compiled()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Service Canada: your SIN has been suspended, press 1 or reply to speak to an officer", "/government"),
        ("This is HMRC. You are due a refund, claim it now", "/government"),
        ("Ici Revenu Québec : confirmez votre remboursement", "/government"),
        ("NorthBank: your card is locked, call 1-888-555-0133", ""),
        ("Canada Post: your parcel is held https://maple.example/x", ""),
        ("Hi this is Dave from Purolator, reply with your address", ""),
        ("Votre Desjardins est suspendu, cliquez ici", ""),
        ("N0rthB4nk: verify your card", ""),
    ],
)
def test_a_claim_that_wants_something_is_refused(alone: Any, text: str, rule: str) -> None:
    verdict = alone.send(text=text)
    assert (verdict.action, verdict.rule) == (Action.REJECT, "brand-mismatch" + rule)


@pytest.mark.parametrize("text", ["NorthBank: your new card was mailed today.", "Amazon - 2 packages for unit 302"])
def test_a_claim_that_wants_nothing_is_held(alone: Any, text: str) -> None:
    assert alone.send(text=text).action is Action.QUARANTINE


@pytest.mark.parametrize(
    "text",
    [
        "Your Amazon parcel is at the desk. Please pick it up today",
        "CRA accepted your return, expect the refund in about two weeks. Call me with questions.",
        "We accept Visa, Mastercard and Interac. Reply to book",
        "Your Netflix trial comes with every booking",
        "Leave us a Google review: https://g.page/acme",
        "Chase: your appointment is tomorrow. Bring your insurance card",
        "Apple picking on Saturday, reply YES to join",
        "Your claim with Halifax Insurance was sent",
        "Rogers will fix the line at your building on Monday",
        "Parking is beside the Canadian Tire, call if lost",
        "The UPS driver left your package with us",
        "Votre colis Amazon est à la réception",
        "Nous acceptons le virement Interac : repondez pour confirmer",
        "Your Telus technician needs the alarm off, reply OK",
        "If it's FedEx at the door, please sign for us",
        "Did you get the parcel from Walmart? Reply Y or N",
        "Your OTP for the transaction at Amazon is 551716. Never share it.",
        "See you at 2.",
    ],
)
def test_naming_a_brand_claims_nothing(alone: Any, text: str) -> None:
    assert alone.send(text=text).action is Action.ALLOW


def test_who_says_who_it_is_may_have_anothers_name_in_front(alone: Any) -> None:
    text = "Amazon: 2 parcels at the desk. Elm Condos"
    assert alone.send(text=text).action is Action.QUARANTINE
    be(alone, brand="Elm Condos")
    assert alone.send(text=text).action is Action.ALLOW
    assert alone.send(text="Amazon: pay the fee, Elm Condos").action is Action.REJECT
    assert alone.send(text="Elm Condos: votre Hydro-Québec est payé, appelez-nous").action is Action.ALLOW


@pytest.mark.parametrize(
    "fields",
    [
        {"brand": "NorthBank"},
        {"brand": "NorthBank Canada Inc."},
        {"brand": "Agency 12", "domains": ("mail.northbank.example",)},
    ],
)
def test_the_brands_own_account(alone: Any, fields: Any) -> None:
    text = "NorthBank: did you spend $412.10 at Acme? Reply YES or NO."
    assert alone.send(text=text).action is Action.REJECT
    be(alone, **fields)
    assert alone.send(text=text, destination="+14165550399").action is Action.ALLOW
    assert alone.send(text="Desjardins: reply YES", destination="+14165550399").action is Action.REJECT


def test_people_write_to_each_other_about_brands(alone: Any) -> None:
    be(alone, kind="consumer")
    text = "NorthBank: did you spend $412.10 at Acme? Reply YES"
    verdict = alone.send(text=text)
    assert verdict.action is Action.FLAG
    for chat in ("it's FedEx. left a note", "this is Amazon for you lol", "Hi, I am Sarah from Telus, call me"):
        assert alone.send(text=chat).action.passes


def test_in_conversation_people_are_not_even_flagged(world: Any) -> None:
    world.only("brand-mismatch")
    be(world, kind="consumer")
    world.receive("+14165550311", "+14165550101", "what did they write?")
    assert world.send(text="NorthBank: did you spend $5 at Acme? Reply YES", after=30.0).action is Action.ALLOW


def test_inbound_is_another_rules_affair(alone: Any) -> None:
    assert alone.receive("+12125550199", "+14165550101", "NorthBank: reply YES").action is Action.ALLOW


def test_who_may_speak_is_the_operators_word(alone: Any) -> None:
    text = "Amazon: 551716 is your code, reply if it was not you"
    assert alone.send(text=text).action is Action.REJECT
    alone.tune("brand-mismatch", accounts={"acme": {"allowed": ["Amazon"]}})
    assert alone.send(text=text).action is Action.ALLOW
    alone.tune("brand-mismatch", allowed=["amazon", "netflix"])
    assert alone.send(text=text).action is Action.ALLOW
    assert alone.send(text="Walmart: reply YES").action is Action.REJECT


def test_an_operators_own_brands(alone: Any) -> None:
    text = "Maple Credit: verify your card"
    assert alone.send(text=text).action is Action.ALLOW
    alone.tune("brand-mismatch", brands=["Maple Credit | maplecredit.example | bank"])
    assert alone.send(text=text).rule == "brand-mismatch"
    be(alone, domains=("maplecredit.example",), brand="Branch 4")
    assert alone.send(text=text, destination="+14165550398").rule == "brand-mismatch"  # only the shipped have domains
    be(alone, brand="Maple Credit")
    assert alone.send(text=text, destination="+14165550399").action is Action.ALLOW


def test_another_conf_has_other_brands(alone: Any) -> None:
    """What one ruleset protects is nothing to another in the same process."""
    text = "Maple Credit: verify your card"
    plain = alone.ruleset
    alone.tune("brand-mismatch", brands=["Maple Credit | maplecredit.example | bank"])
    tuned = alone.ruleset
    for ruleset, action in ((plain, Action.ALLOW), (tuned, Action.REJECT), (plain, Action.ALLOW)):
        alone.ruleset = ruleset
        assert alone.send(text=text).action is action
    assert read(text).brands == ()


def test_a_bad_line_is_told(settings_of: Any) -> None:
    with pytest.raises(ValueError, match="no kind of brand"):
        settings_of("brand-mismatch", brands=["Maple | maple.example | shop"])
    with pytest.raises(ValueError, match="list of texts"):
        settings_of("brand-mismatch", brands="Maple")
