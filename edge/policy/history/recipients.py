"""Who was written to by whom within minutes: strangers who crowd one person, and one-time codes for one person.

Nobody is kept in full who got one message from one sender. All of it is over in an hour, so no snapshot has it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from edge.core.submission import Submission
from edge.policy.context import Context
from edge.policy.history.clock import TICKS, tick_of
from edge.policy.history.pairs import Conversations
from edge.policy.history.tables import NUMBER_BITS, Shards, party_number
from edge.policy.history.texts import name_key
from edge.policy.signals.flags import flag

if TYPE_CHECKING:
    from edge.policy.state import PolicyState

CROWDED = flag("crowded")  # several strangers wrote to the recipient within minutes, before

# Strangers are looked at within this long at most, one-time codes within an hour.
CROWD_SECONDS = 600.0
CROWD = int(CROWD_SECONDS) * TICKS
HOUR_SECONDS = 3600.0
HOUR = 3600 * TICKS
# Messages of strangers and codes that are remembered of one person, the latest; no limit can ask for more.
CROWD_KEEP = 64
CODES_KEEP = 32
# Entries: about 120 bytes of one that got one message, 250 and 100 for every message of a crowd or a code.
CAP_LATEST = 1_000_000
CAP_CROWDS = 50_000
CAP_CODES = 300_000
CAP_STOPPED = 50_000
_TICK_BITS = 32
_TICK = (1 << _TICK_BITS) - 1
_SENDER = (1 << NUMBER_BITS) - 1

# (tick, the sender's integer, the account's index)
Message = tuple[int, int, int]
# (tick, the sender's integer, whose code it is: a brand's integer or an account's index)
Code = tuple[int, int, int]


def whose(context: Context, account: int) -> int:
    """Whose code it is: of the brand it names, else of the account."""
    brands = context.reading.brands
    return name_key("brand", brands[0]) if brands else account


class Recipients:
    """The tables, by recipient. A message counts once, whatever its parts."""

    def __init__(self, table: Callable[..., Shards[Any]], conversations: Conversations) -> None:
        """`table` makes them: `Windows.table`."""
        self._conversations = conversations
        # The last message, in one integer: account, sender, tick.
        self._latest: Shards[int] = table("recipient_latest", CAP_LATEST, CROWD_SECONDS)
        self.crowds: Shards[tuple[Message, ...]] = table("recipient_crowds", CAP_CROWDS, CROWD_SECONDS)
        self._codes: Shards[tuple[Code, ...]] = table("recipient_codes", CAP_CODES, HOUR_SECONDS)
        self._stopped: Shards[int] = table("recipient_stopped", CAP_STOPPED, HOUR_SECONDS)

    # -- strangers -----------------------------------------------------------------------------

    def crowd(self, recipient: int) -> tuple[Message, ...] | None:
        """The messages of strangers to `recipient` within ten minutes, oldest first; None for one or none."""
        return self.crowds.get(recipient)

    def strange(self, sender: int, recipient: int, tick: int) -> bool:
        """Whether the recipient never wrote to this sender (within 30 days)."""
        return not self._conversations.known(sender, recipient, tick)

    def sent(self, context: Context, tick: int) -> None:
        """Note a message to a phone number."""
        recipient, sender, account = context.recipient, context.sender, context.index
        before = self._latest.swap(recipient, (account << NUMBER_BITS | sender) << _TICK_BITS | tick)
        if before is None or tick - (before & _TICK) >= CROWD:
            return  # whoever crowded this person, it is over
        crowd = self.crowds.get(recipient)
        if crowd is None:
            first = before & _TICK, before >> _TICK_BITS & _SENDER, before >> _TICK_BITS + NUMBER_BITS
            crowd = (first,) if self.strange(first[1], recipient, tick) else ()
        if self.strange(sender, recipient, tick):
            kept = tuple(message for message in crowd if tick - message[0] < CROWD)
            self.crowds.put(recipient, (*kept[1 - CROWD_KEEP :], (tick, sender, account)))

    def received(self, submission: Submission) -> None:
        """Note an inbound message: whoever it goes to is no stranger to its sender."""
        subscriber, sender = submission.source.number, party_number(submission.destination)
        crowd = self.crowds.get(subscriber)
        if crowd is not None:
            self.crowds.put(subscriber, tuple(message for message in crowd if message[1] != sender))

    # -- one-time codes ------------------------------------------------------------------------

    def codes(self, recipient: int) -> tuple[Code, ...]:
        """The one-time codes to `recipient` within an hour, oldest first."""
        return self._codes.get(recipient) or ()

    def coded(self, submission: Submission, context: Context, state: "PolicyState", now: float) -> None:
        """Note a one-time code."""
        recipient, tick = submission.destination.number, tick_of(now)
        kept = tuple(code for code in self.codes(recipient) if tick - code[0] < HOUR)
        account = state.account_index(submission.origin)
        code = tick, party_number(submission.source), whose(context, account)
        self._codes.put(recipient, (*kept[1 - CODES_KEEP :], code))

    def stopped(self, recipient: int) -> int:
        """When the codes of `recipient` were last found to be too many, in ticks; 0 for never."""
        return self._stopped.get(recipient) or 0

    def stop(self, submission: Submission, now: float) -> None:
        """There were too many codes: for a while there are to be no more."""
        self._stopped.put(submission.destination.number, tick_of(now))
