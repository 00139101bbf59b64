"""Answers that persist and habits: the reference by itself, before any engine.

The reference is checked a second time: every way through stages, nodes, copies and fresh
answers of a short series is enumerated and summed.
"""

from __future__ import annotations

import copy
import itertools
import math
from typing import Any

import numpy as np
import pytest
from reference import Reference, nodes, random_check_ins, random_model, with_silence
from scipy.special import expit, logit

Document = dict[str, Any]
FAMILIES = ["bernoulli", "categorical", "poisson", "negative_binomial"]
EXACT = 1e-12


def lasting(document: Document, share: Any, half_life: float | None) -> Document:
    """The document with every sign persistent."""
    result = copy.deepcopy(document)
    for item in result["items"]:
        if item["role"] == "sign":
            item["persistence"] = {"share": share, "half_life_days": half_life}
    return result


def with_habit(document: Document, strength: float) -> Document:
    result = copy.deepcopy(document)
    signs = [i["id"] for i in result["items"] if i["role"] == "sign"]
    result["habits"] = [{"id": "style", "items": dict.fromkeys(signs, strength)}]
    return result


def series(seed: int, count: int = 6) -> tuple[Document, list[Document]]:
    rng = np.random.default_rng(seed)
    document = random_model(rng, 3, FAMILIES, effects=False, propensity=2, silence=True)
    return document, random_check_ins(rng, document, count)


# Laws ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_no_share_and_no_strength_change_nothing(seed: int) -> None:
    document, rows = series(seed)
    plain = Reference(document).run(rows)
    other = Reference(with_habit(lasting(document, 0.0, 3.0), 0.0)).run(rows)
    for a, b in zip(plain, other, strict=True):
        assert abs(a["log_likelihood"] - b["log_likelihood"]) < EXACT
        np.testing.assert_allclose(a["stages"], b["stages"], rtol=0, atol=EXACT)
        for days in a["risk"]:
            assert abs(a["risk"][days] - b["risk"][days]) < EXACT


def test_the_same_answer_again_moves_nothing_where_all_is_copied() -> None:
    document, _ = series(1)
    for item in document["items"]:  # use is a fact of its own, and does not persist
        item.pop("missing_is_a_level", None)
    reference = Reference(with_habit(lasting(document, 1.0, None), 0.8))
    answers = {"sign_0": 1, "sign_1": 1, "sign_2": 3, "sign_3": 0}
    low = reference.items["sign_1"].get("scale", [0])[0]
    answers["sign_1"] += low
    rows = [{"time": float(t), "answers": dict(answers)} for t in (0, 1, 5)]
    steps = reference.walk(rows)
    for step in steps[1:]:
        np.testing.assert_allclose(step.joint, step.known, rtol=0, atol=EXACT)
        assert abs(step.log_likelihood) < EXACT


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_items_is_of_no_account(seed: int) -> None:
    document, rows = series(seed)
    document = with_habit(lasting(document, 0.6, 4.0), 0.7)
    turned = document | {"items": document["items"][::-1]}
    for a, b in zip(
        Reference(document).run(rows), Reference(turned).run(rows), strict=True
    ):
        np.testing.assert_allclose(a["stages"], b["stages"], rtol=0, atol=EXACT)


