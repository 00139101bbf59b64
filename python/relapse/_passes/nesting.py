"""Whether the model of a fit is part of that of another: what each held, and at what."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from relapse._errors import InvalidInput

Document: TypeAlias = "Mapping[str, Any]"
#: Of equal numbers: one that was found may be written and read.
_ROUNDING = 1e-9


def require_part(
    larger: Document,
    larger_names: Sequence[str],
    smaller: Document,
    smaller_names: Sequence[str],
) -> None:
    """Refuse a smaller model that is seen to be no part of the larger one.

    The documents are those that were fitted, the names those of their free numbers, one
    that is several with ` = ` between.
    """
    for what in ("stages", "items"):
        if _structure(smaller[what]) != _structure(larger[what]):
            raise InvalidInput(
                f"smaller: has other {what}, so that its likelihood is of other data"
            )
    _require_determinants(larger, smaller)
    _require_frame(larger, smaller)
    free = _with_whole_rows(larger, _parts(larger_names))
    places = {part: k for k, name in enumerate(smaller_names) for part in _parts([name])}
    mine, theirs = dict(_numbers(larger)), dict(_numbers(smaller))
    for name in dict.fromkeys([*places, *theirs, *mine]):
        if name in free:
            continue
        if name in places or (name not in mine and theirs[name] != 0.0):
            raise InvalidInput(
                f"smaller: is no part of this fit, which does not leave {name!r} free"
            )
        if not _same(mine.get(name, 0.0), theirs.get(name, 0.0)):
            raise _held_elsewhere(name)
    theirs |= _odds(smaller)
    for name in larger_names:
        tied = name.split(" = ")
        one = len({places.get(part) for part in tied}) == 1
        held = one and tied[0] not in places
        values = [theirs.get(part, 0.0) for part in tied] if held else [0.0]
        if not one or not all(_same(values[0], value) for value in values):
            raise InvalidInput(
                f"smaller: is no part of this fit, in which {name} is one number"
            )
    _require_rows(larger, free, smaller)


def _held_elsewhere(name: str) -> InvalidInput:
    return InvalidInput(
        f"smaller: is no part of this fit, which holds {name!r} at another number"
    )


def _structure(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what of stages or items decides what the likelihood is of."""
    kept = ("id", "use", "role", "family", "levels", "labels", "scale",
            "missing_is_a_level")  # fmt: skip
    return [
        {key: part[key] for key in kept if key in part}
        for part in parts
        if "role" not in part or "given" in part
    ]


def _require_determinants(larger: Document, smaller: Document) -> None:
    known = {one["id"]: one for one in larger.get("determinants", ())}
    for one in smaller.get("determinants", ()):
        if known.get(one["id"]) != one and _acts(smaller, one["id"]):
            raise InvalidInput(
                f"smaller: has a determinant {one['id']!r} that this fit has not, or "
                "has otherwise"
            )


def _acts(document: Document, determinant: str) -> bool:
    movements = [*document["transitions"], *document.get("groups", ())]
    latent = [document.get("propensity", {}), *document.get("dimensions", ())]
    acting: list[Mapping[str, float]] = [
        *(one.get("effects", {}) for one in movements),
        *document.get("start_effects", {}).values(),
        *(one.get("prior", {}) for one in latent),
    ]
    return any(determinant in effects for effects in acting)


def _require_frame(larger: Document, smaller: Document) -> None:
    """Refuse what no number of a fit moves, and both have, but not alike."""
    mine, theirs = dict(_frame(larger)), dict(_frame(smaller))
    for name in mine.keys() & theirs.keys():
        if mine[name] != theirs[name]:
            raise InvalidInput(
                f"smaller: is no part of this fit, which has another {name}"
            )


def _frame(document: Document) -> Iterator[tuple[str, Any]]:
    yield "expected_every_days", document.get("expected_every_days")
    for move in document["transitions"]:
        pair = f"{move['from']}>{move['to']}"
        yield f"max_rate of {pair!r}", move.get("max_rate")
        ways = (move.get("direction", "none"), move.get("group"))
        yield f"direction or group of {pair!r}", ways
    propensity = document.get("propensity", {})
    if _has_propensity(document):
        nodes = (propensity["nodes"], propensity.get("dimensions", 1))
        yield "number of nodes of the propensity", nodes
    for latent in (*document.get("habits", ()), *document.get("dimensions", ())):
        yield f"number of nodes of {latent['id']!r}", latent.get("nodes")
    for item in document["items"]:
        if "persistence" in item:
            settle = item["persistence"].get("settle", 0.0)
            yield f"settle of {item['id']!r}", settle


