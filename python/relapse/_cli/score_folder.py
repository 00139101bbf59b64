"""`relapse score` on a folder of Parquet files, batch by batch: no rows are kept."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from relapse import Model
from relapse._cli.inputs import basis_of
from relapse._cli.options import columns_of
from relapse._cli.refusals import RefusedError, refused
from relapse._cli.terminal import Progress, tell
from relapse._errors import CheckInError, InvalidInput
from relapse._passes.batches import BatchScorer
from relapse._reading.outputs import Outputs, named
from relapse._reading.table_file import parquet_named
from relapse._report.words import how_many

_ROWS_AT_ONCE = 65_536


def is_folder(path: str) -> bool:
    return path != "-" and Path(path).is_dir()


def score_folder(options: argparse.Namespace, model: Model) -> dict[str, Any]:
    """Score the Parquet files of a folder in the order of their names, into one file.

    Returns what was done. The rows of a person stand together, in the order of time, also
    across files.
    """
    output = options.output
    if not output or Path(output).suffix != ".parquet":
        raise InvalidInput("a folder is scored into one file: -o NAME.parquet")
    why = options.drivers or options.outcome_drivers
    if why or options.attention or options.on_error != "raise":
        raise InvalidInput(
            "a folder is scored without --drivers, --outcome-drivers, --attention, "
            "--on-error"
        )
    if options.missing or options.zone or options.dates:
        raise InvalidInput("a folder is scored without --missing, --zone, --dates")
    outputs: Outputs = options.outputs
    outputs.check(output)
    try:
        from pyarrow import parquet
    except ImportError:
        raise InvalidInput(
            "a folder of Parquet files needs pyarrow; pip install 'relapse[pandas]'"
        ) from None
    files = sorted(Path(options.file).glob("*.parquet"))
    if not files:
        raise RefusedError("has no file that ends with .parquet", file=options.file)
    started = time.perf_counter()
    scorer = BatchScorer(
        model,
        **columns_of(options),
        threads=options.threads or None,
    )
    total = sum(_opened(file).metadata.num_rows for file in files)
    writer = None
    rows = 0
    with named(output), Progress("scoring") as bar, contextlib.ExitStack() as stack:
        for file in files:
            before = rows
            for batch in _batches(file):
                scored = _scored(scorer, batch, file, before)
                if writer is None:
                    writer = stack.enter_context(
                        parquet.ParquetWriter(outputs.open(output), scored.schema)
                    )
                writer.write_batch(scored)
                rows += batch.num_rows
                if bar is not None:
                    bar(rows / max(total, 1))
    outputs.commit()
    seconds = time.perf_counter() - started
    words = f"{how_many(rows, 'check-in')} of {how_many(len(files), 'file')}"
    tell(f"{output}: {words} scored in {seconds:.1f} s")
    return {
        "model": basis_of(model),
        "files": len(files),
        "check_ins": rows,
        "seconds": round(seconds, 3),
        "output": output,
    }


def _opened(file: Path) -> Any:
    from pyarrow import parquet

    with parquet_named(str(file)):
        return parquet.ParquetFile(file)


def _batches(file: Path) -> Iterator[Any]:
    batches = _opened(file).iter_batches(_ROWS_AT_ONCE)
    while True:
        with parquet_named(str(file)):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _scored(scorer: BatchScorer, batch: Any, file: Path, rows_before: int) -> Any:
    try:
        return scorer.score(batch)
    except CheckInError as error:
        place = {} if error.row is None else {"row": error.row - rows_before + 1}
        raise refused(error, str(file), place) from error
