"""What became of messages sent, for people and as values."""

from collections import Counter
from typing import Any

from edge.simulate.mmsc.book import Entry
from edge.simulate.mmsc.message import FORWARD

MEANINGS = {
    "Ok": "accepted",
    "Error-service-denied": "refused: the recipient wants none of it, or sender or recipient are blocked",
    "Error-content-not-accepted": "refused: the content breaks the policy",
    "Error-sending-address-unresolved": "refused: nobody to be reached there by MMS",
    "Error-message-format-corrupt": "refused: it cannot be read as it is meant to be",
    "Error-unsupported-message": "refused: no message that is known",
    "Error-network-problem": "not delivered: try again later",
}


def lines(entry: Entry) -> str:
    """One message, for people."""
    order, sent = entry.order, entry.sent
    rows = [("message", f"{order.sender} -> {', '.join(order.recipients)}"), ("message id", entry.id)]
    if sent is not None:
        said = f"{sent.code} {sent.text}" if sent.code else f"no reply: {sent.text}"
        rows.append(("relay", said))
        rows += [
            ("  " + recipient, str(code))
            for recipient, code in zip(order.recipients, sent.recipients, strict=False)
            if code != sent.code
        ]
    for status in entry.responses:
        rows.append(("response", status + (f": {MEANINGS[status]}" if status in MEANINGS else "")))
    rows += [(f"report of {who}", status) for who, statuses in entry.reports.items() for status in statuses]
    rows += [(f"read reply of {who}", status) for who, statuses in entry.read.items() for status in statuses]
    if not entry.complete:
        rows.append(("lacking", "not all that was asked for came in time"))
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows) + "\n"


def table(entries: list[Entry], seconds: float) -> str:
    """All of them, counted."""
    replies = Counter(f"relay: {entry.sent.code or 'no reply'}" for entry in entries if entry.sent is not None)
    responses = Counter(f"response: {status}" for entry in entries for status in entry.responses)
    reports = Counter(f"report: {each}" for entry in entries for many in entry.reports.values() for each in many)
    read = Counter(f"read reply: {each}" for entry in entries for many in entry.read.values() for each in many)
    rows = [("messages", len(entries)), *replies.items(), *responses.items(), *reports.items(), *read.items()]
    rate = len(entries) / seconds if seconds else 0.0
    counted = "\n".join(f"{name:<44} {count:>8,}" for name, count in rows)
    return f"{counted}\n{len(entries):,} in {seconds:.1f} s, {rate:,.0f} messages/s"


def as_json(entry: Entry) -> dict[str, Any]:
    """One message as values."""
    sent = entry.sent
    return {
        "type": FORWARD,
        "id": entry.id,
        "transaction": entry.transaction,
        "sha256": entry.sha256,
        "from": entry.order.sender,
        "to": entry.order.recipients,
        "reply": sent.code if sent is not None else None,
        "text": sent.text if sent is not None else "",
        "recipients": sent.recipients if sent is not None else (),
        "responses": entry.responses,
        "reports": entry.reports,
        "read": entry.read,
        "complete": entry.complete,
    }
