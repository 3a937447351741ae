"""What the tests want of a real ESME, whatever it is written in. Each peer composes and reads with its own code."""

from collections.abc import Callable
from typing import Literal, Protocol

import msgspec

from tests.e2e.rig import wait_for

Mode = Literal["transceiver", "transmitter", "receiver"]
Form = Literal["plain", "udh", "sar", "payload"]
Part = tuple[int, int, int]

PATIENCE = 15.0  # seconds for anything that a peer must see


class Answer(msgspec.Struct):
    """A submit_sm_resp: its command_status and message_id ("" without one)."""

    status: int
    id: str = ""


class Delivered(msgspec.Struct):
    """A deliver_sm as the peer read it. `part` is (reference, total, number) by its header, None without one."""

    source: str
    destination: str
    text: str
    esm_class: int
    data_coding: int = 0
    receipted_id: str = ""
    state: int = 0
    part: Part | None = None


class Message(msgspec.Struct):
    """A text to submit. `form` is how it goes out if it is long: split with headers, with TLVs, or in one payload."""

    source: str
    destination: str
    text: str
    form: Form = "plain"
    receipt: bool = False


class Esme(Protocol):
    """One peer with one or two sessions. Answers are command_status values."""

    name: str

    def bind(self, mode: Mode) -> int:
        """Connect and bind; the command_status of the answer."""

    def submit(self, message: Message) -> list[Answer]:
        """Submit on the session that may; an answer for each part."""

    def delivered(self) -> list[Delivered]:
        """Everything received so far."""

    def unbind(self) -> list[int]:
        """Unbind every session and wait until each is closed; the command_status of each unbind_resp."""

    def close(self) -> None:
        """End without manners, if it has not ended."""


def find(esme: Esme, what: str, test: Callable[[Delivered], bool], count: int = 1) -> list[Delivered]:
    """Wait for at least `count` deliveries that pass `test`; all that do."""

    def look() -> list[Delivered]:
        found = [delivered for delivered in esme.delivered() if test(delivered)]
        return found if len(found) >= count else []

    found: list[Delivered] = wait_for(f"{esme.name}: {what}", look, PATIENCE)
    return found


def joined(parts: list[Delivered]) -> str:
    """The text of a long message from its parts; AssertionError if they are not exactly one set."""
    ordered = sorted(parts, key=lambda delivered: delivered.part or (0, 0, 0))
    reference, total, _ = ordered[0].part or (0, 0, 0)
    assert [delivered.part for delivered in ordered] == [(reference, total, number + 1) for number in range(total)]
    return whole("".join(delivered.text for delivered in ordered))


def whole(text: str) -> str:
    """Halves of a surrogate pair that met again become one character."""
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be")
