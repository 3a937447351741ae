"""Labelled texts: the corpora of a directory, and what was written for this project. See docs/detection.md."""

from pathlib import Path
from typing import NamedTuple

from edge.training.templates import filled

HAM, MARKETING, PHISHING, HARASSMENT, SENSITIVE = "ham", "marketing", "phishing", "harassment", "sensitive"
# What the corpora call them. The public labels "spam" and "smishing" overlap: both are violating.
_LABELS = {"ham_otp": HAM, "spam": MARKETING, "smishing": PHISHING, "scam": PHISHING, "hate": HARASSMENT}
_FILES = {"english": "sms_en.tsv", "indian": "india_sms.tsv", "synthetic": "synth.tsv", "thai": "thai_sms.tsv"}
_TWEETS = "abuse_davidson.tsv"


class Example(NamedTuple):
    """A text, what it is, and where it is from: "english", "indian", "synthetic", "thai", "tweets" or "own"."""

    text: str
    label: str
    source: str


def read_tsv(path: Path) -> list[tuple[str, str]]:
    """(label, text) of a file with a message a line. Raises ValueError with file and line where there is no tab."""
    rows = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not line:
            continue
        label, tab, text = line.rstrip("\r").partition("\t")
        if not tab:
            raise ValueError(f"{path}:{number}: no tab between label and text")
        rows.append((label, text))
    return rows


def load(directory: Path) -> list[Example]:
    """All messages of the corpora in `directory`, and our own."""
    examples = [
        Example(text, _LABELS.get(label, label), source)
        for source, file in _FILES.items()
        for label, text in read_tsv(directory / file)
    ]
    return examples + own()


def tweets(directory: Path) -> list[Example]:
    """Tweets labelled for hate: to be reported on, never trained on (they do not tell what an SMS would say)."""
    kept = {"hate": HARASSMENT, "neither": HAM}
    return [Example(text, kept[label], "tweets") for label, text in read_tsv(directory / _TWEETS) if label in kept]


def own() -> list[Example]:
    """The texts of this project: templates, each filled several times."""
    return [Example(text, label, "own") for label in (HAM, MARKETING, PHISHING, HARASSMENT) for text in filled(label)]
