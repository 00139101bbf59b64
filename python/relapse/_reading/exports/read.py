"""Check-ins from what apps and survey tools export, by declarative mappings.

A mapping is a document `relapse/mapping/1` that says where an export has persons, times
and answers; those that come with the package are in the folder `mappings`. What the
answers mean is said by the caller: which question is which item.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NoReturn, TextIO, TypeAlias

import numpy as np

from relapse import _core
from relapse._errors import InvalidInput
from relapse._reading.cells import MISSING, Codes, code_of, number_in
from relapse._reading.exports.local_times import moments_of, settle
from relapse._reading.exports.mapping import LeftOut, ReadingReport, load_mapping
from relapse._reading.exports.paths import ShapeError, found_at, value_at
from relapse._reading.table_file import flat_check_in, read_parquet
from relapse._reading.tables import FrameName, Made, Words, make_table
from relapse._reading.text_file import csv_reader, parse_json, read_text_file
from relapse._reading.times import FAR, UNITS, TimeUnit, in_days, is_far, unlikely
from relapse._reading.zones import find_zone

Record: TypeAlias = "dict[str, Any]"
_Answer: TypeAlias = "tuple[float | str | None, str | None]"
Missing: TypeAlias = "Mapping[str, str | Mapping[str, str]]"

#: Columns of our own tables that are no items, so that their gaps have no reasons.
_KNOWLEDGE = (
    "stage", "entered", "used_days_ago", "abstinent_since_last", "acknowledge",
    "days_since_use", "days_in_recovery",
)  # fmt: skip
_SEPARATORS = (",", ";", "\t")
_LONG = {"item": {"column": "item"}, "value": {"column": "value"}}
#: How the library begins what it says of a time without a zone.
_WITHOUT_ZONE = "is a time without zone"


@dataclass
class _CheckIn:
    """One prompt: answers by the names of the export, or why there are none."""

    file: str
    place: str
    person: str | None = None
    time: float = np.nan
    ways: list[float] = field(default_factory=list)  # moments that it may be
    answers: dict[str, Any] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)  # by question
    reason: str | None = None  # of all questions without an answer
    refused: str | None = None

    def add(self, name: str, value: Any) -> None:
        """Take in an answer; refuses a second one, and keeps the higher of the two."""
        before = self.answers.get(name)
        if not _is_given(before):
            self.answers[name] = value
        elif _is_given(value):
            self.answers[name] = max(before, value, key=_height)
            raise _Refused(f"{name!r} is answered twice")

    def answered(self) -> tuple[str, ...]:
        return tuple(name for name, value in self.answers.items() if _is_given(value))


class _Refused(Exception):  # noqa: N818 - what is wrong with a record
    """What is wrong with a record; its place is added where it is known."""


def read_check_ins(
    path: str | Path,
    *,
    mapping: str | Path | Mapping[str, Any] = "generic",
    items: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[Any, float]] | None = None,
    missing: Missing | None = None,
    zone: str | None = None,
    time_unit: TimeUnit | None = None,
    person: str | None = None,
    instrument: str | None = None,
    encoding: str | None = None,
    on_error: Literal["raise", "collect"] = "raise",
    report: bool = False,
    frame: FrameName | None = None,
) -> Any:
    """Read an export of check-ins into a table like the one that `score` takes.

    Prompts that were not answered stay rows, with a reason in the `_missing` columns. Our
    own tables, as `relapse simulate` and `relapse score` write them, are exports, too.

    Parameters
    ----------
    path
        A file (CSV, JSON, JSON Lines; our own tables also Parquet), packed by gzip or
        not, or a folder of files where the mapping says so.
    mapping
        Name of a mapping (`mapping_names` lists them), a file, or a dict.
    items
        Question of the export to item of the model; None: every question under its own
        name. Questions that are not named are left out; a name that the export does not
        have is refused.
    values
        Item to what its answers count as. Numbers and their texts are one code: 1, "1",
        1.0, "1.0". An answer that no code names is refused, except a number where no code
        is one.
    missing
        Answer to missing reason, such as `{"-99": "declined", ".": "unknown"}`; or item
        to such a mapping of its own. Empty cells, NA, NaN, null and None are missing.
    zone
        Where an export has times without a zone: in which they are, as `Europe/Berlin`.
        A time in the hour that comes twice is resolved by the order of rows, or refused;
        a time in the hour that is left out is refused.
    time_unit
        What numbers are as times, where the mapping is wrong about it, as in `score`.
    person
        Who answered, where the export is of one person and does not say.
    instrument
        Whose rows count where a file has those of several, as in REDCap.
    encoding
        Of a file that is neither UTF-8 nor UTF-16. None: Windows-1252, with a warning.
    on_error
        "raise" stops at the first record that cannot be read. "collect" leaves such
        records out and names them in the report; but the answers above 0 to the built-in
        safety items stay, in a row of their own, so that they raise their flags.
    report
        Return also a `ReadingReport`: what was read, what was left out, and why.
    frame
        "pandas", "polars", "pyarrow" or "dict"; None: pandas where it is installed.

    Returns
    -------
    A table with person, time (days since 1970-01-01 UTC), a column for each item, and
    `<item>_missing` with the reasons; with report=True that table and the report.

    """
    if on_error not in ("raise", "collect"):
        raise InvalidInput("on_error: must be one of: raise, collect")
    document = load_mapping(mapping)
    document = _of_instrument(document, instrument)
    told = ReadingReport()
    reader = _Reader(document, told, zone, person, time_unit, encoding, on_error)
    check_ins = reader.read(Path(path))
    _spread_choices(check_ins)
    table = _Answers(check_ins, items, values, missing, document, told)
    made = table.columns(on_error)
    if told.left_out and not report:
        _warn_of(told, str(path))
    answer = make_table(made, frame)
    return (answer, told) if report else answer


def _of_instrument(document: dict[str, Any], instrument: str | None) -> dict[str, Any]:
    """Put the name of the instrument where the mapping has `{instrument}`."""
    name = instrument or document.get("instrument")
    if instrument is not None and "instrument" not in document:
        raise InvalidInput("instrument: the mapping does not tell instruments apart")
    if name is None:
        return document

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("{instrument}", name)
        if isinstance(value, list):
            return [filled(each) for each in value]
        if isinstance(value, dict):
            return {key: filled(each) for key, each in value.items()}
        return value

    return {key: filled(value) for key, value in document.items()}


def _warn_of(told: ReadingReport, path: str) -> None:
    counts: dict[str, int] = {}
    for one in told.left_out:
        counts[one.why] = counts.get(one.why, 0) + 1
    listed = "; ".join(f"{why} ({count})" for why, count in list(counts.items())[:5])
    warnings.warn(
        f"{path}: {len(told.left_out)} records are left out: {listed}; report=True names "
        "each",
        stacklevel=3,
    )


# Records --------------------------------------------------------------------------------


class _Reader:
    def __init__(
        self,
        mapping: dict[str, Any],
        told: ReadingReport,
        zone: str | None,
        person: str | None,
        unit: TimeUnit | None,
        encoding: str | None,
        on_error: str,
    ) -> None:
        self.mapping = mapping
        self.told = told
        self.person = person
        self.encoding = encoding
        self.collects = on_error == "collect"
        self.zone = None if zone is None else find_zone(zone)
        if named := mapping["time"].get("zone"):
            self.zone = find_zone(named)
        self.unit = unit or mapping["time"].get("unit")
        if unit is not None:
            in_days(np.empty(0), unit)  # refuses a unit that is none
        self.no_time = {code_of(word) for word in mapping["time"].get("none", ())}
        self.rules = [
            (
                rule,
                {
                    code_of(word)
                    for word in rule.get("values", rule.get("other_than", ()))
                },
            )
            for rule in mapping.get("leave_out", ())
        ]
        self.questions: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
        self.layout = mapping["layout"]
        self.layouts: dict[str, Callable[[_CheckIn, Record], None]] = {
            "wide": self._wide,
            "long": self._long,
            "numbered": self._numbered,
            "nested": self._nested,
        }

    def read(self, path: Path) -> list[_CheckIn]:
        if not path.exists():
            raise InvalidInput(f"{path}: is not there")
        files = [path]
        if path.is_dir():
            pattern = self.mapping.get("files")
            if pattern is None:
                raise InvalidInput(f"{path}: is a folder, but must be a file")
            files = sorted({*path.glob(pattern), *path.glob(pattern + ".gz")})
            if not files:
                raise InvalidInput(f"{path}: has no file {pattern}")
        found: list[_CheckIn] = []
        for file in files:
            self.told.files.append(str(file))
            with warnings.catch_warnings(record=True) as noticed:
                warnings.simplefilter("always", UnicodeWarning)
                found += self._of_file(file, path)
            for notice in noticed:
                self.told.notes.append(str(notice.message))
                warnings.warn(notice.message, notice.category, stacklevel=4)
        if not any(each.refused is None for each in found):
            out = "; ".join(dict.fromkeys(one.why for one in self.told.left_out))
            raise InvalidInput(
                f"{path}: has no check-in" + (f", all are left out: {out}" if out else "")
            )
        return found

    def _of_file(self, file: Path, root: Path) -> list[_CheckIn]:
        found: list[_CheckIn] = []
        of_moment: dict[tuple[str, float], _CheckIn] = {}
        fill = self.layouts.get(self.layout)
        for place, record in self._records(file):
            self.told.records += 1
            if fill is None:  # a table of our own, wide or long
                self.layout = "long" if {"item", "value"} <= record.keys() else "wide"
                self.mapping = self.mapping | (_LONG if self.layout == "long" else {})
                fill = self.layouts[self.layout]
            check_in = _CheckIn(str(file), place)
            try:
                why = self._why_left_out(record)
                if why is None:
                    why = self._begin(check_in, record, file, root)
                if self.layout == "long" and check_in.ways:
                    key = (str(check_in.person), check_in.ways[0])
                    check_in = of_moment.setdefault(key, check_in)
                fill(check_in, record)
            except (_Refused, ShapeError) as error:
                self._refuse(check_in, place, str(error))
                why = None
            if why is not None:
                self._leave_out(check_in, place, why)
            elif check_in.place == place:  # else it is part of one before
                found.append(check_in)
        self._settle(found)
        if self.mapping["layout"] == "table":
            self.layout = "table"
        return found

    def _refuse(self, check_in: _CheckIn, place: str, problem: str) -> None:
        if not self.collects:
            _raise(check_in.file, place, check_in.person, problem)
        if check_in.refused is None:
            check_in.refused = (
                f"{place}: {problem}" if place != check_in.place else problem
            )

    def _leave_out(self, check_in: _CheckIn, place: str, why: str) -> None:
        self.told.left_out.append(
            LeftOut(check_in.file, place, check_in.person, why, check_in.answered())
        )

    def _why_left_out(self, record: Record) -> str | None:
        for rule, words in self.rules:
            if rule.get("optional") and not self._has(record, rule["column"]):
                continue
            value = self._value(record, rule["column"])
            named = code_of("" if value is None else value) in words
            if named == ("values" in rule):
                return str(rule.get("because", f"by its {rule['column']}"))
        return None

    # Files ------------------------------------------------------------------------------

    def _records(self, file: Path) -> Iterator[tuple[str, Record]]:
        """Return the records of a file, with the line or the place of each."""
        name = file.name.lower().removesuffix(".gz")
        if name.endswith((".json", ".ndjson", ".jsonl")):
            lines = not name.endswith(".json")
            listed = read_text_file(
                str(file), lambda text: self._json(text, str(file), lines), self.encoding
            )
        elif name.endswith(".parquet") and self.mapping["layout"] == "table":
            columns = read_parquet(str(file))
            listed = [
                (f"row {k}", dict(zip(columns, row, strict=True)))
                for k, row in enumerate(zip(*columns.values(), strict=True), 1)
            ]
            self._check_columns(list(columns), str(file))
        else:
            listed = read_text_file(
                str(file), lambda text: self._csv(text, str(file)), self.encoding
            )
        yield from listed

    def _csv(self, file: TextIO, name: str) -> list[tuple[str, Record]]:
        with csv_reader(file, name, self._separator(file)) as rows:
            header = [cell.strip() for cell in next(rows, [])]
            seen: set[str] = set()
            for column in header:
                if column and column in seen:
                    raise InvalidInput(f"{name}: has two columns {column!r}")
                seen.add(column)
            self._check_columns(header, name)
            found: list[tuple[str, Record]] = []
            head = int(self.mapping.get("rows_after_header", 0))
            short = bool(self.mapping.get("short_rows"))
            width = len(header)
            unpack = bool(self.mapping.get("json_cells"))
            for cells in rows:
                if not cells:
                    continue
                place = f"line {rows.line_num}"
                if len(cells) != width and not (short and len(cells) < width):
                    raise InvalidInput(
                        f"{name}, {place}: has {len(cells)} cells, but must have {width}"
                    )
                record: Record = dict(zip(header, cells, strict=False))
                if "" in record and not record.pop("").isspace():
                    self.told.columns[""] = "has no name"
                if head > 0:
                    head -= 1
                    if self._is_header(record):
                        self.told.notes.append(f"{name}, {place}: is a row of the header")
                        continue
                    head = 0
                if unpack:
                    record = {key: _unpacked(cell) for key, cell in record.items()}
                found.append((place, record))
            return found

    def _separator(self, file: TextIO) -> str:
        """Return what stands between cells: what the mapping says or the header shows."""
        usual = str(self.mapping.get("separator", ","))
        line = file.readline()
        file.seek(0)
        found = [mark for mark in (usual, *_SEPARATORS) if mark in line]
        return found[0] if found else usual

    def _is_header(self, record: Record) -> bool:
        """Whether a row says what the columns are, and is no response."""
        cells = [str(cell) for cell in record.values()]
        if any(cell.startswith("{") and "ImportId" in cell for cell in cells):
            return True
        time = self._time_value(record)
        return time is not None and not any(sign.isdigit() for sign in str(time))

    def _json(self, file: TextIO, name: str, lines: bool) -> list[tuple[str, Record]]:
        if lines:
            numbered = [(f"line {k}", line) for k, line in enumerate(file, 1)]
            listed = [
                (place, parse_json(line, f"{name}, {place}"))
                for place, line in numbered
                if line.strip()
            ]
        else:
            document = parse_json(file.read(), name)
            records = self._listed(document, name)
            listed = [(f"record {k}", each) for k, each in enumerate(records, 1)]
        keys: dict[str, None] = {}
        for place, record in listed:
            if not isinstance(record, dict):
                raise InvalidInput(f"{name}, {place}: must be an object")
            keys |= dict.fromkeys(record)
        if listed and self.layout != "nested":
            self._check_columns(list(keys), name)
        if self.mapping["layout"] == "table":
            return [(at, flat_check_in(each, f"{name}, {at}")) for at, each in listed]
        return listed

    def _listed(self, document: Any, name: str) -> list[Any]:
        path = self.mapping.get("records")
        if isinstance(document, list):
            return document
        if not isinstance(document, dict):
            raise InvalidInput(f"{name}: must be a list of records, or an object")
        if path is not None:
            try:
                found = found_at(document, path)
            except ShapeError as error:
                raise InvalidInput(f"{name}: {error}") from None
            if len(found) == 1 and isinstance(found[0], list):
                return list(found[0])
            if found:
                return found
            if not any(self._has(document, column) for column in self._time_columns()):
                raise InvalidInput(
                    f"{name}: has no {path!r}, where the records must stand"
                )
        whole = document.values()
        if self.mapping["layout"] == "table" and all(isinstance(v, list) for v in whole):
            if len({len(values) for values in whole}) > 1:
                raise InvalidInput(f"{name}: has columns of unequal length")
            return [
                dict(zip(document, row, strict=True)) for row in zip(*whole, strict=True)
            ]
        return [document]

    def _check_columns(self, header: list[str], name: str) -> None:
        """Refuse a table without a column that the mapping needs."""

        def need(columns: list[str], what: str) -> None:
            if not any(column in header for column in columns):
                named = " or ".join(repr(column) for column in columns)
                raise InvalidInput(
                    f"{name}: has no column {named}, which the mapping "
                    f"{self.mapping.get('id')!r} needs: it says {what}"
                )

        mapping, time = self.mapping, self.mapping["time"]
        if self.person is None and "column" in mapping["person"]:
            need([mapping["person"]["column"]], "who answered")
        if "columns" in time and not any(
            all(part in header for part in _parts(way)) for way in time["columns"]
        ):
            need(self._time_columns(), "when")
            raise InvalidInput(f"{name}: has a date or a clock without the other")
        if "offset_column" in time:
            need([time["offset_column"]], "what the clock was ahead of UTC")
        if "unanswered" in mapping:
            need(_columns_of(mapping["unanswered"]), "whether a prompt was answered")
        for rule in mapping.get("leave_out", ()):
            if not rule.get("optional"):
                need([rule["column"]], f"which rows are left out: {rule.get('because')}")
        if mapping["layout"] == "long":
            need([mapping["item"]["column"]], "which question was asked")
            need(_columns_of(mapping["value"]), "what was answered")
        if mapping["layout"] == "numbered":
            k = 0
            first = mapping["item"]["column"]
            need([first.replace("{n}", "0")], "which question was asked")
            while first.replace("{n}", str(k)) in header:
                columns = _columns_of(mapping["value"])
                need(
                    [column.replace("{n}", str(k)) for column in columns],
                    "what was answered",
                )
                k += 1
        self._tell_unread(header)

    def _tell_unread(self, header: list[str]) -> None:
        """Write down which columns are not read as questions, and why."""
        for name in header:
            if name and self._ignored(name):
                self.told.columns[name] = "the mapping leaves it out"
        is_long = self.mapping["layout"] == "table" and {"item", "value"} <= set(header)
        rule = self.mapping | (_LONG if is_long else {})
        if not is_long and self.mapping["layout"] not in ("long", "numbered"):
            return
        read = {*self._declared(), rule["item"]["column"], *_columns_of(rule["value"])}
        if is_long:
            read |= {"missing_reason", *_KNOWLEDGE}
        kept = [column.replace("{n}", "*") for column in read]
        for name in header:
            if name and not any(fnmatchcase(name, pattern) for pattern in kept):
                self.told.columns.setdefault(name, "is no part of this layout")

    # Layouts ----------------------------------------------------------------------------

    def _wide(self, check_in: _CheckIn, record: Record) -> None:
        names = tuple(record)
        if names not in self.questions:
            self.questions[names] = self._questions(names)
        asked, reasons = self.questions[names]
        for name in reasons:
            if _is_given(record[name]):
                question = name.removesuffix("_missing")
                self._take_reason(check_in, question, str(record[name]).strip())
        # A name stands once in a record, so that nothing is answered twice.
        check_in.answers |= {
            name: value if isinstance(value := record[name], str) else _plain(value, name)
            for name in asked
        }

    def _questions(self, names: tuple[str, ...]) -> tuple[list[str], list[str]]:
        """Return which columns are questions, and which hold reasons of gaps."""
        taken = self._declared()
        left = [name for name in names if name not in taken and not self._ignored(name)]
        ours = self.mapping["layout"] == "table"
        reasons = [name for name in left if ours and name.endswith("_missing")]
        return [name for name in left if name not in reasons], reasons

    def _take_reason(self, check_in: _CheckIn, question: str, reason: str) -> None:
        if reason not in _core.missing_reasons:
            raise _Refused(f"'{question}_missing' is none of the missing reasons")
        check_in.reasons[question] = reason

    def _long(self, check_in: _CheckIn, record: Record) -> None:
        name = self._value(record, self.mapping["item"]["column"])
        columns = [c for c in _columns_of(self.mapping["value"]) if c in record]
        value = self._one_of(record, columns)
        ours = self.mapping["layout"] == "table"
        reason = record.get("missing_reason") if ours else None
        if not _is_given(name):
            if _is_given(value) or _is_given(reason):
                raise _Refused("has an answer to a question without a name")
            return
        if ours:
            for known in _KNOWLEDGE:
                if _is_given(record.get(known)):
                    check_in.answers.setdefault(known, record[known])
        if _is_given(reason):
            self._take_reason(check_in, str(name), str(reason).strip())
            check_in.answers.setdefault(str(name), None)
        check_in.add(str(name), _plain(value, str(name)))

    def _numbered(self, check_in: _CheckIn, record: Record) -> None:
        """Answers in columns `...0...`, `...1...`, names and values side by side."""
        item, values = self.mapping["item"]["column"], _columns_of(self.mapping["value"])
        k = 0
        while item.replace("{n}", str(k)) in record:
            name = record[item.replace("{n}", str(k))]
            columns = [value.replace("{n}", str(k)) for value in values]
            value = self._one_of(record, [c for c in columns if c in record])
            if _is_given(name):
                check_in.add(str(name), value)
            elif _is_given(value):
                raise _Refused("has an answer to a question without a name")
            k += 1

    def _one_of(self, record: Record, columns: list[str]) -> Any:
        given = [record[column] for column in columns if _is_given(record[column])]
        if len(given) > 1:
            raise _Refused(f"has answers in several columns: {', '.join(columns)}")
        return given[0] if given else None

    def _nested(self, check_in: _CheckIn, record: Record) -> None:
        rule = self.mapping["answers"]
        path = rule.get("each") or ".".join(f"{key}[]" for key in rule["lists"])
        problem = None
        for each in found_at(record, path):
            if not isinstance(each, dict):
                raise _Refused(f"{path!r} holds something that is no object")
            name = value_at(each, rule["item"])
            try:
                value = self._nested_answer(each, rule["values"])
                if _is_given(name):
                    check_in.add(str(_plain(name, rule["item"])), value)
                elif _is_given(value):
                    raise _Refused(
                        f"has an answer to a question without {rule['item']!r}"
                    )
            except _Refused as error:  # the others are read: one may raise a flag
                problem = problem or error
        if problem is not None:
            raise problem

    def _nested_answer(self, each: Record, values: list[str]) -> Any:
        found: list[Any] = []
        several = False
        for path in values:
            if "*" in path.replace("[**]", ""):
                given = [each[key] for key in each if fnmatchcase(key, path)]
            else:
                given = found_at(each, path)
            given = [value for value in given if value is not None]
            several |= "[" in path and bool(given)
            if given and found:
                raise _Refused("has a question with answers of several kinds")
            found += given
        if not found:
            return None
        if len(found) == 1 and not several:
            return _plain(found[0], values[0])
        return tuple(_plain(value, values[0]) for value in found)

    # Parts of a record ------------------------------------------------------------------

    def _begin(
        self, check_in: _CheckIn, record: Record, file: Path, root: Path
    ) -> str | None:
        """Find out who and when; return why the record is left out, if it is."""
        check_in.person = self._person(record, file, root)
        value = self._time_value(record, file)
        if value is None:
            if self._says_no_time(record):
                probe = _CheckIn(check_in.file, check_in.place)
                self.layouts[self.layout](probe, record)
                if not probe.answered():
                    return "has neither a time nor an answer"
            raise _Refused("has no time")
        check_in.ways = self._moments(value, record)
        rule = self.mapping.get("unanswered")
        if rule is not None:
            told = self._one_of_columns(record, _columns_of(rule))
            empty = not _is_given(told)
            words = {code_of(word) for word in rule.get("values", ())}
            if empty if rule.get("empty") else code_of(told or "") in words:
                check_in.reason = rule["reason"]
        return None

    def _one_of_columns(self, record: Record, columns: list[str]) -> Any:
        given = [self._value(record, column) for column in columns]
        return next((value for value in given if _is_given(value)), None)

    def _person(self, record: Record, file: Path, root: Path) -> str:
        rule = self.mapping["person"]
        if "path_part" in rule and root.is_dir():
            return str(file.relative_to(root).parts[rule["path_part"]])
        value = self._value(record, rule["column"]) if "column" in rule else None
        if not _is_given(value):
            value = self.person
        if not _is_given(value):
            raise _Refused("does not say who it is from")
        text = _as_text(_plain(value, rule.get("column", "person")))
        return text.rpartition(rule["after"])[2] if "after" in rule else text

    def _time_columns(self) -> list[str]:
        ways = self.mapping["time"].get("columns", ())
        return [part for way in ways for part in _parts(way)]

    def _time_value(self, record: Record, file: Path | None = None) -> Any:
        """Return what stands for the time, or None."""
        rule = self.mapping["time"]
        if rule.get("from") == "file_name":
            if file is None:
                return None
            name = file.name.removesuffix(".gz").rpartition(".")[0] or file.stem
            return name.replace("_", ":")  # which no file may be named with
        for way in rule["columns"]:
            parts = [self._value(record, part) for part in _parts(way)]
            if all(_is_given(part) and not self._is_no_time(part) for part in parts):
                if len(parts) == 1:
                    return _plain(parts[0], str(way))
                return " ".join(str(part).strip() for part in parts)
        return None

    def _is_no_time(self, value: Any) -> bool:
        return bool(self.no_time) and code_of(value) in self.no_time

    def _says_no_time(self, record: Record) -> bool:
        columns = self._time_columns()
        given = [self._value(record, column) for column in columns]
        return any(_is_given(value) and self._is_no_time(value) for value in given)

    def _moments(self, value: Any, record: Record) -> list[float]:
        """Return the moments that a time may be, in days; one where it is plain."""
        if "%" in self.unit:
            return self._walls(_parsed(str(value).strip(), self.unit))
        number = number_in(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return self._walls(_read_text(str(value).strip()))
        unit = "days" if self.unit == "iso" else self.unit
        return self._of_number(float(number), unit, record)

    def _of_number(self, number: float, unit: str, record: Record) -> list[float]:
        column = self.mapping["time"].get("offset_column")
        if column is not None:  # local seconds, and what the clock was ahead
            ahead = self._value(record, column)
            offset = code_of(ahead) if _is_given(ahead) else "none"
            if isinstance(offset, str):
                raise _Refused(f"does not say in {column!r} what its clock was ahead")
            number -= offset * UNITS[unit] / UNITS["seconds"]
        days = float(in_days(np.array([number]), unit)[0])
        if days != days:
            raise _Refused("its time is no date, YYYYMMDD")
        if problem := unlikely(days, unit):
            raise _Refused(f"its time {problem}")
        return [days]

    def _walls(self, read: tuple[float, bool]) -> list[float]:
        days, is_moment = read
        if is_far(days):
            raise _Refused(f"its time {FAR}")
        if is_moment:
            return [days]
        if self.zone is None:
            raise _Refused(
                "its time has no zone; say in which it is, as zone='Europe/Berlin'"
            )
        ways = moments_of(days, self.zone)
        if not ways:
            raise _Refused(
                f"its time is in the hour that the clocks of {self.zone.key} leave out; "
                "mend it, or write it with its offset"
            )
        return ways

    def _settle(self, found: list[_CheckIn]) -> None:
        """Choose among the moments of the hour that comes twice, or refuse."""
        read = [each for each in found if each.ways]
        moments = settle(
            [each.ways for each in read], [str(each.person) for each in read]
        )
        for each, moment in zip(read, moments, strict=True):
            if moment is not None:
                each.time = moment
                continue
            zone = self.zone.key if self.zone else ""
            self._refuse(
                each,
                each.place,
                f"its time is in the hour that comes twice in {zone}, and the order of "
                "rows does not say which it is; write it with its offset",
            )
            each.time = max(each.ways)

    def _value(self, record: Record, name: str) -> Any:
        """Return what stands under a name, or, in nested records, at a path."""
        if name in record or self.mapping["layout"] != "nested":
            return record.get(name)
        return value_at(record, name)

    def _has(self, record: Record, name: str) -> bool:
        if self.mapping["layout"] != "nested":
            return name in record
        try:
            return bool(found_at(record, name))
        except ShapeError:
            return False

    def _declared(self) -> set[str]:
        mapping = self.mapping
        rule = mapping["time"]
        names = {mapping["person"].get("column"), rule.get("offset_column")}
        names |= set(self._time_columns())
        names |= {each["column"] for each in mapping.get("leave_out", ())}
        if "unanswered" in mapping:
            names |= set(_columns_of(mapping["unanswered"]))
        return {name for name in names if name is not None}

    def _ignored(self, name: str) -> bool:
        return any(fnmatchcase(name, rule) for rule in self.mapping.get("ignore", ()))


def _raise(file: str, place: str, person: str | None, problem: str) -> NoReturn:
    who = "" if person is None else f", person {person!r}"
    raise InvalidInput(f"{file}, {place}{who}: {problem}")


def _parts(way: str | list[str]) -> list[str]:
    """Return the columns of a time: one, or a date and a clock."""
    return [way] if isinstance(way, str) else list(way)


def _columns_of(rule: Mapping[str, Any]) -> list[str]:
    return list(rule["columns"]) if "columns" in rule else [rule["column"]]


def _is_given(value: Any) -> bool:
    if isinstance(value, str):
        return value != "" and not value.isspace()
    if isinstance(value, tuple):
        return bool(value)
    return value is not None and value == value


def _height(value: Any) -> float:
    """Return how high an answer is; texts are below all numbers."""
    code = code_of(value)
    return -np.inf if isinstance(code, str) else code


def _plain(value: Any, where: str) -> Any:
    """Return a value as a cell: a list of choices as a tuple, objects as their JSON."""
    if isinstance(value, (list, tuple)):
        return tuple(_plain(each, where) for each in value if each is not None)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def _as_text(value: Any) -> str:
    """Return a value as it stands in the export; of a whole number its digits."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    return str(value).strip()


def _unpacked(cell: str) -> Any:
    """Return the text or the list that a cell holds as JSON."""
    if cell[:1] in ('"', "[") and cell[-1:] in ('"', "]"):
        try:
            return _plain(json.loads(cell), "")
        except ValueError:
            pass
    return cell


@lru_cache(maxsize=4096)
def _read_text(text: str) -> tuple[float, bool]:
    """Return days, and whether they are a moment or what a clock on the wall shows."""
    for word in ("UTC", "GMT"):
        if text.endswith(word):
            text = text.removesuffix(word).rstrip() + "Z"
    for tried, is_moment in ((text, True), (text + "Z", False)):
        days, problems = _core.parse_timestamps([tried])
        if not problems:
            return float(days[0]), is_moment
        if not problems[0][1].startswith(_WITHOUT_ZONE):
            break
    raise _Refused("its time cannot be read")


def _parsed(text: str, form: str) -> tuple[float, bool]:
    """Return the same of a text in a format of strptime."""
    try:
        moment = datetime.strptime(text, form)
    except ValueError:
        raise _Refused("its time cannot be read") from None
    zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
    since = zoned - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return since.total_seconds() / UNITS["seconds"], moment.tzinfo is not None


# Answers --------------------------------------------------------------------------------


def _spread_choices(check_ins: list[_CheckIn]) -> None:
    """Make a question of each choice where several may be chosen: `question[choice]`."""
    choices: dict[str, dict[str, None]] = {}
    several: set[str] = set()
    for each in check_ins:
        for name, value in each.answers.items():
            if isinstance(value, tuple):
                choices.setdefault(name, {}).update(dict.fromkeys(map(_as_text, value)))
                if len(value) > 1:
                    several.add(name)
    for each in check_ins if choices else ():
        for name in [name for name in each.answers if name in choices]:
            value = each.answers[name]
            chosen = value if isinstance(value, tuple) else (value,) * _is_given(value)
            if name not in several:
                each.answers[name] = chosen[0] if chosen else None
                continue
            del each.answers[name]
            texts = {_as_text(choice) for choice in chosen}
            for choice in choices[name]:
                each.answers[f"{name}[{choice}]"] = (
                    float(choice in texts) if texts else None
                )


