"""Sensitive data: refused, held or flagged, by kind, direction and what the account asks for."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.clause import Clause
from edge.core.verdict import Action, Reason
from edge.policy.clauses.fraud.sensitive import NAMES

ME, THEM = "+14165550101", "+14165550311"
EACH = {
    "pan": "Receipt: we charged card 4111 1111 1111 1111 exp 09/28 $120",
    "ssn": "Please confirm your SSN 219-44-8123 for payroll",
    "sin": "Votre NAS 130 692 544 a ete enregistre",
    "iban": "Refund will go to IBAN GB82 WEST 1234 5698 7654 32",
    "bank": "Routing 021000021 account 1234567890",
    "password": "Your password is Summer2024!",
    "key": "use sk_live_51H8abcdEFGHijklMNOP",
    "id": "passport no G92649085, expires 23/5",
    "health": "Your HIV test result: POSITIVE. Please call us.",
    "wifi": "the home wifi password is Eiqhi%755",
}
ACTIONS = dict.fromkeys(EACH, Action.REJECT) | {
    "id": Action.QUARANTINE,
    "health": Action.QUARANTINE,
    "wifi": Action.FLAG,
}


@pytest.fixture
def edge(world: Any) -> Any:
    world.only("sensitive-data")
    return world


def account(edge: Any, **fields: Any) -> None:
    edge.accounts["acme"] = replace(edge.accounts["acme"], **fields)


@pytest.mark.parametrize("kind", EACH)
def test_each_kind(edge: Any, kind: str) -> None:
    verdict = edge.send(ME, THEM, EACH[kind])
    hit = verdict.hit or verdict.would_have[0]
    assert (verdict.action, hit.rule) == (ACTIONS[kind], f"sensitive-data/{kind}")
    assert (hit.clause, hit.reason) == (Clause.FRAUD, Reason.CONTENT)
    # No digit of what was found leaves with the hit.
    assert not any(character.isdigit() for character in hit.detail)
    assert hit.detail == NAMES[kind] + " in clear"


@pytest.mark.parametrize("kind", EACH)
def test_received_it_is_delivered_and_flagged(edge: Any, kind: str) -> None:
    verdict = edge.receive(THEM, ME, EACH[kind])
    assert (verdict.action, verdict.hit.rule) == (Action.FLAG, f"sensitive-data/{kind}")
    edge.tune("sensitive-data", action=Action.DROP)
    assert edge.receive(THEM, ME, EACH[kind]).action is Action.FLAG


def test_what_the_account_asks_for_makes_it_milder(edge: Any) -> None:
    account(edge, sensitive_data="quarantine")
    assert edge.send(ME, THEM, EACH["pan"]).action is Action.QUARANTINE
    assert edge.send(ME, THEM, EACH["health"]).action is Action.QUARANTINE
    account(edge, sensitive_data="flag")
    assert edge.send(ME, THEM, EACH["pan"], after=61.0).action is Action.FLAG
    assert edge.send(ME, THEM, EACH["health"]).action is Action.FLAG
    assert edge.send(ME, THEM, EACH["health"]).hit.rule == "sensitive-data/health"


def test_what_the_conf_says_holds_for_all_kinds(edge: Any) -> None:
    edge.tune("sensitive-data", action=Action.QUARANTINE)
    assert edge.send(ME, THEM, EACH["pan"]).action is Action.QUARANTINE
    edge.tune("sensitive-data", action=Action.FLAG)
    assert edge.send(ME, THEM, EACH["pan"]).action is Action.FLAG
    edge.tune("sensitive-data", action=Action.DROP)
    assert edge.send(ME, THEM, EACH["pan"]).action is Action.DROP
    assert edge.send(ME, THEM, EACH["wifi"]).action is Action.FLAG


def test_what_people_say_of_themselves(edge: Any) -> None:
    account(edge, kind="consumer")
    for kind in ("password", "health", "id"):
        assert edge.send(ME, THEM, EACH[kind]).action is Action.FLAG, kind
    for kind in ("pan", "ssn", "sin", "iban", "bank", "key"):
        assert edge.send(ME, THEM, EACH[kind]).action is Action.REJECT, kind
    edge.tune("sensitive-data", personal=["pan"])
    edge.now += 61.0
    assert edge.send(ME, THEM, EACH["pan"]).action is Action.FLAG
    assert edge.send(ME, THEM, EACH["password"]).action is Action.REJECT
    edge.tune("sensitive-data", accounts={"acme": {"personal": ["iban"]}})
    assert edge.send(ME, THEM, EACH["iban"], after=61.0).action is Action.FLAG
    assert edge.send(ME, THEM, EACH["pan"]).action is Action.REJECT


def test_the_strictest_of_several_kinds(edge: Any) -> None:
    both = f"{EACH['health']} {EACH['pan']}"
    assert edge.send(ME, THEM, both).rule == "sensitive-data/pan"


def test_a_number_cut_in_two(edge: Any) -> None:
    first = edge.send(ME, THEM, "Your card 4111 1111 ", part=(1, 2, 9))
    second = edge.send(ME, THEM, "1111 1111 was charged", part=(2, 2, 9))
    assert (first.action, second.action) == (Action.ALLOW, Action.REJECT)


def test_hidden_between_the_digits(edge: Any) -> None:
    assert edge.send(ME, THEM, "card on file 5555.5555\u200b.5555.4444").rule == "sensitive-data/pan"
    assert edge.send(ME, THEM, "card 4111\u00ad1111\u20601111\u200d1111").rule == "sensitive-data/pan"


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 9348746895074037 is ready",
        "NorthBank: purchase of $20.11 on card ending 1111 (**** **** **** 1111)",
        "My number is 416 555 0123, his is 604-555-0199",
        "Your hold confirmation is 123 456 789",
        "Phone repaired. IMEI 490154203237518",
        "Guest Wi-Fi is BistroGuest, password: latte2024",
        "WebHost: reset your password: https://webhost.example/reset/ab12 (expires 15 min)",
        "123456 is your Uptown code. Do not share it.",
        "Your order 4111111111111111 has shipped",
        "Your results are in, please call us.",
        "Bring your health card and passport on Tuesday",
        "Votre colis 4539148803436467 arrive demain",
        "We will never ask for your password or PIN.",
        "The gate code is 9268",
    ],
)
def test_what_is_nobodys_secret(edge: Any, text: str) -> None:
    assert edge.send(ME, THEM, text).action is Action.ALLOW


def test_988_and_7726_are_not_read(edge: Any) -> None:
    for service in ("988", "7726"):
        assert edge.send(ME, service, EACH["pan"]).action is Action.ALLOW


def test_explain_names_the_kind_and_not_the_number(edge: Any) -> None:
    explanation = edge.explain(ME, THEM, EACH["pan"])
    finding = next(each for each in explanation.findings if each.rule == "sensitive-data")
    assert finding.outcome == "hit"
    assert finding.hit is not None
    assert "sensitive-pan" in explanation.signals
    assert "4111" not in explanation.sentence + finding.hit.detail + finding.detail
