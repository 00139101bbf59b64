"""Bringing a model to the people of a user: lines of outcomes, and a shift of rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from relapse import _core
from relapse._errors import InvalidInput
from relapse._odds import EDGE, expit, log_odds
from relapse._passes.answers import outcome_rules
from relapse._passes.arguments import ModelOrName, SameTime, find_model
from relapse._passes.folds import person_folds
from relapse._passes.observed import RISK, came_of, foretold_of, require_outcomes
from relapse._passes.scores import with_outcomes
from relapse._reading.check_ins import CheckIns, read_check_ins
from relapse._reading.columns import FloatArray, IntArray, Refusals, read_answers
from relapse._reading.settings import whole_number
from relapse._reading.times import TimeUnit
from relapse._shown import Shown

Foretold: TypeAlias = "dict[str, FloatArray]"

#: Fewer than these say nothing: persons with a known outcome, and outcomes of the rarer
#: kind. Expert default.
LEAST_PERSONS = 20
LEAST_EVENTS = 10
#: Precision of the normal prior around "as it is", of intercept and slope: some ten rows
#: outweigh it. Expert default.
PRIOR = (1.0, 4.0)
#: How far the rates of one direction may be moved, on the log scale.
FURTHEST = 3.0
DIRECTIONS = ("toward_use", "recovery")
_MOST_BINS = 10


@dataclass(frozen=True)
class OutcomeLine:
    """The line of one outcome, and how well it did on people left out.

    Log losses are means over the rows of people in whose fold the line was not found:
    `log_loss_before` as the model was, `log_loss_after` with rates and line moved. `gain`
    is their difference with a 95 % interval over draws of persons. `applied` says
    whether the document got the line; if not, `problem` says why.
    """

    intercept: float
    slope: float
    persons: int
    rows: int
    events: int
    log_loss_before: float
    log_loss_after: float
    gain: float
    gain_low: float
    gain_high: float
    applied: bool
    problem: str = ""
    #: Bins of what was foretold before and after and of what came, for the figure.
    calibration: dict[str, list[dict[str, float]]] = field(
        default_factory=dict, repr=False
    )


@dataclass(frozen=True)
class RateShift:
    """How far the log rates of each direction were moved.

    `gain` is the mean log-likelihood that a person left out gains, with a 95 % interval;
    not a number where too few persons have an outcome to look for one. `applied` says
    whether the document got them; if not, `problem` says why.
    """

    toward_use: float
    recovery: float
    gain: float
    gain_low: float
    gain_high: float
    applied: bool
    problem: str = ""


@dataclass(frozen=True, repr=False)
class RecalibrationResult(Shown):
    """A model brought to other people, and what that was worth on people left out."""

    model: _core.Model
    outcomes: dict[str, OutcomeLine]
    shift: RateShift | None
    persons: int
    check_ins: int
    folds: int

    def __repr__(self) -> str:
        changed = [name for name, line in self.outcomes.items() if line.applied]
        return (
            f"RecalibrationResult({', '.join(changed) or 'nothing was changed'}; "
            f"{self.persons} persons, {self.check_ins} check-ins)"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the model as numbers, texts and dicts."""
        plain = {key: value for key, value in asdict(self).items() if key != "model"}
        return {"schema": "relapse/recalibration/1", **plain}

    def summary(self) -> str:
        """Return what was found as a text to read."""
        lines = [
            f"{self.persons} persons, {self.check_ins} check-ins, {self.folds} folds of "
            "persons"
        ]
        if self.shift is not None:
            done = "moved" if self.shift.applied else "left as they are"
            found = (
                f": toward use times {np.exp(self.shift.toward_use):.3g}, recovery "
                f"times {np.exp(self.shift.recovery):.3g}; a person left out gains "
                f"{self.shift.gain:.3g} ({self.shift.gain_low:.3g} to "
                f"{self.shift.gain_high:.3g}) of log-likelihood"
            )
            lines.append(f"rates {done}{'' if np.isnan(self.shift.gain) else found}")
            if self.shift.problem:
                lines.append(f"  {self.shift.problem}")
        for name, line in self.outcomes.items():
            lines += [
                "",
                f"{name}: {line.rows} foretold for {line.persons} persons, {line.events} "
                "came",
            ]
            if not np.isnan(line.gain):
                lines += [
                    f"  intercept {line.intercept:+.3f}, slope {line.slope:.3f}",
                    f"  log loss on people left out {line.log_loss_before:.4f} -> "
                    f"{line.log_loss_after:.4f}, gain {line.gain:.4f} "
                    f"({line.gain_low:.4f} to {line.gain_high:.4f})",
                ]
            lines.append(f"  {line.problem or 'the document has this line'}")
        return "\n".join(lines)


