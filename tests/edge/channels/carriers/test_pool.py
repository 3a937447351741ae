"""One carrier's links, window and pace, and who waits for them."""

import pytest

from edge.channels.carriers.pool import Offer
from edge.channels.transit import Ending, Transit
from edge.core.decision import Decision
from smpp.codec import build
from smpp.consts import CommandId as C

from ..books import RIVAL, acme, carrier, with_bind
from ..pdus import accepted, refused, submit
from ..rig import World

WIDE = with_bind(acme(), window=1000)
BUSY_RIVAL = with_bind(RIVAL, window=1000)


def texts(peer):
    """What a carrier has been sent since the last look."""
    return [pdu.fields["short_message"] for pdu in peer.looks() if pdu.command_id == C.SUBMIT_SM]


def rival(sequence, text=b"r"):
    return submit(sequence, text, source_addr=b"12125550100")


class Sender:
    """Whoever brought a message; notes what it is told."""

    def __init__(self):
        self.told = []

    def answered(self, transit, frame, now):
        self.told.append((transit.sequence, frame.status))

    def unanswered(self, transit, ending, now):
        self.told.append((transit.sequence, ending))


def transit(sender, sequence, account="acme", hold=10, **fields):
    decision = Decision(f"{sequence:016x}", 0.0)
    return Transit(submit(sequence), sender, decision, None, account, C.SUBMIT_SM, sequence, hold, 1000.0, **fields)


def offers(world, *transits):
    """Offer them in one turn of the loop; what became of each."""
    found = []
    pool = world.pools["north"]
    world.loop.do(lambda: found.extend(pool.offer(one, world.clock.now) for one in transits))
    return found


# -- links in turn -----------------------------------------------------------------------------


def test_links_take_turns():
    with World(carriers=(carrier(links=3),)) as world:
        esme = world.esme()
        esme.sends(*[submit(number) for number in range(1, 7)])
        assert [len(world.links[f"north/{number}"].looks()) for number in (1, 2, 3)] == [2, 2, 2]


def test_a_full_link_and_a_lost_link_are_passed_over():
    with World(carriers=(carrier(links=3, window=2),)) as world:
        world.unreachable["north"] = OSError()
        esme = world.esme()
        world.links["north/2"].hangs_up()
        esme.sends(*[submit(number, b"%d" % number) for number in range(1, 6)])
        one, three = texts(world.links["north/1"]), texts(world.links["north/3"])
        assert (len(one), len(three)) == (2, 2)
        assert one == sorted(one)
        assert three == sorted(three)
        assert world.pools["north"].sizes() == {"pending": 4, "held": 1, "accounts": 1}


def test_names_of_links_and_their_slots():
    with World(carriers=(carrier("north", links=2), carrier("south", links=2, mode="tx+rx"))) as world:
        north, south = world.pools["north"], world.pools["south"]
        assert [link.name for link in north.links] == ["north/1", "north/2"]
        assert [link.name for link in south.links] == ["south/1t", "south/2t", "south/1r", "south/2r"]
        assert [north.link_index(name) for name in ("north/1", "north/2", "", "south/1t")] == [0, 1, -1, -1]


# -- the hold ----------------------------------------------------------------------------------


def test_what_may_wait_is_bounded_for_each_account():
    with World(carriers=(carrier(window=1),)) as world:
        sender = Sender()
        found = offers(world, *[transit(sender, number, hold=2) for number in range(1, 6)])
        assert found == [Offer.TAKEN, Offer.TAKEN, Offer.TAKEN, Offer.FULL, Offer.FULL]
        assert offers(world, transit(sender, 9, "rival", hold=2)) == [Offer.TAKEN]
        assert world.count("caps", "hold") == 2


def test_with_no_link_there_is_no_hold():
    with World(bound=False) as world:
        assert offers(world, transit(Sender(), 1)) == [Offer.DOWN]
        assert world.pools["north"].sizes() == {"pending": 0, "held": 0, "accounts": 0}


def test_what_is_held_is_given_back_with_the_last_link_only():
    with World(carriers=(carrier(links=2, window=1),)) as world:
        world.unreachable["north"] = OSError()
        sender = Sender()
        offers(world, *[transit(sender, number) for number in range(1, 5)])
        world.links["north/1"].hangs_up()
        unknown = [sequence for sequence, ending in sender.told if ending is Ending.UNKNOWN]
        assert (len(sender.told), len(unknown)) == (1, 1)
        world.links["north/2"].hangs_up()
        assert sorted(sequence for sequence, _ in sender.told) == [1, 2, 3, 4]
        assert [ending for _, ending in sender.told[-2:]] == [Ending.UNSENT, Ending.UNSENT]
        assert world.pools["north"].sizes() == {"pending": 0, "held": 0, "accounts": 0}


