"""The README shows code that runs: every block stands word for word in an example."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("language", "suffix"), [("python", ".py"), ("cpp", ".cpp")])
def test_code_is_taken_from_an_example(language: str, suffix: str) -> None:
    examples = [path.read_text() for path in (ROOT / "examples").glob(f"*{suffix}")]
    assert blocks(language)
    for block in blocks(language):
        indented = textwrap.indent(block, "  ")
        assert any(block in text or indented in text for text in examples), block


def test_what_it_shows_is_what_is_printed() -> None:
    (shown,) = blocks("text")
    script = ROOT / "examples" / "quick_start.py"
    printed = subprocess.run(
        [sys.executable, script], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert printed.startswith(shown)


def test_what_it_names_is_there() -> None:
    for path in re.findall(r"\]\(([^):#]+)\)", README):
        assert (ROOT / path).exists(), path


def test_it_stays_short() -> None:
    assert README.count("\n") < 150
