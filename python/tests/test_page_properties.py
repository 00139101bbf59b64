"""Pages of any model, check-ins and words: whole, safe, no flag lost."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from test_properties import some_data
from test_report import Page

import relapse
from relapse._report.cohort_page import cohort_html
from relapse._report.history import replay
from relapse._report.person_page import report_html
from relapse._report.wording import find_wording

# What HTML, addresses, templates, terminals and writing from the right could trip over.
PIECES = (
    "<script>", "</dd>", "<!--", "]]>", "&amp;", "&", "'", '"', "`", "{0}", "%s", "\\",
    "javascript:", "http://a.example", "\x1b[31m", "\u202e", "\u0301", "Jo", " ", "ä",
)  # fmt: skip
words = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join)


def hostile_plan(person: str, texts: list[str]) -> relapse.Plan:
    return relapse.Plan.from_dict(
        {
            "schema": "relapse/plan/1",
            "person": person,
            "version": 1,
            "reasons": [texts[0]],
            "triggers": [{"situation": "I-A-2", "words": texts[1]}],
            "strategies": [{"action": "call_support", "words": texts[2]}],
            "contacts": [{"name": texts[3], "channel": texts[4], "consent": ["support"]}],
            "crisis_steps": [texts[5]],
        }
    )


def hostile_model(model: relapse.Model, texts: list[str]) -> relapse.Model:
    document: dict[str, Any] = model.to_dict()
    for part, text in zip(("items", "stages", "determinants"), texts, strict=False):
        for each in document.get(part, []):
            each["label"] = text
    return relapse.Model.from_dict(document)


def check_page(html: str, names: list[str]) -> Page:
    page = Page(html)
    assert page.open == []
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(page.tags)
    keys = {name for name, _ in page.attributes}
    assert not {name for name in keys if name.startswith("on")}
    assert not {"src", "action", "xlink:href"} & keys
    addresses = [value or "" for name, value in page.attributes if name == "href"]
    assert {address.partition(":")[0] for address in addresses} <= {"tel", "sms"}
    # Not a number is no word for people.
    assert re.search(r"\b(nan|inf|None|NaN)\b", page.text) is None
    for name in names:
        assert " ".join(name.split()) in page.text
    return page


@given(
    st.integers(0, 2**32 - 1),
    st.lists(words, min_size=9, max_size=9),
    st.sampled_from(["en", "de"]),
    st.booleans(),
)
@settings(max_examples=25)
def test_a_page_about_one_person(
    seed: int, texts: list[str], locale: str, flagged: bool
) -> None:
    model, table = some_data(seed)
    model = hostile_model(model, texts[6:])
    person = texts[0]
    table = table[table["person"] == "p0"].assign(person=person)
    table = table.drop(columns=["self_harm_missing"], errors="ignore")
    table["self_harm"] = [1.0 if flagged and k == 0 else 0.0 for k in range(len(table))]
    plan = hostile_plan(person, texts)
    history = replay(table, model, person)
    html = report_html(history, plan, locale)
    page = check_page(html, [person, texts[3]])
    assert report_html(replay(table, model, person), plan, locale) == html
    up = bool(history.last.assessment.flags)
    assert up or not flagged
    assert (find_wording(locale)("report.safety.title") in page.text) == up
    assert " ".join(texts[5].split()) in page.text or not up


@given(st.integers(0, 2**32 - 1), words)
@settings(max_examples=25)
def test_a_page_about_many(seed: int, text: str) -> None:
    model, table = some_data(seed)
    table["person"] = text + table["person"]
    html = cohort_html(table, model)
    check_page(html, sorted(set(table["person"])))
    assert cohort_html(table, model) == html
