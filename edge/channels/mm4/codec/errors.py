"""What can be wrong with a message from a peer. Every class answers one question: what do I do now?

All are raised before anything went on: the SMTP side answers the DATA with `reply`; `status` is for a refusal at MM4
level, where the headers could be read. No text quotes what the peer sent.
"""

from edge.channels.mm4.codec.fields import RequestStatus


class Mm4Error(Exception):
    """Base: refuse the message. `status` is the Request-Status-Code to refuse it with, `reply` the SMTP reply."""

    status = RequestStatus.FORMAT_CORRUPT
    enhanced = "554 5.6.0"

    @property
    def reply(self) -> str:
        """One line of SMTP, without its CRLF (RFC 5321 4.2, RFC 3463)."""
        return f"{self.enhanced} {self}"


class Malformed(Mm4Error):
    """No header block, or one that two readers could take for two different messages: refuse it."""


class Unsupported(Mm4Error):
    """A whole message, but none of the six of MM4: refuse it."""

    status = RequestStatus.UNSUPPORTED
    enhanced = "554 5.6.1"


class Looping(Mm4Error):
    """The message has been here before, or forwarded too often: refuse it."""

    status = RequestStatus.SERVICE_DENIED
    enhanced = "554 5.4.6"
