# SPDX-License-Identifier: BSD-3-Clause
"""A progress bar for long work: in terminals and notebooks, and silent where nobody watches or it is not wanted."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any, Final, TypeVar

from corridor.errors import MissingExtraError, OptionError

__all__ = ["check_progress", "watched"]

# Work that is done sooner shows no bar unless one is asked for, seconds.
SHORT_SECONDS: Final = 2.0

Item = TypeVar("Item")


def check_progress(progress: object) -> None:
    """Refuse what is neither true, false nor missing, and a bar that is asked for where tqdm is not installed."""
    if not (progress is None or isinstance(progress, bool)):
        msg = (
            f"progress={progress!r}: must be True (a bar), False (none) or None (a bar for long work that is watched)."
        )
        raise OptionError(msg)
    if progress and find_spec("tqdm") is None:
        msg = "progress=True needs tqdm: pip install 'corridor[progress]'. progress=None works without it, in silence."
        raise MissingExtraError(msg)


def watched(work: Iterable[Item], *, total: int, words: str, progress: bool | None) -> Iterable[Item]:
    """Return the items of the work, with a bar that moves on with each.

    Parameters
    ----------
    work
        What is done, one item after another.
    total
        How many items there are.
    words
        What is done, in words, before the bar.
    progress
        True: a bar at once; False: none; None: one once the work takes longer than two seconds, if tqdm is installed
        and standard error is a terminal or the program a notebook.

    Raises
    ------
    OptionError
        If ``progress`` is something else.
    MissingExtraError
        If a bar is asked for and tqdm is not installed.
    """
    check_progress(progress)
    if progress is False or (progress is None and not (_somebody_watches() and find_spec("tqdm") is not None)):
        return work
    with warnings.catch_warnings():
        # In a notebook without widgets tqdm falls back to a bar of text, which is no matter for a warning.
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm
    bar: Any = tqdm(work, total=total, desc=words, leave=bool(progress), delay=0 if progress else SHORT_SECONDS)
    return bar  # type: ignore[no-any-return]


def _somebody_watches() -> bool:
    """Tell whether standard error is a terminal, or the program runs in a notebook."""
    stream: Any = sys.stderr
    return "ipykernel" in sys.modules or (stream is not None and stream.isatty())
