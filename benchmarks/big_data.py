"""A data set bigger than one wants in memory: flat memory, and the doubles of `score`.

    .venv/bin/python benchmarks/big_data.py [--rows N] [--folder DIR] [--threads N]

Simulates N check-ins (10 million) into Parquet files, a piece at a time, and scores
them batch by batch: with `relapse.score_batches`, and with `relapse score FOLDER` on the
command line. Then a part of both answers is held against `relapse.score` of those rows
in memory: every double must be the same. Last, `relapse.score` takes all rows as one
frame (which needs memory for three of them): what reading the input adds to the time of
the engine, and the peak memory beside the size of the input. Needs pyarrow.

Each runs in a process of its own, and this one stays small: Linux counts the peak of
whoever starts a process as the peak of that process.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

import relapse

#: Persons of one piece, and how often each checks in.
PERSONS, CHECK_INS = 1000, 100
#: Pieces that are simulated.
DIFFERENT = 10
BATCH = 65_536
#: Rows held against the answer in memory.
PART = 100_000


def pieces(rows: int) -> Iterator[pa.Table]:
    """Persons of the standard model, a piece at a time, each person in one piece.

    Simulating takes longer than scoring: after some pieces the same ones come again,
    under other names.
    """
    model = relapse.Model.standard()
    simulated = []
    made = 0
    for number in range(-(-rows // (PERSONS * CHECK_INS))):
        if number < DIFFERENT:
            table = relapse.simulate(
                model, persons=PERSONS, days=CHECK_INS - 1.0, every=1.0, seed=number + 1
            )
            simulated.append({name: np.asarray(table[name]) for name in table})
        columns = dict(simulated[number % DIFFERENT])
        columns["person"] = np.char.add(f"{number}-", columns["person"].astype(str))
        piece = pa.table(columns).slice(0, rows - made)
        made += piece.num_rows
        yield piece


def write(folder: Path, rows: int) -> None:
    """Write the files, unless they are there, and print how large they are as JSON."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        for number, piece in enumerate(pieces(rows)):
            parquet.write_table(piece, folder / f"{number:05}.parquet")
    size = sum(file.stat().st_size for file in folder.glob("*.parquet"))
    whole = sum(batch.nbytes for batch in batches(folder))
    print(json.dumps({"size": size, "whole": whole}))


def batches(folder: Path) -> Iterator[pa.RecordBatch]:
    for file in sorted(folder.glob("*.parquet")):
        yield from parquet.ParquetFile(file).iter_batches(BATCH)


