"""The lists of attention as tables of text, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relapse._cli.terminal import harmless
from relapse._report.attention import (
    Attention,
    AttentionLists,
    silence_in_words,
    use_told_in_words,
    ways_in_words,
)
from relapse._report.wording import ENGLISH, Wording
from relapse._report.words import number, percent, points


def attention_lines(
    lists: AttentionLists,
    days: float,
    stage_words: Callable[[Attention], str],
    width: int,
    paint: Callable[[str, str], str],
    say: Wording = ENGLISH,
) -> list[str]:
    """Lay out both tables in `width` characters; `paint` takes a text and a style."""
    lines = []
    for kind, found, count in (
        ("using", lists.using_now, lists.using_count),
        ("risk", lists.at_risk, lists.risk_count),
    ):
        title = say(f"attention.{kind}.title")
        shown = say("attention.of", len(found), say.grouped(count))
        lines += [paint(f"{title} ({shown})", "bold"), ""]
        if found:
            lines += _table(kind, found, days, stage_words, width, paint, say)
        else:
            lines.append(say(f"attention.{kind}.none"))
        lines.append("")
    return lines[:-1]


def _table(
    kind: str,
    found: Sequence[Attention],
    days: float,
    stage_words: Callable[[Attention], str],
    width: int,
    paint: Callable[[str, str], str],
    say: Wording,
) -> list[str]:
    names = [f"{a.person}\n  {a.time.partition(', ')[0]}".rstrip() for a in found]
    headed = f"{say('attention.person')}\n  {say('attention.last')}"
    lines = [line for name in names for line in name.split("\n")]
    person = min(max(6, *map(len, lines)), 24)
    shown = 15
    stages = [stage_words(one) for one in found]
    stage = min(max(map(len, [*stages, say("attention.stage")])), 14)
    left = width - person - 8 - shown - stage - 5 * 2
    third = "attention.using.told" if kind == "using" else "attention.new_risk"
    headings = (
        Heading(headed, person),
        Heading(say("attention.level"), 8),
        Heading(say("attention.stage"), stage),
        Heading(say(third, number(days, say)), shown),
        Heading(
            say("attention.using.ways" if kind == "using" else "attention.reasons"),
            left * 47 // 100,
        ),
        Heading(say("attention.first"), left - left * 47 // 100),
    )
    rows = [
        (
            name,
            say(f"level.{a.level}"),
            words,
            use_told_in_words(a, say) if kind == "using" else _new_risk(a, say),
            _reasons(
                a, say, "\n".join(ways_in_words(a, days, say)) if kind == "using" else ""
            ),
            a.suggestion,
        )
        for name, a, words in zip(names, found, stages, strict=True)
    ]

    def painted(row: int, column: int, text: str) -> str:
        word = text.strip()
        if column != 1 or not word:
            return text
        return paint(word, found[row].level) + text[len(word) :]

    return table_lines(headings, rows, painted)


def _new_risk(one: Attention, say: Wording) -> str:
    if not one.is_known:
        return "\N{EN DASH}"
    return percent(one.new_risk, say) if one.new_risk is not None else ""


def _reasons(one: Attention, say: Wording, before: str = "") -> str:
    lines = [f"! {flag}" for flag in one.flags] + silence_in_words(one, say)
    lines += [before] if before else []
    if not before:
        lines += [f"{words} {points(change, say=say)}" for words, change in one.reasons]
    return "\n".join(lines)


@dataclass(frozen=True)
class Heading:
    """A column of a table: its name, its width in characters, and how it is set."""

    name: str
    width: int
    right: bool = False


def table_lines(
    headings: Sequence[Heading],
    rows: Sequence[Sequence[str]],
    paint: Callable[[int, int, str], str] | None = None,
) -> list[str]:
    """Lay out a table; cells are wrapped to the width of their column.

    `paint(row, column, text)` may colour a piece of text that is already padded.
    """
    names = [_wrapped(h.name, h.width) for h in headings]
    lines = [
        _line([n[k] if k < len(n) else "" for n in names], headings).rstrip()
        for k in range(max(map(len, names)))
    ]
    lines.append("  ".join("─" * h.width for h in headings))
    for r, row in enumerate(rows):
        cells = [_wrapped(cell, h.width) for cell, h in zip(row, headings, strict=True)]
        for k in range(max(map(len, cells))):
            texts = [
                _padded(c[k] if k < len(c) else "", h)
                for c, h in zip(cells, headings, strict=True)
            ]
            if paint is not None:
                texts = [paint(r, column, text) for column, text in enumerate(texts)]
            lines.append("  ".join(texts).rstrip())
    return lines


def _wrapped(cell: str, width: int) -> list[str]:
    lines = [
        piece for line in harmless(cell).split("\n") for piece in _pieces(line, width)
    ]
    return lines or [""]


def _pieces(line: str, width: int) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    pieces = textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False)
    return pieces or [""]


def _padded(text: str, heading: Heading) -> str:
    return text.rjust(heading.width) if heading.right else text.ljust(heading.width)


def _line(texts: Sequence[str], headings: Sequence[Heading]) -> str:
    return "  ".join(_padded(t, h) for t, h in zip(texts, headings, strict=True))
