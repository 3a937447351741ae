"""Who may bind: address list, lock-out, password, number of binds, in that order.

An unknown system_id, a wrong password and a forbidden address get the same answer, so that nothing can be
learnt from it. The lock-out is by (address, system_id): nobody can lock a customer out from elsewhere.
"""

import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address, ip_network

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from edge.core.account import Account, Bind
from edge.core.conf import Conf, Smpp
from smpp.consts import Status

LOCKED_CAP = 100_000  # (address, system_id) pairs remembered; beyond, the oldest is forgotten
VERIFY_CAP = 32  # argon2 verifications under way or waiting (125 ms each): beyond, the bind is refused
ARGON2 = "argon2:"
_HASHER = PasswordHasher()
# What an unknown system_id is compared with: costs the same as a real one.
_NOBODY = b"\x00nobody's password"


class Gate:
    """Decides on binds. `attempt` never blocks: a slow password hash is verified in a thread."""

    def __init__(self, conf: Smpp) -> None:
        self.conf = conf
        self._failures: dict[tuple[str, str], tuple[int, float]] = {}
        self._threads = ThreadPoolExecutor(1, "argon2")
        self._verifying = 0

    def close(self) -> None:
        """Stop the verifying thread."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def locked(self, address: str, system_id: str, now: float) -> bool:
        """Whether this address is shut out for this system_id."""
        entry = self._failures.get((address, system_id))
        return entry is not None and now < entry[1]

    def failed(self, address: str, system_id: str, now: float) -> None:
        """Count a wrong password; from `lockout_after` on, shut the pair out, twice as long each time."""
        key = (address, system_id)
        failures = self._failures.pop(key, (0, 0.0))[0] + 1
        if len(self._failures) >= LOCKED_CAP:
            del self._failures[next(iter(self._failures))]
        over = failures - self.conf.lockout_after
        until = now + min(self.conf.lockout_max, self.conf.lockout * 2 ** min(over, 20)) if over >= 0 else now
        self._failures[key] = (failures, until)

    def sweep(self, now: float) -> None:
        """Forget failures whose lock-out ended long ago: `lockout_max` after (or after a failure without one)."""
        old = [key for key, (_, until) in list(self._failures.items())[:1000] if now > until + self.conf.lockout_max]
        for key in old:
            del self._failures[key]

    def sizes(self) -> dict[str, int]:
        """Entries per table."""
        return {"lockouts": len(self._failures), "verifying": self._verifying}

    def attempt(
        self,
        conf: Conf,
        address: str,
        system_id: str,
        password: bytes,
        verified: Callable[[tuple[Account, Bind] | None, str], None],
        call_soon_threadsafe: Callable[..., object],
        now: float,
    ) -> None:
        """Check address, lock-out and password; call `verified` with the account's bind, or None and why.

        `verified` is called before this returns, but for argon2 passwords: then on the loop, by
        `call_soon_threadsafe`. The reason is for counters and the log, never for the peer.
        """
        found = conf.binds.get(system_id)
        if found is not None and not _within(address, found[1].networks):
            verified(None, "address")
        elif self.locked(address, system_id, now):
            verified(None, "locked")
        elif found is None:
            hmac.compare_digest(_NOBODY, password)
            self.failed(address, system_id, now)
            verified(None, "unknown")
        elif found[1].password.startswith(ARGON2):
            self._verify_slowly(found, address, password, verified, call_soon_threadsafe, now)
        else:
            good = hmac.compare_digest(found[1].password.encode("latin-1", "replace"), password)
            self._settle(good, found, address, verified, now)

    def _settle(
        self,
        good: bool,
        found: tuple[Account, Bind],
        address: str,
        verified: Callable[[tuple[Account, Bind] | None, str], None],
        now: float,
    ) -> None:
        key = (address, found[1].system_id)
        if good:
            self._failures.pop(key, None)
            verified(found, "")
        else:
            self.failed(address, found[1].system_id, now)
            verified(None, "password")

    def _verify_slowly(
        self,
        found: tuple[Account, Bind],
        address: str,
        password: bytes,
        verified: Callable[[tuple[Account, Bind] | None, str], None],
        call_soon_threadsafe: Callable[..., object],
        now: float,
    ) -> None:
        if self._verifying >= VERIFY_CAP:
            verified(None, "busy")
            return
        self._verifying += 1

        def settle(good: bool) -> None:
            self._verifying -= 1
            self._settle(good, found, address, verified, now)

        def work() -> None:
            call_soon_threadsafe(settle, _argon2(found[1].password, password))

        self._threads.submit(work)


def _argon2(setting: str, password: bytes) -> bool:
    try:
        return _HASHER.verify(setting.removeprefix(ARGON2), password)
    except (Argon2Error, InvalidHashError):
        return False


def _within(address: str, networks: tuple[str, ...]) -> bool:
    """Whether a peer's address is in one of the networks; IPv4 in IPv6's clothes counts as IPv4."""
    try:
        peer = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(peer, "ipv4_mapped", None)
    peer = mapped or peer
    return any(peer in network for network in map(ip_network, networks) if network.version == peer.version)


# What a refused bind is answered with, by reason: one answer for all that could teach an attacker something.
BIND_REFUSED = Status.ESME_RBINDFAIL
