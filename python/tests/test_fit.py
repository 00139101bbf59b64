"""Fitting from tables: the answer, its words, its refusals."""

from __future__ import annotations

import copy
import json
import math
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import relapse
from relapse._passes.natural_units import in_natural_units


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
    # The same rows in another order are the same data; other answers are not.
    shuffled = data.sample(frac=1.0, random_state=3)
    held: dict[str, Any] = {"constraints": {"fixed": ["effect"]}, "starts": 1}
    again = relapse.fit(shuffled, relapse.Model.from_dict(without), **held)
    assert found.likelihood_ratio(again).statistic == pytest.approx(test.statistic)
    name = next(n for n in data.columns if n not in ("person", "time"))
    swapped = shuffled.assign(**{name: data[name].to_numpy()})
    other = relapse.fit(swapped, relapse.Model.from_dict(without), **held)
    with pytest.raises(relapse.InvalidInput, match="other check-ins"):
        found.likelihood_ratio(other)


@pytest.mark.parametrize(("statistic", "degrees"), [(3.84, 1), (9.2, 4), (0.5, 3)])
def test_the_tail_of_chi_square(statistic: float, degrees: int) -> None:
    from scipy.stats import chi2

    from relapse._passes.fits import _chi_square_tail

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


def test_a_scale_far_too_wide_is_no_end_of_the_range(data: pd.DataFrame) -> None:
    """The effect of a unit is then one of hundreds."""
    effects = []
    for width in (10, 10_000):
        other = document()
        other["items"][2]["scale"] = [0, width]
        other["determinants"][0]["reference"] = 0.0
        model = relapse.Model.from_dict(other)
        result = relapse.fit(data, model, free=["rate", "effect"], starts=1)
        assert result.status == "converged"
        effects.append(result["effect:stable>warning:stress"])
    assert effects[1] == pytest.approx(1000 * effects[0], rel=1e-3)


def test_a_number_that_runs_out_of_range_is_named() -> None:
    """Nobody moves at the one stress that there is beside none."""
    rows = [
        {"person": p, "time": day, "used": float(p < 20 and day > p / 4), "stress": s}
        for p in range(40)
        for s in [0.4 * (p >= 20)]
        for day in range(8)
    ]
    other = document()
    other["determinants"][0]["reference"] = 0.0
    name = "effect:stable>warning:stress"
    result = relapse.fit(
        pd.DataFrame(rows), relapse.Model.from_dict(other), free=[name], starts=1,
        prior=None,
    )  # fmt: skip
    assert f"at the end of its range: {name}" in result.message
    # Of a scale of 10 stress is 0 or .04.
    assert -30 / 0.04 <= result[name] < -12 / 0.04


