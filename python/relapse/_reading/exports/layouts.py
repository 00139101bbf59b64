"""Answers of a record: how an export lays out questions and what was answered."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from fnmatch import fnmatchcase
from typing import Any

from relapse import _core
from relapse._reading.cells import as_text
from relapse._reading.check_ins import KNOWLEDGE
from relapse._reading.exports.mapped_columns import (
    beside_number,
    columns_of,
    declared_columns,
    numbers_in,
    questions_of,
    texts_in,
    value_of,
)
from relapse._reading.exports.mapping import ReadingReport
from relapse._reading.exports.paths import found_at, steps_of
from relapse._reading.exports.records import (
    OtherKind,
    Prompt,
    Record,
    is_given,
    is_told,
    plain,
)
from relapse._reading.exports.unread import Reads, Unread, reads_of, unread_in
from relapse._reading.names import PARTS, as_question


class Layouts:
    """Takes the answers of records into prompts, a method for each layout."""

    def __init__(
        self, mapping: Mapping[str, Any], named: Container[str], told: ReadingReport
    ) -> None:
        self.mapping = mapping
        self.named = named  # questions that the caller named
        self.told = told
        self.unread = Unread(told)
        self.reads, self.known = _reads_of(mapping)
        self.questions: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
        self.numbers: dict[tuple[str, ...], list[tuple[str, list[str]]]] = {}
        self.fill: dict[str, Callable[[Prompt, Record], None]] = {
            "wide": self._wide,
            "long": self._long,
            "numbered": self._numbered,
            "nested": self._nested,
        }

    def _wide(self, prompt: Prompt, record: Record) -> None:
        names = tuple(record)
        if names not in self.questions:
            self.questions[names] = questions_of(self.mapping, names, self.named)
        asked, reasons = self.questions[names]
        # A name stands once in a record, so that nothing is answered twice.
        prompt.answers = {
            name: value if isinstance(value := record[name], str) else plain(value)
            for name in asked
        }
        for name in reasons:
            if is_told(record[name]):
                question = name.removesuffix("_missing")
                self._take_reason(prompt, question, str(record[name]).strip())

    @staticmethod
    def _take_reason(prompt: Prompt, question: str, reason: str) -> None:
        if reason in _core.missing_reasons:
            prompt.reasons[question] = reason
        else:
            prompt.object(f"'{question}_missing' is none of the missing reasons")

    def _long(self, prompt: Prompt, record: Record) -> None:
        name = value_of(self.mapping, record, self.mapping["item"]["column"])
        given = self._given(prompt, record, columns_of(self.mapping["value"]))
        ours = self.mapping["layout"] == "table"
        reason = record.get("missing_reason") if ours else None
        if not is_told(name):
            if any(map(is_told, given)) or is_told(reason):
                prompt.object("has an answer to a question without a name")
            return
        if ours:
            for known in KNOWLEDGE:
                if is_told(record.get(known)):
                    prompt.answers.setdefault(known, record[known])
        question = as_text(name)
        if ours and question in PARTS and question not in self.named:
            question = as_question(question)  # the column of this name is the part
        if is_told(reason):
            self._take_reason(prompt, question, str(reason).strip())
            prompt.answers.setdefault(question, None)
        for value in given or [None]:
            prompt.add(question, self._choices(record, plain(value)))

    def _choices(self, record: Record, value: Any) -> Any:
        """Return the choices of a cell that may hold several, as `[home; bar]`."""
        rule = self.mapping["value"].get("several")
        if rule is None or not isinstance(value, str):
            return value
        if value_of(self.mapping, record, rule["column"]) not in rule["values"]:
            return value
        inside = value.strip()
        if not (inside.startswith("[") and inside.endswith("]")):
            return value  # a reason, or one choice
        between = texts_in(rule["between"])
        sign = next((each for each in between if each in inside), between[0])
        chosen = [each.strip() for each in inside[1:-1].split(sign)]
        return tuple(each for each in chosen if each) or None

    def _numbered(self, prompt: Prompt, record: Record) -> None:
        """Answers in columns `...0...`, `...1...`, names and values side by side."""
        item, values = self.mapping["item"]["column"], columns_of(self.mapping["value"])
        names = tuple(record)
        if names not in self.numbers:
            self.numbers[names] = [
                (number, beside_number(self.mapping, number, names))
                for number in numbers_in(self.mapping, names)
            ]
        for number, beside in self.numbers[names]:
            name = record.get(item.replace("{n}", number))
            columns = [value.replace("{n}", number) for value in values]
            given = self._given(prompt, record, columns)
            others = [column for column in beside if is_told(record[column])]
            if others and not any(map(is_told, given)):
                given = [OtherKind(tuple(others))]
            self._take(prompt, [name] * is_told(name), given, "a name")

    @staticmethod
    def _take(
        prompt: Prompt, names: list[Any], given: list[Any], what_names: str
    ) -> None:
        """Take in the answers to a question: one, by one name."""
        for name in names:
            for value in given or [None]:
                prompt.add(as_text(name), value)
        if any(map(is_told, given)) and not names:
            prompt.object(f"has an answer to a question without {what_names}")

    @staticmethod
    def _given(prompt: Prompt, record: Record, columns: list[str]) -> list[Any]:
        """Return the answers that stand in columns of which one may have any."""
        there = [column for column in columns if column in record]
        given = [record[column] for column in there if is_told(record[column])]
        if not given:  # a word for a gap stands for all of them
            given = [record[column] for column in there if is_given(record[column])][:1]
        if len(given) > 1:
            prompt.object(f"has answers in several columns: {', '.join(there)}")
        return given

    def _nested(self, prompt: Prompt, record: Record) -> None:
        rule = self.mapping["answers"]
        path = _path_of(rule)
        name, inside = steps_of(path)[-1]
        deeper = name if "**" in inside else None
        self.unread.tell(record, [self.reads])
        for flag in _core.built_in_flags:
            if flag not in self.reads.names and is_told(record.get(flag)):
                prompt.add(flag, plain(record[flag]))
                prompt.object(f"{flag!r} is a safety item, and stands beside the answers")
        for each in found_at(record, path, prompt.object):
            if not isinstance(each, dict):
                prompt.object(f"{path!r} holds something that is no object")
                continue
            found = found_at(each, rule["item"], prompt.object)
            names = [name for name in found if is_told(name)]
            if len(names) > 1:
                prompt.object(f"{rule['item']!r}: stands there {len(names)} times")
            if any(isinstance(name, (bool, dict, list)) for name in names):
                prompt.object(f"{rule['item']!r}: is no text, but must name a question")
                names = []
            given = self._nested_answers(prompt, each, rule["values"])
            if deeper in each and not given:
                continue  # a group of questions, and none itself
            if names and not any(map(is_told, given)):
                given = self._other_kind(each) or given
            self._take(prompt, names, given, repr(rule["item"]))

    def _other_kind(self, question: Record) -> list[Any]:
        """Return what stands in a question without an answer that is read, if anything.

        Beside answers it may be anything, unless the mapping says what is known.
        """
        others = tuple(dict.fromkeys(unread_in(question, self.known)))
        below = "beside" in self.mapping["answers"] or any(
            name not in question for name in others
        )
        return [OtherKind(others, is_sure=below)] if others else []

    @staticmethod
    def _nested_answers(prompt: Prompt, each: Record, values: list[str]) -> list[Any]:
        """Return the answers to a question: one, or the choices as a tuple."""
        found: list[Any] = []
        for path in values:
            if "*" in path.replace("[**]", ""):  # each name is a kind
                given = [each[key] for key in each if fnmatchcase(key, path)]
                found += [plain(value) for value in given if value is not None]
                continue
            given = found_at(each, path, prompt.object)
            given = [value for value in given if value is not None]
            if given:
                several = len(given) > 1 or "[" in path
                found.append(plain(given if several else given[0]))
        if len(found) > 1:
            prompt.object("has a question with answers of several kinds")
        return found


def _path_of(rule: Mapping[str, Any]) -> str:
    return str(rule.get("each") or ".".join(f"{key}[]" for key in rule["lists"]))


def _reads_of(mapping: Mapping[str, Any]) -> tuple[Reads, Reads]:
    """Return what paths read of nested records, and what is known of a question."""
    if mapping["layout"] != "nested":
        return Reads(), Reads()
    rule = mapping["answers"]
    reads = reads_of(sorted(declared_columns(mapping)))
    question = reads.add(_path_of(rule))
    for path in (rule["item"], *rule["values"]):
        question.add_end(path)
    name, inside = steps_of(_path_of(rule))[-1]
    known = [rule["item"].partition(".")[0], *rule["values"], *rule.get("beside", ())]
    return reads, reads_of([*known, *([name] if "**" in inside else [])])
