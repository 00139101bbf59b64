"""What the risk and the levels of the weekly model say, and any use that was seen later.

    python examples/opioid_levels.py [--data DIR] [-o FOLDER] [--report FILE]

By the fits of five folds that `opioid_validation.py` has left in FOLDER (out/opioid), for
people whom they did not see. Any use is a urine that is positive or a day of use that is
reported at the visit of the week after; of weeks without either nothing is known. The
line of the risk is found where no use was seen in the week itself, on four folds for the
fifth; `opioid_ship.py` writes the one of all five into the document.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from opioid_validation import FOLDS, SEED, fit_or_load, read_weeks
from opioid_weekly import foretell
from outcome_check import DATA
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

import relapse

RISK, NEW_USE = "risk_7d", "new_use_7d"
ON_LINE = "{} on its line"
LEVELS = ("low", "guarded", "elevated", "high", "critical")
SAID = {
    "the next urine": "outcome_positive_urine_next_week",
    "risk within 7 days": RISK,
    "the same on its line": ON_LINE.format(RISK),
    "risk of new use within 7 days": NEW_USE,
    "the same on the line of the risk": ON_LINE.format(NEW_USE),
}


def any_use(weeks: pd.DataFrame) -> pd.DataFrame:
    """Whether use was seen in a week, and in the one after; NaN where nobody can know."""
    days = weeks["days_opioid_to_visit"]
    seen = weeks["use_obs"].eq(1) | days.gt(0)
    now = seen.astype(float).where(seen | weeks["use_obs"].eq(0) | days.eq(0))
    after = weeks.groupby("person")["week"].shift(-1).sub(weeks["week"]).eq(1)
    later = now.groupby(weeks["person"]).shift(-1).where(after)
    return pd.DataFrame({"now": now, "later": later})


def scores_of_folds(weeks: pd.DataFrame, folder: Path) -> pd.DataFrame:
    fold = relapse.person_folds(weeks["person"], FOLDS, SEED)
    parts = []
    for k in range(FOLDS):
        model = fit_or_load(folder / f"fold_{k}.json", weeks[fold != k])
        parts.append(foretell(weeks[fold == k], model).set_index(weeks.index[fold == k]))
    return pd.concat(parts).sort_index()


def find_line(risk: pd.Series, seen: pd.DataFrame) -> tuple[float, float]:
    """Return intercept and slope of the line on the log odds where no use was seen."""
    kept = seen["now"].eq(0) & seen["later"].notna() & risk.lt(1.0)
    fit = LogisticRegression(C=np.inf).fit(
        logit(risk[kept]).to_numpy()[:, None], seen["later"][kept]
    )
    return float(fit.intercept_[0]), float(fit.coef_[0, 0])


def with_lines(scores: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Add the risks on the line that the other folds give."""
    fold = relapse.person_folds(scores["person"], FOLDS, SEED)
    shown = scores.assign(**{ON_LINE.format(name): np.nan for name in (RISK, NEW_USE)})
    for k in range(FOLDS):
        others, held = fold != k, fold == k
        intercept, slope = find_line(scores.loc[others, RISK], seen[others])
        for name in (RISK, NEW_USE):
            odds = logit(scores.loc[held, name].clip(1e-300, 1.0))
            shown.loc[held, ON_LINE.format(name)] = expit(intercept + slope * odds)
    return shown


def judged(scores: pd.DataFrame, seen: pd.DataFrame, draws: int) -> str:
    """Return what was said and what came, of all and of those not in use, as a table."""
    lines = [
        "| people | what is said | rows | said | came | AUROC | slope |",
        "|---|---|---|---|---|---|---|",
    ]
    for people, rows in {
        "all": seen["now"].notna(),
        "not in use": seen["now"].eq(0),
    }.items():
        for words, column in SAID.items():
            kept = rows & seen["later"].notna() & scores[column].notna()
            table = scores.loc[kept, ["person", "time", column]].assign(
                later=seen.loc[kept, "later"]
            )
            found = relapse.evaluate(
                table, outcome="later", predicted=column, time="time", draws=draws
            )
            means = f"{table[column].mean():.3f} | {table['later'].mean():.3f}"
            # Use that is sure has no odds, and what holds it no slope.
            slope = (
                found["calibration_slope"].value if table[column].lt(1).all() else None
            )
            figures = f"{found['auroc'].value:.3f} | "
            figures += "" if slope is None else f"{slope:.2f}"
            lines.append(f"| {people} | {words} | {len(table)} | {means} | {figures} |")
    return "\n".join(lines) + "\n"


def by_level(scores: pd.DataFrame, seen: pd.DataFrame) -> str:
    """Return how often use was seen the week after, by level."""
    lines = ["| level | weeks | use seen the week after |", "|---|---|---|"]
    known = seen["later"].notna()
    for level in LEVELS:
        at = known & scores["level"].eq(level)
        share = seen.loc[at, "later"].mean() if at.any() else np.nan
        lines.append(f"| {level} | {int(at.sum())} | {share:.1%} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="their folder, or a file")
    parser.add_argument("-o", "--output", type=Path, default=Path("out/opioid"))
    parser.add_argument("--report", type=Path, help="file of the figures")
    parser.add_argument("--draws", type=int, default=50, help="of the bootstrap")
    settings = parser.parse_args()
    weeks = read_weeks(settings.data)
    seen = any_use(weeks)
    scores = with_lines(scores_of_folds(weeks, settings.output), seen)
    text = judged(scores, seen, settings.draws) + "\n" + by_level(scores, seen)
    if settings.report:
        settings.report.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
