"""The pool of real workers: what is cached, what a death costs, what is bounded."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from edge.core.examination import Examination
from edge.core.media import Busy, Fault, Media
from edge.media import process
from edge.media.pool import Pool

from .makers import animation, deep, jpeg, mail, png, saved

# A worker that does as a part's octets tell it: hangs, dies, answers nonsense, eats memory; else as the real one.
TROUBLED = """
import os, sys, time
from edge.media import worker
real = worker.answer
def answer(request, tools):
    if b"X-Please: hang" in request.message: time.sleep(60)
    if b"X-Please: spin" in request.message:
        while True: pass
    if b"X-Please: die" in request.message: os._exit(1)
    if b"X-Please: eat" in request.message: bytearray(4 << 30)
    if b"X-Please: slow" in request.message: time.sleep(0.4)
    if b"X-Please: lie" in request.message:
        os.write(int(os.environ.get("OUT", "0")) or 3, (1 << 31).to_bytes(4, "big")); time.sleep(5)
    return real(request, tools)
worker.answer = answer
worker.main()
"""
MEMORY = 300 * 1024 * 1024


def asking(what: str, seed: int) -> bytes:
    return mail(("image/jpeg", jpeg(seed, (64, 48))), **{"X-Please": what})


@pytest.fixture
async def troubled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pool]:
    script = tmp_path / "troubled.py"
    script.write_text(TROUBLED, encoding="utf-8")
    monkeypatch.setattr(process, "COMMAND", (sys.executable, str(script)))
    pool = Pool(Examination(workers=1, queue=4, ocr=False, deadline=1.5, memory=MEMORY))
    await pool.start()
    await pool.ready()
    yield pool
    await pool.stop()


def faults(media: Media) -> list[Fault | None]:
    return [item.fault for item in media.items]


def hashed(media: Media) -> bool:
    return bool(media.items[-1].hashes)


async def test_texts_need_no_worker() -> None:
    pool = Pool(Examination(workers=1))
    media = await pool.examine(mail(("text/x-vcard", b"BEGIN:VCARD\r\nNOTE:now\r\nEND:VCARD\r\n")))
    assert [text.strip() for _, text in media.texts] == ["a subject", "hello", "now"]
    assert pool.counters.plain == 1
    with pytest.raises(Busy):
        await pool.examine(mail(("image/jpeg", jpeg())))


async def test_a_thousand_levels(pool: Pool) -> None:
    assert (await pool.examine(deep(1000))).fault is Fault.LIMIT


async def test_what_was_seen_is_kept(pool: Pool) -> None:
    first = await pool.examine(mail(("image/jpeg", jpeg()), text="one"))
    second = await pool.examine(mail(("text/plain", b"x"), ("image/jpeg", jpeg()), text="two"))
    assert first.items[1].hashes == second.items[2].hashes != ()
    assert [item.path for item in second.items] == ["1", "2", "3"]
    assert (pool.counters.jobs, pool.counters.cached) == (1, 1)
    both = await pool.examine(mail(("image/jpeg", jpeg()), ("image/jpeg", jpeg(2))))
    assert [len(item.hashes) for item in both.items] == [0, 1, 1]
    assert pool.counters.jobs == 2
    assert pool.state()["cached"] == 2


async def test_a_large_message_is_taken_apart_by_a_worker(pool: Pool) -> None:
    noise = np.random.default_rng(1).integers(0, 128, (900, 900, 3), np.uint8)
    noise[:450] += 100
    octets = saved(Image.fromarray(noise), "PNG")
    message = mail(("image/png", octets))
    assert len(message) > 2 * 1024 * 1024
    media = await pool.examine(message)
    assert [text.strip() for _, text in media.texts] == ["a subject", "hello"]
    assert hashed(media)
    assert media.items[1].size == len(octets)


async def test_a_card_too_long_for_the_loop(pool: Pool) -> None:
    card = b"BEGIN:VCARD\r\nNOTE:" + b"now " * 2000 + b"\r\nEND:VCARD\r\n"
    media = await pool.examine(mail(("text/x-vcard", card)))
    assert media.texts[-1][0] == "card"
    assert pool.counters.jobs == 1


async def test_a_text_too_long_for_the_loop(pool: Pool) -> None:
    media = await pool.examine(mail(text="x " * 20_000))
    assert len(media.texts[-1][1]) >= 40_000
    assert pool.counters.jobs == 1


@pytest.mark.parametrize("what", ["hang", "spin", "die", "lie"])
async def test_only_the_message_that_a_worker_dies_of_is_lost(troubled: Pool, what: str) -> None:
    messages = [asking("nothing", 1), asking(what, 2), asking("nothing", 3)]
    one, bad, three = await asyncio.gather(*map(troubled.examine, messages))
    assert hashed(one)
    assert hashed(three)
    assert bad.fault is Fault.TIMEOUT
    assert faults(bad) == [Fault.TIMEOUT, Fault.TIMEOUT]
    assert bad.items[1].sha256 == sha256(jpeg(2, (64, 48))).digest()
    assert (troubled.counters.faults, troubled.counters.restarts) == (1, 1)
    # Another time the same may go well: nothing was kept of it.
    assert hashed(await troubled.examine(asking("nothing", 2)))


async def test_memory_is_limited(troubled: Pool) -> None:
    bad, good = await asyncio.gather(troubled.examine(asking("eat", 1)), troubled.examine(asking("nothing", 2)))
    assert bad.fault is Fault.TIMEOUT
    assert hashed(good)


async def test_a_killed_worker_is_replaced(troubled: Pool) -> None:
    waiting = asyncio.ensure_future(troubled.examine(asking("slow", 1)))
    await asyncio.sleep(0.2)
    (killed,) = children()
    os.kill(killed, 9)
    assert (await waiting).fault is Fault.TIMEOUT
    assert hashed(await troubled.examine(asking("nothing", 2)))


def children() -> list[int]:
    """Workers that this process started and that live; other tests may have started other things."""
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        return [pid for pid in map(int, file.read().split()) if is_worker(pid)]


def is_worker(pid: int) -> bool:
    """By its command; of one that has ended it is empty."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
        command = file.read()
        return b"edge.media.worker" in command or b"troubled.py" in command
    return False


