"""What customers ask besides submit_sm: query, cancel and replace by our id, submit_multi, data_sm, payloads."""

from collections.abc import Iterator
from typing import Any

import pytest

from edge.simulate.smsc import Style
from smpp.codec import build, parse, request
from smpp.consts import CommandId, Status, Tag
from smpp.frame import Frame
from smpp.layout import Address, DistributionList, Unsuccessful
from tests.e2e.stage import ACME, BETA, SOMEBODY, Stage, account, staged
from tests.e2e.wires import Wire, submit_pdu

pytestmark = pytest.mark.e2e

UNDER_WAY: dict[str, Any] = {
    "receipts": "never",
    "receipt_delay": (60.0, 60.0),
    "ids": Style("hex", 8, True),
    "first_id": 0xAB,
}
PAYLOAD = int(Tag.MESSAGE_PAYLOAD)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    north = 'message_id = { response = "hex", receipt = "decimal", width = 8, case = "upper" }'
    beta = account("beta", "+" + BETA, limits="many-recipients = 3")
    with staged(tmp_path_factory.mktemp("operations"), beta, north=north, carriers={"west": ""}) as stage:
        yield stage


def about(command: int, message_id: bytes, source: str = ACME, **fields: Any) -> bytes:
    """A query_sm, cancel_sm or replace_sm."""
    return request(
        command,
        0,
        message_id=message_id,
        source_addr_ton=1,
        source_addr_npi=1,
        source_addr=source.encode(),
        **fields,
    )


async def submitted(wire: Wire, text: bytes) -> bytes:
    """Submit a text; the id we are given."""
    answer = parse((await wire.ask(submit_pdu(ACME, SOMEBODY, text))).raw)
    assert answer.status == 0
    given = answer.fields["message_id"]
    assert isinstance(given, bytes)
    return given


# -- query, cancel, replace ------------------------------------------------------------------------


async def test_query_and_cancel_go_back_by_the_id(stage: Stage) -> None:
    async with stage.simulator(**UNDER_WAY) as north, stage.bound() as wire:
        given = await submitted(wire, b"the first")
        assert (given, north.messages[0].id) == (b"n171", "000000AB")
        state = parse((await wire.ask(about(CommandId.QUERY_SM, given))).raw)
        assert (state.status, state.fields["message_id"], state.fields["message_state"]) == (0, given, 1)
        cancelled = await wire.ask(about(CommandId.CANCEL_SM, given))
        assert (cancelled.status, len(cancelled.raw)) == (0, 16)
        state = parse((await wire.ask(about(CommandId.QUERY_SM, given))).raw)
        assert (state.status, state.fields["message_state"]) == (0, 4)  # DELETED
        # Too late for a second time: the carrier's own word.
        assert (await wire.ask(about(CommandId.CANCEL_SM, given))).status == Status.ESME_RCANCELFAIL


async def test_replace_is_judged_again(stage: Stage) -> None:
    async with stage.simulator(**UNDER_WAY) as north, stage.bound() as wire:
        given = await submitted(wire, b"the first")
        replaced = await wire.ask(about(CommandId.REPLACE_SM, given, short_message=b"the second"))
        assert (replaced.status, len(replaced.raw)) == (0, 16)
        assert north.messages[0].text == "the second"
        await stage.ask("suspend", "acme", "--reason", "test")
        refused = await wire.ask(about(CommandId.REPLACE_SM, given, short_message=b"the third"))
        assert refused.status == Status.ESME_RREPLACEFAIL
        assert north.messages[0].text == "the second"
        await stage.ask("restore", "acme")
        assert (await wire.ask(about(CommandId.REPLACE_SM, given, short_message=b"the fourth"))).status == 0
        assert north.messages[0].text == "the fourth"
    found = (await stage.ask("trace", "+" + ACME))["decisions"]
    assert ("replace", "suspended") in {(one.get("operation"), one.get("rule")) for one in found}


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (CommandId.QUERY_SM, Status.ESME_RQUERYFAIL),
        (CommandId.CANCEL_SM, Status.ESME_RCANCELFAIL),
        (CommandId.REPLACE_SM, Status.ESME_RREPLACEFAIL),
    ],
)
async def test_only_the_owner_of_the_number_may_ask(stage: Stage, command: int, refused: int) -> None:
    async with stage.simulator(**UNDER_WAY) as north, stage.bound() as wire, stage.bound("beta") as stranger:
        given = await submitted(wire, b"mine")
        # Not with the owner's number on a stranger's bind, not with the stranger's own, not with none.
        assert (await stranger.ask(about(command, given, ACME))).status == refused
        assert (await wire.ask(about(command, given, BETA))).status == refused
        assert (await wire.ask(about(command, given, ""))).status == refused
        assert north.counts.queries == 0
        # With its own number a stranger's question goes to the carrier, which knows no such message of that number.
        assert (await stranger.ask(about(command, given, BETA))).status == Status.ESME_RINVMSGID
        # An id that is nobody's, and one that cannot be turned back.
        assert (await wire.ask(about(command, b"zzz"))).status == Status.ESME_RINVMSGID
        assert (await wire.ask(about(command, b""))).status == Status.ESME_RINVMSGID
        assert (await wire.ask(about(command, b"n~" + b"0" * 32))).status == refused
        assert (await wire.ask(about(command, b"w7"))).status == Status.ESME_RSYSERR  # that carrier is not bound


