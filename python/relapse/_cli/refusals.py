"""What the command line refuses: file, line, person and column, and why."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from relapse._errors import CheckInError, InvalidInput, ParseError, with_flags
from relapse._reading.hints import in_options, option_of
from relapse._reading.table_file import line_of


class RefusedError(Exception):
    """Input that the command refuses; says where, as far as it is known."""

    def __init__(
        self, problem: str, *, flags: Sequence[str] = (), **place: str | int | None
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.flags = list(flags)  # that the safety answers raise all the same
        self.place = {key: value for key, value in place.items() if value is not None}

    def to_dict(self) -> dict[str, Any]:
        raised = {"flags": self.flags} if self.flags else {}
        return {**self.place, "problem": self.problem, **raised}

    def __str__(self) -> str:
        words = [
            str(value) if key in ("file", "pointer") else f"{key} {value}"
            for key, value in self.place.items()
        ]
        text = f"{', '.join(words)}: {self.problem}" if words else self.problem
        return with_flags(text, self.flags)


@contextlib.contextmanager
def placed(path: str) -> Iterator[None]:
    """Name the file, and the line in it, in what the library refuses."""
    try:
        yield
    except CheckInError as error:
        raise refused(error, path, _row(path, error.row)) from error
    except InvalidInput as error:
        raise RefusedError(in_options(str(error)), file=path) from error


@contextlib.contextmanager
def opened(path: str) -> Iterator[None]:
    """Name the file in what the system refuses."""
    try:
        yield
    except OSError as error:
        raise RefusedError(error.strerror or str(error), file=path) from error


def refused(error: CheckInError, path: str, place: dict[str, int]) -> RefusedError:
    """Return what is wrong with a check-in, which stands at a place of a file."""
    option = option_of(error.problem)
    return RefusedError(
        f"{error.problem}; {option}" if option else error.problem,
        flags=error.flags,
        file=path,
        **place,
        person=None if error.person is None else str(error.person),
        column=error.item,
    )


def refused_check_in(path: str, person: str, error: dict[str, Any]) -> RefusedError:
    """Return the same of a row of the table of errors."""
    told = CheckInError(
        str(error["message"]), error[person], item=error["column"] or None
    )
    return refused(told, path, _row(path, int(error["row"])))


def malformed(path: str, error: ParseError) -> RefusedError:
    problem = str(error).removeprefix(f"{error.pointer or '/'}: ")
    return RefusedError(problem, file=path, pointer=error.pointer or "/")


def _row(path: str, row: int | None) -> dict[str, int]:
    """Return where a row stands: the line of a CSV file, or the row counted from 1."""
    if row is None:
        return {}
    line = line_of(path, row)
    return {"row": row + 1} if line is None else {"line": line}
