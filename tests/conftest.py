# SPDX-License-Identifier: BSD-3-Clause
"""The same examples at every run, and pictures without a screen."""

from __future__ import annotations

import matplotlib as mpl
from hypothesis import settings

settings.register_profile("corridor", derandomize=True, deadline=None, print_blob=False, database=None)
settings.load_profile("corridor")
# Not by the environment: notebooks run in processes of their own and need the backend that keeps their pictures.
mpl.use("Agg")
