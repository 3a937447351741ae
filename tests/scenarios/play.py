"""Plays one row: the stage, its history, then the message itself."""

from importlib.resources import files

import msgspec

from edge.core.submission import Body, Submission
from edge.core.verdict import Action, Verdict

from . import mms
from .history import History, keys_played, part_of
from .rows import Row, Unplayable
from .stage import Stage

# Keys that the stage or the message itself is made from.
_STAGED = """
acct type brand domains age_d owned owner num tf_verified alpha_registered sc_leased class class_approved country
endpoint_auth endpoint_caller_id local_hour_rcpt ton npi dest_ton pid pdu ndest nrcpt parts part_texts esm_class udh
udh_overlap ref seq sar_tlv ref_wrap text_len dest_in url_category content_type group_size
"""
# Keys that describe what the text or the numbers show by themselves.
_DESCRIPTIVE = "enc evasion lang combining_ratio convo route bytes src_on_net peer vertical"
READ_HERE = frozenset((_STAGED + _DESCRIPTIVE).split())
SEVERITY = (Action.ALLOW, Action.FLAG, Action.REROUTE, Action.THROTTLE, Action.QUARANTINE, Action.REJECT, Action.BOUNCE)


class Result(msgspec.Struct, frozen=True):
    """What came of a row: `passed`, `differs` or `unplayable`."""

    row: Row
    state: str
    verdict: str = ""
    rule: str = ""
    detail: str = ""


def play(row: Row) -> Result:
    """Play `row`. Nothing is skipped silently: what cannot be set up says so."""
    known = READ_HERE | mms.READ_HERE if row.channel == "mm4" else READ_HERE
    unknown = set(row.context) - known - keys_played(row)
    if unknown:
        return Result(row, "unplayable", detail="nothing is known of " + ", ".join(sorted(unknown)))
    try:
        stage = Stage(row, _tuned(row))
        History(stage).play()
        verdict = mms.own_message(stage) if row.channel == "mm4" else _own_message(stage)
    except Unplayable as error:
        return Result(row, "unplayable", detail=str(error))
    hit = verdict.hit
    action = "reject" if verdict.action is Action.DROP else verdict.action.value
    state = "passed" if action == row.expected else "differs"
    return Result(row, state, action, verdict.rule, hit.detail if hit is not None else "")


def _tuned(row: Row) -> dict[str, dict[str, object]]:
    """What operators have entered, where the row speaks of their lists."""
    tuned: dict[str, dict[str, object]] = {}
    if row.context.get("dest_in") == "psap_list":
        tuned["emergency-destination"] = {"numbers": frozenset({int(row.recipient.removeprefix("+"))})}
    if row.context.get("url_category") == "porn":
        tuned["adult-link"] = {"hosts": frozenset({"EXPLICIT-PICS.EXAMPLE"})}
    lists = mms.listed(row) if row.channel == "mm4" else {}
    if lists:
        tuned["image-hash"] = dict(lists)
    return tuned


def _own_message(stage: Stage) -> Verdict:
    """The row's message; of one in parts the worst that any part met."""
    row = stage.row
    if row.context.get("udh_overlap"):
        # The same part number twice, with different texts.
        first = stage.judge(part_of(stage, "Your parcel arrives today", 1, 2), 2.0)
        second = stage.judge(part_of(stage, "NorthBank locked nb-x.top", 1, 2))
        return _worst([first, second])
    texts = _parts(row)
    if len(texts) > 1:
        verdicts = [
            stage.judge(part_of(stage, text, number, len(texts)), float(len(texts) - number))
            for number, text in enumerate(texts, 1)
        ]
        return _worst(verdicts)
    return stage.judge(_single(stage))


def _parts(row: Row) -> list[str]:
    """The texts of the parts; one for a message in one piece."""
    if "part_texts" in row.context:
        return row.context["part_texts"].split("|")
    parts = row.count("parts")
    if parts < 2:
        return [row.text]
    size = -(-len(row.text) // parts)
    return [row.text[at : at + size] for at in range(0, len(row.text), size)]


def _single(stage: Stage) -> Submission:
    row = stage.row
    text = "" if row.context.get("text_len") == "0" else row.text
    if "[slur]" in text:
        text = text.replace("[slur]", _a_slur())
    ton = row.count("ton") if "ton" in row.context else None
    npi = row.count("npi") if "npi" in row.context else None
    inbound = row.direction == "inbound"
    fields: dict[str, object] = {}
    if ton is not None:
        fields["from_party"] = stage.party(stage.sender, ton, npi)
    recipient = stage.recipient
    if recipient.startswith("*"):
        recipient = "+12125550399"
        fields["destinations"] = row.count("ndest") or row.count("nrcpt")
    if "dest_ton" in row.context:
        fields["to_party"] = stage.party(recipient, row.count("dest_ton"), 1)
    if "pid" in row.context:
        fields["protocol_id"] = row.count("pid")
    body = Body(text, text.encode("utf-8", "surrogatepass"))
    return stage.message(stage.sender, recipient, text, inbound=inbound, body=body, **fields)


def _a_slur() -> str:
    lines = (files("edge.policy.data") / "slurs.txt").read_text(encoding="utf-8").splitlines()
    return next(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _worst(verdicts: list[Verdict]) -> Verdict:
    return max(verdicts, key=lambda verdict: SEVERITY.index(verdict.action))
