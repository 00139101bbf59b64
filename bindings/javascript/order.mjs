// Puts functions that resemble each other side by side, where gzip sees the repetition: it
// looks back 32 kB. What the module does is the same.
//
// usage: node order.mjs IN OUT
import { readFileSync, writeFileSync } from "node:fs";

const window = 30_000; // bytes, of code
const width = 6; // bytes of a piece of code that is compared
const common = 400; // functions; what more of them have says nothing

const [from, to] = process.argv.slice(2);
const bytes = readFileSync(from);
let at = 8;
const number = () => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return value;
  }
};
const skip = (count) => {
  for (let i = 0; i < count; ++i) number();
};
const text = () => {
  const size = number();
  at += size;
};
const written = (value) => {
  const digits = [];
  for (; value > 127; value = Math.floor(value / 128)) digits.push((value % 128) | 128);
  return Buffer.from([...digits, value]);
};
const list = (parts) => Buffer.concat([written(parts.length), ...parts]);
const sized = (part) => Buffer.concat([written(part.length), part]);

const sections = [];
while (at < bytes.length) {
  const id = bytes[at++];
  const size = number();
  sections.push({ id, start: at, end: at + size });
  at += size;
}
const within = (id, read) => {
  const section = sections.find((each) => each.id === id);
  at = section.start;
  section.content = read(number());
};

let imported = 0;
within(2, (count) => {
  const { start, end } = sections.find((each) => each.id === 2);
  for (let i = 0; i < count; ++i) {
    text();
    text();
    if (bytes[at++] !== 0) throw new Error("something else than a function is imported");
    number();
    ++imported;
  }
  return bytes.subarray(start, end);
});

const types = [];
within(3, (count) => {
  for (let i = 0; i < count; ++i) types.push(written(number()));
});
const bodies = [];
within(10, (count) => {
  for (let i = 0; i < count; ++i) {
    const size = number();
    bodies.push({ start: at, end: (at += size) });
  }
});

// The order: next is always what shares most with what stands before it.
const holders = new Map();
for (const [i, { start, end }] of bodies.entries()) {
  const seen = new Set();
  for (let p = start; p + width <= end; ++p) seen.add(bytes.toString("latin1", p, p + width));
  for (const piece of seen) {
    if (!holders.has(piece)) holders.set(piece, []);
    holders.get(piece).push(i);
  }
}
const pieces = bodies.map(() => []);
for (const who of holders.values()) {
  if (who.length === 1 || who.length > common) continue;
  const piece = { who, near: 0 };
  for (const i of who) pieces[i].push(piece);
}
const length = (i) => bodies[i].end - bodies[i].start;
const weight = bodies.map((_, i) => (length(i) + 20) ** 0.8);
const shared = new Float64Array(bodies.length);
const left = new Set(bodies.keys());
const order = [];
for (let first = 0, held = 0; left.size > 0; ) {
  let next;
  let best = -1;
  for (const i of left) {
    const share = order.length === 0 ? length(i) : shared[i] / weight[i];
    if (share > best) [next, best] = [i, share];
  }
  left.delete(next);
  order.push(next);
  held += length(next);
  for (const piece of pieces[next]) if (piece.near++ === 0) for (const i of piece.who) ++shared[i];
  for (; held > window && first < order.length - 1; ++first) {
    held -= length(order[first]);
    for (const piece of pieces[order[first]]) if (--piece.near === 0) for (const i of piece.who) --shared[i];
  }
}
const place = [];
for (const [now, before] of order.entries()) place[before] = now;
const moved = (index) => (index < imported ? index : imported + place[index - imported]);

/** Reads over an instruction; where it names a function, tells where the name starts. */
const instruction = () => {
  const code = bytes[at++];
  if (code === 0x10 || code === 0xd2) return at;
  if ([0x02, 0x03, 0x04, 0x06].includes(code)) skip(1); // blocks
  else if ([0x07, 0x08, 0x09, 0x0c, 0x0d, 0x18, 0x41, 0x42].includes(code)) skip(1);
  else if (code >= 0x20 && code <= 0x24) skip(1); // variables
  else if (code === 0x0e) skip(number() + 1);
  else if (code === 0x11 || (code >= 0x28 && code <= 0x3e)) skip(2); // memory
  else if (code === 0x1c || code === 0x3f || code === 0x40) skip(1 + (code === 0x1c));
  else if (code === 0x43) at += 4;
  else if (code === 0x44) at += 8;
  else if (code === 0xfc) {
    const which = number();
    skip([8, 10, 12, 14].includes(which) ? 2 : which > 7 ? 1 : 0);
  } else if (code === 0xfd) {
    const which = number();
    if (which === 12 || which === 13) at += 16;
    else if (which <= 11 || (which >= 84 && which <= 93)) skip(2);
    if ((which >= 21 && which <= 34) || (which >= 84 && which <= 91)) at += 1;
  } else if (![0, 1, 5, 0x0b, 0x0f, 0x19, 0x1a, 0x1b].includes(code) && !(code >= 0x45 && code <= 0xc4)) {
    throw new Error(`instruction ${code} is not known`);
  }
};

const renamed = ({ start, end }) => {
  const parts = [];
  let copied = start;
  at = start;
  for (let locals = number(); locals > 0; --locals) skip(2);
  while (at < end) {
    const name = instruction();
    if (name === undefined) continue;
    parts.push(bytes.subarray(copied, name), written(moved(number())));
    copied = at;
  }
  return sized(Buffer.concat([...parts, bytes.subarray(copied, end)]));
};

within(3, () => list(order.map((i) => types[i])));
within(10, () => list(order.map((i) => renamed(bodies[i]))));
within(7, (count) => {
  const parts = [];
  for (let i = 0; i < count; ++i) {
    const start = at;
    text();
    const kind = bytes[at++];
    const head = bytes.subarray(start, at);
    const index = number();
    parts.push(head, written(kind === 0 ? moved(index) : index));
  }
  return Buffer.concat([written(count), ...parts]);
});
within(9, (count) => {
  const parts = [];
  for (let i = 0; i < count; ++i) {
    const start = at;
    if (bytes[at++] !== 0) throw new Error("a table is filled in another way");
    while (bytes[at] !== 0x0b) instruction();
    parts.push(bytes.subarray(start, ++at), list(Array.from({ length: number() }, () => written(moved(number())))));
  }
  return Buffer.concat([written(count), ...parts]);
});
if (sections.some(({ id }) => id === 8)) throw new Error("a function is called when loading");

const result = Buffer.concat([bytes.subarray(0, 8), ...sections.map(({ id, start, end, content }) =>
  Buffer.concat([Buffer.from([id]), sized(content ?? bytes.subarray(start, end))]))]);
if (!WebAssembly.validate(result)) throw new Error("what is written is no module");
writeFileSync(to, result);
