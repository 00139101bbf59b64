"""The recipe of docs/how_to/calibrate.md on people whom the model was not made on.

    python examples/calibrate_check.py [--data DIR] [-o FOLDER] [--draws N] [--persons N]

Two trials under a document fitted to a third one, and nine people who smoked, by part of
the day and by prompt, under the shipped `standard`. Each is judged on people left out: as
the document is, recalibrated to the others, and fitted to the others as in step 4. Then
50 people of each trial, drawn N times, and judged on all others of it. Writes
calibrate.md into FOLDER (out/calibrate).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from opioid_trials import read_weeks
from opioid_weekly import DAYS, map_check_ins
from outcome_check import DATA
from smoking_ema import read_parts
from smoking_prompts import PROMPTS_A_DAY, read_prompts

import relapse

FIGURES = {
    "log_loss": "log loss",
    "brier": "Brier score",
    "auroc": "AUROC",
    "calibration_intercept": "intercept",
    "calibration_slope": "slope",
}
FOLDS, FEW = 5, 50
A_PROMPT = 1 / PROMPTS_A_DAY
#: How the page fits.
HELD: dict[str, Any] = {"starts": 1, "prior": 1.0, "covariance": "none"}


class Case(NamedTuple):
    people: str
    check_ins: pd.DataFrame
    model: relapse.Model
    use: str  #: the item that the outcome `next` is of


def next_answer(item: str, answer: str | int, days: float) -> list[dict[str, Any]]:
    rule = {"id": "next", "item": item, "answer": answer, "after_days": days}
    return [rule | {"given": "observed"}]


def structure() -> relapse.Model:
    """The urine and the days of use, without a number."""
    kind = {"role": "use", "family": "categorical", "persistence": {"share": 0.3}}
    return relapse.Model.from_structure(
        ["steady", "close", {"id": "use", "use": "lapse"}],
        "all",
        [
            kind | {"id": "urine", "levels": 2, "labels": ["negative", "positive"]},
            kind | {"id": "use_days", "levels": len(DAYS), "labels": list(DAYS)},
        ],
        habits=[{"id": "own", "items": {"urine": 1.0}, "nodes": 9}],
        outcomes=next_answer("urine", "positive", 7),
    )


def standard(after_days: float) -> relapse.Model:
    document = relapse.Model.standard().to_dict()
    outcomes = next_answer("used", 1, after_days)
    return relapse.Model.from_dict(document | {"outcomes": outcomes})


def smoking_parts(data: Path) -> pd.DataFrame:
    """Four check-ins a day; what the data count from 0 to 10 as the model asks for it."""
    parts = read_parts(data)
    return pd.DataFrame(
        {
            "person": parts["person"],
            "time": parts["study_day"] - 1 + parts["part"] / 4,
            "used": parts["any_lapse"],
            "craving": 0.4 * parts["craving"],
            "negative_affect": parts[["sad", "anxious", "irritable"]].mean(axis=1),
            "stress": parts["stressed"],
            "confidence": parts["confidence"],
            "readiness": parts["motivation"],
        }
    )


def cases(data: Path, persons: int | None) -> list[Case]:
    """Return the data sets, each with a model that these people had no part in."""

    def cut(table: pd.DataFrame) -> pd.DataFrame:
        kept = table["person"].unique()[:persons]
        return table[table["person"].isin(kept)].reset_index(drop=True)

    weeks = read_weeks(data)
    answers = map_check_ins(weeks)[["person", "time", "urine", "use_days"]]
    trial = {number: cut(answers[weeks["trial"].eq(number)]) for number in (27, 30, 51)}
    fitted = relapse.fit(trial[27], structure(), **HELD).model
    parts = cut(smoking_parts(data))
    prompts = cut(read_prompts(data)[["person", "time", "smoked"]])
    prompts = prompts.rename(columns={"smoked": "used"})
    return [
        Case("CTN-0030, fitted to CTN-0027", trial[30], fitted, "urine"),
        Case("CTN-0051, fitted to CTN-0027", trial[51], fitted, "urine"),
        Case("smoking by day part, `standard`", parts, standard(1 / 4), "used"),
        Case("smoking by prompt, `standard`", prompts, standard(A_PROMPT), "used"),
    ]


def recipes(case: Case) -> dict[str, Callable[[pd.DataFrame], relapse.Model]]:
    """Return what the page makes of check-ins, step by step."""
    free = ["rate", f"given:{case.use}"]
    return {
        "as it is": lambda _: case.model,
        "recalibrated": lambda rows: relapse.recalibrate(rows, case.model).model,
        "fitted": lambda rows: relapse.fit(rows, case.model, free=free, **HELD).model,
    }


def judge(pairs: pd.DataFrame) -> list[float]:
    found = relapse.evaluate(pairs, outcome="next", draws=0)
    return [found[figure].value for figure in FIGURES]


def changed(case: Case) -> str:
    """Return what a recalibration to all of the people changes."""
    result = relapse.recalibrate(case.check_ins, case.model)
    assert result.shift is not None
    parts = {"rates": result.shift.applied, "line": result.outcomes["next"].applied}
    return " and ".join(part for part, done in parts.items() if done) or "nothing"


def on_people_left_out(case: Case) -> list[str]:
    table = case.check_ins
    fold = relapse.person_folds(table["person"], FOLDS)
    known = relapse.observed_outcomes(table, case.model)["came_next"].notna().sum()
    about = f"{case.people} | {table['person'].nunique()} | {known}"
    lines = []
    for step, recipe in recipes(case).items():
        pairs = pd.concat(
            relapse.observed_outcomes(table[fold == k], recipe(table[fold != k]))
            for k in range(FOLDS)
        )
        words = f"{step}: {changed(case)}" if step == "recalibrated" else step
        numbers = " | ".join(f"{number:.4f}" for number in judge(pairs))
        lines.append(f"| {about} | {words} | {numbers} |")
    return lines


def on_all_but_few(case: Case, draws: int) -> list[str]:
    """Return the mean log loss on the others, and how often it became worse."""
    table, losses = case.check_ins, []
    for seed in range(draws):
        random = np.random.default_rng(seed)
        few = table["person"].isin(random.choice(table["person"].unique(), FEW, False))
        models = [recipe(table[few]) for recipe in recipes(case).values()]
        others = table[~few]
        losses.append([judge(relapse.observed_outcomes(others, m))[0] for m in models])
    found = np.array(losses)
    return [
        f"| {case.people} | {step} | {found[:, k].mean():.4f} | "
        f"{int((found[:, k] > found[:, 0]).sum())} of {draws} |"
        for k, step in enumerate(recipes(case))
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets")
    parser.add_argument("-o", "--output", type=Path, default=Path("out/calibrate"))
    parser.add_argument("--draws", type=int, default=20, help=f"of {FEW} people")
    parser.add_argument("--persons", type=int, help="the first of each data set alone")
    settings = parser.parse_args()
    found = cases(settings.data, settings.persons)
    columns = ["people, model", "persons", "known", "step", *FIGURES.values()]
    lines = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    for case in found:
        lines += on_people_left_out(case)
    if settings.draws:
        lines += ["", f"| {FEW} people of | step | log loss on the others | worse |"]
        lines += ["|---|---|---|---|"]
        for case in found[:2]:
            lines += on_all_but_few(case, settings.draws)
    text = "\n".join(lines) + "\n"
    settings.output.mkdir(parents=True, exist_ok=True)
    (settings.output / "calibrate.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
