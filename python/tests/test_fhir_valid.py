"""What is written, by a validator that is not ours: `fhir.resources`, R4B."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

MAKE = Path(__file__).resolve().parents[2] / "tests" / "fhir" / "make.py"
models = pytest.importorskip("fhir.resources.R4B")
LEAST = 200


def made() -> list[dict[str, Any]]:
    spec = importlib.util.spec_from_file_location("make_fhir", MAKE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.all_resources())


def test_everything_that_is_written_is_valid():
    resources = made()
    assert len(resources) >= LEAST
    kinds = {each["resourceType"] for each in resources}
    assert kinds == {
        "Bundle", "CarePlan", "Flag", "Goal", "Provenance", "Questionnaire",
        "QuestionnaireResponse", "RiskAssessment",
    }  # fmt: skip
    for each in resources:
        models.get_fhir_model_class(each["resourceType"]).model_validate(each)


def test_the_validator_sees_what_is_wrong():
    """A validator that finds nothing in anything would show nothing."""
    response = next(r for r in made() if r["resourceType"] == "QuestionnaireResponse")
    model = models.get_fhir_model_class("QuestionnaireResponse")
    for change in ({"authored": "2026-03-01T08:00:00"}, {"status": None}, {"unknown": 1}):
        with pytest.raises(ValueError, match="validation error"):
            model.model_validate(response | change)
