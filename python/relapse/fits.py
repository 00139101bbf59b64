"""Fitting a model to a data set."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse.check_ins import read_check_ins
from relapse.errors import InvalidInput
from relapse.scores import (
    Frame,
    ModelOrName,
    Places,
    SameTime,
    find_model,
    thread_count,
)

FitProgress: TypeAlias = Callable[[int, float], "bool | None"]
Covariance: TypeAlias = Literal["none", "hessian", "outer_product", "sandwich"]
_CONSTRAINTS = ("fixed", "equal", "not_negative", "not_positive", "keep_sign")


@dataclass(frozen=True)
class LikelihoodRatio:
    """A likelihood-ratio test of a model against one with more free numbers."""

    statistic: float
    degrees: int
    p_value: float


@dataclass(frozen=True)
class FitResult:
    """What a fit found.

    One number that is several (a constraint) is found by the name of each. The numbers
    stand on scales without bounds: logs of rates (with a cap: log odds
    against it), counts, dispersions and standard deviations, log odds of probabilities,
    effects, loadings and means as they are. `log_score` is that of the outcome, the sum
    of the logs of what was foretold; 0 without one.
    """

    model: _core.Model
    status: str
    message: str
    log_likelihood: float
    log_score: float
    log_prior: float
    aic: float
    bic: float
    names: list[str]
    estimates: npt.NDArray[np.float64]
    standard_errors: npt.NDArray[np.float64]
    covariance: npt.NDArray[np.float64] | None
    start_log_likelihoods: npt.NDArray[np.float64]
    evaluations: int
    persons: int
    check_ins: int
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = {name: k for k, name in enumerate(self.names)}
        for k, name in enumerate(self.names):
            index |= dict.fromkeys(name.split(" = "), k)
        object.__setattr__(self, "_index", index)

    def __getitem__(self, name: str) -> float:
        """Return the estimate of this name."""
        return float(self.estimates[self._index[name]])

    def standard_error(self, name: str) -> float:
        """Return the standard error of this name; NaN where the data do not tell."""
        return float(self._errors()[self._index[name]])

    def intervals(self, level: float = 0.95) -> npt.NDArray[np.float64]:
        """Return a lower and an upper bound for each number, by its standard error."""
        if not 0.0 < level < 1.0:
            raise InvalidInput("level: must be between 0 and 1")
        reach = NormalDist().inv_cdf(0.5 + level / 2.0) * self._errors()
        return np.stack([self.estimates - reach, self.estimates + reach], axis=1)

    def likelihood_ratio(self, smaller: FitResult) -> LikelihoodRatio:
        """Test a fit of the same check-ins that left fewer numbers free."""
        if smaller.check_ins != self.check_ins or smaller.persons != self.persons:
            raise InvalidInput("smaller: is a fit of other check-ins")
        degrees = len(self.names) - len(smaller.names)
        if degrees < 1:
            raise InvalidInput("smaller: has as many free numbers, but must have fewer")
        statistic = max(0.0, 2.0 * (self.log_likelihood - smaller.log_likelihood))
        p_value = _chi_square_tail(statistic, degrees)
        return LikelihoodRatio(statistic, degrees, p_value)

    def to_dict(self) -> dict[str, npt.NDArray[Any]]:
        """Return a table of arrays: name, estimate, standard error, 95 % interval."""
        intervals = self.intervals()
        return {
            "name": np.array(self.names, dtype=object),
            "estimate": self.estimates,
            "standard_error": self._errors(),
            "low": intervals[:, 0],
            "high": intervals[:, 1],
        }

    def summary(self) -> str:
        """Return the fit as a text to read."""
        width = max([len(name) for name in self.names], default=4)
        lines = [
            f"{self.message}",
            f"log-likelihood {self.log_likelihood:.4f}, AIC {self.aic:.2f}, "
            f"BIC {self.bic:.2f}; {len(self.names)} numbers, {self.persons} persons, "
            f"{self.check_ins} check-ins, {self.evaluations} evaluations",
            "",
            f"{'name':<{width}}  {'estimate':>10}  {'std. error':>10}  "
            f"{'95 % interval':>22}",
        ]
        for name, value, error, (low, high) in zip(
            self.names, self.estimates, self._errors(), self.intervals(), strict=True
        ):
            known = not math.isnan(error)
            interval = f"{low:10.4f}, {high:10.4f}" if known else "not told by the data"
            shown = f"{error:10.4f}" if known else f"{'-':>10}"
            lines.append(f"{name:<{width}}  {value:10.4f}  {shown}  {interval:>22}")
        return "\n".join(lines)

    def _errors(self) -> npt.NDArray[np.float64]:
        if self.standard_errors.size:
            return self.standard_errors
        return np.full(len(self.names), np.nan)


def _chi_square_tail(statistic: float, degrees: int) -> float:
    """Return P(X > statistic), by the recurrence of the incomplete gamma function.

    Source: DLMF 8.8.2.
    """
    x = statistic / 2.0
    if x == 0.0:
        return 1.0
    odd = degrees % 2 == 1
    tail = math.erfc(math.sqrt(x)) if odd else math.exp(-x)
    a = 0.5 if odd else 1.0
    while a < degrees / 2.0:
        tail += math.exp(a * math.log(x) - x - math.lgamma(a + 1.0))
        a += 1.0
    return min(1.0, tail)


def fit(
    check_ins: Frame | Mapping[str, Any],
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    free: Sequence[str] = ("*",),
    objective: Literal["likelihood", "outcome"] = "likelihood",
    outcome: str | None = None,
    prior: float | None = None,
    constraints: Mapping[str, Any] | None = None,
    start: Literal["document", "data"] = "document",
    starts: int = 10,
    seed: int = 1,
    covariance: Covariance | None = None,
    max_iterations: int = 500,
    max_seconds: float | None = None,
    threads: int | None = None,
    same_time: SameTime = "refuse",
    progress: FitProgress | None = None,
) -> FitResult:
    """Fit the numbers of a model to check-ins: maximum likelihood, or with a prior.

    Expectation-maximisation finds a good region, a quasi-Newton search with the exact
    gradient the maximum. The same seed gives the same result with any number of threads.

    Parameters
    ----------
    check_ins, person, time, same_time
        As for `score`.
    model
        A model, or the name of one that comes with the library. Its structure stays:
        stages, transitions, items, determinants; probabilities of 0 and 1.
    free
        Names of the numbers that may move: `rate:<from>><to>`,
        `effect:<from>><to>:<determinant>`, `loading:toward_use`, `loading:recovery`,
        `initial:<stage>`, `start:<stage>`, `prior:<determinant>`,
        `start_effect:<stage>:<determinant>`, `given:<item>:<stage>` and below it a level,
        `mean`, `sd` or `dispersion`. A name may stop at a colon and hold `*`.
    objective, outcome
        "likelihood" is best for long horizons. "outcome" goes on from there to the best
        log score of the next answer to the sign `outcome`, given that there is one: the
        sum over check-ins, each person's first left out, of the log of the probability
        foretold from all that came before.
    prior
        Strength of a normal prior around the numbers of the model, 1 / variance on the
        scale of the estimates; None: maximum likelihood.
    constraints
        `fixed` (names), `equal` (lists of names that are one number), `not_negative`,
        `not_positive` (names), `keep_sign` (names of numbers that stay on the side of 0
        where the model has them, and 0 where they are 0). `{"keep_sign": ["effect"]}`
        keeps each determinant acting one way: what raises the risk cannot come out as
        lowering it. `Model.premise_breaches()` then says whether the risk is monotone.
    start
        "document" begins at the numbers of the model, "data" at numbers found from the
        answers alone.
    starts, seed
        How many starts, and the seed of their scatter. The three best go on to the end.
    covariance
        "hessian" (observed information; the default), "outer_product" (of the persons'
        scores), "sandwich" (of both, for a model that is not quite right; the default,
        and the only one, with an outcome) or "none".
    max_iterations, max_seconds
        Limits; the status then says so, and the best that was seen is returned.
    threads
        None: as many as the machine has.
    progress
        Called a few times a second with the number of evaluations and the best
        log-likelihood so far; False stops.

    Returns
    -------
    FitResult
        Its `status` is converged, iteration_limit, time_limit, end_of_range (a number ran
        as far as the search looks, 30 on a log scale; the message names it), stopped or
        impossible; its `message` says in words what was found and names what the data do
        not tell.

    """
    model = find_model(model)
    if objective not in ("likelihood", "outcome"):
        raise InvalidInput(
            f"objective: {objective!r} must be one of: likelihood, outcome"
        )
    if (objective == "outcome") != (outcome is not None):
        raise InvalidInput(
            "outcome: must be given with objective='outcome', and only then"
        )
    settings = _settings(free, constraints, prior, threads, same_time) | {
        "outcome": outcome or "",
        "start": start,
        "starts": starts,
        "seed": seed,
        "covariance": covariance,
        "max_iterations": max_iterations,
        "max_seconds": 0.0 if max_seconds is None else float(max_seconds),
    }
    data = read_check_ins(check_ins, model, person, time)
    data.raise_refused()
    with Places(data):
        found = _core.fit(model, data.columns, settings, progress)
    return FitResult(**found)


def profile(
    check_ins: Frame | Mapping[str, Any],
    model: ModelOrName,
    parameter: str,
    values: Sequence[float],
    *,
    person: str = "person",
    time: str = "time",
    free: Sequence[str] = ("*",),
    prior: float | None = None,
    constraints: Mapping[str, Any] | None = None,
    max_iterations: int = 500,
    threads: int | None = None,
    same_time: SameTime = "refuse",
    progress: FitProgress | None = None,
) -> dict[str, npt.NDArray[Any]]:
    """Return the log-likelihood that is left when one number is held.

    At each of the values in turn the other free numbers are fitted, each fit from where
    the one before ended, so begin with a fitted model. The propensity has unit variance:
    its loadings are the standard deviations whose profile says whether persons differ.

    Parameters
    ----------
    parameter, values
        Name of the number, and where to hold it: on the scale of `FitResult.estimates`.
    check_ins, model, person, time, free, prior, constraints, threads, same_time, progress
        As for `fit`.
    max_iterations
        Limit of each fit.

    Returns
    -------
    dict
        Arrays `value`, `log_likelihood` and `status`, one entry a value.

    """
    model = find_model(model)
    settings = _settings(free, constraints, prior, threads, same_time) | {
        "outcome": "",
        "start": "document",
        "starts": 1,
        "seed": 1,
        "covariance": "none",
        "max_iterations": max_iterations,
        "max_seconds": 0.0,
    }
    data = read_check_ins(check_ins, model, person, time)
    data.raise_refused()
    held = np.asarray(values, dtype=np.float64)
    with Places(data):
        heights, status = _core.profile(
            model, data.columns, parameter, held.tolist(), settings, progress
        )
    return {
        "value": held,
        "log_likelihood": heights,
        "status": np.array(status, dtype=object),
    }


def _settings(
    free: Sequence[str],
    constraints: Mapping[str, Any] | None,
    prior: float | None,
    threads: int | None,
    same_time: SameTime,
) -> dict[str, Any]:
    """Return what every fit is told, checked."""
    given = dict(constraints or {})
    unknown = given.keys() - set(_CONSTRAINTS)
    if unknown:
        raise InvalidInput(
            f"constraints: {sorted(unknown)[0]!r} must be one of: "
            + ", ".join(_CONSTRAINTS)
        )
    if isinstance(free, str):
        raise InvalidInput("free: must be a list of names")
    return {
        "free": list(free),
        "constraints": {
            "fixed": list(given.get("fixed", ())),
            "equal": [list(names) for names in given.get("equal", ())],
            "not_negative": list(given.get("not_negative", ())),
            "not_positive": list(given.get("not_positive", ())),
            "keep_sign": list(given.get("keep_sign", ())),
        },
        "prior_strength": 0.0 if prior is None else float(prior),
        "threads": thread_count(threads),
        "same_time": same_time,
    }
