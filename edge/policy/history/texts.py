"""The texts that are on their way: what a message is counted under, how far that has gone, and what was refused."""

from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter

from msgspec.structs import replace

from edge.core.account import Account
from edge.policy.context import Context, Spread
from edge.policy.history.clock import DAY
from edge.policy.history.codecs import Shift
from edge.policy.history.spread import Run, Runs, alike, joined, minute_of, run_of, unfold
from edge.policy.history.spread import once as folded
from edge.policy.history.tables import NUMBER_BITS, Shards, pair_key
from edge.policy.signals.owners import owns_link
from edge.policy.signals.reading import Reading

# Texts of fewer words are nobody's in particular ("ok, thanks!"): they are counted for each sending number by itself.
WORDS_MIN = 5
# Of one message.
DOMAINS_MAX = 3
PHONES_MAX = 2
# Where everybody links to: many numbers that do so have nothing in common.
PLATFORMS = frozenset(
    {
        "youtube.com",
        "youtu.be",
        "google.com",
        "g.co",
        "apple.com",
        "apple.co",
        "icloud.com",
        "spotify.com",
        "spoti.fi",
        "facebook.com",
        "fb.me",
        "instagram.com",
        "tiktok.com",
        "twitter.com",
        "x.com",
        "t.co",
        "linkedin.com",
        "lnkd.in",
        "reddit.com",
        "wikipedia.org",
        "netflix.com",
        "amazon.com",
        "amazon.ca",
        "amzn.to",
        "airbnb.com",
        "zoom.us",
        "microsoft.com",
        "canada.ca",
        "gc.ca",
        "cbc.ca",
    }
)
FIRST = Spread()
_strangers = attrgetter("strangers")


