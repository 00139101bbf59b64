#!/usr/bin/env python3
"""Is what `standard` says true in a world that is not its own?

    python benchmarks/other_world.py [MODEL] [--persons 1000] [--days 60] [--seed 1]

The world has no stages. Strain and urge are continuous and follow their own course; use
comes with a hazard of both, of recent use and of a person's own proneness. The answers
are harder than the model takes them to be:

- style: people use the scale differently, and a day's mood colours every answer;
- zeros by habit: a third click the lowest answer to every sign on most days;
- concealment: a quarter never tell of use, the others nine times in ten;
- missing after use: check-ins are missed far more often in the days after use.

Printed: what the model says about the next 7 days beside what came, in bins, for every
check-in and for those of a day without use. All numbers of this world are invented.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

Array = np.ndarray
STRAIN = ["isolating", "bottling_up", "holding_back", "self_neglect", "defensive",
          "irritable", "restless"]  # fmt: skip
URGE = ["thinking_of_use", "glamorising", "minimising", "bargaining",
        "controlled_use_ideas", "risky_choices"]  # fmt: skip


@dataclass
class World:
    """One row per check-in that was due; `used` and `soon` are the truth."""

    person: Array  # (rows,) number of the person
    time: Array  # (rows,) days
    answers: dict[str, Array]  # item -> (rows,), NaN: not answered
    used: Array  # (rows,) whether there was use on this day
    soon: Array  # (rows,) whether there is use within the next 7 days; NaN: not followed


def course(rng: np.random.Generator, shape: tuple[int, int], half_life: float) -> Array:
    """Stationary Ornstein-Uhlenbeck paths of unit variance, (person, day)."""
    kept = 2 ** (-1 / half_life)
    path = np.empty(shape)
    path[:, 0] = rng.normal(size=shape[0])
    for day in range(1, shape[1]):
        step = rng.normal(size=shape[0])
        path[:, day] = kept * path[:, day - 1] + np.sqrt(1 - kept**2) * step
    return path


def world(persons: int = 1000, days: int = 60, seed: int = 1) -> World:
    """Draw everybody; nobody has used on the first day."""
    rng = np.random.default_rng(seed)
    shape = (persons, days + 7)
    own = rng.normal(size=(persons, 1))
    strain = 0.6 * own + 0.8 * course(rng, shape, 10.0)
    urge = 0.4 * own + 0.5 * strain + 0.7 * course(rng, shape, 4.0)
    prone = rng.normal(size=persons)

    used = np.zeros(shape, bool)
    recent = np.zeros(persons)  # fades by half in five days
    for day in range(1, shape[1]):
        log_hazard = -3.75 + 0.35 * strain[:, day] + 0.7 * urge[:, day] + prone
        log_hazard += 2.7 * recent - 0.7 * np.log1p(day / 14)
        goes_on = used[:, day - 1] & (rng.random(persons) < 0.35)
        used[:, day] = goes_on | (rng.random(persons) < 1 - np.exp(-np.exp(log_hazard)))
        recent = np.where(used[:, day], 1.0, recent * 2 ** (-1 / 5))

    style = rng.normal(size=(persons, 1))
    mood = rng.normal(size=shape)
    clicks_zero = (rng.random((persons, 1)) < 0.33) & (rng.random(shape) < 0.85)

    def graded(latent: Array, usual: float) -> Array:
        own_noise = course(rng, shape, 6.0)
        felt = 0.8 * latent + 0.6 * style + 0.4 * mood + 0.6 * own_noise - usual
        return np.where(clicks_zero, 0, np.clip(np.floor(felt * 1.6 + 1), 0, 4))

    def scaled(
        latent: Array, middle: float, width: float, top: float, turn: int
    ) -> Array:
        felt = latent + 0.4 * turn * style + 0.4 * mood + 0.5 * rng.normal(size=shape)
        return np.clip(np.round(middle + turn * width * felt), 0, top)

    answers = {item: graded(strain, 0.9) for item in STRAIN}
    answers |= {item: graded(urge, 1.3) for item in URGE}
    answers["planning_use"] = (urge + 0.5 * mood + rng.normal(size=shape) > 3.6) * 1.0
    answers["craving"] = scaled(urge, 1.2, 0.9, 4, 1)
    answers["confidence"] = scaled(0.3 * strain + 0.7 * urge, 7.2, 1.7, 10, -1)
    answers["negative_affect"] = scaled(strain, 3.2, 1.9, 10, 1)
    answers["stress"] = scaled(strain, 3.5, 1.9, 10, 1)
    answers["sleep"] = scaled(0.6 * strain, 6.2, 1.9, 10, -1)
    answers["coping"] = scaled(0.7 * strain, 6.5, 1.7, 10, -1)
    tells = (rng.random((persons, 1)) < 0.75) & (rng.random(shape) < 0.9)
    answers["used"] = (used & tells) * 1.0

    since = np.full(persons, 99)
    missed = np.zeros(shape, bool)
    careful = rng.random(persons) < 0.3  # hardly misses one
    for day in range(shape[1]):
        since = np.where(used[:, day], 0, since + 1)
        chance = np.where(since <= 2, 0.5, np.where(careful, 0.03, 0.2))
        missed[:, day] = (rng.random(persons) < chance) & (day > 0)
    for item, values in answers.items():
        skipped = rng.random(shape) < (0.05 if item == "used" else 0.2)
        answers[item] = np.where(missed | skipped, np.nan, values)

    ahead = [used[:, day + 1 : day + 8].any(axis=1) for day in range(days)]
    person, time = np.divmod(np.arange(persons * days), days)
    return World(
        person, time.astype(float), {i: v[:, :days].ravel() for i, v in answers.items()},
        used[:, :days].ravel(), np.stack(ahead, axis=1).ravel(),
    )  # fmt: skip


BINS = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0001]


def auroc(said: Array, came: Array) -> float:
    ranks = np.empty(len(said))
    ranks[np.argsort(said, kind="stable")] = np.arange(len(said))
    hits = came.sum()
    return float(
        (ranks[came].sum() - hits * (hits - 1) / 2) / (hits * (len(said) - hits))
    )


def calibration(said: Array, came: Array) -> dict[str, Any]:
    """Bins of (said, came, check-ins), means, AUROC, log loss, slope of the log odds."""
    p = np.clip(said, 1e-6, 1 - 1e-6)
    x = np.log(p / (1 - p))
    a, b = 0.0, 1.0
    for _ in range(30):  # Newton steps of a logistic regression on the log odds said
        q = 1 / (1 + np.exp(-a - b * x))
        g = np.array([(came - q).sum(), ((came - q) * x).sum()])
        w = q * (1 - q)
        h = np.array([[w.sum(), (w * x).sum()], [(w * x).sum(), (w * x * x).sum()]])
        a, b = np.array([a, b]) + np.linalg.solve(h, g)
    inside = [(said >= low) & (said < high) for low, high in pairwise(BINS)]
    return {
        "said": float(said.mean()), "came": float(came.mean()),
        "auroc": auroc(said, came),
        "log_loss": float(-(came * np.log(p) + (1 - came) * np.log(1 - p)).mean()),
        "slope": float(b),
        "bins": [(float(said[i].mean()), float(came[i].mean()), int(i.sum()))
                 for i in inside if i.any()],
    }  # fmt: skip


def report(title: str, result: dict[str, Any]) -> None:
    print(f"{title}: said {result['said']:.3f}, came {result['came']:.3f}, "
          f"AUROC {result['auroc']:.3f}, log loss {result['log_loss']:.4f}, "
          f"slope {result['slope']:.2f}")  # fmt: skip
    for said, came, count in result["bins"]:
        print(f"    said {said:6.1%}   came {came:6.1%}   {count:7d} check-ins")


def judge(drawn: World, risk: Array, new_use: Array) -> None:
    """`risk` and `new_use` of the next 7 days, (rows,)."""
    free = ~drawn.used
    came = drawn.used | drawn.soon  # the risk counts being in use now
    report("every check-in", calibration(risk, came))
    report("days without use, new use", calibration(new_use[free], drawn.soon[free]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="standard")
    parser.add_argument("--persons", type=int, default=1000)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    import relapse

    model: Any = chosen.model
    if model.endswith(".json"):
        model = relapse.Model.load(model)
    drawn = world(chosen.persons, chosen.days, chosen.seed)
    table = {"person": drawn.person, "time": drawn.time, **drawn.answers}
    scores = relapse.score(table, model)
    new = np.asarray(scores["new_use_7d"], float)
    judge(drawn, np.asarray(scores["risk_7d"], float), np.nan_to_num(new, nan=1.0))


if __name__ == "__main__":
    main()
