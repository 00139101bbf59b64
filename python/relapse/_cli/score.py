"""`relapse score`: a file of check-ins in, scores and the table of attention out."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
import time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from relapse import Model
from relapse._cli.attention_table import attention_lines
from relapse._cli.inputs import as_table, basis_of, read_check_in_file, read_model
from relapse._cli.options import DONE, MISUSE
from relapse._cli.refusals import placed, refused_check_in
from relapse._cli.score_folder import is_folder, score_folder
from relapse._cli.terminal import Progress, painted, show, tell, width_of
from relapse._passes.answers import drivers_table, score_columns
from relapse._passes.scores import run_score
from relapse._reading.cells import split
from relapse._reading.check_ins import read_check_ins
from relapse._reading.outputs import Outputs, standard_output
from relapse._reading.table_file import (
    Faults,
    Records,
    Table,
    check_writable,
    read_table,
    rows_of,
    write_table,
)
from relapse._reading.text_file import TableError
from relapse._report.attention import (
    Attention,
    AttentionLists,
    Standing,
    attention_lists,
    refused_attention,
    stage_in_words,
)
from relapse._report.cohort import standings
from relapse._report.history import Replayer
from relapse._report.wording import find_wording
from relapse._report.words import Labels, how_many, number

_SHOWN_ERRORS = 20


def score_command(options: argparse.Namespace) -> int:
    output: str | None = options.output
    reasons = _reasons(options)
    if reasons and not options.json and (output is None or output == "-"):
        option = "--" + reasons[0].replace("_", "-")
        return _misuse(f"{option} needs a file to write to (-o), or --json")
    if output == "-" and (options.json or options.attention):
        return _misuse("-o - and the result cannot both go to standard output")
    started = time.perf_counter()
    model = read_model(options.model)
    if options.outcome_drivers and not model.to_dict().get("outcomes"):
        return _misuse(
            "the model names no outcomes: --outcome-drivers has none to explain"
        )
    known = {
        name: getattr(options, name)
        for name in ("days_since_use", "days_in_recovery")
        if getattr(options, name) is not None
    }
    is_folder_of_ours = is_folder(options.file) and options.mapping is None
    if is_folder_of_ours and known:
        return _misuse("what is known at the start of a folder's persons is a column")
    outputs: Outputs = options.outputs
    if is_folder_of_ours:
        done = score_folder(options, model)
        if options.json:
            print_json(done)
        return DONE
    check_writable("-" if output is None else output, outputs)
    if output is not None and output != "-":
        for name in reasons:
            outputs.check(beside(output, name))
        if options.on_error == "collect":
            outputs.check(beside(output, "errors"))
    faults = Faults((options.person, options.time))
    takes = faults if options.on_error == "collect" else None
    table = read_check_in_file(options, model, takes)
    for name, days in known.items():
        if name in table:
            option = name.replace("_", "-")
            return _misuse(f"--{option} and the column {name!r} say the same; leave one")
        table[name] = np.full(rows_of(table), days)
    run = _Scoring(options, model, table, faults)
    scores, why = run.scores()
    seconds = time.perf_counter() - started
    found = run.attention(scores) if options.attention else None
    if output is not None:
        run.write(scores, why)
    if options.json:
        print_json(run.summary(scores, seconds, found, why))
    elif found is not None:
        _print_attention(run, run.head(scores, seconds), found)
    elif output is None:
        write_table(scores, "-", outputs)
    else:
        tell(f"{output}: {run.head(scores, seconds)}")
    run.print_errors()
    return DONE


class _Scoring:
    """One run of `relapse score` over one file, which is read once."""

    def __init__(
        self, options: argparse.Namespace, model: Model, table: Table, faults: Faults
    ) -> None:
        self.options = options
        self.model = model
        self.errors: Table = {}
        self.say = find_wording(options.locale)
        with placed(options.file):
            self.data = read_check_ins(
                table, model, options.person, options.time, options.time_unit
            )
        for row, problem in faults.of_row.items():
            self.data.refuse(row, problem)

    @property
    def refused(self) -> int:
        """How many rows are refused: one with two faults is one."""
        return len(set(self.errors.get("row", ())))

    def scores(self) -> tuple[Table, dict[str, Table]]:
        """Return the scores and the reasons that are asked for, by name."""
        options, data = self.options, self.data
        reasons = _reasons(options)
        collect = options.on_error == "collect"
        with placed(options.file), Progress("scoring") as bar:
            raw = run_score(
                data,
                "drivers" in reasons,
                options.threads or None,
                collect,
                progress=bar,
                outcome_drivers="outcome_drivers" in reasons,
            )
            if options.attention:
                self.standings = standings(self.model, raw)
            scores = as_table(data.answer(score_columns(data, raw)))
        if collect:
            self.errors = as_table(data.errors())
        return scores, {
            name: as_table(drivers_table(data, raw, name)) for name in reasons
        }

    def attention(self, scores: Table) -> AttentionLists:
        """Return both lists of attention, by the last check-in of each person."""
        persons = scores[self.options.person]
        times = self.data.columns["time"]
        times = np.where(np.isnan(times), np.inf, times)  # where the library has them
        last: dict[Any, int] = {}
        newest: dict[Any, int] = {}  # refused rows among them: flags stay up
        for row, (person, level) in enumerate(zip(persons, scores["level"], strict=True)):
            who = (row,) if person is None else person
            if times[row] >= times[newest.get(who, row)]:
                newest[who] = row
            if level is not None and times[row] >= times[last.get(who, row)]:
                last[who] = row
        new_risks, use_now, continued_use = self.standings
        now = {
            person: Standing(
                bool(scores["flags"][newest[person]]),
                float(new_risks[row]),
                float(use_now[row]),
                float(continued_use[row]),
            )
            for person, row in last.items()
        }
        replayer = Replayer(self.data, skip_refused=True)
        refused = {
            who: self._refused_attention(who, row, scores)
            for who, row in newest.items()
            if who not in last and scores["flags"][row]
        }
        return attention_lists(
            replayer, now, self.options.attention, self.say, refused=refused
        )

    def _refused_attention(self, who: Any, row: int, scores: Table) -> Attention:
        """Sum up somebody of whom no check-in could be used."""
        nobody = isinstance(who, tuple)
        time = scores[self.options.time][row]
        return refused_attention(
            self.model,
            self.say("attention.nobody", row + 1) if nobody else str(who),
            "" if time is None else str(time),
            (split(scores["flags"][row]), split(scores["unreadable_flags"][row])),
            self.say,
        )

    def write(self, scores: Table, reasons: dict[str, Table]) -> None:
        """Write all files of the run; of the run before, no other errors stay."""
        output, outputs = self.options.output, self.options.outputs
        if output == "-":
            write_table(scores, "-", outputs)
            return
        tables = {output: scores}
        tables |= {beside(output, name): table for name, table in reasons.items()}
        errors = beside(output, "errors")
        if self.refused:
            tables[errors] = self.errors
        for path, table in tables.items():
            changed = write_table(table, path, outputs)
            if changed:
                tell(
                    f"relapse: note: {path}: {how_many(changed, 'cell')} that a "
                    "spreadsheet would run: an apostrophe stands before; standard "
                    "output, .json and .parquet have them as they are"
                )
        outputs.commit()
        if not self.refused and self._are_errors(errors):
            outputs.remove(errors)

    def _are_errors(self, path: str) -> bool:
        """Whether a file holds refused rows, and not something else of that name."""
        wanted = [self.options.person, "row", "column", "message"]
        try:
            return Path(path).is_file() and list(read_table(path, wanted)) == wanted
        except TableError:
            return False

    def persons(self, scores: Table) -> int:
        return len({p for p in scores[self.options.person] if p is not None})

    def scored(self, scores: Table) -> int:
        """How many check-ins have a score: one that is refused may be several rows."""
        return sum(level is not None for level in scores["level"])

    def head(self, scores: Table, seconds: float) -> str:
        refused = f", {how_many(self.refused, 'row')} refused" if self.refused else ""
        check_ins = how_many(self.scored(scores), "check-in")
        persons = how_many(self.persons(scores), "person")
        return (
            f"{check_ins} of {persons} scored in {seconds:.1f} s{refused}; model "
            f"{self.model.id} {self.model.version} "
            f"(calibration: {basis_of(self.model)['calibration']})"
        )

    def summary(
        self,
        scores: Table,
        seconds: float,
        found: AttentionLists | None,
        reasons: dict[str, Table],
    ) -> dict[str, Any]:
        options = self.options
        content: dict[str, Any] = {
            "model": basis_of(self.model),
            "persons": self.persons(scores),
            "check_ins": self.scored(scores),
            "refused": self.refused,
            "seconds": round(seconds, 3),
        }
        if options.output is not None:
            content["output"] = options.output
        else:
            content["scores"] = Records(scores)
            content |= {name: Records(table) for name, table in reasons.items()}
        if found is not None:
            content["attention"] = found.to_dict()
        if self.refused:
            content["errors"] = Records(self.errors)
        return content

    def print_errors(self) -> None:
        listed = Records(self.errors)
        for error in islice(listed, _SHOWN_ERRORS):
            place = refused_check_in(self.options.file, self.options.person, error)
            tell(f"relapse: {place}")
        if len(listed) > _SHOWN_ERRORS:
            tell(f"relapse: and {len(listed) - _SHOWN_ERRORS} more")


def _print_attention(run: _Scoring, head: str, found: AttentionLists) -> None:
    document = run.model.to_dict()
    days = document["levels"]["horizon_days"]
    say = run.say
    show(head)
    print()
    labels, paint = Labels(document, say), partial(painted, stream=sys.stdout)
    words = partial(stage_in_words, labels=labels, document=document)
    for line in attention_lines(found, days, words, width_of(sys.stdout), paint, say):
        print(line)
    print()
    width = width_of(sys.stdout)
    for key in ("using", "", "first", "stage"):
        legend = say(f"attention.legend.{key}".rstrip("."), number(days, say))
        print(textwrap.fill(legend, width, subsequent_indent="  "))
    print(say("attention.support"))


def _reasons(options: argparse.Namespace) -> list[str]:
    """Return which reasons are asked for: of the risk, of the model's outcomes."""
    return [name for name in ("drivers", "outcome_drivers") if getattr(options, name)]


def beside(output: str, what: str) -> str:
    """Return the name of a file beside another: scores.drivers.csv."""
    path = Path(output)
    return str(path.with_name(f"{path.stem}.{what}{path.suffix}"))


def _misuse(problem: str) -> int:
    tell(f"relapse score: {problem}")
    return MISUSE


def print_json(content: dict[str, Any]) -> None:
    """Print a JSON document for machines."""
    file = standard_output()
    json.dump(content, file, ensure_ascii=False, indent=2, allow_nan=False)
    file.write("\n")
