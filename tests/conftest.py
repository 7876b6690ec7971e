# SPDX-License-Identifier: BSD-3-Clause
"""The same examples at every run, and pictures without a screen."""

from __future__ import annotations

import matplotlib as mpl
import pytest
from hypothesis import settings

from corridor.cli import main

settings.register_profile("corridor", derandomize=True, deadline=None, print_blob=False, database=None)
settings.load_profile("corridor")
# Not by the environment: notebooks run in processes of their own and need the backend that keeps their pictures.
mpl.use("Agg")


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Return a function that runs the command line from an empty folder: code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        code = main(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call
