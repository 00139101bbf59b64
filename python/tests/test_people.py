"""Invented people, what a clinician would accept as an answer, and laws of facts."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import relapse

MODEL = relapse.Model.standard()
LEVELS = ["low", "guarded", "elevated", "high", "critical"]
BUNDLED = Path(__file__).parents[2] / "examples" / "data" / "check_ins.csv"
LAPSE_ACTIONS = {
    "stop_look_plan",
    "reminder_card",
    "tell_someone_after_use",
    "medical_check",
    "crisis",
    "trace_the_chain",
}
ITEMS = {item["id"]: item for item in MODEL.to_dict()["items"]}


def quiet(**changed: float) -> dict[str, float]:
    """Return a good day: no sign, little strain, and what stands in `changed`."""
    day = {name: 0.0 for name, item in ITEMS.items() if item["role"] in ("sign", "use")}
    del day["missed_check_in"]
    day |= {"craving": 0, "confidence": 9, "negative_affect": 1, "stress": 2, "sleep": 8}
    day |= {"coping": 8, "expectancy": 1, "support": 8, "routine": 8, "meetings": 3}
    return day | {"medication": 7, "conflict": 1} | changed


def usual(**changed: float) -> dict[str, float]:
    """Return a day like most: some strain, fair support."""
    day = quiet(craving=1, confidence=7, negative_affect=3, stress=4, sleep=6, coping=6)
    day |= {"support": 6, "routine": 6, "meetings": 2, "medication": 6, "conflict": 2}
    return day | changed


def follow(days: range, answers: dict[str, float], **start: float) -> relapse.Monitor:
    monitor = relapse.Monitor(MODEL, drivers=False, **start)
    for day in days:
        monitor.update(float(day), answers)
    return monitor


def at_least(level: str, least: str) -> bool:
    return LEVELS.index(level) >= LEVELS.index(least)


def plan(**more: Any) -> relapse.Plan:
    contacts = [
        {"name": "Kim", "role": "friend", "channel": "telephone", "consent": ["support"]}
    ]
    return relapse.Plan.from_dict(
        {
            "schema": "relapse/plan/1",
            "person": "V",
            "version": 1,
            "created": "2026-01-01T00:00:00Z",
            "contacts": contacts,
            **more,
        }
    )


def first(monitor: relapse.Monitor, count: int = 3, **of_plan: Any) -> list[str]:
    return [one.action for one in monitor.suggest(plan(**of_plan), count=count)]


def test_good_days_are_low_and_stay_so() -> None:
    now = follow(range(90), quiet()).at(89.0)
    assert now.level == "low" and now.stage == "stable"
    assert now.risk[30.0] < 0.15


@pytest.mark.parametrize("answers", [quiet(used=1), {"used": 1.0}])
def test_use_after_thirty_good_days_is_a_fact(answers: dict[str, float]) -> None:
    monitor = follow(range(30), quiet())
    now = monitor.update(30.0, answers)
    assert now.level == "critical" and now.stage in ("lapse", "relapse")
    assert now.in_use and now.risk[7.0] == pytest.approx(1.0, abs=1e-12)
    assert 0.0 < now.leaves_use[1.0] < now.leaves_use[7.0] <= 1.0  # type: ignore[operator]
    assert set(first(monitor)) & LAPSE_ACTIONS
    assert "review_successes" not in first(monitor, 8)


def test_the_days_after_use_stay_dangerous_and_pass() -> None:
    monitor = follow(range(30), quiet())
    monitor.update(30.0, quiet(used=1))
    risks = {}
    for day in range(31, 91):
        risks[day] = monitor.update(float(day), quiet()).risk[7.0]
    assert risks[31] > 0.12
    assert risks[31] > risks[37] > risks[60] > risks[90]
    assert risks[31] > 5.0 * risks[90]
    assert not at_least(monitor.at(90.0).level, "elevated")


def test_use_every_day_beside_good_answers_is_use() -> None:
    monitor = follow(range(30), quiet())
    for day in range(30, 38):
        now = monitor.update(float(day), quiet(used=1))
        assert now.level == "critical" and now.stage in ("lapse", "relapse")


def test_use_told_late_counts_from_its_day() -> None:
    monitor = follow(range(30), quiet())
    now = monitor.update(30.0, quiet(used=1), used_days_ago=5.0)
    assert now.level == "high" and now.replay_needed and not now.in_use
    assert set(first(monitor)) & LAPSE_ACTIONS
    assert monitor.update(33.0, quiet()).level == "elevated"


def test_medication_that_is_left_off_is_not_used_to() -> None:
    monitor = follow(range(14), quiet(medication=7))
    for day in range(14, 21):  # one dose less each day
        now = monitor.update(float(day), quiet(medication=20 - day))
    assert now.level == "elevated"
    for day in range(21, 48):
        now = monitor.update(float(day), quiet(medication=0))
        assert now.level == "elevated", day
    assert monitor.update(48.0, quiet(medication=5)).level == "low"
    # Who never took it has not stopped it.
    assert not follow(range(14), quiet(medication=0)).at(13.5).floors


@pytest.mark.parametrize(
    "flag", ["self_harm", "psychosis", "violence", "severe_withdrawal", "overdose"]
)
def test_a_flag_that_was_dealt_with_is_not_forgotten(flag: str) -> None:
    monitor = follow(range(14), quiet())
    monitor.update(14.0, quiet(**{flag: 1}))
    monitor.acknowledge(flag, 14.01)
    assert at_least(monitor.at(14.02).level, "elevated")
    levels = [monitor.update(float(day), quiet()).level for day in range(15, 44)]
    assert at_least(levels[0], "elevated") and at_least(levels[12], "guarded")
    assert levels[-1] == "low"
    steps = [LEVELS.index(level) for level in levels]
    assert all(a - b in (0, 1) for a, b in itertools.pairwise(steps)), levels


def test_who_is_heard_of_without_a_check_in_is_not_silent() -> None:
    monitor = follow(range(14), quiet())
    silent = monitor.at(33.0)
    monitor.hear(32.0)
    heard = monitor.at(33.0)
    assert [f.after for f in silent.floors] == ["silence", "silence"]
    assert not heard.floors and heard.risk == silent.risk
    with pytest.raises(relapse.InvalidInput):
        monitor.hear(float("nan"))


def test_a_good_answer_after_a_gap_is_no_higher_than_a_worse_one() -> None:
    monitor = relapse.Monitor()
    monitor.update(0.0, quiet(craving=0, confidence=5))
    monitor.update(5.0, quiet(confidence=6, negative_affect=5))
    snapshot = monitor.snapshot()
    levels = []
    for answers in (quiet(), quiet(craving=1, confidence=7, negative_affect=3)):
        again = relapse.Monitor.restore(monitor.model, snapshot)
        levels.append(again.update(10.0, answers).level)
    assert not at_least(levels[0], "elevated"), levels


def test_a_weekly_form_tells_of_a_drinking_day() -> None:
    monitor = relapse.Monitor("weekly_bam")
    dry = {"drug_days": 0, "alcohol_days": 0, "heavy_drinking_days": 0, "craving": 0}
    for week in range(10):
        monitor.update(7.0 * week, dry | {"confidence": 3})
    now = monitor.update(70.0, dry | {"alcohol_days": 1, "confidence": 2})
    assert at_least(now.level, "high") and now.stage in ("lapse", "relapse")


@pytest.mark.parametrize("others", [quiet(), {}])
def test_planning_to_use_is_heard_whatever_else_is_said(others: dict[str, float]) -> None:
    monitor = follow(range(14), quiet())
    now = monitor.update(14.0, others | {"planning_use": 1.0})
    assert at_least(now.level, "high")
    assert {floor.of for floor in now.floors} == {"planning_use"}


def test_long_abstinence_that_was_told_is_believed() -> None:
    five = {"days_since_use": 1825.0, "days_in_recovery": 1825.0}
    assert follow(range(1), quiet(), **five).at(0.0).risk[30.0] < 0.03
    one = {"days_since_use": 365.0, "days_in_recovery": 365.0}
    assert follow(range(1), usual(), **one).at(0.0).risk[30.0] < 0.10
    unknown = follow(range(1), quiet()).at(0.0)
    assert unknown.level in ("low", "guarded") and 0.005 < unknown.risk[7.0] < 0.12


@pytest.mark.parametrize(("days", "most"), [(1825.0, 0.03), (365.0, 0.10)])
def test_base_rates_after_long_abstinence(days: float, most: float) -> None:
    # Dennis, Foss & Scott 2007: of 5 years and more 86 % stay abstinent for a year.
    _, truth = relapse.simulate(
        MODEL,
        persons=2000,
        days=30,
        days_since_use=days,
        days_in_recovery=days,
        seed=20261129,
        truth=True,
        frame="dict",
    )
    _, row = np.unique(truth["person"], return_index=True)
    assert np.mean(~np.isnan(truth["first_use"][row])) <= most


def test_silence_is_asked_after_and_makes_no_crisis() -> None:
    daily, often = follow(range(30), quiet()), follow(range(30), quiet())
    for day in range(30, 76):
        daily.update(float(day), {})
    for step in range(48):
        often.update(30.0 + step / 8.0, {})
    assert not at_least(often.at(35.9).level, "high")
    assert daily.at(75.0).level == "elevated"
    assert follow(range(30), quiet()).at(75.0).level == "elevated"


def test_a_normal_of_ones_own_is_no_crisis() -> None:
    own = usual(isolating=2, restless=2, bottling_up=1, negative_affect=5, sleep=5)
    now = follow(range(61), own).at(60.0)
    assert not at_least(now.level, "elevated") and now.stages["mental"] < 0.35


def test_thoughts_of_self_harm_come_before_everything() -> None:
    monitor = follow(range(14), quiet())
    monitor.update(14.0, quiet(self_harm=1))
    for day in range(15, 18):
        now = monitor.update(float(day), quiet())
    assert now.level == "critical" and now.flags == ["self_harm"]
    assert first(monitor, 1)[0] == "crisis"
    assert not {"review_successes", "graded_step", "log_situation"} & set(
        first(monitor, 8)
    )


def test_strong_craving_is_met_at_its_own_time_scale() -> None:
    monitor = follow(range(14), usual())
    monitor.update(14.0, usual(craving=4))
    assert {"urge_surfing", "delay_and_distract", "name_the_urge"} & set(first(monitor))


def test_missed_methadone_leads_to_the_prescriber() -> None:
    medication = [{"name": "Methadone", "dose": "90 mg", "prescriber": "Dr. Lee"}]
    monitor = follow(range(10), usual(medication=7))
    for day in range(10, 17):
        now = monitor.update(float(day), usual(medication=16 - day))
    assert at_least(now.level, "elevated") and now.lost_tolerance_notice
    shown = first(monitor, 5, medication=medication)
    assert "take_medication" not in shown and "talk_to_prescriber" in shown[:3]
    assert "take_medication" not in first(monitor, 8)


# Laws --------------------------------------------------------------------------------


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_a_fact_of_use_lowers_neither_risk_nor_level(seed: int) -> None:
    rng = np.random.default_rng(seed)
    without, told = relapse.Monitor(MODEL), relapse.Monitor(MODEL)
    days = np.cumsum(rng.choice([0.25, 1.0, 3.0, 7.0], size=4))
    for k, day in enumerate(days):
        answers = {
            name: float(rng.integers(0, item.get("levels", 2)))
            for name, item in ITEMS.items()
            if item["role"] == "sign" and name != "missed_check_in" and rng.random() < 0.5
        }
        now = without.update(float(day), answers | {"used": 0})
        then = told.update(float(day), answers | {"used": 1 if k == len(days) - 1 else 0})
    assert at_least(then.level, now.level)
    for horizon, risk in now.risk.items():
        assert then.risk[horizon] >= risk - 1e-12
    later = float(days[-1]) + float(rng.uniform(0.0, 6.9))
    assert at_least(told.at(later).level, "high")


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_a_contradiction_is_refused_and_changes_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    monitor = follow(range(3), quiet())
    before = monitor.snapshot()
    contradictions: list[dict[str, Any]] = [
        {"answers": {"used": 1}, "abstinent_since_last": True},
        {"answers": {"used": 1}, "known_stage": ["stable", "mental"]},
        {"answers": {"used": 0}, "used_days_ago": float(rng.uniform(0.0, 0.9))},
        {"answers": {}, "used_days_ago": 0.5, "abstinent_since_last": True},
        {"answers": {"used": 1}, "used_days_ago": -float(rng.uniform(0.1, 9.0))},
        {"answers": {"used": 1}, "used_days_ago": float("nan")},
    ]
    told = contradictions[int(rng.integers(len(contradictions)))]
    with pytest.raises(relapse.CheckInError):
        monitor.update(4.0, **told)
    assert monitor.snapshot() == before


def test_use_that_is_told_in_the_bundled_data_is_never_below_high() -> None:
    table = pd.read_csv(BUNDLED)
    rng = np.random.default_rng(7)
    persons = rng.choice(table["person"].unique(), 40, replace=False)
    for person in persons:
        rows = table[table["person"] == person].reset_index(drop=True)
        row = int(rng.integers(len(rows)))
        rows.loc[row, "used"] = 1
        scores = relapse.score(rows, MODEL)
        assert at_least(scores["level"][row], "high")
        assert at_least(scores["floor"][row], "high")


def test_time_since_use_may_stand_in_the_table() -> None:
    table = {"person": ["A", "A", "B"], "time": [0.0, 1.0, 0.0], "craving": [1, 1, 1]}
    told = table | {"days_since_use": [1825.0, np.nan, np.nan]}
    scores = relapse.score(told, MODEL)
    alone = follow(range(1), {"craving": 1.0}, days_since_use=1825.0)
    assert scores["risk_30d"][0] == alone.at(0.0).risk[30.0]
    assert scores["risk_30d"][0] < scores["risk_30d"][2]
    with pytest.raises(relapse.CheckInError, match="days_since_use") as refused:
        relapse.score(table | {"days_since_use": [1825.0, 3.0, np.nan]}, MODEL)
    assert refused.value.row == 1


def test_use_before_the_first_check_in_moves_clocks_and_floors() -> None:
    monitor = relapse.Monitor(MODEL)
    now = monitor.update(0.0, quiet(used=1), used_days_ago=5.0)
    assert now.level == "high" and not now.in_use and not now.replay_needed
    assert now.risk[7.0] > follow(range(1), quiet()).at(0.0).risk[7.0]


SHARED = Path(__file__).parents[3] / "shared" / "vignettes"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared vignettes are not there")
def test_the_shared_vignettes_hold() -> None:
    run = subprocess.run(
        [sys.executable, "run.py"], cwd=SHARED, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout
