"""What the figures share: colours that everybody can tell apart, axes, legends.

The colours are those of Okabe & Ito (2008), "Color Universal Design".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relapse.errors import InvalidInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE = "#0072b2"
SKY = "#56b4e9"
ORANGE = "#e69f00"
VERMILION = "#d55e00"
GREEN = "#009e73"
GREY = "#8a949c"
INK = "#1c242b"


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
