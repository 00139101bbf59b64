"""Derives weekly_bam.json, beside this file, from standard.json.

The standard model asked by one weekly BAM-IOP. Weights per standard deviation are kept:
an effect per unit is the standard model's times the SD that it assumes over the SD of the
BAM item. Laws of days of use come from a simulation of the standard model.

Run, with relapse installed: python3 src/models/weekly_bam.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

import relapse

HERE = Path(__file__).parent
WEEK = 7
WEEK_AND_MORE = 7.5  # so that a check-in a week later sees it
REPORTED = 0.9  # expert default of the standard model: one in ten episodes not reported
ALCOHOL = 0.5  # expert default: how often the substance is alcohol
LEAST = 1e-4  # probability of what was not seen in the simulation, expert default

#: Determinant: BAM item, scale, reference, SD of the standard model, SD of the item.
#: References and SDs are means and SDs of Cacciola 2013 at intake (n = 150; where given,
#: halfway to those after 3 months), as shares of the range.
FED = {
    "craving": ("8", [0, 4], 0.325, 0.25, 0.29),
    "low_confidence": ("9", [4, 0], 0.245, 0.20, 0.31),
    "negative_affect": ("3", [0, 7], 0.39, 0.22, 0.35),
    "poor_sleep": ("2", [0, 7], 0.46, 0.23, 0.38),
    "low_attendance": ("10", [7, 0], 0.655, 0.29, 0.37),
    "low_routine": ("13", [7, 0], 0.785, 0.21, 0.31),
    "instability": ("14", [4, 0], 0.58, 0.26, 0.49),
    "conflict": ("15", [0, 4], 0.24, 0.22, 0.29),
    "low_support": ("16", [7, 0], 0.45, 0.23, 0.42),
}
#: One item, days in risky situations, stands for the exposure to two of the categories.
SITUATIONS = ("situation:I-E", "situation:II-B")
SITUATION_SD, RISKY_SD = 0.06, 0.11  # x = exposure (SD .33) x lack of confidence (.27)
HEALTH_SD = 0.27
#: What the standard model knows without asking, or asks beside the BAM.
KEPT = (
    "craving_rise",
    "missed_medication",
    "stopped_medication",
    "since_use",
    "recent_use",
    "lapses",
    "share_missed",
)

Document = dict[str, Any]


def ratio(determinant: str) -> float | None:
    """Return the factor of the effects of a determinant; None: it is not asked."""
    if determinant in FED:
        return FED[determinant][3] / FED[determinant][4]
    if determinant == "craving_rise":
        return ratio("craving")
    if determinant in SITUATIONS:
        return SITUATION_SD / RISKY_SD
    return 1.0 if determinant in KEPT else None


def effects(standard: dict[str, float]) -> dict[str, float]:
    found = {}
    for determinant, weight in standard.items():
        factor = ratio(determinant)
        if factor is not None:
            found[determinant] = round(weight * factor, 3)
    if "situation:I-B" in standard:
        found["poor_health"] = round(
            standard["situation:I-B"] * SITUATION_SD / HEALTH_SD, 3
        )
    return found


def days_of_use() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return laws of days with use and with heavy use in a week, by stage at its end."""
    model = relapse.Model.standard()
    heavy = next(
        item["given"] for item in model.to_dict()["items"] if item["id"] == "heavy_use"
    )
    _, truth = relapse.simulate(
        model,
        persons=4000,
        days=90,
        answered=0.0,
        seed=20261122,
        truth=True,
        frame="dict",
    )
    rows = len(truth["time"]) // 4000
    stage = truth["true_stage"].reshape(4000, rows)
    used = truth["true_use"].astype(bool).reshape(4000, rows)
    # A day of use that ended before its check-in is one of a lapse.
    by_stage = np.vectorize(lambda s: heavy["relapse" if s == "relapse" else "lapse"])
    drawn = np.random.default_rng(20261122).random(used.shape)
    is_heavy = used & (drawn < by_stage(stage))
    any_law, heavy_law = {}, {}
    for name in model.stages:
        counts: list[list[int]] = [[], []]
        for end in range(WEEK, rows):
            at_end = stage[:, end] == name
            for k, days in enumerate((used, is_heavy)):
                counts[k] += days[at_end, end - WEEK + 1 : end + 1].sum(axis=1).tolist()
        any_law[name], heavy_law[name] = (
            np.bincount(days, minlength=WEEK + 1) / len(days) for days in counts
        )
    return any_law, heavy_law


