"""What would be allowed in the place of a refused answer, and what to do about it."""

from __future__ import annotations

from functools import cache
from typing import Any

from relapse import _core

_HINTS = {
    "one of its levels": (
        "levels that are coded otherwise need a `scale` of the item, or `values` and "
        "`missing` of relapse.read_check_ins"
    ),
    "is not allowed, but must be a number": (
        "words need `labels` of the item, or `values` of relapse.read_check_ins"
    ),
    "is the same as that of the last check-in": (
        'same_time="in_order" takes both, in the order of the rows'
    ),
}


def hint_of(problem: str) -> str:
    """Return what a call can do about a problem; empty where nothing is known."""
    return next((hint for words, hint in _HINTS.items() if words in problem), "")


class Allowed:
    """Names what an item of a model allows, in the words of the library."""

    def __init__(self, model: _core.Model) -> None:
        self._model = model
        self.named = cache(self._named)

    def _named(self, problem: str, item: str) -> str:
        """Return a problem with the numbers that are allowed, where it speaks of them."""
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
