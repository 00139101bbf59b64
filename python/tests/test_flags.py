"""Safety flags that cannot be lost, by any path that answers take."""

from __future__ import annotations

import datetime
import json
import math
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from conftest import Write, collected
from hypothesis import given, settings
from hypothesis import strategies as st

import relapse
from relapse import _core
from relapse._cli.main import main

STANDARD = relapse.Model.standard()
SAFETY = STANDARD.safety_items
HALF = "\ud800"  # of a letter: what a text that was cut badly holds
SPELLINGS = ["self_Harm", "self-harm", "Self harm", "selfharm", "SELF_HARM", " self_harm"]

#: Answers that are none: out of any scale, text, not finite, of a wrong type.
UNREADABLE: list[Any] = [
    "yes",
    "",
    math.inf,
    -math.inf,
    [1],
    {"a": 1},
    object(),
    10**400,
    HALF,
    datetime.date(2026, 3, 1),
    1j,
]

#: What else may be wrong with a check-in after one at day 1.
MISTAKES: dict[str, dict[str, Any]] = {
    "unknown item": {"answers": {"unheard": 1}},
    "out of scale": {"answers": {"craving": 99}},
    "text": {"answers": {"craving": "canary"}},
    "not finite": {"answers": {"craving": math.inf}},
    "wrong type": {"answers": {"craving": [1]}},
    "a name that is none": {"answers": {5: 1}},
    "answered and missing": {"answers": {"craving": 1}, "missing": {"craving": "masked"}},
    "reason unknown": {"missing": {"craving": "canary"}},
    "reasons no mapping": {"missing": 7},
    "time back": {"time": 0.5},
    "same time": {"time": 1.0},
    "no time": {"time": math.nan},
    "time without end": {"time": math.inf},
    "time as text": {"time": "yesterday"},
    "time of a wrong type": {"time": [1]},
    "unknown stage": {"known_stage": "nowhere"},
    "stage of a wrong type": {"known_stage": 5},
    "entered without a stage": {"entered": True},
    "entered of a wrong type": {"entered": "canary"},
    "use ahead": {"used_days_ago": -1.0},
    "use of a wrong type": {"used_days_ago": "canary"},
    "abstinent of a wrong type": {"abstinent_since_last": "canary"},
    "unknown flag": {"acknowledge": "boredom"},
    "flag of a wrong type": {"acknowledge": [5]},
    "person of a wrong type": {"person": 5},
    "half a letter as an answer": {"answers": {"craving": HALF}},
    "half a letter in an item": {"answers": {f"crav{HALF}ing": 1}},
    "half a letter as a reason": {"missing": {"craving": HALF}},
    "half a letter as a time": {"time": HALF},
    "half a letter as a stage": {"known_stage": HALF},
    "half a letter as a flag": {"acknowledge": HALF},
    "half a letter in a person": {"person": HALF, "answers": {"craving": 99}},
    "half a letter as an instrument": {"instruments": {HALF: {}}},
    "half a letter in a form": {"instruments": {"phq9": {HALF: HALF}}},
    "a form named by number": {"instruments": {"phq9": {1: 1}}},
}

few = settings(derandomize=True, deadline=None, max_examples=60)


def take(monitor: relapse.Monitor, mistake: dict[str, Any], said: dict[Any, Any]) -> None:
    given = {"time": 2.0, **mistake}
    answers = {**given.pop("answers", {}), **said}
    monitor.update(given.pop("time"), answers, given.pop("missing", None), **given)


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("model", ["standard", "weekly_bam"])
def test_a_refused_check_in_raises_its_flags_and_changes_nothing_else(
    mistake: dict[str, Any], model: str
) -> None:
    for flag in _core.built_in_flags:
        monitor = relapse.Monitor(model)
        monitor.update(1.0, {})
        fresh = relapse.Monitor.restore(model, monitor.snapshot())
        with pytest.raises(relapse.CheckInError) as refused:
            take(monitor, mistake, {flag: 1})
        assert refused.value.flags == [flag]
        assert refused.value.unreadable_flags == []
        assert pickle.loads(pickle.dumps(refused.value)).flags == [flag]
        assert flag not in str(refused.value)
        assert monitor.flags == [flag]
        for again in (monitor, relapse.Monitor.restore(model, monitor.snapshot())):
            now = again.at(1.0)
            assert now.flags == [flag] and now.level == "critical"
            assert now.stages == fresh.at(1.0).stages
            assert again.suggest()[0].action == "crisis"
            after = again.update(2.0, {"craving": 1} if model == "standard" else {})
            assert after.flags == [flag]


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_refused_check_in_without_an_alarm_raises_nothing(
    mistake: dict[str, Any],
) -> None:
    for said in ({}, {"self_harm": 0}, {"self_harm": None}, {"self_harm": -9}):
        monitor = relapse.Monitor()
        monitor.update(1.0, {})
        before = monitor.snapshot()
        with pytest.raises(relapse.CheckInError) as refused:
            take(monitor, mistake, said)
        assert refused.value.flags == []
        assert monitor.snapshot() == before


