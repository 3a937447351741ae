"""The rules' tables of policy.conf: what an operator changed, laid over the registry's defaults."""

from collections.abc import Mapping, Sequence
from typing import Any

from edge.config.carriers import Carriers
from edge.config.kinds import one_of
from edge.config.limits import Rules, read_settings
from edge.config.problem import Wrong, did_you_mean, kind_of, spelled
from edge.config.section import Report, child
from edge.config.tree import Table
from edge.core.account import Account
from edge.core.verdict import Action
from edge.policy.rule import Mode, OnError, RuleSettings, RuleSpec

# Keys that every rule has, besides its own settings.
OWN_KEYS = ("mode", "on_error", "action")
REROUTE = "reroute:"
_MODES = one_of(*(mode.value for mode in Mode))
_ON_ERROR = one_of(*(each.value for each in OnError))
# What an operator may write; allow is mode = "off", and only a rule made for it bounces.
ACTIONS = (Action.REJECT, Action.THROTTLE, Action.QUARANTINE, Action.DROP, Action.FLAG)
ACTION_WORDS = (*(action.value for action in ACTIONS), REROUTE + "<carrier>")


def read_rules(root: Table, rules: Rules, carriers: Carriers, report: Report) -> dict[str, RuleSettings]:
    """Rule id -> its settings, for every rule of the registry; accounts' own limits come later."""
    tables = child(root, "rule", report)
    written: dict[str, Table] = {}
    for rule_id in tables.values if tables else ():
        place = tables.place(rule_id) if tables else root.here
        table = child(tables, rule_id, report) if tables else None
        if rule_id not in rules.specs:
            report.wrong(place, f"rule: {rules.unknown(rule_id)}")
        elif table is not None:
            written[rule_id] = table
    return {
        rule_id: _read_rule(spec, written.get(rule_id), rules, carriers, report)
        for rule_id, spec in rules.specs.items()
    }


def _read_rule(spec: RuleSpec, table: Table | None, rules: Rules, carriers: Carriers, report: Report) -> RuleSettings:
    values = {key: setting.default for key, setting in spec.settings.items()}
    mode, on_error, action, carrier = spec.mode, spec.on_error, spec.action, ""
    if table is not None:
        values |= read_settings(table, spec, OWN_KEYS, f"[rule.{spec.id}]", rules, report)
        mode = Mode(_word(table, "mode", _MODES.read, mode.value, report))
        on_error = OnError(_word(table, "on_error", _ON_ERROR.read, on_error.value, report))
        action, carrier = _read_action(spec, table, carriers, report)
        _check_enforce_only(spec, table, mode, action, report)
        if spec.built is None:
            report.note(table.here, f"rule.{spec.id} is not enforced yet")
    return RuleSettings(spec, mode, on_error, action, carrier, values)


def _word(table: Table, key: str, read: Any, default: str, report: Report) -> str:
    """One of the keys that every rule has."""
    if key not in table.values:
        return default
    try:
        value = table.values[key]
        if isinstance(value, Table):
            raise Wrong("expected text, got a table")
        return str(read(value))
    except Wrong as wrong:
        report.wrong(table.place(key), f"{key}: {wrong}")
        return default


def _read_action(spec: RuleSpec, table: Table, carriers: Carriers, report: Report) -> tuple[Action, str]:
    """`action`, with the carrier of `reroute:<carrier>`."""
    value = table.values.get("action", spec.action.value)
    if value == spec.action.value:
        return spec.action, ""
    if isinstance(value, str) and value.startswith(REROUTE):
        carrier = value[len(REROUTE) :]
        if carrier in carriers.peers and carrier not in carriers.tables:
            note = f"{carrier} is a peer of [mm4]: what did not come by MM4 is answered 0x08"
            report.note(table.place("action"), f"action: {note}")
        elif missing := carriers.unknown(carrier):
            report.missing(table.place("action"), f"action: {missing}")
        elif carrier not in carriers.tables:
            note = f"{carrier} is a trunk of an Asterisk: what did not come by SIP is answered 0x08"
            report.note(table.place("action"), f"action: {note}")
        return Action.REROUTE, carrier
    words = [action.value for action in ACTIONS]
    if not isinstance(value, str) or value not in words:
        seen = spelled(value) if isinstance(value, str) else kind_of({} if isinstance(value, Table) else value)
        hint = did_you_mean(value, words) if isinstance(value, str) else ""
        report.wrong(table.place("action"), f"action: expected one of {', '.join(ACTION_WORDS)}, got {seen}{hint}")
        return spec.action, ""
    return Action(value), ""


def _check_enforce_only(spec: RuleSpec, table: Table, mode: Mode, action: Action, report: Report) -> None:
    if not spec.enforce_only:
        return
    if mode is not Mode.ENFORCE:
        report.wrong(table.place("mode"), f'mode: {spec.id} is always enforced; "{mode.value}" is not allowed')
    if action.passes:
        report.wrong(table.place("action"), f"action: {spec.id} always refuses; {action.value} would let messages pass")


def with_accounts(rules: Mapping[str, RuleSettings], accounts: Sequence[Account]) -> dict[str, RuleSettings]:
    """The rules with what accounts changed for themselves, complete: the rule's values under the account's own."""
    own: dict[str, dict[str, Mapping[str, Any]]] = {}
    for account in accounts:
        for rule_id, settings in account.limits.items():
            own.setdefault(rule_id, {})[account.name] = {**rules[rule_id].values, **settings}
    return {
        rule_id: RuleSettings(
            each.spec, each.mode, each.on_error, each.action, each.carrier, each.values, own.get(rule_id, {})
        )
        for rule_id, each in rules.items()
    }
