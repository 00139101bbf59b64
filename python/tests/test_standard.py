"""The model `standard` as a document, and what it says of invented people."""

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
#: People for whom not all holds that a counsellor would accept.
NOT_HELD = {
    "party_sure",
    "tester",
    "two_red_flags",
    "depression",
}

#: Answers that nobody gives who does not think about use.
FACTS = ("planning_use", "seeking_chances")

Document = dict[str, Any]


@functools.cache
def read(name: str) -> Document:
    document: Document = json.loads((DATA / f"{name}.json").read_text())
    return document


def standard() -> Document:
    return relapse.Model.standard().to_dict()


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


def breaches(check: Document, seen: dict[float, relapse.Assessment]) -> list[str]:
    """What a check finds wrong, as far as level, stage and risk go."""
    day = check["at"] if "at" in check else check["day"]
    now = seen[max(k for k in seen if k <= day)]
    rank = LEVELS.index(now.level)
    found = []
    if rank < LEVELS.index(check.get("level_min", "low")):
        found.append(f"day {day}: {now.level}")
    if rank > LEVELS.index(check.get("level_max", "critical")):
        found.append(f"day {day}: {now.level}")
    if now.stage not in check.get("stage_in", STAGES):
        found.append(f"day {day}: {now.stage}")
    for days, (low, high) in check.get("risk", {}).items():
        if not low <= now.risk[float(days)] <= high:
            found.append(f"day {day}: risk {now.risk[float(days)]}")
    if "not_below_day" in check:
        before = seen[check["not_below_day"]]
        if now.risk[7.0] < before.risk[7.0]:
            found.append(f"day {day}: {now.risk[7.0]}, below {before.risk[7.0]}")
    return found


@pytest.mark.parametrize(
    "person",
    [
        pytest.param(p, marks=pytest.mark.xfail(strict=True), id=p["id"])
        if p["id"] in NOT_HELD
        else pytest.param(p, id=p["id"])
        for p in read("more_people")["vignettes"]
        if p.get("model", "standard") == "standard"
    ],
)
def test_what_a_counsellor_would_accept(person: Document) -> None:
    monitor = relapse.Monitor(drivers=False, **person.get("start", {}))
    seen = {}
    for row in rows_of(person):
        told = {name: row[name] for name in row.keys() - {"time", "answers"}}
        seen[float(row["time"])] = monitor.update(
            float(row["time"]), row["answers"], **told
        )
    for check in person["checks"]:
        if "at" in check:
            seen[float(check["at"])] = monitor.at(float(check["at"]))
        assert breaches(check, seen) == []


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


def graded_signs() -> dict[str, str]:
    """The signs in levels, with their stage."""
    return {
        i["id"]: i["home"]
        for i in standard()["items"]
        if i["role"] == "sign" and i["family"] == "categorical"
    }


def test_more_of_a_sign_hardly_ever_lowers_the_risk() -> None:
    """A sign one level higher at the last check-in of many courses of life."""
    rng = np.random.default_rng(11)
    signs = graded_signs()
    means = {
        "calm": (0.6, 0.2),
        "strained": (2.6, 0.4),
        "alarmed": (1.8, 2.2),
        "after use": (1.8, 1.2),
    }
    rows, pairs = [], []

    def told(mood: str) -> dict[str, int]:
        emotional, mental = means[mood]
        drawn = {
            i: int(
                np.clip(rng.normal(emotional if h == "emotional" else mental, 1), 0, 4)
            )
            for i, h in signs.items()
            if rng.random() < 0.8
        }
        return drawn | {"used": 0, "craving": int(rng.integers(4))}

    for case in range(60):
        days = []
        for mood in rng.choice(list(means), rng.integers(1, 4)):
            days += [told(mood) for _ in range(rng.integers(2, 7))]
            if mood == "after use":
                days[-1]["used"] = 1
        last = told(mood)
        worse = {i: last | {i: last[i] + 1} for i in signs.keys() & last if last[i] < 4}
        for item, now in {"as it was": last, **worse}.items():
            person = f"{case} {item}"
            pairs += [(person, f"{case} as it was")]
            for day, answers in enumerate([*days, now]):
                rows.append({"person": person, "time": float(day), **answers})
    scores = relapse.score(pd.DataFrame(rows), relapse.Model.standard())
    last_row = scores.groupby("person").tail(1).set_index("person")
    higher, same = (last_row.loc[[pair[k] for pair in pairs]] for k in (0, 1))
    for days, least in ((1, 0.75), (7, 0.8), (30, 0.85)):
        ratio = higher[f"risk_{days}d"].to_numpy() / same[f"risk_{days}d"].to_numpy()
        assert ratio.min() > least, days
        assert (ratio < 0.95).mean() < 0.08, days


