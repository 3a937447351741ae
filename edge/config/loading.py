"""From a directory of conf files to one immutable snapshot, or to every problem with it at once.

Pure apart from reading files. Runs before the edge starts, at every reload, and in `smsedge check`.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from edge.config.accounts import Draft, Known, read_account
from edge.config.carriers import Carriers, read_carriers, read_routes
from edge.config.channels import Channels, check_bind_tls, read_channels
from edge.config.compiled import recall
from edge.config.expectations import Case, check_expectations, read_expectations
from edge.config.limits import Rules
from edge.config.media import read_media
from edge.config.mm4 import check_evidence, check_upstream
from edge.config.ownership import check_ownership
from edge.config.problem import ConfError
from edge.config.reading import read_sources
from edge.config.rules import read_rules, with_accounts
from edge.config.schema import LISTED, SINGLE
from edge.config.section import Report, is_on, names, unknown_key
from edge.config.tree import Table
from edge.core.carrier import Route
from edge.core.conf import Conf
from edge.core.examination import Examination
from edge.core.inventory import Inventory
from edge.policy.engine import Ruleset, compile_ruleset
from edge.policy.registry import RULES
from edge.policy.rule import RuleSettings


class Loaded(msgspec.Struct, frozen=True):
    """A conf that can be used. `notes` are remarks for the operator, `file:line: sentence`, by file and line."""

    conf: Conf
    ruleset: Ruleset
    notes: list[str]


class _Parts(msgspec.Struct, frozen=True):
    """Everything that was read, each part on its own."""

    channels: Channels
    carriers: Carriers
    routes: tuple[Route, ...]
    accounts: list[Draft]
    rules: dict[str, RuleSettings]
    cases: list[Case]
    media: Examination


def load(directory: Path, environment: Mapping[str, str]) -> Loaded:
    """Read, convert, cross-check and compile the conf under `directory`, and try its own `[[expect]]` cases.

    `environment` answers `env:NAME`. Raises `ConfError` with everything that is wrong, and nothing else.
    """
    sources = read_sources(directory)
    report = Report(complete=not sources.broken)
    report.problems += sources.problems
    report.notes += sources.notes
    rules = Rules(RULES, sources.lists)
    parts = _read(sources.root, sources.accounts, rules, directory, environment, report)
    if report.problems:
        raise ConfError(report.problems)
    conf = _conf(parts, sources.version, directory)
    recall(Path(conf.state))
    settings = with_accounts(parts.rules, list(conf.accounts.values()))
    ruleset = compile_ruleset(settings, conf.version, conf.inventory, conf.ladder)
    check_expectations(parts.cases, conf, ruleset, report)
    if report.problems:
        raise ConfError(report.problems)
    return Loaded(conf, ruleset, [str(note) for note in report.all_notes()])


def _read(
    root: Table,
    account_tables: list[Table],
    rules: Rules,
    directory: Path,
    environment: Mapping[str, str],
    report: Report,
) -> _Parts:
    """Convert every table and check them against each other; what is wrong is in `report`."""
    _check_top(root, report)
    switched_on = [table for table in account_tables if is_on(table)]
    by_name = names(switched_on, "name", "account", report)
    gone = {table.text("name") for table in account_tables if not is_on(table)}
    binds = [bind for table in switched_on for bind in table.tables("bind") if is_on(bind)]
    names(binds, "system_id", "the name", report)
    channels = read_channels(root, directory, environment, report)
    carriers = read_carriers(root, directory, environment, report)
    known = Known(channels.asterisk_tables, channels.peer_tables, channels.has_mm4, rules)
    drafts = [read_account(table, known, directory, environment, report) for table in switched_on]
    accounts = [draft for draft in drafts if draft is not None and by_name[draft.account.name] is draft.table]
    check_ownership(accounts, report)
    check_bind_tls((bind for draft in accounts for bind in draft.binds), channels.smpp, report)
    check_upstream(channels.mm4, (draft.account for draft in accounts), root.table("mm4"), report)
    settings = read_rules(root, rules, carriers, report)
    check_evidence(channels.mm4, settings, root.table("mm4"), report)
    return _Parts(
        channels=channels,
        carriers=carriers,
        routes=read_routes(root, carriers, by_name, report),
        accounts=accounts,
        rules=settings,
        cases=read_expectations(root, by_name, gone, rules, report),
        media=read_media(root, channels.has_mm4, directory, report),
    )


def _check_top(root: Table, report: Report) -> None:
    known = [*SINGLE, *LISTED, "areas", "ladder", "media", "rule"]
    for key in root.values:
        if key not in known:
            report.wrong(root.place(key), unknown_key(key, "this file", known))


def _conf(parts: _Parts, version: str, directory: Path) -> Conf:
    accounts = {draft.account.name: draft.account for draft in parts.accounts}
    channels = parts.channels
    return Conf(
        version=version,
        node=channels.node,
        state=channels.state,
        smpp=channels.smpp,
        accounts=accounts,
        carriers=parts.carriers.built,
        routes=parts.routes,
        inventory=Inventory(accounts.values()),
        binds={bind.system_id: (account, bind) for account in accounts.values() for bind in account.binds},
        console=channels.console,
        intake=channels.intake,
        asterisks=channels.asterisks,
        mm4=channels.mm4,
        media=parts.media,
        audit=channels.audit,
        quarantine=channels.quarantine,
        ladder=channels.ladder,
        areas=channels.areas,
        directory=str(directory.absolute()),
    )
