"""What the audit raises. Nothing else leaves the package, and never on the path."""


class AuditError(Exception):
    """The audit cannot start here, or a record that somebody waits for is not on disk. The text says why."""
