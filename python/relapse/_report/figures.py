"""The figures of a report: drawn as SVG and HTML by hand, nothing fetched, no scripts.

Colours are CSS variables, so that the page decides on light, dark and print.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from relapse._report.history import Timeline
from relapse._report.wording import Wording
from relapse._report.words import (
    LEVELS,
    MOST_SHOWN,
    Clock,
    Labels,
    days_after,
    number,
    percent,
    percent_range,
)

_MOST_TOLD = 6
_NARROW = 500
_STEPS = (1, 2, 3, 7, 14, 28, 56, 91, 182, 364, 728)


@dataclass(frozen=True)
class LevelRanges:
    """The ranges of a model's levels: the risk within `days` at which each begins."""

    days: float
    cuts: dict[str, float]

    def edges(self) -> list[tuple[str, float, float]]:
        """Return each level with the ends of its range of risk."""
        starts = [0.0, *(self.cuts[level] for level in LEVELS[1:])]
        return [
            (level, low, high)
            for level, low, high in zip(LEVELS, starts, [*starts[1:], 1.0], strict=True)
        ]

    def level_of(self, risk: float) -> str:
        """Return the level of a risk alone, without floors and waiting."""
        return next(name for name, low, _ in reversed(self.edges()) if risk >= low)


@dataclass(frozen=True)
class _Frame:
    """Where a figure lies: its width, its margins, the time it spans."""

    width: float
    left: float
    right: float
    start: float
    end: float

    def x(self, time: float) -> float:
        span = self.end - self.start
        share = (time - self.start) / span if span > 0.0 else 0.5
        return self.left + share * (self.width - self.left - self.right)

    @property
    def inner_end(self) -> float:
        return self.width - self.right

    @property
    def is_narrow(self) -> bool:
        return self.width < _NARROW


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _text(x: float, y: float, words: str, css: str = "", anchor: str = "start") -> str:
    where = f'x="{_n(x)}" y="{_n(y)}"'
    kind = f' class="{css}"' if css else ""
    turn = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f"<text {where}{kind}{turn}>{escape(words)}</text>"


