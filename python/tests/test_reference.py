"""The engine against values computed elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from reference import (
    Reference,
    dimensional,
    personal,
    random_check_ins,
    random_model,
)
from sample_documents import update

import relapse

FILES = Path(__file__).parents[2] / "tests" / "data" / "reference"

#: Agreement with another implementation in doubles; drivers are quadratures to 1e-9.
CLOSE = 1e-10
CLOSE_DRIVERS = 1e-9

FAMILIES = ["bernoulli", "categorical", "poisson", "negative_binomial", "normal"]


@pytest.mark.parametrize("case", ["s1", "s2", "s7"])
def test_the_shared_cases(case: str) -> None:
    model = relapse.Model.load(FILES / f"{case}_model.json")
    data = pd.read_csv(FILES / f"{case}_check_ins.csv")
    expected = pd.read_csv(FILES / f"{case}_expected.csv")
    total = json.loads((FILES / f"{case}_expected.json").read_text())["log_likelihood"]
    scores = relapse.score(data, model, same_time="in_order")
    names = {"log_likelihood": "step_loglik"}
    names |= {f"stage_{stage}": f"filtered_{stage}" for stage in model.stages}
    names |= {f"risk_{days}d": f"risk_{days}d" for days in model.horizons}
    for own, theirs in names.items():
        assert np.abs(scores[own] - expected[theirs]).max() < CLOSE, own
    found = relapse.log_likelihood(data, model, same_time="in_order")
    assert abs(found - total) < CLOSE * max(1.0, abs(total))


def compare(seen: relapse.Assessment, expected: dict[str, Any]) -> None:
    def close(found: float | None, wanted: float | None) -> bool:
        if found is None or wanted is None:
            return found is wanted
        return abs(found - wanted) < CLOSE * max(1.0, abs(wanted))

    assert close(seen.log_likelihood, expected["log_likelihood"])
    assert all(map(close, seen.stages.values(), expected["stages"]))
    assert close(seen.propensity, expected["propensity"])
    assert seen.dimensions == pytest.approx(expected["dimensions"], abs=CLOSE)
    for days, (low, high) in seen.risk_interval.items():
        assert close(seen.risk[days], expected["risk"][days])
        assert close(low, expected["risk_low"][days])
        assert close(high, expected["risk_high"][days])
        assert close(seen.new_use[days], expected["new_use"][days])
        if seen.relapse[days] is not None:
            assert close(seen.relapse[days], expected["relapse"][days])


def hold_against_the_reference(
    document: dict[str, Any], rng: np.random.Generator
) -> None:
    """Beliefs and risks after each of some random check-ins, and forecasts after all."""
    rows = random_check_ins(rng, document, 6)
    reference = Reference(document)
    monitor = relapse.Monitor(relapse.Model.from_dict(document), drivers=False)
    for row, expected in zip(rows, reference.run(rows), strict=True):
        compare(update(monitor, row), expected)
    for item in document["items"]:
        if "family" in item:
            found = list(monitor.forecast(item["id"], 3.5).values())
            assert found == pytest.approx(
                reference.forecast(rows, item["id"], 3.5), abs=CLOSE
            )


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("stages", [2, 3, 4])
def test_answers_of_a_person(stages: int, seed: int) -> None:
    rng = np.random.default_rng([7, stages, seed])
    families = [FAMILIES[(seed + k) % 5] for k in range(1 + seed % 4)]
    document = personal(
        random_model(
            rng,
            stages,
            families,
            effects=seed % 3 > 0,
            propensity=[1, 2, 5][seed % 3],
            silence=seed % 2 == 1,
        ),
        rng,
    )
    hold_against_the_reference(document, rng)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("stages", [2, 3, 4])
def test_dimensions_of_a_person(stages: int, seed: int) -> None:
    rng = np.random.default_rng([11, stages, seed])
    families = [FAMILIES[(seed + k) % 5] for k in range(2 + seed % 3)]
    document = random_model(
        rng,
        stages,
        families,
        effects=seed % 3 > 0,
        propensity=[1, 2][seed % 2],
        silence=seed % 4 == 1,
    )
    if seed % 6 == 4:
        document = personal(document, rng)
    hold_against_the_reference(dimensional(document, rng), rng)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("stages", [2, 3, 4, 5, 6])
def test_beliefs_and_risks(stages: int, seed: int) -> None:
    rng = np.random.default_rng([stages, seed])
    families = [FAMILIES[(seed + k) % 5] for k in range(1 + seed % 6)]
    document = random_model(
        rng,
        stages,
        families,
        effects=seed % 3 > 0,
        propensity=[1, 2, 5][seed % 3],
        dimensions=2 if seed % 6 == 4 else 1,
        silence=seed % 2 == 1,
    )
    hold_against_the_reference(document, rng)


@pytest.mark.parametrize("seed", range(11))
def test_drivers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    families = [FAMILIES[(seed + k) % 5] for k in range(3)]
    document = random_model(
        rng,
        [2, 3, 4][seed % 3],
        families,
        propensity=[1, 2][seed % 2],
        dimensions=2 if seed == 5 else 1,
        silence=seed % 2 == 0,
    )
    if 5 < seed <= 8:
        document = personal(document, rng)
    if seed > 8:
        document = dimensional(document, rng)
    rows = random_check_ins(rng, document, 3)
    monitor = relapse.Monitor(relapse.Model.from_dict(document))
    for row, expected in zip(rows, Reference(document).drivers(rows), strict=True):
        found = {(d.kind, d.id): d.contribution for d in update(monitor, row).drivers}
        for reason in found.keys() | expected.keys():
            difference = found.get(reason, 0.0) - expected.get(reason, 0.0)
            assert abs(difference) < CLOSE_DRIVERS, reason


@pytest.mark.parametrize("seed", range(1, 4))
def test_levels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = random_model(rng, 4, FAMILIES)
    document["levels"]["cuts"] = {
        "guarded": 0.1,
        "elevated": 0.25,
        "high": 0.4,
        "critical": 0.7,
    }
    rows = random_check_ins(rng, document, 40)
    monitor = relapse.Monitor(relapse.Model.from_dict(document), drivers=False)
    seen: list[relapse.Assessment] = []
    series = []
    for row in rows:
        before = row["time"] - document["levels"]["lower_after_days"]
        between = None
        if seen and before > seen[-1].time:
            between = monitor.at(before).level_risk
        seen.append(update(monitor, row))
        series.append((seen[-1].time, seen[-1].level_risk, between))
    assert [a.level for a in seen] == Reference(document).level(series)
    assert len({a.level for a in seen}) > 1
