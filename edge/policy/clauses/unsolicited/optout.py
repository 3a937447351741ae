"""Sending unsolicited messages: nothing goes to somebody who said STOP (policy.md A.1, R-OPTOUT and R-UNWANTED).

Account-wide, on all channels, one-time codes included (decision 13). What may go: one confirmation within five
minutes that sells nothing (47 CFR 64.1200(a)(12)), and one answer to HELP within five minutes of it.
"""

from edge.core.consents import Consent
from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Hit, Reason
from edge.policy.context import Context
from edge.policy.hearing import NOBODY, consent_key, unfinished, usage
from edge.policy.looking import look
from edge.policy.rule import Check, RuleSettings
from edge.policy.signals.consent import CONFIRMS, SELLS
from edge.policy.signals.owners import owns_link
from edge.policy.state import PolicyState


class OptOut(Check):
    """`opt-out`: refuse what goes to a subscriber whose last word to the account was STOP."""

    reason = Reason.OPTED_OUT

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.confirmation: float = settings.values["confirmation"]
        self.help: float = settings.values["help"]

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Ask the ledger; then whether this is one of the two messages that may go all the same."""
        account = submission.account
        if account is None:
            return None
        if not state.facts.consents.is_out(account.name, submission.destination.key):
            waited = unfinished(state, account.name, submission.destination.key, now)
            if not waited:
                return None
            words = f"the recipient began a message with an opt-out {_ago(waited)} ago, and its rest never came"
            return self.hit(words, sub="unfinished")
        consent = state.facts.consent(account.name, submission.destination.key)
        if consent is None or self._excepted(submission, account.name, consent, state, now):
            return None
        # The ledger knows whole seconds.
        return self.hit(f"the recipient opted out {_ago(state.unix(now) - consent.at)} ago")

    def _excepted(self, submission: Submission, account: str, consent: Consent, state: PolicyState, now: float) -> bool:
        """Each exception is used up by the message that passes by it; all its parts are one message."""
        context = look(submission, state, now)
        if context.reading.flags & SELLS or _links_elsewhere(submission, context):
            return False
        key, use = consent_key(state, account, submission.destination.key), usage(submission)
        asked_at, used = state.helped.get(key) or NOBODY
        if now - asked_at <= self.help and _may_use(used, use):
            state.pending.append((state.helped, key, (asked_at, use)))
            return True
        if not context.reading.flags & CONFIRMS or state.unix(now) - consent.at > self.confirmation + 1.0:
            return False
        _, used = state.confirmed.get(key) or NOBODY
        if not _may_use(used, use):
            return False
        state.pending.append((state.confirmed, key, (now, use)))
        return True


def _may_use(used: int, use: int) -> bool:
    """Whether the permit is unused, or this is another part of the message that used it."""
    return used == 0 or used == use != -1


def _links_elsewhere(submission: Submission, context: Context) -> bool:
    """Whether there is a link to anywhere but the account's own domains."""
    return any(not owns_link(submission.account, link) for link in context.reading.links)


def _ago(seconds: float) -> str:
    """Seconds up to two minutes, then minutes, hours, days."""
    for size, word in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {word}"
    return f"{max(0.0, seconds):.0f} s"
