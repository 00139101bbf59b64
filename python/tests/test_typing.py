"""Types, for those who use the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Write

import relapse

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def run(folder: Path, tool: str, *arguments: str) -> str:
    """What a tool prints."""
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    return done.stdout + done.stderr


def mypy(folder: Path, *arguments: str) -> str:
    """What mypy prints; what it learnt of the libraries lies in the folder."""
    return run(folder, "mypy", "--cache-dir", str(folder), *arguments)


def test_a_users_file_is_clean(folder: Path) -> None:
    pytest.importorskip("polars")
    found = mypy(folder, "--strict", str(HERE / "typed_user.py"))
    assert found.startswith("Success"), found


def test_a_users_mistakes_are_found(write: Write, folder: Path) -> None:
    wrong = write(
        "import relapse\n"
        "relapse.score({'person': ['a'], 'time': [0]}, 'standard', on_error='drop')\n"
        "relapse.Monitor('standard').update(b'now', {})\n"
        "relapse.Monitor('standard').at(0.0).colour\n",
        "wrong.py",
    )
    found = mypy(folder, "--strict", str(wrong))
    assert "Found 3 errors" in found, found


def test_the_stub_says_what_the_extension_has(tmp_path: Path) -> None:
    """Names, kinds and arguments, but for what pybind11 gives every class."""
    of_every_class = ("metaclass differs", 'stub does not have *args parameter "args"')
    found = run(tmp_path, "mypy.stubtest", "--concise", "relapse._core").splitlines()
    assert [line for line in found if not line.endswith(of_every_class)] == []
    assert found, "stubtest did not look at the classes"


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(relapse.__file__).parent / "py.typed").is_file()


def test_everything_exported_is_there() -> None:
    assert sorted(relapse.__all__, key=str.casefold)
    for name in relapse.__all__:
        assert getattr(relapse, name) is not None
