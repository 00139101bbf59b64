"""Fitting a model to a data set."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from statistics import NormalDist
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._errors import InvalidInput, warn
from relapse._passes.arguments import (
    Arrays,
    Frame,
    ModelOrName,
    SameTime,
    find_model,
    thread_count,
)
from relapse._passes.natural_units import in_natural_units
from relapse._passes.nesting import require_part
from relapse._passes.told import require_answers, require_sign, without_use
from relapse._reading.check_ins import CheckIns, read_check_ins
from relapse._reading.settings import LARGEST_SEED, real_number, whole_number
from relapse._reading.tables import FrameName, make_table
from relapse._reading.times import TimeUnit
from relapse._shown import Shown

FitProgress: TypeAlias = Callable[[int, float], "bool | None"]
#: Of a normal prior: a strength, strengths by name, by what the data can tell, or none.
Prior: TypeAlias = "float | Mapping[str, float] | Literal['auto'] | None"
Covariance: TypeAlias = Literal["none", "hessian", "outer_product", "sandwich"]
#: Of a log-likelihood: two ways to one maximum differ by no more.
_ROUNDING = 1e-7
_STOPPED = ("iteration_limit", "time_limit", "stopped", "interrupted")
#: What is sought by its log or log odds, of which a sign says nothing.
_WITHOUT_SIGN = {
    "rate": "rate",
    "half_life": "half-life",
    "persistence": "share",
    "initial": "probability",
}
_CONSTRAINTS = ("fixed", "equal", "not_negative", "not_positive", "keep_sign")


@dataclass(frozen=True)
class LikelihoodRatio:
    """A likelihood-ratio test of a model against one with more free numbers."""

    statistic: float
    degrees: int
    p_value: float


@dataclass(frozen=True, repr=False)
class FitResult(Shown):
    """What a fit found.

    `estimates` and `standard_errors` have an entry for each of `names` (no
    `standard_errors`, and `covariance` None, where none were asked for), `covariance` a
    row and a column, `start_log_likelihoods` an entry for each start. One number that is
    several (a constraint) is found by the name of each.

    The numbers stand on scales without bounds: logs of rates (with a cap: log odds
    against it), counts, dispersions and standard deviations, log odds of probabilities,
    effects (log hazard ratios), loadings and means as they are. `to_frame` has them in
    natural units beside. `log_score` is that of the outcome, the sum of the logs of what
    was foretold; 0 without one.
    """

    model: _core.Model
    status: str
    message: str
    log_likelihood: float
    log_score: float
    log_prior: float
    aic: float
    bic: float
    prior: float | None  #: strength of the prior of most numbers, None without one
    names: list[str]
    estimates: npt.NDArray[np.float64]
    standard_errors: npt.NDArray[np.float64]
    covariance: npt.NDArray[np.float64] | None
    start_log_likelihoods: npt.NDArray[np.float64]
    evaluations: int
    persons: int
    check_ins: int
    #: Hashes of all that was read, by column: persons, times, answers, what is known.
    data_hashes: dict[str, str] = field(repr=False)
    sorted_hashes: dict[str, str] = field(repr=False)
    #: The model that the fit began with, and what was maximised, for comparisons.
    begun_with: _core.Model = field(repr=False)
    objective: str = "likelihood"
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = {name: k for k, name in enumerate(self.names)}
        for k, name in enumerate(self.names):
            index |= dict.fromkeys(name.split(" = "), k)
        object.__setattr__(self, "_index", index)

    def __repr__(self) -> str:
        return (
            f"FitResult({self.status}, log-likelihood {self.log_likelihood:.4f}, "
            f"{len(self.names)} numbers, {self.persons} persons)"
        )

    def __getitem__(self, name: str) -> float:
        """Return the estimate of this name, on the scale of `estimates`."""
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
        """Test a fit of the same check-ins that left fewer numbers free.

        Raises InvalidInput where the test has no meaning: fits of other check-ins, of
        something else than the likelihood alone, of models of which the smaller is no
        part of the larger as far as can be seen (what the larger holds the smaller must
        hold at the same numbers), and fits that are not at their maximum: that stopped
        short, or a larger one that ended below the smaller.
        """
        self._require_same_data(smaller)
        for which, result in (("this fit", self), ("smaller", smaller)):
            more = math.isnan(result.aic) and result.status not in _STOPPED
            if result.objective != "likelihood" or result.prior is not None or more:
                raise InvalidInput(
                    f"{which}: maximises more than the likelihood, but must have neither "
                    "a prior nor an outcome"
                )
            if result.status == "impossible":
                raise InvalidInput(f"{which}: found no numbers")
        if smaller.status in _STOPPED:
            raise InvalidInput(
                f"smaller: is not at its maximum (its status is {smaller.status}), so "
                "that any larger fit would look better"
            )
        degrees = len(self.names) - len(smaller.names)
        if degrees < 1:
            raise InvalidInput("smaller: has as many free numbers, but must have fewer")
        require_part(
            self.model.to_dict(), self.names, smaller.model.to_dict(), smaller.names
        )
        statistic = 2.0 * (self.log_likelihood - smaller.log_likelihood)
        if statistic < -_ROUNDING * max(1.0, abs(self.log_likelihood)):
            raise InvalidInput(
                f"this fit: ended {-statistic / 2.0:.4g} below the smaller one, but must "
                f"be at its maximum (its status is {self.status}); begin it at the "
                "numbers of the smaller model, or with more starts"
            )
        if self.status in _STOPPED:
            raise InvalidInput(
                f"this fit: is not at its maximum (its status is {self.status}), so that "
                "the test would find less than there is"
            )
        statistic = max(0.0, statistic)
        p_value = _chi_square_tail(statistic, degrees)
        return LikelihoodRatio(statistic, degrees, p_value)

    def _require_same_data(self, smaller: FitResult) -> None:
        """Refuse fits of other data; determinants alone may have been read by one.

        The same rows in another order are the same data, and so are other names.
        """
        alone = {
            one["id"]
            for result in (self, smaller)
            for one in result.begun_with.to_dict()["items"]
            if one["role"] == "determinant" and "given" not in one
        }
        as_read = _are_same(self.data_hashes, smaller.data_hashes, alone)
        if not as_read and not _are_same(
            self.sorted_hashes, smaller.sorted_hashes, alone
        ):
            raise InvalidInput("smaller: is a fit of other check-ins")

    def to_dict(self) -> dict[str, npt.NDArray[Any]]:
        """Return a table of arrays, an entry for each number.

        `name`; `estimate`, `standard_error` and a 95 % interval (`low`, `high`) on the
        scale of `estimates`; in natural units `value`, with its interval (`value_low`,
        `value_high`), and `unit`, what that is: a rate per day, a hazard ratio (per unit
        of the determinant, or from end to end of its `scale`), a probability, ...
        """
        low, high = self.intervals().T
        natural = in_natural_units(
            self.names, self.model.to_dict(), self.estimates, low, high
        )
        return {
            "name": np.array(self.names, dtype=object),
            "estimate": self.estimates,
            "standard_error": self._errors(),
            "low": low,
            "high": high,
            **natural,
        }

    def to_frame(self, frame: FrameName | None = None) -> Any:
        """Return the table of `to_dict` as a frame, a row for each number.

        `frame` is as for `read_check_ins`; None: pandas where it is installed.
        """
        table = self.to_dict()
        texts = {name: table[name].tolist() for name in ("name", "unit")}
        return make_table(table | texts, frame)

    def summary(self) -> str:
        """Return the fit as a text to read."""
        table = self.to_dict()
        width = max([len(name) for name in self.names], default=4)
        criteria = f"AIC {self.aic:.2f}, BIC {self.bic:.2f}"
        if math.isnan(self.aic):
            criteria = "no AIC or BIC, which are of the likelihood alone, at its maximum"
        lines = [
            f"{self.message}",
            f"log-likelihood {self.log_likelihood:.4f}, {criteria}; {len(self.names)} "
            f"numbers, {self.persons} persons, {self.check_ins} check-ins, "
            f"{self.evaluations} evaluations",
            "",
            "estimates stand on scales of logs and log odds; value, with its 95 % "
            "interval, is what is named behind it",
            f"{'name':<{width}}  {'estimate':>10}  {'std. error':>10}  {'value':>10}  "
            f"{'95 % interval':>22}",
        ]
        for name, estimate, error, _, _, value, low, high, unit in zip(
            *table.values(), strict=True
        ):
            known = not math.isnan(error)
            interval = f"{low:10.4g}, {high:10.4g}" if known else "not told by the data"
            shown = f"{error:10.4f}" if known else f"{'-':>10}"
            lines.append(
                f"{name:<{width}}  {estimate:10.4f}  {shown}  {value:10.4g}  "
                f"{interval:>22}  {unit}"
            )
        return "\n".join(lines)

    def _errors(self) -> npt.NDArray[np.float64]:
        if self.standard_errors.size:
            return self.standard_errors
        return np.full(len(self.names), np.nan)


def _are_same(
    mine: Mapping[str, str], theirs: Mapping[str, str], alone: Container[str]
) -> bool:
    """Whether two fits read the same, but for items that one of them may have read."""
    differ = [n for n in mine.keys() | theirs.keys() if mine.get(n) != theirs.get(n)]
    return all(
        (name not in mine or name not in theirs) and name.partition("/")[2] in alone
        for name in differ
    )


def _sorted_hashes(data: CheckIns) -> dict[str, str]:
    """Return hashes of what was read, by the names of persons and time: the same for the
    same rows in any order.
    """
    codes, first = np.unique(data.columns["person"], return_index=True)
    names = [(str(type(name)), str(name)) for name in data.names(first)]
    rank = np.empty(int(codes.max()) + 1, dtype=np.int32)
    rank[codes[sorted(range(len(names)), key=names.__getitem__)]] = np.arange(len(names))
    person = rank[data.columns["person"]]
    order = np.lexsort((data.columns["time"], person))
    return _hashes_of({**data.columns, "person": person}, order)


def _hashes_of(
    columns: Mapping[str, Any], order: Any = slice(None), within: str = ""
) -> dict[str, str]:
    """Return hashes of what was read, the same for the same answers in the same rows."""
    hashes: dict[str, str] = {}
    for name, values in columns.items():
        if isinstance(values, Mapping):
            hashes |= _hashes_of(values, order, f"{name}/")
        elif isinstance(values, np.ndarray):
            plain = np.ascontiguousarray(values[order])
            hashes[within + name] = hashlib.sha256(
                f"{plain.dtype}{plain.shape}".encode() + plain.tobytes()
            ).hexdigest()
    return hashes


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
    check_ins: Frame | Arrays,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    free: Sequence[str] = ("*",),
    objective: Literal["likelihood", "outcome"] = "likelihood",
    outcome: str | None = None,
    likelihood_weight: float = 0.0,
    prior: Prior = "auto",
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
    quantise: Mapping[str, float] | None = None,
) -> FitResult:
    """Fit the numbers of a model to check-ins: maximum likelihood, or with a prior.

    Expectation-maximisation finds a good region, a quasi-Newton search with the exact
    gradient the maximum. The same seed gives the same result with any number of threads.

    Parameters
    ----------
    check_ins, person, time, time_unit, same_time
        As for `score`.
    model
        A model, or the name of one that comes with the library. Its structure stays:
        stages, transitions, items, determinants; probabilities of 0 and 1, and with them
        a persistence with a share of 0 and a habit of weight 0: begin above it.
    free
        Names of the numbers that may move: `rate:<from>><to>`,
        `effect:<from>><to>:<determinant>`, `loading:toward_use`, `loading:recovery`,
        `initial:<stage>`, `start:<stage>`, `prior:<determinant>`,
        `start_effect:<stage>:<determinant>`, `given:<item>:<stage>` and below it a level,
        `mean`, `sd` or `dispersion`; `persistence:<item>` and `half_life:<item>`, below
        them a level where each has its own, `habit:<item>`, and of a habit of several
        items `habit:<id>:<item>`. A name may stop at a colon and hold `*`.
    objective, outcome
        "likelihood" is best for long horizons. "outcome" goes on from there to the best
        log score of the next answer to the sign `outcome`, given that there is one: the
        sum over check-ins, each person's first left out, of the log of the probability
        foretold from all that came before.
    likelihood_weight
        Of the log-likelihood beside that log score, 0 or more, with an outcome only. With
        0.1 the numbers that the outcome says little about stay near the likelihood's.
    prior
        Strength of a normal prior around the numbers of the model, 1 / variance on the
        scale of the estimates; None: maximum likelihood. So that no unit moves it, the
        mean of a measurement is counted in standard deviations (`sd` of the model), an
        effect between values of its determinant that are two standard deviations apart
        (1 of one that is 0 or 1). A dict gives strengths by name
        (``{"effect": 3, "*": 0.3}``; of several that mean one number the last counts,
        and what none means has no prior). "auto": a prior of strength 1 where there are
        more free numbers than persons and than the root of the check-ins, and with
        start="data" one of 0.1 around the numbers found there; else none. The result
        says which.
    constraints
        `fixed` (names), `equal` (lists of names that are one number), `not_negative`,
        `not_positive` (names; refused for what has no sign, such as rates), `keep_sign`
        (names of numbers that stay on the side of 0 where the model has them, and 0 where
        they are 0). `{"keep_sign": ["effect"]}`
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
    quantise
        Steps that answers to continuous determinants are rounded to, by item, in the
        units of the item: a fit costs by different values. The message says by how much
        answers were moved.

    Returns
    -------
    FitResult
        Its `model` says what was fitted to whom: another id and version, the status of
        calibration, the source of each number that was free.
        Its `status` is converged, iteration_limit, time_limit, end_of_range (a number ran
        as far as the search looks, 30 on a log scale, of an effect in the unit of
        `prior`; the message names it), stopped,
        interrupted (by Ctrl-C: what was found until then; KeyboardInterrupt is raised
        where that is nothing) or impossible; its `message` says in words what was found
        and names what the data do not tell.

    """
    model = find_model(model)
    if objective not in ("likelihood", "outcome"):
        raise InvalidInput("objective: must be one of: likelihood, outcome")
    if (objective == "outcome") != (outcome is not None):
        raise InvalidInput(
            "outcome: must be given with objective='outcome', and only then"
        )
    if outcome is not None:
        require_sign(model, outcome)
    settings = _settings(free, constraints, prior, threads, same_time) | {
        "outcome": outcome or "",
        "likelihood_weight": real_number("likelihood_weight", likelihood_weight),
        "start": start,
        "starts": whole_number("starts", starts, 1),
        "seed": whole_number("seed", seed, most=LARGEST_SEED),
        "covariance": covariance,
        "max_iterations": whole_number("max_iterations", max_iterations),
        "max_seconds": real_number(
            "max_seconds", 0.0 if max_seconds is None else max_seconds
        ),
    }
    data = read_check_ins(check_ins, model, person, time, time_unit)
    data.raise_refused()
    require_answers(data)
    moved = _quantise(data, quantise or {})
    hashes = _hashes_of(data.columns)
    told = "\n".join(f"{name} {hashes[name]}" for name in sorted(hashes))
    settings["data"] = "sha256 " + hashlib.sha256(told.encode()).hexdigest()[:16]
    found: dict[str, Any] = {**data.run(_core.fit, settings, progress)}
    found["message"] += moved
    if never := without_use(data):
        found["message"] += f"; {never}"
        warn(f"fit: {never}", UserWarning)
    return FitResult(
        **found,
        data_hashes=hashes,
        sorted_hashes=_sorted_hashes(data),
        begun_with=model,
        objective=objective,
    )


def _quantise(data: CheckIns, steps: Mapping[str, float]) -> str:
    """Round answers to steps; return by how much, in words."""
    items = {each["id"]: each for each in data.model.to_dict()["items"]}
    words = ""
    for item, step in steps.items():
        if items.get(item, {}).get("role") != "determinant":
            raise InvalidInput(f"quantise: {item!r} is no determinant item of the model")
        if not step > 0.0:
            raise InvalidInput(f"quantise: the step of {item!r} must be above 0")
        if item not in data.columns["answers"]:
            raise InvalidInput(f"quantise: these check-ins have no {item!r}")
        given = data.numbers(item)
        scale = items[item].get("scale", (-math.inf, math.inf))
        rounded = np.clip(np.round(given / step) * step, min(scale), max(scale))
        data.columns["answers"][item] = rounded
        data.columns.get("full", set()).discard(item)
        off = np.abs(rounded - given)[~np.isnan(given)]
        if len(off):
            words += (
                f"; {item} was rounded to steps of {step:g}: by {off.max():.3g} at most "
                f"and {off.mean():.3g} on average"
            )
    return words


def profile(
    check_ins: Frame | Arrays,
    model: ModelOrName,
    parameter: str,
    values: Sequence[float],
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    free: Sequence[str] = ("*",),
    prior: Prior = None,
    constraints: Mapping[str, Any] | None = None,
    max_iterations: int = 500,
    threads: int | None = None,
    same_time: SameTime = "refuse",
    progress: FitProgress | None = None,
) -> dict[str, npt.NDArray[Any]]:
    """Return the log-likelihood that is left when one number is fixed.

    At each of the values in turn the other free numbers are fitted, each fit from where
    the one before ended, so begin with a fitted model. The propensity has unit variance:
    its loadings are the standard deviations whose profile says whether persons differ.

    Parameters
    ----------
    parameter, values
        Name of the number, and where to fix it: on the scale of `FitResult.estimates`.
    check_ins, model, person, time, time_unit, free, prior, constraints, threads, \
    same_time, progress
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
        "start": "document",
        "starts": 1,
        "seed": 1,
        "covariance": "none",
        "max_iterations": whole_number("max_iterations", max_iterations),
        "max_seconds": 0.0,
    }
    data = read_check_ins(check_ins, model, person, time, time_unit)
    at = np.asarray(values, dtype=np.float64)
    heights, status = data.run(_core.profile, parameter, at.tolist(), settings, progress)
    return {
        "value": at,
        "log_likelihood": heights,
        "status": np.array(status, dtype=object),
    }


