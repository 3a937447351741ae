"""The contract of stores, held against each that there is."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.core.facts import Ledger
from edge.core.metrics import Metrics
from edge.ledger import SqliteLedger

from .contract import LedgerContract, QuarantineContract
from .memory import Disk, MemoryLedger


class Sqlite:
    """Opens a `SqliteLedger` on one directory."""

    @pytest.fixture
    def reopened(self, tmp_path: Path) -> Iterator[Callable[..., Ledger]]:
        running: list[SqliteLedger] = []

        def reopen(metrics: Metrics | None = None, fresh: bool = False) -> SqliteLedger:
            while running:
                running.pop().close()
            if fresh:
                shutil.rmtree(tmp_path / "ledger", ignore_errors=True)
            running.append(SqliteLedger(tmp_path / "ledger", metrics or Metrics()))
            return running[-1]

        yield reopen
        while running:
            running.pop().close()


class Memory:
    """Opens a `MemoryLedger` on one disk."""

    @pytest.fixture
    def reopened(self) -> Callable[..., Ledger]:
        disk = Disk()

        def reopen(metrics: Metrics | None = None, fresh: bool = False) -> MemoryLedger:
            nonlocal disk
            disk = Disk() if fresh else disk
            return MemoryLedger(disk, metrics or Metrics())

        return reopen


class TestSqliteLedger(Sqlite, LedgerContract):
    pass


class TestSqliteQuarantine(Sqlite, QuarantineContract):
    pass


class TestMemoryLedger(Memory, LedgerContract):
    pass


class TestMemoryQuarantine(Memory, QuarantineContract):
    pass
