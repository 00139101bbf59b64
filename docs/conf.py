"""The site of the documentation: `./dev docs` builds it."""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.pycode import ModuleAnalyzer
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
myst_enable_extensions = [
    "amsmath",
    "colon_fence",
    "deflist",
    "dollarmath",
    "substitution",
]
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
# Each header shows the namespace again.
suppress_warnings = ["duplicate_declaration.cpp", "mystnb.unknown_mime_type"]

# Equations are MathML, which browsers draw by themselves: no page loads anything.
html_math_renderer = "mathml"


ROOT = Path(__file__).resolve().parent.parent
# The page to try things out, where the package for JavaScript has been built.
PAGE = ROOT / "build/page/try_relapse.html"
html_extra_path = [str(PAGE)] if PAGE.is_file() else []
myst_substitutions = {
    "page": f'<a href="{PAGE.name}"><strong>Open the page</strong></a>'
    if PAGE.is_file()
    else "This copy of the documentation was built without the page."
}
XML = ROOT / "build/docs/xml"
# What needs no sentence of its own: members and constants whose name says all.
NAMED = re.compile(r"Member .*(of (struct|class) \S+|\((enumvalue|variable)\).*) is not ")


def check_headers() -> None:
    """Fail on what Doxygen warns of, and on a public header that the reference lacks."""
    log = (ROOT / "build/docs/doxygen.log").read_text(encoding="utf-8")
    problems = [line for line in log.splitlines() if line and not NAMED.search(line)]
    pages = (ROOT / "docs/reference/cpp").glob("*.md")
    reference = "".join(page.read_text(encoding="utf-8") for page in pages)
    headers = ROOT / "include/relapse"
    for header in sorted(headers.glob("*/*.hpp")):
        name = header.relative_to(headers).as_posix()
        if f"doxygenfile}} relapse/{name}\n" not in reference:
            problems.append(f"docs/reference/cpp: no page shows {name}")
    if problems:
        raise ExtensionError("\n".join(problems))


def name_files_by_their_path() -> None:
    """Doxygen names a file by its last part, which two rooms may share."""
    index = XML / "index.xml"
    text = index.read_text(encoding="utf-8")
    for refid, name in re.findall(r'refid="(\w+)" kind="file"><name>([^</]+)<', text):
        page = (XML / f"{refid}.xml").read_text(encoding="utf-8")
        path = re.findall(r'<location file="([^"]+)"/>', page)[-1]
        old = f'refid="{refid}" kind="file"><name>{name}<'
        text = text.replace(old, old.replace(f"<name>{name}", f"<name>{path}"))
    index.write_text(text, encoding="utf-8")


def show_one_signature() -> None:
    """Show a function of Python with its defaults, not once for each kind of table."""
    analyze = ModuleAnalyzer.analyze

    def without_overloads(self: ModuleAnalyzer) -> None:
        analyze(self)
        self.overloads = {}

    ModuleAnalyzer.analyze = without_overloads


def setup(app: Sphinx) -> dict[str, bool]:
    """Check the headers, and draw equations as MathML."""
    check_headers()
    name_files_by_their_path()
    show_one_signature()

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
