"""A whole data set at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias, TypeVar, cast, overload

import narwhals.stable.v2.typing as nwt
import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._errors import CheckInError, InvalidInput
from relapse._passes.forecasts import answer_names
from relapse._reading.check_ins import CheckIns, named_bits, read_check_ins
from relapse._reading.tables import Made, Words
from relapse._reading.times import TimeUnit

#: A data frame of any library that narwhals knows, or a query of DuckDB or polars.
Frame = TypeVar("Frame", bound=nwt.IntoFrame)
#: A dict of arrays.
Arrays: TypeAlias = "Mapping[str, Any]"
AnswerArrays: TypeAlias = "dict[str, npt.NDArray[Any]]"

SameTime: TypeAlias = Literal["refuse", "in_order"]
Progress: TypeAlias = Callable[[float], "bool | None"]
ModelOrName: TypeAlias = "_core.Model | str"

#: Flags that are up; those among them of which an answer could not be read; and those
#: that were asked about and not answered.
FLAG_COLUMNS = ("flags", "unreadable_flags", "unknown_flags")


@overload
def score(
    check_ins: Arrays,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    on_error: Literal["raise"] = ...,
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> AnswerArrays: ...
@overload
def score(
    check_ins: Arrays,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    on_error: Literal["collect"],
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> tuple[AnswerArrays, AnswerArrays]: ...
@overload
def score(
    check_ins: Frame,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    on_error: Literal["raise"] = ...,
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> Frame: ...
@overload
def score(
    check_ins: Frame,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    on_error: Literal["collect"],
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> tuple[Frame, Frame]: ...
def score(
    check_ins: Any,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    threads: int | None = None,
    on_error: Literal["raise", "collect"] = "raise",
    same_time: SameTime = "refuse",
    progress: Progress | None = None,
) -> Any:
    """Score a data set: stages, risks, level and flags at each check-in.

    Parameters
    ----------
    check_ins
        A table, wide or long: pandas, polars, pyarrow, a DuckDB relation, anything with
        ``__arrow_c_stream__``, or a dict of arrays. Rows may come in any order.
    model
        A model, or the name of one that comes with the library.
    person, time
        Names of the columns. Time is timestamps with a time zone, or numbers.
    time_unit
        What numbers are: "days" (since 1970-01-01 UTC or any other beginning), "hours",
        "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds", or dates as
        "YYYYMMDD". What lies beyond the year 2300 is refused.
    threads
        How many share the work; None: as many as the machine has. The numbers do not
        depend on it.
    on_error
        "raise" stops at the first row that cannot be used. "collect" scores the rest and
        returns a second table that says what was wrong with which row.
    same_time
        Whether one person may have two check-ins at one time, then taken in their order.
    progress
        Called a few times a second with the share of the work done; False stops it.

    Returns
    -------
    A table of the same kind, a row for each check-in, in the order (and with the index)
    of the input; with on_error="collect" that table and the table of errors. Safety flags
    stand in `flags` (up), `unreadable_flags` (those among them of which an answer could
    not be read: look at it) and `unknown_flags` (asked about, not answered: a gap or a
    negative code). A row that is refused raises its flags all the same; with "raise" the
    error carries those of its row.

    """
    model = find_model(model)
    data = read_check_ins(check_ins, model, person, time, time_unit)
    raw = _score(data, model, False, threads, on_error, same_time, progress)
    scores = data.answer(score_columns(model, raw))
    return scores if on_error == "raise" else (scores, data.errors())


def log_likelihood(
    check_ins: Frame | Arrays,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    threads: int | None = None,
    same_time: SameTime = "refuse",
) -> float:
    """Return the log-likelihood of a data set; the arguments are those of `score`."""
    model = find_model(model)
    data = read_check_ins(check_ins, model, person, time, time_unit)
    data.raise_refused()
    with Places(data):
        return _core.log_likelihood(model, data.columns, thread_count(threads), same_time)


@overload
def filter(  # noqa: A001
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
def filter(  # noqa: A001
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
def filter(  # noqa: A001
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
    """Return stage probabilities given the answers so far, without risks and levels.

    The arguments are those of `score`; the columns are person, time, `stage_<id>` of each
    stage and `log_likelihood` of each check-in given the past.
    """
    model = find_model(model)
    data = read_check_ins(check_ins, model, person, time, time_unit)
    data.raise_refused()
    with Places(data):
        stages, step = _core.filter(
            model, data.columns, thread_count(threads), same_time, progress
        )
    if progress is not None:
        progress(1.0)
    # Views, as a copy would take as long as the filter.
    made: dict[str, Made] = {
        f"stage_{stage}": stages[:, k] for k, stage in enumerate(model.stages)
    }
    made["log_likelihood"] = step
    return data.answer(made)


@overload
def drivers(
    check_ins: Arrays,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    on_error: Literal["raise"] = ...,
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> AnswerArrays: ...
@overload
def drivers(
    check_ins: Arrays,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    on_error: Literal["collect"],
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> tuple[AnswerArrays, AnswerArrays]: ...
@overload
def drivers(
    check_ins: Frame,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    on_error: Literal["raise"] = ...,
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> Frame: ...
@overload
def drivers(
    check_ins: Frame,
    model: ModelOrName,
    *,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    on_error: Literal["collect"],
    same_time: SameTime = ...,
    progress: Progress | None = ...,
) -> tuple[Frame, Frame]: ...
def drivers(
    check_ins: Any,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    threads: int | None = None,
    on_error: Literal["raise", "collect"] = "raise",
    same_time: SameTime = "refuse",
    progress: Progress | None = None,
) -> Any:
    """Return why the risk changed at each check-in, as contributions that add up.

    The arguments are those of `score`. The table is long: person, time, driver, kind
    (time, known, determinant, sign, excluded) and contribution, in units of probability
    over the horizon of the model's levels. With on_error="collect" it comes with the
    table of errors.
    """
    model = find_model(model)
    data = read_check_ins(check_ins, model, person, time, time_unit)
    raw = _score(data, model, True, threads, on_error, same_time, progress)
    found = raw["drivers"]
    errors = data.errors() if on_error == "collect" else None
    entries = found["row"]
    data.rows = entries if data.rows is None else data.rows[entries]
    reasons = data.answer(
        {
            "driver": Words(found["ids"], found["id"]),
            "kind": Words(found["kinds"], found["kind"]),
            "contribution": found["contribution"],
        }
    )
    return reasons if errors is None else (reasons, errors)


@overload
def forecast(
    check_ins: Arrays,
    model: ModelOrName,
    *,
    item: str,
    days: float,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    same_time: SameTime = ...,
) -> AnswerArrays: ...
@overload
def forecast(
    check_ins: Frame,
    model: ModelOrName,
    *,
    item: str,
    days: float,
    person: str = ...,
    time: str = ...,
    time_unit: TimeUnit = ...,
    threads: int | None = ...,
    same_time: SameTime = ...,
) -> Frame: ...
def forecast(
    check_ins: Any,
    model: ModelOrName,
    *,
    item: str,
    days: float,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    threads: int | None = None,
    same_time: SameTime = "refuse",
) -> Any:
    """Return what each person is expected to answer some days after the last check-in.

    One row a person: person, and the probability of each level of the item (`level_0`,
    `level_1`, ..., and `level_missing` where missing is a level), or the `mean` of a
    count or a measurement. The other arguments are those of `score`.
    """
    model = find_model(model)
    data = read_check_ins(check_ins, model, person, time, time_unit)
    data.raise_refused()
    with Places(data):
        expected = _core.forecast(
            model, data.columns, item, days, thread_count(threads), same_time
        )
    _, first = np.unique(data.columns["person"], return_index=True)
    rows = first if data.rows is None else data.rows[first]
    return data.table.answer(
        [person], rows, by_column(expected, answer_names(model, item))
    )


def find_model(model: ModelOrName) -> _core.Model:
    """Return a model, or the one of this name."""
    if isinstance(model, _core.Model):
        return model
    if isinstance(model, str):
        return _core.Model.named(model)
    raise InvalidInput(
        f"model: is of type {type(model).__name__}, but must be a Model or a name"
    )


class Places:
    """Names the row of the table in what the library refuses."""

    def __init__(self, data: CheckIns) -> None:
        self._data = data

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, error: object, trace: object) -> None:
        if isinstance(error, CheckInError) and error.row is not None:
            self._data.place([(error.row, error.item or "", error.problem)])
            self._data.raise_refused()


def _score(
    data: CheckIns,
    model: _core.Model,
    drivers: bool,
    threads: int | None,
    on_error: str,
    same_time: SameTime,
    progress: Progress | None,
) -> _core.RawScores:
    """Score what was read; what is refused is placed in the table, or raised."""
    if on_error not in ("raise", "collect"):
        raise InvalidInput("on_error: must be one of: raise, collect")
    if on_error == "raise":
        data.raise_refused()
    raw = _core.score(
        model, data.columns, drivers, thread_count(threads), same_time, progress
    )
    data.place(raw["errors"])
    if on_error == "raise":
        data.raise_refused()
    if progress is not None:
        progress(1.0)
    return raw


def thread_count(threads: int | None) -> int:
    if threads is not None and threads < 1:
        raise InvalidInput("threads: must be at least 1, or None")
    return threads or 0


def propensity_of(raw: Mapping[str, Any]) -> dict[str, Made]:
    """Return one column, or two for a model whose propensity has two dimensions."""
    names = ("propensity", "recovery_propensity")
    return {name: raw[name] for name in names if name in raw}


def by_column(matrix: npt.NDArray[np.float64], names: list[str]) -> dict[str, Made]:
    columns = np.ascontiguousarray(matrix.T)
    return dict(zip(names, columns, strict=True))


def score_columns(model: _core.Model, raw: _core.RawScores) -> dict[str, Made]:
    """Return the columns of an answer; takes the matrices out of `raw` one by one, so
    that no two copies of all of them are there at a time.
    """
    left = cast("dict[str, Any]", raw)
    made = by_column(left.pop("stages"), [f"stage_{stage}" for stage in model.stages])
    names = {
        "risk": "risk_{}d",
        "risk_low": "risk_{}d_low",
        "risk_high": "risk_{}d_high",
        "new_lapse": "new_lapse_{}d",
        "relapse": "relapse_{}d",
    }
    parts = {name: _by_horizon(left.pop(key)) for key, name in names.items()}
    for k, days in enumerate(model.horizons):
        made |= {name.format(days): columns[k] for name, columns in parts.items()}
    return made | {
        "level": Words(_core.levels, raw["level"]),
        "stage": Words(model.stages, raw["stage"]),
        **propensity_of(raw),
        "log_likelihood": raw["log_likelihood"],
        **{name: _flag_words(model, raw, name) for name in FLAG_COLUMNS},
        **_floor_columns(left),
    }


def _floor_columns(raw: Mapping[str, Any]) -> dict[str, Made]:
    """Return the highest floor in force and when it ends, where a model has floors."""
    if "floor" not in raw:
        return {}
    return {
        "floor": Words(_core.levels, raw["floor"]),
        "floor_until": raw["floor_until"],
    }


def _by_horizon(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.ascontiguousarray(matrix.T)


def _flag_words(model: _core.Model, raw: Mapping[str, Any], name: str) -> Words:
    """Return the names of flags, joined by '|'.

    In a row that was refused for something else: those that its safety answers raise and
    those still up; no text when there are none.
    """
    sets, codes = np.unique(raw[name], return_inverse=True)
    words = ["|".join(named_bits(flags, model.flags)) for flags in sets]
    return Words(words, np.where((raw["level"] < 0) & (raw[name] == 0), -1, codes))
