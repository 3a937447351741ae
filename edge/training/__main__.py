"""`python -m edge.training --corpora DIR --out edge/policy/data`: trains the classifier anew and writes its files."""

import argparse
from pathlib import Path

from edge.training.corpora import load
from edge.training.train import train, write


def main() -> int:
    """Train and write."""
    parser = argparse.ArgumentParser(prog="python -m edge.training", description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True, help="directory of the labelled TSV files")
    parser.add_argument("--out", type=Path, required=True, help="where classifier.npz and classifier.json go")
    parser.add_argument("--version", default="1", help="what the card calls these weights (default: %(default)s)")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    trained = train([example for example in load(arguments.corpora) if example.source != "thai"], arguments.version)
    write(trained, arguments.out)
    card = trained.weights.card
    print(f"weights {card.version}:", ", ".join(f"{name} {value}" for name, value in card.figures.items()))
    for name, limits in card.thresholds.items():
        print(f"  {name}: flag from {limits.flag:.4f}, strict from {limits.strict:.4f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
