"""FHIR R4 in and out: answers and medication from a record, and what we say into it.

What is read, and by which rules, is in the how-to "FHIR"; every function is that of C++.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from relapse import _core
from relapse._core import FhirMedication, FhirNote, FhirReading, FhirResponse
from relapse._passes.arguments import ModelOrName, find_model
from relapse._reading.fhir import as_json, read

__all__ = [
    "FhirMedication",
    "FhirNote",
    "FhirReading",
    "FhirResponse",
    "bundle",
    "care_plan",
    "cds_cards",
    "check_ins",
    "flags",
    "provenance",
    "questionnaire",
    "read",
    "response",
    "risk_assessment",
]

Resource: TypeAlias = "dict[str, Any]"


def check_ins(
    reading: FhirReading, model: ModelOrName = "standard"
) -> tuple[list[dict[str, Any]], list[FhirNote]]:
    """Return check-ins (``relapse/check_in/1``) for a model, and what it does not take.

    The answers to an instrument become those of the items that refer to it, and raise its
    flags in any case; other answers are taken by the names of items. Alarms that have no
    time are in no check-in: they are in ``reading.untimed``.
    """
    documents, notes, _ = _core.fhir_check_ins(reading, find_model(model))
    # Of gaps alone the document has no answers.
    return [{"answers": {}} | json.loads(each) for each in documents], notes


def response(
    check_in: Mapping[str, Any],
    model: ModelOrName = "standard",
    *,
    locale: str = "en",
) -> Resource:
    """Return a check-in (``relapse/check_in/1``) as a QuestionnaireResponse.

    `read` and `check_ins` read it back as the same answers. Needs a person and a time of
    the calendar.
    """
    return _resource(
        _core.fhir_response(as_json(dict(check_in)), find_model(model), locale)
    )


def questionnaire(model: ModelOrName = "standard", *, locale: str = "en") -> Resource:
    """Return what a model asks as a Questionnaire, in our own words."""
    return _resource(_core.fhir_questionnaire(find_model(model), locale))


def risk_assessment(
    assessment: _core.Assessment, person: str, *, basis: str = "", locale: str = "en"
) -> Resource:
    """Return an assessment as a RiskAssessment: a prediction an outcome and horizon.

    `person` is the id of the Patient. A probability is a percentage there; `basis` is a
    reference to what it rests on, as ``QuestionnaireResponse/12``.
    """
    return _resource(_core.fhir_risk_assessment(assessment, person, basis, locale))


def flags(
    assessment: _core.Assessment, person: str, *, locale: str = "en"
) -> list[Resource]:
    """Return a Flag for each floor in force, and for each safety flag that rose: inactive
    once it was taken down.
    """
    return [_resource(each) for each in _core.fhir_flags(assessment, person, locale)]


def care_plan(
    plan: _core.Plan,
    contact: str,
    *,
    person: str = "",
    model: ModelOrName = "standard",
    locale: str = "en",
) -> list[Resource]:
    """Return the CarePlan that a contact may see, and its Goals.

    Raises InvalidInput where the person did not consent to `share_plan` with the contact.
    `person` is the id of the Patient; without it the person of the plan.
    """
    made = _core.fhir_care_plan(plan, contact, find_model(model), person, locale)
    return [_resource(each) for each in made]


def provenance(
    resources: Iterable[Mapping[str, Any]],
    model: ModelOrName = "standard",
    *,
    recorded: float,
    basis: str = "",
) -> Resource:
    """Return who made resources and when (`recorded`, in days since 1970-01-01 UTC)."""
    texts = [as_json(dict(each)) for each in resources]
    return _resource(_core.fhir_provenance(texts, find_model(model), recorded, basis))


def bundle(
    resources: Iterable[Mapping[str, Any]], base: str = "http://relapse.invalid"
) -> Resource:
    """Return a transaction that puts every resource under its id.

    `base` is the URL of the server that it goes to, which full URLs begin with.
    """
    texts = [as_json(dict(each)) for each in resources]
    return _resource(_core.fhir_bundle(texts, base))


def cds_cards(
    assessment: _core.Assessment,
    person: str,
    *,
    suggestions: Sequence[_core.Suggestion] = (),
    basis: str = "",
    locale: str = "en",
) -> dict[str, Any]:
    """Return the cards of CDS Hooks for an assessment, ``{"cards": [...]}``.

    One for each safety flag that is up, before one for the level. The same assessment
    gives the same uuids, by which feedback comes back.
    """
    return _resource(
        _core.cds_cards(assessment, list(suggestions), person, basis, locale)
    )


def _resource(text: str) -> Resource:
    made: Resource = json.loads(text)
    return made
