"""Figures for notebooks and papers, by matplotlib: `pip install relapse[plot]`."""

from relapse._plots.cohort import plot_cohort, plot_occupancy
from relapse._plots.judging import (
    plot_calibration,
    plot_decision_curve,
    plot_lead_times,
    plot_recalibration,
)
from relapse._plots.reasons import plot_drivers, plot_situations, plot_transitions
from relapse._plots.timeline import plot_timeline

__all__ = [
    "plot_calibration",
    "plot_cohort",
    "plot_decision_curve",
    "plot_drivers",
    "plot_lead_times",
    "plot_occupancy",
    "plot_recalibration",
    "plot_situations",
    "plot_timeline",
    "plot_transitions",
]
