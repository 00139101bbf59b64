"""Telephone numbers on pages: to be tapped, not typed, when it matters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from relapse import _core
from relapse._report.wording import Wording


def linked(text: str, numbers: Sequence[str]) -> str:
    """Return a text escaped for a page, its telephone numbers as links.

    `numbers` are short ones that count as well, such as 112.
    """
    return "".join(
        f"<a href='{escape(address)}'>{escape(piece)}</a>" if address else escape(piece)
        for piece, address in _core.telephone_pieces(text, list(numbers))
    )


def numbers_of(resources: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the numbers of resources, as they are written."""
    fields = (each.get(key, "") for each in resources for key in ("call", "text"))
    return [number for field in fields for number in _core.numbers_of_field(field)]


def crisis_lines(resources: Iterable[Mapping[str, str]], say: Wording) -> list[str]:
    """Return how to reach each resource, emergency services aside."""
    lines = []
    for each in resources:
        if each["kind"] != "emergency":
            ways = [each.get("call", "")]
            ways += [say("crisis.to_text", each["text"])] if each.get("text") else []
            ways += [each.get("web", ""), each.get("hours", "")]
            told = ", ".join(filter(None, ways))
            lines.append(say("crisis.resource", each["name"], told))
    return lines
