"""submit_sm, data_sm and submit_multi at the SMSC: judged, taken, put down, answered."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from edge.simulate.bodies import part_of
from edge.simulate.smsc.memory import Message
from edge.simulate.smsc.nonsense import ANSWERS
from smpp.codec import Pdu, build, parse
from smpp.consts import RESPONSE, CommandId, Status, Tag
from smpp.fast import ShortMessage, decode_data, decode_sm, respond_sm
from smpp.frame import Frame
from smpp.layout import Address as Destination
from smpp.layout import DistributionList, Unsuccessful, Value
from smpp.tlv import encode, find, find_unsigned
from smpp.udh import sar

if TYPE_CHECKING:
    from edge.simulate.smsc.peer import Peer


def submit_sm(peer: "Peer", frame: Frame, now: float) -> None:
    """3.4 section 4.4. Raises AnswerAndContinue for a body that cannot be read."""
    _single(peer, frame, decode_sm(frame.raw), now)


def data_sm(peer: "Peer", frame: Frame, now: float) -> None:
    """3.4 section 4.7. Raises AnswerAndContinue for a body that cannot be read."""
    _single(peer, frame, decode_data(frame.raw), now)


def _single(peer: "Peer", frame: Frame, short: ShortMessage, now: float) -> None:
    number, name = peer.centre.next_id()
    wait = peer.centre.behaviour.wait()
    message = _message(peer, frame, short, number, name, now + wait)
    status = judge(peer, message, now)
    if status is None:
        return
    if status:
        peer.answer(respond_sm(frame.command_id, status, frame.sequence, b""), wait, now)
        return
    if peer.centre.options.receipt_first:
        message.due = now
    peer.centre.accept(message)
    if peer.centre.options.receipt_first:
        peer.centre.start_receipt(message, now)
    octets = name.encode("latin-1")
    if peer.centre.behaviour.makes_no_sense():
        nonsense(peer, frame, octets, wait, now)
    else:
        raw = respond_sm(frame.command_id, 0, frame.sequence, octets)
        peer.answer(with_congestion(peer, raw), wait, now)
    if not peer.centre.options.receipt_first:
        peer.centre.start_receipt(message, now)


def _message(peer: "Peer", frame: Frame, short: ShortMessage, number: int, name: str, answered: float) -> Message:
    centre = peer.centre
    body = short.payload or short.short_message
    return Message(
        id=name,
        number=number,
        operation="submit_sm" if frame.command_id == CommandId.SUBMIT_SM else "data_sm",
        time=time.time(),
        system_id=peer.system_id,
        sequence=frame.sequence,
        sender=(short.source_ton, short.source_npi, short.source),
        recipient=(short.dest_ton, short.dest_npi, short.dest),
        service_type=short.service_type,
        esm_class=short.esm_class,
        protocol_id=short.protocol_id,
        data_coding=short.data_coding,
        registered_delivery=short.registered_delivery,
        body=body,
        part=part_of(body, short.esm_class, short.sar),
        state=centre.behaviour.final_state(),
        due=answered + centre.behaviour.within(centre.options.receipt_delay),
    )


def judge(peer: "Peer", message: Message, now: float) -> int | None:
    """The status for a message; None where it gets no answer on purpose. Cuts the link where that is due."""
    centre = peer.centre
    centre.counts.messages += 1
    if centre.behaviour.arrives():
        peer.cut(now)
    if centre.behaviour.silent:
        centre.counts.unanswered += 1
        centre.note(message, None)
        return None
    status = centre.behaviour.judge(peer.waiting, now)
    centre.counts.answers[status] += 1
    if status:
        centre.note(message, status)
    return status


def nonsense(peer: "Peer", frame: Frame, message_id: bytes, wait: float, now: float) -> None:
    """Answer with the next kind of nonsense."""
    counts = peer.centre.counts
    make = ANSWERS[counts.nonsense % len(ANSWERS)]
    counts.nonsense += 1
    peer.answer(make(frame.command_id, frame.sequence, message_id), wait, now)


def with_congestion(peer: "Peer", raw: bytes) -> bytes:
    """An answer to a 5.0 bind says how full its window is (congestion_state, 5.0 section 4.8.4.18)."""
    limit = peer.centre.options.window_full
    if peer.session.version < 0x50 or not limit:
        return raw
    state = encode(Tag.CONGESTION_STATE, bytes((min(99, 100 * peer.waiting // limit),)))
    return (len(raw) + len(state)).to_bytes(4) + raw[4:] + state


# -- submit_multi ----------------------------------------------------------------------------------


def submit_multi(peer: "Peer", frame: Frame, now: float) -> None:
    """3.4 section 4.5: one id; lists are not known, and each destination may fail by `error_rate`.

    Raises AnswerAndContinue for a body that cannot be read.
    """
    pdu = parse(frame.raw)
    centre = peer.centre
    number, name = centre.next_id()
    wait = centre.behaviour.wait()
    messages = _messages(peer, frame, pdu, number, name, now + wait)
    destinations = pdu.fields["destinations"]
    assert isinstance(destinations, tuple)
    status = judge(peer, messages[0], now) if messages else Status.ESME_RINVDLNAME
    if status is None:
        return
    if status:
        peer.answer(respond_sm(frame.command_id, status, frame.sequence, b""), wait, now)
        return
    failed = [*_unknown_lists(destinations), *_failures(peer, messages)]
    refused = {(item.ton, item.npi, item.address) for item in failed}
    taken = [message for message in messages if message.recipient not in refused]
    for message in taken:
        centre.accept(message)
    fields: dict[str, Value] = {"message_id": name.encode("latin-1"), "unsuccess_sme": tuple(failed)}
    peer.answer(build(frame.command_id | RESPONSE, 0, frame.sequence, fields), wait, now)
    for message in taken:
        centre.start_receipt(message, now)


def _messages(peer: "Peer", frame: Frame, pdu: Pdu, number: int, name: str, answered: float) -> list[Message]:
    """One message for each address among the destinations."""
    fields = pdu.fields
    centre = peer.centre

    def octet(field: str) -> int:
        value = fields[field]
        assert isinstance(value, int)
        return value

    def octets(field: str) -> bytes:
        value = fields[field]
        assert isinstance(value, bytes)
        return value

    body = find(pdu.tlvs, Tag.MESSAGE_PAYLOAD) or octets("short_message")
    esm_class = octet("esm_class")
    found = fields["destinations"]
    assert isinstance(found, tuple)
    addresses = dict.fromkeys((item.ton, item.npi, item.address) for item in found if isinstance(item, Destination))
    return [
        Message(
            id=name,
            number=number,
            operation="submit_multi",
            time=time.time(),
            system_id=peer.system_id,
            sequence=frame.sequence,
            sender=(octet("source_addr_ton"), octet("source_addr_npi"), octets("source_addr")),
            recipient=recipient,
            service_type=octets("service_type"),
            esm_class=esm_class,
            protocol_id=octet("protocol_id"),
            data_coding=octet("data_coding"),
            registered_delivery=octet("registered_delivery"),
            body=body,
            part=part_of(body, esm_class, _sar(pdu)),
            state=centre.behaviour.final_state(),
            due=answered + centre.behaviour.within(centre.options.receipt_delay),
        )
        for recipient in addresses
    ]


def _sar(pdu: Pdu) -> tuple[int, int, int] | None:
    """SAR TLVs. Raises AnswerAndContinue where they make no sense."""
    concat = sar(
        find_unsigned(pdu.tlvs, Tag.SAR_MSG_REF_NUM, 2),
        find_unsigned(pdu.tlvs, Tag.SAR_TOTAL_SEGMENTS, 1),
        find_unsigned(pdu.tlvs, Tag.SAR_SEGMENT_SEQNUM, 1),
    )
    return (concat.reference, concat.total, concat.part) if concat is not None else None


def _unknown_lists(destinations: Sequence[object]) -> list[Unsuccessful]:
    return [
        Unsuccessful(0, 0, item.name, Status.ESME_RINVDLNAME)
        for item in destinations
        if isinstance(item, DistributionList)
    ]


def _failures(peer: "Peer", messages: list[Message]) -> list[Unsuccessful]:
    """The first has been judged with the whole; the others fail on their own."""
    behaviour = peer.centre.behaviour
    status = peer.centre.options.error_status
    return [
        Unsuccessful(*message.recipient, behaviour.random.choice(status))
        for message in messages[1:]
        if behaviour.fails()
    ]