def recalibrate(
    check_ins: Any,
    model: ModelOrName,
    *,
    outcomes: Sequence[str | Mapping[str, Any]] | None = None,
    risk: str | None = None,
    rates: bool = True,
    folds: int = 5,
    seed: int = 1,
    draws: int = 500,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    same_time: SameTime = "refuse",
) -> RecalibrationResult:
    """Bring what a model foretells to other people, and judge that on those left out.

    Two numbers move all rates towards use and all of recovery, to the maximum of the
    likelihood; then each outcome gets a line on its log odds (Cox 1958, Biometrika
    45:562; Van Calster et al. 2019, BMC Medicine 17:230), with a weak prior around "as it
    is". Both are found on all but one fold of persons in turn and judged on that one;
    what is written into the document is found on all. Nothing is changed that people left
    out do not bear out: a line must gain something, on average; rates move where the
    interval of the gain in likelihood lies above zero and every outcome is foretold
    better than by its line alone.

    Parameters
    ----------
    check_ins, model, person, time, time_unit, same_time
        As for `score`.
    outcomes
        Ids of outcomes of the model, or rules as they stand in a document; None: all that
        the model names.
    risk
        Name of a column of `check_ins` with whether use was seen within the horizon of
        the level after the row: 1 or 0, missing where nobody knows; best missing, too,
        where somebody was seen to be in use at the row. The risk within every horizon
        gets one line, found where use is not certain already. None: it stays.
    rates
        Whether rates may move.
    folds, seed
        As for `person_folds`. With fewer persons than a line takes nothing is looked for,
        and there are no more folds than persons.
    draws
        Of the bootstrap over persons.

    Returns
    -------
    RecalibrationResult
        Its `model` has the outcomes with their lines, another version, and says in its
        calibration what was done; `summary()` is a text,
        `relapse.plot.plot_recalibration` a figure.

    """
    whole_number("draws", draws)
    base = with_outcomes(find_model(model), outcomes)
    if risk is None:
        require_outcomes(base)
    elif RISK in outcome_rules(base):
        raise InvalidInput("risk: an outcome of the model has this name")
    beside = [] if risk is None else [risk]
    data = read_check_ins(check_ins, base, person, time, time_unit, beside)
    data.raise_refused()
    work = _Work(data, base, same_time, risk)
    if work.persons < LEAST_PERSONS:  # nothing is looked for, whatever the folds
        folds = min(folds, work.persons)
    alone = work.persons == 1
    fold = work.number if alone else person_folds(work.number, folds, seed)
    before = work.foretold(base)

    def lines_of(after: Foretold, apart: list[Foretold]) -> dict[str, OutcomeLine]:
        return {
            name: _line(name, work, before[name], after[name],
                        [each[name] for each in apart], fold, draws, seed)
            for name in work.came
        }  # fmt: skip

    final, shift = work.plain, None
    lines = lines_of(work.foretold_plain, [work.foretold_plain] * folds)
    too_few = next((name for name, line in lines.items() if np.isnan(line.gain)), None)
    if rates and too_few is not None:
        problem = f"of {too_few} there is not enough to tell"
        shift = RateShift(0.0, 0.0, np.nan, np.nan, np.nan, False, problem)
    elif rates:
        shift, apart = work.shift(fold, folds, draws, seed)
        problem = "people left out do not surely gain"
        if shift.gain_low > 0.0:
            moved = _shifted(work.plain, shift.toward_use, shift.recovery)
            with_rates = lines_of(
                work.foretold(moved),
                [work.foretold(_shifted(work.plain, *at)) for at in apart],
            )
            problem = _no_better(lines, with_rates)
            if not problem:
                final, lines = moved, with_rates
        shift = replace(shift, applied=not problem, problem=problem)
    document = _written(base, final, lines, shift, work.persons, len(fold), folds)
    return RecalibrationResult(
        _core.Model.from_dict(document), lines, shift, work.persons, len(fold), folds
    )


