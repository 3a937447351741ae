"""From single refusals to blocks and suspensions: the action ladder (policy.md A.9 and decision 9).

What was refused is evidence once, however often it is tried. Throttles are none, nor is what a rule in monitor mode
saw, nor what was refused because of a fact that stands. Only a number that the account owns can be blocked: who
writes another's number as the sender must not get that number blocked.
"""

from typing import TYPE_CHECKING

from edge.core.clause import Clause
from edge.core.facts import LADDER, Fact, FactKind, subject_of
from edge.core.ladder import Ladder
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit, Reason, Verdict
from edge.policy.clauses.unsolicited.standing import holds
from edge.policy.hearing import finished
from edge.policy.history.clock import tick_of
from edge.policy.history.evidence import KEEP_ACTORS, KEEP_SEVERE, note, recent
from edge.policy.history.tables import pair_key, party_number
from edge.policy.history.texts import name_key
from edge.policy.looking import look
from edge.policy.ruleset import Ruleset

if TYPE_CHECKING:
    from edge.policy.state import PolicyState

# Rules whose hits are severe (policy.md A.9: threat, phish, spoof, NSFW). `brand-mismatch` is spoofing too; what the
# sender rules refuse is mostly a wrong configuration, but for numbers of somebody else's (see `_spoofs`).
SEVERE = frozenset({"threat", "phishing", "brand-mismatch", "image-content", "image-hash"})
# Fraud that suspends when it is aimed at many: phishing and extortion.
FRAUD = frozenset({"phishing", "threat/extortion"})
# Sensitive data is severe from the fifth message of a day on.
SENSITIVE = "sensitive-data"
SENSITIVE_A_DAY = 5
# What speaks for itself, without a count.
BLOCKING = frozenset(
    {"complaint", "complaint/severe", "opt-out-rate", "bomb-recipient/account", "bomb-recipient/flood"}
)
SUSPENDING = frozenset(
    {"snowshoe", "number-cycling", "bomb-recipient/account", "complaint/account", "image-hash/child-safety"}
)
SLOWING = frozenset({"volume", "fan-out"})
HOLDING = frozenset({"volume", "list-quality"})
# Refusals that are no evidence: what stands already, what is no fault of the sender's, what is nobody's.
_NO_EVIDENCE = (Reason.BLOCKED, Reason.SUSPENDED, Reason.EMERGENCY, Reason.INTERNAL, Reason.PACING)
UNFINISHED = "opt-out/unfinished"
REFUSALS = (Action.REJECT, Action.DROP)


def escalate(
    ruleset: Ruleset, submission: Submission, verdict: Verdict, state: "PolicyState", now: float
) -> tuple[Fact, ...]:
    """What a verdict brings with it for the number and the account. The engine applies it.

    Asked about every outbound message that does not pass as it is; a throttle costs next to nothing.
    """
    hit, account = verdict.hit, submission.account
    ladder = ruleset.ladder
    if hit is not None and hit.rule == UNFINISHED:
        return finished(submission, state, now)  # no fault of the sender's
    if hit is None or account is None or not ladder.on:
        return ()
    if verdict.action not in REFUSALS:
        return _restrain(ladder, submission, verdict.action, hit, state, now)
    if hit.reason in _NO_EVIDENCE or hit.clause is Clause.CARRIAGE:
        return ()
    step = _Step(ruleset, submission, account.name, hit, state, now)
    return step.facts()


def _restrain(
    ladder: Ladder, submission: Submission, action: Action, hit: Hit, state: "PolicyState", now: float
) -> tuple[Fact, ...]:
    """Slow down a number that sends too much or to too many, hold what a doubtful one sends (policy.md A.9)."""
    rule = hit.rule.partition("/")[0]
    if rule not in SLOWING and rule not in HOLDING:
        return ()
    unix, key, facts = state.unix(now), submission.source.key, state.facts
    laid: list[Fact] = []
    held = action is Action.QUARANTINE
    if rule in HOLDING and held and ladder.hold and not holds(facts.held.get(key), unix):
        laid.append(_fact(FactKind.HOLD, submission, hit.detail, unix, unix + ladder.hold, hit))
    if rule in SLOWING and ladder.slow and not holds(facts.slowed.get(key), unix):
        laid.append(_fact(FactKind.SLOW, submission, hit.detail, unix, unix + ladder.slow, hit))
    return tuple(laid)


def _fact(
    kind: FactKind, submission: Submission, reason: str, unix: float, expires: float, hit: Hit, other: str = ""
) -> Fact:
    """A fact about the sender."""
    account = submission.account.name if submission.account is not None else ""
    subject = account if kind is FactKind.SUSPEND else subject_of(submission.source.key)
    return Fact(kind, subject, unix, LADDER, reason, expires, account, other, hit.rule)


