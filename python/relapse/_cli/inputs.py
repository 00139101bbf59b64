"""Reads what the command line is given: models, plans, tables of check-ins."""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from relapse import Model, Plan, _core
from relapse._cli.refusals import RefusedError, malformed, opened
from relapse._cli.terminal import tell
from relapse._core import built_in_flags, missing_reasons, model_names, near_names
from relapse._errors import InvalidInput, ParseError
from relapse._reading.cells import MISSING, Codes, bare, is_missing, whole
from relapse._reading.check_ins import KNOWLEDGE
from relapse._reading.exports.moments import in_zone
from relapse._reading.exports.read import read_check_ins as read_export
from relapse._reading.hints import in_options
from relapse._reading.names import NO_HEADER, spelling
from relapse._reading.table_file import Faults, Table, plain_table, read_table
from relapse._reading.text_file import TableError
from relapse._reading.zones import find_zone

Document = TypeVar("Document")

#: Bytes of a document, as the library has it, and of a log, at most.
_LARGEST_DOCUMENT, _LARGEST_LOG = 1 << 24, 1 << 28
_LOOKED_AT = 4096
#: How devices of zeros, UTF-16, packed files, workbooks and PDF begin.
_NO_TEXT = (b"\0", b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"PK\x03\x04", b"%PDF")
_TEXTS = ("item", "missing_reason", "stage", "acknowledge")


def read_model(name: str) -> Model:
    if name == "standard" or not (name.endswith(".json") or Path(name).exists()):
        try:
            return Model.named(name)
        except InvalidInput as error:
            raise RefusedError(
                "is neither a file nor a model that comes with the library"
                + near_names(name, model_names),
                file=name,
            ) from error
    return _read_document(name, Model.from_json)


def read_plan(path: str) -> Plan:
    return _read_document(path, Plan.from_json)


def _read_document(path: str, parse: Callable[[str], Document]) -> Document:
    text = read_text(path)
    try:
        return parse(text)
    except ParseError as error:
        raise malformed(path, error) from error


def read_text(path: str) -> str:
    """Return a document; one that is no UTF-8 is refused."""
    try:
        return _bytes_of(path, _LARGEST_DOCUMENT).decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError("is not UTF-8 text", file=path) from error


def read_log(path: str) -> str:
    """Return lines of events, with U+FFFD for each byte that is no UTF-8.

    A byte costs its own line at most, and none may cost the others.
    """
    text = _bytes_of(path, _LARGEST_LOG).decode("utf-8-sig", "surrogateescape")
    return whole(text.replace("\r\n", "\n"))


def _bytes_of(path: str, most: int) -> bytes:
    """Return a file of text, within bounds: a device may have no end."""
    with opened(path), contextlib.ExitStack() as stack:
        if path != "-":
            file: BinaryIO = stack.enter_context(Path(path).open("rb"))
        elif hasattr(sys.stdin, "buffer"):
            file = sys.stdin.buffer
        else:  # replaced by something that holds text
            file = io.BytesIO(sys.stdin.read().encode("utf-8", "surrogateescape"))
        head = file.read(_LOOKED_AT)
        if head.startswith(_NO_TEXT):
            raise RefusedError("is not UTF-8 text", file=path)
        found = head + file.read(most)
    if len(found) > most:
        raise RefusedError(
            f"is larger than {most >> 20} MiB, but must be at most that", file=path
        )
    return found


