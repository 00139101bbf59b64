"""Answers by item, from answers by question: the table that `score` takes."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._errors import InvalidInput
from relapse._reading.cells import MISSING, TRUTH, Codes, as_text, code_of, number_in
from relapse._reading.check_ins import KNOWLEDGE
from relapse._reading.exports.choices import Gaps
from relapse._reading.exports.mapping import LeftOut, ReadingReport
from relapse._reading.exports.records import (
    OtherKind,
    Prompt,
    RefusedRecord,
    Repeated,
    is_given,
)
from relapse._reading.names import PARTS, as_question, as_shown, flagged_item
from relapse._reading.safety_answers import alarm_of
from relapse._reading.tables import Made, Words

_Answer: TypeAlias = "tuple[float | str | None, str | None]"


class Meanings:
    """What answers mean, as the caller says it."""

    def __init__(
        self, values: Mapping[str, Mapping[Any, float]] | None, gaps: Gaps
    ) -> None:
        self.gaps = gaps
        items = gaps.items
        #: Of these a kind of answer that is not read is refused, and else remarked.
        self.named = set(_core.built_in_flags if items is None else items.values())
        #: Questions about safety, by their items.
        self.safety = {
            flag: [name for name, item in items.items() if item == flag]
            if items is not None
            else [flag]
            for flag in _core.built_in_flags
        }
        self.codes = {
            item: Codes(
                {c: _finite(v, item) for c, v in codes.items()}, f"values of {item!r}"
            )
            for item, codes in (values or {}).items()
        }
        #: Of these a code is another number than 0 and 1: true is not the code 1.
        self.without_truth = {
            item
            for item, codes in (values or {}).items()
            if not any(map(_is_truth, codes))
            and not {c for c in map(code_of, codes) if isinstance(c, float)} <= {0.0, 1.0}
        }

    def questions_of_safety(self) -> frozenset[str]:
        return frozenset(name for names in self.safety.values() for name in names)

    def meaning(self, item: str, value: Any) -> _Answer:
        """Return what a given answer counts as, or why it is missing."""
        if isinstance(value, OtherKind):
            if value.is_sure and item in self.named:
                raise RefusedRecord(str(value))
            return None, "unknown"
        declared = self.gaps.of_item(item).get(value)
        if declared is not None:
            return None, declared
        codes = self.codes.get(item)
        if item in self.without_truth and _is_truth(value):
            raise RefusedRecord("is true or false, which no code in `values` names")
        named = None if codes is None else codes.get(value)
        if named is not None:
            return named, None
        answer = _answer_of(value)
        if answer is None:
            return None, "unknown"
        if codes is not None and (codes.of_numbers or isinstance(answer, str)):
            raise RefusedRecord("has an answer that no code in `values` names")
        return answer, None

    def alarm(
        self, prompt: Prompt, item: str, questions: Sequence[str]
    ) -> float | str | None:
        """Return the answer to questions of an item that raises its flag, if any does."""
        found: list[Any] = []
        for value in (v for name in questions for v in prompt.all_answers(name)):
            try:
                found.append(self.meaning(item, value)[0])
            except RefusedRecord:  # a number would be read
                found.append(f"no code: {as_text(value)}")
        return alarm_of(found)

    def flags(self, prompt: Prompt) -> list[str]:
        """Return the built-in flags that the answers of a prompt raise."""
        raised = {f for f, names in self.safety.items() if self.alarm(prompt, f, names)}
        for name in prompt.answers:
            raised |= _flags_of_instrument(name, prompt.all_answers(name))
        return [flag for flag in _core.built_in_flags if flag in raised]


class Answers:
    """Answers by item, from answers by question."""

    def __init__(
        self,
        prompts: list[Prompt],
        kinds: set[type],
        meanings: Meanings,
        mapping: dict[str, Any],
        told: ReadingReport,
        several: set[str],
    ) -> None:
        gaps, items = meanings.gaps, meanings.gaps.items
        self.told = told
        self.several = several
        self.of = meanings
        forms = dict.fromkeys(each.asked() for each in prompts)
        asked = dict.fromkeys(name for form in forms for name in form)
        # In tables and forms of our own they are what they are called.
        ours = mapping["layout"] in ("table", "fhir")
        wanted = (
            {n: as_question(n) if n in PARTS and not ours else n for n in asked}
            if items is None
            else dict(items)
        )
        for name in wanted:
            if name in several:
                raise InvalidInput(
                    f"items: {name!r} has answers of several choices; name each, as "
                    f"'{name}[CHOICE]', with the choice in the brackets"
                )
            if name not in asked:  # the choices of questions are answers, and not said
                known = dict.fromkeys(_question(other, several) for other in asked)
                raise InvalidInput(
                    f"items: {name!r} is no question of the export: "
                    + ", ".join(list(known)[:20])
                )
        for each in prompts if Repeated in kinds else ():
            _refuse_repeated(each, wanted)
        for name in asked:
            if name not in wanted:
                told.columns[self._shown(name)] = "is not named in items"
        self.questions: dict[str, list[str]] = {}
        for name, item in wanted.items():
            self.questions.setdefault(item, []).append(name)
        for item in self.questions:
            if item in ("person", "time") or item.removesuffix("_missing") != item:
                raise InvalidInput(f"items: {item!r} is a name that the table needs")
        for name, given in (("values", meanings.codes), ("missing", gaps.own)):
            for item in given:
                if item not in self.questions:
                    raise InvalidInput(f"{name}: {item!r} is no item that is read")
        for reason in [
            *gaps.general.values(),
            *(r for one in gaps.own.values() for r in one.values()),
        ]:
            if reason not in _core.missing_reasons:
                raise InvalidInput(
                    "missing: has what is no reason, which are: "
                    + ", ".join(_core.missing_reasons)
                )
        for item, counted in meanings.codes.items():
            if counted.meets(gaps.of_item(item)):
                raise InvalidInput(
                    f"values of {item!r}: a code stands in `missing`, too, but must be "
                    "an answer or a gap"
                )
        self.prompts = prompts
        #: What answers mean, once each; a reading of an item holds places in it.
        self.meanings: dict[_Answer, int] = {}
        self.other_kinds: dict[str, list[OtherKind]] = {}

    def _shown(self, name: str) -> str:
        """Return a question without a choice, which is an answer."""
        is_choice = _question(name, self.several) != name
        return as_shown(name) if is_choice else name

    def columns(self, collects: bool) -> dict[str, Made]:
        read = {item: self._read(item, collects) for item in self.questions}
        for item, kinds in self.other_kinds.items():
            self.told.remarks.append(
                f"{self._shown(item)!r} {kinds[0]}, in {len(kinds)} records"
            )
        rows = [
            k
            for k, each in enumerate(self.prompts)
            if each.refused is None or self._stays(k, each, read)
        ]
        self.told.rows = len(rows)
        if not rows:
            out = "; ".join(dict.fromkeys(one.why for one in self.told.left_out))
            raise InvalidInput(f"check-ins: none can be read, all are left out: {out}")
        written = [self.prompts[k].person for k in rows]
        persons = sorted({each for each in written if each is not None})
        number: dict[str | None, int] = {each: k for k, each in enumerate(persons)}
        who = np.array([number.get(each, -1) for each in written])
        time = np.array([self.prompts[k].time for k in rows], dtype=np.float64)
        # By person and time; without one, at the end.
        order = np.lexsort((time, np.where(who < 0, len(persons), who)))
        rows_of_table = np.array(rows)[order]
        made: dict[str, Made] = {
            "person": Words(persons, who[order]),
            "time": time[order],
        }
        for item in self.questions:
            made |= self._column(item, rows_of_table, read[item])
        return made

    def _place(self, answer: _Answer) -> int:
        return self.meanings.setdefault(answer, len(self.meanings))

    def _stays(self, k: int, each: Prompt, read: dict[str, list[int]]) -> bool:
        """Whether a refused check-in is a row: it is with its safety answers alone."""
        asked = [item for item in _core.built_in_flags if item in read]
        found = (
            (item, self.of.alarm(each, item, self.questions[item])) for item in asked
        )
        raised = {item: answer for item, answer in found if answer is not None}
        why = each.refused or ""
        if raised:
            why += "; its safety answers stay, to raise their flags"
            lacks = ["person"] * (each.person is None) + ["time"] * (
                each.time != each.time
            )
            if lacks:
                why += f", in a row without a {' and a '.join(lacks)}"
        place = each.place
        if raised or not each.is_named:
            asked_of = dict.fromkeys(map(self._shown, each.answered()))
            self.told.left_out.append(
                LeftOut(each.file, place, each.person, why, tuple(asked_of))
            )
        for item in read:
            gap = "unknown" if raised and item not in raised else None
            read[item][k] = self._place((raised.get(item), gap))
        return bool(raised)

    def _column(
        self, item: str, rows: npt.NDArray[np.intp], read: list[int]
    ) -> dict[str, Made]:
        """Return the columns of an item, given the place of each prompt's meaning."""
        made: dict[str, Made] = {}
        meant = np.array(read)[rows]
        answers = [answer for answer, _ in self.meanings]
        if any(isinstance(answers[k], str) for k in set(meant.tolist())):
            texts = [
                None if (answer := answers[k]) is None else self._text(item, row, answer)
                for row, k in zip(rows.tolist(), meant.tolist(), strict=True)
            ]
            made[item] = Words.of(texts)
        else:
            numbers = [np.nan if a is None or isinstance(a, str) else a for a in answers]
            made[item] = np.array(numbers, dtype=np.float64)[meant]
        known = _core.missing_reasons
        why = [
            -1 if reason is None else known.index(reason) for _, reason in self.meanings
        ]
        reasons = np.array(why)[meant]
        told = reasons[reasons >= 0]
        if told.size and item not in KNOWLEDGE:
            made[f"{item}_missing"] = Words(known, reasons)
            counts = np.bincount(told)
            first = dict.fromkeys(told.tolist())
            self.told.missing[item] = {known[k]: int(counts[k]) for k in first}
        return made

    def _text(self, item: str, row: int, answer: float | str) -> str:
        """Return an answer among texts, as it stands in the export where that is read."""
        if isinstance(answer, str):
            return answer
        if item in self.of.codes or self.prompts[row].refused is not None:
            return as_text(answer)
        given = self._given(self.prompts[row], item)[1]
        return as_text(given) if given is not None else as_text(answer)

    def _read(self, item: str, collects: bool) -> list[int]:
        """Return what the answers of all check-ins to an item mean, as places.

        Each text is looked up once.
        """
        found: list[int] = []
        known: dict[str, tuple[int, _Answer]] = {}
        names = self.questions[item]
        only = names[0] if len(names) == 1 else None
        for each in self.prompts:
            if only is not None and not each.reasons:
                text = each.answers.get(only)
                seen = known.get(text) if isinstance(text, str) else None
                if seen is not None:
                    found.append(seen[0])
                    continue
            try:
                name, value = self._given(each, item)
                if value is None:
                    found.append(self._place(self._gap(each, names)))
                    continue
                seen = known.get(value) if isinstance(value, str) else None
                answer = seen[1] if seen is not None else self.of.meaning(item, value)
                if isinstance(value, OtherKind):
                    self.other_kinds.setdefault(item, []).append(value)
                if isinstance(value, str):
                    known[value] = self._place(answer), answer
                if each.reasons:
                    if answer[0] is not None and name in each.reasons:
                        raise RefusedRecord("is both answered and missing")
                    if answer[0] is None and not each.reasons.keys().isdisjoint(names):
                        answer = self._gap(each, names)
                found.append(self._place(answer))
            except RefusedRecord as error:
                problem = f"{self._shown(item)!r} {error}"
                if not collects:
                    each.raise_refused(problem)
                each.refused = each.refused or problem
                found.append(self._place((None, None)))
        return found

    def _given(self, prompt: Prompt, item: str) -> tuple[str, Any]:
        """Return a question and its answer as it stands in the export, or None.

        Of several questions the one that is answered; else one that says why not.
        """
        names = self.questions[item]
        answers = prompt.answers
        if len(names) == 1:
            value = answers.get(names[0])
            return names[0], value if is_given(value) else None
        full = [name for name in names if is_given(answers.get(name))]
        if len(full) > 1:
            told = [name for name in full if not self._is_gap(item, answers[name])]
            if len(told) > 1:
                listed = ", ".join(dict.fromkeys(map(self._shown, names)))
                raise RefusedRecord(f"is answered by several questions: {listed}")
            full = told or full
        return (full[0], answers[full[0]]) if full else (names[0], None)

    def _is_gap(self, item: str, value: Any) -> bool:
        try:
            return self.of.meaning(item, value)[0] is None
        except RefusedRecord:
            return False

    @staticmethod
    def _gap(prompt: Prompt, names: list[str]) -> _Answer:
        """Say why there is no answer."""
        reasons = [prompt.reasons[name] for name in names if name in prompt.reasons]
        if reasons:  # of several questions one may have been asked
            told = (reason for reason in reasons if reason != "not_asked")
            return None, next(told, reasons[0])
        if prompt.reason is not None:
            return None, prompt.reason
        asked = any(name in prompt.answers for name in names)
        return None, "unknown" if asked else "not_asked"