@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.parametrize("asked_before", ["all", "few"])
def test_strain_beside_red_flags_is_no_comfort(level: int, asked_before: str) -> None:
    few = {"used": 0, "craving": 1, "confidence": 7}
    before = few if asked_before == "few" else few | dict.fromkeys(graded_signs(), 0)
    flags = {"craving": 4, "confidence": 4, "thinking_of_use": 3, "bargaining": 2}
    strain = [i for i, home in graded_signs().items() if home == "emotional"]
    seen = []
    for strained in (0, level):
        monitor = relapse.Monitor(drivers=False)
        for day in range(14):
            monitor.update(float(day), before)
        last = before | flags | dict.fromkeys(strain, strained)
        seen.append(monitor.update(14.0, last))
    assert seen[1].risk[7.0] > 0.75 * seen[0].risk[7.0]
    assert LEVELS.index(seen[1].level) >= LEVELS.index(seen[0].level)


def test_a_stage_of_alarm_is_never_low() -> None:
    strain = {i: 4 for i, home in graded_signs().items() if home == "emotional"}
    monitor = relapse.Monitor(drivers=False)
    calm = {"used": 0, "craving": 0, "confidence": 9, **dict.fromkeys(graded_signs(), 0)}
    for day in range(120):
        seen = monitor.update(float(day), calm | (strain if day >= 60 else {}))
        if day >= 62:
            assert seen.stage == "emotional"
        assert seen.stage == "stable" or seen.level != "low"


def test_a_plan_to_use_stands_until_the_person_is_heard_again() -> None:
    monitor = relapse.Monitor(drivers=False)
    calm = {"used": 0, "craving": 0, "planning_use": 0, "confidence": 9}
    for day in range(14):
        monitor.update(float(day), calm)
    monitor.update(14.0, calm | {"planning_use": 1})
    assert monitor.at(30.0).level == "high"
    assert monitor.update(31.0, calm).level != "high"


@pytest.mark.parametrize("item", ["medication", "meetings"])
def test_who_starts_again_is_not_much_safer_than_who_never_stopped(item: str) -> None:
    risks = []
    for stopped in (False, True):
        monitor = relapse.Monitor(drivers=False)
        for day in range(31):
            taken = 7
            if stopped and 10 <= day < 24:
                taken = 0
            elif stopped and day >= 24:
                taken = day - 23
            seen = monitor.update(float(day), {"used": 0, "craving": 1, item: taken})
        risks.append(seen.risk[7.0])
    assert risks[1] > 0.7 * risks[0]


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
            assert item["role"] == "use" or min(chances) > 0 or item["id"] in FACTS


def test_who_plans_to_use_thinks_about_use() -> None:
    """However the other answers are, how often it is told, and how long ago use was."""
    good = read("more_people")["bases"]["good"]
    for item in FACTS:
        for days_since_use in (None, 30.0, 1825.0):
            monitor = relapse.Monitor("standard", days_since_use=days_since_use)
            for day in range(14):
                calm = monitor.update(float(day), good)
            for day in range(14, 42):
                told = monitor.update(float(day), {**good, item: 1})
                assert told.stages["stable"] + told.stages["emotional"] == 0.0
                assert told.risk[7.0] > 3 * calm.risk[7.0], (item, day)


def test_a_known_stage_that_an_answer_rules_out_is_named() -> None:
    monitor = relapse.Monitor("standard")
    with pytest.raises(relapse.CheckInError, match="'stage': is impossible beside"):
        monitor.update(0.0, {"planning_use": 1}, known_stage="stable")


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
