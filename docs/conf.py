# SPDX-License-Identifier: BSD-3-Clause
"""Sphinx settings of the manual: ``sphinx-build -W --keep-going -n docs docs/_build/html``; needs the extra ``docs``."""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext.napoleon import NumpyDocstring

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]
# The kernels of the notebooks run this checkout too, whatever is installed.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
# The help of the commands is set to this width, whatever terminal the build runs in.
os.environ["COLUMNS"] = "100"

import corridor  # noqa: E402
import manual  # noqa: E402

project = "corridor"
author = "The corridor maintainers"
copyright = "The corridor maintainers; code BSD-3-Clause, data CC BY 4.0 and ODbL 1.0"  # noqa: A001
release = version = corridor.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "jupyter_execute"]
nitpicky = True

html_theme = "furo"
html_title = f"corridor {release}"
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_copy_source = False
templates_path: list[str] = []
pygments_style = "friendly"
pygments_dark_style = "github-dark"

# Types stand in the annotations, not in the docstrings: napoleon lets autodoc write them beside each parameter, which
# numpydoc does not, and it comes with Sphinx.
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
autosummary_generate = False
napoleon_google_docstring = False
python_maximum_signature_line_length = 100
toc_object_entries_show_parents = "hide"

myst_heading_anchors = 4
myst_enable_extensions = ["attrs_block"]
# Every build runs every notebook; for a quick look: -D nb_execution_mode=off shows the outputs that they keep.
nb_execution_mode = "force"
nb_execution_timeout = 60
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True


def _read(app: Sphinx, docname: str, source: list[str]) -> None:
    """Complete a page that is kept in docs/: the contents of the first page, and links to files beyond docs/."""
    page = Path(str(app.env.doc2path(docname)))
    if page.parent == DOCS and page.suffix == ".md":
        text = manual.without_last_blank(source[0].replace(manual.CONTENTS_HERE, manual.contents()))
        source[0] = manual.relinked(text, DOCS, DOCS)


def _property(app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]) -> None:
    """Read a property again as plain text with sections: napoleon takes its words before a colon for a type."""
    del name, options
    if what == "property":
        lines[:] = NumpyDocstring(inspect.getdoc(value) or "", app.config).lines()


def _reference(app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.Element) -> nodes.Element | None:
    """Lead a type that is written by its short name to its page; one of another package stays plain text."""
    if node.get("refdomain") != "py":
        return None
    home = manual.home_of(node["reftarget"])
    if not home.startswith("corridor.") or manual.is_plain(home):
        return shown if home else None
    return env.domains["py"].resolve_xref(env, node["refdoc"], app.builder, "obj", home, node, shown)


def setup(app: Sphinx) -> None:
    """Make the pages that are not kept, before Sphinx looks for them."""
    app.connect("builder-inited", lambda _: manual.write())
    app.connect("env-get-outdated", lambda *_: [app.config.root_doc])
    app.connect("source-read", _read)
    app.connect("autodoc-process-docstring", _property, priority=600)
    app.connect("missing-reference", _reference)
