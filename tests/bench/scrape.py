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
    """All gauges of an exposition, by name and labels as they are written."""
    kinds: dict[str, str] = {}
    found: dict[str, float] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(maxsplit=3)
            kinds[name] = kind
            continue
        sample = SAMPLE.match(line)
        if sample and kinds.get(sample[1]) == "gauge":
            found[sample[1] + (sample[2] or "")] = float(sample[3])
    return found