class _Work:
    """The check-ins, read once, under models of the same items."""

    def __init__(
        self, data: CheckIns, base: _core.Model, same_time: SameTime, risk: str | None
    ) -> None:
        self.data = data
        self.same_time = same_time
        document = base.to_dict()
        document.pop("risk_recalibration", None)
        for rule in document.get("outcomes", ()):
            rule.pop("recalibration", None)
        self.plain = _core.Model.from_dict(document)
        self.came = came_of(data)
        if risk is not None:
            self.came[RISK] = self._use_seen(risk)
        self.number = np.asarray(data.columns["person"])
        self.persons = len(np.unique(self.number))

    def _use_seen(self, risk: str) -> FloatArray:
        """Return what came, unknown where use is certain already."""
        refused = Refusals()
        seen = read_answers(
            self.data.table.require(risk), {}, refused, "must be 0, 1 or missing"
        )
        refused.add_where(
            ~np.isin(seen, (0.0, 1.0)) & ~np.isnan(seen), risk, "must be 0, 1 or missing"
        )
        self.data.table.raise_first(refused, self.data.person)
        before = self.foretold_plain.get(RISK)
        if before is None:
            raise InvalidInput(
                "risk: the model does not report the risk within the horizon of its level"
            )
        return np.where(before < 1.0 - EDGE, seen, np.nan)

    @cached_property
    def foretold_plain(self) -> Foretold:
        """What is foretold without a line."""
        return self.foretold(self.plain)

    def foretold(self, model: _core.Model) -> Foretold:
        return foretold_of(replace(self.data, model=model), self.same_time)

    def by_person(self, model: _core.Model) -> FloatArray:
        """Return the log-likelihood of each person."""
        under = replace(self.data, model=model)
        _, step = under.run(_core.filter, 0, self.same_time, None)
        size = int(self.number.max()) + 1
        return np.asarray(np.bincount(self.number, step, minlength=size), dtype=float)

    def shift(
        self, fold: IntArray, folds: int, draws: int, seed: int
    ) -> tuple[RateShift, list[tuple[float, float]]]:
        """Find the shift of rates, and that found without each fold."""
        of_person = np.zeros(int(self.number.max()) + 1, dtype=np.int64)
        of_person[self.number] = fold
        there = np.unique(self.number)
        known: dict[tuple[float, float], FloatArray] = {}

        def likelihood(at: tuple[float, float]) -> FloatArray:
            place = (round(at[0], 3), round(at[1], 3))
            if place not in known:
                known[place] = self.by_person(_shifted(self.plain, *place))
            return known[place]

        now = likelihood((0.0, 0.0))
        gains = np.zeros(len(of_person))
        apart = []
        for k in range(folds):
            others = of_person != k
            at = _highest(lambda x, others=others: float(likelihood(x)[others].sum()))
            gains[~others] = (likelihood(at) - now)[~others]
            apart.append(at)
        at = _highest(lambda x: float(likelihood(x).sum()))
        gain, low, high = _mean_of_persons(gains[there], np.ones(len(there)), draws, seed)
        return RateShift(*at, gain, low, high, applied=False), apart


def _no_better(
    lines: Mapping[str, OutcomeLine], with_rates: Mapping[str, OutcomeLine]
) -> str:
    """Return which outcome speaks against rates that are moved, or nothing."""
    for name, line in with_rates.items():
        if not (line.applied and line.log_loss_after < lines[name].log_loss_after):
            return f"{name} of people left out is foretold no better than by a line alone"
    return ""


