"""A way of taking consent back, with the ways of saying nearly the same and meaning something else beside it."""

import re

import msgspec


class Wording(msgspec.Struct, frozen=True):
    """`means` must be found and `unless` must not (None: nothing to be mistaken for)."""

    means: re.Pattern[str]
    unless: re.Pattern[str] | None

    def found_in(self, words: str) -> bool:
        """Whether `words` say it."""
        return self.means.search(words) is not None and (self.unless is None or self.unless.search(words) is None)


def wording(means: tuple[str, ...], unless: tuple[str, ...] = ()) -> Wording:
    """Any of `means`, and none of `unless`."""
    return Wording(re.compile("|".join(means)), re.compile("|".join(unless)) if unless else None)
