"""What a terminal shows: colour, a progress bar, a table that fits the width."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from typing import TextIO

_NARROWEST, _WIDEST = 80, 120
_BAR = 30
_STYLES = {
    "bold": "1",
    "dim": "2",
    "low": "32",
    "guarded": "36",
    "elevated": "33",
    "high": "31",
    "critical": "1;97;41",
}


#: What a terminal obeys instead of showing it, and what turns the direction of a line.
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """Return a text for a terminal: what one obeys stands there as its number."""
    return _OBEYED.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def tell(text: str) -> None:
    """Say something on standard error, in one line whatever it holds."""
    print(harmless(text).replace("\n", " "), file=sys.stderr)


def show(text: str) -> None:
    """Print lines for a person."""
    print(harmless(text))


def width_of(stream: TextIO) -> int:
    """Return the columns to use: those of the terminal, between 80 and 120."""
    columns = shutil.get_terminal_size((_WIDEST - 10, 24)).columns
    if not stream.isatty() and "COLUMNS" not in os.environ:
        columns = _WIDEST - 10
    return min(max(columns, _NARROWEST), _WIDEST)


def has_colour(stream: TextIO) -> bool:
    """Return whether to colour: on a terminal, unless NO_COLOR or a dumb one says no."""
    return (
        stream.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "") != "dumb"
    )


def painted(text: str, style: str, stream: TextIO) -> str:
    """Return the text in a style, or as it is where there is no colour."""
    if style not in _STYLES or not has_colour(stream):
        return text
    return f"\033[{_STYLES[style]}m{text}\033[0m"


class Progress:
    """A bar on standard error while work is under way; nothing where that is no terminal.

    Shown only after half a second: short work needs no bar.
    """

    def __init__(self, words: str, stream: TextIO | None = None) -> None:
        self._words = words
        self._stream = sys.stderr if stream is None else stream
        self._started = time.monotonic()
        self._shown = ""

    def __enter__(self) -> Callable[[float], None] | None:
        return self.show if self._stream.isatty() else None

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._stream.write("\r" + " " * len(self._shown) + "\r")
            self._stream.flush()

    def show(self, share: float) -> None:
        """Draw the bar for a share of the work done, in [0, 1]."""
        if time.monotonic() - self._started < 0.5:
            return
        done = round(min(max(share, 0.0), 1.0) * _BAR)
        bar = "█" * done + "░" * (_BAR - done)
        text = f"{self._words} {bar} {share:4.0%}"
        if text != self._shown:
            self._stream.write("\r" + text)
            self._stream.flush()
            self._shown = text
