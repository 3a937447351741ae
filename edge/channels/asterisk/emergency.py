"""Texts to emergency numbers: the dialplan has answered them already, the edge puts them on record."""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from ami.record import BadRecord, parse_record
from edge.channels.asterisk.intake import call_id, dialled, from_user
from edge.channels.notices import Notices
from edge.core.clause import Clause
from edge.core.decision import Decision
from smpp.consts import Status

if TYPE_CHECKING:
    from edge.channels.asterisk.gateway import Gateway

NOTICES = Notices("smsedge.emergency")
RULE = "emergency-destination"


async def note_emergency(gateway: "Gateway", sid: str, number: str, text: str) -> None:
    """Record it durably, then let Asterisk forget it. What another edge recorded too is there twice, and never less."""
    service = gateway.service
    if sid in gateway.settled:
        return
    now = monotonic()
    gateway.remember(sid, now)
    decision = _decision(gateway, sid, number, text)
    NOTICES.say("emergency", decision.account or gateway.conf.name, f"text to {decision.destination}: bounced")
    service.desk.metrics.messages.add((decision.account, "mt", "bounce", RULE))
    on_disk: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def done(error: BaseException | None) -> None:
        if not on_disk.done():
            on_disk.set_result(None) if error is None else on_disk.set_exception(error)

    decision.latency = monotonic() - now
    service.desk.record_durably(decision, done)
    try:
        await on_disk
        await gateway.orders.seen(sid)
        service.outcomes.add((gateway.conf.name, "emergency"))
    except BaseException:
        gateway.settled.pop(sid, None)  # it is still with Asterisk: the next look brings it again
        raise


def _decision(gateway: "Gateway", sid: str, number: str, text: str) -> Decision:
    desk = gateway.service.desk
    decision = Decision(
        desk.next_decision(),
        desk.unix_time(monotonic()),
        channel="sip",
        session=f"{gateway.conf.name}/{sid}",
        verdict="bounce",
        rule=RULE,
        clause=Clause.EMERGENCY.value,
        detail=f"answered by Asterisk{f': call {number}' if number else ''}",
        conf=desk.conf.version,
        message_id=sid,
        status=int(Status.ESME_RINVDSTADR),
    )
    try:
        record = parse_record(text)
    except BadRecord:
        return decision
    found = gateway.service.owner(gateway.conf.name, record.endpoint)
    decision.account = found[0].name if found is not None else ""
    decision.end_user = record.endpoint
    decision.source, decision.destination = from_user(record.sender), dialled(record.destination)
    decision.length = len(record.body)
    decision.reference = call_id(record)
    return decision
