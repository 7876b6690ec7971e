# SPDX-License-Identifier: BSD-3-Clause
"""Fill in the part of a page of ``docs/`` that a tool makes, or tell whether it is in step."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
END: Final = "<!-- end of what is made -->"


def fill_in(page: Path, tool: str, made: Callable[[], str], arguments: Sequence[str] | None) -> int:
    """Write or check what a tool makes of a page, between its marks; return the exit code."""
    name = page.as_posix()
    parser = argparse.ArgumentParser(description=f"Fill in the tables of {name} from the bundled corridor.")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 where the page differs")
    options = parser.parse_args(arguments)
    path, begin = ROOT / page, f"<!-- made by tools/{tool} -->"
    old = path.read_text(encoding="utf-8")
    before, rest = old.split(begin)
    text = f"{before}{begin}\n\n{made()}\n\n{END}{rest.split(END)[1]}"
    if options.check:
        if text != old:
            print(f"{name} differs from what the data give: run tools/{tool}", file=sys.stderr)
        return int(text != old)
    path.write_text(text, encoding="utf-8")
    print(f"{name}: {len(text.splitlines())} lines")
    return 0
