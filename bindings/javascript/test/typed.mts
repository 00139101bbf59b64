// Compiled against the installed package, never run: the types say what the tests do.
import { load, zone, RelapseError, type Assessment, type CaseFile, type Suggestion, type View } from "@relapse/wasm";

const relapse = await load();
const model = relapse.model("standard");
const monitor = model.monitor({ days_since_use: 40 });
try {
  const now: Assessment = monitor.update({ time: new Date(), answers: { craving: 3 } });
  const week: number | undefined = now.risks.find((risk) => risk.within_days === 7)?.probability;
  const settings = { count: 3, zone: zone("Europe/Berlin", "2026-01-01", "2027-01-01") };
  const first: Suggestion | undefined = monitor.suggest(
    { schema: "relapse/plan/1", person: "P1", version: 1 },
    settings,
  )[0];
  console.log(week, first?.words);
} catch (error) {
  if (error instanceof RelapseError) console.log(error.kind, error.flags.length);
}
const person: CaseFile = model.caseFile({ person: "P7", days_since_use: 40 });
const result = person.add({ kind: "check_in", id: "1", at: new Date(), answers: { craving: 3 } });
const view: View = person.view({ now: new Date(), locale: "de-AT", suggestions: 3 });
console.log(result.status, view.help.emergency, view.help.numbers[0]?.links, view.after_use?.steps);
for (const { rule, why } of view.contact.trace) console.log(rule, why);
for (const checkIn of model.fhirCheckIns("[]", { dates: "noon_utc" }).check_ins) monitor.update(checkIn);
console.log(monitor.fhirBundle({ person: "P7", at: new Date() }).resourceType);
// @ts-expect-error an event has an id
person.add({ kind: "note", at: new Date(), text: "a good week" });
// @ts-expect-error a check-in has a time
monitor.update({ answers: {} });
// @ts-expect-error a level is a word
const level: Assessment["level"] = "severe";
console.log(level);
