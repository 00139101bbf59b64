// The page: three tabs over one case file. Nothing here computes; the library does.
// `load`, `own` and `library` are there already: make.mjs puts them in front.
const levels = ["low", "guarded", "elevated", "high", "critical"];
const regions = ["US", "GB", "IE", "CA", "AU", "NZ", "DE"];
const kept = "relapse";
const dayLength = 86_400_000;
const week = 7;

const $ = (id) => document.getElementById(id);

/** An element: attributes, properties that begin with on, and children. */
function h(name, attributes = {}, ...children) {
  const svg = ["svg", "g", "path", "line", "circle", "text", "title"].includes(name);
  const made = svg
    ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [k, v] of Object.entries(value)) made.style.setProperty(k, v);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return made;
}
const show = (id, ...children) => $(id).replaceChildren(...children.flat().filter(Boolean));

const filled = (text, ...values) => text.replace(/\{(\d)\}/g, (_, at) => values[at]);
let page; // all that may change

const say = (key) => own[page.language][key];
/** Words of the library by key, with places to fill. */
const told = (key, ...values) => filled(library.words[page.language][key] ?? key, ...values);
const locale = () => (page.region ? `${page.language}-${page.region}` : page.language);
const percent = (value, digits = value < 0.0995 ? 1 : 0) =>
  new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: digits }).format(value);
const dated = (time, more = {}) =>
  new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", ...more }).format(new Date(time));
const days = (count) => (count === 1 ? told("length.day") : told("length.days", count));
const levelWord = (level) => told(`level.${level}`);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const itemOf = (id) => page.items.find((item) => item.id === id);

const saidUse = /"(used|heavy_use)":[1-9t]/;

/** What a driver is about, in words; `isUseKnown`: whether anybody told when the last use was. */
function driverWords({ kind, id, contribution }, isUseKnown = true) {
  if (["time", "known", "remainder"].includes(kind)) return told(`driver.${kind}`);
  if (id === "missed_check_in" && contribution < 0) return told("driver.came");
  const { builtin } = page.document.determinants.find((each) => each.id === id) ?? {};
  if (!isUseKnown && ["log_days_since_use", "recent_use"].includes(builtin)) return told("driver.use_unknown");
  for (const key of [`label.determinant.${id}`, `label.item.${id}`]) {
    if (library.words[page.language][key]) return told(key);
  }
  return itemOf(id)?.label ?? id;
}

/* --- parts that more than one tab shows ------------------------------------------------ */

function levelPart({ level }, meaning = told(`level.${level}.meaning`)) {
  const at = levels.indexOf(level);
  return h("div", { class: `is-${level}` },
    h("p", { class: "level" }, h("strong", {}, capital(levelWord(level)))),
    h("div", { class: "steps", "aria-hidden": "true" },
      levels.map((_, step) => h("i", { class: step <= at ? "on" : "" }))),
    h("p", {}, meaning));
}

function riskPart({ risks, in_use }) {
  const rows = risks.map(({ within_days, probability, low, high }) =>
    h("li", {},
      h("span", {}, days(within_days)), h("b", {}, percent(probability)),
      h("div", { class: "bar", role: "img", "aria-label": filled(say("interval"), percent(low), percent(high)) },
        h("i", { class: "span", style: { left: `${100 * low}%`, width: `${100 * (high - low)}%` } }),
        h("i", { style: { left: "0", width: `${100 * probability}%` } })),
      h("small", {}, filled(say("interval"), percent(low), percent(high)))));
  const away = risks.find((risk) => risk.within_days === week).leaves_use;
  const now = in_use ? h("p", {}, say("in_use"), away === undefined ? "" : ` ${filled(say("leaves_use"), percent(away))}`) : undefined;
  return [h("h3", {}, say("risk")), now, h("ul", { class: "bars" }, rows)];
}

