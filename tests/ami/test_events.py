"""The dialplan's events as values."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ami.errors import Malformed
from ami.events import (
    _TYPES,
    Event,
    SmsDelivered,
    SmsDiscarded,
    SmsEmergency,
    SmsRefused,
    SmsReleased,
    SmsSeen,
    SmsSettled,
    SmsSubmit,
    is_sid,
    read_event,
)
from ami.packet import Parser

from .fake import packet, submit


def event(*headers: tuple[str, str]):
    (one,) = Parser().feed(packet(("Event", "UserEvent"), *headers))
    return read_event(one)


def test_submit() -> None:
    (one,) = Parser().feed(submit("1795467519-9001-981288", "1|acme|MQ==||||"))
    assert read_event(one) == SmsSubmit("1795467519-9001-981288", "1|acme|MQ==||||")


def test_a_record_that_cannot_be_read_is_told_all_the_same() -> None:
    assert event(("UserEvent", "SmsSubmit"), ("Sid", "12")) == SmsSubmit("12", "")


def test_released() -> None:
    headers = (("UserEvent", "SmsReleased"), ("Sid", "1-2"), ("Route", "carrier"))
    assert event(*headers, ("Status", "SUCCESS")) == SmsReleased("1-2", "carrier", "SUCCESS")
    assert event(*headers, ("Status", "")) == SmsReleased("1-2", "carrier", "")


def test_discarded() -> None:
    assert event(("UserEvent", "SmsDiscarded"), ("Sid", "1-2"), ("Status", "OK")) == SmsDiscarded("1-2", "OK")


OTHERS = {
    SmsRefused("1-2", "desk", "full", "SUCCESS"): ["Sid", "Endpoint", "Reason", "Status"],
    SmsEmergency("1-2", "911", "SUCCESS", "1|a"): ["Sid", "Number", "Status", "Rec"],
    SmsSeen("1-2", "OK"): ["Sid", "Status"],
    SmsSettled("1-2", "requeue", "OK"): ["Sid", "Action", "Status"],
    SmsDelivered("1-2", "mo", "desk", "DUP", "SENT"): ["Id", "Kind", "Endpoint", "Status", "Was"],
}


@pytest.mark.parametrize("expected", OTHERS, ids=lambda each: type(each).__name__)
def test_the_rest_of_the_dialplan(expected: Event) -> None:
    names = OTHERS[expected]
    values = [getattr(expected, each.name) for each in fields(expected)]
    assert event(("UserEvent", type(expected).__name__), *zip(names, values, strict=True)) == expected


def test_every_event_of_the_shipped_dialplan_has_a_type_and_its_headers() -> None:
    text = (Path(__file__).parents[2] / "conf/asterisk/extensions-sms.conf").read_text()
    written = re.findall(r"UserEvent\((\w+),([^\n]*)\)\n", text)
    assert {name for name, _ in written} == set(_TYPES)
    for name, arguments in written:
        assert tuple(re.findall(r"(?:^|,)(\w+): ", arguments)) == _TYPES[name][1]


@pytest.mark.parametrize("name", ["", "Other", "smssubmit"])
def test_others_are_none(name: str) -> None:
    assert event(("UserEvent", name), ("Sid", "1-2")) is None


def test_other_events_are_none() -> None:
    (one,) = Parser().feed(packet(("Event", "Newchannel"), ("UserEvent", "SmsSubmit")))
    assert read_event(one) is None


@pytest.mark.parametrize("sid", ["", "1", "x1", "1/n", "12@sms-release", "1 2", "1" * 65, "12,3", "é1", "12&Local/3"])
def test_ids_that_would_not_be_one_extension(sid: str) -> None:
    assert not is_sid(sid)
    with pytest.raises(Malformed):
        event(("UserEvent", "SmsSubmit"), ("Sid", sid), ("Rec", "r"))


def test_repeated_headers() -> None:
    with pytest.raises(Malformed):
        event(("UserEvent", "SmsSubmit"), ("Sid", "12"), ("Sid", "13"), ("Rec", "r"))


@given(st.text(max_size=70))
def test_an_id_is_one_extension(sid: str) -> None:
    assert not is_sid(sid) or (sid.isascii() and sid[0].isdigit() and not set(sid) & set("@/,&|$ \r\n"))


def test_repr_shows_no_record() -> None:
    assert "hidden" not in repr(SmsSubmit("12", "hidden"))
