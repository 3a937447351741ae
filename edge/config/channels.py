"""The node and its doors (SMPP, console, Asterisk, MM4) and the audit, built from their tables; ports checked."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from edge.config.carriers import existing_file
from edge.config.kinds import COUNTRY
from edge.config.ladder import LADDER
from edge.config.mm4 import read_mm4
from edge.config.problem import Wrong, spelled
from edge.config.schema import ASTERISK, AUDIT, CONSOLE, NODE, QUARANTINE, SMPP, Field, Node
from edge.config.secrets import ARGON2, resolve
from edge.config.section import Report, build, child, children, names, read, read_key
from edge.config.tree import Place, Table
from edge.core.account import Bind
from edge.core.conf import Asterisk, Audit, Intake, Listen, Mm4, Quarantine, Smpp
from edge.core.ladder import Ladder

_AREA = re.compile(r"[2-9]\d\d", re.ASCII)
TOKEN_MIN = 16
_EVERY = ("0.0.0.0", "::")


class Channels(msgspec.Struct, frozen=True):
    """The node's own tables as built; None or a default stands where something was wrong."""

    node: str
    state: str
    smpp: Smpp
    console: Listen | None
    intake: Intake
    audit: Audit
    quarantine: Quarantine
    ladder: Ladder
    areas: Mapping[str, str]
    asterisks: tuple[Asterisk, ...]
    mm4: Mm4 | None
    asterisk_tables: Mapping[str, Table]
    peer_tables: Mapping[str, Table]
    has_mm4: bool


def read_channels(root: Table, directory: Path, environment: Mapping[str, str], report: Report) -> Channels:
    """Everything of the conf that is not a carrier, a route, an account or a rule."""
    table = child(root, "node", report)
    node = (build(table, NODE, Node, report) if table else None) or Node()
    smpp = _read_smpp(child(root, "smpp", report), directory, report)
    table = child(root, "console", report)
    console = read(table, CONSOLE, report).get("listen") if table else None
    intake = _read_intake(table, directory, environment, report) if table else Intake()
    table = child(root, "audit", report)
    audit = (build(table, AUDIT, Audit, report) if table else None) or Audit()
    table = child(root, "quarantine", report)
    quarantine = (build(table, QUARANTINE, Quarantine, report) if table else None) or Quarantine()
    table = child(root, "ladder", report)
    ladder = (build(table, LADDER, Ladder, report) if table else None) or Ladder()
    asterisk_tables = children(root, "asterisk", report)
    asterisks = [_read_asterisk(each, directory, environment, report) for each in asterisk_tables]
    mm4_table = child(root, "mm4", report)
    peers = children(mm4_table, "peer", report) if mm4_table else []
    peer_tables = names(peers, "name", "peer", report)
    mm4 = read_mm4(mm4_table, peers, directory, environment, report) if mm4_table else None
    _check_ports(root, smpp, console, mm4, report)
    return Channels(
        node=node.node,
        state=node.state,
        smpp=smpp,
        console=console,
        intake=intake,
        audit=audit,
        quarantine=quarantine,
        ladder=ladder,
        areas=_read_areas(child(root, "areas", report), report),
        asterisks=tuple(each for each in asterisks if each),
        mm4=mm4,
        asterisk_tables=names(asterisk_tables, "name", "asterisk", report),
        peer_tables=peer_tables,
        has_mm4=mm4_table is not None,
    )


def _read_smpp(table: Table | None, directory: Path, report: Report) -> Smpp:
    smpp = build(table, SMPP, Smpp, report) if table else Smpp()
    if table is None or smpp is None:
        return Smpp()
    if smpp.listen is None and smpp.tls_listen is None:
        report.note(table.here, "[smpp] has neither listen nor tls_listen: no customer can bind")
    for key in ("certificate", "key") if smpp.tls_listen else ():
        if not getattr(smpp, key):
            report.wrong(table.place("tls_listen"), f"tls_listen: needs the key {key}")
    if smpp.lockout_max < smpp.lockout:
        report.wrong(table.place("lockout_max"), "lockout_max: must not be shorter than lockout")
    if smpp.max_unbound > smpp.max_connections:
        report.wrong(table.place("max_unbound"), "max_unbound: must not be more than max_connections")
    files = {
        key: existing_file(table, key, getattr(smpp, key), directory, report)
        for key in ("certificate", "key", "client_ca")
    }
    return msgspec.structs.replace(smpp, **files)


