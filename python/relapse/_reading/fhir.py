"""Answers and medication out of FHIR resources."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

from relapse import _core
from relapse._errors import InvalidInput, other_type
from relapse._reading.fhir_links import set_apart
from relapse._reading.text_file import as_path, read_text_file, require_there

#: A file, a folder of them, or resources as they come out of `json`.
Source: TypeAlias = "str | Path | Mapping[str, Any] | Sequence[Any]"
_ENDINGS = (".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz")


def read(
    source: Source,
    *,
    patient: str | None = None,
    mappings: Iterable[str | Path | Mapping[str, Any]] = (),
    dates: Literal["refuse", "noon_utc"] = "refuse",
    encoding: str | None = None,
) -> _core.FhirReading:
    """Read the answers and the medication of FHIR resources.

    Parameters
    ----------
    source
        A file (a resource, a Bundle, a list, or NDJSON; packed by gzip or not), a folder
        of them, several of either, or resources as dicts.
    patient
        Read what is about this one alone; the rest is named in the notes.
    mappings
        Documents ``relapse/fhir_mapping/1``, or their files: which linkId or code is
        which item. They are asked before those that come with the library.
    dates
        What becomes of a date without a time of day: "refuse", or "noon_utc".
    encoding
        Of a file that is neither UTF-8 nor UTF-16.

    Returns
    -------
    A `FhirReading`: ``responses``, ``medication``, and ``notes`` that name everything
    that was not read, and why.

    Of a text that is no JSON nothing is read but answers that raise a flag. Raises
    InvalidInput where no resource can be made out in a file.

    """
    return read_texts(texts(source, encoding), (), patient, mappings, dates)


def read_texts(
    given: Iterable[tuple[str, str]],
    named: Iterable[str],
    patient: str | None,
    mappings: Iterable[str | Path | Mapping[str, Any]],
    dates: Literal["refuse", "noon_utc"],
) -> _core.FhirReading:
    """Read resources, given as names and texts of files.

    In forms of others a question `stage` is a part of a check-in only where `named` or a
    mapping names it; else it is `stage (question)`.
    """
    documents = [_document(each) for each in mappings]
    kept = {*named, *(link for each in documents for link in _links(each))}
    return _core.read_fhir(
        [(name, set_apart(text, kept)) for name, text in given],
        "" if patient is None else patient,
        documents,
        dates,
    )


def _links(document: str) -> Iterator[str]:
    """Return the questions that a mapping names by their link, if it is one."""
    try:
        questions = json.loads(document)["questions"]
        yield from (each["link"] for each in questions if "link" in each)
    except (ValueError, KeyError, TypeError):
        return  # the reader says what is wrong


def texts(source: Source, encoding: str | None) -> Iterable[tuple[str, str]]:
    """Return names and texts of all files; resources have no name."""
    given: object = source
    if isinstance(source, (str, os.PathLike)):
        for path in _files(as_path("source", source)):
            yield (
                str(path),
                read_text_file(str(path), lambda file: file.read(), encoding),
            )
    elif isinstance(source, Mapping):
        yield "", as_json(source)
    elif not isinstance(given, Sequence) or isinstance(given, (bytes, bytearray)):
        raise other_type("source", source, "a file, a folder, or resources", "of type")
    elif any(isinstance(each, (str, os.PathLike)) for each in source):
        for each in source:
            yield from texts(each, encoding)
    else:
        yield "", as_json(list(source))


def _files(path: Path) -> list[Path]:
    require_there(path)
    if not path.is_dir():
        return [path]
    files = sorted(each for each in path.rglob("*") if each.name.endswith(_ENDINGS))
    if not files:
        raise InvalidInput(f"{path}: has no file of JSON or NDJSON")
    return files


def as_json(resources: Any) -> str:
    try:
        return json.dumps(resources, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(f"resources: are no JSON: {error}") from None


def _document(mapping: str | Path | Mapping[str, Any]) -> str:
    if isinstance(mapping, Mapping):
        return as_json(dict(mapping))
    return read_text_file(
        str(as_path("mappings", mapping, "files or dicts")), lambda file: file.read()
    )
