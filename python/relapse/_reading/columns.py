"""One column of a table of any kind, read without a loop where it can be."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._errors import InvalidInput
from relapse._reading.cells import (
    MISSING,
    OTHER_FORM,
    OTHER_KIND,
    TRUTH,
    Codes,
    NormalForms,
    as_text,
    bare,
    is_missing,
    is_number_or_truth,
    number_in,
    to_float,
)

ByteArray: TypeAlias = "npt.NDArray[np.uint8]"
FloatArray: TypeAlias = "npt.NDArray[np.float64]"
IntArray: TypeAlias = "npt.NDArray[np.int64]"
BoolArray: TypeAlias = "npt.NDArray[np.bool_]"

#: What a column can be read as. `object` has to be looked at value by value.
Kind = Literal["number", "truth", "moment", "naive", "object", "other"]


@dataclass
class Refusals:
    """Rows refused so far: (row, column, problem)."""

    found: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, row: int, column: str, problem: str) -> None:
        self.found.append((row, column, problem))

    def add_where(
        self, bad: npt.NDArray[np.bool_] | IntArray, column: str, problem: str
    ) -> None:
        """Refuse rows, given as their numbers or as whether each is refused."""
        rows = np.flatnonzero(bad) if bad.dtype == np.bool_ else bad
        self.found += [(row, column, problem) for row in rows.tolist()]

    def rows(self) -> set[int]:
        return {row for row, _, _ in self.found}

    def first(self, among: Container[int] | None = None) -> tuple[int, str, str] | None:
        """Return what was found in the first row that has anything, among some."""
        found = (one for one in self.found if among is None or one[0] in among)
        return min(found, key=lambda one: one[0], default=None)


#: What stands in bytes where there is no answer.
GAP = 255
#: The number of a value that is written in another way, until its rows are refused.
_OTHER = {-2: OTHER_FORM, -3: OTHER_KIND}
#: So many numbers tell of most columns that they are no small whole ones.
_LOOKED_AT = 1024


@dataclass(frozen=True)
class Bytes:
    """Answers of one byte each."""

    values: ByteArray
    full: bool  # whether 255 is an answer, and not a gap


class Column(ABC):
    """A column as it was given. Each kind has one way of reading it."""

    def __init__(self, name: str, kind: Kind, holds: str) -> None:
        self.name = name
        self.kind: Kind = kind
        self._holds = holds  # for messages

    def must_hold(self, wanted: str) -> InvalidInput:
        """Return what refuses a column that holds something else."""
        return InvalidInput(
            f"column {self.name!r}: holds {self._holds}, but must hold {wanted}"
        )

    @abstractmethod
    def numbers(self) -> FloatArray:
        """Numbers and truth values, NaN where there is none."""

    @abstractmethod
    def microseconds(self) -> FloatArray:
        """Microseconds since 1970-01-01 UTC of moments, NaN where there is none."""

    @abstractmethod
    def objects(self) -> Sequence[Any]:
        """The values as Python objects."""

    @abstractmethod
    def integers(self) -> IntArray | None:
        """Whole numbers as they are, or None where it holds something else or gaps."""

    @abstractmethod
    def small(self) -> Bytes | None:
        """Whole numbers of one byte, without a copy where they lie so, or None."""

    @abstractmethod
    def take(self, rows: IntArray) -> Any:
        """The values of some rows, in the kind of array that it came in."""

    @abstractmethod
    def __len__(self) -> int: ...


class ArrayColumn(Column):
    """An array, a list, or a tuple."""

    def __init__(self, name: str, values: Any) -> None:
        self.values = _plain_array(name, values)
        super().__init__(name, *_kind_of_array(self.values))

    def numbers(self) -> FloatArray:
        return np.ascontiguousarray(self.values, dtype=np.float64)

    def microseconds(self) -> FloatArray:
        raise self.must_hold("timestamps with a time zone")  # arrays have no zone

    def objects(self) -> Sequence[Any]:
        values = self.values
        objects: Sequence[Any] = (
            values.tolist() if isinstance(values, np.ndarray) else values
        )
        return objects

    def integers(self) -> IntArray | None:
        values = self.values
        return (
            values
            if isinstance(values, np.ndarray) and values.dtype.kind in "iu"
            else None
        )

    def small(self) -> Bytes | None:
        return _bytes_of(self.values) if isinstance(self.values, np.ndarray) else None

    def take(self, rows: IntArray) -> Any:
        if isinstance(self.values, np.ndarray):
            return self.values[rows]
        return [self.values[row] for row in rows]

    def __len__(self) -> int:
        return len(self.values)


def _bytes_of(values: npt.NDArray[Any]) -> Bytes | None:
    """Return an array of small whole numbers, or of truth values, as bytes."""
    if values.dtype == np.int8 and len(values) and values.min() < 0:
        return None
    if values.dtype not in (np.uint8, np.int8, np.bool_):
        return None
    return Bytes(np.ascontiguousarray(values).view(np.uint8), full=True)


def as_bytes(values: FloatArray) -> Bytes | None:
    """Return numbers as bytes, an eighth of the size, if all are small whole ones."""
    if not _are_small(values[:_LOOKED_AT]) or not _are_small(values):
        return None
    missing = np.isnan(values)
    full = not missing.any()
    if not full and bool((values == GAP).any()):
        return None
    return Bytes(np.where(missing, GAP, values).astype(np.uint8), full)


def _are_small(values: FloatArray) -> bool:
    """Whether numbers are those that a byte can be; those that are missing are."""
    with np.errstate(invalid="ignore"):
        small = (values >= 0.0) & (values <= 255.0) & (values == np.floor(values))
    return bool((small | np.isnan(values)).all())


def _plain_array(name: str, values: Any) -> Any:
    """Return a list or tuple as it is, anything else as an array of NumPy."""
    if isinstance(values, np.ma.MaskedArray):
        return np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
    if isinstance(values, (list, tuple)):
        return values
    if isinstance(values, (str, bytes, Mapping)) or not hasattr(values, "__len__"):
        raise InvalidInput(f"column {name!r}: must be an array with one dimension")
    array = np.asarray(values)
    if array.ndim != 1:
        raise InvalidInput(f"column {name!r}: must have one dimension")
    return array


_MICROSECONDS = {"us": 1.0, "ms": 1e3, "s": 1e6}
_NUMBER: tuple[Kind, str] = ("number", "numbers")
#: By the letter that NumPy has for a kind of values.
_KINDS_OF_ARRAYS: dict[str, tuple[Kind, str]] = {
    "b": ("truth", "truth values"),
    "M": ("naive", "timestamps without a time zone"),
    "i": _NUMBER,
    "u": _NUMBER,
    "f": _NUMBER,
}


def _kind_of_array(values: Any) -> tuple[Kind, str]:
    if not isinstance(values, np.ndarray) or values.dtype.kind in "OUT":
        return "object", "objects"
    known = _KINDS_OF_ARRAYS.get(values.dtype.kind)
    return known or ("other", f"values of type {values.dtype}")


class SeriesColumn(Column):
    """A column of a data frame."""

    def __init__(self, name: str, series: nw.Series[Any]) -> None:
        self.series = series
        super().__init__(name, *_kind_of_series(series))

    def numbers(self) -> FloatArray:
        values = self.series.cast(nw.Float64).to_numpy()
        return np.ascontiguousarray(values, dtype=np.float64)

    def microseconds(self) -> FloatArray:
        # In floating point: in whole numbers a far time comes round to a near one.
        values = self.series.to_numpy()
        unit, _ = np.datetime_data(values.dtype)
        ticks = values.astype(np.int64)
        if unit == "ns":
            unit, ticks = "us", ticks // 1000
        since = ticks * _MICROSECONDS[unit]
        return np.where(np.isnat(values), np.nan, since)

    def objects(self) -> Sequence[Any]:
        return self.series.to_list()

    def later(self, days: FloatArray, rows: IntArray | None) -> nw.Series[Any]:
        """Return the moments so many days after those of some rows, or of all."""
        times = self.series if rows is None else self.series[rows]
        ticks = as_ticks(days, "timedelta64[us]")
        dtype = nw.Duration("us")
        return nw.maybe_reset_index(times) + nw.new_series(
            "after", ticks, dtype, backend=times.implementation
        )

    def integers(self) -> IntArray | None:
        if not self.series.dtype.is_integer() or self.series.null_count() > 0:
            return None
        return self.series.to_numpy()

    def small(self) -> Bytes | None:
        series = self.series
        if series.dtype not in (nw.UInt8, nw.Int8, nw.Boolean):
            return None
        if series.null_count() == 0:
            return _bytes_of(series.to_numpy())
        whole = series.cast(nw.Int16)
        least, most = whole.min(), whole.max()
        if least is None or least < 0 or most >= GAP:
            return None
        filled = whole.fill_null(GAP).to_numpy()
        return Bytes(np.ascontiguousarray(filled, dtype=np.uint8), full=False)

    def take(self, rows: IntArray) -> Any:
        return self.series[rows].to_native()

    def __len__(self) -> int:
        return len(self.series)


def as_ticks(days: FloatArray, dtype: str) -> npt.NDArray[Any]:
    """Return days in NumPy's microseconds, of which NaN is no time."""
    ticks = np.full(len(days), "NaT", dtype=dtype)
    known = ~np.isnan(days)
    ticks[known] = np.rint(days[known] * 86_400e6).astype(np.int64)
    return ticks


