"""Tables of any kind: data frames of any library, and dicts of arrays.

A table is read column by column, and answers with a table of the same kind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._errors import CheckInError, InvalidInput, other_type
from relapse._reading.cells import is_missing
from relapse._reading.columns import (
    ArrayColumn,
    Column,
    IntArray,
    Refusals,
    SeriesColumn,
    as_ticks,
)
from relapse._reading.hints import hint_of
from relapse._reading.names import NO_HEADER, as_shown, looks_like_data
from relapse._reading.times import date_time_of


@dataclass(frozen=True)
class Words:
    """A column of few distinct texts: row k is words[codes[k]]; code -1 is no text."""

    words: Sequence[str]
    codes: npt.NDArray[Any]

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Words:
        """Return texts as a column; an empty one is none."""
        words = list(dict.fromkeys(text for text in texts if text))
        code = {word: k for k, word in enumerate(words)}
        codes = [code[text] if text else -1 for text in texts]
        return cls(words, np.array(codes, dtype=np.int64))


@dataclass(frozen=True)
class Moments:
    """A column of moments in days, shown in a zone; NaN is none."""

    days: npt.NDArray[np.float64]
    zone: str = "UTC"


#: A column that we made: numbers, where NaN is no number, texts, moments, or a series.
Made: TypeAlias = (
    "npt.NDArray[Any] | Words | Moments | Sequence[str | None] | nw.Series[Any]"
)
FrameName: TypeAlias = Literal["pandas", "polars", "pyarrow", "dict"]
#: The flags that a row raises, and those among them that could not be read.
FlagsOf: TypeAlias = Callable[[int], "tuple[list[str], list[str]]"]


class Table(ABC):
    """A table as it was given."""

    names: list[str]
    rows: int

    @abstractmethod
    def column(self, name: str) -> Column:
        """One of the columns named."""

    @abstractmethod
    def made(
        self, kept: Sequence[str], rows: IntArray | None, made: Mapping[str, Made]
    ) -> Any:
        """A table of the same kind: columns kept (all rows or some), then those made."""

    def answer(
        self, kept: Sequence[str], rows: IntArray | None, made: Mapping[str, Made]
    ) -> Any:
        """Return `made`; raises InvalidInput where a name stands on both sides."""
        for name in kept:
            if name in made:
                raise InvalidInput(f"column {name!r}: has a name that the answer needs")
        return self.made(kept, rows, made)

    def require(self, name: str) -> Column:
        given: object = name
        if not isinstance(given, str):
            raise InvalidInput(
                f"column: its name is a {type(given).__name__}, but must be a text"
            )
        if name in self.names:
            return self.column(name)
        shown = [as_shown(str(n)) for n in self.names]
        if looks_like_data(shown, (*_core.reserved_names, *_core.built_in_flags)):
            raise InvalidInput(f"column {name!r}: is not there; the table {NO_HEADER}")
        raise InvalidInput(_core.unknown_name("column", name, shown))

    def raise_first(
        self,
        refused: Refusals,
        person: str | None,
        flags_of: FlagsOf = lambda row: ([], []),
        among: Container[int] | None = None,
    ) -> None:
        """Raise CheckInError for the first row refused, if there is any."""
        if (first := refused.first(among)) is not None:
            row, column, problem = first
            who = None if person is None else self.column(person).objects()[row]
            named = None if is_missing(who) else who
            place = (named, row, column or None)
            raise CheckInError(problem, *place, *flags_of(row), hint=hint_of(problem))

    def errors(self, refused: Refusals, person: str | None, rows_before: int = 0) -> Any:
        """Return what was refused as a table of this kind, rows counted from 0."""
        found = sorted(refused.found, key=lambda one: one[0])
        rows = np.array([row for row, _, _ in found], dtype=np.int64)
        made: dict[str, Made] = {
            "row": rows + rows_before,
            "column": [column for _, column, _ in found],
            "message": [problem for _, _, problem in found],
        }
        return self.made([] if person is None else [person], rows, made)


def open_table(table: Any, where: str = "check_ins", more: str = "") -> Table:
    """Find out what kind of table this is. Raises InvalidInput when it is none.

    `where` names the argument, `more` what else it may be.
    """
    if isinstance(table, Table):
        return table
    if isinstance(table, Mapping):
        return ArrayTable(table)
    _refuse_repeated(table)
    try:
        frame = nw.from_native(table)
    except TypeError:
        if not hasattr(table, "__arrow_c_stream__"):
            frames = "a data frame (pandas, polars, pyarrow, DuckDB, ...)"
            wanted = f"{more}{frames} or a dict of arrays"
            raise other_type(where, table, wanted, "of type") from None
        try:
            return FrameTable(nw.from_arrow(table, backend=_arrow_backend()))
        except ValueError:
            raise InvalidInput(
                f"check_ins: is of type {type(table).__name__}, but must have columns"
            ) from None
    if isinstance(frame, nw.LazyFrame):
        return LazyTable(table, frame)
    return FrameTable(frame)


def _refuse_repeated(table: Any) -> None:
    if hasattr(table, "collect"):
        return  # a query, whose columns have to be distinct
    names = getattr(table, "column_names", getattr(table, "columns", ()))
    try:
        listed = list(names)
    except TypeError:
        return
    repeated = dict.fromkeys(str(name) for name in listed if listed.count(name) > 1)
    if repeated:
        raise InvalidInput(
            f"check_ins: has columns of the same name: {', '.join(repeated)}"
        )


def _arrow_backend() -> Any:
    for backend in ("pyarrow", "polars", "pandas"):
        if find_spec(backend):
            return backend
    raise InvalidInput("check_ins: reading Arrow data needs pyarrow, polars or pandas")


class FrameTable(Table):
    """A data frame in memory."""

    def __init__(self, frame: nw.DataFrame[Any]) -> None:
        self.frame = frame
        self.names = list(frame.columns)
        self.rows = len(frame)

    def column(self, name: str) -> Column:
        return SeriesColumn(name, self.frame[name])

    def made(
        self, kept: Sequence[str], rows: IntArray | None, made: Mapping[str, Made]
    ) -> Any:
        backend = self.frame.implementation
        columns = [_series(name, values, backend) for name, values in made.items()]
        # Of no columns there would be no rows.
        base = self.frame.select(*(kept or self.names[:1]))
        if rows is not None:
            base = nw.maybe_reset_index(base[rows])
        return base.with_columns(*columns).select(*kept, *made).to_native()


class LazyTable(FrameTable):
    """A query, which is run to be read and answered by a query."""

    def __init__(self, native: Any, frame: nw.LazyFrame[Any]) -> None:
        super().__init__(frame.collect(backend=_arrow_backend()))
        self._native = native
        self._kind = frame.implementation

    def made(
        self, kept: Sequence[str], rows: IntArray | None, made: Mapping[str, Made]
    ) -> Any:
        answered = super().made(kept, rows, made)
        if self._kind is nw.Implementation.POLARS:
            return nw.from_native(answered).to_polars().lazy()
        if self._kind is nw.Implementation.DUCKDB:
            # On the relation's own connection; DuckDB finds the frame by its name here.
            return self._native.query("check_ins", "SELECT * FROM answered")
        return answered


def _series(name: str, values: Made, backend: Any) -> nw.Series[Any]:
    if isinstance(values, nw.Series):
        return values.alias(name)
    if isinstance(values, Moments):
        stamps = as_ticks(values.days, "datetime64[us]")
        series = nw.new_series(name, stamps, nw.Datetime("us"), backend=backend)
        in_utc = series.dt.replace_time_zone("UTC")
        return in_utc.dt.convert_time_zone(values.zone)
    if isinstance(values, Words):
        words = nw.new_series(name, [*values.words, None], nw.String, backend=backend)
        rows = np.asarray(values.codes, dtype=np.int64) % len(words)  # -1: the last
        return nw.maybe_reset_index(words[rows])
    if not isinstance(values, np.ndarray):
        return nw.new_series(name, list(values), nw.String, backend=backend)
    series = nw.new_series(name, values, backend=backend)
    return series.fill_nan(None) if values.dtype.kind == "f" else series


class ArrayTable(Table):
    """A dict of arrays."""

    def __init__(self, arrays: Mapping[str, Any]) -> None:
        self.arrays = arrays
        self.names = list(arrays)
        self.columns = {name: _array_column(name, arrays[name]) for name in arrays}
        lengths = {name: len(column) for name, column in self.columns.items()}
        self.rows = next(iter(lengths.values()), 0)
        for name, length in lengths.items():
            if length != self.rows:
                raise InvalidInput(
                    f"column {name!r}: has {length} rows, but must have {self.rows}"
                )

    def column(self, name: str) -> Column:
        return self.columns[name]

    def made(
        self, kept: Sequence[str], rows: IntArray | None, made: Mapping[str, Made]
    ) -> dict[str, Any]:
        answered = {
            name: self.arrays[name] if rows is None else self.columns[name].take(rows)
            for name in kept
        }
        return answered | {name: made_array(values) for name, values in made.items()}


def _array_column(name: str, values: Any) -> Column:
    if isinstance(values, (np.ndarray, list, tuple)):
        return ArrayColumn(name, values)
    series = nw.from_native(values, series_only=True, pass_through=True)
    if isinstance(series, nw.Series):
        return SeriesColumn(name, series)
    return ArrayColumn(name, values)


def made_array(values: Made) -> npt.NDArray[Any]:
    """A column that we made, as an array of NumPy."""
    if isinstance(values, Words):
        words: npt.NDArray[Any] = np.array([*values.words, None], dtype=object)
        return np.asarray(words[values.codes])
    if isinstance(values, Moments):
        zone = ZoneInfo(values.zone)
        moments = [
            None if day != day else date_time_of(day).astimezone(zone)
            for day in values.days.tolist()
        ]
        return np.array(moments, dtype=object)
    if isinstance(values, np.ndarray):
        return values
    return np.array(list(values), dtype=object)


def make_table(made: Mapping[str, Made], frame: FrameName | None) -> Any:
    """A table of our own; None: of pandas where it is installed, or else a dict."""
    frame = frame or ("pandas" if find_spec("pandas") else "dict")
    if frame == "dict":
        return {name: made_array(values) for name, values in made.items()}
    if frame not in ("pandas", "polars", "pyarrow"):
        raise InvalidInput("frame: must be one of: pandas, polars, pyarrow, dict")
    columns = [_series(name, values, frame) for name, values in made.items()]
    return nw.from_dict({column.name: column for column in columns}).to_native()
