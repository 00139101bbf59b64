"""All persons of a data set together: where they stand, and how that went on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._passes.scores import run_score
from relapse._reading.check_ins import CheckIns
from relapse._reading.columns import FloatArray, IntArray
from relapse._report.facts import use_stages

#: Lengths of a step in days, and how many steps a figure has at most.
_STEPS = (1.0, 7.0, 28.0, 91.0, 364.0, 3640.0)
_MOST_STEPS = 40


@dataclass(frozen=True)
class Cohort:
    """Check-ins of many persons with their scores, sorted by person and time.

    Arrays have an entry for each check-in, but `persons` and `starts`, which have one for
    each person: the name, and the place of the first check-in.
    """

    persons: list[Any]
    starts: IntArray
    who: IntArray  # place in `persons`
    time: FloatArray  # in days
    day: FloatArray  # since the first check-in of the person
    risk: FloatArray  # within the horizon of the levels
    new_risk: FloatArray  # of a new return to use; NaN where use is under way for sure
    use_now: FloatArray  # probability of a stage of use
    continued_use: FloatArray  # within the horizon; NaN where nothing tells of it
    level: IntArray
    stages: FloatArray  # [check-in][stage]
    flagged: npt.NDArray[np.bool_]
    used: npt.NDArray[np.bool_]  # a use item was answered above 0

    @property
    def lasts(self) -> IntArray:
        """The place of each person's last check-in."""
        return np.append(self.starts[1:], len(self.who)) - 1

    @property
    def every(self) -> float:
        """Length of a step in days, so that not too many follow each other."""
        span = float(self.day.max())
        few = (step for step in _STEPS if span / step < _MOST_STEPS)
        return next(few, _STEPS[-1])


@dataclass(frozen=True)
class StepFigures:
    """One step of time since the first check-in, over the persons who checked in then."""

    start: float  # days
    persons: int
    check_ins: int
    risk: float  # mean of each person's last one within the step
    at_least_high: int  # persons, by their last level within the step
    used: int  # persons who reported use
    flagged: int  # persons with a safety flag up


def standings(
    model: _core.Model, raw: _core.RawScores
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the risk of a new return to use, within the horizon of the levels or else
    the longest one, the probability of use, and that of continued use within the same
    horizon; an entry a check-in.
    """
    using = [model.stages.index(stage) for stage in use_stages(model.to_dict())]
    # Copies: the matrices may go.
    new_risk = raw["new_use"][:, _horizon(model)].copy()
    continued = raw["relapse"][:, _horizon(model)].copy()
    return new_risk, raw["stages"][:, using].sum(axis=1), continued


def _horizon(model: _core.Model) -> int:
    days = model.to_dict()["levels"]["horizon_days"]
    return model.horizons.index(days) if days in model.horizons else -1


def score_cohort(data: CheckIns) -> Cohort:
    """Score the check-ins of many persons. Raises CheckInError, as `score` does."""
    model = data.model
    raw = run_score(data, False, None, False)
    new_risk, use_now, continued_use = standings(model, raw)
    numbers, times = data.columns["person"], data.columns["time"]
    order = np.lexsort((times, numbers))
    who, when = numbers[order].astype(np.int64), times[order]
    starts = np.flatnonzero(np.concatenate(([True], np.diff(who) != 0)))
    return Cohort(
        persons=data.names(order[starts]),
        starts=starts,
        who=who,
        time=when,
        day=when - when[starts][who],
        risk=raw["risk"][order, _horizon(model)],
        new_risk=new_risk[order],
        use_now=use_now[order],
        continued_use=continued_use[order],
        level=raw["level"][order].astype(np.int64),
        stages=raw["stages"][order],
        flagged=raw["flags"][order] > 0,
        used=_used(data)[order],
    )


def _used(data: CheckIns) -> npt.NDArray[np.bool_]:
    """Whether each check-in reports use."""
    used = np.zeros(len(data.columns["time"]), dtype=np.bool_)
    for item in data.model.to_dict()["items"]:
        if item["role"] == "use" and item["id"] in data.columns["answers"]:
            used |= data.numbers(item["id"]) > 0  # NaN is not
    days_ago = data.columns.get("used_days_ago")
    return used if days_ago is None else used | ~np.isnan(days_ago)


def levels_by_step(cohort: Cohort, persons: IntArray) -> IntArray:
    """Return the level of some persons at the end of each step; -1 without a check-in.

    Shape [person][step].
    """
    step = _steps(cohort)
    cells = np.full((len(cohort.persons), int(step.max()) + 1), -1, dtype=np.int64)
    cells[cohort.who, step] = cohort.level  # the last one of a step stays
    return np.asarray(cells[persons])


def mean_stages(
    who: npt.NDArray[Any], day: FloatArray, stages: FloatArray, every: float
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Mean the stage probabilities of persons at the same time since their first row.

    Rows are sorted by person and time; what a person's last check-in left stands until
    the next, and nothing after the last one. Returns days, means [day][stage], and how
    many persons are followed.
    """
    starts = np.flatnonzero(np.concatenate(([True], np.diff(who) != 0)))
    ends = np.append(starts[1:], len(who))
    lasts = day[ends - 1] - day[starts]
    grid = np.arange(0.0, float(lasts.max()) + every / 2, every)
    total = np.zeros((len(grid), stages.shape[1]))
    followed = np.zeros(len(grid), dtype=np.int64)
    for start, end, last in zip(starts, ends, lasts, strict=True):
        here = grid[grid <= last + 1e-9]
        rows = np.searchsorted(day[start:end] - day[start], here + 1e-9, side="right") - 1
        total[: len(here)] += stages[start + rows]
        followed[: len(here)] += 1
    there = followed > 0
    return grid[there], total[there] / followed[there, None], followed[there]


def figures_by_step(cohort: Cohort) -> Iterator[StepFigures]:
    """Yield the figures of each step in which somebody checked in."""
    step = _steps(cohort)
    high = _core.levels.index("high")
    for k in np.unique(step).tolist():
        rows = np.flatnonzero(step == k)
        who = cohort.who[rows]
        last = rows[np.append(np.flatnonzero(np.diff(who)), len(who) - 1)]
        yield StepFigures(
            start=k * cohort.every,
            persons=len(last),
            check_ins=len(rows),
            risk=float(cohort.risk[last].mean()),
            at_least_high=int((cohort.level[last] >= high).sum()),
            used=len(np.unique(who[cohort.used[rows]])),
            flagged=len(np.unique(who[cohort.flagged[rows]])),
        )


def _steps(cohort: Cohort) -> IntArray:
    return np.floor(cohort.day / cohort.every + 1e-9).astype(np.int64)