def rounded(law: Any) -> list[float]:
    """Return probabilities of four decimals, none 0, which sum to 1."""
    found = np.maximum(np.asarray(law), LEAST)
    found = np.round(found / found.sum(), 4)
    found[found.argmax()] += 1.0 - found.sum()
    return [round(float(each), 4) for each in found]


def reported(law: Any) -> Any:
    none = np.zeros(WEEK + 1)
    none[0] = 1.0
    return REPORTED * np.asarray(law) + (1.0 - REPORTED) * none


def one_of_two(law: Any) -> list[float]:
    """Return the law of one of two questions about use, taken as independent.

    None to both is as likely as no use at all; days of use keep their proportions.
    """
    none = np.sqrt(law[0])
    rest = np.asarray(law[1:]) / (1.0 - law[0]) * (1.0 - none)
    return rounded([none, *rest])


def of_alcohol(law: Any) -> list[float]:
    none = np.zeros(WEEK + 1)
    none[0] = 1.0
    return rounded(ALCOHOL * np.asarray(law) + (1.0 - ALCOHOL) * none)


def bam(item: str) -> Document:
    return {"id": "bam_iop", "item": item}


def a_fact(laws: dict[str, list[float]]) -> dict[str, list[float]]:
    """Return laws by stage under which days of use tell of a stage of use."""
    stages = {s["id"]: s.get("use") for s in relapse.Model.standard().to_dict()["stages"]}
    none = [1.0] + [0.0] * WEEK
    return {name: law if stages[name] else none for name, law in laws.items()}


def use_items() -> list[Document]:
    any_law, heavy_law = days_of_use()
    one = a_fact({name: one_of_two(reported(law)) for name, law in any_law.items()})
    heavy = a_fact({name: of_alcohol(reported(law)) for name, law in heavy_law.items()})
    source = (
        "days of use in a week by the stage at its end, in 4000 persons of 90 days "
        "simulated from the standard model (D); one in ten episodes not reported (expert "
        "default); reported use is a fact: it cannot come from a stage without use"
    )
    both = "; none to both questions about use is as likely as no use at all (D)"
    half = "; the substance is alcohol in half (expert default)"
    asked = (
        ("alcohol_days", "4", "Days with alcohol in the last 7", "alcohol", one, both),
        (
            "heavy_drinking_days",
            "5",
            "Days of heavy drinking in the last 7",
            "alcohol",
            heavy,
            half,
        ),
        (
            "drug_days",
            "6",
            "Days with drugs or misused medication in the last 7",
            "",
            one,
            both,
        ),
    )
    return [
        {
            "id": id_,
            "role": "use",
            "label": label,
            "scale": [0, WEEK],
            "instrument": bam(number),
        }
        | ({"substance": substance} if substance else {})
        | {
            "family": "categorical",
            "levels": WEEK + 1,
            "given": given,
            "source": source + note,
        }
        for id_, number, label, substance, given, note in asked
    ]


def simulated(scale: list[int], reference: float, sd: float) -> Document:
    """Return how answers are simulated: half the variance between persons."""
    low, high = scale
    spread = round(abs(high - low) * sd * 0.5**0.5, 2)
    return {
        "mean": round(low + reference * (high - low), 2),
        "sd_between": spread,
        "sd_within": spread,
        "half_life_days": 21,
    }


def asked_item(id_: str, label: str, number: str, row: tuple[Any, ...]) -> Document:
    _, scale, reference, _, sd = row
    return {
        "id": id_,
        "role": "determinant",
        "label": label,
        "scale": scale,
        "simulate": simulated(scale, reference, sd),
        "instrument": bam(number),
        "source": "simulate: mean and SD from Cacciola 2013 (V) as shares of the range; "
        "split of the variance and half-life: expert default",
    }


