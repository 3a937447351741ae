"""Answers of a running edge as text for people."""

import json
from time import localtime, strftime
from typing import Any

Answer = dict[str, Any]


def show(command: str, answer: Answer) -> None:
    """Print the answer to `command`."""
    for line in _SHOWN[command](answer):
        print(line)


Row = tuple[str, ...]


def table(rows: list[Row]) -> list[str]:
    """Rows with their columns aligned; the last column runs free."""
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return [
        "  ".join([cell.ljust(width) for cell, width in zip(row, widths, strict=False)] + [row[-1]]).rstrip()
        for row in rows
    ]


def status(answer: Answer) -> list[str]:
    """Links, sessions, tables and caps."""
    lines = [f"{answer['node']}: up {answer['up']:g} s, conf {answer['conf']}, {', '.join(answer['listening'])}"]
    lines += [f"NOT READY: {reason}" for reason in answer["not_ready"]]
    lines += _alarms(answer.get("alarms") or {}, answer.get("evidence") or {})
    rows: list[Row] = [("CARRIER", "ADDRESS", "LINK", "STATE, WINDOW")]
    for carrier in answer["carriers"]:
        for link, state in carrier["links"].items():
            rows.append((carrier["name"], carrier["address"], link, state + f", {carrier['held']} held"))
    lines += ["", *table(rows)]
    lines += _asterisks(answer.get("asterisks") or [])
    lines += _mm4(answer.get("mm4") or [], answer.get("mm4_spool") or {})
    lines += _media(answer.get("media") or {})
    sessions: list[Row] = [("SESSION", "ACCOUNT", "FROM", "STATE", "VERSION", "WAITING")]
    for session in answer["sessions"]:
        fields = ("name", "account", "peer", "state", "version", "inflight")
        sessions.append(tuple(str(session[field]) for field in fields))
    lines += ["", *table(sessions)] if answer["sessions"] else ["", "no customer is bound"]
    for name in ("facts", "tables", "caps", "rule_errors"):
        if answer.get(name):
            lines += ["", f"{name}: " + ", ".join(f"{key} {value}" for key, value in sorted(answer[name].items()))]
    for name in ("blocked", "parked"):
        if answer[name]:
            lines += [f"{name}: " + ", ".join(answer[name])]
    for one in answer["suspensions"]:
        until = f" until {_time(one['expires'])}" if one["expires"] else ""
        lines.append(f"suspended: {one['account']} since {_time(one['at'])}{until} by {one['by']}: {one['reason']}")
    return lines


def _asterisks(asterisks: list[Answer]) -> list[str]:
    """Each Asterisk in a line, and what of its spool needs a person."""
    if not asterisks:
        return []
    rows: list[Row] = [("ASTERISK", "ADDRESS", "STATE", "HELD", "WORKING", "OLDEST")]
    lines = []
    for one in asterisks:
        state = f"{one['state']} for {one['since']:g} s" + (f" ({one['reason']})" if one["reason"] else "")
        oldest = f"{one['oldest']:g} s"
        rows.append((one["name"], one["address"], state, str(one["spool"]), str(one["working"]), oldest))
        if one["doubtful"]:
            lines.append(f"{one['name']}: sent or not, nobody knows (smsedge spool): {', '.join(one['doubtful'][:20])}")
        if one["unreadable"]:
            lines.append(f"{one['name']}: records that cannot be read: {', '.join(one['unreadable'][:20])}")
    return ["", *table(rows), *lines]


def _mm4(peers: list[Answer], spool: Answer) -> list[str]:
    """Each MM4 peer in a line, why a relay of it is down, and what waits for a next hop."""
    if not peers:
        return []
    lines: list[str] = []
    rows: list[Row] = [("MM4 PEER", "RELAY", "ACCOUNTS", "MESSAGES")]
    for one in peers:
        accounts = ", ".join(one["accounts"]) or ("upstream" if one["upstream"] else "-")
        messages = ", ".join(f"{count} {outcome}" for outcome, count in sorted(one["messages"].items()))
        down = {relay["relay"]: relay["reason"] for relay in one["relays"] if relay["state"] != "up"}
        relays = [f"{where} (down)" if where in down else where for where in (r["relay"] for r in one["relays"])]
        rows.append((one["name"], ", ".join(relays) or one["relay"], accounts, messages or "none"))
        lines += [f"{one['name']}: {where} is down: {reason}" for where, reason in down.items()]
    waiting = f"{spool['message']} messages and {spool['answer']} answers wait"
    waiting += f", the oldest for {spool['oldest']:g} s" if spool["oldest"] else ""
    return ["", *table(rows), *lines, waiting]


