"""What a user writes, checked by `mypy --strict` in test_typing.py."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

import relapse


def score_a_frame(frame: pl.DataFrame, query: pl.LazyFrame) -> float:
    model: relapse.Model = relapse.Model.standard()
    scores: pl.DataFrame = relapse.score(frame, model, person="who", time="when")
    both: tuple[pl.DataFrame, pl.DataFrame] = relapse.score(
        frame, "standard", on_error="collect"
    )
    height: int = scores.height + both[1].height
    later: pl.LazyFrame = relapse.filter(query, model)
    reasons: pl.DataFrame = relapse.drivers(frame, model, threads=2)
    total: float = relapse.log_likelihood(frame, model, same_time="in_order")
    total += relapse.forecast(frame, model, item="isolating", days=7.0).height
    return total + height + reasons.height + len(later.collect_schema())


def score_arrays() -> npt.NDArray[Any]:
    data = {"person": ["a", "a"], "time": [0.0, 1.0], "craving": np.array([1.0, np.nan])}
    scores: dict[str, npt.NDArray[Any]] = relapse.score(data, "standard")
    both = relapse.score(data, "standard", on_error="collect")
    errors: dict[str, npt.NDArray[Any]] = both[1]
    return np.concatenate([scores["risk_7d"], errors["row"]])


def follow_a_person() -> list[str]:
    monitor = relapse.Monitor("standard", days_since_use=30.0)
    try:
        assessment = monitor.update(
            datetime(2026, 3, 1, 8, tzinfo=timezone.utc),
            {"craving": 3, "isolating": None},
            {"isolating": "declined"},
            known_stage=["stable"],
        )
    except relapse.CheckInError as error:
        row: int | None = error.row
        return [error.problem, str(row), str(error.person), str(error.item)]
    risk: float = assessment.risk[7]
    low, high = assessment.risk_interval[7]
    worst: relapse.Driver = max(
        assessment.drivers, key=lambda driver: driver.contribution
    )
    words: list[str] = [suggestion.words for suggestion in monitor.suggest(count=3)]
    again: relapse.Monitor = relapse.Monitor.restore(monitor.model, monitor.snapshot())
    chance: float = again.run_probability("used", [0], run=4, weeks=12)
    level: str = monitor.at("2026-03-02T08:00Z").level
    return [level, worst.id, f"{low} {risk} {high} {chance}", *words, *assessment.flags]


def look_at_a_model(path: str) -> npt.NDArray[np.float64]:
    model = relapse.Model.load(path)
    model.save(path)
    stages: list[str] = model.stages
    weekly = model.transition_matrix(7.0, {"craving": 4}, propensity=1.0)
    passage = model.passage_probability(to=stages[-1:], days=7)
    return weekly @ passage


def read_a_plan(path: str) -> tuple[str, ...]:
    try:
        plan = relapse.Plan.load(path)
    except relapse.ParseError as error:
        return (error.pointer,)
    return tuple(strategy.words for strategy in plan.strategies)
