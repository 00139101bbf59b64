"""The base rates of the models that come with the library, beside the published ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import relapse

PERSONS = 2000


@pytest.fixture(scope="module")
def early_recovery() -> dict[str, Any]:
    """Persons in early recovery from a start without use, check-ins about daily."""
    check_ins, truth = relapse.simulate(
        "standard",
        persons=PERSONS,
        jitter=0.5,
        answered=0.75,
        start="without_use",
        seed=20261122,
        truth=True,
        frame="dict",
    )
    return {"time": np.asarray(check_ins["time"]), **truth}


def share_who_use(truth: dict[str, Any]) -> float:
    _, first_row = np.unique(truth["person"], return_index=True)
    return float(np.mean(~np.isnan(truth["first_use"][first_row])))


def test_any_use_within_ninety_days_is_near_the_published_share(
    early_recovery: dict[str, Any],
) -> None:
    # Wyant 2024: 55.6 % of 151 people with an alcohol use disorder, 1-8 weeks abstinent.
    assert 0.45 <= share_who_use(early_recovery) <= 0.66


def test_weeks_with_use_in_the_first_month_are_near_the_published_share(
    early_recovery: dict[str, Any],
) -> None:
    # Wyant 2024: 25.4 % of rolling weeks.
    used = early_recovery["true_use"].astype(bool) & (early_recovery["time"] < 28.0)
    week = (early_recovery["time"][used] // 7.0).astype(int)
    weeks = set(zip(early_recovery["person"][used], week, strict=True))
    assert 0.15 <= len(weeks) / (4.0 * PERSONS) <= 0.35


def test_the_hazard_falls_with_time_since_use(early_recovery: dict[str, Any]) -> None:
    # Kirshenbaum 2009: the hazard decelerates with accumulated abstinence. Days at risk
    # and returns to use by days since the last use, true stages.
    bands = [3.0, 7.0, 14.0, 30.0, 60.0]
    days = np.zeros(len(bands))
    returns = np.zeros(len(bands))
    person = None
    last_use = last_time = 0.0
    for who, time, used in zip(
        early_recovery["person"],
        early_recovery["time"],
        early_recovery["true_use"],
        strict=True,
    ):
        if who != person:
            person, last_use, last_time = who, time, time
            continue
        band = int(np.searchsorted(bands, last_time - last_use, side="right"))
        if band < len(bands) and last_time > last_use:
            days[band] += time - last_time
            returns[band] += bool(used)
        last_time = time
        if used:
            last_use = time
    hazard = returns / days
    assert np.all(np.diff(hazard) < 0.0), hazard


def test_weekly_base_rates_are_near_those_of_the_standard_model() -> None:
    shares = [
        share_who_use(
            relapse.simulate(
                name,
                persons=PERSONS,
                every=7.0,
                start="without_use",
                seed=20261122,
                truth=True,
                frame="dict",
            )[1]
        )
        for name in ("standard", "weekly_bam")
    ]
    assert abs(shares[1] - shares[0]) < 0.08
