"""Accounts, carriers, verdicts and the desk of the tests: a policy that says what it is told, books that are lists."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from edge.core.account import Account, Bind
from edge.core.carrier import Carrier, Route
from edge.core.clause import Clause
from edge.core.conf import Conf, Smpp
from edge.core.decision import Decision
from edge.core.facts import Fact, Facts
from edge.core.inventory import Inventory
from edge.core.metrics import Metrics
from edge.core.quarantine import Done, Held, HeldState
from edge.core.submission import Submission
from edge.core.verdict import ALLOWED, Action, Hit, Reason, Verdict
from edge.policy.signals.numbers import identify

from .simloop import Clock

EPOCH = 1_700_000_000.0  # Unix time at 0 of the simulated clock
SMPP = Smpp(enquire_link=0.0)


def acme(**changes: Any) -> Account:
    """The account of most tests: a hundred numbers, one bind with a window of ten."""
    account = Account(
        "acme", numbers=((14165550100, 14165550199),), binds=(Bind("acme", "secret", ("0.0.0.0/0", "::/0"), 3, 10),)
    )
    return replace(account, **changes)


def with_bind(account: Account, **changes: Any) -> Account:
    """The account with its first bind changed."""
    return replace(account, binds=(replace(account.binds[0], **changes), *account.binds[1:]))


RIVAL = Account("rival", numbers=((12125550100, 12125550199),), binds=(Bind("rival", "secret", ("0.0.0.0/0",), 3, 10),))


def carrier(name: str = "north", **changes: Any) -> Carrier:
    """A carrier whose ids begin with its initial and a dash, on a host that has its name."""
    return replace(Carrier(name, f"{name[0]}-", name, 2775, "us", "secret", rate=0.0), **changes)


def verdict(action: Action = Action.REJECT, reason: Reason = Reason.CONTENT, **fields: Any) -> Verdict:
    """A verdict of a rule called `rule`."""
    clause = fields.pop("clause", Clause.FRAUD)
    would_have = fields.pop("would_have", ())
    return Verdict(action, Hit("rule", clause, action, reason, **fields), would_have)


class Shelf:
    """A quarantine in memory. `to_disk` are writes that wait until the test says so; `failing` makes them fail."""

    def __init__(self) -> None:
        self.messages: dict[str, Held] = {}
        self.waits = False
        self.failing = False
        self.to_disk: list[Callable[[], None]] = []

    def hold(self, held: Held, done: Done) -> None:
        self._write(lambda: self.messages.update({held.id: held}), done)

    def resolve(
        self, ids: Sequence[str], state: HeldState, by: str, note: str, at: float, done: Done, alias: str = ""
    ) -> None:
        def write() -> None:
            for one in ids:
                held = self.messages[one]
                assert held.state in (HeldState.HELD, HeldState.RELEASING)
                self.messages[one] = replace(
                    held, state=state, resolved_by=by, note=note, resolved_at=at, alias=alias or held.alias
                )

        self._write(write, done)

    def _write(self, write: Callable[[], None], done: Done) -> None:
        def now() -> None:
            if self.failing:
                done(OSError("no space left on device"))
                return
            write()
            done(None)

        if self.waits:
            self.to_disk.append(now)
        else:
            now()

    def forget(self, id: str, done: Done) -> None:
        self._write(lambda: self.messages.pop(id, None), done)

    def keyed(self) -> dict[str, tuple[str, HeldState]]:
        return {held.group: (held.id, held.state) for held in self.messages.values() if "/" in held.group}

    def get(self, id: str) -> Held | None:
        return self.messages.get(id)

    def find(self, account: str, rule: str, state: HeldState | None, limit: int) -> list[Held]:
        found = [
            held
            for held in self.messages.values()
            if account in ("", held.account) and rule in ("", held.rule) and state in (None, held.state)
        ]
        return found[::-1][:limit]

    def due(self, now: float) -> list[tuple[str, str]]:
        return [
            (held.id, held.group)
            for held in self.messages.values()
            if held.state is HeldState.HELD and held.expires <= now
        ]

    def aliases(self, since: float) -> dict[str, str]:
        return {held.alias: held.id for held in self.messages.values() if held.alias}

    def size(self) -> int:
        return sum(held.state is HeldState.HELD for held in self.messages.values())


class Ledger:
    """Facts, and ids of our own: 01, 02 and so on."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.quarantine = Shelf()
        self._ids = 0

    def record(self, fact: Fact, done: Callable[[BaseException | None], None]) -> None:
        self.facts.apply(fact)
        done(None)

    def next_id(self) -> str:
        self._ids += 1
        return f"0{self._ids}"

    def close(self) -> None:
        """Nothing to close."""


