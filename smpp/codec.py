"""Any PDU to values and back, by the table in `layout`.

Reads bodies only: the stream is cut by `frame`, and the three PDUs that carry traffic have `fast`.
What is wrong with a PDU becomes AnswerAndContinue with the status to answer; for a PDU that is itself a response
(or generic_nack) there is nobody to answer, the caller counts it.
"""

from collections.abc import Callable, Iterable, Mapping
from struct import Struct
from typing import Any

import msgspec

from smpp.consts import HEADER, RESPONSE, Status, command_name, status_name
from smpp.errors import AnswerAndContinue
from smpp.layout import (
    ADDRESS_SIZE,
    LAYOUTS,
    Address,
    CString,
    Destinations,
    DistributionList,
    Field,
    Layout,
    Octet,
    ShortMessage,
    Unsuccessful,
    Unsuccessfuls,
    Value,
)
from smpp.tlv import Tlv, encode_all, iterate, start

_HEADER = Struct(">IIII")
_SME_ADDRESS = 1
_DISTRIBUTION_LIST = 2
_SECRET = frozenset({"short_message", "password"})


class Pdu(msgspec.Struct, gc=False):
    """A PDU as values: mandatory fields by the specification's names, TLVs verbatim and in order.

    A response that came without a body has no fields. Prints without texts and passwords, TLVs by tag and length.
    """

    command_id: int
    status: int
    sequence: int
    fields: dict[str, Value]
    tlvs: tuple[Tlv, ...] = ()

    def __repr__(self) -> str:
        """Fit for a log: octet counts in place of what people wrote."""
        shown = "".join(f" {name}={_shown(name, value)}" for name, value in self.fields.items())
        tags = "".join(f" {tag:#06x}:{len(value)}" for tag, value in self.tlvs)
        return f"<{command_name(self.command_id)} {status_name(self.status)} #{self.sequence}{shown}{tags}>"

    __str__ = __repr__


def _shown(name: str, value: Value) -> str:
    return f"[{len(value)}]" if name in _SECRET and isinstance(value, bytes) else repr(value)


def parse(raw: bytes) -> Pdu:
    """A whole PDU, header included, as values; command_length is taken as read (`frame` did).

    AnswerAndContinue: 0x03 unknown command; 0x01 sm_length past the end; the field's own status where a C-string
    is too long or not ended (3.4 section 5.1.3); 0x02 a body that ends too early. A response with an error status
    never raises: it keeps the fields read before the fault.
    """
    if len(raw) < HEADER:
        raise AnswerAndContinue(Status.ESME_RINVCMDLEN, f"{len(raw)} octets are no header")
    _, command_id, status, sequence = _HEADER.unpack_from(raw)
    layout = LAYOUTS.get(command_id)
    if layout is None:
        raise AnswerAndContinue(Status.ESME_RINVCMDID, f"unknown command_id {command_id:#010x}")
    if command_id & RESPONSE and len(raw) == HEADER:
        return Pdu(command_id, status, sequence, {})
    fields: dict[str, Value] = {}
    try:
        behind = read_fields(layout, raw, fields)
    except AnswerAndContinue:
        if command_id & RESPONSE and status:
            return Pdu(command_id, status, sequence, fields)
        raise
    tlvs = tuple(iterate(raw, behind, len(raw))) if layout.tlvs else ()
    return Pdu(command_id, status, sequence, fields, tlvs)


def read_fields(layout: Layout, raw: bytes, fields: dict[str, Value]) -> int:
    """Fills `fields` from the body of `raw` and returns where its TLVs begin. AnswerAndContinue as `parse`."""
    at = HEADER
    for field in layout.fields:
        fields[field.name], at = _READERS[type(field)](field, raw, at)
    return at


