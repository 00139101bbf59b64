"""Names of columns: which mean a safety item, and how an error says them."""

from __future__ import annotations

import re

from relapse import _core
from relapse._errors import InvalidInput

#: A column of missing reasons, whatever its case and punctuation.
_MISSING_REASONS = re.compile(r"(.*?)[\W_]*missing\W*", re.IGNORECASE | re.DOTALL)
#: `self_harm[2]`, `self_harm___2`, `self_harm/2`: choices, as exports name them.
_CHOICE = re.compile(r"\[|___|/")
#: `group/self_harm`, `group-self_harm`: questions in a group, as exports name them.
_GROUP = re.compile(r"[/.:-]")


def as_shown(name: str) -> str:
    """Return a name without what stands in brackets: it may be an answer."""
    return re.sub(r"\[.+", "[...]", name, flags=re.DOTALL)


def safety_meant(model: _core.Model, name: str) -> str:
    """Return the safety item that another name is taken for, or its column of reasons."""
    for place in (0, *(found.end() for found in _GROUP.finditer(name))):
        last = name[place:]
        meant = model.safety_name(last) or model.safety_name(_CHOICE.split(last)[0])
        if meant:
            return meant
        reasons = _MISSING_REASONS.fullmatch(last)
        if reasons and (meant := model.safety_name(reasons[1])):
            return f"{meant}_missing"
    return ""


def other_name(name: str, meant: str) -> str:
    """Say that a name is taken for that of a safety item, and how to say which it is."""
    problem = f"is another name of the safety item {meant!r}, but must be {meant!r}"
    if _GROUP.search(name.partition("[")[0]):
        problem += "; rename it, or read the export with items={" + (
            f"{as_shown(name)!r}: {meant.removesuffix('_missing')!r}}}"
        )
    return problem


def refuse_other_name(model: _core.Model, column: str) -> None:
    """Refuse a column whose name is taken for that of a safety item, or of its reasons.

    Left out as unknown, it would take the answers about safety with it.
    """
    if meant := safety_meant(model, column):
        raise InvalidInput(f"column {as_shown(column)!r}: {other_name(column, meant)}")
