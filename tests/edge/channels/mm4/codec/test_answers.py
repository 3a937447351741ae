"""What we say ourselves."""

from typing import Any

import msgspec
import pytest

from edge.channels.mm4.codec.answers import VERSION, answered_at, rejected, respond, wants_answer
from edge.channels.mm4.codec.fields import Kind, MMStatus, RequestStatus, StatusExtension
from edge.channels.mm4.codec.matching import answer_key, report_key, reported
from edge.channels.mm4.codec.pdu import DeliveryReport, Forward, Response, parse

from . import samples

OURS = {"ours": "mm4@edge.example", "now": 1_772_529_300.0, "id": "abc.1@edge.example"}


def test_a_refusal_echoes_both_ids_octet_for_octet() -> None:
    request = parse(samples.JAVA)
    values, octets = respond(
        request, RequestStatus.CONTENT_NOT_ACCEPTED, to="PostMaster@mms.mnc006.mcc260.gprs", text="refus\u00e9", **OURS
    )
    assert b'\r\nX-Mms-Transaction-ID: "1259765620911@mms.north.example"\r\n' in octets
    assert b'\r\nX-Mms-Message-ID: "0412100925@w.mms.north.example"\r\n' in octets
    assert octets.startswith(b"Message-ID: <abc.1@edge.example>\r\n")
    assert octets.endswith(b"\r\n\r\n")
    answer = parse(octets)
    assert answer == values
    assert isinstance(answer, Response)
    assert (answer.kind, answer.version) == (Kind.FORWARD_RES, (5, 5, 0))
    assert (answer.status, answer.status_text) == (RequestStatus.CONTENT_NOT_ACCEPTED, "refus\u00e9")
    assert answer.sent == OURS["now"]
    assert [address.text for address in answer.to] == ["PostMaster@mms.mnc006.mcc260.gprs"]
    assert answer_key(answer) == answer_key(request)


def test_ids_of_eight_bits_come_back_too() -> None:
    octets = samples.AGGREGATOR.replace(b"Transaction-Id: SM8001", b"Transaction-Id: \xe4\xff=?x?=")
    _, answer = respond(parse(octets), RequestStatus.OK, to="a@b.example", **OURS)
    assert b"X-Mms-Transaction-ID: \xe4\xff=?x?=\r\n" in answer


def test_each_request_has_its_response_and_a_response_has_none() -> None:
    for octets, kind in (
        (samples.GATEWAY, Kind.FORWARD_RES),
        (samples.DELIVERY_REPORT_REQ, Kind.DELIVERY_REPORT_RES),
        (samples.READ_REPLY_REPORT_REQ, Kind.READ_REPLY_REPORT_RES),
    ):
        assert parse(respond(parse(octets), RequestStatus.OK, to="a@b.example", **OURS)[1]).kind is kind
    for octets in (samples.FORWARD_RES, samples.DELIVERY_REPORT_RES, samples.READ_REPLY_REPORT_RES):
        with pytest.raises(ValueError):
            respond(parse(octets), RequestStatus.OK, to="a@b.example", **OURS)


def test_who_wants_an_answer() -> None:
    assert [wants_answer(parse(octets)) for octets in samples.ALL] == [
        True, True, True, False, True, False, False, False
    ]  # fmt: skip
    acked = samples.FORWARD_RES.replace(b"\r\n\r\n", b"\r\nX-Mms-Ack-Request: Yes\r\n\r\n")
    assert not wants_answer(parse(acked))


def test_where_answers_go() -> None:
    def at(octets: bytes) -> str | None:
        address = answered_at(parse(octets))
        return address.text if address else None

    assert at(samples.JAVA) == "PostMaster@mms.mnc006.mcc260.gprs"
    without = samples.JAVA.replace(b"X-Mms-Originator-System: PostMaster@mms.mnc006.mcc260.gprs\r\n", b"")
    assert at(without) == "+48790000001/TYPE=PLMN@mms.mnc006.mcc260.gprs"
    assert at(samples.GATEWAY) is None
    assert at(samples.AGGREGATOR.replace(b"system@mm4.south.example", b"not an address")) is None


def test_what_was_held_and_then_refused_is_reported() -> None:
    forward = parse(samples.AGGREGATOR)
    assert isinstance(forward, Forward)
    _, octets = rejected(forward, forward.to[1], transaction_id="q-1", **OURS)
    report = parse(octets)
    assert isinstance(report, DeliveryReport)
    assert (report.status, report.extension) == (MMStatus.REJECTED, StatusExtension.BY_OTHER)
    assert (report.transaction_id, report.message_id) == ("q-1", forward.message_id)
    assert report.to == (forward.source,)
    assert report_key(forward.message_id, forward.to[1]) in reported(report)
    assert report_key(forward.message_id, forward.to[0]) not in reported(report)
    expired = rejected(forward, forward.to[1], transaction_id="q-2", status=MMStatus.EXPIRED, **OURS)[0]
    assert (expired.status, expired.extension) == (MMStatus.EXPIRED, None)


def test_a_version_of_our_own_where_the_peer_had_none() -> None:
    forward = msgspec.structs.replace(parse(samples.JAVA), version=None)
    assert respond(forward, RequestStatus.OK, to="a@b.example", **OURS)[0].version == VERSION
    assert isinstance(forward, Forward)
    assert rejected(forward, forward.to[0], transaction_id="1", **OURS)[0].version == VERSION


@pytest.mark.parametrize("change", [{"id": "a\r\nb"}, {"text": "a\nb"}, {"to": "a\r\nX: y@b.example"}])
def test_nothing_breaks_out_of_its_line(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        respond(parse(samples.JAVA), RequestStatus.OK, **({"to": "a@b.example"} | OURS | change))
