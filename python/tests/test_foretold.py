"""Outcomes that a document names: foretold, observed, judged and recalibrated."""

from __future__ import annotations

import json
import math
import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import relapse

WEEKLY = {
    "id": "used_next_week",
    "item": "used",
    "answer": "yes",
    "given": "observed",
    "after_days": 7,
}
RUN = {"id": "three_bad", "item": "used", "answer": ["yes", None], "run": 3, "weeks": 6}


def document(*outcomes: dict[str, Any], factor: float = 1.0) -> dict[str, Any]:
    """Two stages and one weekly answer, which may be missing."""
    return {
        "schema": "relapse/model/1",
        "id": "weekly",
        "version": "1.0.0",
        "stages": [{"id": "well"}, {"id": "use", "use": "relapse"}],
        "initial": {"well": 0.7, "use": 0.3},
        "transitions": [
            {"from": "well", "to": "use", "rate": 0.02 * factor, "max_rate": 1.0,
             "direction": "toward_use", "source": "test"},
            {"from": "use", "to": "well", "rate": 0.04, "direction": "recovery"},
        ],
        "items": [
            {"id": "used", "role": "use", "family": "categorical", "levels": 2,
             "labels": ["no", "yes"], "missing_is_a_level": True,
             "given": {"well": [0.85, 0.05, 0.1], "use": [0.15, 0.65, 0.2]}},
        ],
        "horizons_days": [7],
        "levels": {"horizon_days": 7, "cuts": {"guarded": 0.1, "elevated": 0.2,
                                               "high": 0.4, "critical": 0.8}},
        "calibration": {"status": "test"},
        **({"outcomes": list(outcomes)} if outcomes else {}),
    }  # fmt: skip


def model(*outcomes: dict[str, Any], factor: float = 1.0) -> relapse.Model:
    return relapse.Model.from_dict(document(*outcomes, factor=factor))


def weeks(world: relapse.Model, persons: int, seed: int = 1) -> pd.DataFrame:
    table = relapse.simulate(
        world, persons=persons, days=20 * 7, every=7.0, seed=seed, frame="pandas"
    )
    assert isinstance(table, pd.DataFrame)
    return table


def test_an_outcome_is_what_the_forecasts_say() -> None:
    monitor = relapse.Monitor(model(WEEKLY, RUN))
    for time, answers, missing in (
        (0.0, {"used": 0}, {}),
        (7.0, {}, {"used": "not_performed"}),
        (14.0, {"used": 1}, {}),
    ):
        seen = monitor.update(time, answers, missing)
        told = monitor.forecast("used", 7.0)
        there = told["level_0"] + told["level_1"]
        run = monitor.run_probability("used", ["yes", None], run=3, weeks=6)
        expected = {"used_next_week": told["level_1"] / there, "three_bad": run}
        assert seen.outcomes == pytest.approx(expected, rel=1e-12)


def test_score_gives_what_a_loop_over_updates_gives() -> None:
    asked = model(WEEKLY, RUN)
    table = weeks(asked, 4)
    table = table[table["used"].notna()][["person", "time", "used"]]
    scores = relapse.score(table, asked)
    for _, rows in table.groupby("person"):
        monitor = relapse.Monitor(asked)
        for row, (time, used) in zip(
            rows.index, rows[["time", "used"]].to_numpy(), strict=True
        ):
            seen = monitor.update(time, {"used": used}).outcomes
            for name, probability in seen.items():
                assert scores.loc[row, f"outcome_{name}"] == probability


LINE = WEEKLY | {
    "id": "used_on_line",
    "given": "all",
    "recalibration": {"intercept": 0.3, "slope": 0.8, "status": "test"},
}


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_drivers_of_outcomes_add_up_to_their_change(kind: Any) -> None:
    asked = model(WEEKLY, RUN, LINE)
    table = kind(dict(weeks(asked, 4)))
    found = relapse.drivers(table, asked, outcomes=["three_bad", LINE])
    assert isinstance(found, kind)
    reasons = pd.DataFrame({name: found[name].to_numpy() for name in found.columns})
    names = ["person", "time", "outcome", "driver", "kind", "contribution"]
    assert list(reasons) == names
    assert set(reasons["outcome"]) == {"three_bad", "used_on_line"}
    assert set(reasons["kind"]) == {"time", "sign"}
    sums = reasons.groupby(["outcome", "person", "time"])["contribution"].sum()
    scores = relapse.score(weeks(asked, 4), asked)
    for person, own in scores.sort_values("time").groupby("person"):
        for outcome in ("three_bad", "used_on_line"):
            changes = own[f"outcome_{outcome}"].diff().iloc[1:].to_numpy()
            explained = [sums[outcome, person, when] for when in own["time"]][1:]
            assert np.abs(changes).max() > 0.01
            assert np.abs(changes - np.array(explained)).max() < 1e-9


