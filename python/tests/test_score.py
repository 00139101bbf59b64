"""Scoring a data set: what comes out, and what is refused and how."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sample_documents import check_ins, small_document, small_model

import relapse


def refused(data: Any, match: str, **settings: Any) -> relapse.CheckInError:
    with pytest.raises(relapse.CheckInError, match=match) as caught:
        relapse.score(data, small_model(), **settings)
    return caught.value


def rows(**columns: Any) -> dict[str, Any]:
    count = max(len(values) for values in columns.values())
    return {"person": ["a"] * count, "time": list(range(count)), **columns}


# What comes out -----------------------------------------------------------------------


def test_probabilities_are_probabilities() -> None:
    model = small_model()
    scores = relapse.score(pd.DataFrame(check_ins()), model)
    stages = scores[[f"stage_{stage}" for stage in model.stages]].to_numpy()
    assert np.allclose(stages.sum(axis=1), 1.0, atol=1e-14)
    risks = scores[["risk_0.5d", "risk_7d", "risk_30d"]].to_numpy()
    assert (risks >= stages[:, 2:]).all()
    assert (np.diff(risks, axis=1) >= 0).all()
    for days in ("0.5", "7", "30"):
        assert (scores[f"risk_{days}d_low"] <= scores[f"risk_{days}d"]).all()
        assert (scores[f"risk_{days}d"] <= scores[f"risk_{days}d_high"]).all()
        assert (scores[f"new_use_{days}d"] <= scores[f"risk_{days}d"]).all()
    assert (scores["stage"] == np.array(model.stages)[stages.argmax(axis=1)]).all()
    assert set(scores["level"]) <= {"low", "guarded", "elevated", "high", "critical"}


def test_filter_and_log_likelihood_are_those_of_score() -> None:
    model = small_model()
    data = pd.DataFrame(check_ins())
    scores = relapse.score(data, model)
    filtered = relapse.filter(data, model)
    assert list(filtered) == [
        "person",
        "time",
        "stage_stable",
        "stage_warning",
        "stage_lapse",
        "log_likelihood",
    ]
    pd.testing.assert_frame_equal(filtered, scores[list(filtered)], check_exact=True)
    assert relapse.log_likelihood(data, model) == pytest.approx(
        scores["log_likelihood"].sum(), abs=1e-12
    )


def test_drivers_add_up_to_the_change_of_risk() -> None:
    model = small_model()
    data = pd.DataFrame(check_ins())
    scores = relapse.score(data, model)
    drivers = relapse.drivers(data, model)
    assert list(drivers) == ["person", "time", "driver", "kind", "contribution"]
    assert set(drivers["kind"]) <= {
        "time",
        "known",
        "determinant",
        "sign",
        "excluded",
        "remainder",
    }
    sums = drivers.groupby(["person", "time"])["contribution"].sum()
    for person, own in scores.sort_values("time").groupby("person"):
        changes = own["risk_7d"].diff().iloc[1:].to_numpy()
        explained = np.array([sums[person, when] for when in own["time"]])[1:]
        assert np.abs(changes - explained).max(initial=0) < 1e-9


def test_a_model_may_be_named() -> None:
    data = {"person": ["a"], "time": [0.0], "craving": [3]}
    named = relapse.score(data, "standard")
    assert named["risk_7d"] == relapse.score(data, relapse.Model.standard())["risk_7d"]
    with pytest.raises(relapse.InvalidInput, match="none of this name"):
        relapse.score(data, "no such model")
    with pytest.raises(relapse.InvalidInput, match="must be a Model or a name"):
        relapse.score(data, 3)  # type: ignore[call-overload]


def test_truth_values_labels_and_numbers_say_the_same() -> None:
    model = small_model()
    a = relapse.score(rows(used=[True, False], isolating=["often", "never"]), model)
    b = relapse.score(rows(used=[1, 0], isolating=[2, 0]), model)
    c = relapse.score(rows(used=np.array([1.0, 0.0]), isolating=["often", 0]), model)
    assert a["log_likelihood"].tolist() == b["log_likelihood"].tolist()
    assert a["log_likelihood"].tolist() == c["log_likelihood"].tolist()


def test_a_missing_level_follows_the_reason() -> None:
    model = small_model()
    steps = {
        reason: relapse.score(rows(sleep=[None], sleep_missing=[reason]), model)
        for reason in (
            None,
            "unknown",
            "declined",
            "not_performed",
            "not_asked",
            "masked",
            "not_applicable",
        )
    }
    logs = {reason: scores["log_likelihood"][0] for reason, scores in steps.items()}
    assert logs[None] == logs["unknown"] == logs["declined"] == logs["not_performed"]
    assert logs["not_asked"] == logs["masked"] == logs["not_applicable"] == 0.0
    assert logs[None] < 0.0
    # Without the column itself, a row without a reason was not asked.
    only_reasons = relapse.score(rows(sleep_missing=[None, "declined"]), model)
    assert only_reasons["log_likelihood"][0] == 0.0
    assert only_reasons["log_likelihood"][1] < 0.0


def test_what_is_known_from_outside_is_read() -> None:
    model = small_model()
    scores = relapse.score(
        rows(
            stage=[None, "lapse", "stable|warning", ""],
            entered=[None, True, False, None],
            abstinent_since_last=[False, False, None, True],
        ),
        model,
    )
    assert scores["stage_lapse"][1] == 1.0
    assert scores["stage_lapse"][2] == scores["stage_lapse"][3] == 0.0
    assert np.isnan(scores["new_use_7d"][1])
    assert (
        scores["risk_7d"][1]
        == scores["risk_7d_low"][1]
        == scores["risk_7d_high"][1]
        == 1.0
    )
    ago = relapse.score(rows(nights=[1, 1], used_days_ago=[None, 0.5]), model)
    assert ago["risk_7d"][0] == relapse.score(rows(nights=[1, 1]), model)["risk_7d"][0]


def test_built_in_flags_are_read_whatever_the_model_says() -> None:
    model = small_model()
    assert not {"self_harm", "overdose"} & set(model.items)
    scores = relapse.score(
        rows(
            self_harm=[0, 1, None, None],
            overdose=[False, None, None, True],
            voices=[None, 1, None, None],
            acknowledge=["", "", "self_harm|psychosis", ""],
        ),
        model,
    )
    assert scores["flags"].tolist() == ["", "self_harm|psychosis", "", "overdose"]
    assert scores["level"][1] == scores["level"][3] == "critical"
    assert scores["level"][0] == scores["level"][2] != "critical"
    latched = relapse.score(rows(severe_withdrawal=[1, None, 0]), model)
    assert latched["flags"].tolist() == ["severe_withdrawal"] * 3


def test_two_threads_give_identical_numbers() -> None:
    model = relapse.Model.standard()
    data = relapse.simulate(model, persons=40, days=12, jitter=0.9, answered=0.6)
    one = relapse.score(data, model, threads=1)
    pd.testing.assert_frame_equal(
        one, relapse.score(data, model, threads=2), check_exact=True
    )
    drivers = relapse.drivers(data.head(60), model, threads=1)
    pd.testing.assert_frame_equal(
        drivers, relapse.drivers(data.head(60), model, threads=2), check_exact=True
    )
    assert relapse.log_likelihood(data, model, threads=1) == relapse.log_likelihood(
        data, model
    )


def test_other_python_runs_meanwhile() -> None:
    model = relapse.Model.standard()
    data = relapse.simulate(model, persons=100, days=30, frame="dict")
    beats = []
    done = threading.Event()

    def beat() -> None:
        while not done.wait(0.002):
            beats.append(time.perf_counter())

    other = threading.Thread(target=beat)
    other.start()
    started = time.perf_counter()
    relapse.score(data, model, threads=1)
    lasted = time.perf_counter() - started
    done.set()
    other.join()
    assert len(beats) > 3 or lasted < 0.02


# Progress -----------------------------------------------------------------------------


def long_work() -> tuple[dict[str, Any], relapse.Model]:
    model = relapse.Model.standard()
    return relapse.simulate(model, persons=600, days=60, frame="dict"), model


def test_progress_is_told_and_rises_to_one() -> None:
    data, model = long_work()
    told: list[float] = []
    relapse.score(data, model, threads=2, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert all(0.0 < share <= 1.0 for share in told)
    relapse.filter({"person": ["a"], "time": [0.0]}, model, progress=told.append)
    assert told[-1] == 1.0


def test_progress_that_returns_false_stops_the_work() -> None:
    data, model = long_work()
    with pytest.raises(relapse.InvalidInput, match="stopped"):
        relapse.score(data, model, threads=1, progress=lambda share: False)


def test_an_error_in_progress_comes_out_as_it_is() -> None:
    data, model = long_work()

    def fail(share: float) -> None:
        raise LookupError(f"at {share}")

    with pytest.raises(LookupError, match="at 0"):
        relapse.score(data, model, threads=2, progress=fail)


INTERRUPTED = """
import os, signal, threading, time, relapse
model = relapse.Model.standard()
data = relapse.simulate(model, persons=200, days=30, frame="dict")
many = {name: list(values) * 40 for name, values in data.items()}
many["person"] = [f"{k // len(data['time'])}-{p}" for k, p in enumerate(many["person"])]
threading.Timer(4.0, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    started = time.perf_counter()
    relapse.drivers(many, model, threads=2)
    print("finished")
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_stops_the_work() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert done.stdout == "interrupted\n", done.stderr


# Bad input ----------------------------------------------------------------------------


def test_an_answer_out_of_scale_names_person_row_and_column() -> None:
    for item, answer in [
        ("craving", 4.5),
        ("craving", -1),
        ("sleep", 0),
        ("sleep", 2.5),
        ("isolating", 3),
        ("nights", -1),
        ("nights", 1.5),
        ("used", 2),
    ]:
        data = {"person": ["p", "q"], "time": [0, 0], item: [None, answer]}
        error = refused(data, "is not allowed")
        assert (error.person, error.row, error.item) == ("q", 1, item)
        assert str(error).startswith(f"check-in of person 'q', row 1, '{item}': ")
        assert str(answer) not in error.problem.replace(
            item, ""
        )  # never what was answered


@pytest.mark.parametrize("value", [np.inf, -np.inf, 10**400], ids=["inf", "-inf", "huge"])
def test_infinite_numbers_are_refused(value: float) -> None:
    for item in ("mood", "craving", "nights", "self_harm", "used_days_ago"):
        assert refused(rows(**{item: [0, value]}), "finite").item == item
    error = refused({"person": ["a", "a"], "time": [0.0, value]}, "finite")
    assert (error.row, error.item) == (1, "time")


def test_wrong_types_are_refused() -> None:
    model = small_model()
    error = refused(rows(mood=[5, "sad"]), "must be a number; words need `labels`")
    assert (error.row, error.item) == (1, "mood")
    assert error.problem.endswith("must be a number")
    assert "sad" not in str(error)
    assert refused(rows(isolating=["often", "daily"]), "one of its labels").row == 1
    for value in ([1], object(), 1j, b"1", date(2026, 1, 1)):
        assert refused(rows(mood=[5, value]), "must be a number").row == 1
    for column, match in [
        ({"mood": pd.to_datetime(["2026-01-01"])}, "holds timestamps without"),
        ({"mood": np.array([1j])}, "holds values of type complex128"),
        ({"used_days_ago": [True]}, None),
        ({"used_days_ago": np.array([True])}, "truth values"),
        ({"stage": [1]}, "names a stage"),
        ({"stage": np.array([1.0])}, "must hold texts"),
        ({"stage": ["stable|sober"]}, "names a stage"),
        ({"stage": ["stable|"]}, "names a stage"),
        ({"acknowledge": ["boredom"]}, "names a flag"),
        ({"entered": [2]}, "true or false"),
        ({"entered": ["yes"]}, "true or false"),
        ({"sleep_missing": ["shy"]}, "missing reason"),
        ({"sleep": [1], "sleep_missing": ["declined"]}, "both answered and missing"),
        ({"used_days_ago": [-1]}, "is below 0"),
        ({"entered": [True]}, "needs a known stage"),
        ({"stage": ["lapse"], "entered": [True]}, "first check-in"),
        ({"missed_check_in": [0]}, None),
    ]:
        if match is None:
            continue
        with pytest.raises(relapse.InvalidInput, match=match):
            relapse.score(rows(**column), model)
    frame = pl.DataFrame({"person": ["a"], "time": [1.0], "mood": [date(2026, 1, 1)]})
    with pytest.raises(relapse.InvalidInput, match="column 'mood': holds dates"):
        relapse.score(frame, model)
    nested = pl.DataFrame({"person": ["a"], "time": [1.0], "mood": [[1.0]]})
    with pytest.raises(
        relapse.InvalidInput, match="column 'mood': holds values of type List"
    ):
        relapse.score(nested, model)


def test_a_computed_item_is_no_column() -> None:
    with pytest.raises(relapse.InvalidInput, match="'missed_check_in': is computed"):
        relapse.score(rows(missed_check_in=[0]), "standard")


def test_a_time_twice_is_refused_unless_it_is_said_what_it_means() -> None:
    data = {"person": ["a", "b", "a", "a"], "time": [0, 1, 1, 1], "nights": [0, 1, 2, 3]}
    error = refused(data, 'the same as that of the last check-in; same_time="in_order"')
    assert (error.person, error.row, error.item) == ("a", 3, "time")
    scores = relapse.score(data, small_model(), same_time="in_order")
    assert np.isfinite(scores["log_likelihood"]).all()
    with pytest.raises(relapse.InvalidInput, match="must be one of: refuse, in_order"):
        relapse.score(data, small_model(), same_time="drop")  # type: ignore[call-overload]
    with pytest.raises(relapse.CheckInError, match="same as that of the last") as caught:
        relapse.filter(data, small_model())
    assert (caught.value.person, caught.value.row) == ("a", 3)


def test_a_level_that_is_not_there_is_refused_with_those_that_are() -> None:
    document = small_document()
    scaled = {"id": "strain", "family": "categorical", "levels": 5, "scale": [1, 5]}
    given = dict.fromkeys(["stable", "warning", "lapse"], [0.2] * 5)
    document["items"].append(
        scaled | {"role": "sign", "given": given, "source": "made up"}
    )
    model = relapse.Model.from_dict(document)
    for item, answer, problem in (
        ("isolating", 77.0, "one of its levels, 0 to 2"),
        ("strain", 2.5, "one of its levels, 1 to 5"),
        ("strain", 77.0, "within its scale, 1 to 5"),
    ):
        with pytest.raises(relapse.CheckInError, match=problem) as caught:
            relapse.score(rows(**{item: [1, answer]}), model)
        assert problem in caught.value.problem
        assert ("`missing`" if answer == 77.0 else "`scale`") in caught.value.hint
        with pytest.raises(relapse.CheckInError, match=f"{problem}$") as alone:
            relapse.Monitor(model).update(0.0, {item: answer}, person="P7")
        assert (alone.value.person, alone.value.item) == ("P7", item)
        assert not {"77", "2.5"} & set(re.findall(r"[\d.]+", str(caught.value)))


def test_a_missing_column_is_named() -> None:
    model = small_model()
    with pytest.raises(relapse.InvalidInput, match="unknown column `person`"):
        relapse.score({"time": [0.0]}, model)
    with pytest.raises(relapse.InvalidInput, match="unknown column `when`"):
        relapse.score(pd.DataFrame(check_ins()), model, time="when")
    with pytest.raises(relapse.InvalidInput, match="unknown column `who`; there are: `"):
        relapse.score(pl.DataFrame(check_ins(), strict=False), model, person="who")
    with pytest.raises(relapse.InvalidInput, match="must be two columns"):
        relapse.score(check_ins(), model, person="time")
    with pytest.raises(relapse.InvalidInput, match="both 'item' and 'value'"):
        relapse.score(rows(item=["mood"]), model)


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pl.DataFrame])
def test_a_row_without_person_or_time_is_refused(kind: Any) -> None:
    data = {"person": ["a", None, "b"], "time": [0.0, 1.0, None], "nights": [1, 1, 1]}
    error = refused(kind(data), "is missing")
    assert (error.person, error.row, error.item) == (None, 1, "person")
    error = refused(kind(data | {"person": ["a", "a", "b"]}), "is missing")
    assert (error.person, error.row, error.item) == ("b", 2, "time")
    _, errors = relapse.score(kind(data), small_model(), on_error="collect")
    assert list(errors["row"]) == [1, 2]
    assert list(errors["column"]) == ["person", "time"]
    assert list(errors["message"]) == ["is missing"] * 2


