"""What operators do with held messages, over the control socket of a real edge."""

import asyncio

import pytest
from msgspec.structs import replace

from edge.app.holding import masked
from edge.cli import quarantine
from edge.cli.main import main
from edge.console.control import CommandError
from edge.core.quarantine import HeldState

from .stage import customer, message, until

RESULT = b"Your HIV test result: POSITIVE. Please call us at 416-555-0101."


async def held(edge, text=RESULT):
    """A message is held; its id, and the customer."""
    async with customer(edge.desk.conf.smpp.listen.port) as esme:
        answer = await esme.asks(message(7, text))
        assert answer.status == 0
        return answer.fields["message_id"].decode()


@pytest.fixture
def ask(edge):
    return edge.operations.handlers()["quarantine"]


async def test_list_show_release(edge, north, ask):
    name = await held(edge)
    (row,) = (await ask({"action": "list"}))["messages"]
    assert (row["id"], row["state"], row["account"]) == (name, "held", "acme")
    assert "416" not in row["preview"]
    assert "text" not in (await ask({"action": "show", "id": name}))["message"]
    told = await ask({"action": "release", "ids": [name], "by": "sam", "reason": "fine"})
    assert told == {"action": "release", "done": [name], "failed": {}}
    assert (await ask({"action": "list"}))["messages"] == []
    (row,) = (await ask({"action": "list", "state": "released"}))["messages"]
    assert row["resolved_by"] == "sam"
    assert edge.ledger.quarantine.get(name).state is HeldState.RELEASED


async def test_who_reads_a_text_leaves_a_record(edge, north, ask):
    name = await held(edge)
    with pytest.raises(CommandError, match="give a reason"):
        await ask({"action": "show", "id": name, "reveal": True})
    shown = await ask({"action": "show", "id": name, "reveal": True, "by": "sam", "reason": "complaint 7"})
    assert shown["message"]["text"] == RESULT.decode()
    found = await edge.operations.handlers()["trace"]({"message_id": name})
    (look,) = [one for one in found["decisions"] if one.get("operation") == "reveal"]
    assert look["detail"] == "read by sam: complaint 7"


async def test_a_text_that_cannot_be_read_says_why_and_nobody_read_it(edge, north, ask, monkeypatch):
    name = await held(edge)
    lost = replace(edge.ledger.quarantine.get(name), text="", payload=b"", sealed="it was encrypted with another key")
    monkeypatch.setattr(edge.ledger.quarantine, "get", lambda message_id: lost)
    with pytest.raises(CommandError, match="cannot be read, only refused: it was encrypted with another key"):
        await ask({"action": "show", "id": name, "reveal": True, "by": "sam", "reason": "complaint 7"})
    found = await edge.operations.handlers()["trace"]({"message_id": name})
    assert [one.get("operation", "") for one in found["decisions"]] == [""]


async def test_refuse(edge, north, ask):
    name = await held(edge)
    told = await ask({"action": "refuse", "ids": [name, "99"], "by": "sam", "reason": "no"})
    assert told["done"] == [name]
    assert "no message 99" in told["failed"]["99"]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"action": "look"}, "list, show, release or refuse"),
        ({"action": "list", "state": "lost"}, "a state is one of held"),
        ({"action": "show", "id": "99"}, "no message 99"),
        ({"action": "release", "reason": "x"}, "which messages"),
        ({"action": "release", "ids": ["1"]}, "give a reason"),
        ({"action": "refuse", "ids": ["1"] * 501, "reason": "x"}, "at most 500"),
    ],
)
async def test_what_cannot_be_done(ask, request_, words):
    with pytest.raises(CommandError, match=words):
        await ask(request_)


async def test_the_command(edge, north, conf, capsys):
    name = await held(edge)
    place = ["--conf", str(conf.directory)]

    async def run(*words):
        status = await asyncio.to_thread(main, ["quarantine", *words, *place])
        return status, capsys.readouterr().out

    status, out = await run("list")
    assert status == 0
    assert name in out
    assert "1 held" in out
    status, out = await run("show", name, "--reveal", "--reason", "review")
    assert RESULT.decode() in out
    assert (await run("release", name, "--reason", "ok")) == (0, f"released {name}\n")
    status, out = await run("refuse", name, "--reason", "ok")
    assert status == 1
    assert "is released" in out
    assert (await run("list")) == (0, "nothing to show; 0 held\n")
    await until("on its way", lambda: north.got)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 416-555-0101 now", "call ***-***-**** now"),
        ("write to sam@example.org please", "write to sam@*** please"),
        ("a\nb\tc", "a b c"),
        ("x" * 200, "x" * 60 + "..."),
    ],
)
def test_masking(text, shown):
    assert masked(text) == shown


def test_lines_of_a_half_done_answer():
    assert quarantine.lines({"action": "refuse", "done": ["01"], "failed": {"02": "is released"}}) == [
        "refused 01",
        "02: is released",
    ]
