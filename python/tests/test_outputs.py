"""Files that are written: the old one or the new one, whole, and never an input."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

import relapse
from relapse._cli.main import main
from relapse._reading.outputs import Outputs, write_text
from relapse._reading.table_file import read_table
from relapse._reading.text_file import TableError

TABLE = "person,time,craving\nP1,1,1\nP1,2,3\nP2,1,0\n"
REFUSED = "person,time,craving\nP1,1,1\nP1,2,99\n"
MODEL = relapse.Model.standard().to_json()

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs modes and links")

Run = Callable[..., "tuple[int, str]"]


@pytest.fixture
def run(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run the command in a folder of its own; return exit status and standard error."""
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text(TABLE)
    Path("wrong.csv").write_text(REFUSED)
    Path("m.json").write_text(MODEL)

    def ran(*words: str) -> tuple[int, str]:
        status = main(words)
        return status, capfd.readouterr().err

    return ran


def mode_of(path: str) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


def drafts() -> list[Path]:
    return list(Path().rglob(".relapse-*"))


# An input


@pytest.mark.parametrize("name", ["x.csv", "./x.csv", "sub/../x.csv", "hard.csv"])
@pytest.mark.parametrize(
    "words",
    [
        ("score", "x.csv"),
        ("report", "x.csv"),
        ("report", "x.csv", "--who", "P1"),
        ("fit", "x.csv", "--model", "m.json"),
    ],
)
def test_an_input_is_no_output_by_whatever_name(
    run: Run, words: tuple[str, ...], name: str
) -> None:
    Path("sub").mkdir()
    Path("hard.csv").hardlink_to("x.csv")
    status, told = run(*words, "-o", name)
    assert status == 1
    assert "is an input of this run" in told
    assert f"{Path(name)}: is as it was before" in told
    assert Path("x.csv").read_text() == TABLE
    assert not drafts()


def test_models_and_plans_are_inputs_too(run: Run) -> None:
    plan = relapse.Plan.from_dict(
        {"schema": "relapse/plan/1", "person": "P1", "version": 1}
    )
    plan.save("p.json")
    known = plan.to_json()
    assert run("fit", "x.csv", "--model", "m.json", "-o", "m.json")[0] == 1
    assert run("simulate", "--model", "m.json", "-o", "m.json")[0] == 1
    words = ("--who", "P1", "--plan", "p.json")
    assert run("report", "x.csv", *words, "-o", "p.json")[0] == 1
    assert Path("m.json").read_text() == MODEL
    assert Path("p.json").read_text() == known


@pytest.mark.parametrize(
    "words",
    [
        "case report p.case -o p.case",
        "case merge p.case q.case -o p.case",
        "case merge p.case q.case -o q.case",
        "case report p.case --model m.json -o m.json",
        "fhir in r.json --mapping q.json -o q.json",
        "fhir in r.json --model m.json -o r.json",
        "fhir out x.csv --plan l.json --contact a -o l.json",
    ],
)
def test_no_option_that_names_an_input_names_the_output_too(run: Run, words: str) -> None:
    read = {name: Path(name) for name in ("p.case", "q.case", "q.json", "r.json")}
    for file in (*read.values(), Path("l.json")):
        file.write_text("{}\n")
    status, told = run(*words.split())
    assert status == 1
    assert "is an input of this run" in told
    assert all(file.read_text() == "{}\n" for file in read.values())
    assert Path("m.json").read_text() == MODEL


def test_what_stands_beside_an_output_is_no_input_either(run: Run) -> None:
    Path("s.drivers.csv").write_text(TABLE)
    Path("s.errors.csv").write_text(TABLE)
    assert run("score", "s.drivers.csv", "-o", "s.csv", "--drivers")[0] == 1
    assert run("score", "s.errors.csv", "-o", "s.csv", "--on-error", "collect")[0] == 1
    assert Path("s.drivers.csv").read_text() == TABLE
    assert Path("s.errors.csv").read_text() == TABLE
    assert not Path("s.csv").exists()


