"""Fraud and phishing: what is refused and held, what passes, and what each signal is worth."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.clause import Clause
from edge.core.facts import Facts
from edge.core.verdict import Action, Reason, Verdict
from edge.policy.clauses.fraud.evidence import SCORE, SCORE_STRICT, WEIGHTS
from edge.policy.registry import RULES
from edge.policy.signals import reader
from edge.policy.state import PolicyState

ME, THEM = "+14165550101", "+14165550311"
DAY = 86400.0
TEXTS = Path(__file__).parent / "texts" / "phishing.tsv"
ROWS = [line.split("\t", 1) for line in TEXTS.read_text("utf-8").splitlines() if not line.startswith("#")]


def texts(who: str) -> list[str]:
    return [text for name, text in ROWS if name == who]


BARE = {"score": 0, "score_strict": 0}
ACCOUNT = Account(name="acme", country="CA", numbers=((14165550100, 14165550199),))
OWN = replace(ACCOUNT, brand="Acme Dental", domains=("acmedental.example",))
PERSON = replace(ACCOUNT, kind="consumer")


@pytest.fixture(scope="module")
def compiled(new_world: Any) -> Any:
    """Only this rule, compiled once: there are hundreds of rows."""
    world = new_world()
    world.only("phishing")
    return world


@pytest.fixture
def edge(compiled: Any) -> Iterator[Any]:
    """A state of its own for every test, and the defaults again after it."""
    settings, ruleset, accounts = dict(compiled.settings), compiled.ruleset, dict(compiled.accounts)
    compiled.state, compiled.now = PolicyState(Facts(), 1_700_000_000.0), 1000.0
    yield compiled
    compiled.settings, compiled.ruleset, compiled.accounts = settings, ruleset, accounts


@pytest.fixture
def bare(edge: Any) -> Any:
    """Without the classifier: what the words and the history alone add up to."""
    edge.tune("phishing", **BARE)
    return edge


def judged(
    edge: Any, text: str, account: Account, days: float = 400.0, inbound: bool = False, them: str = THEM
) -> Verdict:
    """The verdict on one message; a minute later, so that none is refused from memory."""
    edge.now += 61.0
    edge.accounts["acme"] = replace(account, opened=edge.state.unix(edge.now) - days * DAY)
    if inbound:
        return edge.receive(them, ME, text)  # type: ignore[no-any-return]
    return edge.send(ME, them, text)  # type: ignore[no-any-return]


def parts(verdict: Verdict) -> dict[str, float]:
    return dict(verdict.hit.parts) if verdict.hit else {}


def test_there_are_enough_of_each() -> None:
    assert len(texts("fraud")) >= 80
    assert sum(len(texts(who)) for who in ("own", "other", "chat", "inbound", "quoted", "asked")) >= 80


@pytest.mark.parametrize("text", texts("fraud"))
def test_frauds(edge: Any, text: str) -> None:
    old = judged(edge, text, ACCOUNT)
    assert old.action in (Action.REJECT, Action.QUARANTINE)
    assert old.hit is not None
    assert (old.hit.clause, old.hit.reason) == (Clause.FRAUD, Reason.CONTENT)
    assert sum(points for _, points in old.hit.parts) == old.hit.value >= old.hit.limit
    # What the detail says is a kind, and nothing of the text.
    assert old.hit.detail == old.hit.rule.partition("/")[2]
    stranger = judged(edge, text, ACCOUNT, inbound=True, them="+16135550199")
    assert stranger.action in (Action.REJECT, Action.QUARANTINE)


def test_most_are_refused_from_a_new_account(edge: Any) -> None:
    frauds = texts("fraud")
    refused = [text for text in frauds if judged(edge, text, ACCOUNT, 1.0).action is Action.REJECT]
    assert len(refused) / len(frauds) > 0.9


@pytest.mark.parametrize("text", texts("own"))
def test_a_business_under_its_own_name(edge: Any, text: str) -> None:
    assert judged(edge, text, OWN).action is Action.ALLOW
    assert judged(edge, text, OWN, 1.0).action is Action.ALLOW


@pytest.mark.parametrize("text", texts("other"))
def test_ordinary_business(edge: Any, text: str) -> None:
    assert judged(edge, text, ACCOUNT).action is Action.ALLOW
    assert judged(edge, text, ACCOUNT, 1.0).action is Action.ALLOW


@pytest.mark.parametrize("text", texts("chat"))
def test_people(edge: Any, text: str) -> None:
    # To somebody who has not written for a day, a code on its way back is held; nothing is refused.
    assert judged(edge, text, PERSON).action in (Action.ALLOW, Action.QUARANTINE)
    edge.receive(THEM, ME, "hey")
    assert judged(edge, text, PERSON).action is Action.ALLOW
    edge.send(ME, THEM, "hey")
    assert judged(edge, text, PERSON, inbound=True).action is Action.ALLOW


@pytest.mark.parametrize("text", texts("quoted"))
def test_people_show_each_other_a_fraud(edge: Any, text: str) -> None:
    edge.receive(THEM, ME, "hey")
    verdict = judged(edge, text, PERSON)
    assert (verdict.action, verdict.rule.partition("/")[0]) == (Action.FLAG, "phishing")
    assert judged(edge, text, ACCOUNT).action is not Action.FLAG


@pytest.mark.parametrize("text", texts("asked"))
def test_subscribers_ask_a_business(edge: Any, text: str) -> None:
    assert judged(edge, text, OWN, inbound=True).action is Action.FLAG


@pytest.mark.parametrize("text", texts("inbound"))
def test_subscribers_write_to_a_business(edge: Any, text: str) -> None:
    assert judged(edge, text, OWN, inbound=True).action.passes


SUBS = {
    "Your account needs confirmation https://xn--northbnk-66g.com/": "link-look-alike",
    "See http://93.184.216.34/login for the bill": "link-ip",
    "Security check: https://northbank.example@evil-login.top/a": "link-userinfo",
    "Player: http://vm-player.cc/msg.apk": "link-executable",
    "I sent my 6 digit code to your phone by mistake, forward it to me": "otp-relay",
    "Buy 5 Apple gift cards and text me the codes": "gift-card",
    "Send 0.2 BTC to bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh": "crypto-transfer",
    "Join our VIP crypto group on WhatsApp, guaranteed 300% in 7 days": "investment",
    "You won a $1000 Walmart gift card! Claim: w1n-now.com": "prize",
    "$499.99 charged to your card. Not you? Call 1-888-555-0133 immediately": "vishing",
    "Hi mum my phone broke, this is my new number, can you pay a bill": "new-number",
    "Please reply with your PIN and password": "credential-request",
}


@pytest.mark.parametrize(("text", "sub"), SUBS.items())
def test_the_strongest_part_names_it(edge: Any, text: str, sub: str) -> None:
    assert judged(edge, text, ACCOUNT, 1.0).rule == f"phishing/{sub}"


def test_what_is_denied_is_not_asked_for(edge: Any) -> None:
    asked = "Reply with your PIN and your card number"
    assert judged(edge, asked, ACCOUNT).action is Action.REJECT
    for denied in (
        "We will never ask you to reply with your PIN or your card number",
        "Do not reply with your PIN and your card number",
        "Nobody should send us your password",
        "Nous ne vous demanderons jamais d'envoyer votre mot de passe",
        "Never give us the 6 digit code we sent to your phone",
        "No one from Acme will ask you to buy gift cards and send us the codes",
    ):
        assert judged(edge, denied, ACCOUNT).action is Action.ALLOW, denied
    assert judged(edge, f"We never ask for your PIN. {asked}", ACCOUNT).action is Action.REJECT


LINKED = "Your card is locked. Verify your account at {}"


def test_subscribers_may_ask_where_to_pay_and_nothing_else(edge: Any) -> None:
    for asked in ("Please send me your bank details and your PIN", "Send your bank details to me: acme-pay.top"):
        assert judged(edge, asked, OWN, inbound=True).action is not Action.ALLOW, asked
    # What a business wants to know of its customers' accounts is another matter.
    assert (
        judged(edge, "Send me your bank details for the refund", ACCOUNT, them="+16135550177").action is Action.REJECT
    )


def test_links_of_ones_own_and_of_others(edge: Any) -> None:
    own = judged(edge, LINKED.format("acmedental.example/a"), OWN)
    assert own.action is Action.ALLOW
    both = judged(edge, LINKED.format("acmedental.example/a or acme-pay.top"), OWN)
    assert both.action is Action.REJECT
    assert "own_domain" not in parts(both)


def test_a_lookalike_of_ones_own_brand_is_ones_own(edge: Any) -> None:
    bank = replace(ACCOUNT, brand="NorthBank", domains=("northbank.example",))
    text = "NorthBank: your statement is ready, northbank-rewards.com"
    assert judged(edge, text, bank).action is Action.ALLOW
    assert judged(edge, text, ACCOUNT).action is Action.REJECT


def test_history_makes_what_is_doubtful_worse(bare: Any) -> None:
    text = "Your membership expired. Renew at gym-pay.net"
    first = judged(bare, text, ACCOUNT)
    assert parts(first).keys() >= {"lure_link", "no_consent"}
    for other in range(7):
        bare.send(ME, f"+1416555{400 + other:04}", text, after=30.0)
    ninth, tenth = (judged(bare, text, ACCOUNT, them=f"+1613555018{other}") for other in (8, 9))
    assert (ninth.action, tenth.action) == (Action.QUARANTINE, Action.REJECT)
    assert "spread" in parts(tenth)
    assert "new_account" in parts(judged(bare, text + " now", ACCOUNT, 2.0))
    bare.receive(THEM, ME, "hello")
    assert "no_consent" not in parts(judged(bare, text + " today", ACCOUNT))


def test_history_alone_makes_nothing_doubtful(bare: Any) -> None:
    text = "Your package is on hold, call 416-555-0101"
    assert judged(bare, text, ACCOUNT, 1.0).action is Action.ALLOW
    finding = next(each for each in bare.explain(ME, THEM, text).findings if each.rule == "phishing")
    assert dict(finding.parts) == {"lure": 20.0}


def test_conversation_takes_forty_points(bare: Any) -> None:
    text = "Reply with your card number and I will book it"
    assert judged(bare, text, ACCOUNT).action is Action.REJECT
    bare.receive(THEM, ME, "can you book me in?")
    assert judged(bare, text, ACCOUNT).action is Action.ALLOW


def test_thresholds_and_weights_are_settings(bare: Any) -> None:
    text = "Your parcel is on hold. Update at parcel-help.net"
    assert judged(bare, text, ACCOUNT).action is Action.QUARANTINE
    bare.tune("phishing", **BARE, reject=60)
    assert judged(bare, text, ACCOUNT).action is Action.REJECT
    bare.tune("phishing", **BARE, quarantine=65)
    assert judged(bare, text, ACCOUNT).action is Action.ALLOW
    bare.tune("phishing", **BARE, lure_link=0, request=0)
    assert judged(bare, text, ACCOUNT).action is Action.ALLOW
    bare.tune("phishing", **BARE, accounts={"acme": {"lure_link": 90}})
    assert judged(bare, text, ACCOUNT).action is Action.REJECT
    bare.tune("phishing", **BARE, action=Action.FLAG)
    assert judged(bare, text, ACCOUNT).action is Action.FLAG


def test_new_accounts_are_held_sooner(bare: Any) -> None:
    text = "Your account is suspended, verify your identity"
    bare.tune("phishing", **BARE, no_consent=0, new_account=0, lure=10)
    assert judged(bare, text, ACCOUNT).action is Action.QUARANTINE
    bare.tune("phishing", **BARE, no_consent=0, new_account=0, lure=0, request=20)
    assert judged(bare, text, ACCOUNT).action is Action.ALLOW
    assert judged(bare, text, ACCOUNT, 3.0).action is Action.QUARANTINE


@pytest.mark.parametrize(("flags", "part"), [(SCORE, "score"), (SCORE | SCORE_STRICT, "score_strict")])
def test_wording_is_one_more_signal(edge: Any, monkeypatch: pytest.MonkeyPatch, flags: int, part: str) -> None:
    monkeypatch.setattr(reader, "score_flags", lambda profile: flags)
    # Alone it neither refuses nor holds, and history adds nothing to it.
    for days in (1.0, 400.0):
        assert judged(edge, "It reads like a fraud, see bolt-shop.example", ACCOUNT, days).action is Action.ALLOW
    verdict = judged(edge, "Your parcel is on hold. Update at parcel-help.net", ACCOUNT)
    assert parts(verdict)[part] == WEIGHTS[part][0]
    # What leads nowhere but to the sender may be worded as it likes; so may an approved class.
    leads_home = judged(edge, "Your parcel is on hold, call 416-555-0101", ACCOUNT)
    assert leads_home.action is Action.ALLOW
    otp = replace(ACCOUNT, classes=frozenset({"otp"}))
    text = "Your code is 482913. Verify your card at bolt-shop.example"
    assert part in parts(judged(edge, text, ACCOUNT, 1.0))
    if reader.read(text).traffic == "otp":
        assert part not in parts(judged(edge, text, otp, 1.0))


def test_a_brand_named_in_passing(edge: Any) -> None:
    for text in ("Your Amazon parcel is at the front desk", "Hi Tom, your Apple laptop is repaired"):
        assert judged(edge, text, ACCOUNT, 1.0).action is Action.ALLOW


def test_parts_are_judged_together(edge: Any) -> None:
    edge.accounts["acme"] = replace(ACCOUNT, opened=edge.state.unix(edge.now) - 400 * DAY)
    first = edge.send(ME, THEM, "Please reply with your card num", part=(1, 2, 7))
    second = edge.send(ME, THEM, "ber and your PIN today", part=(2, 2, 7))
    assert (first.action, second.action) == (Action.ALLOW, Action.REJECT)


def test_explain_shows_the_score(bare: Any) -> None:
    bare.accounts["acme"] = replace(ACCOUNT, opened=bare.state.unix(bare.now) - 400 * DAY)
    explanation = bare.explain(ME, THEM, "Please reply with your PIN")
    finding = next(each for each in explanation.findings if each.rule == "phishing")
    assert (finding.outcome, finding.value, finding.limit) == ("hit", 70.0, 70.0)
    assert dict(finding.parts) == {"request_reply": 60.0, "no_consent": 10.0}
    assert "PIN" not in explanation.sentence
    assert explanation.sentence.startswith("Refused under 'Engaging in fraud")


def test_every_weight_is_a_setting_with_the_policys_default() -> None:
    settings = RULES["phishing"].settings
    assert {name: settings[name].default for name in WEIGHTS} == {name: points for name, (points, _) in WEIGHTS.items()}
    # policy.md A.5 and A.9.
    expected = {
        "reject": 70, "quarantine": 45, "quarantine_new": 30,
        "brand": 25, "look_alike": 60, "mixed_script": 50, "ip": 50, "ip_odd": 60, "userinfo": 60,
        "shortener": 30, "shortener_consumer": 15, "executable": 60, "abused_tld": 15, "deep": 10,
        "urgency": 15, "lure": 20, "family": 50, "request": 35, "request_reply": 60, "handover": 70, "callback": 25,
        "no_consent": 10, "spread": 10, "new_account": 10, "evasion": 20, "evasion_more": 10,
        "own_domain": 60, "conversation": 40, "own_brand": 20,
    }  # fmt: skip
    assert {name: settings[name].default for name in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        "Your invoice 4411 is overdue and your account will be suspended. Call 289-555-0188 to arrange payment.",
        "Your account is past due and will be closed on Friday. Call our office at 647-555-0143.",
        "Final notice: your parking fine is unpaid. Call 905-555-0120 before Friday.",
    ],
)
def test_a_known_business_whose_office_has_another_number_is_held_not_refused(edge: Any, text: str) -> None:
    """From a newcomer, a person or with a link, the same leads to a stranger."""
    verdict = judged(edge, text, ACCOUNT)
    assert verdict.action in (Action.QUARANTINE, Action.ALLOW, Action.FLAG), parts(verdict)
    assert "lure_link" not in parts(verdict)
    for who, days in ((ACCOUNT, 3.0), (PERSON, 400.0)):
        assert "lure_link" in parts(judged(edge, text, who, days)), who.kind
    away = judged(edge, f"{text} https://pay-desk.example/4411", ACCOUNT)
    assert "lure_link" in parts(away)
