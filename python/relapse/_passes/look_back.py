"""Where persons were, given all their check-ins, the later ones too."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from relapse import _core
from relapse._passes.scores import (
    AnswerArrays,
    Arrays,
    Frame,
    ModelOrName,
    Places,
    Progress,
    SameTime,
    by_column,
    find_model,
    propensity_of,
    thread_count,
)
from relapse._reading.check_ins import read_check_ins
from relapse._reading.tables import Made, Words
from relapse._reading.times import TimeUnit


@overload
def smooth(
    check_ins: Arrays,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    between: bool = ...,
    threads: int | None = ...,
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> AnswerArrays: ...
@overload
def smooth(
    check_ins: Frame,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    between: bool = ...,
    threads: int | None = ...,
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> Frame: ...
def smooth(
    check_ins: Any,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    between: bool = False,
    threads: int | None = None,
    same_time: SameTime = "refuse",
    progress: Progress | None = None,
) -> Any:
    """Return stage probabilities given all check-ins of a person, the later ones too.

    For study, not for prediction: it knows the future; `filter` does not. The columns are
    person, time, `stage_<id>` of each stage and `propensity` (its mean, the same in all
    rows of a person). With between=True also what is expected since the check-in before:
    `days_<id>` spent in each stage, and `jumps_<from>_<to>` of each movement (Hobolth &
    Jensen 2011). The other arguments are those of `score`.
    """
    model = find_model(model)
    data = read_check_ins(check_ins, model, person, time, time_unit)
    data.raise_refused()
    with Places(data):
        found = _core.smooth(
            model, data.columns, thread_count(threads), same_time, progress
        )
    if progress is not None:
        progress(1.0)
    made = by_column(found["stages"], [f"stage_{stage}" for stage in model.stages])
    made |= propensity_of(found)
    if between:
        moves = model.to_dict()["transitions"]
        made |= by_column(found["days"], [f"days_{stage}" for stage in model.stages])
        made |= by_column(
            found["jumps"], [f"jumps_{move['from']}_{move['to']}" for move in moves]
        )
    return data.answer(made)


@overload
def decode(
    check_ins: Arrays,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> AnswerArrays: ...
@overload
def decode(
    check_ins: Frame,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> Frame: ...
def decode(
    check_ins: Any,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    threads: int | None = None,
    same_time: SameTime = "refuse",
    progress: Progress | None = None,
) -> Any:
    """Return the likeliest way of each person through the stages (Viterbi 1967).

    The stages of all check-ins of a person are the likeliest together, with the
    propensity that goes with them. The columns are person, time, `stage`, `propensity`
    and `log_probability` of that way and the answers, the same in all rows of a person.
    The arguments are those of `score`.
    """
    model = find_model(model)
    data = read_check_ins(check_ins, model, person, time, time_unit)
    data.raise_refused()
    with Places(data):
        found = _core.decode(
            model, data.columns, thread_count(threads), same_time, progress
        )
    if progress is not None:
        progress(1.0)
    made: dict[str, Made] = {
        "stage": Words(model.stages, found["stage"].astype(np.int64)),
        **propensity_of(found),
        "log_probability": found["log_probability"],
    }
    return data.answer(made)
