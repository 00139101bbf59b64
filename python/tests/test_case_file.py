"""A person's case file: in Python, and on the command line."""

from __future__ import annotations

import copy
import json
import random
import re
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Write

import relapse
from relapse._cli.main import main

BEGIN = datetime(2026, 3, 1, 8, tzinfo=timezone.utc)
PLAN = {
    "schema": "relapse/plan/1",
    "person": "P1",
    "version": 1,
    "reasons": ["my daughter"],
    "contacts": [{"name": "Mira", "channel": "0301234567", "consent": ["support"]}],
    "triggers": [{"situation": "II-B", "words": "pay day", "pay_day": 3}],
}


def at(days: float) -> datetime:
    return BEGIN + timedelta(days=days)


def check_in(key: str, days: float, **answers: Any) -> dict[str, Any]:
    return {"id": key, "at": at(days), "kind": "check_in", "answers": answers}


def life() -> list[dict[str, Any]]:
    return [
        {"id": "p", "at": at(0), "kind": "plan", "plan": PLAN},
        *(check_in(f"c{day}", day + 0.5, craving=day % 4, used=0) for day in range(12)),
        {"id": "u", "at": at(6.25), "kind": "use_report", "substance": "alcohol"},
        {"id": "f", "at": at(7), "kind": "follow_up", "action": "urge_surfing",
         "helped": 8},
        check_in("bad", 5.75, no_such_item=1, self_harm=1),
        {"id": "k", "at": at(9), "kind": "correction", "of": "c2", "removed": True},
    ]  # fmt: skip


def test_a_view_says_what_a_monitor_says() -> None:
    case = relapse.CaseFile()
    monitor = relapse.Monitor()
    for day in range(5):
        assessment = monitor.update(at(day), {"craving": day % 4, "isolating": 1})
        event = check_in(str(day), day, craving=day % 4, isolating=1)
        assert case.add(event)["status"] == "taken_in"
        seen = case.view(at(day))["last_check_in"]
        assert seen["level"] == assessment.level
        assert [each["probability"] for each in seen["risks"]] == list(
            assessment.risk.values()
        )


def test_any_order_on_any_device_shows_the_same() -> None:
    events = life()
    whole = relapse.CaseFile()
    for event in events:
        whole.add(event)
    view = whole.view(at(14), locale="de-DE", zone="Europe/Berlin")
    assert view["flags"][0]["flag"] == "self_harm"
    assert view["problems"][0]["id"] == "bad"
    assert view["ahead"][0]["date"] == "2026-04-03"
    for seed in range(3):
        order = random.Random(seed)
        devices = [relapse.CaseFile(), relapse.CaseFile()]
        for event in order.sample(events, len(events)) + order.sample(events, 4):
            devices[order.randrange(2)].add(event)
        devices[0].merge(devices[1])
        assert devices[0].view(at(14), locale="de-DE", zone="Europe/Berlin") == view
        assert devices[0].text() == whole.text()
    read = relapse.CaseFile.read(whole.text())
    assert (len(read), read.person) == (len(events), "P1")
    assert read.view(at(14)) == whole.view(at(14))


def test_a_copy_goes_its_own_way_and_a_closed_log_shows_the_same() -> None:
    case = relapse.CaseFile(days_since_use=20.0)
    for event in life():
        case.add(event)
    closed = copy.copy(case)
    closed.compact(at(8))
    assert len(closed.check_ins()) < len(case.check_ins())
    assert len(closed.text().splitlines()) < len(case.text().splitlines())
    assert closed.view(at(14)) == case.view(at(14))
    assert relapse.CaseFile.read(closed.text()).view(at(14)) == case.view(at(14))
    with pytest.raises(relapse.InvalidInput, match="closed"):
        closed.view(at(1))


def test_the_check_ins_of_a_file_score_to_what_it_shows() -> None:
    case = relapse.CaseFile(person="P1", days_since_use=20.0, days_in_recovery=40.0)
    for event in life():
        case.add(event)
    monitor = relapse.Monitor(days_since_use=20.0, days_in_recovery=40.0)
    for each in case.check_ins():
        assessment = monitor.update(
            each["time"],
            each.get("answers", {}),
            used_days_ago=each.get("used_days_ago"),
        )
    assert case.view(at(14))["last_check_in"]["level_risk"] == assessment.level_risk
    assert case.start == (20.0, 40.0)
    assert case.plan is not None
    assert case.plan.reasons == ["my daughter"]


