"""Which carrier a message goes to: the first route that fits, its first carrier that is up, and parts together."""

import pytest
from msgspec.structs import replace

from edge.channels.carriers import routing
from edge.channels.carriers.routing import PARTS_TTL
from edge.core.carrier import Route
from edge.core.submission import Channel
from edge.core.verdict import Action
from smpp.consts import CommandId as C

from ..books import RIVAL, acme, carrier, verdict, with_bind
from ..pdus import accepted, refused, submit
from ..rig import World

LONDON, MONTREAL, NEW_YORK = b"442071838750", b"15145550301", b"12125550301"
BOTH = (carrier("north"), carrier("south"))


def texts(world, link):
    """What a carrier has been sent since the last look."""
    return [pdu.fields["short_message"] for pdu in world.links[link].looks() if pdu.command_id == C.SUBMIT_SM]


def part(sequence, number, of=3, reference=9, **fields):
    return submit(sequence, b"\x05\x00\x03" + bytes((reference, of, number)) + b"text", esm_class=0x40, **fields)


def went(world, **fields):
    """Where one message goes: "north", "south" or ""."""
    esme = world.esme(fields.pop("account", "acme"))
    esme.sends(submit(1, **fields))
    esme.hangs_up()
    found = [name.partition("/")[0] for name in world.links if texts(world, name)]
    for name in world.links:
        while world.links[name].took:
            world.links[name].answers(message_id=b"1")
    return "".join(found)


# -- keys --------------------------------------------------------------------------------------

OURS = acme(senders=frozenset({"ACME"}), short_codes=frozenset({"54321"}))


@pytest.mark.parametrize(
    ("key", "fits", "does_not"),
    [
        ({"account": "acme"}, {}, {"account": "rival"}),
        ({"country": "GB"}, {"destination_addr": LONDON}, {"destination_addr": MONTREAL}),
        ({"country": "CA"}, {"destination_addr": MONTREAL}, {"destination_addr": NEW_YORK}),
        ({"prefix": "1514"}, {"destination_addr": MONTREAL}, {"destination_addr": NEW_YORK}),
        ({"prefix": "44"}, {"destination_addr": LONDON}, {"destination_addr": b"14475550301"}),
        ({"sender": "alphanumeric"}, {"source_addr": b"ACME", "source_addr_ton": 5}, {}),
        ({"sender": "short-code"}, {"source_addr": b"54321", "source_addr_ton": 3}, {}),
        ({"sender": "long-code"}, {}, {"source_addr": b"18005550100"}),
        ({"sender": "toll-free"}, {"source_addr": b"18005550100"}, {}),
        ({"sender": "international"}, {"source_addr": LONDON}, {}),
        (
            {"account": "acme", "country": "CA", "prefix": "1514", "sender": "long-code"},
            {"destination_addr": MONTREAL},
            {"destination_addr": b"14165550301"},
        ),
        ({"traffic_class": "otp"}, None, {}),
    ],
)
def test_every_key_of_a_route_must_fit(key, fits, does_not):
    routes = (Route(("north",), **key), Route(("south",)))
    with World(accounts=(OURS, RIVAL), carriers=BOTH, routes=routes) as world:
        if fits is not None:
            assert went(world, **fits) == "north"
        assert went(world, **does_not) == "south"


def test_the_first_that_fits_wins_though_its_carriers_are_down():
    routes = (Route(("north",), account="acme"), Route(("south",)))
    with World(carriers=BOTH, routes=routes) as world:
        world.unreachable["north"] = OSError()
        world.links["north/1"].hangs_up()
        esme = world.esme()
        esme.sends(submit(1))
        esme.sees(refused(1, 0x08))


def test_with_no_route_that_fits_there_is_no_way():
    with World(carriers=BOTH, routes=(Route(("north",), account="rival"),)) as world:
        esme = world.esme()
        esme.sends(submit(1))
        esme.sees(refused(1, 0x08))


# -- priority ----------------------------------------------------------------------------------


def test_priority_takes_the_next_when_the_first_is_down_and_comes_back_to_it():
    with World(carriers=BOTH) as world:
        assert went(world) == "north"
        world.unreachable["north"] = OSError()
        world.links["north/1"].hangs_up()
        assert went(world) == "south"
        del world.unreachable["north"]
        world.passes(10.0)
        assert went(world) == "north"


def test_a_busy_carrier_is_not_a_carrier_that_is_down():
    with World(carriers=(carrier("north", window=1), carrier("south"))) as world:
        one, two = world.esme(), world.esme()
        one.sends(*[submit(number) for number in range(1, 11)])
        two.sends(submit(1), submit(2))
        two.sees(refused(2, 0x14))
        assert texts(world, "south/1") == []


# -- round robin -------------------------------------------------------------------------------

