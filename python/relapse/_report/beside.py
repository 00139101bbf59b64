"""What a case file knows of a person beside the check-ins, for the person's page."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relapse import _core
from relapse._errors import InvalidInput
from relapse._passes.case_file import CaseFile
from relapse._reading.times import to_days

#: For so many days a view counts what did not come.
_COUNTED_DAYS = 28.0


@dataclass(frozen=True)
class Doubt:
    """Use that a positive test, or a report that is not sure, speaks of."""

    at: float
    test: bool
    substance: str


@dataclass(frozen=True)
class Advice:
    """A suggestion of a view, as far as a page shows it."""

    action: str
    words: str
    reason: str
    from_plan: bool


@dataclass(frozen=True)
class Beside:
    """What stands in a view and not in the check-ins."""

    doubts: list[Doubt]
    suggestions: list[Advice]
    lost_tolerance: bool  # the plan and all that was told taken into account
    now: _core.Assessment | None = None  # for when the page is asked for; as of last time
    did_not_come: int = 0  # check-ins that were expected after the last one


def as_of(case: CaseFile, now: float) -> CaseFile:
    """Return the file with what happened up to a moment."""
    lines = case.text().split("\n")
    kept = [line for line in lines if _happened(line) <= now]
    return CaseFile.read("\n".join(kept), case.model)


def beside(case: CaseFile, last: float, locale: str, now: float | None) -> Beside:
    """Return what a case file knows beside its check-ins.

    Of a moment or, with None, of the last check-in and what was found after that.
    """
    if now is None:
        happened = filter(None, map(_happened, case.text().split("\n")))
        latest = max([last, *happened])
        doubts = _doubts(case.view(latest))
        view = case.view(max([last, *(doubt.at for doubt in doubts)]), locale=locale)
        seen = view["last_check_in"] or {}
    else:
        view = case.view(now, locale=locale)
        doubts = _doubts(view)
        seen = view["assessment"] or {}
    advice = [
        Advice(each.get("action", ""), each["words"], each["reason"], each["from_plan"])
        for each in view["suggestions"]
    ]
    return Beside(
        doubts,
        advice,
        bool(seen.get("lost_tolerance_notice")),
        did_not_come=0 if now is None else _did_not_come(view["schedule"], now - last),
    )


def _did_not_come(schedule: Mapping[str, Any] | None, silent: float) -> int:
    """Count the check-ins that were expected in a silence, as the library does.

    One has not come once it is late by half of what lies between two.
    """
    if schedule is None:
        return 0
    count = max(0, math.floor(silent / float(schedule["every_days"]) - 0.5))
    # Of the last weeks the library knows when the schedule began.
    return min(count, int(schedule["missed"])) if silent <= _COUNTED_DAYS else count


def _doubts(view: Mapping[str, Any]) -> list[Doubt]:
    tests = (each for each in view["tests"] if each["result"] == "positive")
    reports = (each for each in view["doubted"] if each["used"])
    found = [
        Doubt(to_days(each["at"]), is_test, each.get("substance", ""))
        for is_test, some in ((True, tests), (False, reports))
        for each in some
    ]
    return sorted(found, key=lambda doubt: doubt.at)


def _happened(line: str) -> float:
    """Return when the event of a line happened; 0 where no time can be read."""
    try:
        return to_days(json.loads(line)["at"])
    except (ValueError, KeyError, TypeError, InvalidInput):
        return 0.0
