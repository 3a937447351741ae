"""submit_sm, deliver_sm, data_sm and their responses without the table: the PDUs that carry traffic.

Says exactly what `codec.parse` says, good and bad (tests/smpp/test_fast.py holds the two against each other);
the unrolled form is the fastest of those measured: an index per C-string that is not empty, no call per field.
"""

from struct import Struct

import msgspec

from smpp.codec import read_fields
from smpp.consts import HEADER, RESPONSE, CommandId, Status, Tag
from smpp.errors import AnswerAndContinue
from smpp.layout import LAYOUTS, Layout
from smpp.tlv import SIZES, rewrite, start, with_length

_HEADER = Struct(">IIII").pack
_MESSAGE = LAYOUTS[CommandId.SUBMIT_SM]
_DATA = LAYOUTS[CommandId.DATA_SM]

_SIZES = SIZES.get
_PAYLOAD = int(Tag.MESSAGE_PAYLOAD)
_RECEIPTED_ID = int(Tag.RECEIPTED_MESSAGE_ID)
_STATE = int(Tag.MESSAGE_STATE)
_SAR_REFERENCE = int(Tag.SAR_MSG_REF_NUM)
_SAR_TOTAL = int(Tag.SAR_TOTAL_SEGMENTS)
_SAR_NUMBER = int(Tag.SAR_SEGMENT_SEQNUM)
_READ = frozenset((_RECEIPTED_ID, _STATE, _SAR_REFERENCE, _SAR_TOTAL, _SAR_NUMBER))

MAX_MESSAGE_ID = 64
"""Octets of a message_id without its NUL (3.4 section 5.2.23)."""


class ShortMessage(msgspec.Struct, gc=False):
    """A submit_sm, deliver_sm or data_sm (3.4 sections 4.4.1, 4.6.1, 4.7.1); what data_sm lacks is 0 or empty.

    `text_at` is the offset of sm_length in the PDU (0: a data_sm, it has none), `tlvs_at` that of the first TLV.
    `payload` is the first message_payload, `payloads` are all of them: a policy reads every one.
    `sar` is (reference, total, number of this part) if all three TLVs are there.
    `trailing` counts octets behind the last whole TLV: sent by the peer, understood by nobody. `misfit` is the
    first tag whose value has not the size that the standard gives it (see `tlv.SIZES`), 0 if there is none.
    `receipted_id` is without its NUL. Integer TLVs are read at any length of 1-4 octets, else left out.
    """

    service_type: bytes
    source_ton: int
    source_npi: int
    source: bytes
    dest_ton: int
    dest_npi: int
    dest: bytes
    esm_class: int
    protocol_id: int
    priority: int
    schedule: bytes
    validity: bytes
    registered_delivery: int
    replace_if_present: int
    data_coding: int
    default_msg_id: int
    short_message: bytes
    tlvs_at: int
    text_at: int
    payload: bytes = b""
    payloads: tuple[bytes, ...] = ()
    sar: tuple[int, int, int] | None = None
    receipted_id: bytes = b""
    message_state: int | None = None
    trailing: int = 0
    misfit: int = 0

    def __repr__(self) -> str:
        """Without the text."""
        return (
            f"<ShortMessage {self.source!r} -> {self.dest!r} esm_class={self.esm_class:#04x}"
            f" data_coding={self.data_coding:#04x} text=[{len(self.short_message)}] payload=[{len(self.payload)}]>"
        )


