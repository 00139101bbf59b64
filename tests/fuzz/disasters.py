"""Full disks and kills, over everything that the command and the documents write.

    .venv/bin/python tests/fuzz/disasters.py full ROUNDS
    .venv/bin/python tests/fuzz/disasters.py kill ROUNDS

Each round runs one of the tasks on a folder where the files of the run before lie, and
has its disk end at a random size (where the folder can be a small file system of its own:
that one is full), or kills it at a random moment. Then every file is the old one or the
new one, whole; a task that failed for want of room has left all of them and said so.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import relapse
from relapse._cli.main import main

Task = Callable[[], object]

PLAN = {
    "schema": "relapse/plan/1",
    "person": "P1",
    "version": 1,
    "contacts": [
        {"name": "Mira", "role": "friend", "consent": ["support", "share_plan"]}
    ],
}


def command(words: str) -> Task:
    def run() -> None:
        if status := main(words.split()):
            sys.exit(status)

    return run


def tasks() -> dict[str, tuple[Task, list[str]]]:
    """Each task, and the files that it writes."""
    plan = relapse.Plan.from_dict(PLAN)
    model = relapse.Model.standard()
    made: dict[str, tuple[Task, list[str]]] = {
        "score": (
            command("score x.csv -o s.csv --drivers --on-error collect"),
            ["s.csv", "s.drivers.csv", "s.errors.csv"],
        ),
        "score, json": (command("score good.csv -o s.json"), ["s.json"]),
        "report, cohort": (command("report good.csv -o c.html"), ["c.html"]),
        "report": (
            command("report good.csv --who P1 --plan plan.json -o p.html"),
            ["p.html"],
        ),
        "fit": (
            command(
                "fit good.csv --model standard --free initial --starts 1 "
                "--max-iterations 1 --covariance none -o fitted.json"
            ),
            ["fitted.json"],
        ),
        "simulate": (command("simulate --persons 3 --days 20 -o d.csv"), ["d.csv"]),
        "evaluate": (
            command(
                "evaluate p.csv --predicted predicted --model standard --draws 0 "
                "--card card.md"
            ),
            ["card.md"],
        ),
        "fhir out": (command("fhir out good.csv -o b.json"), ["b.json"]),
        "fhir in": (command("fhir in bundle.json -o t.csv"), ["t.csv"]),
        "case add": (command("case add case.jsonl more.jsonl"), ["case.jsonl"]),
        "case merge": (
            command("case merge case.jsonl other.jsonl -o merged.jsonl"),
            ["merged.jsonl"],
        ),
        "case report": (command("case report case.jsonl -o case.html"), ["case.html"]),
        "plan": (lambda: plan.save("saved_plan.json"), ["saved_plan.json"]),
        "model": (lambda: model.save("saved_model.json"), ["saved_model.json"]),
    }
    if find_spec("pyarrow"):
        made["score, parquet"] = (command("score good.csv -o s.parquet"), ["s.parquet"])
    return made


def prepare(folder: Path) -> None:
    """Write what the tasks read."""
    table = relapse.simulate("standard", persons=4, days=30, frame="dict")
    names = ["person", "time", "craving", "isolating", "used"]
    persons = {name: f"P{k + 1}" for k, name in enumerate(dict.fromkeys(table["person"]))}
    rows = [names] + [
        [persons[table["person"][k]], table["time"][k] + 20_000.0]
        + ["" if table[n][k] != table[n][k] else table[n][k] for n in names[2:]]
        for k in range(len(table["time"]))
    ]
    text = "".join(",".join(map(str, row)) + "\n" for row in rows)
    (folder / "good.csv").write_text(text)
    (folder / "x.csv").write_text(text + "P1,30000,99,0,0\n")
    (folder / "plan.json").write_text(json.dumps(PLAN))
    forecasts = "".join(f"P{k % 4},{k},{k % 2},{k % 7 / 7}\n" for k in range(40))
    (folder / "p.csv").write_text("person,time,outcome,predicted\n" + forecasts)
    answer = {"linkId": "craving", "answer": [{"valueInteger": 2}]}
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": {"reference": "Patient/P1"},
        "authored": "2026-03-01T06:00:00Z",
        "item": [answer],
    }
    (folder / "bundle.json").write_text(json.dumps(response))

    def events(letter: str, hour: int) -> str:
        return "".join(
            json.dumps(
                {
                    "id": f"{letter}{day}",
                    "at": f"2026-03-{day + 1:02}T{hour:02}:00:00Z",
                    # Else the command says that what comes late is told now.
                    "told": f"2026-03-{day + 1:02}T{hour:02}:00:00Z",
                    "kind": "check_in",
                    "answers": {"craving": day % 4},
                }
            )
            + "\n"
            for day in range(20)
        )

    (folder / "more.jsonl").write_text(events("m", 10))
    for name, letter, hour in (("case.jsonl", "c", 8), ("other.jsonl", "o", 9)):
        (folder / "events.jsonl").write_text(events(letter, hour))
        undisturbed(command(f"case add {name} events.jsonl --who P1"))


def undisturbed(task: Task) -> None:
    """Run a task that has to succeed, and show what it said where it does not."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            task()
    except SystemExit:
        raise SystemExit(said.getvalue()) from None