def test_help_is_there_at_once() -> None:
    case = relapse.CaseFile()
    case.add({"id": "p", "at": at(0), "kind": "plan", "plan": PLAN})
    told = case.add({"id": "h", "at": at(1), "kind": "help_wanted", "locale": "de-DE"})
    assert told["help"]["reasons"] == ["my daughter"]
    assert told["help"]["reach"][0]["links"] == ["tel:0301234567"]
    assert told["help"]["numbers"][0]["call"] == "112"
    assert case.help(at(2), locale="de-DE") == told["help"]


def test_what_is_no_event_is_refused_and_never_repeated() -> None:
    case = relapse.CaseFile()
    secret = "canary"
    for wrong in ([secret], 7, None):
        with pytest.raises(relapse.InvalidInput) as raised:
            case.add(wrong)  # type: ignore[arg-type]
        assert secret not in str(raised.value)
    assert len(case) == 0
    told = case.add('{"id": "1", "text": "canary')
    assert told["status"] == "refused"
    assert secret not in json.dumps(told) + repr(case)
    assert case.problems() == [{"id": told["id"], "problem": told["problem"]}]
    assert (
        case.add({**check_in("3", 1), "answers": {"craving": np.int64(2)}})["id"] == "3"
    )
    for wrong_file in (b"", 3):
        with pytest.raises(relapse.InvalidInput):
            relapse.CaseFile.read(wrong_file)  # type: ignore[arg-type]
    with pytest.raises(relapse.ParseError):
        relapse.CaseFile.read("{}")
    with pytest.raises(relapse.InvalidInput, match="weekly_bam"):
        relapse.CaseFile.read(relapse.CaseFile("weekly_bam").text())
    with pytest.raises(relapse.InvalidInput):
        case.merge(case.text())  # type: ignore[arg-type]


CYCLE: dict[str, Any] = {}
CYCLE["craving"] = CYCLE


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": datetime(2026, 3, 1)},
        {"at": date(2026, 3, 1)},
        {"at": "\ud800"},
        {"answers": {"self_harm": 1, "\ud800": 1}},
        {"answers": {"self_harm": 1, "craving": "\ud800"}},
        {"answers": {"self_harm": 1, "craving": float("inf")}},
        {"answers": {"self_harm": 1, "craving": {"canary"}}},
        {"answers": {"self_harm": 1, "craving": 10**5000}},
        {"answers": {"self_harm": 1, "craving": CYCLE}},
        {"answers": {"self_harm": 1, ("canary",): 1}},
        {"missing": {"craving"}},
        {"seconds": float("nan")},
    ],
)
def test_what_no_log_holds_is_kept_as_refused_with_its_flags(
    wrong: dict[str, Any],
) -> None:
    case = relapse.CaseFile()
    told = case.add({**check_in("1", 1, self_harm=1), **wrong})
    assert told["status"] == "refused"
    assert told["flags"] == ["self_harm"]
    assert case.view(at(3))["flags"][0]["flag"] == "self_harm"
    assert relapse.CaseFile.read(case.text()).text() == case.text()
    assert len(case) == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"used": False, "craving": 3},
        {"craving": None, "self_harm": True},
        {"craving": float("nan"), "self_harm": False},
        {"craving": np.longdouble("nan"), "used": np.bool_(True)},
    ],
)
def test_an_answer_means_what_it_means_to_a_monitor(answers: dict[str, Any]) -> None:
    case, monitor = relapse.CaseFile(), relapse.Monitor()
    told = case.add(check_in("1", 1, **answers))
    monitor.update(at(1), answers)
    assert told["status"] == "taken_in"
    assert told["flags"] == monitor.flags
    seen = case.view(at(2))["assessment"]["stages"]
    assert seen == json.loads(monitor.at(at(2)).to_json())["stages"]


def test_half_of_a_letter_in_a_note_is_mended_and_a_number_of_numpy_one_of_json() -> None:
    case = relapse.CaseFile(person="\ud800")
    assert case.person == "\ufffd"
    note = {"id": "n", "at": at(0), "kind": "note", "text": "a\ud800b"}
    assert case.add(note)["status"] == "taken_in"
    assert case.view(at(1))["notes"][0]["text"] == "a\ufffdb"
    answers = {"craving": np.int64(2), "sleep": Decimal(2)}
    assert case.add(check_in("c", 1, **answers))["status"] == "taken_in"


