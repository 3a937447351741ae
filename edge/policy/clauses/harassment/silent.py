"""`silent-sms`: what is not meant to be seen: sent to nobody, to a card, to settings of the phone, or as a flood.

Sources: policy.md R-SILENT-SMS, R-PROTO-PORT and B.1; 3GPP TS 23.040 sections 9.2.3.9 (TP-PID) and 9.2.3.24 (user
data header); TS 23.048 section 5 (security headers of SIM toolkit).
"""

from collections.abc import Sequence

from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Hit, Reason
from edge.policy.looking import look
from edge.policy.pacing import Paced, Terms
from edge.policy.rule import Check, Checker, RuleSettings
from edge.policy.state import PolicyState

# Short message type 0 is shown to nobody; the next seven replace a message that was sent before.
TYPE_ZERO = 0x40
REPLACES = range(0x41, 0x48)
# ANSI-136 R-DATA, data for the phone itself, its depersonalisation, data for the SIM card.
DOWNLOADS = range(0x7C, 0x80)
TOOLKIT = range(0x70, 0x80)
FLASH = 0
# A table of few: in those of all senders, entries would have to live as long as these limits do.
TABLE = "sender_slowed"


class SilentSms(Check):
    """By protocol id, by what the user data header addresses, and by having nothing in it."""

    content = True
    odd = True

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.empty: bool = settings.values["empty"]

    def parts(self) -> Sequence[Checker]:
        """The messages that are never carried, and floods of those that are in ones and twos."""
        return self, FloodPair(self.settings, self.inventory), FlashSender(self.settings, self.inventory)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse it, whoever sends it; an account may be let send to cards and ports."""
        protocol, body = submission.protocol_id, submission.body
        if protocol == TYPE_ZERO:
            return self.hit("protocol id 0x40, a message shown to nobody", sub="type-0")
        if protocol in REPLACES:
            return self.hit(f"protocol id {protocol:#04x}, which replaces an earlier message", sub="replace")
        if self.empty and _is_empty(submission):
            return self.hit("a message without any content", sub="empty")
        value, account = self.settings.value, submission.origin
        if protocol in DOWNLOADS and value("cards", account):
            return self.hit(f"protocol id {protocol:#04x}, data for a card or a phone", sub="card")
        if not body.elements:
            return None
        toolkit = next((element for element in body.elements if element in TOOLKIT), None)
        if toolkit is not None and value("cards", account):
            return self.hit(f"header element {toolkit:#04x}, a command for the card", sub="card")
        if body.port in value("ports", account):
            return self.hit(f"port {body.port}, which changes what the phone does", sub="port")
        return None


def _is_empty(submission: Submission) -> bool:
    return not submission.body.octets and submission.body.parts == 1


class FloodPair(Paced):
    """Flash messages, which cover the screen and leave no trace, and empty ones: of one sender to one recipient."""

    content = True
    odd = True
    reason = Reason.CONTENT
    table = TABLE
    setting = "flood"

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By sender and recipient."""
        key = ("flash", submission.source.key, submission.destination.key)
        return state.sender_slowed, key, self.own.get(submission.origin, self.everybody)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """A few are no harm."""
        if submission.message_class == FLASH or _is_empty(submission):
            return super().check(submission, state, now)
        return None

    def hit(self, detail: str, value: float = 0.0, limit: float = 0.0, *args: object, **kwargs: object) -> Hit:
        """The hit, as a sub-rule."""
        return super().hit(detail, value, limit, sub="flood")


class FlashSender(Paced):
    """Flash messages of one sender to everybody; of an approved class (codes, alerts) as many as there are."""

    content = True
    odd = True
    reason = Reason.CONTENT
    table = TABLE
    setting = "flash"

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By sender."""
        return state.sender_slowed, ("flash", submission.source.key), self.own.get(submission.origin, self.everybody)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """What is granted to the account is exempt."""
        if submission.message_class != FLASH or look(submission, state, now).approved:
            return None
        return super().check(submission, state, now)

    def hit(self, detail: str, value: float = 0.0, limit: float = 0.0, *args: object, **kwargs: object) -> Hit:
        """The hit, as a sub-rule."""
        return super().hit(detail, value, limit, sub="flash")
