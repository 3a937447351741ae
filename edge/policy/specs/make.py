"""How a rule's entry is written."""

from collections.abc import Callable, Mapping

from edge.core.clause import Clause
from edge.core.inventory import Inventory
from edge.core.verdict import Action
from edge.policy.rule import Checker, Mode, OnError, RuleSettings, RuleSpec, Setting

# Stages 2 to 8 of the order fail closed; the counting and content stages fail open (policy.md 0.1).
CLOSED, OPEN = OnError.DENY, OnError.ALLOW


def rule(
    id: str,
    clause: Clause,
    action: Action,
    description: str,
    on_error: OnError = OPEN,
    enforce_only: bool = False,
    main: str = "",
    built: Callable[[RuleSettings, Inventory], Checker] | None = None,
    settings: Mapping[str, Setting] | None = None,
    mode: Mode = Mode.ENFORCE,
) -> RuleSpec:
    """A rule of the contract. `description` is what a customer may be told: it names no detector's insides."""
    return RuleSpec(id, clause, description, action, settings or {}, mode, on_error, enforce_only, main, built)