def in_a_child(task: Task, before: Callable[[], None], told: int) -> int:
    """Run a task in a process of its own; its standard error goes to `told`."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.dup2(told, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        before()
        task()
        status = 0
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else 1
    except relapse.InvalidInput as error:
        os.write(2, f"{error}: is as it was before".encode())
    except BaseException as error:  # any other is a failure to be seen
        os.write(2, f"Traceback: {type(error).__name__}".encode())
    finally:
        os._exit(status)


def small_disk(folder: Path) -> bool:
    """Make the folder a file system of its own, where one may."""
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class Rounds:
    """One folder, in which disaster strikes again and again."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.tasks = tasks()
        self.counts = {"old": 0, "new": 0}
        self.kept = {path.name: path.read_bytes() for path in folder.iterdir()}
        self.new: dict[str, dict[str, bytes]] = {}
        self.seconds: dict[str, float] = {}
        for name, (task, files) in self.tasks.items():
            started = time.perf_counter()
            undisturbed(task)
            self.seconds[name] = time.perf_counter() - started
            self.new[name] = {each: Path(each).read_bytes() for each in files}
            self.set_out(files)

    def set_out(self, files: list[str]) -> None:
        """Put everything where it was: last week's files in the place of the outputs."""
        for path in self.folder.iterdir():
            if path.name not in self.kept and path.name not in files:
                path.unlink()
        # Also what the task before has added to.
        for name, content in self.kept.items():
            Path(name).write_bytes(content)
        for name in files:
            Path(name).write_bytes(self.old(name))

    def old(self, name: str) -> bytes:
        # The list of refused rows of a run before is taken away by a clean one.
        return self.kept.get(name, b"last week\n")

    def check(self, name: str, failed: bool, told: str) -> None:
        files = self.tasks[name][1]
        found = {each: Path(each).read_bytes() for each in files}
        for each, content in found.items():
            if content not in (self.old(each), self.new[name][each]):
                raise SystemExit(f"{name}: {each} is neither the old nor the new file")
        is_old = all(found[each] == self.old(each) for each in files)
        if failed and not is_old:
            raise SystemExit(f"{name}: failed, and has changed a file: {told}")
        if failed and ("Traceback" in told or "as it was before" not in told):
            raise SystemExit(f"{name}: failed without saying so: {told}")
        self.counts["old" if is_old else "new"] += 1

    def full(self, name: str, is_small: bool) -> None:
        task, files = self.tasks[name]
        self.set_out(files)
        size = max(len(content) for content in self.new[name].values())
        limit = self.chance.randrange(0, size + size // 2 + 2)

        def no_room() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))

        filler = self.folder / "filler"
        if is_small:
            free = os.statvfs(self.folder)
            room = free.f_bavail * free.f_frsize
            filler.write_bytes(bytes(max(0, room - limit)))
        reading, told = os.pipe()  # a file would be as small as all others
        child = in_a_child(task, (lambda: None) if is_small else no_room, told)
        os.close(told)
        with os.fdopen(reading, "rb") as file:
            said = file.read().decode(errors="replace")
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        filler.unlink(missing_ok=True)
        self.check(name, status != 0, said)
        if drafts := [*self.folder.glob(".relapse-*")]:
            raise SystemExit(f"{name}: left {drafts[0].name}")

    def kill(self, name: str) -> None:
        task, files = self.tasks[name]
        self.set_out(files)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        child = in_a_child(task, lambda: None, nowhere)
        os.close(nowhere)
        # The end counts, where files are written.
        time.sleep(self.seconds[name] * self.chance.uniform(0.2, 1.3))
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self.check(name, failed=False, told="")
        for draft in self.folder.glob(".relapse-*"):
            draft.unlink()


def run(kind: str, rounds: int) -> None:
    folder = Path(tempfile.mkdtemp())
    is_small = kind == "full" and small_disk(folder)
    before = Path.cwd()
    try:
        os.chdir(folder)
        prepare(folder)
        trouble = Rounds(folder, seed=11)
        names = list(trouble.tasks)
        for number in range(rounds):
            name = names[number % len(names)]
            if kind == "kill":
                trouble.kill(name)
            else:
                # Every other round on the small disk, the rest by a limit.
                trouble.full(name, is_small and number // len(names) % 2 == 0)
    finally:
        os.chdir(before)
        if is_small:
            subprocess.run(["umount", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)
    counts = trouble.counts
    where = "a small disk and limits" if is_small else "limits"
    how = f" ({where})" if kind == "full" else ""
    print(f"{kind}: {rounds} passed, 0 failed{how}")
    print(f"{counts['old']} left the old files, {counts['new']} the new ones")


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
