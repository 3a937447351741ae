"""Who may send as what."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.verdict import Action, Reason
from edge.policy.clauses.identity.sender import owns

LONDON = "+447911123616"


@pytest.mark.parametrize(
    ("source", "ton"),
    [
        ("+14165550101", 1),
        ("14165550101", 0),
        ("4165550101", 2),
        ("14165550101", 5),
        ("+18335550120", 1),
        ("+61412345678", 1),
        ("54321", 3),
    ],
)
def test_own_numbers_pass_in_every_spelling(world: Any, source: str, ton: int) -> None:
    assert world.send(source, ton=ton).action is Action.ALLOW


@pytest.mark.parametrize(
    ("source", "ton", "reason", "detail"),
    [
        ("+14169110123", 1, Reason.SENDER, "a service code in place of the exchange"),
        ("+14161234567", 1, Reason.SENDER, "the exchange may not begin with 0 or 1"),
        ("+15552345678", 1, Reason.SENDER, "no such area code"),
        ("", 0, Reason.SENDER, "the address is empty"),
        ("HELLO", 1, Reason.SENDER_TON, "a name whose type says number"),
        ("HELLO", 0, Reason.SENDER_TON, "a name whose type says number"),
        ("4165559999", 5, Reason.SENDER_TON, "digits whose type says name"),
        ("72645", 5, Reason.SENDER_TON, "digits whose type says name"),
        ("1234567890123456", 1, Reason.SENDER_TON, "more than 15 digits"),
        ("***", 5, Reason.SENDER_TON, "characters that no number has"),
        ("+14169761234", 1, Reason.SENDER, "exchange 976 has no ordinary lines"),
        ("+14165559999", 1, Reason.SENDER, "exchange 555 has no ordinary lines"),
        ("+12129501234", 1, Reason.SENDER, "exchange 950 has no ordinary lines"),
    ],
)
def test_malformed_senders(world: Any, source: str, ton: int, reason: Reason, detail: str) -> None:
    verdict = world.send(source, ton=ton)
    assert (verdict.action, verdict.rule) == (Action.REJECT, "sender-format")
    assert (verdict.hit.reason, verdict.hit.detail) == (reason, detail)


def test_555_01xx_is_well_formed(world: Any) -> None:
    assert world.send("+12125550199").rule == "sender-not-owned"


def test_special_exchanges_pass_if_in_the_inventory(world: Any) -> None:
    world.accounts["acme"] = replace(world.accounts["acme"], numbers=((14169581234, 14169581234),))
    world.ruleset = world.compiled()
    assert world.send("+14169581234").action is Action.ALLOW


@pytest.mark.parametrize("destination", ["+14165551234", "+14169581234", "+14169501234", "+14169591234"])
def test_special_exchanges_do_not_matter_elsewhere(world: Any, destination: str) -> None:
    assert world.send(destination=destination).action is Action.ALLOW
    assert world.receive(destination, "+14165550101").action is Action.ALLOW


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ("+14161234567", True),
        ("+15552345678", True),
        ("VERIZON", False),
        ("*123#", False),
        ("72645", False),
        ("+447911123616", False),
    ],
)
def test_of_inbound_senders_only_impossible_numbers_are_refused(world: Any, source: str, refused: bool) -> None:
    verdict = world.receive(source, "+14165550101", ton=0)
    assert (verdict.rule == "sender-format") == refused


def test_strict_numbering_plans(world: Any) -> None:
    assert world.send(npi=6).action is Action.ALLOW
    world.tune("sender-format", strict=True)
    assert world.send(npi=6).hit.reason is Reason.SENDER_TON
    assert world.send(npi=1).action is Action.ALLOW
    assert world.send("+61412345678", npi=8).action is Action.ALLOW
    assert world.send("54321", npi=6).action is Action.ALLOW


@pytest.mark.parametrize(
    ("source", "destination", "detail"),
    [
        ("+12125550110", "+14165550601", "the number is another account's"),
        ("+12124567890", "+14165550601", "the number is not in the inventory"),
        ("+14162340200", "+14165550601", "the number is not in the inventory"),
        ("+447911123616", "+14165550601", "the number is not in the inventory"),
        ("+12124567890", "+12124567890", "the recipient's own number as the sender"),
    ],
)
def test_not_owned(world: Any, source: str, destination: str, detail: str) -> None:
    verdict = world.send(source, destination, "Hello from our clinic")
    assert (verdict.rule, verdict.hit.detail) == ("sender-not-owned", detail)
    assert verdict.hit.reason is Reason.SENDER


def test_shared_numbers_have_several_owners(world: Any) -> None:
    world.accounts["rival"] = replace(world.accounts["rival"], numbers=((14165550101, 14165550101),))
    world.ruleset = world.compiled()
    assert world.send("+14165550101").action is Action.ALLOW
    assert world.send("+14165550101", account="rival").action is Action.ALLOW
    assert world.send("+14165550102", account="rival").rule == "sender-not-owned"


def test_a_number_to_itself_is_its_owners_business(world: Any) -> None:
    assert world.send("+14165550101", "+14165550101").action is Action.ALLOW


def test_owns(world: Any) -> None:
    assert owns(world.accounts["acme"], world.ruleset.inventory, 14165550101)
    assert not owns(world.accounts["rival"], world.ruleset.inventory, 14165550101)
    assert not owns(None, world.ruleset.inventory, 14165550101)


def test_our_number_from_outside(world: Any) -> None:
    verdict = world.receive("+14165550101", "+12125550110", account="rival")
    assert (verdict.rule, verdict.hit.reason) == ("sender-on-net", Reason.SENDER)
    assert world.receive("+14165550101", "54321").rule == "sender-on-net"
    assert world.receive("+14165550311", "+12125550110", account="rival").action is Action.ALLOW


def test_what_we_sent_comes_home(world: Any) -> None:
    assert world.send("+14165550101", "+12125550110", "lunch?").action is Action.ALLOW
    assert world.receive("+14165550101", "+12125550110", "lunch?", account="rival").action is Action.ALLOW
    assert world.receive("+14165550101", "+12125550111", "lunch?", account="rival").rule == "sender-on-net"
    late = world.receive("+14165550101", "+12125550110", "hello?", account="rival", after=3600.0)
    assert late.rule == "sender-on-net"


def test_to_a_short_code_of_ours_and_home(world: Any) -> None:
    assert world.send("+12125550110", "54321", account="rival").action is Action.ALLOW
    assert world.receive("+12125550110", "54321").action is Action.ALLOW


def test_a_refused_message_is_not_expected_home(world: Any) -> None:
    world.tune("rate-account", limit="0/1s")
    assert world.send("+14165550101", "+12125550110").action is Action.THROTTLE
    assert world.receive("+14165550101", "+12125550110", account="rival").rule == "sender-on-net"


def test_ported_out_numbers_come_from_outside(world: Any) -> None:
    world.tune("sender-on-net", exempt=["+14165550101"])
    assert world.receive("+14165550101", "+12125550110", account="rival").action is Action.ALLOW
    assert world.receive("+14165550102", "+12125550110", account="rival").rule == "sender-on-net"


def test_do_not_originate(world: Any) -> None:
    assert world.send("+14165550105").action is Action.ALLOW
    world.tune("sender-do-not-originate", numbers=["+14165550105", "+1604"])
    verdict = world.send("+14165550105")
    assert (verdict.rule, verdict.hit.reason) == ("sender-do-not-originate", Reason.SENDER)
    assert world.send("+14165550106").action is Action.ALLOW
    assert world.receive("+16045550100", "+14165550101").rule == "sender-do-not-originate"


def test_toll_free_must_be_verified_at_home(world: Any) -> None:
    assert world.send("+18335550120").action is Action.ALLOW
    verdict = world.send("+18335550121")
    assert (verdict.rule, verdict.hit.reason) == ("sender-toll-free", Reason.SENDER)
    assert world.send("+18335550121", "72645").rule == "sender-toll-free"
    assert world.send("+18335550121", LONDON).action is Action.ALLOW


@pytest.mark.parametrize(
    ("source", "destination", "detail"),
    [
        ("ACMEDENTAL", "+14165550610", "North America has no senders by name"),
        ("ACMEDENTAL", "+18764101234", "North America has no senders by name"),
        ("ACMEDENTAL", "72645", "North America has no senders by name"),
        ("VERIFY", LONDON, "the name says nothing of who is sending"),
        ("Bank", LONDON, "the name says nothing of who is sending"),
        ("B4NK", LONDON, "the name says nothing of who is sending"),
        ("INF0.", LONDON, "the name says nothing of who is sending"),
        ("A-L-E-R-T", LONDON, "the name says nothing of who is sending"),
        ("Bankside", LONDON, "the name is not registered to the account"),
        ("Infosys UK", LONDON, "the name is not registered to the account"),
        ("PayPaI", LONDON, "the name is a protected brand's, or looks like it"),
        ("AB", LONDON, "a name is 3 to 11 letters, digits, spaces, or & . _ - with at least one letter"),
        ("TWELVELETTER", LONDON, "a name is 3 to 11 letters, digits, spaces, or & . _ - with at least one letter"),
        ("Acm\u00e9", LONDON, "a name is 3 to 11 letters, digits, spaces, or & . _ - with at least one letter"),
    ],
)
def test_names(world: Any, source: str, destination: str, detail: str) -> None:
    verdict = world.send(source, destination, ton=5)
    assert (verdict.rule.partition("/")[0], verdict.hit.reason) == ("sender-alphanumeric", Reason.SENDER)
    assert verdict.hit.detail == detail


def test_registered_names_abroad(world: Any) -> None:
    assert world.send("ACMEDENTAL", LONDON).action is Action.ALLOW
    assert world.send("AcmeDental", LONDON).action is Action.ALLOW
    assert world.send("ACMEDENTAL", "+390612345678").action is Action.ALLOW


def test_generic_names_are_the_operators_list(world: Any) -> None:
    world.tune("sender-alphanumeric", generic=["acmedental"])
    assert world.send("ACMEDENTAL", LONDON).rule == "sender-alphanumeric/generic"


def test_short_codes(world: Any) -> None:
    assert world.send("54321", "+12125550635").action is Action.ALLOW
    verdict = world.send("72645")
    assert (verdict.rule, verdict.hit.detail) == ("sender-short-code", "the short code is not leased to the account")
    assert world.send("54321", account="rival").rule == "sender-short-code"


@pytest.mark.parametrize(
    ("code", "country", "passes"), [("45678", "CA", False), ("1234", "CA", False), ("45678", "US", True)]
)
def test_canadian_short_codes(world: Any, code: str, country: str, passes: bool) -> None:
    world.accounts["acme"] = replace(world.accounts["acme"], country=country, short_codes=frozenset({code}))
    assert (world.send(code).action is Action.ALLOW) == passes
