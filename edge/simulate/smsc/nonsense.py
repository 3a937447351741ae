"""Answers that make no sense, one kind after the other: what a peer must bear without losing its session's order.

Framing stays whole: a carrier that breaks it is cut off anyway.
"""

from collections.abc import Callable

from smpp.consts import RESPONSE, CommandId, Status
from smpp.session import HEADER

Answer = Callable[[int, int, bytes], bytes]
"""(command_id of the request, its sequence number, a message_id) -> one whole PDU."""


def _pdu(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    return HEADER.pack(16 + len(body), command, status, sequence) + body


def _wrong_type(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(CommandId.QUERY_SM_RESP, 0, sequence, message_id + b"\0")


def _unasked(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(command | RESPONSE, 0, sequence + 1_000_000 & 0xFFFFFFFF, message_id + b"\0")


def _no_end(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(command | RESPONSE, 0, sequence, message_id)


def _no_body(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(command | RESPONSE, 0, sequence)


def _long_id(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(command | RESPONSE, 0, sequence, message_id.rjust(200, b"x") + b"\0")


def _binary_id(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(command | RESPONSE, 0, sequence, b"\xff\xfe\x01" + message_id + b"\0")


def _error_with_body(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(command | RESPONSE, Status.ESME_RSYSERR, sequence, message_id + b"\0\x04\x24")


def _unknown_status(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(command | RESPONSE, 0x4FF, sequence)


def _broken_tlv(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(command | RESPONSE, 0, sequence, message_id + b"\0\x14\x00\xff\xff\x01")


def _nack(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(CommandId.GENERIC_NACK, Status.ESME_RINVCMDID, sequence)


def _unknown_command(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(0x80000ABC, 0, sequence, b"\x01\x02\x03")


def _unknown_request(command: int, sequence: int, message_id: bytes) -> bytes:
    return _pdu(0x00000ABC, 0, sequence, b"\x01\x02\x03")


ANSWERS: tuple[Answer, ...] = (
    _wrong_type,
    _unasked,
    _no_end,
    _no_body,
    _long_id,
    _binary_id,
    _error_with_body,
    _unknown_status,
    _broken_tlv,
    _nack,
    _unknown_command,
    _unknown_request,
)