@pytest.mark.parametrize("answer", UNREADABLE, ids=lambda a: type(a).__name__)
@pytest.mark.parametrize("item", SAFETY)
def test_an_answer_about_safety_that_cannot_be_read_raises_its_flag(
    answer: Any, item: str
) -> None:
    monitor = relapse.Monitor()
    monitor.update(1.0, {})
    with pytest.raises(relapse.CheckInError) as refused:
        monitor.update(2.0, {item: answer, "craving": 1})
    flag = SAFETY[item]
    assert refused.value.item == item
    assert refused.value.flags == refused.value.unreadable_flags == [flag]
    now = monitor.at(2.0)
    assert now.flags == now.unreadable_flags == [flag]
    assert json.loads(now.to_json())["unreadable_flags"] == [flag]
    assert now.level == STANDARD.forced_levels[flag]
    assert monitor.acknowledge(flag, 2.5)
    assert monitor.flags == monitor.unreadable_flags == []


def test_an_answer_out_of_its_scale_is_unreadable() -> None:
    document = STANDARD.to_dict()
    for item in document["items"]:
        if item["id"] in ("self_harm", "psychosis"):
            item["scale"] = [0, 3]
    monitor = relapse.Monitor(relapse.Model.from_dict(document))
    with pytest.raises(relapse.CheckInError) as refused:
        monitor.update(1.0, {"self_harm": 4, "psychosis": 3})
    assert refused.value.flags == ["self_harm", "psychosis"]
    assert refused.value.unreadable_flags == ["self_harm"]


@pytest.mark.parametrize("code", [-1, -9, -99, -0.5, -1e300])
@pytest.mark.parametrize("model", ["standard", "opioid_weekly"])
def test_a_negative_code_is_unknown_and_said(code: float, model: str) -> None:
    for item in relapse.Model.named(model).safety_items:
        said = relapse.Monitor(model).update(1.0, {item: code})
        flag = relapse.Model.named(model).safety_items[item]
        assert said.flags == [] and said.unknown_flags == [flag]
        assert said.missing.get(item, "unknown") == "unknown"
        assert json.loads(said.to_json())["unknown_flags"] == [flag]
        scores = relapse.score({"person": ["P"], "time": [1.0], item: [code]}, model)
        assert list(scores["unknown_flags"]) == [flag]
        assert list(scores["flags"]) == [""]


@pytest.mark.parametrize("name", SPELLINGS)
def test_another_spelling_is_an_error_that_names_the_right_one(name: str) -> None:
    right = "self_harm"
    monitor = relapse.Monitor()
    with pytest.raises(relapse.CheckInError, match=f"'{right}'") as refused:
        monitor.update(1.0, {name: 1})
    assert refused.value.flags == monitor.flags == [right]
    with pytest.raises(relapse.CheckInError, match=f"'{right}'"):
        monitor.update(1.0, {}, {name: "declined"})
    for column in (name, f"{name}_missing", f"{name} Missing"):
        table = {"person": ["P"], "time": [1.0], "craving": [1], column: [None]}
        for on_error in ("raise", "collect"):
            with pytest.raises(relapse.InvalidInput, match=f"'{right}"):
                relapse.score(table, "standard", on_error=on_error)
        with pytest.raises(relapse.InvalidInput, match=f"'{right}"):
            list(relapse.score_batches([pd.DataFrame(table)], "standard"))
    long = pd.DataFrame(
        {
            "person": ["P", "P", "Q"],
            "time": [1.0, 1.0, 1.0],
            "item": ["craving", name, "craving"],
            "value": [1, 1, 1],
        }
    )
    with pytest.raises(relapse.CheckInError, match=f"'{right}'") as row:
        relapse.score(long, "standard")
    assert row.value.flags == [right]
    scores, errors = relapse.score(long, "standard", on_error="collect")
    assert scores["flags"].tolist() == [right, ""]
    assert errors["row"].tolist() == [1]


