"""Kinds of silent change in reading: for each kind siblings of what was reported once."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from conftest import Write, collected
from export_cases import FIRST

import relapse
from relapse import fhir
from relapse._cli.main import main

read = partial(relapse.read_check_ins, frame="dict")


def slices(*answers: dict[str, Any], **event: Any) -> list[dict[str, Any]]:
    return [{"timestamp": 1.7e12, "temporal_slices": list(answers)} | event]


LAMP: dict[str, Any] = {"mapping": "mindlamp", "person": "a"}


# Times ----------------------------------------------------------------------------------

#: 2026-03-01 06:00 in a spreadsheet.
SERIAL = 46082.25


def test_serial_dates_of_a_spreadsheet_are_refused_everywhere(write: Write) -> None:
    assert SERIAL - 25569 == FIRST
    rows = {"person": ["a", "a"], "time": [SERIAL, SERIAL + 1], "craving": [1, 2]}
    path = write(f"person,time,craving\na,{SERIAL},1\n")
    for call in (
        lambda: relapse.score(rows, "standard"),
        lambda: relapse.score(pd.DataFrame(rows), "standard"),
        lambda: read(path),
    ):
        with pytest.raises(relapse.InvalidInput, match="serial date of a spreadsheet"):
            call()
    assert main(["score", str(path)]) == 1
    # What a calendar says is never taken for it, nor a series that began before.
    calendar = rows | {"time": ["2096-03-02T06:00Z", "2096-03-03T06:00Z"]}
    long = rows | {"time": [0.0, SERIAL]}
    for times in (calendar, long):
        assert len(relapse.score(times, "standard")["risk_7d"]) == 2


def test_a_time_that_no_clock_shows_is_refused_wherever_it_is_given() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    never = datetime(2026, 3, 29, 2, 30, tzinfo=berlin)
    monitor = relapse.Monitor("standard")
    with pytest.raises(relapse.InvalidInput, match="clocks of its zone leave out"):
        monitor.update(never, {"craving": 1})
    rows = {"person": ["a"], "time": [never], "craving": [1]}
    with pytest.raises(relapse.CheckInError, match="clocks of its zone leave out"):
        relapse.score(rows, "standard")
    # The hour that comes twice says by its fold which it is.
    twice = [datetime(2025, 10, 26, 2, 30, fold=k, tzinfo=berlin) for k in (0, 1)]
    times = [relapse.Monitor("standard").update(each, {}).time for each in twice]
    assert times[1] - times[0] == pytest.approx(1 / 24)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 06:00:00 UTC", "2026-03-01T06:00:00GMT", "2026-03-01 08:00:00 +0200",
        "2026-03-01t06:00z",
    ],
)  # fmt: skip
def test_a_time_means_the_same_in_every_reader(text: str, write: Write) -> None:
    assert relapse.Monitor("standard").update(text, {}).time == FIRST
    assert read(write(f"person,time,craving\na,{text},1\n"))["time"] == [FIRST]


def test_an_offset_that_no_clock_has_is_refused(write: Write) -> None:
    head = "connectionId;timeStampStart;timeStampStop;timeZoneOffset;craving\n"

    def ahead(offset: str) -> dict[str, Any]:
        path = write(head + f"7;1772352000;1772352100;{offset};3\n")
        return read(path, mapping="m_path")

    assert ahead("7200")["time"] == [FIRST] and ahead("-12600")["time"][0] > FIRST
    for offset in ("120", "-2", "86400", "7201"):  # minutes, hours, a day, a slip
        with pytest.raises(relapse.InvalidInput, match="no offset in seconds"):
            ahead(offset)


def test_a_time_beyond_all_numbers_is_refused(write: Write) -> None:
    text = '[{"timestamp": 1e400, "temporal_slices": [{"item": "craving", "value": 1}]}]'
    with pytest.raises(relapse.InvalidInput, match="its time cannot be read"):
        read(write(text, "made.json"), **LAMP)


OF_1970 = "before the year 2000, and looks like"


@pytest.mark.parametrize("unit", ["milliseconds", "microseconds", "nanoseconds"])
def test_seconds_are_never_a_day_of_january_1970(unit: Any, write: Write) -> None:
    seconds = FIRST * 86400
    rows = {"person": ["a"], "time": [seconds], "craving": [1]}
    for times in (rows, rows | {"time": [str(round(seconds))]}):
        with pytest.raises(relapse.InvalidInput, match=f"{OF_1970} seconds"):
            relapse.score(times, "standard", time_unit=unit)
    path = write(f"person,time,craving\na,{seconds:.0f},1\n")
    with pytest.raises(relapse.InvalidInput, match=f"{OF_1970} seconds"):
        read(path, time_unit=unit)
    event = write(slices({"item": "craving", "value": 1}, timestamp=seconds), "a.json")
    with pytest.raises(relapse.InvalidInput, match=f"{OF_1970} seconds"):
        read(event, **LAMP)
    # Days are counted from any beginning, and the right unit is read.
    assert len(relapse.score(rows | {"time": [0.0]}, "standard")["risk_7d"]) == 1
    assert read(path, time_unit="seconds")["time"] == [FIRST]


@pytest.mark.parametrize("unit", ["days", "date, YYYYMMDD"])
def test_days_and_dates_are_no_seconds(unit: str) -> None:
    time = FIRST if unit == "days" else 20260301
    rows = {"person": ["a"], "time": [time], "craving": [1]}
    with pytest.raises(relapse.InvalidInput, match=f"{OF_1970} (a )?{unit}"):
        relapse.score(rows, "standard", time_unit="seconds")


def own(unit: str) -> dict[str, Any]:
    return {
        "schema": "relapse/mapping/1", "id": "own", "layout": "wide",
        "person": {"column": "person"}, "time": {"columns": ["time"], "unit": unit},
    }  # fmt: skip


@pytest.mark.parametrize("zone", ["UTC", "GMT", "Z", "utc", "+0000"])
def test_the_name_of_a_zone_in_a_format_is_an_offset(zone: str, write: Write) -> None:
    form = own("%d.%m.%Y %H:%M %Z")
    path = write(f"person,time,craving\na,01.03.2026 06:00 {zone},1\n")
    assert read(path, mapping=form, zone="Asia/Tokyo")["time"] == [FIRST]
    path = write("person,time,craving\na,01.03.2026 06:00 CET,1\n")
    with pytest.raises(relapse.InvalidInput, match="of the names of zones UTC, GMT"):
        read(path, mapping=form, zone="Asia/Tokyo")


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ("%d/%m %H:%M", "no year"), ("%H:%M", "no year"), ("%Y %H:%M", "no day"),
        ("%Y-%m %H:%M", "no day"), ("%Y-W%W %H:%M", "no day"), ("%%Y-%m-%d", "no year"),
        ("%Y-%m-%d %I:%M", "%I without %p"), ("%Y-%m-%d %H:%M %p", "%I without %p"),
        ("%Y-%m-%d %H:%M %Z%z", "both"), ("%Y-%m-%d %Q", "is none"),
        ("%Y-%m-%d %d", "is none"), ("%Y-%m-%d %", "is none"),
    ],
)  # fmt: skip
def test_a_format_that_tells_no_moment_is_refused(form: str, problem: str) -> None:
    with pytest.raises(relapse.ParseError, match=problem) as error:
        relapse.load_mapping(own(form))
    assert error.value.pointer == "/time/unit"


@pytest.mark.parametrize(
    "form", ["%d.%m.%y %H:%M", "%Y-%j %H:%M:%S.%f%z", "%b %d, %Y %I:%M %p", "%G-%V-%u"]
)
def test_a_format_that_tells_a_moment_is_taken(form: str) -> None:
    assert relapse.load_mapping(own(form))["time"]["unit"] == form


def test_what_a_clock_was_ahead_counts_for_texts_as_for_numbers(write: Write) -> None:
    head = "connectionId;timeStampStart;timeStampStop;timeZoneOffset;craving\n"

    def at(text: str, ahead: str = "7200") -> Any:
        path = write(f"{head}7;{text};1772352100;{ahead};3\n")
        return read(path, mapping="m_path", zone="Asia/Tokyo")["time"]

    assert at("1772352000") == at("2026-03-01T08:00:00") == [FIRST]
    assert at("2026-03-01T06:00:00Z") == [FIRST]  # which says its own
    assert at("2026-03-01T15:00:00", "") == [FIRST]  # in the zone that was named


# Codes ----------------------------------------------------------------------------------


def test_codes_of_an_item_that_is_not_read_are_refused(write: Write) -> None:
    path = write("person,time,craving\na,1,2\n")
    for settings in (
        {"values": {"cravign": {"2": 0}}},
        {"missing": {"cravign": {"2": "declined"}}},
        # By the item that it becomes, and not by the question.
        {"items": {"craving": "urge"}, "values": {"craving": {"2": 0}}},
    ):
        with pytest.raises(relapse.InvalidInput, match="is no item that is read"):
            read(path, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_code_counts_as_a_finite_number(value: float, write: Write) -> None:
    with pytest.raises(relapse.InvalidInput, match="must be finite numbers"):
        read(write("person,time,craving\na,1,2\n"), values={"craving": {"2": value}})


# Rows and questions ---------------------------------------------------------------------


def test_a_response_whose_time_is_broken_is_no_row_of_the_header(write: Write) -> None:
    head = "StartDate,Status,Progress,ExternalReference,Q1\n"
    label = "Start Date,Response Type,Progress,External Data Reference,How strong?\n"
    good = "2026-03-02 08:00:00,0,100,p1,2\n"
    settings: dict[str, Any] = {"mapping": "qualtrics", "zone": "UTC"}
    for first in ("", label):
        path = write(head + first + "pending,0,100,p1,4\n" + good)
        with pytest.raises(relapse.InvalidInput, match="its time cannot be read"):
            read(path, **settings)
    assert read(write(head + label + good), **settings)["Q1"] == [2.0]


@pytest.mark.parametrize(
    "row",
    [
        "NA,IP Address,NA,p1,3,1",  # as R writes gaps
        "pending,IP Address,100,p1,often,yes", "pending,IP Address,NA,p1,often,yes",
        "pending,IP Address,R_1a2B,p1,often,yes", "pending,IP Address,,p1,often,yes",
        "pending,IP Address,True,p1,often,yes", "pending,IP Address,done,p1,often,yes",
        "pending,Other,R_1a2B,p1,often,yes", '{"ImportId":"x"},IP Address,R_1,p1,3,1',
    ],
)  # fmt: skip
def test_a_row_with_a_status_a_number_a_gap_or_an_id_is_a_response(
    row: str, write: Write
) -> None:
    head = "StartDate,Status,Progress,ExternalReference,craving,self_harm\n"
    row = row.replace('{"ImportId":"x"}', '"{""ImportId"":""x""}"')
    path = write(head + row + "\n2026-03-02 08:00:00,IP Address,100,p1,2,0\n")
    settings: dict[str, Any] = {"mapping": "qualtrics", "zone": "UTC"}
    with pytest.raises(relapse.InvalidInput, match=r"time cannot be read|no time"):
        read(path, **settings)
    table, _ = collected(path, **settings)
    assert len(table["self_harm"]) == 2


@pytest.mark.parametrize("cell", [[{"diary/craving": 1}], [1, {"a": 2}], [[{"a": 2}]]])
def test_a_list_of_objects_is_no_list_of_choices(cell: Any, write: Write) -> None:
    path = write([{"person": "a", "time": 1, "craving": 2, "day": cell}], "made.json")
    with pytest.raises(
        relapse.InvalidInput, match="record 1: 'day' is a list of objects"
    ):
        read(path)
    table, report = relapse.read_check_ins(
        path, items={"craving": "craving"}, frame="dict", report=True
    )
    assert table["craving"] == [2] and report.columns == {"day": "is not named in items"}


def test_a_table_as_pandas_writes_it_is_read_as_that_table(write: Write) -> None:
    frame = pd.DataFrame({"person": ["a", "b"], "time": [1.0, 2.0], "craving": [3, None]})
    path = write(frame.to_json())
    path = path.rename(path.with_suffix(".json"))
    table = read(path)
    assert list(table["person"]) == ["a", "b"] and list(table["time"]) == [1.0, 2.0]
    np.testing.assert_array_equal(table["craving"], [3, np.nan])
    assert main(["score", str(path)]) == 0
    path.write_text('{"person": {"0": "a"}, "time": {"1": 1}, "craving": {"0": 1}}')
    with pytest.raises(relapse.InvalidInput, match="columns of unequal length"):
        read(path)


def test_an_export_without_any_question_is_refused(write: Write) -> None:
    renamed = [{"timestamp": 1.7e12, "temporalSlices": [{"item": "a", "value": 1}]}]
    with pytest.raises(relapse.InvalidInput, match="has no question"):
        read(write(renamed, "made.json"), **LAMP)


def test_what_a_record_holds_beside_its_answers_is_named(write: Write) -> None:
    event = slices({"item": "craving", "value": 3, "note": "x"}, static_data={"a": 1})
    _, report = relapse.read_check_ins(
        write(event, "made.json"), frame="dict", report=True, **LAMP
    )
    assert report.columns == {
        "static_data": "is no part of this layout",
        "temporal_slices[].note": "is no part of this layout",
    }


# Safety ---------------------------------------------------------------------------------


def test_several_answers_about_safety_are_refused_and_raise_the_flag(
    write: Write,
) -> None:
    event = slices(
        {"item": "self_harm", "value": [0, 2]}, {"item": "craving", "value": 1}
    )
    path = write([*event, *slices({"item": "craving", "value": 0}, timestamp=1.8e12)],
                 "made.json")  # fmt: skip
    with pytest.raises(relapse.InvalidInput, match="'self_harm' has several answers"):
        read(path, **LAMP)
    table, _ = collected(path, **LAMP)
    np.testing.assert_array_equal(table["self_harm"], [2.0, np.nan])
    assert "self_harm" in relapse.score(table, "standard")["flags"][0]


CHOICES = ["self_harm[1]", "self_harm___1", "Self-Harm/yes"]
GROUPS = [
    "safety/self_harm",
    "g-self_harm",
    "a.b.Overdose",
    "a/self_harm/1",
    "g:violence",
]


@pytest.mark.parametrize("name", [*CHOICES, *GROUPS, "safety/self_harm_missing"])
def test_a_choice_or_a_group_about_safety_is_never_unknown(name: str) -> None:
    rows = {"person": ["a"], "time": [1.0], "craving": [1.0]}
    match = "another name of the safety item"
    with pytest.raises(relapse.InvalidInput, match=match) as wide:
        relapse.score(rows | {name: [1.0]}, "standard")
    assert name in CHOICES or "items={" in str(wide.value)
    long = {"person": ["a"], "time": [1.0], "item": [name], "value": [1.0]}
    with pytest.raises(relapse.CheckInError, match=match) as error:
        relapse.score(long, "standard")
    assert error.value.flags


@pytest.mark.parametrize("name", ["self/sleep", "harm-scale", "group/craving"])
def test_names_of_other_things_are_unknown_columns(name: str) -> None:
    rows = {"person": ["a"], "time": [1.0], "craving": [1.0], name: [1.0]}
    with pytest.warns(relapse.UnknownColumnWarning, match=name):
        relapse.score(rows, "standard")


HEAD = "person,time,craving,self_harm"
GOOD = "a,20001,0,0"
TWO = {"items": {"q1": "self_harm", "q2": "self_harm"}}
YES = {"values": {"self_harm": {"no": 0, "yes": 1}}}
NUMBERED = {"values": {"self_harm": {"1": 0, "2": 1}}}


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        (f"{HEAD},self_harm_missing\na,20000,1,1,declined\n{GOOD},", {}),
        (f"{HEAD},craving_missing\na,20000,,1,shy\n{GOOD},", {}),
        ("person,time,q1,q2\na,20000,1,1\na,20001,0,", TWO),
        ("person,time,q1,q2\na,20000,0,yes\na,20001,0,", TWO),
        (f"{HEAD}\na,20000,1,YES\n{GOOD[:-1]}no", YES),
        (f"{HEAD}\na,20000,1,0\n{GOOD[:-1]}1", NUMBERED),
        (f"{HEAD}\na,20000,often,yes\n{GOOD}", {"values": {"craving": {"0": 0}}}),
        (f"{HEAD}\n,20000,1,1\n{GOOD}", {}),
        (f"{HEAD}\n,20000,1,yes\n{GOOD}", {}),
        (f"{HEAD}\na,soon,1,yes\n{GOOD}", {}),
        (f"{HEAD}\n,soon,1,1", {}),
        ("person,time,item,value\na,20000,self_harm,0\na,20000,self_harm,yes", {}),
        ("person,time,item,value,missing_reason\na,20000,self_harm,1,shy", {}),
    ],
)
@pytest.mark.parametrize("frame", ["dict", "pandas", "polars", "pyarrow"])
def test_what_is_refused_raises_its_flag_whatever_the_reason(
    text: str, settings: dict[str, Any], frame: Any, write: Write
) -> None:
    path = write(text + "\n")
    table, report = relapse.read_check_ins(
        path, on_error="collect", report=True, frame=frame, **settings
    )
    assert len(report.left_out) == 1
    assert "safety answers stay, to raise their flags" in report.left_out[0].why
    if frame == "dict":
        table = {name: list(values) for name, values in table.items()}
    scores, _ = relapse.score(table, "standard", on_error="collect")
    flags = scores["flags"]
    flags = flags.to_pylist() if frame == "pyarrow" else list(flags)
    assert any("self_harm" in each for each in flags)


@pytest.mark.parametrize(
    "slices_of",
    [
        [{"item": "self_harm", "value": 1}, 5],
        [5, {"item": "self_harm", "value": 1}],
        [
            {"item": ["x"], "value": [{"a": 1}]},
            {"item": "self_harm", "value": [0, "yes"]},
        ],
    ],
)
def test_what_has_another_shape_hides_no_answer_beside_it(
    slices_of: list[Any], write: Write
) -> None:
    good = slices({"item": "craving", "value": 0}, timestamp=1.8e12)
    path = write([*slices(*slices_of), *good], "made.json")
    table, _ = collected(path, items={"self_harm": "self_harm"}, **LAMP)
    scores, _ = relapse.score(table, "standard", on_error="collect")
    assert "self_harm" in scores["flags"][0]


def test_what_is_refused_and_raises_nothing_is_no_row(write: Write) -> None:
    text = f"{HEAD},self_harm_missing\na,20000,1,0,declined\na,20002,1,,declined\n{GOOD},"
    table, _ = collected(write(text))
    assert list(table["time"]) == [20001, 20002]


def test_a_refused_record_without_a_time_keeps_its_flag(write: Write) -> None:
    head = "record_id,check_in_timestamp,craving,self_harm,check_in_complete\n"
    path = write(head + "1,[not completed],3,1,0\n1,2026-03-01 08:00:00,2,0,2\n")
    settings: dict[str, Any] = {"mapping": "redcap", "zone": "Europe/Helsinki"}
    with pytest.raises(relapse.InvalidInput, match="has no time"):
        read(path, **settings)
    table, report = collected(path, **settings)
    np.testing.assert_array_equal(table["time"], [FIRST, np.nan])
    np.testing.assert_array_equal(table["self_harm"], [0.0, 1.0])
    assert report.left_out[0].why.endswith("raise their flags, in a row without a time")
    with pytest.raises(relapse.CheckInError) as error:
        relapse.score(table, "standard")
    assert error.value.flags == ["self_harm"]
    scores, _ = relapse.score(table, "standard", on_error="collect")
    assert "self_harm" in scores["flags"][-1]


# A column about safety, and questions named like parts of a check-in -------------------

RADAR = (
    "key.userId,value.time,value.timeCompleted,value.answers.0.questionId,"
    "value.answers.0.value,NAME\nu,1772344800,1772344801,craving,2,1\n"
)
LONG = "person,time,item,value,NAME\na,1,craving,2,1\n"


@pytest.mark.parametrize("name", ["self_harm", "Self-Harm", "overdose_missing"])
@pytest.mark.parametrize(("text", "mapping"), [(LONG, "generic"), (RADAR, "radar_base")])
def test_a_column_about_safety_that_no_layout_reads_is_refused(
    text: str, mapping: str, name: str, write: Write
) -> None:
    file = write(text.replace("NAME", name))
    with pytest.raises(relapse.InvalidInput, match="is a safety item, but must be rows"):
        relapse.read_check_ins(file, mapping=mapping, frame="dict")
    file = write(text.replace("NAME", "note"))
    relapse.read_check_ins(file, mapping=mapping, frame="dict")


def test_an_answer_about_safety_beside_the_answers_raises_its_flag(write: Write) -> None:
    told = [event(1, "craving", "1"), event(2, "craving", "1") | {"self_harm": 1}]
    file = write(told, "made.json")
    lamp: dict[str, Any] = {"mapping": "mindlamp", "person": "P1", "frame": "dict"}
    with pytest.raises(relapse.InvalidInput, match=r"record 2, person 'P1'.*self_harm"):
        relapse.read_check_ins(file, **lamp)
    with pytest.warns(UserWarning, match="left out"):
        table = relapse.read_check_ins(file, on_error="collect", **lamp)
    assert list(table["self_harm"])[1] == 1.0


def foreign(day: int, link: str, answer: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse", "status": "completed",
        "questionnaire": "http://clinic/q", "subject": {"reference": "Patient/P"},
        "authored": f"2026-03-0{day}T08:00:00Z",
        "item": [{"linkId": link, "answer": [{"valueString": answer}]}], **more,
    }  # fmt: skip


def event(day: int, link: str, answer: str) -> dict[str, Any]:
    return {"timestamp": 1.7e12 + day * 864e5,
            "temporal_slices": [{"item": link, "value": answer}]}  # fmt: skip


LONG_ROWS = "person,time,item,value\nP,1,self_harm,1\nP,2,craving,3\nP,2,NAME,WORD\n"
PARTS = [("acknowledge", "self_harm"), ("stage", "stable"), ("used_days_ago", "0")]


@pytest.mark.parametrize(("name", "word"), PARTS)
def test_a_question_of_others_is_no_part_of_a_check_in(
    name: str, word: str, write: Write
) -> None:
    files: list[tuple[Any, dict[str, Any]]] = [
        (write(LONG_ROWS.replace("NAME", name).replace("WORD", word)), {}),
        (write([event(1, "self_harm", "1"), event(2, name, word)], "m.json"),
         {"mapping": "mindlamp", "person": "P"}),
        (write([foreign(1, "self_harm", "1"), foreign(2, name, word)], "f.json"),
         {"mapping": "fhir"}),
    ]  # fmt: skip
    for file, settings in files:
        table = relapse.read_check_ins(file, frame="dict", **settings)
        assert name not in table
        assert str(list(table[f"{name} (question)"])[1]).removesuffix(".0") == word
        with pytest.warns(relapse.UnknownColumnWarning, match=r"\(question\)"):
            scores = relapse.score(table, "standard")
        assert list(scores["flags"]) == ["self_harm", "self_harm"]
        # Who names it says that it is one.
        named = relapse.read_check_ins(
            file, frame="dict", items={name: name, "self_harm": "self_harm"}, **settings
        )
        assert name in named
    reading = fhir.read([foreign(1, "self_harm", "1"), foreign(2, name, word)])
    read, notes = fhir.check_ins(reading)
    assert all(each.keys() <= {"schema", "person", "time", "answers"} for each in read)
    assert [note.questions for note in notes] == [[f"{name} (question)"]]


def test_our_own_form_asks_for_parts_of_a_check_in(write: Write) -> None:
    check_in = {
        "schema": "relapse/check_in/1", "person": "P", "time": "2026-03-01T08:00:00Z",
        "answers": {"craving": 2.0}, "acknowledge": ["self_harm"], "used_days_ago": 1.5,
        "known_stage": {"any_of": ["lapse"], "entered": True},
    }  # fmt: skip
    ours = fhir.response(check_in)
    mixed = [ours, foreign(3, "stage", "stable", contained=[{"resourceType": "Patient"}])]
    table = relapse.read_check_ins(write(mixed, "f.json"), mapping="fhir", frame="dict")
    assert table["acknowledge"].tolist() == ["self_harm", None]
    assert table["stage (question)"].tolist() == [None, "stable"]
    lines = "\n".join(json.dumps(each) for each in mixed)
    assert fhir.check_ins(fhir.read(write(lines, "f.ndjson")))[0] == [check_in]