def _rule(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    ends = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
    return f'<line {ends} class="{css}"/>'


def timeline(
    line: Timeline,
    ranges: LevelRanges,
    labels: Labels,
    clock: Clock,
    width: float,
) -> str:
    """Draw stages, risk, levels and events of one person below each other, as SVG."""
    say = labels.say
    right, stages, risks = (60, 130, 150) if width < _NARROW else (64, 150, 190)
    frame = _Frame(
        width=width,
        left=38,
        right=right,
        start=line.times[0],
        # A little beyond the last check-in, so that its level can be seen.
        end=line.times[-1] + 0.02 * (line.times[-1] - line.times[0]),
    )
    parts: list[str] = []
    top = 18.0
    parts += _stage_panel(line, labels, frame, top, stages)
    top += stages + 36
    parts += _risk_panel(line, ranges, clock, frame, top, risks, say)
    top += risks + 26
    parts += _level_ribbon(line, frame, top, 14, say)
    top += 14 + 16
    parts += _events(line, clock, frame, top, say)
    top += 14
    parts += _dates(frame, clock, 18.0, top, say)
    height = top + 24
    return _svg(width, height, _timeline_words(line, ranges, labels, clock), parts)


def _timeline_words(
    line: Timeline, ranges: LevelRanges, labels: Labels, clock: Clock
) -> str:
    """Say what the timeline shows, to those who do not see it."""
    say = labels.say
    ends = (clock.day(line.times[0]), clock.day(line.times[-1 - line.later]))
    top = max(range(len(line.risk)), key=line.risk.__getitem__)
    risks = [percent(line.risk[k], say) for k in (0, -1, top)]
    runs = [
        say(
            "report.figure.level_from",
            say(f"level.{level}"),
            clock.day(line.times[start]),
        )
        for level, start, _ in line.level_runs()
    ]
    used = [clock.day(t) for t, used in zip(line.times, line.used, strict=True) if used]
    stage = max(
        zip(line.stages, line.probabilities, strict=True), key=lambda one: one[1][-1]
    )[0]
    told = [
        say("report.figure.span", len(line.times) - line.later, *ends),
        say(
            "report.figure.risk_went",
            days_after(ranges.days, say),
            risks[0],
            risks[1],
            clock.day(line.times[top]),
            risks[2],
        ),
        say("report.figure.levels", _latest(runs, say)),
        say("report.figure.stage_now", labels.stage(stage)),
        say("report.figure.used_on", _latest(list(dict.fromkeys(used)), say))
        if used
        else say("report.figure.no_use"),
    ]
    if missed := sum(line.missed):
        told.append(say("report.figure.missed", missed))
    return " ".join(told)


def _latest(words: Sequence[str], say: Wording) -> str:
    """List the last few, as nobody listens to fifty."""
    left = len(words) - _MOST_TOLD
    listed = ", ".join(words[-_MOST_TOLD:])
    return f"{say('report.figure.more', left)}; {listed}" if left > 0 else listed


def _axis(frame: _Frame, top: float, height: float) -> list[str]:
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = top + (1.0 - share) * height
        parts.append(_rule(frame.left, y, frame.inner_end, y, "grid"))
        label = _text(frame.left - 5, y + 3.5, f"{share:.0%}", "tick", "end")
        parts.append(label)
    return parts


def _stage_panel(
    line: Timeline,
    labels: Labels,
    frame: _Frame,
    top: float,
    height: float,
) -> list[str]:
    parts = [_text(frame.left, top - 7, labels.say("report.figure.stages"), "title")]
    parts += _axis(frame, top, height)
    x = [frame.x(t) for t in line.times]
    names = [labels.stage(stage) for stage in line.stages]
    parts += _areas(x, line.probabilities, names, top, height)
    return parts + _shares_at_end(line.probabilities, frame, top, height)


def _areas(
    x: Sequence[float],
    probabilities: Sequence[Sequence[float]],
    names: Sequence[str],
    top: float,
    height: float,
) -> list[str]:
    """Stack the probabilities [stage][place in x]."""
    parts = []
    below = [0.0] * len(x)
    for s, name in enumerate(names):
        above = [b + p for b, p in zip(below, probabilities[s], strict=True)]
        upper, lower = (
            [
                (a, top + (1.0 - min(p, 1.0)) * height)
                for a, p in zip(x, edge, strict=True)
            ]
            for edge in (above, below)
        )
        shape = _points([*upper, *reversed(lower)])
        parts.append(
            f'<polygon points="{shape}" class="area" style="fill:var(--stage-{s})">'
            f"<title>{escape(name)}</title></polygon>"
        )
        below = above
    return parts


def _shares_at_end(
    probabilities: Sequence[Sequence[float]], frame: _Frame, top: float, height: float
) -> list[str]:
    """Write the latest probability beside each area that is high enough."""
    parts = []
    below = 0.0
    for of_stage in probabilities:
        now = of_stage[-1]
        if now * height >= 13:
            y = top + (1.0 - below - now / 2) * height + 3.5
            shown = f"{now:.0%}" if now <= MOST_SHOWN else f"> {MOST_SHOWN:.0%}"
            parts.append(_text(frame.inner_end + 6, y, shown, "tick"))
        below += now
    return parts


def _risk_panel(
    line: Timeline,
    ranges: LevelRanges,
    clock: Clock,
    frame: _Frame,
    top: float,
    height: float,
    say: Wording,
) -> list[str]:
    title = say("report.figure.risk", days_after(ranges.days, say))
    parts = [_text(frame.left, top - 7, title, "title")]

    def y(p: float) -> float:
        return top + (1.0 - p) * height

    width = frame.inner_end - frame.left
    for level, low, high in ranges.edges():
        parts.append(
            f'<rect x="{_n(frame.left)}" y="{_n(y(high))}" width="{_n(width)}" '
            f'height="{_n(y(low) - y(high))}" class="zone" '
            f'style="fill:var(--level-{level})"/>'
        )
    parts += _axis(frame, top, height)
    for _, low, _ in ranges.edges()[1:]:
        parts.append(_rule(frame.left, y(low), frame.inner_end, y(low), "cut"))
    parts += _zone_names(ranges, frame, top, height, say)
    x = [frame.x(t) for t in line.times]
    band = [(a, y(p)) for a, p in zip(x, line.high, strict=True)]
    band += [(a, y(p)) for a, p in reversed(list(zip(x, line.low, strict=True)))]
    parts.append(f'<polygon points="{_points(band)}" class="band"/>')
    dots = [(a, y(p)) for a, p in zip(x, line.risk, strict=True)]
    parts.append(f'<polyline points="{_points(dots)}" class="halo"/>')
    parts.append(f'<polyline points="{_points(dots)}" class="risk"/>')
    radius = 2.4 if len(dots) <= 60 else 1.6
    for k, (a, b) in enumerate(dots[: len(dots) - line.later]):
        words = (
            f"{clock.short(line.times[k])}: {percent(line.risk[k], say)} "
            f"({percent_range(line.low[k], line.high[k], say)}), "
            f"{say('level.' + line.levels[k])}"
        )
        parts.append(
            f'<circle cx="{_n(a)}" cy="{_n(b)}" r="{radius}" class="dot">'
            f"<title>{escape(words)}</title></circle>"
        )
    return parts


def _zone_names(
    ranges: LevelRanges, frame: _Frame, top: float, height: float, say: Wording
) -> list[str]:
    """Write the names of the levels at the right, none on top of another."""
    parts = []
    apart = 10.5
    last = top + height + apart
    for level, low, high in ranges.edges():
        y = min(top + (1.0 - (low + high) / 2) * height + 3.5, last - apart)
        parts.append(_text(frame.inner_end + 6, y, say(f"level.{level}"), "tick"))
        last = y
    return parts


def _level_ribbon(
    line: Timeline, frame: _Frame, top: float, height: float, say: Wording
) -> list[str]:
    """Draw the level in force over time: it lasts until a check-in changes it."""
    parts = [_text(frame.left, top - 6, say("report.figure.level"), "title")]
    for level, start, end in line.level_runs():
        is_last = end == len(line.times) - 1
        x1 = frame.x(line.times[start])
        x2 = frame.inner_end if is_last else frame.x(line.times[end])
        width = max(x2 - x1, 1.5)
        name = escape(say(f"level.{level}"))
        parts.append(
            f'<rect x="{_n(x1)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}" '
            f'class="ribbon" style="fill:var(--level-{level})"><title>{name}</title>'
            "</rect>"
        )
        if width > 6.4 * len(name) + 6:
            middle = (x1 + x2) / 2
            css = f"in-{level}"
            parts.append(
                _text(middle, top + height - 3.6, say(f"level.{level}"), css, "middle")
            )
    return parts


def _events(
    line: Timeline, clock: Clock, frame: _Frame, y: float, say: Wording
) -> list[str]:
    """Draw a mark for each check-in: answered, missed, or with a report of use."""
    parts = []
    missed = escape(say("report.mark.missed"))
    used = escape(say("report.mark.used"))
    for k, time in enumerate(line.times):
        x = frame.x(time)
        when = clock.short(time)
        if k >= len(line.times) - line.later:
            break  # no check-ins
        if line.missed[k]:
            parts.append(
                f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3.2" class="missed">'
                f"<title>{escape(when)}: {missed}</title></circle>"
            )
        elif line.used[k]:
            shape = _points([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)])
            parts.append(
                f'<polygon points="{shape}" class="used">'
                f"<title>{escape(when)}: {used}</title></polygon>"
            )
        else:
            parts.append(_rule(x, y - 4, x, y + 4, "answered"))
    return parts


