"""How good the weekly model is: five folds by person, beside trees and a linear model.

    python examples/opioid_validation.py [--data DIR] [-o FOLDER]

Every method sees the same persons, in the same folds, and strict inputs: nothing of a
week that was known only later. Writes predictions.csv, report.md and the fits of each
fold into FOLDER (out/opioid); a fold whose fit is there is not fitted again.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from opioid_history import history_features
from opioid_weekly import (
    LANDMARK,
    Fitted,
    fit_weekly,
    load,
    predict_weekly,
    relapse_came,
    save,
)
from outcome_check import DATA, read_or_stop
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import relapse

FOLDS, SEED = 5, 1
METHODS = ("relapse", "gradient boosting", "logistic regression")

#: Of four settings each, the one with the best Brier score over these very folds: tuned
#: in favour of the trees.
TREES: dict[str, dict[str, Any]] = {
    "next": {"learning_rate": 0.03, "max_iter": 250, "max_leaf_nodes": 15,
             "min_samples_leaf": 100, "l2_regularization": 10.0},
    "landmark": {"learning_rate": 0.03, "max_iter": 100, "max_leaf_nodes": 4,
                 "min_samples_leaf": 30, "l2_regularization": 10.0},
}  # fmt: skip


def trees(task: str) -> Any:
    return HistGradientBoostingClassifier(
        random_state=0, early_stopping=False, max_features=0.3, **TREES[task]
    )


def line(task: str) -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))


def read_weeks(folder: Path) -> pd.DataFrame:
    weeks = read_or_stop(folder / "opioid_trials" / "weekly.csv.gz")
    return weeks.sort_values(["person", "week"], ignore_index=True)


def landmark_outcome(folder: Path, weeks: pd.DataFrame) -> pd.Series:
    """The published outcome of each person with a week 3, by row; NaN elsewhere."""
    table = read_or_stop(folder / "opioid_trials" / "landmark_week3.csv")
    came = weeks["person"].map(table.set_index("person")["rtu_w4_12"])
    return came.where(weeks["week"].eq(LANDMARK))


def after_two_negative_weeks(weeks: pd.DataFrame) -> pd.Series:
    negative = weeks["use_obs"].eq(0)
    before = negative.groupby(weeks["person"]).shift(1, fill_value=False)
    return negative & before


def other_methods(
    weeks: pd.DataFrame, came: pd.Series, rows: dict[str, pd.Series], train: pd.Series
) -> pd.DataFrame:
    """Predictions of trees and of logistic regression, fitted to the rows `train`."""
    features = history_features(weeks)
    filled = features.fillna(features[train].median())
    found = pd.DataFrame(index=weeks.index)
    outcomes = {"next": weeks["next_use_obs"], "landmark": came}
    makers: dict[str, tuple[Callable[[str], Any], pd.DataFrame]] = {
        "gradient boosting": (trees, features),
        "logistic regression": (line, filled),
    }
    for name, (make, inputs) in makers.items():
        for task, outcome in outcomes.items():
            seen = train & rows[task]
            # A feature of one value tells nothing, and binning refuses it.
            used = inputs.columns[inputs[seen].nunique() > 1]
            fitted = make(task).fit(inputs.loc[seen, used], outcome[seen].astype(int))
            asked = rows[task]
            p = fitted.predict_proba(inputs.loc[asked, used])[:, 1]
            found.loc[asked, f"{name}, {task}"] = p
    return found


def fit_or_load(path: Path, weeks: pd.DataFrame) -> Fitted:
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        save(fit_weekly(weeks), path)
    return load(path)


def cross_validated(folder: Path, out: Path) -> pd.DataFrame:
    """Predictions of every method, by models that did not see the person."""
    weeks = read_weeks(folder)
    came = landmark_outcome(folder, weeks)
    rows = {"next": weeks["next_use_obs"].notna(), "landmark": came.notna()}
    fold = relapse.person_folds(weeks["person"], FOLDS, SEED)
    parts = []
    for k in range(FOLDS):
        train, test = pd.Series(fold != k), pd.Series(fold == k)
        fitted = fit_or_load(out / f"fold_{k}.json", weeks[train])
        ours = predict_weekly(weeks[test].reset_index(drop=True), fitted)
        ours.index = weeks.index[test]
        others = other_methods(weeks, came, rows, train)[test]
        parts.append(
            others.assign(
                **{
                    "relapse, next": ours["p_next_use"],
                    "relapse, landmark": ours["p_relapse_w4_12"],
                }
            )
        )
    made = pd.concat(parts).sort_index()
    kept = weeks[["person", "week", "arm", "trial"]].assign(
        next_use=weeks["next_use_obs"],
        onset=weeks["next_use_obs"].where(after_two_negative_weeks(weeks)),
        relapse_w4_12=came,
    )
    return kept.join(made)


TASKS = {
    "next week's urine": ("next_use", "next"),
    "onset after two negative weeks": ("onset", "next"),
    "week 3 to relapse in weeks 4 to 12": ("relapse_w4_12", "landmark"),
}


def judge(predictions: pd.DataFrame, draws: int) -> dict[str, relapse.Evaluation]:
    found = {}
    for task, (outcome, kind) in TASKS.items():
        for method in METHODS:
            table = predictions[predictions[outcome].notna()]
            found[f"{task}: {method}"] = relapse.evaluate(
                table,
                outcome=outcome,
                predicted=f"{method}, {kind}",
                groups=["trial"],
                draws=draws,
            )
    return found


def report(judged: dict[str, relapse.Evaluation]) -> str:
    """Return the figures as a table."""
    lines = [
        "| task | method | AUROC (95 %) | within person | Brier | slope | intercept |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, found in judged.items():
        task, method = name.split(": ")
        auroc = found["auroc"]
        within = found["auroc_within_person"].value
        lines.append(
            f"| {task} | {method} | {auroc.value:.4f} "
            f"({auroc.low:.3f} to {auroc.high:.3f})"
            f" | {'' if np.isnan(within) else f'{within:.2f}'}"
            f" | {found['brier'].value:.4f} | {found['calibration_slope'].value:.2f}"
            f" | {found['calibration_intercept'].value:+.2f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets")
    parser.add_argument("-o", "--output", type=Path, default=Path("out/opioid"))
    parser.add_argument("--draws", type=int, default=200, help="of the bootstrap")
    settings = parser.parse_args()
    predictions = cross_validated(settings.data, settings.output)
    predictions.to_csv(settings.output / "predictions.csv", index=False)
    text = report(judge(predictions, settings.draws))
    (settings.output / "report.md").write_text(text, encoding="utf-8")
    print(text)
    own = relapse_came(read_weeks(settings.data))
    published = predictions.set_index("person")["relapse_w4_12"].dropna()
    agree = (own[published.index] == published).mean()
    print(f"The run found in the weekly rows is the published one for {agree:.1%}.")


if __name__ == "__main__":
    main()
