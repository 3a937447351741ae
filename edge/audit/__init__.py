"""What was decided, written beside the path. Knows `edge.core` only; must never make the path wait.

`Audit` takes decisions from the loop, its writer thread puts them on disk, `Reader` finds them again
(from another thread or process). Formats: docs/audit.md.
"""

from edge.audit.errors import AuditError
from edge.audit.reader import Reader
from edge.audit.trail import Audit

__all__ = ["Audit", "AuditError", "Reader"]
