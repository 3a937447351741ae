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
    """A message was spooled (family smsq) under `sid`. `record` is its text, for `record.parse_record`."""

    sid: str
    record: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SmsReleased:
    """A release came to its end.

    `status`: SUCCESS (handed to SIP; what the carrier answers is not known), GONE (another took it, or it was done
    before), UNKNOWN (it lies in smsfly: another release is sending it just now, or a crash left it, perhaps sent),
    BUSY (lock not had), NOROUTE, BADDST, BADFROM, or what MESSAGE_SEND_STATUS says (FAILURE, INVALID_URI ...); "" when
    Asterisk says nothing. `by`: the variable BY of the Originate; every edge hears of every release.
    """

    sid: str
    route: str
    status: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class SmsDiscarded:
    """A discard came to its end. `status`: OK (taken out of the spool by this one), GONE (it was not there), UNKNOWN,
    BUSY, and `by` as above: of two edges, only the one that is named has it."""

    sid: str
    status: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class SmsRefused:
    """A message was not spooled. `reason`: full. `status`: what became of the text that told the sender."""

    sid: str
    endpoint: str
    reason: str
    status: str


@dataclass(frozen=True, slots=True)
class SmsEmergency:
    """A text to an emergency number was answered by the dialplan and kept (family smsemg) until `sms-seen`.

    `number`: the one to call. `status`: what became of the answer. `record`: as in SmsSubmit.
    """

    sid: str
    number: str
    status: str
    record: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SmsSeen:
    """A kept text to an emergency number was let go. `status`: OK or GONE."""

    sid: str
    status: str


@dataclass(frozen=True, slots=True)
class SmsSettled:
    """What a crash had left in smsfly was settled. `action`: requeue, forget. `status`: OK, GONE, BUSY, BADACTION."""

    sid: str
    action: str
    status: str


@dataclass(frozen=True, slots=True)
class SmsDelivered:
    """A message to an endpoint (`sms-mo`, `sms-notice`) came to its end.

    `kind`: mo, notice. `status`: SUCCESS (handed to SIP), DUP (the id is known; `was` is SENDING or SENT), BUSY,
    NOROUTE, BADADDR, BADBODY, or what MESSAGE_SEND_STATUS says. A BADID whose id is none is malformed, no event.
    """

    id: str
    kind: str
    endpoint: str
    status: str
    was: str


Event = SmsSubmit | SmsReleased | SmsDiscarded | SmsRefused | SmsEmergency | SmsSeen | SmsSettled | SmsDelivered

# By the name that the dialplan (conf/asterisk/extensions-sms.conf) gives to UserEvent(): the type, and the headers of
# its fields, the first of which is an id.
_TYPES: dict[str, tuple[Callable[..., Event], tuple[str, ...]]] = {
    "SmsSubmit": (SmsSubmit, ("Sid", "Rec")),
    "SmsReleased": (SmsReleased, ("Sid", "Route", "Status", "By")),
    "SmsDiscarded": (SmsDiscarded, ("Sid", "Status", "By")),
    "SmsRefused": (SmsRefused, ("Sid", "Endpoint", "Reason", "Status")),
    "SmsEmergency": (SmsEmergency, ("Sid", "Number", "Status", "Rec")),
    "SmsSeen": (SmsSeen, ("Sid", "Status")),
    "SmsSettled": (SmsSettled, ("Sid", "Action", "Status")),
    "SmsDelivered": (SmsDelivered, ("Id", "Kind", "Endpoint", "Status", "Was")),
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
        raise Malformed(f"{packet.get('UserEvent')} without a usable id")
    return build(*values)