function driversPart({ drivers }, isUseKnown, most = 6) {
  if (drivers.length === 0) return [];
  const reasons = new Map(); // what an answer rules out and what it says of the rest are one
  for (const each of drivers) {
    const words = driverWords(each, isUseKnown);
    reasons.set(words, { words, contribution: each.contribution + (reasons.get(words)?.contribution ?? 0) });
  }
  const sorted = [...reasons.values()].sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution));
  const rest = sorted.slice(most).reduce((sum, { contribution }) => sum + contribution, 0);
  const rows = sorted.slice(0, most).map(({ words, contribution }) => [words, contribution]);
  if (sorted.length > most) rows.push([capital(say("rest")), rest]);
  const widest = Math.max(...rows.map(([, value]) => Math.abs(value)), 1e-9);
  const points = new Intl.NumberFormat(locale(), { maximumFractionDigits: 1, minimumFractionDigits: 1, signDisplay: "exceptZero" });
  return [h("h3", {}, say("why")), h("small", {}, say("why_lead")),
    h("ul", { class: "bars" }, rows.map(([words, value]) => {
      const width = `${(50 * Math.abs(value)) / widest}%`;
      const from = value < 0 ? { right: "50%", width } : { left: "50%", width };
      return h("li", {}, h("span", {}, words),
        h("b", {}, filled(say("points"), points.format(100 * value))),
        h("div", { class: "bar both", "aria-hidden": "true" }, h("i", { class: value < 0 ? "down" : "up", style: from })));
    }))];
}

function suggestionsPart(suggestions) {
  if (suggestions.length === 0) return [];
  return [h("ol", { class: "help" }, suggestions.map((each) =>
    h("li", { class: each.action === "crisis" ? "crisis" : "" },
      h("b", {}, each.words, each.from_plan ? h("span", { class: "tag" }, say("own_plan")) : undefined),
      each.from_plan && each.if_then ? h("p", {}, each.if_then) : undefined,
      each.reason ? h("small", {}, each.reason) : undefined)))];
}

/** Answers that do not go together: they are asked about, and are no calm. */
function qualityPart({ quality }) {
  return quality.map(({ id, items }) => h("p", {},
    told(`quality.${["same_answer", "too_fast"].includes(id) ? id : "at_odds"}`, items.map((item) => itemOf(item)?.label ?? item).join("; "))));
}

const link = (to, text) => (/^(tel:|sms:|mailto:)/.test(to) ? h("a", { href: to }, text) : h("span", {}, text));

function numbersPart(numbers) {
  return h("ul", { class: "numbers" }, numbers.map((each) =>
    h("li", {}, h("div", {}, each.name),
      each.links.length > 1
        ? h("div", {}, each.links.map((to) => [link(to, to.replace(/^\w+:/, "")), " "]).flat())
        : each.call ? link(each.links[0] ?? "", each.call) : undefined,
      each.text ? h("div", {}, told("crisis.to_text", each.text)) : undefined,
      h("small", {}, [each.hours, each.note].filter(Boolean).join(", ")))));
}

function helpPart(help) {
  const list = (title, entries) =>
    entries.length > 0 && [h("h3", {}, title), h("ul", { class: "plain" }, entries.map((each) => h("li", {}, each)))];
  return [
    h("p", {}, h("strong", {}, filled(say("need_emergency"), help.emergency))),
    help.crisis_protocol.map((step) => h("p", {}, step)),
    list(say("need_reach"), help.reach.map((each) =>
      h("span", {}, h("b", {}, each.name), " ", each.links[0] ? link(each.links[0], each.channel) : each.channel ?? ""))),
    list(say("need_steps"), help.crisis_steps),
    help.urge && list(say("need_urge"), [help.urge.words]),
    list(say("need_reasons"), help.reasons),
    h("h3", {}, say("need_numbers")), numbersPart(help.numbers),
  ].flat(2).filter(Boolean);
}

