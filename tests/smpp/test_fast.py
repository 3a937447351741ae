"""The unrolled decode against the table, on good octets and on bad ones, and the rewriting of what passes through."""

import random
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpp import fast, tlv
from smpp.codec import Pdu, parse, request
from smpp.consts import CommandId
from smpp.errors import AnswerAndContinue
from smpp.fast import (
    ShortMessage,
    decode_data,
    decode_sm,
    read_message_id,
    respond_sm,
    rewrite_deliver,
)
from smpp.frame import BOUND_LIMIT, Framer
from smpp.layout import LAYOUTS

Read = TypeVar("Read")

FIELDS = {
    "service_type": "service_type",
    "source_ton": "source_addr_ton",
    "source_npi": "source_addr_npi",
    "source": "source_addr",
    "dest_ton": "dest_addr_ton",
    "dest_npi": "dest_addr_npi",
    "dest": "destination_addr",
    "esm_class": "esm_class",
    "protocol_id": "protocol_id",
    "priority": "priority_flag",
    "schedule": "schedule_delivery_time",
    "validity": "validity_period",
    "registered_delivery": "registered_delivery",
    "replace_if_present": "replace_if_present_flag",
    "data_coding": "data_coding",
    "default_msg_id": "sm_default_msg_id",
    "short_message": "short_message",
}
ABSENT = {"protocol_id": 0, "priority": 0, "schedule": b"", "validity": b"", "replace_if_present": 0}
ABSENT |= {"default_msg_id": 0, "short_message": b""}


def integer(pdu: Pdu, tag: int) -> int | None:
    value = tlv.find(pdu.tlvs, tag)
    return int.from_bytes(value, "big") if value and len(value) <= 4 else None


def expected_of_tlvs(pdu: Pdu) -> dict[str, object]:
    payloads = tlv.find_all(pdu.tlvs, 0x0424)
    sar = tuple(integer(pdu, tag) for tag in (0x020C, 0x020E, 0x020F))
    return {
        "payload": payloads[0] if payloads else b"",
        "payloads": payloads,
        "sar": None if None in sar else sar,
        "receipted_id": tlv.find_text(pdu.tlvs, 0x001E) or b"",
        "message_state": integer(pdu, 0x0427),
    }


def outcome(read: Callable[[bytes], Read], raw: bytes) -> Read | tuple[int, str]:
    """What `read` makes of `raw`: a value, or the status and words it refuses it with."""
    try:
        return read(raw)
    except AnswerAndContinue as fault:
        return fault.status, str(fault)


def agrees(raw: bytes) -> bool:
    """Both decode `raw` to the same, or refuse it with the same status and words; whether it was good."""
    pdu = outcome(parse, raw)
    message = outcome(decode_data if raw[4:8] == b"\0\0\1\3" else decode_sm, raw)
    if not isinstance(pdu, Pdu) or not isinstance(message, ShortMessage):
        assert message == pdu
        return False
    for ours, theirs in FIELDS.items():
        assert getattr(message, ours) == pdu.fields.get(theirs, ABSENT.get(ours)), ours
    for name, value in expected_of_tlvs(pdu).items():
        assert getattr(message, name) == value, name
    assert tuple(tlv.iterate(raw, message.tlvs_at, len(raw))) == pdu.tlvs
    assert tlv.whole_until(raw, message.tlvs_at, len(raw)) == len(raw) - message.trailing
    if message.text_at:
        behind = message.text_at + 1 + raw[message.text_at]
        assert raw[message.text_at + 1 : behind] == message.short_message
        assert message.tlvs_at - behind in (0, 1)
    return True


def cstrings(size: int) -> st.SearchStrategy[bytes]:
    return st.just(b"") | st.binary(max_size=size).map(lambda value: value.replace(b"\0", b"\1"))


octets = st.integers(0, 255).map(lambda value: bytes((value,)))
known_tags = st.sampled_from([0x0424, 0x001E, 0x0427, 0x020C, 0x020E, 0x020F, 0x1400, 0x0005])
tlvs = st.lists(st.tuples(known_tags | st.integers(0, 0xFFFF), st.binary(max_size=8)), max_size=6).map(tlv.encode_all)
tails = tlvs | st.builds(bytes.__add__, tlvs, st.binary(max_size=6)) | tlvs.map(lambda raw: b"\0" + raw)


def address(size: int) -> tuple[st.SearchStrategy[bytes], ...]:
    return octets, octets, cstrings(size), st.just(b"\0")


