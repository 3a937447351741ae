"""Looks at a message once, for all rules: its text gathered and read, and what surrounds it."""

from typing import cast

from edge.core.submission import Submission
from edge.policy.context import NEW, Context
from edge.policy.gathering import gathered
from edge.policy.signals.reader import read
from edge.policy.signals.reading import Reading
from edge.policy.signals.traffic import granted
from edge.policy.state import PolicyState


def look(submission: Submission, state: PolicyState, now: float) -> Context:
    """The context of `submission`; made anew only where it is not the message that was looked at last."""
    if state.looked_at is submission:
        return state.context
    context = _made(submission, state, now)
    state.looked_at, state.context = submission, context
    return context


def _made(submission: Submission, state: PolicyState, now: float) -> Context:
    body = submission.body
    text, conflict = (body.text, False) if body.parts == 1 else gathered(state, submission, now)
    if body.other:
        text = f"{text}\n{body.other}"
    reading = read(text, getattr(state.ruleset, "book", None)) if body.read is None else cast(Reading, body.read)
    account = submission.account
    context = Context(reading, text, conflict)
    if account is not None:
        context.consumer = account.kind == "consumer"
        context.new = 0 < state.unix(now) - account.opened < NEW and account.opened > 0
        context.approved = granted(reading, account)
    state.windows.surround(submission, context, state, now)
    return context
