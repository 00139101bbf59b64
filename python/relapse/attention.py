"""Who needs attention first: the persons of a data set, by their last check-in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from relapse.history import History
from relapse.terminal import Heading, table_lines
from relapse.words import LEVELS, brief, percent, points

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
    risk: float
    low: float
    high: float
    reasons: list[tuple[str, float]]  # in short words, with the change of risk
    suggestion: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "person": self.person,
            "time": self.time,
            "level": self.level,
            "stage": self.stage,
            "flags": self.flags,
            "risk": self.risk,
            "risk_low": self.low,
            "risk_high": self.high,
            "reasons": [{"words": words, "change": c} for words, c in self.reasons],
            "suggestion": self.suggestion,
        }


def order(flagged: bool, level: str, risk: float) -> tuple[bool, int, float]:
    """Return a key that sorts first who needs attention first."""
    return (not flagged, -LEVELS.index(level), -risk)


def attention(history: History) -> Attention:
    """Sum up the last check-in of a person."""
    now = history.last.assessment
    labels = history.labels
    drivers = sorted(now.drivers, key=lambda d: -abs(d.contribution))
    reasons = [
        (brief(labels.driver(d.kind, d.id), d.id), d.contribution)
        for d in drivers[:_MOST_REASONS]
        if abs(d.contribution) >= _LEAST_SHOWN
    ]
    suggested = history.suggestions(count=1)
    low, high = now.risk_interval[history.level_days]
    return Attention(
        person=history.person,
        time=history.clock.full(now.time),
        level=now.level,
        stage=now.stage,
        flags=[labels.flag(flag) for flag in now.flags],
        risk=now.risk[history.level_days],
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
) -> list[str]:
    """Lay out the table of persons in `width` characters; `paint` is given text, style."""
    person = max(6, *(len(a.person) for a in found))
    fixed = person + 8 + 16 + 5 * 2
    stage = min(max(5, *(len(stage_words(a.stage)) for a in found)), 14)
    left = width - fixed - stage
    headings = (
        Heading("person", person),
        Heading("level", 8),
        Heading("stage", stage),
        Heading(f"{days:g}-day risk", 16),
        Heading("what changed it, points", left * 45 // 100),
        Heading("to try first", left - left * 45 // 100),
    )
    rows = [
        (
            a.person,
            a.level,
            stage_words(a.stage),
            f"{percent(a.risk)} ({a.low * 100:.0f}\N{EN DASH}{a.high * 100:.0f})",
            _reasons(a),
            a.suggestion,
        )
        for a in found
    ]

    def painted(row: int, column: int, text: str) -> str:
        return paint(text, found[row].level) if column == 1 else text

    return table_lines(headings, rows, painted)


def _reasons(one: Attention) -> str:
    lines = [f"! {flag}" for flag in one.flags]
    lines += [f"{words} {points(change)}" for words, change in one.reasons]
    return "\n".join(lines)
