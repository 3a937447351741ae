"""Loops over numbers, compiled to machine code: the one file that knows numba.

What is compiled stays Python: the same function runs uncompiled under `NUMBA_DISABLE_JIT=1`, which is how tests show
that both agree. A compiled function checks no bounds: whoever writes one keeps its indices inside its arrays.
numpy would do the same sums, but each of its calls costs a microsecond or two on the path, where nothing of it is in
the processor's caches; one compiled call costs half of one.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """`function` in machine code, made when it is first called and kept on disk, beside the source or in the user's
    cache (`NUMBA_CACHE_DIR`). Where nothing can be written it is made anew by every process, which takes seconds.
    """
    try:
        return cast(F, njit(cache=True)(function))
    except RuntimeError:  # no place for a cache
        return cast(F, njit(function))
