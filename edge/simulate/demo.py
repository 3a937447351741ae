"""`make run`: the edge on a conf, and simulated carriers for it to bind to, in one terminal.

Starts them as the commands a user would type, waits until the edge is ready, says what to do next, and
stops them on Ctrl-C or SIGTERM.
"""

import argparse
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

READY = "http://127.0.0.1:8025/readyz"
REVIEW_PORT = "12785"  # of the carrier that `reroute:review` sends to
MM4 = 2525
MMSC = (
    *("simulate", "mmsc", "--quiet", "--port", "2526", "--domain", "mms.north.example"),
    *("--relay", f"127.0.0.1:{MM4}", "--source-address", "127.0.0.3"),
)
PATIENCE = 30.0  # seconds for the edge to bind to its carrier
HINT = """
smsedge is running. In another terminal:

  {smsedge} simulate traffic --one --text "Hello"     sends one message through it and shows its verdict
  {smsedge} simulate traffic --one --to 911           what an emergency number gets
  {smsedge} simulate traffic --count 200              a mix of lawful and violating messages
{mms}  {smsedge} status                                    links, sessions, queues
  {smsedge} explain --account acme --from +14165550100 --to 911 --text help

Your own ESME binds to 127.0.0.1:2775 as system_id acme, password secret (conf/accounts.d/acme.conf).
Metrics: http://127.0.0.1:8025/metrics    Carriers' message logs: {log}, {mms_log}    Stop: Ctrl-C
"""

# Two of them talk to each other through the edge, so each has a loopback address of its own (conf/examples/mms).
MMS_HINT = """\
  {smsedge} simulate mmsc --port 2527 --source-address 127.0.0.2 --relay 127.0.0.1:2525 --to +12125550111 --picture png
                                                      an MMS through it, and what comes back
"""
NO_MMS_HINT = """\
  cp conf/examples/mms/*.conf conf/local.d/ && make run   MMS too
"""


def main(argv: list[str] | None = None) -> int:
    """Run the demo until told to stop; 1 if one of them does not start."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--conf", default="conf")
    parser.add_argument("--mms-log", default="var/mmsc.jsonl", help="the simulated carrier's MMSC's")
    parser.add_argument("--log", default="var/carrier.jsonl", help="the simulated carrier's message log")
    arguments = parser.parse_args(argv)
    command = [sys.executable, "-m", "edge.cli"]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    children: list[subprocess.Popen[bytes]] = []
    try:
        check = subprocess.run([*command, "check", "--conf", arguments.conf], check=False)
        if check.returncode:
            return 1
        smsc = [*command, "simulate", "smsc", "--receipts", "asked"]
        children.append(subprocess.Popen([*smsc, *_ids(arguments.log)]))
        children.append(subprocess.Popen([*smsc, "--port", REVIEW_PORT], stdout=subprocess.DEVNULL))
        children.append(subprocess.Popen([*command, *MMSC, "--log", arguments.mms_log]))
        children.append(subprocess.Popen([*command, "run", "--conf", arguments.conf]))
        if not _ready(children):
            print("the edge did not become ready: see the lines above", file=sys.stderr)
            return 1
        smsedge = sys.executable.replace("python3", "smsedge").replace("python", "smsedge")
        mms = (MMS_HINT if _listens(MM4) else NO_MMS_HINT).format(smsedge=smsedge)
        print(HINT.format(smsedge=smsedge, mms=mms, log=arguments.log, mms_log=arguments.mms_log), flush=True)
        while all(child.poll() is None for child in children):
            time.sleep(0.2)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(children)


def _ids(log: str) -> list[str]:
    """The shipped conf's carrier writes ids in hex, and in decimal in its receipts."""
    return ["--ids", "hex", "--receipt-ids", "decimal", "--log", log]


def _listens(port: int) -> bool:
    """Whether the edge takes MMS: its conf says so or not."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def _ready(children: list[subprocess.Popen[bytes]]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        try:
            with urllib.request.urlopen(READY, timeout=2) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            pass  # not listening, or 503 with the reasons: ask again
        time.sleep(0.2)
    return False


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in reversed(children):
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()


if __name__ == "__main__":
    sys.exit(main())
