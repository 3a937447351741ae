"""What people say to the policy: STOP, START, a complaint. Heard whatever becomes of the message that says it.

The words are found by the signals (`signals.consent`); here stands what follows from them. Whether a message of ours
may still go to somebody who opted out is the rule's question (`clauses.unsolicited.optout`).
"""

import re
from hashlib import blake2b
from typing import TYPE_CHECKING
from zlib import crc32

from edge.core.facts import Fact, FactKind, subject_of
from edge.core.inventory import Inventory
from edge.core.submission import PartyKind, Submission
from edge.policy.context import Context
from edge.policy.gathering import reference_key, said_so_far
from edge.policy.kinds import MT, SHORT_CODE
from edge.policy.parts import PART_LIVE, PART_SPAN
from edge.policy.signals.consent import ASKS, ASKS_END, SAYS, SAYS_HELP, SAYS_REVOKE, SAYS_START, SAYS_STOP, SAYS_YES
from edge.policy.signals.numbers import identify
from edge.policy.signals.reader import read

if TYPE_CHECKING:
    from edge.policy.state import PolicyState

EVIDENCE = 160  # characters of what was said that are kept
# Where spam is reported: everywhere, and in France (policy.md A.1, C1.d).
REPORT_CODE, FRENCH_REPORT_CODE = "7726", "33700"
# The second step of a report (the number) follows the first (the text) within this long.
REPORT_SPAN = 3600.0
# What is written as a number: digits and what separates them.
_NUMBER = re.compile(r"\+?[\d\s().\-\u00a0]{3,24}")
_LEADING = re.compile(r"(?:from|de|sender|numero|number)\s*:?\s*(\+?[\d().\-\u00a0 ]{7,24})", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 &.\-]{1,9}[A-Za-z0-9]")
_LONG_DIGITS = re.compile(r"(\d{4})(?:[ \-]?\d){6,24}")


def is_report(submission: Submission) -> bool:
    """Whether it is addressed to where spam is reported."""
    if submission.destination.kind is not SHORT_CODE:
        return False
    key = submission.destination.key
    return key == REPORT_CODE or (key == FRENCH_REPORT_CODE and submission.source.country == "FR")


def hear(
    submission: Submission, context: Context, state: "PolicyState", inventory: Inventory, now: float
) -> tuple[Fact, ...]:
    """The facts in a message: an opt-out, an opt-in, a complaint. Inbound ones, also those that are then refused, and
    reports to 7726 whichever way they go.
    """
    if is_report(submission):
        return _report(submission, state, inventory, now)
    account = submission.account
    if submission.direction is MT or account is None:
        return ()
    if submission.body.parts > 1:
        return _hear_parts(submission, account.name, state, now)
    return _act(submission, account.name, _flags(submission, context), submission.body.text, state, now)


def _hear_parts(submission: Submission, account: str, state: "PolicyState", now: float) -> tuple[Fact, ...]:
    """What is said in parts counts as a whole, when the last one comes (again: the first answer may not have arrived).

    Parts that by themselves would be a revocation ("STOP", and more to come) are noted; see `unfinished`.
    """
    text, other, whole = said_so_far(state, submission)
    flags = (read(text).flags | (read(other).flags if other else 0)) & SAYS if text else 0
    key = _waiting_key(state, account, submission.source.key)
    waiting = state.asked.get(key)
    if not whole and flags & (SAYS_STOP | SAYS_REVOKE):
        state.asked.put(key, waiting or now)
    elif waiting:
        state.asked.put(key, 0.0)
        state.forget_refusals()
    return _act(submission, account, flags, text, state, now) if whole else ()


def _act(
    submission: Submission, account: str, flags: int, text: str, state: "PolicyState", now: float
) -> tuple[Fact, ...]:
    """What follows from the words of a whole message."""
    if not flags & SAYS:
        return ()
    subscriber = submission.source.key
    key = consent_key(state, account, subscriber)
    if flags & (SAYS_STOP | SAYS_REVOKE):
        state.asked.put(key, 0.0)  # what was asked before is answered
        how = "keyword" if flags & SAYS_STOP else "own words"
        return (_said(FactKind.OPT_OUT, submission, text, state, now, how),)
    if flags & SAYS_HELP:
        _note_help(account, subscriber, state, now)
        return ()
    if flags & SAYS_START or (flags & SAYS_YES and state.asked.get(key)):
        state.asked.put(key, 0.0)
        state.confirmed.put(key, NOBODY)
        state.asked.put(_waiting_key(state, account, subscriber), 0.0)
        how = "keyword" if flags & SAYS_START else "an answer"
        return (_said(FactKind.OPT_IN, submission, text, state, now, how),)
    return ()


def _flags(submission: Submission, context: Context) -> int:
    """Where the bytes can be read in two ways, both count: each is looked at by itself."""
    body = submission.body
    if not body.other:
        return context.reading.flags
    return read(body.text).flags | read(body.other).flags


def _said(kind: FactKind, submission: Submission, text: str, state: "PolicyState", now: float, how: str) -> Fact:
    name = submission.account.name if submission.account is not None else ""
    return Fact(
        kind,
        subject_of(submission.source.key),
        state.unix(now),
        _by(submission),
        how,
        account=name,
        evidence=text.strip()[:EVIDENCE],
    )


