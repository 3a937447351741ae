"""Findings."""

from edge.channels.mm4.codec.findings import Finding


def test_what_hides_and_what_does_not() -> None:
    assert not Finding.UNCLOSED.hides
    assert Finding.TOO_DEEP.hides
    assert all(finding.value for finding in Finding)
