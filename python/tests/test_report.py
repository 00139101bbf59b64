"""The report of one person: right numbers, nothing fetched, everything escaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import relapse
from relapse.command_line import main
from relapse.history import History, replay
from relapse.report import report_html
from relapse.wording import ENGLISH
from relapse.words import Labels, brief, percent, percent_range, points

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


def shown(history: History, plan: relapse.Plan | None = None) -> Page:
    page = Page(report_html(history, plan))
    assert page.open == []
    return page


def test_it_is_one_file_that_fetches_nothing() -> None:
    html = report_html(replay(WEEK, MODEL, "P07"))
    page = Page(html)
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(page.tags)
    names = {name for name, _ in page.attributes}
    assert not {"src", "href", "xlink:href", "action"} & names
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
    line = replay(WEEK, MODEL, "P07").timeline()
    assert line.risk == list(scores["risk_7d"])
    assert line.levels == list(scores["level"])
    assert line.probabilities[0] == list(scores["stage_stable"])
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
    assert "Ihr örtlicher Notruf (112)" in page.text
    assert "(112)" not in shown(history).text
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
        "standard 1.0.0",
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
    expected = replay(WEEK, MODEL, "P07").timeline()
    assert replay(long, MODEL, "P07").timeline() == expected


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
    assert history.timeline().risk == list(scores["risk_7d"])
    assert history.timeline().levels == list(scores["level"])
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
    arguments = ["report", str(source), "--person", "P090", "--plan", str(plan)]
    assert main([*arguments, "-o", str(out)]) == 0
    assert "P090" in Page(out.read_text(encoding="utf-8")).text
    assert main([*arguments[:3], "P999", "-o", str(out)]) == 1


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.0, "0.0 %"), (1e-5, "< 0.1 %"), (0.1234, "12.3 %"), (0.99999, "> 99.9 %")],
)
def test_small_and_large_shares_are_not_rounded_to_certainty(
    probability: float, words: str
) -> None:
    assert percent(probability) == words


def test_differences_carry_their_sign() -> None:
    assert points(0.0612) == "+6.1"
    assert points(-0.0612) == "\N{MINUS SIGN}6.1"
    assert points(-1e-9) == "0.0"


def test_answers_are_given_with_their_scale() -> None:
    labels = Labels(MODEL.to_dict())
    assert labels.answer("craving", 3.0) == "3 of 4"
    assert labels.answer("used", 1.0) == "yes"
    assert labels.answer("confidence", 8.0) == "8 of 10"
    assert brief("Craving", "craving") == "craving"
    assert brief(
        "Thinking about people, places or things of past use", "thinking_of_use"
    ) == ("thinking of use")
