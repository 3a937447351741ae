"""`smsedge spool`: what needs a person is listed and settled, never by itself."""

import pytest

from ami.record import Record, build_record
from edge.app.edge import Edge
from edge.cli.spool import lines
from edge.console.control import CommandError
from tests.edge.app.stage import until

from .stage import Stage

RECORD = build_record(Record("acme-desk", b"+14165550301", b"<sip:+14165550110@h>", b"c", 5, b"hello"))
SID = "1700000000-7-123456"


async def test_what_is_in_flight_is_listed_and_requeued(stage: Stage, edge: Edge) -> None:
    stage.asterisk.db[f"/smsfly/{SID}"] = RECORD
    await until("doubtful", lambda: stage.gateway.doubtful)
    spool = edge.operations.handlers()["spool"]
    [row] = (await spool({"action": "list"}))["messages"]  # type: ignore[misc]
    assert (row["asterisk"], row["sid"], row["endpoint"]) == ("sbc-1", SID, "acme-desk")
    assert (row["from"], row["to"]) == ("+14165550110", "+14165550301")
    assert stage.asterisk.sent == []
    assert "sent or not, nobody knows" in lines({"messages": [row]})[1]
    answer = await spool({"action": "requeue", "ids": [SID, "1-2-3"], "reason": "not at the carrier"})  # type: ignore[misc]
    assert answer == {"action": "requeue", "done": [SID], "failed": {"1-2-3": "not among the doubtful"}}
    await stage.settled()
    assert stage.asterisk.sent == [("trunk-a", "+14165550301", b"hello")]


async def test_forgotten_it_is_gone(stage: Stage, edge: Edge) -> None:
    stage.asterisk.db[f"/smsfly/{SID}"] = RECORD
    await until("doubtful", lambda: stage.gateway.doubtful)
    spool = edge.operations.handlers()["spool"]
    assert (await spool({"action": "forget", "ids": [SID], "reason": "it arrived"}))["done"] == [SID]  # type: ignore[misc]
    assert stage.asterisk.family("smsfly") == {}
    assert stage.asterisk.sent == []


async def test_an_unreadable_record_is_discarded(stage: Stage, edge: Edge) -> None:
    sid = stage.asterisk.spools("9|what is this")
    await until("unreadable", lambda: stage.gateway.unreadable)
    spool = edge.operations.handlers()["spool"]
    [row] = (await spool({"action": "list"}))["messages"]  # type: ignore[misc]
    assert row["what"] == "cannot be read"
    assert (await spool({"action": "discard", "ids": [sid], "reason": "broken"}))["done"] == [sid]  # type: ignore[misc]
    assert stage.asterisk.family("smsq") == {}
    assert lines({"messages": []}) == ["nothing needs a person"]


@pytest.mark.parametrize(
    "request_",
    [{"action": "burn"}, {"action": "forget"}, {"action": "forget", "ids": ["1"]}, {"action": "list", "asterisk": "x"}],
)
async def test_wrong_requests(stage: Stage, edge: Edge, request_: dict[str, object]) -> None:
    with pytest.raises(CommandError):
        await edge.operations.handlers()["spool"](request_)  # type: ignore[misc]
