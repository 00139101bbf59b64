"""The endpoints that studies report, from patterns of use over days or weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, overload

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._errors import InvalidInput
from relapse._passes.arguments import AnswerArrays, Arrays, Frame
from relapse._reading.cells import MISSING, Codes, code_of, is_missing
from relapse._reading.columns import (
    Column,
    FloatArray,
    IntArray,
    Refusals,
    number_by_value,
    read_numbers,
)
from relapse._reading.settings import real_number
from relapse._reading.tables import Made, Table, open_table
from relapse._reading.times import YEAR_2300

if TYPE_CHECKING:
    from typing_extensions import Unpack  # in `typing` since Python 3.11

MissingUse: TypeAlias = Literal["positive", "last", "left_out", "negative"]

_MISSING = _core.use_statuses.index("missing")
_NO_STATUS = (
    "is a number other than 0 and 1, so a code, but must be a status; `words` says what "
    "it means, and amounts are for amount_outcomes"
)
_LIMITS = {"men": _core.drinking_limits_men, "women": _core.drinking_limits_women}


class Patterns(TypedDict, total=False):
    """How a table of patterns is read, and what of it counts."""

    person: str
    time: str
    status: str
    words: Mapping[Any, str] | None
    missing: MissingUse
    run: int
    first: int | None
    last: int | None


class Amounts(TypedDict, total=False):
    """How a table of amounts is read, and what of it counts."""

    person: str
    time: str
    amount: str
    first: int | None
    last: int | None


@overload
def pattern_outcomes(patterns: Arrays, **how: Unpack[Patterns]) -> AnswerArrays: ...
@overload
def pattern_outcomes(patterns: Frame, **how: Unpack[Patterns]) -> Frame: ...
def pattern_outcomes(
    patterns: Any,
    *,
    person: str = "person",
    time: str = "time",
    status: str = "status",
    words: Mapping[Any, str] | None = None,
    missing: MissingUse = "positive",
    run: int = 4,
    first: int | None = None,
    last: int | None = None,
) -> Any:
    """Return the endpoints of each person's pattern of use.

    Parameters
    ----------
    patterns
        A table of any kind that `score` takes, a row for each person and period, in any
        order. A period without a row is missing.
    person, time, status
        Names of the columns. Time is the number of the day or week, a whole number.
        Status is one of negative, positive, missing, not_scheduled, or a number: 0 is
        negative, 1 positive; another one is refused, unless `words` names it. No status
        is missing.
    words
        What other values mean, such as ``{"+": "positive", "o": "missing"}``. Where they
        say which numbers are negative or positive, a number that they do not name is
        refused.
    missing
        What a missing period counts as: "positive" (the rule of most opioid trials, Lee
        et al. 2018, Lancet 391:309), "last" (the last observed before it), "left_out" (as
        if it was not scheduled), "negative" (the other bound of "positive").
    run
        How many consecutive periods of use are a return to use: 4 weeks missing or
        positive for opioids (Lee 2018; Luo et al. 2024, JAMA Psychiatry 81:45), 7 days
        for smoking (Deiches et al. 2013). There is no single best definition (Maisto et
        al. 2016, Alcohol Clin Exp Res 40:2180).
    first, last
        The periods that count, both included; None: those of the person's rows.

    Returns
    -------
    A table of the same kind, a row a person in the order of first appearance: person;
    ``first_use`` and ``return_to_use``, the number of the period in which use, or the
    run, began, or of the last period that counts where ``first_use_happened`` and
    ``return_to_use_happened`` are 0 (censored; NaN where no period counts);
    ``longest_abstinence`` in periods; ``share_negative``, 0 to 1 (per cent negative, per
    cent days abstinent); ``abstinent``, 1 where every period that counts is negative.

    Raises InvalidInput, of which CheckInError names person, row and column.

    """
    data = _Periods(patterns, person, time, "patterns")
    codes = _statuses(data.table.require(status), words, data.refused)
    data.raise_refused()
    grid = data.grid(first, last)
    filled = np.full(grid.size, _MISSING, dtype=np.uint8)
    filled[grid.place] = codes[grid.rows]
    raw = _core.pattern_outcomes(filled, grid.starts, run, missing)
    return data.answer(
        {
            "first_use": grid.period(raw["first_use"], raw["used"]),
            "first_use_happened": raw["used"],
            "return_to_use": grid.period(raw["run"], raw["ran"]),
            "return_to_use_happened": raw["ran"],
            "longest_abstinence": raw["longest_abstinence"],
            "share_negative": raw["share_negative"],
            "abstinent": raw["abstinent"],
        }
    )


@overload
def amount_outcomes(
    amounts: Arrays, *, heavy: float | str, **how: Unpack[Amounts]
) -> AnswerArrays: ...
@overload
def amount_outcomes(
    amounts: Frame, *, heavy: float | str, **how: Unpack[Amounts]
) -> Frame: ...
def amount_outcomes(
    amounts: Any,
    *,
    heavy: float | str,
    person: str = "person",
    time: str = "time",
    amount: str = "amount",
    first: int | None = None,
    last: int | None = None,
) -> Any:
    """Return what the amounts used a day say of each person, over the observed days.

    `amounts` has a row for each person and day, in any order: person, time (the number of
    the day), amount (drinks, grams, ...; 0 or above, none where missing). `heavy` is the
    least amount of a heavy day, or the name of a column that holds it; with US standard
    drinks 5 for men and 4 for women (NIAAA). `first` and `last` are as in
    `pattern_outcomes`.

    The columns are person, ``observed`` days, ``share_abstinent``, ``share_heavy``,
    ``any_heavy`` (1 or 0), ``mean`` a day and ``mean_on_use_days``; NaN where no day can
    say it.
    """
    data = _Periods(amounts, person, time, "amounts")
    values = read_numbers(data.table.require(amount), data.refused)
    data.refused.add_where(
        (values < 0.0) | np.isinf(values), amount, "must be 0 or above"
    )
    limits = np.full(data.table.rows, 0.0)
    if isinstance(heavy, str):
        limits = read_numbers(data.table.require(heavy), data.refused)
        data.refused.add_where(~(limits > 0.0), heavy, "must be above 0")
    else:
        limits[:] = real_number("heavy", heavy)
        if not limits[0] > 0.0:
            raise InvalidInput("heavy: must be above 0, or the name of a column")
    data.raise_refused()
    grid = data.grid(first, last)
    filled = np.full(grid.size, np.nan)
    filled[grid.place] = values[grid.rows]
    by_person = np.ascontiguousarray(limits[data.first_rows])
    differs = limits != by_person[data.codes]
    data.refused.add_where(differs, str(heavy), "differs from another row of the person")
    data.raise_refused()
    made: dict[str, Made] = {}
    made |= _core.amount_outcomes(filled, grid.starts, by_person)
    return data.answer(made)


def drinking_risk(
    grams: npt.ArrayLike, limits: Literal["men", "women"] | Sequence[float]
) -> list[str | None]:
    """Return risk levels of drinking of the WHO from grams of alcohol a day.

    `limits` are the upper ends of low, medium and high: 40, 60 and 100 g for "men", 20,
    40 and 60 g for "women" (WHO 2000, from a secondary source), or three others. The
    levels are abstinent, low, medium, high, very_high; None where grams is NaN. A
    reduction by one or two levels is an endpoint of trials.
    """
    ends = _LIMITS[limits] if isinstance(limits, str) and limits in _LIMITS else limits
    if isinstance(ends, str) or len(ends) != 3 or sorted(ends) != list(ends):
        raise InvalidInput("limits: must be men, women, or three rising numbers")
    values = np.ascontiguousarray(np.ravel(np.asarray(grams, dtype=np.float64)))
    levels = _core.drinking_risks(values, [float(end) for end in ends])
    names = _core.drinking_risk_levels
    return [names[level] if level >= 0 else None for level in levels.tolist()]


@dataclass(frozen=True)
class _Grid:
    """Periods of all persons, one after the other, without gaps."""

    starts: IntArray  # by person, and the number of periods at the end
    begin: IntArray  # number of the first period, by person
    rows: IntArray  # rows of the table that count ...
    place: IntArray  # ... and where they stand among the periods

    @property
    def size(self) -> int:
        return int(self.starts[-1])

    def period(self, position: IntArray, happened: FloatArray) -> FloatArray:
        """Return numbers of periods; NaN where no period counts."""
        last = np.where(happened > 0.0, position, position - 1)
        found = (self.begin + last).astype(np.float64)
        found[last < 0] = np.nan
        return found


class _Periods:
    """A table with a row for each person and period."""

    def __init__(self, table: Any, person: str, time: str, what: str) -> None:
        self.table: Table = open_table(table)
        self.person = person
        self.time = time
        self.refused = Refusals()
        if self.table.rows == 0:
            raise InvalidInput(f"{what}: has no rows, but must have at least one")
        column = self.table.require(person)
        self.codes, self.first_rows = number_by_value(column, self.refused)
        number = read_numbers(self.table.require(time), self.refused)
        whole = np.isfinite(number) & (np.floor(number) == number)
        no_period = ~whole | (abs(number) > 2**31)
        self.refused.add_where(no_period, time, "must be a whole number of the period")
        for row in np.flatnonzero(whole & (np.abs(number) > YEAR_2300)).tolist():
            problem = _core.unlikely_days(float(number[row]))
            self.refused.add(
                row, time, f"is {problem}, but must be the number of a period"
            )
        self.number = np.where(whole, number, 0.0).astype(np.int64)

    def raise_refused(self) -> None:
        self.table.raise_first(self.refused, self.person)

    def grid(self, first: int | None, last: int | None) -> _Grid:
        """Lay the rows out. Raises for a period that stands twice."""
        persons = len(self.first_rows)
        begin = np.full(persons, np.iinfo(np.int64).max)
        end = np.full(persons, np.iinfo(np.int64).min)
        np.minimum.at(begin, self.codes, self.number)
        np.maximum.at(end, self.codes, self.number)
        if first is not None:
            begin[:] = first
        if last is not None:
            end[:] = last
        length = np.maximum(end - begin + 1, 0)
        most = 1_000_000_000
        if length.sum() > most:
            raise InvalidInput(f"column {self.time!r}: spans too many periods")
        starts = np.concatenate(([0], np.cumsum(length)))
        counts = (self.number >= begin[self.codes]) & (self.number <= end[self.codes])
        rows = np.flatnonzero(counts)
        of_row = self.codes[rows]
        place = starts[of_row] + self.number[rows] - begin[of_row]
        _, kept = np.unique(place, return_index=True)
        again = np.ones(len(rows), dtype=np.bool_)
        again[kept] = False
        self.refused.add_where(rows[again], self.time, "stands twice for the person")
        self.raise_refused()
        return _Grid(starts.astype(np.int64), begin, rows, place)

    def answer(self, made: Mapping[str, Made]) -> Any:
        return self.table.answer([self.person], self.first_rows, made)


def _statuses(
    column: Column, words: Mapping[Any, str] | None, refused: Refusals
) -> npt.NDArray[np.uint8]:
    """Return the status of each row as the library numbers them."""
    number = {word: code for code, word in enumerate(_core.use_statuses)}
    for word in (words or {}).values():
        if word not in number:
            raise InvalidInput(f"words: each must mean one of: {', '.join(number)}")
    given = {value: number[word] for value, word in (words or {}).items()}
    recodes = any(
        isinstance(code_of(value), float) and word in ("negative", "positive")
        for value, word in (words or {}).items()
        if not is_missing(value)
    )
    gap = next((n for value, n in given.items() if is_missing(value)), _MISSING)
    codes = Codes(number | {v: n for v, n in given.items() if not is_missing(v)}, "words")
    if column.kind in ("number", "truth") and not given:
        values = column.numbers()
        with np.errstate(invalid="ignore"):
            bad = ~(np.isin(values, (0.0, 1.0)) | np.isnan(values))
        refused.add_where(bad, column.name, _NO_STATUS)
        return np.where(np.isnan(values), _MISSING, values > 0.0).astype(np.uint8)
    found = np.full(len(column), gap, dtype=np.uint8)
    seen: dict[Any, int | str] = {}
    for row, value in enumerate(column.objects()):
        if is_missing(value):
            continue
        if value not in seen:
            seen[value] = _status(value, codes, gap, recodes)
        status = seen[value]
        if isinstance(status, str):
            refused.add(row, column.name, status)
        else:
            found[row] = status
    return found


def _status(value: Any, codes: Codes[int], gap: int, recodes: bool) -> int | str:
    """Return the status that a value means, or what is wrong with it."""
    named = codes.get(value)
    if named is not None:
        return named
    if isinstance(value, str) and value.strip() in MISSING:
        return gap
    amount = code_of(value)
    if isinstance(amount, str):
        return "is none of the words for a status"
    if recodes:
        return "is a number that `words` does not name beside those that it does"
    return int(amount) if amount in (0.0, 1.0) else _NO_STATUS
