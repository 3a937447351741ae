"""What of an Asterisk's spool needs a person: messages in flight since a crash, records that cannot be read."""

import logging
from typing import TYPE_CHECKING

from ami.record import BadRecord, parse_record
from edge.app.operations.asking import Answer, text_of
from edge.channels.asterisk.intake import dialled, from_user
from edge.channels.asterisk.item import spooled_at
from edge.console.control import CommandError

if TYPE_CHECKING:
    from edge.app.edge import Edge
    from edge.channels.asterisk.gateway import Gateway

LOG = logging.getLogger("smsedge.operator")
TOGETHER = 500
ACTIONS = ("requeue", "forget", "discard")


class Spool:
    """The handler of the command `spool`, by `action`: list; requeue, forget (the doubtful); discard (unreadable)."""

    def __init__(self, edge: "Edge") -> None:
        self._edge = edge

    async def __call__(self, request: Answer) -> Answer:
        """Raises CommandError with a sentence for what cannot be done."""
        action = text_of(request, "action")
        if action == "list":
            return {"messages": [row for one in self._gateways(request) for row in _rows(one)]}
        if action not in ACTIONS:
            raise CommandError("list, requeue, forget or discard?")
        return await self._end(action, request)

    def _gateways(self, request: Answer) -> "list[Gateway]":
        service = self._edge.sip.service
        found = service.gateways if service is not None else {}
        name = text_of(request, "asterisk")
        if name and name not in found:
            raise CommandError(f"no asterisk is called {name[:40]!r}")
        return [one for key, one in found.items() if name in ("", key)]

    async def _end(self, action: str, request: Answer) -> Answer:
        ids = [str(one) for one in request.get("ids") or ()]
        by, reason = text_of(request, "by") or "?", text_of(request, "reason")
        if not ids or len(ids) > TOGETHER:
            raise CommandError(f"which messages? give at most {TOGETHER} ids")
        if not reason:
            raise CommandError("give a reason: it is logged")
        done, failed = [], {}
        for sid in ids:
            why = await self._one(action, sid, self._gateways(request))
            if why:
                failed[sid] = why
            else:
                done.append(sid)
        LOG.warning("spool: %s %s by %s: %s", action, ", ".join(done) or "nothing", by, reason)
        return {"action": action, "done": done, "failed": failed}

    async def _one(self, action: str, sid: str, gateways: "list[Gateway]") -> str:
        """Settle one; why not, or "" where it is done."""
        from edge.channels.asterisk.orders import Lost, NotDone

        for gateway in gateways:
            known = gateway.unreadable if action == "discard" else gateway.doubtful
            if sid not in known:
                continue
            try:
                said = await (
                    gateway.orders.discard(sid) if action == "discard" else gateway.orders.settle(sid, action)
                )
            except (NotDone, Lost) as error:
                return str(error)
            if said != "OK":
                return f"Asterisk says {said.lower() or 'nothing'}"
            known.pop(sid, None)
            return ""
        return "not among the doubtful" if action != "discard" else "not among the unreadable"


def _rows(gateway: "Gateway") -> list[Answer]:
    rows = []
    for sid, text in gateway.doubtful.items():
        row: Answer = {
            "asterisk": gateway.conf.name,
            "sid": sid,
            "at": spooled_at(sid),
            "what": "sent or not, nobody knows",
        }
        try:
            record = parse_record(text)
        except BadRecord as error:
            rows.append(row | {"endpoint": "", "from": "", "to": "", "why": str(error)})
            continue
        said = {"endpoint": record.endpoint, "from": from_user(record.sender), "to": dialled(record.destination)}
        rows.append(row | said | {"why": ""})
    for sid, why in gateway.unreadable.items():
        row = {"asterisk": gateway.conf.name, "sid": sid, "at": spooled_at(sid), "what": "cannot be read"}
        rows.append(row | {"endpoint": "", "from": "", "to": "", "why": why})
    return rows
