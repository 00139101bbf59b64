"""Writes FHIR resources of many persons, models and plans into a folder, one a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import relapse
from relapse import fhir

BEGIN = 20_500.0  # days since 1970: February 2026
ROOT = Path(__file__).resolve().parents[2]
LEAST = 200


def check_in_of(drawn: dict[str, Any], row: int, model: relapse.Model) -> dict[str, Any]:
    """Return a drawn row as a check-in; gaps are declined."""
    answers, missing = {}, {}
    for item in model.items:
        if item not in drawn or item == "missed_check_in":
            continue
        value = drawn[item][row]
        if value == value:
            answers[item] = float(value)
        else:
            missing[item] = "declined"
    return {
        "schema": "relapse/check_in/1",
        "person": f"P{drawn['person'][row]}",
        "time": BEGIN + float(drawn["time"][row]),
        "answers": answers,
        "missing": missing,
    }


def of_check_in(
    check_in: dict[str, Any], monitor: relapse.Monitor, model: relapse.Model
) -> Iterator[dict[str, Any]]:
    """All resources of one check-in."""
    person = check_in["person"]
    response = fhir.response(check_in, model)
    basis = f"QuestionnaireResponse/{response['id']}"
    assessment = monitor.update(
        check_in["time"], check_in["answers"], check_in["missing"], person=person
    )
    made = [fhir.risk_assessment(assessment, person, basis=basis)]
    made += fhir.flags(assessment, person)
    yield response
    yield from made
    yield fhir.provenance(made, model, recorded=assessment.time, basis=basis)
    yield fhir.bundle([response, *made])


def all_resources() -> Iterator[dict[str, Any]]:
    for name in ("standard", "weekly_bam", "opioid_weekly"):
        model = relapse.Model.named(name)
        yield fhir.questionnaire(model)
        yield fhir.questionnaire(model, locale="de")
        drawn = relapse.simulate(
            model, persons=6, days=40, every=8, answered=0.9, seed=3, frame="dict"
        )
        monitors: dict[str, relapse.Monitor] = {}
        for row in range(len(drawn["person"])):
            check_in = check_in_of(drawn, row, model)
            person = check_in["person"]
            if person not in monitors:
                monitors[person] = relapse.Monitor(model)
                # Somebody in danger, and somebody who told of use.
                check_in["answers"]["self_harm"] = 1.0
            yield from of_check_in(check_in, monitors[person], model)
    document = json.loads((ROOT / "examples/data/plan.json").read_text(encoding="utf-8"))
    steps = ["buy a ticket", "go on Monday"]
    document["goals"] = [
        {"words": "Swim again", "area": "sport", "steps": steps, "done": steps[:1]},
        {"words": "Finish the course", "by": "2026-06-01"},
    ]
    document["appointments"] = [
        {"words": "Dr. Okafor", "at": "2026-03-20T10:00:00+02:00", "state": "kept"},
        {"words": "Dr. Okafor", "at": "2026-04-20T10:00:00+03:00", "place": "practice"},
    ]
    document["homework"] = [{"words": "Write down three evenings", "by": "2026-03-30"}]
    # One contact sees everything, the other what the example says.
    parts = """triggers signs strategies contacts reasons crisis_steps routine medication
        meetings goals appointments homework substances""".split()
    document["contacts"][1] |= {"consent": ["share_plan"], "sees": parts}
    plan = relapse.Plan.from_dict(document)
    for contact in plan.contacts:
        yield from fhir.care_plan(plan, contact.name)


def main(folder: str) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.json"):
        old.unlink()
    count = 0
    for resource in all_resources():
        kind = resource["resourceType"]
        text = json.dumps(resource, ensure_ascii=False, indent=1)
        (target / f"{count:04}_{kind}.json").write_text(text, encoding="utf-8")
        count += 1
    if count < LEAST:
        raise SystemExit(f"{count} resources are too few, but must be at least {LEAST}")
    print(f"{count} resources in {target}")


if __name__ == "__main__":
    main(sys.argv[1])
