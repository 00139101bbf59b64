"""`relapse case add`, `view`, `check`, `merge` and `report`: a person's case file."""

from __future__ import annotations

import argparse
import contextlib
import json
import math
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from relapse import CaseFile, Model
from relapse._cli.inputs import read_log, read_model
from relapse._cli.options import (
    DONE,
    PAGE,
    REFUSED,
    add_group,
    add_locale,
    add_model,
    add_task,
    moment_of,
)
from relapse._cli.refusals import RefusedError, malformed, placed
from relapse._cli.score import print_json
from relapse._cli.terminal import harmless, show, tell
from relapse._core import model_names
from relapse._errors import InvalidInput, ParseError
from relapse._reading.outputs import Outputs, only_writer
from relapse._reading.table_file import table_of
from relapse._reading.text_file import once
from relapse._reading.times import to_days
from relapse._reading.zones import find_zone
from relapse._report.beside import as_of, beside
from relapse._report.history import STEPS_OF_A_PAGE, replay
from relapse._report.person_page import report_html
from relapse._report.words import Clock, how_many


def add_case(tasks: Any) -> None:
    """Add the task `case` with what it does."""
    words = "keep a person's case file: a log of events, and what is shown of it"
    ways = add_group(tasks, "case", words, "what to do")
    _add_add(ways)
    _add_view(ways)
    _add_check(ways)
    _add_merge(ways)
    _add_report(ways)


def _add_add(ways: Any) -> None:
    way = add_task(ways, "add", _add, "take events in, and tell what came of each")
    _add_case_file(way, "written anew as a whole; made where there is none")
    way.add_argument(
        "file", nargs="?", default="-", help="events, JSON lines; default: - for stdin"
    )
    way.add_argument("--who", metavar="WHO", default="", help="whose a new file is")


def _add_view(ways: Any) -> None:
    way = add_task(ways, "view", _view, "print all that can be shown at a moment")
    _add_case_file(way)
    _add_now(way, "default: now")
    _add_clock(way)
    add_locale(way, "language and place, such as de-DE (default: en)")


def _add_check(ways: Any) -> None:
    way = add_task(ways, "check", _check, "tell what could not be taken in, and why")
    _add_case_file(way)
    way.add_argument("--json", action="store_true", help="JSON on standard output")


def _add_merge(ways: Any) -> None:
    words = "bring the logs of several devices together"
    way = add_task(ways, "merge", _merge, words)
    _add_case_file(way)
    way.add_argument("others", nargs="+", metavar="OTHER", help="of the same person")
    way.add_argument("-o", "--output", metavar="FILE", required=True)


def _add_report(ways: Any) -> None:
    way = add_task(ways, "report", _report, "write the report of the person, as HTML")
    _add_case_file(way)
    _add_now(way, "what is known at that moment (default: all, as of the last check-in)")
    _add_clock(way)
    add_locale(way, "language of the report")
    way.add_argument("-o", "--output", required=True, metavar="FILE", help=PAGE)


def _add_case_file(way: argparse.ArgumentParser, more: str = "") -> None:
    way.add_argument("case", help="the case file" + (more and f": {more}"))
    add_model(way, None, "the one that the case file names; of a new one standard")


def _add_clock(way: argparse.ArgumentParser) -> None:
    way.add_argument(
        "--zone", metavar="NAME", help="the clock (default: that of the plan)"
    )


def _add_now(way: argparse.ArgumentParser, words: str) -> None:
    way.add_argument("--now", metavar="TIME", help=words)


def _asked(options: argparse.Namespace) -> Model | None:
    """Return the model that is asked for; none: the one that the case file names."""
    return None if options.model is None else read_model(options.model)


