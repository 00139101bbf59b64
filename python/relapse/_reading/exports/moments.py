"""When a record of an export is from: the moments that its time may be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np

from relapse._errors import InvalidInput
from relapse._reading.cells import code_of, number_in, to_float
from relapse._reading.exports.mapped_columns import time_columns, value_of
from relapse._reading.exports.records import (
    Record,
    RefusedRecord,
    is_given,
    is_told,
    plain,
)
from relapse._reading.exports.time_formats import has_clock, parsed
from relapse._reading.hints import hint_of
from relapse._reading.local_times import choose_moments, moments_of
from relapse._reading.times import (
    FAR,
    UNITS,
    TimeUnit,
    TwiceDatetime,
    date_time_of,
    in_days,
    is_date,
    is_far,
    parse_timestamps,
    unlikely,
)
from relapse._reading.zones import find_zone, is_same_clock

#: What becomes of a date without a time of day; of FHIR resources it is noon in UTC.
Dates: TypeAlias = Literal["refuse", "noon", "noon_utc"]
#: Clocks are ahead of UTC by quarters of an hour, at most fourteen hours.
_QUARTER, _FARTHEST = 900, 14 * 3600
#: How the library begins what it says of a time without a zone.
_WITHOUT_ZONE = "is a time without zone"


def time_value(mapping: Mapping[str, Any], record: Record) -> Any:
    """Return what stands for the time, or None."""
    return next(iter(times_in(mapping, record)), None)


def times_in(
    mapping: Mapping[str, Any], record: Record, file: Path | None = None
) -> list[Any]:
    """Return what stands for the time, the first one first."""
    rule = mapping["time"]
    if rule.get("from") != "file_name":
        return _times_of(mapping, record, rule.get("columns", ()))
    if file is None:
        return []
    name = file.name.removesuffix(".gz").rpartition(".")[0] or file.stem
    return [name.replace("_", ":")]  # which no file may be named with


def time_of_writing(mapping: Mapping[str, Any], record: Record) -> list[Any]:
    """Return when a record was written, which stands in where it says nothing else.

    At most one time.
    """
    rule = mapping["time"]
    frame = rule.get("frame")
    if frame is not None and value_of(mapping, record, frame):
        raise RefusedRecord(f"its time is no moment: {frame!r} says another kind of time")
    return _times_of(mapping, record, rule.get("written", ()))[:1]


def _times_of(
    mapping: Mapping[str, Any], record: Record, ways: Sequence[Any]
) -> list[Any]:
    found = []
    is_nested = mapping["layout"] == "nested"
    for way in ways:
        if isinstance(way, str):
            part = value_of(mapping, record, way) if is_nested else record.get(way)
            if is_told(part) and not _is_no_time(mapping, part):
                found.append(part if isinstance(part, str) else plain(part))
        elif is_nested or way[0] in record:
            parts = [value_of(mapping, record, part) for part in way]
            if all(is_told(part) and not _is_no_time(mapping, part) for part in parts):
                found.append(" ".join(str(part).strip() for part in parts))
    return found


def says_no_time(mapping: Mapping[str, Any], record: Record) -> bool:
    """Whether a record says in words of its own that it has no time."""
    given = [value_of(mapping, record, column) for column in time_columns(mapping)]
    return any(is_given(value) and _is_no_time(mapping, value) for value in given)


def _is_no_time(mapping: Mapping[str, Any], value: Any) -> bool:
    words = mapping["time"].get("none")
    return words is not None and code_of(value) in map(code_of, words)


class Moments:
    """Reads times as a mapping and the caller say: in which unit, in which zone."""

    def __init__(
        self,
        mapping: Mapping[str, Any],
        zone: str | ZoneInfo | None,
        unit: TimeUnit | None,
        dates: Dates | None = None,
    ) -> None:
        self.mapping = mapping
        self.dates: Dates = dates or mapping["time"].get("dates", "refuse")
        fitting = ("refuse", "noon_utc" if mapping["layout"] == "fhir" else "noon")
        if self.dates not in fitting:
            raise InvalidInput(f"dates: must be one of: {', '.join(fitting)}")
        self.zone = None if zone is None else find_zone(zone)
        if named := mapping["time"].get("zone"):
            self.zone = find_zone(named)
        self.given = self.zone
        self._set_written_zone()
        self.unit = unit or mapping["time"].get("unit")
        self.is_format = "%" in self.unit
        self.offset_column = mapping["time"].get("offset_column")
        if unit is not None:
            in_days(np.empty(0), unit)  # refuses a unit that is none

    def _set_written_zone(self) -> None:
        written = self.mapping["time"].get("written_zone")
        self.written_zone = self.zone if written is None else find_zone(written)

    def begin_file(self, file: str, said: str | None) -> None:
        """Take the zone that a file says its times are in; refuse another one."""
        self.zone = self.given
        if said is not None:
            self.zone = find_zone("UTC" if said == "Z" else said)
            if self.given is not None and not is_same_clock(self.zone, self.given):
                raise InvalidInput(
                    f"{file}: says that its times are in {self.zone.key}, but `zone` is "
                    f"{self.given.key}; leave `zone` out, or name that of the file"
                )
        self._set_written_zone()

    def read(self, value: Any, record: Record, *, written: bool = False) -> list[float]:
        """Return the moments that a time may be, in days; one where it is plain.

        That of writing may be in a zone of its own.
        """
        zone = self.written_zone if written else self.zone
        if self.is_format:
            days, is_moment = parsed(str(value).strip(), self.unit)
            if self.dates == "noon" and not has_clock(self.unit):
                days += 0.5
            return self._walls((days, is_moment), record, zone)
        number = number_in(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return self._walls(read_wall(str(value), self.dates), record, zone)
        unit = "days" if self.unit == "iso" else self.unit
        return self._of_number(to_float(number), unit, record)

    def _ahead(self, record: Record) -> float | None:
        """Return the seconds that the clock of a record was ahead of UTC, if it says."""
        column = self.offset_column
        ahead = None if column is None else value_of(self.mapping, record, column)
        if not is_told(ahead):
            return None
        offset = code_of(ahead)
        if isinstance(offset, str):
            raise RefusedRecord(f"does not say in {column!r} what its clock was ahead")
        if offset % _QUARTER or abs(offset) > _FARTHEST:
            raise RefusedRecord(
                f"has in {column!r} no offset in seconds that clocks have"
            )
        return offset

    def _of_number(self, number: float, unit: str, record: Record) -> list[float]:
        column = self.offset_column
        if column is not None:  # local seconds, and what the clock was ahead
            ahead = self._ahead(record)
            if ahead is None:
                raise RefusedRecord(
                    f"does not say in {column!r} what its clock was ahead"
                )
            number -= ahead * UNITS[unit] / UNITS["seconds"]
        if not math.isfinite(number):
            raise RefusedRecord("its time cannot be read")
        if unit in UNITS:
            days = number if unit == "days" else number / UNITS[unit]
        else:
            days = float(in_days(np.array([number]), unit)[0])
        if days != days:
            raise RefusedRecord("its time is no date, YYYYMMDD")
        if problem := unlikely(days, unit):
            raise RefusedRecord(f"its time {problem}")
        return [days]

    def _walls(
        self, read: tuple[float, bool], record: Record, zone: ZoneInfo | None
    ) -> list[float]:
        days, is_moment = read
        if is_far(days):
            raise RefusedRecord(f"its time {FAR}")
        if is_moment:
            return [days]
        ahead = self._ahead(record)
        if ahead is not None:
            return [days - ahead / UNITS["seconds"]]
        if zone is None:
            raise RefusedRecord(
                "its time has no zone; say in which it is, as zone='Europe/Berlin'"
            )
        moments = moments_of(days, zone)
        if not moments:
            raise RefusedRecord(
                f"its time is in the hour that the clocks of {zone.key} leave out; "
                "mend it, or write it with its offset"
            )
        return moments


def in_zone(
    times: Sequence[Any], persons: Sequence[Any], zone: ZoneInfo, dates: Dates | None
) -> list[Any]:
    """Return times in texts as datetimes: those without a zone are in the one given.

    What cannot be told stays something that a reader of times refuses.
    """
    found = list(times)
    possible: dict[int, list[float]] = {}
    for row, value in enumerate(times):
        if not isinstance(value, str):
            continue
        with suppress(RefusedRecord, ValueError, OverflowError):
            if is_date(value.strip()) and dates != "noon":
                found[row] = date.fromisoformat(value.strip())
                continue
            days, is_moment = read_wall(value, dates)
            possible[row] = [days] if is_moment else moments_of(days, zone)
            shown = date_time_of(days).replace(tzinfo=None)
            found[row] = shown.replace(tzinfo=zone)  # refused in the hour left out
            if len(possible[row]) > 1:
                found[row] = TwiceDatetime.combine(shown.date(), shown.time())
    told = [row for row, moments in possible.items() if moments]
    chosen = choose_moments([possible[row] for row in told], [persons[r] for r in told])
    for row, moment in zip(told, chosen, strict=True):
        if moment is not None:
            there = date_time_of(moment).astimezone(zone)
            found[row] = there.replace(tzinfo=timezone(there.utcoffset() or timedelta(0)))
    return found


def read_wall(text: str, dates: Dates | None) -> tuple[float, bool]:
    """Return days, and whether they are a moment or what a clock on the wall shows."""
    text = text.strip()
    return _read_text(f"{text}T12:00" if dates == "noon" and is_date(text) else text)


@lru_cache(maxsize=4096)
def _read_text(text: str) -> tuple[float, bool]:
    for tried, is_moment in ((text, True), (text + "Z", False)):
        days, problems = parse_timestamps([tried])
        if not problems:
            return float(days[0]), is_moment
        if not problems[0][1].startswith(_WITHOUT_ZONE):
            break
    problem = problems[0][1]
    if hint := hint_of(problem):  # a date, or one in an order that nobody knows
        raise RefusedRecord(f"its time {problem}; {hint}")
    raise RefusedRecord("its time cannot be read")
