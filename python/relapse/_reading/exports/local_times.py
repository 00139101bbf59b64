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


def settle(ways: Sequence[list[float]], persons: Sequence[str]) -> list[float | None]:
    """Return the moment of each row, given those that it may be; None where unknown.

    Rows of a file that tell their order are of help: where each person's rows go forward
    (or all back) in time, a row of the hour that comes twice may have one place only.
    """
    rows: dict[str, list[int]] = {}
    for row, person in enumerate(persons):
        rows.setdefault(person, []).append(row)
    settled: list[float | None] = [way[0] if len(way) == 1 else None for way in ways]
    direction = _direction(settled, rows)
    if direction == 0:
        return settled
    for mine in rows.values():
        if any(len(ways[row]) > 1 for row in mine):
            kept = _in_order([ways[row] for row in mine], direction)
            for row, left in zip(mine, kept, strict=True):
                settled[row] = left[0] if len(left) == 1 else None
    return settled


def _direction(settled: Sequence[float | None], rows: dict[str, list[int]]) -> int:
    """Return 1 where the known rows of each person go forward, -1 back, 0 neither."""
    seen = set()
    for mine in rows.values():
        known = [moment for row in mine if (moment := settled[row]) is not None]
        for before, after in pairwise(known):
            if before != after:
                seen.add(1 if after > before else -1)
    return seen.pop() if len(seen) == 1 else 0


def _in_order(ways: Sequence[list[float]], direction: int) -> list[list[float]]:
    """Return of each row the moments that fit between those before and after it."""
    kept = [sorted(direction * moment for moment in way) for way in ways]
    low = -float("inf")
    for row, way in enumerate(kept):
        kept[row] = [moment for moment in way if moment >= low]
        low = min(kept[row], default=low)
    high = float("inf")
    for row in range(len(kept) - 1, -1, -1):
        kept[row] = [moment for moment in kept[row] if moment <= high]
        high = max(kept[row], default=high)
    return [[direction * moment for moment in way] for way in kept]
