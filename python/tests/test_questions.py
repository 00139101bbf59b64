"""What a model asks, what to ask next, and how it was answered."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import relapse
from relapse._cli.main import main

MODEL = relapse.Model.standard()
DAY = "2026-03-{:02d}T08:00Z"


@pytest.fixture
def monitor() -> relapse.Monitor:
    monitor = relapse.Monitor(MODEL)
    monitor.update(DAY.format(1), {"used": 0, "craving": 1, "sleep": 7})
    return monitor


def full_form(value: float) -> dict[str, float]:
    """One answer to every item of four steps."""
    table = pd.DataFrame(MODEL.items_table()).set_index("item")
    return dict.fromkeys(table.index[table["highest"].eq(4)], value)


def test_the_table_of_items_is_a_frame_of_all_that_is_asked() -> None:
    table = pd.DataFrame(MODEL.items_table()).set_index("item")
    assert list(table.index) == MODEL.items
    assert table.loc["sleep", ["lowest", "highest", "adverse"]].tolist() == [0, 10, "low"]
    assert table.loc["stress", "adverse"] == "high"
    assert table.loc["efficacy_II-B", "adverse"] == "low"
    asked = table[~table["computed"]]
    assert list(table.index[table["computed"]]) == ["missed_check_in"]
    assert asked["question"].str.endswith("?").all()
    assert asked["asked"].isin(["daily", "weekly", "at_start", "after_use"]).all()


def test_questions_are_said_in_german() -> None:
    english, german = MODEL.items_table(), MODEL.items_table("de-AT")
    for column in ("label", "question"):
        pairs = zip(english[column], german[column], strict=True)
        same = [one for one, other in pairs if one == other]
        # One word is the same in both; what is computed is not asked.
        assert same == {"label": ["Stress"], "question": [""]}[column]
    assert english["item"] == german["item"]


def test_adverse_answers_of_determinants_raise_the_risk() -> None:
    table = MODEL.items_table()
    for row in zip(*table.values(), strict=True):
        item = dict(zip(table, row, strict=True))
        # Efficacy counts where a situation is met; guilt hardly does at all.
        if item["role"] != "determinant" or item["item"].startswith("efficacy_I"):
            continue
        good, bad = item["lowest"], item["highest"]
        if item["adverse"] == "low":
            good, bad = bad, good
        # At the second check-in: at the first an answer shifts where persons start, too.
        risks = []
        for answer in (good, bad):
            monitor = relapse.Monitor(MODEL)
            monitor.update(0.0, {"used": 0})
            risks.append(monitor.update(1.0, {item["item"]: answer}).level_risk)
        assert risks[0] <= risks[1], item["item"]


def test_the_command_lists_the_items(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["items"]) == 0
    text = capsys.readouterr().out
    assert "sleep  0 (adverse) to 10, daily" in text
    assert "How well did you sleep last night?" in text
    assert "missed_check_in  computed, never asked" in text
    assert main(["items", "--json", "--model", "weekly_bam", "--locale", "de"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["model"] == "weekly_bam"
    assert [row["item"] for row in document["items"]] == relapse.Model.named(
        "weekly_bam"
    ).items
    assert main(["items", "--model", "nothing.json"]) == 1


def test_a_short_form_holds_use_and_safety() -> None:
    five = MODEL.short_form(5)
    assert len(five) == 5
    assert {"used", "self_harm"} <= set(five)
    assert set(five) <= set(MODEL.short_form(12))
    assert five == relapse.Model.standard().short_form(5)
    for count in (0, 1, 1000):
        with pytest.raises(relapse.InvalidInput, match="must be from 2 to"):
            MODEL.short_form(count)


def test_the_next_questions_go_by_information(monitor: relapse.Monitor) -> None:
    bits = monitor.information(DAY.format(3))
    assert min(bits.values()) >= 0
    assert bits["self_harm"] == 0
    chosen = monitor.next_questions(7, DAY.format(3))
    assert chosen[:2] == ["used", "self_harm"]
    rest = [bits[item] for item in chosen[3:]]
    assert rest == sorted(rest, reverse=True)
    assert min(rest) > 0
    # By default at the time of the last check-in, where nothing had time to change.
    assert monitor.information()["craving"] < 1e-9
    assert "craving" not in monitor.next_questions(12)


def test_what_was_answered_is_taken_into_account(monitor: relapse.Monitor) -> None:
    now = DAY.format(3)
    assert "used" not in monitor.next_questions(7, now, {"used": 0})
    alone = monitor.information(now)
    given = monitor.information(now, {"used": 1})
    # Who has told of use is at risk for sure, whatever else is answered.
    assert given["isolating"] < alone["isolating"]
    before = monitor.snapshot()
    monitor.next_questions(12, now, {"used": 1})
    assert monitor.snapshot() == before


@pytest.mark.parametrize("count", [0, 1, 1000, "5", 2.5, None])
def test_counts_that_are_none_are_refused(
    monitor: relapse.Monitor, count: object
) -> None:
    with pytest.raises(relapse.InvalidInput, match="questions"):
        monitor.next_questions(count)  # type: ignore[arg-type]


def test_a_monitor_without_check_ins_can_ask() -> None:
    assert "used" in relapse.Monitor(MODEL).next_questions(5)


def test_one_answer_to_everything_is_named(monitor: relapse.Monitor) -> None:
    noted = monitor.update(DAY.format(2), full_form(2) | {"stress": 5}).quality
    assert [note.id for note in noted] == ["same_answer"]
    assert "stress" in noted[0].items
    quiet = monitor.update(DAY.format(3), full_form(0)).quality
    assert quiet == []


def test_answers_at_odds_are_named_in_both_languages(monitor: relapse.Monitor) -> None:
    answers = {"planning_use": 1, "confidence": 10, "craving": 0}
    assessment = monitor.update(DAY.format(2), answers)
    assert [note.id for note in assessment.quality] == ["plan_without_craving"]
    assert sorted(assessment.quality[0].items) == sorted(answers)
    (english,) = assessment.quality_in_words()
    (german,) = assessment.quality_in_words("de")
    assert "do not go together" in english
    assert "Planning to use" in english
    assert "passen nicht zusammen" in german
    assert "Konsum planen" in german
    basis = assessment.to_dict()["quality"]
    assert basis == [{"id": "plan_without_craving", "items": assessment.quality[0].items}]


def test_doubts_lower_nothing(monitor: relapse.Monitor) -> None:
    other = relapse.Monitor.restore(MODEL, monitor.snapshot())
    form = full_form(0) | {"planning_use": 1, "confidence": 10}
    fast = monitor.update(DAY.format(2), form, seconds=3)
    slow = other.update(DAY.format(2), form)
    assert "too_fast" in [note.id for note in fast.quality]
    assert "too_fast" not in [note.id for note in slow.quality]
    assert fast.risk == slow.risk
    assert fast.level == slow.level


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_seconds_that_are_no_time_are_refused(
    monitor: relapse.Monitor, seconds: float
) -> None:
    before = monitor.snapshot()
    with pytest.raises(relapse.CheckInError, match="seconds"):
        monitor.update(DAY.format(2), {"craving": 1}, seconds=seconds)
    assert monitor.snapshot() == before


def phq9(total: int) -> dict[str, int]:
    """Answers with a sum, item 9 last."""
    return {str(k): min(3, max(0, total - 3 * (k - 1))) for k in range(1, 10)}


def test_a_severe_phq9_changes_the_answer() -> None:
    def risk(total: int | None) -> float:
        monitor = relapse.Monitor(MODEL)
        forms = {} if total is None else {"phq9": phq9(total)}
        told = {"used": 0, "self_harm": 0}
        return monitor.update(0.0, told, instruments=forms).level_risk

    assert risk(25) > 1.25 * risk(None)
    assert risk(0) < risk(None)
    risks = [risk(total) for total in range(28)]
    assert risks == sorted(risks)


def test_item_nine_raises_the_flag_beside_a_no() -> None:
    monitor = relapse.Monitor(MODEL)
    forms = {"phq9": phq9(25)}
    assessment = monitor.update(0.0, {"self_harm": 0}, instruments=forms)
    assert assessment.flags == ["self_harm"]
    assert assessment.level == "critical"
    calm = relapse.Monitor(MODEL).update(0.0, instruments={"phq9": phq9(24)})
    assert calm.flags == []


def test_an_answer_given_directly_outranks_one_derived() -> None:
    alone = relapse.Monitor(MODEL).update(0.0, {"sleep": 9})
    beside = relapse.Monitor(MODEL).update(
        0.0, {"sleep": 9}, instruments={"isi": dict.fromkeys("1234567", 4)}
    )
    assert beside.level_risk == alone.level_risk


def test_a_table_of_responses_feeds_the_standard_model() -> None:
    rows = pd.DataFrame({"person": ["A", "B"], "time": [0.0, 0.0]})
    for k in range(1, 8):
        rows[f"gad7_{k}"] = [0.0, 3.0]
    check_ins = relapse.check_ins_from(rows, "gad7", MODEL)
    assert list(check_ins["comorbidity"]) == [0, 4]
    assert list(check_ins["negative_affect"]) == [0, 10]
    scores = relapse.score(check_ins, MODEL)
    assert scores["risk_7d"][1] > scores["risk_7d"][0]


def test_forms_that_are_none_are_refused(monitor: relapse.Monitor) -> None:
    before = monitor.snapshot()
    for forms, named in (
        ({"phq9": {"10": 1}}, "10"),
        ({"phq9": {"1": 7}}, "'1'"),
        ({"phq9": {"1": "often"}}, "phq9_1"),
        ({"phq9": {"1": [1]}}, "phq9_1"),
        ({"phq9": 5}, "phq9"),
        ({"audit": {"1": 1}}, "audit"),
        ({"mine": {}}, "instrument"),
    ):
        with pytest.raises(relapse.InvalidInput, match=named):
            monitor.update(DAY.format(2), instruments=forms)  # type: ignore[arg-type]
    assert monitor.snapshot() == before


def test_a_form_beside_a_refused_check_in_raises_its_flags() -> None:
    alarm = {"9": 1}
    for refused in (
        {"answers": {"craving": 9}, "instruments": {"phq9": alarm}},
        {"answers": {"craving": 1}, "instruments": {"phq9": alarm | {"1": 7}}},
        {"answers": {"craving": 1}, "instruments": {"phq9": alarm | {"10": 1}}},
        {"answers": {"craving": 1}, "instruments": {"audit": {}, "phq9": alarm}},
        {"answers": 5, "instruments": {"phq9": alarm}},
    ):
        monitor = relapse.Monitor(MODEL)
        with pytest.raises(relapse.CheckInError) as error:
            monitor.update(DAY.format(2), **refused)  # type: ignore[arg-type]
        assert error.value.flags == ["self_harm"]
        assert monitor.flags == ["self_harm"]
    monitor = relapse.Monitor(MODEL)
    with pytest.raises(relapse.CheckInError) as error:
        monitor.update("no time", instruments={"phq9": alarm})
    assert error.value.flags == ["self_harm"]
    # What cannot be read is looked at; what says no raises nothing.
    with pytest.raises(relapse.CheckInError) as error:
        relapse.Monitor(MODEL).update(0.0, instruments={"phq9": {"9": "often"}})
    assert error.value.unreadable_flags == ["self_harm"]
    with pytest.raises(relapse.CheckInError) as error:
        relapse.Monitor(MODEL).update(0.0, instruments={"phq9": {"9": 0, "1": 7}})
    assert error.value.flags == []
