"""FHIR in and out: answers read by hand, the rules of reading, and round trips."""

from __future__ import annotations

import csv
import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Write, collected

import relapse
from relapse import fhir
from relapse._cli.main import main

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).parent / "data" / "fhir"
LOINC = "http://loinc.org"
PHQ9 = "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8".split()
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
MORNING = "2026-03-02T07:00:00Z"


def response(*items: dict[str, Any], **changed: Any) -> dict[str, Any]:
    made = {
        "resourceType": "QuestionnaireResponse",
        "id": "r1",
        "status": "completed",
        "subject": {"reference": "Patient/P1"},
        "authored": MORNING,
        "item": list(items),
    } | changed
    return {key: value for key, value in made.items() if value is not None}


def asked(link: str, *answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"linkId": link, "answer": list(answers)} | more


def observation(code: str, id: str, **changed: Any) -> dict[str, Any]:  # noqa: A002
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": {"reference": "Patient/P1"},
        "effectiveDateTime": MORNING,
    } | changed


def answers_of(reading: fhir.FhirReading, instrument: str = "") -> dict[str, Any]:
    """Return the answers of the only response of an instrument."""
    found = [each for each in reading.responses if each.instrument == instrument]
    assert len(found) == 1
    return found[0].answers


def problems(reading: fhir.FhirReading) -> list[str]:
    return [f"{note.kind}: {note.problem}" for note in reading.notes]


# Public shapes --------------------------------------------------------------------------


def test_the_phq9_of_sdc_gives_its_total_and_its_flag():
    with pytest.warns(UserWarning, match="another value than its answers give"):
        table = relapse.read_check_ins(
            DATA / "sdc_phq9.json", mapping="fhir", frame="pandas"
        )
    assert list(table["person"]) == ["P139"]
    assert list(table["phq9_total"]) == [13.0]  # as the file says
    scores = relapse.score_instrument(table, "phq9")
    assert list(scores["total"]) == [10.0]  # as its answers give
    assert list(scores["flags"]) == ["self_harm"]


def test_answer_codes_of_loinc_are_scored_by_their_list():
    reading = fhir.read(DATA / "us_core_phq9.json")
    answers = answers_of(reading, "phq9")
    assert answers == dict(zip("123456789", [1, 2, 1, 2, 1, 1, 1, 3, 0], strict=True))
    assert reading.responses[0].stated == {"total": 12.0}
    # The total agrees; that somebody else answered is said.
    assert problems(reading) == ["remark: was answered by somebody else (Practitioner)"]


def test_another_question_does_not_stand_for_an_item():
    """An AUDIT-C whose first item is 68517-2, of the days of heavy drinking."""
    reading = fhir.read(DATA / "us_core_audit_c.json")
    assert answers_of(reading, "audit_c") == {"2": 0.0, "3": 1.0}
    assert answers_of(reading) == {"/68517-2": 3.0}


def test_a_panel_is_one_response_at_its_own_time():
    reading = fhir.read(DATA / "us_core_panel.ndjson")
    (one,) = reading.responses
    assert one.instrument == "phq9"
    assert list(one.answers.values()) == [2, 2, 1, 1, 0, 1, 1, 0, 0]
    assert one.stated == {"total": 8.0}
    assert one.time == pytest.approx(20_520 + (9 * 60 + 5) / 1440, abs=1e-9)
    assert reading.resources == 11 and not reading.notes


def test_a_record_of_synthea_gives_totals_answers_and_medication():
    reading = fhir.read(DATA / "synthea_bundle.json")
    first, last = sorted({each.time for each in reading.responses})
    stated = {r.instrument: r.stated for r in reading.responses if r.time == first}
    assert stated == {
        "phq2": {"total": 4.0},
        "phq9": {"total": 14.0},
        "gad7": {"total": 9.0},
        "audit_c": {"total": 5.0},
    }
    (full,) = [each for each in reading.responses if each.time == last]
    assert list(full.answers.values()) == [2, 2, 1, 2, 1, 1, 1, 0, 1]
    (medication,) = reading.medication
    assert medication.medication_class == "opioid_agonist" and medication.current
    assert medication.dose == "one under the tongue, each morning"
    assert medication.prescriber == "Dr. Example"
    told = [(note.problem, note.questions) for note in reading.notes]
    assert ("has a code that no mapping knows", ["29463-7"]) in told
    check_ins, _ = fhir.check_ins(reading)
    assert check_ins[-1]["answers"]["self_harm"] == 1.0


def test_each_rule_of_reading_is_named():
    reading = fhir.read(DATA / "rules.json")
    got = {each.sources[0].split("/")[1]: each.answers for each in reading.responses}
    assert got == {
        "read": {"craving": 2.0},
        "progress": {"self_harm": 1.0},  # alone, to raise its flag
        "amended-2": {"craving": 4.0},
        "versions": {"craving": 1.0},
        "again": {"craving": 2.0},
        "kg": {"sleep": 7.0},
        "minutes": {"sleep": 6.5},
        "grams": {"craving": 0.0},
    } | {"declined": {}}
    (alone,) = [each for each in reading.responses if each.alarms_only]
    assert alone.sources == ["QuestionnaireResponse/progress"]
    (declined,) = [each for each in reading.responses if "declined" in each.sources[0]]
    assert declined.missing == {"craving": "declined", "stress": "not_asked"}
    told = {
        note.place.rpartition("/")[2]: note.problem.partition(";")[0]
        for note in reading.notes
    }
    assert told == {
        "other": "is about another person than the patient of its bundle",
        "error": "was entered in error",
        "progress": "is still in progress",
        "amended-1": "is amended by another",
        "versions": "is there in a later version",
        "again": "is there again",
        "retracted": "was entered in error",
        "grams": "is in another unit, and not read",
    } | {"retracted": told["retracted"]}


