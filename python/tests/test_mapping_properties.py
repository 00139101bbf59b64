"""No answer of an export is lost without being named, whatever lays it out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from export_cases import FIRST
from hypothesis import given, settings
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


LAYOUTS: dict[str, tuple[Callable[[Records], str], str]] = {
    "mindlamp": (mindlamp, "json"),
    "open_mhealth": (open_mhealth, "json"),
    "radar_base": (radar_base, "csv"),
}


@pytest.mark.parametrize("mapping", LAYOUTS)
@given(records=st.lists(RECORD, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_every_answer_is_in_the_table_or_named(
    mapping: str, tmp_path_factory: pytest.TempPathFactory, records: Records
) -> None:
    write, ending = LAYOUTS[mapping]
    path = tmp_path_factory.mktemp("export") / f"made.{ending}"
    path.write_text(write(records), encoding="utf-8")
    try:
        table, report = relapse.read_check_ins(
            path,
            mapping=mapping,
            person="a" if mapping == "mindlamp" else None,
            frame="dict",
            on_error="collect",
            report=True,
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
            person="a" if mapping == "mindlamp" else None,
            frame="dict",
        )
        assert list(table["time"]) == [FIRST, FIRST + 1]
        assert table["craving"][0] == 3 and list(table["where"]) == [None, "x"]
