"""What speaks for and against fraud in one message: the signals of policy.md A.5, R-PHISH, with their weights.

A weight of 0 turns a signal off. What speaks against it is written as it is subtracted.
"""

from collections.abc import Mapping

import msgspec

from edge.core.account import Account
from edge.core.submission import Submission
from edge.policy.context import Context
from edge.policy.kinds import MT
from edge.policy.signals import lures
from edge.policy.signals.book import book_of, compact
from edge.policy.signals.brands import ASKS, CLAIMED, GOVERNMENT, IMPLIED, NAMED
from edge.policy.signals.classifier import SCORE_FLAGS
from edge.policy.signals.links import FAULT_FLAGS, HIDDEN, QUOTED, Link
from edge.policy.signals.owners import names_itself, owns_link, speaks_for

# Setting -> (points, what it is). The first block are the weights of policy.md A.5.
WEIGHTS: Mapping[str, tuple[int, str]] = {
    "brand": (25, "a protected brand or public body that is not the account's own"),
    "look_alike": (60, "a link that imitates a protected brand"),
    "mixed_script": (50, "a host name that mixes scripts"),
    "ip": (50, "an IP address for a host"),
    "ip_odd": (60, "an IP address in disguise"),
    "userinfo": (60, "a link with another host's name before the @"),
    "shortener": (30, "a public shortener, in a business's message"),
    "shortener_consumer": (15, "a public shortener, in a person's message"),
    "executable": (60, "a link to a program"),
    "abused_tld": (15, "a top-level domain that is mostly abused"),
    "deep": (10, "a host of many labels, very long, or with digits for letters"),
    "urgency": (15, "urgency, or a loss that is threatened"),
    "lure": (20, "money, a parcel, a toll, tax, a refund, a prize or an account for a bait"),
    "lure_link": (50, "such a bait with a link or a number to call that is not the sender's"),
    "family": (50, "a well-known fraud: new number, boss, job, investment, prize, call-back, loan"),
    "request": (35, "a request to verify or give what is confidential"),
    "request_reply": (60, "a request to answer with what is confidential"),
    "handover": (70, "a request for a code, gift card codes or crypto-currency"),
    "callback": (25, "a number to call that is not the account's, and a brand"),
    "no_consent": (10, "no sign of the recipient's consent"),
    "spread": (10, "ten recipients of the text or more in 24 hours"),
    "new_account": (10, "an account younger than seven days"),
    "evasion": (20, "text disguised against being read"),
    "evasion_more": (10, "each further kind of disguise"),
    "score": (10, "a classifier's score above its loose threshold"),
    "score_strict": (25, "a classifier's score above its strict threshold"),
    "own_domain": (60, "subtracted: all links lead to the account's declared domains"),
    "conversation": (40, "subtracted: a live conversation, or somebody who asks whether it is a fraud"),
    "own_brand": (20, "subtracted: the message names the account's own brand"),
}

Weights = Mapping[str, int]


class Signal(msgspec.Struct, frozen=True, gc=False):
    """One thing that counts: the setting its points come from, the points, and the sub-rule it stands for."""

    name: str
    points: int
    sub: str


# Fault of a link -> (weight, sub-rule).
_FAULTS = {
    "look-alike": ("look_alike", "link-look-alike"),
    "mixed-script": ("mixed_script", "link-mixed-script"),
    "ip": ("ip", "link-ip"),
    "ip-odd": ("ip_odd", "link-ip"),
    "userinfo": ("userinfo", "link-userinfo"),
    "executable": ("executable", "link-executable"),
    "abused-tld": ("abused_tld", "link"),
    "deep": ("deep", "link"),
}
# What a fraud of a family needs to reach its end, beside the words: nothing, some way to answer that is not the
# sender's own (a link, a number), such a way out of the blue, an answer of any kind, or a call.
_NOTHING, _STRANGE, _UNASKED, _ANSWER, _CALL = range(5)
_FAMILIES = {
    "new-number": ("family", _NOTHING),
    "boss": ("family", _NOTHING),
    "job": ("family", _NOTHING),
    "investment": ("family", _NOTHING),
    "prize": ("family", _ANSWER),
    "vishing": ("family", _CALL),
    "loan": ("family", _STRANGE),
    "advance-fee": ("family", _NOTHING),
    "authority": ("lure_link", _ANSWER),
    "rental": ("lure_link", _NOTHING),
    "delivery": ("lure_link", _STRANGE),
    "toll": ("lure_link", _STRANGE),
    "fine": ("lure_link", _STRANGE),
    "tax": ("lure_link", _STRANGE),
    "transfer": ("lure_link", _STRANGE),
    "account": ("lure_link", _STRANGE),
    "subscription": ("lure_link", _STRANGE),
    "utility": ("lure_link", _STRANGE),
    "voucher": ("lure_link", _STRANGE),
    "reopen": ("lure_link", _STRANGE),
    "curiosity": ("lure_link", _UNASKED),
    # Weak by itself.
    "voicemail": ("lure", _STRANGE),
}
_MONEY = ("delivery", "toll", "fine", "tax", "transfer", "voucher", "prize", "account", "subscription", "utility")
_LURES = tuple((name, lures.LURES[name], *_FAMILIES[name]) for name in lures.FAMILIES)
_BAIT = 0
for _name in _MONEY:
    _BAIT |= lures.LURES[_name]
