"""What would be allowed in the place of a refused answer, and what to do about it."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from relapse import _core

_CODE = "looks like a code for a gap"
#: By words of a problem: what a call can do about it, and what the command line can.
_HINTS = {
    _CODE: (
        "`missing` of relapse.read_check_ins names such codes",
        "name such codes with --missing",
    ),
    "one of its levels": (
        "levels that are coded otherwise need a `scale` of the item, or `values` and "
        "`missing` of relapse.read_check_ins",
        "`relapse items` lists the levels",
    ),
    "within its scale": (
        "answers on another scale need a `scale` of the item, or `values` of "
        "relapse.read_check_ins",
        "`relapse items` lists the scales",
    ),
    "is not allowed, but must be a number": (
        "words need `labels` of the item, or `values` of relapse.read_check_ins",
        "",
    ),
    "is the same as that of the last check-in": (
        'same_time="in_order" takes both, in the order of the rows',
        "",
    ),
    "is a time without zone": (
        "`zone` of relapse.read_check_ins says in which zone times are",
        "--zone Europe/Berlin says in which zone times are",
    ),
    "is a date without a time of day": (
        "`zone` and `dates` of relapse.read_check_ins take dates as noon",
        "--zone Europe/Berlin --dates noon takes dates as noon there",
    ),
    "may begin with its day or with its month": (
        "a mapping whose time has a `unit` such as %d/%m/%Y says the order",
        "a --mapping whose time has a `unit` such as %d/%m/%Y says the order",
    ),
}
#: Arguments in what is refused, and the options that are the same.
_ARGUMENTS = (
    ("zone='Europe/Berlin'", "--zone Europe/Berlin"),
    ("`instrument`", "--instrument"),
    ("give rules in `outcomes`", "name a document of rules (.json) with --outcome"),
    ("a column in `risk`", "a column with --risk"),
    ("name the predictions with predicted=", "name the predictions with --predicted"),
)
#: What surveys write where there is no answer, beside what is below 0.
_CODES = {77.0, 88.0, 99.0, 777.0, 888.0, 999.0, 7777.0, 8888.0, 9999.0}


def hint_of(problem: str) -> str:
    """Return what a call can do about a problem; empty where nothing is known."""
    return _hints_of(problem)[0]


def option_of(problem: str) -> str:
    """Return the same for the command line."""
    return _hints_of(problem)[1]


def in_options(text: str) -> str:
    """Return what is said of arguments of a call as said of options."""
    for call, option in (*_HINTS.values(), *_ARGUMENTS):
        text = text.replace(call, option)
    return text


def _hints_of(problem: str) -> tuple[str, str]:
    found = (hints for words, hints in _HINTS.items() if words in problem)
    return next(found, ("", ""))


class Allowed:
    """Names what an item of a model allows, in the words of the library."""

    def __init__(self, model: _core.Model) -> None:
        self._model = model
        self._named = cache(self._with_bounds)

    def named(self, problem: str, item: str, answer: float = math.nan) -> str:
        """Return a problem with the numbers that are allowed, where it speaks of them.

        Of an answer that looks like a code for a gap it says so.
        """
        named = self._named(problem, item)
        is_code = answer < 0.0 or answer in _CODES
        return f"{named}; it {_CODE}" if is_code and "must be" in problem else named

    def _with_bounds(self, problem: str, item: str) -> str:
        items = self._model.to_dict()["items"]
        asked: dict[str, Any] = next((each for each in items if each["id"] == item), {})
        least, most = asked.get("scale", (0, _levels(asked) - 1))
        least, most = sorted((least, most))
        if problem.endswith(("one of its levels", "within its scale")) and least < most:
            return f"{problem}, {least:g} to {most:g}"
        return problem


def _levels(item: dict[str, Any]) -> int:
    levels = item.get("levels", 2 if item.get("family") == "bernoulli" else 1)
    return levels if isinstance(levels, int) else 1
