"""The site of the documentation: `./dev docs` builds it."""

from __future__ import annotations

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

import relapse

project = "relapse"
copyright = "the authors of relapse; MIT licence"  # noqa: A001
release = relapse.__version__
version = release

extensions = [
    "breathe",
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# Every cell is run when the site is built; one that fails, fails the build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300

autodoc_typehints = "description"
autodoc_member_order = "groupwise"
add_module_names = False
napoleon_google_docstring = False

breathe_projects = {"relapse": "../build/docs/xml"}
breathe_default_project = "relapse"
breathe_default_members = ("members",)

html_theme = "furo"
html_title = "relapse"
html_static_path = ["_static"]
html_css_files = ["site.css"]
# Tables that a page includes.
exclude_patterns = ["_build", "validation/*"]
suppress_warnings = ["mystnb.unknown_mime_type"]

# Equations are MathML, which browsers draw by themselves: no page loads anything.
html_math_renderer = "mathml"


def setup(app: Sphinx) -> dict[str, bool]:
    """Draw equations as MathML."""

    def inline(self: HTML5Translator, node: nodes.math) -> None:
        self.body.append(convert(node.astext()))
        raise nodes.SkipNode

    def block(self: HTML5Translator, node: nodes.math_block) -> None:
        number = get_node_equation_number(self, node) if node["number"] else ""
        self.body.append(
            self.starttag(node, "div", CLASS="math", style="overflow: visible")
        )
        if number:
            self.body.append(f'<span class="eqno">({number})</span>')
        self.body.append(convert(node.astext(), display="block") + "</div>")
        raise nodes.SkipNode

    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
