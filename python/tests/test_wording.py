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
    shown = {"models": {"label", "place"}, "instruments": {"label", "outcome", "title"}}
    shown["resources"] = {"name", "note", "hours"}
    shown["protocols"] = {"text", "title", "words", "label"}
    for folder, keys in shown.items():
        for path in sorted((TREE / "src" / folder).glob("*.json")):
            document = json.loads(path.read_text(encoding="utf-8"))
            for place, text in said(document, keys, path.stem):
                yield "en", place, text
    for name in ("care/words.hpp", "domain/crisis.hpp"):
        code = (TREE / "include" / "relapse" / name).read_text(encoding="utf-8")
        code = re.sub(r"^#include.*$|///.*$", "", code, flags=re.MULTILINE)
        joined = re.sub(r'"\s*"', "", code)  # literals side by side are one
        for text in re.findall(r'"((?:[^"\\]|\\.)*)"', joined):
            yield "en", name, text


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


@pytest.mark.parametrize("name", ["standard", "weekly_bam", "opioid_weekly"])
def test_all_labels_of_the_models_that_come_with_the_library_are_translated(
    name: str,
) -> None:
    document = relapse.Model.named(name).to_dict()
    say = relapse.find_wording("de")
    same = {"Stress"}
    for kind in ("stages", "items", "determinants", "actions"):
        for thing in document[kind]:
            label = thing["label"]
            assert label in same or say.known(label) != label, thing["id"]
            assert relapse.find_wording("en").known(label) == label
    assert say.known("my own words") == "my own words"


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
