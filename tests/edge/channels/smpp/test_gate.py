"""Who may bind: address, lock-out, password, in that order, and nothing to be learnt from the answer."""

import threading

import pytest
from argon2 import PasswordHasher

from edge.channels.smpp import gate as module
from edge.channels.smpp.gate import BIND_REFUSED, Gate
from edge.core.account import Bind
from edge.core.conf import Smpp

from ..books import acme, conf_of

HASHED = "argon2:" + PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("secret")
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.7"
ACCOUNT = acme(
    binds=(
        Bind("acme", "secret", ("192.0.2.0/24", "2001:db8::/32")),
        Bind("slow", HASHED, ("0.0.0.0/0",)),
        Bind("broken", "argon2:nonsense", ("0.0.0.0/0",)),
        Bind("nowhere", "secret", ()),
    )
)
CONF = conf_of((ACCOUNT,))


class Door:
    """A gate, and the answers it gave. Calls from the thread wait in `calls`, as on a loop."""

    def __init__(self, **settings):
        self.gate = Gate(Smpp(**{"lockout_after": 3, "lockout": 5.0, "lockout_max": 40.0} | settings))
        self.now = 1000.0
        self.calls = []
        self.came = threading.Semaphore(0)
        self.answers = []

    def knock(self, system_id="acme", password=b"secret", address=HERE):
        """The reason of the refusal, "" for a good bind, None while it is being verified."""
        before = len(self.answers)
        self.gate.attempt(CONF, address, system_id, password, self.answered, self.call_soon, self.now)
        return self.answers[-1][1] if len(self.answers) > before else None

    def answered(self, found, why):
        assert (found is None) == bool(why)
        self.answers.append((found, why))

    def call_soon(self, call, *arguments):
        self.calls.append((call, arguments))
        self.came.release()

    def thread_reports(self):
        assert self.came.acquire(timeout=10)
        call, arguments = self.calls.pop(0)
        call(*arguments)
        return self.answers[-1][1]


@pytest.fixture
def door():
    door = Door()
    yield door
    door.gate.close()


def test_the_right_word_from_the_right_place(door):
    assert door.knock() == ""
    assert door.answers == [((ACCOUNT, ACCOUNT.binds[0]), "")]


@pytest.mark.parametrize("address", ["192.0.2.1", "192.0.2.255", "::ffff:192.0.2.1", "2001:db8::1"])
def test_addresses_in_the_list(door, address):
    assert door.knock(address=address) == ""


@pytest.mark.parametrize("address", [ELSEWHERE, "2001:db9::1", "::ffff:198.51.100.7", "", "/run/socket"])
def test_addresses_outside_of_it_are_refused_before_the_password_is_looked_at(door, address):
    assert door.knock(address=address) == "address"
    assert door.gate.sizes() == {"lockouts": 0, "verifying": 0}


def test_an_empty_list_lets_nobody_in(door):
    assert door.knock("nowhere") == "address"


def test_wrong_password_and_unknown_name(door):
    assert door.knock(password=b"wrong") == "password"
    assert door.knock(password=b"") == "password"
    assert door.knock("nobody") == "unknown"


def test_there_is_one_answer_for_whatever_could_teach_an_attacker_something():
    assert BIND_REFUSED == 0x0D


def test_after_so_many_failures_the_pair_is_locked_out_for_twice_as_long_each_time(door):
    for _ in range(2):
        assert door.knock(password=b"wrong") == "password"
    assert door.knock(password=b"wrong") == "password"  # the third
    for seconds in (5.0, 10.0, 20.0, 40.0, 40.0):  # 40: the most
        door.now += seconds - 0.01
        assert door.knock() == "locked"
        door.now += 0.01
        assert door.knock(password=b"wrong") == "password"


def test_while_locked_the_right_word_does_not_help_and_nothing_is_counted(door):
    for _ in range(3):
        door.knock(password=b"wrong")
    for _ in range(1000):
        assert door.knock() == "locked"
    door.now += 5.0
    assert door.knock() == ""


def test_a_good_bind_clears_the_record(door):
    for _ in range(2):
        door.knock(password=b"wrong")
    assert door.knock() == ""
    assert door.gate.sizes()["lockouts"] == 0
    for _ in range(2):
        assert door.knock(password=b"wrong") == "password"
    assert door.knock() == ""


def test_nobody_locks_a_customer_out_from_elsewhere(door):
    for _ in range(10):
        door.knock("slow", b"x", ELSEWHERE)
        door.knock("nobody", b"x", HERE)
        door.knock("acme", b"x", ELSEWHERE)
    assert door.knock() == ""


def test_unknown_names_are_locked_out_alike(door):
    assert [door.knock("nobody") for _ in range(4)] == ["unknown", "unknown", "unknown", "locked"]


def test_the_memory_of_failures_is_bounded(door, monkeypatch):
    monkeypatch.setattr(module, "LOCKED_CAP", 3)
    for number in range(10):
        door.knock(f"nobody{number}")
    assert door.gate.sizes()["lockouts"] == 3


def test_old_lock_outs_are_forgotten(door):
    for _ in range(3):
        door.knock("nobody")
    door.gate.sweep(door.now + 44.9)
    assert door.gate.sizes()["lockouts"] == 1
    door.gate.sweep(door.now + 45.1)
    assert door.gate.sizes()["lockouts"] == 0


def test_a_single_failure_is_forgotten_too(door):
    door.knock("nobody")
    door.gate.sweep(door.now + 39.9)
    assert door.gate.sizes()["lockouts"] == 1
    door.gate.sweep(door.now + 40.1)
    assert door.gate.sizes()["lockouts"] == 0


def test_a_slow_hash_is_verified_in_a_thread(door):
    assert door.knock("slow") is None
    assert door.gate.sizes()["verifying"] == 1
    assert door.thread_reports() == ""
    assert door.answers == [((ACCOUNT, ACCOUNT.binds[1]), "")]
    assert door.gate.sizes()["verifying"] == 0


@pytest.mark.parametrize(("system_id", "password"), [("slow", b"wrong"), ("slow", b"\xff\0"), ("broken", b"secret")])
def test_a_slow_hash_that_does_not_fit(door, system_id, password):
    assert door.knock(system_id, password) is None
    assert door.thread_reports() == "password"
    assert door.gate.sizes()["lockouts"] == 1


def test_slow_hashes_count_for_the_lock_out(door):
    for _ in range(3):
        assert door.knock("slow", b"wrong") is None
        assert door.thread_reports() == "password"
    assert door.knock("slow") == "locked"


def test_no_more_than_so_many_verifications_wait(door, monkeypatch):
    monkeypatch.setattr(module, "VERIFY_CAP", 2)
    assert door.knock("slow") is None
    assert door.knock("slow") is None
    assert door.knock("slow") == "busy"
    assert door.gate.sizes() == {"lockouts": 0, "verifying": 2}
    assert door.knock() == ""  # others are not held up
    assert [door.thread_reports(), door.thread_reports()] == ["", ""]
    assert door.knock("slow") is None
    assert door.thread_reports() == ""
