"""Messages from subscribers at a steady rate, in turn, as long as somebody is bound to receive."""

import asyncio
import csv
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from time import monotonic

from edge.simulate.smsc.server import Smsc

STEP = 0.02  # seconds
BACKLOG = 1000  # more than so many waiting deliver_sm: make no further ones

Line = tuple[str, str, str]


def read_lines(path: Path) -> list[Line]:
    """from,to,text lines of a CSV file; empty ones and those that begin with # are skipped.

    OSError where it cannot be read, ValueError for a line that is none.
    """
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file), 1):
            if not row or row[0].startswith("#"):
                continue
            if len(row) < 3 or not row[0].strip() or not row[1].strip():
                raise ValueError(f"{path}:{number}: a line is from,to,text")
            found.append((row[0].strip(), row[1].strip(), ",".join(row[2:])))
    return found


async def originate(smsc: Smsc, lines: Sequence[Line], rate: float, count: int) -> None:
    """Send `count` messages, `rate` a second (0: at once), going round `lines`; `{n}` in a text becomes its number.

    Starts when somebody is bound to receive, and waits where more than `BACKLOG` are not answered.
    ValueError for an address or a text that is too long.
    """
    endless = cycle(lines)
    credit = 1.0
    last = monotonic()
    number = 0
    while number < count:
        now = monotonic()
        credit = min(credit + (now - last) * rate, max(1.0, rate / 10)) if rate else BACKLOG
        last = now
        while credit >= 1.0 and number < count and smsc.waiting < BACKLOG:
            source, destination, text = next(endless)
            if not smsc.offer_mo(source, destination, text.replace("{n}", str(number + 1))):
                break
            number += 1
            credit -= 1.0
        await asyncio.sleep(STEP)
