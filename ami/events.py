"""What Asterisk says by itself that matters here: the UserEvents of the project's dialplan, as values.

A user with `read = user` receives them; the login asks for that class alone, so that a user who may read more is not
told of every channel. What an event carries is untrusted as far as its submitter wrote it: it is in base64.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ami.errors import Malformed
from ami.packet import Packet

_SID = re.compile(r"[0-9][0-9A-Za-z-]{1,63}")


@dataclass(frozen=True, slots=True)
class SmsSubmit:
    """A message was spooled under `sid`. `record` is its text: `record.parse_record` reads it or says what is wrong."""

    sid: str
    record: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SmsReleased:
    """A release came to its end.

    `status`: SUCCESS (handed to SIP; what the carrier answers is not known), GONE (another took it, or it was done
    before), BADDST (destination is no number), or what MESSAGE_SEND_STATUS says (FAILURE, INVALID_URI ...); "" when
    Asterisk says nothing.
    """

    sid: str
    route: str
    status: str


@dataclass(frozen=True, slots=True)
class SmsDiscarded:
    """A discard came to its end. `status`: OK (taken out of the spool by this one), GONE (it was not there)."""

    sid: str
    status: str


Event = SmsSubmit | SmsReleased | SmsDiscarded

# By the name that the dialplan gives to UserEvent(): the type and the headers of its fields.
_TYPES: dict[str, tuple[Callable[..., Event], tuple[str, ...]]] = {
    "SmsSubmit": (SmsSubmit, ("Sid", "Rec")),
    "SmsReleased": (SmsReleased, ("Sid", "Route", "Status")),
    "SmsDiscarded": (SmsDiscarded, ("Sid", "Status")),
}


def is_sid(text: str) -> bool:
    """Whether `text` can be the id of a spooled message: safe as an extension, and one that `_X.` matches."""
    return _SID.fullmatch(text) is not None


def read_event(packet: Packet) -> Event | None:
    """The event in a packet, None for any other. Raises Malformed for one of ours that the dialplan did not write."""
    if packet.get("Event") != "UserEvent":
        return None
    found = _TYPES.get(packet.get("UserEvent"))
    if found is None:
        return None
    build, names = found
    values = [packet.get(name) for name in names]
    if not is_sid(values[0]):
        raise Malformed(f"{packet.get('UserEvent')} without a usable Sid")
    return build(*values)
