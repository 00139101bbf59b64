"""The model `standard` as a document, and what it says of invented people.

`data/standard_expected.json` holds the numbers of a numpy prototype for the people of
`data/more_people.json`; engine and reference, written apart from it, have to agree.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference import Reference

import relapse

DATA = Path(__file__).parent / "data"
STAGES = ["stable", "emotional", "mental", "lapse", "relapse"]
LEVELS = ["low", "guarded", "elevated", "high", "critical"]
CLOSE = 1e-10

Document = dict[str, Any]


@functools.cache
def read(name: str) -> Document:
    document: Document = json.loads((DATA / f"{name}.json").read_text())
    return document


def standard() -> Document:
    return relapse.Model.standard().to_dict()


@functools.cache
def reference() -> Reference:
    return Reference(standard(), points=3)


def answered(told: Any, share: float) -> Any:
    """An answer, or one on the way from the first of two to the other."""
    if not isinstance(told, list):
        return told
    first, last = told
    return round(first + (last - first) * share)


def rows_of(person: Document) -> list[Document]:
    """Check-ins of a person of `more_people.json`."""
    rows = []
    for segment in person["segments"]:
        told = dict(segment["answers"])
        base = read("more_people")["bases"].get(told.pop("base", ""), {})
        first, last = segment["days"]
        count = round((last - first) / segment["every"])
        for k in range(count + 1):
            share = k / count if count else 1.0
            answers = base | {i: answered(a, share) for i, a in told.items()}
            row = {"time": first + k * segment["every"], "answers": answers}
            rows.append(row | segment.get("row", {}))
    return rows


@pytest.mark.parametrize(
    "person", read("more_people")["vignettes"], ids=lambda p: p["id"]
)
def test_the_engine_finds_what_the_prototype_found(person: Document) -> None:
    expected = read("standard_expected")["people"][person["id"]]
    monitor = relapse.Monitor(drivers=False, **person.get("start", {}))
    met = 0
    for row in rows_of(person):
        told = {name: row[name] for name in row.keys() - {"time", "answers"}}
        seen = monitor.update(float(row["time"]), row["answers"], **told)
        wanted = expected.get(f"{row['time']:g}")
        if wanted is None:
            continue
        met += 1
        np.testing.assert_allclose([*seen.stages.values()], wanted["stages"], atol=1e-9)
        for days, risk in wanted["risk"].items():
            assert abs(seen.risk[float(days)] - risk) < 1e-9
        # The prototype knows no floors, which raise a level.
        assert LEVELS.index(seen.level) >= LEVELS.index(wanted["level"])
    assert met > 0


@pytest.mark.parametrize("name", ["chances_alone", "told_next_day", "silent_from_start"])
def test_two_implementations_agree_on_the_last_day(name: str) -> None:
    people = {p["id"]: p for p in read("more_people")["vignettes"]}
    step = reference().walk(rows_of(people[name]))[-1]
    wanted = read("standard_expected")["people"][name][f"{step.time:g}"]
    stages = step.joint.sum(axis=0)
    np.testing.assert_allclose(stages, wanted["stages"], rtol=0, atol=CLOSE)
    way = reference().path(step.state, step.time, 7.0)
    risk = (step.joint * reference().passage(way, reference().use)).sum()
    assert abs(risk - wanted["risk"]["7"]) < CLOSE


def test_every_sign_persists_and_leans_on_the_habit() -> None:
    document = standard()
    signs = {i["id"] for i in document["items"] if i["role"] == "sign"}
    lasting = {i["id"] for i in document["items"] if "persistence" in i}
    assert lasting == signs
    (habit,) = document["habits"]
    assert set(habit["items"]) == signs - {"missed_check_in"}


def test_laws_of_answers_are_laws() -> None:
    for item in standard()["items"]:
        for given in item.get("given", {}).values():
            chances = given if isinstance(given, list) else [1 - given, given]
            assert abs(sum(chances) - 1) < 1e-9, item["id"]
            assert item["role"] == "use" or min(chances) > 0, item["id"]


def test_a_bad_answer_points_at_its_own_stage() -> None:
    """At the top of its scale a sign is likeliest in its home stage or in use."""
    for item in standard()["items"]:
        if item["role"] != "sign" or "home" not in item:
            continue
        top = {
            s: g[-1] if isinstance(g, list) else g
            for s, g in ((s, item["given"][s]) for s in STAGES[:3])
        }
        assert max(top, key=lambda s: top[s]) == item["home"], item["id"]
