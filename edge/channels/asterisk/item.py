"""One held message while the edge works on it: what has become of it so far, so that work can be taken up again."""

from time import monotonic

from ami.record import Record
from edge.core.account import Account, Endpoint
from edge.core.decision import Decision
from edge.core.submission import Submission
from edge.core.verdict import Verdict


class Item:
    """`text` is the record as it stands in the spool. Times are monotonic seconds.

    `verdict` is None until it was judged (a throttled one is judged again each time), `judged` when that was. `lost`:
    an order for it went out and no answer came, so that GONE may be our own doing. `row` is the id under which a copy
    is in the ledger, `crossing` that it is out of the spool and in our hands alone. `elsewhere`: another edge settled
    it while it waited here. `recorded`: its decision is on record as it stands. `settled` is how it ended.
    """

    __slots__ = (
        "account",
        "arrived",
        "crossing",
        "decision",
        "elsewhere",
        "endpoint",
        "judged",
        "lost",
        "pair",
        "record",
        "recorded",
        "row",
        "settled",
        "sid",
        "submission",
        "text",
        "tries",
        "verdict",
    )

    def __init__(self, sid: str, text: str, record: Record) -> None:
        self.sid = sid
        self.text = text
        self.record = record
        self.pair: tuple[object, ...] = (record.endpoint, record.sender, record.destination)
        self.arrived = monotonic()
        self.judged = 0.0
        self.account: Account | None = None
        self.endpoint: Endpoint | None = None
        self.submission: Submission | None = None
        self.verdict: Verdict | None = None
        self.decision: Decision | None = None
        self.tries = 0
        self.lost = False
        self.elsewhere = False
        self.crossing = False
        self.recorded = False
        self.row = ""
        self.settled = ""


def order_of(sid: str) -> tuple[int, int]:
    """Where a message stands in the order of arrival: `<seconds>-<number>-<six digits>`."""
    seconds, _, rest = sid.partition("-")
    number = rest.partition("-")[0]
    return _whole(seconds), _whole(number)


def spooled_at(sid: str) -> int:
    """When a message was spooled, by Asterisk's clock (Unix seconds); 0 where its id does not say."""
    return _whole(sid.partition("-")[0])


def _whole(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else 0