def _has_propensity(document: Document) -> bool:
    return bool(document.get("propensity", {}).get("nodes", 1) > 1)


def _numbers(document: Document) -> Iterator[tuple[str, float]]:
    """Return the numbers that a fit may move, by its names, but for those of rows."""
    for move in document["transitions"]:
        pair, rate, cap = (
            f"{move['from']}>{move['to']}",
            move["rate"],
            move.get("max_rate"),
        )
        yield f"rate:{pair}", rate if cap is None else rate / (cap - rate)
        yield from _below(f"effect:{pair}", move.get("effects"))
    for group in document.get("groups", ()):
        yield from _below(f"effect:{group['id']}", group.get("effects"))
    for stage, effects in document.get("start_effects", {}).items():
        yield from _below(f"start_effect:{stage}", effects)
    latent = [("", document["propensity"])] if _has_propensity(document) else []
    latent += [(f":{one['id']}", one) for one in document.get("dimensions", ())]
    for name, one in latent:
        yield from _below(f"loading{name}", one.get("loadings"))
        yield from _below(f"start{name}", one.get("start"))
        yield from _below(f"prior{name}", one.get("prior"))
        yield from _below(f"habit{name}", one.get("habits"))
    for habit in document.get("habits", ()):
        yield from _below(f"habit:{habit['id']}", habit["items"])
    for item in document["items"]:
        yield from _of_item(item)


def _odds(document: Document) -> Iterator[tuple[str, float]]:
    """Return those of rows, against the likeliest."""
    for row, shares in _rows(document).items():
        likeliest = max(shares.values())
        yield from _below(row, {key: shares[key] / likeliest for key in shares})


def _of_item(item: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for stage, law in item.get("given", {}).items():
        name = f"given:{item['id']}:{stage}"
        if isinstance(law, Mapping):
            yield from _below(name, law)
        elif not isinstance(law, list):
            yield name + (":mean" if item["family"] == "poisson" else ""), law
    says = item.get("persistence", {})
    for kind, key in (("persistence", "share"), ("half_life", "half_life_days")):
        found = says.get(key)
        if isinstance(found, list):
            yield from _below(f"{kind}:{item['id']}", dict(enumerate(found)))
        elif found is not None:
            yield f"{kind}:{item['id']}", found
    yield f"habit:{item['id']}", item.get("habit", 0.0)


def _below(name: str, numbers: Mapping[Any, float] | None) -> Iterator[tuple[str, float]]:
    for key, number in (numbers or {}).items():
        yield f"{name}:{key}", number


def _rows(document: Document) -> dict[str, dict[str, float]]:
    """Return the probabilities that sum to 1, each by the name of its number."""
    rows = {"initial": dict(document["initial"])}
    for item in document["items"]:
        for stage, law in item.get("given", {}).items():
            if isinstance(law, list):
                shares = {str(level): share for level, share in enumerate(law)}
                rows[f"given:{item['id']}:{stage}"] = shares
    return rows


def _with_whole_rows(document: Document, free: set[str]) -> set[str]:
    """Return the free numbers, with the last one of each row of which all others are."""
    whole = set(free)
    for row, shares in _rows(document).items():
        open_ = {f"{row}:{key}" for key, share in shares.items() if share > 0.0}
        if len(open_ - free) == 1:
            whole |= open_
    return whole


def _require_rows(larger: Document, free: set[str], smaller: Document) -> None:
    """Refuse rows of which what is held has other proportions."""
    other = _rows(smaller)
    for row, shares in _rows(larger).items():
        held = [key for key in shares if f"{row}:{key}" not in free]
        mine = _proportions(shares[key] for key in held)
        theirs = _proportions(other[row][key] for key in held)
        for key, a, b in zip(held, mine, theirs, strict=True):
            if not _same(a, b):
                raise _held_elsewhere(f"{row}:{key}")


def _proportions(shares: Iterable[float]) -> list[float]:
    known = list(shares)
    total = sum(known)
    return [share / total for share in known] if total > 0.0 else known


def _parts(names: Iterable[str]) -> set[str]:
    return {part for name in names for part in name.split(" = ")}


def _same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=_ROUNDING, abs_tol=0.0)
