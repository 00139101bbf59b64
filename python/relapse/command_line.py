"""The command `relapse`: score, report, simulate, validate, show.

Exit status: 0 done, 1 refused input, 2 misuse. What was asked for goes to standard output,
everything else to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import relapse
from relapse import Model, Plan
from relapse.attention import Attention, attention, attention_lines, order
from relapse.errors import CheckInError, InvalidInput, ParseError, UnknownColumnWarning
from relapse.history import Replayer
from relapse.model_summary import model_lines
from relapse.report import report_html
from relapse.table_file import (
    Column,
    Table,
    TableError,
    check_ending,
    line_of,
    read_table,
    records,
    rows_of,
    write_table,
)
from relapse.terminal import Progress, painted, width_of
from relapse.times import to_days
from relapse.words import Clock, Labels, how_many

DONE, REFUSED, MISUSE = 0, 1, 2
_SHOWN_ERRORS = 20
_MINUTES_A_DAY = 1440
_TEXTS = ("item", "missing_reason", "stage", "acknowledge")


class Refused(Exception):
    """Input that the command refuses; says where, as far as it is known."""

    def __init__(self, problem: str, **place: str | int | None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = {key: value for key, value in place.items() if value is not None}

    def to_dict(self) -> dict[str, str | int]:
        return {**self.place, "problem": self.problem}

    def __str__(self) -> str:
        words = [
            str(value) if key in ("file", "pointer") else f"{key} {value}"
            for key, value in self.place.items()
        ]
        return f"{', '.join(words)}: {self.problem}" if words else self.problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        with _notices():
            status = run(options)
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


@contextlib.contextmanager
def _notices() -> Iterator[None]:
    """Print what the library warns of, once, when the work is done."""
    with warnings.catch_warnings(record=True) as noticed:
        warnings.simplefilter("always", UnknownColumnWarning)
        yield
    for message in dict.fromkeys(str(notice.message) for notice in noticed):
        print(f"relapse: note: {message}", file=sys.stderr)


def _refuse(error: Exception, *, as_json: bool) -> int:
    if as_json:
        place = error.to_dict() if isinstance(error, Refused) else {"problem": str(error)}
        print(json.dumps({"error": place}, ensure_ascii=False, indent=2))
    print(f"relapse: {error}", file=sys.stderr)
    return REFUSED


def _misuse(task: str, problem: str) -> int:
    print(f"relapse {task}: {problem}", file=sys.stderr)
    return MISUSE


# --- score -------------------------------------------------------------------------------


def _score(options: argparse.Namespace) -> int:
    output: str | None = options.output
    if options.drivers and not options.json and (output is None or output == "-"):
        return _misuse("score", "--drivers needs a file to write to (-o), or --json")
    if output == "-" and (options.json or options.attention):
        return _misuse("score", "-o - and the result cannot both go to standard output")
    started = time.perf_counter()
    model = _model(options.model)
    if output is not None:
        check_ending(output)
    table = _check_ins(options.file, options.person, model)
    run = _Scoring(options, model, table)
    scores = run.scores()
    seconds = time.perf_counter() - started
    drivers = run.drivers() if options.drivers else None
    found = run.attention(scores) if options.attention else []
    if output is not None:
        write_table(scores, output)
        if drivers is not None:
            write_table(drivers, _beside(output, "drivers"))
        if run.refused:
            write_table(run.errors, _beside(output, "errors"))
    if options.json:
        _print_json(run.summary(scores, seconds, found, drivers))
    elif options.attention:
        _print_attention(run.head(scores, seconds), found, model)
    elif output is None:
        write_table(scores, "-")
    else:
        print(f"{output}: {run.head(scores, seconds)}", file=sys.stderr)
    run.print_errors()
    return DONE


class _Scoring:
    """One run of `relapse score` over one file."""

    def __init__(self, options: argparse.Namespace, model: Model, table: Table) -> None:
        self.options = options
        self.model = model
        self.table = table
        self.errors: Table = {}

    @property
    def refused(self) -> int:
        return rows_of(self.errors)

    def scores(self) -> Table:
        options = self.options
        with _placed(options.file), Progress("scoring") as progress:
            scores, errors = relapse.score(
                self.table,
                self.model,
                person=options.person,
                time=options.time,
                threads=options.threads or None,
                on_error="collect",
                progress=progress,
            )
        self.errors = _as_table(errors)
        if self.refused and options.on_error == "raise":
            first = records(self.errors)[0]
            raise _refused_check_in(options.file, options.person, first)
        return _as_table(scores)

    def drivers(self) -> Table:
        """Return the long table of the reasons, refused check-ins left out."""
        options = self.options
        return _as_table(
            relapse.drivers(
                self._usable(),
                self.model,
                person=options.person,
                time=options.time,
                threads=options.threads or None,
            )
        )

    def _usable(self) -> Table:
        """Return the table without the check-ins that were refused."""
        if not self.refused:
            return self.table
        keys = list(
            zip(self.table[self.options.person], self.table[self.options.time], strict=True)
        )
        bad = {keys[int(row)] for row in np.asarray(self.errors["row"])}
        kept = np.array([key not in bad for key in keys])
        return {
            name: [value for value, keep in zip(column, kept, strict=True) if keep]
            if isinstance(column, list)
            else column[kept]
            for name, column in self.table.items()
        }

    def attention(self, scores: Table) -> list[Attention]:
        """Return the persons who need attention first, by their last check-in."""
        options = self.options
        persons = scores[options.person]
        times = relapse.times.read_times_of(scores[options.time])
        last: dict[Any, int] = {}
        for row, (person, level) in enumerate(zip(persons, scores["level"], strict=True)):
            if level is not None and times[row] >= times[last.get(person, row)]:
                last[person] = row
        days = self.model.to_dict()["levels"]["horizon_days"]
        risk = scores[f"risk_{days:g}d"]

        def key(person: Any) -> tuple[bool, int, float]:
            row = last[person]
            return order(bool(scores["flags"][row]), str(scores["level"][row]), risk[row])

        first = sorted(last, key=key)[: options.attention]
        replayer = Replayer(
            self.table, self.model, options.person, options.time, skip_refused=True
        )
        return [attention(replayer.history(person)) for person in first]

    def persons(self, scores: Table) -> int:
        return len({p for p in scores[self.options.person] if p is not None})

    def head(self, scores: Table, seconds: float) -> str:
        refused = f", {how_many(self.refused, 'row')} refused" if self.refused else ""
        scored = rows_of(scores) - self.refused
        return (
            f"{how_many(scored, 'check-in')} of {how_many(self.persons(scores), 'person')} "
            f"scored in {seconds:.1f} s{refused}; model {self.model.id} "
            f"{self.model.version}"
        )

    def summary(
        self,
        scores: Table,
        seconds: float,
        found: list[Attention],
        drivers: Table | None,
    ) -> dict[str, Any]:
        options = self.options
        content: dict[str, Any] = {
            "model": _basis(self.model),
            "persons": self.persons(scores),
            "check_ins": rows_of(scores) - self.refused,
            "refused": self.refused,
            "seconds": round(seconds, 3),
        }
        if options.output is not None:
            content["output"] = options.output
        else:
            content["scores"] = records(scores)
        if drivers is not None and options.output is None:
            content["drivers"] = records(drivers)
        if options.attention:
            content["attention"] = [one.to_dict() for one in found]
        if self.refused:
            content["errors"] = records(self.errors)
        return content

    def print_errors(self) -> None:
        listed = records(self.errors)
        for error in listed[:_SHOWN_ERRORS]:
            place = _refused_check_in(self.options.file, self.options.person, error)
            print(f"relapse: {place}", file=sys.stderr)
        if len(listed) > _SHOWN_ERRORS:
            print(f"relapse: and {len(listed) - _SHOWN_ERRORS} more", file=sys.stderr)


def _print_attention(head: str, found: list[Attention], model: Model) -> None:
    document = model.to_dict()
    days = document["levels"]["horizon_days"]
    print(head)
    print()
    words = Labels(document).stage

    def paint(text: str, style: str) -> str:
        return painted(text, style, sys.stdout)

    for line in attention_lines(found, days, words, width_of(sys.stdout), paint):
        print(line)


def _beside(output: str, what: str) -> str:
    """Return the name of a file beside another: scores.drivers.csv."""
    path = Path(output)
    return str(path.with_name(f"{path.stem}.{what}{path.suffix}"))


# --- report ------------------------------------------------------------------------------


def _report(options: argparse.Namespace) -> int:
    model = _model(options.model)
    plan = _plan(options.plan) if options.plan else None
    table = _check_ins(options.file, options.person_column, model)
    with _placed(options.file):
        replayer = Replayer(table, model, options.person_column, options.time)
        history = replayer.history(options.person)
    html = report_html(history, plan)
    if options.output == "-":
        print(html, end="")
        return DONE
    try:
        Path(options.output).write_text(html, encoding="utf-8")
    except OSError as error:
        raise Refused(error.strerror or str(error), file=options.output) from error
    now = history.last.assessment
    print(
        f"{options.output}: {history.person}, {how_many(len(history.steps), 'check-in')}, "
        f"level {now.level}",
        file=sys.stderr,
    )
    return DONE


# --- simulate ----------------------------------------------------------------------------


def _simulate(options: argparse.Namespace) -> int:
    model = _model(options.model)
    check_ending(options.output)
    begin = to_days(options.begin) if options.begin else None
    drawn: dict[str, Any] = relapse.simulate(
        model,
        persons=options.persons,
        days=options.days,
        every=options.every,
        jitter=options.jitter,
        answered=options.answered,
        missed=options.missed,
        start=options.start,
        seed=options.seed,
        frame="dict",
    )
    table = _as_table(drawn)
    table["person"] = _names(table["person"], options.persons)
    days = np.asarray(drawn["time"], dtype=np.float64)
    table["time"] = days.round(3) if begin is None else _timestamps(days, begin)
    write_table(table, options.output)
    if options.output != "-":
        print(
            f"{options.output}: {how_many(rows_of(table), 'check-in')} of "
            f"{how_many(options.persons, 'simulated person')}",
            file=sys.stderr,
        )
    return DONE


def _names(persons: Column, count: int) -> list[float | str | None]:
    """Number the persons in as few digits as go: P001, P002."""
    numbers = {who: k for k, who in enumerate(dict.fromkeys(persons), start=1)}
    width = max(3, len(str(count)))
    return [f"P{numbers[who]:0{width}}" for who in persons]


def _timestamps(days: Any, begin: float) -> list[float | str | None]:
    """Return times as timestamps to the minute, in UTC."""
    minutes = (days * _MINUTES_A_DAY).round() / _MINUTES_A_DAY
    clock = Clock(True)
    return [f"{clock.moment(begin + t):%Y-%m-%dT%H:%M}+00:00" for t in minutes.tolist()]


# --- validate and show -------------------------------------------------------------------


def _validate(options: argparse.Namespace) -> int:
    text = _read_text(options.file)
    try:
        schema = json.loads(text).get("schema")
    except (ValueError, AttributeError, RecursionError):
        schema = None  # the parser of models says what is wrong
    try:
        if schema == "relapse/plan/1":
            plan = Plan.from_json(text)
            content = {"schema": schema, "person": plan.person, "version": plan.version}
            words = f"plan of {plan.person or 'nobody named'}, version {plan.version}"
        else:
            model = Model.from_json(text)
            content = {"schema": "relapse/model/1", **_basis(model)}
            words = f"model {model.id} {model.version}\nsha256 {model.content_hash}"
    except ParseError as error:
        raise _malformed(options.file, error) from error
    if options.json:
        _print_json({"ok": True, "file": options.file, **content})
    else:
        print(f"{options.file}: ok, {words}")
    return DONE


def _show(options: argparse.Namespace) -> int:
    model = _model(options.model)
    if options.json:
        print(model.to_json())
        return DONE
    for line in model_lines(model, width_of(sys.stdout)):
        print(painted(line, "bold" if line[:1].isupper() else "", sys.stdout))
    return DONE


# --- what several tasks need -------------------------------------------------------------


def _model(name: str) -> Model:
    if name == "standard" or not (name.endswith(".json") or Path(name).exists()):
        try:
            return Model.named(name)
        except InvalidInput as error:
            raise Refused(
                "is neither a file nor a model that comes with the library", file=name
            ) from error
    text = _read_text(name)
    try:
        return Model.from_json(text)
    except ParseError as error:
        raise _malformed(name, error) from error


def _plan(path: str) -> Plan:
    text = _read_text(path)
    try:
        return Plan.from_json(text)
    except ParseError as error:
        raise _malformed(path, error) from error


def _read_text(path: str) -> str:
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Refused("is not UTF-8 text", file=path) from error
    except OSError as error:
        raise Refused(error.strerror or str(error), file=path) from error


def _malformed(path: str, error: ParseError) -> Refused:
    problem = str(error).removeprefix(f"{error.pointer or '/'}: ")
    return Refused(problem, file=path, pointer=error.pointer or "/")


def _check_ins(path: str, person: str, model: Model) -> Table:
    numeric = [item for item, names in model.labels.items() if any(map(_is_number, names))]
    return read_table(path, text_columns=(person, *_TEXTS, *numeric))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@contextlib.contextmanager
def _placed(path: str) -> Iterator[None]:
    """Name the file, and the line in it, in what the library refuses."""
    try:
        yield
    except CheckInError as error:
        raise Refused(
            error.problem,
            file=path,
            **_row(path, error.row),
            person=None if error.person is None else str(error.person),
            column=error.item,
        ) from error
    except InvalidInput as error:
        raise Refused(str(error), file=path) from error


def _refused_check_in(path: str, person: str, error: dict[str, Any]) -> Refused:
    who = error[person]
    return Refused(
        str(error["message"]),
        file=path,
        **_row(path, int(error["row"])),
        person=None if who is None else str(who),
        column=str(error["column"]) if error["column"] else None,
    )


def _row(path: str, row: int | None) -> dict[str, int]:
    """Return where a row stands: the line of a CSV file, or the row counted from 1."""
    if row is None:
        return {}
    line = line_of(path, row)
    return {"row": row + 1} if line is None else {"line": line}


def _as_table(columns: dict[str, Any]) -> Table:
    """Return columns of the library as those of a file."""
    return {
        name: values.astype(np.float64)
        if isinstance(values, np.ndarray) and values.dtype.kind in "biuf"
        else list(values)
        for name, values in columns.items()
    }


def _basis(model: Model) -> dict[str, str]:
    calibration = model.to_dict().get("calibration", {})
    return {
        "id": model.id,
        "version": model.version,
        "content_hash": model.content_hash,
        "calibration": str(calibration.get("status", "not stated")),
    }


def _print_json(content: dict[str, Any]) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False))


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
