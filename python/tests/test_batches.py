"""A data set in pieces: the doubles of the whole, wherever it is cut."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import relapse
from relapse._passes.batches import BatchScorer

MODEL = relapse.Model.standard()
TABLE = relapse.simulate(
    MODEL, persons=15, days=20, jitter=0.5, answered=0.8, seed=9, frame="pandas"
)
WHOLE = relapse.score(TABLE, MODEL)


def cut(table: Any, *ends: int) -> Iterator[Any]:
    for start, end in zip((0, *ends), (*ends, len(table)), strict=True):
        yield table[start:end]


def assert_identical(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """To the last bit, gaps included."""
    assert list(found.columns) == list(expected.columns)
    assert len(found) == len(expected)
    for name in expected:
        a, b = found[name].to_numpy(), expected[name].to_numpy()
        if b.dtype.kind == "f":
            assert (a.view(np.int64) == b.view(np.int64)).all(), name
        else:
            assert (pd.isna(a) == pd.isna(b)).all(), name
            assert (a[~pd.isna(a)] == b[~pd.isna(b)]).all(), name


@pytest.mark.parametrize("ends", [(), (1,), (7, 8, 150, 151), tuple(range(5, 300, 5))])
def test_any_cut_gives_identical_doubles(ends: tuple[int, ...]) -> None:
    found = pd.concat(relapse.score_batches(cut(TABLE, *ends), MODEL))
    assert_identical(found, WHOLE)


def test_persons_may_alternate_where_each_is_kept() -> None:
    mixed = TABLE.sort_values("time", kind="stable")
    parts = list(cut(mixed, 3, 100, 101, 260))
    found = pd.concat(relapse.score_batches(parts, MODEL, persons="anywhere"))
    assert_identical(found.sort_index(), WHOLE)


def test_record_batches_come_back_as_record_batches() -> None:
    table = pa.Table.from_pandas(TABLE, preserve_index=False)
    scored = list(relapse.score_batches(table.to_batches(max_chunksize=37), MODEL))
    assert all(isinstance(batch, pa.RecordBatch) for batch in scored)
    assert_identical(pa.Table.from_batches(scored).to_pandas(), WHOLE)


def test_polars_and_duckdb_stream() -> None:
    frame = pl.from_pandas(TABLE)
    parts = frame.iter_slices(41)
    found = pl.concat(relapse.score_batches(parts, MODEL))
    assert_identical(found.to_pandas(), WHOLE)
    connection = duckdb.connect()
    connection.register("check_ins", TABLE)
    ordered = connection.sql("SELECT * FROM check_ins ORDER BY person, time")
    batches = ordered.to_arrow_reader(50)
    again = pa.Table.from_batches(relapse.score_batches(batches, MODEL)).to_pandas()
    expected = WHOLE.sort_values(["person", "time"], ignore_index=True)
    assert_identical(again, expected)


def test_the_state_of_one_person_is_kept() -> None:
    scorer = BatchScorer(MODEL)
    for part in cut(TABLE, 100, 200):
        scorer.score(part)
        assert scorer._stream.kept == 1
    every = BatchScorer(MODEL, persons="anywhere")
    every.score(TABLE)
    assert every._stream.kept == 15


def test_batches_without_rows_have_the_columns() -> None:
    nothing = TABLE[:0]
    found = list(relapse.score_batches([nothing, TABLE[:5], nothing], MODEL))
    assert [len(part) for part in found] == [0, 5, 0]
    assert all(list(part.columns) == list(WHOLE.columns) for part in found)
    empty = pa.RecordBatch.from_pandas(nothing, preserve_index=False)
    (scored,) = relapse.score_batches([empty], MODEL)
    assert (scored.num_rows, scored.num_columns) == (0, len(WHOLE.columns))


def test_a_batch_without_rows_has_both_dimensions_of_the_propensity() -> None:
    document = MODEL.to_dict()
    document["propensity"]["dimensions"] = 2
    model = relapse.Model.from_dict(document)
    empty, full = relapse.score_batches([TABLE[:0], TABLE[:2]], model)
    assert "recovery_propensity" in empty.columns
    assert list(empty.columns) == list(full.columns)


def refusal(parts: Any, **settings: Any) -> relapse.CheckInError:
    with pytest.raises(relapse.CheckInError) as refused:
        list(relapse.score_batches(parts, MODEL, **settings))
    return refused.value


def test_a_person_who_reappears_is_refused() -> None:
    table = TABLE.reset_index(drop=True)
    back = pd.concat([table[:100], table[:1].assign(time=99.0)])
    for parts in ([back], [back[:100], back[100:]]):
        error = refusal(parts)
        assert "reappears" in error.problem
        assert (error.person, error.row, error.item) == ("P0001", 100, "person")
    assert len(list(relapse.score_batches([back], MODEL, persons="anywhere"))) == 1


def test_time_that_goes_back_is_refused() -> None:
    first = TABLE[TABLE["person"] == "P0001"]
    turned = first.iloc[[0, 1, 3, 2, 4]]
    for parts in ([turned], [turned[:3], turned[3:]]):
        error = refusal(parts)
        assert (error.person, error.row, error.item) == ("P0001", 3, "time")
    twice = first.iloc[[0, 1, 1]]
    for parts in ([twice], [twice[:2], twice[2:]]):
        assert refusal(parts).row == 2
        assert len(list(relapse.score_batches(parts, MODEL, same_time="in_order"))) > 0


def test_rows_are_counted_over_all_batches() -> None:
    bad = TABLE.copy()
    bad["craving"] = bad["craving"].astype(float)
    bad.loc[bad.index[123], "craving"] = 77.0
    error = refusal(cut(bad, 50, 100))
    assert (error.row, error.item) == (123, "craving")
    found = list(relapse.score_batches(cut(bad, 50, 100), MODEL, on_error="collect"))
    problems = pd.concat([errors for _, errors in found])
    assert list(problems["row"]) == [123]
    whole, expected = relapse.score(bad, MODEL, on_error="collect")
    assert list(expected["row"]) == [123]
    assert_identical(pd.concat([scores for scores, _ in found]), whole)


def test_a_refused_batch_leaves_everything_as_it_was() -> None:
    scorer = BatchScorer(MODEL)
    parts = list(cut(TABLE, 50))
    first = scorer.score(parts[0])
    for wrong in (TABLE[:3], parts[1].assign(craving=99.0)):
        with pytest.raises(relapse.CheckInError):
            scorer.score(wrong)
    assert_identical(pd.concat([first, scorer.score(parts[1])]), WHOLE)


def test_columns_that_the_model_does_not_know_are_named_once() -> None:
    table = TABLE.assign(shoe_size=42)
    with pytest.warns(relapse.UnknownColumnWarning, match="shoe_size") as noticed:
        list(relapse.score_batches(cut(table, 50, 100), MODEL))
    assert len(noticed) == 1


def test_what_cannot_be_streamed_is_refused() -> None:
    long = {"person": [1], "time": [0.0], "item": ["craving"], "value": [1]}
    with pytest.raises(relapse.InvalidInput, match="long tables"):
        list(relapse.score_batches([long], MODEL))
    with pytest.raises(relapse.InvalidInput, match="persons: must be one of"):
        list(relapse.score_batches([], MODEL, persons="nowhere"))  # type: ignore[arg-type]
    with pytest.raises(relapse.InvalidInput, match="on_error: must be one of"):
        BatchScorer(MODEL, on_error="ignore")  # type: ignore[arg-type]


# Engines -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")
        # Not the system's Python, which has none of the packages.
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = (
            sql.SparkSession.builder.master("local[2,3]")  # a task may fail thrice
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "7")
            .config("spark.sql.session.timeZone", "Asia/Kathmandu")
            .config("spark.sql.shuffle.partitions", "3")
            .config("spark.ui.enabled", "false")
            # Most of the time is the start; what is compiled lightly starts sooner.
            .config(
                "spark.driver.extraJavaOptions",
                "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            )
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


@pytest.mark.filterwarnings("ignore")
def test_spark_gives_identical_doubles_with_partitions_killed(
    spark: Any, tmp_path: Any
) -> None:
    """Batches of seven rows cut persons; a task dies on its way to the scores, another
    with part of its scores written, and both are tried again.
    """
    from relapse.spark import score

    def dies_once(marker: str) -> Any:
        def die_once(batches: Iterator[Any]) -> Iterator[Any]:
            from pathlib import Path

            for batch in batches:
                yield batch
                if not Path(marker).exists():
                    Path(marker).touch()
                    raise RuntimeError("killed")

        return die_once

    before, after = (str(tmp_path / name) for name in ("before", "after"))
    moments = TABLE.assign(
        time=pd.to_datetime(TABLE["time"] * 86400e6, unit="us", utc=True).dt.round("us")
    )
    frame = spark.createDataFrame(moments.sample(frac=1.0, random_state=1))
    scores = score(frame.mapInArrow(dies_once(before), frame.schema), MODEL)
    scores = scores.mapInArrow(dies_once(after), scores.schema)  # in the scoring task
    scored = scores.toArrow().to_pandas()
    expected = relapse.score(moments, MODEL)
    for name in ("time", "floor_until"):
        scored[name] = scored[name].dt.tz_convert("UTC").astype(expected[name].dtype)
    order = ["person", "time"]
    assert_identical(
        scored.sort_values(order, ignore_index=True),
        expected.sort_values(order, ignore_index=True),
    )
    assert all(map(os.path.exists, (before, after)))


@pytest.mark.filterwarnings("ignore")
def test_dask_gives_identical_doubles() -> None:
    frames = pytest.importorskip("dask.dataframe")
    from relapse.dask import score

    mixed = TABLE.sample(frac=1.0, random_state=2)
    found = score(frames.from_pandas(mixed, npartitions=4), MODEL)
    scored = found.compute(scheduler="threads", num_workers=2)
    order = ["person", "time"]
    assert_identical(
        scored.sort_values(order, ignore_index=True),
        WHOLE.sort_values(order, ignore_index=True),
    )
    with pytest.raises(relapse.InvalidInput, match="frame of Dask"):
        score(TABLE, MODEL)
