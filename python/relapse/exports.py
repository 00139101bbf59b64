"""Check-ins from what apps and survey tools export, by declarative mappings.

A mapping is a document `relapse/mapping/1` that says where an export has persons, times
and answers; those that come with the package are in the folder `mappings`. What the
answers mean is said by the caller: which question is which item.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from relapse import _core
from relapse.errors import InvalidInput, ParseError
from relapse.simulations import FrameName, default_frame
from relapse.tables import Made, Words, make_table

SCHEMA = "relapse/mapping/1"
_FOLDER = Path(__file__).with_name("mappings")
_KEYS = {
    "schema", "id", "title", "source", "files", "separator", "rows_after_header",
    "layout", "person", "time", "unanswered", "item", "value", "answers", "records",
    "ignore", "missing",
}  # fmt: skip
_UNITS = {"seconds": 1.0, "milliseconds": 1e3, "microseconds": 1e6}
_LAYOUTS = ("wide", "long", "numbered", "nested")
_SECONDS_A_DAY = 86400.0

Record: TypeAlias = "dict[str, Any]"


@dataclass
class _CheckIn:
    """One prompt: answers by the names of the export, or why there are none."""

    person: str
    time: float
    answers: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None


def mapping_names() -> list[str]:
    """Return the names of the mappings that come with the package."""
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


def load_mapping(mapping: str | Path | Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping by its name, from a file, or from a dict, checked.

    Raises ParseError with the JSON pointer of what is not known or missing.
    """
    if isinstance(mapping, Mapping):
        document = dict(mapping)
    else:
        path = Path(mapping)
        if not path.suffix:
            path = _FOLDER / f"{mapping}.json"
            if not path.is_file():
                raise InvalidInput(
                    f"mapping: {str(mapping)!r} is none, but must be one of: "
                    + ", ".join(mapping_names())
                )
        document = json.loads(path.read_text(encoding="utf-8"))
    if document.get("schema") != SCHEMA:
        raise ParseError(f"/schema: must be {SCHEMA!r}", "/schema")
    for key in document:
        if key not in _KEYS:
            raise ParseError(f"/{key}: is not known", f"/{key}")
    for key in ("person", "time", "layout"):
        if key not in document:
            raise ParseError(f"/{key}: is missing", f"/{key}")
    if document["layout"] not in _LAYOUTS:
        raise ParseError(f"/layout: must be one of: {', '.join(_LAYOUTS)}", "/layout")
    unit = document["time"].get("unit")
    if unit not in (*_UNITS, "iso") and "%" not in str(unit):
        raise ParseError(
            "/time/unit: must be iso, seconds, milliseconds, microseconds or a format",
            "/time/unit",
        )
    return document


def read_check_ins(
    path: str | Path,
    *,
    mapping: str | Path | Mapping[str, Any] = "generic",
    items: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[str, float]] | None = None,
    missing: Mapping[str, str] | None = None,
    zone: str | None = None,
    person: str | None = None,
    frame: FrameName | None = None,
) -> Any:
    """Read an export of check-ins into a table like the one that `score` takes.

    Prompts that were not answered stay rows, with a reason in the `_missing` columns.

    Parameters
    ----------
    path
        A file, or a folder of files where the mapping says so.
    mapping
        Name of a mapping (`mapping_names` lists them), a file, or a dict.
    items
        Question of the export to item of the model; None: every question under its own
        name. Questions that are not named are left out; a name that the export does not
        have is refused.
    values
        Item to what its answers in words count as.
    missing
        Answer to missing reason, such as `{"-99": "declined"}`.
    zone
        Where an export has times without a zone: in which they are, as `Europe/Berlin`.
    person
        Who answered, where the export is of one person and does not say.
    frame
        "pandas", "polars", "pyarrow" or "dict"; None: pandas where it is installed.

    Returns
    -------
    A table with person, time (days since 1970-01-01 UTC), a column for each item, and
    `<item>_missing` with the reasons.

    """
    document = load_mapping(mapping)
    reader = _Reader(document, zone, person)
    check_ins = reader.read(Path(path))
    missing = document.get("missing", {}) | dict(missing or {})
    for reason in missing.values():
        if reason not in _core.missing_reasons:
            raise InvalidInput(
                f"missing: {reason!r} is no reason, which are: "
                + ", ".join(_core.missing_reasons)
            )
    asked = list(dict.fromkeys(name for each in check_ins for name in each.answers))
    wanted = dict(items) if items is not None else {name: name for name in asked}
    for name in wanted:
        if name not in asked:
            listed = ", ".join(asked[:20])
            raise InvalidInput(f"items: {name!r} is no question of the export: {listed}")
    check_ins.sort(key=lambda each: (each.person, each.time))
    made = _columns(check_ins, wanted, values or {}, missing)
    return make_table(made, frame or default_frame())


