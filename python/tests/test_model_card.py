"""Model cards: complete, readable, bound to one model."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import relapse
from relapse._judging.model_cards import FIELDS

pytest.importorskip("sklearn")

MODEL = relapse.Model.standard()


@pytest.fixture(scope="module")
def card() -> relapse.ModelCard:
    random = np.random.default_rng(2)
    p = random.random(200)
    table = {
        "person": np.repeat(np.arange(20), 10),
        "time": np.tile(np.arange(10.0), 20),
        "p": p,
        "outcome": (random.random(200) < p).astype(float),
        "arm": np.repeat(["a", "b"], 100),
    }
    judged = relapse.evaluate(
        table, predicted="p", time="time", groups=["arm"], budgets=[2.0], draws=5
    )
    return relapse.model_card(MODEL, {"return to use": judged}, funding="none")


def test_the_fields_are_the_52_parts_of_27_items() -> None:
    items = [item for item, _ in FIELDS.values()]
    assert len(items) == len(set(items)) == 52
    assert {int(item.rstrip("abcdefg")) for item in items} == set(range(1, 28))


def test_what_nobody_stated_is_shown_as_that(card: relapse.ModelCard) -> None:
    text = card.to_markdown()
    assert text.count("\n## ") == 52
    assert "## 17 Ethical approval\n\nnot stated" in text
    assert "## 18a Funding\n\nnone" in text
    assert "ethics" in card.unstated()
    assert "funding" not in card.unstated()
    assert MODEL.content_hash in text
    assert "expert default" in text


def test_figures_stand_in_the_card(card: relapse.ModelCard) -> None:
    text = card.to_markdown()
    auroc = card.evaluations["return to use"]["figures"]["auroc"]
    assert f"| auroc | {auroc['value']:.4f} | {auroc['low']:.4f} to" in text
    assert "| arm a | 10 |" in text
    assert "| 2 | " in text


def test_a_card_is_about_one_model(card: relapse.ModelCard) -> None:
    assert card.is_about(MODEL)
    document = MODEL.to_dict()
    document["transitions"][0]["rate"] *= 1.0 + 1e-12
    assert not card.is_about(relapse.Model.from_dict(document))


def test_a_card_survives_a_file(card: relapse.ModelCard, tmp_path: Path) -> None:
    card.save(tmp_path / "card.json")
    again = relapse.ModelCard.load(tmp_path / "card.json")
    assert again == card
    assert again.to_markdown() == card.to_markdown()


def test_malformed_cards_are_refused_with_their_place(card: relapse.ModelCard) -> None:
    def refused(pointer: str, **change: Any) -> None:
        document = copy.deepcopy(card.to_dict()) | change
        with pytest.raises(relapse.ParseError) as error:
            relapse.ModelCard.from_dict(document)
        assert error.value.pointer == pointer

    refused("/schema", schema="relapse/model_card/2")
    refused("/extra", extra=1)
    refused("/fields", fields=[])
    refused("/fields/colour", fields={"colour": "red"})
    refused("/fields/title", fields={"title": 3})
    refused("/model/content_hash", model={"id": "x"})
    with pytest.raises(relapse.InvalidInput, match="has an unknown field"):
        relapse.model_card(MODEL, {}, colour="red")


def test_no_number_is_lost_to_nan(card: relapse.ModelCard) -> None:
    json.dumps(card.to_dict(), allow_nan=False)


def test_the_outcomes_of_the_document_stand_in_the_card() -> None:
    text = relapse.model_card(relapse.Model.named("opioid_weekly"), {}).to_markdown()
    assert "given not in use now" in text
    assert "`outcome_positive_urine_next_week`" in text
    assert "7 days later, given that there is an answer" in text
    assert "4 in a row among the next" in text
    named = relapse.model_card(MODEL, {}, outcome="any use within a week")
    assert "any use within a week" in named.to_markdown()
