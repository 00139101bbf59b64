"""Columns of what a pass over check-ins answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._reading.check_ins import CheckIns, named_bits
from relapse._reading.tables import Made, Words

#: Flags that are up; those among them of which an answer could not be read; and those
#: that were asked about and not answered.
_FLAG_COLUMNS = ("flags", "unreadable_flags", "unknown_flags")


def by_column(matrix: npt.NDArray[np.float64], names: list[str]) -> dict[str, Made]:
    """Return the columns of a matrix of rows, by name."""
    columns = np.ascontiguousarray(matrix.T)
    return dict(zip(names, columns, strict=True))


def stage_columns(model: _core.Model, stages: npt.NDArray[np.float64]) -> dict[str, Made]:
    return by_column(stages, [f"stage_{stage}" for stage in model.stages])


def forecast_names(model: _core.Model, item: str) -> list[str]:
    """Return the entries of a forecast of a sign: its levels, or the mean."""
    (found,) = (each for each in model.to_dict()["items"] if each["id"] == item)
    if found["family"] == "bernoulli":
        return ["level_0", "level_1"]
    if found["family"] != "categorical":
        return ["mean"]
    names = [f"level_{level}" for level in range(int(found["levels"]))]
    return [*names, "level_missing"] if found.get("missing_is_a_level") else names


def outcome_rules(model: _core.Model) -> dict[str, dict[str, Any]]:
    """Return the outcomes of a model by id, in its order."""
    return {rule["id"]: rule for rule in model.to_dict().get("outcomes", ())}


def score_columns(data: CheckIns, raw: _core.RawScores) -> dict[str, Made]:
    """Return the columns of a score; takes the matrices out of `raw` one by one, so that
    no two copies of all of them are there at a time.
    """
    left, model = cast("dict[str, Any]", raw), data.model
    made = stage_columns(model, left.pop("stages"))
    names = {
        "risk": "risk_{}d",
        "risk_low": "risk_{}d_low",
        "risk_high": "risk_{}d_high",
        "new_use": "new_use_{}d",
        "relapse": "relapse_{}d",
    }
    parts = {name: np.ascontiguousarray(left.pop(key).T) for key, name in names.items()}
    for k, days in enumerate(model.horizons):
        made |= {name.format(days): columns[k] for name, columns in parts.items()}
    if "outcomes" in left:
        names_of = [f"outcome_{outcome}" for outcome in outcome_rules(model)]
        made |= by_column(left.pop("outcomes"), names_of)
    made |= {
        "level": Words(_core.levels, raw["level"]),
        "stage": Words(model.stages, raw["stage"]),
        **raw["latent"],
        "log_likelihood": raw["log_likelihood"],
        **{name: _flag_words(model, raw, name) for name in _FLAG_COLUMNS},
    }
    if "floor" in left:  # the highest one in force and when it ends
        made["floor"] = Words(_core.levels, left["floor"])
        made["floor_until"] = data.like_times(left["floor_until"])
    return made


def drivers_table(data: CheckIns, raw: _core.RawScores, name: str) -> Any:
    """Return the long table of `drivers`, or of `outcome_drivers` with the outcome."""
    found = cast("dict[str, Any]", raw)[name]
    made: dict[str, Made] = {}
    if name == "outcome_drivers":
        made["outcome"] = Words([*outcome_rules(data.model)], found["outcome"])
    made["driver"] = Words(found["ids"], found["id"])
    made["kind"] = Words(found["kinds"], found["kind"])
    made["contribution"] = found["contribution"]
    return data.answer(made, found["row"])


def _flag_words(model: _core.Model, raw: Mapping[str, Any], name: str) -> Words:
    """Return the names of flags, joined by '|'.

    In a row that was refused for something else: those that its safety answers raise and
    those still up; no text when there are none.
    """
    sets, codes = np.unique(raw[name], return_inverse=True)
    words = ["|".join(named_bits(flags, model.flags)) for flags in sets]
    return Words(words, np.where((raw["level"] < 0) & (raw[name] == 0), -1, codes))
