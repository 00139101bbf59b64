"""Figures of many persons: `pip install relapse[plot]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relapse import _core
from relapse._errors import InvalidInput
from relapse._passes.arguments import ModelOrName, find_model, thread_count
from relapse._plots.style import axes_of, legend_beside, plain, stage_colours
from relapse._reading.check_ins import read_check_ins
from relapse._reading.columns import Refusals, number_by_value, read_numbers
from relapse._reading.tables import open_table
from relapse._reading.times import read_times
from relapse._report.cohort import mean_stages
from relapse._report.words import Labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SHARES = "share of persons (%)"


def plot_occupancy(
    check_ins: Any,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    every: float = 1.0,
    ax: Axes | None = None,
) -> Axes:
    """Draw which share of persons is in each stage, by days since the first check-in.

    Stacked areas are the means of the stage probabilities, as each person's last check-in
    left them, over the persons still followed; the line counts these.

    Parameters
    ----------
    check_ins, model, person, time
        As for `score`.
    every
        Step of the time axis in days.
    ax
        Where to draw; a new figure when None.

    """
    if not every > 0.0:
        raise InvalidInput(f"every: is {every}, but must be a number of days above 0")
    model = find_model(model)
    data = read_check_ins(check_ins, model, person, time)
    stages, _ = data.run(_core.filter, thread_count(None), "refuse", None)
    who, day = data.columns["person"], data.columns["time"]
    order = np.lexsort((day, who))
    grid, mean, followed = mean_stages(who[order], day[order], stages[order], every)
    ax = axes_of(ax, (7.6, 4.4))
    from matplotlib.ticker import PercentFormatter

    document = model.to_dict()
    labels = Labels(document)
    ax.stackplot(
        grid,
        mean.T,
        labels=[labels.stage(stage) for stage in model.stages],
        colors=stage_colours(document),
        edgecolor="white",
        linewidth=0.5,
    )
    ax.set(
        xlim=(grid[0], grid[-1]),
        ylim=(0, 1),
        xlabel="Time since the first check-in (days)",
        ylabel=f"Stage, {_SHARES}",
    )
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_title(f"{followed[0]} persons, {followed[-1]} followed to the end", loc="left")
    plain(ax)
    handles, words = ax.get_legend_handles_labels()
    legend_beside(ax, handles[::-1], words[::-1])
    return ax


def plot_cohort(
    scores: Any,
    *,
    value: str = "risk_7d",
    person: str = "person",
    time: str = "time",
    every: float = 1.0,
    most: int = 60,
    ax: Axes | None = None,
) -> Axes:
    """Draw a heat map: a row a person, a column a step of time, the colour a probability.

    Persons with the highest last value stand on top. Steps without a check-in are white.

    Parameters
    ----------
    scores
        What `score` returned, or any table with these columns.
    value
        Column to draw: a probability such as `risk_7d` or `stage_lapse`.
    person, time
        Names of the columns.
    every
        Length of a step in days; the last value within a step is shown.
    most
        How many persons to show.
    ax
        Where to draw; a new figure when None.

    """
    if not every > 0.0 or most < 1:
        raise InvalidInput("plot_cohort: every must be above 0 and most at least 1")
    table = open_table(scores)
    refused = Refusals()
    numbers, first = number_by_value(table.require(person), refused)
    days = read_times(table.require(time), refused)
    values = read_numbers(table.require(value), refused)
    names = table.column(person).objects()
    usable = (numbers >= 0) & ~np.isnan(days) & ~np.isnan(values)
    if not usable.any():
        raise InvalidInput(f"column {value!r}: has no value to draw")
    numbers, days, values = numbers[usable], days[usable], values[usable]
    order = np.lexsort((days, numbers))
    numbers, days, values = numbers[order], days[order], values[order]
    begun = np.full(len(first), np.nan)
    begun[numbers[::-1]] = days[::-1]
    step = np.floor((days - begun[numbers]) / every + 1e-9).astype(np.int64)
    cells = np.full((len(first), int(step.max()) + 1), np.nan)
    cells[numbers, step] = values
    last = np.full(len(first), -np.inf)
    last[numbers] = values
    shown = np.argsort(-last, kind="stable")[: min(most, len(np.unique(numbers)))]
    ax = axes_of(ax, (8.4, max(2.4, 0.16 * len(shown) + 1.4)))
    mesh = ax.pcolormesh(
        np.arange(cells.shape[1] + 1) * every,
        np.arange(len(shown) + 1),
        cells[shown],
        cmap="cividis",
        vmin=0.0,
        vmax=1.0,
    )
    ax.invert_yaxis()
    ax.set_yticks(np.arange(len(shown)) + 0.5)
    ax.set_yticklabels([str(names[first[k]]) for k in shown], fontsize=6)
    ax.set_xlabel("Time since the first check-in (days)")
    ax.set_ylabel("Person")
    figure = ax.get_figure()
    assert figure is not None
    bar = figure.colorbar(mesh, ax=ax, pad=0.01)
    bar.set_label(f"{value} (probability)")
    ax.set_title(
        f"{len(shown)} of {len(np.unique(numbers))} persons, highest last value on top",
        loc="left",
    )
    return ax
