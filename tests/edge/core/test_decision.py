"""Ids of decisions: 16 digits that only grow, across restarts too."""

from itertools import islice

import msgspec
import pytest

from edge.core.decision import Decision, decision_id, decision_ids


def test_ids_are_sixteen_digits_and_grow():
    ids = list(islice(decision_ids(1_700_000_000.0), 10_000))
    assert ids[0] == "18bcfe5680000000"
    assert all(len(one) == 16 for one in ids)
    assert ids == sorted(set(ids))
    assert int(ids[-1], 16) - int(ids[0], 16) == 9_999


def test_ids_of_a_later_process_are_greater():
    earlier = list(islice(decision_ids(1_700_000_000.0), 5_000))
    assert next(decision_ids(1_700_000_000.1)) > earlier[-1]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("18bcfe5680000000", "18bcfe5680000000"),
        ("18BCFE5680000000", "18bcfe5680000000"),
        ("1f", "000000000000001f"),
    ],
)
def test_an_id_as_an_operator_types_it(written, meant):
    assert decision_id(written) == meant


@pytest.mark.parametrize("written", ["", "x", "18bcfe56800000000", "0x1f", "1f ", "-1", "1_0", "１"])
def test_what_is_no_id(written):
    with pytest.raises(ValueError, match="16 hexadecimal digits"):
        decision_id(written)


def test_a_record_comes_back_from_its_line():
    decision = Decision("18bcfe5680000000", 1.5, account="acme", would_have=("bulk=reject",), status=0x66)
    line = msgspec.json.encode(decision)
    assert line == b'{"id":"18bcfe5680000000","at":1.5,"account":"acme","would_have":["bulk=reject"],"status":102}'
    assert msgspec.json.decode(line, type=Decision) == decision


@pytest.mark.parametrize("bad", ["1", "18BCFE5680000000", "18bcfe5680000000\n"])
def test_a_line_with_another_kind_of_id_is_none(bad):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"id": bad, "at": 1.0}), type=Decision)
