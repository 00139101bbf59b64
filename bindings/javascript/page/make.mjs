// Writes the page: one HTML file with everything inside.
//
// usage: node page/make.mjs OUT [WASM]     after `make`, in bindings/javascript
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";

const limit = 668_000; // bytes of the file; the aim is 450_000, see the sizes in package.test.js
const here = new URL("./", import.meta.url);
const root = new URL("../../../", here);
const read = (name, base = here) => readFileSync(new URL(name, base), "utf8");
// Compressed, and in 91 printable characters without "<": 13 bits in two of them, a
// thirteenth less than base64.
const packed = (bytes) => {
  const letter = (digit) => String.fromCharCode(digit === 25 ? 126 : digit + 35);
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of gzipSync(bytes, { level: 9, memLevel: 9 })) {
    held |= byte << bits;
    if ((bits += 8) < 13) continue;
    text += letter((held & 8191) % 91) + letter(Math.floor((held & 8191) / 91));
    held >>= 13;
    bits -= 13;
  }
  if (bits > 0) text += letter(held % 91) + (bits > 6 ? letter(Math.floor(held / 91)) : "");
  return text;
};

const [out, wasm = new URL("../dist/relapse_small.wasm", here)] = process.argv.slice(2);

// What the page says in the library's words.
const wanted = /^(level|driver|quality|length|calibration|report\.safety|crisis\.to_text|label\.(stage|determinant|item|action))\b/;
const words = Object.fromEntries(["en", "de"].map((language) => {
  const all = JSON.parse(read(`src/wordings/${language}.json`, root)).words;
  return [language, Object.fromEntries(Object.entries(all).filter(([key]) => wanted.test(key)))];
}));

// Simulated persons of the example data, in the order of `persons` in words.js.
const [head, ...rows] = read("examples/data/check_ins.csv", root).trimEnd().split("\n").map((line) => line.split(","));
const persons = ["P086", "P107", "P179"].map((person) => rows.filter((row) => row[0] === person).map((row) => ({
  time: row[1],
  answers: Object.fromEntries(row.slice(2).flatMap((value, i) => (value === "" ? [] : [[head[i + 2], +value]]))),
})));

const plan = JSON.parse(read("examples/data/plan.json", root));
const style = read("page.css").replaceAll(/^ +/gm, "").trim();
// Without its exports, comments of their own lines, and indentation.
const inside = (name) => read(name).replaceAll(/^export /gm, "").replaceAll(/^ *(\/\/|\/?\*+ ).*\n/gm, "").replaceAll(/^ +/gm, "");
// The loader has names of its own.
const script = `const { load } = (() => {\n${inside("../index.js")}return { load };\n})();\n${inside("words.js")}${inside("page.js")}`;
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policy = `default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval'; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`;

const parts = {
  policy, style, script,
  wasm: packed(readFileSync(wasm)),
  data: packed(JSON.stringify({ words, persons, plan })),
};
const page = read("page.html").replaceAll(/\{\{(\w+)\}\}/g, (_, part) => parts[part]);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, page);
const sizes = Object.entries(parts).map(([name, text]) => `${name} ${text.length}`).join(", ");
const size = Buffer.byteLength(page);
console.log(`${out}: ${size} bytes (at most ${limit}): ${sizes}`);
if (size > limit) process.exit(1);
