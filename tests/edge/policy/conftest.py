"""A small world for the policy's tests: two accounts, the shipped defaults, and submissions in one line."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.facts import Facts
from edge.core.inventory import Inventory
from edge.core.submission import Body, Channel, Direction, Operation, Party, Submission
from edge.core.verdict import Action, Explanation, Verdict
from edge.policy.engine import Ruleset, compile_ruleset, decide, explain
from edge.policy.registry import RULES
from edge.policy.rule import Mode, RuleSettings, default_settings
from edge.policy.signals.numbers import identify
from edge.policy.state import PolicyState

ACME = Account(
    name="acme",
    country="CA",
    numbers=((14165550100, 14165550199), (18335550120, 18335550121), (61412345678, 61412345678)),
    senders=frozenset({"ACMEDENTAL"}),
    verified_toll_free=((18335550120, 18335550120),),
    short_codes=frozenset({"54321"}),
)
RIVAL = Account(name="rival", country="US", numbers=((12125550100, 12125550199),))


def ton_of(address: str) -> int:
    """TON as a careful ESME sends it."""
    return 1 if address.startswith("+") else 5 if any(char.isalpha() for char in address) else 0


def rule_settings(rule: str, **values: Any) -> RuleSettings:
    """The rule's defaults, with `values` as the conf would write them; `mode` and `action` as their enums."""
    settings = default_settings(RULES[rule])
    mode, action = values.pop("mode", settings.mode), values.pop("action", settings.action)
    carrier, accounts = values.pop("carrier", ""), values.pop("accounts", {})
    parsed = {name: settings.spec.settings[name].parse(value) for name, value in values.items()}
    merged = {**settings.values, **parsed}
    own = {
        account: {**merged, **{name: settings.spec.settings[name].parse(value) for name, value in table.items()}}
        for account, table in accounts.items()
    }
    return replace(settings, mode=mode, action=action, carrier=carrier, values=merged, accounts=own)


class World:
    """A ruleset, a state and a clock. `send` is MT from ACME, `receive` MO from carrier "north"."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {"acme": ACME, "rival": RIVAL}
        self.state = PolicyState(Facts(), 1_700_000_000.0)
        self.now = 1000.0
        self.settings: dict[str, RuleSettings] = {}
        self.ruleset = self.compiled()

    def compiled(self) -> Ruleset:
        return compile_ruleset(self.settings, "v1", Inventory(self.accounts.values()))

    def tune(self, rule: str, **values: Any) -> None:
        """Write to the conf and reload."""
        self.settings[rule] = rule_settings(rule, **values)
        self.ruleset = self.compiled()

    def only(self, *rules: str) -> None:
        """All other rules off, even those that may not be in a real conf."""
        for rule in RULES:
            if rule not in rules:
                self.settings[rule] = rule_settings(rule, mode=Mode.OFF)
        self.ruleset = self.compiled()

    def message(
        self,
        source: str = "+14165550101",
        destination: str = "+14165550311",
        text: str = "See you at 2.",
        account: str = "acme",
        *,
        ton: int = -1,
        npi: int = 1,
        to_ton: int = -1,
        inbound: bool = False,
        part: tuple[int, int, int] = (1, 1, 0),
        **fields: Any,
    ) -> Submission:
        """`part` is (number, of, reference)."""
        owner = self.accounts.get(account)
        home = owner.home if owner else 1
        return Submission(
            channel=Channel.SMPP,
            direction=Direction.MO if inbound else Direction.MT,
            operation=fields.pop("operation", Operation.SUBMIT),
            account=owner,
            origin=fields.pop("origin", "north" if inbound else account),
            end_user=account,
            source=self.party(source, ton, npi, home),
            destination=self.party(destination, to_ton, 1, home),
            body=Body(text, text.encode(), part=part[0], parts=part[1], reference=part[2]),
            **fields,
        )

    def party(self, address: str, ton: int = -1, npi: int = 1, home: int = 1) -> Party:
        return identify(address, ton_of(address) if ton < 0 else ton, npi, home)

    def send(self, *args: Any, after: float = 0.0, **fields: Any) -> Verdict:
        """Decide on a message `after` seconds later."""
        self.now += after
        return decide(self.ruleset, self.state, self.message(*args, **fields), self.now)

    def receive(self, source: str, destination: str, text: str = "ok", **fields: Any) -> Verdict:
        return self.send(source, destination, text, inbound=True, **fields)

    def explain(self, *args: Any, **fields: Any) -> Explanation:
        return explain(self.ruleset, self.state, self.message(*args, **fields), self.now)

    def actions(self, verdicts: list[Verdict]) -> Mapping[str, int]:
        """How many verdicts of each action."""
        return {
            action.value: count for action in Action if (count := sum(verdict.action is action for verdict in verdicts))
        }


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def new_world() -> type[World]:
    return World


@pytest.fixture
def settings_of() -> Callable[..., RuleSettings]:
    return rule_settings
