"""After a return to use, and looking back; the laws are tested in C++."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import relapse

ROOT = Path(__file__).resolve().parents[2]
PLAN = relapse.Plan.load(ROOT / "examples" / "data" / "plan.json")
START = datetime(2026, 3, 1, 8, tzinfo=timezone.utc)


def day(count: float) -> datetime:
    return START + timedelta(days=count)


def reports(*used: int, length: int = 12) -> list[relapse.UseReport]:
    return [
        relapse.UseReport(day(d), d in used, substance="alcohol" if d in used else "")
        for d in range(length)
    ]


def test_a_return_to_use_starts_a_protocol_and_resets_nothing() -> None:
    after = relapse.after_use(
        PLAN,
        reports=reports(4, 10),
        recovery_start=START,
        now=day(11.5),
        learning=relapse.LearningRecord(
            day(11), situations=["II-B"], signs=["secretive"], tried=["refusal_practice"]
        ),
    )
    assert after.episode.kind == "lapse" and after.episode.prolapse is not None
    assert after.counts.days_in_recovery == 11
    # Eleven days are over, two of them with use.
    assert (after.counts.days_without_use, after.counts.lapses) == (9, 2)
    kinds = list(dict.fromkeys(step.kind for step in after.steps))
    assert kinds == [
        "safety", "medical", "stop", "contact", "reframe", "learning", "plan",
        "services", "family",
    ]  # fmt: skip
    contact = next(step for step in after.steps if step.kind == "contact")
    assert contact.contacts == ["Mira"]
    services = next(step for step in after.steps if step.kind == "services")
    assert services.contacts == ["Dr. Okafor"]
    assert {p.kind for p in after.proposals} == {"add", "change"}
    text = after.to_markdown(relapse.zone("Europe/Helsinki"))
    assert text.index("Safety first") < text.index("Your body") < text.index("Stop here")
    assert '<section class="safety">' in after.to_html()


def test_a_relapse_is_what_the_plan_says() -> None:
    after = relapse.after_use(
        PLAN, reports=reports(8, 9, 10, 11), recovery_start=START, now=day(11.5)
    )
    assert after.episode.kind == "relapse" and after.episode.prolapse is None
    assert after.next_check_in == "2026-03-13T08:00:00Z"
    with pytest.raises(relapse.InvalidInput, match="no use"):
        relapse.after_use(PLAN, reports=reports(), recovery_start=START, now=day(12))
    with pytest.raises(relapse.InvalidInput, match="after now"):
        relapse.after_use(PLAN, reports=reports(3), recovery_start=START, now=day(5))


def test_a_protocol_is_a_document(tmp_path: Path) -> None:
    protocol = relapse.Protocol.after_use()
    (tmp_path / "own.json").write_text(protocol.to_json(), encoding="utf-8")
    assert relapse.Protocol.load(tmp_path / "own.json").to_json() == protocol.to_json()
    with pytest.raises(relapse.ParseError):
        relapse.Protocol.from_json("{}")


def test_a_review_finds_what_came_before_and_what_helped() -> None:
    model = relapse.Model.standard()
    check_ins = [
        relapse.ReviewCheckIn(
            day(d),
            "high" if d % 15 == 14 else "low",
            {"secretive": float(d % 15 == 12), "irritable": float(d % 7 == 3)},
            ["I-A"] if d % 40 == 2 else [],
            missed=d % 10 == 0,
        )
        for d in range(300)
    ]
    follow_ups = [relapse.FollowUp("urge_surfing", day(d), 8.0) for d in range(5)]
    follow_ups += [relapse.FollowUp("call_support", day(6 + d), 1.0) for d in range(5)]
    review = relapse.review(
        PLAN, model, now=day(310), check_ins=check_ins, follow_ups=follow_ups
    )
    document = review.to_dict()
    assert document["schema"] == "relapse/review/1"
    assert (document["check_ins"], document["answered"]) == (300, 270)
    verdicts = {a["action"]: a["verdict"] for a in document["actions"]}
    assert verdicts["urge_surfing"] == "helped"
    assert verdicts["call_support"] == "did_not_help"
    assert verdicts["Cycle to the lake and back"] == "never_tried"
    sign = next(s for s in document["signs"] if s["item"] == "secretive")
    assert sign["preceded"] == sign["rises"] == 20 and sign["lead_days"] == 2.0
    assert {"retire", "change"} <= {p.kind for p in review.proposals}
    assert all(p.evidence for p in review.proposals)
    assert [d["due"] for d in document["due"]] == [True, True]
    assert "What came before strain" in review.to_markdown()
    for wrong in (
        {"now": day(3)},
        {"person": "P99"},
        {"follow_ups": [relapse.FollowUp("sing", day(1), 5.0)]},
        {"last_use": day(400)},
    ):
        settings = {"now": day(310), "check_ins": check_ins} | wrong
        with pytest.raises(relapse.InvalidInput):
            relapse.review(PLAN, model, **settings)  # type: ignore[arg-type]
