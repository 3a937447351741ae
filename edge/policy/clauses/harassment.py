"""Sending harassing or abusive messages: bombing one recipient, and messages nobody can see."""

from edge.core.inventory import Inventory
from edge.core.submission import Direction, PartyKind, Submission
from edge.core.verdict import Hit, Reason
from edge.policy.pacing import Paced, Terms, account_name, limits_of
from edge.policy.rule import BOTH_WAYS, Check, RuleSettings
from edge.policy.state import PolicyState

# People: a toll-free number or a short code is somebody's service desk.
PEOPLE = frozenset({PartyKind.LONG_CODE, PartyKind.INTERNATIONAL})
NUMBERED = PEOPLE | {PartyKind.TOLL_FREE}
# TP-PID 0x40: short message type 0, shown to nobody; 0x41-0x47 replace an earlier message. TS 23.040 9.2.3.9.
TYPE_ZERO = 0x40
REPLACES = range(0x41, 0x48)


class BombPair(Paced):
    """`bomb-pair`: messages of one sender to one number. A reply makes it a conversation: the count starts anew."""

    directions = BOTH_WAYS
    destinations = NUMBERED
    reason = Reason.CONTENT
    table = "pair_rate"

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms | None:
        """By sender and recipient in one integer; a sender that is no number, by both."""
        source, destination = submission.source, submission.destination
        if submission.direction is Direction.MO:
            return None
        key = source.number << 50 | destination.number if source.number else (source.key, destination.number)
        return state.pair_rate, key, self.limits.of(account_name(submission))

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Out: refuse one too many. In: what the recipient sends back clears the count of the pair."""
        if submission.direction is Direction.MT:
            return super().check(submission, state, now)
        sender, recipient = submission.destination.number, submission.source.number
        key = sender << 50 | recipient
        if state.pair_rate.get(key) is not None:
            state.pending.append((state.pair_rate, key, now))
        return None


class BombRecipient(Paced):
    """`bomb-recipient`: messages to one person from all senders of one account, and from all accounts."""

    destinations = PEOPLE
    reason = Reason.CONTENT
    table = "recipient_rate"

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.edge = limits_of(settings, "edge").everybody

    def spans(self) -> dict[str, float]:
        """Both tables."""
        return {self.table: self.limits.span(), "recipient_edge": self.edge.span}

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By account and recipient in one integer."""
        name = account_name(submission)
        key = state.account_index(name) << 50 | submission.destination.number
        return state.recipient_rate, key, self.limits.of(name)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse one too many of the account, or of all together."""
        hit = super().check(submission, state, now)
        if hit is not None:
            return hit
        tat = state.claim(state.recipient_edge, submission.destination.number, self.edge, now)
        return None if tat is None else self.over(self.edge, tat, now)


class SilentSms(Check):
    """`silent-sms`: what is meant not to be seen, to replace what was seen, or to say nothing."""

    content = True
    odd = True

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.empty: bool = settings.values["empty"]

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse by protocol id, and empty messages."""
        protocol = submission.protocol_id
        if protocol == TYPE_ZERO:
            return self.hit("protocol id 0x40, a message shown to nobody")
        if protocol in REPLACES:
            return self.hit(f"protocol id {protocol:#04x}, which replaces an earlier message")
        if self.empty and not submission.body.octets and submission.body.parts == 1:
            return self.hit("a message without any content")
        return None
