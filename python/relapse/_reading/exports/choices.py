"""Questions of which several choices may be chosen: each choice becomes a question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from relapse import _core
from relapse._errors import InvalidInput
from relapse._reading.cells import Codes, as_text
from relapse._reading.exports.records import (
    OtherKind,
    Prompt,
    Repeated,
    is_given,
    is_told,
)
from relapse._reading.names import as_shown

Missing: TypeAlias = "Mapping[str, str | Mapping[str, str]]"


class Gaps:
    """What says that there is no answer: words for a gap, and codes that are declared."""

    def __init__(
        self,
        items: Mapping[str, str] | None,
        missing: Missing | None,
        mapping: Mapping[str, Any],
    ) -> None:
        self.items = items
        #: Codes that are declared for items of their own.
        self.own = {
            i: dict(r) for i, r in (missing or {}).items() if not isinstance(r, str)
        }
        self.general = dict(mapping.get("missing", {}))
        self.general |= {c: r for c, r in (missing or {}).items() if isinstance(r, str)}
        self.known: dict[str | None, Codes[str]] = {}

    def of(self, question: str) -> Codes[str]:
        """Return the codes that are gaps in answers to a question."""
        return self.of_item(question if self.items is None else self.items.get(question))

    def of_item(self, item: str | None) -> Codes[str]:
        """Return the codes that are gaps in answers to an item, or to none."""
        if item not in self.known:
            own = {} if item is None else self.own.get(item, {})
            self.known[item] = Codes(self.general | own, "missing")
        return self.known[item]

    def is_gap(self, question: str, value: Any) -> bool:
        """Whether a value says for a question, or one of its choices, why it has none."""
        if isinstance(value, (OtherKind, Repeated)):
            return False
        return not is_told(value) or any(
            codes.get(value) is not None for codes in self._about(question)
        )

    def reason(self, question: str, choice: str, value: Any) -> str | None:
        """Return the reason that a gap tells, for a choice or else for another one."""
        given = [self.of(choice), *self._about(question)]
        return next(filter(None, (codes.get(value) for codes in given)), None)

    def _about(self, question: str) -> list[Codes[str]]:
        """Return the codes of a question, and those of its choices that have some."""
        names = self.own if self.items is None else self.items
        start = question + "["
        found = [self.of(name) for name in names if str(name).startswith(start)]
        return [self.of(question), *found] if self.own else [self.of(question)]


def spread_choices(
    prompts: list[Prompt], kinds: set[type], gaps: Gaps, *, collects: bool
) -> set[str]:
    """Make a question of each choice where several may be chosen: `question[choice]`.

    Returns the questions of which this was made: their choices are answers. Among them
    are those of which `items` names a choice, chosen by anybody or not. A choice that
    stands alone is one as those in a list are; a word for a gap is one for every choice.
    """
    items = gaps.items or {}
    listed = prompts if tuple in kinds else []
    _keep_one_of_safety(listed, collects)
    choices: dict[str, dict[str, None]] = {}
    several: set[str] = set()
    for each in listed:
        for name, value in each.answers.items():
            if isinstance(value, tuple):
                choices.setdefault(name, {})
                if len(value) > 1:
                    several.add(name)
    asked = {name for each in prompts for name in each.asked()} if items else set()
    for name, choice in _choices_in(name for name in items if name not in asked):
        if name in choices or _is_unanswered(prompts, name, gaps):
            choices.setdefault(name, {})[choice] = None
            several.add(name)
    for each in prompts if choices else ():
        for name in [name for name in each.answers if name in choices]:
            _gather(each, name, choices[name], gaps, collects)
    _refuse_other_spelling(items, choices, several)
    for each in prompts if choices else ():
        for name in [name for name in each.asked() if name in choices]:
            if name in several:
                _spread(each, name, choices[name], gaps)
            elif isinstance(value := each.answers.get(name), tuple):
                each.answers[name] = value[0] if value else None
    return several


def _keep_one_of_safety(listed: list[Prompt], collects: bool) -> None:
    """Refuse several answers to a safety item, which has one.

    They stay, to raise their flag.
    """
    for each in listed:
        for name in _core.built_in_flags:
            value = each.answers.get(name)
            if isinstance(value, tuple) and len(value) > 1:
                each.answers[name] = value[0]
                each.more.setdefault(name, []).extend(value[1:])
                _refuse(each, f"{name!r} has several answers", collects)


def _refuse(prompt: Prompt, problem: str, collects: bool) -> None:
    if not collects:
        prompt.raise_refused(problem)
    prompt.refused = prompt.refused or problem


def _choices_in(items: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Return the question and the choice of each name that may be that of a choice."""
    for name in items:
        if str(name).endswith("]"):
            for place in (k for k, sign in enumerate(name) if sign == "["):
                yield name[:place], name[place + 1 : -1]