function safetyPart(view) {
  if (view.flags.length === 0) return undefined;
  return h("div", { class: "card alarm", role: "alert" },
    h("h2", {}, told("report.safety.title")),
    h("p", {}, told("report.safety.lead")),
    view.flags.map(({ words }) => h("p", {}, h("strong", {}, words))),
    view.help.crisis_steps.length > 0 ? [h("h3", {}, say("need_steps")), h("ul", { class: "plain" }, view.help.crisis_steps.map((step) => h("li", {}, step)))] : [],
    h("h3", {}, say("need_numbers")), numbersPart(view.help.numbers.slice(0, 4)),
    h("p", {}, h("small", {}, told("report.safety.stays"))));
}

/** The 7-day risk of check-ins, with their levels; a line where one is looked at. */
function coursePart(course, at) {
  if (course.length < 2) return [];
  const [width, height, left, bottom] = [420, 170, 42, 26];
  const top = Math.min(1, Math.max(0.2, ...course.map(({ risk }) => risk)) * 1.1);
  const first = +new Date(course[0].time);
  const span = Math.max(1, +new Date(course.at(-1).time) - first);
  const x = (each) => left + ((+new Date(each.time) - first) / span) * (width - left - 8);
  const y = (risk) => height - bottom - (risk / top) * (height - bottom - 10);
  const line = course.map((each, i) => `${i ? "L" : "M"}${x(each).toFixed(1)} ${y(each.risk).toFixed(1)}`).join("");
  const marks = [0, top / 2, top].map((risk) => h("g", {},
    h("line", { class: "grid", x1: left, x2: width, y1: y(risk), y2: y(risk) }),
    h("text", { x: left - 6, y: y(risk) + 4, "text-anchor": "end" }, percent(risk, 0))));
  const words = filled(say("course_days"), dated(course[0].time), dated(course.at(-1).time), percent(course.at(-1).risk));
  return [h("h3", {}, say("course")),
    h("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words }, marks,
      h("path", { class: "area", d: `${line}L${x(course.at(-1)).toFixed(1)} ${y(0)}L${left} ${y(0)}Z` }),
      h("path", { class: "line", d: line }),
      at === undefined ? undefined : h("line", { class: "here", x1: x(course[at]), x2: x(course[at]), y1: 8, y2: y(0) }),
      course.map((each) => h("circle", { class: `dot is-${each.level}`, cx: x(each), cy: y(each.risk), r: 5 },
        h("title", {}, `${dated(each.time)}: ${levelWord(each.level)}, ${percent(each.risk)}`))),
      h("text", { x: left, y: height - 4 }, dated(course[0].time)),
      h("text", { x: width, y: height - 4, "text-anchor": "end" }, dated(course.at(-1).time))),
    h("small", {}, words)];
}

const riskOf = (assessment) => assessment.risks.find((risk) => risk.within_days === week).probability;
const pointOf = (assessment) => ({ time: assessment.time, risk: riskOf(assessment), level: assessment.level });

/* --- the form --------------------------------------------------------------------------- */

