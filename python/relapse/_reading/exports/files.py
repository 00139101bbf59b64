"""Files of an export: records, each with the line or the place where it stands."""

from __future__ import annotations

import contextlib
import gc
import json
import re
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO, TypeAlias, TypeVar

from relapse._errors import InvalidInput
from relapse._reading.cells import MISSING, code_of, is_missing
from relapse._reading.check_in_documents import (
    answers_of,
    fault_in,
    row_of,
    safety_said,
)
from relapse._reading.exports.mapped_columns import (
    check_columns,
    has,
    headings,
    names_and_answers,
    tell_unread,
    time_columns,
)
from relapse._reading.exports.mapping import ReadingReport
from relapse._reading.exports.moments import time_value
from relapse._reading.exports.paths import ShapeError, found_at
from relapse._reading.exports.records import (
    FaultyRecord,
    Record,
    RefusedRecord,
    plain,
)
from relapse._reading.exports.unread import Unread, reads_of
from relapse._reading.safety_answers import said_in_cells
from relapse._reading.table_file import (
    check_lengths,
    check_names,
    columns_by_row,
    is_by_row,
    read_parquet,
)
from relapse._reading.tables import Table
from relapse._reading.text_file import (
    UnreadObject,
    csv_reader,
    parse_line,
    parse_records,
    read_text_file,
)

#: Records with the place of each: "line 3", "record 3".
Placed: TypeAlias = "list[tuple[str, Record]]"
Each = TypeVar("Each")

#: The id of a response in Qualtrics.
_RESPONSE = re.compile("R_[0-9A-Za-z]+")
#: How a response in Qualtrics came in; as a number, where codes are exported.
_STATUSES = frozenset({
    "IP Address", "Survey Preview", "Survey Test", "Imported", "Offline Survey", "Spam",
    "Survey Preview Spam", "Imported Spam", "Offline Survey Preview", "Possible Spam",
})  # fmt: skip
#: The zone that Qualtrics names below the header.
_ZONE = re.compile(r'"timeZone"\s*:\s*"([^"]+)"')