def items(standard: Document) -> list[Document]:
    by_id = {item["id"]: item for item in standard["items"]}
    asked_for = {d["id"]: d.get("item") for d in standard["determinants"]}
    labels = {
        "sleep": "Nights with trouble sleeping in the last 7",
        "negative_affect": "Days of low, anxious or angry mood in the last 7",
        "meetings": "Days with a mutual-help meeting in the last 7",
        "routine": "Days at work, school or volunteering in the last 7",
        "instability": "Enough legal income",
        "support": "Days in contact with supportive people in the last 7",
        "craving": "Bothered by craving in the last 7 days",
        "confidence": "Confidence in staying without use",
        "conflict": "Bothered by conflict with people close to you",
    }
    found = use_items()
    signs = by_id["bottling_up"]["given"]
    found.append(
        {
            "id": "satisfaction",
            "role": "sign",
            "label": "Satisfaction with progress",
            "home": "emotional",
            "scale": [4, 0],
            "instrument": bam("17"),
            "family": "categorical",
            "levels": 5,
            "given": signs,
            "source": "sign: dissatisfaction, Gorski (V-sec); probabilities: those of a "
            "weak sign of the standard model, whose means of 3.0 and 2.4 of 4 in the "
            "first two stages lie about the 3.23 and 2.60 of Cacciola 2013 (V); expert "
            "default",
        }
    )
    found.append(by_id["missed_check_in"])
    for determinant, row in FED.items():
        id_ = asked_for[determinant]
        found.append(asked_item(id_, labels[id_], row[0], row))
        if "urgent_at" in by_id[id_] and by_id[id_]["scale"] == row[1]:
            found[-1]["urgent_at"] = by_id[id_]["urgent_at"]
    found.append(
        asked_item("health", "Physical health", "1", ("1", [0, 4], 0.58, 0, HEALTH_SD))
    )
    found.append(
        asked_item(
            "risky_situations",
            "Days in risky situations in the last 7",
            "11",
            ("11", [0, 7], 0.18, 0, 0.33),
        )
    )
    efficacy = asked_item(
        "efficacy",
        "Confidence in staying without use",
        "9",
        ("9", [0, 4], 0.755, 0, 0.31),
    )
    found.append(efficacy)
    found.append(by_id["medication"])
    return found + [item for item in standard["items"] if item["role"] == "safety"]


def slow(memory: Document) -> Document:
    """Return a memory of at least a week, the time that the answers are about."""
    if memory.get("kind") != "decay":
        return memory
    return memory | {"half_life_days": max(memory["half_life_days"], float(WEEK))}


def determinants(standard: Document) -> list[Document]:
    week = "; half-life: at least the week asked about (expert default)"
    found = []
    for rule in standard["determinants"]:
        id_ = rule["id"]
        if ratio(id_) is None:
            continue
        new = dict(rule)
        if "memory" in rule:
            new["memory"] = slow(rule["memory"])
        if id_ in FED:
            new["reference"] = FED[id_][2]
            new["source"] = "reference: mean of Cacciola 2013 (V)" + week
            new["source"] += "; weight per SD as in the standard model"
        if id_ in SITUATIONS:
            new |= {"exposure": "risky_situations", "efficacy": "efficacy"}
            new["source"] = (
                "days in risky situations of any kind, taken for both this category and "
                "the other of the two, which cover cues and company (expert default); "
                "weight per SD as in the standard model" + week
            )
        found.append(new)
    found.append(
        {
            "id": "poor_health",
            "item": "health",
            "reference": 0.58,
            "label": "Poor physical health",
            "memory": {"kind": "decay", "half_life_days": 14.0},
            "source": "reference: mean of Cacciola 2013 (V); weight per SD of situation "
            "I-B of the standard model; half-life: expert default",
        }
    )
    return found


def levels(standard: Document) -> Document:
    """Return the levels: of the floors those of what is asked, at the pace of weeks."""
    rules = []
    for floor in standard["levels"]["floors"]:
        after = floor["after"]
        if after == "use":
            rules.append(floor)
        elif "silent_days" in after:
            weeks = {5: 2, 14: 4}[after["silent_days"]]
            source = f"expert default: {weeks} weekly check-ins without an answer"
            rules.append(
                floor | {"after": {"silent_days": weeks * WEEK}, "source": source}
            )
        elif "flag" in after or after["item"] in ("medication", "meetings"):
            rules.append(floor)
        elif after["item"] == "craving":
            rules.append(floor | {"for_days": WEEK_AND_MORE})
    rules += [
        {
            "after": after,
            "level": "guarded",
            "for_days": WEEK_AND_MORE,
            "source": "expert default: " + why,
        }
        for after, why in (
            ({"item": "confidence", "at_most": 1}, "as in the standard model"),
            ({"item": "negative_affect", "at_least": 6}, "as in the standard model"),
            ({"item": "risky_situations", "at_least": 6}, "risky situations day by day"),
        )
    ]
    rules += [
        {
            "id": f"{after['item']}_newly_guarded",
            "after": after | {"newly": True},
            "level": "guarded",
            "for_days": 4 * WEEK + 0.5,
            "source": "expert default: not so the week before; after four weeks it is "
            "the person's usual and the number speaks",
        }
        for after in (
            {"item": "negative_affect", "at_least": 5},
            {"item": "risky_situations", "at_least": 4},
            {"item": "sleep", "at_least": 7},
            {"item": "conflict", "at_least": 4},
            {"item": "support", "at_most": 0},
            {"item": "instability", "at_most": 0},
            {"item": "health", "at_least": 4},
        )
    ]
    cuts = standard["levels"]["source"].split("; in data simulated")[0]
    source = (
        f"{cuts}; in data simulated from this model high has PPV .73 and sensitivity .45 "
        "for use within the week, of those not in use .32 and .22, before a first use "
        ".24 and .12: a weekly form sees use that goes on, and hardly a first one"
    )
    return standard["levels"] | {"floors": rules, "source": source}


