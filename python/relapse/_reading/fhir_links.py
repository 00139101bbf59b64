"""Questions of others in FHIR responses that are named like a part of our check-ins."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from relapse._reading.names import PARTS, as_question
from relapse._reading.text_file import once

#: What only our own form asks; its responses say that it is one.
_OURS = "urn:relapse:"
_NAMES = (*sorted(PARTS), "seconds")
_ASKED = re.compile(rf'"linkId"\s*:\s*"(?:{"|".join(_NAMES)})"')


def set_apart(text: str, kept: Collection[str]) -> str:
    """Return resources in which no question of others is a part of a check-in.

    Such an answer would take a flag down or set a stage: it stays, under a name that says
    that it is a question. `kept` are names that the caller means.
    """
    renamed = _renamed(text, kept)
    if renamed is None:  # no JSON as a whole: lines of it, or what the reader refuses
        lines = text.split("\n")
        return "\n".join(_renamed(line, kept) or line for line in lines)
    return renamed


def _renamed(text: str, kept: Collection[str]) -> str | None:
    """Return the same for one JSON text; None for what is none."""
    if not _ASKED.search(text):
        return text
    try:
        document = json.loads(text, object_pairs_hook=once)  # the reader says which
        for response in _responses(document):
            if not str(response.get("questionnaire")).startswith(_OURS):
                _rename(response, kept)
        return json.dumps(document)
    except (ValueError, RecursionError):
        return None


def _responses(found: Any) -> Iterator[dict[str, Any]]:
    for each in _objects(found):
        if each.get("resourceType") == "QuestionnaireResponse":
            yield each


def _rename(response: dict[str, Any], kept: Collection[str]) -> None:
    for item in _objects(response.get("item")):
        name = item.get("linkId")
        if name in _NAMES and name not in kept:
            item["linkId"] = as_question(name)


def _objects(found: Any) -> Iterator[dict[str, Any]]:
    """Return the objects in a value, at any depth."""
    left = [found]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            yield value
            left += value.values()
        elif isinstance(value, list):
            left += value
