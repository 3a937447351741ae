"""The six messages: read, refused, written."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec import fields as f
from edge.channels.mm4.codec.address import AddressKind, read
from edge.channels.mm4.codec.errors import Malformed, Mm4Error, Unsupported
from edge.channels.mm4.codec.fields import Expiry, Kind, RequestStatus
from edge.channels.mm4.codec.pdu import LAYOUT, DeliveryReport, Forward, Pdu, ReadReport, Response, build, parse

from . import samples

NINE = datetime(2026, 3, 3, 9, 15, 0, tzinfo=UTC).timestamp()


def forward(octets: bytes) -> Forward:
    pdu = parse(octets)
    assert isinstance(pdu, Forward)
    return pdu


def test_a_java_mmsc() -> None:
    pdu = forward(samples.JAVA)
    assert (pdu.kind, pdu.version) == (Kind.FORWARD_REQ, (5, 5, 0))
    assert pdu.transaction_id == '"1259765620911@mms.north.example"'  # as written: the response echoes it
    assert pdu.message_id == '"0412100925@w.mms.north.example"'
    assert pdu.source is not None
    assert pdu.source.party == "+48790000001"
    assert pdu.sender is not None
    assert pdu.sender.domain == "mms.mnc006.mcc260.gprs"
    assert pdu.originator_system is not None
    assert pdu.originator_system.party == "PostMaster@mms.mnc006.mcc260.gprs"
    assert [address.party for address in pdu.recipients] == ["+48790000002"]
    assert pdu.subject == "T\u0119cza nad miastem"
    assert pdu.content_type.startswith(b'multipart/related;Type="application/smil"')
    assert (pdu.ack_request, pdu.delivery_report, pdu.read_reply, pdu.originator_report) == (True, True, False, False)
    assert (pdu.message_class, pdu.priority) == (f.MessageClass.PERSONAL, f.Priority.NORMAL)
    assert (pdu.visibility, pdu.expiry) == (f.Visibility.SHOW, Expiry(259200.0, False))
    assert (pdu.forward_counter, pdu.others, pdu.oddities) == (None, (), ())


def test_an_aggregator() -> None:
    pdu = forward(samples.AGGREGATOR)
    assert [address.party for address in pdu.to] == ["+14165550622", "+14165550623", "+14165550624"]
    assert [address.kind for address in pdu.cc] == [AddressKind.EMAIL]
    assert (pdu.transaction_id, pdu.message_id) == ("SM8001", "<SM8001@mm4.south.example>")
    assert (pdu.ack_request, pdu.forward_counter, pdu.sent) == (True, 2, NINE)
    assert pdu.others == (("X-Internal-Status-Code", "0"),)


def test_a_gateway() -> None:
    pdu = forward(samples.GATEWAY)
    assert (pdu.version, pdu.subject, pdu.sent) == ((1, 2), "caf\u00e9", NINE)
    assert (pdu.ack_request, pdu.delivery_report, pdu.read_reply) == (True, True, False)
    assert (pdu.visibility, pdu.message_class) == (f.Visibility.HIDE, f.MessageClass.ADVERTISEMENT)
    assert (pdu.priority, pdu.oddities) == (None, ("x-mms-priority",))
    assert pdu.expiry == Expiry(NINE + 2 * 86400, True)
    assert pdu.others == (("X-Mms-Vendor-Colour", "blue"), ("X-Mms-Vendor-Colour", "green"))
    assert pdu.source is not None
    assert (pdu.source.display, pdu.source.kind, pdu.source.party) == (
        "Bright Retail", AddressKind.SHORT_CODE, "24680"
    )  # fmt: skip


def test_responses_and_reports() -> None:
    response = parse(samples.FORWARD_RES)
    assert isinstance(response, Response)
    assert (response.status, response.status_text) == (RequestStatus.SERVICE_DENIED, "Acc\u00e8s refus\u00e9")
    report = parse(samples.DELIVERY_REPORT_REQ)
    assert isinstance(report, DeliveryReport)
    assert (report.kind, report.status) == (Kind.DELIVERY_REPORT_REQ, f.MMStatus.UNRECOGNISED)
    assert (report.extension, report.to_originator) == (f.StatusExtension.BY_OTHER, True)
    assert report.others == (("X-Internal-Status-Code", "420"),)
    answer = parse(samples.DELIVERY_REPORT_RES)
    assert isinstance(answer, Response)
    assert (answer.kind, answer.status, answer.message_id) == (Kind.DELIVERY_REPORT_RES, RequestStatus.OK, "")
    read_report = parse(samples.READ_REPLY_REPORT_REQ)
    assert isinstance(read_report, ReadReport)
    assert (read_report.status, read_report.sent) == (f.ReadStatus.DELETED, NINE + 300)
    assert parse(samples.READ_REPLY_REPORT_RES).kind is Kind.READ_REPLY_REPORT_RES


def test_the_binary_names_of_a_status_count_where_the_standards_is_missing() -> None:
    own = samples.DELIVERY_REPORT_REQ
    old = own.replace(b"X-Mms-MM-Status-Code: Unrecognized", b"X-Mms-Status: Retrieved")
    for octets, status in (
        (old, f.MMStatus.RETRIEVED),
        (old.replace(b"X-Mms-Status", b"X-Mms-MM-Status-Code: Expired\r\nX-Mms-Status"), f.MMStatus.EXPIRED),
        (old.replace(b"Retrieved", b"Retrieved\r\nX-Mms-MM-Status-Code: Expired"), f.MMStatus.EXPIRED),
    ):
        report = parse(octets)
        assert isinstance(report, DeliveryReport)
        assert report.status is status


def test_nothing_of_the_message_is_in_its_repr() -> None:
    assert repr(parse(samples.JAVA)) == "Forward(MM4_forward.REQ)"


MINIMAL = (b"X-Mms-Message-Type: MM4_forward.REQ\r\nX-Mms-Transaction-ID: 1\r\nX-Mms-Message-ID: 2\r\n"
           b"From: 14165550100\r\n\r\n")  # fmt: skip


def test_the_least_there_must_be() -> None:
    pdu = forward(MINIMAL)
    assert (pdu.version, pdu.to, pdu.sent, pdu.ack_request, pdu.content_type) == (None, (), None, False, b"")


def test_an_rfc_message_id_stands_in() -> None:
    assert forward(MINIMAL.replace(b"X-Mms-Message-ID: 2", b"Message-ID: <3@h.example>")).message_id == "<3@h.example>"


@pytest.mark.parametrize("name", [b"X-Mms-Transaction-ID: 1", b"X-Mms-Message-ID: 2", b"From: 14165550100"])
def test_what_is_needed(name: bytes) -> None:
    for spoilt in (b"", name.split(b":")[0] + b":\r\n"):
        with pytest.raises(Malformed) as caught:
            parse(MINIMAL.replace(name + b"\r\n", spoilt))
        assert name.split(b":")[0].decode() in str(caught.value)
    with pytest.raises(Malformed):
        parse(MINIMAL.replace(b"Transaction-ID: 1", b"Transaction-ID: " + b"1" * 256))


@pytest.mark.parametrize("twice", [b"From: 14165550101", b"X-Mms-Transaction-ID: 9", b"X-Mms-Sender-Visibility: Hide",
                                   b"Content-Type: text/html", b"Subject : b", b"X-Mms-Message-Type: MM4_forward.RES",
                                   b"Mime-Version: 2"])  # fmt: skip
def test_two_values_of_one_field_are_malformed(twice: bytes) -> None:
    whole = MINIMAL.replace(
        b"\r\n\r\n",
        b"\r\nX-Mms-Sender-Visibility: Show\r\nContent-Type: a/b\r\nSubject: a\r\nMime-Version: 1.0\r\n\r\n",
    )
    assert parse(whole)
    with pytest.raises(Malformed):
        parse(whole.replace(b"\r\n\r\n", b"\r\n" + twice + b"\r\n\r\n"))
    same = twice.split(b":")[0].strip().lower()
    line = next(line for line in whole.split(b"\r\n") if line.lower().startswith(same + b":"))
    assert parse(whole.replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n"))


@pytest.mark.parametrize("value", [b"", b"MM5_forward.REQ", b"m-send-req", b"MM4_forward", b"\xff"])
def test_other_messages_are_unsupported(value: bytes) -> None:
    with pytest.raises(Unsupported) as caught:
        parse(MINIMAL.replace(b"MM4_forward.REQ", value))
    assert caught.value.status is RequestStatus.UNSUPPORTED
    assert caught.value.reply.startswith("554 5.6.1 ")


def test_mail_is_unsupported() -> None:
    with pytest.raises(Unsupported):
        parse(b"From: anna@mail.example\r\nSubject: hi\r\n\r\nhello\r\n")


def test_values_nobody_can_read_are_named() -> None:
    odd = (b"X-Mms-Ack-Request: perhaps\r\nX-Mms-Forward-Counter: many\r\nX-Mms-Expiry: soon\r\nDate: today\r\n"
           b"X-Mms-3GPP-MMS-Version: new\r\nX-Mms-Priority:\r\n\r\n")  # fmt: skip
    pdu = forward(MINIMAL.replace(b"\r\n\r\n", b"\r\n" + odd))
    assert pdu.oddities == (
        "x-mms-ack-request", "x-mms-forward-counter", "x-mms-expiry", "date", "x-mms-3gpp-mms-version"
    )  # fmt: skip
    assert (pdu.ack_request, pdu.forward_counter, pdu.expiry, pdu.priority) == (False, None, None, None)


def test_what_was_read_is_written_and_read_again() -> None:
    for octets in samples.ALL:
        pdu = msgspec.structs.replace(parse(octets), oddities=())
        assert parse(build(pdu)) == pdu
        assert build(pdu, b"body").endswith(b"\r\n\r\nbody")


@pytest.mark.parametrize(
    "change",
    [{"transaction_id": "1\r\nX: y"}, {"message_id": "1\n"}, {"subject": "a\r\n b"}, {"content_type": b"a\0"},
     {"others": (("X-Mms-A", "b\rc"),)}, {"others": (("X-Mms A", "b"),)}, {"others": (("", "b"),)},
     {"others": (("X-Mms-A\r\nB", "b"),)}, {"transaction_id": "\u0119"}, {"vas_id": "1\r\n\r\nbody"}],
)  # fmt: skip
def test_values_that_break_their_line_are_not_written(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        build(msgspec.structs.replace(forward(MINIMAL), **change))


TOKEN = st.text('abcXYZ0189@.-_<>"/= ', min_size=1, max_size=20).map(str.strip).filter(bool)
SAID = st.text(st.characters(blacklist_characters="\r\n\0", blacklist_categories=["Cs"]), max_size=40).map(
    lambda text: text.strip(" \t")
)
ADDRESS = st.sampled_from(
    [
        "+14165550100/TYPE=PLMN@mms.example",
        "24680/TYPE=PLMN",
        "anna@mail.example",
        "Anna <14165550100@h.example>",
        '"a, \\"b\\"" <NorthBank/TYPE=PLMN>',
        "Caf\u00e9 <24680/TYPE=PLMN>",
    ]
).map(read)
WORDS = {
    "version": st.tuples(st.integers(0, 9), st.integers(0, 99), st.integers(0, 99)),
    "expiry": st.builds(Expiry, st.integers(0, 999_999_999).map(float), st.booleans()),
    "message_class": st.sampled_from(f.MessageClass),
    "priority": st.sampled_from(f.Priority),
    "visibility": st.sampled_from(f.Visibility),
    "extension": st.sampled_from(f.StatusExtension),
    "forward_counter": st.integers(0, 1000),
    "sent": st.integers(0, 4_000_000_000).map(float),
    "content_type": st.just(b'multipart/mixed; boundary="b"'),
    "transfer_encoding": st.just(b"7bit"),
    "to": st.lists(ADDRESS, min_size=1, max_size=4).map(tuple),
    "cc": st.lists(ADDRESS, min_size=1, max_size=4).map(tuple),
    "source": ADDRESS,
    "sender": ADDRESS,
    "originator_system": ADDRESS,
    "subject": SAID,
    "status_text": SAID,
}
STATUSES: dict[type[Pdu], Any] = {Response: RequestStatus, DeliveryReport: f.MMStatus, ReadReport: f.ReadStatus}


@st.composite
def pdus(draw: st.DrawFn) -> Pdu:
    kind = draw(st.sampled_from(Kind))
    of, specs = LAYOUT[kind]
    values: dict[str, Any] = {"kind": kind, "transaction_id": draw(TOKEN), "message_id": draw(TOKEN)}
    values["source"] = draw(ADDRESS)
    for spec in draw(st.lists(st.sampled_from(specs[4:]), unique=True)):
        if spec.attribute == "status":
            values["status"] = draw(st.sampled_from(STATUSES[of]))
        elif spec.attribute in WORDS:
            values[spec.attribute] = draw(WORDS[spec.attribute])
        elif spec.read is f.flag:
            values[spec.attribute] = True
        else:
            text = draw(TOKEN)
            values[spec.attribute] = (text,) if spec.often else text
    values["others"] = tuple((f"X-Mms-Vendor-{name}", draw(TOKEN)) for name in draw(st.sets(st.sampled_from("ABC"))))
    pdu: Pdu = of(**values)
    return pdu


@given(pdus())
def test_what_is_written_is_read(pdu: Pdu) -> None:
    assert parse(build(pdu, b"body\r\n")) == pdu


LINES = st.sampled_from(
    [line + b"\r\n" for octets in samples.ALL for line in octets.split(b"\r\n\r\n")[0].split(b"\r\n")]
)


@given(st.lists(LINES, max_size=12), st.binary(max_size=30), st.integers(0, 400))
def test_anything_is_read_or_refused(lines: list[bytes], junk: bytes, at: int) -> None:
    octets = b"".join(lines) + b"\r\n"
    for one in (octets, octets[:at] + junk + octets[at:], junk):
        try:
            assert parse(one).transaction_id
        except Mm4Error as error:
            replies = [error.reply]
        else:
            replies = []
        assert all(reply.startswith("554 5.6.") and "\n" not in reply for reply in replies)
