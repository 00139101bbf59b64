"""Make every figure and table of docs/validation.md.

    python examples/validation.py [--data DIR] [-o FOLDER] [--draws N]

Runs the four studies on real data and the recipe of the page on calibration, one after
the other, and writes what they print into FOLDER (docs/validation). Intervals come from N
draws of whole persons. Fits of the opioid trials that lie in out/opioid are taken; remove
that folder to fit anew (some minutes).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from outcome_check import report_settings

HERE = Path(__file__).parent


def run(name: str, *arguments: str) -> str:
    """Return what an example prints; stop where it fails."""
    print(f"{name} ...", flush=True)
    command = [sys.executable, str(HERE / f"{name}.py"), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    settings = report_settings(__doc__.splitlines()[0])
    if not settings.data.is_dir():
        print(f"{settings.data} is not there, and the data are not shipped.")
        return
    output = settings.output
    output.mkdir(parents=True, exist_ok=True)
    data, draws = ("--data", str(settings.data)), ("--draws", str(settings.draws))
    run("opioid_validation", *data, *draws, "--report", str(output))
    run("smoking_validation", *data, *draws, "-o", str(output))
    run("fitted_models", *data, *draws, "-o", str(output))
    run("calibrate_check", *data, "-o", str(output))
    for name, file in (("cocaine_weekly", "cocaine"), ("depression_case", "depression")):
        (output / f"{file}.txt").write_text(run(name, *data), encoding="utf-8")


if __name__ == "__main__":
    main()
