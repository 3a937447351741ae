"""What is measured: each scenario starts its paths, runs its rounds by turns and yields rows."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from . import inprocess, measure, paths, process, scrape
from .edgeconf import EdgePlan
from .load import Load
from .measure import Run
from .paths import Path, Unavailable
from .process import RunFailed
from .rows import Row
from .workload import Population

# Messages made for a run, by path: what it can carry in the time, with room.
PREPARED = {"direct": 400_000, "haproxy": 400_000, "edge": 200_000}
# The edge's tables by sender's and by recipient's number, as its metrics call them.
NUMBER_TABLES = ("sender_rate", "numbers", "recipient_rate", "recipient_edge")
FORGOTTEN = "not all held"
LATENCY_RATE = 2000.0
LATENCY_WINDOW = 100


@dataclass(frozen=True)
class Size:
    """How long and how large: the real benchmark, or a smoke test that judges nothing."""

    rounds: int = 3
    seconds: float = 3.0
    latency_seconds: float = 5.0
    windows: tuple[int, ...] = (1, 10, 50)
    many_accounts: int = 10_000
    many_numbers: int = 1_000_000
    few_numbers: int = 1000
    many_binds: int = 200
    share_prepared: float = 1.0
    decisions: int = 40_000
    judged: bool = True


QUICK = Size(1, 0.4, 1.0, (10,), 200, 20_000, 400, 20, 0.1, 2000, False)


@dataclass
class Bench:
    """A run of the benchmark: what is asked for, and what came out beside the rows."""

    size: Size = Size()
    wanted: tuple[str, ...] = tuple(paths.STARTERS)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    runs: dict[str, list[Run]] = field(default_factory=dict)

    def start(self, stack: contextlib.ExitStack, plan: EdgePlan, *names: str) -> list[Path]:
        """The paths `names` that can be started, ended with `stack`; why others cannot is noted."""
        up = []
        for name in names:
            if name not in self.wanted:
                self.note(f"{name}: left out by --paths")
                continue
            try:
                up.append(stack.enter_context(paths.STARTERS[name](plan)))
            except Unavailable as reason:
                self.note(f"{name}: {reason}")
            except RunFailed as reason:
                self.fail(str(reason))
        return up

    def rounds(self, title: str, up: list[tuple[str, Path, Load]]) -> dict[str, list[Run]]:
        """Rounds by turns; `up` is (label, path, load). Only those that came through every round are returned."""
        made: dict[str, list[Run]] = {label: [] for label, _, _ in up}
        for number in range(self.size.rounds):
            for position, (label, path, load) in enumerate(up):
                if label not in made:
                    continue
                prepared = int(PREPARED[path.name] * self.size.share_prepared) if load.prepared else 0
                seed = load.seed + 1000 * number + 10 * position
                try:
                    run = measure.once(path, dataclasses.replace(load, prepared=prepared, seed=seed))
                except RunFailed as reason:
                    self.fail(f"{title}, {label}: {reason}")
                    del made[label]
                else:
                    made[label].append(run)
        self.runs.update({f"{title}, {label}": runs for label, runs in made.items()})
        return made

    def note(self, text: str) -> None:
        """Something the reader should know; once."""
        if text not in self.notes:
            self.notes.append(text)

    def fail(self, text: str) -> None:
        """A run that should have worked did not; said once, however often it happens."""
        if text not in self.failures:
            self.failures.append(text)

    def row(self, name: str, unit: str, value: float | None, note: str = "") -> Row:
        """A row; without a value it says where to look for the reason."""
        if value is None and not note:
            note = "see the notes"
        return Row(name, value, unit, note, self.size.judged)


def _spread(runs: list[Run], name: str = "path_us") -> str:
    values = sorted(getattr(run, name) for run in runs)
    return f"runs {values[0]:.2f}..{values[-1]:.2f}"


def _ratio(made: dict[str, list[Run]], ours: str, theirs: str) -> float | None:
    return measure.ratio(made[ours], made[theirs]) if ours in made and theirs in made else None


def _costs(made: dict[str, list[Run]], ours: str, theirs: str) -> str:
    if ours not in made or theirs not in made:
        return ""
    return f"{measure.middle(made[ours], 'path_us'):.1f} us to {measure.middle(made[theirs], 'path_us'):.1f} us"


def windows(bench: Bench) -> Iterator[Row]:
    """CPU per message at 4 binds with three windows, beside HAProxy and no path at all."""
    people = Population()
    with contextlib.ExitStack() as stack:
        up = bench.start(stack, EdgePlan(people), *paths.STARTERS)
        for window in bench.size.windows:
            load = Load(0, people, window=window, seconds=bench.size.seconds, seed=window)
            made = bench.rounds(f"window {window}", [(path.name, path, load) for path in up])
            yield from _window_rows(bench, f"window {window}", made)


def _window_rows(bench: Bench, title: str, made: dict[str, list[Run]]) -> Iterator[Row]:
    for name, label in (("edge", "edge"), ("haproxy", "HAProxy")):
        runs = made.get(name)
        cost = measure.middle(runs, "path_us") if runs else None
        yield bench.row(f"{title}: {label} CPU", "us", cost, _spread(runs) if runs else "")
    yield bench.row(f"{title}: edge CPU to HAProxy's", "x", _ratio(made, "edge", "haproxy"))
    for name, runs in made.items():
        note = f"{measure.middle(runs, 'path_us') * measure.middle(runs, 'rate') / 1e6:.2f} of a core"
        yield bench.row(f"{title}: {name} throughput", "msg/s", measure.middle(runs, "rate"), note if runs else "")


def templates(bench: Bench) -> Iterator[Row]:
    """Traffic of templates, whose texts differ in their digits alone, beside distinct texts."""
    people = Population()
    with contextlib.ExitStack() as stack:
        up = []
        for path in bench.start(stack, EdgePlan(people), "edge"):
            load = Load(0, people, seconds=bench.size.seconds, seed=29)
            up = [("distinct", path, load), ("templates", path, dataclasses.replace(load, templates=True))]
        made = bench.rounds("templates", up)
    for label in ("distinct", "templates"):
        runs = made.get(label)
        cost = measure.middle(runs, "path_us") if runs else None
        yield bench.row(f"{label} texts: edge CPU", "us", cost, _spread(runs) if runs else "")


def decisions(bench: Bench) -> Iterator[Row]:
    """`decide` by itself, in this process, one message at a time: the middle and the tail."""
    for label, times in inprocess.measured(bench.size.decisions).items():
        for quantile, share in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)):
            value = times[min(len(times) - 1, int(len(times) * share))] * 1e6
            yield bench.row(f"decide, {label}: {quantile}", "us", value)


def latency(bench: Bench) -> Iterator[Row]:
    """What a path adds to the answer time at a steady rate."""
    people = Population()
    load = Load(
        0, people, window=LATENCY_WINDOW, rate=LATENCY_RATE, warmup=1.0, seconds=bench.size.latency_seconds, seed=7
    )
    with contextlib.ExitStack() as stack:
        up = bench.start(stack, EdgePlan(people), *paths.STARTERS)
        made = bench.rounds("latency", [(path.name, path, load) for path in up])
    for quantile in ("p50", "p99"):
        yield bench.row(f"2,000 msg/s: latency added, {quantile}", "ms", *_added(made, "edge", quantile))
        yield bench.row(f"2,000 msg/s: added by HAProxy, {quantile}", "ms", *_added(made, "haproxy", quantile))
    for name, runs in made.items():
        if name != "direct":
            yield bench.row(f"2,000 msg/s: {name} CPU", "us", measure.middle(runs, "path_us"), _spread(runs))


def _added(made: dict[str, list[Run]], name: str, quantile: str) -> tuple[float | None, str]:
    """The median over rounds of path minus direct, and both as a note."""
    if name not in made or "direct" not in made:
        return None, ""
    pairs = [(getattr(a, quantile), getattr(b, quantile)) for a, b in zip(made[name], made["direct"], strict=True)]
    middle = sorted(pairs, key=lambda pair: pair[0] - pair[1])[len(pairs) // 2]
    return middle[0] - middle[1], f"{middle[0]:.3f} ms, direct {middle[1]:.3f} ms"


def receipts(bench: Bench) -> Iterator[Row]:
    """The same load with a receipt for every message, to the load without."""
    people = Population()
    load = Load(0, people, seconds=bench.size.seconds, seed=11)
    with contextlib.ExitStack() as stack:
        up = []
        for path in bench.start(stack, EdgePlan(people), "edge", "haproxy"):
            up.append((f"{path.name} off", path, load))
            up.append((f"{path.name} on", path, dataclasses.replace(load, receipts=True)))
        made = bench.rounds("receipts", up)
    note = _costs(made, "edge on", "edge off")
    yield bench.row("receipts on: cost to receipts off", "x", _ratio(made, "edge on", "edge off"), note)
    note = _costs(made, "haproxy on", "haproxy off")
    yield bench.row("receipts on: HAProxy's cost to off", "x", _ratio(made, "haproxy on", "haproxy off"), note)
    note = _costs(made, "edge on", "haproxy on")
    yield bench.row("receipts on: edge CPU to HAProxy's", "x", _ratio(made, "edge on", "haproxy on"), note)


def links(bench: Bench) -> Iterator[Row]:
    """Four carrier links in place of one: as many as HAProxy has when it relays four binds."""
    people = Population()
    load = Load(0, people, seconds=bench.size.seconds, seed=13)
    with contextlib.ExitStack() as stack:
        up = [(f"{n} links", p, load) for n in (1, 4) for p in bench.start(stack, EdgePlan(people, links=n), "edge")]
        made = bench.rounds("links", up)
    note = _costs(made, "4 links", "1 links")
    yield bench.row("4 carrier links: cost to 1", "x", _ratio(made, "4 links", "1 links"), note)


def accounts(bench: Bench) -> Iterator[Row]:
    """The conf grows; the traffic of four accounts stays."""
    sizes = {"few": 10, "many": bench.size.many_accounts}
    with contextlib.ExitStack() as stack:
        up = []
        for label, count in sizes.items():
            people = Population(accounts=count)
            load = Load(0, people, account_step=count // 4, seconds=bench.size.seconds, seed=17)
            up += [(label, path, load) for path in bench.start(stack, EdgePlan(people), "edge")]
        made = bench.rounds("accounts", up)
    note = _costs(made, "many", "few")
    yield bench.row("10,000 accounts: cost to 10", "x", _ratio(made, "many", "few"), note)
    if made.get("many"):
        yield bench.row("10,000 accounts: resident memory", "MB", measure.middle(made["many"], "resident"))


def numbers(bench: Bench) -> Iterator[Row]:
    """Every sender and recipient is made known first, then traffic runs among them at random."""
    with contextlib.ExitStack() as stack:
        up = []
        for label, count in (("few", bench.size.few_numbers), ("many", bench.size.many_numbers)):
            people = Population(accounts=4, blocks=25, senders=count // 4, recipients=count)
            load = Load(0, people, seconds=bench.size.seconds, seed=19)
            for path in bench.start(stack, EdgePlan(people), "edge"):
                if _fill(bench, path, load):
                    up.append((label, path, load))
        made = bench.rounds("numbers", up)
        held = [_held(path, bench.size.many_numbers) for label, path, _ in up if label == "many"]
        grown = [process.resident(path.child.pid) for label, path, _ in up if label == "many" and path.child]
    note = _costs(made, "many", "few")
    yield bench.row("1 M active numbers: cost to 1 k", "x", _ratio(made, "many", "few"), note)
    value, note = (grown[0], held[0]) if grown else (None, "")
    row = bench.row("1 M senders and recipients: resident memory", "MB", value, note)
    yield dataclasses.replace(row, judged=row.judged and not note.startswith(FORGOTTEN))


def _held(path: Path, wanted: int) -> str:
    """Whether the edge still knows all numbers: memory of a table that forgot half of them says nothing."""
    if not path.console:
        return ""
    found = scrape.gauges(scrape.fetch(path.console))
    keys = {name: found.get(f'smsedge_table_entries{{table="policy-{name}"}}', 0.0) for name in NUMBER_TABLES}
    short = [f"{name} holds {count:,.0f}" for name, count in keys.items() if count < wanted]
    return f"{FORGOTTEN}: {'; '.join(short)}" if short else f"{min(keys.values()):,.0f} keys or more in each table"


def _fill(bench: Bench, path: Path, load: Load) -> bool:
    """Every number once. The client makes these messages as it sends them: nothing is measured here."""
    walk = dataclasses.replace(load, walk=True, prepared=0, warmup=0.0, seconds=240.0, window=50)
    try:
        run = measure.once(path, walk)
    except RunFailed as reason:
        bench.fail(f"numbers, first traffic: {reason}")
        return False
    if run.messages != load.people.senders * load.binds:
        bench.fail(f"numbers, first traffic: {run.messages} messages in 240 s, not all senders")
        return False
    return True


def binds(bench: Bench) -> Iterator[Row]:
    """One bind to many, each of an account of its own, window 10 on each."""
    many = bench.size.many_binds
    people = Population(accounts=many)
    load = Load(0, people, seconds=bench.size.seconds, seed=23)
    with contextlib.ExitStack() as stack:
        up = []
        for path in bench.start(stack, EdgePlan(people), "edge", "haproxy"):
            for label, count in (("one", 1), ("four", 4), ("many", many)):
                up.append((f"{path.name} {label}", path, dataclasses.replace(load, binds=count)))
        made = bench.rounds("binds", up)
    for title, path_name in (("cost", "edge"), ("HAProxy's cost", "haproxy")):
        for label, count in (("one", 1), ("four", 4)):
            ours, theirs = f"{path_name} many", f"{path_name} {label}"
            value, note = _ratio(made, ours, theirs), _costs(made, ours, theirs)
            yield bench.row(f"200 binds: {title} to {count}", "x", value, note)


SCENARIOS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "windows": windows,
    "templates": templates,
    "decisions": decisions,
    "latency": latency,
    "receipts": receipts,
    "links": links,
    "accounts": accounts,
    "numbers": numbers,
    "binds": binds,
}
