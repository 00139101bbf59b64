"""The reader of FHIR under anything: no answer is lost unnamed, and none is made up.

The long way: RELAPSE_FUZZ=20000 python -m pytest python/tests/test_fhir_properties.py
"""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import relapse
from relapse import fhir

DATA = Path(__file__).parent / "data" / "fhir"
LOINC = "http://loinc.org"
PHQ9 = "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8".split()
SCORES = {"LA6568-5": 0.0, "LA6569-3": 1.0, "LA6570-1": 2.0, "LA6571-9": 3.0}
EXAMPLES = int(os.environ.get("RELAPSE_FUZZ", "60"))
LONG = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="RELAPSE_FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# No answer is lost ----------------------------------------------------------------------

OWN_LINKS = ["craving", "stress", "self_harm", "free text", "Q1/a", "phq9_3"]
LINKS = [*OWN_LINKS, *(f"/{code}" for code in PHQ9)]


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    coding = st.fixed_dictionaries(
        {"code": st.sampled_from([*SCORES, "often", "LA0-0"])},
        optional={"system": st.sampled_from([LOINC, "urn:other"])},
    )
    quantity = st.fixed_dictionaries(
        {"value": st.integers(0, 4)},
        optional={"unit": st.sampled_from(["{score}", "h", "min", "kg"])},
    )
    return draw(
        st.one_of(
            st.builds(lambda v: {"valueInteger": v}, st.integers(-1, 5)),
            st.builds(lambda v: {"valueDecimal": v}, st.sampled_from([0.5, 2.0, 3.25])),
            st.builds(
                lambda v: {"valueString": v}, st.sampled_from(["2", "often", "1e"])
            ),
            st.builds(lambda v: {"valueBoolean": v}, st.booleans()),
            st.builds(lambda v: {"valueCoding": v}, coding),
            st.builds(lambda v: {"valueQuantity": v}, quantity),
            st.just({"valueAttachment": {"title": "a scan"}}),
            st.just({"valueInteger": None}),
        )
    )


@st.composite
def items(draw: st.DrawFn) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for link in draw(st.lists(st.sampled_from(LINKS), max_size=6)):
        item: dict[str, Any] = {"linkId": link}
        item["answer"] = draw(st.lists(answers(), min_size=1, max_size=2))
        if made and draw(st.booleans()):
            made[-1].setdefault("item", []).append(item)
        else:
            made.append(item)
    return made


@st.composite
def responses(draw: st.DrawFn) -> dict[str, Any]:
    made = {
        "resourceType": "QuestionnaireResponse",
        "id": draw(st.sampled_from(["a", "b", "c"])),
        "status": draw(
            st.sampled_from(
                ["completed"] * 4 + ["amended", "in-progress", "entered-in-error"]
            )
        ),
        "subject": {"reference": f"Patient/{draw(st.sampled_from(['1', '2']))}"},
        "authored": draw(
            st.sampled_from(["2026-03-01T08:00:00Z", "2026-03-02T08:00:00Z", "2026-03"])
        ),
        "item": draw(items()),
    }
    if draw(st.booleans()):
        made["meta"] = {"versionId": draw(st.sampled_from(["1", "2"]))}
    return made


