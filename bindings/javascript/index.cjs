"use strict";

// For code that still says `require`: the same module, which Node loads asynchronously.
exports.load = async (source) => (await import("./index.js")).load(source);
