"""Concatenated messages of accounts with `hold = true`: gathered whole before the first part goes out.

Without it parts go out as they pass (policy.md, decision 2), and of a message that is refused at its last part the
first ones are with the recipient's phone already. It costs the client's window: a message with more parts than that
is never gathered, as its client waits for the first answer.
"""

from typing import TYPE_CHECKING, NamedTuple

from edge.core.metrics import Metrics
from edge.core.submission import Submission
from smpp.fast import ShortMessage
from smpp.frame import Frame

if TYPE_CHECKING:
    from edge.channels.smpp.customer import Customer

TTL = 30.0  # seconds: incomplete sets are forgotten, and their parts judged one by one (policy.md B.2)
SETS_CAP = 10_000


class Piece(NamedTuple):
    """A part that waits for the others."""

    customer: "Customer"
    frame: Frame
    message: ShortMessage
    submission: Submission


class Gathering:
    """One message so far."""

    __slots__ = ("pieces", "until")

    def __init__(self, until: float) -> None:
        self.pieces: dict[int, Piece] = {}
        self.until = until


class Assembly:
    """All messages that are being gathered, of all accounts."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._sets: dict[tuple[object, ...], Gathering] = {}

    def add(self, piece: Piece, now: float) -> tuple[list[Piece], bool]:
        """Take a part in: (the parts to judge now in their order, whether they are the whole message).

        Mostly nothing yet. A part that is there already ends the gathering: a retry, or somebody who swaps contents.
        """
        submission = piece.submission
        body = submission.body
        key = (submission.origin, submission.source.key, submission.destination.key, body.reference, body.parts)
        gathering = self._sets.get(key)
        if gathering is None:
            if len(self._sets) >= SETS_CAP:
                self._metrics.caps.add(("assembly",))
                return [piece], False
            gathering = self._sets[key] = Gathering(now + TTL)
        if body.part in gathering.pieces:
            del self._sets[key]
            return [*_ordered(gathering), piece], False
        gathering.pieces[body.part] = piece
        if len(gathering.pieces) < body.parts:
            return [], False
        del self._sets[key]
        return _ordered(gathering), True

    def overdue(self, now: float) -> list[Piece]:
        """The parts of messages that did not become whole in time."""
        late: list[Piece] = []
        for key, gathering in list(self._sets.items()):
            if gathering.until > now:
                break
            del self._sets[key]
            late += _ordered(gathering)
        return late

    def __len__(self) -> int:
        return len(self._sets)


def _ordered(gathering: Gathering) -> list[Piece]:
    return [piece for _, piece in sorted(gathering.pieces.items())]
