"""The figures of judging, of cohorts and of reasons; the gallery."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import relapse

matplotlib = pytest.importorskip("matplotlib")
pytest.importorskip("sklearn")
matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MODEL = relapse.Model.standard()


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def gallery() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EXAMPLES))
        patch.setattr(importlib.import_module("gallery"), "PERSONS", 20)
        module = importlib.import_module("gallery")
        module.DAYS = 30
        return module


@pytest.fixture(scope="module")
def scores(gallery: ModuleType) -> Any:
    return gallery.judged_scores(MODEL)


@pytest.fixture(scope="module")
def judged(scores: Any) -> relapse.Evaluation:
    return relapse.evaluate(
        scores[1], predicted="risk_7d", time="time", lapse="lapse", draws=8,
        budgets=[3.0],
    )  # fmt: skip


def test_the_gallery_has_every_figure(gallery: ModuleType, tmp_path: Path) -> None:
    drawn = gallery.draw(MODEL)
    public = {name.removeprefix("plot_") for name in relapse.__all__ if "plot_" in name}
    assert set(drawn) == public
    for name, ax in drawn.items():
        assert isinstance(ax, Axes)
        assert ax.get_title(loc="left")
        ax.get_figure().savefig(tmp_path / f"{name}.png", dpi=50)
        assert (tmp_path / f"{name}.png").stat().st_size > 4000


def test_axes_name_their_units(judged: relapse.Evaluation, scores: Any) -> None:
    labelled = {
        relapse.plot_calibration(judged): ("probability", "Share"),
        relapse.plot_decision_curve(judged): ("probability", "per prediction"),
        relapse.plot_lead_times(judged): ("(days)", "Share"),
        relapse.plot_occupancy(scores[0], MODEL): ("(days)", "(%)"),
        relapse.plot_cohort(scores[1]): ("(days)", "Person"),
    }
    for ax, (x, y) in labelled.items():
        assert x in ax.get_xlabel()
        assert y in ax.get_ylabel()


def test_figures_draw_on_the_axes_given(judged: relapse.Evaluation, scores: Any) -> None:
    _, ax = pyplot.subplots()
    assert relapse.plot_calibration(judged, ax=ax) is ax
    assert relapse.plot_decision_curve(judged, ax=ax) is ax
    assert relapse.plot_lead_times(judged, ax=ax) is ax
    assert relapse.plot_transitions(MODEL, ax=ax) is ax
    assert relapse.plot_occupancy(scores[0], MODEL, ax=ax) is ax
    assert relapse.plot_cohort(scores[1], ax=ax) is ax
    assert len(pyplot.get_fignums()) == 1


def test_points_are_those_of_the_evaluation(judged: relapse.Evaluation) -> None:
    ax = relapse.plot_calibration(judged)
    line = next(line for line in ax.get_lines() if line.get_marker() == "o")
    assert list(line.get_xdata()) == [point["predicted"] for point in judged.calibration]
    assert list(line.get_ydata()) == [point["came"].value for point in judged.calibration]
    ax = relapse.plot_decision_curve(judged)
    line = next(line for line in ax.get_lines() if line.get_label() == "on the model")
    benefit = [point["model"].value for point in judged.decision_curve]
    assert list(line.get_ydata()) == benefit


def test_occupancy_is_the_mean_of_the_filter() -> None:
    table = {
        "person": [1, 1, 2, 2],
        "time": [0.0, 2.0, 10.0, 11.0],
        "craving": [0, 4, 3, 1],
        "used": [0, 1, 0, 0],
    }
    ax = relapse.plot_occupancy(table, MODEL)
    found = relapse.filter(table, MODEL)["stage_stable"]
    bottom = ax.collections[0].get_paths()[0].vertices
    height = {x: max(y for at, y in bottom if at == x) for x in (0.0, 1.0, 2.0)}
    assert height[0.0] == pytest.approx((found[0] + found[2]) / 2)
    assert height[1.0] == pytest.approx((found[0] + found[3]) / 2)  # carried on
    assert height[2.0] == pytest.approx(found[1])  # person 2 is no longer followed


def test_a_waterfall_ends_at_the_risk() -> None:
    monitor = relapse.Monitor(MODEL)
    first = monitor.update(0.0, {"craving": 0})
    before = first.level_risk
    assessment = monitor.update(1.0, {"craving": 4, "isolating": 3, "stress": 8})
    ax = relapse.plot_drivers(assessment, MODEL, most=2)
    bars = ax.patches
    assert bars[0].get_width() == pytest.approx(100 * before)
    assert bars[-1].get_width() == pytest.approx(100 * assessment.level_risk)
    moved = sum(bar.get_width() for bar in bars[1:-1])
    assert moved == pytest.approx(100 * (assessment.level_risk - before))
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[0] == "before this check-in"
    assert "others" in names[-2]
    assert "7 days (%)" in ax.get_xlabel()


def test_the_cohort_shows_last_values_by_person() -> None:
    table = {"person": ["a", "a", "b"], "time": [0.0, 2.0, 5.0], "p": [0.1, 0.9, 0.4]}
    ax = relapse.plot_cohort(table, value="p")
    cells = np.ma.filled(ax.collections[0].get_array(), np.nan).reshape(2, 3)
    np.testing.assert_array_equal(cells, [[0.1, np.nan, 0.9], [0.4, np.nan, np.nan]])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


def test_every_movement_has_its_rate_per_week() -> None:
    ax = relapse.plot_transitions(MODEL)
    shown = {text.get_text() for text in ax.texts}
    rates = {f"{7 * move['rate']:.2g}" for move in MODEL.to_dict()["transitions"]}
    assert rates <= shown
    few = relapse.plot_transitions(MODEL, least=1.0)
    assert "left out" in few.get_title(loc="left")


def test_a_category_that_was_not_asked_is_not_zero() -> None:
    ax = relapse.plot_situations({"I-A": 0.5})
    assert np.isnan(ax.get_lines()[0].get_ydata()).sum() == 7
    marked = [label.get_text() for label in ax.get_xticklabels()]
    assert sum("not asked" in label for label in marked) == 7


def test_what_cannot_be_drawn_is_refused(judged: relapse.Evaluation) -> None:
    with pytest.raises(relapse.InvalidInput, match="no category"):
        relapse.plot_situations({"III": 0.5})
    with pytest.raises(relapse.InvalidInput, match="between 0 and 1"):
        relapse.plot_situations({"I-A": 5})
    with pytest.raises(relapse.InvalidInput, match="polar"):
        relapse.plot_situations({"I-A": 0.5}, ax=pyplot.subplots()[1])
    without = relapse.evaluate(
        {"person": [1, 2], "p": [0.1, 0.8], "outcome": [0, 1]}, predicted="p", draws=0
    )
    with pytest.raises(relapse.InvalidInput, match="no lead times"):
        relapse.plot_lead_times(without)
    with pytest.raises(relapse.InvalidInput, match="every"):
        relapse.plot_occupancy({"person": [1], "time": [0.0]}, MODEL, every=0.0)
    with pytest.raises(relapse.InvalidInput, match="no value"):
        relapse.plot_cohort(
            {"person": [1], "time": [0.0], "p": [np.nan]}, value="p"
        )  # fmt: skip
    quiet = relapse.Monitor(MODEL, drivers=False)
    with pytest.raises(relapse.InvalidInput, match="no drivers"):
        relapse.plot_drivers(quiet.update(0.0, {"craving": 1}), MODEL)
    with pytest.raises(relapse.InvalidInput, match="least"):
        relapse.plot_transitions(MODEL, least=1e9)


@pytest.mark.parametrize("locale", ["en", "de"])
def test_legends_cover_no_label_in_a_shared_figure(locale: str) -> None:
    figure = pyplot.figure(figsize=(11, 9), layout="constrained")
    radar = figure.add_subplot(2, 2, 1, projection="polar")
    relapse.plot_situations({"I-A": 0.5}, efficacy={"I-A": 0.2}, locale=locale, ax=radar)
    moves = relapse.plot_transitions(MODEL, ax=figure.add_subplot(2, 2, 4))
    figure.canvas.draw()
    for ax, labels in (
        (radar, radar.get_xticklabels()),
        (moves, [text for text in moves.texts if text.get_text()]),
    ):
        legend = ax.get_legend().get_window_extent()
        for label in labels:
            assert not legend.overlaps(label.get_window_extent()), label.get_text()