def answered(found: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return the values under each linkId, in all depths."""
    values: dict[str, list[Any]] = {}
    for item in found:
        values.setdefault(item["linkId"], []).extend(item.get("answer", []))
        for link, more in answered(item.get("item", [])).items():
            values.setdefault(link, []).extend(more)
    return values


def names_of(link: str) -> set[str]:
    """Return the names under which a question may turn up."""
    code = link.removeprefix("/")
    if code in PHQ9:
        number = PHQ9.index(code) + 1
        return {f"phq9_{number}", f"phq2_{number}"}
    return {link}


def names_read(reading: fhir.FhirReading) -> set[str]:
    names: set[str] = set()
    for each in reading.responses:
        part = f"{each.instrument}_" if each.instrument else ""
        names |= {part + item for item in (*each.answers, *each.missing)}
    return names


@LONG
@given(st.lists(responses(), min_size=1, max_size=4))
def test_every_answer_is_read_or_named(resources: list[dict[str, Any]]):
    reading = fhir.read(resources)
    found = names_read(reading) | {q for note in reading.notes for q in note.questions}
    for resource in resources:
        for link, values in answered(resource["item"]).items():
            if values != [{"valueInteger": None}] * len(values):  # which is no answer
                assert names_of(link) & found, link


def meanings(value: dict[str, Any]) -> set[Any]:
    """Return what an answer may count as."""
    ((kind, given),) = value.items()
    if kind == "valueBoolean":
        return {float(given)}
    if kind == "valueCoding":
        score = SCORES.get(given["code"])
        return {given["code"], score} - {None}
    if kind == "valueQuantity":
        times = (1.0, 60.0, 1 / 60)  # hours and minutes, either way
        return {round(given["value"] * factor, 9) for factor in times}
    if kind == "valueString":
        return {given, *([2.0] if given == "2" else [])}
    return {given} if isinstance(given, (int, float, str)) else set()


@LONG
@given(st.lists(responses(), min_size=1, max_size=4))
def test_no_answer_is_made_up(resources: list[dict[str, Any]]):
    possible: dict[str, set[Any]] = {}
    for resource in resources:
        for link, values in answered(resource["item"]).items():
            for name in names_of(link):
                # Of one about safety that cannot be read it is said so.
                possible.setdefault(name, {"unreadable"})
                for value in values:
                    possible[name].update(meanings(value))
    for each in fhir.read(resources).responses:
        part = f"{each.instrument}_" if each.instrument else ""
        for item, given_answer in each.answers.items():
            listed = given_answer if isinstance(given_answer, list) else [given_answer]
            for one in listed:
                known = round(one, 9) if isinstance(one, float) else one
                assert known in possible[part + item]


@LONG
@given(st.lists(responses(), min_size=1, max_size=3))
def test_an_alarm_is_never_lost(resources: list[dict[str, Any]]):
    """A "yes" about self-harm stands, unless its resource is out by a stated rule."""
    reading = fhir.read(resources)
    kept = {
        (each.person, item)
        for each in reading.responses
        for item, value in each.answers.items()
        if isinstance(value, (str, list)) or value > 0.0
    }
    out = {note.person for note in reading.notes if "error" in note.problem}
    out |= {note.person for note in reading.notes if "amended" in note.problem}
    replaced = any("version" in note.problem for note in reading.notes)
    for resource in resources:
        person = resource["subject"]["reference"].removeprefix("Patient/")
        if resource["status"] == "entered-in-error" or resource["authored"] == "2026-03":
            continue
        values = answered(resource["item"]).get("self_harm", [])
        raising = [{"valueInteger": 3}, {"valueAttachment": {"title": "a scan"}}]
        raised = any(value in values for value in raising)
        if raised and person not in out and not replaced:
            assert (person, "self_harm") in kept


# Anything at all ------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "x", "Patient", "2026-03-01", "#a", "urn:uuid:1", "http://loinc.org"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["resourceType", "item", "answer", "valueCoding", "code", "entry", "resource",
             "reference", "extension", "url", "status", "subject", "contained", "value"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip
SEEDS = [json.loads(path.read_text()) for path in sorted(DATA.glob("*.json"))] + [
    [
        json.loads(line)
        for line in (DATA / "us_core_panel.ndjson").read_text().splitlines()
    ]
]


def places(document: Any) -> list[tuple[Any, Any]]:
    """Return every container of a document with each of its keys."""
    found: list[tuple[Any, Any]] = []
    keys: Any = ()
    if isinstance(document, dict):
        keys = list(document)
    elif isinstance(document, list):
        keys = range(len(document))
    for key in keys:
        found.append((document, key))
        found += places(document[key])
    return found


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    document = copy.deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        container, key = draw(st.sampled_from(places(document) or [([0], 0)]))
        action = draw(st.sampled_from(["replace", "delete", "copy", "wrap"]))
        if action == "replace":
            container[key] = draw(JSON)
        elif action == "delete":
            del container[key]
        elif action == "copy" and isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        else:
            container[key] = [container[key]]
    return document


def numbers_and_texts(document: Any) -> tuple[set[float], str]:
    numbers = {
        float(t) for c, k in places([document]) if isinstance(t := c[k], (int, float))
    }
    return numbers, json.dumps(document, ensure_ascii=False)


def check(text: str) -> None:
    """Read a text: it is refused as our own, or says nothing that it does not hold."""
    try:
        reading = fhir.read(json.loads(text))
    except relapse.InvalidInput:
        return
    numbers, words = numbers_and_texts(json.loads(text))
    scores = {0.0, 1.0, 2.0, 3.0, 4.0}  # of codes, words and truths
    for each in reading.responses:
        for given_answer in each.answers.values():
            listed = given_answer if isinstance(given_answer, list) else [given_answer]
            for one in listed:
                if isinstance(one, str) and one != "unreadable":
                    assert json.dumps(one, ensure_ascii=False)[1:-1] in words
                elif not isinstance(one, str):
                    units = {
                        n * f for n in numbers for f in (1.0, 60.0, 1 / 60, 1 / 3600)
                    }
                    assert one in scores or any(abs(one - n) < 1e-9 for n in units)
    documents, _ = fhir.check_ins(reading)
    for document in documents:
        assert document["schema"] == "relapse/check_in/1"


@LONG
@given(mutants())
def test_broken_resources_are_refused_or_read(document: Any):
    check(json.dumps(document))


def broken_bytes(seed: Any, data: st.DataObject) -> str:
    text = json.dumps(seed)
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 40)))
    middle = data.draw(st.text(alphabet='{}[]":,0eE-.\\u \n\x00é', max_size=8))
    return text[:begin] + middle + text[end:]


@LONG
@given(st.sampled_from(SEEDS), st.data())
def test_broken_lines_cost_no_other_line(seed: Any, data: st.DataObject):
    sound = {
        "resourceType": "QuestionnaireResponse",
        "id": "sound",
        "status": "completed",
        "subject": {"reference": "Patient/sound"},
        "authored": "2026-03-01T08:00:00Z",
        "item": [{"linkId": "craving", "answer": [{"valueInteger": 1}]}],
    }
    lines = [json.dumps(sound), broken_bytes(seed, data)]
    if data.draw(st.booleans()):
        lines.reverse()
    reading = relapse._core.read_fhir([("a.ndjson", "\n".join(lines))], "", [], "refuse")
    assert any(
        each.person == "sound" and each.answers == {"craving": 1.0}
        for each in reading.responses
    )


@LONG
@given(st.sampled_from(SEEDS), st.data())
def test_broken_bytes_are_refused_or_read(seed: Any, data: st.DataObject):
    broken = broken_bytes(seed, data)
    try:
        reading = relapse._core.read_fhir([("a.json", broken)], "", [], "refuse")
    except relapse.InvalidInput:
        return
    assert reading.resources >= 0
