"""Where a real Asterisk comes from: a Debian tree with its packages, made once by debootstrap and kept.

The tree is `$SMSEDGE_ASTERISK_CACHE` (default ~/.cache/smsedge/asterisk)/SUITE. Asterisks run in it by chroot, each with
its own directory under srv/, so that several share one tree. sid has Asterisk 22; where it cannot be had, bullseye has 16
(bookworm and trixie have none). SMSEDGE_ASTERISK_SUITE asks for one of them.
"""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

MIRROR = os.environ.get("SMSEDGE_DEBIAN_MIRROR", "http://deb.debian.org/debian")
SUITES = ("sid", "bullseye")
BUILD = 900.0  # seconds; 45 to 80 seen
BINARY = "usr/sbin/asterisk"


class Missing(Exception):
    """There is no Asterisk to test with; the message says why."""


def cache() -> Path:
    """The directory of the trees."""
    return Path(os.environ.get("SMSEDGE_ASTERISK_CACHE", "~/.cache/smsedge/asterisk")).expanduser()


def tree() -> Path:
    """A tree with Asterisk in it, made if there is none; Missing if that is impossible."""
    if os.geteuid() != 0:
        raise Missing("the Asterisk tests chroot into a Debian tree, which takes root (Asterisk itself runs without)")
    wanted = os.environ.get("SMSEDGE_ASTERISK_SUITE")
    suites = (wanted,) if wanted else SUITES
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for suite in suites:
            if (cache() / suite / BINARY).exists():
                return cache() / suite
        troubles = [_build(suite) for suite in suites if not (cache() / suite / BINARY).exists()]
    for suite in suites:
        if (cache() / suite / BINARY).exists():
            return cache() / suite
    raise Missing("; ".join(troubles))


def _build(suite: str) -> str:
    """Make the tree of `suite`, unless an earlier one was made; what went wrong, "" for nothing."""
    if any((cache() / other / BINARY).exists() for other in SUITES[: SUITES.index(suite)] if suite in SUITES):
        return ""
    program = shutil.which("debootstrap") or shutil.which("debootstrap", path="/usr/sbin")
    if program is None:
        return "debootstrap is not installed"
    place = cache() / f"{suite}.new"
    shutil.rmtree(place, ignore_errors=True)
    command = [program, "--variant=minbase", "--include=asterisk,asterisk-modules", suite, str(place), MIRROR]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD, check=False)
    except subprocess.TimeoutExpired:
        return f"debootstrap {suite}: nothing after {BUILD:g} s"
    if done.returncode or not (place / BINARY).exists():
        lines = (done.stdout + done.stderr).strip().splitlines()
        return f"debootstrap {suite}: {lines[-1] if lines else done.returncode}"
    shutil.rmtree(place / "var/cache/apt", ignore_errors=True)
    place.rename(cache() / suite)
    return ""


def version(place: Path) -> str:
    """Asterisk's version, "22.10.1"."""
    done = subprocess.run(["chroot", str(place), f"/{BINARY}", "-V"], capture_output=True, text=True, check=True)
    return done.stdout.split()[1].partition("+")[0].partition("~")[0]
