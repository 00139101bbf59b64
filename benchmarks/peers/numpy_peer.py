"""The filter as a good user of NumPy and SciPy writes it: all persons side by side."""

from __future__ import annotations

import json
import sys

import numpy as np
from problem import CHECK_INS, ITEMS, STAGES, generator, measure
from scipy.linalg import expm

data = np.load(sys.argv[1])
answers = data["answers"].reshape(-1, CHECK_INS, ITEMS)
gaps = data["gaps"].reshape(-1, CHECK_INS)
logs = np.log(data["given"])  # item, stage, level
by_level = np.ascontiguousarray(logs.transpose(0, 2, 1))  # item, level, stage


def emissions(visit: int) -> np.ndarray:
    total = np.zeros((len(answers), STAGES))
    for item in range(ITEMS):
        total += by_level[item][answers[:, visit, item]]
    return total


def filtered(step, written: np.ndarray | None = None) -> float:
    belief = np.tile(data["initial"], (len(answers), 1))
    total = 0.0
    for visit in range(CHECK_INS):
        if visit:
            belief = np.einsum("nk,nkl->nl", belief, step(visit))
        log = emissions(visit)
        top = log.max(axis=1, keepdims=True)
        belief = belief * np.exp(log - top)
        scale = belief.sum(axis=1, keepdims=True)
        belief /= scale
        total += float((np.log(scale) + top).sum())
        if written is not None:
            written[:, visit] = belief
    return total


def constant(written: np.ndarray | None = None) -> float:
    days = np.arange(31.0)
    cached = expm(data["generator"] * days[:, None, None])
    return filtered(lambda visit: cached[gaps[:, visit]], written)


def own_covariates() -> float:
    log_ratios = data["covariates"] @ data["effects"].T
    q = generator(log_ratios).reshape(-1, CHECK_INS, STAGES, STAGES)
    return filtered(
        lambda visit: expm(q[:, visit - 1] * gaps[:, visit, None, None].astype(float))
    )


probabilities = np.empty((*gaps.shape, STAGES))
for work, peer, run, rounds in [
    ("likelihood, constant generator", "numpy", constant, 5),
    ("filter, constant generator", "numpy", lambda: constant(probabilities), 5),
    ("likelihood, own covariates", "scipy expm", own_covariates, 3),
]:
    seconds, found = measure(run, rounds)
    print(
        json.dumps(
            {
                "work": work,
                "peer": peer,
                "rate": gaps.size / seconds,
                "log_likelihood": found,
            }
        )
    )
