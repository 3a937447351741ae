"""Sending harassing or abusive messages: bombing one recipient, and messages nobody can see."""

from collections.abc import Sequence

from edge.core.inventory import Inventory
from edge.core.submission import PartyKind, Submission
from edge.core.verdict import Hit, Reason
from edge.policy.pacing import Paced, Terms
from edge.policy.rule import INBOUND, Check, Checker, RuleSettings
from edge.policy.state import PolicyState

# People: a toll-free number or a short code is somebody's service desk.
PEOPLE = frozenset({PartyKind.LONG_CODE, PartyKind.INTERNATIONAL})
NUMBERED = PEOPLE | {PartyKind.TOLL_FREE}
# TP-PID 0x40: short message type 0, shown to nobody; 0x41-0x47 replace an earlier message. TS 23.040 9.2.3.9.
TYPE_ZERO = 0x40
REPLACES = range(0x41, 0x48)


class BombPair(Paced):
    """`bomb-pair`: messages of one sender to one number. A reply makes it a conversation: the count starts anew."""

    destinations = NUMBERED
    reason = Reason.CONTENT
    table = "pair_rate"

    def parts(self) -> Sequence[Checker]:
        """The limit out, the replies in."""
        return self, BombPairReply(self.settings, self.inventory)

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By sender and recipient in one integer; a sender that is no number, by both."""
        source, recipient = submission.source, submission.destination.number
        number = source.number
        key = number << 50 | recipient if number else (source.key, recipient)
        return state.pair_rate, key, self.own.get(submission.origin, self.everybody)


class BombPairReply(Check):
    """The other half of `bomb-pair`: what a recipient sends back clears the count of the pair."""

    directions = INBOUND
    senders = NUMBERED
    destinations = NUMBERED
    paced = True

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Never a hit."""
        key = submission.destination.number << 50 | submission.source.number
        if state.pair_rate.get(key) is not None:
            state.pending.append((state.pair_rate, key, now))
        return None


class BombRecipient(Paced):
    """`bomb-recipient`: messages to one person from all senders of one account."""

    destinations = PEOPLE
    reason = Reason.CONTENT
    table = "recipient_rate"

    def parts(self) -> Sequence[Checker]:
        """The account's limit, and the one of all accounts together."""
        return self, BombRecipientEdge(self.settings, self.inventory)

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By account and recipient in one integer."""
        name = submission.origin
        key = (state.accounts.get(name) or state.account_index(name)) << 50 | submission.destination.number
        return state.recipient_rate, key, self.own.get(name, self.everybody)


class BombRecipientEdge(Paced):
    """The other half of `bomb-recipient`: messages to one person from all accounts."""

    destinations = PEOPLE
    reason = Reason.CONTENT
    table = "recipient_edge"
    setting = "edge"

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By recipient. No account has its own limit here: the recipient does not know who sent what."""
        return state.recipient_edge, submission.destination.number, self.everybody


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
