"""Fixtures that several files of tests share."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import relapse
from relapse._cli.main import main

Write = Callable[..., Path]
Read = Callable[..., tuple[dict[str, Any], relapse.ReadingReport]]
Run = Callable[..., tuple[int, str, str]]

#: An export, and what could not be read of it.
collected = partial(relapse.read_check_ins, on_error="collect", report=True, frame="dict")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a text, or something as JSON, into a file; return its path."""

    def made(content: Any, name: str = "made.csv", encoding: str = "utf-8") -> Path:
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_bytes(text.encode(encoding))
        return tmp_path / name

    return made


@pytest.fixture
def read(write: Write) -> Read:
    """Read an export, a text or something as JSON; return the table and the report."""

    def made(content: Any, **settings: Any) -> Any:
        path = write(content, "made.csv" if isinstance(content, str) else "made.json")
        return relapse.read_check_ins(path, frame="dict", report=True, **settings)

    return made


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; return exit status, standard output, standard error."""

    def ran(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            assert isinstance(stopped.code, int)
            status = stopped.code
        out, err = capsys.readouterr()
        return status, out, err

    return ran
