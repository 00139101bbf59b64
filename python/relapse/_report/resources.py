"""Whom to reach in a crisis, by place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from relapse import _core


def crisis_resources(
    locale: str, documents: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, str]]:
    """Return whom to reach in a crisis, for a locale such as ``en-US``.

    Each resource has ``kind`` (emergency, crisis_line, helpline), ``name``, what there is
    of ``call``, ``text``, ``web``, ``hours`` and ``note``, and ``source``, ``mark`` and
    ``checked``, the date of the last look at the source. A locale without a region, or
    with an unknown one, gets "your local emergency number": the answer is never empty.

    `documents` (``relapse/resources/1``) replace places that come with the library, or
    add others: check numbers before you rely on them. Raises ParseError for a document
    without a number for an emergency.
    """
    return _core.crisis_resources(locale, [json.dumps(each) for each in documents])
