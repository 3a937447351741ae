"""Raw SMPP 3.4 PDUs as bytes, only those that the benchmark speaks. Knows no policy and no sockets.

Built once and sent as they are: a client must cost less than what it measures.
"""

import struct

BIND_TRANSCEIVER = 0x00000009
SUBMIT_SM = 0x00000004
DELIVER_SM = 0x00000005
UNBIND = 0x00000006
ENQUIRE_LINK = 0x00000015
RESPONSE = 0x80000000
SUBMIT_SM_RESP = SUBMIT_SM | RESPONSE
DELIVER_SM_RESP = DELIVER_SM | RESPONSE
UNBIND_RESP = UNBIND | RESPONSE
BIND_COMMANDS = frozenset((0x01, 0x02, 0x09))
REQUESTS_ANSWERED_EMPTY = frozenset((UNBIND, ENQUIRE_LINK))

HEADER = struct.Struct(">IIII")
HEADER_SIZE = HEADER.size
SEQUENCE_MAX = 0x7FFFFFFF
# A peer that announces more is broken: better a clear failure than a run that waits for ever.
PDU_MAX = 70_000


def pdu(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    """A whole PDU; `command_length` is counted here (SMPP 3.4 section 3.2)."""
    return HEADER.pack(HEADER_SIZE + len(body), command, status, sequence) + body


def bind_transceiver(system_id: str, password: str, sequence: int) -> bytes:
    """A bind_transceiver of interface version 3.4 (section 4.1.5)."""
    body = f"{system_id}\0{password}\0\0".encode("ascii") + bytes((0x34, 0, 0)) + b"\0"
    return pdu(BIND_TRANSCEIVER, 0, sequence, body)


def bind_resp(command: int, sequence: int, system_id: bytes) -> bytes:
    """The answer to a bind `command`, with sc_interface_version 3.4 (section 4.1.6)."""
    return pdu(command | RESPONSE, 0, sequence, system_id + b"\0" + bytes((0x02, 0x10, 0, 1, 0x34)))


def short_message(command: int, sequence: int, source: bytes, destination: bytes, text: bytes, **flags: int) -> bytes:
    """A submit_sm or deliver_sm with TON 1, NPI 1 on both sides, data_coding 0 (section 4.4.1).

    `flags` are `esm_class` and `registered_delivery`. Raises ValueError for a text over 254 octets.
    """
    if len(text) > 254:
        raise ValueError(f"short_message holds 254 octets, not {len(text)}")
    body = b"\0\1\1%b\0\1\1%b\0%c\0\0\0\0%c\0\0\0%c%b" % (
        source,
        destination,
        flags.get("esm_class", 0),
        flags.get("registered_delivery", 0),
        len(text),
        text,
    )
    return HEADER.pack(HEADER_SIZE + len(body), command, 0, sequence) + body


def wrapped(before: int, sequence: int) -> bool:
    """Did the peer's numbers start again between these two?"""
    return before - sequence > SEQUENCE_MAX // 2


def following(sequence: int) -> int:
    """The sequence number after `sequence`: 0x7FFFFFFF is followed by 1."""
    return 1 if sequence >= SEQUENCE_MAX else sequence + 1
