"""The model `standard` as a document, and what it says of invented people.

`data/standard_expected.json` holds the numbers of a numpy prototype for the people of
`data/more_people.json`; engine and reference, written apart from it, have to agree. It
knew one half-life for all answers, and no copies that settle.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
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
def as_the_prototype_had_it() -> Document:
    document = standard()
    for item in document["items"]:
        if item["role"] == "sign" and item["id"] != "missed_check_in":
            item["persistence"] = {"share": 0.999, "half_life_days": 5.0}
    return document


@functools.cache
def prototype_model() -> relapse.Model:
    return relapse.Model.from_dict(as_the_prototype_had_it())


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
    model = prototype_model()
    monitor = relapse.Monitor(model, drivers=False, **person.get("start", {}))
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
    reference = Reference(as_the_prototype_had_it(), points=3)
    step = reference.walk(rows_of(people[name]))[-1]
    wanted = read("standard_expected")["people"][name][f"{step.time:g}"]
    stages = step.joint.sum(axis=0)
    np.testing.assert_allclose(stages, wanted["stages"], rtol=0, atol=CLOSE)
    way = reference.path(step.state, step.time, 7.0)
    risk = (step.joint * reference.passage(way, reference.use)).sum()
    assert abs(risk - wanted["risk"]["7"]) < CLOSE


@pytest.mark.parametrize("name", ["chances_alone", "told_next_day", "two_red_flags"])
def test_engine_and_reference_agree_on_the_document_that_ships(name: str) -> None:
    people = {p["id"]: p for p in read("more_people")["vignettes"]}
    monitor = relapse.Monitor(drivers=False)
    rows = rows_of(people[name])[:8]
    for row in rows:
        told = {key: row[key] for key in row.keys() - {"time", "answers"}}
        seen = monitor.update(float(row["time"]), row["answers"], **told)
    step = Reference(standard(), points=3).walk(rows)[-1]
    stages = step.joint.sum(axis=0)
    np.testing.assert_allclose([*seen.stages.values()], stages, rtol=0, atol=1e-9)


def test_a_little_better_never_raises_risk_or_level() -> None:
    """After two weeks of the same answers; see `Persistence::settle`."""
    rng = np.random.default_rng(4)
    model = relapse.Model.standard()
    signs = [
        i
        for i in standard()["items"]
        if i["role"] == "sign" and i["id"] != "missed_check_in"
    ]
    rows = []
    for case in range(150):
        told = {}
        for item in rng.choice(signs, rng.integers(2, len(signs)), replace=False):
            graded = item["family"] == "categorical"
            told[item["id"]] = int(rng.integers(5) if graded else rng.random() < 0.3)
        worse = [name for name, answer in told.items() if answer > 0]
        better = [name for name in worse if rng.random() < 0.5] or worse[:1]
        for who, eases in (("same", []), ("better", better)):
            for day in range(15):
                last = {name: told[name] - 1 for name in eases} if day == 14 else {}
                rows.append(
                    {"person": f"{case} {who}", "time": float(day), **told, **last}
                )
    scores = relapse.score(pd.DataFrame(rows), model)
    last = scores[scores["time"] == 14.0].set_index("person")
    ranks = last["level"].map(LEVELS.index)
    for case in range(150):
        same, eased = f"{case} same", f"{case} better"
        assert last["risk_7d"][eased] <= 1.1 * last["risk_7d"][same], case
        assert ranks[eased] <= ranks[same], case


def test_alarm_that_goes_on_does_not_fade_to_stable() -> None:
    signs = ["thinking_of_use", "bargaining", "glamorising"]
    strong = {"used": 0, "craving": 4, "confidence": 2, "thinking_of_use": 4}
    for told in (strong, {"used": 0, "craving": 3, **dict.fromkeys(signs, 3)}):
        monitor = relapse.Monitor(drivers=False)
        for day in range(60):
            seen = monitor.update(float(day), told)
        assert seen.stage == "mental"


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