def _read_intake(table: Table, directory: Path, environment: Mapping[str, str], report: Report) -> Intake:
    """The token, looked up; what could be guessed is none."""
    written = table.text("complaints_token")
    if not written:
        return Intake()
    try:
        token = resolve(written, directory, environment)
        if token.startswith(ARGON2):
            raise Wrong("a token is compared as it is, so it cannot be an argon2 hash")
        if len(token) < TOKEN_MIN:
            raise Wrong(f"shorter than {TOKEN_MIN} characters: make one with `openssl rand -hex 32`")
    except Wrong as wrong:
        report.wrong(table.place("complaints_token"), f"complaints_token: {wrong}")
        return Intake()
    return Intake(token)


def _read_asterisk(table: Table, directory: Path, environment: Mapping[str, str], report: Report) -> Asterisk | None:
    """One Asterisk. A secret that is not there keeps only this channel from starting, and is said."""
    asterisk = build(table, ASTERISK, Asterisk, report)
    if asterisk is None:
        return None
    secret = ""
    try:
        secret = resolve(asterisk.secret, directory, environment)
        if secret.startswith(ARGON2):
            raise Wrong("the manager's secret is used as it is, so it cannot be an argon2 hash")
    except Wrong as wrong:
        if not asterisk.secret.startswith("env:"):
            report.wrong(table.place("secret"), f"secret: {wrong}")
            return None
        report.note(table.place("secret"), f"asterisk {asterisk.name} is not connected to: {wrong}")
    return msgspec.structs.replace(asterisk, secret=secret)


def _read_areas(table: Table | None, report: Report) -> dict[str, str]:
    """North American area codes that the shipped metadata does not know (new ones open every year)."""
    areas: dict[str, str] = {}
    if table is None:
        return areas
    for code, country in table.values.items():
        if not _AREA.fullmatch(code):
            report.wrong(table.place(code), f"areas: {spelled(code)} is no area code (three digits, the first 2 to 9)")
            continue
        read_key(areas, Field(code, COUNTRY, ""), country, table.place(code), report)
    return areas


def _check_ports(root: Table, smpp: Smpp, console: Listen | None, mm4: Mm4 | None, report: Report) -> None:
    """Two doors cannot listen on one port of one address."""
    doors = [
        ("smpp", "listen", smpp.listen),
        ("smpp", "tls_listen", smpp.tls_listen),
        ("mm4", "listen", mm4.listen if mm4 else None),
        ("console", "listen", console),
    ]
    taken: list[tuple[Listen, str, Place]] = []
    for section, key, listen in doors:
        table = root.table(section)
        if listen is None or table is None:
            continue
        for other, name, place in taken:
            if _clash(listen, other):
                report.wrong(table.place(key), f"{key}: port {listen.port} is {name}'s already ({place})")
        taken.append((listen, f"[{section}] {key}", table.place(key)))


def _clash(one: Listen, other: Listen) -> bool:
    same_host = one.host == other.host or one.host in _EVERY or other.host in _EVERY
    return same_host and one.port == other.port != 0


def check_bind_tls(binds: Iterable[tuple[Bind, Table]], smpp: Smpp, report: Report) -> None:
    """A bind that must use TLS needs a door for it."""
    for bind, table in binds:
        if bind.tls != "optional" and smpp.tls_listen is None:
            report.missing(table.place("tls"), f'tls: "{bind.tls}" needs [smpp] tls_listen')
        elif bind.tls == "certificate" and not smpp.client_ca:
            report.missing(table.place("tls"), 'tls: "certificate" needs [smpp] client_ca')
