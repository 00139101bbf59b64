"""The estimators for scikit-learn, by its own checks and in its own tools."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import relapse

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    cross_val_predict,
    cross_val_score,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from relapse.sklearn import RelapseClassifier, StageTransformer

#: Each with its reason; a check that passes although it is listed fails the test.
EXPECTED_FAILURES: dict[str, dict[str, str]] = {
    "RelapseClassifier": {},
    "StageTransformer": {},
}


@parametrize_with_checks(
    [RelapseClassifier(), StageTransformer()],
    expected_failed_checks=lambda estimator: EXPECTED_FAILURES[type(estimator).__name__],
    xfail_strict=True,
)
def test_the_checks_of_scikit_learn(estimator: Any, check: Any) -> None:
    check(estimator)


MODEL = relapse.Model.standard()


@pytest.fixture(scope="module")
def cohort() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Check-ins, whether a return to use came within 3 days, and persons."""
    check_ins, truth = relapse.simulate(
        MODEL, persons=40, days=20, start="without_use", seed=6, truth=True,
        frame="pandas",
    )  # fmt: skip
    used = truth["true_use"].astype(int)
    ahead = [used.groupby(truth["person"]).shift(-day) for day in (1, 2, 3)]
    came = pd.concat(ahead, axis=1).max(axis=1)
    known = ahead[-1].notna().to_numpy()
    asked = ["person", "time", "craving", "isolating", "stress", "used"]
    table = check_ins.loc[known, asked].reset_index(drop=True)
    return table, came[known].to_numpy(dtype=int), table["person"].to_numpy()


def test_single_rows_are_judged_as_by_naive_bayes() -> None:
    random = np.random.default_rng(1)
    y = np.repeat([0, 1], 100)
    x = random.normal(0, 1, (200, 3)) + 0.8 * y[:, None]
    found = RelapseClassifier().fit(x, y).predict_proba(x)
    expected = GaussianNB(var_smoothing=0).fit(x, y).predict_proba(x)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_a_missing_answer_adds_nothing() -> None:
    random = np.random.default_rng(2)
    y = np.repeat([0, 1], 100)
    x = random.normal(0, 1, (200, 2)) + y[:, None]
    both = RelapseClassifier().fit(x, y)
    one = RelapseClassifier().fit(x[:, :1], y)
    gaps = x.copy()
    gaps[:, 1] = np.nan
    np.testing.assert_allclose(
        both.predict_proba(gaps), one.predict_proba(x[:, :1]), atol=1e-12
    )


def test_the_history_of_a_person_counts() -> None:
    random = np.random.default_rng(3)
    person = np.repeat(np.arange(40), 15)
    y = np.repeat(random.integers(0, 2, 120), 5)  # runs of five rows
    table = pd.DataFrame(
        {"who": person, "day": np.tile(np.arange(15.0), 40),
         "x": y + random.normal(0, 1.5, 600)}
    )  # fmt: skip
    alone = RelapseClassifier().fit(table[["x"]], y)
    whole = RelapseClassifier(person="who", time="day").fit(table, y)
    folds = GroupKFold(4)
    by_row = cross_val_score(
        alone, table[["x"]], y, groups=person, cv=folds, scoring="roc_auc"
    )
    by_history = cross_val_score(
        whole, table, y, groups=person, cv=folds, scoring="roc_auc"
    )
    assert by_history.mean() > by_row.mean() + 0.05


def test_a_risk_is_recalibrated(cohort: Any) -> None:
    table, came, _ = cohort
    estimator = RelapseClassifier(
        MODEL, person="person", time="time", horizon_days=3.0, fit_model=False
    )
    p = estimator.fit(table, came).predict_proba(table)[:, 1]
    assert p.mean() == pytest.approx(came.mean(), abs=1e-3)
    raw = clone(estimator).set_params(recalibrate=False).fit(table, came)
    risk = raw.predict_proba(table)[:, 1]
    assert (np.diff(p[np.argsort(risk, kind="stable")]) >= 0.0).all()
    of_score = relapse.score(table, MODEL)
    assert (risk <= of_score["risk_7d"]).all()
    assert (risk >= of_score["risk_1d"]).all()


