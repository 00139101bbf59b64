"""What is said to a person: complete in each language, person-first, without blame."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import relapse

TREE = Path(__file__).parents[2]

#: Words that blame or label a person. Source: NIDA "Words Matter"; "relapse" stands in
#: names of the field alone, a person "returns to use". For German the same ideas.
AVOIDED = {
    "en": r"""addicts? addicted alcoholics? junk(y|ie)s? users? abusers? abuses? abused
        abusing drunks? relapses? relapsed relapsing slip(s|ped)? wagon fail(s|ed|ures?)?
        habits? vices? dirty clean sober strung stoned substitution replacement mat
        streaks? resets? blame[ds]? fault weak(ness)? willpower denial victims?
        suffer(s|ing|ers?)? committed""",
    "de": r"""süchtig(e|er|en)? abhängige[rn]? alkoholiker(in|innen)? junkies?
        trinker(in)? säufer(in)? rückf(all|älle|älliger?) ausrutscher versag(en|t|er)
        missbrauch(t|en)? sauber clean dreckig trocken(en)? scheitern gescheitert
        substitution ersatzdroge zurückgesetzt selbst\s?schuld willensschwäche laster
        opfer leidet""",
}
#: Names of the field, which may hold such a word.
NAMES = re.compile(
    r"relapse prevention|advance warning of relapse|relapse road map"
    # The person's own definition tells a lapse from what follows (Marlatt & Gordon).
    r"|speak of a relapse",
    re.IGNORECASE,
)


def said(document: Any, keys: set[str], where: str) -> Iterator[tuple[str, str]]:
    """Yield the texts under some keys, with their place."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key in keys and isinstance(value, str):
                yield f"{where}/{key}", value
            else:
                yield from said(value, keys, f"{where}/{key}")
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from said(value, keys, f"{where}/{number}")


def sayings() -> Iterator[tuple[str, str, str]]:
    """Yield language, place and text of all that may be shown to a person."""
    for path in sorted((TREE / "src" / "wordings").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for key, text in document["words"].items():
            yield document["language"], key, text
    shown = {"models": {"label", "place", "question"}}
    shown["instruments"] = {"label", "outcome", "title", "description", "licence"}
    shown["resources"] = {"name", "note", "hours"}
    shown["protocols"] = {"text", "title", "words", "label"}
    for folder, keys in shown.items():
        for path in sorted((TREE / "src" / folder).glob("*.json")):
            document = json.loads(path.read_text(encoding="utf-8"))
            for place, text in said(document, keys, path.stem):
                yield "en", place, text
    for text in literals("domain/crisis.hpp"):
        yield "en", "domain/crisis.hpp", text


def literals(name: str, without: str = "$^") -> list[str]:
    """Return the texts in a header, except those in calls of some functions."""
    code = (TREE / "include" / "relapse" / name).read_text(encoding="utf-8")
    code = re.sub(r"^#include.*$|//.*$", "", code, flags=re.MULTILINE)
    code = re.sub(r'"\s*"', "", code)  # literals side by side are one
    code = re.sub(rf"\b(?:{without})\((?:[^()]|\([^()]*\))*\)", "", code)
    return re.findall(r'"((?:[^"\\]|\\.)*)"', code)


def avoided(language: str) -> re.Pattern[str]:
    words = "|".join(AVOIDED[language].split()).replace("(", "(?:")
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


def test_no_saying_has_a_word_to_avoid() -> None:
    found = []
    texts = 0
    for language, place, text in sayings():
        texts += 1
        for word in avoided(language).findall(NAMES.sub("", text)):
            found.append(f"{place}: {word} in {text!r}")
        if re.search(r"\b(getting|got|get) high\b", text, re.IGNORECASE):
            found.append(f"{place}: {text!r}")
    assert not found, "\n".join(found)
    assert texts > 500


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "You failed again."),
        ("en", "After your relapse"),
        ("en", "Stay clean"),
        ("en", "for users"),
        ("de", "Nach Ihrem Rückfall"),
        ("de", "Sie haben versagt."),
    ],
)
def test_the_check_finds_what_it_is_there_for(language: str, text: str) -> None:
    assert avoided(language).search(text)


def test_each_language_says_everything_with_the_same_places_to_fill() -> None:
    english = relapse.find_wording("en").words
    assert set(relapse.languages()) == {"de", "en"}
    for language in relapse.languages():
        path = TREE / "src" / "wordings" / f"{language}.json"
        words = json.loads(path.read_text(encoding="utf-8"))["words"]
        assert words.keys() == english.keys()
        for key, text in words.items():
            places = re.findall(r"\{\d*\}", text)
            assert sorted(places) == sorted(re.findall(r"\{\d*\}", english[key])), key


