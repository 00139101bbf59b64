"""A service of CDS Hooks 2.0: cards for a chart from the answers in the record.

Run: pip install starlette uvicorn; uvicorn --app-dir examples cds_service:app
"""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import relapse
from relapse import fhir

MODEL = relapse.Model.named("standard")
SERVICE = {
    "hook": "patient-view",
    "id": "relapse",
    "title": "Early warning of a return to use",
    "description": "Risk, flags and what could help, from the check-ins in the record.",
    "prefetch": {
        "patient": "Patient/{{context.patientId}}",
        "responses": "QuestionnaireResponse?subject={{context.patientId}}&_sort=authored",
        "observations": "Observation?subject={{context.patientId}}&category=survey",
    },
}
#: What became of cards, by their uuid. A service of your own keeps it in its records.
feedback: dict[str, dict[str, Any]] = {}


def cards(context: dict[str, Any], prefetch: dict[str, Any]) -> dict[str, Any]:
    """Follow the person through the record, and say where that leads."""
    patient = str(context["patientId"])
    resources = [each for each in prefetch.values() if each]
    reading = fhir.read(resources, patient=patient)
    check_ins, _ = fhir.check_ins(reading, MODEL)
    monitor = relapse.Monitor(MODEL)
    assessment = None
    for check_in in check_ins:
        assessment = monitor.update(
            check_in["time"], check_in.get("answers", {}), check_in.get("missing")
        )
    if assessment is None:
        return {"cards": []}
    helps = monitor.suggest(relapse.Plan())
    return fhir.cds_cards(assessment, patient, suggestions=helps)


async def services(_: Request) -> JSONResponse:
    return JSONResponse({"services": [SERVICE]})


async def call(request: Request) -> JSONResponse:
    try:
        asked = await request.json()
        return JSONResponse(cards(asked["context"], asked.get("prefetch") or {}))
    except (
        relapse.InvalidInput,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        # Names places in what was sent, and never an answer.
        return JSONResponse({"message": str(error)}, status_code=400)


async def take_feedback(request: Request) -> JSONResponse:
    told = await request.json()
    for each in told.get("feedback", []):
        feedback[each["card"]] = each
    return JSONResponse({})


app = Starlette(
    routes=[
        Route("/cds-services", services),
        Route("/cds-services/relapse", call, methods=["POST"]),
        Route("/cds-services/relapse/feedback", take_feedback, methods=["POST"]),
    ]
)