def build(
    command_id: int,
    status: int,
    sequence: int,
    fields: Mapping[str, Value] | None = None,
    tlvs: Iterable[Tlv] = (),
) -> bytes:
    """A PDU as bytes, the inverse of `parse`. Fields left out are 0 or empty.

    A response with an error status and neither fields nor TLVs is a header alone (3.4 section 4.4.2).
    ValueError: a command, field or TLV there is not, or a value that does not fit its field.
    """
    layout = LAYOUTS.get(command_id)
    if layout is None:
        raise ValueError(f"no layout for command_id {command_id:#010x}")
    given = dict(fields or {})
    optional = encode_all(tlvs)
    if optional and not layout.tlvs:
        raise ValueError(f"{command_name(command_id)} takes no TLVs")
    body = b""
    if given or optional or not (command_id & RESPONSE and status):
        body = b"".join(_write(field, given) for field in layout.fields)
    if given:
        raise ValueError(f"{command_name(command_id)} has no field {', '.join(sorted(given))}")
    if not (0 <= status <= 0xFFFFFFFF and 0 <= sequence <= 0xFFFFFFFF):
        raise ValueError("command_status and sequence_number have 32 bits")
    return _HEADER.pack(HEADER + len(body) + len(optional), command_id, status, sequence) + body + optional


def request(command_id: int, sequence: int, *, tlvs: Iterable[Tlv] = (), **fields: Value) -> bytes:
    """`build` with status 0 and fields by keyword."""
    return build(command_id, 0, sequence, fields, tlvs)


def _octet(field: Octet, raw: bytes, at: int) -> tuple[int, int]:
    if at >= len(raw):
        raise AnswerAndContinue(Status.ESME_RINVCMDLEN, f"the body ends before {field.name}")
    return raw[at], at + 1


def _cstring(field: CString, raw: bytes, at: int) -> tuple[bytes, int]:
    if field.lenient:
        end = raw.find(0, at)
        return (raw[at:], len(raw)) if end < 0 else (raw[at:end], end + 1)
    if at >= len(raw):
        raise AnswerAndContinue(Status.ESME_RINVCMDLEN, f"the body ends before {field.name}")
    end = raw.find(0, at, at + field.size)
    if end < 0:
        raise AnswerAndContinue(field.status, f"{field.name} has no NUL within {field.size} octets")
    return raw[at:end], end + 1


def _short_message(field: ShortMessage, raw: bytes, at: int) -> tuple[bytes, int]:
    if at >= len(raw):
        raise AnswerAndContinue(Status.ESME_RINVCMDLEN, "the body ends before sm_length")
    end = at + 1 + raw[at]
    if end > len(raw):
        raise AnswerAndContinue(
            Status.ESME_RINVMSGLEN, f"sm_length says {raw[at]} octets, {len(raw) - at - 1} are there"
        )
    return raw[at + 1 : end], start(raw, end, len(raw))


_TON = Octet("dest_addr_ton")
_NPI = Octet("dest_addr_npi")
_COUNT = Octet("number_of_dests")
_FLAG = Octet("dest_flag")
_ADDRESS = CString("destination_addr", ADDRESS_SIZE, Status.ESME_RINVDSTADR)
_LIST_NAME = CString("dl_name", 21, Status.ESME_RINVDLNAME)


def _destinations(field: Destinations, raw: bytes, at: int) -> tuple[Value, int]:
    count, at = _octet(_COUNT, raw, at)
    if not count:
        raise AnswerAndContinue(Status.ESME_RINVNUMDESTS, "number_of_dests is 0")
    found: list[Address | DistributionList] = []
    for _ in range(count):
        flag, at = _octet(_FLAG, raw, at)
        if flag == _SME_ADDRESS:
            ton, npi, address, at = _address(raw, at)
            found.append(Address(ton, npi, address))
        elif flag == _DISTRIBUTION_LIST:
            name, at = _cstring(_LIST_NAME, raw, at)
            found.append(DistributionList(name))
        else:
            raise AnswerAndContinue(Status.ESME_RINVDESTFLAG, f"dest_flag is {flag}")
    return tuple(found), at


