"""Which fits a likelihood ratio may be of: the smaller model is part of the larger."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import relapse
from relapse._passes.nesting import _numbers, _odds, require_part

DOCUMENT: dict[str, Any] = {
    "schema": "relapse/model/1", "id": "t", "version": "1", "title": "t",
    "stages": [{"id": "A"}, {"id": "L", "use": "lapse"}],
    "initial": {"A": 0.9, "L": 0.1},
    "transitions": [
        {"from": "A", "to": "L", "rate": 0.05, "direction": "toward_use",
         "effects": {"x": 1.5}, "source": "t"},
        {"from": "L", "to": "A", "rate": 0.3, "direction": "recovery", "source": "t"},
    ],
    "items": [
        {"id": "used", "role": "use", "family": "bernoulli", "source": "t",
         "given": {"A": 0.02, "L": 0.9}},
        {"id": "mood", "role": "sign", "family": "categorical", "levels": 3,
         "source": "t", "given": {"A": [0.6, 0.3, 0.1], "L": [0.2, 0.3, 0.5]}},
        {"id": "x", "role": "determinant", "scale": [0, 4], "source": "t",
         "simulate": {"mean": 1.5, "sd_between": 0.6, "sd_within": 0.8,
                      "half_life_days": 2}},
    ],
    "determinants": [
        {"id": "x", "item": "x", "reference": 0.25, "memory": {"kind": "last"}}
    ],
    "horizons_days": [7],
    "levels": {"horizon_days": 7, "lower_after_days": 3, "cuts": {
        "guarded": 0.05, "elevated": 0.15, "high": 0.35, "critical": 0.65}},
    "calibration": {"status": "test"},
}  # fmt: skip
Change = Callable[[dict[str, Any]], Any]


def model(change: Change | None = None) -> relapse.Model:
    document = copy.deepcopy(DOCUMENT)
    if change is not None:
        change(document)
    return relapse.Model.from_dict(document)


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return dict(
        relapse.simulate(model(), persons=60, days=40, every=2, seed=4, frame="dict")
    )


def fit(data: dict[str, Any], change: Change | None = None, **how: Any) -> Any:
    return relapse.fit(data, model(change), starts=1, covariance="none", **how)


def without_effect(document: dict[str, Any]) -> None:
    document["transitions"][0]["effects"]["x"] = 0.0


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["items"][0]["given"].update(A=0.05, L=0.7),
        lambda d: d["items"][0]["given"].update(A=0.3, L=0.6),
        lambda d: d["items"][1]["given"].update(A=[0.5, 0.4, 0.1]),
        lambda d: d["initial"].update(A=0.5, L=0.5),
        lambda d: d["transitions"][0].update(max_rate=0.5),
        lambda d: d["determinants"][0].update(reference=0.9),
    ],
)
def test_what_both_hold_they_hold_at_one_number(
    data: dict[str, Any], change: Change
) -> None:
    larger = fit(data, free=["rate", "effect"])
    smaller = fit(data, change, free=["rate"])
    with pytest.raises(relapse.InvalidInput, match=r"no part of this|has otherwise"):
        larger.likelihood_ratio(smaller)
    assert larger.likelihood_ratio(fit(data, free=["rate"])).degrees == 1


def test_a_larger_fit_that_stopped_short_is_no_maximum(data: dict[str, Any]) -> None:
    smaller = fit(data, without_effect, constraints={"fixed": ["effect"]})
    short = fit(data, without_effect, max_iterations=2)
    assert short.log_likelihood > smaller.log_likelihood
    with pytest.raises(relapse.InvalidInput, match="this fit: is not at its maximum"):
        short.likelihood_ratio(smaller)


def test_equal_numbers_are_a_part_of_free_ones(data: dict[str, Any]) -> None:
    equal = {"constraints": {"equal": [["rate:A>L", "rate:L>A"]]}}
    free, tied = fit(data), fit(data, **equal)
    assert free.likelihood_ratio(tied).degrees == 1
    # Held in the smaller one at numbers that are not equal, they are no part.
    with pytest.raises(relapse.InvalidInput, match="is one number"):
        tied.likelihood_ratio(fit(data, free=["effect", "given"]))


def test_a_row_is_free_whichever_of_it_is_the_likeliest(data: dict[str, Any]) -> None:
    def turned(document: dict[str, Any]) -> None:
        document["initial"] = {"A": 0.1, "L": 0.9}

    smaller = fit(data, turned, constraints={"fixed": ["rate"]})
    assert "initial:A" in smaller.names
    larger = fit(data)
    assert "initial:L" in larger.names
    # Begun where the smaller one holds it.
    assert larger.likelihood_ratio(smaller).degrees == 2


@pytest.mark.parametrize("name", ["standard", "complete"])
def test_every_number_of_a_fit_is_compared(name: str) -> None:
    path = Path(__file__).parents[2] / "tests" / "data" / "io" / "complete_model.json"
    found = (
        relapse.Model.standard() if name == "standard" else relapse.Model.load(str(path))
    )
    item = next(one["id"] for one in found.to_dict()["items"] if "given" in one)
    result = relapse.fit(
        {"person": ["a"], "time": [0.0], item: [np.nan]}, found, starts=1, prior=None,
        max_iterations=1, covariance="none", progress=lambda *_: False,
    )  # fmt: skip
    document = result.model.to_dict()
    known = dict(_numbers(document)) | dict(_odds(document))
    assert known.keys() >= set(result.names)
    require_part(document, result.names, document, result.names[1:])
    for free in ([], result.names[:1]):
        with pytest.raises(relapse.InvalidInput, match="does not leave"):
            require_part(document, free, document, result.names[1:])
