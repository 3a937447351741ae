"""How many MMS a second pass through the whole edge: taken by SMTP, examined, judged by every rule, handed on.

    python -m tests.bench.mms [seconds] [one-by-one]

The edge is `smsedge run` with the rules of the other benches (all on, no limit near) and no classifier; every message
has its own ids, numbers and text. The picture of the large ones is always the same, so its hashes come from the cache,
as those of a picture that goes round. A second process plays both peers; they send commands ahead of their replies, as
Postfix does, unless told otherwise. Targets: 1,000/s of 1.5 KB, 300/s of 80 KB.
"""

import asyncio
import base64
import contextlib
import io
import multiprocessing
import os
import random
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic, sleep

import uvloop
from PIL import Image

from .edgeconf import EdgePlan, Ports, write
from .mm4 import Sink, Source
from .workload import Population, texts

CONNECTIONS = 16
PEOPLE = Population(accounts=4)
TARGETS = {"1.5 KB": 1000, "80 KB": 300}
MM4 = """
[mm4]
listen = "127.0.0.1:{mm4}"
domain = "edge.example"
[[mm4.peer]]
name = "mmsc"
from = ["127.0.0.2/32"]
relay = "127.0.0.1:{sink}"
domains = ["mmsc.example"]
[[mm4.peer]]
name = "north"
from = ["127.0.0.3/32"]
relay = "127.0.0.1:{sink}"
connections = 16
default = true
"""
HEAD = """\
Date: Thu, 26 Nov 2026 10:00:00 +0000\r
From: +{sender}/TYPE=PLMN@mmsc.example\r
To: +{recipient}/TYPE=PLMN@edge.example\r
Sender: mm4@mmsc.example\r
Message-ID: <{id}@mmsc.example>\r
X-Mms-3GPP-MMS-Version: 6.10.0\r
X-Mms-Message-Type: MM4_forward.REQ\r
X-Mms-Transaction-ID: {id}\r
X-Mms-Message-ID: {id}@mmsc.example\r
X-Mms-Originator-System: mm4@mmsc.example\r
X-Mms-Ack-Request: Yes\r
X-Mms-Message-Class: Personal\r
MIME-Version: 1.0\r
Content-Type: multipart/related; type="application/smil"; boundary="=_next"\r
\r
--=_next\r
Content-Type: application/smil\r
Content-ID: <smil>\r
\r
<smil><head><layout><root-layout width="320" height="480"/><region id="t" top="0" left="0"/></layout></head>\r
<body><par dur="5000ms"><text src="text.txt" region="t"/></par></body></smil>\r
--=_next\r
Content-Type: text/plain; charset=utf-8\r
Content-ID: <text.txt>\r
\r
{text}\r
"""
PICTURE = "--=_next\r\nContent-Type: image/jpeg\r\nContent-ID: <a.jpg>\r\nContent-Transfer-Encoding: base64\r\n\r\n"


def picture(octets: int) -> bytes:
    """A part with a JPEG, so many octets long in base64."""
    noise = random.Random(3).randbytes(3 * 480 * 360)
    image = Image.frombytes("RGB", (480, 360), noise)
    best = b""
    for quality in range(1, 95):
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        if len(file.getvalue()) * 4 // 3 > octets:
            break
        best = file.getvalue()
    return PICTURE.encode() + base64.encodebytes(best).replace(b"\n", b"\r\n")


def messages(kind: str, seed: int) -> Iterator[tuple[bytes, bytes]]:
    """(what is written up to DATA, the message as it goes over the wire), each with everything of its own."""
    chance = random.Random(seed)
    made = texts(seed)
    tail = (b"" if kind == "1.5 KB" else picture(78_000)) + b"--=_next--\r\n.\r\n"
    for number in range(1 << 62):
        sender = PEOPLE.sender(number % PEOPLE.accounts, chance.randrange(PEOPLE.senders))
        recipient = PEOPLE.recipient(chance.randrange(PEOPLE.recipients))
        text = next(made).decode()
        head = HEAD.format(sender=sender, recipient=recipient, id=f"{seed:x}-{number}", text=text).encode()
        mail = f"MAIL FROM:<+{sender}/TYPE=PLMN@mmsc.example>\r\n".encode()
        yield mail + f"RCPT TO:<+{recipient}/TYPE=PLMN@edge.example>\r\n".encode(), head + tail