def unfinished(state: "PolicyState", account: str, subscriber: int | str, now: float) -> float:
    """Since when (seconds) a revocation waits for the rest of its message; 0 where none does, or the rest may be near.

    "STOP" as the first of two parts is one only once nothing more comes: "STOP by at five" is none. While the rest is
    on its way (`PART_LIVE`) nothing is held against it. After that what is there counts: refusing for a while what was
    welcome costs less than writing to somebody who said STOP (policy.md C1.b: negative evidence is absolute). If the
    rest comes after all and makes it something else, that ends; when the parts are forgotten (`PART_SPAN`) it is laid
    down as an opt-out (`finished`).
    """
    asked = state.asked
    if not asked.young and not asked.old:
        return 0.0
    at = asked.get(_waiting_key(state, account, subscriber))
    return now - at if at and now - at >= PART_LIVE else 0.0


def finished(submission: Submission, state: "PolicyState", now: float) -> tuple[Fact, ...]:
    """The opt-out of the recipient of `submission` whose message stayed without its rest, once that cannot come."""
    account = submission.account
    if account is None:
        return ()
    subscriber = submission.destination.key
    waited = unfinished(state, account.name, subscriber, now)
    if waited < PART_SPAN:
        return ()
    state.asked.put(_waiting_key(state, account.name, subscriber), 0.0)
    at = state.unix(now - waited)
    how = "the first part of a message whose rest never came"
    return (Fact(FactKind.OPT_OUT, subject_of(subscriber), at, "edge", how, account=account.name),)


def _waiting_key(state: "PolicyState", account: str, subscriber: int | str) -> int:
    """In the table of what was asked, beside the keys of `consent_key`."""
    return 1 << 100 | consent_key(state, account, subscriber)


def _by(submission: Submission) -> str:
    """The door and who brought it: `smpp:north`."""
    return f"{submission.channel.value}:{submission.origin}"


def _note_help(account: str, subscriber: int | str, state: "PolicyState", now: float) -> None:
    """HELP of somebody who opted out may be answered: also with what was refused a moment ago."""
    if state.facts.consents.is_out(account, subscriber):
        state.helped.put(consent_key(state, account, subscriber), (now, 0))
        state.forget_refusals()


# -- what we sent ----------------------------------------------------------------------------------

NOBODY = (-1e18, 0)
"""A permit that ran out long ago."""


_NAMED = 1 << 49


def consent_key(state: "PolicyState", account: str, subscriber: int | str) -> int:
    """The key of the tables about one account and one subscriber; the same after a restart."""
    index = state.accounts.get(account) or state.account_index(account)
    if isinstance(subscriber, str):
        subscriber = _NAMED | crc32(subscriber.encode("utf-8", "replace"))
    return index << 50 | subscriber


def _reporter_key(submission: Submission) -> int:
    who = f"{submission.origin}\n{submission.source.key}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(who, digest_size=8).digest(), "big")


def usage(submission: Submission) -> int:
    """Tells the parts of one message from another message: a permit is good for one, whatever its parts."""
    return reference_key(submission) if submission.body.parts > 1 else -1


def note_sent(submission: Submission, context: Context, state: "PolicyState", now: float) -> None:
    """A message of ours went out: whether it was one that asks for consent, so that YES may be an answer to it."""
    asked = state.asked
    flags = context.reading.flags
    asks = flags & ASKS and not flags & ASKS_END
    if not asks and not asked.young and not asked.old:
        return
    key = consent_key(state, submission.origin, submission.destination.key)
    if asks:
        asked.put(key, now)
    elif asked.get(key):
        asked.put(key, 0.0)


# -- reports of spam -------------------------------------------------------------------------------


def _report(submission: Submission, state: "PolicyState", inventory: Inventory, now: float) -> tuple[Fact, ...]:
    """A report in two steps: the text as it was received, then the number it came from; or both in one.

    A number that comes alone is a report too.
    """
    text = submission.body.text.strip()
    home = submission.account.home if submission.account is not None else 1
    reporter = _reporter_key(submission)
    at, forwarded = state.reported.get(reporter) or (-REPORT_SPAN, "")
    pending = forwarded if now - at < REPORT_SPAN else ""
    leading = _LEADING.match(text)
    if leading is not None:
        number, words = _offender(leading[1], home, False), text
    else:
        number, words = _offender(text, home, bool(pending)), pending
    if not number:
        if text:
            state.reported.put(reporter, (now, text[:EVIDENCE]))
        return ()
    state.reported.put(reporter, (-REPORT_SPAN, ""))
    subject, other = subject_of(number), subject_of(submission.source.key)
    if subject == other:
        return ()
    owners = inventory.owners(number)
    return (
        Fact(
            FactKind.COMPLAINT,
            subject,
            state.unix(now),
            _by(submission),
            f"reported to {submission.destination.key}",
            account=owners[0].name if owners else "",
            other=other,
            evidence=_masked(words)[:EVIDENCE],
        ),
    )


def _offender(text: str, home: int, named: bool) -> int | str:
    """The key of the sender that `text` is nothing but the address of, "" if it is not. Names only where `named`."""
    if _NUMBER.fullmatch(text):
        party = identify(text.strip(), 1 if text.lstrip().startswith("+") else 0, 1, home)
        return "" if party.kind is PartyKind.INVALID else party.key
    return text if named and _NAME.fullmatch(text) and len(text) <= 11 and not text.isdigit() else ""


def _masked(text: str) -> str:
    """Long numbers show their first four digits: what was reported may be somebody's card."""
    return _LONG_DIGITS.sub(r"\1...", text)