THREE = (carrier("north"), carrier("south"), carrier("west"))
AROUND = (Route(("north", "south", "west"), strategy="round-robin"),)


def test_round_robin_over_carriers_that_are_up():
    with World(carriers=THREE, routes=AROUND) as world:
        assert sorted(went(world) for _ in range(6)) == ["north", "north", "south", "south", "west", "west"]
        world.unreachable["south"] = OSError()
        world.links["south/1"].hangs_up()
        assert sorted(went(world) for _ in range(4)) == ["north", "north", "west", "west"]


def test_round_robin_with_nobody_up():
    with World(carriers=THREE, routes=AROUND, bound=False) as world:
        esme = world.esme()
        esme.sends(submit(1))
        esme.sees(refused(1, 0x08))


def test_every_route_has_a_turn_of_its_own():
    routes = (
        Route(("north", "south"), account="acme", strategy="round-robin"),
        Route(("north", "south"), strategy="round-robin"),
    )
    with World(carriers=BOTH, routes=routes) as world:
        first = [(went(world), went(world, account="rival")) for _ in range(4)]
        assert all(one == two for one, two in first)
        assert len(set(first)) == 2


# -- reload ------------------------------------------------------------------------------------


def test_another_list_of_routes_holds_from_the_next_message_on():
    with World(carriers=BOTH) as world:
        assert went(world) == "north"
        world.router.adopt((Route(("gone", "south")),))
        assert went(world) == "south"
        world.router.adopt(())
        assert went(world) == ""


# -- parts -------------------------------------------------------------------------------------


def test_all_parts_go_the_same_way_whatever_happens_to_the_routes_in_between():
    with World(carriers=BOTH, routes=(Route(("north", "south"), strategy="round-robin"),)) as world:
        esme = world.esme()
        esme.sends(part(1, 1))
        (home,) = [name for name in world.links if texts(world, name)]
        esme.sends(submit(2), submit(3))
        texts(world, "north/1")
        texts(world, "south/1")
        world.router.adopt((Route(("west",)),))
        esme.sends(part(4, 3), part(5, 2))
        assert len(texts(world, home)) == 2


def test_and_on_the_same_link():
    with World(accounts=(with_bind(acme(), window=100),), carriers=(carrier(links=3, window=100),)) as world:
        esme = world.esme()
        for reference in range(4):
            for number in (1, 2, 3):
                esme.sends(part(number, number, reference=reference), submit(90, b"between"))
        links = {name: [text for text in texts(world, name) if text != b"between"] for name in world.links}
        for reference in range(4):
            assert len([name for name, seen in links.items() if any(text[3] == reference for text in seen)]) == 1
        assert len({name for name, seen in links.items() if seen}) > 1


def test_and_on_the_same_link_though_the_first_had_to_wait():
    with World(accounts=(with_bind(acme(), window=20),), carriers=(carrier(links=2, window=1),)) as world:
        esme = world.esme()
        esme.sends(submit(1), submit(2))  # both windows are full
        esme.sends(part(3, 1), submit(4, b"between"), part(5, 2), part(6, 3))
        seen = {"north/1": [], "north/2": []}
        for _ in range(8):
            for name, found in seen.items():
                found += [text for text in texts(world, name) if text[:3] == b"\x05\x00\x03"]
                if world.links[name].took:
                    world.links[name].answers(message_id=b"1")
        assert sorted(len(found) for found in seen.values()) == [0, 3]


def test_parts_whose_link_is_gone_go_by_another_of_the_carrier_together():
    with World(carriers=(carrier(links=3), carrier("south"))) as world:
        esme = world.esme()
        esme.sends(part(1, 1))
        (home,) = [name for name in world.links if texts(world, name)]
        world.unreachable["north"] = OSError()
        world.links[home].hangs_up()
        esme.sends(part(2, 2), submit(9), part(3, 3))
        (other,) = [name for name in world.links if len(texts(world, name)) >= 2]
        assert other.startswith("north/")
        assert other != home


def test_a_part_whose_carrier_is_down_goes_nowhere_else():
    with World(carriers=BOTH) as world:
        esme = world.esme()
        esme.sends(part(1, 1))
        world.unreachable["north"] = OSError()
        world.links["north/1"].hangs_up()
        esme.looks()
        esme.sends(part(2, 2))
        esme.sees(refused(2, 0x08))
        assert texts(world, "south/1") == []


def test_a_part_whose_carrier_was_taken_out_of_the_conf():
    with World(carriers=BOTH) as world:
        esme = world.esme()
        esme.sends(part(1, 1))
        gone = world.pools.pop("north")
        esme.sends(part(2, 2))
        esme.sees(refused(2, 0x08))
        world.pools["north"] = gone


def test_a_first_part_that_nobody_takes_leaves_no_way():
    with World(bound=False) as world:
        esme = world.esme()
        esme.sends(part(1, 1))
        esme.sees(refused(1, 0x08))
        assert world.router.sizes() == {"ways": 0}


