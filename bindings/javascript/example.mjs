// An app in one file: a form, two evenings, where things stand, what could help.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { load, zone } from "@relapse/wasm";

const [planFile, store] = process.argv.slice(2);
const relapse = await load(); // in a browser: fetched from beside the package
const model = relapse.model("standard");

// What is kept of a person is one text; the next start reads it back.
const person = existsSync(store)
  ? model.readCaseFile(readFileSync(store, "utf8"))
  : model.caseFile({ days_since_use: 40, days_in_recovery: 40 });
const tell = (event) => {
  const result = person.add({ id: crypto.randomUUID(), ...event });
  writeFileSync(store, person.text());
  // Flags first: a refused check-in raises those of its safety answers all the same.
  if (result.flags.length > 0) console.log("crisis steps first:", result.flags);
  if (result.status === "refused") console.log("please look again:", result.problem);
};

// What to ask today: a short form that says most, use and safety always in it.
const asked = model.shortForm(10);
for (const item of model.items("en").items.filter((each) => asked.includes(each.id)))
  console.log(`${item.question} (${item.lowest} to ${item.highest})`);

const plan = JSON.parse(readFileSync(planFile, "utf8"));
tell({ kind: "plan", at: "2026-03-01T17:00:00+01:00", plan });
tell({ kind: "check_in", at: "2026-03-01T18:00:00+01:00", answers: { used: 0, craving: 1 } });
tell({
  kind: "check_in",
  at: new Date("2026-03-02T18:00:00+01:00"),
  answers: { used: 0, craving: 3, isolating: 2, "exposure_II-B": 8 },
});

// All that can be shown, on the person's own clock.
const clock = zone("Europe/Berlin", "2026-02-01", "2027-02-01");
const now = person.view({ now: "2026-03-02T18:05:00+01:00", locale: "en-GB", zone: clock });
const week = now.assessment.risks.find((risk) => risk.within_days === 7);
console.log(`${now.assessment.level}: ${(100 * week.probability).toFixed(1)} % within a week`);
for (const each of now.suggestions) console.log(`${each.words}: ${each.reason}`);
for (const gap of now.plan.findings) console.log(gap.words);
person.free();
