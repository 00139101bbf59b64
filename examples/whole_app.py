"""A whole app in one file: a fortnight of one person, with everything an app has to keep.

Run it from the root of the repository: python examples/whole_app.py
"""

import tempfile
from pathlib import Path

import relapse

model = relapse.Model.standard()
plan = relapse.Plan.load("examples/data/plan.json")
disk = Path(tempfile.mkdtemp()) / "P139.cbor"  # what an app keeps between two starts
levels: list[tuple[str, str]] = []  # what was shown, for the contact rules
flags: list[tuple[str, str, str | None]] = []  # raised when, dealt with when
reports: list[relapse.UseReport] = []
sent: list[relapse.Message] = []


def open_monitor() -> relapse.Monitor:
    """Continue where the app was closed, or begin with what is known from intake."""
    if disk.exists():
        return relapse.Monitor.restore(model, disk.read_bytes())
    return relapse.Monitor(model, days_since_use=40, days_in_recovery=40)


def check_in(time: str, answers: dict[str, float], **known: object) -> relapse.Assessment:
    """Take in one form: ask, assess, keep, show, and tell whom the person chose."""
    monitor = open_monitor()
    try:
        now = monitor.update(time, answers, **known)  # type: ignore[arg-type]
    finally:  # of a refused form, too: its safety answers stay
        disk.write_bytes(monitor.snapshot())
    levels.append((time, now.level))
    up = {flag for flag, _, dealt_with in flags if dealt_with is None}
    flags.extend((flag, time, None) for flag in now.flags if flag not in up)
    if "used" in answers or "known_stage" in known:
        used = bool(answers.get("used")) or known.get("known_stage") == "lapse"
        reports.append(relapse.UseReport(time, used=used))
    print(f"{time[:10]} {now.level}, most likely {now.stage}")
    for note in now.quality:
        print(f"  ask again ({note.id}): {', '.join(note.items)}")
    for each in monitor.suggest(plan, count=2, contact_available=True):
        print(f"  {each.words}: {each.if_then or each.reason}")
    told = relapse.apply_contact_rules(
        plan, now=time, levels=levels, flags=flags, last_check_in=time, sent=sent
    )
    sent.extend(told.messages)  # really sent
    for message in told.messages:
        print(f"  message to {'me' if message.kind == 'self_nudge' else message.contact}")
    return now


print("five questions:", ", ".join(model.short_form(5)))
check_in("2026-03-01T20:00+02:00", {"used": 0, "craving": 1, "confidence": 8, "sleep": 7})
print("next:", ", ".join(open_monitor().next_questions(5, "2026-03-02T20:00+02:00")))
check_in("2026-03-02T20:00+02:00", {"used": 0, "craving": 4, "confidence": 3})
check_in("2026-03-03T20:00+02:00", {})  # expected, and did not come: silence is a fact

# A safety flag stays up until somebody has dealt with it and says so.
check_in("2026-03-04T20:00+02:00", {"used": 0, "self_harm": 1})
monitor = open_monitor()
monitor.acknowledge("self_harm", "2026-03-04T21:30+02:00")
monitor.follow_up("call_support", 8, plan, time="2026-03-04T21:00+02:00")  # it helped
disk.write_bytes(monitor.snapshot())
flags[:] = [(flag, raised, "2026-03-04T21:30+02:00") for flag, raised, _ in flags]

# What is known from elsewhere: a positive test is a fact about the stage.
check_in("2026-03-08T20:00+02:00", {"craving": 2}, known_stage="lapse")
after = relapse.after_use(
    plan, reports=reports, recovery_start="2026-01-18T00:00+02:00",
    now="2026-03-08T20:00+02:00",
)  # fmt: skip
for step in after.steps[:4]:
    print(f"  {step.kind}: {step.words}")
print(f"next check-in {after.next_check_in}")
