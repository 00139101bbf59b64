"""`relapse fhir in` and `relapse fhir out`: check-ins from a record, and back into it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from relapse import _core, fhir
from relapse._cli.inputs import read_check_in_file, read_model, read_plan
from relapse._cli.options import (
    DONE,
    REFUSED,
    add_check_ins,
    add_group,
    add_locale,
    add_task,
)
from relapse._cli.refusals import placed
from relapse._cli.score import print_json
from relapse._cli.terminal import tell
from relapse._errors import InvalidInput
from relapse._reading.check_ins import read_check_ins as as_check_ins
from relapse._reading.exports.read import table_of_fhir
from relapse._reading.fhir import read
from relapse._reading.outputs import Outputs
from relapse._reading.table_file import (
    check_writable,
    plain_table,
    rows_of,
    table_of,
    write_table,
)
from relapse._report.history import Replayer, Step
from relapse._report.words import how_many


def add_fhir(tasks: Any) -> None:
    """Add the task `fhir` with its two directions."""
    words = "read check-ins from FHIR resources, or write them"
    ways = add_group(tasks, "fhir", words, "directions")
    _add_in(ways)
    _add_out(ways)


def _add_in(ways: Any) -> None:
    way = add_task(ways, "in", _read, "make a table of the answers in FHIR resources")
    way.add_argument("file", help="a resource, a Bundle, NDJSON, or a folder of them")
    way.add_argument("--patient", metavar="ID", help="read what is about this one alone")
    way.add_argument(
        "--mapping",
        metavar="FILE",
        help="which question is which item, relapse/fhir_mapping/1 (.json)",
    )
    way.add_argument(
        "--dates",
        choices=("refuse", "noon_utc"),
        default="refuse",
        help="what becomes of a date without a time of day (default: refuse)",
    )
    way.add_argument(
        "--model", help="make check-ins for this model: standard, or a document (.json)"
    )
    way.add_argument("-o", "--output", default="-", metavar="FILE")
    way.add_argument(
        "--json", action="store_true", help="medication and notes as JSON (needs -o)"
    )


def _add_out(ways: Any) -> None:
    words = "write check-ins and what they lead to as a transaction of FHIR resources"
    way = add_task(ways, "out", _write, words)
    add_check_ins(way)
    way.add_argument("--plan", metavar="FILE", help="a plan to write, too (.json)")
    way.add_argument(
        "--contact", metavar="NAME", help="of the plan what this contact may see"
    )
    add_locale(way, "language of labels")
    way.add_argument("-o", "--output", default="-", metavar="FILE", help=".json")


def _read(options: argparse.Namespace) -> int:
    if options.json and options.output == "-":
        raise InvalidInput("--json: needs -o, as the table goes to standard output")
    outputs: Outputs = options.outputs
    check_writable(options.output, outputs)
    mappings = () if options.mapping is None else (options.mapping,)
    reading = read(
        options.file, patient=options.patient, mappings=mappings, dates=options.dates
    )
    notes = list(reading.notes)
    if options.model is None:
        # Under the names of their questions.
        table = plain_table(table_of_fhir(reading, Path(options.file)))
    else:
        texts, more, untimed = _core.fhir_check_ins(reading, read_model(options.model))
        notes += more
        documents = [json.loads(each) for each in texts]
        # Rows without a time are refused, and raise their flags.
        for each in map(json.loads, untimed):
            del each["time"]
            documents.append(each)
        if not documents:
            raise InvalidInput(f"{options.file}: has no check-in for the model")
        table = table_of(documents)
        for name in ("person", "time"):
            table.setdefault(name, [None] * len(documents))
    write_table(table, options.output, outputs)
    outputs.commit()
    if options.json:
        print_json({"check_ins": rows_of(table), **_told(reading, notes)})
    for note in notes:
        tell(f"relapse: {note.kind.replace('_', ' ')}: {note}")
    if options.output != "-":
        tell(f"{options.output}: {how_many(rows_of(table), 'check-in')}")
    refused = any(note.kind == "refused" for note in notes)
    return REFUSED if refused else DONE


def _told(reading: fhir.FhirReading, notes: list[fhir.FhirNote]) -> dict[str, Any]:
    medication = ("person", "name", "dose", "prescriber", "status", "current")
    note = ("kind", "place", "person", "problem", "questions")
    return {
        "resources": reading.resources,
        "medication": [
            {name: getattr(each, name) for name in (*medication, "medication_class")}
            for each in reading.medication
        ],
        "notes": [{name: getattr(each, name) for name in note} for each in notes],
    }


def _write(options: argparse.Namespace) -> int:
    if (options.plan is None) != (options.contact is None):
        raise InvalidInput("--plan: needs --contact, and the other way round")
    outputs: Outputs = options.outputs
    outputs.check(options.output)
    model = read_model(options.model)
    plan = None if options.plan is None else read_plan(options.plan)
    table = read_check_in_file(options, model)
    resources: list[dict[str, Any]] = []
    with placed(options.file):
        data = as_check_ins(table, model, options.person, options.time, options.time_unit)
        replayer = Replayer(data)
        persons = list(dict.fromkeys(map(str, table[options.person])))
        for person in persons:
            steps = replayer.steps(person)
            resources += _of_person(person, steps, model, options.locale)
        if plan is not None:
            resources += fhir.care_plan(
                plan, options.contact, model=model, locale=options.locale
            )
    text = json.dumps(fhir.bundle(resources), ensure_ascii=False, indent=1) + "\n"
    outputs.write(options.output, text)
    outputs.commit()
    if options.output != "-":
        count = how_many(len(resources), "resource")
        tell(f"{options.output}: {count} of {how_many(len(persons), 'person')}")
    return DONE


def _of_person(
    person: str, steps: Iterator[Step], model: Any, locale: str
) -> list[dict[str, Any]]:
    """Every check-in of a person, and what the last one leads to."""
    responses: list[dict[str, Any]] = []
    for step in steps:
        check_in = {"person": person, **step.check_in}
        responses.append(fhir.response(check_in, model, locale=locale))
        last = step.assessment
    if not responses:
        raise InvalidInput(f"person {person!r}: has no usable check-in")
    basis = f"QuestionnaireResponse/{responses[-1]['id']}"
    made = [
        fhir.risk_assessment(last, person, basis=basis, locale=locale),
        *fhir.flags(last, person, locale=locale),
    ]
    made.append(fhir.provenance(made, model, recorded=last.time, basis=basis))
    return responses + made
