"""What a model document says, for people: stages, movement, items, levels, actions."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from relapse._core import Model
from relapse._report.words import LEVELS, Labels, days_text, how_many, percent

_ROLES = {
    "sign": "Signs: say in which stage a person is",
    "use": "Use: reports of a return to use",
    "determinant": "Determinants are asked by",
    "safety": "Safety: raise flags, never a number",
    "follow_up": "Follow-up: whether an action helped",
}
_DIRECTIONS = {"toward_use": "toward use", "recovery": "recovery"}
_AGAINST = {"own_mean": ", from own mean", "above_own_mean": ", above own mean"}
_EFFECTS_WIDTH = 38


def model_lines(model: Model, width: int) -> list[str]:
    """Return the summary of a model as lines of at most `width` characters."""
    document = model.to_dict()
    labels = Labels(document)
    parts = (
        _head(model, document, width),
        _stages(document, labels),
        _movement(document, width),
        _items(document, labels, width),
        _determinants(document, labels, width),
        _levels(document),
        _safety(model, document, labels),
        _actions(document, width),
    )
    return [line.rstrip() for part in parts for line in [*part, ""]][:-1]


def item_lines(table: dict[str, list[Any]], width: int) -> list[str]:
    """Return the table of items as lines of at most `width` characters."""
    rows = [
        dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)
    ]
    lines = []
    for role in dict.fromkeys(row["role"] for row in rows):
        of_role = [row for row in rows if row["role"] == role]
        lines += ["", f"{role.upper()} ({how_many(len(of_role), 'item')})"]
        for row in of_role:
            lines.append(f"  {row['item']}  {_answers(row)}")
            lines += textwrap.wrap(
                row["question"] or row["label"] or "no words of its own",
                width,
                initial_indent="      ",
                subsequent_indent="      ",
            )
    return lines[1:]


def _answers(row: dict[str, Any]) -> str:
    """Return the ends of the answers, the adverse one marked, and how often to ask."""
    if row["computed"]:
        return "computed, never asked"
    ends = [
        "any" if row[end] is None else f"{row[end]:g}" for end in ("lowest", "highest")
    ]
    for end, name in enumerate(("low", "high")):
        if row["adverse"] == name:
            ends[end] += " (adverse)"
    asked = f", {row['asked'].replace('_', ' ')}" if row["asked"] else ""
    return f"{ends[0]} to {ends[1]}{asked}"


def _head(model: Model, document: dict[str, Any], width: int) -> Iterable[str]:
    yield f"{model.id} {model.version}: {document.get('title') or 'no title'}"
    calibration = document.get("calibration", {})
    yield f"calibration  {calibration.get('status', 'not stated')}"
    yield f"hash         {model.content_hash}"
    yield f"horizons     {', '.join(days_text(d) for d in document['horizons_days'])}"
    propensity = document.get("propensity", {})
    nodes = propensity.get("nodes", 1)
    yield "propensity   " + (f"{nodes} values of a person's own" if nodes > 1 else "none")
    dimensions = document.get("dimensions", [])
    if dimensions:
        yield "dimensions   " + ", ".join(
            f"{each['id']} ({each.get('nodes', 5)} values)" for each in dimensions
        )


def _stages(document: dict[str, Any], labels: Labels) -> Iterable[str]:
    stages = document["stages"]
    yield f"STAGES ({len(stages)}), and the share of persons who start there"
    rows = [
        (
            s["id"],
            labels.stage(s["id"]),
            percent(document["initial"].get(s["id"], 0.0)),
            f"use: {s['use']}" if s.get("use") else "",
        )
        for s in stages
    ]
    yield from _aligned(rows, right=(2,))


def _movement(document: dict[str, Any], width: int) -> Iterable[str]:
    transitions = document["transitions"]
    yield f"MOVEMENT ({len(transitions)} transitions), at reference values"
    rows = [
        (
            "from",
            "to",
            "per day",
            "half-life",
            "direction",
            "strongest effects (rate ratios)",
        )
    ]
    for rule in transitions:
        rate = rule["rate"]
        effects = sorted(rule.get("effects", {}).items(), key=lambda e: -abs(e[1]))
        rows.append(
            (
                rule["from"],
                rule["to"],
                f"{rate:.4g}",
                _half_life(rate),
                _DIRECTIONS.get(rule.get("direction", ""), ""),
                _strongest(effects),
            )
        )
    yield from (line[:width] for line in _aligned(rows, right=(2, 3)))


def _strongest(effects: Sequence[tuple[str, float]]) -> str:
    """Return the strongest effects, the more the shorter their names."""
    words = ""
    for shown, (determinant, weight) in enumerate(effects):
        more = f"{', ' if words else ''}{determinant} {math.exp(weight):.2g}"
        if len(words) + len(more) > _EFFECTS_WIDTH:
            return f"{words}, {len(effects) - shown} more"
        words += more
    return words


def _half_life(rate: float) -> str:
    if rate <= 0.0:
        return "never"
    days = math.log(2.0) / rate
    return f"{days:.1f} d" if days < 100 else f"{days:.0f} d"


def _items(document: dict[str, Any], labels: Labels, width: int) -> Iterable[str]:
    items = document["items"]
    yield f"ITEMS ({len(items)})"
    for role, words in _ROLES.items():
        found = [i for i in items if i["role"] == role]
        if not found:
            continue
        yield f"  {words} ({len(found)})"
        for home in dict.fromkeys(i.get("home", "") for i in found):
            ids = ", ".join(i["id"] for i in found if i.get("home", "") == home)
            head = f"    {labels.stage(home)}: " if home else "    "
            yield from textwrap.wrap(
                ids, width, initial_indent=head, subsequent_indent="      "
            )


def _determinants(document: dict[str, Any], labels: Labels, width: int) -> Iterable[str]:
    rules = document.get("determinants", [])
    yield f"DETERMINANTS ({len(rules)}): change the speed of movement"
    rows = []
    for rule in rules:
        source = rule.get("item") or rule.get("builtin", "").replace("_", " ")
        if "situation" in rule:
            source = f"situation {rule['situation']}"
        source += _AGAINST.get(rule.get("relative_to"), "")
        rows.append((rule["id"], labels.determinant(rule["id"]), source, _memory(rule)))
    yield from (line[:width] for line in _aligned(rows))


def _memory(rule: dict[str, Any]) -> str:
    memory = rule.get("memory")
    if rule.get("builtin"):
        return "computed"
    if not memory or memory["kind"] == "last":
        return "until replaced"
    return f"fades, half-life {days_text(memory['half_life_days'])}"


def _levels(document: dict[str, Any]) -> Iterable[str]:
    rule = document["levels"]
    yield f"LEVELS, by the risk within {days_text(rule['horizon_days'])}"
    rows = [("low", f"below {percent(rule['cuts'][LEVELS[1]])}")]
    rows += [(name, f"{percent(rule['cuts'][name])} or more") for name in LEVELS[1:]]
    yield from _aligned(rows)
    yield (
        "  raised at once, lowered after "
        f"{days_text(rule.get('lower_after_days', 3))} below a cut"
    )


def _safety(model: Model, document: dict[str, Any], labels: Labels) -> Iterable[str]:
    rules = {rule["flag"]: rule for rule in document.get("safety", [])}
    yield f"SAFETY FLAGS ({len(model.flags)}): force a level, whatever the numbers"
    rows = [
        (flag, labels.flag(flag), rules[flag]["level"] if flag in rules else "critical")
        for flag in model.flags
    ]
    yield from _aligned(rows)


def _actions(document: dict[str, Any], width: int) -> Iterable[str]:
    actions = document.get("actions", [])
    families = dict.fromkeys(a.get("family", "") for a in actions)
    yield f"ACTIONS ({how_many(len(actions), 'action')} in {len(families)} families)"
    for family in families:
        ids = ", ".join(a["id"] for a in actions if a.get("family", "") == family)
        yield from textwrap.wrap(
            f"{family or 'other'}: {ids}",
            width,
            initial_indent="  ",
            subsequent_indent="      ",
        )


def _aligned(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Set rows in columns, two spaces in and two between."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if k in right else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  " + "  ".join(cells))
    return lines
