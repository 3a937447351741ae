"""Looks at a message once, for all rules: its text gathered and read, and what surrounds it."""

from collections.abc import Iterable
from typing import cast

from edge.core.submission import Body, Submission
from edge.policy.context import NEW, Context
from edge.policy.gathering import gathered
from edge.policy.signals.flags import flag
from edge.policy.signals.pictures import MEDIA, note
from edge.policy.signals.reader import read, read_plainly
from edge.policy.signals.reading import Reading
from edge.policy.signals.traffic import granted
from edge.policy.state import PolicyState

# A part contradicts another, or itself.
PART_CONFLICT = flag("part-conflict")
CONCATENATION = (0x00, 0x08)  # identifiers of header elements (TS 23.040 9.2.3.24)


def look(submission: Submission, state: PolicyState, now: float) -> Context:
    """The context of `submission`; made anew only where it is not the message that was looked at last."""
    if state.looked_at is submission:
        return state.context
    context = _made(submission, state, now)
    state.looked_at, state.context = submission, context
    return context


def read_ahead(submissions: Iterable[Submission], state: PolicyState, now: float) -> None:
    """Read the texts of submissions that are looked at next; what was read ahead before is forgotten.

    Several texts one after the other are read in two thirds of the time: code and patterns are in the caches then.
    """
    ahead = state.ahead
    ahead.clear()
    for submission in submissions:
        body = submission.body
        if body.parts == 1 and body.read is None:
            text = _text(body)
            ahead[text] = _reading(text, state, now)


def _text(body: Body) -> str:
    return f"{body.text}\n{body.other}" if body.other else body.text


def _made(submission: Submission, state: PolicyState, now: float) -> Context:
    body = submission.body
    if body.parts > 1:
        text, conflict = gathered(state, submission, now)
    else:
        text, conflict = _text(body), False
    if body.read is not None:
        reading = cast(Reading, body.read)
    else:
        reading = state.ahead.pop(text) if text in state.ahead else _reading(text, state, now)
    account = submission.account
    context = Context(reading, text, conflict)
    if submission.media is not None:
        note(reading)
        context.flags = MEDIA
    if conflict or (body.elements and _says_twice(body)):
        context.flags |= PART_CONFLICT
    if account is not None:
        context.consumer = account.kind == "consumer"
        context.new = account.opened > 0 and 0 < state.unix(now) - account.opened < NEW
        if reading.traffic:
            context.approved = granted(reading, account)
    state.windows.surround(submission, context, state, now)
    return context


def _reading(text: str, state: PolicyState, now: float) -> Reading:
    """`read` does not raise; if it does all the same, that is counted, and the words are read without their meaning."""
    try:
        return read(text, getattr(state.ruleset, "book", None))
    except Exception as error:
        state.note_error("reading", error, now, False)
        return read_plainly(text)


def _says_twice(body: Body) -> bool:
    """Whether a header has more than one element that says which part this is."""
    return sum(element in CONCATENATION for element in body.elements) > 1
