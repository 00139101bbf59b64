"""The chain, the items and the check-ins that every peer is given."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

STAGES, ITEMS, LEVELS, CHECK_INS, COVARIATES = 5, 24, 5, 90, 3

#: Rates per day between stages, as (from, to, rate).
MOVES = [
    (0, 1, 0.05), (1, 0, 0.10), (1, 2, 0.06), (2, 1, 0.12), (2, 3, 0.04),
    (3, 0, 0.20), (3, 2, 0.10), (3, 4, 0.08), (4, 3, 0.05), (4, 1, 0.03),
]  # fmt: skip
INITIAL = np.array([0.6, 0.2, 0.1, 0.06, 0.04])


def make(persons: int, into: Path) -> None:
    """Draw answers, gaps of 1 to 30 days and covariates; the same for the same number."""
    rng = np.random.default_rng(20260301)
    rows = persons * CHECK_INS
    np.savez(
        into,
        initial=INITIAL,
        generator=generator(np.zeros(len(MOVES))),
        given=rng.dirichlet(np.full(LEVELS, 2.0), size=(ITEMS, STAGES)),
        effects=rng.normal(0.0, 0.4, size=(len(MOVES), COVARIATES)),
        answers=rng.integers(0, LEVELS, size=(rows, ITEMS), dtype=np.uint8),
        gaps=rng.integers(1, 31, size=rows),
        covariates=rng.random((rows, COVARIATES)).round(3),
    )


def generator(log_ratios: Any) -> Any:
    """Generators, one for each row of log ratios of the rates in MOVES."""
    ratios = np.exp(np.asarray(log_ratios))
    q = np.zeros((*ratios.shape[:-1], STAGES, STAGES))
    for k, (a, b, rate) in enumerate(MOVES):
        q[..., a, b] = rate * ratios[..., k]
    index = np.arange(STAGES)
    q[..., index, index] = -q.sum(axis=-1)
    return q


def measure(work: Callable[[], float], rounds: int = 5) -> tuple[float, float]:
    """Return the median of the seconds, after one round to warm up, and the result."""
    result = work()
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - started)
    return float(np.median(seconds)), result