def test_it_works_in_folds_pipelines_and_grids(cohort: Any) -> None:
    from sklearn.linear_model import LogisticRegression

    table, came, person = cohort
    stages = StageTransformer("standard", person="person", time="time")
    pipeline = make_pipeline(stages, LogisticRegression())
    p = cross_val_predict(
        pipeline, table, came, groups=person, cv=GroupKFold(3), method="predict_proba"
    )
    judged = relapse.evaluate(
        {"person": person, "outcome": came, "p": p[:, 1]}, predicted="p", draws=0
    )
    assert judged["auroc"].value > 0.55
    grid = GridSearchCV(
        RelapseClassifier("standard", person="person", time="time", fit_model=False),
        {"horizon_days": [1.0, 3.0]},
        cv=GroupKFold(2),
        scoring="neg_brier_score",
    )
    grid.fit(table, came, groups=person)
    assert grid.best_params_["horizon_days"] in (1.0, 3.0)


def test_frames_come_out_where_frames_are_asked_for(cohort: Any) -> None:
    table, _, _ = cohort
    transformer = StageTransformer(MODEL, person="person", time="time")
    made = transformer.set_output(transform="pandas").fit_transform(table)
    assert list(made.columns) == [f"stage_{stage}" for stage in MODEL.stages]
    np.testing.assert_array_equal(
        made["stage_stable"], relapse.filter(table, MODEL)["stage_stable"]
    )
    scaled = make_pipeline(StandardScaler(), StageTransformer())
    scaled.set_output(transform="pandas")
    numbers = table[["craving", "stress"]].fillna(0.0)
    assert list(scaled.fit_transform(numbers).columns) == [
        "stage_without_use",
        "stage_use",
    ]


def test_bad_input_is_refused(cohort: Any) -> None:
    table, came, _ = cohort

    def refused(match: str, estimator: Any, x: Any, y: Any) -> None:
        with pytest.raises(ValueError, match=match):
            estimator.fit(x, y)

    refused(
        "column 'who' is not in X", RelapseClassifier(MODEL, person="who"), table, came
    )
    refused("is no frame", RelapseClassifier(MODEL), np.zeros((4, 2)), [0, 1, 0, 1])
    refused("two classes", RelapseClassifier(), np.zeros((4, 2)), [1, 1, 1, 1])
    refused("Only binary", RelapseClassifier(), np.eye(3), [0, 1, 2])
    refused(
        "must hold numbers",
        RelapseClassifier(person="person", time="time"),
        table.assign(craving="many"),
        came,
    )
    nobody = StageTransformer("nobody", person="person", time="time")
    refused("none of this name", nobody, table, None)


@pytest.mark.parametrize(
    "y", [["use", "no"], ["drinking", "sober"], ["lapse", "stable"], [1, 2]]
)
def test_which_class_is_use_is_said_and_not_left_to_the_alphabet(y: list[Any]) -> None:
    frame = pd.DataFrame(
        {
            "who": ["a", "a", "b", "b"],
            "when": [1.0, 2.0, 1.0, 2.0],
            "used": [1, 1, 0, 0],
            "craving": [4, 4, 0, 0],
        }
    )
    use, other = y
    target = np.array([use, use, other, other])
    settings: dict[str, Any] = {"person": "who", "time": "when", "fit_model": False}
    with pytest.raises(ValueError, match="use_class must say"):
        RelapseClassifier("standard", **settings).fit(frame, target)
    with pytest.raises(ValueError, match="is none of the two classes"):
        RelapseClassifier("standard", use_class="else", **settings).fit(frame, target)
    fitted = RelapseClassifier("standard", use_class=use, **settings).fit(frame, target)
    assert fitted.use_class_ == use
    assert fitted.predict(frame).tolist() == target.tolist()
    column = fitted.classes_.tolist().index(use)
    assert (fitted.predict_proba(frame)[:2, column] > 0.5).all()
    by_number = RelapseClassifier("standard", **settings).fit(
        frame, np.array([1, 1, 0, 0])
    )
    assert by_number.use_class_ == 1
