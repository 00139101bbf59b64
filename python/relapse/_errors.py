"""What the library refuses, and how it says so."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence


class InvalidInput(ValueError):  # noqa: N818 - the word of C++
    """A value that the library refuses; the text says what must be instead."""


class ParseError(InvalidInput):
    """A malformed document. `pointer` is the JSON pointer of the place at fault."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


class CheckInError(InvalidInput):
    """A check-in that cannot be used.

    `person`, `row` (counted from 0, in the order of the input) and `item` (or column) say
    where, `problem` says what; each place is None where it is not known.
    `flags` are the safety flags that its answers raise all the same, `unreadable_flags`
    those among them of which an answer could not be read: look at them first. The text
    does not name them. `hint`, at the end of the text, says what a call can do about it.
    """

    what = "check-in"  # that it is about, in the text

    def __init__(
        self,
        problem: str,
        person: object = None,
        row: int | None = None,
        item: str | None = None,
        flags: Sequence[str] = (),
        unreadable_flags: Sequence[str] = (),
        hint: str = "",
    ) -> None:
        super().__init__(problem, person, row, item, flags, unreadable_flags, hint)
        self.problem = problem
        self.person = person
        self.row = row
        self.item = item
        self.flags = list(flags)
        self.unreadable_flags = list(unreadable_flags)
        self.hint = hint

    def __str__(self) -> str:
        place = self.what
        if self.person is not None:
            place += f" of person {str(self.person)!r}"
        if self.row is not None:
            place += f", row {self.row}"
        if self.item is not None:
            place += f", {self.item!r}"
        return f"{place}: {self.problem}" + (f"; {self.hint}" if self.hint else "")


def other_type(where: str, given: object, wanted: str, said: str = "a") -> InvalidInput:
    """Return what refuses a value of another type than the one wanted."""
    return InvalidInput(
        f"{where}: is {said} {type(given).__name__}, but must be {wanted}"
    )


def at_row(error: CheckInError, person: object, row: int | None) -> CheckInError:
    """Return what is wrong, said of a person and a row."""
    flags = (error.flags, error.unreadable_flags)
    return CheckInError(error.problem, person, row, error.item, *flags, error.hint)


def with_flags(text: str, flags: Sequence[str]) -> str:
    """Return what was refused, and the safety flags that it raises all the same."""
    if not flags:
        return text
    return f"{text}; it raises a safety flag, look at it first: {', '.join(flags)}"


class UnknownColumnWarning(UserWarning):
    """Columns of a table, or items of a long one, that the model does not know."""


def warn(message: str, category: type[Warning]) -> None:
    """Warn where the library was called."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame.f_globals):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)


def _is_ours(names: dict[str, object]) -> bool:
    return str(names.get("__name__")).partition(".")[0] == "relapse"
