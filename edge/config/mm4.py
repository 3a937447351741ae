"""The MM4 relay and its peers, built from their tables."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from edge.config.carriers import existing_file
from edge.config.problem import Wrong, shown
from edge.config.schema import MM4, MM4_PEER
from edge.config.secrets import ARGON2, resolve
from edge.config.section import Report, build
from edge.config.tree import Place, Table
from edge.core.account import Account
from edge.core.conf import Mm4, Mm4Peer
from edge.core.evidence import public_key
from edge.policy.rule import RuleSettings

_FILES = ("certificate", "key", "client_ca")


def read_mm4(
    table: Table, peer_tables: Sequence[Table], directory: Path, environment: Mapping[str, str], report: Report
) -> Mm4 | None:
    """[mm4] with its peers; None where something is wrong with the table itself (said in `report`)."""
    if not peer_tables:
        report.note(table.here, "[mm4] has no [[mm4.peer]]: nobody can hand us MMS")
    peers = [(_read_peer(each, directory, environment, report), each) for each in peer_tables]
    _check_identities(peers, report)
    mm4 = build(table, MM4, Mm4, report, peers=tuple(peer for peer, _ in peers if peer))
    if mm4 is None:
        return None
    _check_tls(table, mm4, peers, report)
    if mm4.send_timeout >= mm4.deadline:
        report.wrong(table.place("send_timeout"), "send_timeout: must be shorter than deadline")
    if mm4.memory < mm4.max_size:
        report.wrong(table.place("memory"), "memory: must not be less than max_size")
    if mm4.evidence_size < mm4.max_size:
        report.wrong(table.place("evidence_size"), "evidence_size: must not be less than max_size")
    files = {key: existing_file(table, key, getattr(mm4, key), directory, report) for key in _FILES}
    evidence = _evidence_key(table, mm4.evidence_key, directory, environment, report)
    return msgspec.structs.replace(mm4, **files, evidence_key=evidence)


def _evidence_key(table: Table, written: str, directory: Path, environment: Mapping[str, str], report: Report) -> str:
    """The public key, looked up; "" where there is none or it is wrong."""
    found = _secret(table, "evidence_key", written, directory, environment, report)
    try:
        if found:
            public_key(found)
    except ValueError as error:
        report.wrong(table.place("evidence_key"), f"evidence_key: {error}")
    return found


def _read_peer(table: Table, directory: Path, environment: Mapping[str, str], report: Report) -> Mm4Peer | None:
    before = len(report.problems)
    peer = build(table, MM4_PEER, Mm4Peer, report)
    if peer is None:
        return None
    password = _secret(table, "password", peer.password, directory, environment, report)
    sent = _secret(table, "relay_password", peer.relay_password, directory, environment, report)
    if not peer.networks:
        report.wrong(table.place("from"), 'from: with an empty list nobody is this peer ("0.0.0.0/0" and "::/0": all)')
    if bool(peer.username) != bool(peer.password):
        report.wrong(table.here, "[[mm4.peer]] needs both username and password, or neither")
    if bool(peer.relay_username) != bool(peer.relay_password):
        report.wrong(table.here, "[[mm4.peer]] needs both relay_username and relay_password, or neither")
    if sent.startswith(ARGON2):
        report.wrong(table.place("relay_password"), "relay_password: it is sent, so it cannot be an argon2 hash")
    if peer.relay_username and peer.relay_tls not in ("unverified", "on"):
        report.wrong(
            table.place("relay_username"), 'relay_username: needs relay_tls = "on" or "unverified": a password is sent'
        )
    if peer.relay_ca and peer.relay_tls != "on":
        report.wrong(table.place("relay_ca"), 'relay_ca: only means something with relay_tls = "on"')
    if peer.tls == "certificate" and not peer.certificates:
        report.wrong(table.place("tls"), 'tls: "certificate" needs the subject names in certificates')
    authority = existing_file(table, "relay_ca", peer.relay_ca, directory, report)
    if len(report.problems) > before:
        return None
    return msgspec.structs.replace(peer, password=password, relay_password=sent, relay_ca=authority)


def _secret(
    table: Table, key: str, written: str, directory: Path, environment: Mapping[str, str], report: Report
) -> str:
    """A password, looked up; "" where there is none or it is wrong."""
    if not written:
        return ""
    try:
        found = resolve(written, directory, environment)
        if not found:
            raise Wrong("must not be empty")
    except Wrong as wrong:
        report.wrong(table.place(key), f"{key}: {wrong}")
        return ""
    return found


def _check_identities(peers: Sequence[tuple[Mm4Peer | None, Table]], report: Report) -> None:
    """An address and, where two peers share one, a login must say who somebody is."""
    networks: dict[str, Place] = {}
    users: dict[str, Place] = {}
    for peer, table in peers:
        if peer is None:
            continue
        if peer.username:
            if peer.username in users:
                first = users[peer.username]
                report.wrong(table.place("username"), f"username: {shown(peer.username)} stands at {first} already")
            users.setdefault(peer.username, table.place("username"))
            continue
        for index, network in enumerate(peer.networks):
            place = table.place("from").below(index)
            if network in networks:
                what = f"{shown(network)} is another peer's ({networks[network]}); one of the two needs a username"
                report.wrong(place, f"from: {what}")
            networks.setdefault(network, place)


def _check_tls(table: Table, mm4: Mm4, peers: Sequence[tuple[Mm4Peer | None, Table]], report: Report) -> None:
    if bool(mm4.certificate) != bool(mm4.key):
        report.wrong(table.here, "[mm4] needs both certificate and key, or neither")
    for peer, each in peers:
        if peer is None:
            continue
        if peer.tls != "optional" and not mm4.certificate:
            report.missing(each.place("tls"), f'tls: "{peer.tls}" needs [mm4] certificate')
        elif peer.tls == "certificate" and not mm4.client_ca:
            report.missing(each.place("tls"), 'tls: "certificate" needs [mm4] client_ca')
        if peer.username and not mm4.certificate:
            report.missing(each.place("username"), "username: logging in needs TLS, and that [mm4] certificate")


def check_upstream(mm4: Mm4 | None, accounts: Iterable[Account], table: Table | None, report: Report) -> None:
    """Customers' messages must lead somewhere: where every peer is a customer's, only their domains do."""
    if mm4 is None or table is None or len(mm4.peers) < 2 or any(peer.default for peer in mm4.peers):
        return
    named = {name for account in accounts for name in account.mm4_peers}
    if all(peer.name in named for peer in mm4.peers):
        report.note(table.here, "[mm4] has no upstream: every peer is an account's, and none has default = true")


def check_evidence(mm4: Mm4 | None, rules: Mapping[str, RuleSettings], table: Table | None, report: Report) -> None:
    """What matches a child-safety list is kept only where there is a key to seal it to."""
    listed = rules.get("image-hash")
    if mm4 is None or table is None or listed is None or mm4.evidence_key:
        return
    if listed.values["child_safety"]:
        report.note(
            table.here,
            "[mm4] has no evidence_key: messages on the child_safety list are refused, and no evidence is kept "
            "(`smsedge evidence key` makes one)",
        )
