"""A report of one person's way as a single HTML file that works without a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from relapse._core import Contact, Plan, Suggestion
from relapse._errors import InvalidInput
from relapse._report.beside import Advice
from relapse._report.facts import (
    LIKELY,
    RECENT_DAYS,
    SURE_STAGE,
    continued,
    facts_in_words,
    is_in_use,
    level_set_by,
    says_stage,
    strengths,
    use_now,
)
from relapse._report.figures import LevelRanges, timeline
from relapse._report.history import MISSED, History
from relapse._report.links import crisis_lines, linked, numbers_of
from relapse._report.parts import basis_rows, stage_legend
from relapse._report.person_reasons import Reasons
from relapse._report.resources import crisis_resources
from relapse._report.style import page_html
from relapse._report.tolerance import tolerance_cause
from relapse._report.wording import find_wording
from relapse._report.words import (
    LEVELS,
    Clock,
    Labels,
    days_after,
    days_text,
    number,
    percent,
    percent_range,
)

#: Check-ins that a figure is drawn from.
_MOST_DRAWN = 1000


def report_html(history: History, plan: Plan | None = None, locale: str = "en") -> str:
    """Return the report of one person as an HTML document.

    Words are in the language of the locale, where the library has it; labels of a model
    of your own, and what a plan says, stay as they are. With a region, as in ``en-US``,
    the resources of the place are named. All that the answers, the plan and the model say
    is escaped; nothing is fetched. Raises InvalidInput for the plan of another person.
    """
    if plan is not None and plan.person not in ("", history.person):
        raise InvalidInput(
            f"plan: is of {plan.person!r}, but must be of {history.person!r}"
        )
    page = _Page(history, plan, locale)
    say = page.say
    title = say("report.title", history.person)
    body = "\n".join(part for part in page.parts() if part)
    return page_html(title, body, say.language)


class _Page:
    """The parts of a report, from the top."""

    def __init__(self, history: History, plan: Plan | None, locale: str) -> None:
        self.say = find_wording(locale)
        self._history = history
        self._plan = plan
        self._now = history.now
        self._in_use = is_in_use(history)
        self._labels = Labels(history.document, self.say)
        self._clock = Clock(history.clock.dated, history.clock.zone, self.say)
        rule = history.document["levels"]
        self._ranges = LevelRanges(float(rule["horizon_days"]), rule["cuts"])
        self._lower_after = float(rule.get("lower_after_days", 3.0))
        self._facts = facts_in_words(history, self._labels, self._clock)
        self._notes = history.last.assessment.quality_in_words(locale)
        self._reasons = Reasons(history, self._labels, self._clock, self._ranges)
        self._resources = crisis_resources(locale)
        self._numbers = numbers_of(self._resources)
        everything = history.suggestions(plan, locale=locale)
        self._crisis = [s for s in everything if s.action == "crisis"]
        self._actions = [s for s in everything if s.action != "crisis"]

    def _said(self, key: str, *values: object) -> str:
        """Return words of the report, escaped with what is filled in."""
        return escape(self.say(f"report.{key}", *values))

    def _linked(self, text: str) -> str:
        return linked(text, self._numbers)

    def _own(self, html: str) -> str:
        """Mark what is in the person's own words, where their language is another."""
        language = self._plan.language if self._plan is not None else ""
        if self._plan is None or language == self.say.language:
            return html
        return f"<span lang='{escape(language)}'>{html}</span>"

    def _percent(self, probability: float) -> str:
        return percent(probability, self.say)

    def _level_name(self, level: str) -> str:
        return self.say(f"level.{level}")

    def parts(self) -> Iterable[str]:
        yield self._heading()
        yield self._safety()
        yield self._summary()
        # What was told and still counts, whatever the numbers say.
        yield self._listed_under("facts.title", "notice told", self._facts)
        # Answers that do not go together: they are asked about, not counted.
        yield self._listed_under("quality.title", "notice", self._notes)
        yield self._tolerance()
        well = strengths(self._history, self.say)
        yield self._listed_under("well.title", "well", well)
        yield self._reasons.why()
        yield self._what_next()
        yield self._timeline()
        yield self._reasons.changes()
        yield self._resource()
        yield self._basis()

    def _heading(self) -> str:
        line = self._history.line
        missed = sum(line.missed)
        first = self._clock.date(line.times[0])
        count = self.say.counted("report.count", self._history.count, first)
        lost = self.say("report.count.missed", missed) if missed else ""
        if silent := self._history.did_not_come:
            lost += self.say("report.count.not_come", self.say.grouped(silent))
        return (
            f"<header><p class='kicker'>{self._said('kicker')}</p>"
            f"<h1>{escape(self._history.person)}</h1>"
            f"<p class='muted'>{self._as_of()} {escape(count + lost)}.</p></header>"
        )

    def _as_of(self) -> str:
        time = self._clock.full(self._now.time)
        if not self._history.is_later:
            return self._said("as_of", time)
        last = self._history.last.assessment.time
        return self._said("as_of.later", time, self._clock.date(last))

    def _safety(self) -> str:
        if not self._now.flags:
            return ""
        flags = "".join(
            f"<li>{escape(words)}</li>"
            for words in self._labels.flags(self._now.flags, self._now.unreadable_flags)
        )
        steps = "".join(f"<li>{self._crisis_step(s)}</li>" for s in self._crisis)
        return (
            f"<section class='safety' role='alert'><h2>{self._said('safety.title')}</h2>"
            f"<p>{self._said('safety.lead')}</p>"
            f"<ul class='flags'>{flags}</ul>"
            f"<p>{self._said('safety.now')}</p><ol>{steps}</ol>"
            f"<p>{self._said('safety.any_time')} {self._reach()}.</p>{self._lines()}"
            f"<p class='muted'>{self._said('safety.stays')}</p></section>"
        )

    def _crisis_step(self, step: Suggestion | Advice) -> str:
        html = self._linked(step.words)
        own = self._plan is not None and step.words in self._plan.crisis_steps
        return self._own(html) if own else html

    def _lines(self) -> str:
        """Return the crisis lines of the place, or that no place is known."""
        lines = crisis_lines(self._resources, self.say)
        if not lines and not self._numbers:
            return f"<p class='muted'>{self._said('no_place')}</p>"
        listed = "".join(f"<li>{self._linked(words)}</li>" for words in lines)
        if not listed:
            return ""
        return f"<p>{self._said('safety.lines')}</p><ul class='lines'>{listed}</ul>"

    def _reach(self) -> str:
        """Return whom to call in an emergency: a number where the place is known."""
        emergency = next(e for e in self._resources if e["kind"] == "emergency")
        words = self.say("crisis.fallback")
        if "call" in emergency:
            words = self.say("crisis.reach", words, emergency["call"])
        return f"<strong>{self._linked(words)}</strong>"

    def _listed_under(self, title: str, css: str, sentences: Sequence[str]) -> str:
        listed = "".join(f"<li>{escape(words)}</li>" for words in sentences)
        if not listed:
            return ""
        return (
            f"<section class='{css}'><h2>{self._said(title)}</h2>"
            f"<ul>{listed}</ul></section>"
        )

    def _tolerance(self) -> str:
        beside = self._history.beside
        concerns = self._plan is None or self._plan.may_concern_opioids()
        if beside is not None:
            concerns = beside.lost_tolerance
        if not (self._now.lost_tolerance_notice and concerns):
            return ""
        until = self._now.lost_tolerance_until
        ends = (
            ""
            if until is None
            else self.say("medication.lost_tolerance_until", self._clock.date(until))
        )
        cause = tolerance_cause(self._history, self._labels, self._clock)
        why = self.say("report.tolerance.because", cause) if cause else ""
        notice = self.say("crisis.lost_tolerance")
        if not self._is_opioid_stated():
            notice = self.say("plan.lost_tolerance", notice)
        return (
            f"<section class='notice'><h2>{self._said('tolerance.title')}</h2>"
            f"<p>{escape(notice)}</p>"
            f"<p>{escape(f'{why} {ends}'.strip())}</p></section>"
        )

    def _is_opioid_stated(self) -> bool:
        """Whether somebody said that it is about opioids: the plan or the model."""
        asked = self._history.document["items"]
        told = (i.get("substance", "") for i in asked if i.get("role") == "use")
        if any(substance.startswith("opioid") for substance in told):
            return True
        plan = self._plan
        return plan is not None and (
            any(m.medication_class == "opioid_agonist" for m in plan.medication)
            or (bool(plan.substances) and plan.may_concern_opioids())
        )

    def _summary(self) -> str:
        level = self._now.level
        meaning = self._meaning()
        steps = "".join(
            f"<li class='{name}{' on' if name == level else ''}'>"
            f"{escape(self._level_name(name))}</li>"
            for name in LEVELS
        )
        name = self._level_name(level)
        return (
            f"<section class='summary'><div class='level {level}'>"
            f"<p class='kicker'>{self._said('level')}</p>"
            f"<p class='name'>{escape(name[:1].upper() + name[1:])}</p>"
            f"<p class='meaning'>{escape(meaning)}</p>"
            f"<p class='rule'>{self._level_rule()}</p>"
            f"<ol class='ladder' aria-hidden='true'>{steps}</ol></div>"
            f"<div class='risks'>{self._outlook()}</div></section>"
        )

    def _meaning(self) -> str:
        """Say what the level means: a fact goes before the numbers."""
        level = self._now.level
        if (by := level_set_by(self._now)) in ("floor", "forced", "silence"):
            return self.say(f"level.{by}.meaning")
        if self._in_use and not self._now.flags:
            return self.say("level.floor.meaning")
        if level == "low" and (self._facts or self._tolerance()):
            return self.say("level.fact.meaning")
        return self.say(f"level.{level}.meaning")

    def _outlook(self) -> str:
        """Show the risks; of somebody in use, what may come instead."""
        if not self._in_use:
            return (
                f"<p class='kicker'>{self._said('risk_within')}</p>"
                f"{''.join(self._risk_cards())}"
                f"<p class='muted'>{self._stage_line()}</p>"
            )
        share = self._now.stages[self._now.stage]
        stage = f"<strong>{escape(self._labels.stage(self._now.stage))}</strong>"
        line = (
            self.say("report.in_use.stage_line", stage, self._percent(share))
            if share >= SURE_STAGE
            else ""
        )
        told = self._history.last_use
        is_told = told is not None and self._now.time - told.use_time <= RECENT_DAYS
        in_use = self._said("in_use" if is_told else "in_use.found")
        cards = "".join(self._in_use_cards())
        lead = f"<p class='kicker'>{self._said('in_use.lead')}</p>" if cards else ""
        return f"<p class='in-use'>{in_use}</p>{lead}{cards}<p class='muted'>{line}</p>"

    def _in_use_cards(self) -> Iterable[str]:
        """Say how likely a day without use is, and the stage of continued use.

        Not all use that goes on belongs to that stage.
        """
        going_on = [s["id"] for s in self._history.document["stages"] if continued(s)]
        is_there = sum(self._now.stages[stage] for stage in going_on) >= LIKELY
        names = " / ".join(map(self._labels.stage, going_on))
        for days, share in self._now.leaves_use.items():
            if share is None:
                continue
            goes_on = self._now.relapse.get(days)
            more = ""
            if goes_on is not None and names and not is_there:
                reached = self._said("in_use.goes_on", self._percent(goes_on), names)
                more = f"<p class='muted then'>{reached}</p>"
            yield (
                f"<div class='risk-card'><p class='muted'>{days_text(days, self.say)}</p>"
                f"<p class='figure'>{self._percent(share)}</p>"
                f"<p class='muted'>{self._said('in_use.leaves')}</p>"
                f"{more}</div>"
            )

    def _level_rule(self) -> str:
        """Say from which risk the level comes, or why it is not the one of the risk."""
        if self._in_use:
            return ""
        low, high = next(
            (a, b) for n, a, b in self._ranges.edges() if n == self._now.level
        )
        days = number(self._ranges.days, self.say)
        ends = (self._percent(low), self._percent(high))
        inside = self.say("report.rule.or_more", days, ends[0])
        if high < 1.0:
            inside = self.say("report.rule.from_to", days, *ends)
        if low == 0.0:
            inside = self.say("report.rule.below", days, ends[1])
        by_risk = self._ranges.level_of(self._now.level_risk)
        if self._now.level == by_risk:
            return self._said("rule.means", inside)
        numeric = self._now.numeric_level
        if by := level_set_by(self._now):
            return self._said(f"rule.{by}", self._level_name(numeric))
        return self._said("rule.held", inside, days_after(self._lower_after, self.say))

    def _risk_cards(self) -> Iterable[str]:
        for days, risk in self._now.risk.items():
            low, high = self._now.risk_interval[days]
            left, wide = low * 100, max((high - low) * 100, 0.6)
            yield (
                f"<div class='risk-card'><p class='muted'>{days_text(days, self.say)}</p>"
                f"<p class='figure'>{self._percent(risk)}</p>"
                f"<p class='muted'>{percent_range(low, high, self.say)}</p>"
                "<div class='gauge' aria-hidden='true'>"
                f"<i style='left:{left:.2f}%;width:{wide:.2f}%'></i>"
                f"<b style='left:{risk * 100:.2f}%'></b></div></div>"
            )

    def _stage_line(self) -> str:
        """Say where the person most likely is, and whether use is under way.

        Under a safety flag no stage is named: it would sound like an all-clear.
        """
        if self._now.flags:
            return self._said("safety.numbers")
        stage = self._now.stage
        words = f"<strong>{escape(self._labels.stage(stage))}</strong>"
        share = self._now.stages[stage]
        text = self.say("report.stage_line.interval")
        if says_stage(self._now.level, stage, self._history.document):
            key = "stage_line" if share >= SURE_STAGE else "stage_line.open"
            text = self.say(f"report.{key}", words, self._percent(share))
        now = use_now(self._now, self._history.document)
        if now >= 0.01:
            new = self._now.new_use.get(self._ranges.days)
            if new is not None and now < 0.995:
                days = number(self._ranges.days, self.say)
                shares = (self._percent(now), days, self._percent(new))
                return f"{text} {self._said('use_now_or_new', *shares)}"
            return f"{text} {self._said('use_now', self._percent(now))}"
        return text

    def _timeline(self) -> str:
        line = self._history.line.thinned(_MOST_DRAWN)
        if len(line.times) < 2:
            return ""
        thinned = ""
        if len(line.times) < self._history.count:
            shares = map(self.say.grouped, (len(line.times), self._history.count))
            thinned = f"<p class='note'>{self._said('way.thinned', *shares)}</p>"
        if self._history.is_later:
            line = line.until(self._history.later(), self._history.level_days)
        legend = stage_legend(map(self._labels.stage, line.stages))
        wide, narrow = (
            timeline(line, self._ranges, self._labels, self._clock, width)
            for width in (760, 380)
        )
        names = {"line": "risk", "band": "interval", "tick": "check_in"}
        names |= {"missed": "missed", "used": "used"}
        marks = (
            f"<li><b class='mark-{mark}'></b>{self._said(f'mark.{key}')}</li>"
            for mark, key in names.items()
        )
        return (
            f"<section class='way'><h2>{self._said('way.title')}</h2>"
            f"<ul class='legend'>{legend}</ul>"
            f"<div class='figure-wide'>{wide}</div>"
            f"<div class='figure-narrow'>{narrow}</div>"
            f"<ul class='legend marks'>{''.join(marks)}</ul>{thinned}</section>"
        )

    def _what_next(self) -> str:
        if not self._actions:
            return ""
        items = "".join(self._action(s) for s in self._actions)
        source = "from_plan" if self._plan is not None else "from_catalogue"
        return (
            f"<section><h2>{self._said('next.title')}</h2>"
            f"<p class='muted'>{self._said(f'next.{source}')}</p>"
            f"<ol class='actions'>{items}</ol></section>"
        )

    def _action(self, suggestion: Suggestion | Advice) -> str:
        catalogue = self._history.document.get("actions", ())
        needs: dict[str, Any] = next(
            (a.get("needs", {}) for a in catalogue if a["id"] == suggestion.action), {}
        )
        tags = []
        if suggestion.from_plan:
            tags.append(self.say("report.tag.own_plan"))
        if minutes := needs.get("minutes"):
            tags.append(self.say("report.tag.minutes", number(minutes, self.say)))
        if needs.get("contact"):
            tags.append(self.say("report.tag.contact"))
        if place := needs.get("place"):
            tags.append(self.say.known(str(place)))
        marks = "".join(f"<li>{escape(tag)}</li>" for tag in tags)
        words = self._linked(suggestion.words)
        words = self._own(words) if suggestion.from_plan else words
        return (
            f"<li><p class='words'>{words}</p>"
            f"<p class='muted'>{escape(suggestion.reason)}</p>"
            f"<ul class='tags'>{marks}</ul></li>"
        )

    def _resource(self) -> str:
        contacts = self._plan.contacts if self._plan is not None else []
        people = "".join(f"<li>{self._contact(contact)}</li>" for contact in contacts)
        listed = f"<p>{self._said('people')}</p><ul>{people}</ul>" if people else ""
        danger = self.say("report.danger", self._reach())
        return (
            f"<section class='resource'><p>{danger}</p>{self._lines()}{listed}</section>"
        )

    def _contact(self, contact: Contact) -> str:
        """Name a contact; what it is to the person, in the language where it is known."""
        role = self._labels.role(contact.role)
        if role == contact.role:
            words = filter(None, (contact.name, role, contact.channel))
            return self._own(self._linked(", ".join(words)))
        own = [self._own(self._linked(part)) for part in (contact.name, contact.channel)]
        return ", ".join(filter(None, (own[0], escape(role), contact.channel and own[1])))

    def _basis(self) -> str:
        model = self._history.model
        answers = self._history.last.answers
        apart = self._labels.indicator_items() | {MISSED}
        items = [item for item in model.items if item not in apart]
        used = [i for i in items if i in answers]
        asked = self._asked()
        absent = [i for i in items if i not in answers and i in asked]
        never = [i for i in items if i not in answers and i not in asked]
        rows = basis_rows(model, self.say)
        if self._plan is not None:
            version = self._said("basis.version", self._plan.version)
            rows += f"<dt>{self._said('basis.plan')}</dt><dd>{version}</dd>"
        return (
            f"<footer><h2>{self._said('basis.title')}</h2><dl>{rows}"
            f"<dt>{self._said('basis.used', len(used))}</dt>"
            f"<dd>{self._listed(used)}</dd>"
            f"<dt>{self._said('basis.absent', len(absent))}</dt>"
            f"<dd>{self._listed(absent)}</dd></dl>{self._never_asked(never)}"
            f"<p>{self._said('basis.how')}</p></footer>"
        )

    def _asked(self) -> set[str]:
        """Return the items that these check-ins ask: answered once, or a gap there.

        A gap for which somebody says that it was not asked is none.
        """
        asked: set[str] = set()
        for step in self._history.steps:
            asked |= step.answers.keys()
            missing = step.check_in["missing"]
            asked |= {item for item, why in missing.items() if why != "not_asked"}
        return asked

    def _never_asked(self, items: Sequence[str]) -> str:
        if not items:
            return ""
        return (
            f"<details><summary>{self._said('basis.not_asked', len(items))}</summary>"
            f"<p>{self._listed(items)}</p></details>"
        )

    def _listed(self, items: Sequence[str]) -> str:
        return escape(
            "; ".join(map(self._labels.brief_item, items))
            or self.say("report.basis.none")
        )