def test_a_folder_is_not_written_into_while_it_is_read(run: Run) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    folder = Path("in")
    (folder / "deep").mkdir(parents=True)
    frame = pandas.read_csv("x.csv")
    frame.to_parquet(folder / "1.parquet")
    Path("link").symlink_to("in")
    for output in ("in/s.parquet", "in/deep/s.parquet", "link/s.parquet"):
        status, told = run("score", "in", "-o", output)
        assert status == 1
        assert "lies in the input folder" in told
    assert run("score", "in", "-o", "s.parquet")[0] == 0
    assert sorted(p.name for p in folder.rglob("*")) == ["1.parquet", "deep"]
    # Half a folder leaves the scores of the run before.
    before = Path("s.parquet").read_bytes()
    pandas.read_csv("wrong.csv").assign(person="P9").to_parquet(folder / "2.parquet")
    status, told = run("score", "in", "-o", "s.parquet")
    assert status == 1
    assert "s.parquet: is as it was before" in told
    assert Path("s.parquet").read_bytes() == before
    assert not drafts()


@pytest.mark.parametrize(
    "words",
    ["score x.csv", "fhir out x.csv", "case report x.csv -o -", "simulate --model x.csv"],
)
def test_standard_output_at_the_end_of_an_input_is_refused(run: Run, words: str) -> None:
    if words.startswith("simulate"):
        Path("x.csv").write_text(MODEL)
    before = Path("x.csv").read_text()
    command = [sys.executable, "-m", "relapse", *words.split()]
    with Path("x.csv").open("a") as end:
        ran = subprocess.run(
            command, stdout=end, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ran.returncode == 1
    assert "both the input and standard output" in ran.stderr
    assert Path("x.csv").read_text() == before


# What was there before


@pytest.mark.parametrize("output", ["old.csv", "old.json", "old.parquet"])
def test_a_refused_run_leaves_the_old_output_and_says_so(run: Run, output: str) -> None:
    if output == "old.parquet":
        pytest.importorskip("pyarrow")
    Path(output).write_text("last week\n")
    status, told = run("score", "wrong.csv", "-o", output)
    assert status == 1
    assert told.splitlines()[-1] == f"relapse: {output}: is as it was before"
    assert Path(output).read_text() == "last week\n"
    assert not drafts()


def test_a_clean_run_removes_the_errors_of_the_run_before(run: Run) -> None:
    collect = ("-o", "s.csv", "--on-error", "collect")
    assert run("score", "wrong.csv", *collect)[0] == 0
    assert list(read_table("s.errors.csv", ["person"]))[:2] == ["person", "row"]
    assert run("score", "x.csv", *collect)[0] == 0
    assert not Path("s.errors.csv").exists()
    assert run("score", "wrong.csv", *collect)[0] == 0
    assert run("score", "x.csv", "-o", "s.csv")[0] == 0
    assert not Path("s.errors.csv").exists()
    # What is no list of refused rows belongs to somebody else.
    Path("s.errors.csv").write_text("my notes\n")
    assert run("score", "x.csv", "-o", "s.csv")[0] == 0
    assert Path("s.errors.csv").read_text() == "my notes\n"


def test_modes_are_kept_and_new_files_are_for_their_owner(run: Run) -> None:
    old = os.umask(0)
    try:
        assert run("score", "x.csv", "-o", "s.csv")[0] == 0
        assert run("report", "x.csv", "-o", "r.html")[0] == 0
        relapse.Plan().save("p.json")
        relapse.Model.standard().save("n.json")
        for name in ("s.csv", "r.html", "p.json", "n.json"):
            assert mode_of(name) == 0o600, name
        for mode in (0o640, 0o644, 0o600):
            Path("s.csv").chmod(mode)
            assert run("score", "x.csv", "-o", "s.csv")[0] == 0
            assert mode_of("s.csv") == mode
    finally:
        os.umask(old)


def test_links_are_not_followed(run: Run) -> None:
    Path("victim").write_text("of somebody else\n")
    Path("s.csv").symlink_to("victim")
    Path("dangling.csv").symlink_to("nowhere")
    for name in ("s.csv", "dangling.csv"):
        status, told = run("score", "x.csv", "-o", name)
        assert status == 1
        assert "is a link" in told
    assert Path("victim").read_text() == "of somebody else\n"
    assert not Path("nowhere").exists()
    with pytest.raises(relapse.InvalidInput, match="is a link"):
        relapse.Plan().save("s.csv")


# Before the work


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("gone/s.csv", "No such file"),
        ("sub", "must end with"),
        ("sub.csv", "is a folder"),
        ("x.csv/s.csv", "Not a directory"),
        ("n" * 300 + ".csv", "too long"),
    ],
)
def test_the_place_is_looked_at_before_the_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, output: str, says: str
) -> None:
    def worked(*_: object, **__: object) -> None:
        raise AssertionError("the work was done")

    Path("sub.csv").mkdir()
    for name in ("score", "fit", "simulate"):
        monkeypatch.setattr(relapse, name, worked)
    status, told = run("score", "x.csv", "-o", output)
    assert status == 1
    assert says in told
    assert run("simulate", "-o", output)[0] == 1
    if says != "must end with":
        assert run("fit", "x.csv", "-o", output)[0] == 1
        assert run("report", "x.csv", "-o", output)[0] == 1


