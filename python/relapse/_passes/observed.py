"""What came of the outcomes that a model foretells, and the pairs to judge it by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._errors import InvalidInput, warn
from relapse._passes.answers import outcome_rules
from relapse._passes.arguments import ModelOrName, SameTime, find_model
from relapse._passes.scores import run_score, with_outcomes
from relapse._reading.check_ins import CheckIns, read_check_ins
from relapse._reading.columns import FloatArray
from relapse._reading.tables import Made
from relapse._reading.times import TimeUnit

Rule: TypeAlias = "Mapping[str, Any]"

DAYS_A_WEEK = 7.0
#: Of the mean time between check-ins: an outcome that is no further ahead is meant to be
#: that of the next one. Weeks ahead of daily check-ins are something else.
_ONE_STEP = 1.25
#: Shares from which it is said that few pairs are those with the next check-in: times
#: that scatter around a schedule stay below them, a night between prompts does not.
_MANY_LATER, _MANY_ALONE = 0.2, 0.5
#: Where the risk within the horizon of the level stands among what is foretold.
RISK = "risk"


def observed_outcomes(
    check_ins: Any,
    model: ModelOrName,
    outcomes: Sequence[str | Rule] | None = None,
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    same_time: SameTime = "refuse",
) -> Any:
    """Return what was foretold of each outcome after each check-in, and what came.

    An answer is that of the person's check-in nearest to the time that it was foretold
    for, later than now and not further from that time than half of the way there. It is
    not known where there is none, nor, of an outcome given that there is an answer, where
    the item was not answered. In a run a week without check-in or answer is a missing
    one; of a person without any later check-in it is not known.

    Parameters
    ----------
    check_ins, model, person, time, time_unit, same_time
        As for `score`.
    outcomes
        Ids of outcomes of the model, or rules; None: all that the model names.

    Returns
    -------
    A table of the same kind, a row for each check-in: person, time, and of each outcome
    `outcome_<id>`, its probability, and `came_<id>`: 1, 0, or NaN where nobody knows.

    Warns where an outcome is about one check-in ahead, but many are paired with a later
    one than the next, or most with none: for the next answer count time in prompts.

    Raises InvalidInput for an outcome of an item that these check-ins never answer.

    """
    asked = with_outcomes(find_model(model), outcomes)
    require_outcomes(asked)
    data = read_check_ins(check_ins, asked, person, time, time_unit)
    foretold, came = foretold_of(data, same_time), came_of(data)
    made: dict[str, Made] = {}
    for name in came:
        made |= {f"outcome_{name}": foretold[name], f"came_{name}": came[name]}
    return data.answer(made)


def require_outcomes(model: _core.Model) -> None:
    """Raise InvalidInput for a model without outcomes."""
    if not outcome_rules(model):
        raise InvalidInput(
            "outcomes: the model names none; give rules in `outcomes`, or to recalibrate "
            "a column in `risk`"
        )


def foretold_of(data: CheckIns, same_time: SameTime) -> dict[str, FloatArray]:
    """Return the probabilities of the outcomes of the model that was read for, and, under
    RISK unless an outcome has this name, the risk within the horizon of the level where
    it is reported.
    """
    raw = run_score(data, False, None, False, same_time)
    found: dict[str, FloatArray] = {}
    if "outcomes" in raw:
        columns = np.ascontiguousarray(raw["outcomes"].T)
        found |= dict(zip(outcome_rules(data.model), columns, strict=True))
    horizon = data.model.to_dict()["levels"]["horizon_days"]
    if horizon in data.model.horizons:
        at = list(data.model.horizons).index(horizon)
        found.setdefault(RISK, np.ascontiguousarray(raw["risk"][:, at]))
    return found


def came_of(data: CheckIns) -> dict[str, FloatArray]:
    """Return what came of each outcome of the model that was read for."""
    items = {item["id"]: item for item in data.model.to_dict()["items"]}
    later = _Later(data.columns["person"], data.columns["time"])
    _warn_of_steps(outcome_rules(data.model), later)
    found = {}
    for name, rule in outcome_rules(data.model).items():
        item = items[rule["item"]]
        if rule["item"] not in data.columns["answers"]:
            answers = np.full(len(later.person), np.nan)
        else:
            answers = data.numbers(rule["item"])
        if not np.any(~np.isnan(answers)):
            raise InvalidInput(
                f"outcomes: {name!r} is of {rule['item']!r}, which these check-ins "
                "never answer"
            )
        is_run = "run" in rule
        found[name] = (
            _run(rule, answers, later) if is_run else _answer(rule, item, answers, later)
        )
    return found


def _warn_of_steps(rules: Mapping[str, Rule], later: _Later) -> None:
    """Warn where the check-in that an outcome is held against is not the next one."""
    following, step = later.following(), later.step()
    waits = following >= 0
    for name, rule in rules.items():
        ahead = float(rule.get("after_days", np.inf))
        if not ahead < _ONE_STEP * step:
            continue
        at = later.nearest(ahead, ahead / 2.0)
        of, alone = int(waits.sum()), int((waits & (at < 0)).sum())
        other = int((waits & (at >= 0) & (later.days[at] > later.days[following])).sum())
        if other > _MANY_LATER * of or alone > _MANY_ALONE * of:
            warn(
                f"outcome {name!r}: of {of} check-ins that have a later one, {other} are "
                f"paired with another than the next one, and {alone} with none, as those "
                f"are too far from {ahead:.3g} days later; if the next answer is meant, "
                "count time in prompts and keep the rows of those without an answer "
                "(docs: Foretell the next answer)",
                UserWarning,
            )


class _Later:
    """The later check-in of the same person nearest to a time ahead of each."""

    def __init__(self, person: npt.NDArray[Any], days: FloatArray) -> None:
        self.person = np.asarray(person)
        self.days = np.asarray(days)
        self.order = np.lexsort((self.days, self.person))
        # Persons one after the other on one line, further apart than anything foretold.
        span = float(self.days.max() - self.days.min()) + 1.0
        self.gap = 4.0 * span
        self.line = self._place(self.days)[self.order]

    def _place(self, days: FloatArray) -> FloatArray:
        return np.asarray(self.person * self.gap + (days - self.days.min()))

    def nearest(self, ahead: float, reach: float) -> npt.NDArray[np.int64]:
        """Return check-ins within `reach` of `ahead` days later; -1: none."""
        wanted = self._place(self.days + ahead)
        after = np.clip(np.searchsorted(self.line, wanted), 0, len(self.line) - 1)
        before = np.clip(after - 1, 0, None)
        # Of two that are as near, the later one.
        earlier = wanted - self.line[before] < np.abs(self.line[after] - wanted)
        chosen = self.order[np.where(earlier, before, after)]
        is_one = (
            (self.person[chosen] == self.person)
            & (self.days[chosen] > self.days)
            & (np.abs(self.days[chosen] - self.days - ahead) <= reach)
        )
        return np.where(is_one, chosen, -1)

    def following(self) -> npt.NDArray[np.int64]:
        """Return the next later check-in of the person; -1: none."""
        after = np.searchsorted(self.line, self._place(self.days), side="right")
        chosen = self.order[np.clip(after, 0, len(self.line) - 1)]
        is_one = (self.person[chosen] == self.person) & (self.days[chosen] > self.days)
        return np.where(is_one, chosen, -1)

    def step(self) -> float:
        """Return the mean time between two check-ins of a person, median over persons."""
        _, code = np.unique(self.person, return_inverse=True)
        count = np.bincount(code)
        first, last = np.full(len(count), np.inf), np.full(len(count), -np.inf)
        np.minimum.at(first, code, self.days)
        np.maximum.at(last, code, self.days)
        means = ((last - first) / np.maximum(count - 1, 1))[count > 1]
        return float(np.median(means)) if len(means) else 0.0

    def is_last(self) -> npt.NDArray[np.bool_]:
        """Whether there is no later check-in of the person."""
        last = np.full(int(self.person.max()) + 1, -np.inf)
        np.maximum.at(last, self.person, self.days)
        return np.asarray(self.days >= last[self.person])


def _named(rule: Rule) -> list[Any]:
    """Return the answers that an outcome names, None for a missing one."""
    named = rule.get("answer", [])
    return named if isinstance(named, list) else [named]


def _is_outcome(rule: Rule, answers: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether an answer that was given is one of the outcome."""
    if "at_least" in rule:
        return np.asarray(answers >= rule["at_least"])
    return np.isin(answers, [level for level in _named(rule) if level is not None])


def _answer(
    rule: Rule, item: Mapping[str, Any], answers: FloatArray, later: _Later
) -> FloatArray:
    ahead = float(rule["after_days"])
    at = later.nearest(ahead, ahead / 2.0)
    found = np.where(at >= 0, answers[at], np.nan)
    came = np.where(np.isnan(found), np.nan, _is_outcome(rule, found).astype(float))
    counts = item.get("missing_is_a_level") and rule.get("given") != "observed"
    if counts:
        missing = (at >= 0) & np.isnan(found)
        came = np.where(missing, float(None in _named(rule)), came)
    return came


def _run(rule: Rule, answers: FloatArray, later: _Later) -> FloatArray:
    length = np.zeros(len(answers))
    came = np.zeros(len(answers), dtype=bool)
    for week in range(1, int(rule["weeks"]) + 1):
        at = later.nearest(DAYS_A_WEEK * week, DAYS_A_WEEK / 2.0)
        found = np.where(at >= 0, answers[at], np.nan)
        counts = np.where(np.isnan(found), None in _named(rule), _is_outcome(rule, found))
        length = np.where(counts, length + 1.0, 0.0)
        came |= length >= rule["run"]
    return np.where(later.is_last(), np.nan, came.astype(float))
