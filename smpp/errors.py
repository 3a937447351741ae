"""What can be wrong with bytes from a peer. Every class answers one question: what do I do now?

`status` is the command_status to answer with (SMPP 3.4 section 5.1.3).
"""


class ProtocolError(Exception):
    """Base: the peer broke the protocol. `status` is the command_status to answer with."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class AnswerAndContinue(ProtocolError):
    """This PDU is faulty, the stream is not: answer it with `status` and go on."""


class AnswerAndClose(ProtocolError):
    """Framing is lost: answer generic_nack with `status`, then close; what follows cannot be read."""


class CloseQuietly(ProtocolError):
    """The peer does not speak SMPP at all (HTTP, TLS on the plain port): close without an answer.

    `kind` names what it seems to speak: "http", "tls".
    """

    def __init__(self, kind: str) -> None:
        super().__init__(0x02, f"the peer speaks {kind}, not SMPP")
        self.kind = kind
