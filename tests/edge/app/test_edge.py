"""One edge in this process: it starts, serves, changes at a reload, ends, and leaves its books behind."""

import asyncio
import os
import signal
import socket

import pytest

from edge.app.edge import SOCKET
from edge.audit.reader import Reader
from edge.config.problem import ConfError
from edge.core.facts import Fact, FactKind
from smpp.codec import build, request
from smpp.consts import CommandId as C

from .stage import Conf, carrier, customer, free_port, message, running, until

REVIEW = """
[[carrier]]
name = "review"
tag = "r"
host = "127.0.0.1"
port = {port}
system_id = "us"
password = "secret"
"""


async def test_a_message_there_and_back_and_into_the_books(conf, edge, north):
    async with customer(conf.port) as client:
        answer = await client.asks(message(7))
        assert (answer.sequence, answer.status, answer.fields["message_id"]) == (7, 0, b"nm1")
        refused = await client.asks(message(8, to=b"911"))
        assert (refused.sequence, refused.status) == (8, 0x0B)
    assert [pdu.fields["short_message"] for pdu in north.got] == [b"See you at 2."]
    await edge.stop()
    found = Reader(conf.state / "audit").search(account="acme")
    assert [(one.verdict, one.rule, one.status, one.message_id) for one in found] == [
        ("bounce", "emergency-destination", 0x0B, ""),
        ("allow", "", 0, "nm1"),
    ]


async def test_a_receipt_comes_back_to_its_customer(conf, edge, north):
    async with customer(conf.port) as client:
        north.sends(
            request(
                C.DELIVER_SM,
                5,
                source_addr=b"14165550301",
                destination_addr=b"14165550100",
                esm_class=4,
                short_message=b"id:m1 stat:DELIVRD",
            )
        )
        receipt = await client.hears()
        assert receipt.fields["short_message"] == b"id:nm1 stat:DELIVRD"


async def test_what_a_silent_carrier_has_is_on_disk_within_a_second(conf, edge, north):
    north.silent = True
    reader = Reader(conf.state / "audit")
    async with customer(conf.port) as client:
        client.writer.write(message(7))

        def recorded():
            edge.audit.flush()
            return reader.search(account="acme")

        await until("recorded", recorded)
        (found,) = reader.search(account="acme")
        assert (found.outcome, found.carrier, found.status) == ("pending", "north", 0)
        north.writers.pop().close()
        answer = await client.hears()
        assert (answer.sequence, answer.status) == (7, 0x08)
    await until("ended", lambda: [one for one in recorded() if one.outcome == "unknown"])
    assert len(reader.search(account="acme")) == 1


async def test_facts_survive_a_restart(conf, edge):
    fact = Fact(FactKind.BLOCK, "+14165550100", 1.0, "op", "spam")
    done = asyncio.get_running_loop().create_future()
    edge.ledger.record(fact, done.set_result)
    assert await done is None
    await edge.stop()
    async with running(conf.edge()) as again:
        assert again.ledger.facts.blocked[14165550100].reason == "spam"
        async with customer(conf.port) as client:
            assert (await client.asks(message(7))).status == 0x66


# -- the end -----------------------------------------------------------------------------------


async def test_the_end_gives_every_answer_and_takes_nothing_new(conf, edge, north):
    north.silent = True
    async with customer(conf.port) as client:
        client.writer.write(message(7))
        await until("sent", lambda: north.got)
        ending = asyncio.ensure_future(edge.stop())
        await asyncio.sleep(0.1)
        assert (await client.asks(message(8))).status == 0x08
        north.sends(build(C.SUBMIT_SM_RESP, 0, north.got[0].sequence, {"message_id": b"late"}))
        answer = await client.hears()
        assert (answer.sequence, answer.status, answer.fields["message_id"]) == (7, 0, b"nlate")
        goodbye = await client.hears()
        assert goodbye.command_id == C.UNBIND
        client.writer.write(build(C.UNBIND_RESP, 0, goodbye.sequence))
        assert await client.ends()
        await ending
    assert not (conf.state / SOCKET).exists()


