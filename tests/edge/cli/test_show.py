"""Answers of an edge as text for people."""

from time import localtime, mktime, strptime

import pytest

from edge.cli import show

AT = mktime(strptime("2026-03-01 12:00:00", "%Y-%m-%d %H:%M:%S"))


def shown(capsys, command, answer):
    show.show(command, answer)
    return capsys.readouterr().out.splitlines()


def test_a_table_lines_its_columns_up_and_lets_the_last_run_free():
    assert show.table([("A", "LONGER", "C"), ("xyz", "b", "free"), ("", "b", "")]) == [
        "A    LONGER  C",
        "xyz  b       free",
        "     b",
    ]
    assert show.table([]) == []
    assert show.table([("one",)]) == ["one"]


STATUS = {
    "node": "edge-1",
    "up": 75.5,
    "conf": "v1",
    "listening": ["smpp 127.0.0.1:2775", "console 127.0.0.1:8025"],
    "not_ready": [],
    "carriers": [
        {"name": "north", "address": "10.0.0.1:2775", "links": {"north/1": "bound, 3/10"}, "held": 2},
    ],
    "sessions": [],
    "tables": {},
    "caps": {},
    "rule_errors": {},
    "blocked": [],
    "suspended": [],
    "suspensions": [],
    "parked": [],
}


def test_status_of_an_idle_edge(capsys):
    assert shown(capsys, "status", STATUS) == [
        "edge-1: up 75.5 s, conf v1, smpp 127.0.0.1:2775, console 127.0.0.1:8025",
        "",
        "CARRIER  ADDRESS        LINK     STATE, WINDOW",
        "north    10.0.0.1:2775  north/1  bound, 3/10, 2 held",
        "",
        "no customer is bound",
    ]


def test_status_of_a_busy_edge_in_trouble(capsys):
    session = {
        "name": "acme/7",
        "account": "acme",
        "peer": "192.0.2.1",
        "state": "bound_trx",
        "version": "0x34",
        "inflight": 3,
    }
    changes = {
        "not_ready": ["no carrier is bound"],
        "sessions": [session],
        "tables": {"doubts": 2, "carrier-pending:north": 3},
        "caps": {"hold": 9},
        "rule_errors": {"bulk": 1},
        "blocked": ["+14165550100", "54321"],
        "suspensions": [
            {"account": "acme", "at": AT, "by": "ladder", "reason": "3 numbers blocked", "expires": 0.0},
            {"account": "beta", "at": AT, "by": "operator:ann", "reason": "unpaid", "expires": AT + 60},
        ],
        "parked": ["bulk"],
    }
    lines = shown(capsys, "status", STATUS | changes)
    assert lines[1] == "NOT READY: no carrier is bound"
    assert "acme/7   acme     192.0.2.1  bound_trx  0x34     3" in lines
    assert lines[-10:] == [
        "",
        "tables: carrier-pending:north 3, doubts 2",
        "",
        "caps: hold 9",
        "",
        "rule_errors: bulk 1",
        "blocked: +14165550100, 54321",
        "parked: bulk",
        "suspended: acme since 2026-03-01 12:00:00 by ladder: 3 numbers blocked",
        "suspended: beta since 2026-03-01 12:00:00 until 2026-03-01 12:01:00 by operator:ann: unpaid",
    ]


def test_a_reload(capsys):
    assert shown(capsys, "reload", {"reloaded": True, "notes": ["[smpp] listen needs a restart"], "conf": "v2"}) == [
        "[smpp] listen needs a restart",
        "reloaded, conf v2",
    ]
    assert shown(capsys, "reload", {"reloaded": False, "problems": ["edge.conf:3: no"]}) == [
        "edge.conf:3: no",
        "not reloaded: the old conf goes on",
    ]


def rule(name, outcome, **fields):
    one = {"rule": name, "clause": "bulk", "mode": "enforce", "outcome": outcome, "action": "", "detail": ""}
    return one | {"value": 0.0, "limit": 0.0, "sub": "", "seen": "", "parts": []} | fields


READ = {
    "detail": "",
    "folded": "see you at 2.",
    "traffic": "",
    "scores": {"marketing": 0.01, "phishing": 0.0},
    "signals": [],
}


