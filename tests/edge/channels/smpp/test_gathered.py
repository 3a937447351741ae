"""Records of a submit_multi: one for every destination that went on. (The wire: test_multi.)"""

from edge.channels.smpp.gathered import Multi, close_transit
from edge.channels.transit import Transit
from edge.core.decision import Decision

from ..books import Desk, acme, conf_of
from ..simloop import Clock


def transit(decision, context=None):
    return Transit(b"", None, decision, None, "acme", 0x21, 7, 10, 1000.0, context=context)


def decision(number, to):
    return Decision(f"{number:016x}", 0.0, account="acme", destination=to)


def test_a_request_for_one_destination_has_one_record():
    desk = Desk(conf_of((acme(),)), Clock())
    close_transit(desk, transit(decision(1, "1")), 0x45, 1002.0)
    assert [(int(one.id, 16), one.status, one.latency) for one in desk.records] == [(1, 0x45, 2.0)]


def test_every_destination_gets_what_is_known_of_the_whole_and_its_own_status():
    desk = Desk(conf_of((acme(),)), Clock())
    decisions = (decision(1, "1"), decision(2, "2"), decision(3, "3"))
    first = decisions[0]
    first.carrier, first.link, first.upstream, first.message_id, first.detail = "north", "north/1", 9, "n-1", "late"
    first.outcome = "unknown"
    close_transit(desk, transit(first, Multi((), decisions)), 0, 1000.5, {b"2": 0x0B})
    assert [(int(one.id, 16), one.status) for one in desk.records] == [(1, 0), (2, 0x0B), (3, 0)]
    for one in desk.records:
        assert (one.carrier, one.link, one.upstream, one.message_id) == ("north", "north/1", 9, "n-1")
        assert (one.outcome, one.detail) == ("unknown", "late")
