"""Instruments over tables; worked scores of each: tests/io/instruments_test.cpp."""

from __future__ import annotations

import pickle
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import relapse

PHQ = [f"phq9_{k}" for k in range(1, 10)]


def phq9(*rows: list[float | None], **more: Any) -> dict[str, Any]:
    columns = {name: [row[k] for row in rows] for k, name in enumerate(PHQ)}
    return {"person": [f"P{k}" for k in range(len(rows))], **columns, **more}


def test_a_row_per_response_in_the_kind_and_order_of_the_table() -> None:
    rows = [[0.0] * 9, [3.0] * 9, [1.0] * 8 + [None], [1.0] * 9]
    frame = pd.DataFrame(phq9(*rows), index=[7, 3, 5, 1])
    scores = relapse.score_instrument(frame, "phq9")
    assert list(scores.index) == [7, 3, 5, 1]
    assert list(scores["person"]) == ["P0", "P1", "P2", "P3"]
    assert list(scores["total"]) == [0.0, 27.0, 9.0, 9.0]
    assert list(scores["total_band"]) == ["minimal", "severe", "mild", "mild"]
    assert list(scores["total_positive"]) == [0.0, 1.0, 0.0, 0.0]
    assert list(scores["total_missing"]) == [0.0, 0.0, 1.0, 0.0]
    assert list(scores["flags"]) == ["", "self_harm", "", "self_harm"]
    assert list(scores["unknown_flags"]) == ["", "", "self_harm", ""]
    other = relapse.score_instrument(pl.DataFrame(phq9(*rows)), "phq9")
    assert isinstance(other, pl.DataFrame)
    assert other["total"].to_list() == [0.0, 27.0, 9.0, 9.0]
    assert other["symptoms"].to_list() == [0.0, 9.0, None, 1.0]


def test_a_missing_rule_that_refuses_says_why() -> None:
    scores = relapse.score_instrument(
        phq9([1.0] * 6 + [None] * 3, [1.0] * 9), "phq9"
    )  # two may be missing
    assert np.isnan(scores["total"][0])
    assert scores["total_band"][0] is None
    assert np.isnan(scores["total_positive"][0])
    assert scores["total_refused"][0].startswith("3 of 9 items not answered: 7, 8, 9;")
    assert scores["total_refused"][1] is None


def test_aware_has_both_columns_published_and_monotone() -> None:
    table = {f"aware_{k}": [4.0, 1.0] for k in range(1, 29)}
    scores = relapse.score_instrument(table, "aware")
    assert list(scores["total"]) == [112.0, 58.0]
    assert list(scores["total_p_drinking"]) == [0.77, 0.62]
    assert list(scores["total_p_abstinent"]) == [0.37, 0.21]
    pooled = (0.82 + 0.86 + 0.77) / 3
    assert scores["total_p_drinking_monotone"] == pytest.approx([pooled, 0.62])


def test_an_item_without_a_column_is_missing_and_other_columns_may_be_named() -> None:
    table = {"sad": [2.0], "phq2_2": [1.0], "note": ["x"]}
    with pytest.raises(relapse.InvalidInput, match="has no column of the instrument"):
        relapse.score_instrument({"sad": [2.0]}, "phq2")
    scores = relapse.score_instrument(table, "phq2", columns={"1": "sad"})
    assert scores["total"][0] == 3.0
    assert np.isnan(relapse.score_instrument({"phq2_1": [1.0]}, "phq2")["total"][0])
    with pytest.raises(relapse.InvalidInput, match="unknown item `3`"):
        relapse.score_instrument(table, "phq2", columns={"3": "sad"})
    with pytest.warns(relapse.UnknownColumnWarning, match="phq2_3"):
        relapse.score_instrument({**table, "phq2_3": [1.0]}, "phq2")


@pytest.mark.parametrize(
    "name",
    ["PHQ9_9", "phq9.9", "phq9-9", "phq9_9 ", "phq9_09", "phq99", "\ufeffphq9_9",
     "form/phq9_9", "phq9_9[2]"],
)  # fmt: skip
def test_another_spelling_of_an_item_is_refused_by_name(name: str) -> None:
    table = phq9([1.0] * 9)
    answers = table.pop("phq9_9")
    with pytest.raises(relapse.InvalidInput, match="another spelling of 'phq9_9'"):
        relapse.score_instrument({**table, name: answers}, "phq9")
    with pytest.raises(relapse.InvalidInput, match="another spelling of 'phq9_9'"):
        relapse.score_instrument({**table, "phq9_9": [0.0], name: [3.0]}, "phq9")
    scores = relapse.score_instrument({**table, name: answers}, "phq9",
                                      columns={"9": name})  # fmt: skip
    assert list(scores["flags"]) == ["self_harm"]


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, pa.table])
def test_a_table_of_answers_alone_has_scores(frame: Any) -> None:
    table = {name: [1.0, 0.0] for name in PHQ}
    scores, errors = relapse.score_instrument(frame(table), "phq9", on_error="collect")
    assert [float(total) for total in scores["total"].to_numpy()] == [9.0, 0.0]
    assert type(scores) is type(frame(table))
    assert len(errors) == 0


