"""What an export says of an answer: under which name, of which kind, and which counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import Read
from export_cases import FIRST

import relapse

AT = "2026-03-01T06:00:00Z"
LAMP: dict[str, Any] = {"mapping": "mindlamp", "person": "a"}
KIT: dict[str, Any] = {"mapping": "researchkit", "person": "a"}
OMH: dict[str, Any] = {"mapping": "open_mhealth"}
UTC: dict[str, Any] = {"zone": "UTC"}


def lamp(*slices: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"timestamp": 1.7e12, "temporal_slices": list(slices)}]


def kit(*results: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"endDate": AT, "results": [{"identifier": "s", "results": list(results)}]}]


def omh(answer: Any) -> list[dict[str, Any]]:
    items = [{"question": {"id": "craving", "text": "?"}, "answer": answer}]
    body = {"effective_time_frame": {"date_time": AT}, "items": items}
    return [{"header": {"user_id": "a"}, "body": body}]


RADAR = (
    "key.userId,value.time,value.timeCompleted,value.answers.0.questionId,"
    "value.answers.0.value.int,value.answers.0.value.boolean,"
    "value.answers.0.startTime\na,1772344800,1772344800,craving,,true,5\n"
)
OWN = {
    "schema": "relapse/mapping/1", "id": "own", "layout": "nested",
    "person": {"column": "who"}, "time": {"columns": ["t"], "unit": "iso"},
    "answers": {"each": "qs[]", "item": "k", "values": ["a[].integer", "a[].decimal"]},
}  # fmt: skip
OTHER_KINDS: list[tuple[Any, dict[str, Any]]] = [
    (lamp({"item": "craving", "answer": 4, "duration": 3}), LAMP),
    (lamp({"item": "craving", "Value": 4}), LAMP),
    (kit({"identifier": "craving", "answer": 3, "questionType": 7}), KIT),
    (kit({"identifier": "craving", "value": {"x": 3}}), KIT),
    (omh({"number": 3}), OMH),
    (RADAR, {"mapping": "radar_base"}),
    (RADAR.replace("craving,,true", "craving,NA,true"), {"mapping": "radar_base"}),
    ([{"who": "a", "t": AT, "qs": [{"k": "craving", "a": [{"boolean": True}]}]}],
     {"mapping": OWN}),
]  # fmt: skip


@pytest.mark.parametrize(("content", "settings"), OTHER_KINDS)
def test_an_answer_under_another_name_is_not_unanswered(
    content: Any, settings: dict[str, Any], read: Read
) -> None:
    found, report = read(content, **settings)
    assert np.isnan(found["craving"][0]) and found["craving_missing"][0] == "unknown"
    assert "'craving' is of a kind that is not read" in str(report)
    for items in ({"craving": "craving"}, {"craving": "self_harm"}):
        with pytest.raises(relapse.InvalidInput, match="is of a kind that is not read"):
            read(content, items=items, **settings)
    found, _ = read(
        content, items={"craving": "self_harm"}, on_error="collect", **settings
    )
    scores, _ = relapse.score(found, "standard", on_error="collect")
    assert "self_harm" in scores["flags"][0]


@pytest.mark.parametrize(
    ("content", "settings"),
    [
        (lamp({"item": "craving", "value": None, "duration": 3, "type": True}), LAMP),
        (kit({"identifier": "craving", "questionType": 7, "endDate": AT}), KIT),
        (omh({"value": None, "unit": "h"}), OMH),
        (RADAR.replace("true", ""), {"mapping": "radar_base"}),
        (RADAR.replace("true", "NA"), {"mapping": "radar_base"}),
    ],
)
def test_what_stands_beside_answers_is_none(
    content: Any, settings: dict[str, Any], read: Read
) -> None:
    found, report = read(content, items={"craving": "craving"}, **settings)
    assert found["craving_missing"] == ["unknown"] and not report.remarks


def test_a_mapping_of_ones_own_may_say_what_stands_beside_answers(read: Read) -> None:
    record = [{"who": "a", "t": AT, "qs": [{"k": "craving", "w": 3}]}]
    found, report = read(record, mapping=OWN, items={"craving": "craving"})
    assert np.isnan(found["craving"][0])
    assert report.remarks == ["'craving' has no answer, and 'w', which is not read, in "
                              "1 records"]  # fmt: skip
    known = OWN | {"answers": OWN["answers"] | {"beside": ["w"]}}  # type: ignore[operator]
    assert not read(record, mapping=known)[1].remarks


def test_two_kinds_of_answers_are_no_two_choices(read: Read) -> None:
    both = {"identifier": "self_harm", "scaleAnswer": 3, "numericAnswer": 0}
    with pytest.raises(relapse.InvalidInput, match="answers of several kinds"):
        read(kit(both), **KIT)
    found, _ = read(kit(both), on_error="collect", **KIT)
    assert found["self_harm"] == [3]


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        (
            "kobo",
            "participant;start;_submission_time;craving\na;;2026-03-01T06:00:00;3\n",
        ),
        ("kobo", "participant;_submission_time;craving\na;2026-03-01T06:00:00;3\n"),
        ("kobo", "participant;_submission_time;craving\na;2026-03-01T08:00+02:00;3\n"),
        ("odk", "SubmissionDate,participant,craving\n2026-03-01T06:00Z,a,3\n"),
        ("odk", [{"__system": {"submissionDate": AT}, "participant": "a", "craving": 3}]),
        ("limesurvey", "token,datestamp,craving\na,2026-03-01 15:00:00,3\n"),
        ("limesurvey", "token,startdate,submitdate,craving\na,,2026-03-01 15:00,3\n"),
    ],
)
def test_a_time_of_writing_is_remarked_and_in_its_own_zone(
    mapping: str, text: Any, read: Read
) -> None:
    found, report = read(text, mapping=mapping, zone="Asia/Tokyo")
    assert found["time"] == pytest.approx([FIRST])
    assert "the time is when they were written" in report.remarks[0]
    assert not report.columns


def test_columns_that_steer_are_not_told_as_not_read(read: Read) -> None:
    text = (
        "connectionId;timeStampStart;timeStampStop;timeZoneOffset;deltaUTC;craving\n"
        "a;1772352000;1772352100;7200;0;3\n"
    )
    _, report = read(text, mapping="m_path")
    assert [*report.columns] == ["deltaUTC"]


@pytest.mark.parametrize(
    ("mapping", "text", "name"),
    [
        ("limesurvey", "token,startdate,bedTime\na,2026-03-01 06:00,23\n", "bedTime"),
        ("redcap", "record_id,check_in_timestamp,walk_complete\na,2026-03-01 06:00,23\n",
         "walk_complete"),
        ("qualtrics", "StartDate,Status,Progress,ExternalReference,Location_risk\n"
         "2026-03-01 06:00,0,100,a,23\n", "Location_risk"),
        ("m_path", "connectionId;timeStampStart;timeStampStop;timeZoneOffset;"
         "reminder_x\na;1772352000;9;7200;23\n", "reminder_x"),
        ("movisensxs", "Participant;Form_start_date;Form_start_time;Form_finish_date;"
         "Form_x\na;2026-03-01;06:00;2026-03-01;23\n", "Form_x"),
    ],
)  # fmt: skip
def test_what_is_named_in_items_is_read_whatever_a_mapping_leaves_out(
    mapping: str, text: str, name: str, read: Read
) -> None:
    found, report = read(text, mapping=mapping, zone="UTC", items={name: "x"})
    assert found["x"] == [23] and name not in report.columns
    if mapping != "qualtrics":
        with pytest.raises(relapse.InvalidInput, match="no question"):
            read(text, mapping=mapping, zone="UTC")


@pytest.mark.parametrize(
    ("row", "craving", "reason"),
    [
        ("-99,2,,", 2, None), ("2,-99,,", 2, None), ("NA,2,,", 2, None),
        (",2,not_asked,", 2, None), (",2,declined,", 2, None),
        ("-99,NA,,", None, "declined"),
        (",,not_asked,declined", None, "declined"), (",,not_asked,", None, "not_asked"),
    ],
)  # fmt: skip
def test_of_several_questions_the_answered_one_counts(
    row: str, craving: float | None, reason: str | None, read: Read
) -> None:
    settings: dict[str, Any] = {
        "items": {"q1": "craving", "q2": "craving"}, "missing": {"-99": "declined"}
    }  # fmt: skip
    head = "person,time,q1,q2,q1_missing,q2_missing\n"
    found, _ = read(f"{head}a,1,{row}\n", **settings)
    expected = [np.nan if craving is None else craving]
    np.testing.assert_array_equal(found["craving"], expected)
    assert [*found.get("craving_missing", [None])] == [reason]
    for refused in ("1,2,,", "2,,declined,"):
        with pytest.raises(
            relapse.InvalidInput, match=r"several questions|both answered"
        ):
            read(f"{head}a,1,{refused}\n", **settings)


def test_a_code_is_an_answer_or_a_gap(read: Read) -> None:
    text = "person,time,craving,mood\na,1,9,9\n"
    for missing in ({"9": "declined"}, {9.0: "unknown"}, {"craving": {9: "declined"}}):
        with pytest.raises(relapse.InvalidInput, match="values of 'craving': a code"):
            read(text, values={"craving": {"9": 4}}, missing=missing)
    found, _ = read(
        text, values={"craving": {"9": 4}}, missing={"mood": {"9": "declined"}}
    )
    assert found["craving"] == [4] and found["mood_missing"] == ["declined"]


def test_a_choice_that_nobody_chose_is_read(read: Read) -> None:
    def rows(*chosen: Any) -> list[dict[str, Any]]:
        return [{"person": "a", "time": k, "what": one} for k, one in enumerate(chosen)]

    items = {"what[home]": "x"}
    for chosen, expected in (
        ([["bar", "work"], ["bar"], []], [0, 0, np.nan]),
        ([["bar"], ["home"], None], [0, 1, np.nan]),
        ([None, []], [np.nan, np.nan]),
    ):
        found, _ = read(rows(*chosen), items=items)
        np.testing.assert_array_equal(found["x"], expected)
    with pytest.raises(relapse.InvalidInput, match="is no question"):
        read(rows("a text"), items=items)


def test_a_column_in_brackets_is_itself(read: Read) -> None:
    text = "token,startdate,where,where[home]\na,2026-03-01 06:00,,1\n"
    items = {"where[home]": "x"}
    found, _ = read(text, mapping="limesurvey", zone="UTC", items=items)
    assert found["x"] == [1]


def test_the_report_and_errors_tell_no_choice(read: Read) -> None:
    why = {"identifier": "why", "choiceAnswers": ["my ex came by", "home"]}
    craving = {"identifier": "craving", "scaleAnswer": 3}
    _, report = read(kit(why, craving), items={"craving": "craving"}, **KIT)
    assert "my ex" not in str(report) and "why[...]" in str(report)
    rows = [
        {"person": "a", "time": 1, "why": ["my ex", "home"], "craving": "often",
         "self_harm": 1},
        {"person": "a", "time": 2, "craving": 1},
    ]  # fmt: skip
    _, report = read(rows, values={"craving": {"often ": 1, "1": 1}})
    _, report = read(rows, values={"craving": {"1": 1}}, on_error="collect")
    assert report.left_out[0].questions == ("craving", "self_harm", "why[...]")


# Several choices


def response(day: int, *answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse", "status": "completed",
        "subject": {"reference": "Patient/a"}, "authored": f"2026-03-0{day}T08:00:00Z",
        "item": [{"linkId": "w", "answer": list(answers), **more}],
    }  # fmt: skip


def texts(*choices: str) -> list[dict[str, Any]]:
    return [{"valueString": each} for each in choices]


def listed(read: Any, start: str) -> dict[str, list[Any]]:
    """Columns as plain lists, with None for a gap."""
    table, _ = read
    return {
        name: [None if value != value else value for value in values.tolist()]
        for name, values in table.items()
        if name.startswith(start)
    }


def test_a_choice_that_stands_alone_is_a_column_too(read: Read) -> None:
    content = [response(1, *texts("home", "bar")), response(2, *texts("gym"))]
    assert listed(read(content, mapping="fhir"), "w") == {
        "w[home]": [1.0, 0.0], "w[bar]": [1.0, 0.0], "w[gym]": [0.0, 1.0],
    }  # fmt: skip
    slices = [{"item": "w", "value": ["x", "y"]}], [{"item": "w", "value": "z"}]
    days = [{"timestamp": 1.7e12 + k, "temporal_slices": s} for k, s in enumerate(slices)]
    assert listed(read(days, **LAMP), "w[z]") == {"w[z]": [0.0, 1.0]}


@pytest.mark.parametrize(
    ("word", "reason"),
    [("NA", "unknown"), (-99, "declined"), ("-99", "declined"), ([-99], "declined")],
)
def test_a_word_for_a_gap_is_one_for_every_choice(
    word: Any, reason: str, read: Read
) -> None:
    slices = [{"item": "w", "value": ["home", "bar"]}], [{"item": "w", "value": word}]
    days = [{"timestamp": 1.7e12 + k, "temporal_slices": s} for k, s in enumerate(slices)]
    codes: list[dict[str, Any]] = [
        {"-99": "declined"},
        {"craving": {"-99": "declined"}, "self_harm": {-99: "declined"}},
    ]  # fmt: skip
    items = {"w[home]": "craving", "w[bar]": "self_harm"}
    for missing in codes:
        table = read(days, items=items, missing=missing, **LAMP)
        assert listed(table, "craving") == {"craving": [1.0, None],
                                         "craving_missing": [None, reason]}  # fmt: skip
        assert listed(table, "self") == {"self_harm": [1.0, None],
                                         "self_harm_missing": [None, reason]}  # fmt: skip
        scores = relapse.score(table[0], "standard")
        assert list(scores["unknown_flags"]) == ["", "self_harm"]
    table = read(days, missing=codes[0], **LAMP)
    assert set(listed(table, "w")) == {
        "w[home]", "w[home]_missing", "w[bar]", "w[bar]_missing",
    }  # fmt: skip


def test_a_gap_among_choices_is_refused(read: Read) -> None:
    days = [{"timestamp": 1.7e12,
             "temporal_slices": [{"item": "w", "value": ["home", -99]}]}]  # fmt: skip
    items = {"w[home]": "self_harm"}
    with pytest.raises(relapse.InvalidInput, match="both answered and missing"):
        read(days, items=items, missing={"-99": "declined"}, **LAMP)
    table = read(days, items=items, missing={"-99": "declined"}, on_error="collect",
                 **LAMP)[0]  # fmt: skip
    assert list(table["self_harm"]) == [1.0]


@pytest.mark.parametrize("items", [None, {"w[home]": "x"}])
def test_a_reason_of_a_question_is_one_of_every_choice(items: Any, read: Read) -> None:
    declined = {
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
        "valueCode": "asked-declined",
    }
    content = [response(1, *texts("home", "bar")), response(2, extension=[declined])]
    wide = [{"person": "a", "time": 1, "w": ["home", "bar"]},
            {"person": "a", "time": 2, "w_missing": "declined"}]  # fmt: skip
    long = [{"person": "a", "time": 1, "item": "w", "value": ["home", "bar"]},
            {"person": "a", "time": 2, "item": "w", "value": None,
             "missing_reason": "declined"}]  # fmt: skip
    name = "w[home]" if items is None else "x"
    for told, mapping in ((content, "fhir"), (wide, "generic"), (long, "generic")):
        found = listed(read(told, mapping=mapping, items=items), name)
        assert found == {name: [1.0, None], f"{name}_missing": [None, "declined"]}


@pytest.mark.parametrize("other", ["Self_harm", "SELF_HARM", "self harm"])
def test_a_choice_in_other_letters_is_never_one_that_nobody_chose(
    other: str, read: Read
) -> None:
    content = [response(1, *texts("x", "y")), response(2, *texts(other))]
    items = {"w[self_harm]": "self_harm"}
    with pytest.raises(relapse.InvalidInput, match="written in another way") as caught:
        read(content, mapping="fhir", items=items)
    assert other not in str(caught.value)
    both = {f"w[{other}]": "self_harm", "w[self_harm]": "craving"}
    table, _ = read(content, mapping="fhir", items=both)
    assert list(table["self_harm"]) == [0.0, 1.0]


@pytest.mark.parametrize("truth", [True, "true", "FALSE"])
def test_true_is_no_code_among_others_than_0_and_1(truth: Any, read: Read) -> None:
    content = lamp({"item": "used", "value": truth})
    with pytest.raises(relapse.InvalidInput, match="true or false, which no code"):
        read(content, values={"used": {"1": 0, "2": 1}}, **LAMP)
    number = float(str(truth).lower() == "true")
    for codes in ({"0": 0, "1": 1}, {True: 1, False: 0}, {"true": 1, "false": 0, "9": 2}):
        table, _ = read(content, values={"used": codes}, **LAMP)
        assert table["used"] == [number]


def test_the_line_for_excel_says_what_stands_between_cells(read: Read) -> None:
    text = "sep=;\nperson;time;craving\na;1;3\n"
    table, _ = read(text)
    assert list(table["craving"]) == [3.0] and list(table["person"]) == ["a"]
    with pytest.raises(relapse.InvalidInput, match="line 4, person 'a'"):
        read(text + "a;;3\n")
