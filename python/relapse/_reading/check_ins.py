"""Check-ins from a table, wide (a column an item) or long (a row an answer)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Concatenate, Literal, ParamSpec, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._errors import CheckInError, InvalidInput, UnknownColumnWarning, warn
from relapse._reading.cells import Codes, is_missing, number_in
from relapse._reading.columns import (
    GAP,
    ArrayColumn,
    Column,
    FloatArray,
    IntArray,
    Refusals,
    SeriesColumn,
    as_bytes,
    number_by_value,
    read_answers,
    read_numbers,
    read_truths,
    read_words,
)
from relapse._reading.hints import Allowed
from relapse._reading.names import (
    as_shown,
    of_instrument,
    other_name,
    refuse_other_name,
    safety_meant,
    spelling,
)
from relapse._reading.tables import Made, Moments, Table, open_table
from relapse._reading.times import TimeUnit, from_days, moment_texts, read_times

Arguments = ParamSpec("Arguments")
Found = TypeVar("Found")
#: Numbers with NaN where there is none, or bytes with 255 there.
AnswerArray: TypeAlias = "npt.NDArray[np.float64] | npt.NDArray[np.uint8]"

#: What is known beside the answers: columns, and what they hold.
KNOWLEDGE: dict[str, Literal["stages", "truth", "days", "flags"]] = {
    "stage": "stages",
    "entered": "truth",
    "used_days_ago": "days",
    "abstinent_since_last": "truth",
    "acknowledge": "flags",
    "days_since_use": "days",
    "days_in_recovery": "days",
}

_UNKNOWN = _core.missing_reasons.index("unknown")
_NOT_ASKED = _core.missing_reasons.index("not_asked")
#: A reason as a number, one more than in the library: 0 is no reason.
_REASONS = {word: code + 1 for code, word in enumerate(_core.missing_reasons)}

_A_NUMBER = "is not allowed, but must be a number"
_A_LABEL = "is not allowed, but must be a number or one of its labels"
_NO_REASON = f"is not a missing reason, which are: {', '.join(_core.missing_reasons)}"
_BOTH = "is both answered and missing"


@dataclass(frozen=True)
class CheckIns:
    """A data set as the library takes it, and the way back to the rows of the table."""

    table: Table
    model: _core.Model
    person: str
    time: str
    columns: dict[str, Any]  # what _core takes, one entry a check-in
    refused: Refusals  # by row of the table
    # Of a long table: the first row of each check-in, the check-in of each row (-1: left
    # out), and the number of the item of each row. A row of a wide one is a check-in.
    first_rows: IntArray | None = None
    check_in_of: IntArray | None = None
    item_of: IntArray | None = None
    unit: TimeUnit = "days"  # of numbers as times

    def run(
        self,
        call: Callable[Concatenate[_core.Model, dict[str, Any], Arguments], Found],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Found:
        """Give the check-ins to the library. Raises CheckInError for what is refused."""
        self.raise_refused()
        with self.placing():
            return call(self.model, self.columns, *arguments, **named)

    @contextlib.contextmanager
    def placing(self) -> Iterator[None]:
        """Name the row of the table in what the library refuses."""
        try:
            yield
        except CheckInError as error:
            if error.row is not None:
                self.place([(error.row, error.item or "", error.problem)])
                self.raise_refused()
            raise

    def place(self, errors: list[tuple[int, str, str]]) -> None:
        """Take over what the library refused: (entry of `columns`, column, problem)."""
        known = self.columns.get("refused")
        allowed = Allowed(self.model)
        for entry, item, problem in errors:
            if known is None or not known[entry]:
                column = self.time if item == "time" else item
                answers = self.columns["answers"].get(item)
                answer = np.nan if answers is None else float(answers[entry])
                said = allowed.named(problem, item, answer)
                self.refused.add(self._row_of(entry, item), column, said)

    def refuse(self, row: int, problem: str) -> None:
        """Refuse a row for what was found before its columns were read."""
        self.refused.add(row, "", problem)
        entry = row if self.check_in_of is None else int(self.check_in_of[row])
        count = len(self.columns["time"])
        marks = self.columns.setdefault("refused", np.zeros(count, dtype=np.uint8))
        if entry >= 0:  # else it is of nobody
            marks[entry] = 1

    def raise_refused(self, among: Container[int] | None = None) -> None:
        """Raise the refusal of the first row, of all or some, if there is any."""
        self.table.raise_first(self.refused, self.person, self.flags_of, among)

    def flags_of(self, row: int) -> tuple[list[str], list[str]]:
        """Return the flags that a row raises, and those that could not be read."""
        up, unreadable = _core.raised_flags(self.model, self.columns)
        entry = row if self.check_in_of is None else int(self.check_in_of[row])
        if entry < 0:  # of nobody
            return [], []
        flags = self.model.flags
        return named_bits(up[entry], flags), named_bits(unreadable[entry], flags)

    def numbers(self, item: str, entries: Any = slice(None)) -> FloatArray:
        """Return answers, of all check-ins or some; NaN where there is none."""
        values = self.columns["answers"][item][entries]
        if values.dtype == np.uint8 and item not in self.columns.get("full", ()):
            return np.where(values == GAP, np.nan, values)
        return np.asarray(values, dtype=np.float64)

    def rows(self, entries: IntArray) -> IntArray:
        """Return the first row of each of some check-ins."""
        return entries if self.first_rows is None else self.first_rows[entries]

    def names(self, entries: IntArray) -> list[Any]:
        """Return the person of each of some check-ins, as the table has it."""
        names = self.table.column(self.person).objects()
        return [names[row] for row in self.rows(entries).tolist()]

    def answer(self, made: Mapping[str, Made], entries: IntArray | None = None) -> Any:
        """Return person and time of check-ins, and more, in a table of its kind."""
        rows = self.first_rows if entries is None else self.rows(entries)
        return self.table.answer([self.person, self.time], rows, made)

    def like_times(self, days: FloatArray) -> Made:
        """Return moments, one a check-in, in the kind that times came in."""
        column = self.table.column(self.time)
        if isinstance(column, SeriesColumn) and column.kind == "moment":
            return column.later(days - self.columns["time"], self.first_rows)
        if column.kind == "object":
            first = next((v for v in column.objects() if not is_missing(v)), None)
            if isinstance(first, datetime):
                return Moments(days)
            if isinstance(first, str) and number_in(first) is None:
                return moment_texts(days)
        return from_days(days, self.unit)

    def errors(self, rows_before: int = 0) -> Any:
        """Return the refusals as a table of the same kind, rows counted from 0."""
        return self.table.errors(self.refused, self.person, rows_before)

    def _row_of(self, entry: int, item: str) -> int:
        """Return the row of a check-in that holds an item, or its first one."""
        if self.check_in_of is None or self.item_of is None:
            return entry
        rows = np.flatnonzero(self.check_in_of == entry)
        items = list(_items_of(self.model))
        number = items.index(item) if item in items else -1
        of_item = rows[self.item_of[rows] == number]
        return int(of_item[0] if len(of_item) else rows[0])


def read_check_ins(
    check_ins: Any,
    model: _core.Model,
    person: str,
    time: str,
    unit: TimeUnit = "days",
    beside: Sequence[str] = (),
) -> CheckIns:
    """Read a table. Raises InvalidInput for what concerns the whole of it.

    `beside` are columns of a wide table that say something of a row and are no answers.
    """
    if person == time:
        raise InvalidInput("person and time must be two columns")
    table = open_table(check_ins)
    if table.rows == 0:
        raise InvalidInput("check_ins: has no rows, but must have at least one")
    for name in beside:
        table.require(name)
    reader = _Reader(table, model, person, time, unit)
    is_long = {"item", "value"} & set(table.names)
    if len(is_long) == 1:
        raise InvalidInput(
            f"column {is_long.pop()!r}: a long table has both 'item' and 'value'"
        )
    if is_long and beside:
        raise InvalidInput(
            f"column {beside[0]!r}: says something of a row, so the table must be wide"
        )
    data = reader.read_long() if is_long else reader.read_wide(beside)
    if unknown := list(dict.fromkeys(map(as_shown, reader.unknown))):
        warn(
            f"not known to the model {model.id!r}, so not used: "
            + ", ".join(_with_nearest(name, [*model.items]) for name in unknown),
            UnknownColumnWarning,
        )
    return data


def _refuse_other_capitals(name: str) -> None:
    """Refuse a column of a long table in another spelling: the table would be wide."""
    if (meant := spelling(name)) in ("item", "value"):
        raise InvalidInput(
            f"column {name!r}: is another spelling of {meant!r}; a long table has both "
            "'item' and 'value', a wide one neither"
        )


def _with_nearest(name: str, items: list[str]) -> str:
    nearest = _core.nearest_name(name, items)
    return f"{name} (did you mean `{nearest}`?)" if nearest else name


def _items_of(model: _core.Model) -> dict[str, int]:
    """Return the number of each item that a table may answer."""
    items = dict.fromkeys([*model.items, *_core.built_in_flags])
    return {item: number for number, item in enumerate(items)}


class _Reader:
    """Reads person and time of each row, then one column after the other."""

    def __init__(
        self, table: Table, model: _core.Model, person: str, time: str, unit: TimeUnit
    ) -> None:
        self.table = table
        self.model = model
        self.person = person
        self.time = time
        self.unit: TimeUnit = unit
        self.refused = Refusals()
        self.items = _items_of(model)
        self.labels = model.labels
        self.unknown: list[str] = []
        self.full: set[str] = set()  # columns of bytes without gaps
        self.unreadable: dict[int, int] = {}  # by row: flags whose answer was refused
        bits = {flag: 1 << k for k, flag in enumerate(model.flags)}
        self.safety = {item: bits[flag] for item, flag in model.safety_items.items()}
        self.codes, first = number_by_value(table.require(person), self.refused)
        # The rows of nobody; each is of a person of its own, as it may raise a flag.
        self.nobody = np.array([row for row, *_ in self.refused.found], dtype=np.int64)
        if len(self.nobody):
            self.codes[self.nobody] = len(first) + np.arange(len(self.nobody))
        self.days = read_times(table.require(time), self.refused, unit, self.codes)

    # Wide -----------------------------------------------------------------------------

    def read_wide(self, beside: Sequence[str]) -> CheckIns:
        answers: dict[str, AnswerArray] = {}
        reasons: dict[str, npt.NDArray[np.uint64]] = {}
        knowledge: dict[str, npt.NDArray[Any]] = {}
        for name in self.table.names:
            asked = str(name).removesuffix("_missing")
            if name in (self.person, self.time, *beside):
                continue
            if name in self.items:
                answers[name] = self._wide_answers(self.table.column(name))
            elif asked in self.items:
                reasons[asked] = self._reasons(self.table.column(name))
            elif name in KNOWLEDGE:
                knowledge[name] = self._knowledge(self.table.column(name))
            else:
                _refuse_other_capitals(str(name))
                self._leave_out(str(name))
        columns = {
            "person": self.codes,
            "time": self.days,
            "answers": answers,
            "reasons": self._wide_reasons(answers, reasons),
            "full": self.full,
            **knowledge,
        }
        columns |= self._marks(None, self.table.rows)
        return CheckIns(
            self.table,
            self.model,
            self.person,
            self.time,
            columns,
            self.refused,
            unit=self.unit,
        )

    def _wide_answers(self, column: Column) -> AnswerArray:
        """Return answers as bytes where they are small, unless gaps have reasons."""
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
            self.refused.add_where((numbers > 0) & ~np.isnan(values), item, _BOTH)
            read[item] = np.where(numbers > 0, numbers - 1, gap).astype(np.uint8)
        return read

    # Long -----------------------------------------------------------------------------

    def read_long(self) -> CheckIns:
        table = self.table
        read = {self.person, self.time, "item", "value", "missing_reason"}
        item_of, values, reasons = self._long_answers()
        knowledge = {}
        for name in table.names:
            if name in read:
                continue
            if name in KNOWLEDGE:
                knowledge[name] = self._knowledge(table.column(name))
                continue
            if name in self.safety:
                raise InvalidInput(
                    f"column {name!r}: is a safety item, but must be rows of 'item' in a "
                    "long table"
                )
            self._leave_out(str(name))
        group = _Groups(self.codes, self.days)
        answers: dict[str, FloatArray] = {}
        missing: dict[str, npt.NDArray[np.uint8]] = {}
        order = np.argsort(item_of, kind="stable")
        ends = np.searchsorted(item_of[order], np.arange(len(self.items) + 1))
        for item, k in self.items.items():
            rows = order[ends[k] : ends[k + 1]]
            if not len(rows):
                continue
            answers[item] = np.full(group.count, np.nan)
            answers[item][group.of_row[rows]] = values[rows]
            again = rows[_repeated(group.of_row[rows])]
            self.refused.add_where(again, item, "is answered twice")
            if len(again):  # the larger one stays, so that it can raise a flag
                np.fmax.at(answers[item], group.of_row[rows], values[rows])
            missing[item] = np.full(group.count, _NOT_ASKED, dtype=np.uint8)
            given = np.where(reasons[rows] > 0, reasons[rows] - 1, _UNKNOWN)
            missing[item][group.of_row[rows]] = given
            both = rows[(reasons[rows] > 0) & ~np.isnan(values[rows])]
            self.refused.add_where(both, item, _BOTH)
        columns = {
            "person": self.codes[group.first],
            "time": self.days[group.first],
            "answers": answers,
            "reasons": missing,
            **{name: self._merged(name, knowledge[name], group) for name in knowledge},
        }
        columns |= self._marks(group.of_row, group.count)
        first, of_row = self._leave_out_nobody(columns, group)
        return CheckIns(
            table,
            self.model,
            self.person,
            self.time,
            columns,
            self.refused,
            first,
            of_row,
            item_of,
            self.unit,
        )

    def _leave_out_nobody(
        self, columns: dict[str, Any], group: _Groups
    ) -> tuple[IntArray, IntArray]:
        """Leave out the check-ins of rows without a person, unless they raise a flag.

        Returns the first row of each check-in that is left, and the check-in of each row.
        """
        if not len(self.nobody):
            return group.first, group.of_row
        up, _ = _core.raised_flags(self.model, columns)
        left = np.ones(group.count, dtype=np.bool_)
        left[group.of_row[self.nobody]] = up[group.of_row[self.nobody]] > 0
        for part in (columns, columns["answers"], columns["reasons"]):
            for name, values in part.items():
                if isinstance(values, np.ndarray):
                    part[name] = values[left]
        place = np.where(left, np.cumsum(left) - 1, -1)
        return group.first[left], place[group.of_row]

    def _long_answers(self) -> tuple[IntArray, FloatArray, npt.NDArray[np.uint64]]:
        """Return item (its number), answer and missing reason of each row."""
        table = self.table
        number = self.items
        names = table.column("item")
        if names.kind != "object":
            raise names.must_hold("texts")
        unknown: dict[str, None] = {}
        other: dict[str, str] = {}  # names about safety, and what is wrong with each

        def meaning(name: str) -> int:  # 0 is no item, 1 one that the model has not
            meant = "" if name in number else safety_meant(self.model, name)
            if meant:
                other[name] = other_name(name, meant)
            elif name not in number and (problem := of_instrument(name)):
                other[name] = problem
            elif name not in number:
                unknown[name] = None
            return number.get(meant.removesuffix("_missing") or name, -1) + 2

        found = read_words(names, meaning, self.refused, "must be the name of an item")
        for place, name in enumerate(names.objects() if other else ()):
            if name in other:
                self.refused.add(place, "item", other[name])
        items = found.astype(np.int64) - 2
        values = self._long_values(table.column("value"), items)
        reasons = np.zeros(table.rows, dtype=np.uint64)
        if "missing_reason" in table.names:
            reasons = self._reasons(table.column("missing_reason"))
        nameless = (items == -2) & (~np.isnan(values) | (reasons > 0))
        self.refused.add_where(nameless, "item", "is missing, but there is an answer")
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
        for item, k in self.items.items():
            rows = np.flatnonzero(items == k)
            if len(rows):
                part = ArrayColumn(item, given[rows])
                read[rows] = self._answers(part, _A_LABEL, rows)
        nameless = np.flatnonzero(items == -2)
        gap = [
            not is_missing(value) and value != "" for value in given[nameless].tolist()
        ]
        read[nameless[gap]] = 0.0  # there is an answer, to no item
        return read

    # Both -----------------------------------------------------------------------------

    def _answers(
        self, column: Column, problem: str = "", rows: IntArray | None = None
    ) -> FloatArray:
        """Return answers to an item, of all rows or some.

        What cannot be read is refused; about safety it raises its flag all the same.
        """
        item = column.name
        labels = self.labels.get(item, {})
        refused = Refusals()
        problem = problem or (_A_LABEL if labels else _A_NUMBER)
        read = read_answers(column, labels, refused, problem)
        for place, _, what in refused.found:
            row = place if rows is None else int(rows[place])
            self.refused.add(row, item, what)
            if item in self.safety:
                self.unreadable[row] = self.unreadable.get(row, 0) | self.safety[item]
        return read

    def _marks(self, of_row: IntArray | None, count: int) -> dict[str, npt.NDArray[Any]]:
        """Return marks of the check-ins refused so far, if there are any.

        `of_row` is the check-in of each row, None where it is the row itself.
        They still go to the library: their safety answers raise flags.
        """
        if not self.refused.found:
            return {}
        marks: dict[str, npt.NDArray[Any]] = {"refused": np.zeros(count, dtype=np.uint8)}
        rows = np.array(list(self.refused.rows()), dtype=np.int64)
        marks["refused"][rows if of_row is None else of_row[rows]] = 1
        if self.unreadable:
            marks["unreadable"] = np.zeros(count, dtype=np.uint64)
            for row, bits in self.unreadable.items():
                place = row if of_row is None else of_row[row]
                marks["unreadable"][place] |= np.uint64(bits)
        return marks

    def _reasons(self, column: Column) -> npt.NDArray[np.uint64]:
        return read_words(column, _REASONS.get, self.refused, _NO_REASON)

    def _leave_out(self, name: str) -> None:
        refuse_other_name(self.model, name)
        self.unknown.append(name)

    def _knowledge(self, column: Column) -> npt.NDArray[Any]:
        kind = KNOWLEDGE[column.name]
        if kind == "truth":
            return read_truths(column, self.refused)
        if kind == "days":
            return read_numbers(column, self.refused)
        names = self.model.stages if kind == "stages" else self.model.flags
        problem = f"names a {kind[:-1]} that is not in the model"
        bits = read_words(column, _union(names), self.refused, problem)
        return bits.astype(np.uint8) if kind == "stages" else bits

    def _merged(
        self, name: str, values: npt.NDArray[Any], group: _Groups
    ) -> npt.NDArray[Any]:
        """Bring together what the rows of a check-in say."""
        kind = KNOWLEDGE[name]
        if kind in ("truth", "flags"):
            merged = np.zeros(group.count, dtype=values.dtype)
            np.bitwise_or.at(merged, group.of_row, values)
            return merged
        said = np.flatnonzero(~np.isnan(values) if kind == "days" else values != 0)
        nothing = np.nan if kind == "days" else 0
        merged = np.full(group.count, nothing, dtype=values.dtype)
        merged[group.of_row[said][::-1]] = values[said][::-1]  # the first one stays
        differ = said[values[said] != merged[group.of_row[said]]]
        self.refused.add_where(differ, name, "differs from another row of the check-in")
        return merged


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


def _repeated(values: IntArray) -> npt.NDArray[np.bool_]:
    """Whether each value stood before."""
    repeated = np.ones(len(values), dtype=np.bool_)
    repeated[np.unique(values, return_index=True)[1]] = False
    return repeated


def _union(names: list[str]) -> Callable[[str], int | None]:
    """Return the meaning of `word|word`: the bits of all of them."""
    bits = {name: 1 << k for k, name in enumerate(names)}

    def meaning(text: str) -> int | None:
        words = [word.strip() for word in text.split("|")]
        if all(word in bits for word in words):
            return reduce(or_, (bits[word] for word in words))
        return None

    return meaning
