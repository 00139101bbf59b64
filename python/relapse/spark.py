"""Scoring on Apache Spark: `pip install relapse[spark]`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from relapse import _core
from relapse._errors import InvalidInput, UnknownColumnWarning, warn
from relapse._passes.arguments import ModelOrName, SameTime, find_model
from relapse._passes.batches import BatchScorer
from relapse._reading.check_ins import KNOWLEDGE
from relapse._reading.names import as_shown, refuse_other_name
from relapse._reading.times import MICROSECONDS_A_DAY

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def score(
    check_ins: DataFrame,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    partitions: int | None = None,
    same_time: SameTime = "refuse",
) -> DataFrame:
    """Score a Spark frame: `relapse.score`, on as many machines as Spark has.

    The rows are partitioned by person and sorted by time; each task keeps one state, so
    its memory does not grow with the rows. The doubles are those of `relapse.score`. A
    task that is killed and retried begins with its partition anew and gives the same.

    Parameters
    ----------
    check_ins
        A wide frame: a column an item. Time is a timestamp (an instant, in microseconds)
        or a number of days.
    model, person, time, same_time
        As for `relapse.score`.
    partitions
        Into how many; None: as Spark does by itself.

    Returns
    -------
    A frame with person, time and the columns of `relapse.score`, in no special order. A
    row that is refused fails the job with its person, row and item.

    """
    from pyspark.sql import functions

    found = find_model(model)
    columns = _taken(check_ins, found, person, time)
    rows = check_ins.select(*columns)
    kind = rows.schema[time].dataType.typeName()
    if kind == "timestamp":
        # As whole microseconds: Arrow and Spark would shift it to the zone of a session.
        micros = functions.unix_micros(functions.col(time)).cast("double")
        rows = rows.withColumn(time, micros / functions.lit(MICROSECONDS_A_DAY))
    elif kind == "timestamp_ntz":
        raise InvalidInput(
            f"column {time!r}: holds timestamps without a time zone, which are no "
            "moments; functions.to_utc_timestamp says in which zone they are"
        )
    else:
        rows = rows.withColumn(time, functions.col(time).cast("double"))
    spread = (
        rows.repartition(functions.col(person))
        if partitions is None
        else rows.repartition(partitions, functions.col(person))
    )
    task = _Task(found.to_json(), person, time, same_time)
    sorted_rows = spread.sortWithinPartitions(person, time)
    scored = sorted_rows.mapInArrow(task, _schema(rows, found, person, time))
    if kind == "timestamp":
        for name in (time, "floor_until"):
            if name not in scored.columns:
                continue
            whole = functions.round(
                functions.col(name) * functions.lit(MICROSECONDS_A_DAY)
            )
            moment = functions.timestamp_micros(whole.cast("long"))
            scored = scored.withColumn(name, moment)
    return scored


def _taken(check_ins: DataFrame, model: _core.Model, person: str, time: str) -> list[str]:
    """Return the columns that matter; name the others once."""
    for name in (person, time):
        if name not in check_ins.columns:
            listed = ", ".join(map(as_shown, check_ins.columns))
            raise InvalidInput(
                f"column {name!r}: is not in the frame, which has: {listed}"
            )
    if {"item", "value"} <= set(check_ins.columns):
        raise InvalidInput(
            "check_ins: is a long frame, in which Spark may cut through a check-in; "
            "pivot it to a wide one"
        )
    items = {*model.items, *_core.built_in_flags, *KNOWLEDGE}
    items |= {f"{item}_missing" for item in (*model.items, *_core.built_in_flags)}
    taken = [name for name in check_ins.columns if name in items | {person, time}]
    unknown = [name for name in check_ins.columns if name not in taken]
    for name in unknown:
        refuse_other_name(model, name)
    if unknown:
        listed = ", ".join(map(as_shown, unknown))
        warn(
            f"not known to the model {model.id!r}, so not used: {listed}",
            UnknownColumnWarning,
        )
    return taken


@dataclass(frozen=True)
class _Task:
    """What Spark sends to its workers: record batches in, scores out."""

    model: str
    person: str
    time: str
    same_time: SameTime

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        scorer = BatchScorer(
            _core.Model.from_json(self.model),
            person=self.person,
            time=self.time,
            threads=1,
            same_time=self.same_time,
        )
        for batch in batches:
            yield scorer.score(batch)


def _schema(rows: DataFrame, model: _core.Model, person: str, time: str) -> Any:
    """Return the columns of the scores as Spark names their types."""
    from pyspark.sql.types import DoubleType, StringType, StructField, StructType

    fields = [rows.schema[person], StructField(time, DoubleType())]
    for name, is_text in score_names(model).items():
        fields.append(StructField(name, StringType() if is_text else DoubleType()))
    return StructType(fields)


def score_names(model: _core.Model) -> dict[str, bool]:
    """Return the columns that a score adds, and whether each holds texts."""
    import pyarrow as pa

    empty = BatchScorer(model).score(pa.table({"person": [], "time": []}))
    return {
        field.name: not pa.types.is_floating(field.type)
        for field in empty.schema
        if field.name not in ("person", "time")
    }