def test_naive_times_are_refused_with_what_to_do() -> None:
    model = small_model()
    naive = [datetime(2026, 3, 1, 8), datetime(2026, 3, 2, 8)]
    for table, match in [
        (pd.DataFrame({"person": ["a", "a"], "time": naive}), "tz_localize"),
        (pl.DataFrame({"person": ["a", "a"], "time": naive}), "replace_time_zone"),
        (
            {"person": ["a", "a"], "time": np.array(naive, "datetime64[us]")},
            "pass numbers",
        ),
        ({"person": ["a", "a"], "time": naive}, "has no time zone"),
        (
            {"person": ["a", "a"], "time": ["2026-03-01T08:00", "2026-03-02T08:00"]},
            "without zone",
        ),
        ({"person": ["a", "a"], "time": ["2026-03-01", "2026-03-02"]}, "time of day"),
        (
            {"person": ["a", "a"], "time": [date(2026, 3, 1), date(2026, 3, 2)]},
            "time of day",
        ),
        (
            pl.DataFrame({"person": ["a"], "time": [date(2026, 3, 1)]}),
            "holds dates without",
        ),
        ({"person": ["a"], "time": [True]}, "number of days"),
        (
            {"person": ["a", "a"], "time": [0.0, "2026-03-01T08:00Z"]},
            "row 1.*texts among numbers",
        ),
        (
            {"person": ["a", "a"], "time": [naive[0].replace(tzinfo=timezone.utc), 3]},
            "of one kind",
        ),
        (
            pl.DataFrame({"person": ["a"], "time": [timedelta(1)]}),
            "holds values of type Duration",
        ),
    ]:
        with pytest.raises(relapse.InvalidInput, match=match):
            relapse.score(table, model)


