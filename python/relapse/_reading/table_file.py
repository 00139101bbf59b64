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
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TextIO, TypeAlias

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._reading.cells import MISSING, TRUTH, is_missing, number_in, to_float
from relapse._reading.check_in_documents import rows_of_documents
from relapse._reading.names import NO_HEADER, looks_like_data
from relapse._reading.outputs import Outputs, named, standard_output
from relapse._reading.safety_answers import flags_in, loudest, said_in_cells
from relapse._reading.text_file import (
    TableError,
    csv_reader,
    parse_line,
    parse_records,
    read_text_file,
    without_packing,
)

Cell: TypeAlias = "float | str | None"
Column: TypeAlias = "npt.NDArray[np.float64] | list[Cell]"
Table: TypeAlias = "dict[str, Column]"
#: Columns that stay texts, and whether they keep the words for gaps.
Texts: TypeAlias = "dict[str, bool]"

_ROWS_AT_ONCE = 50_000


@dataclass
class Faults:
    """What is wrong with rows that cannot be used, which are read nevertheless: of them
    some columns, and the answers about safety, are kept.
    """

    kept: tuple[str, ...]
    of_row: dict[int, str] = field(default_factory=dict)


def read_table(
    path: str,
    text_columns: Iterable[str] = (),
    labelled: Iterable[str] = (),
    faults: Faults | None = None,
) -> Table:
    """Read a table; the ending of the name says how, `-` is CSV from standard input.

    Text may be packed (.csv.gz) and in any encoding that `read_text_file` knows. Columns
    in `text_columns` stay texts even where each cell is a number; those in `labelled`
    keep even the words for gaps, one of which is a label there. Rows that cannot be used
    refuse the file, unless `faults` takes them.
    """
    texts = dict.fromkeys(text_columns, False) | dict.fromkeys(labelled, True)
    if path == "-":
        name = "standard input"
        return read_text_file("-", lambda file: _read_csv(file, name, texts, faults))
    kind = _kind(without_packing(path), (*_WRITTEN, *_READ))
    if kind in (".csv", ".tsv"):
        return read_text_file(path, lambda file: _read_csv(file, path, texts, faults))
    if kind != ".parquet":
        read = _read_json if kind == ".json" else _read_json_lines
        return read_text_file(path, lambda file: read(file, path, texts, faults))
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
    if path == "-" or not without_packing(path).lower().endswith((".csv", ".tsv")):
        return None

    def line_in(file: TextIO) -> int | None:
        with csv_reader(file, path, _usual_sign(path)) as (reader, above):
            next(reader)
            filled = (reader.line_num + above for cells in reader if cells)
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


#: Endings of tables that are written and read, and of those that are read alone.
_WRITTEN = (".csv", ".parquet", ".json")
_READ = (".tsv", ".jsonl", ".ndjson")


def _kind(path: str, known: Sequence[str] = _WRITTEN) -> str:
    kind = Path(path).suffix.lower()
    if kind in known:
        return kind
    listed = f"{', '.join(known[:-1])} or {known[-1]}"
    raise TableError(f"{path}: must end with {listed} (or be - for CSV)")


def _usual_sign(path: str) -> str:
    return "\t" if without_packing(path).lower().endswith(".tsv") else ","


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


def _read_csv(file: TextIO, name: str, texts: Texts, faults: Faults | None) -> Table:
    if faults is not None:
        faults.of_row.clear()  # of a reading in another encoding
    with csv_reader(file, name, _usual_sign(name)) as (reader, above):
        header = [cell.strip() for cell in next(reader, [])]
        check_header(header, name)
        numbers = _Numbers()
        parts: list[list[npt.NDArray[np.float64] | list[str]]] = [[] for _ in header]
        count = 0
        while rows := _some_rows(reader, header, f"{name}, line", above, faults, count):
            count += len(rows)
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
    if not all(header):
        raise TableError(f"{name}: has a column without a name")
    check_names(header, name, (*_core.reserved_names, *_core.built_in_flags))


def check_names(header: list[str], name: str, known: Container[str]) -> None:
    """Refuse a header that is a row of data, or in which a name stands twice."""
    if looks_like_data(header, known):
        raise TableError(f"{name}: {NO_HEADER}")
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


def _some_rows(
    reader: Any,
    header: list[str],
    place: str,
    above: int,
    faults: Faults | None,
    before: int,
) -> list[list[str]]:
    rows: list[list[str]] = []
    width = len(header)
    for row in islice(reader, _ROWS_AT_ONCE):
        if len(row) != width:
            if not row:
                continue
            problem = f"has {len(row)} cells, but must have {width}"
            told = _told_by(header, row)
            if faults is None:
                line = reader.line_num + above
                raise TableError(f"{place} {line}: {problem}", flags_in(_by_flag(told)))
            faults.of_row[before + len(rows)] = problem
            sure = dict(zip(header, row, strict=False))
            kept = {name: sure.get(name, "") for name in faults.kept} | told
            row = [kept.get(name, "") for name in header]
        rows.append(row)
    return rows


def _told_by(header: list[str], cells: list[str]) -> dict[str, str]:
    """Return the answers about safety in a row of too many or too few cells."""
    beside = [("item", "value")]
    said = said_in_cells(header, cells, _core.built_in_flags, beside)
    told = {flag: str(loudest(given)) for flag, given in said.items()}
    flag = next((f for f in told if f not in header), None)
    return told if flag is None else {"item": flag, "value": told[flag]}


def _by_flag(told: dict[str, str]) -> dict[str, str]:
    return {told["item"]: told["value"]} if "item" in told else told


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


def _read_json_lines(
    file: TextIO, name: str, texts: Texts, faults: Faults | None
) -> Table:
    content = [parse_line(line) for line in file if line.strip()]
    return _table_of_rows(content, name, texts, faults)


def _read_json(file: TextIO, name: str, texts: Texts, faults: Faults | None) -> Table:
    content = parse_records(file.read(), name)
    if isinstance(content, dict) and "schema" in content:
        content = [content]
    if isinstance(content, dict) and is_by_row(content):
        content = columns_by_row(content, name)
    if isinstance(content, dict) and all(isinstance(v, list) for v in content.values()):
        check_lengths(content, name)
        return _columns(content, texts)
    return _table_of_rows(content, name, texts, faults)


def _table_of_rows(content: Any, name: str, texts: Texts, faults: Faults | None) -> Table:
    if not isinstance(content, list) or not all(isinstance(r, dict) for r in content):
        raise TableError(f"{name}: must be an array of objects, one for each check-in")
    if faults is not None:
        faults.of_row.clear()
    rows = rows_of_documents(content, name, None if faults is None else faults.of_row)
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
