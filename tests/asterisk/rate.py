"""How fast, and what it adds: `python -m tests.asterisk.rate`, as root, with a tree made by `make asterisk-test`.

A real Asterisk, a real `smsedge run`, sender and carrier in this process, all on this machine. Prints milliseconds
from sending to arrival at the carrier, messages a second through to the carrier in a burst, and the processor
time of each.
"""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path

from tests.asterisk import tree as trees
from tests.asterisk.edge import EdgeProcess
from tests.asterisk.instance import Asterisk
from tests.asterisk.sip import Message
from tests.asterisk.stage import Stage
from tests.edge.app.stage import carrier


def stamped(stage: Stage) -> dict[bytes, float]:
    """When each body first arrived at the carrier."""
    came: dict[bytes, float] = {}
    peer, answer = stage.north, stage.north._answer

    def look(message: Message) -> bytes:
        came.setdefault(message.body, time.monotonic())
        return answer(message)

    peer._answer = look  # type: ignore[method-assign]
    return came


async def latency(stage: Stage, rate: float, count: int) -> None:
    """Send `count` at `rate` a second; print how long they took."""
    came, sent = stamped(stage), {}
    tasks = []
    begun = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
        body = b"%g-%d, see you at the usual place" % (rate, number)
        sent[body] = time.monotonic()
        tasks.append(asyncio.ensure_future(stage.desk.text(f"+1416555{number % 10000:04}", body)))
    await asyncio.gather(*tasks)
    while len(came) < count and time.monotonic() < begun + count / rate + 30:
        await asyncio.sleep(0.05)
    took = sorted((came[body] - at) * 1000 for body, at in sent.items() if body in came)
    half, most, worst = took[len(took) // 2], took[int(len(took) * 0.99)], took[-1]
    print(
        f"{rate:g} a second: {len(took)} of {count} carried; p50 {half:.1f} ms, p99 {most:.1f} ms, worst {worst:.0f} ms"
    )


def processor(pid: int) -> float:
    """Seconds of processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def burst(stage: Stage, edge: EdgeProcess, count: int, together: int = 100) -> None:
    """Send `count` as fast as Asterisk takes them; print how many a second reached the carrier."""
    came = stamped(stage)
    processes = {"edge": edge.pid, "asterisk": stage.asterisk.pid, "sender and carrier": os.getpid()}
    before = {name: processor(pid) for name, pid in processes.items()}
    begun = time.monotonic()
    gate = asyncio.Semaphore(together)

    async def one(number: int) -> None:
        async with gate:
            await stage.desk.text(f"+1416555{number % 10000:04}", b"burst %d" % number)

    await asyncio.gather(*(one(number) for number in range(count)))
    taken = time.monotonic() - begun
    while len(came) < count and time.monotonic() < begun + 60:
        await asyncio.sleep(0.02)
    through = max(came.values()) - begun
    used = ", ".join(f"{name} {(processor(pid) - before[name]) / count * 1000:.2f}" for name, pid in processes.items())
    print(f"burst of {count}: taken in {taken:.1f} s; {len(came)} carried, {len(came) / through:.0f} a second")
    print(f"processor time a message, ms: {used}")


async def main() -> None:
    """Everything, once."""
    asterisk = Asterisk(trees.tree())
    try:
        asterisk.start()
        print(asterisk.cli("core show version").strip()[:60])
        stage = Stage(asterisk)
        await stage.open()
        await stage.manager.close()  # what it hears is not wanted here, and costs
        async with carrier() as north:
            with tempfile.TemporaryDirectory() as directory:
                edge = EdgeProcess(Path(directory), asterisk, north.port)
                await edge.start()
                for rate in (50.0, 100.0, 200.0):
                    await latency(stage, rate, int(rate * 10))
                await burst(stage, edge, 2500)
                await edge.stop()
        await stage.close()
    finally:
        asterisk.remove()


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    asyncio.run(main())
