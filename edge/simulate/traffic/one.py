"""One message, and what its sender gets to see of it: the answer, then a receipt or a bounce-back."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from edge.simulate.esme.client import Binding
from edge.simulate.esme.compose import Extras, submit_pdus
from edge.simulate.esme.esme import Answer, Esme, Received, answered_id
from smpp.consts import Status, status_name

BOUNCE_WAIT = 1.0  # seconds; a bounce-back comes at once

# What an ESME's owner would like to know; the full list is the SMPP specification's.
MEANINGS: dict[int, str] = {
    Status.ESME_ROK: "accepted",
    Status.ESME_RINVSRCADR: "refused: the sender may not be used",
    Status.ESME_RINVSRCTON: "refused: the sender's type of number does not fit it",
    Status.ESME_RINVDSTADR: "refused: the recipient cannot be texted",
    Status.ESME_RX_R_APPN: "refused for good: the message breaks the policy",
    Status.ESME_RSERTYPDENIED: "refused for good: the content breaks the policy",
    Status.ESME_RPROHIBITED: "refused for good: blocked, suspended or opted out",
    Status.ESME_RTHROTTLED: "too fast: try again later",
    Status.ESME_RMSGQFUL: "no room now: try again later",
    Status.ESME_RSYSERR: "carrier down, or the outcome is unknown",
}


@dataclass(slots=True)
class Verdict:
    """The answer to each part, and what was delivered after it."""

    source: str
    destination: str
    answers: list[Answer]
    receipts: list[Received] = field(default_factory=list)
    texts: list[Received] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The first error, else ESME_ROK."""
        return next((answer.status for answer in self.answers if answer.status), 0)


async def send_one(binding: Binding, source: str, destination: str, text: str, receipt: bool, wait: float) -> Verdict:
    """Bind, submit, wait for the answer and for what follows it, unbind.

    ValueError: an address or a text that does not fit. OSError, TimeoutError, BindRefused: no bind, or no answer.
    """
    submit_pdus(source, destination, text, Extras())  # says what is wrong before anybody is called
    async with await Esme.connect(
        binding.host,
        binding.port,
        binding.system_id,
        binding.password,
        binding.kind,
        binding.tls,
        binding.version,
        system_type=binding.system_type,
        response_timeout=binding.response_timeout,
    ) as esme:
        pdus = submit_pdus(source, destination, text, Extras(receipt=receipt))
        frames = await asyncio.gather(*(esme.send_raw(pdu) for pdu in pdus))
        verdict = Verdict(source, destination, [Answer(frame.status, answered_id(frame)) for frame in frames])
        if binding.kind == "trx":
            await _wait(esme, verdict, receipt, wait)
    return verdict


async def _wait(esme: Esme, verdict: Verdict, receipt: bool, wait: float) -> None:
    """Receipts for what was accepted, or a bounce-back for what an emergency number refused."""
    ids = {answer.message_id for answer in verdict.answers if answer.message_id} if receipt else set()
    bounce = verdict.status == Status.ESME_RINVDSTADR
    if not ids and not bounce:
        return
    try:
        async with asyncio.timeout(wait if ids else min(wait, BOUNCE_WAIT)):
            while ids or bounce:
                received = await esme.deliveries.get()
                if received.receipt is None:
                    verdict.texts.append(received)
                    bounce = bounce and not _whole(verdict.texts)
                elif received.receipt.id in ids:
                    ids.discard(received.receipt.id)
                    verdict.receipts.append(received)
    except TimeoutError:
        return


def _whole(texts: list[Received]) -> bool:
    """Whether all parts of the last text are there."""
    part = texts[-1].part
    return part is None or sum(1 for text in texts if text.part and text.part[:2] == part[:2]) == part[1]


def whole_texts(texts: list[Received]) -> list[tuple[str, str]]:
    """(source, text) of each message, its parts put together in order."""
    found: dict[tuple[str, int, int], list[Received]] = {}
    for index, item in enumerate(texts):
        key = (item.source, *item.part[:2]) if item.part else (item.source, -1, index)
        found.setdefault(key, []).append(item)
    return [
        (key[0], "".join(item.text for item in sorted(parts, key=lambda item: item.part[2] if item.part else 0)))
        for key, parts in found.items()
    ]


def lines(verdict: Verdict, receipt: bool) -> str:
    """For people."""
    parts = len(verdict.answers)
    said = f"{verdict.source} -> {verdict.destination}" + (f", {parts} parts" if parts > 1 else "")
    rows = [("message", said)]
    for answer in verdict.answers:
        meaning = MEANINGS.get(answer.status, "")
        code = f"{status_name(answer.status)} (0x{answer.status:02X})" + (f": {meaning}" if meaning else "")
        rows.append(("verdict", code))
        if answer.message_id:
            rows.append(("message id", answer.message_id))
    rows += [("receipt", item.receipt.stat) for item in verdict.receipts if item.receipt is not None]
    if receipt and not verdict.receipts and not verdict.status:
        rows.append(("receipt", "none came in time"))
    rows += [("text from " + source, text) for source, text in whole_texts(verdict.texts)]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The same as values."""
    return {
        "source": verdict.source,
        "destination": verdict.destination,
        "status": status_name(verdict.status),
        "answers": [
            {"status": status_name(answer.status), "code": answer.status, "message_id": answer.message_id}
            for answer in verdict.answers
        ],
        "receipts": [
            {"message_id": item.receipt.id, "stat": item.receipt.stat}
            for item in verdict.receipts
            if item.receipt is not None
        ],
        "texts": [{"source": source, "text": text} for source, text in whole_texts(verdict.texts)],
    }
