"""Figures of how good predictions were: `pip install relapse[plot,evaluate]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relapse._errors import InvalidInput, other_type
from relapse._judging.evaluations import Estimate, Evaluation
from relapse._passes.recalibration import RecalibrationResult
from relapse._plots.style import BLUE, GREY, INK, ORANGE, VERMILION, axes_of, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINES = ("-", "--", "-.", ":")


def _require(given: object, kind: type, where: str) -> None:
    """Refuse what is not the result that a figure is of."""
    if not isinstance(given, kind):
        maker = "evaluate" if kind is Evaluation else "recalibrate"
        wanted = f"the result of relapse.{maker}"
        raise other_type(where, given, wanted, "of type")


def plot_calibration(evaluation: Evaluation, *, ax: Axes | None = None) -> Axes:
    """Draw what was predicted against what came, with intervals.

    Each point is a bin with as many predictions; the interval is that of the share that
    came. On the dotted line predictions are right. The title has slope and intercept.
    """
    _require(evaluation, Evaluation, "evaluation")
    ax = axes_of(ax, (5.4, 5.2))
    points = evaluation.calibration
    predicted = np.array([point["predicted"] for point in points])
    came, low, high = _bounds([point["came"] for point in points])
    ax.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="right predictions")
    ax.errorbar(
        predicted,
        came,
        yerr=[np.maximum(came - low, 0.0), np.maximum(high - came, 0.0)],
        color=BLUE,
        marker="o",
        linewidth=1.4,
        markersize=5,
        capsize=3,
        label=f"bins of about {int(np.median([p['rows'] for p in points]))} predictions",
    )
    most = float(np.nanmax([predicted.max(), np.nanmax(high), came.max()])) * 1.05
    ax.set(
        xlim=(0, min(1.0, most)),
        ylim=(0, min(1.0, most)),
        xlabel="Predicted probability",
        ylabel="Share that came",
    )
    ax.set_aspect("equal")
    slope = evaluation["calibration_slope"].value
    intercept = evaluation["calibration_intercept"].value
    ax.set_title(
        f"Calibration: slope {slope:.2f}, intercept {intercept:+.2f}", loc="left"
    )
    return plain(ax, "upper left")


def plot_recalibration(
    result: RecalibrationResult, outcome: str | None = None, *, ax: Axes | None = None
) -> Axes:
    """Draw an outcome before and after recalibration, on people left out.

    Each point is a bin with about as many rows; on the dotted line what was foretold is
    right. `outcome` is an id, None the first one.
    """
    _require(result, RecalibrationResult, "result")
    name = next(iter(result.outcomes)) if outcome is None else outcome
    if name not in result.outcomes:
        raise InvalidInput("outcome: is no outcome of this recalibration")
    line = result.outcomes[name]
    if not line.calibration:
        raise InvalidInput("outcome: there was not enough to recalibrate it")
    ax = axes_of(ax, (5.4, 5.2))
    most = 0.0
    ax.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="right")
    for when, colour, marker in (("before", ORANGE, "s"), ("after", BLUE, "o")):
        bins = line.calibration[when]
        predicted = [each["predicted"] for each in bins]
        came = [each["came"] for each in bins]
        most = max(most, *predicted, *came)
        ax.plot(predicted, came, color=colour, marker=marker, linewidth=1.6, label=when)
    most = min(1.0, 1.05 * most)
    ax.set(
        xlim=(0, most),
        ylim=(0, most),
        xlabel="Foretold probability",
        ylabel="Share that came",
    )
    ax.set_aspect("equal")
    ax.set_title(
        f"{name}: log loss {line.log_loss_before:.3f} to {line.log_loss_after:.3f}",
        loc="left",
    )
    return plain(ax, "upper left")


def plot_decision_curve(evaluation: Evaluation, *, ax: Axes | None = None) -> Axes:
    """Draw the net benefit of acting on predictions, over the thresholds for acting.

    Beside acting on everybody and on nobody. Where the line of the model is highest,
    acting on it does the most good for those who would act at that threshold.
    """
    _require(evaluation, Evaluation, "evaluation")
    ax = axes_of(ax, (6.4, 4.4))
    curve = evaluation.decision_curve
    threshold = np.array([point["threshold"] for point in curve])
    model, low, high = _bounds([point["model"] for point in curve])
    everybody = np.array([point["all"].value for point in curve])
    ax.fill_between(threshold, low, high, color=BLUE, alpha=0.2, linewidth=0)
    ax.plot(threshold, model, color=BLUE, linewidth=2, label="on the model")
    ax.plot(threshold, everybody, color=ORANGE, linestyle="--", label="on everybody")
    ax.axhline(0.0, color=INK, linestyle=":", label="on nobody")
    top = float(max(np.nanmax(high), np.nanmax(model), everybody.max()))
    ax.set(
        xlim=(float(threshold[0]), float(threshold[-1])),
        ylim=(-0.15 * top, 1.1 * top),
        xlabel="Threshold: probability from which one would act",
        ylabel="Net benefit (true alerts per prediction)",
    )
    ax.set_title("Decision curve", loc="left")
    return plain(ax, "upper right", title="acting")


def plot_lead_times(evaluation: Evaluation, *, ax: Axes | None = None) -> Axes:
    """Draw how many lapses were alerted at least so many days before, by alert budget.

    The evaluation must have been made with `time` and `lapse`.
    """
    _require(evaluation, Evaluation, "evaluation")
    budgets = [at for at in evaluation.budgets if at.lead_share]
    if not budgets:
        raise InvalidInput(
            "plot_lead_times: the evaluation has no lead times; "
            "evaluate with the columns time and lapse"
        )
    ax = axes_of(ax, (6.4, 4.4))
    from matplotlib.ticker import MaxNLocator

    colours = (BLUE, ORANGE, VERMILION, INK)
    for k, at in enumerate(budgets):
        share, low, high = _bounds(at.lead_share)
        colour = colours[k % len(colours)]
        ax.fill_between(at.lead_days, low, high, color=colour, alpha=0.15, linewidth=0)
        ax.plot(
            at.lead_days,
            share,
            color=colour,
            linestyle=_LINES[k % len(_LINES)],
            marker="o",
            markersize=4,
            label=f"{at.budget:g}",
        )
    ax.set(
        ylim=(0, 1),
        xlabel="First alert at least so long before the lapse (days)",
        ylabel="Share of lapses",
    )
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_title("Lead time of alerts", loc="left")
    return plain(ax, "upper right", title="alerts per\nperson-month")


def _bounds(estimates: list[Estimate]) -> tuple[Any, Any, Any]:
    """Return values, lower and upper bounds; without intervals the values thrice."""
    value = np.array([each.value for each in estimates])
    low = np.array([each.low for each in estimates])
    high = np.array([each.high for each in estimates])
    return (
        value,
        np.where(np.isnan(low), value, low),
        np.where(np.isnan(high), value, high),
    )