def test_what_waits_too_long_is_given_back_oldest_first():
    with World(carriers=(carrier(window=1, response_timeout=20.0, enquire_link=0.0),)) as world:
        sender = Sender()
        world.links["north/1"].stops_reading()
        offers(world, transit(sender, 1))
        world.passes(5.0)
        late = transit(sender, 2)
        late.arrived = world.clock.now
        offers(world, late, transit(sender, 3, "rival"))
        world.passes(15.2)
        assert sender.told == [(1, Ending.CONGESTED), (3, Ending.CONGESTED)]
        assert world.pools["north"].sizes()["held"] == 1
        world.links["north/1"].reads_again()
        world.passes(0.1)
        assert len(world.links["north/1"].looks()) == 1


# -- fairness ----------------------------------------------------------------------------------


def test_accounts_that_wait_are_served_in_turn():
    with World(accounts=(WIDE, BUSY_RIVAL), carriers=(carrier(window=1),)) as world:
        one, two, north = world.esme(), world.esme("rival"), world.links["north/1"]
        one.sends(*[submit(number, b"a%d" % number) for number in range(1, 6)])
        two.sends(*[rival(number, b"r%d" % number) for number in range(1, 4)])
        for _ in range(7):
            north.answers(message_id=b"1")
        assert texts(north) == [b"a1", b"a2", b"r1", b"a3", b"r2", b"a4", b"r3", b"a5"]


def test_an_account_that_sends_alone_has_the_whole_window():
    with World(accounts=(WIDE, BUSY_RIVAL), carriers=(carrier(window=10, share=0.5),)) as world:
        world.esme().sends(*[submit(number) for number in range(1, 20)])
        assert len(world.links["north/1"].looks()) == 10


def test_while_others_send_its_share_of_the_window_is_capped():
    with World(accounts=(WIDE, BUSY_RIVAL), carriers=(carrier(window=10, share=0.5),)) as world:
        one, two, north = world.esme(), world.esme("rival"), world.links["north/1"]
        two.sends(rival(1))
        one.sends(*[submit(number) for number in range(1, 20)])
        assert texts(north) == [b"r"] + [b"hi"] * 5
        two.sends(*[rival(number) for number in range(2, 20)])
        assert texts(north) == [b"r"] * 4
        north.answers(message_id=b"1")  # the rival's first
        assert texts(north) == [b"r"]
        north.answers(message_id=b"2")  # one of acme's
        assert texts(north) == [b"hi"]


def test_a_share_is_never_nothing():
    with World(accounts=(WIDE, BUSY_RIVAL), carriers=(carrier(window=2, share=0.1),)) as world:
        one, two, north = world.esme(), world.esme("rival"), world.links["north/1"]
        one.sends(submit(1), submit(2))
        two.sends(rival(1))
        north.looks()
        north.answers(message_id=b"1")
        assert texts(north) == [b"r"]


def test_the_window_is_whole_again_when_the_others_are_done():
    with World(accounts=(WIDE, BUSY_RIVAL), carriers=(carrier(window=4, share=0.5),)) as world:
        one, two, north = world.esme(), world.esme("rival"), world.links["north/1"]
        two.sends(rival(1))
        one.sends(*[submit(number) for number in range(1, 9)])
        assert len(texts(north)) == 3
        north.answers(message_id=b"1")
        assert len(texts(north)) == 2
        assert world.pools["north"].sizes()["pending"] == 4


# -- pace --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "links"), [(10.0, 1), (50.0, 2)])
def test_a_carriers_pace_is_kept_over_all_links_and_in_order(rate, links):
    with World(accounts=(WIDE,), carriers=(carrier(window=1000, rate=rate, links=links),)) as world:
        esme = world.esme()
        count = int(rate * 4)
        esme.sends(*[submit(number, b"%d" % number) for number in range(1, count + 1)])
        found = [(0.0, text) for name in world.links for text in texts(world.links[name])]
        for _ in range(500):
            world.passes(0.01)
            now = world.clock.now - 1000.0
            found += [(now, text) for name in sorted(world.links) for text in texts(world.links[name])]
        assert sorted(int(text) for _, text in found) == list(range(1, count + 1))
        times = [at for at, _ in found]
        for start in times:  # in any second, no more than its messages and the slack of 50 ms
            assert sum(start <= at < start + 1 for at in times) <= rate * 1.05 + 1
        assert 3.8 <= times[-1] <= 4.0
        if links == 1:
            assert [int(text) for _, text in found] == list(range(1, count + 1))


def test_a_pause_earns_no_burst():
    with World(accounts=(WIDE,), carriers=(carrier(window=1000, rate=10.0),)) as world:
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(submit(1))
        world.passes(60.0)
        north.looks()
        esme.sends(*[submit(number) for number in range(2, 30)])
        world.passes(0.94)
        assert len(north.looks()) <= 11


def test_pace_and_throttle_together_wait_for_the_later():
    with World(carriers=(carrier(rate=100.0, throttle_pause=1.0),)) as world:
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(submit(1))
        north.looks()
        north.answers(0x58)
        esme.sends(submit(2, b"two"), submit(3, b"three"))
        world.passes(0.99)
        assert texts(north) == []
        world.passes(0.03)
        assert texts(north) == [b"two", b"three"]


