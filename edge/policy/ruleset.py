"""The rules as tuned, compiled into flat plans: for every kind of message, only the checks that can concern it.

Immutable, made once per conf. Knows nothing of state or time.
"""

from collections.abc import Callable, Mapping

import msgspec

from edge.core.inventory import Inventory
from edge.core.submission import Direction, Operation, PartyKind, Submission
from edge.core.verdict import Hit
from edge.policy.registry import RULES
from edge.policy.rule import Checker, Mode, RuleSettings, default_settings
from edge.policy.signals.numbers import SERVICE_CODES
from edge.policy.state import PolicyState

Check = Callable[[Submission, PolicyState, float], Hit | None]


class Rule(msgspec.Struct, frozen=True):
    """One rule of a ruleset; `checker` is None where it is not enforced yet."""

    settings: RuleSettings
    checker: Checker | None

    @property
    def id(self) -> str:
        """The conf's name of the rule."""
        return self.settings.spec.id


Plan = tuple[tuple[Check, Rule], ...]
Kinds = tuple[Direction, PartyKind, PartyKind]


class Plans(msgspec.Struct, frozen=True):
    """What to ask about messages of certain kinds, by what else is known of them.

    Index: 1 for a submission that is not plain, 2 for one that does not pay (a later part, a replaced
    text), 4 for a service code, added up.
    """

    by_traits: tuple[Plan, ...]


class Ruleset(msgspec.Struct, frozen=True, eq=False):
    """All rules as tuned, in the order of evaluation, and flat plans for every kind of message."""

    version: str
    inventory: Inventory
    rules: tuple[Rule, ...]
    plans: Mapping[Kinds, Plans]
    common: Plan
    spans: Mapping[str, float]


ODD, UNPAID, SERVICE = 1, 2, 4


def compile_ruleset(settings: Mapping[str, RuleSettings], conf_version: str, inventory: Inventory) -> Ruleset:
    """Rules that `settings` leaves out get their defaults. Never fails on settings that passed their `parse`."""
    rules = tuple(_compiled(settings.get(name) or default_settings(spec), inventory) for name, spec in RULES.items())
    asked = [rule for rule in rules if rule.checker is not None and rule.settings.mode is not Mode.OFF]
    plans = {
        (direction, sender, destination): Plans(
            tuple(_plan(asked, direction, sender, destination, traits) for traits in range(8))
        )
        for direction in Direction
        for sender in PartyKind
        for destination in PartyKind
    }
    common = plans[Direction.MT, PartyKind.LONG_CODE, PartyKind.LONG_CODE].by_traits[0]
    spans: dict[str, float] = {}
    for rule in asked:
        if rule.checker is not None:
            for table, span in rule.checker.spans().items():
                spans[table] = max(span, spans.get(table, 0.0))
    return Ruleset(conf_version, inventory, rules, plans, common, spans)


def _compiled(settings: RuleSettings, inventory: Inventory) -> Rule:
    built = settings.spec.built
    return Rule(settings, built(settings, inventory) if built is not None else None)


def _plan(
    rules: list[Rule], direction: Direction, sender: PartyKind, destination: PartyKind, traits: int
) -> tuple[tuple[Check, Rule], ...]:
    plan: list[tuple[Check, Rule]] = []
    for rule in rules:
        checker = rule.checker
        if checker is None or checker.idle():
            continue
        if direction not in checker.directions or sender not in checker.senders:
            continue
        if destination not in checker.destinations:
            continue
        if (checker.odd and not traits & ODD) or (checker.paced and traits & UNPAID):
            continue
        if checker.content and traits & SERVICE:
            continue
        plan.append((checker.check, rule))
    return tuple(plan)


def is_odd(submission: Submission) -> bool:
    """Whether a submission is not plain: a protocol id, several recipients, or no content."""
    return bool(submission.protocol_id) or submission.destinations != 1 or not submission.body.octets


def plan_for(ruleset: Ruleset, submission: Submission, unpaid: bool) -> Plan:
    """The rules that can concern `submission`, in order."""
    source, destination = submission.source.kind, submission.destination.kind
    traits = ODD if is_odd(submission) else 0
    if unpaid or submission.operation is Operation.REPLACE:
        traits |= UNPAID
    if source is PartyKind.LONG_CODE is destination and not traits and submission.direction is Direction.MT:
        return ruleset.common
    if destination is PartyKind.SHORT_CODE and submission.destination.key in SERVICE_CODES:
        traits |= SERVICE
    return ruleset.plans[submission.direction, source, destination].by_traits[traits]
