"""submit_sm and data_sm: judged, then forwarded octet by octet or answered at once."""

import pytest

from edge.core.verdict import Action, Reason, Verdict
from smpp.consts import CommandId as C

from ..books import RIVAL, acme, carrier, verdict
from ..pdus import accepted, data, refused, resp, submit
from ..rig import World

DLT = (0x1400, b"1101\0")
UNKNOWN = (0x3FFF, b"\0\1\2")


def refusing(world, *, only=None, **fields):
    """Refuse messages (those with the text `only`)."""
    answer = verdict(**fields)
    world.desk.rule = lambda submission: answer if only in (None, submission.body.text) else Verdict(Action.ALLOW)


def test_a_message_there_and_back(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(7, b"hello"))
    north.sees(submit(0, b"hello"))
    world.passes(0.25)
    north.answers(message_id=b"ab12")
    esme.sees(accepted(7, b"n-ab12"))
    record = world.record
    assert (record.account, record.end_user, record.session) == ("acme", "acme", "acme/1")
    assert (record.carrier, record.link, record.sequence, record.upstream) == ("north", "north/1", 7, 2)
    assert (record.verdict, record.status, record.outcome, record.message_id) == ("allow", 0, "answered", "n-ab12")
    assert record.latency == pytest.approx(0.25)
    assert world.count("messages", "acme", "mt", "allow", "") == 1
    assert world.count("answers", "acme", "north", "0x00000000") == 1
    assert world.in_flight() == {"deliveries.receivers": 1, "connections": 1, "sessions": 1}


def test_data_sm_there_and_back(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(data(7, b"hello", registered_delivery=1))
    north.sees(data(0, b"hello", registered_delivery=1))
    north.answers(message_id=b"ab12")
    esme.sees(resp(C.DATA_SM, 7, message_id=b"n-ab12"))
    assert world.desk.judged[0].body.text == "hello"
    assert world.desk.judged[0].receipt


@pytest.mark.parametrize("tlvs", [(DLT,), (UNKNOWN, DLT, UNKNOWN), ((0x0424, b"x" * 60_000), DLT)])
def test_everything_but_the_number_passes_bit_for_bit(world, tlvs):
    esme, north = world.esme(), world.links["north/1"]
    text = b"" if tlvs[0][0] == 0x0424 else b"text"
    sent = submit(
        9, text, tlvs=tlvs, service_type=b"CMT", priority_flag=3, validity_period=b"000002000000000R", esm_class=0x80
    )
    esme.sends(sent)
    north.sees(sent)


@pytest.mark.parametrize("junk", [b"\x14", b"\x14\0\0", b"\x14\0\0\x40hidden text"])
def test_octets_behind_the_last_whole_tlv_are_cut_off(world, junk):
    esme, north = world.esme(), world.links["north/1"]
    whole = submit(9, b"text", tlvs=(DLT,))
    esme.sends((len(whole) + len(junk)).to_bytes(4) + whole[4:] + junk)
    north.sees(whole)


def test_messages_on_their_way_are_matched_in_any_order(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1, b"one"), submit(2, b"two"), submit(3, b"three"))
    north.answers(nth=1, message_id=b"2")
    north.answers(nth=1, message_id=b"3")
    north.answers(message_id=b"1")
    esme.sees(accepted(2, b"n-2"), accepted(3, b"n-3"), accepted(1, b"n-1"))


# -- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "version", "status"),
    [
        ({"reason": Reason.CONTENT}, 0x34, 0x66),
        ({"reason": Reason.CONTENT}, 0x50, 0x103),
        ({"reason": Reason.BLOCKED}, 0x50, 0x101),
        ({"reason": Reason.SENDER}, 0x34, 0x0A),
        ({"reason": Reason.PACING, "action": Action.THROTTLE}, 0x34, 0x58),
    ],
)
def test_a_refused_message_is_answered_at_once_and_goes_nowhere(world, fields, version, status):
    esme, north = world.esme(version=version), world.links["north/1"]
    refusing(world, **fields)
    esme.sends(submit(7))
    esme.sees(refused(7, status))
    north.sees()
    assert (world.record.rule, world.record.status, world.record.carrier) == ("rule", status, "")
    assert world.count("answers", "acme", "", f"0x{status:08x}") == 1


