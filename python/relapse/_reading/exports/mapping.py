"""Mappings, `relapse/mapping/1`: where an export has persons, times and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from relapse import _core
from relapse._errors import InvalidInput, ParseError
from relapse._reading.exports.paths import steps_of
from relapse._reading.exports.time_formats import format_problem
from relapse._reading.text_file import as_path, parse_json
from relapse._reading.times import UNITS
from relapse._shown import Shown

SCHEMA = "relapse/mapping/1"
_FOLDER = Path(__file__).with_name("mappings")
#: Questions of FHIR resources, which the mapping `fhir` takes in.
FHIR_SCHEMA = "relapse/fhir_mapping/1"
LAYOUTS = ("table", "wide", "long", "numbered", "nested", "fhir")
#: Keys of a mapping, and of the objects in it.
_KEYS: dict[str, set[str]] = {
    "": {
        "schema", "id", "title", "source", "files", "separator", "rows_after_header",
        "short_rows", "json_cells", "layout", "person", "time", "unanswered", "leave_out",
        "instrument", "item", "value", "answers", "records", "flatten", "ignore",
        "missing", "fhir",
    },
    "person": {"column", "path_part", "after"},
    "time": {
        "columns", "unit", "zone", "offset_column", "none", "from", "dates", "frame",
        "written", "written_zone",
    },
    "unanswered": {"column", "columns", "empty", "values", "reason"},
    "leave_out": {
        "column", "values", "other_than", "optional", "because", "without_answers",
    },
    "item": {"column"},
    "value": {"column", "columns", "several"},
    "value/several": {"column", "values", "between"},
    "answers": {"each", "lists", "item", "values", "beside"},
}  # fmt: skip


#: Where texts stand, or lists of them (for a date and a clock, of lists).
_TEXTS = (
    "person/column", "time/columns", "time/written", "time/unit", "item/column",
    "value/column", "value/columns", "value/several/column", "value/several/values",
    "value/several/between", "unanswered/column", "unanswered/columns",
    "answers/each", "answers/lists", "answers/item", "answers/values", "answers/beside",
    "records", "flatten", "ignore", "files", "separator",
)  # fmt: skip

_ONE_TEXT = ("/column", "/unit", "/each", "/item", "records", "flatten", "files")


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
        path = as_path("mapping", mapping, "a name, a file or a dict")
        if not path.suffix:
            path = _FOLDER / f"{mapping}.json"
            if not path.is_file():
                raise InvalidInput(
                    f"mapping: {str(mapping)!r} is none, but must be one of: "
                    + ", ".join(mapping_names())
                )
        try:
            document = parse_json(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"mapping: {path} cannot be read") from error
        if not isinstance(document, dict):
            raise ParseError("/: must be an object", "/")
    if document.get("schema") == FHIR_SCHEMA:
        document = load_mapping("fhir") | {"fhir": document}
    _check(document)
    return document


def of_instrument(document: dict[str, Any], instrument: str | None) -> dict[str, Any]:
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

    return {key: filled(value) for key, value in document.items()} | {"instrument": name}


def _check(document: dict[str, Any]) -> None:
    if document.get("schema") != SCHEMA:
        raise ParseError(f"/schema: must be {SCHEMA!r}", "/schema")
    _check_keys(document, "")
    for key in ("person", "time", "layout"):
        if key not in document:
            raise ParseError(f"/{key}: is missing", f"/{key}")
    layout = document["layout"]
    if layout not in LAYOUTS:
        raise ParseError(f"/layout: must be one of: {', '.join(LAYOUTS)}", "/layout")
    needed = {
        "long": ("item", "value"),
        "numbered": ("item", "value"),
        "nested": ("answers",),
    }
    for key in needed.get(layout, ()):
        if key not in document:
            raise ParseError(f"/{key}: is missing", f"/{key}")
    for key in _KEYS.keys() - {"", "leave_out", "value/several"}:
        if key in document:
            _check_object(document[key], key, f"/{key}")
    for path in _TEXTS:
        _check_texts(document, path.split("/"), "")
    if "several" in document.get("value", {}):
        _check_several(document["value"]["several"])
    for k, rule in enumerate(_listed(document, "leave_out")):
        _check_object(rule, "leave_out", f"/leave_out/{k}")
    unit = document["time"].get("unit")
    if unit not in (*UNITS, "iso", "YYYYMMDD") and "%" not in str(unit):
        raise ParseError(
            f"/time/unit: must be iso, {', '.join(UNITS)}, YYYYMMDD or a format",
            "/time/unit",
        )
    if "%" in str(unit) and (problem := format_problem(str(unit))):
        raise ParseError(f"/time/unit: {problem}", "/time/unit")
    if "columns" not in document["time"] and "from" not in document["time"]:
        raise ParseError("/time/columns: is missing", "/time/columns")
    for reason in [*_reasons(document)]:
        if reason not in _core.missing_reasons:
            raise ParseError(
                "/missing: has what is no reason, which are: "
                + ", ".join(_core.missing_reasons),
                "/missing",
            )
    if layout == "nested":
        for path in _paths(document):
            steps_of(path)


def _check_object(rule: Any, key: str, pointer: str) -> None:
    if not isinstance(rule, dict):
        raise ParseError(f"{pointer}: must be an object", pointer)
    _check_keys(rule, key, pointer)


def _check_several(rule: Any) -> None:
    pointer = "/value/several"
    _check_object(rule, "value/several", pointer)
    for key in _KEYS["value/several"] - rule.keys():
        raise ParseError(f"{pointer}/{key}: is missing", f"{pointer}/{key}")
    signs = rule["between"]
    if not signs or (isinstance(signs, list) and "" in signs):
        raise ParseError(f"{pointer}/between: is empty", f"{pointer}/between")


def _check_texts(found: Any, path: list[str], pointer: str) -> None:
    """Refuse what is no text where a name or a path must stand."""
    if path:
        if isinstance(found, Mapping) and path[0] in found:
            _check_texts(found[path[0]], path[1:], f"{pointer}/{path[0]}")
    elif isinstance(found, list) and not pointer.endswith(_ONE_TEXT):
        for k, each in enumerate(found):
            _check_texts(each, [], f"{pointer}/{k}")
    elif not isinstance(found, str):
        raise ParseError(f"{pointer}: must be a text", pointer)


def _check_keys(found: dict[str, Any], kind: str, pointer: str = "") -> None:
    for key in found:
        if key not in _KEYS[kind]:
            unknown = _core.unknown_name("key", key, list(_KEYS[kind]))
            raise ParseError(f"{pointer}/{key}: {unknown}", f"{pointer}/{key}")


def _listed(document: dict[str, Any], key: str) -> list[Any]:
    found = document.get(key, [])
    if not isinstance(found, list):
        raise ParseError(f"/{key}: must be a list", f"/{key}")
    return found


def _reasons(document: dict[str, Any]) -> list[Any]:
    if not isinstance(document.get("missing", {}), Mapping):
        raise ParseError("/missing: must be an object", "/missing")
    found = list(document.get("missing", {}).values())
    if "unanswered" in document:
        found.append(document["unanswered"].get("reason"))
    return found


def _paths(document: dict[str, Any]) -> list[str]:
    rule = document["answers"]
    if "item" not in rule or "values" not in rule or not {"each", "lists"} & rule.keys():
        raise ParseError("/answers: must have each, item and values", "/answers")
    values = [value for value in rule["values"] if "*" not in value.replace("[**]", "")]
    return [rule["item"], *values, *([rule["each"]] if "each" in rule else rule["lists"])]


@dataclass(frozen=True)
class LeftOut:
    """A record of an export that is no row of the table, and why."""

    file: str
    place: str  # "line 3", "record 3"
    person: str | None
    why: str
    questions: tuple[str, ...] = ()  # that were answered in it


@dataclass(repr=False)
class ReadingReport(Shown):
    """What `read_check_ins` read, what it left out, and why."""

    files: list[str] = field(default_factory=list)
    records: int = 0  # rows of a CSV file, objects of a JSON file
    rows: int = 0  # of the table
    left_out: list[LeftOut] = field(default_factory=list)
    #: Columns and questions that were not read, and why.
    columns: dict[str, str] = field(default_factory=dict)
    #: Reasons of answers that count as missing, by item, with how often.
    missing: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    #: What was read, or not quite, and should be looked at.
    remarks: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        left, unread = len(self.left_out), len(self.columns)
        return (
            f"ReadingReport({self.records} records, {self.rows} rows, {left} left out, "
            f"{unread} columns not read, {len(self.remarks)} remarks)"
        )

    def __str__(self) -> str:
        return self.summary()

    def summary(self) -> str:
        """Return what was read and what was not as a text to read."""
        lines = [f"{self.records} records read into {self.rows} rows"]
        lines += [
            f"{one.file}, {one.place}"
            + (f", person {one.person!r}" if one.person is not None else "")
            + f": left out, {one.why}"
            for one in self.left_out
        ]
        lines += [f"{name!r}: not read, {why}" for name, why in self.columns.items()]
        return "\n".join(lines + self.remarks + self.notes)