def _dates(
    frame: _Frame, clock: Clock, top: float, bottom: float, say: Wording
) -> list[str]:
    """Write dates below, with a light line through all panels."""
    parts = []
    most = 4 if frame.is_narrow else 8
    span = max(frame.end - frame.start, 1e-9)
    step = next((s for s in _STEPS if span / s <= most), math.ceil(span / most))
    tick = clock.midnight_before(frame.start)
    while tick <= frame.end:
        x = frame.x(tick)
        if x >= frame.left - 0.5:
            parts.append(_rule(x, bottom - 2, x, bottom + 2, "tick-mark"))
            parts.append(_text(x, bottom + 14, clock.day(tick), "tick", "middle"))
        tick += step
    if not clock.dated:
        parts.append(
            _text(frame.inner_end + 6, bottom + 14, say("report.figure.days"), "tick")
        )
    return parts


@dataclass(frozen=True)
class Bar:
    """One line of a waterfall: from where to where, in probability."""

    label: str
    note: str
    start: float
    end: float
    value: str
    is_total: bool = False


def waterfall(bars: Sequence[Bar], say: Wording) -> str:
    """Draw how the risk went from one value to another, as a table with bars."""
    base, top = _range(bars)
    rows = []
    for bar in bars:
        kind = "total" if bar.is_total else "up" if bar.end > bar.start else "down"
        start = base if bar.is_total else bar.start
        low, high = (100.0 * (p - base) / (top - base) for p in sorted((start, bar.end)))
        note = f"<small>{escape(bar.note)}</small>" if bar.note else ""
        rows.append(
            f'<tr class="{kind}"><th scope="row">{escape(bar.label)}{note}</th>'
            f'<td class="track"><span style="left:{low:.2f}%;'
            f'width:{max(high - low, 0.5):.2f}%"></span></td>'
            f'<td class="value">{escape(bar.value)}</td></tr>'
        )
    least = percent(base, say) if base > 0.0 else "0"
    ends = escape(say("report.why.scale", least, percent(top, say)))
    return (
        f'<table class="waterfall"><tbody>{"".join(rows)}</tbody>'
        f'<tfoot><tr><td></td><td class="ends">{ends}</td><td></td></tr></tfoot>'
        "</table>"
    )


def _range(bars: Sequence[Bar]) -> tuple[float, float]:
    """Return the ends of the scale: from 0, unless all that happens is far above it."""
    values = [bar.end for bar in bars] + [b.start for b in bars if not b.is_total]
    low, high = min(values), max(values)
    room = 0.2 * max(high - low, 1e-3)
    if low < 2.0 * (high - low) + 0.02:
        return min(low, 0.0), max(high, 1e-6)
    return low - room, high


