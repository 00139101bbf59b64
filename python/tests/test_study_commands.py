"""`relapse fit` and `relapse evaluate`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import Run, Write

import relapse
from relapse._cli.main import main

pytest.importorskip("sklearn")


@pytest.fixture
def predictions(tmp_path: Path) -> str:
    random = np.random.default_rng(1)
    p = random.random(300)
    table = pd.DataFrame(
        {
            "person": np.repeat([f"P{k}" for k in range(30)], 10),
            "time": np.tile(np.arange(10.0), 30),
            "p": p,
            "outcome": (random.random(300) < p).astype(int),
            "arm": np.repeat(["1", "2"], 150),
        }
    )
    path = tmp_path / "predictions.csv"
    table.to_csv(path, index=False)
    return str(path)


def test_predictions_are_judged(
    predictions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", predictions, "--predicted", "p", "--draws", "5"]
    assert main([*command, "--time", "time", "--budget", "6", "--group", "arm"]) == 0
    text = capsys.readouterr().out
    assert "auroc " in text
    assert "6 alerts per person-month" in text
    assert "between groups of arm" in text
    assert main([*command, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    found = relapse.evaluate(pd.read_csv(predictions), predicted="p", draws=5)
    assert document["figures"]["brier"]["value"] == found["brier"].value


@pytest.mark.parametrize("ending", ["md", "json"])
def test_a_card_is_written(
    predictions: str, tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / f"card.{ending}"
    command = ["evaluate", predictions, "--predicted", "p", "--draws", "2"]
    assert main([*command, "--model", "standard", "--card", str(card)]) == 0
    assert "left to fill in" in capsys.readouterr().err
    assert relapse.Model.standard().content_hash in card.read_text()
    assert main([*command, "--card", str(card)]) == 1
    assert "needs --model" in capsys.readouterr().err


def test_what_is_refused_names_the_line(
    predictions: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pd.read_csv(predictions)
    table.loc[4, "p"] = 1.5
    path = tmp_path / "wrong.csv"
    table.to_csv(path, index=False)
    assert main(["evaluate", str(path), "--predicted", "p"]) == 1
    assert "line 6, person P0, column p: is no probability" in capsys.readouterr().err


def test_a_model_is_fitted_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = relapse.Model.standard()
    drawn = relapse.simulate(model, persons=6, days=10, seed=2, frame="pandas")
    path, output = tmp_path / "check_ins.csv", tmp_path / "fitted.json"
    drawn.to_csv(path, index=False)
    command = ["fit", str(path), "--free", "rate:mental>lapse", "--starts", "1"]
    assert main([*command, "-o", str(output), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["status"] == "converged"
    (number,) = summary["numbers"]
    assert number["name"] == "rate:mental>lapse"
    fitted = relapse.Model.load(output)
    assert fitted.content_hash == summary["model"]["content_hash"]
    moves = zip(
        fitted.to_dict()["transitions"], model.to_dict()["transitions"], strict=True
    )
    changed = [new for new, old in moves if new["rate"] != old["rate"]]
    assert [(move["from"], move["to"]) for move in changed] == [("mental", "lapse")]
    assert main([*command, "-o", str(output)]) == 0
    assert "rate:mental>lapse" in capsys.readouterr().out


def test_a_fitted_model_goes_to_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = relapse.simulate("standard", persons=4, days=8, seed=2, frame="pandas")
    path = tmp_path / "check_ins.csv"
    drawn.to_csv(path, index=False)
    command = ["fit", str(path), "--free", "rate:mental>lapse", "--starts", "1"]
    assert main([*command, "-o", "-"]) == 0
    printed = capsys.readouterr()
    assert relapse.Model.from_json(printed.out).id == "standard_fitted"
    assert "rate:mental>lapse" in printed.err
    assert not Path("-").exists()
    assert main([*command, "-o", "-", "--json"]) != 0
    assert "has the model already" in capsys.readouterr().err
    # A fit that stopped short has no AIC.
    output = tmp_path / "fitted.json"
    assert main([*command, "-o", str(output), "--json", "--max-iterations", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["aic"] is None


def test_outcomes_to_recalibrate_may_be_rules_in_a_document(
    run: Run, write: Write, tmp_path: Path
) -> None:
    lines = [f"P{k % 3},2026-03-{k // 3 + 1:02}T08:00Z,{k % 5},0" for k in range(30)]
    path = write("person,time,isolating,used\n" + "\n".join(lines) + "\n", "few.csv")
    status, _, told = run("recalibrate", path, "-o", tmp_path / "m.json")
    assert status == 1
    assert "--outcome" in told and "--risk" in told
    rule = {"id": "alone", "item": "isolating", "at_least": 3, "after_days": 1}
    rules = write(json.dumps([rule]), "rules.json")
    words = ("--outcome", rules, "-o", tmp_path / "m.json")
    status, printed, told = run("recalibrate", path, *words)
    assert status == 0, told
    assert "alone: " in printed
