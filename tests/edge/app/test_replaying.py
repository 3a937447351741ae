"""Recorded messages judged again: what a candidate conf would change, with texts and without them."""

import asyncio
import json
import os
import shutil
import time

import pytest

from edge.app import replaying
from edge.app.recording import KEY_NAME, Recorder
from edge.cli.main import main
from edge.config.loading import load
from edge.ledger.sealing import load_key

from .stage import customer, message, until

TEXTS = (
    b"See you at 2.",
    b"Receipt: card 4111 1111 1111 1111 exp 09/28, thanks",
    b"Your HIV test result: POSITIVE. Please call us.",
    b"Can you bring the blue folder on Monday?",
)


async def traffic(edge):
    """Some messages, decided and on disk."""
    async with customer(edge.desk.conf.smpp.listen.port) as esme:
        for sequence, text in enumerate(TEXTS, 1):
            await esme.asks(message(sequence, text, b"1905234%04d" % sequence))
    edge.audit.flush()
    await until("on disk", lambda: len(recorded(edge)) >= len(TEXTS))


def recorded(edge):
    return replaying.recorded(edge.state / "audit", time.time() - 3600, 1000)


def candidate(conf, tmp_path, policy):
    """The same conf with another policy."""
    directory = tmp_path / "next"
    shutil.copytree(conf.directory, directory)
    (directory / "policy.conf").write_text(policy)
    return load(directory, {})


@pytest.fixture
def features_on(conf):
    conf.write("local.d/record.conf", "[audit]\nfeatures = true\n")


@pytest.fixture
def texts_on(conf):
    conf.write("local.d/record.conf", 'name = "acme"\nrecord = true\n')


async def test_nothing_is_recorded_unless_asked(edge, north):
    assert not edge.desk.recording
    async with customer(edge.desk.conf.smpp.listen.port) as esme:
        await esme.asks(message(1))
    edge.audit.flush()
    await asyncio.sleep(0.5)
    assert recorded(edge) == []
    assert not (edge.state / KEY_NAME).exists()


async def test_features_without_a_text_are_enough(features_on, edge, north, conf, tmp_path):
    await traffic(edge)
    found = recorded(edge)
    assert len(found) == len(TEXTS)
    assert "4111" not in json.dumps([one.features for one in found])
    assert "folder" not in json.dumps([one.features for one in found])
    assert not any(one.features.get("body") for one in found)
    current = load(conf.directory, {})
    same = replaying.replay(found, current, current, None)
    assert (same.played, same.faithful, same.changes) == (len(TEXTS), len(TEXTS), [])
    milder = candidate(conf, tmp_path, '[rule.sensitive-data]\nmode = "monitor"\n')
    changed = replaying.replay(found, current, milder, None).changes
    assert {(one.before.rule, one.after.action.value) for one in changed} == {
        ("sensitive-data/pan", "allow"),
        ("sensitive-data/health", "allow"),
    }


async def test_texts_are_sealed_and_judged_again(texts_on, edge, north, conf):
    await traffic(edge)
    found = recorded(edge)
    assert all(one.features["body"] for one in found)
    assert "folder" not in json.dumps([one.features for one in found])
    seal = load_key(edge.state / KEY_NAME)
    assert oct(os.stat(edge.state / KEY_NAME).st_mode & 0o777) == "0o600"
    current = load(conf.directory, {})
    player = replaying.Player(current, found[0].at - 60)
    one = replaying.msgspec.convert(found[3].features, replaying.Features)
    assert replaying.text_of(one, seal) == TEXTS[3].decode()
    assert replaying.text_of(one, None) is None
    played = player.submission(found[3], one, TEXTS[3].decode())
    assert played is not None
    assert player.judge(played, found[3]).action.value == "allow"
    outcome = replaying.replay(found, current, current, seal)
    assert (outcome.played, outcome.faithful) == (len(TEXTS), len(TEXTS))


async def test_what_operators_took_back_stands_no_more(features_on, edge, north, conf):
    threat = b"I will kill you tonight, I know where you live"
    sent = [(b"1416555010%d" % number, threat) for number in (1, 2, 3)]
    operations = edge.operations.standing
    async with customer(edge.desk.conf.smpp.listen.port) as esme:
        for sequence, (source, text) in enumerate(sent, 1):
            await esme.asks(message(sequence, text, b"19052340001", source))
        assert edge.operations.status({})["suspended"] == ["acme"]
        assert (await esme.asks(message(7, b"See you at 3."))).status == 0x66
        await operations.restore({"account": "acme", "by": "ann"})
        assert (await esme.asks(message(8, b"See you at 4."))).status == 0
        for sequence, text in ((9, b"You are a dead man, I am coming for you"), (10, b"I will stab you, watch out")):
            await esme.asks(message(sequence, text))
        assert edge.operations.status({})["blocked"] == ["+14165550100"]
        assert (await esme.asks(message(11, b"See you at 5."))).status == 0x66
        await operations.unblock({"number": "+14165550100", "by": "ann"})
        assert (await esme.asks(message(12, b"See you at 6."))).status == 0
    edge.audit.flush()
    await until("on disk", lambda: len(recorded(edge)) >= 9)
    current = load(conf.directory, {})
    same = replaying.replay(recorded(edge), current, current, None)
    assert (same.played, same.faithful, same.changes) == (9, 9, [])


async def test_accounts_that_are_gone_are_left_out(features_on, edge, north, conf, tmp_path):
    await traffic(edge)
    found = recorded(edge)
    current = load(conf.directory, {})
    other = tmp_path / "other"
    shutil.copytree(conf.directory, other)
    (other / "accounts.d" / "acme.conf").unlink()
    (other / "local.d" / "record.conf").unlink()
    outcome = replaying.replay(found, current, load(other, {}), None)
    assert (outcome.played, outcome.skipped) == (0, len(TEXTS))


async def test_the_command(features_on, edge, north, conf, tmp_path, capsys):
    await traffic(edge)
    candidate(conf, tmp_path, '[rule.sensitive-data]\nmode = "off"\n')
    place = [str(tmp_path / "next"), "--conf", str(conf.directory)]
    assert await asyncio.to_thread(main, ["replay", *place]) == 0
    out = capsys.readouterr().out
    assert f"2 of {len(TEXTS)} would change" in out
    assert "reject (sensitive-data/pan) -> allow" in out
    assert await asyncio.to_thread(main, ["replay", *place, "--json"]) == 0
    assert {row["before_rule"] for row in json.loads(capsys.readouterr().out)} == {
        "sensitive-data/pan",
        "sensitive-data/health",
    }
    (tmp_path / "next" / "policy.conf").write_text("[rule.nothing]\n")
    assert await asyncio.to_thread(main, ["replay", *place]) == 1


def test_a_key_that_cannot_be_read_is_said(conf, capsys):
    (conf.state / KEY_NAME).mkdir(parents=True)
    place = [str(conf.directory), "--conf", str(conf.directory)]
    assert main(["replay", *place]) == 1
    assert f"{KEY_NAME}: the key cannot be read or made: Is a directory" in capsys.readouterr().err


def test_nothing_to_play():
    assert replaying.summary(replaying.Outcome(0, 0, 0, []), 5)[0].startswith("nothing to play")


def test_a_reload_turns_recording_on_and_off(conf, tmp_path):
    recorder = Recorder(tmp_path)
    recorder.adopt(load(conf.directory, {}).conf)
    assert not recorder.wanted
    conf.write("local.d/record.conf", "[audit]\nfeatures = true\n")
    recorder.adopt(load(conf.directory, {}).conf)
    assert recorder.wanted
