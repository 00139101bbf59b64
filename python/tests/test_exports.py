"""Exports of apps and survey tools, by mappings; the fixtures are ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Read, Write
from export_cases import CASES

import relapse
from relapse._reading.times import to_days

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


def test_a_mapping_may_be_a_file_or_a_dict(write: Write) -> None:
    document = relapse.load_mapping("generic")
    path = write(json.dumps(document), "own.json")
    for mapping in (path, document):
        found = relapse.read_check_ins(DATA / "generic.csv", mapping=mapping)
        assert list(found["person"]) == ["P1", "P1", "P2"]


def refused(match: str, path: Path, **settings: Any) -> None:
    with pytest.raises(relapse.InvalidInput, match=match):
        relapse.read_check_ins(path, **settings)


def test_what_cannot_be_read_is_refused_by_its_place(write: Write) -> None:
    generic = DATA / "generic.csv"
    refused("'sleep' is no question", generic, items={"sleep": "poor_sleep"})
    refused("has what is no reason", generic, missing={"-99": "shy"})
    refused("is none, but must be one of", generic, mapping="telegram")
    refused("is not in the tz database", generic, zone="Europe/Atlantis")
    refused("is not there", DATA / "nothing.csv")
    refused("^source: is no path", Path("a text in place of a file " * 200))
    refused("is a folder", DATA / "beiwe")
    refused("has no zone", DATA / "redcap.csv", mapping="redcap")
    refused("two questions|several questions", DATA / "generic.csv",
            items={"craving": "x", "isolating": "x"})  # fmt: skip

    def file(text: str) -> Path:
        return write(text, "made.csv")

    refused(
        "line 3, person 'P1': has 3 cells",
        file("person,time\nP1,2026-03-01T08:00Z\nP1,1,2\n"),
    )
    refused("two columns named 'time'", file("person,time,time\n"))
    refused(
        "line 2, person 'P1': its time cannot be read", file("person,time\nP1,noon\n")
    )
    refused("line 2, person 'P1': has no time", file("person,time\nP1,\n"))
    refused("line 2: does not say who", file("person,time\n,2026-03-01T08:00Z\n"))
    refused("has no check-in", file("person,time\n"))


def test_one_person_may_be_named_by_the_caller(write: Write) -> None:
    path = write("time,craving\n2026-03-01T06:00Z,3\n", "made.csv")
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
    numbers: tuple[int, int], write: Write
) -> None:
    head = ["key.userId", "value.time", "value.timeCompleted"]
    for k in numbers:
        head += [f"value.answers.{k}.questionId", f"value.answers.{k}.value"]
    path = write(
        f"{','.join(head)}\nu,1700000000,1700000100,craving,3,self_harm,1\n", "made.csv"
    )
    found, report = relapse.read_check_ins(
        path, mapping="radar_base", frame="dict", report=True
    )
    assert (found["craving"], found["self_harm"]) == ([3], [1]) and not report.columns
    path.write_text(
        ",".join(head[:-1]) + "\nu,1700000000,1700000100,craving,3,self_harm\n"
    )
    refused("needs: it says what was answered", path, mapping="radar_base")


AT, END = "2026-03-01T06:00:00Z", "2026-03-01T06:09:00Z"
SAFE = {"k": "self_harm", "v": 1}
CRAVING = {"k": "craving", "v": 2}


def nested(**answers: Any) -> dict[str, Any]:
    rule = {"each": "qs[]", "item": "k", "values": ["v"], **answers}
    return {
        "schema": "relapse/mapping/1", "id": "own", "layout": "nested",
        "person": {"column": "who"}, "time": {"columns": ["t"], "unit": "iso"},
        "answers": rule,
    }  # fmt: skip


def test_questions_of_a_task_are_read_at_any_depth(read: Read) -> None:
    def question(name: str) -> dict[str, Any]:
        return {"identifier": name, "scaleAnswer": 1}

    form = {"identifier": "form", "note": 1, "results": [question("violence")]}
    step = {"identifier": "step", "results": [question("craving"), form]}
    record = {"endDate": AT, "results": [question("self_harm"), step]}
    found, report = read([record], mapping="researchkit", person="a")
    assert [*found] == ["person", "time", "self_harm", "craving", "violence"]
    assert found["self_harm"] == found["craving"] == found["violence"] == [1]
    assert [*report.columns] == ["results[**].note"]


@pytest.mark.parametrize(
    ("answers", "said", "named"),
    [
        ({"each": "qs[0]"}, [CRAVING, SAFE], "qs[]"),
        ({"each": "qs[k=craving]"}, [CRAVING, SAFE], "qs[]"),
        ({"values": ["v[0]"]}, [{"k": "craving", "v": [2, SAFE]}], "qs[].v[]"),
        ({"values": ["v.a"]}, [{"k": "craving", "v": {"a": 2, "b": SAFE}}], "qs[].v.b"),
        ({"lists": ["qs", "in"]}, [{"in": [CRAVING], "x": SAFE}], "qs[].x"),
        ({"item": "k.id"}, [{"k": {"id": "craving", "self_harm": 1}, "v": 2}],
         "qs[].k.self_harm"),
    ],
)  # fmt: skip
def test_what_no_path_of_a_mapping_reads_is_named(
    answers: dict[str, Any], said: list[Any], named: str, read: Read
) -> None:
    mapping = nested(**answers)
    if "lists" in answers:
        del mapping["answers"]["each"]
    found, report = read([{"who": "a", "t": AT, "qs": said}], mapping=mapping)
    assert found["craving"] == [2]
    assert [*report.columns] == [named]


@pytest.mark.parametrize("records", ["entries[0]", "entries"])
def test_what_stands_beside_the_records_is_named(records: str, read: Read) -> None:
    record = {"who": "a", "t": AT, "qs": [CRAVING]}
    document = {"entries": [record, record | {"qs": [SAFE]}], "more": [SAFE]}
    _, report = read(document, mapping=nested() | {"records": records})
    more = ["entries[]"] if records == "entries[0]" else []
    assert [*report.columns] == ["more", *more]


@pytest.mark.parametrize(
    ("frame", "time"),
    [
        ({"date_time": AT}, AT),
        ({"time_interval": {"start_date_time": AT, "end_date_time": END}}, END),
        ({"time_interval": {"start_date_time": AT, "duration": {"value": 1}}}, AT),
        ({"time_interval": {"date": "2026-03-01", "part_of_day": "morning"}}, None),
        (None, "2026-03-05T06:00:00Z"),
    ],
)  # fmt: skip
def test_a_data_point_is_from_the_end_of_its_time_and_not_of_its_writing(
    frame: Any, time: str | None, read: Read
) -> None:
    items = [{"question": {"id": "craving"}, "answer": {"value": 2}}]
    written = {"user_id": "a", "source_creation_date_time": "2026-03-05T06:00:00Z"}
    record = {"header": written, "body": {"effective_time_frame": frame, "items": items}}
    if time is None:
        with pytest.raises(relapse.InvalidInput, match="is no moment"):
            read([record], mapping="open_mhealth")
        return
    found, report = read([record], mapping="open_mhealth")
    assert found["time"] == pytest.approx([to_days(time)])
    assert bool(report.remarks) == (frame is None)


def test_a_record_of_redcap_without_a_state_is_left_out_only_if_it_says_nothing(
    write: Write,
) -> None:
    path = write(
        "record_id,redcap_repeat_instrument,redcap_repeat_instance,check_in_timestamp,"
        "craving,self_harm,check_in_complete\n"
        "1,check_in,1,2026-03-01 08:00:00,4,1,\n1,check_in,2,2026-03-02 08:00:00,2,0,2\n"
        "1,check_in,3,,,,\n1,check_in,4,,,1,\n",
        "redcap.csv",
    )
    found, report = relapse.read_check_ins(
        path, mapping="redcap", zone="UTC", frame="dict", report=True, on_error="collect"
    )
    assert list(found["self_harm"]) == [1, 0, 1]
    nothing, timeless = report.left_out
    assert (nothing.place, nothing.why) == ("line 4", "holds nothing of check_in")
    assert "has no time" in timeless.why


def test_times_that_differ_and_persons_that_differ_are_refused(read: Read) -> None:
    record = {"person": "a", "time": AT, "date": "2026-03-01", "craving": 2}
    _, report = read([record])
    assert report.columns == {"date": "is half of a time"}
    read([record | {"clock": "07:00"}], zone="Europe/Berlin")
    with pytest.raises(relapse.InvalidInput, match="several columns of times"):
        read([record | {"clock": "07:00"}], zone="UTC")
    event = {"participant": "x", "timestamp": 1772344800000, "temporal_slices": []}
    with pytest.raises(relapse.InvalidInput, match="names another"):
        read([event], mapping="mindlamp", person="a")


def test_a_list_in_a_list_is_no_answer(read: Read) -> None:
    with pytest.raises(relapse.InvalidInput, match="'craving' is a list of objects or"):
        read([{"person": "a", "time": AT, "craving": [[3]]}])


def test_a_person_of_an_export_has_no_marks_and_one_normal_form(read: Read) -> None:
    record = {"person": "a", "time": AT, "craving": 2}
    found, _ = read([record, record | {"person": "\ufeffa\u200b"}])
    assert list(found["person"]) == ["a", "a"]
    same = [record | {"person": name} for name in ("\xe9", "e\u0301")]
    with pytest.raises(relapse.InvalidInput, match="normal form"):
        read(same)