def _columns(
    check_ins: list[_CheckIn],
    wanted: Mapping[str, str],
    values: Mapping[str, Mapping[str, float]],
    missing: Mapping[str, str],
) -> dict[str, Made]:
    persons = list(dict.fromkeys(each.person for each in check_ins))
    number = {person: k for k, person in enumerate(persons)}
    made: dict[str, Made] = {
        "person": Words(persons, np.array([number[each.person] for each in check_ins])),
        "time": np.array([each.time for each in check_ins], dtype=np.float64),
    }
    for item in dict.fromkeys(wanted.values()):
        names = [name for name, of in wanted.items() if of == item]
        read = [
            _answer(each, names, item, values.get(item, {}), missing)
            for each in check_ins
        ]
        answers = [answer for answer, _ in read]
        if any(isinstance(answer, str) for answer in answers):
            texts = [None if a is None else _text(a) for a in answers]
            words = list(dict.fromkeys(text for text in texts if text is not None))
            place = {word: k for k, word in enumerate(words)}
            codes = [-1 if text is None else place[text] for text in texts]
            made[item] = Words(words, np.array(codes))
        else:
            made[item] = np.array(
                [np.nan if a is None else a for a in answers], dtype=np.float64
            )
        reasons = [reason for _, reason in read]
        if any(reasons):
            codes = [
                _core.missing_reasons.index(reason) if reason else -1
                for reason in reasons
            ]
            made[f"{item}_missing"] = Words(_core.missing_reasons, np.array(codes))
    return made


def _text(answer: float | str) -> str:
    return answer if isinstance(answer, str) else f"{answer:g}"


def _answer(
    check_in: _CheckIn,
    names: list[str],
    item: str,
    values: Mapping[str, float],
    missing: Mapping[str, str],
) -> tuple[float | str | None, str | None]:
    """Return the answer to an item, or None and why there is none."""
    if check_in.reason is not None:
        return None, check_in.reason
    given = [check_in.answers[name] for name in names if name in check_in.answers]
    full = [value for value in given if value not in (None, "")]
    if not full:
        return None, "unknown" if given else "not_asked"
    if len(full) > 1:
        raise InvalidInput(
            f"check-in of person {check_in.person!r}, {item!r}: "
            f"is answered by several questions: {', '.join(names)}"
        )
    value = full[0]
    text = str(value).strip()
    if text in missing:
        return None, missing[text]
    if text in values:
        return float(values[text]), None
    if isinstance(value, bool):
        return float(value), None
    try:
        return float(text), None
    except ValueError:
        return text, None


