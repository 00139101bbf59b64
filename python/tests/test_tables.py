"""Every kind of table goes in, and the same kind comes back."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from sample_documents import START, check_ins, small_model

import relapse

HAS_DUCKDB = importlib.util.find_spec("duckdb") is not None
KINDS = [
    "dict",
    "arrays",
    "pandas",
    "polars",
    "lazy",
    "pyarrow",
    "stream",
    pytest.param("duckdb", marks=pytest.mark.skipif(not HAS_DUCKDB, reason="no duckdb")),
]
SAME_KIND = {"stream": "pyarrow"}


def make(kind: str, columns: Mapping[str, list[Any]]) -> Any:
    if kind == "dict":
        return dict(columns)
    if kind == "arrays":
        return {name: as_array(values) for name, values in columns.items()}
    if kind == "pandas":
        import pandas as pd

        return pd.DataFrame(columns)
    import polars as pl

    frame = pl.DataFrame(columns, strict=False)
    if kind == "polars":
        return frame
    if kind == "lazy":
        return frame.lazy()
    if kind == "pyarrow":
        return frame.to_arrow()
    if kind == "stream":
        return Stream(frame.to_arrow())
    import duckdb

    return duckdb.from_arrow(frame.to_arrow())


def as_array(values: list[Any]) -> np.ndarray:
    if all(value is None or isinstance(value, (int, float)) for value in values):
        return np.array([np.nan if value is None else value for value in values], float)
    return np.array(values, dtype=object)


class Stream:
    """Something that only knows Arrow's protocol."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


def columns_of(table: Any) -> dict[str, list[Any]]:
    """The columns of any table, None where there is nothing."""
    if type(table).__name__ == "LazyFrame":
        table = table.collect()
    if type(table).__name__ == "DuckDBPyRelation":
        table = (
            table.arrow().read_all()
            if hasattr(table.arrow(), "read_all")
            else table.arrow()
        )
    if hasattr(table, "to_pydict"):
        columns = table.to_pydict()
    elif hasattr(table, "to_dict"):
        columns = {name: table[name].to_list() for name in table.columns}
    else:
        columns = {name: list(values) for name, values in table.items()}
    return {
        name: [None if value is None or value != value else value for value in values]
        for name, values in columns.items()
    }


def kind_of(table: Any) -> str:
    module = type(table).__module__.split(".")[0].lstrip("_")
    if type(table).__name__ == "LazyFrame":
        return "lazy"
    return {"builtins": "dict"}.get(module, module)


EXPECTED = [
    "person",
    "time",
    "stage_stable",
    "stage_warning",
    "stage_lapse",
    "risk_0.5d",
    "risk_0.5d_low",
    "risk_0.5d_high",
    "new_use_0.5d",
    "relapse_0.5d",
    "risk_7d",
    "risk_7d_low",
    "risk_7d_high",
    "new_use_7d",
    "relapse_7d",
    "risk_30d",
    "risk_30d_low",
    "risk_30d_high",
    "new_use_30d",
    "relapse_30d",
    "level",
    "stage",
    "propensity",
    "log_likelihood",
    "flags",
    "unreadable_flags",
    "unknown_flags",
]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_kind_comes_back_with_the_same_numbers(kind: str) -> None:
    model = small_model()
    expected = columns_of(relapse.score(check_ins(), model))
    scores = relapse.score(make(kind, check_ins()), model)
    assert kind_of(scores) == SAME_KIND.get(kind, kind.replace("arrays", "dict"))
    found = columns_of(scores)
    assert list(found) == EXPECTED
    times = [time.astimezone(timezone.utc) for time in found.pop("time")]
    assert times == [time.astimezone(timezone.utc) for time in expected.pop("time")]
    assert found == expected


