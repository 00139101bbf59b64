"""Exports of apps and survey tools, by mappings; the fixtures are ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from export_cases import CASES

import relapse

DATA = Path(__file__).with_name("data") / "exports"


def read(name: str, mapping: Any, **settings: Any) -> dict[str, Any]:
    found: dict[str, Any]
    found, _ = relapse.read_check_ins(
        DATA / name, mapping=mapping, frame="dict", report=True, **settings
    )
    return found


def assert_column(found: dict[str, Any], name: str, expected: list[Any]) -> None:
    if any(isinstance(value, str) for value in expected):
        assert list(found[name]) == expected, name
    else:
        values = np.asarray(found[name], dtype=float)
        np.testing.assert_array_equal(values, expected, err_msg=name)


def test_every_mapping_has_a_fixture() -> None:
    used = {mapping for _, mapping, _, _ in CASES.values() if isinstance(mapping, str)}
    assert used == set(relapse.mapping_names())


@pytest.mark.parametrize("case", CASES)
def test_exports_become_check_ins(case: str) -> None:
    name, mapping, settings, expected = CASES[case]
    found = read(name, mapping, **settings)
    for column, values in expected.items():
        assert_column(found, column, values)
    rows = {len(values) for values in found.values()}
    assert rows == {len(next(iter(expected.values())))}


SCORED = [case for case in CASES if "craving" in CASES[case][3]]


@pytest.mark.filterwarnings("ignore::relapse.UnknownColumnWarning")
@pytest.mark.parametrize("case", SCORED)
def test_what_was_read_can_be_scored(case: str) -> None:
    name, mapping, settings, expected = CASES[case]
    found = read(name, mapping, **settings)
    scores = relapse.score(found, relapse.Model.standard())
    assert len(scores["risk_7d"]) == len(expected["craving"])


def test_questions_that_are_not_named_are_left_out() -> None:
    found = read("generic.csv", "generic", items={"craving": "craving"})
    assert set(found) == {"person", "time", "craving", "craving_missing"}


def test_a_mapping_may_be_a_file_or_a_dict(tmp_path: Path) -> None:
    document = relapse.load_mapping("generic")
    path = tmp_path / "own.json"
    path.write_text(json.dumps(document))
    for mapping in (path, document):
        found = relapse.read_check_ins(DATA / "generic.csv", mapping=mapping)
        assert list(found["person"]) == ["P1", "P1", "P2"]


def refused(match: str, path: Path, **settings: Any) -> None:
    with pytest.raises(relapse.InvalidInput, match=match):
        relapse.read_check_ins(path, **settings)


def test_what_cannot_be_read_is_refused_by_its_place(tmp_path: Path) -> None:
    generic = DATA / "generic.csv"
    refused("'sleep' is no question", generic, items={"sleep": "poor_sleep"})
    refused("has what is no reason", generic, missing={"-99": "shy"})
    refused("is none, but must be one of", generic, mapping="telegram")
    refused("zone: is not in the tz database", generic, zone="Europe/Atlantis")
    refused("is not there", DATA / "nothing.csv")
    refused("^source: is no path", Path("a text in place of a file " * 200))
    refused("is a folder", DATA / "beiwe")
    refused("has no zone", DATA / "redcap.csv", mapping="redcap")
    refused("two questions|several questions", DATA / "generic.csv",
            items={"craving": "x", "isolating": "x"})  # fmt: skip

    def file(text: str) -> Path:
        path = tmp_path / "made.csv"
        path.write_text(text)
        return path

    refused("line 3: has 3 cells", file("person,time\nP1,2026-03-01T08:00Z\nP1,1,2\n"))
    refused("two columns named 'time'", file("person,time,time\n"))
    refused(
        "line 2, person 'P1': its time cannot be read", file("person,time\nP1,noon\n")
    )
    refused("line 2, person 'P1': has no time", file("person,time\nP1,\n"))
    refused("line 2: does not say who", file("person,time\n,2026-03-01T08:00Z\n"))
    refused("has no check-in", file("person,time\n"))


def test_one_person_may_be_named_by_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "made.csv"
    path.write_text("time,craving\n2026-03-01T06:00Z,3\n")
    found = relapse.read_check_ins(path, person="me", frame="dict")
    assert list(found["person"]) == ["me"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"schema": "relapse/mapping/9"}, "/schema"),
        ({"colour": 1}, "/colour"),
        ({"layout": "round"}, "/layout"),
        ({"time": {"columns": ["t"], "unit": "fortnights"}}, "/time/unit"),
        ({"value": {"column": "v", "several": {"column": "k"}}}, "/value/several/"),
    ],
)
def test_malformed_mappings_are_refused(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(relapse.ParseError) as error:
        relapse.load_mapping(relapse.load_mapping("generic") | change)
    assert error.value.pointer.startswith(pointer)


def test_an_answer_in_a_group_and_beside_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.json"
    record = {"start": "2026-03-01T06:00Z", "participant": "a", "g/used": 0}
    path.write_text(json.dumps([record | {"g": {"used": 1}}]))
    refused("record 1: has 'g/used' twice", path, mapping="kobo")


@pytest.mark.parametrize("numbers", [(0, 2), (1, 2), (7, 10), (2, 0)])
def test_a_gap_among_numbers_of_columns_hides_nothing(
    numbers: tuple[int, int], tmp_path: Path
) -> None:
    head = ["key.userId", "value.time", "value.timeCompleted"]
    for k in numbers:
        head += [f"value.answers.{k}.questionId", f"value.answers.{k}.value"]
    path = tmp_path / "made.csv"
    path.write_text(f"{','.join(head)}\nu,1700000000,1700000100,craving,3,self_harm,1\n")
    found, report = relapse.read_check_ins(
        path, mapping="radar_base", frame="dict", report=True
    )
    assert (found["craving"], found["self_harm"]) == ([3], [1]) and not report.columns
    path.write_text(
        ",".join(head[:-1]) + "\nu,1700000000,1700000100,craving,3,self_harm\n"
    )
    refused("needs: it says what was answered", path, mapping="radar_base")
