"""Answers of FHIR resources without a time that can be read: they may raise a flag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Literal

from relapse import _core
from relapse._reading.exports.fhir_prompts import fill
from relapse._reading.exports.records import Prompt
from relapse._reading.fhir import read, texts
from relapse._reading.text_file import parse_json
from relapse._reading.times import is_far

Dates = Literal["refuse", "noon_utc"]
#: A second of 1801, in which no check-in is: the time of what has none.
_FIRST, _LAST = -61_726.0, -61_725.9999
_DAY_LENGTH = len("2026-03-01")


def untimed_prompts(
    before: _core.FhirReading,
    files: Sequence[Path],
    path: Path,
    *,
    patient: str | None,
    mappings: Sequence[Any],
    dates: Dates,
    encoding: str | None = None,
) -> list[Prompt]:
    """Return refused prompts of the resources that have no time, which are read again."""
    if not any(note.kind == "refused" and note.questions for note in before.notes):
        return []
    numbers = count()
    timed = [
        _timed(document, dates, numbers)
        for name, text in texts(list(files), encoding)
        for document in _documents(text, name)
    ]
    reading = read(timed, patient=patient, mappings=mappings, dates=dates)
    found: list[Prompt] = []
    for response in reading.responses:
        if _FIRST <= response.time < _LAST:
            prompt = Prompt(str(path), ", ".join(response.sources), response.person)
            prompt.refused, prompt.is_named = "has no time that can be read", True
            fill(prompt, response)
            found.append(prompt)
    return found


def _documents(text: str, name: str) -> Iterator[Any]:
    """Return the resources of a file: one, a list, or one a line."""
    try:
        document = parse_json(text, name)
    except ValueError:
        for line in text.splitlines():
            try:
                yield parse_json(line, name)
            except ValueError:  # empty, or named when it was read
                continue
    else:
        yield from document if isinstance(document, list) else [document]


def _timed(value: Any, dates: Dates, numbers: Iterator[int]) -> Any:
    """Return resources, with a time of 1801 where they have none."""
    if isinstance(value, list):
        return [_timed(each, dates, numbers) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: _timed(inner, dates, numbers) for key, inner in value.items()}
    kind = made.get("resourceType")
    given = {key: each for key, each in made.items() if key.startswith("effective")}
    is_timed = any(_is_time(each, dates) for each in given.values())
    if kind == "QuestionnaireResponse" and not _is_time(made.get("authored"), dates):
        made["authored"] = _never(numbers)
    elif kind == "Observation" and "hasMember" not in made and not is_timed:
        made = {key: each for key, each in made.items() if key not in given}
        made["effectiveDateTime"] = _never(numbers)
    return made


def _never(numbers: Iterator[int]) -> str:
    return f"1801-01-01T00:00:00.{next(numbers) % 1_000_000:06}Z"


def _is_time(value: Any, dates: Dates) -> bool:
    if isinstance(value, dict):  # a period
        value = value.get("end", value.get("start"))
    if not isinstance(value, str):
        return False
    if dates == "noon_utc" and len(value) == _DAY_LENGTH:
        value += "T12:00:00Z"
    days, problems = _core.parse_timestamps([value])
    return not problems and not is_far(float(days[0]))
