"""Judging predictions: against scikit-learn, hand-computed values and laws."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import relapse
from relapse._judging import metrics
from relapse._judging.alerts import lead_times
from relapse._judging.predictions import Columns, read_predictions
from relapse._odds import log_odds

sklearn_metrics = pytest.importorskip("sklearn.metrics")

RANDOM = np.random.default_rng(5)


def made(persons: int = 60, rows: int = 20, slope: float = 1.0) -> pd.DataFrame:
    """Predictions that are right when the slope is 1."""
    random = np.random.default_rng(4)
    person = np.repeat(np.arange(persons), rows)
    odds = random.normal(0, 1, persons)[person] + random.normal(0, 1, len(person)) - 1.0
    came = random.random(len(person)) < 1 / (1 + np.exp(-slope * odds))
    return pd.DataFrame(
        {
            "person": person,
            "time": np.tile(np.arange(rows, dtype=float), persons),
            "p": 1 / (1 + np.exp(-odds)),
            "outcome": came.astype(float),
            "arm": np.where(person % 2, "a", "b"),
        }
    )


TABLE = made()
ONES = np.ones(len(TABLE))
Y, P = TABLE["outcome"].to_numpy(), TABLE["p"].to_numpy()


@pytest.fixture(scope="module")
def found() -> relapse.Evaluation:
    return relapse.evaluate(
        TABLE, predicted="p", time="time", groups=["arm"], budgets=[3.0], draws=25
    )


def test_figures_are_those_of_scikit_learn(found: relapse.Evaluation) -> None:
    expected = {
        "auroc": sklearn_metrics.roc_auc_score(Y, P),
        "average_precision": sklearn_metrics.average_precision_score(Y, P),
        "brier": sklearn_metrics.brier_score_loss(Y, P),
        "log_loss": sklearn_metrics.log_loss(Y, P),
    }
    for name, value in expected.items():
        assert found[name].value == pytest.approx(value, abs=1e-12), name


def test_the_parts_of_the_brier_score_add_up(found: relapse.Evaluation) -> None:
    parts = found["miscalibration"].value - found["discrimination"].value
    parts += found["uncertainty"].value
    assert parts == pytest.approx(found["brier"].value, abs=1e-12)
    assert found["miscalibration"].value >= 0
    assert found["discrimination"].value >= 0


def test_parts_by_hand() -> None:
    # Pooling adjacent violators leaves (1/2, 1/2, 1): a Brier score of .5 / 3.
    rows = metrics.Ranked(np.array([1.0, 0.0, 1.0]), np.array([0.2, 0.4, 0.9]))
    whole = rows.overall(np.ones(3))
    assert whole["brier"] == pytest.approx((0.64 + 0.16 + 0.01) / 3)
    assert whole["miscalibration"] == pytest.approx((0.81 - 0.5) / 3)
    assert whole["discrimination"] == pytest.approx(2 / 9 - 0.5 / 3)


def test_a_weight_is_a_number_of_rows() -> None:
    weight = RANDOM.integers(0, 3, len(Y)).astype(float)
    often = np.repeat(np.arange(len(Y)), weight.astype(int))
    weighted = metrics.Ranked(Y, P).overall(weight)
    repeated = metrics.Ranked(Y[often], P[often]).overall(np.ones(len(often)))
    for name, value in weighted.items():
        assert value == pytest.approx(repeated[name], abs=1e-6), name


def test_weighted_figures_of_tied_predictions_are_those_of_scikit_learn() -> None:
    from sklearn.isotonic import IsotonicRegression

    coarse = np.round(P, 2)
    weight = np.random.default_rng(8).integers(0, 3, len(Y)).astype(float)
    weight[coarse == coarse[0]] = 0.0  # a prediction that nobody drawn has
    found = metrics.Ranked(Y, coarse).overall(weight)
    used = weight > 0
    told: Any = (Y[used], coarse[used])
    of: dict[str, Any] = {"sample_weight": weight[used]}
    recalibrated = (
        IsotonicRegression().fit(*told[::-1], weight[used]).predict(coarse[used])
    )
    best = sklearn_metrics.brier_score_loss(Y[used], recalibrated, **of)
    expected = {
        "auroc": sklearn_metrics.roc_auc_score(*told, **of),
        "average_precision": sklearn_metrics.average_precision_score(*told, **of),
        "brier": sklearn_metrics.brier_score_loss(*told, **of),
        "log_loss": sklearn_metrics.log_loss(*told, **of),
        "miscalibration": sklearn_metrics.brier_score_loss(*told, **of) - best,
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-12), name


def test_bins_and_thresholds_by_rows() -> None:
    weight = np.random.default_rng(9).integers(0, 3, len(Y)).astype(float)
    ranked = metrics.Ranked(Y, P)
    edges = metrics.bin_edges(P, 7)
    mean, came, total = ranked.by_bin(weight, edges)
    place = np.searchsorted(edges, P, side="right")
    for k in range(7):
        here = weight * (place == k)
        assert total[k] == here.sum()
        assert mean[k] == pytest.approx((here * P).sum() / here.sum(), abs=1e-14)
        assert came[k] == (here * Y).sum() / here.sum()
    thresholds = np.array([0.5, P[3], 0.02, 0.98])  # in any order
    model, _ = ranked.net_benefit(weight, thresholds)
    for k, threshold in enumerate(thresholds):
        here = weight * (threshold <= P)
        right, wrong = (here * Y).sum(), (here * (1 - Y)).sum()
        odds = threshold / (1 - threshold)
        assert model[k] == pytest.approx((right - odds * wrong) / weight.sum())


def test_calibration_finds_what_was_done_to_the_odds() -> None:
    odds = log_odds(P)
    slope = metrics.calibration_slope(Y, P, ONES)
    bent = 1 / (1 + np.exp(-(odds * 2.0)))
    assert metrics.calibration_slope(Y, bent, ONES) == pytest.approx(slope / 2, rel=1e-4)
    moved = 1 / (1 + np.exp(-(odds + 0.7)))
    assert metrics.calibration_intercept(Y, moved, ONES) == pytest.approx(
        metrics.calibration_intercept(Y, P, ONES) - 0.7, abs=1e-8
    )
    # The share that came is met exactly by a prediction that is the share.
    flat = np.full(len(Y), Y.mean())
    assert metrics.calibration_intercept(Y, flat, ONES) == pytest.approx(0.0, abs=1e-9)
    assert np.isnan(metrics.calibration_slope(Y, flat, ONES))


@pytest.mark.parametrize("stretch", [0.05, 1.0, 20.0])
def test_the_slope_is_that_of_scikit_learn(stretch: float) -> None:
    from sklearn.linear_model import LogisticRegression

    odds = stretch * log_odds(P)
    weight = RANDOM.integers(0, 3, len(Y)).astype(float)
    line = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10)
    predicted = 1 / (1 + np.exp(-odds))
    inside = np.abs(odds) < 18  # no probability is held off its edge
    weight = weight * inside
    line.fit(odds.reshape(-1, 1), Y, sample_weight=weight)
    found = metrics.calibration_slope(Y, predicted, weight)
    assert found == pytest.approx(line.coef_[0, 0], rel=1e-6)


def test_separated_outcomes_have_no_slope() -> None:
    p = np.array([0.1, 0.2, 0.8, 0.9])
    came = np.array([0.0, 0.0, 1.0, 1.0])
    assert np.isnan(metrics.calibration_slope(came, p, np.ones(4)))


def test_an_intercept_far_away_is_found() -> None:
    y = np.array([1.0, 1.0, 1.0, 0.0])
    p = np.full(4, 1e-7)
    expected = np.log(3.0) - log_odds(np.array([1e-7]))[0]
    found = metrics.calibration_intercept(y, p, np.ones(4))
    assert found == pytest.approx(expected, abs=1e-8)


def test_auroc_by_person_is_that_of_scikit_learn() -> None:
    coarse = np.round(P, 1)  # with ties
    person = TABLE["person"].to_numpy()
    found = metrics.auroc_by_person(Y, coarse, person, 61)
    for who in range(60):
        mine = person == who
        if 0 < Y[mine].sum() < mine.sum():
            expected = sklearn_metrics.roc_auc_score(Y[mine], coarse[mine])
            assert found[who] == pytest.approx(expected, abs=1e-12)
        else:
            assert np.isnan(found[who])
    assert np.isnan(found[60])  # nobody


def test_the_curve_is_that_of_scikit_learn(found: relapse.Evaluation) -> None:
    from sklearn.calibration import calibration_curve

    came, predicted = calibration_curve(Y, P, n_bins=10, strategy="quantile")
    mine = found.calibration
    np.testing.assert_allclose([row["predicted"] for row in mine], predicted, atol=1e-12)
    np.testing.assert_allclose([row["came"].value for row in mine], came, atol=1e-12)
    assert sum(row["rows"] for row in mine) == len(Y)
    error = np.average(np.abs(came - predicted), weights=[row["rows"] for row in mine])
    assert found["expected_calibration_error"].value == pytest.approx(error)


def test_net_benefit_by_hand() -> None:
    y = np.array([1.0, 1.0, 0.0, 0.0, 0.0])
    p = np.array([0.9, 0.3, 0.6, 0.2, 0.1])
    model, everybody = metrics.Ranked(y, p).net_benefit(np.ones(5), np.array([0.25, 0.5]))
    assert model == pytest.approx([2 / 5 - 1 / 5 / 3, 1 / 5 - 1 / 5])
    assert everybody == pytest.approx([2 / 5 - 3 / 5 / 3, 2 / 5 - 3 / 5])


def test_right_predictions_are_found_right(found: relapse.Evaluation) -> None:
    for name, right in (("calibration_slope", 1.0), ("calibration_intercept", 0.0)):
        assert found[name].low < right < found[name].high


def test_a_budget_is_kept(found: relapse.Evaluation) -> None:
    (at,) = found.budgets
    assert at.alerts_per_person_month.value <= 3.0
    months = 60 * 20 / 30  # a row a day
    alerts = (TABLE["p"] >= at.cut).sum()
    assert at.alerts_per_person_month.value == pytest.approx(alerts / months)
    next_lower = TABLE["p"][TABLE["p"] < at.cut].max()
    assert (TABLE["p"] >= next_lower).sum() / months > 3.0
    flagged = at.cut <= P
    assert at.ppv.value == pytest.approx(sklearn_metrics.precision_score(Y, flagged))
    assert at.sensitivity.value == pytest.approx(sklearn_metrics.recall_score(Y, flagged))


def test_rows_without_an_outcome_are_counted_and_cost_alerts() -> None:
    table = TABLE.copy()
    table.loc[::3, "outcome"] = np.nan
    found = relapse.evaluate(table, predicted="p", time="time", budgets=[3.0], draws=0)
    assert found.without_outcome == table["outcome"].isna().sum()
    assert found.rows + found.without_outcome == len(table)
    known = table["outcome"].notna()
    expected = sklearn_metrics.roc_auc_score(table["outcome"][known], table["p"][known])
    assert found["auroc"].value == pytest.approx(expected)
    assert found.budgets[0].alerts_per_person_month.value == pytest.approx(
        (table["p"] >= found.budgets[0].cut).sum() / 40
    )


def test_groups_and_gaps(found: relapse.Evaluation) -> None:
    by_group = {row["group"]: row for row in found.groups}
    for name, part in TABLE.groupby("arm"):
        expected = sklearn_metrics.roc_auc_score(part["outcome"], part["p"])
        assert by_group[name]["auroc"].value == pytest.approx(expected)
        assert by_group[name]["persons"] == 30
    apart = abs(by_group["a"]["brier"].value - by_group["b"]["brier"].value)
    assert found.gaps["arm"]["brier"].value == pytest.approx(apart)


def lapses(**columns: list[Any]) -> Any:
    table = {"person": [1] * 6 + [2] * 3, "time": [0, 1, 2, 3, 4, 5, 0, 1, 2]} | columns
    return read_predictions(table, Columns(None, "p", time="time", lapse="lapse"))


def test_lead_times_by_hand() -> None:
    rows = lapses(
        p=[0.9, 0.1, 0.9, 0.9, 0.1, 0.2, 0.9, 0.1, 0.1],
        lapse=[0, 0, 0, 1, 0, 1, 1, 0, np.nan],
    )
    found = lead_times(rows, 0.5, 30.0)
    # The first alert came 3 days before the lapse of day 3, none before that of day 5.
    # Person 2 has no lapse that something could come before.
    assert found.time.tolist() == [3.0, 5.0]
    np.testing.assert_array_equal(found.lead, [3.0, np.nan])
    assert found.share(np.array([1.0, 3.0, 4.0])).tolist() == [0.5, 0.5, 0.0]
    assert lead_times(rows, 0.5, 1.5).lead[0] == 1.0  # the window


def test_an_unknown_row_does_not_begin_a_lapse() -> None:
    rows = lapses(p=[0.9] * 9, lapse=[0, np.nan, 1, 1, np.nan, 1, 0, np.nan, np.nan])
    assert lead_times(rows, 0.5, 30.0).time.tolist() == [2.0]


def test_leads_are_reported_at_budgets() -> None:
    table = TABLE.assign(lapse=TABLE.groupby("person")["outcome"].shift(1))
    found = relapse.evaluate(
        table, predicted="p", time="time", lapse="lapse", budgets=[6.0], draws=20
    )
    (at,) = found.budgets
    shares = [share.value for share in at.lead_share]
    assert shares == sorted(shares, reverse=True)
    assert 0 < shares[0] < 1
    assert at.median_lead.value >= 1.0
    assert "lapses alerted" in found.summary()
    assert len(repr(found)) < 120
    assert "lapses alerted" in found._repr_html_()


def test_the_order_of_rows_and_the_kind_of_table_change_nothing() -> None:
    settings: dict[str, Any] = {"predicted": "p", "time": "time", "draws": 10}
    plain = relapse.evaluate(TABLE, **settings)
    shuffled = TABLE.groupby("person", sort=False, group_keys=False)
    mixed = shuffled.apply(lambda part: part.sample(frac=1, random_state=1))
    mixed = mixed.assign(person=TABLE["person"])
    for table in (mixed, pl.from_pandas(TABLE), {k: TABLE[k].array for k in TABLE}):
        other = relapse.evaluate(table, **settings)
        for name, figure in plain.figures.items():
            assert other[name].value == pytest.approx(figure.value, abs=1e-9), name
            assert other[name].low == pytest.approx(figure.low, abs=1e-6), name


def test_intervals_redraw_persons_and_not_rows() -> None:
    once = TABLE[TABLE["person"] < 30]
    doubled = pd.concat([once, once.assign(time=once["time"] + 0.5)])
    narrow = relapse.evaluate(once, predicted="p", draws=40)["brier"]
    same = relapse.evaluate(doubled, predicted="p", draws=40)["brier"]
    assert same.high - same.low == pytest.approx(narrow.high - narrow.low, rel=1e-6)


def test_it_can_be_written_as_json(found: relapse.Evaluation) -> None:
    document = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert document["schema"] == "relapse/evaluation/1"
    assert document["figures"]["auroc"]["value"] == found["auroc"].value
    assert len(document["decision_curve"]) == 99


def test_one_outcome_alone_has_no_auroc() -> None:
    found = relapse.evaluate(TABLE.assign(outcome=0), predicted="p", draws=3)
    assert np.isnan(found["auroc"].value)
    assert found["brier"].value == pytest.approx((P**2).mean())
    assert found["log_loss"].value == pytest.approx(-np.log(1 - P).mean())


def test_draws_without_an_event_count_in_the_interval() -> None:
    # One of ten has the events: a third of the draws are without.
    person = np.repeat(np.arange(10), 20)
    table = pd.DataFrame({"person": person, "outcome": (person == 0) * 1.0, "p": 0.1})
    loss = relapse.evaluate(table, predicted="p", draws=400)["log_loss"]
    assert loss.low == pytest.approx(-np.log(0.9))
    assert loss.low < loss.value < loss.high


def test_what_is_of_one_person_has_no_interval() -> None:
    one = TABLE[TABLE["person"] == 7]
    found = relapse.evaluate(one, predicted="p", time="time", budgets=[6.0], draws=50)
    assert found.draws == 0
    assert "no intervals" in found.summary()
    for figure in (*found.figures.values(), found.budgets[0].ppv):
        assert np.isnan(figure.low)
        assert np.isnan(figure.high)
    some = TABLE[TABLE["person"] < 9].assign(site=TABLE["person"] == 7)
    groups = relapse.evaluate(some, predicted="p", groups=["site"], draws=50).groups
    assert [group["persons"] for group in groups] == [8, 1]
    assert not np.isnan(groups[0]["brier"].low)
    assert np.isnan(groups[1]["brier"].low)


@pytest.mark.parametrize(
    "person",
    [
        ["a", None, "b"],
        np.array([1.0, np.nan, 2.0]),
        pd.Series(["a", pd.NA, "b"], dtype="string"),
        pl.Series(["a", None, "b"]),
    ],
)
def test_folds_name_the_row_of_nobody(person: Any) -> None:
    with pytest.raises(relapse.CheckInError, match="row 1, 'person': is missing"):
        relapse.person_folds(person, 2)


def test_folds_keep_persons_together_and_do_not_depend_on_the_order() -> None:
    person = TABLE["person"].to_numpy()
    folds = relapse.person_folds(person, 5, seed=2)
    assert set(folds) == set(range(5))
    assert all(len(set(folds[person == who])) == 1 for who in range(60))
    sizes = np.bincount(folds[::20])
    assert sizes.max() - sizes.min() <= 1
    order = RANDOM.permutation(len(person))
    assert (relapse.person_folds(person[order], 5, seed=2) == folds[order]).all()
    assert (relapse.person_folds(person, 5, seed=3) != folds).any()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"p": 1.2}, "is no probability"),
        ({"p": np.nan}, "is no probability"),
        ({"outcome": 2.0}, "must be 0, 1 or missing"),
        ({"time": np.nan}, "is missing"),
    ],
)
def test_bad_rows_are_named(change: dict[str, float], problem: str) -> None:
    table = TABLE.copy()
    (name,) = change
    table.loc[47, name] = change[name]
    with pytest.raises(relapse.CheckInError, match=problem) as refused:
        relapse.evaluate(table, predicted="p", time="time", draws=0)
    assert (refused.value.row, refused.value.person) == (47, 2)


def test_bad_settings_are_refused() -> None:
    def refused(match: str, **settings: Any) -> None:
        with pytest.raises(relapse.InvalidInput, match=match):
            relapse.evaluate(TABLE, **{"predicted": "p", "draws": 0, **settings})

    refused("unknown column `q`", predicted="q")
    refused("bins", bins=1)
    refused("thresholds", thresholds=[0.0])
    refused("budgets: even the highest", time="time", budgets=[1e-6])
    refused("budgets: is 0.0", time="time", budgets=[0.0])
    refused("every", time="time", every=-1.0)
    with pytest.raises(relapse.InvalidInput, match="folds"):
        relapse.person_folds([1, 1, 2], 3)
    with pytest.raises(relapse.InvalidInput, match="no known outcome"):
        relapse.evaluate(TABLE.assign(outcome=np.nan), predicted="p")
    with pytest.raises(relapse.InvalidInput, match="no rows"):
        relapse.evaluate(TABLE[:0], predicted="p")


# Cuts of levels


def test_cuts_by_alert_budget() -> None:
    found = relapse.choose_cuts(
        TABLE, predicted="p", alerts={"guarded": 9.0, "elevated": 3.0, "critical": 0.5}
    )
    assert list(found.cuts) == ["guarded", "elevated", "critical"]
    assert list(found.cuts.values()) == sorted(found.cuts.values())
    for level, budget in (("guarded", 9.0), ("elevated", 3.0), ("critical", 0.5)):
        at = found.flagging[level]
        assert budget - 1 / 40 <= at.alerts_per_person_month <= budget


def test_cuts_by_positive_predictive_value() -> None:
    found = relapse.choose_cuts(TABLE, predicted="p", ppv={"elevated": 0.5, "high": 0.7})
    for level, target in (("elevated", 0.5), ("high", 0.7)):
        cut = found.cuts[level]
        assert found.flagging[level].ppv >= target
        below = np.unique(P[cut > P])
        shares = [Y[lower <= P].mean() for lower in below]
        assert max(shares) < target


def test_cuts_become_part_of_the_model() -> None:
    found = relapse.choose_cuts(
        TABLE, predicted="p", ppv={"guarded": 0.35, "elevated": 0.5, "high": 0.6,
                                   "critical": 0.7}
    )  # fmt: skip
    model = found.apply_to(relapse.Model.standard(), "made up")
    levels = model.to_dict()["levels"]
    assert levels["cuts"] == found.cuts
    assert levels["source"] == "made up"


def test_cuts_that_cannot_be_are_refused() -> None:
    def refused(match: str, **wanted: Any) -> None:
        with pytest.raises(relapse.InvalidInput, match=match):
            relapse.choose_cuts(TABLE, predicted="p", **wanted)

    refused("either ppv or alerts")
    refused("either ppv or alerts", ppv={"high": 0.5}, alerts={"high": 1.0})
    refused("no level with a cut", ppv={"low": 0.5})
    worst = TABLE.assign(outcome=0.0)
    with pytest.raises(relapse.InvalidInput, match="not reached by any cut"):
        relapse.choose_cuts(worst, predicted="p", ppv={"high": 0.5})
    refused("share between 0 and 1", ppv={"high": 1.0})
    refused("must be above that of 'elevated'", ppv={"elevated": 0.6, "high": 0.5})


def with_use() -> pd.DataFrame:
    """Persons of whom some begin to use; who uses is easy to tell."""
    random = np.random.default_rng(8)
    rows = []
    for person in range(80):
        using = False
        leaning = random.normal()
        for day in range(25):
            craving = np.clip(round(4 * random.random() + leaning), 0, 4)
            begins = random.random() < 1 / (1 + np.exp(4.5 - leaning - 0.5 * craving))
            after = (using and random.random() < 0.8) or begins
            p = 1 / (1 + np.exp(4.5 - leaning - 0.5 * craving))
            p = 0.75 + 0.1 * random.random() if using else p
            asked = day % 2 == 0
            rows.append(
                (person, float(day), float(using), p, float(after), craving, asked)
            )
            using = bool(after)
    names = ["person", "time", "used", "p", "outcome", "craving", "asked"]
    table = pd.DataFrame(rows, columns=names)
    table["confidence"] = np.where(table["asked"], 4.0 - table["craving"], np.nan)
    return table


USE = with_use()


@pytest.fixture(scope="module")
def judged() -> relapse.Evaluation:
    return relapse.evaluate(USE, predicted="p", time="time", lapse="used", draws=10)


def test_those_not_in_use_have_figures_of_their_own(judged: relapse.Evaluation) -> None:
    free = USE[USE["used"] == 0]
    part = judged.subsets["not_in_use"]
    assert part["rows"] == len(free)
    expected = sklearn_metrics.roc_auc_score(free["outcome"], free["p"])
    assert part["figures"]["auroc"].value == pytest.approx(expected, abs=1e-12)
    # What everybody knows to be so flatters the whole.
    assert part["figures"]["auroc"].value < judged["auroc"].value - 0.05


def test_before_first_use_is_before_the_first_use_of_the_person(
    judged: relapse.Evaluation,
) -> None:
    never = USE[USE.groupby("person")["used"].cummax() == 0]
    part = judged.subsets["before_first_use"]
    assert (part["rows"], part["persons"]) == (len(never), never["person"].nunique())
    assert part["events"] == never["outcome"].sum()


def test_a_row_of_which_nothing_was_seen_is_as_the_one_before() -> None:
    hidden = USE.assign(used=USE["used"].where(USE["time"] % 3 != 1))
    found = relapse.evaluate(hidden, predicted="p", time="time", lapse="used", draws=0)
    seen = hidden.groupby("person")["used"].ffill()
    assert found.subsets["not_in_use"]["rows"] == (seen != 1).sum()


def test_time_since_use_is_a_baseline(judged: relapse.Evaluation) -> None:
    (row,) = [
        each
        for each in judged.baselines
        if (each["baseline"], each["rows_of"]) == ("time_since_use", "all")
    ]
    at = USE["time"].where(USE["used"] == 1).groupby(USE["person"]).ffill()
    score = (1 / (1 + USE["time"] - at)).fillna(0.0)
    expected = sklearn_metrics.roc_auc_score(USE["outcome"], score)
    assert row["auroc"].value == pytest.approx(expected, abs=1e-12)
    assert row["model_auroc"].value == pytest.approx(judged["auroc"].value, abs=1e-12)
    # Before first use there is no such time, and so no baseline.
    assert ("time_since_use", "before_first_use") not in {
        (each["baseline"], each["rows_of"]) for each in judged.baselines
    }


def test_two_questions_are_a_baseline_where_both_were_asked(
    judged: relapse.Evaluation,
) -> None:
    (row,) = [
        each
        for each in judged.baselines
        if (each["baseline"], each["rows_of"]) == ("two_questions", "not_in_use")
    ]
    free = USE["used"] == 0
    craving = USE["craving"]
    confidence = USE.groupby("person")["confidence"].ffill()
    score = (craving - craving.mean()) / craving.std(ddof=0)
    score -= (confidence - confidence.mean()) / confidence.std(ddof=0)
    expected = sklearn_metrics.roc_auc_score(USE["outcome"][free], score[free])
    assert row["auroc"].value == pytest.approx(expected, abs=1e-9)
    without = USE.drop(columns="confidence")
    plain = relapse.evaluate(without, predicted="p", time="time", lapse="used", draws=0)
    assert {each["baseline"] for each in plain.baselines} == {"time_since_use"}
    other = USE.rename(columns={"craving": "c", "confidence": "e"})
    named = relapse.evaluate(
        other, predicted="p", time="time", lapse="used", draws=0,
        craving="c", confidence="e",
    )  # fmt: skip
    assert len(named.baselines) == len(judged.baselines)


def test_without_what_was_seen_there_are_no_subsets() -> None:
    found = relapse.evaluate(TABLE, predicted="p", draws=0)
    assert found.subsets == {} and found.baselines == []


def test_parts_and_baselines_stand_in_text_document_and_card(
    judged: relapse.Evaluation,
) -> None:
    text = judged.summary()
    assert "not in use:" in text and "two questions, all" in text
    plain = json.loads(json.dumps(judged.to_dict()))
    assert plain["subsets"]["not_in_use"]["figures"]["auroc"]["value"] > 0.5
    card = relapse.model_card(relapse.Model.standard(), {"next day": judged})
    page = card.to_markdown()
    assert "| not in use |" in page and "| time since use | all |" in page
    older = {k: v for k, v in plain.items() if k not in ("subsets", "baselines")}
    document = card.to_dict() | {"evaluations": {"next day": older}}
    assert "| not in use |" not in relapse.ModelCard.from_dict(document).to_markdown()


def test_a_budget_that_equal_predictions_exceed_alerts_nobody() -> None:
    tied = TABLE.assign(p=np.where(TABLE["time"] % 2 == 0, 1.0, 0.1))
    found = relapse.evaluate(
        tied, predicted="p", time="time", lapse="outcome", budgets=[0.5, 1000.0], draws=0
    )
    low, high = found.budgets
    assert low.cut > 1.0 and low.alerts_per_person_month.value == 0.0
    assert low.sensitivity.value == 0.0 and np.isnan(low.ppv.value)
    assert high.cut == 0.1
    assert found.summary()


def test_predictions_that_are_not_there_are_asked_for_by_name() -> None:
    table = {"person": ["A"], "drank": [1], "p": [0.5]}
    with pytest.raises(relapse.InvalidInput, match=r"predicted=; .*person, drank, p"):
        relapse.evaluate(table, outcome="drank")


@pytest.mark.parametrize(
    ("plot", "maker"),
    [
        ("calibration", "evaluate"),
        ("decision_curve", "evaluate"),
        ("lead_times", "evaluate"),
        ("recalibration", "recalibrate"),
    ],
)
def test_a_figure_says_what_it_is_of(plot: str, maker: str) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(relapse.InvalidInput, match=f"the result of relapse.{maker}"):
        getattr(relapse, f"plot_{plot}")({"person": ["A"]})