/** A question whose answer may be left open; calls back with the answer or undefined. */
function question(item, answer, change) {
  const name = `ask-${item.id}`;
  const steps = item.highest - item.lowest;
  if (steps > 4) {
    const output = h("output", {});
    const clear = h("button", { type: "button", class: "quiet" }, say("clear"));
    const slider = h("input", { type: "range", id: name, min: item.lowest, max: item.highest, step: 1, value: (item.lowest + item.highest) / 2 });
    const set = (value) => {
      if (value !== undefined) slider.value = value;
      slider.classList.toggle("unset", value === undefined);
      slider.setAttribute("aria-valuetext", value === undefined ? say("open") : `${value}`);
      output.classList.toggle("set", value !== undefined);
      output.textContent = value === undefined ? say("open") : `${value} / ${item.highest}`;
      clear.hidden = value === undefined;
      change(value);
    };
    slider.addEventListener("input", () => set(+slider.value));
    // A tap on the middle is an answer, too.
    slider.addEventListener("pointerup", () => set(+slider.value));
    slider.addEventListener("keyup", (event) => event.key === "Enter" && set(+slider.value));
    clear.addEventListener("click", () => { set(undefined); slider.focus(); });
    set(answer);
    return h("div", { class: "ask" }, h("label", { class: "question", for: name }, item.question),
      h("div", { class: "slide" }, slider, output),
      h("div", { class: "ends" }, h("span", {}, say("least")), clear, h("span", {}, say("most"))));
  }
  const truth = steps === 1;
  const words = (value) => (truth ? say(value ? "yes" : "no") : `${value}`);
  const choice = (value) => h("label", {},
    h("input", { type: "radio", name, value: value ?? "", checked: value === answer, "aria-label": value === undefined ? say("open") : words(value), onchange: () => change(value) }),
    h("span", {}, value === undefined ? "–" : words(value)));
  const values = Array.from({ length: steps + 1 }, (_, k) => item.lowest + k);
  return h("div", { class: "ask", role: "radiogroup", "aria-labelledby": name },
    h("div", { class: "question", id: name }, item.question),
    h("div", { class: "choices" }, [undefined, ...values].map(choice)),
    truth ? undefined : h("div", { class: "ends" }, h("span", {}, `${item.lowest}: ${say("least")}`), h("span", {}, `${item.highest}: ${say("most")}`)));
}

