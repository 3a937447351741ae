"""What matches a child-safety list: sealed before the suspension and the answer, whatever became of it elsewhere."""

import asyncio
import logging

import pytest
from msgspec.structs import replace

from edge.channels.custody import CustodyError
from edge.channels.mm4.smtp.seam import Sent
from edge.core.evidence import SEALED, Kept
from edge.core.facts import Fact, FactKind
from edge.core.media import Media, MediaItem, MediaKind
from edge.core.submission import Submission
from edge.core.verdict import ALLOWED, Action, Reason, Verdict
from edge.policy.clauses.images.listed import CHILD_SAFETY
from edge.policy.ladder import SUSPENDING

from ..books import verdict
from .desk import NORTH, THEM, THEM_TOO, US, Desktop, message

PICTURE = MediaItem("1", MediaKind.IMAGE, "image/jpeg", 60_000, bytes(range(32)), (0x0123456789ABCDEF,))
SUSPEND = Fact(FactKind.SUSPEND, "acme", 0.0, account="acme")


def listed(facts: tuple[Fact, ...] = (SUSPEND,)) -> Verdict:
    said = verdict(Action.REJECT, Reason.CONTENT)
    assert said.hit is not None
    return replace(said, hit=replace(said.hit, rule="image-hash/child-safety"), facts=facts)


@pytest.fixture
def desk() -> Desktop:
    one = Desktop()
    one.looker.media = Media((PICTURE,), (("text", "look"),))
    one.desk.rule = lambda submission: listed()
    return one


def alarms(desk: Desktop) -> int:
    return desk.desk.metrics.counters["smsedge_alarms_total"].values[("child-safety",)]


def test_policy_and_channel_mean_the_same_rule() -> None:
    assert {f"image-hash/{CHILD_SAFETY}"} == SEALED
    assert SEALED <= SUSPENDING


async def test_all_of_the_message_is_sealed_before_the_suspension_is_on_disk(desk, caplog):
    assert alarms(desk) == 0
    content = message(to=(THEM, THEM_TOO))
    with caplog.at_level(logging.ERROR):
        assert await desk.sends(content, THEM, THEM_TOO) == "550 5.7.1 content not accepted"
    assert desk.locker.laid_down_before == [0]
    assert desk.desk.laid_down == [SUSPEND, SUSPEND]
    [exhibit] = desk.locker.exhibits
    assert exhibit.content == content
    assert exhibit.decisions == tuple(record.id for record in desk.desk.records)
    assert exhibit.id == exhibit.decisions[0]
    assert (exhibit.peer, exhibit.host, exhibit.helo) == ("acme", "192.0.2.9", "mmsc.acme.example")
    assert (exhibit.sender, exhibit.recipients) == (
        f"{US}/TYPE=PLMN@mms.acme.example", (f"{THEM}/TYPE=PLMN", f"{THEM_TOO}/TYPE=PLMN"),
    )  # fmt: skip
    [piece] = exhibit.pieces
    assert (piece.sha256, piece.hashes) == (bytes(range(32)).hex(), ("0123456789abcdef",))
    assert alarms(desk) == 1
    [line] = [record for record in caplog.records if record.name == "smsedge.alarm"]
    assert line.levelno == logging.ERROR
    assert line.getMessage() == (
        f"account acme: ALARM child-safety, decision {exhibit.id}: the message is sealed as evidence"
    )
    assert desk.desk.ledger.quarantine.messages == {}


async def test_with_a_response_it_is_told_as_any_refusal(desk):
    assert (await desk.sends(message(ack_request=True), THEM)).startswith("250 2.0.0")
    await desk.settled()
    assert desk.responses() == ["Error-content-not-accepted"]
    assert len(desk.locker.exhibits) == 1


async def test_a_subscribers_message_is_sealed_too(desk):
    desk.desk.rule = lambda submission: listed(())
    assert (await desk.sends(message(sender=THEM), US, sender=THEM, peer=NORTH)).startswith("550")
    [exhibit] = desk.locker.exhibits
    assert (exhibit.direction, exhibit.peer, exhibit.account) == ("mo", "north", "acme")


async def test_a_flood_is_one_line_and_every_one_is_counted(desk, caplog):
    with caplog.at_level(logging.ERROR):
        for id in range(5):
            await desk.sends(message(str(id)), THEM)
    assert alarms(desk) == 5
    assert len([record for record in caplog.records if record.name == "smsedge.alarm"]) == 1
    status = desk.service.alarms.status()
    assert status["raised"] == {"child-safety": 5}
    assert [one["decision"] for one in status["latest"]] == [exhibit.id for exhibit in desk.locker.exhibits[::-1]]


@pytest.mark.parametrize(("kept", "says"), [(Kept.FULL, "no room"), (Kept.NO_KEY, "no evidence_key")])
async def test_what_cannot_be_kept_is_refused_all_the_same(desk, kept, says):
    desk.locker.says = kept
    assert await desk.sends(message(), THEM) == "550 5.7.1 content not accepted"
    assert desk.desk.laid_down == [SUSPEND]
    assert says in desk.service.alarms.status()["latest"][0]["words"]


