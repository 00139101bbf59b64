"""What the examples on real data share: forecasts row by row, and how good they were."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

import relapse

#: The real data sets lie beside the repository, and are no part of it.
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


FIGURES_NOTE = """\
AUROC of all check-ins together mostly tells persons apart; within person is the median of
those who had both outcomes. Calibration is the line of a logistic regression on the log
odds: slope 1 and intercept 0 are ideal."""


def report_settings(description: str) -> argparse.Namespace:
    """Return what an example that writes reports is told: data, output and draws."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets")
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/validation"))
    parser.add_argument("--draws", type=int, default=200, help="of the bootstrap")
    return parser.parse_args()


def data_file(data: Path, usual: str) -> Path:
    """Return a file that was named itself, or the usual one in the folder of the data."""
    return data if data.is_file() else data / usual


def read_or_stop(path: Path) -> pd.DataFrame:
    """Read a data file; without it say so, and stop with status 0."""
    if not path.is_file():
        print(f"{path} is not there, so there is nothing to score.")
        print("The data are not shipped with relapse; --data DIR says where they are.")
        raise SystemExit(0)
    return pd.read_csv(path)


def forecast_after_each(
    check_ins: pd.DataFrame, model: relapse.Model, item: str, days: pd.Series
) -> pd.DataFrame:
    """Forecast `item` some days after check-ins, each from the answers up to it alone.

    `days` has the index of the check-ins asked about, all of `check_ins` or some; so has
    the answer. The rows of each person must be in the order of time. `relapse.forecast`
    looks ahead from the last check-in of each person; so the table is cut after the first
    check-in of everybody, after the second, and so on.
    """
    nth = check_ins.groupby("person").cumcount()
    parts = []
    for (count, ahead), asked in days.groupby([nth.loc[days.index], days]):
        persons = check_ins.loc[asked.index, "person"]
        so_far = check_ins[(nth <= count) & check_ins["person"].isin(persons)]
        levels = relapse.forecast(so_far, model, item=item, days=float(ahead))
        parts.append(levels.set_index("person").loc[persons].set_axis(asked.index))
    return pd.concat(parts).loc[days.index]


def log_odds(probability: Any) -> Any:
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.log(clipped / (1 - clipped))


def within_person(outcome: pd.Series, predicted: pd.Series, person: pd.Series) -> float:
    """Median over persons of the AUROC among the check-ins of one person, by ranks."""
    ranks = predicted.groupby(person).rank()
    came = outcome.groupby(person).sum()
    not_came = outcome.groupby(person).size() - came
    above = (ranks * outcome).groupby(person).sum() - came * (came + 1) / 2
    return float((above / (came * not_came))[(came > 0) & (not_came > 0)].median())


def print_figures(
    outcome: pd.Series, predictions: dict[str, pd.Series], person: pd.Series
) -> None:
    """Print a line for each prediction: a probability for each outcome."""
    print(f"  {'':24} AUROC  within  Brier  calibration")
    print(f"  {'':24}       person         slope  intercept")
    for name, predicted in predictions.items():
        odds = log_odds(predicted).to_numpy().reshape(-1, 1)
        # So weak a penalty is none.
        line = LogisticRegression(C=1e10).fit(odds, outcome)
        print(
            f"  {name:24} {roc_auc_score(outcome, predicted):.3f}"
            f"   {within_person(outcome, predicted, person):.3f}"
            f"  {brier_score_loss(outcome, predicted):.3f}"
            f"   {line.coef_[0, 0]:.2f}   {line.intercept_[0]:+.2f}"
        )
    print(FIGURES_NOTE)


def print_calibration(outcome: pd.Series, predicted: pd.Series) -> None:
    """Print what was predicted and what came, by tenths of the prediction."""
    tenth = pd.qcut(predicted, 10, labels=False, duplicates="drop")
    table = pd.DataFrame({"predicted": predicted, "came": outcome})
    by_tenth = table.groupby(tenth).agg(["mean", "size"])
    print("  tenth  predicted   came  check-ins")
    for number, row in enumerate(by_tenth.itertuples(index=False), start=1):
        print(f"  {number:5}      {row[0]:.3f}  {row[2]:.3f}  {row[1]:9.0f}")