def test_data_alone_and_any_number_of_threads(
    data: pd.DataFrame, found: relapse.FitResult
) -> None:
    one, two = (
        relapse.fit(
            data,
            TRUTH,
            start="data",
            starts=4,
            prior=None,
            covariance="none",
            threads=threads,
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
    assert list(table)[:5] == ["name", "estimate", "standard_error", "low", "high"]
    assert np.all(table["low"] < table["high"])
    assert len(repr(found)) < 120
    assert found._repr_html_().startswith("<pre>")


def test_numbers_are_told_in_natural_units(found: relapse.FitResult) -> None:
    frame = found.to_frame()
    assert list(frame.columns)[5:] == ["value", "value_low", "value_high", "unit"]
    assert list(found.to_frame("dict")) == list(frame.columns)
    told = frame.set_index("name")
    document = found.model.to_dict()
    for move in document["transitions"]:
        pair = f"{move['from']}>{move['to']}"
        rate = told.loc[f"rate:{pair}"]
        assert rate.value == pytest.approx(move["rate"], rel=1e-12)
        assert rate.unit == "rate per day"
        for name, weight in move.get("effects", {}).items():
            effect = told.loc[f"effect:{pair}:{name}"]
            assert effect.value == pytest.approx(math.exp(weight))
            assert effect.unit == "hazard ratio"
    assert np.all(frame.value_low < frame.value)
    assert np.all(frame.value < frame.value_high)


@pytest.mark.parametrize(
    ("name", "estimate", "value", "unit"),
    [
        ("rate:a>b", 0.0, 1.0, "rate per day"),  # half of its cap
        ("rate:b>a", math.log(0.3), 0.3, "rate per day"),
        ("given:used:a = given:used:b", 0.0, 0.5, "probability"),
        ("given:mood:a:mean", -2.0, -2.0, "mean"),
        ("given:mood:a:sd", math.log(2.0), 2.0, "sd"),
        ("given:drinks:a:mean", math.log(2.0), 2.0, "mean"),
        ("given:sleep:a:2", math.log(2.0), 2.0, "odds against the likeliest level"),
        ("initial:b", math.log(2.0), 2.0, "odds against the likeliest stage"),
        ("start:b", math.log(2.0), 2.0, "odds ratio"),
        ("half_life:mood", math.log(2.0), 2.0, "days"),
        ("loading:toward_use", -0.5, -0.5, "loading"),
        ("effect:a>b:stress", 1000.0, math.inf, "hazard ratio"),
    ],
)
def test_each_kind_of_number_has_a_unit(
    name: str, estimate: float, value: float, unit: str
) -> None:
    document = {
        "transitions": [
            {"from": "a", "to": "b", "max_rate": 2.0},
            {"from": "b", "to": "a"},
        ],
        "items": [
            {"id": "used", "family": "bernoulli"},
            {"id": "mood", "family": "normal"},
            {"id": "drinks", "family": "poisson"},
            {"id": "sleep", "family": "categorical"},
        ],
    }
    one = np.array([estimate])
    told = in_natural_units([name], document, one, one, one)
    assert told["value"][0] == pytest.approx(value)
    assert told["unit"][0] == unit


@pytest.mark.filterwarnings("ignore:fit. nobody ever told of use")
def test_what_the_data_do_not_tell_is_said() -> None:
    seen_once = {"person": ["A"], "time": [0.0], "used": [0]}
    result = relapse.fit(seen_once, TRUTH, starts=1, max_iterations=20, prior=None)
    assert "the data say next to nothing about" in result.message
    assert np.all(np.isfinite(result.estimates))
    assert "not told by the data" in result.summary()
    twice = {"person": ["A", "A"], "time": [0.0, 3650.0], "used": [0, None]}
    result = relapse.fit(twice, TRUTH, starts=1, max_iterations=20)
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
    assert result.status == "stopped"
    assert seen
    limited = relapse.fit(many, TRUTH, start="data", starts=50, max_seconds=0.05)
    assert limited.status == "time_limit"


#: Says on a line of its own when it may be interrupted, and at the end what came of it.
INTERRUPTED = """
import json, sys, time, relapse
model = relapse.Model.from_json(sys.argv[2])
when, told = sys.argv[1], []
# One evaluation of many takes longer than from one call of the progress to the next.
persons = 20000 if when == "first" else 1500
data = relapse.simulate(model, persons=persons, days=60, frame="dict")

def progress(evaluations, best):
    if not told and (when == "first" or best > float("-inf")):
        told.append(best)
        print("now", flush=True)
        if when == "first":
            time.sleep(60)

try:
    found = relapse.fit(data, model, starts=50, progress=progress)
    print(json.dumps([found.status, found.message, found.log_likelihood, told[0]]))
    print(found.model.content_hash == model.content_hash)
except KeyboardInterrupt:
    print("nothing")
"""


def interrupted(*command: str, cwd: Path | None = None) -> tuple[int, str]:
    """Run a command, press Ctrl-C when it says `now`, and return what it said."""
    with subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()
    return process.returncode, said


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_hands_over_what_was_found() -> None:
    code, said = interrupted("-c", INTERRUPTED, "found", TRUTH.to_json())
    first, same = said.splitlines()
    status, message, found, begun = json.loads(first)
    assert code == 0 and same == "False"
    assert status == "interrupted" and message.startswith("interrupted; stopped")
    assert "no time for the standard errors" in message
    assert found >= begun


FIT_BY_THE_COMMAND = """
import sys, relapse
from relapse._cli.main import main
fit, told = relapse.fit, []

def watched(*given, **named):
    def progress(evaluations, best):
        if not told and best > float("-inf"):
            told.append(best)
            print("now", flush=True)
    return fit(*given, **(named | {"progress": progress}))

relapse.fit = watched
words = "fit data.csv --model model.json --starts 50 -o fitted.json"
sys.exit(main(words.split()))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_leaves_the_model_of_last_week(tmp_path: Path) -> None:
    data = relapse.simulate(TRUTH, persons=1500, days=60)
    TRUTH.save(tmp_path / "model.json")
    data.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "fitted.json").write_text("last week")
    code, said = interrupted("-c", FIT_BY_THE_COMMAND, cwd=tmp_path)
    assert code == 130
    assert "fitted.interrupted.json: interrupted" in said
    assert "fitted.json: is as it was before" in said
    assert (tmp_path / "fitted.json").read_text() == "last week"
    assert relapse.Model.load(tmp_path / "fitted.interrupted.json").stages


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_before_anything_was_found_is_what_it_always_is() -> None:
    assert interrupted("-c", INTERRUPTED, "first", TRUTH.to_json()) == (0, "nothing\n")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"free": ["no_such"]}, "no_such"),
        ({"free": "rate"}, "list of names"),
        ({"constraints": {"tied": []}}, "tied"),
        ({"constraints": {"not_negative": ["rate:stable>warning"]}}, "a rate, which is"),
        ({"constraints": {"not_positive": ["persist*"]}}, "a share, which is"),
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


@pytest.mark.parametrize("columns", [{}, {"mood": 1}])
def test_check_ins_that_answer_nothing_are_refused(columns: dict[str, int]) -> None:
    times = pd.DataFrame({"person": np.repeat(["a", "b"], 5), "time": [*range(5)] * 2})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", relapse.UnknownColumnWarning)
        with pytest.raises(relapse.InvalidInput, match=r"answer no item.*used, sleep"):
            relapse.fit(times.assign(**columns), TRUTH)


def test_determinants_and_gaps_are_nothing_to_fit_to(data: pd.DataFrame) -> None:
    alone = data.drop(columns=["used", "sleep"])
    gaps = alone.assign(used=np.nan)
    unknown = gaps.assign(stage=None, used_days_ago=np.nan)
    for table in (alone, gaps, unknown):
        with pytest.raises(relapse.InvalidInput, match=r"nothing to fit to.*used, sleep"):
            relapse.fit(table, TRUTH, starts=1)
    known = alone.assign(stage=["stable", "lapse"] * (len(alone) // 2))
    fitted = relapse.fit(known, TRUTH, starts=1, covariance="none", max_iterations=3)
    assert fitted.log_likelihood < 0


def test_a_fit_where_nobody_used_says_so(data: pd.DataFrame) -> None:
    settings: dict[str, Any] = {"starts": 1, "covariance": "none", "max_iterations": 3}
    with pytest.warns(UserWarning, match=r"nobody ever told of use \(used\)"):
        never = relapse.fit(data.assign(used=0), TRUTH, prior=1.0, **settings)
    assert "nobody ever told of use (used)" in never.message
    known = data.assign(used=0, stage=None)
    known.loc[known.index[3], "stage"] = "lapse"
    assert "nobody" not in relapse.fit(known, TRUTH, prior=1.0, **settings).message


def test_an_outcome_that_is_no_sign_is_refused_with_those_that_are(
    data: pd.DataFrame,
) -> None:
    rule = {"id": "next", "item": "used", "answer": 1, "after_days": 1.0}
    model = relapse.Model.from_dict(document() | {"outcomes": [rule]})
    for outcome, words in (("next", "its item, 'used'"), ("stress", "are used, sleep")):
        with pytest.raises(relapse.InvalidInput, match=words):
            relapse.fit(data, model, objective="outcome", outcome=outcome)


def test_a_bad_row_is_named(data: pd.DataFrame) -> None:
    bad = data.astype({"sleep": float}).copy()
    bad.loc[5, "sleep"] = 7.0
    with pytest.raises(relapse.CheckInError, match=r"row 5.*sleep"):
        relapse.fit(bad, TRUTH)


def walking_document() -> dict[str, Any]:
    """Three stages, a determinant that is a count of steps, a normal item."""
    source = {"source": "test"}
    return {
        "schema": "relapse/model/1", "id": "steps", "version": "1", "title": "steps",
        "stages": [{"id": "A"}, {"id": "B"}, {"id": "L", "use": "lapse"}],
        "initial": {"A": 0.6, "B": 0.3, "L": 0.1},
        "transitions": [
            {"from": "A", "to": "B", "rate": 0.2, "direction": "toward_use",
             "effects": {"x": 0.9}, **source},
            {"from": "B", "to": "A", "rate": 0.15, "direction": "recovery", **source},
            {"from": "B", "to": "L", "rate": 0.1, "direction": "toward_use",
             "effects": {"x": 0.5}, **source},
            {"from": "L", "to": "A", "rate": 0.4, "direction": "recovery", **source},
        ],
        "items": [
            {"id": "used", "role": "use", "family": "bernoulli", **source,
             "given": {"A": 0.02, "B": 0.05, "L": 0.8}},
            {"id": "m", "role": "sign", "family": "normal", **source,
             "given": {"A": {"mean": 7, "sd": 1.5}, "B": {"mean": 5, "sd": 1.2},
                       "L": {"mean": 4, "sd": 2}}},
            {"id": "x", "role": "determinant", **source, "scale": [0, 4],
             "simulate": {"mean": 1.5, "sd_between": 0.5, "sd_within": 0.8,
                          "half_life_days": 2}},
        ],
        "determinants": [
            {"id": "x", "item": "x", "reference": 0.25, "memory": {"kind": "last"}}
        ],
        "horizons_days": [7],
        "levels": {"horizon_days": 7, "lower_after_days": 3,
                   "cuts": {"guarded": 0.05, "elevated": 0.15, "high": 0.35,
                            "critical": 0.65}},
        "calibration": {"status": "test"},
    }  # fmt: skip


@pytest.fixture(scope="module")
def walking() -> dict[str, Any]:
    model = relapse.Model.from_dict(walking_document())
    found: dict[str, Any] = relapse.simulate(
        model, persons=40, days=40, every=2, seed=1, frame="dict"
    )
    return found


#: By how much a determinant and a measurement are multiplied, and what is added to that.
UNITS = [
    (7000.0, 1.0, 0.0),
    (0.25, 1000.0, 0.0),
    (1e-3, 1e-3, 0.0),
    (1e6, 1e-6, 0.0),
    (1.0, 1e6, -3e6),
    (1.0, 1.0, 40.0),
    (1e3, 1e-3, 5.0),
]


def fit_in_units(
    data: dict[str, Any], x: float, m: float, b: float, **settings: Any
) -> relapse.FitResult:
    """Fit check-ins told in other units; a start from data ignores those of the model."""
    document = walking_document()
    del document["items"][2]["scale"]
    document["determinants"][0]["reference"] = 0
    for move in document["transitions"]:
        if "effects" in move:
            move["effects"] = {"x": 0.0}
    if settings.get("start") != "data":
        for law in document["items"][1]["given"].values():
            law["mean"] = law["mean"] * m + b
            law["sd"] *= m
    scaled = {**data, "x": data["x"] * x, "m": data["m"] * m + b}
    return relapse.fit(scaled, relapse.Model.from_dict(document), **settings)


@pytest.mark.parametrize(
    ("settings", "persons"),
    [
        ({"starts": 1}, 40),
        ({"starts": 1}, 6),  # so few that there is a prior
        ({"starts": 2, "prior": {"effect": 30, "given": 5}}, 40),
        ({"starts": 2, "start": "data"}, 40),
    ],
)
def test_units_scale_numbers_and_standard_errors_and_nothing_else(
    settings: dict[str, Any], persons: int, walking: dict[str, Any]
) -> None:
    names = list(dict.fromkeys(walking["person"]))[:persons]
    kept = np.isin(walking["person"], names)
    data = {name: np.asarray(values)[kept] for name, values in walking.items()}
    plain = fit_in_units(data, 1.0, 1.0, 0.0, **settings)
    assert (plain.prior is None) == (persons == 40 and settings != {
        "starts": 2, "start": "data"})  # fmt: skip
    answered = np.isfinite(data["m"]).sum()
    for x, m, b in UNITS:
        other = fit_in_units(data, x, m, b, **settings)
        assert other.status == plain.status == "converged"
        # The same place, not one from which another search would still rise.
        in_plain_units = other.log_likelihood + answered * np.log(m)
        assert in_plain_units == pytest.approx(plain.log_likelihood, abs=1e-4)
        assert other.log_prior == pytest.approx(plain.log_prior, abs=1e-3)
        for name in plain.names:
            is_measured = name.startswith("given:m:")
            is_mean = is_measured and name.endswith(":mean")
            unit = 1.0 / x if name.startswith("effect") else m if is_mean else 1.0
            shift = b if is_mean else np.log(m) if is_measured else 0.0
            error = plain.standard_error(name) * unit
            assert other.standard_error(name) == pytest.approx(error, rel=0.005), name
            expected = plain[name] * unit + shift
            assert other[name] == pytest.approx(expected, abs=0.01 * error), name


def test_a_likelihood_ratio_is_refused_where_it_has_no_meaning(
    data: pd.DataFrame, found: relapse.FitResult
) -> None:
    fixed = {"constraints": {"fixed": ["effect"]}, "starts": 1, "covariance": "none"}

    def smaller(table: Any = data, model: relapse.Model = TRUTH, **more: Any) -> Any:
        return relapse.fit(table, model, **(fixed | more))

    held = smaller()
    others = data.copy()
    others.loc[0, "used"] = (
        1 - others.loc[0, "used"] if others.loc[0, "used"] in (0, 1) else 1
    )
    halted = document()
    halted["transitions"][0]["effects"] = {"stress": -3.0}
    short = relapse.fit(
        data,
        relapse.Model.from_dict(halted),
        starts=1,
        max_iterations=1,
        covariance="none",
    )
    assert short.log_likelihood < held.log_likelihood
    refused = {
        "ended .* below the smaller one": lambda: short.likelihood_ratio(held),
        "of other check-ins": lambda: found.likelihood_ratio(smaller(others)),
        "more than the likelihood": lambda: found.likelihood_ratio(smaller(prior=1.0)),
        "not at its maximum": lambda: found.likelihood_ratio(smaller(max_iterations=1)),
        "is no part of this fit": lambda: smaller(
            constraints={"fixed": ["initial"]}
        ).likelihood_ratio(
            smaller(free=["effect", "initial"], constraints={"fixed": ["rate"]})
        ),
    }
    for match, test in refused.items():
        with pytest.raises(relapse.InvalidInput, match=match):
            test()
    aimed = smaller(prior=1.0)
    assert np.isnan(aimed.aic)
    assert np.isnan(aimed.bic)
    assert "no AIC or BIC" in aimed.summary()
    assert np.isnan(short.aic)
    assert np.isnan(short.bic)
