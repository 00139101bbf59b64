"""Fitting from tables: the answer, its words, its refusals."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

import relapse


def document() -> dict[str, Any]:
    return {
        "schema": "relapse/model/1",
        "id": "three",
        "version": "1",
        "title": "three stages",
        "stages": [{"id": "stable"}, {"id": "warning"}, {"id": "lapse", "use": "lapse"}],
        "initial": {"stable": 0.7, "warning": 0.2, "lapse": 0.1},
        "transitions": [
            {"from": "stable", "to": "warning", "rate": 0.1, "direction": "toward_use",
             "effects": {"stress": 1.0}, "source": "made up"},
            {"from": "warning", "to": "stable", "rate": 0.2, "direction": "recovery",
             "source": "made up"},
            {"from": "warning", "to": "lapse", "rate": 0.1, "direction": "toward_use",
             "source": "made up"},
            {"from": "lapse", "to": "stable", "rate": 0.5, "direction": "recovery",
             "source": "made up"},
        ],
        "items": [
            {"id": "used", "role": "use", "family": "bernoulli", "source": "made up",
             "given": {"stable": 0.01, "warning": 0.02, "lapse": 0.95}},
            {"id": "sleep", "role": "sign", "family": "categorical", "levels": 3,
             "source": "made up",
             "given": {"stable": [0.7, 0.2, 0.1], "warning": [0.1, 0.3, 0.6],
                       "lapse": [0.3, 0.4, 0.3]}},
            {"id": "stress", "role": "determinant", "scale": [0, 10],
             "simulate": {"mean": 4, "sd_between": 2, "sd_within": 2,
                          "half_life_days": 2}},
        ],
        "determinants": [{"id": "stress", "item": "stress", "reference": 0.3}],
        "horizons_days": [7],
        "levels": {"horizon_days": 7, "cuts": {"guarded": 0.1, "elevated": 0.2,
                                               "high": 0.4, "critical": 0.7}},
        "calibration": {"status": "test"},
    }  # fmt: skip


TRUTH = relapse.Model.from_dict(document())


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    made = relapse.simulate(TRUTH, persons=150, days=60, every=1.0, seed=3)
    return pd.DataFrame(made)[["person", "time", "used", "sleep", "stress"]]


@pytest.fixture(scope="module")
def found(data: pd.DataFrame) -> relapse.FitResult:
    return relapse.fit(data, TRUTH, starts=1)


def test_the_truth_is_found_again(data: pd.DataFrame, found: relapse.FitResult) -> None:
    assert found.status == "converged"
    assert found.log_likelihood > relapse.log_likelihood(data, TRUTH)
    expected = {
        "rate:stable>warning": math.log(0.1),
        "effect:stable>warning:stress": 1.0,
        "given:used:lapse": math.log(0.95 / 0.05),
        "given:sleep:stable:1": math.log(0.2 / 0.7),
    }
    errors = dict(zip(found.names, found.standard_errors, strict=True))
    for name, value in expected.items():
        assert abs(found[name] - value) < 4.0 * errors[name], name
    assert found.covariance is not None
    assert found.covariance.shape == (len(found.names),) * 2
    assert np.allclose(np.sqrt(np.diag(found.covariance)), found.standard_errors)


def test_the_model_that_was_fitted_scores_as_the_fit_says(
    data: pd.DataFrame, found: relapse.FitResult
) -> None:
    total = relapse.log_likelihood(data, found.model)
    assert abs(total - found.log_likelihood) < 1e-8 * abs(total)
    again = relapse.Model.from_json(found.model.to_json())
    assert again.content_hash == found.model.content_hash
    assert found.aic == pytest.approx(2 * len(found.names) - 2 * found.log_likelihood)
    assert found.persons == 150
    assert found.check_ins == len(data)


def test_kinds_of_standard_errors_agree_where_the_model_is_right(
    data: pd.DataFrame, found: relapse.FitResult
) -> None:
    for kind in ("outer_product", "sandwich"):
        other = relapse.fit(data, TRUTH, starts=1, covariance=kind)
        ratio = other.standard_errors / found.standard_errors
        # Half as large again would be a mistake in one of them, not chance.
        assert np.all((ratio > 0.6) & (ratio < 1.6)), kind
    assert relapse.fit(data, TRUTH, starts=1, covariance="none").covariance is None


def test_a_likelihood_ratio_is_tested(
    data: pd.DataFrame, found: relapse.FitResult
) -> None:
    without = copy.deepcopy(document())
    without["transitions"][0]["effects"] = {"stress": 0.0}
    smaller = relapse.fit(
        data,
        relapse.Model.from_dict(without),
        constraints={"fixed": ["effect"]},
        starts=1,
    )
    test = found.likelihood_ratio(smaller)
    assert test.degrees == 1
    assert test.p_value < 1e-3
    assert test.statistic == pytest.approx(
        2 * (found.log_likelihood - smaller.log_likelihood)
    )
    with pytest.raises(relapse.InvalidInput, match="fewer"):
        smaller.likelihood_ratio(found)


@pytest.mark.parametrize(("statistic", "degrees"), [(3.84, 1), (9.2, 4), (0.5, 3)])
def test_the_tail_of_chi_square(statistic: float, degrees: int) -> None:
    from scipy.stats import chi2

    from relapse.fits import _chi_square_tail

    assert _chi_square_tail(statistic, degrees) == pytest.approx(
        chi2.sf(statistic, degrees), rel=1e-12
    )


def test_constraints_hold(data: pd.DataFrame) -> None:
    result = relapse.fit(
        data,
        TRUTH,
        free=["rate", "effect"],
        constraints={
            "equal": [["rate:stable>warning", "rate:warning>stable"]],
            "not_positive": ["effect"],
        },
        starts=1,
    )
    moves = result.model.to_dict()["transitions"]
    assert moves[0]["rate"] == moves[1]["rate"]
    assert moves[0]["effects"]["stress"] == 0.0
    assert "effect:stable>warning:stress" in result.message
    assert "rate:stable>warning = rate:warning>stable" in result.names
    assert result.model.to_dict()["items"] == TRUTH.to_dict()["items"]


def test_signs_of_the_document_are_kept(data: pd.DataFrame) -> None:
    other = document()
    other["transitions"][0]["effects"]["stress"] = -0.5
    against = relapse.Model.from_dict(other)
    assert against.premise_breaches()[0].keys() == {"determinant", "from", "to", "days"}
    assert TRUTH.premise_breaches() == []
    result = relapse.fit(
        data, against, free=["effect"], constraints={"keep_sign": ["effect"]}, starts=1
    )
    assert result["effect:stable>warning:stress"] == 0.0
    assert result.status == "converged"
    assert result.model.premise_breaches() == []


def test_a_number_that_runs_out_of_range_is_named(data: pd.DataFrame) -> None:
    # So wide a scale that the effect of a unit would have to be about 1000.
    other = document()
    other["items"][2]["scale"] = [0, 10_000]
    other["determinants"][0]["reference"] = 0.0
    result = relapse.fit(data, relapse.Model.from_dict(other), free=["effect"], starts=1)
    assert result.status == "end_of_range"
    assert "effect:stable>warning:stress" in result.message
    assert abs(result["effect:stable>warning:stress"]) == 30.0


def test_data_alone_and_any_number_of_threads(
    data: pd.DataFrame, found: relapse.FitResult
) -> None:
    one, two = (
        relapse.fit(
            data, TRUTH, start="data", starts=4, covariance="none", threads=threads
        )
        for threads in (1, 2)
    )
    assert np.array_equal(one.estimates, two.estimates)
    assert one.log_likelihood > found.log_likelihood - 1e-3
    assert len(one.start_log_likelihoods) == 4


def test_an_outcome_is_foretold_better(
    data: pd.DataFrame, found: relapse.FitResult
) -> None:
    aimed = relapse.fit(
        data,
        TRUTH,
        starts=1,
        objective="outcome",
        outcome="used",
        covariance="none",
    )
    assert aimed.log_likelihood < found.log_likelihood
    assert log_score(data, aimed.model) == pytest.approx(aimed.log_score, rel=1e-9)
    assert aimed.log_score > log_score(data, found.model)


def log_score(data: pd.DataFrame, model: relapse.Model) -> float:
    """Foretell each report of use from the check-in before, by the matrix of a day."""
    before = relapse.filter(data, model)[["stage_stable", "stage_warning", "stage_lapse"]]
    use = model.to_dict()["items"][0]["given"]
    yes = np.array([use["stable"], use["warning"], use["lapse"]])
    score = 0.0
    belief = before.to_numpy()
    for rows in data.groupby("person").indices.values():
        person = data.iloc[rows]
        stress, used = person["stress"].to_numpy(), person["used"].to_numpy()
        days = np.diff(person["time"].to_numpy())
        for k, wait in enumerate(days):
            held = {} if math.isnan(stress[k]) else {"stress": stress[k]}
            p = belief[rows[k]] @ model.transition_matrix(wait, held) @ yes
            if not math.isnan(used[k + 1]):
                score += math.log(p if used[k + 1] else 1.0 - p)
    return score


def test_a_profile_is_highest_at_the_estimate(
    data: pd.DataFrame, found: relapse.FitResult
) -> None:
    name = "effect:stable>warning:stress"
    error = found.standard_error(name)
    held = found[name] + error * np.array([-1.0, 0.0, 1.0])
    curve = relapse.profile(data, found.model, name, held)
    assert list(curve["status"]) == ["converged"] * 3
    assert curve["log_likelihood"][1] == pytest.approx(found.log_likelihood, rel=1e-6)
    fallen = found.log_likelihood - curve["log_likelihood"][[0, 2]]
    # One standard error away a parabola has fallen by a half.
    assert np.all((fallen > 0.3) & (fallen < 0.8))
    with pytest.raises(relapse.InvalidInput, match="no_such"):
        relapse.profile(data, TRUTH, "no_such", [0.0])


def test_the_summary_is_for_reading(found: relapse.FitResult) -> None:
    text = found.summary()
    assert "a maximum was found" in text
    assert "rate:stable>warning" in text
    assert "150 persons" in text
    table = found.to_dict()
    assert set(table) == {"name", "estimate", "standard_error", "low", "high"}
    assert np.all(table["low"] < table["high"])


def test_what_the_data_do_not_tell_is_said() -> None:
    seen_once = {"person": ["A"], "time": [0.0], "used": [0]}
    result = relapse.fit(seen_once, TRUTH, starts=1, max_iterations=20)
    assert "the data say next to nothing about" in result.message
    assert np.all(np.isfinite(result.estimates))
    assert "not told by the data" in result.summary()
    missing = {"person": ["A", "A"], "time": [0.0, 3650.0], "used": [None, None]}
    result = relapse.fit(missing, TRUTH, starts=1, max_iterations=20)
    assert math.isfinite(result.log_likelihood)


def test_a_fit_can_be_stopped(data: pd.DataFrame) -> None:
    seen: list[tuple[int, float]] = []

    def stop(evaluations: int, best: float) -> bool:
        seen.append((evaluations, best))
        return False

    many = pd.concat(
        [data.assign(person=data["person"].astype(str) + f"-{k}") for k in range(8)]
    )
    result = relapse.fit(many, TRUTH, start="data", starts=20, progress=stop)
    assert result.status in {"stopped", "impossible"}
    assert seen
    limited = relapse.fit(many, TRUTH, start="data", starts=50, max_seconds=0.05)
    assert limited.status in {"time_limit", "impossible"}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"free": ["no_such"]}, "no_such"),
        ({"free": "rate"}, "list of names"),
        ({"constraints": {"tied": []}}, "tied"),
        ({"starts": 0}, "starts"),
        ({"prior": -1.0}, "prior"),
        ({"covariance": "best"}, "outer_product"),
        ({"start": "luck"}, "document"),
        ({"threads": 0}, "threads"),
        ({"objective": "profit"}, "likelihood, outcome"),
        ({"objective": "outcome"}, "must be given"),
        ({"outcome": "used"}, "and only then"),
        ({"objective": "outcome", "outcome": "stress"}, "no sign"),
        (
            {"objective": "outcome", "outcome": "used", "covariance": "hessian"},
            "sandwich",
        ),
    ],
)
def test_settings_that_mean_nothing_are_refused(
    data: pd.DataFrame, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(relapse.InvalidInput, match=words):
        relapse.fit(data, TRUTH, **settings)


def test_a_bad_row_is_named(data: pd.DataFrame) -> None:
    bad = data.astype({"sleep": float}).copy()
    bad.loc[5, "sleep"] = 7.0
    with pytest.raises(relapse.CheckInError, match=r"row 5.*sleep"):
        relapse.fit(bad, TRUTH)