def decode_sm(raw: bytes) -> ShortMessage:
    """A whole submit_sm or deliver_sm; header and command_id are not looked at. AnswerAndContinue as `codec.parse`."""
    try:
        service_end = raw.index(0, 16, 22) if raw[16] else 16
        source_at = service_end + 3
        source_end = raw.index(0, source_at, service_end + 24)
        dest_at = source_end + 3
        dest_end = raw.index(0, dest_at, source_end + 24)
        schedule_at = schedule_end = dest_end + 4
        if raw[schedule_at]:
            schedule_end = raw.index(0, schedule_at, dest_end + 21)
        validity_at = validity_end = schedule_end + 1
        if raw[validity_at]:
            validity_end = raw.index(0, validity_at, schedule_end + 18)
        text_at = validity_end + 5
        first = validity_end + 6
        behind = first + raw[text_at]
    except (IndexError, ValueError):
        raise _fault(_MESSAGE, raw) from None
    size = len(raw)
    if behind > size:
        raise _fault(_MESSAGE, raw)
    message = ShortMessage(
        raw[16:service_end],
        raw[service_end + 1],
        raw[service_end + 2],
        raw[source_at:source_end],
        raw[source_end + 1],
        raw[source_end + 2],
        raw[dest_at:dest_end],
        raw[dest_end + 1],
        raw[dest_end + 2],
        raw[dest_end + 3],
        raw[schedule_at:schedule_end],
        raw[validity_at:validity_end],
        raw[validity_end + 1],
        raw[validity_end + 2],
        raw[validity_end + 3],
        raw[validity_end + 4],
        raw[first:behind],
        behind,
        text_at,
    )
    if behind != size:
        _read_tlvs(message, raw, behind, size)
    return message


def decode_data(raw: bytes) -> ShortMessage:
    """A whole data_sm, as `decode_sm` reads the others. AnswerAndContinue as `codec.parse`."""
    try:
        service_end = raw.index(0, 16, 22) if raw[16] else 16
        source_at = service_end + 3
        source_end = raw.index(0, source_at, service_end + 68)
        dest_at = source_end + 3
        dest_end = raw.index(0, dest_at, source_end + 68)
        data_coding = raw[dest_end + 3]
    except (IndexError, ValueError):
        raise _fault(_DATA, raw) from None
    message = ShortMessage(
        raw[16:service_end],
        raw[service_end + 1],
        raw[service_end + 2],
        raw[source_at:source_end],
        raw[source_end + 1],
        raw[source_end + 2],
        raw[dest_at:dest_end],
        raw[dest_end + 1],
        0,
        0,
        b"",
        b"",
        raw[dest_end + 2],
        0,
        data_coding,
        0,
        b"",
        dest_end + 4,
        0,
    )
    if dest_end + 4 != len(raw):
        _read_tlvs(message, raw, dest_end + 4, len(raw))
    return message


def _fault(layout: Layout, raw: bytes) -> AnswerAndContinue:
    """What the table finds wrong with a body that the unrolled form could not read."""
    try:
        read_fields(layout, raw, {})
    except AnswerAndContinue as fault:
        return fault
    return AnswerAndContinue(Status.ESME_RSYSERR, "the body reads by the table only")


def _read_tlvs(message: ShortMessage, raw: bytes, at: int, size: int) -> None:
    """Sets what `message` has of TLVs. `at` moves past one surplus NUL where `tlv.start` says so."""
    payloads: list[bytes] = []
    found: dict[int, bytes] = {}
    while at + 4 <= size:
        tag = raw[at] << 8 | raw[at + 1]
        behind = at + 4 + (raw[at + 2] << 8 | raw[at + 3])
        if behind > size:
            break
        sizes = _SIZES(tag)
        if sizes is not None and behind - at - 4 not in sizes:
            message.misfit = message.misfit or tag
        if tag == _PAYLOAD:
            payloads.append(raw[at + 4 : behind])
        elif tag in _READ and tag not in found:
            found[tag] = raw[at + 4 : behind]
        at = behind
    if at != size:
        begin = start(raw, message.tlvs_at, size) if message.text_at else message.tlvs_at
        if begin != message.tlvs_at:
            message.tlvs_at = begin
            message.misfit = 0
            _read_tlvs(message, raw, begin, size)  # once: the rest is whole from there
            return
        message.trailing = size - at
    if payloads:
        message.payload = payloads[0]
        message.payloads = tuple(payloads)
    if found:
        _set_found(message, found)