class _Answers:
    """Answers by item, from answers by question."""

    def __init__(
        self,
        check_ins: list[_CheckIn],
        items: Mapping[str, str] | None,
        values: Mapping[str, Mapping[Any, float]] | None,
        missing: Missing | None,
        mapping: dict[str, Any],
        told: ReadingReport,
    ) -> None:
        self.told = told
        asked = dict.fromkeys(
            name for each in check_ins for name in (*each.answers, *each.reasons)
        )
        wanted = dict(items) if items is not None else {name: name for name in asked}
        for name in wanted:
            if name not in asked:
                parts = [other for other in asked if other.startswith(f"{name}[")]
                if parts:
                    raise InvalidInput(
                        f"items: {name!r} has answers of several choices; name each, as "
                        + ", ".join(map(repr, parts))
                    )
                listed = ", ".join(list(asked)[:20])
                raise InvalidInput(
                    f"items: {name!r} is no question of the export: {listed}"
                )
        for name in asked:
            if name not in wanted:
                told.columns[name] = "is not named in items"
        self.questions: dict[str, list[str]] = {}
        for name, item in wanted.items():
            self.questions.setdefault(item, []).append(name)
        for item in self.questions:
            if item in ("person", "time") or item.removesuffix("_missing") != item:
                raise InvalidInput(f"items: {item!r} is a name that the table needs")
        self.codes = {
            item: Codes({c: float(v) for c, v in codes.items()}, f"values of {item!r}")
            for item, codes in (values or {}).items()
        }
        declared = dict(mapping.get("missing", {}))
        declared |= {c: r for c, r in (missing or {}).items() if isinstance(r, str)}
        own = {i: dict(r) for i, r in (missing or {}).items() if not isinstance(r, str)}
        for reason in [
            *declared.values(),
            *(r for one in own.values() for r in one.values()),
        ]:
            if reason not in _core.missing_reasons:
                raise InvalidInput(
                    "missing: has what is no reason, which are: "
                    + ", ".join(_core.missing_reasons)
                )
        self.missing = {
            item: Codes(declared | own.get(item, {}), "missing")
            for item in self.questions
        }
        self.check_ins = check_ins

    def columns(self, on_error: str) -> dict[str, Made]:
        read = {item: self._read(item, on_error) for item in self.questions}
        rows = [k for k, each in enumerate(self.check_ins) if self._stays(k, each, read)]
        rows.sort(key=lambda k: (str(self.check_ins[k].person), self.check_ins[k].time))
        self.told.rows = len(rows)
        if not rows:
            raise InvalidInput("check-ins: none can be read; report=True names why")
        persons = list(dict.fromkeys(str(self.check_ins[k].person) for k in rows))
        number = {person: k for k, person in enumerate(persons)}
        who = [number[str(self.check_ins[k].person)] for k in rows]
        made: dict[str, Made] = {
            "person": Words(persons, np.array(who)),
            "time": np.array([self.check_ins[k].time for k in rows], dtype=np.float64),
        }
        for item in self.questions:
            made |= self._column(item, rows, [read[item][k] for k in rows])
        return made

    def _stays(self, k: int, each: _CheckIn, read: dict[str, Any]) -> bool:
        """Whether a check-in is a row; one refused is, with its safety answers alone."""
        if each.refused is None:
            return True
        raised = {
            item
            for item in _core.built_in_flags
            if item in read
            and not isinstance(read[item][k][0], (str, type(None)))
            and read[item][k][0] > 0.0
        }
        why = each.refused
        if raised and each.person is not None and each.time == each.time:
            why += "; its safety answers above 0 stay, to raise their flags"
        else:
            raised = set()
        place = each.place
        self.told.left_out.append(
            LeftOut(each.file, place, each.person, why, each.answered())
        )
        for item in read:
            if item not in raised:
                read[item][k] = (None, "unknown" if raised else None)
        return bool(raised)

    def _column(
        self,
        item: str,
        rows: list[int],
        read: list[_Answer],
    ) -> dict[str, Made]:
        made: dict[str, Made] = {}
        answers = [answer for answer, _ in read]
        if any(isinstance(answer, str) for answer in answers):
            texts = [
                None if answer is None else self._text(item, row, answer)
                for row, answer in zip(rows, answers, strict=True)
            ]
            words = list(dict.fromkeys(text for text in texts if text is not None))
            place = {word: k for k, word in enumerate(words)}
            codes = [-1 if text is None else place[text] for text in texts]
            made[item] = Words(words, np.array(codes))
        else:
            made[item] = np.array(
                [np.nan if a is None else a for a in answers], dtype=np.float64
            )
        reasons = [reason for _, reason in read]
        if any(reasons) and item not in _KNOWLEDGE:
            codes = [
                _core.missing_reasons.index(reason) if reason else -1
                for reason in reasons
            ]
            made[f"{item}_missing"] = Words(_core.missing_reasons, np.array(codes))
            counts = {r: reasons.count(r) for r in dict.fromkeys(reasons) if r}
            self.told.missing[item] = counts
        return made

    def _text(self, item: str, row: int, answer: float | str) -> str:
        """Return an answer among texts as it stands in the export."""
        if isinstance(answer, str):
            return answer
        given = self._given(self.check_ins[row], item)
        return _as_text(given) if given is not None else _as_text(answer)

    def _read(self, item: str, on_error: str) -> list[_Answer]:
        """Return the answers of all check-ins to an item; each text is looked up once."""
        found: list[_Answer] = []
        known: dict[str, _Answer] = {}
        names = self.questions[item]
        for each in self.check_ins:
            try:
                value = self._given(each, item)
                if value is None:
                    found.append(self._gap(each, names))
                    continue
                answer = known.get(value) if isinstance(value, str) else None
                if answer is None:
                    answer = self._meaning(item, value)
                    if isinstance(value, str):
                        known[value] = answer
                if each.reasons and any(name in each.reasons for name in names):
                    if answer[0] is not None:
                        raise _Refused("is both answered and missing")
                    answer = self._gap(each, names)
                found.append(answer)
            except _Refused as error:
                if on_error == "raise":
                    _raise(each.file, each.place, each.person, f"{item!r} {error}")
                each.refused = each.refused or f"{item!r} {error}"
                found.append((None, None))
        return found

    def _given(self, check_in: _CheckIn, item: str) -> Any:
        """Return the answer as it stands in the export, or None."""
        names = self.questions[item]
        answers = check_in.answers
        if len(names) == 1:
            value = answers.get(names[0])
            return value if _is_given(value) else None
        full = [name for name in names if _is_given(answers.get(name))]
        if len(full) > 1:
            raise _Refused(f"is answered by several questions: {', '.join(names)}")
        return answers[full[0]] if full else None

    @staticmethod
    def _gap(check_in: _CheckIn, names: list[str]) -> _Answer:
        """Say why there is no answer."""
        for name in names:
            if name in check_in.reasons:
                return None, check_in.reasons[name]
        if check_in.reason is not None:
            return None, check_in.reason
        asked = any(name in check_in.answers for name in names)
        return None, "unknown" if asked else "not_asked"

    def _meaning(self, item: str, value: Any) -> _Answer:
        """Return what a given answer counts as, or why it is missing."""
        declared = self.missing[item].get(value)
        if declared is not None:
            return None, declared
        codes = self.codes.get(item)
        named = None if codes is None else codes.get(value)
        if named is not None:
            return named, None
        answer = _answer_of(value)
        if answer is None:
            return None, "unknown"
        if codes is not None and (codes.of_numbers or isinstance(answer, str)):
            raise _Refused("has an answer that no code in `values` names")
        return answer, None


def _answer_of(value: Any) -> float | str | None:
    """Return a number, or a text as it stands; None for a word that says a gap."""
    if not isinstance(value, str):
        code = code_of(value)
        return code if not isinstance(code, str) and np.isfinite(code) else str(value)
    text = value.strip()
    if text in MISSING:
        return None
    number = number_in(text)
    return text if number is None else number
