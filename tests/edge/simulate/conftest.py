"""Both ends look at their timers often, so that time-outs of tests may be short."""

import pytest


@pytest.fixture(autouse=True)
def quick_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every 20 ms in place of 250."""
    monkeypatch.setattr("edge.simulate.esme.client.TICK", 0.02)
    monkeypatch.setattr("edge.simulate.smsc.server.TICK", 0.02)