class _Step:
    """One refusal, and what it adds up to with those before it."""

    def __init__(
        self, ruleset: Ruleset, submission: Submission, account: str, hit: Hit, state: "PolicyState", now: float
    ) -> None:
        self.ladder = ruleset.ladder
        self.submission = submission
        self.account = account
        self.hit = hit
        self.rule = hit.rule.partition("/")[0]
        self.state = state
        self.now = now
        self.unix = state.unix(now)
        self.restored = state.facts.restored.get(account, 0.0)
        self.tick = tick_of(now)
        self.sender = party_number(submission.source)
        self.against = state.windows.evidence.against(self.sender, state.facts.pardoned.get(submission.source.key, 0.0))
        owners = ruleset.inventory.owners(submission.source.key)
        self.owned = any(owner.name == account for owner in owners)
        self.spoofed = bool(owners) and not self.owned
        reading = look(submission, state, now).reading
        # Digits make no other text of it: a name, an amount, a date are filled in.
        self.text = reading.profile.exact or name_key("text", submission.body.text)

    def facts(self) -> tuple[Fact, ...]:
        """Count it, and climb."""
        laid: list[Fact] = []
        if self.rule == "bomb-pair" and self.hit.rule != "bomb-pair/alerting" and self.ladder.pair_hold:
            laid.append(self._pair_hold())
        severe = self._severe()
        why = self._why_block(severe) if self.owned else ""
        if why:
            laid.append(_fact(FactKind.BLOCK, self.submission, why, self.unix, 0.0, self.hit))
        why = self._why_suspend(severe, bool(why))
        if why:
            laid.append(_fact(FactKind.SUSPEND, self.submission, why, self.unix, 0.0, self.hit))
        return tuple(laid)

    def _pair_hold(self) -> Fact:
        recipient = subject_of(self.submission.destination.key)
        until = self.unix + self.ladder.pair_hold
        return _fact(FactKind.REFUSE_PAIR, self.submission, self.hit.detail, self.unix, until, self.hit, recipient)

    def _severe(self) -> bool:
        """Note it; whether it is severe."""
        against = self.against
        if self.rule == SENSITIVE and self.owned:
            sensitive = against.sensitive
            note(sensitive, self._message(), self.tick)
            severe = recent(sensitive, self.tick) >= SENSITIVE_A_DAY
        else:
            severe = self.rule in SEVERE or (self.rule == "sender-not-owned" and self.spoofed)
        if not self.owned:
            return severe
        if severe:
            note(against.severe, self.text, self.tick, KEEP_SEVERE)
        elif note(against.ordinary, self._message(), self.tick):
            self.state.windows.reputation.refused(self.sender, self.tick)
        return severe

    def _message(self) -> int:
        """The message as evidence: to whom, and what. One submission to a long list is one message."""
        to = 0 if self.hit.reason is Reason.RECIPIENTS else party_number(self.submission.destination)
        return pair_key(self.text & 0xFFFFFFFFFFFF, to)

    def _why_block(self, severe: bool) -> str:
        """Why the number is to be blocked, "" for no reason."""
        ladder, hit = self.ladder, self.hit
        if hit.rule in BLOCKING:
            return f"{hit.rule}: {hit.detail}"
        against = self.against
        if severe:
            texts = recent(against.severe, self.tick)
            if 0 < ladder.block_severe <= texts:
                return f"{texts} different texts in 24 hours refused as severe, the last under {hit.rule}"
            return ""
        refusals = recent(against.ordinary, self.tick)
        if not 0 < ladder.block_refusals <= refusals:
            return ""
        record = self.state.windows.reputation.of(self.sender, self.tick)
        refused = max(record.day("refused", self.tick), refusals)
        rate = 100.0 * refused / (refused + record.day("sent", self.tick))
        if rate <= ladder.block_rate:
            return ""
        return f"{refused:.0f} messages refused in 24 hours, {rate:.0f} % of all, the last under {hit.rule}"

    def _why_suspend(self, severe: bool, blocked: bool) -> str:
        """Why the account is to be suspended, "" for no reason."""
        ladder, hit = self.ladder, self.hit
        if hit.rule in SUSPENDING or self.rule in SUSPENDING:
            return f"{hit.rule}: {hit.detail}"
        index = self.state.account_index(self.account)
        behind = self.state.windows.evidence.behind(index, self.restored)
        if severe:
            actors = behind.severe
            for kind, actor in (("numbers", self.sender if self.owned else 0), ("end users", self._end_user())):
                if not actor:
                    continue
                seen = actors.setdefault(f"{self.rule} {kind}", {})
                note(seen, actor, self.tick, KEEP_ACTORS)
                if 0 < ladder.suspend_users <= recent(seen, self.tick):
                    return f"{recent(seen, self.tick)} {kind} of the account refused under {self.rule} in 24 hours"
        if hit.rule in FRAUD or self.rule in FRAUD:
            targets = behind.targets
            note(targets, party_number(self.submission.destination), self.tick, KEEP_ACTORS)
            if 0 < ladder.suspend_targets <= recent(targets, self.tick):
                return f"{self.rule} aimed at {recent(targets, self.tick)} recipients in 24 hours"
        if blocked and ladder.suspend_numbers:
            numbers = self._blocked_numbers()
            if numbers >= ladder.suspend_numbers:
                return f"{numbers} numbers of the account are blocked"
        return ""

    def _end_user(self) -> int:
        """Who in the account it was; 0 where the account is not told apart from its one user."""
        user = self.submission.end_user
        return name_key("user", user) if user else 0

    def _blocked_numbers(self) -> int:
        """Numbers of the account that the ladder blocked since it was last restored, this one included.

        Asked only when one more is blocked: it looks at all blocks.
        """
        subjects = {
            fact.subject
            for fact in self.state.facts.blocked.values()
            if fact.account == self.account
            and fact.by == "ladder"
            and fact.at > self.restored
            and holds(fact, self.unix)
        }
        return len(subjects | {subject_of(self.submission.source.key)})
