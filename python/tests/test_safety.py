"""Safety, for any check-in, any model and any plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import random_check_ins, random_model
from sample_documents import update

import relapse
from relapse import _core

LEVELS = ["low", "guarded", "elevated", "high", "critical"]
FAMILIES = ["bernoulli", "categorical", "poisson", "negative_binomial", "normal"]
FLAGS = list(_core.built_in_flags)

few = settings(derandomize=True, deadline=None, max_examples=25)
seeds = st.integers(0, 2**32 - 1)
words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20)


def some_model(seed: int) -> tuple[relapse.Model, list[dict[str, Any]]]:
    rng = np.random.default_rng(seed)
    families = rng.choice(FAMILIES, size=int(rng.integers(1, 5))).tolist()
    document = random_model(rng, int(rng.integers(2, 7)), families)
    rows = random_check_ins(rng, document, int(rng.integers(1, 6)))
    return relapse.Model.from_dict(document), rows


@st.composite
def plans(draw: st.DrawFn) -> relapse.Plan:
    names = draw(st.lists(words, unique=True, max_size=3))
    document = {
        "schema": "relapse/plan/1",
        "person": draw(words),
        "version": 1,
        "strategies": [{"words": w} for w in draw(st.lists(words, max_size=4))],
        "triggers": [{"situation": "II-B", "words": draw(words)}],
        "contacts": [{"name": name} for name in names],
        "crisis_steps": draw(st.lists(words, max_size=3)),
    }
    return relapse.Plan.from_dict(document)


def follow(
    model: relapse.Model, rows: list[dict[str, Any]], more: dict[str, Any]
) -> tuple[relapse.Monitor, relapse.Assessment]:
    """Take in the rows, with more answers at the last one."""
    monitor = relapse.Monitor(model, drivers=False)
    for row in rows:
        answers = row["answers"] | (more if row is rows[-1] else {})
        missing = row.get("missing") or {}
        left = {item: why for item, why in missing.items() if item not in answers}
        assessment = update(monitor, row | {"answers": answers, "missing": left})
    return monitor, assessment


@few
@given(seed=seeds, plan=plans(), up=st.sets(st.sampled_from(FLAGS)))
def test_a_flag_never_lowers_the_level_or_moves_the_crisis_protocol(
    seed: int, plan: relapse.Plan, up: set[str]
) -> None:
    model, rows = some_model(seed)
    before, shown = follow(model, rows, dict.fromkeys(up, 1))
    for flag in FLAGS:
        after, now = follow(model, rows, dict.fromkeys(up | {flag}, 1))
        assert LEVELS.index(now.level) >= LEVELS.index(shown.level)
        assert now.level == "critical"
        suggested = after.suggest(plan, count=3)
        crisis = [s.action == "crisis" for s in suggested]
        assert crisis[0] and crisis == sorted(crisis, reverse=True)
        for settings_ in (
            {"exploration": 1.0, "seed": seed},
            {"minutes": 0.0, "places": [], "contact_available": False},
            {"quiet_hours": ("00:00", "23:59"), "cool_down_days": 30.0},
        ):
            other = after.suggest(plan, count=3, **settings_)
            steps = [s.words for s in other if s.action == "crisis"]
            assert steps == [s.words for s in suggested if s.action == "crisis"]
            assert other[0].action == "crisis"
    assert bool(up) == (before.suggest(plan, count=0) != [])


@few
@given(seed=seeds, plan=plans())
def test_a_missing_safety_answer_is_unknown_and_not_no(
    seed: int, plan: relapse.Plan
) -> None:
    model, rows = some_model(seed)
    for flag in FLAGS:
        monitor, said = follow(model, rows, {flag: 1})
        time = rows[-1]["time"] + 1.0
        for answer in ({}, {flag: None}, {flag: 0}):
            restored = relapse.Monitor.restore(model, monitor.snapshot(), drivers=False)
            later = restored.update(time, answer)
            assert later.flags == said.flags == [flag]  # until it is acknowledged
            assert later.level == "critical"
            assert restored.suggest(plan)[0].action == "crisis"
        _, silent = follow(model, rows, {flag: None})
        _, absent = follow(model, rows, {})
        assert silent.flags == absent.flags == []
        assert silent.level == absent.level


@few
@given(
    one=seeds, other=seeds, plan=plans(), up=st.sets(st.sampled_from(FLAGS), min_size=1)
)
def test_crisis_output_is_the_same_for_any_model(
    one: int, other: int, plan: relapse.Plan, up: set[str]
) -> None:
    def said(seed: int) -> list[tuple[str, str]]:
        monitor, assessment = follow(*some_model(seed), dict.fromkeys(up, 1))
        assert assessment.level == "critical"
        return [
            (s.words, s.reason)
            for s in monitor.suggest(plan, count=2)
            if s.action == "crisis"
        ]

    assert said(one) == said(other)


@few
@given(
    plan=plans(),
    substance=st.sampled_from(["", "opioid", "alcohol", "something else"]),
    up=st.sets(st.sampled_from(FLAGS)),
)
def test_after_a_return_to_use_safety_is_first_for_any_plan_and_protocol(
    plan: relapse.Plan, substance: str, up: set[str]
) -> None:
    empty = relapse.Protocol.from_json(
        '{"schema": "relapse/protocol/1", "id": "none", "version": "1", "steps": [],'
        ' "next_check_in_hours": {"lapse": 24, "relapse": 12, "source": "test"}}'
    )
    for protocol in (None, empty):
        steps = relapse.after_use(
            plan,
            reports=[relapse.UseReport(3.0, True, substance=substance)],
            recovery_start=0.0,
            now=4.0,
            flags=sorted(up),
            protocol=protocol,
        ).steps
        assert steps[0].kind == "safety" and steps[0].source == "built in"
        said = [step.words for step in steps]
        assert any(_core.fallback_resource in text for text in said)
        told = _core.lost_tolerance_notice in said
        assert told == (substance != "alcohol")


def test_a_plan_of_ten_thousand_strategies_is_a_plan() -> None:
    document = relapse.Plan().to_dict() | {
        "strategies": [{"words": f"strategy {k}"} for k in range(10_000)]
    }
    plan = relapse.Plan.from_dict(document)
    monitor = relapse.Monitor()
    monitor.update(0.0, {"craving": 2})
    assert len(monitor.suggest(plan, count=3)) == 3
    assert relapse.Plan.from_json(plan.to_json()) == plan
    later = plan.revise({"strategies": []}, device="phone", time=1.0)
    assert len(plan.diff(later)) == 10_000


def test_an_empty_plan_still_has_the_crisis_path_and_the_catalogue() -> None:
    monitor = relapse.Monitor()
    monitor.update(0.0, {"craving": 3, "stress": 8, "self_harm": 1})
    suggested = monitor.suggest(relapse.Plan(), count=3)
    assert suggested[0].action == "crisis"
    assert any(s.action in monitor.model.actions for s in suggested)
    assert suggested[-1].if_then.startswith("If")
    for s in suggested:
        low, high = s.level_change_interval
        assert low <= s.level_change <= high
    with pytest.raises(relapse.InvalidInput, match="neither in the catalogue"):
        monitor.follow_up("never_heard_of", 5)


def test_nobody_is_refused_for_having_told_many_uses() -> None:
    # Once some 18,000 uses made a rate of the standard model infinite.
    said = (("standard", "used", 100_000), ("weekly_bam", "alcohol_days", 20_000))
    for name, item, uses in said:
        model = relapse.Model.named(name)
        rows = {
            "person": np.full(2 * uses, "P1"),
            "time": 20_000.0 + 0.01 * np.arange(2 * uses),
            item: np.tile([0.0, 1.0], uses),
        }
        scores = relapse.score(rows, model)
        risk = np.asarray(scores["risk_7d"])
        assert np.isfinite(risk).all() and (risk >= 0).all() and (risk <= 1).all()
    case = relapse.CaseFile()
    for day in range(130):
        told = {"id": f"u{day}", "at": f"{2000 + day}-03-01T08:00:00Z"}
        assert case.add(told | {"kind": "use_report"})["status"] == "taken_in"
        free = {"id": f"n{day}", "at": f"{2000 + day}-06-01T08:00:00Z"}
        free |= {"kind": "check_in", "answers": {"used": 0}}
        assert case.add(free)["status"] == "taken_in"
    assert not case.view("2129-12-01T08:00:00Z")["problems"]
