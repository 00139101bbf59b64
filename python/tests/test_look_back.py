"""Smoothing and decoding against values computed elsewhere, and their laws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import relapse

FILES = Path(__file__).parents[2] / "tests" / "data" / "reference"

#: Agreement with another implementation in doubles.
CLOSE = 1e-10


@pytest.mark.parametrize("case", ["s1", "s2", "s7"])
def test_the_shared_cases(case: str) -> None:
    model = relapse.Model.load(FILES / f"{case}_model.json")
    data = pd.read_csv(FILES / f"{case}_check_ins.csv")
    expected = pd.read_csv(FILES / f"{case}_expected.csv")
    smoothed = relapse.smooth(data, model, same_time="in_order")
    for stage in model.stages:
        error = np.abs(smoothed[f"stage_{stage}"] - expected[f"smoothed_{stage}"]).max()
        assert error < CLOSE, stage
    decoded = relapse.decode(data, model, same_time="in_order")
    assert list(decoded["stage"]) == list(expected["viterbi"])


def simulated() -> pd.DataFrame:
    model = relapse.Model.standard()
    made = relapse.simulate(model, persons=12, days=40, every=2.0, seed=5)
    return pd.DataFrame(made).drop(columns=["stage", "first_use"], errors="ignore")


def test_the_last_row_is_the_filter_and_time_is_all_spent() -> None:
    data = simulated()
    smoothed = relapse.smooth(data, "standard", between=True)
    filtered = relapse.filter(data, "standard")
    last = data.groupby("person").tail(1).index
    stages = [name for name in filtered if name.startswith("stage_")]
    gap = smoothed.loc[last, stages] - filtered.loc[last, stages]
    assert np.abs(gap.to_numpy()).max() < CLOSE
    spent = smoothed.filter(like="days_").sum(axis=1)
    since = data.groupby("person")["time"].diff().fillna(0.0)
    assert np.abs(spent - since).max() < 1e-8
    assert smoothed.filter(like="jumps_").to_numpy().min() >= 0.0


def test_the_table_comes_back_as_it_went_in() -> None:
    data = simulated()
    shuffled = data.sample(frac=1.0, random_state=1)
    frame = relapse.smooth(pl.from_pandas(shuffled), "standard")
    assert isinstance(frame, pl.DataFrame)
    straight = relapse.smooth(data, "standard")
    assert list(frame["time"]) == list(shuffled["time"])
    assert np.array_equal(
        frame["stage_stable"].to_numpy(), straight.loc[shuffled.index, "stage_stable"]
    )
    decoded = relapse.decode(shuffled, "standard", threads=2)
    assert list(decoded.index) == list(shuffled.index)
    assert set(decoded["stage"]) <= set(relapse.Model.standard().stages)


def test_a_row_that_cannot_be_is_named() -> None:
    data = {"person": ["A", "A"], "time": [1.0, 0.5], "craving": [1, 99]}
    with pytest.raises(relapse.CheckInError, match="person 'A', row 1"):
        relapse.smooth(data, "standard")
    with pytest.raises(relapse.CheckInError, match="person 'A', row 1"):
        relapse.decode(data, "standard")
