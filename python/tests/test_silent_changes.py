"""Kinds of silent change in reading: for each kind siblings of what was reported once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from export_cases import FIRST

import relapse
from relapse._cli.main import main

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(content: Any, name: str = "made.csv") -> Path:
        path = tmp_path / name
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return path

    return made


def read(path: Path, **settings: Any) -> dict[str, Any]:
    found: dict[str, Any] = relapse.read_check_ins(path, frame="dict", **settings)
    return found


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
    table, _ = relapse.read_check_ins(
        path, on_error="collect", report=True, frame="dict", **LAMP
    )
    np.testing.assert_array_equal(table["self_harm"], [2.0, np.nan])
    assert "self_harm" in relapse.score(table, "standard")["flags"][0]


@pytest.mark.parametrize("name", ["self_harm[1]", "self_harm___1", "Self-Harm/yes"])
def test_a_choice_about_safety_is_no_unknown_column(name: str) -> None:
    rows = {"person": ["a"], "time": [1.0], "craving": [1.0], name: [1.0]}
    with pytest.raises(relapse.InvalidInput, match="another name of the safety item"):
        relapse.score(rows, "standard")


def test_a_refused_record_without_a_time_keeps_its_flag(write: Write) -> None:
    head = "record_id,check_in_timestamp,craving,self_harm,check_in_complete\n"
    path = write(head + "1,[not completed],3,1,0\n1,2026-03-01 08:00:00,2,0,2\n")
    settings: dict[str, Any] = {"mapping": "redcap", "zone": "Europe/Helsinki"}
    with pytest.raises(relapse.InvalidInput, match="has no time"):
        read(path, **settings)
    table, report = relapse.read_check_ins(
        path, on_error="collect", report=True, frame="dict", **settings
    )
    np.testing.assert_array_equal(table["time"], [FIRST, np.nan])
    np.testing.assert_array_equal(table["self_harm"], [0.0, 1.0])
    assert report.left_out[0].why.endswith("raise their flags, in a row without a time")
    with pytest.raises(relapse.CheckInError) as error:
        relapse.score(table, "standard")
    assert error.value.flags == ["self_harm"]
    scores, _ = relapse.score(table, "standard", on_error="collect")
    assert "self_harm" in scores["flags"][-1]