def _kind_of_series(series: nw.Series[Any]) -> tuple[Kind, str]:
    dtype = series.dtype
    if dtype.is_numeric():
        return "number", "numbers"
    if isinstance(dtype, nw.Datetime):
        if dtype.time_zone is None:
            return "naive", "timestamps without a time zone"
        return "moment", "timestamps"
    if dtype == nw.Boolean:
        return "truth", "truth values"
    if dtype in (nw.String, nw.Categorical, nw.Enum, nw.Object):
        return "object", "objects"
    if dtype == nw.Date:
        return "other", "dates without a time of day"
    if series.null_count() == len(series):
        return "object", "nothing"
    return "other", f"values of type {dtype}"


def read_numbers(column: Column, refused: Refusals) -> FloatArray:
    """Return a column of numbers, NaN where there is none."""
    if column.kind not in ("number", "object"):
        raise column.must_hold("numbers")
    return read_answers(column, {}, refused, "must be a number")


def read_truths(column: Column, refused: Refusals) -> npt.NDArray[np.uint8]:
    """Return a column of truth values, false where there is none."""
    if column.kind not in ("number", "truth", "object"):
        raise column.must_hold("truth values")
    values = read_answers(column, {}, refused, "must be true or false")
    true = values == 1.0
    wrong = ~(true | (values == 0.0) | np.isnan(values))
    refused.add_where(wrong, column.name, "must be true or false")
    return np.asarray(true, dtype=np.uint8)


