"""Every verdict, enforced over SIP: a real Asterisk, a real `smsedge run`, a real SMPP carrier."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from smpp.codec import request
from smpp.consts import CommandId as C
from tests.asterisk.edge import LAX, EdgeProcess
from tests.asterisk.stage import TO, Stage, until
from tests.edge.app.stage import Carrier, Client, carrier, message

SHORTENED = b"your papers are ready: https://bit.ly/3xYzAb2"


@pytest.fixture
async def north() -> AsyncIterator[Carrier]:
    """The SMPP carrier."""
    async with carrier() as one:
        yield one


@pytest.fixture
async def edges(tmp_path: Path) -> AsyncIterator[list[EdgeProcess]]:
    """Edges that are stopped at the end."""
    made: list[EdgeProcess] = []
    yield made
    for one in made:
        await one.stop()


async def test_every_verdict(stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path) -> None:
    rules = {"shortener": "reroute:carrier-south", "brand-mismatch": "quarantine"}
    policy = LAX
    for name, action in rules.items():
        policy = policy.replace(
            f'[rule.{name}]\nmode = "off"\n', f'[rule.{name}]\nmode = "enforce"\naction = "{action}"\n'
        )
    edge = EdgeProcess(tmp_path, stage.asterisk, north.port, policy=policy)
    edges.append(edge)
    await edge.start()

    # allow: byte-exact, under the sender's own From
    text = 'Grüße 😀 ${SHELL(id)} ),(\\ " ; | :) see you at 5:30'.encode()
    assert await stage.desk.text(TO, text, call_id=b"order-66@desk") == 202
    await until("allowed", lambda: len(stage.north.messages) == 1)
    [found] = (await edge.ask("trace", message_id="order-66@desk"))["decisions"]
    assert (found["destination"], found["reference"]) == (TO, "order-66@desk")
    [carried] = stage.north.messages
    assert (carried.user, carried.body) == (TO, text)
    assert carried.get("from").startswith(b"<sip:+14165550110@127.0.0.2>")

    # reject, with a notice: a number that is not the endpoint's
    assert await stage.desk.text(TO, b"not mine", "+14165550100") == 202
    await stage.heard(1)
    notice = stage.desk.messages[-1]
    assert notice.body.startswith(b"Not sent to +14165550301: this number may not be used to send. Ref ")
    assert notice.user == "+14165550100"

    # reroute: the second trunk
    assert await stage.desk.text(TO, SHORTENED) == 202
    await until("rerouted", lambda: len(stage.south.messages) == 1)
    assert stage.south.messages[0].body == SHORTENED

    # emergency: the dialplan answers, the edge records
    assert await stage.desk.text("9-1-1", b"help") == 202
    await stage.heard(2)
    assert b"There is no text to 911" in stage.desk.messages[-1].body

    # oversize: refused, never passed as empty
    assert await stage.desk.text("+14165550302", b"x" * 1100) == 202
    await stage.heard(3)
    assert stage.desk.messages[-1].body.startswith(b"Not sent to +14165550302: it could not be carried.")
    assert (await edge.trace("+14165550302"))[0]["verdict"] == "reject"

    # opt-out by SMS blocks the SIP message
    stop = request(
        C.DELIVER_SM,
        1,
        source_addr_ton=1,
        source_addr=b"14165550303",
        dest_addr_ton=1,
        destination_addr=b"14165550110",
        short_message=b"STOP",
    )
    north.sends(stop)
    await stage.heard(4)
    mo = stage.desk.messages[-1]
    assert (mo.user, mo.body) == ("+14165550110", b"STOP")
    assert mo.get("from").startswith(b"<sip:+14165550303@")
    assert await stage.desk.text("+14165550303", b"are you there") == 202
    await until_decided(edge, "+14165550303", "opt-out")

    # and the reverse: STOP by SIP blocks the SMS of the account it is said to
    assert await stage.desk.text("+16475550100", b"STOP") == 202
    await until("the STOP", lambda: any(m.user == "+16475550100" for m in stage.north.messages))
    async with rival(edge.smpp) as esme:
        answer = await esme.asks(message(2, to=b"14165550110", source=b"16475550100"))
        assert answer.status == 0x66
    counts = {decision.get("verdict", "allow") for decision in await edge.trace("+14165550110")}
    print(f"verdicts on record: {', '.join(sorted(counts))}; carried north {len(stage.north.messages)}, ", end="")
    print(f"south {len(stage.south.messages)}, told to the desk {len(stage.desk.messages)}")
    assert await stage.spooled() == {}
    assert (await edge.asterisk())["spool"] == 0


@asynccontextmanager
async def rival(port: int) -> AsyncIterator[Client]:
    """The other account, bound."""
    client = Client(*await asyncio.open_connection("127.0.0.1", port))
    bind = request(C.BIND_TRANSCEIVER, 1, system_id=b"rival", password=b"secret", interface_version=0x34)
    assert (await client.asks(bind)).status == 0
    yield client
    client.writer.close()


async def until_empty(edge: EdgeProcess) -> None:
    """Until the edge holds nothing of the spool."""
    for _ in range(100):
        if not (await edge.asterisk())["spool"]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("still held")


async def until_decided(edge: EdgeProcess, number: str, rule: str) -> None:
    for _ in range(40):
        found = await edge.trace(number)
        if any(decision.get("rule") == rule for decision in found):
            return
    raise AssertionError(f"no decision by {rule}: {found}")


async def test_throttle(stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path) -> None:
    policy = LAX.replace('[rule.rate-sender]\nmode = "off"\n', '[rule.rate-sender]\nlimit = "1/2s burst 1"\n')
    edge = EdgeProcess(tmp_path, stage.asterisk, north.port, policy=policy, patience="3s")
    account = edge.conf / "accounts.d/acme.conf"
    text = account.read_text().replace('rate-sender = "5000/1s burst 5000"\n', "")
    account.write_text(text)
    edges.append(edge)
    await edge.start()
    # throttle: held and sent later, or refused with a notice once patience ends
    for turn in range(6):
        assert await stage.desk.text(f"+1416555030{turn}", b"n%d" % turn) == 202
    await until("all ended", lambda: bool(stage.desk.messages) and len(stage.north.messages) >= 2)
    await until_empty(edge)
    assert await stage.spooled() == {}
    carried = len(stage.north.messages)
    assert 2 <= carried < 6
    assert b": sending too fast. Ref " in stage.desk.messages[0].body
    assert len(stage.desk.messages) == 1
    print(f"throttled: {carried} of 6 carried in their time, the rest refused, {len(stage.desk.messages)} notices")


async def test_quarantine_and_release(stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path) -> None:
    policy = LAX.replace('[rule.shortener]\nmode = "off"\n', '[rule.shortener]\naction = "quarantine"\n')
    edge = EdgeProcess(tmp_path, stage.asterisk, north.port, policy=policy)
    edges.append(edge)
    await edge.start()
    for turn in range(2):
        assert await stage.desk.text(f"+1416555030{turn}", SHORTENED) == 202
    held: list[dict[str, object]] = []
    for _ in range(100):
        held = (await edge.ask("quarantine", action="list"))["messages"]
        if len(held) == 2 and not (await edge.asterisk())["spool"]:
            break
        await asyncio.sleep(0.1)
    assert len(held) == 2
    assert await stage.spooled() == {}
    assert not stage.north.messages
    released = await edge.ask("quarantine", action="release", ids=[held[0]["id"]], by="kim", reason="fine")
    assert released["done"] == [held[0]["id"]], released
    await until("released", lambda: len(stage.north.messages) == 1)
    assert stage.north.messages[0].body == SHORTENED
    assert stage.north.messages[0].user == held[0]["destination"]
    refused = await edge.ask("quarantine", action="refuse", ids=[held[1]["id"]], by="kim", reason="no")
    assert refused["done"] == [held[1]["id"]]
    await stage.heard(1)
    print("quarantine: 2 held, 1 released through Asterisk, 1 refused with a notice")


async def test_crossing_to_smpp(stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path) -> None:
    edge = EdgeProcess(tmp_path, stage.asterisk, north.port, carriers='"north"')
    edges.append(edge)
    await edge.start()
    for start in range(0, 100, 25):
        turn = range(start, start + 25)
        statuses = await asyncio.gather(*(stage.desk.text(f"+141655530{n:02}", b"n%d" % n) for n in turn))
        assert set(statuses) == {202}
    await until("crossed", lambda: len(north.got) >= 100)
    bodies = [pdu.fields["short_message"] for pdu in north.got]
    assert sorted(bodies) == sorted(b"n%d" % n for n in range(100))
    await until_empty(edge)
    assert await stage.spooled() == {}
    assert (await edge.ask("quarantine", action="list", state="any"))["messages"] == []
    assert not stage.north.messages
    print(f"crossed to SMPP: {len(north.got)} of 100, once each")


async def test_a_subscribers_message_reaches_the_endpoint(
    stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path
) -> None:
    edge = EdgeProcess(tmp_path, stage.asterisk, north.port)
    edges.append(edge)
    await edge.start()
    for sequence in range(1, 51):
        north.sends(
            request(
                C.DELIVER_SM,
                sequence,
                source_addr_ton=1,
                source_addr=b"14165550301",
                dest_addr_ton=1,
                destination_addr=b"14165550111",
                data_coding=8,
                short_message=f"Grüße {sequence}".encode("utf-16-be"),
            )
        )
    await stage.heard(50)
    assert [m.body.decode() for m in stage.desk.messages] == [f"Grüße {n}" for n in range(1, 51)]
    assert {m.user for m in stage.desk.messages} == {"+14165550111"}
    print("deliver_sm to a SIP endpoint: 50 of 50, in order")
