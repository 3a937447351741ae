"""The store of the MMS relay: parcels that survive, sealed; what has passed, found again; bounds."""

import asyncio
import contextlib
import sqlite3
import time

import pytest

from edge.core.decision import Decision
from edge.core.metrics import Metrics
from edge.core.mms import Parcel, Passed, What
from edge.ledger import parcels
from edge.ledger.parcels import DATABASE_NAME, SqliteRelayStore

NOW = float(int(time.time()))  # what is older than a week is purged beside the tests
SECRET = b"Subject: a secret\r\n\r\nhello"


def parcel(id="p1", content=SECRET, **fields):
    decision = Decision("0" * 15 + "1", 5.0, channel="mm4", outcome="pending")
    values = {"hops": ("north",), "sender": "a@x", "recipients": ("b@y",), "at": 5.0, "expires": 9.0, "origin": "acme"}
    return Parcel(id, What.MESSAGE, content=content, decisions=(decision,), **values | fields)


def passed(number=1, **fields):
    values = {"reply": "250 2.0.0", "origin": "acme", "hop": "north", "decision": "1", "account": "acme"}
    return Passed(
        bytes([number] * 16),
        NOW + number,
        transaction=f"t{number}",
        message=f"m{number}",
        recipient="1416",
        **values | fields,
    )


@pytest.fixture
def opened(tmp_path):
    stores = []

    def open_(**settings):
        for store in stores:
            store.close()
        stores[:] = [SqliteRelayStore(tmp_path, tmp_path / "key", Metrics(), **settings)]
        return stores[0]

    yield open_
    for store in stores:
        store.close()


async def kept(store, one):
    told = asyncio.get_running_loop().create_future()
    store.keep(one, told.set_result)
    return await told


async def marked(store, id, sending):
    told = asyncio.get_running_loop().create_future()
    store.mark(id, sending, told.set_result)
    return await told


async def test_a_parcel_survives_and_is_sealed(opened, tmp_path):
    store = opened()
    assert await kept(store, parcel()) is None
    store = opened()
    assert list(store.waiting()) == ["p1"]
    assert store.fetch("p1") == parcel()
    files = [path.read_bytes() for path in tmp_path.glob(f"{DATABASE_NAME}*")]
    assert not any(b"secret" in octets for octets in files)
    assert (tmp_path / DATABASE_NAME).stat().st_mode & 0o777 == 0o600


async def test_an_attempt_is_on_disk(opened):
    store = opened()
    await kept(store, parcel())
    assert await marked(store, "p1", True) is None
    store = opened()
    assert store.waiting()["p1"].sending
    await marked(store, "p1", False)
    assert not opened().waiting()["p1"].sending


async def test_what_went_out_is_gone(opened):
    store = opened()
    await kept(store, parcel())
    store.drop("p1")
    store.drop("p1")
    assert opened().waiting() == {}
    assert opened().fetch("p1") is None
    assert await marked(opened(), "p1", True) is not None


async def test_bounds_in_octets_and_in_number(opened, monkeypatch):
    store = opened(cap_octets=60)
    assert await kept(store, parcel("a")) is None
    assert await kept(store, parcel("b")) is None
    assert str(await kept(store, parcel("c"))) == "the spool is full"
    store.drop("a")
    assert await kept(store, parcel("c")) is None
    store.cap = 2
    assert await kept(store, parcel("d", content=b"")) is not None
    assert await kept(store, parcel("b")) is not None


async def test_a_key_that_is_gone_makes_it_unreadable_and_no_error(opened, tmp_path):
    await kept(opened(), parcel())
    (tmp_path / "key").unlink()
    assert opened().fetch("p1") is None


async def test_what_passed_is_found_by_either_id_and_recalled_in_order(opened):
    store = opened()
    for number in (1, 2, 3):
        store.note(passed(number))
    store.note(passed(2, hop="south"))
    store = opened()
    assert store.find("m2", "") == [passed(2, hop="south"), passed(2)]
    assert store.find("", "t3") == [passed(3)]
    assert store.find("m9", "") == []
    assert [one.key[0] for one in store.recall(NOW + 1.0, 10)] == [2, 3, 2]
    assert [one.key[0] for one in store.recall(0.0, 1)] == [2]


async def test_old_notes_are_purged(opened, monkeypatch, tmp_path):
    store = opened()
    store.note(passed(1))
    await kept(store, parcel())
    store.close()
    db = sqlite3.connect(tmp_path / DATABASE_NAME)
    assert parcels._purge(db, NOW) == 0
    assert parcels._purge(db, NOW + 4000.0) == 1
    assert parcels._purge(db, NOW + 4000.0) == 0
    db.close()


async def test_more_than_is_kept_of_notes_goes_too(opened, monkeypatch, tmp_path):
    monkeypatch.setattr(parcels, "PASSED_CAP", 1)
    store = opened()
    for number in (1, 2, 3):
        store.note(passed(number))
    store.close()
    db = sqlite3.connect(tmp_path / DATABASE_NAME)
    assert parcels._purge(db, 0.0) >= 1
    assert db.execute("SELECT max(n) FROM passed").fetchone()[0] == 3
    db.close()


async def test_a_disk_that_fails_is_said(opened, tmp_path):
    store = opened()
    with contextlib.closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as db:
        db.execute("DROP TABLE parcel")
    assert await kept(store, parcel()) is not None
    assert store.waiting() == {}