def _named_model(text: str, path: str) -> Model:
    """Return the model that the header of a log names.

    A release of a model is read with that of this library, as everywhere; a document of
    your own under its name is not.
    """
    try:
        header = json.loads(text.split("\n", 1)[0])["model"]
        name, version, written = (
            str(header[key]) for key in ("id", "version", "content_hash")
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return Model.standard()  # reading the file says what is wrong
    if name in model_names:
        model = Model.named(name)
        if model.content_hash == written or model.version != version:
            return model
    raise RefusedError(
        f"is of the model {name} {version} with the content hash {written[:12]}, which "
        "does not come with the library; name its document with --model",
        file=path,
    )


def _read(path: str, model: Model | None) -> CaseFile:
    text = read_log(path)
    try:
        return CaseFile.read(text, model or _named_model(text, path))
    except ParseError as error:
        raise malformed(path, error) from error
    except InvalidInput as error:
        raise RefusedError(str(error), file=path) from error


def _add(options: argparse.Namespace) -> int:
    model = _asked(options)
    outputs: Outputs = options.outputs
    outputs.check(options.case)
    told = read_log(options.file).split("\n")
    with only_writer(options.case):  # who waits here finds what the others added
        case = _case_to_add_to(options, model)
        timed = _Timed(case)
        results = [case.add(timed(line)) for line in told if line.strip()]
        outputs.write(options.case, case.text())
        outputs.commit()
    for result in results:
        print_json(result)
    tell(f"{options.case}: {how_many(len(case), 'event')}")
    refused = any(result["status"] == "refused" for result in results)
    return REFUSED if refused else DONE


class _Timed:
    """Says of events that come late to a file that they are told now."""

    def __init__(self, case: CaseFile) -> None:
        lines = [json.loads(line) for line in case.text().split("\n")[1:-1]]
        self._by_id: dict[str, list[dict[str, Any]]] = {}
        for event in lines:
            self._by_id.setdefault(event.get("id", ""), []).append(event)
        times = [to_days(event["at"]) for event in lines if "at" in event]
        closed = [to_days(event["before"]) for event in self._by_id.get("", [])]
        self._first = max(closed, default=-math.inf)
        self._now = datetime.now(timezone.utc)
        self._last = min(max(times, default=-math.inf), to_days(self._now))

    def __call__(self, line: str) -> str:
        try:
            event = json.loads(line, object_pairs_hook=once)
            at = to_days(event["at"])
        except (ValueError, TypeError, KeyError, RecursionError, InvalidInput):
            return line  # it is kept as it is
        if "told" in event or not self._first <= at < self._last:
            return line
        # What was told before stands there with the time of then.
        for known in self._by_id.get(str(event.get("id")), []):
            if {key: known[key] for key in known if key != "told"} == event:
                return json.dumps(known)
        return f'{line.rstrip()[:-1]}, "told": "{self._now.isoformat()}"}}'


def _case_to_add_to(options: argparse.Namespace, model: Model | None) -> CaseFile:
    if not Path(options.case).exists():
        return CaseFile(model or Model.standard(), person=options.who)
    case = _read(options.case, model)
    if options.who not in ("", case.person):
        raise RefusedError(
            "is there, and of another person or of nobody yet; --who says whose a new "
            "file is",
            file=options.case,
        )
    return case


def _view(options: argparse.Namespace) -> int:
    case = _read(options.case, _asked(options))
    now = moment_of(options, "now")
    moment = datetime.now(timezone.utc) if now is None else now
    print_json(case.view(moment, locale=options.locale, zone=options.zone))
    return DONE


def _check(options: argparse.Namespace) -> int:
    case = _read(options.case, _asked(options))
    problems = case.problems()
    if options.json:
        print_json({"events": len(case), "problems": problems})
    else:
        show(f"{options.case}: {how_many(len(case), 'event')}")
        for each in problems:
            show(harmless(f"{each['id']}: {each['problem']}"))
    return REFUSED if problems else DONE


def _merge(options: argparse.Namespace) -> int:
    model = _asked(options)
    outputs: Outputs = options.outputs
    outputs.check(options.output)
    with contextlib.ExitStack() as stack:
        if options.output != "-":
            stack.enter_context(only_writer(options.output))
        case = _read(options.case, model)
        for other in options.others:
            try:
                case.merge(_read(other, case.model))
            except InvalidInput as error:
                raise RefusedError(str(error), file=other) from error
        outputs.write(options.output, case.text())
        outputs.commit()
    if options.output != "-":
        tell(f"{options.output}: {how_many(len(case), 'event')}")
    return DONE


def _nothing_to_show(case: CaseFile, locale: str, until: str) -> str:
    """Say that there is no check-in, and what flags are up all the same."""
    none = f"has no check-in{until or ' yet'}"
    moves = case.flag_history()
    if not moves:
        return none
    flags = case.view(max(move["at"] for move in moves), locale=locale)["flags"]
    told = "; ".join(f"{each['flag']}: {each.get('words', '')}" for each in flags)
    return none + (f", and flags are up. {told}" if told else "")


def _report(options: argparse.Namespace) -> int:
    outputs: Outputs = options.outputs
    outputs.check(options.output)
    case = _read(options.case, _asked(options))
    now = moment_of(options, "now")
    if now is not None:
        case = as_of(case, now)
    check_ins = case.check_ins()
    if not check_ins:
        then = " up to `--now`" if now is not None else ""
        raise RefusedError(
            _nothing_to_show(case, options.locale, then), file=options.case
        )
    # Of a file that says nowhere whose it is, its name is there to read.
    planned_for = "" if case.plan is None else case.plan.person
    person = case.person or planned_for or Path(options.case).stem
    table = table_of([{**each, "person": person} for each in check_ins])
    days_since_use, days_in_recovery = case.start
    with placed(options.case):
        history = replay(
            table,
            case.model,
            person,
            days_since_use=days_since_use,
            days_in_recovery=days_in_recovery,
            most_steps=STEPS_OF_A_PAGE,
            flag_moves=case.flag_history(),
        )
    of_plan = "" if case.plan is None else case.plan.time_zone
    zone = find_zone(options.zone or of_plan or "UTC")
    history.clock = Clock(history.clock.dated, zone)
    last = history.last.assessment.time
    known = beside(case, last, options.locale, now)
    if now is not None and now > last:
        known = replace(known, now=history.monitor.at(now))
    history.beside = known
    outputs.write(options.output, report_html(history, case.plan, options.locale))
    outputs.commit()
    if options.output != "-":
        tell(f"{options.output}: {how_many(history.count, 'check-in')}")
    return DONE
