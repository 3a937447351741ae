"""Opt-outs and complaints that operators enter: through the commands, from files, over the socket and HTTP."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.cli.main import main
from edge.console.control import CommandError
from edge.core.facts import FactKind

from .stage import customer, free_port, message, running

SHE = "+14165550301"


@pytest.fixture
def optout(edge):
    return edge.operations.handlers()["optout"]


@pytest.fixture
def complaint(edge):
    return edge.operations.handlers()["complaint"]


def rows(*lines):
    names = ("account", "number", "state", "time", "evidence")
    return [{"row": number, **dict(zip(names, line, strict=False))} for number, line in enumerate(lines, 1)]


# -- one by one --------------------------------------------------------------------------------


async def test_an_opt_out_holds_from_the_answer_on(conf, edge, optout):
    async with customer(conf.port) as client:
        assert (await client.asks(message(1))).status == 0
        said = await optout({"action": "add", "number": SHE, "account": "acme", "reason": "by phone", "by": "ann"})
        assert (said["done"], said["subject"], said["account"]) == ("opt-out", SHE, "acme")
        assert (await client.asks(message(2))).status == 0x66
        await asyncio.sleep(1.1)  # consents know whole seconds
        assert (await optout({"action": "remove", "number": "4165550301", "account": "acme"}))["done"] == "opt-in"
        assert (await client.asks(message(3))).status == 0
    listed = await optout({"action": "list", "number": SHE})
    assert [(one["account"], one["state"]) for one in listed["consents"]] == [("acme", "in")]
    assert [(one["kind"], one["by"], one["evidence"]) for one in listed["history"]] == [
        ("opt-out", "operator:ann", "by phone"),
        ("opt-in", "operator:?", ""),
    ]


async def test_the_latest_are_listed(edge, optout):
    await optout(
        {
            "action": "import",
            "source": "a.csv",
            "rows": rows(("acme", SHE, "out", 1e9, "x"), ("acme", "54321", "in", 2e9)),
        }
    )
    await optout({"action": "import", "rows": rows(("acme", "54321", "in", 1.5e9))})
    listed = await optout({"action": "list"})
    assert [(one["subject"], one["kind"]) for one in listed["consents"]] == [("54321", "opt-in"), (SHE, "opt-out")]
    assert (listed["opted_out"], listed["opted_in"]) == (1, 1)
    listed = await optout({"action": "list", "account": "acme", "state": "OUT", "limit": 1})
    assert [one["by"] for one in listed["consents"]] == ["import:a.csv"]


async def test_a_complaint_is_entered_and_listed(edge, complaint):
    about = "+14165550100"
    for who in (SHE, "+14165550302", "report-77"):
        said = await complaint({"action": "add", "number": about, "complainant": who, "reason": "spam", "by": "ann"})
        assert (said["done"], said["subject"], said["account"]) == ("complaint", about, "acme")
    await complaint({"action": "add", "number": "+12125550100", "complainant": SHE})
    assert [one.other for one in edge.ledger.facts.complaints[14165550100]] == [SHE, "+14165550302", "report-77"]
    listed = await complaint({"action": "list"})
    assert [(one["number"], one["account"], one["complainants"]) for one in listed["numbers"]] == [
        (about, "acme", 3),
        ("+12125550100", "", 1),
    ]
    assert listed["in_all"] == 4
    one = await complaint({"action": "list", "number": about})
    assert (one["counted"], [each["reason"] for each in one["complaints"]]) == (3, ["spam"] * 3)


async def test_status_counts_facts(edge, operations, optout, complaint):
    await optout({"action": "add", "number": SHE, "account": "acme"})
    await complaint({"action": "add", "number": "+14165550100", "complainant": SHE})
    assert operations.status({})["facts"] == {"opted_out": 1, "complaints": 1}
    laid = edge.metrics.counters["smsedge_facts_total"].values
    assert laid == {("opt-out", "acme"): 1, ("complaint", "acme"): 1}


@pytest.fixture
def operations(edge):
    return edge.operations


@pytest.mark.parametrize(
    ("command", "request_", "says"),
    [
        ("optout", {}, r"add, remove, list or import\?"),
        ("optout", {"action": "add", "number": SHE}, "give the account"),
        ("optout", {"action": "add", "number": SHE, "account": "nobody"}, "no account is called 'nobody'"),
        ("optout", {"action": "add", "number": "", "account": "acme"}, "which number"),
        ("optout", {"action": "add", "number": "+1", "account": "acme"}, r"\+1 is no number, short code or sender"),
        ("optout", {"action": "add", "number": SHE, "account": "acme", "time": "tomorrow"}, "'tomorrow' is none"),
        ("optout", {"action": "add", "number": SHE, "account": "acme", "time": "2999-01-01"}, "has not come yet"),
        ("optout", {"action": "add", "number": SHE, "account": "acme", "time": "1971-01-01"}, "is none"),
        ("optout", {"action": "list", "account": "nobody"}, "no account is called"),
        ("optout", {"action": "list", "state": "maybe"}, "neither"),
        ("optout", {"action": "import"}, "rows: expected a list of objects"),
        ("optout", {"action": "import", "rows": [1]}, "rows: expected a list of objects"),
        ("optout", {"action": "import", "rows": [{}] * 5001}, "more than 5000 rows at once"),
        ("complaint", {"action": "go"}, r"add, list or import\?"),
        ("complaint", {"action": "add", "number": "+14165550100"}, "who complained"),
        ("complaint", {"action": "add", "complainant": SHE}, "which number"),
    ],
)
async def test_what_cannot_be_done_is_said(edge, command, request_, says):
    with pytest.raises(CommandError, match=says):
        await edge.operations.handlers()[command](request_)


async def test_what_was_said_later_is_not_undone_by_an_older_word(edge, optout):
    await optout({"action": "add", "number": SHE, "account": "acme"})
    with pytest.raises(CommandError, match="something later was said"):
        await optout({"action": "remove", "number": SHE, "account": "acme", "time": "2025-01-01"})
    assert edge.ledger.facts.consents.is_out("acme", 14165550301)


# -- rows --------------------------------------------------------------------------------------


async def test_an_import_says_what_became_of_each_row(edge, optout):
    given = rows(
        ("acme", SHE, "out", "2025-11-25T10:00:00Z", "STOP"),
        ("acme", "+14165550302", "stop", "2025-11-25 05:00:00-05:00"),
        ("acme", "+14165550303", "in", "1764064800"),
        ("acme", "+14165550303", "out", "2025-11-25"),  # midnight: said before it was taken back
        ("acme", SHE, "OUT", 1764064800),
        ("nobody", SHE, "out"),
        ("acme", "ACME", "out"),
        ("acme", SHE, "maybe"),
    )
    answer = await optout({"action": "import", "source": "a.csv", "rows": given, "check": True})
    assert (answer["new"], answer["known"], answer["older"]) == (5, 0, 0)
    assert edge.ledger.sizes()["opted_out"] == 0
    answer = await optout({"action": "import", "source": "a.csv", "rows": given})
    assert (answer["new"], answer["known"], answer["older"]) == (3, 1, 1)
    assert [(one["row"], one["error"].partition(":")[0]) for one in answer["errors"]] == [
        (6, "no account is called 'nobody'"),
        (7, "ACME is a name"),
        (8, 'state \'maybe\' is neither "out" nor "in"'),
    ]
    again = await optout({"action": "import", "source": "a.csv", "rows": given})
    assert (again["new"], again["known"], again["older"]) == (0, 4, 1)
    assert len(await asyncio.to_thread(edge.ledger.history, SHE)) == 1
    assert edge.ledger.facts.consent("acme", 14165550302).at == 1764064800.0


async def test_a_complaint_comes_once_by_whatever_way(edge, complaint):
    report = {"number": "+14165550100", "complainant": SHE, "time": "2025-11-25T10:00:00Z", "reason": "spam"}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    given = [{"row": 1, **report}, {"row": 2, **report, "time": now}, {"row": 3, "number": "+14165550100"}]
    answer = await complaint({"action": "import", "source": "a.csv", "rows": given})
    assert (answer["new"], answer["known"], len(answer["errors"])) == (2, 0, 1)
    again = await edge.operations.complaints.take([{**report, "time": now}], "http:127.0.0.1")
    assert (again["new"], again["known"]) == (0, 1)
    await complaint({"action": "import", "rows": given[:1]})  # too old to count, and still known to the disk
    assert len(await asyncio.to_thread(edge.ledger.history, "+14165550100")) == 2


async def test_rows_that_do_not_reach_the_disk_are_not_confirmed(edge, optout, monkeypatch):
    monkeypatch.setattr(edge.ledger, "record", lambda fact, done: done(OSError("the disk is full")))
    with pytest.raises(OSError, match="the disk is full"):
        await optout({"action": "import", "rows": rows(("acme", SHE, "out"), ("acme", "+14165550302", "out"))})


# -- the commands ------------------------------------------------------------------------------


async def run(conf, *words):
    """An `smsedge` command beside the edge."""
    return await asyncio.to_thread(main, [*words, "--socket", str(conf.state / "control.sock")])


async def test_a_file_is_imported_and_may_be_again(conf, edge, tmp_path, capsys):
    file = tmp_path / "stops.csv"
    lines = [f"acme,+1416555{number:04},out,2025-11-25T10:00:00Z,line {number}" for number in range(300, 2900)]
    file.write_text("account,number,state,time,evidence\n" + "\n".join(lines) + "\nacme,nonsense,out\nacme,+1\n")
    assert await run(conf, "optout", "import", str(file), "--check") == 1
    assert capsys.readouterr().out == f"{file}: 2602 rows: 2600 new, 2 wrong (checked only)\n"
    assert edge.ledger.sizes()["opted_out"] == 0
    assert await run(conf, "optout", "import", str(file)) == 1
    said = capsys.readouterr()
    assert said.out == f"{file}: 2602 rows: 2600 new, 2 wrong\n"
    # What the file shows at once is said before what the edge finds.
    assert f"{file}:2603: no state\n" in said.err
    assert f"{file}:2602: nonsense is a name: a subscriber has a number\n" in said.err
    assert edge.ledger.sizes()["opted_out"] == 2600
    assert await run(conf, "optout", "import", str(file), "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["new"], answer["known"], [one["line"] for one in answer["errors"]]) == (0, 2600, [2603, 2602])


async def test_the_words_of_the_commands(conf, edge, tmp_path, capsys):
    assert await run(conf, "optout", "add", SHE, "--account", "acme", "--reason", "by phone") == 0
    assert capsys.readouterr().out.startswith(f"opt-out {SHE} (acme), 2")
    assert await run(conf, "optout", "list", "--number", SHE) == 0
    said = capsys.readouterr().out
    assert said.startswith("acme: out since 2")
    assert "by phone" in said
    assert await run(conf, "optout", "list", "--state", "out") == 0
    assert capsys.readouterr().out.endswith("1 opted out, 0 opted in\n")
    assert await run(conf, "optout", "list", "--number", "+14165550399") == 0
    assert "has said nothing to any account" in capsys.readouterr().out
    assert await run(conf, "complaint", "add", "+14165550100", "--complainant", SHE, "--reason", "spam") == 0
    assert await run(conf, "complaint", "list") == 0
    assert "1 complaints in 7 days" in capsys.readouterr().out
    assert await run(conf, "complaint", "list", "--number", "+14165550100") == 0
    assert capsys.readouterr().out.endswith("1 count now\n")
    file = tmp_path / "complaints.csv"
    file.write_text(f"+14165550100,{SHE},,spam\n+14165550100,report-1\n")
    assert await run(conf, "complaint", "import", str(file)) == 0
    assert capsys.readouterr().out == f"{file}: 2 rows: 1 new, 1 known\n"
    assert await run(conf, "optout", "add", SHE, "--account", "nobody") == 1
    assert "no account is called 'nobody'" in capsys.readouterr().err
    assert await run(conf, "status") == 0
    assert "facts: complaints 2, opted_out 1" in capsys.readouterr().out


def test_without_an_edge_nothing_is_done(tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text(f"acme,{SHE},out\n")
    socket = ["--socket", str(tmp_path / "control.sock")]
    for words in (["optout", "import", str(file)], ["optout", "add", SHE, "--account", "acme"], ["complaint", "list"]):
        assert main([*words, *socket]) == 1
        said = capsys.readouterr()
        assert (said.out, "no edge is running" in said.err) == ("", True)


def test_a_file_that_is_none(tmp_path, capsys):
    assert main(["complaint", "import", str(tmp_path / "a.csv"), "--socket", str(tmp_path / "c")]) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'a.csv'}: cannot be read: No such file or directory\n"


async def test_an_edge_that_goes_on_the_way(conf, edge, tmp_path, capsys, monkeypatch):
    from edge.cli import facts

    monkeypatch.setattr(facts, "BATCH_ROWS", 2)
    file = tmp_path / "a.csv"
    file.write_text("".join(f"acme,+1416555{number:04},out\n" for number in range(300, 306)))
    real = edge.operations.handlers()["optout"]
    calls = []

    async def once(request):
        calls.append(request)
        if len(calls) > 1:
            raise CommandError("stopping")
        return await real(request)

    monkeypatch.setitem(edge.control._handlers, "optout", once)
    assert await run(conf, "optout", "import", str(file)) == 1
    said = capsys.readouterr()
    assert said.out == f"{file}: 2 rows: 2 new\n"
    assert said.err == "stopping; what was taken so far holds, and the import may be run again\n"


async def test_too_many_errors_and_too_long_a_line(conf, edge, tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text("acme,+1\n" * 60 + f"acme,{SHE},out,,{'x' * 20_000}\n")
    assert await run(conf, "optout", "import", str(file)) == 1
    said = capsys.readouterr()
    assert said.out == f"{file}: 61 rows: 0 new, 61 wrong\n"
    assert said.err.endswith(":50: no state\n... and 11 more\n")


# -- over HTTP ---------------------------------------------------------------------------------


async def test_complaints_over_http(conf: object, tmp_path: Path) -> None:
    port = free_port()
    token = "a-token-that-is-long-enough"
    conf.write("local.d/console.conf", f'[console]\nlisten = "127.0.0.1:{port}"\ncomplaints_token = "env:TOKEN"\n')
    async with running(conf.edge(TOKEN=token)) as edge:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = json.dumps([{"number": "+14165550100", "complainant": SHE}, {"number": "+14165550100"}]).encode()
        head = f"POST /complaints HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n"
        writer.write(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        answer = (await reader.read()).decode()
        writer.close()
        assert answer.startswith("HTTP/1.1 200 ")
        said = json.loads(answer.partition("\r\n\r\n")[2])
        assert (said["new"], [one["row"] for one in said["errors"]]) == (1, [1])
        (fact,) = edge.ledger.facts.complaints[14165550100]
        assert (fact.kind, fact.by, fact.other, fact.account) == (FactKind.COMPLAINT, "http:127.0.0.1", SHE, "acme")
        assert (conf.state / "quarantine.key").stat().st_mode & 0o777 == 0o600
