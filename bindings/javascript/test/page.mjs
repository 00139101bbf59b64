// Clicks through the page in a browser without a network, reads the network log, and looks
// for what a screen reader or a telephone would stumble over.
//
// usage: node page.mjs PAGE PLAN [PICTURES]     playwright-core, axe-core and a Chromium are needed
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [file, plan, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const widths = [390, 768, 1280];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const context = await browser.newContext({ offline: true, locale: "en-GB", reducedMotion: "reduce", viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
page.setDefaultTimeout(120_000);
const asked = [];
const complaints = [];
page.on("request", (request) => asked.push(request.url()));
page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
page.on("pageerror", (error) => complaints.push(error.message));
const address = pathToFileURL(resolve(file)).href;

async function open() {
  await page.goto(address);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
}
const text = (selector) => page.locator(selector).innerText();
const tab = (name) => page.click(`#tab-${name}`);
async function picture(name) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: `${pictures}/${name}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** Nothing runs over the edge of a narrow screen, and axe finds nothing serious. */
async function fits(name) {
  for (const width of [320, ...widths]) {
    await page.setViewportSize({ width, height: 900 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(over <= 0, `${name} is ${over} pixels too wide at ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  const shown = await page.evaluate(() => document.body.innerText);
  assert.doesNotMatch(shown, /\[object|\bundefined\b|\bNaN\b|\{\d\}|\blabel\.\w/, name);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], name);
}

await open();
const ready = [];
for (let i = 0; i < 3; ++i) {
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  ready.push(+(await page.getAttribute("html", "data-ready")));
}
console.log(`ready after ${ready.join(", ")} ms (aim: 400)`);

// A check-in: what is left open stays open, what is answered counts.
assert.match(await text("#result"), /after a check-in/);
const answer = (question, words) =>
  page.getByRole("radiogroup", { name: question }).getByRole("radio", { name: words, exact: true }).check({ force: true });
await answer(/craving/i, "3");
await answer(/have you used/i, "no");
await page.click("#form [type=submit]");
assert.match(await text("#result"), /Risk of a return to use within/i);
assert.match(await text("#result"), /low|guarded|elevated|high/i);
const given = JSON.parse(await page.locator("#result pre").first().textContent());
assert.deepEqual(Object.keys(given.answers).sort(), ["craving", "used"].sort());
await answer(/craving/i, "1");
await page.click("#form [type=submit]");
assert.equal(await page.locator("#result .dot").count(), 2);
await fits("check-in");
await picture("check-in");

// A plan from a file; one that is no plan is told, and changes nothing.
await tab("plan");
await page.setInputFiles("#plan-file", { name: "no.json", mimeType: "application/json", buffer: Buffer.from('{"schema":"relapse/plan/1"}') });
await page.waitForFunction(() => document.getElementById("plan-said").textContent !== "");
assert.equal(await page.isDisabled("#hard-go"), true);
await page.setInputFiles("#plan-file", plan);
await page.waitForSelector("#plan-findings li");
assert.equal(await text("#plan-said"), "");
assert.match(await text("#plan-paper"), /Mira/);

// A hard evening shows the person's own strategies, and is not kept.
await page.selectOption("#hard-situation", "II-B");
await page.click("#hard-go");
assert.match(await text("#hard-result"), /your plan/);
assert.match(await text("#hard-result li >> nth=0"), /your plan/);
assert.match(await text("#hard-result"), /Say: no thanks, I am driving|Mira/);
await fits("plan");
await picture("plan");
await tab("check_in");
assert.equal(await page.locator("#result .dot").count(), 2);

// A flag comes first, and stays.
assert.equal(await page.locator("#result .alarm").count(), 0);
await page.locator("#safety").getByRole("radio", { name: "yes" }).first().check({ force: true });
await page.click("#form [type=submit]");
assert.equal(await page.locator("#result > *").first().getAttribute("class"), "card alarm");
assert.match(await text("#result .alarm"), /999/);
assert.match(await text("#result .help li >> nth=0"), /safety|crisis|sister/i);
await page.click("#form [type=submit]");
assert.equal(await page.locator("#result .alarm").count(), 1);
await fits("flag");
await picture("flag");
await page.click("#need-open");
assert.match(await text("#need"), /116 123/);
await fits("need");
await picture("need");
await page.keyboard.press("Escape");
assert.equal(await page.isVisible("#need"), false);

// Kept only when asked; forgotten when asked.
assert.equal(await page.evaluate(() => localStorage.length), 0);
await page.check("#keep");
await open();
assert.equal(await page.locator("#result .dot").count() >= 3, true);
await tab("plan");
assert.match(await text("#plan-paper"), /Mira/);
await page.click("#forget");
assert.equal(await page.evaluate(() => localStorage.length), 0);
assert.equal(await page.isChecked("#keep"), false);
assert.equal(await text("#plan-paper"), "");
await open();
assert.match(await text("#result"), /after a check-in/);

// What this model would say, by the keyboard alone.
await page.focus("#tab-check_in");
await page.keyboard.press("End");
assert.equal(await page.getAttribute("#tab-model", "aria-selected"), "true");
await page.selectOption("#person", "2");
const before = await text("#person-result .level");
for (let i = 0; i < 19; ++i) await page.press("#day-slider", "ArrowRight");
assert.match(await text("#day-of"), /20/);
assert.notEqual(await text("#person-result .level"), before);
await picture("model");
await page.selectOption("#person", "0");
await page.press("#day-slider", "End");
assert.match(await text("#person-result .level"), /low/i);
await page.focus("#crisis");
await page.keyboard.press("Space");
assert.match(await text("#person-result .level"), /critical/i);
assert.match(await text("#person-result"), /no score can lower it/);
assert.equal(await page.locator("#person-result > .alarm").count(), 1);
await page.fill("#find", "Marlatt");
assert.ok((await page.locator("#document li").count()) > 0);
await page.fill("#find", "expert");
await fits("model");
await picture("crisis");

// German, and dark.
await page.selectOption("#language", "de");
await page.selectOption("#region", "DE");
await page.click("#theme");
assert.equal(await page.getAttribute("html", "lang"), "de");
assert.match(await text("#person-result"), /kritisch/i);
assert.match(await text("#notice"), /112/);
await fits("German, dark");
await picture("german");
await tab("plan");
await page.click("#plan-example");
await page.click("#hard-go");
assert.match(await text("#hard-result"), /Ihr Plan/);
await fits("German plan, dark");
await picture("german-plan");

// The network log: the page itself, and nothing after it; and its own rules refuse the rest.
assert.deepEqual([...new Set(asked.filter((url) => !url.startsWith("data:")))], [address]);
assert.deepEqual(complaints, []);
const refused = await page.evaluate(() => fetch("https://example.org/").then(() => "answered", () => "refused"));
assert.equal(refused, "refused");
assert.ok(complaints.some((words) => words.includes("Content Security Policy")), complaints.join());
await browser.close();
console.log("the page: a check-in, a plan, a hard evening, a flag, forget, the model, German: passed");
