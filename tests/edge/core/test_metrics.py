"""Counters, gauges and histograms as plain values."""

import pytest

from edge.core.metrics import LATENCY_BOUNDS, Metrics


def test_a_counter_counts_under_its_labels():
    counter = Metrics().counter("things_total", "Things", ("kind",))
    counter.add(("a",))
    counter.add(("a",), 2)
    counter.add(("b",), 0)
    assert counter.values == {("a",): 3, ("b",): 0}
    plain = Metrics().counter("plain_total", "Plain")
    plain.add()
    assert plain.values == {(): 1}


def test_a_family_is_made_once():
    metrics = Metrics()
    one = metrics.counter("things_total", "Things", ("kind",))
    one.add(("a",))
    assert metrics.counter("things_total", "something else") is one
    assert metrics.histogram("seconds", "Seconds") is metrics.histogram("seconds", "other")


def test_a_gauge_is_read_when_asked_and_replaced_at_a_reload():
    metrics = Metrics()
    level = 1.0
    gauge = metrics.gauge("level", "Level", (), lambda: [((), level)])
    level = 2.0
    assert list(gauge.read()) == [((), 2.0)]
    metrics.gauge("level", "Level", (), lambda: [((), 7.0)])
    assert list(metrics.gauges["level"].read()) == [((), 7.0)]


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [
        (0.0, 0),
        (0.0001, 0),  # at most the bound, as Prometheus has it
        (0.00011, 1),
        (1.0, LATENCY_BOUNDS.index(1.0)),
        (60.0, len(LATENCY_BOUNDS) - 1),
        (60.1, len(LATENCY_BOUNDS)),
    ],
)
def test_a_duration_falls_into_one_bucket(seconds, bucket):
    histogram = Metrics().histogram("seconds", "Seconds")
    histogram.observe(seconds)
    assert [index for index, count in enumerate(histogram.buckets) if count] == [bucket]
    assert histogram.sum == seconds


def test_bounds_grow_and_names_say_whose_they_are():
    assert list(LATENCY_BOUNDS) == sorted(set(LATENCY_BOUNDS))
    metrics = Metrics()
    names = [*metrics.counters, *metrics.gauges, *metrics.histograms]
    assert all(name.startswith("smsedge_") for name in names)
    assert all(name.endswith("_total") for name in metrics.counters)
    assert all(name.endswith("_seconds") for name in metrics.histograms)
