"""Labelled cases of the policy, played through the engine in simulated time: `make scenarios FILE=path.csv`.

`scenarios.csv`, `more.csv` and `strangers.csv` are the project's own; the columns are explained in docs/scenarios.md.
"""
