"""What is public stands in the reference, and nothing else is in sight."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import relapse
import relapse.fhir
import relapse.sklearn

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "python" / "relapse"
PAGE = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
#: Names of the page, after the last point.
LISTED = {
    name.rpartition(".")[2]
    for name in re.findall(r"\.\. auto(?:function|class|exception):: (\S+)", PAGE)
}


def classes_by_name() -> dict[str, ast.ClassDef]:
    sources = (*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.pyi"))
    parts = (part for source in sources for part in parsed(source).body)
    return {part.name: part for part in parts if isinstance(part, ast.ClassDef)}


def parsed(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8"))


def given_by(kind: ast.ClassDef) -> Iterator[str]:
    """The names in what the public parts of a class return."""
    for part in kind.body:
        if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
            yield from named_in(part.returns)
        elif isinstance(part, ast.AnnAssign):
            yield from named_in(part.annotation)


def named_in(annotation: ast.expr | None) -> Iterator[str]:
    for node in ast.walk(annotation) if annotation is not None else ():
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def test_everything_public_is_in_the_reference() -> None:
    assert set(relapse.__all__) - LISTED == {"__version__"}
    assert "`relapse.__version__`" in PAGE
    assert set(relapse.fhir.__all__) <= LISTED
    assert {"RelapseClassifier", "StageTransformer"} <= LISTED


def test_so_are_the_classes_that_results_are_made_of() -> None:
    known = classes_by_name()
    left = [name for name in relapse.__all__ if name in known]
    seen: set[str] = set()
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += [each for each in given_by(known[name]) if each in known]
    # What a private protocol names is no result.
    assert not {name for name in seen if not name.startswith("_")} - LISTED


def test_nothing_else_is_in_sight() -> None:
    modules = {"dask", "fhir", "plot", "sklearn", "spark"}
    others = {name for name in dir(relapse) if not name.startswith("_")}
    assert others - set(relapse.__all__) <= modules
