"""Names for what can be seen in a text, as bits of one integer: a rule asks with one `&` whether it is concerned.

Bits are given out in the order of import and mean nothing outside the process; records keep the names.
"""

_BITS: dict[str, int] = {}
_NAMES: list[str] = []


def flag(name: str) -> int:
    """The bit of `name`: the same for every caller in this process."""
    bit = _BITS.get(name)
    if bit is None:
        bit = _BITS[name] = 1 << len(_NAMES)
        _NAMES.append(name)
    return bit


def names(flags: int) -> tuple[str, ...]:
    """The names of all bits that are set."""
    return tuple(name for index, name in enumerate(_NAMES) if flags >> index & 1)


def flags_of(given: tuple[str, ...]) -> int:
    """The bits of recorded names."""
    bits = 0
    for name in given:
        bits |= flag(name)
    return bits
