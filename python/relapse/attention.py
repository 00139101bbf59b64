"""Who needs attention first: the persons of a data set, by their last check-in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relapse import _core
from relapse.history import History, Replayer
from relapse.monitor import Monitor
from relapse.terminal import Heading, table_lines
from relapse.wording import ENGLISH, Wording
from relapse.words import LEVELS, Clock, Labels, brief, number, points

_MOST_REASONS = 3
_LEAST_SHOWN = 5e-4


@dataclass(frozen=True)
class Attention:
    """One person, as of the last check-in."""

    person: str
    time: str
    level: str
    stage: str
    flags: list[str]  # in words
    risk: float  # NaN: no check-in could be used, and flags alone are known
    low: float
    high: float
    reasons: list[tuple[str, float]]  # in short words, with the change of risk
    suggestion: str

    def to_dict(self) -> dict[str, Any]:
        risks = {"risk": self.risk, "risk_low": self.low, "risk_high": self.high}
        return {
            "person": self.person,
            "time": self.time,
            "level": self.level,
            "stage": self.stage,
            "flags": self.flags,
            **{name: _or_none(p) for name, p in risks.items()},
            "reasons": [{"words": words, "change": c} for words, c in self.reasons],
            "suggestion": self.suggestion,
        }


def _or_none(probability: float) -> float | None:
    return None if math.isnan(probability) else probability


def attention_first(
    replayer: Replayer,
    now: Mapping[Any, tuple[bool, str, float]],
    count: int,
    say: Wording = ENGLISH,
    refused: Mapping[Any, Attention] | None = None,
) -> list[Attention]:
    """Sum up the persons who need attention first.

    `now` holds, by person, whether a safety flag is up, the level, and the risk. Those of
    whom no check-in could be used stand in `refused`, and nowhere but before all others:
    nothing is known of them but their flags.
    """
    alone = refused or {}

    def order(person: Any) -> tuple[bool, int, float]:
        flagged, level, risk = now[person]
        return (not flagged, -LEVELS.index(level), -risk)

    first = sorted(now, key=order)[: max(count - len(alone), 0)]
    return [
        *list(alone.values())[:count],
        *(attention(replayer.history(person), say) for person in first),
    ]


def refused_attention(
    model: _core.Model,
    person: str,
    time: str,
    flags: tuple[Sequence[str], Sequence[str]],
    say: Wording = ENGLISH,
) -> Attention:
    """Sum up somebody of whom no check-in could be used, by flags up and unreadable."""
    monitor = Monitor(model)
    monitor.refuse(math.nan, dict.fromkeys(_items_of(model, flags[0]), 1), "")
    labels = Labels(model.to_dict(), say)
    return Attention(
        person=person,
        time=time,
        level=monitor.at(0.0).level,
        stage="",
        flags=labels.flags(*flags),
        risk=math.nan,
        low=math.nan,
        high=math.nan,
        reasons=[],
        suggestion=monitor.suggest(locale=say.language)[0].words,
    )


def _items_of(model: _core.Model, flags: Sequence[str]) -> list[str]:
    return [item for item, flag in model.safety_items.items() if flag in flags]


def attention(history: History, say: Wording = ENGLISH) -> Attention:
    """Sum up the last check-in of a person."""
    now = history.last.assessment
    # What a later check-in raised that was refused is up as well.
    monitor = history.monitor
    labels = Labels(history.document, say)
    clock = Clock(history.clock.dated, history.clock.zone, say)
    # The passage of time is no reason that anybody could talk about.
    drivers = [
        d
        for d in sorted(now.drivers, key=lambda d: -abs(d.contribution))
        if d.kind != "time" and abs(d.contribution) >= _LEAST_SHOWN
    ]
    reasons = [
        (brief(labels.driver(d.kind, d.id), d.id, say), d.contribution)
        for d in drivers[:_MOST_REASONS]
    ]
    # The first of as many as the report shows: one alone would always be the last place,
    # which a high level keeps for support.
    suggested = history.suggestions(locale=say.language)
    risk, low, high = history.risk(history.last)
    return Attention(
        person=history.person,
        time=clock.full(now.time),
        level=monitor.at(now.time).level,
        stage=now.stage,
        flags=labels.flags(monitor.flags, monitor.unreadable_flags),
        risk=risk,
        low=low,
        high=high,
        reasons=reasons,
        suggestion=suggested[0].words if suggested else "",
    )


def attention_lines(
    found: Sequence[Attention],
    days: float,
    stage_words: Callable[[str], str],
    width: int,
    paint: Callable[[str, str], str],
    say: Wording = ENGLISH,
) -> list[str]:
    """Lay out the table in `width` characters; `paint` is given a text and a style."""
    person = min(max(6, *(len(a.person) for a in found)), 24)
    fixed = person + 8 + 15 + 5 * 2
    stages = [stage_words(one.stage) for one in found]
    stage = min(max(map(len, [*stages, say("attention.stage")])), 14)
    left = width - fixed - stage
    headings = (
        Heading(say("attention.person"), person),
        Heading(say("attention.level"), 8),
        Heading(say("attention.stage"), stage),
        Heading(say("attention.risk", number(days, say)), 15),
        Heading(say("attention.reasons"), left * 47 // 100),
        Heading(say("attention.first"), left - left * 47 // 100),
    )
    rows = [
        (
            a.person,
            say(f"level.{a.level}"),
            words,
            say.decimals(_risk(a)),
            _reasons(a, say),
            a.suggestion,
        )
        for a, words in zip(found, stages, strict=True)
    ]

    def painted(row: int, column: int, text: str) -> str:
        word = text.strip()
        if column != 1 or not word:
            return text
        return paint(word, found[row].level) + text[len(word) :]

    return table_lines(headings, rows, painted)


def _risk(one: Attention) -> str:
    """Return the risk with its interval, such as 64 % (51 to 76), in few characters."""
    if math.isnan(one.risk):
        return "\N{EN DASH}"
    digits = 1 if one.risk < 0.0995 else 0
    risk, low, high = (_share(p, digits) for p in (one.risk, one.low, one.high))
    if low == high:
        return f"{risk} %"
    return f"{risk} % ({low}\N{EN DASH}{high})"


def _share(probability: float, digits: int) -> str:
    text = f"{probability * 100:.{digits}f}"
    if probability < 1.0 and float(text) == 100.0:
        return ">99"
    if probability > 0.0 and float(text) == 0.0:
        return "<0.1" if digits else "<1"
    return text


def _reasons(one: Attention, say: Wording) -> str:
    lines = [f"! {flag}" for flag in one.flags]
    lines += [f"{words} {points(change, say=say)}" for words, change in one.reasons]
    return "\n".join(lines)
