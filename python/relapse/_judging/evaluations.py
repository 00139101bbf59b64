"""Judging predictions of people whom the model has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from relapse._errors import InvalidInput, other_type
from relapse._judging.alerts import cut_for_alerts, flagging, lead_times
from relapse._judging.baselines import baselines, compare, subsets
from relapse._judging.metrics import (
    OVERALL,
    Ranked,
    auroc_by_person,
    bin_edges,
    median_drawn,
    require_sklearn,
)
from relapse._judging.predictions import (
    DAYS_A_MONTH,
    Columns,
    Predictions,
    read_predictions,
)
from relapse._reading.columns import BoolArray, FloatArray, IntArray
from relapse._reading.settings import LARGEST_SEED, whole_number
from relapse._reading.tables import open_table
from relapse._reading.times import TimeUnit
from relapse._shown import Shown

#: One draw of persons: how often each counts.
Weights: TypeAlias = FloatArray

_OF_ALERTS = ("alerts_per_person_month", "ppv", "sensitivity", "specificity")
_GROUP_FIGURES = ("auroc", "brier", "calibration_intercept", "predicted", "came")


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval; NaN where it does not exist."""

    value: float
    low: float = np.nan
    high: float = np.nan

    def __str__(self) -> str:
        if np.isnan(self.low):
            return f"{self.value:.4g}"
        return f"{self.value:.4g} ({self.low:.4g} to {self.high:.4g})"


@dataclass(frozen=True)
class AtBudget:
    """What alerts are worth when there may be `budget` per person and month.

    Where more rows than that share the highest prediction (such as those in use for
    sure), no cut keeps to the budget: `cut` is then above all of them, and nobody is
    alerted.
    """

    budget: float
    cut: float
    alerts_per_person_month: Estimate
    ppv: Estimate
    sensitivity: Estimate
    specificity: Estimate
    lead_days: list[float] = field(default_factory=list)
    lead_share: list[Estimate] = field(default_factory=list)
    median_lead: Estimate = field(default_factory=lambda: Estimate(np.nan))