def test_what_care_says_stands_in_the_catalogue_and_nowhere_else() -> None:
    english = relapse.find_wording("en").words
    texts = literals("care/detail/words.hpp") + literals("care/detail/support_words.hpp")
    keys = texts[::2]
    assert len(keys) > 150 and len(set(keys)) == len(keys)
    for key, text in zip(keys, texts[1::2], strict=True):
        assert english[key] == text
    for path in sorted((TREE / "include" / "relapse" / "care").glob("*.ipp")):
        others = literals(f"care/{path.name}", without=r"InvalidInput|require_\w+")
        sentences = {text for text in others if re.search(r"\w \w", text)}
        assert sentences <= {"built in"}, path.name  # a source


#: Whoever says these in German says no English: parts of English sayings that no German
#: one has.
ENGLISH = sorted(
    {
        piece
        for text in relapse.find_wording("en").words.values()
        for piece in re.split(r"\{\d*\}", text)
        if len(piece) >= 5
        and not any(piece in own for own in relapse.find_wording("de").words.values())
    },
    key=len,
    reverse=True,
)


def english_in(text: str) -> list[str]:
    return [piece for piece in ENGLISH if piece in text]


@pytest.fixture(scope="module")
def german_plan() -> relapse.Plan:
    """A plan with every part, in German words."""
    path = TREE / "python" / "tests" / "data" / "plan.de.json"
    return relapse.Plan.load(path)


NOW = "2026-05-01T08:00+02:00"


def said_in_german(model: relapse.Model, plan: relapse.Plan) -> Iterator[str]:
    """Yield what each function that speaks says to a person."""
    yield plan.to_markdown(model, locale="de")
    yield plan.to_html(model, locale="de").split("</style>")[1]
    for each in (plan, relapse.Plan()):
        yield from (gap.words for gap in each.check(model, NOW, "de-AT"))
    levels = [("2026-04-30T08:00+02:00", "critical")]
    decided = relapse.apply_contact_rules(plan, now=NOW, levels=levels, locale="de")
    yield from (rule.why for rule in decided.trace)
    doubled = plan.revise(
        {"contact_rules": plan.to_dict()["contact_rules"][:1] * 2},
        device="phone",
        time=NOW,
    )
    yield from (each.problem for each in relapse.find_rule_problems(doubled, "de"))
    yield from after_use_in_german(plan)
    yield from review_in_german(model, plan)
    yield from suggestions_in_german(model, plan)
    yield from support_in_german(model, plan)


def support_in_german(model: relapse.Model, plan: relapse.Plan) -> Iterator[str]:
    yield plan.to_markdown(model, locale="de", now=NOW)
    yield plan.family_page(model, "Mira", locale="de").to_markdown()
    yield plan.care_summary(model, "Mira", locale="de").to_markdown()
    monitor = relapse.Monitor(model)
    monitor.update("2026-04-01T08:00Z", {"medication": 7})
    now = monitor.update(NOW, {"medication": 0, "self_harm": 1, "used": 1})
    page = plan.care_summary(model, "Mira", now, last_use=NOW, locale="de")
    yield page.to_markdown()
    for each in monitor.suggest(plan, count=3, locale="de"):
        yield each.words
        yield each.reason
    for level, days, used in (
        ("low", 60, None),
        ("low", 10, None),
        ("low", 60, 55.0),
        ("elevated", 60, None),
        ("high", 60, None),
    ):
        levels = [(float(day), level) for day in range(0, days, 3)]
        for until in (days, days + 14.0):
            step = relapse.support_step(levels, now=until, last_use=used, locale="de")
            yield step.words
            yield step.why


def after_use_in_german(plan: relapse.Plan) -> Iterator[str]:
    for substance in ("", "opioid", "alcohol", "stimulant"):
        for flags in ([], ["self_harm", "overdose", "severe_withdrawal"]):
            after = relapse.after_use(
                plan,
                reports=[relapse.UseReport("2026-04-30T21:00Z", True, 1.0, substance)],
                recovery_start="2026-01-18T00:00Z",
                now=NOW,
                flags=flags,
                learning=relapse.LearningRecord(
                    NOW,
                    situations=["I-A", "I-B", "II-B"],
                    signs=["secretive"],
                    tried=["refusal_practice"],
                    change="früher gehen",
                ),
                locale="de",
            )
            yield after.to_markdown()
            yield after.to_html().split("</style>")[1]
            yield from (proposal.evidence for proposal in after.proposals)


