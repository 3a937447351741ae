"""A SIP message as submit_sm: written for its carrier, and its answers awaited."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from edge.channels.carriers.pool import Offer
from edge.channels.carriers.routing import Router
from edge.channels.transit import Ending, Transit
from edge.core.carrier import Carrier
from edge.core.decision import Decision
from edge.core.submission import Party, PartyKind, Submission
from smpp.codec import build
from smpp.consts import RESPONSE, CommandId, Status
from smpp.fast import read_message_id
from smpp.frame import Frame
from smpp.layout import Value
from smpp.text import encode

WAITING = 1000  # messages of one account that may wait for a carrier's window
UDHI = 0x40
TON_INTERNATIONAL, TON_ALPHANUMERIC = 1, 5
NPI_E164 = 1
AGAIN = frozenset({Status.ESME_RTHROTTLED, Status.ESME_RMSGQFUL})
"""Answers that say "not now"."""


class Sent(NamedTuple):
    """What became of one PDU. `known` is False where nobody knows; `later`: it was not sent, and may be again."""

    status: int
    id: str = ""
    known: bool = True
    later: bool = False
    words: str = ""


def pdus(submission: Submission, carrier: Carrier, reference: int) -> list[bytes]:
    """The message as submit_sm, in as many parts as it needs. Receipts are not asked for: SIP has nobody to tell."""
    coding, parts, udhi = encode(submission.body.text, reference & 0xFF, default=carrier.alphabet)
    fields: dict[str, Value] = {
        **_address("source", submission.source),
        **_address("dest", submission.destination),
        "esm_class": UDHI if udhi else 0,
        "data_coding": coding,
    }
    return [build(CommandId.SUBMIT_SM, 0, 0, {**fields, "short_message": part}) for part in parts]


def _address(side: str, party: Party) -> dict[str, Value]:
    if party.number:
        ton, npi, digits = TON_INTERNATIONAL, NPI_E164, str(party.number)
    elif party.kind is PartyKind.ALPHANUMERIC:
        ton, npi, digits = TON_ALPHANUMERIC, 0, party.text
    else:
        ton, npi, digits = 0, NPI_E164, str(party.key)
    name = "source_addr" if side == "source" else "destination_addr"
    return {f"{side}_addr_ton": ton, f"{side}_addr_npi": npi, name: digits.encode("latin-1", "replace")}


class Courier:
    """The `Sender` of what came by SIP."""

    def __init__(self, router: Router) -> None:
        self._router = router

    async def carry(
        self, raws: Sequence[bytes], submission: Submission, decision: Decision, name: str, now: float
    ) -> Sent:
        """Send all parts to one carrier, each once the one before it is answered; the first that fails ends it.

        Of what went out in part, nobody knows what the recipient sees: not `known`.
        """
        first = ""
        for turn, raw in enumerate(raws):
            sent = await self._send(raw, submission, decision, name, now)
            if sent.status:
                return sent if not turn else sent._replace(known=False, later=False)
            first = first or sent.id
        return Sent(0, first)

    def _send(
        self, raw: bytes, submission: Submission, decision: Decision, name: str, now: float
    ) -> "asyncio.Future[Sent]":
        told: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        command = int(CommandId.SUBMIT_SM)
        transit = Transit(raw, self, decision, submission, decision.account, command, 0, WAITING, now, context=told)
        transit.pinned, transit.recorded = name, True
        offer = self._router.offer(submission, transit, now)
        if offer is not Offer.TAKEN:
            words = "its window is full" if offer is Offer.FULL else "it is not bound"
            told.set_result(Sent(int(Status.ESME_RMSGQFUL), later=True, words=words))
        return told

    def answered(self, transit: Transit, frame: Frame, now: float) -> None:
        """The carrier answered."""
        status = frame.status
        if not status and frame.command_id != transit.command_id | RESPONSE:
            status = int(Status.ESME_RSYSERR)
        if status:
            _tell(transit, Sent(status, later=status in AGAIN, words=f"it answered {status:#x}"))
            return
        theirs = read_message_id(frame.raw)
        _tell(transit, Sent(0, transit.publish(theirs.decode("latin-1")) if transit.publish and theirs else ""))

    def unanswered(self, transit: Transit, ending: Ending, now: float) -> None:
        """Never sent, or nobody knows."""
        known = ending is not Ending.UNKNOWN
        words = f"not sent: {ending.value}" if known else "it did not answer"
        _tell(transit, Sent(int(Status.ESME_RSYSERR), known=known, later=known, words=words))


def _tell(transit: Transit, sent: Sent) -> None:
    told = transit.context
    assert isinstance(told, asyncio.Future)
    if not told.done():
        told.set_result(sent)