def test_drivers_of_the_risk_are_as_they_were_beside_outcomes() -> None:
    asked = model(WEEKLY, RUN)
    table = weeks(asked, 3)
    names = ["person", "time", "driver", "kind", "contribution"]
    of_risk = relapse.drivers(table, asked)
    assert list(of_risk) == names
    pd.testing.assert_frame_equal(of_risk, relapse.drivers(table, model()))
    nothing = relapse.drivers(table, asked, outcomes=[])
    assert list(nothing) == [*names[:2], "outcome", *names[2:]]
    assert len(nothing) == 0
    with pytest.raises(relapse.InvalidInput, match="names no outcome of this id"):
        relapse.drivers(table, asked, outcomes=["relapse"])
    broken = table.assign(time=table["time"].where(table.index != 1, np.nan))
    reasons, errors = relapse.drivers(
        broken, asked, outcomes=["three_bad"], on_error="collect"
    )
    assert len(errors) == 1
    assert set(reasons["outcome"]) == {"three_bad"}


def test_a_monitor_explains_outcomes_where_it_is_asked_to() -> None:
    asked = model(WEEKLY, RUN)
    monitor = relapse.Monitor(asked, outcome_drivers=True)
    usual = relapse.Monitor(asked)
    last: relapse.Assessment | None = None
    for week, used in enumerate(["no", "yes", "yes"]):
        if week == 2:
            monitor = pickle.loads(pickle.dumps(monitor))
        seen = monitor.update(7.0 * week, {"used": used})
        without = usual.update(7.0 * week, {"used": used})
        assert without.outcome_drivers == {"used_next_week": [], "three_bad": []}
        assert [d.contribution for d in seen.drivers] == [
            d.contribution for d in without.drivers
        ]
        written = {each["id"]: each for each in seen.to_dict()["outcomes"]}
        for outcome, reasons in seen.outcome_drivers.items():
            assert [d.id for d in reasons] == ["time", "used"]
            assert written[outcome]["drivers"] == [
                {"kind": d.kind, "id": d.id, "contribution": d.contribution}
                for d in reasons
            ]
            if last is not None:
                change = seen.outcomes[outcome] - last.outcomes[outcome]
                assert sum(d.contribution for d in reasons) == pytest.approx(
                    change, abs=1e-9
                )
        assert all("drivers" not in each for each in without.to_dict()["outcomes"])
        last = seen
    again = relapse.Monitor.restore(asked, monitor.snapshot(), outcome_drivers=True)
    for found, expected in zip(
        again.update(21.0, {"used": "no"}).outcome_drivers.values(),
        monitor.update(21.0, {"used": "no"}).outcome_drivers.values(),
        strict=True,
    ):
        assert [(d.id, d.contribution) for d in found] == [
            (d.id, d.contribution) for d in expected
        ]


def test_outcomes_are_chosen_by_id_or_given_as_rules() -> None:
    asked, plain = model(WEEKLY, RUN), model()
    table = weeks(plain, 2)
    both = relapse.score(table, asked)
    one = relapse.score(table, asked, outcomes=["three_bad"])
    given = relapse.score(table, plain, outcomes=[WEEKLY])
    assert [c for c in both if c.startswith("outcome_")] == [
        "outcome_used_next_week",
        "outcome_three_bad",
    ]
    assert [c for c in one if c.startswith("outcome_")] == ["outcome_three_bad"]
    assert given["outcome_used_next_week"].equals(both["outcome_used_next_week"])
    assert not [c for c in relapse.score(table, plain) if c.startswith("outcome_")]
    assert not [
        c for c in relapse.score(table, asked, outcomes=[]) if c.startswith("outcome_")
    ]
    for wrong, words in (
        (["nobody"], "no outcome of this id"),
        ("three_bad", "a list"),
        ([3], "an id or a rule"),
    ):
        with pytest.raises(relapse.InvalidInput, match=words):
            relapse.score(table, asked, outcomes=wrong)  # type: ignore[call-overload]


def test_what_came_is_the_answer_nearest_to_its_time() -> None:
    table = pd.DataFrame(
        {
            "person": ["a"] * 6 + ["b"] * 2,
            "time": [0.0, 7.5, 14.0, 30.0, 37.0, 44.0, 0.0, 3.0],
            "used": [0.0, 1.0, 0.0, 1.0, np.nan, 1.0, 0.0, 1.0],
        }
    )
    found = relapse.observed_outcomes(table, model(WEEKLY))
    came = found["came_used_next_week"].tolist()
    # 30 is 16 days after 14; 37 is not answered; 3 days are not a week.
    expected = [1.0, 0.0, math.nan, math.nan, 1.0, math.nan, math.nan, math.nan]
    assert came == pytest.approx(expected, nan_ok=True)
    everything = relapse.observed_outcomes(table, model(WEEKLY | {"given": "all"}))
    assert everything["came_used_next_week"].tolist() == pytest.approx(
        [1.0, 0.0, math.nan, 0.0, 1.0, math.nan, math.nan, math.nan], nan_ok=True
    )


def at_times(times: list[float], after_days: float) -> list[str]:
    """Return what is warned of an outcome of three people who were asked at these."""
    table = {
        "person": np.repeat(["a", "b", "c"], len(times)),
        "time": np.tile(times, 3),
        "used": np.tile(np.arange(len(times)) % 2.0, 3),
    }
    asked = model(WEEKLY | {"after_days": after_days})
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        relapse.observed_outcomes(table, asked)
    return [str(each.message) for each in told]


def test_pairs_that_are_not_with_the_next_check_in_are_told() -> None:
    clock = [day + hour / 24 for day in range(14) for hour in (10, 15, 20.5)]
    (told,) = at_times(clock, 1 / 3)
    # Each morning is paired with the evening, and no evening with anything.
    assert "of 123 check-ins that have a later one, 42 are paired with another" in told
    assert "and 39 with none" in told
    twice = [day + hour / 24 for day in range(14) for hour in (9, 13)]
    assert "of 81 check-ins" in at_times(twice, 0.5)[0]
    answered = [k / 3 for k in range(90) if k % 5 in (0, 2)]
    assert "with none" in at_times(answered, 1 / 3)[0]


def test_pairs_as_they_were_meant_are_told_nothing_of() -> None:
    random = np.random.default_rng(1)
    daily = np.sort(np.arange(60) + random.normal(0, 0.15, 60))
    visits = np.arange(30) * 7.0 + random.normal(0, 1.0, 30)
    for times, after_days in (
        (np.arange(60) / 3, 1 / 3),  # counted in prompts
        (np.arange(60)[random.random(60) > 0.3] / 3, 1 / 3),  # some rows left out
        (daily, 1.0),
        (daily, 7.0),
        (daily, 3.0),
        (visits, 7.0),
        (visits[random.random(30) > 0.3], 7.0),
        (np.sort(np.concatenate([visits, visits + 3.0])), 7.0),
        (np.array([3.0]), 7.0),  # nobody has a later one
    ):
        assert at_times(times.tolist(), after_days) == []


def test_a_run_counts_weeks_without_a_check_in_as_missing() -> None:
    table = pd.DataFrame(
        {
            "person": ["a"] * 4,
            "time": [0.0, 7.0, 14.0, 42.0],
            "used": [0.0, 1.0, 0.0, 0.0],
        }
    )
    found = relapse.observed_outcomes(table, model(RUN))
    # From 0 and from 7 weeks 3, 4 and 5 are missing; the last row has no later one.
    assert found["came_three_bad"].tolist() == pytest.approx(
        [1.0, 1.0, 1.0, math.nan], nan_ok=True
    )
    alone = relapse.observed_outcomes(table, model(RUN | {"answer": "yes"}))
    assert alone["came_three_bad"].tolist()[:3] == [0.0, 0.0, 0.0]


def test_an_outcome_that_nobody_answers_is_named() -> None:
    table = pd.DataFrame({"person": ["a", "a"], "time": [0.0, 7.0], "used": [np.nan] * 2})
    with pytest.raises(relapse.InvalidInput, match="never answer"):
        relapse.observed_outcomes(table, model(WEEKLY))
    with pytest.raises(relapse.InvalidInput, match="names none"):
        relapse.observed_outcomes(table, model())


def test_evaluate_finds_an_outcome_by_its_id() -> None:
    asked = model(WEEKLY)
    pairs = relapse.observed_outcomes(weeks(asked, 60), asked)
    found = relapse.evaluate(pairs, outcome="used_next_week", draws=0)
    assert found["calibration_slope"].value == pytest.approx(1.0, abs=0.15)
    assert found["auroc"].value > 0.6
    with pytest.raises(relapse.InvalidInput, match="outcome_nobody"):
        relapse.evaluate(pairs, outcome="nobody")