def review_in_german(model: relapse.Model, plan: relapse.Plan) -> Iterator[str]:
    rises = {14, 31, 47, 66, 80, 101, 119, 138, 152, 171}
    check_ins = [
        relapse.ReviewCheckIn(
            20_000.0 + day,
            "high" if day in rises else "low",
            {"secretive": float(day + 2 in rises)},
            ["II-A"] if day % 40 == 2 else [],
        )
        for day in range(300)
    ]
    helped = {"urge_surfing": 8.0, "refusal_practice": 1.0, "slow_breathing": 9.0}
    follow_ups = [
        relapse.FollowUp(action, 20_000.0 + day, value)
        for day, (action, value) in enumerate(3 * list(helped.items()))
    ]
    review = relapse.review(
        plan,
        model,
        now=20_310.0,
        check_ins=check_ins,
        follow_ups=follow_ups,
        last_use=20_305.0,
        last_review=20_300.0,
        locale="de",
    )
    kinds = {(proposal.kind, proposal.part) for proposal in review.proposals}
    assert len(kinds) == 5
    yield review.to_markdown()
    yield review.to_html().split("</style>")[1]
    yield json.dumps([each["words"] for each in review.to_dict()["proposals"]])


def suggestions_in_german(model: relapse.Model, plan: relapse.Plan) -> Iterator[str]:
    for answers in (
        {"craving": 4, "exposure_II-B": 9, "stress": 8, "planning_use": 1},
        {"isolating": 3, "sleep": 1},
        {"used": 1, "guilt": 8},
        {"self_harm": 1, "violence": 1},
    ):
        for whose in (plan, relapse.Plan()):
            monitor = relapse.Monitor(model)
            monitor.update(0.0, {"craving": 0})
            monitor.update(1.0, answers)
            for each in monitor.suggest(whose, count=12, horizon_days=7, locale="de"):
                yield each.words
                yield each.reason
                yield each.if_then
                yield from each.acts_on


def test_whatever_is_said_in_german_holds_no_english(german_plan: relapse.Plan) -> None:
    model = relapse.Model.standard()
    said = list(said_in_german(model, german_plan))
    assert len(said) > 100
    for text in said:
        assert not english_in(text), (english_in(text), text)
        assert not re.search(r"\{\d*\}", text)


def test_the_search_for_english_finds_it(german_plan: relapse.Plan) -> None:
    model = relapse.Model.standard()
    for text in (
        german_plan.to_markdown(model),
        german_plan.to_markdown(model, locale="fr"),
        "Das: Add this situation to the plan: Bar.",
        "It suits where you are now.",
    ):
        assert english_in(text)


@pytest.mark.parametrize("name", ["standard", "weekly_bam", "opioid_weekly"])
def test_all_labels_of_the_models_that_come_with_the_library_are_translated(
    name: str,
) -> None:
    document = relapse.Model.named(name).to_dict()
    say = relapse.find_wording("de")
    same = {"Stress"}
    for kind in ("stages", "items", "determinants", "actions", "outcomes"):
        for thing in document.get(kind, ()):
            label = thing["label"]
            assert label in same or say.known(label) != label, thing["id"]
            assert relapse.find_wording("en").known(label) == label
    assert say.known("my own words") == "my own words"


def said_by_instrument(document: dict[str, Any]) -> Iterator[str]:
    yield document["title"]
    yield document.get("description", "")
    yield document["licence"]
    yield from (item["label"] for item in document["items"])
    for subscale in document["subscales"]:
        yield subscale["label"]
        yield from (band["label"] for band in subscale.get("bands", {"of": []})["of"])
        yield from (cut_off["label"] for cut_off in subscale.get("cut_offs", ()))
        table = subscale.get("probability", {"outcome": "", "columns": []})
        yield table["outcome"]
        yield from (column["label"] for column in table["columns"])


#: Words that are the same in both languages: names, and words that both have.
SAME = re.compile(
    r"[A-Z0-9-]+( [0-9.]+)?(: .*)?|Alcohol Use .*|Brief Addiction .*|Depression|minimal"
)


@pytest.mark.parametrize("name", relapse.instrument_names())
def test_all_that_an_instrument_says_is_translated(name: str) -> None:
    english = relapse.Instrument.named(name)
    german = english.translated("de-AT")
    known = set(relapse.find_wording("en").words.values())
    pairs = zip(
        said_by_instrument(english.to_dict()),
        said_by_instrument(german.to_dict()),
        strict=True,
    )
    for text, own in pairs:
        assert not text or text in known
        assert not text or own != text or SAME.fullmatch(text), text
    assert english.translated("fr") == english
    items = english.to_dict()["items"]
    row = {f"{name}_{item['id']}": [float(item["range"][1])] for item in items}
    scores = relapse.score_instrument(row, english)
    again = relapse.score_instrument(row, german)
    for column, values in scores.items():
        assert str(values) == str(again[column])


