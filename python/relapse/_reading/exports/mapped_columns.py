"""Which columns of an export a mapping speaks of, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from relapse._errors import InvalidInput
from relapse._reading.check_ins import KNOWLEDGE
from relapse._reading.exports.mapping import ReadingReport
from relapse._reading.exports.paths import ShapeError, found_at, value_at
from relapse._reading.exports.records import Record
from relapse._reading.names import as_shown, is_built_in


def texts_in(told: str | list[str]) -> list[str]:
    """Return what a mapping names by a text, or by several in a list."""
    return [told] if isinstance(told, str) else list(told)


def columns_of(rule: Mapping[str, Any]) -> list[str]:
    return list(rule["columns"]) if "columns" in rule else [rule["column"]]


def time_columns(mapping: Mapping[str, Any]) -> list[str]:
    rule = mapping["time"]
    ways = [*rule.get("columns", ()), *rule.get("written", ())]
    return [part for way in ways for part in texts_in(way)]


def value_of(mapping: Mapping[str, Any], record: Record, name: str) -> Any:
    """Return what stands under a name, or, in nested records, at a path."""
    if name in record or mapping["layout"] != "nested":
        return record.get(name)
    return value_at(record, name)


def has(mapping: Mapping[str, Any], record: Record, name: str) -> bool:
    if mapping["layout"] != "nested":
        return name in record
    try:
        return bool(found_at(record, name))
    except ShapeError:
        return False


def questions_of(
    mapping: Mapping[str, Any], names: tuple[str, ...], named: Container[str]
) -> tuple[list[str], list[str]]:
    """Return which columns are questions, and which hold reasons of gaps.

    What the caller named is one, whatever the mapping leaves out.
    """
    taken = declared_columns(mapping)
    left = [
        name
        for name in names
        if name in named or not (name in taken or _ignored(mapping, name))
    ]
    ours = mapping["layout"] == "table"
    reasons = [name for name in left if ours and name.endswith("_missing")]
    return [name for name in left if name not in reasons], reasons


def check_columns(
    mapping: Mapping[str, Any], header: list[str], name: str, person: str | None
) -> None:
    """Refuse a table without a column that the mapping needs.

    `person` is who answered, where the export does not say.
    """

    def need(columns: list[str], what: str) -> None:
        if not any(column in header for column in columns):
            named = " or ".join(repr(column) for column in columns)
            problem = (
                f"{name}: has no column {named}, which the mapping "
                f"{mapping.get('id')!r} needs: it says {what}"
            )
            if "instrument" in mapping and any(
                mapping["instrument"] in c for c in columns
            ):
                problem += "; `instrument` names the one whose rows are read"
                ends = {c.removesuffix("_complete") for c in header} - {*header}
                problem += f", here one of: {', '.join(sorted(ends))}" if ends else ""
            raise InvalidInput(problem)

    time = mapping["time"]
    if person is None and "column" in mapping["person"]:
        need([mapping["person"]["column"]], "who answered")
    ways = [*time.get("columns", ()), *time.get("written", ())]
    if "columns" in time and not any(
        all(part in header for part in texts_in(way)) for way in ways
    ):
        need(time_columns(mapping), "when")
        raise InvalidInput(f"{name}: has a date or a clock without the other")
    if "offset_column" in time:
        need([time["offset_column"]], "what the clock was ahead of UTC")
    if "unanswered" in mapping:
        need(columns_of(mapping["unanswered"]), "whether a prompt was answered")
    for rule in mapping.get("leave_out", ()):
        if not rule.get("optional"):
            need([rule["column"]], f"which rows are left out: {rule.get('because')}")
    if mapping["layout"] == "long":
        need([mapping["item"]["column"]], "which question was asked")
        need(columns_of(mapping["value"]), "what was answered")
    if mapping["layout"] == "numbered":
        for number in numbers_in(mapping, tuple(header)) or ["0"]:
            asked, said = _at_number(mapping, number)
            need([asked], "which question was asked")
            need(said, "what was answered")


def headings(mapping: Mapping[str, Any]) -> set[str]:
    """Return names of columns of which a header has one: another is none."""
    names = declared_columns(mapping)
    for rule in (mapping.get("item"), mapping.get("value")):
        names |= set(columns_of(rule)) if rule is not None else set()
    return names


def names_and_answers(
    mapping: Mapping[str, Any], header: list[str]
) -> Iterator[tuple[str, str]]:
    """Return the columns of names of questions, each with one of answers beside it."""
    if "item" not in mapping:
        return
    name, answers = mapping["item"]["column"], columns_of(mapping["value"])
    numbers = numbers_in(mapping, tuple(header)) if "{n}" in name else [""]
    for number in numbers:
        for column in answers:
            pair = name.replace("{n}", number), column.replace("{n}", number)
            if {*pair} <= {*header}:
                yield pair


def numbers_in(mapping: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """Return the numbers of columns of questions and answers. Some may be left out."""
    columns = [mapping["item"]["column"], *columns_of(mapping["value"])]
    patterns = [_pattern(column) for column in columns if "{n}" in column]
    matches = (pattern.fullmatch(name) for name in names for pattern in patterns)
    found = {match[1] for match in matches if match is not None}
    return sorted(found, key=lambda number: (int(number), number))


def beside_number(
    mapping: Mapping[str, Any], number: str, names: tuple[str, ...]
) -> list[str]:
    """Return the columns of a question that are neither its name nor an answer."""
    before, _, after = mapping["item"]["column"].partition("{n}")
    if not after or after[0].isalnum():
        return []
    asked, said = _at_number(mapping, number)
    start = before + number + after[0]
    return [
        name
        for name in names
        if name.startswith(start)
        and name not in (asked, *said)
        and not _ignored(mapping, name)
    ]


def _at_number(mapping: Mapping[str, Any], number: str) -> tuple[str, list[str]]:
    """Return the column of a question and those of its answer."""
    said = columns_of(mapping["value"])
    asked = mapping["item"]["column"].replace("{n}", number)
    return asked, [column.replace("{n}", number) for column in said]


def _pattern(column: str) -> re.Pattern[str]:
    """Return what finds a column, with its number where the mapping says `{n}`."""
    number = re.escape("{n}")
    text = re.escape(column).replace(number, "([0-9]+)", 1).replace(number, r"\1")
    return re.compile(text)


def tell_unread(
    mapping: Mapping[str, Any],
    header: list[str],
    named: Container[str],
    told: ReadingReport,
    file: str,
) -> None:
    """Write down which columns are not read, and why. One about safety is refused."""
    taken = declared_columns(mapping)
    for name in header:
        if name and _ignored(mapping, name) and name not in taken and name not in named:
            told.columns[name] = "the mapping leaves it out"
    for way in mapping["time"].get("columns", ()):
        there = [part for part in texts_in(way) if part in header]
        if len(there) < len(texts_in(way)):
            told.columns |= dict.fromkeys(there, "is half of a time")
    is_long = mapping["layout"] == "table" and {"item", "value"} <= set(header)
    if not is_long and mapping["layout"] not in ("long", "numbered"):
        return
    asked, said = mapping["item"]["column"], columns_of(mapping["value"])
    read = {*taken, asked, *said}
    if is_long:
        read |= {"missing_reason", *KNOWLEDGE}
    kept = [_pattern(column) for column in read]
    for name in header:
        if name and not any(pattern.fullmatch(name) for pattern in kept):
            if is_built_in(name) and name not in told.columns:
                raise InvalidInput(
                    f"{file}: column {as_shown(name)!r}: is a safety item, but must be "
                    f"rows or answers of a question in {asked!r}"
                )
            told.columns.setdefault(name, "is no part of this layout")


def declared_columns(mapping: Mapping[str, Any]) -> set[str]:
    """Return the columns that say who, when, and which rows count."""
    rule = mapping["time"]
    names = {mapping["person"].get("column"), rule.get("offset_column")}
    names |= {rule.get("frame"), *time_columns(mapping)}
    names |= {each["column"] for each in mapping.get("leave_out", ())}
    if "unanswered" in mapping:
        names |= set(columns_of(mapping["unanswered"]))
    return {name for name in names if name is not None}


def _ignored(mapping: Mapping[str, Any], name: str) -> bool:
    return any(fnmatchcase(name, rule) for rule in mapping.get("ignore", ()))
