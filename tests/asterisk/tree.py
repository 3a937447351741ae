"""Where a real Asterisk comes from: a Debian tree with its packages, made once by debootstrap and kept.

The tree is `$SMSEDGE_ASTERISK_CACHE` (default ~/.cache/smsedge/asterisk)/SUITE. Asterisks run in it by chroot, each
with its own directory under srv/, so that several share one tree. sid has Asterisk 22; where it cannot be had, bullseye
has 16 (bookworm and trixie have none). SMSEDGE_ASTERISK_SUITE asks for one of them.
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
    places = [cache() / suite for suite in ((wanted,) if wanted else SUITES)]
    cache().mkdir(parents=True, exist_ok=True)
    troubles = []
    with (cache() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for place in places:
            if (place / BINARY).exists():
                return place
        for place in places:
            trouble = _build(place)
            if not trouble:
                return place
            troubles.append(f"debootstrap {place.name}: {trouble}")
    raise Missing("; ".join(troubles))


def _build(place: Path) -> str:
    """Make the tree of the suite that `place` is named after; what went wrong, "" for nothing."""
    program = shutil.which("debootstrap") or shutil.which("debootstrap", path="/usr/sbin")
    if program is None:
        return "not installed"
    fresh = place.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    command = [program, "--variant=minbase", "--include=asterisk,asterisk-modules", place.name, str(fresh), MIRROR]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD, check=False)
        if done.returncode == 0:
            version(fresh)
    except subprocess.TimeoutExpired:
        return f"nothing after {BUILD:g} s"
    except subprocess.CalledProcessError as error:
        return f"its Asterisk does not start: {error.stderr}"
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        return lines[-1] if lines else str(done.returncode)
    fresh.rename(place)
    return ""


def version(place: Path) -> str:
    """Asterisk's version, "22.10.1"."""
    done = subprocess.run(["chroot", str(place), f"/{BINARY}", "-V"], capture_output=True, text=True, check=True)
    return done.stdout.split()[1].partition("+")[0].partition("~")[0]
