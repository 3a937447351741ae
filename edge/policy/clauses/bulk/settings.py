"""A rule's settings by account, read once."""

from collections.abc import Iterator, Mapping
from typing import Any

from edge.policy.rule import RuleSettings


class Own:
    """What holds for an account, and for all others."""

    __slots__ = ("_accounts", "_everybody")

    def __init__(self, settings: RuleSettings) -> None:
        self._everybody = settings.values
        self._accounts = dict(settings.accounts)

    def of(self, account: str) -> Mapping[str, Any]:
        """The settings that hold for `account`."""
        return self._accounts.get(account, self._everybody)

    def all(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Each account with its own settings, and "" with those of all others."""
        yield "", self._everybody
        yield from self._accounts.items()

    def changed(self, account: str, name: str) -> bool:
        """Whether the account has a value of its own."""
        own = self._accounts.get(account)
        return own is not None and own[name] != self._everybody[name]
