"""Reads what the command line is given: models, plans, tables of check-ins."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from relapse import Model, Plan
from relapse.cells import MISSING
from relapse.errors import InvalidInput, ParseError
from relapse.refusals import RefusedError, malformed, opened
from relapse.table_file import Table, read_table

_TEXTS = ("item", "missing_reason", "stage", "acknowledge")


def read_model(name: str) -> Model:
    if name == "standard" or not (name.endswith(".json") or Path(name).exists()):
        try:
            return Model.named(name)
        except InvalidInput as error:
            raise RefusedError(
                "is neither a file nor a model that comes with the library", file=name
            ) from error
    text = read_text(name)
    try:
        return Model.from_json(text)
    except ParseError as error:
        raise malformed(name, error) from error


def read_plan(path: str) -> Plan:
    text = read_text(path)
    try:
        return Plan.from_json(text)
    except ParseError as error:
        raise malformed(path, error) from error


def read_text(path: str) -> str:
    try:
        with opened(path):
            return sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError("is not UTF-8 text", file=path) from error


def read_check_in_file(path: str, person: str, model: Model) -> Table:
    # A label may be a word that stands for a gap elsewhere: its column stays texts.
    odd = [item for item, names in model.labels.items() if MISSING & names.keys()]
    return read_table(path, text_columns=(person, *_TEXTS), labelled=odd)


def as_table(columns: dict[str, Any]) -> Table:
    """Return columns of the library as those of a file."""
    return {
        name: values.astype(np.float64)
        if isinstance(values, np.ndarray) and values.dtype.kind in "biuf"
        else list(values)
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
