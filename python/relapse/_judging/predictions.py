"""Predictions and what came, from a table: the input of everything that judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from relapse._errors import InvalidInput
from relapse._reading.cells import is_missing
from relapse._reading.columns import (
    BoolArray,
    FloatArray,
    IntArray,
    Refusals,
    number_by_value,
    read_answers,
    read_numbers,
)
from relapse._reading.tables import Table, open_table
from relapse._reading.times import TimeUnit, read_times

DAYS_A_MONTH = 30.0


@dataclass(frozen=True)
class Columns:
    """Names of the columns of a table of predictions; None: not there, or not wanted."""

    outcome: str | None
    predicted: str
    person: str = "person"
    time: str | None = None
    lapse: str | None = None
    groups: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)  # what it is: its column
    time_unit: TimeUnit = "days"


@dataclass(frozen=True)
class Predictions:
    """Rows of a table, sorted by person and, where there is time, by time.

    `outcome` is 1 where what was predicted came, 0 where it did not, NaN where nobody
    knows; `predicted` is its probability. `person` counts from 0; `time` is in days;
    `lapse` is 1 where a lapse was seen at the row, 0 where none was, NaN where unknown.
    """

    outcome: FloatArray
    predicted: FloatArray
    person: IntArray
    persons: int
    time: FloatArray | None
    lapse: FloatArray | None
    groups: dict[str, npt.NDArray[Any]]
    answers: dict[str, FloatArray] = field(default_factory=dict)  # NaN: not given

    def known(self) -> Predictions:
        """Return the rows whose outcome is known."""
        return self.rows(~np.isnan(self.outcome))

    def counts(self) -> dict[str, Any]:
        """Return the numbers of rows and persons, and of outcomes that came."""
        return {
            "rows": len(self.outcome),
            "persons": len(np.unique(self.person)),
            "events": int(self.outcome.sum()),
        }

    def rows(self, chosen: BoolArray | IntArray) -> Predictions:
        """Return some of the rows, or in another order; persons keep their numbers."""
        return Predictions(
            self.outcome[chosen],
            self.predicted[chosen],
            self.person[chosen],
            self.persons,
            None if self.time is None else self.time[chosen],
            None if self.lapse is None else self.lapse[chosen],
            {name: values[chosen] for name, values in self.groups.items()},
            {name: values[chosen] for name, values in self.answers.items()},
        )

    def person_days(self, every: float | None = None) -> FloatArray:
        """Return for how many days each person was followed.

        From the first to the last row, and `every` days after it: by default the median
        time between two rows of a person.
        """
        if self.time is None:
            raise InvalidInput("time: must name a column, as alerts are counted by month")
        same = np.diff(self.person) == 0
        gaps = np.diff(self.time)[same]
        if every is None:
            if not len(gaps):
                raise InvalidInput(
                    "every: must be given where nobody has more than one row"
                )
            every = float(np.median(gaps))
        if not every > 0.0:
            raise InvalidInput(f"every: is {every}, but must be a number of days above 0")
        starts = np.flatnonzero(np.concatenate(([True], ~same)))
        ends = np.append(starts[1:], len(self.person)) - 1
        days = np.zeros(self.persons)
        days[self.person[starts]] = self.time[ends] - self.time[starts] + every
        return days


def read_predictions(table: Any, columns: Columns) -> Predictions:
    """Read a table of any kind that `relapse.score` takes or gives.

    Raises InvalidInput for a column that is not there or has no row, CheckInError (which
    names person and row) for an outcome that is neither 0 nor 1, a prediction that is no
    probability, a row without person or time.
    """
    opened = open_table(table)
    if opened.rows == 0:
        raise InvalidInput("predictions: has no rows, but must have at least one")
    refused = Refusals()
    codes, first = number_by_value(opened.require(columns.person), refused)
    predicted = _probabilities(opened, columns.predicted, refused)
    outcome = _zero_or_one(opened, columns.outcome, refused)
    lapse = _zero_or_one(opened, columns.lapse, refused)
    time = (
        None
        if columns.time is None
        else read_times(opened.require(columns.time), refused, columns.time_unit)
    )
    groups = {name: _group(opened, name) for name in columns.groups}
    answers = {
        name: read_answers(opened.require(column), {}, refused, "must be a number")
        for name, column in columns.answers.items()
        if column in opened.names
    }
    opened.raise_first(refused, columns.person)
    order = np.lexsort((codes,) if time is None else (time, codes))
    unknown = np.full(opened.rows, np.nan)
    outcome = unknown if outcome is None else outcome
    person = codes.astype(np.int64)
    return Predictions(
        outcome, predicted, person, len(first), time, lapse, groups, answers
    ).rows(order)


def _probabilities(table: Table, name: str, refused: Refusals) -> FloatArray:
    values = read_numbers(table.require(name), refused)
    wrong = ~((values >= 0.0) & (values <= 1.0))
    refused.add_where(wrong, name, "is no probability, but must be between 0 and 1")
    return values


def _zero_or_one(table: Table, name: str | None, refused: Refusals) -> FloatArray | None:
    if name is None:
        return None
    values = read_answers(table.require(name), {}, refused, "must be 0, 1 or missing")
    wrong = ~((values == 0.0) | (values == 1.0) | np.isnan(values))
    refused.add_where(wrong, name, "must be 0, 1 or missing")
    return values


def _group(table: Table, name: str) -> npt.NDArray[Any]:
    """Return the words of a column; a missing one is a group of its own."""
    words = [
        "missing" if is_missing(v) else str(v) for v in table.require(name).objects()
    ]
    return np.array(words, dtype=object)
