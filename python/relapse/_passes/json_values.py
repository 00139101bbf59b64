"""What Python has, as JSON has it, for logs that take any event in."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping, ValuesView
from collections.abc import Set as AnySet
from datetime import datetime
from typing import Any

import numpy as np

from relapse._errors import InvalidInput, other_type
from relapse._reading.cells import is_missing, is_number_or_truth, to_float, whole
from relapse._reading.times import to_days

#: Values this deep in an event, and numbers this large, are none that a key takes.
_DEEPEST, _LARGEST = 50, 1e300
#: Keys of an event whose values map items to something.
_MAPPED = ("answers", "missing", "instruments")
_NO_JSON = "no JSON"


def as_mapping(name: str, given: Any) -> dict[Any, Any]:
    """Return what maps items to values, its texts whole: a mapping or what has keys, such
    as a Series; a data class or a named tuple; pairs. Of what is there twice a list.

    No half of a letter may cost it its flags. Raises InvalidInput for anything else.
    """
    if dataclasses.is_dataclass(given) and not isinstance(given, type):
        given = {
            each.name: getattr(given, each.name) for each in dataclasses.fields(given)
        }
    elif isinstance(given, tuple) and hasattr(given, "_asdict"):
        given = given._asdict()
    try:
        pairs = [*dict(given).items()] if hasattr(given, "keys") else _pairs(given)
        made: dict[Any, Any] = {}
        for key, value in pairs:
            item, answer = whole_if_text(key), whole_if_text(value)
            made[item] = [made[item], answer] if item in made else answer
    except (TypeError, ValueError):
        kind = type(given).__name__
        raise InvalidInput(f"{name}: is a {kind}, but must map items to values") from None
    return made


def _pairs(given: Iterable[Any]) -> list[tuple[Any, Any]]:
    pairs = []
    for pair in given:
        if not isinstance(pair, (tuple, list, np.ndarray)) or len(pair) != 2:
            raise TypeError
        pairs.append((pair[0], pair[1]))
    return pairs


def whole_if_text(value: Any) -> Any:
    """Return a text whole, and anything else as it is."""
    return whole(value) if isinstance(value, str) else value


def event_text(event: Any) -> str:
    """Return the JSON of an event. Raises InvalidInput for what maps nothing, and for
    answers that nobody could read afterwards.
    """
    if not isinstance(event, Mapping):
        if not hasattr(event, "keys"):
            raise other_type("event", event, "a mapping or its JSON")
        event = as_mapping("event", event)
    return json_text(event)


def json_text(value: Any) -> str:
    return json.dumps(_in_json(value), ensure_ascii=False, allow_nan=False)


def _in_json(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON has it; the log takes any event in, if only as refused.

    What is missing is null. What JSON does not have becomes an object that no key of an
    event takes, so that the event is refused and raises its flags.
    """
    if isinstance(value, str):
        return whole(value)
    if is_missing(value):
        return None
    if isinstance(value, datetime):
        return _moment_text(value)
    is_scalar = isinstance(value, (np.generic, np.ndarray)) and value.size == 1
    if is_scalar and depth < _DEEPEST:
        return _in_json(value.item(), depth + 1)
    if is_number_or_truth(value):
        number = value if isinstance(value, int) else to_float(value)
        if abs(number) < _LARGEST:
            return number
    elif depth < _DEEPEST:
        if hasattr(value, "keys"):
            return _members(as_mapping("event", value), depth + 1)
        if (elements := _elements(value)) is not None:
            return [_in_json(each, depth + 1) for each in elements]
        return _members({_NO_JSON: type(value).__name__, **_attributes(value)}, depth + 1)
    return {_NO_JSON: type(value).__name__}


def _elements(value: Any) -> list[Any] | None:
    if isinstance(value, (AnySet, ValuesView)) and not isinstance(value, (list, tuple)):
        return sorted(value, key=repr)
    if isinstance(value, (list, tuple, np.ndarray, Iterator, range)):
        return [*value]
    return None


def _attributes(value: Any) -> dict[str, Any]:
    if isinstance(value, type):
        return {}
    held = getattr(value, "__dict__", {})
    return {name: each for name, each in held.items() if not name.startswith("_")}


def _members(given: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in given.items():
        name = whole(key) if isinstance(key, str) else str(_in_json(key, depth))
        while name in made:  # two keys that differ in what JSON does not have
            name += "\ufffd"
        told = _mapped(name, value) if name in _MAPPED else value
        if name == "instruments" and isinstance(told, Mapping):
            told = {form: _mapped(name, each) for form, each in told.items()}
        made[name] = _in_json(told, depth)
    return made


def _mapped(name: str, value: Any) -> Any:
    """Return what maps items to values as a mapping, and what is refused as it is.

    Raises InvalidInput for what would leave nothing behind that could be read.
    """
    told = [*value] if isinstance(value, Iterator) else value
    try:
        return as_mapping(name, told)
    except InvalidInput:
        in_json = is_missing(told) or is_number_or_truth(told) or isinstance(told, str)
        if in_json or _elements(told) is not None or _attributes(told):
            return told
        raise


def _moment_text(moment: datetime) -> str:
    try:
        to_days(moment)
    except InvalidInput:  # a moment without its zone is refused by the log
        moment = moment.replace(tzinfo=None)
    return moment.isoformat()