def read_check_in_file(
    options: argparse.Namespace, model: Model, faults: Faults | None = None
) -> Table:
    """Read check-ins as the options of `add_check_ins` say.

    Rows that cannot be used refuse the file, unless `faults` takes them.
    """
    path, person, missing = options.file, options.person, options.missing
    if options.mapping is not None:
        return _mapped(options, collects=faults is not None)
    if options.instrument is not None:
        raise InvalidInput("--instrument: needs --mapping, which tells them apart")
    # A label may be a word that stands for a gap elsewhere: its column stays texts.
    odd = [item for item, names in model.labels.items() if MISSING & names.keys()]
    texts = (person, *_TEXTS)
    table = read_table(path, text_columns=texts, labelled=odd, faults=faults)
    known = map(spelling, (person, *_core.reserved_names, *model.items, *built_in_flags))
    if not {*known} & {*map(spelling, table)}:
        raise TableError(f"{path}: {NO_HEADER}")
    if person in table:  # files were put together, each with its mark at the beginning
        table[person] = [*map(bare, table[person])]
    place_in_zone(table, options)
    codes = Codes(_codes_of_gaps(missing), "--missing")
    if {"item", "value"} <= table.keys():
        _take_gaps(table, "value", "missing_reason", codes)
    else:
        for item in (*model.items, *built_in_flags):
            if item in table:
                _take_gaps(table, item, f"{item}_missing", codes)
    for name in KNOWLEDGE.keys() & table.keys() if len(codes) else ():
        kept = [None if _is_code(codes, name, v) else v for v in table[name]]
        table |= plain_table({name: kept})
    return table


def _mapped(options: argparse.Namespace, collects: bool) -> Table:
    """Read an export as Python does; what is left out of it is told."""
    try:
        table, told = read_export(
            options.file,
            mapping=options.mapping,
            instrument=options.instrument,
            missing=_codes_of_gaps(options.missing) or None,
            zone=options.zone,
            dates=options.dates,
            times="datetime",
            on_error="collect" if collects else "raise",
            report=True,
            frame="dict",
        )
    except InvalidInput as error:
        raise RefusedError(in_options(str(error))) from error
    for line in str(told).splitlines():
        tell(f"relapse: note: {line}")
    # From here on rows are those of this table, which has no lines.
    options.file = f"{options.file}, as {options.mapping} reads it"
    options.person, options.time = "person", "time"
    return as_table(table)


def place_in_zone(table: Table, options: argparse.Namespace) -> None:
    """Take times without a zone for those of a clock on the wall in the one named."""
    if options.dates is not None and options.zone is None:
        raise InvalidInput("--dates: needs --zone, in which it is noon")
    times = table.get(options.time)
    if options.zone is not None and isinstance(times, list):
        zone, dates = find_zone(options.zone), options.dates
        persons = table.get(options.person, times)
        placed: Any = in_zone(times, list(persons), zone, dates)
        table[options.time] = placed


def _is_code(codes: Codes[str], column: str, value: Any) -> bool:
    """Whether what is known beside the answers is a code for a gap; 99 days are none."""
    if codes.get(value) is None:
        return False
    return KNOWLEDGE[column] != "days" or str(value).startswith("-")


def _codes_of_gaps(missing: Sequence[str]) -> dict[str, str]:
    """Return codes for gaps, each told as CODE or CODE=REASON, with their reasons."""
    given: dict[str, str] = {}
    for word in missing:
        code, _, reason = word.partition("=")
        given[code] = reason or "unknown"
        if given[code] not in missing_reasons:
            listed = ", ".join(missing_reasons)
            raise InvalidInput(
                f"--missing {word}: must end in a reason, one of: {listed}"
            )
    return given


def _take_gaps(table: Table, column: str, reasons: str, codes: Codes[str]) -> None:
    """Make gaps of the codes for them, with their reasons in the column beside."""
    values = table[column]
    known = list(table.get(reasons, [None] * len(values)))
    found = [codes.get(value) for value in values] if len(codes) else []
    if not any(found):
        return
    kept = [None if gap else v for v, gap in zip(values, found, strict=True)]
    is_text = any(isinstance(value, str) for value in kept)
    table[column] = kept if is_text else np.array(kept, dtype=np.float64)
    table[reasons] = [
        gap or (None if is_missing(old) else old)
        for gap, old in zip(found, known, strict=True)
    ]


def as_table(columns: dict[str, Any]) -> Table:
    """Return columns of the library as those of a file."""
    return {
        name: values.astype(np.float64)
        if isinstance(values, np.ndarray) and values.dtype.kind in "biuf"
        else [v.isoformat() if isinstance(v, date) else v for v in values]
        for name, values in columns.items()
    }


def basis_of(model: Model) -> dict[str, str]:
    calibration = model.to_dict().get("calibration", {})
    return {
        "id": model.id,
        "version": model.version,
        "content_hash": model.content_hash,
        "calibration": str(calibration.get("status", "not stated")),
    }