@pytest.mark.parametrize("settle", [0.0, 0.4, 0.9])
def test_a_law_of_answers_sums_to_one(settle: float) -> None:
    item = {
        "id": "sign", "role": "sign", "family": "categorical", "levels": 3,
        "missing_is_a_level": True,
        "persistence": {"share": [0.9, 0.5, 0.2], "half_life_days": [4.0, 2.0, 1.0],
                        "settle": settle},
        "given": {"calm": [0.6, 0.25, 0.05, 0.1], "use": [0.1, 0.2, 0.3, 0.4]},
    }  # fmt: skip
    reference = Reference(small([item]) | {"habits": [{"items": {"sign": 1.2}}]})
    for last in (0, 1, 2):
        state = reference.observe(None, {"time": 0.0, "answers": {"sign": last}})
        chances = [reference.density("sign", y, state, 1.5) for y in range(4)]
        np.testing.assert_allclose(sum(chances), 1.0, rtol=0, atol=EXACT)
        np.testing.assert_allclose(chances[3], [[0.1, 0.4]] * 10, rtol=0, atol=EXACT)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_forecast_of_an_answer_is_what_the_next_row_finds(family: str) -> None:
    rng = np.random.default_rng(5)
    document = random_model(rng, 3, [family], effects=False, propensity=2)
    document = with_habit(lasting(document, 0.7, 2.0), 0.9)
    reference = Reference(document)
    low = document["items"][0].get("scale", [0])[0]
    rows = [
        {"time": 0.0, "answers": {"sign_0": 1 + low}},
        {"time": 0.5, "answers": {"sign_0": low}},
    ]
    forecast = reference.forecast(rows, "sign_0", 1.25)
    found = [
        math.exp(
            reference.walk([*rows, {"time": 1.75, "answers": {"sign_0": y + low}}])[
                -1
            ].log_likelihood
        )
        for y in range(40 if "i" in family and family[0] in "pn" else len(forecast))
    ]
    if len(forecast) == 1:  # a mean
        mean = sum(y * p for y, p in enumerate(found))
        assert abs(mean - forecast[0]) < 0.02 * forecast[0]
    else:
        np.testing.assert_allclose(found, forecast, rtol=0, atol=EXACT)


def test_a_fact_stays_a_fact_where_use_persists() -> None:
    use = {"id": "used", "role": "use", "family": "bernoulli",
           "persistence": {"share": 0.9, "half_life_days": None},
           "given": {"calm": 0.0, "use": 0.8}}  # fmt: skip
    reference = Reference(small([use]))
    rows = [
        {"time": float(t), "answers": {"used": u}} for t, u in enumerate((1, 1, 0, 1))
    ]
    stages = [out["stages"] for out in reference.run(rows)]
    assert [calm > 0.0 for calm, _ in stages] == [False, False, True, False]


# Every way ----------------------------------------------------------------------------


def small(items: list[Document]) -> Document:
    return {
        "stages": [{"id": "calm"}, {"id": "use", "use": "lapse"}],
        "initial": {"calm": 0.8, "use": 0.2},
        "transitions": [
            {"from": "calm", "to": "use", "rate": 0.2, "direction": "toward_use"},
            {"from": "use", "to": "calm", "rate": 0.5, "direction": "recovery"},
        ],
        "propensity": {"nodes": 2, "loadings": {"toward_use": 0.8, "recovery": -0.3}},
        "items": items, "determinants": [], "horizons_days": [1, 7],
        "levels": {"horizon_days": 7, "cuts": {}, "lower_after_days": 3},
    }  # fmt: skip


GRADED = {"calm": [0.7, 0.2, 0.1], "use": [0.2, 0.3, 0.5]}
YES = {"calm": 0.1, "use": 0.6}
SHARE, HALF_LIFE, STRENGTH, OWN = 0.8, 3.0, 0.9, 0.6


def fresh(item: str, y: int, stage: str, style: float, own: float) -> float:
    """The law of a fresh answer, written once more: habit in levels, on the logit."""
    if item == "yes":
        p = float(expit(logit(YES[stage]) + STRENGTH * style + OWN * own))
        return p if y else 1 - p
    w = np.array(GRADED[stage]) * np.exp(STRENGTH * style * np.array([-1.0, 0.0, 1.0]))
    return float(w[y] / w.sum())