def test_fifty_people_are_enough_to_find_rates_that_are_off() -> None:
    asked = model(WEEKLY, factor=0.4)
    world = model()
    result = relapse.recalibrate(weeks(world, 50), asked, draws=200)
    assert result.shift is not None
    assert result.shift.applied
    assert result.shift.toward_use == pytest.approx(math.log(1 / 0.4), abs=0.5)
    others = weeks(world, 300, seed=9)
    figures = [
        relapse.evaluate(
            relapse.observed_outcomes(others, each), outcome="used_next_week", draws=0
        )
        for each in (asked, result.model)
    ]
    assert abs(figures[1]["calibration_intercept"].value) < 0.5 * abs(
        figures[0]["calibration_intercept"].value
    )
    assert figures[1]["brier"].value < figures[0]["brier"].value
    said = result.model.to_dict()
    assert said["version"].startswith("1.0.0+recalibrated.")
    assert "50 persons" in said["calibration"]["status"]
    assert "recalibrated to 50 persons" in said["transitions"][0]["source"]
    assert "rates moved" in result.summary()


def test_a_line_alone_mends_what_is_said_too_surely() -> None:
    sure = document(WEEKLY | {"recalibration": {"intercept": 0, "slope": 3,
                                                "status": "too sure"}})  # fmt: skip
    asked = relapse.Model.from_dict(sure)
    result = relapse.recalibrate(weeks(model(), 80), asked, rates=False, draws=200)
    line = result.outcomes["used_next_week"]
    assert result.shift is None
    assert line.applied
    assert line.gain_low > 0.0
    assert not line.problem
    assert line.slope == pytest.approx(1.0, abs=0.25)
    assert line.log_loss_after < line.log_loss_before
    kept = result.model.to_dict()["outcomes"][0]["recalibration"]
    assert (kept["intercept"], kept["slope"]) == (line.intercept, line.slope)


def test_too_few_people_change_nothing_and_are_named() -> None:
    asked = model(WEEKLY)
    result = relapse.recalibrate(weeks(asked, 12), asked, draws=100)
    line = result.outcomes["used_next_week"]
    assert not line.applied
    assert "not enough to tell: 12 persons" in line.problem
    assert result.shift is None or not result.shift.applied
    assert result.model.content_hash == asked.content_hash


@pytest.mark.parametrize("persons", [1, 3])
def test_fewer_people_than_folds_are_too_few_and_no_error(persons: int) -> None:
    asked = model(WEEKLY)
    result = relapse.recalibrate(weeks(asked, persons), asked)
    assert f"not enough to tell: {persons} persons" in result.summary()
    assert "nan" not in result.summary()
    assert result.folds == persons
    assert result.model.content_hash == asked.content_hash
    with pytest.raises(relapse.InvalidInput, match="folds: is 0"):
        relapse.recalibrate(weeks(asked, 3), asked, folds=0)


def test_too_few_people_do_not_move_rates_that_are_far_off() -> None:
    asked = model(WEEKLY, factor=0.05)
    result = relapse.recalibrate(weeks(model(), 15), asked, draws=100)
    assert result.shift is not None
    assert not result.shift.applied
    assert "not enough to tell" in result.shift.problem
    assert result.model.content_hash == asked.content_hash


def test_rates_stay_where_the_outcome_is_foretold_no_better_for_them() -> None:
    # A mood that comes and goes asks for fast movements; use is a slow matter.
    mood = {"id": "mood", "role": "sign", "family": "bernoulli",
            "given": {"well": 0.05, "use": 0.95}}  # fmt: skip
    table = weeks(model(), 40)
    table["mood"] = np.random.default_rng(1).integers(0, 2, len(table))
    known = document(WEEKLY)
    known["items"].append(mood)
    asked = relapse.Model.from_dict(known)
    result = relapse.recalibrate(table, asked, draws=100)
    assert result.shift is not None
    assert result.shift.gain_low > 0.0
    assert not result.shift.applied
    assert "no better than by a line alone" in result.shift.problem
    assert result.shift.problem in result.summary()
    rates = [rule["rate"] for rule in result.model.to_dict()["transitions"]]
    assert rates == [rule["rate"] for rule in known["transitions"]]