def test_columns_of_one_name_and_of_other_lengths_are_refused() -> None:
    model = small_model()
    frame = pd.DataFrame([["a", 0.0, 1, 2]], columns=["person", "time", "mood", "mood"])
    with pytest.raises(relapse.InvalidInput, match="columns of the same name: mood"):
        relapse.score(frame, model)
    with pytest.raises(relapse.InvalidInput, match="'mood': has 1 rows, but must have 2"):
        relapse.score({"person": ["a", "a"], "time": [0, 1], "mood": [1]}, model)
    with pytest.raises(relapse.InvalidInput, match="must have one dimension"):
        relapse.score({"person": ["a"], "time": [0], "mood": np.zeros((1, 2))}, model)
    with pytest.raises(relapse.InvalidInput, match="must be an array with one dimension"):
        relapse.score({"person": "a", "time": [0]}, model)


@pytest.mark.parametrize("table", [None, 3, "check_ins.csv", [1, 2], np.zeros((2, 2))])
def test_what_is_no_table_is_refused(table: Any) -> None:
    with pytest.raises(relapse.InvalidInput, match="must be a data frame"):
        relapse.score(table, small_model())


def test_an_impossible_check_in_is_named() -> None:
    document = small_document()
    for law in document["items"][0]["given"]:
        document["items"][0]["given"][law] = 0.0
    model = relapse.Model.from_dict(document)
    with pytest.raises(
        relapse.CheckInError, match="impossible under the model"
    ) as caught:
        relapse.score(rows(used=[0, 1]), model)
    assert (caught.value.person, caught.value.row) == ("a", 1)


