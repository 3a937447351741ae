"""Text in pictures, read by the program tesseract where it is installed."""

import re
from shutil import which

from edge.media import program
from edge.media.picture import Picture, portable

SECONDS = 2.0
OUTPUT_MAX = 400_000
TEXT_MAX = 4_000
# Percent, of a word as tesseract gives it: below it leaves and fur are words.
CONFIDENCE = 60.0
_COLUMNS = 12
# What it takes an I for where that stands alone, or before an apostrophe: "I will" and "I'll" begin most threats.
_BAR = re.compile(r"^\|(?=$|['’])")
_WORD = re.compile(r"\w{3}")  # lines without it are specks


def available() -> str:
    """The program, "" where there is none."""
    return which("tesseract") or ""


def lacking(tesseract: str, languages: str) -> list[str]:
    """Those of `languages` that it has no data for; none where it does not say what it has."""
    try:
        output, _, code = program.run((tesseract, "--list-langs"), b"", SECONDS, OUTPUT_MAX)
    except (program.TooLong, OSError):
        return []
    has = output.decode("utf-8", "replace").splitlines()[1:]  # behind a headline
    return [each for each in languages.split("+") if each not in has] if code == 0 and has else []


def read_text(tesseract: str, picture: Picture, languages: str, seconds: float) -> str:
    """The words it is sure of, line by line. Raises program.TooLong."""
    # Page segmentation 11: text here and there in no order, as on pictures.
    command = (tesseract, "-", "-", "-l", languages, "--psm", "11", "tsv")
    output, _, code = program.run(command, portable(picture), min(seconds, SECONDS), OUTPUT_MAX)
    return _words(output.decode("utf-8", "replace"))[:TEXT_MAX] if code == 0 else ""


def _words(table: str) -> str:
    """Out of its table: level, page, block, paragraph, line, word, four of the place, confidence, text."""
    lines: dict[tuple[str, ...], list[str]] = {}
    for row in table.splitlines()[1:]:
        columns = row.split("\t")
        if len(columns) != _COLUMNS:
            continue
        try:
            sure = float(columns[10]) >= CONFIDENCE
        except ValueError:
            continue
        if sure and columns[11].strip():
            lines.setdefault(tuple(columns[1:5]), []).append(_BAR.sub("I", columns[11].strip()))
    said = (" ".join(words) for words in lines.values())
    return "\n".join(line for line in said if _WORD.search(line))
