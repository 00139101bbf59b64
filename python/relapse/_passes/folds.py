"""Folds that keep a person's rows together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from relapse._errors import CheckInError, InvalidInput
from relapse._reading.cells import is_missing
from relapse._reading.settings import LARGEST_SEED, whole_number


def person_folds(
    person: Sequence[Any] | npt.NDArray[Any], folds: int = 5, seed: int = 1
) -> npt.NDArray[np.int64]:
    """Return the fold of each row, 0 to folds - 1; all rows of a person share one.

    The folds depend on the set of persons and the seed alone, not on the order of rows.
    Rows of one person in two folds make predictions look better than they are (an AUROC
    by .1 to .3). Raises CheckInError, with the row, where nobody is named.
    """
    whole_number("seed", seed, most=LARGEST_SEED)
    for row, name in enumerate(person):
        if is_missing(name):
            raise CheckInError("is missing", row=row, item="person")
    names, number = np.unique(np.asarray(person), return_inverse=True)
    if not 2 <= folds <= len(names):
        raise InvalidInput(
            f"folds: is {folds}, but must be from 2 to the {len(names)} persons"
        )
    shuffled = np.random.default_rng(seed).permutation(len(names))
    return np.asarray((shuffled % folds)[number], dtype=np.int64)
