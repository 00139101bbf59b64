"""A report of one person's way as a single HTML file that works without a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from relapse import Assessment, Driver, Plan, Suggestion, __version__
from relapse.history import History, Step
from relapse.report_figures import Bar, LevelCuts, timeline, waterfall
from relapse.report_style import STYLE
from relapse.words import (
    FALLBACK_RESOURCE,
    FORCED_MEANING,
    LEVEL_MEANING,
    LEVELS,
    LOST_TOLERANCE_NOTICE,
    brief,
    days_text,
    how_many,
    number,
    percent,
    percent_range,
    points,
)

_MOST_BARS = 9
_SHOWN_STEPS = 7
_LEAST_SHOWN = 5e-4  # contributions below are added up; half of the last digit shown
_COMPUTED = "missed_check_in"  # the item that nobody is asked
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def report_html(history: History, plan: Plan | None = None) -> str:
    """Return the report of one person as an HTML document.

    All that the answers, the plan and the model say is escaped; nothing is fetched.
    """
    page = _Page(history, plan)
    title = f"Check-in report: {history.person}"
    body = "\n".join(part for part in page.parts() if part).replace(" %", "&nbsp;%")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<style>
{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


class _Page:
    """The parts of a report, from the top."""

    def __init__(self, history: History, plan: Plan | None) -> None:
        self._history = history
        self._plan = plan
        self._now = history.last.assessment
        self._labels = history.labels
        self._clock = history.clock
        rule = history.document["levels"]
        self._cuts = LevelCuts(float(rule["horizon_days"]), rule["cuts"])
        self._lower_after = float(rule.get("lower_after_days", 3.0))
        everything = history.suggestions(plan)
        self._crisis = [s for s in everything if s.action == "crisis"]
        self._actions = [s for s in everything if s.action != "crisis"]

    def parts(self) -> Iterable[str]:
        yield self._heading()
        yield self._safety()
        yield self._summary()
        yield self._tolerance()
        yield self._why()
        yield self._what_next()
        yield self._timeline()
        yield self._changes()
        yield self._resource()
        yield self._basis()

    def _heading(self) -> str:
        steps = self._history.steps
        missed = sum(step.missed for step in steps)
        first = self._clock.full(steps[0].assessment.time).partition(", ")[0]
        count = how_many(len(steps), "check-in")
        lost = f", {missed} of them missed" if missed else ""
        return (
            "<header><p class='kicker'>Check-in report</p>"
            f"<h1>{escape(self._history.person)}</h1>"
            f"<p class='muted'>As of the last check-in, {escape(self._when())}. "
            f"{count} since {escape(first)}{lost}.</p></header>"
        )

    def _when(self) -> str:
        return self._clock.full(self._now.time)

    def _safety(self) -> str:
        if not self._now.flags:
            return ""
        flags = "".join(
            f"<li>{escape(self._labels.flag(f))}</li>" for f in self._now.flags
        )
        steps = "".join(f"<li>{escape(s.words)}</li>" for s in self._crisis)
        return (
            "<section class='safety' role='alert'><h2>Safety first</h2>"
            "<p>An answer says that safety comes before everything else on this page:</p>"
            f"<ul class='flags'>{flags}</ul>"
            f"<p>What to do now:</p><ol>{steps}</ol>"
            f"<p>At any time: <strong>{escape(FALLBACK_RESOURCE)}</strong>.</p>"
            "<p class='muted'>This stays here until somebody records that it was dealt "
            "with, whatever later answers say.</p></section>"
        )

    def _tolerance(self) -> str:
        if not self._now.lost_tolerance_notice:
            return ""
        return (
            "<section class='notice'><h2>After a return to use: lower tolerance</h2>"
            f"<p>{escape(LOST_TOLERANCE_NOTICE)}</p></section>"
        )

    def _summary(self) -> str:
        level = self._now.level
        meaning = LEVEL_MEANING[level]
        if LEVELS.index(level) > LEVELS.index(self._now.numeric_level):
            meaning = FORCED_MEANING
        steps = "".join(
            f"<li class='{name}{' on' if name == level else ''}'>{name}</li>"
            for name in LEVELS
        )
        return (
            f"<section class='summary'><div class='level {level}'>"
            f"<p class='kicker'>Level</p><p class='name'>{level.capitalize()}</p>"
            f"<p class='meaning'>{escape(meaning)}</p>"
            f"<p class='rule'>{self._level_rule()}</p>"
            f"<ol class='ladder' aria-hidden='true'>{steps}</ol></div>"
            "<div class='risks'><p class='kicker'>Risk of a return to use within</p>"
            f"{''.join(self._risk_cards())}"
            f"<p class='muted'>{self._stage_line()}</p></div></section>"
        )

    def _level_rule(self) -> str:
        """Say from which risk the level comes, or why it is not the one of the risk."""
        low, high = next((a, b) for n, a, b in self._cuts.edges() if n == self._now.level)
        days = number(self._cuts.days)
        inside = f"{days}-day risk of {percent(low)} or more"
        if high < 1.0:
            inside = f"{days}-day risk from {percent(low)} to {percent(high)}"
        if low == 0.0:
            inside = f"{days}-day risk below {percent(high)}"
        by_risk = _level_of(self._now.level_risk, self._cuts)
        if self._now.level == by_risk:
            return f"This level means a {inside}."
        if LEVELS.index(self._now.level) > LEVELS.index(self._now.numeric_level):
            return (
                "Set by a safety answer, whatever the risk; by the risk alone it would "
                f"be {self._now.numeric_level}."
            )
        return (
            f"This level means a {inside}. The risk has come down since; the level "
            f"follows after {days_text(self._lower_after)} below its cut."
        )

    def _risk_cards(self) -> Iterable[str]:
        for days, risk in self._now.risk.items():
            low, high = self._now.risk_interval[days]
            left, wide = low * 100, max((high - low) * 100, 0.6)
            yield (
                f"<div class='risk-card'><p class='muted'>{days_text(days)}</p>"
                f"<p class='figure'>{percent(risk)}</p>"
                f"<p class='muted'>{percent_range(low, high)}</p>"
                "<div class='gauge' aria-hidden='true'>"
                f"<i style='left:{left:.2f}%;width:{wide:.2f}%'></i>"
                f"<b style='left:{risk * 100:.2f}%'></b></div></div>"
            )

    def _stage_line(self) -> str:
        """Say where the person most likely is, and whether use is under way."""
        stage = self._now.stage
        share = self._now.stages[stage]
        text = (
            "Each with its 95&nbsp;% interval. Most likely stage now: "
            f"<strong>{escape(self._labels.stage(stage))}</strong> ({percent(share)})."
        )
        using = {s["id"] for s in self._history.document["stages"] if s.get("use")}
        now = sum(p for s, p in self._now.stages.items() if s in using)
        if now >= 0.01:
            text += " The risks include a return to use that is under way now "
            text += f"({percent(now)})"
            new = self._now.new_lapse.get(self._cuts.days)
            if new is not None and now < 0.995:
                text += (
                    f"; if there is none, the {number(self._cuts.days)}-day risk is "
                    f"{percent(new)}"
                )
            text += "."
        return text

    def _timeline(self) -> str:
        line = self._history.timeline()
        if len(line.times) < 2:
            return ""
        legend = "".join(
            f"<li><i style='background:var(--stage-{k})'></i>"
            f"{escape(self._labels.stage(stage))}</li>"
            for k, stage in enumerate(line.stages)
        )
        wide, narrow = (
            timeline(line, self._cuts, self._labels, self._clock, width)
            for width in (760, 380)
        )
        return (
            "<section class='way'><h2>The way here</h2>"
            f"<ul class='legend'>{legend}</ul>"
            f"<div class='figure-wide'>{wide}</div>"
            f"<div class='figure-narrow'>{narrow}</div>"
            "<ul class='legend marks'><li><b class='mark-line'></b>risk</li>"
            "<li><b class='mark-band'></b>95&nbsp;% interval</li>"
            "<li><b class='mark-tick'></b>check-in</li>"
            "<li><b class='mark-missed'></b>check-in missed</li>"
            "<li><b class='mark-used'></b>use reported</li></ul></section>"
        )

    def _why(self) -> str:
        steps = self._history.steps
        days = number(self._cuts.days)
        after = self._now.level_risk
        change = sum(d.contribution for d in self._now.drivers)
        before = after - change
        if len(steps) > 1:
            since = self._clock.short(steps[-2].assessment.time)
            title = "Why the risk changed"
            lead = f"{days}-day risk, from the check-in before ({since}) to the last one."
            first = "At the check-in before"
        else:
            title = "Why the risk is what it is"
            lead = f"{days}-day risk, from before any answer to the first check-in."
            first = "Before any answer"
        bars = [Bar(first, "", 0.0, before, percent(before), is_total=True)]
        shown, rest = _strongest(self._now.drivers)
        at = before
        for driver in _in_range(shown, before):
            label = self._labels.driver(driver.kind, driver.id)
            bars.append(_bar(label, self._answer_note(driver), at, driver.contribution))
            at += driver.contribution
        if rest:
            more = sum(d.contribution for d in rest)
            words = how_many(len(rest), "smaller reason")
            bars.append(_bar(f"{words} together", "", at, more))
        bars.append(
            Bar("At the last check-in", "", 0.0, after, percent(after), is_total=True)
        )
        lead += " Differences are in percentage points and add up."
        return (
            f"<section class='why'><h2>{title}</h2><p class='muted'>{escape(lead)}</p>"
            f"{waterfall(bars)}</section>"
        )

    def _answer_note(self, driver: Driver) -> str:
        """Return the answers behind a reason, as far as they were given this time."""
        answers = self._history.last.answers
        items = self._labels.items_behind(driver.kind, driver.id)
        given = [self._labels.answer(i, answers[i]) for i in items if i in answers]
        return "answered " + ", ".join(given) if given else ""

    def _what_next(self) -> str:
        if not self._actions:
            return ""
        items = "".join(self._action(s) for s in self._actions)
        source = (
            "From the person's own plan where it fits, otherwise from the catalogue; "
            if self._plan is not None
            else "From the catalogue of the model; "
        )
        return (
            "<section><h2>What could help now</h2>"
            f"<p class='muted'>{source}ranked by what each would change, given those "
            f"above it.</p><ol class='actions'>{items}</ol></section>"
        )

    def _action(self, suggestion: Suggestion) -> str:
        action = self._catalogue().get(suggestion.action, {})
        needs = action.get("needs", {})
        tags = []
        if suggestion.from_plan:
            tags.append("own plan")
        if minutes := needs.get("minutes"):
            tags.append(f"{number(minutes)} min")
        if needs.get("contact"):
            tags.append("with somebody")
        if place := needs.get("place"):
            tags.append(str(place))
        marks = "".join(f"<li>{escape(tag)}</li>" for tag in tags)
        return (
            f"<li><p class='words'>{escape(suggestion.words)}</p>"
            f"<p class='muted'>{escape(suggestion.reason)}</p>"
            f"<ul class='tags'>{marks}</ul></li>"
        )

    def _catalogue(self) -> dict[str, dict[str, Any]]:
        return {a["id"]: a for a in self._history.document.get("actions", ())}

    def _changes(self) -> str:
        steps = self._history.steps
        days = number(self._cuts.days)
        pairs = list(pairwise([None, *steps]))[-_SHOWN_STEPS:]
        rows = "".join(self._change(before, step) for before, step in reversed(pairs))
        heads = ("When", "Level", f"{days}-day risk", "Change", "Raised it", "Lowered it")
        head = "".join(f"<th scope='col'>{escape(h)}</th>" for h in heads)
        return (
            "<section><h2>What changed over the last check-ins</h2>"
            f"<table class='changes'><thead><tr>{head}</tr></thead>"
            f"<tbody>{rows}</tbody></table></section>"
        )

    def _change(self, before: Step | None, step: Step | None) -> str:
        assert step is not None
        now = step.assessment
        change = sum(d.contribution for d in now.drivers)
        level = f"<span class='chip {now.level}'>{now.level}</span>"
        if before is not None and before.assessment.level != now.level:
            up = LEVELS.index(now.level) > LEVELS.index(before.assessment.level)
            level += f" <span class='muted'>{'raised' if up else 'lowered'}</span>"
        when = escape(self._clock.short(now.time))
        if step.missed:
            note = "<span class='muted'>missed</span>"
        else:
            note = "<span class='use'>use reported</span>" if step.used else ""
        moved = points(change) if before is not None else "first"
        _, low, high = self._history.risk(step)
        cells = (
            ("When", f"<span class='num'>{when}</span> {note}"),
            ("Level", level),
            (
                "Risk",
                f"<b>{percent(now.level_risk)}</b> "
                f"<span class='muted range'>{percent_range(low, high)}</span>",
            ),
            ("Change", moved),
            ("Raised it", self._reasons(now, 1)),
            ("Lowered it", self._reasons(now, -1)),
        )
        return (
            "<tr>" + "".join(f"<td data-head='{h}'>{c}</td>" for h, c in cells) + "</tr>"
        )

    def _reasons(self, now: Assessment, sign: int) -> str:
        found = sorted(
            (d for d in now.drivers if d.contribution * sign >= _LEAST_SHOWN),
            key=lambda d: -abs(d.contribution),
        )
        if not found:
            return "<span class='muted'>\N{EN DASH}</span>"
        words = (
            f"{escape(brief(self._labels.driver(d.kind, d.id), d.id))} "
            f"<span class='num'>{points(d.contribution)}</span>"
            for d in found[:2]
        )
        return ", ".join(words)

    def _resource(self) -> str:
        contacts = self._plan.contacts if self._plan is not None else []
        named = [", ".join(filter(None, (c.name, c.role, c.channel))) for c in contacts]
        people = "".join(f"<li>{escape(words)}</li>" for words in named)
        listed = f"<p>People named in the plan:</p><ul>{people}</ul>" if people else ""
        return (
            "<section class='resource'><p>If you or somebody near you is in danger now, "
            f"call <strong>{escape(FALLBACK_RESOURCE)}</strong>.</p>{listed}</section>"
        )

    def _basis(self) -> str:
        model = self._history.model
        status = self._history.document.get("calibration", {}).get("status", "not stated")
        answers = self._history.last.answers
        used = [i for i in model.items if i in answers]
        absent = [i for i in model.items if i not in answers and i != _COMPUTED]
        plan = ""
        if self._plan is not None:
            plan = f"<dt>Plan</dt><dd>version {self._plan.version}</dd>"
        return (
            "<footer><h2>How this was computed</h2><dl>"
            f"<dt>Model</dt><dd>{escape(model.id)} {escape(model.version)}, "
            f"calibration: {escape(str(status))}</dd>"
            f"<dt>Content hash</dt><dd><code>{escape(model.content_hash)}</code></dd>"
            f"<dt>Software</dt><dd>relapse {escape(__version__)}</dd>{plan}"
            f"<dt>Answers used at the last check-in ({len(used)})</dt>"
            f"<dd>{self._listed(used)}</dd>"
            f"<dt>Not answered there ({len(absent)})</dt><dd>{self._listed(absent)}</dd>"
            "</dl>"
            "<p>A missing answer counts as unknown; it is never filled in. Stages, risks "
            "and reasons follow from the answers by a hidden Markov model in continuous "
            "time. Intervals cover what is not known of the person's own "
            "tendency, not errors of the model. The numbers support the decisions of "
            "professionals: they are not a diagnosis, and this is not a medical device. "
            "No number alone decides who is contacted.</p></footer>"
        )

    def _listed(self, items: Sequence[str]) -> str:
        return escape(", ".join(map(self._labels.brief_item, items)) or "none")


def _level_of(risk: float, cuts: LevelCuts) -> str:
    return next(name for name, low, _ in reversed(cuts.edges()) if risk >= low)


def _strongest(drivers: Sequence[Driver]) -> tuple[list[Driver], list[Driver]]:
    """Return the reasons to show, strongest first, and those to add up."""
    ordered = sorted(drivers, key=lambda d: -abs(d.contribution))
    most = abs(ordered[0].contribution) if ordered else 0.0
    least = max(_LEAST_SHOWN, most / 20)
    shown = [d for d in ordered if abs(d.contribution) >= least][:_MOST_BARS]
    rest = [d for d in ordered[len(shown) :] if d.contribution != 0.0]
    if len(rest) == 1:
        return [*shown, *rest], []
    return shown, rest


def _in_range(drivers: Sequence[Driver], start: float) -> Iterable[Driver]:
    """Order reasons, strongest first as far as the sum on the way stays a probability."""
    left = list(drivers)
    at = start
    while left:
        fits = (d for d in left if 0.0 <= at + d.contribution <= 1.0)
        chosen = next(fits, left[0])
        left.remove(chosen)
        at += chosen.contribution
        yield chosen


def _bar(label: str, note: str, start: float, change: float) -> Bar:
    return Bar(label, note, start, start + change, points(change))
