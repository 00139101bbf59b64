"""Determinants that are told for the time ahead."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import relapse

OUTCOME = {"id": "used_soon", "item": "used", "answer": 1, "after_days": 5}


@pytest.fixture(scope="module")
def model() -> relapse.Model:
    document = relapse.Model.from_structure(
        ["well", "wavering", {"id": "use", "use": "lapse"}],
        items=[
            {"id": "used", "role": "use", "family": "bernoulli"},
            {"id": "phase_2", "role": "determinant", "scale": [0, 1]},
        ],
        determinants=[{"id": "phase_2", "item": "phase_2", "indicator": True}],
        outcomes=[OUTCOME],
    ).to_dict()
    for transition in document["transitions"]:
        if transition["direction"] == "toward_use":
            transition["effects"] = {"phase_2": 1.5}
    return relapse.Model.from_dict(document)


@pytest.fixture(scope="module")
def check_ins() -> pd.DataFrame:
    rows = [(name, float(day), 0.0, 0.0) for name in ("A", "B") for day in range(6)]
    return pd.DataFrame(rows, columns=["person", "time", "used", "phase_2"])


def plan_from(starts: dict[str, float], until: float = 60.0) -> pd.DataFrame:
    rows = [(name, day, 1.0) for name, day in starts.items()]
    rows += [(name, until, np.nan) for name in starts]
    return pd.DataFrame(rows, columns=["person", "time", "phase_2"])


def test_who_changes_sooner_is_at_another_risk(
    model: relapse.Model, check_ins: pd.DataFrame
) -> None:
    plan = plan_from({"B": 6.0, "A": 20.0})
    scores = relapse.score(check_ins, model, plan=plan).groupby("person").last()
    without = relapse.score(check_ins, model).groupby("person").last()
    for column in ("risk_7d", "outcome_used_soon"):
        assert scores.loc["B", column] > scores.loc["A", column] * 1.2
        assert scores.loc["A", column] == pytest.approx(without.loc["A", column])
    assert scores.loc["A", "risk_30d"] > without.loc["A", "risk_30d"] * 1.05
    ahead = relapse.forecast(check_ins, model, item="used", days=5, plan=plan)
    assert ahead.set_index("person")["level_1"].to_dict() == pytest.approx(
        scores["outcome_used_soon"].to_dict()
    )


def test_a_monitor_says_the_same(model: relapse.Model, check_ins: pd.DataFrame) -> None:
    scores = relapse.score(check_ins, model, plan=plan_from({"A": 8.0, "B": 8.0}))
    monitor = relapse.Monitor(model)
    for day, used, phase in check_ins.loc[check_ins["person"] == "A"].iloc[:, 1:].values:
        monitor.update(day, {"used": used, "phase_2": phase})
    plan = [(8.0, {"phase_2": 1}), (60.0, {})]
    said = monitor.forecast("used", 5, plan=plan)["level_1"]
    assert said == pytest.approx(scores["outcome_used_soon"].iloc[5], abs=1e-12)
    run = [
        monitor.run_probability("used", [1], run=2, weeks=4, plan=told)
        for told in (plan, ())
    ]
    assert run[0] > run[1]


def test_a_plan_that_ends_before_the_horizon_is_named(
    model: relapse.Model, check_ins: pd.DataFrame
) -> None:
    plan = plan_from({"A": 8.0, "B": 8.0}, until=20.0)
    with pytest.raises(relapse.CheckInError, match=r"plan: ends 20\.0") as refused:
        relapse.score(check_ins, model, plan=plan)
    assert refused.value.row == 0
    _, errors = relapse.score(check_ins, model, plan=plan, on_error="collect")
    assert len(errors) == len(check_ins)
    monitor = relapse.Monitor(model)
    monitor.update(0.0, {"used": 0})
    with pytest.raises(relapse.InvalidInput, match=r"ends 3\.0 days ahead"):
        monitor.forecast("used", 5, plan=[(3.0, {"phase_2": 1})])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"person": "C"}, "'C' has no check-in"),
        ({"phase_2": 7.0}, "phase_2"),
        ({"used": 1.0}, "used.*moves no determinant"),
        ({"time": 1e9}, "time"),
    ],
)
def test_what_a_plan_may_not_say_is_named(
    model: relapse.Model, check_ins: pd.DataFrame, change: dict[str, object], words: str
) -> None:
    plan = plan_from({"A": 8.0, "B": 8.0})
    for column, value in change.items():
        plan[column] = plan.get(column, pd.Series([None] * 4, dtype=object)).astype(
            object
        )
        plan.loc[0, column] = value
    with pytest.raises(relapse.InvalidInput, match=words):
        relapse.score(check_ins, model, plan=plan)


def test_everybody_needs_a_plan(model: relapse.Model, check_ins: pd.DataFrame) -> None:
    with pytest.raises(relapse.InvalidInput, match="'B' has no row"):
        relapse.score(check_ins, model, plan=plan_from({"A": 8.0}))


@pytest.mark.parametrize("plan", ["soon", {"phase_2": 1}, [3.0], [(3.0, {}, 1)], 5])
def test_a_plan_of_another_shape_is_named(model: relapse.Model, plan: Any) -> None:
    monitor = relapse.Monitor(model)
    monitor.update(0.0, {"used": 0})
    with pytest.raises(relapse.InvalidInput, match="plan"):
        monitor.forecast("used", 5, plan=plan)


def test_the_error_of_a_row_of_the_plan_says_so(
    model: relapse.Model, check_ins: pd.DataFrame
) -> None:
    plan = plan_from({"A": 8.0, "B": 8.0})
    with pytest.raises(relapse.CheckInError, match=r"^plan of person 'A', row 0"):
        relapse.score(check_ins, model, plan=plan.assign(phase_2="x"))
    with pytest.raises(relapse.InvalidInput, match=r"^plan: "):
        relapse.score(check_ins, model, plan=plan.drop(columns="time"))
    with pytest.raises(relapse.CheckInError, match=r"^check-in of person"):
        relapse.score(check_ins.assign(used="x"), model, plan=plan)
