"""Names of columns: which mean a safety item, and how an error says them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable

from relapse import _core
from relapse._errors import InvalidInput
from relapse._reading.cells import number_in, whole

#: A column of missing reasons, whatever its case and punctuation.
_MISSING_REASONS = re.compile(r"(.*?)[\W_]*missing\W*", re.IGNORECASE | re.DOTALL)
#: `self_harm[2]`, `self_harm___2`, `self_harm/2`: choices, as exports name them.
_CHOICE = re.compile(r"\[|___|/")
#: `group/self_harm`, `group-self_harm`: questions in a group, as exports name them.
_GROUP = re.compile(r"[/.:-]")
_PARTS = re.compile(r"\d+|[^\W\d_]+")

#: Columns of a check-in that are no answers, but say what is known, or change flags.
PARTS = frozenset(_core.reserved_names) - {
    "person", "time", "item", "value", "missing_reason",
}  # fmt: skip


#: What is said of a table whose names of columns are data, which are not repeated.
NO_HEADER = "has no header: the first line looks like data, but must be names of columns"
_DATE_OR_CLOCK = re.compile(r"\d{1,4}[-/.:]\d{1,2}(\D|\Z)")


def looks_like_data(names: Iterable[str], known: Container[str]) -> bool:
    """Whether names of columns are a row of data: none is known, and one is a number, a
    date or a clock.
    """
    told = [str(name).strip() for name in names]
    return not any(name in known for name in told) and any(
        number_in(name) is not None or _DATE_OR_CLOCK.match(name) for name in told
    )


def as_question(name: str) -> str:
    """Return the name of a question of others that is named like a part of a check-in."""
    return f"{name} (question)"


def is_built_in(name: str) -> bool:
    """Whether a name is that of a built-in safety item, however it is spelled, or of the
    reasons why it is missing.
    """
    flags = {spelling(flag): flag for flag in _core.built_in_flags}
    return _meant(name, lambda part: flags.get(spelling(part), "")) != ""


def as_shown(name: str) -> str:
    """Return a name without what stands in brackets: it may be an answer."""
    return re.sub(r"\[.+", "[...]", whole(name), flags=re.DOTALL)


def spelling(name: str) -> str:
    """Return a name without case, punctuation and zeros before numbers."""
    parts = _PARTS.findall(_plain(name))
    return "".join(part.lstrip("0") or part for part in parts)


def parts_of_name(name: str) -> list[str]:
    """Return what a name may stand for: itself, and without its group or its choice."""
    last = [name[place:] for place in (0, *(m.end() for m in _GROUP.finditer(name)))]
    return list(dict.fromkeys([*last, *(_CHOICE.split(each)[0] for each in last)]))


def safety_meant(model: _core.Model, name: str) -> str:
    """Return the safety item that another name is taken for, or its column of reasons."""
    return _meant(name, model.safety_name)


def _meant(name: str, item_of: Callable[[str], str]) -> str:
    """Return the item that a part of a name means, or its column of reasons; else ""."""
    for last in parts_of_name(whole(name)):
        if meant := item_of(last):
            return meant
        reasons = _MISSING_REASONS.fullmatch(last)
        if reasons and (meant := item_of(reasons[1])):
            return f"{meant}_missing"
    return ""


def item_key(name: str) -> str:
    """Return the name of an instrument's item without case, marks and zeros before
    numbers, and without the word for a question.
    """
    return _core.item_key(_plain(name))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def flagged_item(name: str) -> str:
    """Return the item of an instrument, with a flag, that a name means in any spelling,
    as a column; nothing where it means none.
    """
    return _core.flagged_item(_plain(whole(name)))


def of_instrument(name: str) -> str:
    """Say that a name is that of an instrument's item with a flag, which would be lost;
    nothing where it is none.
    """
    column = flagged_item(name)
    if not column:
        return ""
    return (
        f"is the item {column!r} of an instrument, which has a flag, and no item of the "
        "model; score it by score_instrument, or make check-ins of it by check_ins_from"
    )


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
    if problem := of_instrument(column.removesuffix("_missing")):
        raise InvalidInput(f"column {as_shown(column)!r}: {problem}")
