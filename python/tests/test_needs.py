"""Suggestions answer needs: over the bundled data, and person by person."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import relapse

TREE = Path(__file__).parents[2]
URGES = {"urge_surfing", "delay_and_distract", "name_the_urge"}
AFTER_USE = {
    "stop_look_plan",
    "reminder_card",
    "tell_someone_after_use",
    "medical_check",
    "trace_the_chain",
}
REACHING = {
    "call_support",
    "be_honest",
    "sponsor_time",
    "therapy_session",
    "helpline",
    "crisis_plan",
}
GOOD = {"used": 0, "craving": 0, "confidence": 9, "stress": 2, "negative_affect": 1}
GOOD |= {"sleep": 8, "support": 8, "routine": 8, "coping": 8}
#: Every seventh of the 200 persons, and every third check-in of them.
EVERY_PERSON, EVERY_ROW = 7, 3


def plan_with_contacts() -> relapse.Plan:
    return relapse.Plan.from_dict(
        {
            "schema": "relapse/plan/1",
            "person": "P",
            "version": 1,
            "contacts": [
                {"name": "Ana", "role": "sponsor", "channel": "telephone"},
                {"name": "Ben", "role": "friend", "channel": "telephone"},
            ],
            "medication": [{"name": "Acamprosate", "dose": "666 mg"}],
            "reasons": ["My daughter"],
            "signs": [{"stage": "emotional", "words": "No calls returned"}],
            "crisis_steps": ["Go to Ana"],
        }
    )


class Said(NamedTuple):
    answers: dict[str, float]
    level: str
    suggestions: list[relapse.Suggestion]

    @property
    def ids(self) -> list[str]:
        return [one.action for one in self.suggestions]


def bundled() -> Iterator[Said]:
    """Walk a sample of the bundled data, with a plan that has contacts and without."""
    rows = defaultdict(list)
    with (TREE / "examples/data/check_ins.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row.pop("person")].append(row)
    plans = (plan_with_contacts(), relapse.Plan())
    for person in sorted(rows)[::EVERY_PERSON]:
        monitor = relapse.Monitor(drivers=False)
        for k, row in enumerate(rows[person]):
            time = row.pop("time")
            answers = {item: float(value) for item, value in row.items() if value}
            now = monitor.update(time, answers)
            used = answers.get("used", 0) > 0
            if k % EVERY_ROW and not used:
                continue
            for plan in plans:
                yield Said(answers, now.level, monitor.suggest(plan, count=3))


@pytest.fixture(scope="module")
def said() -> list[Said]:
    return list(bundled())


def share(hits: list[bool]) -> float:
    assert len(hits) >= 50
    return sum(hits) / len(hits)


def test_strong_craving_has_an_urge_technique_among_the_first_three(
    said: list[Said],
) -> None:
    strong = [one for one in said if one.answers.get("craving", 0) >= 2]
    assert share([bool(URGES & set(one.ids)) for one in strong]) >= 0.95


def test_after_reported_use_a_lapse_action_comes_first(said: list[Said]) -> None:
    used = [one for one in said if one.answers.get("used", 0) > 0]
    assert share([one.ids[0] in AFTER_USE for one in used]) >= 0.95


def test_at_a_high_level_somebody_is_to_be_reached(said: list[Said]) -> None:
    high = [one for one in said if one.level in ("high", "critical")]
    reaches = [
        any(s.contact or s.action == "support" for s in one.suggestions) for one in high
    ]
    assert reaches and all(reaches)


def test_no_action_takes_more_than_a_quarter_of_the_first_places(
    said: list[Said],
) -> None:
    first = Counter(one.ids[0] for one in said)
    assert max(first.values()) <= 0.25 * len(said)


def test_a_reason_promises_what_shows_or_nothing(said: list[Said]) -> None:
    promised = 0
    for one in said:
        for suggestion in one.suggestions:
            assert suggestion.reason and suggestion.need
            found = re.search(r"from ([\d.]+) % to ([\d.]+) %", suggestion.reason)
            assert not re.search(r"\beases\b|\bIt works\b", suggestion.reason)
            if found:
                promised += 1
                assert float(found[1]) - float(found[2]) >= 0.2 - 1e-9
    assert promised


def person(**answers: Any) -> relapse.Monitor:
    """Return somebody with a week of good answers, and then these."""
    monitor = relapse.Monitor(drivers=False)
    for day in range(7):
        monitor.update(float(day), GOOD)
    monitor.update(7.0, GOOD | answers)
    return monitor


def needs_of_actions() -> dict[str, list[dict[str, Any]]]:
    """Return, by action, answers that call for it."""
    document = relapse.Model.standard().to_dict()
    items = {item["id"]: item for item in document["items"]}
    determinants = {each["id"]: each for each in document["determinants"]}

    def worst(item: str) -> float:
        return float(items[item]["scale"][1])

    found = {}
    for action in document["actions"]:
        met = {f"exposure_{code}": 10.0 for code in action.get("situations", ())}
        calls: list[dict[str, Any]] = [{}] if action.get("quiet_day") else []
        for item in action.get("items", ()):
            calls.append({item: items[item].get("levels", 2) - 1})
        for id_ in action["acts_on"]:
            rule = determinants[id_]
            item = rule.get("item") or rule["exposure"]
            calls.append({item: worst(item)})
        stages = set(action.get("stages", ()))
        extra: list[dict[str, Any]] = [{}]
        if stages and "stable" not in stages:
            extra += [{"isolating": 4, "irritable": 4, "restless": 4, "bottling_up": 4}]
            extra += [{"bargaining": 4, "glamorising": 4, "thinking_of_use": 4}]
            extra += [{"used": 1}]
        alone = [{situation: answer} for situation, answer in met.items()]
        found[action["id"]] = [
            one | more
            for one in [*alone, *(met | call for call in calls)]
            for more in extra
        ]
    return found


@pytest.mark.parametrize("action", sorted(needs_of_actions()))
def test_every_action_appears_where_its_need_occurs(action: str) -> None:
    plan = plan_with_contacts()
    catalogue = {
        each["id"]: each for each in relapse.Model.standard().to_dict()["actions"]
    }
    ahead = catalogue[action].get("situations", ())
    for answers in needs_of_actions()[action]:
        monitor = person(**answers)
        for day in range(8, 47):  # the last week is one after it
            said = monitor.suggest(plan, count=3, coming=ahead)
            if action in [one.action for one in said]:
                return
            monitor.update(float(day), GOOD | (answers if day < 40 else {}))
    pytest.fail(f"{action} never appears")


@pytest.mark.parametrize("item", ["planning_use", "seeking_chances"])
def test_planning_to_use_leads_to_reaching_somebody(item: str) -> None:
    for plan in (plan_with_contacts(), relapse.Plan()):
        monitor = person(**{item: 1})
        first = monitor.suggest(plan, count=3)[0]
        assert first.action in REACHING and first.need == item
        assert first.reason.startswith("You told of this: ")


@pytest.mark.parametrize("flag", ["self_harm", "overdose", "severe_withdrawal"])
def test_under_a_flag_nothing_of_a_quiet_day_appears(flag: str) -> None:
    quiet = {
        each["id"]
        for each in relapse.Model.standard().to_dict()["actions"]
        if each.get("quiet_day")
    }
    assert {"review_successes", "graded_step", "log_situation"} <= quiet
    for answers in ({}, {"stress": 9, "sleep": 1}, {"used": 1}, {"overconfident": 4}):
        for plan in (plan_with_contacts(), relapse.Plan()):
            suggested = person(**{flag: 1}, **answers).suggest(plan, count=20)
            assert suggested[0].action == "crisis"
            assert not quiet & {s.action for s in suggested}


@pytest.mark.parametrize(
    "flag", ["violence", "dependant_at_risk", "psychosis", "self_harm", "overdose"]
)
def test_under_a_flag_no_place_is_filled(flag: str) -> None:
    for plan in (plan_with_contacts(), relapse.Plan()):
        suggested = person(**{flag: 1}).suggest(plan, count=20)
        assert suggested[0].action == "crisis"
        after = [s for s in suggested if s.action != "crisis"]
        assert "stage" not in {s.need for s in after}
        assert any(s.contact or s.action == "support" for s in after[:2])
        if flag == "psychosis":
            assert "medical_check" in [s.action for s in after[:3]]


def test_a_day_of_strong_withdrawal_is_about_that_day() -> None:
    days = {each["id"]: each for each in relapse.Model.standard().to_dict()["actions"]}
    for told in ({"withdrawal": 4}, {"withdrawal": 3}):
        suggested = person(**told).suggest(plan_with_contacts(), count=5)
        assert {s.need for s in suggested[:2]} == {"withdrawal"}
        assert any(s.contact in ("Ana", "Ben") for s in suggested[:3])
        assert "rest_today" in [s.action for s in suggested]
        assert all(days[s.action].get("for_days", 1) <= 7 for s in suggested)


@pytest.mark.parametrize("model", ["standard", "weekly_bam", "opioid_weekly"])
@pytest.mark.parametrize("ago", [0.0, 2.0, 7.0, 13.0])
def test_use_told_at_the_start_is_answered(model: str, ago: float) -> None:
    monitor = relapse.Monitor(model, days_since_use=ago)
    no_use = {
        item["id"]: 0
        for item in monitor.model.to_dict()["items"]
        if item["role"] == "use"
    }
    now = monitor.update(0.0, no_use)
    assert now.level not in ("low", "guarded")
    suggested = monitor.suggest(plan_with_contacts(), count=3)
    assert suggested[0].action in AFTER_USE and suggested[0].need == "use"


def test_on_the_day_of_use_a_medical_check_is_among_the_first() -> None:
    for answers in ({}, {"craving": 4}, {"guilt": 8, "efficacy_drop": 6, "stress": 9}):
        for plan in (plan_with_contacts(), relapse.Plan()):
            monitor = person(used=1, **answers)
            assert monitor.at(7.0).lost_tolerance_notice
            suggested = monitor.suggest(plan, count=5)
            assert "medical_check" in [s.action for s in suggested]


def test_at_a_raised_level_somebody_to_talk_to_is_among_the_first_three() -> None:
    monitor = person(used=1)
    for day in range(8, 26):
        now = monitor.update(float(day), GOOD)
        if now.level in ("low", "guarded"):
            break
        for plan in (plan_with_contacts(), relapse.Plan()):
            first = monitor.suggest(plan, count=3)
            assert any(s.contact or s.action == "support" for s in first), day
    assert day > 20


def test_the_weekly_model_of_opioid_treatment_always_has_an_answer() -> None:
    good = {"urine": 0, "use_days": 0, "covered_days": 7}
    lost = (good | {"covered_days": 3}, good | {"urine": 1})
    for last in (good, *lost, {}):
        monitor = relapse.Monitor("opioid_weekly")
        for week in range(5):
            monitor.update(7.0 * week, good)
        now = monitor.update(35.0, last)
        for plan in (plan_with_contacts(), relapse.Plan()):
            assert monitor.suggest(plan, count=5)
        assert now.lost_tolerance_notice == (last in lost)


@pytest.mark.parametrize("sure", [0, 50, 90, 100])
def test_a_situation_that_was_met_is_answered_by_what_fits_afterwards(sure: int) -> None:
    met = {"exposure_II-B": 9, "efficacy_II-B": sure}
    met |= {"exposure_II-C": 9, "efficacy_II-C": sure}
    suggested = person(**met).suggest(plan_with_contacts(), count=5)
    actions = [s.action for s in suggested]
    assert "leave_situation" not in actions
    assert {"refusal_practice", "celebrate_safely"} & set(actions[:3])
    assert suggested[0].need.startswith("situation:")


@pytest.mark.parametrize("flag", ["overdose", "severe_withdrawal"])
@pytest.mark.parametrize("told", [{}, {"used": 1}, {"craving": 4, "stress": 9}])
def test_a_medical_check_comes_first_after_the_protocol(
    flag: str, told: dict[str, float]
) -> None:
    doctor = {"name": "Dr Wolf", "role": "clinician, prescriber", "consent": ["support"]}
    friend = {"name": "Sam", "role": "friend", "consent": ["support"]}
    for contacts in ([], [friend], [friend, doctor]):
        plan = relapse.Plan.from_dict(
            {
                "schema": "relapse/plan/1",
                "person": "P",
                "version": 1,
                "contacts": contacts,
            }
        )
        monitor = person(**{flag: 1}, **told)
        after = [s for s in monitor.suggest(plan, count=3) if s.action != "crisis"]
        assert after[0].action == "medical_check" and after[0].need == flag
        assert after[0].contact == ("Dr Wolf" if doctor in contacts else "")
        reached = {s.contact for s in after} - {""}
        assert reached or any(s.action == "support" for s in after)


def test_after_an_overdose_was_dealt_with_help_is_as_after_use() -> None:
    monitor = person(overdose=1)
    assert monitor.acknowledge("overdose", 7.1)
    for day in range(8, 21):
        monitor.update(float(day), GOOD)
        first = monitor.suggest(plan_with_contacts(), count=3)[0]
        assert first.action in AFTER_USE and first.need == "overdose"
        assert "Possible overdose" in first.reason or "possible overdose" in first.reason
    monitor.update(22.0, GOOD)  # the floor has ended
    assert monitor.suggest(plan_with_contacts())[0].need != "overdose"


def test_nobody_is_named_for_what_they_are_not_there_for() -> None:
    roles = {"Sam": "friend", "Dr Wolf": "clinician", "Lee": "sponsor", "Kim": "sister"}
    plan = relapse.Plan.from_dict(
        {
            "schema": "relapse/plan/1",
            "person": "P",
            "version": 1,
            "contacts": [
                {"name": name, "role": role, "consent": ["support"]}
                for name, role in roles.items()
            ],
            "medication": [{"name": "Acamprosate", "prescriber": "Dr Wolf"}],
        }
    )
    wanted = {
        "talk_to_prescriber": "Dr Wolf",
        "therapy_session": "Dr Wolf",
        "medical_check": "Dr Wolf",
        "pain_care": "Dr Wolf",
        "ease_discomfort": "Dr Wolf",
        "sponsor_time": "Lee",
        "family_talk": "Kim",
        "call_support": "Sam",
        "meet_people": "Sam",
        "practical_help": "",
        "employment_programme": "",
    }
    seen: dict[str, str] = {}
    for answers in ({"instability": 4, "pain": 9}, {"used": 1}, {"medication": 2}, {}):
        for one in person(**answers).suggest(plan, count=60):
            seen[one.action] = one.contact
    assert {action: seen[action] for action in wanted} == wanted


def test_housing_and_work_are_spoken_of_where_they_were_told_of() -> None:
    about = {"practical_help", "employment_programme", "transitional_living", "pain_care"}

    def said(plan: relapse.Plan, **answers: float) -> set[str]:
        found = person(**answers).suggest(plan, count=60)
        return about & {one.action for one in found}

    plan = plan_with_contacts()
    assert not said(plan) and not said(plan, stress=9, support=1, routine=1)
    assert not said(plan, instability=0, pain=0)
    assert said(plan, instability=4) == about - {"pain_care"}
    assert said(plan, pain=9) == {"pain_care"}
    goal = {"words": "A job that I like", "area": "work"}
    wished = relapse.Plan.from_dict({**plan.to_dict(), "goals": [goal]})
    assert said(wished) == {"practical_help", "employment_programme"}


def test_a_silence_is_answered_first() -> None:
    monitor = person()
    for day in range(8, 24):
        now = monitor.update(float(day), {})
    assert any(floor.after == "silence" for floor in now.floors)
    first = monitor.suggest(plan_with_contacts(), count=3)[0]
    assert (first.action, first.need, first.contact) == ("check_in", "silence", "Ana")
    german = monitor.suggest(plan_with_contacts(), locale="de")[0]
    assert german.words.startswith("Machen Sie wieder einen Check-in")
    assert "Tage her" in german.reason
    monitor.suggested("check_in", time=23.5)


def test_what_is_said_ends_once_and_speaks_of_what_is_there() -> None:
    for plan in (plan_with_contacts(), relapse.Plan()):
        for answers in ({}, {"planning_use": 1}, {"used": 1}, {"self_harm": 1}):
            for one in person(**answers).suggest(plan, count=60):
                assert not re.search(r"[^.]\.\.$", one.if_then), one.if_then
                if not plan.crisis_steps:
                    assert one.action not in ("crisis_plan", "read_reasons")


@pytest.mark.parametrize(
    ("locale", "answers", "words"),
    [
        ("en", {"craving": 4}, "Craving is strong today."),
        ("en", {"craving": 2}, "Craving is there today."),
        ("de", {"craving": 2}, "Heute da: Verlangen."),
        ("de", {"craving": 4}, "Heute stark: Verlangen."),
        ("en", {"used": 1}, "Use was told of."),
        ("de", {"used": 1}, "Von Konsum wurde berichtet."),
        ("en", {"exposure_II-B": 10}, "You met this: social pressure."),
        ("en", {"instability": 4}, "Unstable housing, work or money stands out today."),
        (
            "en",
            {"readiness": 0},
            "Little readiness to stay without use stands out today.",
        ),
        (
            "en",
            {"overconfident": 4},
            "Too much certainty stands out today.",
        ),
    ],
)
def test_the_reason_names_the_need(
    locale: str, answers: dict[str, float], words: str
) -> None:
    suggested = person(**answers).suggest(plan_with_contacts(), count=3, locale=locale)
    assert any(one.reason.startswith(words) for one in suggested)


def test_what_was_suggested_and_not_taken_up_steps_back() -> None:
    answers = GOOD | {"sleep": 1}
    shown = person(sleep=1)
    first = next(s for s in shown.suggest() if s.need == "poor_sleep").action
    shown.suggested(first, time=7.0)
    passed = person(sleep=1)
    passed.follow_up(first, None, time=7.1)
    for monitor in (shown, passed):
        restored = relapse.Monitor.restore(monitor.model, monitor.snapshot())
        for each in (monitor, restored):
            each.update(7.2, answers)
            again = next(s for s in each.suggest() if s.need == "poor_sleep")
            assert again.action != first
    with pytest.raises(relapse.InvalidInput, match="neither in the catalogue"):
        shown.suggested("sing", time=8.0)


@pytest.mark.parametrize(
    "item", ["withdrawal", "tiredness", "appetite", "pain", "readiness"]
)
def test_physical_signs_and_readiness_raise_the_risk_a_little(item: str) -> None:
    scale = next(
        each["scale"]
        for each in relapse.Model.standard().to_dict()["items"]
        if each["id"] == item
    )
    silent = relapse.Monitor().update(0.0, GOOD)
    worst = relapse.Monitor().update(0.0, GOOD | {item: scale[1]})
    for days, risk in silent.risk.items():
        assert risk < worst.risk[days] < 2.0 * risk


def test_a_situation_that_lies_ahead_is_prepared_for() -> None:
    monitor = person()
    ahead = monitor.suggest(plan_with_contacts(), count=3, coming=["II-C"])
    prepared = next(one for one in ahead if one.need == "II-C")
    assert prepared.reason.startswith("This lies ahead: pleasant times with others.")
    with pytest.raises(relapse.InvalidInput, match="not a code"):
        monitor.suggest(coming=["VII"])