async def test_stopping_twice_is_nothing(edge):
    await edge.stop()
    await edge.stop()


async def test_an_edge_that_could_not_start_ends_cleanly(conf):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", conf.port))
        taken.listen()
        edge = conf.edge()
        with pytest.raises(OSError, match="address already in use"):
            await edge.run()
    async with running(conf.edge()):
        pass  # the state directory is free again


async def test_a_control_socket_in_the_way(conf):
    edge = conf.edge()
    (conf.state / SOCKET).write_text("not a socket")
    with pytest.raises(OSError, match="it is no socket"):
        await edge.run()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signals_end_it(conf, number):
    edge = conf.edge()
    running = asyncio.ensure_future(edge.run())
    await until("listening", (conf.state / SOCKET).exists)
    os.kill(os.getpid(), number)
    async with asyncio.timeout(10):
        await running


# -- reload ------------------------------------------------------------------------------------


async def test_a_reload_takes_accounts_in(conf, edge):
    conf.write(
        "accounts.d/rival.conf",
        'name = "rival"\nnumbers = ["+12125550100"]\n[[bind]]\nsystem_id = "rival"\npassword = "x"\n'
        'from = ["127.0.0.0/8"]\n',
    )
    version = edge.desk.conf.version
    assert await edge.reload() == []
    assert edge.desk.conf.version != version
    assert sorted(edge.desk.conf.binds) == ["acme", "rival"]
    assert edge.reloads.values == {("ok",): 1}


async def test_a_conf_with_problems_changes_nothing(conf, edge, caplog):
    old = edge.desk.conf
    conf.write("local.d/bad.conf", '[smpp]\nlisten = "nowhere"\n')
    with pytest.raises(ConfError) as caught:
        await edge.reload()
    assert edge.desk.conf is old
    assert edge.reloads.values == {("failed",): 1}
    assert [str(problem) for problem in caught.value.problems] == [
        message.removeprefix("reload: ")
        for message in (record.getMessage() for record in caplog.records)
        if message.startswith("reload: ")
    ]
    async with customer(conf.port) as client:
        assert (await client.asks(message(7))).status == 0


async def test_a_reload_touches_no_link_that_stays_the_same(conf, edge, north):
    pool = edge.pools["north"]
    generation = pool.links[0].generation
    async with carrier() as review:
        conf.write("local.d/review.conf", REVIEW.format(port=review.port))
        await edge.reload()
        await until("bound", lambda: edge.pools["review"].bound)
        assert edge.pools["north"] is pool
        conf.write("local.d/review.conf", "")
        gone = edge.pools["review"]
        await edge.reload()
        assert list(edge.pools) == ["north"]
        await until("retired", lambda: not edge.retiring)
        assert not gone.bound
    assert (pool.links[0].generation, pool.bound) == (generation, True)
    assert len(north.writers) == 1


async def test_a_carrier_that_changed_gets_new_links_and_the_old_ones_drain(conf, edge, north):
    north.silent = True
    old = edge.pools["north"]
    async with customer(conf.port) as client:
        client.writer.write(message(7))
        await until("sent", lambda: north.got)
        conf.write("local.d/north.conf", '[[carrier]]\nname = "north"\nwindow = 5\n')
        await edge.reload()
        assert edge.pools["north"] is not old
        assert edge.retiring == {old}
        north.sends(build(C.SUBMIT_SM_RESP, 0, north.got[0].sequence, {"message_id": b"late"}))
        answer = await client.hears()
        assert (answer.sequence, answer.fields["message_id"]) == (7, b"nlate")
        await until("retired", lambda: not edge.retiring)
        north.silent = False
        await until("bound", lambda: edge.pools["north"].bound)
        assert (await client.asks(message(8))).status == 0


