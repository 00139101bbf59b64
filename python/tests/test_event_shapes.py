"""Events and check-ins in the shapes that Python has for answers and for moments."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import polars as pl
import pytest

import relapse

BEGIN = datetime(2026, 3, 1, 8, tzinfo=timezone.utc)


def at(days: float) -> datetime:
    return BEGIN + timedelta(days=days)


def check_in(key: str, days: float, **answers: Any) -> dict[str, Any]:
    return {"id": key, "at": at(days), "kind": "check_in", "answers": answers}


@dataclass
class Answered:
    self_harm: int = 1
    craving: int = 2


class Held:
    def __init__(self) -> None:
        self.self_harm = 1


ANSWERED = {"self_harm": 1, "craving": 2}


@pytest.mark.parametrize(
    "made",
    [
        lambda: pd.Series(ANSWERED),
        lambda: pl.DataFrame([ANSWERED]).row(0, named=True),
        lambda: MappingProxyType(ANSWERED),
        lambda: ANSWERED.items(),
        lambda: zip(ANSWERED, ANSWERED.values(), strict=True),
        lambda: (pair for pair in ANSWERED.items()),
        lambda: [*ANSWERED.items()],
        lambda: namedtuple("Told", ANSWERED)(**ANSWERED),
        lambda: Answered(),
    ],
)
def test_answers_come_in_as_a_monitor_takes_them(made: Callable[[], Any]) -> None:
    case, plain, monitor = relapse.CaseFile(), relapse.CaseFile(), relapse.Monitor()
    told = case.add({**check_in("1", 1), "answers": made()})
    plain.add(check_in("1", 1, **ANSWERED))
    assert told["status"] == "taken_in"
    assert case.text() == plain.text()
    assert monitor.update(at(1), made()).flags == told["flags"] == ["self_harm"]
    phq9 = {
        **check_in("2", 2),
        "instruments": {"phq9": {str(k): 2 for k in range(1, 10)}},
    }
    plain.add(phq9)
    case.add({**phq9, "instruments": {"phq9": pd.Series(phq9["instruments"]["phq9"])}})
    assert case.text() == plain.text()


@pytest.mark.parametrize(
    "answers",
    [
        Held(),
        pd.DataFrame([ANSWERED]),
        [{"name": "self_harm", "value": "1"}],
        [("self_harm", 0), ("self_harm", 1)],
        {("self_harm", 1), ("self_harm", 0)},
        ["self_harm", 1],
    ],
)
def test_answers_in_another_shape_are_refused_and_raise_their_flags(answers: Any) -> None:
    case = relapse.CaseFile()
    told = case.add({**check_in("1", 1), "answers": answers})
    assert (told["status"], told["flags"]) == ("refused", ["self_harm"])
    monitor = relapse.Monitor()
    with pytest.raises(relapse.CheckInError) as raised:
        monitor.update(at(1), answers)
    assert raised.value.flags == monitor.flags == ["self_harm"]


def test_instruments_in_another_shape_raise_their_flags() -> None:
    for told in ([0] * 8 + [2], [{"item": 9, "value": 2}], {"9": {"value": 2}}):
        case, monitor = relapse.CaseFile(), relapse.Monitor()
        assert case.add({**check_in("1", 1), "instruments": {"phq9": told}})["flags"] == [
            "self_harm"
        ]
        with pytest.raises(relapse.CheckInError) as raised:
            monitor.update(at(1), instruments={"phq9": told})  # type: ignore[dict-item]
        assert raised.value.flags == monitor.flags == ["self_harm"]


def test_answers_of_which_nothing_would_be_left_are_not_kept() -> None:
    case = relapse.CaseFile()
    for lost in (object(), pl.DataFrame([ANSWERED]), len):
        with pytest.raises(relapse.InvalidInput, match="answers: is a"):
            case.add({**check_in("1", 1), "answers": lost})
    assert len(case) == 0


def test_a_moment_that_is_none_is_named_by_what_is_wrong() -> None:
    gap = datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Vienna"))
    for moment, problem in ((gap, "leave out"), (datetime(2026, 3, 1), "no time zone")):
        case = relapse.CaseFile()
        told = case.add({**check_in("1", 1, self_harm=1), "at": moment})
        assert (told["status"], told["flags"]) == ("refused", ["self_harm"])
        assert told["problem"].startswith("/at: ")
        assert problem in told["problem"]


def test_a_locale_is_a_text_in_any_case() -> None:
    case = relapse.CaseFile()
    case.add(check_in("1", 1, craving=1))
    view = case.view(at(2), locale="DE-at")
    assert view == case.view(at(2), locale="de-AT")
    assert view["language"] == "de"
    with pytest.raises(relapse.InvalidInput, match=r"^locale: is a NoneType"):
        case.view(at(2), locale=None)  # type: ignore[arg-type]
