"""How long fits take, and how often they end at the best optimum known.

    .venv/bin/python benchmarks/fits.py [STARTS]

Fits from the data alone: of 1954 check-ins, five items of mixed families and 32 free
numbers, with ten seeds beside the best of 200 starts; and of the opioid trials in
../shared/data, if they are there, with the structure of examples/opioid_trials.json and
with twelve more signs, which makes 453 numbers (for speed: they do not help).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import relapse

ROOT = Path(__file__).parents[1]
CHECK_INS = 1954
STARTS = int(sys.argv[1]) if len(sys.argv) > 1 else 10
SEEDS = range(1, 11)
#: Two fits with less between them are at the same optimum.
SAME = 0.05


def mixed_model() -> relapse.Model:
    return relapse.Model.from_dict({
        "schema": "relapse/model/1", "id": "mixed", "version": "1", "title": "mixed",
        "stages": [{"id": "well"}, {"id": "warning"}, {"id": "use", "use": "lapse"}],
        "initial": {"well": 0.6, "warning": 0.3, "use": 0.1},
        "transitions": [
            {"from": "well", "to": "warning", "rate": 0.10, "direction": "toward_use"},
            {"from": "warning", "to": "use", "rate": 0.12, "direction": "toward_use"},
            {"from": "use", "to": "well", "rate": 0.15, "direction": "recovery"},
        ],
        "propensity": {"nodes": 1},
        "items": [
            {"id": "asked", "role": "use", "family": "bernoulli",
             "given": {"well": 0.05, "warning": 0.1, "use": 0.7}},
            {"id": "sleep", "role": "sign", "family": "categorical", "levels": 4,
             "given": {"well": [0.5, 0.3, 0.1, 0.1], "warning": [0.2, 0.3, 0.3, 0.2],
                       "use": [0.1, 0.2, 0.3, 0.4]}},
            {"id": "nights", "role": "sign", "family": "poisson",
             "given": {"well": 0.6, "warning": 1.5, "use": 2.5}},
            {"id": "mood", "role": "sign", "family": "normal",
             "given": {"well": {"mean": 7, "sd": 1.5}, "warning": {"mean": 5, "sd": 1.6},
                       "use": {"mean": 4.5, "sd": 2.0}}},
            {"id": "drinks", "role": "use", "family": "negative_binomial",
             "given": {"well": {"mean": 0.3, "dispersion": 1.0},
                       "warning": {"mean": 0.6, "dispersion": 1.0},
                       "use": {"mean": 4.0, "dispersion": 1.5}}},
        ],
        "horizons_days": [7],
        "levels": {"horizon_days": 7, "cuts": {"guarded": 0.1, "elevated": 0.2,
                                               "high": 0.4, "critical": 0.7}},
        "calibration": {"status": "for speed"},
    })  # fmt: skip


def timed(check_ins: Any, model: relapse.Model, **settings: Any) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = relapse.fit(check_ins, model, start="data", covariance="none", **settings)
    return time.perf_counter() - begun, found


def mixed() -> None:
    model = mixed_model()
    whole = relapse.simulate(
        model, persons=120, days=40, every=2.0, jitter=0.9, answered=0.8, seed=8,
        frame="dict",
    )  # fmt: skip
    data = {name: values[:CHECK_INS] for name, values in whole.items()}
    _, best = timed(data, model, starts=200, seed=99)
    print(f"mixed, {CHECK_INS} check-ins, {len(best.names)} numbers, {STARTS} starts")
    print(f"  best of 200 starts {best.log_likelihood:.3f}")
    seconds, missed = [], 0
    for seed in SEEDS:
        took, found = timed(data, model, starts=STARTS, seed=seed)
        seconds.append(took)
        missed += found.log_likelihood < best.log_likelihood - SAME
    print(
        f"  {np.median(seconds):.3f} s, at the best {len(SEEDS) - missed} of {len(SEEDS)}"
    )


#: More signs of the opioid trials: column, and its levels beside the missing one.
MORE_SIGNS = {
    **dict.fromkeys(
        ["days_heroin", "days_alcohol", "days_cocaine", "days_amphetamine",
         "days_benzodiazepine", "days_thc"], 8,
    ),
    "withdrawal_max": 4,
    "pain_max": 3,
    **dict.fromkeys(["uds_cocaine", "uds_amphetamine", "uds_benzo", "uds_thc"], 2),
}  # fmt: skip


def widened(model: relapse.Model) -> relapse.Model:
    document = model.to_dict()
    for column, levels in MORE_SIGNS.items():
        even = [1 / (levels + 1)] * (levels + 1)
        document["items"].append({
            "id": column, "role": "sign", "family": "categorical", "levels": levels,
            "missing_is_a_level": True,
            "given": {stage["id"]: even for stage in document["stages"]},
        })  # fmt: skip
    for transition in document["transitions"]:
        transition.setdefault("effects", {}).setdefault("low_cover", 0.1)
    return relapse.Model.from_dict(document)


def opioid() -> None:
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "opioid_trials").exists():
        print("opioid trials: skipped, the data are not there")
        return
    sys.path.insert(0, str(ROOT / "examples"))
    import opioid_trials

    model = relapse.Model.load(ROOT / "examples" / "opioid_trials.json")
    weeks = opioid_trials.read_weeks(folder)
    data = opioid_trials.map_check_ins(weeks)
    for starts in (1, 3):
        print_fit(*timed(data, model, starts=starts), starts)
    print_fit(*timed(data.join(weeks[[*MORE_SIGNS]]), widened(model), starts=1), 1)


def print_fit(took: float, found: Any, starts: int) -> None:
    print(
        f"opioid trials, {found.check_ins} weeks, {len(found.names)} numbers, "
        f"{starts} starts: {took:.1f} s, {found.log_likelihood:.2f}, "
        f"{found.evaluations} evaluations, {found.status}"
    )


if __name__ == "__main__":
    mixed()
    opioid()
