"""A hazard in continuous time beside a published Cox regression.

    python examples/cocaine_weekly.py [--data DIR]

104 people in the twelve weeks after treatment for cocaine use (Hall, Havassy & Wasserman;
Singer & Willett 2003). The return to use is known by the week alone. The model of
cocaine_weekly.json, fitted to that, is the equivalent of a Cox regression with a needle
before treatment and the positive mood of the week before.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from outcome_check import DATA, data_file, read_or_stop

import relapse

MODEL = Path(__file__).with_name("cocaine_weekly.json")

#: Estimate and standard error of the Cox regression (ties by Efron) on the same rows.
COX = {"needle": (1.0796, 0.3157), "mood": (-0.0349, 0.0139)}


def map_check_ins(weeks: pd.DataFrame) -> pd.DataFrame:
    """Turn weeks at risk into check-ins: what held in a week stands at its beginning.

    The last row of a person says what the last week ended with.
    """
    begins = pd.DataFrame(
        {
            "person": weeks["id"],
            "time": 7.0 * (weeks["week"] - 1),
            "needle": weeks["needle"],
            "mood": weeks["prev_mood"],
            "stage": "abstinent",
        }
    )
    last = weeks.sort_values("week").groupby("id", as_index=False).last()
    ends = pd.DataFrame(
        {
            "person": last["id"],
            "time": 7.0 * last["week"],
            "stage": last["relapse"].map({0: "abstinent", 1: "return"}),
        }
    )
    return pd.concat([begins, ends], ignore_index=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="their folder, or a file")
    settings = parser.parse_args()
    weeks = read_or_stop(
        data_file(settings.data, "cocaine_weekly/weekly_person_period.csv")
    )
    result = relapse.fit(map_check_ins(weeks), relapse.Model.load(MODEL), starts=1)
    print(
        f"{weeks['id'].nunique()} persons, {len(weeks)} weeks at risk, "
        f"{int(weeks['relapse'].sum())} returns to use"
    )
    print("  effect   relapse  (s.e.)     Cox  (s.e.)  apart in s.e.")
    for name, (cox, error) in COX.items():
        number = f"effect:abstinent>return:{name}"
        ours = result[number]
        print(
            f"  {name:7} {ours:8.4f} ({result.standard_error(number):.4f})"
            f" {cox:7.4f} ({error:.4f})  {abs(ours - cox) / error:.2f}"
        )


if __name__ == "__main__":
    main()
