"""A short fuzz run in every suite: both roles, bound and not. No exception, nothing left behind, only PDUs out."""

import logging
import os

import pytest

from .run import run

COUNT = int(os.environ.get("SMSEDGE_FUZZ", "30000"))


@pytest.mark.parametrize("seed", [1, 2])
async def test_any_bytes_meet_an_answer_or_a_documented_error(seed):
    logging.disable(logging.WARNING)
    try:
        report = await run(COUNT // 2, seed)
    finally:
        logging.disable(logging.NOTSET)
    assert report.pdus >= COUNT // 2
    assert report.written > report.connections
    assert report.faults["customer/bad-pdu"] > 0
    assert report.faults["carrier/bad-pdu"] > 0
