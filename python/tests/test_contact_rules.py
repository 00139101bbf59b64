"""Contact rules from Python; their laws are tested in C++."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import relapse

ROOT = Path(__file__).resolve().parents[2]
PLAN = relapse.Plan.load(ROOT / "examples" / "data" / "plan.json")
HELSINKI = ZoneInfo("Europe/Helsinki")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=HELSINKI)


def test_the_example_tells_mira_in_the_morning() -> None:
    levels = [(at(27, 20), "high"), (at(28, 21), "high")]
    past: dict[str, Any] = {"levels": levels, "last_check_in": levels[-1][0]}
    first = relapse.apply_contact_rules(PLAN, now=at(28, 21, 30), **past)
    (nudge,) = first.messages
    assert (nudge.kind, nudge.contact) == ("self_nudge", "Mira")
    assert [t.outcome for t in first.trace] == ["nudged", "not_reached", "not_reached"]
    sent = first.messages
    wait = relapse.apply_contact_rules(PLAN, now=at(29, 0), **past, sent=sent)
    assert wait.messages == [] and wait.trace[0].outcome == "waiting"
    # The clocks jump in this night: 07:30 is in summer time.
    night = relapse.apply_contact_rules(PLAN, now=at(29, 7, 29), **past, sent=[])
    assert night.trace[0].outcome == "quiet_hours"
    assert night.trace[0].not_before == "2026-03-29T04:30:00Z"
    told = relapse.apply_contact_rules(PLAN, now=at(29, 10, 31), **past, sent=sent)
    (message,) = told.messages
    assert (message.kind, message.rule) == ("contact", nudge.rule)
    again = relapse.apply_contact_rules(
        PLAN, now=at(29, 12), **past, sent=[*sent, message]
    )
    assert again.messages == [] and again.trace[0].outcome == "cooling_down"
    assert all(trace.why.endswith(".") for trace in again.trace)


def test_silence_and_what_cannot_be() -> None:
    decision = relapse.apply_contact_rules(PLAN, now=at(20, 12), last_check_in=at(16, 11))
    assert [t.outcome for t in decision.trace][2] == "nudged"
    for wrong in (
        {"levels": [(at(21, 8), "high")]},
        {"levels": [(at(2, 8), "high"), (at(1, 8), "high")]},
        {"levels": [(at(2, 8), "very high")]},
        {"last_check_in": at(21, 8)},
        {"flags": [("overdose", at(2, 8), at(1, 8))]},
    ):
        with pytest.raises(relapse.InvalidInput):
            relapse.apply_contact_rules(PLAN, now=at(20, 12), **wrong)
    document = PLAN.to_dict()
    del document["time_zone"]
    with pytest.raises(relapse.InvalidInput, match="by which clock"):
        relapse.apply_contact_rules(relapse.Plan.from_dict(document), now=at(20, 12))
    document["contact_rules"].append(document["contact_rules"][1] | {"id": "again"})
    plan = relapse.Plan.from_dict(document)
    (problem,) = relapse.find_rule_problems(plan)
    assert (problem.kind, problem.rule, problem.other) == ("overlapping", 3, 1)
    with pytest.raises(relapse.InvalidInput, match="contact rule 4: is overlapping"):
        relapse.apply_contact_rules(plan, now=at(20, 12), zone=relapse.zone("UTC"))


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    name=st.sampled_from(["Europe/Helsinki", "America/Toronto", "Australia/Lord_Howe"]),
    quarter=st.integers(0, 95),
    length=st.integers(1, 95),
    steps=st.lists(st.integers(1, 40), min_size=1, max_size=60),
)
def test_quiet_hours_hold_by_the_clock_on_the_wall(
    name: str, quarter: int, length: int, steps: list[int]
) -> None:
    def clock(quarters: int) -> str:
        return f"{quarters // 4 % 24:02d}:{quarters % 4 * 15:02d}"

    quiet_from, quiet_to = clock(quarter), clock(quarter + length)
    plan = relapse.Plan.from_dict(
        {
            "schema": "relapse/plan/1",
            "person": "P1",
            "version": 1,
            "time_zone": name,
            "contacts": [{"name": "A", "consent": ["contact_rule"]}],
            "contact_rules": [
                {
                    "contact": "A",
                    "flag": "overdose",
                    "self_nudge_first": False,
                    "cool_down_days": 0,
                    "quiet_from": quiet_from,
                    "quiet_to": quiet_to,
                }
            ],
        }
    )
    zone = ZoneInfo(name)
    for start in (datetime(2026, 3, 7, 20), datetime(2026, 10, 24, 20)):
        moment = start.replace(tzinfo=ZoneInfo("UTC"))
        flags = [("overdose", moment, None)]
        for step in steps:
            moment += timedelta(minutes=15 * step)
            told = relapse.apply_contact_rules(plan, now=moment, flags=flags).messages
            wall = moment.astimezone(zone).strftime("%H:%M")
            if quiet_from < quiet_to:
                quiet = quiet_from <= wall < quiet_to
            else:
                quiet = wall >= quiet_from or wall < quiet_to
            assert bool(told) != quiet