def test_settings_are_checked() -> None:
    data, model = check_ins(), small_model()
    with pytest.raises(relapse.InvalidInput, match="on_error"):
        relapse.score(data, model, on_error="ignore")  # type: ignore[call-overload]
    with pytest.raises(
        relapse.InvalidInput, match="threads: must be a whole number from 1"
    ):
        relapse.score(data, model, threads=0)
    with pytest.raises(relapse.InvalidInput, match="must be a sign"):
        relapse.forecast(data, model, item="craving", days=1.0)
    with pytest.raises(relapse.InvalidInput, match="0 or more"):
        relapse.forecast(data, model, item="mood", days=-1.0)


# Collecting errors --------------------------------------------------------------------


def spoiled() -> dict[str, list[Any]]:
    data = check_ins()
    data["mood"][1] = "sad"
    data["craving"][4] = 9
    data["time"][6] = None
    return data


@pytest.mark.parametrize(
    "kind", [dict, pd.DataFrame, lambda d: pl.DataFrame(d, strict=False)]
)
def test_the_rest_is_scored_and_errors_are_a_table(kind: Any) -> None:
    model = small_model()
    data = spoiled()
    if kind not in (dict, pd.DataFrame):
        data["mood"] = [np.inf if value == "sad" else value for value in data["mood"]]
    scores, errors = relapse.score(kind(data), model, on_error="collect")
    assert type(errors) is type(scores)
    names = list(errors if isinstance(errors, dict) else errors.columns)
    assert names == ["person", "row", "column", "message"]
    assert list(errors["person"]) == ["b", "b", "c"]
    assert list(errors["row"]) == [1, 4, 6]
    assert list(errors["column"]) == ["mood", "craving", "time"]
    good = [0, 2, 3, 5, 7]
    kept = {name: [values[row] for row in good] for name, values in data.items()}
    expected = pd.DataFrame(relapse.score(kept, model))
    # A polars null arrives as None, a missing number of the others as NaN.
    columns = {name: list(scores[name]) for name in expected}
    found = pd.DataFrame(
        {
            name: [np.nan if value is None else value for value in values]
            for name, values in columns.items()
        }
    )
    pd.testing.assert_frame_equal(
        found.iloc[good].drop(columns="time").reset_index(drop=True),
        expected.drop(columns="time"),
        check_dtype=False,
    )
    gaps = found.iloc[[1, 4, 6]].drop(columns=["person", "time"])
    assert gaps.isna().all(axis=None)


