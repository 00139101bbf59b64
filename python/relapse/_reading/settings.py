"""Settings of calls: what is none, or what C++ cannot hold, is refused by name."""

from __future__ import annotations

from operator import index
from typing import Any

from relapse._errors import InvalidInput, other_type
from relapse._reading.cells import is_number, to_float

#: The largest whole number of C++ for a count, and that for a seed.
LARGEST, LARGEST_SEED = 2**31 - 1, 2**64 - 1


def whole_number(name: str, value: Any, least: int = 0, most: int = LARGEST) -> int:
    """Return a setting that is a whole number within bounds, which the error names."""
    try:
        number = index(value)
    except TypeError:
        raise other_type(name, value, "a whole number") from None
    if not least <= number <= most:
        raise InvalidInput(f"{name}: must be a whole number from {least} to {most}")
    return number


def is_collecting(on_error: str) -> bool:
    """Whether rows that are refused are collected, and not raised."""
    if on_error not in ("raise", "collect"):
        raise InvalidInput("on_error: must be one of: raise, collect")
    return on_error == "collect"


def real_number(name: str, value: Any) -> float:
    """Return a setting that is a number."""
    if not is_number(value):
        raise other_type(name, value, "a number")
    return to_float(value)