function drawForm() {
  // What says most of somebody of whom nothing is known, and what people expect to be asked.
  const ids = new Set(["used", "craving", ...page.model.shortForm(8), "negative_affect", "stress", "sleep"]);
  const asked = [...ids].map(itemOf).filter((item) => item?.question);
  const draw = (item) => question(item, page.answers[item.id], (answer) => {
    if (answer === undefined) delete page.answers[item.id];
    else page.answers[item.id] = answer;
  });
  show("questions", asked.filter(({ role }) => role !== "safety").map(draw));
  const safety = page.items.filter(({ role, asked: when }) => role === "safety" && when === "daily");
  show("safety", [...new Set([...safety, ...asked.filter(({ role }) => role === "safety")])].map(draw));
  $("day").value = new Date(page.clock - new Date(page.clock).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/* --- one person: the case file ---------------------------------------------------------- */

const newId = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

function add(event) {
  const result = page.file.add({ id: newId(), ...event });
  if (page.keep) localStorage.setItem(kept, page.file.text());
  return result;
}

function sendCheckIn(event) {
  event.preventDefault();
  const chosen = new Date(`${$("day").value}T18:00:00`);
  const at = Number.isNaN(+chosen) ? page.clock : Math.max(+chosen, page.latest + 60_000);
  const given = { kind: "check_in", at: new Date(at), answers: page.answers };
  const result = add(given);
  if (result.status !== "refused") {
    page.latest = at;
    page.clock = at + dayLength;
    page.course.push(pointOf(viewNow().last_check_in));
  }
  page.last = { given, result };
  page.answers = {};
  drawForm();
  drawResult();
  $("result").scrollIntoView({ block: "start" });
  $("result-title").focus({ preventScroll: true });
}

const viewNow = (file = page.file, at = page.latest) =>
  file.view({ now: new Date(at + 60_000), locale: locale(), suggestions: 4 });

function drawResult() {
  const view = viewNow();
  const seen = view.last_check_in;
  const refused = page.last?.result.status === "refused" ? h("p", { role: "alert" }, page.last.result.problem) : undefined;
  if (!seen && view.flags.length === 0) {
    show("result", h("div", { class: "card" }, h("h2", { id: "result-title", tabindex: -1 }, say("result_title")), refused, h("p", { class: "soft" }, say("result_empty"))));
    return;
  }
  show("result", safetyPart(view),
    h("div", { class: "card" }, h("h2", { id: "result-title", tabindex: -1 }, say("result_title")), refused,
      seen ? [levelPart(view.assessment), qualityPart(seen), riskPart(view.assessment), coursePart(page.course), driversPart(seen, saidUse.test(page.file.text()))].flat() : []),
    h("div", { class: "card" }, h("h2", {}, say("help")), suggestionsPart(view.suggestions),
      view.contact.trace.length > 0
        ? h("details", {}, h("summary", {}, say("told")), h("ul", { class: "plain" }, view.contact.trace.map(({ rule, why }) => h("li", {}, h("b", {}, rule), h("div", {}, why)))))
        : undefined,
      page.last ? h("details", {}, h("summary", {}, say("file_for")), h("pre", { tabindex: 0 }, JSON.stringify(page.last.given, null, 2)), h("pre", { tabindex: 0 }, JSON.stringify(view, null, 2))) : undefined));
}

function openHelp() {
  const result = add({ kind: "help_wanted", at: new Date(page.latest + 60_000), locale: locale() });
  show("need-body", helpPart(result.help));
  $("need").showModal();
}

/* --- the plan --------------------------------------------------------------------------- */

function takePlan(plan) {
  // Read by the library before it is an event: what is no plan is told here.
  page.model.checkPlan(plan, { locale: locale() });
  page.plan = plan;
  add({ kind: "plan", at: new Date(page.latest), plan });
  show("plan-said");
  drawPlan();
  drawResult();
}

function plainPage(html) {
  // Without its style: the page has its own, and allows no other.
  const parsed = new DOMParser().parseFromString(html.replace(/<style>.*?<\/style>/s, ""), "text/html");
  for (const each of parsed.querySelectorAll("script, style, link, meta, title, img, iframe")) each.remove();
  for (const each of parsed.querySelectorAll("*")) {
    for (const { name, value } of [...each.attributes]) {
      if (name === "style" || name.startsWith("on") || (name === "href" && !/^(tel:|sms:|mailto:)/.test(value))) each.removeAttribute(name);
    }
  }
  return [...(parsed.querySelector("main") ?? parsed.body).childNodes];
}

function drawPlan() {
  $("plan-print").disabled = !page.plan;
  $("hard-go").disabled = !page.plan;
  if (!page.plan) {
    show("plan-findings", h("p", { class: "soft" }, say("plan_none")));
    show("plan-paper");
    show("hard-result");
    return;
  }
  const findings = page.model.checkPlan(page.plan, { now: new Date(page.clock), locale: locale() });
  show("plan-findings", h("h3", {}, say("plan_lacks")),
    findings.length === 0 ? h("p", {}, say("plan_whole")) : h("ul", { class: "plain" }, findings.map(({ words }) => h("li", {}, words))));
  show("plan-paper", plainPage(page.model.planPage(page.plan, { locale: locale(), now: new Date(page.clock) })));
}

function hardEvening() {
  const situation = $("hard-situation").value;
  const met = `exposure_${situation}`;
  const answers = { used: 0, craving: +$("hard-craving").value, negative_affect: +$("hard-strain").value, [met]: itemOf(met).highest };
  const copy = page.model.readCaseFile(page.file.text());
  const at = page.latest + 3_600_000;
  copy.add({ kind: "check_in", id: newId(), at: new Date(at), answers });
  const view = viewNow(copy, at);
  copy.free();
  show("hard-result", h("h3", { id: "hard-first", tabindex: -1 }, say("hard_first")), levelPart(view.assessment), suggestionsPart(view.suggestions));
  $("hard-first").focus();
}

/* --- what would this model say ---------------------------------------------------------- */

function drawPerson() {
  const person = library.persons[page.person];
  const at = Math.min(page.at, person.length - 1);
  if (page.played?.person !== page.person) {
    const monitor = page.model.monitor();
    page.played = { person: page.person, seen: person.map((checkIn) => monitor.update(checkIn)) };
    monitor.free();
  }
  const seen = page.played.seen;
  const view = personView(person, at);
  const shown = view.last_check_in;
  const stages = page.document.stages.map(({ id }) => [id, shown.stages[id]]);
  $("day-slider").max = person.length - 1;
  $("day-slider").value = at;
  const day = filled(say("day_of"), at + 1, person.length, dated(person[at].time, { year: "numeric" }));
  $("day-slider").setAttribute("aria-valuetext", day);
  show("day-of", day);
  const asked = Object.entries(person[at].answers).filter(([, value]) => value !== 0);
  show("person-result", safetyPart(view),
    h("div", { class: "card" },
      levelPart(shown, page.crisis ? filled(say("crisis_rule"), levelWord(shown.numeric_level)) : undefined), qualityPart(shown), riskPart(shown),
      coursePart(seen.map(pointOf), at),
      h("h3", {}, say("stages")),
      h("div", { class: "stack", "aria-hidden": "true" }, stages.map(([, share], i) => h("i", { class: `s${i}`, style: { flex: `${share} 1 0` } }))),
      h("ul", { class: "key" }, stages.map(([stage, share], i) => h("li", {}, h("i", { class: `s${i}`, "aria-hidden": "true" }), `${told(`label.stage.${stage}`)} ${percent(share)}`)))),
    h("div", { class: "card" }, driversPart(shown, saidUse.test(JSON.stringify(person.slice(0, at + 1))), 8),
      h("h3", {}, say("help")), suggestionsPart(view.suggestions),
      h("details", {}, h("summary", {}, say("answers")),
        h("table", {}, h("tbody", {}, asked.map(([id, value]) => h("tr", {}, h("th", { scope: "row" }, itemOf(id)?.label ?? id), h("td", {}, `${value}`))))))));
}

/** The case file of a person up to a check-in, with the crisis when it is asked for. */
function personView(person, at) {
  const file = page.model.caseFile({ person: "example" });
  person.slice(0, at + 1).forEach(({ time, answers }, i) => {
    const safety = page.crisis && i === at ? { self_harm: 1 } : {};
    file.add({ kind: "check_in", id: `${i}`, at: time, answers: { ...answers, ...safety } });
  });
  const view = viewNow(file, +new Date(person[at].time));
  file.free();
  return view;
}

/** After what a level is held. */
function floorWords(after) {
  if (after.item) {
    const bound = after.at_least === undefined ? `≤ ${after.at_most}` : `≥ ${after.at_least}`;
    return `${itemOf(after.item).label} ${bound}${after.newly ? `, ${say("newly")}` : ""}`;
  }
  if (after.silent_days) return filled(say("silent"), days(after.silent_days));
  return after === "use" ? say("use_told") : driverWords({ kind: "flag", id: after.flag ?? after });
}

function drawDocument() {
  const { document: model } = page;
  const wanted = $("find").value.trim().toLowerCase();
  const labels = Object.fromEntries(page.items.map(({ id, label }) => [id, label]));
  const lines = {
    items: model.items.map((each) => [labels[each.id] ?? each.label, each.source]),
    determinants: model.determinants.map((each) => [driverWords({ kind: "determinant", id: each.id }), each.source]),
    transitions: model.transitions.map((each) => [`${told(`label.stage.${each.from}`)} → ${told(`label.stage.${each.to}`)}`, each.source]),
    actions: model.actions.map((each) => [told(`label.action.${each.id}`), each.source]),
    levels: [
      ...Object.entries(model.levels.cuts).map(([level, cut]) => [`${levelWord(level)}: ${percent(cut)}`, model.levels.source]),
      ...model.levels.floors.map((each) => [`${floorWords(each.after)} → ${levelWord(each.level)}${each.for_days ? `, ${days(each.for_days)}` : ""}`, each.source]),
    ],
  };
  let hits = 0;
  const parts = Object.entries(lines).map(([part, entries]) => {
    const found = entries.filter((entry) => entry.join(" ").toLowerCase().includes(wanted));
    hits += found.length;
    if (found.length === 0) return undefined;
    return h("details", { open: wanted !== "" },
      h("summary", {}, `${say("parts")[part]} (${found.length})`),
      h("ul", { class: "plain" }, found.map(([words, source]) => h("li", {}, h("b", {}, words), source ? h("div", { class: "soft", lang: "en" }, source) : undefined))));
  });
  show("document-said", filled(say("hits"), hits));
  show("document", parts);
}

/* --- all of it -------------------------------------------------------------------------- */

function start(text) {
  page.file = text ? page.model.readCaseFile(text) : page.model.caseFile();
  page.course = [];
  page.answers = {};
  page.last = undefined;
  const today = new Date();
  page.clock = +new Date(today.getFullYear(), today.getMonth(), today.getDate(), 18);
  page.latest = page.clock - dayLength;
  page.plan = undefined;
  if (!text) return;
  for (const line of text.split("\n").slice(1).filter(Boolean)) {
    const event = JSON.parse(line);
    if (event.kind === "plan") page.plan = event.plan;
    if (event.kind !== "check_in") continue;
    page.latest = Math.max(page.latest, +new Date(event.at));
    const seen = page.file.view({ now: event.at, locale: "en" }).last_check_in;
    if (seen) page.course.push(pointOf(seen));
  }
  page.clock = Math.max(page.clock, page.latest + dayLength);
}

function tellState(key) {
  page.said = key;
  show("said", say(key));
}

function forget() {
  localStorage.removeItem(kept);
  page.file.free();
  page.keep = false;
  start();
  drawAll();
  tellState("forgotten");
}

function keep() {
  page.keep = $("keep").checked;
  if (page.keep) localStorage.setItem(kept, page.file.text());
  else localStorage.removeItem(kept);
  tellState(page.keep ? "keep_on" : "keep_off");
}

function choose(tab, focus = false) {
  for (const each of document.querySelectorAll("[role=tab]")) {
    const chosen = each.id === `tab-${tab}`;
    each.setAttribute("aria-selected", chosen);
    each.tabIndex = chosen ? 0 : -1;
    $(each.getAttribute("aria-controls")).hidden = !chosen;
    if (chosen && focus) each.focus();
  }
  if (tab === "model") drawPerson();
}

function drawWords() {
  document.documentElement.lang = page.language;
  document.title = `relapse: ${say("title")}`;
  for (const each of document.querySelectorAll("[data-say]")) {
    const words = each.dataset.say.split(".").reduce((at, key) => at[key], own[page.language]);
    each.textContent = words;
  }
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", say(each.dataset.label));
  page.items = page.model.items(locale()).items;
  const { emergency } = page.file.help({ now: new Date(page.clock), locale: locale() });
  show("notice", filled(say("notice"), emergency));
  const calibration = page.document.calibration?.status ?? page.document.calibration;
  const status = library.words[page.language]["calibration.expert_default"];
  show("document-version", filled(say("version"), page.document.id, page.document.version, /expert/.test(JSON.stringify(calibration)) ? status : JSON.stringify(calibration)));
  const chosen = $("hard-situation").value;
  show("hard-situation", ["I-A", "I-B", "I-C", "I-D", "I-E", "II-A", "II-B", "II-C"].map((id) => h("option", { value: id, selected: id === (chosen || "II-B") }, told(`label.determinant.situation:${id}`))));
  show("person", say("persons").map((words, i) => h("option", { value: i, selected: i === page.person }, words)));
  const inLanguage = new Intl.DisplayNames([page.language], { type: "region" });
  show("region", [h("option", { value: "" }, say("no_place")), ...regions.map((region) => h("option", { value: region, selected: region === page.region }, inLanguage.of(region)))]);
}

function drawAll() {
  drawWords();
  drawForm();
  drawResult();
  drawPlan();
  drawDocument();
  $("keep").checked = page.keep;
  if (page.said) tellState(page.said);
  if (!$("panel-model").hidden) drawPerson();
}

function listen() {
  const on = (id, event, work) => $(id).addEventListener(event, work);
  on("form", "submit", sendCheckIn);
  on("language", "change", () => { page.language = $("language").value; drawAll(); });
  on("region", "change", () => { page.region = $("region").value; drawAll(); });
  on("theme", "click", () => {
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  });
  on("need-open", "click", openHelp);
  on("need-close", "click", () => $("need").close());
  on("keep", "change", keep);
  on("forget", "click", forget);
  on("plan-file", "change", async () => {
    const [file] = $("plan-file").files;
    $("plan-file").value = "";
    if (!file) return;
    try {
      takePlan(JSON.parse(await file.text()));
    } catch (error) {
      show("plan-said", filled(say("plan_bad"), error.message));
    }
  });
  on("plan-example", "click", () => takePlan(library.plan));
  on("plan-print", "click", () => {
    show("print", [...$("plan-paper").childNodes].map((node) => node.cloneNode(true)));
    window.print();
  });
  on("hard-go", "click", hardEvening);
  for (const [id, item] of [["hard-craving", "craving"], ["hard-strain", "negative_affect"]]) {
    const { lowest, highest } = itemOf(item);
    Object.assign($(id), { min: lowest, max: highest, value: Math.round(lowest + 0.8 * (highest - lowest)) });
    const update = () => show(`${id}-told`, `${$(id).value} / ${highest}`);
    on(id, "input", update);
    update();
  }
  on("person", "change", () => { page.person = +$("person").value; page.at = 0; drawPerson(); });
  on("day-slider", "input", () => { page.at = +$("day-slider").value; drawPerson(); });
  const step = (by) => () => { page.at = Math.max(0, Math.min(library.persons[page.person].length - 1, page.at + by)); drawPerson(); };
  on("day-before", "click", step(-1));
  on("day-after", "click", step(1));
  on("crisis", "change", () => { page.crisis = $("crisis").checked; drawPerson(); });
  on("find", "input", drawDocument);
  const tabs = [...document.querySelectorAll("[role=tab]")];
  tabs.forEach((tab, at) => {
    const name = (each) => each.id.slice("tab-".length);
    tab.addEventListener("click", () => choose(name(tab)));
    tab.addEventListener("keydown", ({ key }) => {
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[key];
      if (to !== undefined) choose(name(tabs[(to + tabs.length) % tabs.length]), true);
    });
  });
}

async function unpacked(id) {
  // As make.mjs writes it: 13 bits in two characters, 6 in one that is left.
  const text = $(id).textContent;
  const digit = (at) => (text[at] === "~" ? 25 : text.charCodeAt(at) - 35);
  const bytes = new Uint8Array(((text.length >> 1) * 13 + (text.length & 1) * 6) >> 3);
  for (let at = 0, held = 0, bits = 0, next = 0; at < text.length; at += 2) {
    const isLast = at + 1 === text.length;
    held |= (isLast ? digit(at) : digit(at) + 91 * digit(at + 1)) << bits;
    for (bits += isLast ? 6 : 13; bits >= 8; bits -= 8, held >>= 8) bytes[next++] = held;
  }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

function stored() {
  try {
    return localStorage.getItem(kept);
  } catch {
    return null; // a browser that keeps nothing for files
  }
}

let library;
async function run() {
  const [language, region] = navigator.language.split("-");
  page = { language: language === "de" ? "de" : "en", region: regions.includes(region) ? region : "", person: 0, at: 0, crisis: false, keep: false };
  document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  show("said", say("loading"));
  library = JSON.parse(new TextDecoder().decode(await unpacked("data")));
  const relapse = await load(await unpacked("wasm"));
  page.model = relapse.model("standard");
  page.document = page.model.document();
  const text = stored();
  let unreadable = false;
  try {
    start(text);
  } catch {
    start();
    unreadable = true;
  }
  page.keep = text !== null && !unreadable;
  $("language").value = page.language;
  drawAll();
  listen();
  choose("check_in");
  $("app").hidden = false;
  tellState(unreadable ? "read_only" : page.keep ? "keep_on" : "keep_off");
  document.documentElement.dataset.ready = `${Math.round(performance.now())}`;
}
run().catch((error) => show("said", filled(own.en.failed, error.message)));