async def test_a_disk_that_fails_leaves_it_with_the_peer_and_suspends_all_the_same(desk):
    desk.locker.says = Kept.FAILED
    assert (await desk.sends(message(), THEM)).startswith("451 4.3.0")
    assert desk.desk.laid_down == [SUSPEND]
    assert desk.hops.sent == []
    desk.locker.says = Kept.KEPT
    assert (await desk.sends(message(), THEM)).startswith("550 5.7.1")
    first, second = desk.locker.exhibits
    assert first.id == second.id  # one file
    assert len(desk.desk.judged) == 1


async def test_features_of_it_are_not_recorded(desk):
    desk.desk.recording = True
    desk.desk.features = lambda submission, now: {"words": 1}
    await desk.sends(message(), THEM)
    desk.desk.rule = lambda submission: ALLOWED
    await desk.sends(message("2"), THEM)
    assert [record.features for record in desk.desk.records] == [None, {"words": 1}]


async def test_a_message_remembered_for_its_next_hop_is_held_against_the_lists_of_now(desk, monkeypatch):
    monkeypatch.setattr("edge.channels.mm4.handling.STALE", -1.0)
    seen = []
    desk.desk.rule = lambda submission: ALLOWED
    desk.hops.says["north"] = Sent.LATER
    assert (await desk.sends(message(), THEM)).startswith("451 4.4.1")

    def rechecked(submission: Submission) -> Verdict:
        if submission.media is None:  # of the envelope alone
            return ALLOWED
        seen.append(submission.media)
        return listed(())

    desk.desk.rechecked = rechecked
    desk.desk.rule = lambda submission: listed()
    assert (await desk.sends(message(), THEM)).startswith("550 5.7.1")
    assert [media.items for media in seen] == [(PICTURE,)]
    assert len(desk.locker.exhibits) == 1
    assert desk.desk.laid_down == [SUSPEND]


# Messages in quarantine


async def hold(desk: Desktop) -> str:
    desk.desk.rule = lambda submission: verdict(Action.QUARANTINE)
    assert (await desk.sends(message(delivery_report=True), THEM)).startswith("250")
    desk.desk.rule = lambda submission: listed()
    [held] = desk.desk.ledger.quarantine.messages.values()
    return held.id


async def released(desk: Desktop, id: str) -> str:
    """Why it did not go out, "" where it did."""
    try:
        await desk.custody.release(id, "operator", "ok")
    except CustodyError as error:
        return str(error)
    return ""


async def test_a_release_looks_at_the_pictures_again(desk):
    id = await hold(desk)
    looked = desk.looker.looked
    seen = []
    desk.desk.rechecked = lambda submission: seen.append(submission.media) or ALLOWED
    assert await released(desk, id) == ""
    assert seen == [desk.looker.media]
    assert desk.looker.looked == looked + 1
    assert desk.forwards() == [(f"{THEM}/TYPE=PLMN",)]
    assert desk.locker.exhibits == []


async def test_a_picture_listed_since_is_not_released(desk):
    id = await hold(desk)
    desk.desk.rechecked = lambda submission: verdict(Action.REJECT, Reason.CONTENT)
    assert (await released(desk, id)).startswith("not released: ")
    assert desk.hops.sent == []
    assert list(desk.desk.ledger.quarantine.messages) == [id]
    assert desk.locker.exhibits == []


async def test_a_picture_on_a_child_safety_list_since_is_sealed_and_taken_out(desk):
    id = await hold(desk)
    desk.desk.rechecked = lambda submission: listed(())
    assert (await released(desk, id)).startswith("not released, and taken out of quarantine: ")
    await desk.settled()
    [exhibit] = desk.locker.exhibits
    assert b"hello" in exhibit.content
    assert (exhibit.peer, exhibit.account, exhibit.recipients) == ("acme", "acme", (f"{THEM}/TYPE=PLMN",))
    assert desk.locker.laid_down_before == [0]
    assert desk.desk.laid_down == [SUSPEND]
    assert desk.desk.ledger.quarantine.messages == {}
    assert desk.reported() == ["Rejected"]
    assert desk.forwards() == []
    assert (desk.desk.records[-1].id, desk.desk.records[-1].rule) == (exhibit.id, "image-hash/child-safety")


@pytest.mark.parametrize("kept", [Kept.FULL, Kept.NO_KEY, Kept.FAILED])
async def test_what_cannot_be_sealed_stays_where_it_is(desk, kept):
    id = await hold(desk)
    desk.desk.rechecked = lambda submission: listed(())
    desk.locker.says = kept
    assert (await released(desk, id)).startswith("not released: ")
    assert list(desk.desk.ledger.quarantine.messages) == [id]
    assert desk.desk.laid_down == [SUSPEND]


async def test_busy_workers_stop_a_release_for_now(desk):
    id = await hold(desk)
    desk.looker.busy = True
    assert "try again" in await released(desk, id)
    desk.looker.busy = False
    assert await released(desk, id) == ""


async def test_two_releases_at_once_send_it_once(desk):
    id = await hold(desk)
    said = await asyncio.gather(*(released(desk, id) for _ in range(3)))
    assert said.count("") == 1
    # The others meet it under way, before or after its row says so, or gone.
    assert all("on its way" in one or "is releasing" in one or "released" in one for one in said if one)
    assert desk.forwards() == [(f"{THEM}/TYPE=PLMN",)]
