import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { load, RelapseError, zone } from "../index.js";

const root = new URL("../../../", import.meta.url);
const read = (name) => readFileSync(new URL(name, root), "utf8");
const checkIns = read("examples/data/check_ins.jsonl").trimEnd().split("\n").map((line) => JSON.parse(line));
const plan = JSON.parse(read("examples/data/plan.json"));
const relapse = await load();
const model = relapse.model("standard");

const monday = { time: "2026-03-02T08:00:00Z", answers: { craving: 3, isolating: 1 } };
const tuesday = { time: "2026-03-03T08:00:00Z", answers: { craving: 4, isolating: 2 } };

// What examples/embed/follow.c prints with the native library and its plain kernel.
const native = process.env.RELAPSE_NATIVE;
const skip = native === undefined && "run.sh LIBRARY compares with the native library";
test("a person of the example data gets every double of the native library", { skip }, () => {
  const monitor = model.monitor();
  const told = checkIns.map((checkIn) => monitor.update(checkIn));
  const wanted = readFileSync(native, "utf8").trimEnd().split("\n");
  assert.deepEqual(told, wanted.map((line) => JSON.parse(line)));
});

test("a snapshot continues where it was taken", () => {
  const monitor = model.monitor();
  monitor.update(monday);
  const continued = model.restore(monitor.snapshot());
  assert.deepEqual(continued.update(tuesday), monitor.update(tuesday));
  assert.throws(() => relapse.model("weekly_bam").restore(monitor.snapshot()), RelapseError);
});

test("a case file shows the same on every device, and is kept as text", () => {
  const [phone, tablet] = [model.caseFile({ person: "P7" }), model.caseFile({ person: "P7" })];
  const events = [monday, tuesday].map(({ time, answers }, i) => ({
    ...{ kind: "check_in", id: `event ${i}`, at: new Date(time), answers },
  }));
  assert.equal(phone.add(events[0]).status, "taken_in");
  assert.equal(phone.add(events[0]).status, "known");
  assert.equal(tablet.add(events[1]).status, "taken_in");
  assert.equal(tablet.add(events[0]).status, "replayed");
  phone.merge(tablet);
  const now = { now: new Date("2026-03-04T08:00:00Z"), locale: "de-AT" };
  assert.deepEqual(phone.view(now), tablet.view(now));
  assert.equal(phone.view(now).language, "de");
  assert.deepEqual(model.readCaseFile(phone.text()).view(now), phone.view(now));
  phone.compact(now.now);
  assert.deepEqual(phone.view(now).assessment, tablet.view(now).assessment);
  const refused = phone.add({ kind: "check_in", id: "x", at: now.now, answers: { self_harm: 1, no: 1 } });
  assert.equal(refused.status, "refused");
  assert.deepEqual(refused.raised, ["self_harm"]);
  assert.equal(phone.problems()[0].id, "x");
  assert.equal(typeof phone.help({ now: "2026-03-05T08:00:00Z" }), "object");
});

test("what is known before the first check-in counts", () => {
  const known = model.monitor({ days_since_use: 400, days_in_recovery: 400 });
  assert.notEqual(known.update(monday).level_risk, model.monitor().update(monday).level_risk);
});

test("dates are times", () => {
  const monitor = model.monitor();
  const told = monitor.update({ ...monday, time: new Date("2026-03-02T08:00:00Z") });
  assert.equal(told.time, "2026-03-02T08:00:00Z");
  assert.equal(monitor.at(new Date("2026-03-04T08:00:00Z")).time, "2026-03-04T08:00:00Z");
});

test("an error says where and never what was answered", () => {
  const monitor = model.monitor();
  const refused = (work) => {
    try {
      work();
    } catch (error) {
      assert.ok(error instanceof RelapseError);
      return error;
    }
    assert.fail("nothing was refused");
  };
  const wrong = refused(() => monitor.update({ ...monday, answers: { craving: 4711 } }));
  assert.equal(wrong.kind, "check_in");
  assert.equal(wrong.item, "craving");
  assert.ok(!wrong.message.includes("4711"));
  assert.equal(refused(() => monitor.update({ ...monday, time: "today" })).pointer, "/time");
  assert.equal(refused(() => relapse.model("nobody's")).kind, "invalid");
  assert.equal(refused(() => relapse.model({})).kind, "parse");
});