def peak(pid: int) -> int:
    """The most memory that a process ever had, in kB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))


async def test_more_than_may_wait_is_turned_away(troubled: Pool) -> None:
    asked = [asyncio.ensure_future(troubled.examine(asking("slow", seed))) for seed in range(8)]
    done = await asyncio.gather(*asked, return_exceptions=True)
    busy = [each for each in done if isinstance(each, Busy)]
    assert 1 <= len(busy) <= 4
    assert troubled.counters.busy == len(busy)
    assert all(isinstance(each, Busy) or hashed(each) for each in done)


async def test_who_asked_may_go(troubled: Pool) -> None:
    gone = [asyncio.ensure_future(troubled.examine(asking("slow", seed))) for seed in range(3)]
    await asyncio.sleep(0.05)
    for task in gone:
        task.cancel()
    assert hashed(await troubled.examine(asking("nothing", 9)))
    assert troubled.counters.jobs == 2


async def test_other_settings(pool: Pool) -> None:
    await pool.ready()
    before = children()
    message = mail(("image/jpeg", jpeg()))
    slow = asyncio.ensure_future(pool.examine(message))
    await asyncio.sleep(0)
    await pool.adopt(Examination(workers=2, ocr=False, types=("text/plain",)))
    assert hashed(await slow) or faults(await slow)[1] is Fault.TYPE
    assert faults(await pool.examine(message))[1] is Fault.TYPE
    await pool.ready()
    assert not set(before) & set(children())
    assert pool.state()["workers"] == 2
    await pool.adopt(pool.settings)
    assert faults(await pool.examine(message))[1] is Fault.TYPE


async def test_stop_ends_everything() -> None:
    pool = Pool(Examination(workers=2, ocr=False))
    await pool.start()
    await pool.ready()
    waiting = asyncio.ensure_future(pool.examine(mail(("image/gif", animation("GIF", range(60), (200, 150))))))
    await asyncio.sleep(0.01)
    await pool.stop()
    assert (await waiting).fault is Fault.TIMEOUT
    assert children() == []


async def test_a_worker_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", "print('no')"))
    pool = Pool(Examination(workers=1, queue=1))
    await pool.start()
    waiting = asyncio.ensure_future(pool.examine(mail(("image/jpeg", jpeg()))))
    await asyncio.sleep(0.3)
    with pytest.raises(Busy):
        await pool.examine(mail(("image/jpeg", jpeg(2))))
    await pool.stop()
    assert (await waiting).fault is Fault.TIMEOUT


async def test_bombs_side_by_side_leave_the_worker_small(pool: Pool) -> None:
    bombs = [png(40_000 + each, 40_000) for each in range(30)]
    found = [await pool.examine(mail(("image/png", bomb))) for bomb in bombs]
    assert all(faults(media)[1] is Fault.BOMB for media in found)
    (worker,) = children()
    assert peak(worker) < 200_000
    assert pool.counters.faults == 0
