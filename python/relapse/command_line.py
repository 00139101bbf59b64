"""The command `relapse`: score, report, simulate, validate, show.

Exit status: 0 done, 1 refused input, 2 misuse. What was asked for goes to standard output,
everything else to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import relapse
from relapse import CheckInError, InvalidInput, Model, ParseError, Plan
from relapse.attention import Attention, attention, attention_lines, order
from relapse.history import replay
from relapse.model_summary import model_lines
from relapse.table_file import (
    Table,
    TableError,
    check_ending,
    read_table,
    records,
    rows_of,
    write_table,
)
from relapse.terminal import Progress, painted, width_of
from relapse.words import Labels, how_many

DONE, REFUSED, MISUSE = 0, 1, 2
_SHOWN_ERRORS = 20


class Refused(Exception):
    """Input that the command refuses; says where as far as it is known."""

    def __init__(self, problem: str, **place: str | int | None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = {key: value for key, value in place.items() if value is not None}

    def to_dict(self) -> dict[str, str | int]:
        return {**self.place, "problem": self.problem}

    def __str__(self) -> str:
        words = [str(self.place["file"])] if "file" in self.place else []
        words += [f"{k} {v}" for k, v in self.place.items() if k not in ("file", "pointer")]
        words += [str(self.place["pointer"])] if "pointer" in self.place else []
        return f"{', '.join(words)}: {self.problem}" if words else self.problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        with warnings.catch_warnings(record=True) as noticed:
            warnings.simplefilter("always", relapse.UnknownColumns)
            status = run(options)
        for notice in noticed:
            print(f"relapse: note: {notice.message}", file=sys.stderr)
        sys.stdout.flush()
    except (Refused, TableError, InvalidInput) as error:
        return _refuse(error, as_json=getattr(options, "json", False))
    except BrokenPipeError:
        # The reader has seen enough; keep Python from complaining when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("relapse: stopped", file=sys.stderr)
        return 130
    return status


def _refuse(error: Exception, *, as_json: bool) -> int:
    if as_json:
        place = error.to_dict() if isinstance(error, Refused) else {"problem": str(error)}
        print(json.dumps({"error": place}, ensure_ascii=False, indent=2))
    print(f"relapse: {error}", file=sys.stderr)
    return REFUSED


# --- arguments ---------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="relapse",
        description="Early warning in addiction recovery, from check-ins. Decision "
        "support for professionals; not a diagnosis and not a medical device.",
        epilog="Exit status: 0 done, 1 refused input, 2 misuse.",
    )
    parser.add_argument("--version", action="version", version=relapse.__version__)
    tasks = parser.add_subparsers(title="tasks", metavar="TASK", required=True)
    _add_score(tasks)
    _add_report(tasks)
    _add_simulate(tasks)
    _add_validate(tasks)
    _add_show(tasks)
    return parser


def _add_task(
    tasks: Any, name: str, run: Callable[[argparse.Namespace], int], words: str
) -> argparse.ArgumentParser:
    task: argparse.ArgumentParser = tasks.add_parser(
        name, help=words, description=words[0].upper() + words[1:] + "."
    )
    task.set_defaults(run=run)
    return task


def _add_table(task: argparse.ArgumentParser) -> None:
    task.add_argument("file", help="check-ins: .csv, .parquet, .json, or - for CSV")
    _add_model(task)
    task.add_argument(
        "--time", metavar="COLUMN", default="time", help="column of the time"
    )


def _add_model(task: argparse.ArgumentParser) -> None:
    task.add_argument(
        "--model", default="standard", help="standard, or a model document (.json)"
    )


def _add_score(tasks: Any) -> None:
    task = _add_task(tasks, "score", _score, "score check-ins with a model")
    _add_table(task)
    task.add_argument(
        "--person", metavar="COLUMN", default="person", help="column of the person"
    )
    task.add_argument(
        "-o", "--output", metavar="FILE", help="where the scores go; default: CSV to stdout"
    )
    task.add_argument(
        "--on-error",
        choices=("raise", "collect"),
        default="raise",
        help="stop at a check-in that is refused, or score the others",
    )
    task.add_argument(
        "--threads", type=_whole(0), default=0, metavar="N", help="0: all cores"
    )
    task.add_argument(
        "--drivers",
        action="store_true",
        help="also write why each risk changed, into FILE.drivers (needs -o or --json)",
    )
    task.add_argument(
        "--attention",
        type=_whole(1),
        metavar="N",
        help="print the N persons who need attention first, by their last check-in",
    )
    task.add_argument("--json", action="store_true", help="JSON on standard output")


def _add_report(tasks: Any) -> None:
    task = _add_task(tasks, "report", _report, "write a report of one person as HTML")
    _add_table(task)
    task.add_argument("--person", required=True, metavar="WHO", help="the person")
    task.add_argument(
        "--person-column", metavar="COLUMN", default="person", help="column of the person"
    )
    task.add_argument("--plan", metavar="FILE", help="the person's plan (.json)")
    task.add_argument("-o", "--output", required=True, metavar="FILE", help=".html")


def _add_simulate(tasks: Any) -> None:
    task = _add_task(tasks, "simulate", _simulate, "draw check-ins from a model")
    _add_model(task)
    task.add_argument("--persons", type=_whole(1), default=1000, metavar="N")
    for name, value, words in (
        ("days", 90.0, "length for each person"),
        ("every", 1.0, "mean days between check-ins"),
        ("jitter", 0.0, "unevenness of the times, in [0, 1)"),
        ("answered", 1.0, "probability that an item is answered"),
        ("missed", 0.0, "probability of a missed check-in, where the model has no own"),
    ):
        task.add_argument(
            f"--{name}",
            type=float,
            default=value,
            metavar="X",
            help=f"{words} (default {value:g})",
        )
    task.add_argument(
        "--start",
        choices=("model", "without_use"),
        default="model",
        help="where persons start",
    )
    task.add_argument(
        "--begin",
        metavar="TIME",
        help="moment of each person's first check-in, such as 2026-03-01T08:00+00:00: "
        "times are written as timestamps to the minute (default: days to a thousandth)",
    )
    task.add_argument("--seed", type=_whole(0), default=1, metavar="N")
    task.add_argument("-o", "--output", default="-", metavar="FILE")


def _add_validate(tasks: Any) -> None:
    task = _add_task(tasks, "validate", _validate, "check a model or plan document")
    task.add_argument("file", help="MODEL.json or PLAN.json")
    task.add_argument("--json", action="store_true", help="JSON on standard output")


def _add_show(tasks: Any) -> None:
    task = _add_task(tasks, "show", _show, "show what a model says")
    task.add_argument("model", help="standard, or a model document (.json)")
    task.add_argument("--json", action="store_true", help="the document itself")


def _whole(least: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        number = int(text)
        if number < least:
            raise argparse.ArgumentTypeError(f"must be {least} or more")
        return number

    whole.__name__ = "whole number"
    return whole
