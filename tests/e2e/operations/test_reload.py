"""Reload by SIGHUP and by command: what did not change is not touched, what is wrong changes nothing."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smpp.codec import build
from smpp.consts import CommandId, Status
from tests.e2e.rig import free_port
from tests.e2e.stage import ACME, BETA, SOMEBODY, Stage, account, carrier, launched
from tests.e2e.wires import Wire, answer_pdu, submit_pdu, until

pytestmark = pytest.mark.e2e

ROUTES = """\
[[route]]
account = "beta"
carriers = ["west"]

[[route]]
carriers = ["north"]
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    beta = account("beta", "+" + BETA, limits='rate-sender = "60/1h burst 1000"')
    with launched(tmp_path, beta, carriers={"west": ""}, extra=ROUTES) as stage:
        yield stage
        status = stage.edge.stop()
    assert status == 0, stage.edge.text
    assert "Traceback" not in stage.edge.text, stage.edge.text


def change(stage: Stage, name: str, old: str, new: str) -> None:
    """Change a file of the conf."""
    path = stage.edge.conf / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


async def reload(stage: Stage, how: str) -> None:
    """Reload and wait until it has held."""
    if how == "command":
        answer = await stage.ask("reload")
        assert answer["reloaded"] is True
        return
    before = await stage.metric("smsedge_reloads_total", result="ok")
    stage.edge.signal(signal.SIGHUP)
    await stage.metric_is(before + 1, "smsedge_reloads_total", result="ok")


class Steady:
    """A customer that sends one message after the other and writes down every answer."""

    def __init__(self, wire: Wire, source: str) -> None:
        self.statuses: list[int] = []
        self._wire = wire
        self._source = source
        self._running = True
        self._task = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        while self._running:
            raw = submit_pdu(self._source, SOMEBODY, b"%d" % len(self.statuses))
            self.statuses.append((await self._wire.ask(raw)).status)
            await asyncio.sleep(0.001)

    async def more(self, count: int = 50) -> None:
        """Wait for so many further answers."""
        wanted = len(self.statuses) + count
        await until(f"{wanted} answers", lambda: len(self.statuses) >= wanted)

    async def stop(self) -> None:
        self._running = False
        await self._task


@pytest.mark.parametrize("how", ["command", "SIGHUP"])
async def test_a_changed_carrier_is_drained_and_bound_anew_and_the_other_does_not_notice(
    stage: Stage, how: str
) -> None:
    async with (
        stage.carrier("north") as north,
        stage.carrier("west") as west,
        stage.bound() as acme,
        stage.bound("beta") as beta,
    ):
        steady = Steady(acme, ACME)
        await steady.more()
        link = north.links[0]
        west.answer = west.ignore
        asked = [beta.put(submit_pdu(BETA, SOMEBODY, f"{n}".encode())) for n in range(3)]
        old = west.links[0]
        await west.read(3)
        change(stage, "local.d/test.conf", 'name = "west"\n', 'name = "west"\nwindow = 7\n')
        await reload(stage, how)
        # It is bound anew at once, and the old link still waits for its answers ...
        await until("west is bound again", lambda: sum(link.bound for link in west.links) == 2)
        assert old in west.links
        await steady.more()
        west.answer = west.accept
        await stage.metric_is(1, "smsedge_carrier_links", carrier="west", state="bound")
        assert (await beta.ask(submit_pdu(BETA, SOMEBODY, b"on the new one"))).status == 0
        # ... which are passed on; then it is unbound.
        for frame in west.requests[:3]:
            old.send(answer_pdu(frame, f"old{frame.sequence}"))
        assert [(await answer).status for answer in asked] == [0] * 3
        await until("the old link is unbound", lambda: old not in west.links)
        assert (west.attempts, west.unbound) == (2, 1)
        # The other carrier has kept its connection, and its customer has seen nothing but ROK.
        await steady.more()
        await steady.stop()
        assert (north.attempts, north.unbound, north.links) == (1, 0, [link])
        assert set(steady.statuses) == {0}
        assert len(north.requests) == len(steady.statuses)
    await stage.idle()


