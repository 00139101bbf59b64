"""Check-ins from a table, wide (a column an item) or long (a row an answer)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._errors import CheckInError, InvalidInput, UnknownColumnWarning
from relapse._reading.cells import Codes
from relapse._reading.columns import (
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
from relapse._reading.tables import Made, Table, open_table
from relapse._reading.times import TimeUnit, read_times

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
#: A column of missing reasons, whatever its case and punctuation.
_MISSING_REASONS = re.compile(r"(.*?)[\W_]*missing\W*", re.IGNORECASE | re.DOTALL)


@dataclass
class CheckIns:
    """A data set as the library takes it, and the way back to the rows of the table."""

    table: Table
    model: _core.Model
    person: str
    time: str
    columns: dict[str, Any]  # what _core takes, one entry a check-in
    refused: Refusals  # by row of the table
    rows: IntArray | None = None  # first row of each check-in; None: one row each
    check_in_of: IntArray | None = None  # by row, where it is not the row itself
    find_row: Callable[[int, str], int] = field(default=lambda check_in, _: check_in)

    def place(self, errors: list[tuple[int, str, str]]) -> None:
        """Take over what the library refused: (entry of `columns`, column, problem)."""
        known = self.columns.get("refused")
        for entry, item, problem in errors:
            if known is not None and known[entry]:
                continue
            column = self.time if item == "time" else item
            self.refused.add(self.find_row(entry, item), column, problem)

    def raise_refused(self) -> None:
        """Raise the refusal of the first row, if there is any."""
        if self.refused.found:
            row, column, problem = min(self.refused.found, key=lambda found: found[0])
            person = self.table.column(self.person).objects()[row]
            named = None if is_missing(person) else person
            flags = self.flags_of(row)
            raise CheckInError(problem, named, row, column or None, *flags)

    def flags_of(self, row: int) -> tuple[list[str], list[str]]:
        """Return the flags that a row raises, and those that could not be read."""
        up, unreadable = _core.raised_flags(self.model, self.columns)
        entry = row if self.check_in_of is None else int(self.check_in_of[row])
        if entry < 0:  # of nobody
            return [], []
        flags = self.model.flags
        return named_bits(up[entry], flags), named_bits(unreadable[entry], flags)

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
        return self.table.answer([self.person, self.time], self.rows, made)

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

    def leave_out_nobody(self, nobody: IntArray) -> None:
        """Leave out the check-ins of rows without a person, unless they raise a flag."""
        if self.rows is None or self.check_in_of is None or not len(nobody):
            return
        up, _ = _core.raised_flags(self.model, self.columns)
        left = np.ones(len(self.rows), dtype=np.bool_)
        left[self.check_in_of[nobody]] = up[self.check_in_of[nobody]] > 0
        for group in (self.columns, self.columns["answers"], self.columns["reasons"]):
            for name, values in group.items():
                if isinstance(values, np.ndarray):
                    group[name] = values[left]
        place = np.where(left, np.cumsum(left) - 1, -1)
        self.rows, self.check_in_of = self.rows[left], place[self.check_in_of]


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
        self.unreadable: dict[int, int] = {}  # by row: flags whose answer was refused
        bits = {flag: 1 << k for k, flag in enumerate(model.flags)}
        self.safety = {item: bits[flag] for item, flag in model.safety_items.items()}
        codes, first, without = number_by_value(table.require(person))
        for k, row in enumerate(without):
            self.refused.add(row, person, "is missing")
            codes[row] = len(first) + k  # of nobody else: it may raise a flag
        self.codes = codes
        self.nobody: IntArray = np.array(without, dtype=np.int64)
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
                refuse_other_name(self.model, str(name))
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
        data = CheckIns(
            self.table, self.model, self.person, self.time, columns, self.refused
        )
        return self._mark(data, self.table.rows)

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
                continue
            if name in self.safety:
                raise InvalidInput(
                    f"column {name!r}: is a safety item, but must be rows of 'item' in a "
                    "long table"
                )
            refuse_other_name(self.model, str(name))
            self.unknown.append(str(name))
        self._warn()
        group = _Groups(self.codes, self.days)
        answers: dict[str, FloatArray] = {}
        missing: dict[str, npt.NDArray[np.uint8]] = {}
        order = np.argsort(items, kind="stable")
        ends = np.searchsorted(items[order], np.arange(len(self.items) + 1))
        for k, item in enumerate(self.items):
            rows = order[ends[k] : ends[k + 1]]
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

        data = CheckIns(
            table,
            self.model,
            self.person,
            self.time,
            columns,
            self.refused,
            group.first,
            group.of_row,
        )
        self._mark(data, group.count)
        data.leave_out_nobody(self.nobody)

        def find_row(check_in: int, item: str) -> int:
            rows = np.flatnonzero(data.check_in_of == check_in)
            number = list(self.items).index(item) if item in self.items else -1
            of_item = rows[items[rows] == number]
            return int(of_item[0] if len(of_item) else rows[0])

        data.find_row = find_row
        return data

    def _long_answers(self) -> tuple[IntArray, FloatArray, npt.NDArray[np.uint64]]:
        """Return item (its number), answer and missing reason of each row."""
        table = self.table
        number = {item: k for k, item in enumerate(self.items)}
        names = table.column("item")
        if names.kind != "object":
            raise InvalidInput(f"column 'item': holds {names.holds}, but must hold texts")
        unknown: dict[str, None] = {}
        other: dict[str, str] = {}  # names that are taken for that of a safety item

        def meaning(name: str) -> int:  # 0 is no item, 1 one that the model has not
            meant = "" if name in number else self.model.safety_name(name)
            if meant:
                other[name] = meant
            elif name not in number:
                unknown[name] = None
            return number.get(meant or name, -1) + 2

        found = read_words(names, meaning, self.refused, "must be the name of an item")
        for place, name in enumerate(names.objects() if other else ()):
            if name in other:
                self.refused.add(place, "item", _other_name(other[name]))
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
                self._refuse_answer(int(rows[row]), name, problem)
        nameless = np.flatnonzero(items == -2)
        gap = [
            not is_missing(value) and value != "" for value in given[nameless].tolist()
        ]
        read[nameless[gap]] = 0.0  # there is an answer, to no item
        return read

    # Both -----------------------------------------------------------------------------

    def _answers(self, column: Column) -> FloatArray:
        labels = self.labels.get(column.name, {})
        refused = Refusals()
        read = read_answers(column, labels, refused, _A_LABEL if labels else _A_NUMBER)
        for row, _, problem in refused.found:
            self._refuse_answer(row, column.name, problem)
        return read

    def _refuse_answer(self, row: int, item: str, problem: str) -> None:
        """Refuse an answer that cannot be read; one about safety raises its flag."""
        self.refused.add(row, item, problem)
        if item in self.safety:
            self.unreadable[row] = self.unreadable.get(row, 0) | self.safety[item]

    def _mark(self, data: CheckIns, count: int) -> CheckIns:
        """Mark the check-ins refused so far.

        They still go to the library: their safety answers raise flags.
        """
        if not self.refused.found:
            return data

        def check_in(row: int) -> int:
            return row if data.check_in_of is None else int(data.check_in_of[row])

        refused = np.zeros(count, dtype=np.uint8)
        refused[[check_in(row) for row in self.refused.rows()]] = 1
        data.columns["refused"] = refused
        if self.unreadable:
            unreadable = np.zeros(count, dtype=np.uint64)
            for row, bits in self.unreadable.items():
                unreadable[check_in(row)] |= np.uint64(bits)
            data.columns["unreadable"] = unreadable
        return data

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
        rows = np.arange(len(values))
        given, of_row = values, group.of_row
        if name in ("entered", "abstinent_since_last", "acknowledge"):
            merged = np.zeros(group.count, dtype=values.dtype)
            np.bitwise_or.at(merged, of_row, given)
            return merged
        nothing = np.nan if name in _DAYS else 0
        said = ~np.isnan(given) if name in _DAYS else given != 0
        merged = np.full(group.count, nothing, dtype=values.dtype)
        merged[of_row[said][::-1]] = given[said][::-1]  # the first one stays
        for row in rows[said][given[said] != merged[of_row[said]]]:
            self.refused.add(int(row), name, "differs from another row of the check-in")
        return merged


#: Numbers of days beside the answers.
_DAYS = ("used_days_ago", "days_since_use", "days_in_recovery")

_KNOWLEDGE: dict[str, Callable[[_Reader, Column], npt.NDArray[Any]]] = {
    "stage": _Reader._stage,
    "entered": lambda reader, column: read_truths(column, reader.refused),
    **dict.fromkeys(_DAYS, lambda reader, column: read_numbers(column, reader.refused)),
    "abstinent_since_last": lambda reader, column: read_truths(column, reader.refused),
    "acknowledge": _Reader._acknowledge,
}


class _Groups:
    """Rows of a long table that make a check-in: one person at one time."""

    def __init__(self, person: npt.NDArray[np.int32], days: FloatArray) -> None:
        # Those without a time are one, refused.
        _, moment = np.unique(days, return_inverse=True)
        key = person.astype(np.int64) * (moment.max(initial=0) + 1) + moment
        _, first, of_key = np.unique(key, return_index=True, return_inverse=True)
        order = np.argsort(first)  # keys by first appearance
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        self.count = len(order)
        self.first: IntArray = first[order].astype(np.int64)
        self.of_row: IntArray = place[of_key].astype(np.int64)


def named_bits(bits: Any, names: list[str]) -> list[str]:
    """Return the names whose bit is set."""
    return [name for k, name in enumerate(names) if int(bits) >> k & 1]


def refuse_other_name(model: _core.Model, column: str) -> None:
    """Refuse a column whose name is taken for that of a safety item, or of its reasons.

    Left out as unknown, it would take the answers about safety with it.
    """
    found = _MISSING_REASONS.fullmatch(column)
    meant = model.safety_name(column)
    if not meant and found:
        meant = model.safety_name(found[1]) and f"{model.safety_name(found[1])}_missing"
    if meant:
        raise InvalidInput(f"column {column!r}: {_other_name(meant)}")


def _other_name(meant: str) -> str:
    return f"is another name of the safety item {meant!r}, but must be {meant!r}"


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
