"""Emergency numbers: every spelling bounces, every near miss passes."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.clause import Clause
from edge.core.facts import Fact, FactKind
from edge.core.submission import PartyKind
from edge.core.verdict import Action, Reason, Verdict
from edge.policy.clauses.emergency import destination as emergency
from edge.policy.clauses.emergency.destination import emergency_number, is_emergency, is_service_code

AU = "+61412345678"
REPLY = (
    "There is no text to 911 on this service. Make a voice call to 911 now, or use another way to contact "
    "emergency services. / Ce service ne permet pas de texter le 911. Appelez le 911."
)


@pytest.mark.parametrize(
    ("destination", "ton"),
    [
        ("911", 0),
        ("911", 1),
        ("911", 2),
        ("911", 3),
        ("911", 4),
        ("911", 5),
        ("911", 6),
        ("+911", 0),
        ("+1911", 1),
        ("1911", 0),
        ("1911", 1),
        ("9-1-1", 0),
        ("9.1.1", 0),
        ("(911)", 0),
        (" 9 1 1 ", 0),
        ("911#", 0),
        ("00911", 0),
        ("011911", 0),
        ("0111911", 0),
        ("001911", 0),
        ("+1-911", 0),
        ("\uff19\uff11\uff11", 0),
        ("112", 0),
        ("+112", 0),
        ("1112", 0),
        ("+1112", 1),
    ],
)
def test_bounces_from_canada(world: Any, destination: str, ton: int) -> None:
    verdict = world.send(destination=destination, to_ton=ton, text="help someone is breaking in")
    assert (verdict.action, verdict.rule) == (Action.BOUNCE, "emergency-destination")
    assert (verdict.hit.reason, verdict.hit.clause) == (Reason.EMERGENCY, Clause.EMERGENCY)
    number = "112" if "112" in destination else "911"
    assert verdict.hit.reply == REPLY.replace("911", number)


@pytest.mark.parametrize(
    ("destination", "ton"),
    [
        ("+911123456789", 1),
        ("911123456789", 1),
        ("911911", 0),
        ("112233", 0),
        ("311", 0),
        ("211", 0),
        ("511", 0),
        ("988", 0),
        ("7726", 0),
        ("9111", 0),
        ("11911", 0),
        ("999", 0),
        ("000", 0),
        ("+14165559911", 1),
        ("+19112345678", 1),
        ("91", 0),
        ("11911911", 3),
    ],
)
def test_near_misses_from_canada(world: Any, destination: str, ton: int) -> None:
    assert world.send(destination=destination, to_ton=ton).rule != "emergency-destination"


@pytest.mark.parametrize("destination", ["988", "7726", "311", "211", "511", "911911", "112233", "+911123456789"])
def test_near_misses_pass_altogether(world: Any, destination: str) -> None:
    assert world.send(destination=destination, text="Hi can I talk to someone").action is Action.ALLOW


@pytest.mark.parametrize("text", ["call 911 my dad collapsed", "Sold the Porsche 911 for $91,100, 9/11 museum trip"])
def test_the_text_is_irrelevant(world: Any, text: str) -> None:
    assert world.send(text=text).action is Action.ALLOW


@pytest.mark.parametrize(
    ("destination", "bounced"),
    [
        ("000", True),
        ("106", True),
        ("112", True),
        ("+61000", True),
        ("0061000", True),
        ("00112", True),
        ("911", False),
        ("61000", False),
        ("1000", False),
    ],
)
def test_australian_sender(world: Any, destination: str, bounced: bool) -> None:
    verdict = world.send(AU, destination, text="house fire", to_ton=0)
    assert (verdict.action is Action.BOUNCE) == bounced


def test_type_international_counts_as_plus(world: Any) -> None:
    assert world.send(AU, "61000", to_ton=1).action is Action.BOUNCE


@pytest.mark.parametrize("source", ["+18335550120", "54321", "ACMEDENTAL"])
def test_senders_without_a_country_have_their_accounts(world: Any, source: str) -> None:
    assert world.send(source, "911", to_ton=0).hit.detail == "911 of CA"


def test_an_account_without_a_country(world: Any) -> None:
    nowhere = replace(world.accounts["acme"], country="", home=1)
    world.accounts["acme"] = nowhere
    assert world.send("54321", "911").action is Action.BOUNCE
    world.accounts["acme"] = replace(nowhere, home=44)
    assert world.send("54321", "911").hit.detail == "911 of an unknown country"
    assert world.send("54321", "999").action is not Action.BOUNCE


@pytest.mark.parametrize(
    ("digits", "country", "expected"),
    [
        ("911", "PR", True),
        ("15", "FR", True),
        ("3315", "FR", False),
        ("1298", "IN", True),
        ("144", "CH", True),
        ("911", "CH", False),
        ("9111", "CH", False),
        ("112", "", True),
        ("311", "US", False),
        ("ABC", "CH", False),
    ],
)
def test_sets_of_countries(digits: str, country: str, expected: bool) -> None:
    assert is_emergency(digits, country) is expected


@pytest.mark.parametrize(
    ("address", "ton", "country", "code", "expected"),
    [
        ("+3315", 0, "FR", 33, "15"),
        ("3315", 0, "FR", 33, ""),
        ("3315", 1, "FR", 33, "15"),
        ("003315", 0, "FR", 33, "15"),
        ("0044999", 0, "GB", 44, "999"),
        ("44999", 0, "GB", 44, ""),
        ("1060", 0, "MX", 52, ""),
        ("", 0, "CA", 1, ""),
        ("9", 0, "CA", 1, ""),
        ("9" * 30, 0, "CA", 1, ""),
    ],
)
def test_spellings_abroad(address: str, ton: int, country: str, code: int, expected: str) -> None:
    assert emergency_number(address, ton, country, code) == expected


def test_call_centres_on_the_operators_list(world: Any) -> None:
    world.tune("emergency-destination", numbers=["+14165559911"])
    verdict = world.send(destination="+14165559911", text="caller not breathing please send help")
    assert (verdict.action, verdict.hit.reply) == (Action.BOUNCE, REPLY)
    assert world.send(destination="+14165559912").action is Action.ALLOW
    assert world.send(destination="911").action is Action.BOUNCE


def test_before_ownership_and_suspension(world: Any) -> None:
    world.state.facts.apply(Fact(FactKind.SUSPEND, "acme", 0.0))
    assert world.send("+12125550101", "911").action is Action.BOUNCE


def test_never_paced_and_never_from_memory(world: Any) -> None:
    verdicts: list[Verdict] = [world.send(destination="911", text="help") for _ in range(200)]
    assert world.actions(verdicts) == {"bounce": 200}
    assert len(world.state.refusals) == 0


def test_if_it_fails_it_refuses_without_the_text(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emergency, "emergency_number", lambda *_: 1 / 0)
    verdict = world.send(destination="911")
    assert (verdict.action, verdict.hit.reason, verdict.hit.reply) == (Action.REJECT, Reason.EMERGENCY, "")
    for _ in range(50):
        world.send(destination="911")
    assert world.state.parked == {}
    assert world.state.rule_errors == {"emergency-destination": 51}


def test_rerouted_emergencies_meet_nothing_more(world: Any) -> None:
    world.tune("emergency-destination", action=Action.REROUTE, carrier="t911")
    world.tune("rate-account", limit="0/1s")
    verdict = world.send(destination="911")
    assert (verdict.action, verdict.hit.carrier) == (Action.REROUTE, "t911")


@pytest.mark.parametrize(("source", "ton"), [("911", 5), ("911", 0), ("+1911", 1), ("112", 3)])
def test_an_emergency_number_as_the_sender(world: Any, source: str, ton: int) -> None:
    verdict = world.send(source, ton=ton, text="Emergency bulletin")
    assert (verdict.rule, verdict.hit.reason) == ("emergency-source", Reason.SENDER)


def test_senders_from_outside(world: Any) -> None:
    assert world.receive("911", "+14165550101").rule == "emergency-source"
    assert world.receive("911", "+12125550101", account="").rule == "emergency-source"
    assert world.receive("+14165550999", "+14165550101").action is Action.ALLOW


def test_call_centres_as_the_sender(world: Any) -> None:
    world.tune("emergency-source", numbers=["+14165559911"])
    assert world.receive("+14165559911", "+14165550101").rule == "emergency-source"
    assert world.receive("+14165559912", "+14165550101").action is Action.ALLOW


def test_service_codes(world: Any) -> None:
    assert is_service_code(world.party("988"))
    assert is_service_code(world.party("7726"))
    assert not is_service_code(world.party("9888"))
    assert world.party("+1988").kind is PartyKind.INVALID
