"""Why the risk of one person is what it is: of the last step, and of those before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from types import MappingProxyType

from relapse._core import Assessment
from relapse._report.facts import (
    Reason,
    answers_behind,
    is_in_use,
    reason_in_line,
    reasons_of,
)
from relapse._report.figures import Bar, LevelRanges, waterfall
from relapse._report.history import History, Step, risk_of
from relapse._report.parts import level_chip
from relapse._report.wording import Wording
from relapse._report.words import (
    LEVELS,
    Clock,
    Labels,
    number,
    percent,
    percent_range,
    points,
)

_MOST_BARS = 9
_SHOWN_STEPS = 7
_LEAST_SHOWN = 5e-4  # contributions below are added up; half of the last digit shown


class Reasons:
    """The parts of a page that say why the risk changed."""

    def __init__(
        self, history: History, labels: Labels, clock: Clock, ranges: LevelRanges
    ) -> None:
        self._say = labels.say
        self._history = history
        self._now = history.now
        self._labels = labels
        self._clock = clock
        self._ranges = ranges

    def _said(self, key: str, *values: object) -> str:
        """Return words of the report, escaped with what is filled in."""
        return escape(self._say(f"report.{key}", *values))

    def why(self) -> str:
        if is_in_use(self._history):
            return ""  # of the risk of what has begun there is nothing to explain
        steps = self._history.steps
        days = number(self._ranges.days, self._say)
        last = self._history.last
        now = last.assessment
        after = now.level_risk
        change = sum(d.contribution for d in now.drivers)
        before = after - change
        kind = "changed" if len(steps) > 1 else "is"
        since = self._clock.short(steps[-2 if len(steps) > 1 else -1].assessment.time)
        lead = self._say(f"report.why.{kind}.lead", days, since)
        if self._history.is_later:
            lead += " " + self._say("report.why.later")
        lead += " " + self._say("report.why.adds_up")
        first = self._say(f"report.why.{kind}.first")
        bars = [Bar(first, "", 0.0, before, percent(before, self._say), is_total=True)]
        shown, rest = _strongest(reasons_of(self._history, last, self._labels))
        at = before
        for driver in _in_range(shown, before):
            note = self._answer_note(driver)
            label = self._labels.reason(*driver, last.answers, answer_follows=bool(note))
            bars.append(_bar(label, note, at, driver.contribution, self._say))
            at += driver.contribution
        if rest:
            more = sum(d.contribution for d in rest)
            words = self._say.counted("report.why.rest", len(rest))
            bars.append(_bar(words, "", at, more, self._say))
        words = self._say("report.why.last")
        bars.append(Bar(words, "", 0.0, after, percent(after, self._say), is_total=True))
        if self._history.is_later:
            end = self._now.level_risk
            since = self._say("report.why.since")
            bars.append(_bar(since, "", after, end - after, self._say))
            words = self._say("report.why.now")
            bars.append(Bar(words, "", 0.0, end, percent(end, self._say), is_total=True))
        return (
            f"<section class='why'><h2>{self._said(f'why.{kind}')}</h2>"
            f"<p class='muted'>{escape(lead)}</p>{waterfall(bars, self._say)}</section>"
        )

    def _answer_note(self, driver: Reason) -> str:
        """Return the answers behind a reason, as far as they were given this time."""
        given = answers_behind(driver, self._history.last.answers, self._labels)
        return self._say("report.why.answered", given) if given else ""

    def changes(self) -> str:
        steps = self._history.steps
        days = number(self._ranges.days, self._say)
        pairs = list(pairwise([None, *steps]))[-_SHOWN_STEPS:]
        rows = self._change_since() if self._history.is_later else ""
        rows += "".join(self._change(before, step) for before, step in reversed(pairs))
        heads = (
            self._said("head.when"),
            self._said("level"),
            self._said("head.day_risk", days),
            self._said("head.change"),
            self._said("head.raised"),
            self._said("head.lowered"),
        )
        head = "".join(f"<th scope='col'>{words}</th>" for words in heads)
        return (
            f"<section><h2>{self._said('changes.title')}</h2>"
            f"<table class='changes'><thead><tr>{head}</tr></thead>"
            f"<tbody>{rows}</tbody></table></section>"
        )

    def _change(self, before: Step | None, step: Step | None) -> str:
        assert step is not None
        now = step.assessment
        change = sum(d.contribution for d in now.drivers)
        if step.missed:
            note = f"<span class='muted'>{self._said('missed')}</span>"
        else:
            used = f"<span class='use'>{self._said('mark.used')}</span>"
            note = used if step.used else ""
        moved = points(change, self._say) if before else self._said("first")
        reasons = reasons_of(self._history, step, self._labels)
        earlier = before.assessment.level if before is not None else now.level
        return self._change_row(now, earlier, note, moved, reasons, step.answers)

    def _change_since(self) -> str:
        """Return the row of a moment after the last check-in: time passed, no more."""
        last = self._history.last.assessment
        change = self._now.level_risk - last.level_risk
        note = f"<span class='muted'>{self._said('mark.now')}</span>"
        moved = points(change, self._say)
        reasons = [Reason("time", "time", change)]
        return self._change_row(self._now, last.level, note, moved, reasons)

    def _change_row(
        self,
        now: Assessment,
        earlier: str,
        note: str,
        moved: str,
        reasons: Sequence[Reason],
        answers: Mapping[str, float] = MappingProxyType({}),
    ) -> str:
        level = level_chip(now.level, self._say)
        if earlier != now.level:
            up = LEVELS.index(now.level) > LEVELS.index(earlier)
            way = self._said("raised" if up else "lowered")
            level += f" <span class='muted'>{way}</span>"
        when = escape(self._clock.short(now.time))
        risk, low, high = risk_of(now, self._ranges.days)
        cells = (
            ("head.when", f"<span class='num'>{when}</span> {note}"),
            ("level", level),
            (
                "head.risk",
                f"<b>{percent(risk, self._say)}</b> "
                f"<span class='muted range'>{percent_range(low, high, self._say)}</span>",
            ),
            ("head.change", moved),
            ("head.raised", self._reasons(reasons, 1, answers)),
            ("head.lowered", self._reasons(reasons, -1, answers)),
        )
        return (
            "<tr>"
            + "".join(f"<td data-head='{self._said(h)}'>{c}</td>" for h, c in cells)
            + "</tr>"
        )

    def _reasons(
        self, reasons: Sequence[Reason], sign: int, answers: Mapping[str, float]
    ) -> str:
        found = [d for d in reasons if d.contribution * sign >= _LEAST_SHOWN]
        if not found:
            return "<span class='muted'>\N{EN DASH}</span>"
        words = (
            f"{escape(reason_in_line(d, answers, self._labels))} "
            f"<span class='num'>{points(d.contribution, self._say)}</span>"
            for d in found[:2]
        )
        return ", ".join(words)


def _strongest(drivers: Sequence[Reason]) -> tuple[list[Reason], list[Reason]]:
    """Part reasons, strongest first, in those to show and those to add up."""
    most = abs(drivers[0].contribution) if drivers else 0.0
    least = max(_LEAST_SHOWN, most / 20)
    shown = [d for d in drivers if abs(d.contribution) >= least][:_MOST_BARS]
    rest = [d for d in drivers[len(shown) :] if d.contribution != 0.0]
    if len(rest) == 1:
        return [*shown, *rest], []
    return shown, rest


def _in_range(drivers: Sequence[Reason], start: float) -> Iterable[Reason]:
    """Order reasons, strongest first as far as the sum on the way stays a probability."""
    left = list(drivers)
    at = start
    while left:
        possible = (d for d in left if 0.0 <= at + d.contribution <= 1.0)
        chosen = next(possible, left[0])
        left.remove(chosen)
        at += chosen.contribution
        yield chosen


def _bar(label: str, note: str, start: float, change: float, say: Wording) -> Bar:
    return Bar(label, note, start, start + change, points(change, say))
