"""Parts that the pages of one person and of many have in common."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from relapse._core import Model, __version__
from relapse._report.wording import Wording


def level_chip(level: str, say: Wording) -> str:
    return f"<span class='chip {level}'>{escape(say(f'level.{level}'))}</span>"


def stage_legend(names: Iterable[str]) -> str:
    """Return the colours of stages, given their names in order."""
    return "".join(
        f"<li><i style='background:var(--stage-{k})'></i>{escape(name)}</li>"
        for k, name in enumerate(names)
    )


def basis_rows(model: Model, say: Wording) -> str:
    """Return what a page rests on: model and calibration, hash, software."""
    calibration = model.to_dict().get("calibration", {})
    status = str(calibration.get("status", say("report.basis.not_stated")))
    words = (model.id, model.version, say.known(status))
    rows = (
        ("model", escape(say("report.basis.calibration", *words))),
        ("hash", f"<code>{escape(model.content_hash)}</code>"),
        ("software", f"relapse {escape(__version__)}"),
    )
    return "".join(
        f"<dt>{escape(say(f'report.basis.{key}'))}</dt><dd>{text}</dd>"
        for key, text in rows
    )
