"""Fuzzing: `python -m tests.fuzz --count 1000000`, and a shorter run in the suite."""
