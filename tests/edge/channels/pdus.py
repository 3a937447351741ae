"""PDUs as tests write them, and as a failing test prints them."""

from typing import Any

from smpp.codec import build, parse, request
from smpp.consts import RESPONSE, CommandId, command_name, status_name
from smpp.errors import AnswerAndContinue
from smpp.layout import Value
from smpp.tlv import Tlv

US = b"14165550100"  # a number of acme's
THEM = b"14165550301"  # a subscriber's

_ABRIDGED = ("submit_sm", "deliver_sm", "data_sm")


def submit(sequence: int, text: bytes = b"hi", *, tlvs: tuple[Tlv, ...] = (), **fields: Value) -> bytes:
    """A submit_sm from acme to a subscriber."""
    return _message(CommandId.SUBMIT_SM, sequence, US, THEM, {"short_message": text, **fields}, tlvs)


def data(sequence: int, text: bytes = b"hi", *, tlvs: tuple[Tlv, ...] = (), **fields: Value) -> bytes:
    """A data_sm from acme to a subscriber, its text in message_payload."""
    return _message(CommandId.DATA_SM, sequence, US, THEM, dict(fields), ((0x0424, text), *tlvs))


def deliver(sequence: int, text: bytes = b"hello", *, tlvs: tuple[Tlv, ...] = (), **fields: Value) -> bytes:
    """A deliver_sm from a subscriber to acme."""
    return _message(CommandId.DELIVER_SM, sequence, THEM, US, {"short_message": text, **fields}, tlvs)


def receipt(sequence: int, message_id: str, stat: str = "DELIVRD", **options: Any) -> bytes:
    """A deliver_sm with a receipt for acme in the form of appendix B."""
    text = f"id:{message_id} sub:001 dlvrd:001 submit date:2401011200 done date:2401011201 stat:{stat} err:000 text:hi"
    return deliver(sequence, text.encode(), esm_class=0x04, **options)


def _message(
    command: CommandId, sequence: int, source: bytes, to: bytes, fields: dict[str, Value], tlvs: tuple[Tlv, ...]
) -> bytes:
    addresses: dict[str, Value] = {
        "source_addr_ton": 1,
        "source_addr_npi": 1,
        "source_addr": source,
        "dest_addr_ton": 1,
        "dest_addr_npi": 1,
        "destination_addr": to,
    }
    return build(command, 0, sequence, addresses | fields, tlvs)


def resp(command: int, sequence: int, status: int = 0, *, tlvs: tuple[Tlv, ...] = (), **fields: Value) -> bytes:
    """A response; `command` is the request's. With an error status and no fields it is a header."""
    return build(command | RESPONSE, status, sequence, fields, tlvs)


def accepted(sequence: int, message_id: bytes) -> bytes:
    """A submit_sm_resp that says ROK."""
    return resp(CommandId.SUBMIT_SM, sequence, message_id=message_id)


def refused(sequence: int, status: int) -> bytes:
    """A submit_sm_resp that says no."""
    return resp(CommandId.SUBMIT_SM, sequence, status)


def nack(sequence: int, status: int) -> bytes:
    """A generic_nack."""
    return build(CommandId.GENERIC_NACK, status, sequence)


def bind(
    sequence: int = 1,
    command: int = CommandId.BIND_TRANSCEIVER,
    *,
    system_id: bytes = b"acme",
    password: bytes = b"secret",
    version: int = 0x34,
    **fields: Any,
) -> bytes:
    """A bind request."""
    return request(command, sequence, system_id=system_id, password=password, interface_version=version, **fields)


def shown(raw: bytes) -> str:
    """A PDU for a person: the fields that are set, texts included (these are tests)."""
    try:
        pdu = parse(raw)
    except AnswerAndContinue as error:
        return f"{raw.hex()} ({error})"
    fields = " ".join(f"{name}={value!r}" for name, value in pdu.fields.items() if value)
    tlvs = " ".join(f"{tag:#06x}={value!r}" for tag, value in pdu.tlvs)
    status = f" {status_name(pdu.status)}" if pdu.command_id & RESPONSE else ""
    return f"{command_name(pdu.command_id)}#{pdu.sequence}{status} {fields} {tlvs}".rstrip()