def test_collecting_from_a_long_table_names_its_rows() -> None:
    data = {
        "person": ["a", "a", "a", "b", "b", None],
        "time": [0.0, 0.0, 1.0, 0.0, 0.0, 3.0],
        "item": ["mood", "craving", "mood", "mood", "mood", "mood"],
        "value": [5.0, 9.0, 6.0, 7.0, 7.0, 1.0],
    }
    scores, errors = relapse.score(data, small_model(), on_error="collect")
    assert list(scores["person"]) == ["a", "a", "b"]
    assert np.isnan(scores["risk_7d"]).tolist() == [True, False, True]
    assert list(errors["row"]) == [1, 4, 5]
    assert list(errors["column"]) == ["craving", "mood", "person"]
    assert list(errors["message"])[1] == "is answered twice"
    with pytest.raises(relapse.CheckInError) as caught:
        relapse.score({name: values[:3] for name, values in data.items()}, small_model())
    assert (caught.value.person, caught.value.row, caught.value.item) == (
        "a",
        1,
        "craving",
    )
    for column, value, match in [
        ("item", None, "is missing, but there is an answer"),
        ("item", 3, "must be the name"),
        ("value", "much", "is not allowed"),
        ("missing_reason", "declined", "both"),
    ]:
        one = {"person": ["a"], "time": [0.0], "item": ["mood"], "value": [5.0]}
        with pytest.raises(relapse.CheckInError, match=match):
            relapse.score(one | {column: [value]}, small_model())


