"""The windows as octets and back: a restart changes no count, and what is no snapshot changes nothing at all."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.core.facts import Facts
from edge.core.verdict import Verdict
from edge.policy.history.tables import Shards
from edge.policy.snapshot import DIGEST, MAGIC, Unusable, read, written
from edge.policy.state import PolicyState
from edge.policy.windows import Windows

NOTICE = "Store meeting moved to Friday at nine, please bring your keys and the stock list"


def person(position: int) -> str:
    return f"+1416{222 + position % 7 + position // 4 % 70 * 10}{position * 37 % 10000:04}"


def number(position: int) -> str:
    return f"+141655501{position:02}"


def restart(world: Any, uptime: float = 7.0, down: float = 30.0) -> None:
    """Another process goes on, `down` seconds later, on a host that has been up for `uptime`."""
    data = b"".join(written(world.state, world.now))
    unix = world.state.unix(world.now) + down
    facts = world.state.facts
    world.state, world.now = PolicyState(facts, unix - uptime), uptime
    outcome = read(data, world.state, world.now)
    assert outcome.unread == ()
    assert outcome.age == pytest.approx(down)


def play(world: Any) -> Callable[[int], Verdict]:
    """A campaign from three numbers, with answers, over the day."""

    def step(position: int) -> Verdict:
        if position % 9 == 4:
            world.receive(person(position - 4), number(position % 3))
        verdict: Verdict = world.send(number(position % 3), person(position), NOTICE, after=40.0)
        return verdict

    return step


@pytest.mark.parametrize("uptime", [7.0, 12_345.678, 4e7])
def test_a_restart_in_the_middle_changes_no_verdict(new_world: Any, uptime: float) -> None:
    without, restarted = new_world(), new_world()
    steps = play(without), play(restarted)
    for position in range(140):
        if position in (11, 70, 71):
            without.now += 30.0
            restart(restarted, uptime)
        one, other = (step(position) for step in steps)
        assert (one.action, one.rule) == (other.action, other.rule), position
    assert restarted.state.last_errors == {}


def test_everything_kept_comes_back(world: Any) -> None:
    step = play(world)
    for position in range(60):
        step(position)
    before, state = world.state.windows, world.state
    restart(world)
    after = world.state.windows
    assert world.state.accounts == state.accounts
    for name in before.kept:
        assert len(after.tables[name]) == len(before.tables[name]), name
    assert len(after.tables["numbers"]) == 3
    index = state.accounts["acme"]
    assert after.bulk.accounts[index].sent == before.bulk.accounts[index].sent > 0
    assert list(after.bulk.campaigns.pages()) == list(before.bulk.campaigns.pages())


def test_a_day_later_nothing_counts(world: Any) -> None:
    world.only("bulk")
    for position in range(99):
        world.send(destination=person(position), text=NOTICE, after=1.0)
    assert world.send(destination=person(200), text=NOTICE).rule == "bulk"
    restart(world, down=3600.0)
    assert world.send(destination=person(200), text=NOTICE, after=100.0).rule == "bulk"
    restart(world, down=86_400.0)
    assert world.send(destination=person(200), text=NOTICE).rule == ""


def test_slow_limits_come_back(world: Any) -> None:
    """GCRA of an hour and more; quicker ones are not worth it."""
    world.only("rate-sender")
    world.tune("rate-sender", limit="3/2h burst 3")
    assert [world.send().rule for _ in range(4)] == [""] * 3 + ["rate-sender"]
    restart(world)
    world.send()
    assert world.send().rule == "rate-sender"
    assert world.send(after=3000.0).rule == ""


WE, SHE, CONFIRMATION = "+14165550101", "+14165550311", "You are unsubscribed and will receive no more messages."


@pytest.mark.parametrize("uptime", [7.0, 4e7])
def test_what_was_asked_confirmed_and_reported_is_not_forgotten(world: Any, uptime: float) -> None:
    world.only("opt-out")
    other, service = "+14165550312", "+14165550313"
    world.send(WE, SHE, "Acme: reply YES to subscribe to updates")
    world.send(WE, other, "Acme: reply YES to subscribe to updates")
    world.receive(other, WE, "yes")
    world.receive(service, WE, "STOP", after=1.0)
    assert world.send(WE, service, CONFIRMATION, after=1.0).action.passes
    world.send(SHE, "7726", "You won a prize, go to win.example", account="", origin="acme", after=1.0)
    restart(world, uptime)
    assert world.send(WE, service, CONFIRMATION).rule == "opt-out"
    assert world.receive(service, WE, "HELP").action.passes
    assert [fact.reason for fact in world.receive(SHE, WE, "yes").facts] == ["an answer"]
    assert world.receive(other, WE, "yes").facts == ()
    (complaint,) = world.send(SHE, "7726", "+1 212 555 0123", account="", origin="acme", after=1.0).facts
    assert "You won a prize" in complaint.evidence
    restart(world, uptime)
    assert world.send(WE, service, "Call us at 9 for help", after=1.0).action.passes
    restart(world, uptime)
    assert world.send(WE, service, "Call us at 9 for help", after=1.0).rule == "opt-out"


def test_notes_of_senders_with_a_name(world: Any) -> None:
    world.only("opt-out")
    world.receive("54321", WE, "STOP")
    assert world.send(WE, "54321", CONFIRMATION, after=1.0).action.passes
    restart(world)
    assert world.send(WE, "54321", CONFIRMATION).rule == "opt-out"


def test_a_table_of_another_kind_is_left_out(world: Any) -> None:
    world.state.recent.put(("a", 1), (1.0, 2, "three"))
    world.state.recent.span = 7200.0
    world.state.confirmed.put(-5, (1.0, 2))
    restart(world)
    assert len(world.state.recent) == len(world.state.confirmed) == 0


def frames(data: bytes) -> list[tuple[int, int]]:
    """Where each frame begins, and its chunk."""
    found, at = [], len(MAGIC)
    while at < len(data) - DIGEST - 5:
        start = at + 1 + data[at] + 4
        found.append((at, start))
        at = start + int.from_bytes(data[start - 4 : start], "little")
    return found


@pytest.fixture
def snapshot(world: Any) -> bytes:
    step = play(world)
    for position in range(30):
        step(position)
    return b"".join(written(world.state, world.now))


def untouched(state: PolicyState) -> bool:
    return not state.accounts and not any(len(table) for table in state.windows.tables.values())


def refused(data: bytes) -> str:
    """The sentence that `data` is refused with, by a state that stays as it is."""
    state = PolicyState(wall_offset=1_700_000_000.0)
    with pytest.raises(Unusable) as caught:
        read(data, state, 1000.0)
    assert untouched(state)
    return str(caught.value)


def sealed(data: bytes) -> bytes:
    """With the digest that its octets have."""
    body = data[: -DIGEST - 5]
    return body + data[-DIGEST - 5 : -DIGEST] + blake2b(body, digest_size=DIGEST).digest()


def test_what_is_no_snapshot(snapshot: bytes) -> None:
    assert refused(b"") == "not a snapshot of the windows"
    assert refused(b"SQLite format 3\0" * 100) == "not a snapshot of the windows"
    assert refused(MAGIC) == "damaged or cut off"
    assert refused(snapshot[:-1]) == "damaged or cut off"
    assert refused(snapshot[: len(snapshot) // 2]) == "damaged or cut off"
    assert refused(snapshot + b"\0") == "damaged or cut off"


def test_any_octet_that_changes_is_noticed(snapshot: bytes) -> None:
    for position in [*range(0, 200), *range(200, len(snapshot), 997)]:
        damaged = bytearray(snapshot)
        damaged[position] ^= 0x40
        refused(bytes(damaged))


def test_a_newer_version_is_not_guessed_at(snapshot: bytes) -> None:
    newer = sealed(snapshot.replace(b'"version":1', b'"version":2', 1))
    assert refused(newer) == "written by another version of this software (format 2, this is 1)"
    assert refused(sealed(snapshot.replace(b'"version":1', b'"vers10n":1', 1))) == "its header cannot be read"
    assert refused(sealed(snapshot.replace(b'"offset":', b'"off5et":', 1))) == "its header cannot be read"
    at = frames(snapshot)[1][0]
    long = bytearray(snapshot)
    long[at + 1 + long[at] + 3] = 0x7F
    assert refused(sealed(bytes(long))) == "its frames do not add up"
    assert refused(sealed(MAGIC + snapshot[at:])) == "it has no header"


@pytest.mark.parametrize(
    ("later", "sentence"),
    [(32 * 86_400.0, "older than anything that it could hold"), (-90_000.0, "from the future: is the clock right?")],
)
def test_another_time(snapshot: bytes, later: float, sentence: str) -> None:
    state = PolicyState(wall_offset=1_700_000_000.0 + later)
    with pytest.raises(Unusable, match=sentence[:20]):
        read(snapshot, state, 1000.0)
    assert untouched(state)


def test_tables_of_another_version_are_left_out(snapshot: bytes) -> None:
    state = PolicyState(wall_offset=1_700_000_000.0)
    other = sealed(snapshot.replace(b"\x04runs", b"\x04walk").replace(b"\x07numbers", b"\x07flights"))
    outcome = read(other, state, 1000.0)
    assert set(outcome.unread) == {"walk", "flights"}
    assert state.accounts
    assert len(state.windows.tables["runs"]) == 0


def test_a_chunk_that_cannot_be_read_costs_itself_only(snapshot: bytes) -> None:
    start = next(start for at, start in frames(snapshot) if snapshot[at + 1 : start - 4] == b"account_wrote")
    size = int.from_bytes(snapshot[start - 4 : start], "little")
    short = snapshot[: start - 4] + (size - 1).to_bytes(4, "little") + snapshot[start + 1 :]
    state = PolicyState(wall_offset=1_700_000_000.0)
    outcome = read(sealed(short), state, 1000.0)
    assert outcome.unread == ("account_wrote",)
    assert outcome.entries > 0


def test_it_goes_on_changing_while_it_is_written(world: Any) -> None:
    """Between the steps messages come, and tables turn."""
    step = play(world)
    for position in range(40):
        step(position)
    pieces = []
    for position, piece in enumerate(written(world.state, world.now)):
        pieces.append(piece)
        if position % 3 == 0 and position < 300:
            step(40 + position)
            world.state.tick(world.now)
    state = PolicyState(Facts(), world.state.wall_offset)
    outcome = read(b"".join(pieces), state, world.now)
    assert outcome.unread == ()
    assert len(state.windows.tables["numbers"]) == 3


def test_steps_are_small(world: Any) -> None:
    """However much there is: at most so many entries are one step's work."""
    windows: Windows = world.state.windows
    table: Shards[int] = windows.tables["number_first"]
    for key in range(100_000):
        table.put(key, 300_000)
    sizes = [len(piece) for piece in written(world.state, world.now)]
    assert len(sizes) > 256
    assert max(sizes) < 100_000


def test_it_fits_into_fewer_entries(world: Any) -> None:
    """A smaller machine takes the last of it."""
    table: Shards[int] = world.state.windows.tables["number_first"]
    for key in range(10_000):
        table.put(key, 300_000)
    data = b"".join(written(world.state, world.now))
    state = PolicyState(wall_offset=1_700_000_000.0, caps={"number_first": 2560})
    read(data, state, 1000.0)
    assert 0 < len(state.windows.tables["number_first"]) <= 2560


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_any_chunk_whatever(chunk: bytes) -> None:
    """A chunk that only another build understands raises nothing."""
    state = PolicyState()
    for name in (*state.windows.kept, "accounts", "campaigns", "times:sender_rate", "?"):
        label = name.encode()
        header = msgspec.json.encode({"version": 1, "unix": 1.0, "offset": 1.0, "accounts": {}})
        frame = bytes((len(label),)) + label + len(chunk).to_bytes(4, "little") + chunk
        body = MAGIC + b"\x06header" + len(header).to_bytes(4, "little") + header + frame
        read(sealed(body + bytes(5 + DIGEST)), state, 0.0)