def _media(media: Answer) -> list[str]:
    """What the media workers can do here, their queue, and how often one was replaced."""
    if not media:
        return []
    queue = f"{media['workers']} workers, {media['busy']} busy, {media['waiting']} messages wait"
    done = f"{media['jobs']} messages looked at, {media['faults']} gave up, {media['restarts']} workers replaced"
    can = media["can"] or ["no worker is ready yet"]
    return ["", f"media: {queue}; {done}", *(f"media: {sentence}" for sentence in can)]


def _alarms(alarms: Answer, evidence: Answer) -> list[str]:
    """Alarms since the start, the latest first; and how much evidence is kept, as long as there is any."""
    counts = [f"{count} {kind}" for kind, count in (alarms.get("raised") or {}).items()]
    lines = [f"ALARMS since the start: {', '.join(counts)}"] if counts else []
    for one in alarms.get("latest") or []:
        at = strftime("%Y-%m-%d %H:%M:%S", localtime(one["at"]))
        lines.append(
            f"  {at} {one['kind']}: account {one['account'] or '-'}, decision {one['decision']}: {one['words']}"
        )
    if evidence.get("files") or evidence.get("waiting"):
        waits = f", and {evidence['waiting']} wait for the disk" if evidence["waiting"] else ""
        lines.append(f"EVIDENCE: {evidence['files']} sealed messages, {evidence['octets']} octets{waits}")
    return lines


def reload(answer: Answer) -> list[str]:
    """What a reload did."""
    if not answer["reloaded"]:
        return [*answer["problems"], "not reloaded: the old conf goes on"]
    return [*answer["notes"], f"reloaded, conf {answer['conf']}"]


def explain(answer: Answer) -> list[str]:
    """Every rule's word, or a past decision."""
    if "decision" in answer:
        return _past(answer["decision"])
    lines = [f"{side:12} {_party(answer[side])}" for side in ("source", "destination")]
    rule = f" by {answer['rule']}" if answer["rule"] else ""
    lines += [f"{'verdict':12} {answer['verdict']}{rule}", f"{'customer':12} {answer['sentence']}"]
    lines += [f"{'because':12} {answer['detail']}"] if answer["detail"] else []
    lines += _parts(answer["media"]) if "media" in answer else []
    lines += _text_lines(answer)
    rows: list[Row] = [("RULE", "CLAUSE", "MODE", "OUTCOME", "VALUE", "LIMIT", "DETAIL")]
    for one in answer["rules"]:
        if one["outcome"] == "not enforced yet":
            continue
        outcome = one["outcome"] + (f": {one['action']}" if one["action"] else "")
        value, limit = (f"{one[name]:g}" if one["limit"] or one["value"] else "" for name in ("value", "limit"))
        rows.append((one["sub"] or one["rule"], one["clause"], one["mode"], outcome, value, limit, _detail(one)))
        for what, measured, bound in one.get("scale") or ():
            rows.append((f"  {one['rule']}/{what}", "", "", "", f"{measured:g}", f"{bound:g}", ""))
    later = sum(one["outcome"] == "not enforced yet" for one in answer["rules"])
    return lines + table(rows) + ([f"and {later} rules that are not enforced yet"] if later else [])


def _past(one: Answer) -> list[str]:
    """A past decision: its fields, and in any case the verdict, which the record leaves out where it is `allow`."""
    told = {"id": one["id"], "at": _time(one["at"]), "verdict": one.get("verdict", "allow")} | {
        name: value for name, value in one.items() if name not in ("id", "at", "verdict")
    }
    if "features" in told:
        told["features"] = json.dumps(told["features"], ensure_ascii=False)
    return [f"{name:12} {value}" for name, value in told.items() if value != ""]


