"""The traffic: its kinds, its tally, and whole runs against the SMSC."""

import asyncio
import json
from itertools import islice
from pathlib import Path

import pytest

from edge.simulate.esme import Binding
from edge.simulate.smsc import Options as SmscOptions
from edge.simulate.smsc import Smsc, Style
from edge.simulate.traffic import one, report
from edge.simulate.traffic.engine import Engine
from edge.simulate.traffic.kinds import KINDS, Outgoing, listing, weights, workload
from edge.simulate.traffic.options import MIX, Options
from edge.simulate.traffic.tally import Latencies, Tally
from edge.simulate.values import number_ranges
from smpp.fast import decode_sm
from smpp.gsm import is_gsm

OWN = {f"+141655501{line:02d}" for line in range(100)}


def made(kind: str, count: int = 50, **options: object) -> list[Outgoing]:
    return list(islice(workload(Options(mix={kind: 1.0}, seed=1, **options)), count))  # type: ignore[arg-type]


# -- kinds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_messages_that_can_be_read(kind: str) -> None:
    for outgoing in made(kind):
        message = decode_sm(outgoing.raw)
        assert outgoing.kind == kind
        assert outgoing.source.encode().removeprefix(b"+") == message.source
        assert outgoing.destination.encode().removeprefix(b"+") == message.dest
        assert message.short_message


def test_lawful_messages_are_all_different_and_from_the_accounts_numbers() -> None:
    messages = made("lawful", 500)
    assert len({outgoing.text for outgoing in messages}) == 500
    assert {outgoing.source for outgoing in messages} <= OWN
    assert all(is_gsm(outgoing.text) and len(outgoing.text) <= 160 for outgoing in messages)
    assert len({outgoing.destination for outgoing in messages}) > 300


def test_what_each_violation_violates() -> None:
    assert not {outgoing.source for outgoing in made("spoofed")} & OWN
    assert {outgoing.destination for outgoing in made("emergency")} == {"911"}
    assert {outgoing.destination for outgoing in made("emergency", emergency=("911", "112"))} == {"911", "112"}
    assert {outgoing.source for outgoing in made("alphanumeric")} == {"ACMEDENTAL"}
    assert {decode_sm(outgoing.raw).source_ton for outgoing in made("alphanumeric")} == {5}
    assert {decode_sm(outgoing.raw).protocol_id for outgoing in made("silent")} == {0x40}
    assert {outgoing.destination for outgoing in made("blocked")} == {"+16135550199"}
    assert {outgoing.source for outgoing in made("bad-sender")} == {"+14169110123"}
    bombs, floods = made("bomb"), made("flood")
    assert len({(outgoing.source, outgoing.destination) for outgoing in bombs}) == 1
    assert {outgoing.source for outgoing in floods} == {"+14165550199"}
    assert len({outgoing.destination for outgoing in floods}) > 30
    assert not {outgoing.source for outgoing in made("lawful", 200)} & {bombs[0].source, floods[0].source}


def test_long_and_foreign_messages() -> None:
    long = made("long", 100)
    assert {outgoing.parts for outgoing in long} <= {2, 3, 4}
    assert {decode_sm(outgoing.raw).esm_class for outgoing in long} == {0x40}
    foreign = made("ucs2", 100)
    assert {decode_sm(outgoing.raw).data_coding for outgoing in foreign} == {8}
    assert {outgoing.parts for outgoing in foreign} == {1}


def test_receipts_are_asked_for_by_kind_and_by_share() -> None:
    assert {decode_sm(outgoing.raw).registered_delivery for outgoing in made("receipt")} == {1}
    assert {decode_sm(outgoing.raw).registered_delivery for outgoing in made("lawful")} == {0}
    asked = [decode_sm(outgoing.raw).registered_delivery for outgoing in made("lawful", 400, receipts=0.5)]
    assert 140 < sum(asked) < 260


def test_mixes() -> None:
    assert weights({"everything": 2.0, "lawful": 1.0}) == {**dict.fromkeys(KINDS, 2.0), "lawful": 3.0}
    with pytest.raises(ValueError, match="there is no kind 'unlawful'; there are lawful, receipt"):
        weights({"unlawful": 1.0})
    assert set(MIX) <= set(KINDS)
    assert "emergency" not in MIX
    assert all(name in listing() for name in KINDS)


def test_the_same_seed_makes_the_same_messages() -> None:
    first, second = made("lawful"), made("lawful")
    assert first == second


def test_one_number_is_enough() -> None:
    mine = number_ranges("+14165550100")
    for kind in ("lawful", "flood", "bomb"):
        assert {outgoing.source for outgoing in made(kind, senders=mine)} == {"+14165550100"}


# -- tally -----------------------------------------------------------------------------------------


