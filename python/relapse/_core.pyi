"""The C++ library, as the package sees it."""

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any, TypedDict, final

import numpy as np
from numpy.typing import NDArray

__version__: str
missing_reasons: list[str]
levels: list[str]
built_in_flags: list[str]
lost_tolerance_notice: str
fallback_resource: str

@final
class Model:
    """A checked model document. Immutable; threads may share it."""

    @staticmethod
    def standard() -> Model: ...
    @staticmethod
    def named(name: str) -> Model: ...
    @staticmethod
    def load(path: str | PathLike[str]) -> Model: ...
    @staticmethod
    def from_json(text: str) -> Model: ...
    @staticmethod
    def from_dict(document: dict[str, Any]) -> Model: ...
    def save(self, path: str | PathLike[str]) -> None: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def content_hash(self) -> str: ...
    @property
    def stages(self) -> list[str]: ...
    @property
    def items(self) -> list[str]: ...
    @property
    def determinants(self) -> list[str]: ...
    @property
    def actions(self) -> list[str]: ...
    @property
    def horizons(self) -> list[float]: ...
    @property
    def flags(self) -> list[str]: ...
    @property
    def labels(self) -> dict[str, dict[str, float]]: ...
    def transition_matrix(
        self, days: float, answers: Mapping[str, Any] = ..., propensity: float = 0.0
    ) -> NDArray[np.float64]: ...
    def passage_probability(
        self,
        *,
        to: Sequence[str],
        days: float,
        answers: Mapping[str, Any] = ...,
        propensity: float = 0.0,
    ) -> NDArray[np.float64]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Model: ...
    def __deepcopy__(self, memo: dict[int, Any], /) -> Model: ...

