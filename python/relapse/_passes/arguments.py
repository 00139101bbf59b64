"""What users say to every pass over check-ins, and what it is checked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict, TypeVar

import narwhals.stable.v2.typing as nwt
import numpy.typing as npt

from relapse import _core
from relapse._errors import other_type
from relapse._reading.settings import whole_number
from relapse._reading.times import TimeUnit

#: A data frame of any library that narwhals knows, or a query of DuckDB or polars.
Frame = TypeVar("Frame", bound=nwt.IntoFrame)
#: A dict of arrays.
Arrays: TypeAlias = "Mapping[str, Any]"
AnswerArrays: TypeAlias = "dict[str, npt.NDArray[Any]]"

ModelOrName: TypeAlias = "_core.Model | str"
OnError: TypeAlias = Literal["raise", "collect"]
SameTime: TypeAlias = Literal["refuse", "in_order"]
Progress: TypeAlias = Callable[[float], "bool | None"]


class Reading(TypedDict, total=False):
    """How a table is read, and by how many threads it is gone over."""

    person: str
    time: str
    time_unit: TimeUnit
    threads: int | None
    same_time: SameTime


class Watched(Reading, total=False):
    """The same of a pass that tells how far it is."""

    progress: Progress | None


class Raising(Watched, total=False):
    """The same where the first row that is refused is raised."""

    on_error: Literal["raise"]


class Explaining(Raising, total=False):
    """The same where outcomes are explained."""

    outcomes: Sequence[str | Mapping[str, Any]] | None


class Scoring(Raising, total=False):
    """The same where outcomes are foretold as well, under a plan."""

    outcomes: Sequence[str | Mapping[str, Any]] | None
    plan: Any


class Collecting(Watched):
    """The same where all of them are answered as a second table."""

    on_error: Literal["collect"]


class ExplainingCollecting(Collecting, total=False):
    """The same where outcomes are explained."""

    outcomes: Sequence[str | Mapping[str, Any]] | None


class ScoringCollecting(Collecting, total=False):
    """The same where outcomes are foretold as well, under a plan."""

    outcomes: Sequence[str | Mapping[str, Any]] | None
    plan: Any


def find_model(model: ModelOrName) -> _core.Model:
    """Return a model, or the one of this name."""
    if isinstance(model, _core.Model):
        return model
    if isinstance(model, str):
        return _core.Model.named(model)
    raise other_type("model", model, "a Model or a name", "of type")


def thread_count(threads: int | None) -> int:
    """Return a number of threads as the library takes it: 0 is as many as there are."""
    if threads is None:
        return 0
    return whole_number("threads", threads, 1)
