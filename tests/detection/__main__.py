"""`python -m tests.detection --corpora DIR`: measures the detectors on labelled texts; exit 1 if a target is missed."""

import argparse
import sys
from pathlib import Path

from edge.training.corpora import load

from . import measures


def main() -> int:
    """Print a row a measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.detection", description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True, help="directory of the labelled TSV files")
    examples = [example for example in load(parser.parse_args().corpora) if example.source != "thai"]
    found = measures.data(examples)
    missed = 0
    print(f"{'':<52} {'figure':>8}   target")
    for rows in (
        measures.english(found),
        measures.indian(found),
        measures.templates(found),
        measures.disguised(found),
        measures.rules(examples),
        measures.campaigns(examples),
    ):
        for row in rows:
            missed += not row.good
            verdict = "" if row.good else "  MISSED"
            print(f"{row.name:<52} {row.value:8.4f}   {'<=' if row.most else '>='} {row.target:g}{verdict}", flush=True)
    print(f"{missed} targets missed" if missed else "all targets met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
