"""A byte stream cut where AMI's packets end: whole packets out of any segments.

panoramisk decodes and joins read by read: a character split between two reads is lost and a long packet costs its
square. It is therefore only ever given what this lets through.
"""

from ami.errors import NotAmi

GREETING = b"Asterisk Call Manager/"
GREETING_LONGEST = 128

PACKET_LONGEST = 131_072
"""Octets of an unfinished packet. The longest real one is ListCommands' answer to a user who may do all: 15,000."""

END = b"\r\n\r\n"


class Framer:
    """Cuts what Asterisk sends. `version` is AMI's ("11.0.0") once it has greeted, "" before."""

    __slots__ = ("_pending", "version")

    def __init__(self) -> None:
        self.version = ""
        self._pending = bytearray()

    def feed(self, data: bytes) -> bytes:
        """The whole packets that `data` completes, in one piece; b"" while there is none.

        Raises NotAmi when the peer does not greet as Asterisk does, or a packet does not end.
        """
        pending = self._pending
        seen = len(pending) - len(END) + 1
        pending += data
        if not self.version:
            if not self._greeted():
                return b""
            seen = 0
        end = pending.rfind(END, max(seen, 0))
        whole = b""
        if end >= 0:
            whole = bytes(pending[: end + len(END)])
            del pending[: end + len(END)]
        if len(pending) > PACKET_LONGEST:
            raise NotAmi(f"a packet of more than {PACKET_LONGEST} octets")
        return whole

    def _greeted(self) -> bool:
        """Whether the line that every connection begins with is in; takes it out."""
        pending = self._pending
        line, end, _ = pending[: GREETING_LONGEST + 2].partition(b"\r\n")
        if not end and len(line) <= GREETING_LONGEST and line[: len(GREETING)] == GREETING[: len(line)]:
            return False
        if not end or not line.startswith(GREETING):
            raise NotAmi("the peer does not greet as an Asterisk manager")
        self.version = line[len(GREETING) :].decode("ascii", "replace").strip() or "?"
        del pending[: len(line) + 2]
        return True
