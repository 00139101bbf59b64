"""Answers about safety in what is refused: they raise their flags whatever is wrong."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from relapse import _core
from relapse._reading.cells import MISSING, code_of, whole

#: What stands in a text that is nearly JSON: values, each with the key before it.
_Node: TypeAlias = "list[tuple[str | None, Any]]"

#: An answer of which no more can be told than that one stands there.
UNREADABLE = "(cannot be read)"
_TOKEN = re.compile(
    r'"((?:[^"\\]|\\.)*)(?:"|\\?\Z)|([{}\[\],:])|([^\s{}\[\],:"]+)', re.DOTALL
)
#: Keys beside the name of a question under which its answer stands.
_ANSWER = re.compile("value|answer", re.IGNORECASE)


def flags_in(row: Mapping[str, Any]) -> list[str]:
    """Return the built-in flags that answers in a row raise."""
    return [
        flag for flag in _core.built_in_flags if alarm_of([row.get(flag)]) is not None
    ]


def alarm_of(answers: Iterable[Any]) -> float | str | None:
    """Return the answer that raises a flag: the highest above 0, or one that cannot be
    read; None where no answer does.
    """
    highest, unread = 0.0, None
    for answer in answers:
        code = code_of("" if answer is None else answer)
        if not isinstance(code, str):
            highest = max(highest, code)
        elif code not in MISSING:
            unread = code
    return highest or unread


def loudest(answers: Sequence[Any]) -> Any:
    """Return the answer that stands for all: one that raises a flag, or the first."""
    alarm = alarm_of(answers)
    return answers[0] if alarm is None else alarm


def said_in(text: str, names: Collection[str]) -> dict[str, list[str]]:
    """Return every answer to some questions in a text that is JSON, or nearly so.

    A name may be a key, `"self_harm": 1`, or stand beside its answer, `"item":
    "self_harm", "value": 1`. An answer that cannot be told is UNREADABLE.
    """
    found = _said_in_tree(_loose(text), names)
    if not _is_json(text):  # a sign too many may have hidden a name
        for name in names:
            keyed = re.compile(rf'"{re.escape(name)}"(?:\s*:\s*"?([^\s",}}\]]*))?')
            for match in keyed.finditer(text):
                if match[1]:
                    found.setdefault(name, []).append(match[1])
                found.setdefault(name, [UNREADABLE])
    return found


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _said_in_tree(top: _Node, names: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    left: list[tuple[_Node, _Node]] = [(top, [])]
    while left:
        node, around = left.pop()
        for key, value in node:
            if key is not None and key in names:
                found.setdefault(key, []).extend(_texts_in(value) or [UNREADABLE])
            if isinstance(value, list):
                reasons = key == "missing" and {*_texts_in(value)} <= _REASONS
                left += [] if reasons else [(value, node)]
            elif key not in (None, "acknowledge") and value in names:
                beside = _beside(node)
                beside = _beside(around) if beside is None else beside
                found.setdefault(value, []).extend(beside or [UNREADABLE])
    return found


_REASONS = frozenset(_core.missing_reasons)


def said_in_cells(
    header: Sequence[str],
    cells: Sequence[str],
    names: Container[str],
    beside: Iterable[tuple[str, str]],
) -> dict[str, list[str]]:
    """Return the answers to some questions in a row of too few or too many cells.

    A column is looked for from both ends. `beside` are columns of names of questions,
    each with one of their answers, which stands as far from the name in the row.
    """
    found: dict[str, list[str]] = {}
    first = dict(zip(header, cells, strict=False))
    last = dict(zip(reversed(header), reversed(cells), strict=False))
    for name in (name for name in header if name in names):
        given = [ends[name] for ends in (first, last) if ends.get(name)]
        is_sure = isinstance(alarm_of(given[:1]), float)
        found |= {name: given[:1] if is_sure else given} if given else {}
    place = {name: k for k, name in enumerate(header)}
    pairs = [(a, b) for a, b in beside if a in place and b in place]
    for k, cell in enumerate(map(str.strip, cells)):
        if cell in names and pairs:
            steps = {place[b] - place[a] for a, b in pairs}
            given = [cells[k + n] for n in steps if 0 <= k + n < len(cells)]
            given += [last.get(b, "") for a, b in pairs if place[a] == k]
            told = [each for each in given if each.strip() not in (*MISSING, cell)]
            found.setdefault(cell, []).extend(dict.fromkeys(told or [UNREADABLE]))
    return found


def _beside(node: _Node) -> list[str] | None:
    """Return what stands in an object under keys for answers; None without such a key."""
    given = [value for key, value in node if key is not None and _ANSWER.match(key)]
    return [text for value in given for text in _texts_in(value)] if given else None


def _texts_in(value: Any) -> list[str]:
    """Return the answers in a value: of an object those under such keys, if any is."""
    found: list[str] = []
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, list):
            named = [v for k, v in each if k is None or _ANSWER.match(k) or k == "code"]
            left += named or [v for _, v in each]
        else:
            found.append(each)
    return found


def _loose(text: str) -> _Node:
    """Return what stands in a text that is nearly JSON, however its brackets match."""
    top: _Node = []
    stack = [top]  # what is open
    keys: list[str | None] = [None]  # of each the key without a value
    match = None

    def add(value: Any) -> None:
        stack[-1].append((keys[-1], value))
        keys[-1] = None

    for match in _TOKEN.finditer(text):
        sign = match[2]
        if sign is None:
            add(_unescaped(match[1]) if match[3] is None else match[3].strip("'"))
        elif sign in "{[":
            node: _Node = []
            add(node)
            stack.append(node)
            keys.append(None)
        elif sign == ":":
            if stack[-1] and isinstance(stack[-1][-1][1], str) and keys[-1] is None:
                keys[-1] = stack[-1].pop()[1]
        else:
            if keys[-1] is not None:
                add(UNREADABLE)
            if sign in "}]" and len(stack) > 1:
                stack.pop()
                keys.pop()
    # What was cut off is a part of an answer.
    if stack[-1] and match is not None and match[2] is None:
        key, value = stack[-1][-1]
        stack[-1] += [(key, UNREADABLE)] + [(value, UNREADABLE)] * (key is None)
    for node, key in zip(stack, keys, strict=True):
        if key is not None:
            node.append((key, UNREADABLE))
    return top


def _unescaped(text: str) -> str:
    try:
        return whole(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return whole(text)


def without_twice(text: str) -> dict[str, Any]:
    """Return a JSON object without the keys that stand twice in it; {} for no object."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(key for key, _ in pairs)
        return {key: value for key, value in pairs if counts[key] == 1}

    try:
        found = json.loads(text, object_pairs_hook=members)
        json.dumps(found, ensure_ascii=False).encode()  # no half of a letter
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
