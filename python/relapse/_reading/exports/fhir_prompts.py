"""What FHIR resources say, as prompts of an export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relapse import _core
from relapse._errors import InvalidInput
from relapse._reading.exports.mapping import LeftOut, ReadingReport
from relapse._reading.exports.records import Prompt


def fhir_prompts(
    reading: _core.FhirReading, path: Path, told: ReadingReport, collects: bool
) -> list[Prompt]:
    """Return a prompt a person and moment, and write down what was not read."""
    told.files.append(str(path))
    told.records = reading.resources
    for note in reading.notes:
        if note.kind == "refused" and not collects:
            raise InvalidInput(str(note))
        if note.kind == "remark":
            told.remarks.append(str(note))
            continue
        place = note.place.removeprefix(f"{path}, ")
        who, asked = note.person or None, tuple(note.questions)
        told.left_out.append(LeftOut(str(path), place, who, note.problem, asked))
    prompts: dict[tuple[str, float], Prompt] = {}
    for response in reading.responses:
        prompt = prompts.setdefault(
            (response.person, response.time), _prompt(path, response)
        )
        prompt.time = response.time
        fill(prompt, response)
    untimed: list[Prompt] = []
    for response in reading.untimed:
        prompt = _prompt(path, response)
        prompt.refused, prompt.is_named = "has no time that can be read", True
        fill(prompt, response)
        untimed.append(prompt)
    return [*prompts.values(), *untimed]


def _prompt(path: Path, response: _core.FhirResponse) -> Prompt:
    """Return a prompt without answers and time; of nobody where nobody is named."""
    return Prompt(str(path), ", ".join(response.sources), response.person or None)


def fill(prompt: Prompt, response: _core.FhirResponse) -> None:
    """Take in what was answered to an instrument, or to questions that belong to none."""
    part = f"{response.instrument}_" if response.instrument else ""
    for name, value in [*response.answers.items(), *response.stated.items()]:
        column, given = part + name, _as_cell(name, value)
        before = prompt.answers.get(column)
        if response.alarms_only and isinstance(before, float) and before > 0.0:
            given = max(before, given) if isinstance(given, float) else before
        prompt.answers[column] = given
        prompt.reasons.pop(column, None)  # an alarm of what is left out comes first
    for name, reason in response.missing.items():
        if prompt.answers.setdefault(part + name, None) is None:
            prompt.reasons[part + name] = reason


def _as_cell(name: str, value: Any) -> Any:
    """Return several choices as a tuple."""
    if not isinstance(value, list):
        return value
    # Stages and flags that are known stand in one cell, as in our own tables.
    known = name in _core.reserved_names
    return "|".join(map(str, value)) if known else tuple(value)
