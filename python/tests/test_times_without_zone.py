"""Times without a zone, tables that are no files, and times that come back."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import Run, Write

import relapse
from relapse._reading.table_file import read_table

HEAD = "person,time,craving,used,self_harm\n"
WALL = (
    f"{HEAD}A,2026-03-28 08:00,2,0,0\n"
    "A,2026-03-30 08:00,3,0,0\n"
    "B,2026-03-30T09:00:00,1,1,0\n"
    "B,2026-03-31T07:00:00Z,1,0,0\n"
)
PLACED = (
    f"{HEAD}A,2026-03-28T08:00+01:00,2,0,0\n"
    "A,2026-03-30T08:00+02:00,3,0,0\n"
    "B,2026-03-30T09:00:00+02:00,1,1,0\n"
    "B,2026-03-31T07:00:00Z,1,0,0\n"
)
BERLIN = ("--zone", "Europe/Berlin")
RED = (
    "record_id,daily_timestamp,craving,used,daily_complete\n"
    "1,2026-03-01 08:00,-99,0,2\n"
    "1,,,,0\n"
    "1,2026-03-02 08:00,3,0,2\n"
)


# The command line


def test_a_zone_places_times_as_offsets_do(
    run: Run, write: Write, tmp_path: Path
) -> None:
    wall, placed = write(WALL, "wall.csv"), write(PLACED, "placed.csv")
    out, same = tmp_path / "out.csv", tmp_path / "same.csv"
    assert run("score", wall, *BERLIN, "-o", out)[0] == 0
    assert run("score", placed, "-o", same)[0] == 0
    given, expected = read_table(str(out)), read_table(str(same))
    times = [datetime.fromisoformat(str(each)) for each in given.pop("time")]
    assert times[1] == datetime(2026, 3, 30, 6, tzinfo=timezone.utc)
    assert [t.utcoffset().total_seconds() / 3600 for t in times] == [1, 2, 2, 2]  # type: ignore[union-attr]
    expected.pop("time")
    given.pop("floor_until"), expected.pop("floor_until")
    assert str(given) == str(expected)


@pytest.mark.parametrize(
    "words",
    [
        ("score",),
        ("report", "--who", "A", "-o", "-"),
        ("report", "-o", "-"),
        ("fit", "--free", "rate:stable>emotional", "--starts", "1", "--max-iterations",
         "1", "--covariance", "none", "-o", "-"),
        ("recalibrate", "--risk", "used", "-o", "-"),
        ("fhir", "out", "-o", "-"),
    ],
)  # fmt: skip
def test_every_task_takes_a_zone_and_names_it(
    run: Run, write: Write, words: tuple[str, ...]
) -> None:
    path = write(WALL, "wall.csv")
    task = words[: 2 if words[0] == "fhir" else 1]
    more = words[len(task) :]
    status, _, told = run(*task, path, *more)
    assert status == 1
    assert "wall.csv, line 2, person A, column time: is a time without zone" in told
    assert "--zone Europe/Berlin" in told
    status, _, told = run(*task, path, *more, *BERLIN)
    assert status == 0, told


def test_evaluate_takes_a_zone(run: Run, write: Write) -> None:
    lines = [
        f"P{k % 5},2026-03-{k % 28 + 1:02} 08:00,{k % 2},0.{k % 9 + 1}" for k in range(60)
    ]
    path = write("person,time,came,p\n" + "\n".join(lines) + "\n", "judged.csv")
    words = ("evaluate", path, "--outcome", "came", "--predicted", "p", "--draws", "0")
    assert run(*words, "--time", "time")[0] == 1
    assert run(*words, "--time", "time", *BERLIN)[0] == 0


def test_a_date_is_noon_only_where_that_is_asked_for(run: Run, write: Write) -> None:
    path = write(f"{HEAD}A,2026-03-01,2,0,0\nA,2026-03-02,3,0,1\n", "dates.csv")
    status, _, told = run("score", path, *BERLIN)
    assert status == 1
    assert "is a date without a time of day" in told
    assert "--zone Europe/Berlin --dates noon" in told
    assert run("score", path, "--dates", "noon")[2].endswith("in which it is noon\n")
    status, printed, _ = run("score", path, *BERLIN, "--dates", "noon")
    assert status == 0
    assert "A,2026-03-01T12:00:00+01:00," in printed


def test_a_date_in_an_order_that_nobody_knows_is_refused(run: Run, write: Write) -> None:
    path = write(f"{HEAD}A,01/03/2026,2,0,0\n", "slash.csv")
    status, _, told = run("score", path, *BERLIN)
    assert status == 1
    assert "must begin with its year, such as 2026-03-01" in told
    assert "%d/%m/%Y" in told


def test_hours_that_come_twice_or_never_are_refused_with_their_flags(
    run: Run, write: Write
) -> None:
    twice = write(f"{HEAD}A,2026-10-25 02:30,2,0,1\n", "twice.csv")
    status, _, told = run("score", twice, *BERLIN)
    assert status == 1
    assert "hour that comes twice" in told
    assert "self_harm" in told
    never = write(f"{HEAD}A,2026-03-29 02:30,2,0,1\n", "never.csv")
    told = run("score", never, *BERLIN)[2]
    assert "leave out" in told
    assert "self_harm" in told
    rows = [
        "2026-10-25 01:30",
        "2026-10-25 02:30",
        "2026-10-25 02:10",
        "2026-10-25 03:00",
    ]
    ordered = write(HEAD + "".join(f"A,{at},2,0,0\n" for at in rows), "ordered.csv")
    status, printed, told = run("score", ordered, *BERLIN)
    assert status == 0, told
    assert "2026-10-25T02:30:00+02:00" in printed
    assert "2026-10-25T02:10:00+01:00" in printed


def test_a_zone_that_is_none_is_named_with_the_nearest(run: Run, write: Write) -> None:
    told = run("score", write(WALL, "wall.csv"), "--zone", "Europe/Berln")[2]
    assert "'Europe/Berln'" in told
    assert "did you mean `Europe/Berlin`?" in told


def test_an_export_is_scored_by_its_mapping(run: Run, write: Write) -> None:
    path = write(RED, "red.csv")
    words = ("score", path, "--mapping", "redcap")
    told = run(*words)[2]
    assert "--instrument names the one whose rows are read, here one of: daily" in told
    assert "--zone Europe/Berlin" in run(*words, "--instrument", "daily")[2]
    words += ("--instrument", "daily", *BERLIN)
    told = run(*words)[2]
    assert "red.csv, as redcap reads it, row 1, person 1, column craving" in told
    assert "name such codes with --missing" in told
    status, printed, told = run(*words, "--missing=-99=declined")
    assert status == 0
    assert "line 3: left out" in told
    assert printed.splitlines()[2].startswith("1,2026-03-02T08:00:00+01:00,")
    path = write(WALL, "wall.csv")
    assert "--mapping" in run("score", path, "--instrument", "daily")[2]


# Tables that are no files


def test_a_table_is_read_as_a_file_is(write: Write) -> None:
    path = write(WALL.replace(",2,0,0", ",-99,no,0", 1), "wall.csv")
    told: dict[str, Any] = {
        "zone": "Europe/Berlin",
        "missing": {"-99": "declined"},
        "values": {"used": {"no": 0, "0": 0, "1": 1}},
    }
    of_file = relapse.read_check_ins(path, **told)
    frame = pd.read_csv(path)
    for table in (frame, pl.from_pandas(frame), frame.to_dict("list")):
        pd.testing.assert_frame_equal(relapse.read_check_ins(table, **told), of_file)
    assert of_file["craving_missing"][0] == "declined"
    with pytest.raises(relapse.CheckInError, match=r"check_ins, row 1.*zone='Europe"):
        relapse.read_check_ins(frame)
    with pytest.raises(relapse.InvalidInput, match="mapping is of objects"):
        relapse.read_check_ins(frame, mapping="fhir")


@pytest.mark.parametrize(("dates", "hour"), [(None, 23.0 - 24.0), ("noon", 11.0)])
def test_a_mapping_says_the_order_of_day_and_month(dates: Any, hour: float) -> None:
    mapping = relapse.load_mapping("generic")
    mapping["time"] |= {"unit": "%d/%m/%Y"}
    frame = {"person": ["A"], "time": ["01/03/2026"], "craving": [2]}
    told = {"mapping": mapping, "zone": "Europe/Berlin", "dates": dates, "frame": "dict"}
    found = relapse.read_check_ins(frame, **told)
    assert found["time"][0] == pytest.approx(20_513.0 + hour / 24.0)


def test_an_instrument_is_named_where_a_mapping_needs_it(write: Write) -> None:
    with pytest.raises(relapse.InvalidInput, match=r"`instrument` names .* daily"):
        relapse.read_check_ins(write(RED, "red.csv"), mapping="redcap")


# Times that come back


@pytest.mark.parametrize("frame", ["pandas", "polars", "pyarrow", "dict"])
def test_timestamps_are_given_where_they_are_asked_for(write: Write, frame: Any) -> None:
    told: dict[str, Any] = {"zone": "Europe/Berlin", "frame": frame}
    path = write(WALL, "wall.csv")
    stamps = relapse.read_check_ins(path, times="datetime", **told)
    days = relapse.read_check_ins(path, **told)
    assert np.array_equal(
        relapse.score(stamps, "standard")["risk_7d"],
        relapse.score(days, "standard")["risk_7d"],
    )
    first = stamps["time"][0]
    first = first.as_py() if frame == "pyarrow" else first
    assert first == datetime(2026, 3, 28, 7, tzinfo=timezone.utc)
    assert first.utcoffset().total_seconds() == 3600.0
    with pytest.raises(relapse.InvalidInput, match="days, datetime"):
        relapse.read_check_ins(path, times="hours")  # type: ignore[arg-type]


def test_an_end_of_a_floor_is_of_the_kind_of_the_times() -> None:
    stamps = pd.date_range("2026-03-01 08:00", periods=40, freq="D", tz="Europe/Berlin")
    days = (stamps - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
    answers = {"person": ["A"] * 40, "used": [0] * 20 + [1] + [0] * 19}

    def until(times: Any, **how: Any) -> Any:
        scores = relapse.score(
            pd.DataFrame({**answers, "time": times}), "standard", **how
        )
        return scores["floor_until"]

    ends = until(days.to_numpy())
    assert ends.notna().any()
    for unit, a_day in (("hours", 24.0), ("seconds", 86_400.0)):
        assert np.allclose(
            until(days.to_numpy() * a_day, time_unit=unit) / a_day, ends, equal_nan=True
        )
    found = until(stamps)
    assert found.dtype == stamps.dtype
    from_days = pd.Timestamp(0, tz="UTC") + pd.to_timedelta(ends, unit="D")
    assert ((found - from_days).abs() < pd.Timedelta(seconds=1))[ends.notna()].all()
    assert found.isna().equals(ends.isna())
    texts = until([each.isoformat() for each in stamps])
    read = pd.to_datetime(texts[ends.notna()], format="ISO8601")
    assert ((read - from_days[ends.notna()]).abs() < pd.Timedelta(seconds=1)).all()
    table = pa.table({**answers, "time": pa.array(stamps)})
    schema = relapse.score(table, "standard").schema
    assert schema.field("floor_until").type == schema.field("time").type


# What is said of an answer that cannot be


@pytest.mark.parametrize(
    ("craving", "hint"),
    [(-99, "`missing`"), (99, "`missing`"), (7, "`scale`")],
)
def test_what_to_do_about_an_answer_beyond_its_scale(craving: int, hint: str) -> None:
    with pytest.raises(relapse.CheckInError) as caught:
        relapse.score({"person": ["A"], "time": [1.0], "craving": [craving]}, "standard")
    assert hint in caught.value.hint
    assert str(craving) not in str(caught.value)
    assert json.dumps(caught.value.problem).count("within its scale, 0 to 4") == 1