texts = st.binary(max_size=20).map(lambda text: bytes((len(text),)) + text) | st.binary(max_size=20)
messages = st.tuples(
    cstrings(6), st.just(b"\0"), *address(21), *address(21), octets, octets, octets,
    cstrings(17), st.just(b"\0"), cstrings(17), st.just(b"\0"), octets, octets, octets, octets, texts, tails,
)  # fmt: skip
datas = st.tuples(
    cstrings(6), st.just(b"\0"), *address(65), *address(65), octets, octets, octets, tails
)  # fmt: skip


def pdu_of(command: int, body: bytes) -> bytes:
    return (16 + len(body)).to_bytes(4, "big") + command.to_bytes(4, "big") + bytes(7) + b"\x01" + body


@given(st.sampled_from([4, 5]), messages.map(b"".join), st.integers(0, 200))
def test_decode_sm_agrees_with_the_table(command: int, body: bytes, cut: int) -> None:
    agrees(pdu_of(command, body))
    agrees(pdu_of(command, body[:cut]))


@given(datas.map(b"".join), st.integers(0, 200))
def test_decode_data_agrees_with_the_table(body: bytes, cut: int) -> None:
    agrees(pdu_of(0x103, body))
    agrees(pdu_of(0x103, body[:cut]))


@given(st.sampled_from([4, 5, 0x103]), st.binary(max_size=80))
def test_both_agree_with_the_table_on_any_octets(command: int, body: bytes) -> None:
    agrees(pdu_of(command, body))


@pytest.mark.parametrize("decode", [decode_sm, decode_data])
@pytest.mark.parametrize("raw", [b"", bytes(4), bytes(15), bytes(16)])
def test_less_than_a_body_is_0x02(decode: object, raw: bytes) -> None:
    assert callable(decode)
    with pytest.raises(AnswerAndContinue) as raised:
        decode(raw)
    assert raised.value.status == 0x02


STRINGS = (b"", b"\x01\x01", b"\x01\x01", b"\0\0\0", b"")  # what stands before each C-string of a submit_sm


@pytest.mark.parametrize(
    ("which", "longest", "status"), [(0, 5, 0x15), (1, 20, 0x0A), (2, 20, 0x0B), (3, 16, 0x61), (4, 16, 0x62)]
)
def test_the_longest_string_of_each_field_of_submit_sm(which: int, longest: int, status: int) -> None:
    def with_length(length: int) -> bytes:
        strings = [before + b"7" * (length if at == which else 0) + b"\0" for at, before in enumerate(STRINGS)]
        return pdu_of(4, b"".join(strings) + b"\0\0\0\0\x02hi")

    assert decode_sm(with_length(longest)).short_message == b"hi"
    with pytest.raises(AnswerAndContinue) as raised:
        decode_sm(with_length(longest + 1))
    assert raised.value.status == status


@pytest.mark.parametrize(("which", "longest", "status"), [(0, 5, 0x15), (1, 64, 0x0A), (2, 64, 0x0B)])
def test_the_longest_string_of_each_field_of_data_sm(which: int, longest: int, status: int) -> None:
    def with_length(length: int) -> bytes:
        strings = [before + b"7" * (length if at == which else 0) + b"\0" for at, before in enumerate(STRINGS[:3])]
        return pdu_of(0x103, b"".join(strings) + b"\0\0\x08")

    assert decode_data(with_length(longest)).data_coding == 8
    with pytest.raises(AnswerAndContinue) as raised:
        decode_data(with_length(longest + 1))
    assert raised.value.status == status


def test_a_body_only_the_table_can_read_would_be_our_error() -> None:
    fault = fast._fault(LAYOUTS[CommandId.SUBMIT_SM], SUBMIT)
    assert fault.status == 0x08


