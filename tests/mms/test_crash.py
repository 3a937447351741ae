"""kill -9 of the edge while messages pass: nothing that was acknowledged is missing, and duplicates are only those that
SMTP cannot tell: the next hop had taken the message, and the peer had not heard so when the edge died.

SMSEDGE_MMS_CRASH is the number of messages (300), SMSEDGE_MMS_KILLS how often it is killed (1).
"""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from edge.simulate.mmsc import Mmsc, Order
from edge.simulate.mmsc.book import Entry
from tests.e2e.rig import Edge
from tests.mms.album import PICTURES
from tests.mms.stage import Mms, forwards, launched, order

pytestmark = pytest.mark.e2e

COUNT = int(os.environ.get("SMSEDGE_MMS_CRASH", "300"))
KILLS = int(os.environ.get("SMSEDGE_MMS_KILLS", "1"))
HELD = "Your HIV test result: POSITIVE. Please call us. Case {}"


async def killed(mms: Mms, directory: Path, number: int) -> None:
    """The edge dies and comes back on the same conf and state."""
    await asyncio.to_thread(mms.edge.kill)
    edge = Edge(mms.edge.conf, directory, f"edge-{number}")
    mms.edge = mms.stage.edge = edge
    await asyncio.to_thread(edge.listening)


def table(entries: list[Entry], counted: Counter[str], name: str) -> str:
    """The counts, to be printed."""
    twice = [entry for entry in entries if counted[entry.id] > 1]
    rows = (
        ("messages acknowledged (250)", sum(entry.sent is not None and entry.sent.good for entry in entries)),
        ("acknowledged, neither with the carrier nor held", sum(not counted[entry.id] for entry in entries)),
        ("outcome unknown to the peer at a kill", sum(entry.unknown > 0 for entry in entries)),
        ("with the carrier, or held, more than once", len(twice)),
        ("  of them with an outcome unknown to the peer", sum(entry.unknown > 0 for entry in twice)),
        ("sent again by the peer", sum(entry.tries > 1 for entry in entries)),
    )
    return "\n".join([f"\n{name}:", *(f"  {what:<48}{count:>7,}" for what, count in rows)])


async def test_kill_9_between_data_and_250(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with launched(tmp_path) as mms:
        try:
            async with mms.acme(connections=8) as acme, mms.north(delay=(0.0, 0.05)) as north:
                entries = await flood(mms, tmp_path, acme)
                counted = Counter(taken.id for taken in forwards(north))
                rows = (await mms.stage.ask("quarantine", "list", "--limit", "100000"))["messages"]
                waiting = Counter(row["destination"] for row in rows)
                held = [entry for entry in entries if entry.order.recipients[0] in waiting]
                counted.update({entry.id: waiting[entry.order.recipients[0]] for entry in held})
        finally:
            if mms.edge.child.poll() is None:
                mms.edge.stop()
    with capsys.disabled():
        name = f"kill -9 of the edge, {KILLS} times in {COUNT} messages, {len(held)} of them held"
        print(table(entries, counted, name))
    assert len(held) >= COUNT // 3
    assert all(entry.sent is not None and entry.sent.good for entry in entries)
    assert not [entry.id for entry in entries if not counted[entry.id]]  # acknowledged and missing
    # Twice is only what the peer could not know about; nothing that it was told the fate of.
    assert not [entry.id for entry in entries if counted[entry.id] > 1 and not entry.unknown]
    assert max(counted.values()) <= 1 + KILLS


def numbered(number: int) -> Order:
    """A message to a recipient of its own; every third is one that is held, every fifth has a picture."""
    text = (HELD if number % 3 == 0 else "Number {}").format(number)
    made = PICTURES[:1] if number % 5 == 0 else ()
    return order(f"+1905{220 + number // 100}{number % 100:04d}", text=text, ack=False, made=made)


async def flood(mms: Mms, directory: Path, acme: Mmsc) -> list[Entry]:
    """Messages at full speed, each sent until it is acknowledged, while the edge is killed at random moments."""
    chance = random.Random(11)
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(acme.deliver(numbered(number), pause=0.1, within=100.0)) for number in range(COUNT)]
    for number in range(KILLS):
        share = (number + chance.uniform(0.4, 0.8)) / (KILLS + 1)
        while sum(task.done() for task in tasks) < share * COUNT:
            await asyncio.sleep(0.01)
        await killed(mms, directory, number + 2)
    return list(await asyncio.gather(*tasks))