def _is_unanswered(prompts: list[Prompt], name: str, gaps: Gaps) -> bool:
    """Whether a question was asked, and answered by nobody."""
    asked = [
        each.answers.get(name)
        for each in prompts
        if name in each.answers or name in each.reasons
    ]
    return bool(asked) and all(gaps.is_gap(name, _alone(value)) for value in asked)


def _alone(value: Any) -> Any:
    """Return the one choice of a list of one; of none, None."""
    if isinstance(value, tuple) and len(value) < 2:
        return value[0] if value else None
    return value


def _gather(
    prompt: Prompt, name: str, choices: dict[str, None], gaps: Gaps, collects: bool
) -> None:
    """Write down which choices were chosen. A gap among them refuses the record."""
    for value in (prompt.answers[name], *prompt.more.get(name, ())):
        alone = _alone(value)
        if isinstance(alone, tuple):
            told = [c for c in alone if not (is_told(c) and gaps.is_gap(name, c))]
            if len(told) < len(alone):
                _refuse(prompt, f"{name!r} is both answered and missing", collects)
            choices.update(dict.fromkeys(map(as_text, told)))
        elif not (isinstance(alone, (OtherKind, Repeated)) or gaps.is_gap(name, alone)):
            choices[as_text(alone)] = None


def _refuse_other_spelling(
    items: Mapping[str, str], choices: dict[str, dict[str, None]], several: set[str]
) -> None:
    """Refuse a named choice beside one that is written in other letters: it would be
    read as not chosen where the other one was.
    """
    for question, choice in _choices_in(iter(items)):
        if question not in several or not (form := _letters(choice)):
            continue
        others = (c for c in choices[question] if f"{question}[{c}]" not in items)
        if not form.isdigit() and any(_letters(other) == form for other in others):
            raise InvalidInput(
                f"items: {as_shown(f'{question}[{choice}]')!r} names a choice that is "
                "written in another way, too (capitals, spaces, lines); name it as it "
                "stands, and both ways where there are two"
            )


def _letters(choice: str) -> str:
    """Return a choice without capitals, spaces and lines."""
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", choice).casefold())


def _spread(prompt: Prompt, name: str, choices: dict[str, None], gaps: Gaps) -> None:
    """Put an answer, a gap or a reason under the name of each choice."""
    value = _alone(prompt.answers.pop(name, None))
    more = [_alone(each) for each in prompt.more.pop(name, ())]
    reason = prompt.reasons.pop(name, None)
    is_gap = gaps.is_gap(name, value)
    for choice in choices:
        column = f"{name}[{choice}]"
        if column in prompt.answers:
            prompt.raise_refused(f"{as_shown(column)!r} is both a question and a choice")
        prompt.answers[column] = None if is_gap else _chosen(value, choice)
        if more:
            prompt.more[column] = [
                None if gaps.is_gap(name, each) else _chosen(each, choice)
                for each in more
            ]
        why = reason or (gaps.reason(name, column, value) if is_gap else None)
        if why is not None:
            prompt.reasons[column] = why


def _chosen(value: Any, choice: str) -> Any:
    """Return whether a choice was chosen; what is no answer stays."""
    if isinstance(value, (OtherKind, Repeated)) or not is_given(value):
        return value
    chosen = value if isinstance(value, tuple) else (value,)
    return float(choice in map(as_text, chosen))
