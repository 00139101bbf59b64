"""A small model document with every kind of item, and check-ins for it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import relapse

LEVELS = {"guarded": 0.05, "elevated": 0.15, "high": 0.35, "critical": 0.65}


def small_document() -> dict[str, Any]:
    test = {"source": "test"}
    return {
        "schema": "relapse/model/1", "id": "small", "version": "1.0.0",
        "title": "three stages",
        "stages": [{"id": "stable"}, {"id": "warning"}, {"id": "lapse", "use": "lapse"}],
        "initial": {"stable": 0.7, "warning": 0.25, "lapse": 0.05},
        "transitions": [
            {"from": "stable", "to": "warning", "rate": 0.05, "direction": "toward_use",
             "effects": {"craving": 0.8}, **test},
            {"from": "warning", "to": "stable", "rate": 0.10, "direction": "recovery",
             **test},
            {"from": "warning", "to": "lapse", "rate": 0.04, "direction": "toward_use",
             "effects": {"craving": 1.1, "since_use": -0.2}, **test},
            {"from": "lapse", "to": "stable", "rate": 0.30, "direction": "recovery",
             **test},
        ],
        "propensity": {"nodes": 3, "loadings": {"toward_use": 0.7, "recovery": -0.3}},
        "items": [
            {"id": "used", "role": "use", "family": "bernoulli", **test,
             "given": {"stable": 0.01, "warning": 0.02, "lapse": 0.9}},
            {"id": "isolating", "role": "sign", "family": "categorical", "levels": 3,
             "labels": ["never", "at times", "often"], **test,
             "given": {"stable": [0.6, 0.3, 0.1], "warning": [0.2, 0.4, 0.4],
                       "lapse": [0.3, 0.4, 0.3]}},
            {"id": "sleep", "role": "sign", "family": "categorical", "levels": 4,
             "scale": [1, 4], "missing_is_a_level": True, **test,
             "given": {"stable": [0.1, 0.2, 0.3, 0.3, 0.1],
                       "warning": [0.3, 0.2, 0.2, 0.1, 0.2],
                       "lapse": [0.3, 0.2, 0.1, 0.1, 0.3]}},
            {"id": "nights", "role": "sign", "family": "poisson", **test,
             "given": {"stable": 0.4, "warning": 1.5, "lapse": 2.0}},
            {"id": "mood", "role": "sign", "family": "normal", **test,
             "given": {"stable": {"mean": 7.0, "sd": 1.5},
                       "warning": {"mean": 5.0, "sd": 1.6},
                       "lapse": {"mean": 4.0, "sd": 2.0}}},
            {"id": "craving", "role": "determinant", "scale": [0, 4], **test,
             "simulate": {"mean": 1.2, "sd_between": 0.6, "sd_within": 0.8,
                          "half_life_days": 1.5}},
            {"id": "voices", "role": "safety", "flag": "psychosis", **test},
        ],
        "determinants": [
            {"id": "craving", "item": "craving", "reference": 0.2,
             "memory": {"kind": "decay", "half_life_days": 1.0}},
            {"id": "since_use", "builtin": "log_days_since_use"},
        ],
        "horizons_days": [0.5, 7, 30],
        "levels": {"horizon_days": 7, "cuts": dict(LEVELS), "lower_after_days": 3},
        "safety": [
            {"flag": "psychosis", "level": "high", "protocol": "contact", **test}
        ],
        "actions": [
            {"id": "urge_surfing", "label": "Ride out the urge",
             "acts_on": {"craving": 0.5}, "for_days": 0.5, **test},
        ],
        "calibration": {"status": "test"},
    }  # fmt: skip


def small_model() -> relapse.Model:
    return relapse.Model.from_dict(small_document())


START = datetime(2026, 3, 28, 8, 30, tzinfo=timezone(timedelta(hours=1)))


def check_ins() -> dict[str, list[Any]]:
    """Rows of three persons, mixed and not in the order of time; gaps are None."""
    hours = [0, 30, 5, 26, 100, 55, 54, 140]
    return {
        "person": ["b", "b", "a", "a", "b", "a", "c", "b"],
        "time": [START + timedelta(hours=h) for h in hours],
        "used": [False, None, False, None, True, False, None, False],
        "isolating": ["never", "often", None, "at times", "often", None, "never", None],
        "sleep": [1, 4, None, 2, None, 3, None, 4],
        "nights": [0, 3, None, 1, 2, None, None, 0],
        "mood": [7.5, 4.25, None, 5.0, None, 6.125, None, 5.5],
        "craving": [0.5, 3, 1, None, 4, 2, None, 1],
    }


def update(monitor: relapse.Monitor, row: dict[str, Any]) -> relapse.Assessment:
    """Take in a check-in that is written as a document."""
    known = row.get("known_stage") or {}
    return monitor.update(
        row["time"],
        row["answers"],
        row.get("missing"),
        known_stage=known.get("any_of"),
        entered=known.get("entered", False),
        used_days_ago=row.get("used_days_ago"),
        abstinent_since_last=row.get("abstinent_since_last", False),
    )
