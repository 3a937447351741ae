"""Who wrote to whom: the last time of everybody, within 30 days, and all messages of a day where there were several.

Once for accounts and once for their numbers. Tells what is a conversation, what is a reply, and what is bombing.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from math import inf
from struct import Struct as Layout
from typing import TYPE_CHECKING

import msgspec

from edge.core.submission import Submission
from edge.policy.context import Context
from edge.policy.history.clock import TICKS, tick_of
from edge.policy.history.codecs import Shift, columns
from edge.policy.history.tables import KEYS, MIX, Shards, pair_key, party_number
from edge.policy.kinds import MT
from edge.policy.signals.flags import flag

if TYPE_CHECKING:
    from edge.policy.state import PolicyState

BUSY_PAIR = flag("busy-pair")  # the sender wrote to this recipient twice within a day, before

DAY = 86400 * TICKS
MONTH_SECONDS = 30 * 86400.0
MONTH = 30 * DAY
DAY_SECONDS = 86400.0
# A moment is a tick and, in its lower bits, what tells the text from others; 0 for a text that is not known.
TEXT_BITS = 32
_TEXT = (1 << TEXT_BITS) - 1
_A_DAY = DAY << TEXT_BITS
# Messages and replies of one pair that are remembered one by one, the latest; no limit can ask for more.
KEEP = 1024
KEEP_REPLIES = 128
# Entries of the tables, each about 110 bytes with what holds it, a busy pair 250 and 8 more for every message.
CAP_WROTE = 2_000_000
CAP_HEARD = 1_000_000
CAP_BUSY = 200_000

MakeTable = Callable[..., Shards[int]]


def since(tick: int, now: float) -> float:
    """Seconds from `tick` to a loop time; infinite for more than 30 days."""
    age = tick_of(now) - tick
    return age / TICKS if age < MONTH else inf


def moment_of(tick: int, context: Context) -> int:
    """A message's time and text. Of a recorded reading the text is not known."""
    text = context.reading.plain
    return tick << TEXT_BITS | (hash(text) & _TEXT if text else 0)


