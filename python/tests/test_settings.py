"""Settings that are numbers: what C++ cannot hold is refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from conftest import Write

import relapse
from relapse._cli.main import main

CHECK_INS = {"person": ["a", "a"], "time": [1.0, 2.0], "craving": [1, 2]}
AMOUNTS = {"person": ["a"], "time": [1], "amount": [2.0]}
WHOLE = (-1, 2**70, 1.5, "3", "\ud800", None)
REAL = ("3", None, [1.0])


def followed() -> relapse.Monitor:
    monitor = relapse.Monitor()
    monitor.update(1.0, {"craving": 1})
    return monitor


CALLS: dict[str, tuple[Callable[..., Any], dict[str, tuple[Any, ...]]]] = {
    "simulate": (
        lambda **given: relapse.simulate("standard", persons=1, **given),
        {"seed": WHOLE, "days": REAL, "jitter": REAL, "missed_in_use": ("3",)},
    ),
    "fit": (
        lambda **given: relapse.fit(CHECK_INS, "standard", **given),
        {"seed": WHOLE, "starts": WHOLE, "max_iterations": WHOLE,
         "threads": WHOLE[:-1], "likelihood_weight": REAL},
    ),
    "score": (
        lambda **given: relapse.score(CHECK_INS, "standard", **given),
        {"threads": WHOLE[:-1]},
    ),
    "suggest": (
        lambda **given: followed().suggest(**given),
        {"seed": WHOLE, "count": WHOLE, "minutes": REAL, "exploration": REAL},
    ),
    "next_questions": (
        lambda questions: followed().next_questions(questions),
        {"questions": WHOLE[1:]},
    ),
    "person_folds": (
        lambda seed: relapse.person_folds(["a", "b"], 2, seed),
        {"seed": WHOLE},
    ),
    "view": (
        lambda **given: relapse.CaseFile().view(20000.0, **given),
        {"suggestions": WHOLE, "questions": WHOLE, "days_ahead": WHOLE},
    ),
    "amount_outcomes": (
        lambda heavy: relapse.amount_outcomes(AMOUNTS, heavy=heavy),
        {"heavy": (float("nan"), -1.0, None)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_number_that_cannot_be_held_is_refused_by_its_name(name: str) -> None:
    call, wrong = CALLS[name]
    for setting, values in wrong.items():
        for value in values:
            with pytest.raises(relapse.InvalidInput, match=f"^{setting}: ") as refused:
                call(**{setting: value})
            assert type(refused.value) is relapse.InvalidInput


def test_nan_is_no_option(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("person,time,craving\na,1,2\n", "in.csv")
    for option in ("--days-since-use", "--days-in-recovery"):
        with pytest.raises(SystemExit):
            main(["score", str(path), option, "nan"])
        assert option in capsys.readouterr().err


def test_a_decimal_that_is_none_is_a_gap() -> None:
    answers = [Decimal("sNaN"), Decimal("NaN")]
    gaps = relapse.score({**CHECK_INS, "craving": answers}, "standard")
    plain = relapse.score({**CHECK_INS, "craving": [None, None]}, "standard")
    assert list(gaps["risk_7d"]) == list(plain["risk_7d"])
