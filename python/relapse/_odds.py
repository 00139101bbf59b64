"""Probabilities on the scale of log odds, and back."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = "npt.NDArray[np.float64]"

#: Probabilities are kept this far from 0 and 1 before their log odds are taken.
EDGE = 1e-9


def log_odds(probability: FloatArray) -> FloatArray:
    """Return log odds; probabilities of 0 and 1 count as EDGE and 1 - EDGE."""
    inside = np.clip(probability, EDGE, 1.0 - EDGE)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def expit(odds: FloatArray) -> FloatArray:
    """Return the probabilities of log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -700.0, 700.0))))
