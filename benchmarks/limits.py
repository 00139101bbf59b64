"""What is promised about time and memory, measured.

    .venv/bin/python benchmarks/limits.py [--rows N]

One line for each promise: a million rows of CSV are read within 12 s and 1 GB, by the
command and by `read_check_ins`; a page about one person with a million rows takes at most
1 GB and is smaller than 2 MB; `--json` needs no more memory than the table; an update
with drivers takes at most 50 times one without, for the models of the library and for
random ones. Each runs in a process of its own. Ends with status 1 where one is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MEGABYTE = 1024  # of the kilobytes in which Linux counts
MOST_SECONDS, MOST_MB, MOST_PAGE, MOST_TIMES = 12.0, 1024.0, 2.0, 50.0


def write_rows(path: Path, rows: int, persons: int) -> None:
    """Write check-ins as a study has them: five items and their gaps."""
    each = -(-rows // persons)
    with path.open("w", encoding="ascii") as file:
        file.write("person,time,craving,isolating,used,stress,sleep_hours\n")
        for row in range(rows):
            person, number = divmod(row, each)
            gap = "" if row % 7 == 0 else str(row % 5)
            moment = 20_000.0 + number * (8_000.0 / each)
            file.write(
                f"P{person:05},{moment:.5f},{gap},{row % 4},{int(row % 97 == 0)},"
                f"{row % 11},{4 + row % 5}\n"
            )


def read_by_the_command(path: str) -> Any:
    from relapse._reading.table_file import read_table

    return len(read_table(path, ["person"])["person"])


def read_by_the_package(path: str) -> Any:
    import relapse

    table = relapse.read_check_ins(path, frame="dict")
    return len(table["person"])


def run_command(*words: str) -> int:
    from relapse._cli.main import main

    return main(words)


def times_of_drivers() -> Any:
    """Return how many times longer an update with drivers takes, at worst and where."""
    import numpy as np

    import relapse

    sys.path.insert(0, str(Path(__file__).parents[1] / "python" / "tests"))
    from reference import personal, random_check_ins, random_model

    def seconds(model: Any, rows: list[dict[str, Any]], drivers: bool) -> float:
        best = float("inf")
        for _ in range(3):
            monitor = relapse.Monitor(model, drivers=drivers)
            started = time.process_time()
            for row in rows:
                monitor.update(row["time"], row["answers"], row["missing"])
            best = min(best, time.process_time() - started)
        return best

    found: dict[str, float] = {}
    rng = np.random.default_rng(5)
    cases: list[tuple[str, dict[str, Any]]] = []
    for name in ("standard", "weekly_bam"):
        cases.append((name, relapse.Model.named(name).to_dict()))
    families = ["categorical", "bernoulli", "poisson", "normal", "negative_binomial"]
    for number in range(12):
        drawn = random_model(
            rng, 2 + number % 6, families, propensity=1 + 2 * (number % 4)
        )
        cases.append((f"drawn {number}", drawn))
        if number % 3 == 0:
            cases.append((f"personal {number}", personal(drawn, rng)))
    for name, document in cases:
        model = relapse.Model.from_dict(document)
        rows = random_check_ins(rng, document, 8)
        for row in rows:
            row["answers"].pop("missed_check_in", None)
        found[name] = seconds(model, rows, True) / seconds(model, rows, False)
    worst = max(found, key=lambda name: found[name])
    return [found[worst], worst, found["standard"]]


WORK = {
    "read_by_the_command": read_by_the_command,
    "read_by_the_package": read_by_the_package,
    "run_command": run_command,
    "times_of_drivers": times_of_drivers,
}


def measured(name: str, *given: str) -> tuple[Any, float, float]:
    """Return what the work returned, its seconds, and its peak in MB."""
    ran = subprocess.run(
        [sys.executable, __file__, "--work", name, *given],
        stdout=subprocess.PIPE,
        check=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    answer, seconds, peak = json.loads(ran.stdout.splitlines()[-1])
    return answer, seconds, peak


def work(name: str, given: list[str]) -> None:
    keep = os.dup(1)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        started = time.process_time()
        answer = WORK[name](*given)
        seconds = time.process_time() - started
        sys.stdout.flush()
    os.dup2(keep, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    print(json.dumps([answer, seconds, peak]), flush=True)


def run(rows: int) -> int:
    broken = 0

    def tell(what: str, kept: bool) -> None:
        nonlocal broken
        broken += not kept
        print(("kept    " if kept else "BROKEN  ") + what, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        many, one = Path(folder) / "many.csv", Path(folder) / "one.csv"
        write_rows(many, rows, persons=max(1, rows // 100))
        write_rows(one, rows, persons=1)
        for name in ("read_by_the_command", "read_by_the_package"):
            count, seconds, peak = measured(name, str(many))
            kept = count == rows and seconds <= MOST_SECONDS and peak <= MOST_MB
            tell(f"{name}: {count} rows, {seconds:.1f} s of work, {peak:.0f} MB", kept)
        page = Path(folder) / "page.html"
        words = ("report", str(one), "--who", "P00000", "-o", str(page))
        _, seconds, peak = measured("run_command", *words)
        size = page.stat().st_size / 1e6
        text = page.read_text(encoding="utf-8")
        kept = peak <= MOST_MB and size < MOST_PAGE and "check-ins" in text
        tell(
            f"page of {rows} rows: {seconds:.1f} s, {peak:.0f} MB, {size:.2f} MB long",
            kept,
        )
        table = ("score", str(many), "-o", str(Path(folder) / "s.csv"))
        _, seconds, plain = measured("run_command", *table)
        _, as_json, peak = measured("run_command", "score", str(many), "--json")
        tell(
            f"--json: {as_json:.1f} s, {peak:.0f} MB; the table {seconds:.1f} s, "
            f"{plain:.0f} MB",
            peak <= 1.1 * plain,
        )
    (most, where, usual), _, _ = measured("times_of_drivers")
    tell(
        f"drivers: {most:.1f} times at worst ({where}), {usual:.1f} for the standard",
        most <= MOST_TIMES,
    )
    print(f"limits: {5 - broken} passed, {broken} failed")
    return 1 if broken else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2], sys.argv[3:])
    else:
        parser = argparse.ArgumentParser()
        parser.add_argument("--rows", type=int, default=1_000_000)
        sys.exit(run(parser.parse_args().rows))
