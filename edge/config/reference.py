"""The manual of the conf, docs/conf.md, written from the same tables that read it. A test fails when it is stale.

`python -m edge.config.reference conf` prints the manual, `... policy` the rules' part of conf/policy.conf.
"""

import sys
import textwrap
from collections.abc import Iterator
from typing import Any

from edge.config import schema, schema_accounts, schema_media
from edge.config.ladder import LADDER
from edge.config.problem import shown
from edge.config.rules import ACTION_WORDS
from edge.config.schema import Field, Section
from edge.policy.registry import RULES
from edge.policy.rule import RuleSpec, Setting

_SECTIONS = (
    schema.NODE,
    schema.SMPP,
    schema.CONSOLE,
    schema.AUDIT,
    schema.QUARANTINE,
    LADDER,
    schema.CARRIER,
    schema.MESSAGE_ID,
    schema.ROUTE,
    schema.EXPECT,
    schema.AREAS,
    schema.ASTERISK,
    schema.MM4,
    schema.MM4_PEER,
    schema_media.MEDIA,
    schema_media.MEDIA_MODEL,
    schema_accounts.ACCOUNT,
    schema_accounts.BIND,
    schema_accounts.ENDPOINT,
    schema_accounts.STATUSES,
)

_OPENING = """\
# The conf, key by key

Written by `python -m edge.config.reference conf > docs/conf.md`; do not edit.

A conf directory holds `edge.conf`, `policy.conf`, `accounts.d/*.conf` (one account a file), `lists/*.txt` (one entry
a line, `#` begins a comment) and `local.d/*.conf`. All of it is TOML, but the lists. `smsedge check` reads it and
reports every problem at once; a reload with a problem keeps the conf that runs.

## Layers

`edge.conf`, `policy.conf` and `accounts.d` are shipped and replaced by an upgrade. What stands in `local.d/*.conf` wins
over them, key by key; its files are laid on in the order of their names.

* Tables merge. A list is replaced, but for those below.
* `[[carrier]]`, `[[asterisk]]`, `[[mm4.peer]]`, `[[media.model]]`, `[[endpoint]]` merge by `name`, `[[bind]]` by
  `system_id`.
* `[[route]]` replaces the whole list of routes. `[[expect]]` adds to the cases.
* A file with a `name` at its top is an account's: it merges into the account of that name, or is a new account.
* `enabled = false` in an account or one of the tables merged by name takes it out.

## Values

* A time is a number of seconds or text: `"250ms"`, `"10s"`, `"5m"`, `"2h"`, `"30d"`.
* A size is a number of octets or text: `"1.5MB"`, `"64MiB"`.
* Numbers are written in full, `"+14165550100"`, ranges as `"+14165550100..+14165550199"` (both ends included).
* A rate is `"60/1m burst 10"`: one a second on average, ten at once. The burst left out is a tenth of the count, at
  least 1.
* A secret is the text itself, `"env:NAME"`, `"file:PATH"`, or for a `[[bind]]` also `"argon2:$argon2id$..."`.
* Paths are relative to the conf directory, but `state`, which is relative to the working directory.
* Where a rule takes a list, `"lists/NAME.txt"` stands for the entries of that file, alone or as an element.
"""

_RULES = f"""\
## Rules: `[rule.ID]` in policy.conf

Every rule takes these keys besides its own:

| key | value | meaning |
|---|---|---|
| `mode` | `"off"`, `"monitor"`, `"enforce"` | `monitor` records what would have happened |
| `action` | {", ".join(f'`"{word}"`' for word in ACTION_WORDS)} | what a hit does |
| `on_error` | `"allow"`, `"deny"` | what a failure of the rule itself means for the message |

A rule that is always enforced takes no other mode, and no action that lets messages pass.

An account's own values stand under `[limits]` in its file: `rule-id = {{ key = value }}`, or `rule-id = value` for the
key marked *main*. They win over policy.conf.
"""


def manual() -> str:
    """The text of docs/conf.md."""
    return "\n".join([_OPENING, *map(_section, _SECTIONS), _RULES, *map(_rule, RULES.values())])


def policy_defaults() -> str:
    """Every built rule with its defaults, commented out, as conf/policy.conf shows them."""
    return "\n".join("\n".join(_commented(spec)) for spec in RULES.values() if spec.built is not None)


def _section(section: Section) -> str:
    rows = [_row(section, field) for field in section.fields]
    table = "\n".join(["| key | value | default | meaning |", "|---|---|---|---|", *rows])
    return f"## `{section.header}`\n\n{section.says}\n\n{table}\n"


def _row(section: Section, field: Field) -> str:
    if field.required:
        default = "*required*"
    elif (value := section.default(field)) in (None, "", (), frozenset()) or (value == 0 and field.key == "opened"):
        default = ""
    else:
        default = f"`{field.kind.show(value)}`"
    return f"| `{field.key}` | {_cell(field.kind.what.partition(', like')[0])} | {default} | {_cell(field.says)} |"


def _rule(spec: RuleSpec) -> str:
    state = "not enforced yet" if spec.built is None else "always enforced" if spec.enforce_only else spec.mode.value
    head = f"### `{spec.id}`\n\n{spec.description} ({spec.clause.heading}). {state}, action `{spec.action.value}`, "
    head += f"on_error `{spec.on_error.value}`.\n"
    if not spec.settings:
        return head
    rows = []
    for key, setting in spec.settings.items():
        main = " *main*" if key == spec.main else ""
        rows.append(f"| `{key}`{main} | `{_cell(toml(setting.default))}` | {_cell(setting.description)} |")
    return "\n".join([head, "| key | default | meaning |", "|---|---|---|", *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _commented(spec: RuleSpec) -> Iterator[str]:
    always = " Always enforced." if spec.enforce_only else ""
    yield f"# {spec.description[0].upper()}{spec.description[1:]}.{always}"
    yield f"# [rule.{spec.id}]"
    if not spec.enforce_only:
        yield f"# {_pair('mode', spec.mode.value, '')}"
    if not (spec.enforce_only and spec.action.value == "bounce"):
        yield f"# {_pair('action', spec.action.value, '')}"
    for key, setting in spec.settings.items():
        yield from _commented_setting(key, setting)
    yield ""


def _commented_setting(key: str, setting: Setting) -> Iterator[str]:
    line = f"# {_pair(key, setting.default, setting.description)}"
    if len(line) <= 120:
        yield line
        return
    yield from textwrap.wrap(setting.description, 110, initial_indent="#   # ", subsequent_indent="#   # ")
    yield f"# {_pair(key, setting.default, '')}"


def _pair(key: str, value: Any, comment: str) -> str:
    pair = f"{key} = {toml(value)}"
    return f"{pair:<33} # {comment}" if comment else pair


def toml(value: Any) -> str:
    """A rule's default as the conf would write it."""
    if isinstance(value, frozenset | tuple | list):
        items = sorted(value) if isinstance(value, frozenset) else value
        return f"[{', '.join(map(toml, items))}]"
    if isinstance(value, bool | int):
        return shown(value)
    if isinstance(value, float):
        return f"{value:g}"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    print({"conf": manual, "policy": policy_defaults}[sys.argv[1]](), end="")
