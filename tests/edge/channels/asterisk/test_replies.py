"""Notices: one SMS, few, bounded; never what the detectors saw."""

import pytest

from edge.app.edge import Edge
from edge.channels.asterisk import replies
from edge.channels.asterisk.replies import words
from edge.core.clause import Clause
from edge.core.verdict import Action, Hit, Reason
from tests.edge.app.stage import until

from .stage import Stage

REF = "1a214eb2cca00004"


@pytest.mark.parametrize("clause", list(Clause))
@pytest.mark.parametrize("action", [Action.REJECT, Action.THROTTLE])
@pytest.mark.parametrize("reason", list(Reason))
def test_a_notice_is_one_sms(clause: Clause, action: Action, reason: Reason) -> None:
    text = words(Hit("phishing", clause, action, reason, "what the detector saw"), "+14165550301", REF)
    assert text.isascii()
    assert len(text) <= 160
    assert REF in text
    assert "detector" not in text


def test_without_a_hit() -> None:
    assert words(None, "+14165550301", REF) == f"Not sent to +14165550301: refused. Ref {REF}"


async def test_an_endpoint_with_many_senders_is_told_ten_times(stage: Stage, edge: Edge) -> None:
    for turn in range(30):
        stage.asterisk.submits("mine", sender=f"+14165550{150 + turn}", to=f"+14165553{turn:03}")
    await stage.settled(30)
    counts = edge.metrics.counters["smsedge_asterisk_notices_total"].values
    await until("told", lambda: counts.get(("sbc-1", "sent"), 0) + counts.get(("sbc-1", "withheld"), 0) == 30)
    assert 10 <= counts[("sbc-1", "sent")] <= 12


async def test_the_table_of_senders_is_capped(stage: Stage, edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "SENDERS_CAP", 2)
    for turn in range(4):
        stage.asterisk.submits("mine", sender=f"+14165550{150 + turn}", to=f"+14165553{turn:03}")
    await stage.settled(4)
    assert edge.sip.service is not None
    assert len(edge.sip.service.replies) == 2
    assert edge.metrics.caps.values[("asterisk-notices",)] == 2


async def test_no_notices_where_the_conf_says_so(stage: Stage) -> None:
    stage.writes(more='notice_every = "0s"')
    async with stage.runs():
        stage.asterisk.submits(sender="+14165550100")
        await stage.settled()
        assert stage.asterisk.sent == []


async def test_an_endpoint_without_a_contact_costs_nothing(stage: Stage, edge: Edge) -> None:
    stage.asterisk.answers["sms-notice"] = ["FAILURE"]
    stage.asterisk.submits(sender="+14165550100")
    await stage.settled()
    counts = edge.metrics.counters["smsedge_asterisk_notices_total"].values
    await until("counted", lambda: counts.get(("sbc-1", "not sent")))
