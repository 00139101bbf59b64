"""One set of rules: what a time, a code, a gap and a file are, wherever they are read."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from conftest import Write, collected
from export_cases import FIRST
from hypothesis import given
from hypothesis import strategies as st

import relapse
from relapse._cli.main import main

SECONDS = FIRST * 86400
UNITS = {
    "hours": 24.0,
    "minutes": 1440.0,
    "seconds": 86400.0,
    "milliseconds": 86400e3,
    "microseconds": 86400e6,
    "nanoseconds": 86400e9,
}
LOOKS = ("seconds", "milliseconds", "microseconds", "nanoseconds")


def table(times: Any, **columns: Any) -> dict[str, Any]:
    return {"person": ["a"] * len(times), "time": times} | (
        columns or {"craving": [2] * len(times)}
    )


read = partial(relapse.read_check_ins, frame="dict")


# Times ----------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", LOOKS)
def test_numbers_that_are_no_days_are_refused_everywhere_with_their_unit(
    unit: Any, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    per_day = UNITS[unit]
    times = [(FIRST + k) * per_day for k in range(3)]
    for call in (
        lambda: relapse.simulate("standard", persons=1, schedule=[0.0, times[0]]),
        lambda: relapse.UseReport(time=times[0], used=True),
        lambda: relapse.score(table(times), "standard"),
        lambda: relapse.score(table([str(int(t)) for t in times]), "standard"),
        lambda: relapse.score(pd.DataFrame(table(times)), "standard"),
        lambda: relapse.Monitor("standard").update(times[0], {"craving": 1}),
        lambda: relapse.filter(table(times), "standard"),
        lambda: read(write(f"person,time,craving\na,{times[0]:.0f},1\n")),
    ):
        with pytest.raises(relapse.InvalidInput, match=f"looks like {unit}"):
            call()
    path = write(f"person,time,craving\na,{times[0]:.0f},1\n")
    assert main(["score", str(path)]) == 1
    told = capsys.readouterr().err
    assert "line 2, person a, column time: is beyond the year 2300" in told
    assert f"looks like {unit}" in told
    assert main(["score", str(path), "--time-unit", unit]) == 0


def test_a_row_whose_time_is_refused_still_raises_its_flag() -> None:
    rows = table([SECONDS, 1.0], self_harm=[3, 0])
    scores, errors = relapse.score(rows, "standard", on_error="collect")
    assert list(errors["row"]) == [0]
    assert "self_harm" in scores["flags"][0]


def test_dates_as_numbers_are_refused_and_may_be_told() -> None:
    dates = table([20260227, 20260228, 20260301])
    with pytest.raises(relapse.CheckInError, match="looks like a date, YYYYMMDD"):
        relapse.score(dates, "standard")
    for unit in ("minutes", "hours"):
        with pytest.raises(relapse.CheckInError, match="looks like a date, YYYYMMDD"):
            relapse.score(dates, "standard", time_unit=unit)  # type: ignore[call-overload]
    assert len(relapse.score(table([20269999]), "standard", time_unit="minutes")) > 2
    told = relapse.score(dates, "standard", time_unit="YYYYMMDD")
    days = relapse.score(table([0.0, 1.0, 2.0]), "standard")
    assert told["risk_7d"] == pytest.approx(days["risk_7d"])
    with pytest.raises(relapse.CheckInError, match="is no date"):
        relapse.score(table([20260230]), "standard", time_unit="YYYYMMDD")


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_says_what_numbers_are(unit: Any, write: Write) -> None:
    days = [FIRST, FIRST + 1.5]
    times = [round(day * UNITS[unit]) for day in days]
    expected = relapse.score(table(days), "standard")["risk_7d"]
    found = relapse.score(table(times), "standard", time_unit=unit)["risk_7d"]
    assert found == pytest.approx(expected, rel=1e-9)
    lines = "".join(f"a,{time},2\n" for time in times)
    path = write("person,time,craving\n" + lines)
    assert read(path, time_unit=unit)["time"] == pytest.approx(days, rel=1e-12)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(relapse.InvalidInput, match="time_unit: must be one of"):
        relapse.score(table([1.0]), "standard", time_unit="weeks")  # type: ignore[call-overload]


@given(st.datetimes(datetime(1970, 1, 1), datetime(2299, 1, 1)), st.integers(-14, 14))
def test_offsets_in_both_forms_are_one_moment(moment: datetime, hours: int) -> None:
    there = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    basic = there.strftime("%Y-%m-%dT%H:%M:%S.%f%z")
    texts = [there.isoformat(timespec="microseconds"), basic, basic[:-2]]
    days = [relapse.Monitor("standard").update(text, {}).time for text in texts]
    assert len(set(days)) == 1


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # The hour comes twice on 2025-10-26 at 03:00 summer time.
        (["2025-10-26T01:30", "2025-10-26T02:50", "2025-10-26T02:10", "2025-10-26T03:30"],
         [-0.5, 0.8333, 1.1667, 2.5]),
        (["2025-10-26T03:30", "2025-10-26T02:10", "2025-10-26T02:50", "2025-10-26T01:30"],
         [-0.5, 0.8333, 1.1667, 2.5]),
        (["2025-10-26T02:50", "2025-10-26T02:10"], None),
        (["2025-10-25T08:00", "2025-10-26T02:30", "2025-10-27T08:00"], None),
        (["2025-10-26T03:30", "2025-10-26T02:30", "2025-10-26T02:10", "2025-10-26T05:00"],
         None),
        (["2026-03-29T01:50", "2026-03-29T02:30", "2026-03-29T03:10"], None),
    ],
)  # fmt: skip
def test_an_hour_that_comes_twice_is_resolved_by_the_order_of_rows_or_refused(
    rows: list[str], expected: list[float] | None, write: Write
) -> None:
    path = write("person,time\n" + "".join(f"a,{row}\n" for row in rows))
    if expected is None:
        with pytest.raises(relapse.InvalidInput, match=r"person 'a': its time is"):
            read(path, zone="Europe/Berlin")
        return
    path = write("person,time,n\n" + "".join(f"a,{t},{k}\n" for k, t in enumerate(rows)))
    found = read(path, zone="Europe/Berlin")
    midnight = datetime(2025, 10, 26, tzinfo=timezone.utc).timestamp() / 86400
    hours = (np.asarray(found["time"]) - midnight) * 24
    assert hours == pytest.approx(expected, abs=1e-3)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1)))
def test_moments_of_a_clock_are_those_at_which_it_shows_the_time(wall: datetime) -> None:
    from relapse._reading.local_times import moments_of

    zone = ZoneInfo("Europe/Berlin")
    days = (wall - datetime(1970, 1, 1)) / timedelta(days=1)
    around = [
        wall.replace(tzinfo=timezone.utc) - timedelta(minutes=30 * k) for k in range(9)
    ]
    shown = [m for m in around if m.astimezone(zone).replace(tzinfo=None) == wall]
    found = moments_of(days, zone)
    assert found == pytest.approx(sorted(m.timestamp() / 86400 for m in shown), abs=1e-9)


# Codes and gaps -------------------------------------------------------------------------


@pytest.mark.parametrize("code", [1, "1", 1.0, "1.0", True])
@pytest.mark.parametrize("cell", ["1", "1.0", " 1", "01", "1e0"])
def test_a_code_is_a_number_or_its_text(code: Any, cell: str, write: Write) -> None:
    path = write(f"person,time,craving\na,0,{cell}\n")
    assert read(path, values={"craving": {code: 3, 2: 4}})["craving"] == [3.0]
    assert read(path, missing={code: "declined"})["craving_missing"] == ["declined"]


def test_a_number_that_no_code_names_beside_codes_that_do_is_refused(
    write: Write,
) -> None:
    path = write("person,time,craving\na,0,7\n")
    with pytest.raises(relapse.InvalidInput, match="line 2, person 'a': 'craving' has"):
        read(path, values={"craving": {"1": 0, "2": 1}})
    assert read(path, values={"craving": {"never": 0}})["craving"] == [7.0]
    with pytest.raises(relapse.InvalidInput, match="one code stands twice"):
        read(path, values={"craving": {"1": 0, "1.0": 1}})


def labelled() -> relapse.Model:
    document = relapse.Model.standard().to_dict()
    item = next(one for one in document["items"] if one["id"] == "isolating")
    item["labels"] = [str(k + 1) for k in range(5)]
    return relapse.Model.from_dict(document)


def test_labels_that_are_numbers_are_matched_in_frames_files_and_long_tables(
    write: Write, tmp_path: Path
) -> None:
    model = labelled()
    expected = relapse.score(table([0.0, 1.0], isolating=["1", "5"]), model)["risk_7d"]
    for answers in ([1, 5], [1.0, 5.0], ["1.0", "5"], np.array([1, 5], dtype=np.int8)):
        found = relapse.score(table([0.0, 1.0], isolating=answers), model)["risk_7d"]
        np.testing.assert_array_equal(found, expected)
    long = {"person": ["a", "a"], "time": [0.0, 1.0], "item": ["isolating"] * 2}
    for values in ([1, 5], ["1", "5"]):
        found = relapse.score(long | {"value": values}, model)["risk_7d"]
        np.testing.assert_array_equal(found, expected)
    model.save(tmp_path / "model.json")
    path = write("person,time,isolating\na,0,1\na,1,5\n")
    out = tmp_path / "scores.csv"
    assert (
        main(
            ["score", str(path), "--model", str(tmp_path / "model.json"), "-o", str(out)]
        )
        == 0
    )
    with out.open() as file:
        assert [float(row["risk_7d"]) for row in csv.DictReader(file)] == list(expected)
    with pytest.raises(relapse.CheckInError, match="is none of the labels"):
        relapse.score(table([0.0], isolating=[0]), model)


@pytest.mark.parametrize(
    "cell",
    ["", "NA", "N/A", "NaN", "nan", "null", "None", "3", "3.0", "true", "1_0", "inf"],
)
def test_a_cell_means_the_same_in_a_file_an_export_and_a_frame(
    cell: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """A gap, the same number, or a refusal in all three."""
    path = write(f"person,time,craving\na,0,{cell}\na,1,2\n")

    def risk(check_ins: Any) -> Any:
        try:
            return list(relapse.score(check_ins, "standard")["risk_7d"])
        except relapse.InvalidInput:
            return None

    of_frame = risk(table([0.0, 1.0], craving=[cell, "2"]))
    exported = read(path)
    exported.pop("craving_missing", None)
    assert risk(exported) == of_frame
    status = main(["score", str(path), "--json"])
    told = capsys.readouterr().out
    if of_frame is None:
        assert status == 1
    else:
        assert [row["risk_7d"] for row in json.loads(told)["scores"]] == of_frame


def test_the_command_line_takes_declared_codes_for_gaps(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "scores.csv"

    def risk(text: str, *options: str) -> list[str]:
        assert main(["score", str(write(text)), "-o", str(out), *options]) == 0
        with out.open() as file:
            return [row["risk_7d"] for row in csv.DictReader(file)]

    gaps = risk(
        "person,time,craving,craving_missing\na,0,,declined\na,1,3,\na,2,,unknown\n"
    )
    codes = ("--missing=-99=declined", "--missing=.")
    assert risk("person,time,craving\na,0,-99.0\na,1,3\na,2,.\n", *codes) == gaps
    long = "person,time,item,value\na,0,craving,-99\na,1,craving,3\na,2,craving,.\n"
    assert risk(long, *codes) == gaps
    path = str(write("person,time,craving\na,0,1\n"))
    assert main(["score", path, "--missing", "99=shy"]) == 1
    assert "must end in a reason, one of" in capsys.readouterr().err


def test_numbers_keep_their_digits_beside_a_word(write: Write) -> None:
    path = write(
        "person,time,steps\na,0,12345678\na,1,0.123456789\na,2,1e3\na,3,no phone\n"
    )
    assert list(read(path)["steps"]) == ["12345678", "0.123456789", "1e3", "no phone"]
    number = 12345678901234567890
    as_json = json.dumps([{"person": "a", "time": 0, "n": number}])
    assert list(read(write(as_json, "made.json"))["n"]) == [str(number)]


# Records --------------------------------------------------------------------------------


def lamp(*slices: dict[str, Any]) -> str:
    return json.dumps([{"timestamp": 1.7e12, "temporal_slices": list(slices)}])


def test_a_question_answered_twice_or_without_a_name_is_refused(
    write: Write,
) -> None:
    settings: dict[str, Any] = {"mapping": "mindlamp", "person": "a"}
    for again in (0, 4, "4"):
        text = lamp({"item": "q", "value": 4}, {"item": "q", "value": again})
        with pytest.raises(
            relapse.InvalidInput, match="record 1, person 'a': 'q' is answered tw"
        ):
            read(write(text, "made.json"), **settings)
    with pytest.raises(relapse.InvalidInput, match="a question without 'item'"):
        read(
            write(lamp({"item": "q", "value": 4}, {"value": 3}), "made.json"), **settings
        )
    twice = lamp({"item": "q", "value": None}, {"item": "q", "value": 2}, {"type": None})
    assert read(write(twice, "made.json"), **settings)["q"] == [2.0]


def test_a_safety_answer_of_a_refused_record_raises_its_flag(
    write: Write,
) -> None:
    text = json.dumps(
        [
            {"timestamp": 1.7e12, "temporal_slices": [
                {"item": "self_harm", "value": 0}, {"item": "self_harm", "value": 2},
                {"item": "craving", "value": 3}]},
            {"timestamp": 1.7e12 + 864e5, "temporal_slices": [
                {"item": "craving", "value": 1}, {"item": "craving", "value": 1}]},
            {"timestamp": 1.7e12 + 2 * 864e5, "temporal_slices": [
                {"item": "craving", "value": 2}]},
        ]
    )  # fmt: skip
    found, report = collected(write(text, "made.json"), mapping="mindlamp", person="a")
    assert list(found["self_harm"][:1]) == [2.0]
    np.testing.assert_array_equal(found["craving"], [np.nan, 2.0])
    assert "self_harm" in relapse.score(found, "standard")["flags"][0]
    assert [one.place for one in report.left_out] == ["record 1", "record 2"]
    assert "stay, to raise their flags" in report.left_out[0].why


def test_a_declared_column_that_is_absent_is_refused(write: Write) -> None:
    head = "connectionId;timeStampStart;timeStampStop;timeZoneOffset;craving"
    row = "\n1;1772352000;1772352100;7200;3\n"
    assert read(write(head + row), mapping="m_path")["craving"] == [3.0]
    for column in head.split(";")[:4]:
        without = write(head.replace(column, "other") + row)
        with pytest.raises(relapse.InvalidInput, match=f"has no column .*'{column}'"):
            read(without, mapping="m_path")


def test_a_report_says_what_was_read_and_left_out(write: Write) -> None:
    path = Path(__file__).with_name("data") / "exports" / "qualtrics_previews.csv"
    settings: dict[str, Any] = {
        "mapping": "qualtrics",
        "zone": "UTC",
        "items": {"Q1": "craving"},
    }
    with pytest.warns(
        UserWarning, match="2 records are left out: a preview of the survey"
    ):
        read(path, **settings)
    found, report = relapse.read_check_ins(path, report=True, frame="dict", **settings)
    assert (report.records, report.rows) == (5, len(found["craving"])) == (5, 3)
    assert [(one.place, one.why) for one in report.left_out] == [
        ("line 4", "a preview of the survey"),
        ("line 8", "a test of the survey"),
    ]
    assert report.columns["Q2"] == "is not named in items"
    assert report.columns["ResponseId"] == "the mapping leaves it out"
    assert report.missing == {"craving": {"unknown": 1}}
    assert [note.rpartition(": ")[2] for note in report.notes] == [
        "is a row of the header"
    ] * 2
    assert "5 records read into 3 rows" in str(report)


CELLS = st.sampled_from(["", "NA", "0", "1", "2.0", "often", "x y"])


@given(
    cells=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6),
    statuses=st.lists(st.sampled_from(["0", "1", "2"]), min_size=6, max_size=6),
    named=st.sets(st.sampled_from(["Q1", "Q2", "Q3"]), min_size=1),
    renamed=st.booleans(),
)
def test_no_answer_of_a_file_is_lost_without_being_named(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[tuple[str, str, str]],
    statuses: list[str],
    named: set[str],
    renamed: bool,
) -> None:
    path = tmp_path_factory.mktemp("export") / "made.csv"
    head = "StartDate,Status,Progress,ExternalReference,Q1,Q2,Q3\n"
    with path.open("w", newline="") as file:
        file.write(head)
        rows = csv.writer(file)
        for k, answers in enumerate(cells):
            rows.writerow(
                [f"2026-03-{k + 1:02} 08:00", statuses[k], "100", "p", *answers]
            )
    items = {name: f"item_{name}" if renamed else name for name in sorted(named)}
    if all(status != "0" for status in statuses[: len(cells)]):
        with pytest.raises(relapse.InvalidInput, match="all are left out: a "):
            read(path, mapping="qualtrics", zone="UTC", items=items)
        return
    found, report = relapse.read_check_ins(
        path, mapping="qualtrics", zone="UTC", items=items, frame="dict", report=True
    )
    assert report.records == len(cells)
    out = {one.place for one in report.left_out}
    kept = [k for k in range(len(cells)) if f"line {k + 2}" not in out]
    assert [statuses[k] for k in kept] == ["0"] * len(kept)
    assert report.rows == len(kept)
    for column, name in enumerate(["Q1", "Q2", "Q3"]):
        if name not in items:
            assert report.columns[name] == "is not named in items"
            continue
        for row, k in enumerate(kept):
            cell, answer = cells[k][column], found[items[name]][row]
            if cell in ("", "NA"):
                assert answer is None or answer != answer
                assert found[f"{items[name]}_missing"][row] == "unknown"
            elif isinstance(answer, str):
                assert answer == cell
            else:
                assert float(answer) == float(cell)


# Files ----------------------------------------------------------------------------------

TEXT = "person,time,craving\nJürgen,2026-03-01T06:00Z,3\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_are_recognised(encoding: str, packed: bool, tmp_path: Path) -> None:
    content = TEXT.encode(encoding)
    path = tmp_path / ("made.csv.gz" if packed else "made.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    assert list(read(path)["person"]) == ["Jürgen"]
    out = tmp_path / "scores.csv"
    assert main(["score", str(path), "-o", str(out)]) == 0
    assert "Jürgen" in out.read_text(encoding="utf-8")


def test_what_is_not_utf_8_is_read_as_windows_1252_and_said(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(TEXT, encoding="cp1252")
    with pytest.warns(UnicodeWarning, match="read as Windows-1252"):
        assert list(read(path)["person"]) == ["Jürgen"]
    assert list(read(path, encoding="cp1252")["person"]) == ["Jürgen"]
    assert main(["score", str(path)]) == 0
    assert "read as Windows-1252" in capsys.readouterr().err
    with pytest.raises(relapse.InvalidInput, match="is not text in utf-8"):
        read(path, encoding="utf-8")
    with pytest.raises(relapse.InvalidInput, match="encoding: is not known"):
        read(path, encoding="utf-9")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04 and so on", "is a workbook of Excel"),
        (b"PAR1 and so on", "is a Parquet file"),
        (b"\x1f\x8b and so on", "is packed, but damaged"),
        (b"\x00\x01\x02\x03", "is not text"),
        (b"person,time\n\x81\x8d,1\n", "is neither UTF-8 nor Windows-1252"),
        (b'person,time\n"a,1\n', "line 2"),
        (b"", "has no column 'person'"),
    ],
)
def test_files_of_another_kind_are_refused_by_name(
    content: bytes, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "made.csv"
    path.write_bytes(content)
    with pytest.raises(relapse.InvalidInput, match=f"made.csv.*{says}"):
        read(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[1, 2]", "record 1, person 'a': must be an object"),
        ("3", "must be a list of records"),
        ('{"U1": []}', "has no 'data'"),
        ('{"data": {"a": 1}}', "has no time"),
        ('[{"timestamp": 1.7e12, "temporal_slices": {"item": "a"}}]', "must be a list"),
        ('[{"timestamp": 1.7e12, "temporal_slices": [1]}]', "is no object"),
        ('[{"timestamp": {"a": 1}, "temporal_slices": []}]', "its time cannot be read"),
        ('[{"timestamp": 1.7e12, "timestamp": 1}]', "'timestamp' stands twice"),
        ("[", "is not JSON"),
    ],
)
def test_json_of_another_shape_is_refused_by_name(
    text: str, says: str, write: Write
) -> None:
    with pytest.raises(relapse.InvalidInput, match=f"made.json.*{says}"):
        read(write(text, "made.json"), mapping="mindlamp", person="a")


@given(st.binary(max_size=300), st.sampled_from(["made.csv", "made.json", "made.ndjson"]))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("bytes") / name
    path.write_bytes(content)
    for mapping in ("generic", "mindlamp", "qualtrics"):
        with pytest.raises(relapse.InvalidInput):
            read(path, mapping=mapping, zone="UTC")


@pytest.mark.parametrize("kind", [".csv", ".json", ".parquet"])
def test_our_own_tables_are_read_back(kind: str, tmp_path: Path) -> None:
    made, scored = tmp_path / f"made{kind}", tmp_path / f"scored{kind}"
    assert main(["simulate", "--persons", "3", "--days", "4", "-o", str(made)]) == 0
    assert main(["score", str(made), "-o", str(scored)]) == 0
    check_ins = read(made)
    whole = pd.DataFrame(read(scored))
    assert main(["score", str(made), "-o", str(tmp_path / "again.csv")]) == 0
    scores = relapse.score(check_ins, "standard")
    np.testing.assert_allclose(scores["risk_7d"], whole["risk_7d"], rtol=1e-12)
    np.testing.assert_array_equal(scores["level"], whole["level"])
    long = pd.DataFrame(check_ins).melt(
        ["person", "time"], ["craving", "isolating"], "item"
    )
    long.to_csv(tmp_path / "long.csv", index=False)
    back = read(tmp_path / "long.csv")
    np.testing.assert_array_equal(back["craving"], check_ins["craving"])


# Paths ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("id", [7]),
        ("who.name", ["x"]),
        ("item[].id", ["a", "b"]),
        ("item[1].id", ["b"]),
        ("item[id=b].answer[].value", [2, 3]),
        ("item[**].id", ["a", "c", "b"]),
        ("nothing.here", []),
    ],
)
def test_paths_go_into_records(path: str, expected: list[Any]) -> None:
    from relapse._reading.exports.paths import found_at

    record = {
        "id": 7,
        "who": {"name": "x"},
        "item": [
            {"id": "a", "item": [{"id": "c"}]},
            {"id": "b", "answer": [{"value": 2}, {"value": 3}]},
        ],
    }
    assert found_at(record, path) == expected


@pytest.mark.parametrize("path", ["", ".", "a..b", "a[", "a.b.", "a]b"])
def test_what_is_no_path_is_refused(path: str) -> None:
    from relapse._reading.exports.paths import steps_of

    with pytest.raises(relapse.InvalidInput, match="path"):
        steps_of(path)
