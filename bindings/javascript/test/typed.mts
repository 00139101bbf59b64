// Compiled against the installed package, never run: the types say what the tests do.
import { load, zone, RelapseError, type Assessment, type Suggestion } from "@relapse/wasm";

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
// @ts-expect-error a check-in has a time
monitor.update({ answers: {} });
// @ts-expect-error a level is a word
const level: Assessment["level"] = "severe";
console.log(level);
