"""Why the notice of lost tolerance stands on a page.

The library counts it for so many days from a moment: that of a return to use, of the last
day with medication that was taken, or of the last use before the first check-in. Which of
them it was follows from when the notice ends.
"""

from __future__ import annotations

import math

from relapse._report.history import History, Step
from relapse._report.words import Clock, Labels, days_text, number

#: How long the notice stands, in days, as in the library.
_LASTS = 28.0
#: Without medication for so many days of 7, or more, tolerance counts as lost.
_MISSED_DAYS = 3.0
#: Items that say on how many of 7 days medication was taken.
_MEDICATION = ("medication", "covered_days")
_SAME = 1e-6


def tolerance_cause(history: History, labels: Labels, clock: Clock) -> str:
    """Return why the notice stands, in words; empty where nothing here tells."""
    until = history.now.lost_tolerance_until
    if until is None:
        return ""
    say = labels.say
    since = until - _LASTS
    for step in reversed(history.steps):
        if step.used and abs(step.use_time - since) <= _SAME:
            return say("report.tolerance.use", clock.date(since))
    for step in reversed(history.steps):
        if abs(step.assessment.time - since) > _SAME:
            continue
        if "overdose" in step.assessment.flags and step.answers.get("overdose", 0.0) > 0:
            return say("report.tolerance.overdose", clock.date(since))
        if _taken(step) > 0.0 and (lacking := _last_lacking(history)) is not None:
            days, at = number(_taken(lacking), say), clock.date(lacking.assessment.time)
            return say("report.tolerance.medication", days, at)
        return say("report.tolerance.found", clock.date(since))
    doubts = history.beside.doubts if history.beside is not None else []
    if any(abs(doubt.at - since) <= _SAME for doubt in doubts):
        return say("report.tolerance.found", clock.date(since))
    first = history.line.times[0]
    if since < first:
        return say("report.tolerance.start", days_text(round(first - since), say))
    return ""


def _taken(step: Step) -> float:
    """Return on how many of 7 days medication was taken; NaN where nobody told."""
    given = (step.answers[item] for item in _MEDICATION if item in step.answers)
    return next(given, math.nan)


def _last_lacking(history: History) -> Step | None:
    """Return the last check-in that told of days without medication."""
    return next(
        (step for step in reversed(history.steps) if _taken(step) <= 7.0 - _MISSED_DAYS),
        None,
    )
