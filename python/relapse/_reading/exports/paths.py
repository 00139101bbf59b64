"""Paths into nested records: `entry[].resource.item[linkId=mood].answer[].valueInteger`.

A name goes into an object. After it, `[]` goes into each element of a list, `[0]` into
one of them, `[key=text]` into those that hold this text under a key, and `[**]` into each
element and into those that it holds under the same name, at any depth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from relapse._errors import InvalidInput

_STEP = re.compile(r"([^.\[\]]+)((?:\[[^\[\]]*\])*)(?:\.|$)")


class ShapeError(InvalidInput):
    """A record of another shape than a path says."""


@lru_cache(maxsize=512)
def steps_of(path: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the names of a path, each with what stands in brackets after it."""
    steps, place = [], 0
    while place < len(path):
        found = _STEP.match(path, place)
        if found is None or (found.end() == len(path) and path.endswith(".")):
            raise InvalidInput(
                f"mapping: {path!r} is no path, as entry[].answer[0].value"
            )
        inside = tuple(re.findall(r"\[([^\[\]]*)\]", found.group(2)))
        steps.append((found.group(1), inside))
        place = found.end()
    if not steps:
        raise InvalidInput("mapping: has an empty path")
    return tuple(steps)


def found_at(
    record: Any, path: str, tell: Callable[[str], None] | None = None
) -> list[Any]:
    """Return everything that stands at a path; nothing where nothing does.

    What has another shape is told, and what stands beside it found; without `tell` it
    raises ShapeError.
    """
    if isinstance(record, dict) and path in record:
        return [record[path]]
    level = [record]
    for name, inside in steps_of(path):
        level = [value for each in level for value in _told(each, name, inside, tell)]
    return level


def _told(
    record: Any, name: str, inside: tuple[str, ...], tell: Callable[[str], None] | None
) -> Iterator[Any]:
    try:
        yield from _into(record, name, inside)
    except ShapeError as error:
        if tell is None:
            raise
        tell(str(error))


def value_at(record: Any, path: str) -> Any:
    """Return the one value at a path, or None. Raises ShapeError for several."""
    found = [value for value in found_at(record, path) if value is not None]
    if len(found) > 1:
        raise ShapeError(f"{path!r}: stands there {len(found)} times, but must once")
    return found[0] if found else None


def _into(record: Any, name: str, inside: tuple[str, ...]) -> Iterator[Any]:
    if record is None:
        return
    if not isinstance(record, dict):
        raise ShapeError(
            f"{name!r}: is looked for in {_kind(record)}, but must be in an object"
        )
    values = [record[name]] if name in record else []
    for bracket in inside:
        values = [inner for value in values for inner in _of_list(value, name, bracket)]
    yield from values


def _of_list(value: Any, name: str, bracket: str) -> Iterator[Any]:
    if value is None:
        return
    if "=" in bracket and isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        raise ShapeError(f"{name!r}: is {_kind(value)}, but must be a list")
    if bracket == "":
        yield from value
    elif bracket == "**":
        for each in value:
            yield each
            if isinstance(each, dict) and each.get(name) is not None:
                yield from _of_list(each[name], name, bracket)
    elif "=" in bracket:
        key, _, wanted = bracket.partition("=")
        for each in value:
            if any(str(found) == wanted for found in found_at(each, key)):
                yield each
    elif bracket.isdigit():
        yield from value[int(bracket) : int(bracket) + 1]
    else:
        raise InvalidInput(f"mapping: {name}[{bracket}] is not known")


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return "a text"
    return "nothing" if value is None else "a number"
