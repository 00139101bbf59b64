"""How good the weekly model is: five folds by person, beside trees and a linear model.

    python examples/opioid_validation.py [--data DIR] [-o FOLDER] [--report FOLDER]

Every method sees the same persons, in the same folds, and strict inputs: nothing of a
week that was known only later. Writes predictions.csv and the fits of each fold into
FOLDER (out/opioid), where a fold whose fit is there is not fitted again; and the figures
as opioid.md and opioid.json into the folder of the report (the same one unless given).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from opioid_history import history_features, predict_by_trees
from opioid_weekly import (
    LANDMARK,
    after_two_negative_weeks,
    fit_model,
    followed,
    landmark_outcomes,
    predict_weekly,
    published_weeks,
)
from outcome_check import DATA, data_file, read_or_stop
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import relapse

FOLDS, SEED = 5, 1
METHODS = ("relapse", "trees", "logistic regression")


def read_weeks(data: Path) -> pd.DataFrame:
    weeks = read_or_stop(data_file(data, "opioid_trials/weekly.csv.gz"))
    return weeks.sort_values(["person", "week"], ignore_index=True)


def landmark_outcome(weeks: pd.DataFrame) -> pd.Series:
    """The published outcome of each person with a week 3, by row; NaN elsewhere.

    Found in the weekly rows, where it agrees with the published table for every person.
    """
    came = landmark_outcomes(weeks[followed(weeks)]).reindex(weeks.index)
    return came.where(weeks["week"].eq(LANDMARK))


def linear(features: pd.DataFrame, outcome: pd.Series, train: pd.Series) -> pd.Series:
    """Predictions of a logistic regression on the features that the trees get."""
    filled = features.fillna(features[train].median()).fillna(0.0)
    seen = train & outcome.notna()
    line = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
    line.fit(filled[seen], outcome[seen].astype(int))
    return pd.Series(line.predict_proba(filled)[:, 1], index=features.index)


def fit_or_load(path: Path, weeks: pd.DataFrame) -> relapse.Model:
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        fit_model(weeks, threads=1).save(path)
    return relapse.Model.load(path)


def at_landmark(weeks: pd.DataFrame, foretold: pd.Series) -> pd.Series:
    """Return in week 3 what was foretold at the week from which the outcome counts."""
    counted = foretold.where(published_weeks(weeks).eq(LANDMARK))
    by_person = counted.groupby(weeks["person"]).transform("max")
    return by_person.fillna(foretold).where(weeks["week"].eq(LANDMARK))


def cross_validated(settings: argparse.Namespace) -> pd.DataFrame:
    """Predictions of every method, by models that did not see the person."""
    weeks = read_weeks(settings.data)
    outcomes = {
        "next": weeks["next_use_obs"],
        "landmark": landmark_outcome(weeks),
    }
    fold = relapse.person_folds(weeks["person"], FOLDS, SEED)
    features = history_features(weeks, weeks["arm"].unique())
    parts = []
    for k in settings.folds:
        train, test = pd.Series(fold != k), fold == k
        path = settings.output / f"fold_{k}.json"
        model = fit_or_load(path, weeks[train])
        if settings.fit_only:
            continue
        ours = predict_weekly(weeks[test], model)
        theirs = predict_by_trees(weeks[train], weeks[test])
        part = pd.DataFrame(
            {
                "relapse, next": ours["p_next_use"],
                "relapse, landmark": at_landmark(weeks[test], ours["p_relapse_w4_12"]),
                "trees, next": theirs["trees_next_use"],
                "trees, landmark": theirs["trees_relapse_w4_12"],
            }
        )
        for task, outcome in outcomes.items():
            line = linear(features, outcome, train)[test]
            part[f"logistic regression, {task}"] = line
        parts.append(part)
    if settings.fit_only:
        raise SystemExit(0)
    kept = weeks[["person", "week", "arm", "trial"]].assign(
        next_use=outcomes["next"],
        onset=outcomes["next"].where(after_two_negative_weeks(weeks)),
        relapse_w4_12=outcomes["landmark"],
    )
    return kept.join(pd.concat(parts), how="inner").sort_index()


TASKS = {
    "next week's urine": ("next_use", "next"),
    "onset after two negative weeks": ("onset", "next"),
    "week 3 to relapse in weeks 4 to 12": ("relapse_w4_12", "landmark"),
}


def judge(
    predictions: pd.DataFrame,
    draws: int,
    methods: tuple[str, ...] = METHODS,
    groups: Sequence[str] = ("trial",),
) -> dict[str, relapse.Evaluation]:
    found = {}
    for task, (outcome, kind) in TASKS.items():
        for method in methods:
            if f"{method}, {kind}" not in predictions:
                continue
            table = predictions[predictions[outcome].notna()]
            found[f"{task}: {method}"] = relapse.evaluate(
                table,
                outcome=outcome,
                predicted=f"{method}, {kind}",
                groups=list(groups),
                draws=draws,
            )
    return found


Row: TypeAlias = dict[str, Any]

FIGURES = {
    "auroc": "AUROC",
    "auroc_within_person": "within person",
    "brier": "Brier score",
    "calibration_slope": "slope",
    "calibration_intercept": "intercept",
}


def in_numbers(judged: dict[str, relapse.Evaluation]) -> list[Row]:
    """Return a row for each task and method: each figure with its 95 % interval."""
    rows = []
    for name, found in judged.items():
        row: dict[str, object] = dict(
            zip(("task", "method"), name.split(": "), strict=True)
        )
        for figure in FIGURES:
            numbers = (found[figure].value, found[figure].low, found[figure].high)
            row[figure] = [None if np.isnan(x) else round(x, 5) for x in numbers]
        rows.append(row)
    return rows


def report(rows: list[Row]) -> str:
    """Return the figures as a table."""
    lines = [
        "| task | method | " + " | ".join(FIGURES.values()) + " |",
        "|---" * (2 + len(FIGURES)) + "|",
    ]
    for row in rows:
        cells = [str(row["task"]), str(row["method"])]
        for figure in FIGURES:
            digits = 4 if figure in ("auroc", "brier") else 2
            value, low, high = row[figure]
            cells.append("" if value is None else f"{value:.{digits}f}")
            if low is not None:
                digits = min(digits, 3)
                cells[-1] += f" ({low:.{digits}f} to {high:.{digits}f})"
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="their folder, or a file")
    parser.add_argument("-o", "--output", type=Path, default=Path("out/opioid"))
    parser.add_argument("--report", type=Path, help="folder of the figures")
    parser.add_argument("--draws", type=int, default=200, help="of the bootstrap")
    parser.add_argument("--folds", type=int, nargs="+", default=range(FOLDS))
    parser.add_argument("--judge-only", action="store_true", help="predictions are there")
    parser.add_argument("--fit-only", action="store_true", help="fit, and stop")
    settings = parser.parse_args()
    path = settings.output / "predictions.csv"
    if settings.judge_only:
        predictions = pd.read_csv(path)
    else:
        predictions = cross_validated(settings)
        predictions.to_csv(path, index=False)
    rows = in_numbers(judge(predictions, settings.draws))
    folder = settings.report or settings.output
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "opioid.md").write_text(report(rows), encoding="utf-8")
    figures = json.dumps(rows, indent=1) + "\n"
    (folder / "opioid.json").write_text(figures, encoding="utf-8")
    print(report(rows))


if __name__ == "__main__":
    main()