# Shapes of a response -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"valueInteger": 3}, 3.0),
        ({"valueDecimal": 2.5}, 2.5),
        ({"valueBoolean": True}, 1.0),
        ({"valueString": "a text"}, "a text"),
        ({"valueDate": "2026-03-01"}, "2026-03-01"),
        ({"valueDateTime": MORNING}, MORNING),
        ({"valueTime": "07:30:00"}, "07:30:00"),
        ({"valueUri": "urn:x"}, "urn:x"),
        ({"valueCoding": {"system": "x", "code": "often"}}, "often"),
        ({"valueCoding": {"display": "Often"}}, "Often"),
        ({"valueQuantity": {"value": 4, "unit": "{score}"}}, 4.0),
    ],
)
def test_every_kind_of_value(value: dict[str, Any], expected: object):
    reading = fhir.read(response(asked("q", value)))
    assert answers_of(reading) == {"q": expected} and not reading.notes


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"valueAttachment": {"url": "x"}}, "is of a kind that is not read"),
        ({"valueReference": {"reference": "x"}}, "is of a kind that is not read"),
        ({"valueInteger": "three"}, "is no number"),
        ({"valueQuantity": {"value": 4, "comparator": ">"}}, "is a bound and no value"),
        ({"valueInteger": 1, "valueString": "1"}, "has several values"),
        ({"valueString": ""}, "is empty"),
    ],
)
def test_what_cannot_be_read_is_missing_and_named(value: dict[str, Any], problem: str):
    reading = fhir.read(response(asked("q", value), asked("other", {"valueInteger": 1})))
    assert answers_of(reading) == {"other": 1.0}
    assert reading.responses[0].missing == {"q": "unknown"}
    assert [(n.problem, n.questions) for n in reading.notes] == [
        (f"{problem}, and not read", ["q"])
    ]


def test_items_in_all_depths_are_read():
    inner = asked(
        "inner", {"valueInteger": 1, "item": [asked("under", {"valueInteger": 2})]}
    )
    group = {"linkId": "group", "item": [inner, {"linkId": "text alone"}]}
    assert answers_of(fhir.read(response(group))) == {"inner": 1.0, "under": 2.0}


def test_several_answers_are_several():
    codes = [{"valueCoding": {"code": code}} for code in ("bar", "home")]
    reading = fhir.read(response(asked("where", *codes)))
    assert answers_of(reading) == {"where": ["bar", "home"]}


def test_several_choices_become_columns(tmp_path: Path):
    path = tmp_path / "r.json"
    codes = [{"valueCoding": {"code": code}} for code in ("bar", "home")]
    path.write_text(json.dumps(response(asked("where", *codes))))
    table = relapse.read_check_ins(path, mapping="fhir", frame="dict")
    assert table["where[bar]"][0] == 1.0 and table["where[home]"][0] == 1.0


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("unknown", "unknown"), ("not-asked", "not_asked"),
        ("asked-declined", "declined"),
        ("not-performed", "not_performed"), ("masked", "masked"),
        ("not-applicable", "not_applicable"), ("as-text", "unknown"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["item", "answer", "value", "observation"])
def test_why_an_answer_is_absent(code: str, reason: str, place: str):
    absent = {"extension": [{"url": ABSENT, "valueCode": code}]}
    if place == "observation":
        concept = {"coding": [{"code": code}]}
        reading = fhir.read(observation(PHQ9[0], "o", dataAbsentReason=concept))
        assert reading.responses[0].missing == {"1": reason}
        return
    item = {
        "item": {"linkId": "q"} | absent,
        "answer": asked("q", absent),
        "value": asked("q", {"_valueInteger": absent}),
    }[place]
    reading = fhir.read(response(item))
    assert reading.responses[0].missing == {"q": reason} and not reading.notes


def test_scores_stand_beside_codes_or_in_the_questionnaire():
    ordinal = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue"}
    beside = {"code": "b", "extension": [ordinal | {"valueDecimal": 2}]}
    assert answers_of(fhir.read(response(asked("q", {"valueCoding": beside})))) == {
        "q": 2
    }
    form = {
        "resourceType": "Questionnaire",
        "url": "http://example.org/q",
        "status": "active",
        "item": [
            {
                "linkId": "a",
                "type": "choice",
                "code": [{"system": LOINC, "code": PHQ9[8]}],
                "answerOption": [
                    {"valueCoding": {"code": "often"},
                     "extension": [ordinal | {"valueDecimal": 3}]}
                ],
            }
        ],
    }  # fmt: skip
    given = response(
        asked("a", {"valueCoding": {"code": "often"}}),
        questionnaire="http://example.org/q|1.0",
    )
    assert answers_of(fhir.read([given, form]), "phq9") == {"9": 3.0}
    contained = given | {"contained": [form | {"id": "f"}], "questionnaire": "#f"}
    assert answers_of(fhir.read(contained), "phq9") == {"9": 3.0}


def test_a_score_that_contradicts_its_code_is_none():
    ordinal = {"url": "http://hl7.org/fhir/StructureDefinition/itemWeight"}
    coding = {"system": LOINC, "code": "LA6569-3"}
    coding |= {"extension": [ordinal | {"valueDecimal": 2}]}
    reading = fhir.read(response(asked("/" + PHQ9[7], {"valueCoding": coding})))
    assert reading.responses[0].missing == {"8": "unknown"}
    assert problems(reading) == ["remark: has a code with two scores, and not read"]


