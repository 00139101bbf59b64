"""The weekly model of the opioid trials: fitted, and foretelling week by week.

The urine screen and the days of use reported up to the visit are signs, the days with
study medication act on the movements. What a week's column holds that was known only
later (`days_opioid`) is never read. The fit keeps the sign of each effect, so that the
risk of use never falls as medication gets less. Beside the model stand boosted trees on
engineered features of the same weeks; the predictions are a mean of both, recalibrated
by folds within the weeks that are fitted to.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from opioid_history import history_features
from outcome_check import forecast_after_each, log_odds
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

import relapse

START = Path(__file__).with_name("opioid_weekly.json")

URINE = {"-": "negative", "+": "positive", "*": "positive"}  # * is both in one week
SILENCE = {"o": "not_performed", "_": "not_asked"}  # scheduled or not
DAYS = {0: "none", 1: "1 day", 2: "2 or 3 days", 3: "2 or 3 days"}

#: Four weeks in a row, missing or positive, within weeks 4 to 12.
RUN, FIRST_WEEK, LAST_WEEK = 4, 4, 12
LANDMARK = 3
#: Landmarks that the trees learn the run from.
LANDMARKS = range(2, 9)
#: Strength of the prior around the start of the search, 1 / variance.
PRIOR = 0.3


def by_injection(weeks: pd.DataFrame) -> pd.Series:
    return weeks["arm"].eq("Inpatient NR-NTX")


def injected_lately(weeks: pd.DataFrame) -> pd.Series:
    """Whether there was a dose in the last four weeks, as an injection lasts; 0 or 1."""
    given = weeks["dose_days"].gt(0).astype(float)
    return given.groupby(weeks["person"]).transform(
        lambda weekly: weekly.rolling(4, min_periods=1).max()
    )


def covered_days(weeks: pd.DataFrame) -> pd.Series:
    """Days of the week with study medication."""
    return weeks["dose_days"].where(~by_injection(weeks), 7 * injected_lately(weeks))


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


#: Weight of the log odds of the model in the mean with the trees for the next urine, by
#: folds of persons. To the landmark the model adds nothing that the trees do not see.
WEIGHT = 0.2

#: Of a handful of settings, the one with the best Brier score by folds of persons.
TREES: dict[str, dict[str, Any]] = {
    "next": {"learning_rate": 0.03, "max_iter": 250, "max_leaf_nodes": 15,
             "min_samples_leaf": 100, "l2_regularization": 10.0, "max_features": 0.3},
    "landmark": {"learning_rate": 0.02, "max_iter": 500, "max_leaf_nodes": 6,
                 "min_samples_leaf": 80, "l2_regularization": 10.0, "max_features": 0.15},
}  # fmt: skip


#: Folds of persons within the fitted weeks that the lines of the mean are found by.
INNER_FOLDS, INNER_SEED = 4, 7


@dataclass
class Predictor:
    """What foretells: the model, the trees of each task, and the lines of their mean."""

    model: relapse.Model
    trees: dict[str, Trees]
    lines: LogisticRegression


def tied_effects(model: relapse.Model) -> list[list[str]]:
    """Names of the effects that are one number: by kind of movement.

    Going away, coming back, and movement towards use or recovery among those who come.
    """
    kinds: dict[str, list[str]] = {}
    for move in model.to_dict()["transitions"]:
        kind = {"away": "going"}.get(move["to"], move["direction"])
        kind = {"away": "coming back"}.get(move["from"], kind)
        for what in move.get("effects", {}):
            name = f"effect:{move['from']}>{move['to']}:{what}"
            kinds.setdefault(f"{kind} {what}", []).append(name)
    return list(kinds.values())


def fit_model(weeks: pd.DataFrame, *, threads: int | None = None) -> relapse.Model:
    """Fit the likelihood of all weeks; effects and loadings keep their sign."""
    start = relapse.Model.load(START)
    signs = {"equal": tied_effects(start), "keep_sign": ["effect", "loading"]}
    return relapse.fit(
        map_check_ins(weeks), start, starts=1, prior=PRIOR, constraints=signs,
        covariance="none", threads=threads,
    ).model  # fmt: skip


def followed(weeks: pd.DataFrame) -> pd.Series:
    """Whether the person is one of the published landmark analysis.

    Those of CTN-0030 who were not in its second phase are not.
    """
    second = weeks["phase"].eq(2).groupby(weeks["person"]).transform("any")
    return weeks["trial"].ne(30) | second


def published_weeks(weeks: pd.DataFrame) -> pd.Series:
    """Weeks as the published analysis counts them: from the start of the last phase."""
    second = weeks["week"].where(weeks["phase"].eq(2))
    begin = second.groupby(weeks["person"]).transform("min").fillna(1)
    return (weeks["week"] - begin + 1).astype(int)


def make_predictor(weeks: pd.DataFrame, model: relapse.Model) -> Predictor:
    """Add the trees, from the weeks that were fitted to."""
    arms = sorted(weeks["arm"].dropna().unique())
    features = history_features(weeks, arms)
    came = landmark_outcomes(weeks[followed(weeks)]).reindex(weeks.index)
    outcomes = {"next": weeks["next_use_obs"], "landmark": came}
    trees = {
        task: Trees(task, arms, features, outcome) for task, outcome in outcomes.items()
    }
    return Predictor(model, trees, fit_lines(weeks, model, features))


def fit_lines(
    weeks: pd.DataFrame, model: relapse.Model, features: pd.DataFrame
) -> LogisticRegression:
    """Recalibrate the mean for the next urine: a line after two negative weeks, one else.

    Found by folds of persons within the weeks given: trees do not see the persons that
    they foretell. The model has few numbers and is taken as it is.
    """
    arms = sorted(weeks["arm"].dropna().unique())
    outcome = weeks["next_use_obs"]
    fold = relapse.person_folds(weeks["person"], INNER_FOLDS, INNER_SEED)
    apart = pd.Series(np.nan, index=weeks.index)
    for k in range(INNER_FOLDS):
        trees = Trees("next", arms, features[fold != k], outcome[fold != k])
        apart[fold == k] = trees.of_features(features[fold == k])
    wanted = pd.Series(True, index=weeks.index)
    ours = chance_of_positive(map_check_ins(weeks), model, wanted)
    odds = WEIGHT * log_odds(ours) + (1 - WEIGHT) * log_odds(apart)
    known = outcome.notna()
    rows = _line_terms(odds, after_two_negative_weeks(weeks))[known]
    return LogisticRegression(C=np.inf).fit(rows, outcome[known].astype(int))


def after_two_negative_weeks(weeks: pd.DataFrame) -> pd.Series:
    """Whether the urine of a week and of the row before are both negative."""
    negative = weeks["uds"].eq("-")
    before = negative.groupby(weeks["person"]).shift(1, fill_value=False)
    return negative & before


def _line_terms(odds: pd.Series, after_negative: pd.Series) -> Any:
    calm = after_negative.astype(float)
    return np.column_stack([odds, calm, calm * odds])


class Trees:
    """Boosted trees on the rows where an outcome is known."""

    def __init__(
        self, task: str, arms: list[str], features: pd.DataFrame, outcome: pd.Series
    ) -> None:
        self.arms = arms
        seen = outcome.notna()
        # A feature of one value tells nothing, and binning refuses it.
        self.used = features.columns[features[seen].nunique() > 1]
        self.fitted = HistGradientBoostingClassifier(
            random_state=0, early_stopping=False, **TREES[task]
        ).fit(features.loc[seen, self.used], outcome[seen].astype(int))

    def predict(self, weeks: pd.DataFrame) -> pd.Series:
        return self.of_features(history_features(weeks, self.arms))

    def of_features(self, features: pd.DataFrame) -> pd.Series:
        probability = self.fitted.predict_proba(features[self.used])[:, 1]
        return pd.Series(probability, index=features.index)


def predict_weekly(weeks: pd.DataFrame, predictor: Predictor) -> pd.DataFrame:
    """Return person, week, p_next_use and, in week 3, p_relapse_w4_12; a row a week.

    `weeks` is sorted by person and week, and need not have outcomes. `p_next_use` is the
    probability that the next urine is positive, given that one is given;
    `p_relapse_w4_12` that of four weeks in a row, missing or positive, within weeks 4 to
    12.
    """
    parts = predict_apart(weeks, predictor)
    return weeks[["person", "week"]].assign(
        p_next_use=recalibrated_mean(weeks, parts, predictor.lines),
        p_relapse_w4_12=parts["trees, landmark"],
    )


def recalibrated_mean(
    weeks: pd.DataFrame, parts: pd.DataFrame, lines: LogisticRegression
) -> pd.Series:
    """Return the weighted mean, in log odds, of the model and the trees, on its line."""
    ours, theirs = (log_odds(parts[f"{who}, next"]) for who in ("relapse", "trees"))
    odds = WEIGHT * ours + (1 - WEIGHT) * theirs
    rows = _line_terms(odds, after_two_negative_weeks(weeks))
    return pd.Series(lines.predict_proba(rows)[:, 1], index=weeks.index)


def predict_apart(weeks: pd.DataFrame, predictor: Predictor) -> pd.DataFrame:
    """Return what the model and the trees say, each for itself, a row a week."""
    wanted = pd.Series(True, index=weeks.index)
    model, trees = predictor.model, predictor.trees
    at = weeks["week"].eq(LANDMARK)
    return pd.DataFrame(
        {
            "relapse, next": chance_of_positive(map_check_ins(weeks), model, wanted),
            "trees, next": trees["next"].predict(weeks),
            "trees, landmark": trees["landmark"].predict(weeks).where(at),
        }
    )


def landmark_of_model(
    train: pd.DataFrame, weeks: pd.DataFrame, model: relapse.Model
) -> pd.Series:
    """Return the probability of the run in week 3 by the model alone, a row a week.

    A line on its log odds, found on `train`, recalibrates it.
    """
    kept = train[followed(train)]
    came = relapse_came(kept, published_weeks(kept))
    known, asked = (chance_of_relapse(table, model) for table in (kept, weeks))
    line = LogisticRegression(C=np.inf).fit(_odds(known), came.reindex(known.index))
    right = pd.Series(line.predict_proba(_odds(asked))[:, 1], index=asked.index)
    return weeks["person"].map(right).where(weeks["week"].eq(LANDMARK))


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
    found = {}
    for person, rows in map_check_ins(early).groupby("person"):
        monitor = relapse.Monitor(model, drivers=False)
        for row in rows.drop(columns="person").to_dict("records"):
            time, silence = row.pop("time"), row.pop("urine_missing")
            missing = {} if pd.isna(silence) else {"urine": silence}
            answers = {item: value for item, value in row.items() if pd.notna(value)}
            monitor.update(time, answers, missing)
        found[person] = monitor.run_probability(
            "urine", ["positive", None], run=RUN, weeks=LAST_WEEK - FIRST_WEEK + 1
        )
    return pd.Series(found, dtype=float)


def landmark_outcomes(weeks: pd.DataFrame) -> pd.Series:
    """Whether the run came within the nine weeks after a landmark, by row; else NaN.

    At the landmark itself as published, at the other ones in weeks of the study.
    """
    found = pd.Series(np.nan, index=weeks.index)
    for landmark in LANDMARKS:
        counted = published_weeks(weeks) if landmark == LANDMARK else weeks["week"]
        at = weeks["week"].eq(landmark)
        found[at] = weeks["person"].map(relapse_came(weeks, counted, landmark))[at]
    return found


def relapse_came(
    weeks: pd.DataFrame, counted: pd.Series, landmark: int = LANDMARK
) -> pd.Series:
    """Whether the run came after a landmark, 0 or 1 by person.

    `counted` holds the number of each week; a week that is not there is missing.
    """
    first, last = landmark + 1, landmark + LAST_WEEK - LANDMARK
    later = weeks.assign(counted=counted)[counted.between(first, last)]
    negative = later.pivot(index="person", columns="counted", values="uds").eq("-")
    persons = weeks["person"].unique()
    bad = ~negative.reindex(index=persons, columns=range(first, last + 1)).eq(True)
    runs = bad.T.rolling(RUN).sum().T.eq(RUN)
    return runs.any(axis=1).astype(int)


def _odds(probability: pd.Series) -> Any:
    return np.asarray(log_odds(probability)).reshape(-1, 1)