def test_a_time_of_another_kind_is_one_bad_row() -> None:
    data = {"person": ["a", "a", "b", "b"], "time": [0.0, "soon", 0.0, 1.0]}
    scores, errors = relapse.score(data, small_model(), on_error="collect")
    assert list(errors["row"]) == [1]
    assert np.isnan(scores["risk_7d"]).tolist() == [False, True, False, False]


def test_reasons_stand_beside_their_rows_when_others_are_refused() -> None:
    data = check_ins() | {"mood": ["much", *check_ins()["mood"][1:]]}
    reasons, errors = relapse.drivers(data, small_model(), on_error="collect")
    rest = {name: list(values)[1:] for name, values in check_ins().items()}
    alone = relapse.drivers(rest, small_model())
    assert list(errors["row"]) == [0]
    for name in ("person", "time", "driver", "kind", "contribution"):
        assert list(reasons[name]) == list(alone[name])


def test_one_column_is_no_table() -> None:
    with pytest.raises(relapse.InvalidInput, match="must have columns"):
        relapse.score(pd.Series([1.0]), small_model())


def test_without_errors_their_table_is_empty() -> None:
    for kind in (dict, pd.DataFrame, lambda d: pl.DataFrame(d, strict=False)):
        scores, errors = relapse.score(
            kind(check_ins()), small_model(), on_error="collect"
        )
        assert len(errors["row"]) == 0
        assert len(scores["risk_7d"]) == 8


# Forecast, simulation, model ----------------------------------------------------------


def test_forecast_is_a_distribution_for_each_person() -> None:
    model = small_model()
    data = pd.DataFrame(check_ins())
    sleep = relapse.forecast(data, model, item="sleep", days=3.0)
    assert list(sleep) == [
        "person",
        "level_0",
        "level_1",
        "level_2",
        "level_3",
        "level_missing",
    ]
    assert sleep["person"].to_list() == ["b", "a", "c"]
    assert np.allclose(sleep.iloc[:, 1:].sum(axis=1), 1.0)
    assert list(relapse.forecast(data, model, item="used", days=0)) == [
        "person",
        "level_0",
        "level_1",
    ]
    assert list(relapse.forecast(data, model, item="mood", days=0)) == ["person", "mean"]
    far = relapse.forecast(data, model, item="mood", days=1e5)["mean"]
    assert far.max() - far.min() < 0.5


def test_simulated_persons_can_be_scored() -> None:
    model = small_model()
    data = relapse.simulate(
        model,
        persons=30,
        days=20,
        every=1.5,
        jitter=0.5,
        answered=0.7,
        missed=0.1,
        seed=7,
    )
    assert isinstance(data, pd.DataFrame)
    assert list(data) == [
        "person",
        "time",
        "used",
        "isolating",
        "sleep",
        "sleep_missing",
        "nights",
        "mood",
        "craving",
    ]
    assert data["person"].nunique() == 30
    assert data["person"].iloc[0] == "P0001"
    # Asked and not answered is a level of this item; not asked is not.
    assert set(data["sleep_missing"].dropna()) == {"unknown", "not_asked"}
    assert data["sleep"].isna().equals(data["sleep_missing"].notna())
    scores = relapse.score(data, model)
    assert np.isfinite(scores["risk_7d"]).all()
    again = relapse.simulate(
        model,
        persons=30,
        days=20,
        every=1.5,
        jitter=0.5,
        answered=0.7,
        missed=0.1,
        seed=7,
    )
    pd.testing.assert_frame_equal(data, again)
    fewer = relapse.simulate(
        model, persons=3, days=20, every=1.5, jitter=0.5, answered=0.7, missed=0.1, seed=7
    )
    pd.testing.assert_frame_equal(data[data["person"] <= "P0003"], fewer)


