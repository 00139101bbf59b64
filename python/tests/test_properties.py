"""Laws that hold for every model and all data."""

from __future__ import annotations

import copy
import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import dimensional, personal, random_check_ins, random_model
from sample_documents import small_document, update

import relapse

settings.register_profile("fixed", deadline=None, derandomize=True, max_examples=20)
settings.load_profile("fixed")

FAMILIES = ["bernoulli", "categorical", "poisson", "negative_binomial", "normal"]
LEVELS = ["low", "guarded", "elevated", "high", "critical"]

#: Agreement of two ways of computing the same number, to rounding.
ROUNDING = 1e-12
#: The same after many steps whose order of summation differs.
REORDERED = 1e-10

seeds = st.integers(0, 2**32 - 1)


def some_document(rng: np.random.Generator, **settings: Any) -> dict[str, Any]:
    families = rng.choice(FAMILIES, size=int(rng.integers(1, 6))).tolist()
    if rng.random() < 0.2:
        settings |= {"propensity": 2, "dimensions": 2}
    document = random_model(rng, int(rng.integers(2, 7)), families, **settings)
    # Answers that persist, and habits: three nodes more for each.
    if rng.random() < 0.4 and "dimensions" not in settings:
        document = personal(document, rng)
    elif rng.random() < 0.3:
        document = dimensional(document, rng)
    return document


def some_rows(rng: np.random.Generator, document: dict[str, Any]) -> list[dict[str, Any]]:
    return random_check_ins(rng, document, int(rng.integers(2, 9)))


def rows_of_their_own(
    rng: np.random.Generator, document: dict[str, Any]
) -> list[dict[str, Any]]:
    """Check-ins that say nothing about the time since the check-in before."""
    return [
        {key: told for key, told in row.items() if key != "used_days_ago"}
        for row in some_rows(rng, document)
        if not row.get("abstinent_since_last")
    ]


def follow(
    document: dict[str, Any], rows: list[dict[str, Any]]
) -> list[relapse.Assessment]:
    monitor = relapse.Monitor(relapse.Model.from_dict(document), drivers=False)
    return [update(monitor, row) for row in rows]


def as_table(
    persons: dict[str, list[dict[str, Any]]], document: dict[str, Any]
) -> pd.DataFrame:
    records = []
    for person, rows in persons.items():
        for row in rows:
            known = row.get("known_stage") or {}
            record = {"person": person, "time": row["time"], **row["answers"]}
            record |= {
                f"{item}_missing": reason for item, reason in row["missing"].items()
            }
            record |= {
                item + "_missing": "not_asked"
                for item in (i["id"] for i in document["items"])
                if item not in row["answers"] and item not in row["missing"]
            }
            record["stage"] = "|".join(known.get("any_of", []))
            record["entered"] = known.get("entered", False)
            record["used_days_ago"] = row.get("used_days_ago")
            record["abstinent_since_last"] = row.get("abstinent_since_last", False)
            records.append(record)
    table = pd.DataFrame(records)
    return table.drop(columns=["missed_check_in_missing"], errors="ignore")