def test_a_refusal_costs_no_window(world):
    esme = world.esme()
    refusing(world)
    esme.sends(*[submit(number) for number in range(1, 31)])
    esme.sees(*[refused(number, 0x66) for number in range(1, 31)])


def test_data_sm_is_refused_as_itself(world):
    esme = world.esme()
    refusing(world)
    esme.sends(data(7))
    esme.sees(resp(C.DATA_SM, 7, 0x66))


def test_a_drop_is_a_refusal_unless_the_account_asked_for_it(world):
    esme = world.esme()
    refusing(world, action=Action.DROP)
    esme.sends(submit(7))
    esme.sees(refused(7, 0x66))
    assert world.desk.to_disk == []


@pytest.mark.parametrize("both", [submit(3, b"short", tlvs=((0x0424, b"long"),)), submit(3, esm_class=0x04)])
def test_what_cannot_be_read_is_refused_before_it_is_judged(world, both):
    esme = world.esme()
    esme.sends(both)
    esme.sees(refused(3, 0xC1 if both[-4:] == b"long" else 0x43))
    assert world.desk.judged == []
    assert world.desk.records == []


def test_flags_and_monitor_verdicts_let_it_pass(world):
    esme, north = world.esme(), world.links["north/1"]
    flag = verdict(Action.FLAG)
    world.desk.rule = lambda submission: Verdict(Action.FLAG, flag.hit, (flag.hit,))
    esme.sends(submit(7))
    north.answers(message_id=b"1")
    esme.sees(accepted(7, b"n-1"))
    assert (world.record.verdict, world.record.would_have) == ("flag", ("rule=flag",))


# -- carriers ----------------------------------------------------------------------------------


def test_a_verdict_may_name_the_carrier():
    with World(carriers=(carrier("north"), carrier("review"))) as world:
        esme = world.esme()
        refusing(world, action=Action.REROUTE, carrier="review")
        esme.sends(submit(7))
        world.links["north/1"].sees()
        world.links["review/1"].answers(message_id=b"9")
        esme.sees(accepted(7, b"r-9"))
        assert (world.record.verdict, world.record.carrier) == ("reroute", "review")


def test_a_reroute_to_a_carrier_that_is_down_goes_nowhere_else():
    with World(carriers=(carrier("north"), carrier("review"))) as world:
        esme = world.esme()
        world.unreachable["review"] = OSError()
        world.links["review/1"].hangs_up()
        refusing(world, action=Action.REROUTE, carrier="review")
        esme.sends(submit(7))
        esme.sees(refused(7, 0x08))
        world.links["north/1"].sees()


def test_without_a_carrier_the_answer_is_temporary():
    with World(bound=False) as world:
        esme = world.esme()
        esme.sends(submit(7))
        esme.sees(refused(7, 0x08))
        assert (world.record.detail, world.record.status) == ("no carrier is bound", 0x08)
        esme.sends(submit(8))
        esme.sees(refused(8, 0x08))


def test_with_no_route_at_all():
    with World(routes=()) as world:
        esme = world.esme()
        esme.sends(submit(7))
        esme.sees(refused(7, 0x08))


def test_a_full_carrier_holds_one_window_of_an_account_over_all_its_binds():
    with World(carriers=(carrier(window=1),)) as world:
        one, two = world.esme(), world.esme()
        one.sends(*[submit(number) for number in range(1, 11)])  # one is on its way, nine wait
        two.sends(submit(1), submit(2))
        two.sees(refused(2, 0x14))
        assert (world.record.detail, world.record.status) == ("the carrier's window is full", 0x14)
        assert world.count("caps", "hold") == 1
        assert world.pools["north"].sizes() == {"pending": 1, "held": 10, "accounts": 1}


def test_what_was_held_goes_out_in_order_as_answers_come():
    with World(carriers=(carrier(window=1),)) as world:
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(submit(1, b"one"), submit(2, b"two"), submit(3, b"three"))
        north.sees(submit(0, b"one"))
        north.answers(message_id=b"1")
        north.sees(submit(0, b"two"))
        north.answers(status=0x45)
        north.sees(submit(0, b"three"))
        esme.sees(accepted(1, b"n-1"), refused(2, 0x45))


