"""The engine against R msm, on msm's own data sets and on data made for it.

The values stand in tests/data/msm, the data sets do not: they are read from the R package
where it is installed. See tests/data/msm/README.md.
"""

from __future__ import annotations

import csv
import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import relapse

FILES = Path(__file__).parents[2] / "tests" / "data" / "msm"
CASES = sorted(path.stem for path in FILES.glob("*.json"))

#: msm's own closed forms lose digits where two rates are close.
CLOSE = 1e-9

Case = dict[str, Any]
Point = dict[str, Any]


def read_case(name: str) -> Case:
    case: Case = json.loads((FILES / f"{name}.json").read_text(encoding="utf-8"))
    return case


def points() -> list[tuple[str, str]]:
    return [
        (name, at) for name in CASES for at in ("start", "fit") if at in read_case(name)
    ]


def covariates(case: Case) -> list[str]:
    return [name for name in case["columns"] if name not in ("person", "time", "answer")]


def document(case: Case, point: Point) -> dict[str, Any]:
    """The model of a point. The last stage is one of use, for msm knows no use."""
    stages = [f"s{k + 1}" for k in range(case["stages"])]
    items: list[dict[str, Any]] = []
    if "answers" in point:
        law = point["answers"]
        given = list(law["given"])
        # At the absorbing stage nothing is asked; any law will do.
        given += [given[-1]] * (len(stages) - len(given))
        items.append(
            {
                "id": "answer",
                "role": "sign",
                "family": law["family"],
                "given": dict(zip(stages, given, strict=True)),
                "source": "msm",
            }
        )
        if law["family"] == "categorical":
            items[0]["levels"] = len(given[0])
    for name in covariates(case):
        items.append({"id": name, "role": "determinant", "source": "msm"})
    initial = point.get("initial", [1 / len(stages)] * len(stages))
    return {
        "schema": "relapse/model/1",
        "id": "msm",
        "version": "1",
        "title": "as in msm",
        "stages": [{"id": s} for s in stages[:-1]] + [{"id": stages[-1], "use": "lapse"}],
        "initial": dict(zip(stages, initial, strict=True)),
        "transitions": [
            {
                "from": stages[move["from"] - 1],
                "to": stages[move["to"] - 1],
                "rate": move["rate"],
                "effects": move.get("effects", {}),
                "source": "msm",
            }
            for move in point["transitions"]
        ],
        "propensity": {"nodes": 1},
        "items": items,
        "determinants": [
            {"id": name, "item": name, "reference": 0.0, "memory": {"kind": "last"}}
            for name in covariates(case)
        ],
        "horizons_days": [1],
        "levels": {
            "horizon_days": 1,
            "cuts": {"guarded": 0.1, "elevated": 0.2, "high": 0.3, "critical": 0.4},
        },
        "safety": [],
        "actions": [],
        "calibration": {"status": "test"},
    }


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data sets, written by R."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("the data sets of msm are read by Rscript, which is not installed")
    into = tmp_path_factory.mktemp("msm")
    command = [rscript, str(FILES / "export.R"), str(into)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        pytest.skip(
            f"the R package msm is not there or does not answer: {ran.stderr[-200:]}"
        )
    return into


def read_rows(case: Case, path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if case["data"] == "families":
        for row in rows:
            row["answer"] = (
                row[case["columns"]["answer"]] if row["stage"] != "4" else "99"
            )
            row["stage_known"] = "0"
    return rows


def check_ins(case: Case, rows: list[dict[str, str]]) -> dict[str, list[Any]]:
    last, dead = case["stages"], case.get("absorbing_at_exact_times")
    living = "|".join(f"s{k + 1}" for k in range(last - 1))
    sets = {int(code): states for code, states in case.get("censored", {}).items()}
    hidden = not case["conditional_on_first"]
    table: dict[str, list[Any]] = {"person": [row["person"] for row in rows]}
    table["time"] = [float(row["time"]) for row in rows]
    levelled = hidden and case["start"]["answers"]["family"] == "categorical"
    code = {"fev": 999, "families": 99}.get(case["data"], last)
    answers, stages, entered = [], [], []
    for row in rows:
        value = float(row["answer"])
        at_end = value == code and dead is not None
        known = row["stage_known"] == "1"
        entered.append(at_end)
        if at_end:
            stages.append(f"s{last}")
        elif not hidden:
            states = sets.get(int(value), [int(value)])
            stages.append("|".join(f"s{k}" for k in states))
        elif known:
            stages.append(f"s{int(value)}")
        else:
            stages.append(living if dead is not None else "")
        # msm takes a stage that is known for the answer too.
        gone = at_end or (known and hidden)
        answers.append(math.nan if gone else value - levelled)
    table |= {"stage": stages, "entered": entered}
    if hidden:
        table["answer"] = answers
    for name in covariates(case):
        table[name] = [float(row[name] or "nan") for row in rows]
    return table


@pytest.mark.parametrize(("name", "at"), points())
def test_likelihoods(name: str, at: str, request: pytest.FixtureRequest) -> None:
    case = read_case(name)
    point = case[at]
    own = FILES / "families.csv"
    is_own = case["data"] == "families"
    path = own if is_own else request.getfixturevalue("tables") / f"{name}.csv"
    model = relapse.Model.from_dict(document(case, point))
    data = check_ins(case, read_rows(case, path))
    found = -2.0 * relapse.log_likelihood(data, model)
    if case["conditional_on_first"]:
        found -= 2.0 * len(set(data["person"])) * math.log(case["stages"])
    wanted = point["minus_two_log_likelihood"]
    assert found == pytest.approx(wanted, rel=CLOSE)


#: The deviance of msm; standard errors come from differences there.
CLOSE_DEVIANCE = 1e-4
CLOSE_ERROR = 0.02


#: Effects that are one number in msm's fit.
EQUAL = {
    "psor_covariates": [
        ["effect:*:hieffusn"],
        ["effect:s1>s2:ollwsdrt", "effect:s2>s3:ollwsdrt"],
    ]
}


def wanted_estimates(point: Point) -> dict[str, tuple[float, float]]:
    """Estimate and standard error by name, on the scale of FitResult."""
    wanted: dict[str, tuple[float, float]] = {}
    for move in point["transitions"]:
        pair = f"s{move['from']}>s{move['to']}"
        wanted[f"rate:{pair}"] = (math.log(move["rate"]), move["log_rate_error"])
        for name, value in move.get("effects", {}).items():
            wanted[f"effect:{pair}:{name}"] = (value, move["effect_errors"][name])
    law = point.get("answers", {})
    for k, error in enumerate(law.get("mean_errors", [])):
        wanted[f"given:answer:s{k + 1}:mean"] = (law["given"][k]["mean"], error)
    return wanted


@pytest.mark.parametrize("name", [name for name, at in points() if at == "fit"])
def test_fits(name: str, tables: Path) -> None:
    case = read_case(name)
    model = relapse.Model.from_dict(document(case, case["start"]))
    data = check_ins(case, read_rows(case, tables / f"{name}.csv"))
    hidden = not case["conditional_on_first"]
    unasked = hidden and len(case["start"]["answers"]["given"]) < case["stages"]
    fixed = [f"given:answer:s{case['stages']}"] if unasked else []
    constraints = {"fixed": fixed, "equal": EQUAL.get(name, [])}
    moving = ["rate", "effect", "given"]
    result = relapse.fit(data, model, free=moving, constraints=constraints, starts=1)
    deviance = -2.0 * result.log_likelihood
    if not hidden:
        deviance -= 2.0 * len(set(data["person"])) * math.log(case["stages"])
    assert result.status == "converged"
    assert deviance == pytest.approx(
        case["fit"]["minus_two_log_likelihood"], abs=CLOSE_DEVIANCE
    )
    for parameter, (value, error) in wanted_estimates(case["fit"]).items():
        # msm stops a little before the maximum.
        assert abs(result[parameter] - value) < 0.02 * error + 1e-6, parameter
        found = result.standard_error(parameter)
        assert found == pytest.approx(error, rel=CLOSE_ERROR), parameter


@pytest.mark.parametrize(("name", "at"), points())
def test_transitions_and_passages(name: str, at: str) -> None:
    case = read_case(name)
    point = case[at]
    model = relapse.Model.from_dict(document(case, point))
    for each in point["matrices"]:
        answers = each.get("covariates", {})
        found = model.transition_matrix(each["time"], answers=answers)
        assert np.abs(found - np.array(each["transition"])).max() < CLOSE
        passages = np.array(each["passage"])
        for k, stage in enumerate(model.stages):
            reached = model.passage_probability(
                to=[stage], days=each["time"], answers=answers
            )
            assert np.abs(reached - passages[:, k]).max() < CLOSE
