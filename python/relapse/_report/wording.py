"""What is said to a person, in the language of the reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from relapse import _core


class Wording:
    """The words of one language, by key; those that it lacks are in English.

    Call it with a key and what is filled in: ``say("report.title", "P07")``. Raises
    KeyError for a key that the English words do not have.
    """

    def __init__(self, language: str, words: Mapping[str, str]) -> None:
        self.language = language
        self.words = dict(words)

    def __call__(self, key: str, *values: object) -> str:
        return self.words[key].format(*values)

    def get(self, key: str, otherwise: str) -> str:
        """Return the words of a key as they are, or others where there is none."""
        return self.words.get(key, otherwise)

    def known(self, text: str) -> str:
        """Return a label or a step that comes with the library in the language.

        `text` is in English; one that the library does not know comes back as it is.
        """
        return self.words.get(_KEYS.get(text, ""), text)

    def counted(self, key: str, count: int, *values: object) -> str:
        """Return `key`.one for 1, or `key`.many with the count first."""
        if count == 1:
            return self(f"{key}.one", *values)
        return self(f"{key}.many", self.grouped(count), *values)

    def grouped(self, count: int) -> str:
        return f"{count:,}".replace(",", self("number.group"))

    def decimals(self, text: str) -> str:
        """Return a number with a point as it is written in the language."""
        return text.replace(".", self("number.decimal"))


def find_wording(locale: str = "en") -> Wording:
    """Return the words for a locale such as ``de-AT``; English where there are none."""
    return Wording(*_core.find_wording(locale))


def read_wording(document: Mapping[str, Any]) -> Wording:
    """Return the words of a catalogue of your own (``relapse/wording/1``).

    It may have some or all of the keys of the English words, with the same places to
    fill. Raises ParseError.
    """
    return Wording(*_core.parse_wording(json.dumps(document)))


def languages() -> list[str]:
    """Return the languages that come with the library."""
    return _core.languages()


ENGLISH = find_wording("en")
#: Keys by English text, of what models, protocols and the crisis protocol say.
_KEYS = {
    text: key
    for key, text in ENGLISH.words.items()
    if key.startswith(("label.", "crisis.", "protocol.", "calibration."))
}
