"""Times of a clock on the wall: moments where the zone and the file say which."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1)
_DAY = timedelta(days=1)


def moments_of(wall: float, zone: ZoneInfo) -> list[float]:
    """Return the moments at which clocks of a zone show a time, in days since 1970.

    One; two in the hour that comes twice; none in the hour that is left out.
    """
    try:
        shown = _EPOCH + timedelta(microseconds=round(wall * 86_400e6))
    except OverflowError:
        return []
    found = []
    for fold in (0, 1):
        moment = shown.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc)
        back = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        if back == shown:
            found.append((moment.replace(tzinfo=None) - _EPOCH) / _DAY)
    return list(dict.fromkeys(found))


def choose_moments(
    possible: Sequence[list[float]], persons: Sequence[Hashable]
) -> list[float | None]:
    """Return the moment of each row, given those that it may be; None where unknown.

    Rows of a file that tell their order are of help: where each person's rows go forward
    (or all back) in time, a row of the hour that comes twice may have one place only.
    """
    rows = _rows_of(persons)
    chosen: list[float | None] = [
        moments[0] if len(moments) == 1 else None for moments in possible
    ]
    seen = _directions(chosen, rows)
    if len(seen) != 1:  # the known rows go neither forward nor back
        return chosen
    (direction,) = seen
    for mine in rows.values():
        if any(len(possible[row]) > 1 for row in mine):
            kept = _in_order([possible[row] for row in mine], direction)
            for row, left in zip(mine, kept, strict=True):
                chosen[row] = left[0] if len(left) == 1 else None
    return chosen


def unless_contradicted(
    possible: Sequence[list[float]], persons: Sequence[Hashable]
) -> list[float | None]:
    """Return the first moment of each row, unless the order of rows speaks against it.

    Then it is the one that the order leaves, or None.
    """
    first: list[float | None] = [moments[0] for moments in possible]
    rows = _rows_of(persons)
    sure = [moments[0] if len(moments) == 1 else None for moments in possible]
    directions = _directions(sure, rows)
    if len(directions) > 1:  # rows in no order tell nothing
        return first
    for who, mine in rows.items():
        if directions:
            kept = _in_order([possible[row] for row in mine], *directions)
        else:
            back = -1 in _directions(first, {who: mine})
            kept = [[] if back else possible[row] for row in mine]
        for row, left in zip(mine, kept, strict=True):
            if len(possible[row]) > 1:
                first[row] = min(left, default=None)
    return first


def _rows_of(persons: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    rows: dict[Hashable, list[int]] = {}
    for row, person in enumerate(persons):
        rows.setdefault(person, []).append(row)
    return rows


def _directions(
    chosen: Sequence[float | None], rows: dict[Hashable, list[int]]
) -> set[int]:
    """Return in which directions known rows follow one another: 1 forward, -1 back."""
    seen = set()
    for mine in rows.values():
        known = [moment for row in mine if (moment := chosen[row]) is not None]
        for before, after in pairwise(known):
            if before != after:
                seen.add(1 if after > before else -1)
    return seen


def _in_order(possible: Sequence[list[float]], direction: int) -> list[list[float]]:
    """Return of each row the moments that lie between those before and after it."""
    kept = [sorted(direction * moment for moment in moments) for moments in possible]
    low = -float("inf")
    for row, moments in enumerate(kept):
        kept[row] = [moment for moment in moments if moment >= low]
        low = min(kept[row], default=low)
    high = float("inf")
    for row in range(len(kept) - 1, -1, -1):
        kept[row] = [moment for moment in kept[row] if moment <= high]
        high = max(kept[row], default=high)
    return [[direction * moment for moment in moments] for moments in kept]