def test_every_safety_item_has_its_spelling_kept() -> None:
    document = STANDARD.to_dict()
    document["items"].append({"id": "voices", "role": "safety", "flag": "psychosis"})
    model = relapse.Model.from_dict(document)
    for item in model.safety_items:
        for name in (item.upper(), item.replace("_", "-"), item.title()):
            if name == item:
                continue
            with pytest.raises(relapse.CheckInError, match=f"'{item}'"):
                relapse.Monitor(model).update(1.0, {name: 0})
    with pytest.warns(relapse.UnknownColumnWarning):
        relapse.score({"person": [1], "time": [1.0], "harm": [1]}, "standard")


@pytest.mark.parametrize("name", ["Item", "VALUE", "item ", "Value"])
def test_a_long_table_in_other_capitals_is_refused(
    name: str, tmp_path: Path, write: Write
) -> None:
    table = {"person": ["P"], "time": [1.0], "Item": ["self_harm"], "Value": [1.0]}
    with pytest.raises(relapse.InvalidInput, match="another spelling of 'item'"):
        relapse.score(table, "standard")
    wide = {"person": ["P"], "time": [1.0], "craving": [1.0], name: [1.0]}
    with pytest.raises(relapse.InvalidInput, match="another spelling of"):
        relapse.score(wide, "standard")
    path = write("person,time,Item,Value\nP,1,self_harm,1\n", "l.csv")
    assert main(["score", str(path), "-o", str(tmp_path / "o.csv")]) == 1


@pytest.mark.parametrize("name", ["phq9_9", "PHQ9-9", "phq9.09", "forms/phq9_9"])
def test_an_item_of_an_instrument_that_has_a_flag_is_refused(name: str) -> None:
    wide = {"person": ["P"], "time": [1.0], "craving": [1.0]}
    with pytest.raises(relapse.InvalidInput, match="score_instrument"):
        relapse.score({**wide, name: [1.0]}, "standard")
    long = {"person": ["P"] * 2, "time": [1.0] * 2, "value": [1.0, 2.0]}
    with pytest.raises(relapse.CheckInError, match="check_ins_from") as caught:
        relapse.score({**long, "item": ["craving", name]}, "standard")
    assert (caught.value.person, caught.value.row) == ("P", 1)
    with pytest.warns(relapse.UnknownColumnWarning, match="phq9_1"):
        relapse.score({**wide, "phq9_1": [1.0]}, "standard")


def test_a_long_table_has_no_column_of_a_safety_item() -> None:
    long = {"person": ["P"], "time": [1.0], "item": ["craving"], "value": [1]}
    with pytest.raises(relapse.InvalidInput, match="rows of 'item'"):
        relapse.score({**long, "self_harm": [1]}, "standard")


SOFTER: list[dict[str, Any]] = [
    {"raise_at": 1000.0},
    {"raise_at": 1e308},
    {"raise_at": 2.0},
    {"scale": [0, 10], "raise_at": 11},
    {"scale": [10, 0]},
    {"scale": [-10, 0]},
    {"scale": [0, 10], "raise_at": 10},
    {"labels": ["severe", "some", "none", "no"]},
]


@pytest.mark.parametrize("words", SOFTER, ids=str)
@pytest.mark.parametrize("item", ["self_harm", "dark_thoughts"])
def test_no_model_softens_a_built_in_flag(words: dict[str, Any], item: str) -> None:
    document = STANDARD.to_dict()
    document["items"] = [i for i in document["items"] if i["id"] != item]
    document["items"].append({"id": item, "role": "safety", "flag": "self_harm", **words})
    try:
        model = relapse.Model.from_dict(document)
    except relapse.ParseError as error:
        assert error.pointer.startswith("/items/")
        return
    for answer in (0.01, 1, 3):
        assert relapse.Monitor(model).update(1.0, {item: answer}).flags == ["self_harm"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"items": {"id": "Self_Harm", "role": "safety", "flag": "mild"}}, "/items/"),
        ({"items": {"id": "SelfHarm", "role": "follow_up"}}, "/items/"),
        ({"safety": {"flag": "Self-Harm", "level": "low"}}, "/safety/"),
        ({"safety": {"flag": "self_harm", "level": "low"}}, "/safety/"),
    ],
)
def test_no_name_passes_for_a_built_in_flag(
    change: dict[str, dict[str, Any]], pointer: str
) -> None:
    document = STANDARD.to_dict()
    document["safety"].append({"flag": "mild", "level": "guarded", "protocol": "contact"})
    for key, thing in change.items():
        document[key].append(thing)
    with pytest.raises(relapse.ParseError) as refused:
        relapse.Model.from_dict(document)
    assert refused.value.pointer.startswith(pointer)


