"""Metrics as Prometheus text, format 0.0.4. Reads the counters, changes nothing, knows no HTTP.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

import logging
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate

from edge.core.metrics import LATENCY_BOUNDS, Counter, Gauge, Histogram, Labels, Metrics

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PIECE = 500  # series rendered between two breaths of the loop, about a millisecond
SERIES_KEPT = 65_536  # rendered label sets remembered between scrapes

Family = Counter | Gauge | Histogram

_log = logging.getLogger("smsedge.console")
_BOUND_TEXTS = [*map(repr, LATENCY_BOUNDS), "+Inf"]


def exposition(metrics: Metrics) -> bytes:
    """All families of `metrics` as one text."""
    return "".join(pieces(metrics)).encode("utf-8", "replace")


def pieces(metrics: Metrics) -> Iterator[str]:
    """The same in pieces of whole lines, at most PIECE of them each: the caller may do other work in between."""
    families: list[Family] = [*metrics.counters.values(), *metrics.gauges.values(), *metrics.histograms.values()]
    for family in families:
        lines = [header(family.name, family.help, _type(family))]
        for line in _samples(family):
            lines.append(line)
            if len(lines) >= PIECE:
                yield "".join(lines)
                lines.clear()
        yield "".join(lines)


def header(name: str, help: str, type: str) -> str:
    """The two comment lines that open a family."""
    text = help.replace("\\", r"\\").replace("\n", r"\n")
    return f"# HELP {name} {text}\n# TYPE {name} {type}\n"


@lru_cache(maxsize=SERIES_KEPT)
def series(name: str, names: Labels, values: Labels) -> str:
    r"""`name{label="value",...}` with `\`, `"` and newlines in values escaped; only the name without labels."""
    if not names:
        return name
    pairs = ",".join(f'{label}="{_escaped(value)}"' for label, value in zip(names, values, strict=False))
    return f"{name}{{{pairs}}}"


def number(value: float) -> str:
    """A sample value: integers without a point, infinities and NaN as the format spells them."""
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return {"inf": "+Inf", "-inf": "-Inf", "nan": "NaN"}.get(repr(value), repr(value))


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _type(family: Family) -> str:
    return type(family).__name__.lower()


def _samples(family: Family) -> Iterable[str]:
    if isinstance(family, Histogram):
        return _histogram(family)
    if isinstance(family, Gauge):
        return _lines(family, _read(family))
    return _lines(family, _counts(family))


def _lines(family: Counter | Gauge, values: Iterable[tuple[Labels, float]]) -> Iterator[str]:
    name, names = family.name, family.labels
    for labels, value in values:
        yield f"{series(name, names, labels)} {number(value)}\n"


def _counts(counter: Counter) -> Iterator[tuple[Labels, float]]:
    values = counter.values
    if not values and not counter.labels:
        yield (), 0
    for labels in list(values):  # a copy: the loop may count under new labels between two pieces
        yield labels, values.get(labels, 0)


def _read(gauge: Gauge) -> list[tuple[Labels, float]]:
    try:
        return list(gauge.read())
    except Exception:  # one broken gauge must not take all metrics away
        _log.exception("metrics: the gauge %s cannot be read", gauge.name)
        return []


def _histogram(histogram: Histogram) -> Iterator[str]:
    name, total = histogram.name, histogram.sum
    counts = list(accumulate(histogram.buckets))
    for bound, count in zip(_BOUND_TEXTS, counts, strict=True):
        yield f'{name}_bucket{{le="{bound}"}} {count}\n'
    yield f"{name}_sum {number(total)}\n"
    yield f"{name}_count {counts[-1]}\n"
