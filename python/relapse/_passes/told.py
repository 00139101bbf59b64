"""What check-ins tell a fit: whether there is something to fit to, and of use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from relapse import _core
from relapse._errors import InvalidInput
from relapse._reading.check_ins import CheckIns


def require_answers(data: CheckIns) -> None:
    """Refuse a table that tells a fit nothing: no answer to a sign, no known stage.

    Determinants move the stages, but say nothing of where a person is.
    """
    known = ("stage", "used_days_ago", "abstinent_since_last")
    signs = _signs(data.model)
    # Where silence is an answer, check-ins tell without any.
    speaks = any(
        item.get("missing_is_a_level") or name == "missed_check_in"
        for name, item in signs.items()
    )
    empty = not data.columns["answers"] or not (speaks or _are_answered(data, signs))
    if empty and not _is_any_told(data, known):
        raise InvalidInput(
            f"check_ins: answer no item of the model {data.model.id!r} that says where "
            "somebody is, so that there is nothing to fit to; its signs are "
            f"{', '.join(signs)}"
        )


def _signs(model: _core.Model) -> dict[str, dict[str, Any]]:
    """Return the items whose answers differ by stage: signs and use."""
    return {item["id"]: item for item in model.to_dict()["items"] if "given" in item}


def _is_any_told(data: CheckIns, known: Iterable[str]) -> bool:
    """Whether one of the columns of what is known says something of somebody."""
    told = [data.columns[name] for name in known if name in data.columns]
    return any(
        bool((~np.isnan(each) if each.dtype.kind == "f" else each != 0).any())
        for each in told
    )


def _are_answered(data: CheckIns, items: Iterable[str]) -> bool:
    given = data.columns["answers"]
    return any(not np.isnan(data.numbers(item)).all() for item in items if item in given)


def require_sign(model: _core.Model, outcome: str) -> None:
    """Refuse an outcome to fit to that is no sign, and name what would do."""
    signs = _signs(model)
    if outcome in signs:
        return
    rules = {each["id"]: each["item"] for each in model.to_dict().get("outcomes", [])}
    if outcome in rules:
        raise InvalidInput(
            f"outcome: {outcome!r} is no sign of the model, but an outcome of it, which "
            f"evaluate judges; fit to the next answer to its item, {rules[outcome]!r}"
        )
    raise InvalidInput(
        f"outcome: {outcome!r} is no sign of the model; its signs are {', '.join(signs)}"
    )


def without_use(data: CheckIns) -> str:
    """Return in words that nobody told of use, where use was asked for; else nothing."""
    asked = {
        name: item
        for name, item in _signs(data.model).items()
        if item["role"] == "use" and _are_answered(data, [name])
    }
    known = ("stage", "used_days_ago", "days_since_use")
    if not asked or _is_any_told(data, known):
        return ""
    for name, item in asked.items():
        none = item.get("scale", (0.0,))[0]
        answers = data.numbers(name)
        if bool((answers[~np.isnan(answers)] != none).any()):
            return ""
    return (
        f"nobody ever told of use ({', '.join(asked)}), so that these check-ins can "
        "hardly say how people move to use, or answer in it"
    )
