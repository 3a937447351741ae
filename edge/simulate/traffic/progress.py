"""How far a run is: a bar that is redrawn on a terminal, a line every few seconds elsewhere."""

from typing import TextIO

BAR = 30
LINE_EVERY = 5.0  # seconds, where it is no terminal
DRAW_EVERY = 0.1


class Progress:
    """Writes to `stream` when told how things are. `now` is monotonic seconds."""

    def __init__(self, stream: TextIO, now: float) -> None:
        self._stream = stream
        self._bar = stream.isatty()
        self._every = DRAW_EVERY if self._bar else LINE_EVERY
        self._next = now + self._every
        self._last = (now, 0)
        self._width = 0

    def show(self, now: float, done: float, sent: int, answered: int, refused: int, flying: int) -> None:
        """`done` is the share of the whole, below 0 where there is no end; the others are messages."""
        if now < self._next:
            return
        self._next = now + self._every
        then, before = self._last
        rate = (answered - before) / (now - then) if now > then else 0.0
        if not self._bar or now - then >= 1.0:
            self._last = (now, answered)
        text = f"{sent:,} sent, {answered:,} answered ({rate:,.0f}/s), {refused:,} refused, {flying:,} in flight"
        share = f"{min(1.0, done):4.0%} " if done >= 0 else ""
        if self._bar:
            self._draw(f"{_drawn(done)}{share}{text}")
        else:
            self._write(f"{share}{text}\n")

    def _draw(self, line: str) -> None:
        self._write("\r" + line.ljust(self._width))
        self._width = len(line)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

    def end(self) -> None:
        """Leave the line free for what comes next."""
        if self._width:
            self._write("\r" + " " * self._width + "\r")


def _drawn(done: float) -> str:
    if done < 0:
        return ""
    full = int(min(1.0, done) * BAR)
    return f"[{'#' * full}{'.' * (BAR - full)}] "
