"""Moments: converted once, from integer microseconds to days since 1970-01-01 UTC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse.columns import Column, Refusals, is_missing, is_number, to_float
from relapse.errors import InvalidInput

FloatArray: TypeAlias = "npt.NDArray[np.float64]"

#: A moment as users write it: with its zone, or a number of days.
Moment: TypeAlias = "datetime | str | float"

MICROSECONDS_A_DAY = 86_400_000_000.0
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)

_WITHOUT_ZONE = (
    "has no time zone, so it is no moment; say in which zone it is, for example by "
    ".replace(tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))"
)
_WITHOUT_CLOCK = "is a date without a time of day, but must be a moment with its zone"
_COLUMN_WITHOUT_ZONE = (
    "holds timestamps without a time zone, which are no moments; say in which zone they "
    "are, for example by .dt.tz_localize('Europe/Berlin') in pandas or "
    ".dt.replace_time_zone('Europe/Berlin') in polars, or pass numbers, which are days"
)
_WANTED = (
    "must hold timestamps with a time zone (or ISO 8601 texts with their offset), or "
    "numbers, which are days"
)


def to_days(moment: Moment) -> float:
    """Return a moment in days. Raises InvalidInput for one without a zone."""
    days, problem = _days_of(moment)
    if problem:
        raise InvalidInput(f"time: {problem}")
    return days


def read_times(column: Column, refused: Refusals) -> FloatArray:
    """Return a column of moments in days; NaN, and refused, where there is none."""
    if column.kind == "number":
        days = column.numbers()
    elif column.kind == "moment":
        days = column.microseconds() / MICROSECONDS_A_DAY
    elif column.kind == "object":
        days = _read_objects(column, column.objects(), refused)
    elif column.kind == "naive":
        raise InvalidInput(f"column {column.name!r}: {_COLUMN_WITHOUT_ZONE}")
    else:
        raise InvalidInput(f"column {column.name!r}: holds {column.holds}, but {_WANTED}")
    if not len(days) or not np.isnan(days.min()):  # a NaN would be the smallest
        return days
    given = refused.rows()
    for row in np.flatnonzero(np.isnan(days)):
        if int(row) not in given:
            refused.add(int(row), column.name, "is missing")
    return days


def _read_objects(column: Column, values: Sequence[Any], refused: Refusals) -> FloatArray:
    values = _of_one_kind(column, values, refused)
    if any(isinstance(value, str) for value in values):
        days, problems = _core.parse_timestamps(
            [None if is_missing(value) else value for value in values]
        )
        for row, problem in problems:
            refused.add(row, column.name, problem)
        return days
    days = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        if is_missing(value):
            continue
        days[row], problem = _days_of(value)
        if problem:
            refused.add(row, column.name, problem)
    return days


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
        days, problems = _core.parse_timestamps([value])
        return float(days[0]), problems[0][1] if problems else ""
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            return np.nan, _WITHOUT_ZONE
        return float((value - _EPOCH) // _MICROSECOND) / MICROSECONDS_A_DAY, ""
    if isinstance(value, np.datetime64):
        return np.nan, _WITHOUT_ZONE
    if isinstance(value, date):
        return np.nan, _WITHOUT_CLOCK
    return np.nan, "must be a moment with its time zone, or a number of days"