test("flags of a refused check-in are raised, and come first until dealt with", () => {
  const monitor = model.monitor();
  const given = { ...monday, answers: { self_harm: 1, "no such item": 1 } };
  assert.throws(() => monitor.update(given), { flags: ["self_harm"] });
  const told = monitor.at("2026-03-02T09:00:00Z");
  assert.equal(told.level, "critical");
  assert.equal(monitor.suggest(plan)[0].action, "crisis");
  assert.equal(monitor.acknowledge("self_harm", "2026-03-02T10:00:00Z"), true);
});

test("a safety answer is told whatever JavaScript makes of it", () => {
  const event = (answers) => ({ id: "1", kind: "check_in", at: "2026-03-02T08:00Z", answers });
  for (const answers of [{ self_harm: NaN }, { self_harm: Infinity }, new Map([["self_harm", 1]])]) {
    assert.deepEqual(model.caseFile().add(event(answers)).flags, ["self_harm"]);
  }
  const text = JSON.stringify(event({ self_harm: 1 }));
  assert.equal(model.caseFile().add(text).status, "taken_in");
  assert.equal(model.caseFile().add(undefined).status, "refused");
});

test("answers come in as whatever has entries, and nothing becomes empty in silence", () => {
  const add = (answers) =>
    model.caseFile().add({ id: "1", kind: "check_in", at: "2026-03-02T08:00Z", answers });
  const form = new FormData();
  form.append("self_harm", "1");
  const twice = new URLSearchParams("self_harm=1&self_harm=0");
  const boxed = { self_harm: new Number(1) };
  for (const answers of [form, twice, new Set([["self_harm", 1]]), boxed, { self_harm: 1n }])
    assert.deepEqual(add(answers).flags, ["self_harm"]);
  class Form {
    get self_harm() {
      return 1;
    }
  }
  const odd = [Promise.resolve({ self_harm: 1 }), new Form(), () => ({ self_harm: 1 }), Symbol("a")];
  for (const answers of odd) {
    assert.throws(() => add(answers), { name: "TypeError", message: /^answers: is a/ });
    assert.throws(() => add({ self_harm: answers }), { name: "TypeError", message: /^self_harm: is a/ });
    assert.throws(() => model.monitor().update({ ...monday, answers }), TypeError);
  }
  assert.throws(() => model.caseFile().add(odd[0]), { message: /is a Promise: await it$/ });
  assert.throws(() => model.monitor().update(odd[0]), { message: /is a Promise: await it$/ });
  const told = model.monitor().update(new Map(Object.entries(monday)));
  assert.deepEqual(told, model.monitor().update(monday));
});

test("an argument of another kind is refused and harms nothing", async () => {
  const other = await load();
  const file = model.caseFile();
  const wrong = [
    [() => model.shortForm("10"), /^model_short_form: count is a String/],
    [() => model.shortForm(3.7), /count/],
    [() => model.monitor().questions("5", monday), /^monitor_questions: count/],
    [() => model.items(5), /^model_items: locale is a Number/],
    [() => model.items(null), /locale/],
    [() => relapse.instrument(9), /^instrument_document: name/],
    [() => relapse.score(9, {}), /^instrument_score: name/],
    [() => model.readCaseFile(12), /^case_file_read: text/],
    [() => model.readCaseFile({}), /text/],
    [() => model.restore(3), /^monitor_restore: snapshot/],
    [() => file.merge(undefined), /^case_file_merge: other/],
    [() => file.merge(model), /other is a Model/],
  ];
  for (const [work, message] of wrong) assert.throws(work, { name: "TypeError", message });
  const theirs = other.model("standard").caseFile();
  theirs.add({ kind: "check_in", id: "1", at: "2026-03-02T08:00Z", answers: { self_harm: 1 } });
  assert.throws(() => file.merge(theirs), { kind: "misuse", message: /another load/ });
  theirs.free();
  assert.throws(() => theirs.view({ now: "2026-03-03T08:00Z" }), { kind: "misuse" });
  assert.throws(() => file.merge(theirs), { kind: "misuse" });
  const gone = model.caseFile();
  gone.free();
  assert.throws(() => file.merge(gone), { kind: "misuse" });
  assert.deepEqual(model.readCaseFile(file.text()).view({ now: "2026-03-03T08:00Z" }).flags, []);
});

