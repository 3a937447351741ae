"""Reads the edge's `/metrics` (Prometheus text) for the soak. Knows no names but what it is told."""

import re
import urllib.error
import urllib.request

from .process import RunFailed

SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? ([-+0-9.eE]+|[-+]?Inf|NaN)$")


def fetch(port: int) -> str:
    """The text of `/metrics` on 127.0.0.1. Raises RunFailed where there is none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5.0) as answer:
            return bytes(answer.read()).decode("utf-8")
    except (OSError, urllib.error.URLError, ValueError) as problem:
        raise RunFailed(f"/metrics on port {port}: {problem}") from None


def gauges(text: str) -> dict[str, float]:
    """All gauges of an exposition by name, summed over their labels."""
    kinds: dict[str, str] = {}
    sums: dict[str, float] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(maxsplit=3)
            kinds[name] = kind
            continue
        found = SAMPLE.match(line)
        if found and kinds.get(found[1]) == "gauge":
            sums[found[1]] = sums.get(found[1], 0.0) + float(found[3])
    return sums
