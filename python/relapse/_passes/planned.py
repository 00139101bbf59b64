"""What is told of the determinants ahead: weeks of treatment, phases of a study."""

from __future__ import annotations

from typing import Any

import numpy as np

from relapse._errors import CheckInError, InvalidInput
from relapse._reading.cells import bare
from relapse._reading.check_ins import CheckIns, read_check_ins
from relapse._reading.times import TimeUnit


def read_plan(plan: Any, data: CheckIns, unit: TimeUnit) -> dict[str, Any] | None:
    """Return a plan as the library takes it, its persons numbered as those of `data`.

    None is none. Raises CheckInError for a row that cannot be read, InvalidInput for
    somebody who has no check-in, or no row in the plan.
    """
    if plan is None:
        return None
    try:
        told = read_check_ins(plan, data.model, data.person, data.time, unit)
        told.raise_refused()
    except CheckInError as error:
        error.what = "plan"
        raise
    except InvalidInput as error:
        raise InvalidInput(f"plan: {error}") from error
    number = {name: code for code, name in _names(data).items()}
    planned = _names(told)
    told_of = set(planned.values())
    for name in number:
        if name not in told_of:
            raise InvalidInput(f"plan: {name!r} has no row")
    renumbered = np.zeros(int(told.columns["person"].max()) + 1, dtype=np.int32)
    for code, name in planned.items():
        if name not in number:
            raise InvalidInput(f"plan: {name!r} has no check-in")
        renumbered[code] = number[name]
    return told.columns | {"person": renumbered[told.columns["person"]]}


def _names(data: CheckIns) -> dict[int, Any]:
    """Return who stands behind each number."""
    codes, first = np.unique(data.columns["person"], return_index=True)
    return dict(zip(codes.tolist(), map(bare, data.names(first)), strict=True))