def test_the_truth_is_a_table_of_its_own() -> None:
    model = small_model()
    for frame in ("pandas", "polars", "pyarrow", "dict"):
        data, truth = relapse.simulate(
            model, persons=50, days=30, truth=True, frame=frame, start="without_use"
        )
        names = (
            list(truth)
            if frame in ("dict", "pandas")
            else (truth.columns if frame == "polars" else truth.column_names)
        )
        assert names == [
            "person",
            "time",
            "true_stage",
            "true_use",
            "first_use",
            "propensity",
        ]
        assert len(truth["person"]) == len(data["person"])
    truth = pd.DataFrame(
        relapse.simulate(model, persons=50, days=30, truth=True, frame="dict")[1]
    )
    used = truth[truth["true_use"]].groupby("person")["time"].min()
    first = truth.groupby("person")["first_use"].first()
    assert (first[used.index] <= used).all()
    assert first.drop(used.index).isna().all()


def test_simulated_persons_keep_their_schedules() -> None:
    days = [[0.0, 3.0], [0.0, 1.0, 8.0]]
    data = relapse.simulate(small_model(), persons=2, schedule=days, frame="dict")
    assert list(data["time"]) == [0.0, 3.0, 0.0, 1.0, 8.0]
    data = relapse.simulate(small_model(), persons=2, schedule=days[0], frame="dict")
    assert list(data["time"]) == [0.0, 3.0, 0.0, 3.0]


@pytest.mark.parametrize(
    "settings",
    [
        {"persons": 0},
        {"persons": 10**12},
        {"persons": 2.5},
        {"days": -1.0},
        {"every": 0.0},
        {"jitter": 1.0},
        {"answered": 1.5},
        {"missed": -0.1},
        {"missed_in_use": 2.0},
        {"drop_out": -1.0},
        {"schedule": [1.0, 2.0]},
        {"schedule": ["now"]},
        {"schedule": [[0.0], [0.0]], "persons": 3},
        {"start": "here"},
        {"frame": "excel"},
    ],
)
def test_simulation_settings_are_checked(settings: dict[str, Any]) -> None:
    with pytest.raises(relapse.InvalidInput):
        relapse.simulate(small_model(), **settings)


def test_movement_without_a_person() -> None:
    model = small_model()
    weekly = model.transition_matrix(7.0)
    assert weekly.shape == (3, 3)
    assert np.allclose(weekly.sum(axis=1), 1.0, atol=1e-14)
    assert np.allclose(weekly @ weekly, model.transition_matrix(14.0), atol=1e-13)
    craving = model.transition_matrix(7.0, answers={"craving": 4})
    assert craving[1, 2] > weekly[1, 2]
    assert model.transition_matrix(7.0, propensity=1.0)[0, 1] > weekly[0, 1]
    passage = model.passage_probability(to=["lapse"], days=7.0, answers={"craving": 4})
    assert passage[2] == 1.0
    assert passage[1] >= craving[1, 2]
    for answers in ({"isolating": 1}, {"colour": 1}, {"craving": 5}, {"craving": "much"}):
        with pytest.raises(relapse.CheckInError):
            model.transition_matrix(1.0, answers)
    with pytest.raises(relapse.InvalidInput, match="stage: is not in the model"):
        model.passage_probability(to=["home"], days=1.0)


