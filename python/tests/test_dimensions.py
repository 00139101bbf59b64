"""Latent dimensions by name: what they are beside the propensity and habits."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from reference import random_check_ins, random_model
from sample_documents import small_document, update

import relapse
from relapse._report.model_summary import model_lines

Document = dict[str, Any]

FAMILIES = ["bernoulli", "categorical", "poisson", "normal"]


def with_dimension(document: Document, **parts: Any) -> Document:
    return copy.deepcopy(document) | {"dimensions": [{"id": "of_mine"} | parts]}


def run(document: Document, rows: list[Document]) -> list[relapse.Assessment]:
    monitor = relapse.Monitor(relapse.Model.from_dict(document))
    return [update(monitor, row) for row in rows]


@pytest.mark.parametrize("seed", range(4))
def test_the_propensity_is_a_dimension_without_a_name(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = random_model(rng, 4, FAMILIES, propensity=5)
    rows = random_check_ins(rng, document, 5)
    prone = document["propensity"]
    named = with_dimension(
        document | {"propensity": {"nodes": 1}},
        nodes=5,
        loadings=prone["loadings"],
        start=prone["start"],
        prior=prone["prior"],
    )
    for one, other in zip(run(document, rows), run(named, rows), strict=True):
        assert other.risk == one.risk
        assert other.risk_interval == one.risk_interval
        assert other.log_likelihood == one.log_likelihood
        assert other.dimensions == {"of_mine": one.propensity}
        for a, b in zip(one.drivers, other.drivers, strict=True):
            assert b.contribution == pytest.approx(a.contribution, abs=1e-12)


def test_a_habit_is_a_dimension_that_only_answers() -> None:
    document = small_document()
    signs = [i["id"] for i in document["items"] if i["role"] == "sign"]
    weights = dict.fromkeys(signs, 0.8)
    habit = copy.deepcopy(document) | {"habits": [{"id": "of_mine", "items": weights}]}
    dimension = with_dimension(document, habits=weights)
    rows = random_check_ins(np.random.default_rng(3), document, 6)
    for one, other in zip(run(habit, rows), run(dimension, rows), strict=True):
        assert other.risk == one.risk
        assert other.log_likelihood == one.log_likelihood


def test_a_dimension_of_which_nothing_follows_has_no_nodes() -> None:
    document = small_document()
    idle = with_dimension(document, nodes=31, loadings={"toward_use": 0.0})
    rows = random_check_ins(np.random.default_rng(4), document, 6)
    for one, other in zip(run(document, rows), run(idle, rows), strict=True):
        assert other.risk == one.risk
        assert other.stages == one.stages
        assert other.dimensions == {"of_mine": 0.0}


def test_a_fit_finds_what_was_simulated() -> None:
    document = with_dimension(
        small_document(),
        nodes=3,
        loadings={"toward_use": 1.0, "recovery": -0.7},
        habits={"isolating": 0.9},
    )
    model = relapse.Model.from_dict(document)
    table, truth = relapse.simulate(
        model, persons=300, days=90, every=2, seed=3, truth=True
    )
    smoothed = relapse.smooth(table, model)
    found, drawn = smoothed["dimension_of_mine"], truth["dimension_of_mine"]
    assert np.corrcoef(found, drawn)[0, 1] > 0.6
    free = ["loading:of_mine", "habit:of_mine"]
    other = with_dimension(
        small_document(),
        nodes=3,
        loadings={"toward_use": 0.3, "recovery": 0.0},
        habits={"isolating": 0.4},
    )
    fit = relapse.fit(table, relapse.Model.from_dict(other), free=free, prior=None)
    assert fit.status == "converged"
    names = [
        "loading:of_mine:recovery",
        "loading:of_mine:toward_use",
        "habit:of_mine:isolating",
    ]
    assert fit.names == names
    # All weights of a dimension with the other sign say the same.
    turned = np.array(fit.estimates) * np.sign(fit.estimates[-1])
    away = (turned - [-0.7, 1.0, 0.9]) / np.array(fit.standard_errors)
    assert np.abs(away).max() < 4
    assert np.max(fit.standard_errors) < 0.25
    assert "fitted to" in fit.model.to_dict()["dimensions"][0]["source"]


def test_movement_is_told_by_dimension() -> None:
    document = with_dimension(small_document(), loadings={"toward_use": 1.0})
    model = relapse.Model.from_dict(document)
    plain = relapse.Model.from_dict(small_document())
    same = model.transition_matrix(7, dimensions={"of_mine": 0.0})
    np.testing.assert_array_equal(same, plain.transition_matrix(7))
    use = plain.to_dict()["stages"][-1]["id"]
    more = model.passage_probability(to=[use], days=7, dimensions={"of_mine": 1.0})
    less = model.passage_probability(to=[use], days=7, dimensions={"of_mine": -1.0})
    assert more[0] > less[0]
    with pytest.raises(
        relapse.InvalidInput, match=r"unknown dimension `of_min`.*of_mine"
    ):
        model.transition_matrix(7, dimensions={"of_min": 0.0})
    with pytest.raises(relapse.InvalidInput, match="finite"):
        model.transition_matrix(7, dimensions={"of_mine": float("nan")})


def test_what_a_table_tells_of_it() -> None:
    document = with_dimension(small_document(), nodes=3, loadings={"toward_use": 1.0})
    model = relapse.Model.from_dict(document)
    table = relapse.simulate(model, persons=4, days=20, every=2, seed=1)
    scores = relapse.score(table, model)
    decoded = relapse.decode(table, model)
    monitor = relapse.Monitor(model)
    assessment = monitor.update(20000.0, {"used": 1})
    assert scores["dimension_of_mine"].abs().max() > 0.0
    away = np.abs(decoded["dimension_of_mine"])
    assert np.all((away == 0.0) | (np.abs(away - np.sqrt(1.5)) < 1e-12))
    assert assessment.to_dict()["dimensions"] == assessment.dimensions
    assert "dimensions   of_mine (3 values)" in model_lines(model, 80)