@pytest.mark.parametrize("link", ["phq9_9", "PHQ9.9", "/44260-8", "a/b/44260-8"])
def test_linkids_that_name_an_item(link: str):
    reading = fhir.read(response(asked(link, {"valueInteger": 2})))
    assert answers_of(reading, "phq9") == {"9": 2.0}


def test_a_text_is_never_summed():
    words = response(asked("/44253-3", {"valueString": "2 or 3"}))
    assert fhir.read(words).responses[0].missing == {"8": "unknown"}
    number = response(asked("/44253-3", {"valueString": "2"}))
    assert answers_of(fhir.read(number), "phq9") == {"8": 2.0}


def test_phq2_and_phq9_share_their_first_items():
    two = [asked(f"/{code}", {"valueInteger": 1}) for code in PHQ9[:2]]
    assert [r.instrument for r in fhir.read(response(*two)).responses] == ["phq2"]
    three = [asked(f"/{code}", {"valueInteger": 1}) for code in PHQ9[:3]]
    assert [r.instrument for r in fhir.read(response(*three)).responses] == ["phq9"]


# A mapping of one's own -----------------------------------------------------------------

OWN = {
    "schema": "relapse/fhir_mapping/1",
    "id": "clinic",
    "answer_lists": [{"id": "often", "codes": {"never": 0, "daily": 4}}],
    "questions": [
        {"link": "Q7", "item": "craving", "answers": "often"},
        {
            "system": "http://snomed.info/sct",
            "code": "1",
            "instrument": "phq9",
            "item": "9",
        },
        {"link": "sleep-minutes", "item": "sleep_hours", "unit": "h"},
    ],
}


def test_a_mapping_says_which_question_is_which_item(write: Write):
    given = response(
        asked("Q7", {"valueCoding": {"code": "daily"}}),
        asked("sleep-minutes", {"valueQuantity": {"value": 450, "code": "min"}}),
    )
    assert answers_of(fhir.read(given, mappings=[OWN])) == {
        "craving": 4.0,
        "sleep_hours": 7.5,
    }
    path = write(json.dumps(given), "r.json")
    table = relapse.read_check_ins(path, mapping=OWN, frame="dict")
    assert table["craving"][0] == 4.0
    of_code = observation("1", "o", valueInteger=1)
    of_code["code"]["coding"][0]["system"] = "http://snomed.info/sct"
    assert answers_of(fhir.read(of_code, mappings=[OWN]), "phq9") == {"9": 1.0}


def test_a_code_of_a_list_that_is_not_there_is_named():
    given = response(asked("Q7", {"valueCoding": {"code": "weekly"}}))
    reading = fhir.read(given, mappings=[OWN])
    assert reading.responses[0].missing == {"craving": "unknown"}
    assert reading.notes[0].questions == ["craving"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"questions": [{"link": "a"}]}, "/questions/0"),
        ({"questions": [{"link": "a", "instrument": "none", "item": "1"}]}, "instrument"),
        ({"questions": [{"link": "a", "instrument": "phq9", "item": "10"}]}, "item"),
        ({"questions": [{"link": "a", "item": "b", "answers": "x"}]}, "answers"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_a_mapping_is_checked(change: dict[str, Any], pointer: str):
    with pytest.raises(relapse.ParseError) as caught:
        fhir.read(response(), mappings=[OWN | change])
    assert pointer in caught.value.pointer


# Rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"authored": None}, "has no time"),
        ({"authored": "2026"}, "has a year or a month in place of a time"),
        ({"authored": "2026-03"}, "has a year or a month in place of a time"),
        ({"authored": "2026-03-01"}, "has a date without a time of day"),
        ({"authored": "2026-03-01T08:00:00"}, "has a time that is a time without zone"),
        ({"subject": None}, "does not say who it is about"),
        ({"status": "done"}, "has no status that such a resource may have"),
        ({"modifierExtension": [{"url": "x"}]}, "has modifierExtension"),
        ({"questionnaire": {"reference": "x"}}, "is of an older FHIR"),
        ({"item": {"linkId": "q"}}, "has items that are no list"),
    ],
)
def test_what_cannot_be_read_is_refused(changed: dict[str, Any], problem: str):
    reading = fhir.read(response(asked("q", {"valueInteger": 1}), **changed))
    assert not reading.responses
    (note,) = reading.notes
    assert note.kind == "refused" and note.problem.startswith(problem)


def test_a_refused_response_stops_the_reading_of_a_table(tmp_path: Path):
    path = tmp_path / "r.json"
    late = response(asked("craving", {"valueInteger": 1}), authored=None, id="r2")
    path.write_text(json.dumps([response(asked("craving", {"valueInteger": 1})), late]))
    with pytest.raises(relapse.InvalidInput, match=r"r2.*has no time: craving"):
        relapse.read_check_ins(path, mapping="fhir")
    table, report = collected(path, mapping="fhir")
    assert len(table["person"]) == 1
    assert [one.questions for one in report.left_out] == [("craving",)]


