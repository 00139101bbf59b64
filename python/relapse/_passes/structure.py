"""A model document from its structure alone: every number is left to a fit."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from relapse._errors import InvalidInput

Pairs: TypeAlias = "Sequence[tuple[str, str] | Mapping[str, Any]]"

_PLACEHOLDER = "placeholder: to be fitted"
_RATES = {"toward_use": 0.05, "recovery": 0.1, "none": 0.05}
#: Cuts of the levels: expert default.
_CUTS = {"guarded": 0.05, "elevated": 0.15, "high": 0.35, "critical": 0.65}


def document_of(
    stages: Sequence[str | Mapping[str, Any]],
    transitions: Literal["all", "neighbours"] | Pairs = "neighbours",
    items: Sequence[Mapping[str, Any]] = (),
    **parts: Any,
) -> dict[str, Any]:
    """Return a document in which every number is a placeholder; see Model.from_structure.

    Stages stand in the order of the way to use: a transition down the list is towards
    use, one up is recovery. In the placeholders signs become more frequent along it, so
    that a fit has an order to begin with.
    """
    listed = [_stage(each) for each in _sequence("stages", stages)]
    ids = [stage["id"] for stage in listed]
    if len(ids) < 2:
        raise InvalidInput("stages: must be two or more, at least one of them not of use")
    if not any("use" in stage for stage in listed):
        raise InvalidInput("stages: at least one must be of use: {'id': ..., 'use': ...}")
    document: dict[str, Any] = {
        "schema": "relapse/model/1",
        "id": "structure",
        "version": "0",
        "stages": listed,
        "initial": dict.fromkeys(ids, 1.0 / len(ids)),
        "transitions": _transitions(ids, transitions),
        "items": [_item(each, listed) for each in _sequence("items", items)],
        "horizons_days": [1, 7, 30],
        "levels": {
            "horizon_days": 7,
            "cuts": _CUTS,
            "lower_after_days": 7,
            "source": "expert default",
        },
        "calibration": {"status": "structure only: every number is a placeholder"},
    }
    return document | parts


def _sequence(name: str, given: Any) -> list[Any]:
    if isinstance(given, (str, Mapping)) or not isinstance(given, Sequence):
        raise InvalidInput(f"{name}: must be a list")
    return list(given)


def _stage(given: Any) -> dict[str, Any]:
    if isinstance(given, str):
        return {"id": given}
    if not isinstance(given, Mapping) or "id" not in given:
        raise InvalidInput("stages: each must be an id, or a dict with one")
    return dict(given)


def _transitions(ids: list[str], given: Any) -> list[dict[str, Any]]:
    if given == "all":
        pairs: list[Any] = list(itertools.permutations(ids, 2))
    elif given == "neighbours":
        onward = list(itertools.pairwise(ids))
        pairs = onward + [(to, come) for come, to in onward]
    elif isinstance(given, str):
        raise InvalidInput("transitions: must be 'all', 'neighbours' or a list of pairs")
    else:
        pairs = _sequence("transitions", given)
    return [_transition(ids, pair) for pair in pairs]


def _transition(ids: list[str], given: Any) -> dict[str, Any]:
    rule = (
        dict(given)
        if isinstance(given, Mapping)
        else dict(zip(("from", "to"), given, strict=True))
    )
    for end in ("from", "to"):
        if rule.get(end) not in ids:
            raise InvalidInput(f"transitions: {end!r} must be one of the stages")
    onward = ids.index(rule["to"]) > ids.index(rule["from"])
    rule.setdefault("direction", "toward_use" if onward else "recovery")
    rule.setdefault("rate", _RATES.get(rule["direction"], _RATES["none"]))
    rule.setdefault("source", _PLACEHOLDER)
    return rule


def _item(given: Any, stages: list[dict[str, Any]]) -> dict[str, Any]:
    if not isinstance(given, Mapping) or "id" not in given:
        raise InvalidInput("items: each must be a dict with an id")
    item = {"role": "sign"} | dict(given)
    if "given" in item or item["role"] not in ("sign", "use"):
        return item
    if "family" not in item:
        raise InvalidInput(f"items: {item['id']!r} must have a family, or be no sign")
    item["given"] = {
        stage["id"]: _law(item, k / (len(stages) - 1), "use" in stage)
        for k, stage in enumerate(stages)
    }
    item.setdefault("source", _PLACEHOLDER)
    return item


def _law(item: Mapping[str, Any], place: float, in_use: bool) -> Any:
    """Return the law of a stage; `place` is 0 at the first of them and 1 at the last."""
    family = item["family"]
    tells = item["role"] == "use"
    if family == "bernoulli":
        return (0.7 if in_use else 0.02) if tells else 0.1 + 0.4 * place
    if family == "categorical":
        return _levels(item, place, in_use)
    if family == "normal":
        return {"mean": 2.0 * place - 1.0, "sd": 1.0}
    mean = (2.0 if in_use else 0.05) if tells else 0.5 + 2.0 * place
    if family == "negative_binomial":
        return {"mean": mean, "dispersion": 1.0}
    return mean


def _levels(item: Mapping[str, Any], place: float, in_use: bool) -> list[float]:
    count = item.get("levels")
    if not isinstance(count, int) or count < 2:
        raise InvalidInput(
            f"items: {item['id']!r} must have 'levels', their count, which is 2 or more; "
            "'labels' are their names"
        )
    scores = [2.0 * level / (count - 1) - 1.0 for level in range(count)]
    if item["role"] == "use":
        none = 0.3 if in_use else 0.95
        shares = [none] + [(1.0 - none) / (count - 1)] * (count - 1)
    else:
        weights = [math.exp((2.0 * place - 1.0) * score) for score in scores]
        shares = [weight / math.fsum(weights) for weight in weights]
    if item.get("missing_is_a_level"):
        shares = [0.9 * share for share in shares] + [0.1]
    return shares
