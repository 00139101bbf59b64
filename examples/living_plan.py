"""The plan of the README: what it lacks, who is told, what comes after a return to use.

Run it from the root of the repository: python examples/living_plan.py
It writes the plan as a page to print, in each language that comes with the library.
"""

from pathlib import Path

import relapse

model = relapse.Model.standard()

# [readme]
plan = relapse.Plan.load("examples/data/plan.json")
for gap in plan.check(model, now="2026-05-01T08:00Z"):
    print(gap.words)
page = plan.to_html(model, locale="de")  # to print and to carry; here in German

seen = [("2026-04-29T08:00Z", "high"), ("2026-04-30T08:00Z", "high")]
for rule in relapse.apply_contact_rules(plan, now="2026-04-30T08:05Z", levels=seen).trace:
    print(rule.contact, rule.outcome, rule.why)
# [/readme]

report = relapse.UseReport("2026-04-30T21:00Z", used=True, substance="alcohol")
after = relapse.after_use(
    plan, reports=[report], recovery_start="2026-01-18T00:00Z", now="2026-05-01T08:00Z"
)
for step in after.steps:
    print(step.kind, step.words)
print(after.counts)

out = Path("out")
out.mkdir(exist_ok=True)
(out / "plan.de.html").write_text(page, encoding="utf-8")
(out / "plan.en.html").write_text(plan.to_html(model), encoding="utf-8")