def test_the_same_english_label_has_one_german() -> None:
    english = relapse.find_wording("en").words
    say = relapse.find_wording("de")
    for key, text in english.items():
        if key.startswith(("label.", "crisis.", "protocol.")):
            assert say.known(text) == say.words[key], key


def test_keys_of_labels_stand_for_something_that_is_said() -> None:
    said = {text for _, place, text in sayings() if not place.startswith("label.")}
    for path in sorted((TREE / "src" / "resources").glob("*.json")):
        for each in json.loads(path.read_text(encoding="utf-8"))["resources"]:
            said.update(str(value) for value in each.values())
    for path in sorted((TREE / "src" / "instruments").glob("*.json")):
        said.update(said_by_instrument(json.loads(path.read_text(encoding="utf-8"))))
    for key, text in relapse.find_wording("en").words.items():
        if key.startswith(
            ("label.instrument.", "label.resource.", "label.band.", "label.cut_off.")
        ):
            assert text in said, key


def test_an_instrument_of_your_own_stays_as_you_wrote_it() -> None:
    document = relapse.Instrument.named("halt").to_dict()
    document |= {"id": "own", "title": "Mine"}
    document["items"][0]["label"] = "Lunch?"
    own = relapse.Instrument.from_dict(document).translated("de").to_dict()
    assert own["title"] == "Mine"
    assert own["items"][0]["label"] == "Lunch?"


def test_resources_are_said_in_the_language_of_the_locale() -> None:
    for region in ("US", "CA", "GB", "IE", "AU", "NZ", "DE", "FR", ""):
        for each in relapse.crisis_resources(f"de-{region}"):
            for field in ("name", "call", "text", "hours", "note"):
                text = each.get(field, "")
                if field != "name":  # most of these are proper names
                    assert not english_in(text), each
                    assert not re.search(r"\b(or|to|free|from)\b", text), each
    notes = [each.get("note") for each in relapse.crisis_resources("en-US")]
    assert "press 1 for Veterans, 2 for Spanish" in notes


def test_a_locale_gets_its_language_or_english() -> None:
    assert relapse.find_wording("de-AT").language == "de"
    assert relapse.find_wording("fr").language == "en"
    say = relapse.find_wording("de")
    assert say("level.high") == "hoch"
    assert say("report.title", "P07") == "Bericht der Check-ins: P07"
    assert say.counted("report.count", 1200, "x").startswith("1.200 ")


def test_a_catalogue_of_your_own_may_be_partial_but_not_wrong() -> None:
    document = {"schema": "relapse/wording/1", "language": "fr", "words": {}}
    say = relapse.read_wording(document | {"words": {"level.low": "bas"}})
    assert (say("level.low"), say("level.high")) == ("bas", "high")
    with pytest.raises(relapse.ParseError) as caught:
        relapse.read_wording(document | {"words": {"report.title": "Rapport"}})
    assert caught.value.pointer == "/words/report.title"


def test_the_crisis_protocol_is_in_the_catalogue_as_it_is_in_the_code() -> None:
    monitor = relapse.Monitor(relapse.Model.standard())
    monitor.update(0.0, {"self_harm": 1})
    plan = relapse.Plan.from_dict(
        {"schema": "relapse/plan/1", "person": "P", "version": 1}
    )
    first = monitor.suggest(plan, count=1)[0]
    assert first.words == relapse.find_wording("en")("crisis.self_harm")


def test_resources_by_place_and_never_none() -> None:
    def emergency(locale: str, **more: Any) -> dict[str, str]:
        found = relapse.crisis_resources(locale, **more)
        return next(each for each in found if each["kind"] == "emergency")

    assert emergency("en-US")["call"] == "911"
    assert emergency("de-DE")["call"] == "112"
    for unknown in ("", "en", "xx-YY", "C.UTF-8"):
        assert emergency(unknown)["name"] == "your local emergency number"
    own = {
        "schema": "relapse/resources/1",
        "id": "JP",
        "regions": ["JP"],
        "resources": [
            {
                "kind": "emergency",
                "name": "Ambulance",
                "call": "119",
                "source": "own",
                "mark": "recalled",
                "checked": "2026-11-22",
            }
        ],
    }
    assert emergency("ja-JP", documents=[own])["call"] == "119"
    with pytest.raises(relapse.ParseError):
        relapse.crisis_resources("ja-JP", documents=[own | {"resources": []}])
