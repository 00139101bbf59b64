"""What a page says is what was told, found or asked for, and goes together."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta, timezone
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import relapse
from relapse._cli.main import main
from relapse._report.words import percent

BEGIN = datetime(2026, 3, 1, 8, tzinfo=timezone.utc)
SIGNS = ("isolating", "irritable", "restless", "thinking_of_use", "bargaining")
GOOD = dict.fromkeys((*SIGNS, "planning_use", "used", "craving", "conflict"), 0)
GOOD |= {"confidence": 9, "stress": 1, "negative_affect": 1, "sleep": 8, "coping": 8}
GOOD |= {"support": 8, "routine": 8, "expectancy": 1}
VISIT = {"urine": 0, "use_days": 0, "covered_days": 7}


def at(days: float) -> datetime:
    return BEGIN + timedelta(days=days)


def case_of(*answers: dict[str, Any], every: int = 1, **start: Any) -> relapse.CaseFile:
    """A case file of one check-in after the other."""
    start = {"model": "standard", "person": "P07"} | start
    case = relapse.CaseFile(**start)
    for k, told in enumerate(answers):
        event = {"id": f"c{k}", "at": at(k * every), "kind": "check_in"}
        assert case.add(event | {"answers": told})["status"] == "taken_in"
    return case


def page_of(case: relapse.CaseFile, folder: Path, *options: str) -> str:
    """Return what the report of a case file says, without its marks."""
    kept, made = folder / "p.case", folder / "p.html"
    kept.write_text(case.text(), encoding="utf-8")
    assert main(["case", "report", str(kept), "-o", str(made), *options]) == 0
    html = made.read_text(encoding="utf-8")
    body = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    body = re.sub(r"<svg[^>]*aria-label=\"([^\"]*)\"[^>]*>", r" \1 ", body)
    words = unescape(re.sub(r"<[^>]+>", " ", body)).replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(words.split())


# Use that is under way


def test_continued_use_is_called_a_stage_and_what_remains_is_shown(
    tmp_path: Path,
) -> None:
    case = case_of(*[GOOD] * 20, {**GOOD, "used": 1}, days_since_use=1825.0)
    now = case.view(at(20))["last_check_in"]["risks"][0]
    page = page_of(case, tmp_path)
    reached = "reaches the stage “Continued return to use”"
    continued = percent(now["relapse"])
    assert f"a first day without use {reached}: {continued}" in page
    assert "continued use:" not in page
    german = page_of(case, tmp_path, "--locale", "de")
    assert "erreicht das Stadium „Anhaltender erneuter Konsum“" in german
    assert "weiterer Konsum" not in german
    # Half an hour later it is hardly less sure.
    later = page_of(case, tmp_path, "--now", at(20.02).isoformat())
    assert "In use now" in later and "Risk of a return to use within 1 day" not in later
    # Who is in that stage does not reach it.
    heavy = [{**GOOD, "used": 1, "heavy_use": 1}] * 4
    assert reached not in page_of(case_of(*[GOOD] * 5, *heavy), tmp_path)


def test_use_that_an_event_tells_of_is_no_check_in_that_was_missed(
    tmp_path: Path,
) -> None:
    case = case_of(*[GOOD] * 10)
    used = {"kind": "use_report", "used": True, "substance": "alcohol"}
    case.add({"id": "u", "at": at(10), **used})
    page = page_of(case, tmp_path)
    assert "of them missed" not in page and "Missed check-ins" not in page
    assert "08:00 use reported" in page
    assert "Use was told of. That takes courage" in page
    case.add({"id": "e", "at": at(11), "kind": "check_in", "answers": {}})
    assert "1 of them missed" in page_of(case, tmp_path)


def test_a_test_is_not_what_the_person_told(tmp_path: Path) -> None:
    found = {"urine": 1, "use_days": 0, "covered_days": 2}
    case = case_of(*[VISIT] * 10, found, every=7, model="opioid_weekly")
    page = page_of(case, tmp_path)
    assert "Urine screen for opioids (positive)." in page
    assert "Days of the week covered by the study medication (2 of 7)." in page
    assert "In use now, by what was found; it was not told." in page
    for said in ("You told", "you told", "reported no use"):
        assert said not in page
    for studied in ("log(", "CTN-0", "arm in", "log week", "phase"):
        assert studied not in page, studied
    german = page_of(case, tmp_path, "--locale", "de")
    assert "Urintest auf Opioide (positiv)" in german
    assert "Sie berichtet" not in german and "berichten keinen Konsum" not in german


# Silence


def test_the_page_of_somebody_silent_is_of_the_moment_that_is_asked_for(
    tmp_path: Path,
) -> None:
    case = case_of(*[GOOD] * 20)
    case.add({"id": "s", "at": at(-0.1), "kind": "schedule", "every_days": 1})
    now = at(45)
    page = page_of(case, tmp_path, "--now", now.isoformat())
    assert "As of 15 April 2026, 08:00 (UTC). The last check-in was on 20 March" in page
    assert "25 that were expected after the last one did not come." in page
    assert "What went well" not in page
    view = case.view(now)["assessment"]
    risk = percent(view["level_risk"])
    # Reasons, figure and table reach the number that stands above.
    assert f"Now {risk} scale" in page
    assert f"to {risk}; it was highest" in page
    assert f"15 Apr, 08:00 now, no check-in {view['level']} raised {risk}" in page
    before = page_of(case, tmp_path)
    assert "As of the last check-in, 20 March 2026" in before
    assert "did not come" not in before and " Now " not in before
    assert "14 of the last 14 check-ins were answered." in before
    # What did not come counts, as long as silence is not the matter.
    page = page_of(case, tmp_path, "--now", at(20.6).isoformat())
    assert "13 of the last 14 check-ins were answered." in page


def test_the_list_of_attention_shows_when_somebody_answered_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    path = tmp_path / "in.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["person", "time", *GOOD])
        rows.writerows(["there", day, *GOOD.values()] for day in range(21))
        rows.writerows(["silent", day, *GOOD.values()] for day in range(6))
    assert main(["score", str(path), "--attention", "4"]) == 0
    printed = capsys.readouterr().out
    there, silent = (printed[printed.index(f"\n{who} ") :] for who in ("there", "silent"))
    assert "no answer for 15 days" in silent
    assert printed.count("no answer for") == 1
    assert "day 20.0" in there and "day 5.0" in silent
    assert re.search(r"^person .*\n  last", printed, re.MULTILINE)
    made = tmp_path / "all.html"
    assert main(["report", str(path), "-o", str(made)]) == 0
    assert made.read_text(encoding="utf-8").count("no answer for 15 days") == 1


# Reasons, and what went well


def test_nothing_eased_where_the_answers_are_the_same(tmp_path: Path) -> None:
    used = {**GOOD, "used": 1}
    same = case_of(*[GOOD] * 10, used, *[GOOD] * 3)
    assert "Eased since" not in page_of(same, tmp_path)
    worse = case_of(*[GOOD] * 8, {**GOOD, "craving": 4}, {**GOOD, "confidence": 8})
    page = page_of(worse, tmp_path)
    assert "Eased since the check-in before: Craving" in page
    assert "Low confidence" not in page[page.index("Eased since") :].split(".")[0]


def test_reasons_are_none_that_nobody_gave(tmp_path: Path) -> None:
    page = page_of(case_of({"craving": 4}), tmp_path)
    assert "It is not known when the last use was +" in page
    assert "Recent use" not in page and "Time since use" not in page
    assert "A check-in that came \N{MINUS SIGN}" in page
    told = page_of(case_of({"craving": 4}, days_since_use=10.0), tmp_path)
    assert "It is not known" not in told and "Recent use" in told
    used = page_of(case_of({"craving": 4}, {**GOOD, "used": 1}, GOOD), tmp_path)
    assert "It is not known" not in used[: used.index("What changed")]
    empty = page_of(case_of(GOOD, {}), tmp_path)
    assert "A check-in that came" not in empty.split("At the last check-in")[0]


def test_answers_that_do_not_go_together_are_asked_about(tmp_path: Path) -> None:
    odd = {**GOOD, "planning_use": 1, "confidence": 10}
    page = page_of(case_of(*[GOOD] * 10, odd), tmp_path)
    assert "Worth asking about These answers do not go together" in page
    assert "Planning to use; " in page
    assert "Eased since" not in page
    assert "Worth asking about" not in page_of(case_of(*[GOOD] * 10), tmp_path)


def test_a_stage_is_named_where_it_goes_with_the_level(tmp_path: Path) -> None:
    case = case_of(*[GOOD] * 10, {**GOOD, "used": 1}, *[GOOD] * 3)
    seen = case.view(at(13))["last_check_in"]
    assert seen["level"] == "critical"
    assert max(seen["stages"].values()) < 0.6
    assert "Most likely stage now" not in page_of(case, tmp_path)
    first = case_of({"craving": 4})
    seen = first.view(at(0))["last_check_in"]
    assert (seen["level"], seen["stage"]) == ("high", "stable")
    page = page_of(first, tmp_path)
    assert "Each with its 95 % interval. The risks include" in page
    calm = page_of(case_of(*[GOOD] * 30), tmp_path)
    assert "Most likely stage now: Steady recovery (" in calm


# Words


def test_a_page_has_one_language_and_whole_labels(tmp_path: Path) -> None:
    case = case_of(*[GOOD] * 4)
    contacts = [
        {"name": "Sam", "role": "Friend", "channel": "0301234567"},
        {"name": "Kim", "role": "from the choir", "channel": "030 7654321"},
    ]
    case.add({"id": "p", "at": at(0), "kind": "plan", "set": {"contacts": contacts}})
    page = page_of(case, tmp_path)
    assert "Sam, Friend, 0301234567" in page
    for name in ("heavy use", "self harm", "expectancy"):
        assert name not in page, name
    assert "more use than intended, or as before recovery" in page
    assert "ranked by" not in page
    german = page_of(case, tmp_path, "--locale", "de-DE")
    assert "Sam , Freundin oder Freund, 0301234567" in german
    assert "Kim, from the choir, 030 7654321" in german
    assert "geordnet danach" not in german


def test_german_has_one_word_for_a_situation() -> None:
    say = relapse.find_wording("de")
    for key, words in say.words.items():
        if key.startswith("situation."):
            label = say(f"label.determinant.situation:{key.removeprefix('situation.')}")
            assert words.lower() == label.lower()
