"""The edge and the carrier that real peers share: ids in hex, receipts in decimal, messages from subscribers."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.e2e.rig import Carrier, Edge, write_conf
from tests.e2e.stage import QUIET

NUMBERS = range(14165550100, 14165550190)
"""acme's numbers that the tests send from, each once, so that no limit is met."""

MO_FROM, MO_TO = "14165550399", "14165550199"
MO_SHORT, MO_EMOJI = "Oui, à demain", "Ça marche 👍🏽"
MO_LONG = " ".join(f"line {number} of a long answer;" for number in range(20))

LONG = "".join(f"Clause {number} of what we agreed. " for number in range(18))
LONG_UCS2 = "".join(f"Пункт {number} 👩‍⚕️ " for number in range(16))

BOUNCE = (
    "There is no text to 911 on this service. Make a voice call to 911 now, or use another way to contact "
    "emergency services. / Ce service ne permet pas de texter le 911. Appelez le 911."
)

_OPTIONS = "--receipts asked --ids hex --receipt-ids decimal --receipt-states DELIVRD:1 --log-text"
_REPLIES = "--mo-rate 6 --mo-count 100000"


class Place(NamedTuple):
    """An edge and its carrier."""

    edge: Edge
    carrier: Carrier

    def arrived(self, destination: str) -> list[dict[str, Any]]:
        """What the carrier has taken for a number, in order."""
        return [line for line in self.carrier.messages() if line["destination"] == "+" + destination]


@contextlib.contextmanager
def carriage(directory: Path) -> Iterator[Place]:
    """A carrier and an edge on it. AssertionError if the edge ends badly."""
    replies = [f"--mo=+{MO_FROM},+{MO_TO},{text}" for text in (MO_SHORT, MO_EMOJI, MO_LONG)]
    carrier = Carrier(directory, *_OPTIONS.split(), *_REPLIES.split(), *replies)
    try:
        ids = 'message_id = { response = "hex", receipt = "decimal" }'
        # Every peer sends the same few texts to people who never wrote: to look at all of them is what QUIET is for.
        conf = write_conf(directory, carrier.port, extra=QUIET, carrier=ids)
        edge = Edge(conf, directory)
        try:
            yield Place(edge.ready(), carrier)
        finally:
            status = edge.stop()
    finally:
        carrier.stop()
    assert status == 0
    assert "Traceback" not in edge.text


def addresses(numbers: Iterator[int]) -> tuple[str, str]:
    """A sender of acme's and a recipient that nobody has used before."""
    sender = next(numbers)
    return str(sender), str(sender + 200)


def public(line: dict[str, Any]) -> str:
    """The id that the customer gets for the carrier's hex id."""
    return f"n{int(line['message_id'], 16)}"
