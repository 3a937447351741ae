"""From a record of Asterisk's spool to a `Submission`: addresses and text are read here, once.

Who sent it is what the dialplan says (the endpoint whose message_context took it), never what a SIP header says; the
From names the number that the message is to come from, and the rules compare it with the endpoint's.
"""

import re
from urllib.parse import unquote_to_bytes

from ami.record import Record
from edge.core.account import Account, Endpoint
from edge.core.desk import Desk
from edge.core.submission import Body, Channel, Direction, Identity, Operation, Party, Submission

BODY_LONGEST = 1023  # octets; Asterisk empties a longer body (res_pjsip_messaging, MAX_BODY_SIZE)
ADDRESS_LONGEST = 80  # characters: more is no address
TON_UNKNOWN, TON_INTERNATIONAL, TON_ALPHANUMERIC = 0, 1, 5
NPI_E164 = 1
_DIALLED = re.compile(r"[\d .()#*/-]*", re.ASCII)
_SAFE = re.compile(r"[^+0-9A-Za-z._-]")


def oversize(record: Record) -> bool:
    """Whether Asterisk dropped its text: "empty is harmless" would let any long text pass."""
    return not record.body or (record.content_length or 0) > BODY_LONGEST


def from_user(header: bytes) -> str:
    """The user part of a From header's URI, unescaped; "" where there is none.

    The last `<...>` counts, so that a display name cannot bring one of its own; the dialplan reads it the same way.
    """
    text = header.decode("latin-1")
    start = text.rfind("<")
    uri = text[start + 1 :].partition(">")[0] if start >= 0 else text.partition(";")[0]
    scheme, _, rest = uri.strip().partition(":")
    if scheme.lower() in ("sip", "sips"):
        user, at, _ = rest.rpartition("@")
        user = user.partition(";")[0].partition(":")[0] if at else ""
    elif scheme.lower() == "tel":
        user = rest.partition(";")[0]
    else:
        return ""
    return _unescaped(user)


def dialled(octets: bytes) -> str:
    """The user part of a request URI as an address: Asterisk has unescaped it, parameters (`;phone-context=`) go."""
    return octets.decode("latin-1").partition(";")[0][:ADDRESS_LONGEST]


def _unescaped(user: str) -> str:
    return (
        unquote_to_bytes(user.encode("latin-1")).decode("latin-1")[:ADDRESS_LONGEST]
        if "%" in user
        else user[:ADDRESS_LONGEST]
    )


def party(desk: Desk, text: str, home: int) -> Party:
    """An address as it stood in SIP."""
    if text.startswith("+"):
        ton = TON_INTERNATIONAL
    else:
        ton = TON_UNKNOWN if _DIALLED.fullmatch(text) else TON_ALPHANUMERIC
    return desk.party(text, ton, NPI_E164, home)


def body_of(octets: bytes) -> Body:
    """The text. What is no UTF-8 is read as Latin-1, and the rules see both readings."""
    try:
        return Body(octets.decode(), octets)
    except UnicodeDecodeError:
        return Body(octets.decode("latin-1"), octets, 0, octets.decode("utf-8", "replace"))


def number_of(endpoint: Endpoint, user: str) -> int:
    """The number of an endpoint whose From bears its own name, as telephones do, where it has just one; else 0."""
    if user != endpoint.name or len(endpoint.numbers) != 1:
        return 0
    first, last = endpoint.numbers[0]
    return first if first == last else 0


def outbound(desk: Desk, account: Account, endpoint: Endpoint, record: Record) -> Submission:
    """What a SIP endpoint of `account` sent."""
    user = from_user(record.sender)
    number = number_of(endpoint, user)
    return Submission(
        Channel.SIP,
        Direction.MT,
        Operation.SUBMIT,
        account,
        account.name,
        endpoint.name,
        party(desk, f"+{number}" if number else user, account.home),
        party(desk, dialled(record.destination), account.home),
        body_of(record.body),
        identity=Identity(numbers=endpoint.numbers),
    )


def heard_by(submission: Submission, owner: Account) -> Submission:
    """The same message as its addressee has it, where that is an account of ours too: what it says to them counts.

    Of the same origin, or the loop guard would count one hop more.
    """
    return Submission(
        Channel.SIP,
        Direction.MO,
        Operation.SUBMIT,
        owner,
        submission.origin,
        "",
        submission.source,
        submission.destination,
        submission.body,
    )


def safe(text: str) -> str:
    """A user part without what the dialplan refuses (`FROM` and `TO` of a text to an endpoint)."""
    return _SAFE.sub("-", text)[:64]


def written(party: Party) -> str:
    """An address as it goes into SIP: `+` and E.164, or what was written, made safe."""
    return f"+{party.number}" if party.number else safe(party.text)


def released_to(party: Party, record: Record) -> str:
    """The number that a release is to go to where it is not as dialled: what was judged is what is called."""
    return "" if not party.number or record.destination == b"+%d" % party.number else f"+{party.number}"


def call_id(record: Record) -> str:
    """The Call-ID for the audit: octets as Latin-1, as all that is written there. Not unique."""
    return record.call_id.decode("latin-1")
