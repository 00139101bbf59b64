"""Four check-ins a day in a quit attempt: a cigarette in the next part of the day?

    python examples/smoking_ema.py [--data DIR] [--table N]

Scores nine people in the first ten days of a quit attempt (Perski et al. 2024) with
smoking_ema.json, shows who was at the highest risk at the end, and holds the prediction
of the next part of the day against what came, beside two simple rules.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from outcome_check import (
    DATA,
    data_file,
    forecast_after_each,
    print_calibration,
    print_figures,
    read_or_stop,
)

import relapse

MODEL = Path(__file__).with_name("smoking_ema.json")

PARTS = ["morning", "midday", "evening", "night"]
#: Assumed: the data say the part of the day, not the hour.
HOURS = [9.0, 13.0, 18.0, 22.0]
UNTIL_NEXT = [4.0, 5.0, 4.0, 11.0]


RISK_NOTE = """\
The risk is that of smoking now or coming to it; P(next) the probability of a cigarette in
the next part of the day. A level is lowered after half a day below its cut.
"""

HONESTY_NOTE = """
Nothing was fitted. But the round numbers of the model document were set by hand with
these very persons in view, and they are nine: read the figures as a demonstration. The
last value, too, takes its two probabilities from these persons, which is in its favour;
the share so far takes none.
"""


def read_parts(data: Path) -> pd.DataFrame:
    """Read what was answered in each part of each day; rows are in exact order."""
    parts = read_or_stop(data_file(data, "smoking_ema/daypart.csv"))
    return parts.sort_values(["person", "study_day", "part"], ignore_index=True)


def map_check_ins(parts: pd.DataFrame) -> pd.DataFrame:
    """Turn raw columns into items of the model; not `calm`, which is a faulty copy."""
    hour = parts["part"].map(dict(enumerate(HOURS)))
    return pd.DataFrame(
        {
            "person": parts["person"],
            "time": parts["study_day"] - 1 + hour / 24,
            "smoked": parts["any_lapse"],
            "craving": parts["craving"],
            "confidence": parts["confidence"],
            "motivation": parts["motivation"],
            "cigarettes": parts["cigarette_availability"],
            "alcohol": parts["alcohol"],
            "daytime_ahead": parts["part"].isin([0, 1]).astype(float),
        }
    )


def chance_of_smoking(
    parts: pd.DataFrame, check_ins: pd.DataFrame, model: relapse.Model
) -> pd.Series:
    """Probability of a cigarette in the next part of the day, wherever the data end."""
    ahead = parts["part"].map(dict(enumerate(UNTIL_NEXT))) / 24
    return forecast_after_each(check_ins, model, "smoked", ahead)["level_1"]


def last_value(parts: pd.DataFrame) -> pd.Series:
    """How often a cigarette came next, after one now and after none."""
    return parts.groupby("any_lapse")["next_part_lapse"].transform("mean")


def share_so_far(parts: pd.DataFrame) -> pd.Series:
    """Share of parts with a cigarette so far, as if there were one more of each kind."""
    by_person = parts.groupby("person")
    return (by_person["any_lapse"].cumsum() + 1) / (by_person.cumcount() + 3)


def print_persons(
    parts: pd.DataFrame, scores: pd.DataFrame, smoking: pd.Series, count: int
) -> None:
    now = scores.assign(
        parts=parts.groupby("person").cumcount() + 1,
        smoked=parts.groupby("person")["any_lapse"].cumsum(),
        last=parts["any_lapse"].map({0: "no", 1: "yes"}),
        part=parts["part"].map(dict(enumerate(PARTS))),
        p=smoking,
    )
    now = now.groupby("person").tail(1).sort_values("risk_1d", ascending=False)
    print(f"After the last check-in of {len(now)} persons, the highest risk first:")
    print("  person  parts with   last  most     level     risk in a day      P(next)")
    print("          a cigarette        likely             (95 %)")
    for row in now.head(count).itertuples():
        print(
            f"  {row.person:6}  {row.smoked:5} of {row.parts:2}  {row.last:4}"
            f"  {row.stage:7}  {row.level:8}"
            f"  {row.risk_1d:.2f} ({row.risk_1d_low:.2f}-{row.risk_1d_high:.2f})"
            f"   {row.p:.2f} after {row.part}"
        )
    print(RISK_NOTE)


def print_held_against(parts: pd.DataFrame, smoking: pd.Series) -> None:
    rows = parts["next_part_lapse"].notna()
    outcome = parts["next_part_lapse"][rows].astype(int)
    person = parts["person"][rows]
    print(f"The next part of the day, {len(outcome)} of {person.nunique()} persons,")
    print(f"{outcome.mean():.3f} of them with a cigarette:")
    predictions = {
        "relapse": smoking[rows],
        "last value carried": last_value(parts)[rows],
        "share so far": share_so_far(parts)[rows],
    }
    print_figures(outcome, predictions, person)
    print(HONESTY_NOTE)
    print("What relapse predicted, and what came:")
    print_calibration(outcome, smoking[rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="their folder, or a file")
    parser.add_argument("--table", type=int, default=9, help="how many persons to show")
    settings = parser.parse_args()

    parts = read_parts(settings.data)
    model = relapse.Model.load(MODEL)
    check_ins = map_check_ins(parts)
    scores = relapse.score(check_ins, model)
    smoking = chance_of_smoking(parts, check_ins, model)
    hours = zip(PARTS, HOURS, strict=True)
    print("Assumed, as the data say the part of the day alone:")
    print("  " + ", ".join(f"{part} {hour:.0f}:00" for part, hour in hours) + "\n")
    print_persons(parts, scores, smoking, settings.table)
    print_held_against(parts, smoking)


if __name__ == "__main__":
    main()
