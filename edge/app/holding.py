"""What operators do with messages in quarantine: look, release, refuse. Looking at a text leaves a record."""

import asyncio
import logging
import re
from time import monotonic
from typing import Any

from edge.app.desk import Desk
from edge.channels.custody import Custody, CustodyError
from edge.console.control import CommandError
from edge.core.decision import Decision
from edge.core.quarantine import Held, HeldState

LOG = logging.getLogger("smsedge.operator")
Answer = dict[str, Any]
SHOWN = 1000  # messages of one list at most
PREVIEW = 60  # characters
TOGETHER = 500  # messages of one release or refusal


class Holding:
    """The handler of the command `quarantine`, by `action`."""

    def __init__(self, desk: Desk, custody: Custody) -> None:
        self._desk = desk
        self._custody = custody

    async def __call__(self, request: Answer) -> Answer:
        """`action` is list, show, release or refuse. Raises CommandError with a sentence for what cannot be done."""
        action = str(request.get("action") or "")
        if action == "list":
            return await self.list(request)
        if action == "show":
            return await self.show(request)
        if action in ("release", "refuse"):
            return await self.end(action, request)
        raise CommandError("list, show, release or refuse?")

    async def list(self, request: Answer) -> Answer:
        """Messages by account, rule and state (default: held), the latest first; texts masked."""
        word = str(request.get("state") or "held")
        states = {state.value: state for state in HeldState}
        if word not in (*states, "any"):
            raise CommandError(f"a state is one of {', '.join(states)}, any")
        limit = min(int(request.get("limit") or 50), SHOWN)
        found = await asyncio.to_thread(
            self._desk.ledger.quarantine.find,
            str(request.get("account") or ""),
            str(request.get("rule") or ""),
            states.get(word),
            limit,
        )
        return {"messages": [_row(held) for held in found], "held": self._desk.ledger.quarantine.size()}

    async def show(self, request: Answer) -> Answer:
        """One message. The text is masked, unless `reveal` is set and a reason given: that is kept in the audit."""
        held = await asyncio.to_thread(self._desk.ledger.quarantine.get, str(request.get("id") or ""))
        if held is None:
            raise CommandError(f"no message {request.get('id') or ''} is or was in quarantine")
        row = _row(held)
        row["detail"], row["resolved_at"], row["note"] = held.detail, held.resolved_at, held.note
        if request.get("reveal"):
            reason, by = str(request.get("reason") or ""), str(request.get("by") or "?")
            if not reason:
                raise CommandError("give a reason for reading the text: it is kept")
            if held.sealed:
                raise CommandError(f"message {held.id} cannot be read, only refused: {held.sealed}")
            self._record_look(held, by, reason)
            row["text"] = held.text
        return {"message": row}

    def _record_look(self, held: Held, by: str, reason: str) -> None:
        LOG.warning("quarantine: text of %s read by %s: %s", held.id, by, reason)
        desk = self._desk
        desk.record(
            Decision(
                desk.next_decision(),
                desk.unix_time(monotonic()),
                channel=held.channel,
                direction=held.direction,
                operation="reveal",
                account=held.account,
                source=held.source,
                destination=held.destination,
                detail=f"read by {by}: {reason}"[:300],
                conf=desk.conf.version,
                message_id=held.id,
            )
        )

    async def end(self, action: str, request: Answer) -> Answer:
        """Release or refuse messages, one after the other: what became of each is in `done` and `failed`."""
        ids = [str(one) for one in request.get("ids") or ()]
        by, reason = str(request.get("by") or "?"), str(request.get("reason") or "")
        if not ids:
            raise CommandError("which messages? give their ids")
        if len(ids) > TOGETHER:
            raise CommandError(f"at most {TOGETHER} at once")
        if not reason:
            raise CommandError("give a reason: it is kept with the message")
        done: dict[str, None] = {}
        failed: dict[str, str] = {}
        work = self._custody.release if action == "release" else self._custody.refuse
        for message_id in ids:
            if message_id in done:
                continue  # went with another part of its message
            try:
                done |= dict.fromkeys(await work(message_id, by, reason))
            except CustodyError as error:
                failed[message_id] = str(error)
        LOG.warning("quarantine: %s %s by %s: %s", action, ", ".join(done) or "nothing", by, reason)
        self._desk.state.forget_refusals()
        return {"action": action, "done": list(done), "failed": failed}


def _row(held: Held) -> Answer:
    return {
        "id": held.id,
        "decision": held.decision,
        "state": held.state.value,
        "at": held.at,
        "expires": held.expires,
        "channel": held.channel,
        "direction": held.direction,
        "account": held.account,
        "source": held.source,
        "destination": held.destination,
        "rule": held.rule,
        "clause": held.clause,
        "traffic": held.traffic,
        "part": f"{held.part}/{held.parts}",
        "receipt": held.receipt,
        "preview": masked(held.text),
        "resolved_by": held.resolved_by,
    }


def masked(text: str) -> str:
    """The beginning of a text for a list: digits and whatever follows an @ hidden, one line."""
    hidden = re.sub(r"(?<=@)\S+", "***", re.sub(r"\d", "*", text[: PREVIEW * 2]))
    line = " ".join(hidden.split())
    return line if len(line) <= PREVIEW and len(text) <= PREVIEW * 2 else line[:PREVIEW] + "..."
