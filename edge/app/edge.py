"""One running edge: its parts in the order they start and stop, and the reload."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import Coroutine, Mapping
from pathlib import Path
from time import monotonic

import msgspec

from edge import __version__
from edge.app.desk import Desk
from edge.app.gauges import register
from edge.app.mms import Mms
from edge.app.operations import Operations
from edge.app.recording import Recorder
from edge.app.sip import Sip
from edge.app.snapshots import EVERY, Snapshots
from edge.audit.trail import Audit
from edge.channels.carriers.inbound import Inbound
from edge.channels.carriers.pool import Pool
from edge.channels.carriers.routing import Router
from edge.channels.deliveries import Deliveries
from edge.channels.smpp.server import Server
from edge.channels.smpp.service import Service
from edge.config.changes import diff
from edge.config.compiled import keep
from edge.config.loading import Loaded, load
from edge.config.problem import ConfError
from edge.console.control import ControlServer
from edge.console.intake import Intake
from edge.console.server import Console
from edge.core.carrier import Carrier
from edge.core.metrics import Metrics
from edge.ledger.sealing import KEY_NAME
from edge.ledger.store import SqliteLedger
from edge.policy.signals.reader import read
from smpp.tap import Tap
from smpp.transport import Outbox

LOG = logging.getLogger("smsedge")
TICK = 0.1  # seconds: the coarse tick of everything that has time-outs
PENDING_AFTER = 0.5  # seconds without an answer after which a decision is written as pending
SOCKET = "control.sock"
# Seconds after which another thread (a reload, the audit's writer, the ledger's) gives up the interpreter. Every scan
# of a text lets them in, and each message would wait Python's 5 ms while a conf is read anew.
TURN = 0.0002


class Edge:
    """Built from a conf that loaded. `run` serves until SIGTERM or SIGINT; SIGHUP reloads."""

    def __init__(self, directory: Path, environment: Mapping[str, str], loaded: Loaded) -> None:
        self.directory = directory
        self.environment = environment
        self.begun = loaded.conf  # of it holds, until a restart, what a reload cannot change
        self.metrics = Metrics()
        self.state = Path(loaded.conf.state)
        self.state.mkdir(parents=True, exist_ok=True)
        keep(self.state)
        # What is loaded when first used is loaded now, and not when the first message comes.
        read("PayPal: see https://paypal.example/ or call +1 416 555 0100")
        self.ledger = SqliteLedger(self.state / "ledger", self.metrics, self.state / KEY_NAME)
        self.audit = Audit(self.state / "audit", loaded.conf.audit, self.metrics, loaded.conf.node)
        self.desk = Desk(loaded, self.metrics, self.ledger, self.audit, Recorder(self.state))
        # A test of kill -9 cannot wait for a minute.
        every = float(environment.get("SMSEDGE_SNAPSHOT_EVERY") or EVERY)
        self.snapshots = Snapshots(self.state, self.desk.state, self.metrics, every)
        self.pools: dict[str, Pool] = {}
        self.retiring: set[Pool] = set()
        self.reloads = self.metrics.counter("smsedge_reloads_total", "Reloads of the conf", ("result",))
        self.reloaded_at = self.desk.unix_time(monotonic())
        self.started = monotonic()
        self._stopping = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    # -- life ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start everything, carriers last but one, customers last. Raises OSError where a port cannot be had."""
        loop = asyncio.get_running_loop()
        capture = self.environment.get("SMSEDGE_CAPTURE")
        self.tap = Tap(Path(capture.replace("%p", str(os.getpid())))) if capture else None
        self.outbox = Outbox(loop, self.tap)
        await asyncio.to_thread(self.snapshots.restore, self.desk.ruleset, monotonic())
        conf = self.desk.conf
        self.deliveries = Deliveries(self.metrics, conf.smpp.response_timeout)
        classify = self.desk.traffic_class
        self.router = Router(conf.routes, self.pools, lambda submission: classify(submission, monotonic()))
        self.service = Service(self.desk, self.router, self.pools, self.deliveries, self.outbox, self._first_sequence())
        self.service.custody.recall()
        self.inbound = Inbound(self.desk, self.deliveries, self.service.shared, self.service.custody)
        self.server = Server(self.service)
        self.sip = Sip(self)
        self.mms = Mms(self)
        self.audit.start()
        self.operations = Operations(self)
        self.control = ControlServer(self.state / SOCKET, self.operations.handlers())
        await self.control.start()
        register(self)
        self.console: Console | None = None
        if conf.console is not None:
            intake = Intake(lambda: self.desk.conf.intake.token, self.operations.complaints.take)
            self.console = Console(self.metrics, self.operations.readiness, self._about, intake)
            await self.console.start(conf.console)
        for carrier in conf.carriers.values():
            self._open(carrier)
        self.router.adopt(conf.routes)
        await self.server.start(conf.smpp)
        self.sip.adopt(conf)
        await self.mms.start(conf)
        self.spawn(self._ticking())
        self.spawn(self.snapshots.run())
        _calm_collector()
        sys.setswitchinterval(TURN)
        LOG.info("listening on %s, conf %s", ", ".join(self.listening()), conf.version)

    def _about(self) -> dict[str, str]:
        return {"version": __version__, "conf": self.desk.conf.version, "node": self.begun.node}

    def listening(self) -> list[str]:
        """What is listened on, for the log and `status`."""
        smpp = self.begun.smpp
        named = (("smpp", smpp.listen), ("smpp+tls", smpp.tls_listen), ("console", self.begun.console))
        return [f"{name} {where}" for name, where in named if where is not None] + self.mms.listening()

    def _first_sequence(self) -> int:
        """Where our sequence numbers begin, on both sides: a soak starts them near the wrap."""
        return int(self.environment.get("SMSEDGE_FIRST_SEQUENCE", "1"), 0)

    def _open(self, carrier: Carrier) -> None:
        pool = Pool(carrier, self.outbox, self.metrics, self.inbound, self._first_sequence())
        self.pools[carrier.name] = pool
        pool.start()

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Run a task until the edge stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def run(self) -> None:
        """Start, serve until told to stop, drain, stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: self.spawn(self._reload_quietly()))
        try:
            await self.start()
            await self._stopping.wait()
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Customers first (nothing new comes in), then carriers, then what writes to disk.

        The last customers leave after the carriers: they hear of what no carrier has answered by then.
        """
        patience = self.desk.conf.smpp.drain
        LOG.info("stopping: draining for at most %g s", patience)
        if hasattr(self, "server"):
            deadline = monotonic() + patience
            await asyncio.gather(self.server.drain(patience), self.sip.stop(patience), self.mms.stop(patience))
            left = max(0.0, deadline - monotonic())
            await asyncio.gather(*(pool.stop(left) for pool in (*self.pools.values(), *self.retiring)))
            await self.server.stop(min(1.0, patience))
        if getattr(self, "console", None) is not None:
            await self.console.close()  # type: ignore[union-attr]
        if hasattr(self, "control"):
            await self.control.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.snapshots.finish(monotonic())
        lost = self.audit.close()
        self.ledger.close()
        if getattr(self, "tap", None) is not None:
            self.tap.close()  # type: ignore[union-attr]
        LOG.info("stopped%s", f"; {lost} audit records could not be written" if lost else "")

    async def _ticking(self) -> None:
        """The one coarse tick. A fault in it is logged and does not end it."""
        turn = 0
        while True:
            await asyncio.sleep(TICK)
            turn += 1
            now = monotonic()
            try:
                self.desk.tick(now)
                for pool in (*self.pools.values(), *self.retiring):
                    pool.tick(now)
                self.sip.tick(now)
                self.mms.tick(now)
                if turn % 5 == 0:
                    self.server.tick(now)
                    self.router.tick(now)
                    self.service.custody.tick(now)
                    self._record_pending(now)
            except Exception:
                LOG.exception("fault in the tick")
                self.metrics.protocol_errors.add(("edge", "tick"))

    def _record_pending(self, now: float) -> None:
        """Decisions are on disk within a second, answered or not: a second record follows with the answer."""
        for pool in (*self.pools.values(), *self.retiring):
            for transit in pool.waiting(now, PENDING_AFTER):
                if not transit.recorded:
                    transit.recorded = True
                    self.desk.record(msgspec.structs.replace(transit.decision, outcome="pending"))

    # -- reload --------------------------------------------------------------------------------

    async def _reload_quietly(self) -> None:
        # What is wrong is in the log already; the old conf goes on.
        with contextlib.suppress(ConfError):
            await self.reload()

    async def reload(self) -> list[str]:
        """Read the conf anew and let it hold; returns what cannot change without a restart, and notes.

        Raises ConfError with every problem; then the old conf goes on untouched.
        """
        async with self._reloading:
            try:
                loaded = await asyncio.to_thread(load, self.directory, self.environment)
                self.desk.examine(loaded)
            except ConfError as error:
                self.reloads.add(("failed",))
                for problem in error.problems:
                    LOG.error("reload: %s", problem)
                raise
            return self._adopt(loaded)

    def _adopt(self, loaded: Loaded) -> list[str]:
        changes = diff(self.desk.conf, loaded.conf)
        self.desk.adopt(loaded)
        gone = (*changes.carriers.removed, *changes.carriers.changed)
        for name in gone:
            pool = self.pools.pop(name)
            self.retiring.add(pool)
            self.spawn(self._retire(pool))
        for name in (*changes.carriers.added, *changes.carriers.changed):
            self._open(loaded.conf.carriers[name])
        self.router.adopt(loaded.conf.routes)
        self.server.renew(loaded.conf)
        self.sip.adopt(loaded.conf)
        kept = self.mms.adopt(loaded.conf)
        self.reloads.add(("ok",))
        self.reloaded_at = self.desk.unix_time(monotonic())
        said = [*diff(self.begun, loaded.conf).restart, *kept, *loaded.notes]
        LOG.info("reloaded: conf %s; carriers touched: %s", loaded.conf.version, ", ".join(gone) or "none")
        for line in said:
            LOG.warning("reload: %s", line)
        return said

    async def _retire(self, pool: Pool) -> None:
        """Let a carrier's last answers come in, then forget it."""
        await pool.stop(pool.carrier.response_timeout)
        self.retiring.discard(pool)


def _calm_collector() -> None:
    """What stands at the start is never garbage, and a message makes no cycles: look seldom, and past the conf.

    The collector's default (every 700 allocations) costs about a microsecond a message here.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
