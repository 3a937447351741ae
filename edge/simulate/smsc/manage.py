"""query_sm, cancel_sm and replace_sm at the SMSC, from the messages it remembers."""

import time
from typing import TYPE_CHECKING

from edge.simulate.bodies import UDHI
from edge.simulate.smsc.memory import Message
from smpp.codec import build, parse
from smpp.consts import RESPONSE, Status, Tag
from smpp.frame import Frame
from smpp.layout import Value
from smpp.receipt import DELETED, ENROUTE
from smpp.tlv import find

if TYPE_CHECKING:
    from edge.simulate.smsc.peer import Peer


def query_sm(peer: "Peer", frame: Frame, now: float) -> None:
    """3.4 section 4.8: the state, and when it was reached. 0x0C for an id that is not known."""
    fields = parse(frame.raw).fields
    found = peer.centre.memory.find(_text(fields, "message_id"), _octets(fields, "source_addr"))
    if not found:
        peer.session.refuse(frame, Status.ESME_RINVMSGID)
        return
    message = found[0]
    state = message.state_at(now)
    answer: dict[str, Value] = {"message_id": message.id.encode("latin-1"), "message_state": state}
    if state != ENROUTE:
        answer["final_date"] = _absolute(time.time() - (now - message.due))
    peer.answer(build(frame.command_id | RESPONSE, 0, frame.sequence, answer), 0.0, now)


def cancel_sm(peer: "Peer", frame: Frame, now: float) -> None:
    """3.4 section 4.9: by id, or all of a pair of addresses. 0x0C unknown, 0x11 too late."""
    fields = parse(frame.raw).fields
    memory = peer.centre.memory
    message_id = _text(fields, "message_id")
    source = _octets(fields, "source_addr")
    if message_id:
        found = memory.find(message_id, source)
    else:
        found = memory.between(source, _octets(fields, "destination_addr"), _octets(fields, "service_type"))
    open_ones = [message for message in found if message.state_at(now) == ENROUTE]
    if not open_ones:
        peer.session.refuse(frame, Status.ESME_RCANCELFAIL if found else Status.ESME_RINVMSGID)
        return
    for message in open_ones:
        message.state = DELETED
        message.due = now
    peer.answer(build(frame.command_id | RESPONSE, 0, frame.sequence), 0.0, now)
    for message in open_ones:
        peer.centre.start_receipt(message, now)


def replace_sm(peer: "Peer", frame: Frame, now: float) -> None:
    """3.4 section 4.10: another text while it is under way. 0x0C unknown, 0x13 too late."""
    pdu = parse(frame.raw)
    fields = pdu.fields
    found = peer.centre.memory.find(_text(fields, "message_id"), _octets(fields, "source_addr"))
    open_ones = [message for message in found if message.state_at(now) == ENROUTE]
    if not open_ones:
        peer.session.refuse(frame, Status.ESME_RREPLACEFAIL if found else Status.ESME_RINVMSGID)
        return
    body = find(pdu.tlvs, Tag.MESSAGE_PAYLOAD) or _octets(fields, "short_message")
    for message in open_ones:
        _replace(message, body, frame)
        peer.centre.note(message, 0)
    peer.answer(build(frame.command_id | RESPONSE, 0, frame.sequence), 0.0, now)


def _replace(message: Message, body: bytes, frame: Frame) -> None:
    """The new text; data_coding stays, since replace_sm has none of its own."""
    message.operation = "replace_sm"
    message.body = body
    message.esm_class &= ~UDHI
    message.part = None
    message.sequence = frame.sequence
    message.time = time.time()


def _octets(fields: dict[str, Value], name: str) -> bytes:
    value = fields[name]
    assert isinstance(value, bytes)
    return value


def _text(fields: dict[str, Value], name: str) -> str:
    return _octets(fields, name).decode("latin-1")


def _absolute(when: float) -> bytes:
    """3.4 section 7.1.1: YYMMDDhhmmsstnnp, here in UTC."""
    return time.strftime("%y%m%d%H%M%S000+", time.gmtime(when)).encode("ascii")
