"""What the commands have in common: reading a request, and waiting for the disk."""

import asyncio
from typing import Any

from edge.app.desk import Desk
from edge.app.explaining import ton_of
from edge.console.control import CommandError
from edge.core.facts import Fact, subject_of
from edge.core.submission import PartyKind

Answer = dict[str, Any]


def text_of(request: Answer, name: str) -> str:
    """A field as text, "" where it is not there."""
    value = request.get(name) or ""
    return value if isinstance(value, str) else str(value)


def subject(desk: Desk, written: str, names: bool = True) -> str:
    """A number as facts write it: `+` and E.164, or a short code or (with `names`) a sender name as it is.

    Raises CommandError.
    """
    if not written:
        raise CommandError("which number? give it as +14165550100")
    party = desk.party(written, ton_of(written), 1, 1)
    if party.kind is PartyKind.INVALID:
        raise CommandError(f"{written[:40]} is no number, short code or sender name: {party.fault}")
    if party.kind is PartyKind.ALPHANUMERIC and not names:
        raise CommandError(f"{written[:40]} is a name: a subscriber has a number")
    return subject_of(party.key)


class Laid:
    """Facts that are laid down one by one and waited for together."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._waiting = 1  # `on_disk` itself
        self._told: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def lay(self, fact: Fact) -> None:
        """Let `fact` hold now."""
        self._waiting += 1
        self._desk.lay_down([fact], self._done)

    def _done(self, error: BaseException | None) -> None:
        self._waiting -= 1
        if self._told.done():
            return
        if error is not None:
            self._told.set_exception(error)
        elif not self._waiting:
            self._told.set_result(None)

    async def on_disk(self) -> None:
        """Returns once all are on disk. Raises what went wrong with the first that is not."""
        self._desk.state.forget_refusals()
        self._done(None)
        await self._told


async def on_disk(desk: Desk, fact: Fact) -> None:
    """Let `fact` hold now; returns once it is on disk. Raises what went wrong."""
    laid = Laid(desk)
    laid.lay(fact)
    await laid.on_disk()
