"""The tables of promises name tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("page", "least"), [("docs/safety.md", 20), ("SECURITY.md", 10)])
def test_every_test_that_a_promise_names_is_there(page: str, least: int) -> None:
    named = re.findall(r"`([\w/]+\.(?:py|cpp))::(\w+)`", (ROOT / page).read_text("utf-8"))
    assert len(named) >= least
    for file, test in named:
        text = (ROOT / file).read_text(encoding="utf-8")
        case = rf"^(?:def |BOOST_AUTO_TEST_CASE\(){test}\("
        if file.endswith(".cpp"):
            case = rf"^BOOST_AUTO_TEST_CASE\({test}\)"
        assert re.search(case, text, re.MULTILINE), f"{file}::{test}"