@final
class Trigger:
    @property
    def situation(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def primary(self) -> bool: ...

@final
class PersonalSign:
    @property
    def stage(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def item(self) -> str: ...

@final
class Strategy:
    @property
    def action(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def situations(self) -> list[str]: ...
    @property
    def available(self) -> bool: ...

@final
class Contact:
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def consent(self) -> list[str]: ...

@final
class ContactRule:
    @property
    def contact(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def days(self) -> int: ...
    @property
    def of_days(self) -> int: ...
    @property
    def self_nudge_first(self) -> bool: ...
    @property
    def cool_down_days(self) -> float: ...
    @property
    def quiet_from(self) -> str: ...
    @property
    def quiet_to(self) -> str: ...

@final
class Plan:
    """A person's own relapse prevention plan."""

    def __init__(self) -> None: ...
    @staticmethod
    def load(path: str | PathLike[str]) -> Plan: ...
    @staticmethod
    def from_json(text: str) -> Plan: ...
    @staticmethod
    def from_dict(document: dict[str, Any]) -> Plan: ...
    def save(self, path: str | PathLike[str]) -> None: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    @property
    def person(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def created(self) -> str | float | None: ...
    @property
    def review(self) -> str | float | None: ...
    @property
    def triggers(self) -> list[Trigger]: ...
    @property
    def signs(self) -> list[PersonalSign]: ...
    @property
    def strategies(self) -> list[Strategy]: ...
    @property
    def contacts(self) -> list[Contact]: ...
    @property
    def contact_rules(self) -> list[ContactRule]: ...
    @property
    def reasons(self) -> list[str]: ...
    @property
    def crisis_steps(self) -> list[str]: ...
    @property
    def history(self) -> list[Plan]: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__ = None  # type: ignore[assignment]

@final
class Suggestion:
    """One proposal, with the reason."""

    @property
    def action(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def change(self) -> float: ...
    @property
    def level_change(self) -> float: ...
    @property
    def acts_on(self) -> list[str]: ...
    @property
    def from_plan(self) -> bool: ...
    @property
    def source(self) -> str: ...

@final
class Driver:
    """One reason for the change of the risk."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def contribution(self) -> float: ...

@final
class Assessment:
    """What one check-in leads to."""

    @property
    def time(self) -> float: ...
    @property
    def level(self) -> str: ...
    @property
    def numeric_level(self) -> str: ...
    @property
    def level_risk(self) -> float: ...
    @property
    def stage(self) -> str: ...
    @property
    def stages(self) -> dict[str, float]: ...
    @property
    def risk(self) -> dict[float, float]: ...
    @property
    def risk_interval(self) -> dict[float, tuple[float, float]]: ...
    @property
    def new_lapse(self) -> dict[float, float | None]: ...
    @property
    def relapse(self) -> dict[float, float | None]: ...
    @property
    def propensity(self) -> float: ...
    @property
    def log_likelihood(self) -> float: ...
    @property
    def drivers(self) -> list[Driver]: ...
    @property
    def flags(self) -> list[str]: ...
    @property
    def lost_tolerance_notice(self) -> bool: ...
    @property
    def missing(self) -> dict[str, str]: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...

@final
class Stream:
    def __init__(self, model: Model, threads: int, same_time: str) -> None: ...
    def score(self, columns: dict[str, Any], keys: NDArray[np.int64]) -> RawScores: ...
    def keep_only(self, key: int) -> None: ...
    @property
    def kept(self) -> int: ...

@final
class Monitor:
    def __init__(
        self,
        model: Model,
        drivers: bool,
        days_since_use: float | None,
        days_in_recovery: float | None,
    ) -> None: ...
    @staticmethod
    def restore(model: Model, snapshot: bytes, drivers: bool) -> Monitor: ...
    def snapshot(self) -> bytes: ...
    def update(
        self,
        time: float,
        answers: dict[str, Any],
        missing: dict[str, str],
        known_stage: list[str],
        entered: bool,
        used_days_ago: float | None,
        abstinent_since_last: bool,
        acknowledge: list[str],
        person: str,
    ) -> Assessment: ...
    def at(self, time: float) -> Assessment: ...
    def acknowledge(self, flag: str, time: float) -> None: ...
    def follow_up(self, plan: Plan, action: str, helped: float) -> None: ...
    def suggest(
        self,
        plan: Plan,
        count: int,
        minutes: float,
        horizon_days: float,
        contact_available: bool,
    ) -> list[Suggestion]: ...
    def forecast(self, item: str, days: float) -> list[float]: ...
    def run_probability(
        self,
        item: str,
        outcome: list[float | str | None],
        run: int,
        weeks: int,
        already: int,
    ) -> float: ...

class RawDrivers(TypedDict):
    row: NDArray[np.int64]
    kind: NDArray[np.int8]
    id: NDArray[np.int32]
    contribution: NDArray[np.float64]
    kinds: list[str]
    ids: list[str]

class RawScores(TypedDict):
    stages: NDArray[np.float64]
    risk: NDArray[np.float64]
    risk_low: NDArray[np.float64]
    risk_high: NDArray[np.float64]
    new_lapse: NDArray[np.float64]
    relapse: NDArray[np.float64]
    propensity: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]
    stage: NDArray[np.int8]
    level: NDArray[np.int8]
    flags: NDArray[np.uint64]
    errors: list[tuple[int, str, str]]
    drivers: RawDrivers

class RawSmoothed(TypedDict):
    stages: NDArray[np.float64]
    days: NDArray[np.float64]
    jumps: NDArray[np.float64]
    propensity: NDArray[np.float64]

class RawDecoded(TypedDict):
    stage: NDArray[np.int8]
    propensity: NDArray[np.float64]
    log_probability: NDArray[np.float64]

class RawFit(TypedDict):
    model: Model
    status: str
    message: str
    log_likelihood: float
    log_score: float
    log_prior: float
    aic: float
    bic: float
    names: list[str]
    estimates: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    covariance: NDArray[np.float64] | None
    start_log_likelihoods: NDArray[np.float64]
    evaluations: int
    persons: int
    check_ins: int

class RawSimulation(TypedDict):
    person: NDArray[np.int32]
    time: NDArray[np.float64]
    answers: dict[str, NDArray[np.float64]]
    reasons: dict[str, NDArray[np.uint8]]
    stage: NDArray[np.int8]
    used: NDArray[np.uint8]
    first_use: NDArray[np.float64]
    propensity: NDArray[np.float64]

def score(
    model: Model,
    columns: dict[str, Any],
    drivers: bool,
    threads: int,
    same_time: str,
    progress: Callable[[float], bool | None] | None,
) -> RawScores: ...
def filter(  # noqa: A001
    model: Model,
    columns: dict[str, Any],
    threads: int,
    same_time: str,
    progress: Callable[[float], bool | None] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
def smooth(
    model: Model,
    columns: dict[str, Any],
    threads: int,
    same_time: str,
    progress: Callable[[float], bool | None] | None,
) -> RawSmoothed: ...
def decode(
    model: Model,
    columns: dict[str, Any],
    threads: int,
    same_time: str,
    progress: Callable[[float], bool | None] | None,
) -> RawDecoded: ...
def fit(
    model: Model,
    columns: dict[str, Any],
    settings: dict[str, Any],
    progress: Callable[[int, float], bool | None] | None,
) -> RawFit: ...
def number_rising(
    values: NDArray[np.int64] | NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int64]] | None: ...
def log_likelihood(
    model: Model, columns: dict[str, Any], threads: int, same_time: str
) -> float: ...
def forecast(
    model: Model,
    columns: dict[str, Any],
    item: str,
    days: float,
    threads: int,
    same_time: str,
) -> NDArray[np.float64]: ...
def simulate(
    model: Model,
    persons: int,
    days: float,
    every: float,
    jitter: float,
    answered: float,
    missed: float,
    start: str,
    seed: int,
    days_since_use: float | None,
    days_in_recovery: float | None,
) -> RawSimulation: ...
def parse_timestamps(
    texts: list[str | None],
) -> tuple[NDArray[np.float64], list[tuple[int, str]]]: ...
