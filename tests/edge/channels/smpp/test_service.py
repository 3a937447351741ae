"""What sessions share: names, doubts, and the carrier behind an id."""

from edge.channels.smpp import service
from edge.channels.smpp.service import DOUBT_TTL, Doubts

from ..books import carrier
from ..rig import World

KEY = ("acme", "14165550100", "14165550301", b"hi")


def test_a_message_in_doubt_is_remembered_for_ten_minutes():
    doubts = Doubts()
    assert not doubts
    doubts.add(KEY, 100.0)
    assert doubts
    assert doubts.has(KEY, 99.0 + DOUBT_TTL)
    assert not doubts.has(KEY, 100.0 + DOUBT_TTL)
    assert not doubts.has((*KEY[:3], b"ho"), 101.0)


def test_old_doubts_are_swept():
    doubts = Doubts()
    doubts.add(KEY, 100.0)
    doubts.add(("rival", *KEY[1:]), 200.0)
    doubts.sweep(100.0 + DOUBT_TTL)
    assert len(doubts) == 1
    doubts.sweep(200.0 + DOUBT_TTL)
    assert not doubts


def test_doubts_are_bounded(monkeypatch):
    monkeypatch.setattr(service, "DOUBT_CAP", 2)
    doubts = Doubts()
    for number in range(3):
        doubts.add((f"account{number}", *KEY[1:]), 0.0)
    assert len(doubts) == 2
    assert [doubts.has((f"account{number}", *KEY[1:]), 1.0) for number in range(3)] == [False, True, True]


def test_sessions_have_names_of_their_own(world):
    assert [world.service.next_name("acme"), world.service.next_name("acme")] == ["acme/1", "acme/2"]


def test_the_tag_tells_the_carrier():
    with World(carriers=(carrier("north"), carrier("south"))) as world:
        assert world.service.pool_of("n-12ab") is world.pools["north"]
        assert world.service.pool_of("s-") is world.pools["south"]
        assert world.service.pool_of("12ab") is None
        assert world.service.pool_of("") is None