async def pour(port: int, ahead: bool, kind: str, seed: int, until: float) -> tuple[int, int]:
    """Send over one connection: (taken, not taken)."""
    source = Source(*await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0)))
    await source.greet(ahead)
    taken = refused = 0
    for envelope, message in messages(kind, seed):
        if monotonic() > until:
            break
        if await source.send(envelope, message):
            taken += 1
        else:
            refused += 1
    source.writer.close()
    return taken, refused


def play(sink: socket.socket, ahead: bool, orders: Connection) -> None:
    """The second process: both peers."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        await loop.create_server(lambda: Sink(ahead), sock=sink)
        while order := await asyncio.to_thread(orders.recv):
            port, kind, seconds, seed = order
            until = monotonic() + seconds
            counts = await asyncio.gather(*(pour(port, ahead, kind, seed + i, until) for i in range(CONNECTIONS)))
            orders.send((sum(taken for taken, _ in counts), sum(refused for _, refused in counts)))

    uvloop.run(main())


def busy(pid: int) -> float:
    """Seconds on the processor of a process, its threads with it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def conf(directory: Path, mm4: int, smpp: int, console: int, sink: int) -> Path:
    """The conf of the other benches, with peers."""
    made = directory / "conf"
    write(made, EdgePlan(PEOPLE), Ports(smpp, console, 1))
    (made / "local.d").mkdir()
    (made / "local.d" / "mm4.conf").write_text(MM4.format(mm4=mm4, sink=sink))
    for account in (made / "accounts.d").iterdir():
        account.write_text('mm4_peers = ["mmsc"]\n' + account.read_text())
    return made


def ports(count: int) -> list[int]:
    """So many that nobody listens on."""
    socks = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found = [sock.getsockname()[1] for sock in socks]
    for sock in socks:
        sock.close()
    return found


def wait_for(port: int) -> None:
    """Until somebody listens."""
    for _ in range(600):
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)),
        ):
            return
        sleep(0.1)
    raise SystemExit("the edge did not start")


def measure(seconds: float, ahead: bool) -> Iterator[str]:
    """A line for each size. `ahead`: the peers send commands ahead."""
    sink = socket.create_server(("127.0.0.1", 0), backlog=64)
    mm4, smpp, console = ports(3)
    with tempfile.TemporaryDirectory() as directory:
        made = conf(Path(directory), mm4, smpp, console, sink.getsockname()[1])
        log = (Path(directory) / "log").open("w")
        edge = subprocess.Popen([sys.executable, "-m", "edge.cli", "run", "--conf", str(made)], stderr=log, stdout=log)
        ours, theirs = multiprocessing.Pipe()
        peers = multiprocessing.get_context("fork").Process(target=play, args=(sink, ahead, theirs), daemon=True)
        peers.start()
        try:
            wait_for(mm4)
            sleep(3.0)
            for turn, kind in enumerate(TARGETS):
                ours.send((mm4, kind, 1.0, 1000 * turn + 500))  # warm: connections, caches, workers
                ours.recv()
                before = busy(edge.pid)
                ours.send((mm4, kind, seconds, 1000 * turn))
                taken, refused = ours.recv()
                cost = 1000 * (busy(edge.pid) - before) / max(1, taken)
                rate, target = taken / seconds, TARGETS[kind]
                said = "met" if rate >= target else "missed"
                figures = f"{rate:7.0f}/s, {refused} not taken, {cost:.3f} ms of one core each"
                yield f"{kind:>8}: {figures} (target {target}/s: {said})"
        finally:
            edge.terminate()
            edge.wait(20)
            log.close()
            ours.send(None)
            peers.join(5)


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "one-by-one"]
    for line in measure(float(words[0]) if words else 5.0, words == sys.argv[1:]):
        print(line, flush=True)
