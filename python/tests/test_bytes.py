"""Answers in columns of bytes: numbers and refusals as of doubles, without a copy."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from sample_documents import small_document

import relapse
from relapse._reading.check_ins import read_check_ins
from relapse._reading.columns import (
    GAP,
    ArrayColumn,
    Refusals,
    as_bytes,
    number_by_value,
)
from relapse._report.history import replay

PERSONS = 6
ROWS = 8


def levels_model() -> relapse.Model:
    """Constant rates and items of levels alone: whole columns are taken at once."""
    document: dict[str, Any] = {
        key: small_document()[key]
        for key in (
            "schema",
            "id",
            "version",
            "title",
            "stages",
            "initial",
            "levels",
            "horizons_days",
            "calibration",
        )
    }
    document["transitions"] = [
        {"from": a, "to": b, "rate": rate, "source": "test"}
        for a, b, rate in (
            ("stable", "warning", 0.05),
            ("warning", "stable", 0.1),
            ("warning", "lapse", 0.04),
            ("lapse", "stable", 0.3),
        )
    ]
    given = {
        "stable": [0.6, 0.3, 0.1],
        "warning": [0.2, 0.4, 0.4],
        "lapse": [0.3, 0.4, 0.3],
    }
    document["items"] = [
        {
            "id": name,
            "role": "sign",
            "family": "categorical",
            "levels": 3,
            "given": given,
            "source": "test",
        }
        for name in ("one", "two", "three")
    ]
    return relapse.Model.from_dict(document)


def table(dtype: str) -> dict[str, Any]:
    rows = PERSONS * ROWS
    answers = np.arange(rows * 3).reshape(3, rows) * 7 % 3
    return {
        "person": np.repeat(np.arange(10, 10 + PERSONS), ROWS),
        "time": np.tile(np.arange(ROWS) * 3.0, PERSONS),
        **{
            name: answers[k].astype(dtype)
            for k, name in enumerate(("one", "two", "three"))
        },
    }


def same(a: Any, b: Any) -> None:
    assert list(a) == list(b)
    for name in a:
        np.testing.assert_array_equal(np.asarray(a[name]), np.asarray(b[name]))


@pytest.mark.parametrize("dtype", ["uint8", "int8"])
def test_bytes_give_the_doubles_of_doubles(dtype: str) -> None:
    model = levels_model()
    expected = relapse.filter(table("float64"), model)
    same(relapse.filter(table(dtype), model), expected)
    same(relapse.score(table(dtype), model), relapse.score(table("float64"), model))
    likelihood = relapse.log_likelihood(table("float64"), model)
    for threads in (1, 2):
        assert relapse.log_likelihood(table(dtype), model, threads=threads) == likelihood


def test_an_array_of_bytes_is_not_copied() -> None:
    given = table("uint8")
    data = read_check_ins(given, levels_model(), "person", "time")
    for name in ("one", "two", "three"):
        assert np.shares_memory(data.columns["answers"][name], given[name])
    assert data.columns["full"] == {"one", "two", "three"}


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_frames_with_and_without_gaps(kind: str) -> None:
    model = levels_model()
    gaps = table("float64")
    gaps["two"][5] = gaps["two"][40] = np.nan
    expected = relapse.filter(gaps, model)
    values = [None if value != value else int(value) for value in gaps["two"]]
    frame: Any
    if kind == "pandas":
        pd = pytest.importorskip("pandas")
        frame = pd.DataFrame(table("uint8"))
        frame["two"] = pd.array(values, dtype="UInt8")
    else:
        pl = pytest.importorskip("polars")
        frame = pl.DataFrame(table("uint8")).with_columns(
            pl.Series("two", values, dtype=pl.UInt8)
        )
        frame = frame.to_arrow() if kind == "pyarrow" else frame
    data = read_check_ins(frame, model, "person", "time")
    assert data.columns["answers"]["two"].dtype == np.uint8
    assert data.columns["full"] == {"one", "three"}
    answered = relapse.filter(frame, model)
    for name in ("stage_stable", "stage_lapse", "log_likelihood"):
        np.testing.assert_array_equal(np.asarray(answered[name]), expected[name])


@pytest.mark.parametrize(
    ("dtype", "value"), [("uint8", 3), ("uint8", 255), ("int8", -1), ("int8", 3)]
)
def test_a_byte_out_of_scale_is_refused_by_person_row_and_item(
    dtype: str, value: int
) -> None:
    given = table(dtype)
    given["three"][11] = value
    for work in (relapse.filter, relapse.log_likelihood, relapse.score):
        with pytest.raises(relapse.CheckInError) as refusal:
            work(given, levels_model())
        error = refusal.value
        assert (error.person, error.row, error.item) == (11, 11, "three")


def test_times_that_go_back_are_sorted_and_the_same_time_is_refused() -> None:
    model = levels_model()
    expected = relapse.log_likelihood(table("uint8"), model)
    turned = {name: values[::-1].copy() for name, values in table("uint8").items()}
    assert relapse.log_likelihood(turned, model) == pytest.approx(expected, rel=1e-14)
    twice = table("uint8")
    twice["time"][3] = twice["time"][2]
    with pytest.raises(relapse.CheckInError, match="time"):
        relapse.filter(twice, model)
    gone = table("uint8")
    gone["time"][9] = np.nan
    with pytest.raises(relapse.CheckInError, match="missing"):
        relapse.filter(gone, model)


def test_persons_that_stand_together_are_numbered_as_others_are() -> None:
    rising = np.array([3, 3, 5, 9, 9, 9])
    for values in (rising, rising.astype(np.int32), rising.astype(np.uint16)):
        refused = Refusals()
        codes, first = number_by_value(ArrayColumn("person", values), refused)
        assert codes.tolist() == [0, 0, 1, 2, 2, 2]
        assert first.tolist() == [0, 2, 3]
        assert refused.found == []
    again = ArrayColumn("person", np.array([5, 3, 5, 3]))
    codes, first = number_by_value(again, Refusals())
    assert codes.tolist() == [0, 1, 0, 1]
    assert first.tolist() == [0, 1]


def test_a_reason_column_keeps_its_meaning() -> None:
    model = levels_model()
    given = table("uint8")
    given["one_missing"] = [None] * (PERSONS * ROWS)
    data = read_check_ins(given, model, "person", "time")
    assert data.columns["answers"]["one"].dtype == np.float64
    plain = relapse.log_likelihood(table("uint8"), model)
    assert relapse.log_likelihood(given, model) == plain


def test_small_whole_doubles_are_read_as_bytes() -> None:
    nothing = np.nan
    whole = as_bytes(np.array([0.0, 3.0, 255.0]))
    assert whole is not None
    assert (whole.values.tolist(), whole.full) == ([0, 3, 255], True)
    gaps = as_bytes(np.array([0.0, nothing, 254.0]))
    assert gaps is not None
    assert (gaps.values.tolist(), gaps.full) == ([0, GAP, 254], False)
    later = np.zeros(5000)
    later[4000] = 0.5
    for other in ([nothing, 255.0], [0.5], [-1.0], [256.0], [np.inf], later):
        assert as_bytes(np.array(other)) is None


def test_reading_doubles_as_bytes_changes_no_double(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = relapse.Model.standard()
    table = relapse.simulate(
        model, persons=40, days=30, jitter=0.5, answered=0.7, seed=2, frame="dict"
    )
    found = relapse.score(table, model)
    monkeypatch.setattr("relapse._reading.check_ins.as_bytes", lambda values: None)
    expected = relapse.score(table, model)
    for name in expected:
        if expected[name].dtype.kind == "f":
            a, b = found[name].view(np.int64), expected[name].view(np.int64)
            assert (a == b).all(), name


def test_a_gap_among_bytes_is_no_answer_of_a_person() -> None:
    """What a report of one person shows as answered, whatever the column holds."""
    days = [0.0, 1.0, 2.0]
    for craving in (
        np.array([1.0, np.nan, 3.0]),
        pl.Series([1, None, 3], dtype=pl.UInt8),
    ):
        table = pl.DataFrame({"person": ["a"] * 3, "time": days, "craving": craving})
        steps = replay(table, "standard", "a").steps
        assert [step.answers for step in steps] == [{"craving": 1}, {}, {"craving": 3}]
