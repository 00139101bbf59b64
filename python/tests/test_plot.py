"""The figure of one person's way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import relapse
from relapse._report.words import LEVELS

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402

from relapse._plots.style import stage_colours  # noqa: E402
from relapse.plot import plot_timeline  # noqa: E402

MODEL = relapse.Model.standard()
CHECK_INS = {
    "person": ["P07"] * 5 + ["P08"],
    "time": [f"2026-03-{day:02d}T08:00+02:00" for day in (1, 3, 6, 8, 12, 1)],
    "craving": [1, 2, None, 3, 4, 0],
    "bargaining": [0, 1, None, 2, 4, 0],
    "used": [0, 0, None, 1, 0, 0],
}


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    pyplot.close("all")  # what another file's test left open in this process
    yield
    pyplot.close("all")


def test_it_returns_the_axes_that_it_is_given() -> None:
    _, ax = pyplot.subplots()
    assert plot_timeline(CHECK_INS, MODEL, who="P07", ax=ax) is ax
    assert len(pyplot.get_fignums()) == 1


def test_it_makes_a_figure_when_it_is_given_none(tmp_path: Path) -> None:
    ax = plot_timeline(CHECK_INS, MODEL, who="P07")
    assert isinstance(ax, Axes)
    ax.get_figure().savefig(tmp_path / "P07.png", dpi=60)
    assert (tmp_path / "P07.png").stat().st_size > 10_000


def test_areas_and_line_are_the_scores() -> None:
    ax = plot_timeline(CHECK_INS, MODEL, who="P07")
    scores = relapse.score(CHECK_INS, MODEL)
    line = next(one for one in ax.get_lines() if one.get_label() == "risk within 7 days")
    assert list(line.get_ydata()) == list(scores["risk_7d"][:5])
    # The panel of stages stands above that of the risk, on a foot of its own.
    stable = ax.collections[0].get_paths()[0].vertices[:, 1]
    foot = stable.min()
    assert foot > 1.0
    shares = set(np.round(stable - foot, 12))
    assert set(np.round(scores["stage_stable"][:5], 12)) <= shares


def test_stages_and_risk_do_not_lie_on_each_other() -> None:
    ax = plot_timeline(CHECK_INS, MODEL, who="P07")
    panels = {}
    for area in ax.collections:
        heights = area.get_paths()[0].vertices[:, 1]
        panels[area.get_label()] = (heights.min(), heights.max())
    stages = [panels[stage["label"]] for stage in MODEL.to_dict()["stages"]]
    assert min(low for low, _ in stages) > 1.0
    assert max(high for _, high in stages) <= ax.get_ylim()[1] + 1e-9
    assert panels["its 95 % interval"][1] <= 1.0
    words = {text.get_text() for text in ax.texts}
    assert words == {"Probability of each stage", "Risk of a return to use within 7 days"}


def test_axes_are_labelled_with_units_and_the_legend_is_outside() -> None:
    ax = plot_timeline(CHECK_INS, MODEL, who="P07")
    assert ax.get_ylabel() == "Probability (%)"
    assert ax.get_xlabel() == "Date (UTC+02:00)"
    assert "return to use" in ax.get_title(loc="left")
    ax.get_figure().canvas.draw()
    legend = ax.get_legend()
    assert legend.get_window_extent().x0 > ax.get_window_extent().x1
    words = {text.get_text() for text in legend.get_texts()}
    assert {"Steady recovery", "use reported", "check-in missed"} <= words
    days = {**CHECK_INS, "time": [1.0, 3.0, 6.0, 8.0, 12.0, 1.0]}
    assert plot_timeline(days, MODEL, who="P07").get_xlabel() == "Time (days)"


def test_it_is_drawn_in_the_language_of_the_locale() -> None:
    ax = plot_timeline(CHECK_INS, MODEL, who="P07", locale="de-DE")
    assert ax.get_ylabel() == "Wahrscheinlichkeit (%)"
    assert ax.get_xlabel() == "Datum (UTC+02:00)"
    ax.get_figure().canvas.draw()
    words = {text.get_text() for text in ax.get_legend().get_texts()}
    assert {
        "Stabile Genesung",
        "Konsum berichtet",
        "Risiko innerhalb von 7 Tagen",
    } <= words
    assert not any("level" in each or "risk" in each for each in words)
    ticks = {label.get_text() for label in ax.get_xticklabels()}
    assert any("März" in tick for tick in ticks), ticks


def test_each_level_that_was_in_force_is_named_in_order() -> None:
    ax = plot_timeline(CHECK_INS, MODEL, who="P07")
    scores = relapse.score(CHECK_INS, MODEL)
    named = [
        text.get_text().removeprefix("level ")
        for text in ax.get_legend().get_texts()
        if text.get_text().startswith("level ")
    ]
    assert named == [name for name in LEVELS if name in scores["level"][:5]]


def test_one_check_in_is_enough() -> None:
    ax = plot_timeline(CHECK_INS, MODEL, who="P08")
    ax.get_figure().canvas.draw()


def test_stages_of_use_are_warm_and_all_are_told_apart() -> None:
    colours = stage_colours(MODEL.to_dict())
    assert len(set(colours)) == 5
    for most in range(2, 9):
        stages = [{"id": str(k), **({"use": "lapse"} if k else {})} for k in range(most)]
        assert len(stage_colours({"stages": stages})) == most


def test_matplotlib_is_not_needed_until_something_is_drawn() -> None:
    code = "import relapse.plot, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
