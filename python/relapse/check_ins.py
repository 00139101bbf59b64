"""Check-ins from a table, wide (a column an item) or long (a row an answer)."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse.cells import Codes
from relapse.columns import (
    GAP,
    ArrayColumn,
    Column,
    Refusals,
    as_bytes,
    is_missing,
    number_by_value,
    read_answers,
    read_numbers,
    read_truths,
    read_words,
)
from relapse.errors import CheckInError, InvalidInput, UnknownColumnWarning
from relapse.tables import Made, Table, Words, open_table
from relapse.times import TimeUnit, read_times

FloatArray: TypeAlias = "npt.NDArray[np.float64]"
#: Numbers with NaN where there is none, or bytes with 255 there.
AnswerArray: TypeAlias = "npt.NDArray[np.float64] | npt.NDArray[np.uint8]"
IntArray: TypeAlias = "npt.NDArray[np.int64]"

_UNKNOWN = _core.missing_reasons.index("unknown")
_NOT_ASKED = _core.missing_reasons.index("not_asked")
#: A reason as a number, one more than in the library: 0 is no reason.
_REASONS = {word: code + 1 for code, word in enumerate(_core.missing_reasons)}

_A_NUMBER = "is not allowed, but must be a number"
_A_LABEL = "is not allowed, but must be a number or one of its labels"
_NO_REASON = f"is not a missing reason, which are: {', '.join(_core.missing_reasons)}"
_BOTH = "is both answered and missing"


@dataclass
class CheckIns:
    """A data set as the library takes it, and the way back to the rows of the table."""

    table: Table
    person: str
    time: str
    columns: dict[str, Any]  # what _core takes, one entry a check-in
    refused: Refusals  # by row of the table
    rows: IntArray | None = None  # first row of each check-in; None: one row each
    kept: IntArray | None = None  # check-ins in `columns`; None: all
    find_row: Callable[[int, str], int] = field(default=lambda check_in, _: check_in)

    def place(self, errors: list[tuple[int, str, str]]) -> None:
        """Take over what the library refused: (entry of `columns`, column, problem)."""
        known = self.columns.get("refused")
        for entry, item, problem in errors:
            if known is not None and known[entry]:
                continue
            check_in = entry if self.kept is None else int(self.kept[entry])
            column = self.time if item == "time" else item
            self.refused.add(self.find_row(check_in, item), column, problem)

    def raise_refused(self) -> None:
        """Raise the refusal of the first row, if there is any."""
        if self.refused.found:
            row, column, problem = min(self.refused.found, key=lambda found: found[0])
            person = self.table.column(self.person).objects()[row]
            named = None if is_missing(person) else person
            raise CheckInError(problem, named, row, column or None)

    def answer_at(self, item: str, entry: int) -> float | None:
        """Return one answer of an entry of `columns`, or None where there is none."""
        values = self.columns["answers"][item]
        value = float(values[entry])
        if values.dtype == np.uint8:
            gap = value == GAP and item not in self.columns.get("full", ())
        else:
            gap = value != value
        return None if gap else value

    def answer(self, made: Mapping[str, Made]) -> Any:
        """Return person and time of each check-in, and more, in a table of its kind."""
        taken = {self.person, self.time} & made.keys()
        if taken:
            raise InvalidInput(
                f"column {taken.pop()!r}: has a name that the answer needs"
            )
        filled = {name: self._filled(values) for name, values in made.items()}
        return self.table.answer([self.person, self.time], self.rows, filled)

    def errors(self, rows_before: int = 0) -> Any:
        """Return the refusals as a table of the same kind, rows counted from 0."""
        found = sorted(self.refused.found, key=lambda refusal: refusal[0])
        rows = np.array([row for row, _, _ in found], dtype=np.int64)
        made: dict[str, Made] = {
            "row": rows + rows_before,
            "column": [column for _, column, _ in found],
            "message": [problem for _, _, problem in found],
        }
        return self.table.answer([self.person], rows, made)

    def _filled(self, values: Made) -> Made:
        """Put gaps where a check-in was refused."""
        if self.kept is None:
            return values
        if isinstance(values, Words):
            codes = np.full(self._count(), -1, dtype=np.int64)
            codes[self.kept] = values.codes
            return Words(values.words, codes)
        filled = np.full(self._count(), np.nan)
        filled[self.kept] = values
        return filled

    def _count(self) -> int:
        return self.table.rows if self.rows is None else len(self.rows)


def read_check_ins(
    check_ins: Any, model: _core.Model, person: str, time: str, unit: TimeUnit = "days"
) -> CheckIns:
    """Read a table. Raises InvalidInput for what concerns the whole of it."""
    if person == time:
        raise InvalidInput("person and time must be two columns")
    table = open_table(check_ins)
    if table.rows == 0:
        raise InvalidInput("check_ins: has no rows, but must have at least one")
    reader = _Reader(table, model, person, time, unit)
    is_long = {"item", "value"} & set(table.names)
    if is_long == {"item", "value"}:
        return reader.read_long()
    if is_long:
        raise InvalidInput(
            f"column {is_long.pop()!r}: a long table has both 'item' and 'value'"
        )
    return reader.read_wide()


class _Reader:
    def __init__(
        self, table: Table, model: _core.Model, person: str, time: str, unit: TimeUnit
    ) -> None:
        self.table = table
        self.model = model
        self.person = person
        self.time = time
        self.refused = Refusals()
        self.items = dict.fromkeys([*model.items, *_core.built_in_flags])
        self.labels = model.labels
        self.unknown: list[str] = []
        self.full: set[str] = set()  # columns of bytes without gaps
        codes, _, without = number_by_value(table.require(person))
        for row in without:
            self.refused.add(row, person, "is missing")
        self.codes = codes
        self.days = read_times(table.require(time), self.refused, unit)

    # Wide -----------------------------------------------------------------------------

    def read_wide(self) -> CheckIns:
        answers: dict[str, AnswerArray] = {}
        reasons: dict[str, npt.NDArray[np.uint64]] = {}
        knowledge: dict[str, npt.NDArray[Any]] = {}
        for name in self.table.names:
            asked = str(name).removesuffix("_missing")
            if name in (self.person, self.time):
                continue
            if name in self.items:
                answers[name] = self._wide_answers(self.table.column(name))
            elif asked in self.items:
                reasons[asked] = self._reasons(self.table.column(name))
            elif name in _KNOWLEDGE:
                knowledge[name] = _KNOWLEDGE[name](self, self.table.column(name))
            else:
                self.unknown.append(str(name))
        self._warn()
        columns = {
            "person": self.codes,
            "time": self.days,
            "answers": answers,
            "reasons": self._wide_reasons(answers, reasons),
            "full": self.full,
            **knowledge,
        }
        data = CheckIns(self.table, self.person, self.time, columns, self.refused)
        return _keep(data, self.refused.rows(), self.table.rows)

    def _wide_answers(self, column: Column) -> AnswerArray:
        """Return the answers as bytes where they fit, unless its gaps have reasons."""
        if f"{column.name}_missing" in self.table.names:
            return self._answers(column)
        is_number = column.kind in ("number", "truth")
        labels = Codes(self.labels.get(column.name, {}), "labels")
        small = column.small() if is_number and not labels.of_numbers else None
        if small is None:
            numbers = self._answers(column)
            small = as_bytes(numbers)
            if small is None:
                return numbers
        if small.full:
            self.full.add(column.name)
        return small.values

    def _wide_reasons(
        self,
        answers: dict[str, AnswerArray],
        reasons: Mapping[str, npt.NDArray[np.uint64]],
    ) -> dict[str, npt.NDArray[np.uint8]]:
        """Reasons as the library numbers them. A gap is `unknown` in a column that is
        there, `not_asked` in one that is not.
        """
        read = {}
        for item, numbers in reasons.items():
            gap = _UNKNOWN if item in answers else _NOT_ASKED
            values = answers.setdefault(item, np.full(len(numbers), np.nan))
            for row in np.flatnonzero((numbers > 0) & ~np.isnan(values)):
                self.refused.add(int(row), item, _BOTH)
            read[item] = np.where(numbers > 0, numbers - 1, gap).astype(np.uint8)
        return read

    # Long -----------------------------------------------------------------------------

    def read_long(self) -> CheckIns:
        table = self.table
        known = {self.person, self.time, "item", "value", "missing_reason"}
        items, values, reasons = self._long_answers()
        knowledge = {}
        for name in table.names:
            if name in known:
                continue
            if name in _KNOWLEDGE:
                knowledge[name] = _KNOWLEDGE[name](self, table.column(name))
            else:
                self.unknown.append(str(name))
        self._warn()
        group = _Groups(self.codes, self.days)
        answers: dict[str, FloatArray] = {}
        missing: dict[str, npt.NDArray[np.uint8]] = {}
        order = np.argsort(items, kind="stable")
        ends = np.searchsorted(items[order], np.arange(len(self.items) + 1))
        for k, item in enumerate(self.items):
            rows = order[ends[k] : ends[k + 1]]
            rows = rows[group.of_row[rows] >= 0]
            if not len(rows):
                continue
            answers[item] = np.full(group.count, np.nan)
            answers[item][group.of_row[rows]] = values[rows]
            again = rows[_repeated(group.of_row[rows])]
            for row in again:
                self.refused.add(int(row), item, "is answered twice")
            if len(again):  # the larger one stays, so that it can raise a flag
                np.fmax.at(answers[item], group.of_row[rows], values[rows])
            missing[item] = np.full(group.count, _NOT_ASKED, dtype=np.uint8)
            given = np.where(reasons[rows] > 0, reasons[rows] - 1, _UNKNOWN)
            missing[item][group.of_row[rows]] = given
            for row in rows[(reasons[rows] > 0) & ~np.isnan(values[rows])]:
                self.refused.add(int(row), item, _BOTH)
        columns = {
            "person": self.codes[group.first],
            "time": self.days[group.first],
            "answers": answers,
            "reasons": missing,
            **{name: self._merged(name, knowledge[name], group) for name in knowledge},
        }

        def find_row(check_in: int, item: str) -> int:
            rows = np.flatnonzero(group.of_row == check_in)
            number = list(self.items).index(item) if item in self.items else -1
            of_item = rows[items[rows] == number]
            return int(of_item[0] if len(of_item) else rows[0])

        data = CheckIns(
            table,
            self.person,
            self.time,
            columns,
            self.refused,
            group.first,
            find_row=find_row,
        )
        bad = {int(group.of_row[row]) for row in self.refused.rows()} - {-1}
        return _keep(data, bad, group.count)

    def _long_answers(self) -> tuple[IntArray, FloatArray, npt.NDArray[np.uint64]]:
        """Return item (its number), answer and missing reason of each row."""
        table = self.table
        number = {item: k for k, item in enumerate(self.items)}
        names = table.column("item")
        if names.kind != "object":
            raise InvalidInput(f"column 'item': holds {names.holds}, but must hold texts")
        unknown: dict[str, None] = {}

        def meaning(name: str) -> int:  # 0 is no item, 1 one that the model has not
            if name not in number:
                unknown[name] = None
            return number.get(name, -1) + 2

        found = read_words(names, meaning, self.refused, "must be the name of an item")
        items = found.astype(np.int64) - 2
        values = self._long_values(table.column("value"), items)
        reasons = np.zeros(table.rows, dtype=np.uint64)
        if "missing_reason" in table.names:
            reasons = self._reasons(table.column("missing_reason"))
        for row in np.flatnonzero((items == -2) & (~np.isnan(values) | (reasons > 0))):
            self.refused.add(int(row), "item", "is missing, but there is an answer")
        self.unknown += unknown
        return items, values, reasons

    def _long_values(self, column: Column, items: IntArray) -> FloatArray:
        """Return answers, each read by the labels of the item of its row."""
        read = np.full(len(column), np.nan)
        values = column.numbers() if column.kind in ("number", "truth") else None
        if values is None and column.kind != "object":
            return read_answers(column, {}, self.refused, _A_NUMBER)
        given = (
            np.fromiter(column.objects(), object, len(column))
            if values is None
            else values
        )
        for k, item in enumerate(self.items):
            rows = np.flatnonzero(items == k)
            if not len(rows):
                continue
            refused = Refusals()
            labels = self.labels.get(item, {})
            part = ArrayColumn(item, given[rows])
            read[rows] = read_answers(part, labels, refused, _A_LABEL)
            for row, name, problem in refused.found:
                self.refused.add(int(rows[row]), name, problem)
        nameless = np.flatnonzero(items == -2)
        gap = [
            not is_missing(value) and value != "" for value in given[nameless].tolist()
        ]
        read[nameless[gap]] = 0.0  # there is an answer, to no item
        return read

    # Both -----------------------------------------------------------------------------

    def _answers(self, column: Column) -> FloatArray:
        labels = self.labels.get(column.name, {})
        return read_answers(
            column, labels, self.refused, _A_LABEL if labels else _A_NUMBER
        )

    def _reasons(self, column: Column) -> npt.NDArray[np.uint64]:
        return read_words(column, _REASONS.get, self.refused, _NO_REASON)

    def _warn(self) -> None:
        """Name what the model does not know, once."""
        if self.unknown:
            warnings.warn(
                f"not known to the model {self.model.id!r}, so not used: "
                + ", ".join(self.unknown),
                UnknownColumnWarning,
                stacklevel=5,  # where score, filter, ... were called,
            )

    def _stage(self, column: Column) -> npt.NDArray[np.uint8]:
        bits = {stage: 1 << k for k, stage in enumerate(self.model.stages)}
        problem = "names a stage that is not in the model"
        return read_words(column, _union(bits), self.refused, problem).astype(np.uint8)

    def _acknowledge(self, column: Column) -> npt.NDArray[np.uint64]:
        bits = {flag: 1 << k for k, flag in enumerate(self.model.flags)}
        problem = "names a flag that is not in the model"
        return read_words(column, _union(bits), self.refused, problem)

    def _merged(
        self, name: str, values: npt.NDArray[Any], group: _Groups
    ) -> npt.NDArray[Any]:
        """Bring together what the rows of a check-in say."""
        rows = np.flatnonzero(group.of_row >= 0)
        given, of_row = values[rows], group.of_row[rows]
        if name in ("entered", "abstinent_since_last", "acknowledge"):
            merged = np.zeros(group.count, dtype=values.dtype)
            np.bitwise_or.at(merged, of_row, given)
            return merged
        nothing = np.nan if name == "used_days_ago" else 0
        said = ~np.isnan(given) if name == "used_days_ago" else given != 0
        merged = np.full(group.count, nothing, dtype=values.dtype)
        merged[of_row[said][::-1]] = given[said][::-1]  # the first one stays
        for row in rows[said][given[said] != merged[of_row[said]]]:
            self.refused.add(int(row), name, "differs from another row of the check-in")
        return merged


_KNOWLEDGE: dict[str, Callable[[_Reader, Column], npt.NDArray[Any]]] = {
    "stage": _Reader._stage,
    "entered": lambda reader, column: read_truths(column, reader.refused),
    "used_days_ago": lambda reader, column: read_numbers(column, reader.refused),
    "abstinent_since_last": lambda reader, column: read_truths(column, reader.refused),
    "acknowledge": _Reader._acknowledge,
}


class _Groups:
    """Rows of a long table that make a check-in: one person at one time."""

    def __init__(self, person: npt.NDArray[np.int32], days: FloatArray) -> None:
        usable = np.flatnonzero(person >= 0)  # those without a time are one, refused
        _, moment = np.unique(days[usable], return_inverse=True)
        key = person[usable].astype(np.int64) * (moment.max(initial=0) + 1) + moment
        _, first, of_key = np.unique(key, return_index=True, return_inverse=True)
        order = np.argsort(first)  # keys by first appearance
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        self.count = len(order)
        self.first: IntArray = usable[first[order]]
        self.of_row: IntArray = np.full(len(person), -1, dtype=np.int64)
        self.of_row[usable] = place[of_key]


def _keep(data: CheckIns, bad: set[int], count: int) -> CheckIns:
    """Mark the check-ins refused so far, and leave those without a person out.

    What was refused still goes to the library: its safety answers raise flags.
    """
    if not bad:
        return data
    refused = np.zeros(count, dtype=np.uint8)
    refused[list(bad)] = 1
    columns = data.columns
    columns["refused"] = refused
    somebody = columns["person"] >= 0
    if somebody.all():
        return data
    data.kept = np.flatnonzero(somebody)
    for group in (columns, columns["answers"], columns["reasons"]):
        for name, values in group.items():
            if isinstance(values, np.ndarray):
                group[name] = values[data.kept]
    return data


def _repeated(values: IntArray) -> npt.NDArray[np.bool_]:
    """Whether each value stood before."""
    repeated = np.ones(len(values), dtype=np.bool_)
    repeated[np.unique(values, return_index=True)[1]] = False
    return repeated


def _union(bits: Mapping[str, int]) -> Callable[[str], int | None]:
    """Return the meaning of `word|word`: the bits of all of them."""

    def meaning(text: str) -> int | None:
        words = [word.strip() for word in text.split("|")]
        if all(word in bits for word in words):
            return reduce(or_, (bits[word] for word in words))
        return None

    return meaning
