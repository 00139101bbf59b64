"""The page on the next answer, typed as it stands, beats the rule that it names."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how_to" / "next_answer.md"

#: What is changed in the world of the page: its own, and people whose last value tells
#: against the next one.
WORLDS: dict[str, dict[str, str]] = {
    "as it stands": {},
    "twice a day, mostly in the evening": {
        'PARTS = ["morning", "morning", "midday", "midday", "evening"]': (
            'PARTS = ["morning", "evening"]'
        ),
        "evening = 1.0 if": "evening = 4.0 if",
        "1.5 * used": "0.0 * used",
    },
    "a pause after use": {
        "range(40)": "range(60)",
        "1.5 * used": "-2.0 * used",
        "normal(-2.0, 1.5)": "normal(-0.5, 1.0)",
        "folds = relapse": (
            'prompts["just_used"] = by_person["used"].ffill().fillna(0.0)\n'
            'AHEAD = [*AHEAD, "just_used"]\n'
            "folds = relapse"
        ),
    },
}


@pytest.mark.parametrize("world", WORLDS)
def test_the_model_of_the_page_beats_the_rule(world: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for old, new in WORLDS[world].items():
        assert old in text
        text = text.replace(old, new)
    cells = re.findall(r"```\{code-cell\} python\n(.*?)```", text, re.DOTALL)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec("\n".join(cells), {})
    found = re.findall(r"AUROC (\S+) +log loss (\S+)", printed.getvalue())
    loss, fuller, without, rule = (float(loss) for _, loss in found)
    assert loss < rule - 0.002
    assert loss < without - 0.005
    assert fuller < loss + 0.001
    told = re.search(r"within persons and parts: (\S+)", printed.getvalue())
    assert told is not None
    assert (float(told[1]) < -0.05) == (world == "a pause after use")
