"""How much went out, to how many, and from how many numbers: what the rules of bulk messaging ask.

Approved classes leave no trace here (policy.md, decision 7), so they cannot count against anything.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from edge.core.account import Account as Customer
from edge.core.media import Media
from edge.core.submission import PartyKind, Submission
from edge.core.verdict import Hit
from edge.policy.campaigns import Campaigns
from edge.policy.context import Context
from edge.policy.history.clock import DAY, Clock, tick_of
from edge.policy.history.codecs import Minutes
from edge.policy.history.crowd import AGREED, TALKING
from edge.policy.history.senders import Numbers, Sender, SenderCodec, first_of
from edge.policy.history.spread import LINKS_BITS, Run, RunCodec
from edge.policy.history.tables import SHARDS, Shards, pair_key, party_number
from edge.policy.history.tally import Account, TallyCodec
from edge.policy.history.texts import (
    FIRST,
    WORDS_MIN,
    RefusedCodec,
    Texts,
    name_key,
    strangers_domains,
    strangers_phones,
)
from edge.policy.kinds import MT
from edge.policy.pictures import Pictures
from edge.policy.signals.flags import flag
from edge.policy.signals.traffic import GRANTABLE

if TYPE_CHECKING:
    from edge.policy.state import PolicyState

SPREAD = flag("spread")  # the text went to somebody else before
NEW_NUMBER = flag("new-number")  # the sending number was first heard of within a day
CONSUMER = flag("consumer")  # the account is a person's
ACTIVE = flag("active-number")  # the sending number sent more than `FOLDED_MAX` messages within a day

# Entries; what each takes is measured in docs/performance.md.
CAP_NUMBERS = 2_400_000
CAP_FIRST = 2_400_000
CAP_RECEIVED = 1_000_000
CAP_RUNS = 400_000
CAP_SINGLES = 1_500_000
CAP_REFUSED = 200_000
# Recipients in all crowds together: 70 to 100 bytes each.
ROOM = 4_000_000
DAY_SECONDS = 86400.0
MONTH_SECONDS = 30 * DAY_SECONDS
# While no rules say more: one above the limits of policy.md A.2.
RECIPIENTS = 201
MESSAGES = 1501
TEXT_RECIPIENTS = 101
# Senders outside whose texts are counted: people's numbers. Short codes and names are services that write to many.
OUTSIDE = frozenset({PartyKind.LONG_CODE, PartyKind.INTERNATIONAL})
# Outside senders' texts are kept apart from those of accounts.
_INBOUND = 0x5BD1E995
# A number is busy from its 51st message on (policy.md A.2, R-NUMCYCLE).
BUSY = 51


class Bulk:
    """The tables, and what is written to them. `weight` is about how many recipients there are in all crowds."""

    def __init__(self, table: Callable[..., Shards[Any]]) -> None:
        """`table` makes them: `Windows.table`."""
        self.clock = Clock()
        self.campaigns = Campaigns()
        self.pictures = Pictures()
        self.numbers = Numbers(
            table("numbers", CAP_NUMBERS, DAY_SECONDS, SenderCodec()),
            table("number_first", CAP_FIRST, 8 * DAY_SECONDS, Minutes()),
            table("number_received", CAP_RECEIVED, 2 * DAY_SECONDS, TallyCodec()),
        )
        self.texts = Texts(
            table("runs", CAP_RUNS, DAY_SECONDS, RunCodec()),
            table("singles", CAP_SINGLES, DAY_SECONDS),
            table("refused_texts", CAP_REFUSED, 7 * DAY_SECONDS, RefusedCodec()),
        )
        self.accounts: dict[int, Account] = {}
        self.room = ROOM
        self.weight = 0
        self.room_hits = 0
        self._weights = [0] * (2 * SHARDS)
        self._cursor = 0
        self.adopt({})

    def adopt(self, room: Mapping[str, Mapping[str, int]]) -> None:
        """How many recipients and messages of a number, and recipients of a text, the rules tell apart, by account."""
        defaults = {"recipients": RECIPIENTS, "messages": MESSAGES, "texts": TEXT_RECIPIENTS}
        each = [room.get(what) or {"": most} for what, most in defaults.items()]
        self._everybody = tuple(needed[""] for needed in each)
        names = set().union(*each) - {""}
        self._own = {name: tuple(needed.get(name, needed[""]) for needed in each) for name in names}

    # -- looking -------------------------------------------------------------------------------

    def surround(self, submission: Submission, context: Context, state: "PolicyState", now: float) -> None:
        """Fill in what is known: flags, and how far the text has gone."""
        clock = self.clock
        if not clock.start <= now < clock.end:
            clock.move(now)
        account = submission.account
        reading = context.reading
        context.flags |= reading.flags
        if account is None:
            return
        if submission.direction is not MT:
            source = submission.source
            context.index = state.accounts.get(account.name) or state.account_index(account.name)
            sender = context.sender = source.number or party_number(source)
            recipient = context.recipient = party_number(submission.destination)
            if source.kind in OUTSIDE and reading.traffic not in GRANTABLE and not context.conversation:
                group = self.campaigns.find(reading.profile.sketch, reading.profile.exact, reading.profile.tokens)
                context.groups = (pair_key(sender, group ^ _INBOUND),)
                if submission.media is not None:
                    self._pictured(context, submission.media, sender)
                self._spread(context, 0, sender, recipient)
            return
        sender, recipient = context.sender, context.recipient  # as `Dealings.surround` found them
        if context.consumer:
            context.flags |= CONSUMER
        shard = self.numbers.table.shards[sender & 255]  # `Numbers.find` written out
        entry = shard.young.get(sender) or shard.old.get(sender)
        if type(entry) is Sender:
            context.flags |= ACTIVE
        if (clock.minute if entry is None else first_of(entry)) > clock.minute - DAY:
            context.flags |= NEW_NUMBER
        context.agreed = context.heard < MONTH_SECONDS or _opted_in(state, account.name, submission.destination.key)
        if not context.approved:
            self._group(context, account, sender)
            if submission.media is not None:
                self._pictured(context, submission.media, 0)
            self._spread(context, context.index, sender, recipient)

    def _group(self, context: Context, account: Customer, sender: int) -> None:
        """What the message is counted under."""
        reading = context.reading
        profile = reading.profile
        text = self.campaigns.find(profile.sketch, profile.exact, profile.tokens)
        lone = profile.tokens < WORDS_MIN
        if lone:
            text = pair_key(sender, text)
        if not reading.links and not (lone and reading.phones):
            context.groups = (text,)
            return
        domains = strangers_domains(account, reading)
        phones = strangers_phones(account, reading) if lone else ()
        keys = [name_key("domain", domain) for domain in domains]
        context.linked = len(keys)
        if keys:
            context.links = name_key("links", " ".join(sorted(domains))) & (1 << LINKS_BITS) - 1 or 1
        context.groups = (text, *keys, *(name_key("phone", phone) for phone in phones))

    def _pictured(self, context: Context, media: Media, sender: int) -> None:
        """What the parts of an MMS are counted under; of one from outside, for each `sender` by itself.

        A message without words is counted under its parts alone: no words are no text that it has in common.
        """
        keys, context.prints = self.pictures.groups(media)
        if sender:
            keys = tuple(pair_key(sender, key ^ _INBOUND) for key in keys)
        if keys and not context.reading.profile.tokens:
            context.groups = keys
            context.pictured = len(keys) - 1
        else:
            context.groups += keys
            context.pictured = len(keys)

    def _spread(self, context: Context, index: int, sender: int, recipient: int) -> None:
        context.spread = self.texts.spread_of(context, index, sender, recipient, self.clock.minute)
        if context.spread is not FIRST:
            context.flags |= SPREAD

    # -- counting ------------------------------------------------------------------------------

    def sent(self, submission: Submission, context: Context, now: float) -> None:
        """A message went on."""
        customer = submission.account
        if customer is None or context.approved:
            return
        clock = self.clock
        if not clock.start <= now < clock.end:
            clock.move(now)
        minute = clock.minute
        account = self.accounts.get(context.index) or self.account(context.index)
        if minute - account.start >= DAY:
            account.roll(minute)
        account.sent += 1
        number = context.sender
        recipients, messages, texts = self._own.get(customer.name, self._everybody)
        value = clock.values[(TALKING if context.heard < DAY_SECONDS else 0) | AGREED * context.agreed]
        sender = self.numbers.sent(number, context.recipient, value, tick_of(now), recipients, messages)
        if sender is not None and len(sender.times) == BUSY and sender.first > max(minute - DAY, account.first + DAY):
            account.became_busy(number, minute)
        self._count(context, value, texts)

    def grown(self, submission: Submission, context: Context, now: float) -> None:
        """A later part, or a new text for an old message, went on."""
        customer = submission.account
        if customer is None or context.approved:
            return
        clock = self.clock
        if not clock.start <= now < clock.end:
            clock.move(now)
        value = clock.values[(TALKING if context.heard < DAY_SECONDS else 0) | AGREED * context.agreed]
        self._count(context, value, self._own.get(customer.name, self._everybody)[2])

    def _count(self, context: Context, value: int, cap: int) -> None:
        """The text of a message that went on."""
        groups = context.groups
        if not groups:
            return
        sent = self.texts.sent
        sent(groups[0], context.index, context.sender, context.recipient, value, context.links, cap)
        if len(groups) > 1:
            for key in groups[1:]:
                sent(key, context.index, context.sender, context.recipient, value, 0, cap)
        if context.prints:
            self._keep(context.prints)
        profile = context.reading.profile
        if profile.tokens >= WORDS_MIN and context.heard >= DAY_SECONDS:
            self.campaigns.keep(profile.sketch, groups[0])

    def received(self, submission: Submission, context: Context, now: float) -> None:
        """An inbound message passed."""
        customer = submission.account
        if customer is None:
            return
        clock = self.clock
        if not clock.start <= now < clock.end:
            clock.move(now)
        self.numbers.came(context.recipient, context.sender, clock.minute)
        account = self.account(context.index)
        account.roll(clock.minute)
        account.received += 1
        for key in context.groups:
            self.texts.sent(key, 0, context.sender, context.recipient, clock.values[0], 0, self._everybody[2])
        self._keep(context.prints)

    def refused(self, submission: Submission, context: Context, now: float) -> None:
        """A message was refused."""
        if context.groups:
            self.clock.move(now)
            self.texts.refuse(context.groups[0], context.index, context.sender, self.clock.minute)

    def slowed(self, submission: Submission, hit: Hit, context: Context, now: float) -> None:
        """A message was throttled. Only those above a day's volume leave a trace."""
        entry = self.numbers.find(context.sender)
        if hit.rule == "volume" and isinstance(entry, Sender):
            self.clock.move(now)
            message = pair_key(context.recipient, context.reading.profile.exact)
            entry.slowed(message, self.clock.minute)

    def _keep(self, prints: tuple[int, ...]) -> None:
        for each in prints:
            self.pictures.keep(each)

    def account(self, index: int) -> Account:
        """What an account did. As many as accounts were ever in the conf."""
        account = self.accounts.get(index)
        if account is None:
            account = self.accounts[index] = Account(self.clock.minute)
        return account

    def tick(self, now: float) -> None:
        """Weigh one shard, of either table in turn; of too many recipients, the oldest are forgotten early."""
        position = self._cursor
        self._cursor = (position + 1) % (2 * SHARDS)
        table: Shards[Any] = self.texts.runs if position & 1 else self.numbers.table
        shard, weight = table.shards[position >> 1], 0
        for generation in (shard.young, shard.old):
            for value in generation.values():
                if not isinstance(value, int):
                    weight += weight_of(value)
        self.weight += weight - self._weights[position]
        self._weights[position] = weight
        if self.weight > self.room:
            self.room_hits += 1
            self.numbers.table.make_room()
            self.texts.runs.make_room()


def weight_of(value: object) -> int:
    """How many recipients an entry of a table holds."""
    if isinstance(value, (Run, Sender)):
        return len(value.crowd.seen)
    return sum(len(run.crowd.seen) for run in value if isinstance(run, Run)) if isinstance(value, tuple) else 0


def _opted_in(state: "PolicyState", account: str, subscriber: int | str) -> bool:
    consents = state.facts.consents
    if len(consents) == consents.outs:  # nobody did, as with most operators
        return False
    consent = consents.get(account, subscriber)
    return consent is not None and not consent.out