@pytest.mark.parametrize("kind", KINDS)
def test_the_other_calls_answer_in_kind(kind: str) -> None:
    model = small_model()
    table = make(kind, check_ins())
    calls: dict[str, Any] = {
        "filter": lambda t: relapse.filter(t, model),
        "drivers": lambda t: relapse.drivers(t, model),
        "forecast": lambda t: relapse.forecast(t, model, item="sleep", days=2.0),
        "errors": lambda t: relapse.score(t, model, on_error="collect")[1],
    }
    for call in calls.values():
        found, expected = call(make(kind, check_ins())), call(check_ins())
        assert kind_of(found) == SAME_KIND.get(kind, kind.replace("arrays", "dict"))
        found, expected = columns_of(found), columns_of(expected)
        found.pop("time", None), expected.pop("time", None)
        assert found == expected
    if kind != "stream":
        expected_sum = relapse.log_likelihood(check_ins(), model)
        assert relapse.log_likelihood(table, model) == expected_sum


def long(
    columns: Mapping[str, list[Any]], keep_missing: bool = True
) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {"person": [], "time": [], "item": [], "value": []}
    for row in range(len(columns["person"])):
        for item in columns:
            value = columns[item][row]
            if item in ("person", "time") or (value is None and not keep_missing):
                continue
            if isinstance(value, (bool, int, float)):
                value = str(float(value))
            for name, entry in zip(
                rows,
                (columns["person"][row], columns["time"][row], item, value),
                strict=True,
            ):
                rows[name].append(entry)
    return rows


@pytest.mark.parametrize("kind", KINDS)
def test_long_equals_wide(kind: str) -> None:
    model = small_model()
    wide = columns_of(relapse.score(check_ins(), model))
    found = columns_of(relapse.score(make(kind, long(check_ins())), model))
    wide.pop("time"), found.pop("time")
    assert found == wide


def test_long_with_numbers_equals_wide() -> None:
    model = small_model()
    data = check_ins()
    data["isolating"] = [
        {"never": 0, "at times": 1, "often": 2}.get(v) for v in data["isolating"]
    ]
    wide = columns_of(relapse.score(check_ins(), model))
    rows = long(data)
    rows["value"] = [None if v is None else float(v) for v in rows["value"]]
    assert columns_of(relapse.score(make("polars", rows), model)).keys() == wide.keys()
    found = columns_of(relapse.score(make("pandas", rows), model))
    assert found["log_likelihood"] == wide["log_likelihood"]


def test_an_answer_not_in_a_long_table_was_not_asked() -> None:
    model = small_model()
    data = check_ins() | {"sleep_missing": ["not_asked"] * 8}
    data["sleep_missing"] = [
        None if value is not None else "not_asked" for value in data["sleep"]
    ]
    without = columns_of(relapse.score(data, model))
    rows = long(check_ins(), keep_missing=False)
    found = columns_of(relapse.score(rows, model))
    assert found["log_likelihood"][0] == without["log_likelihood"][0]
    # A row whose answers are all missing must be named to exist at all.
    assert "c" in found["person"]
    reason = relapse.score(
        {
            "person": ["a"],
            "time": [1.0],
            "item": ["sleep"],
            "value": [None],
            "missing_reason": ["declined"],
        },
        model,
    )
    unknown = relapse.score({"person": ["a"], "time": [1.0], "sleep": [None]}, model)
    assert reason["log_likelihood"][0] == unknown["log_likelihood"][0]