@pytest.mark.parametrize("time", [None, "2026-03-01", "2026-03", "2026-03-01T08:00", 5])
def test_a_response_without_a_time_that_can_be_read_raises_its_flag(
    time: Any, tmp_path: Path
):
    path = tmp_path / "r.json"
    good = response(asked("craving", {"valueInteger": 1}))
    late = response(asked("self_harm", {"valueInteger": 2}), authored=time, id="r2")
    calm = response(asked("self_harm", {"valueInteger": 0}), authored=time, id="r3")
    seen = observation("44260-8", "o1", valueInteger=1, effectiveDateTime=time)
    line = "\n".join(map(json.dumps, (good, late, calm, seen)))
    for text in (json.dumps([good, late, calm, seen]), line):
        path.write_text(text)
        table, report = collected(
            path,
            mapping="fhir",
            items={"craving": "craving", "self_harm": "self_harm", "phq9_9": "self_harm"},
        )
        assert sorted(map(str, table["self_harm"])) == ["1.0", "2.0", "nan"]
        assert sum(map(np.isnan, table["time"])) == 2
        assert len(report.left_out) == 5  # three are refused, of which two stay
        scores, _ = relapse.score(table, "standard", on_error="collect")
        assert any("self_harm" in each for each in scores["flags"])
    path.write_text(json.dumps([good, calm]))
    table = relapse.read_check_ins(path, mapping="fhir", on_error="collect", report=True)
    assert len(table[0]) == 1 and len(table[1].left_out) == 1


