// Follows a person with the native library: `node follow.mjs LIBRARY CHECK_INS` prints an
// assessment for each line of check-ins. npm install koffi. The package in
// bindings/javascript needs no native library, and is the one to take in a browser.
import { readFileSync } from "node:fs";
import koffi from "koffi";

const [library, checkIns] = process.argv.slice(2);
const door = koffi.load(library);
for (const kind of ["model", "monitor", "text"]) koffi.opaque(`relapse_${kind}`);
const call = (declaration) => door.func(declaration);
const modelNamed = call(
  "int relapse_model_named(const char* name, size_t size, _Out_ relapse_model** model, _Out_ relapse_text** out)");
const monitorNew = call(
  "int relapse_monitor_new(relapse_model* model, const char* start, size_t size, _Out_ relapse_monitor** monitor, _Out_ relapse_text** out)");
const monitorUpdate = call(
  "int relapse_monitor_update(relapse_monitor* monitor, const uint8_t* check_in, size_t size, _Out_ relapse_text** out)");
const modelFree = call("void relapse_model_free(relapse_model* model)");
const monitorFree = call("void relapse_monitor_free(relapse_monitor* monitor)");
const textData = call("const uint8_t* relapse_text_data(relapse_text* text)");
const textSize = call("size_t relapse_text_size(relapse_text* text)");
const textFree = call("void relapse_text_free(relapse_text* text)");

/** The result of a call; throws the error, a document `relapse/error/1`. */
function told(status, [out]) {
  const size = Number(textSize(out));
  const text = Buffer.from(koffi.decode(textData(out), "uint8_t", size)).toString();
  textFree(out);
  if (status !== 0) throw new Error(text);
  return text;
}

const [model, monitor, out] = [[null], [null], [null]];
told(modelNamed("standard", 8, model, out), out);
told(monitorNew(model[0], null, 0, monitor, out), out);
modelFree(model[0]); // the monitor keeps it
for (const line of readFileSync(checkIns, "utf8").trimEnd().split("\n")) {
  const bytes = Buffer.from(line);
  console.log(told(monitorUpdate(monitor[0], bytes, bytes.length, out), out));
}
monitorFree(monitor[0]);
