#!/usr/bin/env bash
# Builds the package and the page, holds their sizes, runs their tests, and installs the
# package as users do.
#
# usage: run.sh [LIBRARY [PICTURES]]   librelapse_c.so, whose doubles must be the same; a
#                                      folder for pictures of the page
#
# Needs Debian's emscripten, node-acorn and libraries' headers, npm, and a Chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

make -j2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if (($#)); then
  library=$(realpath "$1")
  cc -std=c99 -I../../include ../../examples/embed/follow.c "$library" -o "$work/follow"
  LD_LIBRARY_PATH=$(dirname "$library") RELAPSE_INSTRUCTION_SET=plain "$work/follow" \
    ../../examples/data/check_ins.jsonl >"$work/native.jsonl"
  export RELAPSE_NATIVE=$work/native.jsonl
fi
npm test
page=$(realpath ../..)/build/page/try_relapse.html
node page/make.mjs "$page"
npm pack --silent --pack-destination "$work" >/dev/null
cp example.mjs test/{speed.mjs,typed.mts,page.mjs} "$work"
plan=$(realpath ../../examples/data/plan.json)
check_ins=$(realpath ../../examples/data/check_ins.jsonl)
pictures=${2:+$(realpath -m "$2")}
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ./relapse-wasm-*.tgz typescript@5.9.3 @types/node@20.19.0 \
  playwright-core@1.56.1 axe-core@4.10.3
npx tsc --noEmit --strict --exactOptionalPropertyTypes --target es2022 --module nodenext typed.mts
node example.mjs "$plan" "$work/person.jsonl"
node example.mjs "$plan" "$work/person.jsonl" >/dev/null
node -e 'require("@relapse/wasm").load().then((relapse) => relapse.model("standard").monitor())'
node speed.mjs "$check_ins"
node page.mjs "$page" "$plan" ${pictures:+"$pictures"}