def test_an_explanation(capsys):
    answer = {
        "source": {"text": "4165550100", "number": "+14165550100", "kind": "long-code", "country": "CA"},
        "destination": {"text": "911", "number": "911", "kind": "short-code", "country": ""},
        "verdict": "throttle",
        "rule": "rate-sender",
        "sentence": "Slowed down.",
        **READ,
        "detail": "too fast",
        "traffic": "otp",
        "signals": ["link", "asks"],
        "rules": [
            rule("rate-sender", "hit", action="throttle", value=11.0, limit=10.0, detail="60 a minute"),
            rule("volume", "pass", value=0.0, limit=1000.0),
            rule("loop", "does not apply"),
            rule(
                "phishing",
                "hit",
                action="reject",
                value=75.0,
                limit=70.0,
                sub="phishing/prize",
                seen="a prize",
                parts=[["prize", 50.0], ["own_brand", -20.0]],
            ),
            rule("image-hash", "not enforced yet"),
            rule("image-content", "not enforced yet"),
        ],
    }
    assert shown(capsys, "explain", answer) == [
        "source       4165550100 = +14165550100 (long-code, CA)",
        "destination  911 = 911 (short-code)",
        "verdict      throttle by rate-sender",
        "customer     Slowed down.",
        "because      too fast",
        "read as      see you at 2.",
        "class        otp",
        "scores       marketing 0.010, phishing 0.000",
        "signals      link, asks",
        "",
        "RULE            CLAUSE  MODE     OUTCOME         VALUE  LIMIT  DETAIL",
        "rate-sender     bulk    enforce  hit: throttle   11     10     60 a minute",
        "volume          bulk    enforce  pass            0      1000",
        "loop            bulk    enforce  does not apply",
        "phishing/prize  bulk    enforce  hit: reject     75     70     a prize [prize +50, own_brand -20]",
        "and 2 rules that are not enforced yet",
    ]


def test_an_explanation_of_what_passes(capsys):
    party = {"text": "1", "number": "1", "kind": "invalid", "country": ""}
    answer = {"source": party, "destination": party, "verdict": "allow", "rule": "", "sentence": "Accepted."} | READ
    lines = shown(capsys, "explain", answer | {"rules": [rule("volume", "pass")]})
    assert lines[2] == "verdict      allow"
    assert lines[-1] == "volume  bulk    enforce  pass"


def test_an_explanation_of_an_mms(capsys):
    party = {"text": "1", "number": "1", "kind": "invalid", "country": ""}
    answer = {"source": party, "destination": party, "verdict": "allow", "rule": "", "sentence": "Accepted."} | READ
    picture = {"path": "1.2", "type": "image/jpeg", "size": 9, "sha256": "ab", "hashes": ["01", "02"]}
    answer["media"] = {
        "fault": "limit",
        "detail": "too deep",
        "unscored": True,
        "parts": [
            picture | {"scores": {"nsfw": 0.25}, "fault": "", "detail": ""},
            picture | {"path": "2", "hashes": [], "scores": {}, "fault": "bomb", "detail": "9 frames"},
        ],
        "texts": [["text", "hello\nyou"], ["seen", "x" * 400]],
    }
    lines = shown(capsys, "explain", answer | {"rules": [rule("image-hash", "pass", scale=[["blocked", 64, 10]])]})
    assert lines[4:13] == [
        "whole        limit: too deep",
        "unscored     no model has looked at it",
        "part 1.2     image/jpeg, 9 octets, sha256 ab",
        "             hashes 01 02",
        "             scores nsfw 0.25",
        "part 2       image/jpeg, 9 octets, sha256 ab",
        "             fault bomb: 9 frames",
        "text         text: hello you",
        f"text         seen: {'x' * 300} ...",
    ]
    assert lines[-1].split() == ["image-hash/blocked", "64", "10"]


def test_status_of_the_media_workers(capsys):
    media = {"workers": 2, "busy": 1, "waiting": 3, "jobs": 9, "faults": 1, "restarts": 1, "can": ["decodes jpeg"]}
    lines = shown(capsys, "status", STATUS | {"media": media})
    assert lines[4:8] == [
        "",
        "media: 2 workers, 1 busy, 3 messages wait; 9 messages looked at, 1 gave up, 1 workers replaced",
        "media: decodes jpeg",
        "",
    ]
    assert "media: no worker is ready yet" in shown(capsys, "status", STATUS | {"media": media | {"can": []}})