def read_answers(
    column: Column, labels: Mapping[str, float], refused: Refusals, problem: str
) -> FloatArray:
    """Return a column of answers: numbers, truth values, or labels for numbers.

    Where labels are numbers, numbers are labels, and one that is none is refused.
    """
    codes = Codes(labels, f"labels of {column.name!r}")
    if column.kind in ("number", "truth"):
        return _as_labels(column.numbers(), codes, column.name, refused)
    if column.kind != "object":
        raise column.must_hold("answers")
    values = column.objects()
    if set(map(type, values)) <= {int, float, bool, type(None)}:
        try:
            read = np.array(values, dtype=np.float64)
        except OverflowError:
            pass
        else:
            return _as_labels(read, codes, column.name, refused)
    read = np.full(len(values), np.nan)
    known: dict[str, float | None] = {}  # texts come again and again
    for row, value in enumerate(values):
        if isinstance(value, str):
            if value not in known:
                known[value] = answer_in(value, codes)
            number = known[value]
        elif is_missing(value):
            continue
        elif is_number_or_truth(value):
            number = codes.get(value) if codes.of_numbers else to_float(value)
        else:
            number = None
        if number is None:
            refused.add(row, column.name, problem)
        else:
            read[row] = number
    return read


def answer_in(text: str, codes: Codes[float]) -> float | None:
    """Return the number that a text stands for, NaN for a gap, None for no answer."""
    found = codes.get(text)
    if found is not None:
        return found
    text = text.strip()
    if text in MISSING:
        return np.nan
    if codes.of_numbers:
        return None
    return TRUTH[text] if text in TRUTH else number_in(text)


