"""Message ids as carriers spell them. One number, several spellings: that is what makes receipts hard to match."""

from typing import NamedTuple
from uuid import UUID

_MASK = (1 << 128) - 1
_STIR = 0x9E3779B97F4A7C15F39CC0605CEDC835  # odd, so that multiplying by it maps no two numbers to one


class Style(NamedTuple):
    """`kind` is hex, decimal, text or uuid; numbers are filled with zeros to `width`; `upper`: in capitals."""

    kind: str
    width: int = 0
    upper: bool = False


DECIMAL = Style("decimal")


def spelled(number: int, style: Style) -> str:
    """`number` as an id of that style; at most 64 characters for any number below 2**64."""
    if style.kind == "hex":
        text = f"{number:0{style.width}x}"
    elif style.kind == "text":
        text = f"msg-{number:0{style.width}d}"
    elif style.kind == "uuid":
        text = str(UUID(int=number * _STIR & _MASK))
    else:
        return f"{number:0{style.width}d}"
    return text.upper() if style.upper else text
