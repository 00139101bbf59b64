"""What is given in place of a path, a mapping, a zone or a person, and is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from conftest import Write

import relapse
from relapse import fhir

ODD: list[Any] = [3, b"x", io.StringIO("words"), pd.DataFrame({"a": [1]}), 1.5, object()]


@pytest.fixture
def table(write: Write) -> Path:
    return write("person,time,craving\na,2026-03-01T08:00,3\n", "made.csv")


@pytest.mark.parametrize("odd", [None, *ODD], ids=lambda odd: type(odd).__name__)
def test_what_is_no_path_mapping_or_zone_is_refused_by_its_kind(
    odd: Any, table: Path
) -> None:
    kind = type(odd).__name__
    calls: dict[str, Callable[[], Any]] = {
        "path": lambda: relapse.read_check_ins(odd),
        "mapping": lambda: relapse.read_check_ins(table, mapping=odd),
        "source": lambda: fhir.read(odd),
        "mappings": lambda: fhir.read(table, mappings=[odd]),
    }
    calls |= {"zone": lambda: relapse.zone(odd)}
    if isinstance(odd, pd.DataFrame):  # which is a table
        del calls["path"]
    for name, call in calls.items():
        with pytest.raises(relapse.InvalidInput, match=f"^{name}: is of type {kind}"):
            call()
    if odd is not None:
        with pytest.raises(relapse.InvalidInput, match=f"^zone: is of type {kind}"):
            relapse.read_check_ins(table, zone=odd)


def test_a_zone_may_be_its_object(table: Path) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    by_name = relapse.read_check_ins(table, zone="Europe/Berlin", frame="dict")
    by_object = relapse.read_check_ins(table, zone=berlin, frame="dict")
    assert by_name["time"] == by_object["time"]
    assert relapse.zone(berlin) == relapse.zone("Europe/Berlin")


@pytest.mark.parametrize("encoding", ["undefined", "rot13", "base64", "foo", "a\0", 5])
def test_what_is_no_encoding_is_refused(encoding: Any, table: Path) -> None:
    with pytest.raises(relapse.InvalidInput, match="encoding: is not known"):
        relapse.read_check_ins(table, zone="UTC", encoding=encoding)


@pytest.mark.parametrize(
    "persons",
    [
        [1, "1"], ["1", 1.0], [1, True], [0, False], [True, "1"], ["1", "a", 1],
        [np.int64(2), "2"], [None, 1, "1"],
    ],
)  # fmt: skip
def test_a_person_is_a_number_or_a_text_and_not_both(persons: list[Any]) -> None:
    rows = len(persons)
    table = {"person": persons, "time": list(range(rows)), "craving": [1] * rows}
    frame = pd.DataFrame({**table, "person": pd.Series(persons, dtype=object)})
    for each in (table, frame):
        _, errors = relapse.score(each, "standard", on_error="collect")
        assert "written alike" in list(errors["message"])[-1]
    with pytest.raises(relapse.InvalidInput):
        relapse.score(table, "standard")


@pytest.mark.parametrize(
    "persons", [[1, 1.0, np.int64(1)], [1, "01"], ["1", "1.0"], [1.5, "a"], [True, False]]
)
def test_persons_of_one_kind_or_written_apart_are_taken(persons: list[Any]) -> None:
    rows = len(persons)
    table = {"person": persons, "time": list(range(rows)), "craving": [1] * rows}
    assert len(relapse.score(table, "standard")["risk_7d"]) == rows


OWN: dict[str, Any] = {
    "schema": "relapse/mapping/1", "id": "x", "layout": "nested",
    "person": {"column": "p"}, "time": {"columns": ["t"], "unit": "iso"},
    "answers": {"lists": ["q"], "item": "k", "values": ["v"]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"items": ["craving"]}, "^items: is a list, but must be a dict"),
        ({"items": {"craving": None}}, "^items: must map texts to texts"),
        ({"values": {"craving": [0, 1]}}, "^values of 'craving': is a list"),
        ({"values": ["craving"]}, "^values: is a list, but must be a dict"),
        ({"values": {"craving": {"1": "a"}}}, "^values of 'craving': must be finite"),
        ({"missing": ["-9"]}, "^missing: is a list, but must be a dict"),
        ({"missing": {"-9": 3}}, "^missing: has what is no text"),
        ({"mapping": OWN | {"answers": {**OWN["answers"], "lists": [1]}}},
         "^/answers/lists/0: must be a text"),
        ({"mapping": OWN | {"person": {"column": ["p"]}}}, "^/person/column: must be"),
        ({"mapping": OWN | {"missing": ["NA"]}}, "^/missing: must be an object"),
    ],
)  # fmt: skip
def test_an_argument_of_another_kind_is_named(
    wrong: dict[str, Any], said: str, table: Path
) -> None:
    with pytest.raises(relapse.InvalidInput, match=said):
        relapse.read_check_ins(table, frame="dict", **wrong)


def test_what_is_no_record_is_refused_by_its_place() -> None:
    plan = relapse.Plan.from_dict(
        {"schema": "relapse/plan/1", "person": "P", "version": 1}
    )
    model = relapse.Model.standard()
    calls: list[tuple[Any, str]] = [
        (lambda: relapse.after_use(plan, reports=["x"], recovery_start=0.0, now=1.0),
         r"^reports\[0\]: is a str, but must be a UseReport"),
        (lambda: relapse.after_use(plan, reports="x", recovery_start=0.0, now=1.0),
         "^reports: is a str, but must be a list of UseReport"),
        (lambda: relapse.after_use("p", reports=[], recovery_start=0.0, now=1.0),
         "^after_use: was given something"),
        (lambda: relapse.review(plan, model, now=1.0, check_ins=[{"time": 1.0}]),
         r"^check_ins\[0\]: is a dict, but must be a ReviewCheckIn"),
        (lambda: relapse.review(plan, model, now=1.0, follow_ups=[3]),
         r"^follow_ups\[0\]: is a int, but must be a FollowUp"),
    ]  # fmt: skip
    for call, said in calls:
        with pytest.raises(relapse.InvalidInput, match=said):
            call()
