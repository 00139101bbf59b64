// The library as a module of WebAssembly. What the calls mean is in the header that they go
// through, include/relapse/c/relapse.h; the documents are typed in index.d.ts.

/** What was refused, and where; never what a person answered. */
export class RelapseError extends Error {
  constructor({ kind, message, pointer, person, item, flags = [], unreadable_flags = [] }) {
    super(message);
    this.name = "RelapseError";
    Object.assign(this, { kind, pointer, person, item, flags, unreadable_flags });
  }
}

const statusOk = 0;
const memoryEnded = { kind: "memory", message: "memory ended" };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Loads the library: from the file beside this one, or from what is given. */
export async function load(source) {
  const module = await compiled(source ?? (await fileBeside()));
  const inside = {};
  const { exports } = await WebAssembly.instantiate(module, wanted(module, inside));
  inside.memory = exports.memory;
  return new Relapse(exports);
}

async function fileBeside() {
  const place = new URL("./dist/relapse.wasm", import.meta.url);
  if (place.protocol !== "file:" || typeof process === "undefined") return fetch(place);
  const { readFile } = await import("node:fs/promises");
  return readFile(place);
}

async function compiled(source) {
  const given = await source;
  if (given instanceof WebAssembly.Module) return given;
  const bytes = typeof given.arrayBuffer === "function" ? await given.arrayBuffer() : given;
  return WebAssembly.compile(bytes);
}

/** What the module imports: an empty environment, and nothing else of the machine. */
function wanted(module, inside) {
  const answers = {
    environ_sizes_get: (...places) => {
      const memory = new DataView(inside.memory.buffer);
      for (const place of places) memory.setUint32(place, 0, true);
      return 0;
    },
    environ_get: () => 0,
    emscripten_notify_memory_growth: () => undefined,
  };
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = answers[name] ?? (() => refuse(name));
  }
  return imports;
}

function refuse(name) {
  throw new RelapseError({ kind: "other", message: `the library asked for ${name}` });
}

class Relapse {
  #door;

  constructor(exports) {
    exports._initialize?.();
    this.#door = new Door(exports);
  }

  get abi() {
    return this.#door.exports.relapse_abi();
  }
  get version() {
    return this.#door.zeroEnded(this.#door.exports.relapse_version());
  }

  /** Bytes of memory that the module holds. */
  get memory() {
    return this.#door.exports.memory.buffer.byteLength;
  }

