"""The report of one person: right numbers, nothing fetched, everything escaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import relapse
from relapse._cli.main import main
from relapse._report.history import History, replay
from relapse._report.person_page import report_html
from relapse._report.style import STYLE
from relapse._report.wording import ENGLISH
from relapse._report.words import LEVELS, Labels, brief, percent, percent_range, points

ROOT = Path(__file__).parents[2]
MODEL = relapse.Model.standard()
AVOIDED = (
    "addict", "abuse", "abuser", "junkie", "alcoholic", "failure", "failed", "slip",
    "clean", "dirty", "relapsed", "habit", "streak", "wagon",
)  # fmt: skip

Table = dict[str, list[object]]


def table(**columns: list[object]) -> Table:
    rows = len(next(iter(columns.values())))
    return {
        "person": ["P07"] * rows,
        "time": [f"2026-03-{k + 1:02d}T08:00+02:00" for k in range(rows)],
        **columns,
    }


WEEK = table(
    craving=[1, 2, None, 3, 2, 1, 4],
    bargaining=[0, 1, None, 2, None, 1, 3],
    isolating=[1, 1, None, 3, 2, 1, 2],
    used=[0, 0, None, 0, 1, 0, 0],
    sleep=[7, 6, None, 3, 4, None, 4],
)


class Page(HTMLParser):
    """Collects the text of a page and the addresses that it refers to."""

    VOID = frozenset({"meta", "link", "br", "img", "hr", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def links(page: Page) -> list[str]:
    return [value or "" for name, value in page.attributes if name == "href"]


def box(html: str, css: str) -> str:
    """The first section of a kind."""
    start = html.index(f"<section class='{css}'")
    return html[start : html.index("</section>", start)]


def shown(history: History, plan: relapse.Plan | None = None) -> Page:
    page = Page(report_html(history, plan))
    assert page.open == []
    return page


def test_it_is_one_file_that_fetches_nothing() -> None:
    html = report_html(replay(WEEK, MODEL, "P07"))
    page = Page(html)
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(page.tags)
    names = {name for name, _ in page.attributes}
    assert not {"src", "xlink:href", "action"} & names
    assert {address.partition(":")[0] for address in links(page)} <= {"tel", "sms"}
    assert not {name for name in names if name.startswith("on")}
    assert "http:" not in html
    assert "https:" not in html
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_its_numbers_are_those_of_score() -> None:
    scores = relapse.score(WEEK, MODEL)
    text = shown(replay(WEEK, MODEL, "P07")).text
    for days in MODEL.horizons:
        assert percent(scores[f"risk_{days}d"][-1]) in text
        interval = scores[f"risk_{days}d_low"][-1], scores[f"risk_{days}d_high"][-1]
        assert percent_range(*interval) in text
    assert scores["level"][-1].capitalize() in text
    assert ENGLISH(f"level.{scores['level'][-1]}.meaning") in text
    for risk in scores["risk_7d"]:
        assert percent(risk) in text
    assert f"({percent(scores['stage_' + scores['stage'][-1]][-1])})" in text


def test_its_steps_are_those_of_score() -> None:
    scores = relapse.score(WEEK, MODEL)
    line = replay(WEEK, MODEL, "P07").line
    assert list(line.risk) == list(scores["risk_7d"])
    assert list(line.levels) == list(scores["level"])
    assert list(line.probabilities[0]) == list(scores["stage_stable"])
    assert line.used == [False, False, False, False, True, False, False]
    assert line.missed == [False, False, True, False, False, False, False]


def test_the_waterfall_adds_up() -> None:
    html = report_html(replay(WEEK, MODEL, "P07"))
    drawn = html[html.index("class='why'") : html.index("What could help now")]
    values = re.findall(r'class="value">([^<]+)<', drawn)
    numbers = [
        float(v.replace("\N{MINUS SIGN}", "-").removesuffix("&nbsp;%")) for v in values
    ]
    first, *changes, last = numbers
    rounding = 0.05 * (len(numbers) + 1)
    assert first + sum(changes) == pytest.approx(last, abs=rounding)
    scores = relapse.score(WEEK, MODEL)
    assert first == pytest.approx(100 * scores["risk_7d"][-2], abs=0.05)
    assert last == pytest.approx(100 * scores["risk_7d"][-1], abs=0.05)


def test_a_first_check_in_alone_is_enough() -> None:
    one = {name: values[:1] for name, values in WEEK.items()}
    text = shown(replay(one, MODEL, "P07")).text
    assert "Before any answer" in text
    assert "1 check-in since 1 March 2026" in text


def test_hostile_words_are_escaped() -> None:
    name = "<script>alert('x')</script>\"'&"
    hostile = {**WEEK, "person": [name] * 7}
    document = MODEL.to_dict()
    for item in document["items"]:
        item["label"] = f"<b onclick=x>{item['id']}</b>"
    for part in ("stages", "determinants", "actions"):
        for thing in document[part]:
            thing["label"] = "<img src=x onerror=alert(1)>"
    document["calibration"]["status"] = "</dd><script>"
    plan = relapse.Plan.from_dict(
        {
            "schema": "relapse/plan/1",
            "person": name,
            "version": 1,
            "strategies": [{"action": "call_support", "words": "<i>ring</i> Jo"}],
            "contacts": [{"name": "<u>Jo</u>", "channel": "javascript:alert(1)"}],
        }
    )
    model = relapse.Model.from_dict(document)
    page = shown(replay(hostile, model, name), plan)
    assert name in page.text
    assert not {"script", "img", "i onclick", "u"} & set(page.tags)
    assert not {key for key, _ in page.attributes if key.startswith("on")}


def test_a_flag_puts_safety_first_and_stays() -> None:
    flagged = {**WEEK, "self_harm": [None, None, None, None, 1, 0, None]}
    plan = relapse.Plan.load(ROOT / "examples" / "data" / "plan.json")
    text = shown(replay(flagged | {"person": ["P139"] * 7}, MODEL, "P139"), plan).text
    assert text.index("Safety first") < text.index("Level")
    assert "Thoughts of self-harm or suicide" in text
    assert ENGLISH("crisis.fallback") in text
    assert plan.crisis_steps[0] in text
    assert "Critical" in text
    assert "Safety first" not in shown(replay(WEEK, MODEL, "P07")).text


def test_a_level_that_safety_set_says_so() -> None:
    calm = table(craving=[0, 0], bargaining=[0, 0], used=[0, 0], self_harm=[0, 1])
    text = shown(replay(calm, MODEL, "P07")).text
    assert "Critical" in text
    assert ENGLISH("level.forced.meaning") in text
    assert ENGLISH("level.critical.meaning") not in text


def test_tolerance_is_spoken_of_after_use_alone() -> None:
    assert ENGLISH("crisis.lost_tolerance") in shown(replay(WEEK, MODEL, "P07")).text
    without = {**WEEK, "used": [0, 0, None, 0, 0, 0, 0]}
    assert (
        ENGLISH("crisis.lost_tolerance") not in shown(replay(without, MODEL, "P07")).text
    )


def test_the_notice_of_lost_tolerance_says_why_it_stands() -> None:
    told = shown(replay(WEEK, MODEL, "P07")).text
    assert "If opioids may be involved: After a time without opioids" in told
    assert "Why this stands here: use was told of on" in told
    weeks = {
        "person": ["P09"] * 3,
        "time": ["2026-05-01T08:00Z", "2026-05-08T08:00Z", "2026-05-15T08:00Z"],
        "medication": [7, 7, 4],
    }
    history = replay(weeks, MODEL, "P09")
    because = "medication was taken on 4 of 7 days (check-in of 15 May 2026)"
    assert because in shown(history).text
    german = Page(report_html(history, locale="de")).text
    assert "Medikation wurde an 4 von 7 Tagen genommen" in german
    before = replay(
        {"person": ["P10"], "time": [0.0], "used": [0]}, MODEL, "P10", days_since_use=20.0
    )
    assert (
        "there were 20 days without use before the first check-in" in shown(before).text
    )


def test_what_was_never_asked_is_no_answer_that_is_missing() -> None:
    two = {
        "person": ["P07"] * 2,
        "time": [0.0, 1.0],
        "craving": [1, None],
        "self_harm": [0, None],
        "stress": [2, 3],
    }
    html = report_html(replay(two, MODEL, "P07"))
    basis, folded = html.split("<details>")
    assert "Not answered there (2)" in basis
    missing = basis.rpartition("Not answered there (2)")[2]
    assert "thoughts of self-harm or suicide" in missing
    asked = len(MODEL.items) - 1 - 3  # whether a check-in came is asked of nobody
    assert f"Not asked in these check-ins ({asked})" in folded
    assert "possible overdose" in folded and "possible overdose" not in missing


def test_an_answer_stands_beside_what_was_asked() -> None:
    three = {
        "person": ["P07"] * 3,
        "time": [0.0, 1.0, 2.0],
        "confidence": [2, 2, 10],
        "support": [1, 1, 9],
        "used": [0, 0, 0],
    }
    text = shown(replay(three, MODEL, "P07")).text
    assert "Confidence in staying without use answered 10 of 10" in text
    assert "confidence in staying without use (10 of 10)" in text  # lowered it
    assert "Low confidence in staying without use answered" not in text
    labels = Labels(MODEL.to_dict())
    for change, answers, words in (
        (0.1, {"confidence": 2.0}, "Low confidence in staying without use"),
        (0.1, {"confidence": 9.0}, "Confidence in staying without use"),
        (-0.1, {"confidence": 2.0}, "Confidence in staying without use"),
        (0.1, {}, "Low confidence in staying without use"),
    ):
        assert labels.reason("determinant", "low_confidence", change, answers) == words
    usual = labels.reason("determinant", "meetings_dropped", -0.1, {})
    assert usual == "Days with a mutual-help meeting in the last 7, against the usual"
    assert brief("A check-in that came") == "a check-in that came"


def test_it_speaks_german_and_names_the_resources_of_the_place() -> None:
    flagged = {**WEEK, "self_harm": [None, None, None, None, None, None, 1]}
    history = replay(flagged, MODEL, "P07")
    html = report_html(history, locale="de-DE")
    page = Page(html)
    assert '<html lang="de">' in html
    say = relapse.find_wording("de")
    for key in (
        "report.safety.title",
        "report.why.changed",
        "report.changes.title",
        "report.basis.how",
        "crisis.self_harm",
        "crisis.lost_tolerance",
        "level.critical.meaning",
        "label.stage.stable",
    ):
        assert say(key) in page.text, key
        assert ENGLISH(key) not in page.text, key
    assert percent(history.last.assessment.level_risk, say) in page.text
    assert "," in percent(0.123, say)
    assert "7. März" in page.text
    assert "TelefonSeelsorge" in page.text
    assert "tel:112" in links(page)
    assert "tel:112" not in links(shown(history))
    suggested = [s for s in history.suggestions(locale="de-DE") if s.action != "crisis"]
    assert suggested
    for suggestion in suggested:
        assert suggestion.words in page.text and suggestion.reason in page.text


def test_the_plan_speaks_with_its_own_words() -> None:
    plan = relapse.Plan.load(ROOT / "examples" / "data" / "plan.json")
    history = replay({**WEEK, "person": ["P139"] * 7}, MODEL, "P139")
    text = shown(history, plan).text
    for suggestion in history.suggestions(plan):
        assert suggestion.words in text
    assert "Mira, friend" in text
    assert "version 2" in text
    with pytest.raises(relapse.InvalidInput, match="plan: is of 'P139', but must be"):
        report_html(replay({**WEEK, "person": ["P08"] * 7}, MODEL, "P08"), plan)
    assert "Mira" not in shown(history).text


def test_the_basis_is_stated() -> None:
    text = shown(replay(WEEK, MODEL, "P07")).text
    for words in (
        f"standard {MODEL.version}",
        "expert default",
        MODEL.content_hash,
        f"relapse {relapse.__version__}",
        "Answers used at the last check-in (5)",
        "not a diagnosis",
        "not a medical device",
    ):
        assert words in text


def test_its_words_put_the_person_first() -> None:
    flagged = {**WEEK, "self_harm": [None] * 6 + [1]}
    text = shown(replay(flagged, MODEL, "P07")).text.lower()
    for word in AVOIDED:
        assert not re.search(rf"\b{word}", text), word
    assert "return to use" in text
    # The name of the software stays; nobody "relapses".
    assert re.sub(rf"relapse {re.escape(relapse.__version__)}", "", text).count(
        "relapse"
    ) == text.count("relapse prevention")


def test_times_are_those_of_the_persons_zone() -> None:
    text = shown(replay(WEEK, MODEL, "P07")).text
    assert "7 March 2026, 08:00 (UTC+02:00)" in text
    days = {**WEEK, "time": [float(k) for k in range(7)]}
    assert "day 6.0" in shown(replay(days, MODEL, "P07")).text


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_frames_of_any_kind_give_the_same_report(frame: str) -> None:
    library = pytest.importorskip(frame)
    numbers = {k: v for k, v in WEEK.items() if k not in ("person", "time")}
    arrays = {k: np.array(v, dtype=np.float64) for k, v in numbers.items()}
    made = library.DataFrame({**{k: WEEK[k] for k in ("person", "time")}, **arrays})
    expected = report_html(replay(WEEK, MODEL, "P07"))
    assert report_html(replay(made, MODEL, "P07")) == expected


def test_long_tables_are_replayed_too() -> None:
    items = [k for k in WEEK if k not in ("person", "time")]
    triples = [(k, i) for k in range(7) for i in items]
    long: Table = {
        "person": ["P07"] * len(triples),
        "time": [WEEK["time"][k] for k, _ in triples],
        "item": [item for _, item in triples],
        "value": [WEEK[item][k] for k, item in triples],
    }
    expected = replay(WEEK, MODEL, "P07").line
    assert replay(long, MODEL, "P07").line == expected


def test_what_is_known_from_elsewhere_is_replayed() -> None:
    known = {
        **WEEK,
        "stage": [None, "mental|lapse", None, None, "lapse", None, None],
        "entered": [False, False, False, False, True, False, False],
        "abstinent_since_last": [False, True, False, False, False, False, True],
        "used_days_ago": [None, None, None, None, 0.5, None, None],
        "self_harm": [1, None, None, None, None, None, None],
        "acknowledge": [None, None, None, "self_harm", None, None, None],
        "craving_missing": [None, None, "declined", None, None, None, None],
    }
    scores = relapse.score(known, MODEL)
    history = replay(known, MODEL, "P07")
    assert list(history.line.risk) == list(scores["risk_7d"])
    assert list(history.line.levels) == list(scores["level"])
    assert history.steps[0].assessment.flags == ["self_harm"]
    assert history.last.assessment.flags == []


def test_other_persons_bad_rows_do_not_matter_and_own_ones_do() -> None:
    two = {
        "person": ["good", "bad", "good"],
        "time": [0.0, 0.0, 1.0],
        "craving": [1, 99, 2],
    }
    assert len(replay(two, MODEL, "good").steps) == 2
    with pytest.raises(relapse.CheckInError, match="craving") as refused:
        replay(two, MODEL, "bad")
    assert refused.value.row == 1
    with pytest.raises(relapse.InvalidInput, match="'nobody'"):
        replay(two, MODEL, "nobody")


def test_the_command_writes_it(tmp_path: Path) -> None:
    source = ROOT / "examples" / "data" / "check_ins.csv"
    plan = tmp_path / "plan.json"
    relapse.Plan.from_dict(
        {"schema": "relapse/plan/1", "person": "P090", "version": 1}
    ).save(plan)
    out = tmp_path / "P090.html"
    arguments = ["report", str(source), "--who", "P090", "--plan", str(plan)]
    assert main([*arguments, "-o", str(out)]) == 0
    assert "P090" in Page(out.read_text(encoding="utf-8")).text
    assert main([*arguments[:3], "P999", "-o", str(out)]) == 1


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "0.0 %"),
        (1e-5, "< 0.1 %"),
        (0.1234, "12.3 %"),
        (0.95, "95.0 %"),
        (0.951, "over 95 %"),
        (1.0, "over 95 %"),
    ],
)
def test_small_and_large_shares_are_not_rounded_to_certainty(
    probability: float, words: str
) -> None:
    assert percent(probability) == words


def test_intervals_are_as_careful_as_what_they_are_of() -> None:
    assert percent_range(0.5, 0.97) == "50.0 to over 95 %"
    assert percent_range(0.96, 0.97) == "over 95 %"
    assert percent(0.97, relapse.find_wording("de")) == "über 95 %"


def test_differences_carry_their_sign() -> None:
    assert points(0.0612) == "+6.1"
    assert points(-0.0612) == "\N{MINUS SIGN}6.1"
    assert points(-1e-9) == "0.0"


def test_answers_are_given_with_their_scale() -> None:
    labels = Labels(MODEL.to_dict())
    assert labels.answer("craving", 3.0) == "3 of 4"
    assert labels.answer("used", 1.0) == "yes"
    assert labels.answer("confidence", 8.0) == "8 of 10"
    assert brief("Craving") == "craving"
    words = "hinking about people, places or things of past use"
    assert brief(f"T{words}") == f"t{words}"


CALM = table(
    craving=[0] * 12,
    bargaining=[0] * 12,
    isolating=[0] * 12,
    used=[0] * 12,
    sleep=[8] * 12,
    confidence=[9] * 12,
)


def test_a_page_never_says_that_nothing_stands_out_beside_a_fact() -> None:
    for day in range(12):
        told = {**CALM, "used": [int(k == day) for k in range(12)]}
        text = shown(replay(told, MODEL, "P07")).text
        assert ENGLISH("level.low.meaning") not in text
        assert "Use was told of on" in text
    # That good answers are the usual takes its time.
    asked = [name for name in CALM if name not in ("person", "time")]
    told = {name: [CALM[name][0]] * 31 for name in asked}
    calm = table(**told, stress=[0] * 31)
    text = shown(replay(calm, MODEL, "P07")).text
    assert ENGLISH("level.low.meaning") in text
    assert "Use was told of" not in text


def test_use_of_earlier_days_is_named_on_its_own_day() -> None:
    days = {**CALM, "used": [0] * 11 + [None], "used_days_ago": [None] * 11 + [0.6]}
    text = shown(replay(days, MODEL, "P07")).text
    assert "Use was told of on Wednesday, 11 March." in text
    long_ago = {**CALM, "used": [1] + [0] * 11}
    long_ago["time"] = [float(40 * k) for k in range(12)]
    assert "Use was told of" not in shown(replay(long_ago, MODEL, "P07")).text


@pytest.mark.parametrize(
    ("locale", "numbers"),
    [
        ("en-US", {"tel:911", "tel:988", "sms:988"}),
        ("en-GB", {"tel:999", "tel:116123", "sms:85258"}),
        ("de-DE", {"tel:112", "tel:08001110111", "tel:116123"}),
    ],
)
def test_under_a_safety_flag_the_numbers_of_the_place_stand_in_the_box(
    locale: str, numbers: set[str]
) -> None:
    harm = {**CALM, "self_harm": [0] * 11 + [1]}
    html = report_html(replay(harm, MODEL, "P07"), locale=locale)
    assert numbers <= set(re.findall(r"href='([^']+)'", box(html, "safety")))
    assert numbers <= set(re.findall(r"href='([^']+)'", box(html, "resource")))


def test_somebody_in_use_reads_what_may_come_and_no_risk() -> None:
    using = {**CALM, "used": [0] * 10 + [1, 1]}
    history = replay(using, MODEL, "P07")
    now = history.last.assessment
    assert now.in_use
    html = report_html(history)
    summary = box(html, "summary").replace("&nbsp;", " ")
    assert ENGLISH("report.in_use") in summary
    assert ENGLISH("report.risk_within") not in summary
    assert "class='why'" not in html
    for days, share in now.leaves_use.items():
        assert share is not None
        assert percent(share) in summary
        assert f"use”: {percent(now.relapse[days] or 0.0)}" in summary
    assert ENGLISH("report.in_use") not in shown(replay(CALM, MODEL, "P07")).text


def test_floors_are_named_with_their_fact_and_their_end() -> None:
    told = {**CALM, "used": [0] * 6 + [1] + [0] * 5}
    history = replay(told, MODEL, "P07")
    assert {floor.level for floor in history.last.assessment.floors} >= {"elevated"}
    text = shown(history).text
    assert "Use was told of on Saturday, 7 March. The level stays at" in text
    assert "elevated or above until Saturday, 21 March, guarded or above" in text
    assert ENGLISH("level.low.meaning") not in text
    german = Page(report_html(history, locale="de")).text
    assert "Von Konsum am Samstag, 7. März wurde berichtet." in german
    silent = {name: [*values] for name, values in CALM.items()}
    for name in silent:
        if name not in ("person", "time"):
            silent[name][4:] = [None] * 8
    text = shown(replay(silent, MODEL, "P07")).text
    assert "There has been no answer since Wednesday, 4 March." in text
    assert "guarded or above until there is an answer again" in text
    planning = {**CALM, "planning_use": [0] * 11 + [1]}
    text = shown(replay(planning, MODEL, "P07")).text
    assert "You told of this on Thursday, 12 March: Planning to use (yes)." in text


def test_silence_is_not_answered_as_if_something_was_told() -> None:
    days = 26
    good = {"used": 0, "craving": 0, "confidence": 9, "stress": 2, "negative_affect": 1}
    good |= {"sleep": 8, "support": 8, "routine": 8, "coping": 8, "isolating": 0}
    silent = table(person=["P07"] * days) | {
        item: [value] * 10 + [None] * (days - 10) for item, value in good.items()
    }
    history = replay(silent, MODEL, "P07")
    assert {floor.level for floor in history.now.floors} == {"guarded", "elevated"}
    text = shown(history).text
    assert text.count("until there is an answer again") == 1
    assert "elevated or above until there is an answer again" in text
    assert ENGLISH("level.silence.meaning") in text
    assert "Set by the time without an answer, whatever the risk" in text
    assert "What you told" not in text and "Set by what was told" not in text
    german = Page(report_html(history, locale="de")).text
    assert "Es ist seit einer Weile still." in german


def test_where_no_place_is_known_the_page_says_so() -> None:
    harm = {**CALM, "self_harm": [0] * 11 + [1]}
    html = report_html(replay(harm, MODEL, "P07"), locale="en")
    assert ENGLISH("report.no_place") in box(html, "safety")
    assert "href" not in box(html, "safety")


def test_under_a_safety_flag_nothing_sounds_like_an_all_clear() -> None:
    harm = {**CALM, "self_harm": [0] * 11 + [1]}
    text = shown(replay(harm, MODEL, "P07")).text
    assert ENGLISH("report.safety.numbers") in text
    assert "Most likely stage now" not in text
    assert ENGLISH("report.well.title") not in text


def test_what_went_well_is_said_and_nothing_is_made_up() -> None:
    text = shown(replay(CALM, MODEL, "P07")).text
    assert "12 of the last 12 check-ins were answered." in text
    assert "12 of the last 12 check-ins reported no use." in text
    told = {**CALM, "used": [0] * 11 + [1]}
    assert ENGLISH("report.well.told") in shown(replay(told, MODEL, "P07")).text
    one = {name: values[:1] for name, values in CALM.items()}
    assert ENGLISH("report.well.title") not in shown(replay(one, MODEL, "P07")).text
    silent = {**CALM} | {
        name: [*values[:11], None]
        for name, values in CALM.items()
        if name not in ("person", "time")
    }
    assert ENGLISH("report.well.title") not in shown(replay(silent, MODEL, "P07")).text


def test_the_figure_is_told_to_those_who_do_not_see_it() -> None:
    history = replay(WEEK, MODEL, "P07")
    html = report_html(history)
    told = re.findall(r'role="img" aria-label="([^"]+)"', html)
    assert len(told) == 2  # wide and narrow
    line = history.line
    for words in (
        "7 check-ins from 1 Mar to 7 Mar.",
        f"went from {percent(line.risk[0])} to {percent(line.risk[-1])}",
        percent(max(line.risk)),
        "Use was reported on 5 Mar.",
        "Missed check-ins: 1.",
        line.levels[-1],
    ):
        assert words in told[0].replace("&nbsp;", " "), words


def test_no_label_is_cut() -> None:
    for locale in ("en", "de"):
        html = report_html(replay(WEEK, MODEL, "P07"), locale=locale)
        assert "…" not in html
    label = "Fragt sich, ob es ohne Konsum überhaupt weitergehen kann, und meidet alle"
    assert brief(label, relapse.find_wording("de")) == label
    assert brief(label) == "f" + label[1:]


def test_the_persons_own_words_have_their_language() -> None:
    document = relapse.Plan.load(ROOT / "examples" / "data" / "plan.json").to_dict()
    harm = {**CALM, "person": ["P139"] * 12, "self_harm": [0] * 11 + [1]}
    history = replay(harm, MODEL, "P139")
    for language, marked in (("en", "lang='en'"), ("de", ""), ("", "lang=''")):
        plan = relapse.Plan.from_dict({**document, "language": language})
        html = report_html(history, plan, "de-DE")
        step = f">{plan.crisis_steps[0]}".replace("'", "&#x27;")
        assert (f"<span {marked}{step}" in html) == bool(marked)
    plan = relapse.Plan.from_dict({**document, "language": "en"})
    assert "lang='en'" not in report_html(history, plan, "en-GB")


def test_numbers_in_a_plan_can_be_tapped() -> None:
    plan = relapse.Plan.from_dict(
        {
            "schema": "relapse/plan/1",
            "person": "P07",
            "version": 1,
            "contacts": [
                {"name": "Jo", "role": "friend", "channel": "+49 (0)30 1234567"},
                {"name": "Al", "role": "friend", "channel": "SMS 0151 2345678"},
                {"name": "Bo", "role": "friend", "channel": "since 01.12.2026, 5-10"},
            ],
        }
    )
    html = report_html(replay(CALM, MODEL, "P07"), plan)
    assert links(Page(html)) == ["tel:+49301234567", "sms:01512345678"]


def test_the_calibration_is_in_the_language_of_the_page() -> None:
    html = report_html(replay(CALM, MODEL, "P07"), locale="de")
    assert "expert default" not in Page(html).text
    assert relapse.find_wording("de")("calibration.expert_default") in Page(html).text


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXTS = [
    *((ink, on) for ink in ("ink", "muted", "link") for on in (
        "page", "card", "alarm-soft", "notice-soft",
    )),
    ("alarm", "alarm-soft"),
    ("use", "card"),
    *((f"on-{level}", f"level-{level}") for level in LEVELS),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_every_text_can_be_read_in_both_schemes(text: str, ground: str) -> None:
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    )
    assert set(light) == set(dark)
    # WCAG 2.2, success criterion 1.4.3: at least 4.5 to 1.
    for scheme in (light, dark):
        assert contrast(scheme[text], scheme[ground]) >= 4.5


def test_no_text_has_a_colour_of_its_own() -> None:
    rules = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL)
    colours = re.findall(r"(?<![\w-])(?:color|fill): (#\w+)", rules)
    assert colours == []


def test_a_page_of_many_check_ins_is_thinned_and_says_so() -> None:
    count = 6000
    craving = [float(k % 7 == 3) * 4.0 for k in range(count)]
    used = [float(k == 4321) for k in range(count)]
    times = [k / 4.0 for k in range(count)]
    table = {"person": ["P"] * count, "time": times, "craving": craving, "used": used}
    history = replay(table, MODEL, "P", most_steps=1000)
    assert len(replay(table, MODEL, "P").steps) == count
    drawn = history.line.thinned(1000)
    assert 900 < len(drawn.times) <= 1000
    html = report_html(history)
    assert len(html) < 2_000_000
    assert f"{len(drawn.times):,} of 6,000" in html
    assert history.count == count
    assert max(drawn.risk) == max(history.line.risk)
    assert min(drawn.risk) == min(history.line.risk)
    assert (drawn.times[0], drawn.times[-1]) == (times[0], times[-1])
    assert sum(drawn.used) == 1
    assert history.line.thinned(count) is history.line
    # What was used long ago is known, though its step is no longer kept whole.
    assert history.last_use is not None
    assert history.last_use.assessment.time == times[4321]
    assert len(history.steps) == 1000


def test_an_answer_is_one_reason_though_it_rules_stages_out() -> None:
    plan = {**CALM, "person": ["A"] * 12, "planning_use": [0] * 11 + [1]}
    page = shown(replay(plan, MODEL, "A"), None)
    assert page.text.count("Planning to use answered yes") == 1