def test_an_added_flag_keeps_its_raise_at_within_its_scale() -> None:
    document = STANDARD.to_dict()
    item = next(i for i in document["items"] if i["id"] == "psychosis")
    item |= {"scale": [0, 10], "raise_at": 7}
    model = relapse.Model.from_dict(document)
    assert relapse.Monitor(model).update(1.0, {"psychosis": 6}).flags == []
    assert relapse.Monitor(model).update(1.0, {"psychosis": 7}).flags == ["psychosis"]
    item["raise_at"] = 10.5
    with pytest.raises(relapse.ParseError, match="raise_at"):
        relapse.Model.from_dict(document)


events = st.lists(
    st.tuples(
        st.sampled_from(["rise", "late", "acknowledge", "row", "refused"]),
        st.integers(0, 8),
    ),
    max_size=14,
)


@few
@given(events=events)
def test_no_order_of_events_lowers_a_flag_that_was_not_acknowledged_after_its_rise(
    events: list[tuple[str, int]],
) -> None:
    monitor = relapse.Monitor("weekly_bam", drivers=False)
    monitor.update(0.0, {})
    now, rose, up = 0.0, -math.inf, False
    for kind, step in events:
        if kind == "rise":
            now += 1.0 + step
            monitor.update(now, {"overdose": 1})
            rose, up = max(rose, now), True
        elif kind == "late":
            with pytest.raises(relapse.CheckInError):
                monitor.update(now - step, {"overdose": 1})
            rose, up = now, True  # what is told late is told now
        elif kind == "acknowledge":
            lowered = monitor.acknowledge("overdose", now + step - 4.0)
            up = up and not now + step - 4.0 > rose
            assert lowered is not up
        elif kind == "row":
            now += 1.0 + step
            monitor.update(now, {}, acknowledge="overdose")
            up = up and not now > rose
        else:
            with pytest.raises(relapse.CheckInError):
                monitor.update(now + 1.0, {"unheard": 1}, acknowledge="overdose")
        monitor = relapse.Monitor.restore("weekly_bam", monitor.snapshot(), drivers=False)
        assert monitor.flags == (["overdose"] if up else [])


def rows_with_a_mistake(mistakes: list[int], alarms: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person": ["P", "P", "Q", "Q", "R"],
            "time": [1.0, 2.0, 1.0, 2.0, 3.0],
            "craving": [99 if k in mistakes else 1 for k in range(5)],
            "self_harm": [1 if k in alarms else 0 for k in range(5)],
        }
    )


@few
@given(
    mistakes=st.sets(st.integers(0, 4)),
    alarms=st.sets(st.integers(0, 4)),
    shape=st.sampled_from(["wide", "texts", "long", "batches", "records"]),
)
def test_every_table_raises_the_flags_of_every_row(
    mistakes: set[int], alarms: set[int], shape: str
) -> None:
    wide = rows_with_a_mistake(sorted(mistakes), sorted(alarms))
    if shape == "texts":
        wide["craving"] = wide["craving"].astype(object).replace({99: "canary"})
    if shape == "long":
        table = wide.melt(["person", "time"], var_name="item", value_name="value")
        scores, _ = relapse.score(table, "standard", on_error="collect")
        order = wide.merge(scores, on=["person", "time"])
        flags = order["flags"].tolist()
    elif shape in ("batches", "records"):
        parts: list[Any] = [wide[:1], wide[1:4], wide[4:]]
        if shape == "records":
            parts = [pa.RecordBatch.from_pandas(part) for part in parts]
        answers = list(relapse.score_batches(parts, "standard", on_error="collect"))
        flags = [f for scores, _ in answers for f in _column(scores, "flags")]
    else:
        scores, errors = relapse.score(wide, "standard", on_error="collect")
        flags = scores["flags"].tolist()
        assert errors["row"].tolist() == sorted(mistakes)
    before = [[0], [0, 1], [2], [2, 3], [4]]
    assert ["self_harm" in str(f) for f in flags] == [
        bool(alarms & set(rows)) for rows in before
    ]


