"""Smoking: the model beside a simple rule and a linear one, each person left out in turn.

    python examples/smoking_validation.py [--data DIR] [-o FOLDER]

The next part of the day of nine persons. The model is fitted to the other eight, held
near smoking_ema.json by a prior; so is a logistic regression on the same answers and the
share so far. With nine persons the intervals, by draws of whole persons, say most.
Writes smoking.md into FOLDER (out/smoking).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from outcome_check import DATA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from smoking_ema import MODEL, chance_of_smoking, map_check_ins, read_parts, share_so_far

import relapse

#: Strength of the prior around the document, 1 / variance: expert default.
PRIOR = 10.0
METHODS = ("relapse", "relapse, not fitted", "share so far", "logistic regression")
FIGURES = {"auroc": "AUROC", "brier": "Brier score", "calibration_slope": "slope"}


def left_out(parts: pd.DataFrame) -> pd.DataFrame:
    """Predictions for each person by what was fitted to the others."""
    start = relapse.Model.load(MODEL)
    check_ins = map_check_ins(parts)
    share = share_so_far(parts)
    features = check_ins.drop(columns=["person", "time"]).assign(share=share)
    found = []
    for person in parts["person"].unique():
        out = parts["person"].eq(person)
        fitted = relapse.fit(
            check_ins[~out], start, starts=1, prior=PRIOR, covariance="none"
        ).model
        own, own_check_ins = parts[out], check_ins[out]
        filled = features.fillna(features[~out].median())
        known = ~out & parts["next_part_lapse"].notna()
        line = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
        line.fit(filled[known], parts.loc[known, "next_part_lapse"].astype(int))
        found.append(
            pd.DataFrame(
                {
                    "person": person,
                    "outcome": own["next_part_lapse"],
                    "relapse": chance_of_smoking(own, own_check_ins, fitted),
                    "relapse, not fitted": chance_of_smoking(own, own_check_ins, start),
                    "share so far": share[out],
                    "logistic regression": line.predict_proba(filled[out])[:, 1],
                }
            )
        )
    return pd.concat(found)


def report(predictions: pd.DataFrame, draws: int) -> str:
    """Return the figures as a table."""
    table = predictions[predictions["outcome"].notna()]
    lines = [
        "| method | " + " | ".join(FIGURES.values()) + " |",
        "|---" * (1 + len(FIGURES)) + "|",
    ]
    for method in METHODS:
        judged = relapse.evaluate(table, predicted=method, draws=draws)
        numbers = [judged[figure] for figure in FIGURES]
        cells = [f"{n.value:.3f} ({n.low:.2f} to {n.high:.2f})" for n in numbers]
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="their folder, or a file")
    parser.add_argument("-o", "--output", type=Path, default=Path("out/smoking"))
    parser.add_argument("--draws", type=int, default=1000, help="of the bootstrap")
    settings = parser.parse_args()
    text = report(left_out(read_parts(settings.data)), settings.draws)
    settings.output.mkdir(parents=True, exist_ok=True)
    (settings.output / "smoking.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