def load(name: str) -> ModuleType:
    """A file of tests/fuzz, which is no package."""
    spec = spec_from_file_location(name, Path(__file__).parents[1] / "fuzz" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pdus_agree_with_the_table() -> None:
    framer = Framer(BOUND_LIMIT + 200)
    good = bad = 0
    for raw in islice(load("pdus").generate(random.Random(7), framing_faults=0), 30_000):
        (frame,) = framer.feed(raw)
        if frame.command_id in (4, 5, 0x103):
            if agrees(raw):
                good += 1
            else:
                bad += 1
        else:
            outcome(parse, raw)
    assert good > 5_000
    assert bad > 1_000
    assert framer.error is None


def test_generated_streams_end_in_frames_or_an_error() -> None:
    ended = 0
    pdus = load("pdus")
    framer = Framer()
    for raw in islice(pdus.generate(random.Random(8), framing_faults=0.2, seeds=[respond_sm(4, 0, 1, b"x")]), 10_000):
        framer.feed(raw)
        if framer.error is not None:
            assert framer.error.status == 0x02
            ended += 1
            framer = Framer(BOUND_LIMIT)
    assert ended > 500


def test_the_generator_repeats_by_its_seed() -> None:
    pdus = load("pdus")
    first = list(islice(pdus.generate(random.Random(3)), 2_000))
    assert first == list(islice(pdus.generate(random.Random(3)), 2_000))
    assert first != list(islice(pdus.generate(random.Random(4)), 2_000))


# --- literal messages

SUBMIT = request(
    CommandId.SUBMIT_SM,
    7,
    service_type=b"CMT",
    source_addr_ton=5,
    source_addr=b"ACME",
    dest_addr_ton=1,
    dest_addr_npi=1,
    destination_addr=b"14165550199",
    esm_class=0x43,
    protocol_id=1,
    priority_flag=2,
    schedule_delivery_time=b"000001000000000R",
    validity_period=b"000002000000000R",
    registered_delivery=0x11,
    replace_if_present_flag=3,
    data_coding=0xF1,
    sm_default_msg_id=4,
    short_message=b"hello",
    tlvs=((0x020C, b"\x12\x34"), (0x020E, b"\x03"), (0x1400, b"pe"), (0x020F, b"\x02"), (0x020F, b"\x09")),
)


def test_every_field_has_its_place() -> None:
    assert decode_sm(SUBMIT) == ShortMessage(
        service_type=b"CMT",
        source_ton=5,
        source_npi=0,
        source=b"ACME",
        dest_ton=1,
        dest_npi=1,
        dest=b"14165550199",
        esm_class=0x43,
        protocol_id=1,
        priority=2,
        schedule=b"000001000000000R",
        validity=b"000002000000000R",
        registered_delivery=0x11,
        replace_if_present=3,
        data_coding=0xF1,
        default_msg_id=4,
        short_message=b"hello",
        tlvs_at=88,
        text_at=82,
        sar=(0x1234, 3, 2),
    )


def test_both_payloads_are_there() -> None:
    message = decode_data(request(CommandId.DATA_SM, 1, tlvs=((0x0424, b"good"), (0x1400, b""), (0x0424, b"bad"))))
    assert message.payload == b"good"
    assert message.payloads == (b"good", b"bad")
    assert (message.text_at, message.tlvs_at) == (0, 26)


def test_what_trails_is_counted() -> None:
    raw = tlv.with_length(SUBMIT + b"\x04\x24\x00\xffhidden")
    assert decode_sm(raw).trailing == 10
    assert decode_sm(raw).payloads == ()
    assert decode_sm(SUBMIT).trailing == 0


def test_a_nul_behind_the_text_does_not_hide_tlvs() -> None:
    bare = request(CommandId.SUBMIT_SM, 1, short_message=b"hi")
    message = decode_sm(tlv.with_length(bare + b"\0" + tlv.encode(0x0424, b"x")))
    assert (message.payload, message.trailing, message.tlvs_at) == (b"x", 0, len(bare) + 1)
    assert decode_sm(tlv.with_length(bare + b"\0")).trailing == 0


def test_sar_needs_all_three() -> None:
    assert decode_sm(request(CommandId.SUBMIT_SM, 1, tlvs=((0x020C, b"\0\1"), (0x020E, b"\2")))).sar is None
    odd = ((0x020C, b"\x07"), (0x020E, b"\0\2"), (0x020F, b"\1"))
    assert decode_sm(request(CommandId.SUBMIT_SM, 1, tlvs=odd)).sar == (7, 2, 1)
    empty = ((0x020C, b"\x07"), (0x020E, b""), (0x020F, b"\1"))
    assert decode_sm(request(CommandId.SUBMIT_SM, 1, tlvs=empty)).sar is None


def test_a_message_prints_without_its_text() -> None:
    assert repr(decode_sm(SUBMIT)) == (
        "<ShortMessage b'ACME' -> b'14165550199' esm_class=0x43 data_coding=0xf1 text=[5] payload=[0]>"
    )


# --- responses


def test_respond_sm() -> None:
    assert respond_sm(0x80000004, 0, 7, b"c1-4f2a") == bytes.fromhex("00000018800000040000000000000007") + b"c1-4f2a\0"
    assert respond_sm(4, 0x58, 7, b"c1-4f2a") == bytes.fromhex("00000010800000040000005800000007")
    assert respond_sm(5, 0, 0, b"") == bytes.fromhex("0000001180000005000000000000000000")
    assert respond_sm(0x103, 0, 0xFFFFFFFF, b"i" * 64)[-66:] == b"\xff" + b"i" * 64 + b"\0"
    with pytest.raises(ValueError, match="at most 64 octets, not 65"):
        respond_sm(4, 0, 1, b"i" * 65)


@pytest.mark.parametrize(
    ("body", "message_id"),
    [
        (b"", b""),
        (b"\0", b""),
        (b"4f2a\0", b"4f2a"),
        (b"4f2a", b"4f2a"),
        (b"4f2a\0\x04\x23\0\x03\3\0\0", b"4f2a"),
        (b"i" * 70 + b"\0", b"i" * 70),
    ],
)
def test_read_message_id(body: bytes, message_id: bytes) -> None:
    assert read_message_id(pdu_of(0x80000004, body)) == message_id


@given(st.binary(max_size=90), st.sampled_from([0x80000004, 0x80000103]))
def test_read_message_id_agrees_with_the_table(body: bytes, command: int) -> None:
    raw = pdu_of(command, body)
    assert read_message_id(raw) == parse(raw).fields.get("message_id", b"")


# --- rewriting

RECEIPT = request(
    CommandId.DELIVER_SM,
    9,
    source_addr=b"14165550199",
    destination_addr=b"ACME",
    esm_class=4,
    short_message=b"id:17 stat:DELIVRD",
    tlvs=((0x1400, b"before"), (0x001E, b"11\0"), (0x0427, b"\x02"), (0x0424, b"id:17")),
)


def test_rewrite_deliver() -> None:
    changed = rewrite_deliver(RECEIPT, decode_sm(RECEIPT), b"id:c1-0011 stat:DELIVRD", b"c1-0011")
    assert changed == request(
        CommandId.DELIVER_SM,
        9,
        source_addr=b"14165550199",
        destination_addr=b"ACME",
        esm_class=4,
        short_message=b"id:c1-0011 stat:DELIVRD",
        tlvs=((0x1400, b"before"), (0x001E, b"c1-0011\0"), (0x0427, b"\x02"), (0x0424, b"id:17")),
    )


def test_rewrite_deliver_with_the_payload() -> None:
    message = decode_sm(RECEIPT)
    changed = decode_sm(rewrite_deliver(RECEIPT, message, message.short_message, None, b"id:c1-0011"))
    assert (changed.payload, changed.receipted_id) == (b"id:c1-0011", b"11")


def test_rewriting_to_the_same_changes_nothing() -> None:
    raw = tlv.with_length(RECEIPT + b"\x04")
    message = decode_sm(raw)
    assert rewrite_deliver(raw, message, message.short_message, message.receipted_id, message.payload) == raw


def test_a_receipt_without_the_tlv_gets_none() -> None:
    raw = request(CommandId.DELIVER_SM, 9, short_message=b"id:17")
    assert rewrite_deliver(raw, decode_sm(raw), b"id:c1-17", b"c1-17") == request(
        CommandId.DELIVER_SM, 9, short_message=b"id:c1-17"
    )


def test_data_sm_is_rewritten_in_its_tlvs_only() -> None:
    raw = request(CommandId.DATA_SM, 9, esm_class=4, tlvs=((0x001E, b"11\0"), (0x0424, b"id:17")))
    message = decode_data(raw)
    assert rewrite_deliver(raw, message, b"", b"c1-11", b"id:c1-17") == request(
        CommandId.DATA_SM, 9, esm_class=4, tlvs=((0x001E, b"c1-11\0"), (0x0424, b"id:c1-17"))
    )
    with pytest.raises(ValueError, match="data_sm has no short_message"):
        rewrite_deliver(raw, message, b"text", None)


def test_a_text_over_255_octets_does_not_fit() -> None:
    message = decode_sm(RECEIPT)
    assert decode_sm(rewrite_deliver(RECEIPT, message, b"x" * 255, None)).short_message == b"x" * 255
    with pytest.raises(ValueError, match="255 octets, not 256"):
        rewrite_deliver(RECEIPT, message, b"x" * 256, None)


@given(messages.map(b"".join), st.binary(max_size=255), st.binary(max_size=64))
def test_rewriting_keeps_all_else(body: bytes, text: bytes, receipted_id: bytes) -> None:
    raw = pdu_of(5, body)
    try:
        message = decode_sm(raw)
    except AnswerAndContinue:
        return
    changed = rewrite_deliver(raw, message, text, receipted_id)
    before = list(tlv.iterate(raw, message.tlvs_at, len(raw)))
    after = tlv.iterate(changed, message.tlvs_at + len(text) - len(message.short_message), len(changed))
    assert list(after) == [(tag, receipted_id + b"\0" if tag == 0x001E else value) for tag, value in before]
    assert changed[4 : message.text_at] == raw[4 : message.text_at]
    assert changed[message.text_at + 1 :].startswith(text)
    assert changed[len(changed) - message.trailing :] == raw[len(raw) - message.trailing :]
    assert int.from_bytes(changed[:4], "big") == len(changed)
