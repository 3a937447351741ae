"""Postfix instances of the tests' own: configuration, queue and data in a directory of theirs, on loopback ports.

Needs root, as Postfix does; nothing of the machine's own Postfix is read or touched but its programs.
"""

import contextlib
import os
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.e2e.rig import free_port, require, wait_for

MAIN = """\
compatibility_level = 3.6
queue_directory = {here}/queue
data_directory = {here}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {here}/maillog
maillog_file_prefixes = {here}
myhostname = {name}
mydestination =
mynetworks = 127.0.0.0/8
inet_protocols = ipv4
inet_interfaces = 127.0.0.1
alias_maps =
alias_database =
local_recipient_maps =
relay_domains =
smtpd_relay_restrictions = permit_mynetworks, reject
default_transport = smtp:[127.0.0.1]:{next_hop}
relay_transport = smtp:[127.0.0.1]:{next_hop}
transport_maps = inline:{{ {{ {domain} = smtp:[127.0.0.1]:{home} }} }}
smtp_bind_address = {source}
smtp_host_lookup = native
smtp_dns_support_level = disabled
smtp_tls_security_level = none
smtp_tls_policy_maps = inline:{{ {{ [127.0.0.1]:{next_hop} = {tls} }} }}
smtpd_peername_lookup = no
message_size_limit = 60000000
header_size_limit = 1000000
smtp_line_length_limit = 0
local_header_rewrite_clients =
minimal_backoff_time = 2s
maximal_backoff_time = 5s
queue_run_delay = 2s
smtp_connect_timeout = 5s
smtpd_client_connection_count_limit = 0
default_destination_recipient_limit = {recipients}
smtp_destination_concurrency_failed_cohort_limit = 0
{more}
"""

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """One instance. What it takes on `port` goes to `home` where it is for `domain`, else to `next_hop`.

    It connects from the address `source`, and speaks TLS to the next hop as `tls` says. `recipients` is how many it
    puts in one transaction, `more` are lines of main.cf.
    """

    def __init__(
        self,
        here: Path,
        domain: str,
        home: int,
        next_hop: int,
        source: str,
        *,
        port: int = 0,
        tls: str = "none",
        recipients: int = 50,
        more: str = "",
    ) -> None:
        self.name, self.here, self.port = f"mta.{domain}", here, port or free_port()
        self.conf = here / "conf"
        here.chmod(0o755)
        for part in ("conf", "queue", "data"):
            (here / part).mkdir()
        shutil.chown(here / "data", "postfix")
        values = {"here": here, "name": self.name, "domain": domain, "home": home, "next_hop": next_hop}
        text = MAIN.format(source=source, tls=tls, recipients=recipients, more=more, **values)
        (self.conf / "main.cf").write_text(text)
        (self.conf / "master.cf").write_text(MASTER.format(port=self.port))

    def start(self) -> "Postfix":
        """Run, and wait until its port answers as SMTP does."""
        self._run("postfix", "start")
        wait_for(f"{self.name} answering", self._answers)
        return self

    def _answers(self) -> bool:
        with contextlib.suppress(smtplib.SMTPException), smtplib.SMTP("127.0.0.1", self.port, timeout=5) as smtp:
            return smtp.noop()[0] == 250
        return False

    def stop(self) -> None:
        """End it; the queue goes with its directory."""
        self._run("postfix", "stop")

    def flush(self) -> None:
        """Try everything in the queue now."""
        self._run("postqueue", "-f")

    def queued(self) -> int:
        """Messages in its queue."""
        listing = self._run("postqueue", "-j")
        return len(listing.splitlines())

    @property
    def log(self) -> str:
        """What it logged."""
        path = self.here / "maillog"
        return path.read_text(errors="replace") if path.exists() else ""

    def _run(self, program: str, *arguments: str) -> str:
        command = [require(program, f"/usr/sbin/{program}"), "-c", str(self.conf), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}\n{self.log[-2000:]}"
        return done.stdout


@contextlib.contextmanager
def postfix(domain: str, home: int, next_hop: int, source: str, **settings: Any) -> Iterator[Postfix]:
    """A Postfix that runs while the block does (see `Postfix`). Skips where there is none, or no root."""
    import pytest

    require("postfix", "/usr/sbin/postfix")
    if os.geteuid() != 0:
        if os.environ.get("SMSEDGE_REQUIRE_PEERS"):
            pytest.fail("Postfix needs root, and this run requires every peer")
        pytest.skip("Postfix needs root")
    here = Path(tempfile.mkdtemp(prefix="smsedge-postfix-"))
    instance = Postfix(here, domain, home, next_hop, source, **settings)
    try:
        yield instance.start()
    finally:
        with contextlib.suppress(AssertionError):
            instance.stop()
        shutil.rmtree(here, ignore_errors=True)
