"""What is measured when somebody asks: windows, queues, tables, links. Nothing here runs per message."""

from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING

from edge.core.metrics import Labels

if TYPE_CHECKING:
    from edge.app.edge import Edge

Samples = Iterable[tuple[Labels, float]]


def register(edge: "Edge") -> None:
    """Register the gauges of a running edge."""
    gauge = edge.metrics.gauge
    gauge("smsedge_carrier_links", "Links to a carrier, by state", ("carrier", "state"), lambda: _links(edge))
    gauge("smsedge_window_used", "Requests waiting for an answer, by link", ("carrier", "link"), lambda: _windows(edge))
    gauge(
        "smsedge_window_size",
        "Requests that may wait for an answer, by link",
        ("carrier", "link"),
        lambda: _sizes(edge),
    )
    gauge("smsedge_quarantine_held", "Messages in quarantine", (), lambda: [((), edge.ledger.quarantine.size())])
    gauge("smsedge_held", "Requests waiting for a carrier's window", ("carrier",), lambda: _held(edge))
    gauge("smsedge_sessions", "Bound sessions, by account and bind", ("account", "system_id"), lambda: _sessions(edge))
    gauge("smsedge_connections", "Open connections of customers", ("state",), lambda: _connections(edge))
    gauge("smsedge_delivery_queue", "Deliveries waiting for a customer", ("account",), lambda: _deliveries(edge))
    gauge("smsedge_table_entries", "Entries of a table", ("table",), lambda: tables(edge))
    gauge("smsedge_table_cap", "Entries that a table may have", ("table",), lambda: _caps(edge))
    gauge("smsedge_table_cap_hits", "Times a table was full", ("table",), lambda: _cap_hits(edge))
    gauge("smsedge_rule_parked", "Rules that are parked after errors (1)", ("rule",), lambda: _parked(edge))
    gauge("smsedge_blocked_numbers", "Blocked numbers", (), lambda: [((), len(edge.ledger.facts.blocked))])
    gauge("smsedge_suspended_accounts", "Suspended accounts", (), lambda: [((), len(edge.ledger.facts.suspended))])
    gauge("smsedge_conf_reloaded_seconds", "When the conf in force was loaded", (), lambda: [((), edge.reloaded_at)])
    gauge("smsedge_snapshot", "The last snapshot of the windows", ("what",), lambda: _snapshot(edge))
    gauge("smsedge_late_answers", "Answers of carriers after the time-out, by link", ("link",), lambda: _late(edge))


def _snapshot(edge: "Edge") -> Samples:
    snapshots = edge.snapshots
    return [
        (("age_seconds",), monotonic() - snapshots.saved_at if snapshots.saved_at else 0.0),
        (("octets",), snapshots.octets),
        (("slowest_slice_seconds",), snapshots.slowest),
    ]


def _links(edge: "Edge") -> Samples:
    for name, pool in edge.pools.items():
        up = sum(link.bound for link in pool.links)
        yield (name, "bound"), up
        yield (name, "down"), len(pool.links) - up


def _windows(edge: "Edge") -> Samples:
    for name, pool in edge.pools.items():
        for link in pool.links:
            yield (name, link.name), len(link.session.window)


def _sizes(edge: "Edge") -> Samples:
    for name, pool in edge.pools.items():
        for link in pool.links:
            yield (name, link.name), pool.carrier.window


def _held(edge: "Edge") -> Samples:
    return [((name,), pool.held_count) for name, pool in edge.pools.items()]


def _sessions(edge: "Edge") -> Samples:
    for system_id, sessions in edge.service.sessions.items():
        if sessions:
            yield (sessions[0].account.name, system_id), len(sessions)


def _connections(edge: "Edge") -> Samples:
    total = len(edge.service.connections)
    return [(("unbound",), edge.service.unbound), (("bound",), total - edge.service.unbound)]


def _deliveries(edge: "Edge") -> Samples:
    return [((account,), depth) for account, depth in edge.deliveries.depths().items()]


def tables(edge: "Edge") -> list[tuple[Labels, float]]:
    """Entries of every table there is: those in flight must be 0 when nothing is on its way."""
    found: dict[str, float] = {}
    for name, pool in edge.pools.items():
        found |= {f"carrier-{what}:{name}": count for what, count in pool.sizes().items()}
    found |= {f"delivery-{what}": count for what, count in edge.deliveries.sizes().items()}
    found |= {f"gate-{what}": count for what, count in edge.service.gate.sizes().items()}
    found |= {f"policy-{name}": entries for name, (entries, _, _) in edge.desk.state.sizes().items()}
    found |= {f"router-{what}": count for what, count in edge.router.sizes().items()}
    found["customer-inflight"] = sum(customer.inflight for customer in edge.service.connections)
    found["customer-deliveries"] = sum(len(customer.session.window) for customer in edge.service.connections)
    found |= {f"custody-{what}": count for what, count in edge.service.custody.sizes().items()}
    found["assembly"] = len(edge.service.assembly)
    found["doubts"] = len(edge.service.doubts)
    found["shared-senders"] = len(edge.service.shared)
    found |= edge.sip.sizes()
    found |= edge.mms.sizes()
    found["audit-queue"] = edge.audit.sizes()["queue"]
    return [((name,), value) for name, value in found.items()]


def _caps(edge: "Edge") -> Samples:
    return [((f"policy-{name}",), cap) for name, (_, cap, _) in edge.desk.state.sizes().items()]


def _cap_hits(edge: "Edge") -> Samples:
    return [((f"policy-{name}",), hits) for name, (_, _, hits) in edge.desk.state.sizes().items()]


def _parked(edge: "Edge") -> Samples:
    return [((rule,), 1.0) for rule in edge.desk.state.parked]


def _late(edge: "Edge") -> Samples:
    for pool in edge.pools.values():
        for link in pool.links:
            yield (link.name,), link.late + link.session.window.late
