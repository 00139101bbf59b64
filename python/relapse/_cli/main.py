"""The command `relapse`: score, report, fit, simulate, fhir, case and some more.

Exit status: 0 done, 1 refused input, 2 misuse. What was asked for goes to standard
output, everything else to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

import relapse
from relapse import Model, Plan
from relapse._cli.case import add_case
from relapse._cli.fhir import add_fhir
from relapse._cli.inputs import (
    as_table,
    basis_of,
    read_check_in_file,
    read_model,
    read_plan,
    read_text,
)
from relapse._cli.options import (
    DONE,
    FORMATS,
    INTERRUPTED,
    MISUSE,
    PAGE,
    REFUSED,
    Parser,
    add_check_ins,
    add_locale,
    add_model,
    add_model_named,
    add_person,
    add_task,
    add_time_unit,
    add_zone,
    joined,
    moment_of,
    number,
)
from relapse._cli.refusals import RefusedError, malformed, placed
from relapse._cli.score import print_json, score_command
from relapse._cli.score_folder import is_folder
from relapse._cli.study import evaluate_command, fit_command, recalibrate_command
from relapse._cli.terminal import harmless, painted, show, tell, width_of
from relapse._errors import InvalidInput, ParseError, UnknownColumnWarning
from relapse._reading.outputs import Outputs, standard_output
from relapse._reading.table_file import Column, check_writable, rows_of, write_table
from relapse._reading.text_file import TableError
from relapse._report.cohort_page import cohort_html
from relapse._report.history import STEPS_OF_A_PAGE, replay
from relapse._report.model_summary import item_lines, model_lines
from relapse._report.person_page import report_html
from relapse._report.words import Clock, how_many

_MINUTES_A_DAY = 1440


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(joined(given))
    if sys.stdout is None:  # closed by whoever started the command
        print("relapse: standard output: is closed", file=sys.stderr)
        return REFUSED
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # of a terminal without all letters
    run: Callable[[argparse.Namespace], int] = options.run
    options.outputs = Outputs(_inputs(options))
    try:
        with options.outputs, _notices():
            status = run(options)
        sys.stdout.flush()
    except (RefusedError, TableError, InvalidInput) as error:
        return _refuse(error, options.outputs, as_json=getattr(options, "json", False))
    except BrokenPipeError:
        # The reader has seen enough; keep Python from complaining when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:  # of standard output; files are named where they are opened
        tell(f"relapse: standard output: {error.strerror or error}")
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except KeyboardInterrupt:
        print("relapse: stopped", file=sys.stderr)
        _tell_unchanged(options.outputs)
        return INTERRUPTED
    return status


def _inputs(options: argparse.Namespace) -> list[str]:
    """Return the names under which a command may read files."""
    given = vars(options)
    # A case file is what `case add` writes: it has no other output.
    named = ("model", "plan", "mapping", *["case"] * ("output" in given))
    documents = [given[name] for name in named if given.get(name) is not None]
    # A folder named like a model of the library is not read.
    names = [name for name in documents if not is_folder(name)] + given.get("others", [])
    return names if given.get("file") is None else [given["file"], *names]


@contextlib.contextmanager
def _notices() -> Iterator[None]:
    """Print what the library warns of, once, when the work is done."""
    with warnings.catch_warnings(record=True) as noticed:
        for kind in (UnknownColumnWarning, UnicodeWarning):
            warnings.simplefilter("always", kind)
        yield
    for message in dict.fromkeys(str(notice.message) for notice in noticed):
        tell(f"relapse: note: {message}")


def _tell_unchanged(outputs: Outputs) -> None:
    for path in outputs.unchanged():
        tell(f"relapse: {path}: is as it was before")


def _refuse(error: Exception, outputs: Outputs, *, as_json: bool) -> int:
    if as_json:
        plain = {"problem": str(error)}
        told = error.to_dict() if isinstance(error, RefusedError) else plain
        print_json({"error": told})
    tell(f"relapse: {error}")
    _tell_unchanged(outputs)
    return REFUSED


def _report(options: argparse.Namespace) -> int:
    """Write the report of one person, or of all persons of the file."""
    of_one = options.who is not None
    for name in () if of_one else ("plan", "days_since_use", "days_in_recovery"):
        if getattr(options, name) is not None:
            option = name.replace("_", "-")
            tell(f"relapse report: --{option} needs --who, whose it is")
            return MISUSE
    model = read_model(options.model)
    plan = read_plan(options.plan) if options.plan else None
    options.outputs.check(options.output)
    table = read_check_in_file(options, model)
    with placed(options.file):
        if of_one:
            history = replay(
                table,
                model,
                options.who,
                person=options.person,
                time=options.time,
                days_since_use=options.days_since_use,
                days_in_recovery=options.days_in_recovery,
                time_unit=options.time_unit,
                most_steps=STEPS_OF_A_PAGE,
            )
        else:
            html = cohort_html(
                table,
                model,
                person=options.person,
                time=options.time,
                time_unit=options.time_unit,
                most=options.attention,
                locale=options.locale,
            )
            told = how_many(len(set(table[options.person])), "person")
    if of_one:
        html = report_html(history, plan, options.locale)
        count, level = how_many(history.count, "check-in"), history.last.assessment.level
        told = f"{history.person}, {count}, level {level}"
    options.outputs.write(options.output, html)
    options.outputs.commit()
    if options.output != "-":
        tell(f"{options.output}: {told}")
    return DONE


def _simulate(options: argparse.Namespace) -> int:
    model = read_model(options.model)
    check_writable(options.output, options.outputs)
    begin = moment_of(options, "begin") if options.begin else None
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
    table = as_table(drawn)
    table["person"] = _names(table["person"], options.persons)
    for name, column in table.items():
        if isinstance(column, np.ndarray):
            # Answers went through their scale and back; 57 is not 56.99999999999999.
            table[name] = np.array([float(f"{value:.12g}") for value in column.tolist()])
    days = np.asarray(drawn["time"], dtype=np.float64)
    table["time"] = days.round(3) if begin is None else _timestamps(days, begin)
    write_table(table, options.output, options.outputs)
    options.outputs.commit()
    if options.output != "-":
        tell(
            f"{options.output}: {how_many(rows_of(table), 'check-in')} of "
            f"{how_many(options.persons, 'simulated person')}"
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
    try:
        moments = [clock.moment(begin + t) for t in minutes.tolist()]
    except OverflowError:
        raise InvalidInput("--begin: must leave the days within the year 9999") from None
    return [f"{moment:%Y-%m-%dT%H:%M}+00:00" for moment in moments]


def _validate(options: argparse.Namespace) -> int:
    text = read_text(options.file)
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
            content = {"schema": "relapse/model/1", **basis_of(model)}
            words = f"model {model.id} {model.version}\nsha256 {model.content_hash}"
    except ParseError as error:
        raise malformed(options.file, error) from error
    if options.json:
        print_json({"ok": True, "file": options.file, **content})
    else:
        show(f"{options.file}: ok, {words}")
    return DONE


def _show(options: argparse.Namespace) -> int:
    model = read_model(options.model)
    if options.json:
        standard_output().write(model.to_json() + "\n")
        return DONE
    _print_lines(model_lines(model, width_of(sys.stdout)))
    return DONE


def _print_lines(lines: Sequence[str]) -> None:
    """Print lines, of which headings begin with a capital."""
    for line in lines:
        print(painted(harmless(line), "bold" if line[:1].isupper() else "", sys.stdout))


def _items(options: argparse.Namespace) -> int:
    table = read_model(options.model).items_table(options.locale)
    if options.json:
        rows = zip(*table.values(), strict=True)
        items = [dict(zip(table, row, strict=True)) for row in rows]
        print_json({"model": options.model, "items": items})
        return DONE
    _print_lines(item_lines(table, width_of(sys.stdout)))
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="relapse",
        description="Early warning in addiction recovery, from check-ins. Decision "
        "support for professionals; not a diagnosis and not a medical device.",
        epilog="Exit status: 0 done, 1 refused input, 2 misuse.",
    )
    parser.add_argument("--version", action="version", version=relapse.__version__)
    tasks = parser.add_subparsers(title="tasks", metavar="TASK", required=True)
    _add_score(tasks)
    _add_report(tasks)
    _add_fit(tasks)
    _add_recalibrate(tasks)
    _add_evaluate(tasks)
    _add_simulate(tasks)
    _add_validate(tasks)
    _add_show(tasks)
    _add_items(tasks)
    add_fhir(tasks)
    add_case(tasks)
    return parser


def _add_known(task: argparse.ArgumentParser) -> None:
    for name, words in (
        ("--days-since-use", "since the last use, known at the first check-in"),
        ("--days-in-recovery", "in recovery, known at the first check-in"),
    ):
        task.add_argument(name, type=number, metavar="DAYS", help=words)


def _add_score(tasks: Any) -> None:
    task = add_task(tasks, "score", score_command, "score check-ins with a model")
    add_check_ins(task, "; or a folder of .parquet, scored batch by batch")
    task.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="where the scores go; default: CSV to stdout",
    )
    task.add_argument(
        "--on-error",
        choices=("raise", "collect"),
        default="raise",
        help="stop at a check-in that is refused, or score the others",
    )
    _add_threads(task)
    task.add_argument(
        "--drivers",
        action="store_true",
        help="also write why each risk changed, into FILE.drivers (needs -o or --json)",
    )
    task.add_argument(
        "--outcome-drivers",
        action="store_true",
        help="the same of the model's outcomes, into FILE.outcome_drivers; takes longer",
    )
    task.add_argument(
        "--attention",
        type=_whole(1),
        metavar="N",
        help="print who uses now and who is at risk, the first N of each",
    )
    _add_known(task)
    add_locale(task, "language of that table, such as de-DE (default: en)")
    task.add_argument("--json", action="store_true", help="JSON on standard output")


def _add_report(tasks: Any) -> None:
    words = "write a report of one person, or of the cohort, as HTML"
    task = add_task(tasks, "report", _report, words)
    add_check_ins(task)
    task.add_argument(
        "--who", metavar="WHO", help="the person; default: all of them, as a cohort"
    )
    task.add_argument(
        "--attention",
        type=_whole(1),
        metavar="N",
        default=10,
        help="persons whom each list of a cohort's report names first (default: 10)",
    )
    task.add_argument("--plan", metavar="FILE", help="the person's plan (.json)")
    _add_known(task)
    add_locale(task, "language and place, such as en-US or de-DE (default: en)")
    task.add_argument("-o", "--output", required=True, metavar="FILE", help=PAGE)


def _add_fit(tasks: Any) -> None:
    task = add_task(tasks, "fit", fit_command, "fit the numbers of a model to check-ins")
    add_check_ins(task)
    task.add_argument(
        "--free",
        action="append",
        metavar="NAME",
        help="a number that may move, such as 'rate:*' (may be repeated; default: all)",
    )
    task.add_argument(
        "--outcome", metavar="ITEM", help="go on to foretell the next answer to this sign"
    )
    task.add_argument(
        "--covariance",
        choices=("hessian", "outer_product", "sandwich", "none"),
        help="of the standard errors",
    )
    task.add_argument(
        "--prior",
        type=number,
        metavar="X",
        help="1 / variance, 0: none (default: where people are few)",
    )
    task.add_argument("--starts", type=_whole(1), default=10, metavar="N")
    task.add_argument("--seed", type=_whole(0), default=1, metavar="N")
    task.add_argument("--max-iterations", type=_whole(1), default=500, metavar="N")
    task.add_argument("--max-seconds", type=number, metavar="X")
    _add_threads(task)
    task.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="the fitted model (.json)"
    )
    task.add_argument("--json", action="store_true", help="JSON on standard output")


def _add_recalibrate(tasks: Any) -> None:
    words = "bring the outcomes of a model to your own people"
    task = add_task(tasks, "recalibrate", recalibrate_command, words)
    add_check_ins(task)
    task.add_argument(
        "--outcome",
        action="append",
        metavar="ID",
        help="of the model, or a document (.json) of rules (default: all of the model)",
    )
    task.add_argument(
        "--risk",
        metavar="COLUMN",
        help="whether use was seen within the horizon of the level (1, 0 or empty): "
        "a line for the risk",
    )
    task.add_argument("--keep-rates", action="store_true", help="move lines alone")
    task.add_argument("--folds", type=_whole(2), default=5, metavar="N")
    task.add_argument("--draws", type=_whole(0), default=500, metavar="N")
    task.add_argument("--seed", type=_whole(0), default=1, metavar="N")
    task.add_argument("--figure", metavar="FILE", help="before and after: .png or .svg")
    task.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="the model (.json)"
    )
    task.add_argument("--json", action="store_true", help="JSON on standard output")


def _add_evaluate(tasks: Any) -> None:
    task = add_task(
        tasks, "evaluate", evaluate_command, "judge predictions against what came"
    )
    task.add_argument("file", help=f"a row a prediction: {FORMATS}")
    add_person(task)
    task.add_argument("--predicted", metavar="COLUMN", help="the probability")
    task.add_argument(
        "--outcome",
        default="outcome",
        metavar="COLUMN",
        help="whether it came: 0, 1; without --predicted, the id of an outcome of which "
        "the file has came_ID and outcome_ID",
    )
    task.add_argument("--time", metavar="COLUMN", help="for alerts by person and month")
    add_time_unit(task)
    add_zone(task)
    task.add_argument(
        "--lapse",
        metavar="COLUMN",
        help="1 at a lapse: for lead times, those not in use, time since use",
    )
    for name in ("craving", "confidence"):
        words = "of the baseline of two questions (default: %(default)s)"
        task.add_argument(f"--{name}", metavar="COLUMN", default=name, help=words)
    task.add_argument(
        "--group", action="append", default=[], metavar="COLUMN", help="to compare by"
    )
    task.add_argument(
        "--budget",
        action="append",
        type=number,
        metavar="X",
        help="alerts a person-month",
    )
    task.add_argument(
        "--every", type=number, metavar="DAYS", help="that a row stands for"
    )
    task.add_argument("--draws", type=_whole(0), default=200, metavar="N")
    task.add_argument("--seed", type=_whole(0), default=1, metavar="N")
    task.add_argument("--model", metavar="MODEL", help="the model, for --card")
    task.add_argument("--card", metavar="FILE", help="a model card: .json or .md")
    task.add_argument("--json", action="store_true", help="JSON on standard output")


def _add_threads(task: argparse.ArgumentParser) -> None:
    task.add_argument(
        "--threads", type=_whole(0), default=0, metavar="N", help="0: all cores"
    )


def _add_simulate(tasks: Any) -> None:
    task = add_task(tasks, "simulate", _simulate, "draw check-ins from a model")
    add_model(task)
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
            type=number,
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
    task = add_task(tasks, "validate", _validate, "check a model or plan document")
    task.add_argument("file", help="MODEL.json or PLAN.json")
    task.add_argument("--json", action="store_true", help="JSON on standard output")


def _add_show(tasks: Any) -> None:
    task = add_task(tasks, "show", _show, "show what a model says")
    add_model_named(task)
    task.add_argument("--json", action="store_true", help="the document itself")


def _add_items(tasks: Any) -> None:
    task = add_task(tasks, "items", _items, "list what a model asks, and how")
    add_model(task)
    task.add_argument("--locale", default="en", help="language of the words, as de-AT")
    task.add_argument("--json", action="store_true", help="JSON on standard output")


def _whole(least: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        number = int(text)
        if number < least:
            raise argparse.ArgumentTypeError(f"must be {least} or more")
        return number

    whole.__name__ = "whole number"
    return whole