class Pair(msgspec.Struct, gc=False):
    """The messages of one sender to one recipient within a day, as moments, and the ticks of the replies."""

    sent: "array[int]"
    replies: "array[int]"

    def count(self, since: int) -> int:
        """Messages after the tick `since`, as far as they are kept."""
        sent = self.sent
        return len(sent) - bisect_right(sent, since << TEXT_BITS | _TEXT)

    def replied(self, since: int) -> int:
        """Replies after the tick `since`."""
        replies = self.replies
        return len(replies) - bisect_right(replies, since)

    def last_reply(self) -> int:
        """When the recipient last wrote back, 0 for not within a day."""
        return self.replies[-1] if self.replies else 0

    def same(self, moment: int, since: int) -> int:
        """Messages after the tick `since` with the text of `moment`."""
        text = moment & _TEXT
        sent = self.sent
        start = bisect_right(sent, since << TEXT_BITS | _TEXT)
        return sum(1 for one in sent[start:] if one & _TEXT == text) if text else 0

    def add(self, moment: int) -> None:
        """One more message; what is older than a day is forgotten."""
        sent = self.sent
        sent.append(moment)
        if sent[0] <= moment - _A_DAY:
            del sent[: bisect_right(sent, moment - _A_DAY)]
        if len(sent) > KEEP:
            del sent[: KEEP // 8]

    def answer(self, tick: int) -> None:
        """The recipient wrote back."""
        replies = self.replies
        replies.append(tick)
        if len(replies) > KEEP_REPLIES:
            del replies[: KEEP_REPLIES // 2]


def fresh(*moments: int) -> Pair:
    """A pair with these messages and no reply."""
    return Pair(array("Q", moments), array("Q"))


class Conversations:
    """The tables. Keys are `pair_key` of an account's index (or a number of ours) and of whom it is about."""

    def __init__(self, table: MakeTable) -> None:
        """`table` makes them: `Windows.table`."""
        self.account_wrote = table("account_wrote", CAP_WROTE, MONTH_SECONDS, TickCodec())
        self.account_heard = table("account_heard", CAP_HEARD, MONTH_SECONDS, TickCodec())
        self.wrote = table("pair_wrote", CAP_WROTE, MONTH_SECONDS, MomentCodec())
        self.heard = table("pair_heard", CAP_HEARD, MONTH_SECONDS, TickCodec())
        self.busy: Shards[Pair] = table("pair_busy", CAP_BUSY, DAY_SECONDS, PairCodec())  # type: ignore[assignment]

    def since_heard(self, submission: Submission, state: "PolicyState", now: float) -> float:
        """Seconds since the other side last wrote to the account; of an inbound message, since the account wrote to it.

        Infinite for not within 30 days.
        """
        account = submission.account
        if account is None:
            return inf
        if submission.direction is MT:
            party, table = submission.destination, self.account_heard
        else:
            party, table = submission.source, self.account_wrote
        tick = table.get(pair_key(state.account_index(account.name), party_number(party)))
        return since(tick, now) if tick is not None else inf

    def pair(self, submission: Submission) -> Pair:
        """The messages of the sender to the recipient; empty for nearly all."""
        key = pair_key(party_number(submission.source), party_number(submission.destination))
        pair = self.busy.get(key)
        if pair is None:
            last = self.wrote.get(key)
            pair = fresh(last) if last is not None else fresh()
        return pair

    def known(self, sender: int, recipient: int, tick: int) -> bool:
        """Whether the recipient wrote to this very sender within 30 days."""
        heard = self.heard.get(pair_key(sender, recipient))
        return heard is not None and tick - heard < MONTH

    def replied_since(self, submission: Submission, tick: int) -> bool:
        """Whether the recipient wrote to the sender after `tick`."""
        heard = self.heard.get(pair_key(party_number(submission.source), party_number(submission.destination)))
        return heard is not None and heard > tick

    def sent(self, context: Context, tick: int) -> tuple[int, int]:
        """Note a message; returns when the account, and this sender, last wrote to the recipient before.

        In ticks, 0 for never.
        """
        recipient, text = context.recipient, context.reading.plain
        key = (context.index * MIX ^ recipient) & KEYS
        shard = self.account_wrote.shards[key & 255]  # `Shards.swap` written out, here and below
        young = shard.young
        before = young.get(key) or shard.old.get(key)
        young[key] = tick
        if len(young) >= shard.half:
            shard.turn_early()
        key = context.pair
        moment = tick << 32 | (hash(text) & 0xFFFFFFFF if text else 0)  # `moment_of`
        shard = self.wrote.shards[key & 255]
        young = shard.young
        last = young.get(key) or shard.old.get(key)
        young[key] = moment
        if len(young) >= shard.half:
            shard.turn_early()
        if last is None:
            return before or 0, 0
        if moment - last < _A_DAY:
            self._again(key, last, moment)
        return before or 0, last >> TEXT_BITS

    def _again(self, key: int, last: int, moment: int) -> None:
        """The second message of a day, or a later one."""
        pair = self.busy.get(key)
        if pair is None:
            heard = self.heard.get(key)
            recent = heard is not None and (moment >> TEXT_BITS) - heard < DAY
            pair = fresh(last)
            if heard is not None and recent:
                pair.answer(heard)
        pair.add(moment)
        self.busy.put(key, pair)

    def received(self, submission: Submission, state: "PolicyState", now: float) -> bool:
        """Note an inbound message; returns whether it is a reply: to a message of this number, within 30 days."""
        tick = tick_of(now)
        subscriber = party_number(submission.source)
        account = submission.account
        if account is not None:
            index = state.accounts.get(account.name) or state.account_index(account.name)
            self.account_heard.put(pair_key(index, subscriber), tick)
        key = pair_key(party_number(submission.destination), subscriber)
        self.heard.put(key, tick)
        pair = self.busy.get(key)
        if pair is not None:
            pair.answer(tick)
            self.busy.put(key, pair)
        wrote = self.wrote.get(key)
        return wrote is not None and tick - (wrote >> TEXT_BITS) < MONTH


class TickCodec:
    """Values are ticks (`clock.tick_of`)."""

    batch = 2000

    def encode(self, entries: Sequence[tuple[int, int]]) -> bytes:
        """Keys of 8 octets, then ticks of 8."""
        keys = array("Q", [key for key, _ in entries])
        return keys.tobytes() + array("Q", [value for _, value in entries]).tobytes()

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, int]]:
        """Ticks on this process's clock."""
        move = shift.ticks
        for key, value in zip(*columns(chunk, "QQ"), strict=True):
            yield key, max(0, value + move)


class MomentCodec(TickCodec):
    """Values are moments. What told the texts apart did so in that process only."""

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, int]]:
        """Moments on this process's clock, without a text."""
        for key, value in zip(*columns(chunk, "QQ"), strict=True):
            yield key, _moved(value, shift)


class PairCodec:
    """Busy pairs in a snapshot: key, counts of messages and replies; then these."""

    batch = 200
    _head = Layout("<QII")

    def encode(self, entries: Sequence[tuple[int, Pair]]) -> bytes:
        """One after the other."""
        pieces = []
        for key, pair in entries:
            pieces.append(self._head.pack(key, len(pair.sent), len(pair.replies)))
            pieces += (pair.sent.tobytes(), pair.replies.tobytes())
        return b"".join(pieces)

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, Pair]]:
        """Times on this process's clock. Raises ValueError for a chunk that is none."""
        at, move = 0, shift.ticks
        while at < len(chunk):
            if len(chunk) - at < self._head.size:
                raise ValueError("a pair is cut off")
            key, sent, replies = self._head.unpack_from(chunk, at)
            at += self._head.size
            end = at + 8 * (sent + replies)
            if end > len(chunk):
                raise ValueError("a pair is cut off")
            times = array("Q", chunk[at:end])
            at = end
            yield (
                key,
                Pair(
                    array("Q", [_moved(one, shift) for one in times[:sent]]),
                    array("Q", [max(0, one + move) for one in times[sent:]]),
                ),
            )


def _moved(moment: int, shift: Shift) -> int:
    return max(0, (moment >> TEXT_BITS) + shift.ticks) << TEXT_BITS