@pytest.mark.parametrize("bad", [4.0, -1.0, 1.5, np.inf, "often"])
def test_an_answer_that_the_item_does_not_have_names_person_row_and_column(
    bad: Any,
) -> None:
    table = phq9([0.0] * 9, [0.0, 0.0, bad, *[0.0] * 5, 1.0])
    with pytest.raises(relapse.CheckInError) as caught:
        relapse.score_instrument(table, "phq9")
    assert (caught.value.person, caught.value.row) == ("P1", 1)
    assert caught.value.item == "phq9_3"
    scores, errors = relapse.score_instrument(table, "phq9", on_error="collect")
    assert list(errors["row"]) == [1]
    assert list(errors["column"]) == ["phq9_3"]
    assert scores["total"][0] == 0.0
    # A refused row has no scores, but raises the flags of its other answers.
    assert scores["flags"][1] == "self_harm"
    if bad != "often":  # a text is no answer at all, so the rest stands
        assert np.isnan(scores["total"][1])


@pytest.mark.parametrize("bad", ["x", 7, 1.5, "yes", np.inf, [1], -1, 10**400])
def test_an_answer_about_safety_that_cannot_be_read_raises_its_flag(bad: Any) -> None:
    table = phq9([0.0] * 9, [*[0.0] * 8, bad])
    scores, errors = relapse.score_instrument(table, "phq9", on_error="collect")
    assert list(scores["flags"]) == ["", "self_harm"]
    assert list(scores["unknown_flags"]) == ["", ""]
    assert list(errors["column"]) == ["phq9_9"]
    table["time"] = [1.0, 2.0]
    with pytest.raises(relapse.CheckInError) as scored:
        relapse.score_instrument(table, "phq9")
    with pytest.raises(relapse.CheckInError) as taken:
        relapse.check_ins_from(table, "phq9", "standard")
    monitor = relapse.Monitor()
    with pytest.raises(relapse.CheckInError):
        monitor.update(1.0, {}, instruments={"phq9": {"9": bad}})
    for error in (scored.value, taken.value):
        assert error.flags == error.unreadable_flags == monitor.flags == ["self_harm"]
        assert (error.person, error.row, error.item) == ("P1", 1, "phq9_9")
        assert str(bad) not in error.problem


def test_instruments_are_found_by_name_and_read_back_equal() -> None:
    names = relapse.instrument_names()
    assert len(names) == 17
    for name in names:
        instrument = relapse.Instrument.named(name)
        assert relapse.Instrument.from_dict(instrument.to_dict()) == instrument
        assert pickle.loads(pickle.dumps(instrument)) == instrument
    with pytest.raises(relapse.InvalidInput, match=r"none of this .* mean `phq\d`"):
        relapse.Instrument.named("phq8")
    document = relapse.Instrument.named("halt").to_dict()
    document["subscales"][0]["items"] = ["1", "9"]
    with pytest.raises(relapse.ParseError) as caught:
        relapse.Instrument.from_dict(document)
    assert caught.value.pointer == "/subscales/0/items/1"


@pytest.mark.parametrize("name", relapse.instrument_names())
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_response_scores_within_range_and_rows_do_not_touch(
    name: str, data: st.DataObject
) -> None:
    """Each row alone gives the same; a raised flag never goes with a further answer."""
    instrument = relapse.Instrument.named(name)
    asked = instrument.to_dict()["items"]
    answers = [
        [None, *np.arange(low, high + 1, item.get("step", 1) or 1)]
        for item in asked
        for low, high in [item["range"]]
    ]
    rows = data.draw(
        st.lists(st.tuples(*map(st.sampled_from, answers)), min_size=1, max_size=4)
    )
    table = {f"{name}_{i['id']}": [r[k] for r in rows] for k, i in enumerate(asked)}
    scores = relapse.score_instrument(table, name)
    for k in range(len(rows)):
        alone = relapse.score_instrument({c: [v[k]] for c, v in table.items()}, name)
        for column, values in alone.items():
            same = values[0] == scores[column][k]
            assert same or values[0] != values[0], column
    silent = {c: [None if v is None else 0 for v in vs] for c, vs in table.items()}
    assert set(scores) >= set(instrument.subscales)
    if name == "phq9":
        raised = relapse.score_instrument({**silent, "phq9_9": [1] * len(rows)}, name)
        assert set(raised["flags"]) == {"self_harm"}


