"""Moments: converted once, from integer microseconds to days since 1970-01-01 UTC."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._errors import InvalidInput
from relapse._reading.cells import (
    MISSING,
    is_missing,
    is_number,
    number_in,
    to_float,
    whole,
)
from relapse._reading.columns import Column, FloatArray, Refusals
from relapse._reading.local_times import unless_contradicted

#: A moment as users write it: with its zone, or a number of days.
Moment: TypeAlias = "datetime | str | float"
#: What numbers count, or dates as numbers. Seconds and less count since 1970-01-01 UTC;
#: days, hours and minutes since then or any other beginning.
TimeUnit: TypeAlias = Literal[
    "days", "hours", "minutes", "seconds", "milliseconds", "microseconds",
    "nanoseconds", "YYYYMMDD",
]  # fmt: skip
#: So many of them are a day.
UNITS: dict[str, float] = {
    "days": 1.0,
    "hours": 24.0,
    "minutes": 1440.0,
    "seconds": 86_400.0,
    "milliseconds": 86_400e3,
    "microseconds": 86_400e6,
    "nanoseconds": 86_400e9,
}

MICROSECONDS_A_DAY = 86_400_000_000.0
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)

_WITHOUT_ZONE = (
    "has no time zone, so it is no moment; say in which zone it is, for example by "
    ".replace(tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))"
)
_WITHOUT_CLOCK = "is a date without a time of day, but must be a moment with its zone"
_NOT_YEAR_FIRST = (
    "is a date that may begin with its day or with its month, but must begin with its "
    "year, such as 2026-03-01"
)
_A_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DAY_OR_MONTH_FIRST = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")
_COLUMN_WITHOUT_ZONE = (
    "holds timestamps without a time zone, which are no moments; say in which zone they "
    "are, for example by .dt.tz_localize('Europe/Berlin') in pandas or "
    ".dt.replace_time_zone('Europe/Berlin') in polars, or pass numbers, which are days"
)
_A_MOMENT = "a time with its zone, such as 2026-03-01T08:00:00+02:00"
#: Beyond it `_core.unlikely_days` speaks.
YEAR_2300 = 120_533.0
YEAR_2000 = 10_957.0
#: Numbers of these units are moments since 1970; other numbers may begin anywhere.
_SINCE_1970 = ("seconds", "milliseconds", "microseconds", "nanoseconds")
FAR = (
    "is further from 1970 than the year 2300, but must be a time at which there are "
    "check-ins"
)
#: As days the years 2070 to 2134; in a spreadsheet, which counts from the end of 1899,
#: those from 2000 to 2064.
_SERIAL_DATES = (36_526.0, 60_000.0)
#: Dates from 1990 to 2099, as YYYYMMDD.
_DATES = (19_900_101.0, 20_991_231.0)
_SERIAL = (
    "is after 2069 as days, and looks like the serial date of a spreadsheet (of which "
    f"25569 is 1970-01-01), but must be days since 1970 or {_A_MOMENT}"
)
_TWICE = (
    "is in the hour that comes twice in its zone, and the order of rows does not say "
    "which it is; say it by fold=1, or give it with its offset"
)
_TWICE_ON_A_WALL = (
    "is in the hour that comes twice in its zone, and the order of rows does not say "
    "which it is; write it with its offset"
)
_LEFT_OUT_HOUR = (
    "is in the hour that the clocks of its zone leave out, so it is no moment; mend it, "
    "or give it with its offset"
)
_WANTED = (
    "timestamps with a time zone (or ISO 8601 texts with their offset), or "
    "numbers, which are days"
)


def parse_timestamps(
    texts: Sequence[str | None],
) -> tuple[FloatArray, list[tuple[int, str]]]:
    """Return days of ISO 8601 texts, and which are no moments, and why."""
    bare = [text and text.strip() for text in texts]
    days, problems = _core.parse_timestamps(bare)
    return days, [(row, _more_of(bare[row] or "", told)) for row, told in problems]


def is_date(text: str) -> bool:
    """Whether a text is a date without a time of day."""
    return _A_DATE.fullmatch(text) is not None


def _more_of(text: str, problem: str) -> str:
    """Return what is wrong with a text that is no timestamp, where more can be said."""
    if not problem.startswith("is no timestamp"):
        return problem
    if is_date(text):
        return _WITHOUT_CLOCK
    return _NOT_YEAR_FIRST if _DAY_OR_MONTH_FIRST.match(text) else problem


def to_days(moment: Moment) -> float:
    """Return a moment in days. Raises InvalidInput for one without a zone."""
    days, problem = _days_of(moment)
    if not problem and is_far(days):
        unlikely_number = (
            f"is {_core.unlikely_days(days)}, but must be days or {_A_MOMENT}"
        )
        problem = unlikely_number if is_number(moment) else FAR
    if problem:
        raise InvalidInput(f"time: {problem}")
    return days


def in_days(numbers: FloatArray, unit: str) -> FloatArray:
    """Return numbers of a unit in days; NaN where a date as YYYYMMDD is none."""
    if unit in UNITS:
        return numbers if unit == "days" else numbers / UNITS[unit]
    if unit != "YYYYMMDD":
        listed = ", ".join((*UNITS, "YYYYMMDD"))
        raise InvalidInput(f"time_unit: must be one of: {listed}")
    days = np.full(len(numbers), np.nan)
    for row, number in enumerate(numbers.tolist()):
        if number == number and number == number // 1 and 0 < number < 1e8:
            with contextlib.suppress(ValueError):
                day = date(
                    int(number) // 10_000, int(number) // 100 % 100, int(number) % 100
                )
                days[row] = day.toordinal() - _EPOCH.toordinal()
    return days


def from_days(days: FloatArray, unit: str) -> FloatArray:
    """Return days as numbers of a unit; of YYYYMMDD the date in UTC."""
    if unit in UNITS:
        return days * UNITS[unit]
    dates = [
        np.nan if day != day else float(f"{date_time_of(day):%Y%m%d}")
        for day in days.tolist()
    ]
    return np.array(dates, dtype=np.float64)


def date_time_of(days: float) -> datetime:
    """Return a moment as a datetime in UTC, to the microsecond."""
    return _EPOCH + timedelta(microseconds=round(days * MICROSECONDS_A_DAY))


def moment_texts(days: FloatArray) -> list[str | None]:
    """Return moments as ISO 8601 texts in UTC; None where there is none."""
    return [None if t != t else date_time_of(t).isoformat() for t in days.tolist()]


class TwiceDatetime(datetime):
    """A time in the hour that comes twice, where nothing says which of both it is."""


def is_far(days: float) -> bool:
    """Whether a time lies further from 1970 than that of any check-in."""
    return _core.unlikely_days(days) != ""


def _is_serial_date(days: float) -> bool:
    return _SERIAL_DATES[0] <= days < _SERIAL_DATES[1]


def _are_dates(days: FloatArray, unit: str | None) -> npt.NDArray[np.bool_]:
    """Tell minutes that are dates as YYYYMMDD: they would be days of 2008 and 2009."""
    found = np.zeros(len(days), dtype=np.bool_)
    if unit == "minutes":
        dates = np.round(days * UNITS["minutes"], 3)
        near = (dates > _DATES[0]) & (dates < _DATES[1])
        found[near] = ~np.isnan(in_days(dates[near], "YYYYMMDD"))
    return found


def unlikely(days: float, unit: str) -> str:
    """Say what speaks against a number of this unit being a time; empty when nothing."""
    first = YEAR_2000 if unit in _SINCE_1970 else -YEAR_2300
    last = _SERIAL_DATES[0] if unit == "days" else YEAR_2300
    if first <= days < last and unit != "minutes":
        return ""
    if _are_dates(np.array([days]), unit)[0]:
        return _not_of_unit("in 2008 or 2009", "a date, YYYYMMDD", unit)
    if unit == "days" and _is_serial_date(days):
        return _SERIAL
    number = days if unit == "days" else round(days * UNITS.get(unit, 1.0), 3)
    if unit in _SINCE_1970 and days < YEAR_2000:
        looks = _core.unlikely_days(number).partition("looks like ")[2]
        if not looks and number >= YEAR_2000:
            looks = "days"
        return _not_of_unit("before the year 2000", "" if looks == unit else looks, unit)
    problem = _core.unlikely_days(days)
    if not problem:
        return ""
    looks = _core.unlikely_days(number).partition("looks like ")[2]
    if unit != "days":
        return _not_of_unit("beyond the year 2300", looks, unit)
    return _not_of_unit(problem.partition(", and looks like ")[0], looks, unit)


def _not_of_unit(problem: str, looks: str, unit: str) -> str:
    """Say what a number of a unit is, what it looks like, and what it must be."""
    if looks:
        problem += f", and looks like {looks}"
    said = f" (time_unit={looks.rpartition(' ')[2]!r} would say so)" if looks else ""
    return f"is {problem}, but must be {unit} or {_A_MOMENT}{said}"


def read_times(
    column: Column,
    refused: Refusals,
    unit: TimeUnit = "days",
    persons: npt.NDArray[np.integer[Any]] | None = None,
) -> FloatArray:
    """Return a column of moments in days; NaN, and refused, where there is none.

    `persons` are those of the rows: their order tells in the hour that comes twice.
    """
    if column.kind == "number":
        days = _read_numbers(column.numbers(), column.name, unit, refused)
    elif column.kind == "moment":
        days = column.microseconds() / MICROSECONDS_A_DAY
        days = _without_far(days, column.name, refused)
    elif column.kind == "object":
        values = column.objects()
        days = _read_objects(column, values, refused, unit)
        if persons is not None:
            days = _by_order(days, values, persons, column.name, refused)
    elif column.kind == "naive":
        raise InvalidInput(f"column {column.name!r}: {_COLUMN_WITHOUT_ZONE}")
    else:
        raise column.must_hold(_WANTED)
    if not len(days) or not np.isnan(days.min()):  # a NaN would be the smallest
        return days
    given = refused.rows()
    for row in np.flatnonzero(np.isnan(days)).tolist():
        if row not in given:
            refused.add(row, column.name, "is missing")
    return days


def _without_far(
    days: FloatArray, name: str, refused: Refusals, unit: TimeUnit | None = None
) -> FloatArray:
    """Refuse times at which there are no check-ins, and leave them out.

    In a copy: they may be the caller's own array.
    """
    far = (np.abs(days) > YEAR_2300) & np.isfinite(days)
    # A series that began before is one of days, however long it is.
    if unit == "days" and np.nanmin(days, initial=np.inf) >= _SERIAL_DATES[0]:
        far |= days < _SERIAL_DATES[1]
    if unit in _SINCE_1970:
        far |= days < YEAR_2000
    far |= _are_dates(days, unit)
    if not far.any():
        return days
    for row in np.flatnonzero(far).tolist():
        refused.add(row, name, FAR if unit is None else unlikely(float(days[row]), unit))
    return np.where(far, np.nan, days)


def _read_numbers(
    numbers: FloatArray, name: str, unit: TimeUnit, refused: Refusals
) -> FloatArray:
    days = _without_far(in_days(numbers, unit), name, refused, unit)
    if unit == "YYYYMMDD":
        wrong = np.isnan(days) & ~np.isnan(numbers)
        refused.add_where(wrong, name, "is no date, YYYYMMDD")
    return days


def _read_objects(
    column: Column, values: Sequence[Any], refused: Refusals, unit: TimeUnit
) -> FloatArray:
    values = _of_one_kind(column, _numbers_of_texts(values), refused)
    if not any(isinstance(value, (str, date, np.datetime64)) for value in values):
        gaps = [is_missing(value) or not is_number(value) for value in values]
        numbers = np.array(
            [np.nan if gap else to_float(v) for v, gap in zip(values, gaps, strict=True)],
            dtype=np.float64,
        )
        for row, value in enumerate(values):
            if gaps[row] and not is_missing(value):
                refused.add(row, column.name, _days_of(value)[1])
        return _read_numbers(numbers, column.name, unit, refused)
    if any(isinstance(value, str) for value in values):
        days, problems = parse_timestamps(
            [whole(value) if isinstance(value, str) else None for value in values]
        )
    else:
        days, problems = np.full(len(values), np.nan), []
        for row, value in enumerate(values):
            if is_missing(value):
                continue
            days[row], problem = _days_of(value)
            if problem:
                problems.append((row, problem))
    for row, problem in problems:
        refused.add(row, column.name, problem)
    return _without_far(days, column.name, refused)


def _by_order(
    days: FloatArray,
    values: Sequence[Any],
    persons: npt.NDArray[np.integer[Any]],
    name: str,
    refused: Refusals,
) -> FloatArray:
    """Resolve datetimes in the hour that comes twice where the order of rows contradicts.

    That they are of the first of the two is what Python says where nobody does.
    """
    later = {row: day for row, v in enumerate(values) if (day := _second_of(v)) == day}
    if not later:
        return days
    possible = [[day] for day in days.tolist()]
    for row, day in later.items():
        possible[row].append(day)
    known = np.flatnonzero(~np.isnan(days)).tolist()
    told = [possible[row] for row in known]
    chosen = unless_contradicted(told, persons[known].tolist())
    days = days.copy()
    for row, moment in zip(known, chosen, strict=True):
        if moment is None:
            refused.add(row, name, _TWICE)
        days[row] = np.nan if moment is None else moment
    return days


def _second_of(value: Any) -> float:
    """Return the second moment that a datetime may be, NaN where there is none."""
    if type(value) is not datetime or value.fold or value.utcoffset() is None:
        return np.nan  # others, such as of pandas, know their offset
    second = value.replace(fold=1)
    if second.utcoffset() == value.utcoffset() or not _is_shown(value):
        return np.nan
    return float((second - _EPOCH) // _MICROSECOND) / MICROSECONDS_A_DAY


def _numbers_of_texts(values: Sequence[Any]) -> Sequence[Any]:
    """Return texts for gaps as None, and numbers written as texts as numbers."""
    first = next((v for v in values if isinstance(v, str) and v not in MISSING), None)
    numbers = first is not None and number_in(first) is not None
    if not numbers and not any(isinstance(v, str) and v in MISSING for v in values):
        return values

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value in MISSING:
            return None
        number = number_in(value) if numbers else None
        return value if number is None else number

    return [read(value) for value in values]


def _of_one_kind(
    column: Column, values: Sequence[Any], refused: Refusals
) -> Sequence[Any]:
    """Refuse what is of another kind than most of the column, and leave it out."""
    counts = Counter(_kind(value) for value in values if not is_missing(value))
    if len(counts) < 2:
        return values
    usual = counts.most_common(1)[0][0]
    kept = list(values)
    for row, value in enumerate(values):
        kind = "" if is_missing(value) else _kind(value)
        if kind not in ("", usual):
            kept[row] = None
            problem = f"is one of {kind} among {usual}, but must be of one kind with them"
            refused.add(row, column.name, problem)
    return kept


def _is_shown(moment: datetime) -> bool:
    """Whether the clocks of its zone ever show this time."""
    if isinstance(moment.tzinfo, timezone):
        return True
    try:
        there = moment.astimezone(timezone.utc).astimezone(moment.tzinfo)
    except OverflowError:  # at the ends of the calendar
        return True
    return there.replace(tzinfo=None, fold=0) == moment.replace(tzinfo=None, fold=0)


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "texts"
    if isinstance(value, (date, np.datetime64)):
        return "timestamps"
    return "numbers" if is_number(value) else "other values"


def _days_of(value: Any) -> tuple[float, str]:
    """Return the days and no problem, or NaN and the problem."""
    if is_missing(value):
        return np.nan, "is missing"
    if is_number(value):
        return to_float(value), ""
    if isinstance(value, str):
        days, problems = parse_timestamps([whole(value)])
        return float(days[0]), problems[0][1] if problems else ""
    if isinstance(value, TwiceDatetime):
        return np.nan, _TWICE_ON_A_WALL
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            return np.nan, _WITHOUT_ZONE
        if not _is_shown(value):
            return np.nan, _LEFT_OUT_HOUR
        return float((value - _EPOCH) // _MICROSECOND) / MICROSECONDS_A_DAY, ""
    if isinstance(value, np.datetime64):
        return np.nan, _WITHOUT_ZONE
    if isinstance(value, date):
        return np.nan, _WITHOUT_CLOCK
    return np.nan, "must be a moment with its time zone, or a number of days"
