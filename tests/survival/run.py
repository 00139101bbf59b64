"""Kills a writer of a store again and again, and looks what is left.

Run: python3 tests/survival/run.py WRITER KILLS [SEED]

Each store is written by one process after the other, each killed (SIGKILL) at a random
moment, and the next one goes on behind what was acknowledged. Afterwards every event that
was acknowledged is there, none is there by half, and the store shows what a case file
shows that was told the same lines.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KILLS_A_STORE = 10
PERSON = "P7"


def killed(command: list[str], seconds: float) -> list[int]:
    """Numbers that a writer acknowledged before it was killed."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        time.sleep(seconds)
        writer.kill()
        told = writer.stdout.read() if writer.stdout else ""
    # The last line may be cut.
    return [int(line) for line in told.split("\n")[:-1]]


def answer(command: list[str], given: str = "") -> str:
    return subprocess.run(
        command, input=given, capture_output=True, text=True, check=True
    ).stdout


def survive(writer: str, file: Path, kills: int, chance: random.Random) -> int:
    """Kills so often, and returns how many events were acknowledged."""
    promised = 0
    for _ in range(kills):
        seconds = chance.choice((0.002, 0.05, 0.2)) + chance.random() * 0.15
        # One that was not acknowledged may be there all the same, and is told again.
        told = killed(
            [writer, "tell", str(file), PERSON, str(promised), "100000"], seconds
        )
        assert told == list(range(promised, promised + len(told)))
        promised += len(told)
    if not file.exists():
        return 0
    answer([writer, "tell", str(file), PERSON, "0", "1"])
    promised = max(promised, 1)
    with sqlite3.connect(file) as look:
        assert look.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        lines = [row[0] for row in look.execute("SELECT line FROM event ORDER BY number")]
    look.close()
    events = [f'"id":"e{number}"' for number in range(len(lines))]
    for event, line in zip(sorted(events), sorted(lines, key=identity), strict=True):
        assert event in line and line.endswith("}"), line
    assert promised <= len(lines) <= promised + 1, (promised, len(lines))
    replayed = answer([writer, "replay", PERSON], "\n".join(lines) + "\n")
    assert answer([writer, "view", str(file), PERSON]) == replayed
    return promised


def identity(line: str) -> str:
    start = line.index('"id":"')
    return line[start : line.index('"', start + 6) + 1]


def main() -> None:
    writer, kills = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    chance = random.Random(seed)
    promised = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(-(-kills // KILLS_A_STORE)):
            now = min(KILLS_A_STORE, kills - number * KILLS_A_STORE)
            promised += survive(writer, Path(folder) / f"{number}.relapse", now, chance)
    assert promised > 0
    print(f"killed {kills} times: {promised} events acknowledged, 0 lost, 0 by half")


if __name__ == "__main__":
    main()