  /** A model that comes with the library, by name, or one of your own. */
  model(nameOrDocument = "standard") {
    const call = typeof nameOrDocument === "string" ? "relapse_model_named" : "relapse_model_read";
    return new Model(this.#door, this.#door.make(call, [document(nameOrDocument)]));
  }

  instrumentNames() {
    return this.#door.json("relapse_instrument_names", []);
  }
  instrument(name, locale = "en") {
    return this.#door.json("relapse_instrument_document", [{ name }, { locale }]);
  }
  score(name, answers) {
    return this.#door.json("relapse_instrument_score", [{ name }, document(answers)]);
  }

  revisePlan(plan, next, revision) {
    return this.#door.json("relapse_plan_revise", [plan, next, revision].map(document));
  }
  mergePlans(one, other) {
    return this.#door.json("relapse_plan_merge", [one, other].map(document));
  }
}

/** What holds something inside the module until it is freed. */
class Held {
  constructor(door, handle, kind) {
    this.door = door;
    this.handle = handle;
    this.kind = kind;
    lost.register(this, { door, handle, kind }, this);
  }
  free() {
    lost.unregister(this);
    if (this.handle !== 0) this.door.exports[`relapse_${this.kind}_free`](this.handle);
    this.handle = 0;
  }
  [Symbol.dispose ?? Symbol("dispose")]() {
    this.free();
  }
}

/** Frees what nobody freed and nobody can reach. */
const lost = new FinalizationRegistry(({ door, handle, kind }) => {
  door.exports[`relapse_${kind}_free`](handle);
});

class Model extends Held {
  constructor(door, handle) {
    super(door, handle, "model");
  }
  document() {
    return this.door.json("relapse_model_document", [this]);
  }
  items(locale = "en") {
    return this.door.json("relapse_model_items", [this, { locale }]);
  }
  shortForm(count) {
    return this.door.json("relapse_model_short_form", [this, { count }]);
  }
  caseFile(start = {}) {
    const given = [this, document(start)];
    return new CaseFile(this.door, this.door.make("relapse_case_file_new", given));
  }
  readCaseFile(text) {
    const given = [this, { text }];
    return new CaseFile(this.door, this.door.make("relapse_case_file_read", given));
  }
  monitor(start = {}) {
    const given = [this, document(start)];
    return new Monitor(this.door, this.door.make("relapse_monitor_new", given));
  }
  restore(snapshot) {
    const given = [this, { snapshot }];
    return new Monitor(this.door, this.door.make("relapse_monitor_restore", given));
  }
  checkPlan(plan, settings = {}) {
    return this.door.json("relapse_plan_check", [this, document(plan), document(settings)])
      .findings;
  }
  planPage(plan, settings = {}) {
    const given = [this, document(plan), document(settings)];
    return decoder.decode(this.door.bytes("relapse_plan_page", given));
  }
  /** Of `relapse_fhir.wasm`. */
  fhirCheckIns(fhir, settings = {}) {
    const given = [this, document(fhir), document(settings)];
    return this.door.json("relapse_fhir_check_ins", given);
  }
}

class CaseFile extends Held {
  constructor(door, handle) {
    super(door, handle, "case_file");
  }
  add(event) {
    return this.door.json("relapse_case_file_add", [this, document(event)]);
  }
  view(settings) {
    return this.door.json("relapse_case_file_view", [this, document(settings)]);
  }
  help(settings) {
    return this.door.json("relapse_case_file_help", [this, document(settings)]);
  }
  /** Takes in what another device was told of the same person. */
  merge(other) {
    this.door.bytes("relapse_case_file_merge", [this, { other }]);
  }
  compact(before) {
    this.door.bytes("relapse_case_file_compact", [this, timeText(before)]);
  }
  problems() {
    return this.door.json("relapse_case_file_problems", [this]);
  }
  /** The log: all there is to keep, for `Model.readCaseFile`. */
  text() {
    return decoder.decode(this.door.bytes("relapse_case_file_text", [this]));
  }
}

class Monitor extends Held {
  constructor(door, handle) {
    super(door, handle, "monitor");
  }
  update(checkIn) {
    return this.door.json("relapse_monitor_update", [this, checkInDocument(checkIn)]);
  }
  at(time) {
    return this.door.json("relapse_monitor_at", [this, timeText(time)]);
  }
  acknowledge(flag, at) {
    return this.door.json("relapse_monitor_acknowledge", [this, document({ flag, at })]);
  }
  followUp(plan, told) {
    this.door.bytes("relapse_monitor_follow_up", [this, document(plan), document(told)]);
  }
  suggest(plan, settings = {}) {
    const given = [this, document(plan), document(settings)];
    return this.door.json("relapse_monitor_suggest", given).suggestions;
  }
  questions(count, soFar) {
    const given = [this, { count }, checkInDocument(soFar)];
    return this.door.json("relapse_monitor_questions", given);
  }
  /** Of `relapse_fhir.wasm`. */
  fhirBundle({ checkIn, plan, ...settings }) {
    const documents = [checkIn && checkInDocument(checkIn), plan && document(plan)];
    const given = [this, ...documents.map((each) => each ?? ""), document(settings)];
    return this.door.json("relapse_fhir_bundle", given);
  }
  /** Bytes to keep, for `Model.restore`. */
  snapshot() {
    return this.door.bytes("relapse_monitor_snapshot", [this]);
  }
}

/** A document as it is given: a text, or what becomes one. JSON has no number that is none: as a
 * text it is told, and not left out. Nor is anything else: what JSON would make empty is refused. */
const document = (value) =>
  typeof value === "string" ? value : (JSON.stringify(value, plain) ?? "null");
function plain(key, value) {
  const kind = typeof value;
  if (kind === "bigint") return Number(value);
  if (kind === "number") return Number.isFinite(value) ? value : String(value);
  if (kind === "symbol" || kind === "function") throw notPlain(key, value);
  if (kind !== "object" || value === null || Array.isArray(value)) return value;
  if ([Number, String, Boolean].some((box) => value instanceof box)) return value.valueOf();
  if (value instanceof Set) return [...value];
  const above = Object.getPrototypeOf(value);
  if (above === null || Object.getPrototypeOf(above) === null) return value;
  if (typeof value.entries !== "function" || ArrayBuffer.isView(value)) throw notPlain(key, value);
  const members = new Map(); // of a Map, a form, the parameters of an address
  for (const [name, each] of value.entries()) {
    const known = members.has(`${name}`);
    members.set(`${name}`, known ? [members.get(`${name}`), each].flat() : each);
  }
  return Object.fromEntries(members);
}
const notPlain = (key, value) =>
  new TypeError(
    `${key || "the document"}: is a ${nameOf(value)}` +
      (typeof value.then === "function" ? ": await it" : ", but must be plain data"),
  );
const nameOf = (value) => value?.constructor?.name || String(value);
const checkInDocument = (value) =>
  document(typeof value === "string" ? value : { schema: "relapse/check_in/1", ...plain("", value) });
const timeText = (time) => (time instanceof Date ? time.toISOString() : String(time));

/** What arguments must be, by name; those that are not here are texts. */
const kinds = {
  count: { said: "a whole number", is: (value) => Number.isInteger(value) && value === (value | 0) },
  snapshot: { said: "a Uint8Array", is: (value) => value instanceof Uint8Array },
  other: { said: "a case file", is: (value) => value instanceof CaseFile },
  text: { said: "a text", is: (value) => typeof value === "string" },
};

/** The calls, with texts copied in and out. */
class Door {
  #cells;

