"""One account's sending of one text: its recipients, numbers and links, each of a day, bounded by what the rules ask.

A text that went to one recipient is one integer, which most texts remain. From the second on it is a `Run`.
"""

from array import array
from collections.abc import Iterator, Sequence
from struct import Struct

import msgspec

from edge.policy.context import Spread
from edge.policy.history.clock import DAY, HOUR
from edge.policy.history.codecs import Shift
from edge.policy.history.crowd import MARKS, TALKING, Crowd
from edge.policy.history.tables import NUMBER_BITS

_NUMBER = (1 << NUMBER_BITS) - 1
_VALUE_BITS = 32
_VALUE = (1 << _VALUE_BITS) - 1
LINKS_BITS = 24
_LINKS = (1 << LINKS_BITS) - 1
# Sending numbers and sets of links of one text told apart, and accounts that share one.
SENDERS_MAX = 32
LINKS_MAX = 16
ACCOUNTS_MAX = 32


class Run(msgspec.Struct, gc=False):
    """`sender` is the number that sent it last, at the minute `sent_at`; `others` maps numbers before it to their
    last minute, `links` does so for the keys of the domains that messages linked to.
    """

    account: int
    crowd: Crowd = msgspec.field(default_factory=Crowd)
    sender: int = 0
    sent_at: int = 0
    others: dict[int, int] | None = None
    links: dict[int, int] | None = None

    def sent(self, sender: int, recipient: int, value: int, links: int, cap: int) -> None:
        """One more message, `value` as in `Crowd.seen`."""
        minute = value >> MARKS
        if sender != self.sender:
            if self.sent_at:
                if self.others is None:
                    self.others = {}
                _note(self.others, self.sender, self.sent_at, SENDERS_MAX)
                self.others.pop(sender, None)
            self.sender = sender
        self.sent_at = minute
        if links:
            if self.links is None:
                self.links = {}
            _note(self.links, links, minute, LINKS_MAX)
        self.crowd.note(recipient, value, cap)

    @property
    def senders(self) -> dict[int, int]:
        """All numbers that sent it, and when each last did."""
        return {**(self.others or {}), self.sender: self.sent_at}

    def _senders_with(self, sender: int, since: int) -> int:
        """How many numbers sent it after `since`, with `sender` now."""
        if sender == self.sender or self.sent_at <= since:
            return _with(self.others, since, sender)
        return _with(self.others, since, sender) + 1

    def spread(self, sender: int, recipient: int, links: int, minute: int, edge: int) -> Spread:
        """How far it has gone with one more message; `edge` recipients are those of other accounts."""
        crowd = self.crowd
        crowd.count(minute)
        known = crowd.seen.get(recipient)
        recipients = crowd.day + (known is None)
        domains = 0
        if self.links is not None or links:
            domains = _with(self.links, minute - DAY, links) if links else 0
        return Spread(
            recipients,
            self._senders_with(sender, minute - DAY),
            crowd.hour_with(recipient),
            self._senders_with(sender, minute - HOUR),
            edge + recipients,
            crowd.day - crowd.talking + (known is None or known & TALKING > 0),
            crowd.agreed,
            domains,
        )


def _note(last: dict[int, int], key: int, minute: int, most: int) -> None:
    last.pop(key, None)
    last[key] = minute
    if len(last) > most:
        del last[next(iter(last))]


def _with(last: dict[int, int] | None, since: int, key: int) -> int:
    """How many keys were there after `since`, with `key` now. Keys are in the order of their minutes (`_note`)."""
    if not last:
        return 1
    if next(iter(last.values())) > since:
        return len(last) + (key not in last)
    count = 1
    for other, minute in last.items():
        if minute > since and other != key:
            count += 1
    return count


def once(account: int, sender: int, recipient: int, value: int, links: int) -> int:
    """A text that was sent once, in one integer."""
    who = (account << NUMBER_BITS | sender) << NUMBER_BITS | recipient
    return (who << LINKS_BITS | links) << _VALUE_BITS | value


def unfold(packed: int) -> Run:
    """The same in full."""
    value, links, who = packed & _VALUE, packed >> _VALUE_BITS & _LINKS, packed >> _VALUE_BITS + LINKS_BITS
    run = Run(who >> 2 * NUMBER_BITS)
    run.sent(who >> NUMBER_BITS & _NUMBER, who & _NUMBER, value, links, 1)
    return run


def minute_of(packed: int) -> int:
    """The minute of a text that was sent once."""
    return (packed & _VALUE) >> MARKS


def alike(packed: int, other: int) -> bool:
    """Whether two messages of a text differ in their time only."""
    return packed >> _VALUE_BITS == other >> _VALUE_BITS


Runs = Run | tuple[Run, ...]


def run_of(runs: Runs, account: int) -> Run | None:
    """The run of `account` among those of a text."""
    if isinstance(runs, Run):
        return runs if runs.account == account else None
    for run in runs:
        if run.account == account:
            return run
    return None


def joined(runs: Runs, run: Run) -> tuple[Run, ...]:
    """With the run of one more account; of too many, the first is forgotten."""
    together = (runs, run) if isinstance(runs, Run) else (*runs, run)
    return together[-ACCOUNTS_MAX:]


class RunCodec:
    """Runs in a snapshot: per run its text's key, account, counts of senders and links, octets of the crowd."""

    batch = 40
    _head = Struct("<QIHHI")

    def encode(self, entries: Sequence[tuple[int, Runs]]) -> bytes:
        """The runs of several accounts one after the other."""
        pieces = []
        for key, runs in entries:
            for run in (runs,) if isinstance(runs, Run) else runs:
                crowd, links, senders = run.crowd.written(), run.links or {}, run.senders
                pieces.append(self._head.pack(key, run.account, len(senders), len(links), len(crowd)))
                for last in (senders, links):
                    pieces += array("Q", last).tobytes(), array("I", last.values()).tobytes()
                pieces.append(crowd)
        return b"".join(pieces)

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, Runs]]:
        """On this process's clock; the runs of one text follow each other, and come as one list."""
        waiting: tuple[int, Runs] | None = None
        for key, run in self._runs(chunk, shift.minutes):
            if waiting is not None and waiting[0] == key:
                waiting = key, joined(waiting[1], run)
                continue
            if waiting is not None:
                yield waiting
            waiting = key, run
        if waiting is not None:
            yield waiting

    def _runs(self, chunk: bytes, minutes: int) -> Iterator[tuple[int, Run]]:
        at = 0
        while at < len(chunk):
            key, account, senders, links, crowd = self._head.unpack_from(chunk, at)
            at += self._head.size
            run = Run(account)
            *others, last = _read(chunk, at, senders, minutes).items()
            run.sender, run.sent_at = last
            run.others = dict(others) or None
            at += 12 * senders
            run.links = _read(chunk, at, links, minutes) or None
            at += 12 * links
            run.crowd = Crowd.read(chunk[at : at + crowd], minutes)
            at += crowd
            yield key, run


def _read(chunk: bytes, at: int, count: int, minutes: int) -> dict[int, int]:
    keys, values = array("Q", chunk[at : at + 8 * count]), array("I", chunk[at + 8 * count : at + 12 * count])
    return {key: value + minutes for key, value in zip(keys, values, strict=True)}
