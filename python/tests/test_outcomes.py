"""Endpoints over tables. The endpoints themselves: tests/domain/outcome_test.cpp."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import relapse

TRIALS = Path(__file__).parents[3] / "shared" / "data" / "opioid_trials"
WORDS = {"+": "positive", "*": "positive", "-": "negative", "o": "missing"}


def weeks(*words: str) -> dict[str, list[Any]]:
    """Return a table of patterns, a person each, its weeks in a shuffled order."""
    rows = [
        (f"P{p}", w + 1, c) for p, word in enumerate(words) for w, c in enumerate(word)
    ]
    order = np.random.default_rng(1).permutation(len(rows))
    names = ("person", "time", "status")
    return {name: [rows[r][k] for r in order] for k, name in enumerate(names)}


def by_person(table: Any) -> pd.DataFrame:
    return pd.DataFrame(table).set_index("person").sort_index()


def test_endpoints_of_each_person_by_hand() -> None:
    table = weeks("--o-+-", "-+o+o-", "------", "oooo")
    found = by_person(relapse.pattern_outcomes(table, words=WORDS))
    assert list(found["first_use"]) == [3, 2, 6, 1]
    assert list(found["first_use_happened"]) == [1, 1, 0, 1]
    assert list(found["return_to_use"]) == [6, 2, 6, 1]
    assert list(found["return_to_use_happened"]) == [0, 1, 0, 1]
    assert list(found["longest_abstinence"]) == [2, 1, 6, 0]
    assert list(found["share_negative"]) == pytest.approx([4 / 6, 2 / 6, 1, 0])
    assert list(found["abstinent"]) == [0, 0, 1, 0]
    left_out = by_person(relapse.pattern_outcomes(table, words=WORDS, missing="left_out"))
    assert list(left_out["first_use"])[:3] == [5, 2, 6]
    assert np.isnan(left_out["first_use"].iloc[3])
    assert np.isnan(left_out["share_negative"].iloc[3])


def test_a_week_without_a_row_is_missing_and_weeks_outside_do_not_count() -> None:
    table = {"person": ["A"] * 3, "time": [1, 2, 5], "status": [0, 0, 0]}
    found = relapse.pattern_outcomes(table)
    assert (found["first_use"][0], found["first_use_happened"][0]) == (3, 1)
    inside = relapse.pattern_outcomes(table, first=1, last=2)
    assert (inside["first_use"][0], inside["first_use_happened"][0]) == (2, 0)
    longer = relapse.pattern_outcomes(table, last=9)
    assert longer["share_negative"][0] == pytest.approx(3 / 9)


def test_the_kind_of_table_comes_back_in_order_of_first_appearance() -> None:
    table = pl.DataFrame(
        {"person": ["B", "A", "B"], "time": [1, 1, 2], "status": [0, 1, 1]}
    )
    found = relapse.pattern_outcomes(table)
    assert isinstance(found, pl.DataFrame)
    assert found["person"].to_list() == ["B", "A"]
    assert found["first_use"].to_list() == [2.0, 1.0]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"time": [1, 1, 2]}, "time"),
        ({"time": [1, 2.5, 3]}, "time"),
        ({"time": [1, None, 3]}, "time"),
        ({"status": [0, "perhaps", 0]}, "status"),
        ({"person": ["A", None, "A"]}, "person"),
    ],
)
def test_rows_that_cannot_be_used_are_named(change: dict[str, Any], column: str) -> None:
    table = {"person": ["A"] * 3, "time": [1, 2, 3], "status": [0, 0, 1]} | change
    with pytest.raises(relapse.CheckInError) as caught:
        relapse.pattern_outcomes(table)
    assert (caught.value.row, caught.value.item) == (1, column)


def test_settings_out_of_range_are_refused() -> None:
    table = weeks("-+")
    with pytest.raises(relapse.InvalidInput, match="words"):
        relapse.pattern_outcomes(table, words={"+": "bad"})
    with pytest.raises(relapse.InvalidInput, match="missing"):
        relapse.pattern_outcomes(table, words=WORDS, missing="none")  # type: ignore[call-overload]
    with pytest.raises(relapse.InvalidInput, match="run"):
        relapse.pattern_outcomes(table, words=WORDS, run=0)


def test_amounts_of_each_person_by_hand() -> None:
    table = {
        "person": ["A"] * 5 + ["B"] * 2,
        "time": [1, 2, 3, 4, 5, 1, 2],
        "amount": [0, 6, None, 2, 0, 4, None],
        "limit": [5] * 5 + [4] * 2,
    }
    found = by_person(relapse.amount_outcomes(table, heavy="limit"))
    assert list(found["observed"]) == [4, 1]
    assert list(found["share_abstinent"]) == [0.5, 0]
    assert list(found["share_heavy"]) == [0.25, 1]
    assert list(found["any_heavy"]) == [1, 1]
    assert list(found["mean"]) == [2, 4]
    assert list(found["mean_on_use_days"]) == [4, 4]
    assert by_person(relapse.amount_outcomes(table, heavy=5))["any_heavy"].iloc[1] == 0
    with pytest.raises(relapse.CheckInError, match="0 or above"):
        relapse.amount_outcomes(table | {"amount": [0, -1, 0, 0, 0, 0, 0]}, heavy=5)
    with pytest.raises(relapse.CheckInError, match="differs"):
        relapse.amount_outcomes(table | {"limit": [5, 4, 5, 5, 5, 4, 4]}, heavy="limit")


def test_levels_of_drinking_risk() -> None:
    assert relapse.drinking_risk([0, 40, 60.5, np.nan], "men") == [
        "abstinent",
        "low",
        "high",
        None,
    ]
    assert relapse.drinking_risk([40], "women") == ["medium"]
    assert relapse.drinking_risk([40], (10, 20, 30)) == ["very_high"]
    with pytest.raises(relapse.InvalidInput, match="limits"):
        relapse.drinking_risk([40], (30, 20, 10))


@pytest.mark.skipif(not TRIALS.is_dir(), reason="the opioid trial data are not here")
def test_return_to_use_is_that_of_the_published_analysis() -> None:
    """Luo et al. 2024: four consecutive missing or positive weeks, of weeks 4 to 12."""
    published = pd.read_csv(TRIALS / "landmark_week3.csv", dtype={"person": str})
    table = pd.DataFrame(weeks(*published["uds_word"]))
    number = table["person"].str.removeprefix("P").astype(int)
    for first, outcome in ((4, "rtu_w4_12"), (1, "rtu_by_week12")):
        found = relapse.pattern_outcomes(table, words=WORDS, first=first, last=12)
        happened = found.set_index("person")["return_to_use_happened"]
        expected = published[outcome].set_axis(f"P{k}" for k in published.index)
        assert (happened == expected.loc[happened.index]).all()
    assert number.nunique() == len(published)
    began = relapse.pattern_outcomes(table, words=WORDS).set_index("person")
    weeks_given = published["rtu_week"].set_axis(f"P{k}" for k in published.index)
    given = weeks_given.dropna()
    assert len(given) > 500
    assert (began.loc[given.index, "return_to_use"] == given).all()


@pytest.mark.parametrize("code", [-9, -9.0, "-9", 9, 99, "99", 2, 0.5, float("inf")])
def test_a_number_other_than_0_and_1_is_no_status(code: Any) -> None:
    weeks = {"person": ["a"] * 3, "time": [1, 2, 3], "status": [0, code, 1]}
    if isinstance(code, str):
        weeks["status"] = ["0", code, "1"]
    with pytest.raises(relapse.CheckInError, match="so a code") as error:
        relapse.pattern_outcomes(weeks)
    assert (error.value.row, error.value.person) == (1, "a")
    told = relapse.pattern_outcomes(
        weeks, words={code: "missing", 0: "negative", 1: "positive"}
    )
    gap = {**weeks, "status": [0, None, 1]}
    np.testing.assert_array_equal(
        told["first_use"], relapse.pattern_outcomes(gap)["first_use"]
    )


def test_a_number_that_no_word_names_beside_those_that_it_does_is_refused() -> None:
    weeks = {"person": ["a"] * 3, "time": [1, 2, 3], "status": [1, 2, 3]}
    with pytest.raises(relapse.CheckInError, match="does not name") as error:
        relapse.pattern_outcomes(weeks, words={"1": "negative", 2.0: "positive"})
    assert error.value.row == 2


@pytest.mark.parametrize("code", [-9, "-9", 99])
def test_words_for_a_gap_leave_0_and_1_as_they_are(code: Any) -> None:
    weeks = {"person": ["a"] * 4, "time": [1, 2, 3, 4], "status": [0, int(code), 1, 1]}
    told = relapse.pattern_outcomes(weeks, words={code: "missing"})
    gap = relapse.pattern_outcomes({**weeks, "status": [0, None, 1, 1]})
    for name, values in gap.items():
        np.testing.assert_array_equal(told[name], values)


@pytest.mark.parametrize(
    ("start", "step", "looks"),
    [(1_770_000_000, 86_400, "seconds"), (20_260_227, 1, "a date, YYYYMMDD")],
)
def test_periods_are_numbered_and_no_times(start: int, step: int, looks: str) -> None:
    times = [start, start + step]
    weeks = {"person": ["a"] * 2, "time": times, "status": [0, 1], "amount": [0, 1]}
    for outcome in (
        lambda: relapse.pattern_outcomes(weeks),
        lambda: relapse.amount_outcomes(weeks, heavy=5),
    ):
        with pytest.raises(relapse.CheckInError, match=f"looks like {looks}"):
            outcome()
