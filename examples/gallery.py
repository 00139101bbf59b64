"""Every figure of the package, from simulated persons: a picture each.

    python examples/gallery.py [FOLDER]

Writes the pictures into FOLDER, or into out/gallery.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pandas as pd
from matplotlib import pyplot

import relapse

PERSONS, DAYS = 120, 60


def judged_scores(model: relapse.Model) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check-ins of simulated persons, and their scores beside what came in 7 days."""
    check_ins, truth = relapse.simulate(
        model, persons=PERSONS, days=DAYS, answered=0.9, start="without_use", seed=4,
        truth=True, frame="pandas",
    )  # fmt: skip
    scores = relapse.score(check_ins, model)
    used = truth["true_use"].astype(float)
    ahead = [used.groupby(truth["person"]).shift(-day) for day in range(1, 8)]
    scores["outcome"] = pd.concat(ahead, axis=1).max(axis=1).where(ahead[-1].notna())
    scores["lapse"] = used
    return check_ins, scores


def recalibrated(check_ins: Any, model: relapse.Model) -> relapse.RecalibrationResult:
    """Recalibrate the answer of the next day, lines alone."""
    use = next(item["id"] for item in model.to_dict()["items"] if item["role"] == "use")
    outcome = {"id": "use_next_day", "item": use, "at_least": 1, "after_days": 1}
    return relapse.recalibrate(
        check_ins, model, outcomes=[outcome], rates=False, draws=20
    )


def draw(model: relapse.Model) -> dict[str, Any]:
    """Draw each figure, by its name."""
    check_ins, scores = judged_scores(model)
    judged = relapse.evaluate(
        scores, predicted="risk_7d", time="time", lapse="lapse", draws=30,
        lead_days=np.arange(1.0, 22.0), budgets=[1.0, 3.0, 6.0],
    )  # fmt: skip
    last = scores.groupby("person")["risk_7d"].last()
    someone = last.index[last.argmax()]
    monitor = relapse.Monitor(model)
    monitor.update(0.0, {"craving": 1, "stress": 3, "isolating": 0})
    assessment = monitor.update(
        1.0, {"craving": 3, "stress": 7, "isolating": 2, "exposure_II-B": 8}
    )
    met = {"I-A": 0.8, "I-B": 0.3, "I-C": 0.2, "I-D": 0.1, "I-E": 0.7, "II-A": 0.5,
           "II-B": 0.9}  # fmt: skip
    confident = {"I-A": 0.4, "I-B": 0.6, "I-C": 0.8, "I-D": 0.9, "I-E": 0.3, "II-A": 0.5,
                 "II-B": 0.2, "II-C": 0.7}  # fmt: skip
    return {
        "timeline": relapse.plot_timeline(check_ins, model, who=someone),
        "occupancy": relapse.plot_occupancy(check_ins, model),
        "transitions": relapse.plot_transitions(model),
        "calibration": relapse.plot_calibration(judged),
        "recalibration": relapse.plot_recalibration(recalibrated(check_ins, model)),
        "lead_times": relapse.plot_lead_times(judged),
        "decision_curve": relapse.plot_decision_curve(judged),
        "drivers": relapse.plot_drivers(assessment, model),
        "cohort": relapse.plot_cohort(scores, most=40),
        "situations": relapse.plot_situations(met, efficacy=confident),
    }


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "out/gallery")
    folder.mkdir(parents=True, exist_ok=True)
    for name, ax in draw(relapse.Model.standard()).items():
        path = folder / f"{name}.png"
        ax.get_figure().savefig(path, dpi=110)
        pyplot.close(ax.get_figure())
        print(path)


if __name__ == "__main__":
    main()
