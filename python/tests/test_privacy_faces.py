"""The walk of `test_privacy` over the faces to other libraries, and over FHIR."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_privacy import MODEL, NUMBER, PLAN, SECRET, Written, said, wrong

import relapse
from relapse import fhir

Call = Callable[..., Any]

RESPONSE = {
    "resourceType": "QuestionnaireResponse",
    "status": "completed",
    "subject": {"reference": "Patient/P"},
    "authored": "2026-03-01T06:00:00Z",
    "item": [{"linkId": "craving", "answer": [{"valueInteger": 1}]}],
}
CHECK_IN = {
    "schema": "relapse/check_in/1",
    "person": "P",
    "time": "2026-03-01T06:00:00Z",
    "answers": {"craving": 1},
}
ROWS = pd.DataFrame(
    {
        "person": ["a", "a", "b", "b"],
        "time": [1.0, 2.0, 1.0, 2.0],
        "used": [1, 1, 0, 0],
        "craving": [4, 4, 0, 0],
    }
)
CLASSES = np.array([1, 1, 0, 0])


def leak(name: str, call: Call, **given: Any) -> str | None:
    """Return what a call repeated of what it was given."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call(**given)
    except Exception as error:
        text = said(error)
        if SECRET in text or str(NUMBER) in text:
            kinds = {key: type(value).__name__ for key, value in given.items()}
            return ascii(f"{name}({kinds}): {type(error).__name__}: {text[:150]}")
    return None


def walk(
    name: str, call: Call, right: dict[str, Any], at: list[str], values: list[Any]
) -> Iterator[str]:
    for parameter in at:
        for value in values:
            if found := leak(name, call, **(right | {parameter: value})):
                yield found


def tables() -> list[pd.DataFrame]:
    """Tables with words, or an answer that is none, where numbers belong."""
    columns: list[tuple[str, Any]] = [
        ("craving", SECRET),
        ("craving", Written()),
        ("craving", NUMBER),
        ("used", SECRET),
        ("used", NUMBER),
        ("time", SECRET),
    ]
    return [ROWS.assign(**{column: [value] * 4}) for column, value in columns]


#: Where FHIR is read from are files, whose names stand in errors.
FILES = {("read", "source"), ("read", "mappings")}


def test_fhir_repeats_nothing() -> None:
    right = {
        "source": RESPONSE,
        "reading": fhir.read(RESPONSE),
        "model": MODEL,
        "check_in": CHECK_IN,
        "assessment": relapse.Monitor(MODEL).update(1.0, {"craving": 1}),
        "person": "P",
        "plan": PLAN,
        "contact": "Mira",
        "resources": [],
        "targets": [],
        "recorded": 20_000.0,
    }
    broken = [
        RESPONSE | {"authored": SECRET},
        RESPONSE | {"status": SECRET},
        RESPONSE
        | {"item": [{"linkId": "craving", "answer": [{"valueInteger": SECRET}]}]},
        {"resourceType": SECRET},
        CHECK_IN | {"time": SECRET},
        CHECK_IN | {"answers": {"craving": SECRET}},
        CHECK_IN | {"answers": {"self_harm": NUMBER}},
    ]
    met, found = 0, []
    for name in fhir.__all__:
        call = getattr(fhir, name)
        if inspect.isclass(call):
            continue
        parameters = inspect.signature(call).parameters
        needed = {
            key: right[key]
            for key, parameter in parameters.items()
            if parameter.default is inspect.Parameter.empty
        }
        for at in parameters:
            met += 1
            values = [*wrong(), *broken]
            if (name, at) in FILES:
                values = broken
            found += walk(f"fhir.{name}", call, needed, [at], values)
    assert met > 25
    assert not found, "\n".join(found)


def test_scikit_learn_repeats_nothing() -> None:
    face = pytest.importorskip("relapse.sklearn")
    named = {"person": "person", "time": "time"}
    listed: list[Any] = [
        *wrong(),
        *tables(),
        np.array([[SECRET, 1.0]] * 4, dtype=object),
        np.array([[NUMBER, 1.0]] * 4),
    ]
    classes: list[Any] = [
        *wrong(),
        np.array([SECRET, SECRET, "a", "a"]),
        np.array([NUMBER, NUMBER, 1.0, 1.0]),
        np.array([SECRET, 1, 0, 0], dtype=object),
    ]
    found: list[str] = []
    for kind in (face.RelapseClassifier, face.StageTransformer):
        for columns in (named, {}):
            rows = ROWS if columns else ROWS[["used", "craving"]]

            def made(**more: Any) -> Any:
                settings: dict[str, Any] = {"model": "standard", "fit_model": False}
                return kind(**(settings | columns | more))  # noqa: B023

            def fitted(X: Any, y: Any, **more: Any) -> Any:  # noqa: N803
                return made(**more).fit(X, y)

            right = {"X": rows, "y": CLASSES}
            found += walk(kind.__name__, fitted, right, ["X"], listed)
            found += walk(kind.__name__, fitted, right, ["y"], classes)
            settings = set(inspect.signature(kind).parameters) - {"person", "time"}
            found += walk(kind.__name__, fitted, right, sorted(settings), wrong())
            ready = fitted(rows, CLASSES)
            for name in ("predict", "predict_proba", "transform"):
                if hasattr(ready, name):
                    found += walk(name, getattr(ready, name), {}, ["X"], listed)
    assert not found, "\n".join(found)


def test_dask_repeats_nothing() -> None:
    frames = pytest.importorskip("dask.dataframe")
    from relapse.dask import score

    def scored(**given: Any) -> Any:
        return score(**given).compute()

    right = {"check_ins": frames.from_pandas(ROWS, npartitions=1), "model": MODEL}
    at = ["check_ins", "model", "shuffle", "same_time"]
    found = list(walk("dask", scored, right, at, wrong()))
    for table in tables():
        one = frames.from_pandas(table, npartitions=1)
        found += walk("dask", scored, right, ["check_ins"], [one])
    assert not found, "\n".join(found)


def test_spark_repeats_nothing() -> None:
    """What goes wrong on a machine that works is what `_Task` does with its batches."""
    pytest.importorskip("pyspark.sql")
    arrow = pytest.importorskip("pyarrow")
    from relapse import spark

    right: dict[str, Any] = {"check_ins": ROWS, "model": MODEL}
    found = list(walk("spark", spark.score, right, ["check_ins"], wrong()))
    task = spark._Task(MODEL.to_json(), "person", "time", "refuse")

    def worked(table: pd.DataFrame) -> Any:
        return list(task(iter(arrow.Table.from_pandas(table).to_batches())))

    assert worked(ROWS)
    odd = [table for table in tables() if not isinstance(table["craving"][0], Written)]
    found += walk("spark", worked, {}, ["table"], odd)
    assert not found, "\n".join(found)
