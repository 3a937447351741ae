"""Misrepresenting your identity (no spoofing): whether a sender is well formed, and the account's to use."""

import re
from collections.abc import Sequence

from edge.core.account import Account
from edge.core.inventory import Inventory
from edge.core.submission import Direction, PartyKind, Submission
from edge.core.verdict import Hit, Reason
from edge.policy.kinds import LONG_CODE
from edge.policy.rule import BOTH_WAYS, INBOUND, Check, Checker, RuleSettings
from edge.policy.signals.book import book_of, compact
from edge.policy.signals.fold import fold
from edge.policy.signals.hosts import hosts_of
from edge.policy.signals.numbers import NANP_FAULTS, TON_ALPHANUMERIC, TOO_LONG
from edge.policy.signals.owners import speaks_for
from edge.policy.signals.prefixes import PrefixSet
from edge.policy.state import HOMECOMING_SPAN, PolicyState

# Exchanges that carry no ordinary lines; as a sender only if the inventory has the number. 555-01xx is well
# formed and set aside for examples. (policy.md, decision 6)
SPECIAL_EXCHANGES = frozenset({555, 950, 958, 959, 976})
# Numbering plans (NPI) that fit a phone number: unknown, E.164, national, private. SMPP 3.4 section 5.2.6.
FITTING_PLANS = frozenset({0, 1, 8, 9})
NUMBERED = frozenset({PartyKind.LONG_CODE, PartyKind.TOLL_FREE, PartyKind.INTERNATIONAL})
# GSM carries names of up to 11 characters (TS 23.040 section 9.1.2.5).
_NAME = re.compile(r"[A-Za-z0-9 &._-]{3,11}", re.ASCII)
_LETTER = re.compile(r"[A-Za-z]", re.ASCII)


def owns(account: Account | None, inventory: Inventory, key: int | str) -> bool:
    """Whether `account` is one of the owners of `key`. By name: a session may outlive a reload of the conf."""
    return account is not None and any(owner.name == account.name for owner in inventory.owners(key))


