"""One person's way over time, as a figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from relapse._core import Model
from relapse._plots.style import legend_beside, plain, stage_colours
from relapse._reading.times import TimeUnit
from relapse._report.figures import LevelRanges
from relapse._report.history import STEPS_OF_A_PAGE, History, Timeline, replay
from relapse._report.wording import Wording, find_wording
from relapse._report.words import LEVELS, Clock, Labels, days_after

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEVEL_COLOURS = {
    "low": "#dfe7ec",
    "guarded": "#f6e4a6",
    "elevated": "#f3b95f",
    "high": "#dd6a39",
    "critical": "#a3153a",
}
_INK = "#1c242b"
# Where things stand, in heights of the panel of risk, which goes from 0 to 1.
_STAGES = 1.3  # foot of the panel of stages
_RIBBON = (-0.2, -0.1)
_EVENTS = -0.29
_FOOT, _TOP = -0.36, _STAGES + 1.0


def plot_timeline(
    check_ins: Any,
    model: Model,
    *,
    who: Any,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    locale: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw one person's way: stages, risk, changes of level, reports of use.

    Two panels, one above the other, share the axis of time. Stacked areas above are the
    probabilities of the stages. The line below is the risk of a return to use within the
    horizon of the model's levels (for the standard model 7 days), with its 95 % interval,
    before the ranges of the levels. At the foot stand the level in force, the reports of
    use and the missed check-ins.

    Parameters
    ----------
    check_ins
        Any table that `relapse.score` takes, of one or more persons.
    model
        The model to score with.
    who
        The person to draw, as in the table.
    person, time, time_unit
        Names of the columns, and what numbers are as times, as in `relapse.score`.
    locale
        Language of the words, such as ``de``; English where there is none.
    ax
        Where to draw; a new figure when None.

    Returns
    -------
    matplotlib.axes.Axes

    """
    if ax is None:
        from matplotlib import pyplot

        _, ax = pyplot.subplots(figsize=(9.5, 5.6), layout="constrained")
    history = replay(
        check_ins,
        model,
        who,
        person=person,
        time=time,
        time_unit=time_unit,
        most_steps=STEPS_OF_A_PAGE,
    )
    say = find_wording(locale)
    line = history.line
    # A little beyond the last check-in, so that its level can be seen.
    until = line.times[-1] + (0.02 * (line.times[-1] - line.times[0]) or 1.0)
    times: Any = [*line.times, until]
    if history.clock.dated:
        times = [history.clock.moment(time) for time in times]
    _draw_stages(ax, times, line, history.document, Labels(history.document, say))
    _draw_cuts(ax, times, history.document["levels"]["cuts"])
    _draw_risk(ax, times[:-1], line, history.level_days, say)
    _draw_levels(ax, times, line, say)
    _draw_events(ax, times[:-1], line, say)
    _dress(ax, times, history, say)
    return ax


def _draw_stages(
    ax: Axes, times: Any, line: Timeline, document: dict[str, Any], labels: Labels
) -> None:
    below = [_STAGES] * len(times)
    for stage, values, colour in zip(
        line.stages, line.probabilities, stage_colours(document), strict=True
    ):
        above = [b + p for b, p in zip(below, [*values, values[-1]], strict=True)]
        ax.fill_between(
            times,
            below,
            above,
            label=labels.stage(stage),
            color=colour,
            edgecolor="white",
            linewidth=0.6,
        )
        below = above


def _draw_cuts(ax: Axes, times: Any, cuts: dict[str, float]) -> None:
    """Draw the range of risk of each level, faintly: the line goes before it."""
    for level, low, high in LevelRanges(0.0, cuts).edges():
        ax.fill_between(
            [times[0], times[-1]],
            low,
            high,
            color=LEVEL_COLOURS[level],
            alpha=0.35,
            linewidth=0,
            zorder=0.5,
        )


def _draw_risk(ax: Axes, times: Any, line: Timeline, days: float, say: Wording) -> None:
    ax.fill_between(
        times,
        line.low,
        line.high,
        color=_INK,
        alpha=0.18,
        linewidth=0,
        label=say("plot.interval"),
    )
    ax.plot(
        times,
        line.risk,
        color=_INK,
        linewidth=1.8,
        marker="o",
        markersize=2.6,
        label=say("plot.risk_within", days_after(days, say)),
    )


