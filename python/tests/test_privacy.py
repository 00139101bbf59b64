"""No error repeats what a person said or wrote, whichever call refuses it."""

from __future__ import annotations

import csv
import inspect
import io
import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Write

import relapse
from relapse._cli.main import main

SECRET = "something only I know"
NUMBER = 8675309.25


class Written:
    """An object that shows what it holds, as a row of a data frame does."""

    def __repr__(self) -> str:
        return SECRET

    __str__ = __repr__


def wrong() -> list[Any]:
    """Values of every kind, each with words in it, or with an answer."""
    return [
        SECRET,
        SECRET.encode(),
        SECRET + "\ud800",
        [SECRET],
        (SECRET, 1),
        {SECRET},
        [[SECRET]],
        [{"words": SECRET}],
        [{"time": SECRET, "used": SECRET}],
        {"words": SECRET},
        {"craving": SECRET},
        {"self_harm": SECRET},
        {"time": SECRET},
        {"a": [SECRET], "b": [SECRET]},
        {"person": ["P"], "time": [SECRET], "craving": [SECRET]},
        {"person": ["P"], "time": [1.0], "craving": [SECRET]},
        {"person": ["P"], "time": [1.0], "craving": [NUMBER]},
        {"person": ["P"], "time": [1.0], "craving": [Written()]},
        np.array([SECRET]),
        np.array([Written()], dtype=object),
        Written(),
        [Written()],
        NUMBER,
        [NUMBER],
        {"craving": NUMBER},
        lambda *_: [SECRET],
    ]


MODEL = relapse.Model.standard()
PLAN = relapse.Plan.from_dict(
    {
        "schema": "relapse/plan/1",
        "person": "P",
        "version": 1,
        "reasons": [SECRET],
        "contacts": [{"name": "Mira", "role": "friend", "consent": ["support"]}],
        "triggers": [{"situation": "II-B", "words": SECRET}],
    }
)
TABLE = {"person": ["P", "P"], "time": [1.0, 2.0], "craving": [1.0, 2.0]}
FORECASTS = {
    "person": ["P", "P", "Q", "Q"],
    "time": [1.0, 2.0, 1.0, 2.0],
    "outcome": [0.0, 1.0, 0.0, 1.0],
    "predicted": [0.1, 0.9, 0.2, 0.7],
}

#: What a call gets under these names where the wrong value stands elsewhere.
RIGHT: dict[str, Any] = {
    "model": MODEL,
    "plan": PLAN,
    "check_ins": TABLE,
    "responses": TABLE,
    "batch": TABLE,
    "batches": [TABLE],
    "amounts": {**TABLE, "amount": [1.0, 2.0]},
    "patterns": {**TABLE, "status": [0.0, 1.0]},
    "predictions": FORECASTS,
    "scores": TABLE,
    "predicted": "predicted",
    "rows": 1,
    "to": ["lapse"],
    "days": 2.0,
    "time": 5.0,
    "now": 5.0,
    "reports": [],
    "recovery_start": 0.0,
    "learning": [],
    "answers": {"craving": 1},
    "action": "urge_surfing",
    "helped": 5.0,
    "item": "craving",
    "instrument": "phq9",
    "other": PLAN,
    "later": PLAN,
    "changes": {"time_zone": "UTC"},
    "device": "phone",
    "contact": "Mira",
    "parameter": "rate:*",
    "values": [1.0],
    "levels": [],
    "problem": "is wrong",
    "text": "{}",
    "document": {},
    "moment": 5.0,
    "flag": "self_harm",
    "locale": "en",
    "evaluations": {},
    "heavy": 5.0,
    "grams": [1.0],
    "path": "nowhere.csv",
    "outcome": "outcome",
    "key": "level.low",
    "event": {"id": "1", "at": 4.0, "kind": "note", "text": SECRET},
    "before": 3.0,
    "count": 1,
}
#: What every call gets that takes it: the walk is long.
ALWAYS = {
    "draws": 0,
    "threads": 1,
    "starts": 1,
    "max_iterations": 1,
    "max_seconds": 0.1,
    "persons": 2,
    "folds": 2,
    "covariance": "none",
}
#: What names a place (a column, a file, an item, a number of a model), which an error
#: has to name.
PLACES = set(
    """
    path person who time outcome predicted lapse groups craving
    confidence amount heavy free parameter mapping status columns value every items
    item column fields risk
    """.split()
)


