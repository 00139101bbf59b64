"""The example of a service of CDS Hooks, called as a record would call it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).parent / "data" / "fhir"
starlette = pytest.importorskip("starlette.testclient")


@pytest.fixture(scope="module")
def client() -> Any:
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        import cds_service  # type: ignore[import-not-found]
    finally:
        sys.path.pop(0)
    cds_service.feedback.clear()
    return starlette.TestClient(cds_service.app)


def call(client: Any, patient: str, *resources: Any) -> Any:
    bundle = {"resourceType": "Bundle", "type": "searchset"}
    bundle["entry"] = [{"resource": each} for each in resources]  # type: ignore[assignment]
    return client.post(
        "/cds-services/relapse",
        json={
            "hook": "patient-view",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": {"userId": "Practitioner/1", "patientId": patient},
            "prefetch": {"responses": bundle, "observations": None},
        },
    )


def test_the_service_says_what_it_needs(client: Any):
    (service,) = client.get("/cds-services").json()["services"]
    assert service["hook"] == "patient-view"
    assert service["prefetch"]["patient"] == "Patient/{{context.patientId}}"


def test_a_flag_in_the_record_is_the_first_card(client: Any):
    response = json.loads((DATA / "sdc_phq9.json").read_text())
    cards = call(client, "P139", response).json()["cards"]
    assert cards[0]["indicator"] == "critical"
    assert call(client, "P140", response).json()["cards"] == []
    told = {"feedback": [{"card": cards[0]["uuid"], "outcome": "accepted"}]}
    assert client.post("/cds-services/relapse/feedback", json=told).status_code == 200
    import cds_service

    assert cds_service.feedback[cards[0]["uuid"]]["outcome"] == "accepted"


def test_what_cannot_be_read_is_a_refusal(client: Any):
    assert client.post("/cds-services/relapse", content=b"{").status_code == 400
    assert call(client, "P1", {"no": "resource"}).json()["cards"] == []