def _column(table: Any, name: str) -> list[Any]:
    return (
        table.to_pydict()[name]
        if isinstance(table, pa.RecordBatch)
        else list(table[name])
    )


@pytest.mark.filterwarnings("ignore::relapse.UnknownColumnWarning")
@pytest.mark.parametrize(
    "odd",
    [
        {"craving": [HALF, 1]},
        {"person": [HALF, "b"]},
        {"time": [HALF, "2026-03-01T08:00Z"]},
        {"acknowledge": [HALF, ""]},
        {"stage": [HALF, ""]},
        {"craving_missing": [HALF, ""]},
        {HALF: [1, 2]},
    ],
)
def test_half_of_a_letter_costs_a_table_no_flag(odd: dict[str, Any]) -> None:
    table = {"person": ["a", "b"], "time": [1.0, 2.0], "self_harm": [0, 1], **odd}
    scores, _ = relapse.score(table, STANDARD, on_error="collect")
    assert scores["flags"][1] == "self_harm"


def test_the_error_of_a_table_carries_the_flags_of_its_row() -> None:
    table = rows_with_a_mistake([3], [3])
    texts = table.assign(craving=table["craving"].astype(object).replace({99: "canary"}))
    calls = (relapse.score, relapse.filter, relapse.smooth, relapse.log_likelihood)
    for rows in (table, texts):
        for call in calls:
            with pytest.raises(relapse.CheckInError) as refused:
                call(rows, "standard")
            assert refused.value.row == 3
            assert refused.value.flags == ["self_harm"]


@pytest.mark.parametrize("persons", ["together", "anywhere"])
@pytest.mark.parametrize("answer", [99, "canary"])
def test_a_batch_that_is_refused_keeps_its_flags(persons: Any, answer: Any) -> None:
    scorer = relapse.BatchScorer("standard", persons=persons)
    first = pd.DataFrame({"person": ["P"], "time": [1.0], "self_harm": [0]})
    scorer.score(first)
    bad = pd.DataFrame(
        {
            "person": ["P", "Q"],
            "time": [2.0, 2.0],
            "craving": [1, answer],
            "self_harm": [0, 1],
        }
    )
    with pytest.raises(relapse.CheckInError) as refused:
        scorer.score(bad)
    assert refused.value.row == 2 and refused.value.flags == ["self_harm"]
    back = first.assign(time=[0.5], self_harm=[1])
    with pytest.raises(relapse.CheckInError) as refused:
        scorer.score(pd.concat([bad[:1].assign(craving=1), back]))
    assert refused.value.flags == ["self_harm"]
    mended = scorer.score(bad.assign(craving=1, self_harm=0))
    assert mended["flags"].tolist() == ["self_harm", "self_harm"]


def test_a_row_without_a_person_raises_its_flag() -> None:
    table = pd.DataFrame(
        {"person": ["P", None, None], "time": [1.0, 1.0, 2.0], "self_harm": [0, 1, 0]}
    )
    scores, errors = relapse.score(table, "standard", on_error="collect")
    assert scores["flags"].fillna("").tolist() == ["", "self_harm", ""]
    assert errors["row"].tolist() == [1, 2]
    with pytest.raises(relapse.CheckInError) as refused:
        relapse.score(table, "standard")
    assert refused.value.flags == ["self_harm"]
    long = table.melt(["person", "time"], var_name="item", value_name="value")
    scores, errors = relapse.score(long, "standard", on_error="collect")
    assert scores["flags"].fillna("").tolist() == ["", "self_harm"]
    assert errors["row"].tolist() == [1, 2]
    [(scores, _)] = relapse.score_batches([table], "standard", on_error="collect")
    assert scores["flags"].fillna("").tolist() == ["", "self_harm", ""]


def test_unreadable_answers_of_a_table_are_named_in_their_column() -> None:
    for values in ([0, "yes", 0], [0, math.inf, 0]):
        table = pd.DataFrame(
            {"person": ["P"] * 3, "time": [1.0, 2.0, 3.0], "self_harm": values}
        )
        scores, _ = relapse.score(table, "standard", on_error="collect")
        assert scores["flags"].fillna("").tolist() == ["", "self_harm", "self_harm"]
        assert scores["unreadable_flags"].fillna("").tolist() == ["", *["self_harm"] * 2]
        assert scores["level"].tolist()[2] == "critical"