def test_models_are_values(tmp_path: Any) -> None:
    import copy
    import pickle

    model = small_model()
    model.save(tmp_path / "small.json")
    assert relapse.Model.load(tmp_path / "small.json") == model
    assert relapse.Model.load(str(tmp_path / "small.json")) == model
    assert relapse.Model.from_json(model.to_json()) == model
    assert pickle.loads(pickle.dumps(model)) == model
    assert copy.deepcopy(model) == copy.copy(model) == model
    assert len({model, relapse.Model.from_dict(model.to_dict())}) == 1
    assert model != relapse.Model.standard()
    assert model != "small"
    assert (model.id, model.version, model.title) == ("small", "1.0.0", "three stages")
    assert model.stages == ["stable", "warning", "lapse"]
    assert model.horizons == [0.5, 7, 30]
    assert model.flags == ["self_harm", "overdose", "severe_withdrawal", "psychosis"]
    assert model.labels == {"isolating": {"never": 0.0, "at times": 1.0, "often": 2.0}}
    assert repr(model) == "Model('small', version '1.0.0', 3 stages, 7 items)"
    with pytest.raises(relapse.InvalidInput, match="json"):
        relapse.Model.load(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        (("transitions", 0, "rate"), -1.0, "/transitions/0/rate"),
        (("initial", "stable"), 0.9, "/initial"),
        (
            ("transitions", 0, "effects"),
            {"boredom": 1.0},
            "/transitions/0/effects/boredom",
        ),
        (("levels", "cuts", "high"), 0.01, "/levels/cuts"),
        (("schema",), "relapse/model/9", "/schema"),
        (("colour",), "red", "/colour"),
        (("items", 0, "given", "stable"), float("nan"), None),
        (("items", 0, "given", "stable"), 1.5, "/items/0/given/stable"),
    ],
)
def test_bad_documents_name_their_place(
    path: Any, value: Any, pointer: str | None
) -> None:
    document = small_document()
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(relapse.ParseError) as caught:
        relapse.Model.from_dict(document)
    if pointer is not None:
        assert caught.value.pointer.startswith(pointer)


def test_errors_are_values_too() -> None:
    import pickle

    error = relapse.CheckInError("is late", "P7", 3, "time")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "check-in of person 'P7', row 3, 'time': is late"
    assert (again.person, again.row, again.item, again.problem) == (
        "P7",
        3,
        "time",
        "is late",
    )
    parse = pickle.loads(pickle.dumps(relapse.ParseError("/a: is bad", "/a")))
    assert (str(parse), parse.pointer) == ("/a: is bad", "/a")
    assert issubclass(relapse.InvalidInput, ValueError)
    for kind in (relapse.ParseError, relapse.CheckInError):
        assert issubclass(kind, relapse.InvalidInput)


def test_importing_is_cheap() -> None:
    code = "import sys, relapse; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert not {"pandas", "polars", "pyarrow", "matplotlib", "scipy"} & set(loaded)


def test_every_order_of_rows_gives_the_same() -> None:
    model = small_model()
    data = {"person": ["a", "b", "a", "b"], "time": [0, 0, 1, 1], "nights": [0, 1, 2, 3]}
    expected = relapse.score(data, model)["log_likelihood"]
    for order in itertools.permutations(range(4)):
        shuffled = {name: [values[row] for row in order] for name, values in data.items()}
        found = relapse.score(shuffled, model)["log_likelihood"]
        assert found.tolist() == expected[list(order)].tolist()


UNREADABLE: list[dict[str, Any]] = [
    {"person": ["a"] * 3, "time": [1, 2, 3], "craving": [1, "a lot", 1]},
    {"person": ["a"] * 3, "time": [1, None, 3], "craving": [1, 1, 1]},
    {"person": ["a"] * 3, "time": [1, 2, 3], "stage": ["", "nowhere", ""]},
]


@pytest.mark.parametrize("data", UNREADABLE)
def test_a_flag_in_a_row_that_cannot_be_read_is_raised_too(data: dict[str, Any]) -> None:
    scores, errors = relapse.score(
        {**data, "self_harm": [0, 1, 0]}, "standard", on_error="collect"
    )
    assert list(errors["row"]) == [1]
    assert list(scores["flags"])[1] == "self_harm"
    assert list(scores["level"])[1] is None
    # Without a time nobody knows whether it came before or after the others.
    known = data["time"][1] is not None
    assert list(scores["flags"])[2] == ("self_harm" if known else "")


def test_a_flag_in_a_long_table_is_raised_too() -> None:
    data = {
        "person": ["a"] * 5,
        "time": [1.0, 2.0, 2.0, 2.0, 3.0],
        "item": ["craving", "self_harm", "self_harm", "craving", "craving"],
        "value": [1, 1, 0, "a lot", 1],
    }
    scores, errors = relapse.score(data, "standard", on_error="collect")
    assert sorted(errors["column"]) == ["craving", "self_harm"]
    assert list(scores["flags"]) == ["", "self_harm", "self_harm"]


def test_a_flag_in_a_refused_row_is_raised_all_the_same() -> None:
    data = {
        "person": ["a", "a", "a"],
        "time": [1.0, 2.0, 3.0],
        "self_harm": [0, 1, 0],
        "craving": [1, 99, 1],
    }
    scores, errors = relapse.score(data, "standard", on_error="collect")
    assert list(errors["row"]) == [1]
    assert list(scores["flags"]) == ["", "self_harm", "self_harm"]
    assert list(scores["level"])[1] is None
    assert list(scores["level"])[2] == "critical"
