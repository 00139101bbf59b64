"""What FHIR resources say, as prompts of an export."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NoReturn

from relapse import _core
from relapse._reading.check_in_documents import safety_said
from relapse._reading.exports.mapping import LeftOut, ReadingReport
from relapse._reading.exports.records import FaultyRecord, Prompt, take_safety
from relapse._reading.text_file import UnreadObject, parse_line

_LINES = re.compile(r"\.(ndjson|jsonl)(\.gz)?$", re.IGNORECASE)
_DOCUMENT = "document"
#: What a note says of a resource whose alarms are kept.
_STAY = "its safety answers stay, to raise their flags"


def fhir_prompts(
    reading: _core.FhirReading, path: Path, told: ReadingReport, collects: bool
) -> list[Prompt]:
    """Return a prompt a person and moment, and write down what was not read."""
    told.files.append(str(path))
    told.records = reading.resources
    untimed: list[Prompt] = []
    for response in reading.untimed:
        prompt = _prompt(path, response)
        prompt.refused, prompt.is_named = "has no time that can be read", True
        fill(prompt, response)
        untimed.append(prompt)
    alarms = list(untimed)
    for response in reading.responses:
        if response.alarms_only:
            alarms.append(_prompt(path, response))
            fill(alarms[-1], response)
    for note in reading.notes:
        if note.kind == "refused" and not collects:
            _raise(note, alarms, path)
        if note.kind == "remark":
            told.remarks.append(str(note))
            continue
        place = _place(note, path)
        who, asked = note.person or None, tuple(note.questions)
        told.left_out.append(LeftOut(str(path), place, who, note.problem, asked))
    prompts: dict[tuple[str, float], Prompt] = {}
    for response in reading.responses:
        prompt = prompts.setdefault(
            (response.person, response.time), _prompt(path, response)
        )
        prompt.time = response.time
        fill(prompt, response)
    return [*prompts.values(), *untimed]


def unread_prompts(
    given: Mapping[str, str], safety: Collection[str], *, are_named: bool = False
) -> list[Prompt]:
    """Return a prompt for each text that is no JSON, of its answers about safety alone.

    `given` are texts by their files; `are_named` says that the report has them.
    """
    found = []
    for file, text in given.items():
        if not isinstance(parse_line(text), UnreadObject):
            continue
        lines = [(f"line {k}", line) for k, line in enumerate(text.split("\n"), 1)]
        read = [(at, parse_line(line)) for at, line in lines if line.strip()]
        if not _LINES.search(file) and all(isinstance(e, UnreadObject) for _, e in read):
            read = [(_DOCUMENT, parse_line(text))]
        for place, each in read:
            if isinstance(each, UnreadObject):
                prompt = Prompt(file, place)
                prompt.refused, prompt.is_named = each.problem, are_named
                said = safety_said(each, safety)
                take_safety(prompt, FaultyRecord({}, each.problem, said))
                if place == _DOCUMENT:  # all of a file, and no record
                    prompt.raise_refused(each.problem)
                found.append(prompt)
    return found


def stay_already(prompt: Prompt, reading: _core.FhirReading) -> bool:
    """Whether the alarms of a broken line, made out as a resource, are in the reading."""
    place = f"{prompt.file}, {prompt.place}, "
    return any(
        note.place.startswith(place)
        and note.problem.endswith(_STAY)
        and prompt.answers.keys() <= set(note.questions)
        for note in reading.notes
    )


def _place(note: _core.FhirNote, path: Path) -> str:
    return _within(note.place, path)


def _within(place: str, path: Path) -> str:
    """Return a place without the file or the folder that is named before it."""
    return place.removeprefix(f"{path}, ").removeprefix(f"{path}{os.sep}")


def _raise(note: _core.FhirNote, alarms: list[Prompt], path: Path) -> NoReturn:
    """Refuse what a note refuses, with what is known of its answers about safety."""
    of_note = (each for each in alarms if note.place.endswith(each.place))
    prompt = next(of_note, Prompt(str(path), "", note.person or None))
    asked = f": {', '.join(note.questions)}" if note.questions else ""
    prompt.raise_refused(note.problem + asked, _place(note, path))


def _prompt(path: Path, response: _core.FhirResponse) -> Prompt:
    """Return a prompt without answers and time; of nobody where nobody is named."""
    sources = [_within(each, path) for each in response.sources]
    return Prompt(str(path), ", ".join(sources), response.person or None)


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
