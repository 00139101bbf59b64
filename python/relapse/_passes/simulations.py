"""Data sets drawn from a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from relapse import _core
from relapse._errors import InvalidInput
from relapse._passes.arguments import ModelOrName, find_model
from relapse._reading.settings import LARGEST_SEED, real_number, whole_number
from relapse._reading.tables import FrameName, Made, Words, make_table


def simulate(
    model: ModelOrName,
    *,
    persons: int = 1000,
    days: float = 90.0,
    every: float = 1.0,
    jitter: float = 0.0,
    schedule: Sequence[float] | Sequence[Sequence[float]] | None = None,
    answered: float = 1.0,
    missed: float = 0.0,
    missed_in_use: float | None = None,
    drop_out: float = 0.0,
    drop_out_in_use: float = 0.0,
    start: Literal["model", "without_use"] = "model",
    seed: int = 1,
    days_since_use: float | None = None,
    days_in_recovery: float | None = None,
    truth: bool = False,
    frame: FrameName | None = None,
) -> Any:
    """Draw persons from a model, and return a table like the one that `score` takes.

    Parameters
    ----------
    model
        A model, or the name of one that comes with the library.
    persons, days
        How many persons, and for how long each is followed: a century at most.
    every, jitter
        Mean time between check-ins in days; times vary by half of `jitter` (in [0, 1)) of
        it to each side.
    schedule
        The days of the check-ins, rising from 0, in place of `days`, `every` and
        `jitter`: one list for everybody, or one for each person.
    answered, missed
        Probability that an item is answered at a check-in, and that a whole check-in is
        missed where the model has no law of its own for that.
    missed_in_use
        The same as `missed` while in a stage of use, where it differs: missing not at
        random.
    drop_out, drop_out_in_use
        Rate per day at which persons are lost, and what each day in use adds to it. The
        check-ins after that do not exist.
    start
        Where persons start: as the model says, or without those in use.
    seed
        A person's draws depend on it and on the person's number alone.
    days_since_use, days_in_recovery
        What the clocks show at the first check-in.
    truth
        Return a second table with what no data set has: the true stage, whether use
        happened since the last check-in, the time of the first use, the propensity and
        the dimensions of the model.
    frame
        "pandas", "polars", "pyarrow" or "dict"; None: pandas where it is installed, or
        else a dict.

    """
    model = find_model(model)
    count: Any = persons
    if not (isinstance(count, int | np.integer) and 0 < count < 2**31):
        raise InvalidInput("persons: must be a whole number from 1 to 2147483647")
    numbers = {
        "days": days,
        "every": every,
        "jitter": jitter,
        "answered": answered,
        "missed": missed,
        "missed_in_use": missed_in_use,
        "drop_out": drop_out,
        "drop_out_in_use": drop_out_in_use,
        "days_since_use": days_since_use,
        "days_in_recovery": days_in_recovery,
    }
    optional = ("missed_in_use", "days_since_use", "days_in_recovery")
    settings = {
        "persons": persons,
        "schedules": _schedules(schedule),
        "start": start,
        "seed": whole_number("seed", seed, most=LARGEST_SEED),
        **{
            name: None if value is None and name in optional else real_number(name, value)
            for name, value in numbers.items()
        },
    }
    raw = _core.simulate(model, settings)
    width = max(4, len(str(persons)))
    who = raw["person"]
    made: dict[str, Made] = {
        "person": Words([f"P{k + 1:0{width}}" for k in range(persons)], who),
        "time": raw["time"],
    }
    table = make_table(made | _answer_columns(raw), frame)
    if not truth:
        return table
    made |= {
        "true_stage": Words(model.stages, raw["stage"]),
        "true_use": raw["used"].astype(np.bool_),
        "first_use": raw["first_use"][who],
        **{name: np.asarray(values)[who] for name, values in raw["latent"].items()},
    }
    return table, make_table(made, frame)


def _schedules(
    schedule: Sequence[float] | Sequence[Sequence[float]] | None,
) -> list[list[float]]:
    given: list[Any] = [] if schedule is None else list(schedule)
    shared = bool(given) and all(
        isinstance(day, (int, float, np.number)) for day in given
    )
    try:
        lists = [[float(day) for day in days] for days in ([given] if shared else given)]
    except (TypeError, ValueError):
        raise InvalidInput(
            "schedule: must be a list of days, or a list of such lists"
        ) from None
    for days in lists:
        if problem := next(filter(None, map(_core.unlikely_days, days)), ""):
            raise InvalidInput(f"schedule: is {problem}, but must be days")
    return lists


def _answer_columns(raw: _core.RawSimulation) -> dict[str, Made]:
    """Answers, each with its reasons beside it where missing is a level of its own."""
    made: dict[str, Made] = {}
    for item, values in raw["answers"].items():
        made[item] = values
        if item in raw["reasons"]:
            codes = np.where(np.isnan(values), raw["reasons"][item].astype(np.int64), -1)
            made[f"{item}_missing"] = Words(_core.missing_reasons, codes)
    return made