@dataclass(frozen=True, repr=False)
class Evaluation(Shown):
    """How good predictions were; every interval comes from redrawing persons.

    `calibration` has a row for each bin (predicted, came, rows), `decision_curve` one
    for each threshold (threshold, model, all). `groups` has column, group, rows, persons
    and figures; `gaps` the largest difference of a figure between groups of a column.
    `subsets` has the figures of the rows not in use, and of those before a person's first
    use; `baselines` a row for each baseline and set of rows, with its figures and those
    of the predictions on the same rows (model_auroc, ...).
    """

    rows: int
    persons: int
    events: int
    without_outcome: int
    level: float
    draws: int
    figures: dict[str, Estimate]
    calibration: list[dict[str, Any]]
    decision_curve: list[dict[str, Any]]
    budgets: list[AtBudget]
    groups: list[dict[str, Any]]
    gaps: dict[str, dict[str, Estimate]]
    subsets: dict[str, dict[str, Any]] = field(default_factory=dict)
    baselines: list[dict[str, Any]] = field(default_factory=list)

    def __repr__(self) -> str:
        return (
            f"Evaluation({self.rows} predictions, {self.persons} persons, {self.events} "
            f"came, auroc {self.figures['auroc']})"
        )

    def __getitem__(self, name: str) -> Estimate:
        """Return a figure: auroc, auroc_within_person, brier, calibration_slope, ..."""
        return self.figures[name]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as numbers, texts, lists and dicts; None where none."""
        plain: dict[str, Any] = _plain(asdict(self))
        return {"schema": "relapse/evaluation/1", **plain}

    def summary(self) -> str:
        """Return the figures as a text to read."""
        share = self.events / self.rows
        lines = [
            f"{self.rows} predictions for {self.persons} persons, {share:.1%} came; "
            f"{self.without_outcome} more without a known outcome",
            f"{self.level:.0%} intervals from {self.draws} draws of persons"
            if self.persons > 1
            else "no intervals, which are over persons: there is one",
            "",
        ]
        width = max(map(len, self.figures))
        lines += [f"{name:{width}}  {value}" for name, value in self.figures.items()]
        for name, part in self.subsets.items():
            lines += ["", f"{_words(name)}: {part['rows']} rows, {part['events']} came"]
            lines += [f"{key:{width}}  {value}" for key, value in part["figures"].items()]
        for each in self.baselines:
            lines += [
                "",
                f"{_words(each['baseline'])}, {_words(each['rows_of'])} "
                f"({each['rows']} rows)",
                f"  auroc {each['auroc']}, of the predictions {each['model_auroc']}",
            ]
        for at in self.budgets:
            lines += [
                "",
                f"{at.budget:g} alerts per person-month (cut {at.cut:.4g})",
                f"  ppv {at.ppv}, sensitivity {at.sensitivity}",
            ]
            if at.lead_share:
                early = zip(at.lead_days, at.lead_share, strict=True)
                lines.append(
                    "  lapses alerted "
                    + ", ".join(f"{days:g} days before: {share}" for days, share in early)
                )
        for column, gaps in self.gaps.items():
            lines += ["", f"largest difference between groups of {column}"]
            lines += [f"  {name} {gap}" for name, gap in gaps.items()]
        return "\n".join(lines)


def evaluate(
    predictions: Any,
    *,
    outcome: str = "outcome",
    predicted: str | None = None,
    person: str = "person",
    time: str | None = None,
    time_unit: TimeUnit = "days",
    lapse: str | None = None,
    groups: Sequence[str] = (),
    craving: str = "craving",
    confidence: str = "confidence",
    budgets: Sequence[float] = (0.5, 1.0, 2.0, 4.0),
    thresholds: Sequence[float] | None = None,
    lead_days: Sequence[float] = (1.0, 3.0, 7.0, 14.0),
    window_days: float = 30.0,
    every: float | None = None,
    bins: int = 10,
    draws: int = 200,
    level: float = 0.95,
    seed: int = 1,
) -> Evaluation:
    """Judge predictions against what came.

    Judge on people who had no part in the fit: see `person_folds`. All intervals are
    percentiles over draws of whole persons, as the rows of a person are not independent;
    what is of one person has none.
    Needs scikit-learn: `pip install relapse[evaluate]`.

    Parameters
    ----------
    predictions
        A table of any kind that `score` takes: a row for each prediction.
    outcome, predicted, person
        Columns: whether it came (0, 1; missing where nobody knows), its probability, who.
        Without `predicted`, `outcome` is the id of an outcome in a table that
        `observed_outcomes` gave.
    time, time_unit
        Column of the time of the prediction, and what its numbers are; needed for budgets
        and lead times.
    lapse
        Column with 1 where a lapse was seen at the row, 0 where none was; needed for
        lead times, for figures of those not in use, and for time since use as a baseline.
    groups
        Columns to compare groups by.
    craving, confidence
        Columns with two answers: where both are there, craving minus confidence is a
        baseline, as last answered and in standard deviations.
    budgets
        Alerts per person and month of 30 days to judge alerts at; with `time` alone.
    thresholds
        Of the decision curve; None: .01, .02, ... .99.
    lead_days, window_days
        Which leads to report the share of lapses for; how far back an alert counts.
    every
        Days that a row stands for; None: the median time between two rows of a person.
    bins
        Of the calibration curve and the calibration error, with as many rows each.
    draws, level, seed
        Of the bootstrap: 0 draws give no intervals.

    """
    require_sklearn()
    if bins < 2 or draws < 0 or not 0.0 < level < 1.0:
        raise InvalidInput(
            "evaluate: bins must be at least 2, draws at least 0, level between 0 and 1"
        )
    predictions = open_table(predictions)
    if predicted is None:
        if not isinstance(outcome, str):
            raise other_type("outcome", outcome, "a text")
        outcome, predicted = f"came_{outcome}", f"outcome_{outcome}"
        if not {outcome, predicted} & {*predictions.names}:
            raise InvalidInput(
                f"predictions: have neither {outcome!r} nor {predicted!r}, as "
                "observed_outcomes gives them; else name the predictions with "
                f"predicted=; the columns are: {', '.join(map(str, predictions.names))}"
            )
    asked = {"craving": craving, "confidence": confidence}
    columns = Columns(
        outcome, predicted, person, time, lapse, tuple(groups), asked, time_unit
    )
    rows = read_predictions(predictions, columns)
    known = ~np.isnan(rows.outcome)
    judged = rows.rows(known)
    if not len(judged.outcome):
        raise InvalidInput(f"column {outcome!r}: has no known outcome")
    judge = _Judge(rows, judged, _Draws(judged, draws, level, seed))
    grid = np.arange(1, 100) / 100.0 if thresholds is None else np.asarray(thresholds)
    if not bool(np.all((grid > 0.0) & (grid < 1.0))):
        raise InvalidInput("thresholds: must be between 0 and 1")
    edges = bin_edges(judged.predicted, bins)
    table, gaps = judge.groups()
    return Evaluation(
        **judged.counts(),
        without_outcome=len(rows.outcome) - len(judged.outcome),
        level=level,
        draws=draws if len(np.unique(judged.person)) > 1 else 0,
        figures=judge.figures(edges),
        calibration=judge.calibration(edges),
        decision_curve=judge.decision_curve(grid),
        budgets=judge.budgets(budgets, every, lead_days, window_days) if time else [],
        groups=table,
        gaps=gaps,
        subsets=judge.subsets(known, edges),
        baselines=judge.baselines(known),
    )


class _Draws:
    """Bootstrap over persons, by weights: how often each person was drawn."""

    def __init__(self, judged: Predictions, draws: int, level: float, seed: int) -> None:
        whole_number("draws", draws)
        whole_number("seed", seed, most=LARGEST_SEED)
        self._tail = (1.0 - level) / 2.0
        present = np.unique(judged.person)
        if len(present) < 2:  # every draw of one person is that person
            draws = 0
        random = np.random.default_rng(seed)
        chance = np.full(len(present), 1.0 / len(present))
        self.once = np.zeros(judged.persons)
        self.once[present] = 1.0
        self._weights = np.zeros((draws, judged.persons))
        self._weights[:, present] = random.multinomial(len(present), chance, size=draws)

    def estimate(
        self, figures: Callable[[Weights], FloatArray], of: IntArray | None = None
    ) -> list[Estimate]:
        """Return each figure with its interval, over the draws in which it exists.

        Without one where all rows that the figures are `of` are one person's.
        """
        values = np.asarray(figures(self.once), dtype=np.float64)
        if not len(self._weights) or (of is not None and _of_one(of)):
            return [Estimate(float(value)) for value in values]
        drawn = np.array([figures(weight) for weight in self._weights])
        found = []
        for k, value in enumerate(values):
            there = drawn[~np.isnan(drawn[:, k]), k]
            bounds = (
                np.quantile(there, [self._tail, 1.0 - self._tail])
                if len(there) and not np.isnan(value)
                else (np.nan, np.nan)
            )
            found.append(Estimate(float(value), float(bounds[0]), float(bounds[1])))
        return found


class _Judge:
    def __init__(self, rows: Predictions, judged: Predictions, draws: _Draws) -> None:
        self.all = rows
        self.judged = judged
        self.draws = draws
        self.outcome = judged.outcome
        self.predicted = judged.predicted
        self.ranked = Ranked(judged.outcome, judged.predicted)

    def figures(
        self, edges: FloatArray, judged: Predictions | None = None
    ) -> dict[str, Estimate]:
        rows = self.judged if judged is None else judged
        ranked = self.ranked if judged is None else Ranked(rows.outcome, rows.predicted)
        within = auroc_by_person(rows.outcome, rows.predicted, rows.person, rows.persons)

        def once(weight: Weights) -> FloatArray:
            by_row = weight[rows.person]
            if by_row.sum() == 0.0:
                return np.full(len(OVERALL) + 2, np.nan)
            found = ranked.overall(by_row)
            error = ranked.expected_calibration_error(by_row, edges)
            median = median_drawn(within, weight)
            return np.array([*(found[name] for name in OVERALL), error, median])

        names = [*OVERALL, "expected_calibration_error", "auroc_within_person"]
        return dict(zip(names, self.draws.estimate(once, rows.person), strict=True))

    def subsets(self, known: BoolArray, edges: FloatArray) -> dict[str, dict[str, Any]]:
        """Return the figures of those not in use, and before first use."""
        found = {}
        for name, chosen in subsets(self.all).items():
            rows = self.judged.rows(chosen[known])
            if len(rows.outcome):
                found[name] = rows.counts() | {"figures": self.figures(edges, rows)}
        return found

    def baselines(self, known: BoolArray) -> list[dict[str, Any]]:
        """Return how each baseline does beside the predictions, in each set of rows."""
        everybody = {"all": np.ones(len(known), dtype=np.bool_)}
        found = []
        for baseline, said in baselines(self.all).items():
            for name, chosen in (everybody | subsets(self.all)).items():
                here = chosen[known] & ~np.isnan(said[known])
                if not here.any() or len(np.unique(said[known][here])) < 2:
                    continue  # such as the time since use of those who never used
                rows = self.judged.rows(here)
                estimate = partial(self.draws.estimate, of=rows.person)
                compared = compare(rows, said[known][here], estimate)
                found.append({"baseline": baseline, "rows_of": name, **compared})
        return found

    def calibration(self, edges: FloatArray) -> list[dict[str, Any]]:
        person = self.judged.person
        mean, _, rows = self.ranked.by_bin(np.ones(len(self.outcome)), edges)
        came = self.draws.estimate(
            lambda weight: self.ranked.by_bin(weight[person], edges)[1]
        )
        place = np.searchsorted(edges, self.predicted, side="right")
        return [
            {
                "predicted": float(mean[k]),
                "came": _without_interval(came[k])
                if _of_one(person[place == k])
                else came[k],
                "rows": int(rows[k]),
            }
            for k in range(len(rows))
            if rows[k] > 0
        ]

    def decision_curve(self, thresholds: FloatArray) -> list[dict[str, Any]]:
        person = self.judged.person

        def once(weight: Weights) -> FloatArray:
            return np.concatenate(self.ranked.net_benefit(weight[person], thresholds))

        found = self.draws.estimate(once)
        count = len(thresholds)
        return [
            {
                "threshold": float(thresholds[k]),
                "model": found[k],
                "all": found[count + k],
            }
            for k in range(count)
        ]

    def budgets(
        self,
        budgets: Sequence[float],
        every: float | None,
        lead_days: Sequence[float],
        window_days: float,
    ) -> list[AtBudget]:
        days = self.all.person_days(every)
        found = []
        for budget in budgets:
            most = budget * float(days.sum()) / DAYS_A_MONTH
            highest = self.all.predicted.max()
            if 1.0 <= most < np.count_nonzero(self.all.predicted == highest):
                cut = float(np.nextafter(highest, np.inf))
            else:
                cut = cut_for_alerts(self.all.predicted, most, "budgets")
            found.append(self._at_cut(budget, cut, days, lead_days, window_days))
        return found

    def _at_cut(
        self,
        budget: float,
        cut: float,
        days: FloatArray,
        lead_days: Sequence[float],
        window_days: float,
    ) -> AtBudget:
        leads = None
        if self.all.lapse is not None:
            leads = lead_times(self.all, cut, window_days)
        asked = np.asarray(lead_days, dtype=np.float64)

        def once(weight: Weights) -> FloatArray:
            months = float((days * weight).sum()) / DAYS_A_MONTH
            at = flagging(self.all, cut, weight[self.all.person], months)
            figures = [getattr(at, name) for name in _OF_ALERTS]
            if leads is None:
                return np.array(figures)
            median = median_drawn(leads.lead, weight[leads.person])
            return np.array([*figures, median, *leads.share(asked, weight)])

        found = self.draws.estimate(once)
        alerts, ppv, sensitivity, specificity = found[:4]
        at = AtBudget(budget, cut, alerts, ppv, sensitivity, specificity)
        if leads is None:
            return at
        return replace(
            at, lead_days=asked.tolist(), lead_share=found[5:], median_lead=found[4]
        )

    def groups(
        self,
    ) -> tuple[list[dict[str, Any]], dict[str, dict[str, Estimate]]]:
        table: list[dict[str, Any]] = []
        gaps = {}
        for column, values in self.judged.groups.items():
            names = sorted(set(values))
            members = [np.flatnonzero(values == name) for name in names]
            ranked = [
                Ranked(self.outcome[rows], self.predicted[rows]) for rows in members
            ]
            found = self.draws.estimate(partial(self._of_groups, members, ranked))
            count = len(_GROUP_FIGURES)
            for k, name in enumerate(names):
                mine = found[k * count : (k + 1) * count]
                if _of_one(self.judged.person[members[k]]):
                    mine = [_without_interval(figure) for figure in mine]
                table.append(
                    {
                        "column": column,
                        "group": name,
                        "rows": len(members[k]),
                        "persons": len(np.unique(self.judged.person[members[k]])),
                        **dict(zip(_GROUP_FIGURES, mine, strict=True)),
                    }
                )
            gaps[column] = dict(
                zip(_GROUP_FIGURES, found[len(names) * count :], strict=True)
            )
        return table, gaps

    def _of_groups(
        self, members: list[IntArray], ranked: list[Ranked], weight: Weights
    ) -> FloatArray:
        """Figures of each group, then the largest difference of each figure."""
        found = np.full((len(members), len(_GROUP_FIGURES)), np.nan)
        for k, (rows, group) in enumerate(zip(members, ranked, strict=True)):
            by_row = weight[self.judged.person[rows]]
            if by_row.sum() == 0.0:
                continue
            whole = group.overall(by_row)
            found[k] = [
                whole["auroc"],
                whole["brier"],
                whole["calibration_intercept"],
                np.average(self.predicted[rows], weights=by_row),
                np.average(self.outcome[rows], weights=by_row),
            ]
        gaps = [
            float(np.ptp(column[~np.isnan(column)]))
            if (~np.isnan(column)).any()
            else np.nan
            for column in found.T
        ]
        return np.concatenate([found.ravel(), gaps])


def _of_one(person: IntArray) -> bool:
    """Whether rows are of one person, whom every draw would give again."""
    return len(np.unique(person)) < 2


def _without_interval(figure: Estimate) -> Estimate:
    return Estimate(figure.value)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
