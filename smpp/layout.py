"""The mandatory fields of every PDU of SMPP 3.4 (section 4) and the additions of 5.0: one table, data only.

`codec` walks it to parse and to build. A new PDU is a new line here and nothing anywhere else.
Counts and lengths on the wire (sm_length, number_of_dests, no_unsuccess) are not fields of their own: they follow
from the value behind them. Names are the specification's.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from smpp.consts import CommandId, Status


class Address(NamedTuple):
    """An SME address as one destination of a submit_multi (dest_flag 1)."""

    ton: int
    npi: int
    address: bytes


class DistributionList(NamedTuple):
    """The name of a distribution list as one destination of a submit_multi (dest_flag 2)."""

    name: bytes


class Unsuccessful(NamedTuple):
    """A destination that a submit_multi did not reach, and its command_status."""

    ton: int
    npi: int
    address: bytes
    status: int


Value = int | bytes | tuple[Address | DistributionList, ...] | tuple[Unsuccessful, ...]
"""What a mandatory field can hold; the kinds below say which."""


class Octet(msgspec.Struct, frozen=True):
    """One octet, an int of 0-255."""

    name: str


class CString(msgspec.Struct, frozen=True):
    """Octets ended by NUL, `size` with the NUL; the value is bytes without it.

    `status` answers one that is not ended in time. A `lenient` one runs to its NUL or to the end of the body,
    whatever its length: for the last field of responses, which nobody could answer with an error.
    """

    name: str
    size: int
    status: int = Status.ESME_RINVCMDLEN
    lenient: bool = False


class ShortMessage(msgspec.Struct, frozen=True):
    """sm_length and as many octets; one NUL too many behind them is skipped. 5.0 allows 255, 3.4 254."""

    name: str = "short_message"


class Destinations(msgspec.Struct, frozen=True):
    """number_of_dests and as many Address or DistributionList (3.4 section 4.5.1.1)."""

    name: str = "destinations"


class Unsuccessfuls(msgspec.Struct, frozen=True):
    """no_unsuccess and as many Unsuccessful (3.4 section 4.5.2.1)."""

    name: str = "unsuccess_sme"


Field = Octet | CString | ShortMessage | Destinations | Unsuccessfuls


class Layout(msgspec.Struct, frozen=True):
    """A PDU's body: its fields in order, and whether TLVs may follow them."""

    fields: tuple[Field, ...] = ()
    tlvs: bool = False


ADDRESS_SIZE = 21
"""Octets of an address with its NUL, but for data_sm and alert_notification (65)."""

LONG_ADDRESS_SIZE = 65


def _source(size: int = ADDRESS_SIZE) -> tuple[Field, ...]:
    return (
        Octet("source_addr_ton"),
        Octet("source_addr_npi"),
        CString("source_addr", size, Status.ESME_RINVSRCADR),
    )


def _destination(size: int = ADDRESS_SIZE) -> tuple[Field, ...]:
    return (
        Octet("dest_addr_ton"),
        Octet("dest_addr_npi"),
        CString("destination_addr", size, Status.ESME_RINVDSTADR),
    )


_SYSTEM_ID = CString("system_id", 16, Status.ESME_RINVSYSID)
_PASSWORD = CString("password", 9, Status.ESME_RINVPASWD)
_SERVICE_TYPE = CString("service_type", 6, Status.ESME_RINVSERTYP)
_MESSAGE_ID = CString("message_id", 65, Status.ESME_RINVMSGID)
_SCHEDULE = CString("schedule_delivery_time", 17, Status.ESME_RINVSCHED)
_VALIDITY = CString("validity_period", 17, Status.ESME_RINVEXPIRY)

_DELIVERY = (
    Octet("esm_class"),
    Octet("protocol_id"),
    Octet("priority_flag"),
    _SCHEDULE,
    _VALIDITY,
    Octet("registered_delivery"),
    Octet("replace_if_present_flag"),
    Octet("data_coding"),
    Octet("sm_default_msg_id"),
    ShortMessage(),
)

_BIND = Layout(
    (
        _SYSTEM_ID,
        _PASSWORD,
        CString("system_type", 13, Status.ESME_RINVSYSTYP),
        Octet("interface_version"),
        Octet("addr_ton"),
        Octet("addr_npi"),
        CString("address_range", 41),
    ),
)
_BIND_RESP = Layout((CString("system_id", 16, Status.ESME_RINVSYSID, lenient=True),), tlvs=True)
_MESSAGE = Layout((_SERVICE_TYPE, *_source(), *_destination(), *_DELIVERY), tlvs=True)
_MESSAGE_RESP = Layout((CString("message_id", 65, Status.ESME_RINVMSGID, lenient=True),), tlvs=True)
_EMPTY = Layout()