async def test_what_only_a_restart_can_change_is_said(conf, edge):
    conf.write("local.d/node.conf", f'[smpp]\nlisten = "127.0.0.1:{free_port()}"\n')
    said = await edge.reload()
    assert len(said) == 1
    assert said[0].startswith("[smpp] listen: ")
    assert said[0].endswith("needs a restart")


async def test_what_only_a_restart_can_change_is_told_as_it_is_until_then(conf, edge):
    name, listening = edge.desk.conf.node, edge.listening()
    conf.write("local.d/node.conf", f'[node]\nname = "other"\n[smpp]\nlisten = "127.0.0.1:{free_port()}"\n')
    first = await edge.reload()
    status = edge.operations.status({})
    assert (status["node"], status["listening"]) == (name, listening)
    assert await edge.reload() == first  # still
    conf.write("local.d/node.conf", "")
    assert await edge.reload() == []  # nothing needs a restart any more


async def test_a_reload_that_cannot_hold_here_leaves_the_old_conf_whole(conf, edge, north):
    (edge.state / "record.key").write_bytes(b"short")
    version = edge.desk.conf.version
    conf.write("local.d/record.conf", 'name = "acme"\nrecord = true\n')
    conf.write("local.d/north.conf", '[[carrier]]\nname = "north"\nwindow = 5\n')
    with pytest.raises(ConfError, match=r"accounts.d:1: record: .*record.key: is no key"):
        await edge.reload()
    assert (edge.desk.conf.version, edge.reloads.values) == (version, {("failed",): 1})
    (edge.state / "record.key").unlink()
    await edge.reload()
    assert edge.pools["north"].carrier.window == 5


async def test_sighup_reloads_and_a_bad_conf_is_only_logged(conf):
    edge = conf.edge()
    running = asyncio.ensure_future(edge.run())
    await until("listening", (conf.state / SOCKET).exists)
    for text, result in (("", "ok"), ("[smpp]\nnonsense = 1\n", "failed")):
        conf.write("local.d/more.conf", text)
        os.kill(os.getpid(), signal.SIGHUP)
        await until(result, lambda result=result: edge.reloads.values.get((result,)))
    os.kill(os.getpid(), signal.SIGTERM)
    await running


# -- the tick and the environment ----------------------------------------------------------------


async def test_a_fault_in_the_tick_is_logged_counted_and_does_not_end_it(edge, monkeypatch, caplog):
    whole = edge.desk.tick
    calls = []

    def tick(now):
        calls.append(now)
        if len(calls) == 1:
            raise ZeroDivisionError
        whole(now)

    monkeypatch.setattr(edge.desk, "tick", tick)
    await until("ticked on", lambda: len(calls) > 2)
    assert edge.metrics.protocol_errors.values == {("edge", "tick"): 1}
    assert "fault in the tick" in caplog.text


async def test_the_environment_asks_for_a_capture_and_for_late_sequence_numbers(conf, tmp_path, north):
    capture = tmp_path / "edge-%p.pcap"
    edge = conf.edge(SMSEDGE_CAPTURE=str(capture), SMSEDGE_FIRST_SEQUENCE="0x7ffffff0")
    async with running(edge), customer(conf.port) as client:
        await client.asks(message(7, b"look for me"))
    assert north.got[0].sequence > 0x7FFFFFF0
    written = (tmp_path / f"edge-{os.getpid()}.pcap").read_bytes()
    assert b"look for me" in written


async def test_a_console_shows_the_conf_in_force(tmp_path, north):
    conf = Conf(tmp_path, north.port)
    port = free_port()
    conf.write("local.d/console.conf", f'[console]\nlisten = "127.0.0.1:{port}"\n')
    async with running(conf.edge()) as edge:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /metrics HTTP/1.0\r\n\r\n")
        text = (await asyncio.wait_for(reader.read(), 10)).decode()
        writer.close()
        assert f'conf="{edge.desk.conf.version}"' in text
        assert 'node="edge-t"' in text
        assert edge.listening() == [f"smpp 127.0.0.1:{conf.port}", f"console 127.0.0.1:{port}"]
