"""What has passed, by what its repetition and the reports on it are known by: the newest in memory, all in the store.

After a restart the table of transactions is filled from the store. What the store had not written when the machine lost
power is at worst delivered twice, to a next hop that knows the Transaction-ID too; a killed process loses nothing that
it answered more than a group commit ago.
"""

import asyncio
from collections.abc import Sequence
from typing import Generic, TypeVar

from edge.channels.mm4.codec.fields import Kind, bare_id
from edge.channels.mm4.codec.matching import ReportKey
from edge.channels.mm4.codec.transactions import KEEP, Transactions
from edge.core.mms import Passed, RelayStore

CAP = 100_000  # of each table in memory; half of it, or less, is what the store is asked for
TOGETHER = 32  # recipients of one transaction that are remembered by its id
RECALLED = 200_000  # transactions that are loaded at the start, within a second or two
Value = TypeVar("Value")


class Recent(Generic[Value]):
    """A table that forgets its older half when it is full."""

    def __init__(self, cap: int = CAP) -> None:
        self._half = max(1, cap // 2)
        self._new: dict[object, Value] = {}
        self._old: dict[object, Value] = {}

    def put(self, key: object, value: Value) -> None:
        """Remember it."""
        if len(self._new) >= self._half:
            self._old, self._new = self._new, {}
        self._new[key] = value

    def get(self, key: object) -> Value | None:
        """What is remembered."""
        return self._new.get(key) or self._old.get(key)

    def pop(self, key: object) -> Value | None:
        """Forget it."""
        return self._new.pop(key, None) or self._old.pop(key, None)

    def __len__(self) -> int:
        return len(self._new) + len(self._old)


class Passages:
    """All calls on the loop."""

    def __init__(self, store: RelayStore) -> None:
        self.transactions: Transactions[str] = Transactions()
        self._store = store
        self._reports: Recent[Passed] = Recent()
        self._answers: Recent[tuple[Passed, ...]] = Recent()
        self._systems: Recent[bool] = Recent(10_000)

    def recall(self, now: float, unix: float) -> None:
        """Take up what an earlier life of this edge noted. Blocking: at the start."""
        for passed in self._store.recall(unix - KEEP, RECALLED):
            self.transactions.settle(passed.key, passed.reply, now - (unix - passed.at))
            self._remember(passed)

    def note(self, passed: Passed, now: float) -> None:
        """It is done for this recipient: repetitions hear `passed.reply`."""
        self.transactions.settle(passed.key, passed.reply, now)
        self._remember(passed)
        self._store.note(passed)

    def moved(self, passed: Passed) -> None:
        """It went to another hop than was noted, later: reports on it come from there."""
        self._remember(passed)
        self._store.note(passed)

    def _remember(self, passed: Passed) -> None:
        self._reports.put((passed.message, passed.recipient), passed)
        about = (Kind.FORWARD_RES, passed.transaction)  # of all recipients: each next hop answers for its own
        others = [one for one in self._answers.get(about) or () if one.key != passed.key]
        self._answers.put(about, (passed, *others[: TOGETHER - 1]))
        if passed.answer:
            self._systems.put(passed.answer.lower(), True)

    def awaits(self, passed: Passed, kind: Kind, transaction: str) -> None:
        """A report went by: its response, of this kind, comes from `passed.hop` and belongs to `passed.origin`."""
        self._answers.put((kind, bare_id(transaction)), (passed,))

    def knows(self, address: str) -> bool:
        """Whether somebody asked lately for answers at this address."""
        return self._systems.get(address.lower()) is not None

    # -- which message a report is about -------------------------------------------------------

    async def reported(self, keys: Sequence[ReportKey]) -> list[Passed]:
        """What was sent to one of these (Message-ID, recipient); from the store where memory has forgotten it."""
        found = [passed for passed in map(self._reports.get, keys) if passed is not None]
        if found or not keys:
            return found
        stored = await asyncio.to_thread(self._store.find, keys[0][0], "")
        return [passed for passed in stored if (passed.message, passed.recipient) in keys]

    async def answered(self, kind: Kind, transaction: str) -> list[Passed]:
        """What a response is about, by its Transaction-ID."""
        found = self._answers.get((kind, bare_id(transaction)))
        if found:
            return list(found)
        if kind is not Kind.FORWARD_RES or not bare_id(transaction):
            return []
        return await asyncio.to_thread(self._store.find, "", bare_id(transaction))

    def sizes(self) -> dict[str, int]:
        """Entries per table."""
        return {
            "mm4-transactions": len(self.transactions),
            "mm4-passed": len(self._reports),
            "mm4-answers": len(self._answers),
        }
