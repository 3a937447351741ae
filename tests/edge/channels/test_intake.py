"""From PDU to Submission: where the text stands, what it says, which part it is."""

import pytest

from edge.channels.intake import body_of, octets_of, outbound
from edge.core.submission import Channel, Direction, Operation, PartyKind
from smpp.errors import AnswerAndContinue
from smpp.fast import decode_data, decode_sm

from .books import Desk, acme, conf_of
from .pdus import data, submit
from .simloop import Clock

PAYLOAD = 0x0424
SAR = ((0x020C, b"\x01\x02"), (0x020E, b"\x03"), (0x020F, b"\x02"))
UDH_8 = b"\x05\x00\x03\x2a\x03\x02"
UDH_16 = b"\x06\x08\x04\x00\x2a\x03\x02"


def body(text=b"hi", alphabet="gsm", tlvs=(), **fields):
    return body_of(decode_sm(submit(1, text, tlvs=tlvs, **fields)), alphabet)


def fault(call, *arguments, **options):
    with pytest.raises(AnswerAndContinue) as caught:
        call(*arguments, **options)
    return caught.value.status


@pytest.fixture
def desk():
    return Desk(conf_of((acme(),)), Clock())


def test_the_text_stands_in_one_place_or_the_other():
    assert octets_of(decode_sm(submit(1, b"short"))) == b"short"
    assert octets_of(decode_sm(submit(1, b"", tlvs=((PAYLOAD, b"long"),)))) == b"long"
    assert octets_of(decode_data(data(1, b"data"))) == b"data"
    assert octets_of(decode_sm(submit(1, b""))) == b""


def test_in_both_places_it_is_refused():
    both = decode_sm(submit(1, b"innocent", tlvs=((PAYLOAD, b"guilty"),)))
    assert fault(octets_of, both) == 0xC1
    assert fault(body_of, both, "gsm") == 0xC1


def test_an_empty_payload_beside_a_text_is_two_places_too():
    assert fault(octets_of, decode_sm(submit(1, b"text", tlvs=((PAYLOAD, b""),)))) == 0xC1


def test_of_a_payload_given_twice_every_octet_is_judged():
    twice = decode_sm(submit(1, b"", tlvs=((PAYLOAD, b"innocent "), (PAYLOAD, b"guilty"))))
    assert octets_of(twice) == b"innocent guilty"


@pytest.mark.parametrize(
    ("octets", "coding", "alphabet", "text"),
    [
        (b"\x00 \x1b\x65", 0, "gsm", "@ €"),
        (b"caf\xe9", 0, "latin1", "café"),
        (b"hello", 0, "ascii", "hello"),
        (b"\xe8\x32\x9b\xfd\x06", 0, "gsm-packed", "hello"),
        (b"caf\xe9", 3, "gsm", "café"),
        ("привет".encode("utf-16-be"), 8, "gsm", "привет"),
        ("привет".encode("utf-16-be"), 0x18, "gsm", "привет"),  # flash, UCS2: the whole octet counts
        (b"bits", 4, "gsm", "bits"),
    ],
)
def test_data_coding_and_the_alphabet_of_the_peer_say_what_it_means(octets, coding, alphabet, text):
    read = body(octets, alphabet, data_coding=coding)
    assert (read.text, read.octets, read.coding) == (text, octets, coding)
    assert (read.reference, read.part, read.parts) == (0, 1, 1)


def test_a_second_reading_where_octets_and_coding_disagree():
    read = body(b"Win a prize today", data_coding=8)
    assert read.other == "Win a prize today"
    read = body("привет, как дела".encode("utf-16-be"), data_coding=0)
    assert read.other == "привет, как дела"
    assert body(b"plain").other == ""


def test_parts_by_header_of_both_widths_and_their_references_are_apart():
    eight, sixteen = body(UDH_8 + b"part", esm_class=0x40), body(UDH_16 + b"part", esm_class=0x40)
    assert (eight.text, eight.part, eight.parts, eight.reference) == ("part", 2, 3, 0x2A)
    assert (sixteen.text, sixteen.part, sixteen.parts, sixteen.reference) == ("part", 2, 3, 0x1002A)
    assert eight.octets == UDH_8 + b"part"


def test_parts_by_sar():
    read = body(b"part", tlvs=SAR)
    assert (read.text, read.part, read.parts, read.reference) == ("part", 2, 3, 0x10102)


def test_what_else_a_header_has_is_told():
    push = body(b"\x0b\x05\x04\x0b\x84\x23\xf0\x00\x03\x2a\x02\x01wsp", esm_class=0x40)
    assert (push.elements, push.port, push.part, push.parts) == ((0x05, 0x00), 2948, 1, 2)
    assert body(b"\x02\x70\x00apdu", esm_class=0x40).elements == (0x70,)
    assert body(b"\x03\x24\x01\x01hi", esm_class=0x40).port == -1
    twice = body(b"\x0b\x00\x03\x2a\x02\x01\x08\x04\x00\x2a\x02\x02hi", esm_class=0x40)
    assert (twice.elements, twice.part) == ((0x00, 0x08), 2)
    usual = body(UDH_8 + b"hi", esm_class=0x40)
    assert (usual.elements, usual.port) == ((), -1)
    assert (body(b"hi").elements, body(b"hi").port) == ((), -1)


