"""What a set of predicted probabilities is worth, in figures.

Arrays have one entry a row: `outcome` 0 or 1, `predicted` probabilities, `weight` how
often the row counts (a person drawn twice by a bootstrap counts twice). A figure that
does not exist (an AUROC without both outcomes) is NaN. scikit-learn's functions where it
has them: `pip install relapse[evaluate]`.
"""

from __future__ import annotations

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


def overall(
    outcome: FloatArray, predicted: FloatArray, weight: FloatArray
) -> dict[str, float]:
    """Return the figures of all rows together.

    auroc, average_precision, brier with its parts miscalibration - discrimination +
    uncertainty (Dimitriadis, Gneiting & Jordan 2021, PNAS 118:e2016191118: against the
    isotonic recalibration, so without bins), log_loss, calibration_slope (of the log odds
    in a logistic regression), calibration_intercept (that of slope 1, "in the large":
    Van Calster et al. 2016, J Clin Epidemiol 74:167).
    """
    used = weight > 0
    outcome, predicted, weight = outcome[used], predicted[used], weight[used]
    from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

    base_rate = float(np.average(outcome, weights=weight))
    brier = _mean_square(outcome, predicted, weight)
    miscalibration, discrimination = _parts(outcome, predicted, weight, brier)
    # These ask for no second kind: in a draw without an event they are there, and of
    # rare events the intervals would be of the other draws alone.
    found = dict.fromkeys(OVERALL, np.nan) | {
        "brier": brier,
        "miscalibration": miscalibration,
        "discrimination": discrimination,
        "uncertainty": base_rate * (1.0 - base_rate),
        "log_loss": log_loss(outcome, predicted, sample_weight=weight, labels=[0.0, 1.0]),
    }
    if base_rate in (0.0, 1.0):
        return found
    return found | {
        "auroc": roc_auc_score(outcome, predicted, sample_weight=weight),
        "average_precision": average_precision_score(
            outcome, predicted, sample_weight=weight
        ),
        "calibration_slope": calibration_slope(outcome, predicted, weight),
        "calibration_intercept": calibration_intercept(outcome, predicted, weight),
    }


#: Names of what `overall` gives.
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


def _mean_square(outcome: FloatArray, predicted: FloatArray, weight: FloatArray) -> float:
    return float(np.average((predicted - outcome) ** 2, weights=weight))


def _parts(
    outcome: FloatArray, predicted: FloatArray, weight: FloatArray, brier: float
) -> tuple[float, float]:
    from sklearn.isotonic import IsotonicRegression

    isotonic = IsotonicRegression(y_min=0.0, y_max=1.0)
    recalibrated = isotonic.fit_transform(predicted, outcome, sample_weight=weight)
    best = _mean_square(outcome, recalibrated, weight)
    base_rate = np.average(outcome, weights=weight)
    return brier - best, float(base_rate * (1.0 - base_rate)) - best


def calibration_slope(
    outcome: FloatArray, predicted: FloatArray, weight: FloatArray
) -> float:
    """Return the slope of a logistic regression of the outcome on the log odds.

    Both outcomes must occur. NaN where all predictions are alike, and where they
    separate the outcomes. By Newton's
    method: two numbers do not need a solver of any number, and a bootstrap needs speed.
    """
    odds = log_odds(predicted)
    centre = np.average(odds, weights=weight)
    x = odds - centre
    if not np.average(x**2, weights=weight) > EDGE:  # all alike, but for rounding
        return np.nan
    came, not_came = (odds[(outcome == kind) & (weight > 0)] for kind in (1.0, 0.0))
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
    came = np.average(outcome, weights=weight)
    if not 0.0 < came < 1.0:
        return np.nan
    odds = log_odds(predicted)
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


def by_bin(
    outcome: FloatArray, predicted: FloatArray, weight: FloatArray, edges: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean prediction, share of outcomes and weight of each bin."""
    place = np.searchsorted(edges, predicted, side="right")
    count = len(edges) + 1
    total = np.bincount(place, weights=weight, minlength=count).astype(np.float64)
    empty = np.full(count, np.nan)
    mean = np.bincount(place, weights=weight * predicted, minlength=count)
    came = np.bincount(place, weights=weight * outcome, minlength=count)
    return (
        np.divide(mean, total, out=empty.copy(), where=total > 0),
        np.divide(came, total, out=empty.copy(), where=total > 0),
        total,
    )


def expected_calibration_error(
    outcome: FloatArray, predicted: FloatArray, weight: FloatArray, edges: FloatArray
) -> float:
    """Return the mean distance of prediction and share of outcomes over the bins."""
    mean, came, total = by_bin(outcome, predicted, weight, edges)
    full = total > 0
    return float(np.average(np.abs(mean - came)[full], weights=total[full]))


def net_benefit(
    outcome: FloatArray, predicted: FloatArray, weight: FloatArray, thresholds: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the net benefit of acting on predictions of at least each threshold.

    TP / n - FP / n x threshold / (1 - threshold), Vickers & Elkin 2006, Med Decis Making
    26:565; the second array is that of acting on everybody.
    """
    odds = thresholds / (1.0 - thresholds)
    flagged = predicted[None, :] >= thresholds[:, None]
    total = weight.sum()
    hit = (flagged * (weight * outcome)).sum(axis=1) / total
    false = (flagged * (weight * (1.0 - outcome))).sum(axis=1) / total
    came = float(np.average(outcome, weights=weight))
    return hit - false * odds, came - (1.0 - came) * odds