# -- retries of what nobody knows the end of -----------------------------------------------------


def test_an_identical_retry_of_an_unknown_outcome_is_marked(world):
    esme = world.esme()
    esme.sends(submit(7, b"transfer 100"))
    world.links["north/1"].hangs_up()
    esme.sees(refused(7, 0x08))
    assert (world.record.outcome, world.record.duplicate) == ("unknown", False)
    world.passes(2.0)
    esme.sends(submit(8, b"transfer 100"), submit(9, b"transfer 200"))
    world.links["north/1"].answers(message_id=b"1")
    world.links["north/1"].answers(message_id=b"2")
    assert [(record.sequence, record.duplicate) for record in world.desk.records[1:]] == [(8, True), (9, False)]


def test_after_ten_minutes_it_is_a_message_like_any_other(world):
    esme = world.esme()
    esme.sends(submit(7))
    world.links["north/1"].hangs_up()
    world.passes(601.0)
    assert len(world.service.doubts) == 0
    esme.sends(submit(8))
    world.links["north/1"].answers(message_id=b"1")
    assert not world.record.duplicate


# -- shared numbers ----------------------------------------------------------------------------


def test_who_wrote_from_a_shared_number_is_remembered():
    shared = ((14165550100, 14165550100),)
    accounts = (acme(shared=shared), RIVAL)
    lent = (accounts[0], acme(name="guest", numbers=shared, binds=()))
    with World(accounts=lent) as world:
        esme = world.esme()
        esme.sends(submit(7))
        assert world.service.shared.owner(14165550100, 14165550301, world.clock.now) == "acme"
    with World(accounts=accounts) as world:
        world.esme().sends(submit(7))
        assert len(world.service.shared) == 0


# -- several in one read -----------------------------------------------------------------------


def test_messages_of_one_read_are_read_together_as_far_as_the_window_reaches(world):
    esme = world.esme()
    refusing(world)
    esme.sends(*[submit(number, b"text %d" % number) for number in range(1, 15)])
    esme.sees(*[refused(number, 0x66) for number in range(1, 15)])
    assert world.desk.ahead == [[f"text {number}" for number in range(1, 11)]]
    assert [submission.body.text for submission in world.desk.judged] == [f"text {number}" for number in range(1, 15)]


def test_a_lone_message_is_not_read_ahead(world):
    esme = world.esme()
    esme.sends(submit(1))
    esme.sends(submit(2))
    assert world.desk.ahead == []


def test_one_that_cannot_be_read_is_refused_in_its_turn(world):
    esme, north = world.esme(), world.links["north/1"]
    broken = submit(2, b"text", esm_class=0x40)  # a header of 116 octets in a text of four
    esme.sends(submit(1, b"one"), broken, submit(3, b"three"))
    north.sees(submit(0, b"one"), submit(0, b"three"))
    assert world.desk.ahead == [["one", "three"]]
    esme.sees(refused(2, 0x01))


def test_what_stands_before_broken_framing_is_still_taken(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1, b"one"), submit(2, b"two"), b"\0\0\0\x03" + bytes(12))
    north.sees(submit(0, b"one"), submit(0, b"two"))


def test_what_comes_behind_an_unbind_is_not(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1, b"one"), submit(2, b"two"), b"\0\0\0\x10\0\0\0\x06\0\0\0\0\0\0\0\x09", submit(3, b"three"))
    north.sees(submit(0, b"one"), submit(0, b"two"))


def test_a_session_that_ends_between_two_messages_takes_no_more(world):
    esme, north = world.esme(), world.links["north/1"]

    def rule(submission):
        if submission.body.text == "two":
            next(iter(world.service.connections)).session.close("enough")
        return Verdict(Action.ALLOW)

    world.desk.rule = rule
    esme.sends(submit(1, b"one"), submit(2, b"two"), submit(3, b"three"))
    assert [submission.body.text for submission in world.desk.judged] == ["one", "two"]
    north.sees(submit(0, b"one"), submit(0, b"two"))