test("suggestions come from the plan, in the language that is asked for", () => {
  const monitor = model.monitor();
  for (const checkIn of checkIns.slice(0, 10)) monitor.update(checkIn);
  const suggestions = monitor.suggest(plan, { count: 3 });
  assert.ok(suggestions.length > 0 && suggestions.length <= 4);
  assert.ok(suggestions.every((each) => each.words && each.reason));
  const german = monitor.suggest(plan, { count: 3, locale: "de" });
  assert.notDeepEqual(german.map((each) => each.reason), suggestions.map((each) => each.reason));
  monitor.followUp(plan, { action: "call_support", at: checkIns[9].time, helped: 8 });
  assert.ok(monitor.questions(10, { time: checkIns[10].time }).includes("used"));
});

test("a model says what it asks", () => {
  assert.equal(model.document().schema, "relapse/model/1");
  assert.equal(model.items("de").language, "de");
  assert.ok(model.items().items.some((item) => item.id === "self_harm"));
  assert.ok(model.shortForm(12).includes("used"));
  const own = relapse.model(model.document());
  assert.deepEqual(own.monitor().update(monday), model.monitor().update(monday));
});

test("plans are checked, shown, edited and merged", () => {
  assert.ok(model.checkPlan(plan, { now: "2030-01-01T00:00Z" }).some((f) => f.gap === "review_due"));
  assert.match(model.planPage(plan, { locale: "de-DE" }), /<html lang="de"/);
  const edit = (device, at, change) =>
    relapse.revisePlan(plan, { ...plan, ...change }, { device, at });
  const phone = edit("phone", "2026-05-02T08:00Z", { reasons: ["for the dog"] });
  const tablet = edit("tablet", "2026-05-03T08:00Z", { crisis_steps: ["knock next door"] });
  const merged = relapse.mergePlans(phone, tablet);
  assert.deepEqual(merged, relapse.mergePlans(tablet, phone));
  assert.deepEqual(merged.plan.reasons, ["for the dog"]);
  assert.deepEqual(merged.plan.crisis_steps, ["knock next door"]);
});

test("instruments are scored", () => {
  assert.ok(relapse.instrumentNames().includes("phq9"));
  assert.equal(relapse.instrument("phq9").schema, "relapse/instrument/1");
  const answers = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i + 1, 1]));
  const score = relapse.score("phq9", answers);
  assert.equal(score.subscales[0].value, 9);
  assert.deepEqual(score.flags, ["self_harm"]);
});

