"""What came in: one message that somebody wants carried, the same value whatever channel it came by.

A rule that would ask "is this SMPP?" is missing a field here.
"""

from enum import Enum

import msgspec

from edge.core.account import Account
from edge.core.media import Media


class Channel(Enum):
    """The door a submission came in by."""

    SMPP = "smpp"
    SIP = "sip"
    MM4 = "mm4"


class Direction(Enum):
    """MT is outbound (customer to subscriber), MO inbound (subscriber to customer)."""

    MT = "mt"
    MO = "mo"


class Operation(Enum):
    """What is asked: a new message, or a new text for one accepted before (replace_sm)."""

    SUBMIT = "submit"
    REPLACE = "replace"


class PartyKind(Enum):
    """What an address is; `value` is the spelling of the conf key `sender` of a route."""

    LONG_CODE = "long-code"
    TOLL_FREE = "toll-free"
    SHORT_CODE = "short-code"
    ALPHANUMERIC = "alphanumeric"
    INTERNATIONAL = "international"
    INVALID = "invalid"


class Party(msgspec.Struct, frozen=True, gc=False):
    """A source or destination address, as written and as understood.

    `text` is the address as it stood on the wire (Latin-1). `number` is the E.164 number as an integer
    (+14165550100 is 14165550100), 0 where the address is not one. `key` identifies the party in every
    table: the integer of a number, else the text (short codes, names). `country` is ISO 3166 alpha-2,
    or "" where unknown. `fault` says in a few words why an INVALID address is none, else "".
    """

    text: str
    ton: int
    npi: int
    kind: PartyKind
    number: int
    key: int | str
    country: str = ""
    fault: str = ""


class Body(msgspec.Struct, frozen=True, gc=False):
    """What the message says.

    `text` is the decoded text (header stripped), `other` a second reading where data coding and bytes
    disagree (else ""); `octets` the bytes as they stood on the wire. `part` counts from 1 of `parts`; the
    parts of one message share `reference`. A message in one piece is part 1 of 1 with reference 0. `read` is a
    recorded reading that stands for the text (`smsedge replay`), None for all messages on the wire.
    `elements` are the identifiers of a user data header that has more in it than the usual concatenation, `port` the
    application port that it addresses on the phone (-1 for none; TS 23.040 9.2.3.24.3). `raw` is the user data of a
    UCS-2 part that begins or ends within a character, else empty.
    """

    text: str
    octets: bytes
    coding: int = 0
    other: str = ""
    reference: int = 0
    part: int = 1
    parts: int = 1
    read: object = None
    elements: tuple[int, ...] = ()
    port: int = -1
    raw: bytes = b""


class Identity(msgspec.Struct, frozen=True, gc=False):
    """What a channel with a sign-in of its own says of the sender, beside the source address.

    `claimed` are all other senders that the headers name (SIP From and P-Asserted-Identity; MM4 MAIL FROM, From and
    Sender): a number as in `Party.key`, anything else as it is written. `numbers` are the inclusive ranges that who
    signed in may send from, None where that is all of the account's. `hidden` says that the recipient is not to see the
    sender (X-Mms-Sender-Visibility: Hide). `content_type` is the MIME type of the body, "" where there is none.
    `advertisement` says that the message calls itself one (X-Mms-Message-Class: Advertisement).
    """

    claimed: tuple[int | str, ...] = ()
    numbers: tuple[tuple[int, int], ...] | None = None
    hidden: bool = False
    content_type: str = ""
    advertisement: bool = False


class Submission(msgspec.Struct, frozen=True, gc=False):
    """One message to judge.

    `account` owns the message: the sender's for MT, the addressee's for MO (None: nobody of ours).
    `origin` names where it came from, for the loop guard: the account for MT, the carrier for MO.
    `end_user` is who in the account (system_id, SIP endpoint). `destinations` counts the recipients of
    the submission it is part of (1, or the length of a submit_multi). `identity` is None for channels that know
    nothing of the sender but its address. `media` is what was found in the parts of an MMS, whose texts
    are the body's.
    """

    channel: Channel
    direction: Direction
    operation: Operation
    account: Account | None
    origin: str
    end_user: str
    source: Party
    destination: Party
    body: Body
    destinations: int = 1
    protocol_id: int = 0
    message_class: int | None = None
    receipt: bool = False
    identity: Identity | None = None
    media: Media | None = None
