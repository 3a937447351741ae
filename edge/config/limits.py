"""Values that rules read themselves: an account's `[limits]`, and the keys of a rule's own table."""

from collections.abc import Mapping
from typing import Any

import msgspec

from edge.config.kinds import duration
from edge.config.problem import Wrong, did_you_mean, shown, spelled
from edge.config.reading import WordList
from edge.config.section import Report, child, unknown_key
from edge.config.tree import Document, Place, Table, plain
from edge.policy.rule import RuleSpec, Setting

_LISTS = "lists/"
_DURATION = duration(0)


class Rules(msgspec.Struct, frozen=True):
    """What rules' values are read against: the registry, and the files of lists/."""

    specs: Mapping[str, RuleSpec]
    lists: Mapping[str, WordList] = {}

    def unknown(self, rule_id: str) -> str:
        """The sentence for a rule that is not there."""
        return f"there is no rule {spelled(rule_id)}{did_you_mean(rule_id, list(self.specs))}"


def read_limits(account: Table, rules: Rules, report: Report) -> dict[str, dict[str, Any]]:
    """Rule id -> the settings that this account changes, as the rule reads them."""
    table = child(account, "limits", report)
    if table is None:
        return {}
    found: dict[str, dict[str, Any]] = {}
    for rule_id, value in table.values.items():
        spec = rules.specs.get(rule_id)
        place = table.place(rule_id)
        if spec is None:
            report.wrong(place, f"limits: {rules.unknown(rule_id)}")
            continue
        if spec.built is None:
            report.note_often(place, f"limits.{rule_id} is not enforced yet")
        found[rule_id] = _read_limit(spec, value, place, rules, report)
    return found


def _read_limit(spec: RuleSpec, value: Any, place: Place, rules: Rules, report: Report) -> dict[str, Any]:
    name = f"limits.{spec.id}"
    if isinstance(value, Table):
        return read_settings(value, spec, (), name, rules, report)
    settings: dict[str, Any] = {}
    if spec.main:
        _read_setting(settings, spec.main, spec.settings[spec.main], plain(value), place, name, rules, report)
    elif spec.built is not None:
        keys = ", ".join(spec.settings) or "it has none"
        report.wrong(place, f"{name}: expected a table of the rule's keys ({keys}), got {shown(value)}")
    return settings


def read_settings(
    table: Table, spec: RuleSpec, own: tuple[str, ...], header: str, rules: Rules, report: Report
) -> dict[str, Any]:
    """The rule's settings that `table` changes; `own` are keys that the caller reads itself.

    A rule that is not built yet takes keys that nobody knows yet.
    """
    settings: dict[str, Any] = {}
    for key, value in table.values.items():
        if key in spec.settings:
            _read_setting(settings, key, spec.settings[key], plain(value), table.place(key), key, rules, report)
        elif key not in own and spec.built is not None:
            report.wrong(table.place(key), unknown_key(key, header, [*own, *spec.settings]))
    return settings


def _read_setting(
    into: dict[str, Any],
    key: str,
    setting: Setting,
    value: Any,
    place: Place,
    name: str,
    rules: Rules,
    report: Report,
) -> None:
    """Let the rule read one value, or report its sentence: in a list, for each faulty entry where it stands."""
    try:
        entries = _entries(setting, value, place, rules)
        into[key] = setting.parse(_seconds(setting, value) if entries is None else [entry for entry, _ in entries])
        return
    except Wrong as wrong:
        report.wrong(place, f"{name}: {wrong}")
        return
    except ValueError as error:
        whole = str(error)
    faults = [(where, fault) for entry, where in entries or () if (fault := _fault(setting, entry))]
    for where, fault in faults:
        report.wrong(where, f"{name}: {fault}")
    if not faults:
        seen = "" if isinstance(value, list | dict) or str(value) in whole else f", got {shown(value)}"
        report.wrong(place, f"{name}: {whole}{seen}")


def _fault(setting: Setting, entry: str) -> str:
    """What is wrong with one entry of a list, "" for nothing."""
    try:
        setting.parse([entry])
    except ValueError as error:
        return str(error)
    return ""


def _entries(setting: Setting, value: Any, place: Place, rules: Rules) -> list[tuple[str, Place]] | None:
    """A list setting's entries with their places, files of lists/ put in; None for any other value."""
    if not isinstance(setting.default, frozenset | tuple):
        return None
    if isinstance(value, str) and value.startswith(_LISTS):
        return _file_entries(value, rules)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return None
    found: list[tuple[str, Place]] = []
    for index, item in enumerate(value):
        found += _file_entries(item, rules) if item.startswith(_LISTS) else [(item, place.below(index))]
    return found


def _file_entries(name: str, rules: Rules) -> list[tuple[str, Place]]:
    words = rules.lists.get(name)
    if words is None:
        raise Wrong(f"there is no file {shown(name)}{did_you_mean(name, list(rules.lists))}")
    document = Document(name, "")
    return [(entry, _Line(document, line)) for entry, line in zip(words.entries, words.lines, strict=True)]


class _Line(Place):
    """A place that is known by its line: lists have no keys."""

    __slots__ = ("_line",)

    def __init__(self, document: Document, line: int) -> None:
        super().__init__(document, ())
        self._line = line

    @property
    def line(self) -> int:
        return self._line


def _seconds(setting: Setting, value: Any) -> Any:
    """A duration written as "10s" in seconds, for a setting that counts seconds."""
    if isinstance(setting.default, float) and isinstance(value, str):
        return _DURATION.read(value)
    return value
