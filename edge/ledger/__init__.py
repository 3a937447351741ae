"""Facts that must survive, messages in quarantine, and message ids of our own. Knows `edge.core` only.

`SqliteLedger` is one store behind `edge.core.facts.Ledger`; another one (a fleet's shared store) needs no more
than that protocol. Formats: docs/ledger.md.
"""

from edge.ledger.errors import LedgerError
from edge.ledger.store import SqliteLedger

__all__ = ["LedgerError", "SqliteLedger"]