class SenderFormat(Check):
    """`sender-format`: numbers that cannot exist, and types of number that contradict what is written."""

    directions = BOTH_WAYS
    reason = Reason.SENDER

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.strict: bool = settings.values["strict"]

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse malformed senders; of those that come in, only numbers that cannot exist."""
        source = submission.source
        if source.kind is LONG_CODE and source.ton != TON_ALPHANUMERIC and not self.strict:
            if source.number // 10_000 % 1000 not in SPECIAL_EXCHANGES:
                return None
            return self._exchange(submission)
        if submission.direction is Direction.MO:
            return self.hit(source.fault) if source.fault in NANP_FAULTS else None
        if source.kind is PartyKind.INVALID:
            contradicts = source.fault == TOO_LONG or source.ton == TON_ALPHANUMERIC
            return self.hit(source.fault, reason=Reason.SENDER_TON if contradicts else None)
        if source.kind is PartyKind.ALPHANUMERIC:
            wrong = source.ton != TON_ALPHANUMERIC
            return self.hit("a name whose type says number", reason=Reason.SENDER_TON) if wrong else None
        return self._numbered(submission)

    def _numbered(self, submission: Submission) -> Hit | None:
        """Digits: their type must not say name, except for a number that is the account's own."""
        source = submission.source
        if source.ton == TON_ALPHANUMERIC and not (
            source.number and owns(submission.account, self.inventory, source.number)
        ):
            return self.hit("digits whose type says name", reason=Reason.SENDER_TON)
        if self.strict and source.kind in NUMBERED and source.npi not in FITTING_PLANS:
            return self.hit(f"numbering plan {source.npi} for a phone number", reason=Reason.SENDER_TON)
        return self._exchange(submission) if source.kind is PartyKind.LONG_CODE else None

    def _exchange(self, submission: Submission) -> Hit | None:
        number = submission.source.number
        exchange = number // 10_000 % 1000
        if exchange not in SPECIAL_EXCHANGES or submission.direction is Direction.MO:
            return None
        if (exchange == 555 and number // 100 % 100 == 1) or self.inventory.owners(number):
            return None
        return self.hit(f"exchange {exchange} has no ordinary lines")


class SenderNotOwned(Check):
    """`sender-not-owned`: a phone number as the sender that is not the account's."""

    senders = NUMBERED
    reason = Reason.SENDER

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.unassigned = PrefixSet(settings.values["unassigned"])

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse other people's numbers, numbers that nobody has, and the recipient's own."""
        account, number = submission.account, submission.source.number
        owners = self.inventory.owners(number)
        for owner in owners:
            if account is not None and owner.name == account.name:
                return None
        if owners:
            return self.hit("the number is another account's")
        if number == submission.destination.number:
            return self.hit("the recipient's own number as the sender")
        if self.unassigned.matches(number):
            return self.hit("the number is ours and nobody has it")
        return self.hit("the number is not in the inventory")


class SenderOnNet(Check):
    """`sender-on-net`: a text from outside whose sender is one of our numbers, and which we did not send.

    What our customers send each other goes out to a carrier and comes home; such pairs are expected.
    """

    directions = INBOUND
    senders = NUMBERED
    reason = Reason.SENDER

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.exempt = PrefixSet(settings.values["exempt"])
        self.unassigned = PrefixSet(settings.values["unassigned"])

    def parts(self) -> Sequence[Checker]:
        """The question in, the note of what is expected out."""
        return self, Homecoming(self.settings, self.inventory)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse one of our numbers that we do not expect."""
        source = submission.source.number
        if not (self.inventory.owners(source) or self.unassigned.matches(source)) or self.exempt.matches(source):
            return None
        sent = state.homecoming.get(_pair(submission))
        if sent is not None and now - sent < HOMECOMING_SPAN:
            return None
        return self.hit("the sender is a number of this network")


class Homecoming(Check):
    """The other half of `sender-on-net`: a text of ours to a number of ours will come back to us."""

    senders = NUMBERED
    destinations = NUMBERED | {PartyKind.SHORT_CODE}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Never a hit."""
        if self.inventory.owners(submission.destination.key):
            state.pending.append((state.homecoming, _pair(submission), now))
        return None


def _pair(submission: Submission) -> int | tuple[int, int | str]:
    """Sender and recipient as a key, in one integer where both are numbers."""
    source, destination = submission.source.number, submission.destination
    return source << 50 | destination.number if destination.number else (source, destination.key)


class SenderDoNotOriginate(Check):
    """`sender-do-not-originate`: the operator's list of numbers that never send, whole or by leading digits."""

    directions = BOTH_WAYS
    senders = NUMBERED
    reason = Reason.SENDER

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.numbers = PrefixSet(settings.values["numbers"])

    def idle(self) -> bool:
        """No list, no question."""
        return not self.numbers

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse listed senders."""
        if self.numbers.matches(submission.source.number):
            return self.hit("the number is on the do-not-originate list")
        return None


class SenderTollFree(Check):
    """`sender-toll-free`: toll-free senders must be verified for the United States and Canada."""

    senders = frozenset({PartyKind.TOLL_FREE})
    # Everything of the North American plan that is not another country's, and its short codes.
    destinations = frozenset({PartyKind.LONG_CODE, PartyKind.TOLL_FREE, PartyKind.SHORT_CODE})
    reason = Reason.SENDER

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse a toll-free sender that the account has not had verified."""
        account, number = submission.account, submission.source.number
        if account is not None and any(first <= number <= last for first, last in account.verified_toll_free):
            return None
        return self.hit("the toll-free number is not verified")


class SenderAlphanumeric(Check):
    """`sender-alphanumeric`: names as senders, where the country of the recipient has them at all."""

    senders = frozenset({PartyKind.ALPHANUMERIC})
    reason = Reason.SENDER

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.generic: frozenset[str] = settings.values["generic"]
        self.brands = hosts_of(book_of(settings.values["brands"]))

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse names to North America, badly formed, generic, or not registered to the account."""
        name, destination, account = submission.source.text, submission.destination, submission.account
        digits = str(destination.number)
        if (digits[0] == "1" and len(digits) == 11) or destination.kind is PartyKind.SHORT_CODE:
            return self.hit("North America has no senders by name")
        if not (_NAME.fullmatch(name) and _LETTER.search(name)):
            return self.hit("a name is 3 to 11 letters, digits, spaces, or & . _ - with at least one letter")
        if name.strip().upper() in self.generic or _bare(name) in self.generic:
            return self.hit("the name says nothing of who is sending", sub="generic")
        # Registered or not: who is registered as PayPaI is still not PayPal.
        imitated = self.brands.brand_of_sender(name)
        if imitated and not (speaks_for(account, imitated) or _is_short_for(name, account)):
            return self.hit("the name is a protected brand's, or looks like it", sub="brand")
        if account is None or name.upper() not in {sender.upper() for sender in account.senders}:
            return self.hit("the name is not registered to the account")
        return None


def _bare(name: str) -> str:
    """A name without what disguises it: "INF0", "Bank.", "A-L-E-R-T"."""
    return "".join(character for character in fold(name).skeleton if character.isalnum()).upper()


def _is_short_for(name: str, account: Account | None) -> bool:
    """Whether a name is how the account's own brand begins: "Target" for Target Fitness."""
    return account is not None and bool(account.brand) and compact(account.brand).startswith(compact(name))


class SenderShortCode(Check):
    """`sender-short-code`: short codes must be leased to the account; Canadian ones have 5 or 6 digits, not from 4."""

    senders = frozenset({PartyKind.SHORT_CODE})
    reason = Reason.SENDER

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse short codes of others, and such as Canada does not have."""
        code, account = str(submission.source.key), submission.account
        if account is None or code not in account.short_codes:
            return self.hit("the short code is not leased to the account")
        if account.country == "CA" and not (len(code) in (5, 6) and code[0] != "4"):
            return self.hit("Canadian short codes have 5 or 6 digits and never begin with 4")
        return None
