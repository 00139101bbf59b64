"""The fitted models of smoking and of cocaine, each with its model card.

    python examples/fitted_models.py [--data DIR] [-o FOLDER] [--draws N]

Fits smoking_ema.json and cocaine_weekly.json to all persons of their data, states where
every number comes from, and writes documents and cards into FOLDER (docs/validation). The
figures of a card are for persons who were left out of the fit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cocaine_weekly
import pandas as pd
import smoking_ema
from outcome_check import data_file, read_or_stop, report_settings
from smoking_validation import PRIOR, left_out

import relapse

FOLDS, SEED = 5, 1

#: What holds for both.
SHARED = {
    "dates": "Not in the public tables.",
    "outcome_blinding": "The outcome was reported years before the prediction was made.",
    "clusters": "Persons are never split between fitting and judging.",
    "updating": "None.",
    "class_imbalance": "Left as it is: nothing was weighted or resampled.",
    "differences": "None: other persons of the same study.",
    "ethics": "Public data without names; approvals are those of the study.",
    "funding": "None for this model.",
    "protocol": "None was published for this model.",
    "registration": "None for this model.",
    "public_involvement": "None for this model.",
    "participant_comparison": "The same persons, left out in turn.",
    "performance": "For persons who were not fitted to:",
    "updating_results": "None.",
    "code_availability": "examples/fitted_models.py.",
}

SMOKING = SHARED | {
    "summary": "Four check-ins a day in a quit attempt from smoking: four stages, one "
    "sign (whether any cigarette was smoked), six determinants, and the tendency of a "
    "person.",
    "background": "Most lapses of a quit attempt come in its first days, within hours "
    "of what leads to them.",
    "target_population": "Adults in the first ten days of a quit attempt who answer "
    "four times a day. An example to learn from: nine people are too few to rely on.",
    "inequalities": "Nine people tell nothing of groups.",
    "objectives": "Development, and validation with each person left out in turn.",
    "data_sources": "Perski et al. 2024, PLOS Digit Health 3(8):e0000594, MIT licence; "
    "the data are not shipped.",
    "setting": "Everyday life; prompts on a phone, about hourly, summed up by the part "
    "of the day.",
    "eligibility": "As in the study; the public table has nine people.",
    "treatments": "Not in the public table.",
    "data_preparation": "Parts of the day in their exact order; hours of the parts are "
    "assumed. The column `calm` is a copy of another one and is not used.",
    "outcome": "Any cigarette in the next part of the day.",
    "outcome_assessors": "The person.",
    "predictor_choice": "By hand, with these people in view: craving, confidence, "
    "motivation, cigarettes at hand, alcohol, and whether daytime is ahead.",
    "predictor_assessors": "The person.",
    "sample_size": "All that there is: 9 people, 348 parts of a day, 339 with a next "
    "one. No calculation of the size was made.",
    "missing_data": "An answer that is not there adds nothing.",
    "use_of_data": "Figures: fitted to eight people and judged on the ninth, in turn. "
    "The document: fitted to all nine.",
    "functional_form": "Determinants act on the logs of the rates, with memories that "
    "fade.",
    "model_development": f"Hidden Markov chain in continuous time at the maximum of the "
    f"likelihood, held near examples/smoking_ema.json by a prior of strength {PRIOR:g} "
    "(1 / variance). Its start was set by hand with these people in view.",
    "fairness": "Not studied: nine people.",
    "data_availability": "Public, MIT licence (Perski et al. 2024).",
    "participant_flow": "Nine people, all used.",
    "participant_characteristics": "The share of parts of the day with a cigarette is "
    "from .08 to .92 by person.",
    "interpretation": "Better than the share so far and a logistic regression on these "
    "nine people, with intervals that overlap.",
    "limitations": "Nine people. Hours are assumed. One person smoked nearly all the "
    "time and one hardly at all, so that much of the discrimination is between persons.",
    "user_interaction": "Four short check-ins a day.",
    "next_steps": "Fit to many people before any use.",
}

COCAINE = SHARED | {
    "summary": "Weekly mood in the twelve weeks after treatment for cocaine use: a "
    "hazard in continuous time, the equivalent of a Cox regression.",
    "background": "Mood after treatment goes before a return to use; the data are a "
    "textbook example of survival analysis with a predictor that changes.",
    "target_population": "Adults in the weeks after treatment for cocaine use. An "
    "example to learn from and a check of the method; not for decisions on a person.",
    "inequalities": "Not in the public table.",
    "objectives": "To recover published coefficients; internal validation by folds.",
    "data_sources": "Hall, Havassy & Wasserman; Singer & Willett 2003. CC0; the data "
    "are not shipped.",
    "setting": "Follow-up by week after treatment.",
    "eligibility": "As in the study; the public table has 104 people.",
    "treatments": "Treatment before the follow-up; its kind is not in the public table.",
    "data_preparation": "Person-weeks at risk, each with the mood of the week before, "
    "carried forward where it is missing, as published.",
    "outcome": "A return to use within the week, known by the week alone.",
    "outcome_assessors": "Not in the public table.",
    "predictor_choice": "Those of the published regression: a needle before treatment, "
    "and the positive mood of the week before.",
    "predictor_assessors": "The person.",
    "sample_size": "All that there is: 104 people, 752 weeks, 62 returns to use. No "
    "calculation of the size was made.",
    "missing_data": "Mood that is missing is carried forward, as in the published table.",
    "use_of_data": "Figures: fitted to four folds of persons and judged on the fifth, "
    "in turn. The document: fitted to all.",
    "functional_form": "Both predictors and the log of the time in recovery act "
    "linearly on the log of the rate.",
    "model_development": "Chain of two stages in continuous time at the maximum of the "
    "likelihood of stages known by the week.",
    "fairness": "Not studied.",
    "data_availability": "Public, CC0 (Singer & Willett 2003).",
    "participant_flow": "104 people, all used; 62 returned to use.",
    "participant_characteristics": "66 % had used by needle.",
    "interpretation": "Coefficients agree with the Cox regression within half a "
    "standard error. Within the week ahead the model tells people apart moderately.",
    "limitations": "One study, two predictors, weekly times. Mood counts upwards, and a "
    "better one lowers the rate: `premise_breaches` names it. Within a person weeks are "
    "not told apart.",
    "user_interaction": "One question on mood a week.",
    "next_steps": "None planned: a check of the method.",
}


def with_source(model: relapse.Model, words: str) -> relapse.Model:
    """Return the document with the source of what was fitted."""
    document: dict[str, Any] = model.to_dict()
    for rule in document["transitions"]:
        rule["source"] = words
    for item in document["items"]:
        if "given" in item:
            item["source"] = words
    if "loadings" in document.get("propensity", {}):
        document["propensity"]["source"] = words
    document["sources"] = {"/initial": words, "/horizons_days": "expert default"}
    document["calibration"] = {"status": "validated by persons left out, not externally"}
    return relapse.Model.from_dict(document)


def smoking(data: Path, draws: int) -> tuple[relapse.Model, relapse.ModelCard]:
    parts = smoking_ema.read_parts(data)
    start = relapse.Model.load(smoking_ema.MODEL)
    check_ins = smoking_ema.map_check_ins(parts)
    fitted = relapse.fit(check_ins, start, starts=1, prior=PRIOR, covariance="none").model
    words = "fitted to Perski et al. 2024, held near examples/smoking_ema.json by a prior"
    model = with_source(fitted, words)
    found = left_out(parts)
    known = found[found["outcome"].notna()]
    judged = relapse.evaluate(known, predicted="relapse", draws=draws)
    return model, relapse.model_card(model, {"next part of the day": judged}, **SMOKING)


def cocaine(data: Path, draws: int) -> tuple[relapse.Model, relapse.ModelCard]:
    weeks = read_or_stop(data_file(data, "cocaine_weekly/weekly_person_period.csv"))
    start = relapse.Model.load(cocaine_weekly.MODEL)

    def fit(some: pd.DataFrame) -> relapse.Model:
        check_ins = cocaine_weekly.map_check_ins(some)
        return relapse.fit(check_ins, start, starts=1, covariance="none").model

    fold = relapse.person_folds(weeks["id"], FOLDS, SEED)
    parts = []
    for k in range(FOLDS):
        out = weeks[fold == k].reset_index(drop=True)
        check_ins = cocaine_weekly.map_check_ins(out).iloc[: len(out)]  # weeks begun
        scores = relapse.score(check_ins, fit(weeks[fold != k]))
        parts.append(scores.assign(outcome=out["relapse"]))
    judged = relapse.evaluate(pd.concat(parts), predicted="risk_7d", draws=draws)
    model = with_source(fit(weeks), "fitted to the data of Singer & Willett 2003")
    return model, relapse.model_card(model, {"return within the week": judged}, **COCAINE)


def main() -> None:
    settings = report_settings(__doc__.splitlines()[0])
    settings.output.mkdir(parents=True, exist_ok=True)
    for make in (smoking, cocaine):
        model, card = make(settings.data, settings.draws)
        path = settings.output / f"{model.id}.json"
        model.save(path)
        path.with_name(f"{model.id}_card.md").write_text(card.to_markdown(), "utf-8")
        print(f"{path}: {model.content_hash}, {len(card.unstated())} fields not stated")


if __name__ == "__main__":
    main()
