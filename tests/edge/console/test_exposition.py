"""The text is held against an independent parser."""

import math
import os
import time
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from edge.console.exposition import exposition, number, pieces
from edge.console.process import process_text
from edge.core.metrics import LATENCY_BOUNDS, Metrics


def parsed(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Samples by name and sorted labels."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_counters_read_back() -> None:
    metrics = Metrics()
    metrics.binds.add(("ok",), 3)
    metrics.binds.add(('a "b" \\ c\nd',))
    metrics.counter("plain_total", "No labels, \\ and\na newline")
    samples = parsed(exposition(metrics).decode())
    assert samples["smsedge_binds_total"] == {(("result", "ok"),): 3.0, (("result", 'a "b" \\ c\nd'),): 1.0}
    assert samples["plain_total"] == {(): 0.0}
    assert "smsedge_answers_total" not in samples


def test_help_and_type_lines() -> None:
    text = exposition(Metrics()).decode()
    assert "# HELP smsedge_binds_total Bind attempts\n# TYPE smsedge_binds_total counter\n" in text
    assert "# TYPE smsedge_answer_seconds histogram\n" in text


def test_gauges_are_read_when_scraped_and_a_broken_one_spares_the_rest() -> None:
    metrics = Metrics()
    values = {("x",): 1.5}
    metrics.gauge("depth", "A table", ("table",), values.items)
    metrics.gauge("broken", "Raises", (), lambda: [((), 1 / 0)])
    metrics.gauge("odd", "Special values", ("v",), lambda: [(("i",), math.inf), (("n",), math.nan)])
    assert parsed(exposition(metrics).decode())["depth"] == {(("table", "x"),): 1.5}
    values[("x",)] = 7
    samples = parsed(exposition(metrics).decode())
    assert samples["depth"] == {(("table", "x"),): 7.0}
    assert samples["odd"][(("v", "i"),)] == math.inf
    assert math.isnan(samples["odd"][(("v", "n"),)])
    assert "broken" not in samples


def test_histograms_are_cumulative() -> None:
    metrics = Metrics()
    for seconds in (0.0001, 0.0002, 0.3, 100.0):
        metrics.latency.observe(seconds)
    samples = parsed(exposition(metrics).decode())
    buckets = {dict(labels)["le"]: value for labels, value in samples["smsedge_answer_seconds_bucket"].items()}
    assert len(buckets) == len(LATENCY_BOUNDS) + 1
    assert [buckets[le] for le in ("0.0001", "0.00025", "0.25", "0.5", "60.0", "+Inf")] == [1, 2, 2, 3, 3, 4]
    assert samples["smsedge_answer_seconds_count"] == {(): 4.0}
    assert samples["smsedge_answer_seconds_sum"] == {(): 100.3003}


def test_many_series_come_in_pieces_of_whole_lines() -> None:
    metrics = Metrics()
    for i in range(5000):
        metrics.binds.add((str(i),), i)
    parts = list(pieces(metrics))
    assert max(part.count("\n") for part in parts) <= 501
    assert all(part.endswith("\n") for part in parts)
    assert len(parsed("".join(parts))["smsedge_binds_total"]) == 5000


def test_numbers() -> None:
    assert [number(value) for value in (3, 3.0, 0.25, 1e300, -math.inf)] == [
        "3", "3", "0.25", str(int(1e300)), "-Inf"
    ]  # fmt: skip


def test_process_metrics_have_the_usual_names() -> None:
    samples = parsed(process_text({"version": "1.2", "conf": "abc"}))
    assert set(samples) == {
        "process_cpu_seconds_total",
        "process_virtual_memory_bytes",
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_max_fds",
        "process_start_time_seconds",
        "smsedge_build_info",
    }
    ((labels, value),) = samples["smsedge_build_info"].items()
    assert value == 1.0
    assert {("version", "1.2"), ("conf", "abc")} <= set(labels)
    assert samples["process_resident_memory_bytes"][()] % os.sysconf("SC_PAGE_SIZE") == 0
    # started after the machine, and before this moment by the same clock
    assert (
        time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
        <= samples["process_start_time_seconds"][()]
        <= time.time()
    )


def test_every_family_is_documented() -> None:
    document = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text()
    metrics = Metrics()
    names = {*metrics.counters, *metrics.histograms, *parsed(process_text({}))}
    assert {name for name in names if f"`{name}`" not in document} == set()
