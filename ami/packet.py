"""The one file that knows panoramisk: it reads packets and writes actions; everything else it offers is left out.

Its Manager queues while disconnected, sends unanswered actions again after a reconnect and lets a callback's exception
cut the connection; its AMIProtocol answers to forged ActionIDs. Only its parser of whole packets and its rendering of
an action are reachable from here (panoramisk 1.4: the faults are listed in tests/ami/test_faults.py).
"""

import logging

from panoramisk.actions import Action as Rendered
from panoramisk.ami_protocol import AMIProtocol

from ami.action import Action
from ami.errors import Malformed
from ami.frame import END

# panoramisk logs every packet, bodies and all, at level debug.
_SILENT = logging.Logger("ami.panoramisk", logging.CRITICAL + 1)


class Packet:
    """A response or an event: headers by name, in any case. A header that is not there, or empty, is ""."""

    __slots__ = ("_message",)

    def __init__(self, message: object) -> None:
        self._message = message

    def get(self, name: str) -> str:
        """The value of a header. Raises Malformed when it is there twice: Asterisk never does that to ours."""
        message = self._message
        value = message.get(name, "")  # type: ignore[attr-defined]
        if not isinstance(value, str):
            raise Malformed(f"header {name} is there twice")
        return _text(value)

    def items(self) -> list[tuple[str, str]]:
        """All headers as (name, value), a repeated one as often as it came."""
        pairs: list[tuple[str, str]] = []
        for name, value in self._message.items():  # type: ignore[attr-defined]
            if name != "content":  # panoramisk adds it
                pairs += [(name, _text(each)) for each in ([value] if isinstance(value, str) else value)]
        return pairs

    def __repr__(self) -> str:
        """Without values."""
        return f"Packet({[name for name, _ in self.items()]})"


def _text(value: str) -> str:
    """Octets were carried one to a character: nothing was lost. What is not UTF-8 shows as \\xNN."""
    return value if value.isascii() else value.encode("latin-1").decode("utf-8", "backslashreplace")


class Parser(AMIProtocol):  # type: ignore[misc]
    """panoramisk's reader, without a connection. `unreadable` counts packets that are neither response nor event."""

    encoding = "latin-1"

    def __init__(self) -> None:
        self.connection_made(None)
        self.log = _SILENT
        self.version = ""  # the greeting has been taken off before
        self.unreadable = 0
        self._packets: list[Packet] = []

    def handle_message(self, message: object) -> None:
        """Called by panoramisk for each packet; it would match ActionIDs and dispatch events here."""
        self._packets.append(Packet(message))

    def feed(self, whole: bytes) -> list[Packet]:
        """The packets of octets that end where a packet ends (`frame.Framer`)."""
        self._packets = []
        self.data_received(whole)
        self.unreadable += max(0, whole.count(END) - len(self._packets))
        return self._packets


def write(action: Action, identity: str) -> bytes:
    """The octets of an action under an ActionID. Call it on the loop: panoramisk's actions hold a future of it."""
    headers: dict[str, str | list[str]] = {"Action": action.name, "ActionID": identity}
    for name, value in action.headers:
        before = headers.get(name)
        if before is None:
            headers[name] = value
        else:
            headers[name] = [*([before] if isinstance(before, str) else before), value]
    return str(Rendered(headers)).encode()
