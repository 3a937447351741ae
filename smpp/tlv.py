"""Optional parameters (3.4 section 5.3): walked, read, written, and one of them replaced in place.

Keeps order, duplicates and unknown tags. A last TLV that runs past the end is ignored, never an error: peers send
such, and the message before it is whole.
"""

from collections.abc import Iterable, Iterator, Mapping

from smpp.consts import HEADER, Status, Tag
from smpp.errors import AnswerAndContinue

Tlv = tuple[int, bytes]
"""A tag and its value."""

MAX_VALUE = 0xFFFF

# Octets that the standard gives a parameter of one size (3.4 section 5.3.2). Some readers (tshark, smpplib) take
# that many whatever the length says, so in another length the octets behind mean one thing to them and another to
# us: a text can hide there. 5.0 lets two of them have another size too.
SIZES: Mapping[int, tuple[int, ...]] = {
    Tag.DEST_ADDR_SUBUNIT: (1,),
    Tag.DEST_NETWORK_TYPE: (1,),
    Tag.DEST_BEARER_TYPE: (1,),
    Tag.DEST_TELEMATICS_ID: (2,),
    Tag.SOURCE_ADDR_SUBUNIT: (1,),
    Tag.SOURCE_NETWORK_TYPE: (1,),
    Tag.SOURCE_BEARER_TYPE: (1,),
    Tag.SOURCE_TELEMATICS_ID: (1,),
    Tag.QOS_TIME_TO_LIVE: (4,),
    Tag.PAYLOAD_TYPE: (1,),
    Tag.MS_MSG_WAIT_FACILITIES: (1,),
    Tag.PRIVACY_INDICATOR: (1,),
    Tag.USER_MESSAGE_REFERENCE: (2,),
    Tag.USER_RESPONSE_CODE: (1,),
    Tag.SOURCE_PORT: (2,),
    Tag.DESTINATION_PORT: (2,),
    Tag.SAR_MSG_REF_NUM: (2,),
    Tag.LANGUAGE_INDICATOR: (1,),
    Tag.SAR_TOTAL_SEGMENTS: (1,),
    Tag.SAR_SEGMENT_SEQNUM: (1,),
    Tag.SC_INTERFACE_VERSION: (1,),
    Tag.CALLBACK_NUM_PRES_IND: (1,),
    Tag.NUMBER_OF_MESSAGES: (1,),
    Tag.DPF_RESULT: (1,),
    Tag.SET_DPF: (1,),
    Tag.MS_AVAILABILITY_STATUS: (1,),
    Tag.NETWORK_ERROR_CODE: (3,),
    Tag.DELIVERY_FAILURE_REASON: (1,),
    Tag.MORE_MESSAGES_TO_SEND: (1,),
    Tag.MESSAGE_STATE: (1,),
    Tag.CONGESTION_STATE: (1,),
    Tag.USSD_SERVICE_OP: (1,),
    Tag.DISPLAY_TIME: (1,),
    Tag.SMS_SIGNAL: (2,),
    Tag.MS_VALIDITY: (1, 4),
    Tag.ALERT_ON_MESSAGE_DELIVERY: (0, 1),
    Tag.ITS_REPLY_TYPE: (1,),
    Tag.ITS_SESSION_INFO: (2,),
}


def misfit(tag: int, length: int) -> bool:
    """Whether the standard gives this parameter another size than `length` octets."""
    sizes = SIZES.get(tag)
    return sizes is not None and length not in sizes


