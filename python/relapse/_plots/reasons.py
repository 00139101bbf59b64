"""Figures of why: the model's movements, a change of risk, situations."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from relapse import _core
from relapse._errors import InvalidInput
from relapse._passes.arguments import ModelOrName, find_model
from relapse._plots.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    VERMILION,
    axes_of,
    plain,
    stage_colours,
)
from relapse._report.history import MISSED
from relapse._report.wording import Wording, find_wording
from relapse._report.words import Labels, days_after, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: The eight categories of high-risk situations. Source: Marlatt & Gordon 1985.
SITUATIONS = ("I-A", "I-B", "I-C", "I-D", "I-E", "II-A", "II-B", "II-C")
_LABEL = 18  # characters on a line beside the radar
_REASON = 36  # characters on a line beside the waterfall
_ARROWS = {"toward_use": VERMILION, "recovery": BLUE}


def plot_transitions(
    model: ModelOrName, *, least: float = 0.0, ax: Axes | None = None
) -> Axes:
    """Draw the stages and the movements between them, with their rates.

    Rates are those at the reference values of all determinants and the middle of the
    propensity, in movements per week; the width of an arrow grows with the log of its
    rate. Movements below `least` per week are left out, and the title says how many.
    """
    model = find_model(model)
    document = model.to_dict()
    labels = Labels(document)
    ax = axes_of(ax, (7.6, 6.4))
    places = _around(model.stages)
    moves = [
        (move["from"], move["to"], 7.0 * move["rate"], move.get("direction"))
        for move in document["transitions"]
    ]
    drawn = [move for move in moves if move[2] >= least]
    if not drawn:
        raise InvalidInput("least: no movement is that fast, but some must be")
    logs = np.log10([max(rate, 1e-6) for _, _, rate, _ in drawn])
    spread = max(float(np.ptp(logs)), 1e-9)
    for (source, to, rate, direction), size in zip(drawn, logs, strict=True):
        width = 0.7 + 3.0 * float(size - logs.min()) / spread
        _arrow(ax, places[source], places[to], _ARROWS.get(direction, GREY), width, rate)
    for stage, colour in zip(document["stages"], stage_colours(document), strict=True):
        x, y = places[stage["id"]]
        ax.scatter([x], [y], s=2600, color=colour, edgecolor=INK, linewidth=1, zorder=3)
        ax.annotate(
            labels.stage(stage["id"]).replace(" ", "\n", 1),
            (x, y),
            ha="center",
            va="center",
            fontsize=7.5,
            zorder=4,
            bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1},
        )
    for direction, colour in (*_ARROWS.items(), (None, GREY)):
        if any(move[3] == direction for move in drawn):
            words = (direction or "neither").replace("_", " ")
            ax.plot([], [], color=colour, linewidth=2, label=words)
    left = len(moves) - len(drawn)
    ax.set_title(
        "Movements per week" + (f"; {left} below {least:g} are left out" if left else ""),
        loc="left",
    )
    ax.set(xlim=(-1.4, 1.4), ylim=(-1.4, 1.4))
    ax.set_aspect("equal")
    ax.set_axis_off()
    plain(ax)
    _legend_below(ax, lines=0, title="direction")
    return ax


def _legend_below(ax: Axes, lines: int, title: str | None = None) -> None:
    """Put the legend under the axes, below so many lines of labels that stand there.

    Lines have a height of their own, however small the axes are in a shared figure.
    """
    untyped: Any = ax
    untyped.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        borderaxespad=0.5 + 1.3 * lines,
        ncols=3,
        title=title,
        frameon=False,
        fontsize="small",
    )


def _around(stages: list[str]) -> dict[str, tuple[float, float]]:
    """Place stages on a circle, the first on top, clockwise."""
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(stages)) / len(stages)
    return {
        stage: (float(np.cos(angle)), float(np.sin(angle)))
        for stage, angle in zip(stages, angles, strict=True)
    }


def _arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    width: float,
    rate: float,
) -> None:
    ax.annotate(
        "",
        end,
        start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": colour,
            "linewidth": width,
            "shrinkA": 28,
            "shrinkB": 28,
            "connectionstyle": "arc3,rad=0.16",
            "alpha": 0.85,
        },
    )
    # Off the middle of the arc, on its side, a little towards the end.
    (x0, y0), (x1, y1) = start, end
    x, y = x0 + 0.58 * (x1 - x0), y0 + 0.58 * (y1 - y0)
    x, y = x + 0.085 * (y1 - y0), y - 0.085 * (x1 - x0)
    ax.annotate(
        f"{rate:.2g}",
        (x, y),
        ha="center",
        va="center",
        fontsize=7,
        color=INK,
        bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 0.6},
        zorder=5,
    )


def plot_drivers(
    assessment: _core.Assessment,
    model: ModelOrName,
    *,
    most: int = 8,
    locale: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw a waterfall: what moved the risk from the check-in before to this one.

    At a first check-in it begins with the risk before any answer. Contributions are exact
    and add up; beyond the `most` largest they are shown as one. The risk is that of a
    return to use within the horizon of the model's levels. Words are in the language of
    the locale.
    """
    if most < 1:
        raise InvalidInput(f"most: is {most}, but must be at least 1")
    model = find_model(model)
    document = model.to_dict()
    say = find_wording(locale)
    labels = Labels(document, say)
    drivers = sorted(assessment.drivers, key=lambda each: -abs(each.contribution))
    if not drivers:
        raise InvalidInput(
            "plot_drivers: the assessment has no drivers; a Monitor finds them unless "
            "it was made with drivers=False"
        )
    came = [each.id == MISSED and each.contribution < 0.0 for each in drivers]
    bars = [
        (
            labels.reason(
                "came" if has_come else each.kind, each.id, each.contribution, {}
            ),
            each.contribution,
        )
        for each, has_come in zip(drivers, came, strict=True)
    ]
    if len(bars) > most:
        rest = sum(value for _, value in bars[most:])
        bars = [*bars[:most], (say("plot.others", len(bars) - most), rest)]
    ax = axes_of(ax, (8.0, 0.42 * len(bars) + 2.0))
    now = assessment.level_risk
    before = now - sum(value for _, value in bars)
    level = before
    names = [say("plot.before"), *(name for name, _ in bars), say("plot.now")]
    names = [textwrap.fill(name, _REASON, break_on_hyphens=False) for name in names]
    ax.barh([0], [100 * before], color=GREY, height=0.6)
    for row, (_, value) in enumerate(bars, start=1):
        colour = ORANGE if value > 0 else BLUE
        ax.barh([row], [100 * value], left=[100 * level], color=colour, height=0.6)
        ax.plot([100 * level] * 2, [row - 1.3, row + 0.3], color=INK, linewidth=0.6)
        level += value
        ax.annotate(
            say.decimals(f"{100 * value:+.1f}"),
            (100 * max(level, level - value), row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    ax.barh([len(bars) + 1], [100 * now], color=INK, height=0.6)
    for row, risk in ((0, before), (len(bars) + 1, now)):
        ax.annotate(
            percent(risk, say).removesuffix(" %"),
            (100 * risk, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    ax.set_yticks(range(len(names)))
    ax.set_yticklabels(names)
    ax.invert_yaxis()
    ax.margins(x=0.08)
    horizon = days_after(document["levels"]["horizon_days"], say)
    ax.set_xlabel(say("plot.return_within", horizon))
    ax.set_title(say("plot.drivers"), loc="left", wrap=True)
    return plain(ax)


def plot_situations(
    exposure: Mapping[str, float],
    *,
    efficacy: Mapping[str, float] | None = None,
    locale: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw a profile of the eight categories of high-risk situations as a radar.

    Parameters
    ----------
    exposure
        Category (I-A ... II-C) to how much a person meets it, 0 to 1; one that is not
        named is marked as not asked, and the line has a gap there.
    efficacy
        Category to the confidence of coping there, 0 to 1.
    locale
        Language of the words, such as ``de``; English where there is none.
    ax
        Polar axes (`projection="polar"`) to draw on; a new figure when None.

    """
    for given in (exposure, efficacy or {}):
        for code, value in given.items():
            if code not in SITUATIONS:
                raise InvalidInput(
                    "exposure: has what is no category of situations, which are: "
                    + ", ".join(SITUATIONS)
                )
            if not 0.0 <= value <= 1.0:
                raise InvalidInput(f"{code}: is {value}, but must be between 0 and 1")
    if ax is not None and ax.name != "polar":
        raise InvalidInput("ax: must have the projection 'polar'")
    ax = axes_of(ax, (5.8, 5.4), projection="polar")
    say = find_wording(locale)
    untyped: Any = ax
    untyped.set_theta_offset(np.pi / 2)
    untyped.set_theta_direction(-1)
    _ring(ax, exposure, VERMILION, "-", say("plot.exposure"))
    if efficacy is not None:
        _ring(ax, efficacy, BLUE, "--", say("plot.confidence"))
    angles = 2 * np.pi * np.arange(len(SITUATIONS)) / len(SITUATIONS)
    ax.set_xticks(angles)
    ax.set_xticklabels(
        [_situation_words(code, code in exposure, say) for code in SITUATIONS],
        fontsize=7.5,
    )
    ax.tick_params(axis="x", pad=9)
    for angle, label in zip(angles, ax.get_xticklabels(), strict=True):
        right, up = np.sin(angle), np.cos(angle)  # clockwise from the top
        label.set_horizontalalignment(_side(right, "right", "left"))
        label.set_verticalalignment(_side(up, "top", "bottom"))
    ax.set_ylim(0, 1)
    ax.set_yticks([0.25, 0.5, 0.75, 1.0])
    ax.set_yticklabels(["", "0.5", "", "1"], fontsize=7)
    ax.set_title(say("plot.situations"), loc="left", pad=34)
    _legend_below(ax, lines=5)
    return ax


def _side(coordinate: float, negative: str, positive: str) -> Any:
    """Return how a label is aligned that stands outside of the ring."""
    if abs(coordinate) < 1e-9:
        return "center"
    return positive if coordinate > 0.0 else negative


def _situation_words(code: str, asked: bool, say: Wording) -> str:
    words = textwrap.fill(f"{code} {say(f'situation.{code}')}", _LABEL)
    return words if asked else f"{words}\n({say('plot.not_asked')})"


def _ring(
    ax: Axes, values: Mapping[str, float], colour: str, line: str, label: str
) -> None:
    angles = 2 * np.pi * np.arange(len(SITUATIONS) + 1) / len(SITUATIONS)
    radii = [values.get(code, np.nan) for code in SITUATIONS]
    ring = [*radii, radii[0]]
    ax.plot(angles, ring, color=colour, linestyle=line, marker="o", markersize=4,
            label=label)  # fmt: skip
    if not np.isnan(ring).any():
        ax.fill(angles, ring, color=colour, alpha=0.12)
