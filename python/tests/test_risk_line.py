"""A line on the risk: a document that shows its risks on it, and how one is found."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from reference import dimensional, random_check_ins, random_model
from sample_documents import small_document, update

import relapse
from relapse._cli.main import main

LINE = {"intercept": -0.8, "slope": 0.7, "status": "test"}


def on_line(probability: Any, line: dict[str, Any] = LINE) -> Any:
    odds = np.log(probability) - np.log1p(-np.asarray(probability))
    return 1.0 / (1.0 + np.exp(-(line["intercept"] + line["slope"] * odds)))


def with_line(document: dict[str, Any], line: dict[str, Any] = LINE) -> dict[str, Any]:
    return copy.deepcopy(document) | {"risk_recalibration": line}


def seen_by(model: relapse.Model, persons: int, seed: int = 1) -> pd.DataFrame:
    """Check-ins, and whether there was use at each or in the 7 days after."""
    table, truth = relapse.simulate(
        model, persons=persons, days=120, every=7.0, seed=seed, truth=True
    )
    assert isinstance(table, pd.DataFrame)
    assert isinstance(truth, pd.DataFrame)
    later = truth.groupby("person")["true_use"].shift(-1).astype(float)
    return table.assign(use_seen=later.mask(truth["true_stage"] == "lapse", 1.0))


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("seed", range(4))
def test_every_risk_stands_on_the_line_and_reasons_add_up(seed: int) -> None:
    rng = np.random.default_rng([5, seed])
    document = random_model(rng, 4, ["categorical", "poisson"], propensity=3)
    if seed % 2:
        document = dimensional(document | {"propensity": {"nodes": 1}}, rng)
    plain = relapse.Monitor(relapse.Model.from_dict(document))
    lined = relapse.Monitor(relapse.Model.from_dict(with_line(document)))
    last = None
    for row in random_check_ins(rng, document, 8):
        before, after = (update(monitor, row) for monitor in (plain, lined))
        assert after.stages == before.stages
        for days, risk in before.risk.items():
            assert after.risk[days] == pytest.approx(on_line(risk), rel=1e-12)
            low, high = before.risk_interval[days]
            assert after.risk_interval[days] == pytest.approx(
                (on_line(low), on_line(high)), rel=1e-12
            )
            for now, then in (
                (after.new_use[days], before.new_use[days]),
                (after.relapse[days], before.relapse[days]),
            ):
                assert (now is None) == (then is None)
                if now is not None:
                    assert now == pytest.approx(on_line(then), rel=1e-12)
        risks = list(after.risk.values())
        assert risks == sorted(risks)
        kinds = [driver.kind for driver in after.drivers]
        assert "remainder" not in kinds
        if last is not None:
            total = sum(driver.contribution for driver in after.drivers)
            assert total == pytest.approx(after.risk[7] - last, abs=1e-9)
        last = after.risk[7]


def test_level_table_and_help_go_by_the_line() -> None:
    document = with_line(small_document(), {"intercept": -3.0, "slope": 1, "status": "t"})
    plain = relapse.Model.from_dict(small_document())
    lined = relapse.Model.from_dict(document)
    table = relapse.simulate(plain, persons=5, days=60, every=2, seed=2)
    before, after = relapse.score(table, plain), relapse.score(table, lined)
    line = document["risk_recalibration"]
    found = after["risk_7d"][before["risk_7d"] < 1.0]
    expected = on_line(before["risk_7d"][before["risk_7d"] < 1.0], line)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    levels = ["low", "guarded", "elevated", "high", "critical"]
    ranks = [table["level"].map(levels.index).to_numpy(dtype=int)
             for table in (before, after)]  # fmt: skip
    assert (ranks[1] <= ranks[0]).all()
    assert (ranks[1] < ranks[0]).any()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (LINE | {"slope": 0}, "/risk_recalibration/slope"),
        (LINE | {"intercept": "none"}, "/risk_recalibration/intercept"),
        ({"intercept": 0.0, "slope": 1.0}, "/risk_recalibration/status"),
    ],
)
def test_a_line_that_is_none_is_refused(line: dict[str, Any], words: str) -> None:
    with pytest.raises(relapse.InvalidInput, match=words):
        relapse.Model.from_dict(with_line(small_document(), line))


def test_a_line_is_found_and_helps_people_left_out() -> None:
    world = relapse.Model.from_dict(small_document())
    sure = {"intercept": 1.0, "slope": 2.0, "status": "too sure"}
    asked = relapse.Model.from_dict(with_line(small_document(), sure))
    result = relapse.recalibrate(
        seen_by(world, 120), asked, risk="use_seen", rates=False, draws=200
    )
    line = result.outcomes["risk"]
    assert line.applied
    assert line.gain_low > 0.0
    assert line.slope == pytest.approx(1.0, abs=0.3)
    kept = result.model.to_dict()["risk_recalibration"]
    assert (kept["intercept"], kept["slope"]) == (line.intercept, line.slope)
    assert "120 persons" in kept["status"]
    others = seen_by(world, 300, seed=9)
    known = others["use_seen"].notna()
    losses = []
    for model in (asked, result.model):
        risk = relapse.score(others.drop(columns="use_seen"), model)["risk_7d"]
        kept_rows = known & (risk < 1.0 - 1e-9)
        p, came = risk[kept_rows], others["use_seen"][kept_rows]
        losses.append(-np.mean(np.log(np.where(came == 1, p, 1 - p))))
    assert losses[1] < losses[0] - 0.01


def test_what_is_no_column_of_use_is_refused() -> None:
    model = relapse.Model.from_dict(small_document())
    table = seen_by(model, 5)
    with pytest.raises(relapse.InvalidInput, match="use_sen"):
        relapse.recalibrate(table, model, risk="use_sen")
    with pytest.raises(relapse.CheckInError, match="must be 0, 1 or missing"):
        relapse.recalibrate(table.assign(use_seen=2.0), model, risk="use_seen")
    with pytest.raises(relapse.InvalidInput, match="give rules"):
        relapse.recalibrate(table.drop(columns="use_seen"), model)
    other = small_document()
    other["levels"]["horizon_days"] = 14
    with pytest.raises(relapse.InvalidInput, match="horizon of its level"):
        relapse.recalibrate(table, relapse.Model.from_dict(other), risk="use_seen")


def test_an_outcome_of_this_name_is_another_thing() -> None:
    rule = {"id": "risk", "item": "used", "answer": 1, "after_days": 7}
    model = relapse.Model.from_dict(small_document() | {"outcomes": [rule]})
    table = seen_by(model, 40)
    plain = table.drop(columns="use_seen")
    pairs = relapse.observed_outcomes(plain, model)
    scores = relapse.score(plain, model)
    assert pairs["outcome_risk"].equals(scores["outcome_risk"])
    result = relapse.recalibrate(plain, model, rates=False, draws=50)
    assert "risk_recalibration" not in result.model.to_dict()
    with pytest.raises(relapse.InvalidInput, match="has this name"):
        relapse.recalibrate(table, model, risk="use_seen")


def test_a_fit_leaves_no_line_of_other_numbers() -> None:
    document = with_line(small_document())
    table = relapse.simulate(
        relapse.Model.from_dict(document), persons=30, days=40, every=2, seed=1
    )
    fit = relapse.fit(table, relapse.Model.from_dict(document), free=["rate"])
    assert "risk_recalibration" not in fit.model.to_dict()


def test_the_command_line_takes_the_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sure = {"intercept": 1.0, "slope": 2.0, "status": "too sure"}
    (tmp_path / "model.json").write_text(json.dumps(with_line(small_document(), sure)))
    world = relapse.Model.from_dict(small_document())
    seen_by(world, 60).to_csv(tmp_path / "seen.csv", index=False)
    words = ["recalibrate", str(tmp_path / "seen.csv"), "--model",
             str(tmp_path / "model.json"), "-o", str(tmp_path / "mine.json"),
             "--risk", "use_seen", "--keep-rates", "--draws", "50", "--json"]  # fmt: skip
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["outcomes"]["risk"]["applied"]
    mine = relapse.Model.load(tmp_path / "mine.json").to_dict()
    assert mine["risk_recalibration"]["slope"] < 2.0
