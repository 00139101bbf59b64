"""The report of a cohort: figures of the scores, nobody left out, everything escaped."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_report import Page

import relapse
from relapse._cli.main import main
from relapse._reading.check_ins import read_check_ins
from relapse._report.attention import Standing, attention
from relapse._report.cohort import Cohort, figures_by_step, levels_by_step, score_cohort
from relapse._report.cohort_page import cohort_html
from relapse._report.history import Replayer
from relapse._report.words import LEVELS

MODEL = relapse.Model.standard()
TABLE = relapse.simulate(
    MODEL, persons=25, days=45, answered=0.8, jitter=0.4, seed=3, frame="pandas"
)
SCORES = relapse.score(TABLE, MODEL)


def cohort_of(table: object) -> Cohort:
    return score_cohort(read_check_ins(table, MODEL, "person", "time"))


def test_levels_are_those_of_the_last_check_ins() -> None:
    text = Page(cohort_html(TABLE, MODEL)).text
    last = SCORES.groupby("person")["level"].last()
    for level in LEVELS:
        assert f"{level} {(last == level).sum()} ({(last == level).mean():.1%}" in (
            text.replace("\N{NO-BREAK SPACE}%", "%").replace(" %", "%")
        )


def test_rows_in_any_order_long_or_wide_give_one_report() -> None:
    expected = cohort_html(TABLE, MODEL)
    # Persons of the same risk stand as they come; the names keep their order.
    later = TABLE.groupby("person", group_keys=False).apply(lambda rows: rows[::-1])
    assert cohort_html(TABLE.loc[later.index], MODEL) == expected
    items = [name for name in TABLE if name not in ("person", "time")]
    long = TABLE.melt(["person", "time"], items, "item", "value").dropna()
    long = long.sort_values(["person", "time"], kind="stable", ignore_index=True)
    assert len(cohort_of(long).persons) == 25


def test_figures_by_step_are_those_of_a_table() -> None:
    cohort = cohort_of(TABLE)
    assert cohort.every == 7.0
    begun = TABLE.groupby("person")["time"].transform("min")
    scores = SCORES.assign(
        step=((TABLE["time"] - begun) // 7).astype(int),
        used=TABLE[["used", "heavy_use"]].gt(0).any(axis=1),
    )
    found = list(figures_by_step(cohort))
    assert [each.start for each in found] == [
        7.0 * k for k in sorted(set(scores["step"]))
    ]
    for k, each in enumerate(found):
        rows = scores[scores["step"] == k]
        last = rows.groupby("person").tail(1)
        assert (each.persons, each.check_ins) == (len(last), len(rows))
        assert each.risk == pytest.approx(last["risk_7d"].mean(), rel=1e-12)
        assert each.at_least_high == last["level"].isin(["high", "critical"]).sum()
        assert each.used == rows.loc[rows["used"], "person"].nunique()


def test_a_cell_is_the_last_level_of_its_step() -> None:
    table = {
        "person": [1, 1, 1, 2],
        "time": [0.0, 1.5, 1.9, 0.0],
        "craving": [0, 0, 4, 1],
        "used": [0, 0, 1, 0],
    }
    cohort = cohort_of(table)
    levels = [LEVELS.index(level) for level in relapse.score(table, MODEL)["level"]]
    found = levels_by_step(cohort, np.array([1, 0]))
    assert found.tolist() == [[levels[3], -1], [levels[0], levels[2]]]


@pytest.mark.parametrize("kind", [np.uint8, np.float64])
def test_use_is_read_from_bytes_and_numbers_alike(kind: type) -> None:
    used = np.array([0, 1, 0], dtype=kind)
    table = {"person": [1, 1, 2], "time": [0.0, 1.0, 0.0], "used": used}
    assert cohort_of(table).used.tolist() == [
        False,
        True,
        False,
    ]


def test_everybody_with_a_safety_flag_is_named_first() -> None:
    table = TABLE.groupby("person").tail(1).assign(self_harm=0)
    flagged = table["person"].iloc[3:20]
    table.loc[flagged.index, "self_harm"] = 1
    page = Page(cohort_html(table, MODEL, most=2))
    named = re.search(r"A safety flag is up for: (.*?) Where the persons", page.text)
    assert named is not None
    assert named[1].split(", ") == flagged.tolist()
    assert "Levels of each person" not in page.text  # one check-in each: no time to show


@pytest.mark.parametrize("locale", ["en", "de"])
def test_nothing_is_fetched_and_everything_is_escaped(locale: str) -> None:
    names = TABLE["person"].str.replace("P0001", "<b>&'\"")
    page = Page(cohort_html(TABLE.assign(person=names), MODEL, most=25, locale=locale))
    assert not page.open
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert "<b>&'\"" in page.text
    assert not [name for name, _ in page.attributes if name in ("src", "href", "onload")]


def attention_of(table: pd.DataFrame, most: int = 30) -> tuple[list[str], list[str]]:
    """Return who stands in each list, in its order."""
    html = cohort_html(table, MODEL, most=most)
    found = []
    for title in ("Using now", "At risk of a new return to use"):
        start = html.index(f"<h2>{title}</h2>")
        section = html[start : html.index("</section>", start)]
        found.append(re.findall(r"<td[^>]*><strong>(P\d+)</strong>", section))
    return found[0], found[1]


def test_everybody_is_in_one_of_two_lists() -> None:
    using, at_risk = attention_of(TABLE)
    assert sorted([*using, *at_risk]) == sorted(TABLE["person"].unique())
    last = SCORES.groupby("person").last()
    now = last["stage_lapse"] + last["stage_relapse"]
    assert set(using) == set(last.index[now >= 0.5])
    assert using


def test_those_at_risk_are_ordered_by_the_risk_of_a_new_use() -> None:
    _, at_risk = attention_of(TABLE)
    last = SCORES.groupby("person").last()
    new = last.loc[at_risk, "new_use_7d"].to_numpy()
    assert (np.diff(new) <= 1e-12).all()
    # Somebody at risk of what has begun is no reason to overlook what has not.
    assert len(at_risk) > 5


def test_a_safety_flag_comes_first_in_both_lists() -> None:
    using, at_risk = attention_of(TABLE)
    flagged = [using[-1], at_risk[-1]]
    rows = TABLE.groupby("person").tail(1).index
    table = TABLE.assign(self_harm=np.nan)
    table.loc[[k for k in rows if table["person"][k] in flagged], "self_harm"] = 1
    with_flag = attention_of(table)
    assert [each[0] for each in with_flag] == flagged


def test_who_was_told_is_named_where_it_is_known() -> None:
    using, at_risk = attention_of(TABLE)
    told = {using[0]: ["Dr. Okafor"], at_risk[0]: ["nobody who uses"]}
    text = Page(cohort_html(TABLE, MODEL, told=told)).text
    assert "told: Dr. Okafor" in text
    assert "nobody who uses" not in text


def test_the_map_shows_the_ones_who_get_better_too() -> None:
    many = relapse.simulate(MODEL, persons=90, days=20, seed=5, frame="pandas")
    html = cohort_html(many, MODEL)
    last = relapse.score(many, MODEL).groupby("person")["risk_7d"].last().sort_values()
    drawn = re.findall(r'text-anchor="end">(P\d+)<', html)
    assert len(drawn) == 120  # for a wide page and for a narrow one
    assert drawn[:60] == drawn[60:]
    drawn = drawn[:60]
    assert last[drawn[0]] == last.max() and last[drawn[-1]] == last.min()


def test_figures_of_a_narrow_page_can_be_read() -> None:
    html = cohort_html(TABLE, MODEL)
    narrow = re.findall(r"figure-narrow'><svg viewBox=\"0 0 (\d+)", html)
    assert len(narrow) == 2
    # The letters of a figure shrink with it: at 390 px by no more than a tenth.
    assert all(int(width) <= 334 / 0.9 for width in narrow)


def test_use_that_reads_the_same_is_ordered_by_continued_use() -> None:
    table = {
        "person": ["brief", "brief", "long", "long", "long", "long", "unsafe"],
        "time": [0.0, 9.0, 0.0, 3.0, 6.0, 9.0, 9.0],
        "used": [0, 1, 1, 1, 1, 1, 1],
        "heavy_use": [0, 0, 1, 1, 1, 1, 0],
        "self_harm": [0, 0, 0, 0, 0, 0, 1],
    }
    now = {
        "certain": Standing(False, np.nan, 1.0, 0.2),
        "over 95 %": Standing(False, np.nan, 0.96, 0.9),
        "less sure": Standing(False, np.nan, 0.9, 0.99),
        "flagged": Standing(True, np.nan, 0.6, 0.1),
    }
    ordered = sorted(now, key=lambda who: now[who].using_order())
    assert ordered == ["flagged", "over 95 %", "certain", "less sure"]
    text = Page(cohort_html(table, MODEL)).text
    places = [text.index(f"{who} day 9.0") for who in ("unsafe", "long", "brief")]
    assert places == sorted(places)
    assert "how likely continued use is" in text


def test_reasons_for_attention_raise_the_risk_or_name_what_it_stands_on() -> None:
    histories = Replayer(read_check_ins(TABLE, MODEL, "person", "time"))
    for who in TABLE["person"].unique():
        found = attention(histories.history(who))
        assert all(change > 0.0 for _, change in found.reasons)
        assert found.reasons or found.basis or found.flags or found.silent_days
    calm = {"person": ["a"] * 2, "time": [0.0, 0.1], "used": [0, 0], "craving": [0, 0]}
    for rows, words in (
        (1, "nothing raised the risk; it is the one that anybody begins with"),
        (2, "nothing raised the risk at the last check-in; it was so before"),
    ):
        table = {name: column[:rows] for name, column in calm.items()}
        replayer = Replayer(read_check_ins(table, MODEL, "person", "time"))
        found = attention(replayer.history("a", days_since_use=400.0))
        assert (found.reasons, found.basis) == ([], [words])


def test_a_level_that_follows_the_risk_later_says_so() -> None:
    days = np.arange(0.0, 4.0, 0.5)
    table = {
        "person": ["a"] * len(days),
        "time": days,
        "craving": [4, 4, 4, 4, 0, 0, 0, 0],
        "stress": [9, 9, 9, 9, 0, 0, 0, 0],
        "confidence": [0, 0, 0, 0, 10, 10, 10, 10],
        "planning_use": [0, 0, 0, 0, 0, 0, 0, 0],
    }
    history = Replayer(read_check_ins(table, MODEL, "person", "time")).history("a")
    now = history.now
    cuts = MODEL.to_dict()["levels"]["cuts"]
    assert not now.floors
    assert now.level_risk < cuts[now.level]
    assert "the level is that of a higher risk before; it follows after 3 days" in (
        attention(history).basis
    )


@pytest.mark.parametrize("locale", ["en", "de"])
def test_labels_are_whole_and_shares_of_persons_exact(locale: str) -> None:
    calm = TABLE.groupby("person").head(1).assign(used=0, craving=0)
    html = cohort_html(calm[["person", "time", "used", "craving"]], MODEL, locale=locale)
    assert "…" not in html
    assert "100" in html  # a count, not a probability


def test_the_command_writes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, page = tmp_path / "check_ins.csv", tmp_path / "cohort.html"
    TABLE.to_csv(file, index=False)
    assert main(["report", str(file), "-o", str(page), "--attention", "3"]) == 0
    table = pd.read_csv(file)
    assert page.read_text() == cohort_html(table, MODEL, most=3)
    assert "25 persons" in capsys.readouterr().err
    assert main(["report", str(file), "-o", "-", "--plan", "plan.json"]) == 2
    assert "--plan needs --who" in capsys.readouterr().err


def test_the_command_names_the_row_that_it_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "check_ins.csv"
    TABLE.assign(craving=TABLE["craving"].replace(4, 77)).to_csv(file, index=False)
    assert main(["report", str(file), "-o", str(tmp_path / "cohort.html")]) == 1
    assert "craving" in capsys.readouterr().err
