"""What is refused says who, where and which flags it raises, and repeats no word."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from conftest import Write, collected

import relapse
from relapse._cli.main import main
from relapse._reading.safety_answers import UNREADABLE, said_in

TIME = 1772344800000
LAMP: dict[str, Any] = {"mapping": "mindlamp", "person": "a"}
OMH = '"header":{"user_id":"a"},"body":{"effective_time_frame":{"date_time":'
QR = (
    '{"resourceType":"QuestionnaireResponse","id":"%s","status":"completed",'
    '"subject":{"reference":"Patient/7"},"authored":"2026-03-01T08:00:00+01:00","item":'
)


def flags_of(path: Path, **settings: Any) -> list[str]:
    """Return the flags that the error names."""
    with pytest.raises(relapse.CheckInError) as caught:
        relapse.read_check_ins(path, **settings)
    assert all(flag in str(caught.value) for flag in caught.value.flags)
    return caught.value.flags


def raised(table: Any) -> list[str]:
    known = {n: v for n, v in table.items() if n in ("person", "time", "self_harm")}
    return list(relapse.score(known, "standard", on_error="collect")[0]["flags"])


# Lines and objects that are no JSON -----------------------------------------------------

LINES = {
    "own, twice": ('{"person":"a","time":1,"self_harm":1,"self_harm":0}', {}, 1),
    "own, three times": (
        '{"person":"a","time":1,"self_harm":0,"self_harm":2,"self_harm":1}', {}, 2,
    ),
    "a document, twice": (
        '{"schema":"relapse/check_in/1","person":"a","time":1,'
        '"answers":{"self_harm":1,"self_harm":0}}', {}, 1,
    ),
    "mindlamp, cut": (
        f'{{"timestamp":{TIME},"temporal_slices":[{{"item":"self_harm","value":1}},',
        LAMP, 1,
    ),
    "mindlamp, a key twice": (
        f'{{"timestamp":{TIME},"x":1,"x":2,'
        '"temporal_slices":[{"item":"self_harm","value":1}]}', LAMP, 1,
    ),
    "mindlamp, a value twice": (
        f'{{"timestamp":{TIME},'
        '"temporal_slices":[{"item":"self_harm","value":1,"value":0}]}', LAMP, 1,
    ),
    "open_mhealth, a key twice": (
        f'{{{OMH}"2026-03-01T06:00Z","x":1,"x":2}},"items":[{{"question":'
        '{"id":"self_harm"},"answer":{"value":2}}]}}', {"mapping": "open_mhealth"}, 2,
    ),
    "fhir, a value twice": (
        QR % 2 + '[{"linkId":"self_harm","answer":[{"valueInteger":1,'
        '"valueInteger":0}]}]}', {"mapping": "fhir"}, 1,
    ),
    "of a question that is self_harm": (
        '{"person":"a","time":1,"q9":"yes","q9":"no"}',
        {"items": {"q9": "self_harm"}, "values": {"self_harm": {"yes": 1, "no": 0}}}, 1,
    ),
    "in a group": (
        '{"participant":"a","start":"2026-03-01T06:00:00Z","mood":{"self_harm":2},"x":1,'
        '"x":1}', {"mapping": "kobo", "items": {"mood/self_harm": "self_harm"}}, 2,
    ),
}  # fmt: skip
GOOD = {
    "mindlamp": f'{{"timestamp":{TIME},"temporal_slices":['
    '{"item":"craving","value":1}]}',
    "open_mhealth": f'{{{OMH}"2026-03-01T06:00Z"}},"items":[{{"question":'
    '{"id":"craving"},"answer":{"value":2}}]}}',
    "fhir": QR % 1 + '[{"linkId":"craving","answer":[{"valueInteger":1}]}]}',
    "kobo": '{"participant":"b","start":"2026-03-01T06:00:00Z","mood":{"self_harm":0}}',
    None: '{"person":"b","time":1,"craving":2,"self_harm":0,"q9":"no"}',
}


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("case", LINES)
def test_the_highest_answer_of_a_line_that_cannot_be_read_stays(
    case: str, alone: bool, write: Write
) -> None:
    line, settings, highest = LINES[case]
    lines = [line] if alone else [GOOD[settings.get("mapping")], line]
    path = write("\n".join(lines) + "\n", "made.ndjson")
    table, report = collected(path, **settings)
    assert max(v for v in table["self_harm"] if v == v) == highest
    assert len(report.left_out) in (1, 2) and report.left_out[0].place.startswith("line")
    assert flags_of(path, **settings) == ["self_harm"]
    assert "self_harm" in raised(table)


@pytest.mark.parametrize("end", range(len(LINES["mindlamp, cut"][0]) - 3, 70, -1))
def test_an_answer_that_was_cut_off_counts_as_one_that_cannot_be_read(
    end: int, write: Write
) -> None:
    line = LINES["mindlamp, cut"][0].replace('"value":1', '"value":0')[:end]
    path = write(f"{GOOD['mindlamp']}\n{line}\n", "made.ndjson")
    sure = "}" in line or "self_harm" not in line
    flag = "" if sure else "self_harm"
    table, _ = collected(path, **LAMP)
    assert [flag] == raised(table)[1:] if flag else "self_harm" not in raised(table)
    assert flags_of(path, **LAMP) == ([flag] if flag else [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"self_harm":', [UNREADABLE]),
        ('{"note":"he said "no", "self_harm":1}', ["1"]),
        ("{'self_harm': 2}", ["2"]),
        ('{"item":"self_harm"', [UNREADABLE]),
        ('{"self_harm":[0,2]}', ["2", "0"]),
        ('{"linkId":"self_harm","answer":[{"valueCoding":{"system":"x","code":"0"}}],}',
         ["0"]),
        ('{"acknowledge":["self_harm"],"missing":{"self_harm":"declined"}}', None),
        ("[" * 9999, None),
    ],
)  # fmt: skip
def test_what_is_told_of_a_text_that_is_nearly_json(
    text: str, said: list[str] | None
) -> None:
    assert said_in(text, ["self_harm"]).get("self_harm") == said


def test_an_object_with_a_key_twice_costs_itself_alone_in_a_list(write: Write) -> None:
    line = LINES["own, twice"][0]
    path = write(f"[{GOOD[None]},\n {line} ]", "made.json")
    table, report = collected(path)
    np.testing.assert_array_equal(table["self_harm"], [1, 0])
    assert list(table["person"]) == ["a", "b"]
    assert [one.place for one in report.left_out] == ["record 2"]
    assert flags_of(path) == ["self_harm"]


def test_a_file_that_is_no_json_is_refused_as_a_whole_and_names_its_flags(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write('[{"person":"a","time":1,"self_harm":1,"note":"mine alone"},', "m.json")
    for settings in ({}, LAMP, {"mapping": "fhir"}):
        for on_error in ("raise", "collect"):
            with pytest.raises(relapse.InvalidInput, match="self_harm") as caught:
                relapse.read_check_ins(path, on_error=on_error, **settings)  # type: ignore[call-overload]
            assert caught.value.flags == ["self_harm"]
            assert "mine alone" not in str(caught.value)
    assert main(["score", str(path), "--on-error", "collect"]) == 1
    told = capsys.readouterr().err
    assert "look at it first: self_harm" in told and "mine alone" not in told


# Rows of too many or too few cells ------------------------------------------------------

LONG = "person,time,item,value\nb,1,craving,2\nb,1,self_harm,0\n"


@pytest.mark.parametrize(
    ("row", "alarm"),
    [
        ("a,1,self_harm,1,drank", 1.0), ("a,1,extra,self_harm,2", 2.0),
        ("a,self_harm,1", 1.0), ("a,1,self_harm", UNREADABLE),
        ("a,1,self_harm,,2", 2.0), ("a,1,self_harm,0,0", None),
        ("a,1,self_harm,0,x", "x"),
        ("a,1,drank a bottle,3,1", None),
    ],
)  # fmt: skip
def test_a_row_of_a_long_table_costs_itself_alone(
    row: str, alarm: Any, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(LONG + row + "\n")
    table, report = collected(path)
    assert set(table) - {f"{n}_missing" for n in table} == {
        "person", "time", "craving", "self_harm",
    }  # fmt: skip
    assert [one.place for one in report.left_out] == ["line 4"]
    assert "drank" not in str(report) and "extra" not in str(report)
    flags = [] if alarm is None else ["self_harm"]
    assert flags_of(path) == flags
    if alarm is not None:
        assert table["self_harm"][0] == alarm and table["person"][0] == "a"
    relapse.score(table, "standard", on_error="collect")
    out = path.with_name("out.csv")
    assert main(["score", str(path), "--on-error", "collect", "-o", str(out)]) == 0
    assert "line 4, person a: has" in capsys.readouterr().err
    scores = out.read_text().splitlines()
    assert len([line for line in scores[1:] if line.startswith("b,")]) == 1
    assert sum("self_harm" in line for line in scores[1:]) == len(flags)
    errors = (out.with_name("out.errors.csv")).read_text()
    assert "but must have 4" in errors and "drank" not in errors
    assert main(["score", str(path)]) == 1
    told = capsys.readouterr().err
    assert ("look at it first: self_harm" in told) == bool(flags)


@pytest.mark.parametrize("mapping", ["beiwe", "radar_base"])
def test_a_row_of_names_and_answers_keeps_its_safety_answer(
    mapping: str, tmp_path: Path
) -> None:
    if mapping == "beiwe":
        path = tmp_path / "p/survey_answers/s/2026-03-01 06_00_00+00_00.csv"
        text = "question id,question text,answer\ncraving,a,1\nself_harm,b, c,2\n"
    else:
        path = tmp_path / "made.csv"
        text = (
            "key.userId,value.timeCompleted,value.time,value.answers.0.questionId,"
            "value.answers.0.value,value.answers.1.questionId,value.answers.1.value\n"
            "a,1772344800,1772344800,craving,1,self_harm,0\n"
            "a,1772344801,1772344801,craving,1,2,self_harm,2\n"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    root = tmp_path if mapping == "beiwe" else path
    table, _ = collected(root, mapping=mapping)
    assert table["self_harm"][-1] == 2.0
    assert flags_of(root, mapping=mapping) == ["self_harm"]


def test_the_command_collects_rows_that_cannot_be_used(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = "person,time,craving,self_harm\nb,1,2,0\na,1,3,1,9\na,2\nb,2,1,0\n"
    good = [
        {"schema": "relapse/check_in/1", "person": "b", "time": k,
         "answers": {"craving": 2, "self_harm": 0}} for k in (1, 2)
    ]  # fmt: skip
    bad = {**good[0], "person": "a", "answers": {"self_harm": 1}, "note": "mine alone"}
    short = '{"person":"a","time":2,"x":1,"x":2}'
    documents = [json.dumps(each) for each in (good[0], bad)]
    documents += [short, json.dumps(good[1])]
    for name, text, place in (
        ("c.csv", wide, "line"),
        ("c.tsv", wide.replace(",", "\t"), "line"),
        ("c.json", f"[{','.join(documents)}]", "row"),
        ("c.jsonl", "\n".join(documents), "row"),
    ):
        path = write(text, name)
        out = path.with_name("out.csv")
        first = 2 if place == "row" else 3
        assert main(["score", str(path), "--on-error", "collect", "-o", str(out)]) == 0
        told = capsys.readouterr().err
        assert "2 check-ins of 2 persons scored" in told and "2 rows refused" in told
        assert f"{place} {first}, person a" in told
        assert f"{place} {first + 1}, person a" in told
        rows = out.read_text().splitlines()[1:]
        assert ["self_harm" in row for row in rows] == [False, True, True, False]
        assert "mine alone" not in told + out.read_text()
        assert main(["score", str(path), "-o", str(out)]) == 1
        assert "self_harm" in capsys.readouterr().err


@pytest.mark.parametrize("sign", [";", "\t", "sep=;"])
def test_the_command_reads_the_signs_that_the_reader_of_exports_knows(
    sign: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "person,time,craving\nP1,1,2\nP1,2,99\n".replace(",", sign[-1])
    path = write("sep=;\n" + text if "sep" in sign else text)
    assert main(["score", str(path), "--on-error", "collect", "-o", "-"]) == 0
    line = 4 if "sep" in sign else 3
    assert f"line {line}, person P1, column craving" in capsys.readouterr().err


# Whatever the fault ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("person,time,self_harm\na,,1\n", {}),
        ("person,time,self_harm\na,soon,1\n", {}),
        ("person,time,self_harm\n,1,1\n", {}),
        ("person,time,self_harm\na,1,often\n", {"values": {"self_harm": {"1": 1}}}),
        ("person,time,item,value\na,,self_harm,1\n", {}),
        ("person,time,item,value\na,1,self_harm,1\na,1,self_harm,0\n", {}),
        ("person,time,self_harm,self_harm_missing\na,1,1,declined\n", {}),
        ("person,time,self_harm,x_missing\na,1,1,shy\n", {}),
        ("person,time,q9,craving\na,,1,0\n", {"items": {"q9": "self_harm"}}),
        ("person,time,self_harm\na,2025-10-26T02:30,1\n", {"zone": "Europe/Berlin"}),
    ],
)
def test_an_error_names_the_flags_whatever_the_fault(
    text: str, settings: dict[str, Any], write: Write
) -> None:
    path = write(text)
    assert flags_of(path, **settings) == ["self_harm"]
    assert "self_harm" in raised(collected(path, **settings)[0])


def test_a_refused_resource_names_its_flags(write: Write) -> None:
    item = '[{"linkId":"self_harm","answer":[{"valueInteger":1}]}]}'
    path = write((QR % 1 + item).replace("2026-03-01T08:00:00+01:00", "soon"), "r.json")
    assert flags_of(path, mapping="fhir") == ["self_harm"]


# Words of mappings ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "is_left_out"),
    [("TRUE", False), ("true", False), ("1", True), ("survey PREVIEW", True),
     ("0", False), ("Spam", True), ("FALSE", False)],
)  # fmt: skip
def test_a_truth_value_is_no_code_of_a_mapping(
    status: str, is_left_out: bool, write: Write
) -> None:
    head = "StartDate,Status,Progress,ExternalReference,self_harm\n"
    rows = "2026-03-01 06:00:00,0,100,p1,0\n2026-03-02 06:00:00,{},100,p1,2\n"
    table, report = collected(
        write(head + rows.format(status)), mapping="qualtrics", zone="UTC"
    )
    assert (2 not in table["self_harm"]) == is_left_out == bool(report.left_out)


# The hour that comes twice --------------------------------------------------------------


def at(clock: str, fold: int = 0) -> datetime:
    berlin = ZoneInfo("Europe/Berlin")
    hour, minute = map(int, clock.split(":"))
    return datetime(2025, 10, 26, hour, minute, fold=fold, tzinfo=berlin)


@pytest.mark.parametrize(
    ("clocks", "hours"),
    [
        (["1:00", "2:50", "2:10", "4:00"], [-1, 50 / 60, 70 / 60, 3]),
        (["4:00", "2:10", "2:50", "1:00"], [3, 70 / 60, 50 / 60, -1]),
        (["2:10", "2:50"], [10 / 60, 50 / 60]),
        (["1:00", "2:30", "4:00"], [-1, 0.5, 3]),
    ],
)
def test_datetimes_of_the_hour_that_comes_twice_follow_the_order(
    clocks: list[str], hours: list[float]
) -> None:
    table = {"person": ["a"] * len(clocks), "time": [*map(at, clocks)]}
    days = relapse.score({**table, "craving": [1] * len(clocks)}, "standard")
    steps = relapse._reading.check_ins.read_check_ins(
        {**table, "craving": [1] * len(clocks)}, relapse.Model.standard(), "person",
        "time",
    ).columns["time"]  # fmt: skip
    np.testing.assert_allclose((steps - 20387) * 24, hours, atol=1e-6)
    assert len(days["risk_7d"]) == len(clocks)


def test_datetimes_that_the_order_leaves_in_doubt_are_refused() -> None:
    pd = pytest.importorskip("pandas")
    table: dict[str, Any] = {"person": ["a"] * 2, "craving": [1, 1], "self_harm": [0, 1]}
    times = [at("2:50"), at("2:10")]
    _, errors = relapse.score({**table, "time": times}, "standard", on_error="collect")
    assert list(errors["row"]) == [0, 1] and "comes twice" in errors["message"][0]
    for sure in ([at("2:50"), at("2:10", fold=1)], pd.Series(pd.to_datetime(times))):
        assert len(relapse.score({**table, "time": sure}, "standard")["flags"]) == 2


# Persons --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a ", " a", "\ta", "a\u00a0", "\ufeff a", " \u200ba"])
def test_spaces_at_the_ends_of_a_person_do_not_count(name: str, write: Write) -> None:
    rows = {"person": ["a", name], "time": [1.0, 2.0], "craving": [1, 4]}
    whole = relapse.score({**rows, "person": ["a", "a"]}, "standard")["risk_7d"]
    scored = relapse.score(rows, "standard")
    np.testing.assert_array_equal(scored["risk_7d"], whole)
    path = write(f"person,time,craving\na,1,1\n{name},2,4\n")
    assert list(relapse.read_check_ins(path, frame="dict")["person"]) == ["a", "a"]
    batches = [{n: [v[k]] for n, v in rows.items()} for k in (0, 1)]
    found = [each["risk_7d"][0] for each in relapse.score_batches(batches, "standard")]
    np.testing.assert_array_equal(found, whole)
    out = path.with_name("out.html")
    assert main(["report", str(path), "--who", name, "-o", str(out)]) == 0


@pytest.mark.parametrize("name", [" ", "\t", "", "\u00a0", "\u200b "])
def test_a_blank_name_is_no_person(name: str, write: Write) -> None:
    rows = {"person": ["a", name], "time": [1, 2], "craving": [1, 4]}
    with pytest.raises(relapse.CheckInError, match="is missing"):
        relapse.score(rows, "standard")
    with pytest.raises(relapse.CheckInError, match="who"):
        relapse.read_check_ins(write(f"person,time,craving\na,1,1\n{name},2,4\n"))


# Files without a header -----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a,2026-03-01T08:00Z,drank a bottle,3\na,2026-03-02T08:00Z,drank a bottle,3\n",
        "drank a bottle,1,3,3\n",
        "drank a bottle,01.03.2026,x\n",
    ],
)
def test_a_file_without_a_header_is_refused_without_its_cells(
    text: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    pd = pytest.importorskip("pandas")
    path = write(text)
    for mapping in ("generic", "qualtrics", "radar_base", "m_path"):
        with pytest.raises(relapse.InvalidInput, match="has no header") as caught:
            relapse.read_check_ins(path, mapping=mapping)
        assert "bottle" not in str(caught.value)
    for task in (["score"], ["fit", "--model", "standard", "-o", "m.json"]):
        assert main([task[0], str(path), *task[1:]]) == 1
        told = capsys.readouterr().err
        assert "has no header" in told and "bottle" not in told
    if "3,3" not in text and text.count("\n") > 1:
        with pytest.raises(relapse.InvalidInput, match="has no header") as caught:
            relapse.score(pd.read_csv(path), "standard")
        assert "bottle" not in str(caught.value)


def test_names_of_which_none_is_known_are_not_repeated(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(write("drank,a bottle\nx,y\n"))]) == 1
    told = capsys.readouterr().err
    assert "has no header" in told and "bottle" not in told
    assert main(["score", str(write("Person,when\nx,y\n"))]) == 1
    assert "did you mean" in capsys.readouterr().err


# Numbers, names and codes ---------------------------------------------------------------


@pytest.mark.parametrize("number", ["1e999", "-1e999", "Infinity"])
def test_a_number_that_is_not_finite_is_refused(number: str, write: Write) -> None:
    text = (
        '[{"person":"b","time":1,"self_harm":0},{"person":"a","time":1,"self_harm":%s}]'
    )
    path = write(text % number, "made.json")
    assert flags_of(path) == ["self_harm"]
    table, report = collected(path)
    assert "not finite" in report.left_out[0].why
    assert raised(table) == ["self_harm", ""]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"items": {"craving": ""}}, "items: 'craving' has an item without a name"),
        ({"items": {"craving": " "}}, "items: 'craving' has an item without a name"),
        ({"missing": {None: "declined"}}, "missing: has None for an answer"),
        ({"missing": {float("nan"): "declined"}}, "missing: has nan for an answer"),
        ({"missing": {"craving": {None: "declined"}}}, "missing of 'craving': has None"),
        ({"values": {"craving": {None: 1}}}, "values of 'craving': has None"),
        ({"missing": {("a",): "declined"}}, r"missing: has \('a',\) for an answer"),
    ],
)
def test_names_and_codes_that_are_none_are_refused(
    settings: dict[str, Any], says: str, write: Write
) -> None:
    with pytest.raises(relapse.InvalidInput, match=says):
        relapse.read_check_ins(write("person,time,craving\na,1,1\n"), **settings)


# Beiwe ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "columns"),
    [
        (["[home]", "[home; bar]"], {"q3[home]": [1.0, 1.0], "q3[bar]": [0.0, 1.0]}),
        (["[home, bar]"], {"q3[home]": [1.0], "q3[bar]": [1.0]}),
        (["[at home, alone; bar]"], {"q3[at home, alone]": [1.0], "q3[bar]": [1.0]}),
    ],
)
def test_several_choices_are_told_apart_by_either_sign(
    answers: list[str], columns: dict[str, list[float]], tmp_path: Path
) -> None:
    folder = tmp_path / "p" / "survey_answers" / "s"
    folder.mkdir(parents=True)
    for day, answer in enumerate(answers, 1):
        path = folder / f"2026-03-{day:02} 06_00_00+00_00.csv"
        path.write_text(
            "question id,question type,question text,answer\n"
            f'q3,checkbox_question,where,"{answer}"\n'
        )
    table, _ = collected(tmp_path, mapping="beiwe")
    told = {name: list(table[name]) for name in table if name.startswith("q3")}
    assert told == columns


@pytest.mark.parametrize("between", ["", [], [""], 3])
def test_what_stands_between_choices_is_a_text(between: Any) -> None:
    document = relapse.load_mapping("beiwe")
    document["value"]["several"]["between"] = between
    with pytest.raises(relapse.InvalidInput, match="/value/several/between"):
        relapse.load_mapping(document)


# The command on FHIR --------------------------------------------------------------------


@pytest.mark.parametrize("options", [[], ["--model", "standard"]])
def test_refused_resources_are_told_by_the_status(
    options: list[str], write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    item = '[{"linkId":"craving","answer":[{"valueInteger":1}]}]}'
    good, bad = QR % 1 + item, (QR % 2 + item).replace("01T08:00:00+01:00", "01")
    path = write(f"{good}\n{bad}\n", "r.ndjson")
    out = path.with_name("out.csv")
    assert main(["fhir", "in", str(path), *options, "-o", str(out)]) == 1
    assert "relapse: refused: " in capsys.readouterr().err
    assert len(out.read_text().splitlines()) == 2
    assert main(["fhir", "in", str(write(good, "r.json")), "-o", str(out)]) == 0
