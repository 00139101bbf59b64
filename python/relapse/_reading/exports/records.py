"""What a record of an export says, before anybody asks what its answers mean."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NoReturn, TypeAlias

from relapse._errors import CheckInError, with_flags
from relapse._reading.cells import MISSING

Record: TypeAlias = dict[str, Any]


class FaultyRecord(Record):
    """What can be read of a record that is refused as a whole, and why it is.

    `said` are all answers to questions about safety, as far as they can be told.
    """

    def __init__(
        self, record: Record, problem: str, said: Mapping[str, Sequence[Any]]
    ) -> None:
        super().__init__(record)
        self.problem = problem
        self.said = said


class RecordError(CheckInError):
    """A record of an export that cannot be used: its place, person, flags and why."""

    place = ""

    def __str__(self) -> str:
        who = "" if self.person is None else f", person {self.person!r}"
        return with_flags(f"{self.place}{who}: {self.problem}", self.flags)


class RefusedRecord(Exception):  # noqa: N818 - what is wrong with a record
    """What is wrong with a record; its place is added where it is known."""


class Prompt:
    """One prompt: answers by the names of the export, or why there are none."""

    __slots__ = (
        "answers",
        "file",
        "is_named",
        "moments",
        "more",
        "person",
        "place",
        "problem",
        "reason",
        "reasons",
        "refused",
        "time",
    )

    def __init__(self, file: str, place: str, person: str | None = None) -> None:
        self.file = file
        self.place = place
        self.person = person
        self.time = math.nan
        self.moments: list[float] = []  # moments that it may be
        self.answers: dict[str, Any] = {}
        self.reasons: dict[str, str] = {}  # by question
        self.reason: str | None = None  # of all questions without an answer
        self.refused: str | None = None
        self.is_named = False  # whether the report says already that it is refused
        self.problem: str | None = None  # of the record that is taken in
        #: More answers to a question with one. They are not read: one may raise a flag.
        self.more: dict[str, list[Any]] = {}

    def add(self, name: str, value: Any) -> None:
        """Take in an answer; a second one is a problem."""
        if not is_given(self.answers.get(name)):
            self.answers[name] = value
        elif is_given(value):
            self.more.setdefault(name, []).append(value)
            self.object(f"{name!r} is answered twice")

    def object(self, problem: str) -> None:
        """Say what is wrong with a record. The rest is read: it may raise a flag."""
        self.problem = self.problem or problem

    def all_answers(self, name: str) -> list[Any]:
        """Return every answer to a question, those among them that are not read."""
        found: list[Any] = []
        for value in (self.answers.get(name), *self.more.get(name, ())):
            found += value if isinstance(value, tuple) else (value,)
        return [value for value in found if is_given(value)]

    def asked(self) -> tuple[str, ...]:
        """Return the questions that have an answer, a gap or a reason."""
        return tuple(self.answers | self.reasons) if self.reasons else tuple(self.answers)

    def answered(self) -> tuple[str, ...]:
        """Return the questions that have an answer, and no word for a gap."""
        more = self.more
        return tuple(
            name
            for name, value in self.answers.items()
            if is_told(value) or (name in more and any(map(is_told, more[name])))
        )

    def raise_refused(self, problem: str, place: str | None = None) -> NoReturn:
        raise RefusedPrompt(self, problem, f"{self.file}, {place or self.place}")


class RefusedPrompt(Exception):  # noqa: N818 - it becomes a RecordError
    """A prompt that is refused, at a place: its flags are added where they are known."""

    def __init__(self, prompt: Prompt, problem: str, place: str) -> None:
        super().__init__(problem)
        self.prompt = prompt
        self.problem = problem
        self.place = place

    def error(self, flags: Sequence[str]) -> RecordError:
        """Return it as what is raised, with the flags that the answers raise."""
        error = RecordError(self.problem, self.prompt.person, flags=flags)
        error.place = self.place
        return error


def kinds_in(prompts: Sequence[Prompt]) -> set[type]:
    """Return the types of the answers of all prompts."""
    answers = chain.from_iterable(each.answers.values() for each in prompts)
    return set(map(type, answers))


def take_safety(prompt: Prompt, record: FaultyRecord) -> None:
    """Take in the answers about safety of a record that is refused as a whole."""
    for name, (first, *more) in record.said.items():
        prompt.answers[name] = plain(first)
        prompt.more[name] = list(map(plain, more))


def is_given(value: Any) -> bool:
    if isinstance(value, str):
        return value != "" and not value.isspace()
    if isinstance(value, tuple):
        return bool(value)
    return value is not None and value == value


def is_told(value: Any) -> bool:
    """Whether something stands there that is no word for a gap, as R writes `NA`."""
    if value is None:
        return False
    if isinstance(value, str):
        return value.strip() not in MISSING
    return is_given(value)


class Repeated:
    """A list of objects or of lists, as of a group that repeats: no choices."""


@dataclass(frozen=True)
class OtherKind:
    """What stands in place of an answer, under names that the mapping does not read."""

    names: tuple[str, ...]
    is_sure: bool = True  # else it may be something that stands beside answers

    def __str__(self) -> str:
        listed = ", ".join(map(repr, self.names))
        if self.is_sure:
            return f"is of a kind that is not read (it has {listed})"
        return f"has no answer, and {listed}, which is not read"


def plain(value: Any) -> Any:
    """Return a value as a cell: a list of choices as a tuple, objects as their JSON."""
    if isinstance(value, (list, tuple)):
        if any(isinstance(each, (dict, list, tuple, Repeated)) for each in value):
            return Repeated()
        return tuple(plain(each) for each in value if each is not None)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value