def _draw_levels(ax: Axes, times: Any, line: Timeline, say: Wording) -> None:
    """Draw the level in force as a ribbon at the foot; a line marks each change."""
    named: set[str] = set()
    for level, start, end in line.level_runs():
        is_last = end == len(line.times) - 1
        ax.fill_between(
            [times[start], times[-1] if is_last else times[end]],
            *_RIBBON,
            color=LEVEL_COLOURS[level],
            linewidth=0.5,
            label=None if level in named else _level_words(level, say),
        )
        named.add(level)
        if start > 0:
            ax.plot(
                [times[start]] * 2,
                [_RIBBON[0], 1.0],
                color=_INK,
                linewidth=0.7,
                linestyle=(0, (2, 2)),
            )


def _level_words(level: str, say: Wording) -> str:
    return say("plot.level", say(f"level.{level}"))


def _draw_events(ax: Axes, times: Any, line: Timeline, say: Wording) -> None:
    """Mark reports of use and missed check-ins on a line below the areas."""
    for marked, marker, face, words in (
        (line.used, "D", "#8f2450", say("report.mark.used")),
        (line.missed, "o", "white", say("report.mark.missed")),
    ):
        at = [time for time, here in zip(times, marked, strict=True) if here]
        if at:
            ax.plot(
                at,
                [_EVENTS] * len(at),
                linestyle="none",
                marker=marker,
                markersize=5,
                markerfacecolor=face,
                markeredgecolor="#8f2450" if marker == "D" else "#56636e",
                label=words,
            )


def _dress(ax: Axes, times: Any, history: History, say: Wording) -> None:
    from matplotlib import dates
    from matplotlib.ticker import FuncFormatter

    ax.set_ylim(_FOOT, _TOP)
    ax.set_xlim(times[0], times[-1])
    shares = (0.0, 0.5, 1.0)
    ax.set_yticks([*shares, *(_STAGES + share for share in shares)])
    ax.set_yticklabels([f"{share:.0%}" for share in shares] * 2)
    ax.set_ylabel(say("plot.probability"))
    for foot, panel in (
        (_STAGES, say("report.figure.stages")),
        (0.0, say("report.figure.risk", days_after(history.level_days, say))),
    ):
        ax.text(
            0.0,
            foot + 1.04,
            panel,
            transform=ax.get_yaxis_transform(),
            fontsize="small",
            color=_INK,
            va="bottom",
        )
    if history.clock.dated:
        untyped: Any = dates
        locator = untyped.AutoDateLocator(tz=history.clock.zone, maxticks=7)
        ax.xaxis.set_major_locator(locator)
        concise = untyped.ConciseDateFormatter(locator, tz=history.clock.zone)
        # The concise one has the names of months in English alone.
        ax.xaxis.set_major_formatter(
            concise if say.language == "en" else FuncFormatter(_tick(times, history, say))
        )
        zone = history.clock.zone_name(history.last.assessment.time)
        ax.set_xlabel(say("plot.date", zone))
    else:
        ax.set_xlabel(say("plot.time"))
    ax.set_title(say("plot.timeline", history.person), loc="left", pad=22)
    plain(ax)
    handles, words = ax.get_legend_handles_labels()
    ranks = {_level_words(level, say): rank for rank, level in enumerate(LEVELS, start=1)}
    listed = sorted(
        zip(words, handles, strict=True), key=lambda one: ranks.get(one[0], 0)
    )
    legend_beside(ax, [handle for _, handle in listed], [word for word, _ in listed])


def _tick(times: Any, history: History, say: Wording) -> Callable[[float, int], str]:
    """Return how a date is written on the axis; as matplotlib, in days since 1970."""
    clock = Clock(True, history.clock.zone, say)
    days = (times[-1] - times[0]).total_seconds() / 86400.0
    write = clock.short if days < 3.0 else clock.day if days < 300.0 else clock.date
    return lambda time, _position: write(time)
