"""Carriers and routes: built from their tables, and checked against each other."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from edge.config.problem import Wrong, did_you_mean, shown
from edge.config.schema import CARRIER, MESSAGE_ID, ROUTE
from edge.config.secrets import ARGON2, resolve
from edge.config.section import Report, build, child, children, is_on, names
from edge.config.tree import Table
from edge.core.carrier import Carrier, MessageIdFormat, Route

# SMPP 3.4 section 4.1: system_id 16 octets, password 9, both with their NUL.
LONGEST_SYSTEM_ID = 15
LONGEST_PASSWORD = 8
_FILES = ("ca", "certificate", "key")


class Carriers(msgspec.Struct):
    """The carriers by name; `tables` has those with mistakes too, so that routes to them are no mistakes.

    `trunks` are the PJSIP endpoints that [[asterisk]] tables call carriers, `peers` the names of [[mm4.peer]] tables.
    """

    built: dict[str, Carrier]
    tables: Mapping[str, Table]
    trunks: frozenset[str] = frozenset()
    peers: frozenset[str] = frozenset()

    def unknown(self, name: str) -> str:
        """The sentence for a carrier that is not there, "" if it is."""
        if name in self.tables or name in self.trunks:
            return ""
        return f"there is no carrier {shown(name)}{did_you_mean(name, [*self.tables, *sorted(self.trunks)])}"


def read_carriers(root: Table, directory: Path, environment: Mapping[str, str], report: Report) -> Carriers:
    """Every `[[carrier]]` that is switched on."""
    tables = children(root, "carrier", report)
    by_name = names(tables, "name", "carrier", report)
    built: dict[str, Carrier] = {}
    for table in tables:
        carrier = _read_carrier(table, directory, environment, report)
        if carrier is not None:
            built.setdefault(carrier.name, carrier)
    _check_tags(tables, report)
    return Carriers(built, by_name, _read_trunks(root, by_name, report), _read_peers(root))


def _read_peers(root: Table) -> frozenset[str]:
    """Where a rule may send MMS."""
    mm4 = root.table("mm4")
    return frozenset(peer.text("name") for peer in mm4.tables("peer") if is_on(peer)) if mm4 else frozenset()


def _read_trunks(root: Table, carriers: Mapping[str, Table], report: Report) -> frozenset[str]:
    """What routes may name beside carriers. Several Asterisks may have trunks of one name."""
    trunks: set[str] = set()
    for table in filter(is_on, root.tables("asterisk")):
        listed = table.values.get("trunks")
        for index, name in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(name, str) and name in carriers:
                report.wrong(table.place("trunks").below(index), f"trunks: {shown(name)} is a [[carrier]] already")
            elif isinstance(name, str):
                trunks.add(name)
    return frozenset(trunks)


def _read_carrier(table: Table, directory: Path, environment: Mapping[str, str], report: Report) -> Carrier | None:
    before = len(report.problems)
    message_id = _read_message_id(table, report)
    carrier = build(table, CARRIER, Carrier, report, message_id=message_id)
    if carrier is None:
        return None
    password = sent_secret(table, carrier.system_id, carrier.version, directory, environment, report)
    if carrier.reconnect_max < carrier.reconnect_min:
        report.wrong(table.place("reconnect_max"), "reconnect_max: must not be shorter than reconnect_min")
    if bool(carrier.certificate) != bool(carrier.key):
        report.wrong(table.here, "[[carrier]] needs both certificate and key, or neither")
    if carrier.tls == "off" and (carrier.ca or carrier.certificate):
        report.wrong(table.place("tls"), '[[carrier]] names certificates, but tls is not "on"')
    files = {key: existing_file(table, key, getattr(carrier, key), directory, report) for key in _FILES}
    if len(report.problems) > before:
        return None
    return msgspec.structs.replace(carrier, password=password, **files)


def sent_secret(
    table: Table, system_id: str, version: int, directory: Path, environment: Mapping[str, str], report: Report
) -> str:
    """The password of a bind that we make; remarks where it does not fit the protocol. "" where it is wrong."""
    try:
        password = resolve(table.text("password"), directory, environment)
    except Wrong as wrong:
        report.wrong(table.place("password"), f"password: {wrong}")
        return ""
    if password.startswith(ARGON2):
        report.wrong(table.place("password"), "password: a carrier's password is sent, so it cannot be an argon2 hash")
        return ""
    note_lengths(table, system_id, password, report)
    return password


def note_lengths(table: Table, system_id: str, password: str, report: Report) -> None:
    """Remark on what SMPP 3.4 has no room for (many peers take longer ones all the same)."""
    if len(system_id) > LONGEST_SYSTEM_ID:
        report.note_often(table.place("system_id"), f"system_id: SMPP has room for {LONGEST_SYSTEM_ID} characters only")
    if len(password) > LONGEST_PASSWORD and not password.startswith(ARGON2):
        report.note_often(table.place("password"), f"password: SMPP has room for {LONGEST_PASSWORD} characters only")


def existing_file(table: Table, key: str, name: str, directory: Path, report: Report) -> str:
    """The absolute path of a file that the conf names ("" for none); reported where it is not there."""
    if not name:
        return ""
    path = (directory / name).absolute()
    try:
        with path.open("rb"):
            return str(path)
    except OSError as error:
        report.wrong(table.place(key), f"{key}: cannot read the file {shown(name)}: {error.strerror}")
        return str(path)


def _read_message_id(table: Table, report: Report) -> MessageIdFormat:
    inner = child(table, "message_id", report)
    built = build(inner, MESSAGE_ID, MessageIdFormat, report) if inner is not None else None
    if inner is None or built is None:
        return MessageIdFormat()
    for key, value in (("width", built.width), ("case", built.case)):
        if value and built.response != "hex":
            report.wrong(inner.place(key), f'{key}: only means something with response = "hex"')
    if (built.response == "text") is not (built.receipt == "text"):
        report.wrong(
            inner.place("receipt"),
            'receipt: ids that are text in one place and numbers in the other never meet; "text" in both, or in none',
        )
    return built


def _check_tags(tables: Iterable[Table], report: Report) -> None:
    """No tag may begin another: the tag tells whose an id is."""
    tags = sorted((table.text("tag"), index, table) for index, table in enumerate(tables) if table.text("tag"))
    for position, (tag, index, table) in enumerate(tags):
        for longer, other_index, other in tags[position + 1 :]:
            if not longer.startswith(tag):
                break
            later, word = (other, longer) if other_index > index else (table, tag)
            what = (
                "is taken" if longer == tag else f"and {shown(tag if later is other else longer)}: one begins the other"
            )
            report.wrong(later.place("tag"), f"tag: {shown(word)} {what}")


def read_routes(root: Table, carriers: Carriers, accounts: Mapping[str, Table], report: Report) -> tuple[Route, ...]:
    """Every `[[route]]`, in order."""
    routes: list[Route] = []
    catch_all: Table | None = None
    for table in children(root, "route", report):
        if catch_all is not None:
            report.note(table.here, f"[[route]] is never reached: the one at {catch_all.here} takes everything")
        route = build(table, ROUTE, Route, report)
        _check_route(table, carriers, accounts, report)
        if route is None:
            continue
        routes.append(route)
        if route.catches_all:
            catch_all = catch_all or table
        if route.channel != "sip" and route.carriers and all(name in carriers.trunks for name in route.carriers):
            report.note(
                table.here, '[[route]] leads nowhere for SMPP: it has only trunks of an Asterisk (say channel = "sip")'
            )
    if not root.tables("route"):
        report.note(root.here, "there is no [[route]]: no message can go to a carrier")
    return tuple(routes)


def _check_route(table: Table, carriers: Carriers, accounts: Mapping[str, Table], report: Report) -> None:
    listed = table.values.get("carriers")
    if listed == []:
        report.wrong(table.place("carriers"), "carriers: a route needs at least one carrier")
    seen: set[str] = set()
    for index, name in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(name, str):
            continue
        place = table.place("carriers").below(index)
        if missing := carriers.unknown(name):
            report.missing(place, f"carriers: {missing}")
        elif name in seen:
            report.wrong(place, f"carriers: {shown(name)} is named twice")
        seen.add(name)
    account = table.text("account")
    if account and account not in accounts:
        hint = did_you_mean(account, list(accounts))
        report.missing(table.place("account"), f"account: there is no account {shown(account)}{hint}")
