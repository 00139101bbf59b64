"""The table of what the project was asked for: each row names what is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path

import pytest

import relapse
from relapse._cli.main import _parser

ROOT = Path(__file__).parents[2]
MODEL = relapse.Model.standard()
ASKED_FOR = 91
MOST_PARTLY = 10


def rows() -> Iterator[list[str]]:
    text = (ROOT / "docs" / "what_it_serves.md").read_text(encoding="utf-8")
    for line in text.splitlines():
        if re.match(r"\| \d+ \|", line):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def is_call(name: str) -> bool:
    package, _, path = name.partition(".")
    try:
        attrgetter(path)(relapse)
    except AttributeError:
        return False
    return package == "relapse"


def is_command(name: str) -> bool:
    package, _, task = name.partition(" ")
    tasks = re.search(r"^tasks:\n(.*)\Z", _parser().format_help(), re.M | re.S)
    assert tasks
    found = re.findall(r"^ {4}(\w+) ", tasks.group(1), re.MULTILINE)
    return package == "relapse" and task in found


EXISTS: dict[str, Callable[[str], bool]] = {
    "action": MODEL.actions.__contains__,
    "call": is_call,
    "command": is_command,
    "determinant": MODEL.determinants.__contains__,
    "flag": MODEL.flags.__contains__,
    "item": MODEL.items.__contains__,
}


def test_the_table_has_every_row_and_few_are_partly_served() -> None:
    table = list(rows())
    assert [int(row[0]) for row in table] == list(range(1, ASKED_FOR + 1))
    assert {row[4] for row in table} <= {"yes", "partly"}
    partly = [row[0] for row in table if row[4] == "partly"]
    assert len(partly) <= MOST_PARTLY
    text = (ROOT / "docs" / "what_it_serves.md").read_text(encoding="utf-8")
    missing = text.partition("## What is still missing")[2]
    assert re.findall(r"^- (\d+), ", missing, re.MULTILINE) == partly


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row[0])
def test_what_serves_a_row_is_there(row: list[str]) -> None:
    named = re.findall(r"(\w+) `([^`]+)`", row[2])
    assert named
    assert len(named) == row[2].count("`") // 2
    for kind, name in named:
        assert EXISTS[kind](name), f"{kind} {name}"


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row[0])
def test_the_test_that_runs_a_row_is_there(row: list[str]) -> None:
    path, _, name = row[3].strip("`").partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    defined = f"def {name}(" if path.endswith(".py") else f"BOOST_AUTO_TEST_CASE({name})"
    assert name
    assert defined in text


def test_the_search_finds_what_is_not_there() -> None:
    assert not is_call("relapse.Plan.nothing")
    assert not is_call("json.loads")
    assert not is_command("relapse nothing")
    assert is_command("relapse report")
    assert not any(exists("nothing_of_the_kind") for exists in EXISTS.values())
