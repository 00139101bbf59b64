"""Files of FHIR in the shape of real ones, ours, read to what a hand worked out.

A response is (person, days after 2026-03-01 06:00 UTC, instrument, answers, reasons of
what is missing, totals that the record states), a medication (person, name, class,
current).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import relapse
from relapse import fhir

DATA = Path(__file__).parent / "data" / "fhir"
FIRST = 20_513.25
SLEEP = {
    "schema": "relapse/fhir_mapping/1",
    "id": "sleep",
    "questions": [
        {"system": "http://loinc.org", "code": "93832-4", "item": "slept", "unit": "h"}
    ],
}


def numbered(*scores: float) -> dict[str, float]:
    return {str(k): float(score) for k, score in enumerate(scores, 1)}


Response = tuple[str, float, str, dict[str, Any], dict[str, str], dict[str, float]]

RESPONSES: dict[str, list[Response]] = {
    "r4_nested_response.json": [
        (
            "7",
            0,
            "",
            {
                "craving": 3,
                "craving-minutes": 12.5,  # under an answer
                "craving-where": ["bar", "home"],
                "used": 0,
                "last-drink": "2026-02-20",
                "quality": 7,
                "woke": "06:45:00",
            },
            # What is asked and what is said cannot be told apart without the form.
            {"drinks": "declined", "thanks": "unknown"},
            {},
        )
    ],
    "r4_phq9_declined.json": [
        ("7", 1, "phq9", numbered(2, 1, 1, 2, 0, 1, 0, 1), {"9": "declined"}, {})
    ],
    "r4b_stopped_response.json": [
        ("7", 0.25 / 86400, "phq9", numbered(1, 2), {"3": "unknown"}, {})
    ],
    "r4b_audit_c_components.json": [
        # At the end of its period.
        ("7", 0, "audit_c", numbered(2, 1, 1), {}, {"total": 4})
    ],
    "r4_searchset.json": [
        ("7", 0, "", {"craving": 3, "used": 1}, {}, {}),
        ("7", 1, "", {"craving": 0}, {"used": "unknown"}, {}),
    ],
    "r4_transaction.json": [("11aa", 0, "", {"craving": 2}, {}, {})],
    "r4_collection_of_two.json": [
        ("7", 0, "", {"craving": 1}, {}, {}),
        ("8", 0, "", {"craving": 4, "self_harm": 1}, {}, {}),
    ],
    "r4_document.json": [("7", 0, "phq9", {}, {}, {"total": 11})],
    "r4_history.json": [("7", 0, "", {"craving": 3}, {}, {})],
    "r4_sleep_and_drinks.json": [
        ("7", 0, "", {"slept": 6.5}, {}, {}),
        ("7", 1, "", {}, {"slept": "unknown"}, {}),
    ],
    "r5_gad7_contained.json": [
        ("8", 0, "gad7", numbered(1, 2, 2, 1, 0, 3, 1), {}, {}),
    ],
    "r5_phq2_panel.json": [("9", 0, "phq2", {"1": 2}, {"2": "declined"}, {})],
    "bulk": [
        ("7", 0, "phq9", {"9": 3}, {}, {}),
        ("8", 0, "gad7", {}, {}, {"total": 6}),
        ("8", 0, "phq9", {"9": 0}, {}, {}),
    ],
}

#: What stands in the notes: the part of the problem before its first semicolon.
NOTES = {
    "r4_searchset.json": {
        "has a next page that is not here",
        "is what a server says of its own answer",
    },
    "r4_transaction.json": {
        "takes a resource back",
        "is taken back by another entry",
    },
    "r4_document.json": {"is of a kind that holds no answers"},
    "r4_history.json": {"is there in a later version"},
    "r4_sleep_and_drinks.json": {
        "has a code that no mapping knows",
        "is a bound and no value, and not read",
    },
}


@pytest.mark.parametrize("name", RESPONSES)
def test_files_are_read_to_what_a_hand_worked_out(name: str):
    reading = fhir.read(DATA / name, mappings=[SLEEP])
    got = [
        (
            each.person,
            pytest.approx(each.time - FIRST, abs=1e-9),
            each.instrument,
            dict(each.answers),
            dict(each.missing),
            dict(each.stated),
        )
        for each in reading.responses
    ]
    assert got == RESPONSES[name]
    told = {note.problem.partition(";")[0].removeprefix("1 ") for note in reading.notes}
    assert told == NOTES.get(name, set())


def test_a_text_in_place_of_a_file_is_refused_and_not_repeated():
    with pytest.raises(relapse.InvalidInput, match=r"^source: is no path"):
        fhir.read('{"resourceType": "Bundle"}' * 300)


def test_totals_are_those_of_a_hand():
    """8 over eight of nine items is 9 of nine; 1 + 2 + 2 + 1 + 0 + 3 + 1 = 10."""
    for name, instrument, total, band in (
        ("r4_phq9_declined.json", "phq9", 9.0, "mild"),
        ("r5_gad7_contained.json", "gad7", 10.0, "moderate"),
        ("r4b_audit_c_components.json", "audit_c", 4.0, None),
    ):
        table = relapse.read_check_ins(DATA / name, mapping="fhir", frame="dict")
        scores = relapse.score_instrument(table, instrument)
        assert list(scores["total"]) == [total], name
        assert band is None or list(scores["total_band"]) == [band], name


def test_the_files_are_tables_with_a_row_a_person_and_moment():
    for name in sorted(RESPONSES.keys() - {"r4_sleep_and_drinks.json"}):
        table, report = relapse.read_check_ins(
            DATA / name, mapping="fhir", frame="dict", report=True
        )
        rows = {(person, time) for person, time, *_ in RESPONSES[name]}
        assert len(table["person"]) == len(rows), name
        assert len(report.left_out) + len(report.remarks) >= len(NOTES.get(name, ()))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "r4_medication_collection.json",
            [
                ("7", "Buprenorphine/naloxone 8 mg/2 mg film", "opioid_agonist", True),
                ("7", "Methadone", "opioid_agonist", False),  # contained, stopped
                ("7", "Acamprosate", "anti_craving", True),
            ],
        ),
        (
            "r5_medication_batch.json",
            [
                ("8", "naltrexone", "opioid_antagonist", True),  # by its urn
                ("8", "Disulfiram 200 mg", "aversive", True),
            ],
        ),
    ],
)
def test_medication_is_read_to_what_stands_there(name: str, expected: list[Any]):
    reading = fhir.read(DATA / name)
    got = [
        (each.person, each.name, each.medication_class, each.current)
        for each in reading.medication
    ]
    assert got == expected and not reading.responses
    wrong = {note.problem for note in reading.notes}
    assert wrong == ({"was entered in error"} if "r4" in name else set())


@pytest.mark.parametrize(
    ("patient", "person"),
    [
        ({"id": "7", "identifier": [{"value": "M12"}]}, "7"),
        ({"identifier": [{"system": "http://a.org", "value": "M12"}]}, "M12"),
        ({}, "0b5c"),
    ],
)
def test_somebody_new_in_a_transaction_is_named_by_what_lasts(
    patient: dict[str, Any], person: str
):
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": {"reference": "urn:uuid:0b5c"},
        "authored": "2026-03-01T06:00:00Z",
        "item": [{"linkId": "craving", "answer": [{"valueInteger": 1}]}],
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": "urn:uuid:0b5c",
                "resource": {"resourceType": "Patient"} | patient,
            },
            {"resource": response},
        ],
    }
    assert [each.person for each in fhir.read(bundle).responses] == [person]


def test_a_record_in_a_folder_is_named_with_its_path_once(tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    folder.mkdir()
    response = {
        "resourceType": "QuestionnaireResponse",
        "id": "a",
        "status": "completed",
        "subject": {"reference": "Patient/1"},
        "authored": "2026-03-01",
        "item": [{"linkId": "craving", "answer": [{"valueInteger": 2}]}],
    }
    (folder / "a.json").write_text(json.dumps(response), encoding="utf-8")
    with pytest.raises(relapse.InvalidInput) as caught:
        relapse.read_check_ins(folder, mapping="fhir")
    assert str(caught.value).count(str(folder)) == 1
    read = relapse.read_check_ins(folder, mapping="fhir", dates="noon_utc", frame="dict")
    assert read["time"].tolist() == [20_513.5]
