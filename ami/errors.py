"""What can go wrong with an action. Every class answers one question: what do I do now?

No message quotes a value that was sent or received, but for what Asterisk says of an action it refuses.
"""


class AmiError(Exception):
    """Base of all that this package raises on purpose (but for `record.BadRecord`)."""


class NotSent(AmiError):
    """Nothing was written, and nothing is kept for later: do it again when there is reason to."""


class NotConnected(NotSent):
    """No login stands at the moment. After the next one `on_up` is called."""


class Busy(NotSent):
    """As many actions wait for an answer as may, or Asterisk does not read: ask again when answers have come."""


class UnsafeAction(AmiError, ValueError):
    """A name or value that must not reach the wire (CR, LF, NUL, too long a line ...): mend the caller."""


class Unanswered(AmiError):
    """Written, and no answer: out of time or the connection was lost. Whether it was done is unknown.

    It is never sent again from here. Repeat only what is harmless twice (a release by id is, it answers GONE).
    """


class Refused(AmiError):
    """Asterisk answered that it will not: it was not done. `said` is Asterisk's own word, at most 200 characters."""

    def __init__(self, action: str, said: str) -> None:
        self.action = action
        self.said = said[:200]
        super().__init__(f"{action}: {self.said!r}")


class Denied(Refused):
    """The manager user lacks the privilege: a fault of manager.conf that waiting does not mend."""


class Malformed(AmiError):
    """What Asterisk answered is not what this action's answer looks like."""


class NotAmi(AmiError):
    """The peer does not speak AMI, or sends a packet without end: close the connection."""
