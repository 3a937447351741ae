"""Counters for the path: plain integers in dicts, rendered only when somebody asks (`edge.console`).

prometheus-client's labels() costs 1.8 us a call; a dict of tuples costs 0.15.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable

Labels = tuple[str, ...]

# Seconds. From well under our own cost to a slow carrier; the last bucket is +Inf.
LATENCY_BOUNDS = (
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    10.0,
    60.0,
)


class Counter:
    """A family of counters. `counter.values[labels] += 1` is the whole hot path."""

    __slots__ = ("help", "labels", "name", "values")

    def __init__(self, name: str, help: str, labels: Labels = ()) -> None:
        self.name = name
        self.help = help
        self.labels = labels
        self.values: dict[Labels, int] = {}

    def add(self, labels: Labels = (), count: int = 1) -> None:
        """Count `count` more under `labels` (values, in the order of `self.labels`)."""
        self.values[labels] = self.values.get(labels, 0) + count


class Gauge:
    """A family of gauges, read when scraped: `read()` yields (label values, value)."""

    __slots__ = ("help", "labels", "name", "read")

    def __init__(
        self, name: str, help: str, labels: Labels, read: Callable[[], Iterable[tuple[Labels, float]]]
    ) -> None:
        self.name = name
        self.help = help
        self.labels = labels
        self.read = read


class Histogram:
    """Durations in seconds under one set of labels, in the buckets of `LATENCY_BOUNDS`."""

    __slots__ = ("buckets", "help", "name", "sum")

    def __init__(self, name: str, help: str) -> None:
        self.name = name
        self.help = help
        self.buckets = [0] * (len(LATENCY_BOUNDS) + 1)
        self.sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        self.buckets[bisect_left(LATENCY_BOUNDS, seconds)] += 1
        self.sum += seconds


class Metrics:
    """All families of a process, by name, and the ones the path uses as attributes."""

    def __init__(self) -> None:
        self.counters: dict[str, Counter] = {}
        self.gauges: dict[str, Gauge] = {}
        self.histograms: dict[str, Histogram] = {}
        self.messages = self.counter(
            "smsedge_messages_total", "Messages judged", ("account", "direction", "verdict", "rule")
        )
        self.would_have = self.counter(
            "smsedge_would_have_total", "Hits of rules in monitor mode and flags", ("account", "rule", "action")
        )
        self.answers = self.counter(
            "smsedge_answers_total", "Answers given to submissions", ("account", "carrier", "status")
        )
        self.receipts = self.counter(
            "smsedge_receipts_total", "Delivery receipts from carriers", ("account", "carrier", "outcome")
        )
        self.inbound = self.counter(
            "smsedge_inbound_total", "MO messages from carriers", ("account", "carrier", "outcome")
        )
        self.protocol_errors = self.counter(
            "smsedge_protocol_errors_total", "Faulty input, by side and kind", ("side", "kind")
        )
        self.binds = self.counter("smsedge_binds_total", "Bind attempts", ("result",))
        self.caps = self.counter("smsedge_cap_hits_total", "Something bounded was full", ("cap",))
        self.rule_errors = self.counter("smsedge_rule_errors_total", "Rules that raised", ("rule",))
        self.latency = self.histogram("smsedge_answer_seconds", "From a submission's arrival to its answer")
        self.carrier_latency = self.histogram("smsedge_carrier_seconds", "From forwarding to the carrier's answer")

    def counter(self, name: str, help: str, labels: Labels = ()) -> Counter:
        """The counter family `name`, made at first use."""
        return self.counters.setdefault(name, Counter(name, help, labels))

    def gauge(self, name: str, help: str, labels: Labels, read: Callable[[], Iterable[tuple[Labels, float]]]) -> Gauge:
        """Register (or replace, at reload) the gauge family `name`."""
        self.gauges[name] = Gauge(name, help, labels, read)
        return self.gauges[name]

    def histogram(self, name: str, help: str) -> Histogram:
        """The histogram `name`, made at first use."""
        return self.histograms.setdefault(name, Histogram(name, help))
