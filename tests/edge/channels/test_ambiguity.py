"""What two readers of one PDU may read differently neither passes unjudged nor goes out."""

import pytest

from edge.channels.intake import check_sizes, outbound
from edge.core.account import Account
from smpp import tlv
from smpp.codec import build, parse
from smpp.consts import CommandId
from smpp.errors import AnswerAndContinue
from smpp.fast import decode_sm, unambiguous

# A message_payload that tshark and smpplib find, because they take two octets for user_message_reference
# whatever its length says.
HIDDEN = b"\x00\x01" + bytes.fromhex("0424000f") + b"unjudged secret"


def submit(*tlvs: tuple[int, bytes]) -> bytes:
    return build(CommandId.SUBMIT_SM, 0, 1, {"source_addr": b"1", "short_message": b"hi"}, tlvs)


@pytest.mark.parametrize(("tag", "value"), [(0x0204, HIDDEN), (0x0204, b"\x01"), (0x020E, b""), (0x1204, b"ab")])
def test_a_parameter_of_another_size_than_the_standards_is_refused(tag, value):
    raw = submit((0x1400, b"vendor"), (tag, value))
    message = decode_sm(raw)
    assert message.misfit == tag
    with pytest.raises(AnswerAndContinue) as refusal:
        outbound(None, Account("acme"), "acme", message)  # type: ignore[arg-type]
    assert refusal.value.status == 0xC2
    with pytest.raises(AnswerAndContinue):
        check_sizes(parse(raw).tlvs)


@pytest.mark.parametrize(
    ("tag", "value"), [(0x0204, b"ab"), (0x130C, b""), (0x130C, b"1"), (0x001D, HIDDEN), (0x1400, HIDDEN)]
)
def test_the_standards_sizes_and_texts_of_any_size_pass(tag, value):
    raw = submit((tag, value))
    assert decode_sm(raw).misfit == 0
    check_sizes(parse(raw).tlvs)


def test_what_is_ambiguous_is_cut_out_and_nothing_else():
    whole = submit((0x1400, b"dlt"))
    assert unambiguous(whole, decode_sm(whole)) is whole
    at = whole.index(b"hi") + 2
    for odd in (whole + b"\x04\x24\x00\x09abc", whole[:at] + b"\0" + whole[at:]):
        sent = tlv.with_length(odd)
        assert unambiguous(sent, decode_sm(sent)) == whole
