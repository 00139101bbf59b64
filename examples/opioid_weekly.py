"""The weekly model of the opioid trials: fitted, and foretelling week by week.

The urine screen and the days of use reported up to the visit are signs. For the next
week the days with study medication act on the movements; for weeks far ahead, whose doses
nobody knows yet, they are signs as well. What a week's column holds that was known only
later (`days_opioid`) is never read. Beside the model stand boosted trees on engineered
features of the same weeks; the predictions are a mean of both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from opioid_history import history_features
from outcome_check import forecast_after_each, log_odds
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

import relapse

START = Path(__file__).with_name("opioid_weekly.json")

URINE = {"-": "negative", "+": "positive", "*": "positive"}  # * is both in one week
SILENCE = {"o": "not_performed", "_": "not_asked"}  # scheduled or not
DAYS = {0: "none", 1: "1 day", 2: "2 or 3 days", 3: "2 or 3 days"}

#: Four weeks in a row, missing or positive, within weeks 4 to 12.
RUN, FIRST_WEEK, LAST_WEEK = 4, 4, 12
LANDMARK = 3
#: Weeks of the first phase of CTN-0030.
FIRST_PHASE = 14
#: Of CTN-0030: the dose is tapered for everybody, so it tells nothing of the person.
TAPER = (4, 6)
#: Strength of the prior around the start of the search, 1 / variance.
PRIOR = 0.3
#: The items that each task leaves out.
LEFT_OUT = {"next": {"dose", "injection"}, "landmark": {"covered_days"}}
DOSE = {0: "none", **dict.fromkeys((1, 2, 3), "1 to 3 days"),
        **dict.fromkeys((4, 5, 6), "4 to 6 days"), 7: "7 days"}  # fmt: skip


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


def map_doses(weeks: pd.DataFrame) -> pd.DataFrame:
    """Turn the raw columns into the items of the model that looks far ahead."""
    tapered = weeks["trial"].eq(30) & weeks["week"].between(*TAPER)
    injects = by_injection(weeks)
    return (
        map_check_ins(weeks)
        .drop(columns="covered_days")
        .assign(
            dose=weeks["dose_days"].map(DOSE).where(~injects & ~tapered),
            injection=injected_lately(weeks).where(injects),
        )
    )


#: Weights of the log odds of the model and of the trees in their mean, chosen by folds of
#: persons. At the landmark both hold back a little, so the weights sum to more than 1.
WEIGHTS = {"next": (0.3, 0.7), "landmark": (0.4, 0.7)}

#: Of four settings, the one with the best Brier score by folds of persons.
TREES: dict[str, dict[str, Any]] = {
    "next": {"learning_rate": 0.03, "max_iter": 250, "max_leaf_nodes": 15,
             "min_samples_leaf": 100, "l2_regularization": 10.0},
    "landmark": {"learning_rate": 0.03, "max_iter": 200, "max_leaf_nodes": 4,
                 "min_samples_leaf": 30, "l2_regularization": 10.0},
}  # fmt: skip


@dataclass
class Fits:
    """Two fits of one specification, by objective."""

    next_week: relapse.Model  # to the log score of the next urine
    weeks_ahead: relapse.Model  # to the likelihood


@dataclass
class Predictor:
    """What foretells: the fits, the line that recalibrates the landmark, the trees."""

    fits: Fits
    line: LogisticRegression
    trees: dict[str, Trees]


def specification(task: str) -> relapse.Model:
    """Return the model of a task before any fit: its structure, and a rough start."""
    document = json.loads(START.read_text(encoding="utf-8"))
    left_out = LEFT_OUT[task]
    document["items"] = [rule for rule in document["items"] if rule["id"] not in left_out]
    if "covered_days" in left_out:
        document |= {"determinants": [], "actions": []}
        for move in document["transitions"]:
            del move["effects"]
    return relapse.Model.from_dict(document)


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


def fit_models(
    weeks: pd.DataFrame, *, threads: int | None = None, max_seconds: float | None = None
) -> Fits:
    """Fit a model to each task.

    The landmark: to the likelihood of the weeks up to its last one, of those who are
    followed so long. The next week: to the likelihood of all weeks, and on from there to
    the log score of the next urine, which is better for one step and worse for many.
    `max_seconds` bounds that last search.
    """
    settings: dict[str, Any] = {
        "starts": 1, "covariance": "none", "threads": threads, "prior": PRIOR
    }  # fmt: skip
    early = weeks[followed(weeks) & weeks["week"].le(LAST_WEEK)]
    far = relapse.fit(map_doses(early), specification("landmark"), **settings).model
    check_ins, start = map_check_ins(weeks), specification("next")
    settings["constraints"] = {"equal": tied_effects(start)}
    likely = relapse.fit(check_ins, start, **settings).model
    near = relapse.fit(
        check_ins, likely, objective="outcome", outcome="urine", max_seconds=max_seconds,
        **settings,
    ).model  # fmt: skip
    # A search that was cut short may stand at a worse place than where it began.
    return Fits(min((near, likely), key=lambda model: _loss(weeks, model)), far)


def followed(weeks: pd.DataFrame) -> pd.Series:
    """Whether the person is one of the published landmark analysis.

    Those of CTN-0030 who left after its first phase are not.
    """
    return weeks.groupby("person")["week"].transform("max") > FIRST_PHASE


def _loss(weeks: pd.DataFrame, model: relapse.Model) -> float:
    """Mean log loss of the next urines that were given."""
    given = weeks["next_use_obs"].notna()
    foretold = chance_of_positive(map_check_ins(weeks), model, given)
    return float(log_loss(weeks.loc[given, "next_use_obs"].astype(int), foretold))


def make_predictor(weeks: pd.DataFrame, fits: Fits) -> Predictor:
    """Add the line and the trees, from the weeks that were fitted to."""
    features = history_features(weeks)
    kept = weeks[followed(weeks)]
    came = relapse_came(kept)
    ahead = chance_of_relapse(kept, fits.weeks_ahead)
    line = LogisticRegression(C=np.inf).fit(_odds(ahead), came.reindex(ahead.index))
    outcomes = {
        "next": weeks["next_use_obs"],
        "landmark": weeks["person"].map(came).where(weeks["week"].eq(LANDMARK)),
    }
    trees = {task: Trees(task, features, outcome) for task, outcome in outcomes.items()}
    return Predictor(fits, line, trees)


class Trees:
    """Boosted trees on the rows where an outcome is known."""

    def __init__(self, task: str, features: pd.DataFrame, outcome: pd.Series) -> None:
        seen = outcome.notna()
        # A feature of one value tells nothing, and binning refuses it.
        self.used = features.columns[features[seen].nunique() > 1]
        self.fitted = HistGradientBoostingClassifier(
            random_state=0, early_stopping=False, max_features=0.3, **TREES[task]
        ).fit(features.loc[seen, self.used], outcome[seen].astype(int))

    def predict(self, features: pd.DataFrame) -> pd.Series:
        rows = features.reindex(columns=self.used)
        return pd.Series(self.fitted.predict_proba(rows)[:, 1], index=features.index)


def predict_weekly(weeks: pd.DataFrame, predictor: Predictor) -> pd.DataFrame:
    """Return person, week, p_next_use and, in week 3, p_relapse_w4_12; a row a week.

    `p_next_use` is the probability that the next urine is positive, given that one is
    given; `p_relapse_w4_12` that of four weeks in a row, missing or positive, within
    weeks 4 to 12.
    """
    parts = predict_apart(weeks, predictor)
    found = weeks[["person", "week"]].copy()
    for task, name in (("next", "p_next_use"), ("landmark", "p_relapse_w4_12")):
        found[name] = mean_of_odds(parts, task)
    return found


def mean_of_odds(parts: pd.DataFrame, task: str) -> pd.Series:
    """Return the weighted mean, in log odds, of the model and the trees."""
    ours, theirs = (log_odds(parts[f"{who}, {task}"]) for who in ("relapse", "trees"))
    mine, other = WEIGHTS[task]
    return 1.0 / (1.0 + np.exp(-(mine * ours + other * theirs)))


def predict_apart(weeks: pd.DataFrame, predictor: Predictor) -> pd.DataFrame:
    """Return what the model and the trees say, each for itself, a row a week."""
    wanted = pd.Series(True, index=weeks.index)
    fits, check_ins = predictor.fits, map_check_ins(weeks)
    ahead = chance_of_relapse(weeks, fits.weeks_ahead)
    right = predictor.line.predict_proba(_odds(ahead))[:, 1]
    at = weeks["week"].eq(LANDMARK)
    features = history_features(weeks)
    return pd.DataFrame(
        {
            "relapse, next": chance_of_positive(check_ins, fits.next_week, wanted),
            "relapse, landmark": weeks["person"]
            .map(pd.Series(right, index=ahead.index))
            .where(at),
            "trees, next": predictor.trees["next"].predict(features),
            "trees, landmark": predictor.trees["landmark"].predict(features).where(at),
        }
    )


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
    for person, rows in map_doses(early).groupby("person"):
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


def save(fits: Fits, path: Path) -> None:
    """Write both models as JSON."""
    document = {name: getattr(fits, name).to_dict() for name in _NAMES}
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Fits:
    """Read what `save` wrote."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return Fits(*(relapse.Model.from_dict(document[name]) for name in _NAMES))


_NAMES = ("next_week", "weeks_ahead")
