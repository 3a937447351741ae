"""The action ladder: what refusals add up to, what is no evidence, and what an operator's word ends."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.facts import Fact, FactKind
from edge.core.ladder import Ladder
from edge.core.verdict import Action, Hit, Reason, Verdict
from edge.policy.engine import decide
from edge.policy.history.clock import tick_of
from edge.policy.ladder import escalate
from edge.policy.registry import RULES
from edge.policy.rule import Mode

ME, OTHER, SOMEBODY = "+14165550101", "+14165550102", "+14165550311"
Refuse = Callable[..., list[tuple[FactKind, str]]]


@pytest.fixture
def refuse(world: Any) -> Refuse:
    """A refusal under a rule, and what it brings: (kind, subject) of each fact, which holds from then on."""

    def refused(
        rule: str = "marketing",
        text: str = "a text",
        source: str = ME,
        to: str = SOMEBODY,
        action: Action = Action.REJECT,
        reason: Reason = Reason.CONTENT,
        after: float = 1.0,
        end_user: str = "acme",
        **fields: Any,
    ) -> list[tuple[FactKind, str]]:
        world.now += after
        world.state.looked_at = None
        if world.state.ruleset is not world.ruleset:
            world.state.adopt(world.ruleset, world.ruleset.spans, world.ruleset.room)
        hit = Hit(rule, RULES[rule.partition("/")[0]].clause, action, reason, "what was seen")
        message = replace(world.message(source, to, text, **fields), end_user=end_user)
        refused.facts = escalate(world.ruleset, message, Verdict(action, hit), world.state, world.now)
        for fact in refused.facts:
            world.state.facts.apply(fact)
        return [(fact.kind, fact.subject) for fact in refused.facts]

    return refused


def sent(world: Any, count: int, key: int = 14165550101) -> None:
    """So many messages of a number went on."""
    world.state.windows.reputation.of(key, tick_of(world.now)).today.sent += count


def tuned(world: Any, **values: Any) -> None:
    world.ruleset = replace(world.ruleset, ladder=Ladder(**values))


BLOCK, SUSPEND = (FactKind.BLOCK, ME), (FactKind.SUSPEND, "acme")


# -- severe ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["threat/violence", "phishing", "brand-mismatch/government", "image-content"])
def test_two_severe_texts_block_the_number(refuse: Refuse, rule: str) -> None:
    assert refuse(rule, "one text") == []
    assert refuse(rule, "another text", after=3600.0) == [BLOCK]
    [fact] = refuse.facts
    assert (fact.by, fact.account, fact.expires, fact.evidence) == ("ladder", "acme", 0.0, rule)
    assert fact.reason == f"2 different texts in 24 hours refused as severe, the last under {rule}"


def test_severe_kinds_add_up(refuse: Refuse) -> None:
    assert refuse("phishing", "one text") == []
    assert refuse("threat/violence", "another text") == [BLOCK]


def test_the_same_text_is_one_piece_of_evidence(refuse: Refuse) -> None:
    for number in range(15):
        assert refuse("threat/violence", "one text", to=f"+141655503{number:02}") == []
        assert refuse("threat/violence", "ONE text") == []


def test_a_day_apart_is_not_together(refuse: Refuse) -> None:
    assert refuse("threat/violence", "one text") == []
    assert refuse("threat/violence", "another text", after=86401.0) == []


def test_another_number_is_another_matter(refuse: Refuse) -> None:
    assert refuse("threat/violence", "one text") == []
    assert refuse("threat/violence", "another text", OTHER) == []


def test_sensitive_data_is_severe_from_the_fifth_of_a_day_on(refuse: Refuse) -> None:
    for number in range(5):
        assert refuse("sensitive-data/pan", f"a card {'x' * number}") == []
    assert refuse("sensitive-data/pan", "one more card") == [BLOCK]


def test_one_form_letter_with_card_numbers(refuse: Refuse) -> None:
    """The same template to many is many messages, but one text."""
    for number in range(15):
        assert refuse("sensitive-data/pan", "your card", to=f"+141655503{number:02}") == []


# -- ordinary ----------------------------------------------------------------------------------


def many(refuse: Refuse, count: int, rule: str = "marketing", **fields: Any) -> list[tuple[FactKind, str]]:
    found: list[tuple[FactKind, str]] = []
    for number in range(count):
        found += refuse(rule, "offer", to=f"+1416555{1000 + number}", **fields)
    return found


def test_twenty_refusals_of_few_messages(world: Any, refuse: Refuse) -> None:
    sent(world, 79)
    assert many(refuse, 19) == []
    assert refuse(to="+14165559999") == [BLOCK]
    assert refuse.facts[0].reason == "20 messages refused in 24 hours, 20 % of all, the last under marketing"


def test_a_few_refusals_among_many_messages(world: Any, refuse: Refuse) -> None:
    sent(world, 400)
    assert many(refuse, 100) == []  # exactly 20 % is not more
    assert refuse(to="+14165559999") == [BLOCK]


def test_retries_are_one_piece_of_evidence(refuse: Refuse) -> None:
    for _ in range(10):
        assert many(refuse, 19, after=61.0) == []


def test_a_client_that_retries_over_the_wire(world: Any) -> None:
    for _ in range(200):
        verdict = world.send("+18335550121", SOMEBODY, "from a number that is not verified", after=61.0)
        assert (verdict.rule, verdict.facts) == ("sender-toll-free", ())


def test_spread_over_more_than_a_day(refuse: Refuse) -> None:
    assert many(refuse, 60, after=2 * 3600.0) == []


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("destination-format", Reason.DESTINATION),
        ("loop", Reason.CONTENT),
        ("blocked", Reason.BLOCKED),
        ("suspended", Reason.SUSPENDED),
        ("marketing", Reason.INTERNAL),
        ("emergency-destination", Reason.EMERGENCY),
        ("bomb-pair", Reason.PACING),
    ],
)
def test_what_is_no_evidence(refuse: Refuse, rule: str, reason: Reason) -> None:
    assert many(refuse, 60, rule, reason=reason) == []


@pytest.mark.parametrize("action", [Action.THROTTLE, Action.QUARANTINE, Action.FLAG, Action.BOUNCE])
def test_only_refusals_count(refuse: Refuse, action: Action) -> None:
    assert many(refuse, 60, action=action) == []
    assert many(refuse, 60, "threat", action=action) == []


def test_silent_drops_count(refuse: Refuse) -> None:
    assert many(refuse, 20, action=Action.DROP) == [BLOCK]


def test_one_submission_to_a_long_list_is_one_message(refuse: Refuse) -> None:
    assert many(refuse, 150, "many-recipients", reason=Reason.RECIPIENTS) == []


# -- who is who --------------------------------------------------------------------------------


def test_nobody_gets_another_ones_number_blocked(world: Any, refuse: Refuse) -> None:
    """Rival writes acme's number, or a stranger's, as the sender."""
    for source in (ME, "+16045550100"):
        for number in range(40):
            refuse("sender-not-owned", f"text {chr(97 + number % 26)}{number}", source, account="rival")
    assert (world.state.facts.blocked, world.state.facts.suspended) == ({}, {})


def test_end_users_who_write_as_other_customers(refuse: Refuse) -> None:
    for name in ("ann", "bob"):
        assert refuse("sender-not-owned", "spoofed", "+14165550100", account="rival", end_user=name) == []
    found = refuse("sender-not-owned", "spoofed", "+14165550100", account="rival", end_user="eve")
    assert found == [(FactKind.SUSPEND, "rival")]
    assert refuse.facts[0].reason == "3 end users of the account refused under sender-not-owned in 24 hours"


def test_a_wrong_sender_is_a_wrong_configuration(refuse: Refuse) -> None:
    for number in range(40):
        assert refuse("sender-not-owned", "hello", f"+1604555{number:04}", end_user=f"user-{number}") == []


def test_three_numbers_under_one_severe_rule(world: Any, refuse: Refuse) -> None:
    """Scenario V054: the account answers for its end users."""
    assert refuse("threat/violence", "one", "+14165550101") == []
    assert refuse("phishing", "one", "+14165550102") == []
    assert refuse("threat/stalking", "one", "+14165550103") == []
    assert refuse("threat/hate", "one", "+14165550104") == [SUSPEND]
    assert refuse.facts[0].reason == "3 numbers of the account refused under threat in 24 hours"


def test_three_blocked_numbers(world: Any, refuse: Refuse) -> None:
    tuned(world, suspend_users=0)
    for number in range(2):
        source = f"+141655501{10 + number}"
        refuse("phishing", "one text", source)
        assert refuse("phishing", "another text", source) == [(FactKind.BLOCK, source)]
    refuse("phishing", "one text", "+14165550112")
    third = refuse("phishing", "another text", "+14165550112")
    assert third == [(FactKind.BLOCK, "+14165550112"), SUSPEND]
    assert refuse.facts[1].reason == "3 numbers of the account are blocked"


def test_blocks_by_operators_and_of_others_do_not_add_up(world: Any, refuse: Refuse) -> None:
    for number in range(5):
        world.state.facts.apply(Fact(FactKind.BLOCK, f"+141655501{20 + number}", 1.0, "operator:ann"))
        world.state.facts.apply(Fact(FactKind.BLOCK, f"+121255501{20 + number}", 1.0, "ladder", account="rival"))
    refuse("threat/violence", "one text")
    assert refuse("threat/violence", "another text") == [BLOCK]


def test_fraud_aimed_at_ten(refuse: Refuse) -> None:
    for number in range(9):
        assert refuse("phishing/link", "verify your account", to=f"+14165553{number:03}") == []
    assert refuse("threat/extortion", "pay or else", to="+14165559999", source=OTHER) == [SUSPEND]
    assert refuse.facts[0].reason == "threat aimed at 10 recipients in 24 hours"


@pytest.mark.parametrize("rule", ["snowshoe", "snowshoe/link", "number-cycling", "complaint/account"])
def test_what_suspends_at_once(refuse: Refuse, rule: str) -> None:
    assert refuse(rule) == [SUSPEND]
    assert refuse.facts[0].reason == f"{rule}: what was seen"


def test_what_blocks_at_once(refuse: Refuse) -> None:
    for rule in ("complaint", "opt-out-rate", "complaint/severe", "bomb-recipient/flood"):
        assert refuse(rule) == [BLOCK]
    assert refuse("bomb-recipient/account") == [BLOCK, SUSPEND]
    assert refuse("bomb-recipient") == []


# -- restraint ---------------------------------------------------------------------------------


def test_too_much_slows_down_for_a_day(world: Any, refuse: Refuse) -> None:
    assert refuse("volume", action=Action.THROTTLE) == [(FactKind.SLOW, ME)]
    [slow] = refuse.facts
    assert (slow.by, slow.account, slow.expires - slow.at) == ("ladder", "acme", 86400.0)
    assert refuse("volume", action=Action.THROTTLE, after=3600.0) == []  # it holds already
    assert refuse("volume", action=Action.THROTTLE, after=86400.0) == [(FactKind.SLOW, ME)]


def test_fan_out_slows_down_and_a_doubtful_list_is_held(refuse: Refuse) -> None:
    assert refuse("fan-out", action=Action.QUARANTINE) == [(FactKind.SLOW, ME)]
    assert refuse("list-quality", source=OTHER, action=Action.QUARANTINE) == [(FactKind.HOLD, OTHER)]
    assert refuse("volume", source="+14165550103", action=Action.QUARANTINE) == [
        (FactKind.HOLD, "+14165550103"),
        (FactKind.SLOW, "+14165550103"),
    ]
    assert refuse("rate-sender", action=Action.THROTTLE) == []
    assert refuse("bomb-otp", action=Action.THROTTLE) == []


# -- operators ---------------------------------------------------------------------------------


def test_an_unblock_resets_the_evidence(world: Any, refuse: Refuse) -> None:
    refuse("threat/violence", "one text")
    assert refuse("threat/violence", "another text") == [BLOCK]
    world.state.facts.apply(Fact(FactKind.UNBLOCK, ME, world.state.unix(world.now), "operator:ann"))
    assert refuse("threat/violence", "a third text") == []
    assert refuse("threat/violence", "a fourth text") == [BLOCK]


def test_and_that_of_ordinary_refusals(world: Any, refuse: Refuse) -> None:
    assert many(refuse, 20)[-1:] == [BLOCK]
    world.state.facts.apply(Fact(FactKind.UNBLOCK, ME, world.state.unix(world.now)))
    assert many(refuse, 19) == []
    assert refuse(to="+14165559999") == [BLOCK]


def test_a_restored_account_begins_anew(world: Any, refuse: Refuse) -> None:
    for number in range(3):
        refuse("threat/violence", "one", f"+141655501{10 + number}")
    assert world.state.facts.suspended
    world.state.facts.apply(Fact(FactKind.RESTORE, "acme", world.state.unix(world.now)))
    for number in range(2):
        assert refuse("threat/violence", "one", f"+141655501{20 + number}") == []
    assert refuse("threat/violence", "one", "+14165550122") == [SUSPEND]


def test_each_step_can_be_taken_out(world: Any, refuse: Refuse) -> None:
    tuned(
        world, block_severe=0, block_refusals=0, suspend_users=0, suspend_targets=0, slow=0.0, hold=0.0, pair_hold=0.0
    )
    for number in range(40):
        assert refuse("phishing", f"text {'x' * number}", f"+141655501{number:02}", f"+1416555{number:04}") == []
    assert many(refuse, 40) == []
    assert refuse("volume", action=Action.QUARANTINE) == []
    assert refuse("bomb-pair") == []
    tuned(world, on=False)
    assert refuse("snowshoe") == []


def test_the_thresholds_are_the_operators(world: Any, refuse: Refuse) -> None:
    tuned(world, block_severe=3, block_refusals=5, block_rate=50)
    assert refuse("phishing", "a") == []
    assert refuse("phishing", "b") == []
    assert refuse("phishing", "c") == [BLOCK]
    sent(world, 4, 14165550102)
    assert many(refuse, 4, source=OTHER) == []
    assert refuse(source=OTHER, to="+14165559999") == [(FactKind.BLOCK, OTHER)]


# -- through the engine ------------------------------------------------------------------------


def test_a_threat_and_another(world: Any) -> None:
    first = world.send(text="I will kill you tonight")
    assert (first.action, first.facts) == (Action.REJECT, ())
    again = world.send(text="I will kill you tonight", after=120.0)
    assert (again.rule, again.facts) == (first.rule, ())
    second = world.send(text="I am going to stab you, you are dead", after=60.0)
    assert [(fact.kind, fact.subject) for fact in second.facts] == [BLOCK]
    assert world.send(text="Sorry!").rule == "blocked"
    assert world.receive(SOMEBODY, ME, "STOP").action is Action.ALLOW


def test_monitor_mode_never_escalates(world: Any) -> None:
    world.only("blocked", "suspended")
    world.tune("threat", mode=Mode.MONITOR)
    for number in range(30):
        verdict = world.send(f"+141655501{number:02}", text=f"I will kill you tonight, number {number}")
        assert [hit.rule for hit in verdict.would_have] == ["threat/violence"]
        assert (verdict.action.passes, verdict.facts) == (True, ())


def test_facts_are_told_once_and_hold_at_once(world: Any) -> None:
    world.send(text="I will kill you tonight")
    message = world.message(text="I am going to stab you, you are dead")
    verdict = decide(world.ruleset, world.state, message, world.now)
    assert world.state.facts.blocked[14165550101] is verdict.facts[0]
    assert decide(world.ruleset, world.state, message, world.now).facts == ()


def test_a_fault_in_the_ladder_leaves_the_refusal(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the text of a message")

    monkeypatch.setattr("edge.policy.engine.escalate", broken)
    assert world.send(destination="MOM").action is Action.REJECT
    assert world.state.last_errors["ladder"].startswith("RuntimeError")


def test_an_account_under_attack_by_complainants_keeps_its_numbers(world: Any) -> None:
    """Two phones, however busy, block nobody."""
    many_numbers = Account(name="acme", numbers=((14165550100, 14165550199),))
    world.accounts["acme"] = many_numbers
    world.ruleset = world.compiled()
    for day in range(7):
        for by in (1, 2):
            for number in range(10, 60):
                at = world.state.unix(world.now) + day * 86400.0
                subject, other = f"+141655501{number}", f"+1647555000{by}"
                fact = Fact(FactKind.COMPLAINT, subject, at, "smpp:north", account="acme", other=other)
                world.state.facts.apply(fact)
    world.now += 7 * 86400.0
    for number in range(10, 60):
        assert world.send(f"+141655501{number}", f"+1416555{number * 37:04}", f"n {number}", after=1.0).action.passes


@given(st.lists(st.tuples(st.sampled_from(["marketing", "threat", "phishing"]), st.integers(0, 3)), max_size=60))
def test_no_more_facts_than_reasons(new_world: Any, script: list[tuple[str, int]]) -> None:
    """Whatever is refused: blocked once there are two severe texts, never before, and never twice while it stands."""
    world = new_world()
    tuned(world, suspend_users=0, suspend_targets=0)
    world.state.adopt(world.ruleset, world.ruleset.spans, world.ruleset.room)
    severe: set[int] = set()
    for rule, text in script:
        hit = Hit(rule, RULES[rule].clause, Action.REJECT, Reason.CONTENT, "seen")
        message = world.message(text="abcd"[text])
        world.state.looked_at = None
        facts = escalate(world.ruleset, message, Verdict(Action.REJECT, hit), world.state, world.now)
        severe |= {text} if rule != "marketing" else set()
        assert bool(facts) == (rule != "marketing" and len(severe) >= 2)
