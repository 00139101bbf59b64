"""The quick start of the README: score check-ins, follow a person, find what could help.

Run it from the root of the repository: python examples/quick_start.py
"""

# [readme]
import pandas as pd

import relapse

model = relapse.Model.standard()
check_ins = pd.read_csv("examples/data/check_ins.csv")  # person, time, a column an item
scores = relapse.score(check_ins, model, person="person", time="time")

# At risk of a new return to use: by the last check-in, of those who do not use now.
last = scores.groupby("person").tail(1)
at_risk = last[~last["stage"].isin(["lapse", "relapse"])].nlargest(3, "new_use_7d")
print(at_risk[["person", "level", "new_use_7d"]].round(3).to_string(index=False))

# One person, check-in by check-in, and why the risk changed.
monitor = relapse.Monitor(model)
monitor.update("2026-03-01T08:00+02:00", {"craving": 1, "isolating": 0, "stress": 3})
now = monitor.update(
    "2026-03-02T08:00+02:00", {"craving": 3, "isolating": 2, "exposure_II-B": 8}
)
low, high = now.risk_interval[7]
print(f"level {now.level}; within 7 days {now.risk[7]:.0%} ({low:.0%} to {high:.0%})")
for driver in sorted(now.drivers, key=lambda each: -each.contribution)[:3]:
    print(f"  {100 * driver.contribution:+.1f} points by {driver.kind} {driver.id}")

# What could be done: the person's own plan first, then the model's catalogue.
plan = relapse.Plan.load("examples/data/plan.json")
for suggestion in monitor.suggest(plan, count=2):
    print(f"- {suggestion.words} (for: {suggestion.need})")
# [/readme]

# What would be answered in a week: the probability of each level.
for level, probability in monitor.forecast("isolating", days=7).items():
    print(f"{level} {probability:.3f}")
