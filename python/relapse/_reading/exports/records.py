"""What a record of an export says, before anybody asks what its answers mean."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

import numpy as np

from relapse._errors import InvalidInput
from relapse._reading.cells import code_of

Record: TypeAlias = "dict[str, Any]"


class RefusedRecord(Exception):  # noqa: N818 - what is wrong with a record
    """What is wrong with a record; its place is added where it is known."""


@dataclass
class Prompt:
    """One prompt: answers by the names of the export, or why there are none."""

    file: str
    place: str
    person: str | None = None
    time: float = np.nan
    moments: list[float] = field(default_factory=list)  # moments that it may be
    answers: dict[str, Any] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)  # by question
    reason: str | None = None  # of all questions without an answer
    refused: str | None = None

    def add(self, name: str, value: Any) -> None:
        """Take in an answer; refuses a second one, and keeps the higher of the two."""
        before = self.answers.get(name)
        if not is_given(before):
            self.answers[name] = value
        elif is_given(value):
            self.answers[name] = max(before, value, key=height)
            raise RefusedRecord(f"{name!r} is answered twice")

    def answered(self) -> tuple[str, ...]:
        return tuple(name for name, value in self.answers.items() if is_given(value))

    def raise_refused(self, problem: str, place: str | None = None) -> NoReturn:
        who = "" if self.person is None else f", person {self.person!r}"
        raise InvalidInput(f"{self.file}, {place or self.place}{who}: {problem}")


def is_given(value: Any) -> bool:
    if isinstance(value, str):
        return value != "" and not value.isspace()
    if isinstance(value, tuple):
        return bool(value)
    return value is not None and value == value


def height(value: Any) -> float:
    """Return how high an answer is; texts are below all numbers."""
    code = code_of(value)
    return -np.inf if isinstance(code, str) else code


def plain(value: Any) -> Any:
    """Return a value as a cell: a list of choices as a tuple, objects as their JSON."""
    if isinstance(value, (list, tuple)):
        return tuple(plain(each) for each in value if each is not None)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def as_text(value: Any) -> str:
    """Return a value as it stands in the export; of a whole number its digits."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    return str(value).strip()
