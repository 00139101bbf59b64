"""Tables as they come in practice: the right answer, or a refusal that says where."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import relapse

MODEL = relapse.Model.standard()
PLAIN = pd.DataFrame(
    {
        "person": ["b", "a", "b", "a", "b"],
        "time": [0.0, 0.0, 1.0, 2.0, 3.0],
        "craving": [1.0, 4.0, np.nan, 0.0, 3.0],
        "isolating": [0.0, 2.0, 4.0, np.nan, 1.0],
    }
)
RISK = relapse.score(PLAIN, MODEL)["risk_7d"].to_numpy()


def assert_scored_alike(table: Any) -> None:
    scores = relapse.score(table, MODEL)
    column = scores["risk_7d"]
    found = np.asarray(column.to_numpy() if hasattr(column, "to_numpy") else column)
    np.testing.assert_array_equal(found, RISK)


AWKWARD: dict[str, Any] = {
    "a categorical person with levels that nobody has": lambda: PLAIN.assign(
        person=pd.Categorical(PLAIN["person"], categories=["z", "b", "y", "a"])
    ),
    "an ordered categorical answer with unused levels": lambda: PLAIN.assign(
        craving=pd.Categorical(PLAIN["craving"], categories=[0, 1, 2, 3, 4])
    ),
    "a polars enum": lambda: pl.from_pandas(PLAIN).with_columns(
        pl.col("person").cast(pl.Enum(["z", "b", "a"]))
    ),
    "object columns of mixed numbers": lambda: PLAIN.astype(object).assign(
        craving=pd.Series([1, np.float32(4), None, Decimal(0), np.int8(3)], dtype=object)
    ),
    "nullable integers": lambda: PLAIN.astype({"craving": "Int8", "isolating": "Int64"}),
    "arrow-backed pandas": lambda: PLAIN.convert_dtypes(dtype_backend="pyarrow"),
    "masked arrays": lambda: {
        "person": PLAIN["person"].to_numpy(),
        "time": np.ma.masked_array(PLAIN["time"], mask=[0] * 5),
        "craving": np.ma.masked_array([1, 4, 99, 0, 3], mask=[0, 0, 1, 0, 0]),
        "isolating": np.ma.masked_array([0, 2, 4, 99, 1], mask=[0, 0, 0, 1, 0]),
    },
    "single precision": lambda: PLAIN.astype({"craving": "float32", "time": "float32"}),
    "unsigned and signed whole numbers": lambda: PLAIN.astype({"time": "uint64"}),
    "a column that is null all through": lambda: pl.from_pandas(PLAIN).with_columns(
        stress=pl.lit(None)
    ),
    "an all-null column of objects": lambda: PLAIN.assign(stress=None),
    "an all-null column of arrow": lambda: pa.Table.from_pandas(PLAIN).append_column(
        "stress", pa.nulls(5)
    ),
    "chunked arrow": lambda: pa.concat_tables(
        [pa.Table.from_pandas(PLAIN[:2]), pa.Table.from_pandas(PLAIN[2:])]
    ),
    "dictionary-encoded arrow": lambda: pa.table(
        {
            "person": pa.array(PLAIN["person"]).dictionary_encode(),
            "time": pa.array(PLAIN["time"]),
            "craving": pa.array(PLAIN["craving"], from_pandas=True),
            "isolating": pa.array(PLAIN["isolating"], from_pandas=True),
        }
    ),
    "string views and large strings": lambda: pa.Table.from_pandas(PLAIN).set_column(
        0, "person", pa.array(PLAIN["person"], pa.string_view())
    ),
    "decimals": lambda: pl.from_pandas(PLAIN).with_columns(
        pl.col("craving").cast(pl.Decimal(6, 2))
    ),
    "columns in another order, and an index": lambda: PLAIN[
        ["isolating", "time", "craving", "person"]
    ].set_index(np.arange(5) * 7),
}


@pytest.mark.parametrize("kind", AWKWARD)
def test_it_is_the_same_table(kind: str) -> None:
    assert_scored_alike(AWKWARD[kind]())


def test_interleaved_and_unsorted_persons_are_answered_in_their_order() -> None:
    order = [3, 0, 4, 1, 2]
    scores = relapse.score(PLAIN.iloc[order], MODEL)
    np.testing.assert_array_equal(scores["risk_7d"].to_numpy(), RISK[order])


@pytest.mark.parametrize("nothing", [pd.NaT, None, np.datetime64("NaT")])
def test_no_time_is_one_bad_row(nothing: Any) -> None:
    moments = list(pd.to_datetime(PLAIN["time"], unit="D", utc=True))
    moments[2] = nothing
    table = PLAIN.assign(time=pd.Series(moments, dtype=object))
    with pytest.raises(relapse.CheckInError, match="missing") as refused:
        relapse.score(table, MODEL)
    assert (refused.value.row, refused.value.person) == (2, "b")
    typed = PLAIN.assign(time=pd.to_datetime(pd.Series(moments), utc=True))
    with pytest.raises(relapse.CheckInError, match="missing"):
        relapse.score(typed, MODEL)


def test_mixed_zones_are_moments() -> None:
    zones = [datetime.timezone(datetime.timedelta(hours=h)) for h in (-8, 0, 2, 5, 14)]
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    moments = [
        (epoch + datetime.timedelta(days=day)).astimezone(zone)
        for day, zone in zip(PLAIN["time"], zones, strict=True)
    ]
    assert_scored_alike(PLAIN.assign(time=pd.Series(moments, dtype=object)))
    assert_scored_alike(PLAIN.assign(time=[moment.isoformat() for moment in moments]))


@pytest.mark.parametrize(
    "time",
    [
        pl.Series([2**62] * 5, dtype=pl.Int64).cast(pl.Datetime("ms", "UTC")),
        *(
            pa.array([2**62, 0, 1, 2, None], pa.timestamp(unit, "UTC"))
            for unit in ("s", "ms", "us")
        ),
        pd.Series(np.array([2**62, 0, 1, 2, 3]).view("M8[s]")).dt.tz_localize("UTC"),
        pd.Series([10**400, 0, 1, 2, 3], dtype=object),
        pd.Series([1e308 * 10, 0, 1, 2, 3]),
    ],
    ids=[
        "overflowing milliseconds",
        "Arrow s",
        "Arrow ms",
        "Arrow us",
        "pandas s",
        "a number too large for a double",
        "infinity",
    ],
)
def test_times_beyond_all_bounds_are_refused(time: Any) -> None:
    table: Any = PLAIN
    if isinstance(time, pl.Series):
        table = pl.from_pandas(PLAIN).with_columns(time.alias("time"))
    elif isinstance(time, pa.Array):
        table = pa.Table.from_pandas(PLAIN)
        place = table.column_names.index("time")
        table = table.set_column(place, "time", time)
    else:
        table = table.assign(time=time)
    with pytest.raises(relapse.CheckInError) as refused:
        relapse.score(table, MODEL)
    assert (refused.value.item, refused.value.row) == ("time", 0)
    assert any(word in refused.value.problem for word in ("2300", "finite"))


def test_a_person_is_the_same_with_an_invisible_mark_and_not_in_another_form() -> None:
    table = {"time": [1.0, 2.0], "craving": [2, 3], "self_harm": [1, 0]}
    marked = {**table, "person": ["a", "\ufeffa\u200b"]}
    plain = {**table, "person": ["a", "a"]}
    scores = relapse.score(marked, MODEL)
    assert list(scores["risk_7d"]) == list(relapse.score(plain, MODEL)["risk_7d"])
    assert list(scores["person"]) == marked["person"]
    scorer = relapse.BatchScorer(MODEL, persons="anywhere")
    halves = [{key: column[k : k + 1] for key, column in marked.items()} for k in (0, 1)]
    risks = [scorer.score(half)["risk_7d"][0] for half in halves]
    assert risks == list(scores["risk_7d"])
    forms = {**table, "person": ["\xe9", "e\u0301"], "self_harm": [0, 1]}
    with pytest.raises(relapse.CheckInError, match="normal form") as refused:
        relapse.score(forms, MODEL)
    assert (refused.value.row, refused.value.flags) == (1, ["self_harm"])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([b"1"] * 5),
        pd.Series([[1], [2], [3], [4], [5]]),
        pd.Series(pd.to_timedelta([1, 2, 3, 4, 5], unit="D")),
        pd.Series([1 + 2j] * 5),
    ],
    ids=["bytes", "lists", "durations", "complex"],
)
def test_answers_of_no_kind_are_refused(column: Any) -> None:
    with pytest.raises(relapse.InvalidInput, match="craving"):
        relapse.score(PLAIN.assign(craving=column), MODEL)


def test_duplicated_columns_are_refused() -> None:
    twice = pd.concat([PLAIN, PLAIN[["craving"]]], axis=1)
    with pytest.raises(relapse.InvalidInput, match="same name: craving"):
        relapse.score(twice, MODEL)


def test_one_person_may_have_a_million_rows() -> None:
    rows = 1_000_000
    table = {
        "person": np.zeros(rows, dtype=np.int64),
        "time": np.arange(rows, dtype=float) / 24.0,
        "isolating": (np.arange(rows) % 5).astype(np.uint8),
    }
    model = MODEL.to_dict()
    model["propensity"] = {"nodes": 1}
    found = relapse.filter(table, relapse.Model.from_dict(model))
    assert np.isfinite(found["log_likelihood"]).all()
    few = {name: values[:1000] for name, values in table.items()}
    first = relapse.filter(few, relapse.Model.from_dict(model))
    np.testing.assert_array_equal(found["stage_stable"][:1000], first["stage_stable"])


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "dict"])
def test_zero_rows_are_refused_by_name(kind: str) -> None:
    empty: Any = {
        "pandas": PLAIN[:0],
        "polars": pl.from_pandas(PLAIN)[:0],
        "pyarrow": pa.Table.from_pandas(PLAIN[:0]),
        "dict": {name: [] for name in PLAIN},
    }[kind]
    with pytest.raises(relapse.InvalidInput, match="no rows"):
        relapse.score(empty, MODEL)