def _time(at: float) -> str:
    return strftime("%Y-%m-%d %H:%M:%S", localtime(at))


TEXT_SHOWN = 300  # characters of one text


def _parts(media: Answer) -> list[str]:
    """What was found in an MMS: each part, then the texts and where they stood."""
    fault = ": ".join(filter(None, (media["fault"], media["detail"])))
    lines = [f"{'whole':12} {fault}"] if fault else []
    lines += [f"{'unscored':12} no model has looked at it"] if media["unscored"] else []
    for one in media["parts"]:
        lines.append(f"{'part ' + one['path']:12} {one['type']}, {one['size']} octets, sha256 {one['sha256']}")
        told = {
            "hashes": " ".join(one["hashes"]),
            "scores": ", ".join(f"{label} {score:g}" for label, score in one["scores"].items()),
            "fault": ": ".join(filter(None, (one["fault"], one["detail"]))),
        }
        lines += [f"{'':12} {name} {words}" for name, words in told.items() if words]
    for where, text in media["texts"]:
        words = " ".join(text.split())
        more = " ..." if len(words) > TEXT_SHOWN else ""
        lines.append(f"{'text':12} {where}: {words[:TEXT_SHOWN]}{more}")
    return [*lines, ""]


def _text_lines(answer: Answer) -> list[str]:
    """What was read in the text: folded, its class, the classifier's scores, the names of all signals."""
    scores = ", ".join(f"{name} {score:.3f}" for name, score in answer["scores"].items())
    lines = [
        f"{'read as':12} {answer['folded']}" if answer["folded"] else f"{'read as':12} (no text)",
        f"{'class':12} {answer['traffic'] or 'none'}",
        f"{'scores':12} {scores}",
    ]
    if answer["signals"]:
        lines.append(f"{'signals':12} {', '.join(answer['signals'])}")
    return [*lines, ""]


def _detail(finding: Answer) -> str:
    """What the rule saw, or its limit; what its score is made of."""
    parts = ", ".join(f"{name} {points:+g}" for name, points in finding["parts"])
    words = finding["seen"] or finding["detail"]
    return f"{words} [{parts}]" if parts else words


def _party(party: Answer) -> str:
    return f"{party['text']} = {party['number']} ({party['kind']}{', ' + party['country'] if party['country'] else ''})"


def trace(answer: Answer) -> list[str]:
    """Decisions, one a line."""
    if not answer["decisions"]:
        return ["nothing on record"]
    rows: list[Row] = [("TIME", "DECISION", "WHAT", "FROM", "TO", "VERDICT", "ANSWER", "CARRIER", "MESSAGE ID")]
    for one in answer["decisions"]:
        kind = one.get("direction", "mt")
        kind = kind if one.get("operation", "submit") == "submit" else one["operation"]
        outcome = one.get("outcome", "answered")
        answered = one["status_name"] if outcome == "answered" else f"{outcome} ({one['status_name']})"
        rows.append(
            (
                _time(one["at"]),
                one["id"],
                kind,
                one.get("source", ""),
                one.get("destination", ""),
                _verdict(one, kind),
                answered,
                one.get("link") or one.get("carrier", ""),
                one.get("message_id", ""),
            )
        )
    return table(rows)


def _verdict(one: Answer, kind: str) -> str:
    """What was decided; of a receipt what it says, of a look at a held text or its release who did it and why."""
    if kind == "dlr":
        return f"receipt {one.get('detail', '')}"
    if kind in ("reveal", "release") and one.get("verdict", "allow") == "allow":
        return str(one.get("detail") or "allow")
    return str(one.get("verdict", "allow")) + (f" {one['rule']}" if one.get("rule") else "")


def done(answer: Answer) -> list[str]:
    """A fact that was laid down."""
    until = f" until {_time(answer['expires'])}" if answer["expires"] else ""
    return [f"{answer['done']} {answer['subject']}{until}: on disk"]


_SHOWN = {
    "status": status,
    "reload": reload,
    "explain": explain,
    "trace": trace,
    "block": done,
    "unblock": done,
    "suspend": done,
    "restore": done,
}
