// An app in one file: a form, a check-in, where things stand, what could help.
import { readFileSync } from "node:fs";
import { load, RelapseError, zone } from "@relapse/wasm";

const relapse = await load(); // in a browser: fetched from beside the package
const model = relapse.model("standard");
const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));

// What to ask today: a short form that says most, use and safety always in it.
const asked = model.shortForm(10);
for (const item of model.items("en").items.filter((each) => asked.includes(each.id)))
  console.log(`${item.question} (${item.lowest} to ${item.highest})`);

const person = model.monitor({ days_since_use: 40, days_in_recovery: 40 });
try {
  person.update({ time: "2026-03-01T18:00:00+01:00", answers: { used: 0, craving: 1 } });
  const now = person.update({
    time: new Date("2026-03-02T18:00:00+01:00"),
    answers: { used: 0, craving: 3, isolating: 2, "exposure_II-B": 8 },
  });
  const week = now.risks.find((risk) => risk.within_days === 7);
  console.log(`${now.level}: ${(100 * week.probability).toFixed(1)} % within a week`);
} catch (error) {
  // A refused check-in still raises the flags of its safety answers: they come first.
  if (!(error instanceof RelapseError)) throw error;
  console.log(error.flags, error.message);
}

// Hours of rest are those of the person's own clock.
const settings = {
  count: 3,
  quiet_hours: ["22:00", "07:00"],
  zone: zone("Europe/Berlin", "2026-01-01", "2027-01-01"),
};
for (const each of person.suggest(plan, settings)) console.log(`${each.words}: ${each.reason}`);
for (const gap of model.checkPlan(plan, { now: new Date("2026-05-01") })) console.log(gap.words);

// To keep: the check-ins, and the snapshot so that the next start is quick.
const kept = person.snapshot();
model.restore(kept).at("2026-03-04T18:00:00+01:00");
person.free();
