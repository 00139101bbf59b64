"""Boosted trees beside the model: engineered features of the weeks so far."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from opioid_weekly import LANDMARK, followed, landmark_outcomes
from sklearn.ensemble import HistGradientBoostingClassifier

SHIFTS = range(6)
HALF_LIVES = (1, 2, 4, 8)


def history_features(weeks: pd.DataFrame, arms: Iterable[str]) -> pd.DataFrame:
    """Return a row of numbers for each week, from that week and those before it alone.

    `weeks` is sorted by person and week. Strict: only days reported up to the visit.
    `arms` are those that are told apart, whichever the weeks have.
    """
    person = weeks["person"]
    urine = weeks["uds"].map({"-": 0.0, "+": 1.0, "*": 1.0})
    days = weeks["days_opioid_to_visit"]
    made = {
        "week": weeks["week"],
        **{f"arm {arm}": weeks["arm"].eq(arm) for arm in sorted(arms)},
        "dose": weeks["dose_mean"],
        "urine so far": urine.groupby(person).ffill(),
        "days so far": days.groupby(person).ffill(),
        "first urine": urine.where(weeks["week"].eq(1)).groupby(person).transform("max"),
        "first days": days.where(weeks["week"].eq(1)).groupby(person).transform("max"),
        "mean days": days.groupby(person).transform(lambda x: x.expanding().mean()),
        "recent days": _recent(days, person, 2),
        "dose days so far": weeks["dose_days"].groupby(person).cumsum() / weeks["week"],
        "recent dose days": _recent(weeks["dose_days"], person, 2),
    }
    silent = weeks["uds"].eq("o").astype(float)
    for k in SHIFTS:
        for name, values in (
            ("urine", urine),
            ("silent", silent),
            ("days", days),
            ("dose days", weeks["dose_days"]),
        ):
            made[f"{name} {k} ago"] = values.groupby(person).shift(k)
    flags = {
        "positive": urine.eq(1.0),
        "negative": urine.eq(0.0),
        "silent": silent.eq(1.0),
        "came": weeks["attended"].eq(1),
        "reported": days.gt(0),
    }
    for name, flag in flags.items():
        made |= _of_flag(name, flag.astype(float), weeks)
    told = made["positive: number"] + made["negative: number"]
    made["share positive"] = (made["positive: number"] + 1) / (told + 2)
    return pd.DataFrame(made, index=weeks.index).astype(float)


def _of_flag(name: str, flag: pd.Series, weeks: pd.DataFrame) -> dict[str, pd.Series]:
    """How often so far, how often of late, how long ago, and how long in a row."""
    person = weeks["person"]
    number = flag.groupby(person).cumsum()
    last = weeks["week"].where(flag.eq(1)).groupby(person).ffill()
    block = flag.eq(0).astype(int).groupby(person).cumsum()
    found = {
        f"{name}: number": number,
        f"{name}: share": number / weeks["week"],
        f"{name}: weeks since": weeks["week"] - last,
        f"{name}: in a row": flag.groupby([person, block]).cumsum(),
    }
    return found | {f"{name}: recent {h}": _recent(flag, person, h) for h in HALF_LIVES}


def _recent(values: pd.Series, person: pd.Series, half_life: float) -> pd.Series:
    return values.groupby(person).transform(
        lambda x: x.ewm(halflife=half_life, ignore_na=True).mean()
    )


#: Of a handful of settings, the one with the best Brier score by folds of persons.
TREES: dict[str, dict[str, Any]] = {
    "next": {"learning_rate": 0.03, "max_iter": 250, "max_leaf_nodes": 15,
             "min_samples_leaf": 100, "l2_regularization": 10.0, "max_features": 0.3},
    "landmark": {"learning_rate": 0.02, "max_iter": 500, "max_leaf_nodes": 6,
                 "min_samples_leaf": 80, "l2_regularization": 10.0, "max_features": 0.15},
}  # fmt: skip


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


def predict_by_trees(train: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """Return what trees that learnt from `train` foretell, a row a week."""
    arms = sorted(train["arm"].dropna().unique())
    features = history_features(train, arms)
    came = landmark_outcomes(train[followed(train)]).reindex(train.index)
    following = Trees("next", arms, features, train["next_use_obs"])
    landmark = Trees("landmark", arms, features, came)
    return pd.DataFrame(
        {
            "trees_next_use": following.predict(weeks),
            "trees_relapse_w4_12": landmark.predict(weeks).where(
                weeks["week"].eq(LANDMARK)
            ),
        }
    )