def owners() -> dict[type, Any]:
    monitor = relapse.Monitor(MODEL)
    assessment = monitor.update(1.0, {"craving": 1})
    return {
        relapse.Model: MODEL,
        relapse.Plan: PLAN,
        relapse.Monitor: monitor,
        relapse.CaseFile: relapse.CaseFile(MODEL),
        relapse.Assessment: assessment,
        relapse.Wording: relapse.find_wording("de"),
        relapse.LevelCuts: relapse.LevelCuts({"guarded": 0.1}, {}),
        relapse.Zone: relapse.zone("UTC"),
        relapse.BatchScorer: relapse.BatchScorer(MODEL),
        relapse.Instrument: relapse.Instrument.named("phq9"),
        relapse.ModelCard: relapse.model_card(MODEL, {}),
    }


def calls() -> Iterator[tuple[str, Any, list[str]]]:
    """All public functions, constructors and methods, and the names they take."""
    for name in sorted(relapse.__all__):
        thing = getattr(relapse, name)
        if not callable(thing):
            continue
        if not inspect.isclass(thing):
            yield name, thing, names_of(thing)
        elif not issubclass(thing, BaseException):
            yield name, thing, names_of(thing.__init__)
            for part in sorted(vars(thing)):
                method = getattr(thing, part)
                if not part.startswith("_") and callable(method):
                    yield f"{name}.{part}", method, names_of(method)


def names_of(function: Any) -> list[str]:
    try:
        taken = inspect.signature(function).parameters.values()
        return [p.name for p in taken if p.name != "self" and p.kind.name[:3] != "VAR"]
    except (TypeError, ValueError):
        # Of the extension: the signatures stand in the text.
        found = re.findall(r"[(,] ?(?:\*, )?(\w+): ", function.__doc__ or "")
        return [name for name in dict.fromkeys(found) if name != "self"]


def required(function: Any, names: list[str]) -> list[str]:
    try:
        taken = inspect.signature(function).parameters
    except (TypeError, ValueError):
        text = (
            function.__init__.__doc__ if inspect.isclass(function) else function.__doc__
        )
        optional = re.findall(r"(\w+): [^=()]*? = ", text or "")
        return [name for name in names if name not in optional]
    return [n for n in names if taken[n].default is inspect.Parameter.empty]


def is_a_name(value: Any) -> bool:
    if isinstance(value, (list, tuple, set, np.ndarray)):
        return all(map(is_a_name, value))
    return isinstance(value, (str, bytes)) or type(value) is int


def said(error: BaseException) -> str:
    """All that a log shows of an error, and of those behind it."""
    shown = []
    seen: BaseException | None = error
    while seen is not None:
        shown += [str(seen), repr(seen), *getattr(seen, "__notes__", [])]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(shown)


def leaks() -> Iterator[str]:
    kept = owners()
    for name, function, names in calls():
        owner = getattr(relapse, name.partition(".")[0])
        bound = function
        if "." in name and owner in kept:
            bound = getattr(kept[owner], name.partition(".")[2])
        for at in names:
            for value in wrong():
                if at in PLACES and is_a_name(value):
                    continue
                given = {n: RIGHT[n] for n in required(function, names) if n in RIGHT}
                given |= {n: v for n, v in ALWAYS.items() if n in names}
                given[at] = value
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        bound(**given)
                except Exception as error:
                    text = said(error)
                    if SECRET in text or str(NUMBER) in text:
                        given_as = f"{name}({at}={type(value).__name__})"
                        yield ascii(f"{given_as}: {type(error).__name__}: {text[:150]}")


def test_no_public_call_repeats_what_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # some of the calls write where they are told
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    found = list(leaks())
    from matplotlib import pyplot

    pyplot.close("all")  # the walk draws too
    assert not found, "\n".join(found)


def test_the_walk_meets_every_public_call() -> None:
    met = {name for name, _, names in calls() if names}
    assert len(met) > 90
    assert {"Monitor.update", "Plan.revise", "after_use", "review", "score"} <= met


def test_what_shows_an_object_has_no_words_in_it() -> None:
    shown = [repr(PLAN), repr(PLAN.contacts), repr(PLAN.triggers), repr(PLAN.reasons)]
    assert SECRET not in "".join(shown[:3])
    later = PLAN.revise({"reasons": ["x"]}, device="phone", time="2026-04-01T08:00Z")
    other = PLAN.revise({"time_zone": SECRET}, device="car", time="2026-04-01T09:00Z")
    assert SECRET not in repr(later.merge(other)) + repr(PLAN.diff(other))
    assert SECRET not in repr(PLAN.check(MODEL)) + repr(owners())


