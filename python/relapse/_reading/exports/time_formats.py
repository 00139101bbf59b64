"""Times as texts of a format of `strptime`, such as `%d.%m.%Y %H:%M`."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from relapse._reading.exports.records import RefusedRecord
from relapse._reading.times import UNITS

_DIRECTIVE = re.compile(r"%(.)", re.DOTALL)
_YEAR = set("YyGcx")
_MONTH, _WEEK, _WEEKDAY = set("mbB"), set("UWV"), set("aAwu")
#: Words for an offset that mean the same everywhere.
_NO_OFFSET = re.compile(r"(?<![A-Za-z])(?:UTC|GMT|Z)(?![A-Za-z])", re.IGNORECASE)
_SOME_TIME = datetime(2024, 5, 16, 17, 8, 9, tzinfo=timezone.utc)


def format_problem(form: str) -> str:
    """Say why a format would not tell a moment, or would tell another one; or nothing."""
    parts = set(_DIRECTIVE.findall(form))
    if not parts & _YEAR:
        return "has no year"
    if not (
        parts & set("jcx")
        or ("d" in parts and parts & _MONTH)
        or (parts & _WEEK and parts & _WEEKDAY)
    ):
        return "has no day of the year"
    if ("I" in parts) != ("p" in parts):
        return "has %I without %p, or %p without %I, which says half of an hour's name"
    if {"z", "Z"} <= parts:
        return "has both %z and %Z"
    try:
        parsed(_SOME_TIME.strftime(_with_offset(form)), form)
    except (RefusedRecord, KeyError, re.error):
        return "is none that Python reads"
    return ""


def has_clock(form: str) -> bool:
    """Whether a format says a time of day."""
    return not set("HIcX").isdisjoint(_DIRECTIVE.findall(form))


def parsed(text: str, form: str) -> tuple[float, bool]:
    """Return days, and whether they are a moment or what a clock on the wall shows.

    Python takes a zone by its name for no zone: of names UTC, GMT and Z are read, as
    offsets.
    """
    offset = _with_offset(form)
    given = text if offset == form else _NO_OFFSET.sub("+0000", text)
    try:
        moment = datetime.strptime(given, offset)
    except ValueError:
        of_zones = "" if offset == form else "; of the names of zones UTC, GMT and Z can"
        raise RefusedRecord(f"its time cannot be read{of_zones}") from None
    zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
    since = zoned - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return since.total_seconds() / UNITS["seconds"], moment.tzinfo is not None


def _with_offset(form: str) -> str:
    """Return a format that has an offset where the name of a zone was."""
    return _DIRECTIVE.sub(lambda each: "%z" if each[1] == "Z" else each[0], form)
