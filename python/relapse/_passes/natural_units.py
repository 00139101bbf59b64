"""What a number of a fit is in units that people know: a rate, a ratio, a share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from relapse._odds import FloatArray, expit

#: What a number is, and how it comes from that on the scale of the search.
Natural: TypeAlias = "tuple[str, Callable[[FloatArray], FloatArray]]"

_COLUMNS = ("value", "value_low", "value_high")
_BASE_ODDS = "odds against the likeliest"
_OF_KIND: dict[str, Natural] = {
    "rate": ("rate per day", np.exp),
    "effect": ("hazard ratio", np.exp),
    "initial": (f"{_BASE_ODDS} stage", np.exp),
    "start": ("odds ratio", np.exp),
    "start_effect": ("odds ratio", np.exp),
    "persistence": ("share", expit),
    "half_life": ("days", np.exp),
}


def in_natural_units(
    names: Sequence[str],
    document: Mapping[str, Any],
    estimates: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> dict[str, npt.NDArray[Any]]:
    """Return numbers of a fit with their bounds, and what each is, as columns."""
    units = [_natural_unit(name, document) for name in names]
    table: dict[str, npt.NDArray[Any]] = {}
    with np.errstate(over="ignore"):  # a bound may be beyond all numbers
        for column, numbers in zip(_COLUMNS, (estimates, low, high), strict=True):
            told = [to(one) for (_, to), one in zip(units, numbers, strict=True)]
            table[column] = np.array(told, dtype=np.float64)
    return table | {"unit": np.array([unit for unit, _ in units], dtype=object)}


def _natural_unit(name: str, document: Mapping[str, Any]) -> Natural:
    """Return what a number is; of several that are one number, what the first is."""
    name = name.partition(" = ")[0]
    kind, _, rest = name.partition(":")
    if kind == "given":
        return _of_answer(rest, document)
    if kind == "rate":
        cap = [
            float(rule["max_rate"])
            for rule in document["transitions"]
            if "max_rate" in rule and rest == f"{rule['from']}>{rule['to']}"
        ]
        if cap:
            return "rate per day", lambda odds: cap[0] * expit(odds)
    return _OF_KIND.get(kind, (kind, np.asarray))


def _of_answer(rest: str, document: Mapping[str, Any]) -> Natural:
    items = (each for each in document["items"] if rest.startswith(f"{each['id']}:"))
    item = max(items, key=lambda each: len(each["id"]))
    number = rest.removeprefix(f"{item['id']}:").partition(":")[2]
    if not number:
        return "probability", expit
    if number.isdigit():
        return f"{_BASE_ODDS} level", np.exp
    is_plain = number == "mean" and item["family"] == "normal"
    return number, np.asarray if is_plain else np.exp
