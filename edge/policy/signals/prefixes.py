"""Sets of leading digits, asked with whole numbers. A number is its own longest prefix."""

from collections.abc import Iterable


class PrefixSet:
    """Leading digits (with the country code, without "+"); false if empty.

    A look-up costs one division for every different length in the set.
    """

    __slots__ = ("_by_length",)

    def __init__(self, prefixes: Iterable[str]) -> None:
        by_length: dict[int, set[int]] = {}
        for prefix in prefixes:
            by_length.setdefault(len(prefix), set()).add(int(prefix))
        self._by_length = {length: frozenset(found) for length, found in sorted(by_length.items())}

    def __bool__(self) -> bool:
        return bool(self._by_length)

    def matches(self, number: int) -> bool:
        """Whether `number` (E.164 as an integer) begins with one of the prefixes."""
        digits = len(str(number))
        return any(
            length <= digits and number // 10 ** (digits - length) in found for length, found in self._by_length.items()
        )