@pytest.mark.parametrize(
    "words",
    [
        ("score", "x.csv", "--threads", SECRET),
        ("score", "x.csv", "--attention", SECRET),
        ("score", "x.csv", "--on-error", SECRET),
        ("score", "x.csv", SECRET),
        ("score", "x.csv", f"--note={SECRET}"),
        ("score", "x.csv", f"--json={SECRET}"),
        (SECRET,),
        ("simulate", "--days", SECRET),
    ],
)
def test_misuse_of_the_command_repeats_nothing(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(words)
    printed = capsys.readouterr()
    assert SECRET not in printed.err + printed.out
    assert printed.err


# What people look at, and what machines read


def test_a_terminal_obeys_nothing_that_a_table_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "x.csv"
    name = "A\x1b]0;owned\x07\x9b31m\u202e"
    table.write_text(f"person,time,self_harm\n{name},1,3\n{name},2,x\n", "utf-8")
    assert main(["score", str(table), "--attention", "3", "--on-error", "collect"]) == 0
    assert main(["score", str(table)]) == 1
    printed = capsys.readouterr()
    for odd in "\x1b\x07\x9b\u202e":
        assert odd not in printed.out + printed.err
    assert main(["score", str(table), "--json", "--on-error", "collect"]) == 0
    assert json.loads(capsys.readouterr().out)["scores"][0]["person"] == name


def test_a_spreadsheet_runs_no_cell_and_machines_get_them_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [
        "=1+1",
        "+cmd|'/c calc'!A1",
        "-2+cmd|x!A",
        "@SUM(1)",
        "\t=1",
        "A",
        "-5",
        "+49 170 1234567",
    ]
    table = tmp_path / "x.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [["person", "time", "craving"], *([name, 1, 1] for name in names)]
        )
    known = [name.strip() for name in names]
    assert main(["score", str(table), "-o", str(tmp_path / "s.csv")]) == 0
    assert "apostrophe" in capsys.readouterr().err
    with (tmp_path / "s.csv").open(encoding="utf-8") as file:
        written = [row["person"] for row in csv.DictReader(file)]
    assert written == [f"'{n}" for n in known[:5]] + known[5:]
    assert main(["score", str(table)]) == 0
    printed = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert [row["person"] for row in printed] == known
    assert main(["score", str(table), "-o", str(tmp_path / "s.json")]) == 0
    listed = json.loads((tmp_path / "s.json").read_text("utf-8"))
    assert [row["person"] for row in listed] == known


def test_no_error_or_warning_names_a_choice_or_repeats_a_whole_document(
    tmp_path: Path,
    write: Write,
) -> None:
    path = tmp_path / "made.json"
    several = {"person": "a", "time": 1, "triggers": ["home", SECRET], "words": SECRET}
    path.write_text(json.dumps([several, several | {"time": 2}]))
    resource = json.dumps({"resourceType": "Observation", "valueString": SECRET})
    by_row = write(
        json.dumps({"person": {"0": {"a": SECRET}}, "time": {"0": 1}}), "by_row.json"
    )
    table = {"person": ["a"], "time": [1.0], f"triggers[{SECRET}]": [1.0]}
    unsafe = {"person": ["a"], "time": [1.0], f"self_harm[{SECRET}]": [1.0]}
    long = {"person": ["a"], "time": [1.0], "value": [1.0]}
    for call in (
        lambda: relapse.read_check_ins(path, items={"triggers": "t"}),
        lambda: relapse.read_check_ins(path, items={"urge": "craving"}),
        lambda: relapse.read_check_ins(by_row),
        lambda: relapse.read_check_ins(resource, mapping="fhir"),
        lambda: relapse.read_check_ins(f"  [{resource}]"),
        lambda: relapse.read_check_ins(f"person,time\na,{SECRET}"),
        lambda: relapse.fhir.read(resource),
        lambda: relapse.score(table, "standard"),
        lambda: relapse.score(unsafe, "standard"),
        lambda: relapse.score(long | {"item": [f"self_harm[{SECRET}]"]}, "standard"),
        lambda: relapse.score(long | {"item": [f"day[{SECRET}]"]}, "standard"),
    ):
        with pytest.raises((relapse.InvalidInput, UserWarning)) as error:
            call()
        assert SECRET not in str(error.value)