def _shifted(model: _core.Model, toward_use: float, recovery: float) -> _core.Model:
    """Return the model with its log rates moved; with a cap, the log odds against it."""
    document = model.to_dict()
    by = {"toward_use": np.exp(toward_use), "recovery": np.exp(recovery)}
    for rule in document["transitions"]:
        factor = float(by.get(rule.get("direction", ""), 1.0))
        if factor == 1.0:
            continue
        cap = rule.get("max_rate")
        if cap is None:
            rule["rate"] *= factor
        else:
            odds = factor * rule["rate"] / (cap - rule["rate"])
            rule["rate"] = cap * odds / (1.0 + odds)
    return _core.Model.from_dict(document)


def _highest(height: Any) -> tuple[float, float]:
    """Return where a smooth hill of two directions is highest, by compass search."""
    at, step = (0.0, 0.0), 0.5
    best = height(at)
    while step > 0.01:
        for dx, dy in ((step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)):
            near = (at[0] + dx, at[1] + dy)
            if max(map(abs, near)) > FURTHEST:
                continue
            found = height(near)
            if found > best:
                at, best = near, found
                break
        else:
            step /= 2.0
    return at


def _fit_line(odds: FloatArray, came: FloatArray) -> tuple[float, float]:
    """Return intercept and slope: the maximum a posteriori, by Newton's method."""
    rows = np.column_stack([np.ones_like(odds), odds])
    at = np.array([0.0, 1.0])
    prior = np.array(PRIOR)
    for _ in range(50):
        chance = expit(rows @ at)
        slope = rows.T @ (came - chance) - prior * (at - (0.0, 1.0))
        bend = (rows * (chance * (1.0 - chance))[:, None]).T @ rows + np.diag(prior)
        step = np.linalg.solve(bend, slope)
        at = at + step * min(1.0, 2.0 / max(1e-12, float(np.abs(step).max())))
        if float(np.abs(step).max()) < 1e-10:
            break
    return float(at[0]), float(at[1])


def _loss(probability: FloatArray, came: FloatArray) -> FloatArray:
    clipped = np.clip(probability, EDGE, 1.0 - EDGE)
    return -np.log(np.where(came > 0.5, clipped, 1.0 - clipped))


def _mean_of_persons(
    sums: FloatArray, counts: FloatArray, draws: int, seed: int
) -> tuple[float, float, float]:
    """Return a mean over rows or persons, with its interval over draws of persons."""
    value = float(sums.sum() / counts.sum())
    random = np.random.default_rng(seed)
    drawn = random.multinomial(len(sums), np.full(len(sums), 1.0 / len(sums)), size=draws)
    means = (drawn @ sums) / np.maximum(drawn @ counts, 1e-300)
    if not draws:
        return value, np.nan, np.nan
    return value, float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def _line(
    name: str,
    work: _Work,
    before: FloatArray,
    after: FloatArray,
    apart: list[FloatArray],
    fold: IntArray,
    draws: int,
    seed: int,
) -> OutcomeLine:
    """Find the line of one outcome; `apart` is what is foretold for each fold."""
    came = work.came[name]
    known = ~np.isnan(came)
    rows, events = int(known.sum()), int(came[known].sum())
    persons = len(np.unique(work.number[known]))
    fewest = min(events, rows - events)
    if persons < LEAST_PERSONS or fewest < LEAST_EVENTS:
        nothing = (np.nan, np.nan, np.nan, np.nan, np.nan)  # losses and gains
        return OutcomeLine(
            0.0, 1.0, persons, rows, events, *nothing, applied=False,
            problem=f"not enough to tell: {persons} persons and {fewest} outcomes of the "
            f"rarer kind, but at least {LEAST_PERSONS} and {LEAST_EVENTS} are needed",
        )  # fmt: skip
    held = np.full(len(came), np.nan)
    for k, foretold in enumerate(apart):
        train, test = known & (fold != k), known & (fold == k)
        intercept, slope = _fit_line(log_odds(foretold[train]), came[train])
        held[test] = expit(intercept + slope * log_odds(foretold[test]))
    intercept, slope = _fit_line(log_odds(after[known]), came[known])
    losses = _loss(before[known], came[known]), _loss(held[known], came[known])
    number = work.number[known]
    size = int(number.max()) + 1
    counts = np.bincount(number, minlength=size).astype(np.float64)
    gains = np.asarray(
        np.bincount(number, losses[0] - losses[1], minlength=size), dtype=float
    )
    has = counts > 0.0
    gain, low, high = _mean_of_persons(gains[has], counts[has], draws, seed)
    problem = ""
    if slope <= 0.0:
        problem = "left as it was: what was foretold does not order these people"
    elif gain <= 0.0:
        problem = "left as it was: people left out gain nothing"
    elif low <= 0.0:
        problem = (
            "the document has this line, but these people are not enough to be sure that "
            "it helps others"
        )
    return OutcomeLine(
        intercept, slope, persons, rows, events,
        float(losses[0].mean()), float(losses[1].mean()), gain, low, high,
        applied=slope > 0.0 and gain > 0.0, problem=problem,
        calibration={
            "before": _bins(before[known], came[known]),
            "after": _bins(held[known], came[known]),
        },
    )  # fmt: skip


