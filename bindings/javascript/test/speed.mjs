// Prints what a start and a check-in take on this machine; claims nothing.
import { readFileSync } from "node:fs";
import { load } from "@relapse/wasm";

const lines = readFileSync(process.argv[2], "utf8").trimEnd().split("\n");
const checkIns = lines.map((line) => JSON.parse(line));
const since = (start) => (performance.now() - start).toFixed(1);
let start = performance.now();
const relapse = await load();
console.log(`loaded in ${since(start)} ms`);
start = performance.now();
const model = relapse.model("standard");
console.log(`standard model in ${since(start)} ms`);
for (const pass of ["first", "second", "third"]) {
  start = performance.now();
  for (let i = 0; i < 10; ++i) {
    const monitor = model.monitor();
    for (const checkIn of checkIns) monitor.update(checkIn);
    monitor.free();
  }
  const each = (performance.now() - start) / (10 * checkIns.length);
  console.log(`${pass} pass: ${each.toFixed(3)} ms a check-in, documents in and out`);
}
