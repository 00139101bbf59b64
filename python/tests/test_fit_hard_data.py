"""Fits of data that cannot tell everything end with a status and a message, never NaN."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_fit import TRUTH

import relapse

DAY, SECOND = 1.0, 1.0 / 86400.0


def drawn(persons: int = 40, days: int = 20) -> pd.DataFrame:
    made = relapse.simulate(TRUTH, persons=persons, days=days, every=1.0, seed=5)
    table = pd.DataFrame(made)[["person", "time", "used", "sleep", "stress"]]
    return table.astype({"used": float, "sleep": float})


def unidentifiable() -> pd.DataFrame:
    """Nothing is asked but an item that says the same in every stage."""
    return drawn()[["person", "time", "stress"]]


def separable() -> pd.DataFrame:
    """Stress tells without a fault which answers are of the warning stage."""
    table = drawn()
    return table.assign(stress=np.where(table["sleep"] == 2, 10.0, 0.0))


def stage_never_visited() -> pd.DataFrame:
    return drawn().assign(used=0.0)


def one_person() -> pd.DataFrame:
    return drawn(persons=1)


def one_check_in_each() -> pd.DataFrame:
    return drawn().groupby("person", as_index=False).head(1)


def all_missing() -> pd.DataFrame:
    return drawn().assign(used=np.nan, sleep=np.nan, stress=np.nan)


def constant_items() -> pd.DataFrame:
    return drawn().assign(used=0.0, sleep=1.0, stress=3.0)


def level_never_seen() -> pd.DataFrame:
    table = drawn()
    return table.assign(sleep=table["sleep"].clip(upper=1.0))


def perfect_prediction() -> pd.DataFrame:
    """Use follows the worst sleep, always, and nothing else."""
    table = drawn()
    worst = table.groupby("person")["sleep"].shift() == 2
    return table.assign(used=worst.astype(float))


def gaps_of_ten_years() -> pd.DataFrame:
    table = drawn()
    return table.assign(time=table["time"] * 3650 * DAY)


def gaps_of_a_second() -> pd.DataFrame:
    table = drawn()
    return table.assign(time=table["time"].round() * SECOND)


HARD = [
    separable, stage_never_visited, one_person, one_check_in_each, constant_items,
    level_never_seen, perfect_prediction, gaps_of_ten_years, gaps_of_a_second,
]  # fmt: skip

#: Said of data without use, which are among the hard ones.
without_use = pytest.mark.filterwarnings("ignore:fit. nobody ever told of use")


@without_use
@pytest.mark.parametrize("start", ["document", "data"])
@pytest.mark.parametrize("make", HARD)
def test_hard_data_have_a_status_and_a_message(
    make: Callable[[], pd.DataFrame], start: str
) -> None:
    found = relapse.fit(make(), TRUTH, start=start, starts=1, max_iterations=60)
    assert found.status in {"converged", "end_of_range", "iteration_limit"}
    assert np.isfinite(found.log_likelihood)
    assert np.all(np.isfinite(found.estimates))
    assert found.message
    assert not re.search(r"\bnan\b", found.summary().lower())
    fitted = relapse.Model.from_dict(found.model.to_dict())
    assert relapse.log_likelihood(make(), fitted) == pytest.approx(found.log_likelihood)


@pytest.mark.parametrize("make", [unidentifiable, all_missing])
def test_data_without_an_answer_to_a_sign_are_refused(
    make: Callable[[], pd.DataFrame],
) -> None:
    with pytest.raises(relapse.InvalidInput, match="its signs are used, sleep"):
        relapse.fit(make(), TRUTH, starts=1)


@without_use
@pytest.mark.parametrize(
    ("make", "named"),
    [
        (stage_never_visited, "lapse"),
        (level_never_seen, "sleep"),
        (constant_items, "stress"),
    ],
)
def test_what_stays_open_is_named(make: Callable[[], pd.DataFrame], named: str) -> None:
    found = relapse.fit(make(), TRUTH, starts=1, max_iterations=60)
    assert named in found.message, found.message


def test_limits_are_kept() -> None:
    found = relapse.fit(drawn(), TRUTH, starts=1, max_iterations=1)
    assert found.status == "iteration_limit"
    hurried = relapse.fit(drawn(400, 60), TRUTH, start="data", starts=30, max_seconds=0.2)
    assert hurried.status == "time_limit"


USED = {"id": "used", "role": "use", "family": "bernoulli"}
CRAVING = {"id": "craving", "family": "categorical", "levels": 5}
STAGES = ["well", "wavering", {"id": "use", "use": "lapse"}]


@pytest.mark.parametrize(
    ("stages", "transitions", "items"),
    [
        (STAGES, "neighbours", [USED]),
        (STAGES, "neighbours", [USED, CRAVING]),
        (STAGES, "all", [USED | {"persistence": {"share": 0.4}}, CRAVING]),
        (["a", "b", *STAGES], "neighbours", [USED, CRAVING]),
        (STAGES, "neighbours", [USED, {"id": "mood", "family": "normal"}]),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_fits_from_data_end_converged(
    stages: list[Any], transitions: str, items: list[Any], seed: int
) -> None:
    bare = relapse.Model.from_structure(stages, transitions, items)
    world = bare.to_dict()
    random = np.random.default_rng(seed)
    for transition in world["transitions"]:
        transition["rate"] *= float(np.exp(random.normal(0.0, 0.5)))
    table = relapse.simulate(
        relapse.Model.from_dict(world), persons=40, days=40, every=1.0, seed=seed
    )
    found = relapse.fit(table, bare, start="data", starts=3, covariance="none")
    assert found.status == "converged"
    assert "near those found from the answers" in found.message
    said = found.model.to_dict()["calibration"]["source"]
    assert "a prior of strength 0.1 around what a start found in the answers" in said
    # The placeholders are next to the truth here; a start from data knows nothing.
    assert found.log_likelihood > relapse.log_likelihood(table, bare) - 5.0


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_no_stage_shrinks_onto_one_value_of_a_measurement(scale: float) -> None:
    draw = np.random.default_rng(0)
    rows = [
        (p, float(k), scale * float(np.clip(round(draw.normal(6, 2)), 0, 10)), use)
        for p in range(40)
        for k, use in enumerate(draw.random(30) < 0.1)
    ]
    table = pd.DataFrame(rows, columns=["person", "time", "mood", "used"])
    model = relapse.Model.from_structure(
        ["ok", {"id": "use", "use": "lapse"}],
        [{"from": "ok", "to": "use"}, {"from": "use", "to": "ok"}],
        items=[
            {"id": "used", "role": "use", "family": "bernoulli"},
            {"id": "mood", "role": "sign", "family": "normal"},
        ],
    )
    found = relapse.fit(table, model, starts=10, covariance="none")
    numbers = dict(zip(found.names, found.estimates, strict=True))
    least = min(numbers[f"given:mood:{stage}:sd"] for stage in ("ok", "use"))
    bound = np.log(scale / np.sqrt(12.0))  # of what is rounded to a step
    assert least >= bound - 1e-12
    if least <= bound:
        assert found.status == "end_of_range"
        assert "as small a standard deviation" in found.message
