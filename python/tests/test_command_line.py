"""The command `relapse`, as people and machines use it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import Run, Write

import relapse
from relapse._cli.main import main
from relapse._reading.table_file import read_table
from relapse._report.history import replay

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "data" / "check_ins.csv"

THREE = """\
person,time,craving,bargaining,used
P1,2026-03-01T08:00+02:00,1,0,0
P1,2026-03-02T08:00+02:00,3,,0
P2,2026-03-01T09:00Z,4,4,1
"""


@pytest.fixture
def three(write: Write) -> Path:
    return write(THREE, "three.csv")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# What score gives


def test_scores_are_those_of_the_library(run: Run, three: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    status, printed, told = run("score", three, "-o", out)
    assert status == 0
    assert printed == ""
    assert "3 check-ins of 2 persons" in told
    table = read_table(str(three), ("person",))
    scores = relapse.score(table, "standard")
    written = rows(out.read_text(encoding="utf-8"))
    assert list(written[0]) == list(scores)
    for name in ("risk_7d", "risk_7d_low", "stage_mental", "log_likelihood"):
        assert [float(row[name]) for row in written] == list(scores[name]), name
    assert [row["time"] for row in written] == list(table["time"])
    assert [row["level"] for row in written] == list(scores["level"])


def test_scores_go_to_standard_output_unless_a_file_is_named(
    run: Run, three: Path
) -> None:
    status, printed, told = run("score", three)
    assert status == 0
    assert [row["person"] for row in rows(printed)] == ["P1", "P1", "P2"]
    assert told == ""


def test_check_ins_come_through_a_pipe(
    run: Run, three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(THREE))
    status, piped, _ = run("score", "-")
    assert status == 0
    assert piped == run("score", three)[1]


@pytest.mark.parametrize("task", ["score", "report"])
def test_numpy_and_narwhals_are_enough(three: Path, tmp_path: Path, task: str) -> None:
    code = (
        "import sys\n"
        "for name in 'pandas', 'polars', 'pyarrow', 'matplotlib', 'scipy':\n"
        "    sys.modules[name] = None\n"
        "from relapse._cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    into = tmp_path / ("scores.csv" if task == "score" else "P1.html")
    arguments = [task, str(three), "-o", str(into)]
    if task == "report":
        arguments += ["--who", "P1"]
    command = [sys.executable, "-c", code, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert into.stat().st_size > 500
    command = [sys.executable, "-c", code, "score", str(three), "-o", "x.parquet"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "Parquet files need pyarrow or polars" in ran.stderr


@pytest.mark.parametrize("ending", [".parquet", ".json"])
def test_each_kind_of_file_gives_the_same_scores(
    run: Run, three: Path, tmp_path: Path, ending: str
) -> None:
    pandas = pytest.importorskip("pandas")
    other = tmp_path / f"three{ending}"
    frame = pandas.read_csv(three)
    if ending == ".parquet":
        frame["time"] = pandas.to_datetime(frame["time"], utc=True)
        frame.to_parquet(other)
    else:
        frame.to_json(other, orient="records")
    into = tmp_path / f"scores{ending}"
    assert run("score", other, "-o", into)[0] == 0
    expected = rows(run("score", three)[1])
    assert np.asarray(read_table(str(into))["risk_7d"]).tolist() == [
        float(row["risk_7d"]) for row in expected
    ]


def test_check_in_documents_are_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "check_ins.json"
    document = {
        "schema": "relapse/check_in/1",
        "person": "P1",
        "time": "2026-03-01T08:00:00+02:00",
        "answers": {"craving": 3, "isolating": 2},
        "missing": {"sleep": "declined"},
        "known_stage": {"any_of": ["mental", "lapse"]},
    }
    path.write_text(json.dumps([document]), encoding="utf-8")
    status, printed, told = run("score", path)
    assert (status, told) == (0, "")
    assert rows(printed)[0]["stage_stable"] == "0"


def test_columns_have_the_names_that_are_given(run: Run, write: Write) -> None:
    path = write(THREE.replace("person,time", "who,at"), "renamed.csv")
    status, printed, _ = run("score", path, "--person", "who", "--time", "at")
    assert status == 0
    assert [row["who"] for row in rows(printed)] == ["P1", "P1", "P2"]


def test_unknown_columns_are_named_once(run: Run, write: Write) -> None:
    path = write("person,time,craving,shoe_size\nP1,0,1,44\n", "more.csv")
    status, _, told = run("score", path, "--drivers", "--json")
    assert status == 0
    assert told.count("shoe_size") == 1


def test_drivers_add_up_to_the_change_of_risk(
    run: Run, three: Path, tmp_path: Path
) -> None:
    out = tmp_path / "scores.csv"
    assert run("score", three, "-o", out, "--drivers")[0] == 0
    drivers = rows((tmp_path / "scores.drivers.csv").read_text(encoding="utf-8"))
    second = [d for d in drivers if d["time"] == "2026-03-02T08:00+02:00"]
    scores = rows(out.read_text(encoding="utf-8"))
    change = float(scores[1]["risk_7d"]) - float(scores[0]["risk_7d"])
    assert sum(float(d["contribution"]) for d in second) == pytest.approx(
        change, abs=1e-9
    )


def test_drivers_of_outcomes_add_up_to_their_change(
    run: Run, tmp_path: Path, write: Write
) -> None:
    weeks = write("person,time,urine\nA,0,0\nA,7,1\nA,14,0\n", "weeks.csv")
    out = tmp_path / "scores.csv"
    asked = ("--model", "opioid_weekly", "-o", out, "--outcome-drivers")
    assert run("score", weeks, *asked)[0] == 0
    assert not (tmp_path / "scores.drivers.csv").exists()
    scores = rows(out.read_text(encoding="utf-8"))
    path = tmp_path / "scores.outcome_drivers.csv"
    reasons = rows(path.read_text(encoding="utf-8"))
    outcomes = {reason["outcome"] for reason in reasons}
    assert "positive_urine_next_week" in outcomes
    for outcome in outcomes:
        column = f"outcome_{outcome}"
        change = float(scores[1][column]) - float(scores[0][column])
        found = [r for r in reasons if r["time"] == "7" and r["outcome"] == outcome]
        assert sum(float(r["contribution"]) for r in found) == pytest.approx(
            change, abs=1e-9
        )
    status, _, told = run("score", weeks, "--json", "--outcome-drivers")
    assert status == 2
    assert "names no outcomes" in told


def test_json_is_for_machines(run: Run, three: Path) -> None:
    status, printed, _ = run("score", three, "--json", "--drivers", "--attention", "2")
    assert status == 0
    content = json.loads(printed)
    assert content["persons"] == 2
    assert content["check_ins"] == 3
    assert content["model"]["content_hash"] == relapse.Model.standard().content_hash
    assert len(content["scores"]) == 3
    assert {"person", "time", "driver", "kind", "contribution"} <= set(
        content["drivers"][0]
    )
    listed = content["attention"]
    assert set(listed) == {"using_now", "at_risk"}
    (first,) = listed["using_now"]
    assert (first["person"], first["level"]) == ("P2", "critical")
    assert first["continued_use"] == content["scores"][2]["relapse_7d"]
    (other,) = listed["at_risk"]
    assert other["new_risk"] == content["scores"][1]["new_use_7d"]


# Who needs attention first


def test_files_put_together_have_a_mark_within_and_no_person_twice(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(b"person,time,craving\na,1,2\n\xef\xbb\xbfa,2,3\n")
    status, printed, _ = run("score", str(path), "--attention", "3")
    assert status == 0 and "2 check-ins of 1 person " in printed


def test_attention_is_two_lists_by_flags_then_risk(run: Run, write: Write) -> None:
    path = write(
        "person,time,craving,used,planning_use,self_harm\n"
        "calm,0,0,0,0,0\nusing,0,3,1,1,0\nunsafe,0,0,0,0,1\nplanning,0,4,0,1,\n",
        "flagged.csv",
    )
    status, printed, _ = run("score", path, "--attention", "4")
    assert status == 0
    found = [line.split()[0] for line in printed.splitlines() if line[:1].islower()]
    assert found == ["person", "using", "person", "unsafe", "planning", "calm"]
    assert printed.index("Using now (1 of 1)") < printed.index("using ")
    assert "At risk of a new return to use (3 of 3)" in printed
    assert "! Thoughts of self-harm or suicide" in printed.replace("\n", " ") or (
        "! Thoughts" in printed
    )


def test_the_table_fits_the_width_and_puts_the_person_first(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    status, printed, _ = run("score", EXAMPLE, "--attention", "12")
    assert status == 0
    assert max(map(len, printed.splitlines()[2:])) <= 100
    head = printed.splitlines()[0]
    assert head.startswith("6,120 check-ins of 200 persons scored in ")
    assert f"model standard {relapse.Model.standard().version}" in head
    for word in ("relaps", "addict", "abus", "fail", "dirty", "slip"):
        assert word not in printed.lower()


def test_the_table_is_in_the_language_of_the_locale(run: Run) -> None:
    status, printed, _ = run("score", EXAMPLE, "--attention", "12", "--locale", "de-DE")
    assert status == 0
    table = printed.split("\n", 1)[1]
    for words in (
        "Person",
        "Stufe",
        "7-Tage-Risiko",
        "stärkste",
        "Gründe",
        "Prozentpunkten",
    ):
        assert words in table
    for words in ("person ", "level", "risk", "Reasons", "elevated", "Steady"):
        assert words not in table


def test_the_last_check_in_is_the_latest_whatever_the_order_of_rows(
    run: Run, three: Path, write: Write
) -> None:
    lines = THREE.splitlines()
    turned = write("\n".join([lines[0], *reversed(lines[1:])]) + "\n", "turned.csv")
    straight = json.loads(run("score", three, "--attention", "9", "--json")[1])
    backward = json.loads(run("score", turned, "--attention", "9", "--json")[1])
    assert straight["attention"] == backward["attention"]


def test_what_to_try_first_is_what_the_report_shows_first(run: Run) -> None:
    printed = run("score", EXAMPLE, "--attention", "2", "--json")[1]
    table = read_table(str(EXAMPLE), ("person",))
    lists = json.loads(printed)["attention"]
    assert lists["using_now"] and lists["at_risk"]
    for one in [*lists["using_now"], *lists["at_risk"]]:
        history = replay(table, "standard", one["person"])
        assert one["suggestion"] == history.suggestions()[0].words


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colour_is_for_terminals_without_no_color(
    monkeypatch: pytest.MonkeyPatch, three: Path
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert main(["score", str(three), "--attention", "2"]) == 0
    assert "\033[" in sys.stdout.getvalue()  # type: ignore[attr-defined]
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert main(["score", str(three), "--attention", "2"]) == 0
    assert "\033[" not in sys.stdout.getvalue()  # type: ignore[attr-defined]


def test_a_progress_bar_is_for_terminals_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from relapse._cli.terminal import Progress

    with Progress("scoring", io.StringIO()) as show:
        assert show is None
    stream = Terminal()
    with Progress("scoring", stream) as show:
        assert show is not None
        monkeypatch.setattr("time.monotonic", lambda: 1e9)
        show(0.5)
        assert "50%" in stream.getvalue()
    assert stream.getvalue().endswith("\r")


# Refusals


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("P1,2026-03-03T08:00+02:00,many,0,0", ["line 4", "P1", "craving", "number"]),
        ("P1,2026-03-03T08:00+02:00,9,0,0", ["line 4", "P1", "craving"]),
        ("P1,2026-03-03T08:00,1,0,0", ["line 4", "P1", "time", "zone"]),
        ("P1,2026-03-02T06:00Z,1,0,0", ["line 4", "P1", "time"]),
        (",2026-03-03T08:00Z,1,0,0", ["line 4", "person", "missing"]),
        ("P1,2026-03-03T08:00Z,inf,0,0", ["line 4", "P1", "craving"]),
        ("P1,,1,0,0", ["line 4", "P1", "time", "missing"]),
    ],
)
def test_a_bad_row_is_refused_and_named(
    run: Run, write: Write, row: str, says: list[str]
) -> None:
    path = write("\n".join([*THREE.splitlines()[:3], row]) + "\n", "bad.csv")
    status, printed, told = run("score", path)
    assert (status, printed) == (1, "")
    assert told.count("\n") == 1
    for words in ("bad.csv", *says):
        assert words in told, told
    assert "many" not in told  # what was answered is not repeated
    status, printed, _ = run("score", path, "--json")
    assert status == 1
    assert json.loads(printed)["error"]["line"] == 4


def test_a_row_with_two_faults_is_one_row(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(THREE + "P2,2026-03-02,many,0,0\n", encoding="utf-8")
    status, printed, told = run("score", path, "--on-error", "collect", "--json")
    assert status == 0
    found = json.loads(printed)
    assert (found["check_ins"], found["refused"], len(found["errors"])) == (3, 1, 2)
    assert told.count("line 5") == 2
    path.write_text(
        "person,time,item,value\nA,2026-03-01,craving,99\nA,2026-03-01,used,7\n"
        "B,2026-03-01T08:00Z,craving,1\nB,2026-03-01T08:00Z,used,0\n"
        "C,2026-03-01T08:00Z,craving,many\nC,2026-03-01T08:00Z,used,no\n",
        encoding="utf-8",
    )
    found = json.loads(run("score", path, "--on-error", "collect", "--json")[1])
    assert (found["check_ins"], found["refused"]) == (1, 4)


def test_other_rows_are_scored_when_errors_are_collected(
    run: Run, tmp_path: Path
) -> None:
    path, out = tmp_path / "bad.csv", tmp_path / "scores.csv"
    path.write_text(THREE + "P2,2026-03-02T09:00Z,99,0,0\n", encoding="utf-8")
    status, _, told = run("score", path, "-o", out, "--on-error", "collect", "--drivers")
    assert status == 0
    assert "1 row refused" in told
    assert "line 5" in told
    scores = rows(out.read_text(encoding="utf-8"))
    assert scores[3]["risk_7d"] == ""
    assert all(row["risk_7d"] for row in scores[:3])
    errors = rows((tmp_path / "scores.errors.csv").read_text(encoding="utf-8"))
    assert [(e["person"], e["row"], e["column"]) for e in errors] == [
        ("P2", "3", "craving")
    ]
    drivers = rows((tmp_path / "scores.drivers.csv").read_text(encoding="utf-8"))
    assert len({(d["person"], d["time"]) for d in drivers}) == 3
    status, printed, _ = run(
        "score", path, "--on-error", "collect", "--attention", "1", "--json"
    )
    lists = json.loads(printed)["attention"]
    assert [one["person"] for one in lists["using_now"]] == ["P2"]
    assert [one["person"] for one in lists["at_risk"]] == ["P1"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("person,time,craving,craving\nP1,0,1,1\n", "two columns named 'craving'"),
        ("person,time,craving\nP1,0\n", "line 2: has 2 cells, but must have 3"),
        ("who,time,craving\nP1,0,1\n", "unknown column `person`"),
        ('person,time,craving\nP1,0,"1\n', "line 2"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    run: Run, write: Write, text: str, says: str
) -> None:
    path = write(text, "odd.csv")
    status, _, told = run("score", path)
    assert status == 1
    assert "odd.csv" in told
    assert says in told


def test_files_that_are_not_there_or_not_text_are_refused(
    run: Run, tmp_path: Path
) -> None:
    assert run("score", tmp_path / "gone.csv")[0] == 1
    path = tmp_path / "bytes.csv"
    path.write_bytes(b"person,time\n\xff\xfe,1\n")
    assert "UTF-8" in run("score", path)[2]
    assert "must end with" in run("score", tmp_path / "table.xls")[2]
    assert run("score", path, "--model", tmp_path / "gone.json")[0] == 1
    told = run("score", path, "--model", "standart")[2]
    assert "neither a file nor a model" in told
    assert "comes with the library (did you mean `standard`?)" in told


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ('"answer": {}', "unknown key `answer` (did you mean `answers`?)"),
        ('"known_stage": {"any": []}', "unknown key `any` (did you mean `any_of`?)"),
        ('"known_stage": {"any_of": 5}', "'any_of'"),
        ('"acknowledge": "self_harm"', "'acknowledge'"),
        ('"answers": {"craving": 1, "craving": 2}', "'craving' stands twice"),
        ('"answers": {"craving": ' + "9" * 400 + "}", "craving"),
        ('"answers": [1]', "'answers'"),
    ],
)
def test_a_check_in_document_is_read_whole_or_refused(
    run: Run, tmp_path: Path, change: str, says: str
) -> None:
    path = tmp_path / "check_in.json"
    schema = '"schema": "relapse/check_in/1"'
    path.write_text(
        f'{{{schema}, "person": "P1", "time": 1, {change}}}', encoding="utf-8"
    )
    status, _, told = run("score", path)
    assert status == 1
    assert "check_in.json" in told
    assert says in told


def test_standard_input_is_utf8_with_or_without_a_mark(three: Path) -> None:
    def piped(content: bytes) -> subprocess.CompletedProcess[bytes]:
        code = "import sys; from relapse._cli.main import main; sys.exit(main())"
        command = [sys.executable, "-c", code, "score", "-"]
        return subprocess.run(command, input=content, capture_output=True, check=False)

    plain = piped(three.read_bytes())
    assert plain.returncode == 0
    assert piped(b"\xef\xbb\xbf" + three.read_bytes()).stdout == plain.stdout
    refused = piped(b"person,time\n\xff,1\n")
    assert refused.returncode == 1
    assert refused.stderr == b"relapse: standard input: is not UTF-8 text\n"


def test_times_at_which_there_are_no_check_ins_are_refused(
    run: Run, write: Write
) -> None:
    path = write(
        "person,time,craving\nP1,0000-01-01T00:00Z,2\nP1,0000-01-02T00:00Z,2\n", "old.csv"
    )
    for command in (("report", path, "--who", "P1", "-o", "-"), ("score", path)):
        status, _, told = run(*command)
        assert status == 1
        assert "line 2, person P1, column time: is further from 1970" in told
    begin = ("--begin", "9999-12-30T00:00Z")
    status, _, told = run("simulate", "--persons", "1", "--days", "30", *begin)
    assert status == 1
    assert "--begin" in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_is_told_in_one_line(three: Path) -> None:
    code = "import sys; from relapse._cli.main import main; sys.exit(main())"
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-c", code, "score", str(three)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stderr.startswith("relapse: standard output:")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["score"],
        ["score", "x.csv", "--threads", "some"],
        ["score", "x.csv", "--attention", "0"],
        ["score", "x.csv", "--on-error", "ignore"],
        ["score", "x.csv", "--drivers"],
        ["score", "x.csv", "-o", "-", "--json"],
        ["report", "x.csv"],
    ],
)
def test_misuse_is_told_apart(run: Run, arguments: list[str]) -> None:
    status, _, told = run(*arguments)
    assert status == 2
    assert told


def test_an_unknown_option_is_told_with_the_nearest_one(run: Run) -> None:
    told = run("score", "x.csv", "--modle", "sad news")[2]
    assert "unknown option `--modle` (did you mean `--model`?)" in told
    assert "sad news" not in told


# Other tasks


def test_simulate_gives_the_shipped_file_again(run: Run, tmp_path: Path) -> None:
    words = (EXAMPLE.parent / "README.md").read_text(encoding="utf-8")
    command = words[words.index("    relapse ") :].split("\n\n")[0].replace("\\\n", " ")
    arguments = command.split()[1:]
    again = tmp_path / "again.csv"
    arguments[arguments.index("-o") + 1] = str(again)
    assert run(*arguments)[0] == 0
    assert again.read_bytes() == EXAMPLE.read_bytes()


def test_simulated_times_are_days_unless_a_beginning_is_given(
    run: Run, tmp_path: Path
) -> None:
    drawn = (
        "simulate",
        "--persons",
        "2",
        "--days",
        "3",
        "--jitter",
        "0.5",
        "--seed",
        "7",
    )
    status, printed, _ = run(*drawn)
    assert status == 0
    days = rows(printed)
    assert days[0]["person"] == "P001"
    assert float(days[0]["time"]) == 0.0
    stamped = rows(run(*drawn, "--begin", "2026-03-01T08:00+02:00")[1])
    assert stamped[0]["time"] == "2026-03-01T06:00+00:00"
    assert [row["craving"] for row in days] == [row["craving"] for row in stamped]
    assert "jitter" in run("simulate", "--jitter", "2")[2]
    status, _, told = run(*drawn, "--begin", "2026-03-01T08:00")
    assert status == 1
    assert "zone" in told


def test_validate_says_what_a_document_is(run: Run, tmp_path: Path) -> None:
    model = relapse.Model.standard()
    path = tmp_path / "model.json"
    model.save(path)
    status, printed, _ = run("validate", path)
    assert status == 0
    assert f"ok, model standard {model.version}" in printed
    assert model.content_hash in printed
    plan = ROOT / "examples" / "data" / "plan.json"
    assert "ok, plan of P139, version 2" in run("validate", plan)[1]
    assert json.loads(run("validate", path, "--json")[1])["ok"] is True


def test_validate_points_at_the_fault(run: Run, write: Write) -> None:
    document = relapse.Model.standard().to_dict()
    document["transitions"][3]["rate"] = -1.0
    path = write(json.dumps(document), "model.json")
    status, _, told = run("validate", path)
    assert status == 1
    assert "model.json, /transitions/3/rate: " in told
    status, printed, _ = run("validate", path, "--json")
    assert json.loads(printed)["error"]["pointer"] == "/transitions/3/rate"
    path.write_text('{"schema": "relapse/plan/1", "person": "P"}', encoding="utf-8")
    assert "/version" in run("validate", path)[2]
    path.write_text("{", encoding="utf-8")
    assert run("validate", path)[0] == 1


def test_show_is_readable_and_has_the_document(run: Run) -> None:
    status, printed, _ = run("show", "standard")
    assert status == 0
    assert run("show")[1] == printed
    assert max(map(len, printed.splitlines())) <= 120
    for words in (
        "STAGES",
        "MOVEMENT",
        "half-life",
        "Thinking about use",
        "urge_surfing",
    ):
        assert words in printed
    document = json.loads(run("show", "standard", "--json")[1])
    assert document == relapse.Model.standard().to_dict()


def test_show_names_each_stage_item_determinant_level_and_action(run: Run) -> None:
    printed = " ".join(run("show", "standard")[1].split())
    document = relapse.Model.standard().to_dict()
    for part in ("stages", "items", "determinants", "actions"):
        for thing in document[part]:
            assert thing["id"] in printed, thing["id"]
    for level in document["levels"]["cuts"]:
        assert level in printed


def test_a_closed_standard_output_is_told_in_one_line(three: Path) -> None:
    code = "import sys; from relapse._cli.main import main; sys.exit(main())"
    ran = subprocess.run(
        ["sh", "-c", '"$0" -c "$1" score "$2" >&-', sys.executable, code, str(three)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 1
    assert ran.stderr == "relapse: standard output: is closed\n"


@pytest.mark.parametrize("name", ["days_since_use", "days_in_recovery"])
def test_what_is_known_at_the_start_is_an_option_and_a_column(
    run: Run, three: Path, tmp_path: Path, name: str
) -> None:
    option = f"--{name.replace('_', '-')}"
    plain = json.loads(run("score", three, "--json")[1])["scores"]
    told = json.loads(run("score", three, option, "400", "--json")[1])["scores"]
    # No clock of this model counts days in recovery.
    changed = [row["risk_7d"] for row in told] != [row["risk_7d"] for row in plain]
    assert changed == (name == "days_since_use")
    table = pd.read_csv(three).assign(**{name: 400.0})
    column = tmp_path / "column.csv"
    table.to_csv(column, index=False)
    assert json.loads(run("score", column, "--json")[1])["scores"] == told
    assert run("score", column, option, "400")[0] == 2
    page = tmp_path / "page.html"
    known = run("report", three, "--who", "P1", option, "400", "-o", page)
    assert known[0] == 0
    assert run("report", three, option, "400", "-o", page)[0] == 2


@pytest.mark.parametrize("option", ["--missing", "--miss"])
@pytest.mark.parametrize("code", ["-99=declined", "-99", "-.5", "."])
def test_a_code_for_a_gap_may_have_a_sign(
    run: Run, tmp_path: Path, option: str, code: str
) -> None:
    path, out = tmp_path / "table.csv", tmp_path / "scores.csv"
    gap = code.partition("=")[0]
    path.write_text(THREE.replace("3,,0", f"3,{gap},0"))
    assert run("score", path, "-o", out)[0] == 1
    for given in ([option, code], [f"{option}={code}"]):
        status, _, error = run("score", path, *given, "-o", out)
        assert status == 0, error


def test_a_code_for_a_gap_is_one_in_what_is_known_too(
    tmp_path: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    for head, rows in (
        ("person,time,craving,stage,days_since_use", "P,1,2,-9,99\nP,2,2,stable,-9\n"),
        ("person,time,item,value,stage", "P,1,craving,2,-9\nP,2,craving,2,stable\n"),
    ):
        path = write(f"{head}\n{rows}", "t.csv")
        words = ["score", str(path), "-o", str(tmp_path / "o.csv")]
        assert main([*words, "--missing", "-9=declined", "--missing", "99"]) == 0
        if "item" not in head:
            assert main(words) == 1
    capsys.readouterr()