# -- submit_multi ----------------------------------------------------------------------------------


def multi_pdu(source: str, *destinations: str, **fields: Any) -> bytes:
    """A submit_multi to international numbers, or to short ones as they are."""
    addresses = tuple(Address(1 if len(each) > 6 else 0, 1, each.encode()) for each in destinations)
    given: dict[str, Any] = {"destinations": addresses, "short_message": b"to all"} | fields
    return request(
        CommandId.SUBMIT_MULTI, 0, source_addr_ton=1, source_addr_npi=1, source_addr=source.encode(), **given
    )


async def test_a_refused_destination_is_listed_and_the_others_go_out(stage: Stage) -> None:
    async with stage.simulator(**UNDER_WAY) as north, stage.bound() as wire:
        frame = await wire.ask(multi_pdu(ACME, "14165550301", "911", "14165550302"))
        answer = parse(frame.raw)
        assert (answer.command_id, answer.status) == (CommandId.SUBMIT_MULTI_RESP, 0)
        assert answer.fields == {
            "message_id": b"n171",
            "unsuccess_sme": (Unsuccessful(0, 1, b"911", Status.ESME_RINVDSTADR),),
        }
        assert [message.destination for message in north.messages] == ["+14165550301", "+14165550302"]
    found = (await stage.ask("trace", "account:acme", "--limit", "3"))["decisions"]
    assert sorted((one["destination"], one.get("verdict", "allow"), one["status_name"]) for one in found) == [
        ("14165550301", "allow", "ESME_ROK"),
        ("14165550302", "allow", "ESME_ROK"),
        ("911", "bounce", "ESME_RINVDSTADR"),
    ]


async def test_failures_of_the_carrier_and_ours_make_one_list(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        theirs = Unsuccessful(1, 1, b"14165550302", 0x4F0)

        def answer(link: Wire, frame: Frame) -> None:
            fields: dict[str, Any] = {"message_id": b"AB", "unsuccess_sme": (theirs,)}
            link.send(build(CommandId.SUBMIT_MULTI_RESP, 0, frame.sequence, fields))

        north.answer = answer
        pdu = parse((await wire.ask(multi_pdu(ACME, "14165550301", "911", "14165550302"))).raw)
        assert pdu.fields["unsuccess_sme"] == (theirs, Unsuccessful(0, 1, b"911", Status.ESME_RINVDSTADR))
        sent = parse(north.requests[0].raw)
        assert sent.fields["destinations"] == (Address(1, 1, b"14165550301"), Address(1, 1, b"14165550302"))


async def test_a_submit_multi_of_nobody_who_may_get_it(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as wire, stage.bound("beta") as beta:
        assert (await wire.ask(multi_pdu(ACME, "911"))).status == Status.ESME_RINVDSTADR
        many = await beta.ask(multi_pdu(BETA, *(f"1416555030{n}" for n in range(4))))
        assert many.status == Status.ESME_RINVNUMDESTS
        everybody = (DistributionList(b"everybody"),)
        assert (await wire.ask(multi_pdu(ACME, destinations=everybody))).status == Status.ESME_RINVDLNAME
        assert north.requests == []


# -- data_sm and payloads --------------------------------------------------------------------------


async def test_data_sm_is_judged_and_forwarded_as_it_is(stage: Stage) -> None:
    raw = request(
        CommandId.DATA_SM,
        0,
        source_addr_ton=1,
        source_addr_npi=1,
        source_addr=ACME.encode(),
        dest_addr_ton=1,
        dest_addr_npi=1,
        destination_addr=SOMEBODY.encode(),
        tlvs=((0x1400, b"\x00\x01"), (PAYLOAD, b"all of it here")),
    )
    async with stage.carrier() as north, stage.bound() as wire, stage.bound("beta") as beta:
        answer = await wire.ask(raw)
        assert (answer.command_id, answer.status, answer.raw[16:]) == (CommandId.DATA_SM_RESP, 0, b"n1\0")
        assert (north.requests[0].command_id, north.requests[0].raw[16:]) == (CommandId.DATA_SM, raw[16:])
        # A number that is not beta's.
        assert (await beta.ask(raw)).status == Status.ESME_RINVSRCADR
        assert len(north.requests) == 1


async def test_a_text_in_two_places_is_refused(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        both = submit_pdu(ACME, SOMEBODY, b"harmless", ((PAYLOAD, b"not so harmless"),))
        assert (await wire.ask(both)).status == Status.ESME_ROPTPARNOTALLWD
        alone = submit_pdu(ACME, SOMEBODY, b"", ((PAYLOAD, b"x" * 8_000),))
        assert (await wire.ask(alone)).status == 0
        assert [frame.raw[16:] for frame in north.requests] == [alone[16:]]


async def test_a_receipt_from_a_customer_is_refused(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        for esm_class in (0x04, 0x08, 0x10, 0x20):
            answer = await wire.ask(submit_pdu(ACME, SOMEBODY, b"id:1 stat:DELIVRD", esm_class=esm_class))
            assert answer.status == Status.ESME_RINVESMCLASS
        assert north.requests == []
