"""The weekly model as a document to ship, with its model card.

    python examples/opioid_ship.py [--data DIR] [--output FOLDER] MODEL.json CARD.md

Fits to all persons (or takes FOLDER/full.json), states the source of every number, cuts
levels by alerts, and writes the card with the figures of the folds: run
opioid_validation.py before.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd
from opioid_levels import any_use, find_line, scores_of_folds
from opioid_validation import TASKS, fit_or_load, judge, read_weeks
from opioid_weekly import with_protocol
from outcome_check import DATA

import relapse

TRIALS = "NIDA CTN-0027, -0030, -0051 (public data of CTN-0094, Balise et al.)"
#: Alerts per person and month that each level may raise: expert default.
ALERTS = {"guarded": 2.0, "elevated": 1.2, "high": 0.7, "critical": 0.4}

CARD = {
    "summary": "Weekly urine screens and self-reported days of use in treatment for "
    "opioid use; six stages, among them concealed use and drop-out; the proneness of "
    "a person slows recovery.",
    "background": "In treatment for opioid use, use comes and goes within weeks, and "
    "about half of the people of these trials return to it by week 12. Weekly urines "
    "and reports are there anyway; what they say together about the week ahead is "
    "seldom worked out.",
    "target_population": "Adults in treatment for opioid use with weekly visits. "
    "Decision support for professionals; not a diagnosis and not a medical device.",
    "inequalities": "Who comes less often to visits is seen less by the model. The "
    "public tables hold no ethnicity and no income.",
    "objectives": "Development, with internal validation by folds of persons.",
    "data_sources": "Three randomised trials, harmonised as CTN-0094 (Balise et al.; "
    "Luo et al. 2024, JAMA Psychiatry 81:45). MIT licence; the data are not shipped.",
    "dates": "Not in the public tables; weeks are counted from the start of each trial.",
    "setting": "Outpatient and inpatient treatment programmes that took part in the "
    "three trials of the NIDA Clinical Trials Network, in the United States.",
    "eligibility": "Randomised in CTN-0027, -0030 or -0051. Of 2492 people, the 1507 "
    "whose weekly rows the public tables of this project hold.",
    "treatments": "Buprenorphine, methadone, extended-release naltrexone; the arms act "
    "on every movement and on the start.",
    "data_preparation": "Self-report up to the last visit of the week alone: what was "
    "reported later for that week is not used.",
    "outcome": "Next week's urine screen for opioids, given that it is observed.",
    "outcome_assessors": "The staff of the trials.",
    "outcome_blinding": "The urine was tested years before the prediction was made.",
    "predictor_choice": "The urine, the days of use reported, the days with medication, "
    "and what the protocol says of a week: arm, week of the study, phase. More signs "
    "(other substances, withdrawal, pain) made predictions for held-out persons worse.",
    "predictor_assessors": "Urine by the trial's staff; days of use by the person, "
    "asked at the visit; doses from the trial's records.",
    "sample_size": "All that there is: 1507 people, 35,238 person-weeks, 17,857 weeks "
    "whose next urine is known. No calculation of the size was made.",
    "missing_data": "A urine that was scheduled and not given is a level of its own; "
    "one that was not scheduled, and a report that is not there, add nothing.",
    "use_of_data": "Figures: fitted to four folds of persons and judged on the fifth, "
    "in turn. The model that is shipped: fitted to all persons.",
    "clusters": "Persons are never split. Trials are compared, not modelled.",
    "updating": "The risk stands on a line that was found for people left out, beside "
    "any use seen in the week after. Levels were cut by alerts on the same people, in "
    "weeks in which use was not sure.",
    "class_imbalance": "Left as it is: nothing was weighted or resampled.",
    "model_development": "Hidden Markov chain in continuous time, whose answers persist "
    "a little; to the maximum of the likelihood with a weak prior, and from there to the "
    "log score of the next urine with a tenth of the likelihood. "
    "Effects of days without medication keep their sign, so that the risk of use never "
    "falls as they become more; they act on no movement between the two stages without "
    "use, nor to or from not coming but that out of use. Figures from five folds by "
    "person.",
    "differences": "None: folds of the same trials. External validation is to be done.",
    "ethics": "Public data without names; approvals are those of the trials.",
    "funding": "None for this model. The trials were paid by NIDA.",
    "protocol": "None was published for this model.",
    "registration": "None for this model.",
    "data_availability": "Public: CTN-0094 (Balise et al.), MIT licence.",
    "public_involvement": "None.",
    "participant_flow": "2492 randomised, 1507 in the weekly tables; 1361 with at "
    "least one prediction whose next urine is known; 1327 in the landmark analysis.",
    "participant_characteristics": "Of the 1327 in the landmark table: median age 33 "
    "(18 to 67), 66 % male.",
    "participant_comparison": "The same persons, in folds.",
    "performance": "For persons who were not fitted to:",
    "heterogeneity": "By trial and sex, for persons who were not fitted to:",
    "updating_results": "None.",
    "interpretation": "Weeks of a person who uses are told from weeks of one who does "
    "not; within a person the order of weeks is told less well (median AUROC about "
    ".6). In CTN-0030 discrimination is lower, in CTN-0051 use came less often than "
    "foretold.",
    "user_interaction": "A professional reads level, risk with interval and reasons "
    "beside what the person says; no number alone decides who is contacted. Weekly "
    "visits with a urine and a question on the days of use are enough.",
    "code_availability": "examples/opioid_validation.py, examples/opioid_levels.py and "
    "examples/opioid_ship.py.",
    "fairness": "Compared between trials, and by sex where the public landmark table "
    "has it; no number depends on either. Ethnicity is not in the data.",
    "limitations": "Three trials of one network; nearly half of the urines are "
    "missing. Boosted trees on engineered features foretell the next urine and the "
    "landmark better. In the fragile stage use follows within days: the chain tells "
    "weeks apart, not days. Not coming is a stage in which use is not seen, so its "
    "risk is that of use that will be seen. Hardly anybody of these trials did well "
    "without medication for long: from the fourth week without a dose on, in weeks of a "
    "negative urine and no told use (437), use within 7 days is said to be .79 and was "
    "seen in .12, so that somebody who does well without medication is not a person "
    "this model is for.",
    "next_steps": "Recalibrate on local data before use; external validation.",
}


def with_sources(
    model: relapse.Model, weeks: pd.DataFrame, folder: Path
) -> relapse.Model:
    """Return the document with its sources, its risk on the line of the folds in the
    folder, and its levels cut by alerts.
    """
    document: dict[str, Any] = model.to_dict()
    fitted = document["calibration"]["source"]
    for rule in [*document["dimensions"], *document["transitions"], *document["items"]]:
        if rule["source"].startswith("fitted to"):
            rule["source"] = f"{TRIALS}: {rule['source']}"
    document["id"], document["version"] = "opioid_weekly", "2.6.0"
    document["description"] = CARD["summary"]
    document["calibration"] = {
        "status": "validated by folds of persons, not externally",
        "source": f"{TRIALS}; {fitted}",
    }
    seen = any_use(weeks)
    intercept, slope = find_line(scores_of_folds(weeks, folder)["risk_7d"], seen)
    rows = seen["now"].eq(0) & seen["later"].notna()
    document["risk_recalibration"] = {
        "intercept": intercept,
        "slope": slope,
        "status": f"found within 7 days on {rows.sum()} weeks of "
        f"{weeks.loc[rows, 'person'].nunique()} people without use seen in the week, by "
        "fits that had not seen them; use is any that was seen in the week after",
    }
    model = relapse.Model.from_dict(document)
    scores = relapse.score(with_protocol(weeks), model)
    risk = f"risk_{document['levels']['horizon_days']:g}d"
    # Who is in use for sure is critical, and on a list of their own.
    at_risk = scores[risk].lt(1.0)
    cuts = relapse.choose_cuts(
        scores.assign(outcome=weeks["next_use_obs"])[at_risk],
        predicted=risk,
        alerts=ALERTS,
    )
    return cuts.apply_to(model, "alerts per person and month in weeks of these "
                         "trials in which use is not sure: "
                         + ", ".join(f"{k} {v:g}" for k, v in ALERTS.items())
                         + " (expert default)")  # fmt: skip


def stage_table(model: relapse.Model, check_ins: pd.DataFrame) -> str:
    """Return what each stage gives, how often it is there, and its risk, as a table."""
    document = model.to_dict()
    given = {rule["id"]: rule["given"] for rule in document["items"] if "given" in rule}
    found = relapse.smooth(check_ins, model)
    use = [stage["id"] for stage in document["stages"] if "use" in stage]
    risk = model.passage_probability(to=use, days=7.0)
    lines = [
        "| stage | share of weeks | use within 7 days | urine negative, positive, "
        "not given | days of use 0, 1, 2-3, 4-6, 7 |",
        "|---|---|---|---|---|",
    ]
    for stage, ahead in zip(model.stages, risk, strict=True):
        share = found[f"stage_{stage}"].mean()
        urine, days = (
            ", ".join(f"{p:.2f}" for p in given[item][stage])
            for item in ("urine", "use_days")
        )
        lines.append(f"| {stage} | {share:.2f} | {ahead:.2f} | {urine} | {days} |")
    lines.append("\nRisk at the reference of medication and a proneness of 0.")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="where the document goes (.json)")
    parser.add_argument("card", type=Path, help="where the card goes (.md)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets")
    parser.add_argument("-o", "--output", type=Path, default=Path("out/opioid"))
    parser.add_argument("--draws", type=int, default=200, help="of the bootstrap")
    settings = parser.parse_args()
    weeks = read_weeks(settings.data)
    fitted = fit_or_load(settings.output / "full.json", weeks)
    if fitted.premise_breaches():
        raise SystemExit("the fit does not keep the premise of monotone risk")
    model = with_sources(fitted, weeks, settings.output)
    model.save(settings.model)
    predictions = pd.read_csv(settings.output / "predictions.csv")
    known = pd.read_csv(settings.data / "opioid_trials" / "landmark_week3.csv")
    male = known.set_index("person")["male"].map({0: "no", 1: "yes"})
    predictions["male"] = predictions["person"].map(male).fillna("not known")
    judged = judge(predictions, settings.draws, ("relapse",), ["trial", "male"])
    kept = {task: judged[f"{task}: relapse"] for task in TASKS}
    stages = stage_table(model, with_protocol(weeks))
    card = relapse.model_card(model, kept, **CARD, functional_form=stages)
    settings.card.write_text(card.to_markdown(), encoding="utf-8")
    print(f"{settings.model}: {model.content_hash}\n{settings.card}: "
          f"{len(card.unstated())} fields not stated")  # fmt: skip


if __name__ == "__main__":
    main()
