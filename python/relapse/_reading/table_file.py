"""Tables in files: CSV, Parquet and JSON, to and from columns.

A table is a dict from the name of a column to its values: a float64 array with NaN where
nothing stands, or a list of texts (and of numbers, where a column has both) with None
there. CSV and JSON need nothing but Python; Parquet needs pyarrow or polars.
"""

from __future__ import annotations

import contextlib
import csv
import json
import math
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TextIO, TypeAlias

import numpy as np
import numpy.typing as npt

from relapse._reading.cells import MISSING, TRUTH, is_missing, number_in, to_float
from relapse._reading.check_in_documents import rows_of_documents
from relapse._reading.outputs import Outputs, named, standard_output
from relapse._reading.text_file import (
    TableError,
    csv_reader,
    parse_json,
    read_text_file,
    without_packing,
)

Cell: TypeAlias = "float | str | None"
Column: TypeAlias = "npt.NDArray[np.float64] | list[Cell]"
Table: TypeAlias = "dict[str, Column]"
#: Columns that stay texts, and whether they keep the words for gaps.
Texts: TypeAlias = "dict[str, bool]"

_ROWS_AT_ONCE = 50_000


def read_table(
    path: str, text_columns: Iterable[str] = (), labelled: Iterable[str] = ()
) -> Table:
    """Read a table; the ending of the name says how, `-` is CSV from standard input.

    Text may be packed (.csv.gz) and in any encoding that `read_text_file` knows. Columns
    in `text_columns` stay texts even where each cell is a number; those in `labelled`
    keep even the words for gaps, one of which is a label there.
    """
    texts = dict.fromkeys(text_columns, False) | dict.fromkeys(labelled, True)
    if path == "-":
        return read_text_file("-", lambda file: _read_csv(file, "standard input", texts))
    kind = _kind(without_packing(path))
    if kind == ".csv":
        return read_text_file(path, lambda file: _read_csv(file, path, texts))
    if kind == ".json":
        return read_text_file(path, lambda file: _read_json(file, path, texts))
    return _columns(read_parquet(path), texts)


def write_table(table: Table, path: str, outputs: Outputs) -> int:
    """Write a table; the ending of the name says how, `-` is CSV to standard output.

    In a CSV file, which people open with a spreadsheet, a text that one would run as a
    formula begins with an apostrophe. Returns how many there are.
    """
    if path == "-":
        _write_csv(table, standard_output())
        return 0
    kind = _kind(path)
    if kind == ".parquet":
        with named(path):
            _write_parquet(table, outputs.open(path))
        return 0
    with outputs.text(path) as file:
        if kind == ".csv":
            return _write_csv(table, file, _not_run)
        json.dump(Records(table), file, ensure_ascii=False, indent=1)
        file.write("\n")
    return 0


def line_of(path: str, row: int) -> int | None:
    """Return the line of a CSV file on which a row (counted from 0) ends; else None."""
    if path == "-" or _kind(without_packing(path)) != ".csv":
        return None

    def line_in(file: TextIO) -> int | None:
        with csv_reader(file, path) as reader:
            next(reader)
            filled = (reader.line_num for cells in reader if cells)
            return next(islice(filled, row, None), None)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnicodeWarning)  # said when it was read
        return read_text_file(path, line_in)


def check_writable(path: str, outputs: Outputs) -> None:
    """Raise TableError for a table that cannot be written there, before it is made."""
    if (
        path != "-"
        and _kind(path) == ".parquet"
        and not (find_spec("pyarrow") or find_spec("polars"))
    ):
        raise _no_parquet(path)
    outputs.check(path)


class Records(list[Any]):
    """The rows of a table as dicts, None where nothing stands: made while one looks.

    A list, so that json takes it for one.
    """

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._table = table

    def __len__(self) -> int:
        return rows_of(self._table)

    def __iter__(self) -> Iterator[dict[str, Cell]]:
        names = list(self._table)
        for columns in _pieces(self._table):
            for row in zip(*columns, strict=True):
                yield dict(zip(names, row, strict=True))