def test_octets_of_a_part_that_begins_or_ends_within_a_character_are_kept():
    smile = "😀".encode("utf-16-be")
    assert body(UDH_8 + b"\0a" + smile[:2], esm_class=0x40, data_coding=8).raw == b"\0a" + smile[:2]
    assert body(smile[2:] + b"\0b", data_coding=8, tlvs=SAR).raw == smile[2:] + b"\0b"
    assert body(UDH_8 + b"\0a\0", esm_class=0x40, data_coding=8).raw == b"\0a\0"
    assert body(UDH_8 + smile, esm_class=0x40, data_coding=8).raw == b""
    assert body(b"\0a\0", data_coding=8).raw == b""
    assert body(UDH_8 + b"\x80", esm_class=0x40, data_coding=1).raw == b""


def test_a_header_that_says_nothing_of_parts_leaves_it_to_sar():
    ports = b"\x04\x04\x02\x23\xf0"
    assert body(ports + b"text", esm_class=0x40, tlvs=SAR).part == 2
    alone = body(ports + b"text", esm_class=0x40)
    assert (alone.text, alone.part, alone.parts) == ("text", 1, 1)


def test_the_header_wins_over_sar():
    assert body(UDH_8 + b"part", esm_class=0x40, tlvs=SAR).reference == 0x2A


def test_one_part_of_one_is_a_whole_message():
    read = body(b"\x05\x00\x03\x2a\x01\x01whole", esm_class=0x40)
    assert (read.text, read.part, read.parts, read.reference) == ("whole", 1, 1, 0)


def test_a_header_in_a_payload():
    read = body(b"", esm_class=0x40, tlvs=((PAYLOAD, UDH_8 + b"part"),))
    assert (read.text, read.part) == ("part", 2)


def test_national_tables_of_the_header():
    turkish = b"\x03\x24\x01\x01"  # single shift, Turkish: 0x1B 0x53 is S with cedilla
    assert body(turkish + b"\x1b\x53", esm_class=0x40).text == "Ş"


def test_a_header_before_packed_septets():
    read = body(b"\x05\x00\x03\x2a\x03\x02" + b"\xd0\x65\x36\xfb\x0d", "gsm-packed", esm_class=0x40)
    assert read.text == "hello"


@pytest.mark.parametrize(
    ("text", "tlvs", "status"),
    [
        (b"\x40short", (), 0x01),  # longer than the message
        (b"\x04\x00\x09ab", (), 0x01),  # an element longer than the header
        (b"\x05\x00\x03\x2a\x03\x04beyond", (), 0x43),  # part 4 of 3
        (b"\x05\x00\x03\x2a\x00\x00none", (), 0x43),
        (b"", (), 0x01),
    ],
)
def test_headers_that_do_not_hold_together(text, tlvs, status):
    assert fault(body, text, esm_class=0x40, tlvs=tlvs) == status


def test_sar_numbers_that_make_no_sense():
    assert fault(body, b"x", tlvs=((0x020C, b"\0\1"), (0x020E, b"\x02"), (0x020F, b"\x03"))) == 0xC4


def test_an_incomplete_sar_is_no_part():
    assert body(b"x", tlvs=SAR[:2]).parts == 1


def test_the_submission_of_a_customer(desk):
    account = acme()
    message = decode_sm(submit(1, b"hi", protocol_id=0x41, registered_delivery=0x11, data_coding=0))
    made = outbound(desk, account, "acme-2", message)
    assert (made.channel, made.direction, made.operation) == (Channel.SMPP, Direction.MT, Operation.SUBMIT)
    assert (made.account, made.origin, made.end_user) == (account, "acme", "acme-2")
    assert (made.source.key, made.destination.key) == (14165550100, 14165550301)
    assert (made.body.text, made.destinations, made.protocol_id) == ("hi", 1, 0x41)
    assert (made.message_class, made.receipt) == (None, True)


def test_numbers_are_read_as_the_account_writes_them(desk):
    message = decode_sm(submit(1, source_addr=b"0412345678", source_addr_ton=2))
    made = outbound(desk, acme(home=61), "acme", message)
    assert (made.source.kind, made.source.number) == (PartyKind.INTERNATIONAL, 61412345678)


@pytest.mark.parametrize(("coding", "expected"), [(0x10, 0), (0xF1, 1), (0x08, None), (0x00, None)])
def test_the_message_class(desk, coding, expected):
    assert outbound(desk, acme(), "acme", decode_sm(submit(1, b"hi", data_coding=coding))).message_class == expected


@pytest.mark.parametrize(("registered", "asked"), [(0, False), (1, True), (2, True), (3, True), (0x10, False)])
def test_whether_a_receipt_is_asked_for(desk, registered, asked):
    message = decode_sm(submit(1, registered_delivery=registered))
    assert outbound(desk, acme(), "acme", message).receipt is asked


@pytest.mark.parametrize("bits", [0x04, 0x08, 0x10, 0x20, 0x3C, 0x44])
def test_a_customer_sends_no_receipts_or_acknowledgements(desk, bits):
    message = decode_sm(submit(1, UDH_8 + b"x", esm_class=bits))
    assert fault(outbound, desk, acme(), "acme", message) == 0x43


@pytest.mark.parametrize("bits", [0x00, 0x01, 0x02, 0x03, 0x80])
def test_modes_and_reply_path_are_no_message_types(desk, bits):
    assert outbound(desk, acme(), "acme", decode_sm(submit(1, esm_class=bits))).body.text == "hi"
