"""The lists of attention as tables of text, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import zip_longest

from relapse._cli.terminal import harmless
from relapse._report.attention import (
    Attention,
    AttentionLists,
    silence_in_words,
    use_told_in_words,
    ways_in_words,
)
from relapse._report.wording import Wording
from relapse._report.words import number, percent, points


def attention_lines(
    lists: AttentionLists,
    days: float,
    stage_words: Callable[[Attention], str],
    width: int,
    paint: Callable[[str, str], str],
    say: Wording,
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
    lines = [line for name in names for line in name.split("\n")]
    person = min(max(6, *map(len, lines)), 24)
    shown = 15
    stages = [stage_words(one) for one in found]
    stage = min(max(map(len, [*stages, say("attention.stage")])), 14)
    left = width - person - 8 - shown - stage - 5 * 2
    third = "attention.using.told" if kind == "using" else "attention.new_risk"
    fourth = "attention.using.ways" if kind == "using" else "attention.reasons"
    widths = (person, 8, stage, shown, left * 47 // 100, left - left * 47 // 100)
    headings = (
        f"{say('attention.person')}\n  {say('attention.last')}",
        say("attention.level"),
        say("attention.stage"),
        say(third, number(days, say)),
        say(fourth),
        say("attention.first"),
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

    lines = [*_row_lines(headings, widths), "  ".join("─" * width for width in widths)]
    for r, row in enumerate(rows):
        lines += _row_lines(row, widths, partial(painted, r))
    return lines


def _new_risk(one: Attention, say: Wording) -> str:
    if not one.is_known:
        return "\N{EN DASH}"
    return percent(one.new_risk, say) if one.new_risk is not None else ""


def _reasons(one: Attention, say: Wording, before: str) -> str:
    lines = [f"! {flag}" for flag in one.flags] + silence_in_words(one, say)
    if before:
        lines.append(before)
    else:
        lines += one.basis
        lines += [f"{words} {points(change, say)}" for words, change in one.reasons]
    return "\n".join(lines)


def _row_lines(
    cells: Sequence[str],
    widths: Sequence[int],
    paint: Callable[[int, str], str] = lambda _, text: text,
) -> Iterator[str]:
    """Lay out a row; cells are wrapped to the width of their column.

    `paint(column, text)` may colour a piece of text that is already padded.
    """
    pieces = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for texts in zip_longest(*pieces, fillvalue=""):
        padded = [text.ljust(width) for text, width in zip(texts, widths, strict=True)]
        yield "  ".join(paint(k, text) for k, text in enumerate(padded)).rstrip()


def _wrapped(cell: str, width: int) -> list[str]:
    lines = [
        piece for line in harmless(cell).split("\n") for piece in _pieces(line, width)
    ]
    return lines or [""]


def _pieces(line: str, width: int) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    pieces = textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False)
    return pieces or [""]
