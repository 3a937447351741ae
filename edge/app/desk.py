"""The real desk: what channels bring submissions to, wired to the policy, the audit and the ledger."""

import logging
from collections.abc import Callable, Sequence
from time import monotonic, time

from edge.app.recording import Recorder
from edge.audit.trail import Audit
from edge.config.loading import Loaded
from edge.config.problem import ConfError, Problem
from edge.core.decision import Decision, decision_ids
from edge.core.facts import LADDER, Fact, FactKind, Ledger
from edge.core.metrics import Metrics
from edge.core.submission import Submission
from edge.core.verdict import Verdict
from edge.ledger.errors import LedgerError
from edge.policy.engine import decide
from edge.policy.looking import look, read_ahead
from edge.policy.rechecking import recheck, screen
from edge.policy.signals.numbers import NumberingPlan
from edge.policy.state import PolicyState

LOG = logging.getLogger("smsedge.policy")


class Desk:
    """Holds the conf in force; `adopt` swaps it whole. Everything here is synchronous."""

    def __init__(
        self, loaded: Loaded, metrics: Metrics, ledger: Ledger, audit: Audit, recorder: Recorder | None = None
    ) -> None:
        self._recorder = recorder
        self.adopt(loaded)
        self.metrics = metrics
        self.ledger = ledger
        self.audit = audit
        self.offset = time() - monotonic()
        self.state = PolicyState(ledger.facts, self.offset)
        self.record: Callable[[Decision], None] = audit.record
        self.next_decision: Callable[[], str] = decision_ids(time()).__next__

    def examine(self, loaded: Loaded) -> None:
        """Raises ConfError where `loaded` cannot hold here, though it is a good conf. Nothing changes."""
        try:
            if self._recorder is not None:
                self._recorder.unlock(loaded.conf)
        except LedgerError as error:
            raise ConfError([Problem("accounts.d", 1, f"record: {error}")]) from error

    def adopt(self, loaded: Loaded) -> None:
        """From the next message on, `loaded` holds."""
        self.conf = loaded.conf
        self.ruleset = loaded.ruleset
        owners = loaded.conf.inventory.owners
        self.party = NumberingPlan(loaded.conf.areas, lambda number: bool(owners(number))).identify
        if self._recorder is not None:
            self._recorder.adopt(loaded.conf)
        self.recording = self._recorder is not None and self._recorder.wanted

    def read_ahead(self, submissions: Sequence[Submission], now: float) -> None:
        """Their texts are read now, one after the other."""
        read_ahead(submissions, self.state, now)

    def judge(self, submission: Submission, now: float) -> Verdict:
        """The verdict, under the rules in force. Never raises."""
        return decide(self.ruleset, self.state, submission, now)

    def recheck(self, submission: Submission, now: float) -> Verdict:
        """The standing rules' word on a held message."""
        return recheck(self.ruleset, self.state, submission, now)

    def screen(self, submission: Submission, now: float) -> Verdict:
        """The word of the rules about its sender."""
        return screen(self.ruleset, self.state, submission, now)

    def record_durably(self, decision: Decision, done: Callable[[BaseException | None], None]) -> None:
        """Hand a decision to the audit; `done` is called once it is on disk."""
        self.audit.record_durably(decision, done)

    def lay_down(self, facts: Sequence[Fact], done: Callable[[BaseException | None], None]) -> None:
        """Record `facts`; `done` is called once: with the first error, else when the last is on disk."""
        left = len(facts)
        failed: BaseException | None = None

        def one(error: BaseException | None) -> None:
            nonlocal left, failed
            left -= 1
            failed = failed or error
            if not left:
                done(failed)

        for fact in facts:
            if fact.by == LADDER and fact.kind in (FactKind.BLOCK, FactKind.SUSPEND):
                LOG.warning("ladder: %s %s (%s): %s", fact.kind.value, fact.subject, fact.evidence, fact.reason)
            self.ledger.record(fact, one)

    def features(self, submission: Submission, now: float) -> object:
        """What the rules knew of the message, where its account is recorded."""
        if self._recorder is None:
            return None
        return self._recorder.features(submission, look(submission, self.state, now).reading)

    def note_receipt(self, sender: int | str, stat: str, error: str, now: float) -> None:
        """Tell the windows how a message of `sender` ended."""
        self.state.windows.receipt(sender, stat, error, now)

    def traffic_class(self, submission: Submission, now: float) -> str:
        """The class detected."""
        return look(submission, self.state, now).reading.traffic

    def unix_time(self, now: float) -> float:
        """The Unix time of a loop time."""
        return now + self.offset

    def tick(self, now: float) -> None:
        """Follow the wall clock, age the tables, let facts expire."""
        self.offset = self.state.wall_offset = time() - now
        self.state.tick(now)
        for rule, errors in self.state.rule_errors.items():  # the rules know no metrics
            self.metrics.rule_errors.values[rule,] = errors
        self.ledger.facts.sweep(now + self.offset)
