"""What is no time, no length of time or no name of an item is refused at each door."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Write

import relapse
from relapse import fhir
from relapse._cli.main import main

SECONDS = 1_772_344_800
TOO_LONG = "is more than 36525 days, and looks like seconds, but must be 0 to 36525 days"
IN_THE_HOUR_LEFT_OUT = "2026-03-29T02:30:00+02:00[Europe/Berlin]"


def refused(call: Any) -> relapse.InvalidInput:
    with pytest.raises(relapse.InvalidInput) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("what", ["days_since_use", "days_in_recovery", "used_days_ago"])
def test_a_length_of_time_is_one_that_a_life_has(what: str) -> None:
    row = {"person": ["a"], "time": [1.0], "craving": [3], what: [SECONDS]}
    assert TOO_LONG in str(refused(lambda: relapse.score(row, "standard")))
    told: dict[str, Any] = {what: SECONDS}
    if what == "used_days_ago":
        error = refused(lambda: relapse.Monitor().update(1.0, {"self_harm": 1}, **told))
        assert isinstance(error, relapse.CheckInError)
        assert error.flags == ["self_harm"]
    else:
        error = refused(lambda: relapse.Monitor(**told))
        refused(lambda: relapse.CaseFile("standard", person="P", **told))
        refused(lambda: relapse.simulate("standard", persons=1, days=2, **told))
    assert TOO_LONG in str(error)


def test_the_command_line_says_so(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write("person,time,craving\na,1,3\n", "t.csv")
    assert main(["score", str(table), "--days-since-use", str(SECONDS)]) != 0
    assert "looks like seconds" in capsys.readouterr().err


def test_check_ins_are_expected_within_a_year() -> None:
    monitor = relapse.Monitor()
    monitor.expect_every(366.0)
    assert "is more than 366 days" in str(refused(lambda: monitor.expect_every(367.0)))


@pytest.mark.parametrize(
    "time", ["2026-03-01T08:00:00+05:00[Europe/Berlin]", IN_THE_HOUR_LEFT_OUT]
)
def test_an_offset_is_that_of_the_zone_beside_it(time: str) -> None:
    problem = "is a time whose offset is not that of the zone in brackets"
    error = refused(lambda: relapse.Monitor().update(time, {"self_harm": 1}))
    assert problem in str(error)
    assert isinstance(error, relapse.CheckInError)
    assert error.flags == ["self_harm"]
    table = {"person": ["a"], "time": [time], "craving": [3]}
    assert problem in str(refused(lambda: relapse.score(table, "standard")))
    case = relapse.CaseFile("standard", person="P")
    event = {"id": "1", "at": time, "kind": "check_in", "answers": {"self_harm": 1}}
    case.add(json.dumps(event))
    assert problem in json.dumps(case.problems())
    answer = {"linkId": "craving", "answer": [{"valueInteger": 1}]}
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": {"reference": "Patient/7"},
        "authored": time,
        "item": [answer],
    }
    assert problem in str(fhir.read(response).notes[0])


def test_an_offset_that_the_zone_has_is_read() -> None:
    for time in (
        "2026-03-01T08:00:00+01:00[Europe/Berlin]",
        "2026-07-01T08:00:00+02:00[Europe/Berlin]",
        "2026-03-01T08:00:00+05:00[Nowhere/Known]",
    ):
        relapse.Monitor().update(time, {"craving": 3})


@pytest.mark.parametrize("name", ["phq9_9", "PHQ-9 item 9", "phq9_09", "PHQ_9_9"])
def test_an_item_of_an_instrument_raises_its_flag_where_it_is_refused(name: str) -> None:
    error = refused(lambda: relapse.Monitor().update(1.0, {name: 1}))
    assert isinstance(error, relapse.CheckInError)
    assert error.flags == ["self_harm"]
    assert "is the item '9' of the instrument 'phq9'" in str(error)
    table = {"person": ["a"], "time": [1.0], name: [1]}
    assert "is the item 'phq9_9' of an instrument" in str(
        refused(lambda: relapse.score(table, "standard"))
    )


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ({"phq9": {"09": 1}}, "'9'"),
        ({"phq9": {"phq9_9": 1}}, "'9'"),
        ({"phq9": {9: 1}}, "'9'"),
        ({"phq9": {"09": 1, "009": 0}}, "'9'"),
        ({"PHQ-9": {"9": 1}}, "'phq9'"),
    ],
)
def test_another_spelling_names_the_right_one(given: Any, right: str) -> None:
    error = refused(lambda: relapse.Monitor().update(1.0, {}, instruments=given))
    assert isinstance(error, relapse.CheckInError)
    assert error.flags == ["self_harm"]
    assert f"another spelling of {right}, but must be {right}" in str(error)


def test_columns_of_an_instrument_in_words_are_refused_by_name() -> None:
    table = {f"phq9_{k}": [1] for k in range(1, 9)} | {"PHQ-9 item 9": [1]}
    assert "is another spelling of" in str(
        refused(lambda: relapse.score_instrument(table, "phq9"))
    )
