import { createHash } from "node:crypto";

/** A hash of what assessments say, by their values. */
export function hashOf(assessments) {
  const hash = createHash("sha256");
  for (const told of assessments) {
    hash.update(JSON.stringify([told.stages, told.risks, told.drivers, told.log_likelihood]));
  }
  return hash.digest("hex");
}

// `follow check_ins.jsonl | node hash.js` with the native library and its plain kernel writes
// the hash of tests/data/portable/door.txt.
if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { readFileSync } = await import("node:fs");
  const lines = readFileSync(0, "utf8").trimEnd().split("\n");
  console.log(`values ${hashOf(lines.map((line) => JSON.parse(line)))}`);
}