def test_a_zone_that_is_none_is_a_problem_and_the_view_comes() -> None:
    case = relapse.CaseFile()
    case.add({"id": "p", "at": at(0), "kind": "plan", "plan": PLAN})
    utc = case.view(at(2))
    case.add({"id": "z", "at": at(1), "kind": "plan", "set": {"time_zone": "Berln"}})
    case.add(check_in("bad", 2, self_harm=1))
    view = case.view(at(2))
    assert view["flags"][0]["flag"] == "self_harm"
    assert (view["ahead"], view["basis"]["zone"]) == (utc["ahead"], "UTC")
    assert view["problems"] == case.problems()
    assert case.problems()[0]["id"] == "plan"
    assert "tz database" in case.problems()[0]["problem"]
    assert case.view(at(2), zone="Europe/Berlin")["problems"] == []


def test_a_view_has_the_clock_that_was_known_then_and_comes_for_any_year() -> None:
    case = relapse.CaseFile()
    case.add({"id": "p", "at": at(0), "kind": "plan", "plan": PLAN})
    case.add({"id": "old", "at": "1985-05-01T08:00Z", "kind": "use_report"})
    case.add(check_in("1", 1, craving=1))
    case.add({"id": "new", "at": at(2), "kind": "use_report"})
    before = case.view(at(2.5))
    case.add({"id": "z", "at": at(3), "kind": "plan", "set": {"time_zone": "Asia/Tokyo"}})
    again = case.view(at(2.5))
    assert (before["basis"]["zone"], again["basis"]["zone"]) == ("UTC", "UTC")
    assert again["after_use"] == before["after_use"]
    later = case.view(at(3.5))
    assert later["basis"]["zone"] == "given"
    assert later["after_use"]["counts"]["lapses"] == 1
    assert case.view(at(3.5), zone="Asia/Tokyo") == later
    assert case.view("2060-01-01T00:00Z")["basis"]["zone"] == "given"


