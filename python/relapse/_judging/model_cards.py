"""A model card: what a reader must know before trusting a fitted model.

Its fields are the items of TRIPOD+AI (Collins et al. 2024, BMJ 385:e078378), 27 of them
with their parts, under short labels of our own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from relapse import _core
from relapse._errors import InvalidInput, ParseError
from relapse._judging.evaluations import Evaluation
from relapse._reading.outputs import write_text

SCHEMA = "relapse/model_card/1"
NOT_STATED = "not stated"

#: Name of each field, the item of TRIPOD+AI that it answers, and its label.
FIELDS: dict[str, tuple[str, str]] = {
    "title": ("1", "Title"),
    "summary": ("2", "Summary"),
    "background": ("3a", "Background"),
    "target_population": ("3b", "Target population and intended use"),
    "inequalities": ("3c", "Known inequalities between groups"),
    "objectives": ("4", "Objectives"),
    "data_sources": ("5a", "Sources of data"),
    "dates": ("5b", "Dates of the data"),
    "setting": ("6a", "Setting"),
    "eligibility": ("6b", "Eligibility"),
    "treatments": ("6c", "Treatments received"),
    "data_preparation": ("7", "Preparation of the data"),
    "outcome": ("8a", "Outcome and horizon"),
    "outcome_assessors": ("8b", "Who assessed the outcome"),
    "outcome_blinding": ("8c", "Blinding of the outcome"),
    "predictor_choice": ("9a", "Choice of predictors"),
    "predictors": ("9b", "Predictors"),
    "predictor_assessors": ("9c", "Who assessed the predictors"),
    "sample_size": ("10", "Sample size"),
    "missing_data": ("11", "Missing data"),
    "use_of_data": ("12a", "Use of the data for fitting and judging"),
    "functional_form": ("12b", "Form of the predictors"),
    "model_development": ("12c", "Type of model, tuning, internal validation"),
    "clusters": ("12d", "Differences between clusters"),
    "performance_measures": ("12e", "Measures of performance"),
    "updating": ("12f", "Updating of the model"),
    "calculation": ("12g", "How predictions are calculated"),
    "class_imbalance": ("13", "Class imbalance and recalibration"),
    "fairness": ("14", "Approach to fairness"),
    "thresholds": ("15", "Output and thresholds"),
    "differences": ("16", "Differences between fitting and judging"),
    "ethics": ("17", "Ethical approval"),
    "funding": ("18a", "Funding"),
    "conflicts_of_interest": ("18b", "Conflicts of interest"),
    "protocol": ("18c", "Protocol"),
    "registration": ("18d", "Registration"),
    "data_availability": ("18e", "Availability of the data"),
    "code_availability": ("18f", "Availability of the code"),
    "public_involvement": ("19", "Involvement of patients and public"),
    "participant_flow": ("20a", "Flow of participants"),
    "participant_characteristics": ("20b", "Characteristics of participants"),
    "participant_comparison": ("20c", "Participants of fitting and judging compared"),
    "development_numbers": ("21", "Participants and outcomes in each analysis"),
    "specification": ("22", "Full specification of the model"),
    "performance": ("23a", "Performance"),
    "heterogeneity": ("23b", "Performance by group or cluster"),
    "updating_results": ("24", "Results of updating"),
    "interpretation": ("25", "Interpretation"),
    "limitations": ("26", "Limitations"),
    "poor_input": ("27a", "Poor or unavailable input"),
    "user_interaction": ("27b", "Interaction with users, and their expertise"),
    "next_steps": ("27c", "Next steps"),
}


@dataclass(frozen=True, repr=False)
class ModelCard:
    """What is known about a model: texts by field, and evaluations by name.

    `model` holds id, version, title, content_hash and calibration status of the model
    that the card is about; `evaluations` what `Evaluation.to_dict` gives.
    """

    model: dict[str, str]
    fields: dict[str, str]
    evaluations: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.fields:
            if name not in FIELDS:
                raise InvalidInput(
                    f"model card: has an unknown field; there are: {', '.join(FIELDS)}"
                )

    def __repr__(self) -> str:
        of = f"{self.model['id']!r} {self.model['version']}"
        left, judged = len(self.unstated()), len(self.evaluations)
        return f"ModelCard({of}, {judged} evaluations, {left} fields left to fill in)"

    def unstated(self) -> list[str]:
        """Return the fields that nobody filled in."""
        return [name for name in FIELDS if not self.fields.get(name)]

    def is_about(self, model: _core.Model) -> bool:
        """Whether the card is about this very model, to the last number."""
        return self.model["content_hash"] == model.content_hash

    def to_dict(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "model": dict(self.model),
            "fields": dict(self.fields),
            "evaluations": dict(self.evaluations),
        }

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)

    def save(self, path: str | Path) -> None:
        """Write the card as a JSON file, as a whole or not at all."""
        write_text(path, self.to_json() + "\n")

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> ModelCard:
        """Read a card. Raises ParseError, with the place, for what it does not know."""
        if document.get("schema") != SCHEMA:
            raise ParseError(f"/schema: must be {SCHEMA!r}", "/schema")
        for key in document:
            if key not in ("schema", "model", "fields", "evaluations"):
                raise ParseError(f"/{key}: is not known", f"/{key}")
        for key in ("model", "fields"):
            if not isinstance(document.get(key), Mapping):
                raise ParseError(f"/{key}: must be an object", f"/{key}")
        for name, text in document["fields"].items():
            if name not in FIELDS or not isinstance(text, str):
                place = f"/fields/{name}"
                raise ParseError(f"{place}: is no field of a model card", place)
        if "content_hash" not in document["model"]:
            raise ParseError("/model/content_hash: is missing", "/model/content_hash")
        return cls(
            dict(document["model"]),
            dict(document["fields"]),
            dict(document.get("evaluations", {})),
        )

    @classmethod
    def load(cls, path: str | Path) -> ModelCard:
        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
        except ValueError as error:
            raise ParseError(f"/: {error}", "/") from error
        if not isinstance(document, dict):
            raise ParseError("/: must be an object", "/")
        return cls.from_dict(document)

    def to_markdown(self) -> str:
        """Return the card as a text to read, every field of TRIPOD+AI in its place."""
        model = self.model
        lines = [
            f"# Model card: {model.get('title') or model['id']}",
            "",
            f"Model `{model['id']}` {model['version']}, SHA-256 "
            f"`{model['content_hash']}`, "
            f"calibration: {model['calibration']}.",
            "",
            "The numbers in front of the headings are the items of TRIPOD+AI "
            "(Collins et al. 2024, BMJ 385:e078378).",
        ]
        for name, (item, label) in FIELDS.items():
            lines += ["", f"## {item} {label}", "", self.fields.get(name) or NOT_STATED]
            if name == "performance":
                for title, evaluation in self.evaluations.items():
                    lines += ["", f"### {title}", "", *_performance(evaluation)]
            if name == "heterogeneity":
                for title, evaluation in self.evaluations.items():
                    if evaluation["groups"]:
                        lines += ["", f"### {title}", "", *_groups(evaluation)]
        return "\n".join(lines) + "\n"


def model_card(
    model: _core.Model, evaluations: Mapping[str, Evaluation], **fields: str
) -> ModelCard:
    """Make the card of a model, from what is known of it and from texts.

    Parameters
    ----------
    model
        The model that the card is about.
    evaluations
        How good its predictions were, each under a name such as "next week's urine".
    fields
        Texts of the fields, by the names of `relapse.model_cards.FIELDS`. Those that the
        model and the evaluations tell are filled in, unless given: title, outcome,
        calculation, predictors, specification, performance_measures,
        development_numbers, thresholds, poor_input.

    """
    document = model.to_dict()
    status = str(document.get("calibration", {}).get("status", NOT_STATED))
    about = {
        "id": model.id,
        "version": model.version,
        "title": model.title,
        "content_hash": model.content_hash,
        "calibration": status,
    }
    told = _told_by(document, model, evaluations) | fields
    shown = {name: judged.to_dict() for name, judged in evaluations.items()}
    return ModelCard(about, told, shown)


def _told_by(
    document: dict[str, Any], model: _core.Model, evaluations: Mapping[str, Evaluation]
) -> dict[str, str]:
    listed = ", ".join(
        f"{item['id']} ({item['role'].replace('_', ' ')})" for item in document["items"]
    )
    cuts = ", ".join(
        f"{level} from {cut:g}" for level, cut in document["levels"]["cuts"].items()
    )
    numbers = "; ".join(
        f"{name}: {judged.rows} predictions for {judged.persons} persons, "
        f"{judged.events} with the outcome"
        for name, judged in evaluations.items()
    )
    moves = len(document["transitions"])
    named = [each["id"] for each in document.get("dimensions", [])]
    return {
        "title": model.title,
        "predictors": listed,
        "calculation": "Forward filter of a hidden Markov chain in continuous time; the "
        "risk is a probability of first passage. relapse.score gives it for a table, "
        "relapse.Monitor for one person.",
        "specification": f"The document of the model, which has every number: "
        f"{len(model.stages)} stages, {moves} transitions, {len(document['items'])} "
        f"items, {len(document.get('determinants', []))} determinants, "
        f"{document.get('propensity', {}).get('nodes', 1)} nodes of propensity"
        + (f", the dimensions {', '.join(named)}" if named else "")
        + f". Its SHA-256 is {model.content_hash}.",
        "performance_measures": "Discrimination (AUROC over all rows and the median "
        "within persons, average precision), calibration (slope, intercept, curve, "
        "expected calibration error), overall (Brier score and its parts, log loss), "
        "clinical utility (net benefit, alerts at a budget). Intervals redraw persons.",
        "thresholds": f"Levels by the risk within "
        f"{document['levels']['horizon_days']:g} days: {cuts}. Source: "
        f"{document['levels'].get('source', NOT_STATED)}.",
        "poor_input": "A missing answer is never imputed and adds nothing, unless the "
        "model makes missing a level of the item. An answer out of its scale is refused "
        "by name of person, row and item.",
        "outcome": _outcomes(document),
    } | ({"development_numbers": numbers} if numbers else {})


def _outcomes(document: dict[str, Any]) -> str:
    """Return what the model foretells: use within the horizons, and its outcomes."""
    horizons = ", ".join(f"{days:g}" for days in document["horizons_days"])
    lines = [
        f"A return to use within {horizons} days: `risk_<days>d` counts being in use "
        "now, `new_use_<days>d` is given not in use now."
    ]
    for rule in document.get("outcomes", ()):
        answer = rule.get("answer", [])
        answers = answer if isinstance(answer, list) else [answer]
        said = ["missing" if each is None else str(each) for each in answers]
        if "at_least" in rule:
            said.append(f"at least {rule['at_least']:g}")
        when = (
            f"{rule['after_days']:g} days later"
            if "after_days" in rule
            else f"{rule['run']} in a row among the next {rule['weeks']} weekly answers"
        )
        given = ", given that there is an answer" * (rule.get("given") == "observed")
        status = rule.get("recalibration", {}).get("status")
        line = f"recalibrated: {status}" if status else "not recalibrated"
        name = rule.get("label") or rule["id"]
        lines.append(
            f"`outcome_{rule['id']}`: {name} ({rule['item']} {' or '.join(said)}, {when}"
            f"{given}; {line})."
        )
    return "\n\n".join(lines)


def _performance(evaluation: Mapping[str, Any]) -> list[str]:
    rows = [
        f"{evaluation['rows']} predictions for {evaluation['persons']} persons, "
        f"{evaluation['events']} with the outcome; {evaluation['level']:.0%} intervals.",
        "",
        "| figure | value | interval |",
        "|---|---|---|",
    ]
    for name, figure in evaluation["figures"].items():
        rows.append(f"| {name.replace('_', ' ')} | {_cells(figure)} |")
    rows += _parts(evaluation)
    if evaluation["budgets"]:
        rows += [
            "",
            "| alerts per person-month | cut | PPV | sensitivity |",
            "|---|---|---|---|",
        ]
    for at in evaluation["budgets"]:
        ppv, sensitivity = (_short(at[name]) for name in ("ppv", "sensitivity"))
        rows.append(f"| {at['budget']:g} | {at['cut']:.3f} | {ppv} | {sensitivity} |")
    return rows


def _parts(evaluation: Mapping[str, Any]) -> list[str]:
    """Return the figures of those not in use and of the baselines, where there are."""
    rows = []
    parts = evaluation.get("subsets", {})
    if parts:
        rows += ["", "| rows | count | events | AUROC | Brier | calibration intercept |"]
        rows += ["|---|---|---|---|---|---|"]
    for name, part in parts.items():
        figures = " | ".join(
            _short(part["figures"][key])
            for key in ("auroc", "brier", "calibration_intercept")
        )
        words = name.replace("_", " ")
        rows.append(f"| {words} | {part['rows']} | {part['events']} | {figures} |")
    compared = evaluation.get("baselines", [])
    if compared:
        rows += ["", "| baseline | rows | count | AUROC | AUROC of the model there |"]
        rows += ["|---|---|---|---|---|"]
    for each in compared:
        names = " | ".join(each[key].replace("_", " ") for key in ("baseline", "rows_of"))
        figures = " | ".join(_short(each[key]) for key in ("auroc", "model_auroc"))
        rows.append(f"| {names} | {each['rows']} | {figures} |")
    return rows


def _groups(evaluation: Mapping[str, Any]) -> list[str]:
    rows = [
        "| group | persons | AUROC | Brier | predicted | came |",
        "|---|---|---|---|---|---|",
    ]
    for group in evaluation["groups"]:
        figures = " | ".join(
            _short(group[name]) for name in ("auroc", "brier", "predicted", "came")
        )
        name = f"{group['column']} {group['group']}"
        rows.append(f"| {name} | {group['persons']} | {figures} |")
    return rows


def _cells(figure: Mapping[str, float | None]) -> str:
    low, high = figure["low"], figure["high"]
    interval = "" if low is None or high is None else f"{low:.4f} to {high:.4f}"
    return f"{_number(figure['value'])} | {interval}"


def _short(figure: Mapping[str, float | None]) -> str:
    low, high = figure["low"], figure["high"]
    value = _number(figure["value"])
    return value if low is None or high is None else f"{value} ({low:.3f} to {high:.3f})"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4f}"
