"""Benchmark and soak of the whole path: `python -m tests.bench`, `python -m tests.bench.soak`.

Own raw SMPP on purpose: the measuring side shares no code with what it measures. Loopback only.
"""