_HANDOVERS = (
    (lures.RELAY_CODE, "otp-relay"),
    (lures.GIFT_CARD, "gift-card"),
    (lures.CRYPTO, "crypto-transfer"),
)
# Recipients of a text from which it is going round.
SPREAD_MIN = 10
# What goes to fewer is between people.
FEW = 3

SCORE, SCORE_STRICT = SCORE_FLAGS["phishing"]
# Flags without which there is no score: a rule that needs none of the rest is not asked.
NEEDS = NAMED | SCORE_STRICT | lures.REQUEST_SECRET | lures.REQUEST_ACCOUNT | lures.REQUEST_REPLY | HIDDEN
for _bit in (*lures.LURES.values(), *(bit for bit, _ in _HANDOVERS)):
    NEEDS |= _bit
for _fault in (*_FAULTS, "shortener"):
    NEEDS |= FAULT_FLAGS[_fault]


class Case:
    """One message under suspicion: what it says, and what of it is the account's own."""

    def __init__(self, submission: Submission, context: Context, weights: Weights) -> None:
        self.weights = weights
        self.context = context
        self.flags = context.reading.flags
        self.outbound = submission.direction is MT
        self.account = submission.account
        # What the addressee owns speaks for nobody who writes to it.
        self.sender = submission.account if self.outbound else None
        self.person = context.consumer if self.outbound else context.conversation
        reading = context.reading
        self.strange = [link for link in reading.links if not owns_link(self.sender, link)]
        self.own_links = bool(reading.links) and not self.strange
        official = book_of().is_official
        self.away = [link for link in self.strange if not official(link.host)]
        own = {submission.source.number, submission.destination.number}
        self.phones = [phone for phone in reading.phones if not _owns_phone(self.account, phone, own)]
        self.names_itself = names_itself(self.sender, reading)
        self.signals: list[Signal] = []

    def add(self, name: str, sub: str, times: int = 1) -> None:
        """Count what the weight `name` stands for."""
        points = self.weights[name] * times
        if points:
            self.signals.append(Signal(name, points, sub))

    @property
    def among_people(self) -> bool:
        """Whether a person writes to one or two, or answers: people need no consent, and do ask for bank details."""
        context = self.context
        if not self.outbound:
            return context.conversation and context.spread.edge_recipients < FEW
        return context.consumer and not context.new and context.spread.recipients < FEW

    @property
    def strange_phones(self) -> bool:
        """Whether a number to call is a stranger's. Known businesses have people call an office that is in no
        inventory: from them it is one beside somebody else's brand only.
        """
        known = self.outbound and not self.person and not self.context.new
        return bool(self.phones) and not (known and not self.flags & NAMED)

    @property
    def asks_where_to_pay(self) -> bool:
        """Whether a subscriber asks for the account to pay to, and for nothing else: businesses have one for that."""
        asked = self.flags & (lures.REQUEST_REPLY | lures.REQUEST_PERSONAL)
        return not self.outbound and asked == lures.REQUEST_REPLY and not self.strange and not self.phones

    @property
    def asking(self) -> bool:
        """Whether somebody asks or warns of a fraud, or shows one in quotation marks; only people are believed."""
        doubtful = self.flags & lures.ASKS_IF_SCAM or (self.flags & QUOTED and self.person)
        return bool(doubtful) and (not self.outbound or self.context.consumer or self.names_itself)


def gather(submission: Submission, context: Context, weights: Weights, base: int) -> Case:
    """All signals of a message. What history adds counts only from `base` points of the text's own on."""
    case = Case(submission, context, weights)
    _of_links(case)
    _of_words(case)
    _of_brands(case)
    _of_disguise(case)
    if sum(signal.points for signal in case.signals) >= base and case.outbound:
        _of_history(case)
    _of_score(case)
    _against(case)
    return case


def _of_links(case: Case) -> None:
    faults = {fault for link in case.strange for fault in link.faults if not _is_own_name(case.sender, link, fault)}
    for fault, (name, sub) in _FAULTS.items():
        if fault in faults:
            case.add(name, sub)
    if "shortener" in faults:
        case.add("shortener_consumer" if case.person else "shortener", "link-shortener")


