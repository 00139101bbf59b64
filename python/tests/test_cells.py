"""The rate of a cell is the mean of the rate over the cell: how near that comes to
rates that move all the time, in the reference and in the engine.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from reference import Reference
from scipy.integrate import solve_ivp

import relapse

Document = dict[str, Any]
CUTS = {"guarded": 0.02, "elevated": 0.05, "high": 0.15, "critical": 0.4}
HALF_LIVES = [0.25, 0.5, 1, 3, 7, 14]
EFFECTS = [0.5, 1.5, 3]
EXACT = 1e-12


def fading(half_life: float, effect: float) -> Document:
    """Two ways into use; one determinant that fades from 1 to its reference 0."""
    moves = [("calm", "strained", 0.04), ("strained", "calm", 0.08),
             ("calm", "use", 0.004), ("strained", "use", 0.03)]  # fmt: skip
    fade = {"kind": "decay", "half_life_days": half_life}
    return {
        "schema": "relapse/model/1", "id": "fading", "version": "1", "title": "fading",
        "stages": [{"id": "calm"}, {"id": "strained"}, {"id": "use", "use": "lapse"}],
        "initial": {"calm": 0.7, "strained": 0.3, "use": 0.0},
        "transitions": [
            {"from": a, "to": b, "rate": rate,
             "effects": {"x": -effect if b == "calm" else effect}, "source": "test"}
            for a, b, rate in moves
        ],
        "propensity": {"nodes": 1},
        "items": [{"id": "x", "role": "determinant", "source": "test"}],
        "determinants": [{"id": "x", "item": "x", "memory": fade}],
        "horizons_days": [1, 7, 30],
        "levels": {"horizon_days": 7, "cuts": CUTS, "lower_after_days": 3},
        "calibration": {"status": "test"},
    }  # fmt: skip


def exact_risks(document: Document, half_life: float) -> list[float]:
    reference = Reference(document, None)

    def slope(t: float, p: np.ndarray) -> np.ndarray:
        q = reference.generator(np.array([[2 ** (-t / half_life)]]), reference.grid[0])
        q[reference.use] = 0.0
        return p @ q

    days = document["horizons_days"]
    solved = solve_ivp(slope, (0, 30), [0.7, 0.3, 0.0], method="DOP853",
                       rtol=1e-10, atol=1e-13, t_eval=days)  # fmt: skip
    return solved.y[2].tolist()


#: Largest error of a risk against exact integration, half-lives of 6 hours to 14 days,
#: effects of 0.5 to 3. Three points reach what cells of this width can give.
WITHIN = {None: 0.17, 2: 0.035, 3: 0.005, 4: 0.005}


def test_the_mean_rate_of_a_cell_against_exact_integration() -> None:
    worst = dict.fromkeys(WITHIN, 0.0)
    for half_life, effect in itertools.product(HALF_LIVES, EFFECTS):
        document = fading(half_life, effect)
        wanted = exact_risks(document, half_life)
        for points in WITHIN:
            rows = [{"time": 0.0, "answers": {"x": 1.0}}]
            found = Reference(document, points).run(rows)[0]["risk"].values()
            errors = [abs(a / b - 1) for a, b in zip(found, wanted, strict=True)]
            worst[points] = max(worst[points], *errors)
    for points, error in worst.items():
        assert 0.4 * WITHIN[points] < error < WITHIN[points], points


def test_cutting_an_interval_changes_nothing() -> None:
    reference = Reference(fading(1.0, 2.0), 3)
    state = reference.observe(None, {"time": 0.0, "answers": {"x": 1.0}})
    start = reference.start(reference.past(state, 0, 0))
    whole = reference.carry(start, reference.path(state, 0.0, 5.0, outlook=False))
    part = reference.carry(start, reference.path(state, 0.0, 1.3, outlook=False))
    part = reference.carry(part, reference.path(state, 1.3, 3.7, outlook=False))
    np.testing.assert_allclose(whole, part, rtol=0, atol=EXACT)


def test_the_risk_of_the_engine_against_exact_integration() -> None:
    worst = 0.0
    for half_life, effect in itertools.product(HALF_LIVES, EFFECTS):
        document = fading(half_life, effect)
        model = relapse.Model.from_dict(document)
        found = relapse.Monitor(model).update(0.0, {"x": 1.0}).risk
        wanted = exact_risks(document, half_life)
        assert list(found) == document["horizons_days"]
        errors = [abs(a / b - 1) for a, b in zip(found.values(), wanted, strict=True)]
        worst = max(worst, *errors)
    assert worst < WITHIN[3]


def test_where_nothing_fades_the_risk_is_exact() -> None:
    document = fading(1.0, 2.0)
    document["determinants"][0]["memory"] = {"kind": "last"}
    found = relapse.Monitor(relapse.Model.from_dict(document)).update(0.0, {"x": 1.0})
    for a, b in zip(found.risk.values(), exact_risks(document, np.inf), strict=True):
        assert abs(a / b - 1) < 1e-8  # that of the solver
