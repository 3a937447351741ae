"""Versions of the protocol, vendors' TLVs, the answers that policy gives on the wire, and silent drops."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from edge.audit.reader import Reader
from smpp.codec import build, parse
from smpp.consts import RESPONSE, CommandId, Status, Tag
from smpp.receipt import parse as parse_receipt
from tests.e2e.stage import ACME, SOMEBODY, Stage, account, launched, staged
from tests.e2e.wires import Wire, answer_pdu, deliver_pdu, dial, submit_pdu

pytestmark = pytest.mark.e2e

SLOW, OTHER = "14165550600", "14165550601"
QUIET = "14165550610"
HONEST = "14165550620"
CONGESTION = int(Tag.CONGESTION_STATE)
# A message type 0: with this conf the rule that refuses it does so silently, where the account allows that.
DROPPED = 0x40
EXTRA = '[rule.silent-sms]\naction = "drop"\n'


def accounts() -> tuple[str, ...]:
    slow = 'rate-sender = "60/1h burst 3"\nrate-account = "60/1h burst 5"'
    return (
        account("slow", f"+{SLOW}..+{OTHER}", limits=slow),
        account("quiet", "+" + QUIET, keys="drop = true"),
        account("honest", "+" + HONEST, keys="[statuses]\nsender = 0x0F"),
    )


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("dialects"), *accounts(), north='version = "5.0"', extra=EXTRA) as stage:
        yield stage


# -- versions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "tlvs"),
    [
        (0x33, ()),
        (0x34, ((0x0210, b"\x34"),)),
        (0x50, ((0x0210, b"\x50"),)),
        (34, ((0x0210, b"\x34"),)),  # written as a decimal: seen in the field
        (0x00, ((0x0210, b"\x34"),)),
        (0xFF, ((0x0210, b"\x34"),)),
    ],
)
@pytest.mark.parametrize("kind", ["tx", "rx", "trx"])
async def test_binds_of_every_version(stage: Stage, version: int, tlvs: tuple[object, ...], kind: str) -> None:
    async with await dial(stage.edge.port) as wire:
        answer = parse((await wire.bind("acme", kind=kind, version=version)).raw)
        assert (answer.status, answer.fields, answer.tlvs) == (0, {"system_id": b"smsedge"}, tlvs)


@pytest.mark.parametrize(("version", "status"), [(0x33, 0x66), (0x34, 0x66), (0x50, 0x101)])
async def test_a_blocked_number_has_a_code_of_its_own_in_5_0(stage: Stage, version: int, status: int) -> None:
    await stage.ask("block", "+14165550333", "--reason", "test")
    async with stage.bound(version=version) as wire:
        answer = await wire.ask(submit_pdu(ACME, "14165550333", b"hello"))
        assert (answer.command_id, answer.status, len(answer.raw)) == (CommandId.SUBMIT_SM_RESP, status, 16)
    await stage.ask("unblock", "+14165550333")


@pytest.mark.parametrize(
    ("version", "behind"),
    [
        (0x33, b""),
        (0x34, b"\x14\x00\x00\x02hi"),
        (0x50, b"\x04\x28\x00\x01\x63\x14\x00\x00\x02hi"),
    ],
)
async def test_congestion_state_goes_to_5_0_binds_only(stage: Stage, version: int, behind: bytes) -> None:
    async with stage.carrier() as north, stage.bound(version=version) as wire:
        assert [parse(frame.raw).fields["interface_version"] for frame in north.binds] == [0x50]
        north.answer = lambda link, frame: link.send(
            build(
                frame.command_id | RESPONSE,
                0,
                frame.sequence,
                {"message_id": b"7"},
                ((CONGESTION, b"\x63"), (0x1400, b"hi")),
            )
        )
        answer = await wire.ask(submit_pdu(ACME, SOMEBODY, b"hello"))
        assert (answer.status, answer.raw[16:]) == (0, b"n7\0" + behind)


# -- what passes untouched -------------------------------------------------------------------------


async def test_vendors_tlvs_pass_bit_for_bit_both_ways(stage: Stage) -> None:
    tlvs = (
        (0x1400, b"1101234567890\0"),
        (0x1401, b""),
        (0x1400, b"\x00\xff" * 40),  # the same tag again
        (0x3FFF, b"\x01"),
        (int(Tag.USER_MESSAGE_REFERENCE), b"\x00\x07"),
    )
    odd: dict[str, Any] = {
        "service_type": b"DLT",
        "protocol_id": 0x3F,
        "priority_flag": 3,
        "data_coding": 0xF6,
        "esm_class": 0x03,
    }
    async with stage.carrier() as north, stage.bound() as wire:
        raw = submit_pdu(ACME, SOMEBODY, b"\x00\x01\xfe\xff", tlvs, **odd)
        assert (await wire.ask(raw)).status == 0
        assert north.requests[0].raw[16:] == raw[16:]
        raw = deliver_pdu(SOMEBODY, ACME, b"\x00\x01\xfe\xff", tlvs, protocol_id=0x3F, data_coding=0xF6)
        asked = north.links[0].put(raw)
        frame = await wire.next()
        assert frame.raw[16:] == raw[16:]
        wire.send(answer_pdu(frame))
        assert (await asked).status == 0


async def test_octets_behind_the_last_whole_tlv_do_not_pass(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        whole = submit_pdu(ACME, SOMEBODY, b"hello", ((0x1400, b"x"),))
        cut = whole + b"\x04\x24\xff\xff more"
        assert (await wire.ask(len(cut).to_bytes(4) + cut[4:])).status == 0
        assert north.requests[0].raw == whole[:12] + north.requests[0].raw[12:16] + whole[16:]


@pytest.mark.parametrize("sequence", [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
async def test_a_customers_sequence_number_comes_back_verbatim(stage: Stage, sequence: int) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        raw = submit_pdu(ACME, SOMEBODY, b"hello")
        wire.send(raw[:12] + sequence.to_bytes(4) + raw[16:])
        assert (await wire.next()).sequence == sequence
        assert 1 <= north.requests[0].sequence <= 0x7FFFFFFF


# -- what policy answers ---------------------------------------------------------------------------


async def test_a_throttled_sender_gets_0x58_and_its_refusals_cost_nothing(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound("slow") as wire:
        statuses = [(await wire.ask(submit_pdu(SLOW, SOMEBODY, f"{n}".encode()))).status for n in range(13)]
        assert statuses == [0] * 3 + [Status.ESME_RTHROTTLED] * 10
        # The account may send five: three are gone, and the ten refusals have taken none of the other two.
        statuses = [(await wire.ask(submit_pdu(OTHER, SOMEBODY, f"{n}".encode()))).status for n in range(3)]
        assert statuses == [0, 0, Status.ESME_RTHROTTLED]
        assert len(north.requests) == 5
    throttled = await stage.metric("smsedge_messages_total", account="slow", verdict="throttle", rule="rate-sender")
    assert throttled == 10


async def test_a_foreign_sender_gets_0x0a_or_what_the_account_was_promised(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as acme, stage.bound("honest") as honest:
        assert (await acme.ask(submit_pdu("12124567890", SOMEBODY, b"hi"))).status == Status.ESME_RINVSRCADR
        assert (await honest.ask(submit_pdu("12124567890", SOMEBODY, b"hi"))).status == 0x0F
        assert north.requests == []


async def dropped(wire: Wire, source: str, **fields: Any) -> tuple[int, bytes]:
    """Submit what the rule drops: status and id of the answer."""
    frame = await wire.ask(submit_pdu(source, SOMEBODY, b"unseen", protocol_id=DROPPED, **fields))
    return frame.status, frame.raw[16:].rstrip(b"\0")


async def test_a_drop_is_acknowledged_only_where_the_account_allows_it(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound("quiet") as quiet, stage.bound() as acme:
        status, message_id = await dropped(quiet, QUIET, registered_delivery=1)
        assert status == 0
        assert message_id
        # The receipt tells the truth.
        frame = await quiet.next()
        quiet.send(answer_pdu(frame))
        fields = parse(frame.raw).fields
        text = fields["short_message"]
        assert isinstance(text, bytes)
        receipt = parse_receipt(text, 4)
        assert (receipt.id, receipt.stat) == (message_id.decode(), "REJECTD")
        assert (fields["source_addr"], fields["destination_addr"]) == (SOMEBODY.encode(), QUIET.encode())
        assert (await dropped(acme, ACME))[0] == Status.ESME_RX_R_APPN
        assert north.requests == []
    await stage.idle()


async def test_a_drop_is_acknowledged_only_once_it_is_on_disk(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("dropped")
    with launched(directory, *accounts(), extra=EXTRA) as stage:
        async with stage.bound("quiet") as wire:
            status, message_id = await dropped(wire, QUIET)
            stage.edge.kill()
    assert status == 0
    found = await asyncio.to_thread(Reader(directory / "state" / "audit").search, message_id=message_id.decode())
    assert [(one.verdict, one.status, one.source) for one in found] == [("drop", 0, QUIET)]
