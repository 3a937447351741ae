"""Accounts with their binds and endpoints, built from their tables. What concerns several accounts: `ownership`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from phonenumbers import country_code_for_region

from edge.config.carriers import note_lengths
from edge.config.kinds import RANGE, SENDER_ID, SHORT_CODE, Ranges, coalesce, show_range
from edge.config.limits import Rules, read_limits
from edge.config.problem import Wrong, did_you_mean, shown
from edge.config.schema_accounts import ACCOUNT, BIND, ENDPOINT, STATUSES
from edge.config.secrets import resolve
from edge.config.section import Report, build, child, children, names, read
from edge.config.tree import Table
from edge.core.account import Account, Bind, Endpoint


class Known(msgspec.Struct, frozen=True):
    """What accounts may refer to: asterisks and MM4 peers by name (`has_mm4`: the table is there), and rules."""

    asterisks: Mapping[str, Table]
    peers: Mapping[str, Table]
    has_mm4: bool
    rules: Rules


class Draft(msgspec.Struct, frozen=True):
    """An account with where it and its binds stand, and the names (short codes, sender ids) it shares."""

    account: Account
    table: Table
    binds: list[tuple[Bind, Table]]
    shared_names: frozenset[str]


def read_account(
    table: Table, known: Known, directory: Path, environment: Mapping[str, str], report: Report
) -> Draft | None:
    """One account, without what is wrong with it (said in `report`); None where it has no name."""
    values = read(table, ACCOUNT, report)
    bind_tables = children(table, "bind", report)
    read_binds = [(_read_bind(each, directory, environment, report), each) for each in bind_tables]
    binds = [(bind, each) for bind, each in read_binds if bind is not None]
    endpoints = [(_read_endpoint(each, known, report), each) for each in children(table, "endpoint", report)]
    limits = read_limits(table, known.rules, report)
    statuses = child(table, "statuses", report)
    if "name" not in values:
        return None
    shared, shared_names = _read_shared(table, values, report)
    values.setdefault("home", _home(values.get("country", "")))
    account = Account(
        **(values | {"shared": shared}),
        binds=tuple(bind for bind, _ in binds),
        endpoints=tuple(endpoint for endpoint, _ in endpoints if endpoint is not None),
        limits=limits,
        statuses=read(statuses, STATUSES, report) if statuses else {},
    )
    if "numbers" in values or "numbers" not in table.values:
        _check_numbers(account, endpoints, table, report)
    _check_names(account, shared_names, [each for _, each in endpoints], table, known, report)
    return Draft(account, table, binds, shared_names)


def _read_bind(table: Table, directory: Path, environment: Mapping[str, str], report: Report) -> Bind | None:
    bind = build(table, BIND, Bind, report)
    if bind is None:
        return None
    if not bind.networks:
        report.wrong(table.place("from"), 'from: no address may bind with an empty list ("0.0.0.0/0" and "::/0": all)')
    if bind.tls == "certificate" and not bind.certificates:
        report.wrong(table.place("tls"), 'tls: "certificate" needs the subject names in certificates')
    try:
        password = resolve(bind.password, directory, environment)
        if not password:
            raise Wrong("must not be empty")
    except Wrong as wrong:
        report.wrong(table.place("password"), f"password: {wrong}")
        return None
    note_lengths(table, bind.system_id, password, report)
    return msgspec.structs.replace(bind, password=password)


def _read_endpoint(table: Table, known: Known, report: Report) -> Endpoint | None:
    name = table.text("asterisk")
    if name and name not in known.asterisks:
        hint = did_you_mean(name, list(known.asterisks))
        report.missing(table.place("asterisk"), f"asterisk: there is no [[asterisk]] {shown(name)}{hint}")
    return build(table, ENDPOINT, Endpoint, report)


def _read_shared(table: Table, values: dict[str, Any], report: Report) -> tuple[Ranges, frozenset[str]]:
    """`shared` takes numbers and names alike: told apart by the +. Where the key is wrong, everything is shared."""
    if "shared" in table.values and "shared" not in values:
        return values.get("numbers", ()), values.get("short_codes", frozenset()) | values.get("senders", frozenset())
    ranges: list[tuple[int, int]] = []
    found: set[str] = set()
    for index, word in enumerate(values.get("shared", ())):
        kind = RANGE if word.startswith("+") else SHORT_CODE if word.isdigit() else SENDER_ID
        try:
            value = kind.read(word)
        except Wrong as wrong:
            report.wrong(table.place("shared").below(index), f"shared: {wrong}")
            continue
        if kind is RANGE:
            ranges.append(value)
        else:
            found.add(value)
    return coalesce(ranges), frozenset(found)


def _home(country: str) -> int:
    """The calling code of a country; 1 where none is said."""
    return country_code_for_region(country) or 1 if country else 1


def _check_numbers(
    account: Account, endpoints: list[tuple[Endpoint | None, Table]], table: Table, report: Report
) -> None:
    """Everything that speaks of the account's numbers speaks of numbers it has."""
    claims = [("verified_toll_free", account.verified_toll_free, table), ("shared", account.shared, table)]
    claims += [("numbers", endpoint.numbers, each) for endpoint, each in endpoints if endpoint is not None]
    for key, ranges, where in claims:
        for first, last in subtract(ranges, account.numbers)[:1]:
            message = f"{key}: {show_range(first, last)} is not among the account's numbers"
            report.wrong(where.place(key), message)


def _check_names(
    account: Account,
    shared_names: frozenset[str],
    endpoints: list[Table],
    table: Table,
    known: Known,
    report: Report,
) -> None:
    for name in sorted(shared_names - account.short_codes - account.senders):
        report.wrong(table.place("shared"), f"shared: {shown(name)} is not among the account's short_codes or senders")
    for index, peer in enumerate(account.mm4_peers):
        if peer not in known.peers:
            missing = f"there is no [[mm4.peer]] {shown(peer)}{did_you_mean(peer, list(known.peers))}"
            sentence = missing if known.has_mm4 else f"there is no [mm4], so no peer {shown(peer)}"
            report.missing(table.place("mm4_peers").below(index), f"mm4_peers: {sentence}")
    names(endpoints, "name", "endpoint", report)


def subtract(ranges: Ranges, away: Ranges) -> list[tuple[int, int]]:
    """`ranges` without the numbers of `away`; both sorted and without overlaps."""
    left: list[tuple[int, int]] = []
    begin = 0
    for first, last in ranges:
        start = first
        while begin < len(away) and away[begin][1] < start:
            begin += 1
        for index in range(begin, len(away)):
            gone_first, gone_last = away[index]
            if gone_first > last:
                break
            if gone_first > start:
                left.append((start, gone_first - 1))
            start = gone_last + 1
        if start <= last:
            left.append((start, last))
    return left
