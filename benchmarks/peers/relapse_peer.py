"""relapse, one thread, on the same check-ins."""

from __future__ import annotations

import json
import sys

import numpy as np
from problem import CHECK_INS, COVARIATES, INITIAL, ITEMS, MOVES, STAGES, measure

import relapse

data = np.load(sys.argv[1])
rows = len(data["answers"])
stages = [f"s{k}" for k in range(STAGES)]


def document(effects: bool) -> dict:
    items = [
        {
            "id": f"item_{i}",
            "role": "sign",
            "family": "categorical",
            "levels": data["given"].shape[2],
            "given": dict(zip(stages, data["given"][i].tolist(), strict=True)),
            "source": "drawn",
        }
        for i in range(ITEMS)
    ]
    asked = [f"x{k}" for k in range(COVARIATES)] if effects else []
    items += [{"id": x, "role": "determinant", "source": "drawn"} for x in asked]
    transitions = []
    for (a, b, rate), weights in zip(MOVES, data["effects"].tolist(), strict=True):
        move = {"from": stages[a], "to": stages[b], "rate": rate, "source": "drawn"}
        transitions.append(move | {"effects": dict(zip(asked, weights, strict=False))})
    cuts = {"guarded": 0.02, "elevated": 0.05, "high": 0.15, "critical": 0.4}
    return {
        "schema": "relapse/model/1",
        "id": "peers",
        "version": "1",
        "title": "as the peers have it",
        "stages": [
            {"id": s} | ({"use": "lapse"} if k > 2 else {}) for k, s in enumerate(stages)
        ],
        "initial": dict(zip(stages, INITIAL.tolist(), strict=True)),
        "transitions": transitions,
        "propensity": {"nodes": 1},
        "items": items,
        "determinants": [{"id": x, "item": x, "memory": {"kind": "last"}} for x in asked],
        "horizons_days": [1, 7, 30],
        "levels": {"horizon_days": 7, "cuts": cuts},
        "safety": [],
        "actions": [],
        "calibration": {"status": "none"},
    }


def table(gaps: np.ndarray) -> dict:
    answers = {
        f"item_{i}": np.ascontiguousarray(data["answers"][:, i]) for i in range(ITEMS)
    }
    covariates = {
        f"x{k}": np.ascontiguousarray(data["covariates"][:, k]) for k in range(COVARIATES)
    }
    time = np.cumsum(gaps.reshape(-1, CHECK_INS), axis=1).ravel().astype(float)
    person = np.repeat(np.arange(rows // CHECK_INS), CHECK_INS)
    return {"person": person, "time": time} | answers | covariates


def told(work: str, rate: float, found: float | None = None) -> None:
    line = {"work": work, "peer": "relapse", "rate": rate, "log_likelihood": found}
    print(json.dumps(line))


constant = relapse.Model.from_dict(document(effects=False))
with_effects = relapse.Model.from_dict(document(effects=True))
uneven, even = table(data["gaps"]), table(np.ones(rows))
plain = {name: column for name, column in uneven.items() if not name.startswith("x")}
daily = {name: column for name, column in even.items() if not name.startswith("x")}


def likelihood(model: relapse.Model, check_ins: dict) -> float:
    return relapse.log_likelihood(check_ins, model, threads=1)


def filtered() -> float:
    return float(relapse.filter(plain, constant, threads=1)["log_likelihood"].sum())


def scored(model: relapse.Model, check_ins: dict) -> float:
    return float(relapse.score(check_ins, model, threads=1)["log_likelihood"].sum())


for work, run in [
    ("likelihood, constant generator", lambda: likelihood(constant, plain)),
    ("likelihood, steps of one day", lambda: likelihood(constant, daily)),
    ("filter, constant generator", filtered),
    ("likelihood, own covariates", lambda: likelihood(with_effects, uneven)),
    ("scores with risks, own covariates", lambda: scored(with_effects, uneven)),
]:
    seconds, found = measure(run)
    told(work, rows / seconds, found)

monitor = relapse.Monitor(constant, drivers=False)
names = [f"item_{i}" for i in range(ITEMS)]
check_ins = [
    dict(zip(names, row, strict=True)) for row in data["answers"][:CHECK_INS].tolist()
]
day = 0.0


def again() -> float:
    global day
    for k in range(200):
        day += 1.0
        monitor.update(day, check_ins[k % CHECK_INS])
    return day


seconds, _ = measure(again)
told(f"one more check-in after {CHECK_INS}", 200 / seconds)