def _is_own_name(account: Account | None, link: Link, fault: str) -> bool:
    """Whether a link only seems to imitate a brand: it is the account's own, on a domain that it did not declare."""
    if fault != "look-alike" or account is None or not account.brand:
        return False
    return compact(account.brand) in link.host.replace("-", "").replace(".", "")


def _of_words(case: Case) -> None:
    flags = case.flags
    # Somebody who writes of his own parcel or account is nobody's bait.
    own_affair = bool(flags & lures.OWN_AFFAIR) and (not case.outbound or case.context.consumer)
    best, sub = "", ""
    for name, bit, full, needs in _LURES:
        if not flags & bit or (own_affair and full != "family"):
            continue
        weight = full if _reaches(case, needs, full) else "lure" if bit & _BAIT else ""
        if weight and (not best or case.weights[weight] > case.weights[best]):
            best, sub = weight, name
    if best:
        case.add(best, sub)
    if best == "family" and flags & _BAIT:
        case.add("lure", sub)
    if flags & lures.URGENCY:
        case.add("urgency", "urgency")
    _of_requests(case, own_affair)


def _of_requests(case: Case, own_affair: bool) -> None:
    flags = case.flags
    leads = case.strange or case.phones
    by_reply = flags & lures.REQUEST_REPLY and not case.asks_where_to_pay
    if by_reply and not case.among_people:
        case.add("request_reply", "credential-request")
    elif by_reply or flags & lures.REQUEST_SECRET or (flags & lures.REQUEST_ACCOUNT and leads and not own_affair):
        case.add("request", "credential-request")
    for bit, sub in _HANDOVERS:
        if flags & bit:
            # In a family, codes go round: that is looked at, not refused.
            case.add("family" if case.among_people else "handover", sub)
            break


def _reaches(case: Case, needs: int, weight: str) -> bool:
    """Whether the words of a lure lead anywhere. A bait of a sender that says who it is, is only a bait."""
    if needs == _NOTHING:
        return True
    if weight == "lure_link" and case.names_itself:
        return False
    if needs == _UNASKED and case.among_people:
        return False
    if needs == _CALL:
        return bool(case.phones) and not case.names_itself
    if needs == _ANSWER and case.flags & ASKS and not case.names_itself:
        return True
    return bool(case.away or (case.strange_phones if weight == "lure_link" else case.phones))


def _of_brands(case: Case) -> None:
    flags = case.flags
    if not flags & NAMED or all(speaks_for(case.sender, brand) for brand in case.context.reading.brands):
        return
    spoken = flags & (CLAIMED | IMPLIED)
    if not (spoken or case.strange or case.phones or (case.signals and not case.among_people)):
        return  # named in passing
    case.add("brand", "brand")
    if case.phones and (spoken or flags & GOVERNMENT or case.signals[:-1]):
        case.add("callback", "vishing")


def _of_disguise(case: Case) -> None:
    evasion = case.context.reading.evasion
    tricks = evasion.tricks - bool(evasion.leet)
    if evasion.leet and case.flags & NAMED:
        tricks += 1  # young people write so; whoever writes a brand so means to hide it
    tricks += bool(case.flags & HIDDEN)
    if tricks:
        case.add("evasion", "disguise")
    if tricks > 1:
        case.add("evasion_more", "disguise", tricks - 1)


def _of_history(case: Case) -> None:
    if not case.context.agreed and not case.among_people:
        case.add("no_consent", "")
    if case.context.spread.recipients >= SPREAD_MIN:
        case.add("spread", "")
    if case.context.new:
        case.add("new_account", "")
    # policy.md A.2: a messenger's address is a number to call where the text goes to many who did not ask for it.
    if case.flags & FAULT_FLAGS["messenger"] and case.context.spread.recipients >= SPREAD_MIN:
        case.add("callback", "vishing")


def _of_score(case: Case) -> None:
    """The wording, where it leads to strangers or asks for secrets: honest notices often read like fraud.

    History adds nothing to it, and an approved class is known.
    """
    leads = case.away or case.strange_phones or case.flags & (lures.REQUEST_SECRET | lures.REQUEST_REPLY)
    if case.context.approved or not leads:
        return
    if case.flags & SCORE_STRICT:
        case.add("score_strict", "wording")
    elif case.flags & SCORE:
        case.add("score", "wording")


def _against(case: Case) -> None:
    if case.own_links:
        case.add("own_domain", "", -1)
    if case.context.conversation or case.asking:
        case.add("conversation", "", -1)
    if case.names_itself:
        case.add("own_brand", "", -1)


def _owns_phone(account: Account | None, phone: str, own: set[int]) -> bool:
    """Whether a number to call (digits) is one of the account's, or a party of this very message."""
    number = int("1" + phone) if len(phone) == 10 and (account is None or account.home == 1) else int(phone or "0")
    if number in own:
        return True
    return account is not None and any(first <= number <= last for first, last in account.numbers)
