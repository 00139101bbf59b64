"""How early does the level rise before a return of depression? One person, 239 days.

    python examples/depression_case.py [--data DIR]

A man stopped his medication, double-blind and by steps; his depression came back around
day 127 (Kossakowski et al. 2017). Up to ten times a day he said how restless, worried
and irritable he was. The model, made from the first four weeks alone, is held beside an
EWMA control chart of the same answers: when does each raise an alarm, and how often did
it do so, and take it back, long before?
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from outcome_check import DATA, data_file, read_or_stop

import relapse

SIGNS = {
    "pat_restl": "restless",
    "pat_worry": "worried",
    "mood_irritat": "irritable",
}
BASELINE_DAYS = 28  # before the dose was lowered
RETURN_DAY = 127  # Kossakowski et al. 2017
LEAD_DAYS = 60.0  # expert default: an alarm that early is about this return
#: Of the control chart; Smit et al. use such charts on the same kind of data.
SMOOTHING, LIMIT = 0.1, 2.5


def read_answers(data: Path) -> pd.DataFrame:
    table = read_or_stop(data_file(data, "depression_case/esm.csv"))
    date = pd.to_datetime(table["date"], format="%d/%m/%y")
    clock = pd.to_timedelta(table["beeptime"] + ":00").dt.total_seconds() / 86400
    found = table[list(SIGNS)].rename(columns=SIGNS).astype(float)
    found.insert(0, "time", (date - date.iloc[0]).dt.days + 1 + clock)
    return found.dropna(subset=list(SIGNS.values()), how="all").reset_index(drop=True)


def make_model(baseline: pd.DataFrame) -> relapse.Model:
    """Return a model whose usual answers are those of the first weeks.

    Strain is one standard deviation of a day's mean above them, a return two.
    """
    items: list[dict[str, Any]] = []
    by_day = baseline.groupby(baseline["time"].astype(int)).mean()
    for name in SIGNS.values():
        mean, sd = float(by_day[name].mean()), float(baseline[name].std())
        day = float(by_day[name].std())
        given = {
            stage: {"mean": mean + steps * 2.0 * day, "sd": sd}
            for stage, steps in (("well", 0.0), ("strain", 1.0), ("return", 2.0))
        }
        source = {"source": "the first four weeks; steps: expert default"}
        rule = {"id": name, "role": "sign", "family": "normal", "given": given}
        items.append(rule | source)
    source = {"source": "expert default"}
    return relapse.Model.from_dict(
        {
            "schema": "relapse/model/1",
            "id": "depression_case",
            "version": "1.0.0",
            "title": "Return of depression in one person",
            "stages": [
                {"id": "well"},
                {"id": "strain"},
                {"id": "return", "use": "relapse"},
            ],
            "initial": {"well": 0.9, "strain": 0.09, "return": 0.01},
            "transitions": [
                {"from": "well", "to": "strain", "rate": 0.02, **source},
                {"from": "strain", "to": "well", "rate": 0.05, **source},
                {"from": "strain", "to": "return", "rate": 0.02, **source},
                {"from": "return", "to": "strain", "rate": 0.02, **source},
            ],
            "propensity": {"nodes": 1},
            "items": items,
            "horizons_days": [30],
            "levels": {
                "horizon_days": 30,
                "cuts": {"guarded": 0.3, "elevated": 0.5, "high": 0.7, "critical": 0.9},
                "lower_after_days": 7,
                "source": "expert default",
            },
            "calibration": {"status": "expert default"},
        }
    )


def chart(answers: pd.DataFrame) -> pd.Series:
    """Whether an EWMA of the day's mean lies above its control limit, day by day."""
    total = answers[list(SIGNS.values())].mean(axis=1)
    daily = total.groupby(answers["time"].astype(int)).mean()
    usual = daily[daily.index <= BASELINE_DAYS]
    smooth = usual.mean()
    above = {}
    for k, (day, value) in enumerate(daily.items(), start=1):
        smooth = (1 - SMOOTHING) * smooth + SMOOTHING * value
        width = SMOOTHING / (2 - SMOOTHING) * (1 - (1 - SMOOTHING) ** (2 * k))
        above[day] = smooth > usual.mean() + LIMIT * usual.std() * np.sqrt(width)
    return pd.Series(above)


def alarms(above: pd.Series) -> list[tuple[int, int]]:
    """First and last day of each run of days with an alarm."""
    run = (above != above.shift()).cumsum()
    return [
        (int(days.index[0]), int(days.index[-1]))
        for _, days in above.groupby(run)
        if days.iloc[0]
    ]


def print_alarms(name: str, above: pd.Series) -> None:
    runs = alarms(above)
    lasting = [run for run in runs if run[0] <= RETURN_DAY <= run[1]]
    early = [run for run in runs if run[1] < RETURN_DAY]
    false = [run for run in early if RETURN_DAY - run[1] > LEAD_DAYS]
    first = f"{RETURN_DAY - lasting[0][0]:3} days before" if lasting else "not raised"
    listed = ", ".join(f"{a}-{b}" for a, b in early) or "none"
    print(f"  {name:28} {first:15}  {len(false)} false; taken back: {listed}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="their folder, or a file")
    settings = parser.parse_args()
    answers = read_answers(settings.data)
    baseline = answers[answers["time"] < BASELINE_DAYS + 1]
    model = make_model(baseline)
    scores = relapse.score(answers.assign(person="P1"), model, same_time="in_order")
    day = scores["time"].astype(int)
    print(
        f"{len(answers)} answers on {day.nunique()} days; the return is dated to day "
        f"{RETURN_DAY}.\nAlarm that lasted until then, and those taken back before:"
    )
    for level in ("elevated", "high"):
        ranks = scores["level"].map({"high": 2, "critical": 3, "elevated": 1}).fillna(0)
        least = {"elevated": 1, "high": 2}[level]
        print_alarms(f"relapse, level {level}", ranks.ge(least).groupby(day).last())
    print_alarms("EWMA chart", chart(answers))
    print(
        f"One person is a demonstration, no proof. False: taken back more than "
        f"{LEAD_DAYS:g} days before.\nThe first {BASELINE_DAYS} days gave model and "
        "chart their usual values; rates and steps are\nexpert defaults, set once."
    )


if __name__ == "__main__":
    main()