test("a zone has the hours of summer", () => {
  const berlin = zone("Europe/Berlin", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
  assert.deepEqual(berlin.transitions, [
    { at: "2026-01-01T00:00:00.000Z", offset_seconds: 3600 },
    { at: "2026-03-29T01:00:00.000Z", offset_seconds: 7200 },
    { at: "2026-10-25T01:00:00.000Z", offset_seconds: 3600 },
  ]);
  const settings = { zone: berlin, quiet_hours: ["22:00", "07:00"] };
  const monitor = model.monitor();
  monitor.update(monday);
  assert.ok(Array.isArray(monitor.suggest(plan, settings)));
});

test("thousands of check-ins and freed handles leave the memory as it was", () => {
  const bytes = [0, 1, 2].map(() => {
    for (let i = 0; i < 60; ++i) {
      const monitor = model.monitor();
      for (const checkIn of checkIns.slice(0, 5)) monitor.update(checkIn);
      monitor.free();
      assert.throws(() => monitor.at(21000), { kind: "misuse" });
    }
    return relapse.memory;
  });
  assert.equal(bytes[1], bytes[2]);
});

test("code that requires gets the same", async () => {
  const { load: required } = createRequire(import.meta.url)("../index.cjs");
  const other = await required();
  assert.equal(other.version, relapse.version);
  assert.equal(other.abi, 1);
});

test("bytes and compiled modules are taken as well", async () => {
  const bytes = readFileSync(new URL("../dist/relapse.wasm", import.meta.url));
  assert.equal((await load(bytes)).version, relapse.version);
  assert.equal((await load(await WebAssembly.compile(bytes))).version, relapse.version);
});

test("FHIR is read and written by the module that has it, and named by the others", async () => {
  const response = {
    resourceType: "QuestionnaireResponse",
    status: "completed",
    id: "12",
    questionnaire: "http://loinc.org/q/44249-1",
    subject: { reference: "Patient/7" },
    authored: "2026-03-02T08:00:00Z",
    item: [{ linkId: "/44260-8", answer: [{ valueInteger: 1 }] }],
  };
  const whole = await load(readFileSync(new URL("../dist/relapse_fhir.wasm", import.meta.url)));
  const of = whole.model("standard");
  const found = of.fhirCheckIns(response);
  assert.deepEqual(found.check_ins.map((each) => [each.person, each.answers]), [["7", { self_harm: 1 }]]);
  const monitor = of.monitor();
  assert.deepEqual(monitor.update(found.check_ins[0]).flags, ["self_harm"]);
  const told = { person: "7", at: new Date("2026-03-02T09:00:00Z"), basis: "QuestionnaireResponse/12" };
  const kinds = (bundle) => [...new Set(bundle.entry.map((entry) => entry.resource.resourceType))];
  assert.deepEqual(kinds(monitor.fhirBundle(told)), ["RiskAssessment", "Flag", "Provenance"]);
  const checkIn = { ...monday, person: "7" };
  assert.ok(kinds(monitor.fhirBundle({ ...told, checkIn })).includes("QuestionnaireResponse"));
  assert.throws(() => monitor.fhirBundle({ ...told, checkIn: { ...monday, person: "8" } }), RelapseError);
  const another = { ...plan, person: "8", history: [] };
  assert.throws(() => monitor.fhirBundle({ ...told, plan: another, contact: "Mira" }), {
    message: /another one than that of the plan/,
  });
  // A second export says the same of a flag, and a last one that it was taken down.
  const flag = (at) =>
    monitor.fhirBundle({ person: "7", at }).entry.find((each) => each.resource.resourceType === "Flag");
  const first = flag("2026-03-02T09:00Z");
  assert.deepEqual(flag("2026-03-04T09:00Z"), first);
  monitor.acknowledge("self_harm", "2026-03-05T08:00Z");
  const closed = flag("2026-03-06T08:00Z");
  assert.equal(closed.request.url, first.request.url);
  assert.equal(closed.resource.status, "inactive");
  assert.equal(closed.resource.period.end, "2026-03-05T08:00:00Z");
  // The example of the README, and of a bundle with nobody in it.
  const block = read("bindings/javascript/README.md").split("```js\n")[2].split("```")[0];
  const body = block.slice(block.indexOf("const model"));
  const example = new Function("relapse", "bundle", `${body}; return out;`);
  assert.equal(example(whole, { resourceType: "Bundle", type: "collection" }), false);
  assert.equal(example(whole, response).resourceType, "Bundle");
  assert.throws(() => model.fhirCheckIns(response), /fhir/);
});

// With every model and instrument; with FHIR, too; and the small one, with the standard model.
// The aims are 345 000 for the first and 260 000 for the last, and are missed: 118 kB of the one
// and 90 of the other are data, nearly all of it documents, the rest is code.
const limits = { "relapse.wasm": 498_000, "relapse_fhir.wasm": 556_000, "relapse_small.wasm": 469_000 };
for (const [name, limit] of Object.entries(limits)) {
  test(`${name} is at most ${limit} bytes, compressed`, (context) => {
    const bytes = readFileSync(new URL(`../dist/${name}`, import.meta.url));
    const size = gzipSync(bytes, { level: 9 }).length;
    context.diagnostic(`${bytes.length} bytes, ${size} as gzip`);
    assert.ok(size <= limit, `${size} bytes`);
  });
}

test("the small module says the same of the standard model, and names what it has not", async () => {
  const small = await load(readFileSync(new URL("../dist/relapse_small.wasm", import.meta.url)));
  const [one, other] = [small.model("standard").monitor(), model.monitor()];
  for (const checkIn of checkIns) assert.deepEqual(one.update(checkIn), other.update(checkIn));
  assert.throws(() => small.model("weekly_bam"), { kind: "invalid" });
  const german = (of) => of.instrument("phq9", "de").items[0].label;
  assert.equal(german(small), small.instrument("phq9").items[0].label);
  assert.notEqual(german(small), german(relapse));
  const own = small.model(relapse.model("weekly_bam").document());
  const weekly = { time: "2026-03-02T08:00:00Z", answers: {} };
  assert.deepEqual(own.monitor().update(weekly), relapse.model("weekly_bam").monitor().update(weekly));
});

test("a year of daily check-ins stays small in memory, and shows the same once closed", () => {
  const file = model.caseFile({ person: "P7" });
  for (let day = 0; day < 365; ++day) {
    const answers = { used: 0, craving: day % 5, stress: day % 7, sleep: day % 9, isolating: day % 3 };
    file.add({ kind: "check_in", id: `day ${day}`, at: 18000 + day, answers });
  }
  const now = { now: 18000 + 365 };
  const whole = file.view(now);
  file.compact(now.now);
  assert.deepEqual(file.view(now), whole);
  file.free();
  assert.ok(relapse.memory < 48e6, `${relapse.memory} bytes`);
});
