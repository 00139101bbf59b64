"""Answers of a record: how an export lays out questions and what was answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from relapse import _core
from relapse._reading.check_ins import KNOWLEDGE
from relapse._reading.exports.mapped_columns import (
    columns_of,
    declared_columns,
    questions_of,
    value_of,
)
from relapse._reading.exports.mapping import ReadingReport
from relapse._reading.exports.paths import found_at, steps_of, value_at
from relapse._reading.exports.records import (
    Prompt,
    Record,
    RefusedRecord,
    is_given,
    plain,
)


class Layouts:
    """Takes the answers of records into prompts, a method for each layout."""

    def __init__(self, mapping: Mapping[str, Any], told: ReadingReport) -> None:
        self.mapping = mapping
        self.told = told
        self.seen: set[tuple[str, tuple[str, ...]]] = set()
        self.questions: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
        self.fill: dict[str, Callable[[Prompt, Record], None]] = {
            "wide": self._wide,
            "long": self._long,
            "numbered": self._numbered,
            "nested": self._nested,
        }

    def _wide(self, prompt: Prompt, record: Record) -> None:
        names = tuple(record)
        if names not in self.questions:
            self.questions[names] = questions_of(self.mapping, names)
        asked, reasons = self.questions[names]
        for name in reasons:
            if is_given(record[name]):
                question = name.removesuffix("_missing")
                self._take_reason(prompt, question, str(record[name]).strip())
        # A name stands once in a record, so that nothing is answered twice.
        prompt.answers |= {
            name: value if isinstance(value := record[name], str) else plain(value)
            for name in asked
        }

    def _take_reason(self, prompt: Prompt, question: str, reason: str) -> None:
        if reason not in _core.missing_reasons:
            raise RefusedRecord(f"'{question}_missing' is none of the missing reasons")
        prompt.reasons[question] = reason

    def _long(self, prompt: Prompt, record: Record) -> None:
        name = value_of(self.mapping, record, self.mapping["item"]["column"])
        columns = [c for c in columns_of(self.mapping["value"]) if c in record]
        value = self._one_of(record, columns)
        ours = self.mapping["layout"] == "table"
        reason = record.get("missing_reason") if ours else None
        if not is_given(name):
            if is_given(value) or is_given(reason):
                raise RefusedRecord("has an answer to a question without a name")
            return
        if ours:
            for known in KNOWLEDGE:
                if is_given(record.get(known)):
                    prompt.answers.setdefault(known, record[known])
        if is_given(reason):
            self._take_reason(prompt, str(name), str(reason).strip())
            prompt.answers.setdefault(str(name), None)
        prompt.add(str(name), self._choices(record, plain(value)))

    def _choices(self, record: Record, value: Any) -> Any:
        """Return the choices of a cell that holds several, as `[home; bar]`."""
        rule = self.mapping["value"].get("several")
        if rule is None or not isinstance(value, str):
            return value
        if value_of(self.mapping, record, rule["column"]) not in rule["values"]:
            return value
        inside = value.strip()
        if not (inside.startswith("[") and inside.endswith("]")):
            return value  # a reason, or one choice
        chosen = [each.strip() for each in inside[1:-1].split(rule["between"])]
        return tuple(each for each in chosen if each) or None

    def _numbered(self, prompt: Prompt, record: Record) -> None:
        """Answers in columns `...0...`, `...1...`, names and values side by side."""
        item, values = self.mapping["item"]["column"], columns_of(self.mapping["value"])
        k = 0
        problem = None
        while item.replace("{n}", str(k)) in record:
            name = record[item.replace("{n}", str(k))]
            columns = [value.replace("{n}", str(k)) for value in values]
            k += 1
            try:
                value = self._one_of(record, [c for c in columns if c in record])
                if is_given(name):
                    prompt.add(str(name), value)
                elif is_given(value):
                    raise RefusedRecord("has an answer to a question without a name")
            except RefusedRecord as error:  # the others are read: one may raise a flag
                problem = problem or error
        if problem is not None:
            raise problem

    def _one_of(self, record: Record, columns: list[str]) -> Any:
        given = [record[column] for column in columns if is_given(record[column])]
        if len(given) > 1:
            raise RefusedRecord(f"has answers in several columns: {', '.join(columns)}")
        return given[0] if given else None

    def _nested(self, prompt: Prompt, record: Record) -> None:
        rule = self.mapping["answers"]
        path = rule.get("each") or ".".join(f"{key}[]" for key in rule["lists"])
        problem = None
        first = (path, *declared_columns(self.mapping))
        self._tell_unread("", record, {steps_of(name)[0][0] for name in first})
        answers = {rule["item"], *rule["values"]}
        for each in found_at(record, path):
            if not isinstance(each, dict):
                raise RefusedRecord(f"{path!r} holds something that is no object")
            self._tell_unread(path + ".", each, {key.split(".")[0] for key in answers})
            name = value_at(each, rule["item"])
            try:
                value = self._nested_answer(each, rule["values"])
                if is_given(name):
                    prompt.add(str(plain(name)), value)
                elif is_given(value):
                    raise RefusedRecord(
                        f"has an answer to a question without {rule['item']!r}"
                    )
            except RefusedRecord as error:  # the others are read: one may raise a flag
                problem = problem or error
        if problem is not None:
            raise problem

    def _tell_unread(self, where: str, found: Record, read: set[str]) -> None:
        """Write down the keys of an object at which nothing is looked for."""
        keys = tuple(found)
        if (where, keys) in self.seen:
            return
        self.seen.add((where, keys))
        names = [name.partition("[")[0] for name in read]
        for key in keys:
            if not any(fnmatchcase(key, name) for name in names):
                self.told.columns[f"{where}{key}"] = "is no part of this layout"

    def _nested_answer(self, each: Record, values: list[str]) -> Any:
        found: list[Any] = []
        several = False
        for path in values:
            if "*" in path.replace("[**]", ""):
                given = [each[key] for key in each if fnmatchcase(key, path)]
            else:
                given = found_at(each, path)
            given = [value for value in given if value is not None]
            several |= "[" in path and bool(given)
            if given and found:
                raise RefusedRecord("has a question with answers of several kinds")
            found += given
        if not found:
            return None
        if len(found) == 1 and not several:
            return plain(found[0])
        return tuple(plain(value) for value in found)