def test_a_report_of_nothing_but_a_refused_check_in_names_its_flag(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    case = relapse.CaseFile("standard", person="P")
    kept = write(case.text(), "p.case")
    assert main(["case", "report", str(kept), "-o", "-"]) != 0
    assert "flag" not in capsys.readouterr().err
    case.add(check_in("2", 1, craving=99, self_harm=1))
    kept.write_text(case.text(), encoding="utf-8")
    assert main(["case", "report", str(kept), "-o", "-"]) != 0
    assert "self_harm" in capsys.readouterr().err


def lines(events: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(each, default=datetime.isoformat) + "\n" for each in events)


def test_the_command_keeps_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events, case = tmp_path / "events.jsonl", tmp_path / "p1.case"
    events.write_text(lines(life()[:9]))
    assert main(["case", "add", str(case), str(events)]) == 0
    assert case.stat().st_mode & 0o777 == 0o600
    assert '"taken_in"' in capsys.readouterr().out
    assert main(["case", "check", str(case)]) == 0
    events.write_text(lines(life()[6:]))
    assert main(["case", "add", str(case), str(events)]) == 1  # one is refused, and kept
    assert '"known"' in capsys.readouterr().out
    assert main(["case", "check", str(case)]) == 1
    assert "no_such_item" in capsys.readouterr().out
    assert main(["case", "check", str(case), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["id"] == "bad"
    now = at(14).isoformat()
    assert main(["case", "view", str(case), "--now", now, "--locale", "de-DE"]) == 0
    view = json.loads(capsys.readouterr().out)
    whole = relapse.CaseFile()
    for event in life():
        whole.add(event)
    assert view == whole.view(at(14), locale="de-DE")
    assert main(["case", "view", str(case), "--now", "soon"]) == 1
    assert "--now" in capsys.readouterr().err


def test_the_command_says_that_what_comes_late_is_told_now(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, events, late = (tmp_path / name for name in ("p1.case", "events", "late"))
    dealt_with = {"id": "k", "at": at(3), "kind": "acknowledge", "flag": "self_harm"}
    # What comes together is as late as it says.
    events.write_text(lines([dealt_with, check_in("1", 1, self_harm=1)]))
    torn = lines([check_in("t", 2, self_harm=1)]).replace('"id"', '"id": "u", "id"')
    late.write_text(lines([check_in("2", 2, self_harm=2)]) + torn + "[1]\n{}\nno")

    def add(path: Path) -> list[dict[str, Any]]:
        main(["case", "add", str(case), str(path)])
        told = capsys.readouterr().out.replace("}\n{", "},{")
        return list(json.loads(f"[{told}]"))

    add(events)
    read = relapse.CaseFile.read(case.read_text("utf-8"))
    assert read.view(at(4))["flags"] == []
    told = add(late)
    assert told[0]["status"] == "replayed"
    assert told[0]["raised"] == ["self_harm"]
    assert all(each["flags"] == ["self_harm"] for each in told)
    kept = case.read_text("utf-8")
    assert kept.count('"told"') == 1
    read = relapse.CaseFile.read(kept)
    assert [each["flag"] for each in read.view(at(4))["flags"]] == ["self_harm"]
    # Both files again: all of it is known.
    assert {each["status"] for each in add(events) + add(late)} == {"known"}
    assert case.read_text("utf-8") == kept


def test_the_command_brings_devices_together_and_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, some in (("a", life()[::2]), ("b", life()[1::2])):
        case = relapse.CaseFile()
        for event in some:
            case.add(event)
        (tmp_path / name).write_text(case.text())
    both, page = str(tmp_path / "both"), tmp_path / "page.html"
    one, other = str(tmp_path / "a"), str(tmp_path / "b")
    assert main(["case", "merge", one, other, "-o", both]) == 0
    assert len(relapse.CaseFile.read(Path(both).read_text())) == len(life())
    assert main(["case", "report", both, "--locale", "de", "-o", str(page)]) == 0
    html = page.read_text("utf-8")
    assert html.startswith('<!DOCTYPE html>\n<html lang="de">')
    assert "P1" in html
    before = (tmp_path / "b").read_text()
    assert main(["case", "merge", one, other, "-o", other]) == 1
    assert (tmp_path / "b").read_text() == before
    (tmp_path / "c").write_text(relapse.CaseFile(person="P2").text())
    capsys.readouterr()
    assert main(["case", "merge", both, str(tmp_path / "c"), "-o", "-"]) == 1
    assert "persons" in capsys.readouterr().err


def test_a_bad_byte_costs_its_own_line_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events, case = tmp_path / "events.jsonl", str(tmp_path / "p1.case")
    told = lines([check_in("1", 1, self_harm=1)]).encode()
    events.write_bytes(b"\xef\xbb\xbf" + told + b"\xff\n" + told.replace(b'"1"', b'"2"'))
    assert main(["case", "add", case, str(events)]) == 1
    with Path(case).open("ab") as file:
        file.write(b"cut \xe2\x82")
    assert main(["case", "add", case, str(events)]) == 0
    capsys.readouterr()
    assert main(["case", "view", case, "--now", at(3).isoformat()]) == 0
    assert json.loads(capsys.readouterr().out)["flags"][0]["flag"] == "self_harm"
    assert "cut \\ufffd\\ufffd" in json.dumps(Path(case).read_text("utf-8"))


def test_events_end_at_the_end_of_a_line_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, events = tmp_path / "p1.case", tmp_path / "events.jsonl"
    note = {"id": "n", "at": 20000, "kind": "note", "text": "a\u2028b\x85c"}
    events.write_text(json.dumps(note, ensure_ascii=False) + "\r\n", "utf-8")
    assert main(["case", "add", str(case), str(events), "--who", "P1"]) == 0
    assert main(["case", "add", str(case), str(events), "--who", "P1"]) == 0
    kept = relapse.CaseFile.read(case.read_text("utf-8"))
    assert kept.view(20001.0)["notes"][0]["text"] == note["text"]
    assert main(["case", "add", str(case), str(events), "--who", "P2"]) == 1
    assert "--who" in capsys.readouterr().err


def test_what_has_no_end_is_no_case_file_and_no_model(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for command in (["case", "view", "/dev/zero"],
                    ["case", "add", "/dev/full", "/dev/null"],
                    ["validate", "/dev/zero"],
                    ["score", "/dev/null", "--model", "/dev/zero"]):  # fmt: skip
        assert main(command) == 1
        assert "is not UTF-8 text" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="has no lock")
def test_of_those_who_add_at_once_nobody_loses_an_event(tmp_path: Path) -> None:
    case = tmp_path / "p1.case"
    programme = "from relapse._cli.main import main; import sys; sys.exit(main())"
    command = [sys.executable, "-c", programme, "case", "add", str(case)]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(6)
    ]
    for k, each in enumerate(running):
        assert each.stdin is not None
        each.stdin.write(lines([check_in(str(k), k, craving=1)]).encode())
    for each in running:
        each.communicate()
        assert each.returncode == 0
    assert len(relapse.CaseFile.read(case.read_text())) == len(running)


def test_a_page_is_on_the_clock_of_the_plan_or_another_that_is_named(
    tmp_path: Path,
) -> None:
    night = datetime(2026, 4, 19, 22, 30, tzinfo=timezone.utc)  # Monday in Berlin
    plan = PLAN | {"time_zone": "Europe/Berlin", "created": "2026-01-01T00:00:00Z"}
    case = relapse.CaseFile("standard")
    case.add({"id": "p", "at": night - timedelta(days=1), "kind": "plan", "plan": plan})
    case.add({"id": "1", "at": night, "kind": "check_in", "answers": {"used": 1}})
    told = page_of(case, tmp_path)
    assert "Monday, 20 April" in told and "Sunday, 19 April" not in told
    told = page_of(case, tmp_path, "--zone", "UTC")
    assert "Sunday, 19 April" in told and "Monday, 20 April" not in told


def test_a_page_of_a_case_of_nobody_is_headed_by_its_file(tmp_path: Path) -> None:
    case = relapse.CaseFile("standard")
    case.add(check_in("1", 0, craving=1, used=0))
    kept, made = tmp_path / "p07.case", tmp_path / "p.html"
    kept.write_text(case.text(), encoding="utf-8")
    assert main(["case", "report", str(kept), "-o", str(made)]) == 0
    assert "<h1>p07</h1>" in made.read_text(encoding="utf-8")


def test_a_report_has_the_flags_of_refused_events_and_none_that_was_dealt_with(
    tmp_path: Path,
) -> None:
    def page(case: relapse.CaseFile) -> str:
        kept, made = tmp_path / "p.case", tmp_path / "p.html"
        kept.write_text(case.text(), encoding="utf-8")
        assert main(["case", "report", str(kept), "-o", str(made)]) == 0
        return made.read_text(encoding="utf-8")

    words = "Thoughts of self-harm"
    case = relapse.CaseFile("standard", person="P")
    case.add(check_in("1", 0, craving=1, used=0))
    assert words not in page(case)
    case.add(check_in("2", 1, craving=99, self_harm=1))
    assert words in page(case)  # it came after the last check-in that counts
    case.add(check_in("3", 2, craving=1, used=0))
    assert words in page(case)
    (up,) = case.flag_history()
    assert (up["flag"], up["up"]) == ("self_harm", True)
    case.add({"id": "4", "at": at(3), "kind": "acknowledge", "flag": "self_harm"})
    assert words not in page(case)
    case.add(check_in("5", 4, craving=1, used=0))
    assert words not in page(case)
    assert [move["up"] for move in case.flag_history()] == [True, False]


def page_of(case: relapse.CaseFile, tmp_path: Path, *options: str) -> str:
    """Return what the report of a case file says, without its marks."""
    kept, made = tmp_path / "p.case", tmp_path / "p.html"
    kept.write_text(case.text(), encoding="utf-8")
    assert main(["case", "report", str(kept), "-o", str(made), *options]) == 0
    html = made.read_text(encoding="utf-8")
    body = re.sub(r"<(style|svg).*?</\1>", "", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", body)).replace("\N{NO-BREAK SPACE}", " ")


SIGNS = ("isolating", "irritable", "restless", "thinking_of_use", "bargaining")
GOOD = dict.fromkeys((*SIGNS, "planning_use", "used", "craving", "conflict"), 0)
GOOD |= {"confidence": 9, "stress": 1, "negative_affect": 1, "sleep": 8, "coping": 8}
GOOD |= {"support": 8, "routine": 8, "expectancy": 1}


def good_days(days: int) -> relapse.CaseFile:
    case = relapse.CaseFile("standard", person="P")
    for day in range(days):
        case.add(check_in(str(day), day, **GOOD))
    return case


@pytest.mark.parametrize(
    ("fact", "words", "german"),
    [
        (
            {"kind": "test_result", "substance": "heroin", "result": "positive"},
            "A test was positive on",
            "war positiv (heroin): nachfragen",
        ),
        (
            {"kind": "use_report", "used": True, "certainty": "doubtful"},
            "was told of and is not sure: ask.",
            "sicher ist es nicht: nachfragen",
        ),
    ],
)
def test_a_page_names_what_speaks_of_use_and_asks(
    tmp_path: Path, fact: dict[str, Any], words: str, german: str
) -> None:
    calm = page_of(good_days(30), tmp_path)
    assert "Nothing stands out" in calm and "reported no use" in calm
    for day in (28.5, 29.5):  # before the last check-in, and after it
        case = good_days(30)
        case.add({"id": "fact", "at": at(day), **fact})
        page = page_of(case, tmp_path)
        assert words in page
        for said in ("Nothing stands out", "reported no use", "It suits where you are"):
            assert said not in page
        assert german in page_of(case, tmp_path, "--locale", "de")
        case.add(check_in("late", 60, **GOOD))
        assert words not in page_of(case, tmp_path)
    negative = good_days(30)
    negative.add(
        {"id": "fact", "at": at(28.5), **fact, "result": "negative"}
        if "result" in fact
        else {"id": "fact", "at": at(28.5), **fact, "used": False}
    )
    assert words not in page_of(negative, tmp_path)


def test_a_report_is_of_the_moment_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = good_days(20)
    case.add(check_in("use", 20, **{**GOOD, "used": 1}))
    told = "Use was told of on"
    assert told in page_of(case, tmp_path)
    assert told not in page_of(case, tmp_path, "--now", at(19.5).isoformat())
    # Some days later, what has changed in the meantime.
    later = page_of(case, tmp_path, "--now", at(38).isoformat())
    assert told in later and "There has been no answer since" in later
    assert "Check in again" in later
    kept = str(tmp_path / "p.case")
    assert main(["case", "report", kept, "-o", "-", "--now", at(-5).isoformat()]) == 1
    assert "no check-in up to `--now`" in capsys.readouterr().err
    assert main(["case", "report", kept, "-o", "-", "--now", "soon"]) == 1
    assert "--now" in capsys.readouterr().err
    # What is an option of another task alone is none to recommend.
    with pytest.raises(SystemExit):
        main(["case", "check", kept, "--now", at(3).isoformat()])
    told = capsys.readouterr().err
    assert "unknown option `--now`" in told and "did you mean `--now`" not in told


def test_the_page_of_a_case_file_knows_what_was_used(tmp_path: Path) -> None:
    notice = "the body tolerates much less"
    for substances, used, expected in (
        (["alcohol"], {}, False),
        (["alcohol"], {"substance": "heroin"}, True),
        ([], {"substance": "nicotine"}, False),
        ([], {}, True),
    ):
        case = good_days(5)
        plan = {"id": "p", "at": at(0), "kind": "plan", "set": {"substances": substances}}
        case.add(plan)
        case.add({"id": "u", "at": at(4.5), "kind": "use_report", "used": True, **used})
        view = case.view(at(5))
        assert view["assessment"]["lost_tolerance_notice"] == expected
        assert (notice in page_of(case, tmp_path)) == expected


def test_a_case_file_is_read_with_the_model_that_it_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = relapse.CaseFile("opioid_weekly", person="P")
    case.add(check_in("1", 0, urine=0, use_days=0, covered_days=7))
    assert "opioid_weekly" in page_of(case, tmp_path)
    kept = tmp_path / "p.case"
    new = tmp_path / "new.case"
    event = '{"id": "a", "at": "2026-03-01T08:00Z", "kind": "check_in", "answers": {}}'
    (tmp_path / "events").write_text(event, encoding="utf-8")
    assert main(["case", "add", str(new), str(tmp_path / "events")]) == 0
    assert '"id":"standard"' in new.read_text(encoding="utf-8")
    for task in ("view", "check"):
        assert main(["case", task, str(kept)]) == 0
    both = tmp_path / "both.case"
    assert main(["case", "merge", str(kept), str(kept), "-o", str(both)]) == 0
    text = kept.read_text(encoding="utf-8")
    written = case.model.content_hash
    # A document of one's own under the name of one of ours, and under another name.
    for own in (text.replace(written, "0" * 64), text.replace("opioid_weekly", "mine")):
        kept.write_text(own, encoding="utf-8")
        capsys.readouterr()
        assert main(["case", "view", str(kept)]) == 1
        error = capsys.readouterr().err
        assert "which does not come with the library" in error and "--model" in error
    # Another release of one of ours is read with that of this library.
    older = text.replace(written, "0" * 64).replace(case.model.version, "0.9.0")
    kept.write_text(older, encoding="utf-8")
    assert main(["case", "view", str(kept)]) == 0
    with pytest.raises(SystemExit):
        main(["case", "view", "--help"])
    assert "weekly_bam" in capsys.readouterr().out
