"""GCRA as the rules use it, against a list of times that were let through."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edge.core.account import Account
from edge.core.facts import Facts
from edge.core.inventory import Inventory
from edge.core.submission import Body, Channel, Direction, Operation, Submission
from edge.policy.clauses.bulk.pacing import RateAccount
from edge.policy.rates import parse_rate
from edge.policy.registry import RULES
from edge.policy.rule import RuleSettings, default_settings
from edge.policy.signals.numbers import identify
from edge.policy.state import PolicyState

ACCOUNT = Account("acme")
MESSAGE = Submission(
    Channel.SMPP,
    Direction.MT,
    Operation.SUBMIT,
    ACCOUNT,
    "acme",
    "acme",
    identify("+14165550101", 1, 1, 1),
    identify("+14165550311", 1, 1, 1),
    Body("hi", b"hi"),
)


def checker(rate: str, accounts: dict[str, str] | None = None) -> RateAccount:
    spec = RULES["rate-account"]
    base = default_settings(spec)
    own = {account: {"limit": parse_rate(text)} for account, text in (accounts or {}).items()}
    settings = RuleSettings(spec, base.mode, base.on_error, base.action, "", {"limit": parse_rate(rate)}, own)
    return RateAccount(settings, Inventory(()))


def passes(check: RateAccount, state: PolicyState, now: float) -> bool:
    state.pending.clear()
    if check.check(MESSAGE, state, now) is not None:
        return False
    state.spend()
    return True


@given(
    st.integers(1, 20),
    st.integers(1, 30),
    st.integers(1, 12),
    st.lists(st.one_of(st.just(0.0), st.floats(0.0, 3.0), st.floats(0.0, 30.0)), max_size=80),
)
def test_never_more_than_count_and_burst_in_any_window(count: int, period: int, burst: int, gaps: list[float]) -> None:
    check, state = checker(f"{count}/{period}s burst {burst}"), PolicyState(Facts())
    now, passed = 1000.0, list[float]()
    for gap in gaps:
        now += gap
        if passes(check, state, now):
            passed.append(now)
    for start in passed:
        assert sum(start <= time <= start + period for time in passed) <= count + burst
        assert sum(time == start for time in passed) <= burst


@given(
    st.integers(1, 20),
    st.integers(1, 12),
    st.lists(st.integers(0, 4000).map(lambda millis: millis / 1000), max_size=60),
)
def test_equals_a_leaky_bucket(count: int, burst: int, gaps: list[float]) -> None:
    """The same decisions as a bucket of `burst` that drains `count` in ten seconds, computed from the start."""
    check, state = checker(f"{count}/10s burst {burst}"), PolicyState(Facts())
    now, level, before = 1000.0, 0.0, 1000.0
    for gap in gaps:
        now += gap
        level = max(0.0, level - (now - before) * count / 10)
        before = now
        room = burst - level - 1
        if abs(room) < 1e-4:
            return  # either answer is right within the rounding
        assert passes(check, state, now) == (room > 0)
        level += room > 0


@given(st.lists(st.floats(0.0, 2.0), min_size=1, max_size=40))
def test_a_denial_spends_nothing(gaps: list[float]) -> None:
    check, state = checker("1/1s burst 3"), PolicyState(Facts())
    now = 1000.0
    for gap in gaps:
        now += gap
        before = state.account_rate.get("acme")
        if not passes(check, state, now):
            assert state.account_rate.get("acme") == before
            assert state.pending == []


@given(st.lists(st.floats(0.0, 20.0), max_size=60))
def test_turning_the_table_changes_no_verdict(gaps: list[float]) -> None:
    check = checker("3/10s burst 3")
    plain, turned = PolicyState(Facts()), PolicyState(Facts())
    turned.adopt("rules", check.spans())
    plain.account_rate.due = float("inf")
    now = 1000.0
    for gap in gaps:
        now += gap
        if now >= turned.due:
            turned.turn(now)
        assert passes(check, turned, now) == passes(check, plain, now)


@given(st.lists(st.floats(0.0, 5.0), max_size=20))
def test_a_rate_of_zero_never_passes(gaps: list[float]) -> None:
    check, state = checker("0/1s"), PolicyState(Facts())
    now = 0.0
    for gap in gaps:
        now += gap
        assert not passes(check, state, now)


def test_measure() -> None:
    check, state = checker("1/1m burst 5", {"other": "1/1s"}), PolicyState(Facts())
    assert check.measure(MESSAGE, state, 1000.0) == (0.0, 5, "1/1m burst 5")
    passes(check, state, 1000.0)
    passes(check, state, 1000.0)
    assert check.measure(MESSAGE, state, 1030.0) == (1.5, 5, "1/1m burst 5")
    assert check.spans() == {"account_rate": 300.0}


def test_a_long_rest_is_no_credit(world: Any) -> None:
    world.only("rate-sender")
    world.send()
    assert world.actions([world.send(after=0.0 if i else 3600.0) for i in range(12)]) == {"allow": 10, "throttle": 2}
