"""`relapse fit` and `relapse evaluate`: a model from check-ins, and how good it is."""

from __future__ import annotations

import argparse
import math
import sys
from typing import Any

import relapse
from relapse._cli.inputs import (
    basis_of,
    place_in_zone,
    read_check_in_file,
    read_model,
    read_text,
)
from relapse._cli.options import DONE, INTERRUPTED, columns_of
from relapse._cli.refusals import placed
from relapse._cli.score import beside, print_json
from relapse._cli.terminal import Progress, harmless, show, tell
from relapse._errors import InvalidInput
from relapse._passes.fits import FitResult
from relapse._reading.outputs import Outputs
from relapse._reading.table_file import read_table
from relapse._reading.text_file import parse_json
from relapse._report.words import how_many


def fit_command(options: argparse.Namespace) -> int:
    """Fit a model to a file, and write the document with the numbers found."""
    outputs: Outputs = options.outputs
    model = read_model(options.model)
    _check_output(options)
    table = read_check_in_file(options, model)
    with placed(options.file), Progress("fitting") as bar:
        share = _share(options.max_iterations, options.starts)
        result = relapse.fit(
            table,
            model,
            **columns_of(options),
            free=options.free or ["*"],
            objective="outcome" if options.outcome else "likelihood",
            outcome=options.outcome,
            prior="auto" if options.prior is None else options.prior,
            starts=options.starts,
            seed=options.seed,
            covariance=options.covariance,
            max_iterations=options.max_iterations,
            max_seconds=options.max_seconds,
            threads=options.threads or None,
            progress=None if bar is None else lambda n, _: bar(share(n)),
        )
    interrupted = result.status == "interrupted" and options.output != "-"
    output = beside(options.output, "interrupted") if interrupted else options.output
    outputs.write(output, result.model.to_json() + "\n")
    outputs.commit()
    _show_result(options, result.status, _fit_summary(result, output), result.summary())
    if interrupted:
        tell(f"{options.output}: is as it was before")
    return INTERRUPTED if result.status == "interrupted" else DONE


def _check_output(options: argparse.Namespace) -> None:
    if options.json and options.output == "-":
        raise InvalidInput("--json: standard output has the model already")
    options.outputs.check(options.output)


def _show_result(
    options: argparse.Namespace, done: str, document: dict[str, Any], summary: str
) -> None:
    """Tell what came out, beside the model where that is standard output."""
    if options.json:
        print_json(document)
        return
    if options.output == "-":
        print(harmless(summary), file=sys.stderr)
        return
    show(summary)
    print(file=sys.stderr)
    tell(f"{document['output']}: {done}")


def _share(iterations: int, starts: int) -> Any:
    """How far a fit is, as far as one can know: evaluations of at most so many."""
    most = float(iterations * min(starts, 3) + 10 * starts)
    return lambda evaluations: evaluations / most


def _fit_summary(result: FitResult, output: str) -> dict[str, Any]:
    table = result.to_dict()
    rows = zip(*(table[name].tolist() for name in table), strict=True)
    return {
        "model": basis_of(result.model),
        "output": output,
        "status": result.status,
        "message": result.message,
        "log_likelihood": result.log_likelihood,
        "log_score": result.log_score,
        "aic": _finite(result.aic),
        "bic": _finite(result.bic),
        "persons": result.persons,
        "check_ins": result.check_ins,
        "numbers": [
            {name: _finite(value) for name, value in zip(table, row, strict=True)}
            for row in rows
        ],
    }


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _outcomes(named: list[str] | None) -> list[Any] | None:
    """Return ids of outcomes, and the rules in documents among them."""
    if named is None:
        return None
    found: list[Any] = []
    for name in named:
        rules = parse_json(read_text(name), name) if name.endswith(".json") else name
        found += rules if isinstance(rules, list) else [rules]
    return found


def recalibrate_command(options: argparse.Namespace) -> int:
    """Recalibrate a model to a file, and write the document."""
    outputs: Outputs = options.outputs
    model = read_model(options.model)
    _check_output(options)
    if options.figure:
        outputs.check(options.figure)
    table = read_check_in_file(options, model)
    with placed(options.file):
        result = relapse.recalibrate(
            table,
            model,
            outcomes=_outcomes(options.outcome),
            risk=options.risk,
            rates=not options.keep_rates,
            folds=options.folds,
            seed=options.seed,
            draws=options.draws,
            **columns_of(options),
        )
    outputs.write(options.output, result.model.to_json() + "\n")
    if options.figure:
        drawn = [name for name, line in result.outcomes.items() if line.calibration]
        if not drawn:
            raise InvalidInput("--figure: there was not enough to recalibrate anything")
        axes = relapse.plot_recalibration(result, drawn[0])
        kind = options.figure.rpartition(".")[2]
        figure = axes.get_figure(root=True)
        assert figure is not None
        figure.savefig(outputs.open(options.figure), format=kind)
    outputs.commit()
    changed = [name for name, line in result.outcomes.items() if line.applied]
    done = ", ".join(changed) or "nothing was changed"
    document = result.to_dict() | {"output": options.output}
    _show_result(options, done, document, result.summary())
    return DONE


def evaluate_command(options: argparse.Namespace) -> int:
    """Judge predictions in a file: figures as a text, as JSON, or as a model card."""
    if options.card:
        if not options.model:
            raise InvalidInput("--card: needs --model, the model that the card is about")
        options.outputs.check(options.card)
    columns = [options.person, *options.group]
    table = read_table(options.file, text_columns=columns)
    place_in_zone(table, options)
    with placed(options.file):
        found = relapse.evaluate(
            table,
            outcome=options.outcome,
            predicted=options.predicted,
            **columns_of(options),
            lapse=options.lapse,
            groups=options.group,
            craving=options.craving,
            confidence=options.confidence,
            budgets=options.budget or (0.5, 1.0, 2.0, 4.0),
            every=options.every,
            draws=options.draws,
            seed=options.seed,
        )
    if options.card:
        _write_card(options, {options.outcome: found})
    if options.json:
        print_json(found.to_dict())
    else:
        show(found.summary())
    return DONE


def _write_card(
    options: argparse.Namespace, judged: dict[str, relapse.Evaluation]
) -> None:
    card = relapse.model_card(read_model(options.model), judged)
    is_read = options.card.endswith(".md")
    with options.outputs.text(options.card) as file:
        file.write(card.to_markdown() if is_read else card.to_json() + "\n")
    options.outputs.commit()
    left = how_many(len(card.unstated()), "field")
    tell(f"{options.card}: {left} of TRIPOD+AI left to fill in")
