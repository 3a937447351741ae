"""The SMSC as a bad peer: what each fault looks like from the other side."""

import asyncio
from pathlib import Path

import pytest

from edge.simulate.esme import Esme
from edge.simulate.esme.compose import submit_pdus
from edge.simulate.smsc import Options, Smsc
from edge.simulate.smsc.nonsense import ANSWERS
from smpp.frame import Framer

ACME, RECIPIENT = "+14165550100", "+12125550111"
HELLO = submit_pdus(ACME, RECIPIENT, "Hello")[0]


async def connect(smsc: Smsc, **more: object) -> Esme:
    return await Esme.connect("127.0.0.1", smsc.port, "acme", "secret", **more)  # type: ignore[arg-type]


async def test_delays_fill_a_window_and_the_rest_is_turned_away() -> None:
    async with Smsc(Options(delay=(0.05, 0.05), window_full=3)) as smsc, await connect(smsc) as esme:
        frames = await asyncio.gather(*(esme.send_raw(HELLO) for _ in range(5)))
        assert sorted(frame.status for frame in frames) == [0, 0, 0, 0x14, 0x14]
        assert (await esme.request(HELLO)).status == 0


async def test_too_many_in_a_second_are_throttled() -> None:
    async with Smsc(Options(throttle_rate=3)) as smsc, await connect(smsc) as esme:
        frames = await asyncio.gather(*(esme.send_raw(HELLO) for _ in range(5)))
        assert [frame.status for frame in frames] == [0, 0, 0, 0x58, 0x58]
        assert (smsc.counts.accepted, smsc.counts.refused) == (3, 2)


async def test_errors_at_a_rate() -> None:
    options = Options(error_rate=0.5, error_status=(0x08, 0x45), seed=2)
    async with Smsc(options) as smsc, await connect(smsc) as esme:
        frames = await asyncio.gather(*(esme.send_raw(HELLO) for _ in range(200)))
        statuses = [frame.status for frame in frames]
        assert set(statuses) == {0, 0x08, 0x45}
        assert len(smsc.messages) == statuses.count(0)


async def test_silent_to_messages_but_alive() -> None:
    async with Smsc(Options(silent="messages")) as smsc, await connect(smsc, response_timeout=0.3) as esme:
        await esme.enquire()
        with pytest.raises(TimeoutError):
            await esme.request(HELLO)
        assert (smsc.counts.unanswered, smsc.messages) == (1, [])


async def test_silent_to_everything_once_bound_and_back_again() -> None:
    options = Options(silent="all", receipt_delay=(0.0, 0.0))
    async with Smsc(options) as smsc, await connect(smsc, response_timeout=0.3) as esme:
        with pytest.raises(TimeoutError):
            await esme.request(HELLO)
        with pytest.raises(TimeoutError):
            await esme.enquire(0.1)
        assert smsc.offer_mo(RECIPIENT, ACME, "hi") == 1
        assert esme.deliveries.empty()
        options.silent = ""
        await esme.enquire()
        assert (await esme.next_delivery()).text == "hi"


async def test_silent_even_to_the_bind() -> None:
    async with Smsc(Options(silent="connect")) as smsc:
        with pytest.raises(TimeoutError, match=r"no bind within 0\.2 s"):
            await connect(smsc, connect_timeout=0.2)
        assert smsc.counts.connections == 1


async def test_silent_behind_some_messages() -> None:
    async with Smsc(Options(silent_after=2)) as smsc, await connect(smsc, response_timeout=0.3) as esme:
        futures = [esme.send_raw(HELLO) for _ in range(2)]
        assert [(await future).status for future in futures] == [0, 0]
        with pytest.raises(TimeoutError):
            await esme.request(HELLO)


async def test_answers_that_come_twice_are_seen_once() -> None:
    async with Smsc(Options(answer_twice=True)) as smsc, await connect(smsc) as esme:
        assert [(await esme.request(HELLO)).status for _ in range(3)] == [0, 0, 0]
        await esme.enquire()
        assert (esme.session.window.unasked, esme.faults) == (3, {"unmatched-response": 3})


async def test_answers_that_come_too_late_are_told_from_answers_to_nothing() -> None:
    async with Smsc(Options(answer_late=0.6)) as smsc, await connect(smsc, response_timeout=0.2) as esme:
        with pytest.raises(TimeoutError):
            await esme.request(HELLO)
        assert len(smsc.messages) == 1
        while not esme.session.window.late:
            await asyncio.sleep(0.01)
        assert (esme.session.window.late, esme.session.window.unasked) == (1, 0)