def test_quantiles_are_exact_to_two_per_cent() -> None:
    latencies = Latencies()
    assert latencies.quantile(0.5) is None
    for milliseconds in range(1, 101):
        latencies.add(milliseconds / 1000)
    for share, expected in ((0.5, 0.050), (0.95, 0.095), (0.99, 0.099), (1.0, 0.100)):
        found = latencies.quantile(share)
        assert found is not None
        assert abs(found - expected) / expected < 0.025


def test_receipts_find_their_kind_also_ahead_of_the_answer() -> None:
    tally = Tally(frozenset({"911"}))
    tally.receipt("early", "DELIVRD")
    tally.answer("lawful", 0, "early", True, 0.001)
    tally.answer("lawful", 0, "late", True, 0.001)
    tally.answer("lawful", 0x58, "", True, 0.001)
    tally.receipt("stranger", "DELIVRD")
    assert tally.receipts_due == 1
    tally.receipt("late", "UNDELIV")
    tally.settle()
    assert tally.kinds["lawful"].receipts == {"DELIVRD": 1, "UNDELIV": 1}
    assert (tally.receipts, tally.receipts_due, tally.stray_receipts) == (2, 0, 1)
    assert (tally.answered, tally.refused) == (3, 1)


def test_bounce_backs_are_told_from_other_messages() -> None:
    tally = Tally(frozenset({"911"}))
    tally.answer("emergency", 0x0B, "", False, 0.001)
    tally.originated("911", True)
    tally.originated("911", False)
    tally.originated("+12125550111", True)
    assert (tally.kinds["emergency"].bounces, tally.others) == (1, 1)


def test_the_report() -> None:
    tally = Tally()
    tally.kind("lawful").sent = 3
    tally.answer("lawful", 0, "1", True, 0.0101)
    tally.answer("lawful", 0x58, "", False, 0.0101)
    tally.kinds["lawful"].unanswered = 1
    tally.losses["connection lost"] += 1
    assert report.table(tally, 2.0).splitlines() == [
        "kind    sent  answered  unanswered  p50 ms  p95 ms  p99 ms  receipts  bounces  statuses",
        "lawful     3         2           1   10.08   10.08   10.08         0        0  ESME_ROK 1, ESME_RTHROTTLED 1",
        "2 answered in 2.0 s, 1 a second",
        "connection lost: connection lost (1)",
        "1 receipts that were asked for have not come",
    ]
    values = report.as_json(tally, 2.0)
    assert values["all"] == values["kinds"]["lawful"]
    assert values["all"]["statuses"] == {"ESME_ROK": 1, "ESME_RTHROTTLED": 1}
    assert (values["receipts_missing"], values["connections_lost"]) == (1, {"connection lost": 1})


# -- runs ------------------------------------------------------------------------------------------


async def run(smsc: Smsc, **options: object) -> Engine:
    fields = {"port": smsc.port, "seed": 1, "rate": 0.0, "wait": 2.0, **options}
    engine = Engine(Options(**fields))  # type: ignore[arg-type]
    await engine.run()
    return engine


async def test_a_run_sends_what_was_asked_for_and_tallies_the_answers() -> None:
    options = SmscOptions(error_rate=0.1, error_status=(0x45,), seed=1, receipt_delay=(0.0, 0.01))
    async with Smsc(options) as smsc:
        engine = await run(smsc, count=500, binds=3, mix={"lawful": 1.0, "receipt": 1.0, "long": 1.0})
        tally = engine.tally
        assert (tally.sent, tally.answered, tally.unanswered) == (500, 500, 0)
        assert tally.refused == smsc.counts.refused
        receipt = tally.kinds["receipt"]
        assert receipt.receipts.total() == receipt.statuses[0] == smsc.counts.receipts
        assert (tally.receipts_due, tally.stray_receipts) == (0, 0)
        texts = [message.text for message in smsc.messages if message.part is None]
        assert len(texts) == len(set(texts))
        assert smsc.counts.connections == 3


async def test_a_run_keeps_to_its_window() -> None:
    async with Smsc(SmscOptions(delay=(0.002, 0.002), window_full=4)) as smsc:
        engine = await run(smsc, count=100, window=4)
        assert (engine.tally.answered, engine.tally.refused) == (100, 0)


async def test_pairs_of_binds_and_receivers_alone() -> None:
    async with Smsc(SmscOptions(receipt_delay=(0.0, 0.0))) as smsc:
        engine = await run(smsc, count=20, bind="tx+rx", mix={"receipt": 1.0})
        assert (engine.tally.answered, engine.tally.receipts) == (20, 20)
        engine = Engine(Options(port=smsc.port, bind="rx", count=0))
        running = asyncio.ensure_future(engine.run())
        await smsc.wait_for(lambda it: bool(it.bound))
        await smsc.inject_mo("+12125550111", "+14165550100", "Hello")
        engine.stop()
        await running
        assert (engine.tally.sent, engine.tally.others) == (0, 1)


