"""The rules as tuned, compiled into flat plans: for every kind of message, only the checks that can concern it.

Immutable, made once per conf. Knows nothing of state or time.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import or_

import msgspec

from edge.core.inventory import Inventory
from edge.core.ladder import LADDER, Ladder
from edge.core.submission import Direction, PartyKind, Submission
from edge.core.verdict import Hit
from edge.policy.hearing import is_report
from edge.policy.kinds import LONG_CODE, MT, REPLACE, SHORT_CODE
from edge.policy.pacing import Paced, Terms
from edge.policy.registry import RULES
from edge.policy.rule import Checker, Mode, RuleSettings, default_settings
from edge.policy.signals.book import Book, book_of
from edge.policy.signals.numbers import SERVICE_CODES
from edge.policy.state import PolicyState

# Sets of flags that a plan remembers what to ask about; messages raise a few dozen.
SETS_KEPT = 1024

Check = Callable[[Submission, PolicyState, float], Hit | None]
Count = Callable[[Submission, PolicyState, float], Terms]


class Rule(msgspec.Struct, frozen=True):
    """One rule of a ruleset; without checkers where it is not enforced yet."""

    settings: RuleSettings
    checkers: tuple[Checker, ...]

    @property
    def id(self) -> str:
        """The conf's name of the rule."""
        return self.settings.spec.id


Entries = tuple[tuple[Check, Checker], ...]


class Plan(msgspec.Struct, frozen=True):
    """What to ask about one kind of message.

    `entries` are all checks with their rules, in the order of evaluation. The same twice over for the engine's
    fast pass, where order does not matter: `checks` are those that are not a plain limit, `standing` such as only ask
    what stands against somebody, `limits` what the plain limits count by (`Paced.terms`), `flagged` those that are
    asked only where one of their flags is up, with all of their flags together in `flags`. `asked` remembers which
    these are, by the flags that are up.
    """

    entries: Entries
    checks: tuple[Check, ...]
    standing: tuple[Check, ...]
    limits: tuple[Count, ...]
    flagged: tuple[tuple[int, Check], ...] = ()
    flags: int = 0
    asked: dict[int, tuple[Check, ...]] = {}

    def about(self, raised: int) -> tuple[Check, ...]:
        """What to ask about a message with these flags (of `flags`)."""
        if len(self.asked) >= SETS_KEPT:
            self.asked.clear()
        asked = self.asked[raised] = tuple(check for needs, check in self.flagged if raised & needs)
        return asked


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
    room: Mapping[str, Mapping[str, int]]
    ladder: Ladder = LADDER
    book: Book | None = None


ODD, UNPAID, SERVICE = 1, 2, 4


def compile_ruleset(
    settings: Mapping[str, RuleSettings], conf_version: str, inventory: Inventory, ladder: Ladder = LADDER
) -> Ruleset:
    """Rules that `settings` leaves out get their defaults. Never fails on settings that passed their `parse`."""
    rules = tuple(_compiled(settings.get(name) or default_settings(spec), inventory) for name, spec in RULES.items())
    asked = [checker for rule in rules for checker in rule.checkers if checker.settings.mode is not Mode.OFF]
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
    for checker in asked:
        for table, span in checker.spans().items():
            spans[table] = max(span, spans.get(table, 0.0))
    return Ruleset(conf_version, inventory, rules, plans, common, spans, _room(asked), ladder, _book(settings))


def _room(asked: Sequence[Checker]) -> dict[str, dict[str, int]]:
    """The most that any rule needs, of what and for which account."""
    found: dict[str, list[Mapping[str, int]]] = {}
    for checker in asked:
        for what, needed in checker.room().items():
            found.setdefault(what, []).append(needed)
    return {
        what: {account: max(needed.get(account, needed[""]) for needed in each) for account in set().union(*each)}
        for what, each in found.items()
    }


def _book(settings: Mapping[str, RuleSettings]) -> Book | None:
    """The protected brands where the conf adds to the shipped ones."""
    tuned = settings.get("brand-mismatch")
    extra: tuple[str, ...] = tuned.values["brands"] if tuned is not None else ()
    if not extra:
        return None
    book = book_of(extra)
    book.prepare()
    return book


def _compiled(settings: RuleSettings, inventory: Inventory) -> Rule:
    built = settings.spec.built
    return Rule(settings, tuple(built(settings, inventory).parts()) if built is not None else ())


def _plan(asked: list[Checker], direction: Direction, sender: PartyKind, destination: PartyKind, traits: int) -> Plan:
    chosen = [
        checker
        for checker in asked
        if not checker.idle()
        and direction in checker.directions
        and sender in checker.senders
        and destination in checker.destinations
        and not (checker.odd and not traits & ODD)
        and not (checker.paced and traits & UNPAID)
        and not (checker.content and traits & SERVICE)
    ]
    # Those that ask more than their limit are checks like any other.
    limits = [checker for checker in chosen if isinstance(checker, Paced) and type(checker).check is Paced.check]
    plain = [checker for checker in chosen if checker not in limits and not checker.needs]
    flagged = [checker for checker in chosen if checker.needs]
    return Plan(
        tuple((checker.check, checker) for checker in chosen),
        tuple(checker.check for checker in plain if not checker.standing),
        tuple(checker.check for checker in plain if checker.standing),
        tuple(checker.terms for checker in limits),
        tuple((checker.needs, checker.check) for checker in flagged),
        reduce(or_, (checker.needs for checker in flagged), 0),
    )


def is_odd(submission: Submission) -> bool:
    """Whether a submission is not plain: a protocol id, several recipients, no content, flash, headers of its own."""
    body = submission.body
    return (
        bool(submission.protocol_id)
        or submission.destinations != 1
        or not body.octets
        or submission.identity is not None
        or submission.message_class == 0
        or body.elements != ()
    )


def plan_for(ruleset: Ruleset, submission: Submission, unpaid: bool) -> Plan:
    """The rules that can concern `submission`, in order."""
    source, destination = submission.source.kind, submission.destination.kind
    traits = ODD if is_odd(submission) else 0
    if unpaid or submission.operation is REPLACE:
        traits |= UNPAID
    if source is LONG_CODE is destination and not traits and submission.direction is MT:
        return ruleset.common
    if destination is SHORT_CODE and (submission.destination.key in SERVICE_CODES or is_report(submission)):
        traits |= SERVICE
    return ruleset.plans[submission.direction, source, destination].by_traits[traits]