def test_recalibration_on_the_command_line(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from relapse._cli.main import main

    (tmp_path / "weekly.json").write_text(json.dumps(document(WEEKLY, factor=0.4)))
    weeks(model(), 50).to_csv(tmp_path / "weeks.csv", index=False)
    output, figure = tmp_path / "mine.json", tmp_path / "before_after.png"
    status = main(
        ["recalibrate", str(tmp_path / "weeks.csv"), "--model",
         str(tmp_path / "weekly.json"), "-o", str(output), "--figure", str(figure),
         "--draws", "100", "--json"]
    )  # fmt: skip
    said = json.loads(capsys.readouterr().out)
    assert status == 0
    assert said["shift"]["applied"]
    assert relapse.Model.load(output).version.startswith("1.0.0+recalibrated.")
    assert figure.read_bytes().startswith(b"\x89PNG")


def test_a_structure_without_numbers_is_fitted_from_data() -> None:
    world = model()
    table = weeks(world, 150)
    bare = relapse.Model.from_structure(
        ["well", {"id": "use", "use": "relapse"}],
        items=[{"id": "used", "role": "use", "family": "categorical", "levels": 2,
                "labels": ["no", "yes"], "missing_is_a_level": True}],
    )  # fmt: skip
    assert "placeholder" in bare.to_dict()["calibration"]["status"]
    found = relapse.fit(table, bare, start="data", starts=3, covariance="none")
    best = relapse.fit(table, world, starts=1, covariance="none", prior=None)
    assert found.status == "converged"
    assert found.log_likelihood == pytest.approx(best.log_likelihood, abs=0.5)


TWO = ["well", {"id": "use", "use": "lapse"}]
USED = {"id": "used", "role": "use", "family": "bernoulli"}
LABELLED = {"id": "mood", "family": "categorical", "labels": ["low", "high"]}


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((["a", "b"],), "of use"),
        (("ab",), "stages: must be a list"),
        ((["a", {"id": "b", "use": "lapse"}], "some"), "transitions"),
        ((["a", {"id": "b", "use": "lapse"}], [("a", "c")]), "one of the stages"),
        ((["a", {"id": "b", "use": "lapse"}], "all", [{"id": "x"}]), "a family"),
        (([{"id": "use", "use": "lapse"}], "all", [USED]), "two or more"),
        ((TWO, "all", [LABELLED]), "'levels', their count"),
        ((TWO, "all", [LABELLED | {"levels": ["no", "yes"]}]), "'levels', their count"),
    ],
)
def test_a_structure_that_is_none_is_refused(parts: tuple[Any, ...], words: str) -> None:
    with pytest.raises(relapse.InvalidInput, match=words):
        relapse.Model.from_structure(*parts)


def test_a_fit_says_what_it_did() -> None:
    table = weeks(model(), 30)
    found = relapse.fit(table, model(), free=["rate"], starts=1, covariance="none")
    said = found.model.to_dict()
    assert said["id"] == "weekly_fitted"
    assert said["version"].startswith("1.0.0+fit.")
    assert said["calibration"]["status"].startswith("fitted to 30 persons")
    assert "sha256" in said["calibration"]["source"]
    assert said["transitions"][0]["source"].startswith("fitted to 30 persons")
    assert "source" not in said["items"][0]
    assert found.prior is None


def test_more_numbers_than_people_can_tell_are_held() -> None:
    standard = relapse.Model.standard()
    table = relapse.simulate(standard, persons=15, days=20, seed=3)
    found = relapse.fit(table, standard, starts=1, covariance="none", max_iterations=2)
    assert found.prior == 1.0
    assert "prior of strength 1" in found.message
    assert math.isnan(found.aic)
    free = relapse.fit(
        table, standard, starts=1, covariance="none", max_iterations=2, prior=None
    )
    assert free.prior is None


def test_answers_are_rounded_on_request_and_the_error_is_said() -> None:
    standard = relapse.Model.standard()
    table = relapse.simulate(standard, persons=5, days=10, seed=3, frame="pandas")
    table["stress"] = table["stress"].astype(float) + 0.03
    table["stress"] = table["stress"].clip(upper=10.0)
    found = relapse.fit(
        table, standard, free=["rate"], starts=1, covariance="none", max_iterations=2,
        quantise={"stress": 0.5},
    )  # fmt: skip
    assert "stress was rounded to steps of 0.5: by 0.03 at most" in found.message
    for wrong in ({"nobody": 1.0}, {"stress": 0.0}, {"isolating": 1.0}):
        with pytest.raises(relapse.InvalidInput, match="quantise"):
            relapse.fit(table, standard, quantise=wrong)