def some_data(seed: int) -> tuple[relapse.Model, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    document = some_document(rng, silence=bool(rng.random() < 0.5))
    persons = {f"p{k}": some_rows(rng, document) for k in range(4)}
    return relapse.Model.from_dict(document), as_table(persons, document)


def same(a: pd.DataFrame, b: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(a, b, check_exact=True)


# 1. Streaming, batch, chunks and threads ----------------------------------------------


@given(seeds)
def test_chunks_threads_and_order_do_not_matter(seed: int) -> None:
    model, table = some_data(seed)
    whole = relapse.score(table, model, threads=1)
    same(whole, relapse.score(table, model, threads=2))
    by_person = [relapse.score(part, model) for _, part in table.groupby("person")]
    same(whole, pd.concat(by_person))
    shuffled = table.sample(frac=1.0, random_state=seed)
    same(whole, relapse.score(shuffled, model).sort_index())


@given(seeds)
def test_streaming_is_batch(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = some_document(rng, silence=bool(rng.random() < 0.5))
    rows = some_rows(rng, document)
    model = relapse.Model.from_dict(document)
    table = relapse.score(as_table({"p": rows}, document), model)
    for row, seen in enumerate(follow(document, rows)):
        assert table["log_likelihood"][row] == seen.log_likelihood
        assert table["level"][row] == seen.level
        assert [table[f"stage_{s}"][row] for s in model.stages] == list(
            seen.stages.values()
        )
        assert [table[f"risk_{h}d"][row] for h in model.horizons] == list(
            seen.risk.values()
        )


@given(seeds)
def test_filtering_is_streaming_and_so_is_replaying(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = some_document(rng, silence=bool(rng.random() < 0.5))
    rows = some_rows(rng, document)
    model = relapse.Model.from_dict(document)
    filtered = relapse.filter(as_table({"p": rows}, document), model)
    once, again = follow(document, rows), follow(document, rows)
    for row, (seen, replayed) in enumerate(zip(once, again, strict=True)):
        assert seen.to_json() == replayed.to_json()
        for stage, probability in seen.stages.items():
            assert abs(filtered[f"stage_{stage}"][row] - probability) < ROUNDING


@given(seeds)
def test_what_is_foretold_is_a_law(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = some_document(rng, silence=bool(rng.random() < 0.5))
    monitor = relapse.Monitor(relapse.Model.from_dict(document), drivers=False)
    for row in some_rows(rng, document):
        update(monitor, row)
        for item in document["items"]:
            if item.get("family") not in ("bernoulli", "categorical"):
                continue
            law = list(
                monitor.forecast(item["id"], float(rng.uniform(0.0, 40.0))).values()
            )
            assert min(law) >= 0.0 and abs(sum(law) - 1.0) < 1e-9


@given(seeds)
def test_a_monitor_restored_on_the_way_goes_on_as_if_nothing_had_been(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = some_document(rng)
    rows = some_rows(rng, document)
    model = relapse.Model.from_dict(document)
    monitor = relapse.Monitor(model)
    for row, expected in zip(rows, follow(document, rows), strict=True):
        monitor = relapse.Monitor.restore(model, monitor.snapshot(), drivers=False)
        assert update(monitor, row).to_json() == expected.to_json()


# 2. Splitting an interval -------------------------------------------------------------


@given(seeds, st.floats(0.01, 0.99))
def test_splitting_an_interval_changes_nothing(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    document = some_document(rng)
    rows = rows_of_their_own(rng, document)
    for row in rows:
        if row.get("known_stage", {}).get("entered"):
            row["known_stage"]["entered"] = False
    whole = relapse.Monitor(relapse.Model.from_dict(document), drivers=False)
    split = relapse.Monitor(relapse.Model.from_dict(document), drivers=False)
    last = None
    for row in rows:
        if last is not None:
            split.update(last + share * (row["time"] - last), {})
        last = row["time"]
        a, b = update(whole, row), update(split, row)
        assert math.isclose(
            a.log_likelihood, b.log_likelihood, rel_tol=1e-11, abs_tol=1e-11
        )
        for stage, probability in a.stages.items():
            assert abs(b.stages[stage] - probability) < ROUNDING
        for days, risk in a.risk.items():
            assert abs(b.risk[days] - risk) < ROUNDING


# 3. Risk and horizon ------------------------------------------------------------------


@given(seeds)
def test_risk_rises_with_the_horizon_and_lies_in_its_interval(seed: int) -> None:
    model, table = some_data(seed)
    scores = relapse.score(table, model)
    before = scores[[f"stage_{s}" for s in model.stages]].to_numpy()[:, -1] * 0.0
    for days in model.horizons:
        risk = scores[f"risk_{days}d"]
        assert (risk >= before).all()
        assert (risk <= 1.0).all()
        assert (scores[f"risk_{days}d_low"] <= risk).all()
        assert (risk <= scores[f"risk_{days}d_high"]).all()
        assert (
            scores[f"relapse_{days}d"].dropna()
            <= risk[scores[f"relapse_{days}d"].notna()] + ROUNDING
        ).all()
        before = risk


# 4. Drivers ---------------------------------------------------------------------------


@given(seeds)
@settings(max_examples=10)
def test_contributions_add_up_to_the_change(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = some_document(rng, silence=bool(rng.random() < 0.5))
    monitor = relapse.Monitor(relapse.Model.from_dict(document))
    last = None
    for row in some_rows(rng, document):
        seen = update(monitor, row)
        explained = sum(driver.contribution for driver in seen.drivers)
        if last is not None:
            assert abs(seen.level_risk - last - explained) < 1e-9
        last = seen.level_risk


# 5. Names and order -------------------------------------------------------------------


@given(seeds)
def test_names_and_order_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = some_document(rng)
    rows = some_rows(rng, document)
    other = copy.deepcopy(document)
    items = {
        i["id"]: f"z{k}" for k, i in enumerate(document["items"]) if i["role"] != "safety"
    }
    stages = {
        s["id"]: f"t{len(document['stages']) - k}"
        for k, s in enumerate(document["stages"])
    }
    for item in other["items"]:
        item["id"] = items.get(item["id"], item["id"])
        if "given" in item:
            item["given"] = {stages[s]: law for s, law in item["given"].items()}
    for rule in other["determinants"]:
        for key in ("item", "exposure", "efficacy"):
            if key in rule:
                rule[key] = items[rule[key]]
    for stage in other["stages"]:
        stage["id"] = stages[stage["id"]]
    for move in other["transitions"]:
        move["from"], move["to"] = stages[move["from"]], stages[move["to"]]
    for habit in other.get("habits", ()):
        habit["items"] = {items[name]: lean for name, lean in habit["items"].items()}
    for dimension in other.get("dimensions", ()):
        for key, names in (("habits", items), ("start", stages)):
            dimension[key] = {names[k]: w for k, w in dimension.get(key, {}).items()}
    for name in ("initial", "start_effects"):
        other[name] = {stages[s]: value for s, value in other[name].items()}
    if "start" in other["propensity"]:
        other["propensity"]["start"] = {
            stages[s]: value for s, value in other["propensity"]["start"].items()
        }
    for name in ("items", "determinants", "transitions", "stages"):
        rng.shuffle(other[name])
    renamed = copy.deepcopy(rows)
    for row in renamed:
        row["answers"] = {items.get(i, i): a for i, a in reversed(row["answers"].items())}
        row["missing"] = {items.get(i, i): r for i, r in row["missing"].items()}
        if "known_stage" in row:
            row["known_stage"]["any_of"] = [
                stages[s] for s in row["known_stage"]["any_of"]
            ]
    for a, b in zip(follow(document, rows), follow(other, renamed), strict=True):
        assert abs(a.log_likelihood - b.log_likelihood) < REORDERED
        for stage, probability in a.stages.items():
            assert abs(b.stages[stages[stage]] - probability) < REORDERED
        for days, risk in a.risk.items():
            assert abs(b.risk[days] - risk) < REORDERED


# 6. Missing answers -------------------------------------------------------------------


@given(seeds)
def test_a_missing_answer_is_an_absent_item(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = some_document(rng)
    rows = some_rows(rng, document)
    # The nodes of a habit stay, and with them the order of all sums.
    leaning = {name for habit in document.get("habits", ()) for name in habit["items"]}
    for dimension in document.get("dimensions", ()):
        leaning |= dimension.get("habits", {}).keys()
    gone = {
        item["id"]
        for item in document["items"]
        if item["role"] == "sign"
        and rng.random() < 0.5
        and not item.get("missing_is_a_level")
        and "habit" not in item
        and item["id"] not in leaning
    }
    silent, absent = copy.deepcopy(rows), copy.deepcopy(rows)
    for row, short in zip(silent, absent, strict=True):
        for item in gone:
            row["answers"][item] = None
            row["missing"].pop(item, None)
            short["answers"].pop(item, None)
            short["missing"].pop(item, None)
    without = document | {"items": [i for i in document["items"] if i["id"] not in gone]}
    for a, b in zip(follow(document, silent), follow(without, absent), strict=True):
        assert a.log_likelihood == b.log_likelihood
        assert list(a.stages.values()) == list(b.stages.values())
        assert a.risk == b.risk


# 7. Safety ----------------------------------------------------------------------------


@given(seeds, st.sampled_from(["self_harm", "overdose", "severe_withdrawal"]))
def test_a_flag_never_lowers_the_level(seed: int, flag: str) -> None:
    rng = np.random.default_rng(seed)
    document = some_document(rng)
    rows = some_rows(rng, document)
    raised = copy.deepcopy(rows)
    at = int(rng.integers(len(rows)))
    raised[at]["answers"][flag] = 1
    raised[at]["missing"].pop(flag, None)
    for row, (a, b) in enumerate(
        zip(follow(document, rows), follow(document, raised), strict=True)
    ):
        assert LEVELS.index(b.level) >= LEVELS.index(a.level)
        assert b.numeric_level == a.numeric_level
        assert b.level == ("critical" if row >= at else a.level)


# 8. Documents -------------------------------------------------------------------------


@given(seeds)
def test_a_document_written_and_read_gives_identical_numbers(seed: int) -> None:
    model, table = some_data(seed)
    again = relapse.Model.from_json(model.to_json())
    assert again.content_hash == model.content_hash
    same(relapse.score(table, model), relapse.score(table, again))


# Looking back --------------------------------------------------------------------------


@given(seeds)
def test_smoothing_the_last_check_in_is_filtering(seed: int) -> None:
    model, table = some_data(seed)
    stages = [f"stage_{s}" for s in model.stages]
    last = table.groupby("person").tail(1).index
    filtered = relapse.filter(table, model).loc[last, stages]
    smoothed = relapse.smooth(table, model).loc[last, stages]
    assert np.abs(filtered.to_numpy() - smoothed.to_numpy()).max() < REORDERED


@given(seeds)
def test_looking_back_does_not_depend_on_threads_or_other_persons(seed: int) -> None:
    model, table = some_data(seed)
    for look in (relapse.smooth, relapse.decode):
        whole = look(table, model, threads=1)
        same(whole, look(table, model, threads=2))
        same(whole, pd.concat([look(part, model) for _, part in table.groupby("person")]))


@given(seeds, st.floats(0.01, 0.99))
def test_an_empty_check_in_changes_no_look_back(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    document = some_document(rng)
    model = relapse.Model.from_dict(document)
    rows = rows_of_their_own(rng, document)
    for row in rows:
        row.pop("known_stage", None)
    between = [
        {
            "time": a["time"] + share * (b["time"] - a["time"]),
            "answers": {},
            "missing": {},
        }
        for a, b in itertools.pairwise(rows)
    ]
    table = as_table({"p": rows}, document)
    split = as_table({"p": sorted([*rows, *between], key=lambda r: r["time"])}, document)
    whole, found = relapse.smooth(table, model), relapse.smooth(split, model)
    found = found[found["time"].isin(whole["time"])]
    stages = [f"stage_{s}" for s in model.stages]
    assert np.abs(found[stages].to_numpy() - whole[stages].to_numpy()).max() < REORDERED


@given(seeds)
def test_the_likeliest_way_is_possible_and_no_likelier_than_the_answers(
    seed: int,
) -> None:
    model, table = some_data(seed)
    decoded = relapse.decode(table, model)
    for person, way in decoded.groupby("person"):
        rows = table[table["person"] == person]
        total = relapse.log_likelihood(rows, model)
        assert way["log_probability"].iloc[0] <= total + REORDERED
        known = [set(stage.split("|")) - {""} for stage in rows["stage"]]
        for stage, allowed in zip(way["stage"], known, strict=True):
            assert not allowed or stage in allowed


# 9. Nothing crashes -------------------------------------------------------------------

anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.integers(),
    st.text(max_size=3),
    st.floats(width=64),
    st.floats(-1e3, 1e3),
    st.sampled_from(["never", "often", "inf", "nan"]),
)
MODEL = relapse.Model.from_dict(small_document())
ITEMS = [*MODEL.items, "self_harm", "used_days_ago"]


def finite(values: Any) -> bool:
    return all(value is None or math.isfinite(value) for value in values)


@given(
    st.lists(
        st.tuples(
            st.floats(width=64),
            st.dictionaries(st.sampled_from(ITEMS[:-1]), anything, max_size=5),
        ),
        max_size=5,
    )
)
@settings(max_examples=300)
def test_any_answer_gives_finite_numbers_or_a_typed_error(rows: Any) -> None:
    monitor = relapse.Monitor(MODEL)
    for time, answers in rows:
        before = monitor.snapshot()
        try:
            seen = monitor.update(time, answers)
        except relapse.CheckInError as error:
            # Nothing changes but the flags that it raises.
            assert error.flags or monitor.snapshot() == before
            assert set(error.flags) <= set(monitor.flags)
            continue
        assert finite(seen.stages.values()) and finite(seen.risk.values())
        assert finite(seen.new_use.values()) and math.isfinite(seen.log_likelihood)
        assert finite(driver.contribution for driver in seen.drivers)
        assert finite(
            bound for interval in seen.risk_interval.values() for bound in interval
        )
        assert abs(sum(seen.stages.values()) - 1.0) < 1e-12


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["person", "time", *ITEMS]), anything), max_size=6
    )
)
@settings(max_examples=300)
def test_any_table_gives_finite_numbers_or_typed_errors(records: Any) -> None:
    names = ["person", "time", *sorted({name for record in records for name in record})]
    table = {name: [record.get(name) for record in records] for name in names}
    try:
        scores, errors = relapse.score(table, MODEL, on_error="collect")
    except relapse.InvalidInput:
        return
    refused = set(errors["row"])
    for row in range(len(records)):
        numbers = [scores[f"stage_{s}"][row] for s in MODEL.stages] + [
            scores["risk_7d"][row]
        ]
        if row in refused:
            assert np.isnan(numbers).all()
        else:
            assert finite(numbers)
