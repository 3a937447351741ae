"""Which account an answer to a shared number belongs to."""

from edge.channels import shared
from edge.channels.shared import TTL, SharedSenders

OURS, PEER, OTHER = 14165550100, 14165550301, 14165550302


def test_the_last_that_wrote_there_owns_the_answer():
    senders = SharedSenders()
    assert senders.owner(OURS, PEER, 0.0) is None
    senders.wrote(OURS, PEER, "acme", 0.0)
    senders.wrote(OURS, PEER, "rival", 1.0)
    senders.wrote(OURS, OTHER, "acme", 2.0)
    assert senders.owner(OURS, PEER, 3.0) == "rival"
    assert senders.owner(OURS, OTHER, 3.0) == "acme"
    assert len(senders) == 2


def test_a_week_later_nobody_is_remembered():
    senders = SharedSenders()
    senders.wrote(OURS, PEER, "acme", 100.0)
    assert senders.owner(OURS, PEER, 99.0 + TTL) == "acme"
    assert senders.owner(OURS, PEER, 100.0 + TTL) is None


def test_the_least_lately_used_gives_way_when_the_map_is_full(monkeypatch):
    monkeypatch.setattr(shared, "CAP", 2)
    senders = SharedSenders()
    senders.wrote(OURS, 1, "acme", 0.0)
    senders.wrote(OURS, 2, "acme", 0.0)
    senders.wrote(OURS, 1, "rival", 0.0)  # used again: 2 is the oldest now
    senders.wrote(OURS, 3, "acme", 0.0)
    assert [senders.owner(OURS, peer, 1.0) for peer in (1, 2, 3)] == ["rival", None, "acme"]
    assert len(senders) == 2
