"""Alerts: what a cut on the risk costs and catches, and which cut to take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from relapse import _core
from relapse._errors import InvalidInput
from relapse._judging.predictions import (
    DAYS_A_MONTH,
    Columns,
    Predictions,
    read_predictions,
)
from relapse._reading.columns import FloatArray
from relapse._reading.times import TimeUnit


@dataclass(frozen=True)
class Flagging:
    """What happens when every row with at least `cut` is an alert.

    `ppv` is the share of alerts after which the outcome came, `sensitivity` the share of
    outcomes that an alert came before; NaN where there is none to share. Rows without a
    known outcome count as alerts, and for nothing else.
    """

    cut: float
    alerts_per_person_month: float
    ppv: float
    sensitivity: float
    specificity: float


@dataclass(frozen=True)
class LevelCuts:
    """Cut points of levels, each with what it costs and catches."""

    cuts: dict[str, float]
    flagging: dict[str, Flagging]

    def apply_to(self, model: _core.Model, source: str) -> _core.Model:
        """Return the model with these cuts; `source` says what they were chosen on.

        Levels that were not chosen keep their cuts. Raises ParseError where the cuts
        would not rise from level to level.
        """
        document = model.to_dict()
        document["levels"]["cuts"] |= self.cuts
        document["levels"]["source"] = source
        return _core.Model.from_dict(document)


def choose_cuts(
    predictions: Any,
    *,
    outcome: str = "outcome",
    predicted: str,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    ppv: Mapping[str, float] | None = None,
    alerts: Mapping[str, float] | None = None,
    every: float | None = None,
) -> LevelCuts:
    """Choose cut points of levels by their worth, or by what one can attend to.

    Choose on other people than those on whom the model is judged.

    Parameters
    ----------
    predictions
        A table of any kind that `score` takes: a row for each prediction.
    outcome, predicted, person, time, time_unit
        Columns: whether it came (0, 1, missing), its probability, who, and when.
    ppv
        Level to positive predictive value: the lowest cut whose alerts are followed by
        the outcome at least that often.
    alerts
        Level to alerts per person and month of 30 days: the lowest cut with at most so
        many. One of `ppv` and `alerts` is given.
    every
        Days that a row stands for; None: the median time between two rows.

    """
    if (ppv is None) == (alerts is None):
        raise InvalidInput("choose_cuts: must be given either ppv or alerts")
    columns = Columns(outcome, predicted, person, time, time_unit=time_unit)
    rows = read_predictions(predictions, columns)
    months = float(rows.person_days(every).sum()) / DAYS_A_MONTH
    wanted = ppv if ppv is not None else alerts
    assert wanted is not None
    unknown = wanted.keys() - set(_core.levels[1:])
    if unknown:
        raise InvalidInput(
            f"{sorted(unknown)[0]!r} is no level with a cut, which are: "
            + ", ".join(_core.levels[1:])
        )
    cuts = {}
    for level in _core.levels[1:]:
        if level in wanted:
            cuts[level] = (
                cut_for_ppv(rows, wanted[level], level)
                if ppv is not None
                else cut_for_alerts(rows.predicted, wanted[level] * months, level)
            )
    _require_rising(cuts)
    weight = np.ones(len(rows.outcome))
    return LevelCuts(
        cuts, {level: flagging(rows, cut, weight, months) for level, cut in cuts.items()}
    )


def _require_rising(cuts: dict[str, float]) -> None:
    levels = list(cuts)
    for lower, higher in pairwise(levels):
        if not cuts[lower] < cuts[higher]:
            raise InvalidInput(
                f"the cut of {higher!r} is {cuts[higher]:.4g}, but must be above that of "
                f"{lower!r}, {cuts[lower]:.4g}; ask for values further apart"
            )


def cut_for_ppv(rows: Predictions, target: float, name: str) -> float:
    """Return the lowest cut with at least this positive predictive value."""
    if not 0.0 < target < 1.0:
        raise InvalidInput(f"{name}: is {target}, but must be a share between 0 and 1")
    known = rows.known()
    order = np.argsort(-known.predicted, kind="stable")
    predicted, came = known.predicted[order], np.cumsum(known.outcome[order])
    share = came / np.arange(1, len(came) + 1)
    last_of_tie = np.append(np.diff(predicted) != 0, True)[: len(predicted)]
    good = np.flatnonzero(last_of_tie & (share >= target))
    if not len(good):
        raise InvalidInput(
            f"{name}: a positive predictive value of {target} is not reached by any cut"
        )
    return float(predicted[good[-1]])


def cut_for_alerts(predicted: FloatArray, most: float, name: str) -> float:
    """Return the lowest cut with at most so many alerts."""
    if not most > 0.0:
        raise InvalidInput(f"{name}: is {most}, but must be a number of alerts above 0")
    values, counts = np.unique(predicted, return_counts=True)
    at_least = np.cumsum(counts[::-1])[::-1]
    good = np.flatnonzero(at_least <= most)
    if not len(good):
        raise InvalidInput(
            f"{name}: even the highest prediction alone is more than {most:.4g} alerts"
        )
    return float(values[good[0]])


def flagging(
    rows: Predictions, cut: float, weight: FloatArray, months: float
) -> Flagging:
    """Return what a cut costs and catches; `months` are the persons' months together."""
    flagged = rows.predicted >= cut
    known = ~np.isnan(rows.outcome)
    came = weight * np.where(known, rows.outcome, 0.0)
    not_came = weight * np.where(known, 1.0 - rows.outcome, 0.0)
    hit, false = float(came[flagged].sum()), float(not_came[flagged].sum())
    return Flagging(
        cut,
        _ratio(float(weight[flagged].sum()), months),
        _ratio(hit, hit + false),
        _ratio(hit, float(came.sum())),
        1.0 - _ratio(false, float(not_came.sum())),
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else np.nan


@dataclass(frozen=True)
class LeadTimes:
    """How long before a lapse the first alert came.

    One entry a lapse, in the order of persons and times: `person` (number), `time` of
    the lapse in days, `lead` in days, NaN where there was no alert in the window.
    """

    person: Any
    time: FloatArray
    lead: FloatArray

    def share(self, days: FloatArray, weight: FloatArray | None = None) -> FloatArray:
        """Return the share of lapses with an alert at least so many days before."""
        if not len(self.lead):
            return np.full(len(days), np.nan)
        early = self.lead[None, :] >= np.asarray(days)[:, None]  # NaN is not early
        if weight is None:
            return np.asarray(early.mean(axis=1))
        counts = weight[self.person]
        total = counts.sum()
        return (
            (early * counts).sum(axis=1) / total if total else np.full(len(days), np.nan)
        )


def lead_times(rows: Predictions, cut: float, window_days: float) -> LeadTimes:
    """Return the lead of alerts on lapses.

    A lapse begins at a row with a lapse whose last row of known state had none; first
    rows are left out, as nothing could come before. Its lead reaches back to the earliest
    alert after the lapse before it and within the window; an alert at the row itself is
    none.
    """
    if rows.time is None or rows.lapse is None:
        raise InvalidInput("lead times: need the columns time and lapse")
    persons, times, leads = [], [], []
    earliest: list[float] = []
    before = np.nan
    for k, who in enumerate(rows.person):
        if k == 0 or who != rows.person[k - 1]:
            earliest, before = [], np.nan
        now = float(rows.time[k])
        if rows.lapse[k] == 1.0:
            if before == 0.0:
                within = [t for t in earliest if now - window_days <= t < now]
                persons.append(int(who))
                times.append(now)
                leads.append(now - within[0] if within else np.nan)
            earliest = []
        if not np.isnan(rows.lapse[k]):
            before = float(rows.lapse[k])
        if rows.predicted[k] >= cut and rows.lapse[k] != 1.0:
            earliest.append(now)
    return LeadTimes(np.array(persons, dtype=np.int64), np.array(times), np.array(leads))