def _pieces(table: Table) -> Iterator[list[list[Cell]]]:
    """Cut the columns into pieces, so that no table stands in memory twice."""
    for start in range(0, rows_of(table), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        yield [_plain(column[part]) for column in table.values()]


def rows_of(table: Table) -> int:
    """Return the number of rows."""
    return len(next(iter(table.values()))) if table else 0


def _kind(path: str) -> str:
    kind = Path(path).suffix.lower()
    if kind in (".csv", ".parquet", ".json"):
        return kind
    raise TableError(f"{path}: must end with .csv, .parquet or .json (or be - for CSV)")


def _plain(column: Column) -> list[Cell]:
    if isinstance(column, list):
        return list(column)
    values: list[Cell] = []
    for value in column.tolist():
        if math.isnan(value):
            values.append(None)
        else:
            values.append(int(value) if value.is_integer() else value)
    return values


class _Numbers(dict[str, float]):
    """Numbers of cells, each text parsed once. KeyError for what is no number."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(MISSING, math.nan) | TRUTH)

    def __missing__(self, cell: str) -> float:
        number = number_in(cell)
        if number is None:
            raise KeyError(cell)
        if len(self) < _ROWS_AT_ONCE:
            self[cell] = number
        return number


def _read_csv(file: TextIO, name: str, texts: Texts) -> Table:
    with csv_reader(file, name) as reader:
        header = [cell.strip() for cell in next(reader, [])]
        check_header(header, name)
        numbers = _Numbers()
        parts: list[list[npt.NDArray[np.float64] | list[str]]] = [[] for _ in header]
        for rows in iter(lambda: _some_rows(reader, len(header), name), []):
            for k, cells in enumerate(zip(*rows, strict=True)):
                parts[k].append(_cells(cells, numbers, header[k] in texts))
    return {
        key: _joined(part, numbers, texts.get(key))
        for key, part in zip(header, parts, strict=True)
    }


def check_header(header: list[str], name: str) -> None:
    """Refuse a header with a name that is missing or stands twice."""
    if not any(header):
        raise TableError(f"{name}: is empty, but must begin with names of columns")
    if header[0].strip('"').startswith("sep="):
        raise TableError(f"{name}: has a line for Excel above the names of columns")
    if len(header) == 1 and ";" in header[0]:
        raise TableError(f"{name}: is separated by semicolons, but must be by commas")
    if not all(header):
        raise TableError(f"{name}: has a column without a name")
    check_distinct(header, name)


def check_distinct(header: list[str], name: str) -> None:
    """Refuse a header with a name that stands twice."""
    for key, count in Counter(filter(None, header)).items():
        if count > 1:
            raise TableError(f"{name}: has two columns named {key!r}")


def check_lengths(columns: dict[str, list[Any]], name: str) -> None:
    """Refuse columns of which one has more rows than another."""
    if len({len(values) for values in columns.values()}) > 1:
        raise TableError(f"{name}: has columns of unequal length")


def is_by_row(document: dict[str, Any]) -> bool:
    """Whether it is columns of cells by row, as pandas' `to_json` writes them."""
    return bool(document) and all(isinstance(v, dict) for v in document.values())


def columns_by_row(
    document: dict[str, dict[str, Any]], name: str
) -> dict[str, list[Any]]:
    """Return the cells of each column in one order of rows."""
    rows = list(next(iter(document.values())))
    if any(cells.keys() != set(rows) for cells in document.values()):
        raise TableError(f"{name}: has columns of unequal length")
    return {key: [cells[row] for row in rows] for key, cells in document.items()}


def _some_rows(reader: Any, width: int, name: str) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in islice(reader, _ROWS_AT_ONCE):
        if len(row) != width:
            if not row:
                continue
            raise TableError(
                f"{name}, line {reader.line_num}: has {len(row)} cells, but must have "
                f"{width}"
            )
        rows.append(row)
    return rows


def _cells(
    cells: Sequence[str], numbers: _Numbers, as_text: bool
) -> npt.NDArray[np.float64] | list[str]:
    if not as_text:
        try:
            return np.fromiter(map(numbers.__getitem__, cells), np.float64, len(cells))
        except KeyError:
            pass
    return list(cells)


def _joined(
    parts: list[npt.NDArray[np.float64] | list[str]],
    numbers: _Numbers,
    labelled: bool | None,
) -> Column:
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    if len(arrays) == len(parts):
        return np.concatenate(arrays) if arrays else np.empty(0)
    column: list[Cell] = []
    for part in parts:
        if isinstance(part, np.ndarray):
            column += _plain(part)
        else:
            column += [_cell(text, numbers, labelled) for text in part]
    return column


def _cell(text: str, numbers: _Numbers, labelled: bool | None) -> Cell:
    text = text.strip()
    if not text or (text in MISSING and not labelled):
        return None
    if labelled is not None:
        return text
    try:
        return numbers[text]
    except KeyError:
        return text


def _write_csv(
    table: Table, file: TextIO, said: Callable[[str], str] | None = None
) -> int:
    """Write the rows, each text as `said` has it; return how many that changed."""
    writer = csv.writer(file, lineterminator="\n")
    changed = 0

    def written(value: Cell) -> str:
        nonlocal changed
        if not isinstance(value, str):
            return "" if value is None else repr(value)
        text = value if said is None else said(value)
        changed += text != value
        return text

    writer.writerow([written(name) for name in table])
    for columns in _pieces(table):
        cells = [map(written, column) for column in columns]
        writer.writerows(zip(*cells, strict=True))
    return changed


#: What a spreadsheet takes for a formula, but not a number or a telephone number.
_RUN = re.compile(r"[\t\r]|\s*[=@]|\s*[+-](?![\d ().,/-]*\Z)")


def _not_run(text: str) -> str:
    return f"'{text}" if _RUN.match(text) else text


def _read_json(file: TextIO, name: str, texts: Texts) -> Table:
    content = parse_json(file.read(), name)
    if isinstance(content, dict) and "schema" in content:
        content = [content]
    if isinstance(content, dict) and is_by_row(content):
        content = columns_by_row(content, name)
    if isinstance(content, dict) and all(isinstance(v, list) for v in content.values()):
        check_lengths(content, name)
        return _columns(content, texts)
    if not isinstance(content, list) or not all(isinstance(r, dict) for r in content):
        raise TableError(f"{name}: must be an array of objects, one for each check-in")
    rows = rows_of_documents(content, name)
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return _columns({key: [row.get(key) for row in rows] for key in keys}, texts)


def read_parquet(path: str) -> dict[str, list[Any]]:
    """Return the columns of a Parquet file as lists of Python objects."""
    try:
        import pyarrow.parquet
    except ImportError:
        return _parquet_by_polars(path)
    with parquet_named(path):
        # A file of this name, not a folder of many, whose names would become columns.
        table = pyarrow.parquet.ParquetFile(path).read()
        return {name: table.column(name).to_pylist() for name in table.column_names}


@contextlib.contextmanager
def parquet_named(path: str) -> Iterator[None]:
    """Name the file in what the reader of Parquet refuses: it may be damaged anywhere."""
    import pyarrow

    try:
        yield
    except OSError as error:
        if error.strerror is None:  # of the content, not of the system
            raise TableError(f"{path}: is a damaged Parquet file") from error
        raise TableError(f"{path}: {error.strerror}") from error
    except (pyarrow.ArrowException, UnicodeDecodeError) as error:
        raise TableError(f"{path}: is not a Parquet file, or a damaged one") from error


def _parquet_by_polars(path: str) -> dict[str, list[Any]]:
    try:
        import polars
    except ImportError as error:
        raise _no_parquet(path) from error
    try:
        return polars.read_parquet(path).to_dict(as_series=False)
    except polars.exceptions.ComputeError as error:
        raise TableError(f"{path}: is not a Parquet file") from error
    except OSError as error:
        raise TableError(f"{path}: {error.strerror or error}") from error


def _no_parquet(path: str) -> TableError:
    return TableError(
        f"{path}: Parquet files need pyarrow or polars (pip install pyarrow); "
        ".csv and .json need neither"
    )


def _write_parquet(table: Table, file: BinaryIO) -> None:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        _parquet_to_polars(table, file)
        return
    arrow = pyarrow.table({key: _nullable(column) for key, column in table.items()})
    pyarrow.parquet.write_table(arrow, file)


def _parquet_to_polars(table: Table, file: BinaryIO) -> None:
    import polars

    columns = {key: _nullable(column) for key, column in table.items()}
    polars.DataFrame(columns, strict=False).write_parquet(file)


def _nullable(column: Column) -> list[Any]:
    if isinstance(column, list):
        return column
    return [None if math.isnan(value) else value for value in column.tolist()]


def _columns(content: dict[str, list[Any]], texts: Texts) -> Table:
    return {str(key): _column(values, key in texts) for key, values in content.items()}


def _column(values: list[Any], as_text: bool) -> Column:
    numbers = [None if as_text else _number(value) for value in values]
    if not as_text and all(n is not None for n in numbers):
        return np.array(numbers, dtype=np.float64)
    return [_plain_value(value, as_text) for value in values]


def _number(value: Any) -> float | None:
    """Return the number that a value is; NaN for none, None for what is no number."""
    if value == "" or is_missing(value):
        return math.nan
    if isinstance(value, (bool, int, float)):
        return to_float(value)
    return None


def _plain_value(value: Any, as_text: bool) -> Cell:
    if value == "" or is_missing(value):
        return None
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if not as_text and isinstance(value, (bool, int, float)):
        return to_float(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def table_of(documents: list[dict[str, Any]]) -> Table:
    """Return check-in documents as a wide table."""
    rows = rows_of_documents(documents, "check-ins")
    names = dict.fromkeys(name for row in rows for name in row)
    return plain_table({name: [row.get(name) for row in rows] for name in names})


def plain_table(table: dict[str, Any]) -> Table:
    """Return columns as arrays of numbers where they are, and else as lists."""
    made: Table = {}
    for name, values in table.items():
        listed = list(values)
        numbers = all(v is None or isinstance(v, (bool, int, float)) for v in listed)
        if numbers:
            given = [np.nan if value is None else float(value) for value in listed]
            made[name] = np.array(given, dtype=np.float64)
        else:
            made[name] = [None if value != value else value for value in listed]
    return made
