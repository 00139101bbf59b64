"""The quick start of the README: score check-ins, follow a person, find what could help.

Run it from the root of the repository: python examples/quick_start.py
"""

# [readme]
import pandas as pd

import relapse

model = relapse.Model.standard()
check_ins = pd.read_csv("examples/data/check_ins.csv")  # person, time, a column an item

# Who needs attention: the last check-in of each person, the highest risk first.
scores = relapse.score(check_ins, model, person="person", time="time")
now = scores.groupby("person").tail(1).sort_values("risk_7d", ascending=False)
print(now[["person", "level", "stage", "risk_7d", "risk_7d_low", "risk_7d_high"]].head())

# One person, check-in by check-in.
monitor = relapse.Monitor(model)
monitor.update("2026-03-01T08:00+02:00", {"craving": 1, "isolating": 0, "stress": 3})
assessment = monitor.update(
    "2026-03-02T08:00+02:00", {"craving": 3, "isolating": 2, "exposure_II-B": 8}
)
print(f"{assessment.level}, most likely {assessment.stage}")
for days, risk in assessment.risk.items():
    print(f"within {days:.0f} days {risk:.3f}")
for driver in sorted(assessment.drivers, key=lambda each: -abs(each.contribution))[:3]:
    print(f"{driver.contribution:+.3f} {driver.kind} {driver.id}")

# What could be done, from the person's own plan and the model's catalogue.
plan = relapse.Plan.load("examples/data/plan.json")
for suggestion in monitor.suggest(plan, count=3):
    print(f"{suggestion.words}: {suggestion.reason}")

# What would be answered in a week: the probability of each level.
for level, probability in monitor.forecast("isolating", days=7).items():
    print(f"{level} {probability:.3f}")
# [/readme]
