"""The examples run, and print what they promise."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

import relapse

pytest.importorskip("sklearn")

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
DATA = ROOT.parent / "shared" / "data"
REAL = ["opioid_trials", "smoking_ema"]

with_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the real data are not there: {DATA}"
)


@cache
def run(name: str, *arguments: str) -> str:
    """What an example prints; it must succeed and complain about nothing."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / f"{name}.py"), *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def figures(printed: str) -> dict[str, list[float]]:
    """AUROC, AUROC within person, Brier score, slope and intercept of each prediction."""
    number = r" +([-+]?\d+\.\d+)"
    found = re.findall(rf"^  (\w[\w ]*?){number * 5}$", printed, re.MULTILINE)
    return {name: [float(value) for value in values] for name, *values in found}


@pytest.fixture
def opioid(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    return importlib.import_module("opioid_trials")


@with_data
@pytest.mark.parametrize("name", REAL)
def test_real_data_are_predicted_better_than_by_chance_and_simple_rules(
    name: str,
) -> None:
    found = figures(run(name))
    assert len(found) == 3
    for auroc, within, brier, slope, _ in found.values():
        assert 0.5 < auroc < 1
        assert 0 <= within <= 1
        assert 0 < brier < 0.25
        assert slope > 0
    ours = found.pop("relapse")
    assert "last value carried" in found
    for other in found.values():
        assert ours[0] > other[0]
        assert ours[2] < other[2]
    assert 0.8 < ours[3] < 1.25
    assert abs(ours[4]) < 0.25


@with_data
@pytest.mark.parametrize("name", REAL)
def test_calibration_is_shown_by_tenths(name: str) -> None:
    rows = re.findall(r"^ +(\d+) +(\d\.\d{3}) +(\d\.\d{3}) +(\d+)$", run(name), re.M)
    assert [int(row[0]) for row in rows] == list(range(1, 11))
    predicted = [float(row[1]) for row in rows]
    assert predicted == sorted(predicted)
    assert all(0 <= float(row[2]) <= 1 and int(row[3]) > 0 for row in rows)


@with_data
@pytest.mark.parametrize("name", REAL)
def test_the_persons_at_the_highest_risk_are_shown(name: str) -> None:
    number = r"([01]\.\d\d)"
    level = "low|guarded|elevated|high|critical"
    row = rf"^ +\d+ .* ({level}) +{number} \({number}-{number}\)"
    rows = re.findall(row, run(name), re.MULTILINE)
    assert len(rows) == {"opioid_trials": 10, "smoking_ema": 9}[name]
    for _, risk, low, high in rows:
        assert 0 <= float(low) <= float(risk) <= float(high) <= 1
    risks = [float(row[1]) for row in rows]
    assert risks == sorted(risks, reverse=True)


@with_data
def test_prompts_are_foretold_better_than_by_last_value_and_own_share() -> None:
    found = re.findall(r"AUROC (\S+) +log loss (\S+)", run("smoking_prompts"))
    (auroc, loss), (other_auroc, other_loss) = ((float(a), float(b)) for a, b in found)
    assert auroc > max(0.83, other_auroc)
    assert loss < min(0.35, other_loss)


@with_data
def test_the_recipe_of_calibrate_is_tried_on_four_data_sets(tmp_path: Path) -> None:
    printed = run(
        "calibrate_check", "--persons", "7", "--draws", "0", "-o", str(tmp_path)
    )
    assert (tmp_path / "calibrate.md").read_text(encoding="utf-8") + "\n" == printed
    rows = [line.split(" | ") for line in printed.splitlines()[2:-1]]
    assert len(rows) == 4 * 3
    assert [row[3].split(":")[0] for row in rows[:3]] == [
        "as it is", "recalibrated", "fitted"
    ]  # fmt: skip
    for row in rows:
        loss, brier, auroc = (float(cell) for cell in row[4:7])
        assert 0 < brier < loss
        assert 0 <= auroc <= 1
    # Seven people are too few to change a document.
    for plain, recalibrated in zip(rows[::3], rows[1::3], strict=True):
        assert recalibrated[3] == "recalibrated: nothing"
        assert recalibrated[4:] == plain[4:]


@pytest.mark.parametrize("name", [*REAL, "smoking_prompts", "calibrate_check"])
def test_without_the_data_the_example_says_so_and_stops(name: str) -> None:
    printed = run(name, "--data", "/nonexistent")
    assert printed.startswith("/nonexistent")
    assert "is not there" in printed


@pytest.mark.parametrize("name", REAL)
def test_the_model_document_says_where_its_numbers_come_from(name: str) -> None:
    document = json.loads((EXAMPLES / f"{name}.json").read_text())
    assert relapse.Model.from_dict(document) == relapse.Model.load(
        EXAMPLES / f"{name}.json"
    )
    assert document["calibration"]["status"] == "expert default"
    sourced = [document["levels"], document["propensity"]]
    for key in ("transitions", "items", "determinants", "actions"):
        sourced += document[key]
    assert all(each["source"].startswith("expert default") for each in sourced)


def weeks_made_up() -> pd.DataFrame:
    """Weeks of three persons who never were."""
    return pd.DataFrame(
        {
            "person": [1] * 5 + [2] * 3 + [3] * 2,
            "week": [1, 2, 3, 4, 5, 1, 2, 3, 1, 2],
            "arm": ["Inpatient NR-NTX"] * 5 + ["Methadone"] * 5,
            "uds": list("-o+*_") + list("--+") + list("oo"),
            "days_opioid": [7.0] * 10,
            "days_opioid_to_visit": [0, None, 1, 3, None, 0, 4, 7, None, None],
            "dose_days": [1, 0, 0, 0, 0, 7, 3, 0, 0, 0],
            "use_obs": [0, None, 1, 1, None, 0, 0, 1, None, None],
        }
    )


def test_raw_columns_become_items(opioid: ModuleType) -> None:
    check_ins = opioid.map_check_ins(weeks_made_up()).set_index("person")
    first = check_ins.loc[1]
    words = first["urine"].fillna(first["urine_missing"])
    assert list(words) == [
        "negative", "not_performed", "positive", "positive", "not_asked"
    ]  # fmt: skip
    assert list(first["use_days"].fillna("")) == ["none", "", "1 day", "2 or 3 days", ""]
    assert list(first["covered_days"]) == [7, 7, 7, 7, 0]
    assert list(check_ins.loc[2, "use_days"]) == ["none", "4 to 6 days", "7 days"]
    assert list(check_ins.loc[2, "covered_days"]) == [7, 3, 0]


def test_rules_use_the_past_alone(opioid: ModuleType) -> None:
    weeks = weeks_made_up()
    assert list(opioid.last_value(weeks)) == [0, 0, 1, 1, 1, 0, 1, 1, -1, -1]
    share = opioid.share_positive(weeks)
    assert share.tolist() == [
        1 / 3,
        1 / 3,
        2 / 4,
        3 / 5,
        3 / 5,
        1 / 3,
        1 / 4,
        2 / 5,
        0.5,
        0.5,
    ]


def test_forecasts_after_each_week_are_those_of_a_monitor(opioid: ModuleType) -> None:
    model = relapse.Model.load(EXAMPLES / "opioid_trials.json")
    check_ins = opioid.map_check_ins(weeks_made_up())
    wanted = pd.Series(True, index=check_ins.index)
    got = opioid.chance_of_positive(check_ins, model, wanted)
    monitors = {person: relapse.Monitor(model) for person in check_ins["person"].unique()}
    for row, expected in zip(check_ins.to_dict("records"), got, strict=True):
        monitor = monitors[row["person"]]
        answers = {item: row[item] for item in ("use_days", "covered_days")}
        answers = {item: value for item, value in answers.items() if not pd.isna(value)}
        missing = {}
        if pd.isna(row["urine"]):
            missing["urine"] = row["urine_missing"]
        else:
            answers["urine"] = row["urine"]
        monitor.update(row["time"], answers, missing)
        urine = monitor.forecast("urine", days=7)
        assert urine["level_1"] / (urine["level_0"] + urine["level_1"]) == expected


@pytest.fixture
def some_weeks(opioid: ModuleType) -> pd.DataFrame:
    weeks = opioid.sorted_weeks(DATA / "opioid_trials" / "weekly.csv.gz")
    weeks = weeks[weeks["person"].isin(weeks["person"].unique()[:40])]
    return weeks.reset_index(drop=True)


@with_data
def test_what_is_foretold_knows_nothing_of_later_weeks(some_weeks: pd.DataFrame) -> None:
    weekly = importlib.import_module("opioid_weekly")
    model = relapse.Model.load(weekly.START)
    found = weekly.predict_weekly(some_weeks, model)
    assert list(found.columns) == ["person", "week", "p_next_use", "p_relapse_w4_12"]
    assert found["p_next_use"].between(0, 1).all()
    counted = weekly.published_weeks(some_weeks)
    at = found["week"].eq(3) | counted.eq(3)
    assert (found["p_relapse_w4_12"].notna() == at).all()
    later = ["days_opioid", "next_use_obs", "next_use_mpos", "use_mpos"]
    early = some_weeks[some_weeks["week"] <= 6].reset_index(drop=True)
    again = weekly.predict_weekly(early.assign(**dict.fromkeys(later, 0)), model)
    expected = found[found["week"] <= 6].reset_index(drop=True)
    pd.testing.assert_series_equal(again["p_next_use"], expected["p_next_use"])


@with_data
def test_weeks_without_outcomes_of_other_arms_are_foretold(
    some_weeks: pd.DataFrame,
) -> None:
    weekly = importlib.import_module("opioid_weekly")
    model = relapse.Model.load(weekly.START)
    expected = weekly.predict_weekly(some_weeks, model)
    outcomes = ["next_use_obs", "next_use_mpos", "use_obs", "use_mpos"]
    person = some_weeks["person"].iloc[0]
    alone = some_weeks[some_weeks["person"].eq(person)].drop(columns=outcomes)
    found = weekly.predict_weekly(alone, model)
    pd.testing.assert_frame_equal(found, expected.loc[alone.index])
    once = weekly.predict_weekly(alone.head(1).assign(arm="Something new"), model)
    assert once["p_next_use"].between(0, 1).all()
    assert once["p_relapse_w4_12"].isna().all()


@with_data
def test_the_line_of_the_landmark_is_in_the_document(some_weeks: pd.DataFrame) -> None:
    weekly = importlib.import_module("opioid_weekly")
    start = relapse.Model.load(weekly.START)
    assert start.premise_breaches() == []
    fitted = weekly.with_line(some_weeks, start)
    (rule,) = (
        each for each in fitted.to_dict()["outcomes"] if each["id"] == "return_to_use"
    )
    assert rule["recalibration"]["status"].endswith("who were fitted to")
    assert rule["recalibration"]["slope"] > 0


def test_a_run_of_weeks_is_four_of_them(opioid: ModuleType) -> None:
    weekly = importlib.import_module("opioid_weekly")
    words = {
        1: "---" + "-o+*-----",
        2: "---" + "oooo-----",
        3: "ooo" + "o--ooo-oo",
        4: "---",
    }
    weeks = pd.DataFrame(
        [
            {"person": who, "week": week, "uds": uds}
            for who, word in words.items()
            for week, uds in enumerate(word, start=1)
        ]
    )
    # Who is no longer there gave no urine.
    assert weekly.relapse_came(weeks, weeks["week"]).to_dict() == {1: 0, 2: 1, 3: 0, 4: 1}


@with_data
def test_a_cox_regression_is_recovered_within_a_standard_error() -> None:
    number = r" +(-?\d+\.\d+) \((\d+\.\d+)\)"
    printed = run("cocaine_weekly")
    rows = re.findall(rf"^  (\w+){number}{number} +(\d\.\d+)$", printed, re.MULTILINE)
    assert [row[0] for row in rows] == ["needle", "mood"]
    for row in rows:
        ours, _, cox, error = map(float, row[1:5])
        assert abs(ours - cox) < error


@with_data
def test_a_single_case_beside_a_control_chart() -> None:
    printed = run("depression_case")
    rows = re.findall(r"^  (relapse.*?|EWMA chart) +(\d+) days before", printed, re.M)
    assert [name for name, _ in rows][-1] == "EWMA chart"
    assert all(0 < int(days) <= 99 for _, days in rows)


def test_the_quick_start_runs() -> None:
    printed = run("quick_start")
    assert "within 7 days 27% (6% to 67%)" in printed
    assert "level_4 0." in printed


def test_a_living_plan_says_what_it_lacks_and_who_is_told() -> None:
    printed = run("living_plan")
    assert "It is time for a look at the plan together." in printed
    assert "Mira nudged" in printed
    assert printed.index("safety ") < printed.index("medical ") < printed.index("stop ")
    for locale in ("de", "en"):
        page = (ROOT / "out" / f"plan.{locale}.html").read_text(encoding="utf-8")
        assert f'<html lang="{locale}">' in page


def test_a_whole_app_keeps_what_it_has_to() -> None:
    printed = run("whole_app")
    lines = (EXAMPLES / "whole_app.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 80
    assert "five questions: used, self_harm" in printed
    # The flag is up on its day, was dealt with, and is down at the next check-in.
    days = re.findall(r"^(2026-\d\d-\d\d) (\w+), most likely (\w+)$", printed, re.M)
    assert [day for day, _, _ in days] == [f"2026-03-{k:02d}" for k in (1, 2, 3, 4, 8)]
    assert days[3][1] == "critical"
    # A stage known from elsewhere is a fact.
    assert days[4][2] == "lapse"
    assert printed.index("safety: ") < printed.index("medical: ")
    assert "next check-in 2026-03-0" in printed or "next check-in 2026-03-1" in printed
