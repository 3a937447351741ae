"""The folder of evidence: each exhibit sealed and on disk under its decision id before anybody is answered.

Implements `edge.core.evidence.EvidenceStore`. There is no way to read here: the private key is elsewhere. What the disk
does not take stays sealed in memory and is tried again.
"""

import asyncio
import logging
import os
import secrets
from pathlib import Path
from threading import Lock

import msgspec

from edge.core.evidence import Exhibit, Kept, public_key
from edge.core.metrics import Metrics
from edge.ledger.errors import LedgerError
from edge.ledger.evidence.box import sealed

FOLDER = "evidence"
SUFFIX = ".sealed"
DRAFT = ".new"
# What the disk did not take, in memory.
WAITING_MOST = 16
WAITING_OCTETS = 64 * 1024 * 1024
AGAIN = 5.0  # seconds between two attempts
COUNT_EVERY = 60.0  # seconds: somebody takes files away

_log = logging.getLogger("smsedge.evidence")


class Locker:
    """One way in. Calls are for the loop's thread, but those that are marked blocking."""

    def __init__(self, state: Path, metrics: Metrics) -> None:
        self.folder = state / FOLDER
        self._metrics = metrics
        self._outcomes = metrics.counter(
            "smsedge_evidence_total", "Messages to be kept as evidence, by what became of them", ("outcome",)
        )
        metrics.gauge("smsedge_evidence", "Evidence in the folder, and waiting for the disk", ("what",), self._samples)
        self._key = b""
        self._most, self._most_octets = 0, 0
        self._writing = Lock()
        self._waiting: dict[str, bytes] = {}
        self._counted = (0, 0)
        self._again_at = self._count_at = 0.0
        self._trying: asyncio.Task[None] | None = None

    def adopt(self, key: str, most: int, octets: int) -> None:
        """From now on: seal to `key` ("" for none), keep at most `most` files and `octets` of them."""
        self._key = public_key(key) if key else b""
        self._most, self._most_octets = most, octets

    def open(self) -> None:
        """Make the folder, take away what a crash left half written (nobody was answered on it). Blocking.

        Raises LedgerError.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for draft in self.folder.glob(f"*{DRAFT}"):
                draft.unlink(missing_ok=True)
            self._counted = self._count()
        except OSError as error:
            raise LedgerError(f"{self.folder}: cannot be used for evidence: {error.strerror}") from error

    # -- in ------------------------------------------------------------------------------------

    async def keep(self, exhibit: Exhibit) -> Kept:
        """See `edge.core.evidence.EvidenceStore`."""
        if not self._key:
            self._outcomes.add((Kept.NO_KEY.value,))
            return Kept.NO_KEY
        octets = self._waiting.get(exhibit.id)
        if octets is None:
            octets = await asyncio.to_thread(_sealed, self._key, exhibit)
        kept = await self._write(exhibit.id, octets)
        self._outcomes.add((kept.value,))
        if kept is Kept.FULL:
            self._metrics.caps.add(("evidence",))
        if kept is Kept.FAILED:
            self._put_aside(exhibit.id, octets)
        return kept

    def _put_aside(self, id: str, octets: bytes) -> None:
        if id in self._waiting:
            return
        held = sum(map(len, self._waiting.values()))
        if len(self._waiting) >= WAITING_MOST or held + len(octets) > WAITING_OCTETS:
            self._metrics.caps.add(("evidence-waiting",))
            return
        self._waiting[id] = octets

    async def _write(self, id: str, octets: bytes) -> Kept:
        try:
            kept = await asyncio.to_thread(self._put, id, octets)
        except OSError as error:
            _log.error("evidence %s is not on disk, and tried again: %s", id, error.strerror)
            return Kept.FAILED
        self._waiting.pop(id, None)
        return kept

    def _put(self, id: str, octets: bytes) -> Kept:
        """Blocking: whole and on disk, or not there. Raises OSError."""
        path = self.folder / f"{id}{SUFFIX}"
        with self._writing:
            if not path.exists():
                files, held = self._count()
                if files >= self._most or held + len(octets) > self._most_octets:
                    return Kept.FULL
                _written(path, octets)
            _settled(self.folder)
            self._counted = self._count()
        return Kept.KEPT

    # -- time ----------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Try again what the disk did not take; look how much is there."""
        if self._trying is not None:
            if not self._trying.done():
                return
            self._trying = None
        if (self._waiting and now >= self._again_at) or now >= self._count_at:
            self._again_at, self._count_at = now + AGAIN, now + COUNT_EVERY
            self._trying = asyncio.get_running_loop().create_task(self.retry())

    async def retry(self) -> None:
        """Once all that waits."""
        for id, octets in list(self._waiting.items()):
            kept = await self._write(id, octets)
            if kept is Kept.FAILED:
                break
            self._outcomes.add((kept.value,))
            said = "is on disk now" if kept is Kept.KEPT else "is lost: there is no room for it"
            _log.error("evidence %s %s", id, said)
        try:
            self._counted = await asyncio.to_thread(self._count)
        except OSError as error:
            _log.error("%s: cannot be looked at: %s", self.folder, error.strerror)

    async def close(self) -> None:
        """The last attempt."""
        if self._trying is not None:
            await asyncio.wait([self._trying])
        if self._waiting:
            await self.retry()
        for id in self._waiting:
            _log.error("evidence %s is lost: the disk did not take it", id)

    # -- for operators -------------------------------------------------------------------------

    def state(self) -> dict[str, int]:
        """Files and their octets, and what waits for the disk; as of a minute ago at most."""
        files, octets = self._counted
        return {"files": files, "octets": octets, "waiting": len(self._waiting)}

    def ready(self) -> bool:
        """Whether there is a key to seal to."""
        return bool(self._key)

    def _samples(self) -> list[tuple[tuple[str, ...], float]]:
        return [((what,), count) for what, count in self.state().items()]

    def _count(self) -> tuple[int, int]:
        """Files and their octets. Blocking; the conf bounds how many there can be."""
        sizes = [entry.stat().st_size for entry in os.scandir(self.folder) if entry.name.endswith(SUFFIX)]
        return len(sizes), sum(sizes)


def _sealed(key: bytes, exhibit: Exhibit) -> bytes:
    return sealed(key, msgspec.msgpack.encode(exhibit))


def _written(path: Path, octets: bytes) -> None:
    """A file that is whole and on disk once it has its name. Raises OSError."""
    draft = path.with_name(f"{path.stem}.{secrets.token_hex(4)}{DRAFT}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _settled(folder: Path) -> None:
    """Names are on disk too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
