"""Trains the classifier anew from labelled texts: `python -m edge.training --corpora DIR --out edge/policy/data`.

Offline only: it needs scikit-learn (dependency group `train`), which the edge itself never imports.
"""