async def test_nonsense_never_breaks_the_framing() -> None:
    framer = Framer(70_000)
    whole = b"".join(answer(0x04, 7, b"12") for answer in ANSWERS)
    assert len(framer.feed(whole)) == len(ANSWERS) == 12
    assert framer.error is None
    assert framer.pending == 0


async def test_nonsense_is_survived_by_the_session() -> None:
    async with Smsc(Options(nonsense=1.0)) as smsc, await connect(smsc, response_timeout=0.3) as esme:
        futures = [esme.send_raw(HELLO) for _ in range(len(ANSWERS))]
        results = await asyncio.gather(*futures, return_exceptions=True)
        silent = [index for index, result in enumerate(results) if isinstance(result, TimeoutError)]
        assert silent == [0, 1, 10, 11]  # of the wrong type, to nothing, and unknown commands both ways
        smsc.options.nonsense = 0.0
        assert (await esme.submit(ACME, RECIPIENT, "Hello")).status == 0
        assert smsc.counts.nonsense == len(ANSWERS)


async def test_a_link_is_cut_at_every_third_message_and_the_message_is_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "log"
    async with Smsc(Options(disconnect_messages=3, log=path)) as smsc, await connect(smsc) as esme:
        assert [(await esme.request(HELLO)).status for _ in range(2)] == [0, 0]
        with pytest.raises(ConnectionError):
            await esme.request(HELLO)
        assert smsc.counts.cut == 1
        assert len(path.read_text().splitlines()) == 3
        with pytest.raises(ConnectionError, match="the connection is gone"):
            esme.send_raw(HELLO)


async def test_nothing_behind_a_cut_is_taken() -> None:
    async with Smsc(Options(disconnect_messages=2)) as smsc, await connect(smsc) as esme:
        results = await asyncio.gather(*(esme.send_raw(HELLO) for _ in range(5)), return_exceptions=True)
        assert all(isinstance(result, ConnectionError) for result in results)
        assert len(smsc.messages) == 2


async def test_links_are_unbound_where_that_is_asked_for() -> None:
    options = Options(disconnect_messages=2, disconnect_politely=True)
    async with Smsc(options) as smsc, await connect(smsc) as esme:
        assert [(await esme.send_raw(HELLO)).status for _ in range(2)] == [0, 0]
        await esme.wait_gone()
        assert esme.lost_by == "unbind"


async def test_a_peer_that_unbinds_still_gets_its_answers() -> None:
    async with Smsc(Options(delay=(0.05, 0.05))) as smsc, await connect(smsc) as esme:
        futures = [esme.send_raw(HELLO) for _ in range(3)]
        await esme.unbind()
        assert [(await future).status for future in futures] == [0, 0, 0]
        assert esme.lost_by == "unbound"


async def test_links_are_cut_at_times() -> None:
    async with Smsc(Options(disconnect_seconds=0.1)) as smsc:
        one, two = await connect(smsc), await connect(smsc)
        await asyncio.gather(one.wait_gone(), two.wait_gone())
        assert smsc.counts.cut == 2


async def test_all_can_be_disconnected_at_once() -> None:
    async with Smsc() as smsc:
        one, two = await connect(smsc), await connect(smsc)
        assert smsc.disconnect_all() == 2
        await asyncio.gather(one.wait_gone(), two.wait_gone())
        three = await connect(smsc)
        assert smsc.disconnect_all(politely=True) == 1
        await three.wait_gone()
        assert [one.lost_by, three.lost_by] == ["connection lost", "unbind"]


async def test_octets_that_are_no_smpp_do_not_stop_it() -> None:
    async with Smsc() as smsc:
        for octets in (b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\x02\x00", b"\x7f\xff\xff\xff\0\0\0\4", b"\0\0\0\x01"):
            reader, writer = await asyncio.open_connection("127.0.0.1", smsc.port)
            writer.write(octets)
            await reader.read()
            writer.close()
            await writer.wait_closed()
        async with await connect(smsc) as esme:
            assert (await esme.submit(ACME, RECIPIENT, "Hello")).status == 0
        assert smsc.counts.faults == {"not-smpp": 2, "framing": 2}
