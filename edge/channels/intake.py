"""From a PDU with a message in it to a `Submission`: texts, parts and addresses are read here, once."""

from collections.abc import Iterable

from msgspec.structs import replace

from edge.core.account import Account
from edge.core.desk import Desk
from edge.core.submission import Body, Channel, Direction, Operation, Submission
from smpp.consts import Status
from smpp.errors import AnswerAndContinue
from smpp.fast import ShortMessage
from smpp.text import decode, is_ucs2, message_class, other_reading
from smpp.tlv import Tlv, misfit
from smpp.udh import Concat, read, sar

UDHI = 0x40  # esm_class bit 6: a user data header begins the message (3.4 section 5.2.12)
MESSAGE_TYPE = 0x3C  # esm_class bits 2-5: not a plain message; never from a customer (policy.md B.1)
CARRIER_HOME = 1  # carriers write international numbers; a national one is read as NANP
RECEIPT_ASKED = 0x03  # registered_delivery bits 0-1 (3.4 section 5.2.17)


def octets_of(message: ShortMessage) -> bytes:
    """The user data, wherever it stands. Raises AnswerAndContinue (0xC1) where it stands in both places.

    3.4 section 5.3.2.32: with message_payload, sm_length must be 0. A message_payload given twice is read
    as one text: a peer may show either, so both are judged.
    """
    if not message.payloads:
        return message.short_message
    if message.short_message:
        raise AnswerAndContinue(Status.ESME_ROPTPARNOTALLWD, "message_payload beside a short_message")
    return message.payload if len(message.payloads) == 1 else b"".join(message.payloads)


def body_of(message: ShortMessage, alphabet: str) -> Body:
    """Read the text. Raises AnswerAndContinue for a broken header or an impossible part number."""
    octets = octets_of(message)
    coding = message.data_coding
    if not message.esm_class & UDHI:
        text = decode(octets, coding, alphabet)
        other = other_reading(octets, coding, text, alphabet)
        if message.sar is None:
            return Body(text, octets, coding, other)
        return _part(sar(*message.sar), text, octets, coding, other, octets)
    header = read(octets)
    said = octets[header.octets :]
    text = decode(said, coding, alphabet, header.locking, header.single, header.fill)
    other = other_reading(said, coding, text, alphabet, header.fill)
    body = _part(header.concat or (sar(*message.sar) if message.sar else None), text, octets, coding, other, said)
    if header.concat is None or len(header.elements) > 1:
        port = header.ports[0] if header.ports else -1
        body = replace(body, elements=tuple(identifier for identifier, _ in header.elements), port=port)
    return body


def _part(concat: Concat | None, text: str, octets: bytes, coding: int, other: str, said: bytes) -> Body:
    if concat is None or concat.total == 1:
        return Body(text, octets, coding, other)
    # References of 8 and of 16 bits are apart: bit 16 tells them.
    reference = concat.reference | (concat.width == 16) << 16
    raw = said if "\ufffd" in text and is_ucs2(coding) else b""
    return Body(text, octets, coding, other, reference, concat.part, concat.total, raw=raw)


def check_sizes(tlvs: Iterable[Tlv]) -> None:
    """Raises AnswerAndContinue (0xC2) for a TLV that some readers would read with what is behind it (`tlv.SIZES`)."""
    for tag, value in tlvs:
        if misfit(tag, len(value)):
            raise _misfit(tag)


def _misfit(tag: int) -> AnswerAndContinue:
    return AnswerAndContinue(Status.ESME_RINVPARLEN, f"TLV {tag:#06x} has not the size that the standard gives it")


def outbound(desk: Desk, account: Account, end_user: str, message: ShortMessage) -> Submission:
    """What a customer submitted (submit_sm, data_sm). Raises AnswerAndContinue for what cannot be read."""
    if message.esm_class & MESSAGE_TYPE:
        raise AnswerAndContinue(Status.ESME_RINVESMCLASS, "esm_class says that this is a receipt or an acknowledgement")
    if message.misfit:
        raise _misfit(message.misfit)
    home = account.home
    party = desk.party
    return Submission(
        Channel.SMPP,
        Direction.MT,
        Operation.SUBMIT,
        account,
        account.name,
        end_user,
        party(message.source.decode("latin-1"), message.source_ton, message.source_npi, home),
        party(message.dest.decode("latin-1"), message.dest_ton, message.dest_npi, home),
        body_of(message, account.alphabet),
        1,
        message.protocol_id,
        message_class(message.data_coding) if message.data_coding else None,
        message.registered_delivery & RECEIPT_ASKED != 0,
    )


def inbound(desk: Desk, owner: Account, carrier: str, alphabet: str, message: ShortMessage) -> Submission:
    """A subscriber's message to `owner` by way of a carrier. Raises AnswerAndContinue for what cannot be read."""
    octets_of(message)  # refuses a text in two places, as for customers
    party = desk.party
    return Submission(
        Channel.SMPP,
        Direction.MO,
        Operation.SUBMIT,
        owner,
        carrier,
        "",
        party(message.source.decode("latin-1"), message.source_ton, message.source_npi, CARRIER_HOME),
        party(message.dest.decode("latin-1"), message.dest_ton, message.dest_npi, CARRIER_HOME),
        body_of(message, alphabet),
        1,
        message.protocol_id,
    )
