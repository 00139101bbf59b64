"""Names of what an answer can be."""

from __future__ import annotations

from relapse import _core


def answer_names(model: _core.Model, item: str) -> list[str]:
    """Return the entries of a forecast of a sign: its levels, or the mean."""
    (found,) = (each for each in model.to_dict()["items"] if each["id"] == item)
    if found["family"] == "bernoulli":
        return ["level_0", "level_1"]
    if found["family"] != "categorical":
        return ["mean"]
    names = [f"level_{level}" for level in range(int(found["levels"]))]
    return [*names, "level_missing"] if found.get("missing_is_a_level") else names
