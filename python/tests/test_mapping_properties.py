"""No answer of an export is lost without being named, whatever lays it out."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from export_cases import FIRST
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import relapse

QUESTIONS = ["craving", "sleep", "where", "self_harm", ""]
#: Answers as exports have them, gaps among them.
ANSWERS = st.sampled_from([0, 1, 3, 2.5, "often", "x y", "", None, "NA"])
#: A record: whether its time can be read, and its answers, some twice or without a name.
RECORD = st.tuples(
    st.sampled_from([True, True, True, False]),
    st.lists(st.tuples(st.sampled_from(QUESTIONS), ANSWERS), max_size=5),
)
Records = list[tuple[bool, list[tuple[str, Any]]]]

GAPS = ("", None, "NA")


def seconds(k: int) -> float:
    return (FIRST + k) * 86400


def mindlamp(records: Records) -> str:
    return json.dumps(
        [
            {
                "timestamp": seconds(k) * 1000 if good else "soon",
                "temporal_slices": [
                    ({"item": name} if name else {}) | {"value": answer}
                    for name, answer in answers
                ],
            }
            for k, (good, answers) in enumerate(records)
        ]
    )


def open_mhealth(records: Records) -> str:
    return json.dumps(
        [
            {
                "header": {"user_id": "a"},
                "body": {
                    "effective_time_frame": {
                        "date_time": relapse_time(k) if good else "soon"
                    },
                    "items": [
                        {
                            "question": {"id": name} if name else {},
                            "answer": {"value": answer},
                        }
                        for name, answer in answers
                    ],
                },
            }
            for k, (good, answers) in enumerate(records)
        ]
    )


def relapse_time(k: int) -> str:
    return f"2026-03-{1 + k:02}T06:00:00Z"


def as_cell(answer: Any) -> str:
    return "" if answer is None else str(answer)


def radar_base(records: Records) -> str:
    file = io.StringIO()
    rows = csv.writer(file)
    head = ["key.userId", "value.time", "value.timeCompleted"]
    most = max((len(answers) for _, answers in records), default=0)
    for n in range(max(1, most)):
        head += [f"value.answers.{n}.questionId", f"value.answers.{n}.value"]
    rows.writerow(head)
    for k, (good, answers) in enumerate(records):
        time = seconds(k) if good else "soon"
        row = ["a", time, time]
        for name, answer in answers:
            row += [name, as_cell(answer)]
        rows.writerow(row + [""] * (len(head) - len(row)))
    return file.getvalue()


def researchkit(records: Records) -> str:
    return json.dumps(
        [
            {
                "participant": "a",
                "endDate": relapse_time(k) if good else "soon",
                "results": [
                    ({"identifier": name} if name else {}) | {"scaleAnswer": answer}
                    for name, answer in answers
                ],
            }
            for k, (good, answers) in enumerate(records)
        ]
    )


def table_of(head: str, row: str) -> Callable[[Records], str]:
    """Return a writer of a column a question; TIME, DAY and CLOCK stand for the time."""
    sign = ";" if ";" in head else ","
    names = [name for name in QUESTIONS if name]

    def write(records: Records) -> str:
        lines = [head + sign + sign.join(names)]
        for k, (good, answers) in enumerate(records):
            day, clock = relapse_time(k)[:10], "06:00:00"
            time = f"{seconds(k):.0f}" if "SECONDS" in row else f"{day} {clock}"
            told = {"TIME": time, "SECONDS": time, "DAY": day, "CLOCK": clock}
            first = row
            for word, value in told.items():
                first = first.replace(word, value if good else "soon")
            cells = [as_cell(dict(answers).get(name)) for name in names]
            lines.append(sign.join([first, *cells]))
        return "\n".join(lines) + "\n"

    return write


LAYOUTS: dict[str, tuple[Callable[[Records], str], str]] = {
    "mindlamp": (mindlamp, "json"),
    "open_mhealth": (open_mhealth, "json"),
    "researchkit": (researchkit, "json"),
    "radar_base": (radar_base, "csv"),
    "generic": (table_of("person,time", "a,TIME"), "csv"),
    "kobo": (table_of("start;participant;_submission_time", "TIME;a;"), "csv"),
    "odk": (table_of("SubmissionDate,start,participant,ReviewState", ",TIME,a,"), "csv"),
    "limesurvey": (
        table_of("submitdate,token,startdate,datestamp", ",a,TIME,"), "csv",
    ),
    "m_path": (
        table_of("connectionId;timeZoneOffset;startTimeStamp;stopTimeStamp",
                 "a;0;SECONDS;SECONDS"), "csv",
    ),
    "movisensxs": (
        table_of("Participant;Form_start_date;Form_start_time;Trigger_date;Trigger_time;"
                 "Form_finish_date", "a;DAY;CLOCK;DAY;CLOCK;DAY"), "csv",
    ),
    "redcap": (
        table_of("record_id,redcap_repeat_instrument,check_in_timestamp,"
                 "check_in_complete", "a,check_in,TIME,2"), "csv",
    ),
    "qualtrics": (
        table_of("StartDate,Status,Progress,ExternalReference", "TIME,0,100,a"), "csv",
    ),
}  # fmt: skip
#: One answer a column: of a question that is answered twice the last is written.
WIDE = {name for name, (write, _) in LAYOUTS.items() if write.__name__ == "write"}
NO_ZONE = {"generic", "kobo", "odk", "limesurvey", "movisensxs", "redcap", "qualtrics"}


def settings_of(mapping: str) -> dict[str, Any]:
    found: dict[str, Any] = {"person": "a"} if mapping == "mindlamp" else {}
    return found | ({"zone": "UTC"} if mapping in NO_ZONE else {})


def test_all_mappings_are_under_the_property() -> None:
    """Beiwe has a file a record, and FHIR a property in test_fhir_properties."""
    assert {*LAYOUTS, "beiwe", "fhir"} == set(relapse.mapping_names())


@pytest.mark.parametrize("mapping", LAYOUTS)
@given(records=st.lists(RECORD, min_size=1, max_size=5))
@settings(
    max_examples=int(os.environ.get("RELAPSE_FUZZ", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_every_answer_is_in_the_table_or_named(
    mapping: str, tmp_path_factory: pytest.TempPathFactory, records: Records
) -> None:
    write, ending = LAYOUTS[mapping]
    if mapping in WIDE:
        records = [
            (good, [(n, a) for n, a in dict(answers).items() if n])
            for good, answers in records
        ]
    path = tmp_path_factory.mktemp("export") / f"made.{ending}"
    path.write_text(write(records), encoding="utf-8")
    try:
        table, report = relapse.read_check_ins(
            path,
            mapping=mapping,
            frame="dict",
            on_error="collect",
            report=True,
            **settings_of(mapping),
        )
    except relapse.InvalidInput as error:
        # All of it is refused by name, and nothing is kept.
        assert str(path) in str(error) or "none can be read" in str(error)
        return
    out: dict[int, set[str]] = {}
    for one in report.left_out:
        number = int(one.place.split()[-1])
        out[number - (2 if ending == "csv" else 1)] = set(one.questions)
    row_of = {
        round(time - FIRST): k for k, time in enumerate(table["time"]) if time == time
    }
    for k, (good, answers) in enumerate(records):
        told = {name: answer for name, answer in answers if answer not in GAPS}
        if k in out:
            assert set(told) - {""} <= out[k]
            continue
        assert good and "" not in told
        for name, answer in told.items():
            kept = table[name][row_of[k]]
            assert kept == answer or str(kept) == str(answer), name
    # Whatever became of a record: a number above 0 about safety stays in the table.
    alarms = [
        answer
        for _, answers in records
        for name, answer in answers
        if name == "self_harm" and isinstance(answer, (int, float)) and answer > 0
    ]
    kept = [
        float(a)
        for a in table.get("self_harm", [])
        if a not in (None, "often", "x y") and a == a
    ]
    assert not alarms or max(kept, default=0.0) == max(alarms)


def test_the_files_of_the_property_are_those_of_the_layouts(tmp_path: Path) -> None:
    records: Records = [
        (True, [("craving", 3), ("sleep", None)]),
        (True, [("where", "x")]),
    ]
    for mapping, (write, ending) in LAYOUTS.items():
        path = tmp_path / f"{mapping}.{ending}"
        path.write_text(write(records), encoding="utf-8")
        table = relapse.read_check_ins(
            path,
            mapping=mapping,
            frame="dict",
            **settings_of(mapping),
        )
        assert list(table["time"]) == [FIRST, FIRST + 1]
        assert table["craving"][0] == 3 and list(table["where"]) == [None, "x"]