def _bins(predicted: FloatArray, came: FloatArray) -> list[dict[str, float]]:
    """Return bins of about as many rows each: what was foretold, and what came."""
    order = np.argsort(predicted, kind="stable")
    parts = np.array_split(order, min(_MOST_BINS, max(1, len(order) // 10)))
    return [
        {
            "predicted": float(predicted[part].mean()),
            "came": float(came[part].mean()),
            "rows": len(part),
        }
        for part in parts
    ]


def _as_document(line: OutcomeLine) -> dict[str, Any]:
    return {
        "intercept": line.intercept,
        "slope": line.slope,
        "status": f"{line.persons} persons, {line.rows} rows, {line.events} came; "
        f"log loss on people left out {line.log_loss_before:.4f} before, "
        f"{line.log_loss_after:.4f} after"
        + (f"; {line.problem}" if line.problem else ""),
    }


def _written(
    base: _core.Model,
    final: _core.Model,
    lines: Mapping[str, OutcomeLine],
    shift: RateShift | None,
    persons: int,
    check_ins: int,
    folds: int,
) -> dict[str, Any]:
    """Return the document with what was found, and what it says of that."""
    document = final.to_dict()
    whom = f"{persons} persons, {check_ins} check-ins, {folds} folds of persons"
    old = outcome_rules(base)
    for rule in document.get("outcomes", ()):
        line = lines[rule["id"]]
        if line.applied:
            rule["recalibration"] = _as_document(line)
        elif "recalibration" in old[rule["id"]]:
            rule["recalibration"] = old[rule["id"]]["recalibration"]
    risk = None if RISK in old else lines.get(RISK)
    if risk is not None and risk.applied:
        document["risk_recalibration"] = _as_document(risk)
    elif (kept := base.to_dict().get("risk_recalibration")) is not None:
        document["risk_recalibration"] = kept
    if shift is not None and shift.applied:
        for rule in document["transitions"]:
            if rule.get("direction") in DIRECTIONS:
                source = rule.get("source", "")
                rule["source"] = (f"{source}; " if source else "") + (
                    f"recalibrated to {whom}"
                )
    changed = [name for name, line in lines.items() if line.applied]
    moved = shift is not None and shift.applied
    if changed or moved:
        parts = (["rates"] if moved else []) + changed
        document["version"] = document["version"].split("+recalibrated")[0] + (
            "+recalibrated." + final.content_hash[:8]
        )
        old_status = document["calibration"]
        document["calibration"] = {
            "status": f"recalibrated to {whom}: " + ", ".join(parts),
            "source": f"before: {old_status['status']}",
        }
    return document
