"""deliver_sm PDUs of our own."""

import pytest

from edge.channels.smpp.compose import message_pdus, rejected_receipt, without_tlvs
from edge.policy.signals.numbers import identify
from smpp.codec import parse

from ..pdus import data, deliver, receipt

FROM = identify("911", 3, 1, 1)
TO = identify("+14165550100", 1, 1, 1)


def fields(raw):
    return {name: value for name, value in parse(raw).fields.items() if value}


def test_a_short_text_is_one_pdu():
    (raw,) = message_pdus(FROM, TO, "Call 911 by voice.")
    assert fields(raw) == {
        "source_addr_ton": 3,
        "source_addr_npi": 1,
        "source_addr": b"911",
        "dest_addr_ton": 1,
        "dest_addr_npi": 1,
        "destination_addr": b"+14165550100",
        "short_message": b"Call 911 by voice.",
    }


def test_what_the_default_alphabet_lacks_goes_as_ucs2():
    (raw,) = message_pdus(FROM, TO, "Звоните 112")
    assert fields(raw)["data_coding"] == 8
    assert fields(raw)["short_message"] == "Звоните 112".encode("utf-16-be")


def test_a_long_text_is_parts_with_headers():
    first, second = message_pdus(FROM, TO, "x" * 200)
    assert (fields(first)["esm_class"], fields(second)["esm_class"]) == (0x40, 0x40)
    texts = [fields(raw)["short_message"] for raw in (first, second)]
    assert [text[:3] + text[4:6] for text in texts] == [b"\x05\x00\x03\x02\x01", b"\x05\x00\x03\x02\x02"]
    assert texts[0][3] == texts[1][3]
    assert b"".join(text[6:] for text in texts) == b"x" * 200


def test_a_receipt_says_rejected_and_swaps_the_addresses():
    raw = rejected_receipt(TO, FROM, "0123", "0A5", 1_704_110_400.0)
    pdu = parse(raw)
    assert fields(raw) == {
        "source_addr_ton": 3,
        "source_addr_npi": 1,
        "source_addr": b"911",
        "dest_addr_ton": 1,
        "dest_addr_npi": 1,
        "destination_addr": b"+14165550100",
        "esm_class": 0x04,
        "short_message": b"id:0123 sub:001 dlvrd:000 submit date:2401011200 done date:2401011200 "
        b"stat:REJECTD err:0A5 text:",
    }
    assert pdu.tlvs == ((0x001E, b"0123\0"), (0x0427, b"\x08"))


def test_an_address_that_latin1_lacks_is_written_with_question_marks():
    (raw,) = message_pdus(identify("Ωmega", 5, 0, 1), TO, "hi")
    assert fields(raw)["source_addr"] == b"?mega"


PAYLOAD = 0x0424


@pytest.mark.parametrize(
    ("sent", "bare"),
    [
        (deliver(7, b"hello"), deliver(7, b"hello")),
        (deliver(7, b"hello", tlvs=((0x1400, b"x"),)), deliver(7, b"hello")),
        (deliver(7, b"", tlvs=((PAYLOAD, b"x" * 254),)), deliver(7, b"x" * 254)),
        (deliver(7, b"", tlvs=((PAYLOAD, b"x" * 255),)), None),
        (deliver(7, b"", tlvs=((PAYLOAD, b""),)), deliver(7, b"")),
        (receipt(7, "ab", tlvs=((0x001E, b"ab\0"),)), receipt(7, "ab")),
        (data(7, b"hello"), None),
    ],
)
def test_a_delivery_as_a_3_3_peer_can_read_it(sent, bare):
    assert without_tlvs(sent) == bare