def test_pipes_and_devices_are_written_as_they_are(run: Run) -> None:
    assert run("report", "x.csv", "-o", "/dev/null")[0] == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


# A full disk, a kill, several at once


def test_a_full_disk_leaves_the_old_file(run: Run) -> None:
    script = (
        "import resource, signal, sys\n"
        "from relapse._cli.main import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), hard))\n"
        "sys.exit(main(sys.argv[2:]))\n"
    )
    outputs = ["s.csv", "s.json", "r.html"]
    for output in [*outputs, "s.parquet"] if find_spec("pyarrow") else outputs:
        Path(output).write_text("last week\n")
        task = "report" if output == "r.html" else "score"
        for most in ("0", "300"):
            ran = subprocess.run(
                [sys.executable, "-c", script, most, task, "x.csv", "-o", output],
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
            assert ran.returncode == 1, ran.stderr
            assert output in ran.stderr
            assert "Traceback" not in ran.stderr
            assert f"{output}: is as it was before" in ran.stderr
            assert Path(output).read_text() == "last week\n"
            assert not drafts()


KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from relapse._reading.outputs import Outputs
rounds, target = int(sys.argv[1]), Path("s.csv")
chance = random.Random(7)
target.write_bytes(b"a" * 300_000)
seen = set()
for _ in range(rounds):
    out, told = os.pipe()
    child = os.fork()
    if child == 0:
        while True:
            for letter in b"abcdefgh":
                with Outputs() as outputs:
                    file = outputs.open(target)
                    for _ in range(30):
                        file.write(bytes([letter]) * 10_000)
                    outputs.commit()
                os.write(told, b"1")
    os.read(out, 1)  # one stands
    os.close(out), os.close(told)
    time.sleep(chance.uniform(0.0005, 0.02))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = target.read_bytes()
    assert len(found) == 300_000 and len(set(found)) == 1, len(found)
    seen.add(found[0])
print(len(seen))
"""


def test_whoever_is_killed_leaves_the_old_file_or_the_new_one(run: Run) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, "40"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 1  # some were killed after a file of theirs stood


@pytest.mark.parametrize("kind", ["full", "kill"])
def test_no_disaster_leaves_half_a_file_of_anything_that_is_written(kind: str) -> None:
    """A round for each task; by hand the script does as many as one likes."""
    script = Path(__file__).parents[2] / "tests" / "fuzz" / "disasters.py"
    ran = subprocess.run(
        [sys.executable, str(script), kind, "15"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{kind}: 15 passed, 0 failed" in ran.stdout


def test_several_at_once_leave_one_whole_file(run: Run) -> None:
    script = (
        "import sys\n"
        "from relapse._reading.outputs import write_text\n"
        "for _ in range(30):\n"
        "    write_text('s.csv', sys.argv[1] * 200_000)\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", script, letter]) for letter in "abc"
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    found = Path("s.csv").read_text()
    assert found in {letter * 200_000 for letter in "abc"}
    assert not drafts()


def test_all_files_of_a_run_or_none(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write_text(one, "old")
    write_text(two, "old")

    def broken() -> None:
        with Outputs() as outputs:
            for path in (one, two):
                with outputs.text(path) as file:
                    file.write("new")
                    if path == two:
                        file.write("\ud800")

    with pytest.raises(TableError, match="half of a letter"):
        broken()
    assert one.read_text() == two.read_text() == "old"
    assert sorted(tmp_path.iterdir()) == [one, two]