def _as_labels(
    values: FloatArray, codes: Codes[float], name: str, refused: Refusals
) -> FloatArray:
    """Return numbers as what the labels of the same numbers stand for."""
    if not codes.of_numbers:
        return values
    read = np.full(len(values), np.nan)
    for code, number in codes.numbers().items():
        read[values == code] = number
    without = np.isnan(read) & ~np.isnan(values)
    refused.add_where(without, name, "is none of the labels, which are numbers")
    return read


def read_words(
    column: Column, meaning: Callable[[str], int | None], refused: Refusals, problem: str
) -> npt.NDArray[np.uint64]:
    """Return a column of words as the numbers that they mean; 0 where there is none."""
    read = np.zeros(len(column), dtype=np.uint64)
    if column.kind == "number" and bool(np.isnan(column.numbers()).all()):
        return read
    if column.kind != "object":
        raise column.must_hold("texts")
    seen: dict[str, int | None] = dict.fromkeys(MISSING, 0)
    for row, value in enumerate(column.objects()):
        if isinstance(value, str):
            if value not in seen:
                seen[value] = meaning(value)
            number = seen[value]
            if number is not None:
                read[row] = number
                continue
        elif is_missing(value):
            continue
        refused.add(row, column.name, problem)
    return read


def number_by_value(
    column: Column, refused: Refusals
) -> tuple[npt.NDArray[np.int32], IntArray]:
    """Number the distinct values of a column in the order in which they appear.

    Spaces and invisible marks at the ends of a text do not count; a blank one is missing.
    A second Unicode normal form of a text is refused, and so is a value of another kind
    that is written alike: 1 beside "1", or beside True.

    Returns the number of each row (-1, and refused, where there is none) and the first
    row of each value.
    """
    whole = column.integers()
    values: Any = whole
    if whole is not None and whole.dtype in (np.int64, np.int32) and len(whole):
        numbered = _core.number_rising(np.ascontiguousarray(whole))
        if numbered is not None:
            return numbered
    if whole is None:
        objects = column.objects()
        values = np.fromiter(objects, dtype=object, count=len(objects))
    if not len(values):
        return np.empty(0, np.int32), np.empty(0, np.int64)
    # Data come in runs of one value; only the first of each run is looked up.
    starts = np.flatnonzero(np.concatenate(([True], _differs(values[1:], values[:-1]))))
    is_mixed = len(set(map(type, values[starts].tolist())) - {type(None)}) > 1
    numbers: dict[Any, int] = {}
    kinds: dict[str, type] = {}  # by how values are written
    forms = NormalForms()
    first: list[int] = []
    of_run = np.empty(len(starts), dtype=np.int32)
    for run, start in enumerate(starts.tolist()):
        value = values[start]
        if isinstance(value, str):
            value = bare(value)
            if forms.differs(value):
                of_run[run] = -2
                continue
        if is_missing(value) or (isinstance(value, str) and value in MISSING):
            of_run[run] = -1
            continue
        if is_mixed and kinds.setdefault(
            _written(value), _kind_of(value)
        ) is not _kind_of(value):
            of_run[run] = -3
            continue
        try:
            number = numbers.setdefault(value, len(first))
        except TypeError:
            raise InvalidInput(
                f"column {column.name!r}: holds values that cannot be told apart"
            ) from None
        if number == len(first):
            first.append(start)
        of_run[run] = number
    codes = np.repeat(of_run, np.diff(np.append(starts, len(values))))
    refused.add_where(codes == -1, column.name, "is missing")
    for other, problem in _OTHER.items():
        refused.add_where(codes == other, column.name, problem)
    codes[codes < -1] = -1
    return codes, np.array(first, dtype=np.int64)


def _written(value: Any) -> str:
    """Return a value as a file would say it; a truth value as the number that it is."""
    if isinstance(value, str):
        return value
    return as_text(int(value) if isinstance(value, (bool, np.bool_)) else value)


def _kind_of(value: Any) -> type:
    for kind in (str, bool):
        if isinstance(value, kind):
            return kind
    return bool if isinstance(value, np.bool_) else object


def _differs(a: Any, b: Any) -> npt.NDArray[np.bool_]:
    if a.dtype != object:
        return np.asarray(a != b, dtype=np.bool_)
    return np.array(
        [x is not y and not _same(x, y) for x, y in zip(a, b, strict=True)], np.bool_
    )


def _same(x: Any, y: Any) -> bool:
    return type(x) is type(y) and bool(x == y)
