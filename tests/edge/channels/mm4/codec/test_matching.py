"""Which answer and which report belong to which message."""

from edge.channels.mm4.codec.matching import answer_key, report_key, reported
from edge.channels.mm4.codec.pdu import parse

from . import samples


def test_an_answer_finds_its_request() -> None:
    assert answer_key(parse(samples.FORWARD_RES)) == answer_key(parse(samples.AGGREGATOR))
    quoted = samples.FORWARD_RES.replace(b"Transaction-ID: SM8001", b'Transaction-ID: "SM8001"')
    assert answer_key(parse(quoted)) == answer_key(parse(samples.AGGREGATOR))
    other = samples.FORWARD_RES.replace(b"Transaction-ID: SM8001", b"Transaction-ID: sm8001")
    assert answer_key(parse(other)) != answer_key(parse(samples.AGGREGATOR))
    assert answer_key(parse(samples.DELIVERY_REPORT_RES)) == answer_key(parse(samples.DELIVERY_REPORT_REQ))
    assert answer_key(parse(samples.READ_REPLY_REPORT_RES)) == answer_key(parse(samples.READ_REPLY_REPORT_REQ))
    same_id = samples.DELIVERY_REPORT_RES.replace(b"DR-9", b"SM8001")
    assert answer_key(parse(same_id)) != answer_key(parse(samples.AGGREGATOR))


def test_a_report_finds_the_recipient_it_is_about() -> None:
    forward = parse(samples.AGGREGATOR)
    sent = [report_key(forward.message_id, recipient) for recipient in forward.to]
    for octets in (samples.DELIVERY_REPORT_REQ, samples.READ_REPLY_REPORT_REQ):
        assert reported(parse(octets))[0] == sent[0]
    # From and To the other way round
    turned = samples.DELIVERY_REPORT_REQ.replace(b"From:", b"F:").replace(b"To:", b"From:").replace(b"F:", b"To:")
    assert sent[0] in reported(parse(turned))
    nobody = samples.DELIVERY_REPORT_REQ.replace(b"From:", b"X-F:").replace(b"\r\nTo:", b"\r\nX-T:")
    assert reported(parse(nobody)) == ()