@pytest.mark.parametrize("how", ["command", "SIGHUP"])
async def test_a_wrong_conf_keeps_the_old_and_names_every_problem(stage: Stage, how: str) -> None:
    async with stage.carrier("north") as north, stage.bound() as acme:
        version = (await stage.ask("status"))["conf"]
        steady = Steady(acme, ACME)
        change(stage, "local.d/test.conf", 'name = "west"\n', 'name = "west"\nwindows = 7\n')
        change(stage, "local.d/test.conf", 'carriers = ["north"]', 'carriers = ["nroth"]')
        change(stage, "accounts.d/beta.conf", 'rate-sender = "60/1h', 'rate-sendr = "60/1h')
        failed = await stage.metric("smsedge_reloads_total", result="failed")
        if how == "command":
            done = await asyncio.to_thread(stage.edge.command, "reload")
            assert done.returncode == 1
            told = done.stdout
            assert "not reloaded: the old conf goes on" in told
        else:
            stage.edge.signal(signal.SIGHUP)
            await stage.metric_is(failed + 1, "smsedge_reloads_total", result="failed")
            told = stage.edge.text
        for place, word in (
            ("local.d/test.conf:", "windows"),
            ("local.d/test.conf:", "nroth"),
            ("accounts.d/beta.conf:", "rate-sendr"),
        ):
            assert any(place in line and word in line for line in told.splitlines()), (place, word, told)
        assert "did you mean" in told
        assert await stage.metric("smsedge_reloads_total", result="failed") == failed + 1
        assert (await stage.ask("status"))["conf"] == version
        await steady.more()
        await steady.stop()
        assert set(steady.statuses) == {0}
        assert (north.attempts, north.unbound) == (1, 0)
        # Once it is right again it holds.
        change(stage, "local.d/test.conf", "windows = 7", "window = 7")
        change(stage, "local.d/test.conf", "nroth", "north")
        change(stage, "accounts.d/beta.conf", "rate-sendr", "rate-sender")
        await reload(stage, how)
        assert (await stage.ask("status"))["conf"] != version


async def test_a_failed_expectation_keeps_the_old_conf(stage: Stage) -> None:
    case = f"""
[[expect]]
account = "acme"
from = "+{ACME}"
to = "+{SOMEBODY}"
text = "hello"
verdict = "reject"
"""
    (stage.edge.conf / "local.d" / "cases.conf").write_text(case)
    done = await asyncio.to_thread(stage.edge.command, "reload")
    assert done.returncode == 1
    assert "local.d/cases.conf:2" in done.stdout
    assert "not reloaded" in done.stdout


async def test_a_removed_account_is_unbound_when_it_has_its_answers(stage: Stage) -> None:
    async with stage.carrier("west") as west, stage.bound("beta") as beta, stage.bound() as acme:
        west.answer = west.ignore
        asked = beta.put(submit_pdu(BETA, SOMEBODY, b"the last"))
        await west.read(1)
        (stage.edge.conf / "accounts.d" / "beta.conf").unlink()
        change(stage, "local.d/test.conf", 'account = "beta"\n', "")
        await reload(stage, "command")
        assert (await beta.ask(submit_pdu(BETA, SOMEBODY, b"one more"))).status == Status.ESME_RSYSERR
        assert beta.frames.empty()
        west.links[0].send(answer_pdu(west.requests[0], "1"))
        assert (await asked).status == 0
        goodbye = await beta.next()
        assert goodbye.command_id == CommandId.UNBIND
        beta.send(build(CommandId.UNBIND_RESP, 0, goodbye.sequence))
        await beta.closed()
        with pytest.raises(AssertionError):
            async with stage.bound("beta"):
                pass
        assert not acme.gone.is_set()
        assert len(west.requests) == 1


