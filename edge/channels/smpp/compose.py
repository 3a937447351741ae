"""deliver_sm PDUs that we write ourselves: notices to a customer, and receipts for what we refused."""

from edge.core.clause import Clause
from edge.core.submission import Party
from smpp.codec import build
from smpp.consts import CommandId, Tag
from smpp.fast import decode_sm, rewrite_deliver
from smpp.layout import Value
from smpp.receipt import REJECTED
from smpp.receipt import build as receipt_text
from smpp.text import encode
from smpp.tlv import with_length

RECEIPT = 0x04  # esm_class of a delivery receipt (3.4 section 5.2.12)
UDHI = 0x40
DELIVER = CommandId.DELIVER_SM.to_bytes(4)
TEXT_LIMIT = 254  # octets of short_message (3.4 section 5.2.22)
# `err:` of a receipt for something we refused after accepting it, by clause (policy.md B.1).
ERRORS = {
    Clause.UNSOLICITED.value: "0A1",
    Clause.BULK.value: "0A2",
    Clause.HARASSMENT.value: "0A3",
    Clause.EMERGENCY.value: "0A4",
    Clause.FRAUD.value: "0A5",
    Clause.IDENTITY.value: "0A6",
    Clause.IMAGES.value: "0A7",
}
ERROR_EXPIRED = "0A9"


def _addresses(source: Party, destination: Party) -> dict[str, Value]:
    return {
        "source_addr_ton": source.ton,
        "source_addr_npi": source.npi,
        "source_addr": source.text.encode("latin-1", "replace"),
        "dest_addr_ton": destination.ton,
        "dest_addr_npi": destination.npi,
        "destination_addr": destination.text.encode("latin-1", "replace"),
    }


def message_pdus(source: Party, destination: Party, text: str) -> list[bytes]:
    """A text from `source` to `destination`, in as many parts as it needs."""
    coding, parts, udhi = encode(text)
    return [
        build(
            CommandId.DELIVER_SM,
            0,
            0,
            {
                **_addresses(source, destination),
                "esm_class": UDHI if udhi else 0,
                "data_coding": coding,
                "short_message": part,
            },
        )
        for part in parts
    ]


def rejected_receipt(source: Party, destination: Party, message_id: str, error: str, at: float) -> bytes:
    """A receipt that says REJECTD for a message from `source` to `destination`; addresses are swapped in it.

    `error` is the three characters of `err:` (policy.md B.1), `at` a Unix time.
    """
    fields = {
        **_addresses(destination, source),
        "esm_class": RECEIPT,
        "short_message": receipt_text(message_id, REJECTED, at, at, err=error),
    }
    tlvs = (
        (int(Tag.RECEIPTED_MESSAGE_ID), message_id.encode("latin-1") + b"\0"),
        (int(Tag.MESSAGE_STATE), bytes([REJECTED])),
    )
    return build(CommandId.DELIVER_SM, 0, 0, fields, tlvs)


def without_tlvs(raw: bytes) -> bytes | None:
    """A deliver_sm as a 3.3 peer can read it: without TLVs, a message_payload as the text. None: it cannot be told so.

    Such peers have been seen to crash on TLVs, and 3.3 has no data_sm.
    """
    if raw[4:8] != DELIVER:
        return None
    message = decode_sm(raw)
    if len(message.payload) > TEXT_LIMIT:
        return None
    bare = raw[: message.tlvs_at]
    if message.payloads and not message.short_message:
        bare = rewrite_deliver(bare, message, message.payload, None)
    return with_length(bare)
