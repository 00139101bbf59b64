"""Types, for those who use the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import relapse

HERE = Path(__file__).parent


def mypy(tmp_path: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path), *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module", autouse=True)
def _needs_mypy() -> None:
    pytest.importorskip("mypy")


def test_a_users_file_is_clean(tmp_path: Path) -> None:
    pytest.importorskip("polars")
    found = mypy(tmp_path, "--strict", str(HERE / "typed_user.py"))
    assert found.startswith("Success"), found


def test_a_users_mistakes_are_found(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "import relapse\n"
        "relapse.score({'person': ['a'], 'time': [0]}, 'standard', on_error='drop')\n"
        "relapse.Monitor('standard').update(b'now', {})\n"
        "relapse.Monitor('standard').at(0.0).colour\n"
    )
    found = mypy(tmp_path, "--strict", str(wrong))
    assert "Found 3 errors" in found, found


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(relapse.__file__).parent / "py.typed").is_file()


def test_everything_exported_is_there() -> None:
    assert sorted(relapse.__all__, key=str.casefold)
    for name in relapse.__all__:
        assert getattr(relapse, name) is not None