LAYOUTS: Mapping[int, Layout] = {
    # session: 3.4 sections 4.1, 4.2, 4.3, 4.11
    CommandId.BIND_RECEIVER: _BIND,
    CommandId.BIND_RECEIVER_RESP: _BIND_RESP,
    CommandId.BIND_TRANSMITTER: _BIND,
    CommandId.BIND_TRANSMITTER_RESP: _BIND_RESP,
    CommandId.BIND_TRANSCEIVER: _BIND,
    CommandId.BIND_TRANSCEIVER_RESP: _BIND_RESP,
    CommandId.OUTBIND: Layout((_SYSTEM_ID, _PASSWORD)),
    CommandId.UNBIND: _EMPTY,
    CommandId.UNBIND_RESP: _EMPTY,
    CommandId.GENERIC_NACK: _EMPTY,
    CommandId.ENQUIRE_LINK: _EMPTY,
    CommandId.ENQUIRE_LINK_RESP: _EMPTY,
    # messages: 3.4 sections 4.4-4.7
    CommandId.SUBMIT_SM: _MESSAGE,
    CommandId.SUBMIT_SM_RESP: _MESSAGE_RESP,
    CommandId.SUBMIT_MULTI: Layout((_SERVICE_TYPE, *_source(), Destinations(), *_DELIVERY), tlvs=True),
    CommandId.SUBMIT_MULTI_RESP: Layout((_MESSAGE_ID, Unsuccessfuls()), tlvs=True),
    CommandId.DELIVER_SM: _MESSAGE,
    CommandId.DELIVER_SM_RESP: _MESSAGE_RESP,
    CommandId.DATA_SM: Layout(
        (
            _SERVICE_TYPE,
            *_source(LONG_ADDRESS_SIZE),
            *_destination(LONG_ADDRESS_SIZE),
            Octet("esm_class"),
            Octet("registered_delivery"),
            Octet("data_coding"),
        ),
        tlvs=True,
    ),
    CommandId.DATA_SM_RESP: _MESSAGE_RESP,
    # what became of a message: 3.4 sections 4.8-4.10
    CommandId.QUERY_SM: Layout((_MESSAGE_ID, *_source())),
    CommandId.QUERY_SM_RESP: Layout(
        (_MESSAGE_ID, CString("final_date", 17), Octet("message_state"), Octet("error_code")), tlvs=True
    ),
    CommandId.CANCEL_SM: Layout((_SERVICE_TYPE, _MESSAGE_ID, *_source(), *_destination())),
    CommandId.CANCEL_SM_RESP: _EMPTY,
    CommandId.REPLACE_SM: Layout(
        (
            _MESSAGE_ID,
            *_source(),
            _SCHEDULE,
            _VALIDITY,
            Octet("registered_delivery"),
            Octet("sm_default_msg_id"),
            ShortMessage(),
        ),
        tlvs=True,  # 5.0: message_payload
    ),
    CommandId.REPLACE_SM_RESP: _EMPTY,
    # 3.4 section 4.12
    CommandId.ALERT_NOTIFICATION: Layout(
        (
            *_source(LONG_ADDRESS_SIZE),
            Octet("esme_addr_ton"),
            Octet("esme_addr_npi"),
            CString("esme_addr", LONG_ADDRESS_SIZE, Status.ESME_RINVDSTADR),
        ),
        tlvs=True,
    ),
    # 5.0 sections 4.4, 4.6
    CommandId.BROADCAST_SM: Layout(
        (
            _SERVICE_TYPE,
            *_source(),
            _MESSAGE_ID,
            Octet("priority_flag"),
            _SCHEDULE,
            _VALIDITY,
            Octet("replace_if_present_flag"),
            Octet("data_coding"),
            Octet("sm_default_msg_id"),
        ),
        tlvs=True,
    ),
    CommandId.BROADCAST_SM_RESP: _MESSAGE_RESP,
    CommandId.QUERY_BROADCAST_SM: Layout((_MESSAGE_ID, *_source()), tlvs=True),
    CommandId.QUERY_BROADCAST_SM_RESP: _MESSAGE_RESP,
    CommandId.CANCEL_BROADCAST_SM: Layout((_SERVICE_TYPE, _MESSAGE_ID, *_source()), tlvs=True),
    CommandId.CANCEL_BROADCAST_SM_RESP: _EMPTY,
}
"""Every PDU there is. Responses may come without a body: 3.4 says none where the status is not 0
(sections 4.1.2, 4.4.2), 3.3 and many peers differ, so `codec` accepts both."""
