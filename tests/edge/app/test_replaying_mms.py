"""MMS judged again by what the workers found in them: lists and thresholds tried on yesterday's pictures."""

import asyncio
import json
import shutil
import time
from hashlib import sha256
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from edge.app import replaying
from edge.app.recording import HASHES_KEPT, ITEMS_KEPT, Features, media_of
from edge.config.loading import load
from edge.core.decision import Decision
from edge.core.media import Fault, Media, MediaItem, MediaKind
from edge.policy.signals.reading import Reading
from edge.policy.signals.record import record_of
from tests.edge.media.makers import jpeg

from .mms_stage import THEM, Mms, message, pictured
from .stage import running, until

PICTURE = jpeg(7)


async def test_a_list_is_tried_on_pictures_that_went_out(mms: Mms, tmp_path: Path) -> None:
    mms.conf.write("local.d/record.conf", "[audit]\nfeatures = true\n")
    edge = mms.conf.edge()
    async with running(edge):
        assert await mms.sends(pictured("1", PICTURE), THEM) == "250"
        assert await mms.sends(message("2", "See you at two"), THEM) == "250"
        edge.audit.flush()

        def found() -> list[Decision]:
            return replaying.recorded(edge.state / "audit", time.time() - 3600, 1000)

        async with asyncio.timeout(10):
            await until("on disk", lambda: len(found()) == 2)
        decisions = found()
    assert "two" not in json.dumps([one.features for one in decisions])
    directory = tmp_path / "next"
    shutil.copytree(mms.conf.directory, directory)
    (directory / "lists").mkdir()
    (directory / "lists/blocked.txt").write_text(f"{sha256(PICTURE).hexdigest()}\n")
    (directory / "policy.conf").write_text('[rule.image-hash]\nblocked = "lists/blocked.txt"\n')
    current, candidate = load(mms.conf.directory, {}), load(directory, {})
    same = replaying.replay(decisions, current, current, None)
    assert (same.played, same.faithful, same.changes) == (2, 2, [])
    [change] = replaying.replay(decisions, current, candidate, None).changes
    assert (change.before.action.value, change.after.rule) == ("flag", "image-hash/blocked")


async def test_nothing_is_recorded_of_a_match_on_a_child_safety_list(mms: Mms) -> None:
    mms.conf.write("local.d/record.conf", '[audit]\nfeatures = true\n[rule.image-hash]\nchild_safety = "lists/a.txt"\n')
    (mms.conf.directory / "lists").mkdir()
    mms.conf.write("lists/a.txt", f"{sha256(PICTURE).hexdigest()}\n")
    edge = mms.conf.edge()
    async with running(edge):
        assert (await mms.sends(pictured("1", PICTURE), THEM)).startswith("550")
        [decision] = (await edge.operations.trace({"message_id": "m1"}))["decisions"]
        assert decision["rule"] == "image-hash/child-safety"
        assert "features" not in decision


items = st.builds(
    MediaItem,
    st.text(max_size=5),
    st.sampled_from(MediaKind),
    st.text(max_size=200),
    st.integers(0, 2**40),
    st.binary(min_size=32, max_size=32),
    st.lists(st.integers(0, 2**64 - 1), max_size=40).map(tuple),
    st.lists(st.tuples(st.text(max_size=9), st.floats(0, 1)), max_size=5).map(tuple),
    st.none() | st.sampled_from(Fault),
    st.text(max_size=50),
)


@given(st.builds(Media, st.lists(items, max_size=40).map(tuple), st.just((("text", "secret words"),))))
def test_what_is_recorded_survives_the_audits_json_and_is_bounded(media: Media) -> None:
    kept = media_of(media)
    assert kept is not None
    features = Features("acme", 1, 1, 1, 1, record_of(Reading("", "")), media=kept)
    octets = msgspec.json.encode(features)
    assert b"secret" not in octets
    again = msgspec.convert(msgspec.json.decode(octets), Features)
    assert again.media == kept
    assert len(kept.items) <= ITEMS_KEPT
    assert all(len(item.hashes) <= HASHES_KEPT and item.detail == "" for item in kept.items)
    assert [item.sha256 for item in kept.items] == [item.sha256 for item in media.items[:ITEMS_KEPT]]
