"""Who may bind: lock-out without locking customers out, one answer for every refusal, room made by dead binds."""

from collections.abc import Iterator

import pytest

from smpp.consts import CommandId, Status
from tests.e2e.stage import ACME, SOMEBODY, Stage, account, staged
from tests.e2e.wires import answer_pdu, bind_pdu, dial, submit_pdu

pytestmark = pytest.mark.e2e

ELSEWHERE = "127.0.0.2"

ACCOUNTS = (
    account("far", "+14165550200").replace("127.0.0.0/8", "127.0.0.9/32"),
    account("few", "+14165550201", bind="max_binds = 1"),
    account("typed", "+14165550202", bind='system_type = "CRM"'),
)


def hashed_account() -> str:
    """An account whose password is only known by its hash."""
    from argon2 import PasswordHasher

    word = "argon2:" + PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("secret")
    return account("hashed", "+14165550204").replace('password = "secret"', f'password = "{word}"')


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("binds"), *ACCOUNTS, hashed_account()) as stage:
        yield stage


async def attempt(stage: Stage, system_id: str, password: str, local: str = "127.0.0.1") -> tuple[bytes, bool]:
    """One bind on a connection of its own: the answer's octets, and whether the edge then closed."""
    async with await dial(stage.edge.port, local) as wire:
        answer = await wire.bind(system_id, password)
        if answer.status:
            await wire.closed()
        return answer.raw, wire.gone.is_set()


async def test_a_thousand_wrong_passwords_lock_one_address_out_of_one_system_id(stage: Stage) -> None:
    answers = {await attempt(stage, "acme", f"wrong{n:03}") for n in range(1000)}
    refused = bytes.fromhex("00000010 80000009 0000000d 00000001")
    assert answers == {(refused, True)}
    locked = await stage.metric("smsedge_binds_total", result="locked")
    wrong = await stage.metric("smsedge_binds_total", result="password")
    assert locked + wrong == 1000
    assert wrong < 20  # five before the first lock-out; further ones only as lock-outs run off
    # The address is shut out, even with the right word ...
    assert await attempt(stage, "acme", "secret") == (refused, True)
    # ... for that system_id alone, ...
    assert (await attempt(stage, "few", "secret"))[0][8:12] == bytes(4)
    # ... and the customer itself is not.
    assert (await attempt(stage, "acme", "secret", ELSEWHERE))[0][8:12] == bytes(4)


async def test_no_refusal_teaches_anything(stage: Stage) -> None:
    refusals = {
        "unknown system_id": await attempt(stage, "nobody", "secret", "127.0.0.3"),
        "wrong password": await attempt(stage, "few", "guess", "127.0.0.3"),
        "forbidden address": await attempt(stage, "far", "secret", "127.0.0.3"),
        "forbidden address, wrong password": await attempt(stage, "far", "guess", "127.0.0.3"),
        "argon2, wrong password": await attempt(stage, "hashed", "guess", "127.0.0.3"),
    }
    assert set(refusals.values()) == {(bytes.fromhex("00000010 80000009 0000000d 00000001"), True)}, refusals
    assert (await attempt(stage, "far", "secret", "127.0.0.9"))[0][8:12] == bytes(4)
    assert (await attempt(stage, "hashed", "secret", "127.0.0.3"))[0][8:12] == bytes(4)


async def test_what_comes_behind_a_refused_bind_is_not_read(stage: Stage) -> None:
    async with stage.carrier() as north, await dial(stage.edge.port, ELSEWHERE) as wire:
        guess = bind_pdu("few", "guess")
        right = bind_pdu("few", "secret")
        wire.send(guess + right + submit_pdu("14165550201", SOMEBODY, b"let me in"))
        await wire.closed()
        assert len(wire.octets) == 16
        assert north.requests == []


async def test_a_system_type_is_asked_for_where_the_conf_names_one(stage: Stage) -> None:
    async with await dial(stage.edge.port, ELSEWHERE) as wire:
        assert (await wire.bind("typed")).status == Status.ESME_RINVSYSTYP
    async with await dial(stage.edge.port, ELSEWHERE) as wire:
        assert (await wire.bind("typed", system_type="CRM")).status == 0


async def test_max_binds_refuses_one_too_many_and_has_room_when_one_has_left(stage: Stage) -> None:
    async with await dial(stage.edge.port, ELSEWHERE) as first:
        first.handler = lambda wire, frame: wire.send(answer_pdu(frame))
        assert (await first.bind("few")).status == 0
        answer, closed = await attempt(stage, "few", "secret", ELSEWHERE)
        assert (answer[8:12], closed) == (Status.ESME_RALYBND.to_bytes(4), True)
        assert not first.gone.is_set()
    await stage.metric_is(0, "smsedge_sessions", system_id="few")
    assert (await attempt(stage, "few", "secret", ELSEWHERE))[0][8:12] == bytes(4)


async def test_a_dead_bind_makes_room_and_a_live_one_does_not(stage: Stage) -> None:
    async with await dial(stage.edge.port, ELSEWHERE) as dead:
        assert (await dead.bind("few")).status == 0
        # The other end of `dead` says nothing any more: the next bind has it probed.
        assert (await attempt(stage, "few", "secret", ELSEWHERE))[0][8:12] == Status.ESME_RALYBND.to_bytes(4)
        assert (await dead.next()).command_id == CommandId.ENQUIRE_LINK
        await dead.closed(20)
    assert await stage.metric("smsedge_cap_hits_total", cap="dead-bind-evicted") == 1
    async with await dial(stage.edge.port, ELSEWHERE) as live:
        assert (await live.bind("few")).status == 0


@pytest.mark.parametrize(
    ("kind", "submits", "receives"), [("tx", True, False), ("rx", False, True), ("trx", True, True)]
)
async def test_each_kind_of_bind_may_do_what_it_may(stage: Stage, kind: str, submits: bool, receives: bool) -> None:
    async with stage.simulator() as north, await dial(stage.edge.port, ELSEWHERE) as wire:
        assert (await wire.bind("acme", kind=kind)).status == 0
        answer = await wire.ask(submit_pdu(ACME, SOMEBODY, b"may I?"))
        assert answer.status == (0 if submits else Status.ESME_RINVBNDSTS)
        wire.handler = lambda wire, frame: wire.send(answer_pdu(frame))
        told = await north.inject_mo("+" + SOMEBODY, "+" + ACME, "for you")
        assert told == [0 if receives else Status.ESME_RX_T_APPN]
