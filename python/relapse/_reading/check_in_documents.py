"""Check-in documents, `relapse/check_in/1`, as rows of a wide table."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeAlias

from relapse import _core
from relapse._reading.safety_answers import flags_in, loudest, said_in
from relapse._reading.text_file import TableError, UnreadObject

SCHEMA = "relapse/check_in/1"
#: Keys with the types of their values, and what these must be.
_Keys: TypeAlias = "dict[str, tuple[tuple[type, ...], str]]"
_NUMBER = ((int, float), "a number")
_NAME = ((str, int, float), "a text or a number")
_CHECK_IN: _Keys = {
    "schema": ((str,), "a text"),
    "person": _NAME,
    "time": _NAME,
    "answers": ((dict,), "an object, of answers by item"),
    "missing": ((dict,), "an object, of reasons by item"),
    "known_stage": ((dict,), 'an object, such as {"any_of": ["lapse", "relapse"]}'),
    "used_days_ago": _NUMBER,
    "abstinent_since_last": ((bool,), "true or false"),
    "acknowledge": ((list,), "a list of flags"),
    # How long it took to answer: part of a document, and of no score.
    "seconds": _NUMBER,
}
_KNOWN_STAGE: _Keys = {
    "any_of": ((list,), "a list of stages"),
    "entered": ((bool,), "true or false"),
}


def rows_of_documents(
    documents: list[dict[str, Any]], name: str, faults: dict[int, str] | None = None
) -> list[dict[str, Any]]:
    """Return check-in documents as rows of a wide table; rows as they are.

    Raises TableError for one that cannot be used, with its person and with all flags that
    stand in the file. With `faults` it is a row of its safety answers alone, and they say
    what is wrong with it.
    """
    rows = []
    for k, each in enumerate(documents):
        problem = fault_in(each)
        if problem is not None and faults is None:
            who = f", person {each['person']!r}" if _is_name(each.get("person")) else ""
            raise TableError(f"{name}, row {k + 1}{who}: {problem}{_first(documents)}")
        if problem is not None and faults is not None:
            faults[k] = problem
        rows.append(row_of(each) if problem is None else safety_of(each))
    return rows


def fault_in(document: dict[str, Any]) -> str | None:
    """Return why a document cannot be used, or None; a row of a table has no fault."""
    if isinstance(document, UnreadObject):
        return document.problem
    schema = document.get("schema")
    if schema is None:
        return None
    if schema != SCHEMA:
        return f"has a schema that is not {SCHEMA}"
    return next(_faults(document), None)


def _faults(document: dict[str, Any]) -> Iterator[str]:
    yield from _faults_of_keys(document, _CHECK_IN)
    yield from _faults_of_keys(document.get("known_stage", {}), _KNOWN_STAGE)
    for part in ("answers", "missing"):
        for key in document.get(part, {}):
            # In a row of a table it would change what the check-in says.
            if _is_part(key):
                yield (
                    f"{part!r}: has the key {key!r}, which is a part of a check-in, but "
                    "must name an item"
                )


def _faults_of_keys(found: dict[str, Any], wanted: _Keys) -> Iterator[str]:
    for key, value in found.items():
        if key not in wanted:
            yield _core.unknown_name("key", key, list(wanted))
            continue
        types, words = wanted[key]
        if not isinstance(value, types) or (
            isinstance(value, bool) and bool not in types
        ):
            yield f"{key!r}: holds a value of another kind, but must be {words}"


def row_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without a fault as one row of a wide table; a row as it is."""
    if document.get("schema") is None:
        return document
    kept = ("person", "time", "used_days_ago", "abstinent_since_last")
    row: dict[str, Any] = {key: document[key] for key in kept[:2] if key in document}
    row |= document.get("answers", {})
    for item, reason in document.get("missing", {}).items():
        row[f"{item}_missing"] = reason
    if known := document.get("known_stage"):
        row["stage"] = "|".join(map(str, known.get("any_of", [])))
        row["entered"] = known.get("entered", False)
    row |= {key: document[key] for key in kept[2:] if key in document}
    if "acknowledge" in document:
        row["acknowledge"] = "|".join(map(str, document["acknowledge"]))
    return row


def safety_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return person, time and answers about safety of a document, whatever its faults."""
    row = {k: document[k] for k in ("person", "time") if _is_name(document.get(k))}
    for flag, answers in safety_said(document, _core.built_in_flags).items():
        row[flag] = loudest(answers)
    return row


def answers_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return person, time and answers of a document, whatever its faults."""
    row = {k: document[k] for k in ("person", "time") if _is_name(document.get(k))}
    answers = document.get("answers")
    for key, value in answers.items() if isinstance(answers, dict) else ():
        if not (isinstance(value, (dict, list)) or _is_part(key)):
            row[key] = value
    return row


def safety_said(document: dict[str, Any], names: Collection[str]) -> dict[str, list[str]]:
    """Return every answer to some questions in a document, whatever its faults."""
    text = document.text if isinstance(document, UnreadObject) else json.dumps(document)
    return said_in(text, names)


def _is_part(key: str) -> bool:
    """Whether a key is that of a part of a check-in, and of no item."""
    return key in _core.reserved_names or key.endswith("_missing")


def _is_name(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _first(documents: Sequence[dict[str, Any]]) -> str:
    """Say which flags are raised in a file that is refused, and whose."""
    found: dict[str, None] = {}
    for row in map(safety_of, documents):
        whose = repr(row["person"]) if "person" in row else "nobody named"
        found |= dict.fromkeys(f"{flag} of {whose}" for flag in flags_in(row))
    if not found:
        return ""
    return f"; the file raises safety flags, look at them first: {', '.join(found)}"
