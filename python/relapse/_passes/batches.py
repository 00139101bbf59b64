"""A data set that comes in pieces: state is kept, not rows."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeAlias

import numpy as np

from relapse import _core
from relapse._errors import CheckInError, InvalidInput, UnknownColumnWarning, at_row
from relapse._passes.answers import score_columns
from relapse._passes.arguments import (
    ModelOrName,
    OnError,
    SameTime,
    find_model,
    thread_count,
)
from relapse._reading.cells import MISSING, bare, is_missing
from relapse._reading.check_ins import CheckIns, read_check_ins
from relapse._reading.columns import IntArray, Refusals
from relapse._reading.settings import is_collecting
from relapse._reading.tables import Table, open_table
from relapse._reading.times import TimeUnit

#: Where the rows of a person stand in a stream.
Persons: TypeAlias = Literal["together", "anywhere"]

_GOES_BACK = "goes back in time, but the rows of a person must come in its order"
_REAPPEARS = (
    "reappears after other persons, but all rows of a person must stand together; "
    "persons='anywhere' keeps the state of each"
)


def score_batches(
    batches: Iterable[Any],
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    time_unit: TimeUnit = "days",
    persons: Persons = "together",
    threads: int | None = None,
    on_error: OnError = "raise",
    same_time: SameTime = "refuse",
) -> Iterator[Any]:
    """Score a data set that comes in batches; the doubles are those of `score`.

    Batches may be cut anywhere, also within a person. What is kept is a state a person,
    never a row, so memory does not grow with the rows.

    Parameters
    ----------
    batches
        Wide tables of any kind that `score` takes, also record batches of pyarrow. The
        rows of a person come in the order of time.
    model, person, time, time_unit, threads, same_time
        As for `score`.
    persons
        "together": the rows of a person follow each other, one state is kept, and a
        person who comes back later is refused (the names are kept to know them by).
        "anywhere": persons may alternate, and the state of each is kept.
    on_error
        As for `score`; with "collect" each answer is a pair of tables. Rows are counted
        from 0 over all batches.

    Yields
    ------
    A table for each batch, of the same kind, a row for each of its rows in their order,
    with the columns of `score`.

    """
    scorer = BatchScorer(
        model,
        person=person,
        time=time,
        time_unit=time_unit,
        persons=persons,
        threads=threads,
        on_error=on_error,
        same_time=same_time,
    )
    for batch in batches:
        yield scorer.score(batch)


class BatchScorer:
    """Scores one batch after the other; what `score_batches` works with.

    A batch that is refused leaves everything as it was, but for the flags that its safety
    answers raise.
    """

    def __init__(
        self,
        model: ModelOrName,
        *,
        person: str = "person",
        time: str = "time",
        time_unit: TimeUnit = "days",
        persons: Persons = "together",
        threads: int | None = None,
        on_error: OnError = "raise",
        same_time: SameTime = "refuse",
    ) -> None:
        if persons not in ("together", "anywhere"):
            raise InvalidInput("persons: must be one of: together, anywhere")
        self._collect = is_collecting(on_error)
        self._model = find_model(model)
        self._person = person
        self._time = time
        self._unit: TimeUnit = time_unit
        self._together = persons == "together"
        self._stream = _core.Stream(
            self._model, thread_count(threads), same_time, self._collect
        )
        self._keys: dict[Any, int] = {}
        # Keys of persons seen in refused batches alone.
        self._waiting: dict[Any, int] = {}
        self._next = 0  # key
        self._last: Any = None  # key of the person of the last row
        self._rows = 0

    def score(self, batch: Any) -> Any:
        """Score the next batch."""
        if type(batch).__name__ == "RecordBatch":
            return self._record_batch(batch)
        table = open_table(batch)
        if table.rows == 0:
            return self._empty(table)
        data = self._read(table)
        if data.first_rows is not None:
            raise InvalidInput(
                "batches: are long tables, in which a cut may go through a check-in; "
                "score_batches takes wide ones"
            )
        keys, new, before = self._number(data)
        try:
            self._refuse_order(data, keys, before)
            with data.placing():
                raw = self._stream.score(data.columns, keys)
        except CheckInError as error:
            self._waiting |= new
            row = None if error.row is None else self._rows + error.row
            raise at_row(error, error.person, row) from None
        data.place(raw["errors"])
        self._keys |= new
        for name in new:
            self._waiting.pop(name, None)
        if self._together:
            self._last = int(keys[data.columns["person"][-1]])
            kept = [self._last, *self._waiting.values()]
            self._stream.keep_only(np.array(kept, dtype=np.int64))
        scores = data.answer(score_columns(data, raw))
        answer = (scores, data.errors(self._rows)) if self._collect else scores
        self._rows += table.rows
        return answer

    def _record_batch(self, batch: Any) -> Any:
        """Score a record batch of pyarrow as a table, and answer with record batches."""
        import pyarrow as pa

        answer = self.score(pa.Table.from_batches([batch]))
        return tuple(map(_one_batch, answer)) if self._collect else _one_batch(answer)

    def _read(self, table: Table) -> CheckIns:
        """Read a batch; columns that the model does not know are named once."""
        with warnings.catch_warnings():
            if self._rows:
                warnings.simplefilter("ignore", UnknownColumnWarning)
            return read_check_ins(
                table, self._model, self._person, self._time, self._unit
            )

    def _empty(self, table: Table) -> Any:
        """Answer a batch without rows: the columns alone."""
        for name in (self._person, self._time):
            table.require(name)
        columns: dict[str, Any] = {
            "person": np.empty(0, np.int32),
            "time": np.empty(0),
            "answers": {},
            "reasons": {},
        }
        raw = self._stream.score(columns, np.empty(0, np.int64))
        data = CheckIns(
            table,
            self._model,
            self._person,
            self._time,
            columns,
            Refusals(),
            unit=self._unit,
        )
        scores = data.answer(score_columns(data, raw))
        return (scores, data.errors()) if self._collect else scores

    def _number(self, data: CheckIns) -> tuple[IntArray, dict[Any, int], set[int]]:
        """Number the persons of a batch from 0.

        Returns their keys, the keys of those who are new, by name, and the numbers of
        those who came before others did.
        """
        codes = data.columns["person"]
        _, first, number = np.unique(codes, return_index=True, return_inverse=True)
        data.columns["person"] = number.astype(np.int32)
        new: dict[Any, int] = {}
        before: set[int] = set()
        keys = np.empty(len(first), dtype=np.int64)
        for k, name in enumerate(map(bare, data.names(first))):
            if isinstance(name, str) and name in MISSING:
                name = None
            key = None if is_missing(name) else self._key(name)
            if key is None:
                key, self._next = self._next, self._next + 1
            keys[k] = key
            if is_missing(name):
                continue
            if name not in self._keys:
                new[name] = key
            elif key != self._last:
                before.add(k)
        return keys, new, before

    def _key(self, name: Any) -> int | None:
        return self._keys.get(name, self._waiting.get(name))

    def _refuse_order(self, data: CheckIns, keys: IntArray, before: set[int]) -> None:
        """Refuse time that goes back within the batch, and persons who reappear."""
        found = self._out_of_order(data) or self._reappearing(data, before)
        if found is None:
            return
        self._stream.raise_flags(data.columns, keys)
        row, column, problem = found
        name = data.table.column(self._person).objects()[row]
        raise CheckInError(problem, name, row, column, *data.flags_of(row))

    def _out_of_order(self, data: CheckIns) -> tuple[int, str, str] | None:
        number = data.columns["person"]
        order = np.argsort(number, kind="stable")
        time = data.columns["time"][order]
        back = np.flatnonzero((np.diff(number[order]) == 0) & (np.diff(time) < 0)) + 1
        return (int(order[back].min()), self._time, _GOES_BACK) if len(back) else None

    def _reappearing(
        self, data: CheckIns, before: set[int]
    ) -> tuple[int, str, str] | None:
        if not self._together:
            return None
        number = data.columns["person"]
        starts = np.flatnonzero(np.concatenate(([True], np.diff(number) != 0)))
        seen: set[int] = set()
        for start in starts.tolist():
            person = int(number[start])
            if person in seen or person in before:
                return start, self._person, _REAPPEARS
            seen.add(person)
        return None


def _one_batch(table: Any) -> Any:
    """Return a table of pyarrow as one record batch."""
    import pyarrow as pa

    batches = table.combine_chunks().to_batches()
    if batches:
        return batches[0]
    return pa.RecordBatch.from_pylist([], schema=table.schema)
