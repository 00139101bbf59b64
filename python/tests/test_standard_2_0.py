"""`standard` 2.0 as a document, before the engine reads it: what the reference finds.

`data/standard_2_0_expected.json` holds the numbers of a numpy prototype for all vignettes
and `data/more_people.json`; the reference, written apart from it, has to agree.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference import Reference

DATA = Path(__file__).parent / "data"
STAGES = ["stable", "emotional", "mental", "lapse", "relapse"]
CLOSE = 1e-10

Document = dict[str, Any]


@functools.cache
def read(name: str) -> Document:
    document: Document = json.loads((DATA / f"{name}.json").read_text())
    return document


@functools.cache
def reference() -> Reference:
    return Reference(read("standard_2_0"), points=3)


def rows_of(person: Document) -> list[Document]:
    """Check-ins of a person of `more_people.json` whose answers stay within a segment."""
    rows = []
    for segment in person["segments"]:
        told = dict(segment["answers"])
        base = read("more_people")["bases"].get(told.pop("base", ""), {})
        first, last = segment["days"]
        for day in range(first, last + 1, segment["every"]):
            row = {"time": float(day), "answers": base | told}
            rows.append(row | segment.get("row", {}))
    return rows


@pytest.mark.parametrize("name", ["chances_alone", "told_next_day", "silent_from_start"])
def test_two_implementations_agree_on_the_last_day(name: str) -> None:
    people = {p["id"]: p for p in read("more_people")["vignettes"]}
    step = reference().walk(rows_of(people[name]))[-1]
    wanted = read("standard_2_0_expected")["people"][name][f"{step.time:g}"]
    stages = step.joint.sum(axis=0)
    np.testing.assert_allclose(stages, wanted["stages"], rtol=0, atol=CLOSE)
    way = reference().path(step.state, step.time, 7.0)
    risk = (step.joint * reference().passage(way, reference().use)).sum()
    assert abs(risk - wanted["risk"]["7"]) < CLOSE


def test_every_sign_persists_and_leans_on_the_habit() -> None:
    document = read("standard_2_0")
    signs = {i["id"] for i in document["items"] if i["role"] == "sign"}
    lasting = {i["id"] for i in document["items"] if "persistence" in i}
    assert lasting == signs
    (habit,) = document["habits"]
    assert set(habit["items"]) == signs - {"missed_check_in"}


def test_laws_of_answers_are_laws() -> None:
    for item in read("standard_2_0")["items"]:
        for given in item.get("given", {}).values():
            chances = given if isinstance(given, list) else [1 - given, given]
            assert abs(sum(chances) - 1) < 1e-9, item["id"]
            assert item["role"] == "use" or min(chances) > 0, item["id"]


def test_a_bad_answer_points_at_its_own_stage() -> None:
    """At the top of its scale a sign is likeliest in its home stage or in use."""
    for item in read("standard_2_0")["items"]:
        if item["role"] != "sign" or "home" not in item:
            continue
        top = {
            s: g[-1] if isinstance(g, list) else g
            for s, g in ((s, item["given"][s]) for s in STAGES[:3])
        }
        assert max(top, key=lambda s: top[s]) == item["home"], item["id"]
