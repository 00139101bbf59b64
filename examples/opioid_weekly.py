"""The weekly model of the opioid trials: one document, fitted and foretelling.

The urine screen and the days of use reported up to the visit are signs, and persist a
little; days with study medication, a week without any, the week of the study, its second
phase and the arm act on the movements. What a week's column holds that was known only
later (`days_opioid`) is never read. The fit goes from the maximum of the likelihood on to
the log score of the next urine, and keeps the sign of what medication does, so that the
risk of use never falls as it gets less.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from outcome_check import forecast_after_each, log_odds
from sklearn.linear_model import LogisticRegression

import relapse

START = Path(__file__).with_name("opioid_weekly.json")

URINE = {"-": "negative", "+": "positive", "*": "positive"}  # * is both in one week
SILENCE = {"o": "not_performed", "_": "not_asked"}  # scheduled or not
DAYS = ("none", "1 day", "2 or 3 days", "4 to 6 days", "7 days")
DAYS_BELOW = (1, 2, 4, 7)
#: The arms but one, outpatient buprenorphine, which is the reference.
ARMS = {
    "Methadone": "arm_methadone",
    "Outpatient BUP + EMM": "arm_bup_emm",
    "Outpatient BUP + SMM": "arm_bup_smm",
    "Inpatient BUP": "arm_in_bup",
    "Inpatient NR-NTX": "arm_in_ntx",
}
LAST_STUDY_WEEK = 40

#: Four weeks in a row, missing or positive, within weeks 4 to 12.
RUN, FIRST_WEEK, LAST_WEEK = 4, 4, 12
LANDMARK = 3
#: Landmarks that trees learn the run from.
LANDMARKS = range(2, 9)
#: Strength of the prior, 1 / variance: around the start of the search, and then around
#: the maximum of the likelihood.
PRIOR, PRIOR_AFTER = 0.3, 1.0
#: Of the likelihood beside the log score.
LIKELIHOOD_WEIGHT = 0.1


def by_injection(weeks: pd.DataFrame) -> pd.Series:
    return weeks["arm"].eq("Inpatient NR-NTX")


def injected_lately(weeks: pd.DataFrame) -> pd.Series:
    """Whether there was a dose in the last four weeks, as an injection lasts; 0 or 1."""
    given = weeks["dose_days"].gt(0).astype(float)
    return given.groupby(weeks["person"]).transform(
        lambda weekly: weekly.rolling(4, min_periods=1).max()
    )


def covered_days(weeks: pd.DataFrame) -> pd.Series:
    """Days of the week with study medication."""
    return weeks["dose_days"].where(~by_injection(weeks), 7 * injected_lately(weeks))


def map_check_ins(weeks: pd.DataFrame) -> pd.DataFrame:
    """Turn the raw columns into urine, days of use and days with medication."""
    days = weeks["days_opioid_to_visit"]  # `days_opioid` holds days after the visit
    level = np.searchsorted(DAYS_BELOW, days.fillna(0.0), side="right")
    return pd.DataFrame(
        {
            "person": weeks["person"],
            "time": 7.0 * weeks["week"],  # a week is known at its end
            "urine": weeks["uds"].map(URINE),
            "urine_missing": weeks["uds"].map(SILENCE),
            "use_days": pd.Series(np.array(DAYS)[level], weeks.index).where(days.notna()),
            "covered_days": covered_days(weeks),
        }
    )


def with_protocol(weeks: pd.DataFrame) -> pd.DataFrame:
    """Return the same with what the protocol of the trial says of each week."""
    last = np.log(LAST_STUDY_WEEK)
    arms = {item: weeks["arm"].eq(arm).astype(float) for arm, item in ARMS.items()}
    return map_check_ins(weeks).assign(
        no_medication=covered_days(weeks).eq(0).astype(float),
        log_week=(np.log(weeks["week"]) / last).clip(upper=1.0),
        phase_2=weeks["phase"].eq(2).astype(float),
        **arms,
    )


def fit_model(weeks: pd.DataFrame, *, threads: int | None = None) -> relapse.Model:
    """Fit to all weeks; the effects of medication and the loadings keep their sign."""
    check_ins = with_protocol(weeks)
    signs = ["effect:*:low_cover", "effect:*:no_medication", "loading"]
    how: dict[str, Any] = {
        "starts": 1, "constraints": {"keep_sign": signs}, "covariance": "none",
        "threads": threads,
    }  # fmt: skip
    likely = relapse.fit(check_ins, relapse.Model.load(START), prior=PRIOR, **how).model
    aimed = relapse.fit(
        check_ins, likely, prior=PRIOR_AFTER, objective="outcome", outcome="urine",
        likelihood_weight=LIKELIHOOD_WEIGHT, **how,
    ).model  # fmt: skip
    return with_line(weeks, aimed)


def with_line(weeks: pd.DataFrame, model: relapse.Model) -> relapse.Model:
    """Return the model with the line of `return_to_use`, found at the landmark."""
    kept = weeks[followed(weeks)]
    at = kept.index[published_weeks(kept).eq(LANDMARK)]
    document = model.to_dict()
    (rule,) = (each for each in document["outcomes"] if each["id"] == "return_to_use")
    rule.pop("recalibration", None)
    plain = relapse.Model.from_dict(document)
    foretold = foretell(kept, plain)["outcome_return_to_use"].loc[at]
    came = kept["person"].map(relapse_came(kept, published_weeks(kept))).loc[at]
    line = LogisticRegression(C=np.inf).fit(_odds(foretold), came)
    rule["recalibration"] = {
        "intercept": float(line.intercept_[0]),
        "slope": float(line.coef_[0, 0]),
        "status": f"the {len(at)} persons of the published landmark who were fitted to",
    }
    return relapse.Model.from_dict(document)


def foretell(weeks: pd.DataFrame, model: relapse.Model) -> pd.DataFrame:
    """Return the outcomes after each week, from that week and those before alone."""
    return relapse.score(with_protocol(weeks), model)


def followed(weeks: pd.DataFrame) -> pd.Series:
    """Whether the person is one of the published landmark analysis.

    Those of CTN-0030 who were not in its second phase are not.
    """
    second = weeks["phase"].eq(2).groupby(weeks["person"]).transform("any")
    return weeks["trial"].ne(30) | second


def published_weeks(weeks: pd.DataFrame) -> pd.Series:
    """Weeks as the published analysis counts them: from the start of the last phase."""
    second = weeks["week"].where(weeks["phase"].eq(2))
    begin = second.groupby(weeks["person"]).transform("min").fillna(1)
    return (weeks["week"] - begin + 1).astype(int)


def after_two_negative_weeks(weeks: pd.DataFrame) -> pd.Series:
    """Whether the urine of a week and of the row before are both negative."""
    negative = weeks["uds"].eq("-")
    before = negative.groupby(weeks["person"]).shift(1, fill_value=False)
    return negative & before


def predict_weekly(weeks: pd.DataFrame, model: relapse.Model) -> pd.DataFrame:
    """Return person, week, p_next_use and at the landmark p_relapse_w4_12; a row a week.

    `weeks` is sorted by person and week, and need not have outcomes. `p_next_use` is the
    probability that the next urine is positive, given that one is given;
    `p_relapse_w4_12` that of four weeks in a row, missing or positive, within the nine
    weeks after: in week 3 and, of people in the second phase of CTN-0030, in its third
    week, from which the published outcome counts.
    """
    found = foretell(weeks, model)
    at = weeks["week"].eq(LANDMARK) | published_weeks(weeks).eq(LANDMARK)
    return weeks[["person", "week"]].assign(
        p_next_use=found["outcome_positive_urine_next_week"],
        p_relapse_w4_12=found["outcome_return_to_use"].where(at),
    )


def chance_of_positive(
    check_ins: pd.DataFrame, model: relapse.Model, wanted: pd.Series
) -> pd.Series:
    """Probability that the urine a week later is positive, should one be given."""
    a_week = pd.Series(7.0, index=check_ins.index[wanted])
    urine = forecast_after_each(check_ins, model, "urine", a_week)
    return urine["level_1"] / (urine["level_0"] + urine["level_1"])


def landmark_outcomes(weeks: pd.DataFrame) -> pd.Series:
    """Whether the run came within the nine weeks after a landmark, by row; else NaN.

    At the landmark itself as published, at the other ones in weeks of the study.
    """
    found = pd.Series(np.nan, index=weeks.index)
    for landmark in LANDMARKS:
        counted = published_weeks(weeks) if landmark == LANDMARK else weeks["week"]
        at = weeks["week"].eq(landmark)
        found[at] = weeks["person"].map(relapse_came(weeks, counted, landmark))[at]
    return found


def relapse_came(
    weeks: pd.DataFrame, counted: pd.Series, landmark: int = LANDMARK
) -> pd.Series:
    """Whether the run came after a landmark, 0 or 1 by person.

    `counted` holds the number of each week; a week that is not there is missing.
    """
    first, last = landmark + 1, landmark + LAST_WEEK - LANDMARK
    later = weeks.assign(counted=counted)[counted.between(first, last)]
    negative = later.pivot(index="person", columns="counted", values="uds").eq("-")
    persons = weeks["person"].unique()
    bad = ~negative.reindex(index=persons, columns=range(first, last + 1)).eq(True)
    runs = bad.T.rolling(RUN).sum().T.eq(RUN)
    return runs.any(axis=1).astype(int)


def _odds(probability: pd.Series) -> Any:
    return np.asarray(log_odds(probability)).reshape(-1, 1)