async def test_a_duration_ends_a_run_and_a_rate_holds_it_back() -> None:
    async with Smsc() as smsc:
        engine = await run(smsc, count=0, duration=0.3, rate=100.0)
        assert 1 <= engine.tally.sent <= 36  # the rate, and what may be caught up at once
        assert engine.tally.answered == engine.tally.sent


async def test_a_lost_connection_leaves_messages_unanswered_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "traffic.jsonl"
    async with Smsc(SmscOptions(disconnect_messages=50)) as smsc:
        engine = await run(smsc, count=200, log=path)
        tally = engine.tally
        assert tally.sent == tally.answered + tally.unanswered < 200
        assert tally.unanswered > 0
        assert tally.losses == {"connection lost": 1}
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(lines) == tally.sent
    assert len([line for line in lines if line["status"] is None]) == tally.unanswered
    assert set(lines[0]) == {
        "time", "kind", "status", "message_id", "source", "destination", "text", "part", "parts"
    }  # fmt: skip


async def test_with_reconnect_the_rest_goes_out_and_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.simulate.traffic.engine.REBIND", 0.02)
    async with Smsc(SmscOptions(disconnect_messages=60)) as smsc:
        engine = await run(smsc, count=200, reconnect=True, mix={"lawful": 1.0})
        tally = engine.tally
        assert tally.sent == tally.answered + tally.unanswered == 200
        assert sum(tally.losses.values()) == smsc.counts.cut == 3
        texts = [message.text for message in smsc.messages]
        assert len(texts) == len(set(texts))


async def test_a_carrier_that_never_answers_is_given_up() -> None:
    async with Smsc(SmscOptions(silent="messages")) as smsc:
        engine = await run(smsc, count=10, window=10, timeout=0.2)
        assert (engine.tally.sent, engine.tally.answered, engine.tally.unanswered) == (10, 0, 10)


async def test_told_twice_it_waits_for_nothing() -> None:
    async with Smsc(SmscOptions(silent="messages")) as smsc:
        engine = Engine(Options(port=smsc.port, rate=0.0, count=5))
        running = asyncio.ensure_future(engine.run())
        await smsc.wait_for(lambda it: it.counts.unanswered == 5)
        engine.stop()
        engine.stop()
        await asyncio.wait_for(running, 5)
        assert engine.tally.answered == 0


# -- one message -----------------------------------------------------------------------------------


def binding(smsc: Smsc) -> Binding:
    return Binding("127.0.0.1", smsc.port, "acme", "secret")


async def test_one_message_and_its_receipt() -> None:
    async with Smsc(SmscOptions(ids=Style("text", 4), receipt_delay=(0.0, 0.0))) as smsc:
        verdict = await one.send_one(binding(smsc), "+14165550100", "+14165550301", "Hello", True, 3.0)
    assert one.lines(verdict, True).splitlines() == [
        "message     +14165550100 -> +14165550301",
        "verdict     ESME_ROK (0x00): accepted",
        "message id  msg-0001",
        "receipt     DELIVRD",
    ]
    assert one.as_json(verdict)["receipts"] == [{"message_id": "msg-0001", "stat": "DELIVRD"}]


async def test_one_message_to_an_emergency_number_and_its_bounce_back() -> None:
    options = SmscOptions(error_rate=1.0, error_status=(0x0B,))
    async with Smsc(options) as smsc:
        sending = asyncio.ensure_future(one.send_one(binding(smsc), "+14165550100", "911", "help", False, 3.0))
        await smsc.wait_for(lambda it: it.counts.refused == 1)
        await smsc.inject_mo("911", "+14165550100", "Make a voice call. " * 10)
        verdict = await sending
    assert one.lines(verdict, False).splitlines() == [
        "message        +14165550100 -> 911",
        "verdict        ESME_RINVDSTADR (0x0B): refused: the recipient cannot be texted",
        "text from 911  " + "Make a voice call. " * 10,
    ]
    assert one.as_json(verdict)["status"] == "ESME_RINVDSTADR"


async def test_one_long_message_without_the_receipt_it_asked_for() -> None:
    async with Smsc(SmscOptions(receipts="never", first_id=7)) as smsc:
        verdict = await one.send_one(binding(smsc), "+14165550100", "+14165550301", "x" * 200, True, 0.05)
    assert one.lines(verdict, True).splitlines() == [
        "message     +14165550100 -> +14165550301, 2 parts",
        "verdict     ESME_ROK (0x00): accepted",
        "message id  7",
        "verdict     ESME_ROK (0x00): accepted",
        "message id  8",
        "receipt     none came in time",
    ]