  constructor(exports) {
    this.exports = exports;
    this.#cells = exports.malloc(8);
  }

  /** A call that makes a handle. */
  make(name, given) {
    this.#call(name, given, [this.#cells, this.#cells + 4]);
    return this.#cell(0);
  }
  bytes(name, given) {
    return this.#call(name, given, [this.#cells + 4]);
  }
  json(name, given) {
    return JSON.parse(decoder.decode(this.bytes(name, given)));
  }
  zeroEnded(place) {
    const bytes = new Uint8Array(this.exports.memory.buffer, place);
    return decoder.decode(bytes.slice(0, bytes.indexOf(0)));
  }

  #call(name, given, places) {
    const copies = [];
    try {
      const passed = given.flatMap((each) => {
        const value = this.#checked(name, each);
        if (typeof value === "number") return [value];
        const bytes = typeof value === "string" ? encoder.encode(value) : value;
        const place = this.exports.malloc(bytes.length + 1);
        if (place === 0) throw new RelapseError(memoryEnded);
        copies.push(place);
        new Uint8Array(this.exports.memory.buffer).set(bytes, place);
        return [place, bytes.length];
      });
      const status = this.#named(name)(...passed, ...places);
      const told = this.#take();
      if (status === statusOk) return told;
      throw new RelapseError(told.length > 0 ? JSON.parse(decoder.decode(told)) : memoryEnded);
    } finally {
      for (const place of copies) this.exports.free(place);
    }
  }

  /** What is passed: of a handle its number, of a named argument what it must be. */
  #checked(call, given) {
    if (typeof given === "string") return given;
    if (given instanceof Held) return this.#own(given);
    const [[argument, value]] = Object.entries(given);
    const wanted = kinds[argument] ?? kinds.text;
    if (!wanted.is(value)) {
      const place = `${call.replace("relapse_", "")}: ${argument}`;
      throw new TypeError(`${place} is a ${nameOf(value)}, but must be ${wanted.said}`);
    }
    return value instanceof Held ? this.#own(value) : value;
  }
  #own(held) {
    if (held.door === this) return held.handle;
    throw new RelapseError({ kind: "misuse", message: `a ${held.kind} is of another load()` });
  }

  #named(name) {
    const call = this.exports[name];
    if (call !== undefined) return call;
    throw new RelapseError({ kind: "misuse", message: `${name} is in another module of the package` });
  }

  #take() {
    const text = this.#cell(1);
    if (text === 0) return new Uint8Array(0);
    const place = this.exports.relapse_text_data(text);
    const size = this.exports.relapse_text_size(text);
    const told = new Uint8Array(this.exports.memory.buffer, place, size).slice();
    this.exports.relapse_text_free(text);
    return told;
  }
  #cell(index) {
    return new DataView(this.exports.memory.buffer).getUint32(this.#cells + 4 * index, true);
  }
}

/**
 * The clock of a place over a stretch of time, from the time zone data of this machine: what
 * the `zone` of settings wants.
 */
export function zone(name, from, until) {
  const clock = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone: name, hourCycle: "h23", era: "short", year: "numeric", month: "numeric" },
    ...{ day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" },
  });
  const offset = (moment) => {
    const part = Object.fromEntries(clock.formatToParts(moment).map((p) => [p.type, +p.value]));
    const local = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
    return (local - Math.floor(moment / 1000) * 1000) / 1000;
  };
  const end = +new Date(until);
  let at = +new Date(from);
  const transitions = [];
  const add = (moment) =>
    transitions.push({ at: new Date(moment).toISOString(), offset_seconds: offset(moment) });
  add(at);
  for (const day = 86_400_000; at < end; at += day) {
    let [before, after] = [at, Math.min(at + day, end)];
    if (offset(before) === offset(after)) continue;
    while (after - before > 1000) {
      const middle = before + Math.floor((after - before) / 2000) * 1000;
      if (offset(middle) === offset(before)) before = middle;
      else after = middle;
    }
    if (after < end) add(after);
  }
  return { transitions, known_until: new Date(end).toISOString() };
}