def _question(name: str, several: set[str]) -> str:
    """Return the question of a column without its choice, which is an answer."""
    ends = [place for place, sign in enumerate(name) if sign == "["]
    return next((name[:end] for end in ends if name[:end] in several), name)


def _refuse_repeated(prompt: Prompt, wanted: Container[str]) -> None:
    for name, value in prompt.answers.items():
        if isinstance(value, Repeated) and name in wanted:
            raise InvalidInput(
                f"{prompt.file}, {prompt.place}: {name!r} is a list of objects or "
                "lists, as of a group that repeats, and no list of choices; make rows of "
                "them, or leave it out: name in `items` what is read"
            )


def _flags_of_instrument(name: str, answers: Sequence[Any]) -> set[str]:
    """Return the flag of an instrument's item that a question is, where it is raised."""
    column = flagged_item(name)
    if not column or alarm_of(answers) is None:
        return set()
    instrument, _, item = column.rpartition("_")
    items = _core.Instrument.named(instrument).to_dict()["items"]
    return {each["flag"] for each in items if each["id"] == item}


def _is_truth(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip() in TRUTH
    return isinstance(value, (bool, np.bool_))


def _finite(value: Any, item: str) -> float:
    number = float(value)
    if not np.isfinite(number):
        raise InvalidInput(f"values of {item!r}: must be finite numbers")
    return number


def _answer_of(value: Any) -> float | str | None:
    """Return a number, or a text as it stands; None for a word that says a gap."""
    if not isinstance(value, str):
        code = code_of(value)
        if isinstance(code, float) and not np.isfinite(code):
            raise RefusedRecord("is a number that is not finite")
        return code if not isinstance(code, str) else str(value)
    text = value.strip()
    if text in MISSING:
        return None
    number = number_in(text)
    return text if number is None else number