# -- sticking ----------------------------------------------------------------------------------


def test_what_is_stuck_to_a_link_waits_for_it():
    with World(carriers=(carrier(links=2, window=1),)) as world:
        sender = Sender()
        offers(world, transit(sender, 1, stuck_to=1), transit(sender, 2, stuck_to=1))
        assert len(world.links["north/2"].looks()) == 1
        assert world.links["north/1"].looks() == []
        world.links["north/2"].answers(message_id=b"1")
        assert len(world.links["north/2"].looks()) == 1


def test_what_is_stuck_to_a_lost_link_goes_by_another():
    with World(carriers=(carrier(links=2),)) as world:
        world.unreachable["north"] = OSError()
        world.links["north/2"].hangs_up()
        offers(world, transit(Sender(), 1, stuck_to=1))
        assert len(world.links["north/1"].looks()) == 1


# -- what waits, for the audit -------------------------------------------------------------------


def test_what_has_waited_long_sent_or_held():
    with World(carriers=(carrier(window=1),)) as world:
        sender = Sender()
        first, second = transit(sender, 1), transit(sender, 2)
        offers(world, first, second)
        pool = world.pools["north"]
        assert pool.waiting(world.clock.now, 0.5) == []
        world.passes(0.6)
        assert pool.waiting(world.clock.now, 0.5) == [first, second]
        world.links["north/1"].answers(message_id=b"1")
        assert pool.waiting(world.clock.now, 0.5) == []  # the second has only just gone out


def test_our_own_enquire_link_is_nobodys_message():
    with World(carriers=(carrier(enquire_link=1.0),)) as world:
        world.links["north/1"].lively = False
        world.passes(5.0)
        assert world.pools["north"].waiting(world.clock.now, 0.5) == []
        assert world.pools["north"].sizes()["pending"] == 1


# -- the end -----------------------------------------------------------------------------------


def stopping(world, patience):
    task = world.loop.create_task(world.pools["north"].stop(patience))
    world.passes(0.0)
    return task


def test_a_pool_that_stops_lets_what_it_holds_out_first():
    with World(carriers=(carrier(window=1),)) as world:
        sender = Sender()
        north = world.links["north/1"]
        offers(world, transit(sender, 1), transit(sender, 2))
        task = stopping(world, 10.0)
        assert offers(world, transit(sender, 3)) == [Offer.DOWN]
        north.answers(message_id=b"1")
        world.passes(0.1)
        north.answers(message_id=b"2")
        world.passes(0.1)
        assert north.looks()[-1].command_id == C.UNBIND
        north.answers()
        world.passes(0.1)
        assert task.done()
        assert sender.told == [(1, 0), (2, 0)]


def test_a_pool_that_stops_takes_nothing_though_it_has_room(world):
    sender = Sender()
    offers(world, transit(sender, 1))
    stopping(world, 10.0)
    assert offers(world, transit(sender, 2)) == [Offer.DOWN]
    assert len(world.links["north/1"].looks()) == 1


def test_when_its_patience_ends_everything_is_given_back():
    with World(carriers=(carrier(window=1, rate=1.0),)) as world:
        sender = Sender()
        offers(world, transit(sender, 1), transit(sender, 2))
        task = stopping(world, 3.0)
        world.passes(3.1)
        assert sender.told == [(2, Ending.UNSENT)]
        world.passes(10.0)
        assert task.done()
        assert sender.told == [(2, Ending.UNSENT), (1, Ending.UNKNOWN)]
        assert world.links["north/1"].closed
        assert world.pools["north"].sizes() == {"pending": 0, "held": 0, "accounts": 0}


def test_a_pool_that_never_came_up_stops_at_once():
    with World(bound=False) as world:
        world.unreachable["north"] = None
        world.connect()
        assert stopping(world, 10.0).done()


def test_a_pool_whose_carrier_does_not_answer_the_bind():
    with World(bound=False) as world:
        world.connect()
        task = stopping(world, 1.0)
        world.passes(1.5)
        assert task.done()
        assert world.links["north/1"].closed


def test_held_messages_when_the_links_are_gone_do_not_hold_up_the_end():
    with World(carriers=(carrier(window=1),)) as world:
        world.unreachable["north"] = OSError()
        sender = Sender()
        offers(world, transit(sender, 1), transit(sender, 2))
        task = stopping(world, 10.0)
        world.links["north/1"].hangs_up()
        world.passes(0.1)
        assert task.done()


def test_an_unbind_between_two_answers_loses_neither(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1), submit(2))
    first, second = (pdu.sequence for pdu in north.looks())
    north.sends(accepted(first, b"1"), build(C.UNBIND, 0, 9), refused(second, 0x45))
    esme.sees(accepted(1, b"n-1"), refused(2, 0x45))
    assert north.closed
