"""A whole data set at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from relapse import _core
from relapse._errors import InvalidInput
from relapse._passes.answers import (
    by_column,
    drivers_table,
    forecast_names,
    score_columns,
)
from relapse._passes.arguments import (
    AnswerArrays,
    Arrays,
    Explaining,
    ExplainingCollecting,
    Frame,
    ModelOrName,
    OnError,
    Progress,
    Reading,
    SameTime,
    Scoring,
    ScoringCollecting,
    Watched,
    find_model,
    thread_count,
)
from relapse._passes.planned import read_plan
from relapse._reading.check_ins import CheckIns, read_check_ins
from relapse._reading.settings import is_collecting
from relapse._reading.tables import Made
from relapse._reading.times import TimeUnit

if TYPE_CHECKING:
    from typing_extensions import Unpack  # in `typing` since Python 3.11


def with_outcomes(
    model: _core.Model, outcomes: Sequence[str | Mapping[str, Any]] | None
) -> _core.Model:
    """Return the model with these outcomes alone, by id or as rules; None: as it is."""
    if outcomes is None:
        return model
    if isinstance(outcomes, (str, Mapping)):
        raise InvalidInput("outcomes: must be a list of ids and rules")
    document = model.to_dict()
    named = {rule["id"]: rule for rule in document.pop("outcomes", ())}
    rules = []
    for outcome in outcomes:
        if isinstance(outcome, str):
            if outcome not in named:
                raise InvalidInput("outcomes: the model names no outcome of this id")
            rules.append(named[outcome])
        elif isinstance(outcome, Mapping):
            rules.append(dict(outcome))
        else:
            raise InvalidInput("outcomes: each must be an id or a rule")
    return _core.Model.from_dict(document | ({"outcomes": rules} if rules else {}))


@overload
def score(
    check_ins: Arrays, model: ModelOrName, **how: Unpack[Scoring]
) -> AnswerArrays: ...
@overload
def score(
    check_ins: Arrays, model: ModelOrName, **how: Unpack[ScoringCollecting]
) -> tuple[AnswerArrays, AnswerArrays]: ...
@overload
def score(check_ins: Frame, model: ModelOrName, **how: Unpack[Scoring]) -> Frame: ...
@overload
def score(
    check_ins: Frame, model: ModelOrName, **how: Unpack[ScoringCollecting]
) -> tuple[Frame, Frame]: ...
def score(
    check_ins: Any,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    threads: int | None = None,
    on_error: OnError = "raise",
    same_time: SameTime = "refuse",
    progress: Progress | None = None,
    outcomes: Sequence[str | Mapping[str, Any]] | None = None,
    plan: Any = None,
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
        Names of the columns. Time is timestamps with a time zone, or numbers. Invisible
        marks at the ends of a person's name do not count; a name in a second Unicode
        normal form is refused.
    time_unit
        What numbers are: "days" (since 1970-01-01 UTC or any other beginning), "hours",
        "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds", or dates as
        "YYYYMMDD". What lies beyond the year 2300 is refused, and as seconds or less,
        which count from 1970, what lies before 2000; as minutes, what is a YYYYMMDD.
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
    outcomes
        What is foretold after each check-in that can be observed later, a column
        `outcome_<id>` each: ids of outcomes of the model, or rules as they stand in a
        document, such as ``{"id": "alone_tomorrow", "item": "isolating", "at_least": 3,
        "after_days": 1}``; its item is a sign or of use. None: all that the model names.
    plan
        What is told of the determinants ahead (weeks of treatment, phases of a study): a
        table with the same columns for person and time, and determinants. A row holds
        from its time until the person's next one, the last says where the plan ends.
        Everybody must have one that reaches as far as the longest horizon and outcome.

    Returns
    -------
    A table of the same kind, a row for each check-in, in the order (and with the index)
    of the input; with on_error="collect" that table and the table of errors.
    `risk_<days>d` counts being in use now; `new_use_<days>d` is the risk given not in use
    now, NaN for who surely is. Safety flags
    stand in `flags` (up), `unreadable_flags` (those among them of which an answer could
    not be read: look at it) and `unknown_flags` (asked about, not answered: a gap or a
    negative code). A row that is refused raises its flags all the same; with "raise" the
    error has those of its row.

    """
    collect = is_collecting(on_error)
    asked = with_outcomes(find_model(model), outcomes)
    data = read_check_ins(check_ins, asked, person, time, time_unit)
    told = read_plan(plan, data, time_unit)
    raw = run_score(data, False, threads, collect, same_time, progress, told)
    scores = data.answer(score_columns(data, raw))
    return (scores, data.errors()) if collect else scores


