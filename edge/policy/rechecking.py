"""What some rules say beside `decide`: of a held message that is to go, and of a sender alone. Counts nothing."""

from edge.core.submission import Submission
from edge.core.verdict import ALLOWED, Action, Verdict
from edge.policy.engine import evaluate
from edge.policy.ruleset import Entries, Ruleset, plan_for
from edge.policy.state import PolicyState

# What must still be right when a held message is released (policy.md D): its content a person has looked at.
STANDING = frozenset({"emergency-destination", "suspended", "blocked", "opt-out"})
# Lists grow while a message is held, and nobody has seen a picture that the edge does not show.
LISTED = frozenset({"image-hash"})


def recheck(ruleset: Ruleset, state: PolicyState, submission: Submission, now: float) -> Verdict:
    """Whether a message that a person lets go may go: emergency, suspension, blocks and opt-outs as they stand now.

    Its pictures, where it brings any, are held against the lists of now, before all else: a match on the child-safety
    list must be known as one. What only holds a message does not hold it twice. Counts nothing; what the message cost
    was paid when it was held.
    """
    state.looked_at = None
    entries = plan_for(ruleset, submission, True).entries
    verdict = ALLOWED
    if submission.media is not None:
        verdict = evaluate(_of(entries, LISTED), state, submission, now, True)
    if verdict.action not in (Action.REJECT, Action.DROP, Action.BOUNCE):
        verdict = evaluate(_of(entries, STANDING), state, submission, now, True)
    state.pending.clear()
    return verdict


def _of(entries: Entries, rules: frozenset[str]) -> Entries:
    """Those of some rules."""
    return tuple(entry for entry in entries if entry[1].settings.spec.id in rules)


# What can be told of a sender before recipient and text are known.
OF_SENDER = frozenset(
    {
        "emergency-source",
        "suspended",
        "blocked",
        "sender-format",
        "sender-not-owned",
        "sender-do-not-originate",
        "sender-alphanumeric",
        "sender-short-code",
    }
)


def screen(ruleset: Ruleset, state: PolicyState, submission: Submission, now: float) -> Verdict:
    """Whether its sender may send at all: MM4 names it before the recipients and the message come. Counts nothing."""
    state.looked_at = None
    verdict = evaluate(_of(plan_for(ruleset, submission, True).entries, OF_SENDER), state, submission, now, True)
    state.pending.clear()
    return verdict
