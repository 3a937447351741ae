"""What the detectors reach on labelled texts: `make detection CORPORA=DIR` (docs/detection.md)."""