def _prior_settings(prior: Prior) -> dict[str, Any]:
    if isinstance(prior, str) and prior != "auto":
        raise InvalidInput("prior: must be a number, strengths by name, 'auto' or None")
    strengths = prior if isinstance(prior, Mapping) else {}
    is_number = not (prior is None or isinstance(prior, (str, Mapping)))
    return {
        "prior_strength": real_number("prior", prior) if is_number else 0.0,
        "prior_strengths": [
            (str(k), real_number("prior", v)) for k, v in strengths.items()
        ],
        "prior_where_few": prior == "auto",
    }


def _settings(
    free: Sequence[str],
    constraints: Mapping[str, Any] | None,
    prior: Prior,
    threads: int | None,
    same_time: SameTime,
) -> dict[str, Any]:
    """Return what every fit is told, checked."""
    given = dict(constraints or {})
    unknown = given.keys() - set(_CONSTRAINTS)
    if unknown:
        first = _core.unknown_name("constraint", sorted(unknown)[0], [*_CONSTRAINTS])
        raise InvalidInput(f"constraints: {first}")
    if isinstance(free, str):
        raise InvalidInput("free: must be a list of names")
    for bound in ("not_negative", "not_positive"):
        for name in given.get(bound, ()):
            kind = str(name).partition(":")[0]
            meant = [each for each in _WITHOUT_SIGN if fnmatchcase(each, kind)]
            if meant:
                raise InvalidInput(
                    f"constraints: {bound}: {name!r} means a {_WITHOUT_SIGN[meant[0]]}, "
                    "which is never below 0 and is sought on a scale of logs"
                )
    return {
        "free": list(free),
        "constraints": {kind: list(given.get(kind, ())) for kind in _CONSTRAINTS}
        | {"equal": [list(names) for names in given.get("equal", ())]},
        "data": "",
        "outcome": "",
        "likelihood_weight": 0.0,
        **_prior_settings(prior),
        "threads": thread_count(threads),
        "same_time": same_time,
    }
