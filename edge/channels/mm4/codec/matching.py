"""Which answer and which report belong to which message: keys for tables, the same from both sides.

Ids are compared without the quotes or angle brackets that one side puts around them, and with their case. Numbers are
compared without + and host, since the two MMSCs write them differently.
"""

from edge.channels.mm4.codec.address import Address, key
from edge.channels.mm4.codec.fields import Kind, bare_id
from edge.channels.mm4.codec.pdu import Pdu

AnswerKey = tuple[Kind, str]
ReportKey = tuple[str, str]


def answer_key(pdu: Pdu) -> AnswerKey:
    """Of a request and of its response: (type of the response, Transaction-ID)."""
    return pdu.kind.response, bare_id(pdu.transaction_id)


def report_key(message_id: str, recipient: Address) -> ReportKey:
    """Of one recipient of an MM4_forward.REQ: (Message-ID, party)."""
    return bare_id(message_id), key(recipient)


def reported(report: Pdu) -> tuple[ReportKey, ...]:
    """The keys that a delivery report or read reply may match, likeliest first.

    From is the recipient that it is about (TS 23.140 8.4.2, 8.4.3). Gateways were met that put it into To instead.
    """
    parties = [report.source] if report.source is not None else []
    parties += report.to[:1]
    return tuple(report_key(report.message_id, party) for party in parties)
