"""What the figures share: colours that everybody can tell apart, axes, legends.

The colours are those of Okabe & Ito (2008), "Color Universal Design".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from relapse._errors import InvalidInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE = "#0072b2"
ORANGE = "#e69f00"
VERMILION = "#d55e00"
GREY = "#8a949c"
INK = "#1c242b"
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


def axes_of(ax: Axes | None, size: tuple[float, float], **subplot: Any) -> Axes:
    """Return the axes given, or those of a new figure."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError:
        raise InvalidInput(
            "figures need matplotlib, which is not installed; "
            "pip install 'relapse[plot]' installs it"
        ) from None
    made = pyplot.figure(figsize=size, layout="constrained")
    axes: Axes = made.add_subplot(**subplot)
    return axes


def plain(ax: Axes, legend: str | None = None, title: str | None = None) -> Axes:
    """Take away what says nothing, and add the legend."""
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    if legend:
        untyped: Any = ax
        untyped.legend(loc=legend, title=title, frameon=False, fontsize="small")
    return ax


def legend_beside(ax: Axes, handles: Sequence[Any], words: Sequence[Any]) -> None:
    """Put the legend to the right of the axes."""
    ax.legend(
        handles,
        words,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        frameon=False,
        fontsize="small",
    )


def stage_colours(document: dict[str, Any]) -> list[str]:
    """Return a colour for each stage: cool ones, and warm ones for the stages of use."""
    cool, warm = iter(STAGES_WITHOUT_USE), iter(STAGES_OF_USE * 2)
    return [
        next(warm) if stage.get("use") else next(cool) for stage in document["stages"]
    ]
