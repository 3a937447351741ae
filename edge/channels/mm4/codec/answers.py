"""What we say ourselves: the response to what we refuse, and the report on what was held and then refused.

Everything else passes: the far MMSC answers. A response never gets a response.
"""

from edge.channels.mm4.codec.address import Address, AddressKind
from edge.channels.mm4.codec.address import read as read_address
from edge.channels.mm4.codec.fields import ID_CAP, Kind, MMStatus, RequestStatus, StatusExtension, Version
from edge.channels.mm4.codec.pdu import DeliveryReport, Forward, Pdu, Response, build

VERSION: Version = (6, 10, 0)
"""What we say where the peer did not say its own (TS 23.140 V6.10.0)."""


def answered_at(request: Pdu) -> Address | None:
    """Where the peer wants its answers: X-Mms-Originator-System, else Sender; None where neither can be mailed to.

    The caller then takes the peer's configured system address.
    """
    for address in (request.originator_system, request.sender):
        if address is not None and address.domain and address.kind is not AddressKind.ODD:
            return address
    return None


def wants_answer(request: Pdu) -> bool:
    """Whether this is a request whose sender asked for a response."""
    return request.ack_request and request.kind is not request.kind.response


def respond(
    request: Pdu, status: RequestStatus, *, ours: str, to: str, now: float, id: str, text: str = ""
) -> tuple[Response, bytes]:
    """The .RES to a request: (values, octets of the message). Call it where `wants_answer` says so.

    `ours` and `to` are system addresses, `now` is Unix time, `id` makes our Message-ID. Transaction-ID and Message-ID
    come back octet for octet. Raises ValueError for a response to a response, or a value that breaks its line.
    """
    if request.kind is request.kind.response:
        raise ValueError("a response is not responded to")
    response = Response(
        kind=request.kind.response,
        version=request.version or VERSION,
        transaction_id=request.transaction_id,
        message_id=request.message_id,
        source=read_address(ours),
        sender=read_address(ours),
        to=(read_address(to),),
        sent=now,
        status=status,
        status_text=text,
    )
    return response, _with_id(response, id)


def rejected(
    forward: Forward,
    recipient: Address,
    *,
    ours: str,
    transaction_id: str,
    now: float,
    id: str,
    status: MMStatus = MMStatus.REJECTED,
    text: str = "",
) -> tuple[DeliveryReport, bytes]:
    """The MM4_delivery_report.REQ on a message that was accepted, held and then not delivered to `recipient`.

    Say it where the sender asked for a delivery report. `Expired` has no extension; `Rejected` is by us, not by the
    recipient. Raises ValueError for a value that breaks its line.
    """
    report = DeliveryReport(
        kind=Kind.DELIVERY_REPORT_REQ,
        version=forward.version or VERSION,
        transaction_id=transaction_id[:ID_CAP],
        message_id=forward.message_id,
        originator_system=read_address(ours),
        source=recipient,
        sender=read_address(ours),
        to=(forward.source,) if forward.source is not None else (),
        sent=now,
        status=status,
        extension=StatusExtension.BY_OTHER if status is MMStatus.REJECTED else None,
        status_text=text,
    )
    return report, _with_id(report, id)


def _with_id(pdu: Pdu, id: str) -> bytes:
    if any(character in id for character in "\r\n\0"):
        raise ValueError("a value that breaks its line")
    return b"Message-ID: <" + id.encode("latin-1") + b">\r\n" + build(pdu)