def unambiguous(raw: bytes, message: ShortMessage) -> bytes:
    """`raw` without what two readers may read differently: a surplus NUL before the TLVs, octets behind the last.

    `message` is `raw` decoded. Everything else stays as it came; most PDUs are returned as they are.
    """
    text_end = message.text_at + 1 + len(message.short_message) if message.text_at else message.tlvs_at
    if not message.trailing and text_end == message.tlvs_at:
        return raw
    return with_length(raw[:text_end] + raw[message.tlvs_at : len(raw) - message.trailing])


def _set_found(message: ShortMessage, found: dict[int, bytes]) -> None:
    if _RECEIPTED_ID in found:
        message.receipted_id = found[_RECEIPTED_ID].partition(b"\0")[0]
    if _STATE in found:
        message.message_state = _integer(found[_STATE])
    if _SAR_REFERENCE in found and _SAR_TOTAL in found and _SAR_NUMBER in found:
        reference = _integer(found[_SAR_REFERENCE])
        total = _integer(found[_SAR_TOTAL])
        number = _integer(found[_SAR_NUMBER])
        if reference is not None and total is not None and number is not None:
            message.sar = (reference, total, number)


def _integer(value: bytes) -> int | None:
    return int.from_bytes(value, "big") if 1 <= len(value) <= 4 else None


def respond_sm(command_id: int, status: int, sequence: int, message_id: bytes) -> bytes:
    """submit_sm_resp, deliver_sm_resp or data_sm_resp; `command_id` is the request's or the response's.

    With an error status it is a header alone (3.4 section 4.4.2). `message_id` is without NUL; ValueError over 64.
    """
    if status:
        return _HEADER(HEADER, command_id | RESPONSE, status, sequence)
    if len(message_id) > MAX_MESSAGE_ID:
        raise ValueError(f"a message_id has at most {MAX_MESSAGE_ID} octets, not {len(message_id)}")
    return _HEADER(HEADER + 1 + len(message_id), command_id | RESPONSE, 0, sequence) + message_id + b"\0"


def read_message_id(raw: bytes) -> bytes:
    """The message_id of a submit_sm_resp or data_sm_resp: b"" without a body, all of an id without its NUL.

    Never an error: what the carrier acknowledged stays acknowledged. May be longer than 64 octets.
    """
    end = raw.find(0, HEADER)
    return raw[HEADER:end] if end >= 0 else raw[HEADER:]


def rewrite_deliver(
    raw: bytes,
    message: ShortMessage,
    short_message: bytes,
    receipted_id: bytes | None,
    payload: bytes | None = None,
) -> bytes:
    """A deliver_sm or data_sm with another short_message, all else as it stood, command_length set anew.

    `message` is `raw` decoded. `receipted_id` (without NUL) and `payload` replace receipted_message_id and
    message_payload where the PDU has them, None leaves them. ValueError: short_message over 255 octets, or any
    in a data_sm; a payload over 65,535.
    """
    text_at = message.text_at
    changed = raw
    if text_at:
        if len(short_message) > 0xFF:
            raise ValueError(f"short_message holds 255 octets, not {len(short_message)}")
        behind = text_at + 1 + raw[text_at]
        changed = b"%b%c%b%b" % (raw[:text_at], len(short_message), short_message, raw[behind:])
    elif short_message:
        raise ValueError("data_sm has no short_message")
    tlvs_at = message.tlvs_at + len(changed) - len(raw)
    if tlvs_at < len(changed):
        if receipted_id is not None:
            changed = rewrite(changed, tlvs_at, _RECEIPTED_ID, receipted_id + b"\0")
        if payload is not None:
            changed = rewrite(changed, tlvs_at, _PAYLOAD, payload)
    return with_length(changed)