def peak() -> float:
    """MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def score_in_batches(folder: Path, output: Path, rows: int, threads: int) -> None:
    """Score the folder, and print what it took as JSON."""
    started, done, early = time.perf_counter(), 0, 0.0
    writer = None
    for scored in relapse.score_batches(batches(folder), "standard", threads=threads):
        if writer is None:
            writer = parquet.ParquetWriter(output, scored.schema)
        writer.write_batch(scored)
        done += scored.num_rows
        early = early or (peak() if done >= rows / 10 else 0.0)
    if writer is not None:
        writer.close()
    seconds = time.perf_counter() - started
    print(json.dumps({"rows": done, "seconds": seconds, "early": early, "peak": peak()}))


def score_in_memory(folder: Path, threads: int) -> None:
    """Score the folder as one frame, and print what each part took as JSON."""
    seconds = dict.fromkeys(("reading", "engine"), 0.0)

    def timed(part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            answer = work(*given, **named)
            seconds[part] += time.perf_counter() - started
            return answer

        return run

    scores: Any = importlib.import_module("relapse._passes.scores")
    scores.read_check_ins = timed("reading", scores.read_check_ins)
    scores._core.score = timed("engine", scores._core.score)
    table = pa.Table.from_batches(list(batches(folder)))
    before = peak()
    started = time.perf_counter()
    answer = relapse.score(table, "standard", threads=threads)
    seconds["whole"] = time.perf_counter() - started
    sizes = {"input": table.nbytes / 2**20, "output": answer.nbytes / 2**20}
    print(json.dumps({**seconds, **sizes, "before": before, "peak": peak()}))


def same_doubles(folder: Path, output: Path) -> int:
    """Hold the first rows of the answer against `score` in memory; return how many."""
    parts, rows = [], 0
    for batch in batches(folder):
        parts.append(batch)
        rows += batch.num_rows
        if rows >= PART:
            break
    table = pa.Table.from_batches(parts)
    expected = relapse.score(table, "standard")
    found = parquet.ParquetFile(output).iter_batches(rows)
    answer = pa.Table.from_batches([next(found)]).slice(0, rows)
    for name in expected.column_names:
        if not answer[name].combine_chunks().equals(expected[name].combine_chunks()):
            raise SystemExit(f"{output}: {name} is not what score gives")
    return rows


def measured(command: list[str]) -> tuple[str, float, float]:
    """Return what a process printed, its seconds, and its peak memory in MiB."""
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    printed = child.stdout.read()
    usage: Any = None
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(command)}: status {status}")
    return printed, time.perf_counter() - started, usage.ru_maxrss / 1024


def inner(what: str, settings: argparse.Namespace) -> Any:
    """Do a part in a process of its own; return what it prints."""
    command = [sys.executable, __file__, "--inner", what]
    for name in ("rows", "folder", "threads"):
        command += [f"--{name}", str(getattr(settings, name))]
    return json.loads(measured(command)[0])


def run_inner(settings: argparse.Namespace, data: Path, output: Path) -> None:
    if settings.inner == "write":
        write(data, settings.rows)
    elif settings.inner == "batches":
        score_in_batches(data, output, settings.rows, settings.threads)
    else:
        score_in_memory(data, settings.threads)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=Path("out/big_data"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--inner", help=argparse.SUPPRESS)
    settings = parser.parse_args()
    rows, threads = settings.rows, settings.threads
    data = settings.folder / f"check_ins_{rows}"
    by_batches, by_command = (
        settings.folder / f"{name}.parquet" for name in ("by_batches", "by_command")
    )
    if settings.inner:
        run_inner(settings, data, by_batches)
        return
    sizes = inner("write", settings)
    print(f"{rows} check-ins, {sizes['size'] / 2**20:.0f} MiB of Parquet, "
          f"{sizes['whole'] / 2**20:.0f} MiB in memory", flush=True)  # fmt: skip
    told = inner("batches", settings)
    print(f"score_batches: {told['rows']} rows in {told['seconds']:.0f} s, "
          f"{told['rows'] / told['seconds']:.0f} a second; peak {told['early']:.0f} MiB "
          f"after a tenth, {told['peak']:.0f} MiB at the end", flush=True)  # fmt: skip
    relapse_command = [str(Path(sys.executable).with_name("relapse")), "score", str(data),
                       "--model", "standard", "--threads", str(threads),
                       "-o", str(by_command)]  # fmt: skip
    _, seconds, most = measured(relapse_command)
    print(f"relapse score: {rows} rows in {seconds:.0f} s; peak {most:.0f} MiB",
          flush=True)  # fmt: skip
    told = inner("memory", settings)
    print(f"score of one frame: {told['whole']:.0f} s, reading {told['reading']:.1f} s, "
          f"engine {told['engine']:.0f} s ({told['reading'] / told['engine']:.1%} more); "
          f"input {told['input']:.0f} MiB, output {told['output']:.0f} MiB, peak "
          f"{told['peak']:.0f} MiB ({told['peak'] / told['input']:.2f} times the input), "
          f"{told['before']:.0f} MiB before", flush=True)  # fmt: skip
    for output in (by_batches, by_command):
        print(f"{output.name}: {same_doubles(data, output)} rows with identical doubles")


if __name__ == "__main__":
    main()
