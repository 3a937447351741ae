"""What a rule is: its entry in the registry, its settings from the conf, and the shape it is compiled to."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import msgspec

from edge.core.clause import Clause
from edge.core.inventory import Inventory
from edge.core.submission import Direction, PartyKind, Submission
from edge.core.verdict import Action, Hit, Reason

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

    `built` is None for rules that load and are not enforced yet (they accept any further scalar key); else
    `built(settings, inventory)` makes the rule's checker. An `enforce_only` rule refuses the modes off and
    monitor. `main` names the setting that a bare value in an account's `[limits]` stands for
    (`rate-account = "200/1s"`), "" if there is none. `description` is fit for a customer's eyes.
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
    built: Callable[["RuleSettings", Inventory], "Checker"] | None = None


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


def default_settings(spec: RuleSpec) -> RuleSettings:
    """The rule as it is when the conf says nothing of it."""
    values = {name: setting.default for name, setting in spec.settings.items()}
    return RuleSettings(spec, spec.mode, spec.on_error, spec.action, "", values)


class Checker(Protocol):
    """A compiled rule. Does no I/O, reads no clock, and may raise: the engine answers for that.

    `directions`, `senders` and `destinations` say which messages it can concern: for all others it costs
    nothing. `paced` rules count a message once whatever its parts; `content` rules are skipped for 988 and
    7726; `odd` rules can only concern submissions that are not plain (see `edge.policy.engine.is_odd`).
    `needs`, where it is not 0, are flags of the reading (`edge.policy.signals.flags`): without any of them in the
    text the rule is not asked. `standing` rules have nothing to say while no fact stands against anybody
    (`Facts.stand`). `failure` is the reason given when the rule fails and its `on_error` is deny.
    """

    settings: RuleSettings
    directions: frozenset[Direction]
    senders: frozenset[PartyKind]
    destinations: frozenset[PartyKind]
    paced: bool
    content: bool
    odd: bool
    standing: bool
    needs: int
    failure: Reason

    def parts(self) -> Sequence["Checker"]:
        """The checkers that make up the rule: itself, and others where one rule asks several questions."""

    def idle(self) -> bool:
        """Whether the rule, as tuned, cannot fire at all."""

    def spans(self) -> Mapping[str, float]:
        """For each table of the state it counts in: how long an entry can matter, in seconds."""

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """What the windows must tell apart for it: "recipients" and "messages" of a number, recipients of "texts", by
        account ("" for all others).
        """

    def check(self, submission: Submission, state: "PolicyState", now: float) -> Hit | None:
        """What stands against the message, if anything.

        What it will count is put on `state.pending`, which the engine writes only if the message passes;
        nothing else that it does outlives the call.
        """

    def measure(self, submission: Submission, state: "PolicyState", now: float) -> tuple[float, float, str]:
        """For `explain`: (value, limit, the limit as a customer may read it), in the rule's own unit."""

    def weigh(self, submission: Submission, state: "PolicyState", now: float) -> tuple[tuple[str, float], ...]:
        """For `explain`: what the rule's score is made of, (signal, points) each; nothing for rules without a score."""

    def scale(self, submission: Submission, state: "PolicyState", now: float) -> tuple[tuple[str, float, float], ...]:
        """For `explain`, of a rule that measures several things: (what, value, limit) each."""


EVERY_KIND = frozenset(PartyKind)
OUTBOUND = frozenset({Direction.MT})
INBOUND = frozenset({Direction.MO})
BOTH_WAYS = frozenset(Direction)


class Check:
    """What checkers have in common. A subclass overrides what differs, above all `check`."""

    directions: frozenset[Direction] = OUTBOUND
    senders: frozenset[PartyKind] = EVERY_KIND
    destinations: frozenset[PartyKind] = EVERY_KIND
    paced: bool = False
    content: bool = False
    odd: bool = False
    standing: bool = False
    needs: int = 0
    failure: Reason = Reason.INTERNAL
    reason: ClassVar[Reason] = Reason.CONTENT

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        self.settings = settings
        self.inventory = inventory

    def parts(self) -> Sequence[Checker]:
        """Most rules are one question."""
        return (self,)

    def idle(self) -> bool:
        """Most rules can fire under any settings."""
        return False

    def spans(self) -> Mapping[str, float]:
        """Most rules keep nothing."""
        return {}

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """Most rules ask the windows nothing."""
        return {}

    def check(self, submission: Submission, state: "PolicyState", now: float) -> Hit | None:
        """Nothing stands against the message."""
        return None

    def measure(self, submission: Submission, state: "PolicyState", now: float) -> tuple[float, float, str]:
        """Most rules do not count."""
        return 0.0, 0.0, ""

    def weigh(self, submission: Submission, state: "PolicyState", now: float) -> tuple[tuple[str, float], ...]:
        """Most rules have no score."""
        return ()

    def scale(self, submission: Submission, state: "PolicyState", now: float) -> tuple[tuple[str, float, float], ...]:
        """Most rules measure one thing at most."""
        return ()

    def hit(
        self,
        detail: str,
        value: float = 0.0,
        limit: float = 0.0,
        reason: Reason | None = None,
        reply: str = "",
        *,
        sub: str = "",
        action: Action | None = None,
        parts: tuple[tuple[str, float], ...] = (),
    ) -> Hit:
        """This rule fired: with the action the conf gives it, and the reason that goes with that action.

        `sub` names the sub-rule; `action` is for rules that do several things (hold what is doubtful, refuse what is
        sure): it is taken only
        where the conf leaves the rule's own action alone.
        """
        own = self.settings.action
        action = action if action is not None and own is self.settings.spec.action else own
        reason = reason or self.reason
        if action is Action.THROTTLE:
            reason = Reason.PACING
        elif reason is Reason.PACING:
            # A pacing rule told to refuse must not answer with the code that asks for a retry.
            reason = Reason.CONTENT
        spec = self.settings.spec
        name = f"{spec.id}/{sub}" if sub else spec.id
        return Hit(name, spec.clause, action, reason, detail, value, limit, reply, self.settings.carrier, parts)

    @staticmethod
    def flagged(hit: Hit) -> Hit:
        """The hit as a flag whatever the conf says: for what the policy delivers in any case (policy.md A.0)."""
        return msgspec.structs.replace(hit, action=Action.FLAG)
