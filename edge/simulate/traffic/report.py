"""The result of a run, as a table for people and as JSON."""

from typing import Any

from edge.simulate.traffic.kinds import KINDS
from edge.simulate.traffic.tally import KindTally, Latencies, Tally
from smpp.consts import status_name

_QUANTILES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
_HEAD = ("kind", "sent", "answered", "unanswered", "p50 ms", "p95 ms", "p99 ms", "receipts", "bounces", "statuses")


def table(tally: Tally, seconds: float) -> str:
    """A line for each kind and one for all; statuses by name, the most frequent first."""
    rows = [_row(name, tally.kinds[name]) for name in _ordered(tally)]
    if len(rows) != 1:
        rows.append(_row("all", total(tally)))
    widths = [max(len(row[column]) for row in [_HEAD, *rows]) for column in range(len(_HEAD) - 1)]
    lines = [_line(_HEAD, widths), *(_line(row, widths) for row in rows)]
    rate = tally.answered / seconds if seconds > 0 else 0.0
    lines.append(f"{tally.answered:,} answered in {seconds:.1f} s, {rate:,.0f} a second")
    lines += [f"connection lost: {reason} ({count})" for reason, count in tally.losses.items()]
    if tally.receipts_due:
        lines.append(f"{tally.receipts_due:,} receipts that were asked for have not come")
    if tally.stray_receipts:
        lines.append(f"{tally.stray_receipts:,} receipts for messages that are not ours")
    if tally.others:
        lines.append(f"{tally.others:,} messages from subscribers")
    return "\n".join(lines)


def _ordered(tally: Tally) -> list[str]:
    """The kinds of a run, in the order of the table of kinds."""
    place = {name: index for index, name in enumerate(KINDS)}
    return sorted(tally.kinds, key=lambda name: place.get(name, len(place)))


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [row[0].ljust(widths[0])]
    cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:], strict=True)]
    return "  ".join([*cells, row[-1]])


def _row(name: str, kind: KindTally) -> tuple[str, ...]:
    times = [kind.latencies.quantile(share) for _, share in _QUANTILES]
    statuses = ", ".join(f"{status_name(status)} {count:,}" for status, count in kind.statuses.most_common())
    return (
        name,
        f"{kind.sent:,}",
        f"{kind.answered:,}",
        f"{kind.unanswered:,}",
        *("" if time is None else f"{time * 1000:.2f}" for time in times),
        f"{kind.receipts.total():,}",
        f"{kind.bounces:,}",
        statuses,
    )


def total(tally: Tally) -> KindTally:
    """All kinds as one."""
    whole = KindTally(latencies=Latencies())
    for kind in tally.kinds.values():
        whole.sent += kind.sent
        whole.unanswered += kind.unanswered
        whole.statuses.update(kind.statuses)
        whole.latencies.merge(kind.latencies)
        whole.receipts_asked += kind.receipts_asked
        whole.receipts.update(kind.receipts)
        whole.bounces += kind.bounces
    return whole


def as_json(tally: Tally, seconds: float) -> dict[str, Any]:
    """The same as values: times in milliseconds, statuses and receipts by name."""
    return {
        "seconds": round(seconds, 3),
        "kinds": {name: _values(tally.kinds[name]) for name in _ordered(tally)},
        "all": _values(total(tally)),
        "receipts_missing": tally.receipts_due,
        "receipts_stray": tally.stray_receipts,
        "messages_from_subscribers": tally.others,
        "connections_lost": dict(tally.losses),
    }


def _values(kind: KindTally) -> dict[str, Any]:
    times = {name: kind.latencies.quantile(share) for name, share in _QUANTILES}
    return {
        "sent": kind.sent,
        "answered": kind.answered,
        "unanswered": kind.unanswered,
        "statuses": {status_name(status): count for status, count in kind.statuses.most_common()},
        "latency_ms": {name: None if time is None else round(time * 1000, 3) for name, time in times.items()},
        "receipts_asked": kind.receipts_asked,
        "receipts": dict(kind.receipts),
        "bounces": kind.bounces,
    }