def test_ways_are_told_apart_by_account_numbers_reference_and_count():
    with World(carriers=BOTH) as world:
        esme, rival = world.esme(), world.esme("rival")
        esme.sends(
            part(1, 1),
            part(2, 1, reference=10),
            part(3, 1, of=4),
            part(4, 1, destination_addr=MONTREAL),
            part(5, 1, source_addr=b"14165550101"),
        )
        rival.sends(part(1, 1))
        assert world.router.sizes() == {"ways": 6}


def test_old_ways_are_forgotten_and_live_ones_are_not():
    with World(carriers=BOTH) as world:
        esme = world.esme()
        esme.sends(part(1, 1))
        world.passes(PARTS_TTL - 1.0)
        esme.sends(part(2, 2))
        world.passes(PARTS_TTL - 1.0)
        assert world.router.sizes() == {"ways": 1}
        world.passes(2.0)
        assert world.router.sizes() == {"ways": 0}


def test_a_way_that_is_too_old_is_found_anew():
    with World(carriers=BOTH) as world:
        esme = world.esme()
        esme.sends(part(1, 1))
        world.router.adopt((Route(("south",)),))
        world.clock.now += PARTS_TTL  # no tick in between
        esme.sends(part(2, 2))
        assert len(texts(world, "south/1")) == 1


def test_ways_are_bounded(monkeypatch):
    monkeypatch.setattr(routing, "PARTS_CAP", 3)
    with World(carriers=BOTH) as world:
        world.esme().sends(*[part(number, 1, reference=number) for number in range(1, 8)])
        assert world.router.sizes() == {"ways": 3}


def test_no_tick_forgets_more_than_so_many_ways():
    with World(accounts=(with_bind(acme(), window=10_000),), carriers=(carrier(window=10_000),)) as world:
        esme, north = world.esme(), world.links["north/1"]
        sources = [b"1416555%04d" % number for number in range(100, 123)]
        esme.sends(*[part(1, 1, reference=number, source_addr=one) for one in sources for number in range(220)])
        north.took.clear()
        count = world.router.sizes()["ways"]
        assert count == 23 * 220
        world.router.tick(world.clock.now + PARTS_TTL + 1.0)
        assert world.router.sizes()["ways"] == count - 5000


def test_a_named_carrier_wins_over_the_way_of_the_parts_before():
    with World(carriers=(carrier("north"), carrier("review"))) as world:
        esme = world.esme()
        esme.sends(part(1, 1))
        world.desk.rule = lambda submission: verdict(Action.REROUTE, carrier="review")
        esme.sends(part(2, 2))
        assert len(texts(world, "review/1")) == 1
        world.desk.rule = lambda submission: verdict(Action.FLAG)
        esme.sends(part(3, 3))
        assert len(texts(world, "review/1")) == 1
        assert len(texts(world, "north/1")) == 1


def test_a_name_that_no_carrier_has():
    with World() as world:
        esme = world.esme()
        world.desk.rule = lambda submission: verdict(Action.REROUTE, carrier="nobody")
        esme.sends(submit(1))
        esme.sees(refused(1, 0x08))


def test_parts_are_answered_one_by_one(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(part(1, 1), part(2, 2), part(3, 3))
    for number in (1, 2, 3):
        north.answers(message_id=b"%d" % number)
    esme.sees(*[accepted(number, b"n-%d" % number) for number in (1, 2, 3)])
    assert [(one.part, one.parts) for one in world.desk.records] == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(("classes", "first"), [(frozenset({"otp"}), "north"), (frozenset(), "south")])
def test_a_route_by_class_asks_for_both_what_it_looks_like_and_what_is_granted(classes, first):
    routes = (Route(("north",), traffic_class="otp"), Route(("south",)))
    with World(accounts=(acme(classes=classes), RIVAL), carriers=BOTH, routes=routes) as world:
        world.desk.traffic = "otp"
        world.esme().sends(submit(1))
        assert len(world.links[f"{first}/1"].looks()) == 1


def test_names_of_a_route_in_order_trunks_too():
    """For channels with trunks of their own: the names, whether or not there is a pool."""
    routes = (
        Route(("trunk-a", "north"), channel="sip"),
        Route(("north", "south", "trunk-b"), strategy="round-robin", account="acme"),
        Route(("south",)),
    )
    with World(carriers=BOTH, routes=routes) as world:
        world.esme().sends(submit(1))
        [smpp] = world.desk.judged
        sip = replace(smpp, channel=Channel.SIP)
        assert world.router.names(sip) == ("trunk-a", "north")
        assert [world.router.names(smpp)[0] for _ in range(3)] == ["south", "trunk-b", "north"]
        world.router.adopt((Route(("south",), account="rival"),))
        assert world.router.names(sip) == ()
