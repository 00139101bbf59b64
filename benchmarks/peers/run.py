"""Runs relapse and its peers in one go and prints check-ins per second side by side.

.venv/bin/python benchmarks/peers/run.py [PERSONS]
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from problem import CHECK_INS, ITEMS, MOVES, STAGES, make

HERE = Path(__file__).parent
MADE = HERE.parents[1] / "build" / "peers"
MSM_PERSONS = 60  # it needs minutes for more

#: Two implementations of one likelihood.
CLOSE = 1e-9

ONE_THREAD = {
    f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")
}


def main() -> int:
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    MADE.mkdir(parents=True, exist_ok=True)
    full, small = MADE / "problem.npz", MADE / "problem_small.npz"
    make(persons, full)
    make(min(persons, MSM_PERSONS), small)
    found = told([sys.executable, str(HERE / "relapse_peer.py"), str(full)])
    python = peers_python()
    if python is not None:
        for peer in ("numpy_peer.py", "hmmlearn_peer.py"):
            found += told([python, str(HERE / peer), str(full)])
    compare(found)
    if shutil.which("Rscript"):
        # The peer has fewer persons, so relapse runs once more on these.
        less = told([sys.executable, str(HERE / "relapse_peer.py"), str(small)])
        files = write_for_r(small)
        less += told(["Rscript", str(HERE / "msm_peer.R"), *map(str, files)])
        works = {line["work"] for line in less if line["peer"] == "msm"}
        print(f"\n{min(persons, MSM_PERSONS)} persons:")
        compare([line for line in less if line["work"] in works])
    else:
        print("Rscript is not there, so without msm", file=sys.stderr)
    return 0


def peers_python() -> str | None:
    """Return the Python of the peers' own environment, which is made if need be."""
    python = MADE / "venv" / "bin" / "python"
    wanted = (HERE / "requirements.txt").read_text(encoding="utf-8")
    state = MADE / "venv" / "requirements.txt"
    if not state.exists() or state.read_text(encoding="utf-8") != wanted:
        base = getattr(sys, "_base_executable", sys.executable)
        try:
            subprocess.run(
                [base, "-m", "venv", "--clear", str(MADE / "venv")], check=True
            )
            pip = [str(python), "-m", "pip", "--disable-pip-version-check", "-q"]
            requirements = str(HERE / "requirements.txt")
            subprocess.run([*pip, "install", "-r", requirements], check=True)
        except subprocess.CalledProcessError as error:
            print(f"the peers in Python cannot be installed: {error}", file=sys.stderr)
            return None
        state.write_text(wanted, encoding="utf-8")
    return str(python)


def told(command: list[str]) -> list[dict]:
    ran = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | ONE_THREAD,
    )
    if ran.returncode != 0:
        last = ran.stderr.strip().splitlines()[-1:]
        print(f"{Path(command[1]).name} failed: {' '.join(last)}", file=sys.stderr)
        return []
    return [json.loads(line) for line in ran.stdout.splitlines() if line[:1] == "{"]


def compare(found: list[dict]) -> None:
    """Print one line for each work and peer; the likelihoods must agree."""
    own = {line["work"]: line for line in found if line["peer"] == "relapse"}
    print(f"{'work':36}{'peer':22}{'check-ins/s':>14}{'relapse is':>12}  log-likelihood")
    for line in sorted(found, key=lambda line: (line["work"], line["peer"] != "relapse")):
        if "seconds" in line:
            print(f"{line['work']:36}{line['peer']:22}{line['seconds']:>12.2f} s")
            continue
        mine = own.get(line["work"])
        ratio = f"{mine['rate'] / line['rate']:.1f} x" if mine and mine != line else ""
        agrees = ""
        if ratio and line.get("log_likelihood") is not None:
            apart = abs(line["log_likelihood"] / mine["log_likelihood"] - 1)
            agrees = "same" if apart < CLOSE else f"DIFFERS by {apart:.1e}"
        rate = f"{line['rate']:,.0f}"
        print(f"{line['work']:36}{line['peer']:22}{rate:>14}{ratio:>12}  {agrees}")


def write_for_r(problem: Path) -> list[Path]:
    data = np.load(problem)
    rows = len(data["answers"])
    time = np.cumsum(data["gaps"].reshape(-1, CHECK_INS), axis=1).ravel()
    names = ["check_ins.csv", "laws.csv", "rates.csv"]
    files = [MADE / name for name in names]
    with files[0].open("w", newline="") as file:
        writer = csv.writer(file)
        covariates = [f"x{k}" for k in range(data["covariates"].shape[1])]
        writer.writerow(
            ["person", "time", *(f"item_{i}" for i in range(ITEMS)), *covariates]
        )
        for row in range(rows):
            answered = [*data["answers"][row], *data["covariates"][row]]
            writer.writerow([row // CHECK_INS, time[row], *answered])
    levels = [f"p{k}" for k in range(data["given"].shape[2])]
    with files[1].open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["item", "stage", *levels])
        for item in range(ITEMS):
            for stage in range(STAGES):
                writer.writerow([item + 1, stage + 1, *data["given"][item, stage]])
    with files[2].open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["from", "to", "rate", "x0", "x1", "x2"])
        for (a, b, rate), weights in zip(MOVES, data["effects"], strict=True):
            writer.writerow([a + 1, b + 1, rate, *weights])
    return files


if __name__ == "__main__":
    sys.exit(main())
