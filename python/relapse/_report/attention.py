"""Who needs attention: who uses now, and who is at risk of a new return to use.

Both lists go by the last check-in of a person, and a person belongs to exactly one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from relapse import _core
from relapse._passes.monitor import Monitor
from relapse._report.facts import (
    LIKELY,
    RECENT_DAYS,
    item_told,
    level_set_by,
    reason_in_line,
    reasons_of,
    says_stage,
    use_now,
)
from relapse._report.figures import LevelRanges
from relapse._report.history import History, Replayer
from relapse._report.wording import ENGLISH, Wording
from relapse._report.words import (
    LEVELS,
    MOST_SHOWN,
    Clock,
    Labels,
    brief,
    days_after,
    number,
    percent,
)

_MOST_REASONS = 3
_LEAST_SHOWN = 5e-3  # half a percentage point
_MOST_TOLD = 2


@dataclass(frozen=True)
class Standing:
    """Where a person stands at the last check-in: all that puts them into an order."""

    flagged: bool
    new_risk: float  # of a new return to use; NaN where use is under way for sure
    use_now: float  # probability of a stage of use
    continued_use: float = math.nan  # probability, where use is under way for sure

    @property
    def is_using(self) -> bool:
        return self.use_now >= LIKELY

    def using_order(self) -> tuple[bool, float, float]:
        """Return what orders those who use: what reads the same counts as the same.

        Over 95 % is one and the same; below it, tenths of a percent are told apart. Then
        continued use goes first, the most likely.
        """
        shown = round(min(self.use_now, MOST_SHOWN), 3)
        return (not self.flagged, -shown, -_known(self.continued_use))


@dataclass(frozen=True)
class Attention:
    """One person, as of the last check-in; risks are those of a new return to use."""

    person: str
    time: str
    level: str
    stage: str
    flags: list[str]  # in words
    use_now: float
    #: None where use is under way for sure, or nothing is known.
    new_risk: float | None = None
    first_day_without_use: float | None = None  # probability, of who uses
    continued_use: float | None = None  # probability, of who uses
    use_told: str = ""  # when use was last reported, in words; empty: never
    #: In short words, with the change of risk: what raised it, strongest first.
    reasons: list[tuple[str, float]] = field(default_factory=list)
    #: In words: what the level stands on beside that.
    basis: list[str] = field(default_factory=list)
    suggestion: str = ""
    told: list[str] = field(default_factory=list)  # who was told of it, where known
    silent_days: float | None = None  # without an answer until the last row of all

    @property
    def is_known(self) -> bool:
        """Whether a check-in could be used; else flags alone are known."""
        return not math.isnan(self.use_now)

    def to_dict(self) -> dict[str, Any]:
        plain = asdict(self)
        plain["reasons"] = [{"words": words, "change": c} for words, c in self.reasons]
        if not self.is_known:
            plain["use_now"] = plain["new_risk"] = None
        return plain


@dataclass(frozen=True)
class AttentionLists:
    """The first persons of both lists, and how many each list has."""

    using_now: list[Attention]
    at_risk: list[Attention]
    using_count: int
    risk_count: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "using_now": [one.to_dict() for one in self.using_now],
            "at_risk": [one.to_dict() for one in self.at_risk],
        }


def attention_lists(
    replayer: Replayer,
    now: Mapping[Any, Standing],
    count: int,
    say: Wording,
    told: Mapping[Any, Sequence[str]] | None = None,
    refused: Mapping[Any, Attention] | None = None,
) -> AttentionLists:
    """Sum up the first `count` persons of each list, those with a safety flag first.

    Whoever has a flag is in the list, however many these are.
    `told` names, by person, who was told of the use. Those of whom no check-in could be
    used stand in `refused`, and before all others at risk: nothing is known of them but
    their flags.
    """
    alone = list((refused or {}).values())
    using = [person for person, standing in now.items() if standing.is_using]
    at_risk = [person for person, standing in now.items() if not standing.is_using]
    using.sort(key=lambda p: now[p].using_order())
    at_risk.sort(key=lambda p: (not now[p].flagged, -_known(now[p].new_risk)))

    def summed(persons: Sequence[Any], most: int) -> list[Attention]:
        flagged = sum(now[person].flagged for person in persons)
        return [
            attention(
                replayer.history(person), say, (told or {}).get(person, ()), replayer.end
            )
            for person in persons[: max(most, flagged)]
        ]

    return AttentionLists(
        summed(using, count),
        [*alone, *summed(at_risk, count - len(alone))],
        len(using),
        len(at_risk) + len(alone),
    )


def refused_attention(
    model: _core.Model,
    person: str,
    time: str,
    flags: tuple[Sequence[str], Sequence[str]],
    say: Wording,
) -> Attention:
    """Sum up somebody of whom no check-in could be used, by flags up and unreadable."""
    monitor = Monitor(model)
    items = (item for item, flag in model.safety_items.items() if flag in flags[0])
    monitor.refuse(math.nan, dict.fromkeys(items, 1), "")
    return Attention(
        person=person,
        time=time,
        level=monitor.at(0.0).level,
        stage="",
        flags=Labels(model.to_dict(), say).flags(*flags),
        use_now=math.nan,
        suggestion=monitor.suggest(locale=say.language)[0].words,
    )


def _known(risk: float) -> float:
    return 0.0 if math.isnan(risk) else risk


def attention(
    history: History,
    say: Wording = ENGLISH,
    told: Sequence[str] = (),
    until: float = -math.inf,
) -> Attention:
    """Sum up the last check-in of a person, and the silence from there `until` then."""
    now = history.last.assessment
    # What a later check-in raised that was refused is up as well.
    monitor = history.monitor
    labels = Labels(history.document, say)
    clock = Clock(history.clock.dated, history.clock.zone, say)
    # An answer that lowers the risk is no reason for attention, and the passage of time
    # is none that anybody could talk about.
    drivers = [
        d
        for d in reasons_of(history, history.last, labels)
        if d.kind != "time" and d.contribution >= _LEAST_SHOWN
    ]
    answers = history.last.answers
    reasons = [
        (reason_in_line(d, answers, labels), d.contribution)
        for d in drivers[:_MOST_REASONS]
    ]
    # The first of as many as the report shows: one alone would always be the last place,
    # which a high level keeps for support.
    suggested = history.suggestions(locale=say.language)
    using = use_now(now, history.document)
    is_using = using >= LIKELY
    used = history.last_use
    leaves = _at(now.leaves_use, history) if is_using else None
    return Attention(
        person=history.person,
        time=clock.full(now.time),
        level=monitor.at(now.time).level,
        stage=now.stage,
        flags=labels.flags(monitor.flags, monitor.unreadable_flags),
        use_now=using,
        new_risk=_at(now.new_use, history),
        first_day_without_use=leaves,
        continued_use=_at(now.relapse, history) if is_using else None,
        use_told=clock.short(used.use_time) if used is not None else "",
        reasons=reasons,
        basis=list(_basis(history, labels, clock, bool(reasons))),
        suggestion=suggested[0].words if suggested else "",
        told=list(told),
        silent_days=_silent_days(history, until),
    )


def _basis(
    history: History, labels: Labels, clock: Clock, is_raised: bool
) -> Iterator[str]:
    """Say what the level stands on beside what raised the risk: facts, or the base."""
    say = labels.say
    now = history.last.assessment
    rule = history.document["levels"]
    ranges = LevelRanges(history.level_days, rule["cuts"])
    told = list(dict.fromkeys(_told(history, labels, clock)))
    yield from told
    by = level_set_by(now)
    by_risk = ranges.level_of(now.level_risk)
    if by == "stage":
        yield say("attention.stands.stage")
    elif not by and now.level != by_risk:
        after = days_after(float(rule.get("lower_after_days", 3.0)), say)
        yield say("attention.stands.held", after)
    elif not by and (new := _at(now.new_use, history)) is not None:
        using = use_now(now, history.document)
        if LEVELS.index(ranges.level_of(new)) < LEVELS.index(by_risk):
            shares = (percent(using, say), percent(now.level_risk, say))
            yield say("attention.stands.use_now", *shares)
    if not is_raised and not told and not by:
        is_first = history.count == 1
        yield say(f"attention.stands.{'first' if is_first else 'base'}")


def _told(history: History, labels: Labels, clock: Clock) -> Iterator[str]:
    """Say what was told and keeps the level up, and use that was told of lately."""
    say = labels.say
    now = history.last.assessment
    used = history.last_use
    if used is not None and now.time - used.use_time <= RECENT_DAYS:
        yield say("attention.stands.use", clock.day(used.use_time))
    up = history.monitor.flags
    holding = [floor for floor in now.floors if floor.level == now.level]
    for floor in holding:
        if floor.after == "flag" and floor.of not in up:
            words = brief(labels.flag(floor.of), say)
            yield say("attention.stands.flag", clock.day(floor.since), words)
    items = [floor for floor in holding if floor.after == "item"]
    items.sort(key=lambda floor: -floor.since)
    for floor in items[:_MOST_TOLD]:
        key = "item" if labels.is_asked(floor.of) else "noted"
        words = item_told(history, floor, labels)
        yield say(f"attention.stands.{key}", clock.day(floor.since), brief(words, say))


def _silent_days(history: History, until: float) -> float | None:
    """Return how long there was no answer, where that alone would raise the level."""
    end = max(until, history.last.assessment.time)
    silences = [f.since for f in history.monitor.at(end).floors if f.after == "silence"]
    return end - min(silences) if silences else None


def stage_in_words(one: Attention, labels: Labels, document: Mapping[str, Any]) -> str:
    """Return the name of the stage; none where it contradicts the level."""
    if not one.stage or not says_stage(one.level, one.stage, document):
        return ""
    return labels.stage(one.stage)


def silence_in_words(one: Attention, say: Wording) -> list[str]:
    """Return how long there was no answer; nothing where that is not long."""
    if one.silent_days is None:
        return []
    return [say("attention.silent", days_after(math.floor(one.silent_days), say))]


def _at(by_days: Mapping[float, float | None], history: History) -> float | None:
    """Return the value at the horizon of the levels, or at the longest one."""
    days = history.level_days
    return (
        by_days[days] if days in by_days else next(reversed(list(by_days.values())), None)
    )


def use_told_in_words(one: Attention, say: Wording) -> str:
    return one.use_told or say("attention.using.told.never")


def ways_in_words(one: Attention, days: float, say: Wording) -> list[str]:
    """Return what may come of use that is under way, and who was told."""
    told = number(days, say)
    ways = []
    if one.use_now > MOST_SHOWN:
        ways.append(say("attention.using.now"))
    else:
        ways.append(f"{say('attention.using.now')}: {percent(one.use_now, say)}")
    for key, share in (
        ("leaves", one.first_day_without_use),
        ("goes_on", one.continued_use),
    ):
        if share is not None:
            ways.append(f"{say(f'attention.using.{key}', told)}: {percent(share, say)}")
    if one.told:
        ways.append(say("attention.using.who", ", ".join(one.told)))
    return ways
