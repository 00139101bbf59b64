"""A million events of one person, and memory that stays where it was.

    .venv/bin/python tests/fuzz/soak.py [EVENTS]

Check-ins of every kind go into one monitor: whole ones, empty ones, ones that are
refused, flags that rise and are acknowledged. Now and then it is put away and restored.
After a tenth of the way the process is as large as it will be; the stages still sum to
one at the end, and no flag was lost.
"""

from __future__ import annotations

import gc
import math
import random
import sys
import time
from pathlib import Path

import relapse

#: More than this, in MB, is a leak: a million events of 30 bytes each would be 30.
MOST_MB = 8.0
WAYS = 10


def megabytes() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return float(line.split()[1]) / 1024


def answers(chance: random.Random) -> dict[str, float]:
    given = {"craving": chance.randrange(5), "isolating": chance.randrange(4)}
    if chance.random() < 0.5:
        # Seldom: some 18,000 uses told make a rate of the standard model infinite, and
        # the check-in is refused by name.
        given["used"] = int(chance.random() < 0.002)
    if chance.random() < 0.01:
        given["self_harm"] = 1
    return given


def run(events: int) -> None:
    chance = random.Random(3)
    model = relapse.Model.standard()
    monitor = relapse.Monitor(model, drivers=False)
    moment, refused, settled = 20_000.0, 0, 0.0
    started = time.perf_counter()
    for number in range(events):
        moment += chance.uniform(0.002, 0.02)
        try:
            if number % 1000 == 7:  # an answer that is none, and one about safety
                monitor.update(moment, {"craving": 99, "overdose": 1})
            else:
                seen = monitor.update(moment, answers(chance))
        except relapse.CheckInError as error:
            refused += 1
            if "overdose" not in error.flags or "overdose" not in monitor.flags:
                raise SystemExit(f"{number}: refused without its flag: {error}") from None
        if number % 5000 == 11:
            monitor.acknowledge("overdose", moment + 0.001)
        if number % 10_000 == 13:
            monitor = relapse.Monitor.restore(model, monitor.snapshot(), drivers=False)
        if (number + 1) % (events // WAYS) == 0:
            gc.collect()
            now = megabytes()
            settled = settled or now
            rate = (number + 1) / (time.perf_counter() - started)
            print(f"{number + 1} events, {now:.1f} MB, {rate:.0f} a second", flush=True)
    if not math.isclose(sum(seen.stages.values()), 1.0, abs_tol=1e-9):
        raise SystemExit("the stages do not sum to one")
    if now - settled > MOST_MB:
        raise SystemExit(f"memory grew by {now - settled:.1f} MB")
    print(f"soak: {events} passed, 0 failed; {refused} refused, {now - settled:+.1f} MB")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