_MAP_ROW = 11.0
_LETTER = 6.3  # width of a letter at 11 px, on average
_LEAST_NAMES, _MOST_NAMES = 60.0, 260.0
#: Widths of a figure on a wide and on a narrow page.
WIDE, NARROW = 820.0, 350.0


def level_map(
    names: Sequence[str],
    cells: Sequence[Sequence[int]],
    every: float,
    words: str,
    say: Wording,
    whole: float = WIDE,
) -> str:
    """Draw a row a person and a column a step of `every` days, coloured by level.

    `cells` holds places in the levels, -1 where there was no check-in; `words` tell the
    figure to those who do not see it. `whole` is its width; a narrow one is looked at
    without a pointer, so that cells need no titles and the same level is one of them.
    """
    columns = len(cells[0])
    longest = max(map(len, names)) * _LETTER + 10
    is_narrow = whole < _NARROW
    left = min(max(longest, _LEAST_NAMES), whole / 4 if is_narrow else _MOST_NAMES)
    width = (whole - left - 4) / columns
    parts = []
    for row, (name, levels) in enumerate(zip(names, cells, strict=True)):
        y = row * _MAP_ROW
        shown = name
        if len(name) * _LETTER > left:  # the whole name is in the title of each cell
            most = int((left - 10) / _LETTER) - 1
            shown = name[: most // 2] + "…" + name[-(most - most // 2) :]
        parts.append(_text(left - 6, y + 8.5, shown, "tick", "end"))
        for column, level, count in _runs(levels, columns if is_narrow else 1):
            x, wide = left + column * width, count * width
            place = (
                f'x="{_n(x)}" y="{_n(y + 0.5)}" width="{_n(max(wide - 1, 1))}" '
                f'height="{_n(_MAP_ROW - 1)}" style="fill:var(--level-{LEVELS[level]})"'
            )
            if is_narrow:
                parts.append(f"<rect {place}/>")
                continue
            ends = (number(column * every, say), number((column + 1) * every, say))
            days, named = say("cohort.days", *ends), say(f"level.{LEVELS[level]}")
            title = say("cohort.map.cell", name, days, named)
            parts.append(f"<rect {place}><title>{escape(title)}</title></rect>")
    bottom = len(names) * _MAP_ROW
    frame = _Frame(whole, left, 4, 0.0, columns * every)
    parts += _days_axis(frame, bottom, say)
    return _svg(whole, bottom + 34, words, parts)


def _runs(levels: Sequence[int], most: int) -> Iterator[tuple[int, int, int]]:
    """Yield where runs of a level begin, which it is and how long, at most so long."""
    start = 0
    while start < len(levels):
        end = start + 1
        while end < len(levels) and end - start < most and levels[end] == levels[start]:
            end += 1
        if levels[start] >= 0:
            yield start, levels[start], end - start
        start = end


def stage_areas(
    days: Sequence[float],
    means: Sequence[Sequence[float]],
    names: Sequence[str],
    words: str,
    say: Wording,
    whole: float = WIDE,
) -> str:
    """Draw stacked areas of the means [day][stage] of stage probabilities."""
    frame = _Frame(whole, 38, 44, float(days[0]), float(days[-1]))
    top, height = 8.0, 190.0
    line = [[float(row[k]) for row in means] for k in range(len(names))]
    x = [frame.x(float(day)) for day in days]
    parts = _axis(frame, top, height) + _areas(x, line, names, top, height)
    parts += _shares_at_end(line, frame, top, height)
    parts += _days_axis(frame, top + height, say)
    return _svg(whole, top + height + 34, words, parts)


def _days_axis(frame: _Frame, bottom: float, say: Wording) -> list[str]:
    """Write days since the first check-in below a figure."""
    span = max(frame.end - frame.start, 1e-9)
    most = 5 if frame.is_narrow else 10
    step = next((s for s in _STEPS if span / s <= most), math.ceil(span / most))
    parts = []
    tick = frame.start
    while tick <= frame.end + 1e-9:
        x = frame.x(tick)
        parts.append(_rule(x, bottom, x, bottom + 4, "tick-mark"))
        parts.append(_text(x, bottom + 15, number(tick, say), "tick", "middle"))
        tick += step
    middle = (frame.left + frame.inner_end) / 2
    parts.append(_text(middle, bottom + 29, say("cohort.axis"), "tick", "middle"))
    return parts


def _svg(width: float, height: float, words: str, parts: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_n(width)} {_n(height)}" role="img" '
        f'aria-label="{escape(words)}">' + "".join(parts) + "</svg>"
    )
