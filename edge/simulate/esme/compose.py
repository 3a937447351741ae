"""submit_sm PDUs from what people write."""

from collections.abc import Iterable
from typing import NamedTuple

from edge.simulate.addresses import Address, address
from edge.simulate.bodies import UDHI
from smpp.codec import build
from smpp.consts import CommandId
from smpp.layout import Value
from smpp.text import encode
from smpp.tlv import Tlv

_ON = 1  # registered_delivery: a receipt in any case


class Extras(NamedTuple):
    """What a submission may say beyond its addresses and text; None leaves it to the text.

    `sender` and `recipient` replace what `addresses.address` would make. `octets` is a short_message as it stands,
    in place of the text.
    """

    receipt: bool = False
    registered_delivery: int | None = None
    esm_class: int = 0
    protocol_id: int = 0
    data_coding: int | None = None
    service_type: str = ""
    validity: str = ""
    schedule: str = ""
    priority: int = 0
    replace_if_present: int = 0
    sender: Address | None = None
    recipient: Address | None = None
    octets: bytes | None = None
    tlvs: Iterable[Tlv] = ()
    reference: int = 0
    wide: bool = False


NO_EXTRAS = Extras()


def submit_pdus(source: str, destination: str, text: str, extras: Extras = NO_EXTRAS) -> list[bytes]:
    """A text as submit_sm, one for each part, all with sequence number 0.

    ValueError: an address, a text or a field that is too long.
    """
    if extras.octets is not None:
        coding, parts, udhi = 0, [extras.octets], False
    else:
        coding, parts, udhi = encode(text, extras.reference, extras.wide)
    sender = extras.sender or address(source)
    recipient = extras.recipient or address(destination)
    asked = _ON if extras.receipt else 0
    fields: dict[str, Value] = {
        "service_type": extras.service_type.encode("latin-1"),
        "source_addr_ton": int(sender[0]),
        "source_addr_npi": int(sender[1]),
        "source_addr": sender[2],
        "dest_addr_ton": int(recipient[0]),
        "dest_addr_npi": int(recipient[1]),
        "destination_addr": recipient[2],
        "esm_class": extras.esm_class | (UDHI if udhi else 0),
        "protocol_id": extras.protocol_id,
        "priority_flag": extras.priority,
        "schedule_delivery_time": extras.schedule.encode("latin-1"),
        "validity_period": extras.validity.encode("latin-1"),
        "registered_delivery": asked if extras.registered_delivery is None else extras.registered_delivery,
        "replace_if_present_flag": extras.replace_if_present,
        "data_coding": coding if extras.data_coding is None else extras.data_coding,
    }
    tlvs = tuple(extras.tlvs)
    return [build(CommandId.SUBMIT_SM, 0, 0, {**fields, "short_message": part}, tlvs) for part in parts]
