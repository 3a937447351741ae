"""The history of dealings between two, and of what came of them: its parts together, and what each is told."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from edge.core.facts import Fact, FactKind, subject_key
from edge.core.submission import Submission
from edge.core.verdict import Hit
from edge.policy.context import Context
from edge.policy.history.clock import tick_of
from edge.policy.history.evidence import Evidence
from edge.policy.history.pairs import BUSY_PAIR, MONTH, Conversations, since
from edge.policy.history.prefixes import Prefixes, prefix_of
from edge.policy.history.recipients import CROWDED, Recipients
from edge.policy.history.reputation import DOUBTFUL, Reputations
from edge.policy.history.tables import KEYS, MIX, Shards, pair_key, party_number
from edge.policy.kinds import MT
from edge.policy.signals.reading import CODE

if TYPE_CHECKING:
    from edge.policy.state import PolicyState

# What begins a pause of one-time codes, by the rule (and sub-rule) that says so; what lasts does not begin.
STOPS_RECIPIENT = "bomb-otp"
STOPS_PREFIX = "sms-pumping/codes"
# Who is refused for crowding somebody is still one of the crowd.
FLOODS = frozenset({"bomb-recipient/account", "bomb-recipient/edge", "bomb-recipient/flood"})


class Dealings:
    """The parts, and what each is told."""

    def __init__(self, table: Callable[..., Shards[Any]]) -> None:
        """`table` makes their tables: `Windows.table`."""
        self.conversations = Conversations(table)
        self.recipients = Recipients(table, self.conversations)
        self.prefixes = Prefixes(table)
        self.reputation = Reputations(table)
        self.evidence = Evidence(table)

    def surround(self, submission: Submission, context: Context, state: "PolicyState", now: float) -> None:
        """What is known of the two, and a flag for each thing that rules want to know more of.

        `pair_key` and `Shards.get` are written out: every message comes by here.
        """
        account = submission.account
        if account is None:
            return
        conversations = self.conversations
        if submission.direction is not MT:
            context.heard = conversations.since_heard(submission, state, now)
            return
        source, destination = submission.source, submission.destination
        index = context.index = state.accounts.get(account.name) or state.account_index(account.name)
        sender = context.sender = source.number or party_number(source)
        recipient = context.recipient = destination.number or party_number(destination)
        key = (index * MIX ^ recipient) & KEYS
        heard = conversations.account_heard.shards[key & 255]
        if key in heard.young or key in heard.old:
            context.heard = since(heard.young.get(key) or heard.old[key], now)
        key = context.pair = (sender * MIX ^ recipient) & KEYS
        busy = conversations.busy.shards[key & 255]
        if key in busy.young or key in busy.old:
            context.flags |= BUSY_PAIR
        crowds = self.recipients.crowds.shards[recipient & 255]
        if recipient in crowds.young or recipient in crowds.old:
            context.flags |= CROWDED
        records = self.reputation.records.shards[sender & 255]
        record = records.young.get(sender) or records.old.get(sender)
        if record is not None and record.doubtful:
            context.flags |= DOUBTFUL

    def sent(self, submission: Submission, context: Context, state: "PolicyState", now: float) -> None:
        """A message went on, or was held or dropped as if it had."""
        tick = tick_of(now)
        account_last, last = self.conversations.sent(context, tick)
        reputation_sent = self.reputation.sent
        reputation_sent(context.sender, last, tick)
        reputation_sent(context.index, account_last, tick)
        number = submission.destination.number
        if number:
            self.recipients.sent(context, tick)
            if context.reading.flags & CODE:
                self.recipients.coded(submission, context, state, now)
                self.prefixes.sent(context.index, prefix_of(submission.destination), number, now)

    def received(self, submission: Submission, state: "PolicyState", now: float) -> None:
        """An inbound message passed."""
        self.conversations.received(submission, state, now)
        self.recipients.received(submission)
        account, subscriber = submission.account, submission.source.number
        if account is not None:
            # A reply makes it a conversation: what the account may send to that person is counted anew.
            key = state.account_index(account.name) << 50 | subscriber
            if state.recipient_rate.get(key) is not None:
                state.recipient_rate.put(key, now)

    def refused(self, submission: Submission, hit: Hit, context: Context, state: "PolicyState", now: float) -> None:
        """A message was refused or throttled: it is part of a flood all the same; too many codes begin a pause."""
        if hit.rule in FLOODS:
            self.recipients.sent(context, tick_of(now))
        elif hit.rule == STOPS_RECIPIENT:
            self.recipients.stop(submission, now)
        elif hit.rule == STOPS_PREFIX:
            index = state.account_index(submission.origin)
            self.prefixes.stop(index, prefix_of(submission.destination), now)

    def heard(self, submission: Submission, facts: Sequence[Fact], state: "PolicyState", now: float) -> None:
        """An inbound message laid down `facts`, which do not hold yet: opt-outs count against the number they answer.

        Only of somebody whom it had written to, and only once: nobody else can speak against a number.
        """
        number, tick = party_number(submission.destination), tick_of(now)
        wrote = self.conversations.wrote.get(pair_key(number, party_number(submission.source)))
        if wrote is None or tick - (wrote >> 32) >= MONTH:
            return
        for fact in facts:
            if fact.kind is FactKind.OPT_OUT:
                before = state.facts.consent(fact.account, subject_key(fact.subject))
                if before is None or not before.out:
                    self.reputation.opted_out(number, now)
