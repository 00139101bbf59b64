"""Time zones: the transitions that the C++ library asks for, from Python's zoneinfo."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from relapse import _core
from relapse._core import Zone
from relapse._errors import InvalidInput, other_type
from relapse._reading.names import as_shown
from relapse._reading.times import to_days

#: The years for which a zone is known: check-ins of today, and some time on.
FIRST_YEAR, LAST_YEAR = 2000, 2040

# Shorter than any time between two transitions of the tz database.
_STEP = timedelta(days=3)
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def zone(name: str | ZoneInfo) -> Zone:
    """Return the offsets of a zone of the tz database, such as Europe/Berlin.

    They are known from 2000 to 2040. Raises InvalidInput for a name that the database
    does not have.
    """
    return _offsets_of(find_zone(name))


@lru_cache(maxsize=64)
def _offsets_of(info: ZoneInfo) -> Zone:
    start = datetime(FIRST_YEAR, 1, 1, tzinfo=timezone.utc)
    end = datetime(LAST_YEAR + 1, 1, 1, tzinfo=timezone.utc)
    transitions = [(to_days(start), _offset(start, info))]
    moment = start
    while moment < end:
        later = min(moment + _STEP, end)
        if _offset(later, info) != _offset(moment, info):
            change = _change_between(moment, later, info)
            transitions.append((to_days(change), _offset(change, info)))
        moment = later
    return Zone(transitions, to_days(end))


def find_zone(name: object) -> ZoneInfo:
    """Return a zone of the tz database, by its name or as it is, or refuse it."""
    key = name.key if isinstance(name, ZoneInfo) else name
    if not isinstance(key, str):
        wanted = "a name of the tz database, such as 'Europe/Berlin'"
        raise other_type("zone", name, wanted, "of type")
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = _core.near_names(key, sorted(available_timezones()))
        named = f"{as_shown(key)!r} is" if near else "is"  # else it may be anything
        more = near or " (on some systems the package tzdata provides it)"
        raise InvalidInput(f"zone: {named} not in the tz database{more}") from None


def is_same_clock(one: ZoneInfo, other: ZoneInfo) -> bool:
    """Whether clocks of two zones agree, under whatever names, in the years known."""
    months = [(year, m) for year in range(FIRST_YEAR, LAST_YEAR) for m in range(1, 13)]
    moments = (datetime(*month, 15, tzinfo=timezone.utc) for month in months)
    return one.key == other.key or all(
        _offset(moment, one) == _offset(moment, other) for moment in moments
    )


def _offset(moment: datetime, info: ZoneInfo) -> int:
    offset = moment.astimezone(info).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0


def _offset_then(name: str, days: float) -> int | None:
    """Return the offset of a zone at a moment, in seconds; None for no zone."""
    with contextlib.suppress(InvalidInput, OverflowError):
        return _offset(_EPOCH + timedelta(days=days), find_zone(name))
    return None


# For what is told as `+01:00[Europe/Berlin]` at any door.
_core.set_zone_rules(_offset_then)


def _change_between(before: datetime, after: datetime, info: ZoneInfo) -> datetime:
    """Return the first second with the later offset, by halving."""
    old = _offset(before, info)
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        if _offset(middle, info) == old:
            before = middle
        else:
            after = middle
    return after
