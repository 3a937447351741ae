"""Settings: what they hide and refuse."""

import dataclasses

import pytest

from ami.errors import UnsafeAction
from ami.settings import Settings, Timeouts


def test_the_secret_is_not_shown() -> None:
    settings = Settings("sbc-1", "192.0.2.1", secret="hidden")
    assert "hidden" not in repr(settings) + str(settings)
    assert settings.secret == "hidden"
    assert (settings.port, settings.username, settings.timeouts) == (5038, "smsedge", Timeouts())


def test_they_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings("sbc-1", "192.0.2.1").port = 1  # type: ignore[misc]


@pytest.mark.parametrize("username", ["", "a\r\nAction: Logoff", "a\0", "é"])
def test_user_names_that_cannot_be_written(username: str) -> None:
    with pytest.raises(UnsafeAction) as caught:
        Settings("sbc-1", "192.0.2.1", username=username, secret="hidden")
    assert "hidden" not in str(caught.value)
