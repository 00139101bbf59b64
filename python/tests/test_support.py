"""Medication, dates ahead, goals, pages for people around somebody, steps of support."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import relapse

CONTACTS = [
    {"name": "A friend", "role": "friend", "channel": "phone", "consent": ["support"]},
    {"name": "The clinic", "role": "clinician", "channel": "phone", "consent": []},
]
TYPICAL = {"used": 0, "craving": 1, "confidence": 7, "stress": 4, "support": 6}


def plan_of(**parts: Any) -> relapse.Plan:
    document = {"schema": "relapse/plan/1", "person": "V", "version": 1}
    return relapse.Plan.from_dict({**document, "contacts": CONTACTS, **parts})


def taking(*names: str) -> relapse.Plan:
    return plan_of(medication=[{"name": name} for name in names])


def suggested(monitor: relapse.Monitor, plan: relapse.Plan, count: int = 60) -> list[str]:
    return [each.action for each in monitor.suggest(plan, count=count)]


def after_missed_doses(taken: list[int]) -> relapse.Monitor:
    monitor = relapse.Monitor(relapse.Model.standard())
    for day, days_taken in enumerate(taken):
        monitor.update(float(day), {**TYPICAL, "medication": days_taken})
    return monitor


@pytest.mark.parametrize(
    "name",
    [
        "Methadone",
        "methadon 90 mg",
        "METHADONE",
        "L-Polamidon",
        "Buprenorphine",
        "Subutex",
        "Suboxone (buprenorphine/naloxone)",
        "Methodone",  # a misspelling is unknown, and so held to the same
        "the white pill",
    ],
)
def test_after_missed_doses_the_prescriber_comes_first(name: str) -> None:
    monitor = after_missed_doses([7] * 10 + [6, 5, 4, 3, 2, 1, 0])
    first = monitor.suggest(taking(name), count=5)
    assert first[0].action == "talk_to_prescriber" and name in first[0].words
    assert first[0].contact == "The clinic"
    assert "7 days" in first[0].reason
    assert "take_medication" not in suggested(monitor, taking(name))


def test_the_notice_comes_with_the_third_missed_day_and_says_when_it_ends() -> None:
    monitor = relapse.Monitor(relapse.Model.standard())
    up = []
    for day, taken in enumerate([7] * 10 + [6, 5, 4, 3, 2, 1, 0]):
        now = monitor.update(float(day), {**TYPICAL, "medication": taken})
        if now.lost_tolerance_notice:
            up.append(day)
    assert up == [12, 13, 14, 15, 16]
    assert now.lost_tolerance_until == 15.0 + 28.0
    assert "lost_tolerance_until" in now.to_dict()
    assert not monitor.at(43.0).lost_tolerance_notice
    assert monitor.at(43.0).lost_tolerance_until is None


@pytest.mark.parametrize("taken", [[7] * 20, [0] * 20, []])
def test_who_takes_it_or_has_none_gets_no_notice(taken: list[int]) -> None:
    monitor = after_missed_doses(taken)
    now = monitor.update(30.0, TYPICAL)
    assert not now.lost_tolerance_notice and now.lost_tolerance_until is None


@pytest.mark.parametrize("name", ["Disulfiram", "Antabus", "naltrexone", "Vivitrol"])
def test_after_use_it_is_not_said_to_take_what_use_makes_dangerous(name: str) -> None:
    monitor = after_missed_doses([6] * 10)
    monitor.update(10.0, {**TYPICAL, "medication": 6, "used": 1})
    assert "take_medication" not in suggested(monitor, taking(name))
    monitor.update(12.0, {**TYPICAL, "medication": 4})
    assert "take_medication" not in suggested(monitor, taking(name))


def test_without_medication_in_the_plan_none_is_spoken_of() -> None:
    for taken in ([7] * 5, [0] * 5, []):
        monitor = after_missed_doses(taken)
        monitor.update(20.0, {**TYPICAL, "craving": 3})
        said = suggested(monitor, plan_of())
        assert said and not {"take_medication", "talk_to_prescriber"} & set(said)


def test_a_medication_that_is_told_to_be_stopped_is_spoken_of_without_a_plan() -> None:
    monitor = after_missed_doses([7] * 10 + [6, 5, 4, 3, 2, 1, 0])
    said = suggested(monitor, plan_of(), count=3)
    assert "talk_to_prescriber" in said and "take_medication" not in said


def test_classes_of_medications_are_data_with_sources() -> None:
    assert relapse.medication_class("Methadon") == "opioid_agonist"
    assert relapse.medication_class("Acamprosat") == "anti_craving"
    assert relapse.medication_class("something else") == "unknown"
    meanings = {m.medication_class: m for m in relapse.medication_meanings()}
    assert len(meanings) == 6
    assert all(m.missed and m.used and m.source for m in meanings.values())
    assert taking("Naltrexone").medication[0].medication_class == "opioid_antagonist"


def test_a_plan_says_what_kind_of_medication_it_holds_and_what_is_not_known() -> None:
    model = relapse.Model.standard()
    plan = taking("Methadone", "Methodone", "Tablet", "Methadone and naltrexone")
    assert "opioid agonist" in plan.to_markdown(model)
    assert "Opioid-Agonist" in plan.to_markdown(model, locale="de")
    found = [f for f in plan.check(model) if f.gap == "medication_not_known"]
    assert [f.entry for f in found] == ["Methodone", "Tablet", "Methadone and naltrexone"]
    assert "Is it Methadone?" in found[0].words
    assert "State its class" in found[1].words
    assert "several kinds" in found[2].words
    with pytest.raises(relapse.ParseError, match="/medication/0/medication_class"):
        plan_of(medication=[{"name": "Methadone", "medication_class": "aversive"}])
    stated = plan_of(medication=[{"name": "Syrup", "medication_class": "opioid_agonist"}])
    assert stated.medication[0].medication_class == "opioid_agonist"
    assert relapse.Plan.from_dict(stated.to_dict()) == stated


def test_a_plan_of_other_substances_alone_has_no_opioid_notice() -> None:
    model = relapse.Model.standard()
    alcohol = plan_of(substances=["alcohol"])
    assert not alcohol.may_concern_opioids() and plan_of().may_concern_opioids()
    assert alcohol.may_concern_opioids(["alcohol", "heroin"])
    assert not alcohol.may_concern_opioids(["cannabis"])
    assert "opioids" not in alcohol.to_markdown(model)
    assert "opioids" in plan_of().to_markdown(model)
    for plan, expected in ((alcohol, False), (plan_of(), True)):
        after = relapse.after_use(
            plan,
            reports=[relapse.UseReport(time=10.0, used=True)],
            recovery_start=0.0,
            now=11.0,
        )
        assert any("tolerates much less" in s.words for s in after.steps) == expected


TRIGGERS = [
    {"situation": "II-C", "words": "Christmas", "date": "12-24", "place": "at home"},
    {"situation": "I-E", "words": "Pay day", "pay_day": 31},
    {"situation": "I-A", "words": "Sundays", "days": ["sunday"]},
    {"situation": "II-B", "words": "Carnival", "time_of_year": "02-12/02-18"},
    {"situation": "I-B", "words": "Night shift"},
]


def test_dates_ahead_that_may_be_hard_are_listed_by_date() -> None:
    plan = plan_of(triggers=TRIGGERS, time_zone="Europe/Berlin")
    ahead = plan.high_risk_ahead("2026-11-29T08:00:00Z", days=35)
    assert [(each.day, each.words) for each in ahead] == [
        (date(2026, 11, 29), "Sundays"),
        (date(2026, 11, 30), "Pay day"),
        (date(2026, 12, 24), "Christmas, at home"),
    ]
    carnival = plan.high_risk_ahead("2027-02-14T08:00:00Z", days=1, locale="de")
    assert carnival[-1].until == date(2027, 2, 18)
    with pytest.raises(relapse.InvalidInput, match="1 to 366"):
        plan.high_risk_ahead("2026-11-29T08:00:00Z", days=0)
    model = relapse.Model.standard()
    text = plan.to_markdown(model, now="2026-11-29T08:00:00Z")
    assert "24 December 2026: Christmas" in text
    assert "24 December 2026" not in plan.to_markdown(model)
    review = relapse.review(plan, model, now="2026-11-29T08:00:00Z")
    assert review.to_dict()["ahead"][0]["date"] == "2026-11-29"
    assert "24 December 2026: Christmas" in review.to_markdown()


@pytest.mark.parametrize(
    ("part", "entry", "place"),
    [
        ("triggers", {"situation": "II-B", "date": "2026-02-30"}, "/triggers/0/date"),
        ("triggers", {"situation": "II-B", "date": "04-31"}, "/triggers/0/date"),
        ("homework", {"words": "x", "by": "2026-06-31"}, "/homework/0/by"),
        ("goals", {"words": "x", "by": "soon"}, "/goals/0/by"),
        ("appointments", {"words": "x", "at": "2026-02-30T08:00Z"}, "/appointments/0/at"),
    ],
)
def test_a_date_that_does_not_exist_is_named(
    part: str, entry: dict[str, Any], place: str
) -> None:
    with pytest.raises(relapse.ParseError, match=place):
        plan_of(**{part: [entry]})


GOALS: dict[str, Any] = {
    "goals": [
        {
            "words": "Play the clarinet",
            "area": "hobby",
            "steps": ["Find it", "Ask Noor"],
            "done": ["Find it"],
        }
    ],
    "appointments": [{"words": "Counselling", "at": "2026-04-02T10:00:00Z"}],
    "homework": [{"words": "Note three urges", "by": "2026-04-02"}],
}


def test_goals_appointments_and_homework_live_with_the_plan() -> None:
    model = relapse.Model.standard()
    plan = plan_of(**GOALS)
    text = plan.to_markdown(model)
    for words in ("Play the clarinet", "Find it (done)", "2 April 2026", "planned"):
        assert words in text
    gaps = {f.gap: f.entry for f in plan.check(model, now="2026-04-03T08:00:00Z")}
    assert gaps["homework_due"] == "Note three urges"
    assert gaps["appointment_past"] == "Counselling"
    kept = [{**GOALS["appointments"][0], "state": "kept"}]
    later = plan.revise({"appointments": kept}, device="phone", time=1e5)
    change = plan.diff(later)[-1]
    assert (change.part, change.field, change.after) == ("appointments", "state", "kept")
    done = [{**GOALS["homework"][0], "done": True}]
    elsewhere = plan.revise({"homework": done}, device="desk", time=1e5)
    merged = later.merge(elsewhere)
    assert not merged.conflicts
    assert merged.plan.homework[0].done and merged.plan.appointments[0].state == "kept"
    gaps = {f.gap: f.entry for f in merged.plan.check(model, now="2026-04-03T08:00:00Z")}
    assert not {"homework_due", "appointment_past"} & gaps.keys()


def test_a_contact_sees_the_parts_that_the_person_shares() -> None:
    mira = {**CONTACTS[0], "name": "Mira", "consent": ["share_plan"], "sees": ["goals"]}
    plan = plan_of(**GOALS, contacts=[mira])
    shared = plan.shareable("Mira")
    assert [goal.words for goal in shared.goals] == ["Play the clarinet"]
    assert not shared.appointments and not shared.homework
    model = relapse.Model.standard()
    page = plan.family_page(model, "Mira")
    assert "Play the clarinet" in page.to_markdown()
    assert "Counselling" not in page.to_html()
    assert "Zuerst zuhören." in plan.family_page(model, "Mira", locale="de").to_html()


def test_a_summary_for_the_care_team_holds_what_consent_covers() -> None:
    model = relapse.Model.standard()
    monitor = relapse.Monitor(model)
    now = monitor.update("2026-03-01T08:00:00Z", {**TYPICAL, "used": 1})
    clinic = {**CONTACTS[1], "consent": ["share_plan"], "sees": ["medication"]}
    plan = plan_of(medication=[{"name": "Methadone"}], contacts=[clinic])
    text = plan.care_summary(model, "The clinic", now).to_markdown()
    assert "has not agreed" in text and "Level" not in text and "opioid agonist" in text
    clinic["consent"] = ["share_plan", "share_state"]
    plan = plan_of(medication=[{"name": "Methadone"}], contacts=[clinic])
    page = plan.care_summary(model, "The clinic", now, last_use="2026-03-01T08:00:00Z")
    text = page.to_markdown()
    assert f"Level: {now.level}" in text
    assert "29 March 2026" in text  # the end of the notice
    assert "Last use that was told: 1 March 2026" in text
    with pytest.raises(relapse.InvalidInput, match="consent"):
        plan_of().care_summary(model, "A friend", now)


def test_steps_of_support_follow_a_rule_and_say_why() -> None:
    calm = [(float(day), "low") for day in range(0, 60, 3)]
    step = relapse.support_step(calm, now=60.0)
    assert step.change == "step_down" and "8 weeks" in step.why
    assert relapse.support_step(calm, now=60.0, last_use=55.0).change == "step_up"
    short = relapse.support_step(calm[-3:], now=60.0)
    assert short.change == "stay" and "8 weeks" in short.why
    assert "Wochen" in relapse.support_step(calm[-3:], now=60.0, locale="de").why
    with pytest.raises(relapse.InvalidInput, match="order of time"):
        relapse.support_step(calm[::-1], now=60.0)


def test_after_use_the_team_looks_again() -> None:
    after = relapse.after_use(
        plan_of(),
        reports=[relapse.UseReport(time=10.0, used=True)],
        recovery_start=0.0,
        now=11.0,
    )
    assert any("everybody who treats and supports you" in s.words for s in after.steps)
