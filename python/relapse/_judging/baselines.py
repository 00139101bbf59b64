"""What a model must beat: two questions, and the time since use.

Past use is the strongest predictor that the field knows, so figures over all check-ins
flatter every model: those in use are easy to tell. The subsets here leave them out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from relapse._judging.metrics import Ranked, auroc_by_person, median_drawn
from relapse._judging.predictions import Predictions
from relapse._reading.columns import BoolArray, FloatArray

#: What a baseline and the model are compared by, each on the same rows.
COMPARED = ("auroc", "auroc_within_person", "model_auroc", "model_auroc_within_person")


def subsets(rows: Predictions) -> dict[str, BoolArray]:
    """Return which rows are not in use, and which come before a person's first use.

    By what was seen (`lapse`): a row is in use where the last that is known of the
    person, at the row or before it, is use. Empty where nobody saw.
    """
    if rows.lapse is None:
        return {}
    seen = last_known(rows, rows.lapse)
    return {"not_in_use": seen != 1.0, "before_first_use": np.isnan(days_since_use(rows))}


def last_known(rows: Predictions, values: FloatArray) -> FloatArray:
    """Return the last value of the person that is known, at each row; NaN before one."""
    place = np.where(np.isnan(values), -1, np.arange(len(values)))
    place = np.maximum.accumulate(place)
    own = (place >= 0) & (rows.person[place] == rows.person)
    return np.where(own, values[place], np.nan)


def days_since_use(rows: Predictions) -> FloatArray:
    """Return the days since the last use that was seen, or rows where there is no time.

    NaN where none was seen yet.
    """
    at = np.arange(len(rows.person), dtype=np.float64) if rows.time is None else rows.time
    if rows.lapse is None:
        return np.full(len(at), np.nan)
    return at - last_known(rows, np.where(rows.lapse == 1.0, at, np.nan))


def baselines(rows: Predictions) -> dict[str, FloatArray]:
    """Return what each baseline says of each row: the higher, the likelier; or NaN.

    `two_questions` is craving minus confidence, each in its standard deviations and as
    last answered; `time_since_use` is higher the shorter ago use was seen, and lowest
    where none was.
    """
    found = {}
    if rows.lapse is not None:
        since = days_since_use(rows)
        found["time_since_use"] = np.where(np.isnan(since), 0.0, 1.0 / (1.0 + since))
    if {"craving", "confidence"} <= set(rows.answers):
        craving, confidence = (
            _standard(last_known(rows, rows.answers[name]))
            for name in ("craving", "confidence")
        )
        found["two_questions"] = craving - confidence
    return found


def _standard(values: FloatArray) -> FloatArray:
    known = values[~np.isnan(values)]
    spread = float(known.std()) if len(known) else 0.0
    return (values - (known.mean() if len(known) else 0.0)) / (spread or 1.0)


def compare(
    judged: Predictions, said: FloatArray, estimate: Callable[[Any], list[Any]]
) -> dict[str, Any]:
    """Compare a baseline with the predictions, on the rows that it says something of."""
    there = ~np.isnan(said)
    rows, score = judged.rows(there), said[there]
    within = [
        auroc_by_person(rows.outcome, each, rows.person, rows.persons)
        for each in (score, rows.predicted)
    ]

    ranked = [Ranked(rows.outcome, each) for each in (score, rows.predicted)]

    def once(weight: FloatArray) -> FloatArray:
        by_row = weight[rows.person]
        figures = []
        for each, of_persons in zip(ranked, within, strict=True):
            figures.append(each.auroc(by_row))
            figures.append(median_drawn(of_persons, weight))
        return np.array(figures)

    return rows.counts() | dict(zip(COMPARED, estimate(once), strict=True))