def actions(standard: Document, asked: list[Document]) -> list[Document]:
    """Return the actions that answer to something asked, without the rest."""
    categories = {name.removeprefix("situation:") for name in SITUATIONS}
    uses = [item["id"] for item in asked if item["role"] == "use"]
    safety = {item["id"] for item in asked if item["role"] == "safety"}
    found = []
    for action in standard["actions"]:
        acts_on = {d: f for d, f in action["acts_on"].items() if ratio(d) is not None}
        after_use = "used" in action.get("items", ())
        if action["id"] == "talk_about_doubts" or not (acts_on or after_use):
            continue  # the form asks about no doubts
        new = action | {"acts_on": acts_on}
        new.pop("items", None)
        called_by = [i for i in action.get("items", ()) if i in safety]
        if after_use or called_by:
            new["items"] = [*(uses if after_use else ()), *called_by]
        situations = sorted(categories & set(action.get("situations", ())))
        new.pop("situations", None)
        if situations:
            new["situations"] = situations
        found.append(new)
    return found


def transition(rule: Document) -> Document:
    note = rule["source"].split("; effects as weight per SD")[0]
    note = note.replace("see calibration", "see its calibration")
    return rule | {
        "effects": effects(rule["effects"]),
        "source": "rate: as in the standard model, there: "
        + note.removeprefix("rate: ")
        + "; effects: those of the standard model by the ratio of the SDs (D)",
    }


def derive() -> Document:
    standard = json.loads((HERE / "standard.json").read_text(encoding="utf-8"))
    asked = items(standard)
    propensity = dict(standard["propensity"])
    propensity["prior"] = effects(propensity["prior"])
    propensity["source"] = "as in the standard model; " + propensity["source"]
    sources = dict(standard["sources"])
    sources["/start_effects"] += ", by the ratio of the SDs (D)"
    return {
        "schema": "relapse/model/1",
        "id": "weekly_bam",
        "version": "2.7.0",
        "title": "The standard model, asked by a weekly BAM",
        "description": "One BAM-IOP a week (the Brief Addiction Monitor about the last 7 "
        "days) drives the standard model: stages, rates, levels and actions are its own. "
        "Items 7A-7G and 12 of the form feed nothing. Weights per standard deviation are "
        "kept, means and SDs of the BAM items come from Cacciola 2013 (J Subst Abuse "
        "Treat 44:256, V, n = 150), laws of days of use from a simulation of the "
        "standard model. Medication and safety are asked beside the form: the BAM does "
        "not ask about thoughts of self-harm. Derived by src/models/weekly_bam.py; the "
        "marks and references are those of the standard model. Not a diagnosis and not a "
        "medical device.",
        "stages": standard["stages"],
        "initial": standard["initial"],
        "transitions": [transition(rule) for rule in standard["transitions"]],
        "propensity": propensity,
        "items": asked,
        "determinants": determinants(standard),
        "start_effects": {
            stage: effects(each) for stage, each in standard["start_effects"].items()
        },
        "horizons_days": standard["horizons_days"],
        "levels": levels(standard),
        "safety": standard["safety"],
        "actions": actions(standard, asked),
        "calibration": {
            "status": "expert default",
            "source": "not fitted to data; derived from the standard model; 7-day risk "
            "in data simulated from it AUROC .80, of those not in use .72, before a "
            "first use .71: facts about the model and not about people",
        },
        "sources": sources,
    }


if __name__ == "__main__":
    model = relapse.Model.from_dict(derive())
    (HERE / "weekly_bam.json").write_text(model.to_json() + "\n", encoding="utf-8")