def test_a_past_decision(capsys):
    one = {
        "id": "18bc",
        "at": AT,
        "direction": "mo",
        "status_name": "ESME_ROK",
        "heading": "",
        "features": {"key": "é"},
    }
    assert shown(capsys, "explain", {"decision": one}) == [
        "id           18bc",
        "at           2026-03-01 12:00:00",
        "verdict      allow",
        "direction    mo",
        "status_name  ESME_ROK",
        'features     {"key": "é"}',
    ]


def test_a_past_refusal(capsys):
    one = {
        "id": "18bc",
        "at": AT,
        "account": "acme",
        "verdict": "reject",
        "rule": "bulk",
        "status_name": "ESME_RX_R_APPN",
    }
    assert shown(capsys, "explain", {"decision": one})[2:5] == [
        "verdict      reject",
        "account      acme",
        "rule         bulk",
    ]


def decision(**fields):
    return {"id": "18bcfe5680000001", "at": AT, "status_name": "ESME_ROK"} | fields


def test_a_trace(capsys):
    decisions = [
        decision(
            source="1", destination="2", carrier="north", link="north/1", message_id="n1", verdict="flag", rule="bulk"
        ),
        decision(direction="dlr", source="2", destination="1", carrier="north", detail="DELIVRD", message_id="n1"),
        decision(direction="mo", source="2", destination="1"),
        decision(operation="replace", status_name="ESME_RREPLACEFAIL", verdict="reject", rule="suspended"),
        decision(outcome="unknown", status_name="ESME_RSYSERR", carrier="north"),
        decision(outcome="pending"),
        decision(operation="reveal", detail="read by op: ticket 7", message_id="017"),
        decision(operation="release", detail="released by op", verdict="reject", rule="opt-out"),
    ]
    lines = shown(capsys, "trace", {"decisions": decisions})
    assert lines[0].split() == [
        *("TIME", "DECISION", "WHAT", "FROM", "TO", "VERDICT", "ANSWER", "CARRIER", "MESSAGE", "ID")
    ]
    cells = [line.split("18bcfe5680000001")[1].split() for line in lines[1:]]
    assert cells == [
        ["mt", "1", "2", "flag", "bulk", "ESME_ROK", "north/1", "n1"],
        ["dlr", "2", "1", "receipt", "DELIVRD", "ESME_ROK", "north", "n1"],
        ["mo", "2", "1", "allow", "ESME_ROK"],
        ["replace", "reject", "suspended", "ESME_RREPLACEFAIL"],
        ["mt", "allow", "unknown", "(ESME_RSYSERR)", "north"],
        ["mt", "allow", "pending", "(ESME_ROK)"],
        ["reveal", "read", "by", "op:", "ticket", "7", "ESME_ROK", "017"],
        ["release", "reject", "opt-out", "ESME_ROK"],
    ]
    assert all(line.startswith("2026-03-01 12:00:00  ") for line in lines[1:])


def test_a_trace_that_finds_nothing(capsys):
    assert shown(capsys, "trace", {"decisions": []}) == ["nothing on record"]


@pytest.mark.parametrize("command", ["block", "unblock", "suspend", "restore"])
def test_a_fact_that_was_laid_down(command, capsys):
    assert localtime(AT).tm_year == 2026
    answer = {"done": command, "subject": "acme", "expires": 0.0}
    assert shown(capsys, command, answer) == [f"{command} acme: on disk"]
    assert shown(capsys, command, answer | {"expires": AT}) == [f"{command} acme until 2026-03-01 12:00:00: on disk"]


def test_which_relays_of_a_peer_are_down(capsys):
    relays = [
        {"relay": "192.0.2.1:25", "state": "down", "reason": "connection refused"},
        {"relay": "192.0.2.2:25", "state": "up", "reason": ""},
    ]
    peer = {"name": "north", "accounts": [], "upstream": True, "relay": "192.0.2.1:25", "messages": {"relayed": 2}}
    spool = {"message": 1, "answer": 0, "oldest": 3.5}
    lines = shown(capsys, "status", STATUS | {"mm4": [peer | {"relays": relays}], "mm4_spool": spool})
    at = lines.index("MM4 PEER  RELAY                              ACCOUNTS  MESSAGES")
    assert lines[at + 1 : at + 4] == [
        "north     192.0.2.1:25 (down), 192.0.2.2:25  upstream  2 relayed",
        "north: 192.0.2.1:25 is down: connection refused",
        "1 messages and 0 answers wait, the oldest for 3.5 s",
    ]
