"""What a user of the wheel does first, without the extras and without a compiler."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import relapse
from relapse._cli.main import main

assert Path(relapse.__file__).is_relative_to(sys.prefix), relapse.__file__

with TemporaryDirectory() as folder:
    scores = Path(folder) / "scores.csv"
    assert main(["score", sys.argv[1], "--model", "standard", "-o", str(scores)]) == 0
    given = Path(sys.argv[1]).read_text(encoding="utf-8").count("\n")
    assert scores.read_text(encoding="utf-8").count("\n") == given

monitor = relapse.Monitor("standard")
assessment = monitor.update("2026-03-01T08:00+02:00", {"craving": 3, "isolating": 2})
assert 0.0 < assessment.risk[7.0] < 1.0
print(f"relapse {relapse.__version__}: {assessment.level}, {assessment.stage}")
