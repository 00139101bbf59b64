"""What a cell of a file or of a frame says: one set of rules, wherever it is read."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np

from relapse._errors import InvalidInput

Meaning = TypeVar("Meaning")
#: A code as it is looked up: a number, or a text that is none.
Code: TypeAlias = "float | str"

#: Cells that say that there is no value.
MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>"})
TRUTH = {"true": 1.0, "false": 0.0, "TRUE": 1.0, "FALSE": 0.0, "True": 1.0, "False": 0.0}

#: So many digits of a whole number a double holds in any case.
_SURE_DIGITS = 15
_NUMBERS = (bool, int, float, np.bool_, np.integer, np.floating, Decimal)

_MARKS = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\xad"
_ENDS = re.compile(rf"\A[\s{_MARKS}]+|[\s{_MARKS}]+\Z")
#: What is wrong with such a name, of persons.
OTHER_FORM = (
    "is written in another Unicode normal form than before, but must be written in one "
    "(unicodedata.normalize makes it)"
)
OTHER_KIND = (
    "is a number, a text or a truth value beside another of these that is written alike, "
    "but must be one of them throughout"
)
_HALF_OF_A_LETTER = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """Return a text with U+FFFD for each half of a letter (a lone surrogate)."""
    return text if text.isascii() else _HALF_OF_A_LETTER.sub("\ufffd", text)


def split(flags: Any) -> list[str]:
    """Return the flags of a cell, which are joined by `|`."""
    return str(flags).split("|") if flags else []


def bare(name: Any) -> Any:
    """Return the name of a person without spaces and invisible marks at its ends, such as
    a byte-order mark: they do not count. What is no text stays as it is.
    """
    if not isinstance(name, str):
        return name
    name = name.strip()
    return name if name.isascii() else _ENDS.sub("", name)


class NormalForms:
    """Finds names that differ by their Unicode normal form alone."""

    def __init__(self) -> None:
        self._written: dict[str, str] = {}

    def differs(self, name: str) -> bool:
        """Whether another form of this name was there before."""
        if name.isascii():
            return False
        return self._written.setdefault(unicodedata.normalize("NFC", name), name) != name


def is_missing(value: Any) -> bool:
    """Whether a value says that there is none: None, NaN, NaT or NA of any library."""
    if value is None:
        return True
    if isinstance(value, (float, np.floating)):
        return bool(value != value)
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return bool(np.isnat(value))
    if isinstance(value, Decimal):
        return value.is_nan()
    return type(value).__name__ in ("NAType", "NaTType")


def as_text(value: Any) -> str:
    """Return a value as it stands in an export; of a whole number its digits."""
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if number.is_integer() and abs(number) < 2**63:
            return str(int(number))
    return str(value).strip()


def is_number(value: Any) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, (bool, np.bool_))


def is_number_or_truth(value: Any) -> bool:
    return isinstance(value, _NUMBERS)


def to_float(value: Any) -> float:
    """Return a number as a double; infinite when it is too large for one."""
    try:
        return math.nan if is_missing(value) else float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf


def number_in(text: str) -> float | None:
    """Return the number that a text is, or None.

    Digits with a point: 1_000, 1,5, nan and inf are none, nor is a whole number that
    would lose digits, for that is a name.
    """
    try:
        number = float(text)
    except ValueError:
        return None
    if not (-math.inf < number < math.inf) or "_" in text or not text.isascii():
        return None
    if len(text) > _SURE_DIGITS:
        digits = text.strip()
        if digits.lstrip("+-").isdigit() and int(digits) != int(number):
            return None
    return number


def code_of(value: Any) -> Code:
    """Return what a value is looked up by: 1, 1.0, "1", " 1.0" and true are one code."""
    if isinstance(value, str):
        text = value.strip()
        if text in TRUTH:
            return TRUTH[text]
        number = number_in(text)
        return text if number is None else number
    try:
        number = float(value)
    except (OverflowError, TypeError, ValueError):
        return str(value)
    # As in a text: a whole number that would lose digits is a name.
    return str(value) if isinstance(value, int) and int(number) != value else number


def word_of(value: Any) -> Code:
    """Return what a word of a mapping is looked up by: a code, but for truth values,
    which are none, in whatever case.
    """
    text = value.strip() if isinstance(value, str) else str(value)
    code = text if text in TRUTH else code_of(value)
    return code.casefold() if isinstance(code, str) else code


class Codes(Generic[Meaning]):
    """What codes mean. Numbers and their texts are the same code."""

    def __init__(self, codes: Mapping[Any, Meaning], where: str) -> None:
        self._meaning: dict[Code, Meaning] = {}
        for code, meaning in codes.items():
            known = code_of(code)
            if known in self._meaning and self._meaning[known] != meaning:
                raise InvalidInput(f"{where}: one code stands twice")
            self._meaning[known] = meaning
        #: Whether any code is a number: then a number without a code means nothing.
        self.of_numbers = any(isinstance(code, float) for code in self._meaning)

    def __len__(self) -> int:
        return len(self._meaning)

    def meets(self, other: Codes[Any]) -> bool:
        """Whether a code stands in both."""
        return not self._meaning.keys().isdisjoint(other._meaning.keys())

    def get(self, value: Any) -> Meaning | None:
        return self._meaning.get(code_of(value)) if self._meaning else None

    def numbers(self) -> dict[float, Meaning]:
        """Return the codes that are numbers."""
        return {c: m for c, m in self._meaning.items() if isinstance(c, float)}
