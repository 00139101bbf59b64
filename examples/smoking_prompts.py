"""Hourly prompts in a quit attempt: a cigarette before the next one?

    python examples/smoking_prompts.py [--data DIR]

Nine people (Perski et al. 2024), each left out in turn. One sign that persists and on
which people have a habit of their own, and the part of the day of the next prompt, which
is known ahead, fitted to the other eight (smoking_prompts.json), beside a logistic
regression on the last value and the person's own share so far.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from outcome_check import DATA, data_file, read_or_stop
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

import relapse

MODEL = Path(__file__).with_name("smoking_prompts.json")
PROMPTS_A_DAY = 16  # hourly; their order is known, the hour is not
AHEAD = ("midday", "evening", "night")  # beside the morning
PRIOR = 1.0  # 1 / variance around the placeholders: expert default


def read_prompts(data: Path) -> pd.DataFrame:
    prompts = read_or_stop(data_file(data, "smoking_ema/ema_rows.csv"))
    prompts = prompts.sort_values(["person", "seq"], ignore_index=True)
    by_person = prompts.groupby("person")
    part = by_person["time_of_day"].shift(-1)
    return prompts[["person", "next_lapse"]].assign(
        time=by_person.cumcount() / PROMPTS_A_DAY,
        smoked=prompts["lapse_prior"],
        **{f"next_{each}": part.eq(each).astype(float) for each in AHEAD},
    )


def foretold(prompts: pd.DataFrame, model: relapse.Model) -> list[float]:
    """Probability of a cigarette before the next prompt, after each of one person."""
    monitor = relapse.Monitor(model, drivers=False)
    found = []
    answers = prompts[["smoked", *(f"next_{each}" for each in AHEAD)]]
    for time, said in zip(prompts["time"], answers.to_dict("records"), strict=True):
        monitor.update(time, {item: x for item, x in said.items() if not np.isnan(x)})
        found.append(monitor.forecast("smoked", 1 / PROMPTS_A_DAY)["level_1"])
    return found


def last_and_share(prompts: pd.DataFrame) -> pd.DataFrame:
    """The last known value, and the share of known ones with a cigarette so far."""
    smoked, person = prompts["smoked"], prompts["person"]
    so_far = smoked.fillna(0.0).groupby(person).cumsum()
    known = smoked.notna().groupby(person).cumsum()
    last = smoked.groupby(person).ffill().fillna(0.0)
    return pd.DataFrame({"last": last, "share": (so_far + 1) / (known + 2)})


def left_out(prompts: pd.DataFrame) -> pd.DataFrame:
    """Predictions for each person by what was fitted to the others."""
    start = relapse.Model.load(MODEL)
    features = last_and_share(prompts)
    known = prompts["next_lapse"].notna()
    told = prompts.drop(columns="next_lapse")
    found = prompts[["person", "next_lapse"]].copy()
    for person in prompts["person"].unique():
        own = prompts["person"].eq(person)
        fitted = relapse.fit(
            told[~own], start, starts=1, prior=PRIOR, covariance="none"
        ).model
        found.loc[own, "relapse"] = foretold(told[own], fitted)
        line = LogisticRegression(C=1e6)
        line.fit(features[~own & known], prompts.loc[~own & known, "next_lapse"])
        found.loc[own, "last value and own share"] = line.predict_proba(features[own])[
            :, 1
        ]
    return found[known]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets")
    found = left_out(read_prompts(parser.parse_args().data))
    outcome = found["next_lapse"].astype(int)
    persons = found["person"].nunique()
    print(f"The next prompt, {len(found)} of {persons} persons, each left out in turn:")
    for method in ("relapse", "last value and own share"):
        auroc = roc_auc_score(outcome, found[method])
        loss = log_loss(outcome, found[method])
        print(f"  {method:26} AUROC {auroc:.3f}   log loss {loss:.4f}")


if __name__ == "__main__":
    main()