UNREADABLE = {
    "two values": asked("self_harm", {"valueInteger": 0, "valueBoolean": True}),
    "beside a reason": asked(
        "self_harm",
        {"valueInteger": 1, "_valueInteger": {
            "extension": [{"url": ABSENT, "valueCode": "unknown"}]}},
    ),
    "attachment": asked("self_harm", {"valueAttachment": {"title": "x"}}),
    "outside of answer": {"linkId": "self_harm", "valueInteger": 1},
    "out of scale": asked("phq9_9", {"valueInteger": 4}),
    "words": asked("phq9_9", {"valueString": "Nearly every day"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_answer_about_safety_that_cannot_be_read_raises_its_flag(
    kind: str, write: Write
):
    given = response(asked("craving", {"valueInteger": 2}), UNREADABLE[kind])
    (check_in,), _ = fhir.check_ins(fhir.read(given))
    with pytest.raises(relapse.CheckInError) as caught:
        relapse.Monitor().update(check_in["time"], check_in["answers"])
    assert caught.value.flags == ["self_harm"]
    path = write(json.dumps(given), "r.json")
    with pytest.raises(relapse.InvalidInput, match="it raises its flag") as refused:
        relapse.read_check_ins(path, mapping="fhir")
    assert "Nearly" not in str(refused.value)
    items = {"craving": "craving", UNREADABLE[kind]["linkId"]: "self_harm"}
    table, report = collected(path, mapping="fhir", items=items)
    assert [one.why for one in report.left_out if "raises its flag" in one.why]
    scores, _ = relapse.score(table, "standard", on_error="collect")
    assert list(scores["flags"]) == ["self_harm"]


@pytest.mark.parametrize(
    "subject", [None, {"display": "J"}, {"reference": "#p"}, "Patient/P1"]
)
def test_an_alarm_of_nobody_stays_in_a_row_of_nobody(subject: Any, tmp_path: Path):
    path = tmp_path / "r.json"
    values = ("craving", 2), ("self_harm", 1)
    flagged = [asked(link, {"valueInteger": value}) for link, value in values]
    lost = response(*flagged, subject=subject, contained=[
        {"resourceType": "Patient", "id": "p"}])  # fmt: skip
    for time in (MORNING, None):
        timed = {key: lost[key] for key in lost if time or key != "authored"}
        good = response(asked("craving", {"valueInteger": 1}), id="r2")
        path.write_text(json.dumps([timed, good]))
        with pytest.raises(relapse.InvalidInput, match="does not say who it is about"):
            relapse.read_check_ins(path, mapping="fhir")
        table, report = relapse.read_check_ins(
            path, mapping="fhir", on_error="collect", report=True, frame="pandas"
        )
        (row,) = table[table["person"].isna()].to_dict("records")
        assert row["self_harm"] == 1.0 and np.isnan(row["craving"])
        assert any("stay, to raise" in one.why for one in report.left_out)
        scores, _ = relapse.score(table, "standard", on_error="collect")
        assert sum("self_harm" in each for each in scores["flags"]) == 1


def test_systems_of_identifiers_tell_persons_apart(write: Write):
    def given(clinic: str, **changed: Any) -> dict[str, Any]:
        subject = {"identifier": {"system": f"http://{clinic}/mrn", "value": "7"}}
        return response(**{"subject": subject, "id": clinic} | changed)

    first = given("a", item=[asked("self_harm", {"valueInteger": 1})])
    second = given("b", item=[asked("craving", {"valueInteger": 1})], status="amended")
    path = write(json.dumps([first, second]), "r.json")
    table = relapse.read_check_ins(path, mapping="fhir", frame="dict")
    assert list(table["person"]) == ["http://a/mrn|7", "http://b/mrn|7"]
    assert table["self_harm"][0] == 1.0
    path.write_text(json.dumps(first))
    table = relapse.read_check_ins(path, mapping="fhir", frame="dict")
    assert list(table["person"]) == ["7"]


@pytest.mark.parametrize(
    "link", ["safety.self_harm", "/safety/self_harm", "self_harm[1]"]
)
def test_a_safety_item_under_another_name_raises_its_flag(
    link: str, tmp_path: Path, capsys: Any
):
    path, table = tmp_path / "r.json", tmp_path / "t.csv"
    given = asked("craving", {"valueInteger": 2}), asked(link, {"valueInteger": 1})
    path.write_text(json.dumps(response(*given)))
    told = ["fhir", "in", str(path), "--model", "standard", "-o", str(table)]
    assert main(told) == 1  # what was refused is said, the rest is written
    assert "another name of the safety item 'self_harm'" in capsys.readouterr().err
    assert main(["score", str(table)]) == 0
    assert "self_harm" in capsys.readouterr().out
    read = relapse.read_check_ins(path, mapping="fhir", frame="dict")
    with pytest.raises(relapse.InvalidInput, match="another name of the safety item"):
        relapse.score(read, "standard")


@pytest.mark.parametrize("lack", [{"authored": None}, {"subject": {"display": "J"}}])
def test_the_command_keeps_alarms_without_a_time_or_a_person(
    lack: dict[str, Any], tmp_path: Path, capsys: Any
):
    path, table = tmp_path / "r.json", tmp_path / "t.csv"
    lost = response(asked("phq9_9", {"valueInteger": 2}), id="r2", **lack)
    good = response(asked("craving", {"valueInteger": 1}))
    for resources in ([good, lost], [lost]):
        path.write_text(json.dumps(resources))
        told = ["fhir", "in", str(path), "--model", "standard", "-o", str(table)]
        assert main(told) == 1
        assert "its safety answers stay" in capsys.readouterr().err
        main(["score", str(table), "--on-error", "collect"])
        assert "self_harm" in capsys.readouterr().out


def test_observations_that_a_report_contains_are_read():
    seen = observation("44260-8", "o", valueInteger=2)
    report = {"resourceType": "DiagnosticReport", "id": "d", "status": "final"}
    report |= {"contained": [seen], "result": [{"reference": "#o"}]}
    reading = fhir.read(report)
    assert answers_of(reading, "phq9") == {"9": 2.0}
    assert problems(reading) == ["left_out: is of a kind that holds no answers"]


def test_dates_without_a_clock_are_read_when_asked():
    given = response(asked("q", {"valueInteger": 1}), authored="2026-03-01")
    (one,) = fhir.read(given, dates="noon_utc").responses
    assert one.time == 20_513.5


def test_a_question_answered_twice_is_refused_and_its_flag_stays():
    twice = [asked("/44260-8", {"valueInteger": n}) for n in (0, 2)]
    reading = fhir.read(response(*twice, asked("/44250-9", {"valueInteger": 1})))
    (one,) = reading.responses
    assert one.alarms_only and one.answers == {"9": 2.0}
    (note,) = reading.notes
    assert note.kind == "refused" and "answered twice" in note.problem
    assert sorted(note.questions) == ["phq9_1", "phq9_9"]


def test_a_text_beside_a_number_hides_no_alarm():
    """As a property test found: a text is not above a number."""
    given = response(
        asked("self_harm", {"valueInteger": 0}),
        asked("self_harm", {"valueInteger": 3}, {"valueString": "2"}),
    )
    (one,) = fhir.read(given).responses
    assert one.alarms_only and one.answers == {"self_harm": 3.0}


def test_a_check_in_of_gaps_alone_has_answers_that_are_empty():
    gap = {"dataAbsentReason": {"coding": [{"code": "asked-declined"}]}}
    declined = observation("44260-8", "1", **gap)
    declined.pop("valueInteger", None)
    check_ins, _ = fhir.check_ins(fhir.read(declined))
    (one,) = check_ins
    assert one["answers"] == {} and one["missing"]["self_harm"] == "declined"
    relapse.Monitor("standard").update(one["time"], one["answers"], one["missing"])


def test_resources_about_others_are_left_out_when_one_is_asked_for():
    reading = fhir.read(
        [
            response(asked("q", {"valueInteger": 1})),
            response(
                asked("q", {"valueInteger": 2}),
                id="r2",
                subject={"reference": "Patient/P2"},
            ),
        ],
        patient="P1",
    )
    assert answers_of(reading) == {"q": 1.0}
    assert problems(reading) == ["left_out: is about another person"]


@pytest.mark.parametrize(
    ("subject", "person"),
    [
        ({"reference": "Patient/7"}, "7"),
        ({"reference": "http://a.org/fhir/Patient/7"}, "7"),
        ({"reference": "Patient/7/_history/2"}, "7"),
        ({"identifier": {"system": "x", "value": "M 12"}}, "M 12"),
        ({"reference": "Patient?identifier=http://x|M12"}, "M12"),
        ({"reference": "urn:uuid:0b5c"}, "0b5c"),
    ],
)
def test_who_a_response_is_about(subject: dict[str, Any], person: str):
    (one,) = fhir.read(
        response(asked("q", {"valueInteger": 1}), subject=subject)
    ).responses
    assert one.person == person


def test_patients_of_two_servers_are_two():
    two = [
        response(
            asked("q", {"valueInteger": k}),
            id=f"r{k}",
            subject={"reference": f"http://{k}.org/fhir/Patient/7"},
        )
        for k in range(2)
    ]
    assert len({each.person for each in fhir.read(two).responses}) == 2


@pytest.mark.parametrize("status", ["active", "stopped", "on-hold"])
def test_a_medication_is_current_as_its_record_says(status: str):
    reading = fhir.read(
        {
            "resourceType": "MedicationStatement",
            "status": status,
            "subject": {"reference": "Patient/P1"},
            "medicationCodeableConcept": {
                "coding": [{"system": "http://www.whocc.no/atc", "code": "N07BC02"}]
            },
        }
    )
    (one,) = reading.medication
    assert one.name == "Methadone" and one.medication_class == "opioid_agonist"
    assert one.current == (status == "active")


def test_a_medication_of_r5_is_read():
    reading = fhir.read(
        {
            "resourceType": "MedicationStatement",
            "status": "recorded",
            "subject": {"reference": "Patient/P1"},
            "medication": {"concept": {"text": "Disulfiram 200 mg"}},
        }
    )
    assert reading.medication[0].medication_class == "aversive"
    assert reading.medication[0].current


def test_a_page_that_goes_on_is_said():
    page = {"resourceType": "Bundle", "type": "searchset"}
    page["link"] = [{"relation": "next", "url": "x"}]
    assert problems(fhir.read(page)) == ["remark: has a next page that is not here"]


def test_a_whole_file_that_is_no_fhir_is_refused(write: Write):
    with pytest.raises(relapse.ParseError, match="resourceType"):
        fhir.read({"a": 1})
    path = write('{"resourceType": "Bundle", ', "broken.json")
    with pytest.raises(relapse.InvalidInput, match=r"broken\.json"):
        fhir.read(path)


def nine(answer: dict[str, Any], **more: Any) -> str:
    """Item 9 of the PHQ-9 on one line, by its LOINC code."""
    return json.dumps(response(asked("/44260-8", answer), id="r9", **more))


NEARLY = {"valueCoding": {"system": "http://loinc.org", "code": "LA6571-9"}}


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("answer", [{"valueInteger": 3}, NEARLY])
def test_a_broken_line_raises_the_flags_that_it_holds(
    answer: dict[str, Any], first: bool, tmp_path: Path, capsys: Any
):
    good = json.dumps(response(asked("craving", {"valueInteger": 1})))
    lines = [nine(answer)[:-1], good]
    path = tmp_path / "export.ndjson"
    path.write_text("\n".join(lines if first else lines[::-1]) + "\n")
    reading = fhir.read(path)
    (alarm,) = (each for each in reading.responses if each.alarms_only)
    assert (alarm.person, alarm.instrument, alarm.answers) == ("P1", "phq9", {"9": 3.0})
    (note,) = reading.notes
    assert note.kind == "refused" and f"line {1 if first else 2}" in note.place
    assert "safety answers stay" in note.problem and "LA6571" not in str(note)
    out = tmp_path / "t.csv"
    for more in ([], ["--model", "standard"]):
        assert main(["fhir", "in", str(path), *more, "-o", str(out)]) == 1
        assert "line" in capsys.readouterr().err
        rows = list(csv.DictReader(out.read_text().splitlines()))
        assert more or [row["phq9_9"] for row in rows if row["phq9_9"]] == ["3"]
    assert main(["score", str(out), "--on-error", "collect"]) == 0
    assert "self_harm" in capsys.readouterr().out
    with pytest.raises(relapse.InvalidInput) as caught:
        relapse.read_check_ins(path, mapping="fhir")
    assert caught.value.flags == ["self_harm"]  # type: ignore[attr-defined]
    table, report = relapse.read_check_ins(
        path, mapping="fhir", on_error="collect", report=True, frame="dict"
    )
    assert len(report.left_out) == 1
    assert [v for v in table["phq9_9"] if v == v] == [3.0]


@pytest.mark.parametrize("cut", range(1, len(nine({"valueInteger": 3}))))
def test_a_line_that_is_cut_off_names_nobody_and_no_answer_that_is_not_there(cut: int):
    whole = nine({"valueInteger": 3}, subject={"reference": "Patient/70"})
    good = json.dumps(response(asked("craving", {"valueInteger": 1})))
    reading = relapse._core.read_fhir([("a", f"{good}\n{whole[:cut]}")], "", [], "refuse")
    alarms = [each for each in reading.responses if each.alarms_only] + reading.untimed
    assert {each.person for each in alarms} <= {"", "70"}
    assert all(each.answers in ({"9": 3.0}, {"9": "unreadable"}) for each in alarms)
    assert bool(alarms) == (len(whole[:cut]) > whole.index("valueInteger") + 13)
    said = "safety answers stay" if alarms else "answers about safety that it may hold"
    assert said in reading.notes[0].problem


def test_a_broken_line_of_a_calm_answer_raises_nothing_but_says_so(tmp_path: Path):
    path = tmp_path / "export.ndjson"
    path.write_text(nine({"valueInteger": 0})[:-1])
    reading = fhir.read(path)
    assert not reading.responses and not reading.untimed
    assert "cannot be read" in reading.notes[0].problem


def test_the_audit_is_read_by_its_codes():
    codes = ["68518-0", "68519-8", "68520-6", *(f"977{n}" for n in (
        "34-8", "35-5", "36-3", "37-1", "38-9", "39-7", "40-5"))]  # fmt: skip
    items = [asked(f"/{code}", {"valueInteger": 2}) for code in codes]
    total = asked("/75624-7", {"valueInteger": 20})
    (one,) = fhir.read(response(*items, total)).responses
    assert one.instrument == "audit" and one.stated == {"total": 20.0}
    assert one.answers == {str(k): 2.0 for k in range(1, 11)}


@pytest.mark.parametrize("name", relapse.instrument_names())
def test_loinc_codes_end_with_their_check_digit(name: str):
    text = relapse.Instrument.named(name).to_json()
    for number, digit in re.findall(r'"loinc": ?"(\d+)-(\d)"', text):
        odd, even = number[::-2], number[-2::-1][::2]
        total = sum(map(int, even + str(2 * int(odd[::-1]))))
        assert (10 - total % 10) % 10 == int(digit), number


def test_a_folder_of_a_bulk_export_is_read_as_one(tmp_path: Path):
    lines = (DATA / "us_core_panel.ndjson").read_text().splitlines(keepends=True)
    (tmp_path / "Observation.1.ndjson").write_text("".join(lines[:6]))
    (tmp_path / "Observation.2.ndjson").write_text("".join(lines[6:]))
    (one,) = fhir.read(tmp_path).responses
    assert len(one.answers) == 9


# Out ------------------------------------------------------------------------------------


def assessed(**answers: float) -> tuple[dict[str, Any], relapse.Assessment]:
    check_in = {
        "schema": "relapse/check_in/1",
        "person": "P139",
        "time": "2026-03-01T08:00:00Z",
        "answers": {"craving": 3.0, "isolating": 2.0} | answers,
    }
    assessment = relapse.Monitor().update(check_in["time"], check_in["answers"])
    return check_in, assessment


def test_a_check_in_reads_back_as_it_was():
    check_in = {
        "schema": "relapse/check_in/1",
        "person": "Müller 7",
        "time": "2026-03-01T08:00:00.123456Z",
        "answers": {"craving": 2.5, "isolating": 1.0, "self_harm": 0.0},
        "missing": {"sleep": "declined", "stress": "not_asked", "coping": "masked"},
        "used_days_ago": 1.5,
        "known_stage": {"any_of": ["lapse", "relapse"], "entered": True},
        "acknowledge": ["self_harm"],
        "seconds": 41.0,
    }
    read, notes = fhir.check_ins(fhir.read(fhir.response(check_in)))
    assert read == [check_in] and not notes


def test_names_of_levels_read_back():
    model = relapse.Model.named("opioid_weekly")
    labelled = next(item for item, codes in model.labels.items() if codes)
    for value in model.labels[labelled], 1.0:
        answer = next(iter(value)) if isinstance(value, dict) else value
        check_in = {
            "schema": "relapse/check_in/1",
            "person": "P1",
            "time": "2026-03-01T08:00:00Z",
            "answers": {labelled: answer},
        }
        read, _ = fhir.check_ins(fhir.read(fhir.response(check_in, model)), model)
        assert read == [check_in]


@pytest.mark.parametrize("name", ["standard", "weekly_bam", "opioid_weekly"])
def test_check_ins_of_a_model_read_back(name: str):
    model = relapse.Model.named(name)
    drawn = relapse.simulate(
        model, persons=3, days=20, answered=0.8, seed=2, frame="dict"
    )
    rows = len(drawn["person"])
    made = []
    for row in range(rows):
        answers = {
            item: float(drawn[item][row])
            for item in sorted(model.items)
            if item in drawn and not math.isnan(drawn[item][row])
        }
        answers.pop("missed_check_in", None)
        if answers:
            made.append(
                {
                    "schema": "relapse/check_in/1",
                    "person": f"P{drawn['person'][row]}",
                    "time": 20_500.0 + round(float(drawn["time"][row]) * 1440) / 1440,
                    "answers": answers,
                }
            )
    resources = [fhir.response(each, model) for each in made]
    reading = fhir.read([*resources, fhir.bundle(resources)])  # twice: each counts once
    read, notes = fhir.check_ins(reading, model)
    assert not notes and len(read) == len(made)
    known = {each["person"]: [] for each in made}
    for each in made:
        known[each["person"]].append(each["answers"])
    for each in read:
        assert each["answers"] == known[each["person"]].pop(0)


def test_a_risk_assessment_has_percentages_over_its_horizons():
    _, assessment = assessed()
    made = fhir.risk_assessment(assessment, "P139", basis="QuestionnaireResponse/1")
    assert made["basis"] == [{"reference": "QuestionnaireResponse/1"}]
    by_outcome: dict[str, list[dict[str, Any]]] = {}
    for each in made["prediction"]:
        by_outcome.setdefault(each["outcome"]["coding"][0]["code"], []).append(each)
    for days, each in zip(assessment.risk, by_outcome["use"], strict=True):
        assert each["probabilityDecimal"] == pytest.approx(100 * assessment.risk[days])
        ends = np.datetime64(each["whenPeriod"]["end"].rstrip("Z"))
        begins = np.datetime64(each["whenPeriod"]["start"].rstrip("Z"))
        assert (ends - begins) / np.timedelta64(1, "D") == days
    assert len(by_outcome["return_to_use"]) == len(assessment.risk)


def test_somebody_in_use_is_told_of_ways_out():
    _, assessment = assessed(used=1.0)
    assert assessment.in_use
    made = fhir.risk_assessment(assessment, "P139")
    codes = {each["outcome"]["coding"][0]["code"] for each in made["prediction"]}
    assert codes == {"leaves_use", "relapse"}  # and not how likely use is


def test_a_flag_for_each_flag_and_floor():
    _, assessment = assessed(self_harm=1.0, used=1.0)
    made = fhir.flags(assessment, "P139")
    codes = [each["code"]["coding"][0] for each in made]
    assert ("urn:relapse:flag", "self_harm") in [(c["system"], c["code"]) for c in codes]
    floors = [c["code"] for c in codes if c["system"] == "urn:relapse:floor"]
    assert floors == [each.id for each in assessment.floors] != []


def test_a_care_plan_holds_what_consent_covers():
    plan = relapse.Plan.load(ROOT / "examples/data/plan.json")
    care_plan, *goals = fhir.care_plan(plan, "Mira")
    words = json.dumps([care_plan, *goals])
    assert "Cycle to the lake and back" in words  # a strategy, which Mira sees
    assert "my sister" in words  # a crisis step
    for hidden in ("Naltrexone", "Breakfast", "my daughter", "Okafor", "Thursday group"):
        assert hidden not in words
    with pytest.raises(relapse.InvalidInput, match="no consent"):
        fhir.care_plan(plan, "Dr. Okafor")


def test_ids_are_those_of_the_thing():
    check_in, assessment = assessed()
    assert fhir.response(check_in)["id"] == fhir.response(check_in)["id"]
    other = fhir.response(check_in | {"person": "P140"})
    assert fhir.response(check_in)["id"] != other["id"]
    made = [fhir.response(check_in), fhir.risk_assessment(assessment, "P139")]
    bundle = fhir.bundle(made)
    urls = [each["request"]["url"] for each in bundle["entry"]]
    assert urls == [f"{each['resourceType']}/{each['id']}" for each in made]
    source = fhir.provenance(made[1:], recorded=assessment.time, basis=urls[0])
    assert source["target"] == [{"reference": urls[1]}]


@pytest.mark.parametrize("change", [{"person": ""}, {"time": 3.0}])
def test_what_has_no_person_or_calendar_is_not_written(change: dict[str, Any]):
    check_in, _ = assessed()
    with pytest.raises(relapse.InvalidInput):
        fhir.response(check_in | change)


# CDS Hooks ------------------------------------------------------------------------------


def test_cards_name_flags_first():
    _, assessment = assessed(self_harm=1.0)
    cards = fhir.cds_cards(assessment, "P139")["cards"]
    assert [card["indicator"] for card in cards] == ["critical", "critical"]
    assert cards[0]["summary"].startswith("Look at this first")
    assert all(len(card["summary"]) < 140 for card in cards)
    assert cards == fhir.cds_cards(assessment, "P139")["cards"]
    action = cards[1]["suggestions"][0]["actions"][0]
    assert action["type"] == "create"
    assert action["resource"] == fhir.risk_assessment(assessment, "P139")


def test_a_calm_card_is_for_information():
    monitor = relapse.Monitor(days_since_use=500, days_in_recovery=500)
    assessment = monitor.update(
        "2026-03-01T08:00:00Z", {"craving": 0, "confidence": 10, "isolating": 0}
    )
    (card,) = fhir.cds_cards(assessment, "P139")["cards"]
    assert card["indicator"] == "info" and assessment.level in card["summary"]


def test_cards_say_what_could_help():
    monitor = relapse.Monitor()
    assessment = monitor.update("2026-03-01T08:00:00Z", {"craving": 4})
    (card, *_) = fhir.cds_cards(
        assessment, "P139", suggestions=monitor.suggest(relapse.Plan())
    )["cards"]
    assert "What could help" in card["detail"]


# Command line ---------------------------------------------------------------------------


def test_answers_come_in_by_the_command(tmp_path: Path, capsys: Any):
    table = tmp_path / "table.csv"
    assert main(["fhir", "in", str(DATA / "synthea_bundle.json"), "-o", str(table)]) == 0
    rows = table.read_text().splitlines()
    assert len(rows) == 3 and "phq9_total" in rows[0]
    told = capsys.readouterr().err
    assert "has a code that no mapping knows: 29463-7" in told
    arguments = ["--model", "standard", "--json", "-o", str(table)]
    assert main(["fhir", "in", str(DATA / "synthea_bundle.json"), *arguments]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["check_ins"] == 1 and len(said["medication"]) == 1
    assert main(["score", str(table)]) == 0
    assert "self_harm" in capsys.readouterr().out


@pytest.mark.parametrize("more", [[], ["--model", "standard"]])
def test_the_command_reads_its_source_once(
    more: list[str], tmp_path: Path, monkeypatch: Any
):
    times: list[Any] = []
    read_fhir = relapse._core.read_fhir

    def counting(*given: Any) -> Any:
        times.append(given)
        return read_fhir(*given)

    monkeypatch.setattr(relapse._core, "read_fhir", counting)
    given = [str(DATA / "us_core_phq9.json"), "-o", str(tmp_path / "t.csv")]
    assert main(["fhir", "in", *given, *more]) == 0
    assert len(times) == 1


def test_check_ins_go_out_and_come_back_by_the_command(tmp_path: Path, capsys: Any):
    lines = (ROOT / "examples/data/check_ins.csv").read_text().splitlines()
    given, bundle, back = (tmp_path / name for name in ("a.csv", "b.json", "c.csv"))
    given.write_text("\n".join(lines[:40]) + "\n")
    plan = ["--plan", str(ROOT / "examples/data/plan.json"), "--contact", "Mira"]
    assert main(["fhir", "out", str(given), *plan, "-o", str(bundle)]) == 0
    kinds = {
        entry["resource"]["resourceType"]
        for entry in json.loads(bundle.read_text())["entry"]
    }
    assert {"QuestionnaireResponse", "RiskAssessment", "CarePlan", "Provenance"} <= kinds
    assert main(["fhir", "in", str(bundle), "--model", "standard", "-o", str(back)]) == 0
    capsys.readouterr()
    scores = []
    for path in (given, back):
        assert main(["score", str(path)]) == 0
        scores.append(sorted(capsys.readouterr().out.splitlines()[1:]))
    assert [row.split(",")[2:] for row in scores[0]] == [
        row.split(",")[2:] for row in scores[1]
    ]


def test_a_plan_needs_a_contact(write: Write, capsys: Any):
    path = write("person,time,craving\nP1,2026-03-01T08:00:00Z,1\n", "a.csv")
    plan = str(ROOT / "examples/data/plan.json")
    assert main(["fhir", "out", str(path), "--plan", plan]) == 1
    assert "--contact" in capsys.readouterr().err
