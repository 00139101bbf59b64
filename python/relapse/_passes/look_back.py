"""Where persons were, given all their check-ins, the later ones too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from relapse import _core
from relapse._passes.answers import by_column, stage_columns
from relapse._passes.arguments import (
    AnswerArrays,
    Arrays,
    Frame,
    ModelOrName,
    Progress,
    SameTime,
    Watched,
    find_model,
    thread_count,
)
from relapse._reading.check_ins import read_check_ins
from relapse._reading.tables import Made, Words
from relapse._reading.times import TimeUnit

if TYPE_CHECKING:
    from typing_extensions import Unpack  # in `typing` since Python 3.11


@overload
def smooth(
    check_ins: Arrays,
    model: ModelOrName,
    *,
    between: bool = ...,
    **how: Unpack[Watched],
) -> AnswerArrays: ...
@overload
def smooth(
    check_ins: Frame,
    model: ModelOrName,
    *,
    between: bool = ...,
    **how: Unpack[Watched],
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
    person, time, `stage_<id>` of each stage and the means of `propensity` and of each
    dimension of the model (`dimension_<id>`), the same in all rows of a person. With
    between=True also what is expected since the check-in before:
    `days_<id>` spent in each stage, and `jumps_<from>_<to>` of each movement (Hobolth &
    Jensen 2011). The other arguments are those of `score`.
    """
    data = read_check_ins(check_ins, find_model(model), person, time, time_unit)
    found = data.run(_core.smooth, thread_count(threads), same_time, progress)
    if progress is not None:
        progress(1.0)
    model = data.model
    made = stage_columns(model, found["stages"]) | found["latent"]
    if between:
        moves = model.to_dict()["transitions"]
        made |= by_column(found["days"], [f"days_{stage}" for stage in model.stages])
        made |= by_column(
            found["jumps"], [f"jumps_{move['from']}_{move['to']}" for move in moves]
        )
    return data.answer(made)


@overload
def decode(
    check_ins: Arrays, model: ModelOrName, **how: Unpack[Watched]
) -> AnswerArrays: ...
@overload
def decode(check_ins: Frame, model: ModelOrName, **how: Unpack[Watched]) -> Frame: ...
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
    propensity and the dimensions that go with them. The columns are person, time,
    `stage`, `propensity`, `dimension_<id>`, and `log_probability` of that way and the
    answers, the same in all rows of a person.
    The arguments are those of `score`.
    """
    data = read_check_ins(check_ins, find_model(model), person, time, time_unit)
    found = data.run(_core.decode, thread_count(threads), same_time, progress)
    if progress is not None:
        progress(1.0)
    made: dict[str, Made] = {
        "stage": Words(data.model.stages, found["stage"].astype(np.int64)),
        **found["latent"],
        "log_probability": found["log_probability"],
    }
    return data.answer(made)
