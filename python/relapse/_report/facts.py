"""What was told, as it stands on pages: floors of the level, reports of use, use now."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from relapse import _core
from relapse._report.beside import Doubt
from relapse._report.history import MISSED, History, Step
from relapse._report.wording import Wording
from relapse._report.words import LEVELS, MOST_SHOWN, Clock, Labels, brief

#: How long a report of use is named where no floor names it, in days; expert default.
RECENT_DAYS = 28.0
#: From which probability a page speaks of use that is under way; expert default.
LIKELY = 0.5
#: From which probability a stage is named as the one that somebody is in.
SURE_STAGE = 0.6
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


def reasons_of(history: History, step: Step, labels: Labels) -> list[Reason]:
    """Return what each answer, or else, adds to the risk of a step, strongest first.

    That an answer rules stages out, and what it says of the others, are one reason; so is
    all that follows from when use was, where nobody told.
    """
    found: dict[tuple[str, str], float] = {}
    is_known = history.use_known_from <= step.assessment.time
    for driver in step.assessment.drivers:
        key = ("sign" if driver.kind == "excluded" else driver.kind, driver.id)
        if driver.id == MISSED and not step.missed:
            key = ("came", driver.id)
        elif not is_known and labels.is_since_use(driver.id):
            key = ("use_unknown", "")
        elif driver.kind == "determinant" and labels.is_indicator(driver.id):
            key = ("known", "")
        found[key] = found.get(key, 0.0) + driver.contribution
    reasons = [Reason(*key, contribution) for key, contribution in found.items()]
    return sorted(reasons, key=lambda reason: -abs(reason.contribution))


def answers_behind(reason: Reason, answers: Mapping[str, float], labels: Labels) -> str:
    """Return the answers that a reason comes from, as far as they were given."""
    items = labels.items_behind(reason.kind, reason.id)
    return ", ".join(labels.answer(i, answers[i]) for i in items if i in answers)


def reason_in_line(reason: Reason, answers: Mapping[str, float], labels: Labels) -> str:
    """Return a reason as it stands in a line, before the change of risk.

    A sign that lowers the risk was denied, or is weaker; what is named by the question
    alone may be good or bad. Their answers say which.
    """
    label = labels.reason(*reason, answers)
    words = brief(label, labels.say)
    is_open = label != labels.driver(reason.kind, reason.id)
    if is_open or (reason.kind == "sign" and reason.contribution < 0.0):
        given = answers_behind(reason, answers, labels)
        return f"{words} ({given})" if given else words
    return words


def use_stages(document: Mapping[str, Any]) -> list[str]:
    """Return the stages in which somebody uses."""
    return [stage["id"] for stage in document["stages"] if stage.get("use")]


def continued(stage: Mapping[str, Any]) -> bool:
    """Whether a stage of a document is one of continued use."""
    return stage.get("use") == "relapse"


def says_stage(level: str, stage: str, document: Mapping[str, Any]) -> bool:
    """Whether the name of a stage goes with a level.

    One without use that nothing follows from would contradict a level that is raised.
    """
    is_raised = LEVELS.index(level) >= LEVELS.index("elevated")
    first = document["stages"][0]
    return not (is_raised and stage == first["id"] and not first.get("use"))


def use_now(assessment: _core.Assessment, document: Mapping[str, Any]) -> float:
    """Return how likely a stage of use is now."""
    return sum(assessment.stages[stage] for stage in use_stages(document))


def is_in_use(history: History) -> bool:
    """Whether use is under way: for sure, or hardly less sure soon after that."""
    still = use_now(history.now, history.document) > MOST_SHOWN
    return history.now.in_use or (history.last.assessment.in_use and still)


def level_set_by(assessment: _core.Assessment) -> str:
    """Return what keeps the level above that of the risk; empty where nothing does."""
    if LEVELS.index(assessment.level) <= LEVELS.index(assessment.numeric_level):
        return ""
    if assessment.flags:
        return "forced"
    causes = {f.after for f in assessment.floors if f.level == assessment.level}
    if causes == {"silence"}:
        return "silence"  # who told nothing is not answered as if something was told
    return "floor" if assessment.floors else "stage"


def floors_in_words(history: History, labels: Labels, clock: Clock) -> list[str]:
    """Return what each fact keeps the level up for: the fact, and until when.

    A fact may keep it up for days at one level and for some more at a lower one; where
    the higher one lasts as long, it says all.
    """
    say = labels.say
    assessment = history.now
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
            fact = _item_in_words(history, floor, labels, since)
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
    facts = floors_in_words(history, labels, clock)
    step = history.last_use
    named = any(floor.after == "use" for floor in now.floors)
    if step is not None and not named and now.time - step.use_time <= RECENT_DAYS:
        facts.append(say("floor.use", clock.weekday(step.use_time)))
    for doubt in open_doubts(history):
        about = doubt.substance or say("fact.no_substance")
        key = "fact.test" if doubt.test else "fact.doubted"
        facts.append(say(key, clock.weekday(doubt.at), about))
    return facts


def _item_in_words(
    history: History, floor: _core.Floor, labels: Labels, since: str
) -> str:
    """Return an answer that keeps the level up.

    What nobody is asked, such as a test, is not what the person told.
    """
    key = "floor.item" if labels.is_asked(floor.of) else "floor.noted"
    return labels.say(key, item_told(history, floor, labels), since)


def item_told(history: History, floor: _core.Floor, labels: Labels) -> str:
    """Return an item that keeps the level up, with its answer where that is at hand."""
    words = labels.item(floor.of)
    given = next(
        (
            step.answers[floor.of]
            for step in reversed(history.steps)
            if step.assessment.time == floor.since and floor.of in step.answers
        ),
        None,
    )
    return words if given is None else f"{words} ({labels.answer(floor.of, given)})"


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
    last = history.last
    silent = any(floor.after == "silence" for floor in history.now.floors)
    if history.now.flags or last.missed or silent:
        return []  # praise would sound as if nobody had listened
    did_not_come = min(history.did_not_come, _LATELY)
    steps = history.steps[-(_LATELY - did_not_come) :] if did_not_come < _LATELY else []
    count = len(steps) + did_not_come
    found = []
    if last.used:
        found.append(say("report.well.told"))
    answered = sum(not step.missed for step in steps)
    if count >= _LEAST_STEPS and answered >= _MANY * count:
        found.append(say("report.well.answered", answered, count))
    without = sum(step.said_no_use for step in steps)
    if without >= _LEAST_STEPS and not _denied(history, steps):
        found.append(say("report.well.without.many", without, count))
    if last.used or history.last.assessment.quality:
        return found  # answers that do not go together are no calm
    ranks = [LEVELS.index(step.assessment.level) for step in steps]
    ranks += [LEVELS.index(history.now.level)]
    if ranks[-1] < ranks[0]:
        ends = (say(f"level.{LEVELS[rank]}") for rank in (ranks[0], ranks[-1]))
        found.append(say("report.well.came_down", *ends))
    return found + _lowered(history, say)


def _denied(history: History, steps: Sequence[Step]) -> bool:
    """Whether anything found speaks of use where the answers say that there was none."""
    return bool(open_doubts(history)) or any(
        step.said_no_use and step.assessment.in_use for step in steps
    )


def _lowered(history: History, say: Wording) -> list[str]:
    """Return what eased since the check-in before, by the answers, in one sentence."""
    if len(history.steps) < 2:
        return []
    labels = Labels(history.document, say)
    eased = _eased(history)
    named = [
        labels.driver(reason.kind, reason.id)
        for reason in reasons_of(history, history.last, labels)
        if reason.kind in ("determinant", "sign")
        and reason.contribution <= -_LEAST_LOWERED
        and eased.intersection(labels.items_behind(reason.kind, reason.id))
    ]
    if not named:
        return []
    return [say("report.well.eased", "; ".join(named[:_MOST_LOWERED]))]


def _eased(history: History) -> set[str]:
    """Return the items, but those of use, whose answer is better than the one before.

    A risk may fall as well where answers are the same and older ones fade.
    """
    table = history.model.items_table()
    before, now = history.steps[-2].answers, history.last.answers
    ways = zip(table["item"], table["role"], table["adverse"], strict=True)
    return {
        item
        for item, role, adverse in ways
        if role != "use"
        and item in before
        and item in now
        and (now[item] < before[item] if adverse == "high" else now[item] > before[item])
    }