def _unsuccessfuls(field: Unsuccessfuls, raw: bytes, at: int) -> tuple[Value, int]:
    count, at = _octet(Octet("no_unsuccess"), raw, at)
    found: list[Unsuccessful] = []
    for _ in range(count):
        ton, npi, address, at = _address(raw, at)
        if at + 4 > len(raw):
            raise AnswerAndContinue(Status.ESME_RINVCMDLEN, "the body ends before error_status_code")
        found.append(Unsuccessful(ton, npi, address, int.from_bytes(raw[at : at + 4], "big")))
        at += 4
    return tuple(found), at


def _address(raw: bytes, at: int) -> tuple[int, int, bytes, int]:
    ton, at = _octet(_TON, raw, at)
    npi, at = _octet(_NPI, raw, at)
    address, at = _cstring(_ADDRESS, raw, at)
    return ton, npi, address, at


_READERS: Mapping[type[Any], Callable[[Any, bytes, int], tuple[Value, int]]] = {
    Octet: _octet,
    CString: _cstring,
    ShortMessage: _short_message,
    Destinations: _destinations,
    Unsuccessfuls: _unsuccessfuls,
}


def _write(field: Field, given: dict[str, Value]) -> bytes:
    writer, default = _WRITERS[type(field)]
    value = given.pop(field.name, default)
    if type(value) is not type(default):
        raise ValueError(f"{field.name} is {type(default).__name__}, not {type(value).__name__}")
    written: bytes = writer(field, value)
    return written


def _write_octet(field: Octet, value: int) -> bytes:
    if not 0 <= value <= 0xFF:
        raise ValueError(f"{field.name} is 0-255, not {value}")
    return bytes((value,))


def _write_cstring(field: CString, value: bytes) -> bytes:
    if len(value) >= field.size or 0 in value:
        raise ValueError(f"{field.name} holds {field.size - 1} octets without NUL")
    return value + b"\0"


def _write_short_message(field: ShortMessage, value: bytes) -> bytes:
    if len(value) > 0xFF:
        raise ValueError(f"{field.name} holds 255 octets, not {len(value)}; longer texts go into message_payload")
    return bytes((len(value),)) + value


def _write_destinations(field: Destinations, value: tuple[Address | DistributionList, ...]) -> bytes:
    if not 1 <= len(value) <= 0xFF:
        raise ValueError(f"{field.name} holds 1-255, not {len(value)}")
    return bytes((len(value),)) + b"".join(map(_write_destination, value))


def _write_destination(value: Address | DistributionList) -> bytes:
    if isinstance(value, DistributionList):
        return bytes((_DISTRIBUTION_LIST,)) + _write_cstring(_LIST_NAME, value.name)
    return bytes((_SME_ADDRESS,)) + _write_address(value.ton, value.npi, value.address)


def _write_address(ton: int, npi: int, address: bytes) -> bytes:
    return _write_octet(_TON, ton) + _write_octet(_NPI, npi) + _write_cstring(_ADDRESS, address)


def _write_unsuccessfuls(field: Unsuccessfuls, value: tuple[Unsuccessful, ...]) -> bytes:
    if len(value) > 0xFF:
        raise ValueError(f"{field.name} holds 255, not {len(value)}")
    return bytes((len(value),)) + b"".join(map(_write_unsuccessful, value))


def _write_unsuccessful(value: Unsuccessful) -> bytes:
    if not 0 <= value.status <= 0xFFFFFFFF:
        raise ValueError("error_status_code has 32 bits")
    return _write_address(value.ton, value.npi, value.address) + value.status.to_bytes(4, "big")


_WRITERS: Mapping[type[Any], tuple[Callable[[Any, Any], bytes], Value]] = {
    Octet: (_write_octet, 0),
    CString: (_write_cstring, b""),
    ShortMessage: (_write_short_message, b""),
    Destinations: (_write_destinations, ()),
    Unsuccessfuls: (_write_unsuccessfuls, ()),
}