class _Reader:
    def __init__(self, mapping: dict[str, Any], zone: str | None, person: str | None):
        self.mapping = mapping
        self.person = person
        self.zone: ZoneInfo | None = None
        if zone is not None:
            try:
                self.zone = ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError):
                raise InvalidInput(f"zone: {zone!r} is no time zone") from None

    def read(self, path: Path) -> list[_CheckIn]:
        if not path.exists():
            raise InvalidInput(f"{path}: is not there")
        files = [path]
        if path.is_dir():
            pattern = self.mapping.get("files")
            if pattern is None:
                raise InvalidInput(f"{path}: is a folder, but must be a file")
            files = sorted(path.glob(pattern))
        found: list[_CheckIn] = []
        for file in files:
            found += self._of_file(file, path)
        if not found:
            raise InvalidInput(f"{path}: has no check-in")
        return found

    def _of_file(self, file: Path, root: Path) -> list[_CheckIn]:
        records = list(self._records(file))
        make = {
            "wide": self._wide,
            "long": self._long,
            "numbered": self._numbered,
            "nested": self._nested,
        }[self.mapping["layout"]]
        return make(records, file, root)

    def _records(self, file: Path) -> Iterator[tuple[int, Record]]:
        """Return the records of a file, with the line or the place of each."""
        if file.suffix == ".json":
            try:
                document = json.loads(file.read_text(encoding="utf-8"))
            except ValueError as error:
                raise InvalidInput(f"{file}: is no JSON: {error}") from None
            key = self.mapping.get("records")
            listed = document[key] if key and isinstance(document, dict) else document
            yield from enumerate(listed if isinstance(listed, list) else [listed], 1)
            return
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.reader(opened, delimiter=self.mapping.get("separator", ","))
            header = next(rows, [])
            for name in header:
                if header.count(name) > 1:
                    raise InvalidInput(f"{file}: has two columns {name!r}")
            for _ in range(self.mapping.get("rows_after_header", 0)):
                next(rows, None)
            for cells in rows:
                if len(cells) != len(header) and cells:
                    raise InvalidInput(
                        f"{file}, line {rows.line_num}: has {len(cells)} cells, "
                        f"but must have {len(header)}"
                    )
                if cells:
                    yield rows.line_num, dict(zip(header, cells, strict=True))

    # Layouts ----------------------------------------------------------------------------

    def _wide(
        self, records: list[tuple[int, Record]], file: Path, root: Path
    ) -> list[_CheckIn]:
        taken = self._declared()
        found = []
        for line, record in records:
            check_in = self._begin(record, file, root, line)
            check_in.answers = {
                name: value
                for name, value in record.items()
                if name not in taken and not self._ignored(name)
            }
            found.append(check_in)
        return found

    def _long(
        self, records: list[tuple[int, Record]], file: Path, root: Path
    ) -> list[_CheckIn]:
        item, value = self.mapping["item"]["column"], self.mapping["value"]["column"]
        found: dict[tuple[str, float], _CheckIn] = {}
        for line, record in records:
            begun = self._begin(record, file, root, line)
            check_in = found.setdefault((begun.person, begun.time), begun)
            name = str(self._cell(record, item, file, line))
            if name in check_in.answers:
                raise InvalidInput(f"{file}, line {line}: {name!r} is answered twice")
            check_in.answers[name] = self._cell(record, value, file, line)
        return list(found.values())

    def _numbered(
        self, records: list[tuple[int, Record]], file: Path, root: Path
    ) -> list[_CheckIn]:
        """Answers in columns `...0...`, `...1...`, names and values side by side."""
        item, value = self.mapping["item"]["column"], self.mapping["value"]["column"]
        found = []
        for line, record in records:
            check_in = self._begin(record, file, root, line)
            k = 0
            while item.replace("{n}", str(k)) in record:
                name = record[item.replace("{n}", str(k))]
                if name:
                    check_in.answers[name] = record.get(value.replace("{n}", str(k)))
                k += 1
            found.append(check_in)
        return found

    def _nested(
        self, records: list[tuple[int, Record]], file: Path, root: Path
    ) -> list[_CheckIn]:
        rule = self.mapping["answers"]
        found = []
        for line, record in records:
            check_in = self._begin(record, file, root, line)
            level: list[Record] = [record]
            for key in rule["lists"]:
                level = [inner for each in level for inner in each.get(key) or []]
            for each in level:
                name = str(each.get(rule["item"]))
                values = [
                    each[key] for key in rule["values"] if each.get(key) is not None
                ]
                answer = values[0] if values else None
                if isinstance(answer, list):
                    answer = answer[0] if len(answer) == 1 else None
                check_in.answers[name] = answer
            found.append(check_in)
        return found

    # Parts of a record ------------------------------------------------------------------

    def _begin(self, record: Record, file: Path, root: Path, line: int) -> _CheckIn:
        who = self._person(record, file, root, line)
        check_in = _CheckIn(who, self._time(record, file, line))
        rule = self.mapping.get("unanswered")
        if rule is not None:
            value = record.get(rule["column"])
            empty = value in (None, "")
            if empty if rule.get("empty") else str(value) in rule.get("values", ()):
                check_in.reason = rule["reason"]
        return check_in

    def _person(self, record: Record, file: Path, root: Path, line: int) -> str:
        rule = self.mapping["person"]
        if "path_part" in rule and root.is_dir():
            return str(file.relative_to(root).parts[rule["path_part"]])
        value = record.get(rule["column"]) if "column" in rule else None
        if value in (None, ""):
            value = self.person
        if value in (None, ""):
            raise InvalidInput(f"{file}, line {line}: does not say who it is from")
        return str(value)

    def _time(self, record: Record, file: Path, line: int) -> float:
        rule = self.mapping["time"]
        if rule.get("from") == "file_name":
            value: Any = file.stem.replace("_", ":")  # which no file may be named with
        else:
            given = (record.get(name) for name in rule["columns"])
            value = next((each for each in given if each not in (None, "")), None)
        if value is None:
            raise InvalidInput(f"{file}, line {line}: has no time")
        place = f"{file}, line {line}: its time"
        if rule["unit"] in _UNITS:
            try:
                seconds = float(value) / _UNITS[rule["unit"]]
            except ValueError:
                raise InvalidInput(f"{place} is no number") from None
            if "offset_column" in rule:  # local seconds, and what the clock was ahead
                seconds -= float(record.get(rule["offset_column"]) or 0.0)
            return seconds / _SECONDS_A_DAY
        return self._moment(str(value), rule["unit"], place)

    def _moment(self, text: str, unit: str, place: str) -> float:
        try:
            moment = (
                datetime.fromisoformat(text.replace("Z", "+00:00"))
                if unit == "iso"
                else datetime.strptime(text, unit)
            )
        except ValueError:
            raise InvalidInput(f"{place} cannot be read") from None
        if moment.tzinfo is None:
            named = self.mapping["time"].get("zone")
            zone = ZoneInfo(named) if named else self.zone
            if zone is None:
                raise InvalidInput(
                    f"{place} has no zone; say in which it is, as zone='Europe/Berlin'"
                )
            moment = moment.replace(tzinfo=zone)
        since = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
        return since.total_seconds() / _SECONDS_A_DAY

    def _cell(self, record: Record, name: str, file: Path, line: int) -> Any:
        if name not in record:
            raise InvalidInput(f"{file}, line {line}: has no column {name!r}")
        return record[name]

    def _declared(self) -> set[str]:
        names = {self.mapping["person"].get("column")}
        rule = self.mapping["time"]
        names |= {*rule.get("columns", ()), rule.get("offset_column")}
        if "unanswered" in self.mapping:
            names.add(self.mapping["unanswered"]["column"])
        return {name for name in names if name is not None}

    def _ignored(self, name: str) -> bool:
        return any(fnmatchcase(name, rule) for rule in self.mapping.get("ignore", ()))