def bam_iop(**answers: float) -> dict[str, list[float]]:
    """Return a week that goes well, with some answers changed."""
    well = {
        "1": 1, "2": 1, "3": 1, "4": 0, "6": 0, "8": 0, "9": 3, "10": 3, "11": 0, "12": 2,
        "13": 3, "14": 4, "15": 0, "16": 5, "17": 4,
    }  # fmt: skip
    changed = well | {item.removeprefix("item_"): v for item, v in answers.items()}
    return {f"bam_iop_{item}": [value] for item, value in changed.items()}


def weekly_risk(table: dict[str, list[float]], **more: Any) -> float:
    check_ins = relapse.check_ins_from(
        {"person": ["P"], "time": [0.0], **table, **more}, "bam_iop", "weekly_bam"
    )
    return float(relapse.score(check_ins, "weekly_bam")["risk_7d"][0])


def test_a_weekly_bam_alone_drives_the_model() -> None:
    well = weekly_risk(bam_iop())
    assert 0.0 < well < 0.25
    worse = {
        "item_2": 7, "item_3": 7, "item_8": 4, "item_9": 0, "item_10": 0, "item_11": 7,
        "item_15": 4, "item_16": 0, "item_17": 0,
    }  # fmt: skip
    for item, value in worse.items():
        assert weekly_risk(bam_iop(**{item: value})) > well, item
    assert weekly_risk(bam_iop(item_4=5)) > 3.0 * well
    assert weekly_risk(bam_iop(item_6=5)) > 3.0 * well


def test_what_the_form_leaves_out_is_answered_by_it() -> None:
    responses = {"person": ["P"], "time": [0.0], **bam_iop()}
    check_ins = relapse.check_ins_from(responses, "bam_iop", "weekly_bam")
    assert check_ins["heavy_drinking_days"][0] == 0.0
    assert check_ins["craving"][0] == 0.0
    assert "health" in check_ins


def test_safety_items_answer_the_flags_of_a_model() -> None:
    table = phq9([0.0] * 9, [0.0] * 8 + [2.0], [0.0] * 8 + [None], time=[0.0, 0.0, 0.0])
    check_ins = relapse.check_ins_from(table, "phq9", "standard")
    assert list(check_ins["self_harm"][:2]) == [0.0, 1.0]
    assert np.isnan(check_ins["self_harm"][2])
    scores = relapse.score(check_ins, "standard")
    assert scores["level"][1] == "critical"
    assert scores["flags"][2] == ""


def test_a_model_without_a_reference_is_refused() -> None:
    with pytest.raises(relapse.InvalidInput, match="no item that refers to"):
        relapse.check_ins_from({"bam_1": [1.0]}, "bam", "standard")


def test_weekly_bam_is_what_its_script_derives_from_the_standard_model() -> None:
    path = Path(__file__).parents[2] / "src" / "models" / "weekly_bam.py"
    spec = spec_from_file_location("weekly_bam", path)
    assert spec is not None and spec.loader is not None
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    derived = relapse.Model.from_dict(script.derive()).to_dict()
    shipped = relapse.Model.named("weekly_bam").to_dict()
    for mine, theirs in zip(derived["items"], shipped["items"], strict=True):
        for stage, law in mine.pop("given", {}).items():
            # Laws come from a simulation, whose draws may differ between versions.
            assert theirs["given"][stage] == pytest.approx(law, abs=0.01), mine["id"]
        theirs.pop("given", None)
    assert derived == shipped


@pytest.mark.parametrize("columns", [{"4": "q4", "9": "q4"}, {"9": "phq9_4"}])
def test_one_column_is_of_one_item(columns: dict[str, str]) -> None:
    table = phq9([1] * 9, q4=[1])
    with pytest.raises(relapse.InvalidInput, match="is that of two items, '4' and '9'"):
        relapse.score_instrument(table, "phq9", columns=columns)
