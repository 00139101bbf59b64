"""What a set of predicted probabilities is worth, in figures.

Arrays have one entry a row: `outcome` 0 or 1, `predicted` probabilities, `weight` how
often the row counts (a person drawn twice by a bootstrap counts twice). A figure that
does not exist (an AUROC without both outcomes) is NaN. scikit-learn's functions where it
has them: `pip install relapse[evaluate]`.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from relapse._errors import InvalidInput
from relapse._odds import EDGE, expit, log_odds
from relapse._reading.columns import FloatArray, IntArray

_SETTLED = 1e-10
_MOST_STEPS = 100


def require_sklearn() -> None:
    """Raise InvalidInput, saying what to install, where scikit-learn is not there."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        raise InvalidInput(
            "evaluate: needs scikit-learn, which is not installed; "
            "pip install 'relapse[evaluate]' installs it"
        ) from None


class Ranked:
    """Rows in the order of what was predicted, sorted once for figures by many weights.

    A weight has an entry for each row as it was given. Rows of one prediction are one:
    its weight, and the share of it for which the outcome came.
    """

    def __init__(self, outcome: FloatArray, predicted: FloatArray) -> None:
        self._order = np.argsort(predicted, kind="stable")
        self._outcome = outcome[self._order]
        ordered = predicted[self._order]
        new = np.concatenate(([True], ordered[1:] != ordered[:-1]))
        self._starts = np.flatnonzero(new)
        self.predicted: FloatArray = ordered[self._starts]

    @cached_property
    def _odds(self) -> FloatArray:
        return log_odds(self.predicted)

    def weights(self, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the weight of each prediction, and of the rows for which it came."""
        ordered = weight[self._order]
        return (
            np.add.reduceat(ordered, self._starts),
            np.add.reduceat(ordered * self._outcome, self._starts),
        )

    def auroc(self, weight: FloatArray) -> float:
        """Return the AUROC, NaN without both outcomes (Mann-Whitney, ties one half)."""
        whole, came = self.weights(weight)
        return _auroc(came, whole - came)

    def overall(self, weight: FloatArray) -> dict[str, float]:
        """Return the figures of all rows together.

        auroc, average_precision, brier with its parts miscalibration - discrimination +
        uncertainty (Dimitriadis, Gneiting & Jordan 2021, PNAS 118:e2016191118: against
        the isotonic recalibration, so without bins), log_loss, calibration_slope (of the
        log odds in a logistic regression), calibration_intercept (that of slope 1, "in
        the large": Van Calster et al. 2016, J Clin Epidemiol 74:167).
        """
        whole, came = self.weights(weight)
        used = whole > 0
        whole, came = whole[used], came[used]
        predicted, odds, share = self.predicted[used], self._odds[used], came / whole
        base_rate = float(came.sum() / whole.sum())
        brier = _mean_square(share, predicted, whole)
        miscalibration, discrimination = _parts(share, whole, base_rate, brier)
        # These ask for no second kind: in a draw without an event they are there, and of
        # rare events the intervals would be of the other draws alone.
        found = dict.fromkeys(OVERALL, np.nan) | {
            "brier": brier,
            "miscalibration": miscalibration,
            "discrimination": discrimination,
            "uncertainty": base_rate * (1.0 - base_rate),
            "log_loss": _log_loss(share, predicted, whole),
        }
        if base_rate in (0.0, 1.0):
            return found
        return found | {
            "auroc": _auroc(came, whole - came),
            "average_precision": _average_precision(came, whole),
            "calibration_slope": _slope(share, odds, whole),
            "calibration_intercept": _intercept(share, odds, whole),
        }

    def by_bin(
        self, weight: FloatArray, edges: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return mean prediction, share of outcomes and weight of each bin."""
        whole, came = self.weights(weight)
        count = len(edges) + 1
        first = np.searchsorted(self.predicted, edges)
        sizes = np.diff(np.concatenate(([0], first, [len(self.predicted)])))
        place = np.repeat(np.arange(count), sizes)
        total, said, share = (
            np.bincount(place, weights=each, minlength=count).astype(np.float64)
            for each in (whole, whole * self.predicted, came)
        )
        empty = np.full(count, np.nan)
        return (
            np.divide(said, total, out=empty.copy(), where=total > 0),
            np.divide(share, total, out=empty.copy(), where=total > 0),
            total,
        )

    def expected_calibration_error(self, weight: FloatArray, edges: FloatArray) -> float:
        """Return the mean distance of prediction and share of outcomes over the bins."""
        mean, came, total = self.by_bin(weight, edges)
        full = total > 0
        return float(np.average(np.abs(mean - came)[full], weights=total[full]))

    def net_benefit(
        self, weight: FloatArray, thresholds: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return the net benefit of acting on predictions of at least each threshold.

        TP / n - FP / n x threshold / (1 - threshold), Vickers & Elkin 2006, Med Decis
        Making 26:565; the second array is that of acting on everybody.
        """
        odds = thresholds / (1.0 - thresholds)
        whole, came = self.weights(weight)
        total = whole.sum()
        first = np.searchsorted(self.predicted, thresholds)
        hit = _from_place_on(came)[first] / total
        false = _from_place_on(whole - came)[first] / total
        rate = float(came.sum() / total)
        return hit - false * odds, rate - (1.0 - rate) * odds


#: Names of what `Ranked.overall` gives.
OVERALL = (
    "auroc",
    "average_precision",
    "brier",
    "miscalibration",
    "discrimination",
    "uncertainty",
    "log_loss",
    "calibration_slope",
    "calibration_intercept",
)


def _from_place_on(values: FloatArray) -> FloatArray:
    """Return the sum from each place on, and 0 behind the last one."""
    sums: FloatArray = np.concatenate((np.cumsum(values[::-1])[::-1], [0.0]))
    return sums


def _mean_square(share: FloatArray, predicted: FloatArray, weight: FloatArray) -> float:
    away = share * (1.0 - predicted) ** 2 + (1.0 - share) * predicted**2
    return float(np.average(away, weights=weight))


def _log_loss(share: FloatArray, predicted: FloatArray, weight: FloatArray) -> float:
    least = float(np.finfo(np.float64).eps)  # as scikit-learn holds logs finite
    came = np.log(np.clip(predicted, least, 1.0 - least))
    not_came = np.log(np.clip(1.0 - predicted, least, 1.0 - least))
    return -float(np.average(share * came + (1.0 - share) * not_came, weights=weight))


def _parts(
    share: FloatArray, weight: FloatArray, base_rate: float, brier: float
) -> tuple[float, float]:
    from sklearn.isotonic import isotonic_regression

    recalibrated = isotonic_regression(share, sample_weight=weight, y_min=0.0, y_max=1.0)
    best = _mean_square(share, recalibrated, weight)
    return brier - best, base_rate * (1.0 - base_rate) - best


def _auroc(came: FloatArray, not_came: FloatArray) -> float:
    pairs = float(came.sum() * not_came.sum())
    if not pairs > 0.0:
        return np.nan
    below = np.cumsum(not_came) - 0.5 * not_came
    return float((came * below).sum() / pairs)


def _average_precision(came: FloatArray, whole: FloatArray) -> float:
    right, flagged = np.cumsum(came[::-1]), np.cumsum(whole[::-1])
    return float((came[::-1] * (right / flagged)).sum() / right[-1])


def calibration_slope(
    outcome: FloatArray, predicted: FloatArray, weight: FloatArray
) -> float:
    """Return the slope of a logistic regression of the outcome on the log odds.

    Both outcomes must occur. NaN where all predictions are alike, and where they
    separate the outcomes. By Newton's
    method: two numbers do not need a solver of any number, and a bootstrap needs speed.
    """
    return _slope(outcome, log_odds(predicted), weight)


def _slope(outcome: FloatArray, odds: FloatArray, weight: FloatArray) -> float:
    centre = np.average(odds, weights=weight)
    x = odds - centre
    if not np.average(x**2, weights=weight) > EDGE:  # all alike, but for rounding
        return np.nan
    came = odds[(outcome > 0.0) & (weight > 0)]
    not_came = odds[(outcome < 1.0) & (weight > 0)]
    if came.min() >= not_came.max() or came.max() <= not_came.min():
        return np.nan
    level, slope = float(centre), 1.0
    for _ in range(_MOST_STEPS):
        expected = expit(level + slope * x)
        excess = weight * (outcome - expected)
        spread = weight * expected * (1.0 - expected)
        g0, g1 = excess.sum(), (excess * x).sum()
        h00, h01, h11 = spread.sum(), (spread * x).sum(), (spread * x * x).sum()
        determinant = h00 * h11 - h01 * h01
        if not determinant > 0.0:
            return np.nan
        step = (h00 * g1 - h01 * g0) / determinant
        # So long a step would overshoot into where the curve is flat.
        shorter = min(1.0, 1.0 / abs(step)) if step else 1.0
        level += shorter * (h11 * g0 - h01 * g1) / determinant
        slope += shorter * step
        if abs(step) < _SETTLED:
            return float(slope)
    return np.nan


def calibration_intercept(
    outcome: FloatArray, predicted: FloatArray, weight: FloatArray
) -> float:
    """Return what has to be added to the log odds for as many outcomes as came.

    NaN where none came, or nothing else.
    """
    return _intercept(outcome, log_odds(predicted), weight)


def _intercept(outcome: FloatArray, odds: FloatArray, weight: FloatArray) -> float:
    came = np.average(outcome, weights=weight)
    if not 0.0 < came < 1.0:
        return np.nan
    low, high = -50.0, 50.0  # the expected share rises with what is added
    added = 0.0
    for _ in range(_MOST_STEPS):
        expected = expit(odds + added)
        excess = float(np.average(expected, weights=weight) - came)
        low, high = (low, added) if excess > 0.0 else (added, high)
        slope = float(np.average(expected * (1.0 - expected), weights=weight))
        step = added - excess / slope if slope > 0.0 else np.inf
        step = step if low < step < high else (low + high) / 2.0
        if abs(step - added) < _SETTLED:
            return step
        added = step
    return added


def auroc_by_person(
    outcome: FloatArray, predicted: FloatArray, person: IntArray, persons: int
) -> FloatArray:
    """Return the AUROC among the rows of each person; NaN without both outcomes.

    Mann-Whitney, ties count one half.
    """
    order = np.lexsort((predicted, person))
    who, value, came = person[order], predicted[order], outcome[order]
    first = np.searchsorted(who, np.arange(persons))
    # Rank within the person; tied rows share the mean of their ranks.
    new = np.concatenate(([True], (np.diff(who) != 0) | (np.diff(value) != 0)))
    tie = np.cumsum(new) - 1
    size = np.bincount(tie)
    start = np.flatnonzero(new)
    rank = (start + (size + 1) / 2.0)[tie] - first[who]
    positive = np.bincount(who, weights=came, minlength=persons)
    negative = np.bincount(who, weights=1.0 - came, minlength=persons)
    ranks = np.bincount(who, weights=rank * came, minlength=persons)
    pairs = positive * negative
    above = ranks - positive * (positive + 1.0) / 2.0
    found: FloatArray = np.full(persons, np.nan)
    np.divide(above, pairs, out=found, where=pairs > 0)
    return found


def median_drawn(values: FloatArray, weight: FloatArray) -> float:
    """Return the median of values, each as often as drawn; NaN where there is none."""
    drawn = np.repeat(values, weight.astype(np.int64))
    drawn = drawn[~np.isnan(drawn)]
    return float(np.median(drawn)) if len(drawn) else np.nan


def bin_edges(predicted: FloatArray, bins: int) -> FloatArray:
    """Return the inner edges of bins that hold about as many predictions each."""
    shares = np.linspace(0.0, 1.0, bins + 1)[1:-1]
    edges: FloatArray = np.unique(np.quantile(predicted, shares))
    return edges