@dataclass
class RecordFile:
    """One file, read as its mapping says."""

    file: Path
    mapping: Mapping[str, Any]
    told: ReadingReport
    person: str | None
    encoding: str | None
    named: Container[str]  # questions that the caller named
    safety: Collection[str]  # questions that are about safety
    columns: dict[str, list[Any]] | None = None  # of a table that is no file
    skipped: int = 0  # lines above the header
    zone: str | None = None  # in which it says that its times are

    def __post_init__(self) -> None:
        self.name = str(self.file)

    def read(self) -> Iterator[tuple[str, Record]]:
        """Return the records one by one: each makes room for what is made of it."""
        if self.columns is not None:
            return self._of_columns(self.columns)
        name = self.file.name.lower().removesuffix(".gz")
        if name.endswith(".json"):
            return _taken(read_text_file(self.name, self._json, self.encoding))
        if name.endswith((".ndjson", ".jsonl")):
            return _taken(read_text_file(self.name, self._json_lines, self.encoding))
        if name.endswith(".parquet") and self.mapping["layout"] == "table":
            return self._of_columns(read_parquet(self.name))
        return read_text_file(self.name, self._csv, self.encoding)

    def _of_columns(self, columns: dict[str, list[Any]]) -> Iterator[tuple[str, Record]]:
        self._check(list(columns))
        rows = enumerate(self._rows(columns), 1)
        return _taken([(f"row {k}", row) for k, row in rows])

    def _check(self, header: list[str]) -> None:
        check_columns(self.mapping, header, self.name, self.person)
        tell_unread(self.mapping, header, self.named, self.told, self.name)

    def _csv(self, file: TextIO) -> Iterator[tuple[str, Record]]:
        name = self.name
        usual = str(self.mapping.get("separator", ","))
        with csv_reader(file, name, usual) as (rows, self.skipped):
            header = [cell.strip() for cell in next(rows, [])]
            check_names(header, name, headings(self.mapping))
            self._check(header)
            lines = [(rows.line_num, cells) for cells in rows if cells]
        return self._below_header(self._records(header, lines))

    def _records(
        self, header: list[str], lines: list[tuple[int, list[str]]]
    ) -> Iterator[tuple[str, Record]]:
        short = bool(self.mapping.get("short_rows"))
        width = len(header)
        unpack = bool(self.mapping.get("json_cells"))
        for line, cells in _taken(lines):
            record: Record = dict(zip(header, cells, strict=False))
            if "" in record and not record.pop("").isspace():
                self.told.columns[""] = "has no name"
            if unpack:
                record = {key: _unpacked(cell) for key, cell in record.items()}
            if len(cells) != width and not (short and len(cells) < width):
                record = self._ragged(record, header, cells)
            yield f"line {line + self.skipped}", record

    def _ragged(
        self, record: Record, header: list[str], cells: list[str]
    ) -> FaultyRecord:
        """Return a row of too few or too many cells, of which any may be amiss.

        What would be the name of a question, or the answer beside it, is left out.
        """
        beside = list(names_and_answers(self.mapping, header))
        said: dict[str, list[Any]] = {**said_in_cells(header, cells, self.safety, beside)}
        if self.mapping.get("json_cells"):
            said = {name: list(map(_unpacked, given)) for name, given in said.items()}
        unsure = {name for pair in beside for name in pair}
        kept = {n: None if n in unsure else record.get(n) for n in header if n}
        problem = f"has {len(cells)} cells, but must have {len(header)}"
        return FaultyRecord(kept, problem, said)

    def _below_header(
        self, records: Iterator[tuple[str, Record]]
    ) -> Iterator[tuple[str, Record]]:
        """Return records without those, at the top, that say what the columns are.

        In Qualtrics what stands above a row of ImportIds is one, whatever it says.
        """
        found = list(islice(records, int(self.mapping.get("rows_after_header", 0))))
        top = [record for _, record in found]
        told = [k for k, record in enumerate(top, 1) if _has_import_ids(record)]
        count = told[-1] if told else 0
        self.zone = self._zone_in([top[k - 1] for k in told])
        while count < len(top) and self._is_header(top[count]):
            count += 1
        self.told.notes += [
            f"{self.name}, {place}: is a row of the header" for place, _ in found[:count]
        ]
        return chain(found[count:], records)

    def _zone_in(self, ids: list[Record]) -> str | None:
        """Return the zone that rows of ImportIds name for the times."""
        cells = [
            each.get(name, "") for each in ids for name in time_columns(self.mapping)
        ]
        found = {match[1] for cell in cells for match in _ZONE.finditer(str(cell))}
        if len(found) > 1:
            raise InvalidInput(f"{self.name}: says several zones that its times are in")
        return next(iter(found), None)

    def _is_header(self, record: Record) -> bool:
        """Whether a row says what the columns are, and is no response: each is a text.

        A response whose time is broken has a status, numbers, gaps, or its own id.
        """
        cells = [str(cell).strip() for cell in record.values()]
        time = str(time_value(self.mapping, record) or "")
        if not time or any(sign.isdigit() for sign in time):
            return False
        if str(record.get("Status", "")).strip() in _STATUSES:
            return False
        return not any(
            cell in MISSING or _RESPONSE.fullmatch(cell) or code_of(cell) != cell
            for cell in cells
        )

    def _json(self, file: TextIO) -> Placed:
        records = self._listed(parse_records(file.read(), self.name))
        return self._objects([(f"record {k}", one) for k, one in enumerate(records, 1)])

    def _json_lines(self, file: TextIO) -> Placed:
        return self._objects(
            [
                (f"line {k}", parse_line(line))
                for k, line in enumerate(file, 1)
                if line.strip()
            ]
        )

    def _objects(self, listed: Placed) -> Placed:
        between = self.mapping.get("flatten")
        listed = [(at, self._object(one, between)) for at, one in listed]
        sound = [one for _, one in listed if not isinstance(one, FaultyRecord)]
        forms = dict.fromkeys(map(tuple, sound))
        keys = dict.fromkeys(key for form in forms for key in form)
        if sound and self.mapping["layout"] != "nested":
            self._check(list(keys))
        if self.mapping["layout"] == "table":
            return [(at, self._row(one)) for at, one in listed]
        return listed

    def _object(self, record: Any, between: str | None) -> Record:
        """Return a record, its groups flat where the mapping says so."""
        if not isinstance(record, dict):
            return FaultyRecord({}, "must be an object", {})
        problem = record.problem if isinstance(record, UnreadObject) else None
        try:
            flat = record if between is None else self._flat(record, between)
        except RefusedRecord as error:
            flat, problem = {}, str(error)
        return flat if problem is None else self._faulty(record, flat, problem)

    def _faulty(self, record: Record, kept: Record, problem: str) -> FaultyRecord:
        """Return a record that is refused, with its answers about safety."""
        whole = {name: name for name in self.safety}
        if between := self.mapping.get("flatten"):  # a question has the end of its name
            whole = {name.rpartition(between)[2]: name for name in whole} | whole
        said = safety_said(record, whole)
        return FaultyRecord(kept, problem, {whole[n]: given for n, given in said.items()})

    def _row(self, record: Record) -> Record:
        """Return a check-in document as a row of a wide table; a row as it is."""
        if record.get("schema") is None:
            return record
        if isinstance(record, FaultyRecord):
            return FaultyRecord(answers_of(record), record.problem, record.said)
        if (problem := fault_in(record)) is not None:
            return self._faulty(record, answers_of(record), problem)
        if "seconds" in record:
            self.told.columns["seconds"] = "is how long the answers took, and no answer"
        return row_of(record)

    def _flat(self, record: Record, between: str) -> Record:
        """Return what a group holds under its name and theirs, as in a table."""
        flat: Record = {}
        for name, value in record.items():
            inner = {name: value}
            if isinstance(value, dict):
                inside = self._flat(value, between)
                inner = {f"{name}{between}{key}": each for key, each in inside.items()}
            if twice := flat.keys() & inner.keys():
                raise RefusedRecord(f"has {min(twice)!r} twice")
            flat |= inner
        return flat

    def _listed(self, document: Any) -> list[Any]:
        """Return the records of a document: a list, or where the mapping says."""
        name, path = self.name, self.mapping.get("records")
        if isinstance(document, list):
            return document
        if not isinstance(document, dict):
            raise InvalidInput(f"{name}: must be a list of records, or an object")
        if path is not None:
            try:
                found = found_at(document, path)
            except ShapeError as error:
                raise InvalidInput(f"{name}: {error}") from None
            if found:
                Unread(self.told).tell(document, [reads_of([path])])
            if len(found) == 1 and isinstance(found[0], list):
                return list(found[0])
            if found:
                return found
            times = time_columns(self.mapping)
            if not any(has(self.mapping, document, column) for column in times):
                raise InvalidInput(
                    f"{name}: has no {path!r}, where the records must stand"
                )
        whole = document.values()
        if self.mapping["layout"] == "table":
            if all(isinstance(values, list) for values in whole):
                return self._rows(document)
            if is_by_row(document):
                return self._rows(columns_by_row(document, name))
        return [document]

    def _rows(self, columns: dict[str, list[Any]]) -> list[Record]:
        check_lengths(columns, self.name)
        rows = zip(*columns.values(), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in rows]


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Leave the collector of cycles alone: it would look through all records, again and
    again as they grow in number, and there are no cycles in them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def columns_in(table: Table) -> dict[str, list[Any]]:
    """Return the columns of a table with None where nothing stands."""
    columns = ((str(name), table.column(name).objects()) for name in table.names)
    return {
        name: [None if is_missing(value) else value for value in values]
        for name, values in columns
    }


def _taken(found: list[Each]) -> Iterator[Each]:
    """Return what is in a list, and take it out."""
    found.reverse()
    while found:
        yield found.pop()


def _has_import_ids(record: Record) -> bool:
    cells = [text for cell in record.values() if (text := str(cell).strip())]
    return bool(cells) and all(
        text.startswith("{") and "ImportId" in text for text in cells
    )


def _unpacked(cell: str) -> Any:
    """Return the text or the list that a cell holds as JSON."""
    if cell[:1] in ('"', "[") and cell[-1:] in ('"', "]"):
        try:
            return plain(json.loads(cell))
        except ValueError:
            pass
    return cell
