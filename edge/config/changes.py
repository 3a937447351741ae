"""What differs between two confs: a reload touches only that."""

from collections.abc import Mapping
from typing import Any

import msgspec

from edge.core.conf import Conf

# What only a restart can change: (how the conf calls it, where it stands in `Conf`).
_FIXED = (
    ("[node] name", ("node",)),
    ("[node] state", ("state",)),
    ("[smpp] listen", ("smpp", "listen")),
    ("[smpp] tls_listen", ("smpp", "tls_listen")),
    ("[smpp] certificate", ("smpp", "certificate")),
    ("[smpp] key", ("smpp", "key")),
    ("[smpp] client_ca", ("smpp", "client_ca")),
    ("[console] listen", ("console",)),
    ("[mm4] listen", ("mm4", "listen")),
    ("[audit] queue", ("audit", "queue")),
    ("[audit] segment", ("audit", "segment")),
    ("[audit] keep", ("audit", "keep")),
)


class Difference(msgspec.Struct, frozen=True):
    """Names that came, went, or stayed with other contents, each sorted."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


class Changes(msgspec.Struct, frozen=True):
    """What a reload has to do.

    `carriers` and `accounts` by name; every carrier that is in none of the lists keeps its links. `routes` says
    whether the route list differs. `restart` has a sentence for each thing that the reload cannot change: the
    running edge goes on with the old value.
    """

    carriers: Difference
    accounts: Difference
    routes: bool
    restart: tuple[str, ...]


def diff(old: Conf, new: Conf) -> Changes:
    """How to come from `old` to `new`."""
    restart = []
    for name, path in _FIXED:
        before, after = _at(old, path), _at(new, path)
        if before != after:
            restart.append(f"{name}: {_word(before)} -> {_word(after)} needs a restart")
    return Changes(
        carriers=_difference(old.carriers, new.carriers),
        accounts=_difference(old.accounts, new.accounts),
        routes=old.routes != new.routes,
        restart=tuple(restart),
    )


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    return Difference(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(sorted(name for name in old.keys() & new.keys() if not _same(old[name], new[name]))),
    )


def _same(one: msgspec.Struct, other: msgspec.Struct) -> bool:
    """Field by field: accounts compare by identity on the path."""
    return msgspec.structs.astuple(one) == msgspec.structs.astuple(other)


def _at(conf: Conf, path: tuple[str, ...]) -> Any:
    value: Any = conf
    for name in path:
        value = getattr(value, name, None)  # of a table that may be left out
    return value


def _word(value: Any) -> str:
    return "nothing" if value in (None, "") else str(value)