class Desk:
    """The desk as channels know it: a policy that does what the test says, and books that are lists."""

    def __init__(self, conf: Conf, clock: Clock) -> None:
        self.conf = conf
        self.metrics = Metrics()
        self.ledger = Ledger()
        self.party = identify
        self.rule: Callable[[Submission], Verdict] = lambda submission: ALLOWED
        self.rechecked: Callable[[Submission], Verdict] = lambda submission: ALLOWED
        self.screened: Callable[[Submission], Verdict] = lambda submission: ALLOWED
        self.judged: list[Submission] = []
        self.ahead: list[list[str]] = []
        self.records: list[Decision] = []
        self.to_disk: list[Callable[[BaseException | None], None]] = []
        self.laid_down: list[Fact] = []
        self.waits = False
        self.facts_to_disk: list[Callable[[BaseException | None], None]] = []
        self.receipts: list[tuple[int | str, str, str]] = []
        self.traffic = ""
        self.recording = False
        self._clock = clock
        self._decisions = 0

    def read_ahead(self, submissions: Sequence[Submission], now: float) -> None:
        """What it was asked to read."""
        self.ahead.append([submission.body.text for submission in submissions])

    def judge(self, submission: Submission, now: float) -> Verdict:
        assert now == self._clock.now
        self.judged.append(submission)
        return self.rule(submission)

    def recheck(self, submission: Submission, now: float) -> Verdict:
        return self.rechecked(submission)

    def screen(self, submission: Submission, now: float) -> Verdict:
        return self.screened(submission)

    def next_decision(self) -> str:
        self._decisions += 1
        return f"{self._decisions:016x}"

    def record(self, decision: Decision) -> None:
        self.records.append(replace(decision))

    def record_durably(self, decision: Decision, done: Callable[[BaseException | None], None]) -> None:
        self.records.append(replace(decision))
        self.to_disk.append(done)

    def lay_down(self, facts: Sequence[Fact], done: Callable[[BaseException | None], None]) -> None:
        self.laid_down.extend(facts)
        if self.waits:
            self.facts_to_disk.append(done)
        else:
            done(None)

    def features(self, submission: Submission, now: float) -> object:
        return {"length": len(submission.body.text)}

    def note_receipt(self, sender: int | str, stat: str, error: str, now: float) -> None:
        self.receipts.append((sender, stat, error))

    def traffic_class(self, submission: Submission, now: float) -> str:
        return self.traffic

    def unix_time(self, now: float) -> float:
        return EPOCH + now


def conf_of(
    accounts: tuple[Account, ...],
    carriers: tuple[Carrier, ...] = (),
    routes: tuple[Route, ...] = (),
    smpp: Smpp = SMPP,
) -> Conf:
    """A conf as `edge.config` builds it."""
    return Conf(
        version="v1",
        node="edge",
        state="",
        smpp=smpp,
        accounts={account.name: account for account in accounts},
        carriers={one.name: one for one in carriers},
        routes=routes,
        inventory=Inventory(accounts),
        binds={one.system_id: (account, one) for account in accounts for one in account.binds},
    )
