"""kill -9: what was told to be on disk is there afterwards."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from edge.core.metrics import Metrics
from edge.core.quarantine import HeldState
from edge.ledger import SqliteLedger

VICTIM = """
import asyncio, json, sys, time
from pathlib import Path
from edge.core.facts import Fact, FactKind
from edge.core.metrics import Metrics
from edge.core.quarantine import Held, HeldState
from edge.ledger import SqliteLedger

TO = ("smpp", "mt", "acme", "", "1", 1, 1, "2", 1, 1)

def say(what, key, error):
    assert error is None, error
    print(json.dumps([what, key]), flush=True)

async def main():
    ledger = SqliteLedger(Path(sys.argv[1]), Metrics())
    now = time.time()
    for n in range(100_000):
        number = f"+1416{n:07}"
        ledger.record(Fact(FactKind.OPT_OUT, number, now, account="acme"), lambda e, k=number: say("out", k, e))
        if n % 3 == 0:
            ledger.record(Fact(FactKind.BLOCK, number, now), lambda e, k=number: say("block", k, e))
        if n % 5 == 0:
            id = ledger.next_id()
            held = Held(id, "", now, now + 86400, *TO, "r", "", "", "t", b"p")
            ledger.quarantine.hold(held, lambda e, k=id: say("held", k, e))
            if n % 10 == 0:
                def then(e, k=id):
                    say("held", k, e)
                ledger.quarantine.resolve([id], HeldState.RELEASING, "ann", "", now, lambda e, k=id: say("going", k, e))
        if n % 20 == 0:
            await asyncio.sleep(0.001)

asyncio.run(main())
"""


@pytest.mark.parametrize("kill_after", [30, 2000])
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, kill_after: int) -> None:
    victim = subprocess.Popen([sys.executable, "-c", VICTIM, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert victim.stdout is not None
    with victim.stdout:
        said = [json.loads(line) for line, _ in zip(victim.stdout, range(kill_after), strict=False)]
        victim.kill()
        # What stood in the pipe when it died was acknowledged too.
        said += [json.loads(line) for line in victim.stdout if line.endswith("]\n")]
    victim.wait()
    assert len(said) >= kill_after
    ledger = SqliteLedger(tmp_path, Metrics())
    try:
        for what, key in said:
            if what == "out":
                consent = ledger.facts.consent("acme", int(key[1:]))
                assert consent is not None
                assert consent.out
            elif what == "block":
                assert int(key[1:]) in ledger.facts.blocked
            else:
                one = ledger.quarantine.get(key)
                assert one is not None
                assert one.state is HeldState.RELEASING or what == "held"
    finally:
        ledger.close()
