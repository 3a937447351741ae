"""`python -m tests.bench.flood`: what the windows take in memory, by entry and under a flood of distinct keys.

Each measurement has a process of its own. The flood goes through the windows as messages do, with a tick for every
tenth of a second of simulated time; at the end the snapshot is written in slices, as the edge does. No network, and
texts are not read.
"""

import argparse
import gc
import multiprocessing
import resource
import sys
from array import array
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, thread_time

from edge.core.account import Account
from edge.core.facts import Facts
from edge.core.submission import Body, Channel, Direction, Operation, Party, PartyKind, Submission
from edge.policy.context import Context
from edge.policy.history.clock import minute_of, tick_of
from edge.policy.history.crowd import MARKS
from edge.policy.signals.profile import Profile
from edge.policy.signals.reading import Reading
from edge.policy.snapshot import written
from edge.policy.state import PolicyState

MIX = 0x9E3779B97F4A7C15
WHOLE = (1 << 64) - 1
RATE = 2000  # messages a simulated second
EACH = 1_000_000
PAGE = resource.getpagesize()


def resident() -> int:
    """Octets of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def scattered(position: int) -> int:
    """64 bits that look like a hash."""
    mixed = (position + 1) * MIX & WHOLE
    return (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9 & WHOLE


def calm() -> None:
    """The collector as the edge has it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


# -- an entry of each kind -----------------------------------------------------------------------

NOW = 1000.0
VALUE = minute_of(NOW) << MARKS


def numbers(state: PolicyState, count: int, messages: int, recipients: int) -> None:
    """Numbers that sent `messages` to `recipients` people each."""
    sent = state.windows.bulk.numbers.sent
    for position in range(count):
        for message in range(messages):
            person = 12_000_000_000 + scattered(position * 257 + message % recipients) % 8_000_000_000
            sent(14_000_000_000 + position, person, VALUE, tick_of(NOW + message), 201, 1501)


def texts(state: PolicyState, count: int, recipients: int) -> None:
    """Texts of one account that went to `recipients` people each."""
    sent = state.windows.bulk.texts.sent
    for position in range(count):
        key = scattered(position) >> 20
        for message in range(recipients):
            person = 12_000_000_000 + scattered(position * 257 + message) % 8_000_000_000
            sent(key, 1, 14165550100, person, VALUE, 0, 101)


KINDS: dict[str, tuple[int, Callable[[PolicyState, int], None]]] = {
    "number that sent once": (EACH, lambda state, count: numbers(state, count, 1, 1)),
    "number, 8 messages to 3": (EACH, lambda state, count: numbers(state, count, 8, 3)),
    "number, 10 messages to 5": (EACH // 2, lambda state, count: numbers(state, count, 10, 5)),
    "number, 60 messages to 30": (EACH // 10, lambda state, count: numbers(state, count, 60, 30)),
    "number at its limits, 1,000 messages to 201": (3_000, lambda state, count: numbers(state, count, 1000, 201)),
    "text to one recipient": (EACH, lambda state, count: texts(state, count, 1)),
    "text to 3 recipients": (EACH // 4, lambda state, count: texts(state, count, 3)),
    "text to 24 recipients": (EACH // 20, lambda state, count: texts(state, count, 24)),
    "text at its limit, 101 recipients": (10_000, lambda state, count: texts(state, count, 101)),
}


def weigh(name: str) -> None:
    """Print what an entry of a kind takes, table and all."""
    count, fill = KINDS[name]
    caps = dict.fromkeys(("numbers", "singles", "runs", "number_first"), 1 << 40)
    state = PolicyState(Facts(), 1.7e9, caps)
    calm()
    before = resident()
    fill(state, count)
    print(f"{name:<46} {(resident() - before) / count:>8,.0f} octets", flush=True)


# -- the flood -----------------------------------------------------------------------------------


def party(number: int) -> Party:
    """A subscriber."""
    return Party(f"+{number}", 1, 1, PartyKind.LONG_CODE, number, number, "CA")


def message(position: int, account: Account) -> tuple[Submission, Context]:
    """A message from, to and with what was never seen before, looked at but for its history."""
    key = scattered(position)
    submission = Submission(
        Channel.SMPP,
        Direction.MT,
        Operation.SUBMIT,
        account,
        account.name,
        account.name,
        party(12_000_000_000 + position),
        party(15_000_000_000 + (key >> 17) % 4_000_000_000),
        Body("", b""),
    )
    profile = Profile(sketch=tuple(sorted(key * (one + 1) & WHOLE for one in range(16))), exact=key, tokens=25)
    return submission, Context(Reading("", "", profile=profile))


def flood(keys: int, every: int) -> None:
    """Print memory and what was forgotten, on the way to `keys` messages that share nothing."""
    state = PolicyState(Facts(), 1.7e9)
    account = Account("flood", kind="business")
    calm()
    windows, now, start = state.windows, NOW, resident()
    slowest = array("d")
    print(f"{'messages':>12} {'MB':>8} {'entries':>12} {'cap hits':>10} {'us each':>9} {'slowest tick, ms':>17}")
    began, tick_cost = thread_time(), 0.0
    for position in range(keys):
        submission, context = message(position, account)
        windows.surround(submission, context, state, now)
        windows.sent(submission, context, state, now)
        if position % (RATE // 10) == 0:
            now += 0.1
            before = thread_time()
            state.tick(now)
            slowest.append(thread_time() - before)
            tick_cost += slowest[-1]
        if (position + 1) % every == 0:
            sizes = state.sizes()
            entries, hits = sum(size[0] for size in sizes.values()), sum(size[2] for size in sizes.values())
            each = (thread_time() - began) / every * 1e6
            line = f"{position + 1:>12,} {(resident() - start) / 1e6:>8,.0f} {entries:>12,} {hits:>10,} {each:>9.1f}"
            print(f"{line} {max(slowest) * 1e3:>17.2f}", flush=True)
            slowest = array("d")
            began = thread_time()
    full = sorted((size[2], name) for name, size in state.sizes().items() if size[2])
    print("full:", ", ".join(f"{name} {hits:,}" for hits, name in reversed(full)) or "none")
    snapshot(state, now)


def snapshot(state: PolicyState, now: float) -> None:
    """Write it in steps; print how long the longest of them and all of them take."""
    steps, octets, began = array("d"), 0, perf_counter()
    before = thread_time()
    for piece in written(state, now):
        octets += len(piece)
        after = thread_time()
        steps.append(after - before)
        before = after
    ordered = sorted(steps)
    print(
        f"snapshot: {octets / 1e6:,.0f} MB in {len(steps):,} steps, {sum(steps):.1f} s of CPU "
        f"({perf_counter() - began:.1f} s); a step {ordered[len(ordered) // 2] * 1e3:.2f} ms, 99.9 % "
        f"{ordered[int(len(ordered) * 0.999)] * 1e3:.2f} ms, longest {ordered[-1] * 1e3:.2f} ms"
    )


def alone(work: Callable[..., None], *args: object) -> None:
    """In a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=args)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.flood", description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=10_000_000, help="messages of the flood (default 10,000,000)")
    parser.add_argument("--every", type=int, default=1_000_000, help="messages between two lines")
    parser.add_argument("--only", choices=("entries", "flood"), help="one half of it")
    arguments = parser.parse_args()
    if arguments.only != "flood":
        for name in KINDS:
            alone(weigh, name)
    if arguments.only != "entries":
        alone(flood, arguments.keys, arguments.every)


if __name__ == "__main__":
    main()
