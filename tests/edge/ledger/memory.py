"""A second store behind the same interface: a "disk" that is an object. It shows that the contract asks no SQLite."""

import asyncio
import math
from collections.abc import Callable, Sequence
from itertools import count

from msgspec.structs import replace

from edge.core.facts import COMPLAINT_SPAN, CONSENTS, Fact, FactKind, Facts, subject_key
from edge.core.metrics import Metrics
from edge.core.quarantine import MAY_BECOME, Done, Held, HeldState

from .contract import NOW


class Disk:
    """What outlives the process."""

    def __init__(self) -> None:
        self.history: list[Fact] = []
        self.held: dict[str, Held] = {}
        self.ids = count(1)


class Shelf:
    """The quarantine."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def hold(self, held: Held, done: Done) -> None:
        self._disk.held[held.id] = held
        asyncio.get_running_loop().call_soon(done, None)

    def resolve(
        self, ids: Sequence[str], state: HeldState, by: str, note: str, at: float, done: Done, alias: str = ""
    ) -> None:
        soon = asyncio.get_running_loop().call_soon
        for id in ids:
            held = self._disk.held.get(id)
            if held is None or held.state not in MAY_BECOME:
                soon(done, OSError(f"message {id} is not held any more"))
                return
            if state not in MAY_BECOME[held.state]:
                soon(done, OSError(f"message {id} is {held.state.value} already"))
                return
        for id in ids:
            held = self._disk.held[id]
            self._disk.held[id] = replace(
                held, state=state, resolved_at=at, resolved_by=by, note=note, alias=alias or held.alias
            )
        soon(done, None)

    def forget(self, id: str, done: Done) -> None:
        soon = asyncio.get_running_loop().call_soon
        held = self._disk.held.get(id)
        if held is None or held.state not in MAY_BECOME:
            soon(done, OSError(f"message {id} is not held"))
            return
        del self._disk.held[id]
        soon(done, None)

    def keyed(self) -> dict[str, tuple[str, HeldState]]:
        held = self._disk.held.values()
        return {one.group: (one.id, one.state) for one in held if "/" in one.group and one.state in MAY_BECOME}

    def get(self, id: str) -> Held | None:
        return self._disk.held.get(id)

    def find(self, account: str, rule: str, state: HeldState | None, limit: int) -> list[Held]:
        found = [
            held
            for held in self._disk.held.values()
            if account in ("", held.account)
            and (rule in ("", held.rule) or held.rule.startswith(f"{rule}/"))
            and state in (None, held.state)
        ]
        return sorted(found, key=lambda held: (held.at, held.id), reverse=True)[:limit]

    def due(self, now: float) -> list[tuple[str, str]]:
        over = [one for one in self._disk.held.values() if one.state is HeldState.HELD and one.expires <= now]
        return [(one.id, one.group) for one in sorted(over, key=lambda one: (one.expires, one.id))]

    def aliases(self, since: float) -> dict[str, str]:
        return {one.alias: one.id for one in self._disk.held.values() if one.alias and one.resolved_at > since}

    def size(self) -> int:
        return sum(one.state is HeldState.HELD for one in self._disk.held.values())


class MemoryLedger:
    """Facts."""

    def __init__(self, disk: Disk, metrics: Metrics) -> None:
        self._disk = disk
        self._metrics = metrics
        self._closed = False
        self.facts = Facts()
        self.quarantine = Shelf(disk)
        for fact in disk.history:
            if fact.kind is not FactKind.COMPLAINT or fact.at > NOW - COMPLAINT_SPAN:
                self.facts.apply(fact)
        self.facts.sweep(NOW)

    def record(self, fact: Fact, done: Callable[[BaseException | None], None]) -> None:
        soon = asyncio.get_running_loop().call_soon
        if not (math.isfinite(fact.at) and math.isfinite(fact.expires)):
            soon(done, OSError("a fact's times must be finite; 0 means it never expires"))
        elif not self.facts.apply(fact):
            self._metrics.caps.add(("facts",))
            soon(done, OSError(f"there is no room for one more fact of the kind {fact.kind.value}"))
        elif self._closed:
            soon(done, OSError("the ledger is closed"))
        else:
            if not self._known(fact):
                self._disk.history.append(fact)
            soon(done, None)

    def _known(self, fact: Fact) -> bool:
        same = (fact.kind, fact.subject, fact.other, fact.at)
        return fact.kind is FactKind.COMPLAINT and any(
            (one.kind, one.subject, one.other, one.at) == same for one in self._disk.history
        )

    def next_id(self) -> str:
        return f"0{next(self._disk.ids)}"

    def history(self, subject: str) -> list[Fact]:
        return [fact for fact in self._disk.history if subject_key(fact.subject) == subject_key(subject)]

    def consents(self, account: str, out: bool | None, limit: int) -> list[Fact]:
        last: dict[tuple[str, int | str], Fact] = {}
        for fact in self._disk.history:
            if fact.kind in CONSENTS:
                key = (fact.account, subject_key(fact.subject))
                if key not in last or int(fact.at) >= int(last[key].at):
                    last[key] = fact
        chosen = [
            fact
            for fact in last.values()
            if account in ("", fact.account) and out in (None, fact.kind is FactKind.OPT_OUT)
        ]
        return sorted(chosen, key=lambda fact: fact.at, reverse=True)[:limit]

    def sizes(self) -> dict[str, int]:
        return {**self.facts.sizes(), "waiting": 0}

    def close(self) -> None:
        self._closed = True