@overload
def drivers(
    check_ins: Arrays, model: ModelOrName, **how: Unpack[Explaining]
) -> AnswerArrays: ...
@overload
def drivers(
    check_ins: Arrays, model: ModelOrName, **how: Unpack[ExplainingCollecting]
) -> tuple[AnswerArrays, AnswerArrays]: ...
@overload
def drivers(check_ins: Frame, model: ModelOrName, **how: Unpack[Explaining]) -> Frame: ...
@overload
def drivers(
    check_ins: Frame, model: ModelOrName, **how: Unpack[ExplainingCollecting]
) -> tuple[Frame, Frame]: ...
def drivers(
    check_ins: Any,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    threads: int | None = None,
    on_error: OnError = "raise",
    same_time: SameTime = "refuse",
    progress: Progress | None = None,
    outcomes: Sequence[str | Mapping[str, Any]] | None = None,
) -> Any:
    """Return why the risk changed at each check-in, as contributions that add up.

    The arguments are those of `score`. The table is long: person, time, driver, kind
    (time, known, determinant, sign, excluded, remainder) and contribution, in units of
    probability over the horizon of the model's levels. With on_error="collect" it comes
    with the table of errors.

    With `outcomes`, ids of outcomes of the model or rules, it is why the probability of
    each changed, in place of the risk: a column `outcome` before that of the drivers says
    which. One answer costs about as much as the risk, a run of weekly ones many times
    that.
    """
    collect = is_collecting(on_error)
    asked = with_outcomes(find_model(model), outcomes)
    data = read_check_ins(check_ins, asked, person, time, time_unit)
    of_risk = outcomes is None
    raw = run_score(
        data, of_risk, threads, collect, same_time, progress, outcome_drivers=not of_risk
    )
    reasons = drivers_table(data, raw, "drivers" if of_risk else "outcome_drivers")
    return (reasons, data.errors()) if collect else reasons


def run_score(
    data: CheckIns,
    drivers: bool,
    threads: int | None,
    collect: bool,
    same_time: SameTime = "refuse",
    progress: Progress | None = None,
    plan: dict[str, Any] | None = None,
    outcome_drivers: bool = False,
) -> _core.RawScores:
    """Score what was read; what is refused is placed in the table, or raised."""
    if not collect:
        data.raise_refused()
    count = thread_count(threads)
    raw = _core.score(
        data.model,
        data.columns,
        drivers,
        outcome_drivers,
        count,
        same_time,
        progress,
        plan,
    )
    data.place(raw["errors"])
    if not collect:
        data.raise_refused()
    if progress is not None:
        progress(1.0)
    return raw


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
    data = read_check_ins(check_ins, find_model(model), person, time, time_unit)
    return data.run(_core.log_likelihood, thread_count(threads), same_time)


@overload
def filter(  # noqa: A001
    check_ins: Arrays, model: ModelOrName, **how: Unpack[Watched]
) -> AnswerArrays: ...
@overload
def filter(  # noqa: A001
    check_ins: Frame, model: ModelOrName, **how: Unpack[Watched]
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
    data = read_check_ins(check_ins, find_model(model), person, time, time_unit)
    stages, step = data.run(_core.filter, thread_count(threads), same_time, progress)
    if progress is not None:
        progress(1.0)
    # Views, as a copy would take as long as the filter.
    made: dict[str, Made] = {
        f"stage_{stage}": stages[:, k] for k, stage in enumerate(data.model.stages)
    }
    return data.answer(made | {"log_likelihood": step})


@overload
def forecast(
    check_ins: Arrays,
    model: ModelOrName,
    *,
    item: str,
    days: float,
    plan: Any = None,
    **how: Unpack[Reading],
) -> AnswerArrays: ...
@overload
def forecast(
    check_ins: Frame,
    model: ModelOrName,
    *,
    item: str,
    days: float,
    plan: Any = None,
    **how: Unpack[Reading],
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
    plan: Any = None,
) -> Any:
    """Return what each person is expected to answer some days after the last check-in.

    One row a person: person, and the probability of each level of the item (`level_0`,
    `level_1`, ..., and `level_missing` where missing is a level), or the `mean` of a
    count or a measurement. The other arguments, a plan among them, are those of `score`.
    """
    data = read_check_ins(check_ins, find_model(model), person, time, time_unit)
    told = read_plan(plan, data, time_unit)
    expected = data.run(
        _core.forecast, item, days, thread_count(threads), same_time, told
    )
    _, first = np.unique(data.columns["person"], return_index=True)
    made = by_column(expected, forecast_names(data.model, item))
    return data.table.answer([person], data.rows(first), made)
