"""The weekly model of the opioid trials: fitted, and foretelling week by week.

Only the urine screen and the days of use reported up to the visit are signs; the days
with study medication and the clocks act on the movements. What a week's column holds
that was known only later (`days_opioid`) is never read.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from outcome_check import forecast_after_each, log_odds
from sklearn.linear_model import LogisticRegression

import relapse

START = Path(__file__).with_name("opioid_trials.json")

URINE = {"-": "negative", "+": "positive", "*": "positive"}  # * is both in one week
SILENCE = {"o": "not_performed", "_": "not_asked"}  # scheduled or not
DAYS = {0: "none", 1: "1 day", 2: "2 or 3 days", 3: "2 or 3 days"}

#: Four weeks in a row, missing or positive, within weeks 4 to 12.
RUN, FIRST_WEEK, LAST_WEEK = 4, 4, 12
LANDMARK = 3


def covered_days(weeks: pd.DataFrame) -> pd.Series:
    """Days of the week with study medication; a naltrexone injection lasts four weeks."""
    injected = weeks["arm"].eq("Inpatient NR-NTX")
    given = weeks["dose_days"].gt(0).astype(float)
    lasts = given.groupby(weeks["person"]).transform(
        lambda weekly: weekly.rolling(4, min_periods=1).max()
    )
    return weeks["dose_days"].where(~injected, 7 * lasts)


def map_check_ins(weeks: pd.DataFrame) -> pd.DataFrame:
    """Turn the raw columns into the items of the model."""
    days = weeks["days_opioid_to_visit"]  # `days_opioid` holds days after the visit
    return pd.DataFrame(
        {
            "person": weeks["person"],
            "time": 7.0 * weeks["week"],  # a week is known at its end
            "urine": weeks["uds"].map(URINE),
            "urine_missing": weeks["uds"].map(SILENCE),
            "use_days": days.map(DAYS).where(days.isna() | days.lt(4), "4 to 7 days"),
            "covered_days": covered_days(weeks),
        }
    )


@dataclass
class Fitted:
    """Two fits of one specification, and the line that recalibrates the landmark."""

    next_week: relapse.Model  # to the log score of the next urine
    weeks_ahead: relapse.Model  # to the likelihood
    line: LogisticRegression


def specification() -> relapse.Model:
    """Return the model before any fit: its structure, and where the search begins.

    The structure was chosen by folds of persons: see opioid_validation.py.
    """
    document = json.loads(START.read_text(encoding="utf-8"))
    document |= {"id": "opioid_weekly", "title": "Weekly urine and self-report"}
    for move in document["transitions"]:
        move["effects"] = {"low_cover": move.get("effects", {}).get("low_cover", 0.0)}
    return relapse.Model.from_dict(document)


def fit_weekly(weeks: pd.DataFrame, *, threads: int | None = None) -> Fitted:
    """Fit to weeks: by likelihood, and on from there by the log score of the next urine.

    What is far ahead is foretold by the first, what is next by the second: the log score
    of the next step makes long horizons worse.
    """
    check_ins = map_check_ins(weeks)
    settings: dict[str, Any] = {"starts": 1, "covariance": "none", "threads": threads}
    far = relapse.fit(check_ins, specification(), **settings).model
    near = relapse.fit(
        check_ins, far, objective="outcome", outcome="urine", **settings
    ).model
    ahead = chance_of_relapse(weeks, far)
    came = relapse_came(weeks).reindex(ahead.index)
    line = LogisticRegression(C=np.inf).fit(_odds(ahead), came)
    return Fitted(near, far, line)


def predict_weekly(weeks: pd.DataFrame, fitted: Fitted) -> pd.DataFrame:
    """Return person, week, p_next_use and, in week 3, p_relapse_w4_12; a row a week.

    `p_next_use` is the probability that the next urine is positive, given that one is
    given; `p_relapse_w4_12` that of four weeks in a row, missing or positive, within
    weeks 4 to 12.
    """
    wanted = pd.Series(True, index=weeks.index)
    found = weeks[["person", "week"]].copy()
    check_ins = map_check_ins(weeks)
    found["p_next_use"] = chance_of_positive(check_ins, fitted.next_week, wanted)
    ahead = chance_of_relapse(weeks, fitted.weeks_ahead)
    right = pd.Series(fitted.line.predict_proba(_odds(ahead))[:, 1], index=ahead.index)
    at = found["week"].eq(LANDMARK)
    found["p_relapse_w4_12"] = found["person"].map(right).where(at)
    return found


def chance_of_positive(
    check_ins: pd.DataFrame, model: relapse.Model, wanted: pd.Series
) -> pd.Series:
    """Probability that the urine a week later is positive, should one be given."""
    a_week = pd.Series(7.0, index=check_ins.index[wanted])
    urine = forecast_after_each(check_ins, model, "urine", a_week)
    return urine["level_1"] / (urine["level_0"] + urine["level_1"])


def chance_of_relapse(weeks: pd.DataFrame, model: relapse.Model) -> pd.Series:
    """Probability of the run in weeks 4 to 12 for each person with a week 3."""
    present = weeks.loc[weeks["week"].eq(LANDMARK), "person"]
    early = weeks[weeks["week"].le(LANDMARK) & weeks["person"].isin(present)]
    check_ins = map_check_ins(early)
    found = {}
    for person, rows in check_ins.groupby("person"):
        monitor = relapse.Monitor(model, drivers=False)
        for row in rows.drop(columns="person").to_dict("records"):
            time, silence = row.pop("time"), row.pop("urine_missing")
            missing = {} if pd.isna(silence) else {"urine": silence}
            answers = {item: value for item, value in row.items() if pd.notna(value)}
            monitor.update(time, answers, missing)
        found[person] = monitor.run_probability(
            "urine", ["positive", None], run=RUN, weeks=LAST_WEEK - FIRST_WEEK + 1
        )
    return pd.Series(found)


def relapse_came(weeks: pd.DataFrame) -> pd.Series:
    """Whether the run came, 0 or 1 by person; a week that is not there is missing."""
    later = weeks[weeks["week"].between(FIRST_WEEK, LAST_WEEK)]
    negative = later.pivot(index="person", columns="week", values="uds").eq("-")
    wanted = range(FIRST_WEEK, LAST_WEEK + 1)
    persons = weeks["person"].unique()
    bad = ~negative.reindex(index=persons, columns=wanted).eq(True)
    runs = bad.T.rolling(RUN).sum().T.eq(RUN)
    return runs.any(axis=1).astype(int)


def _odds(probability: pd.Series) -> Any:
    return np.asarray(log_odds(probability)).reshape(-1, 1)


def save(fitted: Fitted, path: Path) -> None:
    """Write a fit as JSON: two model documents and the line."""
    document = {
        "next_week": fitted.next_week.to_dict(),
        "weeks_ahead": fitted.weeks_ahead.to_dict(),
        "line": [float(fitted.line.intercept_[0]), float(fitted.line.coef_[0, 0])],
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Fitted:
    """Read what `save` wrote."""
    document = json.loads(path.read_text(encoding="utf-8"))
    line = LogisticRegression()
    line.classes_ = np.array([0, 1])
    line.intercept_ = np.array(document["line"][:1])
    line.coef_ = np.array([document["line"][1:]])
    models = [copy.deepcopy(document[name]) for name in ("next_week", "weeks_ahead")]
    return Fitted(*map(relapse.Model.from_dict, models), line)
