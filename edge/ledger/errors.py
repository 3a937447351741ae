"""What the ledger raises or reports. The text says what an operator can do."""


class LedgerError(Exception):
    """The ledger cannot be opened or read, or a fact is not on disk (it may hold in memory all the same)."""