@pytest.mark.parametrize(
    ("settle", "lives"), [(0.0, [HALF_LIFE] * 3), (0.4, [6.0, 3.0, 1.5])]
)
def test_every_way_through_a_short_series(settle: float, lives: list[float]) -> None:
    lasts = {"share": SHARE, "half_life_days": HALF_LIFE}
    settles = {"share": SHARE, "half_life_days": lives, "settle": settle}
    graded = {"id": "graded", "role": "sign", "family": "categorical", "levels": 3,
              "persistence": settles, "given": GRADED}  # fmt: skip
    yes = {"id": "yes", "role": "sign", "family": "bernoulli", "persistence": lasts,
           "habit": OWN, "given": YES}  # fmt: skip
    document = small([graded, yes])
    document["habits"] = [
        {"id": "style", "nodes": 3, "items": {"graded": STRENGTH, "yes": STRENGTH}}
    ]
    rows = [
        {"time": 0.0, "answers": {"graded": 2, "yes": 1}},
        {"time": 1.0, "answers": {"graded": 2}},
        {"time": 1.5, "answers": {"graded": 0, "yes": 1}},
        {"time": 4.0, "answers": {"graded": 0, "yes": 0}},
    ]
    names = ["calm", "use"]
    total, at_end = 0.0, dict.fromkeys(names, 0.0)
    for eta, style, own in itertools.product(nodes(2), nodes(3), nodes(5)):
        a, b = 0.2 * math.exp(0.8 * eta), 0.5 * math.exp(-0.3 * eta)
        for way in itertools.product(names, repeat=4):
            chance = 1 / 30 * {"calm": 0.8, "use": 0.2}[way[0]]
            for k in range(1, 4):  # two states: the exponential in closed form
                days = rows[k]["time"] - rows[k - 1]["time"]
                leave = a if way[k - 1] == "calm" else b
                moved = leave / (a + b) * (1 - math.exp(-(a + b) * days))
                chance *= moved if way[k] != way[k - 1] else 1 - moved
            told = [
                (k, i, y) for k, row in enumerate(rows) for i, y in row["answers"].items()
            ]
            for copies in itertools.product([False, True], repeat=len(told)):
                last: dict[str, tuple[float, int]] = {}
                weight = 1.0
                for (k, item, y), is_copy in zip(told, copies, strict=True):
                    keeps = 0.0
                    copied = 0.0
                    if item in last:
                        before = last[item][1]
                        life = lives[before] if item == "graded" else HALF_LIFE
                        keeps = SHARE * 2 ** (-(rows[k]["time"] - last[item][0]) / life)
                        by = settle if item == "graded" else 0.0
                        below = [by**n for n in range(before + 1)]
                        copied = below[before - y] / sum(below) if y <= before else 0.0
                    if is_copy:
                        weight *= keeps * copied
                    else:
                        weight *= (1 - keeps) * fresh(item, y, way[k], style, own)
                    last[item] = (rows[k]["time"], y)
                total += chance * weight
                at_end[way[3]] += chance * weight
    out = Reference(document).run(rows)
    assert abs(sum(o["log_likelihood"] for o in out) - math.log(total)) < EXACT
    assert abs(out[-1]["stages"][0] - at_end["calm"] / total) < EXACT


# How often one asks, and silence ------------------------------------------------------


def signs_only(levels: Any) -> Document:
    lasts = {"share": 0.998, "half_life_days": 7.0}
    item = {"role": "sign", "family": "categorical", "levels": 3, "given": levels}
    return small([item | {"id": f"sign_{k}", "persistence": lasts} for k in range(8)])


@pytest.mark.parametrize("answer", [0, 1, 2])
def test_asking_eight_times_as_often_says_no_more(answer: int) -> None:
    given = {"calm": [0.7, 0.2, 0.1], "use": [0.4, 0.3, 0.3]}
    document = signs_only(given)
    odds = []
    for every in (1.0, 0.125):
        times = np.arange(0.0, 14.0 + every / 2, every)
        rows = [
            {"time": float(t), "answers": {f"sign_{k}": answer for k in range(8)}}
            for t in times
        ]
        risk = Reference(document).run(rows)[-1]["risk"][1]
        odds.append(risk / (1 - risk))
    assert 1 / 1.5 < odds[1] / odds[0] < 1.5


def test_silence_sent_or_left_out_is_the_same() -> None:
    document, _ = series(2)
    document = lasting(document, 0.97, 7.0)
    told = [
        {"time": 0.0, "answers": {"sign_0": 0}},
        {"time": 1.0, "answers": {"sign_0": 1}},
    ]
    sent = [*told, *({"time": float(t), "answers": {}} for t in range(2, 7)),
            {"time": 7.0, "answers": {"sign_0": 0}}]  # fmt: skip
    made = with_silence([told[0], told[1], sent[-1]], 1.0)
    assert [row["time"] for row in made] == [row["time"] for row in sent]
    assert (
        Reference(document).run(made)[-1]["stages"]
        == Reference(document).run(sent)[-1]["stages"]
    )
    assert len(with_silence(told, 1.0, until=3.4)) == 3  # half a day late is not missed
    assert len(with_silence(told, 1.0, until=3.5)) == 4
