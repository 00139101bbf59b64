"""What was told, as it stands on pages: floors of the level, reports of use, use now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from relapse import _core
from relapse._report.beside import Doubt
from relapse._report.history import History
from relapse._report.wording import Wording
from relapse._report.words import LEVELS, Clock, Labels

#: How long a report of use is named where no floor names it, in days; expert default.
RECENT_DAYS = 28.0
#: From which probability a page speaks of use that is under way; expert default.
LIKELY = 0.5
#: Within so many days, what is told of is one use, as in the library.
_SAME_USE = 1.0
# What strengths are looked for in, and from when on they are some; expert default.
_LATELY, _LEAST_STEPS, _MANY = 14, 3, 0.7
_LEAST_LOWERED, _MOST_LOWERED = 2e-3, 2


class Reason(NamedTuple):
    """What an answer, or something else, changes of the risk."""

    kind: str
    id: str
    contribution: float


def reasons_of(assessment: _core.Assessment) -> list[Reason]:
    """Return the contributions to the risk, one for each answer.

    That an answer rules stages out, and what it says of the others, are one reason.
    """
    found: dict[tuple[str, str], float] = {}
    for driver in assessment.drivers:
        key = ("sign" if driver.kind == "excluded" else driver.kind, driver.id)
        found[key] = found.get(key, 0.0) + driver.contribution
    return [Reason(*key, contribution) for key, contribution in found.items()]


def use_stages(document: Mapping[str, Any]) -> list[str]:
    """Return the stages in which somebody uses."""
    return [stage["id"] for stage in document["stages"] if stage.get("use")]


def use_now(assessment: _core.Assessment, document: Mapping[str, Any]) -> float:
    """Return how likely a stage of use is now."""
    return sum(assessment.stages[stage] for stage in use_stages(document))


def floors_in_words(
    assessment: _core.Assessment, labels: Labels, clock: Clock
) -> list[str]:
    """Return what each fact keeps the level up for: the fact, and until when.

    A fact may keep it up for days at one level and for some more at a lower one; where
    the higher one lasts as long, it says all.
    """
    say = labels.say
    kept: dict[str, list[str]] = {}

    def order(floor: _core.Floor) -> tuple[bool, float]:
        return (floor.after != "use", floor.until or math.inf)

    def says_more(other: _core.Floor, floor: _core.Floor) -> bool:
        return (
            (other.after, other.of, other.since) == (floor.after, floor.of, floor.since)
            and LEVELS.index(other.level) > LEVELS.index(floor.level)
            and (other.until or math.inf) >= (floor.until or math.inf)
        )

    for floor in sorted(assessment.floors, key=order):
        if any(says_more(other, floor) for other in assessment.floors):
            continue
        since = clock.weekday(floor.since)
        if floor.after == "item":
            fact = say("floor.item", labels.item(floor.of), since)
        elif floor.after == "flag":
            fact = say("floor.flag", labels.flag(floor.of), since)
        else:
            fact = say(f"floor.{floor.after}", since)
        level = say(f"level.{floor.level}")
        until = (
            say("floor.while_silent", level)
            if floor.until is None
            else say("floor.until", level, clock.weekday(floor.until))
        )
        kept.setdefault(fact, []).append(until)
    return [
        f"{fact} {say('floor.stays', ', '.join(until))}" for fact, until in kept.items()
    ]


def facts_in_words(history: History, labels: Labels, clock: Clock) -> list[str]:
    """Return what was told and still counts: floors, and use that none of them names."""
    say = labels.say
    now = history.now
    facts = floors_in_words(now, labels, clock)
    step = history.last_use
    named = any(floor.after == "use" for floor in now.floors)
    if step is not None and not named and now.time - step.use_time <= RECENT_DAYS:
        facts.append(say("floor.use", clock.weekday(step.use_time)))
    for doubt in open_doubts(history):
        about = doubt.substance or say("fact.no_substance")
        key = "fact.test" if doubt.test else "fact.doubted"
        facts.append(say(key, clock.weekday(doubt.at), about))
    return facts


def open_doubts(history: History) -> list[Doubt]:
    """Return what speaks of use that nobody told of, as long as use is named."""
    if history.beside is None:
        return []
    since = history.now.time - RECENT_DAYS
    step = history.last_use
    used = -math.inf if step is None else step.use_time
    return [
        doubt
        for doubt in history.beside.doubts
        if doubt.at >= since and abs(doubt.at - used) > _SAME_USE
    ]


def strengths(history: History, say: Wording) -> list[str]:
    """Return what went well of late, in sentences; nothing that was not told."""
    steps = history.steps[-_LATELY:]
    now = history.last
    if now.assessment.flags or now.missed:
        return []  # praise would sound as if nobody had listened
    found = []
    if now.used:
        found.append(say("report.well.told"))
    answered = sum(not step.missed for step in steps)
    if len(steps) >= _LEAST_STEPS and answered >= _MANY * len(steps):
        found.append(say("report.well.answered", answered, len(steps)))
    without = sum(step.said_no_use for step in steps)
    if without >= _LEAST_STEPS and not open_doubts(history):
        found.append(say("report.well.without.many", without, len(steps)))
    ranks = [LEVELS.index(step.assessment.level) for step in steps]
    if ranks[-1] < ranks[0] and not now.used:
        ends = (say(f"level.{LEVELS[rank]}") for rank in (ranks[0], ranks[-1]))
        found.append(say("report.well.came_down", *ends))
    return found if now.used else found + _lowered(history, say)


def _lowered(history: History, say: Wording) -> list[str]:
    """Return what eased since the check-in before, by the answers, in one sentence."""
    labels = Labels(history.document, say)
    use = {item["id"] for item in history.document["items"] if item["role"] == "use"}
    drivers = sorted(history.last.assessment.drivers, key=lambda d: d.contribution)
    named = [
        labels.driver(driver.kind, driver.id)
        for driver in drivers
        if driver.kind in ("determinant", "sign")
        and driver.contribution <= -_LEAST_LOWERED
        and any(
            item in history.last.answers and item not in use
            for item in labels.items_behind(driver.kind, driver.id)
        )
    ]
    if len(history.steps) < 2 or not named:
        return []
    return [say("report.well.eased", "; ".join(named[:_MOST_LOWERED]))]