def test_an_older_acknowledgement_in_a_table_leaves_the_flag_up() -> None:
    table = {
        "person": ["P"] * 4,
        "time": [1.0, 2.0, 2.0, 3.0],
        "self_harm": [1, 1, None, None],
        "acknowledge": ["", "", "self_harm", "self_harm"],
    }
    scores = relapse.score(table, "standard", same_time="in_order")
    assert list(scores["flags"]) == ["self_harm"] * 3 + [""]


def attention(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    arguments = ["score", str(path), "--on-error", "collect", "--attention", "9"]
    assert main([*arguments, "--json", *more]) == 0
    lists = json.loads(capsys.readouterr().out)["attention"]
    return lists["using_now"] + lists["at_risk"]


def test_who_was_refused_stands_first_with_the_flag(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(
        "person,time,craving,isolating,self_harm,psychosis\n"
        "P1,2026-01-01T08:00Z,1,0,0,0\n"
        "P1,2026-01-02T08:00Z,99,0,1,0\n"
        "P2,2026-01-01T08:00Z,4,3,0,0\n"
        "P3,2026-01-02T08:00Z,99,0,yes,0\n"
        "P4,2026-01-02T08:00Z,99,0,0,0\n"
        ",2026-01-02T08:00Z,1,0,0,1\n",
        "t.csv",
    )
    found = attention(path, capsys)
    assert [one["person"] for one in found] == ["P3", "(no name, row 6)", "P1", "P2"]
    assert [one["level"] for one in found[:3]] == ["critical"] * 3
    assert "could not be read" in found[0]["flags"][0]
    assert "could not be read" not in found[2]["flags"][0]
    assert found[0]["new_risk"] is None and found[0]["suggestion"]
    assert "nicht lesbar" in attention(path, capsys, "--locale", "de")[0]["flags"][0]
    lines = ["score", str(path), "--on-error", "collect", "--attention", "9"]
    assert main(lines) == 0
    assert "critical" in capsys.readouterr().out
    assert main(["score", str(path)]) == 1
    assert "self_harm" in capsys.readouterr().err


def test_no_flag_falls_off_the_end_of_the_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.csv"
    # Of ten persons three are refused with a flag, three have one, one of them in use.
    rows = [
        f"P{k},2026-01-01T08:00Z,{99 if k < 3 else 1},{int(k == 5)},{int(k < 6)}\n"
        for k in range(10)
    ]
    path.write_text("person,time,craving,used,self_harm\n" + "".join(rows))
    lines = ["score", str(path), "--on-error", "collect", "--attention", "1"]
    assert main([*lines, "-o", str(tmp_path / "o.csv"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["attention"]
    assert [one["person"] for one in found["using_now"]] == ["P5"]
    at_risk = {one["person"] for one in found["at_risk"]}
    assert at_risk == {"P0", "P1", "P2", "P3", "P4"}
    assert all(one["flags"] for one in found["at_risk"])


@pytest.mark.parametrize("part", ["answers", "missing"])
@pytest.mark.parametrize("key", [*_core.reserved_names, "self_harm_missing"])
def test_the_keys_of_answers_in_a_document_are_items(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], part: str, key: str
) -> None:
    path = tmp_path / "c.json"
    value = "self_harm" if part == "answers" else "declined"
    document = {"schema": "relapse/check_in/1", "person": "P", "time": 1}
    path.write_text(json.dumps([{**document, part: {key: value}}]))
    assert main(["score", str(path), "-o", str(tmp_path / "o.csv")]) == 1
    assert repr(key) in capsys.readouterr().err
    path.write_text(json.dumps([{**document, "answers": {"Self-Harm": 1}}]))
    assert main(["score", str(path), "-o", str(tmp_path / "o.csv")]) == 1
    assert "'self_harm'" in capsys.readouterr().err


# One document of a file -----------------------------------------------------------------

FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"note": "x"}, "unknown key `note`"),
    ({"known_stage": "lapse"}, "'known_stage': .* but must be an object, such as"),
    ({"known_stage": ["lapse"]}, "'known_stage': .* but must be an object, such as"),
    ({"acknowledge": "self_harm"}, "must be a list of flags"),
    ({"seconds": "9"}, "'seconds': .* but must be a number"),
    ({"used_days_ago": True}, "'used_days_ago': .* but must be a number"),
    ({"missing": {"stage": "declined"}}, "'stage', which is a part of a check-in"),
    ({"schema": "relapse/check_in/2"}, "has a schema that is not"),
]


def document(person: str, **more: Any) -> dict[str, Any]:
    return {"schema": "relapse/check_in/1", "person": person, "time": 1.0, **more}


@pytest.mark.parametrize("name", ["c.json", "c.jsonl"])
@pytest.mark.parametrize(("fault", "problem"), FAULTS)
def test_a_faulty_document_costs_itself_alone_and_raises_its_flag(
    fault: dict[str, Any], problem: str, name: str, tmp_path: Path
) -> None:
    told = [
        document("P1", answers={"craving": 2}),
        document("P2", answers={"overdose": 1, "craving": 3}) | fault,
        document("P3", answers={"craving": 7}) | fault,
    ]
    path = tmp_path / name
    lines = "\n".join(map(json.dumps, told))
    path.write_text(json.dumps(told) if name == "c.json" else lines)
    with pytest.raises(relapse.CheckInError, match=problem) as caught:
        relapse.read_check_ins(path, frame="dict")
    assert (caught.value.person, caught.value.flags) == ("P2", ["overdose"])
    assert "person 'P2'" in str(caught.value) and "overdose" in str(caught.value)
    table, report = collected(path)
    assert list(table["person"]) == ["P1", "P2"]
    assert [one.person for one in report.left_out] == ["P2", "P3"]
    scores, _ = relapse.score(table, "standard", on_error="collect")
    assert list(scores["flags"]) == ["", "overdose"]


def test_the_command_names_the_person_of_a_document_and_all_flags_of_the_file(
    tmp_path: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    told = [
        document("P1", answers={"self_harm": 1}),
        document("P2", answers={"overdose": "often"}, note="x"),
        document("P3", answers={"self_harm": 0}),
    ]
    path = write(json.dumps(told), "c.json")
    assert main(["score", str(path), "-o", str(tmp_path / "o.csv")]) == 1
    error = capsys.readouterr().err
    assert "row 2, person 'P2': unknown key `note`" in error
    assert "look at them first: self_harm of 'P1', overdose of 'P2'" in error
    assert "often" not in error


def test_how_long_a_check_in_took_is_a_part_of_its_document(
    tmp_path: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(
        json.dumps([document("P1", answers={"craving": 1}, seconds=30)]), "c.json"
    )
    assert main(["score", str(path), "-o", str(tmp_path / "o.csv")]) == 0
    assert "seconds" not in capsys.readouterr().err
    table, report = relapse.read_check_ins(path, frame="dict", report=True)
    assert list(table) == ["person", "time", "craving"]
    assert "seconds" in report.columns


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.csv", "person,time,craving,self_harm\nP1,1,2,0\nP2,1,3,1,9\n"),
        ("c.csv", "person,time,craving,self_harm\nP1,1,2,0\nP2,1,1\n"),
        ("c.jsonl", '{"person":"P1","time":1,"craving":2,"self_harm":0}\n'
         '{"person":"P2","time":1,"self_harm":1,"craving":\n'),
    ],
)  # fmt: skip
def test_a_broken_line_costs_itself_alone_and_raises_its_flag(
    name: str, text: str, write: Write
) -> None:
    path = write(text, name)
    with pytest.raises(relapse.CheckInError) as caught:
        relapse.read_check_ins(path, frame="dict")
    assert caught.value.flags == ["self_harm"]
    table, report = collected(path)
    assert 1.0 in list(table["self_harm"]) and table["craving"][0] == 2.0
    assert len(report.left_out) == 1


def test_the_error_of_a_record_of_an_export_carries_its_flags(write: Write) -> None:
    path = write("person,time,q1,q9\nP1,1,9,1\n", "c.csv")
    items, values = {"q1": "craving", "q9": "self_harm"}, {"craving": {"a": 1, "2": 2}}
    with pytest.raises(relapse.CheckInError, match="look at it first") as caught:
        relapse.read_check_ins(path, items=items, values=values, frame="dict")
    assert (caught.value.person, caught.value.flags) == ("P1", ["self_harm"])
