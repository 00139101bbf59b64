"""What tasks of the command have in common: options, and how they end."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from relapse import _core
from relapse._errors import InvalidInput
from relapse._reading.exports.mapping import mapping_names
from relapse._reading.times import UNITS, to_days

DONE, REFUSED, MISUSE, INTERRUPTED = 0, 1, 2, 130
_MODELS = f"{', '.join(_core.model_names)}, or a model document (.json)"
_UNKNOWN = "unrecognized arguments"
FORMATS = ".csv, .tsv, .parquet, .json, .jsonl, or - for CSV"
PAGE = "the page (.html), or - for standard output"
CHECK_INS = f"check-ins: {FORMATS}"


class Parser(argparse.ArgumentParser):
    """A parser that says which argument is wrong, and not what it was."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        found, unknown = super().parse_known_args(args, namespace)
        if unknown and not any(_tasks_of(self)):
            # What is no option here may be one of another task, and is none to name.
            self.error(f"{_UNKNOWN}: {' '.join(unknown)}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        kind, _, listed = message.partition(": ")
        if kind == _UNKNOWN:
            flags = [word.split("=")[0] for word in listed.split() if word[:2] == "--"]
            message = f"{kind}: without a name"
            if flags:
                message = _core.unknown_name("option", flags[0], [*_options_of(self)])
        told = r"(invalid [\w ]+|ignored explicit argument):? .*?(?= \(choose from|\Z)"
        message = re.sub(told, r"\1", message, flags=re.DOTALL)
        super().error(message)


def joined(arguments: Sequence[str]) -> list[str]:
    """Join `--missing -99`, which argparse would take for an option, with a sign."""
    found: list[str] = []
    for argument in arguments:
        code = re.match(r"-[\d.]", argument)
        if code and found and len(found[-1]) > 3 and "--missing".startswith(found[-1]):
            found[-1] += f"={argument}"
        else:
            found.append(argument)
    return found


def number(text: str) -> float:
    """Return an option that is a number; nan is none."""
    found = float(text)
    if found != found:
        raise ValueError
    return found


def _options_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Return the options of a parser and of all its tasks."""
    for action in parser._actions:
        yield from (flag for flag in action.option_strings if flag[:2] == "--")
    for task in _tasks_of(parser):
        yield from _options_of(task)


def _tasks_of(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.values()


def add_task(
    tasks: Any, name: str, run: Callable[[argparse.Namespace], int], words: str
) -> argparse.ArgumentParser:
    """Add a task that `run` does; its description is a sentence of the words."""
    task: argparse.ArgumentParser = tasks.add_parser(
        name, help=words, description=words[0].upper() + words[1:] + "."
    )
    task.set_defaults(run=run)
    return task


def add_group(tasks: Any, name: str, words: str, title: str) -> Any:
    """Add a task with tasks of its own; returns where these are added."""
    task = tasks.add_parser(name, help=words, description=words[0].upper() + words[1:])
    return task.add_subparsers(title=title, metavar="WAY", required=True)


def add_model(
    task: argparse.ArgumentParser, default: str | None = "standard", words: str = ""
) -> None:
    """Add which model; `words` say what the default is."""
    help_words = f"{_MODELS}; default: {words or default}"
    task.add_argument("--model", default=default, help=help_words)


def add_model_named(task: argparse.ArgumentParser) -> None:
    """Add which model, as what the task is about."""
    help_words = f"{_MODELS}; default: standard"
    task.add_argument("model", nargs="?", default="standard", help=help_words)


def add_person(task: argparse.ArgumentParser) -> None:
    """Add in which column persons are."""
    task.add_argument(
        "--person", metavar="COLUMN", default="person", help="column of the person"
    )


def add_time(task: argparse.ArgumentParser) -> None:
    """Add in which column times are, and what numbers there are."""
    task.add_argument(
        "--time", metavar="COLUMN", default="time", help="column of the time"
    )
    add_time_unit(task)


def add_time_unit(task: argparse.ArgumentParser) -> None:
    """Add what numbers in the column of times are."""
    task.add_argument(
        "--time-unit",
        choices=(*UNITS, "YYYYMMDD"),
        default="days",
        help="what numbers in that column are (default: days)",
    )


def add_check_ins(task: argparse.ArgumentParser, more: str = "") -> None:
    """Add a table of check-ins, and how it is read."""
    task.add_argument("file", help=CHECK_INS + more)
    add_model(task)
    add_person(task)
    add_time(task)
    add_zone(task)
    task.add_argument(
        "--missing",
        metavar="CODE[=REASON]",
        action="append",
        default=[],
        help="an answer that is a gap, such as -99 or 99=declined; may be repeated",
    )
    task.add_argument(
        "--mapping",
        metavar="MAPPING",
        help="of an export of an app or a survey, whose columns it names: "
        f"{', '.join(mapping_names())}, or a document (.json)",
    )
    task.add_argument(
        "--instrument",
        metavar="NAME",
        help="of a mapping, whose rows count: as in REDCap",
    )


def add_zone(task: argparse.ArgumentParser) -> None:
    """Add in which zone times are that do not say it."""
    task.add_argument(
        "--zone",
        metavar="NAME",
        help="in which times without a zone are, such as Europe/Berlin",
    )
    task.add_argument(
        "--dates",
        choices=("refuse", "noon"),
        help="what becomes of a date without a time of day (default: refuse)",
    )


def columns_of(options: argparse.Namespace) -> dict[str, Any]:
    """Return where persons and times are, as the calls of the library take it."""
    return {
        "person": options.person,
        "time": options.time,
        "time_unit": options.time_unit,
    }


def moment_of(options: argparse.Namespace, name: str) -> float | None:
    """Return the moment that an option says, in days; None where it is not given."""
    if (told := getattr(options, name)) is None:
        return None
    try:
        return to_days(told)
    except InvalidInput as error:
        raise InvalidInput(f"--{name}: {str(error).removeprefix('time: ')}") from None


def add_locale(task: argparse.ArgumentParser, words: str) -> None:
    """Add in which language."""
    task.add_argument("--locale", metavar="TAG", default="en", help=words)
