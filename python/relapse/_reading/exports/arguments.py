"""What callers say of an export: items, values and missing are of the right kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from relapse._errors import InvalidInput, other_type
from relapse._reading.cells import is_missing, is_number_or_truth, number_in


def check_arguments(items: object, values: object, missing: object) -> None:
    """Refuse arguments of another kind, by their names."""
    for question, item in _pairs("items", items, "questions to items"):
        if not isinstance(question, str) or not isinstance(item, str):
            raise InvalidInput(
                "items: must map texts to texts, a question to the name of an item"
            )
        if not item.strip():
            raise InvalidInput(f"items: {question!r} has an item without a name")
    for item, codes in _pairs("values", values, "items to what answers count as"):
        where = f"values of {item!r}"
        _check_codes(where, codes if isinstance(codes, Mapping) else ())
        for _, number in _pairs(where, codes, "answers to numbers"):
            text = number if isinstance(number, str) else ""
            if not is_number_or_truth(number) and number_in(text) is None:
                raise InvalidInput(f"{where}: must be finite numbers")
    for item, reason in _pairs("missing", missing, "answers to reasons"):
        told = reason.values() if isinstance(reason, Mapping) else (reason,)
        if isinstance(reason, Mapping):
            _check_codes(f"missing of {item!r}", reason)
        else:
            _check_codes("missing", [item])
        if not all(isinstance(each, str) for each in told):
            raise InvalidInput("missing: has what is no text, but must be a reason")


def _check_codes(where: str, codes: Iterable[Any]) -> None:
    """Refuse what is no answer; None and NaN are gaps without being declared."""
    for code in codes:
        if not isinstance(code, str) and (
            is_missing(code) or not is_number_or_truth(code)
        ):
            raise InvalidInput(
                f"{where}: has {code!r} for an answer, but must have texts or numbers"
            )


def _pairs(where: str, given: object, what: str) -> list[tuple[Any, Any]]:
    if given is None:
        return []
    if not isinstance(given, Mapping):
        raise other_type(where, given, f"a dict, of {what}")
    return list(given.items())
