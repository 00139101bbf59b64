// Prints what a start and an event take on this machine, in processor time; claims nothing.
//
// usage: node speed.mjs CHECK_INS [WASM]
import { readFileSync } from "node:fs";
import { load } from "@relapse/wasm";

const [file, wasm] = process.argv.slice(2);
const checkIns = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
const now = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
let start = now();
const since = () => (now() - start).toFixed(1);
const relapse = await load(wasm && readFileSync(wasm));
console.log(`loaded in ${since()} ms`);
start = now();
const model = relapse.model("standard");
console.log(`standard model in ${since()} ms`);

function each(words, work) {
  for (const pass of ["first", "second", "third"]) {
    start = now();
    for (let i = 0; i < 10; ++i) work();
    const one = (now() - start) / (10 * checkIns.length);
    console.log(`${words}, ${pass} pass: ${one.toFixed(3)} ms, documents in and out (aim: 0.25)`);
  }
}
each("a check-in of a monitor", () => {
  const monitor = model.monitor();
  for (const checkIn of checkIns) monitor.update(checkIn);
  monitor.free();
});
each("an event of a case file", () => {
  const person = model.caseFile();
  checkIns.forEach(({ time, answers }, i) => person.add({ kind: "check_in", id: `${i}`, at: time, answers }));
  person.free();
});
