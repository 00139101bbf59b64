"""Weekly visits in treatment for opioid use: next week's urine from the weeks so far.

    python examples/opioid_trials.py [--data DIR] [--table N] [--week W]
    python examples/opioid_trials.py --train FILE --score FILE -o predictions.csv

The first scores the three treatment trials of NIDA CTN-0094 with opioid_trials.json,
shows who was at the highest risk after a week of the study, and holds the prediction of
the next urine against what came, beside two simple rules. The second fits to the weeks
of one file and foretells those of another one of the same shape, strictly from what was
known at the visit: person, week, p_next_use (that the next urine is positive, given that
it is observed) and at the landmark p_relapse_w4_12, by one model document alone; beside
them, for comparison, what boosted trees say. How good that is: opioid_validation.py.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from opioid_history import predict_by_trees
from opioid_weekly import (
    URINE,
    chance_of_positive,
    fit_model,
    map_check_ins,
    predict_weekly,
)
from outcome_check import (
    DATA,
    data_file,
    print_calibration,
    print_figures,
    read_or_stop,
)

import relapse

MODEL = Path(__file__).with_name("opioid_trials.json")

RISK_NOTE = """\
The 7-day risk is that of being in use or coming to it, seen or not; P(+) the probability
that a urine given next week is positive. A level is lowered after a week below its cut.
"""

HONESTY_NOTE = """
Nothing was fitted. The round numbers of the model document were set by hand with persons
of even number in view, and with shares and an earlier fit of all the data known. The even
ones give the last value its base rates. All figures are those of the other persons. The
last value says whether use was seen or reported with the last urine given:\
"""

LEVELS = ["low", "guarded", "elevated", "high", "critical"]


def read_weeks(data: Path) -> pd.DataFrame:
    return sorted_weeks(data_file(data, "opioid_trials/weekly.csv.gz"))


def sorted_weeks(path: Path) -> pd.DataFrame:
    weeks = read_or_stop(path)
    return weeks.sort_values(["person", "week"], ignore_index=True)


def last_value(weeks: pd.DataFrame) -> pd.Series:
    """1 if use was seen or reported with the last urine given, else 0; -1 before any."""
    reported = weeks["days_opioid_to_visit"].gt(0).astype(float)
    seen = weeks["use_obs"].where(weeks["use_obs"].isna() | reported.eq(0), 1.0)
    return seen.groupby(weeks["person"]).ffill().fillna(-1)


def share_positive(weeks: pd.DataFrame) -> pd.Series:
    """Share of positive urines so far, as if there were one more of either kind."""
    by_person = weeks["use_obs"].groupby(weeks["person"])
    given = weeks["use_obs"].notna().groupby(weeks["person"]).cumsum()
    return (by_person.transform(lambda use: use.fillna(0).cumsum()) + 1) / (given + 2)


def print_persons(
    weeks: pd.DataFrame, scores: pd.DataFrame, positive: pd.Series, week: int, count: int
) -> None:
    given = {0: "negative", 1: "positive"}
    now = scores.assign(
        week=weeks["week"],
        negative_so_far=weeks["uds"].eq("-").groupby(weeks["person"]).cumsum(),
        urine=weeks["uds"].map(URINE),
        days=weeks["days_opioid_to_visit"],
        p=positive,
        came=weeks["next_use_obs"].map(given).fillna("not given"),
    )
    now = now[now["week"] == week]
    levels = now["level"].value_counts().reindex(LEVELS, fill_value=0)
    print(f"After week {week} of treatment, {len(now)} persons, by level:")
    print("  " + ", ".join(f"{level} {number}" for level, number in levels.items()))
    now = now[now["urine"].eq("negative") & now["days"].eq(0)]
    now = now.sort_values("risk_7d", ascending=False)
    print(
        f"Of the {len(now)} with a negative urine and no reported day of use that week,"
    )
    print("those at the highest risk:")
    print("  person  negative  most likely  level     risk in 7 days    P(+)  next urine")
    print("          weeks                                (95 %)")
    for row in now.head(count).itertuples():
        print(
            f"  {row.person:6}  {row.negative_so_far:2} of {row.week:2}  {row.stage:11}"
            f"  {row.level:8}"
            f"  {row.risk_7d:.2f} ({row.risk_7d_low:.2f}-{row.risk_7d_high:.2f})"
            f"  {row.p:.2f}  {row.came}"
        )
    print(RISK_NOTE)


def print_held_against(weeks: pd.DataFrame, positive: pd.Series) -> None:
    known = weeks["next_use_obs"].notna()
    looked_at = weeks["person"] % 2 == 0
    last = last_value(weeks)
    rates = weeks["next_use_obs"][known & looked_at].groupby(last).mean()
    rows = known & ~looked_at
    outcome = weeks["next_use_obs"][rows].astype(int)
    person = weeks["person"][rows]
    print(f"Next week's urine, {len(outcome)} given by {person.nunique()} persons,")
    print(f"{outcome.mean():.3f} of them positive:")
    predictions = {
        "relapse": positive[rows],
        "last value carried": last[rows].map(rates),
        "share positive so far": share_positive(weeks)[rows],
    }
    print_figures(outcome, predictions, person)
    print(HONESTY_NOTE)
    words = {-1: "before any urine", 0: "after no use", 1: "after use"}
    print("  " + ", ".join(f"{words[kind]} {rate:.2f}" for kind, rate in rates.items()))
    print("\nWhat relapse predicted, and what came:")
    print_calibration(outcome, positive[rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="their folder, or a file")
    parser.add_argument("--table", type=int, default=10, help="how many persons to show")
    parser.add_argument("--week", type=int, default=12, help="the week to show them at")
    parser.add_argument("--train", type=Path, metavar="FILE", help="weeks to fit to")
    parser.add_argument("--score", type=Path, metavar="FILE", help="weeks to foretell")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="predictions")
    settings = parser.parse_args()
    given = [settings.train, settings.score, settings.output]
    if any(given):
        if not all(given):
            parser.error("--train, --score and -o belong together")
        for path in (settings.train, settings.score):
            if not path.is_file():
                parser.error(f"{path} is not there")
        weeks = sorted_weeks(settings.train)
        asked = pd.read_csv(settings.score)
        in_order = asked.sort_values(["person", "week"])
        foretold = predict_weekly(in_order, fit_model(weeks))
        foretold = foretold.join(predict_by_trees(weeks, in_order)).loc[asked.index]
        foretold.to_csv(settings.output, index=False)
        print(f"{settings.output}: {len(foretold)} weeks")
        return

    weeks = read_weeks(settings.data)
    model = relapse.Model.load(MODEL)
    check_ins = map_check_ins(weeks)
    scores = relapse.score(check_ins, model)
    wanted = weeks["next_use_obs"].notna() | weeks["week"].eq(settings.week)
    positive = chance_of_positive(check_ins, model, wanted)
    print_persons(weeks, scores, positive, settings.week, settings.table)
    print_held_against(weeks, positive)


if __name__ == "__main__":
    main()
