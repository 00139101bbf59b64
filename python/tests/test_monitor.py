"""One person, check-in by check-in."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from sample_documents import small_document, small_model

import relapse

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def standard_rows(persons: int = 4) -> tuple[dict[str, Any], relapse.Model]:
    model = relapse.Model.standard()
    data = relapse.simulate(
        model, persons=persons, days=25, jitter=0.9, answered=0.7, seed=3, frame="dict"
    )
    return data, model


def answers_in(data: Mapping[str, Any], row: int) -> dict[str, Any]:
    return {item: data[item][row] for item in data if item not in ("person", "time")}


# Streaming is batch -------------------------------------------------------------------


def test_streaming_and_batch_give_identical_numbers() -> None:
    data, model = standard_rows()
    scores = relapse.score(data, model)
    drivers = relapse.drivers(data, model)
    monitors: dict[str, relapse.Monitor] = {}
    begin = 0
    for row, person in enumerate(data["person"]):
        monitor = monitors.setdefault(person, relapse.Monitor(model))
        seen = monitor.update(data["time"][row], answers_in(data, row))
        assert [scores[f"stage_{s}"][row] for s in model.stages] == list(
            seen.stages.values()
        )
        for days in model.horizons:
            assert scores[f"risk_{days}d"][row] == seen.risk[days]
            assert scores[f"risk_{days}d_low"][row] == seen.risk_interval[days][0]
            assert scores[f"risk_{days}d_high"][row] == seen.risk_interval[days][1]
            new_use = seen.new_use[days]  # None where surely in use
            np.testing.assert_equal(
                scores[f"new_use_{days}d"][row],
                np.nan if new_use is None else new_use,
            )
            assert scores[f"relapse_{days}d"][row] == seen.relapse[days]
        assert scores["level"][row] == seen.level
        assert scores["stage"][row] == seen.stage
        assert scores["propensity"][row] == seen.propensity
        assert scores["log_likelihood"][row] == seen.log_likelihood
        end = begin + len(seen.drivers)
        assert drivers["driver"][begin:end].tolist() == [d.id for d in seen.drivers]
        assert drivers["kind"][begin:end].tolist() == [d.kind for d in seen.drivers]
        assert drivers["contribution"][begin:end].tolist() == [
            d.contribution for d in seen.drivers
        ]
        begin = end
    assert begin == len(drivers["driver"])


def test_a_restored_monitor_goes_on_with_identical_numbers() -> None:
    data, model = standard_rows(persons=1)
    monitor = relapse.Monitor(model)
    for row in range(len(data["time"])):
        snapshot = monitor.snapshot()
        restored = relapse.Monitor.restore(model, snapshot)
        assert restored.snapshot() == snapshot
        copied = pickle.loads(pickle.dumps(monitor))
        seen = monitor.update(data["time"][row], answers_in(data, row)).to_json()
        assert restored.update(data["time"][row], answers_in(data, row)).to_json() == seen
        assert copied.update(data["time"][row], answers_in(data, row)).to_json() == seen
        assert restored.snapshot() == monitor.snapshot()


def test_a_snapshot_of_another_model_and_a_broken_one_are_refused() -> None:
    model = small_model()
    monitor = relapse.Monitor(model)
    monitor.update(0.0, {"mood": 5})
    snapshot = monitor.snapshot()
    with pytest.raises(relapse.InvalidInput, match="another model"):
        relapse.Monitor.restore("standard", snapshot)
    for broken in (b"", snapshot[:-1], snapshot[1:], snapshot + b"\0", b"\x9f" * 100_000):
        with pytest.raises(relapse.ParseError):
            relapse.Monitor.restore(model, broken)


# An assessment is a value -------------------------------------------------------------


def test_an_assessment_does_not_change_later() -> None:
    monitor = relapse.Monitor(small_model())
    first = monitor.update(NOON, {"mood": 5, "nights": 1})
    before = first.to_json()
    second = monitor.update(NOON + timedelta(days=1), {"used": True})
    assert first.to_json() == before != second.to_json()
    assert second.time - first.time == 1.0


def test_an_assessment_says_what_it_is_made_of() -> None:
    model = small_model()
    seen = relapse.Monitor(model).update(
        "2026-03-01T12:00Z",
        {"mood": 5, "sleep": None, "craving": 2},
        {"nights": "declined"},
    )
    assert seen.time == NOON.timestamp() / 86400.0
    assert list(seen.stages) == model.stages
    assert sum(seen.stages.values()) == pytest.approx(1.0, abs=1e-14)
    assert seen.stage == max(seen.stages, key=lambda stage: seen.stages[stage])
    assert list(seen.risk) == list(seen.risk_interval) == [0.5, 7, 30]
    low, high = seen.risk_interval[7]
    assert low <= seen.risk[7] == seen.level_risk <= high
    assert seen.relapse == {0.5: None, 7: None, 30: None}
    assert seen.missing == {
        "used": "not_asked",
        "isolating": "not_asked",
        "sleep": "unknown",
        "nights": "declined",
        "voices": "not_asked",
    }
    assert seen.flags == []
    assert seen.lost_tolerance_notice is False
    document = seen.to_dict()
    assert document == json.loads(seen.to_json())
    assert document["schema"] == "relapse/assessment/1"
    assert document["model"]["content_hash"] == model.content_hash
    assert sum(driver.contribution for driver in seen.drivers) != 0.0
    assert repr(seen).startswith("Assessment(level='")
    assert repr(seen.drivers[0]).startswith("Driver('")


def test_drivers_may_be_switched_off() -> None:
    seen = relapse.Monitor(small_model(), drivers=False).update(0.0, {"mood": 5})
    assert seen.drivers == []


def test_surely_in_use_there_is_no_new_use() -> None:
    seen = relapse.Monitor(small_model()).update(0.0, {}, known_stage="lapse")
    assert seen.new_use == {0.5: None, 7: None, 30: None}
    assert seen.risk[7] == 1.0
    assert seen.risk_interval[7] == (1.0, 1.0)


# Ways of saying it --------------------------------------------------------------------


def test_moments_may_be_written_in_several_ways() -> None:
    import pandas as pd

    moment = datetime(2026, 3, 29, 3, 30, 0, 250_000, tzinfo=timezone(timedelta(hours=2)))
    days = relapse.Monitor("standard").update(moment, {}).time
    for same in (
        moment.astimezone(timezone.utc),
        moment.isoformat(),
        "2026-03-29T01:30:00.25Z",
        pd.Timestamp(moment),
        pd.Timestamp(moment).tz_convert("Asia/Kathmandu"),
        days,
        np.float64(days),
    ):
        assert relapse.Monitor("standard").update(same, {}).time == days
    assert days == 1_774_747_800_250_000 / 86_400_000_000.0


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 1),
        date(2026, 3, 1),
        "2026-03-01T08:00",
        "2026-03-01",
        "soon",
        None,
        float("nan"),
        True,
        [1],
        np.datetime64("2026-03-01"),
        float("inf"),
    ],
    ids=str,
)
def test_what_is_no_moment_is_refused(moment: Any) -> None:
    monitor = relapse.Monitor(small_model())
    before = monitor.snapshot()
    with pytest.raises(relapse.CheckInError) as caught:
        monitor.update(moment, {"mood": 5}, person="P7")
    assert caught.value.item == "time"
    assert caught.value.person == "P7"
    assert monitor.snapshot() == before
    monitor.update(0.0, {})
    with pytest.raises(relapse.InvalidInput):
        monitor.at(moment)


def test_answers_may_be_written_in_several_ways() -> None:
    import pandas as pd

    def seen(answers: dict[str, Any]) -> str:
        return relapse.Monitor(small_model()).update(0.0, answers).to_json()

    expected = seen({"used": 1, "isolating": 2, "mood": None, "nights": 2})
    for same in (
        {"used": True, "isolating": "often", "mood": float("nan"), "nights": 2.0},
        {
            "used": np.True_,
            "isolating": np.int8(2),
            "mood": np.float32("nan"),
            "nights": 2,
        },
        {
            "used": np.float32(1),
            "isolating": "often",
            "mood": pd.NA,
            "nights": np.uint8(2),
        },
    ):
        assert seen(same) == expected
    assert seen({"sleep": 2}) != seen({"sleep": None}) != seen({})


def test_what_is_known_from_outside() -> None:
    monitor = relapse.Monitor(small_model())
    seen = monitor.update(0.0, {}, known_stage=["stable", "warning"])
    assert seen.stages["lapse"] == 0.0
    assert monitor.update(1.0, {}, known_stage="stable|warning").stages["lapse"] == 0.0
    assert monitor.update(2.0, {}, abstinent_since_last=True).stages["lapse"] == 0.0
    seen = monitor.update(3.0, {}, known_stage="lapse", entered=True)
    assert seen.stages["lapse"] == pytest.approx(1.0, abs=1e-15)
    assert seen.log_likelihood < 0.0
    assert monitor.update(4.0, {}, used_days_ago=0.5).lost_tolerance_notice


# Errors leave everything as it was ----------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "settings", "item", "match"),
    [
        ({"colour": 1}, {}, "colour", "unknown item `colour`"),
        ({"crav": 1}, {}, "crav", "unknown item `crav` .did you mean `craving`"),
        ({"craving": 5}, {}, "craving", "not allowed"),
        ({"mood": float("inf")}, {}, "mood", "finite"),
        ({"mood": "good"}, {}, "mood", "number"),
        ({"mood": [5]}, {}, "mood", "must be a number"),
        ({"mood": object()}, {}, "mood", "must be a number"),
        ({"isolating": "daily"}, {}, "isolating", "label"),
        ({3: 1}, {}, None, "named by item"),
        ({"sleep": 2}, {"missing": {"sleep": "declined"}}, "sleep", "both"),
        ({}, {"missing": {"sleep": "shy"}}, "sleep", "reason"),
        ({}, {"missing": {"colour": "declined"}}, "colour", "unknown item `colour`"),
        ({}, {"known_stage": "sober"}, "stage", "not in the model"),
        ({}, {"entered": True}, "entered", "needs a known stage"),
        ({}, {"used_days_ago": -1.0}, "used_days_ago", "is below 0"),
        ({}, {"acknowledge": ["boredom"]}, "acknowledge", "not a flag"),
    ],
)
def test_the_state_is_unchanged_after_an_error(
    answers: Any, settings: dict[str, Any], item: str | None, match: str
) -> None:
    monitor = relapse.Monitor(small_model())
    monitor.update(0.0, {"mood": 5.0, "self_harm": 1})
    before = monitor.snapshot()
    with pytest.raises(relapse.CheckInError, match=match) as caught:
        monitor.update(1.0, answers, person="P7", **settings)
    assert caught.value.item == item
    assert caught.value.person == "P7"
    assert caught.value.row is None
    assert monitor.snapshot() == before


def test_time_goes_forward_only() -> None:
    monitor = relapse.Monitor(small_model())
    monitor.update(5.0, {"mood": 5})
    before = monitor.snapshot()
    for time in (5.0, 4.99, -1.0):
        with pytest.raises(relapse.CheckInError) as caught:
            monitor.update(time, {})
        assert caught.value.item == "time"
    with pytest.raises(relapse.InvalidInput, match="before the last check-in"):
        monitor.at(4.0)
    assert monitor.snapshot() == before


def test_an_impossible_check_in_is_refused() -> None:
    document = small_document()
    for stage in document["items"][0]["given"]:
        document["items"][0]["given"][stage] = 0.0
    monitor = relapse.Monitor(relapse.Model.from_dict(document))
    monitor.update(0.0, {"used": 0})
    before = monitor.snapshot()
    with pytest.raises(relapse.CheckInError, match="impossible under the model"):
        monitor.update(1.0, {"used": 1})
    assert monitor.snapshot() == before


def test_before_the_first_check_in_there_is_nothing_to_say() -> None:
    monitor = relapse.Monitor(small_model())
    for call in (
        lambda: monitor.at(0.0),
        monitor.suggest,
        lambda: monitor.forecast("mood", 1.0),
        lambda: monitor.run_probability("used", [0], run=2, weeks=4),
    ):
        with pytest.raises(relapse.InvalidInput, match="no check-in yet"):
            call()


# Safety -------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["self_harm", "overdose", "severe_withdrawal"])
@pytest.mark.parametrize("model", ["small", "standard"])
def test_built_in_flags_are_latched_until_acknowledged(flag: str, model: str) -> None:
    chosen = small_model() if model == "small" else relapse.Model.standard()
    monitor = relapse.Monitor(chosen)
    calm = monitor.update(0.0, {flag: 0})
    assert calm.flags == [] and calm.level != "critical"
    raised = monitor.update(1.0, {flag: 1})
    assert raised.flags == [flag]
    assert raised.level == "critical" != raised.numeric_level
    for later, answers in ((2.0, {}), (3.0, {flag: 0}), (60.0, {flag: None})):
        assert monitor.update(later, answers).flags == [flag]
        assert monitor.at(later + 0.5).level == "critical"
    restored = relapse.Monitor.restore(chosen, monitor.snapshot())
    assert restored.update(61.0, {}).flags == [flag]
    restored.acknowledge(flag, 61.5)
    assert restored.update(62.0, {}).flags == []
    seen = monitor.update(61.0, {}, acknowledge=flag)
    assert seen.flags == [] and seen.level == seen.numeric_level
    with pytest.raises(relapse.InvalidInput, match="not a flag"):
        monitor.acknowledge("boredom", 62.0)


def test_an_added_flag_forces_its_level() -> None:
    monitor = relapse.Monitor(small_model())
    seen = monitor.update(0.0, {"voices": True, "mood": 8.0, "used": False})
    assert seen.flags == ["psychosis"]
    assert seen.level == "high"
    first = monitor.suggest()[0]
    assert first.action == "crisis"


# What to do ---------------------------------------------------------------------------


def plan() -> relapse.Plan:
    return relapse.Plan.from_dict(
        {
            "schema": "relapse/plan/1",
            "person": "P7",
            "version": 1,
            "triggers": [
                {"situation": "II-B", "words": "Friday at the club", "primary": True}
            ],
            "signs": [{"stage": "warning", "words": "I stop calling back"}],
            "strategies": [
                {"action": "urge_surfing", "words": "Wait for the wave to pass"},
                {"words": "Walk the dog"},
            ],
            "contacts": [{"name": "Ana", "role": "sponsor", "channel": "telephone"}],
        }
    )


def test_suggestions_are_ranked_and_reasoned() -> None:
    monitor = relapse.Monitor(small_model())
    monitor.update(NOON, {"craving": 4, "isolating": "often"})
    suggestions = monitor.suggest(plan(), count=2)
    assert [s.words for s in suggestions] == ["Wait for the wave to pass", "Walk the dog"]
    best = suggestions[0]
    assert best.action == "urge_surfing" and best.from_plan
    assert best.change < 0.0 and best.level_change < 0.0
    assert best.reason.endswith(".")
    assert best.source == "test"
    assert repr(best).startswith("Suggestion(action='urge_surfing'")
    assert len(monitor.suggest(count=0)) == 0
    assert monitor.suggest(horizon_days=7.0)[0].change == pytest.approx(best.level_change)
    with pytest.raises(relapse.InvalidInput):
        monitor.suggest(count=-1)


def test_what_helped_counts_more() -> None:
    monitor = relapse.Monitor(small_model())
    monitor.update(NOON, {"craving": 4})
    before = monitor.suggest()[0].change
    for _ in range(5):
        monitor.follow_up("urge_surfing", 10)
    better = monitor.suggest()[0].change
    assert better < before < 0.0
    restored = relapse.Monitor.restore(small_model(), monitor.snapshot())
    assert restored.suggest()[0].change == better
    monitor.follow_up("Walk the dog", 5, plan())
    for action, helped in (
        ("sing", 5),
        ("urge_surfing", 11),
        ("urge_surfing", float("nan")),
    ):
        with pytest.raises(relapse.InvalidInput):
            monitor.follow_up(action, helped)
    later = NOON + timedelta(hours=1)
    with pytest.raises(relapse.InvalidInput, match="after now"):
        monitor.follow_up("urge_surfing", 5, time=later, now=NOON)
    monitor.follow_up("urge_surfing", 5, time=later, now=later)


def test_plans_are_values(tmp_path: Any) -> None:
    own = plan()
    assert own.person == "P7" and own.version == 1
    assert own.triggers[0].situation == "II-B" and own.triggers[0].primary
    assert own.signs[0].words == "I stop calling back"
    assert [s.words for s in own.strategies] == [
        "Wait for the wave to pass",
        "Walk the dog",
    ]
    assert own.contacts[0].name == "Ana"
    assert own.contact_rules == own.reasons == own.crisis_steps == own.history == []
    assert own.created is None and own.review is None
    own.save(tmp_path / "plan.json")
    assert relapse.Plan.load(tmp_path / "plan.json") == own
    assert relapse.Plan.from_dict(own.to_dict()) == own
    assert relapse.Plan.from_json(own.to_json()) == own
    assert pickle.loads(pickle.dumps(own)) == own
    assert own != relapse.Plan() and own != "plan"
    assert "P7" in repr(own)
    assert repr(own.strategies[0]).startswith("Strategy(action='urge_surfing'")
    assert repr(own.contacts[0]).startswith("Contact(name=..., role='sponsor'")
    with pytest.raises(relapse.ParseError) as caught:
        relapse.Plan.from_dict({**own.to_dict(), "colour": "red"})
    assert caught.value.pointer == "/colour"


# Looking ahead ------------------------------------------------------------------------


def test_at_looks_without_changing_anything() -> None:
    monitor = relapse.Monitor(small_model())
    monitor.update(NOON, {"craving": 4, "mood": 3})
    before = monitor.snapshot()
    later = monitor.at(NOON + timedelta(days=2))
    assert later.log_likelihood == 0.0
    assert set(later.missing.values()) == {"not_asked"}
    assert monitor.snapshot() == before
    silent = relapse.Monitor.restore(small_model(), before)
    seen = silent.update(NOON + timedelta(days=2), {})
    assert later.risk[7] == pytest.approx(seen.risk[7], abs=1e-12)


def test_forecast_is_what_would_be_answered() -> None:
    monitor = relapse.Monitor(small_model())
    monitor.update(0.0, {"mood": 3.0, "isolating": "often"})
    assert list(monitor.forecast("sleep", 2.0)) == [
        "level_0",
        "level_1",
        "level_2",
        "level_3",
        "level_missing",
    ]
    assert sum(monitor.forecast("sleep", 2.0).values()) == pytest.approx(1.0)
    assert list(monitor.forecast("mood", 2.0)) == ["mean"]
    assert 3.0 < monitor.forecast("mood", 0.0)["mean"] < 7.0
    table = relapse.forecast(
        {"person": ["a"], "time": [0.0], "mood": [3.0], "isolating": ["often"]},
        small_model(),
        item="isolating",
        days=4.0,
    )
    own = monitor.forecast("isolating", 4.0)
    assert {name: table[name][0] for name in own} == own


def test_runs_of_weeks() -> None:
    monitor = relapse.Monitor(small_model())
    monitor.update(0.0, {"used": 0})

    def chance(outcome: Any, **settings: int) -> float:
        return monitor.run_probability("used", outcome, **settings)

    assert chance([0], run=1, weeks=0) == 0.0
    assert chance([0, 1], run=3, weeks=3) == pytest.approx(1.0, abs=1e-12)
    assert chance([0], run=2, weeks=1) == 0.0
    assert chance([0], run=2, weeks=1, already=1) > 0.5
    assert (
        chance([0], run=2, weeks=4)
        > chance([0], run=3, weeks=4)
        > chance([0], run=4, weeks=4)
    )
    assert chance([False], run=2, weeks=4) == chance([0], run=2, weeks=4)
    labelled = monitor.run_probability("isolating", ["never", "at times"], run=2, weeks=4)
    assert labelled == monitor.run_probability("isolating", [0, 1], run=2, weeks=4)
    assert 0.0 < monitor.run_probability("sleep", [None, 1], run=1, weeks=1) < 1.0
    for item, outcome in (
        ("mood", [5]),
        ("craving", [1]),
        ("used", [None]),
        ("used", [3]),
    ):
        with pytest.raises(relapse.InvalidInput):
            monitor.run_probability(item, outcome, run=1, weeks=1)


def test_clocks_may_start_before_the_first_check_in() -> None:
    def risk(**start: float) -> float:
        return relapse.Monitor("standard", **start).update(0.0, {"used": 0}).risk[7]

    assert risk(days_since_use=365.0) < risk(days_since_use=1.0)
    # Not known is neither just now nor long ago.
    assert risk(days_since_use=365.0) < risk() < risk(days_since_use=0.0)
    for bad in (-1.0, float("nan"), float("inf")):
        with pytest.raises(relapse.InvalidInput):
            relapse.Monitor("standard", days_since_use=bad)


def test_what_is_no_mapping_and_no_snapshot_is_refused() -> None:
    monitor = relapse.Monitor("standard")
    with pytest.raises(relapse.InvalidInput, match="answers: is a int"):
        monitor.update(0.0, 3)  # type: ignore[arg-type]
    with pytest.raises(relapse.InvalidInput, match="missing: is a int"):
        monitor.update(0.0, {}, 3)  # type: ignore[arg-type]
    with pytest.raises(relapse.InvalidInput, match="snapshot: is a str"):
        relapse.Monitor.restore("standard", "text")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"known_stage": 5}, "known_stage"),
        ({"acknowledge": [5]}, "acknowledge"),
        ({"entered": "yes"}, "entered"),
        ({"used_days_ago": "two"}, "used_days_ago"),
        ({"person": 7}, "person"),
    ],
)
def test_an_argument_of_a_wrong_type_is_named_and_no_answer_is(
    given: dict[str, Any], word: str
) -> None:
    monitor = relapse.Monitor("standard")
    before = monitor.snapshot()
    with pytest.raises(relapse.InvalidInput, match=word) as refused:
        monitor.update(0.0, {"craving": 3.25}, **given)
    assert "3.25" not in str(refused.value)
    assert monitor.snapshot() == before


def test_a_document_that_json_cannot_hold_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"stages": deep}
    with pytest.raises(relapse.ParseError, match="deep"):
        relapse.Model.from_dict(deep)
    with pytest.raises(relapse.ParseError, match="not JSON serializable"):
        relapse.Model.from_dict({"schema": {1, 2}})
    with pytest.raises(relapse.ParseError, match="deep"):
        relapse.Plan.from_dict(deep)