@lru_cache(maxsize=65_536)
def name_key(kind: str, name: str) -> int:
    """The key that a domain or a number to call is counted under: of 60 bits, the same in every process."""
    return int.from_bytes(blake2b(f"{kind}:{name}".encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 4


def strangers_domains(account: Account | None, reading: Reading) -> tuple[str, ...]:
    """The registrable domains of a text that are neither the account's own nor everybody's."""
    found: list[str] = []
    for link in reading.links:
        domain = link.domain
        if domain not in found and domain not in PLATFORMS and not owns_link(account, link):
            found.append(domain)
            if len(found) == DOMAINS_MAX:
                break
    return tuple(found)


def strangers_phones(account: Account | None, reading: Reading) -> tuple[str, ...]:
    """The numbers to call in a text that are not the account's own."""
    return tuple(phone for phone in reading.phones[:PHONES_MAX] if not _owns(account, phone))


def _owns(account: Account | None, phone: str) -> bool:
    if account is None or not phone.isdecimal():
        return False
    number = int(phone)
    national = int(f"{account.home}{phone}")
    return any(first <= candidate <= last for first, last in account.numbers for candidate in (number, national))


class Texts:
    """Runs of texts, domains and numbers to call (`runs`), and what went to one recipient only (`singles`).

    `refused` maps an account's text to the numbers whose messages of it were refused lately (`Refused`).
    """

    __slots__ = ("refused", "runs", "singles")

    def __init__(self, runs: Shards[Runs], singles: Shards[int], refused: Shards[int]) -> None:
        self.runs = runs
        self.singles = singles
        self.refused = refused

    def run(self, key: int, account: int) -> Run | None:
        """The run of an account, None if the text went to one recipient at most."""
        runs = self.runs.get(key)
        return run_of(runs, account) if runs is not None else None

    def spread(self, key: int, account: int, sender: int, recipient: int, links: int, minute: int) -> Spread:
        """How far the text has gone, with one more message of it. The very `FIRST` for one that is new."""
        position = key & 255
        shard = self.runs.shards[position]
        runs = shard.young.get(key) or shard.old.get(key)
        if runs is None:
            singles = self.singles.shards[position]
            packed = singles.young.get(key) or singles.old.get(key)
            if packed is None or minute_of(packed) <= minute - DAY:
                return FIRST
            runs = unfold(packed)
        own, edge = None, 0
        for run in (runs,) if isinstance(runs, Run) else runs:
            if run.account == account:
                own = run
            else:
                edge += len(run.crowd.seen)
        return (own or Run(account)).spread(sender, recipient, links, minute, edge)

    def sent(self, key: int, account: int, sender: int, recipient: int, value: int, links: int, cap: int) -> None:
        """A message of the text went on; `cap` recipients of an account are told apart."""
        position = key & 255
        shard = self.runs.shards[position]
        runs = shard.young.get(key)
        if runs is None:
            runs = shard.old.pop(key, None)
            if runs is None:
                singles = self.singles.shards[position]
                packed = singles.young.get(key) or singles.old.get(key)
                single = folded(account, sender, recipient, value, links)
                if packed is None or minute_of(packed) <= minute_of(single) - DAY or alike(packed, single):
                    singles.young[key] = single
                    if len(singles.young) >= singles.half:
                        singles.turn_early()
                    return
                self.singles.pop(key)
                runs = unfold(packed)
            self.runs.put(key, runs)
        run = run_of(runs, account)
        if run is None:
            run = Run(account)
            self.runs.put(key, joined(runs, run))
        run.sent(sender, recipient, value, links, cap)

    def spread_of(self, context: Context, index: int, sender: int, recipient: int, minute: int) -> Spread:
        """How far a message has gone, under all that it is counted under (`Context.groups`)."""
        groups, links = context.groups, context.links
        spread = own = self.spread(groups[0], index, sender, recipient, links, minute)
        if len(groups) == 1:
            return spread
        others = [self.spread(key, index, sender, recipient, 0, minute) for key in groups[1:]]
        if spread is FIRST and all(other is FIRST for other in others):
            return FIRST
        linked = others[: context.linked]
        # The same picture is the same message, whatever is written beside it.
        counted = others if context.reading.profile.tokens < WORDS_MIN else others[len(others) - context.pictured :]
        spread = max([spread, *counted], key=_strangers)
        return replace(
            spread,
            domains=own.domains,
            link_senders=max([0, *(other.hour_senders for other in linked)]),
            link_recipients=max([0, *(other.hour_recipients for other in linked)]),
        )

    def refuse(self, text: int, account: int, sender: int, minute: int) -> None:
        """A number's message of this text was refused."""
        key = pair_key(account, text)
        self.refused.put(key, refusals_with(self.refused.get(key) or 0, sender, minute))

    def refused_senders(self, text: int, account: int) -> tuple[int, ...]:
        """The numbers of an account whose messages of a text were refused, within a week or two; the latest first."""
        return senders_of(self.refused.get(pair_key(account, text)) or 0)


_MINUTE_BITS = 28
_MINUTE = (1 << _MINUTE_BITS) - 1
REFUSED_MAX = 4


def refusals_with(packed: int, sender: int, minute: int) -> int:
    """The last few numbers that were refused, the latest first, in one integer with the minute (0: none yet)."""
    senders = [sender, *(other for other in senders_of(packed) if other != sender)][:REFUSED_MAX]
    found = 0
    for other in reversed(senders):
        found = found << NUMBER_BITS | other
    return found << _MINUTE_BITS | minute


def senders_of(packed: int) -> tuple[int, ...]:
    """Out of that integer."""
    found = []
    packed >>= _MINUTE_BITS
    while packed:
        found.append(packed & (1 << NUMBER_BITS) - 1)
        packed >>= NUMBER_BITS
    return tuple(found)


class RefusedCodec:
    """Refused texts in a snapshot: keys of 8 octets, then the packed numbers of 32."""

    batch = 1000

    def encode(self, entries: Sequence[tuple[int, int]]) -> bytes:
        """As they are."""
        return array("Q", [key for key, _ in entries]).tobytes() + b"".join(
            value.to_bytes(32, "little") for _, value in entries
        )

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, int]]:
        """On this process's clock."""
        count, rest = divmod(len(chunk), 40)
        if rest:
            raise ValueError("a chunk of odd length")
        for position, key in enumerate(array("Q", chunk[: 8 * count])):
            start = 8 * count + 32 * position
            value = int.from_bytes(chunk[start : start + 32], "little")
            minute = (value & _MINUTE) + shift.minutes
            yield key, value >> _MINUTE_BITS << _MINUTE_BITS | minute
