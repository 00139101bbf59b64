"""A report of a whole cohort as a single HTML file that works without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import numpy as np

from relapse._core import Model
from relapse._reading.check_ins import read_check_ins
from relapse._reading.times import TimeUnit
from relapse._report.attention import (
    Attention,
    AttentionLists,
    Standing,
    attention_lists,
    silence_in_words,
    stage_in_words,
    use_told_in_words,
    ways_in_words,
)
from relapse._report.cohort import (
    Cohort,
    StepFigures,
    figures_by_step,
    levels_by_step,
    mean_stages,
    score_cohort,
)
from relapse._report.figures import NARROW, WIDE, level_map, stage_areas
from relapse._report.history import Replayer
from relapse._report.parts import basis_rows, level_chip, stage_legend
from relapse._report.style import page_html
from relapse._report.wording import Wording, find_wording
from relapse._report.words import (
    LEVELS,
    Labels,
    days_after,
    days_text,
    number,
    percent,
    points,
    share_of,
)

_MOST_ROWS = 60


def cohort_html(
    check_ins: Any,
    model: Model,
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    most: int = 10,
    locale: str = "en",
    told: Mapping[Any, Sequence[str]] | None = None,
) -> str:
    """Return the report of all persons of a table as an HTML document.

    Who uses now and who is at risk of a new return to use (`most` of each), the level of
    each person over time, the stages of all, and figures by time since the first
    check-in. `told` names, by person, who was told of the use. Everything that the table
    and the model say is escaped; nothing is fetched.

    Raises InvalidInput and CheckInError, as `score` does.
    """
    data = read_check_ins(check_ins, model, person, time, time_unit)
    cohort = score_cohort(data)
    now = {
        cohort.persons[cohort.who[row]]: Standing(
            bool(cohort.flagged[row]),
            float(cohort.new_risk[row]),
            float(cohort.use_now[row]),
            float(cohort.continued_use[row]),
        )
        for row in cohort.lasts.tolist()
    }
    say = find_wording(locale)
    lists = attention_lists(Replayer(data), now, most, say, told)
    page = _Page(cohort, model, lists, say)
    title = say("cohort.title", page.persons(len(cohort.persons)))
    return page_html(
        title, "\n".join(part for part in page.parts() if part), say.language
    )


class _Page:
    """The parts of a report, from the top."""

    def __init__(
        self, cohort: Cohort, model: Model, lists: AttentionLists, say: Wording
    ) -> None:
        self.say = say
        self._cohort = cohort
        self._model = model
        self._lists = lists
        self._document = model.to_dict()
        self._labels = Labels(self._document, say)
        self._days = float(self._document["levels"]["horizon_days"])

    def persons(self, count: int) -> str:
        return self.say.counted("cohort.persons", count)

    def _said(self, key: str, *values: object) -> str:
        """Return words, escaped with what is filled in."""
        return escape(self.say(key, *values))

    def _counted(self, count: int, whole: int) -> str:
        """Return a count, and which share of a whole it is."""
        share = share_of(count, whole, self.say)
        return self._said("cohort.level_count", self.say.grouped(count), share)

    def parts(self) -> Iterable[str]:
        yield self._heading()
        yield self._flags()
        yield self._levels()
        yield self._attention()
        yield self._map()
        yield self._stages()
        yield self._figures()
        yield self._basis()

    def _heading(self) -> str:
        cohort = self._cohort
        check_ins = self.say.counted("cohort.check_ins", len(cohort.who))
        span = days_text(float(np.round(cohort.day.max(), 1)), self.say)
        return (
            f"<header><p class='kicker'>{self._said('cohort.kicker')}</p>"
            f"<h1>{escape(self.persons(len(cohort.persons)))}</h1>"
            f"<p class='muted'>{self._said('cohort.span', check_ins, span)}</p></header>"
        )

    def _flags(self) -> str:
        """Name every person with a flag up: nobody is left to a shorter table."""
        cohort = self._cohort
        up = [row for row in cohort.lasts.tolist() if cohort.flagged[row]]
        if not up:
            return ""
        names = ", ".join(str(cohort.persons[cohort.who[row]]) for row in up)
        return (
            "<section class='safety' role='alert'>"
            f"<h2>{self._said('cohort.flags.title')}</h2>"
            f"<p>{self._said('cohort.flags.lead')}</p>"
            f"<p class='flags'>{escape(names)}</p></section>"
        )

    def _levels(self) -> str:
        levels = self._cohort.level[self._cohort.lasts]
        rows = ""
        for k, level in reversed(list(enumerate(LEVELS))):
            count = int((levels == k).sum())
            share = count / len(levels)
            told = self._counted(count, len(levels))
            rows += (
                f"<span>{self._said(f'level.{level}')}</span>"
                f"<span class='bar {level}'><i style='width:{100 * share:.2f}%'></i>"
                f"</span><span class='num'>{told}</span>"
            )
        return (
            f"<section><h2>{self._said('cohort.levels.title')}</h2>"
            f"<p class='muted'>{self._said('cohort.levels.lead')}</p>"
            f"<div class='share'>{rows}</div></section>"
        )

    def _attention(self) -> str:
        lists = self._lists
        days = number(self._days, self.say)
        using = [self._who_uses(one) for one in lists.using_now]
        at_risk = [self._who_is_at_risk(one) for one in lists.at_risk]
        third = ("attention.using.told", "attention.using.ways")
        return self._list("using", third, using, lists.using_count) + self._list(
            "risk",
            ("attention.new_risk", "attention.reasons"),
            at_risk,
            lists.risk_count,
            f"{self._said('attention.legend', days)} "
            f"{self._said('attention.legend.first')} "
            f"{self._said('attention.legend.stage')}",
        )

    def _list(
        self,
        kind: str,
        middle: tuple[str, str],
        rows: Sequence[Sequence[str]],
        count: int,
        legend: str = "",
    ) -> str:
        """Write one of the lists of attention."""
        days = number(self._days, self.say)
        heads = [self.say("attention.person"), self.say("attention.level")]
        heads += [self.say(key, days) for key in middle]
        heads.append(self.say("attention.first"))
        table = (
            _table(heads, rows)
            if rows
            else f"<p>{self._said(f'attention.{kind}.none')}</p>"
        )
        shown = self.say("attention.of", len(rows), self.persons(count))
        return (
            f"<section><h2>{self._said(f'attention.{kind}.title')}</h2>"
            f"<p class='muted'>{escape(shown)}. {self._said(f'attention.{kind}.lead')} "
            f"{legend}</p>{table}</section>"
        )

    def _who(self, one: Attention) -> list[str]:
        stage = stage_in_words(one, self._labels, self._document)
        return [
            f"<strong>{escape(one.person)}</strong>"
            f"<small class='range'>{escape(one.time)}</small>",
            f"{level_chip(one.level, self.say)}"
            f"<small class='range'>{escape(stage)}</small>",
        ]

    def _flags_of(self, one: Attention) -> str:
        """Return what comes before reasons: flags, and a silence."""
        before = [*one.flags, *silence_in_words(one, self.say)]
        return "".join(f"<strong>{escape(words)}</strong><br>" for words in before)

    def _who_uses(self, one: Attention) -> list[str]:
        ways = "<br>".join(map(escape, ways_in_words(one, self._days, self.say)))
        return [
            *self._who(one),
            escape(use_told_in_words(one, self.say)),
            self._flags_of(one) + ways,
            escape(one.suggestion),
        ]

    def _who_is_at_risk(self, one: Attention) -> list[str]:
        reasons = "<br>".join(
            [escape(words) for words in one.basis]
            + [
                f"{escape(words)} <span class='num'>{points(change, self.say)}</span>"
                for words, change in one.reasons
            ]
        )
        risk = "" if one.new_risk is None else percent(one.new_risk, self.say)
        return [
            *self._who(one),
            escape(risk),
            self._flags_of(one) + reasons,
            escape(one.suggestion),
        ]

    def _map(self) -> str:
        cohort = self._cohort
        if cohort.day.max() == 0.0:
            return ""
        lasts = cohort.lasts
        ordered = np.argsort(-cohort.risk[lasts], kind="stable")
        # Evenly over all: the highest alone would never show who gets better.
        places = np.linspace(0, len(ordered) - 1, min(len(ordered), _MOST_ROWS))
        shown = ordered[np.round(places).astype(np.int64)]
        cells = levels_by_step(cohort, shown)
        names = [str(cohort.persons[k]) for k in shown]
        every = days_after(cohort.every, self.say)
        lead = (
            self.say.grouped(len(shown)),
            self.persons(len(cohort.persons)),
            days_text(cohort.every, self.say),
        )
        legend = "".join(
            f"<li><i style='background:var(--level-{level})'></i>"
            f"{self._said(f'level.{level}')}</li>"
            for level in LEVELS
        )
        words = self.say("cohort.map.aria", len(shown), cells.shape[1], every)
        drawn = partial(level_map, names, cells.tolist(), cohort.every, words, self.say)
        return (
            f"<section class='way'><h2>{self._said('cohort.map.title')}</h2>"
            f"<p class='muted'>{self._said('cohort.map.lead', *lead)}</p>"
            f"<ul class='legend'>{legend}</ul>"
            f"{_in_both_widths(drawn)}</section>"
        )

    def _stages(self) -> str:
        cohort = self._cohort
        days, means, followed = mean_stages(
            cohort.who, cohort.day, cohort.stages, cohort.every
        )
        if len(days) < 2:
            return ""
        counts = [self.say.grouped(int(followed[k])) for k in (0, -1)]
        names = [self._labels.stage(stage) for stage in self._model.stages]
        areas = (days.tolist(), means.tolist(), names)
        words = self.say(
            "cohort.stages.aria", len(self._cohort.persons), number(days[-1], self.say)
        )
        return (
            f"<section class='way'><h2>{self._said('cohort.stages.title')}</h2>"
            f"<p class='muted'>{self._said('cohort.stages.lead', *counts)}</p>"
            f"<ul class='legend'>{stage_legend(names)}</ul>"
            f"{_in_both_widths(partial(stage_areas, *areas, words, self.say))}</section>"
        )

    def _figures(self) -> str:
        heads = [self.say("cohort.head.days")]
        heads += [self.say(f"cohort.head.{name}") for name in ("persons", "check_ins")]
        heads.append(self.say("cohort.head.risk", number(self._days, self.say)))
        heads += [self.say(f"cohort.head.{name}") for name in ("high", "used", "flagged")]
        rows = [self._step(figures) for figures in figures_by_step(self._cohort)]
        return (
            f"<section><h2>{self._said('cohort.figures.title')}</h2>"
            f"<p class='muted'>{self._said('cohort.figures.lead')}</p>"
            f"{_table(heads, rows, 'right')}</section>"
        )

    def _step(self, figures: StepFigures) -> list[str]:
        start, end = figures.start, figures.start + self._cohort.every
        days = (number(start, self.say), number(end, self.say))

        return [
            self._said("cohort.days", *days),
            self.say.grouped(figures.persons),
            self.say.grouped(figures.check_ins),
            percent(figures.risk, self.say),
            self._counted(figures.at_least_high, figures.persons),
            self._counted(figures.used, figures.persons),
            self._counted(figures.flagged, figures.persons),
        ]

    def _basis(self) -> str:
        rows = basis_rows(self._model, self.say)
        return (
            f"<footer><h2>{self._said('report.basis.title')}</h2><dl>{rows}</dl>"
            f"<p>{self._said('report.basis.how')}</p></footer>"
        )


def _in_both_widths(draw: Callable[[float], str]) -> str:
    """Return a figure for wide and for narrow pages, of which a page shows one."""
    return (
        f"<div class='figure-wide'>{draw(WIDE)}</div>"
        f"<div class='figure-narrow'>{draw(NARROW)}</div>"
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], css: str = "") -> str:
    """Lay out cells that are escaped already, under heads that are not."""
    names = [escape(head) for head in heads]
    head = "".join(f"<th scope='col' class='{css}'>{name}</th>" for name in names)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td class='{css}' data-head='{name}'>{cell}</td>"
            for name, cell in zip(names, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f"<table class='changes whole'><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
