"""Parse and build by the table: literal PDUs, the faults the field has shown, and the one the inverse of the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpp.codec import Pdu, build, parse, request
from smpp.consts import RESPONSE, CommandId
from smpp.errors import AnswerAndContinue
from smpp.layout import (
    LAYOUTS,
    Address,
    CString,
    Destinations,
    DistributionList,
    Field,
    Octet,
    ShortMessage,
    Unsuccessful,
    Value,
)

PARTS = {
    "service_type": b"\0",
    "source": b"\x01\x0114165550100\0",
    "dest": b"\x01\x0114165550199\0",
    "flags": b"\0\0\0",
    "schedule": b"\0",
    "validity": b"\0",
    "rest": b"\x01\0\0\0",
    "text": b"\x05hello",
}


def header(command_id: int, body: bytes, status: int = 0, sequence: int = 1) -> bytes:
    return b"".join(n.to_bytes(4, "big") for n in (16 + len(body), command_id, status, sequence)) + body


def submit(tail: bytes = b"", **changed: bytes) -> bytes:
    return header(4, b"".join((PARTS | changed).values()) + tail)


def status_of(raw: bytes) -> int:
    with pytest.raises(AnswerAndContinue) as raised:
        parse(raw)
    return raised.value.status


# --- literal PDUs


def test_bind_transceiver() -> None:
    raw = bytes.fromhex(
        "0000002d 00000009 00000000 00000001"
        "61636d6500"  # acme
        "7365637265743000"  # secret0
        "534d505000"  # SMPP
        "34 01 01"
        "5e3134313600"  # ^1416
    )
    raw = len(raw).to_bytes(4, "big") + raw[4:]
    pdu = Pdu(
        9,
        0,
        1,
        {
            "system_id": b"acme",
            "password": b"secret0",
            "system_type": b"SMPP",
            "interface_version": 0x34,
            "addr_ton": 1,
            "addr_npi": 1,
            "address_range": b"^1416",
        },
    )
    assert parse(raw) == pdu
    assert build(9, 0, 1, pdu.fields) == raw


def test_submit_sm_with_tlvs_kept_in_order() -> None:
    raw = submit(bytes.fromhex("14000002ab011401000002040002123414000002ab02"))
    pdu = parse(raw)
    assert pdu.fields == {
        "service_type": b"",
        "source_addr_ton": 1,
        "source_addr_npi": 1,
        "source_addr": b"14165550100",
        "dest_addr_ton": 1,
        "dest_addr_npi": 1,
        "destination_addr": b"14165550199",
        "esm_class": 0,
        "protocol_id": 0,
        "priority_flag": 0,
        "schedule_delivery_time": b"",
        "validity_period": b"",
        "registered_delivery": 1,
        "replace_if_present_flag": 0,
        "data_coding": 0,
        "sm_default_msg_id": 0,
        "short_message": b"hello",
    }
    assert pdu.tlvs == ((0x1400, b"\xab\x01"), (0x1401, b""), (0x0204, b"\x12\x34"), (0x1400, b"\xab\x02"))
    assert build(pdu.command_id, pdu.status, pdu.sequence, pdu.fields, pdu.tlvs) == raw


def test_submit_multi_and_its_response() -> None:
    destinations = b"\x03\x01\x01\x0114165550101\0\x02friends\0\x01\x00\x0012345\0"
    parts = PARTS | {"dest": destinations}
    raw = header(0x21, b"".join(parts.values()))
    pdu = parse(raw)
    assert pdu.fields["destinations"] == (
        Address(1, 1, b"14165550101"),
        DistributionList(b"friends"),
        Address(0, 0, b"12345"),
    )
    assert build(0x21, 0, 1, pdu.fields) == raw
    answer = header(0x80000021, b"id-7\0\x01\x01\x0114165550101\0\0\0\0\x0b")
    assert parse(answer).fields == {
        "message_id": b"id-7",
        "unsuccess_sme": (Unsuccessful(1, 1, b"14165550101", 0x0B),),
    }
    assert build(0x80000021, 0, 1, parse(answer).fields) == answer


def test_data_sm_takes_addresses_of_64_octets() -> None:
    address = b"a" * 64
    raw = header(0x103, b"\0\x05\0" + address + b"\0\x01\x01" + address + b"\0\x40\x01\xf5" + b"\x04\x24\0\x02hi")
    pdu = parse(raw)
    assert (pdu.fields["source_addr"], pdu.fields["data_coding"]) == (address, 0xF5)
    assert pdu.tlvs == ((0x0424, b"hi"),)


def test_query_cancel_replace() -> None:
    assert parse(header(3, b"id1\0\x01\x01555\0")).fields["message_id"] == b"id1"
    assert parse(header(0x80000003, b"id1\0" + b"2401011200000000\0" + b"\x02\x00")).fields == {
        "message_id": b"id1",
        "final_date": b"2401011200000000",
        "message_state": 2,
        "error_code": 0,
    }
    assert parse(header(8, b"\0id1\0\x01\x01555\0\x01\x01777\0")).fields["destination_addr"] == b"777"
    assert parse(header(7, b"id1\0\x01\x01555\0\0\0\x01\0\x03new")).fields["short_message"] == b"new"


def test_a_header_alone_is_the_whole_of_some() -> None:
    for command in (0x06, 0x80000006, 0x15, 0x80000015, 0x80000000, 0x80000008, 0x80000007):
        assert parse(header(command, b"")) == Pdu(command, 0, 1, {})


def test_what_trails_a_pdu_without_tlvs_is_ignored() -> None:
    assert parse(header(0x15, b"\x14\0\0\x01x")) == Pdu(0x15, 0, 1, {})


# --- faults and what answers them


@pytest.mark.parametrize("raw", [b"", b"\0\0\0", b"\0\0\0\x10", bytes(15)])
def test_less_than_a_header_is_0x02(raw: bytes) -> None:
    assert status_of(raw) == 0x02


@pytest.mark.parametrize("command", [0, 0x0A, 0x16, 0x22, 0x104, 0x7FFFFFFF, 0x80000016, 0x8000000B, 0xFFFFFFFF])
def test_an_unknown_command_is_0x03(command: int) -> None:
    assert status_of(header(command, b"")) == 0x03


@pytest.mark.parametrize("sequence", [0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_any_32_bits_are_a_sequence_number(sequence: int) -> None:
    assert parse(header(0x15, b"", sequence=sequence)).sequence == sequence


@pytest.mark.parametrize(
    ("field", "octets", "status"),
    [
        ("service_type", b"TOOLONG\0", 0x15),
        ("source", b"\x01\x01" + b"1" * 21 + b"\0", 0x0A),
        ("dest", b"\x01\x01" + b"1" * 21 + b"\0", 0x0B),
        ("schedule", b"24010112000000004+\0", 0x61),
        ("validity", b"24010112000000004+\0", 0x62),
        ("text", b"\x06hello", 0x01),
        ("text", b"\xffhello", 0x01),
        ("text", b"", 0x02),
        ("rest", b"", 0x01),  # what is read as sm_length is then a letter of the text
    ],
)
def test_faulty_fields_of_submit_sm(field: str, octets: bytes, status: int) -> None:
    assert status_of(submit(**{field: octets})) == status


def test_the_longest_strings_that_fit() -> None:
    pdu = parse(
        submit(
            service_type=b"WAP12\0",
            source=b"\x01\x01" + b"1" * 20 + b"\0",
            dest=b"\x01\x01" + b"2" * 20 + b"\0",
            schedule=b"240101120000000+\0",
            validity=b"000001000000000R\0",
        )
    )
    assert pdu.fields["service_type"] == b"WAP12"
    assert pdu.fields["source_addr"] == b"1" * 20
    assert pdu.fields["validity_period"] == b"000001000000000R"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 0x02),
        (b"acme", 0x0F),
        (b"a" * 16 + b"\0", 0x0F),
        (b"acme\0", 0x02),
        (b"acme\0secret", 0x0E),
        (b"acme\0secret789\0", 0x0E),
        (b"acme\0secret\0" + b"t" * 13 + b"\0", 0x53),
        (b"acme\0secret\0\0", 0x02),
        (b"acme\0secret\0\0\x34\x01", 0x02),
        (b"acme\0secret\0\0\x34\x01\x01", 0x02),
        (b"acme\0secret\0\0\x34\x01\x01" + b"r" * 41 + b"\0", 0x02),
    ],
)
def test_faulty_binds(body: bytes, status: int) -> None:
    assert status_of(header(9, body)) == status


@pytest.mark.parametrize(
    ("destinations", "status"),
    [
        (b"\x00", 0x33),
        (b"\x01\x03\x01\x01555\0", 0x40),
        (b"\x01\x01\x01\x01" + b"1" * 21 + b"\0", 0x0B),
        (b"\x01\x02" + b"n" * 21 + b"\0", 0x34),
        (b"\x02\x01\x01\x01555\0", 0x40),  # esm_class is read as the second dest_flag
    ],
)
def test_faulty_destinations_of_submit_multi(destinations: bytes, status: int) -> None:
    parts = PARTS | {"dest": destinations}
    assert status_of(header(0x21, b"".join(parts.values()))) == status


def test_destinations_that_end_with_the_body() -> None:
    assert status_of(header(0x21, b"\0\x01\x01555\0\x05\x01\x01\x01777\0")) == 0x02
    assert status_of(header(0x21, b"\0\x01\x01555\0")) == 0x02


def test_message_ids_that_do_not_end() -> None:
    assert status_of(header(3, b"i" * 65 + b"\0\x01\x01555\0")) == 0x0C
    assert parse(header(3, b"i" * 64 + b"\0\x01\x01555\0")).fields["message_id"] == b"i" * 64


def test_the_error_names_the_field_and_not_its_value() -> None:
    with pytest.raises(AnswerAndContinue) as raised:
        parse(header(9, b"acme\0hunter2hunter2\0"))
    assert str(raised.value) == "password has no NUL within 9 octets"


# --- what is tolerated


def test_one_nul_too_many_behind_the_text() -> None:
    assert parse(submit(b"\0")).fields["short_message"] == b"hello"
    assert parse(submit(b"\0")).tlvs == ()
    assert parse(submit(b"\0\x04\x24\0\x01x")).tlvs == ((0x0424, b"x"),)


def test_a_tag_that_begins_with_nul_is_no_nul_too_many() -> None:
    assert parse(submit(b"\0\x05\0\x01\x01")).tlvs == ((0x0005, b"\x01"),)


def test_a_truncated_last_tlv_costs_only_itself() -> None:
    pdu = parse(submit(b"\x14\0\0\x01a\x04\x24\0\x10short"))
    assert pdu.tlvs == ((0x1400, b"a"),)
    assert pdu.fields["short_message"] == b"hello"


def test_duplicates_are_kept() -> None:
    assert parse(submit(b"\x04\x24\0\x01a\x04\x24\0\x01b")).tlvs == ((0x0424, b"a"), (0x0424, b"b"))


def test_a_text_of_255_octets() -> None:
    assert parse(submit(text=b"\xff" + b"x" * 255)).fields["short_message"] == b"x" * 255


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"\0", {"message_id": b""}),
        (b"4f2a\0", {"message_id": b"4f2a"}),
        (b"4f2a", {"message_id": b"4f2a"}),
        (b"i" * 80 + b"\0", {"message_id": b"i" * 80}),
    ],
)
@pytest.mark.parametrize("status", [0, 0x58, 0x401])
def test_a_response_may_lack_its_body_or_its_nul(body: bytes, fields: dict[str, Value], status: int) -> None:
    assert parse(header(0x80000004, body, status)) == Pdu(0x80000004, status, 1, fields)


def test_tlvs_of_a_response() -> None:
    raw = header(0x80000103, b"id\0\x04\x25\0\x01\x02", 0xFE)
    assert parse(raw).tlvs == ((0x0425, b"\x02"),)


def test_a_broken_body_does_not_hide_an_error_status() -> None:
    assert parse(header(0x80000003, b"id1\0", 0x67)) == Pdu(0x80000003, 0x67, 1, {"message_id": b"id1"})
    assert status_of(header(0x80000003, b"id1\0", 0)) == 0x02
    assert status_of(header(0x80000021, b"id1\0\x01\x01\x01555\0\0\0")) == 0x02


# --- building


def test_request_fills_in_what_is_left_out() -> None:
    assert request(CommandId.ENQUIRE_LINK, 5) == bytes.fromhex("00000010000000150000000000000005")
    assert request(CommandId.QUERY_SM, 5, message_id=b"id1") == header(3, b"id1\0\0\0\0", sequence=5)
    assert request(CommandId.DATA_SM, 1, tlvs=((0x0424, b"hi"),)) == header(0x103, bytes(10) + b"\x04\x24\0\x02hi")


def test_an_error_response_is_a_header_unless_given_more() -> None:
    assert build(0x80000004, 0x58, 9) == bytes.fromhex("00000010800000040000005800000009")
    assert build(0x80000004, 0, 9) == bytes.fromhex("0000001180000004000000000000000900")
    assert build(0x80000009, 0x0D, 9, {"system_id": b"edge"})[16:] == b"edge\0"
    assert build(0x80000004, 0x58, 9, tlvs=((0x0428, b"\x5a"),))[16:] == bytes.fromhex("00 042800015a")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"source_addr": b"1" * 21}, "source_addr holds 20 octets without NUL"),
        ({"source_addr": b"1\x002"}, "source_addr holds 20 octets without NUL"),
        ({"source_addr": "1416"}, "source_addr is bytes, not str"),
        ({"esm_class": 256}, "esm_class is 0-255, not 256"),
        ({"esm_class": -1}, "esm_class is 0-255, not -1"),
        ({"esm_class": b"\0"}, "esm_class is int, not bytes"),
        (
            {"short_message": bytes(256)},
            "short_message holds 255 octets, not 256; longer texts go into message_payload",
        ),
        ({"text": b"hello"}, "submit_sm has no field text"),
    ],
)
def test_impossible_fields_are_refused(fields: dict[str, Value], problem: str) -> None:
    with pytest.raises(ValueError) as raised:
        build(CommandId.SUBMIT_SM, 0, 1, fields)
    assert str(raised.value) == problem


@pytest.mark.parametrize(
    "destinations", [(), (Address(1, 1, b"1"),) * 256, (Address(256, 1, b"1"),), (Address(1, 1, b"1" * 21),)]
)
def test_impossible_destinations_are_refused(destinations: tuple[Address, ...]) -> None:
    with pytest.raises(ValueError):
        build(CommandId.SUBMIT_MULTI, 0, 1, {"destinations": destinations})


@pytest.mark.parametrize("failures", [(Unsuccessful(1, 1, b"1", 0),) * 256, (Unsuccessful(1, 1, b"1", 1 << 32),)])
def test_impossible_failures_are_refused(failures: tuple[Unsuccessful, ...]) -> None:
    with pytest.raises(ValueError):
        build(CommandId.SUBMIT_MULTI_RESP, 0, 1, {"unsuccess_sme": failures})


def test_impossible_headers_and_tlvs_are_refused() -> None:
    with pytest.raises(ValueError, match="no layout for command_id 0x00000022"):
        build(0x22, 0, 1)
    with pytest.raises(ValueError, match="32 bits"):
        build(0x15, 0, 1 << 32)
    with pytest.raises(ValueError, match="32 bits"):
        build(0x15, -1, 0)
    with pytest.raises(ValueError, match="enquire_link takes no TLVs"):
        build(0x15, 0, 1, tlvs=((0x1400, b""),))


# --- printing


def test_a_pdu_prints_without_texts_and_passwords() -> None:
    bind = parse(header(9, b"acme\0hunter2\0\0\x34\0\0\0"))
    message = parse(submit(b"\x04\x24\0\x06attack"))
    assert (
        str(bind)
        == repr(bind)
        == (
            "<bind_transceiver ESME_ROK #1 system_id=b'acme' password=[7] system_type=b''"
            " interface_version=52 addr_ton=0 addr_npi=0 address_range=b''>"
        )
    )
    assert "hello" not in repr(message)
    assert "attack" not in f"{message} {message!r} {[message]}"
    assert repr(message).endswith(" short_message=[5] 0x0424:6>")


# --- the one is the inverse of the other

octets = st.integers(0, 255)


def cstrings(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(max_size=size - 1).map(lambda value: value.replace(b"\0", b"\1"))


addresses = st.builds(Address, octets, octets, cstrings(21))
destinations = st.lists(addresses | st.builds(DistributionList, cstrings(21)), min_size=1, max_size=4).map(tuple)
failures = st.lists(st.builds(Unsuccessful, octets, octets, cstrings(21), st.integers(0, 0xFFFFFFFF)), max_size=4).map(
    tuple
)
tlvs = st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=20)), max_size=4).map(tuple)


def values(field: Field) -> st.SearchStrategy[Value]:
    if isinstance(field, Octet):
        return octets
    if isinstance(field, CString):
        return cstrings(field.size)
    if isinstance(field, ShortMessage):
        return st.binary(max_size=255)
    return destinations if isinstance(field, Destinations) else failures


@pytest.mark.parametrize("command", LAYOUTS)
@given(data=st.data(), sequence=st.integers(0, 0xFFFFFFFF), status=st.sampled_from([0, 0x0B, 0x58, 0x401]))
def test_parse_reads_what_build_wrote(command: int, data: st.DataObject, sequence: int, status: int) -> None:
    layout = LAYOUTS[command]
    fields = data.draw(st.fixed_dictionaries({field.name: values(field) for field in layout.fields}))
    optional = data.draw(tlvs) if layout.tlvs else ()
    status = status if command & RESPONSE else 0
    raw = build(command, status, sequence, fields, optional)
    pdu = parse(raw)
    assert pdu == Pdu(command, status, sequence, fields, optional)
    assert int.from_bytes(raw[:4], "big") == len(raw)
    assert build(pdu.command_id, pdu.status, pdu.sequence, pdu.fields, pdu.tlvs) == raw


ANSWERS = {1, 2, 0x0A, 0x0B, 0x0C, 0x0E, 0x0F, 0x15, 0x33, 0x34, 0x40, 0x53, 0x61, 0x62}


@given(st.sampled_from(sorted(LAYOUTS)), st.binary(max_size=120))
def test_any_body_parses_or_is_answered(command: int, body: bytes) -> None:
    raw = header(command, body)
    try:
        pdu = parse(raw)
    except AnswerAndContinue:
        assert status_of(raw) in ANSWERS
    else:
        assert set(pdu.fields) <= {field.name for field in LAYOUTS[command].fields}