def test_long_tables_may_carry_what_is_known_from_outside() -> None:
    model = small_model()
    rows = {
        "person": ["a", "a", "a", "a"],
        "time": [0.0, 0.0, 1.0, 1.0],
        "item": ["nights", "mood", "nights", None],
        "value": [1.0, 5.0, 2.0, None],
        "stage": [None, None, "lapse", None],
        "entered": [None, None, None, True],
        "used_days_ago": [None, None, None, 0.25],
        "acknowledge": ["psychosis", None, None, None],
        "abstinent_since_last": [None, False, None, None],
    }
    wide = {
        "person": ["a", "a"],
        "time": [0.0, 1.0],
        "nights": [1, 2],
        "mood": [5.0, None],
        "stage": [None, "lapse"],
        "entered": [False, True],
        "used_days_ago": [None, 0.25],
        "acknowledge": ["psychosis", ""],
        "abstinent_since_last": [False, False],
    }
    assert columns_of(relapse.score(rows, model)) == columns_of(
        relapse.score(wide, model)
    )
    rows["stage"][3] = "stable|lapse"
    with pytest.raises(relapse.CheckInError, match="differs from another row") as caught:
        relapse.score(rows, model)
    assert (caught.value.person, caught.value.row, caught.value.item) == ("a", 3, "stage")


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_order_and_index_are_kept(kind: str) -> None:
    model = small_model()
    table = make(kind, check_ins())
    if kind == "pandas":
        import pandas as pd

        table.index = pd.Index([9, 9, 4, 1, 0, 7, 3, 5], name="visit")
    scores = relapse.score(table, model)
    if kind == "pandas":
        assert scores.index.equals(table.index)
        assert scores.index.name == "visit"
        assert scores["person"].dtype == table["person"].dtype
        assert scores["time"].dtype == table["time"].dtype
    assert list(scores["person"]) == check_ins()["person"]
    whole = columns_of(scores)
    order = [4, 2, 7, 0, 5, 1, 6, 3]
    shuffled = columns_of(
        relapse.score(table.iloc[order] if kind == "pandas" else table[order], model)
    )
    for name, values in whole.items():
        assert shuffled[name] == [values[row] for row in order], name


def test_a_pandas_index_of_two_levels_is_kept() -> None:
    import pandas as pd

    table = make("pandas", check_ins())
    table.index = pd.MultiIndex.from_arrays([list("aabbccdd"), range(8)])
    assert relapse.score(table, small_model()).index.equals(table.index)


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_columns_are_named_once(kind: str) -> None:
    data = check_ins() | {
        "colour": ["red"] * 8,
        "zip": list(range(8)),
        "mood_note": [None] * 8,
    }
    with pytest.warns(relapse.UnknownColumnWarning) as caught:
        scores = relapse.score(make(kind, data), small_model())
    assert [str(warning.message) for warning in caught] == [
        "not known to the model 'small', so not used: colour, zip, mood_note"
    ]
    assert caught[0].filename == __file__
    expected = columns_of(relapse.score(check_ins(), small_model()))
    assert columns_of(scores)["risk_7d"] == expected["risk_7d"]
    near = check_ins() | {"cravng": [1] * 8}
    told = r"not used: cravng \(did you mean `craving`\?\)$"
    with pytest.warns(relapse.UnknownColumnWarning, match=told):
        relapse.score(near, small_model())
    rows = {
        "person": ["a"] * 3,
        "time": [0.0] * 3,
        "item": ["mood", "x", "y"],
        "value": [5.0, 1, 2],
    }
    with pytest.warns(relapse.UnknownColumnWarning, match="not used: x, y$"):
        relapse.score(rows, small_model())


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_timestamps_of_any_unit_and_zone_are_one_moment(unit: str) -> None:
    import pandas as pd

    model = small_model()
    data = check_ins()
    expected = columns_of(relapse.score(data, model))["log_likelihood"]
    for zone in ("UTC", "Europe/Berlin", "Asia/Kathmandu"):
        times = pd.to_datetime(data["time"], utc=True).as_unit(unit).tz_convert(zone)
        frame = pd.DataFrame(data | {"time": times})
        assert columns_of(relapse.score(frame, model))["log_likelihood"] == expected
        assert frame["time"].dtype == relapse.score(frame, model)["time"].dtype
        objects = frame.assign(time=frame["time"].astype(object))
        assert columns_of(relapse.score(objects, model))["log_likelihood"] == expected
        texts = data | {"time": [time.isoformat() for time in times]}
        assert columns_of(relapse.score(texts, model))["log_likelihood"] == expected
    days = data | {
        "time": [
            (time - datetime(1970, 1, 1, tzinfo=timezone.utc))
            // timedelta(microseconds=1)
            / 86_400_000_000.0
            for time in data["time"]
        ]
    }
    assert columns_of(relapse.score(days, model))["log_likelihood"] == expected