async def test_a_changed_limit_acts_at_once(stage: Stage) -> None:
    async with stage.carrier("west"), stage.bound("beta") as beta:
        for n in range(5):
            assert (await beta.ask(submit_pdu(BETA, SOMEBODY, f"{n}".encode()))).status == 0
        change(stage, "accounts.d/beta.conf", "60/1h burst 1000", "60/1h burst 5")
        await reload(stage, "command")
        # What it had sent still counts.
        assert (await beta.ask(submit_pdu(BETA, SOMEBODY, b"one too many"))).status == Status.ESME_RTHROTTLED
        change(stage, "accounts.d/beta.conf", "60/1h burst 5", "60/1h burst 1000")
        await reload(stage, "command")
        assert (await beta.ask(submit_pdu(BETA, SOMEBODY, b"room again"))).status == 0


async def test_a_new_account_and_a_new_carrier_are_there_at_once(stage: Stage) -> None:
    port = free_port()
    (stage.edge.conf / "accounts.d" / "gamma.conf").write_text(account("gamma", "+14165550888"))
    (stage.edge.conf / "local.d" / "far.conf").write_text(carrier("far", "f", port))
    change(stage, "local.d/test.conf", ROUTES, '[[route]]\naccount = "gamma"\ncarriers = ["far"]\n\n' + ROUTES)
    await reload(stage, "command")
    stage.ports["far"] = port
    async with stage.carrier("far") as far, stage.bound("gamma") as gamma:
        assert (await gamma.ask(submit_pdu("14165550888", SOMEBODY, b"new"))).raw[16:] == b"f1\0"
        # And gone again.
        (stage.edge.conf / "local.d" / "far.conf").unlink()
        change(stage, "local.d/test.conf", '[[route]]\naccount = "gamma"\ncarriers = ["far"]\n\n', "")
        await reload(stage, "command")
        await until("far is unbound", lambda: not far.links)
        assert far.unbound == 1
        assert (await gamma.ask(submit_pdu("14165550888", SOMEBODY, b"no way"))).status == Status.ESME_RSYSERR
    del stage.ports["far"]


async def test_what_a_reload_cannot_change_it_says(stage: Stage) -> None:
    change(stage, "local.d/test.conf", f'listen = "127.0.0.1:{stage.edge.port}"', f'listen = "127.0.0.1:{free_port()}"')
    answer: dict[str, Any] = await stage.ask("reload")
    assert answer["reloaded"] is True
    assert any("[smpp] listen" in note and "needs a restart" in note for note in answer["notes"])
    async with stage.bound():
        assert stage.edge.lives()


async def test_a_session_has_the_settings_of_the_new_conf(stage: Stage) -> None:
    async with stage.carrier("west") as west, stage.bound("beta") as beta:
        change(stage, "accounts.d/beta.conf", 'from = ["127.0.0.0/8"]', 'from = ["127.0.0.0/8"]\nwindow = 1')
        await reload(stage, "command")
        west.answer = west.ignore
        first = beta.put(submit_pdu(BETA, SOMEBODY, b"1"))
        assert (await beta.ask(submit_pdu(BETA, SOMEBODY, b"2"))).status == Status.ESME_RMSGQFUL
        west.links[0].send(answer_pdu(west.requests[0], "1"))
        assert (await first).status == 0


async def test_the_command_finds_the_edge_though_a_file_cannot_be_read(stage: Stage) -> None:
    (stage.edge.conf / "local.d" / "zz.conf").write_text("[smpp\n")
    done = await asyncio.to_thread(stage.edge.command, "reload")
    assert (done.returncode, "local.d/zz.conf:1" in done.stdout) == (1, True), done.stderr


async def test_the_command_finds_the_edge_though_the_file_that_names_its_state_cannot_be_read(stage: Stage) -> None:
    change(stage, "local.d/test.conf", ROUTES, ROUTES + "[smpp\n")
    done = await asyncio.to_thread(stage.edge.command, "reload")
    assert (done.returncode, "local.d/test.conf:" in done.stdout) == (1, True), done.stderr
