"""The plan: versions, comparison, merging, what is missing, and the page to read."""

from __future__ import annotations

from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import relapse

ROOT = Path(__file__).resolve().parents[2]
EDITED = "2026-03-20T08:00:00+02:00"


@pytest.fixture(scope="module")
def model() -> relapse.Model:
    return relapse.Model.standard()


@pytest.fixture
def plan() -> relapse.Plan:
    return relapse.Plan.load(ROOT / "examples" / "data" / "plan.json")


def test_an_edit_makes_a_version_that_can_be_read_back(plan: relapse.Plan) -> None:
    later = plan.revise({"reasons": ["Sleep"]}, device="phone", time=EDITED)
    assert later.version == 3 and later.device == "phone"
    assert later.reasons == ["Sleep"] and later.created == "2026-03-20T06:00:00Z"
    assert later.find_version(2).reasons == plan.reasons
    assert later.find_version(1).version == 1
    change = plan.diff(later)[-1]
    assert (change.kind, change.part, change.entry) == ("added", "reasons", "Sleep")
    with pytest.raises(relapse.InvalidInput, match="no such version"):
        later.find_version(7)
    for changes in ({"version": 9}, {"reasons": plan.reasons}, {"person": "P08"}):
        with pytest.raises(relapse.InvalidInput):
            plan.revise(changes, device="phone", time=EDITED)
    with pytest.raises(relapse.ParseError) as caught:
        plan.revise({"triggers": [{"situation": "IV"}]}, device="phone", time=EDITED)
    assert caught.value.pointer == "/triggers/0/situation"


def test_edits_on_two_devices_come_together(plan: relapse.Plan) -> None:
    phone = plan.revise({"crisis_steps": ["Call"]}, device="phone", time=EDITED)
    words = [t | {"words": "Pay day"} for t in plan.to_dict()["triggers"][:1]]
    laptop = plan.revise({"triggers": words}, device="laptop", time=EDITED)
    merged = phone.merge(laptop)
    assert merged.conflicts == [] and merged.plan == laptop.merge(phone).plan
    assert merged.plan.crisis_steps == ["Call"]
    assert [t.words for t in merged.plan.triggers] == ["Pay day"]
    assert merged.plan.edits == {"": 2, "phone": 1, "laptop": 1}
    with pytest.raises(relapse.InvalidInput, match="device"):
        merged.plan.find_version(3)
    assert merged.plan.find_version(3, device="laptop").triggers[0].words == "Pay day"

    other = plan.revise({"time_zone": "Europe/Berlin"}, device="tablet", time=EDITED)
    again = merged.plan.revise({"time_zone": ""}, device="phone", time=EDITED)
    (conflict,) = again.merge(other).conflicts
    assert conflict.part == "time_zone" and conflict.base == "Europe/Helsinki"
    assert {conflict.kept, conflict.other} == {"Europe/Berlin", ""}


def test_what_is_missing_is_named(plan: relapse.Plan, model: relapse.Model) -> None:
    gaps = [finding.gap for finding in relapse.Plan().check(model)]
    assert gaps[:3] == ["no_crisis_step", "no_contact", "no_contact_for_high"]
    assert "no_review" in gaps and "no_strategies" in gaps
    found = plan.check(model, now="2027-01-01T00:00Z")
    assert {f.gap for f in found} == {"review_due", "copy_is_old"}
    assert all(f.words.endswith((".", "?")) for f in found)
    document = plan.to_dict() | {
        "signs": [{"stage": "nowhere", "words": "pacing", "item": "none"}],
        "strategies": [{"action": "none"}],
        "crisis_steps": [],
    }
    document["contacts"][0] = {"name": "Mira"}
    found = relapse.Plan.from_dict(document).check(model)
    expected = {
        ("no_crisis_step", ""),
        ("rule_without_consent", "Mira"),
        ("trigger_without_strategy", "t1"),
        ("unknown_action", "none"),
        ("unknown_stage", "pacing"),
        ("unknown_item", "pacing"),
        ("no_channel", "Mira"),
    }
    assert expected <= {(f.gap, f.entry) for f in found}


def test_a_copy_holds_what_consent_covers(
    plan: relapse.Plan, model: relapse.Model
) -> None:
    shared = plan.shareable("Mira")
    assert shared.strategies == [] or len(shared.strategies) == len(plan.strategies)
    assert shared.medication == shared.reasons == shared.routine == shared.history == []
    assert [c.name for c in shared.contacts] == ["Mira"]
    text = shared.to_markdown(model)
    for secret in ("Naltrexone", "Okafor", "daughter"):
        assert secret not in text
    for contact in ("Dr. Okafor", "nobody"):
        with pytest.raises(relapse.InvalidInput, match="shareable"):
            plan.shareable(contact)


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_says_safety_first_and_escapes_all_words(
    plan: relapse.Plan, model: relapse.Model
) -> None:
    nasty = "<script>alert('1')</script> & *bold* [x](y)\n# heading"
    hurt = plan.revise({"reasons": [nasty]}, device="phone", time=EDITED)
    html = hurt.to_html(model)
    reader = Reader()
    reader.feed(html)
    assert reader.open == [] and "script" not in reader.tags
    assert html.index('class="safety"') < html.index("alert(")
    assert "default-src" in html and "http" not in html.replace("http-equiv", "")
    markdown = hurt.to_markdown(model)
    assert "\\<script\\>" in markdown and "\n# heading" not in markdown
    first = markdown.split("## ")[1]
    assert first.startswith("In an emergency")
    assert relapse.Plan().to_markdown(model).count("## ") == 1  # safety alone


def test_dates_are_those_of_the_zone(plan: relapse.Plan, model: relapse.Model) -> None:
    late = plan.revise({"review": "2026-04-12T23:00:00Z"}, device="phone", time=EDITED)
    assert "13 April 2026" in late.to_markdown(model)
    assert "12 April 2026" in late.to_markdown(model, relapse.zone("UTC"))


@pytest.mark.parametrize(
    "name",
    ["Europe/Berlin", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kathmandu"],
)
def test_zones_are_those_of_zoneinfo(name: str) -> None:
    own = relapse.zone(name)
    for day in range(0, 9000, 13):
        for hour in (0, 1, 7, 16):
            moment = datetime.fromtimestamp(
                1_000_000_000 + 86400 * day + 3600 * hour, timezone.utc
            )
            offset = moment.astimezone(ZoneInfo(name)).utcoffset()
            assert offset is not None
            assert own.offset_seconds(moment) == offset.total_seconds()
    with pytest.raises(relapse.InvalidInput, match="not known"):
        own.offset_seconds("2050-01-01T00:00Z")
    with pytest.raises(relapse.InvalidInput, match="tz database"):
        relapse.zone("Nowhere/Never")
