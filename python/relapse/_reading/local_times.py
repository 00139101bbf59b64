"""Times of a clock on the wall: moments where the zone and the file say which."""

from __future__ import annotations

from collections.abc import Sequence
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
    possible: Sequence[list[float]], persons: Sequence[str]
) -> list[float | None]:
    """Return the moment of each row, given those that it may be; None where unknown.

    Rows of a file that tell their order are of help: where each person's rows go forward
    (or all back) in time, a row of the hour that comes twice may have one place only.
    """
    rows: dict[str, list[int]] = {}
    for row, person in enumerate(persons):
        rows.setdefault(person, []).append(row)
    chosen: list[float | None] = [
        moments[0] if len(moments) == 1 else None for moments in possible
    ]
    direction = _direction(chosen, rows)
    if direction == 0:
        return chosen
    for mine in rows.values():
        if any(len(possible[row]) > 1 for row in mine):
            kept = _in_order([possible[row] for row in mine], direction)
            for row, left in zip(mine, kept, strict=True):
                chosen[row] = left[0] if len(left) == 1 else None
    return chosen


def _direction(chosen: Sequence[float | None], rows: dict[str, list[int]]) -> int:
    """Return 1 where the known rows of each person go forward, -1 back, 0 neither."""
    seen = set()
    for mine in rows.values():
        known = [moment for row in mine if (moment := chosen[row]) is not None]
        for before, after in pairwise(known):
            if before != after:
                seen.add(1 if after > before else -1)
    return seen.pop() if len(seen) == 1 else 0


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
