"""What a rule is: its entry in the registry, its settings from the conf, and the shape it is compiled to."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from edge.core.clause import Clause
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit

if TYPE_CHECKING:
    from edge.policy.state import PolicyState


class Mode(Enum):
    """`off`: not asked. `monitor`: recorded as `would_have`. `enforce`: its hit decides."""

    OFF = "off"
    MONITOR = "monitor"
    ENFORCE = "enforce"


class OnError(Enum):
    """What an exception inside a rule means for the message: go on, or refuse."""

    ALLOW = "allow"
    DENY = "deny"


class Setting(msgspec.Struct, frozen=True):
    """One key of a rule's conf table: `parse` turns the TOML value into what the rule uses.

    `parse` raises ValueError with a sentence that says what is wrong. `default` is already parsed.
    """

    default: Any
    parse: Callable[[Any], Any]
    description: str


class RuleSpec(msgspec.Struct, frozen=True):
    """A rule of the contract.

    `built` is None for rules that load and are not enforced yet; else `built(settings)` makes the rule's
    checker. An `enforce_only` rule refuses the modes off and monitor. `main` names the setting that a bare
    value in an account's `[limits]` stands for (`rate-account = "200/1s"`), "" if there is none.
    """

    id: str
    clause: Clause
    description: str
    action: Action
    settings: Mapping[str, Setting] = {}
    mode: Mode = Mode.ENFORCE
    on_error: OnError = OnError.ALLOW
    enforce_only: bool = False
    main: str = ""
    built: Callable[["RuleSettings"], "Checker"] | None = None


class RuleSettings(msgspec.Struct, frozen=True):
    """A rule as tuned: what the conf says, over the defaults.

    `action` REROUTE carries the carrier's name in `carrier`. `values` has every setting of the spec,
    `accounts` the settings of accounts with their own `[limits]` for this rule (already merged, complete).
    """

    spec: RuleSpec
    mode: Mode
    on_error: OnError
    action: Action
    carrier: str = ""
    values: Mapping[str, Any] = {}
    accounts: Mapping[str, Mapping[str, Any]] = {}

    def value(self, name: str, account: str) -> Any:
        """The setting `name` as it holds for `account`."""
        return self.accounts.get(account, self.values)[name]


class Checker(Protocol):
    """A compiled rule. Does no I/O, reads no clock, and may raise: the engine answers for that."""

    def check(self, submission: Submission, state: "PolicyState", now: float) -> Hit | None:
        """What stands against the message, if anything. Changes nothing that outlives the call."""

    def spend(self, submission: Submission, state: "PolicyState", now: float) -> None:
        """Count a message that passes (called only then). Rules without a count do nothing."""

    def measure(self, submission: Submission, state: "PolicyState", now: float) -> tuple[float, float, str]:
        """For `explain`: (value, limit, detail) as they stand, in the rule's own unit."""
