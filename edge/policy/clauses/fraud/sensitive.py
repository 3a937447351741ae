"""Sending of sensitive data: financial and personal information in clear (policy.md A.5, R-DLP, and decision 13)."""

from msgspec.structs import replace

from edge.core.inventory import Inventory
from edge.core.submission import Direction, Submission
from edge.core.verdict import Action, Hit
from edge.policy.looking import look
from edge.policy.rule import BOTH_WAYS, Check, RuleSettings
from edge.policy.signals.sensitive import FLAGS
from edge.policy.state import PolicyState

# Kind -> what operators and customers may be told: never a digit of what was found.
NAMES = {
    "pan": "a payment card number",
    "ssn": "a social security number",
    "sin": "a social insurance number",
    "iban": "an IBAN",
    "bank": "bank account details",
    "password": "a password or PIN",
    "key": "a secret key",
    "id": "an identity document or health card number",
    "health": "a diagnosis or test result",
    "wifi": "the password of a private network",
}
# Decision 13: these depend on their context, and a person decides. The key of one's own network is nobody's secret.
HELD = frozenset({"id", "health"})
NOTED = frozenset({"wifi"})
_STRICTNESS = {Action.FLAG: 0, Action.QUARANTINE: 1, Action.REJECT: 2}
_AS_WORDED = {"flag": Action.FLAG, "quarantine": Action.QUARANTINE, "reject": Action.REJECT}


class SensitiveData(Check):
    """`sensitive-data`: what is sure is refused, what depends on its context is held.

    An account's own `sensitive_data` makes it milder, never stricter. Inbound, the recipient is the customer: it is
    delivered and flagged. So is what a person says of himself: kinds that the setting `personal` names, sent from a
    consumer's account.
    """

    directions = BOTH_WAYS
    content = True
    needs = 0

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.needs = 0
        for bit in FLAGS.values():
            self.needs |= bit
        self.personal = {
            name: frozenset(word.lower() for word in values["personal"])
            for name, values in (("", settings.values), *settings.accounts.items())
        }

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """By the strictest of the kinds found."""
        context = look(submission, state, now)
        flags = context.reading.flags
        found = [kind for kind, bit in FLAGS.items() if flags & bit]
        if not found:
            return None
        account = submission.account
        personal: frozenset[str] = frozenset()
        if context.consumer and account is not None:
            personal = self.personal.get(account.name, self.personal[""])
        kind = max(found, key=lambda each: _STRICTNESS[_own_action(each, personal)])
        action = _own_action(kind, personal)
        hit = self.hit(NAMES[kind] + " in clear", sub=kind, action=action)
        if submission.direction is not Direction.MT or action is Action.FLAG:
            return self.flagged(hit)
        return self.milder(hit, account.sensitive_data if account is not None else "reject")

    @staticmethod
    def milder(hit: Hit, word: str) -> Hit:
        """The hit with the action that the account's `sensitive_data` allows at most."""
        most = _AS_WORDED[word]
        return hit if _STRICTNESS.get(hit.action, 2) <= _STRICTNESS[most] else replace(hit, action=most)


def _own_action(kind: str, personal: frozenset[str]) -> Action:
    if kind in NOTED or kind in personal:
        return Action.FLAG
    return Action.QUARANTINE if kind in HELD else Action.REJECT
