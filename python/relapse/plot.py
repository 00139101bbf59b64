"""Figures for notebooks and papers, by matplotlib: `pip install relapse[plot]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from relapse import Model
from relapse.history import History, Timeline, replay
from relapse.wording import Wording, find_wording
from relapse.words import LEVELS, Clock, Labels, days_after

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Told apart with any kind of colour vision, and by lightness alone in print.
STAGES_WITHOUT_USE = (
    "#9fd6c4",
    "#6aa9dc",
    "#4a63ad",
    "#c9c3a5",
    "#7d8790",
    "#39424a",
    "#d7c6e8",
)
STAGES_OF_USE = ("#e79a52", "#8f2450", "#d3566b", "#5b1230")
LEVEL_COLOURS = {
    "low": "#dfe7ec",
    "guarded": "#f6e4a6",
    "elevated": "#f3b95f",
    "high": "#dd6a39",
    "critical": "#a3153a",
}
_INK = "#1c242b"
_RIBBON = (1.02, 1.06)  # lower and upper edge, in heights of the axes


def plot_timeline(
    check_ins: Any,
    model: Model,
    *,
    person: Any,
    person_column: str = "person",
    time_column: str = "time",
    locale: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw one person's way: stages, risk, changes of level, reports of use.

    Stacked areas are the probabilities of the stages. The line is the risk of a return
    to use within the horizon of the model's levels (for the standard model 7 days), with
    its 95 % interval. Both are probabilities and share the axis. Above it stands the
    level, below it the reports of use and the missed check-ins.

    Parameters
    ----------
    check_ins
        Any table that `relapse.score` takes, of one or more persons.
    model
        The model to score with.
    person
        The person to draw, as in the table.
    person_column, time_column
        Names of the columns; time is timestamps with zone, or days.
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

        _, ax = pyplot.subplots(figsize=(9.5, 4.6), layout="constrained")
    history = replay(
        check_ins, model, person, person_column=person_column, time_column=time_column
    )
    say = find_wording(locale)
    line = history.timeline()
    # A little beyond the last check-in, so that its level can be seen.
    until = line.times[-1] + (0.02 * (line.times[-1] - line.times[0]) or 1.0)
    times: Any = [*line.times, until]
    if history.clock.dated:
        times = [history.clock.moment(time) for time in times]
    _draw_stages(ax, times, line, history.document, Labels(history.document, say))
    _draw_risk(ax, times[:-1], line, history.level_days, say)
    _draw_levels(ax, times, line, say)
    _draw_events(ax, times[:-1], line, say)
    _dress(ax, times, history, say)
    return ax


def stage_colours(document: dict[str, Any]) -> list[str]:
    """Return a colour for each stage: cool ones, and warm ones for the stages of use."""
    cool, warm = iter(STAGES_WITHOUT_USE), iter(STAGES_OF_USE * 2)
    return [
        next(warm) if stage.get("use") else next(cool) for stage in document["stages"]
    ]


def _draw_stages(
    ax: Axes, times: Any, line: Timeline, document: dict[str, Any], labels: Labels
) -> None:
    ax.stackplot(
        times,
        [[*values, values[-1]] for values in line.probabilities],
        labels=[labels.stage(stage) for stage in line.stages],
        colors=stage_colours(document),
        edgecolor="white",
        linewidth=0.6,
        alpha=0.75,
    )


def _draw_risk(ax: Axes, times: Any, line: Timeline, days: float, say: Wording) -> None:
    from matplotlib import patheffects

    halo = [patheffects.withStroke(linewidth=4.0, foreground="white")]
    ax.plot(
        times,
        line.risk,
        color=_INK,
        linewidth=1.8,
        marker="o",
        markersize=2.6,
        path_effects=halo,
        label=say("plot.risk_within", days_after(days, say)),
    )
    # A veil and two edges: what lies below stays readable.
    ax.fill_between(
        times, line.low, line.high, color="white", alpha=0.35, linewidth=0, zorder=1.5
    )
    for edge, words in ((line.low, None), (line.high, say("plot.interval"))):
        ax.plot(
            times, edge, color=_INK, linewidth=0.9, linestyle=(0, (1, 1.5)), label=words
        )


def _draw_levels(ax: Axes, times: Any, line: Timeline, say: Wording) -> None:
    """Draw the level in force as a ribbon above the axes; a line marks each change."""
    across = ax.get_xaxis_transform()
    named: set[str] = set()
    for level, start, end in line.level_runs():
        is_last = end == len(line.times) - 1
        ax.fill_between(
            [times[start], times[-1] if is_last else times[end]],
            *_RIBBON,
            transform=across,
            clip_on=False,
            color=LEVEL_COLOURS[level],
            linewidth=0.5,
            label=None if level in named else _level_words(level, say),
        )
        named.add(level)
        if start > 0:
            ax.plot(
                [times[start]] * 2,
                [0.0, _RIBBON[1]],
                transform=across,
                clip_on=False,
                color=_INK,
                linewidth=0.7,
                linestyle=(0, (2, 2)),
            )


def _level_words(level: str, say: Wording) -> str:
    return say("plot.level", say(f"level.{level}"))


def _draw_events(ax: Axes, times: Any, line: Timeline, say: Wording) -> None:
    """Mark reports of use and missed check-ins on a line below the areas."""
    across = ax.get_xaxis_transform()
    for marked, marker, face, words in (
        (line.used, "D", "#8f2450", say("report.mark.used")),
        (line.missed, "o", "white", say("report.mark.missed")),
    ):
        at = [time for time, here in zip(times, marked, strict=True) if here]
        if at:
            ax.plot(
                at,
                [-0.035] * len(at),
                transform=across,
                clip_on=False,
                linestyle="none",
                marker=marker,
                markersize=5,
                markerfacecolor=face,
                markeredgecolor="#8f2450" if marker == "D" else "#56636e",
                label=words,
            )


def _dress(ax: Axes, times: Any, history: History, say: Wording) -> None:
    from matplotlib import dates
    from matplotlib.ticker import FuncFormatter, PercentFormatter

    ax.set_ylim(0.0, 1.0)
    ax.set_xlim(times[0], times[-1])
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_ylabel(say("plot.probability"))
    ax.tick_params(axis="x", pad=9)
    if history.clock.dated:
        untyped: Any = dates
        locator = untyped.AutoDateLocator(tz=history.clock.zone)
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
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    handles, words = ax.get_legend_handles_labels()
    ranks = {_level_words(level, say): rank for rank, level in enumerate(LEVELS, start=1)}
    listed = sorted(
        zip(words, handles, strict=True), key=lambda one: ranks.get(one[0], 0)
    )
    ax.legend(
        [handle for _, handle in listed],
        [word for word, _ in listed],
        loc="upper left",
        bbox_to_anchor=(1.01, 1.06),
        frameon=False,
        fontsize="small",
    )


def _tick(times: Any, history: History, say: Wording) -> Callable[[float, int], str]:
    """Return how a date is written on the axis; as matplotlib, in days since 1970."""
    clock = Clock(True, history.clock.zone, say)
    days = (times[-1] - times[0]).total_seconds() / 86400.0
    write = clock.short if days < 3.0 else clock.day if days < 300.0 else clock.date
    return lambda time, _position: write(time)