def spans(raw: bytes, offset: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(tag, first octet of the value, octet behind it) of each whole TLV in raw[offset:end]."""
    end = min(end, len(raw))
    while offset + 4 <= end:
        value = offset + 4
        behind = value + (raw[offset + 2] << 8 | raw[offset + 3])
        if behind > end:
            return
        yield raw[offset] << 8 | raw[offset + 1], value, behind
        offset = behind


def iterate(raw: bytes, offset: int, end: int) -> Iterator[Tlv]:
    """(tag, value) of each whole TLV in raw[offset:end], in order."""
    for tag, value, behind in spans(raw, offset, end):
        yield tag, raw[value:behind]


def whole_until(raw: bytes, offset: int, end: int) -> int:
    """The octet behind the last whole TLV of raw[offset:end]: `end` unless something trails."""
    last = offset
    for _, _, behind in spans(raw, offset, end):
        last = behind
    return last


def start(raw: bytes, offset: int, end: int) -> int:
    """Where the TLVs behind a short_message begin: at `offset`, or one later if a NUL was sent behind the text.

    Tags below 0x100 begin with a NUL too, so it counts as surplus only where that alone makes the rest whole.
    """
    end = min(end, len(raw))
    if offset >= end or raw[offset] or whole_until(raw, offset, end) == end:
        return offset
    return offset + 1 if whole_until(raw, offset + 1, end) == end else offset


def find(tlvs: Iterable[Tlv], tag: int) -> bytes | None:
    """The value of the first `tag`, None without one."""
    return next((value for have, value in tlvs if have == tag), None)


def find_all(tlvs: Iterable[Tlv], tag: int) -> tuple[bytes, ...]:
    """The values of every `tag`, in order."""
    return tuple(value for have, value in tlvs if have == tag)


def encode(tag: int, value: bytes) -> bytes:
    """One TLV as it stands on the wire. ValueError: a tag or a length over 16 bits."""
    if not 0 <= tag <= 0xFFFF:
        raise ValueError(f"a tag is 0-0xFFFF, not {tag:#x}")
    if len(value) > MAX_VALUE:
        raise ValueError(f"TLV {tag:#06x} has {len(value)} octets, at most {MAX_VALUE} fit")
    return tag.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value


def encode_all(tlvs: Iterable[Tlv]) -> bytes:
    """TLVs in order. ValueError as `encode`."""
    return b"".join(encode(tag, value) for tag, value in tlvs)


def unsigned(tag: int, value: bytes, size: int) -> int:
    """The integer in `value`. AnswerAndContinue 0xC2 (ESME_RINVPARLEN) if it is not of `size` octets."""
    if len(value) != size:
        raise AnswerAndContinue(
            Status.ESME_RINVPARLEN, f"TLV {tag:#06x} has {len(value)} octets, its integer has {size}"
        )
    return int.from_bytes(value, "big")


def find_unsigned(tlvs: Iterable[Tlv], tag: int, size: int) -> int | None:
    """The integer of the first `tag`, None without one. AnswerAndContinue 0xC2 on a wrong length."""
    value = find(tlvs, tag)
    return None if value is None else unsigned(tag, value, size)


def find_octet(tlvs: Iterable[Tlv], tag: int) -> int | None:
    """`find_unsigned` of one octet."""
    return find_unsigned(tlvs, tag, 1)


def find_text(tlvs: Iterable[Tlv], tag: int) -> bytes | None:
    """The first `tag` as a C-octet string: up to its NUL, or whole if the peer left the NUL out."""
    value = find(tlvs, tag)
    return None if value is None else value.partition(b"\0")[0]


def rewrite(raw: bytes, offset: int, tag: int, value: bytes) -> bytes:
    """A PDU with the value of every `tag` replaced; all else stands as it was, also what trails.

    `raw` is a whole PDU, its TLVs start at `offset`; command_length is set anew. Without `tag` the PDU comes
    back unchanged. ValueError as `encode`.
    """
    pieces = []
    kept = 0
    replacement = encode(tag, value)
    for have, first, behind in spans(raw, offset, len(raw)):
        if have == tag:
            pieces += [raw[kept : first - 4], replacement]
            kept = behind
    if not pieces:
        return raw
    return with_length(b"".join([*pieces, raw[kept:]]))


def with_length(raw: bytes) -> bytes:
    """A PDU with its command_length set to the octets it has. ValueError: shorter than a header."""
    if len(raw) < HEADER:
        raise ValueError(f"a PDU has at least {HEADER} octets, not {len(raw)}")
    return len(raw).to_bytes(4, "big") + raw[4:]
