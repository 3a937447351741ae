"""What stands in a short_message or message_payload: its text, and which part it is. Never raises."""

from smpp import udh
from smpp.errors import AnswerAndContinue
from smpp.text import decode

UDHI = 0x40
"""esm_class: a user data header comes first."""

Part = tuple[int, int, int]
"""Reference, total, number."""


def body_text(body: bytes, esm_class: int, data_coding: int) -> str:
    """The text of a body; a header that does not hold together is read as text."""
    if not esm_class & UDHI:
        return decode(body, data_coding)
    try:
        header = udh.read(body)
    except AnswerAndContinue:
        return decode(body, data_coding)
    return decode(body[header.octets :], data_coding, "gsm", header.locking, header.single)


def part_of(body: bytes, esm_class: int, sar: Part | None) -> Part | None:
    """(reference, total, number) by the header or the SAR TLVs, None for a message in one piece."""
    if esm_class & UDHI:
        try:
            concat = udh.concat_of(body)
        except AnswerAndContinue:
            return None
        if concat is not None:
            return concat.reference, concat.total, concat.part
    return sar