def test_persons_of_any_type_come_back_as_they_were() -> None:
    model = small_model()
    numbers = check_ins() | {"person": [2**60 + k for k in (1, 1, 0, 0, 1, 0, 2, 1)]}
    expected = columns_of(relapse.score(check_ins(), model))["log_likelihood"]
    for kind in ("dict", "pandas", "polars", "pyarrow"):
        scores = columns_of(relapse.score(make(kind, numbers), model))
        assert scores["person"] == numbers["person"]
        assert scores["log_likelihood"] == expected
    import pandas as pd

    frame = make("pandas", check_ins())
    frame["person"] = frame["person"].astype("category")
    scores = relapse.score(frame, model)
    assert isinstance(scores["person"].dtype, pd.CategoricalDtype)
    assert scores["log_likelihood"].to_list() == expected


def test_answers_of_any_type_are_numbers() -> None:
    import pandas as pd
    import polars as pl

    model = small_model()
    expected = columns_of(relapse.score(check_ins(), model))["log_likelihood"]
    frame = make("pandas", check_ins())
    frame["nights"] = frame["nights"].astype("Int64")
    frame["used"] = frame["used"].astype("boolean")
    frame["mood"] = frame["mood"].astype("Float32")
    frame["sleep"] = frame["sleep"].astype("Int8").astype("category")
    frame["isolating"] = pd.Categorical(
        frame["isolating"], categories=["often", "never", "at times"]
    )
    assert relapse.score(frame, model)["log_likelihood"].to_list() == expected
    columns = make("polars", check_ins()).with_columns(
        pl.col("isolating").cast(pl.Categorical),
        pl.col("nights").cast(pl.UInt8),
        pl.col("mood").cast(pl.Float32),
        pl.col("sleep").cast(pl.Decimal(10, 2)),
    )
    assert relapse.score(columns, model)["log_likelihood"].to_list() == expected
    masked = {name: as_array(values) for name, values in check_ins().items()}
    masked["mood"] = np.ma.masked_invalid(masked["mood"])
    assert relapse.score(masked, model)["log_likelihood"].tolist() == expected


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_table_is_refused(kind: str) -> None:
    model = small_model()
    full = make(kind, check_ins())
    empty = {
        "dict": lambda t: {name: [] for name in t},
        "arrays": lambda t: {name: values[:0] for name, values in t.items()},
        "pandas": lambda t: t.iloc[:0],
        "polars": lambda t: t.head(0),
        "lazy": lambda t: t.head(0),
        "pyarrow": lambda t: t.slice(0, 0),
        "stream": lambda t: Stream(t._table.slice(0, 0)),
        "duckdb": lambda t: t.limit(0),
    }[kind](full)
    with pytest.raises(relapse.InvalidInput, match="has no rows"):
        relapse.score(empty, model)


def test_nothing_is_null_in_arrow_and_nan_in_numpy() -> None:
    model = small_model()
    scores = relapse.score(make("polars", check_ins()), model)
    assert scores["relapse_7d"].null_count() == len(scores)  # the model has no such stage
    assert scores["risk_7d"].null_count() == 0
    assert np.isnan(relapse.score(check_ins(), model)["relapse_7d"]).all()


def test_the_data_are_left_as_they_were() -> None:
    import pandas as pd

    model = small_model()
    frame = make("pandas", check_ins())
    before = frame.copy(deep=True)
    relapse.score(frame, model)
    pd.testing.assert_frame_equal(frame, before)


def test_days_may_count_from_anywhere() -> None:
    model = small_model()
    data = check_ins() | {"time": [0, 2, 1, 5, 9, 4, 4, 3]}
    a = relapse.score(data, model)
    b = relapse.score(data | {"time": [t + 1000 for t in data["time"]]}, model)
    assert a["log_likelihood"] == pytest.approx(b["log_likelihood"], abs=1e-9)
    assert START.utcoffset() == timedelta(hours=1)
