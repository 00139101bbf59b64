"""Scoring on Dask: `pip install relapse[dask]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relapse import _core
from relapse._errors import other_type
from relapse._passes.arguments import ModelOrName, SameTime, find_model
from relapse._passes.batches import BatchScorer
from relapse._passes.scores import score as score_in_memory

if TYPE_CHECKING:
    import pandas as pd


def score(
    check_ins: Any,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    shuffle: bool = True,
    same_time: SameTime = "refuse",
) -> Any:
    """Score a Dask frame of pandas: `relapse.score` on each partition.

    Parameters
    ----------
    check_ins
        A `dask.dataframe.DataFrame`, wide or long.
    model, person, time, same_time
        As for `relapse.score`.
    shuffle
        Whether the rows are brought together by person first. False where each person
        already stands in one partition; this is not checked.

    Returns
    -------
    A lazy frame with the columns of `relapse.score`; the doubles are the same.

    """
    if not hasattr(check_ins, "map_partitions"):
        raise other_type("check_ins", check_ins, "a frame of Dask", "of type")
    found = find_model(model)
    rows = check_ins.shuffle(on=person) if shuffle else check_ins
    settings: dict[str, Any] = {"person": person, "time": time, "same_time": same_time}
    # The document travels, as text: any worker makes the same model of it.
    text = found.to_json()
    meta = _score_part(rows._meta, text, settings)
    return rows.map_partitions(_score_part, text, settings, meta=meta)


def _score_part(part: pd.DataFrame, model: str, settings: dict[str, Any]) -> Any:
    found = _core.Model.from_json(model)
    if len(part) == 0:
        return BatchScorer(found, **settings).score(part)
    return score_in_memory(part, found, threads=1, **settings)
