"""deliver_sm as the SMSC makes them: receipts in the forms carriers use, and messages from subscribers."""

from collections.abc import Iterable

from edge.simulate.addresses import address
from edge.simulate.bodies import UDHI
from edge.simulate.smsc.identifiers import spelled
from edge.simulate.smsc.memory import Message
from edge.simulate.smsc.options import Options
from smpp import receipt
from smpp.codec import build
from smpp.consts import CommandId, Tag
from smpp.layout import Value
from smpp.text import encode
from smpp.tlv import Tlv

# err of appendix B, where a state has one; carriers' own, so any three digits will do.
ERRORS = {receipt.UNDELIVERABLE: "011", receipt.EXPIRED: "027", receipt.REJECTED: "088", receipt.DELETED: "003"}
_NETWORK_GSM = 3  # network_error_code, 3.4 section 5.3.2.31

BOTH, ON_FAILURE, ON_SUCCESS = 1, 2, 3  # registered_delivery bits 1-0; the last is 5.0's
_MASK = 3


def wanted(options: Options, registered_delivery: int, state: int) -> bool:
    """Whether a message with that registered_delivery gets a receipt of that state."""
    if options.receipts != "asked":
        return options.receipts == "always"
    asked = registered_delivery & _MASK
    if asked == ON_FAILURE:
        return state not in (receipt.DELIVERED, receipt.ACCEPTED)
    if asked == ON_SUCCESS:
        return state == receipt.DELIVERED
    return asked == BOTH


def compose(message: Message, state: int, done: float, options: Options) -> bytes:
    """The receipt of a message as deliver_sm; addresses are swapped, the sequence number is 0."""
    number_id = spelled(message.number, options.receipt_ids or options.ids)
    form = "text" if options.version < 0x34 else options.receipt_form  # 3.3 has no TLVs
    err = ERRORS.get(state, "000")
    text = b""
    if form != "tlv":
        said = "" if message.data_coding else message.text
        text = receipt.build(number_id, state, message.time, done, err=err, text=said)
    fields: dict[str, Value] = {"esm_class": receipt.RECEIPT, "short_message": text}
    fields |= _addresses(message.recipient, message.sender)
    tlvs = _tlvs(number_id, state, err) if form != "text" else ()
    return build(CommandId.DELIVER_SM, 0, 0, fields, tlvs)


def _tlvs(number_id: str, state: int, err: str) -> Iterable[Tlv]:
    yield int(Tag.RECEIPTED_MESSAGE_ID), number_id.encode("latin-1") + b"\0"
    yield int(Tag.MESSAGE_STATE), bytes((state,))
    if err != "000":
        yield int(Tag.NETWORK_ERROR_CODE), bytes((_NETWORK_GSM,)) + int(err).to_bytes(2)


def _addresses(source: tuple[int, int, bytes], destination: tuple[int, int, bytes]) -> dict[str, Value]:
    return {
        "source_addr_ton": int(source[0]),
        "source_addr_npi": int(source[1]),
        "source_addr": source[2][:20],
        "dest_addr_ton": int(destination[0]),
        "dest_addr_npi": int(destination[1]),
        "destination_addr": destination[2][:20],
    }


def originate(source: str, destination: str, text: str, reference: int) -> list[bytes]:
    """A subscriber's message as deliver_sm, one for each part. ValueError: an address or a text too long."""
    for name in (source, destination):
        if len(name) > 20:
            raise ValueError(f"{name!r} is longer than an address may be (20)")
    encoded = encode(text, reference)
    common = _addresses(address(source), address(destination))
    common |= {"esm_class": UDHI if encoded.udhi else 0, "data_coding": encoded.coding}
    return [build(CommandId.DELIVER_SM, 0, 0, {**common, "short_message": part}) for part in encoded.parts]
