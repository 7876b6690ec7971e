# SPDX-License-Identifier: BSD-3-Clause
"""Plain Python or compiled: the one place that decides which of the two runs a search, and that compiles.

Measured on this library's own kernels: a plain search relaxes about two million edges a second and needs nothing;
loading the compiled kernels from their cache costs about a second a process (the first compile of each a few seconds
more), after which they relax some sixty million edges a second. Both give the same answer to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from corridor import kernels
from corridor.errors import MissingExtraError, OptionError, nearest_valid

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ENGINES", "PLAIN", "Engine", "Tier", "check_engine", "tier_for"]

Engine: TypeAlias = Literal["auto", "plain", "compiled"]
ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)

# Edges that a plain search relaxes while a compiled kernel would be loaded, and while it is called once loaded.
WORTH_LOADING: Final = 3_000_000
WORTH_CALLING: Final = 200


class Tier:
    """The kernels of one tier, and how an array is handed to them."""

    def __init__(self, name: str, run: Callable[[str], Any]) -> None:
        self.name = name
        self._run = run

    @property
    def compiled(self) -> bool:
        """Whether the kernels take arrays as they are."""
        return self.name == "compiled"

    def kernel(self, name: str) -> Any:
        """Return a kernel by its name."""
        return self._run(name)

    def numbers(self, array: np.ndarray[Any, Any]) -> Any:
        """Return an array as the kernels of this tier take it: itself, or lists (bytes for flags)."""
        if self.compiled:
            return array
        return array.tobytes() if array.dtype == bool else array.tolist()


PLAIN: Final = Tier("plain", kernels.__dict__.__getitem__)


def check_engine(engine: str) -> Engine:
    """Return the engine asked for; refuse what is none, and ``compiled`` where numba is not installed."""
    if engine not in ENGINES:
        msg = f"Unknown engine={engine!r}.{nearest_valid(str(engine), ENGINES, kind='Choices')}"
        raise OptionError(msg)
    if engine == "compiled" and find_spec("numba") is None:
        msg = 'engine="compiled" needs numba: pip install "corridor[fast]". engine="plain" gives the same answers.'
        raise MissingExtraError(msg)
    return engine


def tier_for(engine: Engine, kernel: str, edges: float) -> Tier:
    """Return the tier for a search by one of the kernels that relaxes about so many edges."""
    if engine == "plain":
        return PLAIN
    if engine == "compiled":
        return _compiled()
    # A process that has loaded the kernel gains from smaller work too.
    loaded = _compiled.cache_info().currsize and _compiled().kernel(kernel).signatures
    enough = WORTH_CALLING if loaded else WORTH_LOADING
    return _compiled() if edges >= enough and find_spec("numba") is not None else PLAIN


@cache
def _compiled() -> Tier:
    """Return the tier of compiled kernels; each is compiled, or loaded from its cache, when it is first called."""
    import numba
    import numpy as np

    def filled(count: int, value: Any) -> Any:
        return np.full(count, value)

    # The kernels' own source with other names behind filled, push and pop: a copy, so that the plain tier stays plain.
    names = dict(vars(kernels))
    compile_ = numba.njit(cache=True, nogil=True)

    def compiled(name: str) -> Any:
        source: FunctionType = vars(kernels)[name]
        return compile_(FunctionType(source.__code__, names, name, source.__defaults__))

    names["filled"] = numba.njit(filled)
    names["push"] = compiled("sift_up")
    names["pop"] = compiled("sift_down")
    for name in ("nearer", "eased", "tight"):
        names[name] = compiled(f"{name}_in_loops")
    for name in ("tree", "guided", "trace", "loopless", "labels", "together"):
        names[name] = compiled(name)
    return Tier("compiled", names.__getitem__)
